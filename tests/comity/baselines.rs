//! Frozen results of every shipped scenario. A change of numbers must be meant: renew with
//! `COMITY_UPDATE=1 cargo test baselines` and say **Results change** in `CHANGELOG.md`.

use comity::scenario;
use comity::simulation::run;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::path::Path;

/// One run of a scenario in a line.
fn line(name: &str) -> String {
    let scenario = scenario::load(name, &[]).unwrap();
    let history = run(&scenario, 1);
    let last = history.world.last().unwrap();
    // Tables that are recorded only where asked for say nothing of these results.
    assert!(history.dyads.is_empty());
    let recorded = format!("{history:?}").replace(", dyads: []", "");
    let hash = Sha256::digest(recorded.as_bytes());
    let short: String = hash.iter().take(8).map(|b| format!("{b:02x}")).collect();
    let disputes: i64 = history.world.iter().map(|w| w.disputes).sum();
    let (years, pacts, bodies) = (scenario.years, last.defence_pacts, last.partnerships);
    format!(
        "{name},{years},{pacts},{bodies},{disputes},{:.6},{short}\n",
        last.awareness
    )
}

/// Whoever renews the baselines has to look at the entry that says why: the newest
/// **Results change** of `CHANGELOG.md` ends with their hash. Whether its words are right, no
/// test can say.
#[test]
fn a_change_of_results_stands_in_the_changelog() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = std::fs::read(here.join("tests/baselines/scenarios.csv")).unwrap();
    let hash = comity::scenario::provenance::sha256(&table)[..12].to_string();
    let text = std::fs::read_to_string(here.join("CHANGELOG.md")).unwrap();
    let released = text
        .match_indices("\n## [")
        .nth(1)
        .map_or(text.len(), |m| m.0);
    let entries = text[..released].split("\n- ");
    let newest = entries
        .into_iter()
        .find(|entry| entry.starts_with("**Results change"))
        .expect("an entry with **Results change** among what is unreleased");
    let mark = format!("(baselines {hash})");
    assert!(
        newest.contains(&mark),
        "the baselines have changed: begin the section Changed of CHANGELOG.md with an entry \
         **Results change** that says which numbers moved and why, and ends with {mark}; the \
         newest one is:\n{newest}"
    );
}

#[test]
fn results_are_the_frozen_ones() {
    let mut table =
        String::from("scenario,years,defence_pacts,partnerships,disputes,awareness,hash\n");
    let lines: Vec<String> = scenario::library::names()
        .par_iter()
        .map(|name| line(name))
        .collect();
    table.extend(lines);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/baselines/scenarios.csv");
    if std::env::var_os("COMITY_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &table).unwrap();
    }
    let frozen = std::fs::read_to_string(&path).unwrap_or_default();
    for (new, old) in table.lines().zip(frozen.lines()) {
        assert_eq!(new, old, "results changed: COMITY_UPDATE=1 renews them");
    }
    assert_eq!(
        table.lines().count(),
        frozen.lines().count(),
        "scenarios were added or removed"
    );
}
