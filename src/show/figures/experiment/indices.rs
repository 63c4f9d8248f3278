//! Sobol' and PAWN indices of the factors.

use super::arms::{interval, left_out};
use super::axes::Scale;
use super::drawing::Drawing;
use super::rows::Rows;
use super::{ExperimentInput, Label, rows_of};
use crate::figures::canvas::{Frame, Marker, Point};
use crate::figures::lines::MARGIN;
use crate::figures::style::{COLUMN, GREY, INK, THIN, colour};
use comity_lab::table::Table;

/// Factors of a panel before it says that there are more.
pub const MOST: usize = 12;
const ROW: f64 = 12.5;
/// Rows of a panel of bars.
const BAR: f64 = 10.0;
/// The row of `sobol` that says what a factor without effect would have.
const DUMMY: &str = "dummy";

/// Rows of the table sorted by a column, the greatest first; those without a value last.
pub fn ranked(mut rows: Vec<usize>, by: &[f64]) -> Vec<usize> {
    let key = |r: usize| {
        if by[r].is_nan() {
            f64::NEG_INFINITY
        } else {
            by[r]
        }
    };
    rows.sort_by(|&a, &b| key(b).total_cmp(&key(a)));
    rows
}

/// Words for the factors of these rows.
pub fn names(input: &ExperimentInput, table: &Table, rows: &[usize]) -> Vec<String> {
    let parameters = table.text("parameter").unwrap_or_default();
    rows.iter()
        .map(|&r| input.factor_label(&parameters[r]).to_string())
        .collect()
}

/// A vertical line through the panel.
fn level(drawing: &mut Drawing, rows: &Rows, at: f64, dash: Option<(f64, f64)>) {
    let (x, _) = rows.at(at, 0);
    let ends = vec![(x, rows.frame.y), (x, rows.frame.y + rows.frame.h)];
    match dash {
        Some(dash) => drawing.dashes(ends, GREY, THIN, dash),
        None => drawing.path(ends, INK, THIN),
    }
}

/// Lays out Sobol' indices; `None` without any.
pub fn sobol(input: &ExperimentInput, title: &str, metric: &Label) -> Option<Drawing> {
    const TOTAL_DASH: (f64, f64) = (3.0, 1.8);
    let table = input.table("sobol")?;
    let [s1, s1_conf, st, st_conf] = ["S1", "S1_conf", "ST", "ST_conf"].map(|c| table.real(c));
    let (s1, s1_conf, st, st_conf) = (s1?, s1_conf?, st?, st_conf?);
    let parameters = table.text("parameter")?;
    let mut panels = Vec::new();
    for arm in &input.arms {
        let rows = rows_of(table, &arm.name, &metric.name);
        let dummy = rows.iter().copied().find(|&r| parameters[r] == DUMMY);
        let known = |&r: &usize| parameters[r] != DUMMY && st[r].is_finite();
        let factors = rows.into_iter().filter(known);
        let factors = ranked(factors.collect(), &st);
        if !factors.is_empty() {
            panels.push((arm, factors, dummy));
        }
    }
    let all = panels.iter().map(|p| p.1.len()).max()?;
    let mut drawing = Drawing::new(title, COLUMN);
    drawing.heading(&metric.label);
    let series = [
        ("total (ST)", 0),
        ("first order (S1)", 1),
        ("dummy (ST)", 2),
    ];
    let entries = series.map(|(words, k)| (words.to_string(), k));
    drawing.legend(&entries, |d, (x, y), &k| match k {
        2 => d.dashes(vec![(x, y), (x + 15.0, y)], GREY, THIN, TOTAL_DASH),
        _ => {
            d.path(vec![(x, y), (x + 15.0, y)], colour(k), THIN);
            mark(d, k, (x + 7.5, y));
        }
    });
    for (arm, factors, dummy) in &panels {
        let shown = &factors[..factors.len().min(MOST)];
        let ends = |&r: &usize| {
            let of = |v: f64, conf: f64| [v, v - conf, v + conf];
            of(s1[r], s1_conf[r])
                .into_iter()
                .chain(of(st[r], st_conf[r]))
        };
        let values = shown.iter().flat_map(ends).chain([0.0]);
        let values = values.chain(dummy.iter().map(|&r| st[r]));
        let x = Scale::over(values, 5);
        let corner = (MARGIN, drawing.y);
        let heads = (input.arm_heading(arm), "share of the variance");
        let names = names(input, table, shown);
        let place = (corner, drawing.inner(), 0.0);
        let rows = Rows::new(&mut drawing, place, heads, &names, x, ROW);
        level(&mut drawing, &rows, 0.0, None);
        if let Some(dummy) = dummy.filter(|&r| st[r].is_finite()) {
            level(&mut drawing, &rows, st[dummy], Some(TOTAL_DASH));
        }
        for (k, &r) in shown.iter().enumerate() {
            let of = [(0, st[r], st_conf[r], -2.3), (1, s1[r], s1_conf[r], 2.6)];
            for (series, value, conf, off) in of {
                let (x, y) = rows.at(value, k);
                let ends = (value - conf, value + conf);
                interval(&mut drawing, &rows, y + off, ends, colour(series));
                if value.is_finite() {
                    mark(&mut drawing, series, (x, y + off));
                }
            }
        }
        drawing.y = rows.bottom();
    }
    let points = input.design.as_ref().map_or(0, |d| d.points);
    let mut note = format!("{points} points; bars: 95 % intervals.");
    if let Some(noise) = input.noise(&metric.name) {
        note = format!("{note} {noise}");
    }
    drawing.note(&note);
    left_out(&mut drawing, all, MOST, "factors");
    Some(drawing)
}

fn mark(drawing: &mut Drawing, series: usize, at: Point) {
    match series {
        0 => drawing.marker(Marker::Circle, at, 2.0, colour(0)),
        _ => drawing.hollow(Marker::Square, at, 1.6, colour(1)),
    }
}

/// Lays out PAWN indices; `None` without any, or where there are indices of variance or
/// elementary effects.
pub fn pawn(input: &ExperimentInput, title: &str, metric: &Label) -> Option<Drawing> {
    let of_metric = |name: &str| {
        let table = input.table(name)?;
        let any = input.arms.iter();
        let any = any
            .map(|a| rows_of(table, &a.name, &metric.name).len())
            .sum::<usize>();
        (any > 0).then_some(table)
    };
    if of_metric("sobol").is_some() || of_metric("morris").is_some() {
        return None;
    }
    let table = of_metric("pawn")?;
    let (median, maximum) = (table.real("median")?, table.real("maximum")?);
    let mut drawing = Drawing::new(title, COLUMN);
    drawing.heading(&metric.label);
    let entries = [("median over slices", 0), ("greatest", 1)];
    let entries = entries.map(|(words, k)| (words.to_string(), k));
    drawing.legend(&entries, |d, (x, y), &k| match k {
        0 => d.rectangle(bar((x, y), 15.0), colour(0)),
        _ => d.hollow(Marker::Circle, (x + 7.5, y), 1.8, INK),
    });
    let mut all = 0;
    for arm in &input.arms {
        let factors = ranked(rows_of(table, &arm.name, &metric.name), &median);
        let shown = &factors[..factors.len().min(MOST)];
        if shown.is_empty() {
            continue;
        }
        all = all.max(factors.len());
        let values = shown.iter().flat_map(|&r| [median[r], maximum[r]]);
        let x = Scale::over(values.chain([0.0]), 5);
        let heads = (input.arm_heading(arm), "Kolmogorov–Smirnov distance (0–1)");
        let names = names(input, table, shown);
        let place = ((MARGIN, drawing.y), drawing.inner(), 0.0);
        let rows = Rows::new(&mut drawing, place, heads, &names, x, BAR);
        for (k, &r) in shown.iter().enumerate() {
            let zero = rows.at(0.0, k);
            if median[r].is_finite() {
                let width = rows.at(median[r], k).0 - zero.0;
                drawing.rectangle(bar(zero, width), colour(0));
            }
            if maximum[r].is_finite() {
                let (from, to) = (rows.at(median[r].max(0.0), k), rows.at(maximum[r], k));
                drawing.path(vec![from, to], INK, THIN);
                drawing.hollow(Marker::Circle, to, 1.8, INK);
            }
        }
        level(&mut drawing, &rows, 0.0, None);
        drawing.y = rows.bottom();
    }
    let points = input.design.as_ref().map_or(0, |d| d.points);
    let mut note = format!("{points} points.");
    if let Some(noise) = input.noise(&metric.name) {
        note = format!("{note} {noise}");
    }
    drawing.note(&note);
    left_out(&mut drawing, all, MOST, "factors");
    Some(drawing)
}

/// A bar from a point to the right.
pub fn bar((x, y): Point, width: f64) -> Frame {
    Frame {
        x,
        y: y - 2.8,
        w: width,
        h: 5.6,
    }
}
