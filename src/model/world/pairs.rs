//! Quantities of pairs of states, in triangular arrays.
//!
//! The pair (i, j) with i > j stands at `i (i − 1) / 2 + j`, so that the pairs
//! of i with all lower j are contiguous: a pass over the rows reads and writes
//! memory in order. What is looked up from both sides, proximity and felt capability, fills
//! squares, so that all pairs of one state are contiguous.

use super::{DyadId, StateId};
use crate::scenario::PactKind;
use typed_index_collections::{TiSlice, TiVec, ti_vec};

/// Number of pacts of each [`PactKind`] that tie a pair.
pub type Ties = [u8; 4];

/// All pairs, 51 bytes each.
#[derive(Debug, Clone)]
pub struct Pairs {
    /// Number of states: the side of the squares.
    states: usize,
    /// Distance: half circumferences, or units of the square.
    pub distance: TiVec<DyadId, f32>,
    /// g_ij of E2, a square with zeros on the diagonal: 1 if contiguous, else
    /// exp(−distance / λ_g).
    pub proximity: Vec<f32>,
    /// κ_{j→i} of E7, a square whose row i holds what i feels of each j; made once a year, when
    /// capabilities are known.
    pub felt: Vec<f32>,
    /// Reach of a great power over the pair: g_ij^(1−ρ).
    pub power_reach: TiVec<DyadId, f32>,
    /// Spill of security exp(−distance / l_spill) (E18).
    pub spill: TiVec<DyadId, f32>,
    /// Interdependence W (E3).
    pub interdependence: TiVec<DyadId, f32>,
    /// Hostility H (E13).
    pub hostility: TiVec<DyadId, f32>,
    /// Trust T (E13).
    pub trust: TiVec<DyadId, f32>,
    /// Pacts that tie the pair, by kind.
    pub ties: TiVec<DyadId, Ties>,
    /// Contiguity by land and active rivalry, as bits.
    pub flags: TiVec<DyadId, u8>,
    /// Step of the last dispute; [`Pairs::NEVER`] if none.
    pub last_dispute: TiVec<DyadId, i16>,
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
            distance: ti_vec![0.0; pairs],
            states: n,
            proximity: vec![0.0; n * n],
            felt: vec![0.0; n * n],
            power_reach: ti_vec![0.0; pairs],
            spill: ti_vec![0.0; pairs],
            interdependence: ti_vec![0.0; pairs],
            hostility: ti_vec![0.0; pairs],
            trust: ti_vec![0.0; pairs],
            ties: ti_vec![[0; 4]; pairs],
            flags: ti_vec![0; pairs],
            last_dispute: ti_vec![Self::NEVER; pairs],
        }
    }

    /// Where the row of a state stands in the squares.
    #[inline]
    pub(crate) fn square_row(&self, i: StateId) -> std::ops::Range<usize> {
        let start = usize::from(i) * self.states;
        start..start + self.states
    }

    /// g_ij for each j.
    #[inline]
    pub fn proximity_of(&self, i: StateId) -> &TiSlice<StateId, f32> {
        TiSlice::from_ref(&self.proximity[self.square_row(i)])
    }

    /// κ_{j→i} for each j.
    #[inline]
    pub fn felt_by(&self, i: StateId) -> &TiSlice<StateId, f32> {
        TiSlice::from_ref(&self.felt[self.square_row(i)])
    }

    /// Sets g of a pair, from both sides.
    pub(super) fn set_proximity(&mut self, i: StateId, j: StateId, value: f32) {
        for (row, column) in [(i, j), (j, i)] {
            let start = self.square_row(row).start;
            self.proximity[start + usize::from(column)] = value;
        }
    }

    /// Whether the pair is contiguous by land.
    #[inline]
    pub fn contiguous(&self, i: StateId, j: StateId) -> bool {
        self.flags[pair(i, j)] & Self::CONTIGUOUS != 0
    }

    /// Whether the pair has an active rivalry.
    #[inline]
    pub fn rival(&self, i: StateId, j: StateId) -> bool {
        self.flags[pair(i, j)] & Self::RIVAL != 0
    }

    /// Whether a pact of any kind ties the pair.
    #[inline]
    pub fn allied(&self, i: StateId, j: StateId) -> bool {
        self.ties[pair(i, j)] != [0; 4]
    }

    /// Whether a defence pact ties the pair.
    #[inline]
    pub fn defence_allied(&self, i: StateId, j: StateId) -> bool {
        self.ties[pair(i, j)][PactKind::Defence as usize] > 0
    }
}

/// Position of a pair; i ≠ j.
#[inline]
pub fn pair(i: StateId, j: StateId) -> DyadId {
    debug_assert_ne!(i, j);
    let (high, low) = if i > j { (i, j) } else { (j, i) };
    let (high, low) = (usize::from(high), usize::from(low));
    (high * (high - 1) / 2 + low).into()
}

/// Positions of the pairs of `i` with all lower states.
#[inline]
pub fn row(i: StateId) -> std::ops::Range<usize> {
    let i = usize::from(i);
    let start = i * i.saturating_sub(1) / 2;
    start..start + i
}

/// A column of pairs for each state below `i`.
#[inline]
pub fn below<T>(column: &TiSlice<DyadId, T>, i: StateId) -> &TiSlice<StateId, T> {
    TiSlice::from_ref(&column.raw[row(i)])
}

/// Every other state with the position of its pair with `i`, ascending.
#[inline]
pub fn pairs_of(i: StateId, states: usize) -> impl Iterator<Item = (StateId, DyadId)> {
    let i = usize::from(i);
    let start = i * i.saturating_sub(1) / 2;
    let below = (0..i).map(move |j| (j.into(), (start + j).into()));
    let mut position = start + i + i;
    let above = (i + 1..states).map(move |j| {
        let here = position;
        position += j;
        (j.into(), here.into())
    });
    below.chain(above)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(n: usize) -> impl Iterator<Item = StateId> + Clone {
        (0..n).map(StateId::from)
    }

    #[test]
    fn pairs_of_a_state_are_those_of_every_other() {
        for i in states(9) {
            let others = states(9).filter(|&j| j != i);
            let expected: Vec<_> = others.map(|j| (j, pair(i, j))).collect();
            assert_eq!(pairs_of(i, 9).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn pairs_fill_the_triangle_row_by_row() {
        let mut expected = 0;
        for i in states(20) {
            assert_eq!(row(i), expected..expected + usize::from(i));
            for j in states(20).take_while(|&j| j < i) {
                assert_eq!(pair(i, j), expected.into());
                assert_eq!(pair(j, i), expected.into());
                expected += 1;
            }
        }
    }
}
