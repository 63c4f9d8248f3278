//! Same scenario and seed: the same history, in any thread and order.

use comity::scenario::{self, Scenario, UpdateOrder};
use comity::simulation::run;
use rayon::prelude::*;

pub fn short(name: &str, years: u32) -> Scenario {
    let mut scenario = scenario::load(name, &[]).unwrap();
    scenario.years = scenario.years.min(years);
    scenario.recording.states = true;
    scenario
}

#[test]
fn runs_do_not_depend_on_threads_or_order() {
    let scenario = short("history-1946", 12);
    let alone: Vec<_> = (1..=4).map(|seed| run(&scenario, seed)).collect();
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let mut together: Vec<_> = pool.install(|| {
            (1..=4u64)
                .rev()
                .collect::<Vec<_>>()
                .into_par_iter()
                .map(|s| run(&scenario, s))
                .collect()
        });
        together.reverse();
        // NaN ≠ NaN: compare what would be written.
        assert_eq!(
            format!("{alone:?}"),
            format!("{together:?}"),
            "{threads} threads"
        );
    }
}

#[test]
fn seeds_differ() {
    let scenario = short("history-1946", 3);
    assert_ne!(
        format!("{:?}", run(&scenario, 1)),
        format!("{:?}", run(&scenario, 2))
    );
}

#[test]
fn update_orders_are_three_different_models() {
    let mut scenario = short("history-1946", 25);
    let mut texts = Vec::new();
    for order in [
        UpdateOrder::Random,
        UpdateOrder::Synchronous,
        UpdateOrder::Capability,
    ] {
        scenario.update_order = order;
        texts.push(format!("{:?}", run(&scenario, 1)));
    }
    assert!(texts[0] != texts[1] && texts[1] != texts[2] && texts[0] != texts[2]);
}
