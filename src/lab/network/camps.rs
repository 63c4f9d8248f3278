//! The camps of the Cold War, from inputs: a state under communist rule belongs to the East,
//! another one to the West while `camps.csv` lists it, the others to neither.

use std::collections::{BTreeMap, BTreeSet};

use super::{Given, Pairs, ordered};
use crate::table::csv;
use comity_model::error::{Error, Result};
use comity_model::scenario::library;

/// A camp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Camp {
    /// Listed as western.
    West,
    /// Under communist rule.
    East,
    /// Neither.
    Other,
}

impl Camp {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::West => "west",
            Self::East => "east",
            Self::Other => "other",
        }
    }

    /// Pairs of camps, in the order of tables.
    pub const PAIRS: [(Camp, Camp); 6] = [
        (Self::West, Self::West),
        (Self::East, Self::East),
        (Self::West, Self::East),
        (Self::West, Self::Other),
        (Self::East, Self::Other),
        (Self::Other, Self::Other),
    ];
}

/// How the West is told.
#[derive(Debug, Clone, PartialEq)]
pub enum West {
    /// From a dated list: code, first and last year.
    Listed(Vec<(u32, i32, i32)>),
    /// The United States and its allies of one year in the record: an outcome, kept beside
    /// the list because it is the narrowest sense of the word.
    Allies(BTreeSet<u32>),
}

/// Who belongs to which camp.
#[derive(Debug, Clone, PartialEq)]
pub struct Camps {
    west: West,
}

impl Camps {
    /// The camps with this West.
    pub fn new(west: West) -> Self {
        Self { west }
    }

    /// The list of `camps.csv`.
    ///
    /// # Errors
    /// If the shipped table is broken, which a test excludes.
    pub fn listed() -> Result<Self> {
        let bytes = library::data("camps.csv").unwrap_or_default();
        let table = csv::read("camps", bytes, &[])?;
        let absent = || Error::new("the shipped table camps.csv lacks a column");
        let (codes, camps) = (
            table.real("ccode").ok_or_else(absent)?,
            table.text("camp").ok_or_else(absent)?,
        );
        let from = table.real("from_year").ok_or_else(absent)?;
        if let Some(other) = camps.iter().find(|c| *c != "west") {
            return Err(Error::expected(other, "west").in_file("camps.csv"));
        }
        let spells = (0..table.rows()).map(|k| (codes[k] as u32, from[k] as i32, i32::MAX));
        Ok(Self::new(West::Listed(spells.collect())))
    }

    /// Camps of the states in the system.
    pub fn of(&self, given: &Given, year: i32) -> BTreeMap<u32, Camp> {
        let communist = given.communist(year);
        let western = |code: u32| match &self.west {
            West::Listed(spells) => spells
                .iter()
                .any(|s| s.0 == code && (s.1..=s.2).contains(&year)),
            West::Allies(codes) => codes.contains(&code),
        };
        let camp = |code: u32| match () {
            () if communist.contains(&code) => Camp::East,
            () if western(code) => Camp::West,
            () => Camp::Other,
        };
        let codes = given.system(year).into_iter();
        codes.map(|code| (code, camp(code))).collect()
    }
}

/// The pairs of states whose camps are these two.
pub fn pairs_between(camps: &BTreeMap<u32, Camp>, (a, b): (Camp, Camp)) -> Pairs {
    let mut pairs = Pairs::new();
    let of = |camp: Camp| camps.iter().filter(move |c| *c.1 == camp).map(|c| *c.0);
    for i in of(a) {
        pairs.extend(of(b).filter(|&j| j != i).map(|j| ordered(i, j)));
    }
    pairs
}
