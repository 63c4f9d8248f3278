//! The 15 items by region as a heat map, beside the printed ratings.

use super::canvas::{Canvas, Frame, Text};
use super::font::text_width;
use super::input::FigureInput;
use super::lines::{HEAD, MARGIN, title};
use super::panel;
use super::style::{Colour, GREY, INK, LABEL, PAGE, SMALL};
use comity_lab::analysis::table1::{RATED, Rating, Reading, is_rated, last_five, printed, read};
use comity_lab::grades::{Grade, ITEMS, THRESHOLDS};

const ROW: f64 = 14.0;
const NAMES: f64 = 131.0;
const MEASURED: f64 = 46.0;
const PRINTED: f64 = 23.0;
const TOP: f64 = HEAD + 27.0;

const TITLES: [&str; 5] = ["Europe", "East Asia", "Centr. Asia", "Africa", "EU Neighb."];
const SHORT: [&str; 5] = ["Eur.", "E. As.", "C. As.", "Afr.", "EU-N"];

/// Height of the figure; `None` without one of the five regions.
pub fn height(input: &FigureInput) -> Option<f64> {
    let names = input.table("regions")?.text("region")?;
    let any = names.iter().any(|r| is_rated(r));
    any.then_some(TOP + 15.0 * ROW + 38.0)
}

/// Draws the figure.
pub fn draw(canvas: &mut Canvas, heading: &str, input: &FigureInput) {
    let Some(table) = input.table("regions") else {
        return;
    };
    let Some(window) = input.table1_years.or_else(|| last_five(table)) else {
        return;
    };
    title(canvas, heading);
    let readings = read(table, window, &THRESHOLDS);
    let printed_x = MARGIN + NAMES + 5.0 * MEASURED + 12.0;
    let (from, to) = window;
    let label = format!("Measured in the model, mean of {from}–{to}");
    heads(canvas, MARGIN + NAMES, MEASURED, &label, &TITLES);
    let ratings = input
        .observed("table1_ratings")
        .map(printed)
        .unwrap_or_default();
    if !ratings.is_empty() {
        heads(canvas, printed_x, PRINTED, "As printed", &SHORT);
    }
    for item in 1..=ITEMS.len() {
        let y = TOP + (item - 1) as f64 * ROW;
        let number = Text {
            anchor: 1.0,
            ..Text::default()
        };
        canvas.text(&item.to_string(), (MARGIN + 9.0, y + 9.0), number);
        canvas.text(ITEMS[item - 1], (MARGIN + 13.0, y + 9.0), Text::default());
        for (i, (region, _)) in RATED.iter().enumerate() {
            let reading = readings
                .iter()
                .find(|r| r.region == *region && r.item == item);
            let cell = cell(MARGIN + NAMES + i as f64 * MEASURED, y, MEASURED);
            measured(canvas, cell, reading);
            let cell = self::cell(printed_x + i as f64 * PRINTED, y, PRINTED);
            let same = |r: &&Rating| r.region == *region && r.item == item;
            if let Some(rating) = ratings.iter().find(same) {
                as_printed(canvas, cell, rating.grade);
            }
        }
    }
    foot(canvas, TOP + 15.0 * ROW + 4.0, input.runs())
}

fn cell(x: f64, y: f64, w: f64) -> Frame {
    Frame {
        x,
        y,
        w: w - 1.0,
        h: ROW - 1.0,
    }
}

fn heads(canvas: &mut Canvas, x: f64, width: f64, label: &str, names: &[&str]) {
    let style = Text {
        size: LABEL,
        ..Text::default()
    };
    canvas.text(label, (x, TOP - 14.0), style);
    for (i, name) in names.iter().enumerate() {
        let middle = x + (i as f64 + 0.5) * width - 0.5;
        let style = Text {
            anchor: 0.5,
            ..Text::default()
        };
        canvas.text(name, (middle, TOP - 3.5), style);
    }
}

/// The grade, and the value it was read from.
fn measured(canvas: &mut Canvas, frame: Frame, reading: Option<&Reading>) {
    let grade = reading.map_or(Grade::Missing, |r| r.grade);
    let ink = fill(canvas, frame, grade);
    let middle = frame.x + frame.w / 2.0;
    let mut style = Text {
        size: 5.6,
        colour: ink,
        anchor: 0.5,
        ..Text::default()
    };
    canvas.text(grade.label(), (middle, frame.y + 6.1), style);
    if let Some(reading) = reading.filter(|r| r.raw.is_finite()) {
        style.size = 4.9;
        canvas.text(&number(reading.raw), (middle, frame.y + 11.8), style);
    }
}

fn number(value: f64) -> String {
    let text = match value.abs() {
        v if v >= 10.0 => format!("{value:.0}"),
        v if v >= 1.0 => format!("{value:.1}"),
        v if v >= 0.0995 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    };
    text.replace('-', "−")
}

fn as_printed(canvas: &mut Canvas, frame: Frame, grade: Grade) {
    let ink = fill(canvas, frame, grade);
    let style = Text {
        size: 5.6,
        colour: ink,
        anchor: 0.5,
        ..Text::default()
    };
    let middle = frame.x + frame.w / 2.0;
    canvas.text(letter(grade), (middle, frame.y + 8.6), style)
}

fn letter(grade: Grade) -> &'static str {
    match grade {
        Grade::High => "H",
        Grade::Medium => "M",
        Grade::MediumLow => "M/l",
        Grade::Low => "L",
        Grade::Unclear => "Uncl.",
        Grade::Diversified => "Div.",
        Grade::Yes => "Y",
        Grade::Some => "Some",
        Grade::OnBorders => "Bord.",
        Grade::OnTerrorism => "Terr.",
        Grade::Among => "Part",
        Grade::No => "N",
        Grade::Possible => "Poss.",
        Grade::Uncertain => "Unc.",
        Grade::Missing => "–",
    }
}

/// Colours a cell by its grade, dark for high; a slash marks grades outside the
/// order. The colour for texts on it.
fn fill(canvas: &mut Canvas, frame: Frame, grade: Grade) -> Colour {
    let (back, ink) = shade(grade.score());
    canvas.rectangle(frame, back);
    if grade.score().is_none() && grade != Grade::Missing {
        let (x, y) = (frame.x + frame.w, frame.y);
        let corner = [(x - 5.0, y), (x, y), (x, y + 5.0)];
        canvas.area(&corner, Colour(213, 94, 0), 1.0);
    }
    ink
}

fn shade(score: Option<f64>) -> (Colour, Colour) {
    let white = Colour(255, 255, 255);
    match score {
        Some(s) if s >= 3.0 => (Colour(0, 90, 145), white),
        Some(s) if s >= 2.0 => (Colour(110, 176, 218), INK),
        Some(s) if s >= 1.5 => (Colour(168, 209, 236), INK),
        Some(_) => (Colour(222, 237, 248), INK),
        None => (Colour(232, 232, 232), INK),
    }
}

fn foot(canvas: &mut Canvas, y: f64, runs: usize) {
    let steps = [
        (Grade::High, "High / Yes"),
        (Grade::Medium, "Medium / Some / Possible / in part"),
        (Grade::MediumLow, "Medium/low"),
        (Grade::Low, "Low / No"),
        (Grade::Uncertain, "Uncertain / Unclear / Diversified"),
    ];
    let mut x = MARGIN;
    for (grade, label) in steps {
        let frame = Frame {
            x,
            y,
            w: 10.0,
            h: 8.0,
        };
        fill(canvas, frame, grade);
        canvas.text(label, (x + 13.0, y + 6.4), Text::default());
        x += 22.0 + text_width(label, SMALL);
    }
    let text = match runs {
        1 => {
            "One run: items 13–15, graded by the share of runs, can only be Yes or No.".to_string()
        }
        _ => format!(
            "Small figures: raw values, medians of {runs} runs; item 2: fatal disputes per \
             state-year; items 13–15 graded by the share of runs."
        ),
    };
    for (i, line) in panel::wrap(&text, PAGE - 2.0 * MARGIN).iter().enumerate() {
        let style = Text {
            colour: GREY,
            ..Text::default()
        };
        canvas.text(line, (MARGIN, y + 18.0 + i as f64 * 8.0), style);
    }
}
