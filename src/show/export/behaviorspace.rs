//! The table of NetLogo's BehaviorSpace: six lines of heading, every cell quoted, then
//! `"[run number]",parameters…,"[step]",metrics…`.

use csv::{QuoteStyle, WriterBuilder};

use super::Exported;
use super::rows::{Rows, rows};
use comity_lab::ensemble::stored::{Maker, Stored};
use comity_lab::table::Values;
use comity_model::error::{Error, Result};

/// One file for each table but that of the states, for which the layout has no place.
pub fn files(result: &Stored) -> Result<Vec<Exported>> {
    let tables = rows(result)?.into_iter().filter(|r| r.agent.is_none());
    tables.map(|rows| file(&heading(result), &rows)).collect()
}

/// The first four lines: program and layout, model, experiment, date.
fn heading(result: &Stored) -> [Vec<String>; 4] {
    let (version, model, experiment, date) = match &result.maker {
        Maker::Run(m) => (
            &m.version,
            m.scenario.source.files.first().map(|f| f.file.clone()),
            &m.scenario.name,
            &m.made.started,
        ),
        Maker::Batch(m) => (
            &m.version,
            Some(m.experiment.file.clone()),
            &m.experiment.name,
            &m.made.started,
        ),
    };
    let program = format!("BehaviorSpace results (comity {version})");
    [
        vec![program, "Table version 2.0".to_string()],
        vec![model.unwrap_or_default()],
        vec![experiment.clone()],
        vec![netlogo_date(date)],
    ]
}

/// `2026-01-31T12:00:00Z` as `01/31/2026 12:00:00:000 +0000`; another text as it is.
fn netlogo_date(text: &str) -> String {
    let parts = text.split_once('T').and_then(|(date, time)| {
        let mut date = date.split('-');
        let (year, month, day) = (date.next()?, date.next()?, date.next()?);
        let time = time.strip_suffix('Z')?;
        Some(format!("{month}/{day}/{year} {time}:000 +0000"))
    });
    parts.unwrap_or_else(|| text.to_string())
}

fn file(heading: &[Vec<String>; 4], rows: &Rows) -> Result<Exported> {
    let failed = |e: csv::Error| Error::new(format!("failed to write CSV: {e}"));
    let mut writer = WriterBuilder::new()
        .flexible(true)
        .quote_style(QuoteStyle::Always)
        .from_writer(Vec::new());
    for line in heading {
        writer.write_record(line).map_err(failed)?;
    }
    // The world of patches, of which there is none.
    let bounds = ["min-pxcor", "max-pxcor", "min-pycor", "max-pycor"];
    writer.write_record(bounds).map_err(failed)?;
    writer.write_record(["0"; 4]).map_err(failed)?;
    let names = |columns: &super::rows::Columns| -> Vec<String> {
        columns.iter().map(|(c, _)| c.name.clone()).collect()
    };
    let mut head = vec!["[run number]".to_string()];
    head.extend(names(&rows.parameters));
    head.push("[step]".to_string());
    head.extend(names(&rows.metrics));
    writer.write_record(&head).map_err(failed)?;
    for row in 0..rows.run.len() {
        // Runs are counted from 1 there.
        let mut cells = vec![rows.run[row].saturating_add(1).to_string()];
        cells.extend(rows.parameters.iter().map(|(_, v)| cell(v, row)));
        cells.push(rows.step[row].to_string());
        cells.extend(rows.metrics.iter().map(|(_, v)| cell(v, row)));
        writer.write_record(&cells).map_err(failed)?;
    }
    let bytes = writer.into_inner();
    Ok(Exported {
        file: format!("behaviorspace-{}.csv", rows.table),
        bytes: bytes.map_err(|e| failed(e.into_error().into()))?,
    })
}

fn cell(values: &Values, row: usize) -> String {
    match values {
        Values::Real(v) if v[row].is_nan() => String::new(),
        Values::Real(v) => v[row].to_string(),
        Values::Integer(v) => v[row].to_string(),
        Values::Text(v) => v[row].clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_as_netlogo_writes_them() {
        let date = netlogo_date("2026-01-31T12:05:09Z");
        assert_eq!(date, "01/31/2026 12:05:09:000 +0000");
        assert_eq!(netlogo_date("some day"), "some day");
    }
}
