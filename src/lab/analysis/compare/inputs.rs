//! Inputs and keys of two results.

use std::collections::BTreeMap;

use super::InputDifference;
use crate::ensemble::manifest::ScenarioRecord;
use crate::ensemble::stored::{Maker, Stored};
use comity_model::error::{Error, Result};
use comity_model::scenario::PARAMETERS;

/// Names with their values, in the order in which they are shown.
type Entries = Vec<(String, String)>;

/// Version, seeds, numbers, hashes.
pub fn inputs(a: &Stored, b: &Stored) -> Vec<InputDifference> {
    differences(&named(a), &named(b))
}

/// Keys of the scenarios as merged, and of the text of the experiment.
pub fn parameters(a: &Stored, b: &Stored) -> Result<Vec<InputDifference>> {
    Ok(differences(&keys(a)?, &keys(b)?))
}

fn named(result: &Stored) -> Entries {
    let mut entries = Vec::new();
    let mut note = |name: &str, value: String| entries.push((name.to_string(), value));
    match &result.maker {
        Maker::Run(m) => {
            note("made by", "run".to_string());
            note("version", m.version.clone());
            note("seed", m.seed.to_string());
            note("replicates", m.replicates.to_string());
            note("runs that failed", m.runs.failed.len().to_string());
            scenario("", &m.scenario, &mut entries);
        }
        Maker::Batch(m) => {
            let made = if m.sweep { "sweep" } else { "batch" };
            note("made by", made.to_string());
            note("version", m.version.clone());
            note("experiment", m.experiment.name.clone());
            note("experiment, SHA-256", short(&m.experiment.sha256));
            note("plan", short(&m.plan));
            note("seed", m.seed.to_string());
            note("replicates", m.replicates.to_string());
            note("runs that failed", m.failed().to_string());
            for arm in &m.arms {
                let prefix = format!("arm {}: ", arm.name);
                scenario(&prefix, &arm.scenario, &mut entries);
            }
        }
    }
    entries
}

fn scenario(prefix: &str, record: &ScenarioRecord, entries: &mut Entries) {
    entries.push((format!("{prefix}scenario"), record.name.clone()));
    entries.push((format!("{prefix}scenario, hash"), short(&record.hash)));
    for data in &record.source.data {
        let name = format!("{prefix}{}, SHA-256", data.file);
        entries.push((name, short(&data.sha256)));
    }
}

fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}

fn keys(result: &Stored) -> Result<Entries> {
    let mut entries = Vec::new();
    match &result.maker {
        Maker::Run(m) => leaves("", &m.scenario.source.text, &mut entries)?,
        Maker::Batch(m) => {
            leaves("experiment: ", &m.experiment.text, &mut entries)?;
            for arm in &m.arms {
                let prefix = format!("arm {}: ", arm.name);
                leaves(&prefix, &arm.scenario.source.text, &mut entries)?;
            }
        }
    }
    Ok(entries)
}

/// Every value of a TOML text with the path of its key.
fn leaves(prefix: &str, text: &str, entries: &mut Entries) -> Result<()> {
    let root: toml::Table = toml::from_str(text).map_err(|e| {
        Error::new(format!(
            "a text in manifest.json is no TOML: {}",
            e.message()
        ))
    })?;
    leaf(prefix, &toml::Value::Table(root), entries);
    Ok(())
}

fn leaf(path: &str, value: &toml::Value, entries: &mut Entries) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                let gap = if path.is_empty() || path.ends_with(": ") {
                    ""
                } else {
                    "."
                };
                leaf(&format!("{path}{gap}{key}"), value, entries);
            }
        }
        toml::Value::Array(items) if items.iter().any(toml::Value::is_table) => {
            for (k, item) in items.iter().enumerate() {
                leaf(&format!("{path}[{k}]"), item, entries);
            }
        }
        toml::Value::String(text) => entries.push((path.to_string(), text.clone())),
        other => entries.push((path.to_string(), other.to_string())),
    }
}

/// What is in one only or has another value, in the order of the first, then of the second.
fn differences(a: &Entries, b: &Entries) -> Vec<InputDifference> {
    let index =
        |entries: &Entries| -> BTreeMap<String, String> { entries.iter().cloned().collect() };
    let (of_a, of_b) = (index(a), index(b));
    let new = b.iter().filter(|(name, _)| !of_a.contains_key(name));
    let names = a.iter().chain(new).map(|(name, _)| name);
    let one = |name: &String| {
        let (a, b) = (of_a.get(name), of_b.get(name));
        if a == b {
            return None;
        }
        let number = |text: Option<&String>| text.and_then(|t| t.parse::<f64>().ok());
        let both = number(a).zip(number(b));
        let default = match a.is_some() && b.is_some() {
            true => None,
            false => default(name),
        };
        Some(InputDifference {
            name: name.clone(),
            a: a.cloned(),
            b: b.cloned(),
            difference: both.map(|(a, b)| b - a),
            default,
        })
    };
    names.filter_map(one).collect()
}

/// The default of the parameter at this path, if it is one.
fn default(name: &str) -> Option<f64> {
    let (_, path) = name.split_once("parameters.")?;
    let found = PARAMETERS.iter().find(|p| p.path == path);
    found.map(|p| p.default)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(a: &str, b: &str) -> Vec<InputDifference> {
        let entries = |text: &str| {
            let mut entries = Vec::new();
            leaves("", text, &mut entries).unwrap();
            entries
        };
        differences(&entries(a), &entries(b))
    }

    #[test]
    fn keys_that_differ_are_named_with_their_path_and_by_how_much() {
        let found = compare(
            "years = 3\n[stylised]\npoles = [0.5]\n[[schedule]]\nfrom = 2\n",
            "years = 5\n[stylised]\npoles = [0.5]\n[[schedule]]\nfrom = 2\nuntil = 3\n",
        );
        let names: Vec<&str> = found.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names, ["years", "schedule[0].until"]);
        assert_eq!(found[0].difference, Some(2.0));
        assert_eq!(found[1].a, None);
    }

    #[test]
    fn a_parameter_that_is_not_written_has_its_default() {
        let found = compare("", "[parameters.alliance]\nreactance = 0.9\n");
        let declared = PARAMETERS.iter().find(|p| p.path == "alliance.reactance");
        assert_eq!(found[0].default, declared.map(|p| p.default));
        assert!(found[0].default.is_some());
    }
}
