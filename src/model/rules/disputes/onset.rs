//! E11: the terms of the onset of a dispute, each with what it reaches at the most.
//!
//! logit P = γ0 + Σ coefficient · quantity. A term is added in one place: the list in
//! [`Onset::of`] makes both the logit and the bound that lets most pairs be passed over.

use crate::rng::logistic;
use crate::world::{DyadId, Pairs, StateId, TINY, World, pair};
use std::cell::OnceCell;

/// Bit of a pair with a great power, beside the flags of [`Pairs`].
pub const POWER: u8 = 4;
/// Number of combinations of contiguity, rivalry and great power.
pub const CODES: usize = 8;

/// Two states in the system, the one of the higher rank first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dyad {
    pub i: StateId,
    pub j: StateId,
    /// Where the pair stands.
    pub at: DyadId,
}

impl Dyad {
    pub fn of(i: StateId, j: StateId) -> Self {
        let (i, j) = (i.max(j), i.min(j));
        let at = pair(i, j);
        Self { i, j, at }
    }
}

/// What is known of a pair before its terms are looked at.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// Contiguity, rivalry and great power, as bits.
    pub code: usize,
    /// Hostility, at the most.
    pub hostility: f64,
}

impl Known {
    fn has(self, bit: u8) -> f64 {
        f64::from(u8::from(self.code & usize::from(bit) != 0))
    }

    fn distant_power(self) -> f64 {
        self.has(POWER) * (1.0 - self.has(Pairs::CONTIGUOUS))
    }
}

/// A term of the logit: coefficient · quantity.
struct Term {
    coefficient: f64,
    /// The quantity of a pair, from 0 to its reach.
    quantity: fn(&Onset<'_>, Dyad, Known) -> f64,
    /// What the quantity reaches at the most.
    reach: fn(&Onset<'_>, Known) -> f64,
}

impl Term {
    fn value(&self, onset: &Onset<'_>, dyad: Dyad, known: Known) -> f64 {
        let quantity = (self.quantity)(onset, dyad, known);
        debug_assert!((0.0..=(self.reach)(onset, known)).contains(&quantity));
        self.coefficient * quantity
    }

    fn most(&self, onset: &Onset<'_>, known: Known) -> f64 {
        (self.coefficient * (self.reach)(onset, known)).max(0.0)
    }
}

/// What decides about the beginning of disputes in a year.
pub struct Onset<'a> {
    world: &'a World,
    base: f64,
    terms: Vec<Term>,
    /// Terms that are looked at only where they can still decide.
    costly: Vec<Term>,
    /// What the costly terms add at the most.
    costly_most: f64,
    /// Made when they are first asked for.
    paths: OnceCell<AlliancePaths>,
}

impl<'a> Onset<'a> {
    /// The equation of this year.
    pub fn of(world: &'a World) -> Self {
        let p = world.parameters.dispute;
        let one = |_: &Onset<'_>, _: Known| 1.0;
        let term = |coefficient, quantity, reach| Term {
            coefficient,
            quantity,
            reach,
        };
        let mut terms = vec![
            // γ1 contiguous
            term(
                p.contiguity,
                |_, _, known| known.has(Pairs::CONTIGUOUS),
                |_, known| known.has(Pairs::CONTIGUOUS),
            ),
            // γ12 [a great power and not contiguous]
            term(
                p.distant_power,
                |_, _, known| known.distant_power(),
                |_, known| known.distant_power(),
            ),
            // γ13 rival
            term(
                p.rivalry,
                |_, _, known| known.has(Pairs::RIVAL),
                |_, known| known.has(Pairs::RIVAL),
            ),
            // γ2 H
            term(
                p.hostility,
                |_, _, known| known.hostility,
                |_, known| known.hostility,
            ),
            // γ3 C |Δz|
            term(
                p.blocs * world.competition,
                |o, d, _| (o.world.states.bloc[d.i] - o.world.states.bloc[d.j]).abs(),
                one,
            ),
            // γ4 parity
            term(p.parity, |o, d, _| o.parity(d), one),
            // γ5 W
            term(p.interdependence, |o, d, _| o.interdependence(d), one),
            // γ6 W asym
            term(
                p.asymmetry,
                |o, d, _| o.interdependence(d) * o.asymmetry(d),
                one,
            ),
            // γ10 |Δc|
            term(
                p.culture,
                |o, d, _| o.world.states.culture_gap(d.i, d.j),
                one,
            ),
            // γ11 (D_i ∨ D_j)
            term(p.domestic, |o, d, _| o.burning(d), one),
            // γ9 ΣI of common bodies
            term(
                p.institutions,
                |o, d, _| o.institutions(d),
                |o, _| o.world.partnerships.len() as f64,
            ),
        ];
        let mut costly = vec![
            // γ7 ally
            term(p.alliance, |o, d, _| o.allied(d), one),
            // γ8 (two or three pacts apart)
            term(p.alliance_path, |o, d, _| o.near(d), one),
        ];
        for list in [&mut terms, &mut costly] {
            list.retain(|term| term.coefficient != 0.0);
        }
        let mut onset = Self {
            world,
            base: p.base,
            terms,
            costly,
            costly_most: 0.0,
            paths: OnceCell::new(),
        };
        onset.costly_most = onset.most(
            &onset.costly,
            Known {
                code: 0,
                hostility: 1.0,
            },
        );
        onset
    }

    /// Contiguity, rivalry and great power of a pair, as bits.
    #[inline]
    pub fn code(&self, dyad: Dyad) -> usize {
        let power = self.world.states.power[dyad.i] || self.world.states.power[dyad.j];
        usize::from(self.world.pairs.flags[dyad.at] | (POWER * u8::from(power)))
    }

    /// What is known of a pair with this code.
    #[inline]
    pub fn known(&self, dyad: Dyad, code: usize) -> Known {
        let hostility = f64::from(self.world.pairs.hostility[dyad.at]);
        Known { code, hostility }
    }

    fn most(&self, terms: &[Term], known: Known) -> f64 {
        terms.iter().map(|term| term.most(self, known)).sum()
    }

    /// The logit that no pair of which this is known exceeds.
    pub fn highest(&self, known: Known) -> f64 {
        self.base + self.most(&self.terms, known) + self.costly_most
    }

    /// Whether a dispute begins in a pair, of which this is known, where this uniform number was drawn.
    pub fn begins(&self, dyad: Dyad, known: Known, draw: f64) -> bool {
        let add = |sum, term: &Term| sum + term.value(self, dyad, known);
        let alone = self.terms.iter().fold(self.base, add);
        // What the costly terms add at the most decides most cases before they are looked at.
        draw < logistic(alone + self.costly_most)
            && draw < logistic(self.costly.iter().fold(alone, add))
    }

    fn parity(&self, dyad: Dyad) -> f64 {
        let k = &self.world.states.capability;
        let (a, b) = (k[dyad.i], k[dyad.j]);
        a.min(b) / a.max(b).max(TINY)
    }

    fn asymmetry(&self, dyad: Dyad) -> f64 {
        let k = &self.world.states.capability;
        let (a, b) = (k[dyad.i], k[dyad.j]);
        (a - b).abs() / (a + b).max(TINY)
    }

    fn interdependence(&self, dyad: Dyad) -> f64 {
        f64::from(self.world.pairs.interdependence[dyad.at])
    }

    fn burning(&self, dyad: Dyad) -> f64 {
        let conflict = &self.world.states.domestic_conflict;
        f64::from(u8::from(conflict[dyad.i] || conflict[dyad.j]))
    }

    fn institutions(&self, dyad: Dyad) -> f64 {
        let bodies = self.world.partnerships.iter();
        let common = bodies.filter(|b| !b.inert && b.has(dyad.i) && b.has(dyad.j));
        common.map(|b| b.institutionalisation()).sum()
    }

    fn allied(&self, dyad: Dyad) -> f64 {
        f64::from(u8::from(self.world.pairs.allied(dyad.i, dyad.j)))
    }

    fn near(&self, dyad: Dyad) -> f64 {
        let allied = self.world.pairs.allied(dyad.i, dyad.j);
        let paths = self.paths.get_or_init(|| AlliancePaths::of(self.world));
        f64::from(u8::from(!allied && paths.near(self.world, dyad)))
    }
}

/// Allies of each state, as rows of bits.
struct AlliancePaths {
    words: usize,
    direct: Vec<u64>,
}

impl AlliancePaths {
    fn of(world: &World) -> Self {
        let n = world.states.len();
        let words = n.div_ceil(64);
        let mut direct = vec![0u64; n * words];
        for (i, list) in world.allies.iter().enumerate() {
            for j in list.iter().map(|&j| usize::from(j)) {
                direct[i * words + j / 64] |= 1 << (j % 64);
            }
        }
        Self { words, direct }
    }

    /// Whether two states without a pact are two or three pacts apart.
    fn near(&self, world: &World, dyad: Dyad) -> bool {
        let row = |k: StateId| &self.direct[usize::from(k) * self.words..][..self.words];
        let meet = |a: &[u64], b: &[u64]| a.iter().zip(b).any(|(a, b)| a & b != 0);
        let theirs = row(dyad.j);
        let friends = &world.allies[dyad.i];
        meet(row(dyad.i), theirs) || friends.iter().any(|&k| meet(row(k), theirs))
    }
}
