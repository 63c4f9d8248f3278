//! The metric over the points of a grid: a map of two factors, or lines.

use super::axes::{number, range};
use super::drawing::{Drawing, fit};
use super::response::{self, means};
use super::{ExperimentInput, Label};
use crate::figures::canvas::{Frame, Text};
use crate::figures::font::text_width;
use crate::figures::lines::MARGIN;
use crate::figures::style::{COLUMN, Colour, INK, LABEL, PAGE, SMALL};
use comity_lab::table::Table;

/// Stops of a scale that rises in lightness and can be told apart by the colour-blind
/// (after cividis, Nuñez et al. 2018).
const STOPS: [(u8, u8, u8); 6] = [
    (0, 34, 78),
    (53, 69, 108),
    (102, 105, 112),
    (148, 142, 119),
    (200, 184, 102),
    (254, 232, 56),
];

fn shade(share: f64) -> Colour {
    let place = share.clamp(0.0, 1.0) * (STOPS.len() - 1) as f64;
    let k = (place as usize).min(STOPS.len() - 2);
    let part = place - k as f64;
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part) as u8;
    let (a, b) = (STOPS[k], STOPS[k + 1]);
    Colour(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

/// Lays out the figure; `None` for other designs than a grid of one or two factors and one
/// factor at a time.
pub fn phase(input: &ExperimentInput, title: &str, metric: &Label) -> Option<Drawing> {
    match (input.method(), input.factors.len()) {
        ("one_at_a_time", _) | ("grid", 1) => response::lines(input, title, metric),
        ("grid", 2) => maps(input, title, metric),
        _ => None,
    }
}

/// Levels of a factor in order, and the level of each point.
fn levels(design: &Table, factor: &str) -> Option<(Vec<String>, Vec<usize>)> {
    if let Some(values) = design.real(factor) {
        let mut known: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        known.sort_by(f64::total_cmp);
        known.dedup();
        let own = values.iter().any(|v| v.is_nan());
        let of = values.iter().map(|v| {
            let place = known.iter().position(|k| k == v);
            place.unwrap_or(known.len())
        });
        let of = of.collect();
        let mut words: Vec<String> = known.into_iter().map(number).collect();
        if own {
            words.push("own".to_string());
        }
        return Some((words, of));
    }
    let texts = design.text(factor)?;
    let mut known: Vec<String> = Vec::new();
    let mut of = Vec::new();
    for text in texts {
        let place = known.iter().position(|k| k == text).unwrap_or_else(|| {
            known.push(text.clone());
            known.len() - 1
        });
        of.push(place);
    }
    Some((known, of))
}

/// A map with its place and the range of its colours.
struct Map<'a> {
    across: &'a (Vec<String>, Vec<usize>),
    up: &'a (Vec<String>, Vec<usize>),
    frame: Frame,
    ends: (f64, f64),
}

fn maps(input: &ExperimentInput, title: &str, metric: &Label) -> Option<Drawing> {
    const HEIGHT: f64 = 150.0;
    const GAP: f64 = 12.0;
    let design = input.table("design")?;
    let [one, other] = &input.factors[..] else {
        return None;
    };
    let (across, up) = (levels(design, &one.name)?, levels(design, &other.name)?);
    let mut arms = Vec::new();
    for arm in &input.arms {
        let found = means(input, &arm.name, &metric.name)?;
        if range(found.iter().map(|m| m[0])).is_some() {
            arms.push((arm, found));
        }
    }
    let ends = range(arms.iter().flat_map(|a| a.1.iter().map(|m| m[0])))?;
    let columns = arms.len().min(2);
    let mut drawing = Drawing::new(title, if columns > 1 { PAGE } else { COLUMN });
    drawing.heading(&metric.label);
    bar(&mut drawing, ends);
    let width = (drawing.inner() - GAP * (columns - 1) as f64) / columns as f64;
    let left =
        up.0.iter()
            .map(|w| text_width(w, SMALL))
            .fold(0.0, f64::max)
            + 5.0;
    let head = if arms.len() > 1 { 10.0 } else { 0.0 };
    let top = drawing.y;
    for (k, (arm, means)) in arms.iter().enumerate() {
        let x = MARGIN + (k % columns) as f64 * (width + GAP);
        let y = top + (k / columns) as f64 * (HEIGHT + head + 32.0);
        let style = Text {
            size: LABEL,
            ..Text::default()
        };
        let heading = fit(input.arm_heading(arm), width, LABEL);
        drawing.text(&heading, (x, y + 7.0), style);
        drawing.text(
            &fit(&other.label, width, SMALL),
            (x, y + head + 7.0),
            Text::default(),
        );
        let frame = Frame {
            x: x + left,
            y: y + head + 11.0,
            w: width - left - 2.0,
            h: HEIGHT,
        };
        let map = Map {
            across: &across,
            up: &up,
            frame,
            ends,
        };
        map.draw(&mut drawing, means, &one.label);
    }
    drawing.y = top + arms.len().div_ceil(columns) as f64 * (HEIGHT + head + 32.0);
    let mut note = format!(
        "Means of {} runs at each point.",
        response::replicates(input)
    );
    if let Some(noise) = input.noise(&metric.name) {
        note = format!("{note} {noise}");
    }
    if let Some(half) = half_width(&arms) {
        note.push_str(&format!(
            " Half-width of the 95 % interval of a mean: {} on average.",
            number(half)
        ));
    }
    drawing.note(&note);
    Some(drawing)
}

/// Half-width of the means' intervals over all points.
fn half_width(arms: &[(&Label, Vec<[f64; 3]>)]) -> Option<f64> {
    let halves = arms
        .iter()
        .flat_map(|a| a.1.iter().map(|m| (m[2] - m[1]) / 2.0));
    let known: Vec<f64> = halves.filter(|h| h.is_finite()).collect();
    (!known.is_empty()).then(|| comity_lab::analysis::summary::mean(&known))
}

/// The colours and their values.
fn bar(drawing: &mut Drawing, (low, high): (f64, f64)) {
    const STEPS: usize = 60;
    let (from, to) = (number(low), number(high));
    let x = MARGIN + text_width(&from, SMALL) + 4.0;
    let frame = Frame {
        x,
        y: drawing.y + 1.5,
        w: 110.0,
        h: 6.0,
    };
    for k in 0..STEPS {
        let step = Frame {
            x: frame.x + frame.w * k as f64 / STEPS as f64,
            w: frame.w / STEPS as f64 + 0.2,
            ..frame
        };
        drawing.rectangle(step, shade((k as f64 + 0.5) / STEPS as f64));
    }
    drawing.text(&from, (MARGIN, frame.y + 5.2), Text::default());
    drawing.text(
        &to,
        (frame.x + frame.w + 4.0, frame.y + 5.2),
        Text::default(),
    );
    drawing.y += 12.0;
}

impl Map<'_> {
    fn draw(&self, drawing: &mut Drawing, means: &[[f64; 3]], across: &str) {
        let (columns, rows) = (self.across.0.len(), self.up.0.len());
        let frame = &self.frame;
        let (w, h) = (frame.w / columns as f64, frame.h / rows as f64);
        let (low, high) = self.ends;
        let span = if high > low { high - low } else { 1.0 };
        for (p, [mean, ..]) in means.iter().enumerate() {
            let (column, row) = (self.across.1[p], self.up.1[p]);
            let cell = Frame {
                x: frame.x + column as f64 * w,
                y: frame.y + (rows - 1 - row) as f64 * h,
                w: w - 0.5,
                h: h - 0.5,
            };
            if !mean.is_finite() {
                drawing.rectangle(cell, Colour(236, 236, 236));
                continue;
            }
            let share = (mean - low) / span;
            drawing.rectangle(cell, shade(share));
            let text = number(*mean);
            let size = 5.6;
            if text_width(&text, size) + 3.0 <= w && h > 8.0 {
                let white = Colour(255, 255, 255);
                let style = Text {
                    size,
                    colour: if share > 0.55 { INK } else { white },
                    anchor: 0.5,
                    ..Text::default()
                };
                let at = (cell.x + cell.w / 2.0, cell.y + cell.h / 2.0 + 2.0);
                drawing.text(&text, at, style);
            }
        }
        self.words(drawing, (w, h), across);
    }

    fn words(&self, drawing: &mut Drawing, (w, h): (f64, f64), across: &str) {
        let frame = &self.frame;
        let bottom = frame.y + frame.h;
        let end = Text {
            anchor: 1.0,
            ..Text::default()
        };
        let middle = Text {
            anchor: 0.5,
            ..Text::default()
        };
        let rows = self.up.0.len();
        let every = (8.0 / h).ceil().max(1.0) as usize;
        for (k, word) in self.up.0.iter().enumerate().step_by(every) {
            let y = frame.y + ((rows - 1 - k) as f64 + 0.5) * h;
            drawing.text(word, (frame.x - 3.0, y + 2.2), end);
        }
        let widths = self.across.0.iter().map(|t| text_width(t, SMALL) + 4.0);
        let every = (widths.fold(0.0, f64::max) / w).ceil().max(1.0) as usize;
        for (k, word) in self.across.0.iter().enumerate().step_by(every) {
            let x = frame.x + (k as f64 + 0.5) * w;
            drawing.text(&fit(word, frame.w, SMALL), (x, bottom + 8.0), middle);
        }
        let across = fit(across, frame.w, SMALL);
        drawing.text(&across, (frame.x + frame.w / 2.0, bottom + 16.5), middle);
    }
}
