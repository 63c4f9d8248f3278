//! E20 with E5 and E14 is Bass's (1969) model where imitation is no stronger than innovation.

use super::{Years, plain};
use comity::scenario::{Process, Scenario};

const REGIONS: usize = 64;

/// Every proposal passes, nothing ends, and awareness is the share of other regions that are
/// structured times q/p: a region founds with the yearly hazard p + qF.
fn bass(p: f64, q: f64) -> Scenario {
    let stylised = format!("states = {}\nregions = {REGIONS}", 2 * REGIONS);
    let processes = [Process::Awareness, Process::Founding, Process::Diffusion];
    plain(&stylised, &processes, |s| {
        s.parameters.diffusion.emulation = 0.0;
        s.parameters.diffusion.fear = q / p;
        let a = &mut s.parameters.awareness;
        (a.rate, a.emulation, a.initial) = (1.0, 1.0, 0.0);
        (a.interdependence, a.problems, a.institutions) = (0.0, 0.0, 0.0);
        (a.threat, a.noise_sd) = (0.0, 0.0);
        s.parameters.partnership.proposal_rate = p;
        s.parameters.partnership.cost = -100.0;
    })
}

/// Share of regions that are structured at the end of each year, mean over seeds.
fn path(scenario: &Scenario, years: usize, seeds: u64) -> Vec<f64> {
    let mut sums = vec![0.0; years];
    for seed in 0..seeds {
        let mut world = Years::begin(scenario, seed);
        for sum in &mut sums {
            *sum += world.pass().partnerships.len() as f64;
        }
    }
    let all = seeds as f64 * REGIONS as f64;
    sums.into_iter().map(|s| s / all).collect()
}

/// F(t) = (1 − e^{−(p+q)t})/(1 + (q/p)e^{−(p+q)t}).
fn cumulated(p: f64, q: f64, t: f64) -> f64 {
    let e = libm::exp(-(p + q) * t);
    (1.0 - e) / (1.0 + q / p * e)
}

/// With q ≤ p adoption is fastest at the start; with q = 0 it is a pure hazard.
#[test]
fn regions_found_as_bass_has_it_where_imitation_is_the_weaker() {
    let (p, seeds) = (0.01, 40);
    let mut paths = Vec::new();
    for q in [0.0, 0.005, 0.01] {
        let path = path(&bass(p, q), 200, seeds);
        let furthest = (0..path.len())
            .map(|t| (path[t] - cumulated(p, q, (t + 1) as f64)).abs())
            .fold(0.0, f64::max);
        println!("q = {q}: furthest from Bass's curve {furthest:.4}");
        // Two and a half standard errors of a share among 2,560 regions.
        assert!(furthest < 0.025, "q = {q}: {furthest}");
        paths.push(path);
    }
    // The curves are far enough apart to be told from one another.
    assert!(paths[1][99] - paths[0][99] > 0.04 && paths[2][99] - paths[1][99] > 0.04);
}

/// What keeps Bass's peak at ln(q/p)/(p + q) away: awareness ends at 1, so a region proposes at
/// most twice as often as one without any.
#[test]
fn imitation_can_at_most_double_the_hazard() {
    let twice = path(&bass(0.01, 0.01), 100, 3);
    let more = path(&bass(0.01, 1e9), 100, 3);
    let last = twice.len() - 1;
    assert!(more[last] < cumulated(0.02, 0.0, 100.0) + 0.1);
    assert!(more[last] < cumulated(0.01, 0.1, 100.0) - 0.05);
}
