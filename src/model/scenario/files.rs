//! Finding and reading files, on disk and shipped.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::library;
use super::suggest::{nearest, shorten};
use crate::error::{Error, Result};

/// Largest TOML file, in bytes.
pub const MAX_TOML: u64 = 1 << 20;
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
        };
        let path = folder.join(name);
        if !path.exists() {
            return Ok(None);
        }
        if let Some(fence) = fence {
            let real = identity(&path);
            if !real.starts_with(fence) || !(real.is_file() || real.is_dir()) {
                let expected = format!("a regular file in {} or below", fence.display());
                let problem = format!("is not read with --sandbox, expected {expected}");
                return Err(Error::new(problem).in_file(path));
            }
        }
        Ok(Some(path))
    }

    /// A file that was found from here; what it names is fenced in as it is.
    pub fn origin(&self, path: &Path) -> Origin {
        let mut origin = disk(path);
        if let (Self::Disk(folder), Self::Fenced(_, fence)) = (&origin.home, self) {
            origin.home = Self::Fenced(folder.clone(), fence.clone());
        }
        origin
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

/// Finds a scenario: a path relative to `home`, else a shipped one.
pub fn find(name: &Path, home: &Home) -> Result<Text> {
    if let Some(path) = home.path(name)?
        && !(path.is_dir() && library::scenario(name).is_some())
    {
        let text = utf8(read(&path, MAX_TOML)?).map_err(|e| e.in_file(&path))?;
        return Ok(Text {
            identity: identity(&path),
            origin: home.origin(&path),
            text,
        });
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
    Ok(Text {
        origin: Origin {
            shown: Path::new("scenarios").join(&file),
            home: Home::Shipped,
        },
        identity: Path::new("shipped:").join(&file),
        text: text.to_string(),
    })
}

/// The origin of a file on disk.
pub fn disk(path: &Path) -> Origin {
    Origin {
        shown: path.to_path_buf(),
        home: Home::Disk(path.parent().unwrap_or(Path::new("")).to_path_buf()),
    }
}

/// The same path for the same file, however it is named.
pub fn identity(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// Reads at most `limit` bytes; a larger file is refused without reading it.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let fail = |problem: String| Error::new(problem).in_file(path);
    let cannot = |e: std::io::Error| fail(format!("cannot be read: {}", lower(&e)));
    let metadata = fs::metadata(path).map_err(cannot)?;
    if metadata.is_dir() {
        return Err(fail("found a folder, expected a file".to_string()));
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

fn lower(error: &std::io::Error) -> String {
    let text = error.kind().to_string();
    text.to_lowercase()
}

/// A file of `found` bytes where `limit` are allowed.
pub fn too_large(found: u64, limit: u64) -> Error {
    Error::expected(
        format!("{} MB", found.div_ceil(1 << 20)),
        format!("at most {} MB", limit >> 20),
    )
}

pub fn utf8(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|e| {
        let before = &e.as_bytes()[..e.utf8_error().valid_up_to()];
        let line = 1 + before.iter().filter(|&&b| b == b'\n').count();
        Error::new("not UTF-8 text").at_line(line)
    })
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
        ["world/own.toml", "world/tables/a.csv", "secret.csv"].map(write);
        let home = Home::fenced(&inside.join("own.toml"));
        let found = home.path(&inside.join("own.toml")).unwrap().unwrap();
        let home = home.origin(&found).home;
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
        let free = disk(&inside.join("own.toml")).home;
        assert!(free.path(Path::new("../secret.csv")).unwrap().is_some());
    }
}
