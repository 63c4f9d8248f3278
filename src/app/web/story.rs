//! What happened in a run, for the map and the network: memberships as spells of years.
//!
//! A spell is `[state, from, until]`: in force at the end of each year from the first until
//! the one before the last, or `null` if it lasts to the end of the run.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use comity_model::observe::History;
use comity_model::observe::records::AgreementEvent;
use comity_model::scenario::{Action, Geometry, Scenario, Setting, Thing};
use comity_model::world::init::complete_setting;

/// A member from a year until another.
type Spell = (usize, i64, Option<i64>);

/// A pact or a body.
#[derive(Debug, Clone, PartialEq, Default)]
struct Bond {
    name: String,
    kind: String,
    sponsor: Option<usize>,
    region: Option<usize>,
    begin: i64,
    end: Option<i64>,
    members: Vec<Spell>,
    outsiders: Vec<(usize, i64)>,
    /// Agreements and offices: kind, whether it is an office, year, whether it ended.
    texts: Vec<(String, bool, i64, bool)>,
}

impl Bond {
    fn join(&mut self, state: usize, year: i64) {
        let open = self.members.iter().any(|m| m.0 == state && m.2.is_none());
        if !open {
            self.members.push((state, year, None));
        }
    }

    fn leave(&mut self, state: usize, year: i64) {
        let open = self
            .members
            .iter_mut()
            .find(|m| m.0 == state && m.2.is_none());
        if let Some(member) = open {
            member.2 = Some(year);
        }
    }

    fn become_those(&mut self, states: &[usize], year: i64) {
        let before: Vec<usize> = self
            .members
            .iter()
            .filter(|m| m.2.is_none())
            .map(|m| m.0)
            .collect();
        for state in before.into_iter().filter(|s| !states.contains(s)) {
            self.leave(state, year);
        }
        states.iter().for_each(|&s| self.join(s, year));
    }

    fn close(&mut self, year: i64) {
        self.end = Some(year);
        self.become_those(&[], year);
    }
}

/// States, pacts, bodies, rivalries and conflicts of a run recorded from its first year.
pub fn story(history: &History, scenario: &Scenario, seed: u64) -> Value {
    let setting = complete_setting(scenario, seed);
    let names = Names::of(&setting);
    let (pacts, bodies) = bonds(&history.agreements, &names);
    let first = i64::from(scenario.start_year);
    let disputes: Vec<Value> = history
        .events
        .iter()
        .filter(|e| e.year >= first && e.kind != "domestic")
        .map(|e| {
            let (a, b) = (names.at(&e.state_1, e.year), names.at(&e.state_2, e.year));
            let severity = (e.severity_max * 100.0).round() / 100.0;
            json!([
                e.year,
                a,
                b,
                i64::from(e.kind == "war"),
                severity,
                e.months,
                e.responder,
                e.outcome
            ])
        })
        .collect();
    let domestic: Vec<Value> = history
        .events
        .iter()
        .filter(|e| e.year >= first && e.kind == "domestic")
        .map(|e| json!([e.year, names.at(&e.state_1, e.year)]))
        .collect();
    json!({
        "geometry": match setting.geometry { Geometry::Globe => "globe", Geometry::Plane => "plane" },
        "regions": setting.regions,
        "states": states(&setting, &names),
        "pacts": pacts.iter().map(pact).collect::<Vec<_>>(),
        "bodies": bodies.iter().map(body).collect::<Vec<_>>(),
        "rivalries": rivalries(scenario, &setting),
        "disputes": disputes,
        "domestic": domestic,
    })
}

/// States by abbreviation: one that left and came back stands twice in the setting, and
/// is one state on the map.
struct Names<'a> {
    regions: &'a [String],
    /// Year in which each state leaves the system.
    exits: Vec<Option<i64>>,
    known: BTreeMap<&'a str, Vec<(usize, i64, i64)>>,
}

impl<'a> Names<'a> {
    fn of(setting: &'a Setting) -> Self {
        let mut known: BTreeMap<&str, Vec<(usize, i64, i64)>> = BTreeMap::new();
        for (k, s) in setting.states.iter().enumerate() {
            let end = s.exit_year.map_or(i64::MAX, i64::from);
            let spells = known.entry(s.abbreviation.as_str()).or_default();
            spells.push((k, i64::from(s.entry_year), end));
        }
        Self {
            regions: &setting.regions,
            exits: setting
                .states
                .iter()
                .map(|s| s.exit_year.map(i64::from))
                .collect(),
            known,
        }
    }

    fn at(&self, name: &str, year: i64) -> Option<usize> {
        let spells = self.known.get(name)?;
        let covers = |s: &&(usize, i64, i64)| s.1 <= year && year <= s.2;
        spells.iter().find(covers).or(spells.first()).map(|s| s.0)
    }

    fn all(&self, names: &str, year: i64) -> Vec<usize> {
        names.split('|').filter_map(|n| self.at(n, year)).collect()
    }
}

/// The pacts and bodies, in order of birth.
fn bonds(log: &[AgreementEvent], names: &Names) -> (Vec<Bond>, Vec<Bond>) {
    let (mut pacts, mut bodies): (Vec<Bond>, Vec<Bond>) = (Vec::new(), Vec::new());
    for event in log {
        let bonds = match event.form.as_str() {
            "pact" => &mut pacts,
            _ => &mut bodies,
        };
        note(bonds, event, names);
    }
    // Who leaves the system leaves its bodies, of which the log says nothing.
    for member in bodies.iter_mut().flat_map(|b| &mut b.members) {
        if let Some(exit) = names.exits[member.0] {
            member.2 = Some(member.2.map_or(exit, |until| until.min(exit)));
        }
    }
    (pacts, bodies)
}

fn note(bonds: &mut Vec<Bond>, event: &AgreementEvent, names: &Names) {
    let year = event.year;
    let standing = |b: &Bond| b.name == event.agreement && b.end.is_none();
    let whole = matches!(event.form.as_str(), "pact" | "partnership");
    if whole && matches!(event.change.as_str(), "initial" | "founded") {
        let mut bond = Bond {
            name: event.agreement.clone(),
            kind: event.kind.clone(),
            sponsor: names.at(&event.sponsor, year),
            region: names.regions.iter().position(|r| *r == event.region),
            begin: year,
            ..Bond::default()
        };
        bond.become_those(&names.all(&event.names, year), year);
        bonds.push(bond);
        return;
    }
    let Some(bond) = bonds.iter_mut().rev().find(|b| standing(b)) else {
        return;
    };
    let state = names.at(&event.state, year);
    if !whole {
        let (office, ended) = (event.form == "office", event.change == "ended");
        bond.texts.push((event.kind.clone(), office, year, ended));
        return;
    }
    match (event.change.as_str(), state) {
        ("merged", _) => bond.become_those(&names.all(&event.names, year), year),
        ("joined", Some(state)) => bond.join(state, year),
        ("left", Some(state)) => bond.leave(state, year),
        ("participant", Some(state)) => bond.outsiders.push((state, year)),
        ("ended", _) => bond.close(year),
        _ => {}
    }
}

fn states(setting: &Setting, names: &Names) -> Vec<Value> {
    let one = |(k, s): (usize, &comity_model::scenario::StateInput)| {
        let powers = setting.powers.iter().filter(|p| p.state == k);
        let powers: Vec<Value> = powers.map(|p| json!([p.from, p.to])).collect();
        let round = |v: f64| (v * 1e4).round() / 1e4;
        let same = names.at(&s.abbreviation, i64::MIN);
        json!([
            s.abbreviation,
            s.name,
            s.code,
            s.regions,
            round(s.position.0),
            round(s.position.1),
            s.entry_year,
            s.exit_year,
            powers,
            same
        ])
    };
    setting.states.iter().enumerate().map(one).collect()
}

fn pact(p: &Bond) -> Value {
    json!([p.name, p.kind, p.sponsor, p.begin, p.end, p.members])
}

fn body(b: &Bond) -> Value {
    json!([
        b.name,
        b.region,
        b.begin,
        b.end,
        b.members,
        b.outsiders,
        b.texts,
        b.kind
    ])
}

/// Strategic rivalries as given and as inserted, and the pairs of poles in a stylised world.
fn rivalries(scenario: &Scenario, setting: &Setting) -> Vec<Value> {
    let mut pairs: Vec<(usize, usize, i32, Option<i32>)> = setting
        .rivalries
        .iter()
        .map(|r| (r.a, r.b, r.from, r.to))
        .collect();
    if setting.antagonism.is_some_and(|level| level > 0.0) {
        for (k, a) in setting.powers.iter().enumerate() {
            for b in &setting.powers[k + 1..] {
                pairs.push((a.state, b.state, a.from.max(b.from), None));
            }
        }
    }
    for t in &scenario.schedule {
        if let Action::Insert(Thing::Rivalry(a, b)) = &t.action {
            pairs.push((*a, *b, t.from, t.until));
        }
        if let Action::Remove(Thing::Rivalry(a, b)) = &t.action {
            let same = |p: &&mut (usize, usize, i32, Option<i32>)| {
                (p.0, p.1) == (*a, *b) || (p.0, p.1) == (*b, *a)
            };
            pairs
                .iter_mut()
                .filter(same)
                .for_each(|p| p.3 = Some(p.3.map_or(t.from - 1, |to| to.min(t.from - 1))));
        }
    }
    pairs
        .iter()
        .map(|&(a, b, from, to)| json!([a, b, from, to]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_model::observe::Selection;
    use comity_model::scenario;
    use comity_model::simulation::run_recording;

    /// At the end of every year as many defence pacts stand as the world table counts, and
    /// as many states are in one.
    #[test]
    fn spells_are_the_pacts_of_the_world_table() {
        for name in ["history-1946", "governance-base"] {
            let scenario = scenario::load(name, &[]).unwrap();
            let mut selection = Selection::none();
            for column in [
                "defence_pacts",
                "alliances",
                "partnerships",
                "share_in_alliances",
                "share_in_partnerships",
                "states",
            ] {
                selection.add("world", column).unwrap();
            }
            selection.add_table("agreements").unwrap();
            let history = run_recording(&scenario, 2, &selection).unwrap();
            let names = Names::of(&scenario.setting);
            let (pacts, bodies) = bonds(&history.agreements, &names);
            for row in &history.world {
                let at = |m: &&Spell| m.1 <= row.year && m.2.is_none_or(|end| row.year < end);
                let stands = |b: &&Bond| b.begin <= row.year && b.end.is_none_or(|e| row.year < e);
                let count = |all: &[Bond], kind: &str| {
                    all.iter()
                        .filter(stands)
                        .filter(|b| kind.is_empty() || b.kind == kind)
                        .count() as i64
                };
                let share = |all: &[Bond]| {
                    let members = all
                        .iter()
                        .filter(|b| b.kind != "placebo")
                        .flat_map(|b| b.members.iter().filter(at).map(|m| m.0));
                    let members: std::collections::BTreeSet<usize> = members.collect();
                    members.len() as f64 / row.states as f64
                };
                assert_eq!(
                    count(&pacts, "defence"),
                    row.defence_pacts,
                    "{name} {}",
                    row.year
                );
                assert_eq!(count(&pacts, ""), row.alliances, "{name} {}", row.year);
                assert_eq!(count(&bodies, ""), row.partnerships, "{name} {}", row.year);
                assert!(
                    (share(&pacts) - row.share_in_alliances).abs() < 1e-9,
                    "{name} {}",
                    row.year
                );
                assert!(
                    (share(&bodies) - row.share_in_partnerships).abs() < 1e-9,
                    "{name} {}",
                    row.year
                );
            }
        }
    }
}
