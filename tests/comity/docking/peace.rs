//! E11 has the form that Li, Bradshaw, Clary & Cranmer (2017) found: an effect of alliance paths
//! of up to three steps that does not decay, and none beyond.

use super::{Years, plain};
use comity::rng::logistic;
use comity::scenario::{PactKind, Process};
use comity::world::StateId;

#[test]
fn the_peace_of_pacts_reaches_three_steps_without_decay() {
    const STATES: usize = 40;
    const YEARS: usize = 300;
    let (base, effect) = (-2.0, -1.5);
    let stylised = format!("states = {STATES}\nregions = 1\nneighbours = 0");
    let scenario = plain(&stylised, &[Process::Disputes], |s| {
        let p = &mut s.parameters.dispute;
        p.base = base;
        (p.alliance, p.alliance_path) = (effect, effect);
        (p.parity, p.culture, p.domestic) = (0.0, 0.0, 0.0);
    });
    let mut years = Years::begin(&scenario, 1).equal();
    for i in 1..STATES {
        let (one, other) = (StateId::from(i - 1), StateId::from(i));
        let members = vec![one, other];
        let by = Process::BilateralPacts;
        let kind = PactKind::Defence;
        years
            .world
            .found_pact(kind, members, None, (one, other), by);
    }
    let mut disputes = [0.0; STATES];
    for _ in 0..YEARS {
        for d in &years.pass().journal.disputes {
            disputes[usize::from(d.a).abs_diff(d.b.into())] += 1.0;
        }
    }
    for (steps, count) in disputes.into_iter().enumerate().skip(1) {
        let trials = ((STATES - steps) * YEARS) as f64;
        let reached = if steps <= 3 { effect } else { 0.0 };
        let expected = logistic(base + reached);
        let error = libm::sqrt(expected * (1.0 - expected) / trials);
        let rate = count / trials;
        assert!(
            (rate - expected).abs() < 4.0 * error,
            "{steps} steps: {rate:.4} for {expected:.4}"
        );
    }
}
