//! Recorded columns over the years, a line for each arm.

use super::axes::{FOOT, HEADING, Plot, Scale};
use super::drawing::Drawing;
use super::{ExperimentInput, Label, capital, with_unit};
use crate::figures::canvas::{Frame, Marker, Point, Text};
use crate::figures::lines::{MARGIN, time_label};
use crate::figures::style::{COLUMN, GREY, LINE, PAGE, THIN, colour};
use comity_lab::analysis::bands::{MeanBand, by_year, recorded};

/// Panels before the figure says that there are more.
const MOST: usize = 12;
const HEIGHT: f64 = 84.0;
const GAP: f64 = 10.0;

/// Lays the figure out; `None` without recorded years, or over the points of a design.
pub fn trends(input: &ExperimentInput, title: &str, _: &Label) -> Option<Drawing> {
    let years = input.table("years").filter(|_| input.single_point())?;
    let columns = recorded(years);
    let bands = by_year(years, &input.arm_names(), &columns)?;
    let label = |name: &str| {
        let column = &years.columns[years.position(name)?];
        Some(capital(&with_unit(&name.replace('_', " "), &column.unit)))
    };
    let mut panels: Vec<(String, &Vec<Vec<MeanBand>>)> = columns
        .iter()
        .zip(&bands)
        .filter(|(_, arms)| arms.iter().any(|b| !b.is_empty()))
        .filter_map(|(name, arms)| Some((label(name)?, arms)))
        .collect();
    if panels.is_empty() {
        return None;
    }
    let all = panels.len();
    panels.truncate(MOST);
    let across = if panels.len() > 3 { 2 } else { 1 };
    let mut drawing = Drawing::new(title, if across > 1 { PAGE } else { COLUMN });
    if input.arms.len() > 1 {
        let arms = input.arms.iter().enumerate();
        let entries: Vec<(String, usize)> = arms.map(|(k, a)| (a.label.clone(), k)).collect();
        drawing.legend(&entries, |d, (x, y), &k| {
            d.path(vec![(x, y), (x + 15.0, y)], colour(k), LINE);
            d.marker(Marker::nth(k), (x + 7.5, y), 1.9, colour(k));
        });
    }
    let width = (drawing.inner() - GAP * (across - 1) as f64) / across as f64;
    let height = HEADING + 4.0 + HEIGHT + FOOT;
    let top = drawing.y;
    for (k, (label, arms)) in panels.iter().enumerate() {
        let frame = Frame {
            x: MARGIN + (k % across) as f64 * (width + GAP),
            y: top + (k / across) as f64 * height,
            w: width,
            h: height - 2.0,
        };
        panel(&mut drawing, frame, label, arms, input.branch);
    }
    drawing.y = top + panels.len().div_ceil(across) as f64 * height;
    drawing.note(&explain(&panels));
    if all > MOST {
        let more = all - MOST;
        drawing.note(&format!("{more} more columns are in the table of years."));
    }
    Some(drawing)
}

fn explain(panels: &[(String, &Vec<Vec<MeanBand>>)]) -> String {
    let bands = panels.iter().flat_map(|p| p.1.iter().flatten());
    match bands.map(|b| b.runs).max().unwrap_or(0) {
        0 | 1 => "One run of each arm: one draw of chance.".to_string(),
        runs => format!(
            "Lines: means of {runs} runs an arm. Dark bands: 95 % interval of the mean. Light \
             bands: 5–95 % of the runs."
        ),
    }
}

fn panel(
    drawing: &mut Drawing,
    frame: Frame,
    label: &str,
    arms: &[Vec<MeanBand>],
    branch: Option<i64>,
) {
    let all = || arms.iter().flatten();
    let ends = all().flat_map(|b| [b.p05, b.p95, b.low(), b.high()]);
    let (first, last) = super::axes::range(all().map(|b| b.at)).unwrap_or((0.0, 1.0));
    let x = Scale::linear(first, last, 6, false);
    let y = Scale::from_zero(ends, 4);
    let plot = Plot::new(drawing, frame, (label, time_label(first as i64)), x, y);
    if let Some(year) = branch
        .map(|b| b as f64)
        .filter(|b| (first..=last).contains(b))
    {
        let (from, to) = (plot.at(year, plot.y.min), plot.at(year, plot.y.max));
        drawing.dashes(vec![from, to], GREY, THIN, (2.0, 2.0));
        let right = plot.x.share(year) > 0.6;
        let style = Text {
            colour: GREY,
            anchor: if right { 1.0 } else { 0.0 },
            ..Text::default()
        };
        let shift = if right { -3.0 } else { 3.0 };
        drawing.halo("the arms part", (to.0 + shift, to.1 + 6.0), style);
    }
    for (opacity, ends) in [
        (0.13, (|b| (b.p05, b.p95)) as fn(&MeanBand) -> (f64, f64)),
        (0.32, |b| (b.low(), b.high())),
    ] {
        for (k, bands) in arms.iter().enumerate() {
            for part in unbroken(bands).filter(|p| p.iter().any(|b| b.runs > 1)) {
                let upper = part.iter().map(|b| plot.at(b.at, ends(b).1));
                let lower = part.iter().rev().map(|b| plot.at(b.at, ends(b).0));
                drawing.area(upper.chain(lower).collect(), colour(k), opacity);
            }
        }
    }
    let every = ((last - first) / 7.0).ceil().max(1.0) as usize;
    for (k, bands) in arms.iter().enumerate() {
        let point = |b: &MeanBand| plot.at(b.at, b.mean);
        for part in unbroken(bands) {
            let points: Vec<Point> = part.iter().map(point).collect();
            drawing.path(points, colour(k), LINE);
        }
        if arms.len() > 1 {
            let shift = (k * every / arms.len()) % every;
            for band in bands.iter().skip(shift).step_by(every) {
                drawing.marker(Marker::nth(k), point(band), 1.7, colour(k));
            }
        }
    }
}

/// Parts without a missing year.
fn unbroken(bands: &[MeanBand]) -> impl Iterator<Item = &[MeanBand]> {
    bands.chunk_by(|a, b| b.at == a.at + 1.0)
}
