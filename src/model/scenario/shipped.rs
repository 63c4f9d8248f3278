//! The shipped scenarios, described and copied out.

use std::path::{Path, PathBuf};

use super::document::{self, Node};
use super::files::{Home, write_new};
use super::library::{data, names, readme, scenario};
use super::source::Source;
use super::suggest::unknown;
use crate::error::{Error, Result};

/// A shipped scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipped {
    /// Name by which it is loaded.
    pub name: String,
    /// Title.
    pub title: String,
    /// What it is for.
    pub purpose: String,
    /// Heading under which `scenarios/README.md` explains it.
    pub group: String,
}

/// The shipped scenarios in the order of `scenarios/README.md`, group by group.
///
/// # Errors
/// If a shipped file is broken, which a test excludes.
pub fn list() -> Result<Vec<Shipped>> {
    let describe = |name: String| {
        let source = Source::open_over(&name, &Home::Shipped, &[], &[])?;
        let text = |key: &str| {
            let text = source
                .root
                .get(key)
                .and_then(Node::text)
                .unwrap_or_default();
            text.trim().to_string()
        };
        Ok(Shipped {
            title: text("title"),
            purpose: text("purpose"),
            group: place(&name).1,
            name,
        })
    };
    let mut names = names();
    names.sort_by_key(|name| place(name).0);
    names.into_iter().map(describe).collect()
}

/// Where `scenarios/README.md` has the scenario in a table, and under which heading.
fn place(name: &str) -> (usize, String) {
    let quoted = format!("`{name}`");
    let mut group = "";
    for (line, text) in readme().lines().enumerate() {
        if let Some(heading) = text.strip_prefix("## ") {
            group = heading;
        }
        if let Some(at) = text.find(&quoted).filter(|_| text.starts_with("| `")) {
            return (1000 * line + at, group.to_string());
        }
    }
    (usize::MAX, "Others".to_string())
}

/// Writes into `folder` the shipped scenario `name`, the scenarios that it extends and
/// the tables that they read, so that the copy loads the copies; returns the paths written.
///
/// # Errors
/// If there is no such scenario, if a file of that name stands there already (nothing
/// is written then), if a file cannot be written.
pub fn copy_out(name: &str, folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<(String, &'static [u8])> = Vec::new();
    let mut next = Some(name.to_string());
    while let Some(name) = next.take() {
        let Some((file, text)) = scenario(Path::new(&name)) else {
            let names = names();
            let names = names.iter().map(String::as_str);
            let what = "the name of a shipped scenario";
            return Err(Error::new(unknown(what, &name, names)));
        };
        if files.iter().any(|(f, _)| *f == file) {
            break;
        }
        files.push((file, text.as_bytes()));
        let root = document::parse(text, 0)?;
        next = root.get("extends").and_then(Node::text).map(str::to_string);
        let tables = root.get("data").and_then(Node::entries);
        for path in tables
            .iter()
            .flat_map(|t| t.values())
            .filter_map(Node::text)
        {
            if let Some(bytes) = data(path)
                && !files.iter().any(|(f, _)| f == path)
            {
                files.push((path.to_string(), bytes));
            }
        }
    }
    let targets: Vec<PathBuf> = files.iter().map(|(file, _)| folder.join(file)).collect();
    if let Some(there) = targets.iter().find(|t| t.exists()) {
        return Err(Error::new("is there already and is not overwritten").in_file(there));
    }
    for (target, (_, bytes)) in targets.iter().zip(&files) {
        write_new(target, bytes)?;
    }
    Ok(targets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;
    use crate::scenario::library::STARTER;

    #[test]
    fn every_shipped_scenario_resolves_and_says_what_it_is_for() {
        for shipped in list().unwrap() {
            assert!(
                !shipped.title.is_empty() && !shipped.purpose.is_empty(),
                "{}",
                shipped.name
            );
            assert_ne!(
                shipped.group, "Others",
                "{} is not in the README",
                shipped.name
            );
            let text = format!("extends = \"{}\"", shipped.name);
            let resolved = scenario::load_text("/nowhere/x.toml", &text, &[]);
            resolved.unwrap_or_else(|e| panic!("{}: {e}", shipped.name));
        }
    }

    #[test]
    fn shipped_scenarios_extend_by_file_name_so_that_copies_find_copies() {
        for name in names() {
            let (_, text) = scenario(Path::new(&name)).unwrap();
            let root = document::parse(text, 0).unwrap();
            let extends = root.get("extends").and_then(Node::text);
            assert!(extends.is_none_or(|e| e.ends_with(".toml")), "{name}");
        }
    }

    #[test]
    fn the_starter_resolves_as_it_is_written() {
        let resolved = scenario::load_text("/nowhere/x.toml", STARTER, &[]);
        resolved.unwrap_or_else(|e| panic!("{e}"));
        assert!(STARTER.lines().all(|line| line.chars().count() <= 100));
    }

    #[test]
    fn a_copy_is_the_same_scenario_and_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let written = copy_out("history-1946", folder.path()).unwrap();
        assert!(written.contains(&folder.path().join("world/states.csv")));
        let copy = scenario::load(written[0].to_str().unwrap(), &[]).unwrap();
        let original = scenario::load("history-1946", &[]).unwrap();
        assert_eq!(copy.hash, original.hash);
        assert_ne!(copy.data_files, original.data_files);
        let error = copy_out("history-1946", folder.path()).unwrap_err();
        assert!(error.problem.contains("is there already"), "{error}");
    }
}
