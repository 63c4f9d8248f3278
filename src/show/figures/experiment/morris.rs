//! Elementary effects: μ* against σ, and the factors ranked.

use super::arms::{interval, left_out};
use super::axes::{Plot, Scale};
use super::drawing::Drawing;
use super::indices::{bar, names, ranked};
use super::rows::Rows;
use super::{ExperimentInput, Label, rows_of};
use crate::figures::canvas::{Frame, Marker, Point, Text};
use crate::figures::font::text_width;
use crate::figures::lines::MARGIN;
use crate::figures::style::{Colour, FAINT, GREY, INK, PAGE, SMALL, THIN, colour};
use comity_lab::table::Table;

/// Factors whose rank stands in the scatter.
const NAMED: usize = 8;
/// Factors that are ranked.
const RANKED: usize = 16;
const ROW: f64 = 10.4;
const GAP: f64 = 14.0;

/// Lines through the scatter: how far an effect is from being the same everywhere.
const SLOPES: [(f64, &str); 3] = [(1.0, "σ = μ*"), (0.5, "0.5 μ*"), (0.1, "0.1 μ*")];

/// Columns of the table.
struct Effects<'a> {
    table: &'a Table,
    mu_star: Vec<f64>,
    conf: Vec<f64>,
    sigma: Vec<f64>,
}

/// Lays out the figure; `None` without elementary effects.
pub fn morris(input: &ExperimentInput, title: &str, metric: &Label) -> Option<Drawing> {
    let table = input.table("morris")?;
    let effects = Effects {
        table,
        mu_star: table.real("mu_star")?,
        conf: table.real("mu_star_conf")?,
        sigma: table.real("sigma")?,
    };
    let of_arms: Vec<(&Label, Vec<usize>)> = input
        .arms
        .iter()
        .map(|a| {
            (
                a,
                ranked(rows_of(table, &a.name, &metric.name), &effects.mu_star),
            )
        })
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    let all = of_arms.iter().map(|a| a.1.len()).max()?;
    let mut drawing = Drawing::new(title, PAGE);
    drawing.heading(&metric.label);
    let width = (drawing.inner() - GAP) / 2.0;
    let rows = all.min(RANKED);
    let height = Rows::height(rows.max(12), ROW);
    for (arm, factors) in &of_arms {
        let frame = Frame {
            x: MARGIN,
            y: drawing.y,
            w: width,
            h: height,
        };
        scatter(
            &mut drawing,
            frame,
            input.arm_heading(arm),
            factors,
            &effects,
        );
        let corner = (MARGIN + width + GAP, drawing.y);
        bars(&mut drawing, (corner, width), input, factors, &effects);
        drawing.y += height + 2.0;
    }
    let samples = input.design.as_ref().map_or(0, |d| d.samples);
    let mut note = format!("{samples} trajectories; bars: 95 % intervals of μ*; numbers: ranks.");
    if let Some(noise) = input.noise(&metric.name) {
        note = format!("{note} {noise}");
    }
    drawing.note(&note);
    left_out(&mut drawing, all, RANKED, "factors");
    Some(drawing)
}

fn scatter(
    drawing: &mut Drawing,
    frame: Frame,
    heading: &str,
    factors: &[usize],
    effects: &Effects,
) {
    let ends = factors.iter().flat_map(|&r| {
        let (value, conf) = (effects.mu_star[r], effects.conf[r]);
        [value + conf, value - conf, value]
    });
    let x = Scale::over(ends.chain([0.0]), 5);
    let y = Scale::over(factors.iter().map(|&r| effects.sigma[r]).chain([0.0]), 5);
    let style = Text {
        colour: GREY,
        ..Text::default()
    };
    // The vertical axis is named above it, unless that is the heading's place.
    let words = match heading {
        "" => "σ".to_string(),
        _ => format!("{heading}: σ"),
    };
    let plot = Plot::new(drawing, frame, (&words, "μ*"), x, y);
    let mut taken: Vec<Frame> = Vec::new();
    let places: Vec<Point> = factors
        .iter()
        .map(|&r| (effects.mu_star[r], effects.sigma[r]))
        .filter(|p| p.0.is_finite() && p.1.is_finite())
        .map(|p| plot.at(p.0, p.1))
        .collect();
    for slope in SLOPES.map(|s| s.0) {
        let end = plot.x.max.min(plot.y.max / slope);
        let ends = vec![plot.at(0.0, 0.0), plot.at(end, end * slope)];
        drawing.dashes(ends, FAINT, THIN, (2.5, 1.5));
    }
    for (&r, at) in factors.iter().zip(&places).take(NAMED) {
        let (value, conf) = (effects.mu_star[r], effects.conf[r]);
        if conf.is_finite() {
            let [from, to] = [value - conf, value + conf].map(|v| plot.at(v, 0.0).0);
            drawing.path(vec![(from, at.1), (to, at.1)], colour(5), THIN);
            taken.push(Frame {
                x: from,
                y: at.1 - 0.4,
                w: to - from,
                h: 0.8,
            });
        }
    }
    // The greatest lie on top, with their ranks: the names stand beside.
    for (k, &at) in places.iter().enumerate().rev() {
        let r = if k < NAMED { 3.5 } else { 1.3 };
        if k < NAMED {
            let edge = Colour(255, 255, 255);
            drawing.marker(Marker::Circle, at, r + 0.5, edge);
            drawing.marker(Marker::Circle, at, r, colour(0));
            let rank = Text {
                size: 5.2,
                colour: edge,
                bold: true,
                anchor: 0.5,
            };
            drawing.text(&format!("{}", k + 1), (at.0, at.1 + 1.9), rank);
        } else {
            drawing.marker(Marker::Circle, at, r, FAINT);
        }
        taken.push(Frame {
            x: at.0 - r,
            y: at.1 - r,
            w: 2.0 * r,
            h: 2.0 * r,
        });
    }
    for (slope, words) in SLOPES {
        let end = plot.x.max.min(plot.y.max / slope);
        let along = [0.93, 0.84, 0.75, 0.66, 0.57].into_iter();
        let mut spots = along.filter_map(|t| {
            let at = plot.at(end * t, end * t * slope);
            free(&plot.frame, at, words, &taken)
        });
        if let Some((spot, frame)) = spots.next() {
            drawing.halo(words, spot, style);
            taken.push(frame);
        }
    }
}

fn text_frame((x, y): Point, w: f64) -> Frame {
    Frame {
        x: x - 1.0,
        y: y - 5.0,
        w: w + 2.0,
        h: 6.4,
    }
}

/// A place near the point where the words touch nothing that is there.
fn free(plot: &Frame, at: Point, words: &str, taken: &[Frame]) -> Option<(Point, Frame)> {
    let w = text_width(words, SMALL);
    let offsets = [2.2, -2.8, 7.6, -4.0, 9.5];
    let sides = offsets.iter().flat_map(|&dy| [(3.6, dy), (-3.6 - w, dy)]);
    let touch = |a: &Frame, b: &Frame| {
        a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
    };
    sides
        .map(|(dx, dy)| (at.0 + dx, at.1 + dy))
        .map(|spot| (spot, text_frame(spot, w)))
        .find(|(_, f)| {
            let inside = f.x >= plot.x
                && f.x + f.w <= plot.x + plot.w + 3.0
                && f.y >= plot.y - 3.0
                && f.y + f.h <= plot.y + plot.h;
            inside && !taken.iter().any(|t| touch(f, t))
        })
}

fn bars(
    drawing: &mut Drawing,
    (corner, width): (Point, f64),
    input: &ExperimentInput,
    factors: &[usize],
    effects: &Effects,
) {
    let shown = &factors[..factors.len().min(RANKED)];
    let ends = |&r: &usize| {
        let (value, conf) = (effects.mu_star[r], effects.conf[r]);
        [value, value - conf, value + conf]
    };
    let x = Scale::over(shown.iter().flat_map(ends).chain([0.0]), 5);
    let words = names(input, effects.table, shown);
    let numbered: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(k, n)| format!("{} {n}", k + 1))
        .collect();
    let place = (corner, width, 0.0);
    let rows = Rows::new(drawing, place, ("Ranked", "μ*"), &numbered, x, ROW);
    for (k, &r) in shown.iter().enumerate() {
        let zero = rows.at(0.0, k);
        let (value, conf) = (effects.mu_star[r], effects.conf[r]);
        if value.is_finite() {
            drawing.rectangle(bar(zero, rows.at(value, k).0 - zero.0), colour(5));
        }
        interval(drawing, &rows, zero.1, (value - conf, value + conf), INK);
    }
}
