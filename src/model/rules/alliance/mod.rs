//! E8-E10: pacts. What a pact is worth to a state, and how pacts begin, grow,
//! shrink and end.

pub mod accession;
pub mod alignment;
mod appeal;
pub mod bilateral;
pub mod calls;
pub mod collapse;
pub mod exit;
pub mod lapse;
pub mod merger;
pub mod offers;
mod seats;
pub mod utility;

use super::choice::yes_or_no;
use crate::rng::Stream;
use crate::scenario::parameters::parameters;
use crate::scenario::{PactKind, Process};
use crate::world::{Decision, Pact, PactId, StateId, World};
use std::cmp::Reverse;

parameters! {
    /// How pacts begin and end (E10).
    protocol: Protocol {
        exit_rate "e_x" "E10" "1/year" = 0.2 [0.05, 0.3] Share, "hand-set to the moments of 1946-88 (seeds 1-50)", "Rate at which a member reconsiders a pact";
        exit_cost "u_x" "E10" "1" = 0.8167 [0.3, 1.2] Real, "calibrated to the moments of 1946-88 (experiments/calibration)", "Cost of leaving a pact";
        lapse "l_0" "E10" "1/year" = 0.02337 [0.005, 0.04] Share, "COW and ATOP ending hazards .024-.043; calibrated to the moments of 1946-88 (experiments/calibration)", "Spontaneous lapse of a pact";
        nested_lapse "l_n" "E10" "1/year" = 0.3 [0.0, 0.5] Share, "hand-set to the moments of 1946-88 (seeds 1-50)", "Lapse of a bilateral pact nested in a larger defence pact";
        offers "n_off" "E10" "1/year" = 8.077 [0.0, 24.0] NonNegative, "the range is twice the starting design's because the supply is f = ½ where it was C_t; calibrated to the moments of 1946-88 (experiments/calibration)", "Offers of a power with half of the great powers' capability";
        offers_competition "β_off" "E10" "1" = 0.0 [-1.0, 1.0] Real, "sign-free, centred on zero", "How the supply of offers and calls follows competition: 1 in proportion, −1 in inverse proportion, 0 independent of it";
        bloc_share "p_bloc" "E10" "1" = 0.75 [0.0, 1.0] Share, "hand-set to the moments of 1946-88 (seeds 1-50)", "Probability that an offer is into the power's largest pact";
        power_calls "λ_P" "E10" "1/year" = 0.42 [0.0, 0.8] NonNegative, "hand-set to the moments of 1946-88 (seeds 1-50)", "Rate of multilateral calls by a power with half of the great powers' capability";
        regional_calls "λ_R" "E10" "1/year" = 0.06 [0.0, 0.1] NonNegative, "hand-set to the moments of 1946-88 (seeds 1-50)", "Rate of multilateral calls in a region by one of its states";
        call_hostility "H_c" "E10" "1" = 0.35 [0.1, 0.6] Share, "a proposal", "Hostility to the convener above which a state is not invited";
        call_distance "Δz_c" "E10" "1" = 0.4 [0.2, 0.8] Share, "a proposal", "Distance in bloc position to the convener above which a state is not invited";
        proposers "p_prop" "E10" "1/year" = 0.3111 [0.05, 0.4] Share, "calibrated to the moments of 1946-88 (experiments/calibration)", "Share of states that propose a bilateral pact in a year";
        applicants "p_app" "E10" "1/year" = 0.2197 [0.05, 0.4] Share, "calibrated to the moments of 1946-88 (experiments/calibration)", "Share of states that apply to an existing pact in a year";
        bilateral_openness "o_2" "E10" "1" = 0.02 [0.0, 0.1] Share, "ATOP 1946-88: 3 accessions in 1,721 pact-years of bilateral pacts, 63 in 453 of larger ones", "Probability that an applicant considers bilateral pacts too, not only those of more than two";
        admission_quorum "m_adm" "E10" "1" = 0.9242 [0.5, 1.0] Share, "calibrated to the moments of 1946-88 (experiments/calibration)", "Share of members that must accept an applicant";
        share_defence "p_D" "E10" "1" = 0.53 [0.3, 0.8] Share, "ATOP births 1946-88", "Share of bilateral proposals that are of a defence pact";
        share_neutrality "p_N" "E10" "1" = 0.40 [0.1, 0.6] Share, "ATOP births 1946-88", "Share that are of a neutrality or non-aggression pact; the rest are ententes";
        collapse_loss "k_col" "E10" "1" = 0.333 [0.2, 0.5] Share, "a proposal", "Share of its capability that a sponsor must lose within five years for its pacts to be put to a vote";
    }
}

/// Offers and calls of a power are given for one that has this share of the great powers'
/// capability (E10).
const ORDINARY_SHARE: f64 = 0.5;
/// Alternatives that `explain` names.
const NAMED: usize = 5;

/// The states that may look for allies this year, in the order of acting, with the draw that
/// lets them; further draws of theirs are at (stream, year, state).
pub(crate) fn searching(world: &World, stream: Stream, rate: f64) -> Vec<(StateId, f64)> {
    let draws = world.uniforms(stream, 0);
    let may = |&(i, draw): &(StateId, f64)| draw < rate || world.trace.wants(i, world.year);
    let agents = world.order.iter().map(|&i| (i, draws[i]));
    let mut searching = Vec::with_capacity(world.order.len());
    searching.extend(agents.filter(may));
    searching
}

/// Whether a state looks for allies this year; noted for `explain`.
pub(crate) fn searches(
    world: &World,
    process: Process,
    state: StateId,
    draw: f64,
    rate: f64,
) -> bool {
    let yes = draw < rate;
    world.trace.note(state, world.year, || Decision {
        process,
        question: "look for a pact this year".to_string(),
        terms: Vec::new(),
        utility: 0.0,
        probability: rate,
        draw,
        yes,
        outcome: yes_or_no(yes),
    });
    yes
}

/// Notes for `explain` which alternative was drawn, beside the likeliest ones.
pub(crate) fn note_alternatives(
    world: &World,
    process: Process,
    state: StateId,
    weights: &[f64],
    chosen: usize,
    draw: f64,
    name: impl Fn(usize) -> String,
) {
    world.trace.note(state, world.year, || {
        let total: f64 = weights.iter().sum();
        let mut order: Vec<usize> = (0..weights.len()).filter(|&k| weights[k] > 0.0).collect();
        order.sort_by(|&a, &b| weights[b].total_cmp(&weights[a]).then(a.cmp(&b)));
        let likeliest: Vec<String> = order
            .iter()
            .take(NAMED)
            .map(|&k| format!("{} {:.2}", name(k), weights[k] / total))
            .collect();
        Decision {
            process,
            question: format!(
                "whom to turn to; likeliest of {}: {}",
                order.len(),
                likeliest.join(", ")
            ),
            terms: Vec::new(),
            utility: 0.0,
            probability: weights[chosen] / total,
            draw,
            yes: true,
            outcome: name(chosen),
        }
    });
}

impl World {
    /// Abbreviations of states, for questions.
    pub(crate) fn names(&self, states: &[StateId]) -> String {
        let names = states.iter().map(|&i| self.states.abbreviation[i].as_str());
        let names: Vec<&str> = names.collect();
        names.join(", ")
    }

    /// The great powers in the order in which states act.
    pub(crate) fn powers_in_order(&self) -> Vec<StateId> {
        let order = self.order.iter().copied();
        order.filter(|&i| self.states.power[i]).collect()
    }

    /// rate·2k_g·f with f = ½ [1 + β_off (2 C_t − 1)]: how a power's offers and calls follow its
    /// share of the great powers' capability and competition (E10).
    pub(crate) fn supplied(&self, rate: f64, g: StateId) -> f64 {
        let slope = self.parameters.protocol.offers_competition;
        let supply = (1.0 + slope * (2.0 * self.competition - 1.0)) / 2.0;
        rate / ORDINARY_SHARE * self.power_share(g) * supply
    }

    /// Σ_h A_gh reach_{h→i}: what i is worth to g against its antagonists.
    pub(crate) fn strategic_value(&self, g: StateId, i: StateId) -> f64 {
        self.powers
            .iter()
            .filter(|&&h| h != g && h != i)
            .map(|&h| self.antagonism_of(g, h) * self.reach(h, i))
            .sum()
    }

    /// The defence pacts that `g` sponsors.
    pub(crate) fn sponsored(&self, g: StateId) -> impl Iterator<Item = (PactId, &Pact)> {
        let own = move |p: &Pact| p.sponsor == Some(g) && p.kind == PactKind::Defence;
        self.pacts.iter_enumerated().filter(move |(_, p)| own(p))
    }

    /// The largest defence pact that `g` sponsors, the first of several.
    pub fn largest_sponsored(&self, g: StateId) -> Option<PactId> {
        let largest = self
            .sponsored(g)
            .min_by_key(|(_, p)| Reverse(p.members.len()));
        largest.map(|(k, _)| k)
    }

    /// Whether `i` borders a member of the pact or sits in a pact with one.
    pub(crate) fn near_pact(&self, i: StateId, members: &[StateId]) -> bool {
        let inside = |j: &StateId| members.binary_search(j).is_ok();
        self.neighbours[i].iter().any(inside) || self.allies[i].iter().any(inside)
    }
}
