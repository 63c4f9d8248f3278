//! Arithmetic on eight neighbouring values at once.
//!
//! The inner loops over pairs work on blocks of eight lanes that the compiler
//! turns into vector instructions; sums are kept by lane in `f64` and added in a
//! fixed order, so that they do not depend on the machine.

use num_traits::Float;
use std::ops::{Add, Mul, Sub};
use wide::{f32x8, f64x8};

/// Lanes in a block.
pub const LANES: usize = 8;

/// Values in blocks of eight, with zeros past the end.
pub fn blocks<F: Float>(values: &[F]) -> Vec<[F; LANES]> {
    let mut out = vec![[F::zero(); LANES]; values.len().div_ceil(LANES)];
    out.as_flattened_mut()[..values.len()].copy_from_slice(values);
    out
}

/// A float that kernels run in: `f32` in the schedule, `f64` where a result is held against
/// another model's to many digits.
pub trait Real: Float + Into<f64> {
    /// Eight of them.
    type Block: Copy
        + Add<Output = Self::Block>
        + Sub<Output = Self::Block>
        + Mul<Output = Self::Block>
        + From<[Self; LANES]>
        + Into<[Self; LANES]>;

    /// A block of one value.
    fn splat(self) -> Self::Block;
    /// Absolute values.
    fn magnitude(block: Self::Block) -> Self::Block;
    /// `block` where `measure < bound`, else zero.
    fn where_less(measure: Self::Block, bound: Self::Block, block: Self::Block) -> Self::Block;
    /// The sum of the lanes.
    fn total(block: Self::Block) -> f64;
}

macro_rules! real {
    ($float:ty, $block:ty) => {
        impl Real for $float {
            type Block = $block;

            #[inline]
            fn splat(self) -> $block {
                <$block>::splat(self)
            }

            #[inline]
            fn magnitude(block: $block) -> $block {
                block.abs()
            }

            #[inline]
            fn where_less(measure: $block, bound: $block, block: $block) -> $block {
                measure.simd_lt(bound) & block
            }

            #[inline]
            fn total(block: $block) -> f64 {
                block.to_array().iter().map(|&x| f64::from(x)).sum()
            }
        }
    };
}

real!(f32, f32x8);
real!(f64, f64x8);
