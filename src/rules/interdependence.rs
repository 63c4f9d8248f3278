//! E3: interdependence of each pair, and its means by region.

use super::Given;
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
    let loss = p.hostility_loss as f32;
    // Exponents are gathered over several rows, so that the exponential runs without short ends.
    let mut done = 0;
    for &i in &world.roster {
        let pairs = row(i);
        mark(&mut bonus, &partners, i, 1.0 + p.economic_agreement as f32);
        let factor = -(scale * f64::from(roots[i])) as f32;
        let given = Row {
            roots: &roots[..i],
            bonus: &bonus[..i],
            proximity: &world.pairs.proximity[pairs.clone()],
            hostility: &world.pairs.hostility[pairs.clone()],
        };
        given.exponents(
            factor,
            loss,
            &mut world.pairs.interdependence[pairs.clone()],
        );
        mark(&mut bonus, &partners, i, 1.0);
        if pairs.end - done >= GATHERED {
            saturate(&mut world.pairs.interdependence[done..pairs.end]);
            done = pairs.end;
        }
    }
    saturate(&mut world.pairs.interdependence[done..]);
    world.hold_pairs(Target::Interdependence);
    average(world);
}

/// Pairs whose exponents are gathered before the exponential is taken.
const GATHERED: usize = 4096;

/// x ← 1 − e^x. A pair outside the system has 0 and keeps it.
fn saturate(exponents: &mut [f32]) {
    for x in exponents {
        *x = 1.0 - exp_nonpositive(*x);
    }
}

/// What the interdependence of a state with all lower ones is made of.
struct Row<'a> {
    roots: &'a [f32],
    bonus: &'a [f32],
    proximity: &'a [f32],
    hostility: &'a [f32],
}

impl Row<'_> {
    /// factor · √ỹ · g · bonus · (1 − loss · H).
    fn exponents(&self, factor: f32, loss: f32, out: &mut [f32]) {
        let given = self.roots.iter().zip(self.proximity);
        let given = given.zip(self.bonus.iter().zip(self.hostility));
        for (x, ((r, g), (b, h))) in out.iter_mut().zip(given) {
            *x = factor * r * g * b * (1.0 - loss * h);
        }
    }
}

/// e^x for x ≤ 0, to about 2e-7; 0 from e^−87 on.
///
/// 2^k e^r with k the nearest whole number to x log₂e: adding 1.5 · 2^23 rounds and leaves k in
/// the lowest bits, from where it is shifted into the exponent. Plain arithmetic that the
/// compiler turns into vector instructions on every x86-64; a library's exponential costs twice
/// as much here, because it also serves positive, infinite and missing values.
#[inline(always)]
#[allow(clippy::excessive_precision)]
fn exp_nonpositive(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    let x = if x > -87.0 { x } else { -87.0 };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    // ln 2 in two parts (Cody & Waite 1980).
    let r = x - k * 0.693_359_375 + k * 2.121_944_4e-4;
    let p = 1.0
        + r * (1.0
            + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r / 720.0)))));
    f32::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 23))
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

#[cfg(test)]
mod tests {
    use super::exp_nonpositive;

    #[test]
    fn the_exponential_is_right_to_single_precision() {
        for step in 0..80_000 {
            let x = -(step as f32) / 1000.0;
            let exact = libm::exp(f64::from(x));
            let found = f64::from(exp_nonpositive(x));
            assert!(
                (found - exact).abs() <= 3e-7 * exact,
                "e^{x}: {found} for {exact}"
            );
        }
        assert_eq!(exp_nonpositive(0.0), 1.0);
        assert!(exp_nonpositive(-1e9) < 1e-37);
    }
}
