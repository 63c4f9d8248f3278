//! Many addresses at once: the words of [`super::Draws::at`], eight blocks at a time.

/// Blocks that are made at once.
pub(super) const LANES: usize = 8;
/// Words that are made at once.
pub(super) const COLUMN_STEP: usize = 4 * LANES;

/// Eight blocks at a time, first their first words, then their second, and so on: the
/// compiler turns that into vector instructions, which take the same whole numbers everywhere.
#[multiversion::multiversion(targets("x86_64+avx2"))]
pub(super) fn fill_column(key: [u32; 2], [a, b, top]: [u32; 3], words: &mut [u32]) {
    for (step, words) in words
        .as_chunks_mut::<COLUMN_STEP>()
        .0
        .iter_mut()
        .enumerate()
    {
        let first = (step * LANES) as u32;
        let counter = [
            std::array::from_fn(|l| first + l as u32),
            [a; LANES],
            [b; LANES],
            [top; LANES],
        ];
        words
            .as_chunks_mut::<LANES>()
            .0
            .copy_from_slice(&philox_lanes(counter, key));
    }
}

/// The first two words at each address; the last block is filled up with address (0, 0).
#[multiversion::multiversion(targets("x86_64+avx2"))]
pub(super) fn fill_addresses(
    key: [u32; 2],
    top: u32,
    addresses: &[(u32, u32)],
    words: &mut [[u32; 2]],
) {
    let (full, rest) = addresses.as_chunks::<LANES>();
    let mut last = [(0, 0); LANES];
    last[..rest.len()].copy_from_slice(rest);
    let blocks = words.as_chunks_mut::<LANES>().0.iter_mut();
    for (block, addresses) in blocks.zip(full.iter().chain(std::iter::once(&last))) {
        let (a, b) = (addresses.map(|(a, _)| a), addresses.map(|(_, b)| b));
        let drawn = philox_lanes([[0; LANES], a, b, [top; LANES]], key);
        *block = std::array::from_fn(|lane| [drawn[0][lane], drawn[1][lane]]);
    }
}

/// Philox4x32-10 of eight counters, word by word.
///
/// Each word stands in the lower half of 64 bits, where vector instructions multiply without
/// first moving it there.
#[inline(always)]
fn philox_lanes(counter: [[u32; LANES]; 4], mut key: [u32; 2]) -> [[u32; LANES]; 4] {
    const LOW: u64 = 0xFFFF_FFFF;
    let mut c = counter.map(|words| words.map(u64::from));
    for _ in 0..10 {
        let keys = key.map(u64::from);
        for l in 0..LANES {
            let first = (c[0][l] & LOW) * 0xD251_1F53;
            let second = (c[2][l] & LOW) * 0xCD9E_8D57;
            c[0][l] = (second >> 32) ^ c[1][l] ^ keys[0];
            c[1][l] = second & LOW;
            c[2][l] = (first >> 32) ^ c[3][l] ^ keys[1];
            c[3][l] = first & LOW;
        }
        key[0] = key[0].wrapping_add(0x9E37_79B9);
        key[1] = key[1].wrapping_add(0xBB67_AE85);
    }
    c.map(|words| words.map(|word| word as u32))
}
