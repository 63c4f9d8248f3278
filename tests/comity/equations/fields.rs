//! E1 to E7 and E15: what states, pairs and powers are.

use comity::rng::{Stream, normal_quantile};
use comity::scenario::{AgreementKind, Geometry, Process};
use comity::world::{ByState, StateId, World};

use super::{Around, culture_gap, in_years, institutions, mean, same};

#[test]
fn e1_capability() {
    in_years(|grown| {
        if grown.setting.observed.is_some() {
            return;
        }
        let Around { before, after } = grown.around(Process::Capability);
        let p = before.parameters.capability;
        let n = before.roster.len() as f64;
        let draws = ByState::from(before.draws.uniforms(
            Stream::Capability,
            before.step,
            0,
            before.states.len(),
        ));
        let drifted = |&i: &StateId| {
            let k = before.states.capability[i];
            k * (p.drift_mean * (1.0 - k * n).max(-1.0) + p.drift_sd * normal_quantile(draws[i]))
                .exp()
        };
        let all: f64 = before.roster.iter().map(drifted).sum();
        for i in &before.roster {
            same(after.states.capability[*i] / drifted(i), 1.0 / all, "E1");
        }
        same(after.states.capability.iter().sum(), 1.0, "ΣK");
    });
}

/// Angle between two places over π, by the law of cosines.
fn globe(a: (f64, f64), b: (f64, f64)) -> f64 {
    let [la, lb, d] = [a.0, b.0, b.1 - a.1].map(f64::to_radians);
    let cosine = la.sin() * lb.sin() + la.cos() * lb.cos() * d.cos();
    cosine.clamp(-1.0, 1.0).acos() / std::f64::consts::PI
}

#[test]
fn e2_reach() {
    in_years(|grown| {
        let world = grown.around(Process::Capability).after;
        let p = world.parameters.capability;
        for &i in &world.roster {
            for &j in world.roster.iter().filter(|&&j| j != i) {
                let (a, b) = (world.states.position[i], world.states.position[j]);
                let distance = match grown.setting.geometry {
                    Geometry::Globe => globe(a, b),
                    Geometry::Plane => ((a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)).sqrt(),
                };
                let g = match world.neighbours[i].contains(&j) {
                    true => 1.0,
                    false => (-distance / p.reach_length).exp(),
                };
                let reach = match world.states.power[j] {
                    true => g.powf(1.0 - p.power_projection),
                    false => g,
                };
                same(f64::from(world.pairs.proximity_of(i)[j]), g, "g");
                same(world.reach(j, i), reach, "reach");
                let k = &world.states.capability;
                same(
                    world.felt_capability(j, i),
                    k[j] * reach / (k[j] * reach + k[i]),
                    "κ",
                );
            }
        }
    });
}

#[test]
fn e3_interdependence() {
    in_years(|grown| {
        let Around { before, after } = grown.around(Process::Interdependence);
        let p = before.parameters.interdependence;
        let growth = (p.growth * f64::from(before.step)).exp();
        let economic = |i: StateId, j: StateId| {
            let common = before.partnerships.iter().filter(|b| b.has(i) && b.has(j));
            common
                .into_iter()
                .any(|b| b.count(AgreementKind::Economic) > 0)
        };
        let w = |i: StateId, j: StateId| {
            let y = (before.states.income[i] * before.states.income[j]).sqrt();
            let bonus = if economic(i, j) {
                1.0 + p.economic_agreement
            } else {
                1.0
            };
            let loss = 1.0 - p.hostility_loss * before.hostility(i, j);
            let g = f64::from(before.pairs.proximity_of(i)[j]);
            1.0 - (-p.scale * growth * y * g * bonus * loss).exp()
        };
        for &i in &before.roster {
            for &j in before.roster.iter().filter(|&&j| j < i) {
                same(after.interdependence(i, j), w(i, j), "W");
            }
        }
        let k = &before.states.capability;
        for (r, region) in after.regions.iter_enumerated() {
            for &i in &region.members {
                let others = || region.members.iter().copied().filter(|&j| j != i);
                let uneven = others().map(|j| w(i, j) * ((k[j] - k[i]) / (k[j] + k[i])).max(0.0));
                let total: f64 = others().map(|j| w(i, j)).sum();
                let (found, asymmetry) = after.in_region(i, r);
                same(found, mean(others().map(|j| w(i, j))), "W̄");
                same(asymmetry, uneven.sum::<f64>() / total.max(1e-300), "asym");
            }
        }
        for &i in &before.roster {
            let expected = match after.primary_region(i) {
                Some(r) => after.in_region(i, r).0,
                None => mean(after.neighbours[i].iter().map(|&j| w(i, j))),
            };
            same(after.states.interdependence[i], expected, "W̄_i");
        }
    });
}

#[test]
fn e4_problems() {
    in_years(|grown| {
        let Around { before, after } = grown.around(Process::Problems);
        let p = before.parameters.problems;
        let cross = [
            p.cross_border_crime,
            p.cross_border_resources,
            p.cross_border_health,
            p.cross_border_conflict,
        ];
        for m in 0..4 {
            let noise = before
                .draws
                .at(Stream::Problems, before.step, m as u32, 0)
                .normal();
            let x = p.mean + p.persistence * (before.problems[m] - p.mean) + p.shock_sd * noise;
            same(after.problems[m], x.max(0.0), "X");
        }
        for &i in &before.roster {
            let s = |m: usize| match before.primary_region(i).map(|r| &before.regions[r]) {
                Some(r) => {
                    r.similarity * r.common_exposure[m]
                        + (1.0 - r.similarity) * before.states.own_exposure[i][m]
                }
                None => before.states.own_exposure[i][m],
            };
            let felt = |weight: [f64; 4]| -> f64 {
                (0..4).map(|m| after.problems[m] * s(m) * weight[m]).sum()
            };
            let pressure = 2.0 * felt(cross) / cross.iter().sum::<f64>();
            same(after.states.pressure[i], pressure.min(1.0), "P");
            let loss = felt([1.0; 4]) * (-before.states.good[i]).exp();
            same(after.states.loss[i], loss, "ℓ");
        }
    });
}

#[test]
fn e5_awareness() {
    in_years(|grown| {
        let Around { before, after } = grown.around(Process::Awareness);
        let (p, s) = (before.parameters.awareness, &before.states);
        let draws = ByState::from(before.draws.uniforms(
            Stream::Awareness,
            before.step,
            0,
            s.len(),
        ));
        for &i in &before.roster {
            let (c, em, inst) = match before.primary_region(i) {
                None => (before.competition, 0.0, 0.0),
                Some(r) => {
                    let bodies = before.partnerships_of(r).map(institutions);
                    let region = &before.regions[r];
                    (
                        region.competition,
                        region.emulation,
                        bodies.fold(0.0, f64::max),
                    )
                }
            };
            let sources = p.interdependence * s.interdependence[i]
                + p.problems * s.pressure[i]
                + p.emulation * em
                + p.institutions * inst
                - p.threat * c * s.threat[i] / (1.0 + s.threat[i]);
            let value = (1.0 - p.rate) * s.awareness[i]
                + p.rate * sources
                + p.noise_sd * normal_quantile(draws[i]);
            same(after.states.awareness[i], value.clamp(0.0, 1.0), "α");
        }
    });
}

/// A_gh by the dates of rivalries, or as a stylised world gives it.
fn antagonism(grown: &super::Grown, world: &World, g: StateId, h: StateId) -> f64 {
    let p = world.parameters.competition;
    let of_pair = grown
        .setting
        .rivalries
        .iter()
        .filter(|s| [(s.a, s.b), (s.b, s.a)].contains(&(g.into(), h.into())));
    let (mut active, mut ended) = (false, false);
    for spell in of_pair {
        active |= spell.from <= world.year && spell.to.is_none_or(|to| world.year <= to);
        ended |= spell
            .to
            .is_some_and(|to| to < world.year && world.year <= to + 10);
    }
    match (grown.setting.antagonism, active, ended) {
        (_, true, _) => p.active_rivalry,
        (Some(given), ..) => given,
        (None, false, true) => p.ended_rivalry,
        (None, false, false) => p.floor,
    }
}

#[test]
fn e6_competition() {
    in_years(|grown| {
        let Around { before, after } = grown.around(Process::Competition);
        let k = &before.states.capability;
        let powers = &before.powers;
        let pairs = || {
            powers
                .iter()
                .enumerate()
                .flat_map(|(n, &h)| powers[..n].iter().map(move |&g| (g, h)))
        };
        let a = |g: StateId, h: StateId| antagonism(grown, &before, g, h);
        for (g, h) in pairs() {
            same(after.antagonism_of(g, h), a(g, h), "A");
        }
        let sum =
            |f: &dyn Fn(StateId, StateId) -> f64| -> f64 { pairs().map(|(g, h)| f(g, h)).sum() };
        let weight = sum(&|g, h| k[g] * k[h]);
        same(
            after.competition,
            sum(&|g, h| a(g, h) * k[g] * k[h]) / weight,
            "C_t",
        );
        let strongest = powers.iter().map(|&g| k[g]).fold(0.0, f64::max);
        for region in &after.regions {
            let presence = |g: StateId| match region.members.contains(&g) {
                true => 1.0,
                false => {
                    let reach = region.members.iter().map(|&j| before.reach(g, j));
                    k[g] / strongest * mean(reach)
                }
            };
            let level = pairs().map(|(g, h)| {
                let balance = 2.0 * (k[g] * k[h]).sqrt() / (k[g] + k[h]);
                a(g, h) * (presence(g) * presence(h)).sqrt() * balance
            });
            same(region.competition, level.fold(0.0, f64::max), "C_r");
        }
    });
}

#[test]
fn e7_threat() {
    in_years(|grown| {
        let Around { before, after } = grown.around(Process::Threat);
        let p = before.parameters.threat;
        let z = &before.states.bloc;
        for &i in &before.roster {
            let relevant = |j: StateId| {
                let powers = before.states.power[i] || before.states.power[j];
                j != i && (powers || before.neighbours[i].contains(&j))
            };
            let terms = before.roster.iter().filter(|&&j| relevant(j)).map(|&j| {
                before.felt_capability(j, i)
                    * (p.latent
                        + p.hostility * before.hostility(i, j)
                        + p.bloc * before.competition * (z[i] - z[j]).abs()
                        + p.distrust * (1.0 - before.trust(i, j)))
            });
            let noise = before
                .draws
                .at(Stream::Sensing, before.step, i.word(), 0)
                .normal();
            let threat = (p.sensing_sd * noise).exp() * terms.sum::<f64>();
            same(after.states.threat[i], threat, "Θ");
            same(after.states.threat_share[i], threat / (1.0 + threat), "Θ̃");
        }
    });
}

#[test]
fn e15_culture() {
    in_years(|grown| {
        let Around { before, after } = grown.around(Process::Culture);
        let p = before.parameters.culture;
        let n = before.states.len();
        let bodies = |i: StateId, j: StateId| -> f64 {
            let common = before.partnerships.iter().filter(|b| b.has(i) && b.has(j));
            common.map(institutions).sum()
        };
        let raw = |i: StateId, j: StateId| {
            let ally = f64::from(u8::from(before.pairs.defence_allied(i, j)));
            let contact = before.interdependence(i, j) * f64::from(before.pairs.proximity_of(i)[j]);
            contact + bodies(i, j) + p.pact_contact * ally
        };
        for d in 0..4 {
            let draws = ByState::from(before.draws.uniforms(
                Stream::Culture,
                before.step,
                d as u32,
                n,
            ));
            let c = |i: StateId| f64::from(before.states.culture[d][i]);
            for &i in &before.roster {
                let others = || before.roster.iter().copied().filter(|&j| j != i);
                let r: f64 = others().map(|j| raw(i, j)).sum();
                let near = others().filter(|&j| culture_gap(&before, i, j) < p.confidence);
                let pull: f64 = near.map(|j| raw(i, j) * (c(j) - c(i))).sum();
                let member = before.partnerships.iter().any(|b| !b.inert && b.has(i));
                let sovereignty = f64::from(before.states.culture[2][i]);
                let psi = p.openness
                    - if member {
                        p.backlash * sovereignty
                    } else {
                        0.0
                    };
                let attraction = psi / (r + 1.0) * pull;
                let repulsion = p.repulsion * mean(before.rivals[i].iter().map(|&j| c(j) - c(i)));
                let anchor = match before.states.anchored[i] {
                    true => before.states.anchor[d][i],
                    false => c(i) + (repulsion - attraction) / p.anchor,
                };
                let value = c(i) + attraction - repulsion - p.anchor * (c(i) - anchor)
                    + p.noise_sd * normal_quantile(draws[i]);
                same(
                    f64::from(after.states.culture[d][i]),
                    value.clamp(0.0, 1.0),
                    "c",
                );
            }
        }
    });
}
