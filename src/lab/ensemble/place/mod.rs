//! The place of a result: one room for every command that writes into a result folder.
//!
//! It is looked at and locked before anything is computed. New files are made in a hidden folder
//! inside it, [`STAGING`], and put in place one by one when all are there ([`Draft`]). What no
//! manifest lists belongs to the user: it is never read, moved or removed, and where it has the
//! name of a file to be written the command is refused. What a killed command left is put right
//! when the next one opens the place.

mod draft;
mod lock;

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::batch::PARTS;
use super::integrity;
use super::manifest::{AnyManifest, Body, MANIFEST, Manifest};
use crate::table::store::{is_temporary, sweep, write_whole};
use comity_model::error::{Error, Result};

pub use draft::Draft;
pub use lock::Company;
use lock::Lock;

/// Name of the folder in which the files of a result are made.
pub const STAGING: &str = ".comity-new";
/// Folders that results have; nothing is written through a link in their place.
const INSIDE: [&str; 5] = [PARTS, "figures", "runs", "inputs", "export"];

/// How work in a place begins.
#[derive(Debug, Clone, PartialEq)]
pub enum Begun<B> {
    /// Something is to be done.
    Work(Box<Manifest<B>>),
    /// This complete result, which is the one asked for, stands there already.
    Complete(Box<Manifest<B>>),
}

/// The right to write into a result folder, until it is dropped. A folder that was made for it and
/// in which nothing was put is then taken away again.
#[derive(Debug)]
pub struct Place {
    /// As the user named it, for messages.
    shown: PathBuf,
    /// With links followed.
    folder: PathBuf,
    /// Folders that were made, the outermost first.
    made: Vec<PathBuf>,
    lock: Option<Lock>,
}

impl Place {
    /// Looks at `folder`, makes it if it is not there, takes the right to work in it, and puts
    /// right what a killed command left in it.
    ///
    /// # Errors
    /// If it is no folder, or a link that leads nowhere; if it cannot be made or written; if
    /// another process works in it; if a folder inside it is a link.
    pub fn open(folder: &Path, company: Company) -> Result<Self> {
        let fail = |problem: String| Error::new(problem).in_file(folder);
        match (fs::symlink_metadata(folder), fs::metadata(folder)) {
            (Ok(link), Err(e)) if link.is_symlink() => {
                return Err(fail(format!("is a link that leads nowhere ({e})")));
            }
            (_, Ok(found)) if !found.is_dir() => {
                return Err(fail("is a file, expected a folder or nothing".to_string()));
            }
            _ => {}
        }
        let made = make(folder).map_err(|e| fail(format!("cannot be made: {e}")))?;
        let mut place = Self {
            shown: folder.to_path_buf(),
            folder: folder.to_path_buf(),
            made,
            lock: None,
        };
        place.lock = Some(Lock::take(folder, company)?);
        place.folder = folder
            .canonicalize()
            .map_err(|e| fail(format!("cannot be read: {e}")))?;
        for name in INSIDE {
            let inside = fs::symlink_metadata(place.folder.join(name));
            if inside.is_ok_and(|found| found.is_symlink()) {
                let problem = "is a link, expected a folder: results are not written through it";
                return Err(Error::new(problem).in_file(folder.join(name)));
            }
        }
        if place.folder.join(STAGING).exists() {
            place.alone(|place| place.settle())?;
        }
        if company == Company::Alone {
            sweep(&place.folder)?;
        }
        Ok(place)
    }

    /// As [`Place::open`], where a result stands already.
    ///
    /// # Errors
    /// As there; if there is no such folder.
    pub fn open_result(folder: &Path) -> Result<Self> {
        match folder.is_dir() {
            true => Self::open(folder, Company::Alone),
            false => Err(Error::new("no such folder, expected that of a result").in_file(folder)),
        }
    }

    /// The folder, with links followed.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder as the user named it.
    pub fn shown(&self) -> &Path {
        &self.shown
    }

    /// The result of this kind that stands here; `None` if nothing does.
    ///
    /// # Errors
    /// If a result of another kind stands here, or files that are no result; if its manifest is
    /// not as it was written and it is not to be replaced.
    pub fn standing<B: Body>(&self, replace: bool) -> Result<Option<Manifest<B>>> {
        let free = self.is_free()?;
        // Asked after that: another shard writes its manifest before anything else.
        if let Some(manifest) = Manifest::<B>::read(&self.folder).map_err(|e| self.named(e))? {
            if !replace {
                integrity::sealed(&self.folder).map_err(|e| self.named(e))?;
            }
            return Ok(Some(manifest));
        }
        let refuse = |problem: String| Err(Error::new(problem).in_file(&self.shown));
        match AnyManifest::read(&self.folder).map_err(|e| self.named(e))? {
            Some(other) => refuse(format!(
                "holds a result of the kind \"{}\", expected nothing or one of `comity {}`: name \
                 another folder with --out",
                other.kind,
                B::MAKER
            )),
            None if free => Ok(None),
            None => refuse(
                "holds files but no manifest.json, so it is no result and is left alone: name \
                 another folder with --out"
                    .to_string(),
            ),
        }
    }

    /// Whether nothing stands here but what a killed command may have left.
    fn is_free(&self) -> Result<bool> {
        let failed =
            |e: std::io::Error| Error::new(format!("cannot be read: {e}")).in_file(&self.shown);
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let empty = || fs::read_dir(entry.path()).is_ok_and(|mut d| d.next().is_none());
            if !(is_temporary(&name) || (name == PARTS && empty())) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Refuses a place whose disk has less room than `bytes`.
    ///
    /// # Errors
    /// If it has; not where the system does not say.
    pub fn needs(&self, bytes: u64) -> Result<()> {
        match room(&self.folder) {
            Some(there) if there < bytes => {
                let size = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
                let found = format!("{} of free space on its disk", size(there));
                let expected = format!("at least {} for the tables", size(bytes));
                Err(Error::expected(found, expected).in_file(&self.shown))
            }
            _ => Ok(()),
        }
    }

    /// Begins to make the files of a result.
    ///
    /// # Errors
    /// If nothing can be written.
    pub fn draft(&self) -> Result<Draft<'_>> {
        Draft::begin(self)
    }

    /// Writes a manifest of a result of which nothing is put in place yet, or of which nothing
    /// but the manifest changes.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write_manifest<B: serde::Serialize>(&self, manifest: &Manifest<B>) -> Result<()> {
        let path = self.folder.join(MANIFEST);
        write_whole(&path, &manifest.to_json()?).map_err(|e| self.named(e))
    }

    /// Removes the manifest and what it lists, if that is as it was written.
    ///
    /// # Errors
    /// If something cannot be removed.
    pub fn empty(&self) -> Result<()> {
        if let Some(old) = AnyManifest::read(&self.folder)? {
            draft::leave_behind(&self.folder, &old, &BTreeMap::new())?;
            draft::remove(&self.folder.join(MANIFEST))?;
        }
        Ok(())
    }

    /// Does work for which no other shard may be there.
    ///
    /// # Errors
    /// If one is; as the work.
    pub fn alone<T>(&mut self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        let before = self.lock.as_mut().map(|lock| lock.alone()).transpose()?;
        let done = work(self)?;
        if let (Some(lock), Some(before)) = (&mut self.lock, before) {
            lock.back_to(before)?;
        }
        Ok(done)
    }

    /// Puts right what a killed command left: what was whole is put in place, the rest goes.
    fn settle(&self) -> Result<()> {
        let staging = self.folder.join(STAGING);
        match staging.join(MANIFEST).is_file() {
            true => draft::put_in_place(self),
            false => draft::remove_staging(&self.folder),
        }
        .map_err(|e| self.named(e))
    }

    /// The error with the folder as the user named it.
    pub fn named(&self, mut error: Error) -> Error {
        let inside = error
            .file
            .as_ref()
            .and_then(|f| f.strip_prefix(&self.folder).ok());
        if let Some(inside) = inside.map(Path::to_path_buf) {
            error.file = Some(match inside.as_os_str().is_empty() {
                true => self.shown.clone(),
                false => self.shown.join(inside),
            });
        }
        error
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.lock = None;
        for folder in self.made.iter().rev() {
            // One that something was put into stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Adds files to the result in a folder; whether `fill` said that they are all there.
///
/// # Errors
/// If there is no result; as `fill` and [`Draft::join`].
pub fn add_to(folder: &Path, fill: impl FnOnce(&mut Draft) -> Result<bool>) -> Result<bool> {
    let place = Place::open_result(folder)?;
    let Some(mut manifest) = AnyManifest::read(folder)? else {
        return Err(Error::new("no manifest.json in it, expected a result").in_file(folder));
    };
    let mut draft = place.draft()?;
    if !fill(&mut draft)? {
        return Ok(false);
    }
    draft.join(&mut manifest)?;
    Ok(true)
}

/// Puts right what a killed command left in a folder that is only going to be read.
///
/// # Errors
/// If its result is half replaced and cannot be put right.
pub fn settle(folder: &Path) -> Result<()> {
    match folder.join(STAGING).join(MANIFEST).is_file() {
        true => Place::open(folder, Company::Alone).map(drop),
        false => Ok(()),
    }
}

/// Makes a folder with those above it; those that were not there, the outermost first.
fn make(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let missing = folder
        .ancestors()
        .take_while(|f| !f.as_os_str().is_empty() && !f.exists());
    let mut made: Vec<PathBuf> = missing.map(Path::to_path_buf).collect();
    made.reverse();
    for (k, folder) in made.iter().enumerate() {
        match fs::create_dir(folder) {
            Ok(()) => {}
            Err(e) if e.kind() == ErrorKind::AlreadyExists && folder.is_dir() => {}
            Err(e) => {
                for folder in made[..k].iter().rev() {
                    let _ = fs::remove_dir(folder);
                }
                return Err(e);
            }
        }
    }
    Ok(made)
}

/// Free bytes on the disk of a folder.
#[cfg(unix)]
fn room(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    disk.f_bfree.checked_mul(disk.f_frsize)
}

#[cfg(not(unix))]
fn room(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests;
