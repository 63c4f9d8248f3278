//! The data tables of a world: states, pairs, powers, pacts.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::document::Key;
use super::raw::RawData;
use super::setting::{InitialPact, PactKind, PairSpell, Setting};
use super::sheet::{Row, Sheet};
use super::source::{DataFile, Source};
use super::states::{Roster, read_states};
use super::suggest::unknown;
use super::yearly;
use crate::error::{Error, Result};

/// Largest code of contiguity in the tables; only 1 (land or river) counts.
const MAX_CONTIGUITY_KIND: i64 = 5;

/// What the tables of a scenario hold.
pub struct Loaded {
    /// The setting.
    pub setting: Setting,
    /// The tables, as read.
    pub files: Vec<DataFile>,
    /// Counts of values filled in, by column.
    pub filled: Vec<(String, usize)>,
}

/// Reads the tables of `raw` for a run over the years `years`.
///
/// # Errors
/// Whatever is wrong in a table, with file, line and column.
pub fn load(source: &Source, raw: &RawData, years: RangeInclusive<i32>) -> Result<Loaded> {
    let table = |name: &str| source.data(&Key::root("data").then(name));
    let given = |name, path: &Option<String>| path.as_ref().map(|_| table(name)).transpose();
    let states = table("states")?;
    let values = given("state_years", &raw.state_years)?;
    let contiguity = given("contiguity", &raw.contiguity)?;
    let rivalries = given("rivalries", &raw.rivalries)?;
    let powers = given("powers", &raw.powers)?;
    let pacts = given("pacts", &raw.pacts)?;

    let mut roster = Roster::new(read_states(&states, raw.geometry)?);
    let spells = match &powers {
        Some(data) => read_powers(data, &roster)?,
        None => Vec::new(),
    };
    let regions = choose(source, raw, &mut roster, &spells, &years)?;
    let resolved = roster
        .kept
        .iter()
        .map(|&k| roster.rows[k].resolve(&regions));
    let mut filled = Vec::new();
    let mut setting = Setting {
        states: resolved.collect(),
        regions,
        powers: roster.power_spells(&spells),
        geometry: raw.geometry,
        ..Setting::default()
    };
    if let Some(data) = &values {
        setting.observed = Some(yearly::read(data, &roster, years.clone(), &mut filled)?);
    }
    if let Some(data) = &contiguity {
        setting.contiguity = read_contiguity(data, &roster, *years.end(), &mut filled)?;
    }
    if let Some(data) = &rivalries {
        setting.rivalries = read_pairs(data, &roster, |_| Ok(true))?;
    }
    if let Some(data) = &pacts {
        setting.pacts = read_pacts(source, raw, data, &roster, *years.start())?;
    }
    let tables = [Some(states), values, contiguity, rivalries, powers, pacts];
    Ok(Loaded {
        setting,
        files: tables.into_iter().flatten().collect(),
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
            !row.regions.is_empty() || raw.keep_powers && great.contains(&row.state.code)
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
        roster.spells(&row, "ccode")?;
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
        let left = roster.spells(&row, "ccode1")?;
        let right = roster.spells(&row, "ccode2")?;
        if left == right {
            return Err(row.unexpected("ccode2", "a state other than ccode1"));
        }
        let (from, to) = row.span("from_year", "to_year")?;
        if !counts(&row)? {
            continue;
        }
        for i in roster.indices(left) {
            for j in roster.indices(right) {
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
    let wanted = raw.pact_source.as_ref().filter(|_| sheet.has("source"));
    for row in sheet.rows() {
        if wanted.is_some_and(|source| row.text("source") != source) {
            continue;
        }
        let label = row.required("pact")?;
        let Some(kind) = PactKind::find(row.text("kind")) else {
            let kinds = PactKind::ALL.map(PactKind::name);
            let problem = unknown("a kind of pact", row.text("kind"), kinds);
            return Err(row.error("kind", Error::new(problem)));
        };
        let (entry, exit) = row.span("entry_year", "exit_year")?;
        let spells = roster.spells(&row, "ccode")?;
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
        let states = roster.indices(spells);
        pact.members
            .extend(states.filter(|&s| roster.row(s).covers(start)));
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
