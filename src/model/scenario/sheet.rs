//! A CSV table with a header: cells by column, errors with file, line and column.

use std::collections::BTreeSet;
use std::path::PathBuf;

use csv_core::{ReadRecordResult, Reader};

use super::source::DataFile;
use super::suggest::{nearest, shorten};
use crate::error::{Error, Result};

/// A CSV table in memory.
#[derive(Debug)]
pub struct Sheet {
    file: PathBuf,
    columns: Vec<String>,
    cells: Cells,
}

/// The cells of a table, row by row, the header first.
#[derive(Debug)]
struct Cells {
    text: String,
    /// Where each cell ends in `text`.
    ends: Vec<usize>,
    /// Cells in a row.
    width: usize,
    /// Line of each row.
    lines: Vec<usize>,
}

/// A row of a [`Sheet`].
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    sheet: &'a Sheet,
    /// Line in the file, from 1.
    pub line: usize,
    /// Place of its first cell.
    first: usize,
}

impl Sheet {
    /// Reads the table and checks that it has the columns `required`.
    ///
    /// # Errors
    /// Not UTF-8, rows of unequal length, missing or doubled columns.
    pub fn read(data: &DataFile, required: &[&str]) -> Result<Self> {
        let bytes = data.bytes.strip_prefix(b"\xEF\xBB\xBF");
        let bytes = bytes.unwrap_or(&data.bytes);
        if bytes.trim_ascii().is_empty() {
            return Err(Error::new("the table is empty, expected a header").in_file(&data.shown));
        }
        let cells = Cells::read(bytes).map_err(|e| e.in_file(&data.shown))?;
        let columns: Vec<String> = (0..cells.width).map(|k| cells.get(k).to_string()).collect();
        let fail = |problem: String| Error::new(problem).in_file(&data.shown).at_line(1);
        let mut seen = BTreeSet::new();
        if let Some(column) = columns.iter().find(|&c| !seen.insert(c)) {
            return Err(fail(format!("column {}: stands twice", shorten(column))));
        }
        for &name in required {
            if !columns.iter().any(|c| c == name) {
                let problem = match nearest(name, columns.iter().map(String::as_str)) {
                    Some(near) => format!("missing column; is \"{near}\" meant?"),
                    None => "missing column".to_string(),
                };
                return Err(fail(problem).at_key(name));
            }
        }
        Ok(Self {
            file: data.shown.clone(),
            columns,
            cells,
        })
    }

    /// Whether the table has this column.
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|c| c == column)
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let lines = self.cells.lines.iter().enumerate().skip(1);
        lines.map(|(k, &line)| Row {
            sheet: self,
            line,
            first: k * self.cells.width,
        })
    }
}

impl Cells {
    fn read(bytes: &[u8]) -> Result<Self> {
        let separates = |b: &&u8| matches!(b, b',' | b'\n' | b'\r');
        // More room than the cells can need, so that the reader never lacks any.
        let mut text = vec![0; bytes.len() + 1];
        let mut ends = vec![0; bytes.iter().filter(separates).count() + 2];
        let (mut width, mut lines) = (0, Vec::new());
        let mut reader = Reader::new();
        let (mut read, mut written, mut count) = (0, 0, 0);
        let (mut line, mut start, mut first) = (1, 0, 0);
        loop {
            let room = (&mut text[written..], &mut ends[count..]);
            let (result, input, output, cells) = reader.read_record(&bytes[read..], room.0, room.1);
            (read, written, count) = (read + input, written + output, count + cells);
            match result {
                ReadRecordResult::Record => {}
                ReadRecordResult::End => break,
                // The input is at its end, of which the reader is told by an empty one.
                _ => continue,
            }
            if lines.is_empty() {
                width = count;
            } else if count - first != width {
                let expected = format!("{width} as in the header");
                let found = format!("{} cells", count - first);
                return Err(Error::expected(found, expected).at_line(line));
            }
            ends[first..count].iter_mut().for_each(|end| *end += start);
            lines.push(line);
            (line, start, first) = (reader.line() as usize, written, count);
        }
        text.truncate(written);
        ends.truncate(count);
        let text = String::from_utf8(text).map_err(|e| {
            let at = e.utf8_error().valid_up_to();
            let cell = ends.partition_point(|&end| end <= at);
            Error::new("not UTF-8 text").at_line(lines[cell / width])
        })?;
        Ok(Self {
            text,
            ends,
            width,
            lines,
        })
    }

    fn get(&self, cell: usize) -> &str {
        let start = cell.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text[start..self.ends[cell]].trim()
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
        let column = self.sheet.columns.iter().position(|c| c == column);
        column.map_or("", |k| self.sheet.cells.get(self.first + k))
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
