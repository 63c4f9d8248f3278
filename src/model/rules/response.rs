//! E12: who responds to a crisis, when, and with what success.

use super::disputes::{CRISIS_MONTH, CRISIS_SEVERITY};
use crate::rng::{Stream, logistic};
use crate::scenario::{Coordination, EventKind, Target};
use crate::world::World;
use crate::world::journal::{Dispute, Responder};

/// What a level brings to a response.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assets {
    /// Legitimacy L.
    pub legitimacy: f64,
    /// Resources R.
    pub resources: f64,
    /// Information q.
    pub information: f64,
    /// Bias b.
    pub bias: f64,
}

/// The bodies that can respond in a year.
#[derive(Debug, Clone)]
pub struct Respondents {
    regional: bool,
    global: bool,
    coordination: Coordination,
    capacity: u32,
    taken: u32,
    link: f64,
    vetoes: Vec<u32>,
}

/// A crisis: who may respond, and from which month.
#[derive(Debug, Clone, Copy)]
pub struct Crisis {
    body: Option<usize>,
    able: bool,
    veto: bool,
    /// 0 not asked, 1 taken up, 2 refused (capacity or veto).
    global: u8,
    regional_failed: bool,
}

impl Respondents {
    /// The bodies of this year.
    pub fn of_year(world: &World) -> Self {
        let bodies: Vec<f64> = world
            .partnerships
            .iter()
            .filter(|p| !p.inert)
            .map(|p| p.link)
            .collect();
        let mean = bodies.iter().sum::<f64>() / bodies.len().max(1) as f64;
        Self {
            regional: world.governance.regional,
            global: world.governance.global,
            coordination: world.governance.coordination,
            capacity: world.held(Target::Capacity, world.global.capacity).max(0.0) as u32,
            taken: 0,
            link: if bodies.is_empty() { 0.0 } else { mean },
            vetoes: vec![0; world.partnerships.len()],
        }
    }

    /// Multiplier of the global body's effort for a pair: unstructured regions lose χ_d (or
    /// gain, if negative) in proportion to the mean link, structured ones gain it (E19).
    pub fn effort(&self, world: &World, i: usize, j: usize) -> f64 {
        let drain = world.parameters.global_body.drain * self.link;
        let unstructured = [i, j]
            .iter()
            .all(|&k| world.primary_region(k).is_none_or(|r| !world.structured(r)));
        if unstructured {
            1.0 - drain
        } else {
            1.0 + drain
        }
    }

    /// Opens the file of a crisis between two states.
    pub fn crisis(&self, world: &World, i: usize, j: usize) -> Crisis {
        let body = self
            .regional
            .then(|| world.common_partnership(i, j))
            .flatten()
            .filter(|_| !world.blocked(EventKind::RegionalResponse, &[i, j]));
        let p = world.parameters.response;
        let (a, b) = (i as u32, j as u32);
        let able = body.is_some_and(|k| {
            let level = world.partnerships[k].institutionalisation();
            let chance = libm::pow(level, p.ability_exponent);
            level > 0.0
                && world
                    .draws
                    .uniform(Stream::RegionalAbility, world.step, a, b)
                    < chance
        });
        let chance = (p.veto_base + p.veto_competition * world.competition).clamp(0.0, 1.0);
        let veto = world.draws.uniform(Stream::Veto, world.step, a, b) < chance
            && !world.blocked(EventKind::Veto, &[i, j]);
        Crisis {
            body,
            able,
            veto,
            global: if self.global && !world.blocked(EventKind::GlobalResponse, &[i, j]) {
                0
            } else {
                2
            },
            regional_failed: false,
        }
    }

    /// Asks the global body to take up a crisis: within its capacity and without a veto.
    fn take_up(&mut self, crisis: &mut Crisis, dispute: &mut Dispute) -> bool {
        if crisis.global == 0 {
            if self.taken >= self.capacity {
                crisis.global = 2;
            } else if crisis.veto {
                crisis.global = 2;
                dispute.vetoed = true;
                if let Some(body) = crisis.body {
                    self.vetoes[body] += 1;
                }
            } else {
                crisis.global = 1;
                self.taken += 1;
            }
        }
        crisis.global == 1
    }

    /// Leaves the year's vetoes with the bodies concerned (E19).
    pub fn leave(self, world: &mut World) {
        for (body, vetoes) in world.partnerships.iter_mut().zip(self.vetoes) {
            body.vetoes = vetoes;
        }
    }
}

/// One month of a crisis: whether a response settles it.
pub fn month_of_responses(
    world: &World,
    respondents: &mut Respondents,
    crisis: &mut Crisis,
    dispute: &mut Dispute,
    month: u32,
    severity: f64,
) -> bool {
    if month < CRISIS_MONTH || severity < CRISIS_SEVERITY {
        return false;
    }
    let p = world.parameters.response;
    let regional_possible = crisis.able && crisis.body.is_some();
    let link = crisis.body.map_or(0.0, |k| {
        let body = &world.partnerships[k];
        world.held_in_region(Target::Link, body.region, body.link)
    });
    let coordination = p.coordination_delay * (1.0 - link.clamp(0.0, 1.0));
    let attempt = |respondents: &Respondents, crisis: &Crisis, dispute: &mut Dispute, by| {
        attempt(world, respondents, crisis, dispute, month, severity, by)
    };
    let global = |respondents: &mut Respondents, crisis: &mut Crisis, dispute: &mut Dispute| {
        due(&p, p.global_delay, month)
            && respondents.take_up(crisis, dispute)
            && attempt(respondents, crisis, dispute, Responder::Global)
    };
    let regional_due = regional_possible && due(&p, p.regional_delay, month);
    match respondents.coordination {
        Coordination::Combined if !regional_possible => global(respondents, crisis, dispute),
        Coordination::Combined => {
            if respondents.take_up(crisis, dispute) {
                let start = p.regional_delay.min(p.global_delay) + coordination;
                due(&p, start, month) && attempt(respondents, crisis, dispute, Responder::Combined)
            } else {
                regional_due && attempt(respondents, crisis, dispute, Responder::Regional)
            }
        }
        Coordination::Independent => {
            (regional_due && attempt(respondents, crisis, dispute, Responder::Regional))
                || global(respondents, crisis, dispute)
        }
        Coordination::AuthorisationFirst if !regional_possible => {
            global(respondents, crisis, dispute)
        }
        Coordination::AuthorisationFirst => {
            due(&p, p.regional_delay + coordination, month)
                && respondents.take_up(crisis, dispute)
                && attempt(respondents, crisis, dispute, Responder::Regional)
        }
        Coordination::SubsidiarityFirst => {
            if regional_due {
                if attempt(respondents, crisis, dispute, Responder::Regional) {
                    return true;
                }
                crisis.regional_failed = true;
            }
            (!regional_possible || crisis.regional_failed) && global(respondents, crisis, dispute)
        }
    }
}

/// Whether a level that starts at `start` months acts in `month`: at the first month at or
/// after it, then every `repeat_months`.
fn due(p: &crate::scenario::parameters::Response, start: f64, month: u32) -> bool {
    let first = libm::ceil(start).max(f64::from(CRISIS_MONTH)) as u32;
    let every = p.repeat_months.max(1.0) as u32;
    month >= first && (month - first).is_multiple_of(every)
}

/// One attempt: P(success) = Λ(s0 + s_L L + s_R R + s_q q − s_b b − s_S min(S, 3)).
fn attempt(
    world: &World,
    respondents: &Respondents,
    crisis: &Crisis,
    dispute: &mut Dispute,
    month: u32,
    severity: f64,
    by: Responder,
) -> bool {
    if dispute.responder == Responder::None {
        dispute.responder = by;
        dispute.response_month = Some(month);
    }
    let assets = assets(world, respondents, crisis, dispute, by);
    let p = world.parameters.response;
    let x = p.base
        + p.legitimacy * assets.legitimacy
        + p.resources * assets.resources
        + p.information * assets.information
        - p.bias * assets.bias
        - p.severity * severity.min(3.0);
    let level = by as u32;
    let mut draw = world.draws.at(
        Stream::Response,
        world.step,
        dispute.a as u32,
        ((dispute.b as u32) << 12) | (month << 4) | level,
    );
    draw.uniform() < logistic(x)
}

/// L, R, q and b of a level.
fn assets(
    world: &World,
    respondents: &Respondents,
    crisis: &Crisis,
    dispute: &Dispute,
    by: Responder,
) -> Assets {
    let p = world.parameters.response;
    let effort = respondents.effort(world, dispute.a, dispute.b);
    let norms = (1.0 - p.norm_divergence * world.global.norm_divergence).max(0.0);
    let shared = match respondents.coordination {
        Coordination::Independent | Coordination::SubsidiarityFirst => {
            crisis.able && respondents.global
        }
        Coordination::Combined | Coordination::AuthorisationFirst => by == Responder::Combined,
    };
    let shares = if shared { 2.0 } else { 1.0 };
    let budget = world.governance.total_budget.map(|b| b / shares);
    let global = Assets {
        legitimacy: p.global_legitimacy * norms,
        resources: budget.unwrap_or(p.global_resources) * effort,
        information: p.global_information,
        bias: p.global_bias,
    };
    let Some(body) = crisis.body.map(|k| &world.partnerships[k]) else {
        return global;
    };
    let region = &world.regions[body.region];
    let funds = world
        .held_in_region(Target::Budget, body.region, body.budget)
        .max(0.0)
        + world.parameters.aid.absorption * region.aid;
    let mut regional = Assets {
        legitimacy: p.regional_legitimacy,
        resources: budget.unwrap_or(p.regional_resources) * funds,
        information: p.regional_information,
        bias: 2.0 * p.regional_bias * world.hegemony(&body.members),
    };
    if dispute.vetoed {
        regional.legitimacy *= 1.0 - p.vetoed_legitimacy;
    }
    match by {
        Responder::Regional | Responder::None => regional,
        Responder::Global => global,
        Responder::Combined => Assets {
            legitimacy: regional.legitimacy.max(global.legitimacy),
            resources: regional.resources + (1.0 - p.duplication) * global.resources / 2.0,
            information: regional.information.max(global.information),
            bias: (regional.bias + global.bias) / 2.0,
        },
    }
}

impl World {
    /// Share of the most capable among `members` in their capability together.
    pub fn hegemony(&self, members: &[usize]) -> f64 {
        let total: f64 = members.iter().map(|&i| self.states.capability[i]).sum();
        let largest = members
            .iter()
            .map(|&i| self.states.capability[i])
            .fold(0.0, f64::max);
        if total > 0.0 { largest / total } else { 0.0 }
    }
}
