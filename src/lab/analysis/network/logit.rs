//! Logistic regression by iteratively reweighted least squares (McCullagh & Nelder 1989), with a
//! ridge on standardised coefficients (le Cessie & van Houwelingen 1992).

use nalgebra::{DMatrix, DVector};

use comity_model::error::{Error, Result};

/// Newton's method stops when no coefficient moves by more.
const CONVERGED: f64 = 1e-9;
const STEPS: usize = 100;

/// A fitted regression.
#[derive(Debug, Clone, PartialEq)]
pub struct Logit {
    /// Mean of each feature in the data.
    pub mean: Vec<f64>,
    /// Its standard deviation; 1 for a constant.
    pub sd: Vec<f64>,
    /// Constant, at the means.
    pub intercept: f64,
    /// Change of the log odds with one standard deviation.
    pub coefficients: Vec<f64>,
}

/// Fits outcomes to features, `x[row][feature]`: the least sum of negative log-likelihood and
/// `ridge` / 2 × the squared coefficients of standardised features; the constant is free.
///
/// # Errors
/// If lists differ in length, outcomes are all alike, or no finite estimate is found.
pub fn fit(x: &[Vec<f64>], y: &[bool], ridge: f64) -> Result<Logit> {
    let n = x.len();
    if n != y.len() {
        let error = Error::expected(format!("{} outcomes", y.len()), format!("{n}"));
        return Err(error.at_key("logit"));
    }
    let positives = y.iter().filter(|y| **y).count();
    if positives == 0 || positives == n {
        return Err(Error::new("all outcomes are alike, expected both").at_key("logit"));
    }
    let k = x[0].len();
    let column = |j: usize| x.iter().map(move |row| row[j]);
    let mean: Vec<f64> = (0..k).map(|j| column(j).sum::<f64>() / n as f64).collect();
    let deviation = |j: usize| {
        let squares = column(j).map(|v| (v - mean[j]) * (v - mean[j]));
        match libm::sqrt(squares.sum::<f64>() / n as f64) {
            sd if sd > 1e-12 => sd,
            _ => 1.0,
        }
    };
    let sd: Vec<f64> = (0..k).map(deviation).collect();
    let scaled: Vec<Vec<f64>> = x
        .iter()
        .map(|row| (0..k).map(|j| (row[j] - mean[j]) / sd[j]).collect())
        .collect();
    let beta = newton(&scaled, y, ridge)?;
    Ok(Logit {
        mean,
        sd,
        intercept: beta[0],
        coefficients: beta.iter().skip(1).copied().collect(),
    })
}

fn newton(x: &[Vec<f64>], y: &[bool], ridge: f64) -> Result<DVector<f64>> {
    let k = x[0].len() + 1;
    let mut beta = DVector::zeros(k);
    for _ in 0..STEPS {
        let mut gradient = DVector::zeros(k);
        let mut curvature = DMatrix::zeros(k, k);
        for (row, &y) in x.iter().zip(y) {
            let mut linear: f64 = beta[0];
            for (value, b) in row.iter().zip(beta.iter().skip(1)) {
                linear += value * b;
            }
            let p = logistic(linear);
            let (miss, weight) = (f64::from(u8::from(y)) - p, p * (1.0 - p));
            gradient[0] += miss;
            curvature[(0, 0)] += weight;
            for (i, a) in row.iter().enumerate() {
                gradient[i + 1] += miss * a;
                curvature[(i + 1, 0)] += weight * a;
                for (j, b) in row[..=i].iter().enumerate() {
                    curvature[(i + 1, j + 1)] += weight * a * b;
                }
            }
        }
        for i in 1..k {
            gradient[i] -= ridge * beta[i];
            curvature[(i, i)] += ridge;
        }
        // The lower half is filled, which is what Cholesky's decomposition reads.
        let step = curvature.cholesky().map(|c| c.solve(&gradient));
        let step = step.ok_or_else(|| Error::new("no finite estimate").at_key("logit"))?;
        beta += &step;
        if step.amax() < CONVERGED {
            return Ok(beta);
        }
    }
    Err(Error::new("did not converge").at_key("logit"))
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

impl Logit {
    /// Probability at these features.
    pub fn at(&self, features: &[f64]) -> f64 {
        let scaled = features.iter().enumerate();
        let scaled = scaled.map(|(j, v)| (v - self.mean[j]) / self.sd[j] * self.coefficients[j]);
        logistic(self.intercept + scaled.sum::<f64>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With one binary feature the estimate is the log odds ratio of the table.
    #[test]
    fn one_binary_feature_has_its_log_odds_ratio() {
        let cells = [
            (0.0, false, 30),
            (0.0, true, 10),
            (1.0, false, 5),
            (1.0, true, 20),
        ];
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for (value, outcome, count) in cells {
            x.extend((0..count).map(|_| vec![value]));
            y.extend((0..count).map(|_| outcome));
        }
        let found = fit(&x, &y, 0.0).unwrap();
        let slope = found.coefficients[0] / found.sd[0];
        assert!((slope - libm::log(20.0 * 30.0 / (5.0 * 10.0))).abs() < 1e-9);
        assert!((found.at(&[0.0]) - 0.25).abs() < 1e-9 && (found.at(&[1.0]) - 0.8).abs() < 1e-9);
        let ridged = fit(&x, &y, 10.0).unwrap();
        assert!(ridged.coefficients[0] > 0.0 && ridged.coefficients[0] < found.coefficients[0]);
        assert!(fit(&x, &vec![true; x.len()], 0.0).is_err());
        assert!(fit(&x, &y[1..], 0.0).is_err());
    }
}
