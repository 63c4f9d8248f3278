//! Results for other programs, and results side by side. SALib's own answers to an export are
//! in `peers.rs`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::{comity, done};

const WORLD: [&str; 9] = [
    "run",
    "s2-bipolar",
    "--set",
    "years=4",
    "--set",
    "burn_in=1",
    "--set",
    "stylised.states=16",
    "--figures=none",
];

const EXPERIMENT: &str = r#"title = "Small"
question = "Which layout?"
scenario = "s2-bipolar"
replicates = 2
record = ["years"]
base = { years = 4, burn_in = 0, stylised.states = 16 }
[arms.some]
[arms.others]
stylised.antagonism = 0.3
[metrics.pacts]
column = "defence_pacts"
"#;

/// A run with two replicates in this folder.
fn run(home: &Path, out: &str, more: &[&str]) {
    let mut arguments = WORLD.to_vec();
    arguments.extend(["--quiet", "--replicates", "2", "--out", out]);
    arguments.extend(more);
    done(home, &arguments);
}

/// Cells of a CSV file.
fn cells(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_path(path)
        .unwrap();
    let row = |record: csv::StringRecord| record.iter().map(String::from).collect();
    reader.records().map(|r| row(r.unwrap())).collect()
}

#[test]
fn a_run_is_a_table_of_behaviorspace_and_a_data_frame_of_mesa() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    run(at, "a", &["--states"]);
    let world = cells(&at.join("a/world.csv"));
    let pacts = world[0].iter().position(|c| c == "defence_pacts").unwrap();

    done(at, &["export", "a", "--as", "behaviorspace"]);
    let table = at.join("a/export/behaviorspace/behaviorspace-world.csv");
    let text = fs::read_to_string(&table).unwrap();
    assert!(text.lines().all(|l| l.starts_with('"') && l.ends_with('"')));
    let rows = cells(&table);
    assert_eq!(rows[0][1], "Table version 2.0");
    assert_eq!(rows[4][0], "min-pxcor");
    let head = &rows[6];
    assert_eq!(head[..2], ["[run number]", "seed"]);
    let step = head.iter().position(|c| c == "[step]").unwrap();
    let metric = head.iter().position(|c| c == "defence_pacts").unwrap();
    let set = head.iter().position(|c| c == "stylised.states").unwrap();
    assert!(set < step && step < metric);
    assert_eq!(rows.len(), 7 + 2 * 4);
    for (k, (ours, theirs)) in world[1..].iter().zip(&rows[7..]).enumerate() {
        assert_eq!(theirs[metric], ours[pacts]);
        assert_eq!(theirs[step], (k % 4 + 1).to_string());
        assert_eq!(theirs[0], (k / 4 + 1).to_string());
        assert_eq!(theirs[set], "16");
    }

    let told = done(at, &["export", "a", "--as", "mesa", "--out", "mesa"]);
    assert!(told.out.contains("mesa/mesa-states.csv"), "{}", told.out);
    let frame = cells(&at.join("mesa/mesa-world.csv"));
    assert_eq!(frame[0][..4], ["RunId", "iteration", "Step", "seed"]);
    assert_eq!(frame.len(), 1 + 2 * 4);
    let agents = cells(&at.join("mesa/mesa-states.csv"));
    assert!(agents[0].contains(&"AgentID".to_string()));
    assert_eq!(agents.len(), 1 + 2 * 4 * 16);
}

#[test]
fn a_batch_has_its_arms_as_parameters_in_either_layout() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    fs::write(at.join("small.toml"), EXPERIMENT).unwrap();
    let batch = [
        "batch",
        "small.toml",
        "--figures=none",
        "--quiet",
        "--out",
        "b",
    ];
    done(at, &batch);
    done(at, &["export", "b", "--as", "mesa"]);
    let runs = cells(&at.join("b/export/mesa/mesa-runs.csv"));
    assert_eq!(
        runs[0],
        ["RunId", "iteration", "Step", "arm", "seed", "pacts"]
    );
    assert_eq!(runs[2][..5], ["1", "0", "4", "others", "1"]);
    assert_eq!(runs[3][..5], ["2", "1", "4", "some", "2"]);
    assert_eq!(
        cells(&at.join("b/export/mesa/mesa-years.csv")).len(),
        1 + 4 * 4
    );
    // Without samples of parameters there is nothing for SALib, and nothing is written.
    let told = comity(at, &["export", "b", "--as", "salib"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("without a [design]"), "{}", told.err);
    assert!(!at.join("b/export/salib").exists());
    run(at, "a", &[]);
    let told = comity(at, &["export", "a", "--as", "salib"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("the result of a run"), "{}", told.err);
    let told = comity(at, &["export", "a", "--as", "spss"]);
    assert_eq!(told.code, 2);
}

#[test]
fn results_that_differ_are_told_apart_to_the_column() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    run(at, "a", &[]);
    run(at, "again", &["--format", "parquet", "--threads", "1"]);
    let told = done(at, &["compare", "a", "again"]);
    assert!(told.out.contains("are the same"), "{}", told.out);

    let set = ["--set", "parameters.protocol.proposers=0.9"];
    run(at, "b", &set);
    let told = comity(at, &["compare", "a", "b"]);
    assert_eq!(told.code, 1, "{}", told.err);
    let says = |text: &str| assert!(told.out.contains(text), "{text}: {}", told.out);
    says("parameters.protocol.proposers");
    says("default, ");
    says("Table world: 8 rows in A, 8 in B");
    assert!(told.err.is_empty(), "{}", told.err);

    let told = comity(at, &["compare", "a", "b", "--json"]);
    let found: Value = serde_json::from_str(&told.out).unwrap();
    let names = found["parameters"].as_array().unwrap();
    assert_eq!(names.len(), 1, "{}", found["parameters"]);
    assert_eq!(names[0]["b"], "0.9");
    let inputs = found["inputs"].as_array().unwrap();
    assert!(
        inputs.iter().all(|i| i["name"] == "scenario, hash"),
        "{inputs:?}"
    );

    let told = comity(at, &["compare", "a", "b", "--quiet"]);
    assert!(told.code == 1 && told.out.is_empty() && told.err.is_empty());
    assert_eq!(comity(at, &["compare", "a", "nowhere"]).code, 2);
}
