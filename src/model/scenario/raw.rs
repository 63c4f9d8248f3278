//! What the user wrote: the shape of a scenario file after `extends` and overrides.
//!
//! The doc comments are the descriptions in the JSON Schema.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use super::schema;
use super::{
    AgreementKind, CompetitionMode, Coordination, EventKind, Geometry, PactKind, Technology,
    UpdateOrder, Variant,
};

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
    #[serde(default = "full")]
    pub variant: Variant,
    /// Order in which agents act.
    #[serde(default = "random")]
    pub update_order: UpdateOrder,
    /// Where the antagonism of great powers comes from.
    #[serde(default = "observed")]
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
    pub governance: RawGovernance,
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
    pub recording: RawRecording,
    /// Treatments.
    #[serde(default)]
    pub schedule: Vec<RawTreatment>,
}

fn full() -> Variant {
    Variant::Full
}

fn random() -> UpdateOrder {
    UpdateOrder::Random
}

fn observed() -> CompetitionMode {
    CompetitionMode::Observed
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
    #[serde(default = "globe")]
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

fn globe() -> Geometry {
    Geometry::Globe
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

/// Who acts, and how the levels work together.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawGovernance {
    /// Partnerships may respond to crises and provide security.
    pub regional: bool,
    /// The global body may respond to crises and provide security.
    pub global: bool,
    /// How a regional body and the global body work together.
    pub coordination: Coordination,
    /// Whether standing structures let the links between the two grow.
    pub standing: bool,
    /// How contributions to a public good add up.
    pub technology: Technology,
    /// Total resources shared by the levels that act; without it each has its own.
    pub total_budget: Option<f64>,
}

impl Default for RawGovernance {
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

/// Optional tables.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawRecording {
    /// Record the state-year table.
    pub states: bool,
    /// Record the table of allied pairs.
    pub dyads: bool,
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
    pub set: Option<BTreeMap<String, Setting>>,
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
    pub insert: Option<RawInsert>,
    /// Something to take out of the world.
    pub remove: Option<RawRemove>,
    /// A kind of event, or a list of them, to let not happen.
    #[serde(default)]
    #[schemars(schema_with = "schema::blocks")]
    pub block: Option<Block>,
}

/// Something to put into the world.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawInsert {
    /// An active strategic rivalry of two states.
    pub rivalry: Option<Vec<String>>,
    /// A pact.
    pub pact: Option<RawPact>,
    /// A partnership in the entry's region.
    pub partnership: Option<RawPartnership>,
    /// An operative agreement in the partnership of the entry's region.
    pub agreement: Option<AgreementKind>,
    /// An office in the partnership of the entry's region.
    pub office: Option<AgreementKind>,
    /// A member of the partnership of the entry's region.
    pub membership: Option<String>,
    /// An outside power in the partnership of the entry's region.
    pub participant: Option<RawParticipant>,
    /// A military base of this power in the entry's region.
    pub base: Option<String>,
}

/// Something to take out of the world.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawRemove {
    /// A strategic rivalry of two states.
    pub rivalry: Option<Vec<String>>,
    /// Every pact of the kind with all of these members.
    pub pact: Option<RawPact>,
    /// `true`: the partnership of the entry's region.
    pub partnership: Option<bool>,
    /// An operative agreement of the partnership of the entry's region.
    pub agreement: Option<AgreementKind>,
    /// An office of the partnership of the entry's region.
    pub office: Option<AgreementKind>,
    /// A member of the partnership of the entry's region.
    pub membership: Option<String>,
    /// An outside power in the partnership of the entry's region.
    pub participant: Option<RawParticipant>,
    /// The military base of this power in the entry's region.
    pub base: Option<String>,
}

/// A value under `set`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Setting {
    /// Of a parameter.
    Number(f64),
    /// Of a switch.
    Flag(bool),
}

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Setting;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a number, or true or false (quote a dotted path: \"processes.aid\")")
            }
            fn visit_bool<E>(self, v: bool) -> Result<Setting, E> {
                Ok(Setting::Flag(v))
            }
            fn visit_i64<E>(self, v: i64) -> Result<Setting, E> {
                Ok(Setting::Number(v as f64))
            }
            fn visit_f64<E>(self, v: f64) -> Result<Setting, E> {
                Ok(Setting::Number(v))
            }
        }
        deserializer.deserialize_any(Either)
    }
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
