//! Boxes of parameter space in which an outcome occurs.

use super::axes::{FOOT, HEADING, Plot, Scale, number, range};
use super::drawing::Drawing;
use super::rows::Rows;
use super::{ExperimentInput, Label, rows_of};
use crate::figures::canvas::{Frame, Marker, Point, Text};
use crate::figures::font::text_width;
use crate::figures::lines::MARGIN;
use crate::figures::style::{FAINT, GREY, GRID, PAGE, SMALL, THIN, colour};

const HEIGHT: f64 = 120.0;
const GAP: f64 = 14.0;
const ROW: f64 = 17.0;
/// Restricted factors before the panel says that there are more.
const MOST: usize = 10;

/// A box.
struct Found {
    number: i64,
    coverage: f64,
    density: f64,
    mass: f64,
    chosen: bool,
}

/// A restricted factor of the chosen box, with its whole range.
struct Limit {
    name: String,
    inside: (f64, f64),
    whole: (f64, f64),
    log: bool,
    quasi_p: f64,
}

fn boxes(input: &ExperimentInput, arm: &str, outcome: &str) -> Option<Vec<Found>> {
    let table = input.table("boxes")?;
    let (numbers, chosen) = (table.integer("box")?, table.integer("chosen")?);
    let columns = ["coverage", "density", "mass"].map(|c| table.real(c));
    let [Some(coverage), Some(density), Some(mass)] = columns else {
        return None;
    };
    let found = rows_of(table, arm, outcome).into_iter().map(|r| Found {
        number: numbers[r],
        coverage: coverage[r],
        density: density[r],
        mass: mass[r],
        chosen: chosen[r] == 1,
    });
    Some(found.collect())
}

fn limits(input: &ExperimentInput, arm: &str, outcome: &str, number: i64) -> Vec<Limit> {
    let all = || {
        let (table, design) = (input.table("box_limits")?, input.table("design")?);
        let (of, names) = (table.integer("box")?, table.text("parameter")?);
        let columns = ["low", "high", "quasi_p"].map(|c| table.real(c));
        let [Some(low), Some(high), Some(p)] = columns else {
            return None;
        };
        let rows = rows_of(table, arm, outcome).into_iter();
        let limit = |r: usize| {
            let values = design.real(&names[r])?;
            let factor = input.factors.iter().position(|f| f.name == names[r])?;
            let record = input.design.as_ref().and_then(|d| d.factors.get(factor));
            let whole = match record.and_then(|f| f.range) {
                Some((low, high, _)) => (low, high),
                None => range(values.iter().copied())?,
            };
            Some(Limit {
                name: input.factors[factor].label.clone(),
                inside: (low[r], high[r]),
                whole,
                log: super::response::is_log(input, factor, &values) && whole.0 > 0.0,
                quasi_p: p[r],
            })
        };
        let found = rows.filter(|&r| of[r] == number).filter_map(limit);
        Some(found.collect::<Vec<Limit>>())
    };
    let mut found = all().unwrap_or_default();
    found.sort_by(|a, b| a.quasi_p.total_cmp(&b.quasi_p));
    found
}

/// Lays out the figure; `None` without boxes.
pub fn discovery(input: &ExperimentInput, title: &str, outcome: &Label) -> Option<Drawing> {
    let mut panels = Vec::new();
    for arm in &input.arms {
        let found = boxes(input, &arm.name, &outcome.name)?;
        if !found.is_empty() {
            panels.push((arm, found));
        }
    }
    if panels.is_empty() {
        return None;
    }
    let mut drawing = Drawing::new(title, PAGE);
    drawing.heading(&outcome.label);
    let entries = [
        ("boxes in the order of peeling", false),
        ("chosen box", true),
    ];
    let entries = entries.map(|(words, chosen)| (words.to_string(), chosen));
    drawing.legend(&entries, |d, (x, y), &chosen| {
        d.path(vec![(x, y), (x + 15.0, y)], FAINT, THIN);
        mark(d, (x + 7.5, y), chosen);
    });
    for (arm, found) in &panels {
        let width = (drawing.inner() - GAP) * 0.42;
        let chosen = found.iter().find(|b| b.chosen);
        let limits = chosen.map_or(Vec::new(), |b| {
            limits(input, &arm.name, &outcome.name, b.number)
        });
        let rows = Rows::height(limits.len().min(MOST), ROW) + 12.0;
        let height = (HEADING + HEIGHT + FOOT).max(rows);
        let frame = Frame {
            x: MARGIN,
            y: drawing.y,
            w: width,
            h: HEADING + HEIGHT + FOOT,
        };
        sequence(&mut drawing, frame, input.arm_heading(arm), found);
        let corner = (MARGIN + width + GAP, drawing.y);
        let width = drawing.inner() - GAP - width;
        ranges(&mut drawing, (corner, width), chosen, &limits);
        drawing.y += height + 2.0;
    }
    let points = input.design.as_ref().map_or(0, |d| d.points);
    drawing.note(&format!(
        "{points} points. Coverage: share of the points with the outcome that are in the box; \
         density: share of the box's points that have it. p: chance of such a density without \
         the restriction."
    ));
    Some(drawing)
}

fn mark(drawing: &mut Drawing, at: Point, chosen: bool) {
    match chosen {
        true => drawing.marker(Marker::Diamond, at, 2.8, colour(1)),
        false => drawing.marker(Marker::Circle, at, 1.5, colour(0)),
    }
}

fn sequence(drawing: &mut Drawing, frame: Frame, heading: &str, found: &[Found]) {
    let x = Scale::linear(0.0, 1.0, 5, false);
    let y = Scale::linear(0.0, 1.0, 5, false);
    let words = match heading {
        "" => "density".to_string(),
        _ => format!("{heading}: density"),
    };
    let plot = Plot::new(drawing, frame, (&words, "coverage"), x, y);
    let known = found
        .iter()
        .filter(|b| b.coverage.is_finite() && b.density.is_finite());
    let places: Vec<(Point, bool)> = known
        .map(|b| (plot.at(b.coverage, b.density), b.chosen))
        .collect();
    drawing.path(places.iter().map(|p| p.0).collect(), FAINT, THIN);
    for wanted in [false, true] {
        for (at, chosen) in &places {
            if *chosen == wanted {
                mark(drawing, *at, wanted);
            }
        }
    }
}

fn ranges(
    drawing: &mut Drawing,
    (corner, width): (Point, f64),
    chosen: Option<&Found>,
    limits: &[Limit],
) {
    let grey = Text {
        colour: GREY,
        ..Text::default()
    };
    let Some(chosen) = chosen else {
        drawing.text("No box was chosen.", (corner.0, corner.1 + 7.0), grey);
        return;
    };
    let heading = format!(
        "Chosen box: coverage {}, density {}, {:.0} % of all points",
        number(chosen.coverage),
        number(chosen.density),
        100.0 * chosen.mass
    );
    if limits.is_empty() {
        let style = Text {
            size: crate::figures::style::LABEL,
            ..Text::default()
        };
        drawing.text(&heading, (corner.0, corner.1 + 7.0), style);
        let words = "It is the whole space: no factor is restricted.";
        drawing.text(words, (corner.0, corner.1 + 18.0), grey);
        return;
    }
    let shown = &limits[..limits.len().min(MOST)];
    let names: Vec<String> = shown.iter().map(|l| l.name.clone()).collect();
    let mut x = Scale::linear(0.0, 1.0, 2, false);
    x.ticks = vec![(0.0, "lowest".to_string()), (1.0, "highest".to_string())];
    let more = limits.len() - shown.len();
    let across = match more {
        0 => "range of the factor".to_string(),
        _ => format!("range of the factor; {more} more factors are in the table"),
    };
    let place = (corner, width, 44.0);
    let rows = Rows::new(drawing, place, (&heading, &across), &names, x, ROW);
    for (k, limit) in shown.iter().enumerate() {
        let share = |v: f64| {
            let (low, high) = limit.whole;
            let share = match limit.log && v > 0.0 {
                true => libm::log(v / low) / libm::log(high / low),
                false => (v - low) / (high - low),
            };
            if share.is_finite() {
                share.clamp(0.0, 1.0)
            } else {
                0.0
            }
        };
        let (_, y) = rows.at(0.0, k);
        let strip = |from: f64, to: f64| Frame {
            x: rows.at(from, k).0,
            y: y - 4.0,
            w: (rows.at(to, k).0 - rows.at(from, k).0).max(1.0),
            h: 4.0,
        };
        drawing.rectangle(strip(0.0, 1.0), GRID);
        let (low, high) = (share(limit.inside.0), share(limit.inside.1));
        drawing.rectangle(strip(low, high), colour(1));
        let words = format!("{} – {}", number(limit.inside.0), number(limit.inside.1));
        let half = text_width(&words, SMALL) / 2.0;
        let (left, right) = (rows.frame.x + half, rows.frame.x + rows.frame.w - half);
        let middle = rows.at((low + high) / 2.0, k).0;
        let style = Text {
            anchor: 0.5,
            ..Text::default()
        };
        drawing.text(&words, (middle.max(left).min(right), y + 6.6), style);
        let p = match limit.quasi_p {
            p if p < 0.001 => "p < 0.001".to_string(),
            p => format!("p = {}", number(p)),
        };
        let style = Text {
            anchor: 1.0,
            ..grey
        };
        drawing.text(&p, (corner.0 + width, y + 2.2), style);
    }
}
