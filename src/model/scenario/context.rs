//! What names in a scenario refer to: regions, states, partnerships.

use std::ops::RangeInclusive;

use super::check::in_range;
use super::document::Key;
use super::parameters::Parameters;
use super::raw::{RawParticipant, RawPartnership};
use super::setting::{InitialPartnership, RegionIndex, Setting, StateIndex};
use super::source::Source;
use super::suggest::unknown;
use crate::error::{Error, Result};

/// What names in a scenario refer to.
pub struct Context<'a> {
    /// The text.
    pub source: &'a Source,
    /// The states and regions.
    pub setting: &'a Setting,
    /// The parameters at the start.
    pub parameters: &'a Parameters,
    /// Years of the run, without the burn-in.
    pub years: RangeInclusive<i32>,
}

impl Context<'_> {
    /// An error at `key`.
    pub fn fail(&self, key: &Key, problem: impl Into<String>) -> Error {
        self.source.error(key, Error::new(problem))
    }

    /// `year`, if given, must not be after `start`.
    pub fn not_after(&self, key: &Key, year: Option<i32>, start: i32) -> Result<()> {
        match year {
            Some(year) if year > start => {
                let error =
                    Error::expected(year, format!("a year up to {start}, the first of the run"));
                Err(self.source.error(key, error))
            }
            _ => Ok(()),
        }
    }

    /// The region of this name.
    pub fn region(&self, key: &Key, name: &str) -> Result<RegionIndex> {
        let regions = &self.setting.regions;
        regions.iter().position(|r| r == name).ok_or_else(|| {
            let problem = unknown("a region", name, regions.iter().map(String::as_str));
            self.fail(key, problem)
        })
    }

    /// All states of the run with this abbreviation (a state may have several spells).
    pub fn spells(&self, key: &Key, name: &str) -> Result<Vec<StateIndex>> {
        let states = &self.setting.states;
        let found: Vec<_> = (0..states.len())
            .filter(|&k| states[k].abbreviation == name)
            .collect();
        if found.is_empty() {
            let names = states.iter().map(|s| s.abbreviation.as_str());
            return Err(self.fail(key, unknown("a state", name, names)));
        }
        Ok(found)
    }

    /// The state with this abbreviation that is in the system in `year`.
    pub fn state(&self, key: &Key, name: &str, year: i32) -> Result<StateIndex> {
        let inside = |&k: &StateIndex| {
            let state = &self.setting.states[k];
            state.entry_year <= year && state.exit_year.is_none_or(|exit| year < exit)
        };
        let spells = self.spells(key, name)?;
        spells.into_iter().find(inside).ok_or_else(|| {
            let expected = format!("a state that is in the system in {year}");
            self.source
                .error(key, Error::expected(format!("\"{name}\""), expected))
        })
    }

    /// Different states in the system in `year`, ascending, at least `least` of them.
    pub fn members(
        &self,
        key: &Key,
        names: &[String],
        year: i32,
        least: usize,
    ) -> Result<Vec<StateIndex>> {
        let mut members: Vec<StateIndex> = Vec::new();
        for (k, name) in names.iter().enumerate() {
            let state = self.state(&key.item(k), name, year)?;
            if members.contains(&state) {
                return Err(self.fail(
                    &key.item(k),
                    format!("found \"{name}\" again, expected it once"),
                ));
            }
            members.push(state);
        }
        if members.len() < least {
            let found = format!("{} states", members.len());
            let error = Error::expected(found, format!("at least {least}"));
            return Err(self.source.error(key, error));
        }
        members.sort_unstable();
        Ok(members)
    }

    /// `value`, which must lie between `low` and `high`.
    pub fn number(&self, key: &Key, value: f64, low: f64, high: f64) -> Result<f64> {
        in_range(self.source, key, value, low, high)
    }

    /// A partnership in `region` whose members are in the system in `year`.
    pub fn partnership(
        &self,
        key: &Key,
        raw: &RawPartnership,
        region: RegionIndex,
        year: i32,
    ) -> Result<InitialPartnership> {
        let members = match &raw.members {
            Some(names) => self.members(&key.then("members"), names, year, 1)?,
            None => Vec::new(),
        };
        let depth = raw.depth.unwrap_or(self.parameters.partnership.depth);
        let participants = raw.participants.iter().enumerate();
        let participants = participants
            .map(|(k, p)| self.participant(&key.then("participants").item(k), p, year))
            .collect::<Result<_>>()?;
        Ok(InitialPartnership {
            name: raw.name.clone(),
            region,
            members,
            depth: self.number(&key.then("depth"), depth, 0.0, 1.0)?,
            start_year: raw.start_year.unwrap_or(year),
            agreements: raw.agreements.clone(),
            offices: raw.offices.clone(),
            participants,
            budget: self.number(&key.then("budget"), raw.budget, 0.0, 1e6)?,
            inert: raw.inert,
        })
    }

    /// An outside power with its stance.
    pub fn participant(
        &self,
        key: &Key,
        raw: &RawParticipant,
        year: i32,
    ) -> Result<(StateIndex, f64)> {
        let state = self.state(&key.then("state"), &raw.state, year)?;
        let Some(stance) = raw.stance else {
            return Err(self.fail(
                &key.then("stance"),
                "missing, expected a number from -1 to 1",
            ));
        };
        Ok((state, self.number(&key.then("stance"), stance, -1.0, 1.0)?))
    }
}
