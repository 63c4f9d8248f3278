//! A CSV table with a header: cells by column, errors with file, line and column.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::source::DataFile;
use super::suggest::{nearest, shorten};
use crate::error::{Error, Result};

/// A CSV table in memory.
#[derive(Debug)]
pub struct Sheet {
    /// File, as messages name it.
    pub file: PathBuf,
    columns: Vec<String>,
    rows: Vec<(usize, csv::StringRecord)>,
}

/// A row of a [`Sheet`].
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    sheet: &'a Sheet,
    /// Line in the file, from 1.
    pub line: usize,
    record: &'a csv::StringRecord,
}

impl Sheet {
    /// Reads the table and checks that it has the columns `required`.
    ///
    /// # Errors
    /// Not UTF-8, rows of unequal length, missing or doubled columns.
    pub fn read(data: &DataFile, required: &[&str]) -> Result<Self> {
        let fail =
            |line: usize, problem: String| Error::new(problem).in_file(&data.shown).at_line(line);
        let bytes = data
            .bytes
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(&data.bytes);
        if bytes.trim_ascii().is_empty() {
            return Err(Error::new("the table is empty, expected a header").in_file(&data.shown));
        }
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let header = reader.headers().map_err(|e| fail(1, problem(&e)))?;
        let columns: Vec<String> = header.iter().map(str::to_string).collect();
        let mut seen = BTreeSet::new();
        for column in &columns {
            if !seen.insert(column) {
                let problem = format!("column {}: stands twice", shorten(column));
                return Err(fail(1, problem));
            }
        }
        for &name in required {
            if !columns.iter().any(|c| c == name) {
                let mut problem = "missing column".to_string();
                if let Some(near) = nearest(name, columns.iter().map(String::as_str)) {
                    problem = format!("missing column; is \"{near}\" meant?");
                }
                return Err(fail(1, problem).at_key(name));
            }
        }
        let mut rows = Vec::new();
        for record in reader.into_records() {
            let record = record.map_err(|e| {
                let line = e.position().map_or(1, |p| p.line() as usize);
                fail(line, problem(&e))
            })?;
            let line = record.position().map_or(1, |p| p.line() as usize);
            rows.push((line, record));
        }
        let file = data.shown.clone();
        Ok(Self {
            file,
            columns,
            rows,
        })
    }

    /// Whether the table has this column.
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|c| c == column)
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, record)| Row {
            sheet: self,
            line: *line,
            record,
        })
    }
}

fn problem(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "not UTF-8 text".to_string(),
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!("found {len} cells, expected {expected_len} as in the header")
        }
        other => format!("not a CSV table: {other:?}"),
    }
}

impl<'a> Row<'a> {
    /// An error at `column` of this row.
    pub fn error(&self, column: &str, error: Error) -> Error {
        error
            .in_file(&self.sheet.file)
            .at_line(self.line)
            .at_key(column)
    }

    /// The cell's text; empty if the table lacks the column.
    pub fn text(&self, column: &str) -> &'a str {
        let position = self.sheet.columns.iter().position(|c| c == column);
        position.and_then(|k| self.record.get(k)).unwrap_or("")
    }

    /// The cell's text, which must not be empty.
    ///
    /// # Errors
    /// If it is.
    pub fn required(&self, column: &str) -> Result<&'a str> {
        match self.text(column) {
            "" => Err(self.error(column, Error::expected("an empty cell", "a text"))),
            text => Ok(text),
        }
    }

    /// A number between `low` and `high`; `None` if the cell is empty.
    ///
    /// # Errors
    /// If the cell holds anything else.
    pub fn number(&self, column: &str, low: f64, high: f64) -> Result<Option<f64>> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() && low <= value && value <= high => Ok(Some(value)),
            _ => Err(self.unexpected(column, &range("a number", low, high))),
        }
    }

    /// A whole number between `low` and `high`; `None` if the cell is empty.
    ///
    /// # Errors
    /// If the cell holds anything else.
    pub fn integer(&self, column: &str, low: i64, high: i64) -> Result<Option<i64>> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<i64>() {
            Ok(value) if low <= value && value <= high => Ok(Some(value)),
            _ => Err(self.unexpected(column, &range("a whole number", low as f64, high as f64))),
        }
    }

    /// A year; `None` if the cell is empty.
    ///
    /// # Errors
    /// If the cell holds anything else.
    pub fn year(&self, column: &str) -> Result<Option<i32>> {
        let year = self.integer(column, -100_000, 100_000)?;
        Ok(year.map(|y| y as i32))
    }

    /// A state's code.
    ///
    /// # Errors
    /// If the cell is empty or no whole number of 0 or more.
    pub fn code(&self, column: &str) -> Result<u32> {
        let code = self.integer(column, 0, i64::from(u32::MAX))?;
        self.present(column, code).map(|c| c as u32)
    }

    /// `value`, which must not be missing.
    ///
    /// # Errors
    /// If it is.
    pub fn present<T>(&self, column: &str, value: Option<T>) -> Result<T> {
        value.ok_or_else(|| self.error(column, Error::expected("an empty cell", "a number")))
    }

    /// First year (required) and last year (empty: none) of a span.
    ///
    /// # Errors
    /// If the first is missing or the last before the first.
    pub fn span(&self, first: &str, last: &str) -> Result<(i32, Option<i32>)> {
        let from = self.present(first, self.year(first)?)?;
        let to = self.year(last)?;
        if let Some(to) = to
            && to < from
        {
            let expected = format!("a year from {from} ({first}) on");
            return Err(self.error(last, Error::expected(to, expected)));
        }
        Ok((from, to))
    }

    /// "found …, expected …" for this cell.
    pub fn unexpected(&self, column: &str, expected: &str) -> Error {
        let found = format!("\"{}\"", shorten(self.text(column)));
        self.error(column, Error::expected(found, expected))
    }
}

fn range(what: &str, low: f64, high: f64) -> String {
    match (low.abs() < 1e15, high.abs() < 1e15) {
        (true, true) => format!("{what} from {low} to {high}"),
        (true, false) => format!("{what} of {low} or more"),
        _ => what.to_string(),
    }
}
