//! The papers' claims with their verdicts, where a result holds the table of them.

use std::path::Path;

use serde_json::Value;

use super::page::{Block, Fact, Grid, Page, Section, Text};
use super::words::{cell, count, list, percent, range, real, signed};
use super::{colophon, repeat};
use crate::error::{Error, Result};
use crate::table::{Table, store};

/// Name of the table.
pub const TABLE: &str = "claims";

/// Columns that the table must have.
const NEEDED: [&str; 14] = [
    "claim",
    "paper",
    "section",
    "statement",
    "test",
    "effect",
    "low",
    "high",
    "sign_share",
    "reversal_share",
    "knock_out_left",
    "verdict",
    "verdict_atop",
    "verdict_cow",
];

/// The section, if the folder holds the table.
///
/// # Errors
/// If it cannot be read or lacks a column.
pub fn section(folder: &Path) -> Result<Option<Section>> {
    let Some(path) = store::find(folder, TABLE) else {
        return Ok(None);
    };
    let table = store::read(&path, &[]).map_err(|e| e.in_file(&path))?;
    let missing = |column: &&&str| table.position(column).is_none();
    if let Some(column) = NEEDED.iter().find(missing) {
        let found = format!("no column {column}");
        return Err(Error::expected(found, "it in a table of claims").in_file(&path));
    }
    Ok(of_table(&table))
}

fn of_table(table: &Table) -> Option<Section> {
    let mut blocks = vec![
        Block::text(
            "Each claim of the papers is a hypothesis that runs can contradict. The verdict on \
             the model says what follows from its rules, and is no evidence on the world; the \
             verdicts on the data come from the same test on the observed series, on ATOP and \
             on COW separately. The two are never mixed.",
        ),
        Block::list(verdicts(table))?,
    ];
    let provisional = table.integer("provisional").unwrap_or_default();
    let provisional = provisional.iter().filter(|p| **p == 1).count();
    if provisional > 0 {
        blocks.push(Block::caution(format!(
            "{} of {} verdicts on the model are provisional: fewer runs were made than a verdict \
             needs.",
            provisional,
            table.rows()
        )));
    }
    blocks.extend(grid(table).block());
    blocks.push(Block::text(
        "Paper A is Attinà (2005), B is UNU-CRIS (2005). Sign share: share of the accepted \
         parameter sets whose interval lies on the claimed side. Reversal share: share of the \
         draws from the prior ranges whose interval lies on the other side. Left without the \
         mechanism: share of the effect that remains when the claimed mechanism is switched off.",
    ));
    Section::of(TABLE, "Claims", blocks)
}

/// How often each verdict is given, as sentences.
fn verdicts(table: &Table) -> Vec<String> {
    let of = |column: &str, on: &str| {
        let mut counts: Vec<(String, usize)> = Vec::new();
        for row in 0..table.rows() {
            let verdict = cell(table, column, row);
            match counts.iter_mut().find(|(known, _)| *known == verdict) {
                Some((_, n)) => *n += 1,
                None => counts.push((verdict, 1)),
            }
        }
        counts.retain(|(verdict, _)| !verdict.is_empty() && verdict != "–");
        let total: usize = counts.iter().map(|c| c.1).sum();
        let parts: Vec<String> = counts.iter().map(|(v, n)| format!("{n} {v}")).collect();
        (total > 0).then(|| format!("On {on}, {}: {}.", count(total, "claim"), list(&parts)))
    };
    [
        of("verdict", "the model"),
        of("verdict_atop", "the data of ATOP"),
        of("verdict_cow", "the data of COW"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn grid(table: &Table) -> Grid {
    let why = table.position("reason").is_some();
    let mut heads = vec![
        "claim",
        "statement",
        "test",
        ">effect",
        ">95 % interval",
        ">sign share",
        ">reversal share",
        ">left without the mechanism",
        "model",
        "ATOP",
        "COW",
    ];
    heads.extend(why.then_some("why"));
    let caption = "Claims with effect and 95 % interval, and their verdicts";
    let mut grid = Grid::new(caption, &heads);
    for row in 0..table.rows() {
        let text = |column: &str| cell(table, column, row);
        let number = |column: &str| real(table, column, row);
        let place = [text("paper"), text("section")];
        let place: Vec<String> = place.into_iter().filter(|p| !p.is_empty()).collect();
        let plain = |words: String| Text::plain(words);
        let mut cells = vec![
            plain(text("claim")),
            plain(format!("{} ({})", text("statement"), place.join(", "))),
            plain(text("test")),
            plain(signed(number("effect"))),
            plain(range(number("low"), number("high"))),
            plain(percent(number("sign_share"))),
            plain(percent(number("reversal_share"))),
            plain(percent(number("knock_out_left"))),
            plain(text("verdict")),
            plain(text("verdict_atop")),
            plain(text("verdict_cow")),
        ];
        cells.extend(why.then(|| plain(text("reason"))));
        grid.row(cells);
    }
    grid
}

/// The page of a result that is known by its claims alone.
///
/// # Errors
/// If there is no such table.
pub fn page(folder: &Path, manifest: &Value) -> Result<Page> {
    let Some(section) = section(folder)? else {
        let kind = manifest["kind"].as_str().unwrap_or_default();
        let problem = format!("holds a result of the kind \"{kind}\", of which no report is known");
        return Err(Error::new(problem).in_file(folder));
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let version = text(&manifest["version"]);
    let fact = |name: &str, value: String| Fact {
        name: name.to_string(),
        value: Text::plain(value),
    };
    let facts = vec![
        fact("Program", format!("comity {version}")),
        fact("Made", repeat::date(&text(&manifest["made"]["started"]))),
    ];
    let command: Option<Vec<String>> = serde_json::from_value(manifest["command"].clone()).ok();
    let again = command.filter(|words| !words.is_empty()).map(|words| {
        let typed = repeat::typed(&words);
        vec![Block::Code {
            label: "The command that made it:".to_string(),
            text: typed,
        }]
    });
    let again = Section::of("repeat", "How to repeat it", again.unwrap_or_default());
    Ok(Page {
        title: "Claims of the papers".to_string(),
        subtitle: "Verdicts on claims".to_string(),
        facts: facts
            .into_iter()
            .filter(|f| f.value != Text::plain("comity ") && f.value != Text::plain(""))
            .collect(),
        sections: [Some(section), again].into_iter().flatten().collect(),
        colophon: colophon(&version).into(),
    })
}
