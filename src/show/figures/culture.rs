//! Security culture by region, awareness and denationalisation.

use super::canvas::{Canvas, Frame, Marker};
use super::input::{FigureInput, region_title};
use super::lines::{self, HEAD, MARGIN, Series, Spec, explain, title, year_label};
use super::panel::{self, LEFT, Line, Panel};
use super::style::{COLUMN, FAINT, colour};
use comity_lab::analysis::summary::by_year_where;
use comity_lab::analysis::table1::{is_rated, regions};

const MEANS: &[Spec] = &[Spec {
    label: "World means (0–1)",
    series: &[
        Series("awareness of interdependence", "awareness"),
        Series("denationalisation of defence", "denationalisation"),
    ],
    top: Some(1.0),
    height: 62.0,
}];

fn dispersion(input: &FigureInput) -> Option<Panel> {
    let table = input.table("regions")?;
    let names = table.text("region")?;
    let all = regions(table);
    let five = all.iter().any(|r| is_rated(r));
    let in_front = |r: &&String| match five {
        true => is_rated(r),
        false => all.iter().position(|x| x == *r).is_some_and(|i| i < 5),
    };
    let mut lines = Vec::new();
    for name in all.iter().filter(|r| !in_front(r)) {
        lines.push(Line {
            label: String::new(),
            bands: by_year_where(table, "culture_dispersion", |row| names[row] == *name)?,
            colour: FAINT,
            marker: None,
            observed: false,
        });
    }
    for (i, name) in all.iter().filter(in_front).enumerate() {
        lines.push(Line {
            label: region_title(name),
            bands: by_year_where(table, "culture_dispersion", |row| names[row] == *name)?,
            colour: colour(i),
            marker: Some(Marker::nth(i)),
            observed: false,
        });
    }
    if let Some(line) = lines.first().filter(|l| l.marker.is_none()).cloned() {
        // Named last, and drawn only where its like are: behind.
        lines.push(Line {
            label: "other regions".to_string(),
            bands: Vec::new(),
            ..line
        });
    }
    Some(Panel {
        label: "Distance from the region’s mean culture (0–1)".to_string(),
        lines,
        values: true,
        year_ticks: 8,
        ..Panel::default()
    })
}

fn parts(input: &FigureInput) -> Option<Vec<(Panel, f64)>> {
    let mut parts = vec![(dispersion(input)?, 90.0)];
    parts.extend(lines::panels(MEANS, input));
    parts.last_mut()?.0.years = true;
    Some(parts)
}

/// Height of the figure; `None` without a region table.
pub fn height(input: &FigureInput) -> Option<f64> {
    let width = COLUMN - 2.0 * MARGIN;
    let part = |(panel, h): &(Panel, f64)| h + panel::overhead(panel, width) + 5.0;
    let stack: f64 = parts(input)?.iter().map(part).sum();
    let note = panel::wrap(&explain(input.runs()), width).len() as f64;
    Some(HEAD + stack + 10.0 + note * 8.0)
}

/// Draws the figure.
pub fn draw(canvas: &mut Canvas, heading: &str, input: &FigureInput) {
    let (Some(parts), Some(span)) = (parts(input), input.span("regions")) else {
        return;
    };
    title(canvas, heading);
    let width = COLUMN - 2.0 * MARGIN;
    let mut y = HEAD;
    for (panel, h) in parts {
        let frame = Frame {
            x: MARGIN,
            y,
            w: width,
            h: h + panel::overhead(&panel, width),
        };
        panel::draw(canvas, frame, &panel, span);
        y += frame.h + 5.0;
    }
    y = year_label(canvas, (MARGIN + LEFT, y - 5.0), width - LEFT, span.0);
    panel::note(canvas, (MARGIN, y), &explain(input.runs()), width);
}
