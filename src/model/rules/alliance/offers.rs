//! E10 (i): great powers offer pacts.

use super::utility::utility;
use crate::rng::{Keyed, Stream};
use crate::rules::choice::Choice;
use crate::rules::{Declaration, Given, act};
use crate::scenario::{EventKind, PactKind, Process};
use crate::world::{PactId, StateId, World};

struct Offer {
    from: StateId,
    to: StateId,
    /// Position of the pact that the offer is into; `None`: a bilateral pact.
    into: Option<PactId>,
}

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "sponsor_offers",
    step: "8 alliances",
    equation: "E10 (i)",
    core: true,
    help: "Great powers offer pacts",
    parameters: &["alliance", "protocol"],
    streams: &[Stream::SponsorOffer, Stream::SponsorAnswer],
    run,
};

/// Each power makes Poisson(n_off·2k_g·f) offers to states that are not yet its defence
/// allies, in proportion to √K_i · reach_{g→i} · strategic value; w.p. p_bloc into its
/// largest pact, if that has more than two members and the state is near it, else bilateral. The state accepts w.p. Λ(U/s).
pub fn run(world: &mut World, given: Given<'_>) {
    let powers = world.powers_in_order();
    let offers: Vec<(StateId, u32)> = powers
        .into_iter()
        .filter(|&g| !world.blocked(EventKind::SponsorOffer, &[g]))
        .flat_map(|g| {
            let mean = world.supplied(world.parameters.protocol.offers, g);
            let mut draw = world.draw(Stream::SponsorOffer, g, 0u32);
            let count = draw.poisson(mean.max(0.0));
            (1..=count).map(move |k| (g, k))
        })
        .collect();
    let reach = reach_of_powers(world);
    let stakes: Vec<(StateId, Stakes)> = world
        .powers
        .iter()
        .enumerate()
        .filter(|(_, g)| offers.iter().any(|(from, _)| from == *g))
        .map(|(own, &g)| (g, Stakes::of(world, &reach, own)))
        .collect();
    let answer = |world: &World, offer: &(StateId, u32)| {
        let stake = stakes.iter().find(|(g, _)| *g == offer.0)?;
        answer(world, *offer, &stake.1)
    };
    act(
        world,
        given.scenario.update_order,
        &offers,
        answer,
        |world, offer| {
            if world.pairs.defence_allied(offer.from, offer.to) {
                return;
            }
            match offer.into {
                Some(k) => world.join_pact(k, offer.to, Process::SponsorOffers),
                None => {
                    world.found_pact(
                        PactKind::Defence,
                        vec![offer.from, offer.to],
                        Some(offer.from),
                        (offer.from, offer.to),
                        Process::SponsorOffers,
                    );
                }
            }
        },
    );
}

/// What each state of the roster is worth to a power, and the running sums of that.
struct Stakes {
    each: Vec<f64>,
    sums: Vec<f64>,
}

impl Stakes {
    fn of(world: &World, reach: &[Vec<f64>], own: usize) -> Self {
        let each = stakes(world, reach, own);
        let sum = |sum: &mut f64, stake: &f64| {
            *sum += stake;
            Some(*sum)
        };
        let sums = each.iter().scan(0.0, sum).collect();
        Self { each, sums }
    }

    /// The place in the roster whose share of the sum contains `u` in (0, 1).
    fn choose(&self, u: f64) -> usize {
        let total = self.sums.last().copied().unwrap_or(0.0);
        self.sums.partition_point(|&sum| sum <= u * total)
    }
}

/// Of each power, its reach to each state of the roster; 0 to itself.
fn reach_of_powers(world: &World) -> Vec<Vec<f64>> {
    let to = |g: StateId, i: StateId| if i == g { 0.0 } else { world.reach(g, i) };
    let of = |&g: &StateId| world.roster.iter().map(|&i| to(g, i)).collect();
    world.powers.iter().map(of).collect()
}

/// √K_i · reach_{g→i} · strategic value for the power at this place of the list.
fn stakes(world: &World, reach: &[Vec<f64>], own: usize) -> Vec<f64> {
    let mut values = vec![0.0; world.roster.len()];
    for (other, &h) in world.powers.iter().enumerate().filter(|(h, _)| *h != own) {
        let antagonism = world.antagonism_of(world.powers[own], h);
        for (value, reach) in values.iter_mut().zip(&reach[other]) {
            *value += antagonism * reach;
        }
    }
    for ((value, reach), &i) in values.iter_mut().zip(&reach[own]).zip(&world.roster) {
        *value *= libm::sqrt(world.states.capability[i]) * reach;
    }
    values
}

/// Offers that would go to an ally before the allies are left out in advance.
const TO_ALLIES: usize = 8;

/// Whom g turns to: one is chosen among all and left if it is an ally, which is the same
/// distribution as among the others alone.
fn addressee(world: &World, g: StateId, stakes: &Stakes, draw: &mut Keyed) -> Option<StateId> {
    let open = |i: StateId| i != g && !world.pairs.defence_allied(g, i);
    for _ in 0..TO_ALLIES {
        let i = *world.roster.get(stakes.choose(draw.uniform()))?;
        if open(i) {
            return Some(i);
        }
    }
    let weights = world.roster.iter().zip(&stakes.each);
    let weights: Vec<f64> = weights
        .map(|(&i, &stake)| if open(i) { stake } else { 0.0 })
        .collect();
    draw.weighted(&weights).map(|k| world.roster[k])
}

fn answer(world: &World, (g, k): (StateId, u32), stakes: &Stakes) -> Option<Offer> {
    let mut draw = world.draw(Stream::SponsorOffer, g, k);
    let bloc = draw.uniform() < world.parameters.protocol.bloc_share;
    let i = addressee(world, g, stakes, &mut draw)?;
    let into = bloc
        .then(|| world.largest_sponsored(g))
        .flatten()
        .filter(|&p| {
            world.pacts[p].members.len() > 2 && world.near_pact(i, &world.pacts[p].members)
        });
    let pair = [g];
    let members: &[StateId] = into.map_or(&pair, |p| &world.pacts[p].members);
    let terms = utility(world, i, members, PactKind::Defence, Some(g), &[]);
    let draw = world.uniform(Stream::SponsorAnswer, g, i);
    let choice = Choice::new(Process::SponsorOffers, i, &terms, draw);
    choice
        .answer(world, || {
            let what = if into.is_some() {
                "join the pact of"
            } else {
                "take a defence pact with"
            };
            format!(
                "{what} {} ({})",
                world.states.abbreviation[g],
                world.names(members)
            )
        })
        .then_some(Offer {
            from: g,
            to: i,
            into,
        })
}
