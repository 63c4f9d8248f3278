//! E14: states of a region accede to its partnership later.

use super::value::{RegionView, value};
use crate::rng::Stream;
use crate::rules::choice::Choice;
use crate::rules::{Declaration, Given};
use crate::scenario::Process;
use crate::world::journal::{Change, Subject};
use crate::world::{BodyId, StateId, World};

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "partnership_accession",
    step: "9 partnerships",
    equation: "E14",
    core: true,
    help: "States of a region accede later",
    parameters: &["alliance", "partnership"],
    streams: &[Stream::PartnershipAccession],
    run,
};

/// A state of the region outside its body accedes w.p. p_acc Λ(V/s). Where a region has
/// several bodies, the question is asked for each.
pub fn run(world: &mut World, _given: Given<'_>) {
    for index in world.partnerships.keys() {
        let body = &world.partnerships[index];
        if body.start == world.step || body.inert {
            continue;
        }
        for i in joining(world, index) {
            world.partnerships[index].join(i);
            let by = Process::PartnershipAccession;
            world.note_body(index, Subject::Partnership, Change::Joined(i), by);
        }
    }
}

fn joining(world: &World, index: BodyId) -> Vec<StateId> {
    let body = &world.partnerships[index];
    let view = RegionView::of(world, body.region);
    let rate = world.parameters.partnership.accession_rate;
    let key = (body.region.word() << 8) | (body.rank & 0xff);
    let joins = |i: StateId| {
        let draw = world.uniform(Stream::PartnershipAccession, key, i);
        if draw >= rate && !world.trace.wants(i, world.year) {
            return false;
        }
        let terms = value(world, &view, i, body.depth);
        let choice = Choice::new(Process::PartnershipAccession, i, &terms, draw).at(rate);
        choice.answer(world, || format!("accede to {}", body.name))
    };
    let outside = world.regions[body.region].members.iter().copied();
    outside.filter(|&i| !body.has(i) && joins(i)).collect()
}
