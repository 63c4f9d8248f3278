//! E14: what a partnership is worth to a state.

use crate::rules::choice::utility;
use crate::scenario::Target;
use crate::world::{CULTURE, RegionId, SOVEREIGNTY, StateId, TINY, World};
use typed_index_collections::ti_vec;

/// Half of the weight of awareness and of competition holds for every state of a region, half grows
/// with the state's own interdependence or with the capability of the other bloc (E14).
const COMMON_HALF: f64 = 0.5;
/// Mean interdependence with the region at which awareness counts in full is the inverse of this (E14).
const INTERDEPENDENCE_GAIN: f64 = 2.0;
/// Distance in bloc position from which a state stands in the other bloc (E14).
const OTHER_BLOC: f64 = 0.5;
/// Weight of the distance from the region's mean culture beside a_D (E14).
const CULTURE_GAIN: f64 = 2.0;
/// Fall of a power's stance, from 1, with antagonism in the region (E14).
const STANCE_FALL: f64 = 2.0;
/// Part of the value of awareness that concerns peace (item 4 of Table 1).
const PEACE_IN_AWARENESS: f64 = 0.5;

utility! {
    /// The terms of V, with their signs.
    Terms {
        /// a_W α (½ + ½ min(1, 2 W̄)).
        awareness "awareness a_W·α·W̄";
        /// −a_dep α asym.
        dependence "dependence −a_dep·α·asym";
        /// a_G s_r P.
        problems "problems a_G·s_r·P";
        /// −a_C C_r (½ + ½ cross).
        competition "competition −a_C·C_r";
        /// a_ins C_r Θ̃.
        insurance "insurance a_ins·C_r·Θ̃";
        /// −a_V v_r.
        violence "violence −a_V·v_r";
        /// a_V2 v_r α.
        violence_demand "demand a_V2·v_r·α";
        /// −a_S sov depth.
        sovereignty "sovereignty −a_S·sov";
        /// −2 a_D |c − c̄|.
        culture "culture −2a_D·|c−c̄|";
        /// −a_O opp.
        opposed "opposed pacts −a_O·opp";
        /// a_E Em.
        emulation "emulation a_E·Em";
        /// a_B Link [any structured region].
        seat "seat a_B·Link";
        /// a_X aid.
        aid "aid a_X·aid";
        /// a_H stance.
        hegemon "outside power a_H·stance";
        /// −κ_f.
        cost "cost −κ_f";
        /// σ_V ε_{r,t}.
        circumstance "circumstance σ_V·ε";
    }
}

impl Terms {
    /// The part of V that concerns violence between states, stability and peace (item 4).
    pub fn stability_part(&self) -> f64 {
        self.awareness * PEACE_IN_AWARENESS
            + self.competition
            + self.insurance
            + self.violence
            + self.violence_demand
            + self.opposed
            + self.culture
    }
}

/// What the states of a region have in common when they look at a partnership.
#[derive(Debug, Clone)]
pub struct RegionView {
    region: RegionId,
    mean_culture: [f64; CULTURE],
    capability: f64,
    link: f64,
    stance: f64,
}

impl RegionView {
    /// The view of region `r` as the year stands.
    pub fn of(world: &World, r: RegionId) -> Self {
        let members = &world.regions[r].members;
        let n = members.len().max(1) as f64;
        let mean_culture = std::array::from_fn(|d| {
            members
                .iter()
                .map(|&i| f64::from(world.states.culture[d][i]))
                .sum::<f64>()
                / n
        });
        Self {
            region: r,
            mean_culture,
            capability: world.capability_of(members),
            link: link(world, r),
            stance: outside_stance(world, r),
        }
    }
}

/// The link that a seat is worth: the region's own, else the mean of all; 0 without any.
fn link(world: &World, r: RegionId) -> f64 {
    let mut own: Option<f64> = None;
    let (mut sum, mut count) = (0.0, 0.0);
    for p in world.partnerships.iter().filter(|p| !p.inert) {
        let level = world.held_in_region(Target::Link, p.region, p.link);
        if p.region == r {
            own = Some(own.unwrap_or(0.0).max(level));
        }
        sum += level;
        count += 1.0;
    }
    if !world.governance.global || count == 0.0 {
        return 0.0;
    }
    own.unwrap_or(sum / count)
}

/// Stance times presence of the outside great power most present in the region.
fn outside_stance(world: &World, r: RegionId) -> f64 {
    let members = &world.regions[r].members;
    let mut best: Option<(f64, StateId)> = None;
    for (k, &g) in world.powers.iter().enumerate() {
        let presence = world.regions[r].presence.get(k).copied().unwrap_or(0.0);
        if members.binary_search(&g).is_err() && best.is_none_or(|(b, _)| presence > b) {
            best = Some((presence, g));
        }
    }
    best.map_or(0.0, |(presence, g)| presence * stance(world, g, r))
}

/// Stance of an outside power towards a region on [−1, 1]: 1 − 2 × its highest antagonism
/// with a great power that is a member or present there, unless a body or treatment gives it.
pub fn stance(world: &World, g: StateId, r: RegionId) -> f64 {
    let given = world
        .partnerships_of(r)
        .flat_map(|p| &p.participants)
        .find(|(s, _)| *s == g)
        .map(|(_, stance)| *stance);
    let drawn = given.unwrap_or_else(|| natural_stance(world, g, r));
    world
        .held_in_region(Target::Stance, r, drawn)
        .clamp(-1.0, 1.0)
}

/// The stance that antagonism gives.
pub fn natural_stance(world: &World, g: StateId, r: RegionId) -> f64 {
    let presence = &world.regions[r].presence;
    let worst = world
        .powers
        .iter()
        .enumerate()
        .filter(|&(_, &h)| h != g)
        .map(|(k, &h)| world.antagonism_of(g, h) * presence.get(k).copied().unwrap_or(0.0))
        .fold(0.0, f64::max);
    (1.0 - STANCE_FALL * worst).clamp(-1.0, 1.0)
}

/// V of E14 for state `i` in the region of `view`, for a text of this depth.
pub fn value(world: &World, view: &RegionView, i: StateId, depth: f64) -> Terms {
    let p = world.parameters.partnership;
    let s = &world.states;
    let r = view.region;
    let region = &world.regions[r];
    let (w, asymmetry) = world.in_region(i, r);
    let awareness = s.awareness[i];
    let cross: f64 = region
        .members
        .iter()
        .filter(|&&j| (s.bloc[i] - s.bloc[j]).abs() > OTHER_BLOC)
        .map(|&j| s.capability[j])
        .sum();
    let gap = (0..CULTURE)
        .map(|d| (f64::from(s.culture[d][i]) - view.mean_culture[d]).abs())
        .sum::<f64>()
        / CULTURE as f64;
    let felt = (INTERDEPENDENCE_GAIN * w).min(1.0);
    let cross = cross / view.capability.max(TINY);
    let half = |x: f64| COMMON_HALF + (1.0 - COMMON_HALF) * x;
    Terms {
        awareness: p.awareness * awareness * half(felt),
        dependence: -p.dependence * awareness * asymmetry,
        problems: p.problems * region.similarity * s.pressure[i],
        competition: -p.competition * region.competition * half(cross),
        insurance: p.insurance * region.competition * s.threat_share[i],
        violence: -p.violence * region.violence,
        violence_demand: p.violence_demand * region.violence * awareness,
        sovereignty: -p.sovereignty * f64::from(s.culture[SOVEREIGNTY][i]) * depth,
        culture: -CULTURE_GAIN * p.culture * gap,
        opposed: -p.opposed_pacts * region.opposed,
        emulation: p.emulation * region.emulation,
        seat: p.seat * view.link,
        aid: p.aid * region.aid,
        hegemon: p.hegemon * view.stance,
        cost: -p.cost,
        circumstance: region.circumstance,
    }
}

/// opp_r: share of the region's pairs in which a defence ally of one is a rival of the other.
pub fn opposed(world: &World, r: RegionId) -> f64 {
    let members = &world.regions[r].members;
    let n = members.len();
    if n < 2 || members.iter().all(|&i| world.rivals[i].is_empty()) {
        return 0.0;
    }
    let mut place = ti_vec![None; world.states.len()];
    for (a, &i) in members.iter().enumerate() {
        place[i] = Some(a);
    }
    let mut pairs = vec![false; n * n];
    for (k, rivals) in world.rivals.iter_enumerated() {
        let mut rivals = rivals.iter().filter_map(|&j| place[j]).peekable();
        if rivals.peek().is_none() {
            continue;
        }
        let allies = world.allies[k].iter();
        let allies = allies.filter(|&&i| place[i].is_some() && world.pairs.defence_allied(i, k));
        let allies: Vec<usize> = allies.filter_map(|&i| place[i]).collect();
        for b in rivals {
            for &a in allies.iter().filter(|&&a| a != b) {
                pairs[a.max(b) * n + a.min(b)] = true;
            }
        }
    }
    let count = pairs.iter().filter(|&&opposed| opposed).count();
    2.0 * count as f64 / (n * (n - 1)) as f64
}
