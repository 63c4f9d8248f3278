//! E8 and E9: what a pact is worth to a state.

use crate::rules::choice::utility;
use crate::rules::threat::security;
use crate::scenario::PactKind;
use crate::scenario::parameters::parameters;
use crate::world::pacts::{deepest, depth_of};
use crate::world::pairs::{Ties, pair};
use crate::world::{Pact, StateId, TINY, World};

parameters! {
    /// The value of a pact to a state (E9).
    alliance: Alliance {
        security "b_S" "E9" "1" = 1.439 [0.5, 2.0] NonNegative, "calibrated to the moments of 1946-88 (experiments/calibration)", "Weight of the gain in security";
        autonomy "b_A" "E9" "1" = 0.5852 [0.0, 1.0] NonNegative, "Morrow 1991; calibrated to the moments of 1946-88 (experiments/calibration)", "Weight of autonomy lost to a stronger partner";
        entrapment "b_E" "E9" "1" = 0.4 [0.0, 1.0] NonNegative, "Snyder 1984", "Weight of being drawn into the others' conflicts";
        hostility "b_X" "E9" "1" = 1.5 [0.5, 2.5] NonNegative, "a proposal", "Weight of hostility towards members";
        homophily "b_C" "E9" "1" = 0.7595 [0.0, 1.0] NonNegative, "calibrated to the moments of 1946-88 (experiments/calibration)", "Weight of nearness in bloc position";
        neutral_distance "z_0" "E9" "1" = 0.3734 [0.2, 0.5] Share, "calibrated to the moments of 1946-88 (experiments/calibration)", "Distance in bloc position at which nearness neither attracts nor repels";
        pull "b_P" "E9" "1" = 0.6616 [0.0, 1.0] NonNegative, "paper A on great powers' encouragement; prior equal to b_R; calibrated to the moments of 1946-88 (experiments/calibration)", "What a sponsor offers under competition to a state near its bloc";
        reactance "b_R" "E9" "1" = 0.6067 [0.0, 1.0] NonNegative, "paper A on reaction to great-power pressure; prior equal to b_P; calibrated to the moments of 1946-88 (experiments/calibration)", "Reaction against the pressure of a sponsor under competition";
        sponsor_gain "b_G" "E9" "1" = 0.4 [0.0, 1.0] NonNegative, "a proposal", "What a sponsor gains under competition from members near its bloc";
        depth_cost "c_0" "E9" "1" = 0.1566 [0.0, 0.3] NonNegative, "calibrated to the moments of 1946-88 (experiments/calibration)", "Fixed cost of an obligation, times its depth";
        size_cost "c_n" "E9" "1" = 0.0677 [0.0, 0.15] NonNegative, "calibrated to the moments of 1946-88 (experiments/calibration)", "Cost of coordination, times the log of the number of partners";
        choice_scale "s" "E9" "1" = 0.1408 [0.05, 0.3] NonNegative, "calibrated to the moments of 1946-88 (experiments/calibration)", "Scale of the logit choice: 0 chooses the better alternative for certain";
        alignment "ζ" "E9" "1/year" = 0.0 [0.0, 0.06] Share, "a proposal; 0 keeps bloc positions constant", "Yearly move of a member's bloc position towards its sponsor's";
        depth_neutrality "d_N" "E9" "1" = 0.4 [0.2, 0.6] Share, "a proposal", "Depth of a neutrality or non-aggression pact; a defence pact has 1";
        depth_entente "d_E" "E9" "1" = 0.3 [0.1, 0.5] Share, "a proposal", "Depth of an entente";
    }
}

/// Least sum of two threats that one is compared with.
const LEAST_THREAT: f64 = 1e-9;
/// What entrapment weighs without competition (E9).
const PEACETIME_ENTRAPMENT: f64 = 0.3;

utility! {
    /// The terms of E9, with their signs.
    Terms {
        /// b_S ΔSec.
        security "security b_S·ΔSec";
        /// −b_A φ K_max/(K_max + K_i) depth.
        autonomy "autonomy −b_A·φ·K";
        /// −b_E Ent (.3 + C_t).
        entrapment "entrapment −b_E·Ent";
        /// −b_X H̄.
        hostility "hostility −b_X·H̄";
        /// b_C (z_0 − |z_i − z̄|).
        homophily "homophily b_C·(z0−|Δz|)";
        /// b_P C_t (1 − |z_i − z_g|), or the sponsor's own b_G C_t (1 − |z_g − z̄|).
        pull "sponsor's pull b_P, b_G";
        /// −b_R φ C_t.
        reactance "reactance −b_R·φ·C";
        /// −c_0 depth.
        depth "depth −c0·depth";
        /// −c_n ln |M|.
        size "size −c_n·ln|M|";
    }
}

/// Ent: how far a state is drawn into the conflicts of others who are threatened more.
fn entrapment(own: f64, others: f64) -> f64 {
    (others - own).max(0.0) / (others + own).max(LEAST_THREAT)
}

/// Pacts without which security is compared, at most two: the pact itself for a member, those
/// that merge for a merger, none for a newcomer.
pub type Without<'a> = &'a [&'a Pact];

/// U of E9 for state `i` and a pact with the `members` (i may be among them and is left out).
pub fn utility(
    world: &World,
    i: StateId,
    members: &[StateId],
    kind: PactKind,
    sponsor: Option<StateId>,
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
    let danger = PEACETIME_ENTRAPMENT + world.competition;
    let mean_bloc = blocs / count;
    let bloc = world.states.bloc[i];
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
            / (strongest + capability).max(TINY)
            * depth,
        entrapment: -a.entrapment * entrapment(threat, threats / count) * danger,
        hostility: -a.hostility * hostility / felt.max(TINY),
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
    fn of(i: StateId, members: &[StateId], without: Without<'a>) -> Self {
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
    fn taken_from(&self, ties: Ties, j: StateId) -> Ties {
        let mut left = std::array::from_fn(|kind| ties[kind] - self.common[kind]);
        for pact in self.partial.iter().flatten().filter(|pact| pact.has(j)) {
            left[pact.kind as usize] -= 1;
        }
        left
    }
}

/// U_m of E9: what admitting `i` into the pact is worth to its member `m`.
pub fn admission(world: &World, m: StateId, i: StateId, pact: &Pact) -> Terms {
    let p = &world.parameters;
    let a = &p.alliance;
    let depth = depth_of(pact.kind, p);
    let (own, other) = (world.states.threat[m], world.states.threat[i]);
    let distance = (world.states.bloc[m] - world.states.bloc[i]).abs();
    let danger = PEACETIME_ENTRAPMENT + world.competition;
    let cover = world.cover_of(m);
    let gain = world.help(m, i, depth.max(world.depth(m, i))) - world.help(m, i, world.depth(m, i));
    let pull = if pact.sponsor == Some(m) {
        a.sponsor_gain * world.competition * (1.0 - distance)
    } else {
        0.0
    };
    Terms {
        security: a.security * (security(cover + gain, own) - security(cover, own)),
        entrapment: -a.entrapment * entrapment(own, other) * danger / pact.members.len() as f64,
        hostility: -a.hostility * world.hostility(m, i),
        homophily: a.homophily * (a.neutral_distance - distance),
        pull,
        ..Terms::default()
    }
}
