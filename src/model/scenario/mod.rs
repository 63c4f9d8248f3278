//! Scenarios: what the world is.
//!
//! What the user wrote (`raw`) becomes what the program believes ([`Scenario`]): checked,
//! resolved, self-contained. A run reads nothing else. From below: `inputs`, `setting`,
//! `treatment`, with `parameters` and `process`, are what is believed, and `canonical` hashes
//! it; `document`, `files`, `source`, `shape` read and merge files; `raw` is their shape, with
//! `schema` for editors; `sheet`, `states`, `yearly`, `tables` read the data; `stylised`,
//! `context`, `things`, `schedule`, `resolve` check and resolve; `provenance` says where all
//! is from; `library` and `shipped` have what comes with the program.

#[macro_use]
mod named;

mod canonical;
pub mod check;
mod context;
pub mod document;
pub mod files;
mod inputs;
pub mod library;
pub mod parameters;
pub mod process;
pub mod provenance;
mod raw;
mod resolve;
mod schedule;
mod schema;
mod setting;
pub mod shape;
pub mod sheet;
pub mod shipped;
pub mod source;
pub mod states;
mod stylised;
pub mod suggest;
pub mod tables;
mod things;
mod treatment;
mod yearly;

use std::path::Path;

use crate::error::Result;

pub use canonical::hash;
pub use inputs::{
    CompetitionMode, Coordination, Governance, Recording, Scenario, Technology, UpdateOrder,
    Variant,
};
pub use parameters::{PARAMETERS, Parameter, Parameters};
pub use process::{Process, ProcessSet};
pub use raw::scenario_schema;
pub use setting::{
    AgreementKind, Geometry, InitialPact, InitialPartnership, ObservedPaths, PactKind, PairSpell,
    PowerSpell, RegionIndex, Setting, StateIndex, StateInput, Stylised,
};
pub use treatment::{
    Action, EventKind, GovernanceSwitch, Intervention, Target, Thing, Treatment, interventions,
};

/// Reads and resolves a scenario: a path, else the name of a shipped one. Each override
/// is `path=value`, such as `parameters.alliance.reactance=0.2`.
///
/// # Errors
/// The first thing that is wrong, with file, line, key, what was found and what was expected.
pub fn load(name_or_path: &str, overrides: &[String]) -> Result<Scenario> {
    let source = source::Source::open(name_or_path, overrides)?;
    Ok(resolve::resolve(&source)?.0)
}

/// As [`load`], from a text; `name` stands for the file in messages, gives the scenario's
/// name and the folder for relative paths.
///
/// # Errors
/// As [`load`].
pub fn load_text(name: impl AsRef<Path>, text: &str, overrides: &[String]) -> Result<Scenario> {
    let name = name.as_ref().to_string_lossy();
    let source = source::Source::from_text(&name, text, overrides)?;
    Ok(resolve::resolve(&source)?.0)
}
