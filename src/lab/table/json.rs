//! JSON: an array of row objects, one row a line; missing reals are `null`.

use serde_json::{Map, Value};

use crate::table::{Column, ColumnType, Table, Values};
use comity_model::error::{Error, Result};

/// The table as JSON.
pub fn write(table: &Table) -> Vec<u8> {
    let mut text = String::from("[");
    for row in 0..table.rows() {
        text.push_str(if row == 0 { "\n" } else { ",\n" });
        text.push_str(&Value::Object(object(table, row)).to_string());
    }
    text.push_str(if table.rows() == 0 { "]\n" } else { "\n]\n" });
    text.into_bytes()
}

pub(super) fn object(table: &Table, row: usize) -> Map<String, Value> {
    let cell = |values: &Values| match values {
        // Infinities have no JSON: they become null like missing values.
        Values::Real(v) => Value::from(v[row]),
        Values::Integer(v) => Value::from(v[row]),
        Values::Text(v) => Value::from(v[row].as_str()),
    };
    let names = table.columns.iter().map(|c| c.name.clone());
    names.zip(table.values.iter().map(cell)).collect()
}

/// The table in `bytes`. The first row names the columns; a column in `known`
/// has its type from there, any other from its values.
pub fn read(name: &str, bytes: &[u8], known: &[Column]) -> Result<Table> {
    let rows: Vec<Map<String, Value>> = serde_json::from_slice(bytes)
        .map_err(|e| Error::new(format!("failed to read JSON: {e}")).at_line(e.line()))?;
    let Some(first) = rows.first() else {
        return Ok(Table::empty(name, known.to_vec()));
    };
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for key in first.keys() {
        let cells: Vec<&Value> = rows
            .iter()
            .map(|r| r.get(key).unwrap_or(&Value::Null))
            .collect();
        let column = match known.iter().find(|c| c.name == *key) {
            Some(column) => column.clone(),
            None => Column::undeclared(key, infer(&cells)),
        };
        values.push(convert(&cells, &column)?);
        columns.push(column);
    }
    Ok(Table {
        name: name.to_string(),
        columns,
        values,
    })
}

fn infer(cells: &[&Value]) -> ColumnType {
    if cells.iter().all(|c| c.is_i64()) {
        ColumnType::Integer
    } else if cells.iter().all(|c| c.is_number() || c.is_null()) {
        ColumnType::Real
    } else {
        ColumnType::Text
    }
}

fn convert(cells: &[&Value], column: &Column) -> Result<Values> {
    let wrong = |cell: &Value, expected: &str| {
        Error::expected(format!("`{cell}`"), expected).at_key(&column.name)
    };
    Ok(match column.kind {
        ColumnType::Real => {
            let convert = |cell: &&Value| match cell {
                Value::Null => Ok(f64::NAN),
                other => other.as_f64().ok_or_else(|| wrong(other, "a number")),
            };
            Values::Real(cells.iter().map(convert).collect::<Result<_>>()?)
        }
        ColumnType::Integer => {
            let convert =
                |cell: &&Value| cell.as_i64().ok_or_else(|| wrong(cell, "a whole number"));
            Values::Integer(cells.iter().map(convert).collect::<Result<_>>()?)
        }
        ColumnType::Text => {
            let convert = |cell: &&Value| match cell {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            Values::Text(cells.iter().map(convert).collect())
        }
    })
}
