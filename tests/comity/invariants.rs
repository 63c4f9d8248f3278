//! Invariants that hold in every year of every world.

use comity::rules::{Given, step};
use comity::scenario::{self, Process, Scenario, UpdateOrder, Variant};
use comity::scenario::{PARAMETERS, ProcessSet};
use comity::world::init::complete_setting;
use comity::world::{StateId, World, pair};
use proptest::prelude::*;

/// Runs year by year and checks the world after each.
pub fn check(scenario: &Scenario, seed: u64) {
    let setting = complete_setting(scenario, seed);
    let given = Given {
        scenario,
        setting: &setting,
    };
    let mut world = World::new(scenario, &setting, seed);
    for year in 0..scenario.burn_in + scenario.years {
        world.step = year;
        world.year = scenario.start_year + year as i32 - scenario.burn_in as i32;
        step(&mut world, given);
        check_states(&world);
        check_pacts(&world);
        check_pairs(&world);
        check_bodies(&world);
    }
}

fn check_states(world: &World) {
    world
        .check()
        .unwrap_or_else(|e| panic!("{}: {e}", world.year));
    let total: f64 = world.states.capability.iter().sum();
    assert!(
        world.roster.is_empty() || (total - 1.0).abs() < 1e-6,
        "capability sums to {total} in {}",
        world.year
    );
    for &i in &world.roster {
        let s = &world.states;
        for (name, value) in [
            ("awareness", s.awareness[i]),
            ("denationalisation", s.denationalisation[i]),
            ("threat", s.threat_share[i]),
            ("bloc", s.bloc[i]),
            ("pressure", s.pressure[i]),
            ("interdependence", s.interdependence[i]),
        ] {
            assert!(
                (0.0..=1.0).contains(&value),
                "{name} of {i} is {value} in {}",
                world.year
            );
        }
        assert!(s.good[i].is_finite() && s.good[i] >= 0.0);
        assert!(s.contribution[i].is_finite() && s.instability[i].is_finite());
        assert!(s.culture.iter().all(|c| (0.0..=1.0).contains(&c[i])));
    }
}

fn check_pacts(world: &World) {
    let n = world.states.len();
    let mut ties = vec![[0u8; 4]; n * (n - 1) / 2];
    for pact in &world.pacts {
        assert!(
            pact.members.len() >= 2,
            "{} has too few members",
            pact.label
        );
        assert!(pact.members.is_sorted() && pact.members.windows(2).all(|w| w[0] != w[1]));
        assert!(
            pact.members.iter().all(|&i| world.states.active[i]),
            "{} has an absent member",
            pact.label
        );
        for (k, &i) in pact.members.iter().enumerate() {
            for &j in &pact.members[..k] {
                ties[usize::from(pair(i, j))][pact.kind as usize] += 1;
            }
        }
    }
    let mut names: Vec<&str> = world.pacts.iter().map(|pact| &*pact.label).collect();
    let mut draws: Vec<_> = world
        .pacts
        .iter()
        .map(|p| p.key.address(StateId::FIRST))
        .collect();
    names.sort_unstable();
    draws.sort_unstable();
    assert!(
        names.windows(2).all(|w| w[0] != w[1]) && draws.windows(2).all(|w| w[0] != w[1]),
        "two pacts of one name in {}",
        world.year
    );
    assert!(
        ties == world.pairs.ties.raw,
        "ties do not follow from pacts in {}",
        world.year
    );
    for i in world.states.keys() {
        let others = world.states.keys().filter(|&j| j != i);
        let allies: Vec<StateId> = others
            .filter(|&j| ties[usize::from(pair(i, j))] != [0; 4])
            .collect();
        assert_eq!(allies, world.allies[i]);
    }
}

fn check_pairs(world: &World) {
    for &i in &world.roster {
        for &j in world.roster.iter().take_while(|&&j| j < i) {
            let k = pair(i, j);
            let proximity = world.pairs.proximity_of(i)[j];
            assert!(
                (0.0..=1.0).contains(&proximity) && proximity == world.pairs.proximity_of(j)[i]
            );
            let felt = world.pairs.felt_by(i)[j];
            assert!((0.0..=1.0).contains(&felt), "felt by {i} of {j}: {felt}");
            for (name, values) in [
                ("interdependence", &world.pairs.interdependence),
                ("hostility", &world.pairs.hostility),
                ("trust", &world.pairs.trust),
            ] {
                assert!(
                    (0.0..=1.0).contains(&values[k]),
                    "{name} of {i}, {j} is {}",
                    values[k]
                );
            }
        }
    }
}

fn check_bodies(world: &World) {
    for body in &world.partnerships {
        assert!(body.members.len() >= 2 && body.members.is_sorted());
        assert!(body.members.iter().all(|&i| world.states.active[i]));
        assert!((0.0..1.0).contains(&body.institutionalisation()));
        assert!((0.0..=1.0).contains(&body.link) && (0.0..=1.0).contains(&body.consensus));
        assert!(
            body.participants
                .iter()
                .all(|(_, s)| (-1.0..=1.0).contains(s))
        );
    }
    for region in &world.regions {
        assert!(
            (0.0..=1.0).contains(&region.competition) && (0.0..=1.0).contains(&region.violence)
        );
        assert!(region.emulation.is_finite() && region.performance.is_finite());
    }
}

#[test]
fn history_keeps_the_invariants() {
    let scenario = scenario::load("history-1946", &[]).unwrap();
    check(&scenario, 1);
}

/// The last applicant, refused again and again, once looked up its hostility to itself.
#[test]
fn an_applicant_is_never_paired_with_itself() {
    let set = [
        "alliance.autonomy=0.4396",
        "alliance.pull=0.9785",
        "alliance.choice_scale=0.2048",
        "protocol.offers=9.776",
        "protocol.proposers=0.3662",
    ];
    let set = set.map(|text| format!("parameters.{text}"));
    let scenario = scenario::load("history-1946", &set).unwrap();
    check(&scenario, 100_001_946);
}

/// A power's offer and its call of the same year, both taken up first by the same state, once
/// were two pacts of one name with the same draws, and merged with themselves.
#[test]
fn an_offer_and_a_call_of_the_same_founders_are_two_pacts() {
    let scenario = scenario::load("history-1946", &[]).unwrap();
    let seed = 9;
    check(&scenario, seed);
    let history = comity::simulation::run(&scenario, seed);
    let mut twins = history.agreements.iter().filter(|a| a.change == "founded");
    assert!(
        twins.any(|a| a.agreement == "USA-CAN-1948-defence-2"),
        "the seed no longer has the case"
    );
}

/// States in the system in every year as the observed tables count them.
#[test]
fn history_has_the_observed_number_of_states() {
    let mut scenario = scenario::load("history-1946", &[]).unwrap();
    scenario.years = 43;
    let history = comity::simulation::run(&scenario, 1);
    let bytes = scenario::library::data("observed/alliances_by_year.csv").unwrap();
    let mut seen = 0;
    for record in csv::Reader::from_reader(bytes).records() {
        let record = record.unwrap();
        let (year, states): (i64, i64) = (record[0].parse().unwrap(), record[2].parse().unwrap());
        let row = history.world.iter().find(|w| w.year == year).unwrap();
        assert_eq!(row.states, states, "{year}");
        seen += 1;
    }
    assert_eq!(seen, 86);
}

#[test]
fn nothing_saturates_with_defaults() {
    let scenario = scenario::load("history-1946", &[]).unwrap();
    let history = comity::simulation::run(&scenario, 1);
    for w in &history.world {
        assert!(w.largest < w.states, "one pact of everyone in {}", w.year);
        assert!(
            w.awareness_p10 < w.awareness_p90 && w.awareness_p90 < 1.0,
            "{}",
            w.year
        );
        assert!(w.share_in_defence_pacts > 0.0 && w.share_in_defence_pacts < 1.0);
        assert!(w.denationalisation < 0.9 && w.culture_dispersion > 0.01);
    }
    assert!(
        history.world[0].share_in_partnerships < 0.5,
        "partnerships everywhere in year 1"
    );
}

fn world(states: usize, regions: usize, powers: usize) -> String {
    let share = 1.0 / powers as f64;
    let poles = vec![share.to_string(); powers].join(", ");
    format!(
        "title = \"t\"\npurpose = \"p\"\nyears = 25\nburn_in = 3\n\
         [stylised]\nstates = {states}\nregions = {regions}\npoles = [{poles}]\n\
         pole_capability = 0.5\nantagonism = 0.7\nneighbours = {}\n",
        3.min(states - 1)
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Random worlds, any process on or off, parameters drawn from the prior box or at its edges.
    #[test]
    fn random_worlds_keep_the_invariants(
        states in 2usize..60,
        regions in 1usize..6,
        powers in 1usize..4,
        switches in any::<u64>(),
        core in any::<bool>(),
        order in 0u8..3,
        edges in proptest::collection::vec(0u8..4, PARAMETERS.len()),
        mix in proptest::collection::vec(0.0f64..1.0, PARAMETERS.len()),
        seed in any::<u64>(),
    ) {
        let text = world(states, regions.min(states), powers.min(states));
        let mut scenario = scenario::load_text("random.toml", &text, &[]).unwrap();
        scenario.variant = if core { Variant::Core } else { Variant::Full };
        scenario.processes = if core { ProcessSet::core() } else { ProcessSet::full() };
        for (k, &process) in Process::ALL.iter().enumerate() {
            // One process in four is switched.
            if (switches >> (2 * (k % 32))) & 3 == 0 {
                scenario.processes = scenario.processes.with(process, !scenario.processes.has(process));
            }
        }
        scenario.update_order = [UpdateOrder::Random, UpdateOrder::Synchronous, UpdateOrder::Capability][order as usize];
        for (k, parameter) in PARAMETERS.iter().enumerate() {
            let [low, high] = parameter.prior;
            let value = match edges[k] {
                0 => low,
                1 => high,
                _ => low + mix[k] * (high - low),
            };
            let value = if parameter.domain == comity::scenario::parameters::Domain::Count { value.round() } else { value };
            parameter.set(&mut scenario.parameters, value);
        }
        check(&scenario, seed);
    }
}
