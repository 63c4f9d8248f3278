//! A run is a pure function of a scenario and a seed.

use crate::observe::{History, Recorder};
use crate::rules::{Given, step};
use crate::scenario::Scenario;
use crate::world::init::complete_setting;
use crate::world::{Decision, Trace, World};

/// Runs a scenario from its first to its last year.
///
/// No clock, no file, no thread, no global: the same scenario and seed give the same
/// history everywhere.
pub fn run(scenario: &Scenario, seed: u64) -> History {
    run_traced(scenario, seed, Trace::default()).0
}

/// Runs a scenario and notes the decisions that `trace` asks for.
pub fn run_traced(scenario: &Scenario, seed: u64, trace: Trace) -> (History, Vec<Decision>) {
    let (history, decisions, _) = run_years(scenario, seed, trace, || true);
    (history, decisions)
}

/// As [`run`], asking `go_on` before each year; `None` if it said no.
pub fn run_while(scenario: &Scenario, seed: u64, go_on: impl Fn() -> bool) -> Option<History> {
    let (history, _, whole) = run_years(scenario, seed, Trace::default(), go_on);
    whole.then_some(history)
}

fn run_years(
    scenario: &Scenario,
    seed: u64,
    trace: Trace,
    go_on: impl Fn() -> bool,
) -> (History, Vec<Decision>, bool) {
    let setting = complete_setting(scenario, seed);
    let given = Given {
        scenario,
        setting: &setting,
    };
    let mut world = World::new(scenario, &setting, seed);
    world.trace = trace;
    let mut recorder = Recorder::new(scenario, seed);
    recorder.initial(&world);
    let mut whole = true;
    for year in 0..scenario.burn_in + scenario.years {
        whole = go_on();
        if !whole {
            break;
        }
        world.step = year;
        world.year = scenario.start_year + year as i32 - scenario.burn_in as i32;
        step(&mut world, given);
        if year >= scenario.burn_in {
            recorder.year(&world);
        }
    }
    (recorder.finish(), world.trace.into_decisions(), whole)
}
