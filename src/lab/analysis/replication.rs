//! How many replicates an answer needs.

use serde::Serialize;

use crate::analysis::bootstrap::{confidence as check_level, sample_deviation};
use crate::analysis::distributions::student_half_width;
use comity_model::error::{Error, Result};

/// More replicates are not counted.
const MOST: u64 = 1_000_000_000;

/// The mean after the first `replicates` values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Running {
    /// Replicates so far, at least 2.
    pub replicates: usize,
    /// Their mean.
    pub mean: f64,
    /// Half-width of its interval.
    pub half_width: f64,
}

/// What half-width is wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// This half-width, in the unit of the values.
    Absolute(f64),
    /// This share of the mean's size.
    Relative(f64),
}

/// What the replicates say and how many are needed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Needed {
    /// The mean of the replicates at hand.
    pub mean: f64,
    /// Half-width of its interval.
    pub half_width: f64,
    /// The half-width that is wanted, in the unit of the values.
    pub wanted: f64,
    /// Replicates that reach it; `None` if more than 10⁹.
    pub replicates: Option<u64>,
    /// The same in a sentence.
    pub sentence: String,
}

/// The mean and its interval after 2, 3, … N of the values, in their order.
///
/// The half-width at n is t_{n−1} s/√n with Student's t at the level `confidence` (Law 2015,
/// eq. 4.12); without 2 values the list is empty.
///
/// # Errors
///
/// If a value is not finite or the level is not between 0 and 1.
pub fn running(values: &[f64], confidence: f64) -> Result<Vec<Running>> {
    check(values, confidence)?;
    let (mut mean, mut squares) = (0.0, 0.0);
    let mut found = Vec::new();
    // Sums of squares by Welford (1962).
    for (k, value) in values.iter().enumerate() {
        let n = (k + 1) as f64;
        let off = value - mean;
        mean += off / n;
        squares += off * (value - mean);
        if k > 0 {
            let error = libm::sqrt(squares / (n - 1.0) / n);
            found.push(Running {
                replicates: k + 1,
                mean,
                half_width: student_half_width(confidence, n - 1.0) * error,
            });
        }
    }
    Ok(found)
}

/// The number of replicates whose interval is expected to have the half-width `target`, from
/// the standard deviation s of the values: the smallest n of at least 2 with
/// t_{n−1} s/√n ≤ target, t depending on n (Law 2015, eq. 9.2).
///
/// # Errors
///
/// With fewer than two values or one that is not finite, a level that is not between 0 and
/// 1, a target that is not above 0, or a relative target where the mean is 0.
pub fn needed(values: &[f64], target: Target, confidence: f64) -> Result<Needed> {
    check(values, confidence)?;
    if values.len() < 2 {
        return Err(Error::expected(
            format!("{} replicates", values.len()),
            "at least 2",
        ));
    }
    let n = values.len();
    let mean = values.iter().sum::<f64>() / n as f64;
    let deviation = sample_deviation(values);
    let (size, wanted) = match target {
        Target::Absolute(size) => (size, size),
        Target::Relative(size) => (size, size * mean.abs()),
    };
    if !(size > 0.0 && size.is_finite()) {
        return Err(Error::expected(size, "a half-width above 0"));
    }
    if wanted == 0.0 && deviation > 0.0 {
        return Err(Error::expected(
            "a mean of 0, of which no half-width is a share",
            "an absolute half-width",
        ));
    }
    let at =
        |n: u64| student_half_width(confidence, (n - 1) as f64) * deviation / libm::sqrt(n as f64);
    let replicates = smallest(|n| at(n) <= wanted);
    let half_width = at(n as u64);
    let sentence = sentence(n, mean, half_width, wanted, confidence, replicates);
    Ok(Needed {
        mean,
        half_width,
        wanted,
        replicates,
        sentence,
    })
}

/// The smallest n from 2 on that is enough, where more are enough too.
fn smallest(enough: impl Fn(u64) -> bool) -> Option<u64> {
    let mut high = 2;
    while !enough(high) {
        high *= 2;
        if high > MOST {
            return None;
        }
    }
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if middle >= 2 && enough(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

fn sentence(
    n: usize,
    mean: f64,
    half_width: f64,
    wanted: f64,
    confidence: f64,
    replicates: Option<u64>,
) -> String {
    let known = format!(
        "With {n} replicates the mean is {} ± {} ({} %)",
        short(mean),
        short(half_width),
        short(100.0 * confidence)
    );
    let wanted = short(wanted);
    match replicates {
        Some(_) if half_width.is_nan() => format!("{known}."),
        Some(enough) if enough <= n as u64 => {
            format!("{known}, and ±{wanted} needs {enough}: there are enough.")
        }
        Some(enough) => format!("{known}; for ±{wanted} take about {enough}."),
        None => format!("{known}; ±{wanted} is out of reach."),
    }
}

/// Three significant digits, as many as a sentence bears.
fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".to_string();
    }
    let digits = 2 - libm::floor(libm::log10(value.abs())) as i32;
    if !(-6..=8).contains(&digits) {
        return format!("{value:.2e}");
    }
    let text = format!("{value:.*}", digits.max(0) as usize);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    }
}

fn check(values: &[f64], confidence: f64) -> Result<()> {
    check_level(confidence)?;
    match values.iter().position(|v| !v.is_finite()) {
        Some(k) => Err(Error::expected(
            format!("no value of replicate {k} (from 0)"),
            "a number: run it again, or leave it out",
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [f64; 10] = [9.8, 11.2, 10.4, 8.9, 10.1, 9.5, 10.9, 10.0, 9.2, 10.6];

    /// Expected: `scipy.stats.t.interval(.95, n - 1, mean, sem)` of SciPy 1.17.
    #[test]
    fn running_intervals_match_scipy() {
        let found = running(&VALUES, 0.95).unwrap();
        assert_eq!(found.len(), 9);
        for (k, half_width) in [
            (0, 8.894343315322276),
            (3, 1.044031965744247),
            (8, 0.5269741925223136),
        ] {
            assert!((found[k].half_width / half_width - 1.0).abs() < 1e-9, "{k}");
        }
        assert!((found[8].mean - 10.06).abs() < 1e-12);
        assert_eq!(found[8].replicates, 10);
        let wide = running(&VALUES, 0.99).unwrap();
        assert!(wide[8].half_width > found[8].half_width);
        assert!(running(&VALUES[..1], 0.95).unwrap().is_empty());
    }

    #[test]
    fn enough_replicates_are_just_enough() {
        let found = needed(&VALUES, Target::Absolute(0.2), 0.95).unwrap();
        let n = found.replicates.unwrap();
        let s = sample_deviation(&VALUES);
        let at = |n: u64| student_half_width(0.95, (n - 1) as f64) * s / libm::sqrt(n as f64);
        assert!(at(n) <= 0.2 && at(n - 1) > 0.2, "{n}");
        assert_eq!(
            found.sentence,
            format!("With 10 replicates the mean is 10.1 ± 0.527 (95 %); for ±0.2 take about {n}.")
        );
        let relative = needed(&VALUES, Target::Relative(0.2 / found.mean), 0.95).unwrap();
        assert_eq!(relative.replicates, Some(n));
        let already = needed(&VALUES, Target::Absolute(2.0), 0.95).unwrap();
        assert!(already.replicates.unwrap() <= 10);
        assert!(already.sentence.ends_with("there are enough."));
        let never = needed(&VALUES, Target::Absolute(1e-9), 0.95).unwrap();
        assert_eq!(never.replicates, None);
        assert!(never.sentence.ends_with("is out of reach."), "{never:?}");
        let constant = needed(&[3.0; 5], Target::Relative(0.01), 0.95).unwrap();
        assert_eq!((constant.replicates, constant.half_width), (Some(2), 0.0));
    }

    #[test]
    fn what_says_nothing_is_refused() {
        let refused =
            |values: &[f64], target, level| needed(values, target, level).unwrap_err().to_string();
        assert!(refused(&[1.0], Target::Absolute(1.0), 0.95).contains("at least 2"));
        assert!(refused(&VALUES, Target::Absolute(0.0), 0.95).contains("above 0"));
        assert!(refused(&VALUES, Target::Absolute(1.0), 1.0).contains("between 0 and 1"));
        assert!(refused(&[-1.0, 1.0], Target::Relative(0.1), 0.95).contains("absolute"));
        assert!(refused(&[1.0, f64::NAN], Target::Absolute(1.0), 0.95).contains("replicate 1"));
    }
}
