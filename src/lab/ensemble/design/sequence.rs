//! The Sobol' sequence, its scrambling, and Saltelli's scheme.

use sobol::Sobol;
use sobol::params::JoeKuoD6;

use super::{kind, saltelli_rows};
use comity_model::rng::{Draws, Stream};
use rand::RngExt;

/// 2³².
const WHOLE: f64 = 4_294_967_296.0;

/// The first `samples` points of the Sobol' sequence in `d` dimensions, with the direction
/// numbers of Joe & Kuo (2008, "new-joe-kuo-6") to 32 binary digits; none is skipped, and
/// the first is 0.
///
/// With a seed it is scrambled: each dimension's digits are multiplied by a random lower
/// triangular matrix with ones on the diagonal and a random digital shift is added
/// (Matoušek 1998; the scrambling of SciPy and SALib). This keeps the sequence's nets and
/// makes each point uniform on [0, 1); it is not Owen's nested scrambling.
pub fn sobol(d: usize, samples: usize, seed: Option<u64>) -> Vec<Vec<f64>> {
    let sequence = Sobol::<u32>::new(d, &JoeKuoD6::standard()).take(samples);
    let scramblers = seed.map(|seed| {
        let draws = Draws::new(seed);
        let of = |j: usize| Scrambler::new(&draws, j as u32);
        (0..d).map(of).collect::<Vec<_>>()
    });
    let unit = |word: u32| f64::from(word) / WHOLE;
    let point = |words: Vec<u32>| match &scramblers {
        None => words.into_iter().map(unit).collect(),
        Some(scramblers) => {
            let pairs = scramblers.iter().zip(words);
            pairs.map(|(s, word)| unit(s.apply(word))).collect()
        }
    };
    sequence.map(point).collect()
}

/// Linear scrambling and shift of one dimension.
struct Scrambler {
    /// Row i of the matrix as a mask of the digits that digit i sums; bit 31 is the first
    /// digit.
    rows: [u32; 32],
    shift: u32,
}

impl Scrambler {
    fn new(draws: &Draws, dimension: u32) -> Self {
        let mut words = [0_u32; 33];
        let mut keyed = draws.at(Stream::Design, kind::SCRAMBLE, dimension, 0);
        keyed.fill(&mut words);
        let mut rows = [0; 32];
        for (i, row) in rows.iter_mut().enumerate() {
            let diagonal = 1 << (31 - i);
            let above = !(diagonal | (diagonal - 1));
            *row = (words[i] & above) | diagonal;
        }
        Self {
            rows,
            shift: words[32],
        }
    }

    fn apply(&self, word: u32) -> u32 {
        let digit = |(i, row): (usize, &u32)| ((row & word).count_ones() & 1) << (31 - i);
        let sum: u32 = self.rows.iter().enumerate().map(digit).sum();
        sum ^ self.shift
    }
}

/// The rows of Saltelli's scheme in SALib's order: for each base point (the first half of
/// its dimensions is A, the second B) A, AB₁ … AB_D, (BA₁ … BA_D,) B.
///
/// Saltelli (2002), with the matrices named as in Saltelli et al. (2010).
pub fn saltelli(base: &[Vec<f64>], second_order: bool) -> Vec<Vec<f64>> {
    let d = base.first().map_or(0, Vec::len) / 2;
    let mut rows = Vec::with_capacity(base.len() * saltelli_rows(d, second_order));
    let crossed = |into: &[f64], from: &[f64], j: usize| {
        let mut row = into.to_vec();
        row[j] = from[j];
        row
    };
    for point in base {
        let (a, b) = point.split_at(d);
        rows.push(a.to_vec());
        rows.extend((0..d).map(|j| crossed(a, b, j)));
        if second_order {
            rows.extend((0..d).map(|j| crossed(b, a, j)));
        }
        rows.push(b.to_vec());
    }
    rows
}
