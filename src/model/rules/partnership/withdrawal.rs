//! E14: members leave partnerships, and the consensus of those who stay.

use super::value::{RegionView, value};
use super::{acceptance, note};
use crate::rng::{Stream, logistic};
use crate::rules::Given;
use crate::world::World;
use crate::world::journal::{Change, Form};

/// Each member leaves w.p. p_wd Λ(−(V + u_wd)/s).
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.partnership;
    let scale = world.parameters.alliance.choice_scale.max(1e-6);
    for index in (0..world.partnerships.len()).rev() {
        let body = &world.partnerships[index];
        if body.inert {
            continue;
        }
        let view = RegionView::of(world, body.region);
        let address = body.address();
        let leaving: Vec<usize> = body
            .members
            .iter()
            .copied()
            .filter(|&i| {
                let draw = world.draws.uniform(
                    Stream::PartnershipWithdrawal,
                    world.step,
                    address,
                    i as u32,
                );
                if draw >= p.withdrawal_rate && !world.trace.wants(i, world.year) {
                    return false;
                }
                let terms = value(world, &view, i, body.depth);
                let utility = terms.sum() + p.withdrawal_cost;
                let probability = p.withdrawal_rate * logistic(-utility / scale);
                let question = || format!("leave {}", body.name);
                note(
                    world,
                    "withdrawal",
                    i,
                    question,
                    &terms,
                    utility,
                    probability,
                    draw,
                );
                draw < probability
            })
            .collect();
        for i in leaving {
            world.partnerships[index].members.retain(|&j| j != i);
            world.note_partnership(
                index,
                Form::Partnership,
                "",
                Change::Left,
                "withdrawal",
                Some(i),
            );
        }
        if world.partnerships[index].members.len() < 2 {
            world.end_partnership(index, "withdrawal");
        }
    }
}

impl World {
    /// Mean Λ(V/s) of a body's members.
    pub(crate) fn consensus_of(&self, index: usize) -> f64 {
        let body = &self.partnerships[index];
        let view = RegionView::of(self, body.region);
        let sum: f64 = body
            .members
            .iter()
            .map(|&i| acceptance(self, value(self, &view, i, body.depth).sum()))
            .sum();
        sum / body.members.len().max(1) as f64
    }
}
