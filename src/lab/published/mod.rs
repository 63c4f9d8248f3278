//! Pact data as their publishers give them away: ATOP 5.1 and COW Formal Alliances 4.1, one
//! row for each member of a pact (and phase of it).
//!
//! ATOP is described in its codebook (Leeds 2022), COW in Gibler (2009) and the notes to
//! version 4.1. `layout` knows the columns and tells one file from another.

mod layout;
mod record;
mod system;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use comity_model::error::{Error, Result};
use comity_model::scenario::PactKind;
use comity_model::scenario::files::{MAX_DATA, read as read_bytes};
use comity_model::scenario::provenance::sha256;
use comity_model::scenario::sheet::{Row, Sheet};
use comity_model::scenario::source::DataFile;

pub use layout::Dataset;
pub use record::{Import, ImportManifest};
pub use system::System;

/// Bytes of a first line that are looked at.
const LONGEST_HEADER: u64 = 1 << 16;
/// First year of the project's tables.
pub const FIRST_YEAR: i32 = 1946;

/// What the members of a pact have promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Obligations {
    /// To defend.
    pub defence: bool,
    /// To join an attack (ATOP).
    pub offence: bool,
    /// To stay neutral.
    pub neutrality: bool,
    /// Not to attack one another.
    pub nonaggression: bool,
    /// To consult (ATOP), an entente (COW).
    pub consultation: bool,
}

impl Obligations {
    /// What either holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            defence: self.defence || other.defence,
            offence: self.offence || other.offence,
            neutrality: self.neutrality || other.neutrality,
            nonaggression: self.nonaggression || other.nonaggression,
            consultation: self.consultation || other.consultation,
        }
    }

    /// The strongest of them, an offensive one counting as defence; `None` without any.
    pub fn strongest(self) -> Option<PactKind> {
        match self {
            o if o.defence || o.offence => Some(PactKind::Defence),
            o if o.neutrality => Some(PactKind::Neutrality),
            o if o.nonaggression => Some(PactKind::NonAggression),
            o if o.consultation => Some(PactKind::Entente),
            _ => None,
        }
    }
}

/// A row: a state's time in a pact under the same obligations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Code of the state.
    pub code: u32,
    /// First year.
    pub entry: i32,
    /// Last year; `None`: still a member when the data end.
    pub exit: Option<i32>,
    /// Obligations.
    pub obligations: Obligations,
}

impl Membership {
    /// Whether it is in force on 31 December of the year.
    pub fn covers(&self, year: i32) -> bool {
        self.entry <= year && self.exit.is_none_or(|exit| exit > year)
    }
}

/// A pact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pact {
    /// Number that the publisher gives it.
    pub id: u32,
    /// Its memberships, by state and first year.
    pub memberships: Vec<Membership>,
}

impl Pact {
    /// What any member has promised at any time.
    pub fn obligations(&self) -> Obligations {
        let all = self.memberships.iter().map(|m| m.obligations);
        all.fold(Obligations::default(), Obligations::or)
    }
}

/// What a published file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The data set.
    pub dataset: Dataset,
    /// Rows of the file.
    pub rows: usize,
    /// Pacts with at least two members of the state system since 1946, by number.
    pub pacts: Vec<Pact>,
    /// Last year that the data cover.
    pub last_year: i32,
    /// SHA-256 of the file.
    pub sha256: String,
    /// What was left out or taken in another way than written, for the reader.
    pub notes: Vec<String>,
}

/// Reads a published file.
///
/// # Errors
/// If it is another file than the data set's member-level one, or a row cannot be read.
pub fn read(dataset: Dataset, path: &Path, system: &System) -> Result<Published> {
    let file = |text| DataFile {
        shown: path.to_path_buf(),
        name: path.display().to_string(),
        bytes: layout::lower_header(text).into_bytes().into(),
    };
    // A large file of another kind is known by its first line.
    let (header, _) = layout::decode(first_line(path)?);
    layout::recognise(dataset, &file(header))?;
    let bytes = read_bytes(path, MAX_DATA)?;
    let sha256 = sha256(&bytes);
    let (text, encoding) = layout::decode(bytes);
    let mut notes: Vec<String> = encoding.into_iter().collect();
    let data = file(text);
    let sheet = Sheet::read(&data, layout::columns(dataset).all)?;
    let mut pacts: BTreeMap<u32, Vec<Membership>> = BTreeMap::new();
    let (mut last_year, mut tally) = (dataset.last_year(), Tally::default());
    for row in sheet.rows() {
        let (id, membership) = membership(dataset, &row, &mut tally)?;
        let ends = membership.exit.unwrap_or(membership.entry);
        last_year = last_year.max(ends);
        if system.knows(membership.code) {
            pacts.entry(id).or_default().push(membership);
        } else if membership.exit.is_none_or(|exit| exit >= FIRST_YEAR) {
            tally.strangers.push(membership.code);
        }
    }
    let pacts = pacts.into_iter().filter_map(|(id, mut memberships)| {
        memberships.sort_by_key(|m| (m.code, m.entry, m.exit));
        let before = memberships.len();
        memberships.dedup();
        tally.doubles += before - memberships.len();
        let several = memberships.iter().any(|m| m.code != memberships[0].code);
        several.then_some(Pact { id, memberships })
    });
    let pacts = pacts.collect();
    notes.extend(tally.notes(dataset));
    Ok(Published {
        dataset,
        rows: sheet.rows().count(),
        pacts,
        last_year,
        sha256,
        notes,
    })
}

/// The first line of a file, or as much of it as a header can have.
fn first_line(path: &Path) -> Result<Vec<u8>> {
    let failed = |e: std::io::Error| {
        let reason = e.kind().to_string().to_lowercase();
        Error::new(format!("cannot be read: {reason}")).in_file(path)
    };
    let mut line = Vec::new();
    let file = BufReader::new(File::open(path).map_err(failed)?);
    file.take(LONGEST_HEADER)
        .read_until(b'\n', &mut line)
        .map_err(failed)?;
    Ok(line)
}

/// What is told of the rows.
#[derive(Default)]
struct Tally {
    doubles: usize,
    strangers: Vec<u32>,
    /// Lines of memberships that have ended but have no last year.
    endless: Vec<usize>,
    /// Lines without any obligation.
    idle: Vec<usize>,
}

impl Tally {
    fn notes(mut self, dataset: Dataset) -> Vec<String> {
        let mut notes = Vec::new();
        if self.doubles > 0 {
            notes.push(format!("{} rows stood twice and count once", self.doubles));
        }
        if !self.strangers.is_empty() {
            let rows = self.strangers.len();
            self.strangers.sort_unstable();
            self.strangers.dedup();
            let codes: Vec<String> = self.strangers.iter().map(u32::to_string).collect();
            notes.push(format!(
                "{rows} rows in force since {FIRST_YEAR} are of members that are no states of the \
                 system then (codes {}) and are left out",
                codes.join(", ")
            ));
        }
        if let Some(line) = self.endless.first() {
            notes.push(format!(
                "{} rows are marked as ended but have no year of exit (the first on line {line}); \
                 they count as still in force",
                self.endless.len()
            ));
        }
        if let Some(line) = self.idle.first() {
            notes.push(format!(
                "{} rows name no obligation that {} counts (the first on line {line}); they make \
                 a pact of their own only if another row of it names one",
                self.idle.len(),
                dataset.title()
            ));
        }
        notes
    }
}

fn membership(dataset: Dataset, row: &Row, tally: &mut Tally) -> Result<(u32, Membership)> {
    let columns = layout::columns(dataset);
    let number = |column| {
        let found = layout::number(row, column)?;
        match found.filter(|n| (1..=i64::from(u32::MAX)).contains(n)) {
            Some(n) => Ok(n as u32),
            None => Err(row.unexpected(column, "a number of 1 or more")),
        }
    };
    let id = number(columns.pact)?;
    let code = number(columns.state)?;
    let entry = layout::year(row, columns.entry)?;
    let entry = row.present(columns.entry, entry)?;
    let exit = layout::year(row, columns.exit)?;
    let ongoing = layout::number(row, columns.ongoing.0)? == Some(columns.ongoing.1);
    if let Some(exit) = exit.filter(|exit| *exit < entry) {
        let expected = format!("a year from {entry} ({}) on", columns.entry);
        return Err(row.error(columns.exit, Error::expected(exit, expected)));
    }
    if exit.is_none() && !ongoing {
        tally.endless.push(row.line);
    }
    let flag = |column: Option<&str>| column.map_or(Ok(false), |c| layout::flag(row, c));
    let obligations = Obligations {
        defence: flag(Some(columns.defence))?,
        offence: flag(columns.offence)?,
        neutrality: flag(Some(columns.neutrality))?,
        nonaggression: flag(Some(columns.nonaggression))?,
        consultation: flag(Some(columns.consultation))?,
    };
    if obligations.strongest().is_none() {
        tally.idle.push(row.line);
    }
    let membership = Membership {
        code,
        entry,
        exit,
        obligations,
    };
    Ok((id, membership))
}

#[cfg(test)]
mod tests;
