//! Why a state did what it did in a year.

use comity_model::error::{Error, Result};
use comity_model::scenario::suggest::{nearest, shorten};
use comity_model::scenario::{Scenario, StateIndex, StateInput};
use comity_model::simulation::run_traced;
use comity_model::world::{Decision, Trace};

/// The decisions of a state in a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Abbreviation of the state.
    pub state: String,
    /// Its name.
    pub name: String,
    /// Year.
    pub year: i32,
    /// Seed of the run.
    pub seed: u64,
    /// The decisions in the order in which they were taken.
    pub decisions: Vec<Decision>,
}

/// Runs the scenario up to `year` and notes every decision of `state`: its abbreviation,
/// code or name, or the beginning of its name.
///
/// # Errors
/// If there is no such state, if the year is outside the run, if the state is not in the
/// system in that year, if the run fails.
pub fn explain(scenario: &Scenario, seed: u64, state: &str, year: i32) -> Result<Explanation> {
    let last = scenario.start_year + scenario.years as i32 - 1;
    if !(scenario.start_year..=last).contains(&year) {
        let expected = format!("a year of the run, {} to {last}", scenario.start_year);
        return Err(Error::expected(year, expected).at_key("year"));
    }
    let index = find(scenario, state, year)?;
    let shorter = Scenario {
        years: (year - scenario.start_year + 1) as u32,
        ..scenario.clone()
    };
    let (_, decisions) = run_traced(&shorter, seed, Trace::of(index.into(), year))?;
    let state = &scenario.setting.states[index];
    Ok(Explanation {
        state: state.abbreviation.clone(),
        name: state.name.clone(),
        year,
        seed,
        decisions,
    })
}

fn find(scenario: &Scenario, wanted: &str, year: i32) -> Result<StateIndex> {
    let states = &scenario.setting.states;
    let matches = |by: &dyn Fn(&StateInput) -> bool| -> Vec<StateIndex> {
        (0..states.len()).filter(|&i| by(&states[i])).collect()
    };
    let lower = wanted.trim().to_lowercase();
    let begins = |s: &StateInput| lower.len() > 2 && s.name.to_lowercase().starts_with(&lower);
    let mut found = matches(&|s| s.abbreviation.to_lowercase() == lower);
    if found.is_empty() {
        found = matches(&|s| s.name.to_lowercase() == lower || s.code.to_string() == lower);
    }
    if found.is_empty() {
        found = matches(&begins);
    }
    let names = |found: &[StateIndex]| {
        let one = |&i: &StateIndex| format!("{} ({})", states[i].abbreviation, states[i].name);
        found.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let fail = |problem: String| Err(Error::new(problem).at_key("state"));
    let distinct = |a: &StateIndex, b: &StateIndex| states[*a].code != states[*b].code;
    if found.is_empty() {
        let near = nearest(&lower, states.iter().map(|s| s.abbreviation.as_str()));
        let near = near.map_or(String::new(), |n| format!("; did you mean \"{n}\"?"));
        return fail(format!(
            "found \"{}\", expected the abbreviation, code or name of a state{near}",
            shorten(wanted)
        ));
    }
    if found.iter().any(|i| distinct(i, &found[0])) {
        let found = names(&found);
        return fail(format!("\"{}\" may be any of {found}", shorten(wanted)));
    }
    let there = |&&i: &&StateIndex| {
        let s = &states[i];
        s.entry_year <= year && s.exit_year.is_none_or(|exit| year < exit)
    };
    match found.iter().find(there) {
        Some(&index) => Ok(index),
        None => {
            let spells: Vec<String> = found
                .iter()
                .map(|&i| {
                    let end = states[i].exit_year.map(|y| (y - 1).to_string());
                    format!(
                        "{} to {}",
                        states[i].entry_year,
                        end.unwrap_or("the end".into())
                    )
                })
                .collect();
            fail(format!(
                "{} is not in the system in {year}; it is from {}",
                names(&found[..1]),
                spells.join(" and from ")
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_model::scenario;

    #[test]
    fn states_are_found_and_others_are_not() {
        let world = scenario::load("history-1946", &[]).unwrap();
        let state = |name: &str, year| {
            find(&world, name, year).map(|i| world.setting.states[i].abbreviation.clone())
        };
        assert_eq!(state("frn", 1949).unwrap(), "FRN");
        assert_eq!(state("FRA", 1949).unwrap(), "FRN");
        assert_eq!(state("220", 1949).unwrap(), "FRN");
        let message = |name, year| state(name, year).unwrap_err().to_string();
        assert!(message("XQZ", 1949).contains("expected the abbreviation"));
        assert!(message("South", 1949).contains("may be any of"));
        assert!(message("GHA", 1949).contains("not in the system in 1949"));
    }

    #[test]
    fn a_year_outside_the_run_is_an_error() {
        let world = scenario::load("s2-bipolar", &["years=5".into()]).unwrap();
        let state = world.setting.states[0].abbreviation.clone();
        let error = explain(&world, 1, &state, 5).unwrap_err().to_string();
        assert_eq!(error, "year: found 5, expected a year of the run, 0 to 4");
    }
}
