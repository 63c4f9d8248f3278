//! What a run is made from: a checked scenario and its switches.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::parameters::Parameters;
use super::process::ProcessSet;
use super::setting::{InitialPartnership, Setting};
use super::treatment::Treatment;

/// A checked scenario with everything that a run needs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scenario {
    /// Short name, for results (the file's stem).
    #[serde(skip)]
    pub name: String,
    /// Title.
    #[serde(skip)]
    pub title: String,
    /// What the scenario is for, one paragraph.
    #[serde(skip)]
    pub purpose: String,
    /// Label of the first year: a calendar year, or 0 in a stylised world.
    pub start_year: i32,
    /// Whether years are calendar years.
    pub calendar: bool,
    /// Number of years.
    pub years: u32,
    /// Years run before the first recorded one (stylised worlds).
    pub burn_in: u32,
    /// Which nested variant was chosen.
    pub variant: Variant,
    /// Order in which agents act.
    pub update_order: UpdateOrder,
    /// Which processes run.
    pub processes: ProcessSet,
    /// Parameter values.
    pub parameters: Parameters,
    /// Where great-power antagonism comes from.
    pub competition: CompetitionMode,
    /// Who may respond to crises and provide security.
    pub governance: Governance,
    /// The states, their data, pairs and initial pacts.
    pub setting: Setting,
    /// Institutions that stand at the start (empty unless asked for).
    pub institutions: Vec<InitialPartnership>,
    /// Whether any institution was seeded (Table 1 is then not measured).
    pub seeded: bool,
    /// Treatments, in the order written.
    pub schedule: Vec<Treatment>,
    /// Optional tables to record.
    pub recording: Recording,
    /// Names of the data files used, for citation.
    #[serde(skip)]
    pub data_files: Vec<String>,
    /// Counts of values filled in for missing data, by column.
    #[serde(skip)]
    pub filled: Vec<(String, usize)>,
    /// First 16 hexadecimal digits of the SHA-256 of its canonical form, which has everything but
    /// names, texts and where the data were read: equal hashes mean equal inputs.
    #[serde(skip)]
    pub hash: String,
}

/// Nested model variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// Awareness, competition, pacts and partnerships only.
    Core,
    /// Everything.
    #[default]
    Full,
}

/// Order in which agents act within a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UpdateOrder {
    /// A random order, drawn anew each year.
    #[default]
    Random,
    /// All decide on the same state of the world, then all decisions are carried out.
    Synchronous,
    /// From the most to the least capable.
    Capability,
}

/// Where the antagonism of great powers comes from (E6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CompetitionMode {
    /// From the dates of their strategic rivalries.
    #[default]
    Observed,
    /// Rises with disputes between them and decays.
    Endogenous,
}

/// Who acts, and how the levels work together (E12, E18).
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Governance {
    /// Partnerships may respond to crises and provide security.
    pub regional: bool,
    /// The global body may respond to crises and provide security.
    pub global: bool,
    /// How a regional body and the global body work together.
    pub coordination: Coordination,
    /// Whether standing structures let the links between the two grow (E19).
    pub standing: bool,
    /// How contributions to a public good add up (E18).
    pub technology: Technology,
    /// Total resources shared by the levels that act; without it each has its own.
    pub total_budget: Option<f64>,
}

impl Default for Governance {
    fn default() -> Self {
        Self {
            regional: true,
            global: true,
            coordination: Coordination::Combined,
            standing: false,
            technology: Technology::Sum,
            total_budget: None,
        }
    }
}

/// How a regional body and the global body work together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Coordination {
    /// One response with joined assets, after a delay for coordination.
    Combined,
    /// Each on its own.
    Independent,
    /// The regional body acts only once the global body has authorised it.
    AuthorisationFirst,
    /// The global body acts only where the regional body is unable or has failed.
    SubsidiarityFirst,
}

/// How contributions to a public good add up (E18; Hirshleifer 1983).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Technology {
    /// The sum counts.
    Sum,
    /// The smallest contribution counts.
    WeakestLink,
    /// The largest contribution counts.
    BestShot,
}

/// Optional tables to record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recording {
    /// Record the state-year table.
    pub states: bool,
    /// Record the table of allied pairs.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dyads: bool,
}
