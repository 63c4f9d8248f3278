//! `comity import`: published files of pacts become tables of this project.

use std::path::Path;

use super::args::{ImportArgs, ImportKind};
use super::{Done, output};
use comity_lab::analysis::pact_series;
use comity_lab::ensemble::place::{Company, Place};
use comity_lab::published::{Dataset, FIRST_YEAR, Import, ImportManifest, Published, System, read};
use comity_lab::table::{Format, Table};
use comity_model::error::Error;
use comity_show::grid::{grid, number, paragraph};
use comity_show::report::quoted;

/// Does it.
pub fn import(args: &ImportArgs) -> Done {
    let dataset = match args.kind {
        ImportKind::Atop => Dataset::Atop,
        ImportKind::Cow => Dataset::Cow,
    };
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| Path::new("output").join(format!("import-{}", dataset.name())));
    let place = Place::open(&out, Company::Alone)?;
    if place.standing::<Import>(args.force)?.is_some() && !args.force {
        let problem = "is there already: name another folder with --out, or give --force";
        return Err(Error::new(problem).in_file(&out).into());
    }
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
    let file = args.file.file_name().unwrap_or_default().to_string_lossy();
    let body = Import::of(&published, &file, until);
    let mut manifest = ImportManifest::begin(body, std::env::args().collect());
    let mut draft = place.draft()?;
    for table in &tables {
        draft.table(table, Format::Csv)?;
    }
    manifest.complete = true;
    draft.finish(&mut manifest)?;
    if !args.quiet {
        output::print(&summary(&published, &tables, &out))?;
        output::note(&format!("{}: written", out.display()));
    }
    Ok(())
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
    let words = [
        format!(
            "data.pacts={}",
            toml::Value::from(pacts.display().to_string())
        ),
        format!("data.pact_source={}", dataset.source()),
    ];
    let [pacts, source] = words.map(|word| quoted(&word));
    text.push_str(&format!(
        "  comity run history-1946 --set {pacts} --set {source}\n"
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
