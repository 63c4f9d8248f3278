//! E15: security culture (Friedkin & Johnsen 1990, with contacts that change).

use super::lanes::{LANES, Real};
use crate::world::ByState;
use typed_index_collections::ti_vec;
mod kernel;

use super::{Declaration, Given};
use crate::rng::{Stream, normal_quantile};
use crate::scenario::parameters::parameters;
use crate::world::{BodyId, CULTURE, SOVEREIGNTY, World, row, take_memberships};
use kernel::{Pull, in_blocks, multiply};
use typed_index_collections::TiVec;

parameters! {
    /// Security culture (E15).
    culture: Culture {
        openness "ψ" "E15" "1/year" = 0.05 [0.0, 0.15] NonNegative, "Friedkin & Johnsen 1990; a proposal", "Openness to the cultures of contacts";
        backlash "ψ_b" "E15" "1/year" = 0.05 [-0.05, 0.15] Real, "a proposal; may reverse", "Loss of openness of sovereignty-minded members of a partnership";
        confidence "ε" "E15" "1" = 0.2 [0.05, 0.4] NonNegative, "Hegselmann & Krause 2002; a proposal", "Culture distance above which contacts have no influence";
        repulsion "ρ_r" "E15" "1/year" = 0.02 [0.0, 0.1] NonNegative, "a proposal", "Move away from the cultures of rivals";
        anchor "a_c" "E15" "1/year" = 0.05 [0.0, 0.2] NonNegative, "a proposal", "Return to a state's own anchor";
        noise_sd "σ_c" "E15" "1" = 0.01 [0.0, 0.03] NonNegative, "a proposal", "Standard deviation of the yearly noise of culture";
        pact_contact "w_A" "E15" "1" = 0.5 [0.0, 1.0] NonNegative, "a proposal", "Contact through a defence pact";
        precision "n_c" "E15" "1" = 20.0 [10.0, 40.0] NonNegative, "a proposal", "Precision of initial cultures around the mean that their regime gives";
    }
}

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "culture",
    step: "11 culture",
    equation: "E15",
    core: false,
    help: "Security culture",
    parameters: &["culture"],
    streams: &[Stream::Culture],
    run,
};

/// c_i ← c_i + ψ_i R_i/(R_i + 1) Σ_j (raw_ij/R_i)(c_j − c_i) \[|Δc| < ε\] − ρ_r mean over rivals
/// (c_j − c_i) − a_c (c_i − anchor) + σ_c ε, with raw_ij = W_ij g_ij + I_r comember + w_A ally
/// and ψ_i = ψ − ψ_b sov_i \[partner\]. A state's anchor is set when it is first met so that
/// it would stand still.
pub fn run(world: &mut World, _given: Given<'_>) {
    let before = std::mem::take(&mut world.states.culture);
    world.states.culture = next(world, &before);
    world.hold_culture();
}

/// The cultures that a year makes of those `before` it, all states' by dimension, at the
/// precision of the columns; sets anchors that are not set yet.
pub fn next<T: Real>(world: &mut World, before: &[ByState<T>; CULTURE]) -> [ByState<T>; CULTURE] {
    let p = world.parameters.culture;
    let pull = pull(world, before);
    let partner = partners(world);
    let mut next = before.clone();
    let draws: [ByState<f64>; CULTURE] =
        std::array::from_fn(|d| world.uniforms(Stream::Culture, d as u32));
    for &i in &world.roster {
        let sovereignty = before[SOVEREIGNTY][i].wide();
        let openness = p.openness
            - if partner[i] {
                p.backlash * sovereignty
            } else {
                0.0
            };
        let rivals = world.rivals[i].len().max(1) as f64;
        for d in 0..CULTURE {
            let c = before[d][i].wide();
            let attraction = openness * pull.sums[d][i] / (pull.weight[i] + 1.0);
            let away: f64 = world.rivals[i]
                .iter()
                .map(|&j| before[d][j].wide() - c)
                .sum();
            let repulsion = p.repulsion * away / rivals;
            if !world.states.anchored[i] {
                world.states.anchor[d][i] = if p.anchor > 0.0 {
                    c + (repulsion - attraction) / p.anchor
                } else {
                    c
                };
            }
            let value = c + attraction - repulsion - p.anchor * (c - world.states.anchor[d][i])
                + p.noise_sd * normal_quantile(draws[d][i]);
            next[d][i] = T::narrow(value.clamp(0.0, 1.0));
        }
        world.states.anchored[i] = true;
    }
    next
}

fn pull<T: Real>(world: &World, columns: &[ByState<T>; CULTURE]) -> Pull<T> {
    let p = world.parameters.culture;
    let n = world.states.len();
    let mut pull = Pull::new(n);
    let mut row_blocks = vec![[T::zero(); LANES]; n.div_ceil(LANES)];
    let culture = in_blocks(columns);
    let bodies = world.partnerships.iter();
    let levels = bodies.map(|b| T::narrow(b.institutionalisation()));
    let levels: TiVec<BodyId, T> = levels.collect();
    let memberships = world.memberships();
    let mut later = &memberships[..];
    for &i in &world.roster {
        let (raw, end) = (row_blocks.as_flattened_mut(), usize::from(i));
        let beyond = (end + LANES).min(raw.len());
        raw[end..beyond].fill(T::zero());
        let proximity = &world.pairs.proximity_of(i).raw[..end];
        let interdependence = &world.pairs.interdependence.raw[row(i)];
        multiply(interdependence, proximity, &mut raw[..end]);
        for &j in world.allies[i].iter().take_while(|&&j| j < i) {
            if world.pairs.defence_allied(i, j) {
                raw[usize::from(j)] += T::narrow(p.pact_contact);
            }
        }
        for body in take_memberships(&mut later, i) {
            let members = world.partnerships[body].members.iter();
            for &j in members.take_while(|&&j| j < i) {
                raw[usize::from(j)] += levels[body];
            }
        }
        let own = [0, 1, 2, 3].map(|d| columns[d][i]);
        pull.add_row(i, &row_blocks, &culture, own, T::narrow(p.confidence));
    }
    pull.settle();
    pull
}

fn partners(world: &World) -> ByState<bool> {
    let mut partner = ti_vec![false; world.states.len()];
    for body in world.partnerships.iter().filter(|b| !b.inert) {
        body.members.iter().for_each(|&i| partner[i] = true);
    }
    partner
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::drawn::{self, Drawn};
    use crate::world::StateId;
    use proptest::prelude::*;

    /// R_i and Σ_j raw_ij (c_j − c_i) [|Δc| < ε] as E15 has them.
    fn plain(world: &World, culture: &[ByState<f64>; CULTURE], i: StateId) -> [f64; CULTURE + 1] {
        let p = world.parameters.culture;
        let mut sums = [0.0; CULTURE + 1];
        for &j in world.roster.iter().filter(|&&j| j != i) {
            let bodies = world
                .partnerships
                .iter()
                .filter(|b| !b.inert && b.has(i) && b.has(j));
            let raw = world.interdependence(i, j) * f64::from(world.pairs.proximity_of(i)[j])
                + bodies.map(|b| b.institutionalisation()).sum::<f64>()
                + p.pact_contact * f64::from(u8::from(world.pairs.defence_allied(i, j)));
            let gaps: [f64; CULTURE] = std::array::from_fn(|d| culture[d][j] - culture[d][i]);
            if gaps.iter().map(|gap| gap.abs()).sum::<f64>() / (CULTURE as f64) < p.confidence {
                (0..CULTURE).for_each(|d| sums[d] += raw * gaps[d]);
            }
            sums[CULTURE] += raw;
        }
        sums
    }

    proptest! {
        #![proptest_config(drawn::config())]

        #[test]
        fn the_kernel_sums_the_contacts_of_the_equation(drawn in drawn::world("culture")) {
            let Drawn { world, .. } = drawn;
            let culture = world.states.culture.each_ref();
            let culture = culture.map(|c| c.iter().map(|&x| f64::from(x)).collect::<ByState<f64>>());
            let found = pull(&world, &culture);
            for &i in &world.roster {
                let expected = plain(&world, &culture, i);
                let sums = found.sums.iter().map(|sums| sums[i]).chain([found.weight[i]]);
                for (found, expected) in sums.zip(expected) {
                    prop_assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
                }
            }
        }
    }
}
