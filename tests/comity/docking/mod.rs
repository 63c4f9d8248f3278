//! Known models that a submodel is in disguise: their published results, from the functions that
//! the yearly schedule calls, under the settings that make the one the other.
//!
//! `docs/docking.md` says what is reproduced and what separates the models that are not here.

mod blocs;
mod diffusion;
mod influence;
mod peace;
mod provision;
pub mod relations;

use comity::rules::{Given, step};
use comity::scenario::{self, Process, ProcessSet, Scenario, Setting};
use comity::world::World;
use comity::world::init::complete_setting;

/// A stylised world without great powers in which only these processes run, of equal capability.
pub fn plain(stylised: &str, processes: &[Process], edit: impl FnOnce(&mut Scenario)) -> Scenario {
    let text = format!(
        "title = \"t\"\npurpose = \"p\"\nyears = 1\n[stylised]\npoles = [1.0]\n{stylised}\n\
         [governance]\nregional = false\nglobal = false\n"
    );
    let mut scenario = scenario::load_text("docking.toml", &text, &[]).unwrap();
    scenario.setting.powers.clear();
    scenario.processes = only(processes);
    edit(&mut scenario);
    scenario
}

fn only(processes: &[Process]) -> ProcessSet {
    let all = Process::ALL.iter();
    all.fold(ProcessSet::full(), |set, &p| {
        set.with(p, processes.contains(&p))
    })
}

/// A world that goes on year by year.
pub struct Years<'a> {
    scenario: &'a Scenario,
    setting: Setting,
    pub world: World,
}

impl<'a> Years<'a> {
    pub fn begin(scenario: &'a Scenario, seed: u64) -> Self {
        let setting = complete_setting(scenario, seed);
        let mut world = World::new(scenario, &setting, seed);
        world.year = scenario.start_year - scenario.burn_in as i32;
        Self {
            scenario,
            setting,
            world,
        }
    }

    /// Gives every state the same capability.
    pub fn equal(mut self) -> Self {
        let n = self.world.states.len();
        self.world.states.capability.fill(1.0 / n as f64);
        self
    }

    /// One year of the schedule, and what came of it.
    pub fn pass(&mut self) -> &World {
        let given = Given {
            scenario: self.scenario,
            setting: &self.setting,
        };
        step(&mut self.world, given);
        self.world.step += 1;
        self.world.year += 1;
        &self.world
    }
}
