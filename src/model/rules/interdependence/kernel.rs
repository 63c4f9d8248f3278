//! Interdependence of all pairs and its sums by region, eight pairs at a time.

use crate::rules::lanes::{LANES, Lanes, total};
use crate::world::exp_nonpositive;
use multiversion::multiversion;

/// Pairs whose exponents are gathered before the exponential is taken.
pub const GATHERED: usize = 4096;

/// x ← 1 − e^x. A pair outside the system has 0 and keeps it.
#[multiversion(targets("x86_64+avx2"))]
pub fn saturate(exponents: &mut [f32]) {
    for x in exponents {
        *x = 1.0 - exp_nonpositive(*x);
    }
}

/// What the interdependence of a state with all lower ones is made of.
pub struct Row<'a> {
    pub roots: &'a [f32],
    pub bonus: &'a [f32],
    pub proximity: &'a [f32],
    pub hostility: &'a [f32],
}

/// factor · √ỹ · g · bonus · (1 − loss · H).
#[multiversion(targets("x86_64+avx2"))]
pub fn exponents(row: Row<'_>, factor: f32, loss: f32, out: &mut [f32]) {
    let given = row.roots.iter().zip(row.proximity);
    let given = given.zip(row.bonus.iter().zip(row.hostility));
    for (x, ((r, g), (b, h))) in out.iter_mut().zip(given) {
        *x = factor * r * g * b * (1.0 - loss * h);
    }
}

/// Sums over the pairs of a region, a lane for each member: of W, and of W times how much more
/// capable the other is.
#[derive(Default)]
pub struct Sums {
    capability: Vec<Lanes>,
    /// W of one member with all lower ones; 0 past them.
    with_lower: Vec<Lanes>,
    pub interdependence: Vec<Lanes>,
    pub dependence: Vec<Lanes>,
}

impl Sums {
    /// Begins with a region of `n` members.
    pub fn begin(&mut self, n: usize, capability: impl Iterator<Item = f32>) {
        for lanes in [
            &mut self.capability,
            &mut self.with_lower,
            &mut self.interdependence,
            &mut self.dependence,
        ] {
            lanes.clear();
            lanes.resize(n.div_ceil(LANES), [0.0; LANES]);
        }
        fill(&mut self.capability, capability);
    }

    /// Adds the pairs of the member at place `a` with all lower ones.
    pub fn add(&mut self, a: usize, with_lower: impl Iterator<Item = f32>) {
        fill(&mut self.with_lower, with_lower);
        let w = &self.with_lower[..a.div_ceil(LANES)];
        let own = self.capability.as_flattened()[a];
        let lower = (&mut self.interdependence[..], &mut self.dependence[..]);
        let [sum, dependence] = add_row(w, &self.capability, own, lower);
        self.interdependence.as_flattened_mut()[a] += sum;
        self.dependence.as_flattened_mut()[a] += dependence;
    }
}

fn fill(lanes: &mut [Lanes], values: impl Iterator<Item = f32>) {
    let places = lanes.as_flattened_mut().iter_mut();
    places.zip(values).for_each(|(place, value)| *place = value);
}

/// Adds a row of pairs to the sums of the lower members, and gives its own two sums.
#[multiversion(targets("x86_64+avx2"))]
fn add_row(
    w: &[Lanes],
    capability: &[Lanes],
    own: f32,
    lower: (&mut [Lanes], &mut [Lanes]),
) -> [f32; 2] {
    let (mut sum, mut dependence) = ([0.0; LANES], [0.0; LANES]);
    let given = w.iter().zip(capability);
    for ((w, other), (sums, dependences)) in given.zip(lower.0.iter_mut().zip(lower.1)) {
        for l in 0..LANES {
            let gap = w[l] * (other[l] - own) / (other[l] + own);
            sum[l] += w[l];
            sums[l] += w[l];
            // Neither where the gap is missing because none of the two has any capability.
            dependence[l] += if gap > 0.0 { gap } else { 0.0 };
            dependences[l] += if gap < 0.0 { -gap } else { 0.0 };
        }
    }
    [total(sum), total(dependence)]
}
