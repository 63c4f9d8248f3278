use super::*;
use crate::ensemble::design::{Factor, Method, Scale, points};
use comity_model::rng::{Draws, Stream};

const PI: f64 = std::f64::consts::PI;

/// Saltelli's design for `d` factors on [low, high], and the function's outputs.
fn outputs(d: usize, range: (f64, f64), samples: usize, f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    design(d, range, samples).iter().map(|x| f(x)).collect()
}

fn design(d: usize, (low, high): (f64, f64), samples: usize) -> Vec<Vec<f64>> {
    let factor = |j| Factor {
        name: format!("x{j}"),
        low,
        high,
        scale: Scale::Linear,
    };
    let factors: Vec<Factor> = (0..d).map(factor).collect();
    let method = Method::Sobol {
        samples,
        second_order: true,
        scramble: true,
    };
    points(&factors, &method, 1).unwrap()
}

fn ishigami(x: &[f64]) -> f64 {
    let s = libm::sin(x[1]);
    libm::sin(x[0]) + 7.0 * s * s + 0.1 * x[2].powi(4) * libm::sin(x[0])
}

fn near(found: &[f64], expected: &[f64], within: f64) {
    assert_eq!(found.len(), expected.len());
    for (f, e) in found.iter().zip(expected) {
        assert!((f - e).abs() <= within, "{found:?} is not {expected:?}");
    }
}

/// Ishigami & Homma (1990), a = 7, b = 0.1: values by integration.
#[test]
fn ishigami_has_its_indices() {
    let y = outputs(3, (-PI, PI), 8192, ishigami);
    let found = indices(&y, 3, true, &Options::default()).unwrap();
    near(&found.s1, &[0.3139051911, 0.4424111448, 0.0], 0.01);
    near(&found.st, &[0.5575888552, 0.4424111448, 0.2436836641], 0.01);
    let s2 = found.s2.unwrap();
    near(
        &[s2[0][1], s2[0][2], s2[1][2]],
        &[0.0, 0.2436836641, 0.0],
        0.02,
    );
    assert!(s2[1][0].is_nan() && s2[1][1].is_nan());
    assert!(
        found
            .s1_conf
            .iter()
            .chain(&found.st_conf)
            .all(|c| *c < 0.06)
    );
    assert!(!found.constant && found.corrected.is_none());
}

/// Sobol' (1993), G function.
#[test]
fn the_g_function_has_its_indices() {
    let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
    let g = |x: &[f64]| -> f64 {
        let factors = x.iter().zip(&a);
        factors
            .map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a))
            .product()
    };
    let found = indices(
        &outputs(8, (0.0, 1.0), 8192, g),
        8,
        true,
        &Options::default(),
    )
    .unwrap();
    let s1 = [0.71619217, 0.17904804, 0.02367577, 0.00716192];
    let st = [0.78714413, 0.24219819, 0.03431691, 0.01046039];
    near(&found.s1, &[&s1[..], &[0.00007162; 4]].concat(), 0.02);
    near(&found.st, &[&st[..], &[0.00010495; 4]].concat(), 0.02);
}

#[test]
fn a_linear_function_has_the_squares_of_its_coefficients() {
    let c = [3.0, -2.0, 1.0, 0.0];
    let linear = |x: &[f64]| x.iter().zip(&c).map(|(x, c)| c * x).sum::<f64>() + 1000.0;
    let y = outputs(4, (0.0, 1.0), 4096, linear);
    let found = indices(&y, 4, true, &Options::default()).unwrap();
    let expected = c.map(|c| c * c / 14.0);
    near(&found.s1, &expected, 0.002);
    near(&found.st, &expected, 0.002);
    assert_eq!(
        (found.s1[3], found.st[3], found.st_conf[3]),
        (0.0, 0.0, 0.0)
    );
}

#[test]
fn the_level_and_the_seed_decide_the_interval() {
    let y = outputs(3, (-PI, PI), 256, ishigami);
    let at = |confidence, seed| {
        let options = Options {
            confidence,
            seed,
            ..Options::default()
        };
        indices(&y, 3, false, &options)
    };
    // The design has the rows for second order: 256 · 8 is not a multiple of 5.
    assert!(
        at(0.95, 0)
            .unwrap_err()
            .to_string()
            .contains("a multiple of 5")
    );
    let at = |confidence, seed| {
        let options = Options {
            confidence,
            seed,
            ..Options::default()
        };
        indices(&y, 3, true, &options).unwrap()
    };
    let (narrow, wide) = (at(0.5, 0), at(0.99, 0));
    let ratio = wide.st_conf[0] / narrow.st_conf[0];
    assert!(
        (ratio - 2.5758293035 / 0.6744897502).abs() < 1e-9,
        "{ratio}"
    );
    assert_eq!(narrow.s1, wide.s1);
    assert_eq!(at(0.95, 0).s1_conf, at(0.95, 0).s1_conf);
    assert_ne!(at(0.95, 0).s1_conf, at(0.95, 1).s1_conf);
}

/// Half-widths are those that many designs show.
#[test]
fn intervals_hold_the_truth_about_as_often_as_they_say() {
    let truth = [0.3139051911, 0.4424111448, 0.0];
    let factors: Vec<Factor> = (0..3)
        .map(|j| Factor {
            name: format!("x{j}"),
            low: -PI,
            high: PI,
            scale: Scale::Linear,
        })
        .collect();
    let mut inside = 0;
    for seed in 0..100 {
        // Random points, for which the bootstrap is made.
        let method = Method::LatinHypercube { samples: 1 };
        let unit = |k: u64| {
            points(&factors, &method, seed * 1000 + k)
                .unwrap()
                .remove(0)
        };
        let mut y = Vec::new();
        for i in 0..200 {
            let (a, b) = (unit(2 * i), unit(2 * i + 1));
            y.push(ishigami(&a));
            for j in 0..3 {
                let mut ab = a.clone();
                ab[j] = b[j];
                y.push(ishigami(&ab));
            }
            y.push(ishigami(&b));
        }
        let found = indices(&y, 3, false, &Options::default()).unwrap();
        let off = |j: usize| (found.s1[j] - truth[j]).abs() <= found.s1_conf[j];
        inside += (0..3).filter(|&j| off(j)).count();
    }
    assert!((270..=297).contains(&inside), "{inside} of 300");
}

#[test]
fn a_constant_output_is_flagged() {
    for value in [0.0, 0.1, 1e9] {
        let found = indices(&[value; 64], 3, true, &Options::default()).unwrap();
        assert!(found.constant && found.s1.iter().all(|v| v.is_nan()));
        assert_eq!((found.s1.len(), found.s2.unwrap().len()), (3, 3));
    }
    assert!(dummy(&[1.0; 64], 3, true, &Options::default()).is_err());
}

#[test]
fn missing_outputs_are_refused() {
    let mut y = vec![1.0; 64];
    y[9] = f64::NAN;
    y[10] = f64::INFINITY;
    let message = indices(&y, 3, true, &Options::default()).unwrap_err();
    let message = message.to_string();
    assert!(
        message.starts_with("found 2 of 64 outputs missing, the first at point 9"),
        "{message}"
    );
    assert!(indices(&[], 0, true, &Options::default()).is_err());
    assert!(indices(&[1.0; 8], 3, true, &Options::default()).is_err());
}

/// Noisy Ishigami: replicates with a common part of the seed, a part that a factor changes,
/// and a part of the run's own.
fn noisy(replicates: u32, common: bool, own: f64, mixed: f64) -> Vec<Vec<f64>> {
    let draws = Draws::new(77);
    let run = |(p, x): (usize, &Vec<f64>)| -> Vec<f64> {
        let of = |r: u32| {
            let shared = if common { 4_000_000_000 } else { p as u32 };
            let mut seed = draws.at(Stream::Sensing, 1, shared, r);
            let (g, h) = (seed.normal(), seed.normal());
            let e = draws.at(Stream::Sensing, 2, p as u32, r).normal();
            ishigami(x) + 3.0 * g + mixed * h * x[0] + own * e
        };
        (0..replicates).map(of).collect()
    };
    design(3, (-PI, PI), 4096)
        .iter()
        .enumerate()
        .map(run)
        .collect()
}

#[test]
fn noise_is_taken_out_with_common_and_with_independent_seeds() {
    let (s1, st) = (
        [0.3139051911, 0.4424111448, 0.0],
        [0.5575888552, 0.4424111448, 0.2436836641],
    );
    let v = 13.844587940719;
    for (common, own) in [(true, 5.0), (false, 4.0)] {
        let y = noisy(4, common, own, 0.0);
        let found = replicated(&y, 3, true, &Options::default()).unwrap();
        let clean = found.corrected.unwrap();
        let n = (own * own + if common { 0.0 } else { 9.0 }) / 4.0;
        assert!((clean.noise - n / (v + n)).abs() < 0.02, "{}", clean.noise);
        near(&clean.s1, &s1, 0.05);
        near(&clean.st, &st, 0.05);
        assert!((clean.s2.unwrap()[0][2] - 0.2436836641).abs() < 0.06);
        // Uncorrected: S1 V/(V + n) and (ST V + n)/(V + n).
        near(&found.s1, &s1.map(|s| s * v / (v + n)), 0.04);
        near(&found.st, &st.map(|s| (s * v + n) / (v + n)), 0.04);
        let share = noise::share(
            &y,
            match common {
                true => noise::Seeds::Common,
                false => noise::Seeds::Independent,
            },
        );
        assert!((share.unwrap().of_mean - n).abs() < 0.1);
    }
}

/// A common seed that changes the effect of x1: the products of different replicates leave
/// it out, where taking the whole residual off would make ST of x2 negative.
#[test]
fn noise_that_interacts_with_a_factor_is_taken_out() {
    let y = noisy(8, true, 0.5, 2.0);
    let found = replicated(&y, 3, true, &Options::default()).unwrap();
    let clean = found.corrected.unwrap();
    near(&clean.s1, &[0.3139051911, 0.4424111448, 0.0], 0.12);
    near(&clean.st[1..], &[0.4424111448, 0.2436836641], 0.12);
    assert!(clean.st[0] > 0.4, "{clean:?}");
}

#[test]
fn one_replicate_has_no_correction_and_is_the_plain_estimate() {
    let y = outputs(3, (-PI, PI), 64, ishigami);
    let rows: Vec<Vec<f64>> = y.iter().map(|v| vec![*v]).collect();
    let plain = indices(&y, 3, true, &Options::default()).unwrap();
    let same = replicated(&rows, 3, true, &Options::default()).unwrap();
    assert_eq!((&plain.s1, &plain.st), (&same.s1, &same.st));
    assert!(same.corrected.is_none());
    // Replicates that agree have no noise.
    let twice: Vec<Vec<f64>> = y.iter().map(|v| vec![*v; 2]).collect();
    let found = replicated(&twice, 3, true, &Options::default()).unwrap();
    let clean = found.corrected.unwrap();
    near(&clean.s1, &plain.s1, 1e-12);
    near(&clean.st_conf, &plain.st_conf, 1e-12);
    assert!(clean.noise.abs() < 1e-12);
}

#[test]
fn the_dummy_is_small_and_shrinks_with_the_sample() {
    let of = |samples| {
        let y = outputs(3, (-PI, PI), samples, ishigami);
        dummy(&y, 3, true, &Options::default()).unwrap()
    };
    let (small, large) = (of(256), of(4096));
    assert!(
        large.s1.abs() < 0.02 && large.st.abs() < large.st_conf,
        "{large:?}"
    );
    let ratio = small.s1_conf / large.s1_conf;
    assert!((2.5..6.0).contains(&ratio), "{ratio}");
    assert!(large.s1_threshold < 0.05 && large.st_threshold < 0.08);
}
