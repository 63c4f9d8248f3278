//! What is recorded of a run. Nothing here feeds back into the rules.

pub mod dyads;
pub mod logs;
pub mod network;
pub mod polarity;
pub mod records;
pub mod region_year;
pub mod selection;
pub mod sizes;
pub mod statistics;
pub mod world_year;

pub use selection::Selection;

use crate::scenario::Scenario;
use crate::table::{Column, Record};
use crate::world::World;
use records::{AgreementEvent, ConflictEvent, RegionYear, StateYear, WorldYear};
use selection::{RegionNeeds, WorldNeeds};

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
    /// Allied pairs, if asked for.
    pub dyads: Vec<dyads::DyadYear>,
}

/// Collects the history of a run, year by year.
#[derive(Debug, Clone)]
pub struct Recorder {
    seed: i64,
    world: WorldNeeds,
    regions: RegionNeeds,
    agreements: bool,
    events: bool,
    states: bool,
    dyads: bool,
    history: History,
    past: region_year::Past,
}

impl Recorder {
    /// A recorder of all that the scenario asks for, of a run with this seed.
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        Self::selecting(&Selection::of(scenario), seed)
    }

    /// A recorder of a selection.
    pub fn selecting(selection: &Selection, seed: u64) -> Self {
        Self {
            seed: seed as i64,
            world: WorldNeeds::of(selection),
            regions: RegionNeeds::of(selection),
            agreements: selection.has_table("agreements"),
            events: selection.has_table("events"),
            states: selection.has_table("states"),
            dyads: selection.has_table("dyads"),
            history: History::default(),
            past: region_year::Past::default(),
        }
    }

    /// Whether provision is to be measured at the levels at which it is not provided.
    pub fn wants_levels(&self) -> bool {
        self.world.levels
    }

    /// Notes what is in force at the start.
    pub fn initial(&mut self, world: &World) {
        if self.agreements {
            logs::agreements(world, self.seed, &mut self.history.agreements);
        }
    }

    /// Notes the end of a year.
    pub fn year(&mut self, world: &World) {
        let (seed, history) = (self.seed, &mut self.history);
        if self.world.any {
            history
                .world
                .push(world_year::measure(world, seed, &self.world));
        }
        if self.regions.any {
            self.past.remember(world, &self.regions);
            region_year::measure(world, seed, &self.past, &self.regions, &mut history.regions);
        }
        if self.agreements {
            logs::agreements(world, seed, &mut history.agreements);
        }
        if self.events {
            logs::conflicts(world, seed, &mut history.events);
        }
        if self.states {
            logs::states(world, seed, &mut history.states);
        }
        if self.dyads {
            dyads::measure(world, seed, &mut history.dyads);
        }
    }

    /// The history.
    pub fn finish(self) -> History {
        self.history
    }
}

/// A declared table of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// Name: the file's stem.
    pub name: &'static str,
    /// What a row is.
    pub title: &'static str,
    /// The columns in order.
    pub columns: Vec<Column>,
}

/// The tables of a result with all their columns.
pub fn tables() -> Vec<Declared> {
    fn declared<R: Record>() -> Declared {
        Declared {
            name: R::TABLE,
            title: R::TITLE,
            columns: R::columns(),
        }
    }
    vec![
        declared::<records::WorldYear>(),
        declared::<records::RegionYear>(),
        declared::<records::AgreementEvent>(),
        declared::<records::ConflictEvent>(),
        declared::<records::StateYear>(),
        declared::<dyads::DyadYear>(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_defined_once() {
        for table in tables() {
            let mut names: Vec<_> = table.columns.iter().map(|c| &c.name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), table.columns.len(), "{}", table.name);
            assert!(table.columns.iter().all(|c| !c.definition.is_empty()));
        }
    }
}
