//! What is recorded of a run.

pub mod records;
pub mod table1;

use std::path::Path;

use crate::error::Result;
use crate::table::{Column, Record, Table, store};

/// A declared table of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// Name: the file's stem.
    pub name: &'static str,
    /// What a row is.
    pub title: &'static str,
    /// The columns in order.
    pub columns: Vec<Column>,
}

/// The tables of a result with all their columns.
pub fn tables() -> Vec<Declared> {
    fn declared<R: Record>() -> Declared {
        Declared {
            name: R::TABLE,
            title: R::TITLE,
            columns: R::columns(),
        }
    }
    vec![
        declared::<records::WorldYear>(),
        declared::<records::RegionYear>(),
        declared::<records::AgreementEvent>(),
        declared::<records::ConflictEvent>(),
        declared::<records::StateYear>(),
    ]
}

/// The table in this file; a table of a result (by the file's stem) has its
/// columns as declared, others as found.
pub fn read_table(path: &Path) -> Result<Table> {
    let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or("");
    let known = tables().into_iter().find(|t| t.name == stem);
    store::read(path, &known.map(|t| t.columns).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_defined_once() {
        for table in tables() {
            let mut names: Vec<_> = table.columns.iter().map(|c| &c.name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), table.columns.len(), "{}", table.name);
            assert!(table.columns.iter().all(|c| !c.definition.is_empty()));
        }
    }
}
