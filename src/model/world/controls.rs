//! What treatments hold, block and insert, rebuilt at the start of each year.

use super::World;
use super::journal::{Change as Noted, Form};
use super::partnerships::{Agreement, Partnership};
use crate::scenario::{
    Action, EventKind, GovernanceSwitch, InitialPartnership, PARAMETERS, Scenario, Target, Thing,
    Treatment,
};

/// How a treatment acts on a state variable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// Holds it at a value.
    Force(f64),
    /// Adds to it.
    Add(f64),
    /// Multiplies it.
    Scale(f64),
}

/// Size that no variable passes by a treatment.
const MOST: f64 = 1e12;

impl Change {
    /// The value after the change; what is multiplied year by year stays a number.
    pub fn apply(self, value: f64) -> f64 {
        let changed = match self {
            Self::Force(v) => v,
            Self::Add(v) => value + v,
            Self::Scale(v) => value * v,
        };
        changed.clamp(-MOST, MOST)
    }
}

/// A change of a variable with its scope.
#[derive(Debug, Clone, PartialEq)]
pub struct Hold {
    /// Variable.
    pub target: Target,
    /// Change.
    pub change: Change,
    /// States; empty: all.
    pub states: Vec<usize>,
    /// Region; `None`: all.
    pub region: Option<usize>,
}

/// Treatments in force this year.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Controls {
    /// Changes of variables, in the order written.
    pub holds: Vec<Hold>,
    /// Kinds of event that do not happen, with their scope.
    pub blocks: Vec<(EventKind, Vec<usize>, Option<usize>)>,
    /// Rivalries active by treatment.
    pub rivalries_inserted: Vec<(usize, usize)>,
    /// Rivalries ended by treatment.
    pub rivalries_removed: Vec<(usize, usize)>,
    /// Military bases: power and region.
    pub bases: Vec<(usize, usize)>,
}

impl Controls {
    /// Whether an event of `kind` in `region` is blocked.
    pub fn blocks_region(&self, kind: EventKind, region: usize) -> bool {
        self.blocks
            .iter()
            .any(|(k, _, r)| *k == kind && r.is_none_or(|r| r == region))
    }
}

impl World {
    /// Whether an event of `kind` that involves these states is blocked: without a
    /// scope always; with states, if one of them takes part; with a region, if one is a member.
    pub fn blocked(&self, kind: EventKind, parties: &[usize]) -> bool {
        self.controls.blocks.iter().any(|(k, states, region)| {
            *k == kind
                && (states.is_empty() || parties.iter().any(|i| states.contains(i)))
                && region
                    .is_none_or(|r| parties.iter().any(|&i| self.states.regions[i].contains(&r)))
        })
    }

    /// Reads the schedule for the year: sets parameters, switches and holds, and
    /// carries out what begins this year.
    pub(crate) fn apply_schedule(&mut self, scenario: &Scenario) {
        self.parameters = scenario.parameters;
        self.processes = scenario.processes;
        self.governance = scenario.governance;
        self.controls = Controls::default();
        let burning = self.step < scenario.burn_in;
        for treatment in &scenario.schedule {
            if !burning && treatment.covers(self.year) {
                self.take_up(treatment, treatment.from == self.year);
            }
        }
    }

    fn take_up(&mut self, treatment: &Treatment, first: bool) {
        let hold = |target, change| Hold {
            target,
            change,
            states: treatment.states.clone(),
            region: treatment.region,
        };
        match &treatment.action {
            Action::SetParameter(index, value) => {
                PARAMETERS[*index].set(&mut self.parameters, *value);
            }
            Action::SetProcess(process, on) => self.processes = self.processes.with(*process, *on),
            Action::SetGovernance(switch, on) => match switch {
                GovernanceSwitch::Regional => self.governance.regional = *on,
                GovernanceSwitch::Global => self.governance.global = *on,
                GovernanceSwitch::Standing => self.governance.standing = *on,
            },
            Action::Force(target, v) => self.controls.holds.push(hold(*target, Change::Force(*v))),
            Action::Add(target, v) => self.controls.holds.push(hold(*target, Change::Add(*v))),
            Action::Scale(target, v) => self.controls.holds.push(hold(*target, Change::Scale(*v))),
            Action::Block(kind) => {
                self.controls
                    .blocks
                    .push((*kind, treatment.states.clone(), treatment.region))
            }
            Action::Insert(Thing::Rivalry(a, b)) => {
                self.controls.rivalries_inserted.push((*a, *b));
            }
            Action::Remove(Thing::Rivalry(a, b)) => self.controls.rivalries_removed.push((*a, *b)),
            Action::Insert(Thing::Base(power, region)) => {
                self.controls.bases.push((*power, *region));
            }
            Action::Insert(thing) if first => self.insert(thing),
            Action::Remove(thing) if first => self.remove(thing),
            Action::Insert(_) | Action::Remove(_) => {}
        }
    }

    fn insert(&mut self, thing: &Thing) {
        match thing {
            Thing::Pact(kind, members) => {
                let members: Vec<usize> = members
                    .iter()
                    .copied()
                    .filter(|&i| self.states.active[i])
                    .collect();
                if members.len() >= 2 {
                    let key = self.new_key((members[0], members[1]));
                    let label = format!("treatment-{}", self.new_label(key, *kind));
                    let sponsor = self.largest_power(&members);
                    self.place_pact(
                        key,
                        &label,
                        *kind,
                        members,
                        sponsor,
                        Noted::Founded,
                        "treatment",
                    );
                }
            }
            Thing::Partnership(initial) => {
                // A given body takes the place of what the region founded by itself.
                for index in (0..self.partnerships.len()).rev() {
                    let p = &self.partnerships[index];
                    if p.region == initial.region && !p.given && !initial.inert {
                        self.end_partnership(index, "treatment");
                    }
                }
                self.place_partnership(initial, Noted::Founded, "treatment");
            }
            Thing::Agreement(region, kind) => {
                if let Some(index) = self.body_of(*region) {
                    let agreement = Agreement {
                        kind: *kind,
                        step: self.step,
                    };
                    self.partnerships[index].agreements.push(agreement);
                    self.note_partnership(
                        index,
                        Form::Agreement,
                        kind.name(),
                        Noted::Founded,
                        "treatment",
                        None,
                    );
                }
            }
            Thing::Office(region, kind) => {
                if let Some(index) = self.body_of(*region) {
                    self.partnerships[index].offices[*kind as usize] = true;
                    self.note_partnership(
                        index,
                        Form::Office,
                        kind.name(),
                        Noted::Founded,
                        "treatment",
                        None,
                    );
                }
            }
            Thing::Membership(state, region) => {
                if let Some(index) = self.body_of(*region) {
                    let members = &mut self.partnerships[index].members;
                    if let Err(position) = members.binary_search(state) {
                        members.insert(position, *state);
                    }
                }
            }
            Thing::Participant(state, region, stance) => {
                if let Some(index) = self.body_of(*region) {
                    let participants = &mut self.partnerships[index].participants;
                    participants.retain(|(s, _)| s != state);
                    participants.push((*state, *stance));
                    participants.sort_unstable_by_key(|(s, _)| *s);
                    self.note_partnership(
                        index,
                        Form::Partnership,
                        "",
                        Noted::Participant,
                        "treatment",
                        Some(*state),
                    );
                }
            }
            Thing::Rivalry(..) | Thing::Base(..) => {}
        }
    }

    fn remove(&mut self, thing: &Thing) {
        match thing {
            Thing::Pact(kind, members) => {
                let (kind, members) = (*kind, members.clone());
                self.end_pacts("treatment", |_, pact| {
                    pact.kind == kind && members.iter().all(|&i| pact.has(i))
                });
            }
            Thing::Partnership(initial) => {
                for index in (0..self.partnerships.len()).rev() {
                    if self.partnerships[index].region == initial.region {
                        self.end_partnership(index, "treatment");
                    }
                }
            }
            Thing::Agreement(region, kind) => {
                for p in self.partnerships.iter_mut().filter(|p| p.region == *region) {
                    p.agreements.retain(|a| a.kind != *kind);
                }
            }
            Thing::Office(region, kind) => {
                for p in self.partnerships.iter_mut().filter(|p| p.region == *region) {
                    p.offices[*kind as usize] = false;
                }
            }
            Thing::Membership(state, region) => {
                for p in self.partnerships.iter_mut().filter(|p| p.region == *region) {
                    p.members.retain(|s| s != state);
                }
            }
            Thing::Participant(state, region, _) => {
                for p in self.partnerships.iter_mut().filter(|p| p.region == *region) {
                    p.participants.retain(|(s, _)| s != state);
                }
            }
            Thing::Rivalry(..) | Thing::Base(..) => {}
        }
    }

    /// The region's body that treatments act on: the oldest.
    fn body_of(&self, region: usize) -> Option<usize> {
        self.partnerships.iter().position(|p| p.region == region)
    }

    /// The most capable great power among these states.
    pub fn largest_power(&self, states: &[usize]) -> Option<usize> {
        let mut best: Option<usize> = None;
        for &i in states.iter().filter(|&&i| self.states.power[i]) {
            if best.is_none_or(|b| self.states.capability[i] > self.states.capability[b]) {
                best = Some(i);
            }
        }
        best
    }

    /// Puts a given partnership into the world.
    pub(crate) fn place_partnership(
        &mut self,
        initial: &InitialPartnership,
        change: Noted,
        by: &'static str,
    ) {
        let mut members: Vec<usize> = if initial.members.is_empty() {
            self.regions[initial.region].members.clone()
        } else {
            initial.members.clone()
        };
        members.retain(|&i| self.states.active[i]);
        members.sort_unstable();
        members.dedup();
        if members.len() < 2 {
            return;
        }
        let inert = initial.inert;
        let rank = self
            .partnerships_of(initial.region)
            .filter(|p| p.inert == inert)
            .count() as u32;
        let mut offices = [false; 6];
        for &kind in &initial.offices {
            offices[kind as usize] = true;
        }
        let mut participants = initial.participants.clone();
        participants.sort_unstable_by_key(|(s, _)| *s);
        let step = self.step;
        self.partnerships.push(Partnership {
            name: initial.name.clone(),
            region: initial.region,
            rank,
            members,
            depth: initial.depth,
            start_year: initial.start_year,
            start: step,
            agreements: initial
                .agreements
                .iter()
                .map(|&kind| Agreement { kind, step })
                .collect(),
            offices,
            participants,
            budget: initial.budget,
            link: self.parameters.global_body.link_initial,
            consensus: 0.5,
            vetoes: 0,
            inert: initial.inert,
            given: true,
        });
        let index = self.partnerships.len() - 1;
        self.note_partnership(index, Form::Partnership, "", change, by, None);
    }

    /// Changes of `target` in force, with their scopes.
    fn holds_on(&self, target: Target) -> impl Iterator<Item = &Hold> {
        self.controls
            .holds
            .iter()
            .filter(move |h| h.target == target)
    }

    /// A world variable after treatment.
    pub fn held(&self, target: Target, value: f64) -> f64 {
        self.holds_on(target).fold(value, |v, h| h.change.apply(v))
    }

    /// A region's variable after treatment.
    pub fn held_in_region(&self, target: Target, region: usize, value: f64) -> f64 {
        self.holds_on(target)
            .filter(|h| h.region.is_none_or(|r| r == region))
            .fold(value, |v, h| h.change.apply(v))
    }

    /// A state's variable after treatment.
    pub fn held_for_state(&self, target: Target, state: usize, value: f64) -> f64 {
        self.holds_on(target)
            .filter(|h| self.in_scope(h, state))
            .fold(value, |v, h| h.change.apply(v))
    }

    /// Whether any treatment touches `target`.
    pub fn treated(&self, target: Target) -> bool {
        self.holds_on(target).next().is_some()
    }

    /// Whether a state is in the scope of a hold.
    pub fn in_scope(&self, hold: &Hold, state: usize) -> bool {
        (hold.states.is_empty() || hold.states.contains(&state))
            && hold
                .region
                .is_none_or(|r| self.states.regions[state].contains(&r))
    }

    /// Applies treatments of a variable of pairs: both states must be in the scope.
    pub fn hold_pairs(&mut self, target: Target) {
        if !self.treated(target) {
            return;
        }
        let holds: Vec<Hold> = self.holds_on(target).cloned().collect();
        for hold in holds {
            let inside: Vec<usize> = self
                .roster
                .iter()
                .copied()
                .filter(|&i| self.in_scope(&hold, i))
                .collect();
            for (k, &i) in inside.iter().enumerate() {
                for &j in &inside[..k] {
                    let p = super::pair(i, j);
                    let cell = match target {
                        Target::Hostility => &mut self.pairs.hostility[p],
                        Target::Trust => &mut self.pairs.trust[p],
                        _ => &mut self.pairs.interdependence[p],
                    };
                    *cell = hold.change.apply(f64::from(*cell)).clamp(0.0, 1.0) as f32;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_scaled_for_years_stays_finite() {
        let changes = [
            Change::Scale(1e300),
            Change::Add(f64::MAX),
            Change::Scale(f64::MAX),
        ];
        let mut value = 0.5;
        for _ in 0..100 {
            value = changes.iter().fold(value, |v, change| change.apply(v));
        }
        assert_eq!(value, MOST);
        assert_eq!(Change::Force(-f64::MAX).apply(0.0), -MOST);
    }
}
