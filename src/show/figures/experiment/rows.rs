//! Rows with names at the left: forests and bars.

use super::axes::{FOOT, HEADING, Scale, tick_below};
use super::drawing::{Drawing, fit};
use crate::figures::canvas::{Frame, Point, Text};
use crate::figures::font::text_width;
use crate::figures::style::{GRID, HAIR, INK, LABEL, SMALL};

/// Rows with names at the left over a common horizontal scale.
pub struct Rows {
    /// The area of the data.
    pub frame: Frame,
    /// Horizontal.
    pub x: Scale,
    row: f64,
}

impl Rows {
    /// Height of a panel of so many rows that has a heading.
    pub fn height(rows: usize, row: f64) -> f64 {
        HEADING + rows as f64 * row + FOOT
    }

    /// A panel of rows at `corner`, with room at the right for words.
    pub fn new(
        drawing: &mut Drawing,
        (corner, width, right): (Point, f64, f64),
        (heading, across): (&str, &str),
        names: &[String],
        x: Scale,
        row: f64,
    ) -> Rows {
        let style = Text {
            size: LABEL,
            ..Text::default()
        };
        let mut head = 3.0;
        if !heading.is_empty() {
            let text = fit(heading, width, LABEL);
            drawing.text(&text, (corner.0, corner.1 + 7.0), style);
            head = HEADING;
        }
        let most = width * 0.48;
        let short: Vec<String> = names.iter().map(|n| fit(n, most, SMALL)).collect();
        let widths = short.iter().map(|n| text_width(n, SMALL));
        let left = widths.fold(0.0, f64::max) + 6.0;
        let frame = Frame {
            x: corner.0 + left,
            y: corner.1 + head,
            w: width - left - right.max(5.0),
            h: names.len() as f64 * row,
        };
        let x = x.thinned(frame.w);
        let rows = Rows { frame, x, row };
        let bottom = frame.y + frame.h;
        for (tick, label) in &rows.x.ticks {
            let at = rows.at(*tick, 0).0;
            drawing.path(vec![(at, frame.y), (at, bottom)], GRID, HAIR);
            tick_below(drawing, (at, bottom), label, frame.x + frame.w + 4.0);
        }
        let ends = vec![(frame.x, bottom), (frame.x + frame.w, bottom)];
        drawing.path(ends, INK, HAIR * 1.5);
        for (k, name) in short.iter().enumerate() {
            let style = Text {
                anchor: 1.0,
                ..Text::default()
            };
            let (_, y) = rows.at(rows.x.min, k);
            drawing.text(name, (frame.x - 4.0, y + 2.2), style);
        }
        let style = Text {
            anchor: 0.5,
            ..Text::default()
        };
        let end = corner.0 + width - right;
        let across = fit(across, end - corner.0, SMALL);
        let half = text_width(&across, SMALL) / 2.0;
        let middle = (frame.x + frame.w / 2.0).min(end - half);
        drawing.text(&across, (middle.max(corner.0 + half), bottom + 17.0), style);
        rows
    }

    /// The lower edge with the axis' words.
    pub fn bottom(&self) -> f64 {
        self.frame.y + self.frame.h + FOOT
    }

    /// The point of the page of this value in the middle of a row.
    pub fn at(&self, value: f64, row: usize) -> Point {
        (
            self.frame.x + self.x.share(value) * self.frame.w,
            self.frame.y + (row as f64 + 0.5) * self.row,
        )
    }
}
