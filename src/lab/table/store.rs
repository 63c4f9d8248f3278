//! Files: whole or absent, and one place that knows the formats.
//!
//! ```
//! use comity_lab::table::store::{self, Format};
//! use comity_lab::table::{Column, ColumnType, Table, Values};
//!
//! let columns = vec![
//!     Column::new("year", ColumnType::Integer, "year", "calendar year"),
//!     Column::new("pacts", ColumnType::Real, "pacts", "pacts in force"),
//! ];
//! let mut table = Table::empty("world", columns);
//! table.values = vec![Values::Integer(vec![1946, 1947]), Values::Real(vec![2.0, f64::NAN])];
//!
//! let folder = tempfile::tempdir()?;
//! let path = store::write(&table, folder.path(), Format::Parquet)?;
//! let back = store::read_table(&path)?;
//! assert_eq!(back.integer("year"), Some(&[1946, 1947][..]));
//! assert!(back.real("pacts").unwrap()[1].is_nan());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::table::{Column, Table, csv, json};
use comity_model::error::{Error, Result};
use comity_model::observe;

/// A format of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Comma-separated values.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// An array of row objects.
    Json,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 3] = [Self::Csv, Self::Parquet, Self::Json];

    /// Extension of files, which is also the name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Json => "json",
        }
    }

    /// The format of this file, by its extension.
    pub fn of(path: &Path) -> Result<Format> {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        extension.parse().map_err(|e: Error| e.in_file(path))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.extension())
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|f| f.extension() == text)
            .ok_or_else(|| Error::expected(format!("format `{text}`"), "csv, parquet or json"))
    }
}

/// The bytes of the table in this format; equal tables give equal bytes.
pub fn encode(table: &Table, format: Format) -> Result<Vec<u8>> {
    match format {
        Format::Csv => csv::write(table),
        Format::Json => Ok(json::write(table)),
        Format::Parquet => crate::table::parquet::write(table),
    }
}

/// Writes the table to `folder` as `<name>.<extension>`, whole or not at all.
pub fn write(table: &Table, folder: &Path, format: Format) -> Result<PathBuf> {
    let path = folder.join(format!("{}.{}", table.name, format.extension()));
    write_whole(&path, &encode(table, format).map_err(|e| e.in_file(&path))?)?;
    Ok(path)
}

/// Writes `bytes` beside `path`, syncs, and renames: a reader sees the whole file or none.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |e: std::io::Error| Error::new(format!("failed to write: {e}")).in_file(path);
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder).map_err(failed)?;
    let mut file = beside(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    put_in_place(file, path)
}

/// Syncs and renames.
pub(super) fn put_in_place(file: tempfile::NamedTempFile, path: &Path) -> Result<()> {
    let failed = |e: std::io::Error| Error::new(format!("failed to write: {e}")).in_file(path);
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|e| failed(e.error))?;
    let above = path.parent().filter(|p| !p.as_os_str().is_empty());
    sync(above.unwrap_or(Path::new(".")))
}

/// Waits until the names in a folder are on the disk.
///
/// # Errors
/// If the system says that they are not.
pub fn sync(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    File::open(folder)
        .and_then(|f| f.sync_all())
        .map_err(|e| Error::new(format!("failed to write: {e}")).in_file(folder))?;
    Ok(())
}

/// What the names of temporary files begin and end with.
const TEMPORARY: (&str, &str) = (".comity-", ".part");

/// Name of the file by which a process has a folder for itself.
pub const LOCK: &str = ".comity-lock";

/// Whether a file of this name is one that a command works with, or did when it was killed.
pub fn is_temporary(name: &std::ffi::OsStr) -> bool {
    name.to_string_lossy().starts_with(TEMPORARY.0)
}

/// Removes temporary files of writers that were killed. Nobody may be writing there.
///
/// # Errors
/// If one cannot be removed.
pub fn sweep(folder: &Path) -> Result<()> {
    let failed = |e: std::io::Error| Error::new(format!("cannot be removed: {e}"));
    for entry in fs::read_dir(folder).map_err(|e| failed(e).in_file(folder))? {
        let path = entry.map_err(|e| failed(e).in_file(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(TEMPORARY.0) && name.ends_with(TEMPORARY.1) {
            fs::remove_file(&path).map_err(|e| failed(e).in_file(&path))?;
        }
    }
    Ok(())
}

/// A temporary file with the permissions of any new file: all that the umask leaves.
pub(super) fn beside(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY.0).suffix(TEMPORARY.1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// The table in this file. Types, units and definitions of the columns in
/// `known` are taken from there; those of others are inferred (CSV, JSON) or
/// read (Parquet).
pub fn read(path: &Path, known: &[Column]) -> Result<Table> {
    Format::of(path)?;
    let bytes =
        fs::read(path).map_err(|e| Error::new(format!("failed to read: {e}")).in_file(path))?;
    decode(path, bytes, known)
}

/// As [`read`], of bytes that were read from this file.
pub fn decode(path: &Path, bytes: Vec<u8>, known: &[Column]) -> Result<Table> {
    let format = Format::of(path)?;
    let name = path.file_stem().and_then(|s| s.to_str()).unwrap_or("table");
    match format {
        Format::Csv => csv::read(name, &bytes, known),
        Format::Json => json::read(name, &bytes, known),
        Format::Parquet => crate::table::parquet::read(name, bytes),
    }
    .and_then(named_once)
    .map_err(|e| e.in_file(path))
}

/// The table, unless two of its columns have one name.
fn named_once(table: Table) -> Result<Table> {
    let mut seen = BTreeSet::new();
    match table.columns.iter().find(|c| !seen.insert(&c.name)) {
        Some(twice) => Err(Error::new("stands twice").at_key(format!("column {}", twice.name))),
        None => Ok(table),
    }
}

/// The table in this file; a table of a result (by the file's stem) has its columns as
/// declared, others as found.
pub fn read_table(path: &Path) -> Result<Table> {
    let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or("");
    let known = observe::tables().into_iter().find(|t| t.name == stem);
    read(path, &known.map(|t| t.columns).unwrap_or_default())
}

/// The file of the table of this name in `folder`, in whichever format it is there.
pub fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let in_format = |f: Format| folder.join(format!("{name}.{}", f.extension()));
    let order = [Format::Parquet, Format::Csv, Format::Json];
    order.into_iter().map(in_format).find(|p| p.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Record;

    comity_model::record! {
        /// A row with every type.
        pub struct Sample in "sample", "one row" {
            year: i64, "year", "calendar year";
            size: f64, "states", "mean members";
            name: String, "1", "name, with commas";
        }
    }

    fn sample() -> Table {
        let row = |year, size, name: &str| Sample {
            year,
            size,
            name: name.to_string(),
        };
        Sample::table(&[
            row(1946, 0.1 + 0.2, "a, \"b\"\nc"),
            row(1947, f64::NAN, ""),
            row(1948, 1e-7, "é"),
        ])
    }

    #[test]
    fn a_table_comes_back_and_is_written_alike() {
        let folder = tempfile::tempdir().unwrap();
        for format in Format::ALL {
            let path = write(&sample(), folder.path(), format).unwrap();
            assert_eq!(Format::of(&path).unwrap(), format);
            let back = read(&path, &Sample::columns()).unwrap();
            assert_eq!(back.columns, sample().columns);
            assert_eq!(back.integer("year"), sample().integer("year"));
            assert_eq!(back.text("name"), sample().text("name"));
            let (a, b) = (back.real("size").unwrap(), sample().real("size").unwrap());
            let bits = |v: &[f64]| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&a), bits(&b), "{format}");
            for _ in 0..20 {
                assert_eq!(encode(&back, format).unwrap(), fs::read(&path).unwrap());
            }
        }
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, Format::ALL.len(), "temporary files are left");
    }

    #[test]
    fn two_columns_of_one_name_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("twice.csv");
        fs::write(&path, "a,b,a\n1,2,3\n").unwrap();
        let error = read(&path, &[]).unwrap_err().to_string();
        assert!(
            error.ends_with("twice.csv: column a: stands twice"),
            "{error}"
        );
    }

    #[test]
    fn csv_is_plain() {
        let text = String::from_utf8(encode(&sample(), Format::Csv).unwrap()).unwrap();
        let expected = "year,size,name\n1946,0.30000000000000004,\"a, \"\"b\"\"\nc\"\n\
                        1947,,\n1948,0.0000001,é\n";
        assert_eq!(text, expected);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_are_those_of_any_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (ours, plain) = (folder.path().join("a"), folder.path().join("b"));
        write_whole(&ours, b"x").unwrap();
        File::create(&plain).unwrap();
        let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&ours), mode(&plain));
    }

    #[test]
    fn a_failed_write_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("taken");
        fs::create_dir(&path).unwrap();
        assert!(write_whole(&path, b"x").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_unknown_format_is_named() {
        let error = read(Path::new("world.xlsx"), &[]).unwrap_err();
        let expected = "world.xlsx: found format `xlsx`, expected csv, parquet or json";
        assert_eq!(error.to_string(), expected);
    }
}
