//! E7: threat, and E8: cover by allies.

use super::Given;
use crate::rng::Stream;
use crate::world::pacts::deepest;
use crate::world::{World, pair};

/// Θ_i = Σ_j κ_{j→i} [h0 + h1 H_ij + h2 C_t |z_i − z_j| + h3 (1 − T_ij)] over politically
/// relevant pairs (contiguous, or one a great power); Θ̃ = Θ/(1 + Θ).
pub fn run(world: &mut World, _given: Given<'_>) {
    for k in 0..world.roster.len() {
        let i = world.roster[k];
        let felt = world.pairs.felt_by(i);
        let threat = |world: &World, i: usize, j: usize| f64::from(felt[j]) * hostile(world, i, j);
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
            let noise = world
                .draws
                .at(Stream::Sensing, world.step, i as u32, 0)
                .normal();
            sum *= libm::exp(sensing * noise);
        }
        world.states.threat[i] = sum;
        world.states.threat_share[i] = sum / (1.0 + sum);
    }
}

/// θ_ij per unit of κ: the threat that j is to i.
#[inline(always)]
pub fn hostile(world: &World, i: usize, j: usize) -> f64 {
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
    pub fn depth(&self, i: usize, j: usize) -> f64 {
        deepest(self.pairs.ties[pair(i, j)], &self.parameters)
    }

    /// q·depth·κ_{j→i}: what i counts on from j at this depth.
    #[inline]
    pub fn help(&self, i: usize, j: usize, depth: f64) -> f64 {
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
