//! Answers to "why?": the decisions of one state in one year.

use super::StateId;
use crate::scenario::Process;
use std::cell::RefCell;

/// One decision with everything that led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Process in which it was taken.
    pub process: Process,
    /// What was decided about.
    pub question: String,
    /// Terms of the utility, in the order of the equation; none where chance alone decides.
    pub terms: Vec<(&'static str, f64)>,
    /// Utility: the sum of the terms, with the cost of leaving where one applies.
    pub utility: f64,
    /// Probability of yes.
    pub probability: f64,
    /// Uniform draw: yes if below the probability.
    pub draw: f64,
    /// Whether yes.
    pub yes: bool,
    /// What came of it.
    pub outcome: String,
}

/// Records the decisions of a state in a year, if asked to.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    target: Option<(StateId, i32)>,
    decisions: RefCell<Vec<Decision>>,
}

impl Trace {
    /// A trace of `state` in `year`.
    pub fn of(state: StateId, year: i32) -> Self {
        Self {
            target: Some((state, year)),
            decisions: RefCell::default(),
        }
    }

    /// Whether the decisions of `state` in `year` are asked for. Rules that skip what cannot
    /// come about any more work it out all the same for whoever asks.
    #[inline]
    pub fn wants(&self, state: StateId, year: i32) -> bool {
        self.target == Some((state, year))
    }

    /// Notes a decision of `state` in `year` if it is the one asked for.
    #[inline]
    pub fn note(&self, state: StateId, year: i32, decision: impl FnOnce() -> Decision) {
        if self.wants(state, year) {
            self.decisions.borrow_mut().push(decision());
        }
    }

    /// The decisions noted, in order.
    pub fn into_decisions(self) -> Vec<Decision> {
        self.decisions.into_inner()
    }
}
