//! The threshold under which a Sobol' index is nothing.

use serde::Serialize;

use super::{Shape, mean, standardised};
use crate::analysis::bootstrap::Options;
use crate::analysis::sensitivity::complete;
use comity_model::error::{Error, Result};

/// Indices of a parameter that does nothing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dummy {
    /// First order.
    pub s1: f64,
    /// Half-width of its interval.
    pub s1_conf: f64,
    /// Total.
    pub st: f64,
    /// Half-width of its interval.
    pub st_conf: f64,
    /// |S1| plus its half-width: a first-order index below is not told from nothing.
    pub s1_threshold: f64,
    /// |ST| plus its half-width: a total index below is not told from nothing.
    pub st_threshold: f64,
}

/// The indices that the sample gives to a dummy parameter, in the same order of rows as
/// [`super::indices`] (Khorashadi Zadeh et al. 2017, Environmental Modelling & Software 91:
/// 210-222; Puy et al. 2022, sensobol).
///
/// A parameter without effect has ab = a and ba = b. The estimators of [`super::indices`]
/// are then exactly 0 and say nothing of the error of the sample, so that the older ones of
/// Saltelli (2002) are used, with f the mean and V the variance of the 2N outputs a and b:
///
/// S1 = (mean(a b) − f²) / V, and ST = 1 − (mean(b²) − f²) / V.
///
/// sensobol estimates f² by mean(a b), which makes S1 nearly 0 in every sample; here f² is
/// the square of the mean. These errors are larger than those of the estimators in use, so
/// that the threshold is a cautious one.
///
/// # Errors
///
/// As [`super::indices`], and if the output is constant.
pub fn dummy(y: &[f64], factors: usize, second_order: bool, options: &Options) -> Result<Dummy> {
    options.check()?;
    let shape = Shape::new(y.len(), factors, second_order)?;
    complete(y, "run these points again")?;
    let Some((y, _)) = standardised(y) else {
        return Err(Error::expected("a constant output", "one that varies"));
    };
    let ends = || (0..shape.samples).map(|i| shape.ends(i));
    let terms = [
        ends().map(|(a, b)| (y[a] + y[b]) / 2.0).collect::<Vec<_>>(),
        ends()
            .map(|(a, b)| (y[a] * y[a] + y[b] * y[b]) / 2.0)
            .collect(),
        ends().map(|(a, b)| y[a] * y[b]).collect(),
        ends().map(|(_, b)| y[b] * y[b]).collect(),
    ];
    let estimate = |weights: Option<&[f64]>| {
        let [f, square, cross, b] = [0, 1, 2, 3].map(|k| mean(&terms[k], weights));
        let variance = square - f * f;
        let share = |product: f64| match variance > f64::EPSILON {
            true => (product - f * f) / variance,
            false => 0.0,
        };
        (share(cross), 1.0 - share(b))
    };
    let (s1, st) = estimate(None);
    let resampled: (Vec<f64>, Vec<f64>) = options
        .weights(shape.samples)
        .map(|weights| estimate(Some(&weights)))
        .unzip();
    let (s1_conf, st_conf) = (
        options.half_width(&resampled.0),
        options.half_width(&resampled.1),
    );
    Ok(Dummy {
        s1,
        s1_conf,
        st,
        st_conf,
        s1_threshold: s1.abs() + s1_conf,
        st_threshold: st.abs() + st_conf,
    })
}
