//! Drawn worlds of tables, as a user could bring them: states that enter late, leave early and come
//! back, years without any state, and each optional table missing in turn.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use comity::observe::records::{RegionYear, StateYear, WorldYear};
use comity::scenario::{self, Scenario};
use comity::simulation::run_while;
use comity::table::Record;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::invariants::check;
use crate::properties::whole;

const START: i32 = 2000;
/// The optional tables.
const TABLES: [&str; 5] = ["state_years", "contiguity", "rivalries", "powers", "pacts"];

/// What is also missing in a world without neighbours or great powers.
const WITHOUT: &[&str] = &[
    "bloc_polarisation",
    "hostility",
    "interdependence_contiguous",
    "major_effective",
    "major_hhi",
    "major_share_1",
    "major_share_2",
    "trust",
];

/// A state: years from the start to its entry, years in the system (0: for ever), years until it
/// is back (0: never), regions as bits, position.
type State = (i32, i32, i32, u8, (f64, f64));
/// Two states and a spell, by any numbers.
type Pair = (u8, u8, i32, i32);

/// A world.
#[derive(Debug, Clone)]
struct Drawn {
    states: Vec<State>,
    pairs: Vec<Pair>,
    powers: Vec<(u8, i32, i32)>,
    pacts: Vec<(u8, u8, u8, i32)>,
    values: Vec<(u8, u8, f64)>,
    treatments: Vec<(u8, u8, u8)>,
    years: u32,
    order: u8,
    globe: bool,
    core: bool,
    chosen: bool,
    seed: u64,
}

fn drawn(years: u32) -> impl Strategy<Value = Drawn> {
    let late = prop_oneof![3 => Just(-5i32), 2 => -2i32..25];
    let stay = prop_oneof![2 => Just(0i32), 2 => 1i32..20];
    let back = prop_oneof![2 => Just(0i32), 1 => 1i32..8];
    let place = (0.0f64..1.0, 0.0f64..1.0);
    let state = (late, stay, back, any::<u8>(), place);
    let spell = (any::<u8>(), any::<u8>(), -6i32..20, 0i32..25);
    let lists = (
        prop::collection::vec(state, 1..14),
        prop::collection::vec(spell, 0..20),
        prop::collection::vec((any::<u8>(), -6i32..20, 0i32..25), 0..5),
        prop::collection::vec((any::<u8>(), any::<u8>(), any::<u8>(), -9i32..3), 0..5),
        prop::collection::vec((any::<u8>(), any::<u8>(), 0.0f64..1.0), 1..60),
        prop::collection::vec((any::<u8>(), any::<u8>(), any::<u8>()), 0..8),
    );
    let kinds = (0u8..3, any::<bool>(), any::<bool>(), any::<bool>());
    let rest = (1u32..years, kinds, 0u64..1 << 40);
    (lists, rest).prop_map(|(lists, (years, kinds, seed))| Drawn {
        states: lists.0,
        pairs: lists.1,
        powers: lists.2,
        pacts: lists.3,
        values: lists.4,
        treatments: lists.5,
        years,
        order: kinds.0,
        globe: kinds.1,
        core: kinds.2,
        chosen: kinds.3,
        seed,
    })
}

/// A first and a last year, the latter left open where it would be long.
fn span(from: i32, length: i32) -> String {
    match length {
        0..15 => format!("{},{}", START + from, START + from + length),
        _ => format!("{},", START + from),
    }
}

impl Drawn {
    fn code(&self, k: u8) -> usize {
        usize::from(k) % self.states.len() + 1
    }

    fn states(&self) -> String {
        let place = if self.globe {
            "capital_lat,capital_lon"
        } else {
            "x,y"
        };
        let mut text = format!("ccode,abb,name,entry_year,exit_year,regions,{place},stream_id\n");
        for (k, &(late, stay, back, regions, (x, y))) in self.states.iter().enumerate() {
            let of = (0..3)
                .filter(|r| regions >> r & 1 == 1)
                .map(|r| ["west", "east", "south"][r]);
            let regions = of.collect::<Vec<_>>().join("|");
            let (x, y) = if self.globe {
                (180.0 * x - 90.0, 360.0 * y - 180.0)
            } else {
                (x, y)
            };
            let mut spell = |entry: i32, exit: Option<i32>, stream: usize| {
                let exit = exit.map_or(String::new(), |e| e.to_string());
                let _ = writeln!(
                    text,
                    "{},S{k},State {k},{entry},{exit},{regions},{x},{y},{stream}",
                    k + 1
                );
            };
            let entry = START + late;
            let exit = (stay > 0).then_some(entry + stay);
            spell(entry, exit, 2 * k);
            if let Some(exit) = exit.filter(|_| back > 0) {
                spell(exit + back, None, 2 * k + 1);
            }
        }
        text
    }

    /// The rows of an optional table.
    fn table(&self, name: &str) -> String {
        let pairs = |head: &str, tail: &str, kind: &str, odd: u8| {
            let mut text = format!("{head}\n");
            for &(a, b, from, length) in self.pairs.iter().filter(|p| p.0 % 2 == odd) {
                let (a, b) = (self.code(a), self.code(b));
                if a != b {
                    let _ = writeln!(
                        text,
                        "{},{}{kind},{}{tail}",
                        a.min(b),
                        a.max(b),
                        span(from, length)
                    );
                }
            }
            text
        };
        match name {
            "state_years" => self.state_years(),
            "contiguity" => pairs("ccode1,ccode2,kind,from_year,to_year", "", ",1", 0),
            "rivalries" => pairs("ccode1,ccode2,from_year,to_year,types", ",spatial", "", 1),
            "powers" => self.powers.iter().fold(
                "ccode,from_year,to_year\n".to_string(),
                |text, &(k, from, length)| {
                    text + &format!("{},{}\n", self.code(k), span(from, length))
                },
            ),
            _ => {
                let mut text = "pact,kind,ccode,entry_year,exit_year\n".to_string();
                for (n, &(first, second, kind, from)) in self.pacts.iter().enumerate() {
                    let kind = ["defence", "neutrality", "nonaggression", "entente"]
                        [usize::from(kind % 4)];
                    for k in [first, second, first.wrapping_add(second)] {
                        let _ = writeln!(text, "p{n},{kind},{},{},", self.code(k), START + from);
                    }
                }
                text
            }
        }
    }

    /// Some values, and one of each for the first state in its first year, without which a table
    /// is refused.
    fn state_years(&self) -> String {
        let mut rows = std::collections::BTreeMap::new();
        for code in 1..=self.states.len() {
            let entry = START + self.states[code - 1].0;
            rows.insert((code, entry), "0.1,0.5,5000".to_string());
        }
        for &(k, year, value) in &self.values {
            let cell = |on: bool, value: f64| if on { value.to_string() } else { String::new() };
            let row = format!(
                "{},{},{}",
                cell(year % 3 > 0, value * value),
                cell(year % 5 > 0, value),
                cell(year % 7 > 0, 1.0 + 1e5 * value)
            );
            rows.insert((self.code(k), START - 5 + i32::from(year % 40)), row);
        }
        rows.iter().fold(
            "ccode,year,cinc,polyarchy,gdp_per_capita\n".to_string(),
            |text, ((code, year), row)| text + &format!("{code},{year},{row}\n"),
        )
    }

    /// Whether a state is in the system.
    fn inside(&self, k: usize, year: i32) -> bool {
        let (late, stay, back, ..) = self.states[k];
        let (entry, exit) = (START + late, START + late + stay);
        entry <= year && (stay == 0 || year < exit || back > 0 && exit + back <= year)
    }

    /// An entry of the schedule on states that are in the system in its year, above all those that
    /// enter then; nothing where there are none.
    fn treatment(&self, (kind, who, when): (u8, u8, u8)) -> String {
        let entry = self.states[usize::from(who) % self.states.len()].0;
        let when = if kind & 1 == 0 {
            entry
        } else {
            i32::from(when)
        };
        let year = START + when.clamp(0, self.years as i32 - 1);
        let there: Vec<usize> = (0..self.states.len())
            .filter(|&k| self.inside(k, year))
            .collect();
        let region = self.states.iter().any(|s| s.3 & 1 == 1);
        let Some(&one) = there.get(usize::from(who) % there.len().max(1)) else {
            return String::new();
        };
        let other = there[usize::from(who.wrapping_mul(7)) % there.len()];
        let verb = if kind & 2 == 0 { "insert" } else { "remove" };
        let head = format!("[[schedule]]\nfrom = {year}\n");
        match kind >> 2 & 3 {
            0 if one != other => format!(
                "{head}{verb} = {{ pact = {{ kind = \"defence\", members = [\"S{one}\", \"S{other}\"] }} }}\n"
            ),
            1 if region => {
                format!("{head}region = \"west\"\n{verb} = {{ membership = \"S{one}\" }}\n")
            }
            2 if region => format!(
                "{head}region = \"west\"\ninsert = {{ partnership = {{ name = \"b\", agreements = [] }} }}\n"
            ),
            3 if region => format!(
                "{head}region = \"west\"\n{verb} = {{ participant = {{ state = \"S{one}\", stance = 0.5 }} }}\n"
            ),
            _ => String::new(),
        }
    }

    /// The scenario without some of the optional tables; what keeps it from being read otherwise.
    fn scenario(&self, folder: &Path, without: &[&str]) -> Result<Scenario, String> {
        let order = ["random", "synchronous", "capability"][usize::from(self.order)];
        let variant = if self.core { "core" } else { "full" };
        let geometry = if self.globe { "globe" } else { "plane" };
        let mut text = format!(
            "title = \"t\"\npurpose = \"p\"\nstart_year = {START}\nyears = {}\n\
             variant = \"{variant}\"\nupdate_order = \"{order}\"\nrecording.states = true\n\
             [data]\nstates = \"states.csv\"\ngeometry = \"{geometry}\"\n",
            self.years
        );
        if self.chosen {
            text += "regions = [\"west\"]\nkeep_powers = true\n";
        }
        fs::write(folder.join("states.csv"), self.states()).unwrap();
        for name in TABLES.iter().filter(|name| !without.contains(name)) {
            fs::write(folder.join(format!("{name}.csv")), self.table(name)).unwrap();
            let _ = writeln!(text, "{name} = \"{name}.csv\"");
        }
        if !without.contains(&"pacts") {
            text += "initial_pacts = true\n";
        }
        for &treatment in self.treatments.iter().filter(|_| !self.chosen) {
            text += &self.treatment(treatment);
        }
        let path = folder.join("scenario.toml");
        fs::write(&path, text).unwrap();
        scenario::load(&path.to_string_lossy(), &[]).map_err(|e| e.to_string())
    }
}

/// Draws worlds and runs each of them with all tables, without each of them and with none; how
/// many were run.
pub fn table_worlds(cases: u32, years: u32) -> u32 {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let ran = std::cell::Cell::new(0);
    let one = |drawn: Drawn| {
        let folder = tempfile::tempdir().unwrap();
        let each = TABLES.iter().map(std::slice::from_ref);
        let mut read = 0;
        for without in each.chain([&[][..], &TABLES[..]]) {
            let scenario = match drawn.scenario(folder.path(), without) {
                Ok(scenario) => scenario,
                // The only worlds that are refused: nobody is ever there, or has a value.
                Err(refused) => {
                    let known = [
                        "states in the system",
                        "a region of the states table",
                        "found no value",
                    ];
                    prop_assert!(known.iter().any(|k| refused.contains(k)), "{refused}");
                    continue;
                }
            };
            read += 1;
            check(&scenario, drawn.seed);
            let history = run_while(&scenario, drawn.seed, || true);
            let history = history
                .map_err(|e| TestCaseError::fail(e.to_string()))?
                .unwrap();
            prop_assert_eq!(history.world.len(), drawn.years as usize);
            whole(&WorldYear::table(&history.world), WITHOUT)?;
            whole(&RegionYear::table(&history.regions), WITHOUT)?;
            whole(&StateYear::table(&history.states), WITHOUT)?;
        }
        ran.set(ran.get() + read);
        Ok(())
    };
    runner
        .run(&drawn(years), one)
        .unwrap_or_else(|e| panic!("{e}"));
    ran.get()
}

#[test]
fn drawn_worlds_of_tables_keep_the_invariants() {
    let ran = table_worlds(60, 30);
    assert!(ran > 300, "only {ran} of 420 worlds could be read");
}
