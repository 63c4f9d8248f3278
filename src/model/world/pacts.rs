//! Pacts and the ties that they make.

use super::journal::{AgreementChange, By, Change, Subject};
use super::pairs::{Ties, pair};
use super::{PactId, StateId, World};
use crate::scenario::{PactKind, Parameters, Process};
use std::sync::Arc;
use typed_index_collections::TiVec;

/// What names a pact: its founders and birth, never a number that runs over all pacts, so that
/// one more birth shifts no draw of another pact but those of the same founders and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PactKey {
    /// Convener or first founder.
    pub first: StateId,
    /// Second founder.
    pub second: StateId,
    /// Step of birth; for initial pacts the negative rank in the table.
    pub birth: i32,
    /// Number of earlier pacts of these founders and this birth: a power's offer and its call may
    /// both be taken up first by the same state.
    pub rank: u32,
}

impl PactKey {
    /// The two words that address the pact's draws for one member.
    pub fn address(self, member: StateId) -> (u32, u32) {
        let founders = ((self.first.word()) << 16) | (self.second.word() & 0xffff);
        let born = self.birth as u32 + (self.rank << 14);
        let rest = ((member.word()) << 16) | (born & 0xffff);
        (founders, rest)
    }
}

/// A pact.
#[derive(Debug, Clone, PartialEq)]
pub struct Pact {
    /// Name of its draws.
    pub key: PactKey,
    /// Identifier in tables.
    pub label: Arc<str>,
    /// Kind.
    pub kind: PactKind,
    /// The great power that made it, if any.
    pub sponsor: Option<StateId>,
    /// Members, ascending; at least two.
    pub members: Vec<StateId>,
    /// Step of birth.
    pub start: u32,
    /// The sponsor's share of world capability in the latest years, the last one last.
    pub sponsor_capability: [f64; Self::MEMORY],
    /// Whether its members have voted after a collapse of the sponsor.
    pub collapse_voted: bool,
    /// Pact from which it came by merging, if any.
    pub parent: Option<PactKey>,
}

impl Pact {
    /// Years in which a loss of capability lets a sponsor collapse (E10).
    pub const MEMORY: usize = 5;

    /// Whether `state` is a member.
    #[inline]
    pub fn has(&self, state: StateId) -> bool {
        self.members.binary_search(&state).is_ok()
    }
}

/// Depth of an obligation of this kind.
#[inline]
pub fn depth_of(kind: PactKind, parameters: &Parameters) -> f64 {
    match kind {
        PactKind::Defence => 1.0,
        PactKind::Neutrality | PactKind::NonAggression => parameters.alliance.depth_neutrality,
        PactKind::Entente => parameters.alliance.depth_entente,
    }
}

/// Depth of the deepest obligation among `ties`; 0 without one.
#[inline]
pub fn deepest(ties: Ties, parameters: &Parameters) -> f64 {
    if ties == [0; 4] {
        return 0.0;
    }
    if ties == [ties[0], 0, 0, 0] {
        return depth_of(PactKind::Defence, parameters);
    }
    let mut depth = 0.0f64;
    for kind in PactKind::ALL {
        if ties[kind as usize] > 0 {
            depth = depth.max(depth_of(kind, parameters));
        }
    }
    depth
}

impl World {
    /// Founds a pact; members are sorted and must be two or more.
    pub fn found_pact(
        &mut self,
        kind: PactKind,
        mut members: Vec<StateId>,
        sponsor: Option<StateId>,
        founders: (StateId, StateId),
        by: Process,
    ) -> PactId {
        members.sort_unstable();
        members.dedup();
        debug_assert!(members.len() >= 2);
        let key = self.new_key(founders);
        let label = self.new_label(key, kind);
        self.place_pact(key, &label, kind, members, sponsor, by.into())
    }

    /// The key of a pact of these founders that begins now.
    pub(crate) fn new_key(&self, (first, second): (StateId, StateId)) -> PactKey {
        let birth = self.step as i32;
        let keys = self.pacts.iter().map(|pact| pact.key);
        let of_the_same = |k: &PactKey| (k.birth, k.first, k.second) == (birth, first, second);
        PactKey {
            first,
            second,
            birth,
            rank: keys.filter(of_the_same).count() as u32,
        }
    }

    /// The identifier of a pact that begins now: founders, year and kind.
    pub(crate) fn new_label(&self, key: PactKey, kind: PactKind) -> String {
        let [first, second] = [key.first, key.second].map(|i| &self.states.abbreviation[i]);
        let label = format!("{first}-{second}-{}-{}", self.year, kind.name());
        match key.rank {
            0 => label,
            rank => format!("{label}-{}", rank + 1),
        }
    }

    /// Puts a pact into the world and notes the change.
    pub(crate) fn place_pact(
        &mut self,
        key: PactKey,
        label: &str,
        kind: PactKind,
        members: Vec<StateId>,
        sponsor: Option<StateId>,
        by: By,
    ) -> PactId {
        for (k, &i) in members.iter().enumerate() {
            for &j in &members[..k] {
                self.tie(i, j, kind);
            }
        }
        let power = sponsor.map_or(0.0, |g| self.states.capability[g]);
        let index = self.pacts.push_and_get_key(Pact {
            key,
            label: label.into(),
            kind,
            sponsor,
            members,
            start: self.step,
            sponsor_capability: [power; Pact::MEMORY],
            collapse_voted: false,
            parent: None,
        });
        let change = match by {
            By::Start => Change::Initial,
            By::Treatment | By::Exit | By::Process(_) => Change::Founded,
        };
        self.note_pact(index, change, by);
        index
    }

    /// Adds a member to a pact.
    pub fn join_pact(&mut self, index: PactId, state: StateId, by: Process) {
        let pact = &mut self.pacts[index];
        let Err(position) = pact.members.binary_search(&state) else {
            return;
        };
        pact.members.insert(position, state);
        let kind = pact.kind;
        let members = std::mem::take(&mut self.pacts[index].members);
        for &j in members.iter().filter(|&&j| j != state) {
            self.tie(state, j, kind);
        }
        self.pacts[index].members = members;
        self.note_pact(index, Change::Joined(state), by.into());
    }

    /// Removes a member from a pact; a pact left with fewer than two stays until
    /// [`World::end_empty_pacts`].
    pub fn leave_pact(&mut self, index: PactId, state: StateId, by: impl Into<By>) {
        let Ok(position) = self.pacts[index].members.binary_search(&state) else {
            return;
        };
        self.pacts[index].members.remove(position);
        let kind = self.pacts[index].kind;
        let members = std::mem::take(&mut self.pacts[index].members);
        for &j in &members {
            self.untie(state, j, kind);
        }
        self.pacts[index].members = members;
        self.note_pact(index, Change::Left(state), by.into());
    }

    /// Ends pacts with fewer than two members and those that `ends` names.
    pub fn end_pacts(&mut self, by: impl Into<By>, ends: impl Fn(PactId, &Pact) -> bool) {
        let by = by.into();
        let pacts = self.pacts.iter_enumerated();
        let ending: TiVec<PactId, bool> = pacts
            .map(|(k, pact)| pact.members.len() < 2 || ends(k, pact))
            .collect();
        for k in ending.keys().rev().filter(|&k| ending[k]) {
            let members = self.pacts[k].members.clone();
            let kind = self.pacts[k].kind;
            for (a, &i) in members.iter().enumerate() {
                for &j in &members[..a] {
                    self.untie(i, j, kind);
                }
            }
            self.note_pact(k, Change::Ended, by);
        }
        let mut ending = ending.into_iter();
        self.pacts.retain(|_| ending.next() == Some(false));
    }

    /// Ends pacts with fewer than two members.
    pub fn end_empty_pacts(&mut self, by: impl Into<By>) {
        self.end_pacts(by, |_, _| false);
    }

    fn tie(&mut self, i: StateId, j: StateId, kind: PactKind) {
        let ties = &mut self.pairs.ties[pair(i, j)];
        let before = *ties;
        ties[kind as usize] += 1;
        if before == [0; 4] {
            insert_sorted(&mut self.allies[i], j);
            insert_sorted(&mut self.allies[j], i);
        }
        self.forget_cover_of(i, j, before);
    }

    fn untie(&mut self, i: StateId, j: StateId, kind: PactKind) {
        let ties = &mut self.pairs.ties[pair(i, j)];
        let before = *ties;
        ties[kind as usize] -= 1;
        if *ties == [0; 4] {
            remove_sorted(&mut self.allies[i], j);
            remove_sorted(&mut self.allies[j], i);
        }
        self.forget_cover_of(i, j, before);
    }

    /// Forgets what i and j could count on if their ties have become deeper or less deep.
    fn forget_cover_of(&self, i: StateId, j: StateId, before: Ties) {
        if deepest(before, &self.parameters) != self.depth(i, j) {
            self.caches.cover[i].set(None);
            self.caches.cover[j].set(None);
        }
    }

    /// The defence pacts of more than two.
    pub fn larger_defence_pacts(&self) -> Vec<&Pact> {
        let pacts = self.pacts.iter();
        pacts
            .filter(|q| q.kind == PactKind::Defence && q.members.len() > 2)
            .collect()
    }

    /// Whether a bilateral pact stands inside one of the `larger` defence pacts.
    pub fn nested(&self, pact: &Pact, larger: &[&Pact]) -> bool {
        let [i, j] = pact.members[..] else {
            return false;
        };
        // Most have no other defence pact beside them.
        let defence = self.pairs.ties[pair(i, j)][PactKind::Defence as usize];
        let others = defence - u8::from(pact.kind == PactKind::Defence);
        others > 0 && larger.iter().any(|q| q.has(i) && q.has(j))
    }

    /// Σ_j q·depth_ij·κ_{j→i} over i's allies (E8).
    pub fn cover_of(&self, i: StateId) -> f64 {
        if let Some(known) = self.caches.cover[i].get() {
            return known;
        }
        let felt = self.pairs.felt_by(i);
        let help = |&j: &StateId| self.depth(i, j) * f64::from(felt[j]);
        let sum: f64 = self.allies[i].iter().map(help).sum();
        let cover = self.parameters.threat.reliability * sum;
        self.caches.cover[i].set(Some(cover));
        cover
    }

    /// Forgets what each state could count on: felt capability has changed.
    pub(crate) fn forget_cover(&mut self) {
        self.caches.cover.iter().for_each(|cover| cover.set(None));
    }

    pub(crate) fn note_pact(&mut self, index: PactId, change: Change, by: By) {
        let pact = &self.pacts[index];
        let names = change.lists_members().then(|| pact.members.clone());
        self.journal.agreements.push(AgreementChange {
            agreement: pact.label.clone(),
            subject: Subject::Pact(pact.kind),
            change,
            by,
            sponsor: pact.sponsor,
            members: pact.members.len(),
            names: names.unwrap_or_default(),
            region: None,
        });
    }
}

pub(super) fn insert_sorted(list: &mut Vec<StateId>, value: StateId) {
    if let Err(position) = list.binary_search(&value) {
        list.insert(position, value);
    }
}

fn remove_sorted(list: &mut Vec<StateId>, value: StateId) {
    if let Ok(position) = list.binary_search(&value) {
        list.remove(position);
    }
}
