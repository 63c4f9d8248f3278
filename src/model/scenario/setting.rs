//! The world of a scenario: its states, what is given about them, and what stands at the start.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Index of a state in [`Setting::states`] and in the world: its rank by `stream_id`.
pub type StateIndex = usize;
/// Index of a region in [`Setting::regions`].
pub type RegionIndex = usize;

/// The states and what is given about them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Setting {
    /// All states that exist at any time, by `stream_id`.
    pub states: Vec<StateInput>,
    /// Names of the regions.
    pub regions: Vec<String>,
    /// Yearly values by state, or `None` in a stylised world with endogenous capability.
    pub observed: Option<ObservedPaths>,
    /// Pairs contiguous by land, with their years.
    pub contiguity: Vec<PairSpell>,
    /// Strategic rivalries, with their years.
    pub rivalries: Vec<PairSpell>,
    /// Great-power spells.
    pub powers: Vec<PowerSpell>,
    /// Antagonism given directly instead of from rivalries (stylised worlds).
    pub antagonism: Option<f64>,
    /// Pacts in force at the start.
    pub pacts: Vec<InitialPact>,
    /// How distances are measured.
    pub geometry: Geometry,
    /// Stylised worlds: what is drawn at initialisation, from the run's seed.
    pub stylised: Option<Stylised>,
    /// Placebo: assign states to regions at random, keeping the regions' sizes.
    pub permute_regions: bool,
}

/// How `StateInput::position` is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Geometry {
    /// Latitude and longitude in degrees; distance is the great circle over half the circumference.
    #[default]
    Globe,
    /// Coordinates in the unit square; distance is Euclidean.
    Plane,
}

/// A state.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StateInput {
    /// Decides the state's draws and its place in sums; the states are sorted by it.
    pub stream_id: u32,
    /// Code in the tables (COW's in history).
    pub code: u32,
    /// Abbreviation.
    pub abbreviation: String,
    /// Name.
    pub name: String,
    /// First year in the system.
    pub entry_year: i32,
    /// Year in which it left the system, if it did; it is no longer in it at that year's end.
    pub exit_year: Option<i32>,
    /// Regions, the primary one first; may be empty.
    pub regions: Vec<RegionIndex>,
    /// (latitude, longitude) or (x, y).
    pub position: (f64, f64),
    /// Bloc position given by the scenario, if any.
    pub bloc: Option<f64>,
}

/// Yearly values by state: row = year of the run (burn-in excluded), column = state.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ObservedPaths {
    /// Share of world capability, before renormalising; NaN where the state is out of the system.
    pub capability: Vec<Vec<f32>>,
    /// GDP per capita, 2011 US$.
    pub income: Vec<Vec<f32>>,
    /// Regime, 0 (autocracy) to 1 (democracy).
    pub regime: Vec<Vec<f32>>,
}

/// A pair of states in a span of years, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PairSpell {
    /// One state.
    pub a: StateIndex,
    /// The other.
    pub b: StateIndex,
    /// First year.
    pub from: i32,
    /// Last year, if it ended.
    pub to: Option<i32>,
}

impl PairSpell {
    /// Whether it is in force in `year`.
    pub fn covers(&self, year: i32) -> bool {
        self.from <= year && self.to.is_none_or(|to| year <= to)
    }
}

/// A span of years in which a state is a great power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PowerSpell {
    /// The state.
    pub state: StateIndex,
    /// First year.
    pub from: i32,
    /// Last year, if it ended.
    pub to: Option<i32>,
}

named_enum! {
    /// The kinds of pact, from the deepest obligation to the shallowest.
    PactKind {
        Defence "defence" "Defence pact.";
        Neutrality "neutrality" "Neutrality pact.";
        NonAggression "nonaggression" "Non-aggression pact.";
        Entente "entente" "Entente (consultation).";
    }
}

/// A pact in force at the start.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InitialPact {
    /// Identifier in the source table.
    pub label: String,
    /// Kind.
    pub kind: PactKind,
    /// Members, ascending.
    pub members: Vec<StateIndex>,
    /// Year in which it began.
    pub start_year: i32,
}

/// What a stylised world draws at initialisation (open points 8 and 21 of the design; `docs/odd.md` §5).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stylised {
    /// Shares of the poles among the great powers, largest first; they sum to 1.
    pub poles: Vec<f64>,
    /// Share of world capability that the poles hold together.
    pub pole_capability: f64,
    /// Mean and standard deviation of log capability of the other states.
    pub log_capability: (f64, f64),
    /// Income of every state, as ỹ on [0, 1]; `None`: drawn uniformly.
    pub income: Option<f64>,
    /// Regime of every state; `None`: drawn uniformly.
    pub regime: Option<f64>,
    /// Number of nearest neighbours that count as contiguous, at least.
    pub neighbours: usize,
}

named_enum! {
    /// Kinds of operative agreement.
    AgreementKind {
        IntBorder "int_border" "Borders between states.";
        IntGeneral "int_general" "Conflict between states in general.";
        DomTerror "dom_terror" "Terrorism and crime.";
        DomGeneral "dom_general" "Domestic conflict in general.";
        Economic "economic" "Trade and economic cooperation.";
        ConfidenceBuilding "confidence_building" "Confidence-building measures.";
    }
}

/// A partnership that stands at the start or that a treatment inserts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InitialPartnership {
    /// Name of the body.
    pub name: String,
    /// Region whose states it may gather.
    pub region: RegionIndex,
    /// Members; empty: all states of the region in the system.
    pub members: Vec<StateIndex>,
    /// Depth of the fundamental agreement's text.
    pub depth: f64,
    /// Year of the fundamental agreement.
    pub start_year: i32,
    /// Operative agreements.
    pub agreements: Vec<AgreementKind>,
    /// Offices, by the kind of agreement that they serve.
    pub offices: Vec<AgreementKind>,
    /// Outside powers taking part, with their stance on [−1, 1].
    pub participants: Vec<(StateIndex, f64)>,
    /// Budget relative to that of an ordinary body.
    pub budget: f64,
    /// Placebo: a partnership that changes nothing.
    pub inert: bool,
}
