//! Measures of the network of defence pacts.

use crate::world::{ByState, World};
use typed_index_collections::ti_vec;

/// The network of defence pacts among the states in the system, which stand in the order of the
/// roster.
#[derive(Debug, Clone, Default)]
pub struct DefenceNetwork {
    /// Allies of one state after the other, ascending.
    allies: Vec<usize>,
    /// Where the allies of each state end.
    ends: Vec<usize>,
}

impl DefenceNetwork {
    /// The network as the year stands.
    pub fn of(world: &World) -> Self {
        let mut position: ByState<usize> = ti_vec![usize::MAX; world.states.len()];
        for (k, &i) in world.roster.iter().enumerate() {
            position[i] = k;
        }
        Self::new(world.roster.iter().map(|&i| {
            let tied = world.allies[i].iter();
            let tied = tied.filter(move |&&j| world.pairs.defence_allied(i, j));
            tied.map(|&j| position[j])
        }))
    }

    /// The network of states with these allies each, ascending.
    pub fn new<L: IntoIterator<Item = usize>>(lists: impl Iterator<Item = L>) -> Self {
        let (mut allies, mut ends) = (Vec::new(), Vec::new());
        for list in lists {
            allies.extend(list);
            ends.push(allies.len());
        }
        Self { allies, ends }
    }

    /// Number of states in the system.
    pub fn states(&self) -> usize {
        self.ends.len()
    }

    /// Allies of the state at this place, ascending.
    pub fn allies(&self, i: usize) -> &[usize] {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.allies[start..self.ends[i]]
    }

    /// The network if it is needed, else one without states.
    pub fn if_needed(world: &World, needed: bool) -> Self {
        if needed {
            Self::of(world)
        } else {
            Self::default()
        }
    }

    /// Number of states with allies.
    pub fn allied(&self) -> usize {
        self.with_allies().count()
    }

    /// The places of states with allies.
    fn with_allies(&self) -> impl Iterator<Item = usize> + Clone {
        (0..self.states()).filter(|&i| !self.allies(i).is_empty())
    }

    /// Number of tied pairs.
    pub fn dyads(&self) -> usize {
        self.allies.len() / 2
    }

    /// Global transitivity: 3 × triangles / connected triples; NaN without a triple.
    pub fn transitivity(&self) -> f64 {
        let words = self.states().div_ceil(64);
        let mut bits = vec![0u64; self.states() * words];
        let (mut closed, mut triples) = (0u64, 0u64);
        for i in 0..self.states() {
            let allies = self.allies(i);
            for &j in allies {
                bits[i * words + j / 64] |= 1 << (j % 64);
            }
            let degree = allies.len() as u64;
            triples += degree * degree.saturating_sub(1) / 2;
            let row = |i: usize| &bits[i * words..][..words];
            for &j in allies.iter().take_while(|&&j| j < i) {
                closed += shared(row(i), row(j));
            }
        }
        if triples == 0 {
            f64::NAN
        } else {
            closed as f64 / triples as f64
        }
    }

    /// Size of the largest component of two states or more.
    pub fn largest_component(&self) -> usize {
        let mut seen = vec![false; self.states()];
        let mut largest = 0;
        for start in 0..self.states() {
            if seen[start] || self.allies(start).is_empty() {
                continue;
            }
            let (mut size, mut stack) = (0, vec![start]);
            seen[start] = true;
            while let Some(i) = stack.pop() {
                size += 1;
                for &j in self.allies(i) {
                    if !seen[j] {
                        seen[j] = true;
                        stack.push(j);
                    }
                }
            }
            largest = largest.max(size);
        }
        largest
    }

    /// Communities by greedy moves that raise modularity (the first phase of Blondel et al.
    /// 2008, states in order), and the modularity reached; NaN without a tie.
    pub fn communities(&self) -> (Vec<usize>, f64) {
        let total = 2.0 * self.dyads() as f64;
        let mut of: Vec<usize> = (0..self.states()).collect();
        if total == 0.0 {
            return (of, f64::NAN);
        }
        let degree = |i: usize| self.allies(i).len() as f64;
        let mut mass: Vec<f64> = (0..self.states()).map(degree).collect();
        let mut links = vec![0.0; self.states()];
        let mut near = Vec::new();
        for _ in 0..20 {
            let mut moved = false;
            for i in self.with_allies() {
                for &j in self.allies(i) {
                    let community = of[j];
                    if links[community] == 0.0 {
                        near.push(community);
                    }
                    links[community] += 1.0;
                }
                let (home, degree) = (of[i], degree(i));
                mass[home] -= degree;
                let gain = |c: usize| links[c] - degree * mass[c] / total;
                let mut best = (gain(home), home);
                for &community in &near {
                    let candidate = (gain(community), community);
                    if candidate.0 > best.0 + 1e-12 {
                        best = candidate;
                    }
                }
                mass[best.1] += degree;
                of[i] = best.1;
                moved |= best.1 != home;
                near.drain(..).for_each(|community| links[community] = 0.0);
            }
            if !moved {
                break;
            }
        }
        let at_home = |i: usize| self.allies(i).iter().filter(|&&j| of[j] == of[i]).count();
        let inside: f64 = self.with_allies().map(|i| at_home(i) as f64).sum();
        let expected: f64 = mass.iter().map(|m| (m / total) * (m / total)).sum();
        (of, inside / total - expected)
    }
}

/// Number of bits that two rows share.
#[multiversion::multiversion(targets("x86_64+popcnt"))]
fn shared(a: &[u64], b: &[u64]) -> u64 {
    let both = a.iter().zip(b).map(|(a, b)| a & b);
    both.map(|bits| u64::from(bits.count_ones())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(states: usize, ties: &[(usize, usize)]) -> DefenceNetwork {
        let mut allies = vec![Vec::new(); states];
        for &(i, j) in ties {
            allies[i].push(j);
            allies[j].push(i);
        }
        allies.iter_mut().for_each(|l| l.sort_unstable());
        DefenceNetwork::new(allies.into_iter())
    }

    #[test]
    fn two_triangles_and_a_bridge() {
        let n = network(7, &[(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)]);
        assert_eq!(n.dyads(), 7);
        assert_eq!(n.largest_component(), 6);
        // 6 closed corners of 4·1 + 2·3 = 10 triples.
        assert!((n.transitivity() - 0.6).abs() < 1e-12);
        let (of, q) = n.communities();
        assert!(of[0] == of[1] && of[1] == of[2] && of[3] == of[4] && of[2] != of[3]);
        // Q = 12/14 − 2·(7/14)².
        assert!((q - (12.0 / 14.0 - 0.5)).abs() < 1e-12, "{q}");
    }

    #[test]
    fn an_empty_network_has_no_measures() {
        let n = network(3, &[]);
        assert!(n.transitivity().is_nan() && n.communities().1.is_nan());
        assert_eq!(n.largest_component(), 0);
    }
}
