//! Pacts with their memberships, from the record and from the log of a run.

use std::collections::{BTreeMap, BTreeSet};

use super::{Pairs, ordered};
use crate::table::{Record, Table, csv};
use comity_model::error::{Error, Result};
use comity_model::observe::records::AgreementEvent;
use comity_model::scenario::{PactKind, library};

/// A state's time in a pact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// Code of the state.
    pub code: u32,
    /// First year at whose end it is a member.
    pub from: i32,
    /// Year at whose end it is none any more, if it left.
    pub until: Option<i32>,
}

/// How a pact came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was in force at the start.
    Initial,
    /// It was founded.
    Founded,
    /// Two pacts became one.
    Merged,
}

/// A pact.
#[derive(Debug, Clone, PartialEq)]
pub struct Pact {
    /// Number in the record, or label in a run.
    pub id: String,
    /// Its deepest obligation.
    pub kind: PactKind,
    /// Code of the great power that sponsors it; unknown in the record.
    pub sponsor: Option<u32>,
    /// How it came about; what is older than the record of 1946 is initial.
    pub origin: Origin,
    /// Whether it ended by becoming part of another.
    pub absorbed: bool,
    /// Memberships in the order of entry.
    pub members: Vec<Membership>,
}

impl Pact {
    /// Members at the end of a year, as far as they are in the system.
    pub fn at(&self, year: i32, system: &BTreeSet<u32>) -> BTreeSet<u32> {
        let on = |m: &&Membership| m.from <= year && m.until.is_none_or(|until| until > year);
        let codes = self.members.iter().filter(on).map(|m| m.code);
        codes.filter(|code| system.contains(code)).collect()
    }

    /// Year in which it began.
    pub fn begun(&self) -> i32 {
        let from = self.members.iter().map(|m| m.from);
        from.min().unwrap_or(i32::MAX)
    }

    /// Year in which its last member left, if none is left.
    pub fn ended(&self) -> Option<i32> {
        let until: Option<Vec<i32>> = self.members.iter().map(|m| m.until).collect();
        until?.into_iter().max()
    }
}

/// The pacts of `observed/pact_members.csv` by this source.
///
/// # Errors
/// If the shipped table is broken, which a test excludes.
pub fn recorded(source: &str) -> Result<Vec<Pact>> {
    let bytes = library::data("observed/pact_members.csv").unwrap_or_default();
    let table = csv::read("pact_members", bytes, &[])?;
    let absent = |column: &str| {
        let error = Error::new("the shipped table lacks a column");
        error.in_file("pact_members.csv").at_key(column)
    };
    let text = |column: &str| table.text(column).ok_or_else(|| absent(column));
    let real = |column: &str| table.real(column).ok_or_else(|| absent(column));
    let (sources, kinds) = (text("source")?, text("kind")?);
    let (ids, codes) = (real("pact")?, real("ccode")?);
    let (entry, exit) = (real("entry_year")?, real("exit_year")?);
    let mut pacts: BTreeMap<i64, Pact> = BTreeMap::new();
    for row in (0..table.rows()).filter(|&row| sources[row] == source) {
        let kind = PactKind::find(&kinds[row]).ok_or_else(|| absent("kind"))?;
        let pact = pacts.entry(ids[row] as i64).or_insert_with(|| Pact {
            id: ids[row].to_string(),
            kind,
            sponsor: None,
            origin: Origin::Founded,
            absorbed: false,
            members: Vec::new(),
        });
        pact.members.push(Membership {
            code: codes[row] as u32,
            from: entry[row] as i32,
            until: exit[row].is_finite().then_some(exit[row] as i32),
        });
    }
    Ok(pacts.into_values().collect())
}

/// The pacts of a run, from its log of agreements; states by abbreviation.
///
/// # Errors
/// If a state is not among `codes`, or a change is of a pact that did not begin.
pub fn of_log<'a>(
    rows: impl Iterator<Item = &'a AgreementEvent>,
    codes: &BTreeMap<String, u32>,
) -> Result<Vec<Pact>> {
    let code = |name: &str| {
        let unknown = || Error::expected(format!("state `{name}`"), "a state of the record");
        codes.get(name).copied().ok_or_else(unknown)
    };
    let mut at: BTreeMap<&str, usize> = BTreeMap::new();
    let mut pacts: Vec<Pact> = Vec::new();
    for row in rows.filter(|row| row.form == "pact") {
        let year = row.year as i32;
        let lost = || {
            Error::new(format!(
                "log of agreements: `{}` did not begin",
                row.agreement
            ))
        };
        let known = at.contains_key(row.agreement.as_str());
        let origin = match row.change.as_str() {
            "initial" => Some(Origin::Initial),
            "founded" => Some(Origin::Founded),
            // The pact that takes up the other goes on; its new members have joined it.
            "merged" if known => continue,
            "merged" => Some(Origin::Merged),
            _ => None,
        };
        if let Some(origin) = origin {
            let joined = row.names.split('|').map(|name| {
                Ok(Membership {
                    code: code(name)?,
                    from: year,
                    until: None,
                })
            });
            let pact = Pact {
                id: row.agreement.clone(),
                kind: PactKind::find(&row.kind).ok_or_else(lost)?,
                sponsor: match row.sponsor.as_str() {
                    "" => None,
                    name => Some(code(name)?),
                },
                origin,
                absorbed: false,
                members: joined.collect::<Result<_>>()?,
            };
            at.insert(&row.agreement, pacts.len());
            pacts.push(pact);
            continue;
        }
        let pact = at.get(row.agreement.as_str()).ok_or_else(lost)?;
        let pact = &mut pacts[*pact];
        let open = |m: &&mut Membership| m.until.is_none();
        match row.change.as_str() {
            "joined" => pact.members.push(Membership {
                code: code(&row.state)?,
                from: year,
                until: None,
            }),
            "left" => {
                let code = code(&row.state)?;
                let of = pact.members.iter_mut().filter(open);
                of.filter(|m| m.code == code)
                    .for_each(|m| m.until = Some(year));
            }
            "ended" => {
                pact.absorbed = row.by == "pact_merger";
                pact.members
                    .iter_mut()
                    .filter(open)
                    .for_each(|m| m.until = Some(year));
            }
            _ => return Err(lost()),
        }
    }
    Ok(pacts)
}

/// The rows of a table of agreements.
///
/// # Errors
/// If it lacks a column.
pub fn rows(table: &Table) -> Result<Vec<AgreementEvent>> {
    let lacking = || Error::new("table agreements: lacks a column of a log of agreements");
    let rows = (0..table.rows()).map(|row| AgreementEvent::read(table, row).ok_or_else(lacking));
    rows.collect()
}

/// Pairs of states in the system that a pact of this kind ties at the end of a year.
pub fn allied(pacts: &[Pact], kind: PactKind, year: i32, system: &BTreeSet<u32>) -> Pairs {
    let mut pairs = Pairs::new();
    for pact in pacts.iter().filter(|p| p.kind == kind) {
        let members: Vec<u32> = pact.at(year, system).into_iter().collect();
        for (k, &a) in members.iter().enumerate() {
            pairs.extend(members[..k].iter().map(|&b| ordered(a, b)));
        }
    }
    pairs
}
