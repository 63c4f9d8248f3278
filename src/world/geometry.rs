//! Distance, proximity, reach and spill (E2), and who borders whom.

use super::World;
use super::pairs::{Pairs, row};
use crate::scenario::{Geometry, Setting};

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
    /// Sets all distances from positions.
    pub(super) fn measure_distances(&mut self, geometry: Geometry) {
        for i in 0..self.states.len() {
            let here = self.states.position[i];
            for (j, cell) in self.pairs.distance[row(i)].iter_mut().enumerate() {
                *cell = distance(geometry, here, self.states.position[j]) as f32;
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
        let year = self.year;
        let before = self.pairs.flags.clone();
        self.pairs.flags.fill(0);
        for spell in setting.contiguity.iter().filter(|s| s.covers(year)) {
            self.flag(spell.a, spell.b, Pairs::CONTIGUOUS);
        }
        for spell in setting.rivalries.iter().filter(|s| s.covers(year)) {
            self.flag(spell.a, spell.b, Pairs::RIVAL);
        }
        for &(a, b) in &self.controls.rivalries_inserted.clone() {
            self.flag(a, b, Pairs::RIVAL);
        }
        for &(a, b) in &self.controls.rivalries_removed {
            self.pairs.flags[super::pair(a, b)] &= !Pairs::RIVAL;
        }
        let stale = self.geometry != Some(stamp);
        if stale || self.contiguity_changed(&before) {
            self.derive_reach(stamp, &before, stale);
        }
        self.list_neighbours();
    }

    fn contiguity_changed(&self, before: &[u8]) -> bool {
        before
            .iter()
            .zip(&self.pairs.flags)
            .any(|(a, b)| (a ^ b) & Pairs::CONTIGUOUS != 0)
    }

    fn flag(&mut self, a: usize, b: usize, bit: u8) {
        if a != b {
            self.pairs.flags[super::pair(a, b)] |= bit;
        }
    }

    fn derive_reach(&mut self, stamp: Stamp, before: &[u8], stale: bool) {
        let length = stamp.reach_length.max(1e-6);
        let spill = stamp.spill_length.max(1e-6);
        for p in 0..self.pairs.distance.len() {
            if !stale && (before[p] ^ self.pairs.flags[p]) & Pairs::CONTIGUOUS == 0 {
                continue;
            }
            let d = f64::from(self.pairs.distance[p]);
            let contiguous = self.pairs.flags[p] & Pairs::CONTIGUOUS != 0;
            let log_proximity = if contiguous { 0.0 } else { -d / length };
            self.pairs.proximity[p] = libm::exp(log_proximity) as f32;
            self.pairs.power_reach[p] =
                libm::exp(log_proximity * (1.0 - stamp.power_projection)) as f32;
            self.pairs.spill[p] = libm::exp(-d / spill) as f32;
        }
        self.geometry = Some(stamp);
    }

    fn list_neighbours(&mut self) {
        for list in self.neighbours.iter_mut().chain(&mut self.rivals) {
            list.clear();
        }
        for &i in &self.roster {
            let start = row(i).start;
            for &j in self.roster.iter().take_while(|&&j| j < i) {
                let flags = self.pairs.flags[start + j];
                if flags & Pairs::CONTIGUOUS != 0 {
                    self.neighbours[i].push(j);
                    self.neighbours[j].push(i);
                }
                if flags & Pairs::RIVAL != 0 {
                    self.rivals[i].push(j);
                    self.rivals[j].push(i);
                }
            }
        }
        // Rows run upwards, so every list is ascending already.
        debug_assert!(self.neighbours.iter().all(|l| l.is_sorted()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn antipodes_are_one_half_circumference_apart() {
        assert!((great_circle((0.0, 0.0), (0.0, 180.0)) - 1.0).abs() < 1e-12);
        assert!((great_circle((90.0, 0.0), (0.0, 50.0)) - 0.5).abs() < 1e-12);
        // Paris to London: 344 km of 20,015.
        let d = great_circle((48.86, 2.35), (51.51, -0.13)) * 20_015.0;
        assert!((d - 344.0).abs() < 3.0, "{d}");
    }
}
