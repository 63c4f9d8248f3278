//! What the user wrote: the shape of a scenario file after `extends` and overrides.
//!
//! The doc comments are the descriptions in the JSON Schema.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::json;

use super::inputs::{CompetitionMode, Governance, Recording, UpdateOrder, Variant};
use super::schema;
use super::setting::{AgreementKind, Geometry, PactKind};
use super::treatment::EventKind;

/// The JSON Schema of a scenario file, as pretty JSON with a final newline.
pub fn scenario_schema() -> String {
    let mut schema = schemars::schema_for!(Raw);
    schema.insert("title".to_string(), json!("comity scenario"));
    let text = serde_json::to_string_pretty(schema.as_value()).unwrap_or_default();
    format!("{text}\n")
}

/// A scenario of comity: what the world is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Raw {
    /// Title, one line.
    pub title: Option<String>,
    /// What the scenario is for, one paragraph.
    pub purpose: Option<String>,
    /// A scenario that this one changes: a path relative to this file, or the name of a shipped scenario.
    #[serde(default, rename = "extends")]
    pub _extends: Option<String>,
    /// Ids of entries of the extended scenario's schedule to leave out.
    #[serde(default, rename = "drop_schedule")]
    pub _drop_schedule: Option<Vec<String>>,
    /// First year, a calendar year; without it years count from 0.
    #[schemars(range(min = -10000, max = 10000))]
    pub start_year: Option<i32>,
    /// Number of years.
    #[schemars(range(min = 1, max = 10000))]
    pub years: Option<i64>,
    /// Years run before the first recorded one (stylised worlds only).
    #[serde(default)]
    #[schemars(range(min = 0, max = 10000))]
    pub burn_in: i64,
    /// Nested variant of the model: everything, or awareness, competition, pacts and partnerships only.
    #[serde(default)]
    pub variant: Variant,
    /// Order in which agents act.
    #[serde(default)]
    pub update_order: UpdateOrder,
    /// Where the antagonism of great powers comes from.
    #[serde(default)]
    pub competition: CompetitionMode,
    /// A world from tables; exactly one of `data` and `stylised`.
    pub data: Option<RawData>,
    /// An invented world drawn from the run's seed; exactly one of `data` and `stylised`.
    pub stylised: Option<RawStylised>,
    /// Placebo treatments of the setting.
    #[serde(default)]
    pub placebo: RawPlacebo,
    /// Who may respond to crises and provide security.
    #[serde(default)]
    pub governance: Governance,
    /// Institutions that stand at the start.
    #[serde(default)]
    pub institutions: RawInstitutions,
    /// Switches of processes, all on by default (in the variant `full`).
    #[serde(default)]
    #[schemars(schema_with = "schema::processes")]
    pub processes: BTreeMap<String, bool>,
    /// Parameters by group.
    #[serde(default)]
    #[schemars(schema_with = "schema::parameters")]
    pub parameters: BTreeMap<String, BTreeMap<String, f64>>,
    /// Optional tables to record.
    #[serde(default)]
    pub recording: Recording,
    /// Treatments.
    #[serde(default)]
    pub schedule: Vec<RawTreatment>,
}

/// Tables of a world; paths are relative to the file that names them, else those of shipped tables.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawData {
    /// States: ccode, abb, name, entry_year, exit_year, regions, capital_lat, capital_lon (or x, y), optionally stream_id, bloc.
    pub states: String,
    /// Yearly values: ccode, year, cinc, polyarchy, gdp_per_capita.
    pub state_years: Option<String>,
    /// Contiguity: ccode1, ccode2, kind, from_year, to_year.
    pub contiguity: Option<String>,
    /// Strategic rivalries: ccode1, ccode2, from_year, to_year.
    pub rivalries: Option<String>,
    /// Great powers: ccode, from_year, to_year.
    pub powers: Option<String>,
    /// Pacts: pact, kind, ccode, entry_year, exit_year, optionally source.
    pub pacts: Option<String>,
    /// Which source's rows of the pacts table to use.
    pub pact_source: Option<String>,
    /// Whether the pacts in force at the start stand.
    #[serde(default = "yes")]
    pub initial_pacts: bool,
    /// How distances are measured.
    #[serde(default)]
    pub geometry: Geometry,
    /// Keep only the states of these regions.
    pub regions: Option<Vec<String>>,
    /// With `regions`: keep the great powers too.
    #[serde(default = "yes")]
    pub keep_powers: bool,
}

fn yes() -> bool {
    true
}

/// An invented world.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawStylised {
    /// Number of states, named s1, s2, …, the poles first.
    #[schemars(range(min = 2, max = 5000))]
    pub states: i64,
    /// Number of regions, named r1, r2, ….
    #[schemars(range(min = 1, max = 64))]
    pub regions: i64,
    /// Shares of the great powers in their common capability; they sum to 1.
    pub poles: Vec<f64>,
    /// Share of world capability that the great powers hold together, between 0 and 1.
    pub pole_capability: f64,
    /// Antagonism of each pair of great powers.
    #[schemars(range(min = 0, max = 1))]
    pub antagonism: f64,
    /// Mean and standard deviation of the log capability of the other states.
    pub log_capability: [f64; 2],
    /// Income of every state on [0, 1]; drawn if absent.
    #[schemars(range(min = 0, max = 1))]
    pub income: Option<f64>,
    /// Regime of every state, 0 (autocracy) to 1 (democracy); drawn if absent.
    #[schemars(range(min = 0, max = 1))]
    pub regime: Option<f64>,
    /// Number of nearest states that count as contiguous, at least.
    #[schemars(range(min = 0, max = 5000))]
    pub neighbours: i64,
}

impl Default for RawStylised {
    fn default() -> Self {
        Self {
            states: 64,
            regions: 4,
            poles: vec![0.4, 0.4, 0.2],
            pole_capability: 0.5,
            antagonism: 1.0,
            log_capability: [-6.8, 2.0],
            income: None,
            regime: None,
            neighbours: 3,
        }
    }
}

/// Placebos.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawPlacebo {
    /// Assign states to regions at random, keeping the regions' sizes.
    pub permute_regions: bool,
}

/// Institutions at the start.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawInstitutions {
    /// Name of the set, or `none`: then the tables below are not used.
    pub mode: Option<String>,
    /// Partnerships.
    pub partnership: Vec<RawPartnership>,
    /// Pacts besides those of the pacts table.
    pub pact: Vec<RawPact>,
}

/// A partnership.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPartnership {
    /// Name of the body.
    pub name: String,
    /// Region (in `insert` the entry's own).
    pub region: Option<String>,
    /// Members; without them all states of the region.
    pub members: Option<Vec<String>>,
    /// Depth of the fundamental agreement's text; by default the parameter `partnership.depth`.
    #[schemars(range(min = 0, max = 1))]
    pub depth: Option<f64>,
    /// Year of the fundamental agreement.
    pub start_year: Option<i32>,
    /// Operative agreements; a kind may stand more than once.
    #[serde(default)]
    pub agreements: Vec<AgreementKind>,
    /// Offices, by the kind of agreement that they serve.
    #[serde(default)]
    pub offices: Vec<AgreementKind>,
    /// Outside powers that take part.
    #[serde(default)]
    pub participants: Vec<RawParticipant>,
    /// Budget relative to that of an ordinary body.
    #[serde(default = "one")]
    #[schemars(range(min = 0))]
    pub budget: f64,
    /// Placebo: a partnership that changes nothing.
    #[serde(default)]
    pub inert: bool,
}

fn one() -> f64 {
    1.0
}

/// An outside power in a partnership.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawParticipant {
    /// The power.
    pub state: String,
    /// Its stance, −1 (against) to 1 (for); not needed to remove it.
    #[schemars(range(min = -1, max = 1))]
    pub stance: Option<f64>,
}

/// A pact.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPact {
    /// Name.
    pub name: Option<String>,
    /// Kind.
    pub kind: PactKind,
    /// Members, at least two.
    pub members: Vec<String>,
    /// Year in which it began.
    pub start_year: Option<i32>,
}

/// A treatment: from a year on, exactly one of `set`, `force`, `add`, `scale`, `insert`, `remove`, `block`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTreatment {
    /// Name by which overlays refer to it.
    pub id: Option<String>,
    /// First year: a calendar year where there is a `start_year`, else counted from 0.
    pub from: i32,
    /// Last year, included.
    pub until: Option<i32>,
    /// Region that it applies to.
    pub region: Option<String>,
    /// States that it applies to.
    pub states: Option<Vec<String>>,
    /// Parameters, process switches or governance switches to set.
    #[serde(default)]
    #[schemars(schema_with = "schema::settings")]
    pub set: Option<BTreeMap<String, Scalar>>,
    /// State variables to hold at a value instead of their equations.
    #[serde(default)]
    #[schemars(schema_with = "schema::targets")]
    pub force: Option<BTreeMap<String, f64>>,
    /// State variables to add to, each year in force.
    #[serde(default)]
    #[schemars(schema_with = "schema::targets")]
    pub add: Option<BTreeMap<String, f64>>,
    /// State variables to multiply, each year in force.
    #[serde(default)]
    #[schemars(schema_with = "schema::targets")]
    pub scale: Option<BTreeMap<String, f64>>,
    /// Something to put into the world.
    pub insert: Option<RawThings<RawPartnership>>,
    /// Something to take out of the world.
    pub remove: Option<RawThings<bool>>,
    /// A kind of event, or a list of them, to let not happen.
    #[serde(default)]
    #[schemars(schema_with = "schema::blocks")]
    pub block: Option<Block>,
}

/// Something to put into the world or to take out of it; `P` says which partnership.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawThings<P> {
    /// An active strategic rivalry of two states.
    pub rivalry: Option<Vec<String>>,
    /// A pact; taken out: every pact of the kind with all of these members.
    pub pact: Option<RawPact>,
    /// A partnership in the entry's region; taken out: `true`.
    pub partnership: Option<P>,
    /// An operative agreement of the partnership of the entry's region.
    pub agreement: Option<AgreementKind>,
    /// An office of the partnership of the entry's region.
    pub office: Option<AgreementKind>,
    /// A member of the partnership of the entry's region.
    pub membership: Option<String>,
    /// An outside power in the partnership of the entry's region.
    pub participant: Option<RawParticipant>,
    /// A military base of this power in the entry's region.
    pub base: Option<String>,
}

/// A value under `set`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a number, or true or false (quote a dotted path: \"processes.aid\")"
)]
pub enum Scalar {
    /// Of a switch.
    Flag(bool),
    /// Of a parameter.
    Number(f64),
}

/// One kind of event or several.
#[derive(Debug, Clone, PartialEq)]
pub struct Block(pub Vec<EventKind>);

impl<'de> Deserialize<'de> for Block {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;
        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Block;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a kind of event or a list of them")
            }
            fn visit_str<E: serde::de::Error>(self, v: &str) -> Result<Block, E> {
                let name = serde::de::value::StrDeserializer::new(v);
                Ok(Block(vec![EventKind::deserialize(name)?]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Block, A::Error> {
                let mut kinds = Vec::new();
                while let Some(kind) = seq.next_element()? {
                    kinds.push(kind);
                }
                Ok(Block(kinds))
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::parameters::PARAMETERS;
    use crate::scenario::process::Process;
    use serde_json::Value;

    #[test]
    fn the_checked_in_schema_is_the_current_one() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../docs/schema/scenario.schema.json"
        );
        let current = scenario_schema();
        if std::env::var_os("COMITY_UPDATE").is_some_and(|v| v == "1") {
            std::fs::write(path, &current).unwrap();
        }
        let checked_in = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            current == checked_in,
            "{path} is not current: run the tests with COMITY_UPDATE=1"
        );
    }

    #[test]
    fn every_parameter_and_process_stands_in_the_schema() {
        let schema: Value = serde_json::from_str(&scenario_schema()).unwrap();
        let groups = &schema["properties"]["parameters"]["properties"];
        for p in PARAMETERS {
            let (group, name) = p.path.split_once('.').unwrap();
            assert_eq!(
                groups[group]["properties"][name]["default"],
                json!(p.default)
            );
        }
        assert_eq!(schema["$defs"]["RawTreatment"]["required"], json!(["from"]));
        for p in Process::ALL {
            assert!(schema["properties"]["processes"]["properties"][p.name()].is_object());
        }
    }
}
