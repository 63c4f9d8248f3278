//! Which parameters the moments respond to, by Morris' elementary effects.

use super::implausibility::Target;
use super::region::designed;
use super::rows::{EffectRow, ScreeningRow};
use super::stage::Sample;
use crate::analysis::bootstrap::sample_deviation;
use crate::analysis::sensitivity::{Options, morris};
use crate::analysis::summary::mean;
use crate::ensemble::design::{self, Method};
use crate::ensemble::experiment::{Factor, Screening};
use comity_model::error::Result;

/// Points near the observed moment over which the noise is averaged.
pub const NEAREST: usize = 50;
/// Standard deviations beyond which a moment counts as this far: twice the usual cutoff.
const FAR: f64 = 6.0;

/// What the screening found.
#[derive(Debug, Clone, PartialEq)]
pub struct Screened {
    /// Positions of the factors to be varied, in the order of the factors.
    pub active: Vec<usize>,
    /// The factors, the most important first.
    pub ranking: Vec<ScreeningRow>,
    /// The effects of each factor on each moment.
    pub effects: Vec<EffectRow>,
}

/// The points of the trajectories.
///
/// # Errors
/// If a factor has no range.
pub fn points(factors: &[Factor], screening: &Screening, seed: u64) -> Result<Vec<Vec<f64>>> {
    let natural: Vec<design::Factor> = factors.iter().map(designed).collect();
    let method = Method::Morris {
        trajectories: screening.trajectories,
        levels: screening.levels,
    };
    design::points(&natural, &method, seed)
}

/// Ranks the factors by the root mean square over the moments of their effects beyond noise,
/// each in standard deviations of the moment's implausibility.
///
/// A moment further than `FAR` from the observed one counts as that far: such a point is
/// ruled out whatever it is, and worlds that have come apart would decide the ranks. What an
/// effect is by the noise of the seeds alone is √(2/π) √(2 s²/R)/Δ, with s² the variance over the R
/// runs of a point; its square is taken from that of mu_star.
///
/// # Errors
/// If the sample is no set of trajectories.
pub fn screen(
    factors: &[Factor],
    targets: &[Target],
    sample: &Sample,
    screening: &Screening,
    seed: u64,
) -> Result<Screened> {
    let options = Options {
        seed,
        ..Options::default()
    };
    let mut effects = Vec::new();
    let mut squares = vec![0.0; factors.len()];
    for (m, target) in targets.iter().enumerate() {
        let centre = target.centre();
        let offset = offset(target);
        let noise = sample.noise(m, centre, NEAREST);
        // d ln(m + offset) = dm/(m + offset): in standard deviations where m is as observed.
        let unit = centre / target.implausibility(0.0, noise, 0.0);
        let scale = (centre + offset) / unit;
        let origin = libm::log(centre + offset);
        let distance = |v: &f64| (scale * (libm::log(v + offset) - origin)).clamp(-FAR, FAR);
        let runs: Vec<Vec<f64>> = sample.moments[m]
            .iter()
            .map(|runs| runs.iter().map(distance).collect())
            .collect();
        let y: Vec<f64> = runs.iter().map(|runs| mean(runs)).collect();
        let floor = by_noise(&runs, screening);
        let found = morris::effects(&sample.points, &y, screening.levels, &options)?;
        for (f, factor) in factors.iter().enumerate() {
            let size = found.mu_star[f];
            if size.is_finite() {
                squares[f] += (size * size - floor * floor).max(0.0);
            }
            effects.push(EffectRow {
                parameter: factor.name.clone(),
                moment: target.moment.name.clone(),
                mu_star: size,
                mu_star_conf: found.mu_star_conf[f],
                noise: floor,
                mu: found.mu[f],
                sigma: found.sigma[f],
            });
        }
    }
    let importance = |f: usize| libm::sqrt(squares[f] / targets.len() as f64);
    let mut order: Vec<usize> = (0..factors.len()).collect();
    order.sort_by(|&a, &b| importance(b).total_cmp(&importance(a)).then(a.cmp(&b)));
    let row = |(rank, &f): (usize, &usize)| ScreeningRow {
        parameter: factors[f].name.clone(),
        rank: rank as i64 + 1,
        importance: importance(f),
        active: i64::from(rank < screening.active),
    };
    let ranking = order.iter().enumerate().map(row).collect();
    let mut active = order[..screening.active.min(order.len())].to_vec();
    active.sort_unstable();
    Ok(Screened {
        active,
        ranking,
        effects,
    })
}

/// The mean absolute effect that a factor has by the noise of the seeds alone.
fn by_noise(runs: &[Vec<f64>], screening: &Screening) -> f64 {
    let squares: Vec<f64> = runs
        .iter()
        .map(|r| sample_deviation(r))
        .map(|sd| sd * sd)
        .collect();
    let levels = screening.levels as f64;
    let delta = levels / (2.0 * (levels - 1.0));
    let of_step = 2.0 * mean(&squares) / screening.replicates as f64;
    libm::sqrt(2.0 / std::f64::consts::PI * of_step) / delta
}

/// What is added to a moment before its logarithm is taken: a tenth of what was observed, or the
/// least discrepancy if that is more.
pub fn offset(target: &Target) -> f64 {
    (target.centre().abs() / 10.0).max(target.moment.floor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::moments::of_window;
    use crate::ensemble::design::Scale;
    use crate::ensemble::experiment::OBSERVED;
    use comity_model::scenario::PARAMETERS;
    use std::path::PathBuf;

    /// Of five parameters the moments follow the second and the fourth.
    #[test]
    fn parameters_that_move_a_moment_come_first() {
        let factor = |k: usize| Factor {
            name: PARAMETERS[k].path.to_string(),
            label: String::new(),
            parameter: Some(&PARAMETERS[k]),
            range: Some((0.0, 1.0, Scale::Linear)),
            values: Vec::new(),
        };
        let factors: Vec<Factor> = (0..5).map(factor).collect();
        let screening = Screening {
            trajectories: 10,
            levels: 4,
            replicates: 2,
            active: 2,
        };
        let target = |k: usize| Target {
            moment: of_window(OBSERVED)[k].clone(),
            atop: 5.0,
            cow: 5.0,
            discrepancy: 0.5,
        };
        let targets = [target(0), target(1)];
        let points = points(&factors, &screening, 3).unwrap();
        let of = |j: usize, size: f64| -> Vec<Vec<f64>> {
            let value = |p: &Vec<f64>| vec![5.0 + size * p[j], 5.0 + size * p[j] + 0.01];
            points.iter().map(value).collect()
        };
        let sample = Sample {
            replicates: 2,
            moments: vec![of(1, 2.0), of(3, 4.0)],
            metrics: Vec::new(),
            failed: 0,
            folder: PathBuf::new(),
            points,
        };
        let found = screen(&factors, &targets, &sample, &screening, 1).unwrap();
        assert_eq!(found.active, [1, 3]);
        assert_eq!(found.ranking[0].parameter, PARAMETERS[3].path);
        assert_eq!(found.effects.len(), 10);
        // 4 over the range, in units of .5, near 5: about 8, less the bend of the logarithm and
        // the bound at 6; by noise alone √(2/π) √(2 · (.01²/2)/2) · 1.5 / .5 or so.
        let effect = &found.effects[5 + 3];
        assert!((4.0..8.0).contains(&effect.mu_star), "{effect:?}");
        assert!((0.008..0.02).contains(&effect.noise), "{effect:?}");
        assert_eq!(found.ranking[4].importance, 0.0);
    }
}
