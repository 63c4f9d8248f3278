//! Drawing in points on any backend: paths, dashes, markers, text.

use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};
use plotters_backend::{BackendTextStyle, DrawingBackend};

use super::style::{FONT, INK, LINE_PER_EM, SMALL};
use comity_model::error::{Error, Result};

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
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// Em in points.
    pub size: f64,
    /// Colour.
    pub colour: RGBColor,
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

/// A page to draw on.
pub struct Canvas<B: DrawingBackend> {
    backend: B,
    /// Pixels a point.
    scale: f64,
    /// Whether the backend draws texts from the font's outlines itself (a vector
    /// backend leaves that to the viewer).
    raster: bool,
}

impl<B: DrawingBackend> Canvas<B> {
    /// A white page.
    pub fn new(backend: B, scale: f64, raster: bool) -> Result<Self> {
        let mut canvas = Self {
            backend,
            scale,
            raster,
        };
        let (w, h) = canvas.backend.get_size();
        let white = ShapeStyle::from(&RGBColor(255, 255, 255)).filled();
        canvas
            .backend
            .draw_rect((0, 0), (w as i32, h as i32), &white, true)
            .map_err(failed)?;
        Ok(canvas)
    }

    /// Ends the drawing.
    pub fn finish(mut self) -> Result<()> {
        self.backend.present().map_err(failed)
    }

    fn pixel(&self, (x, y): Point) -> (i32, i32) {
        (
            (x * self.scale).round() as i32,
            (y * self.scale).round() as i32,
        )
    }

    fn pixels(&self, points: &[Point]) -> Vec<(i32, i32)> {
        let mut pixels: Vec<_> = points.iter().map(|&p| self.pixel(p)).collect();
        pixels.dedup();
        pixels
    }

    /// A line through `points`.
    pub fn path(&mut self, points: &[Point], colour: RGBColor, width: f64) -> Result<()> {
        self.path_mixed(points, colour, width, 1.0)
    }

    /// A line through `points`, of this opacity.
    pub fn path_mixed(
        &mut self,
        points: &[Point],
        colour: RGBColor,
        width: f64,
        opacity: f64,
    ) -> Result<()> {
        let pixels = self.pixels(points);
        if pixels.len() < 2 {
            return Ok(());
        }
        let width = (width * self.scale).round().max(1.0) as u32;
        let style = ShapeStyle::from(colour.mix(opacity)).stroke_width(width);
        self.backend.draw_path(pixels, &style).map_err(failed)
    }

    /// A dashed line through `points`.
    pub fn dashes(
        &mut self,
        points: &[Point],
        colour: RGBColor,
        width: f64,
        (dash, gap): (f64, f64),
    ) -> Result<()> {
        for dash in split_dashes(points, dash, gap) {
            self.path(&dash, colour, width)?;
        }
        Ok(())
    }

    /// A filled area of this opacity.
    pub fn area(&mut self, points: &[Point], colour: RGBColor, opacity: f64) -> Result<()> {
        let pixels = self.pixels(points);
        if pixels.len() < 3 {
            return Ok(());
        }
        let style = ShapeStyle::from(colour.mix(opacity)).filled();
        self.backend.fill_polygon(pixels, &style).map_err(failed)
    }

    /// A filled rectangle.
    pub fn rectangle(&mut self, frame: Frame, colour: RGBColor) -> Result<()> {
        let (from, to) = (
            self.pixel((frame.x, frame.y)),
            self.pixel((frame.x + frame.w, frame.y + frame.h)),
        );
        let style = ShapeStyle::from(colour).filled();
        self.backend
            .draw_rect(from, to, &style, true)
            .map_err(failed)
    }

    /// A filled marker.
    pub fn marker(&mut self, marker: Marker, at: Point, r: f64, colour: RGBColor) -> Result<()> {
        self.area(&marker.outline(at, r), colour, 1.0)
    }

    /// A marker that is white inside.
    pub fn hollow(&mut self, marker: Marker, at: Point, r: f64, colour: RGBColor) -> Result<()> {
        self.area(&marker.outline(at, r + 0.25), colour, 1.0)?;
        self.area(&marker.outline(at, r - 0.45), RGBColor(255, 255, 255), 1.0)
    }

    /// A text whose baseline is at `y`.
    pub fn text(&mut self, text: &str, (x, y): Point, style: Text) -> Result<()> {
        let rise = self.rise(style.size);
        self.put(text, (x, y - rise), style)
    }

    /// A text with a white edge, legible on lines.
    pub fn text_in_halo(&mut self, text: &str, (x, y): Point, style: Text) -> Result<()> {
        let white = Text {
            colour: RGBColor(255, 255, 255),
            ..style
        };
        for step in 0..12 {
            let angle = std::f64::consts::TAU * f64::from(step) / 12.0;
            let at = (x + 0.9 * libm::cos(angle), y + 0.9 * libm::sin(angle));
            self.text(text, at, white)?;
        }
        self.text(text, (x, y), style)
    }

    /// From the point that the backend calls the top down to the baseline: half the
    /// line in plotters' bitmaps, .76 em in its SVG.
    fn rise(&self, em: f64) -> f64 {
        em * if self.raster { LINE_PER_EM / 2.0 } else { 0.76 }
    }

    fn put(&mut self, text: &str, at: Point, style: Text) -> Result<()> {
        let h_pos = match style.anchor {
            a if a < 0.25 => HPos::Left,
            a if a < 0.75 => HPos::Center,
            _ => HPos::Right,
        };
        // plotters' size is the height of a line in bitmaps, 1.24 em in SVG.
        let line = if self.raster { LINE_PER_EM } else { 1.24 };
        let description = TextStyle {
            font: font(style.size * line * self.scale, style.bold),
            color: style.colour.to_backend_color(),
            pos: Pos::new(h_pos, VPos::Top),
        };
        let at = self.pixel(at);
        self.backend
            .draw_text(text, &description, at)
            .map_err(failed)
    }
}

fn font(size: f64, bold: bool) -> FontDesc<'static> {
    let face = if bold {
        FontStyle::Bold
    } else {
        FontStyle::Normal
    };
    FontDesc::new(FontFamily::Name(FONT), size, face)
}

/// Width of a text in points.
pub fn text_width(text: &str, size: f64) -> f64 {
    const FINE: f64 = 16.0;
    let style = TextStyle::from(font(size * LINE_PER_EM * FINE, false));
    style
        .layout_box(text)
        .map_or(0.0, |((x0, _), (x1, _))| f64::from(x1 - x0) / FINE)
}

fn failed<E: std::error::Error + Send + Sync>(e: plotters_backend::DrawingErrorKind<E>) -> Error {
    Error::new(format!("failed to draw: {e}"))
}

/// The parts of a line that its dashes cover.
fn split_dashes(points: &[Point], dash: f64, gap: f64) -> Vec<Vec<Point>> {
    let mut dashes = Vec::new();
    let (mut drawing, mut left) = (true, dash);
    let mut current: Vec<Point> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut length = libm::hypot(to.0 - from.0, to.1 - from.1);
        while length > left {
            let part = left / length;
            from = (
                from.0 + (to.0 - from.0) * part,
                from.1 + (to.1 - from.1) * part,
            );
            length -= left;
            if drawing {
                current.push(from);
                dashes.push(std::mem::take(&mut current));
            } else {
                current = vec![from];
            }
            drawing = !drawing;
            left = if drawing { dash } else { gap };
        }
        left -= length;
        if drawing {
            current.push(to);
        }
    }
    dashes.push(current);
    dashes.retain(|d| d.len() > 1);
    dashes
}
