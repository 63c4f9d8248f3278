//! The store: a folder of parts, each a fixed set of runs.
//!
//! A part has a file for each table and one more, its seal, with their SHA-256 in the layout of
//! `sha256sum`. The seal is written first and the table `runs` last: a part whose `runs` is there
//! is whole if every table is as the seal says.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::plan::Plan;
use super::record::BatchManifest;
use crate::ensemble::experiment::Recorded;
use crate::ensemble::integrity::changed;
use crate::table::{Format, Table, store};
use comity_model::error::{Error, Result};
use comity_model::scenario::provenance::sha256;

/// Folder of the parts in that of a result.
pub const PARTS: &str = "parts";

/// The parts that one process does: those whose number leaves `index` when divided by `count`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// From 0.
    pub index: u64,
    /// How many there are.
    pub count: u64,
}

impl Shard {
    /// All parts.
    pub const WHOLE: Self = Self { index: 0, count: 1 };

    /// Whether it does this part.
    pub fn does(self, part: u64) -> bool {
        part % self.count == self.index
    }
}

impl FromStr for Shard {
    type Err = Error;

    /// `i/n`, i from 1 to n.
    fn from_str(text: &str) -> Result<Self> {
        let numbers = text.split_once('/').and_then(|(i, n)| {
            let (i, n) = (i.trim().parse::<u64>().ok()?, n.trim().parse::<u64>().ok()?);
            ((1..=n).contains(&i) && n <= 1_000_000).then_some((i, n))
        });
        match numbers {
            Some((i, count)) => Ok(Self {
                index: i - 1,
                count,
            }),
            None => {
                let expected = "i/n with i from 1 to n, such as 3/16";
                Err(Error::expected(format!("\"{text}\""), expected))
            }
        }
    }
}

/// What stands in the store of a result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Parts that are whole.
    pub done: Vec<u64>,
    /// Parts that are not there.
    pub missing: Vec<u64>,
    /// Parts that are there but cannot be used, with what is wrong.
    pub damaged: Vec<(u64, String)>,
    /// Runs that failed, of the parts that are whole.
    pub failed: u64,
}

impl Standing {
    /// Parts to be done, in order.
    pub fn to_do(&self) -> Vec<u64> {
        let mut parts: Vec<u64> = self.damaged.iter().map(|d| d.0).collect();
        parts.extend(&self.missing);
        parts.sort_unstable();
        parts
    }
}

/// How the files of parts are named.
struct Layout {
    /// The tables, `runs` first.
    tables: Vec<&'static str>,
    format: Format,
}

impl Layout {
    fn new(record: &[Recorded], format: Format) -> Self {
        let recorded = record.iter().map(|r| r.table());
        let tables = std::iter::once("runs").chain(recorded).collect();
        Self { tables, format }
    }

    fn of(plan: &Plan) -> Self {
        Self::new(&plan.experiment.record, plan.experiment.format)
    }

    fn name(&self, table: &str, part: u64) -> String {
        format!("{table}-{part:06}.{}", self.format.extension())
    }

    fn path(&self, folder: &Path, table: &str, part: u64) -> PathBuf {
        folder.join(PARTS).join(self.name(table, part))
    }

    /// The text of a seal.
    fn seal(&self, part: u64, hashes: &[String]) -> String {
        let lines = self.tables.iter().zip(hashes);
        lines.fold(String::new(), |mut text, (table, sha256)| {
            let _ = writeln!(text, "{sha256}  {}", self.name(table, part));
            text
        })
    }

    /// Writes a part: the seal first, `runs` last.
    fn write(&self, folder: &Path, part: u64, files: &[Vec<u8>]) -> Result<()> {
        let hashes: Vec<String> = files.iter().map(|bytes| sha256(bytes)).collect();
        let seal = self.seal(part, &hashes);
        store::write_whole(&seal_path(folder, part), seal.as_bytes())?;
        for (table, bytes) in self.tables.iter().zip(files).rev() {
            store::write_whole(&self.path(folder, table, part), bytes)?;
        }
        Ok(())
    }

    /// The bytes of one table of a part, which are those of its seal.
    fn read(&self, folder: &Path, table: &str, part: u64) -> Result<Vec<u8>> {
        let read = |path: &Path| {
            fs::read(path).map_err(|e| Error::new(format!("failed to read: {e}")).in_file(path))
        };
        let (path, seal) = (self.path(folder, table, part), seal_path(folder, part));
        let (bytes, text) = (read(&path)?, read(&seal)?);
        let lines = String::from_utf8_lossy(&text);
        let hash = |line: &str| line.get(..64).unwrap_or("").to_string();
        let hashes: Vec<String> = lines.lines().map(hash).collect();
        let line = self.tables.iter().position(|t| *t == table);
        if self.seal(part, &hashes).as_bytes() != text || hashes.len() != self.tables.len() {
            return Err(Error::new("is no seal of this part").in_file(seal));
        }
        match line.is_some_and(|line| sha256(&bytes) == hashes[line]) {
            true => Ok(bytes),
            false => Err(changed(&path)),
        }
    }
}

/// Where a part of a table stands.
pub fn path(folder: &Path, plan: &Plan, table: &str, part: u64) -> PathBuf {
    Layout::of(plan).path(folder, table, part)
}

/// Where the seal of a part stands.
fn seal_path(folder: &Path, part: u64) -> PathBuf {
    folder.join(PARTS).join(format!("{part:06}.sha256"))
}

/// Writes the tables of a part.
///
/// # Errors
/// If one cannot be written; what is there then is no whole part.
pub fn write(folder: &Path, plan: &Plan, part: u64, tables: &[Table]) -> Result<()> {
    let layout = Layout::of(plan);
    let encode = |table: &Table| {
        let bytes = store::encode(table, layout.format);
        bytes.map_err(|e| e.in_file(layout.path(folder, &table.name, part)))
    };
    let files = tables.iter().map(encode).collect::<Result<Vec<_>>>()?;
    layout.write(folder, part, &files)
}

/// Copies a part from the store in one folder to that in another, as it was written.
///
/// # Errors
/// If it is not there or not as it was written; if it cannot be written.
pub fn copy(from: &Path, plan: &Plan, part: u64, to: &Path) -> Result<()> {
    let layout = Layout::of(plan);
    let read = |table: &&str| layout.read(from, table, part);
    let files = layout.tables.iter().map(read).collect::<Result<Vec<_>>>()?;
    layout.write(to, part, &files)
}

/// What is wrong with a part, by its seal.
pub fn fault(folder: &Path, plan: &Plan, part: u64) -> Option<Error> {
    let layout = Layout::of(plan);
    let mut tables = layout.tables.iter();
    tables.find_map(|table| layout.read(folder, table, part).err())
}

/// Copies the tables of a part as they are, which gives them a seal that agrees.
///
/// # Errors
/// If one cannot be read or written.
pub fn seal_again(from: &Path, plan: &Plan, part: u64, to: &Path) -> Result<()> {
    let layout = Layout::of(plan);
    let read = |table: &&str| {
        let path = layout.path(from, table, part);
        fs::read(&path).map_err(|e| Error::new(format!("failed to read: {e}")).in_file(path))
    };
    let files = layout.tables.iter().map(read).collect::<Result<Vec<_>>>()?;
    layout.write(to, part, &files)
}

/// What is wrong with the parts of a batch that are there, by their seals, as far as `go_on` lets
/// it look; also how many there are.
pub fn faults(
    folder: &Path,
    manifest: &BatchManifest,
    go_on: &dyn Fn() -> bool,
) -> (u64, Vec<Error>) {
    let (mut there, mut found) = (0, Vec::new());
    let Ok(format) = manifest.format.parse::<Format>() else {
        return (there, found);
    };
    let layout = Layout::new(&manifest.record, format);
    for part in 0..manifest.planned().div_ceil(manifest.chunk.max(1)) {
        if !go_on() {
            break;
        }
        if layout.path(folder, "runs", part).is_file() {
            there += 1;
            let read = |table: &&str| layout.read(folder, table, part).err();
            found.extend(layout.tables.iter().filter_map(read));
        }
    }
    (there, found)
}

/// Whether a part has the same bytes in two stores.
///
/// # Errors
/// If it cannot be read in one of them, or is not as it was written.
pub fn same(a: &Path, b: &Path, plan: &Plan, part: u64) -> Result<bool> {
    let layout = Layout::of(plan);
    for table in &layout.tables {
        if layout.read(a, table, part)? != layout.read(b, table, part)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Reads one table of a part and checks that its runs are those of the part.
///
/// # Errors
/// If it is not there, is not as it was written, or holds other runs or columns.
pub fn read(folder: &Path, plan: &Plan, empty: &Table, part: u64) -> Result<Table> {
    let path = path(folder, plan, &empty.name, part);
    let bytes = Layout::of(plan).read(folder, &empty.name, part)?;
    let mut table = store::decode(&path, bytes, &empty.columns)?;
    table.name.clone_from(&empty.name);
    let fail =
        |found: String, expected: String| Err(Error::expected(found, expected).in_file(&path));
    let names = |t: &Table| t.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>();
    if names(&table) != names(empty) {
        let (found, expected) = (names(&table).join(", "), names(empty).join(", "));
        return fail(format!("columns {found}"), expected);
    }
    let ids = table.integer("run_id").unwrap_or_default();
    let runs = plan.part(part);
    let expected = format!("runs {} to {}", runs.start, runs.end - 1);
    if empty.name == "runs" {
        let all: Vec<i64> = (runs.start as i64..runs.end as i64).collect();
        if ids != all {
            return fail(format!("{} of its runs", ids.len()), expected);
        }
    } else {
        let inside = |id: &i64| (runs.start as i64..runs.end as i64).contains(id);
        if !ids.iter().all(inside) || !ids.is_sorted() {
            return fail("other runs".to_string(), expected);
        }
    }
    Ok(table)
}

/// Looks at every part of the plan in `folder`.
///
/// # Errors
/// Never because of a part; if the folder cannot be read.
pub fn inspect(folder: &Path, plan: &Plan) -> Result<Standing> {
    let mut standing = Standing::default();
    let (runs, layout) = (&plan.tables()[0], Layout::of(plan));
    for part in 0..plan.parts() {
        if !layout.path(folder, "runs", part).is_file() {
            standing.missing.push(part);
            continue;
        }
        let mut others = layout.tables.iter().skip(1);
        let found = others.try_for_each(|table| layout.read(folder, table, part).map(drop));
        match found.and_then(|()| read(folder, plan, runs, part)) {
            Ok(runs) => {
                let status = runs.text("status").unwrap_or_default();
                standing.failed += status.iter().filter(|s| *s != "done").count() as u64;
                standing.done.push(part);
            }
            Err(error) => standing.damaged.push((part, error.to_string())),
        }
    }
    Ok(standing)
}

/// Removes the files of those parts of a batch that `which` says, and nothing else.
///
/// # Errors
/// If one cannot be removed.
pub fn remove(folder: &Path, manifest: &BatchManifest, which: impl Fn(u64) -> bool) -> Result<()> {
    let parts = folder.join(PARTS);
    let failed = |e: std::io::Error| Error::new(format!("cannot be removed: {e}"));
    let entries = match fs::read_dir(&parts) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(|e| failed(e).in_file(&parts))?,
    };
    for entry in entries {
        let path = entry.map_err(|e| failed(e).in_file(&parts))?.path();
        if own(&path, manifest)?.is_some_and(&which) {
            fs::remove_file(&path).map_err(|e| failed(e).in_file(&path))?;
        }
    }
    Ok(())
}

/// The part of this batch that a file belongs to, by its name.
fn own(path: &Path, manifest: &BatchManifest) -> Result<Option<u64>> {
    let layout = Layout::new(&manifest.record, manifest.format.parse()?);
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let number = stem.rsplit('-').next().and_then(|n| n.parse::<u64>().ok());
    let parts = manifest.planned().div_ceil(manifest.chunk.max(1));
    let ours = |part: &u64| {
        let mut tables = layout.tables.iter();
        *part < parts
            && (tables.any(|table| file == layout.name(table, *part))
                || seal_path(Path::new(""), *part).file_name() == path.file_name())
    };
    Ok(number.filter(ours))
}

/// Numbers as an array specification: `3,7-9`.
pub fn array(numbers: &[u64]) -> String {
    let mut spans: Vec<(u64, u64)> = Vec::new();
    for &n in numbers {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == n => *last = n,
            _ => spans.push((n, n)),
        }
    }
    let span = |&(a, b): &(u64, u64)| match a == b {
        true => a.to_string(),
        false => format!("{a}-{b}"),
    };
    spans.iter().map(span).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_written_as_spans() {
        assert_eq!(array(&[3, 7, 8, 9]), "3,7-9");
        assert_eq!(array(&[]), "");
        assert_eq!(array(&[0, 1, 5]), "0-1,5");
    }

    #[test]
    fn shards_are_counted_from_one() {
        let shard: Shard = "3/16".parse().unwrap();
        assert_eq!(
            shard,
            Shard {
                index: 2,
                count: 16
            }
        );
        assert!(shard.does(18) && !shard.does(3));
        for wrong in ["0/3", "4/3", "1", "a/b", "1/0", "-1/2"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
