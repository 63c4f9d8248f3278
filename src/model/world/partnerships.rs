//! Regional security partnerships, their agreements and offices.

use super::journal::{AgreementChange, By, Change, Subject};
use super::pacts::insert_sorted;
use super::{BodyId, RegionId, StateId, World};
use crate::scenario::AgreementKind;

/// An operative agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    /// Kind.
    pub kind: AgreementKind,
    /// Step of signature.
    pub step: u32,
}

/// A regional security partnership.
#[derive(Debug, Clone, PartialEq)]
pub struct Partnership {
    /// Name.
    pub name: String,
    /// Region.
    pub region: RegionId,
    /// Rank among the bodies of the region founded in the same year: with region and
    /// founding step it addresses the body's draws.
    pub rank: u32,
    /// Members, ascending.
    pub members: Vec<StateId>,
    /// Depth of the fundamental agreement's text.
    pub depth: f64,
    /// Year of the fundamental agreement.
    pub start_year: i32,
    /// Step of founding.
    pub start: u32,
    /// Operative agreements, in order of signature.
    pub agreements: Vec<Agreement>,
    /// Offices by kind of agreement.
    pub offices: [bool; AgreementKind::ALL.len()],
    /// Outside powers taking part, with their stance on [−1, 1], ascending.
    pub participants: Vec<(StateId, f64)>,
    /// Budget relative to an ordinary body's.
    pub budget: f64,
    /// Link to the global body on [0, 1] (E19).
    pub link: f64,
    /// Mean Λ(V/s) of members in the last year.
    pub consensus: f64,
    /// Vetoes on its crises this year.
    pub vetoes: u32,
    /// Placebo: changes nothing.
    pub inert: bool,
    /// Put into the world by the scenario, not founded in the run.
    pub given: bool,
}

impl Partnership {
    /// Consensus of a body whose members have not been asked yet.
    pub const CONSENSUS: f64 = 0.5;
    /// Sum of weights at which institutionalisation reaches 1 − 1/e (E14).
    pub const MATURITY: f64 = 2.0;
    /// Weight of an operative agreement in institutionalisation (E14).
    pub const AGREEMENT_WEIGHT: f64 = 0.15;
    /// Weight of an office.
    pub const OFFICE_WEIGHT: f64 = 0.3;
    /// Weight of a mechanism.
    pub const MECHANISM_WEIGHT: f64 = 0.5;

    /// Whether `state` is a member.
    pub fn has(&self, state: StateId) -> bool {
        self.members.binary_search(&state).is_ok()
    }

    /// Gives an outside power a part, with its stance.
    pub(crate) fn admit(&mut self, power: StateId, stance: f64) {
        self.participants.push((power, stance));
        self.participants.sort_unstable_by_key(|(s, _)| *s);
    }

    /// Adds a member.
    pub(crate) fn join(&mut self, state: StateId) {
        insert_sorted(&mut self.members, state);
    }

    /// Whether it has a mechanism for international conflict.
    pub fn international_mechanism(&self) -> bool {
        self.offices[AgreementKind::IntBorder as usize]
            || self.offices[AgreementKind::IntGeneral as usize]
    }

    /// Whether it has a mechanism for domestic conflict.
    pub fn domestic_mechanism(&self) -> bool {
        self.offices[AgreementKind::DomTerror as usize]
            || self.offices[AgreementKind::DomGeneral as usize]
    }

    /// Number of offices.
    pub fn office_count(&self) -> usize {
        self.offices.iter().filter(|&&o| o).count()
    }

    /// Number of agreements of a kind.
    pub fn count(&self, kind: AgreementKind) -> usize {
        self.agreements.iter().filter(|a| a.kind == kind).count()
    }

    /// A body of `region` founded now, without agreements, offices and participants.
    pub fn new(world: &World, region: RegionId, name: String, members: Vec<StateId>) -> Self {
        let alike = world.partnerships_of(region).filter(|p| !p.inert);
        Self {
            name,
            region,
            rank: alike.count() as u32,
            members,
            depth: world.parameters.partnership.depth,
            start_year: world.year,
            start: world.step,
            agreements: Vec::new(),
            offices: [false; AgreementKind::ALL.len()],
            participants: Vec::new(),
            budget: 1.0,
            link: world.parameters.global_body.link_initial,
            consensus: Self::CONSENSUS,
            vetoes: 0,
            inert: false,
            given: false,
        }
    }

    /// Institutionalisation I (E14): 1 − exp[−(.15 n_op + .3 n_office + .5 (INT + DOM))/2]; 0 if inert.
    pub fn institutionalisation(&self) -> f64 {
        if self.inert {
            return 0.0;
        }
        let mechanisms = f64::from(
            u8::from(self.international_mechanism()) + u8::from(self.domestic_mechanism()),
        );
        let sum = Self::AGREEMENT_WEIGHT * self.agreements.len() as f64
            + Self::OFFICE_WEIGHT * self.office_count() as f64
            + Self::MECHANISM_WEIGHT * mechanisms;
        1.0 - libm::exp(-sum / Self::MATURITY)
    }

    /// The word that addresses its draws: region and rank.
    pub fn address(&self) -> u32 {
        (self.region.word() << 24) | (self.rank << 16) | (self.start & 0xffff)
    }
}

/// The memberships of `state` from an ascending list, which is left with those of higher states.
pub(crate) fn take_memberships<'a>(
    list: &mut &'a [(StateId, BodyId)],
    state: StateId,
) -> impl Iterator<Item = BodyId> + Clone + use<'a> {
    let length = |wanted: &dyn Fn(StateId) -> bool, list: &[(StateId, BodyId)]| {
        list.iter().take_while(|&&(i, _)| wanted(i)).count()
    };
    let later = &list[length(&|i| i < state, list)..];
    let (own, rest) = later.split_at(length(&|i| i == state, later));
    *list = rest;
    own.iter().map(|&(_, body)| body)
}

impl World {
    /// The partnerships of a region.
    pub fn partnerships_of(&self, region: RegionId) -> impl Iterator<Item = &Partnership> {
        self.partnerships.iter().filter(move |p| p.region == region)
    }

    /// Whether a region is structured: has a partnership that is not a placebo.
    pub fn structured(&self, region: RegionId) -> bool {
        self.partnerships_of(region).any(|p| !p.inert)
    }

    /// The partnership with the highest institutionalisation that both states are in.
    pub fn common_partnership(&self, i: StateId, j: StateId) -> Option<BodyId> {
        let mut best: Option<(BodyId, f64)> = None;
        for (k, p) in self.partnerships.iter_enumerated() {
            if !p.inert && p.has(i) && p.has(j) {
                let level = p.institutionalisation();
                if best.is_none_or(|(_, b)| level > b) {
                    best = Some((k, level));
                }
            }
        }
        best.map(|(k, _)| k)
    }

    /// Memberships (state, body) in bodies that are no placebos, ascending.
    pub(crate) fn memberships(&self) -> Vec<(StateId, BodyId)> {
        let bodies = self.partnerships.iter_enumerated();
        let bodies = bodies.filter(|(_, b)| !b.inert);
        let mut seats: Vec<(StateId, BodyId)> = bodies
            .flat_map(|(k, b)| b.members.iter().map(move |&i| (i, k)))
            .collect();
        seats.sort_unstable();
        seats
    }

    /// Whether two states are partners in a body that is not a placebo.
    pub fn partners(&self, i: StateId, j: StateId) -> bool {
        self.partnerships
            .iter()
            .any(|p| !p.inert && p.has(i) && p.has(j))
    }

    /// Puts a partnership into the world and notes it.
    pub(crate) fn place_body(&mut self, body: Partnership, change: Change, by: impl Into<By>) {
        let index = self.partnerships.push_and_get_key(body);
        self.note_body(index, Subject::Partnership, change, by);
    }

    /// Notes a change of a partnership, or of an agreement or office of it.
    pub(crate) fn note_body(
        &mut self,
        index: BodyId,
        subject: Subject,
        change: Change,
        by: impl Into<By>,
    ) {
        let p = &self.partnerships[index];
        let lists_members = subject == Subject::Partnership && change.lists_members();
        self.journal.agreements.push(AgreementChange {
            agreement: p.name.as_str().into(),
            subject: match subject {
                Subject::Partnership if p.inert => Subject::Placebo,
                _ => subject,
            },
            change,
            by: by.into(),
            sponsor: None,
            members: p.members.len(),
            names: match lists_members {
                true => p.members.clone(),
                false => Vec::new(),
            },
            region: Some(p.region),
        });
    }

    /// Ends partnership `index`.
    pub(crate) fn end_partnership(&mut self, index: BodyId, by: impl Into<By>) {
        self.note_body(index, Subject::Partnership, Change::Ended, by);
        self.partnerships.remove(index);
    }

    /// Ends partnerships with fewer than two members.
    pub(crate) fn end_empty_partnerships(&mut self, by: By) {
        for index in self.partnerships.keys().rev() {
            if self.partnerships[index].members.len() < 2 {
                self.end_partnership(index, by);
            }
        }
    }
}
