//! Treatments: the schedule of a scenario.

use std::collections::BTreeMap;

use super::document::Key;
use super::raw::{RawInsert, RawPact, RawRemove, RawTreatment, Setting};
use super::resolve::{Context, check_parameter, find_parameter, find_process, show};
use super::suggest::unknown;
use super::{
    Action, EventKind, GovernanceSwitch, InitialPartnership, PARAMETERS, PactKind, Process,
    RegionIndex, StateIndex, Target, Thing, Treatment,
};
use crate::error::{Error, Result};

/// Governance switches that `set` can change.
const SWITCHES: [(&str, fn(bool) -> GovernanceSwitch, &str); 3] = [
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

struct Entry<'a> {
    context: &'a Context<'a>,
    key: &'a Key,
    raw: &'a RawTreatment,
    region: Option<RegionIndex>,
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

    /// The entry's region, which `name` needs.
    fn region(&self, name: &str) -> Result<RegionIndex> {
        self.region.ok_or_else(|| {
            let problem = format!("missing, expected the region that the {name} belongs to");
            self.context.fail(&self.key.then("region"), problem)
        })
    }

    fn inserted(&self, key: &Key, raw: &RawInsert) -> Result<Vec<Thing>> {
        let (context, year) = (self.context, self.raw.from);
        let mut things = Vec::new();
        self.pair_or_pact(key, raw.rivalry.as_ref(), raw.pact.as_ref(), &mut things)?;
        if let Some(body) = &raw.partnership {
            let key = key.then("partnership");
            if body.region.is_some() {
                let problem = "found here, expected beside `insert`";
                return Err(context.fail(&key.then("region"), problem));
            }
            let region = self.region("partnership")?;
            things.push(Thing::Partnership(
                context.partnership(&key, body, region, year)?,
            ));
        }
        if let Some(kind) = raw.agreement {
            things.push(Thing::Agreement(self.region("agreement")?, kind));
        }
        if let Some(kind) = raw.office {
            things.push(Thing::Office(self.region("office")?, kind));
        }
        self.member_or_base(key, raw.membership.as_ref(), raw.base.as_ref(), &mut things)?;
        if let Some(power) = &raw.participant {
            let (state, stance) = context.participant(&key.then("participant"), power, year)?;
            things.push(Thing::Participant(
                state,
                self.region("participant")?,
                stance,
            ));
        }
        Ok(things)
    }

    fn removed(&self, key: &Key, raw: &RawRemove) -> Result<Vec<Thing>> {
        let mut things = Vec::new();
        self.pair_or_pact(key, raw.rivalry.as_ref(), raw.pact.as_ref(), &mut things)?;
        match raw.partnership {
            Some(true) => things.push(Thing::Partnership(self.any_partnership()?)),
            Some(false) => {
                let key = key.then("partnership");
                return Err(self.context.fail(&key, "found false, expected true"));
            }
            None => {}
        }
        if let Some(kind) = raw.agreement {
            things.push(Thing::Agreement(self.region("agreement")?, kind));
        }
        if let Some(kind) = raw.office {
            things.push(Thing::Office(self.region("office")?, kind));
        }
        self.member_or_base(key, raw.membership.as_ref(), raw.base.as_ref(), &mut things)?;
        if let Some(power) = &raw.participant {
            let key = key.then("participant").then("state");
            let state = self.context.state(&key, &power.state, self.raw.from)?;
            let stance = power.stance.unwrap_or(0.0);
            things.push(Thing::Participant(
                state,
                self.region("participant")?,
                stance,
            ));
        }
        Ok(things)
    }

    fn pair_or_pact(
        &self,
        key: &Key,
        rivalry: Option<&Vec<String>>,
        pact: Option<&RawPact>,
        things: &mut Vec<Thing>,
    ) -> Result<()> {
        let (context, year) = (self.context, self.raw.from);
        if let Some(names) = rivalry {
            let key = key.then("rivalry");
            let pair = context.members(&key, names, year, 2)?;
            let [a, b] = pair[..] else {
                let error = Error::expected(format!("{} states", pair.len()), "two states");
                return Err(context.source.error(&key, error));
            };
            things.push(Thing::Rivalry(a, b));
        }
        if let Some(pact) = pact {
            let members =
                context.members(&key.then("pact").then("members"), &pact.members, year, 2)?;
            let kind: PactKind = pact.kind;
            things.push(Thing::Pact(kind, members));
        }
        Ok(())
    }

    fn member_or_base(
        &self,
        key: &Key,
        membership: Option<&String>,
        base: Option<&String>,
        things: &mut Vec<Thing>,
    ) -> Result<()> {
        let (context, year) = (self.context, self.raw.from);
        if let Some(name) = membership {
            let state = context.state(&key.then("membership"), name, year)?;
            things.push(Thing::Membership(state, self.region("membership")?));
        }
        if let Some(name) = base {
            let state = context.state(&key.then("base"), name, year)?;
            things.push(Thing::Base(state, self.region("base")?));
        }
        Ok(())
    }

    /// For removal: stands for whatever partnership the region has.
    fn any_partnership(&self) -> Result<InitialPartnership> {
        Ok(InitialPartnership {
            name: String::new(),
            region: self.region("partnership")?,
            members: Vec::new(),
            depth: 0.0,
            start_year: self.raw.from,
            agreements: Vec::new(),
            offices: Vec::new(),
            participants: Vec::new(),
            budget: 0.0,
            inert: false,
        })
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
