//! Worlds for property tests: small stylised ones after some years, with parameters, ties and
//! the quantities of pairs drawn at random.

use super::step;
use crate::rng::{Draws, Stream};
use crate::rules::Given;
use crate::scenario::{self, PARAMETERS, PactKind, Process};
use crate::world::World;
use crate::world::init::complete_setting;
use proptest::prelude::*;
use std::fmt;

/// A drawn world.
pub struct Drawn {
    pub world: World,
    what: String,
}

impl fmt::Debug for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

/// Few cases: each is a world.
pub fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A world whose parameters of this group are drawn from three times their prior ranges.
pub fn world(group: &'static str) -> impl Strategy<Value = Drawn> {
    let states = 9usize..60;
    let numbers = prop::collection::vec(0.0..1.0f64, PARAMETERS.len());
    (states, 0u32..4, any::<u64>(), numbers)
        .prop_map(move |(states, years, seed, numbers)| make(group, states, years, seed, &numbers))
}

fn make(group: &str, states: usize, years: u32, seed: u64, numbers: &[f64]) -> Drawn {
    let changes = [format!("stylised.states={states}"), "burn_in=0".to_string()];
    let mut scenario = scenario::load("s2-bipolar", &changes).unwrap();
    let mut what = format!("{states} states, seed {seed}, {years} years");
    for (p, u) in PARAMETERS.iter().zip(numbers) {
        let own = p.path.split_once('.').is_some_and(|(g, _)| g == group);
        let [low, high] = p.prior;
        let value = low + (high - low) * (3.0 * u - 1.0);
        if own && p.domain.admits(value) {
            p.set(&mut scenario.parameters, value);
            what += &format!(", {} = {value}", p.path);
        }
    }
    let setting = complete_setting(&scenario, seed);
    let mut world = World::new(&scenario, &setting, seed);
    let given = Given {
        scenario: &scenario,
        setting: &setting,
    };
    for year in 0..=years {
        (world.step, world.year) = (year, scenario.start_year + year as i32);
        step(&mut world, given);
    }
    scatter(&mut world, seed);
    Drawn { world, what }
}

/// One of `n` places.
fn place(u: f64, n: usize) -> usize {
    (u * n as f64) as usize
}

/// Draws what is between states that are in the system, and makes some pacts.
fn scatter(world: &mut World, seed: u64) {
    let draws = Draws::new(!seed);
    let roster = world.roster.clone();
    for (k, &i) in roster.iter().enumerate() {
        for &j in &roster[..k] {
            let mut draw = draws.at(Stream::Design, 0, i.word(), j.word());
            let p = crate::world::pair(i, j);
            let pairs = &mut world.pairs;
            for cell in [
                &mut pairs.hostility,
                &mut pairs.trust,
                &mut pairs.interdependence,
            ] {
                cell[p] = draw.uniform() as f32;
            }
            let kind = PactKind::ALL[place(draw.uniform(), PactKind::ALL.len())];
            if draw.uniform() < 0.1 {
                let members = vec![i, j, roster[place(draw.uniform(), roster.len())]];
                world.found_pact(kind, members, None, (i, j), Process::BilateralPacts);
            }
        }
        let mut draw = draws.at(Stream::Design, 1, i.word(), 0);
        world.states.bloc[i] = draw.uniform();
        world.states.domestic_conflict[i] = draw.uniform() < 0.3;
        for culture in &mut world.states.culture {
            culture[i] = draw.uniform() as f32;
        }
    }
}
