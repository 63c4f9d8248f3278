//! CSV: UTF-8, one header row, `.` decimals, empty for missing.

use std::io::Write;

use crate::table::{Column, ColumnType, Table, Values};
use comity_model::error::{Error, Result};

/// Columns of a table that is read; each of them takes memory, however short its name.
const COLUMNS: usize = 1 << 16;

/// The table as CSV. Reals are the shortest text that reads back as the same number.
pub fn write(table: &Table) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write_header(table, &mut bytes)?;
    write_rows(table, &mut bytes)?;
    Ok(bytes)
}

/// Writes the names of the columns.
pub fn write_header(table: &Table, out: impl Write) -> Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let names = table.columns.iter().map(|c| c.name.as_str());
    writer.write_record(names).map_err(failed)?;
    writer.flush().map_err(|e| failed(e.into()))
}

/// Writes the rows.
pub fn write_rows(table: &Table, out: impl Write) -> Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    for row in 0..table.rows() {
        for values in &table.values {
            match values {
                Values::Real(v) if v[row].is_nan() => writer.write_field(""),
                Values::Real(v) => writer.write_field(v[row].to_string()),
                Values::Integer(v) => writer.write_field(v[row].to_string()),
                Values::Text(v) => writer.write_field(&v[row]),
            }
            .map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)?;
    }
    writer.flush().map_err(|e| failed(e.into()))
}

fn failed(e: csv::Error) -> Error {
    Error::new(format!("failed to write CSV: {e}"))
}

/// The table in `bytes`. A column in `known` has its type from there, any other from its values.
pub fn read(name: &str, bytes: &[u8], known: &[Column]) -> Result<Table> {
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let header = reader.headers().map_err(read_error)?.clone();
    if header.len() > COLUMNS {
        let found = format!("{} columns", header.len());
        return Err(Error::expected(found, format!("at most {COLUMNS}")).at_line(1));
    }
    let mut cells: Vec<Vec<String>> = vec![Vec::new(); header.len()];
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(read_error)?;
        lines.push(record.position().map_or(0, |p| p.line() as usize));
        for (column, cell) in cells.iter_mut().zip(record.iter()) {
            column.push(cell.to_string());
        }
    }
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for (title, cells) in header.iter().zip(cells) {
        let column = match known.iter().find(|c| c.name == title) {
            Some(column) => column.clone(),
            None => Column::undeclared(title, infer(&cells)),
        };
        values.push(parse(cells, &column, &lines)?);
        columns.push(column);
    }
    Ok(Table {
        name: name.to_string(),
        columns,
        values,
    })
}

fn read_error(e: csv::Error) -> Error {
    let error = Error::new(format!("failed to read CSV: {e}"));
    match e.position() {
        Some(position) => error.at_line(position.line() as usize),
        None => error,
    }
}

/// Whole numbers if every cell is one; real numbers if every filled cell is one; else text.
fn infer(cells: &[String]) -> ColumnType {
    let filled = || cells.iter().filter(|c| !c.is_empty());
    if filled().next().is_none() {
        ColumnType::Text
    } else if cells.iter().all(|c| c.parse::<i64>().is_ok()) {
        ColumnType::Integer
    } else if filled().all(|c| c.parse::<f64>().is_ok()) {
        ColumnType::Real
    } else {
        ColumnType::Text
    }
}

fn parse(cells: Vec<String>, column: &Column, lines: &[usize]) -> Result<Values> {
    let wrong = |row: usize, cell: &str, expected: &str| {
        Error::expected(format!("`{cell}`"), expected)
            .at_line(lines[row])
            .at_key(&column.name)
    };
    Ok(match column.kind {
        ColumnType::Text => Values::Text(cells),
        ColumnType::Real => {
            let parse = |(row, cell): (usize, &String)| match cell.as_str() {
                "" => Ok(f64::NAN),
                text => text.parse().map_err(|_| wrong(row, text, "a number")),
            };
            Values::Real(cells.iter().enumerate().map(parse).collect::<Result<_>>()?)
        }
        ColumnType::Integer => {
            let parse = |(row, cell): (usize, &String)| {
                cell.parse().map_err(|_| wrong(row, cell, "a whole number"))
            };
            Values::Integer(cells.iter().enumerate().map(parse).collect::<Result<_>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_too_many_columns_is_refused_by_its_head() {
        let wide = ",".repeat(COLUMNS) + "\n";
        let error = read("t", wide.as_bytes(), &[]).unwrap_err();
        assert_eq!(error.problem, "found 65537 columns, expected at most 65536");
        assert_eq!(read("t", &wide.as_bytes()[1..], &[]).unwrap().rows(), 0);
    }

    #[test]
    fn types_are_inferred_and_missing_reals_are_nan() {
        let table = read("t", b"a,b,c,d\n1,1,x,\n2,,,\n", &[]).unwrap();
        assert_eq!(table.integer("a"), Some(&[1, 2][..]));
        let b = table.real("b").unwrap();
        assert!(b[0] == 1.0 && b[1].is_nan());
        assert_eq!(table.columns[2].kind, ColumnType::Text);
        assert_eq!(table.columns[3].kind, ColumnType::Text);
    }

    #[test]
    fn a_wrong_cell_is_named_with_line_and_column() {
        let known = [Column::undeclared("year", ColumnType::Integer)];
        let error = read("t", b"year\n1946\nx\n", &known).unwrap_err();
        assert_eq!(error.line, Some(3));
        assert_eq!(
            error.to_string(),
            "year: found `x`, expected a whole number"
        );
    }

    #[test]
    fn a_short_row_is_an_error_with_its_line() {
        assert_eq!(read("t", b"a,b\n1,2\n3\n", &[]).unwrap_err().line, Some(3));
    }
}
