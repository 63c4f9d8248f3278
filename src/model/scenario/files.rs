//! Finding and reading files, on disk and shipped.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::library;
use super::suggest::{nearest, shorten};
use crate::error::{Error, Result};

/// Largest TOML file, in bytes.
pub(super) const MAX_TOML: u64 = 1 << 20;
/// Largest data table, in bytes.
pub const MAX_DATA: u64 = 1 << 28;
/// What relative paths in a file are relative to.
#[derive(Debug, Clone, PartialEq)]
pub enum Home {
    /// A folder on disk.
    Disk(PathBuf),
    /// A folder on disk, and the one at or below which everything has to be that is read.
    Fenced(PathBuf, PathBuf),
    /// The files embedded in the program.
    Shipped,
    /// Copies of the files that a result was made of.
    Kept(Kept),
}

/// Copies of files, by the names under which they were read, with what relative names are
/// relative to.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    folder: PathBuf,
    files: Arc<BTreeMap<PathBuf, PathBuf>>,
}

impl Kept {
    /// Where the files of `--set` are among the names.
    pub const SET: &str = "--set";

    /// The copy of each file.
    pub fn new(files: BTreeMap<PathBuf, PathBuf>) -> Self {
        Self {
            folder: PathBuf::new(),
            files: Arc::new(files),
        }
    }
}

impl Home {
    /// From which the user names `file`: it and what it names are regular files at or below
    /// its folder.
    pub fn fenced(file: &Path) -> Self {
        let folder = match file.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        Self::Fenced(PathBuf::new(), identity(folder))
    }

    /// Where `name` is on disk; `None` if there is no such file.
    ///
    /// # Errors
    /// If it may not be read from here.
    pub fn path(&self, name: &Path) -> Result<Option<PathBuf>> {
        let (folder, fence) = match self {
            Self::Disk(folder) => (folder, None),
            Self::Fenced(folder, fence) => (folder, Some(fence)),
            Self::Shipped => return Ok(None),
            Self::Kept(kept) => return Ok(kept.files.get(&kept.folder.join(name)).cloned()),
        };
        let path = folder.join(name);
        if !path.exists() {
            return Ok(None);
        }
        if let Some(fence) = fence
            && !identity(&path).starts_with(fence)
        {
            let expected = format!("a file in {} or below it", fence.display());
            let problem = format!("is not read with --sandbox, expected {expected}");
            return Err(Error::new(problem).in_file(path));
        }
        Ok(Some(path))
    }

    /// How messages and results name what is called `name` from here.
    pub(super) fn named(&self, name: &Path) -> PathBuf {
        match self {
            Self::Disk(folder) | Self::Fenced(folder, _) => folder.join(name),
            Self::Kept(kept) => kept.folder.join(name),
            Self::Shipped => name.to_path_buf(),
        }
    }

    /// The text at `path`, which was found from here: what it names is fenced in as it is.
    ///
    /// # Errors
    /// As [`Text::read`].
    pub fn read(&self, path: &Path) -> Result<Text> {
        let mut text = Text::read(path)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        text.origin.home = self.at(folder);
        Ok(text)
    }

    /// The same in another folder.
    pub(super) fn at(&self, folder: &Path) -> Self {
        let folder = folder.to_path_buf();
        match self {
            Self::Fenced(_, fence) => Self::Fenced(folder, fence.clone()),
            Self::Kept(kept) => {
                let files = kept.files.clone();
                Self::Kept(Kept { folder, files })
            }
            _ => Self::Disk(folder),
        }
    }
}

/// A file, or the overrides, as messages name it.
#[derive(Debug, Clone)]
pub struct Origin {
    /// As messages name it.
    pub shown: PathBuf,
    /// What relative paths in it are relative to.
    pub home: Home,
}

/// A text that has been read but not parsed.
pub struct Text {
    /// Where it is from.
    pub origin: Origin,
    /// The same for the same file, however it is named.
    pub identity: PathBuf,
    /// The text itself.
    pub text: String,
}

impl Text {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// If it cannot be read, is larger than 1 MB or is not UTF-8.
    pub fn read(path: &Path) -> Result<Self> {
        let text = String::from_utf8(read(path, MAX_TOML)?);
        let text = text.map_err(|e| not_utf8(e.as_bytes(), e.utf8_error()).in_file(path))?;
        Ok(Self::at(path, text))
    }

    /// `text`, as if it stood at `path`.
    pub(super) fn at(path: &Path, text: String) -> Self {
        let folder = path.parent().unwrap_or(Path::new(""));
        Self {
            origin: Origin {
                shown: path.to_path_buf(),
                home: Home::Disk(folder.to_path_buf()),
            },
            identity: identity(path),
            text,
        }
    }

    /// `text`, which is shipped as `shown`.
    pub fn shipped(shown: PathBuf, text: &str) -> Self {
        Self {
            identity: Path::new("shipped:").join(&shown),
            origin: Origin {
                shown,
                home: Home::Shipped,
            },
            text: text.to_string(),
        }
    }
}

/// Finds a scenario: a path relative to `home`, else a shipped one.
pub(super) fn find(name: &Path, home: &Home) -> Result<Text> {
    if let Some(path) = home.path(name)?
        && !(path.is_dir() && library::scenario(name).is_some())
    {
        let mut text = home.read(&path)?;
        if let Home::Kept(_) = home {
            text.origin.shown = home.named(name);
            text.origin.home = home.at(text.origin.shown.parent().unwrap_or(Path::new("")));
        }
        return Ok(text);
    }
    let Some((file, text)) = library::scenario(name) else {
        let names = library::names();
        let mut problem = format!(
            "found no file and no shipped scenario \"{}\"",
            shorten(&name.to_string_lossy())
        );
        let stem = name.file_stem().unwrap_or_default().to_string_lossy();
        if let Some(near) = nearest(&stem, names.iter().map(String::as_str)) {
            problem.push_str(&format!("; did you mean \"{near}\"?"));
        }
        return Err(Error::new(problem));
    };
    Ok(Text::shipped(Path::new("scenarios").join(file), text))
}

/// The same path for the same file, however it is named.
fn identity(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// Reads at most `limit` bytes; a larger file is refused without reading it.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let fail = |problem: String| Error::new(problem).in_file(path);
    let cannot = |e: std::io::Error| fail(format!("cannot be read: {}", e.kind()).to_lowercase());
    let metadata = fs::metadata(path).map_err(cannot)?;
    if !metadata.is_file() {
        let found = match metadata.is_dir() {
            true => "a folder",
            false => "a pipe, socket or device",
        };
        return Err(fail(format!("found {found}, expected a file")));
    }
    if metadata.len() > limit {
        return Err(too_large(metadata.len(), limit).in_file(path));
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(cannot)?;
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(cannot)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len() as u64, limit).in_file(path));
    }
    Ok(bytes)
}

/// A file of `found` bytes where `limit` are allowed.
pub(super) fn too_large(found: u64, limit: u64) -> Error {
    Error::expected(
        format!("{} MB", found.div_ceil(1 << 20)),
        format!("at most {} MB", limit >> 20),
    )
}

/// What is wrong with `bytes` that are not UTF-8, at the line where it is.
pub(super) fn not_utf8(bytes: &[u8], error: std::str::Utf8Error) -> Error {
    let before = &bytes[..error.valid_up_to()];
    let line = 1 + before.iter().filter(|&&b| b == b'\n').count();
    Error::new("not UTF-8 text").at_line(line)
}

/// Writes a file that is not there yet, with the folders above it.
///
/// # Errors
/// If it is there already or cannot be written.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let written = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::File::create_new(path)?.write_all(bytes)
    };
    written().map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Error::new("is there already and is not overwritten").in_file(path)
        }
        _ => Error::new(format!("cannot be written: {e}")).in_file(path),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_read_beyond_the_fence() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("world");
        fs::create_dir_all(inside.join("tables")).unwrap();
        let write = |name: &str| fs::write(folder.path().join(name), "x").unwrap();
        for name in ["world/own.toml", "world/tables/a.csv", "secret.csv"] {
            write(name);
        }
        let home = Home::fenced(&inside.join("own.toml"));
        let found = home.path(&inside.join("own.toml")).unwrap().unwrap();
        let home = home.read(&found).unwrap().origin.home;
        let path = |name: &str| home.path(Path::new(name));
        assert!(path("tables/a.csv").unwrap().is_some());
        assert!(path("tables/../own.toml").unwrap().is_some());
        assert!(path("nothing.csv").unwrap().is_none());
        assert!(path("../secret.csv").is_err());
        assert!(path(&folder.path().join("secret.csv").display().to_string()).is_err());
        #[cfg(unix)]
        {
            use std::os::unix::fs::symlink;
            symlink("../secret.csv", inside.join("link.csv")).unwrap();
            symlink("tables/a.csv", inside.join("within.csv")).unwrap();
            let said = path("link.csv").unwrap_err().to_string();
            assert!(said.contains("--sandbox"), "{said}");
            assert!(path("within.csv").unwrap().is_some());
            assert!(path("/dev/null").is_err());
        }
        let free = Text::read(&inside.join("own.toml")).unwrap().origin.home;
        assert!(free.path(Path::new("../secret.csv")).unwrap().is_some());
    }
}
