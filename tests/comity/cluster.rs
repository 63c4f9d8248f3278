//! An experiment in many processes: begun at once, and on a real Slurm of one node.
//!
//! The Slurm is started by `tests/cluster/slurm.sh`, which needs root, `slurm-wlm` and `munge`.
//! Without them its test is skipped; with `COMITY_REQUIRE_CLUSTER=1` it then fails.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::cli::{comparable, manifest};
use crate::skipping::skip;

const COMITY: &str = env!("CARGO_BIN_EXE_comity");
const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const REQUIRED: &str = "COMITY_REQUIRE_CLUSTER";
/// Shards of the experiment.
const SHARDS: u64 = 4;

/// An experiment of two arms in parts of one run of each.
fn experiment(folder: &Path, years: u32, replicates: u32) {
    let text = format!(
        r#"
title = "Competition or none"
question = "Does it come out the same on a cluster?"
scenario = "s2-bipolar"
replicates = {replicates}
seed = 3
chunk = 2
record = ["years"]
base = {{ years = {years}, burn_in = 1, stylised.states = 24 }}

[arms.competition]
[arms.none]
schedule = [{{ from = 2, force = {{ "competition.global" = 0.1 }} }}]

[metrics.pacts]
label = "defence pacts in force"
column = "defence_pacts"
window = [1, 2]
"#
    );
    fs::write(folder.join("experiment.toml"), text).unwrap();
}

fn comity(folder: &Path) -> Command {
    let mut command = Command::new(COMITY);
    command.current_dir(folder);
    command
}

/// The experiment in one process.
fn alone(folder: &Path) {
    let mut command = comity(folder);
    command.args([
        "batch",
        "experiment.toml",
        "--out",
        "alone",
        "--format",
        "csv",
        "--quiet",
    ]);
    assert!(command.status().unwrap().success());
}

/// Both results hold the same bytes, and their manifests the same tables.
fn same(folder: &Path, other: &str) {
    let (alone, other) = (folder.join("alone"), folder.join(other));
    let (a, b) = (comparable(&alone), comparable(&other));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in &a {
        assert!(bytes == &b[name], "{name} differs");
    }
    assert_eq!(manifest(&alone)["tables"], manifest(&other)["tables"]);
}

#[test]
fn shards_that_begin_at_once_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    experiment(folder, 3, 8);
    alone(folder);
    let shard = |k: u64| {
        let mut command = comity(folder);
        command.args([
            "batch",
            "experiment.toml",
            "--out",
            "shared",
            "--format",
            "csv",
        ]);
        command.arg(format!("--shard={k}/8")).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let shards: Vec<Child> = (1..=8).map(shard).collect();
    for shard in shards {
        let ended = shard.wait_with_output().unwrap();
        let words = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{words}");
    }
    let merged = comity(folder).args(["merge", "shared", "--quiet"]).status();
    assert!(merged.unwrap().success());
    same(folder, "shared");
}

#[test]
fn shards_in_folders_of_their_own_are_joined_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    experiment(folder, 3, 5);
    alone(folder);
    let names = ["shard-1", "shard-2", "shard-3"];
    for (k, name) in (1..).zip(names) {
        // What a shard that died at once leaves.
        fs::create_dir_all(folder.join(name).join("parts")).unwrap();
        fs::write(folder.join(name).join(".comity-dead.part"), "{").unwrap();
        let mut command = comity(folder);
        command.args(["batch", "experiment.toml", "--format", "csv", "--quiet"]);
        command.args(["--out", name]).arg(format!("--shard={k}/3"));
        assert!(command.status().unwrap().success());
    }
    let mut merge = comity(folder);
    merge
        .arg("merge")
        .args(names)
        .args(["--out", "joined", "--quiet"]);
    assert!(merge.status().unwrap().success());
    same(folder, "joined");
}

#[test]
fn a_folder_with_files_of_others_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    experiment(folder, 3, 1);
    fs::create_dir_all(folder.join("mine/parts")).unwrap();
    fs::write(folder.join("mine/parts/letter.txt"), "Dear").unwrap();
    let mut command = comity(folder);
    command.args(["batch", "experiment.toml", "--out", "mine"]);
    let output = command.output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(
        words.contains("holds files but no manifest.json"),
        "{words}"
    );
    assert!(!folder.join("mine/manifest.json").exists());
}

/// A Slurm that ends when this is dropped, or the process that holds it.
struct Slurm {
    script: Child,
    stdin: Option<ChildStdin>,
    conf: std::path::PathBuf,
}

impl Slurm {
    fn start(folder: &Path) -> Self {
        fs::create_dir(folder).unwrap();
        let mut script = Command::new(format!("{ROOT}/tests/cluster/slurm.sh"))
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = script.stdout.take().unwrap();
        let slurm = Self {
            stdin: script.stdin.take(),
            script,
            conf: folder.join("slurm.conf"),
        };
        BufReader::new(stdout).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n", "Slurm does not start: see above");
        slurm
    }

    /// What a command prints that may ask this Slurm.
    fn says(&self, command: &mut Command) -> String {
        let output = command.env("SLURM_CONF", &self.conf).output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{command:?}: {words}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn queue(&self) -> String {
        self.says(Command::new("squeue").arg("--noheader"))
    }
}

impl Drop for Slurm {
    fn drop(&mut self) {
        // The end of its input ends it.
        self.stdin = None;
        let _ = self.script.wait();
    }
}

/// Why there can be no Slurm here.
fn hindrance() -> Option<String> {
    for (program, flag) in [
        ("slurmctld", "-V"),
        ("slurmd", "-V"),
        ("munged", "-V"),
        ("sbatch", "-V"),
    ] {
        let mut command = Command::new(program);
        if command.arg(flag).output().is_err() {
            return Some(format!("{program} is not installed"));
        }
    }
    let user = Command::new("id").arg("-u").output().ok()?.stdout;
    (user != b"0\n").then(|| "Slurm's daemons need root".to_string())
}

/// Asks until it holds, for at most `seconds`.
fn until(what: &str, seconds: u64, explain: impl Fn() -> String, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        let late = begun.elapsed() > Duration::from_secs(seconds);
        assert!(!late, "{what}: not after {seconds} s\n{}", explain());
        sleep(Duration::from_millis(20));
    }
}

/// The logs of the jobs.
fn logs(folder: &Path) -> String {
    let Ok(entries) = fs::read_dir(folder) else {
        return "no logs".to_string();
    };
    let mut paths: Vec<_> = entries.map(|e| e.unwrap().path()).collect();
    paths.sort();
    let text = |path: &std::path::PathBuf| {
        format!(
            "{}:\n{}",
            path.display(),
            fs::read_to_string(path).unwrap_or_default()
        )
    };
    paths.iter().map(text).collect()
}

/// Parts of a shard (from 1) that are there.
fn parts_of(result: &Path, shard: u64) -> usize {
    let Ok(entries) = fs::read_dir(result.join("parts")) else {
        return 0;
    };
    let number = |entry: fs::DirEntry| -> Option<u64> {
        let name = entry.file_name().into_string().ok()?;
        name.strip_prefix("runs-")?
            .strip_suffix(".csv")?
            .parse()
            .ok()
    };
    let numbers = entries.filter_map(|e| number(e.unwrap()));
    numbers.filter(|part| part % SHARDS == shard - 1).count()
}

#[test]
fn an_array_on_slurm_survives_a_cancelled_task() {
    let test = "an_array_on_slurm_survives_a_cancelled_task";
    if let Some(why) = hindrance() {
        return skip(test, &why, REQUIRED);
    }
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let replicates = 400;
    experiment(folder, 20, replicates);
    let slurm = Slurm::start(&folder.join("slurm"));
    let (result, journal) = (folder.join("cluster"), folder.join("cluster-logs"));

    let mut submit = Command::new(format!("{ROOT}/experiments/cluster/submit.sh"));
    submit.args(["experiment.toml", "cluster", "--format", "csv"]);
    submit.current_dir(folder).env("COMITY", COMITY);
    submit.env("SHARDS", SHARDS.to_string()).env("RETRIES", "2");
    submit.env("ARRAY_OPTIONS", "--time=10");
    let said = slurm.says(&mut submit);
    let array = said.strip_prefix("shards 1-4 of 4: array ").expect(&said);
    let array = array.split(';').next().unwrap();

    // One task is stopped with some of its parts done and most of them to do.
    let victim = 2;
    until(
        "a part of shard 2",
        60,
        || logs(&journal),
        || parts_of(&result, victim) > 0,
    );
    slurm.says(Command::new("scancel").arg(format!("{array}_{victim}")));
    let log = journal.join(format!("{array}_{victim}.log"));
    let stopped = || fs::read_to_string(&log).is_ok_and(|t| t.contains("interrupted"));
    until("the end of shard 2", 30, || logs(&journal), stopped);
    let done = parts_of(&result, victim);
    assert!(
        (1..replicates as usize / SHARDS as usize).contains(&done),
        "{done} parts"
    );

    until(
        "an empty queue",
        300,
        || logs(&journal),
        || slurm.queue().is_empty(),
    );
    let text = logs(&journal);
    assert!(text.contains("shards 2 of 4: array "), "{text}");
    assert_eq!(manifest(&result)["complete"], true, "{text}");
    drop(slurm);
    alone(folder);
    same(folder, "cluster");
}
