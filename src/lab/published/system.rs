//! The system of states, as the shipped tables have it.

use std::collections::BTreeSet;
use std::path::Path;

use comity_model::error::{Error, Result};
use comity_model::scenario::source::DataFile;
use comity_model::scenario::states::{Roster, StateRow, read_states};
use comity_model::scenario::{Geometry, StateInput, library, tables};

/// States with their spells in the system and regions, and great powers.
#[derive(Debug)]
pub struct System {
    rows: Vec<StateRow>,
    powers: Vec<(u32, i32, Option<i32>)>,
}

impl System {
    /// That of `world/states.csv` and `world/major_powers.csv`.
    ///
    /// # Errors
    /// If a shipped table is broken, which a test excludes.
    pub fn shipped() -> Result<Self> {
        let table = |name: &str| {
            let bytes = library::data(name).ok_or_else(|| Error::new("is not shipped"));
            Ok::<_, Error>(DataFile {
                shown: Path::new("data").join(name),
                name: name.to_string(),
                bytes: bytes?.into(),
            })
        };
        let rows = read_states(&table("world/states.csv")?, Geometry::Globe)?;
        let roster = Roster::new(rows);
        let powers = tables::read_powers(&table("world/major_powers.csv")?, &roster)?;
        Ok(Self {
            rows: roster.rows,
            powers,
        })
    }

    /// Whether a state of this code is in the system at any time.
    pub fn knows(&self, code: u32) -> bool {
        self.rows.iter().any(|row| row.state.code == code)
    }

    /// Codes of the states in the system on 31 December.
    pub fn states(&self, year: i32) -> BTreeSet<u32> {
        self.there(year).map(|row| row.state.code).collect()
    }

    /// Of those, the states of a region, whether it is their primary one or not.
    pub fn region(&self, name: &str, year: i32) -> BTreeSet<u32> {
        let of = |row: &&StateRow| row.regions.iter().any(|r| r == name);
        self.there(year)
            .filter(of)
            .map(|row| row.state.code)
            .collect()
    }

    /// Codes of the great powers of the year.
    pub fn powers(&self, year: i32) -> BTreeSet<u32> {
        let spells = self.powers.iter();
        let on = spells.filter(|(_, from, to)| *from <= year && to.is_none_or(|to| year <= to));
        on.map(|spell| spell.0).collect()
    }

    /// A state is no longer in the system at the end of its exit year.
    fn there(&self, year: i32) -> impl Iterator<Item = &StateRow> {
        let on = move |row: &&StateRow| {
            let StateInput {
                entry_year,
                exit_year,
                ..
            } = row.state;
            entry_year <= year && exit_year.is_none_or(|exit| exit > year)
        };
        self.rows.iter().filter(on)
    }
}
