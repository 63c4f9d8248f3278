//! One process at a time in a result folder; shards of one batch together.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::table::store::LOCK;
use comity_model::error::{Error, Result};

/// Who may work in a folder beside the holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Company {
    /// Nobody.
    Alone,
    /// Other shards, whose parts are other files.
    Shards,
}

/// The right to work in a result folder, until it is dropped. The system takes it back from a
/// process that is killed; its file then stays and says nothing. Where the file system knows
/// no locks, everyone has the right.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    file: File,
    company: Company,
}

impl Lock {
    /// Takes the right to work in `folder`, which is made if it is not there.
    ///
    /// # Errors
    /// If another process has it; if nothing can be written there.
    pub fn take(folder: &Path, company: Company) -> Result<Self> {
        let path = folder.join(LOCK);
        let failed = |e: std::io::Error| Error::new(format!("failed to write: {e}")).in_file(&path);
        fs::create_dir_all(folder)
            .map_err(|e| Error::new(format!("cannot be made: {e}")).in_file(folder))?;
        loop {
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
                .map_err(failed)?;
            match lock(&file, company) {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(busy(folder, &mut file)),
                Err(TryLockError::Error(e)) if e.kind() == ErrorKind::Unsupported => {}
                Err(TryLockError::Error(e)) => return Err(failed(e)),
            }
            // A holder that was just done has removed the file that was opened here.
            if same(&file, &path) {
                // The number is for readers only: a full disk does not keep anyone from working.
                let _ = file.set_len(0);
                let _ = file.rewind();
                let _ = writeln!(file, "{}", std::process::id());
                return Ok(Self {
                    path,
                    file,
                    company,
                });
            }
        }
    }
}

impl Lock {
    /// Takes the right to be alone; the company that was had before.
    ///
    /// # Errors
    /// If another process works there too.
    pub fn alone(&mut self) -> Result<Company> {
        let before = self.company;
        self.back_to(Company::Alone)?;
        Ok(before)
    }

    /// Has this company again.
    ///
    /// # Errors
    /// If another process is in the way.
    pub fn back_to(&mut self, company: Company) -> Result<()> {
        if company != self.company {
            match lock(&self.file, company) {
                Err(TryLockError::WouldBlock) => {
                    let folder = self.path.parent().unwrap_or(&self.path);
                    return Err(busy(folder, &mut self.file));
                }
                Err(TryLockError::Error(e)) if e.kind() != ErrorKind::Unsupported => {
                    let problem = format!("failed to write: {e}");
                    return Err(Error::new(problem).in_file(&self.path));
                }
                _ => self.company = company,
            }
        }
        Ok(())
    }
}

fn lock(file: &File, company: Company) -> std::result::Result<(), TryLockError> {
    match company {
        Company::Alone => file.try_lock(),
        Company::Shards => file.try_lock_shared(),
    }
}

impl Drop for Lock {
    /// Removes the file, unless another shard still has it.
    fn drop(&mut self) {
        let _ = self.file.unlock();
        if self.file.try_lock().is_ok() && same(&self.file, &self.path) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn busy(folder: &Path, file: &mut File) -> Error {
    let mut text = String::new();
    let read = file.read_to_string(&mut text);
    let number = read.ok().and_then(|_| text.trim().parse::<u32>().ok());
    let who = number.map_or(String::new(), |n| format!(" (process {n})"));
    let problem = format!(
        "another comity{who} is working in it: wait for it, or name another folder with --out"
    );
    Error::new(problem).in_file(folder)
}

/// Whether the path still leads to this file.
#[cfg(unix)]
fn same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |m: fs::Metadata| (m.dev(), m.ino());
    let here = file.metadata().map(place).ok();
    here.is_some() && here == fs::metadata(path).map(place).ok()
}

/// A file that is open cannot be removed here.
#[cfg(not(unix))]
fn same(_: &File, path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_works_alone_and_shards_together() {
        let folder = tempfile::tempdir().unwrap();
        let take = |company| Lock::take(folder.path(), company);
        let first = take(Company::Alone).unwrap();
        let said = take(Company::Shards).unwrap_err().to_string();
        assert!(
            said.contains(&format!("process {}", std::process::id())),
            "{said}"
        );
        drop(first);
        let shards = [
            take(Company::Shards).unwrap(),
            take(Company::Shards).unwrap(),
        ];
        assert!(take(Company::Alone).is_err());
        drop(shards);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        fs::write(folder.path().join(LOCK), "12345\n").unwrap();
        drop(take(Company::Alone).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let mut shard = take(Company::Shards).unwrap();
        let other = take(Company::Shards).unwrap();
        assert!(shard.alone().is_err());
        drop((shard, other));
        let mut shard = take(Company::Shards).unwrap();
        assert_eq!(shard.alone().unwrap(), Company::Shards);
        assert!(take(Company::Shards).is_err());
    }
}
