//! What a run and a statistical forecast are given of states and pairs: who is in the system,
//! regions, capitals, borders, rivalries, capability, regime, communist rule.

use std::collections::{BTreeMap, BTreeSet};

use crate::table::{Table, csv};
use comity_model::error::{Error, Result};
use comity_model::scenario::library;

/// Kind of contiguity by land or river.
const LAND: i32 = 1;

/// A state in the system.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Code.
    pub code: u32,
    /// Abbreviation.
    pub abbreviation: String,
    /// First year.
    pub entry: i32,
    /// Year at whose end it is no longer in the system.
    pub exit: Option<i32>,
    /// Regions, the primary one first.
    pub regions: Vec<String>,
    /// Latitude and longitude of the capital, degrees.
    pub capital: (f64, f64),
}

/// A pair of states over some years, both ends in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spell {
    pair: (u32, u32),
    kind: i32,
    from: i32,
    to: i32,
}

/// The shipped tables of what is given.
#[derive(Debug, Clone)]
pub struct Given {
    states: Vec<State>,
    borders: Vec<Spell>,
    rivalries: Vec<Spell>,
    powers: Vec<(u32, i32, i32)>,
    communist: Vec<(u32, i32, i32)>,
    capability: BTreeMap<u32, BTreeMap<i32, f64>>,
    regime: BTreeMap<u32, BTreeMap<i32, f64>>,
}

struct Sheet(Table);

impl Sheet {
    fn read(path: &str) -> Result<Self> {
        let bytes = library::data(path).ok_or_else(|| Error::new("is not shipped").in_file(path));
        Ok(Self(csv::read(path, bytes?, &[])?))
    }

    fn absent(&self, column: &str) -> Error {
        let error = Error::new("the shipped table lacks this column");
        error.in_file(&self.0.name).at_key(column)
    }

    fn text(&self, column: &str) -> Result<&[String]> {
        self.0.text(column).ok_or_else(|| self.absent(column))
    }

    /// A column of numbers; one without any value holds texts and is missing everywhere.
    fn real(&self, column: &str) -> Result<Vec<f64>> {
        let empty = |texts: &[String]| texts.iter().all(String::is_empty);
        match self.0.text(column) {
            Some(texts) if empty(texts) => Ok(vec![f64::NAN; texts.len()]),
            _ => self.0.real(column).ok_or_else(|| self.absent(column)),
        }
    }

    /// An empty year is `open`.
    fn years(&self, column: &str, open: i32) -> Result<Vec<i32>> {
        let years = self.real(column)?.into_iter();
        Ok(years
            .map(|y| if y.is_nan() { open } else { y as i32 })
            .collect())
    }

    fn codes(&self, column: &str) -> Result<Vec<u32>> {
        Ok(self.real(column)?.into_iter().map(|c| c as u32).collect())
    }

    /// Spells of single states.
    fn spells(&self) -> Result<Vec<(u32, i32, i32)>> {
        let (codes, from) = (self.codes("ccode")?, self.years("from_year", i32::MIN)?);
        let to = self.years("to_year", i32::MAX)?;
        let rows = 0..codes.len();
        Ok(rows.map(|k| (codes[k], from[k], to[k])).collect())
    }

    /// Spells of pairs; without a column of kinds all are [`LAND`].
    fn pairs(&self) -> Result<Vec<Spell>> {
        let (one, two) = (self.codes("ccode1")?, self.codes("ccode2")?);
        let (from, to) = (
            self.years("from_year", i32::MIN)?,
            self.years("to_year", i32::MAX)?,
        );
        let kinds = self.0.real("kind");
        let spell = |k: usize| Spell {
            pair: super::ordered(one[k], two[k]),
            kind: kinds.as_ref().map_or(LAND, |kinds| kinds[k] as i32),
            from: from[k],
            to: to[k],
        };
        Ok((0..one.len()).map(spell).collect())
    }

    fn values(&self, column: &str) -> Result<BTreeMap<u32, BTreeMap<i32, f64>>> {
        let (codes, years) = (self.codes("ccode")?, self.years("year", 0)?);
        let mut found: BTreeMap<u32, BTreeMap<i32, f64>> = BTreeMap::new();
        for (k, value) in self.real(column)?.into_iter().enumerate() {
            if value.is_finite() {
                found.entry(codes[k]).or_default().insert(years[k], value);
            }
        }
        Ok(found)
    }
}

impl Given {
    /// The tables of `data/world`.
    ///
    /// # Errors
    /// If a shipped table is broken, which a test excludes.
    pub fn shipped() -> Result<Self> {
        let values = Sheet::read("world/state_year.csv")?;
        let ideology = Sheet::read("world/ideology.csv")?;
        let families = ideology.text("family")?;
        let communist = ideology.spells()?.into_iter().zip(families);
        let communist = communist.filter(|(_, family)| *family == "communist");
        Ok(Self {
            states: states(&Sheet::read("world/states.csv")?)?,
            borders: Sheet::read("world/contiguity.csv")?.pairs()?,
            rivalries: Sheet::read("world/rivalries.csv")?.pairs()?,
            powers: Sheet::read("world/major_powers.csv")?.spells()?,
            communist: communist.map(|(spell, _)| spell).collect(),
            capability: values.values("cinc")?,
            regime: values.values("polyarchy")?,
        })
    }

    /// The states in the system at the end of a year, by code.
    pub fn states(&self, year: i32) -> Vec<&State> {
        let there = |s: &&State| s.entry <= year && s.exit.is_none_or(|exit| exit > year);
        let mut states: Vec<&State> = self.states.iter().filter(there).collect();
        states.sort_by_key(|s| s.code);
        states
    }

    /// Their codes.
    pub fn system(&self, year: i32) -> BTreeSet<u32> {
        self.states(year).iter().map(|s| s.code).collect()
    }

    /// Codes by abbreviation, of all states that ever are in the system.
    pub fn codes(&self) -> BTreeMap<String, u32> {
        let code = |s: &State| (s.abbreviation.clone(), s.code);
        self.states.iter().map(code).collect()
    }

    /// Names of all regions, in order.
    pub fn regions(&self) -> BTreeSet<&str> {
        let all = self.states.iter().flat_map(|s| &s.regions);
        all.map(String::as_str).collect()
    }

    /// Pairs contiguous by land, or by sea as well.
    pub fn contiguous(&self, year: i32, by_sea: bool) -> super::Pairs {
        let borders = self.borders.iter();
        let on = borders.filter(|b| b.from <= year && year <= b.to);
        let on = on.filter(|b| by_sea || b.kind == LAND);
        on.map(|b| b.pair).collect()
    }

    /// Pairs in a strategic rivalry.
    pub fn rivals(&self, year: i32) -> super::Pairs {
        let on = self.rivalries.iter();
        let on = on.filter(|r| r.from <= year && year <= r.to);
        on.map(|r| r.pair).collect()
    }

    /// Codes of the great powers.
    pub fn powers(&self, year: i32) -> BTreeSet<u32> {
        covering(&self.powers, year)
    }

    /// Codes of the states under communist rule.
    pub fn communist(&self, year: i32) -> BTreeSet<u32> {
        covering(&self.communist, year)
    }

    /// Share of world capability, the last one known, else the first.
    pub fn capability(&self, code: u32, year: i32) -> Option<f64> {
        last_known(self.capability.get(&code)?, year)
    }

    /// Polyarchy, the last one known, else the first.
    pub fn regime(&self, code: u32, year: i32) -> Option<f64> {
        last_known(self.regime.get(&code)?, year)
    }
}

fn states(sheet: &Sheet) -> Result<Vec<State>> {
    let (codes, names) = (sheet.codes("ccode")?, sheet.text("abb")?);
    let (entry, exit) = (
        sheet.years("entry_year", i32::MIN)?,
        sheet.years("exit_year", i32::MAX)?,
    );
    let regions = sheet.text("regions")?;
    let (latitude, longitude) = (sheet.real("capital_lat")?, sheet.real("capital_lon")?);
    let state = |k: usize| State {
        code: codes[k],
        abbreviation: names[k].clone(),
        entry: entry[k],
        exit: (exit[k] < i32::MAX).then_some(exit[k]),
        regions: regions[k].split('|').map(String::from).collect(),
        capital: (latitude[k], longitude[k]),
    };
    Ok((0..codes.len()).map(state).collect())
}

fn covering(spells: &[(u32, i32, i32)], year: i32) -> BTreeSet<u32> {
    let on = spells.iter().filter(|s| s.1 <= year && year <= s.2);
    on.map(|s| s.0).collect()
}

fn last_known(values: &BTreeMap<i32, f64>, year: i32) -> Option<f64> {
    let known = values.range(..=year).next_back();
    known.or_else(|| values.iter().next()).map(|(_, v)| *v)
}
