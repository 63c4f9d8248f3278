//! Drawn worlds, as a user could write them, keep the invariants in every year, are recorded
//! without a number that is none, and never panic.

use std::fmt::Write as _;

use comity::observe::records::{RegionYear, StateYear, WorldYear};
use comity::scenario::parameters::Domain;
use comity::scenario::{
    self, AgreementKind, EventKind, PARAMETERS, PactKind, Process, Scenario, Target,
};
use comity::simulation::run;
use comity::table::{Record, Table, Values};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::invariants::check;

/// Reals that are missing, as their definitions say, where there is nothing to measure.
const MAY_BE_MISSING: &[&str] = &[
    "bilateral_share",
    "contribution_gini",
    "culture_change",
    "denationalisation_gain",
    "dependence_asymmetry",
    "domestic_mechanisms",
    "domestic_share",
    "founding_year",
    "gini_size",
    "international_mechanisms",
    "link",
    "major_concentration",
    "mean_size",
    "mean_size_all_alliances",
    "mean_size_member_weighted",
    "mean_size_member_weighted_unnested",
    "mean_size_multilateral",
    "mean_size_unnested",
    "median_size",
    "median_size_unnested",
    "modularity",
    "nested_share",
    "opposed_pacts",
    "partnership_size",
    "response_delay",
    "sponsored_share",
    "transitivity",
    "violence",
];

/// One treatment: what it does, to what, when, to whom, with which value.
type Treated = (u8, u8, u8, u8, u8, u8);

/// A world that can be written down.
#[derive(Debug, Clone)]
struct Drawn {
    states: usize,
    regions: usize,
    powers: usize,
    core: bool,
    order: u8,
    switches: u64,
    edges: Vec<u8>,
    mix: Vec<f64>,
    treatments: Vec<Treated>,
    seed: u64,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let size = prop_oneof![4 => 2usize..12, 4 => 12usize..80, 1 => 80usize..=300];
    let treated = (
        any::<u8>(),
        any::<u8>(),
        0u8..8,
        any::<u8>(),
        any::<u8>(),
        any::<u8>(),
    );
    let count = PARAMETERS.len();
    (
        (
            size,
            1usize..6,
            1usize..5,
            any::<bool>(),
            0u8..3,
            any::<u64>(),
        ),
        (
            proptest::collection::vec(0u8..6, count),
            proptest::collection::vec(0.0f64..1.0, count),
            proptest::collection::vec(treated, 0..12),
            0u64..1 << 40,
        ),
    )
        .prop_map(
            |((states, regions, powers, core, order, switches), more)| Drawn {
                states,
                regions: regions.min(states),
                powers: powers.min(states),
                core,
                order,
                switches,
                edges: more.0,
                mix: more.1,
                treatments: more.2,
                seed: more.3,
            },
        )
}

impl Drawn {
    /// The scenario file.
    fn text(&self, years: u32) -> String {
        let poles = vec![(1.0 / self.powers as f64).to_string(); self.powers].join(", ");
        let order = ["random", "synchronous", "capability"][usize::from(self.order)];
        let variant = if self.core { "core" } else { "full" };
        let mut text = format!(
            "title = \"t\"\npurpose = \"p\"\nyears = {years}\nburn_in = 2\nvariant = \"{variant}\"\n\
             update_order = \"{order}\"\nrecording.states = true\n\
             [stylised]\nstates = {}\nregions = {}\npoles = [{poles}]\npole_capability = 0.5\n\
             antagonism = 0.7\nneighbours = {}\n[processes]\n",
            self.states,
            self.regions,
            3.min(self.states - 1),
        );
        for (k, &process) in Process::ALL.iter().enumerate() {
            // One process in four is off; those that the core lacks stay away.
            if (self.switches >> (2 * (k % 32))) & 3 == 0 && (process.in_core() || !self.core) {
                let _ = writeln!(text, "{} = false", process.name());
            }
        }
        text.push_str("[parameters]\n");
        for (k, parameter) in PARAMETERS.iter().enumerate() {
            let [low, high] = parameter.prior;
            let value = match (self.edges[k], parameter.domain) {
                (0, _) => low,
                (1, _) => high,
                (2, Domain::Share | Domain::NonNegative) => 0.0,
                (3, Domain::Share) => 1.0,
                (_, Domain::Count) => (low + self.mix[k] * (high - low)).round(),
                _ => low + self.mix[k] * (high - low),
            };
            let _ = writeln!(text, "{} = {value:?}", parameter.path);
        }
        for treated in &self.treatments {
            text.push_str(&self.treatment(*treated));
        }
        text
    }

    /// An entry of the schedule.
    fn treatment(&self, (kind, what, from, span, scope, value): Treated) -> String {
        let mut text = format!("[[schedule]]\nfrom = {from}\n");
        let state = |k: usize| format!("\"s{}\"", k % self.states + 1);
        let region = format!("region = \"r{}\"\n", usize::from(scope) % self.regions + 1);
        let lasts = match span % 3 {
            0 => String::new(),
            k => format!("until = {}\n", from + k),
        };
        let target = Target::ALL[usize::from(what) % Target::ALL.len()].name();
        // The edges of what is admitted, and far beyond what is sensible.
        let share = [0.0, 1.0, 0.5, 0.01][usize::from(value) % 4];
        let step = [0.3, -0.3, 5.0, -1e6, 1e300, -1e300][usize::from(value) % 6];
        let factor = [0.0, 1.1, 0.5, 1e9, 1e300][usize::from(value) % 5];
        let agreement = AgreementKind::ALL[usize::from(what) % 6].name();
        let pact = PactKind::ALL[usize::from(what) % 4].name();
        let (a, b) = (state(usize::from(scope)), state(usize::from(scope) + 1));
        let verb = if value % 2 == 0 { "insert" } else { "remove" };
        match kind % 12 {
            0..=2 => text += &format!("{lasts}force = {{ \"{target}\" = {share:?} }}\n"),
            3 => text += &format!("{lasts}add = {{ \"{target}\" = {step:?} }}\n"),
            4 => text += &format!("{lasts}{region}scale = {{ \"{target}\" = {factor:?} }}\n"),
            5 => {
                let parameter = &PARAMETERS[usize::from(what) % PARAMETERS.len()];
                let edge = parameter.prior[usize::from(value) % 2];
                let path = parameter.path;
                text += &format!("{lasts}set = {{ \"parameters.{path}\" = {edge:?} }}\n");
            }
            6 => {
                let event = EventKind::ALL[usize::from(what) % EventKind::ALL.len()].name();
                text += &format!("{lasts}block = \"{event}\"\n");
            }
            7 => {
                let what = format!("kind = \"{pact}\", members = [{a}, {b}]");
                text += &format!("{verb} = {{ pact = {{ {what} }} }}\n");
            }
            8 if verb == "insert" => {
                let body = format!("name = \"b\", agreements = [\"{agreement}\"]");
                text += &format!("{region}insert = {{ partnership = {{ {body} }} }}\n");
            }
            8 => text += &format!("{region}remove = {{ partnership = true }}\n"),
            9 => text += &format!("{region}{verb} = {{ agreement = \"{agreement}\" }}\n"),
            10 => text += &format!("{verb} = {{ rivalry = [{a}, {b}] }}\n"),
            _ => text += &format!("{region}{verb} = {{ office = \"{agreement}\" }}\n"),
        }
        text
    }

    fn scenario(&self, years: u32) -> Scenario {
        let text = self.text(years);
        scenario::load_text("drawn.toml", &text, &[]).unwrap_or_else(|e| panic!("{e}\n{text}"))
    }
}

/// Every real of a table is a number, but where it may be missing, or one of `more`.
pub fn whole(table: &Table, more: &[&str]) -> Result<(), TestCaseError> {
    for (column, values) in table.columns.iter().zip(&table.values) {
        let Values::Real(values) = values else {
            continue;
        };
        let name = &column.name;
        // Of pairs within one state, or none, there is nothing to say.
        let alone = |row: usize| table.integer("states").is_some_and(|n| n[row] < 2);
        for (_, value) in values.iter().enumerate().filter(|(row, _)| !alone(*row)) {
            prop_assert!(!value.is_infinite(), "{}.{name} is {value}", table.name);
            prop_assert!(
                !value.is_nan() || [MAY_BE_MISSING, more].concat().contains(&name.as_str()),
                "{}.{name} is missing",
                table.name
            );
        }
    }
    Ok(())
}

/// Draws worlds and runs each of them twice: step by step, and as it is recorded.
pub fn drawn_worlds(cases: u32, years: u32) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let one = |drawn: Drawn| {
        let scenario = drawn.scenario(years);
        check(&scenario, drawn.seed);
        let history = run(&scenario, drawn.seed);
        prop_assert_eq!(history.world.len(), years as usize);
        whole(&WorldYear::table(&history.world), &[])?;
        whole(&RegionYear::table(&history.regions), &[])?;
        whole(&StateYear::table(&history.states), &[])
    };
    runner.run(&drawn(), one).unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn drawn_worlds_keep_the_invariants() {
    drawn_worlds(40, 10);
}
