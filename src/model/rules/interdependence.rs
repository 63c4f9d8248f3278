//! E3: interdependence of each pair, and its means by region.

use super::Given;
use super::lanes::{LANES, Lanes, total};
use crate::scenario::{AgreementKind, Target};
use crate::world::exp_nonpositive;
use crate::world::{World, pair, row, take_memberships};
use multiversion::multiversion;

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
    let bodies = world.partnerships.iter();
    let economic: Vec<bool> = bodies
        .map(|b| b.count(AgreementKind::Economic) > 0)
        .collect();
    let memberships = world.memberships();
    let mut later = &memberships[..];
    let mut bonus = vec![1.0f32; world.states.len()];
    let loss = p.hostility_loss as f32;
    let n = world.states.len();
    let square_row = |i: usize| i * n..i * n + i;
    // Exponents are gathered over several rows, so that the exponential runs without short ends.
    let mut done = 0;
    for &i in &world.roster {
        let pairs = row(i);
        let bodies = take_memberships(&mut later, i).filter(|&b| economic[b]);
        let raised = 1.0 + p.economic_agreement as f32;
        mark(world, &mut bonus, bodies.clone(), i, raised);
        let factor = -(scale * f64::from(roots[i])) as f32;
        let given = Row {
            roots: &roots[..i],
            bonus: &bonus[..i],
            proximity: &world.pairs.proximity[square_row(i)],
            hostility: &world.pairs.hostility[pairs.clone()],
        };
        let out = &mut world.pairs.interdependence[pairs.clone()];
        exponents(given, factor, loss, out);
        mark(world, &mut bonus, bodies, i, 1.0);
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
#[multiversion(targets("x86_64+avx2"))]
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

/// factor · √ỹ · g · bonus · (1 − loss · H).
#[multiversion(targets("x86_64+avx2"))]
fn exponents(row: Row<'_>, factor: f32, loss: f32, out: &mut [f32]) {
    let given = row.roots.iter().zip(row.proximity);
    let given = given.zip(row.bonus.iter().zip(row.hostility));
    for (x, ((r, g), (b, h))) in out.iter_mut().zip(given) {
        *x = factor * r * g * b * (1.0 - loss * h);
    }
}

/// Sets the bonus of i with the lower members of these bodies.
fn mark(
    world: &World,
    bonus: &mut [f32],
    bodies: impl Iterator<Item = usize>,
    i: usize,
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
            let w = &world.pairs.interdependence[row(i)];
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

/// Sums over the pairs of a region, a lane for each member: of W, and of W times how much more
/// capable the other is.
#[derive(Default)]
struct Sums {
    capability: Vec<Lanes>,
    /// W of one member with all lower ones; 0 past them.
    with_lower: Vec<Lanes>,
    interdependence: Vec<Lanes>,
    dependence: Vec<Lanes>,
}

impl Sums {
    /// Begins with a region of `n` members.
    fn begin(&mut self, n: usize, capability: impl Iterator<Item = f32>) {
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
    fn add(&mut self, a: usize, with_lower: impl Iterator<Item = f32>) {
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
