//! `comity init`: a scenario to begin from.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::args::InitArgs;
use super::{Done, output};
use crate::error::{Error, Result};
use crate::scenario::library::{STARTER, copy_out};

/// Does it.
pub fn init(args: &InitArgs) -> Done {
    let within = args.out.clone().unwrap_or_default();
    let written = match &args.from {
        Some(name) => copy(name, args.target.as_deref(), &within)?,
        None => vec![starter(args.target.as_deref(), &within)?],
    };
    let mut text: String = written
        .iter()
        .map(|p| format!("{}\n", p.display()))
        .collect();
    text.push_str(&format!(
        "Run it with `comity run {}`.\n",
        written[0].display()
    ));
    output::print(&text)
}

fn is_file(target: &Path) -> bool {
    target.extension().is_some_and(|e| e == "toml")
}

fn copy(name: &str, target: Option<&Path>, within: &Path) -> Result<Vec<PathBuf>> {
    let stem = Path::new(name).file_name().unwrap_or_default();
    let target = target.unwrap_or(Path::new(stem.to_str().unwrap_or(name)));
    if is_file(target) && target != Path::new(name) {
        let found = format!("the file {}", target.display());
        return Err(Error::expected(found, "a folder: a copy has several files"));
    }
    let stem = target.to_string_lossy();
    copy_out(
        name,
        &within.join(stem.strip_suffix(".toml").unwrap_or(&stem)),
    )
}

/// A folder gets a scenario of its name, so that results are called like it.
fn starter(target: Option<&Path>, within: &Path) -> Result<PathBuf> {
    let target = target.unwrap_or(Path::new("scenario.toml"));
    let path = match is_file(target) {
        true => within.join(target),
        false => {
            let name = target.file_name().ok_or_else(|| {
                Error::expected(target.display(), "a file ending in .toml, or a new folder")
            })?;
            within
                .join(target)
                .join(format!("{}.toml", name.to_string_lossy()))
        }
    };
    let failed = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Error::new("is there already and is not overwritten").in_file(&path)
        }
        _ => Error::new(format!("cannot be written: {e}")).in_file(&path),
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = fs::File::create_new(&path).map_err(failed)?;
    file.write_all(STARTER.as_bytes()).map_err(failed)?;
    Ok(path)
}
