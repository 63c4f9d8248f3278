//! Frozen results of every shipped scenario. A change of numbers must be meant: renew with
//! `COMITY_UPDATE=1 cargo test baselines` and say **Results change** in `CHANGELOG.md`.

use comity::scenario;
use comity::simulation::run;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::Path;

#[test]
fn results_are_the_frozen_ones() {
    let mut table =
        String::from("scenario,years,defence_pacts,partnerships,disputes,awareness,hash\n");
    for name in scenario::library::names() {
        let mut scenario = scenario::load(&name, &[]).unwrap();
        scenario.years = scenario.years.min(15);
        let history = run(&scenario, 1);
        let last = history.world.last().unwrap();
        let text = format!("{history:?}");
        let hash = Sha256::digest(text.as_bytes());
        let short: String = hash.iter().take(8).map(|b| format!("{b:02x}")).collect();
        writeln!(
            table,
            "{name},{},{},{},{},{:.6},{short}",
            scenario.years,
            last.defence_pacts,
            last.partnerships,
            history.world.iter().map(|w| w.disputes).sum::<i64>(),
            last.awareness
        )
        .unwrap();
    }
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
