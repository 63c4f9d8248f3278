//! A file that rows are appended to without holding it in memory.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::store::{Format, beside, put_in_place};
use super::{Table, csv, json};
use comity_model::error::{Error, Result};

/// A table that is written piece by piece beside its place: whole, or absent.
pub struct Appender {
    path: PathBuf,
    rows: usize,
    body: Body,
}

enum Body {
    Csv(BufWriter<NamedTempFile>),
    Json(BufWriter<NamedTempFile>),
    Parquet(Box<super::parquet::Writer<BufWriter<NamedTempFile>>>),
}

impl Appender {
    /// Begins `<folder>/<name>.<extension>` with the columns of `table`, which may be empty.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn begin(table: &Table, folder: &Path, format: Format) -> Result<Self> {
        let path = folder.join(format!("{}.{}", table.name, format.extension()));
        let file = beside(folder).map_err(|e| failed(&e).in_file(&path))?;
        let mut out = BufWriter::new(file);
        let body = match format {
            Format::Csv => {
                csv::write_header(table, &mut out).map_err(|e| e.in_file(&path))?;
                Body::Csv(out)
            }
            Format::Json => {
                out.write_all(b"[").map_err(|e| failed(&e).in_file(&path))?;
                Body::Json(out)
            }
            Format::Parquet => {
                let writer = super::parquet::Writer::begin(table, out);
                Body::Parquet(Box::new(writer.map_err(|e| e.in_file(&path))?))
            }
        };
        let rows = 0;
        Ok(Self { path, rows, body })
    }

    /// Appends the rows of `table`, which has the columns that it was begun with.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn push(&mut self, table: &Table) -> Result<()> {
        let pushed = match &mut self.body {
            Body::Csv(out) => csv::write_rows(table, out),
            Body::Json(out) => (0..table.rows()).try_for_each(|row| {
                let comma = if self.rows + row == 0 { "" } else { "," };
                let object = serde_json::Value::Object(json::object(table, row));
                write!(out, "{comma}\n{object}").map_err(|e| failed(&e))
            }),
            Body::Parquet(writer) => writer.push(table),
        };
        self.rows += table.rows();
        pushed.map_err(|e| e.in_file(&self.path))
    }

    /// Ends the file and puts it in its place; returns that and the number of rows.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> Result<(PathBuf, usize)> {
        let path = self.path;
        let place = |e: Error| e.in_file(&path);
        let out = match self.body {
            Body::Csv(out) => out,
            Body::Json(mut out) => {
                let end: &[u8] = if self.rows == 0 { b"]\n" } else { b"\n]\n" };
                out.write_all(end).map_err(|e| place(failed(&e)))?;
                out
            }
            Body::Parquet(writer) => writer.finish().map_err(place)?,
        };
        let file = out.into_inner().map_err(|e| place(failed(e.error())))?;
        put_in_place(file, &path)?;
        Ok((path, self.rows))
    }
}

fn failed(e: &std::io::Error) -> Error {
    Error::new(format!("failed to write: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::store;

    #[test]
    fn pieces_give_the_bytes_of_the_whole() {
        let whole = csv::read("t", b"a,b\n1,x\n2,y\n3,z\n", &[]).unwrap();
        let part = |text: &str| csv::read("t", text.as_bytes(), &[]).unwrap();
        let parts = [part("a,b\n1,x\n"), part("a,b\n2,y\n3,z\n")];
        let folder = tempfile::tempdir().unwrap();
        for format in Format::ALL {
            let mut appender = Appender::begin(&whole, folder.path(), format).unwrap();
            for part in &parts {
                appender.push(part).unwrap();
            }
            let (path, rows) = appender.finish().unwrap();
            assert_eq!(rows, 3);
            assert_eq!(
                std::fs::read(path).unwrap(),
                store::encode(&whole, format).unwrap()
            );
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn an_abandoned_file_leaves_nothing() {
        let table = csv::read("t", b"a\n1\n", &[]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut appender = Appender::begin(&table, folder.path(), Format::Csv).unwrap();
        appender.push(&table).unwrap();
        drop(appender);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
