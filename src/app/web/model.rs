//! What there is: parameters, processes, columns, scenarios, what was observed.

use std::sync::{Arc, LazyLock};

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal, written};
use super::offered::Base;
use super::query::{FIRST, Wanted};
use super::run::{READING, working};
use super::series::{numbers, quantities};
use super::turns::Client;
use super::{Shared, bounds};
use comity_lab::analysis::observed as record;
use comity_lab::table::Record;
use comity_model::error::Result;
use comity_model::observe::records::{RegionYear, WorldYear};
use comity_model::scenario::{PARAMETERS, Parameter, Parameters, Process, Scenario};
use comity_show::figures::FigureInput;

/// `/api/model`: the declarations from which the controls are made.
pub async fn model(State(shared): State<Arc<Shared>>, uri: Uri) -> Answer<Json<Value>> {
    Wanted::of(&uri, &[])?;
    let scenarios: Vec<Value> = shared
        .offered
        .entries()
        .iter()
        .map(
            |e| json!({ "name": e.name, "title": e.title, "purpose": e.purpose, "group": e.group }),
        )
        .collect();
    let processes: Vec<Value> = Process::ALL
        .iter()
        .map(|p| json!({ "name": p.name(), "step": p.step(), "equation": p.equation(), "core": p.in_core(), "help": p.help() }))
        .collect();
    Ok(Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "first": FIRST,
        "scenarios": scenarios,
        "parameters": PARAMETERS.iter().map(parameter).collect::<Vec<_>>(),
        "processes": processes,
        "columns": { "world": columns::<WorldYear>(), "regions": columns::<RegionYear>() },
        "tables": comity_model::observe::tables().iter().map(|t| t.name).collect::<Vec<_>>(),
        "limits": { "runs": bounds::RUNS, "columns": bounds::COLUMNS },
    })))
}

fn parameter(p: &Parameter) -> Value {
    use comity_model::scenario::parameters::Domain;
    let domain = match p.domain {
        Domain::Share => "share",
        Domain::NonNegative => "non_negative",
        Domain::Real => "real",
        Domain::Count => "count",
    };
    json!({
        "path": p.path, "symbol": p.symbol, "equation": p.equation, "unit": p.unit,
        "default": p.default, "prior": p.prior, "domain": domain, "allowed": p.domain.expectation(),
        "source": p.source, "help": p.help,
    })
}

fn columns<R: Record>() -> Vec<Value> {
    quantities::<R>()
        .into_iter()
        .map(|(_, c)| json!({ "name": c.name, "unit": c.unit, "definition": c.definition }))
        .collect()
}

/// `/api/scenario`: what a scenario says, from which changes are counted.
pub async fn scenario(
    State(shared): State<Arc<Shared>>,
    Extension(client): Extension<Client>,
    uri: Uri,
) -> Answer<Json<Value>> {
    let wanted = Wanted::of(&uri, &[])?;
    let said = working((&shared, client), READING, move |shared, _| {
        let base = shared.offered.base(&wanted)?;
        Ok(Some(described(&base)))
    });
    Ok(Json(said.await?))
}

fn described(base: &Base) -> Value {
    let s: &Scenario = &base.scenario;
    let values = |p: &Parameters| {
        PARAMETERS
            .iter()
            .map(|d| (d.path.to_string(), json!(d.get(p))))
            .collect::<Map<_, _>>()
    };
    let processes = Process::ALL
        .iter()
        .map(|p| (p.name().to_string(), json!(s.processes.has(*p))));
    let stylised = s.setting.stylised.as_ref().map(|w| {
        json!({
            "stylised.states": s.setting.states.len(), "stylised.regions": s.setting.regions.len(),
            "stylised.poles": w.poles, "stylised.pole_capability": w.pole_capability,
            "stylised.antagonism": s.setting.antagonism, "stylised.neighbours": w.neighbours,
        })
    });
    json!({
        "title": s.title, "purpose": s.purpose, "first": s.start_year, "years": s.years, "burn_in": s.burn_in,
        "calendar": s.calendar, "observed": base.observed, "seeded": s.seeded,
        "states": s.setting.states.len(), "regions": s.setting.regions, "stylised": stylised,
        "parameters": values(&s.parameters), "processes": processes.collect::<Map<_, _>>(),
        "settings": {
            "variant": snake(&format!("{:?}", s.variant)),
            "update_order": snake(&format!("{:?}", s.update_order)),
            "competition": snake(&format!("{:?}", s.competition)),
            "governance.regional": s.governance.regional, "governance.global": s.governance.global,
            "governance.coordination": snake(&format!("{:?}", s.governance.coordination)),
            "governance.standing": s.governance.standing,
            "governance.technology": snake(&format!("{:?}", s.governance.technology)),
            "placebo.permute_regions": s.setting.permute_regions,
        },
        "treatments": s.schedule.iter().filter_map(|t| t.id.clone()).collect::<Vec<_>>(),
    })
}

/// The name in scenarios of a variant of an enumeration.
fn snake(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(c.to_lowercase());
    }
    text
}

static OBSERVED: LazyLock<Result<String>> = LazyLock::new(|| Ok(series()?.to_string()));

/// `/api/observed`: for each column of the world table what was observed, by source.
pub async fn observed() -> Answer<Response> {
    match &*OBSERVED {
        Ok(text) => Ok(written(text.clone())),
        Err(error) => Err(Refusal::from(error.clone())),
    }
}

fn series() -> Result<Value> {
    let input = FigureInput {
        observed: record::tables()?,
        ..FigureInput::default()
    };
    let mut found = Map::new();
    for (_, column) in quantities::<WorldYear>() {
        let sources: Vec<Value> = input
            .observations(&column.name)
            .into_iter()
            .map(|(source, bands)| {
                let years: Vec<i64> = bands.iter().map(|b| b.year).collect();
                json!({ "source": source, "years": years, "values": numbers(bands.iter().map(|b| b.median)) })
            })
            .collect();
        if !sources.is_empty() {
            found.insert(column.name, Value::Array(sources));
        }
    }
    Ok(Value::Object(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_observed_goes_from_1946_to_1988() {
        let all = series().unwrap();
        let pacts = &all["defence_pacts"];
        assert_eq!(pacts.as_array().unwrap().len(), 2);
        assert_eq!(pacts[0]["years"][0], 1946);
        assert_eq!(pacts[0]["years"].as_array().unwrap().len(), 43);
        assert_eq!(pacts[0]["values"][0], 16.0);
        assert!(all.get("awareness").is_none());
    }

    #[test]
    fn enumerations_have_the_names_of_scenarios() {
        assert_eq!(snake("AuthorisationFirst"), "authorisation_first");
        assert_eq!(snake("Full"), "full");
    }
}
