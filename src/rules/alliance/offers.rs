//! E10 (i): great powers offer pacts.

use super::Choice;
use super::utility::utility;
use crate::rng::Stream;
use crate::rules::{Given, act};
use crate::scenario::{EventKind, PactKind, Process};
use crate::world::World;

struct Offer {
    from: usize,
    to: usize,
    /// Position of the pact that the offer is into; `None`: a bilateral pact.
    into: Option<usize>,
}

/// Each power makes Poisson(n_off·2k_g·f) offers to states that are not yet its defence
/// allies, in proportion to √K_i · reach_{g→i} · strategic value; w.p. p_bloc into its
/// largest pact, if that has more than two members and the state is near it, else bilateral. The state accepts w.p. Λ(U/s).
pub fn run(world: &mut World, given: Given<'_>) {
    let powers = world.powers_in_order();
    let offers: Vec<(usize, u32)> = powers
        .into_iter()
        .filter(|&g| !world.blocked(EventKind::SponsorOffer, &[g]))
        .flat_map(|g| {
            let mean = world.parameters.protocol.offers
                * 2.0
                * world.power_share(g)
                * world.offer_supply();
            let count = world
                .draws
                .at(Stream::SponsorOffer, world.step, g as u32, 0)
                .poisson(mean.max(0.0));
            (1..=count).map(move |k| (g, k))
        })
        .collect();
    let stakes: Vec<(usize, Vec<f64>)> = world
        .powers
        .iter()
        .filter(|&&g| offers.iter().any(|(from, _)| *from == g))
        .map(|&g| (g, stakes(world, g)))
        .collect();
    let answer = |world: &World, offer: &(usize, u32)| {
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

/// √K_i · reach_{g→i} · strategic value, for each state of the roster.
fn stakes(world: &World, g: usize) -> Vec<f64> {
    let rivals: Vec<(usize, f64)> = world
        .powers
        .iter()
        .filter(|&&h| h != g)
        .map(|&h| (h, world.antagonism_of(g, h)))
        .collect();
    world
        .roster
        .iter()
        .map(|&i| {
            if i == g {
                return 0.0;
            }
            let value: f64 = rivals
                .iter()
                .filter(|&&(h, _)| h != i)
                .map(|&(h, antagonism)| antagonism * world.reach(h, i))
                .sum();
            libm::sqrt(world.states.capability[i]) * world.reach(g, i) * value
        })
        .collect()
}

fn answer(world: &World, (g, k): (usize, u32), stakes: &[f64]) -> Option<Offer> {
    let weights: Vec<f64> = world
        .roster
        .iter()
        .zip(stakes)
        .map(|(&i, &stake)| {
            if i == g || world.pairs.defence_allied(g, i) {
                0.0
            } else {
                stake
            }
        })
        .collect();
    let mut draw = world
        .draws
        .at(Stream::SponsorOffer, world.step, g as u32, k);
    let i = world.roster[draw.weighted(&weights)?];
    let bloc = draw.uniform() < world.parameters.protocol.bloc_share;
    let into = bloc
        .then(|| world.largest_sponsored(g))
        .flatten()
        .filter(|&p| {
            world.pacts[p].members.len() > 2 && world.near_pact(i, &world.pacts[p].members)
        });
    let pair = [g];
    let members: &[usize] = into.map_or(&pair, |p| &world.pacts[p].members);
    let choice = Choice {
        process: "sponsor_offers",
        state: i,
        terms: &utility(world, i, members, PactKind::Defence, Some(g), &[]),
        shift: 0.0,
        rate: 1.0,
        leaving: false,
        draw: world
            .draws
            .uniform(Stream::SponsorAnswer, world.step, g as u32, i as u32),
    };
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
