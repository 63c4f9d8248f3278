//! Waves: what is learnt from the runs of one, and which of their points go on.

use super::emulator::Emulator;
use super::implausibility::Target;
use super::region::{Region, Wave};
use super::rows::{CostRow, EmulatorRow, WaveRow};
use super::screening::{NEAREST, offset};
use super::stage::Sample;
use crate::analysis::summary::median;
use comity_model::error::Result;

/// A wave that was run.
pub struct Ran {
    /// The runs.
    pub sample: Sample,
    /// Largest implausibility of each point by its runs, and the moment that has it.
    pub implausibility: Vec<(f64, usize)>,
}

/// Emulators of the moments from the points so far that the waves before have not ruled out.
pub fn learn(region: &Region, before: &[Ran], sample: &Sample, bound: f64) -> Result<Wave> {
    let samples: Vec<&Sample> = before.iter().map(|r| &r.sample).chain([sample]).collect();
    let kept: Vec<(&Sample, usize)> = samples
        .iter()
        .flat_map(|s| (0..s.points.len()).map(move |p| (*s, p)))
        .filter(|(s, p)| region.implausibility(&s.points[*p], bound) <= bound)
        .collect();
    let x: Vec<Vec<f64>> = kept
        .iter()
        .map(|(s, p)| region.unit(&s.points[*p]))
        .collect();
    let fit = |(m, target): (usize, &Target)| {
        let y: Vec<f64> = kept.iter().map(|(s, p)| s.mean(m, *p)).collect();
        Emulator::fit(&x, &y, offset(target)).map_err(|e| e.at_key(&target.moment.name))
    };
    let targets = region.targets;
    let noise = |(m, t): (usize, &Target)| sample.noise(m, t.centre(), NEAREST);
    Ok(Wave {
        emulators: targets.iter().enumerate().map(fit).collect::<Result<_>>()?,
        noise: targets.iter().enumerate().map(noise).collect(),
    })
}

/// The largest implausibility of each point by its own runs, and the moment that has it.
pub fn implausibilities(targets: &[Target], sample: &Sample, noise: &[f64]) -> Vec<(f64, usize)> {
    let of = |p: usize| {
        let moments = targets.iter().enumerate().map(|(m, t)| {
            let of_mean = noise[m] / sample.replicates as f64;
            (t.implausibility(sample.mean(m, p), noise[m], of_mean), m)
        });
        let worst = |a: (f64, usize), b: (f64, usize)| if b.0 > a.0 { b } else { a };
        moments.fold((0.0, 0), worst)
    };
    (0..sample.points.len()).map(of).collect()
}

/// Wave and row of the points to be run again: within the cutoff, the latest waves first, as
/// their points are drawn from the smallest region; if there are too few, the least implausible
/// of the others.
pub fn candidates(waves: &[Ran], count: usize, cutoff: f64) -> Vec<(usize, usize)> {
    let mut within = Vec::new();
    let mut others = Vec::new();
    for (w, wave) in waves.iter().enumerate().rev() {
        for (p, (implausibility, _)) in wave.implausibility.iter().enumerate() {
            match *implausibility <= cutoff {
                true => within.push((w + 1, p)),
                false => others.push((*implausibility, (w + 1, p))),
            }
        }
    }
    others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    within.extend(others.into_iter().map(|o| o.1));
    within.truncate(count);
    within
}

/// The row of a wave; `source` is what its points were found by.
pub fn wave_row(
    wave: usize,
    sample: &Sample,
    found: &[(f64, usize)],
    source: (u64, f64, f64),
    cutoff: f64,
) -> WaveRow {
    let (candidates, share, threshold) = source;
    let values: Vec<f64> = found.iter().map(|f| f.0).collect();
    WaveRow {
        wave: wave as i64,
        points: sample.points.len() as i64,
        replicates: sample.replicates as i64,
        candidates: candidates as i64,
        non_implausible: share,
        threshold,
        median: median(&values),
        best: values.iter().copied().fold(f64::INFINITY, f64::min),
        within: values.iter().filter(|v| **v <= cutoff).count() as i64,
    }
}

/// The rows of the emulators after a wave.
pub fn emulator_rows(wave: usize, targets: &[Target], learnt: &Wave) -> Vec<EmulatorRow> {
    let row = |(m, target): (usize, &Target)| {
        let emulator = &learnt.emulators[m];
        EmulatorRow {
            wave: wave as i64,
            moment: target.moment.name.clone(),
            points: emulator.points as i64,
            r2: emulator.r2,
            deviation: emulator.deviation,
            penalty: emulator.penalty,
            noise_sd: libm::sqrt(learnt.noise[m]),
        }
    };
    targets.iter().enumerate().map(row).collect()
}

/// For each moment: how much of the box meets it, and what the others pay where it is met.
pub fn costs(targets: &[Target], waves: &[Ran], last: Option<&Wave>) -> Vec<CostRow> {
    let noise = last.map(|w| w.noise.clone()).unwrap_or_default();
    let of = |sample: &Sample, m: usize, p: usize| {
        let of_mean = noise[m] / sample.replicates as f64;
        targets[m].implausibility(sample.mean(m, p), noise[m], of_mean)
    };
    let row = |(m, target): (usize, &Target)| {
        let mut best = (f64::INFINITY, 0, (0, 0));
        let (mut hits, mut spread) = (0, 0);
        for (w, wave) in waves.iter().enumerate() {
            let sample = &wave.sample;
            for p in (0..sample.points.len()).filter(|&p| of(sample, m, p) <= 1.0) {
                hits += 1;
                spread += usize::from(w == 0);
                let others = (0..targets.len()).filter(|&k| k != m);
                let rest = others.map(|k| (of(sample, k, p), k));
                let worst = rest.fold((0.0, m), |a, b| if b.0 > a.0 { b } else { a });
                if worst.0 < best.0 {
                    best = (worst.0, worst.1, (w + 1, p));
                }
            }
        }
        let first = waves.first().map_or(0, |w| w.sample.points.len());
        CostRow {
            moment: target.moment.name.clone(),
            hit_share: spread as f64 / first as f64,
            hits,
            rest: if hits > 0 { best.0 } else { f64::NAN },
            rest_moment: match hits {
                0 => String::new(),
                _ => targets[best.1].moment.name.clone(),
            },
            rest_wave: best.2.0 as i64,
            rest_point: best.2.1 as i64,
        }
    };
    targets.iter().enumerate().map(row).collect()
}
