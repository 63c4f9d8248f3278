//! E3: interdependence of each pair, and its means by region.

mod kernel;

use super::{Declaration, Given};
use crate::scenario::parameters::parameters;
use crate::scenario::{AgreementKind, Target};
use crate::world::{BodyId, RegionId, StateId, World, pair, row, take_memberships};
use crate::world::{ByState, below};
use kernel::{GATHERED, Row, Sums, exponents, saturate};
use typed_index_collections::TiVec;
use typed_index_collections::ti_vec;

parameters! {
    /// Interdependence (E3).
    interdependence: Interdependence {
        scale "ω0" "E3" "1" = 0.7 [0.3, 1.2] NonNegative, "hand-set to a contiguous mean of .25 (1946) and .44 (1988)", "Scale of interdependence between two rich contiguous states";
        growth "γ_W" "E3" "1/year" = 0.015 [0.005, 0.03] Real, "IGO memberships per state grew about 1.5 % a year (Pevehouse et al. 2020)", "Yearly growth of interdependence";
        economic_agreement "ω_R" "E3" "1" = 0.3 [0.0, 0.8] NonNegative, "a proposal, after Powers 2004", "Addition to interdependence by a common economic agreement";
        hostility_loss "ω_H" "E3" "1" = 0.6 [0.0, 1.0] Share, "a proposal", "Share of interdependence lost at full hostility";
    }
}

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "interdependence",
    step: "2 interdependence",
    equation: "E3",
    core: true,
    help: "Interdependence of each pair",
    parameters: &["interdependence"],
    streams: &[],
    run,
};

/// W_ij = 1 − exp{−ω0 e^{γ_W t} √(ỹ_i ỹ_j) g_ij (1 + ω_R ECON_ij)(1 − ω_H H_ij)}.
fn run(world: &mut World, _given: Given<'_>) {
    make(world);
}

fn make(world: &mut World) {
    let p = world.parameters.interdependence;
    let scale = p.scale * libm::exp(p.growth * f64::from(world.step));
    let roots: ByState<f32> = world
        .states
        .keys()
        .map(|i| {
            if world.states.active[i] {
                libm::sqrt(world.states.income[i]) as f32
            } else {
                0.0
            }
        })
        .collect();
    let bodies = world.partnerships.iter();
    let economic: TiVec<BodyId, bool> = bodies
        .map(|b| b.count(AgreementKind::Economic) > 0)
        .collect();
    let memberships = world.memberships();
    let mut later = &memberships[..];
    let mut bonus = ti_vec![1.0f32; world.states.len()];
    let loss = p.hostility_loss as f32;
    // Exponents are gathered over several rows, so that the exponential runs without short ends.
    let mut done = 0;
    for &i in &world.roster {
        let pairs = row(i);
        let bodies = take_memberships(&mut later, i).filter(|&b| economic[b]);
        let raised = 1.0 + p.economic_agreement as f32;
        mark(world, &mut bonus, bodies.clone(), i, raised);
        let square = world.pairs.square_row(i);
        let factor = -(scale * f64::from(roots[i])) as f32;
        let given = Row {
            roots: &roots.raw[..pairs.len()],
            bonus: &bonus.raw[..pairs.len()],
            proximity: &world.pairs.proximity[square][..pairs.len()],
            hostility: &world.pairs.hostility.raw[pairs.clone()],
        };
        let out = &mut world.pairs.interdependence.raw[pairs.clone()];
        exponents(given, factor, loss, out);
        mark(world, &mut bonus, bodies, i, 1.0);
        if pairs.end - done >= GATHERED {
            saturate(&mut world.pairs.interdependence.raw[done..pairs.end]);
            done = pairs.end;
        }
    }
    saturate(&mut world.pairs.interdependence.raw[done..]);
    world.hold_pairs(Target::Interdependence);
    average(world);
}

/// Sets the bonus of i with the lower members of these bodies.
fn mark(
    world: &World,
    bonus: &mut ByState<f32>,
    bodies: impl Iterator<Item = BodyId>,
    i: StateId,
    value: f32,
) {
    for body in bodies {
        let members = world.partnerships[body].members.iter();
        for &j in members.take_while(|&&j| j < i) {
            bonus[j] = value;
        }
    }
}

/// W̄_ir for every membership, and the asymmetry of dependence: the mean, weighted by
/// W_ij, of max(0, (K_j − K_i)/(K_j + K_i)).
fn average(world: &mut World) {
    let mut sums = Sums::default();
    for region in &mut world.regions {
        let (members, capability) = (&region.members, &world.states.capability);
        let n = members.len();
        sums.begin(n, members.iter().map(|&i| capability[i] as f32));
        for (a, &i) in members.iter().enumerate() {
            let w = below(&world.pairs.interdependence, i);
            sums.add(a, members[..a].iter().map(|&j| w[j]));
        }
        let interdependence = &sums.interdependence.as_flattened()[..n];
        let dependence = &sums.dependence.as_flattened()[..n];
        let others = n.saturating_sub(1).max(1) as f64;
        let mean = |(&sum, &dependence): (&f32, &f32)| {
            if sum > 0.0 {
                f64::from(dependence / sum)
            } else {
                0.0
            }
        };
        region.member_asymmetry.clear();
        let asymmetry = interdependence.iter().zip(dependence).map(mean);
        region.member_asymmetry.extend(asymmetry);
        region.member_interdependence.clear();
        let each = interdependence.iter().map(|&s| f64::from(s) / others);
        region.member_interdependence.extend(each);
        region.interdependence = if n > 1 {
            region.member_interdependence.iter().sum::<f64>() / n as f64
        } else {
            0.0
        };
    }
    for &i in &world.roster {
        let (w, asymmetry) = match world.primary_region(i) {
            Some(r) => world.in_region(i, r),
            None => (mean_with_neighbours(world, i), 0.0),
        };
        world.states.interdependence[i] = w;
        world.states.asymmetry[i] = asymmetry;
    }
}

/// A state without a region has only its neighbours.
fn mean_with_neighbours(world: &World, i: StateId) -> f64 {
    let neighbours = &world.neighbours[i];
    if neighbours.is_empty() {
        return 0.0;
    }
    let sum: f64 = neighbours
        .iter()
        .map(|&j| f64::from(world.pairs.interdependence[pair(i, j)]))
        .sum();
    sum / neighbours.len() as f64
}

impl World {
    /// Interdependence W̄_ir and asymmetry of dependence of state `i` in region `r`; zero if
    /// it is no member.
    pub fn in_region(&self, i: StateId, r: RegionId) -> (f64, f64) {
        let region = &self.regions[r];
        region
            .members
            .binary_search(&i)
            .ok()
            .filter(|&k| k < region.member_interdependence.len())
            .map_or((0.0, 0.0), |k| {
                (region.member_interdependence[k], region.member_asymmetry[k])
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::drawn::{self, Drawn};
    use crate::world::TINY;
    use proptest::prelude::*;

    /// W of E3.
    fn plain(world: &World, i: StateId, j: StateId) -> f64 {
        let p = world.parameters.interdependence;
        let economic = world
            .partnerships
            .iter()
            .any(|b| !b.inert && b.count(AgreementKind::Economic) > 0 && b.has(i) && b.has(j));
        let raised = 1.0 + p.economic_agreement * f64::from(u8::from(economic));
        let exponent = p.scale
            * libm::exp(p.growth * f64::from(world.step))
            * libm::sqrt(world.states.income[i] * world.states.income[j])
            * f64::from(world.pairs.proximity_of(i)[j])
            * raised
            * (1.0 - p.hostility_loss * world.hostility(i, j));
        1.0 - libm::exp(-exponent)
    }

    proptest! {
        #![proptest_config(drawn::config())]

        #[test]
        fn the_kernel_makes_the_equation_and_its_means(drawn in drawn::world("interdependence")) {
            let Drawn { mut world, .. } = drawn;
            make(&mut world);
            for (k, &i) in world.roster.iter().enumerate() {
                for &j in &world.roster[..k] {
                    let (found, expected) = (world.interdependence(i, j), plain(&world, i, j));
                    prop_assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
                }
            }
            for (r, region) in world.regions.iter_enumerated() {
                for &i in &region.members {
                    let (mut sum, mut dependence, mut others) = (0.0, 0.0, 0.0);
                    for &j in region.members.iter().filter(|&&j| j != i) {
                        let (own, other) = (world.states.capability[i], world.states.capability[j]);
                        let w = world.interdependence(i, j);
                        sum += w;
                        dependence += w * ((other - own) / (other + own).max(TINY)).max(0.0);
                        others += 1.0;
                    }
                    let asymmetry = if sum > 0.0 { dependence / sum } else { 0.0 };
                    let (w, found) = world.in_region(i, r);
                    prop_assert!((w - sum / f64::max(others, 1.0)).abs() < 1e-5);
                    prop_assert!((found - asymmetry).abs() < 1e-4, "{found} for {asymmetry}");
                }
            }
        }
    }
}
