//! Doing the runs of a plan.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::measure::Seen;
use super::plan::{Address, Plan};
use super::store;
use crate::ensemble::experiment::Recorded;
use crate::ensemble::replicates::message;
use crate::table::{Record, Table, Values};
use comity_model::error::{Error, Result};
use comity_model::observe::{History, Recorder};
use comity_model::simulation::{Running, run_recording_while};

/// How a batch is run. None of it changes a result.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// Number of threads; `None`: as many as there are processors.
    pub threads: Option<usize>,
    /// Called after each run, from any thread.
    pub progress: Option<&'a (dyn Fn() + Sync)>,
    /// Asked before each simulated year of any run: whether to stop.
    pub cancel: Option<&'a (dyn Fn() -> bool + Sync)>,
}

/// How a batch ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Whether every part asked for is there.
    pub whole: bool,
    /// Runs that failed.
    pub failed: u64,
    /// The first of them: its number and what went wrong.
    pub first: Option<(u64, String)>,
}

/// What is kept of a run until its part is whole.
struct Kept {
    address: Address,
    message: Option<String>,
    metrics: Vec<f64>,
    history: History,
}

/// Parts that are being done, each with its runs so far.
type Open = Mutex<BTreeMap<u64, Vec<Kept>>>;

/// Does the runs of these parts of the plan and writes each part into `folder` as soon as
/// it is whole. A run that fails is recorded as failed, and the others go on.
///
/// # Errors
/// If a part cannot be written, or threads cannot be started: what is written by then is whole.
pub fn run(plan: &Plan, folder: &Path, parts: &[u64], options: Options) -> Result<Outcome> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads.unwrap_or(0))
        .build()
        .map_err(|e| Error::new(format!("failed to start threads: {e}")))?;
    let stop = AtomicBool::new(false);
    let open = Open::default();
    let written = Mutex::new((0u64, Outcome::begin()));
    let group = if plan.experiment.branch.is_some() {
        plan.cells()
    } else {
        1
    };
    let units = parts.iter().flat_map(|&part| {
        let runs = plan.part(part);
        let starts = runs.clone().step_by(group as usize);
        starts.map(move |from| (part, from..(from + group).min(runs.end)))
    });
    let go_on = || !stop.load(Ordering::Relaxed) && !options.cancel.is_some_and(|stop| stop());
    let one = |(part, runs): (u64, std::ops::Range<u64>)| -> Result<()> {
        let runs: Vec<u64> = runs.collect();
        let Some(kept) = unit(plan, &runs, &go_on) else {
            return Ok(());
        };
        for _ in &kept {
            options.progress.inspect(|progress| progress());
        }
        if let Some(whole) = collect(plan, &open, part, kept) {
            let tables = tables(plan, &whole);
            store::write(folder, plan, part, &tables)?;
            let mut written = written.lock().unwrap_or_else(|e| e.into_inner());
            written.0 += 1;
            written.1.note(&whole);
        }
        Ok(())
    };
    let guarded = |unit| one(unit).inspect_err(|_| stop.store(true, Ordering::Relaxed));
    pool.install(|| units.par_bridge().try_for_each(guarded))?;
    let (count, mut outcome) = written.into_inner().unwrap_or_else(|e| e.into_inner());
    outcome.whole = count == parts.len() as u64;
    Ok(outcome)
}

impl Outcome {
    fn begin() -> Self {
        Self {
            whole: false,
            failed: 0,
            first: None,
        }
    }

    fn note(&mut self, runs: &[Kept]) {
        for run in runs {
            let Some(message) = &run.message else {
                continue;
            };
            self.failed += 1;
            let id = run.address.run_id;
            if self.first.as_ref().is_none_or(|(first, _)| id < *first) {
                self.first = Some((id, message.clone()));
            }
        }
    }
}

/// The metrics of these cells in one replicate: one list a cell, or why its run failed. A cell
/// is point × arms + arm: without a design it is the arm. `None` if it was told to stop.
pub fn replicate(
    plan: &Plan,
    replicate: u64,
    cells: &[usize],
    go_on: &impl Fn() -> bool,
) -> Option<Vec<std::result::Result<Vec<f64>, String>>> {
    let id = |cell: &usize| replicate * plan.cells() + *cell as u64;
    let runs: Vec<u64> = cells.iter().map(id).collect();
    let metrics = |run: Kept| match run.message {
        None => Ok(run.metrics),
        Some(message) => Err(message),
    };
    Some(unit(plan, &runs, go_on)?.into_iter().map(metrics).collect())
}

/// Adds runs to their part; the runs of the part in order once it is whole.
fn collect(plan: &Plan, open: &Open, part: u64, kept: Vec<Kept>) -> Option<Vec<Kept>> {
    let mut open = open.lock().unwrap_or_else(|e| e.into_inner());
    let runs = open.entry(part).or_default();
    runs.extend(kept);
    let wanted = plan.part(part);
    if (runs.len() as u64) < wanted.end - wanted.start {
        return None;
    }
    let mut whole = open.remove(&part)?;
    whole.sort_by_key(|run| run.address.run_id);
    Some(whole)
}

/// Runs that are done together: one, or with branching those that share a past. `None` if
/// it was told to stop.
fn unit(plan: &Plan, runs: &[u64], go_on: &impl Fn() -> bool) -> Option<Vec<Kept>> {
    let ((base, year), first) = match (&plan.experiment.branch, runs.first()) {
        (Some(branch), Some(first)) => (branch, plan.address(*first)),
        _ => return runs.iter().map(|&id| single(plan, id, go_on)).collect(),
    };
    let past = caught(|| {
        let recorder = Recorder::selecting(&plan.selection, first.seed);
        let mut running = Running::begin(base, first.seed, recorder);
        let years = Running::years_before(base, *year);
        Ok(running.advance(base, years, go_on)?.then_some(running))
    });
    let branch = |id: u64| {
        let address = plan.address(id);
        let history = match &past {
            Err(message) => Err(message.clone()),
            Ok(past) => {
                let past = past.clone()?;
                let scenario = &plan.experiment.arms[address.arm].scenario;
                caught(|| past.finish(scenario, go_on))
            }
        };
        keep(plan, address, history)
    };
    runs.iter().map(|&id| branch(id)).collect()
}

fn single(plan: &Plan, id: u64, go_on: &impl Fn() -> bool) -> Option<Kept> {
    let address = plan.address(id);
    if !go_on() {
        return None;
    }
    let history = match plan.scenario(address) {
        Err(error) => Err(error.to_string()),
        Ok(scenario) => {
            caught(|| run_recording_while(&scenario, address.seed, &plan.selection, go_on))
        }
    };
    keep(plan, address, history)
}

/// The result, or the words with which it failed or panicked.
fn caught<T>(work: impl FnOnce() -> Result<T>) -> std::result::Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(panic) => Err(message(&*panic)),
    }
}

/// `None` if the run was stopped.
fn keep(
    plan: &Plan,
    address: Address,
    history: std::result::Result<Option<History>, String>,
) -> Option<Kept> {
    let (history, message) = match history {
        Ok(history) => (history?, None),
        Err(message) => (History::default(), Some(message)),
    };
    let seen = Seen::of(&history);
    let metrics = plan.measures.iter().map(|m| match message {
        None => m.of_seen(&seen),
        Some(_) => f64::NAN,
    });
    let metrics = metrics.collect();
    drop(seen);
    let record = &plan.experiment.record;
    let wants = |table| record.contains(&table);
    let kept = History {
        world: if wants(Recorded::World) || wants(Recorded::Years) {
            history.world
        } else {
            Vec::new()
        },
        regions: if wants(Recorded::Regions) {
            history.regions
        } else {
            Vec::new()
        },
        agreements: if wants(Recorded::Agreements) {
            history.agreements
        } else {
            Vec::new()
        },
        ..history
    };
    Some(Kept {
        address,
        message,
        metrics,
        history: kept,
    })
}

/// The tables of a part.
fn tables(plan: &Plan, runs: &[Kept]) -> Vec<Table> {
    let mut tables = plan.tables();
    for run in runs {
        let values = &mut tables[0].values;
        push_key(plan, run.address, values);
        let status = if run.message.is_none() {
            "done"
        } else {
            "failed"
        };
        push_text(&mut values[5], status);
        push_text(&mut values[6], run.message.as_deref().unwrap_or(""));
        for (values, metric) in values[7..].iter_mut().zip(&run.metrics) {
            push_real(values, *metric);
        }
        for (recorded, table) in plan.experiment.record.iter().zip(&mut tables[1..]) {
            let (a, h) = (run.address, &run.history);
            match recorded {
                Recorded::Years => years(plan, a, h, &mut table.values),
                Recorded::World => rows(plan, a, &h.world, &mut table.values),
                Recorded::Regions => rows(plan, a, &h.regions, &mut table.values),
                Recorded::Agreements => rows(plan, a, &h.agreements, &mut table.values),
                Recorded::Events => rows(plan, a, &h.events, &mut table.values),
                Recorded::States => rows(plan, a, &h.states, &mut table.values),
                Recorded::Dyads => rows(plan, a, &h.dyads, &mut table.values),
            }
        }
    }
    tables
}

fn years(plan: &Plan, address: Address, history: &History, values: &mut [Values]) {
    for row in &history.world {
        push_key(plan, address, values);
        push_integer(&mut values[5], row.year);
        for (values, (column, _)) in values[6..].iter_mut().zip(&plan.years) {
            push_real(values, row.number(*column));
        }
    }
}

/// Rows of a record, whose own first two columns are `run_id` and `seed`.
fn rows<R: Record>(plan: &Plan, address: Address, rows: &[R], values: &mut [Values]) {
    for row in rows {
        push_key(plan, address, values);
        row.push_from(2, &mut values[5..]);
    }
}

fn push_key(plan: &Plan, address: Address, values: &mut [Values]) {
    push_integer(&mut values[0], address.run_id as i64);
    push_text(&mut values[1], &plan.experiment.arms[address.arm].name);
    push_integer(&mut values[2], address.point as i64);
    push_integer(&mut values[3], address.replicate as i64);
    push_integer(&mut values[4], address.seed as i64);
}

fn push_integer(values: &mut Values, value: i64) {
    if let Values::Integer(v) = values {
        v.push(value);
    }
}

fn push_real(values: &mut Values, value: f64) {
    if let Values::Real(v) = values {
        v.push(value);
    }
}

fn push_text(values: &mut Values, value: &str) {
    if let Values::Text(v) = values {
        v.push(value.to_string());
    }
}
