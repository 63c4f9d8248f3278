//! Who is allied with whom: the pacts of the record and those of runs in one form, and what
//! was given of the states and pairs of 1946-1988.

pub mod camps;
pub mod given;
pub mod pacts;
pub mod year;

use std::collections::BTreeSet;

pub use camps::{Camp, Camps};
pub use given::Given;
pub use pacts::{Membership, Origin, Pact, allied};
pub use year::{NetworkYear, Reference};

/// Sources of the record, in order.
pub const SOURCES: [&str; 2] = ["ATOP5.1", "COW4.1"];

/// Pairs of codes, the lower one first.
pub type Pairs = BTreeSet<(u32, u32)>;

/// A pair, the lower code first.
pub fn ordered(a: u32, b: u32) -> (u32, u32) {
    (a.min(b), a.max(b))
}

/// Size of the intersection over that of the union; NaN if both are empty.
pub fn jaccard<T: Ord>(a: &BTreeSet<T>, b: &BTreeSet<T>) -> f64 {
    let both = a.intersection(b).count();
    match a.len() + b.len() - both {
        0 => f64::NAN,
        either => both as f64 / either as f64,
    }
}
