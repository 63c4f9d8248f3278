//! E3: interdependence of each pair, and its means by region.

use super::Given;
use super::lanes::{LANES, load, splat, store};
use crate::scenario::{AgreementKind, Target};
use crate::world::{World, pair, row};

/// W_ij = 1 − exp{−ω0 e^{γ_W t} √(ỹ_i ỹ_j) g_ij (1 + ω_R ECON_ij)(1 − ω_H H_ij)}.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.interdependence;
    let scale = p.scale * libm::exp(p.growth * f64::from(world.step));
    let roots: Vec<f32> = (0..world.states.len())
        .map(|i| {
            if world.states.active[i] {
                libm::sqrt(world.states.income[i]) as f32
            } else {
                0.0
            }
        })
        .collect();
    let partners = economic_partners(world);
    let mut bonus = vec![1.0f32; world.states.len()];
    let (loss, one) = (splat(-p.hostility_loss), splat(1.0));
    for &i in &world.roster {
        let pairs = row(i);
        mark(&mut bonus, &partners, i, 1.0 + p.economic_agreement as f32);
        let factor = splat(-scale * f64::from(roots[i]));
        let proximity = &world.pairs.proximity[pairs.clone()];
        let hostility = &world.pairs.hostility[pairs.clone()];
        let out = &mut world.pairs.interdependence[pairs];
        for at in (0..i).step_by(LANES) {
            let x = factor
                * load(&roots[..i], at)
                * load(proximity, at)
                * load(&bonus[..i], at)
                * (one + loss * load(hostility, at));
            store(out, at, one - x.exp());
        }
        mark(&mut bonus, &partners, i, 1.0);
    }
    world.hold_pairs(Target::Interdependence);
    average(world);
}

/// Memberships of the partnerships that have an economic agreement.
fn economic_partners(world: &World) -> Vec<Vec<usize>> {
    world
        .partnerships
        .iter()
        .filter(|p| !p.inert && p.count(AgreementKind::Economic) > 0)
        .map(|p| p.members.clone())
        .collect()
}

fn mark(bonus: &mut [f32], partners: &[Vec<usize>], i: usize, value: f32) {
    for members in partners.iter().filter(|m| m.binary_search(&i).is_ok()) {
        for &j in members.iter().take_while(|&&j| j < i) {
            bonus[j] = value;
        }
    }
}

/// W̄_ir for every membership, and the asymmetry of dependence: the mean, weighted by
/// W_ij, of max(0, (K_j − K_i)/(K_j + K_i)).
fn average(world: &mut World) {
    for r in 0..world.regions.len() {
        let members = std::mem::take(&mut world.regions[r].members);
        let n = members.len();
        let mut sums = vec![0.0f64; n];
        let mut dependence = vec![0.0f64; n];
        for (a, &i) in members.iter().enumerate() {
            let start = row(i).start;
            let k_i = world.states.capability[i];
            for (b, &j) in members[..a].iter().enumerate() {
                let w = f64::from(world.pairs.interdependence[start + j]);
                sums[a] += w;
                sums[b] += w;
                let k_j = world.states.capability[j];
                let gap = w * (k_j - k_i) / (k_j + k_i).max(1e-300);
                if gap > 0.0 {
                    dependence[a] += gap;
                } else {
                    dependence[b] -= gap;
                }
            }
        }
        let region = &mut world.regions[r];
        let others = n.saturating_sub(1).max(1) as f64;
        region.member_asymmetry = (0..n)
            .map(|a| {
                if sums[a] > 0.0 {
                    dependence[a] / sums[a]
                } else {
                    0.0
                }
            })
            .collect();
        region.member_interdependence = sums.iter().map(|s| s / others).collect();
        region.interdependence = if n > 1 {
            sums.iter().sum::<f64>() / (n as f64 * others)
        } else {
            0.0
        };
        region.members = members;
    }
    for k in 0..world.roster.len() {
        let i = world.roster[k];
        let (w, asymmetry) = match world.primary_region(i) {
            Some(r) => world.in_region(i, r),
            None => (mean_with_neighbours(world, i), 0.0),
        };
        world.states.interdependence[i] = w;
        world.states.asymmetry[i] = asymmetry;
    }
}

/// A state without a region has only its neighbours.
fn mean_with_neighbours(world: &World, i: usize) -> f64 {
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
    pub fn in_region(&self, i: usize, r: usize) -> (f64, f64) {
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
