//! A metric against each factor of a sample, the others varying.

use super::axes::{FOOT, Plot, Scale, range};
use super::drawing::Drawing;
use super::response::{across, means};
use super::{ExperimentInput, Label, rows_of};
use crate::figures::canvas::{Frame, Marker, Point};
use crate::figures::lines::MARGIN;
use crate::figures::style::{COLUMN, INK, LINE, PAGE, THIN, colour};
use comity_lab::analysis::bands::{MeanBand, binned};

/// Factors before the figure says that there are more.
const MOST: usize = 12;
/// Points of a panel; of more, every so many-th is drawn.
const DRAWN: usize = 1500;
const BINS: usize = 8;
const HEIGHT: f64 = 92.0;
const GAP: f64 = 10.0;

/// Positions of the factors by importance: by the first index that there is.
fn by_importance(input: &ExperimentInput, metric: &str) -> Vec<usize> {
    let mut order: Vec<usize> = (0..input.factors.len()).collect();
    let indices = [("sobol", "ST"), ("morris", "mu_star"), ("pawn", "median")];
    let found = indices.into_iter().find_map(|(name, column)| {
        let table = input.table(name)?;
        let (values, parameters) = (table.real(column)?, table.text("parameter")?);
        let mut greatest = vec![f64::NEG_INFINITY; input.factors.len()];
        for arm in &input.arms {
            for r in rows_of(table, &arm.name, metric) {
                let factor = input.factors.iter().position(|f| f.name == parameters[r]);
                if let Some(factor) = factor.filter(|_| values[r].is_finite()) {
                    greatest[factor] = greatest[factor].max(values[r]);
                }
            }
        }
        let any = greatest.iter().any(|v| v.is_finite());
        any.then_some(greatest)
    });
    if let Some(greatest) = found {
        order.sort_by(|&a, &b| greatest[b].total_cmp(&greatest[a]));
    }
    order
}

/// Lays out the figure; `None` for other designs than samples over ranges.
pub fn scatter(input: &ExperimentInput, title: &str, metric: &Label) -> Option<Drawing> {
    if !["lhs", "sobol"].contains(&input.method()) {
        return None;
    }
    let design = input.table("design")?;
    let mut factors = Vec::new();
    for factor in by_importance(input, &metric.name) {
        let values = design.real(&input.factors[factor].name);
        if let Some(values) = values.filter(|v| range(v.iter().copied()).is_some()) {
            factors.push((factor, values));
        }
    }
    let arms: Vec<Vec<f64>> = input
        .arms
        .iter()
        .map(|a| {
            let means = means(input, &a.name, &metric.name)?;
            Some(means.into_iter().map(|m| m[0]).collect())
        })
        .collect::<Option<_>>()?;
    let ends = || arms.iter().flatten().copied();
    if factors.is_empty() || range(ends()).is_none() {
        return None;
    }
    let all = factors.len();
    factors.truncate(MOST);
    let columns = match factors.len() {
        1 => 1,
        2 | 4 => 2,
        _ => 3,
    };
    let mut drawing = Drawing::new(title, if columns > 1 { PAGE } else { COLUMN });
    drawing.heading(&metric.label);
    if input.arms.len() > 1 {
        let named = input.arms.iter().enumerate();
        let entries: Vec<(String, usize)> = named.map(|(k, a)| (a.label.clone(), k)).collect();
        drawing.legend(&entries, |d, (x, y), &k| {
            d.path(vec![(x, y), (x + 15.0, y)], colour(k), LINE);
            d.marker(Marker::nth(k), (x + 7.5, y), 1.9, colour(k));
        });
    }
    let width = (drawing.inner() - GAP * (columns - 1) as f64) / columns as f64;
    let height = HEIGHT + FOOT;
    let y = Scale::over(ends(), 4);
    let top = drawing.y;
    for (k, (factor, values)) in factors.iter().enumerate() {
        let frame = Frame {
            x: MARGIN + (k % columns) as f64 * (width + GAP),
            y: top + (k / columns) as f64 * height,
            w: width,
            h: height - 2.0,
        };
        let x = across(input, *factor, values);
        let name = &input.factors[*factor].label;
        let plot = Plot::new(&mut drawing, frame, ("", name), x, y.clone());
        panel(&mut drawing, &plot, values, &arms);
    }
    drawing.y = top + factors.len().div_ceil(columns) as f64 * height + 1.0;
    let points = design.rows();
    let mut note = format!(
        "Points: means of {} runs at each of {points} points{}. Lines: means of {} parts of \
         equal number, with 95 % intervals.",
        super::response::replicates(input),
        match points.div_ceil(DRAWN) {
            1 => String::new(),
            every => format!(", one in {every} drawn"),
        },
        BINS.min(points)
    );
    if let Some(noise) = input.noise(&metric.name) {
        note = format!("{note} {noise}");
    }
    drawing.note(&note);
    super::arms::left_out(&mut drawing, all, MOST, "factors");
    Some(drawing)
}

fn panel(drawing: &mut Drawing, plot: &Plot, values: &[f64], arms: &[Vec<f64>]) {
    let several = arms.len() > 1;
    for (k, means) in arms.iter().enumerate() {
        let points = values.iter().zip(means);
        let every = values.len().div_ceil(DRAWN).max(1);
        for (&x, &y) in points.step_by(every) {
            if x.is_finite() && y.is_finite() {
                let at = plot.at(x, y);
                drawing.faint_marker(Marker::Circle, at, 0.9, colour(k), 0.35);
            }
        }
    }
    for (k, means) in arms.iter().enumerate() {
        let ink = if several { colour(k) } else { INK };
        let bins = binned(values, means, BINS);
        for bin in bins.iter().filter(|b| b.half_width.is_finite()) {
            let ends = vec![plot.at(bin.at, bin.low()), plot.at(bin.at, bin.high())];
            drawing.path(ends, ink, THIN);
        }
        let point = |b: &MeanBand| plot.at(b.at, b.mean);
        let line: Vec<Point> = bins.iter().map(point).collect();
        for &at in &line {
            drawing.marker(Marker::nth(k), at, 1.6, ink);
        }
        drawing.path(line, ink, LINE);
    }
}
