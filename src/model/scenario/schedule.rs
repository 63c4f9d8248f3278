//! Treatments: the schedule of a scenario.

use std::collections::BTreeMap;

use super::context::{Context, show};
use super::document::Key;
use super::raw::{RawTreatment, Setting};
use super::resolve::{check_parameter, find_parameter, find_process};
use super::suggest::unknown;
use super::{
    Action, EventKind, GovernanceSwitch, PARAMETERS, Process, RegionIndex, StateIndex, Target,
    Treatment,
};
use crate::error::{Error, Result};

/// A governance switch: its path, what it becomes, what it is.
type Switch = (&'static str, fn(bool) -> GovernanceSwitch, &'static str);

/// Governance switches that `set` can change.
const SWITCHES: [Switch; 3] = [
    (
        "governance.regional",
        GovernanceSwitch::Regional,
        "partnerships may respond and provide",
    ),
    (
        "governance.global",
        GovernanceSwitch::Global,
        "the global body may respond and provide",
    ),
    (
        "governance.standing",
        GovernanceSwitch::Standing,
        "standing structures let links grow",
    ),
];

/// Things that `insert` and `remove` know, with whether they need the entry's `region`.
const THINGS: [(&str, bool, &str); 8] = [
    (
        "rivalry",
        false,
        "an active strategic rivalry: [\"USA\", \"RUS\"]",
    ),
    (
        "pact",
        false,
        "a pact: { kind = \"defence\", members = [\"FRA\", \"UKG\"] }; removal: every pact of the kind with all of them",
    ),
    (
        "partnership",
        true,
        "a partnership in the region: { name = \"…\", depth = 0.6 }; removal: true",
    ),
    (
        "agreement",
        true,
        "an operative agreement of the region's partnership: \"int_border\"",
    ),
    (
        "office",
        true,
        "an office of the region's partnership, by the kind of agreement that it serves",
    ),
    (
        "membership",
        true,
        "membership of a state in the region's partnership: \"TUR\"",
    ),
    (
        "participant",
        true,
        "an outside power in the region's partnership: { state = \"USA\", stance = 0.5 }",
    ),
    (
        "base",
        true,
        "a military base of a power in the region: \"USA\"",
    ),
];

/// Something that a treatment can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intervention {
    /// Keys of the treatment that take it, such as `force, add, scale`.
    pub verbs: &'static str,
    /// Name to write.
    pub name: String,
    /// What it is.
    pub help: String,
}

/// Everything that treatments can do, in the order of the verbs.
pub fn interventions() -> Vec<Intervention> {
    let entry = |verbs, name: &str, help: &str| Intervention {
        verbs,
        name: name.to_string(),
        help: help.to_string(),
    };
    let mut all = Vec::new();
    let settable = PARAMETERS
        .iter()
        .map(|p| (format!("parameters.{}", p.path), p.help));
    let switches = Process::ALL
        .iter()
        .map(|p| (format!("processes.{}", p.name()), p.help()));
    all.extend(
        settable
            .chain(switches)
            .map(|(name, help)| entry("set", &name, help)),
    );
    all.extend(
        SWITCHES
            .iter()
            .map(|(name, _, help)| entry("set", name, help)),
    );
    let targets = Target::ALL.iter();
    all.extend(targets.map(|t| entry("force, add, scale", t.name(), t.help())));
    all.extend(THINGS.iter().map(|(name, region, help)| {
        let place = if *region { " (needs `region`)" } else { "" };
        entry("insert, remove", name, &format!("{help}{place}"))
    }));
    all.extend(
        EventKind::ALL
            .iter()
            .map(|e| entry("block", e.name(), e.help())),
    );
    all
}

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

/// An entry of the schedule that is being resolved.
pub struct Entry<'a> {
    /// What its names refer to.
    pub context: &'a Context<'a>,
    /// Its key.
    pub key: &'a Key,
    /// The entry as written.
    pub raw: &'a RawTreatment,
    /// Its region.
    pub region: Option<RegionIndex>,
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
        let present: Vec<&str> = verbs.iter().filter(|v| v.1).map(|v| v.0).collect();
        let [verb] = present[..] else {
            let all: Vec<&str> = verbs.iter().map(|v| v.0).collect();
            let found = match present.len() {
                0 => "no action".to_string(),
                _ => present.join(" and "),
            };
            let expected = format!("exactly one of {}", all.join(", "));
            return Err(self
                .context
                .source
                .error(self.key, Error::expected(found, expected)));
        };
        let key = self.key.then(verb);
        let mut actions = Vec::new();
        if let Some(map) = &raw.set {
            actions = self.settings(&key, map)?;
        }
        if let Some(map) = &raw.force {
            actions = self.targets(&key, map, Action::Force)?;
        }
        if let Some(map) = &raw.add {
            actions = self.targets(&key, map, Action::Add)?;
        }
        if let Some(map) = &raw.scale {
            actions = self.targets(&key, map, Action::Scale)?;
        }
        if let Some(things) = &raw.insert {
            actions = self
                .inserted(&key, things)?
                .into_iter()
                .map(Action::Insert)
                .collect();
        }
        if let Some(things) = &raw.remove {
            actions = self
                .removed(&key, things)?
                .into_iter()
                .map(Action::Remove)
                .collect();
        }
        if let Some(kinds) = &raw.block {
            actions = kinds.0.iter().copied().map(Action::Block).collect();
        }
        if actions.is_empty() {
            return Err(self
                .context
                .fail(&key, "found nothing in it, expected at least one entry"));
        }
        Ok(actions)
    }

    fn settings(&self, key: &Key, map: &BTreeMap<String, Setting>) -> Result<Vec<Action>> {
        let one = |path: &String, value: Setting| -> Result<Action> {
            let flag = || match value {
                Setting::Flag(flag) => Ok(flag),
                Setting::Number(n) => Err(Error::expected(show(n), "true or false")),
            };
            if let Some(path) = path.strip_prefix("parameters.") {
                let parameter = find_parameter(path)?;
                let Setting::Number(number) = value else {
                    return Err(Error::expected(
                        "a truth value",
                        parameter.domain.expectation(),
                    ));
                };
                check_parameter(parameter, number)?;
                let index = PARAMETERS.iter().position(|p| p.path == path);
                return Ok(Action::SetParameter(index.unwrap_or_default(), number));
            }
            if let Some(name) = path.strip_prefix("processes.") {
                return Ok(Action::SetProcess(find_process(name)?, flag()?));
            }
            if let Some((_, switch, _)) = SWITCHES.iter().find(|s| s.0 == path) {
                return Ok(Action::SetGovernance(switch(flag()?)));
            }
            let settable: Vec<String> = interventions()
                .into_iter()
                .filter(|i| i.verbs == "set")
                .map(|i| i.name)
                .collect();
            let what = "\"parameters.group.name\", \"processes.name\" or \"governance.regional\", \"governance.global\", \"governance.standing\"";
            Err(Error::new(unknown(
                what,
                path,
                settable.iter().map(String::as_str),
            )))
        };
        map.iter()
            .map(|(path, &value)| {
                one(path, value).map_err(|e| self.context.source.error(&key.then(path), e))
            })
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
                let names = Target::ALL.iter().map(|t| t.name());
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
