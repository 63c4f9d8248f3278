//! Speed: each process, a year, a run, the record.
//!
//! `cargo bench` prints the time of one call; the counter gives ordered pairs a second, so
//! that 1e9 divided by it is nanoseconds per ordered pair and year. Times are noisy on shared
//! machines: compare within one run.

use comity::observe::Recorder;
use comity::rules::{Given, step};
use comity::scenario::{self, Process, ProcessSet, Scenario, Setting, Variant};
use comity::simulation;
use comity::world::World;
use comity::world::init::complete_setting;
use divan::{Bencher, counter::ItemsCount};

fn main() {
    divan::main();
}

/// A stylised world of constant size.
fn scenario(states: usize, variant: Variant) -> Scenario {
    let text = format!(
        "title = \"speed\"\npurpose = \"speed\"\nyears = 60\n[stylised]\nstates = {states}\n\
         regions = 8\npoles = [0.4, 0.3, 0.2, 0.1]\npole_capability = 0.5\nantagonism = 0.7\nneighbours = 3\n"
    );
    let mut scenario =
        scenario::load_text("speed.toml", &text, &[]).expect("the scenario is in order");
    scenario.variant = variant;
    if variant == Variant::Core {
        scenario.processes = ProcessSet::core();
    }
    scenario
}

/// A world after thirty years.
struct Grown {
    scenario: Scenario,
    setting: Setting,
    world: World,
}

impl Grown {
    fn new(states: usize, variant: Variant) -> Self {
        let scenario = scenario(states, variant);
        let setting = complete_setting(&scenario, 1);
        let mut world = World::new(&scenario, &setting, 1);
        for year in 0..30 {
            world.step = year;
            world.year = year as i32;
            step(
                &mut world,
                Given {
                    scenario: &scenario,
                    setting: &setting,
                },
            );
        }
        world.step = 30;
        world.year = 30;
        Self {
            scenario,
            setting,
            world,
        }
    }

    fn given(&self) -> Given<'_> {
        Given {
            scenario: &self.scenario,
            setting: &self.setting,
        }
    }
}

fn ordered_pairs(states: usize) -> ItemsCount {
    ItemsCount::new(states * (states - 1))
}

#[divan::bench(args = Process::ALL.iter().map(|p| p.name()), sample_count = 50)]
fn process(bencher: Bencher, name: &str) {
    let grown = Grown::new(192, Variant::Full);
    let rule = Process::find(name).expect("a process").declaration().run;
    bencher
        .counter(ordered_pairs(192))
        .with_inputs(|| grown.world.clone())
        .bench_local_refs(|world| rule(world, grown.given()));
}

/// Years in a row, from the thirtieth on, as in a run; the first finds the copied world cold.
const YEARS: u32 = 10;

fn years(bencher: Bencher, states: usize, variant: Variant) {
    let grown = Grown::new(states, variant);
    bencher
        .counter(ItemsCount::new(YEARS as usize * states * (states - 1)))
        .with_inputs(|| grown.world.clone())
        .bench_local_refs(|world| {
            for _ in 0..YEARS {
                step(world, grown.given());
                world.step += 1;
                world.year += 1;
            }
        });
}

#[divan::bench(args = [64, 192, 500, 2000], sample_count = 20)]
fn ten_years_full(bencher: Bencher, states: usize) {
    years(bencher, states, Variant::Full);
}

#[divan::bench(args = [64, 192, 500, 2000], sample_count = 20)]
fn ten_years_core(bencher: Bencher, states: usize) {
    years(bencher, states, Variant::Core);
}

#[divan::bench(sample_count = 20)]
fn record_a_year(bencher: Bencher) {
    let grown = Grown::new(192, Variant::Full);
    bencher
        .counter(ordered_pairs(192))
        .with_inputs(|| Recorder::new(&grown.scenario, 1))
        .bench_local_refs(|recorder| recorder.year(&grown.world));
}

#[divan::bench(args = [64, 192], sample_count = 10)]
fn run_of_60_years(bencher: Bencher, states: usize) {
    let scenario = scenario(states, Variant::Full);
    bencher
        .counter(ItemsCount::new(60 * states * (states - 1)))
        .bench_local(|| simulation::run(&scenario, 1));
}

#[divan::bench(sample_count = 5)]
fn history_1946(bencher: Bencher) {
    let scenario = scenario::load("history-1946", &[]).expect("shipped");
    bencher.bench_local(|| simulation::run(&scenario, 1));
}

#[divan::bench(sample_count = 5)]
fn load_history_1946(bencher: Bencher) {
    bencher.bench_local(|| scenario::load("history-1946", &[]).expect("shipped"));
}
