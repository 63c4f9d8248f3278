//! Joining the parts of a batch.

use std::fs;
use std::path::{Path, PathBuf};

use super::plan::Plan;
use super::record::design_table;
use super::store::{self, array, path};
use crate::ensemble::manifest::{FailedRun, Runs};
use crate::ensemble::place::Draft;
use crate::table::{Table, Values};
use comity_model::error::{Error, Result};

/// Failed runs that a manifest lists; the table `runs` has them all.
const LISTED: usize = 100;

/// The joined tables of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The table `runs`.
    pub runs: Table,
    /// The table `years`, if it is recorded and there is one point.
    pub years: Option<Table>,
    /// The table `design`, if there is one.
    pub design: Option<Table>,
    /// Runs done and failed.
    pub counts: Runs,
}

/// Copies the parts of the plan that stand elsewhere in `sources`, the folders of results of it,
/// into the store of `folder`. With `unchecked` parts that are not as they were written are taken as
/// they are, and what is wrong with them is returned.
///
/// # Errors
/// If a part is in no source or in two of them; if it is damaged and is not to be taken all the
/// same; if something cannot be written.
pub fn adopt(
    plan: &Plan,
    sources: &[PathBuf],
    folder: &Path,
    unchecked: bool,
) -> Result<Vec<Error>> {
    let mut taken = Vec::new();
    for (part, source) in places(plan, sources)?.iter().enumerate() {
        let part = part as u64;
        match store::fault(source, plan, part).filter(|_| unchecked) {
            Some(fault) => {
                store::seal_again(source, plan, part, folder)?;
                taken.push(fault);
            }
            None if source != folder => store::copy(source, plan, part, folder)?,
            None => {}
        }
    }
    Ok(taken)
}

/// Joins the parts of the plan in the store of `folder` into the tables of a result, in the order
/// of run ids. One part is in memory at a time.
///
/// # Errors
/// If a part is missing or damaged; if something cannot be written.
pub fn merge(plan: &Plan, folder: &Path, draft: &mut Draft) -> Result<Merged> {
    let format = plan.experiment.format;
    places(plan, &[folder.to_path_buf()])?;
    let (mut runs, mut years) = (None, None);
    for empty in plan.tables() {
        let keep = match empty.name.as_str() {
            "runs" => true,
            // Trends are drawn of arms alone; the years of many points would fill the memory.
            "years" => plan.points() == 1,
            _ => false,
        };
        let mut whole = empty.clone();
        let mut appender = draft.appender(&empty, format)?;
        for part in 0..plan.parts() {
            let table = store::read(folder, plan, &empty, part)?;
            appender.push(&table)?;
            if keep {
                extend(&mut whole, table);
            }
        }
        draft.appended(&empty, appender)?;
        match empty.name.as_str() {
            "runs" => runs = Some(whole),
            "years" if keep => years = Some(whole),
            _ => {}
        }
    }
    let design = plan.experiment.design.as_ref().map(design_table);
    if let Some(design) = &design {
        draft.table(design, format)?;
    }
    let runs = runs.unwrap_or_else(|| Table::empty("runs", Vec::new()));
    Ok(Merged {
        counts: counts(&runs),
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
