//! Arms side by side, and their paired differences.

use super::axes::{Scale, number};
use super::drawing::Drawing;
use super::rows::Rows;
use super::{ExperimentInput, Label, rows_of, rows_where};
use crate::figures::canvas::{Frame, Marker, Point, Text};
use crate::figures::lines::MARGIN;
use crate::figures::style::{COLUMN, Colour, GREY, INK, LINE, PAGE, SMALL, THIN, colour};
use comity_lab::analysis::summary::quantile;
use comity_lab::table::Table;

/// Metrics before the figure says that there are more.
const MOST: usize = 12;
/// Runs of an arm that are drawn singly.
const SINGLY: usize = 80;
const GAP: f64 = 12.0;

/// A page for panels of these heights, and the corner and width of each: one column, or
/// two on a page's width where there are many.
fn stack(title: &str, heights: &[f64]) -> (Drawing, Vec<(Point, f64)>) {
    let across = if heights.len() > 4 { 2 } else { 1 };
    let mut drawing = Drawing::new(title, if across > 1 { PAGE } else { COLUMN });
    let width = (drawing.inner() - GAP * (across - 1) as f64) / across as f64;
    let mut corners = Vec::new();
    for row in heights.chunks(across) {
        for k in 0..row.len() {
            let x = MARGIN + k as f64 * (width + GAP);
            corners.push(((x, drawing.y), width));
        }
        drawing.y += row.iter().copied().fold(0.0, f64::max) + 3.0;
    }
    (drawing, corners)
}

/// What is drawn of an arm: its runs, and mean, low and high of the mean's interval.
struct Spread {
    runs: Vec<f64>,
    mean: [f64; 3],
}

fn spread(input: &ExperimentInput, arm: &str, metric: &str) -> Spread {
    let mut runs = Vec::new();
    if let Some(table) = input.table("runs") {
        let values = table.real(metric).unwrap_or_default();
        let rows = rows_where(table, "arm", arm);
        runs = rows
            .iter()
            .filter_map(|&r| values.get(r).copied())
            .collect();
        runs.retain(|v| v.is_finite());
    }
    let mean = input.table("summary").and_then(|table| {
        let row = *rows_of(table, arm, metric).first()?;
        let at = |column: &str| table.real(column).map(|v| v[row]);
        Some([at("mean")?, at("low")?, at("high")?])
    });
    let mean = mean.unwrap_or([f64::NAN; 3]);
    Spread { runs, mean }
}

/// Lays out the metrics by arm; `None` over the points of a design.
pub fn arms(input: &ExperimentInput, title: &str, _: &Label) -> Option<Drawing> {
    const ROW: f64 = 17.0;
    if !input.single_point() {
        return None;
    }
    let of = |m: &Label| -> Vec<Spread> {
        let arms = input.arms.iter();
        arms.map(|a| spread(input, &a.name, &m.name)).collect()
    };
    let mut panels: Vec<(&Label, Vec<Spread>)> = input.metrics.iter().map(|m| (m, of(m))).collect();
    panels.retain(|p| {
        p.1.iter()
            .any(|s| !s.runs.is_empty() || s.mean[0].is_finite())
    });
    if panels.is_empty() {
        return None;
    }
    let all = panels.len();
    panels.truncate(MOST);
    let names: Vec<String> = input.arms.iter().map(|a| a.label.clone()).collect();
    let height = Rows::height(names.len(), ROW) - 8.0;
    let (mut drawing, corners) = stack(title, &vec![height; panels.len()]);
    for ((metric, spreads), (corner, width)) in panels.iter().zip(corners) {
        let values = spreads.iter().flat_map(|s| s.runs.iter().chain(&s.mean));
        let x = Scale::from_zero(values.copied(), 5);
        let place = (corner, width, 0.0);
        let rows = Rows::new(&mut drawing, place, (&metric.label, ""), &names, x, ROW);
        for (k, spread) in spreads.iter().enumerate() {
            runs(&mut drawing, &rows, k, &spread.runs);
            let (_, y) = rows.at(0.0, k);
            let y = y + 5.6;
            let [mean, low, high] = spread.mean;
            interval(&mut drawing, &rows, y, (low, high), INK);
            if mean.is_finite() {
                let at = (rows.at(mean, k).0, y);
                drawing.marker(Marker::Diamond, at, 2.0, INK);
            }
        }
    }
    let most = panels
        .iter()
        .flat_map(|p| p.1.iter().map(|s| s.runs.len()))
        .max();
    let most = most.unwrap_or(0);
    let drawn = match most {
        n if n > SINGLY => "Boxes: middle half of the runs, median, 5 and 95 % quantiles.",
        _ => "Points: single runs.",
    };
    drawing.note(&format!(
        "{drawn} Diamonds: means of up to {most} runs with 95 % intervals."
    ));
    left_out(&mut drawing, all, MOST, "metrics");
    Some(drawing)
}

/// The runs of an arm: points, or a box where they are many.
fn runs(drawing: &mut Drawing, rows: &Rows, k: usize, runs: &[f64]) {
    let at = |value: f64| {
        let (x, y) = rows.at(value, k);
        (x, y - 2.0)
    };
    if runs.len() <= SINGLY {
        for (i, &run) in runs.iter().enumerate() {
            let (x, y) = at(run);
            let off = (i as f64 * 0.618_034).fract() - 0.5;
            let circle = Marker::Circle;
            drawing.marker(circle, (x, y + 6.0 * off), 1.1, colour(k));
        }
        return;
    }
    let [p05, p25, p50, p75, p95] = [0.05, 0.25, 0.5, 0.75, 0.95].map(|q| at(quantile(runs, q)));
    drawing.path(vec![p05, p95], colour(k), THIN);
    let frame = Frame {
        x: p25.0,
        y: p25.1 - 3.2,
        w: p75.0 - p25.0,
        h: 6.4,
    };
    drawing.rectangle(frame, colour(k));
    let white = Colour(255, 255, 255);
    drawing.path(
        vec![(p50.0, p50.1 - 3.2), (p50.0, p50.1 + 3.2)],
        white,
        LINE,
    );
}

/// A horizontal interval with ends, if it is known.
pub fn interval(
    drawing: &mut Drawing,
    rows: &Rows,
    y: f64,
    (low, high): (f64, f64),
    colour: Colour,
) {
    if !low.is_finite() || !high.is_finite() {
        return;
    }
    let (from, to) = (rows.at(low, 0).0, rows.at(high, 0).0);
    drawing.path(vec![(from, y), (to, y)], colour, LINE);
    for x in [from, to] {
        drawing.path(vec![(x, y - 1.4), (x, y + 1.4)], colour, LINE);
    }
}

/// Says that only the first `most` of `all` were drawn.
pub fn left_out(drawing: &mut Drawing, all: usize, most: usize, what: &str) {
    if all > most {
        let more = all - most;
        drawing.note(&format!("{more} more {what} are in the table."));
    }
}

/// Lays out the paired differences; `None` without any.
pub fn differences(input: &ExperimentInput, title: &str, _: &Label) -> Option<Drawing> {
    const ROW: f64 = 11.5;
    let table = input.table("differences")?;
    let (arms, bases) = (table.text("arm")?, table.text("baseline")?);
    let mut panels: Vec<(&Label, Vec<usize>)> = input
        .metrics
        .iter()
        .map(|m| (m, rows_where(table, "metric", &m.name)))
        .collect();
    panels.retain(|p| !p.1.is_empty());
    if panels.is_empty() {
        return None;
    }
    let all = panels.len();
    panels.truncate(MOST);
    let common = bases.iter().all(|b| *b == bases[0]);
    let heights: Vec<f64> = panels
        .iter()
        .map(|p| Rows::height(p.1.len(), ROW))
        .collect();
    let (mut drawing, corners) = stack(title, &heights);
    let across = match common {
        true => format!("difference from {}", input.arm_label(&bases[0])),
        false => "difference".to_string(),
    };
    for ((metric, of_metric), (corner, width)) in panels.iter().zip(corners) {
        let name = |&r: &usize| match common {
            true => input.arm_label(&arms[r]).to_string(),
            false => {
                let (one, other) = (input.arm_label(&arms[r]), input.arm_label(&bases[r]));
                format!("{one} − {other}")
            }
        };
        let names: Vec<String> = of_metric.iter().map(name).collect();
        let heads = (metric.label.as_str(), across.as_str());
        forest(
            &mut drawing,
            (corner, width),
            heads,
            &names,
            (table, of_metric),
            ROW,
        )?;
    }
    let pairs = axes_range(table, "runs");
    drawing.note(&format!(
        "Means of {pairs} pairs of runs with the same seed, with 95 % intervals. At the right: \
         share of pairs in which the difference is positive."
    ));
    left_out(&mut drawing, all, MOST, "metrics");
    Some(drawing)
}

/// Least and greatest of a column, in words.
fn axes_range(table: &Table, column: &str) -> String {
    match super::axes::range(table.real(column).unwrap_or_default()) {
        None => "no".to_string(),
        Some((low, high)) if low == high => number(low),
        Some((low, high)) => format!("{} to {}", number(low), number(high)),
    }
}

fn forest(
    drawing: &mut Drawing,
    place: (Point, f64),
    heads: (&str, &str),
    names: &[String],
    (table, of_metric): (&Table, &[usize]),
    row: f64,
) -> Option<()> {
    const RIGHT: f64 = 34.0;
    let [mean, low, high, positive] =
        ["difference", "low", "high", "share_positive"].map(|c| table.real(c));
    let (mean, low, high, positive) = (mean?, low?, high?, positive?);
    let known = of_metric
        .iter()
        .flat_map(|&r| [mean[r], low[r], high[r], 0.0]);
    let x = Scale::over(known, 4);
    let ((left, top), width) = place;
    let rows = Rows::new(drawing, ((left, top), width, RIGHT), heads, names, x, row);
    let zero = rows.at(0.0, 0).0;
    let ends = vec![(zero, rows.frame.y), (zero, rows.frame.y + rows.frame.h)];
    drawing.path(ends, GREY, THIN);
    let style = Text {
        anchor: 1.0,
        size: SMALL,
        colour: GREY,
        ..Text::default()
    };
    let right = left + width;
    drawing.text(
        "share > 0",
        (right, rows.frame.y + rows.frame.h + 17.0),
        style,
    );
    for (k, &r) in of_metric.iter().enumerate() {
        let (_, y) = rows.at(0.0, k);
        interval(drawing, &rows, y, (low[r], high[r]), colour(0));
        if mean[r].is_finite() {
            drawing.marker(Marker::Circle, rows.at(mean[r], k), 2.1, colour(0));
        }
        let share = match positive[r].is_finite() {
            true => format!("{:.0} %", 100.0 * positive[r]),
            false => "–".to_string(),
        };
        let style = Text {
            colour: INK,
            ..style
        };
        drawing.text(&share, (right, y + 2.2), style);
    }
    Some(())
}
