//! The files of a result while they are made, and how they come into its folder.
//!
//! The order is such that every prefix of it can be gone on with or gone back from:
//!
//! 1. every new file is written into the staging folder;
//! 2. what stands at their names is looked at: it must be listed by the manifest that is there;
//! 3. the new manifest is written into the staging folder: until then the old result stands as it
//!    was, from then on the new one is put in place, by this process or the next;
//! 4. the new files are renamed into place;
//! 5. files that only the old manifest lists are removed, if they are still what it says;
//! 6. the new manifest is renamed into place, and the staging folder removed.
//!
//! No folder is exchanged or moved, so nothing of the user's can be on the way.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use serde::Serialize;

use super::{Place, STAGING};
use crate::ensemble::inputs::Input;
use crate::ensemble::integrity::hash_of;
use crate::ensemble::manifest::{AnyManifest, Body, FileRecord, MANIFEST, Manifest, TableRecord};
use crate::table::store::{self, Format, sync, write_whole};
use crate::table::{Table, append::Appender};
use comity_model::error::{Error, Result};

/// The files of a result that is being made. Dropped before it is finished, it leaves what stood
/// there.
#[derive(Debug)]
pub struct Draft<'a> {
    place: &'a Place,
    folder: PathBuf,
    tables: Vec<TableRecord>,
    files: Vec<String>,
}

impl<'a> Draft<'a> {
    pub(super) fn begin(place: &'a Place) -> Result<Self> {
        let folder = place.folder.join(STAGING);
        remove_staging(&place.folder)?;
        let failed =
            |e: std::io::Error| Error::new(format!("failed to write: {e}")).in_file(&place.shown);
        fs::create_dir(&folder).map_err(failed)?;
        Ok(Self {
            place,
            folder,
            tables: Vec::new(),
            files: Vec::new(),
        })
    }

    /// The folder to fill.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a table.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn table(&mut self, table: &Table, format: Format) -> Result<()> {
        let path = store::write(table, &self.folder, format).map_err(|e| self.named(e))?;
        self.tables
            .push(TableRecord::of(table, &path, table.rows()));
        Ok(())
    }

    /// Begins a table that is written piece by piece.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn appender(&self, empty: &Table, format: Format) -> Result<Appender> {
        Appender::begin(empty, &self.folder, format).map_err(|e| self.named(e))
    }

    /// Ends a table that was written piece by piece.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn appended(&mut self, empty: &Table, appender: Appender) -> Result<()> {
        let (path, rows) = appender.finish().map_err(|e| self.named(e))?;
        self.tables.push(TableRecord::of(empty, &path, rows));
        Ok(())
    }

    /// Writes another file, whose path in the folder this is.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn file(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        write_whole(&self.folder.join(name), bytes).map_err(|e| self.named(e))?;
        self.files.push(name.to_string());
        Ok(())
    }

    /// Writes a file that the result was made of, which its manifest lists already.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn input(&self, input: &Input) -> Result<()> {
        let path = self.folder.join(&input.record.file);
        write_whole(&path, &input.bytes).map_err(|e| self.named(e))
    }

    /// Notes files that have been written into the folder.
    pub fn note(&mut self, paths: &[PathBuf]) {
        let inside = paths
            .iter()
            .filter_map(|p| p.strip_prefix(&self.folder).ok());
        self.files
            .extend(inside.map(|p| p.display().to_string().replace('\\', "/")));
    }

    /// Puts the files in place as the whole result: what the manifest that stands there lists
    /// besides is removed.
    ///
    /// # Errors
    /// If a file of somebody else has the name of one of them; if something cannot be written.
    pub fn finish<B: Body>(self, manifest: &mut Manifest<B>) -> Result<()> {
        manifest.provisional = manifest.body.failed_runs() > 0;
        manifest.tables.clear();
        manifest.files.clear();
        self.join(manifest)
    }

    /// Puts the files in place beside those that the manifest lists.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn join<B: Serialize>(mut self, manifest: &mut Manifest<B>) -> Result<()> {
        let mut tables = std::mem::take(&mut self.tables);
        for table in &mut tables {
            table.sha256 = self.hash(&table.file)?;
        }
        manifest
            .tables
            .retain(|old| tables.iter().all(|new| new.file != old.file));
        manifest.tables.extend(tables);
        let mut files = BTreeMap::new();
        for file in &self.files {
            files.insert(file.clone(), self.hash(file)?);
        }
        manifest.files.retain(|old| !files.contains_key(&old.file));
        let record = |(file, sha256)| FileRecord { file, sha256 };
        manifest.files.extend(files.into_iter().map(record));
        let done = self.put(manifest);
        done.map_err(|e| self.named(e))
    }

    fn put<B: Serialize>(&self, manifest: &Manifest<B>) -> Result<()> {
        let known = AnyManifest::read(&self.place.folder)?;
        let new = manifest.listed();
        allow(&self.place.folder, new.keys().copied(), known.as_ref())?;
        write_whole(&self.folder.join(MANIFEST), &manifest.to_json()?)?;
        put_in_place(self.place)
    }

    fn hash(&self, file: &str) -> Result<String> {
        hash_of(&self.folder.join(file)).map_err(|e| self.named(e))
    }

    /// The error with the file where it is going to be.
    fn named(&self, mut error: Error) -> Error {
        let inside = error
            .file
            .as_ref()
            .and_then(|f| f.strip_prefix(&self.folder).ok());
        if let Some(inside) = inside {
            error.file = Some(self.place.shown.join(inside));
        }
        self.place.named(error)
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if !self.folder.join(MANIFEST).exists() {
            let _ = remove_staging(&self.place.folder);
        }
    }
}

/// Refuses names at which something stands that the manifest which is there does not list.
fn allow<'a>(
    folder: &Path,
    names: impl Iterator<Item = &'a str>,
    known: Option<&AnyManifest>,
) -> Result<()> {
    let listed = known.map(Manifest::listed).unwrap_or_default();
    for name in names {
        let path = folder.join(plain(folder, name)?);
        let fail = |problem: &str, path: &Path| Err(Error::new(problem).in_file(path));
        for above in path.ancestors().skip(1).take_while(|a| *a != folder) {
            match fs::symlink_metadata(above) {
                Ok(found) if !found.is_dir() => {
                    return fail("is a link or a file, expected a folder", above);
                }
                _ => {}
            }
        }
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => return fail("is a folder, expected a file", &path),
            // A link is not a file of ours, even where a listed file stood.
            Ok(found) if found.is_symlink() || !listed.contains_key(name) => {
                let problem = "is there already and belongs to no result, so it is left alone: \
                               move it, or name another folder with --out";
                return fail(problem, &path);
            }
            _ => {}
        }
    }
    Ok(())
}

/// The name of a listed file, which may not lead out of the folder.
fn plain<'a>(folder: &Path, name: &'a str) -> Result<&'a Path> {
    let path = Path::new(name);
    let inside = |c: Component| matches!(c, Component::Normal(_));
    match !name.is_empty() && path.components().all(inside) {
        true => Ok(path),
        false => {
            let error = Error::expected(format!("file \"{name}\""), "a path in this folder");
            Err(error.in_file(folder.join(MANIFEST)))
        }
    }
}

/// Steps 4 to 6, from wherever they stopped.
pub(super) fn put_in_place(place: &Place) -> Result<()> {
    let (folder, staging) = (place.folder.as_path(), place.folder.join(STAGING));
    let Some(new) = AnyManifest::read(&staging)? else {
        return remove_staging(folder);
    };
    let old = AnyManifest::read(folder)?;
    let coming: Vec<&str> = new
        .listed()
        .into_keys()
        .filter(|name| staging.join(name).is_file())
        .collect();
    allow(folder, coming.iter().copied(), old.as_ref())?;
    for name in coming {
        let to = folder.join(name);
        let failed = |e: std::io::Error| Error::new(format!("failed to write: {e}")).in_file(&to);
        let above = to.parent().unwrap_or(folder);
        fs::create_dir_all(above).map_err(failed)?;
        fs::rename(staging.join(name), &to).map_err(failed)?;
    }
    if let Some(old) = old {
        leave_behind(folder, &old, &new.listed())?;
    }
    for above in new
        .listed()
        .keys()
        .filter_map(|name| folder.join(name).parent().map(Path::to_path_buf))
    {
        sync(&above)?;
    }
    let path = folder.join(MANIFEST);
    let failed = |e: std::io::Error| Error::new(format!("failed to write: {e}")).in_file(&path);
    fs::rename(staging.join(MANIFEST), &path).map_err(failed)?;
    sync(folder)?;
    remove_staging(folder)
}

/// Removes files that `old` lists and `new` does not, if they are as they were written.
pub(super) fn leave_behind(
    folder: &Path,
    old: &AnyManifest,
    new: &BTreeMap<&str, &str>,
) -> Result<()> {
    let gone = old
        .listed()
        .into_iter()
        .filter(|(name, _)| !new.contains_key(name));
    for (name, sha256) in gone {
        let path = folder.join(plain(folder, name)?);
        if fs::symlink_metadata(&path).is_ok_and(|m| m.is_file()) && hash_of(&path)? == sha256 {
            remove(&path)?;
            // A folder that held nothing else goes too.
            if let Some(above) = path.parent().filter(|above| *above != folder) {
                let _ = fs::remove_dir(above);
            }
        }
    }
    Ok(())
}

/// Removes a file that may be gone already.
pub(super) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => {
            Err(Error::new(format!("cannot be removed: {e}")).in_file(path))
        }
        _ => Ok(()),
    }
}

/// Removes the staging folder.
pub(super) fn remove_staging(folder: &Path) -> Result<()> {
    let staging = folder.join(STAGING);
    match fs::remove_dir_all(&staging) {
        Err(e) if e.kind() != ErrorKind::NotFound => {
            Err(Error::new(format!("cannot be removed: {e}")).in_file(staging))
        }
        _ => Ok(()),
    }
}
