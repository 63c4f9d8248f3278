//! E14: operative agreements and offices.

use crate::rng::{Stream, logistic};
use crate::rules::{Declaration, Given};
use crate::scenario::parameters::parameters;
use crate::scenario::{AgreementKind, EventKind, Process};
use crate::world::ByState;
use crate::world::journal::{Change, Subject};
use crate::world::{Agreement, BodyId, CULTURE, StateId, World};

parameters! {
    /// Agreements and offices of a partnership (E14, deepening and lapse).
    deepening: Deepening {
        base "β_0" "E14" "logit" = -2.0 [-3.0, -1.0] Real, "a proposal", "Base rate of a new agreement";
        consensus "β_cons" "E14" "logit" = 2.0 [1.0, 3.0] NonNegative, "a proposal", "Weight of consensus";
        demand "β_d" "E14" "logit" = 1.0 [0.0, 2.0] NonNegative, "a proposal", "Weight of demand for the kind of agreement";
        resources "β_r" "E14" "logit" = 0.5 [0.0, 1.0] NonNegative, "a proposal", "Weight of resources";
        performance "β_p" "E14" "logit" = 0.5 [0.0, 1.0] NonNegative, "a proposal", "Weight of past performance";
        competition "β_c" "E14" "logit" = 1.0 [0.0, 2.0] NonNegative, "a proposal", "Weight of regional competition against";
        disparity "β_D" "E14" "logit" = 1.0 [0.0, 2.0] NonNegative, "a proposal", "Weight of disparity of cultures against";
        office_rate "p_off" "E14" "1/year" = 0.15 [0.05, 0.3] Share, "a proposal", "Rate at which two agreements of a kind are given an office";
        lapse_base "l_a0" "E14" "1/year" = 0.02 [0.0, 0.05] Share, "a proposal", "Lapse of an agreement under full consensus";
        lapse_dissent "l_a1" "E14" "1/year" = 0.1 [0.0, 0.2] Share, "a proposal", "Lapse of an agreement with missing consensus";
        end_consensus "l_c" "E14" "1" = 0.4 [0.2, 0.6] Share, "a proposal", "Consensus below which the body may end";
    }
}

/// Number of kinds of agreement.
const KINDS: usize = AgreementKind::ALL.len();
/// What is added to the demand for each kind when one is drawn, so that none is impossible (E14).
const LEAST_DEMAND: f64 = 0.02;
/// Probability of an agreement in a year per unit of Λ (E14).
const PACE: f64 = 0.5;
/// Agreements of a kind that may be given an office (E14).
const FOR_AN_OFFICE: usize = 2;
/// ln GDP per capita is divided by this and lessened by the next to make resources (E14).
const INCOME_SCALE: f64 = 10.0;
/// Mean of scaled ln GDP per capita that counts as no resources and no lack of them (E14).
const INCOME_SHIFT: f64 = 0.5;
/// Weight of the members' distance from their mean culture in disparity (E14).
const DISPARITY_WEIGHT: f64 = 4.0;

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "deepening",
    step: "9 partnerships",
    equation: "E14",
    core: true,
    help: "Operative agreements and offices",
    parameters: &["alliance", "partnership", "deepening", "aid"],
    streams: &[Stream::Deepening],
    run,
};

/// Once a year and body: a kind k drawn ∝ demand_k + .02, then an agreement of it w.p.
/// ½ Λ(β_0 + β_cons cons + β_d demand_k + β_r res + β_p perf − β_c C_r − β_D disp); two
/// agreements of a kind are given an office w.p. p_off a year.
pub fn run(world: &mut World, _given: Given<'_>) {
    for index in world.partnerships.keys() {
        if world.partnerships[index].inert {
            continue;
        }
        world.partnerships[index].consensus = world.consensus_of(index);
        agree(world, index);
        open_offices(world, index);
    }
}

fn agree(world: &mut World, index: BodyId) {
    let body = &world.partnerships[index];
    let controls = &world.controls;
    if controls.blocks_region(EventKind::Agreement, body.region) {
        return;
    }
    let demand = demands(world, index);
    let mut draw = world.draw(Stream::Deepening, body.address(), 0u32);
    let Some(k) = draw.weighted(&demand.map(|d| d + LEAST_DEMAND)) else {
        return;
    };
    let p = world.parameters.deepening;
    let region = &world.regions[body.region];
    let x = p.base
        + p.consensus * body.consensus
        + p.demand * demand[k]
        + p.resources * resources(world, index)
        + p.performance * region.performance
        - p.competition * region.competition
        - p.disparity * DISPARITY_WEIGHT * world.dispersion(&body.members);
    if draw.uniform() < PACE * logistic(x) {
        let (kind, step) = (AgreementKind::ALL[k], world.step);
        let agreements = &mut world.partnerships[index].agreements;
        agreements.push(Agreement { kind, step });
        let subject = Subject::Agreement(kind);
        world.note_body(index, subject, Change::Founded, Process::Deepening);
    }
}

/// Demand for each kind: hostility at borders, violence, exposure to terror, domestic
/// conflict, interdependence, competition; each on [0, 1].
fn demands(world: &World, index: BodyId) -> [f64; KINDS] {
    let body = &world.partnerships[index];
    let region = &world.regions[body.region];
    let n = body.members.len().max(1) as f64;
    let (mut border, mut borders) = (0.0, 0.0f64);
    for &i in &body.members {
        let lower = world.neighbours[i].iter().take_while(|&&j| j < i);
        for &j in lower.filter(|&&j| body.has(j)) {
            border += world.hostility(i, j);
            borders += 1.0;
        }
    }
    let terror = |&i: &StateId| world.problems[0] * world.states.exposure[i][0];
    let terror: f64 = body.members.iter().map(terror).sum();
    let burning = |i: &&StateId| world.states.domestic_conflict[**i];
    let domestic = body.members.iter().filter(burning).count() as f64;
    [
        border / borders.max(1.0),
        region.violence,
        (terror / n).min(1.0),
        domestic / n,
        region.interdependence,
        region.competition,
    ]
}

/// Mean ln GDP per capita / 10 − ½, plus the part of aid that becomes capacity, less the own
/// contribution that it crowds out.
fn resources(world: &World, index: BodyId) -> f64 {
    let body = &world.partnerships[index];
    let n = body.members.len().max(1) as f64;
    let income = |&i: &StateId| world.states.log_income(i);
    let income: f64 = body.members.iter().map(income).sum();
    let p = world.parameters.aid;
    let aid = (p.absorption - p.crowding) * world.regions[body.region].aid;
    income / n / INCOME_SCALE - INCOME_SHIFT + aid
}

fn open_offices(world: &mut World, index: BodyId) {
    let body = &world.partnerships[index];
    if world.controls.blocks_region(EventKind::Office, body.region) {
        return;
    }
    let rate = world.parameters.deepening.office_rate;
    let address = body.address();
    for kind in AgreementKind::ALL {
        let draw = world.uniform(Stream::Deepening, address, 1 + kind as u32);
        let body = &mut world.partnerships[index];
        let due = body.count(kind) >= FOR_AN_OFFICE && draw < rate;
        if !body.offices[kind as usize] && due {
            body.offices[kind as usize] = true;
            let subject = Subject::Office(kind);
            world.note_body(index, subject, Change::Founded, Process::Deepening);
        }
    }
}

impl World {
    /// Mean over states and dimensions of the distance from the states' mean culture.
    pub fn dispersion(&self, states: &[StateId]) -> f64 {
        let n = states.len().max(1) as f64;
        let spread = |culture: &ByState<f32>| {
            let mean = states.iter().map(|&i| f64::from(culture[i])).sum::<f64>() / n;
            let distance = |&i: &StateId| (f64::from(culture[i]) - mean).abs();
            states.iter().map(distance).sum::<f64>() / n
        };
        self.states.culture.iter().map(spread).sum::<f64>() / CULTURE as f64
    }
}
