//! Which pacts a state may apply to (E10 (iv)), and a fast way to find the larger ones.

use crate::scenario::PactKind;
use crate::world::{PactId, StateId, World};

/// The defence pacts of any size that i is not in and of which it borders a member or sits in a
/// pact with one.
pub fn all_near(world: &World, i: StateId) -> Vec<PactId> {
    let open = |&k: &PactId| {
        let pact = &world.pacts[k];
        pact.kind == PactKind::Defence && !pact.has(i) && world.near_pact(i, &pact.members)
    };
    world.pacts.keys().filter(open).collect()
}

/// Who sits in the defence pacts of more than two, to which nearly all applicants turn. No pact
/// ends or begins while they apply.
pub struct Seats {
    /// Places of those pacts, ascending.
    pacts: Vec<PactId>,
    /// Words of a state's row.
    width: usize,
    /// A row of bits for each state, a bit for each of the pacts.
    bits: Vec<u64>,
}

impl Seats {
    /// As the year stands.
    pub fn of(world: &World) -> Self {
        let all = world.pacts.iter_enumerated();
        let larger = all.filter(|(_, q)| q.kind == PactKind::Defence && q.members.len() > 2);
        let pacts: Vec<PactId> = larger.map(|(k, _)| k).collect();
        let width = pacts.len().div_ceil(64);
        let bits = vec![0; width * world.states.len()];
        let mut seats = Self { pacts, width, bits };
        for place in 0..seats.pacts.len() {
            for &i in &world.pacts[seats.pacts[place]].members {
                seats.seat(place, i);
            }
        }
        seats
    }

    fn seat(&mut self, place: usize, i: StateId) {
        self.bits[usize::from(i) * self.width + place / 64] |= 1 << (place % 64);
    }

    fn row(&self, i: StateId) -> &[u64] {
        &self.bits[usize::from(i) * self.width..][..self.width]
    }

    /// Notes that i has joined the pact at this place.
    pub fn take(&mut self, world: &World, k: PactId, i: StateId) {
        match self.pacts.binary_search(&k) {
            Ok(place) => self.seat(place, i),
            // It had two members.
            Err(_) => *self = Self::of(world),
        }
    }

    /// The pacts that i is not in and of which it borders a member or sits in a pact with one.
    pub fn near(&self, world: &World, i: StateId, near: &mut Vec<PactId>) {
        near.clear();
        for (word, own) in self.row(i).iter().enumerate() {
            let close = world.neighbours[i].iter().chain(&world.allies[i]);
            let mut bits = close.fold(0, |bits, &j| bits | self.row(j)[word]) & !own;
            while bits != 0 {
                near.push(self.pacts[word * 64 + bits.trailing_zeros() as usize]);
                bits &= bits - 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::drawn::{self, Drawn};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(drawn::config())]

        #[test]
        fn the_bits_find_the_larger_pacts_that_are_near(drawn in drawn::world("protocol")) {
            let Drawn { world, .. } = drawn;
            let (seats, mut found) = (Seats::of(&world), Vec::new());
            for &i in &world.roster {
                seats.near(&world, i, &mut found);
                let mut expected = all_near(&world, i);
                expected.retain(|&k| world.pacts[k].members.len() > 2);
                prop_assert_eq!(&found, &expected);
            }
        }
    }
}
