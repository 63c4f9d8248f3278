//! The arms of an experiment: scenarios with parts of the experiment's file over them.

use std::collections::BTreeMap;
use std::path::Path;

use super::raw::Raw;
use super::{Arm, Changes};
use comity_model::error::{Error, Result};
use comity_model::scenario::Scenario;
use comity_model::scenario::document::{Key, Kind, Node};
use comity_model::scenario::files::Origin;
use comity_model::scenario::provenance::{self, Provenance};
use comity_model::scenario::source::{Overlay, Source};
use comity_model::scenario::suggest::unknown;

/// Keys of an arm that are not the scenario's.
const OWN: [&str; 3] = ["scenario", "label", "set"];
/// Name of the only arm where the file has none.
const ONLY: &str = "base";

/// How the scenario of an arm is read.
#[derive(Debug, Clone)]
pub struct Recipe {
    scenario: String,
    origin: Origin,
    text: String,
    tables: Vec<Vec<String>>,
    /// `path=value` with the line on which it stands.
    set: Vec<(String, Option<usize>)>,
    overrides: Vec<String>,
}

impl Recipe {
    /// The scenario with these overrides besides, and what it was read from.
    ///
    /// # Errors
    /// As [`comity_model::scenario::load`].
    pub fn open(&self, besides: &[String]) -> Result<(Scenario, Provenance)> {
        let tables: Vec<Vec<&str>> = self
            .tables
            .iter()
            .map(|table| table.iter().map(String::as_str).collect())
            .collect();
        let overlays: Vec<Overlay> = tables
            .iter()
            .map(|table| Overlay {
                origin: &self.origin,
                text: &self.text,
                table,
                skip: &OWN,
            })
            .collect();
        let set = self.set.iter().map(|(text, _)| text);
        let all: Vec<String> = set.chain(&self.overrides).chain(besides).cloned().collect();
        let source = Source::open_over(&self.scenario, &self.origin.home, &overlays, &all);
        source
            .and_then(|source| provenance::describe(&source, &all))
            .map_err(|e| self.placed(e))
    }

    /// An error at an override of the arm's own `set` is one of the experiment's file.
    fn placed(&self, error: Error) -> Error {
        if error.file.as_deref() != Some(Path::new("--set")) {
            return error;
        }
        let key = error.key.clone().unwrap_or_default();
        let of = |(text, _): &&(String, Option<usize>)| {
            let path = text.split('=').next().unwrap_or_default();
            path == key || key.starts_with(&format!("{path}.")) || path.starts_with(&key)
        };
        match self.set.iter().find(of) {
            Some((_, line)) => Error {
                file: Some(self.origin.shown.clone()),
                line: *line,
                ..error
            },
            None => error,
        }
    }
}

/// The arms in the order in which they are written.
///
/// # Errors
/// Whatever is wrong with the scenario of one of them.
pub fn arms(source: &Source, raw: &Raw, origin: &Origin, changes: &Changes) -> Result<Vec<Arm>> {
    let text = source.texts[0].1.clone();
    let has_base = source.node(&Key::root("base")).is_some();
    let names = written(source.node(&Key::root("arms")));
    let one = |name: Option<&str>| -> Result<Arm> {
        let key = name.map(|n| Key::root("arms").then(n));
        let table = name.and_then(|n| raw.arms.get(n));
        let own = own(source, key.as_ref(), table)?;
        let scenario = own.scenario.or(raw.scenario.clone()).ok_or_else(|| {
            let problem = "missing, expected the path or name of a scenario";
            let key = key.clone().unwrap_or_default().then("scenario");
            source.error(&key, Error::new(problem))
        })?;
        let base = has_base.then(|| vec!["base".to_string()]);
        let over = name.map(|n| vec!["arms".to_string(), n.to_string()]);
        let recipe = Recipe {
            scenario,
            origin: origin.clone(),
            text: text.clone(),
            tables: base.into_iter().chain(over).collect(),
            set: own.set,
            overrides: changes.set.clone(),
        };
        let (scenario, provenance) = recipe.open(&[]).map_err(|e| match e.file {
            Some(_) => e,
            None => source.error(&key.clone().unwrap_or(Key::root("scenario")), e),
        })?;
        Ok(Arm {
            name: name.unwrap_or(ONLY).to_string(),
            label: own.label.unwrap_or(name.unwrap_or(ONLY).replace('_', " ")),
            scenario,
            provenance,
            recipe,
        })
    };
    match names.as_slice() {
        [] => Ok(vec![one(None)?]),
        names => names.iter().map(|name| one(Some(name))).collect(),
    }
}

/// The scenario that branching begins with: without the arms' changes.
///
/// # Errors
/// Whatever is wrong with it.
pub fn trunk(arm: &Arm) -> Result<Scenario> {
    let mut recipe = arm.recipe.clone();
    recipe.tables.retain(|table| table[0] == "base");
    recipe.set.clear();
    recipe.open(&[]).map(|(scenario, _)| scenario)
}

/// Keys of a table in the order in which they are written.
pub fn written(node: Option<&Node>) -> Vec<String> {
    let Some(Kind::Table(entries)) = node.map(|n| &n.kind) else {
        return Vec::new();
    };
    let mut keys: Vec<(usize, String)> = entries
        .iter()
        .map(|(name, node)| (node.place.line.unwrap_or(0), name.clone()))
        .collect();
    keys.sort();
    keys.into_iter().map(|(_, name)| name).collect()
}

#[derive(Default)]
struct Own {
    scenario: Option<String>,
    label: Option<String>,
    set: Vec<(String, Option<usize>)>,
}

/// The keys of an arm that are not the scenario's.
fn own(source: &Source, key: Option<&Key>, table: Option<&toml::Table>) -> Result<Own> {
    let (Some(key), Some(table)) = (key, table) else {
        return Ok(Own::default());
    };
    let text = |name: &str| match table.get(name) {
        None => Ok(None),
        Some(toml::Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => {
            let error = Error::expected(other, "a text in quotes");
            Err(source.error(&key.then(name), error))
        }
    };
    let set = match table.get("set") {
        None => Vec::new(),
        Some(toml::Value::Table(set)) => sorted(set)
            .into_iter()
            .map(|(path, value)| {
                let (_, line) = source.locate(&key.then("set").then(path));
                (format!("{path}={value}"), line)
            })
            .collect(),
        Some(other) => {
            let expected = "a table such as { \"parameters.alliance.reactance\" = 0.2 }";
            let error = Error::expected(other, expected);
            return Err(source.error(&key.then("set"), error));
        }
    };
    Ok(Own {
        scenario: text("scenario")?,
        label: text("label")?,
        set,
    })
}

fn sorted(table: &toml::Table) -> BTreeMap<&String, &toml::Value> {
    table.iter().collect()
}

/// The arm of this name.
///
/// # Errors
/// If there is none, at `key`.
pub fn find(source: &Source, arms: &[Arm], key: &Key, name: &str) -> Result<usize> {
    arms.iter().position(|a| a.name == name).ok_or_else(|| {
        let names = arms.iter().map(|a| a.name.as_str());
        source.error(key, Error::new(unknown("an arm", name, names)))
    })
}
