//! Common random numbers.
//!
//! Every draw is a pure function of `(seed, process, year, a, b, index)`: a
//! Philox4x32-10 block (Salmon et al. 2011) whose key comes from the seed and
//! whose counter is the address. Nothing is consumed from a shared stream, so
//! switching a rule on or off, or adding a decision, shifts no other draw.
//!
//! | counter word | holds |
//! |---|---|
//! | 0 | block number within the address (four 32-bit words a block) |
//! | 1 | `a` (first key: a state's rank, a pact's first founder, …) |
//! | 2 | `b` (second key; in a column its highest value) |
//! | 3 | process (upper 12 bits) and year offset (lower 20 bits) |
//!
//! Distributions are sampled by inversion, one uniform a draw: a changed rate or
//! spread then moves that draw monotonically and no other, which is what pairs
//! two arms of an experiment. Where nothing is paired (resamples, permutations,
//! designs), [`Keyed`] is a generator of the crate `rand` like any other:
//!
//! ```
//! use comity_model::rng::{Draws, Stream};
//! use rand::RngExt;
//!
//! let draws = Draws::new(7);
//! let mut rng = draws.at(Stream::Resample, 0, 3, 0);
//! let drawn: Vec<usize> = (0..10).map(|_| rng.random_range(0..4)).collect();
//! assert!(drawn.iter().all(|k| *k < 4));
//!
//! // The same address gives the same draws, whatever was drawn elsewhere.
//! let mut again = draws.at(Stream::Resample, 0, 3, 0);
//! assert_eq!(again.random_range(0..4), drawn[0]);
//! ```

use rand_core::{Infallible, TryRng};
use rand_philox::{Philox, splitmix64};

/// The random streams: one for each kind of decision.
///
/// The discriminants are part of the format of a result: never renumber one,
/// only add.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum Stream {
    /// Initial values (autonomy taste, exposure, culture, bloc position, …).
    Initial = 1,
    /// E1 drift of capability.
    Capability = 2,
    /// E4 problem shocks.
    Problems = 3,
    /// E5 noise of awareness.
    Awareness = 4,
    /// E11 onset of disputes, by pair.
    DisputeOnset = 5,
    /// E11 initial severity and monthly growth.
    DisputeSeverity = 6,
    /// E11 monthly end.
    DisputeEnd = 7,
    /// E11 onset, end and instability of domestic conflict.
    Domestic = 8,
    /// E12 regional ability.
    RegionalAbility = 9,
    /// E12 veto.
    Veto = 10,
    /// E12 success of a response.
    Response = 11,
    /// E10 exit of members.
    PactExit = 12,
    /// E10 spontaneous and nested lapse.
    PactLapse = 13,
    /// E10 (i) number and targets of sponsor offers.
    SponsorOffer = 14,
    /// E10 (i) answers to sponsor offers.
    SponsorAnswer = 15,
    /// E10 (ii) multilateral calls.
    MultilateralCall = 16,
    /// E10 (ii) answers.
    CallAnswer = 17,
    /// E10 (iii) bilateral proposals.
    BilateralProposal = 18,
    /// E10 (iii) answers.
    BilateralAnswer = 19,
    /// E10 (iv) applications.
    Application = 20,
    /// E10 (iv) votes of members on an applicant.
    AdmissionVote = 21,
    /// E10 (v) votes on a merger.
    MergeVote = 22,
    /// E10 votes after the collapse of a sponsor.
    SponsorCollapse = 23,
    /// E14 founding: proposal and the shock common to a region.
    Founding = 24,
    /// E14 founding votes.
    FoundingVote = 25,
    /// E14 accession.
    PartnershipAccession = 26,
    /// E14 withdrawal.
    PartnershipWithdrawal = 27,
    /// E14 deepening.
    Deepening = 28,
    /// E14 lapse of agreements and of the body.
    PartnershipLapse = 29,
    /// E14 extra-regional participants.
    ExtraRegional = 30,
    /// E15 noise of culture.
    Culture = 31,
    /// Order in which states act.
    Order = 32,
    /// Sensing noise.
    Sensing = 33,
    /// Assignment of states to regions in the placebo.
    RegionPermutation = 34,
    /// Layout of a stylised world.
    Layout = 35,
    /// Points of a design of experiments.
    Design = 36,
    /// Resampling of results (bootstrap).
    Resample = 37,
}

/// Source of all draws of one run.
#[derive(Debug, Clone)]
pub struct Draws {
    key: [u32; 2],
}

impl Draws {
    /// Opens the draws of a run with this seed.
    pub fn new(seed: u64) -> Self {
        let k = splitmix64(seed.wrapping_add(0x9e37_79b9_7f4a_7c15));
        Self {
            key: [k as u32, (k >> 32) as u32],
        }
    }

    /// The generator at an address; successive words are successive indices.
    ///
    /// `year` counts from the start of the run.
    #[inline]
    pub fn at(&self, stream: Stream, year: u32, a: u32, b: u32) -> Keyed {
        Keyed(Philox::new(self.key, counter(stream, year, a, b)))
    }

    /// One uniform draw on the open interval (0, 1).
    #[inline]
    pub fn uniform(&self, stream: Stream, year: u32, a: u32, b: u32) -> f64 {
        self.at(stream, year, a, b).uniform()
    }

    /// The first two uniform draws at each of many addresses (a, b) of (stream, year): what
    /// [`Draws::at`] gives one by one.
    pub fn uniforms_at(
        &self,
        stream: Stream,
        year: u32,
        addresses: &[(u32, u32)],
    ) -> impl ExactSizeIterator<Item = [f64; 2]> + use<> {
        let mut words = vec![[0; 2]; addresses.len().next_multiple_of(LANES)];
        let top = ((stream as u32) << 20) | year;
        fill_addresses(self.key, top, addresses, &mut words);
        words.truncate(addresses.len());
        let uniforms = |words: [u32; 2]| words.map(rand_philox::u32_to_unit_f64);
        words.into_iter().map(uniforms)
    }

    /// A word of (stream, year, a) for each of `n` positions; more positions change no earlier
    /// word.
    pub fn column(&self, stream: Stream, year: u32, a: u32, n: usize) -> Vec<u32> {
        let mut words = vec![0; n.next_multiple_of(COLUMN_STEP)];
        fill_column(
            self.key,
            [a, COLUMN, ((stream as u32) << 20) | year],
            &mut words,
        );
        words.truncate(n);
        words
    }

    /// A uniform draw of (stream, year, a) for each of `n` positions.
    pub fn uniforms(&self, stream: Stream, year: u32, a: u32, n: usize) -> Vec<f64> {
        let words = self.column(stream, year, a, n).into_iter();
        words.map(rand_philox::u32_to_unit_f64).collect()
    }

    /// The leading eight bits of a draw of (stream, year) for each of `n` positions: enough to
    /// see that something unlikely does not happen. The bits that follow have addresses of
    /// their own, see [`Draws::following`].
    pub fn leading_bytes(&self, stream: Stream, year: u32, n: usize) -> Vec<u8> {
        let words = self.column(stream, year, 0, n.div_ceil(4));
        let mut bytes = vec![0; words.len() * 4];
        for (bytes, word) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(words) {
            *bytes = word.to_le_bytes();
        }
        bytes.truncate(n);
        bytes
    }

    /// The whole draw whose leading byte this is; its other bits are those of (stream, year, a, b).
    #[inline]
    pub fn following(&self, byte: u8, stream: Stream, year: u32, a: u32, b: u32) -> f64 {
        (f64::from(byte) + self.uniform(stream, year, a, b)) / 256.0
    }
}

/// The second key of a column: no state, pact or region has it.
const COLUMN: u32 = u32::MAX;
/// Blocks that are made at once.
const LANES: usize = 8;
/// Words that are made at once.
const COLUMN_STEP: usize = 4 * LANES;

/// Eight blocks at a time, first their first words, then their second, and so on: the
/// compiler turns that into vector instructions, which take the same whole numbers everywhere.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn fill_column(key: [u32; 2], [a, b, top]: [u32; 3], words: &mut [u32]) {
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
fn fill_addresses(key: [u32; 2], top: u32, addresses: &[(u32, u32)], words: &mut [[u32; 2]]) {
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

/// [`philox4x32_10`] of eight counters, word by word.
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

#[inline]
fn counter(stream: Stream, year: u32, a: u32, b: u32) -> u128 {
    debug_assert!(year < 1 << 20);
    let top = (u128::from(stream as u16) << 20) | u128::from(year);
    (top << 96) | (u128::from(b) << 64) | (u128::from(a) << 32)
}

/// Draws at one address.
#[derive(Debug, Clone)]
pub struct Keyed(Philox);

impl Keyed {
    /// Uniform on the open interval (0, 1).
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        rand_philox::u32_to_unit_f64(self.0.next_u32())
    }

    /// Standard normal, by inversion.
    #[inline]
    pub fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform())
    }

    /// Poisson with this mean, by inversion of one uniform.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        let u = self.uniform();
        let mut p = libm::exp(-mean);
        let (mut cumulative, mut k) = (p, 0u32);
        while u > cumulative && k < 1000 {
            k += 1;
            p *= mean / f64::from(k);
            cumulative += p;
        }
        k
    }

    /// Index drawn in proportion to `weights`; `None` if they sum to zero.
    pub fn weighted(&mut self, weights: &[f64]) -> Option<usize> {
        weighted_index(weights, self.uniform())
    }
}

impl TryRng for Keyed {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.0.try_next_u32()
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0.try_next_u64()
    }

    #[inline]
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.try_fill_bytes(bytes)
    }
}

/// The index whose share of the cumulated `weights` contains `u` in (0, 1).
pub fn weighted_index(weights: &[f64], u: f64) -> Option<usize> {
    weighted_index_of(weights, u, weights.iter().sum())
}

/// As [`weighted_index`], of weights whose `total` is known.
pub fn weighted_index_of(weights: &[f64], u: f64, total: f64) -> Option<usize> {
    if total.is_nan() || total <= 0.0 {
        return None;
    }
    let target = u * total;
    let mut cumulative = 0.0;
    let mut last = None;
    for (index, &weight) in weights.iter().enumerate() {
        if weight > 0.0 {
            cumulative += weight;
            last = Some(index);
            if target < cumulative {
                return last;
            }
        }
    }
    last
}

/// Quantile of the standard normal distribution: algorithm AS 241 (PPND16) of
/// Wichura (1988), relative accuracy about 1e-16.
///
/// Written here because the logarithm must come from a pure-Rust
/// implementation, so that a run has the same bytes everywhere; the crates that
/// offer it call the system's.
#[allow(clippy::excessive_precision)]
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        let num = horner(
            r,
            &[
                2.5090809287301226727e3,
                3.3430575583588128105e4,
                6.7265770927008700853e4,
                4.5921953931549871457e4,
                1.3731693765509461125e4,
                1.9715909503065514427e3,
                1.3314166789178437745e2,
                3.3871328727963666080e0,
            ],
        );
        let den = horner(
            r,
            &[
                5.2264952788528545610e3,
                2.8729085735721942674e4,
                3.9307895800092710610e4,
                2.1213794301586595867e4,
                5.3941960214247511077e3,
                6.8718700749205790830e2,
                4.2313330701600911252e1,
                1.0,
            ],
        );
        return q * num / den;
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = libm::sqrt(-libm::log(tail));
    let value = if r <= 5.0 {
        let r = r - 1.6;
        horner(
            r,
            &[
                7.74545014278341407640e-4,
                2.27238449892691845833e-2,
                2.41780725177450611770e-1,
                1.27045825245236838258e0,
                3.64784832476320460504e0,
                5.76949722146069140550e0,
                4.63033784615654529590e0,
                1.42343711074968357734e0,
            ],
        ) / horner(
            r,
            &[
                1.05075007164441684324e-9,
                5.47593808499534494600e-4,
                1.51986665636164571966e-2,
                1.48103976427480074590e-1,
                6.89767334985100004550e-1,
                1.67638483018380384940e0,
                2.05319162663775882187e0,
                1.0,
            ],
        )
    } else {
        let r = r - 5.0;
        horner(
            r,
            &[
                2.01033439929228813265e-7,
                2.71155556874348757815e-5,
                1.24266094738807843860e-3,
                2.65321895265761230930e-2,
                2.96560571828504891230e-1,
                1.78482653991729133580e0,
                5.46378491116411436990e0,
                6.65790464350110377720e0,
            ],
        ) / horner(
            r,
            &[
                2.04426310338993978564e-15,
                1.42151175831644588870e-7,
                1.84631831751005468180e-5,
                7.86869131145613259100e-4,
                1.48753612908506148525e-2,
                1.36929880922735805310e-1,
                5.99832206555887937690e-1,
                1.0,
            ],
        )
    };
    if q < 0.0 { -value } else { value }
}

fn horner(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}

/// Λ, the logistic function.
#[inline]
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// A bound that Λ(x) does not exceed, without an exponential: e^t ≥ (1 + t/4 + t²/32)⁴ for t ≥ 0.
#[inline]
pub fn logistic_at_most(x: f64) -> f64 {
    let t = -x;
    if t <= 0.0 {
        return 1.0;
    }
    let root = 1.0 + t * (0.25 + t / 32.0);
    let square = root * root;
    // The margin is far above what rounding adds.
    (1.0 + 1e-9) / (1.0 + square * square)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, RngExt};
    use rand_philox::philox4x32_10;

    #[test]
    fn draws_are_functions_of_their_address() {
        let draws = Draws::new(7);
        let a = draws.uniform(Stream::PactExit, 3, 10, 11);
        let mut other = draws.at(Stream::PactExit, 3, 10, 12);
        other.uniform();
        assert_eq!(a, draws.uniform(Stream::PactExit, 3, 10, 11));
        assert_ne!(a, draws.uniform(Stream::PactExit, 4, 10, 11));
        assert_ne!(a, draws.uniform(Stream::PactExit, 3, 11, 10));
        assert_ne!(a, Draws::new(8).uniform(Stream::PactExit, 3, 10, 11));
    }

    #[test]
    fn a_generator_of_rand_has_the_words_of_the_address() {
        let draws = Draws::new(9);
        let keyed = || draws.at(Stream::Resample, 5, 3, 0);
        let (mut filled, mut short) = ([0_u32; 37], [0_u32; 10]);
        keyed().fill(&mut filled);
        keyed().fill(&mut short);
        assert_eq!(short, filled[..10]);
        for (block, words) in filled.chunks(4).enumerate() {
            let top = (Stream::Resample as u32) << 20 | 5;
            let expected = philox4x32_10([block as u32, 3, 0, top], draws.key);
            assert_eq!(words, &expected[..words.len()]);
        }
        let mut one_by_one = keyed();
        assert!(filled.iter().all(|word| one_by_one.next_u32() == *word));
        let wide = u64::from(filled[0]) | u64::from(filled[1]) << 32;
        assert_eq!(keyed().next_u64(), wide);
    }

    #[test]
    fn draws_at_many_addresses_are_those_at_each() {
        let draws = Draws::new(9);
        let addresses: Vec<(u32, u32)> = (0..21).map(|k| (k * 7919, k * k)).collect();
        let many = draws.uniforms_at(Stream::PactExit, 5, &addresses);
        assert_eq!(many.len(), addresses.len());
        for (&(a, b), drawn) in addresses.iter().zip(many) {
            let mut one = draws.at(Stream::PactExit, 5, a, b);
            assert_eq!(drawn, [one.uniform(), one.uniform()]);
        }
    }

    #[test]
    fn a_column_is_made_of_whole_blocks_and_extends() {
        let draws = Draws::new(9);
        let long = draws.column(Stream::Order, 5, 3, 101);
        assert_eq!(draws.column(Stream::Order, 5, 3, 40), long[..40]);
        let top = (Stream::Order as u32) << 20 | 5;
        for (position, word) in long.into_iter().enumerate() {
            let (step, within) = (position / 32, position % 32);
            let block = (8 * step + within % 8) as u32;
            let expected = philox4x32_10([block, 3, COLUMN, top], draws.key);
            assert_eq!(word, expected[within / 8]);
        }
    }

    #[test]
    fn a_leading_byte_and_what_follows_are_one_uniform_draw() {
        let draws = Draws::new(4);
        let bytes = draws.leading_bytes(Stream::DisputeOnset, 3, 20_000);
        let below = |bound: f64| {
            let u = |k: usize| draws.following(bytes[k], Stream::DisputeOnset, 3, k as u32, 0);
            (0..bytes.len()).filter(|&k| u(k) < bound).count() as f64 / bytes.len() as f64
        };
        for bound in [0.001, 0.1, 0.5, 0.9] {
            assert!(
                (below(bound) - bound).abs() < 0.01,
                "{bound}: {}",
                below(bound)
            );
        }
    }

    /// Reference values from R 4.3: `qnorm(c(.5, .975, .001, 1e-9))`.
    #[test]
    fn normal_quantile_matches_r() {
        for (p, z) in [
            (0.5, 0.0),
            (0.975, 1.959963984540054),
            (0.001, -3.090232306167813),
            (1e-9, -5.997807015007687),
        ] {
            assert!((normal_quantile(p) - z).abs() < 1e-12, "{p}");
        }
    }

    #[test]
    fn poisson_has_its_mean() {
        let draws = Draws::new(3);
        let total: u32 = (0..20_000)
            .map(|i| draws.at(Stream::SponsorOffer, 0, i, 0).poisson(2.5))
            .sum();
        let mean = f64::from(total) / 20_000.0;
        assert!((mean - 2.5).abs() < 0.04, "{mean}");
    }

    #[test]
    fn the_bound_of_the_logistic_function_is_one_and_is_near() {
        for step in -4000..4000 {
            let x = f64::from(step) / 100.0;
            assert!(logistic(x) <= logistic_at_most(x), "{x}");
        }
        assert!(logistic_at_most(-6.8) < 3.1 * logistic(-6.8));
    }

    #[test]
    fn weighted_index_follows_the_weights() {
        assert_eq!(weighted_index(&[0.0, 1.0, 3.0], 0.2), Some(1));
        assert_eq!(weighted_index(&[0.0, 1.0, 3.0], 0.3), Some(2));
        assert_eq!(weighted_index(&[0.0, 0.0], 0.3), None);
    }
}
