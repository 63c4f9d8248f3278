//! E7: threat, and E8: cover by allies.

use super::{Declaration, Given};
use crate::rng::Stream;
use crate::scenario::parameters::parameters;
use crate::world::pacts::deepest;
use crate::world::{StateId, World, pair};

parameters! {
    /// Threat (E7) and security (E8).
    threat: Threat {
        latent "h0" "E7" "1" = 0.1 [0.02, 0.3] NonNegative, "Walt 1987; Stinnett et al. 2002; a proposal", "Threat from mere capability";
        hostility "h1" "E7" "1" = 0.8 [0.2, 1.5] NonNegative, "Walt 1987: intentions; a proposal", "Weight of hostility in threat";
        bloc "h2" "E7" "1" = 0.4 [0.0, 1.0] NonNegative, "a proposal", "Weight of distance between blocs under competition";
        distrust "h3" "E7" "1" = 0.2 [0.0, 0.5] NonNegative, "a proposal", "Weight of missing trust";
        reliability "q" "E8" "1" = 0.6 [0.2, 0.9] Share, "Leeds, Long & Mitchell 2000; Berkemeier & Fuhrmann 2018: .50 overall, .41 defence", "Share of an ally's capability that is counted on";
        sensing_sd "σ_obs" "E7" "1" = 0.0 [0.0, 0.2] NonNegative, "a proposal", "Relative standard deviation with which a state misjudges its threat";
    }
}

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "threat",
    step: "4 competition",
    equation: "E7",
    core: true,
    help: "Threat that each state feels",
    parameters: &["threat"],
    streams: &[Stream::Sensing],
    run,
};

/// Θ_i = Σ_j κ_{j→i} [h0 + h1 H_ij + h2 C_t |z_i − z_j| + h3 (1 − T_ij)] over politically
/// relevant pairs (contiguous, or one a great power); Θ̃ = Θ/(1 + Θ).
pub fn run(world: &mut World, _given: Given<'_>) {
    for &i in &world.roster {
        let felt = world.pairs.felt_by(i);
        let threat =
            |world: &World, i: StateId, j: StateId| f64::from(felt[j]) * hostile(world, i, j);
        let mut sum = 0.0;
        if world.states.power[i] {
            for &j in world.roster.iter().filter(|&&j| j != i) {
                sum += threat(world, i, j);
            }
        } else {
            for &j in &world.neighbours[i] {
                sum += threat(world, i, j);
            }
            for &g in world
                .powers
                .iter()
                .filter(|&&g| !world.pairs.contiguous(i, g))
            {
                sum += threat(world, i, g);
            }
        }
        let sensing = world.parameters.threat.sensing_sd;
        if sensing > 0.0 {
            let noise = world.draw(Stream::Sensing, i, 0u32).normal();
            sum *= libm::exp(sensing * noise);
        }
        world.states.threat[i] = sum;
        world.states.threat_share[i] = sum / (1.0 + sum);
    }
}

/// θ_ij per unit of κ: the threat that j is to i.
#[inline(always)]
pub fn hostile(world: &World, i: StateId, j: StateId) -> f64 {
    let h = world.parameters.threat;
    let p = pair(i, j);
    let distance = (world.states.bloc[i] - world.states.bloc[j]).abs();
    h.latent
        + h.hostility * f64::from(world.pairs.hostility[p])
        + h.bloc * world.competition * distance
        + h.distrust * (1.0 - f64::from(world.pairs.trust[p]))
}

impl World {
    /// Depth of the deepest obligation between two states.
    #[inline]
    pub fn depth(&self, i: StateId, j: StateId) -> f64 {
        deepest(self.pairs.ties[pair(i, j)], &self.parameters)
    }

    /// q·depth·κ_{j→i}: what i counts on from j at this depth.
    #[inline]
    pub fn help(&self, i: StateId, j: StateId, depth: f64) -> f64 {
        if depth == 0.0 {
            return 0.0;
        }
        self.parameters.threat.reliability * depth * self.felt_capability(j, i)
    }
}

/// Sec of E8: (1 + cover)/(1 + cover + Θ).
#[inline]
pub fn security(cover: f64, threat: f64) -> f64 {
    (1.0 + cover) / (1.0 + cover + threat)
}
