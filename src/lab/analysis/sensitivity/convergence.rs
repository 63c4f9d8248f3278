//! Whether a sample is large enough: estimates over growing parts of it, and a sentence.

use super::{Options, morris, sobol};
use crate::ensemble::design::saltelli_rows;
use comity_model::error::{Error, Result};

/// Half-width of S1 and ST above which the sample is too small (Sarrazin, Pianosi & Wagener
/// 2016, Environmental Modelling & Software 79: 135-152, who take 0.05 to 0.1); that of μ*
/// as a share of the largest μ*.
pub const WIDEST: f64 = 0.1;

/// Total indices below are not ranked.
const SMALL: f64 = 0.05;

/// Factors that need more than this many times the sample to be told apart count as equal.
const EQUAL: f64 = 32.0;

/// Samples are not said to be enough above this many times what there is: the estimate of
/// what is needed is itself too rough then.
const FEASIBLE: f64 = 64.0;

/// Smallest part of a sample of base points.
const FIRST: usize = 8;

/// Sobol' indices over the first 8, 16, 32, … base points, and over all of them.
///
/// The first points of a Sobol' sequence are themselves a design, so that no run is added.
///
/// # Errors
///
/// As [`sobol::indices`].
pub fn sobol_parts(
    y: &[f64],
    factors: usize,
    second_order: bool,
    options: &Options,
) -> Result<Vec<sobol::Indices>> {
    let whole = sobol::indices(y, factors, second_order, options)?;
    let each = saltelli_rows(factors, second_order);
    let mut parts = Vec::new();
    for samples in doubling(FIRST, whole.samples) {
        let part = &y[..samples * each];
        parts.push(sobol::indices(part, factors, second_order, options)?);
    }
    parts.push(whole);
    Ok(parts)
}

/// Elementary effects over the first 4, 8, 16, … trajectories, and over all of them.
///
/// # Errors
///
/// As [`morris::effects`].
pub fn morris_parts(
    x: &[Vec<f64>],
    y: &[f64],
    levels: usize,
    options: &Options,
) -> Result<Vec<morris::Effects>> {
    let whole = morris::effects(x, y, levels, options)?;
    let each = x[0].len() + 1;
    let mut parts = Vec::new();
    for trajectories in doubling(4, whole.trajectories) {
        let rows = ..trajectories * each;
        parts.push(morris::effects(&x[rows], &y[rows], levels, options)?);
    }
    parts.push(whole);
    Ok(parts)
}

/// `first`, twice it, … below `end`.
fn doubling(first: usize, end: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(first), |n| n.checked_mul(2)).take_while(move |&n| n < end)
}

/// One sentence that says why the sample is too small for these indices and how many base
/// points to take; `None` if nothing is against them.
///
/// `names` are those of the factors, in order. Asked in this order, of the indices as
/// estimated (of the corrected ones where there are replicates):
///
/// 1. the output is constant, or nothing but noise;
/// 2. an index is below 0 or above 1 by more than the half-width of its interval;
/// 3. ST is below S1 by more than both half-widths;
/// 4. a half-width of S1 or ST is above [`WIDEST`];
/// 5. the intervals of two factors next to each other by ST, both above 0.05, overlap,
///    unless 32 times the sample would be needed to separate them: then they are as good
///    as equal.
///
/// The number to take follows from half-widths falling with 1/√N, as the next power of two
/// and at least twice the sample; above 64 times it, the sentence says so instead.
///
/// # Errors
///
/// If there are not as many names as indices.
pub fn verdict(names: &[String], found: &sobol::Indices) -> Result<Option<String>> {
    named(names, found.s1.len())?;
    if found.constant {
        return Ok(Some(
            "The output is the same at every point, so that no factor can be ranked.".to_string(),
        ));
    }
    let (s1, s1_conf, st, st_conf) = match &found.corrected {
        None => (&found.s1, &found.s1_conf, &found.st, &found.st_conf),
        Some(c) => (&c.s1, &c.s1_conf, &c.st, &c.st_conf),
    };
    if s1.iter().chain(st).any(|v| v.is_nan()) {
        return Ok(Some(
            "The output is nothing but noise at this number of replicates: raise replicates."
                .to_string(),
        ));
    }
    let more = |factor: f64| {
        let wanted = (found.samples as f64 * factor.clamp(2.0, FEASIBLE)) as usize;
        match factor > FEASIBLE {
            true => format!(
                "more than {FEASIBLE} times the samples would be needed, raise replicates first"
            ),
            false => format!("raise samples to {}", wanted.next_power_of_two()),
        }
    };
    let both = || {
        let first = (0..s1.len()).map(|j| ("S1", j, s1[j], s1_conf[j]));
        first.chain((0..st.len()).map(|j| ("ST", j, st[j], st_conf[j])))
    };
    let outside =
        |(_, _, value, conf): &(&str, usize, f64, f64)| (-(value + conf)).max(value - conf - 1.0);
    let farthest = both().filter(|i| outside(i) > 0.0);
    if let Some((name, j, value, conf)) = farthest.max_by(|a, b| outside(a).total_cmp(&outside(b)))
    {
        return Ok(Some(format!(
            "The sample is too small to say: {name} of {} is {value:.3} ± {conf:.3}, which no index can be; {}.",
            names[j],
            more(4.0)
        )));
    }
    if let Some(j) = (0..s1.len()).find(|&j| s1[j] - st[j] > s1_conf[j] + st_conf[j]) {
        return Ok(Some(format!(
            "The sample is too small to say: ST of {} ({:.3} ± {:.3}) is below its S1 ({:.3} ± {:.3}), which cannot be; {}.",
            names[j],
            st[j],
            st_conf[j],
            s1[j],
            s1_conf[j],
            more(4.0)
        )));
    }
    let widest = both().max_by(|a, b| a.3.total_cmp(&b.3));
    if let Some((name, j, value, conf)) = widest.filter(|w| w.3 > WIDEST) {
        return Ok(Some(format!(
            "The sample is too small to say: {name} of {} is only known to be {value:.2} ± {conf:.2}; {}.",
            names[j],
            more((conf / WIDEST) * (conf / WIDEST))
        )));
    }
    Ok(unranked(st, st_conf, SMALL).map(|(high, low, factor)| {
        format!(
            "The sample is too small to say whether {} or {} matters more (ST {:.3} ± {:.3} and {:.3} ± {:.3}): {}.",
            names[high], names[low], st[high], st_conf[high], st[low], st_conf[low], more(factor)
        )
    }))
}

/// As [`verdict`], for elementary effects: a half-width of μ* above [`WIDEST`] of the largest
/// μ*, or factors next to each other by μ* that are not told apart.
///
/// # Errors
///
/// If there are not as many names as effects.
pub fn morris_verdict(names: &[String], found: &morris::Effects) -> Result<Option<String>> {
    named(names, found.mu_star.len())?;
    let (size, conf) = (&found.mu_star, &found.mu_star_conf);
    let largest = size.iter().copied().fold(0.0, f64::max);
    if let Some(j) = (0..size.len()).find(|&j| conf[j].is_nan()) {
        return Ok(Some(format!(
            "Too few trajectories to say: {} of {} have an effect of {}; raise trajectories to {}.",
            found.known[j],
            found.trajectories,
            names[j],
            (2 * found.trajectories).max(4)
        )));
    }
    let more = |factor: f64| {
        let wanted = libm::ceil(found.trajectories as f64 * factor.max(2.0));
        format!("raise trajectories to {wanted}")
    };
    let widest = (0..size.len()).max_by(|&a, &b| conf[a].total_cmp(&conf[b]));
    if let Some(j) = widest.filter(|&j| conf[j] > WIDEST * largest) {
        let ratio = conf[j] / (WIDEST * largest);
        return Ok(Some(format!(
            "Too few trajectories to say: mu* of {} is only known to be {:.3} ± {:.3}, where the largest is {largest:.3}; {}.",
            names[j],
            size[j],
            conf[j],
            more(ratio * ratio)
        )));
    }
    Ok(unranked(size, conf, SMALL * largest).map(|(high, low, factor)| {
        format!(
            "Too few trajectories to say whether {} or {} matters more (mu* {:.3} ± {:.3} and {:.3} ± {:.3}): {}.",
            names[high], names[low], size[high], conf[high], size[low], conf[low], more(factor)
        )
    }))
}

/// The first two neighbours in rank whose intervals overlap, and how many times the sample
/// would separate them.
fn unranked(value: &[f64], conf: &[f64], small: f64) -> Option<(usize, usize, f64)> {
    let mut order: Vec<usize> = (0..value.len()).filter(|&j| value[j] > small).collect();
    order.sort_by(|&a, &b| value[b].total_cmp(&value[a]));
    let pairs = order.windows(2).map(|pair| {
        let (high, low) = (pair[0], pair[1]);
        let ratio = (conf[high] + conf[low]) / (value[high] - value[low]);
        (high, low, ratio * ratio)
    });
    pairs
        .filter(|&(_, _, factor)| factor > 1.0 && factor <= EQUAL)
        .max_by(|a, b| a.2.total_cmp(&b.2))
}

fn named(names: &[String], indices: usize) -> Result<()> {
    if names.len() != indices {
        return Err(Error::expected(
            format!("{} names", names.len()),
            format!("{indices}"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ensemble::design::{Factor, Method, Scale, points};

    fn names(d: usize) -> Vec<String> {
        ["alpha", "beta", "gamma"][..d]
            .iter()
            .map(|n| n.to_string())
            .collect()
    }

    fn design(method: &Method) -> Vec<Vec<f64>> {
        let factor = |name| Factor {
            name,
            low: -std::f64::consts::PI,
            high: std::f64::consts::PI,
            scale: Scale::Linear,
        };
        let factors: Vec<Factor> = names(3).into_iter().map(factor).collect();
        points(&factors, method, 2).unwrap()
    }

    fn ishigami(x: &[f64]) -> f64 {
        let s = libm::sin(x[1]);
        libm::sin(x[0]) + 7.0 * s * s + 0.1 * x[2].powi(4) * libm::sin(x[0])
    }

    fn by_hand(s1: [f64; 2], st: [f64; 2], conf: f64) -> sobol::Indices {
        sobol::Indices {
            samples: 64,
            confidence: 0.95,
            constant: false,
            s1: s1.to_vec(),
            s1_conf: vec![conf; 2],
            st: st.to_vec(),
            st_conf: vec![conf; 2],
            s2: None,
            s2_conf: None,
            corrected: None,
        }
    }

    #[test]
    fn parts_end_with_the_whole_and_tighten() {
        let method = Method::Sobol {
            samples: 2048,
            second_order: false,
            scramble: true,
        };
        let x = design(&method);
        let y: Vec<f64> = x.iter().map(|x| ishigami(x)).collect();
        let parts = sobol_parts(&y, 3, false, &Options::default()).unwrap();
        let samples: Vec<usize> = parts.iter().map(|p| p.samples).collect();
        assert_eq!(samples, [8, 16, 32, 64, 128, 256, 512, 1024, 2048]);
        let off = |k: usize| (parts[k].st[0] - 0.5575888552).abs();
        assert!(off(8) < 0.02 && off(0) > off(8), "{parts:?}");
        assert!(parts[8].st_conf[0] < parts[2].st_conf[0] / 2.0);
        let early = verdict(&names(3), &parts[2]).unwrap().unwrap();
        assert!(early.contains("too small to say") && early.contains("raise samples to"));
        assert_eq!(verdict(&names(3), &parts[8]).unwrap(), None);
    }

    #[test]
    fn each_reason_has_its_sentence() {
        let of = |s1, st, conf| verdict(&names(2), &by_hand(s1, st, conf)).unwrap();
        assert_eq!(of([0.3, 0.1], [0.7, 0.2], 0.05), None);
        assert_eq!(
            of([-0.2, 0.1], [0.7, 0.2], 0.05).unwrap(),
            "The sample is too small to say: S1 of alpha is -0.200 ± 0.050, which no index can be; raise samples to 256."
        );
        assert!(
            of([0.2, 0.1], [1.2, 0.2], 0.05)
                .unwrap()
                .contains("ST of alpha is 1.200")
        );
        assert!(
            of([0.4, 0.1], [0.2, 0.2], 0.05)
                .unwrap()
                .contains("is below its S1")
        );
        assert_eq!(
            of([0.4, 0.1], [0.4, 0.2], 0.3).unwrap(),
            "The sample is too small to say: ST of beta is only known to be 0.20 ± 0.30; raise samples to 1024."
        );
        assert_eq!(
            of([0.4, 0.3], [0.5, 0.45], 0.05).unwrap(),
            "The sample is too small to say whether alpha or beta matters more (ST 0.500 ± 0.050 and 0.450 ± 0.050): raise samples to 256."
        );
        // As good as equal: no sample in reach would rank them.
        assert_eq!(of([0.4, 0.4], [0.4, 0.4001], 0.05), None);
        let mut constant = by_hand([f64::NAN; 2], [f64::NAN; 2], 0.1);
        constant.constant = true;
        let sentence = verdict(&names(2), &constant).unwrap().unwrap();
        assert!(sentence.contains("the same at every point"));
        assert!(verdict(&names(3), &constant).is_err());
    }

    #[test]
    fn trajectories_are_judged_too() {
        let method = Method::Morris {
            trajectories: 256,
            levels: 4,
        };
        let x = design(&method);
        let linear: Vec<f64> = x.iter().map(|x| x[0] + 2.0 * x[1]).collect();
        let parts = morris_parts(&x, &linear, 4, &Options::default()).unwrap();
        assert_eq!(parts.len(), 7);
        assert_eq!(morris_verdict(&names(3), &parts[0]).unwrap(), None);
        let y: Vec<f64> = x.iter().map(|x| ishigami(x)).collect();
        let parts = morris_parts(&x, &y, 4, &Options::default()).unwrap();
        let early = morris_verdict(&names(3), &parts[0]).unwrap().unwrap();
        assert!(early.contains("raise trajectories to"), "{early}");
        let one = morris::effects(&x[..4], &y[..4], 4, &Options::default()).unwrap();
        let few = morris_verdict(&names(3), &one).unwrap();
        assert!(few.is_none() || few.unwrap().contains("trajectories"));
    }
}
