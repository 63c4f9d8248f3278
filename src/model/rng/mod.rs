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

mod inversion;
mod lanes;

use rand_core::{Infallible, TryRng};
use rand_philox::{Philox, philox4x32_10, splitmix64};

use lanes::{COLUMN_STEP, LANES, fill_addresses, fill_column};

pub use inversion::{
    logistic, logistic_at_most, normal_quantile, weighted_index, weighted_index_of,
};

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
        let [word, ..] = philox4x32_10([0, a, b, top(stream, year)], self.key);
        rand_philox::u32_to_unit_f64(word)
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
        fill_addresses(self.key, top(stream, year), addresses, &mut words);
        words.truncate(addresses.len());
        let uniforms = |words: [u32; 2]| words.map(rand_philox::u32_to_unit_f64);
        words.into_iter().map(uniforms)
    }

    /// A word of (stream, year, a) for each of `n` positions; more positions change no earlier
    /// word.
    pub fn column(&self, stream: Stream, year: u32, a: u32, n: usize) -> Vec<u32> {
        let mut words = vec![0; n.next_multiple_of(COLUMN_STEP)];
        fill_column(self.key, [a, COLUMN, top(stream, year)], &mut words);
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

/// The last word of a counter.
#[inline]
fn top(stream: Stream, year: u32) -> u32 {
    debug_assert!(year < 1 << 20);
    ((stream as u32) << 20) | year
}

#[inline]
fn counter(stream: Stream, year: u32, a: u32, b: u32) -> u128 {
    (u128::from(top(stream, year)) << 96) | (u128::from(b) << 64) | (u128::from(a) << 32)
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

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, RngExt};

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

    #[test]
    fn poisson_has_its_mean() {
        let draws = Draws::new(3);
        let total: u32 = (0..20_000)
            .map(|i| draws.at(Stream::SponsorOffer, 0, i, 0).poisson(2.5))
            .sum();
        let mean = f64::from(total) / 20_000.0;
        assert!((mean - 2.5).abs() < 0.04, "{mean}");
    }
}
