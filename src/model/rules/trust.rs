//! E13: hostility and trust.

use super::{Declaration, Given};
use crate::scenario::Target;
use crate::scenario::parameters::parameters;
use crate::world::ByState;
use crate::world::journal::Outcome;
use crate::world::{BodyId, DyadId, StateId, World, pair, row, take_memberships};
use multiversion::multiversion;
use typed_index_collections::ti_vec;

parameters! {
    /// Hostility and trust (E13).
    trust: Trust {
        hostility_persistence "ρ_H" "E13" "1" = 0.95 [0.85, 0.99] Share, "a proposal", "Share of hostility that stays to the next year";
        hostility_dispute "ΔH_d" "E13" "1" = 0.25 [0.1, 0.4] NonNegative, "a proposal", "Rise of hostility with a dispute";
        hostility_war "ΔH_w" "E13" "1" = 0.5 [0.2, 0.8] NonNegative, "a proposal", "Rise of hostility with a war";
        hostility_settlement "ΔH_s" "E13" "1" = 0.1 [0.0, 0.2] NonNegative, "a proposal", "Fall of hostility with a settlement";
        hostility_rivalry "H_riv" "E13" "1" = 0.4 [0.2, 0.6] Share, "a proposal", "Least hostility while a strategic rivalry is active";
        growth "τ₊" "E13" "1/year" = 0.03 [0.01, 0.06] Share, "a proposal", "Growth of trust between partners";
        loss "τ₋" "E13" "1" = 0.3 [0.1, 0.5] Share, "a proposal", "Share of trust lost with a dispute";
        reversion "τ_0" "E13" "1/year" = 0.02 [0.0, 0.05] Share, "a proposal", "Return of trust to its neutral level between states that are not partners";
        neutral "T_0" "E13" "1" = 0.3 [0.1, 0.5] Share, "a proposal", "Neutral level of trust";
        rivals "T_riv" "E13" "1" = 0.1 [0.0, 0.3] Share, "a proposal", "Trust of rivals in the first year";
    }
}

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "trust",
    step: "7 trust",
    equation: "E13",
    core: false,
    help: "Hostility and trust",
    parameters: &["trust"],
    streams: &[],
    run,
};

/// H ← clip[ρ_H H + .25 dispute + .5 war − .1 settled], at least .4 while a rivalry is
/// active; T ← clip[T + τ₊ coop (1 − T) − τ₋ dispute T + τ_0 (T_0 − T)(1 − coop)], coop = 1
/// for defence allies and partners.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.trust;
    let lost: Vec<(DyadId, f32)> = world
        .journal
        .disputes
        .iter()
        .map(|d| {
            let k = pair(d.a, d.b);
            (k, p.loss as f32 * world.pairs.trust[k])
        })
        .collect();
    drift(world);
    for (index, (k, loss)) in lost.into_iter().enumerate() {
        let d = &world.journal.disputes[index];
        let rise = p.hostility_dispute + if d.war() { p.hostility_war } else { 0.0 }
            - if d.outcome == Outcome::Settled {
                p.hostility_settlement
            } else {
                0.0
            };
        let h = f64::from(world.pairs.hostility[k]) + rise;
        world.pairs.hostility[k] = h.clamp(0.0, 1.0) as f32;
        world.pairs.trust[k] = (world.pairs.trust[k] - loss).clamp(0.0, 1.0);
    }
    let floor = p.hostility_rivalry as f32;
    for &i in &world.roster {
        for &j in world.rivals[i].iter().take_while(|&&j| j < i) {
            let cell = &mut world.pairs.hostility[pair(i, j)];
            *cell = cell.max(floor);
        }
    }
    world.hold_pairs(Target::Hostility);
    world.hold_pairs(Target::Trust);
}

/// The part of the equations that every pair has.
fn drift(world: &mut World) {
    let p = world.parameters.trust;
    let persistence = p.hostility_persistence as f32;
    let neutral = p.neutral as f32;
    let (growth, reversion) = (p.growth as f32, p.reversion as f32);
    // Pairs outside the system have no hostility and keep none.
    fade(&mut world.pairs.hostility.raw, persistence);
    let mut together: ByState<f32> = ti_vec![0.0; world.states.len()];
    let memberships = world.memberships();
    let mut later = &memberships[..];
    for &i in &world.roster {
        let bodies = take_memberships(&mut later, i);
        mark_partners(world, i, bodies, &mut together);
        let trust = &mut world.pairs.trust.raw[row(i)];
        adapt(trust, &together.raw, growth, reversion, neutral);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn fade(hostility: &mut [f32], persistence: f32) {
    for h in hostility {
        *h *= persistence;
    }
}

/// T + τ₊ coop (1 − T) + τ_0 (T_0 − T)(1 − coop).
#[multiversion(targets("x86_64+avx2"))]
fn adapt(trust: &mut [f32], together: &[f32], growth: f32, reversion: f32, neutral: f32) {
    for (t, &coop) in trust.iter_mut().zip(together) {
        let rise = coop * growth * (1.0 - *t);
        *t = *t + rise + (1.0 - coop) * reversion * (neutral - *t);
    }
}

/// 1 for the lower states that i is allied to in defence or partner with.
fn mark_partners(
    world: &World,
    i: StateId,
    bodies: impl Iterator<Item = BodyId>,
    together: &mut ByState<f32>,
) {
    together.raw[..usize::from(i)].fill(0.0);
    for &j in world.allies[i].iter().take_while(|&&j| j < i) {
        if world.pairs.defence_allied(i, j) {
            together[j] = 1.0;
        }
    }
    for body in bodies {
        let members = world.partnerships[body].members.iter();
        for &j in members.take_while(|&&j| j < i) {
            together[j] = 1.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::drawn::{self, Drawn};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(drawn::config())]

        #[test]
        fn the_kernel_drifts_as_the_equation_does(drawn in drawn::world("trust")) {
            let Drawn { mut world, .. } = drawn;
            let before = world.pairs.clone();
            drift(&mut world);
            let p = world.parameters.trust;
            for (k, &i) in world.roster.iter().enumerate() {
                for &j in &world.roster[..k] {
                    let (at, partners) = (pair(i, j), world.partners(i, j));
                    let coop = partners || world.pairs.defence_allied(i, j);
                    let (t, h) = (f64::from(before.trust[at]), f64::from(before.hostility[at]));
                    let expected = if coop {
                        t + p.growth * (1.0 - t)
                    } else {
                        t + p.reversion * (p.neutral - t)
                    };
                    prop_assert!((world.trust(i, j) - expected).abs() < 1e-6);
                    let expected = p.hostility_persistence * h;
                    prop_assert!((world.hostility(i, j) - expected).abs() < 1e-6);
                }
            }
        }
    }
}
