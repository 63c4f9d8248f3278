//! Figures of calibrations: what was varied, what was accepted, what it predicts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use plotters::style::RGBColor;

use super::axes::{FOOT, HEADING, Plot, Scale, number};
use super::drawing::{Drawing, fit};
use super::rows::Rows;
use super::second_order::diverging;
use crate::error::{Error, Result};
use crate::present::figures::canvas::{Frame, Marker, Point, Text, text_width};
use crate::present::figures::lines::MARGIN;
use crate::present::figures::sheet::{self, ImageFormat, draw_each};
use crate::present::figures::style::{self, FAINT, GREY, INK, LINE, PAGE, SMALL, THIN, colour};
use crate::table::Table;
use crate::table::store::write_whole;

/// Parameters of the screening that are shown.
const SHOWN: usize = 30;
/// Parts of a parameter's range in its histogram.
const BINS: usize = 12;
const GAP: f64 = 10.0;

struct Figure {
    name: &'static str,
    title: &'static str,
    caption: &'static str,
    lay_out: fn(&[Table], &str) -> Option<Drawing>,
}

const FIGURES: [Figure; 5] = [
    Figure {
        name: "screening",
        title: "Effects of parameters on moments",
        caption: "Mean absolute elementary effects of parameters over their prior ranges on the \
                  calibration's moments, in standard deviations of the implausibility where the \
                  moment is as observed. Above the line are the parameters that are varied.",
        lay_out: screening,
    },
    Figure {
        name: "marginals",
        title: "Parameters before and after",
        caption: "Accepted sets over the prior range of each varied parameter (bars) beside the \
                  even prior (dashed), with the default before the calibration and the central \
                  accepted set. A flat histogram: the data do not identify the parameter.",
        lay_out: marginals,
    },
    Figure {
        name: "predictive",
        title: "Moments, observed and predicted",
        caption: "The moments over their observed values: 90 % of the runs over accepted sets and \
                  seeds (light), over seeds alone (dark), the median, and what ATOP and COW have. \
                  Open names: no observed value lies in the interval, or it is too wide.",
        lay_out: predictive,
    },
    Figure {
        name: "series",
        title: "Years, observed and predicted",
        caption: "The columns behind the moments year by year: median and 90 % of the runs over \
                  accepted sets and seeds, and what was observed. Only their moments were fitted, \
                  not the years.",
        lay_out: series,
    },
    Figure {
        name: "correlations",
        title: "Pairs of parameters in the accepted sets",
        caption: "Correlations over the accepted sets; in the prior all are zero. A strong one: \
                  the data fix a combination of the two, not each.",
        lay_out: correlations,
    },
];

/// Names of the figures: their files' stems, in order.
pub fn names() -> [&'static str; 5] {
    FIGURES.map(|f| f.name)
}

/// What the figure shows and what to see in it; empty for an unknown name.
pub fn caption(name: &str) -> &'static str {
    find(name).map_or("", |f| f.caption)
}

/// The figure's title; empty for an unknown name.
pub fn title(name: &str) -> &'static str {
    find(name).map_or("", |f| f.title)
}

fn find(name: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|f| f.name == name)
}

/// Names of the figures that these tables of a calibration make.
pub fn available(tables: &[Table]) -> Vec<String> {
    let _ = style::fonts();
    let has = |f: &&Figure| (f.lay_out)(tables, f.title).is_some();
    let figures = FIGURES.iter().filter(has);
    figures.map(|f| f.name.to_string()).collect()
}

/// The bytes of one figure.
///
/// # Errors
/// If there is no such figure, or it cannot be drawn.
pub fn render(name: &str, tables: &[Table], format: ImageFormat) -> Result<Vec<u8>> {
    style::fonts()?;
    let drawing = find(name).and_then(|f| (f.lay_out)(tables, f.title));
    let missing = || Error::expected(format!("figure `{name}`"), available(tables).join(", "));
    sheet::bytes(&drawing.ok_or_else(missing)?, format)
}

/// Draws every figure of these tables into `folder`; `None` if it was cancelled.
///
/// # Errors
/// If a figure cannot be drawn or written.
pub fn draw_all(
    tables: &[Table],
    folder: &Path,
    formats: &[ImageFormat],
    cancel: Option<&AtomicBool>,
) -> Result<Option<Vec<PathBuf>>> {
    draw_these(tables, &available(tables), folder, formats, cancel)
}

/// Draws these figures into `folder`; `None` if it was cancelled.
///
/// # Errors
/// If a figure is not available, cannot be drawn or written.
pub fn draw_these(
    tables: &[Table],
    names: &[String],
    folder: &Path,
    formats: &[ImageFormat],
    cancel: Option<&AtomicBool>,
) -> Result<Option<Vec<PathBuf>>> {
    let jobs: Vec<_> = names
        .iter()
        .flat_map(|name| formats.iter().map(move |&format| (name, format)))
        .collect();
    draw_each(jobs, cancel, |(name, format)| {
        let path = folder.join(format!("{name}.{format}"));
        write_whole(&path, &render(name, tables, format)?)?;
        Ok(path)
    })
}

fn table<'a>(tables: &'a [Table], name: &str) -> Option<&'a Table> {
    tables.iter().find(|t| t.name == name && t.rows() > 0)
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

fn small(anchor: f64) -> Text {
    Text {
        anchor,
        ..Text::default()
    }
}

fn screening(tables: &[Table], title: &str) -> Option<Drawing> {
    let ranking = table(tables, "screening")?;
    let effects = table(tables, "effects")?;
    let (names, active) = (ranking.text("parameter")?, ranking.integer("active")?);
    let (of, on) = (effects.text("parameter")?, effects.text("moment")?);
    let size = effects.real("mu_star")?;
    let mut moments: Vec<&String> = Vec::new();
    for moment in on {
        if !moments.contains(&moment) {
            moments.push(moment);
        }
    }
    let values: BTreeMap<(&String, &String), f64> = (0..size.len())
        .map(|r| ((&of[r], &on[r]), size[r]))
        .collect();
    let varied = active.iter().filter(|a| **a == 1).count();
    let shown = names.len().min(SHOWN.max(varied));
    let mut drawing = Drawing::new(title, PAGE);
    let most = values.values().copied().filter(|v| v.is_finite());
    let most = most.fold(0.0, f64::max).max(1e-9);
    let left = 118.0;
    let (width, height) = ((drawing.inner() - left) / moments.len() as f64, 9.6);
    let top = drawing.y + 10.0;
    for k in 0..moments.len() {
        let x = MARGIN + left + (k as f64 + 0.5) * width;
        drawing.text(&format!("{}", k + 1), (x, top - 3.0), small(0.5));
    }
    for (row, name) in names.iter().take(shown).enumerate() {
        let gap = if row >= varied { 4.0 } else { 0.0 };
        let y = top + row as f64 * height + gap;
        let label = fit(name, left - 6.0, SMALL);
        drawing.text(
            &label,
            (MARGIN + left - 4.0, y + height / 2.0 + 2.2),
            small(1.0),
        );
        for (k, moment) in moments.iter().enumerate() {
            let value = values.get(&(name, *moment)).copied().unwrap_or(f64::NAN);
            let frame = Frame {
                x: MARGIN + left + k as f64 * width,
                y,
                w: width - 0.8,
                h: height - 0.8,
            };
            let share = libm::sqrt((value / most).clamp(0.0, 1.0));
            let fill = match value.is_finite() {
                true => diverging(share),
                false => RGBColor(236, 236, 236),
            };
            drawing.rectangle(frame, fill);
            let at = (frame.x + frame.w / 2.0, y + height / 2.0 + 1.6);
            let style = Text {
                size: 5.2,
                ..small(0.5)
            };
            drawing.text(&number_short(value), at, style);
        }
    }
    if varied < shown {
        let y = top + varied as f64 * height + 1.6;
        let ends = vec![(MARGIN, y), (MARGIN + drawing.inner(), y)];
        drawing.path(ends, INK, THIN);
    }
    drawing.y = top + shown as f64 * height + 8.0;
    let key: Vec<String> = moments
        .iter()
        .enumerate()
        .map(|(k, m)| format!("{} {}", k + 1, words(m)))
        .collect();
    drawing.note(&format!("{}.", key.join("; ")));
    drawing.note(&format!(
        "μ* in standard deviations. {varied} of {} parameters are varied, above the line; the \
         others stay at their defaults.",
        names.len()
    ));
    Some(drawing)
}

fn number_short(value: f64) -> String {
    match value {
        v if !v.is_finite() => "–".to_string(),
        v if v >= 9.95 => format!("{v:.0}"),
        v => format!("{v:.1}"),
    }
}

/// Panels side by side: the corner and size of each, and the lower edge of all.
fn panels(drawing: &Drawing, count: usize, across: usize, height: f64) -> (Vec<Frame>, f64) {
    let width = (drawing.inner() - GAP * (across - 1) as f64) / across as f64;
    let frame = |k: usize| Frame {
        x: MARGIN + (k % across) as f64 * (width + GAP),
        y: drawing.y + (k / across) as f64 * height,
        w: width,
        h: height - 2.0,
    };
    let bottom = drawing.y + count.div_ceil(across) as f64 * height;
    ((0..count).map(frame).collect(), bottom)
}

fn marginals(tables: &[Table], title: &str) -> Option<Drawing> {
    let marginals = table(tables, "marginals")?;
    let accepted = table(tables, "accepted")?;
    let names = marginals.text("parameter")?;
    let [low, high, default, centre, ratio] =
        ["low", "high", "default", "centre", "variance_ratio"].map(|c| marginals.real(c));
    let (low, high, default, centre, ratio) = (low?, high?, default?, centre?, ratio?);
    let mut drawing = Drawing::new(title, PAGE);
    let entries = [
        ("accepted sets", 0),
        ("prior", 1),
        ("default before", 2),
        ("central set", 3),
    ];
    let entries = entries.map(|(words, k)| (words.to_string(), k));
    drawing.legend(&entries, |d, (x, y), &k| match k {
        0 => d.area(square((x, y - 3.0), (15.0, 6.0)), colour(5), 0.8),
        1 => d.dashes(vec![(x, y), (x + 15.0, y)], GREY, THIN, (2.0, 1.5)),
        2 => d.hollow(Marker::Circle, (x + 7.5, y), 2.0, INK),
        _ => d.marker(Marker::Diamond, (x + 7.5, y), 2.0, colour(1)),
    });
    let height = 62.0;
    let (frames, bottom) = panels(&drawing, names.len(), 4, height);
    for (k, frame) in frames.into_iter().enumerate() {
        let values = accepted.real(&names[k])?;
        let heading = format!("{}  ({:.2})", names[k], ratio[k]);
        let x = Scale::linear(low[k], high[k], 3, false);
        let mut counts = [0.0; BINS];
        for value in &values {
            let place = ((value - low[k]) / (high[k] - low[k]) * BINS as f64) as usize;
            counts[place.min(BINS - 1)] += BINS as f64 / values.len() as f64;
        }
        let most = counts.iter().copied().fold(1.5, f64::max);
        let y = Scale::linear(0.0, most * 1.15, 2, false);
        let plot = Plot::new(&mut drawing, frame, (&heading, ""), x, y);
        let step = (high[k] - low[k]) / BINS as f64;
        for (b, count) in counts.iter().enumerate() {
            let from = plot.at(low[k] + b as f64 * step, *count);
            let to = plot.at(low[k] + (b + 1) as f64 * step, 0.0);
            let size = (to.0 - from.0 - 0.4, to.1 - from.1);
            drawing.area(square(from, size), colour(5), 0.8);
        }
        let prior = vec![plot.at(low[k], 1.0), plot.at(high[k], 1.0)];
        drawing.dashes(prior, GREY, THIN, (2.0, 1.5));
        let foot = plot.at(low[k], 0.0).1 - 2.4;
        drawing.hollow(Marker::Circle, (plot.at(default[k], 0.0).0, foot), 2.0, INK);
        let at = (plot.at(centre[k], 0.0).0, foot);
        drawing.marker(Marker::Diamond, at, 2.0, colour(1));
    }
    drawing.y = bottom;
    drawing.note(&format!(
        "{} accepted sets, density relative to the prior's. In brackets: variance over the \
         accepted sets / variance of the prior; near 1, the data say nothing of the parameter.",
        accepted.rows()
    ));
    Some(drawing)
}

fn square((x, y): Point, (w, h): (f64, f64)) -> Vec<Point> {
    vec![(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
}

fn predictive(tables: &[Table], title: &str) -> Option<Drawing> {
    let found = table(tables, "predictive")?;
    let names = found.text("moment")?;
    let real = |name: &str| found.real(name);
    let (atop, cow, median) = (
        real("observed_atop")?,
        real("observed_cow")?,
        real("median")?,
    );
    let (low, high) = (real("low")?, real("high")?);
    let (noise_low, noise_high) = (real("noise_low")?, real("noise_high")?);
    let hit = found.integer("hit")?;
    let centre = |r: usize| (atop[r] + cow[r]) / 2.0;
    let mut drawing = Drawing::new(title, PAGE);
    let entries = [
        ("accepted sets and seeds", 0),
        ("seeds alone", 1),
        ("median", 2),
        ("ATOP", 3),
        ("COW", 4),
    ];
    let entries = entries.map(|(words, k)| (words.to_string(), k));
    drawing.legend(&entries, |d, (x, y), &k| match k {
        0 => d.area(square((x, y - 2.2), (15.0, 4.4)), colour(0), 0.25),
        1 => d.area(square((x, y - 1.1), (15.0, 2.2)), colour(0), 0.8),
        2 => d.path(vec![(x + 7.5, y - 3.0), (x + 7.5, y + 3.0)], INK, LINE),
        3 => d.hollow(Marker::Circle, (x + 7.5, y), 2.1, colour(1)),
        _ => d.hollow(Marker::Triangle, (x + 7.5, y), 2.1, colour(1)),
    });
    let rows: Vec<usize> = (0..names.len()).collect();
    let label = |&r: &usize| match hit[r] {
        1 => words(&names[r]),
        _ => format!("missed: {}", words(&names[r])),
    };
    let labels: Vec<String> = rows.iter().map(label).collect();
    let ends = rows
        .iter()
        .flat_map(|&r| [low[r], high[r], atop[r], cow[r]].map(|v| v / centre(r)));
    let x = Scale::over(ends.chain([0.0, 2.0]), 6);
    let place = ((MARGIN, drawing.y), drawing.inner(), 96.0);
    let heads = ("", "value / middle of the observed ones");
    let panel = Rows::new(&mut drawing, place, heads, &labels, x, 12.0);
    let one = panel.at(1.0, 0).0;
    let line = vec![(one, panel.frame.y), (one, panel.frame.y + panel.frame.h)];
    drawing.path(line, GREY, THIN);
    for &r in &rows {
        let at = |value: f64| panel.at(value / centre(r), r);
        for (from, to, half, opacity) in [
            (low[r], high[r], 3.2, 0.25),
            (noise_low[r], noise_high[r], 1.4, 0.8),
        ] {
            let (from, to) = (at(from), at(to));
            let size = ((to.0 - from.0).max(0.6), 2.0 * half);
            drawing.area(square((from.0, from.1 - half), size), colour(0), opacity);
        }
        let (x, y) = at(median[r]);
        drawing.path(vec![(x, y - 4.0), (x, y + 4.0)], INK, LINE);
        drawing.hollow(Marker::Circle, at(atop[r]), 2.1, colour(1));
        drawing.hollow(Marker::Triangle, at(cow[r]), 2.1, colour(1));
        let text = format!(
            "{} [{}, {}]",
            number(median[r]),
            number(low[r]),
            number(high[r])
        );
        let edge = (MARGIN + drawing.inner(), y + 2.2);
        drawing.text(&fit(&text, 92.0, SMALL), edge, small(1.0));
    }
    drawing.y = panel.bottom();
    let hits = hit.iter().filter(|h| **h == 1).count();
    drawing.note(&format!(
        "{hits} of {} moments are hit: an observed value lies in the 90 % interval, and that is no \
         wider than twice the observed. At the right: median and interval.",
        names.len()
    ));
    Some(drawing)
}

fn series(tables: &[Table], title: &str) -> Option<Drawing> {
    let found = table(tables, "series")?;
    let (columns, years) = (found.text("column")?, found.integer("year")?);
    let values = ["median", "low", "high", "observed_atop", "observed_cow"]
        .map(|c| found.real(c).unwrap_or_default());
    let mut names: Vec<&String> = columns.iter().collect();
    names.dedup();
    let mut drawing = Drawing::new(title, PAGE);
    let entries = [
        ("median and 90 % of accepted sets and seeds", 0),
        ("observed, ATOP", 1),
        ("observed, COW", 2),
    ];
    let entries = entries.map(|(words, k)| (words.to_string(), k));
    drawing.legend(&entries, |d, (x, y), &k| match k {
        0 => {
            d.area(square((x, y - 2.6), (15.0, 5.2)), colour(0), 0.2);
            d.path(vec![(x, y), (x + 15.0, y)], colour(0), LINE);
        }
        1 => d.path(vec![(x, y), (x + 15.0, y)], colour(1), THIN),
        _ => d.dashes(vec![(x, y), (x + 15.0, y)], INK, THIN, (2.0, 1.3)),
    });
    let height = HEADING + 62.0 + FOOT - 8.0;
    let (frames, bottom) = panels(&drawing, names.len(), 3, height);
    for (name, frame) in names.iter().zip(frames) {
        let rows: Vec<usize> = (0..columns.len())
            .filter(|&r| columns[r] == **name)
            .collect();
        let ends = rows
            .iter()
            .flat_map(|&r| values[1..].iter().map(move |v| v[r]));
        let y = Scale::from_zero(ends, 4);
        let (first, last) = (years[rows[0]] as f64, years[rows[rows.len() - 1]] as f64);
        let x = Scale::linear(first, last, 4, false);
        let plot = Plot::new(&mut drawing, frame, (&words(name), ""), x, y);
        let line = |k: usize| -> Vec<Point> {
            let known = rows.iter().filter(|&&r| values[k][r].is_finite());
            known
                .map(|&r| plot.at(years[r] as f64, values[k][r]))
                .collect()
        };
        let area = line(2).into_iter().chain(line(1).into_iter().rev());
        drawing.area(area.collect(), colour(0), 0.2);
        drawing.path(line(0), colour(0), LINE);
        drawing.path(line(3), colour(1), THIN);
        drawing.dashes(line(4), INK, THIN, (2.0, 1.3));
    }
    drawing.y = bottom;
    drawing.note(
        "Disputes and contiguous pairs were observed once; their two lines are one. Ratios are \
         per 1,000 pairs for disputes.",
    );
    Some(drawing)
}

fn correlations(tables: &[Table], title: &str) -> Option<Drawing> {
    let found = table(tables, "correlations")?;
    let (first, second) = (found.text("first")?, found.text("second")?);
    let value = found.real("correlation")?;
    let mut names: Vec<&String> = vec![&first[0]];
    names.extend(second.iter().take_while({
        let head = &first[0];
        let mut k = 0;
        move |_| {
            k += 1;
            &first[k - 1] == head
        }
    }));
    let pairs: BTreeMap<(&String, &String), f64> = (0..value.len())
        .map(|r| ((&first[r], &second[r]), value[r]))
        .collect();
    let mut drawing = Drawing::new(title, PAGE);
    let numbered: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(k, n)| format!("{n}  {}", k + 1))
        .collect();
    let widths = numbered.iter().map(|n| text_width(n, SMALL));
    let left = widths.fold(0.0, f64::max) + 5.0;
    let columns = names.len().saturating_sub(1).max(1);
    let width = ((drawing.inner() - left) / columns as f64).min(34.0);
    let height = width.min(12.0);
    let top = drawing.y + 2.0;
    for (j, name) in numbered.iter().enumerate() {
        let y = top + j as f64 * height;
        let at = (MARGIN + left - 4.0, y + height / 2.0 + 2.2);
        drawing.text(name, at, small(1.0));
        for k in 0..j {
            let r = pairs
                .get(&(names[k], names[j]))
                .copied()
                .unwrap_or(f64::NAN);
            let frame = Frame {
                x: MARGIN + left + k as f64 * width,
                y,
                w: width - 0.8,
                h: height - 0.8,
            };
            let fill = if r.is_finite() { diverging(r) } else { FAINT };
            drawing.rectangle(frame, fill);
            let text = format!("{r:.2}").replace("0.", ".").replace('-', "−");
            let size = 5.0;
            if r.abs() >= 0.1 && text_width(&text, size) + 1.5 <= frame.w {
                let at = (frame.x + frame.w / 2.0, y + height / 2.0 + 1.6);
                let style = Text { size, ..small(0.5) };
                drawing.text(&text, at, style);
            }
        }
    }
    let bottom = top + names.len() as f64 * height;
    for k in 0..columns {
        let x = MARGIN + left + (k as f64 + 0.5) * width;
        drawing.text(&format!("{}", k + 1), (x, bottom + 7.0), small(0.5));
    }
    drawing.y = bottom + 12.0;
    drawing.note("Pearson correlations over the accepted sets; those below .1 are not written.");
    Some(drawing)
}
