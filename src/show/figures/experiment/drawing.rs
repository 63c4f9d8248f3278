//! A drawing that is laid out from top to bottom, so that its height follows from what is
//! on it.

use crate::figures::canvas::{Canvas, Dash, Frame, Marker, Point, Text};
use crate::figures::font::text_width;
use crate::figures::lines::{HEAD, MARGIN};
use crate::figures::panel;
use crate::figures::sheet::Sheet;
use crate::figures::style::{Colour, GREY, LABEL, SMALL, TITLE};
#[cfg(test)]
use crate::figures::{canvas::Mark, font::face};

/// What is on a page, back to front.
pub struct Drawing {
    title: String,
    /// Width of the page.
    pub width: f64,
    /// Lower edge of what is there.
    pub y: f64,
    canvas: Canvas,
}

impl Drawing {
    /// A page of this width with its title.
    pub fn new(title: &str, width: f64) -> Self {
        let mut drawing = Self {
            title: title.to_string(),
            width,
            y: HEAD,
            canvas: Canvas::default(),
        };
        let style = Text {
            size: TITLE,
            bold: true,
            ..Text::default()
        };
        drawing.text(title, (MARGIN, 11.5), style);
        drawing
    }

    /// Width between the margins.
    pub fn inner(&self) -> f64 {
        self.width - 2.0 * MARGIN
    }

    /// A line.
    pub fn path(&mut self, points: Vec<Point>, colour: Colour, width: f64) {
        self.canvas.path(&points, colour, width);
    }

    /// A dashed line.
    pub fn dashes(&mut self, points: Vec<Point>, colour: Colour, width: f64, dash: Dash) {
        self.canvas.dashes(&points, colour, width, dash);
    }

    /// A filled area.
    pub fn area(&mut self, points: Vec<Point>, colour: Colour, opacity: f64) {
        self.canvas.area(&points, colour, opacity);
    }

    /// A filled rectangle.
    pub fn rectangle(&mut self, frame: Frame, colour: Colour) {
        self.canvas.rectangle(frame, colour);
    }

    /// A filled marker.
    pub fn marker(&mut self, marker: Marker, at: Point, r: f64, colour: Colour) {
        self.canvas.marker(marker, at, r, colour);
    }

    /// A filled marker of this opacity.
    pub fn faint_marker(
        &mut self,
        marker: Marker,
        at: Point,
        r: f64,
        colour: Colour,
        opacity: f64,
    ) {
        self.canvas.area(&marker.outline(at, r), colour, opacity);
    }

    /// A marker that is white inside.
    pub fn hollow(&mut self, marker: Marker, at: Point, r: f64, colour: Colour) {
        self.canvas.hollow(marker, at, r, colour);
    }

    /// A text whose baseline is at the point.
    pub fn text(&mut self, text: &str, at: Point, style: Text) {
        self.canvas.text(text, at, style);
    }

    /// A text with a white edge.
    pub fn halo(&mut self, text: &str, at: Point, style: Text) {
        self.canvas.text_in_halo(text, at, style);
    }

    /// A grey note below what is there.
    pub fn note(&mut self, text: &str) {
        let lines = panel::wrap(text, self.inner());
        for line in &lines {
            let style = Text {
                colour: GREY,
                ..Text::default()
            };
            self.text(line, (MARGIN, self.y + 7.0), style);
            self.y += 8.0;
        }
    }

    /// A heading below what is there, in as many lines as it needs.
    pub fn heading(&mut self, text: &str) {
        for line in panel::wrap(text, self.inner() * SMALL / LABEL) {
            let style = Text {
                size: LABEL,
                ..Text::default()
            };
            self.text(&line, (MARGIN, self.y + 7.0), style);
            self.y += 9.5;
        }
    }

    /// Entries of a legend below what is there, in rows; each is drawn by `sample` in the
    /// 15 points left of its words.
    pub fn legend<T>(&mut self, entries: &[(String, T)], sample: impl Fn(&mut Self, Point, &T)) {
        let mut x = MARGIN;
        for (k, (label, entry)) in entries.iter().enumerate() {
            let needed = 18.0 + text_width(label, SMALL);
            if k > 0 && x + needed > self.width - MARGIN {
                x = MARGIN;
                self.y += 8.6;
            }
            sample(self, (x, self.y + 4.2), entry);
            self.text(label, (x + 18.0, self.y + 6.4), Text::default());
            x += needed + 9.0;
        }
        if !entries.is_empty() {
            self.y += 8.6;
        }
    }

    /// Width and height.
    pub fn size(&self) -> (f64, f64) {
        (self.width, self.y + 4.0)
    }

    /// The page.
    pub fn sheet(self) -> Sheet {
        Sheet {
            size: self.size(),
            title: self.title,
            canvas: self.canvas,
        }
    }

    /// Each text and the box around it.
    #[cfg(test)]
    pub fn texts(&self) -> Vec<(String, Frame)> {
        let of = |mark: &Mark| match mark {
            Mark::Text {
                text,
                at: (x, y),
                style,
                ..
            } => {
                let w = face(style.bold).width(text, style.size);
                let frame = Frame {
                    x: x - style.anchor * w,
                    y: y - 0.72 * style.size,
                    w,
                    h: 0.72 * style.size,
                };
                Some((text.clone(), frame))
            }
            _ => None,
        };
        self.canvas.marks().iter().filter_map(of).collect()
    }
}

/// The text, shortened to this width.
pub fn fit(text: &str, width: f64, size: f64) -> String {
    if text_width(text, size) <= width {
        return text.to_string();
    }
    let mut kept: Vec<char> = text.chars().collect();
    while kept.len() > 1 {
        kept.pop();
        let short = kept.iter().collect::<String>().trim_end().to_string() + "…";
        if text_width(&short, size) <= width {
            return short;
        }
    }
    "…".to_string()
}
