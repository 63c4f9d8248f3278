//! Identities: where a thing stands in its list. No kind stands for another.

use super::Word;

macro_rules! ids {
    ($( $(#[$doc:meta])* $Id:ident; )*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Id(u32);

        impl From<usize> for $Id {
            #[inline(always)]
            fn from(place: usize) -> Self {
                Self(place as u32)
            }
        }

        impl From<$Id> for usize {
            #[inline(always)]
            fn from(id: $Id) -> Self {
                id.0 as usize
            }
        }

        impl std::fmt::Display for $Id {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl $Id {
            /// The first of its kind.
            pub const FIRST: Self = Self(0);

            /// The one after it.
            pub fn next(self) -> Self {
                Self(self.0 + 1)
            }

            /// The word that it is in the address of a draw.
            pub fn word(self) -> u32 {
                self.0
            }
        }

        impl Word for $Id {
            fn word(self) -> u32 {
                self.0
            }
        }
    )* };
}

ids! {
    /// A state, in the order of `stream_id`.
    StateId;
    /// A region, in the order of the scenario.
    RegionId;
    /// A pact, in the order of birth; it holds until pacts end.
    PactId;
    /// A partnership, in the order of founding; it holds until one ends.
    BodyId;
    /// A pair of states, in triangular arrays.
    DyadId;
}
