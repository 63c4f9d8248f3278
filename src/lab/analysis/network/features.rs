//! Features of pairs of states, for statistical forecasts: ordinary ones of the literature,
//! none of them an alliance.

use std::collections::BTreeSet;

use crate::network::given::State;
use crate::network::{Given, ordered};

/// Names of the features, in order.
pub const NAMES: [&str; 16] = [
    "same_region",
    "contiguous",
    "contiguous_or_by_sea",
    "rivals",
    "distance",
    "log_distance",
    "both_communist",
    "one_communist",
    "regime_difference",
    "regime_lower",
    "one_power",
    "both_powers",
    "log_capability_higher",
    "log_capability_lower",
    "same_region_americas",
    "one_communist_with_power",
];

/// Value of polyarchy and of capability for a state without any.
const REGIME: f64 = 0.4;
const CAPABILITY: f64 = 1e-5;

/// Pairs of states of a year with their features.
pub struct Dyads {
    /// Codes, the lower one first.
    pub pairs: Vec<(u32, u32)>,
    /// Whether they share a region.
    pub within: Vec<bool>,
    /// Regions that both belong to.
    pub regions: Vec<Vec<String>>,
    /// `[pair][feature]`.
    pub features: Vec<Vec<f64>>,
}

/// What is known of a state in a year.
struct Known<'a> {
    state: &'a State,
    communist: bool,
    power: bool,
    regime: f64,
    capability: f64,
}

/// All pairs of states in the system at the end of a year.
pub fn dyads(given: &Given, year: i32) -> Dyads {
    let (communist, powers) = (given.communist(year), given.powers(year));
    let known = |state| known(given, state, year, &communist, &powers);
    let states: Vec<Known> = given.states(year).into_iter().map(known).collect();
    let (land, any) = (given.contiguous(year, false), given.contiguous(year, true));
    let rivals = given.rivals(year);
    let mut found = Dyads {
        pairs: Vec::new(),
        within: Vec::new(),
        regions: Vec::new(),
        features: Vec::new(),
    };
    for (k, b) in states.iter().enumerate() {
        for a in &states[..k] {
            let pair = ordered(a.state.code, b.state.code);
            let of_both = |r: &&String| b.state.regions.contains(*r);
            let shared: Vec<String> = a.state.regions.iter().filter(of_both).cloned().collect();
            let flag = |on: bool| f64::from(u8::from(on));
            let distance = distance(a.state.capital, b.state.capital);
            let one_communist = a.communist != b.communist;
            let log = |value: f64| libm::log(value + 1e-6);
            let same = !shared.is_empty();
            let americas = |k: &Known| k.state.regions.iter().any(|r| r == "americas");
            found.features.push(vec![
                flag(same),
                flag(land.contains(&pair)),
                flag(any.contains(&pair)),
                flag(rivals.contains(&pair)),
                distance,
                libm::log(distance + 0.01),
                flag(a.communist && b.communist),
                flag(one_communist),
                (a.regime - b.regime).abs(),
                a.regime.min(b.regime),
                flag(a.power || b.power),
                flag(a.power && b.power),
                log(a.capability.max(b.capability)),
                log(a.capability.min(b.capability)),
                flag(same && americas(a)),
                flag(one_communist && (a.power || b.power)),
            ]);
            found.pairs.push(pair);
            found.within.push(same);
            found.regions.push(shared);
        }
    }
    found
}

fn known<'a>(
    given: &Given,
    state: &'a State,
    year: i32,
    communist: &BTreeSet<u32>,
    powers: &BTreeSet<u32>,
) -> Known<'a> {
    let code = state.code;
    Known {
        state,
        communist: communist.contains(&code),
        power: powers.contains(&code),
        regime: given.regime(code, year).unwrap_or(REGIME),
        capability: given.capability(code, year).unwrap_or(CAPABILITY),
    }
}

/// Great circle between two capitals over half the circumference.
fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    let radians = |(lat, lon): (f64, f64)| (lat.to_radians(), lon.to_radians());
    let ((lat1, lon1), (lat2, lon2)) = (radians(a), radians(b));
    let half = |x: f64| {
        let s = libm::sin(x / 2.0);
        s * s
    };
    let h = half(lat2 - lat1) + libm::cos(lat1) * libm::cos(lat2) * half(lon2 - lon1);
    2.0 * libm::asin(libm::sqrt(h.clamp(0.0, 1.0))) / std::f64::consts::PI
}
