//! What happened in the current year, for the log tables.

use std::sync::Arc;

/// Form of a cooperation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A pact.
    Pact,
    /// A regional security partnership.
    Partnership,
    /// An operative agreement.
    Agreement,
    /// An office.
    Office,
}

impl Form {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pact => "pact",
            Self::Partnership => "partnership",
            Self::Agreement => "agreement",
            Self::Office => "office",
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
    Joined,
    /// A state left.
    Left,
    /// Two pacts became one.
    Merged,
    /// An outside power took a part.
    Participant,
    /// Ended.
    Ended,
}

impl Change {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Founded => "founded",
            Self::Joined => "joined",
            Self::Left => "left",
            Self::Merged => "merged",
            Self::Participant => "participant",
            Self::Ended => "ended",
        }
    }
}

/// A change of a pact, partnership, agreement or office.
#[derive(Debug, Clone, PartialEq)]
pub struct AgreementChange {
    /// Identifier.
    pub agreement: Arc<str>,
    /// Form.
    pub form: Form,
    /// Kind of pact or agreement.
    pub kind: &'static str,
    /// Change.
    pub change: Change,
    /// Process or treatment that made it.
    pub by: &'static str,
    /// State that joined or left.
    pub state: Option<usize>,
    /// Sponsor of a pact.
    pub sponsor: Option<usize>,
    /// Members after the change.
    pub members: usize,
    /// Members after a founding or merger.
    pub names: Vec<usize>,
    /// Region of a partnership.
    pub region: Option<usize>,
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

/// A dispute between two states.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispute {
    /// The state of the higher rank.
    pub a: usize,
    /// The other.
    pub b: usize,
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
        self.peak > 1.0
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
    pub domestic_onsets: Vec<usize>,
}

impl Journal {
    /// Forgets the year.
    pub fn clear(&mut self) {
        self.agreements.clear();
        self.disputes.clear();
        self.domestic_onsets.clear();
    }
}
