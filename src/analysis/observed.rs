//! What was observed, as shipped: for figures beside the runs of historical scenarios.

use crate::error::Result;
use crate::scenario::library;
use crate::scenario::provenance::{Provenance, sha256};
use crate::table::{Table, csv};

/// The observed tables that figures show.
const TABLES: [&str; 4] = [
    "observed/alliances_by_year.csv",
    "observed/polarity_conflict_by_year.csv",
    "observed/dispute_onsets.csv",
    "table1_ratings.csv",
];

/// Whether a world with these sources is the observed one: all states with the data of
/// their years, so that observed series may stand beside it.
pub fn comparable(source: &Provenance) -> bool {
    let uses = |path: &str| {
        let shipped = library::data(path).map(sha256);
        source
            .data
            .iter()
            .any(|d| Some(&d.sha256) == shipped.as_ref())
    };
    uses("world/states.csv") && uses("world/state_year.csv")
}

/// The observed tables, by file stem.
///
/// # Errors
/// If a shipped table is broken, which a test excludes.
pub fn tables() -> Result<Vec<Table>> {
    let read = |path: &&str| {
        let stem = path.rsplit('/').next().and_then(|f| f.strip_suffix(".csv"));
        csv::read(
            stem.unwrap_or(path),
            library::data(path).unwrap_or_default(),
            &[],
        )
    };
    TABLES.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_observed_table_is_shipped() {
        for table in tables().unwrap() {
            assert!(table.rows() > 0, "{}", table.name);
        }
    }
}
