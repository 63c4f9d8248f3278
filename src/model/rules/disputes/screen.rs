//! How the onsets of a year are drawn fast: most draws lie above what the logit could reach at
//! the most, which their leading eight bits tell; only for the others is it computed.

use super::onset::{CODES, Dyad, Known, Onset, POWER};
use crate::rng::{Stream, logistic};
use crate::world::{DyadId, StateId, World, row};
use typed_index_collections::TiVec;
use wide::u8x16;

/// Upper ends of the ranges of hostility whose highest logits are known in advance.
const RANGES: [f64; 4] = [0.02, 0.1, 0.3, 1.0];

/// Pairs in which a dispute begins, in no particular order.
///
/// Neighbours, rivals and great powers, who reach other heights, are few and looked at by
/// themselves.
pub fn onsets(world: &World) -> Vec<Dyad> {
    let screen = Screen::of(world);
    let s = &world.states;
    let mut found = Vec::new();
    let mut ask = |dyad: Dyad, code: usize| {
        if screen.begins(world, dyad, code) {
            found.push(dyad);
        }
    };
    let mut i = StateId::from(1);
    at_most(&screen.draws.raw, screen.highest[0], |at| {
        if !screen.low(at.into(), 0) {
            return;
        }
        while at >= row(i).end {
            i = i.next();
        }
        let j = StateId::from(at - row(i).start);
        let at = DyadId::from(at);
        let plain = world.pairs.flags[at] == 0 && !s.power[i] && !s.power[j];
        if plain && s.active[i] && s.active[j] {
            ask(Dyad { i, j, at }, 0);
        }
    });
    for &i in &world.roster {
        let neighbours = world.neighbours[i].iter();
        let rivals = world.rivals[i].iter();
        let rivals = rivals.filter(|&&j| !world.pairs.contiguous(i, j));
        for &j in neighbours.chain(rivals).filter(|&&j| j < i) {
            let dyad = Dyad::of(i, j);
            let code = screen.onset.code(dyad);
            if screen.low(dyad.at, code) {
                ask(dyad, code);
            }
        }
    }
    for &g in &world.powers {
        for &i in world.roster.iter().filter(|&&i| i < g || !s.power[i]) {
            let dyad = Dyad::of(i, g);
            if screen.low(dyad.at, usize::from(POWER)) && world.pairs.flags[dyad.at] == 0 {
                ask(dyad, usize::from(POWER));
            }
        }
    }
    found
}

struct Screen<'a> {
    onset: Onset<'a>,
    /// The leading byte of each pair's draw.
    draws: TiVec<DyadId, u8>,
    /// What the probability reaches at the most, by combination and hostility.
    most: [[f64; RANGES.len()]; CODES],
    /// The largest leading byte with which a dispute can begin, at any hostility.
    highest: [u8; CODES],
}

impl<'a> Screen<'a> {
    fn of(world: &'a World) -> Self {
        let onset = Onset::of(world);
        let most =
            |code| RANGES.map(|hostility| logistic(onset.highest(Known { code, hostility })));
        let most: [_; CODES] = std::array::from_fn(most);
        Self {
            draws: leading_bytes(world),
            highest: most.map(|ranges| (ranges.into_iter().fold(0.0, f64::max) * 256.0) as u8),
            most,
            onset,
        }
    }

    /// What the probability of a pair reaches at the most.
    #[inline(always)]
    fn most(&self, at: DyadId, code: usize) -> f64 {
        let hostility = self.onset.known(at, code).hostility;
        let range = RANGES.iter().position(|&h| hostility <= h);
        self.most[code][range.unwrap_or(RANGES.len() - 1)]
    }

    /// Whether the draw of a pair is so low that the pair has to be looked at.
    #[inline(always)]
    fn low(&self, at: DyadId, code: usize) -> bool {
        let byte = self.draws[at];
        byte <= self.highest[code] && f64::from(byte) < self.most(at, code) * 256.0
    }

    fn begins(&self, world: &World, dyad: Dyad, code: usize) -> bool {
        let draw = draw(world, self.draws[dyad.at], dyad);
        let known = self.onset.known(dyad.at, code);
        draw < self.most(dyad.at, code) && self.onset.begins(dyad, known, draw)
    }
}

/// The leading byte of each pair's draw.
fn leading_bytes(world: &World) -> TiVec<DyadId, u8> {
    let (stream, pairs) = (Stream::DisputeOnset, world.pairs.flags.len());
    world.draws.leading_bytes(stream, world.step, pairs).into()
}

/// The whole draw of a pair that begins with this byte.
fn draw(world: &World, byte: u8, Dyad { i, j, .. }: Dyad) -> f64 {
    let (stream, draws) = (Stream::DisputeOnset, &world.draws);
    draws.following(byte, stream, world.step, i.word(), j.word())
}

/// Calls `meet` with the positions of the bytes that are at most `bound`, ascending.
fn at_most(bytes: &[u8], bound: u8, mut meet: impl FnMut(usize)) {
    let (blocks, rest) = bytes.as_chunks::<16>();
    let bounds = u8x16::splat(bound);
    for (block, bytes) in blocks.iter().enumerate() {
        let bytes = u8x16::from(*bytes);
        let mut found = bytes.min(bounds).simd_eq(bytes).to_bitmask();
        while found != 0 {
            meet(block * 16 + found.trailing_zeros() as usize);
            found &= found - 1;
        }
    }
    let start = blocks.len() * 16;
    for (k, _) in rest.iter().enumerate().filter(|&(_, &b)| b <= bound) {
        meet(start + k);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::drawn::{self, Drawn};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(drawn::config())]

        /// The screen passes over no pair in which a dispute begins; in debug builds, each term
        /// is also held to its reach.
        #[test]
        fn screened_onsets_are_those_of_the_equation(drawn in drawn::world("dispute")) {
            let Drawn { world, .. } = drawn;
            let onset = Onset::of(&world);
            let bytes = leading_bytes(&world);
            let mut expected = Vec::new();
            for (k, &i) in world.roster.iter().enumerate() {
                for &j in &world.roster[..k] {
                    let dyad = Dyad::of(i, j);
                    let known = onset.known(dyad.at, onset.code(dyad));
                    if onset.begins(dyad, known, draw(&world, bytes[dyad.at], dyad)) {
                        expected.push(dyad);
                    }
                }
            }
            let mut found = onsets(&world);
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
