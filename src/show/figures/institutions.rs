//! Institutions by region: one small panel a region.

use super::canvas::{Canvas, Frame, Marker, Text};
use super::input::{FigureInput, region_title};
use super::lines::{HEAD, MARGIN, explain, title, year_label};
use super::panel::{self, LEFT, Line, Panel};
use super::style::{LABEL, PAGE, colour};
use comity_lab::analysis::summary::by_year_where;
use comity_lab::analysis::table1::regions;

const COLUMNS: usize = 5;
const INDEX: f64 = 52.0;
const COUNTS: f64 = 62.0;
const GAP: f64 = 8.0;
const KEY: f64 = 12.0;

const SERIES: [(&str, &str); 3] = [
    (
        "institutionalisation (0–1, upper panels)",
        "institutionalisation",
    ),
    (
        "operative agreements (count, lower panels)",
        "operative_agreements",
    ),
    ("offices (count, lower panels)", "offices"),
];

/// Height of the figure; `None` without a region table.
pub fn height(input: &FigureInput) -> Option<f64> {
    let table = input.table("regions")?;
    let rows = regions(table).len().div_ceil(COLUMNS) as f64;
    Some(HEAD + KEY + rows * (10.0 + INDEX + COUNTS + GAP) + 10.0 + 6.0)
}

/// Draws the figure.
pub fn draw(canvas: &mut Canvas, heading: &str, input: &FigureInput) {
    let (Some(table), Some(span)) = (input.table("regions"), input.span("regions")) else {
        return;
    };
    title(canvas, heading);
    let names = regions(table);
    let top = highest(input);
    let cell = (PAGE - 2.0 * MARGIN - LEFT) / COLUMNS as f64;
    let mut x = MARGIN;
    for (i, (label, _)) in SERIES.iter().enumerate() {
        let mut line = line(input, "", i);
        line.bands.clear();
        panel::sample(canvas, (x, HEAD + 4.0), &line);
        canvas.text(label, (x + 18.0, HEAD + 6.2), Text::default());
        x += 34.0 + super::font::text_width(label, super::style::SMALL);
    }
    let mut bottom = HEAD;
    for (i, name) in names.iter().enumerate() {
        let (row, column) = (i / COLUMNS, i % COLUMNS);
        let first = column == 0;
        let left = MARGIN
            + if first {
                0.0
            } else {
                LEFT + column as f64 * cell
            };
        let frame = Frame {
            x: left,
            y: HEAD + KEY + row as f64 * (10.0 + INDEX + COUNTS + GAP),
            w: if first { LEFT + cell } else { cell } - 4.0,
            h: 10.0 + INDEX + COUNTS,
        };
        region(canvas, frame, input, name, top, span);
        bottom = frame.y + frame.h;
    }
    let y = year_label(
        canvas,
        (MARGIN + LEFT, bottom),
        PAGE - 2.0 * MARGIN - LEFT,
        span.0,
    );
    panel::note(
        canvas,
        (MARGIN, y),
        &explain(input.runs()),
        PAGE - 2.0 * MARGIN,
    );
}

/// Upper end of the counts' axis, the same in all regions.
fn highest(input: &FigureInput) -> f64 {
    let Some(table) = input.table("regions") else {
        return 1.0;
    };
    let mut top: f64 = 1.0;
    for name in regions(table) {
        for i in [1, 2] {
            let bands = line(input, &name, i).bands;
            top = bands.iter().map(|b| b.high).fold(top, f64::max);
        }
    }
    panel::Axis::new(0.0, top, 3, true).max
}

fn line(input: &FigureInput, region: &str, i: usize) -> Line {
    let bands = input.table("regions").and_then(|table| {
        let names = table.text("region")?;
        by_year_where(table, SERIES[i].1, |row| names[row] == region)
    });
    Line {
        label: String::new(),
        bands: bands.unwrap_or_default(),
        colour: colour(i),
        marker: Some(Marker::nth(i)),
        observed: false,
    }
}

fn region(
    canvas: &mut Canvas,
    frame: Frame,
    input: &FigureInput,
    name: &str,
    top: f64,
    span: (i64, i64),
) {
    let values = frame.x < MARGIN + LEFT;
    let style = Text {
        size: LABEL,
        ..Text::default()
    };
    let indent = if values { LEFT } else { 2.0 };
    canvas.text(
        &region_title(name),
        (frame.x + indent, frame.y + 8.0),
        style,
    );
    let part = |lines: Vec<Line>, top: f64, years: bool| Panel {
        lines,
        top: Some(top),
        years,
        values,
        year_ticks: 3,
        ..Panel::default()
    };
    let upper = part(vec![line(input, name, 0)], 1.0, false);
    let lower = part(vec![line(input, name, 1), line(input, name, 2)], top, true);
    let mut place = Frame {
        y: frame.y + 10.0,
        h: INDEX,
        ..frame
    };
    panel::draw(canvas, place, &upper, span);
    place.y += INDEX;
    place.h = COUNTS;
    panel::draw(canvas, place, &lower, span)
}
