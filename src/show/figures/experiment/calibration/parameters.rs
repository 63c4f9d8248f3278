//! What was varied: effects, marginals, pairs.

use std::collections::BTreeMap;

use super::super::axes::{Plot, Scale};
use super::super::drawing::{Drawing, fit};
use super::super::second_order::diverging;
use super::{panels, small, square, table, words};
use crate::figures::canvas::{Frame, Marker, Text};
use crate::figures::font::text_width;
use crate::figures::lines::MARGIN;
use crate::figures::style::{Colour, FAINT, GREY, INK, PAGE, SMALL, THIN, colour};
use comity_lab::table::Table;

/// Parameters of the screening that are shown.
const SHOWN: usize = 30;
/// Parts of a parameter's range in its histogram.
const BINS: usize = 12;

/// Lays out the effects of parameters on moments; `None` without a screening.
pub fn screening(tables: &[Table], title: &str) -> Option<Drawing> {
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
                false => Colour(236, 236, 236),
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

/// Lays out prior and accepted sets of each parameter; `None` without accepted sets.
pub fn marginals(tables: &[Table], title: &str) -> Option<Drawing> {
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
    let (frames, bottom) = panels(&drawing, names.len(), 3, height);
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

/// Lays out the pairs of parameters; `None` without any.
pub fn correlations(tables: &[Table], title: &str) -> Option<Drawing> {
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
