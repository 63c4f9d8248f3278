//! The data tables of a world: states, pairs, powers, pacts.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::document::Key;
use super::raw::RawData;
use super::sheet::{Row, Sheet};
use super::source::{DataFile, Source};
use super::states::{Roster, read_states};
use super::suggest::unknown;
use super::yearly;
use super::{InitialPact, PactKind, PairSpell, Setting};
use crate::error::{Error, Result};

/// Largest code of contiguity in the tables; only 1 (land or river) counts.
const MAX_CONTIGUITY_KIND: i64 = 5;

/// What the tables of a scenario hold.
pub struct Loaded {
    /// The setting.
    pub setting: Setting,
    /// Names of the tables, for citation.
    pub files: Vec<String>,
    /// Counts of values filled in, by column.
    pub filled: Vec<(String, usize)>,
}

/// Reads the tables of `raw` for a run over the years `years`.
///
/// # Errors
/// Whatever is wrong in a table, with file, line and column.
pub fn load(source: &Source, raw: &RawData, years: RangeInclusive<i32>) -> Result<Loaded> {
    let mut files = Vec::new();
    let mut open = |name: &str, given: bool| -> Result<Option<DataFile>> {
        if !given {
            return Ok(None);
        }
        let data = source.data(&Key::root("data").then(name))?;
        files.push(data.name.clone());
        Ok(Some(data))
    };
    let states = open("states", true)?;
    let values = open("state_years", raw.state_years.is_some())?;
    let contiguity = open("contiguity", raw.contiguity.is_some())?;
    let rivalries = open("rivalries", raw.rivalries.is_some())?;
    let powers = open("powers", raw.powers.is_some())?;
    let pacts = open("pacts", raw.pacts.is_some())?;

    let states = states.as_ref().map(|data| read_states(data, raw.geometry));
    let mut roster = Roster::new(states.unwrap_or_else(|| Ok(Vec::new()))?);
    let powers = powers
        .map(|data| read_powers(&data, &roster))
        .transpose()?
        .unwrap_or_default();
    let regions = choose(source, raw, &mut roster, &powers, &years)?;

    let mut filled = Vec::new();
    let observed = values
        .map(|data| yearly::read(&data, &roster, years.clone(), &mut filled))
        .transpose()?;
    let contiguity = match contiguity {
        Some(data) => read_contiguity(&data, &roster, *years.end(), &mut filled)?,
        None => Vec::new(),
    };
    let rivalries = match rivalries {
        Some(data) => read_pairs(&data, &roster, |_| Ok(true))?,
        None => Vec::new(),
    };
    let pacts = match pacts {
        Some(data) => read_pacts(source, raw, &data, &roster, *years.start())?,
        None => Vec::new(),
    };
    let setting = Setting {
        states: roster
            .kept
            .iter()
            .map(|&row| roster.rows[row].resolve(&regions))
            .collect(),
        regions,
        observed,
        contiguity,
        rivalries,
        powers: roster.power_spells(&powers),
        antagonism: None,
        pacts,
        geometry: raw.geometry,
        stylised: None,
        permute_regions: false,
    };
    Ok(Loaded {
        setting,
        files,
        filled,
    })
}

/// Decides which states the run has; returns the names of its regions.
fn choose(
    source: &Source,
    raw: &RawData,
    roster: &mut Roster,
    powers: &[(u32, i32, Option<i32>)],
    years: &RangeInclusive<i32>,
) -> Result<Vec<String>> {
    let mut regions: Vec<String> = Vec::new();
    for region in roster.rows.iter().flat_map(|r| &r.regions) {
        if !regions.contains(region) {
            regions.push(region.clone());
        }
    }
    let (first, last) = (*years.start(), *years.end());
    roster
        .kept
        .retain(|&k| roster.rows[k].overlaps(first, Some(last)));
    if let Some(chosen) = &raw.regions {
        let key = Key::root("data").then("regions");
        for (k, name) in chosen.iter().enumerate() {
            if !regions.contains(name) {
                let what = "a region of the states table";
                let problem = unknown(what, name, regions.iter().map(String::as_str));
                return Err(source.error(&key.item(k), Error::new(problem)));
            }
        }
        regions.retain(|r| chosen.contains(r));
        let great: BTreeSet<u32> = powers
            .iter()
            .filter(|&&(_, from, to)| from <= last && to.is_none_or(|to| first <= to))
            .map(|&(code, _, _)| code)
            .collect();
        for row in &mut roster.rows {
            row.regions.retain(|r| chosen.contains(r));
        }
        roster.kept.retain(|&k| {
            let row = &roster.rows[k];
            !row.regions.is_empty() || raw.keep_powers && great.contains(&row.code)
        });
    }
    if roster.kept.is_empty() {
        let expected = format!("states in the system in {first} to {last}");
        let key = Key::root("data").then("states");
        return Err(source.error(
            &key,
            Error::expected(format!("none in {}", raw.states), expected),
        ));
    }
    Ok(regions)
}

pub fn read_powers(data: &DataFile, roster: &Roster) -> Result<Vec<(u32, i32, Option<i32>)>> {
    let sheet = Sheet::read(data, &["ccode", "from_year", "to_year"])?;
    let mut powers = Vec::new();
    for row in sheet.rows() {
        roster.find(&row, "ccode")?;
        let (from, to) = row.span("from_year", "to_year")?;
        powers.push((row.code("ccode")?, from, to));
    }
    Ok(powers)
}

/// Pairs contiguous by land or river. A table without open spells ends with its data:
/// if the run goes on after, its last year counts as open, and these are counted.
fn read_contiguity(
    data: &DataFile,
    roster: &Roster,
    last_year: i32,
    filled: &mut Vec<(String, usize)>,
) -> Result<Vec<PairSpell>> {
    let mut ends = Vec::new();
    let mut pairs = read_pairs(data, roster, |row| {
        ends.push(row.year("to_year")?);
        let kind = row.integer("kind", 0, MAX_CONTIGUITY_KIND)?;
        Ok(row.present("kind", kind)? == 1)
    })?;
    let end = ends.iter().copied().max().flatten();
    if ends.iter().all(Option::is_some) && end.is_some_and(|end| end < last_year) {
        let ended = pairs.iter_mut().filter(|p| p.to == end);
        let count = ended.map(|p| p.to = None).count();
        filled.push(("contiguity".to_string(), count));
    }
    Ok(pairs)
}

/// Reads spells of pairs; rows for which `counts` says no are checked and left out.
fn read_pairs(
    data: &DataFile,
    roster: &Roster,
    mut counts: impl FnMut(&Row) -> Result<bool>,
) -> Result<Vec<PairSpell>> {
    let required = ["ccode1", "ccode2", "from_year", "to_year"];
    let sheet = Sheet::read(data, &required)?;
    let mut pairs = Vec::new();
    for row in sheet.rows() {
        let (left, right) = (roster.find(&row, "ccode1")?, roster.find(&row, "ccode2")?);
        if row.code("ccode1")? == row.code("ccode2")? {
            return Err(row.unexpected("ccode2", "a state other than ccode1"));
        }
        let (from, to) = row.span("from_year", "to_year")?;
        if !counts(&row)? {
            continue;
        }
        for &i in &left {
            for &j in &right {
                let (a, b) = (i.min(j), i.max(j));
                pairs.push(PairSpell { a, b, from, to });
            }
        }
    }
    pairs.sort_by_key(|p| (p.a, p.b, p.from, p.to));
    pairs.dedup();
    Ok(pairs)
}

/// The pacts in force at the start of `start`, by label.
fn read_pacts(
    source: &Source,
    raw: &RawData,
    data: &DataFile,
    roster: &Roster,
    start: i32,
) -> Result<Vec<InitialPact>> {
    let sheet = Sheet::read(data, &["pact", "kind", "ccode", "entry_year", "exit_year"])?;
    check_source(source, raw, &sheet)?;
    let mut pacts: BTreeMap<&str, InitialPact> = BTreeMap::new();
    for row in sheet.rows() {
        if raw
            .pact_source
            .as_ref()
            .is_some_and(|s| sheet.has("source") && row.text("source") != s)
        {
            continue;
        }
        let label = row.required("pact")?;
        let Some(kind) = PactKind::find(row.text("kind")) else {
            let kinds = PactKind::ALL.map(PactKind::name);
            let problem = unknown("a kind of pact", row.text("kind"), kinds);
            return Err(row.error("kind", Error::new(problem)));
        };
        let (entry, exit) = row.span("entry_year", "exit_year")?;
        let states = roster.find(&row, "ccode")?;
        if entry > start || exit.is_some_and(|exit| exit <= start) {
            continue;
        }
        let pact = pacts.entry(label).or_insert_with(|| InitialPact {
            label: label.to_string(),
            kind,
            members: Vec::new(),
            start_year: entry,
        });
        pact.kind = pact.kind.min(kind);
        pact.start_year = pact.start_year.min(entry);
        let present = states.into_iter().filter(|&s| roster.row(s).covers(start));
        pact.members.extend(present);
    }
    if !raw.initial_pacts {
        return Ok(Vec::new());
    }
    let mut pacts: Vec<InitialPact> = pacts.into_values().collect();
    for pact in &mut pacts {
        pact.members.sort_unstable();
        pact.members.dedup();
    }
    pacts.retain(|pact| pact.members.len() >= 2);
    Ok(pacts)
}

/// A table of several sources needs `pact_source`, which must be one of them.
fn check_source(source: &Source, raw: &RawData, sheet: &Sheet) -> Result<()> {
    if !sheet.has("source") {
        return Ok(());
    }
    let sources: BTreeSet<&str> = sheet.rows().map(|row| row.text("source")).collect();
    let key = Key::root("data").then("pact_source");
    let problem = match &raw.pact_source {
        Some(name) if sources.contains(name.as_str()) || sources.is_empty() => return Ok(()),
        Some(name) => unknown("a source of the pacts table", name, sources),
        None if sources.len() < 2 => return Ok(()),
        None => {
            let sources: Vec<&str> = sources.into_iter().collect();
            format!(
                "missing, expected one of the sources of the pacts table: {}",
                sources.join(", ")
            )
        }
    };
    Err(source.error(&key, Error::new(problem)))
}
