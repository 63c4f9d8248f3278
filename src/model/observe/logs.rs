//! The log tables and the optional state table.

use super::records::{AgreementEvent, ConflictEvent, StateYear};
use crate::world::{StateId, World};

/// Appends the year's changes of agreements.
pub fn agreements(world: &World, seed: i64, rows: &mut Vec<AgreementEvent>) {
    let name = |i: StateId| world.states.abbreviation[i].clone();
    for a in &world.journal.agreements {
        let names: Vec<String> = a.names.iter().map(|&i| name(i)).collect();
        rows.push(AgreementEvent {
            run_id: 0,
            seed,
            year: i64::from(world.year),
            agreement: a.agreement.to_string(),
            form: a.subject.form().to_string(),
            kind: a.subject.kind().to_string(),
            change: a.change.name().to_string(),
            by: a.by.name().to_string(),
            state: a.change.state().map(name).unwrap_or_default(),
            sponsor: a.sponsor.map(name).unwrap_or_default(),
            members: a.members as i64,
            names: names.join("|"),
            region: a
                .region
                .map(|r| world.regions[r].name.clone())
                .unwrap_or_default(),
        });
    }
}

/// Appends the year's disputes and onsets of domestic conflict.
pub fn conflicts(world: &World, seed: i64, rows: &mut Vec<ConflictEvent>) {
    let year = i64::from(world.year);
    for d in &world.journal.disputes {
        rows.push(ConflictEvent {
            run_id: 0,
            seed,
            year,
            kind: if d.war() { "war" } else { "dispute" }.to_string(),
            state_1: world.states.abbreviation[d.a].clone(),
            state_2: world.states.abbreviation[d.b].clone(),
            contiguous: i64::from(world.pairs.contiguous(d.a, d.b)),
            severity_onset: d.onset,
            severity_max: d.peak,
            months: i64::from(d.months),
            responder: d.responder.name().to_string(),
            response_month: d.response_month.map_or(f64::NAN, f64::from),
            vetoed: i64::from(d.vetoed),
            outcome: d.outcome.name().to_string(),
        });
    }
    for &i in &world.journal.domestic_onsets {
        rows.push(ConflictEvent {
            run_id: 0,
            seed,
            year,
            kind: "domestic".to_string(),
            state_1: world.states.abbreviation[i].clone(),
            state_2: String::new(),
            contiguous: 0,
            severity_onset: f64::NAN,
            severity_max: f64::NAN,
            months: 0,
            responder: "none".to_string(),
            response_month: f64::NAN,
            vetoed: 0,
            outcome: String::new(),
        });
    }
}

/// Appends the year's states.
pub fn states(world: &World, seed: i64, rows: &mut Vec<StateYear>) {
    let s = &world.states;
    for &i in &world.roster {
        rows.push(StateYear {
            run_id: 0,
            seed,
            year: i64::from(world.year),
            state: s.abbreviation[i].clone(),
            code: i64::from(s.code[i]),
            region: world
                .primary_region(i)
                .map(|r| world.regions[r].name.clone())
                .unwrap_or_default(),
            great_power: i64::from(s.power[i]),
            capability: s.capability[i],
            income: s.income[i],
            regime: s.regime[i],
            bloc: s.bloc[i],
            awareness: s.awareness[i],
            threat: s.threat_share[i],
            interdependence: s.interdependence[i],
            problem_pressure: s.pressure[i],
            instability: s.instability[i],
            domestic_conflict: i64::from(s.domestic_conflict[i]),
            culture_cooperative: f64::from(s.culture[0][i]),
            culture_comprehensive: f64::from(s.culture[1][i]),
            culture_sovereignty: f64::from(s.culture[2][i]),
            culture_force: f64::from(s.culture[3][i]),
            denationalisation: s.denationalisation[i],
            pacts: world.pacts.iter().filter(|p| p.has(i)).count() as i64,
            defence_allies: world.allies[i]
                .iter()
                .filter(|&&j| world.pairs.defence_allied(i, j))
                .count() as i64,
            partnerships: world.partnerships.iter().filter(|p| p.has(i)).count() as i64,
            contribution: s.contribution[i] + s.regional_contribution[i],
            security_good: s.good[i],
            in_community: i64::from(s.community[i]),
        });
    }
}
