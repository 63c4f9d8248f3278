//! Measures of the network of defence pacts.

use crate::world::World;

/// The network of defence pacts among the states in the system.
#[derive(Debug, Clone)]
pub struct DefenceNetwork {
    /// Number of states in the system.
    pub states: usize,
    /// Allies of each state that is in the system, as positions in the roster, ascending.
    pub allies: Vec<Vec<usize>>,
}

impl DefenceNetwork {
    /// The network as the year stands.
    pub fn of(world: &World) -> Self {
        let mut position = vec![usize::MAX; world.states.len()];
        for (k, &i) in world.roster.iter().enumerate() {
            position[i] = k;
        }
        let allies = world
            .roster
            .iter()
            .map(|&i| {
                let mut allies = Vec::with_capacity(world.allies[i].len());
                let tied = world.allies[i].iter();
                let tied = tied.filter(|&&j| world.pairs.defence_allied(i, j));
                allies.extend(tied.map(|&j| position[j]));
                allies
            })
            .collect();
        Self {
            states: world.roster.len(),
            allies,
        }
    }

    /// The network if it is needed, else one without states.
    pub fn if_needed(world: &World, needed: bool) -> Self {
        if needed {
            return Self::of(world);
        }
        Self {
            states: 0,
            allies: Vec::new(),
        }
    }

    /// Number of tied pairs.
    pub fn dyads(&self) -> usize {
        self.allies.iter().map(Vec::len).sum::<usize>() / 2
    }

    /// Global transitivity: 3 × triangles / connected triples; NaN without a triple.
    pub fn transitivity(&self) -> f64 {
        let words = self.states.div_ceil(64);
        let mut bits = vec![0u64; self.states * words];
        for (i, list) in self.allies.iter().enumerate() {
            for &j in list {
                bits[i * words + j / 64] |= 1 << (j % 64);
            }
        }
        let row = |i: usize| &bits[i * words..(i + 1) * words];
        let (mut closed, mut triples) = (0u64, 0u64);
        for (i, list) in self.allies.iter().enumerate() {
            let degree = list.len() as u64;
            triples += degree * degree.saturating_sub(1) / 2;
            // Each tie between two allies is met from both.
            closed += list
                .iter()
                .flat_map(|&j| row(i).iter().zip(row(j)))
                .map(|(a, b)| u64::from((a & b).count_ones()))
                .sum::<u64>()
                / 2;
        }
        if triples == 0 {
            f64::NAN
        } else {
            closed as f64 / triples as f64
        }
    }

    /// Size of the largest component of two states or more.
    pub fn largest_component(&self) -> usize {
        let mut seen = vec![false; self.states];
        let mut largest = 0;
        for start in 0..self.states {
            if seen[start] || self.allies[start].is_empty() {
                continue;
            }
            let (mut size, mut stack) = (0, vec![start]);
            seen[start] = true;
            while let Some(i) = stack.pop() {
                size += 1;
                for &j in &self.allies[i] {
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
        let mut of: Vec<usize> = (0..self.states).collect();
        if total == 0.0 {
            return (of, f64::NAN);
        }
        let degree: Vec<f64> = self.allies.iter().map(|l| l.len() as f64).collect();
        let mut mass = degree.clone();
        let mut links = vec![0.0; self.states];
        for _ in 0..20 {
            let mut moved = false;
            for i in (0..self.states).filter(|&i| !self.allies[i].is_empty()) {
                for &j in &self.allies[i] {
                    links[of[j]] += 1.0;
                }
                let home = of[i];
                mass[home] -= degree[i];
                let gain = |c: usize| links[c] - degree[i] * mass[c] / total;
                let mut best = (gain(home), home);
                for &j in &self.allies[i] {
                    let candidate = (gain(of[j]), of[j]);
                    if candidate.0 > best.0 + 1e-12 {
                        best = candidate;
                    }
                }
                mass[best.1] += degree[i];
                of[i] = best.1;
                moved |= best.1 != home;
                for &j in &self.allies[i] {
                    links[of[j]] = 0.0;
                }
                links[home] = 0.0;
            }
            if !moved {
                break;
            }
        }
        let inside: f64 = self
            .allies
            .iter()
            .enumerate()
            .map(|(i, list)| list.iter().filter(|&&j| of[j] == of[i]).count() as f64)
            .sum();
        let expected: f64 = mass.iter().map(|m| (m / total) * (m / total)).sum();
        (of, inside / total - expected)
    }
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
        DefenceNetwork { states, allies }
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
