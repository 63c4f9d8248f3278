//! E18 is the private provision of a pure public good (Olson & Zeckhauser 1966, Samuelson 1954)
//! for utility that is linear in cost, and Hirshleifer's (1983) under the other technologies.

use super::{Years, plain};
use comity::scenario::{Process, Scenario, Technology};

/// Security worth v = 1 to states without problems, at cost ¼ at every level.
fn pure(states: usize, spill_length: f64, technology: Technology, problems: f64) -> Scenario {
    let stylised = format!("states = {states}\nregions = 1\nneighbours = 1");
    plain(&stylised, &[Process::Provision], |s| {
        s.governance.technology = technology;
        s.parameters.problems.mean = problems;
        s.parameters.problems.similarity = 0.0;
        let p = &mut s.parameters.provision;
        p.spill_length = spill_length;
        p.valuation = 2.0;
        p.unit_cost = 0.25;
        p.regional_overhead = 0.0;
        p.global_overhead = 0.0;
        // Slow enough for simultaneous best replies to settle.
        p.adjustment = 1.0 / states as f64;
    })
}

/// Distance at which all of what one gives arrives at every other.
const EVERYWHERE: f64 = 1e12;

fn settled(scenario: &Scenario, seed: u64, years: usize) -> Years<'_> {
    let mut world = Years::begin(scenario, seed).equal();
    for _ in 0..years {
        world.pass();
    }
    world
}

/// v_i/c − 1: what a state would give alone.
fn alone(years: &Years) -> Vec<f64> {
    let world = &years.world;
    let p = world.parameters.provision;
    let pressure = world.states.pressure.iter();
    pressure
        .map(|x| p.valuation * (0.5 + x) / p.unit_cost - 1.0)
        .collect()
}

/// n states give together what one would give alone, v/c − 1, where nv/c − 1 is best: the gap
/// ln n in ln(1 + G).
#[test]
fn states_alone_give_less_than_is_best_and_the_gap_grows_with_their_number() {
    let mut before = -1.0;
    for n in [2usize, 4, 8, 16, 32, 64] {
        let scenario = pure(n, EVERYWHERE, Technology::Sum, 0.0);
        let years = settled(&scenario, 1, 60 * n.min(8));
        let p = years.world.provision;
        let gap = p.global - p.state;
        assert!((p.state - 4.0f64.ln()).abs() < 1e-5, "{n}: {}", p.state);
        assert!((gap - (n as f64).ln()).abs() < 1e-5, "{n}: {gap}");
        assert!(gap > before);
        before = gap;
        // One region of all is the world.
        assert!((p.regional - p.global).abs() < 1e-9);
    }
}

/// The gap is nothing where nothing spills over, and grows with what does.
#[test]
fn the_gap_grows_with_the_spill() {
    for seed in 0..4 {
        let mut before = -1e-6;
        for length in [1e-5, 0.05, 0.1, 0.3, 1.0, EVERYWHERE] {
            let scenario = pure(16, length, Technology::Sum, 0.0);
            let p = settled(&scenario, seed, 2000).world.provision;
            let gap = p.global - p.state;
            assert!(gap > before - 1e-6, "seed {seed}, {length}: {gap}");
            if length == 1e-5 {
                assert!(gap.abs() < 1e-6, "{gap}");
            }
            before = gap;
        }
    }
}

/// Without an effect of income only the state that values security most gives anything: the
/// exploitation of the great by the small, at its utmost.
#[test]
fn only_the_state_that_values_security_most_contributes() {
    for seed in 0..5 {
        let scenario = pure(8, EVERYWHERE, Technology::Sum, 0.5);
        let years = settled(&scenario, seed, 20_000);
        let alone = alone(&years);
        let most = alone.iter().copied().fold(0.0, f64::max);
        for (i, &g) in years.world.states.contribution.iter().enumerate() {
            let expected = if alone[i] == most { most } else { 0.0 };
            let gap = (g - expected).abs();
            assert!(gap < 1e-4, "seed {seed}, state {i}: {g} for {expected}");
        }
    }
}

#[test]
fn under_the_best_shot_one_contributes_and_under_the_weakest_link_the_least_willing_decides() {
    for seed in 0..5 {
        let scenario = pure(8, EVERYWHERE, Technology::BestShot, 0.5);
        let years = settled(&scenario, seed, 500);
        let alone_values = alone(&years);
        let most = alone_values.iter().copied().fold(0.0, f64::max);
        for (i, &g) in years.world.states.contribution.iter().enumerate() {
            let expected = if alone_values[i] == most { most } else { 0.0 };
            assert!((g - expected).abs() < 1e-6, "best shot: {g} for {expected}");
        }
        let scenario = pure(8, EVERYWHERE, Technology::WeakestLink, 0.5);
        let years = settled(&scenario, seed, 2000);
        let least = alone(&years).iter().copied().fold(f64::INFINITY, f64::min);
        for &g in &years.world.states.good {
            assert!((g - least).abs() < 1e-6, "weakest link: {g} for {least}");
        }
    }
}
