//! E14: outside great powers take part in a partnership.

use super::acceptance;
use super::value::{natural_stance, stance};
use crate::rng::Stream;
use crate::rules::Given;
use crate::world::World;
use crate::world::journal::{Change, Form};

/// A great power that is no member seeks a part w.p. p_ext × its presence and is admitted
/// w.p. Λ((a_ext stance − κ_f)/s). A participant with a negative stance loses its part w.p.
/// l_a0 − l_a1 stance a year.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters;
    for index in 0..world.partnerships.len() {
        if world.partnerships[index].inert {
            continue;
        }
        let (r, address) = (
            world.partnerships[index].region,
            world.partnerships[index].address(),
        );
        for k in 0..world.powers.len() {
            let g = world.powers[k];
            if world.partnerships[index].has(g) {
                continue;
            }
            let mut draw = world
                .draws
                .at(Stream::ExtraRegional, world.step, address, g as u32);
            let (seek, answer) = (draw.uniform(), draw.uniform());
            let position = world.partnerships[index]
                .participants
                .iter()
                .position(|(s, _)| *s == g);
            if let Some(position) = position {
                let now = stance(world, g, r);
                let rate = p.deepening.lapse_base + p.deepening.lapse_dissent * (-now).max(0.0);
                if now < 0.0 && seek < rate {
                    world.partnerships[index].participants.remove(position);
                }
                continue;
            }
            let presence = world.regions[r].presence.get(k).copied().unwrap_or(0.0);
            let natural = natural_stance(world, g, r);
            let utility = p.partnership.extra_regional_stance * natural - p.partnership.cost;
            if seek < p.partnership.extra_regional_rate * presence
                && answer < acceptance(world, utility)
            {
                let participants = &mut world.partnerships[index].participants;
                participants.push((g, natural));
                participants.sort_unstable_by_key(|(s, _)| *s);
                world.note_partnership(
                    index,
                    Form::Partnership,
                    "",
                    Change::Participant,
                    "extra_regional",
                    Some(g),
                );
            }
        }
    }
}
