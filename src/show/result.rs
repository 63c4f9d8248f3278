//! A result folder with all that a reader finds in it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::figures::{FigureInput, ImageFormat, available, draw_each, from_result, render};
use comity_lab::analysis::{moments, summary};
use comity_lab::ensemble::inputs::Input;
use comity_lab::ensemble::manifest::RunManifest;
use comity_lab::ensemble::place::Place;
use comity_lab::ensemble::replicates::{self, Replicate};
use comity_lab::table::store::write_whole;
use comity_lab::table::{Format, Table};
use comity_model::error::Result;
use comity_model::scenario::Scenario;

/// How a result is written.
#[derive(Clone, Copy)]
pub struct Writing<'a> {
    /// Format of the tables.
    pub format: Format,
    /// The user's files that it was made of.
    pub inputs: &'a [Input],
    /// Formats in which the figures are drawn; empty: no figures.
    pub figures: &'a [ImageFormat],
    /// Gives up, leaving nothing, once it is true.
    pub cancel: Option<&'a AtomicBool>,
    /// When the work began.
    pub begun: Instant,
}

/// Every table of a result: what was recorded, `summary` with several replicates,
/// `moments` where the runs cover 1946-1988.
///
/// # Errors
/// If a shipped table is broken, which a test excludes.
pub fn tables(scenario: &Scenario, runs: &[Replicate]) -> Result<Vec<Table>> {
    let mut tables = replicates::tables(scenario, runs);
    if runs.len() > 1 {
        tables.push(summary::summary(&tables[0]));
    }
    if scenario.calendar {
        let worlds = runs.iter().filter_map(|r| r.history.as_ref().ok());
        tables.extend(moments::comparison(worlds.map(|h| &h.world[..]))?);
    }
    Ok(tables)
}

/// Writes the tables, the figures and the manifest, whole or not at all; whether it was not
/// cancelled, which leaves nothing.
///
/// # Errors
/// If something cannot be written.
pub fn write(
    place: &Place,
    manifest: &mut RunManifest,
    tables: &[Table],
    writing: Writing,
) -> Result<bool> {
    let cancelled = || writing.cancel.is_some_and(|c| c.load(Ordering::Relaxed));
    if cancelled() {
        return Ok(false);
    }
    let mut draft = place.draft()?;
    for input in writing.inputs {
        draft.input(input)?;
    }
    for table in tables {
        draft.table(table, writing.format)?;
    }
    if !writing.figures.is_empty() {
        let input = from_result(manifest, tables.to_vec())?;
        let folder = draft.folder().join("figures");
        let Some(files) = draw(&input, &folder, &[], writing.figures, writing.cancel)? else {
            return Ok(false);
        };
        draft.note(&files);
    }
    if cancelled() {
        return Ok(false);
    }
    manifest.made.seconds = writing.begun.elapsed().as_secs_f64();
    manifest.complete = true;
    draft.finish(manifest)?;
    Ok(true)
}

/// Draws these figures (none named: all that there are tables for) into `folder`; `None`
/// if it was cancelled.
///
/// # Errors
/// If a figure cannot be drawn or written.
pub fn draw(
    input: &FigureInput,
    folder: &Path,
    names: &[String],
    formats: &[ImageFormat],
    cancel: Option<&AtomicBool>,
) -> Result<Option<Vec<PathBuf>>> {
    let available = available(input);
    let names = match names {
        [] => available.iter().map(|name| (*name).to_string()).collect(),
        _ => names.to_vec(),
    };
    let jobs: Vec<_> = names
        .iter()
        .flat_map(|name| formats.iter().map(move |&format| (name, format)))
        .collect();
    let one = |(name, format): (&String, ImageFormat)| {
        let path = folder.join(format!("{name}.{format}"));
        write_whole(&path, &render(name, input, format)?)?;
        Ok(path)
    };
    draw_each(jobs, cancel, one)
}
