//! Speed as the number of instructions, which is the same on a busy machine and an idle one:
//! callgrind counts those of the program under test, and nothing may take a tenth more than
//! `tests/baselines/instructions.csv` says. `COMITY_UPDATE=1 cargo test speed` renews it.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use rayon::prelude::*;

use crate::skipping::skip;

const HEADER: &str = "workload,instructions,what\n";
/// What may be added before it is a loss of speed.
const SLACK: f64 = 0.1;
/// From this much less on, the table should be renewed, or the next loss goes unseen.
const GAIN: f64 = 0.05;

/// The stylised world of `benches/speed.rs`, of constant size.
pub const WORLD: &str = "title = \"Speed\"\npurpose = \"Speed\"\nyears = 40\nburn_in = 0\n\
    [stylised]\nstates = 192\nregions = 8\npoles = [0.4, 0.3, 0.2, 0.1]\n\
    pole_capability = 0.5\nantagonism = 0.7\nneighbours = 3\n";

/// One run of a world that keeps a single number, so that hardly anything is recorded.
pub fn experiment(scenario: &str, base: &str) -> String {
    format!(
        "title = \"Speed\"\nquestion = \"How many instructions?\"\nscenario = \"{scenario}\"\n\
         replicates = 1\nbase = {{ burn_in = 0{base} }}\n\
         [metrics.pacts]\ncolumn = \"defence_pacts\"\n"
    )
}

/// A command of the program whose instructions are counted; with two forms, the longer less the
/// shorter, so that what both do (starting, reading, planning) drops out.
struct Workload {
    name: &'static str,
    what: &'static str,
    command: &'static [&'static str],
    /// What is added for the longer and the shorter form; the second is empty where the whole
    /// command counts.
    forms: [&'static [&'static str]; 2],
    /// How often the longer form does more what is named.
    times: u64,
}

const YEARS: [&[&str]; 2] = [&["--set", "years=40"], &["--set", "years=10"]];

const WORKLOADS: [Workload; 5] = [
    Workload {
        name: "year_full",
        what: "a year of 192 states with all processes",
        command: &["batch", "full.toml"],
        forms: YEARS,
        times: 30,
    },
    Workload {
        name: "year_core",
        what: "a year of 192 states with the processes of core",
        command: &["batch", "core.toml"],
        forms: YEARS,
        times: 30,
    },
    Workload {
        name: "year_recorded",
        what: "a year of 192 states with all processes, all tables recorded and written",
        command: &["run", "world.toml", "--states"],
        forms: YEARS,
        times: 30,
    },
    Workload {
        name: "run_of_a_batch",
        what: "one more run of a batch: 64 states, 20 years, recorded for one metric",
        command: &["batch", "small.toml"],
        forms: [&["--replicates", "24"], &["--replicates", "4"]],
        times: 20,
    },
    Workload {
        name: "history_1946",
        what: "comity run history-1946 without figures, from start to written tables",
        command: &["run", "history-1946"],
        forms: [&[], &[]],
        times: 1,
    },
];

/// Instructions of a command in a new folder, or why they cannot be counted.
fn counted(arguments: &[&str]) -> Result<u64, String> {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("world.toml", WORLD.to_string()),
        ("full.toml", experiment("world.toml", "")),
        (
            "core.toml",
            experiment("world.toml", ", variant = \"core\""),
        ),
        ("small.toml", experiment("s2-bipolar", ", years = 20")),
    ];
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env!("CARGO_BIN_EXE_comity"))
        .args(arguments)
        .args([
            "--figures=none",
            "--quiet",
            "--threads",
            "1",
            "--out",
            "out",
        ])
        .current_dir(folder.path());
    let output = command.output().map_err(|_| "there is no valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    let count = said
        .lines()
        .find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    Ok(count.unwrap_or_else(|| panic!("{arguments:?}: no count in {said}")))
}

fn measure(workload: &Workload) -> Result<u64, String> {
    let form = |k: usize| counted(&[workload.command, workload.forms[k]].concat());
    let shorter = match workload.forms[1] {
        [] => 0,
        _ => form(1)?,
    };
    Ok((form(0)? - shorter) / workload.times)
}

/// The passes over pairs are there with AVX2 and without; the table is of those with it.
fn wide() -> Result<(), String> {
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx2") {
        return Ok(());
    }
    Err("the table of instructions is that of x86-64 processors with AVX2".to_string())
}

/// The numbers of a table of this form.
fn numbers(table: &str) -> Vec<(&str, f64)> {
    let lines = table.lines().skip(1);
    let cells = lines.filter_map(|line| line.split_once(','));
    cells
        .map(|(name, rest)| (name, rest.split(',').next().unwrap().parse().unwrap()))
        .collect()
}

/// What is slower than allowed, and what is so much faster that the table is out of date.
fn compared(now: &str, before: &str) -> (Vec<String>, Vec<String>) {
    let (mut slower, mut faster) = (Vec::new(), Vec::new());
    let (now, before) = (numbers(now), numbers(before));
    for (name, count) in &now {
        let Some((_, old)) = before.iter().find(|(n, _)| n == name) else {
            slower.push(format!("{name} is not in the table"));
            continue;
        };
        let change = count / old - 1.0;
        let line = format!("{name}: {count} instructions, {:+.1} %", change * 100.0);
        if change > SLACK {
            slower.push(line);
        } else if change < -GAIN {
            faster.push(line);
        }
    }
    for (name, _) in before.iter().filter(|(n, _)| now.iter().all(|w| w.0 != *n)) {
        slower.push(format!("{name} is measured no more"));
    }
    (slower, faster)
}

#[test]
fn nothing_takes_a_tenth_more_instructions_than_before() {
    let test = "nothing_takes_a_tenth_more_instructions_than_before";
    let counts = wide().and_then(|()| WORKLOADS.par_iter().map(measure).collect());
    let counts: Vec<u64> = match counts {
        Err(why) => return skip(test, &why, "COMITY_REQUIRE_VALGRIND"),
        Ok(counts) => counts,
    };
    let mut table = String::from(HEADER);
    for (workload, count) in WORKLOADS.iter().zip(counts) {
        let _ = writeln!(table, "{},{count},\"{}\"", workload.name, workload.what);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/baselines/instructions.csv");
    if std::env::var_os("COMITY_UPDATE").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    let (slower, faster) = compared(&table, &before);
    let renew = "COMITY_UPDATE=1 cargo test speed renews the table";
    if !faster.is_empty() {
        eprintln!("{}\n{renew}", faster.join("\n"));
    }
    assert!(slower.is_empty(), "{}\n{renew}", slower.join("\n"));
}

#[test]
fn a_loss_of_speed_is_told_from_a_gain_and_a_trifle() {
    let before = format!("{HEADER}a,1000,x\nb,1000,x\nc,1000,x\nd,1000,x\n");
    let now = format!("{HEADER}a,1101,x\nb,1099,x\nc,940,x\ne,5,x\n");
    let (slower, faster) = compared(&now, &before);
    let begins = |lines: &[String]| -> Vec<char> {
        lines.iter().map(|l| l.chars().next().unwrap()).collect()
    };
    assert_eq!(begins(&slower), ['a', 'e', 'd'], "{slower:?}");
    assert_eq!(begins(&faster), ['c'], "{faster:?}");
}
