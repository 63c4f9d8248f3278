//! Calibrations: a known point is found again, threads and interruptions leave no trace, wrong
//! ones are refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use comity::analysis::calibration::implausibility::{Target, targets};
use comity::analysis::calibration::{AcceptedSets, Findings, Hooks, calibrate_to};
use comity::ensemble::experiment::{Changes, Experiment, load};
use comity::observe::statistics::mean;
use comity::scenario::Parameter;
use comity::simulation::run;
use comity::table::{Table, csv};
use rayon::prelude::*;

use crate::cli::{comity, files};

/// Two parameters of a short history: the rate of disputes and that of offers.
const SMALL: &str = r#"title = "Small"
scenario = "history-1946"
seed = 3
[calibration]
window = [1946, 1955]
waves = 2
points = 40
replicates = 3
candidates = 100_000
discrepancy = 0.05
sets = 30
set_replicates = 4
least = 5
[calibration.parameters]
"dispute.base" = [-8.0, -6.5]
"protocol.lapse" = [0.005, 0.2]
[metrics.wars]
column = "wars"
"#;
const TRUTH: [(&str, f64); 2] = [("dispute.base", -7.0), ("protocol.lapse", 0.05)];

fn experiment(folder: &Path) -> Experiment {
    let path = folder.join("small.toml");
    fs::write(&path, SMALL).unwrap();
    load(path.to_str().unwrap(), &Changes::default()).unwrap()
}

/// The moments that the model itself has at the known point, as if they had been observed.
fn synthetic(experiment: &Experiment) -> Vec<Target> {
    let mut scenario = experiment.arms[0].scenario.clone();
    for (path, value) in TRUTH {
        Parameter::find(path)
            .unwrap()
            .set(&mut scenario.parameters, value);
    }
    let runs: Vec<_> = (9000..9024)
        .into_par_iter()
        .map(|seed| run(&scenario, seed).world)
        .collect();
    let mut targets = targets(experiment.calibration.as_ref().unwrap()).unwrap();
    for target in &mut targets {
        let values: Vec<f64> = runs.iter().map(|w| target.moment.of_run(w)).collect();
        let mean = mean(&values);
        (target.atop, target.cow) = (mean, mean);
        target.discrepancy = 0.05 * mean;
    }
    targets
}

/// Calibrates in `folder`, stopping after so many runs.
fn calibrated(folder: &Path, threads: usize, most: u64) -> Option<Findings> {
    let experiment = experiment(folder);
    let targets = synthetic(&experiment);
    let done = AtomicU64::new(0);
    let step = || {
        done.fetch_add(1, Ordering::Relaxed);
    };
    let hooks = Hooks {
        threads: Some(threads),
        step: &step,
        skip: &|_| {},
        stop: &|| done.load(Ordering::Relaxed) >= most,
    };
    calibrate_to(&targets, &experiment, &folder.join("out"), &hooks).unwrap()
}

/// Everything that was found and written, but the manifests.
fn whole(folder: &Path, findings: &Findings) -> BTreeMap<String, Vec<u8>> {
    let mut all = files(&folder.join("out"));
    all.retain(|name, _| !name.ends_with("manifest.json"));
    for table in &findings.tables {
        all.insert(table.name.clone(), csv::write(table).unwrap());
    }
    all
}

struct Reference {
    findings: Findings,
    files: BTreeMap<String, Vec<u8>>,
}

fn reference() -> &'static Reference {
    static DONE: OnceLock<Reference> = OnceLock::new();
    DONE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let findings = calibrated(folder.path(), 2, u64::MAX).unwrap();
        let files = whole(folder.path(), &findings);
        Reference { findings, files }
    })
}

fn table(name: &str) -> &'static Table {
    let tables = &reference().findings.tables;
    tables.iter().find(|t| t.name == name).unwrap()
}

#[test]
fn a_known_point_is_in_the_accepted_region() {
    let marginals = table("marginals");
    let column = |name: &str| marginals.real(name).unwrap();
    let (low, high) = (column("q05"), column("q95"));
    let names = marginals.text("parameter").unwrap();
    for (path, value) in TRUTH {
        let row = names.iter().position(|n| n == path).unwrap();
        assert!(
            low[row] <= value && value <= high[row],
            "{path}: {value} is not in {} to {}",
            low[row],
            high[row]
        );
        assert!(column("variance_ratio")[row] < 0.5, "{path}");
    }
    let predictive = table("predictive");
    let hits = predictive.integer("hit").unwrap();
    assert!(hits.iter().sum::<i64>() >= 14, "{hits:?}");
    let sets = AcceptedSets::parse(&csv::write(table("accepted")).unwrap()).unwrap();
    assert!(sets.values.len() >= 5 && sets.parameters.len() == 2);
    assert!(table("accepted").real("wars").is_some());
}

/// A point far from the truth is ruled out: the accepted sets' rate of disputes is not that of
/// the box's ends.
#[test]
fn what_is_far_is_ruled_out() {
    let accepted = table("accepted").real("dispute.base").unwrap();
    assert!(
        accepted.iter().all(|v| (-7.6..=-6.6).contains(v)),
        "{accepted:?}"
    );
    let waves = table("waves").real("median").unwrap();
    assert!(waves[1] < waves[0], "{waves:?}");
}

#[test]
fn threads_leave_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let findings = calibrated(folder.path(), 1, u64::MAX).unwrap();
    assert_eq!(findings.notes, reference().findings.notes);
    assert!(whole(folder.path(), &findings) == reference().files);
}

#[test]
fn an_interrupted_calibration_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for most in [20, 110, 30] {
        assert!(calibrated(folder.path(), 2, most).is_none());
    }
    let findings = calibrated(folder.path(), 2, u64::MAX).unwrap();
    assert_eq!(findings.notes, reference().findings.notes);
    assert!(whole(folder.path(), &findings) == reference().files);
}

#[test]
fn the_command_says_what_it_would_do_and_refuses_other_experiments() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    let dry = comity(folder.path(), &["calibrate", "small.toml", "--dry-run"]);
    assert_eq!(dry.code, 0, "{}", dry.err);
    assert!(dry.out.contains("360 runs of 1946 to 1955"), "{}", dry.out);
    assert!(!folder.path().join("output").exists());
    let other = comity(folder.path(), &["calibrate", "depolarisation"]);
    assert_eq!(other.code, 2);
    assert!(
        other.err.contains("calibration: has no [calibration]"),
        "{}",
        other.err
    );
    let batch = comity(folder.path(), &["batch", "small.toml", "--dry-run"]);
    assert_eq!(batch.code, 2);
    assert!(batch.err.contains("comity calibrate"), "{}", batch.err);
    let none = comity(
        folder.path(),
        &["calibrate", "small.toml", "--print-defaults"],
    );
    assert_eq!(none.code, 2, "{}", none.out);
    fs::create_dir(folder.path().join("full")).unwrap();
    fs::write(folder.path().join("full/letter.txt"), "mine").unwrap();
    let full = comity(folder.path(), &["calibrate", "small.toml", "--out", "full"]);
    assert_eq!(full.code, 2);
    assert!(full.err.contains("left alone"), "{}", full.err);
}

/// Defaults that are not those of the central accepted set, each with its reason in
/// experiments/calibration/README.md.
const APART: [(&str, f64); 1] = [("dispute.base", -7.5)];

#[test]
fn defaults_are_the_centre_of_the_shipped_sets() {
    let sets = AcceptedSets::find("calibration").unwrap();
    for (parameter, &value) in sets.parameters.iter().zip(&sets.values[sets.centre]) {
        let apart = APART.iter().find(|(path, _)| *path == parameter.path);
        let expected = apart.map_or(value, |&(_, value)| value);
        assert_eq!(parameter.default, expected, "{}", parameter.path);
    }
}
