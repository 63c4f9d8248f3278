//! Opposed coefficients over the prior box: how much each can move a decision, and the file of
//! priors that verdicts rest on.

use std::fmt::Write as _;
use std::path::Path;

use comity::ensemble::claims::Draws;
use comity::observe::statistics::mean;
use comity::rules::alliance::utility::utility;
use comity::rules::partnership::value::{RegionView, value};
use comity::scenario::{self, PARAMETERS, PactKind, Parameter};
use comity::world::World;
use rayon::prelude::*;

use crate::equations::Grown;

/// Draws from the prior box, and years after which the worlds are looked at.
const DRAWS: usize = 128;
const YEARS: u32 = 40;

/// Pairs of coefficients of which one moves a decision up and the other down.
const PAIRS: [(&str, &str); 4] = [
    ("alliance.pull", "alliance.reactance"),
    ("partnership.insurance", "partnership.competition"),
    ("partnership.violence_demand", "partnership.violence"),
    ("partnership.awareness", "partnership.dependence"),
];

/// What each coefficient of [`PAIRS`] is multiplied by, for each decision that could be taken.
fn regressors(mut world: World) -> Vec<[Vec<f64>; 2]> {
    for path in PAIRS.iter().flat_map(|(a, b)| [a, b]) {
        let parameter = Parameter::find(path).unwrap();
        parameter.set(&mut world.parameters, 1.0);
    }
    let mut found = vec![[Vec::new(), Vec::new()]; PAIRS.len()];
    let mut note = |pair: usize, up: f64, down: f64| {
        found[pair][0].push(up);
        found[pair][1].push(down);
    };
    for &g in &world.powers {
        for &i in world.roster.iter().filter(|&&i| i != g) {
            let terms = utility(&world, i, &[g], PactKind::Defence, Some(g), &[]);
            note(0, terms.pull, terms.reactance);
        }
    }
    for r in world.regions.keys() {
        let view = RegionView::of(&world, r);
        for &i in &world.regions[r].members {
            let terms = value(&world, &view, i, world.parameters.partnership.depth);
            note(1, terms.insurance, terms.competition);
            note(2, terms.violence_demand, terms.violence);
            note(3, terms.awareness, terms.dependence);
        }
    }
    found
}

fn root_mean_square(values: &[f64]) -> f64 {
    mean(&values.iter().map(|x| x * x).collect::<Vec<_>>()).sqrt()
}

#[test]
fn opposed_coefficients_move_decisions_about_as_much() {
    let prior = Draws::prior(DRAWS).unwrap();
    let scenario = scenario::load("s2-bipolar", &[]).unwrap();
    let worlds: Vec<_> = (0..DRAWS)
        .into_par_iter()
        .map(|k| {
            let mut scenario = scenario.clone();
            for (parameter, &value) in prior.parameters.iter().zip(&prior.rows[k]) {
                parameter.set(&mut scenario.parameters, value);
            }
            regressors(Grown::new(scenario, k as u64 + 1, YEARS).world)
        })
        .collect();
    let mut table = String::from(
        "| pair | prior widths | regressors, root mean square | largest move | ratio |\n\
         |---|---|---|---|---|\n",
    );
    let mut ratios = Vec::new();
    for (pair, (up, down)) in PAIRS.iter().enumerate() {
        let side = |side: usize, path: &str| {
            let all: Vec<f64> = worlds.iter().flat_map(|w| w[pair][side].clone()).collect();
            let parameter = Parameter::find(path).unwrap();
            let width = parameter.prior[1] - parameter.prior[0];
            (parameter.symbol, width, root_mean_square(&all))
        };
        let (a, b) = (side(0, up), side(1, down));
        let moves = (a.1 * a.2, b.1 * b.2);
        let ratio = moves.0 / moves.1;
        writeln!(
            table,
            "| {}, {} | {}, {} | {:.2}, {:.2} | {:.2}, {:.2} | {ratio:.2} |",
            a.0, b.0, a.1, b.1, a.2, b.2, moves.0, moves.1,
        )
        .unwrap();
        ratios.push(ratio);
    }
    println!("{table}");
    crate::documents::check("opposed", &table);
    for ratio in &ratios[..3] {
        assert!((0.5..=2.0).contains(ratio), "{table}");
    }
}

/// What verdicts are taken over: every prior range, frozen in a file.
#[test]
fn the_priors_are_the_frozen_ones() {
    let mut table = String::from("parameter,low,high\n");
    for parameter in PARAMETERS {
        let [low, high] = parameter.prior;
        writeln!(table, "{},{low},{high}", parameter.path).unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/claims/priors.csv");
    if std::env::var_os("COMITY_UPDATE").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let frozen = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        table, frozen,
        "a prior range is not that of experiments/claims/priors.csv, on which docs/findings.md \
         rests: COMITY_UPDATE=1 renews the file; say so in CHANGELOG.md and check the claims again"
    );
}
