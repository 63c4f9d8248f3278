//! E8 and E9: what a pact is worth to a state.

use crate::rules::threat::security;
use crate::scenario::PactKind;
use crate::world::pacts::{deepest, depth_of};
use crate::world::pairs::{Ties, pair};
use crate::world::{Pact, World};

/// Number of terms.
const COUNT: usize = 9;

/// The terms of E9, with their signs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Terms {
    /// b_S ΔSec.
    pub security: f64,
    /// −b_A φ K_max/(K_max + K_i) depth.
    pub autonomy: f64,
    /// −b_E Ent (.3 + C_t).
    pub entrapment: f64,
    /// −b_X H̄.
    pub hostility: f64,
    /// b_C (z_0 − |z_i − z̄|).
    pub homophily: f64,
    /// b_P C_t (1 − |z_i − z_g|), or the sponsor's own b_G C_t (1 − |z_g − z̄|).
    pub pull: f64,
    /// −b_R φ C_t.
    pub reactance: f64,
    /// −c_0 depth.
    pub depth: f64,
    /// −c_n ln |M|.
    pub size: f64,
}

impl Terms {
    /// U.
    pub fn sum(&self) -> f64 {
        self.security
            + self.autonomy
            + self.entrapment
            + self.hostility
            + self.homophily
            + self.pull
            + self.reactance
            + self.depth
            + self.size
    }

    /// The terms with the names that `explain` prints.
    pub fn named(&self) -> [(&'static str, f64); COUNT] {
        [
            ("security b_S·ΔSec", self.security),
            ("autonomy −b_A·φ·K", self.autonomy),
            ("entrapment −b_E·Ent", self.entrapment),
            ("hostility −b_X·H̄", self.hostility),
            ("homophily b_C·(z0−|Δz|)", self.homophily),
            ("sponsor's pull b_P, b_G", self.pull),
            ("reactance −b_R·φ·C", self.reactance),
            ("depth −c0·depth", self.depth),
            ("size −c_n·ln|M|", self.size),
        ]
    }
}

/// Pacts without which security is compared, at most two: the pact itself for a member, those
/// that merge for a merger, none for a newcomer.
pub type Without<'a> = &'a [&'a Pact];

/// U of E9 for state `i` and a pact with the `members` (i may be among them and is left out).
pub fn utility(
    world: &World,
    i: usize,
    members: &[usize],
    kind: PactKind,
    sponsor: Option<usize>,
    without: Without<'_>,
) -> Terms {
    let p = &world.parameters;
    let a = &p.alliance;
    let depth = depth_of(kind, p);
    let threat = world.states.threat[i];
    let base = world.cover_of(i);
    let (mut with, mut bare) = (base, base);
    let (mut strongest, mut threats, mut blocs) = (0.0f64, 0.0, 0.0);
    let (mut hostility, mut felt) = (0.0, 0.0);
    let mut count = 0.0;
    let row = world.pairs.felt_by(i);
    let own = Own::of(i, members, without);
    for &j in members.iter().filter(|&&j| j != i) {
        let kappa = f64::from(row[j]);
        let k = pair(i, j);
        let ties = world.pairs.ties[k];
        let now = deepest(ties, p);
        let help = p.threat.reliability * kappa;
        with += help * (depth.max(now) - now);
        if now > 0.0 && !without.is_empty() {
            bare -= help * (now - deepest(own.taken_from(ties, j), p));
        }
        strongest = strongest.max(world.states.capability[j]);
        threats += world.states.threat[j];
        blocs += world.states.bloc[j];
        hostility += kappa * f64::from(world.pairs.hostility[k]);
        felt += kappa;
        count += 1.0;
    }
    if count == 0.0 {
        return Terms::default();
    }
    let capability = world.states.capability[i];
    let mean_bloc = blocs / count;
    let mean_threat = threats / count;
    let bloc = world.states.bloc[i];
    let entrapment = (mean_threat - threat).max(0.0) / (mean_threat + threat).max(1e-9);
    let (pull, reactance) = match sponsor {
        Some(g) if g == i => (
            a.sponsor_gain * world.competition * (1.0 - (bloc - mean_bloc).abs()),
            0.0,
        ),
        Some(g) => (
            a.pull * world.competition * (1.0 - (bloc - world.states.bloc[g]).abs()),
            -a.reactance * world.states.autonomy[i] * world.competition,
        ),
        None => (0.0, 0.0),
    };
    Terms {
        security: a.security * (security(with, threat) - security(bare.max(0.0), threat)),
        autonomy: -a.autonomy * world.states.autonomy[i] * strongest
            / (strongest + capability).max(1e-300)
            * depth,
        entrapment: -a.entrapment * entrapment * (0.3 + world.competition),
        hostility: -a.hostility * hostility / felt.max(1e-300),
        homophily: a.homophily * (a.neutral_distance - (bloc - mean_bloc).abs()),
        pull,
        reactance,
        depth: -a.depth_cost * depth,
        size: -a.size_cost * libm::log(count),
    }
}

/// The pacts of a state among those without which security is compared.
struct Own<'a> {
    /// Ties that each of the members has by them.
    common: Ties,
    /// Those that only some of the members may be in.
    partial: [Option<&'a Pact>; 2],
}

impl<'a> Own<'a> {
    #[inline]
    fn of(i: usize, members: &[usize], without: Without<'a>) -> Self {
        let (mut common, mut partial) = ([0; 4], [None; 2]);
        for (place, &pact) in partial.iter_mut().zip(without).filter(|(_, q)| q.has(i)) {
            if std::ptr::eq(pact.members.as_slice(), members) {
                common[pact.kind as usize] += 1;
            } else {
                *place = Some(pact);
            }
        }
        Self { common, partial }
    }

    /// The ties of the state with `j`, one of the members, once these pacts are gone.
    #[inline]
    fn taken_from(&self, ties: Ties, j: usize) -> Ties {
        let mut left = std::array::from_fn(|kind| ties[kind] - self.common[kind]);
        for pact in self.partial.iter().flatten().filter(|pact| pact.has(j)) {
            left[pact.kind as usize] -= 1;
        }
        left
    }
}

/// U_m of E9: what admitting `i` into the pact is worth to its member `m`.
pub fn admission(world: &World, m: usize, i: usize, pact: &Pact) -> Terms {
    let p = &world.parameters;
    let a = &p.alliance;
    let depth = depth_of(pact.kind, p);
    let (own, other) = (world.states.threat[m], world.states.threat[i]);
    let entrapment = (other - own).max(0.0) / (other + own).max(1e-9);
    let distance = (world.states.bloc[m] - world.states.bloc[i]).abs();
    let cover = world.cover_of(m);
    let gain = world.help(m, i, depth.max(world.depth(m, i))) - world.help(m, i, world.depth(m, i));
    let pull = if pact.sponsor == Some(m) {
        a.sponsor_gain * world.competition * (1.0 - distance)
    } else {
        0.0
    };
    Terms {
        security: a.security * (security(cover + gain, own) - security(cover, own)),
        entrapment: -a.entrapment * entrapment * (0.3 + world.competition)
            / pact.members.len() as f64,
        hostility: -a.hostility * world.hostility(m, i),
        homophily: a.homophily * (a.neutral_distance - distance),
        pull,
        ..Terms::default()
    }
}
