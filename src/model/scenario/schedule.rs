//! Treatments: the schedule of a scenario.

use std::collections::BTreeMap;

use super::check::{check_parameter, find_parameter, find_process, show};
use super::context::Context;
use super::document::Key;
use super::parameters::PARAMETERS;
use super::raw::{RawTreatment, Scalar};
use super::setting::StateIndex;
use super::suggest::unknown;
use super::things::Entry;
use super::treatment::{Action, GovernanceSwitch, Target, Treatment, interventions};
use crate::error::{Error, Result};

/// The treatments of `entries`; one with several keys gives several with the same id.
///
/// # Errors
/// The first entry that is wrong, with file, line and key.
pub fn resolve(context: &Context, entries: &[RawTreatment]) -> Result<Vec<Treatment>> {
    let mut schedule = Vec::new();
    let mut ids: Vec<&str> = Vec::new();
    for (k, raw) in entries.iter().enumerate() {
        let key = Key::root("schedule").item(k);
        if let Some(id) = &raw.id {
            if ids.contains(&id.as_str()) {
                let problem = format!("found \"{id}\" again, expected an id of its own");
                return Err(context.fail(&key.then("id"), problem));
            }
            ids.push(id);
        }
        check_times(context, &key, raw)?;
        let region = match &raw.region {
            Some(name) => Some(context.region(&key.then("region"), name)?),
            None => None,
        };
        let entry = Entry {
            context,
            key: &key,
            raw,
            region,
        };
        let states = entry.scope()?;
        for action in entry.actions()? {
            schedule.push(Treatment {
                id: raw.id.clone(),
                from: raw.from,
                until: raw.until,
                states: states.clone(),
                region,
                action,
            });
        }
    }
    Ok(schedule)
}

fn check_times(context: &Context, key: &Key, raw: &RawTreatment) -> Result<()> {
    let (first, last) = (*context.years.start(), *context.years.end());
    let inside = |name: &str, year: i32| {
        if context.years.contains(&year) {
            return Ok(());
        }
        let expected = format!("a year of the run, {first} to {last}");
        Err(context
            .source
            .error(&key.then(name), Error::expected(year, expected)))
    };
    inside("from", raw.from)?;
    if let Some(until) = raw.until {
        if until < raw.from {
            let expected = format!("a year from {} (`from`) on", raw.from);
            let error = Error::expected(until, expected);
            return Err(context.source.error(&key.then("until"), error));
        }
        inside("until", until)?;
    }
    Ok(())
}

impl Entry<'_> {
    /// The states that it applies to.
    fn scope(&self) -> Result<Vec<StateIndex>> {
        let Some(names) = &self.raw.states else {
            return Ok(Vec::new());
        };
        let key = self.key.then("states");
        if names.is_empty() {
            let problem = "found an empty list, expected states (leave the key out for all)";
            return Err(self.context.fail(&key, problem));
        }
        let mut states = Vec::new();
        for (k, name) in names.iter().enumerate() {
            states.extend(self.context.spells(&key.item(k), name)?);
        }
        states.sort_unstable();
        states.dedup();
        Ok(states)
    }

    /// The actions of its one verb.
    fn actions(&self) -> Result<Vec<Action>> {
        let raw = self.raw;
        let verbs = [
            ("set", raw.set.is_some()),
            ("force", raw.force.is_some()),
            ("add", raw.add.is_some()),
            ("scale", raw.scale.is_some()),
            ("insert", raw.insert.is_some()),
            ("remove", raw.remove.is_some()),
            ("block", raw.block.is_some()),
        ];
        let names = |wanted: &[bool]| -> Vec<&str> {
            let verbs = verbs.iter().filter(|v| wanted.contains(&v.1));
            verbs.map(|v| v.0).collect()
        };
        let present = names(&[true]);
        let [verb] = present[..] else {
            let found = match present.len() {
                0 => "no action".to_string(),
                _ => present.join(" and "),
            };
            let expected = format!("exactly one of {}", names(&[true, false]).join(", "));
            let error = Error::expected(found, expected);
            return Err(self.context.source.error(self.key, error));
        };
        let key = self.key.then(verb);
        let actions: Vec<Action> = if let Some(map) = &raw.set {
            self.settings(&key, map)?
        } else if let Some(map) = &raw.force {
            self.targets(&key, map, Action::Force)?
        } else if let Some(map) = &raw.add {
            self.targets(&key, map, Action::Add)?
        } else if let Some(map) = &raw.scale {
            self.targets(&key, map, Action::Scale)?
        } else if let Some(things) = &raw.insert {
            let things = self.inserted(&key, things)?;
            things.into_iter().map(Action::Insert).collect()
        } else if let Some(things) = &raw.remove {
            let things = self.removed(&key, things)?;
            things.into_iter().map(Action::Remove).collect()
        } else {
            let kinds = raw.block.iter().flat_map(|block| &block.0);
            kinds.copied().map(Action::Block).collect()
        };
        if actions.is_empty() {
            let problem = "found nothing in it, expected at least one entry";
            return Err(self.context.fail(&key, problem));
        }
        Ok(actions)
    }

    fn settings(&self, key: &Key, map: &BTreeMap<String, Scalar>) -> Result<Vec<Action>> {
        let at = |e, path: &str| self.context.source.error(&key.then(path), e);
        map.iter()
            .map(|(path, &value)| set(path, value).map_err(|e| at(e, path)))
            .collect()
    }

    fn targets(
        &self,
        key: &Key,
        map: &BTreeMap<String, f64>,
        action: fn(Target, f64) -> Action,
    ) -> Result<Vec<Action>> {
        let mut actions = Vec::new();
        for (name, &value) in map {
            let key = key.then(name);
            let Some(target) = Target::find(name) else {
                let names = Target::ALL.map(Target::name);
                return Err(self
                    .context
                    .fail(&key, unknown("a state variable", name, names)));
            };
            let (low, high) = match action(target, value) {
                Action::Force(..) => admitted(target),
                Action::Scale(..) => (0.0, f64::MAX),
                _ => (f64::MIN, f64::MAX),
            };
            actions.push(action(target, self.context.number(&key, value, low, high)?));
        }
        Ok(actions)
    }
}

/// The action that sets what stands at `path`.
fn set(path: &str, value: Scalar) -> Result<Action> {
    let flag = || match value {
        Scalar::Flag(flag) => Ok(flag),
        Scalar::Number(n) => Err(Error::expected(show(n), "true or false")),
    };
    if let Some(path) = path.strip_prefix("parameters.") {
        let parameter = find_parameter(path)?;
        let Scalar::Number(number) = value else {
            let expected = parameter.domain.expectation();
            return Err(Error::expected("a truth value", expected));
        };
        check_parameter(parameter, number)?;
        let index = PARAMETERS.iter().position(|p| p == parameter);
        return Ok(Action::SetParameter(index.unwrap_or_default(), number));
    }
    if let Some(name) = path.strip_prefix("processes.") {
        return Ok(Action::SetProcess(find_process(name)?, flag()?));
    }
    if let Some(switch) = GovernanceSwitch::find(path) {
        return Ok(Action::SetGovernance(switch, flag()?));
    }
    let settable = interventions();
    let settable = settable.iter().filter(|i| i.verbs == "set");
    let what = "\"parameters.group.name\", \"processes.name\" or \"governance.regional\", \"governance.global\", \"governance.standing\"";
    let names = settable.map(|i| i.name.as_str());
    Err(Error::new(unknown(what, path, names)))
}

/// Least and largest value that `force` may hold a target at.
fn admitted(target: Target) -> (f64, f64) {
    match target {
        Target::Stance => (-1.0, 1.0),
        Target::Interdependence
        | Target::ProblemTerror
        | Target::ProblemResources
        | Target::ProblemHealth
        | Target::ProblemConflict
        | Target::Violence
        | Target::Instability
        | Target::Exposure
        | Target::Budget
        | Target::Capacity => (0.0, f64::MAX),
        _ => (0.0, 1.0),
    }
}
