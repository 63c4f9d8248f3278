//! A run is a pure function of a scenario and a seed.

use crate::error::{Error, Result};
use crate::observe::{History, Recorder, Selection};
use crate::rules::{Given, step};
use crate::scenario::{Scenario, Setting};
use crate::world::init::complete_setting;
use crate::world::{Decision, Trace, World};

/// Runs a scenario from its first to its last year.
///
/// No clock, no file, no thread, no global: the same scenario and seed give the same
/// history everywhere.
///
/// # Panics
/// If a year does not end as every year must ([`World::check`]): an error of the model. All other
/// functions of this module return it.
///
/// ```
/// # use comity_model::{scenario, simulation::run};
/// let world = scenario::load("s1-multipolar", &["years=2".to_string()])?;
/// let pacts = |seed| run(&world, seed).world.last().map(|year| year.defence_pacts);
/// assert_eq!(pacts(7), pacts(7));
/// # Ok::<(), comity_model::error::Error>(())
/// ```
pub fn run(scenario: &Scenario, seed: u64) -> History {
    let done = run_recording(scenario, seed, &Selection::of(scenario));
    done.unwrap_or_else(|error| panic!("{error}"))
}

/// As [`run`], recording a selection: what is selected has the values that [`run`] gives it,
/// what is not is absent, NaN or 0.
///
/// # Errors
/// If a year does not end as every year must ([`World::check`]).
pub fn run_recording(scenario: &Scenario, seed: u64, selection: &Selection) -> Result<History> {
    let recorder = Recorder::selecting(selection, seed);
    Ok(run_years(scenario, seed, Trace::default(), recorder, || true)?.0)
}

/// Runs a scenario and notes the decisions that `trace` asks for.
///
/// # Errors
/// As [`run_recording`].
pub fn run_traced(
    scenario: &Scenario,
    seed: u64,
    trace: Trace,
) -> Result<(History, Vec<Decision>)> {
    let recorder = Recorder::new(scenario, seed);
    let (history, decisions, _) = run_years(scenario, seed, trace, recorder, || true)?;
    Ok((history, decisions))
}

/// As [`run`], asking `go_on` before each year; `None` if it said no.
///
/// # Errors
/// As [`run_recording`].
pub fn run_while(
    scenario: &Scenario,
    seed: u64,
    go_on: impl Fn() -> bool,
) -> Result<Option<History>> {
    run_recording_while(scenario, seed, &Selection::of(scenario), go_on)
}

/// As [`run_recording`], asking `go_on` before each year; `None` if it said no.
///
/// # Errors
/// As there.
pub fn run_recording_while(
    scenario: &Scenario,
    seed: u64,
    selection: &Selection,
    go_on: impl Fn() -> bool,
) -> Result<Option<History>> {
    let recorder = Recorder::selecting(selection, seed);
    let (history, _, whole) = run_years(scenario, seed, Trace::default(), recorder, go_on)?;
    Ok(whole.then_some(history))
}

fn run_years(
    scenario: &Scenario,
    seed: u64,
    trace: Trace,
    recorder: Recorder,
    go_on: impl Fn() -> bool,
) -> Result<(History, Vec<Decision>, bool)> {
    let mut running = Running::begin(scenario, seed, recorder);
    running.world.trace = trace;
    let whole = running.advance(scenario, running.last(scenario), go_on)?;
    let trace = running.world.trace;
    Ok((running.recorder.finish(), trace.into_decisions(), whole))
}

/// A run that has come to the end of some year. Runs go on from a copy of it: the same past,
/// different futures.
#[derive(Debug, Clone)]
pub struct Running {
    setting: Setting,
    world: World,
    recorder: Recorder,
    seed: u64,
    /// Years done, those of the burn-in included.
    done: u32,
}

impl Running {
    /// The state before the first year.
    pub fn begin(scenario: &Scenario, seed: u64, mut recorder: Recorder) -> Self {
        let setting = complete_setting(scenario, seed);
        let mut world = World::new(scenario, &setting, seed);
        world.levels_recorded = recorder.wants_levels();
        recorder.initial(&world);
        let done = 0;
        Self {
            setting,
            world,
            recorder,
            seed,
            done,
        }
    }

    /// Years up to and without the year of this label.
    pub fn years_before(scenario: &Scenario, year: i32) -> u32 {
        (year - scenario.start_year).max(0) as u32 + scenario.burn_in
    }

    fn last(&self, scenario: &Scenario) -> u32 {
        scenario.burn_in + scenario.years
    }

    /// Goes on until so many years are done, asking `go_on` before each; whether it came there.
    /// The scenario may be another one than before, of the same world and start.
    ///
    /// # Errors
    /// If a year does not end as every year must ([`World::check`]).
    pub fn advance(
        &mut self,
        scenario: &Scenario,
        years: u32,
        go_on: impl Fn() -> bool,
    ) -> Result<bool> {
        let given = Given {
            scenario,
            setting: &self.setting,
        };
        for year in self.done..years {
            if !go_on() {
                return Ok(false);
            }
            self.world.step = year;
            self.world.year = scenario.start_year + year as i32 - scenario.burn_in as i32;
            step(&mut self.world, given);
            self.world.check().map_err(|problem| {
                let (name, year, seed) = (&scenario.name, self.world.year, self.seed);
                let place = format!("scenario {name}, seed {seed}, year {year}");
                Error::new(format!("{place}: the model broke its own rule: {problem}"))
            })?;
            if year >= scenario.burn_in {
                self.recorder.year(&self.world);
            }
            self.done = year + 1;
        }
        Ok(true)
    }

    /// Goes on to the end of `scenario`; `None` if `go_on` said no.
    ///
    /// # Errors
    /// As [`Running::advance`].
    pub fn finish(
        mut self,
        scenario: &Scenario,
        go_on: impl Fn() -> bool,
    ) -> Result<Option<History>> {
        let years = self.last(scenario);
        let whole = self.advance(scenario, years, go_on)?;
        Ok(whole.then(|| self.recorder.finish()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::records::{RegionYear, WorldYear};
    use crate::scenario;
    use crate::table::{Record, Table, Values};

    /// Long enough for changes over ten years.
    fn small() -> Scenario {
        let changes = ["stylised.states=24", "years=13", "burn_in=1"];
        scenario::load("s2-bipolar", &changes.map(String::from)).unwrap()
    }

    /// A column of a table, bit by bit.
    fn bits(table: &Table, column: &str) -> Vec<u64> {
        match &table.values[table.position(column).unwrap()] {
            Values::Real(v) => v.iter().map(|x| x.to_bits()).collect(),
            Values::Integer(v) => v.iter().map(|&x| x as u64).collect(),
            Values::Text(v) => v.iter().map(|x| x.len() as u64).collect(),
        }
    }

    fn every_column_alone<R: Record>(rows: impl Fn(&History) -> Table) {
        let scenario = small();
        let whole = rows(&run(&scenario, 3));
        for column in R::columns() {
            let mut selection = Selection::none();
            selection.add(R::TABLE, &column.name).unwrap();
            let alone = rows(&run_recording(&scenario, 3, &selection).unwrap());
            assert_eq!(
                bits(&alone, &column.name),
                bits(&whole, &column.name),
                "{}",
                column.name
            );
        }
    }

    #[test]
    fn a_world_column_alone_is_as_among_all() {
        every_column_alone::<WorldYear>(|h| Record::table(&h.world));
    }

    #[test]
    fn a_region_column_alone_is_as_among_all() {
        every_column_alone::<RegionYear>(|h| Record::table(&h.regions));
    }

    #[test]
    fn what_is_not_selected_is_not_recorded() {
        let scenario = small();
        let whole = run(&scenario, 3);
        let nothing = run_recording(&scenario, 3, &Selection::none()).unwrap();
        assert_eq!(nothing, History::default());
        let mut selection = Selection::none();
        selection.add_table("events").unwrap();
        selection.add("agreements", "kind").unwrap();
        let logs = run_recording(&scenario, 3, &selection).unwrap();
        assert_eq!(logs.agreements, whole.agreements);
        assert_eq!(logs.events.len(), whole.events.len());
        assert!(logs.world.is_empty() && logs.regions.is_empty() && whole.states.is_empty());
        assert!(selection.add("world", "colour").is_err());
        assert!(selection.add_table("planets").is_err());
        assert!(run_recording_while(&scenario, 3, &selection, || false) == Ok(None));
        let all = run_recording(&scenario, 3, &Selection::all()).unwrap();
        assert!(!all.states.is_empty());
    }
}
