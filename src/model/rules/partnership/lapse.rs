//! E14: agreements lapse, offices close, bodies end.

use crate::rng::Stream;
use crate::rules::Given;
use crate::scenario::EventKind;
use crate::world::World;
use crate::world::journal::{Change, Form};

/// Each agreement lapses w.p. l_a0 + l_a1 (1 − cons); an office closes when no agreement of
/// its kind is left; the body ends w.p. l_a1 max(0, l_c − cons).
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.deepening;
    for index in (0..world.partnerships.len()).rev() {
        let body = &world.partnerships[index];
        if body.inert
            || world
                .controls
                .blocks_region(EventKind::PartnershipLapse, body.region)
        {
            continue;
        }
        let rate = p.lapse_base + p.lapse_dissent * (1.0 - body.consensus);
        let mut draw = world
            .draws
            .at(Stream::PartnershipLapse, world.step, body.address(), 0);
        let end = draw.uniform() < p.lapse_dissent * (p.end_consensus - body.consensus).max(0.0);
        let lapsing: Vec<bool> = (0..body.agreements.len())
            .map(|_| draw.uniform() < rate)
            .collect();
        for k in (0..lapsing.len()).rev().filter(|&k| lapsing[k]) {
            let agreement = world.partnerships[index].agreements.remove(k);
            let kind = agreement.kind;
            world.note_partnership(
                index,
                Form::Agreement,
                kind.name(),
                Change::Ended,
                "partnership_lapse",
                None,
            );
            let body = &mut world.partnerships[index];
            if body.offices[kind as usize] && body.count(kind) == 0 {
                body.offices[kind as usize] = false;
                world.note_partnership(
                    index,
                    Form::Office,
                    kind.name(),
                    Change::Ended,
                    "partnership_lapse",
                    None,
                );
            }
        }
        if end {
            world.end_partnership(index, "partnership_lapse");
        }
    }
}
