//! E12: who responds to a crisis, when, and with what success.

use crate::rng::{Stream, logistic};
use crate::scenario::parameters::parameters;
use crate::scenario::{Coordination, EventKind, Target};
use crate::world::journal::{Dispute, Responder};
use crate::world::{BodyId, StateId, World};
use typed_index_collections::{TiVec, ti_vec};

parameters! {
    /// Responses to crises (E12).
    response: Response {
        base "s0" "E12" "logit" = -0.5 [-1.5, 0.5] Real, "a proposal", "Success of a response without any asset";
        legitimacy "s_L" "E12" "logit" = 1.0 [0.0, 2.0] Real, "a proposal", "Weight of legitimacy";
        resources "s_R" "E12" "logit" = 1.0 [0.0, 2.0] Real, "a proposal", "Weight of resources";
        information "s_q" "E12" "logit" = 1.0 [0.0, 2.0] Real, "a proposal", "Weight of information";
        bias "s_b" "E12" "logit" = 1.0 [0.0, 2.0] Real, "a proposal", "Weight of bias";
        severity "s_S" "E12" "logit" = 1.5 [0.5, 2.5] Real, "a proposal", "Weight of severity at the time of the response";
        repeat_months "τ_rep" "E12" "months" = 6.0 [3.0, 12.0] Count, "a proposal", "Months between two attempts";
        regional_delay "τ_r" "E12" "months" = 4.5 [3.0, 7.0] NonNegative, "Hardt 2014: means 3.8-6.2", "Delay of a regional body";
        regional_legitimacy "L_r" "E12" "1" = 0.55 [0.3, 0.8] Share, "a proposal", "Legitimacy of a regional body";
        regional_resources "R_r" "E12" "1" = 0.4 [0.1, 0.7] Share, "a proposal", "Resources of a regional body, times its budget";
        regional_information "q_r" "E12" "1" = 0.65 [0.4, 0.9] Share, "a proposal", "Information of a regional body";
        regional_bias "b̄_r" "E12" "1" = 0.3 [0.0, 0.6] Share, "a proposal", "Bias of a regional body whose largest member holds half of its capability";
        ability_exponent "ι" "E12" "1" = 0.5 [0.2, 1.0] NonNegative, "a proposal", "A regional body is able to act with probability I to this power";
        global_delay "τ_g" "E12" "months" = 7.0 [4.0, 12.0] NonNegative, "a proposal; no measured counterpart was found", "Delay of the global body";
        global_legitimacy "L_g" "E12" "1" = 0.75 [0.5, 1.0] Share, "a proposal", "Legitimacy of the global body";
        global_resources "R_g" "E12" "1" = 0.65 [0.3, 1.0] Share, "a proposal", "Resources of the global body";
        global_information "q_g" "E12" "1" = 0.55 [0.3, 0.8] Share, "a proposal", "Information of the global body";
        global_bias "b_g" "E12" "1" = 0.25 [0.0, 0.5] Share, "a proposal", "Bias of the global body";
        global_capacity "cap" "E12" "crises/year" = 4.0 [1.0, 8.0] Count, "a proposal", "Crises that the global body can take up in a year";
        veto_base "v0" "E12" "1" = 0.1 [0.0, 0.3] Share, "a proposal", "Probability of a veto without competition";
        veto_competition "v1" "E12" "1" = 0.5 [0.0, 0.6] Share, "a proposal", "Rise of the probability of a veto with competition";
        norm_divergence "n_L" "E12" "1" = 0.5 [0.0, 1.0] NonNegative, "a proposal, after paper B on clashing doctrines", "Share of the global body's legitimacy lost per unit of culture distance between great powers";
        coordination_delay "κ_co" "E12" "months" = 2.0 [0.0, 6.0] NonNegative, "a proposal", "Months lost to coordination in a combined response without a link";
        duplication "dup" "E12" "1" = 0.5 [0.0, 1.0] Share, "a proposal", "Share of the global body's resources that duplicate the regional ones";
        vetoed_legitimacy "L_v" "E12" "1" = 0.2 [0.0, 0.5] Share, "a proposal", "Share of legitimacy that a regional body loses when it acts against a veto";
    }
}

/// Month from which a dispute of severity [`CRISIS_SEVERITY`] or more is a serious crisis (E12).
const CRISIS_MONTH: u32 = 3;
/// Least severity of a serious crisis (E12).
const CRISIS_SEVERITY: f64 = 0.1;
/// Severity above which a response is not harder any more (E12).
const HARDEST: f64 = 3.0;
/// Share of the most capable member at which a regional body has its ordinary bias (E12).
const ORDINARY_HEGEMONY: f64 = 0.5;
/// Share of the global body's resources in a combined response, duplication apart (E12).
const GLOBAL_PART: f64 = 0.5;

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
    vetoes: TiVec<BodyId, u32>,
}

/// What the global body has made of a crisis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Global {
    /// It has not been asked.
    NotAsked,
    /// It has taken it up.
    TakenUp,
    /// It has none, cannot, or has been vetoed.
    Refused,
}

/// A crisis: who may respond, and from which month.
#[derive(Debug, Clone, Copy)]
pub struct Crisis {
    body: Option<BodyId>,
    able: bool,
    veto: bool,
    global: Global,
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
            vetoes: ti_vec![0; world.partnerships.len()],
        }
    }

    /// Multiplier of the global body's effort for a pair: unstructured regions lose χ_d (or
    /// gain, if negative) in proportion to the mean link, structured ones gain it (E19).
    pub fn effort(&self, world: &World, i: StateId, j: StateId) -> f64 {
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
    pub fn crisis(&self, world: &World, i: StateId, j: StateId) -> Crisis {
        let body = self
            .regional
            .then(|| world.common_partnership(i, j))
            .flatten()
            .filter(|_| !world.blocked(EventKind::RegionalResponse, &[i, j]));
        let p = world.parameters.response;
        let able = body.is_some_and(|k| {
            let level = world.partnerships[k].institutionalisation();
            let chance = libm::pow(level, p.ability_exponent);
            level > 0.0 && world.uniform(Stream::RegionalAbility, i, j) < chance
        });
        let chance = world.veto_chance();
        let veto =
            world.uniform(Stream::Veto, i, j) < chance && !world.blocked(EventKind::Veto, &[i, j]);
        Crisis {
            body,
            able,
            veto,
            global: if self.global && !world.blocked(EventKind::GlobalResponse, &[i, j]) {
                Global::NotAsked
            } else {
                Global::Refused
            },
            regional_failed: false,
        }
    }

    /// Asks the global body to take up a crisis: within its capacity and without a veto.
    fn take_up(&mut self, crisis: &mut Crisis, dispute: &mut Dispute) -> bool {
        if crisis.global == Global::NotAsked {
            if self.taken >= self.capacity {
                crisis.global = Global::Refused;
            } else if crisis.veto {
                crisis.global = Global::Refused;
                dispute.vetoed = true;
                if let Some(body) = crisis.body {
                    self.vetoes[body] += 1;
                }
            } else {
                crisis.global = Global::TakenUp;
                self.taken += 1;
            }
        }
        crisis.global == Global::TakenUp
    }

    /// Leaves the year's vetoes with the bodies concerned (E19).
    pub fn leave(self, world: &mut World) {
        for (body, vetoes) in world.partnerships.iter_mut().zip(self.vetoes) {
            body.vetoes = vetoes;
        }
    }
}

/// Whether a dispute of this severity in its month of this number is a serious crisis.
pub fn serious(month: u32, severity: f64) -> bool {
    month >= CRISIS_MONTH && severity >= CRISIS_SEVERITY
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
    if !serious(month, severity) {
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
fn due(p: &Response, start: f64, month: u32) -> bool {
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
        - p.severity * severity.min(HARDEST);
    let level = by as u32;
    let b = ((dispute.b.word()) << 12) | (month << 4) | level;
    let mut draw = world.draw(Stream::Response, dispute.a, b);
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
        bias: p.regional_bias / ORDINARY_HEGEMONY * world.hegemony(&body.members),
    };
    if dispute.vetoed {
        regional.legitimacy *= 1.0 - p.vetoed_legitimacy;
    }
    match by {
        Responder::Regional | Responder::None => regional,
        Responder::Global => global,
        Responder::Combined => Assets {
            legitimacy: regional.legitimacy.max(global.legitimacy),
            resources: regional.resources + (1.0 - p.duplication) * global.resources * GLOBAL_PART,
            information: regional.information.max(global.information),
            bias: (regional.bias + global.bias) / 2.0,
        },
    }
}

impl World {
    /// Probability that a great power vetoes what the global body would do (E12).
    pub fn veto_chance(&self) -> f64 {
        let p = self.parameters.response;
        (p.veto_base + p.veto_competition * self.competition).clamp(0.0, 1.0)
    }

    /// Share of the most capable among `members` in their capability together.
    pub fn hegemony(&self, members: &[StateId]) -> f64 {
        let total = self.capability_of(members);
        let largest = members
            .iter()
            .map(|&i| self.states.capability[i])
            .fold(0.0, f64::max);
        if total > 0.0 { largest / total } else { 0.0 }
    }
}
