//! E17: security communities.

use super::{Declaration, Given};
use crate::scenario::parameters::parameters;
use crate::world::{Pairs, StateId, World, pair};
use petgraph::unionfind::UnionFind;

parameters! {
    /// Denationalisation (E16) and security community (E17).
    community: Community {
        denationalisation "ν1" "E16" "1/year" = 0.03 [0.0, 0.1] NonNegative, "a proposal", "Growth with institutionalisation and depth";
        command "ν2" "E16" "1/year" = 0.03 [0.0, 0.1] NonNegative, "a proposal", "Growth with integrated command in a sponsor's largest pact";
        renationalisation "ν3" "E16" "1/year" = 0.05 [0.0, 0.1] NonNegative, "a proposal", "Loss under threat without a defence ally";
        sovereignty "ν4" "E16" "1/year" = 0.02 [0.0, 0.1] NonNegative, "a proposal", "Loss with sovereignty-minded culture";
        trust "T_c" "E17" "1" = 0.8 [0.6, 0.9] Share, "Deutsch et al. 1957; Adler & Barnett 1998; a proposal", "Least trust within a community";
        hostility "H_com" "E17" "1" = 0.1 [0.05, 0.3] Share, "a proposal", "Most hostility within a community";
        culture_gap "Δc_com" "E17" "1" = 0.15 [0.05, 0.3] Share, "a proposal", "Largest culture gap within a community";
        peace_years "y_com" "E17" "years" = 15.0 [10.0, 25.0] Count, "a proposal", "Years without a dispute within a community";
    }
}

/// Shares of a region's states from which a community is nascent, ascendant and mature (E17).
const TIERS: [f64; 3] = [0.2, 0.5, 0.8];

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "security_community",
    step: "11 culture",
    equation: "E17",
    core: false,
    help: "Security communities",
    parameters: &["community"],
    streams: &[],
    run,
};

/// A community is the largest connected set of a region's states in which each tie is of two
/// states contiguous or linked (W above the region's median) with T ≥ T_c, H ≤ H_com, culture
/// gap ≤ Δc_com, W above the median and no dispute for y_com years. Nascent: 20 % of the
/// region; ascendant: 50 % and an office; mature: 80 % and an INT mechanism.
pub fn run(world: &mut World, _given: Given<'_>) {
    world.states.community.fill(false);
    for r in world.regions.keys() {
        let members = world.regions[r].members.clone();
        let set = largest(world, &members);
        let share = set.len() as f64 / members.len().max(1) as f64;
        let office = world
            .partnerships_of(r)
            .any(|b| !b.inert && b.office_count() > 0);
        let mechanism = world
            .partnerships_of(r)
            .any(|b| !b.inert && b.international_mechanism());
        let tier = match share {
            s if s >= TIERS[2] && mechanism => 3,
            s if s >= TIERS[1] && office => 2,
            s if s >= TIERS[0] => 1,
            _ => 0,
        };
        if tier > 0 {
            set.iter().for_each(|&i| world.states.community[i] = true);
        }
        world.regions[r].community_share = share;
        world.regions[r].community_tier = tier;
    }
}

/// The largest community among `members`; empty without a tie.
fn largest(world: &World, members: &[StateId]) -> Vec<StateId> {
    let mut candidates = Vec::new();
    for (a, &i) in members.iter().enumerate() {
        for (b, &j) in members[..a].iter().enumerate() {
            if binds(world, i, j) {
                candidates.push((a, b));
            }
        }
    }
    if candidates.is_empty() {
        return Vec::new();
    }
    let median = median_interdependence(world, members);
    let mut sets = UnionFind::<usize>::new(members.len());
    let mut bound = vec![false; members.len()];
    for (a, b) in candidates {
        if world.interdependence(members[a], members[b]) > median {
            sets.union(a, b);
            bound[a] = true;
            bound[b] = true;
        }
    }
    let labels = sets.into_labeling();
    let mut sizes = vec![0usize; members.len()];
    labels
        .iter()
        .enumerate()
        .filter(|(a, _)| bound[*a])
        .for_each(|(_, &l)| sizes[l] += 1);
    let Some(best) = (0..sizes.len())
        .rev()
        .max_by_key(|&l| sizes[l])
        .filter(|&l| sizes[l] > 1)
    else {
        return Vec::new();
    };
    (0..members.len())
        .filter(|&a| bound[a] && labels[a] == best)
        .map(|a| members[a])
        .collect()
}

/// The conditions of a tie but interdependence.
fn binds(world: &World, i: StateId, j: StateId) -> bool {
    let p = world.parameters.community;
    let k = pair(i, j);
    let last = world.pairs.last_dispute[k];
    let peaceful =
        last == Pairs::NEVER || f64::from(world.step as i32 - i32::from(last)) >= p.peace_years;
    f64::from(world.pairs.trust[k]) >= p.trust
        && f64::from(world.pairs.hostility[k]) <= p.hostility
        && peaceful
        && world.states.culture_gap(i, j) <= p.culture_gap
}

fn median_interdependence(world: &World, members: &[StateId]) -> f64 {
    let mut values: Vec<f64> = members
        .iter()
        .enumerate()
        .flat_map(|(a, &i)| {
            members[..a]
                .iter()
                .map(move |&j| world.interdependence(i, j))
        })
        .collect();
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}
