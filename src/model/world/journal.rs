//! What happened in the current year, for the log tables.

use super::{RegionId, StateId};
use crate::scenario::{AgreementKind, PactKind, Process};
use std::sync::Arc;

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A pact.
    Pact(PactKind),
    /// A regional security partnership.
    Partnership,
    /// A partnership that changes nothing.
    Placebo,
    /// An operative agreement of a partnership.
    Agreement(AgreementKind),
    /// An office of a partnership.
    Office(AgreementKind),
}

impl Subject {
    /// Its form, as tables name it.
    pub fn form(self) -> &'static str {
        match self {
            Self::Pact(_) => "pact",
            Self::Partnership | Self::Placebo => "partnership",
            Self::Agreement(_) => "agreement",
            Self::Office(_) => "office",
        }
    }

    /// Its kind, as tables name it; a partnership has none.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Pact(kind) => kind.name(),
            Self::Partnership => "",
            Self::Placebo => "placebo",
            Self::Agreement(kind) | Self::Office(kind) => kind.name(),
        }
    }
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// In force at the start.
    Initial,
    /// Began.
    Founded,
    /// A state joined.
    Joined(StateId),
    /// A state left.
    Left(StateId),
    /// Two pacts became one.
    Merged,
    /// An outside power took a part.
    Participant(StateId),
    /// Ended.
    Ended,
}

impl Change {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Founded => "founded",
            Self::Joined(_) => "joined",
            Self::Left(_) => "left",
            Self::Merged => "merged",
            Self::Participant(_) => "participant",
            Self::Ended => "ended",
        }
    }

    /// The state that joined, left or took a part.
    pub fn state(self) -> Option<StateId> {
        match self {
            Self::Joined(i) | Self::Left(i) | Self::Participant(i) => Some(i),
            Self::Initial | Self::Founded | Self::Merged | Self::Ended => None,
        }
    }

    /// Whether all members are new to the record.
    pub(super) fn lists_members(self) -> bool {
        matches!(self, Self::Founded | Self::Initial | Self::Merged)
    }
}

/// What made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The scenario, at the start.
    Start,
    /// A treatment.
    Treatment,
    /// A state's exit from the system.
    Exit,
    /// A process.
    Process(Process),
}

impl By {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "initial",
            Self::Treatment => "treatment",
            Self::Exit => "exit from the system",
            Self::Process(process) => process.name(),
        }
    }
}

impl From<Process> for By {
    fn from(process: Process) -> Self {
        Self::Process(process)
    }
}

/// A change of a pact, partnership, agreement or office.
#[derive(Debug, Clone, PartialEq)]
pub struct AgreementChange {
    /// Identifier.
    pub agreement: Arc<str>,
    /// What it is.
    pub subject: Subject,
    /// Change.
    pub change: Change,
    /// What made it.
    pub by: By,
    /// Sponsor of a pact.
    pub sponsor: Option<StateId>,
    /// Members after the change.
    pub members: usize,
    /// Members after a founding or merger.
    pub names: Vec<StateId>,
    /// Region of a partnership.
    pub region: Option<RegionId>,
}

/// Who responded to a crisis first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Responder {
    /// Nobody.
    None,
    /// A regional body.
    Regional,
    /// The global body.
    Global,
    /// Both together.
    Combined,
}

impl Responder {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Regional => "regional",
            Self::Global => "global",
            Self::Combined => "combined",
        }
    }
}

/// How a dispute ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// By itself.
    Lapsed,
    /// By a response.
    Settled,
    /// Not within 60 months.
    Open,
}

impl Outcome {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lapsed => "lapsed",
            Self::Settled => "settled",
            Self::Open => "open",
        }
    }
}

/// Severity above which a dispute is a war (E11).
pub const WAR: f64 = 1.0;
/// Severity from which a dispute counts as fatal (E11).
pub const FATAL: f64 = 0.5;

/// A dispute between two states.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispute {
    /// The state of the higher rank.
    pub a: StateId,
    /// The other.
    pub b: StateId,
    /// Severity at onset.
    pub onset: f64,
    /// Highest severity.
    pub peak: f64,
    /// Months until the end.
    pub months: u32,
    /// Months above the severity of war.
    pub war_months: u32,
    /// Sum over months of severity, capped at 5 a month.
    pub total: f64,
    /// Whether it was a serious crisis.
    pub crisis: bool,
    /// First responder.
    pub responder: Responder,
    /// Month of the first response.
    pub response_month: Option<u32>,
    /// Whether the global body was vetoed.
    pub vetoed: bool,
    /// End.
    pub outcome: Outcome,
}

impl Dispute {
    /// Whether it passed the severity of war.
    pub fn war(&self) -> bool {
        self.peak > WAR
    }
}

/// The current year's events.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    /// Changes of agreements, in order.
    pub agreements: Vec<AgreementChange>,
    /// Disputes that began.
    pub disputes: Vec<Dispute>,
    /// States in which a domestic conflict began.
    pub domestic_onsets: Vec<StateId>,
}

impl Journal {
    /// Forgets the year.
    pub fn clear(&mut self) {
        self.agreements.clear();
        self.disputes.clear();
        self.domestic_onsets.clear();
    }
}
