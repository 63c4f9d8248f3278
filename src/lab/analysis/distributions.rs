//! Quantiles and tails of the distributions that intervals and tests need.
//!
//! The incomplete beta and gamma functions are those of the crate `special`, built on `libm`, so that a
//! result has the same bytes everywhere; crates of distributions call the system's
//! logarithm.

use special::{Beta, Gamma};

/// Half-width, in standard deviations, of the central normal interval at `confidence` in
/// (0, 1): 1.96 at 0.95.
pub fn normal_half_width(confidence: f64) -> f64 {
    comity_model::rng::normal_quantile(0.5 + confidence / 2.0)
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

/// P(X ≤ x) of the standard normal.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

/// P(|X| ≥ |x|) of the standard normal.
pub fn normal_two_sided(x: f64) -> f64 {
    libm::erfc(x.abs() / std::f64::consts::SQRT_2)
}

/// P(|T| ≥ |t|) of Student's t with `freedom` degrees, above 0 (Abramowitz & Stegun 1964,
/// 26.7.1).
pub fn student_two_sided(t: f64, freedom: f64) -> f64 {
    let (p, q) = (freedom / 2.0, 0.5);
    (freedom / (freedom + t * t)).inc_beta(p, q, p.ln_beta(q))
}

/// P(T ≥ t) of Student's t with `freedom` degrees, above 0.
pub fn student_tail(t: f64, freedom: f64) -> f64 {
    let half = student_two_sided(t, freedom) / 2.0;
    if t < 0.0 { 1.0 - half } else { half }
}

/// P(F ≥ f) of Fisher's F with `above` and `below` degrees, both above 0 (Abramowitz &
/// Stegun 1964, 26.6.2).
pub fn fisher_tail(f: f64, above: f64, below: f64) -> f64 {
    if f <= 0.0 {
        return 1.0;
    }
    let (p, q) = (below / 2.0, above / 2.0);
    (below / (below + above * f)).inc_beta(p, q, p.ln_beta(q))
}

/// The f with P(F ≤ f) = `p` in (0, 1), with `above` and `below` degrees.
pub fn fisher_quantile(p: f64, above: f64, below: f64) -> f64 {
    let (a, b) = (above / 2.0, below / 2.0);
    let x = p.inv_inc_beta(a, b, a.ln_beta(b));
    below * x / (above * (1.0 - x))
}

/// P(X ≥ x) of chi-squared with `freedom` degrees, above 0, to about 1e-15 absolute.
pub fn chi_squared_tail(x: f64, freedom: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    (1.0 - (x / 2.0).inc_gamma(freedom / 2.0)).max(0.0)
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

    /// Expected: `scipy.stats.t.sf`, `f.sf`, `f.ppf`, `chi2.sf` of SciPy 1.17.
    #[test]
    fn tails_match_scipy() {
        close(student_two_sided(-2.3, 7.0), 0.05499109520437159);
        close(student_two_sided(40.0, 3.0), 3.4380680789158506e-5);
        close(student_tail(1.1, 9.0), 0.14994138092840315);
        close(student_tail(-1.1, 9.0), 0.8500586190715969);
        close(fisher_tail(3.3, 3.0, 16.0), 0.047446648791093865);
        close(fisher_quantile(0.975, 3.0, 16.0), 4.07682306196248);
        close(fisher_quantile(0.975, 16.0, 3.0), 14.23152004659896);
        close(chi_squared_tail(7.7, 3.0), 0.05263626600872372);
        close(chi_squared_tail(40.0, 11.0), 3.577512452765525e-5);
        close(normal_cdf(1.959963984540054), 0.975);
        close(normal_two_sided(-1.959963984540054), 0.05);
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
