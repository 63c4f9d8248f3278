//! Precision of the means as replicates are added.

use super::arms::left_out;
use super::axes::{FOOT, HEADING, Plot, Scale, range};
use super::drawing::{Drawing, fit};
use super::{ExperimentInput, Label, rows_of};
use crate::figures::canvas::{Frame, Marker, Point, Text};
use crate::figures::lines::MARGIN;
use crate::figures::style::{COLUMN, LINE, PAGE, SMALL, THIN, colour};

/// Metrics before the figure says that there are more.
const MOST: usize = 12;
const HEIGHT: f64 = 100.0;
const GAP: f64 = 12.0;
/// A row of words above a plot.
const ROW: f64 = 8.4;

/// An arm: replicates and half-widths above 0, the width wanted, the replicates it needs.
struct Course {
    arm: usize,
    steps: Vec<(f64, f64)>,
    wanted: Option<f64>,
    needed: Option<i64>,
}

fn courses(input: &ExperimentInput, metric: &str) -> Vec<Course> {
    let Some(table) = input.table("replication") else {
        return Vec::new();
    };
    let columns = ["replicates", "half_width"].map(|c| table.real(c).unwrap_or_default());
    let mut found = Vec::new();
    for (k, arm) in input.arms.iter().enumerate() {
        let mut steps: Vec<(f64, f64)> = rows_of(table, &arm.name, metric)
            .into_iter()
            .map(|r| (columns[0][r], columns[1][r]))
            .filter(|(n, half)| *n > 0.0 && half.is_finite() && *half > 0.0)
            .collect();
        steps.sort_by(|a, b| a.0.total_cmp(&b.0));
        let need = input.table("needed").and_then(|t| {
            let r = *rows_of(t, &arm.name, metric).first()?;
            Some((t.real("wanted")?[r], t.integer("needed")?[r]))
        });
        if !steps.is_empty() {
            found.push(Course {
                arm: k,
                steps,
                wanted: need.map(|n| n.0).filter(|w| w.is_finite() && *w > 0.0),
                needed: need.map(|n| n.1),
            });
        }
    }
    found
}

/// Lays out the figure; `None` without such a table.
pub fn replication(input: &ExperimentInput, title: &str, _: &Label) -> Option<Drawing> {
    let mut panels: Vec<(&Label, Vec<Course>)> = input
        .metrics
        .iter()
        .map(|m| (m, courses(input, &m.name)))
        .filter(|(_, found)| !found.is_empty())
        .collect();
    if panels.is_empty() {
        return None;
    }
    let all = panels.len();
    panels.truncate(MOST);
    let columns = if panels.len() > 1 { 2 } else { 1 };
    let mut drawing = Drawing::new(title, if columns > 1 { PAGE } else { COLUMN });
    let width = (drawing.inner() - GAP * (columns - 1) as f64) / columns as f64;
    let words = input.arms.len() as f64 * ROW;
    let height = HEADING + words + HEIGHT + FOOT;
    let top = drawing.y;
    for (k, (metric, found)) in panels.iter().enumerate() {
        let frame = Frame {
            x: MARGIN + (k % columns) as f64 * (width + GAP),
            y: top + (k / columns) as f64 * height,
            w: width,
            h: height - 2.0,
        };
        panel(&mut drawing, frame, input, &metric.label, found);
    }
    drawing.y = top + panels.len().div_ceil(columns) as f64 * height;
    drawing.note(
        "Half-width of the mean's 95 % interval. Dashed: the half-width that is wanted (5 % of \
         the mean where the metric names none).",
    );
    left_out(&mut drawing, all, MOST, "metrics");
    Some(drawing)
}

fn panel(
    drawing: &mut Drawing,
    frame: Frame,
    input: &ExperimentInput,
    label: &str,
    found: &[Course],
) {
    let style = Text {
        size: crate::figures::style::LABEL,
        ..Text::default()
    };
    let heading = fit(label, frame.w, style.size);
    drawing.text(&heading, (frame.x, frame.y + 7.0), style);
    let mut y = frame.y + HEADING;
    for course in found {
        let needs = match course.needed {
            Some(0) => ": more replicates than can be had".to_string(),
            Some(n) => format!(": {n} replicates would reach it"),
            None => String::new(),
        };
        let k = course.arm;
        drawing.path(
            vec![(frame.x, y + 4.2), (frame.x + 15.0, y + 4.2)],
            colour(k),
            LINE,
        );
        drawing.marker(Marker::nth(k), (frame.x + 7.5, y + 4.2), 1.9, colour(k));
        let words = format!("{}{needs}", input.arms[k].label);
        let words = fit(&words, frame.w - 20.0, SMALL);
        drawing.text(&words, (frame.x + 18.0, y + 6.4), Text::default());
        y += ROW;
    }
    let steps = || found.iter().flat_map(|c| &c.steps);
    let wanted = found.iter().filter_map(|c| c.wanted);
    let vertical = range(steps().map(|s| s.1).chain(wanted)).unwrap_or((1.0, 1.0));
    let across = range(steps().map(|s| s.0)).unwrap_or((1.0, 1.0));
    let inner = Frame {
        y,
        h: frame.y + frame.h - y,
        ..frame
    };
    let heads = ("", "replicates");
    let x = Scale::log(across.0, across.1);
    let plot = Plot::new(
        drawing,
        inner,
        heads,
        x,
        Scale::log(vertical.0 * 0.8, vertical.1 * 1.2),
    );
    for course in found {
        let k = course.arm;
        if let Some(wanted) = course.wanted {
            let ends = [plot.x.min, plot.x.max].map(|x| plot.at(x, wanted));
            drawing.dashes(ends.to_vec(), colour(k), THIN, (2.5, 1.8));
        }
        let line: Vec<Point> = course.steps.iter().map(|s| plot.at(s.0, s.1)).collect();
        // Markers at about equal distances on the logarithmic axis.
        let mut last = f64::NEG_INFINITY;
        for &at in &line {
            if at.0 - last > 22.0 {
                drawing.marker(Marker::nth(k), at, 1.7, colour(k));
                last = at.0;
            }
        }
        drawing.path(line, colour(k), LINE);
    }
}
