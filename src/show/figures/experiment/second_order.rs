//! Second-order Sobol' indices of pairs of factors.

use super::arms::left_out;
use super::axes::{number, range};
use super::drawing::{Drawing, fit};
use super::indices::{MOST, ranked};
use super::{ExperimentInput, Label, rows_of};
use crate::figures::canvas::{Frame, Text};
use crate::figures::font::text_width;
use crate::figures::lines::MARGIN;
use crate::figures::style::{COLUMN, Colour, INK, LABEL, LINE, SMALL};
use comity_lab::table::Table;

/// Blue below 0, white at 0, orange above.
pub fn diverging(share: f64) -> Colour {
    let end = if share < 0.0 {
        (0, 114, 178)
    } else {
        (213, 94, 0)
    };
    let mix = |to: u8| {
        let part = share.abs().clamp(0.0, 1.0) * 0.85;
        (255.0 + (f64::from(to) - 255.0) * part) as u8
    };
    Colour(mix(end.0), mix(end.1), mix(end.2))
}

/// The factors of these pairs by their total index, else in the order of the pairs.
fn factors(
    input: &ExperimentInput,
    table: &Table,
    rows: &[usize],
    of: (&str, &str),
) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let columns = ["parameter_1", "parameter_2"].map(|c| table.text(c).unwrap_or_default());
    if let Some(sobol) = input.table("sobol")
        && let (Some(st), Some(parameters)) = (sobol.real("ST"), sobol.text("parameter"))
    {
        let order = ranked(rows_of(sobol, of.0, of.1), &st);
        names.extend(order.into_iter().map(|r| parameters[r].clone()));
    }
    let known = rows.iter().flat_map(|&r| columns.map(|c| c[r].clone()));
    let known: Vec<String> = known.collect();
    names.retain(|n| known.contains(n));
    for name in known {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Lays out the figure; `None` without second-order indices.
pub fn second_order(input: &ExperimentInput, title: &str, metric: &Label) -> Option<Drawing> {
    let table = input.table("sobol_second")?;
    let (s2, conf) = (table.real("S2")?, table.real("S2_conf")?);
    let of_arms: Vec<(&Label, Vec<usize>)> = input
        .arms
        .iter()
        .map(|a| (a, rows_of(table, &a.name, &metric.name)))
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    let all_rows = of_arms.iter().flat_map(|a| &a.1);
    let (low, high) = range(all_rows.map(|&r| s2[r]))?;
    let greatest = low.abs().max(high.abs()).max(1e-9);
    let mut drawing = Drawing::new(title, COLUMN);
    drawing.heading(&metric.label);
    let mut all = 0;
    for (arm, rows) in &of_arms {
        let mut names = factors(input, table, rows, (&arm.name, &metric.name));
        all = all.max(names.len());
        names.truncate(MOST);
        if !input.arm_heading(arm).is_empty() {
            let style = Text {
                size: LABEL,
                ..Text::default()
            };
            let words = fit(input.arm_heading(arm), drawing.inner(), LABEL);
            drawing.text(&words, (MARGIN, drawing.y + 7.0), style);
            drawing.y += 10.0;
        }
        matrix(&mut drawing, input, &names, greatest, |one, other| {
            let columns = ["parameter_1", "parameter_2"].map(|c| table.text(c));
            let [Some(first), Some(second)] = columns else {
                return None;
            };
            let found = rows.iter().find(|&&r| {
                (first[r] == one && second[r] == other) || (first[r] == other && second[r] == one)
            });
            found.map(|&r| (s2[r], conf[r]))
        });
    }
    key(&mut drawing, greatest);
    drawing.note("S2 of each pair. Framed: the 95 % interval excludes zero.");
    left_out(&mut drawing, all, MOST, "factors");
    Some(drawing)
}

/// The colours and their values.
fn key(drawing: &mut Drawing, greatest: f64) {
    const STEPS: usize = 60;
    let (low, high) = (number(-greatest), number(greatest));
    let bar = Frame {
        x: MARGIN + text_width(&low, SMALL) + 4.0,
        y: drawing.y + 3.0,
        w: 90.0,
        h: 6.0,
    };
    for k in 0..STEPS {
        let step = Frame {
            x: bar.x + bar.w * k as f64 / STEPS as f64,
            w: bar.w / STEPS as f64 + 0.2,
            ..bar
        };
        let share = (k as f64 + 0.5) / STEPS as f64 * 2.0 - 1.0;
        drawing.rectangle(step, diverging(share));
    }
    let y = bar.y + 5.2;
    drawing.text(&low, (MARGIN, y), Text::default());
    drawing.text(&high, (bar.x + bar.w + 4.0, y), Text::default());
    drawing.y += 12.0;
}

/// The lower triangle of the pairs, factors named at the left and numbered below.
fn matrix(
    drawing: &mut Drawing,
    input: &ExperimentInput,
    names: &[String],
    greatest: f64,
    of: impl Fn(&str, &str) -> Option<(f64, f64)>,
) {
    let numbered: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(k, n)| format!("{}  {}", input.factor_label(n), k + 1))
        .collect();
    let most = drawing.inner() * 0.45;
    let short: Vec<String> = numbered
        .iter()
        .map(|n| match text_width(n, SMALL) > most {
            true => {
                let (name, place) = n.rsplit_once("  ").unwrap_or((n, ""));
                format!("{}  {place}", fit(name, most - 12.0, SMALL))
            }
            false => n.clone(),
        })
        .collect();
    let left = short
        .iter()
        .map(|n| text_width(n, SMALL))
        .fold(0.0, f64::max)
        + 5.0;
    let columns = names.len().saturating_sub(1).max(1);
    let width = ((drawing.inner() - left) / columns as f64).min(34.0);
    let height = width.min(15.0);
    let top = drawing.y + 2.0;
    let end = Text {
        anchor: 1.0,
        ..Text::default()
    };
    let middle = Text {
        anchor: 0.5,
        ..Text::default()
    };
    for (j, name) in short.iter().enumerate() {
        let y = top + j as f64 * height;
        drawing.text(name, (MARGIN + left - 4.0, y + height / 2.0 + 2.2), end);
        for k in 0..j {
            let frame = Frame {
                x: MARGIN + left + k as f64 * width,
                y,
                w: width - 0.8,
                h: height - 0.8,
            };
            let Some((value, conf)) = of(&names[k], &names[j]).filter(|v| v.0.is_finite()) else {
                drawing.rectangle(frame, Colour(236, 236, 236));
                continue;
            };
            drawing.rectangle(frame, diverging(value / greatest));
            let tells = conf.is_finite() && value.abs() > conf;
            if tells {
                let (right, bottom) = (frame.x + frame.w, frame.y + frame.h);
                let corners = vec![
                    (frame.x, frame.y),
                    (right, frame.y),
                    (right, bottom),
                    (frame.x, bottom),
                    (frame.x, frame.y),
                ];
                drawing.path(corners, INK, LINE);
            }
            let text = format!("{value:.2}").replace('-', "−");
            let text = if text == "−0.00" { "0.00" } else { &text };
            let size = 5.4;
            if text_width(text, size) + 2.0 <= frame.w {
                let style = Text { size, ..middle };
                let at = (frame.x + frame.w / 2.0, frame.y + frame.h / 2.0 + 1.9);
                drawing.text(text, at, style);
            }
        }
    }
    let bottom = top + names.len() as f64 * height;
    for k in 0..names.len().saturating_sub(1) {
        let x = MARGIN + left + (k as f64 + 0.5) * width;
        drawing.text(&format!("{}", k + 1), (x, bottom + 7.0), middle);
    }
    drawing.y = bottom + 12.0;
}
