//! Sizes of defence pacts in all their variants: the plain mean moves whenever small pacts
//! die, so the median, the multilateral and the member-weighted means stand beside it, each
//! with and without bilateral pacts nested in larger ones.

use super::statistics::{gini, mean, median, share};
use crate::scenario::PactKind;
use crate::world::World;

/// Numbers and sizes of pacts in force.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sizes {
    /// Pacts by kind, in the order of [`PactKind::ALL`].
    pub by_kind: [i64; 4],
    /// Sizes of defence pacts.
    pub defence: Vec<f64>,
    /// Sizes of defence pacts without nested bilateral ones.
    pub unnested: Vec<f64>,
    /// Sizes of all pacts.
    pub all: Vec<f64>,
    /// Defence pacts with a sponsor.
    pub sponsored: i64,
}

impl Sizes {
    /// The sizes as the year stands; `unnested` is left empty without `nested`.
    pub fn of(world: &World, nested: bool) -> Self {
        let mut sizes = Self::default();
        let larger = world.larger_defence_pacts();
        for pact in &world.pacts {
            let size = pact.members.len() as f64;
            sizes.by_kind[pact.kind as usize] += 1;
            sizes.all.push(size);
            if pact.kind == PactKind::Defence {
                sizes.defence.push(size);
                sizes.sponsored += i64::from(pact.sponsor.is_some());
                if nested && !world.nested(pact, &larger) {
                    sizes.unnested.push(size);
                }
            }
        }
        sizes
    }

    /// Defence pacts with two members.
    pub fn bilateral(&self) -> usize {
        self.defence.iter().filter(|&&s| s == 2.0).count()
    }

    /// Mean size of defence pacts of more than two.
    pub fn multilateral_mean(&self) -> f64 {
        let large: Vec<f64> = self.defence.iter().copied().filter(|&s| s > 2.0).collect();
        mean(&large)
    }

    /// Members of the largest defence pact.
    pub fn largest(&self) -> i64 {
        self.defence.iter().copied().fold(0.0, f64::max) as i64
    }

    /// Gini index of the sizes.
    pub fn gini(&self) -> f64 {
        gini(&self.defence)
    }

    /// Median size.
    pub fn median(&self) -> f64 {
        median(&self.defence)
    }

    /// Mean size.
    pub fn mean(&self) -> f64 {
        mean(&self.defence)
    }

    /// Share of bilateral defence pacts that are nested.
    pub fn nested_share(&self) -> f64 {
        let nested = self.defence.len() - self.unnested.len();
        share(nested as f64, self.bilateral() as f64)
    }
}

/// Mean size of the pact that a membership belongs to: Σs²/Σs.
pub fn member_weighted(sizes: &[f64]) -> f64 {
    share(sizes.iter().map(|s| s * s).sum(), sizes.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_member_weighted_mean_counts_a_pact_by_its_members() {
        assert_eq!(member_weighted(&[2.0, 2.0, 4.0]), 3.0);
        assert!(member_weighted(&[]).is_nan());
    }
}
