//! The store: a folder of parts, each a fixed set of runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::plan::Plan;
use crate::table::{Table, store};
use comity_model::error::{Error, Result};

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

/// Where a part of a table stands.
pub fn path(folder: &Path, plan: &Plan, table: &str, part: u64) -> PathBuf {
    let extension = plan.experiment.format.extension();
    folder
        .join(PARTS)
        .join(format!("{table}-{part:06}.{extension}"))
}

/// Writes the tables of a part, `runs` last: a part whose `runs` is there is whole.
///
/// # Errors
/// If one cannot be written; what is there then is no whole part.
pub fn write(folder: &Path, plan: &Plan, part: u64, tables: &[Table]) -> Result<()> {
    for table in tables.iter().rev() {
        let path = path(folder, plan, &table.name, part);
        let bytes = store::encode(table, plan.experiment.format).map_err(|e| e.in_file(&path))?;
        store::write_whole(&path, &bytes)?;
    }
    Ok(())
}

/// Reads one table of a part and checks that its runs are those of the part.
///
/// # Errors
/// If it is not there, cannot be read, or holds other runs or columns.
pub fn read(folder: &Path, plan: &Plan, empty: &Table, part: u64) -> Result<Table> {
    let path = path(folder, plan, &empty.name, part);
    let mut table = store::read(&path, &empty.columns)?;
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
    let tables = plan.tables();
    let there = |table: &Table, part| path(folder, plan, &table.name, part).is_file();
    for part in 0..plan.parts() {
        if !there(&tables[0], part) {
            standing.missing.push(part);
            continue;
        }
        if let Some(table) = tables[1..].iter().find(|t| !there(t, part)) {
            let problem = format!("`{}` of it is not there", table.name);
            standing.damaged.push((part, problem));
            continue;
        }
        match read(folder, plan, &tables[0], part) {
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

/// Removes the parts that hold fewer runs than the plan wants, when replicates were added.
///
/// # Errors
/// If one cannot be removed.
pub fn remove(folder: &Path, plan: &Plan, part: u64) -> Result<()> {
    for table in plan.tables() {
        let path = path(folder, plan, &table.name, part);
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(Error::new(format!("cannot be removed: {e}")).in_file(path)),
        }
    }
    Ok(())
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
