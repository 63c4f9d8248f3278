//! The equations of `docs/odd.md`, written again from its words, against what the processes of
//! the schedule make of the same world: a stranger's check. What is drawn is drawn again from
//! the addresses that the document gives.
//!
//! Every process of the schedule is compared, E1 to E21, E10 in each order of agents, E12 under each
//! coordination, E18 under each technology.
//!
//! Not written again here: what a world starts from (§ 5) and how states come and go (§ 3), great powers
//! whose antagonism follows their disputes and their bases (E6), what treatments hold, block or place,
//! placebos, several bodies in one region, and what is recorded.

mod bodies;
mod conflict;
mod crises;
mod fields;
mod pacts;
mod protocol;
mod provision;
mod regions;

use comity::rules::{Given, step};
use comity::scenario::{self, Process, ProcessSet, Scenario, Setting, UpdateOrder};
use comity::world::init::complete_setting;
use comity::world::{StateId, World};

/// The same, but for the rounding of single precision.
#[track_caller]
fn same(found: f64, expected: f64, what: &str) {
    let near = (found - expected).abs() <= 2e-5 * expected.abs() + 3e-6;
    assert!(near, "{what}: {found}, by the equation {expected}");
}

/// Seed of the worlds that are looked at.
const SEED: u64 = 3;

/// A world that has grown for some years, and may go on in parts of a year.
pub struct Grown {
    scenario: Scenario,
    setting: Setting,
    pub world: World,
}

/// A world before and after one process of a year.
struct Around {
    before: World,
    after: World,
}

impl Grown {
    pub fn new(scenario: Scenario, seed: u64, years: u32) -> Self {
        let setting = complete_setting(&scenario, seed);
        let world = World::new(&scenario, &setting, seed);
        let mut grown = Self {
            scenario,
            setting,
            world,
        };
        grown.world.year = grown.scenario.start_year;
        for _ in 0..years {
            grown.pass();
        }
        grown
    }

    /// Forty states with everything that may be: drift, sensing, alignment, many pacts.
    fn stylised() -> Self {
        Self::stylised_of(40, 5, 40)
    }

    /// The same with other numbers of states and regions, after some years.
    fn stylised_of(states: usize, regions: usize, years: u32) -> Self {
        let sizes = [
            format!("stylised.states={states}"),
            format!("stylised.regions={regions}"),
        ];
        let text = "title = \"t\"\npurpose = \"p\"\nyears = 60\nburn_in = 0\n\
                    [stylised]\nstates = 2\nregions = 1\npoles = [0.4, 0.3, 0.3]\n\
                    antagonism = 0.7\nneighbours = 3\n\
                    [parameters]\ncapability.drift_mean = 0.01\nthreat.sensing_sd = 0.1\n\
                    alliance.alignment = 0.03\nprotocol.lapse = 0.05\nprotocol.exit_rate = 0.8\nprotocol.exit_cost = 0.2\npartnership.hegemon = 0.3\n\
                    global_body.link_growth = 0.05\npartnership.cost = -0.3\n";
        let mut scenario = scenario::load_text("equations.toml", text, &sizes).unwrap();
        // All decide on the same world, which is the one before the process.
        scenario.update_order = UpdateOrder::Synchronous;
        Self::new(scenario, SEED, years)
    }

    /// The world since 1946, after 46 years: states have come, and a rivalry of powers has ended.
    fn history() -> Self {
        Self::new(scenario::load("history-1946", &[]).unwrap(), SEED, 46)
    }

    fn pass(&mut self) {
        let given = Given {
            scenario: &self.scenario,
            setting: &self.setting,
        };
        step(&mut self.world, given);
        self.world.step += 1;
        self.world.year += 1;
    }

    /// This year up to a process and with it, without those after it.
    fn around(&self, process: Process) -> Around {
        let place = Process::ALL.iter().position(|&p| p == process).unwrap();
        let up_to = |count: usize| {
            let none = Process::ALL.iter();
            let none = none.fold(ProcessSet::full(), |set, &p| set.with(p, false));
            let mut scenario = self.scenario.clone();
            let some = Process::ALL[..count].iter();
            scenario.processes = some.fold(none, |set, &p| set.with(p, true));
            let mut world = self.world.clone();
            let given = Given {
                scenario: &scenario,
                setting: &self.setting,
            };
            step(&mut world, given);
            world
        };
        Around {
            before: up_to(place),
            after: up_to(place + 1),
        }
    }
}

/// Looks at each of six years of both worlds.
fn in_years(look: impl Fn(&Grown)) {
    for mut grown in [Grown::stylised(), Grown::history()] {
        for _ in 0..6 {
            look(&grown);
            grown.pass();
        }
    }
}

/// Λ(x).
fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// |Δc|.
fn culture_gap(world: &World, i: StateId, j: StateId) -> f64 {
    let gaps = world
        .states
        .culture
        .iter()
        .map(|c| f64::from((c[i] - c[j]).abs()));
    gaps.sum::<f64>() / 4.0
}

/// I of a body.
fn institutions(body: &comity::world::Partnership) -> f64 {
    if body.inert {
        return 0.0;
    }
    // int_border, int_general; dom_terror, dom_general.
    let mechanism = |a: usize, b: usize| f64::from(u8::from(body.offices[a] || body.offices[b]));
    let offices = body.offices.iter().filter(|&&o| o).count() as f64;
    let sum = 0.15 * body.agreements.len() as f64 + 0.3 * offices;
    1.0 - (-(sum + 0.5 * (mechanism(0, 1) + mechanism(2, 3))) / 2.0).exp()
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0u32), |(s, n), v| (s + v, n + 1));
    if count == 0 {
        0.0
    } else {
        sum / f64::from(count)
    }
}
