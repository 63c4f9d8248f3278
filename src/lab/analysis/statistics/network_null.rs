//! Whether ties keep to regions more than the degrees explain: rewired networks (Maslov &
//! Sneppen 2002, Science 296: 910-913).

use std::collections::BTreeSet;

use serde::Serialize;

use super::Options;
use super::resample::{Purpose, keyed, monte_carlo_p};
use crate::analysis::summary::mean;
use comity_model::error::{Error, Result};
use rand::RngExt;

/// Swaps that are tried for each tie before a network counts as new: many times what Milo et
/// al. (2003, arXiv cond-mat/0312028) found enough is not needed for a share of ties.
pub const SWAPS_PER_TIE: usize = 20;

/// Ties within regions against rewired networks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NetworkNull {
    /// Number of ties.
    pub ties: usize,
    /// Share of ties within a region.
    pub within: f64,
    /// Its mean over the rewired networks.
    pub expected: f64,
    /// Its standard deviation over them.
    pub deviation: f64,
    /// Observed less expected over the deviation, also that of the modularity, as degrees do not
    /// change; `None` if rewiring changes nothing.
    pub z: Option<f64>,
    /// Share of networks, the observed one counted, with at least as large a share within.
    pub p: f64,
    /// Modularity of the division into regions (Newman & Girvan 2004).
    pub modularity: f64,
    /// Its mean over the rewired networks.
    pub expected_modularity: f64,
    /// Swaps tried for each rewired network.
    pub swaps: usize,
    /// Share of the tried swaps that were made; the others would have doubled a tie or tied a
    /// node to itself.
    pub accepted: f64,
}

/// Ties between nodes (numbered from 0) whose regions are `region`, against
/// `options.resamples` networks with the same degree of every node and, as nodes keep
/// their region, the same regions. Each is made from the one before by `swaps_per_tie` tried
/// double edge swaps for each tie, after ten times as many at the start. A swap that is not
/// possible counts, which keeps all networks equally likely.
///
/// # Errors
///
/// With fewer than two ties, a tie of a node with itself, a tie twice, a node without a region,
/// no swap, or wrong options.
pub fn network_null(
    ties: &[(usize, usize)],
    region: &[usize],
    swaps_per_tie: usize,
    options: &Options,
) -> Result<NetworkNull> {
    options.check()?;
    if swaps_per_tie == 0 {
        return Err(Error::expected(0, "at least 1").at_key("swaps_per_tie"));
    }
    let mut network = Network::of(ties, region.len())?;
    let count = ties.len() as f64;
    let inside = |network: &Network| {
        let ties = network.ties.iter();
        ties.filter(|(a, b)| region[*a] == region[*b]).count() as f64
    };
    let observed = inside(&network);
    let by_chance = degree_share(ties, region);
    let swaps = swaps_per_tie * ties.len();
    let mut made = network.rewire(10 * swaps, options.seed, 0);
    let mut drawn = Vec::with_capacity(options.resamples);
    for k in 1..=options.resamples {
        made += network.rewire(swaps, options.seed, k);
        drawn.push(inside(&network));
    }
    let expected = mean(&drawn);
    let deviation = crate::analysis::bootstrap::sample_deviation(&drawn);
    let reached = drawn.iter().filter(|d| **d >= observed).count();
    Ok(NetworkNull {
        ties: ties.len(),
        within: observed / count,
        expected: expected / count,
        deviation: deviation / count,
        z: (deviation > 0.0).then(|| (observed - expected) / deviation),
        p: monte_carlo_p(reached, drawn.len()),
        modularity: observed / count - by_chance,
        expected_modularity: expected / count - by_chance,
        swaps,
        accepted: made as f64 / (swaps * (10 + options.resamples)) as f64,
    })
}

/// Σ (share of all tie ends in the region)².
fn degree_share(ties: &[(usize, usize)], region: &[usize]) -> f64 {
    let mut ends = vec![0.0; region.iter().max().map_or(0, |r| r + 1)];
    for (a, b) in ties {
        ends[region[*a]] += 1.0;
        ends[region[*b]] += 1.0;
    }
    let all = 2.0 * ties.len() as f64;
    ends.iter().map(|e| (e / all) * (e / all)).sum()
}

/// A simple network: its ties as a list and as a set, the smaller node first.
struct Network {
    ties: Vec<(usize, usize)>,
    present: BTreeSet<(usize, usize)>,
}

impl Network {
    fn of(ties: &[(usize, usize)], nodes: usize) -> Result<Self> {
        if ties.len() < 2 {
            return Err(Error::expected(ties.len(), "at least 2 ties"));
        }
        let mut network = Self {
            ties: Vec::with_capacity(ties.len()),
            present: BTreeSet::new(),
        };
        for &(a, b) in ties {
            let tie = ordered(a, b);
            let fresh = a != b && tie.1 < nodes && network.present.insert(tie);
            if !fresh {
                let expected = format!("two of {nodes} nodes, each pair once");
                return Err(Error::expected(format!("the tie {a}, {b}"), expected));
            }
            network.ties.push(tie);
        }
        Ok(network)
    }

    /// Tries this many double edge swaps; how many were made.
    fn rewire(&mut self, swaps: usize, seed: u64, k: usize) -> usize {
        let mut draws = keyed(seed, Purpose::Swaps, k, 0);
        let mut made = 0;
        for _ in 0..swaps {
            let mut tie = || draws.random_range(0..self.ties.len());
            let (i, j) = (tie(), tie());
            let crossed = draws.random::<bool>();
            let ((a, b), (c, d)) = (self.ties[i], self.ties[j]);
            let (c, d) = if crossed { (d, c) } else { (c, d) };
            let (first, second) = (ordered(a, d), ordered(c, b));
            let possible = i != j
                && a != d
                && c != b
                && !self.present.contains(&first)
                && !self.present.contains(&second);
            if possible {
                self.present.remove(&self.ties[i]);
                self.present.remove(&self.ties[j]);
                self.present.insert(first);
                self.present.insert(second);
                (self.ties[i], self.ties[j]) = (first, second);
                made += 1;
            }
        }
        made
    }
}

fn ordered(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    const TIES: [(usize, usize); 10] = [
        (0, 1),
        (0, 2),
        (1, 2),
        (2, 3),
        (3, 4),
        (3, 5),
        (4, 5),
        (5, 6),
        (6, 7),
        (1, 7),
    ];
    const REGION: [usize; 8] = [0, 0, 0, 1, 1, 1, 2, 2];

    /// Expected: all 6057 simple networks with these degrees, gone through in Python: the share
    /// within has mean 0.266667 and standard deviation 0.122774, and 8 of them reach 0.7. The
    /// modularity is `networkx.community.modularity` of NetworkX 3.6.
    #[test]
    fn rewired_networks_are_all_equally_likely() {
        let options = Options {
            resamples: 20_000,
            ..Options::default()
        };
        let found = network_null(&TIES, &REGION, SWAPS_PER_TIE, &options).unwrap();
        close(found.within, 0.7, 1e-12);
        close(found.modularity, 0.34, 1e-12);
        close(found.expected, 0.26666666666666666, 0.003);
        close(found.deviation, 0.1227740555405936, 0.003);
        close(found.p, 8.0 / 6057.0, 0.0008);
        close(found.z.unwrap(), 3.53, 0.1);
        assert!(found.accepted > 0.1 && found.swaps == 200);
        let mut network = Network::of(&TIES, 8).unwrap();
        network.rewire(500, 3, 0);
        let degree =
            |ties: &[(usize, usize)], i| ties.iter().filter(|(a, b)| *a == i || *b == i).count();
        for i in 0..8 {
            assert_eq!(degree(&network.ties, i), degree(&TIES, i));
        }
        assert_eq!(network.present.len(), 10);
    }

    #[test]
    fn a_network_that_cannot_change_has_no_z() {
        let complete = [(0, 1), (0, 2), (1, 2)];
        let found = network_null(&complete, &[0, 0, 1], 5, &Options::default()).unwrap();
        assert_eq!((found.z, found.p, found.accepted), (None, 1.0, 0.0));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        let of = |ties: &[(usize, usize)], swaps| {
            network_null(ties, &REGION, swaps, &Options::default())
        };
        assert!(of(&TIES[..1], 5).is_err());
        assert!(of(&[(0, 1), (1, 0)], 5).is_err());
        assert!(of(&[(0, 1), (2, 2)], 5).is_err());
        assert!(of(&[(0, 1), (2, 8)], 5).is_err());
        assert!(of(&TIES, 0).is_err());
    }
}
