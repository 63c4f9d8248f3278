//! From where on a difference matters.

use comity_model::error::{Error, Result};

/// Share of the baseline from which on a difference matters.
pub const RELATIVE: f64 = 0.10;
/// Difference from which on it matters where the baseline is smaller than this.
pub const ABSOLUTE: f64 = 0.02;

/// The smallest difference that matters, above 0: a tenth of the baseline's size, or 0.02
/// where the baseline is below 0.02 in size.
///
/// The two rules do not meet: from 0.02 to 0.2 the tenth is smaller than 0.02.
///
/// # Errors
///
/// If the baseline is not finite.
pub fn practical_bound(baseline: f64) -> Result<f64> {
    if !baseline.is_finite() {
        return Err(Error::expected(baseline, "a finite number").at_key("baseline"));
    }
    Ok(match baseline.abs() < ABSOLUTE {
        true => ABSOLUTE,
        false => RELATIVE * baseline.abs(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_baselines_have_an_absolute_bound() {
        let bound = |b| practical_bound(b).unwrap();
        assert_eq!(bound(50.0), 5.0);
        assert_eq!(bound(-50.0), 5.0);
        assert_eq!(bound(0.019), 0.02);
        assert_eq!(bound(0.0), 0.02);
        assert!((bound(0.02) - 0.002).abs() < 1e-15);
        assert!(practical_bound(f64::NAN).is_err());
    }
}
