//! Where a scenario is from: its files, its merged text, the data that it reads and
//! how to cite them.

use serde::{Deserialize, Serialize};

pub use super::canonical::sha256;
use super::inputs::Scenario;
use super::library;
use super::parameters::Parameters;
use super::process::ProcessSet;
use super::resolve;
use super::source::{DataFile, Source};
use crate::error::Result;

/// A scenario file or data table with its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Name, as messages and `data_files` have it.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// How to cite it, for a shipped data table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cite: Option<String>,
    /// On what terms it stands, for a shipped data table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
}

/// What a scenario was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The scenario files, the most derived one first.
    pub files: Vec<SourceFile>,
    /// The overrides, in order.
    pub overrides: Vec<String>,
    /// All of it merged into one TOML text, overrides included.
    pub text: String,
    /// The data tables read.
    pub data: Vec<SourceFile>,
}

/// What a scenario sets in the model, apart from its world.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Parameter values.
    pub parameters: Parameters,
    /// Which processes run.
    pub processes: ProcessSet,
    /// Whether institutions stand at the start.
    pub seeded: bool,
    /// The treatments as TOML, in the order written; empty without any.
    pub treatments: String,
}

impl Provenance {
    /// The settings in the merged text; the data tables need not be at hand.
    ///
    /// # Errors
    /// If the text is no scenario.
    pub fn settings(&self) -> Result<Settings> {
        let source = Source::from_text("merged text", &self.text, &[])?;
        let (parameters, processes, seeded) = resolve::settings(&source)?;
        let mut treatments = source.root;
        if let Some(entries) = treatments.entries_mut() {
            entries.retain(|key, _| key == "schedule");
        }
        Ok(Settings {
            parameters,
            processes,
            seeded,
            treatments: treatments.to_toml()?,
        })
    }
}

/// As [`super::load`], with what the scenario was read from.
///
/// # Errors
/// As [`super::load`].
pub fn load(name_or_path: &str, overrides: &[String]) -> Result<(Scenario, Provenance)> {
    describe(&Source::open(name_or_path, overrides)?, overrides)
}

/// The scenario that `source` holds, and what it was read from.
pub fn describe(source: &Source, overrides: &[String]) -> Result<(Scenario, Provenance)> {
    let (scenario, tables) = resolve::resolve(source)?;
    let citations = citations();
    let provenance = Provenance {
        files: source
            .texts
            .iter()
            .map(|(file, text)| hashed(file.display().to_string(), text.as_bytes(), None))
            .collect(),
        overrides: overrides.to_vec(),
        text: source.root.to_toml()?,
        data: tables.iter().map(|t| cited(t, &citations)).collect(),
    };
    Ok((scenario, provenance))
}

fn hashed(file: String, bytes: &[u8], citation: Option<&Citation>) -> SourceFile {
    SourceFile {
        file,
        sha256: sha256(bytes),
        cite: citation.map(|c| c.cite.clone()),
        terms: citation.map(|c| c.terms.clone()),
    }
}

/// A data table; a copy of a shipped one is cited like it.
fn cited(table: &DataFile, citations: &[Citation]) -> SourceFile {
    let same = |c: &&Citation| library::data(&c.file) == Some(&table.bytes);
    hashed(
        table.name.clone(),
        &table.bytes,
        citations.iter().find(same),
    )
}

/// What `data/LICENSE.md` says about a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Citation {
    /// Path under `data/`.
    pub file: String,
    /// Where it is from.
    pub source: String,
    /// Terms.
    pub terms: String,
    /// What to cite.
    pub cite: String,
}

/// Source, terms and citation of every shipped table.
pub fn citations() -> Vec<Citation> {
    let text = library::data("LICENSE.md").unwrap_or_default();
    let text = String::from_utf8_lossy(text);
    let mut sections = text.split("\n## ");
    sections.next();
    sections
        .filter_map(|section| {
            let (file, rest) = section.split_once('\n')?;
            let item = |name: &str| {
                let (_, after) = rest.split_once(&format!("- **{name}:**"))?;
                let end = after.find("\n- **").unwrap_or(after.len());
                let words: Vec<&str> = after[..end].split_whitespace().collect();
                Some(words.join(" "))
            };
            let all = || item("Source, terms, cite");
            Some(Citation {
                file: file.trim().to_string(),
                source: item("Source").or_else(all).unwrap_or_default(),
                terms: item("Terms").or_else(all).unwrap_or_default(),
                cite: item("Cite").or_else(all).unwrap_or_default(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    #[test]
    fn the_merged_text_is_the_same_scenario() {
        let overrides = ["parameters.alliance.reactance=0.25".to_string()];
        let (original, from) = load("c03-cold-war-goes-on", &overrides).unwrap();
        assert_eq!(from.files.len(), 2);
        let again = scenario::load_text("/nowhere/x.toml", &from.text, &[]).unwrap();
        assert_eq!(again.hash, original.hash);
    }

    #[test]
    fn settings_are_those_of_the_scenario() {
        let overrides = [
            "parameters.alliance.reactance=0.25".to_string(),
            "processes.trust=false".to_string(),
        ];
        let (original, from) = load("c03-cold-war-goes-on", &overrides).unwrap();
        let settings = from.settings().unwrap();
        assert_eq!(settings.parameters, original.parameters);
        assert_eq!(settings.processes, original.processes);
        assert!(!settings.seeded);
        assert!(settings.treatments.starts_with("[[schedule]]"));
        assert!(settings.treatments.contains("terror-2001"));
        assert!(!settings.treatments.contains("[data]"));
        let (_, plain) = load("s2-bipolar", &[]).unwrap();
        assert_eq!(plain.settings().unwrap().treatments, "");
    }

    #[test]
    fn every_data_file_of_history_is_cited() {
        let (_, from) = load("history-1946", &[]).unwrap();
        assert!(from.data.len() >= 5);
        for file in from.data {
            assert!(file.cite.is_some_and(|c| !c.is_empty()), "{}", file.file);
        }
    }

    #[test]
    fn every_shipped_table_has_its_terms() {
        let citations = citations();
        for path in library::data_paths().iter().filter(|p| p.ends_with(".csv")) {
            let found = citations.iter().find(|c| c.file == *path);
            assert!(found.is_some_and(|c| !c.terms.is_empty()), "{path}");
        }
    }
}
