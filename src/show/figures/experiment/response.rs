//! Responses to one factor at a time: lines with intervals.

use super::axes::{FOOT, Plot, Scale, range};
use super::drawing::Drawing;
use super::{ExperimentInput, Label, rows_of};
use crate::figures::canvas::{Frame, Marker, Point};
use crate::figures::lines::MARGIN;
use crate::figures::style::{COLUMN, GREY, LINE, PAGE, THIN, colour};
use comity_lab::ensemble::design::Scale as Spacing;

const HEIGHT: f64 = 92.0;
const GAP: f64 = 10.0;
/// Factors before the figure says that there are more.
const MOST: usize = 12;

/// The means at the points of a design: `[point]`, each mean, low and high.
pub fn means(input: &ExperimentInput, arm: &str, metric: &str) -> Option<Vec<[f64; 3]>> {
    let table = input.table("summary")?;
    let points = table.integer("point")?;
    let columns = ["mean", "low", "high"].map(|c| table.real(c));
    let [Some(mean), Some(low), Some(high)] = columns else {
        return None;
    };
    let count = input.design.as_ref().map_or(1, |d| d.points);
    let mut found = vec![[f64::NAN; 3]; count];
    for r in rows_of(table, arm, metric) {
        if let Some(place) = usize::try_from(points[r])
            .ok()
            .and_then(|p| found.get_mut(p))
        {
            *place = [mean[r], low[r], high[r]];
        }
    }
    Some(found)
}

/// Whether the factor is sampled uniformly in the logarithm, its values being above 0.
pub fn is_log(input: &ExperimentInput, factor: usize, values: &[f64]) -> bool {
    let design = input.design.as_ref();
    let range = design.and_then(|d| d.factors.get(factor)?.range);
    let positive = values.iter().filter(|v| v.is_finite()).all(|v| *v > 0.0);
    positive && range.is_some_and(|(_, _, spacing)| spacing == Spacing::Log)
}

/// The horizontal scale over the values of a factor and its range.
pub fn across(input: &ExperimentInput, factor: usize, values: &[f64]) -> Scale {
    let design = input.design.as_ref();
    let whole = design.and_then(|d| d.factors.get(factor)?.range);
    let whole = whole.into_iter().flat_map(|(low, high, _)| [low, high]);
    let (low, high) = range(values.iter().copied().chain(whole)).unwrap_or((0.0, 1.0));
    match is_log(input, factor, values) {
        true => Scale::log(low, high),
        false if high > low => Scale::linear(low, high, 6, false),
        false => Scale::over([low], 2),
    }
}

/// A factor with the points at which it was varied.
struct Varied {
    factor: usize,
    values: Vec<(usize, f64)>,
}

/// Lays out the figure; `None` where no factor's values are numbers.
pub fn lines(input: &ExperimentInput, title: &str, metric: &Label) -> Option<Drawing> {
    let design = input.table("design")?;
    let mut varied = Vec::new();
    for (factor, label) in input.factors.iter().enumerate() {
        let Some(column) = design.real(&label.name) else {
            continue;
        };
        let mut values: Vec<(usize, f64)> = column.into_iter().enumerate().collect();
        values.retain(|v| v.1.is_finite());
        values.sort_by(|a, b| a.1.total_cmp(&b.1));
        if values.len() > 1 {
            varied.push(Varied { factor, values });
        }
    }
    let arms: Vec<Vec<[f64; 3]>> = input
        .arms
        .iter()
        .map(|a| means(input, &a.name, &metric.name))
        .collect::<Option<_>>()?;
    let ends = || arms.iter().flatten().flatten().copied();
    if varied.is_empty() || range(ends()).is_none() {
        return None;
    }
    let all = varied.len();
    varied.truncate(MOST);
    let columns = varied.len().min(3);
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
    let y = Scale::from_zero(ends(), 4);
    let own = own_point(input, design.rows(), &varied);
    let top = drawing.y;
    for (k, of) in varied.iter().enumerate() {
        let frame = Frame {
            x: MARGIN + (k % columns) as f64 * (width + GAP),
            y: top + (k / columns) as f64 * height,
            w: width,
            h: height,
        };
        let values: Vec<f64> = of.values.iter().map(|v| v.1).collect();
        let x = across(input, of.factor, &values);
        let name = &input.factors[of.factor].label;
        let plot = Plot::new(&mut drawing, frame, ("", name), x, y.clone());
        panel(&mut drawing, &plot, of, &arms, own);
    }
    drawing.y = top + varied.len().div_ceil(columns) as f64 * height + 1.0;
    let runs = replicates(input);
    let mut note = format!("Means of {runs} runs at each point with 95 % intervals.");
    if own.is_some() {
        note.push_str(" Dashed: mean at the scenario's own values.");
    }
    if let Some(noise) = input.noise(&metric.name) {
        note = format!("{note} {noise}");
    }
    drawing.note(&note);
    super::arms::left_out(&mut drawing, all, MOST, "factors");
    Some(drawing)
}

/// The point of a one-at-a-time design at which no factor is changed.
fn own_point(input: &ExperimentInput, points: usize, varied: &[Varied]) -> Option<usize> {
    if input.method() != "one_at_a_time" {
        return None;
    }
    let changed = |p: usize| varied.iter().any(|v| v.values.iter().any(|x| x.0 == p));
    (0..points).find(|&p| !changed(p))
}

/// Most replicates at a point, in words.
pub fn replicates(input: &ExperimentInput) -> String {
    let runs = input.table("summary").and_then(|t| t.real("runs"));
    let most = runs.and_then(range).map_or(0.0, |r| r.1);
    format!("{most:.0}")
}

fn panel(
    drawing: &mut Drawing,
    plot: &Plot,
    of: &Varied,
    arms: &[Vec<[f64; 3]>],
    own: Option<usize>,
) {
    for (k, means) in arms.iter().enumerate() {
        if let Some([mean, ..]) = own.map(|p| means[p]).filter(|m| m[0].is_finite()) {
            let ends = [plot.x.min, plot.x.max].map(|x| plot.at(x, mean));
            let grey = if arms.len() > 1 { colour(k) } else { GREY };
            drawing.dashes(ends.to_vec(), grey, THIN, (2.5, 1.8));
        }
        // Intervals of several arms stand beside each other.
        let off = (k as f64 - (arms.len() - 1) as f64 / 2.0) * 2.2;
        let at = |x: f64, y: f64| -> Point {
            let (x, y) = plot.at(x, y);
            (x + off, y)
        };
        let known: Vec<(f64, [f64; 3])> = of
            .values
            .iter()
            .map(|&(p, x)| (x, means[p]))
            .filter(|(_, m)| m[0].is_finite())
            .collect();
        for (x, [_, low, high]) in &known {
            if low.is_finite() && high.is_finite() {
                let (from, to) = (at(*x, *low), at(*x, *high));
                drawing.path(vec![from, to], colour(k), THIN);
                for end in [from, to] {
                    let bar = vec![(end.0 - 1.3, end.1), (end.0 + 1.3, end.1)];
                    drawing.path(bar, colour(k), THIN);
                }
            }
        }
        let line: Vec<Point> = known.iter().map(|(x, m)| at(*x, m[0])).collect();
        for &point in &line {
            drawing.marker(Marker::nth(k), point, 1.8, colour(k));
        }
        drawing.path(line, colour(k), LINE);
    }
}
