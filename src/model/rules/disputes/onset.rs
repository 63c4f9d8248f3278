//! E11: the terms of the onset of a dispute, each with what it reaches at the most.
//!
//! logit P = γ0 + Σ coefficient · quantity. A term is added in one place: the same sum makes the
//! logit of a pair and the bound that lets most pairs be passed over.

use super::Dispute;
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
}

/// How the terms of the logit are looked at: those of a pair, or what they are at the most.
trait Look {
    /// coefficient · quantity, which runs from 0 to its reach.
    fn term(&self, coefficient: f64, reach: f64, quantity: impl Fn(Dyad) -> f64) -> f64;
}

impl Look for Dyad {
    #[inline(always)]
    fn term(&self, coefficient: f64, reach: f64, quantity: impl Fn(Dyad) -> f64) -> f64 {
        if coefficient == 0.0 {
            return 0.0;
        }
        let quantity = quantity(*self);
        debug_assert!((0.0..=reach).contains(&quantity));
        coefficient * quantity
    }
}

/// Any pair of which the same is known.
struct Any;

impl Look for Any {
    fn term(&self, coefficient: f64, reach: f64, _: impl Fn(Dyad) -> f64) -> f64 {
        (coefficient * reach).max(0.0)
    }
}

/// What decides about the beginning of disputes in a year.
pub struct Onset<'a> {
    world: &'a World,
    parameters: Dispute,
    /// Number of partnerships.
    bodies: f64,
    /// Made when they are first asked for.
    paths: OnceCell<AlliancePaths>,
}

impl<'a> Onset<'a> {
    /// The equation of this year.
    pub fn of(world: &'a World) -> Self {
        Self {
            world,
            parameters: world.parameters.dispute,
            bodies: world.partnerships.len() as f64,
            paths: OnceCell::new(),
        }
    }

    /// γ0 and the terms that are cheap to look at.
    #[inline(always)]
    fn alone(&self, known: Known, at: &impl Look) -> f64 {
        let (p, w) = (&self.parameters, self.world);
        let contiguous = known.has(Pairs::CONTIGUOUS);
        let distant_power = known.has(POWER) * (1.0 - contiguous);
        let rival = known.has(Pairs::RIVAL);
        p.base
            + at.term(p.contiguity, contiguous, |_| contiguous)
            + at.term(p.distant_power, distant_power, |_| distant_power)
            + at.term(p.rivalry, rival, |_| rival)
            // γ2 H
            + at.term(p.hostility, known.hostility, |_| known.hostility)
            // γ3 C |Δz|
            + at.term(p.blocs * w.competition, 1.0, |d| {
                (w.states.bloc[d.i] - w.states.bloc[d.j]).abs()
            })
            + at.term(p.parity, 1.0, |d| self.parity(d))
            // γ5 W
            + at.term(p.interdependence, 1.0, |d| self.interdependence(d))
            // γ6 W asym
            + at.term(p.asymmetry, 1.0, |d| self.interdependence(d) * self.asymmetry(d))
            // γ10 |Δc|
            + at.term(p.culture, 1.0, |d| w.states.culture_gap(d.i, d.j))
            // γ11 (D_i ∨ D_j)
            + at.term(p.domestic, 1.0, |d| self.burning(d))
            // γ9 ΣI of common bodies
            + at.term(p.institutions, self.bodies, |d| self.institutions(d))
    }

    /// Adds the terms that are looked at only where they can still decide.
    #[inline(always)]
    fn with_pacts(&self, alone: f64, at: &impl Look) -> f64 {
        let p = &self.parameters;
        alone
            + at.term(p.alliance, 1.0, |d| self.allied(d))
            // γ8 (two or three pacts apart)
            + at.term(p.alliance_path, 1.0, |d| self.near(d))
    }

    /// Contiguity, rivalry and great power of a pair, as bits.
    #[inline]
    pub fn code(&self, dyad: Dyad) -> usize {
        let power = self.world.states.power[dyad.i] || self.world.states.power[dyad.j];
        usize::from(self.world.pairs.flags[dyad.at] | (POWER * u8::from(power)))
    }

    /// What is known of a pair with this code, which stands here.
    #[inline]
    pub fn known(&self, at: DyadId, code: usize) -> Known {
        let hostility = f64::from(self.world.pairs.hostility[at]);
        Known { code, hostility }
    }

    /// The logit that no pair of which this is known exceeds.
    pub fn highest(&self, known: Known) -> f64 {
        self.with_pacts(self.alone(known, &Any), &Any)
    }

    /// Whether a dispute begins in a pair, of which this is known, where this uniform number was drawn.
    pub fn begins(&self, dyad: Dyad, known: Known, draw: f64) -> bool {
        let alone = self.alone(known, &dyad);
        // What pacts add at the most decides most cases before they are looked at.
        draw < logistic(self.with_pacts(alone, &Any))
            && draw < logistic(self.with_pacts(alone, &dyad))
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
