//! Figures of lines over years: a stack of panels in a column.

use super::canvas::{Canvas, Frame, Marker, Text};
use super::input::FigureInput;
use super::panel::{self, Line, Panel};
use super::style::{COLUMN, GREY, INK, SMALL, TITLE, colour};
use comity_lab::analysis::summary;

/// A column of the world table as a line.
pub struct Series(pub &'static str, pub &'static str);

/// A panel of such lines.
pub struct Spec {
    /// Name and unit of the vertical axis.
    pub label: &'static str,
    /// (name, column) of each line.
    pub series: &'static [Series],
    /// Upper end of the vertical axis, if fixed.
    pub top: Option<f64>,
    /// Height of the plot.
    pub height: f64,
}

/// Margin at the sides.
pub const MARGIN: f64 = 4.0;
/// Room for the title.
pub const HEAD: f64 = 17.0;
const BETWEEN: f64 = 5.0;

/// The panels of `specs` that the input has columns for, with what was observed.
pub fn panels(specs: &[Spec], input: &FigureInput) -> Vec<(Panel, f64)> {
    let mut panels = Vec::new();
    for spec in specs {
        let mut panel = Panel {
            label: spec.label.to_string(),
            top: spec.top,
            values: true,
            year_ticks: 8,
            ..Panel::default()
        };
        let simulated = lines(spec, input);
        if simulated.is_empty() {
            continue;
        }
        panel.lines = simulated;
        for (i, series) in spec.series.iter().enumerate() {
            panel.lines.extend(observed(series, i, input));
        }
        panels.push((panel, spec.height));
    }
    if let Some((last, _)) = panels.last_mut() {
        last.years = true;
    }
    panels
}

fn lines(spec: &Spec, input: &FigureInput) -> Vec<Line> {
    let mut lines = Vec::new();
    for (i, Series(label, column)) in spec.series.iter().enumerate() {
        let world = input.table("world");
        let bands = world.and_then(|w| summary::by_year(w, column));
        let Some(bands) = bands.filter(|b| !b.is_empty()) else {
            continue;
        };
        lines.push(Line {
            label: if spec.series.len() > 1 { *label } else { "" }.to_string(),
            bands,
            colour: colour(i),
            marker: Some(Marker::nth(i)),
            observed: false,
        });
    }
    lines
}

fn observed(series: &Series, i: usize, input: &FigureInput) -> Vec<Line> {
    let line = |(source, bands): (&str, _)| Line {
        label: String::new(),
        bands,
        colour: colour(i),
        marker: Some(source_marker(source)),
        observed: true,
    };
    let found = input.observations(series.1);
    found.into_iter().map(line).collect()
}

fn source_marker(source: &str) -> Marker {
    match source {
        "ATOP" => Marker::Circle,
        _ => Marker::Triangle,
    }
}

/// Sources of the observed lines of `specs`.
fn sources(specs: &[Spec], input: &FigureInput) -> Vec<&'static str> {
    let mut sources: Vec<&str> = Vec::new();
    for Series(_, column) in specs.iter().flat_map(|s| s.series) {
        for (source, _) in input.observations(column) {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
    }
    sources
}

/// What lines and bands are, below the figure.
pub fn explain(runs: usize) -> String {
    match runs {
        1 => "One run: one draw of chance.".to_string(),
        _ => format!("Lines: medians of {runs} runs. Bands: 5–95 % of the runs."),
    }
}

/// Height of the figure; `None` if the input has none of its columns.
pub fn height(specs: &[Spec], input: &FigureInput) -> Option<f64> {
    let width = COLUMN - 2.0 * MARGIN;
    let panels = panels(specs, input);
    let stack: f64 = panels
        .iter()
        .map(|(panel, height)| height + panel::overhead(panel, width) + BETWEEN)
        .sum();
    let note = panel::wrap(&explain(input.runs()), width).len() as f64 * 8.0;
    let key = if sources(specs, input).is_empty() {
        0.0
    } else {
        9.0
    };
    (!panels.is_empty()).then_some(HEAD + stack + 8.0 + key + note + 4.0)
}

/// The name of the horizontal axis.
pub fn time_label(first: i64) -> &'static str {
    if first >= 1000 {
        "Year"
    } else {
        "Year of the run"
    }
}

/// The title of a figure.
pub fn title(canvas: &mut Canvas, text: &str) {
    let style = Text {
        size: TITLE,
        bold: true,
        ..Text::default()
    };
    canvas.text(text, (MARGIN, 11.5), style)
}

/// Draws the figure.
pub fn draw(canvas: &mut Canvas, heading: &str, specs: &[Spec], input: &FigureInput) {
    let Some(span) = input.span("world") else {
        return;
    };
    title(canvas, heading);
    let width = COLUMN - 2.0 * MARGIN;
    let mut y = HEAD;
    for (panel, height) in panels(specs, input) {
        let frame = Frame {
            x: MARGIN,
            y,
            w: width,
            h: height + panel::overhead(&panel, width),
        };
        panel::draw(canvas, frame, &panel, span);
        y += frame.h + BETWEEN;
    }
    y = year_label(
        canvas,
        (MARGIN + panel::LEFT, y - BETWEEN),
        width - panel::LEFT,
        span.0,
    );
    y = key(canvas, y, &sources(specs, input));
    panel::note(canvas, (MARGIN, y), &explain(input.runs()), width);
}

/// Names the horizontal axis, centred below; the lower edge.
pub fn year_label(canvas: &mut Canvas, (x, y): (f64, f64), width: f64, first: i64) -> f64 {
    let style = Text {
        anchor: 0.5,
        ..Text::default()
    };
    canvas.text(time_label(first), (x + width / 2.0, y + 7.0), style);
    y + 10.0
}

/// What the dashed lines are; the lower edge.
fn key(canvas: &mut Canvas, y: f64, sources: &[&str]) -> f64 {
    if sources.is_empty() {
        return y;
    }
    let mut x = MARGIN;
    for source in sources {
        let line = Line {
            label: String::new(),
            bands: Vec::new(),
            colour: GREY,
            marker: Some(source_marker(source)),
            observed: true,
        };
        panel::sample(canvas, (x, y + 4.2), &line);
        let text = format!("observed ({source})");
        let style = Text {
            colour: INK,
            ..Text::default()
        };
        canvas.text(&text, (x + 18.0, y + 6.4), style);
        x += 26.0 + super::font::text_width(&text, SMALL);
    }
    y + 9.0
}
