//! `pact_share_definitions_by_year`: the share of states in a defence pact, by definition.

use std::collections::BTreeSet;

use super::alliances::{SOVIET_UNION, UNITED_STATES};
use super::{InForce, Year};
use crate::published::{Dataset, System};

comity_model::record! {
    /// A year of a source.
    pub struct ShareYear in "pact_share_definitions_by_year", "one year of one source" {
        year: i64, "year", "calendar year";
        source: String, "1", "ATOP5.1 or COW4.1";
        all: f64, "share", "share of states in any defence pact";
        with_major: f64, "share", "in one with a major power";
        with_us_or_ussr: f64, "share", "in one with the US or USSR/Russia";
        without_charters: f64, "share", "in one that is not a regional collective-security charter; empty after 1988";
        without_charters_with_us_or_ussr: f64, "share", "both restrictions; empty after 1988";
    }
}

/// Last year for which it is coded which pacts are charters.
const CHARTERS_CODED: i32 = 1988;

/// Regional collective-security charters founded by then, by the publisher's number: those
/// of the Americas (Chapultepec, Rio, Bogotá), the Arab League and African and Caribbean
/// communities. With these the shipped table comes out in every year of both sources.
fn charters(dataset: Dataset) -> &'static [u32] {
    match dataset {
        Dataset::Atop => &[3010, 3075, 3150, 3205, 3785, 3895, 3900],
        Dataset::Cow => &[198, 210, 230, 318, 319],
    }
}

/// The rows, by year.
pub fn rows(years: &[Year], dataset: Dataset, system: &System) -> Vec<ShareYear> {
    let poles = BTreeSet::from([UNITED_STATES, SOVIET_UNION]);
    let row = |year: &Year| {
        let share = |states: BTreeSet<u32>| states.len() as f64 / year.states.len() as f64;
        let powers = system.powers(year.year);
        let no_charter = |p: &&InForce| !charters(dataset).contains(&p.id);
        let coded = |value: f64| match year.year <= CHARTERS_CODED {
            true => value,
            false => f64::NAN,
        };
        let others = || year.defence().filter(no_charter);
        ShareYear {
            year: i64::from(year.year),
            source: dataset.source().to_string(),
            all: share(Year::tied(year.defence(), &year.states)),
            with_major: share(Year::tied(year.defence(), &powers)),
            with_us_or_ussr: share(Year::tied(year.defence(), &poles)),
            without_charters: coded(share(Year::tied(others(), &year.states))),
            without_charters_with_us_or_ussr: coded(share(Year::tied(others(), &poles))),
        }
    };
    years.iter().map(row).collect()
}
