//! `comity import`: published files of pacts become tables of this project.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::args::{ImportArgs, ImportKind};
use super::{Done, output};
use comity_lab::analysis::pact_series;
use comity_lab::ensemble::manifest::TableRecord;
use comity_lab::ensemble::result::put;
use comity_lab::published::{Dataset, FIRST_YEAR, Published, System, read};
use comity_lab::table::store::encode;
use comity_lab::table::{Format, Table};
use comity_model::error::{Error, Result};
use comity_model::scenario::provenance::citations;
use comity_show::grid::{grid, number, paragraph};

/// The file that says where the tables of a folder are from.
const RECORD: &str = "import.json";

/// Does it.
pub fn import(args: &ImportArgs) -> Done {
    let dataset = match args.kind {
        ImportKind::Atop => Dataset::Atop,
        ImportKind::Cow => Dataset::Cow,
    };
    let system = System::shipped()?;
    let published = read(dataset, &args.file, &system)?;
    if published.pacts.is_empty() {
        let problem = format!("holds no pact of two states of the system since {FIRST_YEAR}");
        return Err(Error::new(problem).in_file(&args.file).into());
    }
    let until = args.until.unwrap_or(published.last_year);
    if until > published.last_year {
        let expected = format!("at most {}, where the data end", published.last_year);
        return Err(Error::expected(until, expected).at_key("--until").into());
    }
    let tables = pact_series::tables(&published, &system, until);
    let place = args
        .out
        .clone()
        .unwrap_or_else(|| Path::new("output").join(format!("import-{}", dataset.name())));
    put(
        &place,
        &files(args, &published, &tables, until)?,
        RECORD,
        args.force,
    )?;
    if !args.quiet {
        output::print(&summary(&published, &tables, &place))?;
        output::note(&format!("{}: written", place.display()));
    }
    Ok(())
}

fn files(
    args: &ImportArgs,
    published: &Published,
    tables: &[Table],
    until: i32,
) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    let mut records = Vec::new();
    for table in tables {
        let file = PathBuf::from(format!("{}.csv", table.name));
        records.push(TableRecord::of(table, &file, table.rows()));
        files.push((file.display().to_string(), encode(table, Format::Csv)?));
    }
    let cite = citations();
    let cite = cite.iter().find(|c| c.file == "observed/pact_members.csv");
    let record = json!({
        "program": "comity",
        "version": env!("CARGO_PKG_VERSION"),
        "command": std::env::args().collect::<Vec<_>>(),
        "dataset": published.dataset.title(),
        "source": published.dataset.source(),
        "file": args.file.display().to_string(),
        "sha256": published.sha256,
        "rows": published.rows,
        "pacts": published.pacts.len(),
        "years": [FIRST_YEAR, until],
        "notes": published.notes,
        "terms": cite.map(|c| c.terms.clone()),
        "cite": cite.map(|c| c.cite.clone()),
        "tables": serde_json::to_value(&records).unwrap_or(Value::Null),
    });
    let text = serde_json::to_string_pretty(&record).unwrap_or_default();
    files.push((RECORD.to_string(), (text + "\n").into_bytes()));
    Ok(files)
}

/// What came out, and what it is good for.
fn summary(published: &Published, tables: &[Table], place: &Path) -> String {
    let dataset = published.dataset;
    let mut text = format!(
        "{}: {} rows, {} pacts of states in the system since {FIRST_YEAR}\n\n",
        dataset.title(),
        published.rows,
        published.pacts.len()
    );
    if let Some(series) = tables.iter().find(|t| t.name == "alliances_by_year") {
        text.push_str(&years(series));
        text.push('\n');
    }
    for note in &published.notes {
        text.push_str(&paragraph(&format!("Note: {note}."), 0));
    }
    let pacts = place.join("pact_members.csv");
    text.push_str(&paragraph(
        "A run begins with these pacts, and forecasts are scored against these series, with",
        0,
    ));
    text.push_str(&format!(
        "  comity run history-1946 --set data.pacts='\"{}\"' --set data.pact_source={}\n",
        pacts.display(),
        dataset.source()
    ));
    text
}

/// The series at the start, in the middle and at the end.
fn years(series: &Table) -> String {
    let rows = series.rows();
    let chosen = [0, rows.saturating_sub(1) / 2, rows.saturating_sub(1)];
    let years = series.integer("year").unwrap_or_default();
    let heads: Vec<String> = chosen.iter().map(|&r| format!(">{}", years[r])).collect();
    let columns = [
        ("defence pacts in force", "defence_pacts"),
        ("share of states in one", "share_in_defence_pacts"),
        ("their mean size", "mean_size"),
        ("new in the year", "new_defence_pacts"),
        ("other pacts in force", "nondefence_alliances"),
    ];
    let row = |&(words, column): &(&str, &str)| {
        let values = series.real(column).unwrap_or_default();
        let cells = chosen.iter().map(|&r| number(values[r]));
        std::iter::once(words.to_string()).chain(cells).collect()
    };
    let rows: Vec<Vec<String>> = columns.iter().map(row).collect();
    let mut head = vec![""];
    head.extend(heads.iter().map(String::as_str));
    grid(&head, &rows)
}
