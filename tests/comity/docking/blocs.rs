//! E9 and E10 are the landscape theory of Axelrod & Bennett (1993) for one pact and the rest:
//! equal sizes and symmetric propensities of which each state's add up to nothing.
//!
//! The propensity of two states is p_ij = b_C z_0 − b_X H_ij. A state in the pact leaves if its
//! propensities towards the others in it add up to less than 0, and one outside applies if to
//! more: as both sides together add up to 0, each move lowers frustration.

use super::{Years, plain};
use comity::rng::{Draws, Stream};
use comity::rules::alliance::utility::utility;
use comity::scenario::{PactKind, Process, Scenario, UpdateOrder};
use comity::world::journal::Change;
use comity::world::{PactId, StateId, pair};
use rand::RngExt;

const STATES: usize = 8;
/// b_C z_0: the propensity of a pair without hostility.
const NEUTRAL: f64 = 0.5;

fn deterministic(order: UpdateOrder) -> Scenario {
    let stylised = format!(
        "states = {STATES}\nregions = 1\nneighbours = {}",
        STATES - 1
    );
    plain(
        &stylised,
        &[Process::PactExit, Process::PactAccession],
        |s| {
            s.update_order = order;
            let a = &mut s.parameters.alliance;
            (a.security, a.autonomy, a.entrapment) = (0.0, 0.0, 0.0);
            (a.depth_cost, a.size_cost, a.choice_scale) = (0.0, 0.0, 0.0);
            (a.homophily, a.neutral_distance, a.hostility) = (1.0, NEUTRAL, 1.0);
            let p = &mut s.parameters.protocol;
            (p.exit_rate, p.exit_cost) = (1.0, 0.0);
            (p.applicants, p.bilateral_openness) = (1.0, 1.0);
            p.admission_quorum = 0.0;
        },
    )
}

/// Symmetric propensities whose rows sum to 0, far enough from ties for the least scale of
/// choice, which E9 puts at 10⁻⁶.
fn propensities(seed: u64) -> Vec<Vec<f64>> {
    let mut draws = (0..1000).map(|k| drawn(1000 * seed + k));
    draws.find(|p| is_clear(p)).unwrap()
}

/// Around circles of four states ±w in turn, in multiples of 2⁻¹⁴, which single precision holds exactly.
fn drawn(seed: u64) -> Vec<Vec<f64>> {
    let mut p = vec![vec![0.0; STATES]; STATES];
    let mut draw = Draws::new(seed).at(Stream::Initial, 0, 0, 0);
    for _ in 0..30 {
        let mut circle: Vec<usize> = Vec::new();
        while circle.len() < 4 {
            let i = draw.random_range(0..STATES);
            if !circle.contains(&i) {
                circle.push(i);
            }
        }
        let w = f64::from(draw.random_range(-1638..=1638)) / 16_384.0;
        for k in 0..4 {
            let (i, j) = (circle[k], circle[(k + 1) % 4]);
            let signed = if k % 2 == 0 { w } else { -w };
            p[i][j] += signed;
            p[j][i] += signed;
        }
    }
    p
}

fn is_clear(p: &[Vec<f64>]) -> bool {
    let inside = p.iter().flatten().all(|&x| x.abs() < NEUTRAL);
    let sides = 0..1u32 << STATES;
    inside
        && sides.into_iter().all(|sides| {
            (0..STATES).all(|i| {
                // Alone on a side or with everyone, the sum is 0 in any case.
                let company = (sides ^ 1 << i, sides);
                let lone = [0, (1 << STATES) - 1];
                lone.contains(&company.0)
                    || lone.contains(&company.1)
                    || frustration(p, sides, i).abs() > 4e-4
            })
        })
}

/// F_i = Σ_j p_ij over the states of the other side; a side is a set of bits.
fn frustration(p: &[Vec<f64>], sides: u32, i: usize) -> f64 {
    let across = |j: &usize| (sides >> j ^ sides >> i) & 1 == 1;
    (0..STATES).filter(across).map(|j| p[i][j]).sum()
}

/// E = Σ_i F_i.
fn energy(p: &[Vec<f64>], sides: u32) -> f64 {
    (0..STATES).map(|i| frustration(p, sides, i)).sum()
}

fn is_minimum(p: &[Vec<f64>], sides: u32) -> bool {
    (0..STATES).all(|i| frustration(p, sides ^ 1 << i, i) >= frustration(p, sides, i))
}

fn bits(members: &[StateId]) -> u32 {
    members.iter().map(|&i| 1 << usize::from(i)).sum()
}

fn states(sides: u32) -> Vec<StateId> {
    let side = (0..STATES).filter(|i| sides >> i & 1 == 1);
    side.map(StateId::from).collect()
}

/// A world with these propensities and one pact.
fn world<'a>(scenario: &'a Scenario, seed: u64, p: &[Vec<f64>], pact: u32) -> Years<'a> {
    let mut years = Years::begin(scenario, seed).equal();
    years.world.states.bloc.fill(0.5);
    for i in 0..STATES {
        for j in 0..i {
            years.world.pairs.hostility[pair(i.into(), j.into())] = (NEUTRAL - p[i][j]) as f32;
        }
    }
    let members = states(pact);
    let (founders, by) = ((members[0], members[1]), Process::BilateralPacts);
    years
        .world
        .found_pact(PactKind::Defence, members, None, founders, by);
    years
}

/// The worth of a pact is the propensities towards its members: |M| U_i(M) = Σ_{j∈M} p_ij, so
/// that for every move of one state ΔE = 2ΔF_i, with F and E made from the worth alone.
#[test]
fn every_single_move_changes_energy_by_twice_the_frustration_of_the_mover() {
    let scenario = deterministic(UpdateOrder::Random);
    let p = propensities(7);
    let mut years = world(&scenario, 1, &p, 0b11);
    // Felt capability is made in the year.
    years.pass();
    let worth = |sides: u32, i: usize| {
        let mine = sides >> i & 1;
        let others = states(if mine == 1 { !sides } else { sides });
        let terms = utility(
            &years.world,
            i.into(),
            &others,
            PactKind::Defence,
            None,
            &[],
        );
        terms.sum() * others.len() as f64
    };
    for sides in 0..1u32 << STATES {
        let before: Vec<f64> = (0..STATES).map(|i| worth(sides, i)).collect();
        for i in 0..STATES {
            assert!((before[i] - frustration(&p, sides, i)).abs() < 1e-12);
            let after: Vec<f64> = (0..STATES).map(|j| worth(sides ^ 1 << i, j)).collect();
            let change = after.iter().sum::<f64>() - before.iter().sum::<f64>();
            assert!((change - 2.0 * (after[i] - before[i])).abs() < 1e-12);
        }
    }
}

/// Exit and accession go downhill one move at a time, and rest in the local minima and nowhere else.
#[test]
fn pacts_go_down_the_landscape_and_rest_in_its_local_minima() {
    let mut moves = 0;
    let mut minima = 0;
    for (seed, order) in
        (0..12).flat_map(|s| [(s, UpdateOrder::Random), (s, UpdateOrder::Capability)])
    {
        let scenario = deterministic(order);
        let p = propensities(seed);
        assert!(p.iter().all(|row| row.iter().sum::<f64>() == 0.0));
        for sides in 1..(1u32 << STATES) - 1 {
            if energy(&p, sides) >= 0.0 {
                continue;
            }
            let mut years = world(&scenario, seed, &p, sides);
            let mut now = sides;
            let mut resting = false;
            for _ in 0..50 {
                years.pass();
                let changes = years.world.journal.agreements.clone();
                for change in &changes {
                    let (Change::Joined(i) | Change::Left(i)) = change.change else {
                        panic!("{change:?}");
                    };
                    let i = usize::from(i);
                    let after = now ^ 1 << i;
                    let fall = frustration(&p, after, i) - frustration(&p, now, i);
                    assert!(fall < 0.0, "a move raises frustration by {fall}");
                    let change = energy(&p, after) - energy(&p, now);
                    assert!((change - 2.0 * fall).abs() < 1e-12);
                    now = after;
                    moves += 1;
                }
                assert_eq!(now, bits(&years.world.pacts[PactId::FIRST].members));
                resting = changes.is_empty();
                if resting {
                    break;
                }
            }
            assert!(resting && is_minimum(&p, now));
            assert_eq!(is_minimum(&p, sides), now == sides);
            minima += u32::from(now == sides);
        }
    }
    println!("{moves} moves, {minima} starts were minima");
    assert!(moves > 1000 && minima >= 24);
}
