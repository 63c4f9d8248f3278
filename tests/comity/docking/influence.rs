//! E15 is the model of Friedkin & Johnsen (1990), and that of DeGroot (1974) without anchor.

use super::{Years, plain};
use comity::rules::culture::next;
use comity::scenario::{Action, PARAMETERS, Process, Scenario, Treatment};
use comity::world::{ByState, CULTURE, World};
use nalgebra::{DMatrix, DVector};

const STATES: usize = 12;

/// Contacts fixed by geography and income; nobody is out of reach, no rivals, no noise.
fn fixed_contacts(income: &str, openness: f64, anchor: f64) -> Scenario {
    let stylised = format!(
        "states = {STATES}\nregions = 1\nneighbours = {}\n{income}",
        STATES - 1
    );
    let processes = [Process::Interdependence, Process::Culture];
    plain(&stylised, &processes, |s| {
        s.parameters.interdependence.growth = 0.0;
        let p = &mut s.parameters.culture;
        p.openness = openness;
        p.anchor = anchor;
        p.confidence = 2.0;
        p.repulsion = 0.0;
        p.noise_sd = 0.0;
    })
}

/// W, each row summing to 1, and the sum R of each row before that.
fn contacts(world: &World) -> (DMatrix<f64>, DVector<f64>) {
    let raw = DMatrix::from_fn(STATES, STATES, |i, j| {
        if i == j {
            0.0
        } else {
            world.interdependence(i.into(), j.into())
        }
    });
    let sums = raw.column_sum();
    let shares = DMatrix::from_fn(STATES, STATES, |i, j| raw[(i, j)] / sums[i]);
    (shares, sums)
}

/// (I − ΨW)⁻¹(I − Ψ) c(0) with Ψ_i = β_i/(β_i + a_c), β_i = ψ R_i/(R_i + 1).
fn limit(world: &World, start: &DVector<f64>) -> DVector<f64> {
    let p = world.parameters.culture;
    let (shares, sums) = contacts(world);
    let beta = sums.map(|r| p.openness * r / (r + 1.0));
    let psi = DMatrix::from_diagonal(&beta.map(|b| b / (b + p.anchor)));
    let identity = DMatrix::identity(STATES, STATES);
    let inverse = (&identity - &psi * shares).try_inverse().unwrap();
    inverse * (identity - psi) * start
}

/// Cultures in double precision, with each state's anchor at its initial culture: a year
/// without openness sets it there.
fn start(years: &mut Years) -> [ByState<f64>; CULTURE] {
    let columns = years.world.states.culture.clone();
    let columns = columns.map(|c| c.into_iter().map(f64::from).collect::<ByState<_>>());
    let openness = std::mem::replace(&mut years.world.parameters.culture.openness, 0.0);
    assert_eq!(next(&mut years.world, &columns), columns);
    years.world.parameters.culture.openness = openness;
    columns
}

#[test]
fn culture_comes_to_the_limit_of_friedkin_and_johnsen() {
    let scenario = fixed_contacts("", 0.9, 0.2);
    for seed in 0..5 {
        let mut years = Years::begin(&scenario, seed);
        // Contacts are made in the first year, whose cultures are not used.
        years.pass();
        years.world.states.anchored.fill(false);
        let first = start(&mut years);
        let mut columns = first.clone();
        for _ in 0..200 {
            columns = next(&mut years.world, &columns);
        }
        let mut moved = 0.0f64;
        for d in 0..CULTURE {
            let expected = limit(&years.world, &DVector::from_column_slice(&first[d].raw));
            for i in 0..STATES {
                let gap = (columns[d].raw[i] - expected[i]).abs();
                assert!(gap < 1e-9, "seed {seed}, state {i}: off by {gap:e}");
                moved = moved.max((expected[i] - first[d].raw[i]).abs());
            }
        }
        assert!(moved > 0.02, "nothing moved: {moved}");
    }
}

/// The whole year in single precision, from a scenario that opens the states in year 1.
#[test]
fn a_scenario_comes_to_the_limit_in_single_precision() {
    let mut scenario = fixed_contacts("", 0.0, 0.2);
    let index = PARAMETERS
        .iter()
        .position(|p| p.path == "culture.openness")
        .unwrap();
    scenario.schedule.push(Treatment {
        id: None,
        from: 1,
        until: None,
        states: Vec::new(),
        region: None,
        action: Action::SetParameter(index, 0.9),
    });
    let mut years = Years::begin(&scenario, 1);
    let first = years.pass().states.culture.clone();
    for _ in 0..200 {
        years.pass();
    }
    for d in 0..CULTURE {
        let first: Vec<f64> = first[d].iter().map(|&c| f64::from(c)).collect();
        let expected = limit(&years.world, &DVector::from_vec(first));
        for i in 0..STATES {
            let gap = (f64::from(years.world.states.culture[d].raw[i]) - expected[i]).abs();
            assert!(gap < 2e-6, "state {i}: off by {gap:e}");
        }
    }
}

/// Where all have as much contact, each year is one step of the other model:
/// c(t+1) = βWc(t) + (1 − β)c(0), which with β = 1 is DeGroot's.
#[test]
fn each_year_is_a_step_of_friedkin_and_johnsen_and_of_degroot() {
    for beta in [0.3, 0.8, 1.0] {
        let scenario = fixed_contacts("income = 0.5", 1.0, 1.0 - beta);
        let mut years = Years::begin(&scenario, 3);
        years.pass();
        years.world.states.anchored.fill(false);
        let (shares, sums) = contacts(&years.world);
        years.world.parameters.culture.openness = beta * (sums[0] + 1.0) / sums[0];
        let first = start(&mut years);
        let mut columns = first.clone();
        for year in 0..30 {
            let before = columns;
            columns = next(&mut years.world, &before);
            for d in 0..CULTURE {
                let c = &shares * DVector::from_column_slice(&before[d].raw);
                for i in 0..STATES {
                    let expected = beta * c[i] + (1.0 - beta) * first[d].raw[i];
                    let gap = (columns[d].raw[i] - expected).abs();
                    assert!(gap < 1e-9, "β = {beta}, year {year}: off by {gap:e}");
                }
            }
        }
        // DeGroot: consensus on the mean, for W is doubly stochastic here.
        let mean = first[0].iter().sum::<f64>() / STATES as f64;
        let agreed = columns[0].iter().all(|c| (c - mean).abs() < 1e-9);
        assert_eq!(agreed, beta == 1.0);
    }
}
