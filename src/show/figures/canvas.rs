//! A page of marks in points: lines, areas, markers, texts, back to front.

use super::style::{Colour, INK, SMALL, WHITE};

/// A point of the page, from the upper left corner.
pub type Point = (f64, f64);

/// A rectangle of the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

/// Shape of a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// Circle.
    Circle,
    /// Square.
    Square,
    /// Triangle.
    Triangle,
    /// Square on its corner.
    Diamond,
    /// Triangle on its corner.
    Wedge,
}

impl Marker {
    /// The `i`-th marker.
    pub fn nth(i: usize) -> Marker {
        let all = [
            Self::Circle,
            Self::Square,
            Self::Triangle,
            Self::Diamond,
            Self::Wedge,
        ];
        all[i % all.len()]
    }

    /// Its corners around a point.
    pub fn outline(self, (x, y): Point, r: f64) -> Vec<Point> {
        let (corners, turn, r) = match self {
            Self::Circle => (20, 0.0, r),
            Self::Square => (4, 0.125, r * 1.2),
            Self::Diamond => (4, 0.0, r * 1.35),
            Self::Triangle => (3, -0.25, r * 1.35),
            Self::Wedge => (3, 0.25, r * 1.35),
        };
        let corner = |i: i32| {
            let angle = std::f64::consts::TAU * (f64::from(i) / f64::from(corners) + turn);
            (x + r * libm::cos(angle), y + r * libm::sin(angle))
        };
        (0..corners).map(corner).collect()
    }
}

/// How a text stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Text {
    /// Em in points.
    pub size: f64,
    /// Colour.
    pub colour: Colour,
    /// Bold face.
    pub bold: bool,
    /// Which part of the text stands at the point: 0 its start, 0.5 its middle, 1 its end.
    pub anchor: f64,
}

impl Default for Text {
    fn default() -> Self {
        Self {
            size: SMALL,
            colour: INK,
            bold: false,
            anchor: 0.0,
        }
    }
}

/// Dash and gap of a line in points.
pub type Dash = (f64, f64);

/// A mark on a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A line through two points or more.
    Path {
        /// Where it bends.
        points: Vec<Point>,
        /// Its colour.
        colour: Colour,
        /// Its width.
        width: f64,
        /// From 0, unseen, to 1.
        opacity: f64,
        /// `None`: unbroken.
        dash: Option<Dash>,
    },
    /// A filled area of three corners or more.
    Area {
        /// Its corners.
        points: Vec<Point>,
        /// Its colour.
        colour: Colour,
        /// From 0, unseen, to 1.
        opacity: f64,
    },
    /// A filled rectangle.
    Rectangle {
        /// Where it lies.
        frame: Frame,
        /// Its colour.
        colour: Colour,
    },
    /// A text whose baseline is at the point.
    Text {
        /// Its words, of at least one character.
        text: String,
        /// Where its anchor stands.
        at: Point,
        /// How it stands.
        style: Text,
        /// Whether it has a white edge, legible on lines.
        halo: bool,
    },
}

/// A white page and the marks on it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Canvas {
    marks: Vec<Mark>,
}

impl Canvas {
    /// The marks, back to front.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// A line through `points`.
    pub fn path(&mut self, points: &[Point], colour: Colour, width: f64) {
        self.path_mixed(points, colour, width, 1.0);
    }

    /// A line through `points`, of this opacity.
    pub fn path_mixed(&mut self, points: &[Point], colour: Colour, width: f64, opacity: f64) {
        self.line(points, colour, width, opacity, None);
    }

    /// A dashed line through `points`.
    pub fn dashes(&mut self, points: &[Point], colour: Colour, width: f64, dash: Dash) {
        self.line(points, colour, width, 1.0, Some(dash));
    }

    fn line(
        &mut self,
        points: &[Point],
        colour: Colour,
        width: f64,
        opacity: f64,
        dash: Option<Dash>,
    ) {
        if points.len() > 1 {
            self.marks.push(Mark::Path {
                points: points.to_vec(),
                colour,
                width,
                opacity,
                dash,
            });
        }
    }

    /// A filled area of this opacity.
    pub fn area(&mut self, points: &[Point], colour: Colour, opacity: f64) {
        if points.len() > 2 {
            self.marks.push(Mark::Area {
                points: points.to_vec(),
                colour,
                opacity,
            });
        }
    }

    /// A filled rectangle.
    pub fn rectangle(&mut self, frame: Frame, colour: Colour) {
        self.marks.push(Mark::Rectangle { frame, colour });
    }

    /// A filled marker.
    pub fn marker(&mut self, marker: Marker, at: Point, r: f64, colour: Colour) {
        self.area(&marker.outline(at, r), colour, 1.0);
    }

    /// A marker that is white inside.
    pub fn hollow(&mut self, marker: Marker, at: Point, r: f64, colour: Colour) {
        self.area(&marker.outline(at, r + 0.25), colour, 1.0);
        self.area(&marker.outline(at, r - 0.45), WHITE, 1.0);
    }

    /// A text whose baseline is at the point.
    pub fn text(&mut self, text: &str, at: Point, style: Text) {
        self.put(text, at, style, false);
    }

    /// A text with a white edge, legible on lines.
    pub fn text_in_halo(&mut self, text: &str, at: Point, style: Text) {
        self.put(text, at, style, true);
    }

    fn put(&mut self, text: &str, at: Point, style: Text, halo: bool) {
        if !text.is_empty() {
            self.marks.push(Mark::Text {
                text: text.to_string(),
                at,
                style,
                halo,
            });
        }
    }
}
