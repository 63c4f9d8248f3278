//! How the cost of a run grows with its states, its years and the number of runs: the tables of
//! `docs/performance.md`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::speed::{WORLD, experiment};

/// What a batch took: seconds of processor time, and the most MiB that it held.
#[derive(Clone, Copy)]
struct Cost {
    seconds: f64,
    mebibytes: f64,
}

/// Field `name` of a process in MiB.
fn held(process: u32, name: &str) -> f64 {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = text.lines().find_map(|l| l.strip_prefix(name));
    let kibibytes = line.and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok());
    kibibytes.unwrap_or(0.0) / 1024.0
}

/// Processor time of a process so far, in seconds; the system counts hundredths.
fn worked(process: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // After the name in parentheses: state is the first field, user and system time the
    // twelfth and thirteenth.
    let fields = text.rsplit(')').next().unwrap_or("").split_whitespace();
    let ticks: f64 = fields
        .skip(11)
        .take(2)
        .filter_map(|f| f.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}

/// The batch with these changes, on one thread; looked at until it ends.
fn cost(folder: &Path, file: &str, changes: &[&str]) -> Cost {
    let out = folder.join("out");
    let mut child = Command::new(env!("CARGO_BIN_EXE_comity"))
        .current_dir(folder)
        .args([
            "batch",
            file,
            "--figures=none",
            "--quiet",
            "--threads",
            "1",
            "--out",
            "out",
        ])
        .args(changes)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let (mut seconds, mut mebibytes) = (0.0f64, 0.0f64);
    let ended = loop {
        seconds = seconds.max(worked(child.id()));
        mebibytes = mebibytes.max(held(child.id(), "VmHWM:"));
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    assert!(ended.success(), "{changes:?}");
    fs::remove_dir_all(out).unwrap();
    Cost { seconds, mebibytes }
}

/// The smaller of two measurements: others on the machine only add.
fn steady(folder: &Path, file: &str, changes: &[&str]) -> Cost {
    let (a, b) = (cost(folder, file, changes), cost(folder, file, changes));
    Cost {
        seconds: a.seconds.min(b.seconds),
        mebibytes: a.mebibytes.max(b.mebibytes),
    }
}

#[test]
#[ignore = "minutes"]
fn how_the_cost_grows() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for (file, text) in [
        ("world.toml", WORLD.to_string()),
        ("full.toml", experiment("world.toml", "")),
        (
            "core.toml",
            experiment("world.toml", ", variant = \"core\""),
        ),
        ("small.toml", experiment("s2-bipolar", ", years = 60")),
    ] {
        fs::write(at.join(file), text).unwrap();
    }
    println!(
        "| states | a year, full | ns a pair | a year, core | ns a pair | memory | bytes a pair |"
    );
    let mut memory = Vec::new();
    for states in [64, 192, 500, 1000, 2000, 5000] {
        let pairs = f64::from(states * (states - 1));
        let set = format!("stylised.states={states}");
        // Of small worlds several, so that hundredths of a second are small beside them.
        let replicates = (4_000_000.0 / pairs).ceil() as u64;
        let count = replicates.to_string();
        let of = |file: &str, years: &str| {
            let changes = ["--set", &set, "--set", years, "--replicates", &count];
            steady(at, file, &changes)
        };
        let year = |file: &str| {
            let (long, short) = (of(file, "years=40"), of(file, "years=10"));
            let seconds = (long.seconds - short.seconds) / 30.0 / replicates as f64;
            (seconds, long.mebibytes)
        };
        let ((full, held), (core, _)) = (year("full.toml"), year("core.toml"));
        memory.push((pairs, held));
        // An unordered pair, beside what the smallest world takes.
        let grown = (held - memory[0].1) * 1_048_576.0 / ((pairs - memory[0].0) / 2.0);
        println!(
            "| {states} | {:.3} ms | {:.2} | {:.3} ms | {:.2} | {held:.0} MiB | {grown:.0} |",
            full * 1e3,
            full * 1e9 / pairs,
            core * 1e3,
            core * 1e9 / pairs,
        );
    }
    println!("| years, 192 states | time | memory |");
    for years in ["50", "100", "200", "400", "800"] {
        let years = format!("years={years}");
        let c = steady(at, "full.toml", &["--set", &years, "--replicates", "4"]);
        println!(
            "| {years} | {:.2} s | {:.0} MiB |",
            c.seconds / 4.0,
            c.mebibytes
        );
    }
    println!("| runs, 64 states, 60 years | time of a run | memory |");
    for runs in ["50", "200", "800", "3200"] {
        let c = steady(at, "small.toml", &["--replicates", runs]);
        let each = c.seconds * 1e3 / runs.parse::<f64>().unwrap();
        println!("| {runs} | {each:.2} ms | {:.0} MiB |", c.mebibytes);
    }
}
