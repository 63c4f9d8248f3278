//! E10 (iv): states apply to existing defence pacts.

use super::seats::{Seats, all_near};
use super::utility::{admission, utility};
use super::{note_alternatives, searches, searching};
use crate::rng::{Keyed, Stream, weighted_index_of};
use crate::rules::choice::Choice;
use crate::rules::{Declaration, Given, act};
use crate::scenario::{EventKind, Process};
use crate::world::{Pact, PactId, StateId, World};
use std::cell::RefCell;

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "pact_accession",
    step: "8 alliances",
    equation: "E10 (iv)",
    core: true,
    help: "States apply to existing pacts",
    parameters: &["alliance", "protocol"],
    streams: &[Stream::Application, Stream::AdmissionVote],
    run,
};

/// A share of states apply to one defence pact near them, ∝ Σκ (1 − max H), of more than two
/// members or (w.p. o_2) of any size; they want it w.p. Λ(U/s), and a quorum of members must
/// accept.
pub fn run(world: &mut World, given: Given<'_>) {
    let rate = world.parameters.protocol.applicants;
    let agents = searching(world, Stream::Application, rate);
    let seats = RefCell::new(Seats::of(world));
    let open = RefCell::new(Open::default());
    act(
        world,
        given.scenario.update_order,
        &agents,
        |world, agent| apply(world, agent, &seats.borrow(), &mut open.borrow_mut()),
        |world, (k, i)| {
            if !world.pacts[k].has(i) {
                world.join_pact(k, i, Process::PactAccession);
                seats.borrow_mut().take(world, k, i);
            }
        },
    );
}

fn apply(
    world: &World,
    &(i, search): &(StateId, f64),
    seats: &Seats,
    open: &mut Open,
) -> Option<(PactId, StateId)> {
    let p = world.parameters.protocol;
    let mut draw = world.draw(Stream::Application, i, 0u32);
    if !searches(world, Process::PactAccession, i, search, p.applicants)
        || world.blocked(EventKind::PactAccession, &[i])
    {
        return None;
    }
    if draw.uniform() < p.bilateral_openness {
        open.pacts = all_near(world, i);
    } else {
        seats.near(world, i, &mut open.pacts);
    }
    open.weigh(world, i);
    let k = target(world, i, open, &mut draw)?;
    let pact = &world.pacts[k];
    let terms = utility(world, i, &pact.members, pact.kind, pact.sponsor, &[]);
    let choice = Choice::new(Process::PactAccession, i, &terms, draw.uniform());
    let wants = choice.answer(world, || {
        format!("apply to {} ({})", pact.label, world.names(&pact.members))
    });
    (wants && admitted(world, i, pact)).then_some((k, i))
}

/// Pacts that hostility keeps an applicant from before it is weighed in advance.
const KEPT_AWAY: usize = 8;

/// The pact that i turns to.
///
/// One is chosen by the capability felt and kept w.p. 1 − max H, else another is chosen: that is
/// the same distribution, and spares looking up every hostility.
fn target(world: &World, i: StateId, open: &mut Open, draw: &mut Keyed) -> Option<PactId> {
    let openness = |k: PactId| {
        let members = world.pacts[k].members.iter();
        1.0 - members.map(|&j| world.hostility(i, j)).fold(0.0, f64::max)
    };
    let mut chosen = None;
    let total = open.total();
    for _ in 0..KEPT_AWAY {
        let (u, kept) = (draw.uniform(), draw.uniform());
        let place = open.choose(u, total)?;
        if kept < openness(open.pacts[place]) {
            chosen = Some((place, u));
            break;
        }
    }
    if chosen.is_none() || world.trace.wants(i, world.year) {
        for (weight, &k) in open.weights.iter_mut().zip(&open.pacts) {
            *weight *= openness(k);
        }
    }
    let (place, u) = match chosen {
        Some(chosen) => chosen,
        None => {
            let u = draw.uniform();
            (open.choose(u, open.total())?, u)
        }
    };
    let k = open.pacts[place];
    note_alternatives(
        world,
        Process::PactAccession,
        i,
        &open.weights,
        place,
        u,
        |place| world.pacts[open.pacts[place]].label.to_string(),
    );
    Some(k)
}

/// Pacts that a state may turn to, each with the capability that it feels of the members.
#[derive(Default)]
struct Open {
    pacts: Vec<PactId>,
    weights: Vec<f64>,
}

impl Open {
    fn weigh(&mut self, world: &World, i: StateId) {
        let felt = world.pairs.felt_by(i);
        let members = |&k: &PactId| world.pacts[k].members.iter();
        let sum = |k: &PactId| members(k).map(|&j| f64::from(felt[j])).sum::<f64>();
        self.weights.clear();
        self.weights.extend(self.pacts.iter().map(sum));
    }

    fn total(&self) -> f64 {
        self.weights.iter().sum()
    }

    /// The place whose share of the `total` contains `u`.
    fn choose(&self, u: f64, total: f64) -> Option<usize> {
        weighted_index_of(&self.weights, u, total)
    }
}

/// Whether a quorum of members accepts i. Once it cannot be reached, nobody else is asked but
/// whoever is to explain itself.
fn admitted(world: &World, i: StateId, pact: &Pact) -> bool {
    let members = pact.members.len() as f64;
    let quorum = world.parameters.protocol.admission_quorum * members;
    let (mut yes, mut asked) = (0.0, 0.0);
    for &m in &pact.members {
        asked += 1.0;
        if yes + (members - asked) + 1.0 < quorum && !world.trace.wants(m, world.year) {
            continue;
        }
        yes += f64::from(u8::from(admits(world, m, i, pact)));
    }
    yes >= quorum
}

/// Whether m accepts i. One draw a member and year: an applicant later in the year meets the
/// same mood.
fn admits(world: &World, m: StateId, i: StateId, pact: &Pact) -> bool {
    let (a, b) = pact.key.address(m);
    let terms = admission(world, m, i, pact);
    let draw = world.uniform(Stream::AdmissionVote, a, b);
    let choice = Choice::new(Process::PactAccession, m, &terms, draw);
    choice.answer(world, || {
        format!("admit {} to {}", world.states.abbreviation[i], pact.label)
    })
}
