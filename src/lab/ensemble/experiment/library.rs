//! Experiments that are shipped, embedded in the program.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use comity_model::error::{Error, Result};
use comity_model::scenario::document::{self, Node};
use comity_model::scenario::files::{Home, Text, write_new};
use comity_model::scenario::suggest::{nearest, shorten};

static EXPERIMENTS: Dir = include_dir!("$CARGO_MANIFEST_DIR/experiments");

/// Name of the file in the folder of an experiment.
pub const FILE: &str = "experiment.toml";

/// Folder of the families of claims.
const CLAIMS: &str = "claims";

/// A commented experiment to begin from.
pub const STARTER: &str = include_str!("starter.toml");

/// Names of the shipped experiments, sorted: their folders under `experiments/`.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = EXPERIMENTS
        .dirs()
        .filter(|d| d.get_file(d.path().join(FILE)).is_some())
        .filter_map(|d| Some(d.path().file_name()?.to_str()?.to_string()))
        .collect();
    names.sort();
    names
}

/// Names of the shipped families of claims, sorted: the files of `experiments/claims/`.
pub fn families() -> Vec<String> {
    let files = EXPERIMENTS.get_dir(CLAIMS).into_iter().flat_map(Dir::files);
    let mut names: Vec<String> = files
        .filter(|f| f.path().extension().is_some_and(|e| e == "toml"))
        .filter_map(|f| Some(f.path().file_stem()?.to_str()?.to_string()))
        .collect();
    names.sort();
    names
}

/// Where a shipped family of claims stands.
pub fn family_path(name: &str) -> String {
    format!("{CLAIMS}/{name}.toml")
}

/// A shipped experiment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipped {
    /// Name by which it is loaded.
    pub name: String,
    /// Title.
    pub title: String,
    /// What is asked.
    pub question: String,
}

/// The shipped experiments, by name.
///
/// # Errors
/// If a shipped file is broken, which a test excludes.
pub fn list() -> Result<Vec<Shipped>> {
    let describe = |name: String| {
        let root = document::parse(text(&name).unwrap_or_default(), 0)?;
        let entry = |key: &str| {
            let node = root.get(key);
            node.and_then(Node::text)
                .unwrap_or_default()
                .trim()
                .to_string()
        };
        let (title, question) = (entry("title"), entry("question"));
        Ok(Shipped {
            name,
            title,
            question,
        })
    };
    names().into_iter().map(describe).collect()
}

/// Writes the shipped experiment `name` as `experiment.toml` into `folder`; the scenarios
/// that it names are found in the program. Returns the path written.
///
/// # Errors
/// If there is no such experiment, if the file stands there already or cannot be written.
pub fn copy_out(name: &str, folder: &Path) -> Result<PathBuf> {
    let text = text(name).ok_or_else(|| missing(name))?;
    let target = folder.join(FILE);
    write_new(&target, text.as_bytes())?;
    Ok(target)
}

/// Text of the shipped experiment of this name.
pub fn text(name: &str) -> Option<&'static str> {
    let family = Path::new(name).starts_with(CLAIMS).then_some(name);
    let path = family.map_or(Path::new(name).join(FILE), PathBuf::from);
    EXPERIMENTS.get_file(path)?.contents_utf8()
}

/// Another file in the folder of the shipped experiment of this name.
pub fn file(name: &str, file: &str) -> Option<&'static [u8]> {
    let path = Path::new(name).join(file);
    EXPERIMENTS.get_file(path).map(|f| f.contents())
}

/// Name of the experiment in this file: the folder of `experiment.toml`, else the file's stem.
pub fn name_of(path: &Path) -> String {
    let stem = path.file_stem();
    let folder = || {
        let absolute = path.canonicalize().ok()?;
        absolute.parent()?.file_name().map(|n| n.to_os_string())
    };
    let name = match path.file_name().is_some_and(|n| n == FILE) {
        true => path
            .parent()
            .and_then(Path::file_name)
            .map(|n| n.to_os_string())
            .or_else(folder),
        false => stem.map(|s| s.to_os_string()),
    };
    name.map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}

/// Finds an experiment: a file, a folder that holds `experiment.toml`, else a shipped one. What
/// a fenced one reads stands beside it or below.
pub fn find(name: &str, fenced: bool) -> Result<Text> {
    let path = Path::new(name);
    let inside = path.join(FILE);
    let on_disk = match (path.is_dir(), inside.is_file()) {
        (true, true) => Some(inside),
        (true, false) => None,
        (false, _) => path.exists().then(|| path.to_path_buf()),
    };
    if let Some(path) = on_disk {
        let home = match fenced {
            true => Home::fenced(&path),
            false => Home::Disk(PathBuf::new()),
        };
        home.path(&path)?;
        return home.read(&path);
    }
    match text(name) {
        Some(text) => Ok(shipped(name, text)),
        None => Err(missing(name)),
    }
}

fn shipped(name: &str, text: &str) -> Text {
    let shown: PathBuf = match Path::new(name).starts_with(CLAIMS) {
        true => ["experiments", name].iter().collect(),
        false => ["experiments", name, FILE].iter().collect(),
    };
    Text::shipped(shown, text)
}

fn missing(name: &str) -> Error {
    let names = names();
    let mut problem = format!(
        "found no file and no shipped experiment \"{}\"",
        shorten(name)
    );
    if let Some(near) = nearest(name, names.iter().map(String::as_str)) {
        problem.push_str(&format!("; did you mean \"{near}\"?"));
    }
    Error::new(problem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ensemble::experiment::{Changes, load};

    #[test]
    fn every_shipped_experiment_is_in_order() {
        for name in names() {
            let text = shipped(&name, text(&name).unwrap());
            let loaded = super::super::resolve::resolve(text, &Changes::default());
            let experiment = loaded.unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(experiment.name, name);
            assert!(!experiment.question.is_empty(), "{name}");
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments");
            assert!(folder.join(&name).join("README.md").is_file(), "{name}");
        }
    }

    #[test]
    fn a_misspelt_name_gets_a_suggestion() {
        let error = load("depolarisaton", &Changes::default()).unwrap_err();
        assert!(error.problem.contains("did you mean"), "{error}");
    }
}
