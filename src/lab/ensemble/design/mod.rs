//! Designs of experiments: which points of the factors' space are run.
//!
//! A design is a pure function of the factors, the method and a seed. Every method is made
//! on the unit cube and carried to the units of the factors by [`Factor::at`]; the order of
//! the rows is that of SALib (Iwanaga, Usher & Herman 2022), so that the outputs can be
//! handed to it.
//!
//! ```
//! use comity_lab::ensemble::design::{Factor, Method, Scale, points};
//!
//! let factors = [("alliance.reactance", 0.0, 1.0, Scale::Linear), ("alliance.size_cost", 0.01, 0.2, Scale::Log)]
//!     .map(|(name, low, high, scale)| Factor { name: name.to_string(), low, high, scale });
//! let rows = points(&factors, &Method::LatinHypercube { samples: 10 }, 1)?;
//! // Each tenth of each range has one point.
//! let mut tenths: Vec<u32> = rows.iter().map(|row| (row[0] * 10.0) as u32).collect();
//! tenths.sort();
//! assert_eq!(tenths, (0..10).collect::<Vec<_>>());
//! # Ok::<(), comity_model::error::Error>(())
//! ```

mod grid;
mod latin;
mod morris;
mod sequence;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use comity_model::error::{Error, Result};

/// The most points of one design.
pub const MOST_POINTS: usize = 1 << 24;

/// The most numbers of one design: points times factors. All of them are in memory.
pub const MOST_NUMBERS: usize = 1 << 24;

/// The most dimensions of the Sobol' sequence; Saltelli's scheme takes two for a factor.
pub const MOST_DIMENSIONS: usize = 1000;

/// The longest Sobol' sequence.
const MOST_SAMPLES: usize = 1 << 24;

/// Kinds of draws of designs, which stand where an address has the year.
pub mod kind {
    pub const SCRAMBLE: u32 = 0;
    pub const ORDER: u32 = 1;
    pub const PLACE: u32 = 2;
    pub const TRAJECTORY: u32 = 3;
    pub const CANDIDATE: u32 = 4;
}

/// How the unit interval is carried to the range of a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Uniform between the bounds.
    Linear,
    /// Uniform in the logarithm; both bounds are positive.
    Log,
    /// Whole numbers from bound to bound, each equally likely. The positions of a list
    /// (of scenarios, of switches) are such numbers too.
    Integer,
}

impl Scale {
    /// Name in experiments and results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Log => "log",
            Self::Integer => "integer",
        }
    }
}

/// A factor of a design.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Factor {
    /// Name, unique in the design.
    pub name: String,
    /// Lowest value, in the factor's unit.
    pub low: f64,
    /// Highest value, in the factor's unit; above `low`.
    pub high: f64,
    /// Scale.
    pub scale: Scale,
}

impl Factor {
    /// The value at `u` in [0, 1].
    ///
    /// | scale | value |
    /// |---|---|
    /// | linear | low + u (high − low) |
    /// | log | exp(ln low + u (ln high − ln low)) |
    /// | integer | low + ⌊u (high − low + 1)⌋, and high at u = 1 |
    pub fn at(&self, u: f64) -> f64 {
        let (low, high) = (self.low, self.high);
        let value = match self.scale {
            Scale::Linear => u * (high - low) + low,
            Scale::Log if u <= 0.0 => low,
            Scale::Log if u >= 1.0 => high,
            Scale::Log => {
                let (from, to) = (libm::log(low), libm::log(high));
                libm::exp(from + u * (to - from))
            }
            Scale::Integer => low + libm::floor(u * (high - low + 1.0)),
        };
        value.clamp(low, high)
    }

    /// The first thing wrong with it.
    fn check(&self) -> Result<()> {
        let fail = |found: String, expected: &str| {
            Err(Error::expected(found, expected).at_key(&self.name))
        };
        let (low, high) = (self.low, self.high);
        let found = format!("low {low} and high {high}");
        if !(low.is_finite() && high.is_finite() && (high - low).is_finite()) {
            return fail(found, "finite numbers");
        }
        if low >= high {
            return fail(found, "low below high");
        }
        match self.scale {
            Scale::Log if low <= 0.0 => fail(found, "numbers above 0 on a logarithmic scale"),
            Scale::Integer if libm::trunc(low) != low || libm::trunc(high) != high => {
                fail(found, "whole numbers")
            }
            _ => Ok(()),
        }
    }

    /// At most `levels` distinct values, evenly spaced, in rising order; an integer
    /// factor with fewer values has each of them once.
    fn levels(&self, levels: usize) -> Vec<f64> {
        let count = match self.scale {
            Scale::Integer if self.high - self.low + 1.0 < levels as f64 => {
                (self.high - self.low) as usize + 1
            }
            _ => levels,
        };
        let last = (count - 1).max(1) as f64;
        (0..count).map(|k| self.at(k as f64 / last)).collect()
    }
}

/// How the points are chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Every combination of evenly spaced values; the last factor changes fastest.
    Grid {
        /// Values of each factor, at least 2.
        levels: usize,
    },
    /// The baseline, and then each factor in turn over its range, the others held.
    OneAtATime {
        /// Values of each factor, at least 2.
        levels: usize,
        /// A value for each factor, in the factors' units and order; it may lie outside
        /// the ranges.
        baseline: Vec<f64>,
    },
    /// Latin hypercube (McKay, Beckman & Conover 1979): each of `samples` equal strata
    /// of each factor holds one point.
    LatinHypercube {
        /// Points.
        samples: usize,
    },
    /// The Sobol' sequence itself, as a design that fills the space.
    SobolSequence {
        /// Points, a power of two.
        samples: usize,
        /// Whether it is scrambled by the seed.
        scramble: bool,
    },
    /// Saltelli's scheme for Sobol' indices: for each base point the rows A, AB₁ … AB_D,
    /// (BA₁ … BA_D,) B. AB_j is A with factor j from B.
    Sobol {
        /// Base points, a power of two.
        samples: usize,
        /// Whether the rows BA are there, which indices of second order need.
        second_order: bool,
        /// Whether the base sequence is scrambled by the seed.
        scramble: bool,
    },
    /// Morris's (1991) trajectories: D + 1 rows each, one factor changing from row to row.
    Morris {
        /// Trajectories.
        trajectories: usize,
        /// Levels of each factor, an even number.
        levels: usize,
    },
}

/// The number of points of the design; without factors, 1.
///
/// # Errors
///
/// If a factor or a number of the method is out of its range, or there are more than
/// [`MOST_POINTS`] or [`MOST_NUMBERS`].
pub fn count(factors: &[Factor], method: &Method) -> Result<usize> {
    check(factors, method)?;
    let d = factors.len();
    if d == 0 {
        return Ok(1);
    }
    let count = match *method {
        Method::Grid { levels } => factors
            .iter()
            .try_fold(1usize, |n, f| n.checked_mul(f.levels(levels).len())),
        Method::OneAtATime { levels, .. } => Some(
            1 + factors
                .iter()
                .map(|f| f.levels(levels).len())
                .sum::<usize>(),
        ),
        Method::LatinHypercube { samples } | Method::SobolSequence { samples, .. } => Some(samples),
        Method::Sobol {
            samples,
            second_order,
            ..
        } => samples.checked_mul(saltelli_rows(d, second_order)),
        Method::Morris { trajectories, .. } => trajectories.checked_mul(d + 1),
    };
    match count {
        Some(count) if count <= MOST_POINTS && count.saturating_mul(d) > MOST_NUMBERS => {
            Err(Error::expected(
                format!("{count} points of {d} factors"),
                format!("at most {MOST_NUMBERS} numbers in all"),
            ))
        }
        Some(count) if count <= MOST_POINTS => Ok(count),
        Some(count) => Err(Error::expected(
            format!("{count} points"),
            format!("at most {MOST_POINTS}"),
        )),
        None => Err(Error::expected(
            "more points than can be counted",
            format!("at most {MOST_POINTS}"),
        )),
    }
}

/// The points of the design, `[row][factor]`, in the units of the factors.
///
/// The same factors, method and seed give the same points on every machine. Without factors
/// there is one point, which is empty.
///
/// # Errors
///
/// As [`count`].
pub fn points(factors: &[Factor], method: &Method, seed: u64) -> Result<Vec<Vec<f64>>> {
    count(factors, method)?;
    let d = factors.len();
    if d == 0 {
        return Ok(vec![Vec::new()]);
    }
    let unit = match *method {
        Method::Grid { levels } => return Ok(grid::full(factors, levels)),
        Method::OneAtATime {
            levels,
            ref baseline,
        } => return Ok(grid::one_at_a_time(factors, levels, baseline)),
        Method::LatinHypercube { samples } => latin::hypercube(d, samples, seed),
        Method::SobolSequence { samples, scramble } => {
            sequence::sobol(d, samples, scramble.then_some(seed))
        }
        Method::Sobol {
            samples,
            second_order,
            scramble,
        } => {
            let base = sequence::sobol(2 * d, samples, scramble.then_some(seed));
            sequence::saltelli(&base, second_order)
        }
        Method::Morris {
            trajectories,
            levels,
        } => morris::trajectories(d, trajectories, levels, seed),
    };
    let carry = |row: Vec<f64>| factors.iter().zip(row).map(|(f, u)| f.at(u)).collect();
    Ok(unit.into_iter().map(carry).collect())
}

/// Rows of a base point in Saltelli's scheme with `d` factors.
pub fn saltelli_rows(d: usize, second_order: bool) -> usize {
    if second_order { 2 * d + 2 } else { d + 2 }
}

fn check(factors: &[Factor], method: &Method) -> Result<()> {
    let mut names = BTreeSet::new();
    for factor in factors {
        factor.check()?;
        if !names.insert(&factor.name) {
            return Err(Error::new("the name of two factors").at_key(&factor.name));
        }
    }
    let d = factors.len();
    match *method {
        Method::Grid { levels } => at_least("levels", levels, 2),
        Method::OneAtATime {
            levels,
            ref baseline,
        } => {
            at_least("levels", levels, 2)?;
            if baseline.len() != d {
                let found = format!("{} values", baseline.len());
                return Err(
                    Error::expected(found, format!("{d}, one for each factor")).at_key("baseline")
                );
            }
            match baseline.iter().find(|value| !value.is_finite()) {
                Some(value) => Err(Error::expected(value, "a finite number").at_key("baseline")),
                None => Ok(()),
            }
        }
        Method::LatinHypercube { samples } => at_least("samples", samples, 1),
        Method::SobolSequence { samples, .. } => sobol_samples(samples, d, 1),
        Method::Sobol { samples, .. } => sobol_samples(samples, d, 2),
        Method::Morris {
            trajectories,
            levels,
        } => {
            at_least("trajectories", trajectories, 1)?;
            at_least("levels", levels, 2)?;
            if levels % 2 == 1 {
                let expected = format!(
                    "an even number, such as {}: with an odd one the levels are not equally likely",
                    levels + 1
                );
                return Err(Error::expected(levels, expected).at_key("levels"));
            }
            Ok(())
        }
    }
}

fn at_least(key: &str, found: usize, least: usize) -> Result<()> {
    if found < least {
        return Err(Error::expected(found, format!("at least {least}")).at_key(key));
    }
    Ok(())
}

/// Whether a Sobol' sequence of this length in `d` × `each` dimensions can be had.
fn sobol_samples(samples: usize, d: usize, each: usize) -> Result<()> {
    if !samples.is_power_of_two() {
        let next = samples.clamp(1, MOST_SAMPLES).next_power_of_two();
        let expected = format!("a power of two, such as {next}");
        return Err(Error::expected(samples, expected).at_key("samples"));
    }
    if samples > MOST_SAMPLES {
        let expected = format!("at most {MOST_SAMPLES}");
        return Err(Error::expected(samples, expected).at_key("samples"));
    }
    if d > MOST_DIMENSIONS / each {
        let most = MOST_DIMENSIONS / each;
        return Err(Error::expected(
            format!("{d} factors"),
            format!("at most {most}"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
