//! E19: the global body's capacity, its norms and its links to partnerships.

use super::Given;
use crate::world::World;

/// Link ← Link + ΔLink₊ under standing structures − ΔLink₋ per veto on the body's crises.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.global_body;
    let standing = world.governance.standing && world.governance.global;
    for body in world.partnerships.iter_mut().filter(|b| !b.inert) {
        let growth = if standing { p.link_growth } else { 0.0 };
        body.link = (body.link + growth - p.link_veto * f64::from(body.vetoes)).clamp(0.0, 1.0);
        body.vetoes = 0;
    }
    world.global.capacity = world.parameters.response.global_capacity
        * libm::exp(p.capacity_growth * f64::from(world.step + 1));
    let (mut gaps, mut pairs) = (0.0, 0.0);
    for (k, &g) in world.powers.iter().enumerate() {
        for &h in &world.powers[..k] {
            gaps += world.states.culture_gap(g, h);
            pairs += 1.0;
        }
    }
    world.global.norm_divergence = if pairs > 0.0 { gaps / pairs } else { 0.0 };
}
