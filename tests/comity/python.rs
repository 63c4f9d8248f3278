//! Results in Python: the script and the snippets of `docs/python.md`, on the batch of the
//! tutorial, against comity's own numbers.
//!
//! `COMITY_PYTHON` names a Python with `tests/peers/requirements.txt` (default `python3`).
//! Without its packages the test is skipped; with `COMITY_REQUIRE_PEERS=1` it then fails.

use std::path::Path;
use std::process::{Command, Output};

use comity::analysis::bands::{MeanBand, by_year};
use comity::table::{csv, store};

use crate::cli::done;
use crate::skipping::skip;
use crate::tutorial;

const REQUIRED: &str = "COMITY_REQUIRE_PEERS";
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/python/redraw.py");
const DOCUMENT: &str = include_str!("../../docs/python.md");
const COLUMN: &str = "new_defence_pacts";

fn python(folder: &Path, arguments: &[&str]) -> std::io::Result<Output> {
    let python = std::env::var("COMITY_PYTHON").unwrap_or_else(|_| "python3".to_string());
    Command::new(python)
        .current_dir(folder)
        .args(arguments)
        .output()
}

#[test]
fn python_reads_a_batch_as_comity_does() {
    let test = "python_reads_a_batch_as_comity_does";
    match python(
        Path::new("."),
        &["-c", "import pandas, polars, duckdb, matplotlib, pyarrow"],
    ) {
        Err(error) => return skip(test, &format!("no Python: {error}"), REQUIRED),
        Ok(output) if !output.status.success() => {
            let why = String::from_utf8_lossy(&output.stderr);
            return skip(test, why.lines().last().unwrap_or_default(), REQUIRED);
        }
        Ok(_) => {}
    }
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    std::fs::write(at.join("calm.toml"), tutorial::file("calm.toml")).unwrap();
    let batch = [
        "batch",
        "calm.toml",
        "--replicates",
        "5",
        "--figures=none",
        "--quiet",
    ];
    done(at, &batch);

    let drawn = python(at, &[SCRIPT, "output/calm", COLUMN, "pacts.svg"]).unwrap();
    let said = String::from_utf8_lossy(&drawn.stderr);
    assert!(drawn.status.success(), "{said}");
    let figure = std::fs::read_to_string(at.join("pacts.svg")).unwrap();
    assert!(
        figure.contains("<svg") && figure.len() > 5_000,
        "{}",
        figure.len()
    );
    compare(at, &drawn.stdout);
    snippets(at);
}

/// The numbers that the script prints, against the table `years`.
fn compare(at: &Path, printed: &[u8]) {
    let theirs = csv::read("theirs", printed, &[]).unwrap();
    let years = store::read(&at.join("output/calm/years.parquet"), &[]).unwrap();
    let arms = ["calm".to_string(), "history".to_string()];
    let bands = by_year(&years, &arms, &[COLUMN]).unwrap();
    let ours: Vec<&MeanBand> = bands[0].iter().flatten().collect();
    assert_eq!(theirs.rows(), ours.len());
    let column = |name: &str| theirs.real(name).unwrap();
    let (year, mean, low, high) = (
        column("year"),
        column("mean"),
        column("low"),
        column("high"),
    );
    for (row, band) in ours.iter().enumerate() {
        let pairs = [
            (year[row], band.at),
            (mean[row], band.mean),
            (low[row], band.p05),
            (high[row], band.p95),
        ];
        for (a, b) in pairs {
            assert!(
                (a - b).abs() <= 1e-9 * b.abs().max(1.0),
                "row {row}: {a} is not {b}"
            );
        }
    }
}

/// The snippets of the document run, and the pairs are those of the table `differences`.
fn snippets(at: &Path) {
    let snippets = DOCUMENT.split("\n```").skip(1).step_by(2);
    let snippets: Vec<&str> = snippets
        .filter_map(|s| s.strip_prefix("python\n"))
        .collect();
    assert!(snippets.len() >= 3);
    for code in snippets {
        let ended = python(at, &["-c", code]).unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{code}\n{said}");
        if code.contains("pairs.sem()") {
            let out = String::from_utf8_lossy(&ended.stdout);
            let found: Vec<f64> = out.split_whitespace().map(|n| n.parse().unwrap()).collect();
            let table = store::read(&at.join("output/calm/differences.parquet"), &[]).unwrap();
            let metrics = table.text("metric").unwrap();
            let row = metrics.iter().position(|m| m == "new_pacts").unwrap();
            let ours = ["difference", "share_positive"].map(|c| table.real(c).unwrap()[row]);
            assert!((found[0] - ours[0]).abs() < 1e-12, "{out}");
            assert!((found[2] - ours[1]).abs() < 1e-12, "{out}");
        }
    }
}
