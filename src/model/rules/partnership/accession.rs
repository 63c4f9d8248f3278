//! E14: states of a region accede to its partnership later.

use super::value::{RegionView, value};
use super::{acceptance, note};
use crate::rng::Stream;
use crate::rules::Given;
use crate::world::World;
use crate::world::journal::{Change, Form};

/// A state of the region outside its body accedes w.p. p_acc Λ(V/s). Where a region has
/// several bodies, the question is asked for each.
pub fn run(world: &mut World, _given: Given<'_>) {
    for index in 0..world.partnerships.len() {
        let (r, depth, rank) = {
            let p = &world.partnerships[index];
            (p.region, p.depth, p.rank)
        };
        if world.partnerships[index].start == world.step || world.partnerships[index].inert {
            continue;
        }
        let view = RegionView::of(world, r);
        let rate = world.parameters.partnership.accession_rate;
        let joining: Vec<usize> = world.regions[r]
            .members
            .iter()
            .copied()
            .filter(|&i| !world.partnerships[index].has(i))
            .filter(|&i| {
                let key = ((r as u32) << 8) | (rank & 0xff);
                let draw =
                    world
                        .draws
                        .uniform(Stream::PartnershipAccession, world.step, key, i as u32);
                if draw >= rate && !world.trace.wants(i, world.year) {
                    return false;
                }
                let terms = value(world, &view, i, depth);
                let utility = terms.sum();
                let probability = rate * acceptance(world, utility);
                let question = || format!("accede to {}", world.partnerships[index].name);
                note(
                    world,
                    "partnership_accession",
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
        for i in joining {
            let members = &mut world.partnerships[index].members;
            let position = members.partition_point(|&j| j < i);
            members.insert(position, i);
            world.note_partnership(
                index,
                Form::Partnership,
                "",
                Change::Joined,
                "partnership_accession",
                Some(i),
            );
        }
    }
}
