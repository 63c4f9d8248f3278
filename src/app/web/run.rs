//! One run: the columns that the page shows, and if asked for what happened, for the map.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::extract::{Extension, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal, holding, written};
use super::offered::Base;
use super::query::Wanted;
use super::series::{self, Series, numbers};
use super::turns::Client;
use super::{Shared, bounds, export, story};
use comity_model::error::Result;
use comity_model::observe::History;
use comity_model::scenario::Scenario;
use comity_model::simulation::run_recording_while;

/// What reading a scenario takes, about.
pub const READING: Duration = Duration::from_millis(20);

/// Tells a run to stop once nobody waits for it any more.
struct Wait(Arc<AtomicBool>);

impl Drop for Wait {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// `/api/run`: `columns` are the series, `with=map` adds what the map shows.
pub async fn run(
    State(shared): State<Arc<Shared>>,
    Extension(client): Extension<Client>,
    uri: Uri,
) -> Answer<Response> {
    let wanted = Wanted::of(&uri, &["columns", "with"])?;
    let map = match wanted.own("with") {
        None => false,
        Some("map") => true,
        Some(_) => {
            return Err(Refusal::from(
                comity_model::error::Error::new("expected map").at_key("with"),
            ));
        }
    };
    let asked = (&shared, client);
    let (wanted, scenario, base) = scenario(asked, wanted).await?;
    let expected = bounds::expected(&scenario);
    let text = working(asked, expected, move |_, go_on| {
        answer(&wanted, &scenario, &base, map, go_on)
    })
    .await?;
    let mebibytes = text.len().div_ceil(1 << 20);
    let held = match text.len() > bounds::SMALL {
        true => Some(shared.answers.take(client.address, mebibytes)),
        false => None,
    };
    match held {
        Some(None) => Err(Refusal::busy("too many answers have not been read yet")),
        held => Ok(holding(written(text), held.flatten())),
    }
}

/// What a request asks for, read once it is its turn.
pub async fn scenario(
    asked: (&Arc<Shared>, Client),
    wanted: Wanted,
) -> Answer<(Wanted, Scenario, Arc<Base>)> {
    working(asked, READING, move |shared, _| {
        let (scenario, base) = shared.offered.scenario(&wanted)?;
        Ok(Some((wanted, scenario, base)))
    })
    .await
}

/// Does `work` on a thread that may be busy for long, once it is its turn; it takes about
/// `expected`. It is told to stop when nobody waits for it any more, and then gives `None`.
pub async fn working<T, W>(
    (shared, client): (&Arc<Shared>, Client),
    expected: Duration,
    work: W,
) -> Answer<T>
where
    T: Send + 'static,
    W: FnOnce(&Shared, &dyn Fn() -> bool) -> Result<Option<T>> + Send + 'static,
{
    let lane = match expected > bounds::SHORT {
        true => &shared.long,
        false => &shared.short,
    };
    let turn = lane.take(client, expected);
    let Ok(Some(turn)) = tokio::time::timeout(bounds::PATIENCE, turn).await else {
        return Err(Refusal::busy("too many runs are waiting"));
    };
    let left = Wait(Arc::new(AtomicBool::new(false)));
    let (gone, shared) = (Arc::clone(&left.0), Arc::clone(shared));
    let task = move || {
        // Held until the work has ended, whether or not somebody still waits for it.
        let _turn = turn;
        let go_on = || !gone.load(Ordering::Relaxed) && !shared.stopping.load(Ordering::Relaxed);
        work(&shared, &go_on)
    };
    match tokio::task::spawn_blocking(task).await {
        Ok(Ok(Some(done))) => Ok(done),
        Ok(Ok(None)) => Err(Refusal::busy("the run was stopped")),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(Refusal::failed("a run failed with these values")),
    }
}

fn answer(
    wanted: &Wanted,
    scenario: &Scenario,
    base: &Base,
    map: bool,
    go_on: &dyn Fn() -> bool,
) -> Result<Option<String>> {
    let series = series::wanted(wanted, scenario)?;
    let begun = Instant::now();
    let Some((columns, logs)) = histories(scenario, wanted.seed, &series, map, go_on)? else {
        return Ok(None);
    };
    let (first, years) = (i64::from(scenario.start_year), scenario.years as usize);
    let took = begun.elapsed().as_secs_f64() * 1e3;
    let mut answer = json!({
        "scenario": wanted.scenario, "title": scenario.title, "seed": wanted.seed,
        "first": first, "years": years, "calendar": scenario.calendar, "observed": base.observed,
        "milliseconds": (took * 10.0).round() / 10.0,
        "command": export::command(wanted),
    });
    let by_name = |s: &Series| (s.name.clone(), numbers(s.values(&columns, first, years)));
    answer["series"] = Value::Object(series.iter().map(by_name).collect::<Map<_, _>>());
    if let Some(logs) = logs {
        answer["map"] = story::story(&logs, scenario, wanted.seed);
    }
    Ok(Some(answer.to_string()))
}

/// The history with the columns and, for the map, the one with the logs from the first
/// year of the burn-in on, as pacts that stand after it must have begun.
fn histories(
    scenario: &Scenario,
    seed: u64,
    series: &[Series],
    map: bool,
    go_on: &dyn Fn() -> bool,
) -> Result<Option<(History, Option<History>)>> {
    let mut selection = series::selection(series)?;
    if !map {
        let history = run_recording_while(scenario, seed, &selection, go_on)?;
        return Ok(history.map(|h| (h, None)));
    }
    let mut columns = None;
    if scenario.burn_in > 0 && series.iter().any(Series::looks_back) {
        columns = run_recording_while(scenario, seed, &selection, go_on)?;
        selection = comity_model::observe::Selection::none();
    }
    selection.add_table("agreements")?;
    selection.add_table("events")?;
    let whole = run_recording_while(&from_the_start(scenario), seed, &selection, go_on)?;
    Ok(whole.map(|whole| (columns.unwrap_or_else(|| whole.clone()), Some(whole))))
}

/// The same run with the years of its burn-in recorded too.
fn from_the_start(scenario: &Scenario) -> Scenario {
    Scenario {
        start_year: scenario.start_year - scenario.burn_in as i32,
        years: scenario.years + scenario.burn_in,
        burn_in: 0,
        ..scenario.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_lab::table::{Record, Values};
    use comity_model::observe::Selection;
    use comity_model::observe::records::{RegionYear, WorldYear};
    use comity_model::scenario;

    fn same<R: Record + Clone>(a: &[R], b: &[R], year: impl Fn(&R) -> i64, skip: &[&str]) {
        let first = year(&a[0]);
        let b: Vec<R> = b.iter().filter(|r| year(r) >= first).cloned().collect();
        let (a, b) = (R::table(a), R::table(&b));
        for (k, column) in a.columns.iter().enumerate() {
            if skip.contains(&column.name.as_str()) {
                continue;
            }
            let same = match (&a.values[k], &b.values[k]) {
                (Values::Real(a), Values::Real(b)) => a
                    .iter()
                    .map(|v| v.to_bits())
                    .eq(b.iter().map(|v| v.to_bits())),
                (a, b) => a == b,
            };
            assert!(same, "{}", column.name);
        }
    }

    /// What the map is drawn from is the run that the charts show.
    #[test]
    fn recording_the_burn_in_changes_nothing_after_it() {
        let changes = ["stylised.states=24", "years=14", "burn_in=6"].map(String::from);
        let scenario = scenario::load("s2-bipolar", &changes).unwrap();
        let all = Selection::all();
        let run = |s: &Scenario| run_recording_while(s, 5, &all, || true).unwrap().unwrap();
        let (short, long) = (run(&scenario), run(&from_the_start(&scenario)));
        same::<WorldYear>(&short.world, &long.world, |r| r.year, &[]);
        let back = [
            "culture_change",
            "denationalisation_gain",
            "denationalised_subset",
        ];
        same::<RegionYear>(&short.regions, &long.regions, |r| r.year, &back);
        assert!(short.events.iter().all(|e| long.events.contains(e)
            || e.severity_onset.is_nan()
            || e.response_month.is_nan()));
    }
}
