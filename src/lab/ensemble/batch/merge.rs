//! Joining the parts of a batch.

use std::fs;
use std::path::{Path, PathBuf};

use super::plan::Plan;
use super::record::design_table;
use super::store::{self, array, path};
use crate::ensemble::manifest::{FailedRun, Runs, TableRecord};
use crate::table::append::Appender;
use crate::table::store::write;
use crate::table::{Table, Values};
use comity_model::error::{Error, Result};

/// Failed runs that a manifest lists; the table `runs` has them all.
const LISTED: usize = 100;

/// The joined tables of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// What was written.
    pub tables: Vec<TableRecord>,
    /// The table `runs`.
    pub runs: Table,
    /// The table `years`, if it is recorded and there is one point.
    pub years: Option<Table>,
    /// The table `design`, if there is one.
    pub design: Option<Table>,
    /// Runs done and failed.
    pub counts: Runs,
}

/// Joins the parts of the plan that stand in `sources`, the folders of results of it, into
/// the tables of `folder`, in the order of run ids. One part is in memory at a time.
///
/// # Errors
/// If a part is in no source, in two of them, or damaged; if something cannot be written. Each
/// table is then whole or as it was before.
pub fn merge(plan: &Plan, sources: &[PathBuf], folder: &Path) -> Result<Merged> {
    let places = places(plan, sources)?;
    adopt(plan, &places, folder)?;
    let mut records = Vec::new();
    let (mut runs, mut years) = (None, None);
    for empty in plan.tables() {
        let keep = match empty.name.as_str() {
            "runs" => true,
            // Trends are drawn of arms alone; the years of many points would fill the memory.
            "years" => plan.points() == 1,
            _ => false,
        };
        let mut whole = empty.clone();
        let mut appender = Appender::begin(&empty, folder, plan.experiment.format)?;
        for (part, source) in places.iter().enumerate() {
            let table = store::read(source, plan, &empty, part as u64)?;
            appender.push(&table)?;
            if keep {
                extend(&mut whole, table);
            }
        }
        let (file, rows) = appender.finish()?;
        records.push(TableRecord::of(&empty, &file, rows));
        match empty.name.as_str() {
            "runs" => runs = Some(whole),
            "years" if keep => years = Some(whole),
            _ => {}
        }
    }
    let design = plan.experiment.design.as_ref().map(design_table);
    if let Some(design) = &design {
        let file = write(design, folder, plan.experiment.format)?;
        records.push(TableRecord::of(design, &file, design.rows()));
    }
    let runs = runs.unwrap_or_else(|| Table::empty("runs", Vec::new()));
    Ok(Merged {
        counts: counts(&runs),
        tables: records,
        runs,
        years,
        design,
    })
}

/// The table `runs` of a plan whose parts are all in `folder`.
///
/// # Errors
/// If a part is missing or damaged.
pub fn read_runs(folder: &Path, plan: &Plan) -> Result<Table> {
    let tables = plan.tables();
    let mut whole = tables[0].clone();
    for part in 0..plan.parts() {
        extend(&mut whole, store::read(folder, plan, &tables[0], part)?);
    }
    Ok(whole)
}

/// Bytes of the tables of part 0 in `folder`, for estimates.
///
/// # Errors
/// If it is not there.
pub fn part_bytes(plan: &Plan, folder: &Path) -> Result<u64> {
    let size = |table: &Table| {
        let path = path(folder, plan, &table.name, 0);
        let size = fs::metadata(&path).map(|m| m.len());
        size.map_err(|e| Error::new(format!("cannot be read: {e}")).in_file(path))
    };
    plan.tables().iter().map(size).sum()
}

/// The folder in which each part stands.
fn places(plan: &Plan, sources: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut places = Vec::new();
    let mut missing = Vec::new();
    for part in 0..plan.parts() {
        let holds = |s: &&PathBuf| path(s, plan, "runs", part).is_file();
        let there: Vec<&PathBuf> = sources.iter().filter(holds).collect();
        match there.as_slice() {
            [] => missing.push(part),
            [one] => places.push((*one).clone()),
            [one, other, ..] => {
                let problem = format!(
                    "part {part} is here and in {}, expected it once",
                    other.display()
                );
                return Err(Error::new(problem).in_file(one));
            }
        }
    }
    match missing.as_slice() {
        [] => Ok(places),
        missing => {
            let problem = format!(
                "{} of {} parts are missing: {}; `comity resume` does them",
                missing.len(),
                plan.parts(),
                array(missing)
            );
            Err(Error::new(problem).in_file(&sources[0]))
        }
    }
}

/// Copies parts that stand elsewhere into the store of `folder`.
fn adopt(plan: &Plan, places: &[PathBuf], folder: &Path) -> Result<()> {
    for (part, source) in places.iter().enumerate() {
        if source == folder {
            continue;
        }
        for table in plan.tables().iter().rev() {
            let from = path(source, plan, &table.name, part as u64);
            let to = path(folder, plan, &table.name, part as u64);
            let bytes = fs::read(&from)
                .map_err(|e| Error::new(format!("cannot be read: {e}")).in_file(&from))?;
            crate::table::store::write_whole(&to, &bytes)?;
        }
    }
    Ok(())
}

fn extend(whole: &mut Table, part: Table) {
    for (to, from) in whole.values.iter_mut().zip(part.values) {
        match (to, from) {
            (Values::Real(to), Values::Real(from)) => to.extend(from),
            (Values::Integer(to), Values::Integer(from)) => to.extend(from),
            (Values::Text(to), Values::Text(from)) => to.extend(from),
            _ => debug_assert!(false, "columns of one table have one type"),
        }
    }
}

fn counts(runs: &Table) -> Runs {
    let status = runs.text("status").unwrap_or_default();
    let messages = runs.text("message").unwrap_or_default();
    let seeds = runs.integer("seed").unwrap_or_default();
    let failed = (0..status.len()).filter(|&k| status[k] != "done");
    let listed = failed.clone().take(LISTED).map(|k| FailedRun {
        run_id: k as u64,
        seed: seeds[k] as u64,
        message: messages[k].clone(),
    });
    Runs {
        done: (status.len() - failed.clone().count()) as u64,
        failed: listed.collect(),
    }
}
