//! `comity init`: a scenario or an experiment to begin from.

use std::path::{Path, PathBuf};

use super::args::{InitArgs, Kind};
use super::{Done, output};
use comity_lab::ensemble::experiment::library as experiments;
use comity_model::error::{Error, Result};
use comity_model::scenario::files::write_new;
use comity_model::scenario::{library, shipped};

/// Does it.
pub fn init(args: &InitArgs) -> Done {
    let within = args.out.clone().unwrap_or_default();
    let (kind, target) = args.what()?;
    let written = match &args.from {
        Some(name) => copy(kind, name, target, &within)?,
        None => vec![starter(kind, target, &within)?],
    };
    let mut text: String = written
        .iter()
        .map(|p| format!("{}\n", p.display()))
        .collect();
    let command = match kind {
        Kind::Scenario => "run",
        Kind::Experiment => "batch",
    };
    let file = written[0].display();
    text.push_str(&format!("Run it with `comity {command} {file}`.\n"));
    output::print(&text)
}

fn is_file(target: &Path) -> bool {
    target.extension().is_some_and(|e| e == "toml")
}

fn copy(kind: Kind, name: &str, target: Option<&Path>, within: &Path) -> Result<Vec<PathBuf>> {
    let stem = Path::new(name).file_name().unwrap_or_default();
    let target = target.unwrap_or(Path::new(stem.to_str().unwrap_or(name)));
    if is_file(target) && target != Path::new(name) {
        let found = format!("the file {}", target.display());
        return Err(Error::expected(found, "a folder: a copy has several files"));
    }
    let stem = target.to_string_lossy();
    let folder = within.join(stem.strip_suffix(".toml").unwrap_or(&stem));
    match kind {
        Kind::Scenario => shipped::copy_out(name, &folder),
        Kind::Experiment => Ok(vec![experiments::copy_out(name, &folder)?]),
    }
}

/// In a folder a scenario has the folder's name and an experiment `experiment.toml`, so
/// that results are called like the folder.
fn starter(kind: Kind, target: Option<&Path>, within: &Path) -> Result<PathBuf> {
    let (default, text) = match kind {
        Kind::Scenario => ("scenario.toml", library::STARTER),
        Kind::Experiment => (experiments::FILE, experiments::STARTER),
    };
    let target = target.unwrap_or(Path::new(default));
    let path = match (is_file(target), kind) {
        (true, _) => within.join(target),
        (false, Kind::Experiment) => within.join(target).join(default),
        (false, Kind::Scenario) => {
            let name = target.file_name().ok_or_else(|| {
                Error::expected(target.display(), "a file ending in .toml, or a new folder")
            })?;
            let file = format!("{}.toml", name.to_string_lossy());
            within.join(target).join(file)
        }
    };
    write_new(&path, text.as_bytes())?;
    Ok(path)
}
