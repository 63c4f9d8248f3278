//! Published files of pacts become tables that runs and forecasts can use.

use std::fs;
use std::path::Path;

use comity::scenario;

use crate::cli::{comity, done, files};

/// Made-up pacts in the layout of ATOP's member-level file.
const ATOP: &str = "ATOPID,Member,yrent,moent,dayent,ineffect,yrexit,moexit,dayexit,defense,offense,\
                    neutral,nonagg,consul\n\
                    7001,2,1940,1,1,1,0,0,0,1,0,0,1,1\n7001,200,1940,1,1,1,0,0,0,1,0,0,1,1\n\
                    7001,365,1945,1,1,0,1947,5,1,1,0,0,1,1\n\
                    7002,140,1944,1,1,0,1990,1,1,0,0,1,0,0\n7002,160,1944,1,1,0,1990,1,1,0,0,0,1,0\n";

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("atop.csv"), ATOP).unwrap();
    home
}

fn lines(folder: &Path, file: &str) -> Vec<String> {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    text.lines().map(str::to_string).collect()
}

#[test]
fn an_import_is_whole_and_a_run_begins_with_it() {
    let home = home();
    let ended = done(home.path(), &["import", "atop", "atop.csv", "--out", "in"]);
    assert!(ended.out.contains("5 rows, 2 pacts"), "{}", ended.out);
    let wide = ended.out.lines().filter(|l| !l.contains("comity run"));
    assert!(
        wide.clone().all(|l| l.chars().count() <= 80),
        "{}",
        ended.out
    );
    let folder = home.path().join("in");
    let expected = [
        "source,pact,kind,ccode,entry_year,exit_year",
        "ATOP5.1,7001,defence,2,1940,",
        "ATOP5.1,7001,defence,200,1940,",
        "ATOP5.1,7001,defence,365,1945,1947",
        "ATOP5.1,7002,neutrality,140,1944,1990",
        "ATOP5.1,7002,neutrality,160,1944,1990",
    ];
    assert_eq!(lines(&folder, "pact_members.csv"), expected);
    let series = lines(&folder, "alliances_by_year.csv");
    let shipped = include_str!("../../data/observed/alliances_by_year.csv");
    assert_eq!(series[0], shipped.lines().next().unwrap());
    assert_eq!(series.len(), 1 + (1946..=2018).count());
    assert!(
        series[1].starts_with("1946,ATOP5.1,66,2,1,0,1,3,"),
        "{}",
        series[1]
    );
    assert!(
        series[2].starts_with("1947,ATOP5.1,68,2,1,1,0,2,"),
        "{}",
        series[2]
    );
    let record = fs::read_to_string(folder.join("manifest.json")).unwrap();
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    assert_eq!(record["years"], serde_json::json!([1946, 2018]));
    assert!(record["cite"].as_str().unwrap().contains("Leeds"));

    let set = format!(
        "data.pacts=\"{}\"",
        folder.join("pact_members.csv").display()
    );
    let world = scenario::load("history-1946", &[set]).unwrap();
    let pacts = &world.setting.pacts;
    assert_eq!(pacts.len(), 2);
    assert_eq!(
        (pacts[0].label.as_str(), pacts[0].members.len()),
        ("7001", 3)
    );
    assert_eq!(pacts[0].kind, comity::scenario::PactKind::Defence);
}

#[test]
fn an_import_is_not_written_over_another_folder() {
    let home = home();
    let import = |more: &[&str]| {
        let all = [&["import", "atop", "atop.csv", "--out", "in"], more].concat();
        comity(home.path(), &all)
    };
    assert_eq!(import(&["--until", "1950"]).code, 0);
    let before = files(home.path());
    let again = import(&[]);
    assert!(
        again.code == 2 && again.err.contains("--force"),
        "{}",
        again.err
    );
    assert_eq!(files(home.path()), before);
    assert_eq!(import(&["--force", "--quiet"]).code, 0);
    assert_ne!(files(home.path()), before);
    fs::remove_file(home.path().join("in/manifest.json")).unwrap();
    let foreign = import(&["--force"]);
    assert!(
        foreign.code == 2 && foreign.err.contains("left alone"),
        "{}",
        foreign.err
    );
}

#[test]
fn a_file_that_cannot_be_imported_leaves_nothing() {
    let home = home();
    let dyads = "version4id,ccode1,state_name1,ccode2\n1,2,US,20\n";
    fs::write(home.path().join("dyads.csv"), dyads).unwrap();
    fs::write(home.path().join("none.csv"), ATOP.lines().next().unwrap()).unwrap();
    for (arguments, expected) in [
        (
            vec!["cow", "dyads.csv"],
            "dyads.csv: found the COW dyadic file, expected the COW member-level file, \
             alliance_v4.1_by_member.csv",
        ),
        (vec!["atop", "none.csv"], "none.csv: holds no pact"),
        (vec!["atop", "absent.csv"], "absent.csv: cannot be read"),
        (
            vec!["atop", "atop.csv", "--until", "2100"],
            "--until: found 2100",
        ),
    ] {
        let all = [&["import"], &arguments[..]].concat();
        let ended = comity(home.path(), &all);
        assert_eq!(ended.code, 2, "{arguments:?}");
        assert!(ended.err.contains(expected), "{arguments:?}: {}", ended.err);
        assert!(!home.path().join("output").exists());
    }
}
