//! E14: operative agreements and offices.

use crate::rng::{Stream, logistic};
use crate::rules::Given;
use crate::scenario::{AgreementKind, EventKind};
use crate::world::journal::{Change, Form};
use crate::world::{Agreement, CULTURE, World};

/// Once a year and body: a kind k drawn ∝ demand_k + .02, then an agreement of it w.p.
/// ½ Λ(β_0 + β_cons cons + β_d demand_k + β_r res + β_p perf − β_c C_r − β_D disp); two
/// agreements of a kind are given an office w.p. p_off a year.
pub fn run(world: &mut World, _given: Given<'_>) {
    for index in 0..world.partnerships.len() {
        if world.partnerships[index].inert {
            continue;
        }
        world.partnerships[index].consensus = world.consensus_of(index);
        agree(world, index);
        open_offices(world, index);
    }
}

fn agree(world: &mut World, index: usize) {
    let body = &world.partnerships[index];
    if world
        .controls
        .blocks_region(EventKind::Agreement, body.region)
    {
        return;
    }
    let demand = demands(world, index);
    let weights: Vec<f64> = demand.iter().map(|d| d + 0.02).collect();
    let mut draw = world
        .draws
        .at(Stream::Deepening, world.step, body.address(), 0);
    let Some(k) = draw.weighted(&weights) else {
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
        - p.disparity * disparity(world, index);
    if draw.uniform() < 0.5 * logistic(x) {
        let kind = AgreementKind::ALL[k];
        let step = world.step;
        world.partnerships[index]
            .agreements
            .push(Agreement { kind, step });
        world.note_partnership(
            index,
            Form::Agreement,
            kind.name(),
            Change::Founded,
            "deepening",
            None,
        );
    }
}

/// Demand for each kind: hostility at borders, violence, exposure to terror, domestic
/// conflict, interdependence, competition; each on [0, 1].
fn demands(world: &World, index: usize) -> [f64; 6] {
    let body = &world.partnerships[index];
    let region = &world.regions[body.region];
    let n = body.members.len().max(1) as f64;
    let (mut border, mut borders) = (0.0, 0.0f64);
    for &i in &body.members {
        for &j in world.neighbours[i]
            .iter()
            .take_while(|&&j| j < i)
            .filter(|&&j| body.has(j))
        {
            border += world.hostility(i, j);
            borders += 1.0;
        }
    }
    let terror: f64 = body
        .members
        .iter()
        .map(|&i| world.problems[0] * world.states.exposure[i][0])
        .sum();
    let domestic = body
        .members
        .iter()
        .filter(|&&i| world.states.domestic_conflict[i])
        .count() as f64;
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
fn resources(world: &World, index: usize) -> f64 {
    let body = &world.partnerships[index];
    let n = body.members.len().max(1) as f64;
    let income: f64 = body
        .members
        .iter()
        .map(|&i| world.states.log_income(i))
        .sum();
    let aid = world.regions[body.region].aid;
    let p = world.parameters.aid;
    income / n / 10.0 - 0.5 + (p.absorption - p.crowding) * aid
}

/// 4 · mean |c − c̄| of the members.
fn disparity(world: &World, index: usize) -> f64 {
    4.0 * world.dispersion(&world.partnerships[index].members)
}

fn open_offices(world: &mut World, index: usize) {
    let body = &world.partnerships[index];
    if world.controls.blocks_region(EventKind::Office, body.region) {
        return;
    }
    let rate = world.parameters.deepening.office_rate;
    let address = body.address();
    for kind in AgreementKind::ALL {
        let body = &world.partnerships[index];
        let draw = world
            .draws
            .uniform(Stream::Deepening, world.step, address, 1 + kind as u32);
        if !body.offices[kind as usize] && body.count(kind) >= 2 && draw < rate {
            world.partnerships[index].offices[kind as usize] = true;
            world.note_partnership(
                index,
                Form::Office,
                kind.name(),
                Change::Founded,
                "deepening",
                None,
            );
        }
    }
}

impl World {
    /// Mean over states and dimensions of the distance from the states' mean culture.
    pub fn dispersion(&self, states: &[usize]) -> f64 {
        let n = states.len().max(1) as f64;
        let mut sum = 0.0;
        for culture in &self.states.culture {
            let mean = states.iter().map(|&i| f64::from(culture[i])).sum::<f64>() / n;
            sum += states
                .iter()
                .map(|&i| (f64::from(culture[i]) - mean).abs())
                .sum::<f64>()
                / n;
        }
        sum / CULTURE as f64
    }
}
