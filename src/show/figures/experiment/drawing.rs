//! A drawing in points that is laid out before any backend is known, so that its height
//! follows from what is on it.

use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use crate::figures::canvas::{Canvas, Frame, Marker, Point, Text, text_width};
use crate::figures::lines::{HEAD, MARGIN};
use crate::figures::panel;
use crate::figures::sheet::Sheet;
use crate::figures::style::{GREY, LABEL, SMALL, TITLE};
use comity_model::error::Result;

/// A mark on the page.
enum Mark {
    Path(Vec<Point>, RGBColor, f64, f64),
    Dashes(Vec<Point>, RGBColor, f64, (f64, f64)),
    Area(Vec<Point>, RGBColor, f64),
    Rectangle(Frame, RGBColor),
    Marker(Marker, Point, f64, RGBColor, f64),
    Hollow(Marker, Point, f64, RGBColor),
    Text(String, Point, Text, bool),
}

/// What is on a page, back to front.
pub struct Drawing {
    title: String,
    /// Width of the page.
    pub width: f64,
    /// Lower edge of what is there.
    pub y: f64,
    marks: Vec<Mark>,
}

impl Drawing {
    /// A page of this width with its title.
    pub fn new(title: &str, width: f64) -> Self {
        let mut drawing = Self {
            title: title.to_string(),
            width,
            y: HEAD,
            marks: Vec::new(),
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
    pub fn path(&mut self, points: Vec<Point>, colour: RGBColor, width: f64) {
        self.marks.push(Mark::Path(points, colour, width, 1.0));
    }

    /// A dashed line.
    pub fn dashes(&mut self, points: Vec<Point>, colour: RGBColor, width: f64, dash: (f64, f64)) {
        self.marks.push(Mark::Dashes(points, colour, width, dash));
    }

    /// A filled area.
    pub fn area(&mut self, points: Vec<Point>, colour: RGBColor, opacity: f64) {
        self.marks.push(Mark::Area(points, colour, opacity));
    }

    /// A filled rectangle.
    pub fn rectangle(&mut self, frame: Frame, colour: RGBColor) {
        self.marks.push(Mark::Rectangle(frame, colour));
    }

    /// A filled marker.
    pub fn marker(&mut self, marker: Marker, at: Point, r: f64, colour: RGBColor) {
        self.faint_marker(marker, at, r, colour, 1.0);
    }

    /// A filled marker of this opacity.
    pub fn faint_marker(
        &mut self,
        marker: Marker,
        at: Point,
        r: f64,
        colour: RGBColor,
        opacity: f64,
    ) {
        let mark = Mark::Marker(marker, at, r, colour, opacity);
        self.marks.push(mark);
    }

    /// A marker that is white inside.
    pub fn hollow(&mut self, marker: Marker, at: Point, r: f64, colour: RGBColor) {
        self.marks.push(Mark::Hollow(marker, at, r, colour));
    }

    /// A text whose baseline is at the point.
    pub fn text(&mut self, text: &str, at: Point, style: Text) {
        if !text.is_empty() {
            let mark = Mark::Text(text.to_string(), at, style, false);
            self.marks.push(mark);
        }
    }

    /// A text with a white edge.
    pub fn halo(&mut self, text: &str, at: Point, style: Text) {
        self.marks
            .push(Mark::Text(text.to_string(), at, style, true));
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

    /// Left edge, baseline, right edge and size of each text.
    #[cfg(test)]
    pub fn texts(&self) -> Vec<(String, Frame)> {
        let of = |mark: &Mark| match mark {
            Mark::Text(text, (x, y), style, _) => {
                let wide = if style.bold { 1.12 } else { 1.0 };
                let w = text_width(text, style.size) * wide;
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
        self.marks.iter().filter_map(of).collect()
    }
}

impl Sheet for Drawing {
    fn title(&self) -> &str {
        &self.title
    }

    fn size(&self) -> (f64, f64) {
        (self.width, self.y + 4.0)
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>) -> Result<()> {
        for mark in &self.marks {
            match mark {
                Mark::Path(points, colour, width, opacity) => {
                    canvas.path_mixed(points, *colour, *width, *opacity)?;
                }
                Mark::Dashes(points, colour, width, dash) => {
                    canvas.dashes(points, *colour, *width, *dash)?;
                }
                Mark::Area(points, colour, opacity) => canvas.area(points, *colour, *opacity)?,
                Mark::Rectangle(frame, colour) => canvas.rectangle(*frame, *colour)?,
                Mark::Marker(marker, at, r, colour, opacity) => {
                    canvas.area(&marker.outline(*at, *r), *colour, *opacity)?;
                }
                Mark::Hollow(marker, at, r, colour) => canvas.hollow(*marker, *at, *r, *colour)?,
                Mark::Text(text, at, style, false) => canvas.text(text, *at, *style)?,
                Mark::Text(text, at, style, true) => canvas.text_in_halo(text, *at, *style)?,
            }
        }
        Ok(())
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
