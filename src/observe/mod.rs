//! What is recorded of a run. Nothing here feeds back into the rules.

pub mod logs;
pub mod network;
pub mod polarity;
pub mod records;
pub mod region_year;
pub mod sizes;
pub mod statistics;
pub mod world_year;

use crate::scenario::{Recording, Scenario};
use crate::world::World;
use records::{AgreementEvent, ConflictEvent, RegionYear, StateYear, WorldYear};

/// Everything recorded of one run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// World table.
    pub world: Vec<WorldYear>,
    /// Region table.
    pub regions: Vec<RegionYear>,
    /// Log of agreements.
    pub agreements: Vec<AgreementEvent>,
    /// Log of conflicts.
    pub events: Vec<ConflictEvent>,
    /// State table, if asked for.
    pub states: Vec<StateYear>,
}

/// Collects the history of a run, year by year.
#[derive(Debug, Clone)]
pub struct Recorder {
    seed: i64,
    recording: Recording,
    history: History,
    past: region_year::Past,
}

impl Recorder {
    /// A recorder of a run with this seed.
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        Self {
            seed: seed as i64,
            recording: scenario.recording,
            history: History::default(),
            past: region_year::Past::default(),
        }
    }

    /// Notes what is in force at the start.
    pub fn initial(&mut self, world: &World) {
        logs::agreements(world, self.seed, &mut self.history.agreements);
    }

    /// Notes the end of a year.
    pub fn year(&mut self, world: &World) {
        self.past.remember(world);
        self.history.world.push(world_year::measure(world, self.seed));
        region_year::measure(world, self.seed, &self.past, &mut self.history.regions);
        logs::agreements(world, self.seed, &mut self.history.agreements);
        logs::conflicts(world, self.seed, &mut self.history.events);
        if self.recording.states {
            logs::states(world, self.seed, &mut self.history.states);
        }
    }

    /// The history.
    pub fn finish(self) -> History {
        self.history
    }
}
