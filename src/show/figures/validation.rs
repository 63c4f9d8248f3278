//! Figures of a validation: fan charts with what was observed, and skill with intervals.

use super::canvas::{Canvas, Frame, Marker, Text};
use super::experiment::arms::interval;
use super::experiment::axes::Scale;
use super::experiment::drawing::Drawing;
use super::experiment::rows::Rows;
use super::font::text_width;
use super::lines::{HEAD, MARGIN, title as heading};
use super::panel::{self, Line, Panel};
use super::sheet::{self, ImageFormat, Sheet};
use super::style::{self, GREY, INK, PAGE, SMALL, THIN, colour};
use super::validation_network as network;
use comity_lab::analysis::summary::Band;
use comity_lab::analysis::validation::{MEASURES, Measure};
use comity_lab::table::Table;
use comity_model::error::{Error, Result};

/// The forecasters in the order of their colours, with words.
const FORECASTERS: [(&str, &str); 4] = [
    ("model", "model, median and 90 %"),
    ("persistence", "persistence"),
    ("trend", "linear trend"),
    ("ar1", "AR(1)"),
];
const COLUMNS: usize = 2;
const BETWEEN: f64 = 10.0;
const HEIGHT: f64 = 62.0;
const ROW: f64 = 15.0;

/// Names of the figures that there are tables for, each for one source of pacts.
pub fn available(tables: &[Table]) -> Vec<String> {
    let of = |source: String| {
        let short = short(&source);
        let mut names = vec![format!("forecast-{short}"), format!("skill-{short}")];
        let networks = network::KINDS.iter().map(|k| k.0);
        let drawn = networks.filter(|kind| network::lay_out(kind, tables, &source).is_some());
        names.extend(drawn.map(|kind| format!("{kind}-{short}")));
        names
    };
    sources(tables).into_iter().flat_map(of).collect()
}

/// What a figure of this name shows; empty for an unknown name.
pub fn caption(name: &str) -> &'static str {
    match name.split('-').next() {
        Some("forecast") => {
            "Forecasts of the years after the fit window (grey line) with what was observed. The \
             model is an ensemble of runs; the baselines know the years of the fit window only and \
             are drawn by their medians."
        }
        Some("skill") => {
            "1 - CRPS of the model / CRPS of a baseline, with 95 % intervals from a block bootstrap \
             over years. Right of 0 the model forecasts better."
        }
        Some(kind) => {
            let network = network::KINDS.iter().find(|k| k.0 == kind);
            network.map_or("", |k| k.2)
        }
        None => "",
    }
}

/// What a figure of this name is called, but for its source; empty for an unknown name.
pub fn title(name: &str) -> &'static str {
    match name.split('-').next() {
        Some("forecast") => "Forecasts and what was observed",
        Some("skill") => "Skill of the model",
        kind => {
            let network = network::KINDS.iter().find(|k| Some(k.0) == kind);
            network.map_or("", |k| k.1)
        }
    }
}

/// The bytes of one figure.
///
/// # Errors
/// If there is no such figure, or it cannot be drawn.
pub fn render(name: &str, tables: &[Table], format: ImageFormat) -> Result<Vec<u8>> {
    let unknown = || Error::expected(format!("figure `{name}`"), available(tables).join(", "));
    let source = sources(tables)
        .into_iter()
        .find(|s| name.ends_with(&format!("-{}", short(s))));
    let source = source.ok_or_else(unknown)?;
    match name.split('-').next() {
        Some("forecast") => {
            let fans = fans(tables, &source).ok_or_else(unknown)?;
            sheet::bytes(&fans.sheet(), format)
        }
        Some("skill") => {
            let drawing = skill(tables, &source).ok_or_else(unknown)?;
            sheet::bytes(&drawing.sheet(), format)
        }
        kind => {
            let kind = kind.unwrap_or_default();
            let drawing = network::lay_out(kind, tables, &source).ok_or_else(unknown)?;
            sheet::bytes(&drawing.sheet(), format)
        }
    }
}

fn sources(tables: &[Table]) -> Vec<String> {
    let table = tables.iter().find(|t| t.name == "forecasts");
    let mut found: Vec<String> = Vec::new();
    for source in table.and_then(|t| t.text("source")).unwrap_or_default() {
        if !found.contains(source) {
            found.push(source.clone());
        }
    }
    found
}

/// A source in names of files: its letters, in lower case.
fn short(source: &str) -> String {
    let letters = source.chars().take_while(char::is_ascii_alphabetic);
    letters.collect::<String>().to_lowercase()
}

/// A page of panels, one for each measure.
struct Fans {
    title: String,
    note: String,
    panels: Vec<Panel>,
    span: (i64, i64),
    fit_end: i64,
}

fn fans(tables: &[Table], source: &str) -> Option<Fans> {
    let table = tables.iter().find(|t| t.name == "forecasts")?;
    let [sources, regions, measures, forecasters] =
        ["source", "region", "measure", "forecaster"].map(|c| table.text(c));
    let (sources, regions, measures, forecasters) = (sources?, regions?, measures?, forecasters?);
    let (years, scored) = (table.integer("year")?, table.integer("scored")?);
    let [p05, median, p95, observed] = ["p05", "median", "p95", "observed"].map(|c| table.real(c));
    let (p05, median, p95, observed) = (p05?, median?, p95?, observed?);
    let of_world = |row: &usize| sources[*row] == source && regions[*row] == "world";
    let rows: Vec<usize> = (0..table.rows()).filter(of_world).collect();
    let band = |row: usize, model: bool| Band {
        year: years[row],
        runs: if model { 2 } else { 1 },
        low: if model { p05[row] } else { median[row] },
        median: median[row],
        high: if model { p95[row] } else { median[row] },
    };
    let panel = |measure: &Measure| {
        let of = |row: &&usize| measures[**row] == measure.name;
        let rows: Vec<usize> = rows.iter().filter(of).copied().collect();
        let mut lines = Vec::new();
        for (k, (name, _)) in FORECASTERS.iter().enumerate().rev() {
            let own = rows.iter().filter(|&&row| forecasters[row] == *name);
            let bands: Vec<Band> = own.map(|&row| band(row, k == 0)).collect();
            lines.push(line(k, bands, false));
        }
        let own = rows
            .iter()
            .filter(|&&row| forecasters[row] == FORECASTERS[0].0);
        let seen = own.map(|&row| Band {
            year: years[row],
            runs: 1,
            low: observed[row],
            median: observed[row],
            high: observed[row],
        });
        lines.push(line(usize::MAX, seen.collect(), true));
        Panel {
            label: format!("{} ({})", measure.label, measure.unit),
            lines,
            top: (measure.unit == "share").then_some(1.0),
            years: true,
            values: true,
            year_ticks: 5,
        }
    };
    let drawn = MEASURES
        .iter()
        .filter(|m| rows.iter().any(|&r| measures[r] == m.name));
    let panels: Vec<Panel> = drawn.map(panel).collect();
    let first = rows.iter().map(|&r| years[r]).min()?;
    let last = rows.iter().map(|&r| years[r]).max()?;
    let begins = rows.iter().filter(|&&r| scored[r] == 1);
    let begins = begins.map(|&r| years[r]).min()?;
    let members = table.integer("members")?;
    let runs = rows.iter().map(|&r| members[r]).max().unwrap_or(0);
    Some(Fans {
        title: format!("Forecasts and what was observed ({source})"),
        note: format!(
            "{runs} runs. Baselines know the years up to {}, left of the grey line.",
            begins - 1
        ),
        panels,
        span: (first, last),
        fit_end: begins - 1,
    })
}

fn line(k: usize, bands: Vec<Band>, observed: bool) -> Line {
    Line {
        label: String::new(),
        bands,
        colour: if observed { INK } else { colour(k) },
        marker: Some(Marker::nth(if observed { 0 } else { k })),
        observed,
    }
}

impl Fans {
    fn frames(&self) -> impl Iterator<Item = (Frame, &Panel)> {
        let width = (PAGE - 2.0 * MARGIN - BETWEEN) / COLUMNS as f64;
        self.panels.iter().enumerate().map(move |(k, panel)| {
            let h = HEIGHT + panel::overhead(panel, width);
            let frame = Frame {
                x: MARGIN + (k % COLUMNS) as f64 * (width + BETWEEN),
                y: HEAD + 11.0 + (k / COLUMNS) as f64 * (h + 4.0),
                w: width,
                h,
            };
            (frame, panel)
        })
    }

    fn bottom(&self) -> f64 {
        let ends = self.frames().map(|(f, _)| f.y + f.h);
        ends.fold(HEAD, f64::max)
    }

    fn sheet(self) -> Sheet {
        let lines = panel::wrap(&self.note, PAGE - 2.0 * MARGIN).len();
        let mut canvas = Canvas::default();
        self.draw(&mut canvas);
        Sheet {
            size: (PAGE, self.bottom() + 9.0 + 8.0 * lines as f64),
            title: self.title,
            canvas,
        }
    }

    fn draw(&self, canvas: &mut Canvas) {
        heading(canvas, &self.title);
        let mut x = MARGIN;
        let entries = FORECASTERS.iter().enumerate();
        let entries = entries.map(|(k, (_, words))| (line(k, Vec::new(), false), *words));
        let seen = (line(usize::MAX, Vec::new(), true), "observed");
        for (sample, words) in entries.chain([seen]) {
            panel::sample(canvas, (x, HEAD + 4.2), &sample);
            canvas.text(words, (x + 18.0, HEAD + 6.4), Text::default());
            x += 27.0 + text_width(words, SMALL);
        }
        for (frame, panel) in self.frames() {
            let (first, last) = self.span;
            let plot = (frame.x + panel::LEFT, frame.w - panel::LEFT - 3.0);
            let at = (self.fit_end as f64 + 0.5 - first as f64) / (last - first).max(1) as f64;
            let x = plot.0 + at * plot.1;
            let (top, foot) = (frame.y + 15.0, frame.y + frame.h - 10.0);
            canvas.path(&[(x, top), (x, foot)], GREY, THIN);
            panel::draw(canvas, frame, panel, self.span);
        }
        let place = (MARGIN, self.bottom() + 3.0);
        panel::note(canvas, place, &self.note, PAGE - 2.0 * MARGIN);
    }
}

/// Skill of the world's series against each baseline.
fn skill(tables: &[Table], source: &str) -> Option<Drawing> {
    let table = tables.iter().find(|t| t.name == "skills")?;
    let [sources, regions, measures, baselines] =
        ["source", "region", "measure", "baseline"].map(|c| table.text(c));
    let (sources, regions, measures, baselines) = (sources?, regions?, measures?, baselines?);
    let [value, low, high] = ["skill", "low", "high"].map(|c| table.real(c));
    let (value, low, high) = (value?, low?, high?);
    // Far below 0 it no longer matters how far.
    let shown = |v: f64| v.max(-2.0);
    let of_world = |r: &usize| sources[*r] == source && regions[*r] == "world";
    let rows: Vec<usize> = (0..table.rows()).filter(of_world).collect();
    let there = |m: &Measure| rows.iter().any(|&r| measures[r] == m.name);
    let drawn: Vec<Measure> = MEASURES.into_iter().filter(there).collect();
    let names: Vec<String> = drawn.iter().map(|m| m.label.to_string()).collect();
    let mut drawing = Drawing::new(&format!("Skill of the model ({source})"), style::COLUMN);
    let entries: Vec<(String, usize)> = FORECASTERS
        .iter()
        .enumerate()
        .skip(1)
        .map(|(k, (_, words))| (format!("against {words}"), k))
        .collect();
    drawing.legend(&entries, |d, (x, y), &k| {
        d.path(vec![(x, y), (x + 15.0, y)], colour(k), THIN);
        d.marker(Marker::nth(k), (x + 7.5, y), 2.0, colour(k));
    });
    let ends = rows
        .iter()
        .flat_map(|&r| [shown(value[r]), shown(low[r]), high[r]]);
    let x = Scale::over(ends.chain([0.0]), 5);
    let corner = (MARGIN, drawing.y);
    let place = (corner, drawing.inner(), 0.0);
    let heads = ("", "1 – CRPS of the model / CRPS of the baseline");
    let panel = Rows::new(&mut drawing, place, heads, &names, x, ROW);
    let zero = panel.at(0.0, 0).0;
    let bottom = panel.frame.y + panel.frame.h;
    drawing.path(vec![(zero, panel.frame.y), (zero, bottom)], INK, THIN);
    for (row, measure) in drawn.iter().enumerate() {
        for (k, (name, _)) in FORECASTERS.iter().enumerate().skip(1) {
            let is = |r: &&usize| measures[**r] == measure.name && baselines[**r] == *name;
            let Some(&r) = rows.iter().find(is).filter(|r| value[**r].is_finite()) else {
                continue;
            };
            let (x, y) = panel.at(shown(value[r]), row);
            let y = y + (k as f64 - 2.0) * 4.0;
            interval(
                &mut drawing,
                &panel,
                y,
                (shown(low[r]), shown(high[r])),
                colour(k),
            );
            drawing.marker(Marker::nth(k), (x, y), 1.9, colour(k));
        }
    }
    drawing.y = panel.bottom();
    drawing.note("95 % intervals; skill below −2 is drawn at −2. Right of 0 the model is better.");
    Some(drawing)
}
