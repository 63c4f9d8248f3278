//! E8-E10: pacts. What a pact is worth to a state, and how pacts begin, grow,
//! shrink and end.

pub mod accession;
pub mod alignment;
pub mod bilateral;
pub mod calls;
pub mod collapse;
pub mod exit;
pub mod lapse;
pub mod merger;
pub mod offers;
pub mod utility;

use crate::rng::{Stream, logistic, logistic_at_most};
use crate::scenario::PactKind;
use crate::world::{Decision, World};
use utility::Terms;

/// A yes or no by logit choice: yes if the draw is below Λ((U + shift)/s).
///
/// `rate` scales the probability (a member reconsiders a pact at a rate).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice<'a> {
    pub process: &'static str,
    pub state: usize,
    pub terms: &'a Terms,
    /// Added to the utility (a cost of leaving).
    pub shift: f64,
    /// Probability of yes per unit of Λ.
    pub rate: f64,
    /// Whether the question is leaving: the sign of the utility turns.
    pub leaving: bool,
    pub draw: f64,
}

impl Choice<'_> {
    /// The answer; noted for `explain`.
    pub(crate) fn answer(&self, world: &World, question: impl Fn() -> String) -> bool {
        let scale = world.parameters.alliance.choice_scale.max(1e-6);
        let utility = self.terms.sum() + self.shift;
        let signed = if self.leaving { -utility } else { utility };
        let certainly_no = self.draw >= self.rate * logistic_at_most(signed / scale);
        if certainly_no && !world.trace.wants(self.state, world.year) {
            return false;
        }
        let probability = self.rate * logistic(signed / scale);
        let yes = self.draw < probability;
        world.trace.note(self.state, world.year, || Decision {
            process: self.process,
            question: question(),
            terms: self.terms.named().to_vec(),
            utility,
            probability,
            draw: self.draw,
            yes,
            outcome: if yes { "yes" } else { "no" }.to_string(),
        });
        yes
    }
}

/// The states that may look for allies this year, in the order of acting, with the draw that
/// lets them; further draws of theirs are at (stream, year, state).
pub(crate) fn searching(world: &World, stream: Stream, rate: f64) -> Vec<(usize, f64)> {
    let draws = world
        .draws
        .uniforms(stream, world.step, 0, world.states.len());
    let may = |&(i, draw): &(usize, f64)| draw < rate || world.trace.wants(i, world.year);
    let agents = world.order.iter().map(|&i| (i, draws[i]));
    let mut searching = Vec::with_capacity(world.order.len());
    searching.extend(agents.filter(may));
    searching
}

/// Whether a state looks for allies this year; noted for `explain`.
pub(crate) fn searches(
    world: &World,
    process: &'static str,
    state: usize,
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
        outcome: if yes { "yes" } else { "no" }.to_string(),
    });
    yes
}

/// Notes for `explain` which alternative was drawn, beside the likeliest ones.
pub(crate) fn note_alternatives(
    world: &World,
    process: &'static str,
    state: usize,
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
            .take(5)
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
    pub(crate) fn names(&self, states: &[usize]) -> String {
        let names: Vec<&str> = states
            .iter()
            .map(|&i| self.states.abbreviation[i].as_str())
            .collect();
        names.join(", ")
    }

    /// The great powers in the order in which states act.
    pub(crate) fn powers_in_order(&self) -> Vec<usize> {
        let order = self.order.iter().copied();
        order.filter(|&i| self.states.power[i]).collect()
    }

    /// f = ½ [1 + β_off (2 C_t − 1)]: how the supply of offers follows competition (E10).
    pub(crate) fn offer_supply(&self) -> f64 {
        0.5 * (1.0 + self.parameters.protocol.offers_competition * (2.0 * self.competition - 1.0))
    }

    /// Σ_h A_gh reach_{h→i}: what i is worth to g against its antagonists.
    pub(crate) fn strategic_value(&self, g: usize, i: usize) -> f64 {
        self.powers
            .iter()
            .filter(|&&h| h != g && h != i)
            .map(|&h| self.antagonism_of(g, h) * self.reach(h, i))
            .sum()
    }

    /// The defence pacts that `g` sponsors.
    pub(crate) fn sponsored(&self, g: usize) -> impl DoubleEndedIterator<Item = usize> {
        let own = move |k: &usize| {
            let pact = &self.pacts[*k];
            pact.sponsor == Some(g) && pact.kind == PactKind::Defence
        };
        (0..self.pacts.len()).filter(own)
    }

    /// The largest defence pact that `g` sponsors.
    pub fn largest_sponsored(&self, g: usize) -> Option<usize> {
        // The first of the largest.
        let pacts = self.sponsored(g).rev();
        pacts.max_by_key(|&k| self.pacts[k].members.len())
    }

    /// Whether `i` borders a member of the pact or sits in a pact with one.
    pub(crate) fn near_pact(&self, i: usize, members: &[usize]) -> bool {
        let inside = |j: &usize| members.binary_search(j).is_ok();
        self.neighbours[i].iter().any(inside) || self.allies[i].iter().any(inside)
    }
}
