//! Forecasts are scored as a user has them scored.

use std::fs;

use comity::present::figures::validation;

use crate::cli::{comity, comparable, done, manifest};

/// A short validation that takes a moment.
pub const SHORT: [&str; 7] = [
    "validate",
    "--fit",
    "1946-1951",
    "--forecast",
    "1952-1955",
    "--replicates",
    "3",
];

fn short<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&SHORT[..], more].concat()
}

#[test]
fn a_validation_is_whole_and_the_same_at_any_thread_count() {
    let home = tempfile::tempdir().unwrap();
    let first = done(home.path(), &short(&["--out", "a", "--threads", "1"]));
    done(
        home.path(),
        &short(&["--out", "b", "--threads", "2", "--quiet"]),
    );
    let [a, b] = ["a", "b"].map(|name| home.path().join(name));
    assert_eq!(comparable(&a), comparable(&b));
    assert!(
        first.out.lines().all(|l| l.chars().count() <= 80),
        "{}",
        first.out
    );
    for words in [
        "ATOP5.1",
        "COW4.1",
        "skill against",
        "not out of sample for the model",
    ] {
        assert!(first.out.contains(words), "{words}: {}", first.out);
    }
    let record = manifest(&a);
    assert_eq!(record["kind"], "validation");
    assert_eq!(record["forecast"], serde_json::json!([1952, 1955]));
    assert_eq!(record["runs"]["done"], 6);
    assert_eq!(record["scenarios"].as_array().unwrap().len(), 2);
    let scores = fs::read_to_string(a.join("scores.csv")).unwrap();
    // Six measures of the world and, for ATOP two and for COW one, of five regions.
    assert_eq!(scores.lines().count(), 1 + 4 * (2 * 6 + 5 * 3));
    for name in ["forecast-atop", "skill-atop", "forecast-cow", "skill-cow"] {
        assert!(a.join(format!("figures/{name}.svg")).is_file(), "{name}");
        assert!(!validation::caption(name).is_empty());
    }

    // Again: refused, and nothing is touched; the figures can be drawn again.
    let before = comparable(&a);
    let again = comity(home.path(), &short(&["--out", "a"]));
    assert!(
        again.code == 2 && again.err.contains("--force"),
        "{}",
        again.err
    );
    let figure = a.join("figures/skill-cow.svg");
    fs::remove_file(&figure).unwrap();
    let arguments = ["plot", "a", "--figure", "skill-cow", "--format", "svg"];
    done(home.path(), &arguments);
    assert_eq!(comparable(&a), before);
}

#[test]
fn results_parameter_sets_and_imports_are_scored() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    let text = "atopid,member,yrent,moent,dayent,ineffect,yrexit,moexit,dayexit,defense,offense,\
                neutral,nonagg,consul\n1,2,1940,1,1,1,0,0,0,1,0,0,0,0\n1,20,1940,1,1,1,0,0,0,1,0,0,0,0\n\
                2,2,1992,1,1,1,0,0,0,1,0,0,0,0\n2,200,1992,1,1,1,0,0,0,1,0,0,0,0\n";
    fs::write(at("atop.csv"), text).unwrap();
    done(
        home.path(),
        &["import", "atop", "atop.csv", "--out", "in", "--quiet"],
    );
    fs::write(
        at("sets.csv"),
        "alliance.reactance,distance\n0.1,1\n0.4,2\n",
    )
    .unwrap();
    let arguments = [
        "validate",
        "--observed",
        "in",
        "--sets",
        "sets.csv",
        "--fit",
        "1946-1988",
        "--forecast",
        "1989-1995",
        "--replicates",
        "1",
        "--figures=none",
        "--out",
        "v",
    ];
    let ended = done(home.path(), &arguments);
    let record = manifest(&at("v"));
    assert_eq!(record["runs"]["done"], 2);
    assert_eq!(record["sets"]["file"], "sets.csv");
    assert!(!ended.out.contains("COW4.1") && ended.out.contains("dispute_onsets is the shipped"));
    let forecasts = fs::read_to_string(at("v/forecasts.csv")).unwrap();
    assert!(forecasts.contains("ATOP5.1,world,defence_pacts,persistence,1995,1,2,"));

    let run = [
        "run",
        "history-1946",
        "--set",
        "years=10",
        "--set",
        "drop_schedule=[\"terror-2001\"]",
        "--replicates",
        "3",
        "--figures=none",
        "--out",
        "r",
        "--quiet",
    ];
    done(home.path(), &run);
    let arguments = [
        "validate",
        "r",
        "--fit",
        "1946-1950",
        "--forecast",
        "1951-1955",
        "--figures=none",
        "--out",
        "w",
    ];
    let ended = done(home.path(), &arguments);
    assert!(
        !ended.out.contains("COW4.1"),
        "the run began with ATOP's pacts"
    );
    assert_eq!(manifest(&at("w"))["runs"]["done"], 3);
}

#[test]
fn what_cannot_be_scored_is_refused_and_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("x.csv");
    fs::write(&file, "year,rain\n1946,1\n").unwrap();
    for (arguments, expected) in [
        (
            vec!["--observed", "x.csv"],
            "x.csv: found no observed table",
        ),
        (
            vec!["--observed", "absent.csv"],
            "absent.csv: failed to read",
        ),
        (
            vec!["--sets", "x.csv"],
            "x.csv: found 1 rows and 0 columns of parameters",
        ),
        (
            vec!["--forecast", "1966-1999"],
            "--forecast: found 1966-1999, expected years up to 1988",
        ),
        (vec!["--fit", "1965-1946"], "expected first and last year"),
        (vec!["--scenario", "s2-bipolar"], "s2-bipolar: found"),
        (vec!["absent"], "absent: no such folder"),
        (vec!["--replicates", "0"], "replicates: found 0"),
        (
            vec!["--replicates", "1", "--forecast", "1966-1967"],
            "expected at least two",
        ),
    ] {
        let all = [&["validate"], &arguments[..]].concat();
        let ended = comity(home.path(), &all);
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.err);
        assert!(ended.err.contains(expected), "{arguments:?}: {}", ended.err);
        assert!(!home.path().join("output").exists(), "{arguments:?}");
    }
}
