//! Batches, driven as a user drives them: whatever interrupts them and however they are
//! cut up, the result has the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use comity::ensemble::batch::{self, Plan};
use comity::ensemble::experiment::{Changes, load};
use comity::ensemble::place::{Company, Place};
use comity::simulation;
use serde_json::Value;

use crate::cli::{comity, done, files};

/// An experiment of small worlds: 2 arms, 60 replicates, 12 parts, four recorded tables.
const SMALL: &str = r#"title = "Small"
question = "Are the bytes the same?"
scenario = "s2-bipolar"
replicates = 60
seed = 5
chunk = 10
record = ["years", "world", "regions", "agreements"]
[base]
years = 6
burn_in = 2
stylised.states = 24
[arms.plain]
[arms.calm]
schedule = [{ from = 3, force = { "competition.antagonism" = 0.1 } }]
[metrics.pacts]
column = "defence_pacts"
[metrics.size]
column = "mean_size"
reduce = "last"
"#;

/// A folder with an experiment, and what an uninterrupted batch of it writes.
pub struct Trial {
    folder: tempfile::TempDir,
    reference: BTreeMap<String, Vec<u8>>,
    /// How long the uninterrupted batch took.
    took: Duration,
}

impl Trial {
    /// Runs it once, uninterrupted.
    pub fn new() -> Self {
        Self::of(SMALL)
    }

    fn of(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("small.toml"), text).unwrap();
        let begun = Instant::now();
        done(
            folder.path(),
            &["batch", "small.toml", "--out", "whole", "--figures=none"],
        );
        let took = begun.elapsed();
        let reference = result(&folder.path().join("whole"));
        assert!(reference.contains_key("runs.parquet"));
        Self {
            folder,
            reference,
            took,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn done(&self, arguments: &[&str]) -> String {
        done(self.folder.path(), arguments).out
    }

    /// The result in this folder has the reference's bytes.
    fn same(&self, name: &str) {
        let found = result(&self.path(name));
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&found), names(&self.reference), "{name}");
        for (file, bytes) in &self.reference {
            assert!(found[file] == *bytes, "{name}: {file} differs");
        }
    }
}

/// The files of a result; of the manifest what does not depend on where and when.
fn result(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = files(folder);
    let mut manifest: Value = serde_json::from_slice(&found["manifest.json"]).unwrap();
    for key in ["made", "command", "seal"] {
        manifest.as_object_mut().unwrap().remove(key).unwrap();
    }
    found.insert(
        "manifest.json".to_string(),
        serde_json::to_vec(&manifest).unwrap(),
    );
    found
}

fn program(folder: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_comity"));
    command.current_dir(folder).args(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Kills batches at instants all over their time, resumes them, and compares; how many were still at work
/// when they were killed.
pub fn kills(trial: &Trial, count: u32) -> u32 {
    let mut struck = 0;
    for k in 0..count {
        let name = format!("killed-{k}");
        let arguments = ["batch", "small.toml", "--out", &name, "--figures=none"];
        let mut child = program(trial.folder.path(), &arguments);
        // The golden ratio's multiples spread the instants evenly over the batch's time.
        let instant = (f64::from(k) * 0.618_033_988_749_895).fract();
        std::thread::sleep(trial.took.mul_f64(instant));
        struck += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        match trial.path(&name).join("manifest.json").is_file() {
            true => trial.done(&["resume", &name, "--figures=none"]),
            // Killed before it had written anything: begun again.
            false => trial.done(&arguments),
        };
        trial.same(&name);
        fs::remove_dir_all(trial.path(&name)).unwrap();
    }
    struck
}

#[test]
fn ten_kills_leave_the_same_bytes() {
    assert!(
        kills(&Trial::new(), 10) > 0,
        "no kill struck a running batch"
    );
}

#[test]
fn threads_and_shards_leave_the_same_bytes() {
    let trial = Trial::new();
    for threads in ["1", "2", "8"] {
        let name = format!("threads-{threads}");
        let base = [
            "batch",
            "small.toml",
            "--figures=none",
            "--threads",
            threads,
        ];
        trial.done(&[&base[..], &["--out", &name]].concat());
        trial.same(&name);
    }
    for shards in [1, 3, 16] {
        let folders: Vec<String> = (1..=shards)
            .map(|i| format!("shard-{i}-{shards}"))
            .collect();
        for (i, folder) in (1..=shards).zip(&folders) {
            let shard = format!("{i}/{shards}");
            trial.done(&["batch", "small.toml", "--shard", &shard, "--out", folder]);
        }
        let out = format!("shards-{shards}");
        let all: Vec<&str> = folders.iter().map(String::as_str).collect();
        let joined = [&["merge"], &all[..], &["--out", &out, "--figures=none"]].concat();
        trial.done(&joined);
        trial.same(&out);
    }
    // Shards of one folder, done in any order.
    for shard in ["2/3", "3/3", "1/3"] {
        trial.done(&["batch", "small.toml", "--shard", shard, "--out", "one"]);
    }
    trial.done(&["merge", "one", "--figures=none"]);
    trial.same("one");
}

#[test]
fn what_is_missing_is_an_array_and_gaps_and_doubles_are_refused() {
    let trial = Trial::new();
    for shard in ["1/4", "4/4"] {
        trial.done(&["batch", "small.toml", "--shard", shard, "--out", "gaps"]);
    }
    assert_eq!(
        trial.done(&["status", "gaps", "--shards", "4"]).trim(),
        "2-3"
    );
    assert_eq!(trial.done(&["status", "gaps", "--shards", "1"]).trim(), "1");
    assert_eq!(trial.done(&["status", "whole", "--shards", "4"]).trim(), "");
    let told = comity(trial.folder.path(), &["merge", "gaps", "--out", "joined"]);
    assert_eq!(told.code, 2);
    assert!(
        told.err.contains("6 of 12 parts are missing: 1-2,5-6,9-10"),
        "{}",
        told.err
    );
    let told = comity(
        trial.folder.path(),
        &["merge", "gaps", "whole", "--out", "joined"],
    );
    assert_eq!(told.code, 2);
    assert!(
        told.err.contains("part 0 is here and in whole"),
        "{}",
        told.err
    );
    assert!(!trial.path("joined").join("runs.parquet").exists());
    trial.done(&["resume", "gaps", "--figures=none"]);
    trial.same("gaps");
}

#[test]
fn more_replicates_change_no_earlier_row() {
    let trial = Trial::of(&SMALL.replace("replicates = 60", "replicates = 23"));
    let read = |name: &str| {
        let out = format!("{name}-csv");
        let base = [
            "batch",
            "small.toml",
            "--figures=none",
            "--format",
            "csv",
            "--out",
            &out,
        ];
        let more = if name == "more" {
            &["--replicates", "41"][..]
        } else {
            &[]
        };
        trial.done(&[&base[..], more].concat());
        let tables = ["runs", "years", "world", "regions", "agreements"];
        tables.map(|t| fs::read_to_string(trial.path(&out).join(format!("{t}.csv"))).unwrap())
    };
    for (fewer, more) in read("fewer").iter().zip(&read("more")) {
        assert!(more.starts_with(fewer.as_str()) && more.len() > fewer.len());
    }
    // Adding to a result gives the same as asking for all at once.
    let more = [
        "batch",
        "small.toml",
        "--figures=none",
        "--replicates",
        "41",
        "--out",
    ];
    trial.done(&[&more[..], &["at-once"]].concat());
    trial.done(&[&more[..], &["whole"]].concat());
    let (once, added) = (result(&trial.path("at-once")), result(&trial.path("whole")));
    assert!(once.keys().eq(added.keys()));
    for (file, bytes) in &once {
        assert!(added[file] == *bytes, "{file} differs");
    }
    let told = comity(
        trial.folder.path(),
        &["batch", "small.toml", "--out", "whole", "--figures=none"],
    );
    assert_ne!(
        told.code, 0,
        "fewer replicates than there are: {}",
        told.out
    );
}

#[test]
fn an_interrupted_batch_says_how_to_go_on() {
    let trial = Trial::new();
    let told = comity(
        trial.folder.path(),
        &[
            "batch",
            "small.toml",
            "--out",
            "late",
            "--max-time",
            "1ms",
            "--figures=none",
        ],
    );
    assert_eq!(told.code, 130, "{}", told.err);
    assert!(
        told.err.contains("`comity resume late` goes on"),
        "{}",
        told.err
    );
    trial.done(&["resume", "late", "--figures=none"]);
    trial.same("late");
    let again = comity(trial.folder.path(), &["resume", "late"]);
    assert!(again.err.contains("complete"), "{}", again.err);
}

/// The model itself panics on no scenario that loads, so the panic comes from what a run asks
/// every year: whether to go on.
#[test]
fn a_run_that_panics_is_recorded_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.toml");
    fs::write(&path, SMALL.replace("replicates = 60", "replicates = 6")).unwrap();
    let plan = Plan::new(load(path.to_str().unwrap(), &Changes::default()).unwrap()).unwrap();
    let place = folder.path().join("poisoned");
    let manifest = batch::BatchManifest::of(&plan, Vec::new(), false);
    let mut begun = Place::open(&place, Company::Alone).unwrap();
    batch::begin(&mut begun, &plan, manifest, false).unwrap();
    drop(begun);
    let asked = AtomicU32::new(0);
    let poison = || match asked.fetch_add(1, Ordering::Relaxed) {
        40 => panic!("poisoned"),
        _ => false,
    };
    let options = batch::Options {
        threads: Some(1),
        cancel: Some(&poison),
        ..batch::Options::default()
    };
    let parts: Vec<u64> = (0..plan.parts()).collect();
    let outcome = batch::run(&plan, &place, &parts, options).unwrap();
    assert!(outcome.whole);
    assert_eq!(outcome.failed, 1, "{outcome:?}");
    let merged = ["merge", "poisoned", "--figures=none"];
    let told = comity(folder.path(), &merged);
    assert_eq!(told.code, 1, "{}", told.err);
    assert!(
        told.err.contains("1 of 12 runs failed, the first is run"),
        "{}",
        told.err
    );
    assert!(told.err.contains("poisoned"), "{}", told.err);
    let manifest = fs::read(place.join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["runs"]["done"], 11);
    assert_eq!(manifest["runs"]["failed"].as_array().unwrap().len(), 1);
}

#[test]
fn a_dry_run_writes_nothing_and_counts_right() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    let told = done(folder.path(), &["batch", "small.toml", "--dry-run"]).out;
    assert!(
        told.contains("2 arms × 1 point × 60 replicates = 120 runs"),
        "{told}"
    );
    assert!(told.contains("as much again in 12 parts"), "{told}");
    assert_eq!(files(folder.path()).len(), 1);
}

/// Arms with one past: until they part they are the same, and afterwards each is what a run
/// of its own from the beginning would have been.
#[test]
fn branching_is_exact() {
    let folder = tempfile::tempdir().unwrap();
    let text = |branch: &str| SMALL.replacen("chunk = 10", &format!("chunk = 10\n{branch}"), 1);
    for (name, branch) in [("apart", ""), ("branched", "branch = 3")] {
        let file = format!("{name}.toml");
        fs::write(folder.path().join(&file), text(branch)).unwrap();
        let out = ["--out", name, "--format", "csv", "--figures=none"];
        done(folder.path(), &[&["batch", &file], &out[..]].concat());
    }
    for table in ["runs", "years", "world", "regions", "agreements"] {
        let read = |n: &str| fs::read(folder.path().join(n).join(format!("{table}.csv"))).unwrap();
        assert!(read("apart") == read("branched"), "{table} differs");
    }
}

/// The metrics and the recorded years of a batch are those of a run that records everything.
#[test]
fn a_batch_measures_what_a_run_records() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    let path = folder.path().join("small.toml");
    let plan = Plan::new(load(path.to_str().unwrap(), &Changes::default()).unwrap()).unwrap();
    done(
        folder.path(),
        &[
            "batch",
            "small.toml",
            "--out",
            "b",
            "--format",
            "csv",
            "--figures=none",
        ],
    );
    let text = fs::read_to_string(folder.path().join("b/runs.csv")).unwrap();
    for line in text.lines().skip(1).step_by(17) {
        let cells: Vec<&str> = line.split(',').collect();
        let (seed, size): (u64, f64) = (cells[4].parse().unwrap(), cells[8].parse().unwrap());
        let arm = plan
            .experiment
            .arms
            .iter()
            .find(|a| a.name == cells[1])
            .unwrap();
        let history = simulation::run(&arm.scenario, seed);
        assert_eq!(size, history.world.last().unwrap().mean_size);
        let pacts: i64 = history.world.iter().map(|w| w.defence_pacts).sum();
        let mean: f64 = cells[7].parse().unwrap();
        assert!((mean - pacts as f64 / history.world.len() as f64).abs() < 1e-12);
    }
}
