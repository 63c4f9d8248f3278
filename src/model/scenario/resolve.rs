//! From what the user wrote to what the program believes.

use std::ops::RangeInclusive;

use sha2::{Digest, Sha256};

use super::context::{Context, show};
use super::document::Key;
use super::raw::{Raw, RawGovernance};
use super::schedule;
use super::shape;
use super::source::Source;
use super::suggest::unknown;
use super::{
    Governance, InitialPact, InitialPartnership, PARAMETERS, Parameter, Parameters, Process,
    ProcessSet, Recording, Scenario, Setting, Variant,
};
use super::{stylised, tables};
use crate::error::{Error, Result};

/// Most years of a run, burn-in and recorded years each.
const MAX_YEARS: i64 = 10_000;

/// Checks and resolves a scenario.
///
/// # Errors
/// The first thing that is wrong, with file, line and key.
pub fn resolve(source: &Source) -> Result<Scenario> {
    let raw: Raw = shape::read(source)?;
    let years = check_years(source, &raw)?;
    let parameters = resolve_parameters(source, &raw)?;
    let processes = resolve_processes(source, &raw)?;
    let (mut setting, data_files, filled) = resolve_setting(source, &raw, years.clone())?;
    setting.permute_regions = raw.placebo.permute_regions;
    let governance = resolve_governance(source, &raw.governance)?;

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
        governance,
        setting,
        institutions,
        seeded,
        schedule,
        recording: Recording {
            states: raw.recording.states,
            dyads: raw.recording.dyads,
        },
        data_files,
        filled,
        hash: String::new(),
    };
    scenario.hash = hash(&scenario);
    Ok(scenario)
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

/// First 16 hexadecimal digits of the SHA-256 of everything but names, texts and file paths.
pub fn hash(scenario: &Scenario) -> String {
    let bare = Scenario {
        name: String::new(),
        title: String::new(),
        purpose: String::new(),
        data_files: Vec::new(),
        hash: String::new(),
        ..scenario.clone()
    };
    let digest = Sha256::digest(format!("{bare:?}").as_bytes());
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
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
        if values.is_empty() && !PARAMETERS.iter().any(|p| group_of(p) == group) {
            let error = Error::new(unknown("a group of parameters", group, groups()));
            return Err(source.error(&root.then(group), error));
        }
    }
    Ok(parameters)
}

fn group_of(parameter: &Parameter) -> &'static str {
    parameter
        .path
        .split_once('.')
        .map_or("", |(group, _)| group)
}

/// Names of the groups of parameters, in order.
pub fn groups() -> Vec<&'static str> {
    let mut groups: Vec<_> = PARAMETERS.iter().map(group_of).collect();
    groups.dedup();
    groups
}

/// The parameter `path` (`group.name`), else an error with a suggestion.
pub fn find_parameter(path: &str) -> Result<&'static Parameter> {
    Parameter::find(path).ok_or_else(|| {
        let paths = PARAMETERS.iter().map(|p| p.path);
        Error::new(unknown("a parameter", path, paths))
    })
}

/// Whether `value` may stand for the parameter.
pub fn check_parameter(parameter: &Parameter, value: f64) -> Result<()> {
    if parameter.domain.admits(value) {
        return Ok(());
    }
    Err(Error::expected(show(value), parameter.domain.expectation()))
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

/// The process of this name, else an error with a suggestion.
pub fn find_process(name: &str) -> Result<Process> {
    Process::find(name).ok_or_else(|| {
        let names = Process::ALL.iter().map(|p| p.name());
        Error::new(unknown("a process", name, names))
    })
}

type Set = (Setting, Vec<String>, Vec<(String, usize)>);

fn resolve_setting(source: &Source, raw: &Raw, years: RangeInclusive<i32>) -> Result<Set> {
    match (&raw.data, &raw.stylised) {
        (Some(data), None) => {
            let loaded = tables::load(source, data, years)?;
            Ok((loaded.setting, loaded.files, loaded.filled))
        }
        (None, Some(world)) => {
            let entry = years.start() - raw.burn_in as i32;
            let setting = stylised::setting(source, world, entry)?;
            Ok((setting, Vec::new(), Vec::new()))
        }
        (Some(_), Some(_)) => {
            let error =
                Error::new("found [data] as well, expected exactly one of [data] and [stylised]");
            Err(source.error(&Key::root("stylised"), error))
        }
        (None, None) => {
            let error =
                Error::new("found neither [data] nor [stylised], expected exactly one of them");
            Err(source.error(&Key::default(), error))
        }
    }
}

fn resolve_governance(source: &Source, raw: &RawGovernance) -> Result<Governance> {
    if let Some(budget) = raw.total_budget
        && !(budget > 0.0 && budget.is_finite())
    {
        let key = Key::root("governance").then("total_budget");
        return Err(source.error(&key, Error::expected(show(budget), "a number above 0")));
    }
    Ok(Governance {
        regional: raw.regional,
        global: raw.global,
        coordination: raw.coordination,
        standing: raw.standing,
        technology: raw.technology,
        total_budget: raw.total_budget,
    })
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
