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

/// The block at `at`, padded with zeros past the end.
#[inline(always)]
pub fn load(values: &[f32], at: usize) -> f32x8 {
    <f32 as Real>::load(values, at)
}

/// Writes the block at `at`, up to the end.
#[inline(always)]
pub fn store(values: &mut [f32], at: usize, block: f32x8) {
    <f32 as Real>::store(values, at, block);
}

/// A block of one value.
#[inline]
pub fn splat(value: f64) -> f32x8 {
    f32x8::splat(value as f32)
}

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
    /// The block at `at`, padded with zeros past the end.
    fn load(values: &[Self], at: usize) -> Self::Block;
    /// Writes the block at `at`, up to the end.
    fn store(values: &mut [Self], at: usize, block: Self::Block);
    /// Absolute values.
    fn magnitude(block: Self::Block) -> Self::Block;
    /// `block` where `measure < bound`, else zero.
    fn where_less(measure: Self::Block, bound: Self::Block, block: Self::Block) -> Self::Block;
    /// The sum of the lanes.
    fn total(block: Self::Block) -> f64;
}

/// A short end as a block with zeros behind.
#[cold]
#[inline(never)]
fn padded<F: Float>(rest: &[F]) -> [F; LANES] {
    let mut block = [F::zero(); LANES];
    block[..rest.len()].copy_from_slice(rest);
    block
}

/// The front of a block into a short end.
#[cold]
#[inline(never)]
fn write_part<F: Float>(rest: &mut [F], block: &[F; LANES]) {
    let n = rest.len();
    rest.copy_from_slice(&block[..n]);
}

macro_rules! real {
    ($float:ty, $block:ty) => {
        impl Real for $float {
            type Block = $block;

            #[inline]
            fn splat(self) -> $block {
                <$block>::splat(self)
            }

            #[inline(always)]
            fn load(values: &[Self], at: usize) -> $block {
                <$block>::from(match values[at..].first_chunk::<LANES>() {
                    Some(full) => *full,
                    None => padded(&values[at..]),
                })
            }

            #[inline(always)]
            fn store(values: &mut [Self], at: usize, block: $block) {
                let block = block.to_array();
                match values[at..].first_chunk_mut::<LANES>() {
                    Some(full) => *full = block,
                    None => write_part(&mut values[at..], &block),
                }
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
