//! Arithmetic on eight neighbouring values at once.
//!
//! The inner loops over pairs work on blocks of eight lanes that the compiler turns into vector
//! instructions. Where a function is marked `multiversion`, that is done twice, for every
//! x86-64 and for those with AVX2, and the processor decides which runs: the two do the same
//! operations on the same values in the same order, none of them fused, so that their results
//! have the same bits. Sums are kept by lane and added in a fixed order.

/// Lanes in a block.
pub const LANES: usize = 8;

/// A block of values.
pub type Lanes = [f32; LANES];

/// The sum of a block.
#[inline(always)]
pub fn total(x: Lanes) -> f32 {
    ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]))
}

/// Values in blocks of eight, with zeros past the end.
pub fn blocks(values: &[f32]) -> Vec<Lanes> {
    let mut out = vec![[0.0; LANES]; values.len().div_ceil(LANES)];
    out.as_flattened_mut()[..values.len()].copy_from_slice(values);
    out
}
