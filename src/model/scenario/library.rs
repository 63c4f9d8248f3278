//! The scenarios and data that are shipped, embedded in the program.

use std::path::Path;

use include_dir::{Dir, include_dir};

static SCENARIOS: Dir = include_dir!("$CARGO_MANIFEST_DIR/scenarios");
static DATA: Dir = include_dir!("$CARGO_MANIFEST_DIR/data");

/// A commented scenario to begin from.
pub const STARTER: &str = include_str!("starter.toml");

/// Names of the shipped scenarios, sorted.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = SCENARIOS
        .files()
        .filter(|f| f.path().extension().is_some_and(|e| e == "toml"))
        .filter_map(|f| Some(f.path().file_stem()?.to_str()?.to_string()))
        .collect();
    names.sort();
    names
}

/// File name and text of the shipped scenario of this name (`history-1946` or `history-1946.toml`).
pub fn scenario(name: &Path) -> Option<(String, &'static str)> {
    let name = name.to_str()?;
    let stem = name.strip_suffix(".toml").unwrap_or(name);
    let file = format!("{stem}.toml");
    let text = SCENARIOS.get_file(&file)?.contents_utf8()?;
    Some((file, text))
}

/// Bytes of a shipped data file, by its path under `data/`, such as `world/states.csv`.
pub fn data(path: &str) -> Option<&'static [u8]> {
    DATA.get_file(path).map(|f| f.contents())
}

/// Paths under `data/` of all shipped data files, sorted.
#[cfg(test)]
pub fn data_paths() -> Vec<String> {
    fn collect(dir: &Dir, paths: &mut Vec<String>) {
        paths.extend(dir.files().map(|f| f.path().display().to_string()));
        dir.dirs().for_each(|d| collect(d, paths));
    }
    let mut paths = Vec::new();
    collect(&DATA, &mut paths);
    paths.sort();
    paths
}

/// The text that explains the shipped scenarios, in tables under headings.
pub(super) fn readme() -> &'static str {
    let readme = SCENARIOS.get_file("README.md");
    readme.and_then(|f| f.contents_utf8()).unwrap_or_default()
}
