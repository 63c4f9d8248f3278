//! E14: regional security partnerships. What a partnership is worth to a state, and how
//! one is founded, grows, deepens, loses members and ends.

pub mod accession;
pub mod deepening;
pub mod extra_regional;
pub mod founding;
pub mod lapse;
pub mod value;
pub mod withdrawal;

use crate::rng::{Stream, logistic};
use crate::scenario::Target;
use crate::world::{Decision, World};
use value::Terms;

/// Λ(V/s).
pub(crate) fn acceptance(world: &World, value: f64) -> f64 {
    logistic(value / world.parameters.alliance.choice_scale.max(1e-6))
}

/// Notes a decision on a partnership for `explain`.
#[allow(clippy::too_many_arguments)]
pub(crate) fn note(
    world: &World,
    process: &'static str,
    state: usize,
    question: impl Fn() -> String,
    terms: &Terms,
    utility: f64,
    probability: f64,
    draw: f64,
) {
    world.trace.note(state, world.year, || Decision {
        process,
        question: question(),
        terms: terms.named().to_vec(),
        utility,
        probability,
        draw,
        yes: draw < probability,
        outcome: if draw < probability { "yes" } else { "no" }.to_string(),
    });
}

impl World {
    /// Brings up to date what regions derive from the year before: violence, opposed
    /// pacts, institutionalisation, similarity, the year's circumstance.
    pub(crate) fn derive_regions(&mut self) {
        let shock = self.parameters.partnership.shock_sd;
        for r in 0..self.regions.len() {
            let noise = self
                .draws
                .at(Stream::Founding, self.step, r as u32, 1)
                .normal();
            let institutionalisation = self
                .partnerships_of(r)
                .map(|p| p.institutionalisation())
                .fold(0.0, f64::max);
            let similarity = self
                .held_in_region(Target::Similarity, r, self.parameters.problems.similarity)
                .clamp(0.0, 1.0);
            let opposed = value::opposed(self, r);
            let region = &mut self.regions[r];
            region.circumstance = shock * noise;
            region.institutionalisation = institutionalisation;
            region.similarity = similarity;
            region.opposed = opposed;
        }
    }

    /// v_r = min(1, 2·disputes per state-year over five years + ½·share in domestic conflict);
    /// without the conflict processes it keeps its initial value.
    pub(crate) fn refresh_violence(&mut self) {
        for r in 0..self.regions.len() {
            let recent: Vec<_> = self.regions[r]
                .record
                .iter()
                .rev()
                .take(5)
                .copied()
                .collect();
            if let Some(last) = recent.first() {
                let states: f64 = recent.iter().map(|x| x.states).sum();
                let disputes: f64 = recent.iter().map(|x| x.disputes).sum();
                let violence =
                    2.0 * disputes / states.max(1.0) + 0.5 * last.domestic / last.states.max(1.0);
                self.regions[r].violence = violence.min(1.0);
            }
            let held = self.held_in_region(Target::Violence, r, self.regions[r].violence);
            self.regions[r].violence = held.clamp(0.0, 1.0);
        }
    }
}
