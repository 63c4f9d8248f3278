//! Polarity of the system, from the capability of great powers.

/// Shape of the distribution of capability over great powers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Polarity {
    /// Concentration of Singer, Bremer & Stuckey 1972: √((Σs² − 1/n)/(1 − 1/n)).
    pub concentration: f64,
    /// Herfindahl index Σs².
    pub herfindahl: f64,
    /// Effective number of powers 1/Σs².
    pub effective: f64,
    /// Largest share.
    pub first: f64,
    /// Second-largest share.
    pub second: f64,
}

/// The measures of these shares, which sum to 1; NaN without a power, concentration NaN with one.
pub fn polarity(shares: &[f64]) -> Polarity {
    let n = shares.len() as f64;
    let herfindahl: f64 = if shares.is_empty() {
        f64::NAN
    } else {
        shares.iter().map(|s| s * s).sum()
    };
    let concentration = if shares.len() > 1 {
        libm::sqrt(((herfindahl - 1.0 / n) / (1.0 - 1.0 / n)).max(0.0))
    } else {
        f64::NAN
    };
    let mut sorted = shares.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    Polarity {
        concentration,
        herfindahl,
        effective: 1.0 / herfindahl,
        first: sorted.first().copied().unwrap_or(f64::NAN),
        second: sorted.get(1).copied().unwrap_or(0.0),
    }
}

impl Polarity {
    /// Unipolar: one above .5. Bipolar: two at .25 or more that sum to .5 or more, none above
    /// .5. Else multipolar. After Modelski & Thompson 1988.
    pub fn class(&self) -> &'static str {
        if self.first.is_nan() {
            "none"
        } else if self.first > 0.5 {
            "unipolar"
        } else if self.second >= 0.25 && self.first + self.second >= 0.5 {
            "bipolar"
        } else {
            "multipolar"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_the_stylised_worlds() {
        assert_eq!(polarity(&[0.2; 5]).class(), "multipolar");
        assert_eq!(polarity(&[0.4, 0.4, 0.2]).class(), "bipolar");
        assert_eq!(polarity(&[0.6, 0.2, 0.2]).class(), "unipolar");
        assert_eq!(polarity(&[]).class(), "none");
    }

    #[test]
    fn concentration_runs_from_zero_to_one() {
        assert!(polarity(&[0.25; 4]).concentration.abs() < 1e-7);
        assert!((polarity(&[1.0, 0.0]).concentration - 1.0).abs() < 1e-12);
        assert!((polarity(&[0.25; 4]).effective - 4.0).abs() < 1e-12);
    }
}
