//! E14: outside great powers take part in a partnership.

use super::value::{natural_stance, stance};
use crate::rng::Stream;
use crate::rules::{Declaration, Given};
use crate::scenario::Process;
use crate::world::World;
use crate::world::journal::{Change, Subject};

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "extra_regional",
    step: "9 partnerships",
    equation: "E14",
    core: false,
    help: "Outside powers take part in partnerships",
    parameters: &["alliance", "partnership", "deepening"],
    streams: &[Stream::ExtraRegional],
    run,
};

/// A great power that is no member seeks a part w.p. p_ext × its presence and is admitted
/// w.p. Λ((a_ext stance − κ_f)/s). A participant with a negative stance loses its part w.p.
/// l_a0 − l_a1 stance a year.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters;
    for index in world.partnerships.keys() {
        for k in 0..world.powers.len() {
            let g = world.powers[k];
            let body = &world.partnerships[index];
            if body.inert || body.has(g) {
                continue;
            }
            let r = body.region;
            let mut draw = world.draw(Stream::ExtraRegional, body.address(), g);
            let (seek, answer) = (draw.uniform(), draw.uniform());
            if body.participants.iter().any(|&(s, _)| s == g) {
                let now = stance(world, g, r);
                let rate = p.deepening.lapse_base + p.deepening.lapse_dissent * (-now).max(0.0);
                if now < 0.0 && seek < rate {
                    let body = &mut world.partnerships[index];
                    body.participants.retain(|&(s, _)| s != g);
                }
                continue;
            }
            let presence = world.regions[r].presence.get(k).copied().unwrap_or(0.0);
            let natural = natural_stance(world, g, r);
            let utility = p.partnership.extra_regional_stance * natural - p.partnership.cost;
            let sought = seek < p.partnership.extra_regional_rate * presence;
            if sought && answer < world.acceptance(utility) {
                world.partnerships[index].admit(g, natural);
                let change = Change::Participant(g);
                world.note_body(index, Subject::Partnership, change, Process::ExtraRegional);
            }
        }
    }
}
