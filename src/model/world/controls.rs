//! What treatments hold, block and insert, rebuilt at the start of each year.

use super::journal::{By, Change as Noted, Subject};
use super::partnerships::{Agreement, Partnership};
use super::{BodyId, RegionId, StateId, World};
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
    pub states: Vec<StateId>,
    /// Region; `None`: all.
    pub region: Option<RegionId>,
}

/// Treatments in force this year.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Controls {
    /// Changes of variables, in the order written.
    pub holds: Vec<Hold>,
    /// Kinds of event that do not happen, with their scope.
    pub blocks: Vec<(EventKind, Vec<StateId>, Option<RegionId>)>,
    /// Rivalries active by treatment.
    pub rivalries_inserted: Vec<(StateId, StateId)>,
    /// Rivalries ended by treatment.
    pub rivalries_removed: Vec<(StateId, StateId)>,
    /// Military bases: power and region.
    pub bases: Vec<(StateId, RegionId)>,
}

impl Controls {
    /// Whether an event of `kind` in `region` is blocked.
    pub fn blocks_region(&self, kind: EventKind, region: RegionId) -> bool {
        self.blocks
            .iter()
            .any(|(k, _, r)| *k == kind && r.is_none_or(|r| r == region))
    }
}

/// States that a scenario names.
pub(super) fn ids(states: &[usize]) -> Vec<StateId> {
    states.iter().map(|&i| i.into()).collect()
}

impl World {
    /// Whether an event of `kind` that involves these states is blocked: without a
    /// scope always; with states, if one of them takes part; with a region, if one is a member.
    pub fn blocked(&self, kind: EventKind, parties: &[StateId]) -> bool {
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
        let region = treatment.region.map(RegionId::from);
        let states = ids(&treatment.states);
        let hold = |target, change| Hold {
            target,
            change,
            states: states.clone(),
            region,
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
            Action::Block(kind) => self.controls.blocks.push((*kind, states, region)),
            Action::Insert(Thing::Rivalry(a, b)) => {
                self.controls
                    .rivalries_inserted
                    .push(((*a).into(), (*b).into()));
            }
            Action::Remove(Thing::Rivalry(a, b)) => {
                let rivalry = ((*a).into(), (*b).into());
                self.controls.rivalries_removed.push(rivalry);
            }
            Action::Insert(Thing::Base(power, region)) => {
                self.controls
                    .bases
                    .push(((*power).into(), (*region).into()));
            }
            Action::Insert(thing) if first => self.insert(thing),
            Action::Remove(thing) if first => self.remove(thing),
            Action::Insert(_) | Action::Remove(_) => {}
        }
    }

    fn insert(&mut self, thing: &Thing) {
        match thing {
            Thing::Pact(kind, members) => {
                let mut members = ids(members);
                members.retain(|&i| self.states.active[i]);
                if members.len() >= 2 {
                    let key = self.new_key((members[0], members[1]));
                    let label = format!("treatment-{}", self.new_label(key, *kind));
                    let sponsor = self.largest_power(&members);
                    self.place_pact(key, &label, *kind, members, sponsor, By::Treatment);
                }
            }
            Thing::Partnership(initial) => {
                // A given body takes the place of what the region founded by itself.
                if !initial.inert {
                    let region = initial.region.into();
                    self.remove_bodies(|p| p.region == region && !p.given);
                }
                self.place_partnership(initial, By::Treatment);
            }
            Thing::Agreement(region, kind) => {
                if let Some(index) = self.body_of((*region).into()) {
                    let (kind, step) = (*kind, self.step);
                    self.partnerships[index]
                        .agreements
                        .push(Agreement { kind, step });
                    let subject = Subject::Agreement(kind);
                    self.note_body(index, subject, Noted::Founded, By::Treatment);
                }
            }
            Thing::Office(region, kind) => {
                if let Some(index) = self.body_of((*region).into()) {
                    self.partnerships[index].offices[*kind as usize] = true;
                    let subject = Subject::Office(*kind);
                    self.note_body(index, subject, Noted::Founded, By::Treatment);
                }
            }
            Thing::Membership(state, region) => {
                if let Some(index) = self.body_of((*region).into()) {
                    self.partnerships[index].join((*state).into());
                }
            }
            Thing::Participant(state, region, stance) => {
                if let Some(index) = self.body_of((*region).into()) {
                    let (state, body) = ((*state).into(), &mut self.partnerships[index]);
                    body.participants.retain(|&(s, _)| s != state);
                    body.admit(state, *stance);
                    let change = Noted::Participant(state);
                    self.note_body(index, Subject::Partnership, change, By::Treatment);
                }
            }
            Thing::Rivalry(..) | Thing::Base(..) => {}
        }
    }

    fn remove(&mut self, thing: &Thing) {
        match thing {
            Thing::Pact(kind, members) => self.end_pacts(By::Treatment, |_, pact| {
                pact.kind == *kind && members.iter().all(|&i| pact.has(i.into()))
            }),
            Thing::Partnership(initial) => {
                let region = initial.region.into();
                self.remove_bodies(|p| p.region == region);
            }
            Thing::Agreement(region, kind) => {
                self.on_bodies((*region).into(), |p| {
                    p.agreements.retain(|a| a.kind != *kind)
                });
            }
            Thing::Office(region, kind) => {
                self.on_bodies((*region).into(), |p| p.offices[*kind as usize] = false);
            }
            Thing::Membership(state, region) => {
                self.on_bodies((*region).into(), |p| {
                    p.members.retain(|&s| s != (*state).into())
                });
                self.end_empty_partnerships(By::Treatment);
            }
            Thing::Participant(state, region, _) => {
                self.on_bodies((*region).into(), |p| {
                    p.participants.retain(|&(s, _)| s != (*state).into())
                });
            }
            Thing::Rivalry(..) | Thing::Base(..) => {}
        }
    }

    fn on_bodies(&mut self, region: RegionId, change: impl FnMut(&mut Partnership)) {
        let bodies = self.partnerships.iter_mut();
        bodies.filter(|p| p.region == region).for_each(change);
    }

    /// Ends bodies by treatment, the youngest first.
    fn remove_bodies(&mut self, ends: impl Fn(&Partnership) -> bool) {
        for index in self.partnerships.keys().rev() {
            if ends(&self.partnerships[index]) {
                self.end_partnership(index, By::Treatment);
            }
        }
    }

    /// The region's body that treatments act on: the oldest.
    fn body_of(&self, region: RegionId) -> Option<BodyId> {
        self.partnerships.position(|p| p.region == region)
    }

    /// The most capable great power among these states.
    pub fn largest_power(&self, states: &[StateId]) -> Option<StateId> {
        let mut best: Option<StateId> = None;
        for &i in states.iter().filter(|&&i| self.states.power[i]) {
            if best.is_none_or(|b| self.states.capability[i] > self.states.capability[b]) {
                best = Some(i);
            }
        }
        best
    }

    /// Puts a given partnership into the world.
    pub(crate) fn place_partnership(&mut self, initial: &InitialPartnership, by: By) {
        let region = RegionId::from(initial.region);
        let mut members: Vec<StateId> = if initial.members.is_empty() {
            self.regions[region].members.clone()
        } else {
            ids(&initial.members)
        };
        members.retain(|&i| self.states.active[i]);
        members.sort_unstable();
        members.dedup();
        if members.len() < 2 {
            return;
        }
        let alike = self.partnerships_of(region);
        let alike = alike.filter(|p| p.inert == initial.inert);
        let (rank, step) = (alike.count() as u32, self.step);
        let agreements = initial.agreements.iter();
        let participants = initial.participants.iter();
        let mut body = Partnership {
            rank,
            depth: initial.depth,
            start_year: initial.start_year,
            agreements: agreements.map(|&kind| Agreement { kind, step }).collect(),
            participants: participants
                .map(|&(i, stance)| (i.into(), stance))
                .collect(),
            budget: initial.budget,
            inert: initial.inert,
            given: true,
            ..Partnership::new(self, region, initial.name.clone(), members)
        };
        body.participants.sort_unstable_by_key(|(s, _)| *s);
        for &kind in &initial.offices {
            body.offices[kind as usize] = true;
        }
        let change = match by {
            By::Start => Noted::Initial,
            By::Treatment | By::Exit | By::Process(_) => Noted::Founded,
        };
        self.place_body(body, change, by);
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
    pub fn held_in_region(&self, target: Target, region: RegionId, value: f64) -> f64 {
        self.holds_on(target)
            .filter(|h| h.region.is_none_or(|r| r == region))
            .fold(value, |v, h| h.change.apply(v))
    }

    /// A state's variable after treatment.
    pub fn held_for_state(&self, target: Target, state: StateId, value: f64) -> f64 {
        self.holds_on(target)
            .filter(|h| self.in_scope(h, state))
            .fold(value, |v, h| h.change.apply(v))
    }

    /// Whether any treatment touches `target`.
    pub fn treated(&self, target: Target) -> bool {
        self.holds_on(target).next().is_some()
    }

    /// Whether a state is in the scope of a hold.
    pub fn in_scope(&self, hold: &Hold, state: StateId) -> bool {
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
            let inside: Vec<StateId> = self
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
