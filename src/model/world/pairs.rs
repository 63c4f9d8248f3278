//! Quantities of pairs of states, in triangular arrays.
//!
//! The pair (i, j) with i > j stands at `i (i − 1) / 2 + j`, so that the pairs
//! of i with all lower j are contiguous: a pass over the rows reads and writes
//! memory in order. What is looked up from both sides, proximity and felt capability, fills
//! squares, so that all pairs of one state are contiguous.

use crate::scenario::PactKind;

/// Number of pacts of each [`PactKind`] that tie a pair.
pub type Ties = [u8; 4];

/// All pairs, 51 bytes each.
#[derive(Debug, Clone)]
pub struct Pairs {
    /// Number of states: the side of the squares.
    states: usize,
    /// Distance: half circumferences, or units of the square.
    pub distance: Vec<f32>,
    /// g_ij of E2, a square with zeros on the diagonal: 1 if contiguous, else
    /// exp(−distance / λ_g).
    pub proximity: Vec<f32>,
    /// κ_{j→i} of E7, a square whose row i holds what i feels of each j; made once a year, when
    /// capabilities are known.
    pub felt: Vec<f32>,
    /// Reach of a great power over the pair: g_ij^(1−ρ).
    pub power_reach: Vec<f32>,
    /// Spill of security exp(−distance / l_spill) (E18).
    pub spill: Vec<f32>,
    /// Interdependence W (E3).
    pub interdependence: Vec<f32>,
    /// Hostility H (E13).
    pub hostility: Vec<f32>,
    /// Trust T (E13).
    pub trust: Vec<f32>,
    /// Pacts that tie the pair, by kind.
    pub ties: Vec<Ties>,
    /// Contiguity by land and active rivalry, as bits.
    pub flags: Vec<u8>,
    /// Step of the last dispute; [`Pairs::NEVER`] if none.
    pub last_dispute: Vec<i16>,
}

impl Pairs {
    /// Flag of land contiguity.
    pub const CONTIGUOUS: u8 = 1;
    /// Flag of an active strategic rivalry.
    pub const RIVAL: u8 = 2;
    /// `last_dispute` of a pair that never had one.
    pub const NEVER: i16 = i16::MIN;

    /// Bytes that the pairs of `n` states take.
    pub fn bytes(n: usize) -> u64 {
        let n = n as u64;
        let square = 2 * size_of::<f32>() as u64;
        let triangle = 6 * size_of::<f32>() + size_of::<Ties>() + 1 + size_of::<i16>();
        square * n * n + triangle as u64 * (n * n.saturating_sub(1) / 2)
    }

    /// Pairs of `n` states, all quantities zero.
    pub fn new(n: usize) -> Self {
        let pairs = n * n.saturating_sub(1) / 2;
        Self {
            distance: vec![0.0; pairs],
            states: n,
            proximity: vec![0.0; n * n],
            felt: vec![0.0; n * n],
            power_reach: vec![0.0; pairs],
            spill: vec![0.0; pairs],
            interdependence: vec![0.0; pairs],
            hostility: vec![0.0; pairs],
            trust: vec![0.0; pairs],
            ties: vec![[0; 4]; pairs],
            flags: vec![0; pairs],
            last_dispute: vec![Self::NEVER; pairs],
        }
    }

    /// g_ij for each j.
    #[inline]
    pub fn proximity_of(&self, i: usize) -> &[f32] {
        &self.proximity[i * self.states..(i + 1) * self.states]
    }

    /// κ_{j→i} for each j.
    #[inline]
    pub fn felt_by(&self, i: usize) -> &[f32] {
        &self.felt[i * self.states..(i + 1) * self.states]
    }

    /// Sets g of a pair, from both sides.
    pub(super) fn set_proximity(&mut self, i: usize, j: usize, value: f32) {
        self.proximity[i * self.states + j] = value;
        self.proximity[j * self.states + i] = value;
    }

    /// Whether the pair is contiguous by land.
    #[inline]
    pub fn contiguous(&self, i: usize, j: usize) -> bool {
        self.flags[pair(i, j)] & Self::CONTIGUOUS != 0
    }

    /// Whether the pair has an active rivalry.
    #[inline]
    pub fn rival(&self, i: usize, j: usize) -> bool {
        self.flags[pair(i, j)] & Self::RIVAL != 0
    }

    /// Whether a pact of any kind ties the pair.
    #[inline]
    pub fn allied(&self, i: usize, j: usize) -> bool {
        self.ties[pair(i, j)] != [0; 4]
    }

    /// Whether a defence pact ties the pair.
    #[inline]
    pub fn defence_allied(&self, i: usize, j: usize) -> bool {
        self.ties[pair(i, j)][PactKind::Defence as usize] > 0
    }
}

/// Position of a pair; i ≠ j.
#[inline]
pub fn pair(i: usize, j: usize) -> usize {
    debug_assert_ne!(i, j);
    let (high, low) = if i > j { (i, j) } else { (j, i) };
    high * (high - 1) / 2 + low
}

/// Positions of the pairs of `i` with all lower states.
#[inline]
pub fn row(i: usize) -> std::ops::Range<usize> {
    let start = i * i.saturating_sub(1) / 2;
    start..start + i
}

/// Every other state with the position of its pair with `i`, ascending.
#[inline]
pub fn pairs_of(i: usize, states: usize) -> impl Iterator<Item = (usize, usize)> {
    let start = i * i.saturating_sub(1) / 2;
    let below = (0..i).map(move |j| (j, start + j));
    let mut position = start + i + i;
    let above = (i + 1..states).map(move |j| {
        let here = position;
        position += j;
        (j, here)
    });
    below.chain(above)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_a_state_are_those_of_every_other() {
        for i in 0..9 {
            let expected: Vec<_> = (0..9)
                .filter(|&j| j != i)
                .map(|j| (j, pair(i, j)))
                .collect();
            assert_eq!(pairs_of(i, 9).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn pairs_fill_the_triangle_row_by_row() {
        let mut expected = 0;
        for i in 0..20 {
            assert_eq!(row(i), expected..expected + i);
            for j in 0..i {
                assert_eq!(pair(i, j), expected);
                assert_eq!(pair(j, i), expected);
                expected += 1;
            }
        }
    }
}
