//! `manifest.json`: everything needed to read a result, to cite it, to make it again and to see
//! that nothing in it has changed.
//!
//! There is one [`Manifest`] with a body for each kind of result: [`Run`] here, the others where
//! their results are made. It lists every file of the result with its SHA-256, and ends with a
//! seal, the SHA-256 of its own text.

mod records;
mod run;

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use comity_model::error::{Error, Result};
use comity_model::scenario::provenance::sha256;

pub use records::*;
pub use run::{Run, RunManifest};

/// File name of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// File name of the report on a result, which goes when the result is replaced by another.
pub const REPORT: &str = "report.html";
/// Name of the program, by which a manifest is known to be one of its own.
pub const PROGRAM: &str = "comity";
/// How the seal begins in the text.
const SEAL: &str = "\n  \"seal\": \"";

/// What a kind of result says of itself besides what all have.
pub trait Body: Serialize + DeserializeOwned {
    /// The kind, as the manifest names it.
    const KIND: &'static str;
    /// The command that makes it, for messages.
    const MAKER: &'static str;

    /// Whether its numbers can be reckoned with.
    ///
    /// # Errors
    /// If not.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Runs that failed: with one, the result is provisional.
    fn failed_runs(&self) -> u64 {
        0
    }
}

/// What a result holds and where it is from. The fields of its kind are reached as its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest<B> {
    /// Always `comity`.
    pub program: String,
    /// What kind of result it is.
    pub kind: String,
    /// Version of the program.
    pub version: String,
    /// The command that made it.
    pub command: Vec<String>,
    /// Whether everything is done: what is listed may else be of an earlier result.
    pub complete: bool,
    /// Whether runs failed, so that the result is of the others alone.
    #[serde(default)]
    pub provisional: bool,
    /// What the kind has besides.
    #[serde(flatten)]
    pub body: B,
    /// The user's files that it was made of.
    pub inputs: Vec<InputRecord>,
    /// The tables.
    pub tables: Vec<TableRecord>,
    /// The other files, such as figures.
    pub files: Vec<FileRecord>,
    /// Where and when; differs from one making to the next.
    pub made: Made,
    /// SHA-256 of the text with an empty seal; filled in when it is written.
    #[serde(default)]
    seal: String,
}

/// A manifest of which only what all kinds have is known.
pub type AnyManifest = Manifest<Map<String, Value>>;

impl<B> Deref for Manifest<B> {
    type Target = B;

    fn deref(&self) -> &B {
        &self.body
    }
}

impl<B> DerefMut for Manifest<B> {
    fn deref_mut(&mut self) -> &mut B {
        &mut self.body
    }
}

impl<B: Body> Manifest<B> {
    /// The manifest of a result of which nothing is done.
    pub fn begin(body: B, command: Vec<String>) -> Self {
        Self {
            program: PROGRAM.to_string(),
            kind: B::KIND.to_string(),
            version: env!("CARGO_PKG_VERSION").to_string(),
            command,
            complete: false,
            provisional: false,
            body,
            inputs: Vec::new(),
            tables: Vec::new(),
            files: Vec::new(),
            made: Made::here(),
            seal: String::new(),
        }
    }

    /// The manifest in this folder; `None` if there is none, or that of another kind of result.
    ///
    /// # Errors
    /// If the file is not a manifest of this program.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let Some(any) = AnyManifest::read(folder)?.filter(|any| any.kind == B::KIND) else {
            return Ok(None);
        };
        let path = folder.join(MANIFEST);
        let body: B = serde_json::from_value(Value::Object(any.body)).map_err(|e| {
            Error::new(format!("not a manifest of this version: {e}")).in_file(&path)
        })?;
        body.check().map_err(|e| e.in_file(&path))?;
        Ok(Some(Self {
            program: any.program,
            kind: any.kind,
            version: any.version,
            command: any.command,
            complete: any.complete,
            provisional: any.provisional,
            body,
            inputs: any.inputs,
            tables: any.tables,
            files: any.files,
            made: any.made,
            seal: any.seal,
        }))
    }
}

impl AnyManifest {
    /// The manifest in this folder, of whatever kind; `None` if there is none.
    ///
    /// # Errors
    /// If the file is not a manifest of this program.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(MANIFEST);
        if !path.is_file() {
            return Ok(None);
        }
        let fail = |problem: String| Error::new(problem).in_file(&path);
        let bytes = std::fs::read(&path).map_err(|e| fail(format!("failed to read: {e}")))?;
        let value: Value = serde_json::from_slice(&bytes)
            .map_err(|e| fail(format!("not a manifest of this program: {e}")))?;
        if value["program"] != PROGRAM {
            let found = format!("program {}", value["program"]);
            return Err(Error::expected(found, "a manifest of comity").in_file(&path));
        }
        let version = value["version"].as_str().unwrap_or("?").to_string();
        if value["seal"].is_null() {
            let problem = format!(
                "has no seal: made by comity {version} before results had one, or damaged; make \
                 the result again"
            );
            return Err(fail(problem));
        }
        serde_json::from_value(value).map(Some).map_err(|e| {
            fail(format!(
                "not a manifest of this version (it is of comity {version}): {e}"
            ))
        })
    }
}

impl<B> Manifest<B> {
    /// Refuses a result in `folder` that is not whole.
    ///
    /// # Errors
    /// If it is not, with how it is gone on with.
    pub fn whole(&self, folder: &Path) -> Result<()> {
        let (kind, next) = match self.kind.as_str() {
            "experiment" => ("batch", "`comity resume` goes on with it"),
            "calibration" => ("calibration", "`comity resume` goes on with it"),
            kind => (kind, "the same command goes on with it"),
        };
        match self.complete {
            true => Ok(()),
            false => {
                let problem = format!("holds a {kind} that is not whole: {next}");
                Err(Error::new(problem).in_file(folder))
            }
        }
    }
}

impl<B: Serialize> Manifest<B> {
    /// As sealed JSON.
    ///
    /// # Errors
    /// Never in practice: every field can be written.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        let failed =
            |e: &dyn std::fmt::Display| Error::new(format!("failed to write the manifest: {e}"));
        let mut value = serde_json::to_value(self).map_err(|e| failed(&e))?;
        value["seal"] = Value::from("");
        let mut text = serde_json::to_string_pretty(&value).map_err(|e| failed(&e))?;
        text.push('\n');
        let at = text.rfind(SEAL).ok_or_else(|| failed(&"it has no seal"))? + SEAL.len();
        let seal = sha256(text.as_bytes());
        text.insert_str(at, &seal);
        Ok(text.into_bytes())
    }
}

impl<B> Manifest<B> {
    /// The manifest of a result that takes the place of another, whose files it lists until its
    /// own are there.
    #[must_use]
    pub fn over<C>(mut self, before: &Manifest<C>) -> Self {
        self.complete = false;
        self.tables.clone_from(&before.tables);
        self.files.clone_from(&before.files);
        let mine = |input: &&InputRecord| self.inputs.iter().any(|own| own.file == input.file);
        let others = before.inputs.iter().filter(|input| !mine(input));
        let record = |input: &InputRecord| FileRecord {
            file: input.file.clone(),
            sha256: input.sha256.clone(),
        };
        let others: Vec<FileRecord> = others.map(record).collect();
        self.files.extend(others);
        self
    }

    /// Every file that belongs to the result, with its SHA-256; not the manifest, and not parts.
    pub fn listed(&self) -> BTreeMap<&str, &str> {
        let tables = self.tables.iter().map(|t| (&t.file, &t.sha256));
        let files = self.files.iter().map(|f| (&f.file, &f.sha256));
        let inputs = self.inputs.iter().map(|i| (&i.file, &i.sha256));
        tables
            .chain(files)
            .chain(inputs)
            .map(|(f, s)| (f.as_str(), s.as_str()))
            .collect()
    }
}

/// The version that made the result in this folder, if that was before results had hashes.
pub fn without_hashes(folder: &Path) -> Option<String> {
    let bytes = std::fs::read(folder.join(MANIFEST)).ok()?;
    let value: Value = serde_json::from_slice(&bytes).ok()?;
    let tables = value["tables"].as_array()?;
    let plain = value["program"] == PROGRAM
        && value["seal"].is_null()
        && tables.iter().all(|table| table["sha256"].is_null());
    plain.then(|| value["version"].as_str().unwrap_or("?").to_string())
}

/// Whether these bytes are a manifest as it was written.
pub fn is_sealed(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let Some(at) = text.rfind(SEAL).map(|at| at + SEAL.len()) else {
        return false;
    };
    let Some(seal) = text.get(at..at + 64) else {
        return false;
    };
    let empty = [&text[..at], &text[at + 64..]].concat();
    sha256(empty.as_bytes()) == seal
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_model::scenario::provenance;

    /// A small manifest as text.
    fn text() -> Vec<u8> {
        let (scenario, source) = provenance::load("s2-bipolar", &["years=2".into()]).unwrap();
        let body = Run::of(&scenario, source, (1, 1), "csv");
        Manifest::begin(body, vec!["comity".to_string()])
            .to_json()
            .unwrap()
    }

    #[test]
    fn a_changed_byte_breaks_the_seal() {
        let good = text();
        assert!(is_sealed(&good));
        for at in (0..good.len()).step_by(7) {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert!(!is_sealed(&bad), "byte {at}");
        }
        assert!(!is_sealed(&good[..good.len() - 1]));
    }

    #[test]
    fn a_manifest_comes_back_as_its_kind_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(MANIFEST), text()).unwrap();
        let run = RunManifest::read(folder.path()).unwrap().unwrap();
        assert_eq!((run.seed, run.replicates), (1, 1));
        let again = run.to_json().unwrap();
        assert_eq!(again, std::fs::read(folder.path().join(MANIFEST)).unwrap());
        let other = crate::ensemble::batch::BatchManifest::read(folder.path());
        assert!(other.unwrap().is_none());
    }
}
