//! A result of which runs failed says so wherever it is looked at: which, and why. The model fails
//! on no world that loads, so the failure comes from what a run asks every year: whether to go on.
//! All else is the program as a user types it.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use comity::ensemble::batch::{self, Options, Plan};
use comity::ensemble::claims::{self, Choice, Draws, Sizes, Work, agenda, families};
use comity::ensemble::experiment::{Changes, load};
use comity::ensemble::manifest::{Run, RunManifest};
use comity::ensemble::place::{Company, Place};
use comity::ensemble::replicates::{self, replicates};
use comity::present::result::{Writing, tables, write};
use comity::scenario::provenance;
use comity::table::Format;
use serde_json::Value;

use crate::cli::{comity, done};

const SMALL: &str = r#"title = "Small"
question = "What is said of runs that failed?"
scenario = "s2-bipolar"
replicates = 6
seed = 5
chunk = 4
base = { years = 6, burn_in = 2, stylised = { states = 24 } }
[metrics.pacts]
column = "defence_pacts"
"#;
const ARMS: &str = "[arms.plain]\n[arms.calm]\n\
    schedule = [{ from = 3, force = { \"competition.antagonism\" = 0.1 } }]\n";
const DESIGN: &str = "[design]\nmethod = \"grid\"\n\
    levels = 2\nparameters = { \"alliance.pull\" = [0.1, 0.5] }\n";

/// Panics at these askings.
fn poison(at: &[u32]) -> impl Fn() -> bool + Sync {
    let (asked, at) = (AtomicU32::new(0), at.to_vec());
    move || {
        let now = asked.fetch_add(1, Ordering::Relaxed);
        assert!(!at.contains(&now), "poisoned");
        false
    }
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

/// Words with single spaces, as a terminal or a page breaks lines anywhere.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The report on a result, without line breaks.
fn report(folder: &Path, name: &str) -> String {
    done(folder, &["report", name]);
    words(&fs::read_to_string(folder.join(name).join("report.html")).unwrap())
}

/// Does the runs of an experiment, two of which fail, and has the program join them.
fn failed_batch(text: &str, sweep: bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.toml");
    fs::write(&path, text).unwrap();
    let plan = Plan::new(load(path.to_str().unwrap(), &Changes::default()).unwrap()).unwrap();
    let place = folder.path().join("result");
    let new = batch::BatchManifest::of(&plan, Vec::new(), sweep);
    let mut begun = Place::open(&place, Company::Alone).unwrap();
    batch::begin(&mut begun, &plan, new, false).unwrap();
    drop(begun);
    let poison = poison(&[20, 40]);
    let options = Options {
        threads: Some(1),
        cancel: Some(&poison),
        ..Options::default()
    };
    let parts: Vec<u64> = (0..plan.parts()).collect();
    assert_eq!(
        batch::run(&plan, &place, &parts, options).unwrap().failed,
        2
    );

    let told = comity(folder.path(), &["resume", "result", "--figures=none"]);
    assert_eq!(told.code, 1, "{}", told.err);
    assert!(told.err.contains("2 of 12 runs failed") && told.err.contains("provisional result"));
    let said = "Provisional: 2 of 12 runs failed and are in no number: run ";
    assert!(
        words(&told.out).contains(said) && told.out.contains("poisoned"),
        "{}",
        told.out
    );
    let kept = manifest(&place);
    assert_eq!(kept["provisional"], true);
    assert_eq!(kept["runs"]["failed"].as_array().unwrap().len(), 2);
    assert!(
        kept["runs"]["failed"][1]["message"]
            .as_str()
            .unwrap()
            .contains("poisoned")
    );
    assert!(report(folder.path(), "result").contains(said));
    let told = done(folder.path(), &["status", "result"]);
    assert!(
        told.out
            .contains("2 of them failed: the result is provisional"),
        "{}",
        told.out
    );
    let told = comity(folder.path(), &["resume", "result"]);
    assert!(told.code == 1 && words(&told.out).contains(said));
}

#[test]
fn a_batch_with_failed_runs_is_provisional() {
    failed_batch(&format!("{SMALL}{ARMS}"), false);
}

#[test]
fn a_sweep_with_failed_runs_is_provisional() {
    failed_batch(&format!("{SMALL}{DESIGN}"), true);
}

#[test]
fn a_run_with_failed_replicates_is_provisional() {
    let folder = tempfile::tempdir().unwrap();
    let set = ["years=6".to_string(), "stylised.states=24".to_string()];
    let (scenario, source) = provenance::load("s2-bipolar", &set).unwrap();
    let poison = poison(&[8]);
    let asked = || assert!(!poison());
    let options = replicates::Options {
        threads: Some(1),
        progress: Some(&asked),
        ..replicates::Options::default()
    };
    let runs = replicates(&scenario, 3, 3, options).unwrap().unwrap();
    let mut result = RunManifest::begin(Run::of(&scenario, source, (3, 3), "csv"), Vec::new());
    result.count(&runs);
    let place = Place::open(&folder.path().join("result"), Company::Alone).unwrap();
    let writing = Writing {
        format: Format::Csv,
        inputs: &[],
        figures: &[],
        cancel: None,
        begun: Instant::now(),
    };
    let tables = tables(&scenario, &runs).unwrap();
    assert!(write(&place, &mut result, &tables, writing).unwrap());
    drop(place);
    assert_eq!(manifest(&folder.path().join("result"))["provisional"], true);
    let said = "Provisional: 1 of 3 runs failed and are in no number: run 0 with seed 3: poisoned";
    assert!(report(folder.path(), "result").contains(said));
}

#[test]
fn a_check_with_failed_runs_is_provisional() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("claims.toml");
    fs::write(&path, crate::claims::INERT).unwrap();
    let check = |more: &[&str]| {
        let sizes = [
            "--replicates=4",
            "--sets=2",
            "--draws=2",
            "--seeds=2",
            "--seed=1",
        ];
        let place = [
            "check",
            "claims.toml",
            "--out=result",
            "--figures=none",
            "--threads=1",
        ];
        comity(folder.path(), &[&place[..], &sizes, more].concat())
    };
    assert_eq!(check(&["--max-time=1ms"]).code, 130);
    let sizes = Sizes {
        replicates: 4,
        sets: 2,
        draws: 2,
        seeds: 2,
        seed: 1,
    };
    let families = families(&[path.to_str().unwrap().to_string()], false).unwrap();
    let agenda = agenda(&families, &Choice::default()).unwrap();
    let prior = Draws::prior(sizes.draws).unwrap();
    let work = Work::new(&agenda, sizes, None, &prior).unwrap();
    let poison = poison(&[30]);
    let options = Options {
        threads: Some(1),
        cancel: Some(&poison),
        ..Options::default()
    };
    let place = folder.path().join("result");
    let outputs = claims::run(&work, &place, options).unwrap().unwrap();
    assert_eq!(outputs.failed, 1, "{:?}", outputs.failures);
    let keys = agenda.cases[0].keys.iter();
    assert_eq!(keys.filter(|key| outputs.incomplete(key)).count(), 1);

    let told = check(&[]);
    assert_eq!(told.code, 1, "{}", told.err);
    assert!(told.err.contains("1 runs failed"), "{}", told.err);
    let said = "Provisional: 1 of ";
    let why = "at the centre, seed 2: poisoned";
    for text in [
        words(&told.out),
        fs::read_to_string(place.join("findings.md")).unwrap(),
    ] {
        assert!(text.contains(said) && text.contains(why), "{text}");
    }
    let kept = manifest(&place);
    assert_eq!(
        (&kept["provisional"], &kept["failed"]),
        (&true.into(), &1.into())
    );
    assert!(
        kept["failures"][0].as_str().unwrap().contains(why),
        "{}",
        kept["failures"]
    );
    let html = report(folder.path(), "result");
    assert!(html.contains(said) && html.contains(why));
    let claims = fs::read_to_string(place.join("claims.csv")).unwrap();
    let mut rows = csv::Reader::from_reader(claims.as_bytes());
    let column = rows
        .headers()
        .unwrap()
        .iter()
        .position(|c| c == "provisional")
        .unwrap();
    assert!(rows.records().all(|row| &row.unwrap()[column] == "1"));
}
