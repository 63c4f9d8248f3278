//! What the accepted sets predict: moments and years.

use super::super::axes::{FOOT, HEADING, Plot, Scale, number};
use super::super::drawing::{Drawing, fit};
use super::super::rows::Rows;
use super::{panels, small, square, table, words};
use crate::figures::canvas::{Marker, Point};
use crate::figures::lines::MARGIN;
use crate::figures::style::{GREY, INK, LINE, PAGE, SMALL, THIN, colour};
use comity_lab::table::Table;

/// Lays out the moments; `None` without predictions.
pub fn predictive(tables: &[Table], title: &str) -> Option<Drawing> {
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

/// Lays out the years; `None` without any.
pub fn series(tables: &[Table], title: &str) -> Option<Drawing> {
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
