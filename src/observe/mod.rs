//! What is recorded of a run. Nothing here feeds back into the rules.

pub mod logs;
pub mod network;
pub mod polarity;
pub mod records;
pub mod region_year;
pub mod sizes;
pub mod statistics;
pub mod table1;
pub mod world_year;

use crate::error::Result;
use crate::scenario::{Recording, Scenario};
use crate::table::{Column, Record, Table, store};
use crate::world::World;
use records::{AgreementEvent, ConflictEvent, RegionYear, StateYear, WorldYear};
use std::path::Path;

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
        self.history
            .world
            .push(world_year::measure(world, self.seed));
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
    ]
}

/// The table in this file; a table of a result (by the file's stem) has its
/// columns as declared, others as found.
pub fn read_table(path: &Path) -> Result<Table> {
    let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or("");
    let known = tables().into_iter().find(|t| t.name == stem);
    store::read(path, &known.map(|t| t.columns).unwrap_or_default())
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
