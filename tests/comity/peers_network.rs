//! Discrimination and logit as scikit-learn and statsmodels have them, on the same data.
//!
//! As `peers.rs`: without the libraries the test is skipped, and fails with
//! `COMITY_REQUIRE_PEERS=1`.

use comity::analysis::network::discrimination::{auc, average_precision, brier, sort};
use comity::analysis::network::logit;
use comity::rng::{Draws, Stream};
use serde_json::{Value, json};

use crate::peers::{ask_script, differences};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/network.py");

/// Forecasts on so many steps, so that there are ties, and outcomes that follow them.
fn scores(number: u32, cases: usize, steps: f64) -> (Value, Value) {
    let mut draw = Draws::new(11).at(Stream::Resample, 1, number, 0);
    let mut case = || {
        let p = (draw.uniform() * steps).floor() / steps;
        (p, draw.uniform() < 0.1 + 0.5 * p)
    };
    let mut found: Vec<(f64, bool)> = (0..cases).map(|_| case()).collect();
    let (p, y): (Vec<f64>, Vec<u8>) = found.iter().map(|c| (c.0, u8::from(c.1))).unzip();
    sort(&mut found);
    let ours = json!({
        "auc": auc(&found), "average_precision": average_precision(&found), "brier": brier(&found),
    });
    (json!({ "method": "scores", "p": p, "y": y }), ours)
}

/// A regression with features of different scales, one of them all but constant.
fn regression(number: u32, ridge: f64) -> (Value, Value) {
    let mut draw = Draws::new(12).at(Stream::Resample, 2, number, 0);
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for _ in 0..400 {
        let row = vec![
            draw.normal(),
            100.0 * draw.uniform(),
            f64::from(u8::from(draw.uniform() < 0.05)),
        ];
        let odds = -1.0 + 0.8 * row[0] + 0.02 * row[1] - 0.5 * row[2];
        y.push(draw.uniform() < 1.0 / (1.0 + (-odds).exp()));
        x.push(row);
    }
    let found = logit::fit(&x, &y, ridge).unwrap();
    let mut coefficients = vec![found.intercept];
    coefficients.extend(found.coefficients);
    let y: Vec<u8> = y.into_iter().map(u8::from).collect();
    let asked = json!({ "method": "logit", "x": x, "y": y, "ridge": ridge });
    (asked, json!({ "coefficients": coefficients }))
}

#[test]
fn who_is_allied_is_scored_as_by_scikit_learn_and_statsmodels() {
    let cases = [
        scores(1, 500, 10.0),
        scores(2, 500, 1e9),
        scores(3, 30, 3.0),
        regression(1, 0.0),
        regression(2, 0.1),
        regression(3, 5.0),
    ];
    let asked: Vec<&Value> = cases.iter().map(|c| &c.0).collect();
    let test = "who_is_allied_is_scored_as_by_scikit_learn_and_statsmodels";
    let Some((theirs, version)) = ask_script(test, SCRIPT, &["answer"], &asked) else {
        return;
    };
    let mut found = Vec::new();
    for (k, ((_, ours), theirs)) in cases.iter().zip(&theirs).enumerate() {
        for (name, ours) in ours.as_object().unwrap() {
            differences(
                ours,
                &theirs[name],
                &format!("case {k}: {name}"),
                &mut found,
            );
        }
    }
    assert!(found.is_empty(), "{version}:\n{}", found.join("\n"));
}
