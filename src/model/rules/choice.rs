//! How an agent decides: the terms of a utility, and a yes or no by logit choice.

use crate::rng::{logistic, logistic_at_most};
use crate::scenario::Process;
use crate::world::{Decision, StateId, World};

/// A utility as the sum of its terms.
pub trait Utility {
    /// The sum of the terms.
    fn sum(&self) -> f64;
    /// The terms with the names that `explain` prints.
    fn named(&self) -> Vec<(&'static str, f64)>;
}

/// Declares the terms of a utility: for each its equation, its field and its name in `explain`.
macro_rules! utility {
    ($(#[$doc:meta])* $Name:ident { $( $(#[$equation:meta])* $field:ident $label:literal; )* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Default)]
        pub struct $Name { $( $(#[$equation])* pub $field: f64, )* }

        impl $Name {
            /// The sum of the terms, in their order.
            pub fn sum(&self) -> f64 {
                0.0 $( + self.$field )*
            }
        }

        impl $crate::rules::choice::Utility for $Name {
            fn sum(&self) -> f64 {
                Self::sum(self)
            }
            fn named(&self) -> Vec<(&'static str, f64)> {
                vec![ $( ($label, self.$field), )* ]
            }
        }
    };
}
pub(crate) use utility;

/// Least scale of a logit choice: a scale of 0 chooses the better alternative for certain.
const LEAST_SCALE: f64 = 1e-6;

/// A question to a state: yes if the draw is below rate · Λ((U + cost)/s), or where the question
/// is leaving below rate · Λ(−(U + cost)/s).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice<'a, U> {
    process: Process,
    state: StateId,
    terms: &'a U,
    draw: f64,
    rate: f64,
    leaving: Option<f64>,
}

impl<'a, U: Utility> Choice<'a, U> {
    /// Whether the state wants what has these terms.
    pub fn new(process: Process, state: StateId, terms: &'a U, draw: f64) -> Self {
        Self {
            process,
            state,
            terms,
            draw,
            rate: 1.0,
            leaving: None,
        }
    }

    /// The question comes up at a rate only.
    pub fn at(self, rate: f64) -> Self {
        Self { rate, ..self }
    }

    /// The question is whether to leave what has these terms, at a cost.
    pub fn leaving(self, cost: f64) -> Self {
        let leaving = Some(cost);
        Self { leaving, ..self }
    }

    /// The answer; noted for `explain`.
    pub fn answer(&self, world: &World, question: impl Fn() -> String) -> bool {
        let scale = world.choice_scale();
        let utility = self.terms.sum() + self.leaving.unwrap_or(0.0);
        let wish = if self.leaving.is_some() {
            -utility
        } else {
            utility
        };
        let certainly_no = self.draw >= self.rate * logistic_at_most(wish / scale);
        if certainly_no && !world.trace.wants(self.state, world.year) {
            return false;
        }
        let probability = self.rate * logistic(wish / scale);
        let yes = self.draw < probability;
        world.trace.note(self.state, world.year, || Decision {
            process: self.process,
            question: question(),
            terms: self.terms.named(),
            utility,
            probability,
            draw: self.draw,
            yes,
            outcome: yes_or_no(yes),
        });
        yes
    }
}

/// The outcome of a question.
pub(crate) fn yes_or_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_string()
}

impl World {
    /// s of E9 and E14.
    pub fn choice_scale(&self) -> f64 {
        self.parameters.alliance.choice_scale.max(LEAST_SCALE)
    }

    /// Λ(V/s).
    pub(crate) fn acceptance(&self, value: f64) -> f64 {
        logistic(value / self.choice_scale())
    }
}
