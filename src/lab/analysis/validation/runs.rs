//! The runs of a forecast: seeds, and parameter sets where there are any.

use std::collections::BTreeMap;
use std::path::Path;

use super::Ensemble;
use crate::analysis::summary;
use crate::ensemble::manifest::{FailedRun, Runs};
use crate::ensemble::replicates::{Options, Replicate, replicates};
use crate::ensemble::sets::AcceptedSets;
use crate::network::{Given, Pact, pacts};
use crate::table::store::read_table;
use crate::table::{Record, Table, store};
use comity_model::error::{Error, Result};
use comity_model::scenario::Scenario;

/// Runs `count` seeds of the scenario with each parameter set (once without any) and keeps
/// their tables; a run that fails is noted and left out. `None` if it was cancelled.
///
/// # Errors
/// If the seeds or threads are refused, or fewer than two runs were done.
pub fn run(
    scenario: &Scenario,
    sets: Option<&AcceptedSets>,
    (seed, count): (u64, u64),
    source: Option<String>,
    options: Options,
) -> Result<Option<(Ensemble, Runs)>> {
    let mut ensemble = Ensemble {
        source,
        worlds: Vec::new(),
        regions: Vec::new(),
        pacts: Vec::new(),
    };
    let codes = Given::shipped()?.codes();
    let mut runs = Runs::default();
    for set in 0..sets.map_or(1, AcceptedSets::count) {
        let mut with = scenario.clone();
        if let Some(sets) = sets {
            sets.apply(set, &mut with.parameters);
        }
        let Some(done) = replicates(&with, seed, count, options)? else {
            return Ok(None);
        };
        for replicate in done {
            keep(
                &mut ensemble,
                &mut runs,
                replicate,
                set as u64 * count,
                &codes,
            );
        }
    }
    known_everywhere(&mut ensemble);
    if ensemble.worlds.len() < 2 {
        let message = runs.failed.first().map_or("", |f| &f.message);
        let found = format!("{} runs done {message}", ensemble.worlds.len());
        return Err(Error::expected(
            found.trim(),
            "at least two, to tell their spread",
        ));
    }
    Ok(Some((ensemble, runs)))
}

/// Drops all pacts if those of a run could not be told: its states are not those of the record.
fn known_everywhere(ensemble: &mut Ensemble) {
    if ensemble.pacts.len() < ensemble.worlds.len() {
        ensemble.pacts.clear();
    }
}

fn keep(
    ensemble: &mut Ensemble,
    runs: &mut Runs,
    replicate: Replicate,
    before: u64,
    codes: &BTreeMap<String, u32>,
) {
    match replicate.history {
        Ok(history) => {
            runs.done += 1;
            ensemble.worlds.push(Record::table(&history.world));
            ensemble.regions.push(Record::table(&history.regions));
            let pacts = pacts::of_log(history.agreements.iter(), codes);
            ensemble.pacts.extend(pacts.ok());
        }
        Err(message) => runs.failed.push(FailedRun {
            run_id: before + replicate.run_id,
            seed: replicate.seed,
            message,
        }),
    }
}

/// The runs in a result folder: its table `world`, or `years` of a batch of one arm, and
/// `regions` and `agreements` if they are there.
///
/// # Errors
/// If there is no such table, or it holds several arms or a single run.
pub fn of_result(folder: &Path, source: Option<String>) -> Result<Ensemble> {
    let fail = |problem: &str| Error::new(problem).in_file(folder);
    let file = ["world", "years"]
        .iter()
        .find_map(|name| store::find(folder, name));
    let file = file.ok_or_else(|| {
        fail("holds no table world or years, expected the result of a run or batch that has one")
    })?;
    let worlds = split(&read_table(&file)?).map_err(|e| e.in_file(&file))?;
    if worlds.len() < 2 {
        return Err(fail(
            "holds a single run, expected at least two, to tell their spread",
        ));
    }
    let regions = match store::find(folder, "regions") {
        Some(file) => split(&read_table(&file)?).map_err(|e| e.in_file(&file))?,
        None => Vec::new(),
    };
    let pacts = match store::find(folder, "agreements") {
        Some(file) => of_logs(&read_table(&file)?).map_err(|e| e.in_file(&file))?,
        None => Vec::new(),
    };
    let mut ensemble = Ensemble {
        source,
        worlds,
        regions,
        pacts,
    };
    known_everywhere(&mut ensemble);
    Ok(ensemble)
}

/// The pacts of each run in a log of agreements; none of runs with states that are not in the
/// record.
fn of_logs(table: &Table) -> Result<Vec<Vec<Pact>>> {
    let codes = Given::shipped()?.codes();
    let mut found = Vec::new();
    for run in split(table)? {
        found.extend(pacts::of_log(pacts::rows(&run)?.iter(), &codes).ok());
    }
    Ok(found)
}

/// The rows of each run.
fn split(table: &Table) -> Result<Vec<Table>> {
    if let Some(arms) = table.text("arm")
        && arms.iter().any(|arm| *arm != arms[0])
    {
        return Err(Error::expected("several arms", "runs of one arm"));
    }
    if summary::runs(table) < 2 {
        return Ok(vec![table.clone()]);
    }
    let ids = table.integer("run_id").unwrap_or_default();
    let mut rows: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (row, id) in ids.iter().enumerate() {
        rows.entry(*id).or_default().push(row);
    }
    Ok(rows.values().map(|rows| table.select(rows)).collect())
}
