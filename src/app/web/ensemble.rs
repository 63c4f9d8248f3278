//! Many runs of one scenario, as bands that fill while they are done.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Extension, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::query::Wanted;
use super::run::{READING, working};
use super::series::{self, Series, numbers};
use super::stream::{Lines, in_beats, stream};
use super::turns::Client;
use super::{Shared, bounds};
use comity_lab::analysis::bands::MeanBand;
use comity_lab::analysis::summary::quantile;
use comity_lab::ensemble::replicates::check_seed;
use comity_model::observe::Selection;
use comity_model::scenario::Scenario;
use comity_model::simulation::run_recording_while;

/// Runs where the address names none.
const RUNS: u64 = 200;
/// Between two lines, about.
const BEAT: Duration = Duration::from_millis(200);

/// What is run.
struct Task {
    scenario: Scenario,
    /// What is subtracted, seed by seed.
    against: Option<Scenario>,
    series: Vec<Series>,
    selection: Selection,
    seed: u64,
    runs: u64,
}

/// `/api/ensemble`: `runs` with the seeds from `seed` on; a line holds the bands of the runs done
/// so far or, `against` another run, those of the differences seed by seed.
pub async fn ensemble(
    State(shared): State<Arc<Shared>>,
    Extension(client): Extension<Client>,
    uri: Uri,
) -> Answer<Response> {
    let (wanted, other) = Wanted::compared(&uri, &["columns", "runs"])?;
    let runs = wanted.number("runs", 1, bounds::RUNS)?.unwrap_or(RUNS);
    check_seed(wanted.seed, runs)?;
    let asked = (&shared, client);
    let task = working(asked, READING, move |shared, _| {
        let (scenario, _) = shared.offered.scenario(&wanted)?;
        let series = series::wanted(&wanted, &scenario)?;
        let against = other.map(|o| shared.offered.scenario(&o)).transpose()?;
        let against = against.map(|(scenario, _)| scenario);
        if let Some(other) = &against {
            series::wanted(&wanted, other)?;
        }
        let selection = series::selection(&series)?;
        let seed = wanted.seed;
        Ok(Some(Task {
            scenario,
            against,
            series,
            selection,
            seed,
            runs,
        }))
    });
    let task = task.await?;
    let values = task.runs * u64::from(task.scenario.years) * task.series.len() as u64;
    stream(asked, values, move |shared, lines| {
        fill(shared, &task, lines)
    })
}

/// In the order of the seeds, so that the bands of so many runs are always the same.
fn fill(shared: &Shared, task: &Task, lines: &Lines) {
    let years = task.scenario.years as usize;
    let mut cells = vec![vec![Vec::new(); years]; task.series.len()];
    let mut failed = 0;
    let one = |k: u64| one(task, task.seed + k, lines);
    in_beats((shared, lines), task.runs, BEAT, one, |runs, done| {
        for run in runs {
            let Some(run) = run else {
                failed += 1;
                continue;
            };
            for (cells, values) in cells.iter_mut().zip(run) {
                for (cell, value) in cells.iter_mut().zip(values) {
                    if value.is_finite() {
                        cell.push(value);
                    }
                }
            }
        }
        Some(json!({
            "runs": done - failed, "of": task.runs, "failed": failed,
            "bands": match task.against {
                None => bands(&task.series, &mut cells),
                Some(_) => differences(&task.series, &cells),
            },
        }))
    });
}

/// The series of a seed, by year; `None` if a run failed or was stopped.
fn one(task: &Task, seed: u64, lines: &Lines) -> Option<Vec<Vec<f64>>> {
    let (first, years) = (
        i64::from(task.scenario.start_year),
        task.scenario.years as usize,
    );
    let of = |scenario: &Scenario| -> Option<Vec<Vec<f64>>> {
        let run = || run_recording_while(scenario, seed, &task.selection, || lines.go_on());
        let history = catch_unwind(AssertUnwindSafe(run)).ok()?.ok()??;
        let values = |s: &Series| s.values(&history, first, years);
        Some(task.series.iter().map(values).collect())
    };
    let mut values = of(&task.scenario)?;
    if let Some(other) = &task.against {
        for (ours, theirs) in values.iter_mut().zip(of(other)?) {
            ours.iter_mut().zip(theirs).for_each(|(a, b)| *a -= b);
        }
    }
    Some(values)
}

/// Mean of the differences with its 95 % interval, and the middle 90 % of them, by year.
fn differences(series: &[Series], cells: &[Vec<Vec<f64>>]) -> Value {
    let one = |(s, cells): (&Series, &Vec<Vec<f64>>)| {
        let bands: Vec<MeanBand> = cells.iter().map(|cell| MeanBand::of(0.0, cell)).collect();
        let at = |of: &dyn Fn(&MeanBand) -> f64| numbers(bands.iter().map(of));
        (
            s.name.clone(),
            json!({
                "low": at(&|b| b.mean - b.half_width), "mean": at(&|b| b.mean),
                "high": at(&|b| b.mean + b.half_width), "p05": at(&|b| b.p05), "p95": at(&|b| b.p95),
            }),
        )
    };
    Value::Object(series.iter().zip(cells).map(one).collect::<Map<_, _>>())
}

/// Median and the middle 90 % of each series, by year.
fn bands(series: &[Series], cells: &mut [Vec<Vec<f64>>]) -> Value {
    let one = |(s, cells): (&Series, &mut Vec<Vec<f64>>)| {
        cells
            .iter_mut()
            .for_each(|cell| cell.sort_unstable_by(f64::total_cmp));
        let at = |q: f64| numbers(cells.iter().map(|cell| quantile(cell, q)));
        (
            s.name.clone(),
            json!({ "low": at(0.05), "median": at(0.5), "high": at(0.95) }),
        )
    };
    Value::Object(series.iter().zip(cells).map(one).collect::<Map<_, _>>())
}
