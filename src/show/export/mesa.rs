//! The data frame of Mesa's `batch_run`, as pandas writes it:
//! `RunId,iteration,Step,parameters…,metrics…`, and `AgentID` in that of the states.

use super::Exported;
use super::rows::{Rows, rows};
use comity_lab::ensemble::stored::Stored;
use comity_lab::table::{Column, ColumnType, Table, Values, csv};
use comity_model::error::Result;

/// One file for each table.
pub fn files(result: &Stored) -> Result<Vec<Exported>> {
    rows(result)?.into_iter().map(file).collect()
}

fn file(rows: Rows) -> Result<Exported> {
    let name = format!("mesa-{}", rows.table);
    let key = |name| Column::undeclared(name, ColumnType::Integer);
    let mut columns = vec![
        (key("RunId"), Values::Integer(rows.run)),
        (key("iteration"), Values::Integer(rows.iteration)),
        (key("Step"), Values::Integer(rows.step)),
    ];
    columns.extend(rows.parameters);
    if let Some(agents) = rows.agent {
        let column = Column::undeclared("AgentID", ColumnType::Text);
        columns.push((column, Values::Text(agents)));
    }
    columns.extend(rows.metrics);
    let (columns, values) = columns.into_iter().unzip();
    let table = Table {
        name,
        columns,
        values,
    };
    Ok(Exported {
        file: format!("{}.csv", table.name),
        bytes: csv::write(&table)?,
    })
}
