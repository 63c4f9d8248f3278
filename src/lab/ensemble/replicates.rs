//! Replicates: the same scenario with one seed after the other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::table::{Record, Table};
use comity_model::error::{Error, Result};
use comity_model::observe::History;
use comity_model::scenario::Scenario;
use comity_model::simulation::run_while;

/// Most replicates of one call: their rows are held in memory.
pub const MAX_REPLICATES: u64 = 100_000;

/// How replicates are run. None of it changes a result.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// Number of threads; `None`: as many as there are processors.
    pub threads: Option<usize>,
    /// Called before each simulated year of any replicate, from any thread.
    pub progress: Option<&'a (dyn Fn() + Sync)>,
    /// Stops all replicates before their next year once it is true.
    pub cancel: Option<&'a AtomicBool>,
}

/// One run of several.
#[derive(Debug, Clone, PartialEq)]
pub struct Replicate {
    /// Position among the replicates, from 0: `run_id` in the tables.
    pub run_id: u64,
    /// Seed: that of the first replicate plus `run_id`.
    pub seed: u64,
    /// What was recorded, or why the run failed.
    pub history: std::result::Result<History, String>,
}

/// Runs `count` replicates; replicate k has the seed `seed + k` and equals [`run`] with it
/// but for the `run_id` k in its rows. A run that fails is recorded as failed, and the
/// others go on. `None` if it was cancelled.
///
/// [`run`]: comity_model::simulation::run
///
/// # Errors
/// If the count is 0 or too large, or a seed would be, or threads cannot be started.
pub fn replicates(
    scenario: &Scenario,
    seed: u64,
    count: u64,
    options: Options,
) -> Result<Option<Vec<Replicate>>> {
    check(seed, count)?;
    let ids: Vec<u64> = (0..count).collect();
    these(scenario, seed, &ids, options)
}

/// Some of the replicates that begin with this seed, by their positions. `None` if it was
/// cancelled.
///
/// # Errors
/// If threads cannot be started.
pub fn these(
    scenario: &Scenario,
    seed: u64,
    ids: &[u64],
    options: Options,
) -> Result<Option<Vec<Replicate>>> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads.unwrap_or(0))
        .build()
        .map_err(|e| Error::new(format!("failed to start threads: {e}")))?;
    let cancelled = || options.cancel.is_some_and(|c| c.load(Ordering::Relaxed));
    let go_on = || {
        if let Some(progress) = options.progress {
            progress();
        }
        !cancelled()
    };
    let one = |&run_id: &u64| {
        let seed = seed + run_id;
        let run = || run_while(scenario, seed, go_on);
        let history = match catch_unwind(AssertUnwindSafe(run)) {
            Ok(Ok(history)) => Ok(numbered(history?, run_id)),
            Ok(Err(error)) => Err(error.to_string()),
            Err(panic) => Err(message(&*panic)),
        };
        Some(Replicate {
            run_id,
            seed,
            history,
        })
    };
    Ok(pool.install(|| ids.par_iter().map(one).collect()))
}

/// Whether replicates with these seeds can be run.
///
/// # Errors
/// If the count is 0 or too large, or a seed would be.
pub fn check(seed: u64, count: u64) -> Result<()> {
    if !(1..=MAX_REPLICATES).contains(&count) {
        let expected = format!("a whole number from 1 to {MAX_REPLICATES}");
        return Err(Error::expected(count, expected).at_key("replicates"));
    }
    check_seed(seed, count)
}

/// Whether the last of `count` runs has a seed.
///
/// # Errors
/// If it would be too large.
pub fn check_seed(seed: u64, count: u64) -> Result<()> {
    let largest = i64::MAX as u64;
    if seed > largest - count {
        let expected = format!(
            "at most {}, so that the last replicate has one",
            largest - count
        );
        return Err(Error::expected(seed, expected).at_key("seed"));
    }
    Ok(())
}

fn numbered(mut history: History, run_id: u64) -> History {
    let id = run_id as i64;
    history.world.iter_mut().for_each(|row| row.run_id = id);
    history.regions.iter_mut().for_each(|row| row.run_id = id);
    history
        .agreements
        .iter_mut()
        .for_each(|row| row.run_id = id);
    history.events.iter_mut().for_each(|row| row.run_id = id);
    history.states.iter_mut().for_each(|row| row.run_id = id);
    history.dyads.iter_mut().for_each(|row| row.run_id = id);
    history
}

/// The words with which a run panicked.
pub(super) fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_string());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "the run stopped without a message".to_string())
}

/// The tables of the replicates, one under the other in their order: `world`, `regions`,
/// `agreements`, `events` and, where the scenario records them, `states` and `dyads`.
pub fn tables(scenario: &Scenario, replicates: &[Replicate]) -> Vec<Table> {
    let mut tables = vec![
        stack(replicates, |h| &h.world),
        stack(replicates, |h| &h.regions),
        stack(replicates, |h| &h.agreements),
        stack(replicates, |h| &h.events),
    ];
    if scenario.recording.states {
        tables.push(stack(replicates, |h| &h.states));
    }
    if scenario.recording.dyads {
        tables.push(stack(replicates, |h| &h.dyads));
    }
    tables
}

fn stack<R: Record>(replicates: &[Replicate], rows: impl Fn(&History) -> &Vec<R>) -> Table {
    let mut table = R::table(&[]);
    for history in replicates.iter().filter_map(|r| r.history.as_ref().ok()) {
        rows(history)
            .iter()
            .for_each(|row| row.push(&mut table.values));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Format, store};
    use comity_model::scenario;
    use comity_model::simulation::run;

    fn small() -> Scenario {
        scenario::load("s2-bipolar", &["years=5".into(), "burn_in=2".into()]).unwrap()
    }

    #[test]
    fn a_replicate_is_the_run_with_its_seed_at_any_thread_count() {
        let scenario = small();
        let bytes = |threads| {
            let options = Options {
                threads: Some(threads),
                ..Options::default()
            };
            let runs = replicates(&scenario, 7, 3, options).unwrap().unwrap();
            let single = numbered(run(&scenario, 9), 2);
            assert_eq!(
                runs[2].history.as_ref().unwrap().agreements,
                single.agreements
            );
            let tables = tables(&scenario, &runs);
            tables
                .iter()
                .map(|t| store::encode(t, Format::Csv).unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(bytes(1), bytes(3));
    }

    #[test]
    fn cancelling_gives_nothing() {
        let stop = AtomicBool::new(true);
        let options = Options {
            cancel: Some(&stop),
            ..Options::default()
        };
        assert!(replicates(&small(), 1, 2, options).unwrap().is_none());
    }

    #[test]
    fn impossible_counts_and_seeds_are_refused() {
        assert!(check(1, 0).is_err());
        assert!(check(u64::MAX, 1).is_err());
        assert!(check(1, MAX_REPLICATES + 1).is_err());
        assert!(check(1, 1).is_ok());
    }
}
