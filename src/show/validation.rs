//! A validation with all that a reader finds in it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::figures::{ImageFormat, validation as figures};
use super::grid::{grid, number, paragraph};
use comity_lab::analysis::summary::median;
use comity_lab::analysis::validation::{MEASURES, Measure, REGIONAL, ValidationManifest};
use comity_lab::ensemble::place::Place;
use comity_lab::table::{Format, Table};
use comity_model::error::Result;

/// How a validation is written.
#[derive(Clone, Copy)]
pub struct Writing<'a> {
    /// Formats in which the figures are drawn; empty: no figures.
    pub figures: &'a [ImageFormat],
    /// Gives up, leaving nothing, once it is true.
    pub cancel: &'a AtomicBool,
    /// When the work began.
    pub begun: Instant,
}

/// Writes tables, figures and manifest, whole or not at all; whether it was not cancelled.
///
/// # Errors
/// If something cannot be written.
pub fn write(
    place: &Place,
    manifest: &mut ValidationManifest,
    tables: &[Table],
    writing: Writing,
) -> Result<bool> {
    let format: Format = manifest.format.parse()?;
    let mut draft = place.draft()?;
    for table in tables {
        draft.table(table, format)?;
    }
    if !writing.figures.is_empty() {
        for name in figures::available(tables) {
            for &format in writing.figures {
                if writing.cancel.load(Ordering::Relaxed) {
                    return Ok(false);
                }
                let bytes = figures::render(&name, tables, format)?;
                draft.file(&format!("figures/{name}.{format}"), &bytes)?;
            }
        }
    }
    if writing.cancel.load(Ordering::Relaxed) {
        return Ok(false);
    }
    manifest.made.seconds = writing.begun.elapsed().as_secs_f64();
    manifest.complete = true;
    draft.finish(manifest)?;
    Ok(true)
}

/// What has to be said of a validation of which runs failed.
pub(crate) fn failures(manifest: &ValidationManifest) -> Option<String> {
    let runs = &manifest.runs;
    runs.provisional(runs.done + runs.failed.len() as u64)
}

/// The scores for a terminal of 80 columns.
pub fn summary(manifest: &ValidationManifest, tables: &[Table]) -> String {
    let mut text = format!(
        "Known {}-{}, forecast {}-{}.\n",
        manifest.fit.0, manifest.fit.1, manifest.forecast.0, manifest.forecast.1
    );
    let find = |name: &str| tables.iter().find(|t| t.name == name);
    if let (Some(scores), Some(skills)) = (find("scores"), find("skills")) {
        for source in distinct(scores, "source") {
            text.push_str(&format!("\n{source}\n\n"));
            text.push_str(&of_scores(scores, &source));
            text.push('\n');
            text.push_str(&of_skills(skills, &source));
            if let Some(regions) = of_regions(skills, &source) {
                text.push('\n');
                text.push_str(&regions);
            }
        }
    }
    text.push('\n');
    text.push_str(&paragraph(
        "CRPS: mean continuous ranked probability score, in the unit of the series, lower is \
         better; in 90 %: share of years within the model's 5-95 % band. Skill: 1 - CRPS of the \
         model / CRPS of the baseline, above 0 the model is better, with 95 % intervals (block \
         bootstrap over years). Regions: each left out in turn, medians over the regions.",
        0,
    ));
    text.push_str(&super::validation_network::summary(tables));
    text.push_str(&failures(manifest).map_or(String::new(), |text| paragraph(&text, 0)));
    for note in &manifest.notes {
        text.push_str(&paragraph(&format!("Note: {note}."), 0));
    }
    text
}

fn distinct(table: &Table, column: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for value in table.text(column).unwrap_or_default() {
        if !found.contains(value) {
            found.push(value.clone());
        }
    }
    found
}

/// Rows of the table with these texts in these columns.
fn rows(table: &Table, wanted: &[(&str, &str)]) -> Vec<usize> {
    let holds = |row: &usize| {
        wanted
            .iter()
            .all(|(column, value)| table.text(column).is_some_and(|c| c[*row] == *value))
    };
    (0..table.rows()).filter(holds).collect()
}

fn of_scores(scores: &Table, source: &str) -> String {
    let crps = scores.real("crps").unwrap_or_default();
    let coverage = scores.real("coverage_90").unwrap_or_default();
    let years = scores.real("years").unwrap_or_default();
    let line = |measure: &Measure| {
        let of = |forecaster: &str| {
            let key = [
                ("source", source),
                ("region", "world"),
                ("measure", measure.name),
                ("forecaster", forecaster),
            ];
            rows(scores, &key).first().copied()
        };
        let model = of("model")?;
        let cell = |row: Option<usize>| row.map_or(String::new(), |r| number(crps[r]));
        Some(vec![
            measure.label.to_string(),
            number(years[model]),
            cell(Some(model)),
            cell(of("persistence")),
            cell(of("trend")),
            cell(of("ar1")),
            number(coverage[model]),
        ])
    };
    let lines: Vec<Vec<String>> = MEASURES.iter().filter_map(line).collect();
    let head = [
        "CRPS",
        ">years",
        ">model",
        ">persistence",
        ">trend",
        ">AR(1)",
        ">in 90 %",
    ];
    grid(&head, &lines)
}

const BASELINES: [&str; 3] = ["persistence", "trend", "ar1"];
const SKILL_HEAD: [&str; 4] = ["skill against", ">persistence", ">trend", ">AR(1)"];

fn of_skills(skills: &Table, source: &str) -> String {
    let [value, low, high] = ["skill", "low", "high"].map(|c| skills.real(c).unwrap_or_default());
    let cell = |measure: &Measure, baseline: &str| {
        let key = [
            ("source", source),
            ("region", "world"),
            ("measure", measure.name),
            ("baseline", baseline),
        ];
        let row = rows(skills, &key).first().copied();
        row.map_or(String::new(), |r| {
            let [value, low, high] = [value[r], low[r], high[r]].map(short);
            format!("{value} ({low}, {high})")
        })
    };
    let line = |measure: &Measure| {
        let cells = BASELINES.iter().map(|b| cell(measure, b));
        let line: Vec<String> = std::iter::once(measure.label.to_string())
            .chain(cells)
            .collect();
        line[1..].iter().any(|c| !c.is_empty()).then_some(line)
    };
    let lines: Vec<Vec<String>> = MEASURES.iter().filter_map(line).collect();
    grid(&SKILL_HEAD, &lines)
}

/// Two decimals without the 0 before them.
fn short(value: f64) -> String {
    format!("{value:.2}").replacen("0.", ".", usize::from(value.abs() < 1.0))
}

/// Medians over the regions; `None` without any.
fn of_regions(skills: &Table, source: &str) -> Option<String> {
    let value = skills.real("skill")?;
    let regions = skills.text("region")?;
    let line = |measure: &Measure| {
        let cell = |baseline: &&str| {
            let key = [
                ("source", source),
                ("measure", measure.name),
                ("baseline", *baseline),
            ];
            let here = rows(skills, &key)
                .into_iter()
                .filter(|&r| regions[r] != "world");
            let values: Vec<f64> = here.map(|r| value[r]).filter(|v| v.is_finite()).collect();
            match values.len() {
                0 => String::new(),
                _ => short(median(&values)),
            }
        };
        let cells = BASELINES.iter().map(cell);
        let label = format!("regions: {}", measure.label);
        let line: Vec<String> = std::iter::once(label).chain(cells).collect();
        line[1..].iter().any(|c| !c.is_empty()).then_some(line)
    };
    let lines: Vec<Vec<String>> = REGIONAL.iter().filter_map(line).collect();
    (!lines.is_empty()).then(|| grid(&SKILL_HEAD, &lines))
}
