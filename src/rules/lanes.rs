//! Arithmetic on eight neighbouring values at once.
//!
//! The inner loops over pairs work on blocks of eight lanes that the compiler
//! turns into vector instructions; sums are kept by lane in `f64` and added in a
//! fixed order, so that they do not depend on the machine.

use wide::f32x8;

/// Lanes in a block.
pub const LANES: usize = 8;

/// The block at `at`, padded with zeros past the end.
#[inline]
pub fn load(values: &[f32], at: usize) -> f32x8 {
    if let Some(block) = values.get(at..at + LANES) {
        f32x8::from(<[f32; LANES]>::try_from(block).unwrap_or([0.0; LANES]))
    } else {
        let mut block = [0.0; LANES];
        let rest = &values[at..];
        block[..rest.len()].copy_from_slice(rest);
        f32x8::from(block)
    }
}

/// Writes the block at `at`, up to the end.
#[inline]
pub fn store(values: &mut [f32], at: usize, block: f32x8) {
    let block = block.to_array();
    let end = values.len().min(at + LANES);
    values[at..end].copy_from_slice(&block[..end - at]);
}

/// A block of one value.
#[inline]
pub fn splat(value: f64) -> f32x8 {
    f32x8::splat(value as f32)
}
