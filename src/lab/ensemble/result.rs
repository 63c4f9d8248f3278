//! Result folders: filled beside their place and then renamed, so that they are whole or
//! absent.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use tempfile::TempDir;

use super::manifest::{MANIFEST, Manifest, REPORT};
use crate::table::Table;
use crate::table::store::{self, Format};
use comity_model::error::{Error, Result};

/// What stands where a result is to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// Nothing, or a result to be replaced.
    Free,
    /// This complete result, which is the one asked for.
    Same(Box<Manifest>),
}

/// What stands at `folder` where the result `wanted` is to be; `needs` are files that it
/// must hold to be used again.
///
/// # Errors
/// If another result stands there and `force` is not given, or anything but a result.
pub fn standing(folder: &Path, wanted: &Manifest, needs: &[&str], force: bool) -> Result<Standing> {
    let refuse = |problem: String| Err(Error::new(problem).in_file(folder));
    if !folder.exists() {
        return Ok(Standing::Free);
    }
    if !folder.is_dir() {
        return refuse("is a file, expected a folder or nothing".to_string());
    }
    let Some(manifest) = Manifest::read(folder)? else {
        let mut entries = fs::read_dir(folder)
            .map_err(|e| Error::new(format!("cannot be read: {e}")).in_file(folder))?;
        return match entries.next() {
            None => Ok(Standing::Free),
            Some(_) => refuse(
                "holds files but no manifest.json, so it is no result and is left alone: \
                 name another folder with --out"
                    .to_string(),
            ),
        };
    };
    let differences = manifest.differences(wanted);
    if force {
        return Ok(Standing::Free);
    }
    if !differences.is_empty() {
        return refuse(format!(
            "holds another result ({}): name another folder with --out, or replace it with --force",
            differences.join("; ")
        ));
    }
    let whole = manifest.complete_in(folder) && needs.iter().all(|f| folder.join(f).is_file());
    Ok(match whole {
        true => Standing::Same(Box::new(manifest)),
        false => Standing::Free,
    })
}

/// A result folder that is being filled beside its place. Dropped before it is finished,
/// it leaves nothing.
#[derive(Debug)]
pub struct Draft {
    place: PathBuf,
    beside: TempDir,
    begun: Instant,
    /// Whether something stood there before, which is replaced.
    replaces: bool,
    /// What will be written last.
    pub manifest: Manifest,
}

impl Draft {
    /// Begins to fill what is to stand at `place`.
    ///
    /// # Errors
    /// If no folder can be made there.
    pub fn begin(place: &Path, manifest: Manifest, begun: Instant) -> Result<Self> {
        let failed = |e: std::io::Error| Error::new(format!("cannot be made: {e}")).in_file(place);
        let absolute = place.canonicalize().unwrap_or_else(|_| place.to_path_buf());
        let place = absolute.as_path();
        let parent = match place.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(failed)?;
        let beside = tempfile::Builder::new()
            .prefix(".comity-")
            .tempdir_in(parent)
            .map_err(failed)?;
        let draft = Self {
            place: place.to_path_buf(),
            beside,
            begun,
            replaces: place.exists(),
            manifest,
        };
        fs::create_dir(draft.folder()).map_err(failed)?;
        Ok(draft)
    }

    /// The folder to fill.
    pub fn folder(&self) -> PathBuf {
        self.beside.path().join("result")
    }

    /// Writes a table and notes it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn table(&mut self, table: &Table, format: Format) -> Result<()> {
        let path = store::write(table, &self.folder(), format)?;
        let file = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        self.manifest.add_table(table, file);
        Ok(())
    }

    /// Notes files that have been written into the folder.
    pub fn note(&mut self, paths: &[PathBuf]) {
        let folder = self.folder();
        let inside = paths.iter().filter_map(|p| p.strip_prefix(&folder).ok());
        self.manifest
            .files
            .extend(inside.map(|p| p.display().to_string().replace('\\', "/")));
    }

    /// Writes the manifest and puts the folder in its place. Files there that belong to no
    /// result stay.
    ///
    /// # Errors
    /// If it cannot be put there; what stood there then stands there still.
    pub fn finish(mut self) -> Result<Manifest> {
        self.manifest.made.seconds = self.begun.elapsed().as_secs_f64();
        let folder = self.folder();
        store::write_whole(&folder.join(MANIFEST), &self.manifest.to_json()?)?;
        let failed = |e: std::io::Error| {
            Error::new(format!("cannot be put in place: {e}")).in_file(&self.place)
        };
        let old = self.beside.path().join("old");
        if self.replaces {
            fs::rename(&self.place, &old).map_err(failed)?;
        }
        if let Err(e) = fs::rename(&folder, &self.place) {
            if self.replaces {
                fs::rename(&old, &self.place).map_err(failed)?;
            }
            return Err(failed(e));
        }
        if let Ok(Some(manifest)) = Manifest::read(&old) {
            keep_foreign(&old, &old, &self.place, &manifest).map_err(failed)?;
        }
        Ok(self.manifest)
    }
}

/// Puts `files` (name and bytes) into a folder at `place`, whole or not at all; `marker` is
/// the name of the file by which a folder is known that may be replaced.
///
/// # Errors
/// If anything else stands there, or such a folder and `force` is not given; if it cannot be
/// written.
pub fn put(place: &Path, files: &[(String, Vec<u8>)], marker: &str, force: bool) -> Result<()> {
    let failed = |e: std::io::Error| Error::new(format!("cannot be made: {e}")).in_file(place);
    let refuse = |problem: &str| Err(Error::new(problem).in_file(place));
    let stands = place.exists();
    if stands && !place.is_dir() {
        return refuse("is a file, expected a folder or nothing");
    }
    if stands && fs::read_dir(place).map_err(failed)?.next().is_some() {
        match place.join(marker).is_file() {
            true if force => {}
            true => return refuse("is there already: name another folder, or give --force"),
            false => return refuse("holds other files and is left alone: name another folder"),
        }
    }
    let absolute = place.canonicalize().unwrap_or_else(|_| place.to_path_buf());
    let parent = match absolute.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).map_err(failed)?;
    let beside = tempfile::Builder::new()
        .prefix(".comity-")
        .tempdir_in(parent)
        .map_err(failed)?;
    let folder = beside.path().join("result");
    fs::create_dir(&folder).map_err(failed)?;
    for (name, bytes) in files {
        store::write_whole(&folder.join(name), bytes)?;
    }
    let old = beside.path().join("old");
    if stands {
        fs::rename(&absolute, &old).map_err(failed)?;
    }
    if let Err(e) = fs::rename(&folder, &absolute) {
        if stands {
            fs::rename(&old, &absolute).map_err(failed)?;
        }
        return Err(failed(e));
    }
    Ok(())
}

/// Moves what the replaced result does not list, a user's notes, to the new one.
fn keep_foreign(from: &Path, root: &Path, to: &Path, manifest: &Manifest) -> std::io::Result<()> {
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let Ok(name) = path.strip_prefix(root) else {
            continue;
        };
        let listed = manifest.listed().any(|f| Path::new(f) == name);
        let target = to.join(name);
        if path.is_dir()
            && (target.is_dir() || manifest.listed().any(|f| Path::new(f).starts_with(name)))
        {
            keep_foreign(&path, root, to, manifest)?;
        } else if !listed && !own(name) && !target.exists() {
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::rename(&path, &target)?;
        }
    }
    Ok(())
}

/// Whether a result has a file of this name without listing it.
fn own(name: &Path) -> bool {
    [MANIFEST, REPORT].iter().any(|f| name == Path::new(f))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::csv;
    use comity_model::scenario::provenance;

    fn wanted(seed: u64) -> Manifest {
        let (scenario, source) = provenance::load("s2-bipolar", &["years=2".into()]).unwrap();
        let mut manifest = Manifest::begin(&scenario, source, (seed, 1), "csv");
        manifest.runs.done = 1;
        manifest
    }

    fn write(place: &Path, seed: u64) {
        let mut draft = Draft::begin(place, wanted(seed), Instant::now()).unwrap();
        let table = csv::read("world", b"year\n1\n", &[]).unwrap();
        draft.table(&table, Format::Csv).unwrap();
        draft.finish().unwrap();
    }

    #[test]
    fn a_result_is_known_again_and_another_one_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("x");
        write(&place, 1);
        let stands = |seed, force| standing(&place, &wanted(seed), &[], force);
        assert!(matches!(stands(1, false).unwrap(), Standing::Same(_)));
        let message = stands(2, false).unwrap_err().to_string();
        assert!(message.contains("seed 1 there, 2 asked for"), "{message}");
        assert_eq!(stands(2, true).unwrap(), Standing::Free);
        fs::remove_file(place.join("world.csv")).unwrap();
        assert_eq!(stands(1, false).unwrap(), Standing::Free);
    }

    #[test]
    fn replacing_keeps_what_is_not_of_the_result() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("x");
        write(&place, 1);
        fs::write(place.join("notes.txt"), "mine").unwrap();
        fs::write(place.join(REPORT), "on the old one").unwrap();
        fs::create_dir(place.join("figures")).unwrap();
        fs::write(place.join("figures/mine.svg"), "mine").unwrap();
        write(&place, 2);
        assert_eq!(fs::read_to_string(place.join("notes.txt")).unwrap(), "mine");
        assert!(place.join("figures/mine.svg").is_file());
        assert!(!place.join(REPORT).exists());
        assert_eq!(Manifest::read(&place).unwrap().unwrap().seed, 2);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_dropped_draft_leaves_nothing_and_foreign_folders_are_refused() {
        let home = tempfile::tempdir().unwrap();
        drop(Draft::begin(&home.path().join("x"), wanted(1), Instant::now()).unwrap());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
        fs::write(home.path().join("letter.txt"), "mine").unwrap();
        assert!(standing(home.path(), &wanted(1), &[], true).is_err());
    }
}
