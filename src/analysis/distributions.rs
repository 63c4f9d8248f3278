//! Quantiles and tails of the distributions that intervals and tests need.
//!
//! The incomplete beta function is that of the crate `special`, built on `libm`, so that a
//! result has the same bytes everywhere; crates of distributions call the system's
//! logarithm.

use special::Beta;

/// Half-width, in standard deviations, of the central normal interval at `confidence` in
/// (0, 1): 1.96 at 0.95.
pub fn normal_half_width(confidence: f64) -> f64 {
    crate::rng::normal_quantile(0.5 + confidence / 2.0)
}

/// Half-width of the central interval of Student's t at `confidence` in (0, 1), with
/// `freedom` degrees, above 0: the t with P(|T| ≤ t) = `confidence`.
///
/// t²/(ν + t²) has the beta distribution with parameters 1/2 and ν/2 (Abramowitz & Stegun
/// 1964, 26.7.1); above 200 degrees their expansion 26.7.5 about the normal quantile is
/// closer.
pub fn student_half_width(confidence: f64, freedom: f64) -> f64 {
    if freedom > 200.0 {
        let z = normal_half_width(confidence);
        let z2 = z * z;
        let terms = [
            (79.0 * z2.powi(4) + 776.0 * z2.powi(3) + 1482.0 * z2 * z2 - 1920.0 * z2 - 945.0)
                / 92_160.0,
            (3.0 * z2.powi(3) + 19.0 * z2 * z2 + 17.0 * z2 - 15.0) / 384.0,
            (5.0 * z2 * z2 + 16.0 * z2 + 3.0) / 96.0,
            (z2 + 1.0) / 4.0,
            1.0,
        ];
        return z * terms.iter().fold(0.0, |sum, term| sum / freedom + term);
    }
    let (p, q) = (0.5, freedom / 2.0);
    let x = confidence.inv_inc_beta(p, q, p.ln_beta(q));
    libm::sqrt(freedom * x / (1.0 - x))
}

/// P(X ≥ `successes`) of a binomial with `trials` and probability `p` (Abramowitz & Stegun
/// 1964, 26.5.24).
pub fn binomial_tail(successes: usize, trials: usize, p: f64) -> f64 {
    if successes == 0 {
        return 1.0;
    }
    if successes > trials {
        return 0.0;
    }
    if p <= 0.0 || p >= 1.0 {
        return p.clamp(0.0, 1.0);
    }
    let (a, b) = (successes as f64, (trials - successes + 1) as f64);
    p.inc_beta(a, b, a.ln_beta(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-9 * b.abs(), "{a} is not {b}");
    }

    /// Expected: `scipy.stats.t.ppf(0.5 + confidence / 2, freedom)` of SciPy 1.17.
    #[test]
    fn students_quantiles_match_scipy() {
        for (freedom, expected) in [
            (
                1.0,
                [3.0776835371752544, 12.706204736174694, 63.656741162871526],
            ),
            (
                2.0,
                [1.8856180831641272, 4.302652729749462, 9.924843200918287],
            ),
            (
                9.0,
                [1.3830287383966329, 2.262157162798205, 3.249835541592126],
            ),
            (
                29.0,
                [1.311433647301551, 2.045229642132703, 2.756385903670605],
            ),
            (
                200.0,
                [1.2857987939948012, 1.9718962236339088, 2.600634436191558],
            ),
            (
                201.0,
                [1.2857775925323176, 1.971836506779859, 2.6005099190831933],
            ),
            (
                999.0,
                [1.2823995700373971, 1.9623414611334493, 2.5807596372676365],
            ),
            (
                99_999.0,
                [1.2815600315340214, 1.9599877077718442, 2.575878470400052],
            ),
        ] {
            for (confidence, t) in [0.8, 0.95, 0.99].into_iter().zip(expected) {
                close(student_half_width(confidence, freedom), t);
            }
        }
        close(normal_half_width(0.95), 1.959963984540054);
    }

    /// Expected: `scipy.stats.binom.sf(successes - 1, trials, p)` of SciPy 1.17.
    #[test]
    fn binomial_tails_match_scipy() {
        close(binomial_tail(8, 10, 0.5), 0.0546875);
        close(binomial_tail(30, 40, 0.6), 0.035222480114168786);
        close(binomial_tail(5, 5, 0.3), 0.00243);
        assert_eq!(binomial_tail(0, 5, 0.3), 1.0);
        assert_eq!(binomial_tail(6, 5, 0.3), 0.0);
        assert_eq!(
            (binomial_tail(2, 5, 0.0), binomial_tail(2, 5, 1.0)),
            (0.0, 1.0)
        );
    }
}
