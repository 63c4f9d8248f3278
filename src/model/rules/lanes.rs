//! Arithmetic on eight neighbouring values at once.
//!
//! The inner loops over pairs work on blocks of eight lanes that the compiler turns into vector
//! instructions. Where a function is marked `multiversion`, that is done twice, for every
//! x86-64 and for those with AVX2, and the processor decides which runs: the two do the same
//! operations on the same values in the same order, none of them fused, so that their results
//! have the same bits. Sums are kept by lane and added in a fixed order.

use num_traits::Float;
use std::ops::{AddAssign, SubAssign};

/// Lanes in a block.
pub const LANES: usize = 8;

/// A block of values.
pub type Lanes<T = f32> = [T; LANES];

/// The precision of a loop: `f32` in the yearly step, `f64` where the same loop has to meet a
/// known result to more digits (`docs/docking.md`).
pub trait Real: Float + From<f32> + AddAssign + SubAssign {
    /// The nearest value of this precision.
    fn narrow(value: f64) -> Self;
    /// The same value in double precision.
    fn wide(self) -> f64;
    /// The value if `keep`, else 0, without a branch.
    fn kept(self, keep: bool) -> Self;
}

impl Real for f32 {
    #[inline(always)]
    fn narrow(value: f64) -> Self {
        value as f32
    }
    #[inline(always)]
    fn wide(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn kept(self, keep: bool) -> Self {
        f32::from_bits(self.to_bits() & u32::from(keep).wrapping_neg())
    }
}

impl Real for f64 {
    #[inline(always)]
    fn narrow(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn wide(self) -> f64 {
        self
    }
    #[inline(always)]
    fn kept(self, keep: bool) -> Self {
        f64::from_bits(self.to_bits() & u64::from(keep).wrapping_neg())
    }
}

/// The sum of a block.
#[inline(always)]
pub fn total<T: Real>(x: Lanes<T>) -> T {
    ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]))
}

/// Values in blocks of eight, with zeros past the end.
pub fn blocks<T: Real>(values: &[T]) -> Vec<Lanes<T>> {
    let mut out = vec![[T::zero(); LANES]; values.len().div_ceil(LANES)];
    out.as_flattened_mut()[..values.len()].copy_from_slice(values);
    out
}
