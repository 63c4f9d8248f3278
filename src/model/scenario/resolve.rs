//! From what the user wrote to what the program believes.

use std::ops::RangeInclusive;

use super::canonical;
use super::check::{check_parameter, find_parameter, find_process, show};
use super::context::Context;
use super::document::Key;
use super::inputs::{Governance, Scenario, Variant};
use super::parameters::{PARAMETERS, Parameters};
use super::process::ProcessSet;
use super::raw::Raw;
use super::schedule;
use super::setting::{InitialPact, InitialPartnership};
use super::shape;
use super::source::{DataFile, Source};
use super::stylised;
use super::suggest::unknown;
use super::tables::{self, Loaded};
use crate::error::{Error, Result};

/// Most years of a run, burn-in and recorded years each.
const MAX_YEARS: i64 = 10_000;

/// Checks and resolves a scenario; returns it with the tables that it was read from.
///
/// # Errors
/// The first thing that is wrong, with file, line and key.
pub fn resolve(source: &Source) -> Result<(Scenario, Vec<DataFile>)> {
    let raw: Raw = shape::read(source)?;
    let years = check_years(source, &raw)?;
    let parameters = resolve_parameters(source, &raw)?;
    let processes = resolve_processes(source, &raw)?;
    let Loaded {
        mut setting,
        files,
        filled,
    } = load_setting(source, &raw, years.clone())?;
    setting.permute_regions = raw.placebo.permute_regions;
    check_governance(source, &raw.governance)?;

    let context = Context {
        source,
        setting: &setting,
        parameters: &parameters,
        years: years.clone(),
    };
    let schedule = schedule::resolve(&context, &raw.schedule)?;
    let seeded = is_seeded(&raw);
    let (mut institutions, mut pacts) = (Vec::new(), Vec::new());
    if seeded {
        (institutions, pacts) = resolve_institutions(&context, &raw)?;
    }
    setting.pacts.append(&mut pacts);

    let mut scenario = Scenario {
        name: source.name.clone(),
        title: raw.title.unwrap_or_default().trim().to_string(),
        purpose: raw.purpose.unwrap_or_default().trim().to_string(),
        start_year: *years.start(),
        calendar: raw.start_year.is_some(),
        years: years.count() as u32,
        burn_in: raw.burn_in as u32,
        variant: raw.variant,
        update_order: raw.update_order,
        processes,
        parameters,
        competition: raw.competition,
        governance: raw.governance,
        setting,
        institutions,
        seeded,
        schedule,
        recording: raw.recording,
        data_files: files.iter().map(|file| file.name.clone()).collect(),
        filled,
        hash: String::new(),
    };
    scenario.hash = canonical::hash(&scenario);
    Ok((scenario, files))
}

/// Parameters, processes, and whether institutions stand at the start: what a scenario
/// sets without its world.
///
/// # Errors
/// As [`resolve`].
pub fn settings(source: &Source) -> Result<(Parameters, ProcessSet, bool)> {
    let raw: Raw = shape::read(source)?;
    let parameters = resolve_parameters(source, &raw)?;
    let processes = resolve_processes(source, &raw)?;
    Ok((parameters, processes, is_seeded(&raw)))
}

fn is_seeded(raw: &Raw) -> bool {
    let mode = raw.institutions.mode.as_deref();
    mode.is_some_and(|m| m != "none")
}

fn check_years(source: &Source, raw: &Raw) -> Result<RangeInclusive<i32>> {
    let fail = |key: &str, error| Err(source.error(&Key::root(key), error));
    let expected = format!("a whole number of years from 1 to {MAX_YEARS}");
    let years = match raw.years {
        Some(years) if (1..=MAX_YEARS).contains(&years) => years as i32,
        Some(years) => return fail("years", Error::expected(years, expected)),
        None => return fail("years", Error::new(format!("missing, expected {expected}"))),
    };
    let start = raw.start_year.unwrap_or(0);
    if !(-10_000..=10_000).contains(&start) {
        let error = Error::expected(start, "a calendar year from -10000 to 10000");
        return fail("start_year", error);
    }
    if !(0..=MAX_YEARS).contains(&raw.burn_in) {
        let expected = format!("a whole number of years from 0 to {MAX_YEARS}");
        return fail("burn_in", Error::expected(raw.burn_in, expected));
    }
    if raw.burn_in > 0 && raw.data.is_some() {
        let error = Error::expected(raw.burn_in, "0: only a stylised world has a burn-in");
        return fail("burn_in", error);
    }
    Ok(start..=start + years - 1)
}

fn resolve_parameters(source: &Source, raw: &Raw) -> Result<Parameters> {
    let mut parameters = Parameters::default();
    let root = Key::root("parameters");
    for (group, values) in &raw.parameters {
        for (name, &value) in values {
            let key = root.then(group).then(name);
            let path = format!("{group}.{name}");
            let found = find_parameter(&path).map_err(|e| source.error(&key, e))?;
            check_parameter(found, value).map_err(|e| source.error(&key, e))?;
            found.set(&mut parameters, value);
        }
        let mut groups: Vec<&str> = PARAMETERS
            .iter()
            .filter_map(|p| p.path.split('.').next())
            .collect();
        groups.dedup();
        if values.is_empty() && !groups.contains(&group.as_str()) {
            let error = Error::new(unknown("a group of parameters", group, groups));
            return Err(source.error(&root.then(group), error));
        }
    }
    Ok(parameters)
}

fn resolve_processes(source: &Source, raw: &Raw) -> Result<ProcessSet> {
    let mut set = match raw.variant {
        Variant::Full => ProcessSet::full(),
        Variant::Core => ProcessSet::core(),
    };
    for (name, &on) in &raw.processes {
        let process =
            find_process(name).map_err(|e| source.error(&Key::root("processes").then(name), e))?;
        set = set.with(process, on);
    }
    Ok(set)
}

fn load_setting(source: &Source, raw: &Raw, years: RangeInclusive<i32>) -> Result<Loaded> {
    match (&raw.data, &raw.stylised) {
        (Some(data), None) => tables::load(source, data, years),
        (None, Some(world)) => {
            let entry = years.start() - raw.burn_in as i32;
            Ok(Loaded {
                setting: stylised::setting(source, world, entry)?,
                files: Vec::new(),
                filled: Vec::new(),
            })
        }
        (Some(_), Some(_)) => {
            let problem = "found [data] as well, expected exactly one of [data] and [stylised]";
            Err(source.error(&Key::root("stylised"), Error::new(problem)))
        }
        (None, None) => {
            let problem = "found neither [data] nor [stylised], expected exactly one of them";
            Err(source.error(&Key::default(), Error::new(problem)))
        }
    }
}

fn check_governance(source: &Source, governance: &Governance) -> Result<()> {
    match governance.total_budget {
        Some(budget) if !(budget > 0.0 && budget.is_finite()) => {
            let key = Key::root("governance").then("total_budget");
            Err(source.error(&key, Error::expected(show(budget), "a number above 0")))
        }
        _ => Ok(()),
    }
}

fn resolve_institutions(
    context: &Context,
    raw: &Raw,
) -> Result<(Vec<InitialPartnership>, Vec<InitialPact>)> {
    let key = Key::root("institutions");
    let start = *context.years.start();
    let (bodies, pacts) = (&raw.institutions.partnership, &raw.institutions.pact);
    if bodies.is_empty() && pacts.is_empty() {
        let mode = raw.institutions.mode.as_deref().unwrap_or_default();
        let found =
            format!("\"{mode}\" but no [[institutions.partnership]] and no [[institutions.pact]]");
        let error = Error::expected(found, "\"none\", or institutions to stand at the start");
        return Err(context.source.error(&key.then("mode"), error));
    }
    let mut partnerships = Vec::new();
    for (k, body) in bodies.iter().enumerate() {
        let key = key.then("partnership").item(k);
        let Some(region) = &body.region else {
            return Err(context.fail(&key.then("region"), "missing, expected a region"));
        };
        let region = context.region(&key.then("region"), region)?;
        context.not_after(&key.then("start_year"), body.start_year, start)?;
        partnerships.push(context.partnership(&key, body, region, start)?);
    }
    let mut initial = Vec::new();
    for (k, pact) in pacts.iter().enumerate() {
        let key = key.then("pact").item(k);
        context.not_after(&key.then("start_year"), pact.start_year, start)?;
        initial.push(InitialPact {
            label: pact
                .name
                .clone()
                .unwrap_or_else(|| format!("institution {}", k + 1)),
            kind: pact.kind,
            members: context.members(&key.then("members"), &pact.members, start, 2)?,
            start_year: pact.start_year.unwrap_or(start),
        });
    }
    Ok((partnerships, initial))
}
