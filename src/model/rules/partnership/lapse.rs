//! E14: agreements lapse, offices close, bodies end.

use crate::rng::Stream;
use crate::rules::{Declaration, Given};
use crate::scenario::{EventKind, Process};
use crate::world::World;
use crate::world::journal::{Change, Subject};

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "partnership_lapse",
    step: "9 partnerships",
    equation: "E14",
    core: true,
    help: "Lapse of agreements and of partnerships",
    parameters: &["deepening"],
    streams: &[Stream::PartnershipLapse],
    run,
};

/// Each agreement lapses w.p. l_a0 + l_a1 (1 − cons); an office closes when no agreement of
/// its kind is left; the body ends w.p. l_a1 max(0, l_c − cons).
pub fn run(world: &mut World, _given: Given<'_>) {
    let (p, by) = (world.parameters.deepening, Process::PartnershipLapse);
    for index in world.partnerships.keys().rev() {
        let (body, blocks) = (&world.partnerships[index], EventKind::PartnershipLapse);
        if body.inert || world.controls.blocks_region(blocks, body.region) {
            continue;
        }
        let rate = p.lapse_base + p.lapse_dissent * (1.0 - body.consensus);
        let mut draw = world.draw(Stream::PartnershipLapse, body.address(), 0u32);
        let end = draw.uniform() < p.lapse_dissent * (p.end_consensus - body.consensus).max(0.0);
        let lapses = body.agreements.iter().map(|_| draw.uniform() < rate);
        let lapsing: Vec<bool> = lapses.collect();
        for k in (0..lapsing.len()).rev().filter(|&k| lapsing[k]) {
            let kind = world.partnerships[index].agreements.remove(k).kind;
            world.note_body(index, Subject::Agreement(kind), Change::Ended, by);
            let body = &mut world.partnerships[index];
            if body.offices[kind as usize] && body.count(kind) == 0 {
                body.offices[kind as usize] = false;
                world.note_body(index, Subject::Office(kind), Change::Ended, by);
            }
        }
        if end {
            world.end_partnership(index, by);
        }
    }
}
