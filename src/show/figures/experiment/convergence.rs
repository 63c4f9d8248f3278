//! Indices over the size of the sample.

use super::arms::left_out;
use super::axes::{FOOT, HEADING, Plot, Scale, range};
use super::drawing::Drawing;
use super::{ExperimentInput, Label, rows_of};
use crate::figures::canvas::{Frame, Marker, Point};
use crate::figures::lines::MARGIN;
use crate::figures::style::{COLUMN, FAINT, LINE, PAGE, THIN, colour};

/// Factors in colour; the others stay in the background.
const COLOURED: usize = 5;
/// Factors that are drawn at all.
const MOST: usize = 40;
const HEIGHT: f64 = 120.0;
const GAP: f64 = 12.0;

/// One factor: number of samples, estimate, half-width.
type Steps = Vec<(f64, f64, f64)>;

/// The factors of an index of an arm, each with its steps, the greatest at last first.
fn series(input: &ExperimentInput, arm: &str, metric: &str, index: &str) -> Vec<(String, Steps)> {
    let Some(table) = input.table("convergence") else {
        return Vec::new();
    };
    let texts = ["parameter", "index"].map(|c| table.text(c).unwrap_or_default());
    let numbers = ["samples", "value", "conf"].map(|c| table.real(c).unwrap_or_default());
    let mut found: Vec<(String, Steps)> = Vec::new();
    for r in rows_of(table, arm, metric) {
        let [parameter, of] = texts.map(|t| t[r].as_str());
        let step = (numbers[0][r], numbers[1][r], numbers[2][r]);
        if of != index || !step.1.is_finite() {
            continue;
        }
        match found.iter_mut().find(|f| f.0 == parameter) {
            Some((_, steps)) => steps.push(step),
            None => found.push((parameter.to_string(), vec![step])),
        }
    }
    for (_, steps) in &mut found {
        steps.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    let last = |steps: &Steps| steps.last().map_or(f64::NEG_INFINITY, |s| s.1);
    found.sort_by(|a, b| last(&b.1).total_cmp(&last(&a.1)));
    found
}

/// Lays out the figure; `None` without such a table.
pub fn convergence(input: &ExperimentInput, title: &str, metric: &Label) -> Option<Drawing> {
    let words = [
        ("ST", "total (ST)"),
        ("S1", "first order (S1)"),
        ("mu_star", "μ*"),
    ];
    let mut panels = Vec::new();
    for arm in &input.arms {
        for (index, label) in words {
            let factors = series(input, &arm.name, &metric.name, index);
            if !factors.is_empty() {
                let heading = match input.arm_heading(arm) {
                    "" => label.to_string(),
                    arm => format!("{arm}: {label}"),
                };
                panels.push((heading, factors));
            }
        }
    }
    // Colours go by the first panel, so that a factor has one colour throughout.
    let order: Vec<String> = panels.first()?.1.iter().map(|f| f.0.clone()).collect();
    let columns = panels.len().min(2);
    let mut drawing = Drawing::new(title, if columns > 1 { PAGE } else { COLUMN });
    drawing.heading(&metric.label);
    let mut entries: Vec<(String, usize)> = order
        .iter()
        .take(COLOURED)
        .enumerate()
        .map(|(k, f)| (input.factor_label(f).to_string(), k))
        .collect();
    if order.len() > COLOURED {
        entries.push(("other factors".to_string(), COLOURED));
    }
    drawing.legend(&entries, |d, (x, y), &k| match k < COLOURED {
        true => {
            d.path(vec![(x, y), (x + 15.0, y)], colour(k), LINE);
            d.marker(Marker::nth(k), (x + 7.5, y), 1.9, colour(k));
        }
        false => d.path(vec![(x, y), (x + 15.0, y)], FAINT, THIN),
    });
    let width = (drawing.inner() - GAP * (columns - 1) as f64) / columns as f64;
    let height = HEIGHT + HEADING + FOOT;
    let top = drawing.y;
    let across = match input.method() {
        "morris" => "trajectories",
        _ => "base points",
    };
    for (k, (heading, factors)) in panels.iter().enumerate() {
        let frame = Frame {
            x: MARGIN + (k % columns) as f64 * (width + GAP),
            y: top + (k / columns) as f64 * height,
            w: width,
            h: height - 2.0,
        };
        panel(&mut drawing, frame, (heading, across), factors, &order);
    }
    drawing.y = top + panels.len().div_ceil(columns) as f64 * height;
    drawing.note("Bars: 95 % intervals. Coloured: the factors that are greatest at the end.");
    left_out(&mut drawing, order.len(), MOST, "factors");
    Some(drawing)
}

fn panel(
    drawing: &mut Drawing,
    frame: Frame,
    heads: (&str, &str),
    factors: &[(String, Steps)],
    order: &[String],
) {
    let rank = |name: &String| order.iter().position(|o| o == name).unwrap_or(order.len());
    let mut drawn: Vec<(usize, &Steps)> = factors.iter().map(|(f, s)| (rank(f), s)).collect();
    drawn.retain(|d| d.0 < MOST);
    drawn.sort_by_key(|d| std::cmp::Reverse(d.0));
    let ends = drawn.iter().flat_map(|(rank, steps)| {
        let wide = f64::from(u8::from(*rank < COLOURED));
        steps.iter().flat_map(move |s| {
            let conf = if s.2.is_finite() { s.2 * wide } else { 0.0 };
            [s.1, s.1 - conf, s.1 + conf]
        })
    });
    let y = Scale::over(ends.chain([0.0]), 5);
    let samples = drawn.iter().flat_map(|d| d.1.iter().map(|s| s.0));
    let mut places: Vec<f64> = samples.filter(|s| *s > 0.0).collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let Some((low, high)) = range(places.iter().copied()) else {
        return;
    };
    // Room at the ends for intervals that stand beside each other.
    let mut x = Scale::log(low / 1.12, high * 1.12);
    x.ticks = places.iter().map(|&p| (p, format!("{p:.0}"))).collect();
    let plot = Plot::new(drawing, frame, heads, x, y);
    for (rank, steps) in drawn {
        let coloured = rank < COLOURED;
        let beside = order.len().clamp(1, COLOURED) - 1;
        let off = (rank as f64 - beside as f64 / 2.0) * 2.4;
        let off = if coloured { off } else { 0.0 };
        let at = |x: f64, y: f64| -> Point {
            let (x, y) = plot.at(x, y);
            (x + off, y)
        };
        let line: Vec<Point> = steps.iter().map(|s| at(s.0, s.1)).collect();
        if !coloured {
            drawing.path(line, FAINT, THIN);
            continue;
        }
        for (x, value, conf) in steps.iter().filter(|s| s.2.is_finite()) {
            let ends = vec![at(*x, value - conf), at(*x, value + conf)];
            drawing.path(ends, colour(rank), THIN);
        }
        for &point in &line {
            drawing.marker(Marker::nth(rank), point, 1.7, colour(rank));
        }
        drawing.path(line, colour(rank), LINE);
    }
}
