//! Distance, proximity, reach and spill (E2), and who borders whom.

use super::ByState;
use super::pairs::{Pairs, pair, row};
use super::{StateId, World};
use crate::scenario::{Geometry, PairSpell, Setting};
use multiversion::multiversion;

/// Least length over which reach or spill falls.
const LEAST_LENGTH: f64 = 1e-6;

/// The parameters that the geometry depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stamp {
    reach_length: f64,
    power_projection: f64,
    spill_length: f64,
}

/// Great-circle distance in half circumferences of two (latitude, longitude) in degrees (haversine).
pub fn great_circle(a: (f64, f64), b: (f64, f64)) -> f64 {
    let radians = std::f64::consts::PI / 180.0;
    let (la, lb) = (a.0 * radians, b.0 * radians);
    let (dlat, dlon) = (lb - la, (b.1 - a.1) * radians);
    let (s1, s2) = (libm::sin(dlat / 2.0), libm::sin(dlon / 2.0));
    let h = s1 * s1 + libm::cos(la) * libm::cos(lb) * s2 * s2;
    2.0 * libm::asin(libm::sqrt(h.clamp(0.0, 1.0))) / std::f64::consts::PI
}

/// Distance of two positions.
pub fn distance(geometry: Geometry, a: (f64, f64), b: (f64, f64)) -> f64 {
    match geometry {
        Geometry::Globe => great_circle(a, b),
        Geometry::Plane => libm::hypot(a.0 - b.0, a.1 - b.1),
    }
}

impl World {
    /// κ_{j→i} of every pair, from the capabilities and reaches as they stand.
    pub(crate) fn refresh_felt(&mut self) {
        let capability: ByState<f32> = self.states.capability.iter().map(|&k| k as f32).collect();
        for &i in &self.roster {
            let own = capability[i];
            let here = self.pairs.square_row(i);
            let felt = &mut self.pairs.felt[here.clone()];
            feel(&capability.raw, &self.pairs.proximity[here], own, felt);
            for &g in self.powers.iter().filter(|&&g| g != i) {
                let arriving = capability[g] * self.pairs.power_reach[pair(i, g)];
                felt[usize::from(g)] = arriving / (arriving + own);
            }
        }
        self.forget_cover();
    }

    /// Sets all distances from positions.
    pub(super) fn measure_distances(&mut self, geometry: Geometry) {
        for i in self.states.keys() {
            let here = self.states.position[i];
            for (j, cell) in self.pairs.distance.raw[row(i)].iter_mut().enumerate() {
                let there = self.states.position[StateId::from(j)];
                *cell = distance(geometry, here, there) as f32;
            }
        }
    }

    /// Brings flags, neighbours, rivals and all that follows from distance up to the year.
    pub(crate) fn refresh_geometry(&mut self, setting: &Setting) {
        let stamp = Stamp {
            reach_length: self.parameters.capability.reach_length,
            power_projection: self.parameters.capability.power_projection,
            spill_length: self.parameters.provision.spill_length,
        };
        if self.caches.geometry == Some(stamp) && self.lists_stand(setting) {
            self.caches.listed = Some(self.year);
            return;
        }
        self.caches.unit_good.clear();
        let borders = in_force(&setting.contiguity, self.year);
        let mut rivalries = in_force(&setting.rivalries, self.year);
        rivalries.extend(
            self.controls
                .rivalries_inserted
                .iter()
                .map(|&(a, b)| ordered(a, b)),
        );
        rivalries.sort_unstable();
        rivalries.dedup();
        let removed: Vec<_> = self
            .controls
            .rivalries_removed
            .iter()
            .map(|&(a, b)| ordered(a, b))
            .collect();
        rivalries.retain(|pair| !removed.contains(pair));

        let moved = difference(&self.caches.borders, &borders);
        for &(a, b) in &difference(&self.caches.rivalries, &rivalries) {
            self.pairs.flags[pair(a, b)] ^= Pairs::RIVAL;
        }
        for &(a, b) in &moved {
            self.pairs.flags[pair(a, b)] ^= Pairs::CONTIGUOUS;
        }
        if self.caches.geometry == Some(stamp) {
            for (a, b) in moved {
                self.derive_reach(stamp, a, b);
            }
        } else {
            for i in self.states.keys() {
                for j in self.states.keys().take_while(|&j| j < i) {
                    self.derive_reach(stamp, i, j);
                }
            }
            self.caches.geometry = Some(stamp);
        }
        self.caches.borders = borders;
        self.caches.rivalries = rivalries;
        list(
            &mut self.neighbours,
            &self.caches.borders,
            &self.states.active,
        );
        list(
            &mut self.rivals,
            &self.caches.rivalries,
            &self.states.active,
        );
        // A treatment may end before the next year.
        self.caches.listed = self.no_rivalry_treated().then_some(self.year);
    }

    /// Whether neighbours and rivals are still those listed.
    fn lists_stand(&self, setting: &Setting) -> bool {
        let Some(before) = self.caches.listed else {
            return false;
        };
        let mut spells = setting.contiguity.iter().chain(&setting.rivalries);
        self.no_rivalry_treated() && spells.all(|s| s.covers(before) == s.covers(self.year))
    }

    fn no_rivalry_treated(&self) -> bool {
        self.controls.rivalries_inserted.is_empty() && self.controls.rivalries_removed.is_empty()
    }

    fn derive_reach(&mut self, stamp: Stamp, i: StateId, j: StateId) {
        let p = pair(i, j);
        let d = f64::from(self.pairs.distance[p]);
        let contiguous = self.pairs.flags[p] & Pairs::CONTIGUOUS != 0;
        let log_proximity = if contiguous {
            0.0
        } else {
            -d / stamp.reach_length.max(LEAST_LENGTH)
        };
        let exp = |x: f64| exp_nonpositive(x as f32);
        self.pairs.set_proximity(i, j, exp(log_proximity));
        self.pairs.power_reach[p] = exp(log_proximity * (1.0 - stamp.power_projection));
        self.pairs.spill[p] = exp(-d / stamp.spill_length.max(LEAST_LENGTH));
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
pub(crate) fn exp_nonpositive(x: f32) -> f32 {
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

/// κ of each state for one whose own capability is `own`.
#[multiversion(targets("x86_64+avx2"))]
fn feel(capability: &[f32], proximity: &[f32], own: f32, felt: &mut [f32]) {
    for (felt, (k, g)) in felt.iter_mut().zip(capability.iter().zip(proximity)) {
        let arriving = k * g;
        *felt = arriving / (arriving + own);
    }
}

fn ordered(a: StateId, b: StateId) -> (StateId, StateId) {
    (a.min(b), a.max(b))
}

/// The pairs whose spell covers the year, ascending, each once.
fn in_force(spells: &[PairSpell], year: i32) -> Vec<(StateId, StateId)> {
    let mut pairs: Vec<(StateId, StateId)> = spells
        .iter()
        .filter(|s| s.a != s.b && s.covers(year))
        .map(|s| ordered(s.a.into(), s.b.into()))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Pairs that stand in one of two ascending lists only.
fn difference(a: &[(StateId, StateId)], b: &[(StateId, StateId)]) -> Vec<(StateId, StateId)> {
    if a == b {
        return Vec::new();
    }
    let only = |x: &[(StateId, StateId)], y: &[(StateId, StateId)]| -> Vec<(StateId, StateId)> {
        x.iter()
            .copied()
            .filter(|p| y.binary_search(p).is_err())
            .collect()
    };
    [only(a, b), only(b, a)].concat()
}

/// The partners of each state in these pairs, ascending, among states in the system.
fn list(lists: &mut ByState<Vec<StateId>>, pairs: &[(StateId, StateId)], active: &ByState<bool>) {
    lists.iter_mut().for_each(Vec::clear);
    for &(a, b) in pairs.iter().filter(|&&(a, b)| active[a] && active[b]) {
        lists[a].push(b);
        lists[b].push(a);
    }
    lists.iter_mut().for_each(|l| l.sort_unstable());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::drawn::{self, Drawn};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(drawn::config())]

        /// κ_{j→i} = K_j reach_{j→i} / (K_j reach_{j→i} + K_i) (E7).
        #[test]
        fn the_kernel_feels_what_the_equation_says(drawn in drawn::world("capability")) {
            let Drawn { mut world, .. } = drawn;
            world.refresh_felt();
            let k = &world.states.capability;
            for &i in &world.roster {
                for &j in world.roster.iter().filter(|&&j| j != i) {
                    let arriving = k[j] * world.reach(j, i);
                    let expected = arriving / (arriving + k[i]);
                    prop_assert!((world.felt_capability(j, i) - expected).abs() < 1e-5);
                }
            }
        }
    }

    #[test]
    fn antipodes_are_one_half_circumference_apart() {
        assert!((great_circle((0.0, 0.0), (0.0, 180.0)) - 1.0).abs() < 1e-12);
        assert!((great_circle((90.0, 0.0), (0.0, 50.0)) - 0.5).abs() < 1e-12);
        // Paris to London: 344 km of 20,015.
        let d = great_circle((48.86, 2.35), (51.51, -0.13)) * 20_015.0;
        assert!((d - 344.0).abs() < 3.0, "{d}");
    }

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
