//! The user's files that a result was made of, kept in its folder: with them it can be gone on
//! with in any place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::experiment::Experiment;
use super::integrity;
use super::manifest::{InputRecord, Manifest};
use super::place::Place;
use crate::table::store::write_whole;
use comity_model::error::{Error, Result};
use comity_model::scenario::files::{Home, Kept, MAX_DATA, read};
use comity_model::scenario::provenance::{Provenance, sha256};

/// Folder of the files in that of a result.
const INPUTS: &str = "inputs";

/// A file that a result was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// What the manifest says of it.
    pub record: InputRecord,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The files of a scenario at `path`, or of a shipped one.
///
/// # Errors
/// If one cannot be read, or has changed since the scenario was read.
pub fn of_scenario(path: &str, source: &Provenance) -> Result<Vec<Input>> {
    let base = Path::new(path).parent().unwrap_or(Path::new(""));
    gather(std::iter::once(source), base, None)
}

/// The files of an experiment but its own, whose text the manifest holds. None are gathered of
/// one that is itself read from such copies.
///
/// # Errors
/// If one cannot be read, or has changed since the experiment was read.
pub fn of_experiment(experiment: &Experiment) -> Result<Vec<Input>> {
    let base = match &experiment.origin.home {
        Home::Disk(folder) | Home::Fenced(folder, _) => folder.clone(),
        Home::Shipped => PathBuf::new(),
        Home::Kept(_) => return Ok(Vec::new()),
    };
    let sources = experiment.arms.iter().map(|arm| &arm.provenance);
    let mut inputs = gather(sources, &base, Some(&experiment.origin.shown))?;
    let table: Option<toml::Table> = toml::from_str(&experiment.text).ok();
    let points = table
        .as_ref()
        .and_then(|t| t.get("design")?.get("file")?.as_str());
    if let Some(name) = points {
        let bytes = read(&base.join(name), MAX_DATA)?;
        inputs.push(Input::of(name.to_string(), bytes));
    }
    Ok(inputs)
}

/// Names files below `base` relative to it: where a result was made is nobody's business.
pub fn shorten(source: &mut Provenance, base: &Path) {
    for file in source.files.iter_mut().chain(&mut source.data) {
        let path = Path::new(&file.file);
        let inside = path.strip_prefix(base).ok().filter(|_| path.is_absolute());
        if let Some(inside) = inside.map(|inside| inside.display().to_string()) {
            file.file = inside;
        }
    }
}

/// Every file of the sources that is on disk, once; with its path relative to `base`, and for
/// the overrides as it was written.
fn gather<'a>(
    sources: impl Iterator<Item = &'a Provenance>,
    base: &Path,
    but: Option<&Path>,
) -> Result<Vec<Input>> {
    let mut found: BTreeMap<String, Input> = BTreeMap::new();
    for source in sources {
        for file in source.files.iter().chain(&source.data) {
            let path = Path::new(&file.file);
            if !path.is_file() || Some(path) == but {
                continue;
            }
            let inside = path.strip_prefix(base).unwrap_or(path);
            let written = |text: &&String| text.contains(&file.file);
            let set = source.overrides.iter().find(written);
            let set = set.map(|_| Path::new(Kept::SET).join(path));
            for name in set.into_iter().chain([inside.to_path_buf()]) {
                let name = name.display().to_string();
                if found.contains_key(&name) {
                    continue;
                }
                let input = Input::of(name.clone(), read(path, MAX_DATA)?);
                if input.record.sha256 != file.sha256 {
                    return Err(Error::new("has changed while it was read").in_file(path));
                }
                found.insert(name, input);
            }
        }
    }
    Ok(found.into_values().collect())
}

impl Input {
    fn of(name: String, bytes: Vec<u8>) -> Self {
        let sha256 = sha256(&bytes);
        let own = Path::new(&name).file_name().unwrap_or_default();
        let file = format!("{INPUTS}/{}-{}", &sha256[..8], own.to_string_lossy());
        let record = InputRecord { name, file, sha256 };
        Self { record, bytes }
    }
}

/// What the manifest says of these.
pub fn records(inputs: &[Input]) -> Vec<InputRecord> {
    inputs.iter().map(|input| input.record.clone()).collect()
}

/// Puts the files that a manifest lists, and that are not there as it says, into its place.
///
/// # Errors
/// If one cannot be written.
pub fn keep<B>(place: &Place, manifest: &Manifest<B>, inputs: &[Input]) -> Result<()> {
    for input in inputs
        .iter()
        .filter(|input| manifest.inputs.contains(&input.record))
    {
        let path = place.folder().join(&input.record.file);
        if integrity::same(&path, &input.record.sha256).is_err() {
            write_whole(&path, &input.bytes).map_err(|e| place.named(e))?;
        }
    }
    Ok(())
}

/// The files that stand in the folder of a result, as it was written.
///
/// # Errors
/// If one is not there or not as it was written.
pub fn read_again(folder: &Path, records: &[InputRecord]) -> Result<Vec<Input>> {
    let one = |record: &InputRecord| {
        let path = folder.join(&record.file);
        integrity::same(&path, &record.sha256)?;
        let bytes = read(&path, MAX_DATA)?;
        let record = record.clone();
        Ok(Input { record, bytes })
    };
    records.iter().map(one).collect()
}

/// Where a scenario or an experiment finds the files in the folder of a result.
///
/// # Errors
/// If one is not there or not as it was written.
pub fn kept(folder: &Path, records: &[InputRecord]) -> Result<Kept> {
    read_again(folder, records)?;
    let copy = |r: &InputRecord| (PathBuf::from(&r.name), folder.join(&r.file));
    Ok(Kept::new(records.iter().map(copy).collect()))
}
