//! E19: the global body's capacity, its norms and its links to partnerships.

use super::{Declaration, Given};
use crate::scenario::parameters::parameters;
use crate::world::World;

parameters! {
    /// The global body and its links to regions (E19).
    global_body: GlobalBodyParameters {
        link_initial "Link(0)" "E19" "1" = 0.3 [0.0, 0.6] Share, "a proposal", "Link of a new partnership to the global body";
        link_growth "ΔLink₊" "E19" "1/year" = 0.05 [0.0, 0.1] Share, "a proposal", "Growth of the link under standing structures";
        link_veto "ΔLink₋" "E19" "1" = 0.05 [0.0, 0.1] Share, "a proposal", "Loss of the link with a veto on a crisis of the region";
        drain "χ_d" "E19" "1" = 0.0 [-0.5, 0.5] Real, "sign-free, centred on zero: Diehl's sceptics against relief", "Share of the global body's effort that leaves unstructured regions (more than 0) or goes to them (less than 0)";
        capacity_growth "g_cap" "E19" "1/year" = 0.0 [-0.02, 0.02] Real, "a proposal", "Yearly growth of the global body's capacity";
    }
}

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "global_body",
    step: "10 public goods",
    equation: "E19",
    core: false,
    help: "Capacity of the global body and its links to partnerships",
    parameters: &["global_body", "response"],
    streams: &[],
    run,
};

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
