//! From a uniform draw to a choice or another distribution, and the logistic function.

/// The index whose share of the cumulated `weights` contains `u` in (0, 1).
pub fn weighted_index(weights: &[f64], u: f64) -> Option<usize> {
    weighted_index_of(weights, u, weights.iter().sum())
}

/// As [`weighted_index`], of weights whose `total` is known.
pub fn weighted_index_of(weights: &[f64], u: f64, total: f64) -> Option<usize> {
    if total.is_nan() || total <= 0.0 {
        return None;
    }
    let target = u * total;
    let mut cumulative = 0.0;
    let mut last = None;
    for (index, &weight) in weights.iter().enumerate() {
        if weight > 0.0 {
            cumulative += weight;
            last = Some(index);
            if target < cumulative {
                return last;
            }
        }
    }
    last
}

/// Quantile of the standard normal distribution: algorithm AS 241 (PPND16) of
/// Wichura (1988), relative accuracy about 1e-16.
///
/// Written here because the logarithm must come from a pure-Rust
/// implementation, so that a run has the same bytes everywhere; the crates that
/// offer it call the system's.
#[allow(clippy::excessive_precision)]
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        let num = horner(
            r,
            &[
                2.5090809287301226727e3,
                3.3430575583588128105e4,
                6.7265770927008700853e4,
                4.5921953931549871457e4,
                1.3731693765509461125e4,
                1.9715909503065514427e3,
                1.3314166789178437745e2,
                3.3871328727963666080e0,
            ],
        );
        let den = horner(
            r,
            &[
                5.2264952788528545610e3,
                2.8729085735721942674e4,
                3.9307895800092710610e4,
                2.1213794301586595867e4,
                5.3941960214247511077e3,
                6.8718700749205790830e2,
                4.2313330701600911252e1,
                1.0,
            ],
        );
        return q * num / den;
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = libm::sqrt(-libm::log(tail));
    let value = if r <= 5.0 {
        let r = r - 1.6;
        horner(
            r,
            &[
                7.74545014278341407640e-4,
                2.27238449892691845833e-2,
                2.41780725177450611770e-1,
                1.27045825245236838258e0,
                3.64784832476320460504e0,
                5.76949722146069140550e0,
                4.63033784615654529590e0,
                1.42343711074968357734e0,
            ],
        ) / horner(
            r,
            &[
                1.05075007164441684324e-9,
                5.47593808499534494600e-4,
                1.51986665636164571966e-2,
                1.48103976427480074590e-1,
                6.89767334985100004550e-1,
                1.67638483018380384940e0,
                2.05319162663775882187e0,
                1.0,
            ],
        )
    } else {
        let r = r - 5.0;
        horner(
            r,
            &[
                2.01033439929228813265e-7,
                2.71155556874348757815e-5,
                1.24266094738807843860e-3,
                2.65321895265761230930e-2,
                2.96560571828504891230e-1,
                1.78482653991729133580e0,
                5.46378491116411436990e0,
                6.65790464350110377720e0,
            ],
        ) / horner(
            r,
            &[
                2.04426310338993978564e-15,
                1.42151175831644588870e-7,
                1.84631831751005468180e-5,
                7.86869131145613259100e-4,
                1.48753612908506148525e-2,
                1.36929880922735805310e-1,
                5.99832206555887937690e-1,
                1.0,
            ],
        )
    };
    if q < 0.0 { -value } else { value }
}

fn horner(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}

/// Λ, the logistic function.
#[inline]
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// A bound that Λ(x) does not exceed, without an exponential: e^t ≥ (1 + t/4 + t²/32)⁴ for t ≥ 0.
#[inline]
pub fn logistic_at_most(x: f64) -> f64 {
    let t = -x;
    if t <= 0.0 {
        return 1.0;
    }
    let root = 1.0 + t * (0.25 + t / 32.0);
    let square = root * root;
    // The margin is far above what rounding adds.
    (1.0 + 1e-9) / (1.0 + square * square)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reference values from R 4.3: `qnorm(c(.5, .975, .001, 1e-9))`.
    #[test]
    fn normal_quantile_matches_r() {
        for (p, z) in [
            (0.5, 0.0),
            (0.975, 1.959963984540054),
            (0.001, -3.090232306167813),
            (1e-9, -5.997807015007687),
        ] {
            assert!((normal_quantile(p) - z).abs() < 1e-12, "{p}");
        }
    }

    #[test]
    fn the_bound_of_the_logistic_function_is_one_and_is_near() {
        for step in -4000..4000 {
            let x = f64::from(step) / 100.0;
            assert!(logistic(x) <= logistic_at_most(x), "{x}");
        }
        assert!(logistic_at_most(-6.8) < 3.1 * logistic(-6.8));
    }

    #[test]
    fn weighted_index_follows_the_weights() {
        assert_eq!(weighted_index(&[0.0, 1.0, 3.0], 0.2), Some(1));
        assert_eq!(weighted_index(&[0.0, 1.0, 3.0], 0.3), Some(2));
        assert_eq!(weighted_index(&[0.0, 0.0], 0.3), None);
    }
}
