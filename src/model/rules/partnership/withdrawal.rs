//! E14: members leave partnerships, and the consensus of those who stay.

use super::value::{RegionView, value};
use crate::rng::Stream;
use crate::rules::choice::Choice;
use crate::rules::{Declaration, Given};
use crate::scenario::Process;
use crate::world::journal::{Change, Subject};
use crate::world::{BodyId, StateId, World};

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "withdrawal",
    step: "9 partnerships",
    equation: "E14",
    core: true,
    help: "Members leave partnerships",
    parameters: &["alliance", "partnership"],
    streams: &[Stream::PartnershipWithdrawal],
    run,
};

/// Each member leaves w.p. p_wd Λ(−(V + u_wd)/s).
pub fn run(world: &mut World, _given: Given<'_>) {
    let by = Process::Withdrawal;
    for index in world.partnerships.keys().rev() {
        if world.partnerships[index].inert {
            continue;
        }
        for i in leaving(world, index) {
            world.partnerships[index].members.retain(|&j| j != i);
            world.note_body(index, Subject::Partnership, Change::Left(i), by);
        }
        if world.partnerships[index].members.len() < 2 {
            world.end_partnership(index, by);
        }
    }
}

fn leaving(world: &World, index: BodyId) -> Vec<StateId> {
    let p = world.parameters.partnership;
    let body = &world.partnerships[index];
    let view = RegionView::of(world, body.region);
    let leaves = |i: StateId| {
        let draw = world.uniform(Stream::PartnershipWithdrawal, body.address(), i);
        if draw >= p.withdrawal_rate && !world.trace.wants(i, world.year) {
            return false;
        }
        let terms = value(world, &view, i, body.depth);
        let choice = Choice::new(Process::Withdrawal, i, &terms, draw);
        let choice = choice.at(p.withdrawal_rate).leaving(p.withdrawal_cost);
        choice.answer(world, || format!("leave {}", body.name))
    };
    let members = body.members.iter().copied();
    members.filter(|&i| leaves(i)).collect()
}

impl World {
    /// Mean Λ(V/s) of a body's members.
    pub(crate) fn consensus_of(&self, index: BodyId) -> f64 {
        let body = &self.partnerships[index];
        let view = RegionView::of(self, body.region);
        let accepts = |&i: &StateId| self.acceptance(value(self, &view, i, body.depth).sum());
        let sum: f64 = body.members.iter().map(accepts).sum();
        sum / body.members.len().max(1) as f64
    }
}
