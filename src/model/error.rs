//! The one error of the program.

use std::fmt;
use std::path::{Path, PathBuf};

/// What went wrong with an input or a file, in one message: where, which key,
/// what was found, what was expected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Error {
    /// File, as the user named it.
    pub file: Option<PathBuf>,
    /// Line, from 1.
    pub line: Option<usize>,
    /// Key or column.
    pub key: Option<String>,
    /// What is wrong: lower-case, no full stop.
    pub problem: String,
}

/// Result with [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error with this problem and no place.
    pub fn new(problem: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            ..Self::default()
        }
    }

    /// "found …, expected …".
    pub fn expected(found: impl fmt::Display, expected: impl fmt::Display) -> Self {
        Self::new(format!("found {found}, expected {expected}"))
    }

    /// With the file.
    #[must_use]
    pub fn in_file(mut self, file: impl AsRef<Path>) -> Self {
        self.file = Some(file.as_ref().to_path_buf());
        self
    }

    /// With the line.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// With the key.
    #[must_use]
    pub fn at_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// With what to do once it is mended.
    #[must_use]
    pub fn then(mut self, next: impl fmt::Display) -> Self {
        self.problem = format!("{}; {next}", self.problem);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}", file.display())?;
            if let Some(line) = self.line {
                write!(f, ":{line}")?;
            }
            write!(f, ": ")?;
        }
        if let Some(key) = &self.key {
            write!(f, "{key}: ")?;
        }
        write!(f, "{}", self.problem)
    }
}

impl std::error::Error for Error {}
