//! The part of the box that no wave has ruled out, and points in it.

use rayon::prelude::*;

use super::emulator::{Emulator, terms};
use super::implausibility::Target;
use crate::ensemble::design::{self, Method, Scale, kind};
use crate::ensemble::experiment::Factor;
use comity_model::error::Result;
use comity_model::rng::{Draws, Stream};

/// Candidates that are looked at together.
const CHUNK: u64 = 1 << 16;

/// What a wave has taught: an emulator of each moment, and the noise of single runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Wave {
    /// In the order of the targets.
    pub emulators: Vec<Emulator>,
    /// Variance over seeds of each moment.
    pub noise: Vec<f64>,
}

/// The box of the varied parameters with the waves so far.
pub struct Region<'a> {
    /// What is varied.
    pub factors: &'a [Factor],
    /// The moments.
    pub targets: &'a [Target],
    /// The waves, the first first.
    pub waves: Vec<Wave>,
}

/// Points for the next wave.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// `[point][factor]` in the units of the factors.
    pub points: Vec<Vec<f64>>,
    /// Candidates that were looked at.
    pub candidates: u64,
    /// Candidates among them within the cutoff.
    pub within: u64,
    /// Largest implausibility among the points.
    pub threshold: f64,
}

/// The factor as designs know it.
pub fn designed(factor: &Factor) -> design::Factor {
    let (low, high, scale) = factor.range.unwrap_or((0.0, 1.0, Scale::Linear));
    design::Factor {
        name: factor.name.clone(),
        low,
        high,
        scale,
    }
}

/// The value of a factor at `u` in [0, 1], to four significant digits.
fn value(factor: &design::Factor, u: f64) -> f64 {
    let exact = factor.at(u);
    let short = format!("{exact:.3e}").parse().unwrap_or(exact);
    f64::clamp(short, factor.low, factor.high)
}

/// Points spread over the whole box: a Latin hypercube.
///
/// # Errors
/// If a factor has no range.
pub fn spread(factors: &[Factor], samples: usize, seed: u64) -> Result<Vec<Vec<f64>>> {
    let unit = |f: &Factor| design::Factor {
        name: f.name.clone(),
        low: 0.0,
        high: 1.0,
        scale: Scale::Linear,
    };
    let cube: Vec<design::Factor> = factors.iter().map(unit).collect();
    let rows = design::points(&cube, &Method::LatinHypercube { samples }, seed)?;
    let natural: Vec<design::Factor> = factors.iter().map(designed).collect();
    let point = |row: Vec<f64>| natural.iter().zip(row).map(|(f, u)| value(f, u)).collect();
    Ok(rows.into_iter().map(point).collect())
}

/// A value's place in the range of its factor, from −1 to 1.
pub fn scaled(factor: &Factor, value: f64) -> f64 {
    let (low, high, scale) = factor.range.unwrap_or((0.0, 1.0, Scale::Linear));
    let share = match scale {
        Scale::Log => libm::log(value / low) / libm::log(high / low),
        _ => (value - low) / (high - low),
    };
    2.0 * share - 1.0
}

impl Region<'_> {
    /// A point from −1 to 1 in each factor.
    pub fn unit(&self, point: &[f64]) -> Vec<f64> {
        let pairs = self.factors.iter().zip(point);
        pairs.map(|(f, v)| scaled(f, *v)).collect()
    }

    /// Implausibility of a point by the emulators of all waves: the largest over waves and
    /// moments. Above `bound` it may be any number above it.
    pub fn implausibility(&self, point: &[f64], bound: f64) -> f64 {
        let mut row = Vec::new();
        terms(&self.unit(point), &mut row);
        let mut worst: f64 = 0.0;
        // The last wave knows the region best.
        for wave in self.waves.iter().rev() {
            let moments = self.targets.iter().zip(&wave.emulators).zip(&wave.noise);
            for ((target, emulator), noise) in moments {
                let (mean, variance) = emulator.predict(&row);
                worst = worst.max(target.implausibility(mean, *noise, variance));
                if worst > bound {
                    return worst;
                }
            }
        }
        worst
    }

    /// `count` points drawn evenly from the box and kept if they are within the cutoff; if
    /// fewer pass among `most` candidates, the least implausible of the others besides.
    ///
    /// Candidate *k* is the same whatever is looked at besides, so threads leave no trace.
    pub fn sample(&self, count: usize, most: u64, cutoff: f64, seed: u64) -> Found {
        let draws = Draws::new(seed);
        let wave = self.waves.len() as u32;
        let natural: Vec<design::Factor> = self.factors.iter().map(designed).collect();
        let draw = |k: u64| -> Vec<f64> {
            let mut keyed = draws.at(Stream::Design, kind::CANDIDATE, wave, k as u32);
            natural.iter().map(|f| value(f, keyed.uniform())).collect()
        };
        let mut passed: Vec<(f64, u64)> = Vec::new();
        let mut others: Vec<(f64, u64)> = Vec::new();
        let mut looked = 0;
        while looked < most && passed.len() < count {
            let bound = match others.len() < count {
                true => f64::INFINITY,
                false => others[count - 1].0,
            };
            let until = (looked + CHUNK).min(most);
            let found: Vec<(f64, u64)> = (looked..until)
                .into_par_iter()
                .map(|k| (self.implausibility(&draw(k), bound.max(cutoff)), k))
                .filter(|(i, _)| *i <= bound.max(cutoff))
                .collect();
            looked = until;
            for found in found {
                match found.0 <= cutoff {
                    true => passed.push(found),
                    false => others.push(found),
                }
            }
            others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            others.truncate(count);
        }
        let within = passed.len() as u64;
        passed.truncate(count);
        let missing = count - passed.len();
        passed.extend(others.iter().take(missing));
        Found {
            points: passed.iter().map(|&(_, k)| draw(k)).collect(),
            candidates: looked,
            within,
            threshold: passed.iter().map(|p| p.0).fold(0.0, f64::max),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::moments::of_window;
    use crate::ensemble::experiment::OBSERVED;
    use comity_model::scenario::PARAMETERS;

    fn factors() -> Vec<Factor> {
        let factor = |k: usize, scale| Factor {
            name: PARAMETERS[k].path.to_string(),
            label: String::new(),
            parameter: Some(&PARAMETERS[k]),
            range: Some((1.0, 3.0, scale)),
            values: Vec::new(),
        };
        vec![factor(0, Scale::Linear), factor(1, Scale::Log)]
    }

    fn target(centre: f64) -> Target {
        Target {
            moment: of_window(OBSERVED)[0].clone(),
            atop: centre,
            cow: centre,
            discrepancy: 0.1,
        }
    }

    /// A moment that is the first parameter itself, known exactly: the region is the strip
    /// within the cutoff.
    #[test]
    fn points_are_drawn_evenly_from_what_is_left() {
        let factors = factors();
        let targets = [target(2.0)];
        let x: Vec<Vec<f64>> = spread(&factors, 60, 1).unwrap();
        let mut region = Region {
            factors: &factors,
            targets: &targets,
            waves: Vec::new(),
        };
        let unit: Vec<Vec<f64>> = x.iter().map(|p| region.unit(p)).collect();
        assert!(unit.iter().flatten().all(|u| (-1.0..=1.0).contains(u)));
        let y: Vec<f64> = x.iter().map(|p| p[0]).collect();
        region.waves.push(Wave {
            emulators: vec![Emulator::fit(&unit, &y, 1e3).unwrap()],
            noise: vec![0.0],
        });
        let found = region.sample(500, 1_000_000, 3.0, 7);
        assert_eq!(found.points.len(), 500);
        assert!(found.points.iter().all(|p| (p[0] - 2.0).abs() < 0.31));
        let share = found.within as f64 / found.candidates as f64;
        assert!((share - 0.3).abs() < 0.01, "{share}");
        let low = found.points.iter().filter(|p| p[0] < 2.0).count();
        assert!((200..300).contains(&low), "{low}");
        assert!(found.threshold <= 3.0);
        // Where nothing passes, the nearest are taken, and the threshold says so.
        let none = region.sample(20, 2000, 1e-9, 7);
        assert_eq!((none.points.len(), none.within), (20, 0));
        assert!(none.threshold > 1e-9 && none.threshold < 0.5);
    }
}
