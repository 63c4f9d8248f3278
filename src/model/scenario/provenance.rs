//! Where a scenario is from: its files, its merged text, the data that it reads and
//! how to cite them.

use std::fmt::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::files::{MAX_DATA, read};
use super::source::Source;
use super::{Parameters, ProcessSet, Scenario, library, resolve};
use crate::error::{Error, Result};

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
        let mut table: toml::Table = toml::from_str(&self.text)
            .map_err(|e| Error::new(format!("is no TOML: {e}")).in_file("merged text"))?;
        table.retain(|key, _| key == "schedule");
        let treatments = toml::to_string(&table)
            .map_err(|e| Error::new(format!("cannot be written as TOML: {e}")))?;
        Ok(Settings {
            parameters,
            processes,
            seeded,
            treatments,
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
    let scenario = resolve::resolve(source)?;
    let provenance = Provenance {
        files: source
            .texts
            .iter()
            .map(|(file, text)| hashed(&file.display().to_string(), text.as_bytes()))
            .collect(),
        overrides: overrides.to_vec(),
        text: toml::to_string(&source.root.to_value())
            .map_err(|e| Error::new(format!("cannot be written as TOML: {e}")))?,
        data: scenario
            .data_files
            .iter()
            .map(|file| data_file(file))
            .collect::<Result<_>>()?,
    };
    Ok((scenario, provenance))
}

fn hashed(file: &str, bytes: &[u8]) -> SourceFile {
    SourceFile {
        file: file.to_string(),
        sha256: sha256(bytes),
        cite: None,
        terms: None,
    }
}

/// The data table `file`: shipped, else on disk; a copy of a shipped one is cited like it.
fn data_file(file: &str) -> Result<SourceFile> {
    let (source, bytes) = match library::data(file) {
        Some(bytes) => (hashed(file, bytes), bytes.to_vec()),
        None => {
            let bytes = read(Path::new(file), MAX_DATA)?;
            (hashed(file, &bytes), bytes)
        }
    };
    let same = |c: &Citation| library::data(&c.file) == Some(&bytes[..]);
    let citation = citations().into_iter().find(same);
    Ok(SourceFile {
        cite: citation.as_ref().map(|c| c.cite.clone()),
        terms: citation.map(|c| c.terms),
        ..source
    })
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
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
