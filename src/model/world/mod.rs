//! The state of the world in one year.
//!
//! States stand in the order of their `stream_id`, so that draws and sums do not
//! depend on codes or on the order of input tables.

pub mod controls;
mod geometry;
mod ids;
pub mod init;
mod invariants;
pub mod journal;
pub mod pacts;
pub mod pairs;
pub mod partnerships;
pub mod trace;

pub use controls::Controls;
pub(crate) use geometry::exp_nonpositive;
pub use ids::{BodyId, DyadId, PactId, RegionId, StateId};
pub use journal::Journal;
pub use pacts::{Pact, PactKey};
pub use pairs::{Pairs, below, pair, pairs_of, row};
pub(crate) use partnerships::take_memberships;
pub use partnerships::{Agreement, Partnership};
pub use trace::{Decision, Trace};

use crate::rng::{Draws, Keyed, Stream};
use crate::scenario::{Governance, Parameters, ProcessSet};
use std::cell::Cell;
use typed_index_collections::TiVec;

/// What addresses a draw: a place or another number of 32 bits.
pub(crate) trait Word {
    /// The word of the address.
    fn word(self) -> u32;
}

impl Word for u32 {
    fn word(self) -> u32 {
        self
    }
}

impl Word for usize {
    fn word(self) -> u32 {
        self as u32
    }
}

/// Least divisor where a sum may be zero: far below any share of capability.
pub(crate) const TINY: f64 = 1e-300;

/// Number of transnational problems: terror and crime, resources and
/// environment, health, conflict spill.
pub const PROBLEMS: usize = 4;
/// Number of dimensions of security culture: cooperative, comprehensive,
/// sovereignty, force.
pub const CULTURE: usize = 4;
/// Index of the sovereignty dimension.
pub const SOVEREIGNTY: usize = 2;

/// Everything that changes in a run.
#[derive(Debug, Clone)]
pub struct World {
    /// Label of the year.
    pub year: i32,
    /// Years since the start, burn-in included: the year of the draws.
    pub step: u32,
    /// Parameters in force.
    pub parameters: Parameters,
    /// Processes in force.
    pub processes: ProcessSet,
    /// Governance in force.
    pub governance: Governance,
    /// The run's draws.
    pub draws: Draws,
    /// What treatments hold, block and insert.
    pub controls: Controls,
    /// The states.
    pub states: States,
    /// States in the system, ascending.
    pub roster: Vec<StateId>,
    /// Order in which states act this year.
    pub order: Vec<StateId>,
    /// The pairs.
    pub pairs: Pairs,
    /// Contiguous states in the system, ascending, by state.
    pub neighbours: ByState<Vec<StateId>>,
    /// Active rivals in the system, ascending, by state.
    pub rivals: ByState<Vec<StateId>>,
    /// States tied by a pact of any kind, ascending, by state.
    pub allies: ByState<Vec<StateId>>,
    /// Great powers, ascending.
    pub powers: Vec<StateId>,
    /// Antagonism of each pair of great powers.
    pub antagonism: Vec<Antagonism>,
    /// World competition C_t (E6).
    pub competition: f64,
    /// Levels of the transnational problems X_m (E4).
    pub problems: [f64; PROBLEMS],
    /// Pacts in order of birth.
    pub pacts: TiVec<PactId, Pact>,
    /// Regions in the order of the scenario.
    pub regions: TiVec<RegionId, Region>,
    /// Partnerships in order of founding.
    pub partnerships: TiVec<BodyId, Partnership>,
    /// The global body.
    pub global: GlobalBody,
    /// Provision by level (E18), for the record.
    pub provision: ProvisionByLevel,
    /// The current year's events.
    pub journal: Journal,
    /// Decisions asked for.
    pub trace: Trace,
    /// Whether anyone asks for the provision at each level.
    pub levels_recorded: bool,
    /// What is kept so as not to be made again.
    pub(crate) caches: Caches,
}

/// What follows from the state of the world and is kept so as not to be made again.
#[derive(Debug, Clone)]
pub(crate) struct Caches {
    /// Σ q·depth·κ over allies (E8), kept from when it is first asked for until ties change.
    cover: ByState<Cell<Option<f64>>>,
    /// Pairs contiguous by land this year, ascending.
    borders: Vec<(StateId, StateId)>,
    /// Pairs with an active rivalry this year, ascending.
    rivalries: Vec<(StateId, StateId)>,
    /// Stamp of the parameters that the geometry was made with.
    geometry: Option<geometry::Stamp>,
    /// Year whose neighbours and rivals are listed; `None` if membership has changed since.
    listed: Option<i32>,
    /// Σ_j k_ij (E18): what each enjoys if every state contributes 1; empty until asked for.
    pub(crate) unit_good: ByState<f64>,
}

/// Antagonism A_gh of two great powers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Antagonism {
    /// The power of the lower rank.
    pub a: StateId,
    /// The other.
    pub b: StateId,
    /// Level on [0, 1].
    pub level: f64,
}

/// A quantity of each state, in the system or not.
pub type ByState<T> = TiVec<StateId, T>;

/// Quantities of states, one entry a state.
#[derive(Debug, Clone, Default)]
pub struct States {
    /// Abbreviation.
    pub abbreviation: ByState<String>,
    /// Code in the state table.
    pub code: ByState<u32>,
    /// In the system.
    pub active: ByState<bool>,
    /// Great power.
    pub power: ByState<bool>,
    /// Regions, the primary one first.
    pub regions: ByState<Vec<RegionId>>,
    /// Position: latitude and longitude, or x and y.
    pub position: ByState<(f64, f64)>,
    /// Share of world capability K; 0 outside the system.
    pub capability: ByState<f64>,
    /// Income ỹ on [0.02, 1].
    pub income: ByState<f64>,
    /// Regime d on [0, 1].
    pub regime: ByState<f64>,
    /// Bloc position z on [0, 1].
    pub bloc: ByState<f64>,
    /// Autonomy taste φ on [0, 1].
    pub autonomy: ByState<f64>,
    /// Awareness α on [0, 1].
    pub awareness: ByState<f64>,
    /// Own part u of exposure to each problem.
    pub own_exposure: ByState<[f64; PROBLEMS]>,
    /// Exposure e to each problem (E4).
    pub exposure: ByState<[f64; PROBLEMS]>,
    /// Problem pressure P on [0, 1] (E4).
    pub pressure: ByState<f64>,
    /// Loss from problems ℓ (E4).
    pub loss: ByState<f64>,
    /// Security culture c, by dimension.
    pub culture: [ByState<f32>; CULTURE],
    /// Anchor of culture, by dimension.
    pub anchor: [ByState<f64>; CULTURE],
    /// Whether the anchor is set.
    pub anchored: ByState<bool>,
    /// Own part of domestic instability.
    pub instability_base: ByState<f64>,
    /// Domestic instability h.
    pub instability: ByState<f64>,
    /// Domestic conflict D.
    pub domestic_conflict: ByState<bool>,
    /// Denationalisation δ on [0, 1].
    pub denationalisation: ByState<f64>,
    /// Threat Θ (E7).
    pub threat: ByState<f64>,
    /// Θ̃ = Θ / (1 + Θ).
    pub threat_share: ByState<f64>,
    /// Mean interdependence with the primary region W̄.
    pub interdependence: ByState<f64>,
    /// Asymmetry of dependence within the primary region.
    pub asymmetry: ByState<f64>,
    /// Own contribution g (E18).
    pub contribution: ByState<f64>,
    /// Contribution to the regional body (E18).
    pub regional_contribution: ByState<f64>,
    /// Part of G that others gave last year, the global body apart (E18).
    pub others_good: ByState<f64>,
    /// Security good enjoyed G (E18).
    pub good: ByState<f64>,
    /// In a security community.
    pub community: ByState<bool>,
}

impl States {
    /// All states, in the system or not.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = StateId> + use<> {
        self.active.keys()
    }

    /// Number of states, in the system or not.
    pub fn len(&self) -> usize {
        self.active.len()
    }

    /// Whether there is no state.
    pub fn is_empty(&self) -> bool {
        self.active.is_empty()
    }

    /// Mean absolute difference of two states' cultures |Δc|.
    pub fn culture_gap(&self, i: StateId, j: StateId) -> f64 {
        let sum: f64 = self
            .culture
            .iter()
            .map(|c| f64::from((c[i] - c[j]).abs()))
            .sum();
        sum / CULTURE as f64
    }

    /// ln GDP per capita that income ỹ stands for.
    pub fn log_income(&self, i: StateId) -> f64 {
        INCOME_FLOOR + (INCOME_CEILING - INCOME_FLOOR) * self.income[i]
    }
}

/// Least income ỹ of a state, for those poorer than the floor of the scale.
pub const LEAST_INCOME: f64 = 0.02;
/// ln of 300 US$ of 2011, where ỹ = 0.
pub const INCOME_FLOOR: f64 = 5.703_782_474_656_201;
/// ln of 50,000 US$ of 2011, where ỹ = 1.
pub const INCOME_CEILING: f64 = 10.819_778_284_410_283;

/// A region.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// Name.
    pub name: String,
    /// Member states in the system, ascending (all memberships).
    pub members: Vec<StateId>,
    /// Interdependence of each member with the other members, in the order of `members`.
    pub member_interdependence: Vec<f64>,
    /// Asymmetry of dependence of each member, in the order of `members`.
    pub member_asymmetry: Vec<f64>,
    /// Common part of exposure ē.
    pub common_exposure: [f64; PROBLEMS],
    /// Similarity of exposure s_r.
    pub similarity: f64,
    /// Competition C_r (E6).
    pub competition: f64,
    /// Violence v_r that the states see (E14).
    pub violence: f64,
    /// Disputes between members in each of the last ten years, latest last: all, fatal, state-years, states in domestic conflict.
    pub record: Vec<ConflictRecord>,
    /// Pull of the example of other regions Em_r (E20).
    pub emulation: f64,
    /// Reputation perf (E20).
    pub performance: f64,
    /// Aid received in the last year (E21).
    pub aid: f64,
    /// Aid given in the last year.
    pub aid_given: f64,
    /// Share of pairs in opposed pacts (E14).
    pub opposed: f64,
    /// Mean interdependence of the region's pairs.
    pub interdependence: f64,
    /// Share of states in the largest community (E17).
    pub community_share: f64,
    /// Tier of the community: 0 none, 1 nascent, 2 ascendant, 3 mature.
    pub community_tier: u8,
    /// The circumstance common to the region's states this year, ε_{r,t} (E14).
    pub circumstance: f64,
    /// Institutionalisation of its bodies: the highest I.
    pub institutionalisation: f64,
    /// Presence of each great power, in the order of `World::powers`.
    pub presence: Vec<f64>,
}

/// Conflict in a region in one year.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ConflictRecord {
    /// Disputes between members.
    pub disputes: f64,
    /// Of those, fatal ones (severity .5 or more).
    pub fatal: f64,
    /// Wars.
    pub wars: f64,
    /// Members.
    pub states: f64,
    /// Members in domestic conflict.
    pub domestic: f64,
}

/// The global body (E12, E19).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GlobalBody {
    /// Crises that it can take up in a year.
    pub capacity: f64,
    /// Culture distance between great powers: mean |Δc| of their pairs.
    pub norm_divergence: f64,
}

/// Mean ln(1+G) and cost at each level (E18).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ProvisionByLevel {
    /// States alone.
    pub state: f64,
    /// Regional optima.
    pub regional: f64,
    /// Uniform world optimum.
    pub global: f64,
    /// Regional optima with a global top-up.
    pub combined: f64,
    /// What is provided in the run.
    pub provided: f64,
    /// Mean cost of what is provided.
    pub cost: f64,
}

impl World {
    /// Draws of this year at (stream, a, b).
    pub(crate) fn draw(&self, stream: Stream, a: impl Word, b: impl Word) -> Keyed {
        self.draws.at(stream, self.step, a.word(), b.word())
    }

    /// The first uniform draw of this year at (stream, a, b).
    #[inline]
    pub(crate) fn uniform(&self, stream: Stream, a: impl Word, b: impl Word) -> f64 {
        self.draws.uniform(stream, self.step, a.word(), b.word())
    }

    /// A uniform draw of this year for each state.
    pub(crate) fn uniforms(&self, stream: Stream, a: u32) -> ByState<f64> {
        let n = self.states.len();
        self.draws.uniforms(stream, self.step, a, n).into()
    }

    /// Antagonism of two great powers; 0 if either is none.
    pub fn antagonism_of(&self, g: StateId, h: StateId) -> f64 {
        let (a, b) = (g.min(h), g.max(h));
        self.antagonism
            .iter()
            .find(|pair| pair.a == a && pair.b == b)
            .map_or(0.0, |pair| pair.level)
    }

    /// reach_{j→i} (E2): how much of j's capability arrives at i.
    #[inline(always)]
    pub fn reach(&self, from: StateId, to: StateId) -> f64 {
        f64::from(if self.states.power[from] {
            self.pairs.power_reach[pair(from, to)]
        } else {
            self.pairs.proximity_of(to)[from]
        })
    }

    /// κ_{j→i} (E7): capability of j felt by i, relative to i's own.
    #[inline(always)]
    pub fn felt_capability(&self, from: StateId, to: StateId) -> f64 {
        f64::from(self.pairs.felt_by(to)[from])
    }

    /// Hostility H of a pair.
    #[inline]
    pub fn hostility(&self, i: StateId, j: StateId) -> f64 {
        f64::from(self.pairs.hostility[pair(i, j)])
    }

    /// Trust T of a pair.
    #[inline]
    pub fn trust(&self, i: StateId, j: StateId) -> f64 {
        f64::from(self.pairs.trust[pair(i, j)])
    }

    /// Interdependence W of a pair.
    #[inline]
    pub fn interdependence(&self, i: StateId, j: StateId) -> f64 {
        f64::from(self.pairs.interdependence[pair(i, j)])
    }

    /// Primary region of a state.
    #[inline]
    pub fn primary_region(&self, i: StateId) -> Option<RegionId> {
        self.states.regions[i].first().copied()
    }

    /// Capability of these states together.
    pub fn capability_of(&self, states: &[StateId]) -> f64 {
        states.iter().map(|&i| self.states.capability[i]).sum()
    }

    /// Share of a great power in the capability of all great powers.
    pub fn power_share(&self, g: StateId) -> f64 {
        let total = self.capability_of(&self.powers);
        if total > 0.0 {
            self.states.capability[g] / total
        } else {
            0.0
        }
    }

    /// Competition that a state lives under: its region's, or the world's without a region.
    pub fn competition_at(&self, i: StateId) -> f64 {
        self.primary_region(i)
            .map_or(self.competition, |r| self.regions[r].competition)
    }
}
