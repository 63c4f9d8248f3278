//! A page as pixels, about 2,000 across, and as PNG.

use png::{BitDepth, ColorType, Compression, Encoder, Filter, PixelDimensions, Unit};
use tiny_skia::{
    FillRule, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, StrokeDash, Transform,
};

use super::canvas::{Frame, Mark, Point, Text};
use super::font::{Segment, face};
use super::sheet::Sheet;
use super::style::{COLUMN, Colour, WHITE};
use super::svg::HALO;
use comity_model::error::{Error, Result};

/// Dots an inch of a figure as wide as a column.
const FINE: f64 = 600.0;
/// Dots an inch of a wider one, which has about as many pixels then.
const COARSE: f64 = 300.0;
/// Points an inch.
const POINTS: f64 = 72.0;
/// Inches a metre.
const INCHES: f64 = 1.0 / 0.0254;
/// Rows of pixels that are drawn at a time: memory is that of a band, not of a page.
const BAND: u32 = 256;
/// Colours of a file, at most.
const COLOURS: usize = 256;

/// A page in pixels, each the number of a colour.
pub struct Picture {
    /// Pixels a point.
    pub scale: f64,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The colours.
    pub palette: Vec<Colour>,
    /// For each pixel, row by row, which colour it has.
    pub pixels: Vec<u8>,
}

/// The bytes of the file.
///
/// # Errors
/// If the page is too large or too small to be drawn.
pub fn png(sheet: &Sheet) -> Result<Vec<u8>> {
    let picture = picture(sheet)?;
    let failed = |e: png::EncodingError| Error::new(format!("failed to draw: {e}"));
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, picture.width, picture.height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    let palette = picture.palette.iter().flat_map(|c| [c.0, c.1, c.2]);
    encoder.set_palette(palette.collect::<Vec<u8>>());
    let per_metre = (picture.scale * POINTS * INCHES).round() as u32;
    encoder.set_pixel_dims(Some(PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: Unit::Meter,
    }));
    encoder.set_compression(Compression::Balanced);
    // Neighbouring numbers of colours mean nothing to each other.
    encoder.set_filter(Filter::NoFilter);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&picture.pixels).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

/// The page in pixels.
///
/// # Errors
/// If the page is too large or too small to be drawn.
pub fn picture(sheet: &Sheet) -> Result<Picture> {
    let (w, h) = sheet.size;
    let scale = if w > COLUMN { COARSE } else { FINE } / POINTS;
    let (width, height) = ((w * scale) as u32, (h * scale) as u32);
    let pen = Pen { scale };
    let marks = sheet.canvas.marks().iter();
    let shapes: Vec<Shape> = marks.flat_map(|m| pen.shapes(m)).collect();
    let mut tally = Tally::new();
    let mut cells = Vec::with_capacity((width * height) as usize);
    let mut band = Pixmap::new(width, BAND)
        .ok_or_else(|| Error::new(format!("failed to draw a page of {width} pixels")))?;
    for top in (0..height).step_by(BAND as usize) {
        draw(&shapes, &mut band, top as f32);
        let rows = (height - top).min(BAND);
        let drawn = &band.pixels()[..(rows * width) as usize];
        for alike in drawn.chunk_by(|a, b| a == b) {
            let colour = Colour(alike[0].red(), alike[0].green(), alike[0].blue());
            let cell = tally.count(colour, alike.len());
            cells.resize(cells.len() + alike.len(), cell);
        }
    }
    let (palette, numbers) = tally.palette();
    let pixels = cells.iter().map(|&c| numbers[usize::from(c)]).collect();
    Ok(Picture {
        scale,
        width,
        height,
        palette,
        pixels,
    })
}

/// A filled path in pixels.
struct Shape {
    path: Path,
    colour: Colour,
    opacity: f64,
}

/// Draws what is in the band whose first row is `top`.
fn draw(shapes: &[Shape], band: &mut Pixmap, top: f32) {
    band.fill(tiny_skia::Color::WHITE);
    let place = Transform::from_translate(0.0, -top);
    for shape in shapes {
        let bounds = shape.path.bounds();
        if bounds.bottom() < top || bounds.top() > top + BAND as f32 {
            continue;
        }
        let Colour(red, green, blue) = shape.colour;
        let mut paint = Paint::default();
        paint.set_color_rgba8(red, green, blue, (shape.opacity * 255.0).round() as u8);
        band.fill_path(&shape.path, &paint, FillRule::Winding, place, None);
    }
}

/// Turns points into pixels.
struct Pen {
    /// Pixels a point.
    scale: f64,
}

impl Pen {
    fn shapes(&self, mark: &Mark) -> Vec<Shape> {
        let one = |path: Option<Path>, colour: Colour, opacity: f64| {
            let shape = |path| Shape {
                path,
                colour,
                opacity,
            };
            path.map(shape).into_iter().collect()
        };
        match mark {
            Mark::Path {
                points,
                colour,
                width,
                opacity,
                dash,
            } => one(self.line(points, *width, *dash), *colour, *opacity),
            Mark::Area {
                points,
                colour,
                opacity,
            } => one(self.outline(points, true), *colour, *opacity),
            Mark::Rectangle { frame, colour } => one(self.rectangle(*frame), *colour, 1.0),
            Mark::Text {
                text,
                at,
                style,
                halo,
            } => {
                let Some(glyphs) = self.glyphs(text, *at, *style) else {
                    return Vec::new();
                };
                let edge = halo
                    .then(|| glyphs.stroke(&self.stroke(HALO), 1.0))
                    .and_then(|path| path);
                let mut both: Vec<Shape> = one(edge, WHITE, 1.0);
                both.extend::<Vec<Shape>>(one(Some(glyphs), style.colour, 1.0));
                both
            }
        }
    }

    fn pixel(&self, (x, y): Point) -> (f32, f32) {
        ((x * self.scale) as f32, (y * self.scale) as f32)
    }

    fn outline(&self, points: &[Point], close: bool) -> Option<Path> {
        let mut path = PathBuilder::new();
        for (k, &point) in points.iter().enumerate() {
            let (x, y) = self.pixel(point);
            match k {
                0 => path.move_to(x, y),
                _ => path.line_to(x, y),
            }
        }
        if close {
            path.close();
        }
        path.finish()
    }

    fn rectangle(&self, frame: Frame) -> Option<Path> {
        let (left, top) = self.pixel((frame.x, frame.y));
        let (right, bottom) = self.pixel((frame.x + frame.w, frame.y + frame.h));
        // Whole pixels, so that rectangles side by side have sharp edges.
        let rect = Rect::from_ltrb(left.round(), top.round(), right.round(), bottom.round())?;
        Some(PathBuilder::from_rect(rect))
    }

    fn stroke(&self, width: f64) -> Stroke {
        Stroke {
            width: ((width * self.scale) as f32).max(1.0),
            line_join: LineJoin::Round,
            ..Stroke::default()
        }
    }

    fn line(&self, points: &[Point], width: f64, dash: Option<(f64, f64)>) -> Option<Path> {
        let path = self.outline(points, false)?;
        let dashed = match dash {
            None => path,
            Some((dash, gap)) => {
                let lengths = vec![(dash * self.scale) as f32, (gap * self.scale) as f32];
                path.dash(&StrokeDash::new(lengths, 0.0)?, 1.0)?
            }
        };
        dashed.stroke(&self.stroke(width), 1.0)
    }

    fn glyphs(&self, text: &str, (x, y): Point, style: Text) -> Option<Path> {
        let face = face(style.bold);
        let start = x - style.anchor * face.width(text, style.size);
        let mut path = PathBuilder::new();
        for contour in face.outlines(text, style.size, (start, y)) {
            for segment in contour {
                match segment {
                    Segment::Start(to) => {
                        let (x, y) = self.pixel(to);
                        path.move_to(x, y);
                    }
                    Segment::Line(to) => {
                        let (x, y) = self.pixel(to);
                        path.line_to(x, y);
                    }
                    Segment::Curve(control, to) => {
                        let ((a, b), (x, y)) = (self.pixel(control), self.pixel(to));
                        path.quad_to(a, b, x, y);
                    }
                }
            }
            path.close();
        }
        path.finish()
    }
}

/// What pixels there are of each colour, by cells: colours that agree in the top five bits
/// of red, green and blue.
struct Tally {
    cells: Vec<Cell>,
}

#[derive(Clone, Copy)]
struct Cell {
    /// Pixels of the cell.
    pixels: usize,
    /// The colour of most of them, found by a vote in which each pixel of another colour
    /// takes one away.
    colour: Colour,
    lead: usize,
}

impl Tally {
    fn new() -> Self {
        let empty = Cell {
            pixels: 0,
            colour: WHITE,
            lead: 0,
        };
        Self {
            cells: vec![empty; 1 << 15],
        }
    }

    /// Counts neighbours of one colour; their cell.
    fn count(&mut self, colour: Colour, pixels: usize) -> u16 {
        let Colour(red, green, blue) = colour;
        let number = [red, green, blue]
            .iter()
            .fold(0, |cell, c| cell << 5 | u16::from(c >> 3));
        let cell = &mut self.cells[usize::from(number)];
        cell.pixels += pixels;
        if cell.colour == colour {
            cell.lead += pixels;
        } else if cell.lead >= pixels {
            cell.lead -= pixels;
        } else {
            (cell.colour, cell.lead) = (colour, pixels - cell.lead);
        }
        number
    }

    /// The colours of the fullest cells, and for every cell the number of the nearest of
    /// them: flat areas are exact, and edges, where colours mix, nearly.
    fn palette(&self) -> (Vec<Colour>, Vec<u8>) {
        let mut used: Vec<&Cell> = self.cells.iter().filter(|c| c.pixels > 0).collect();
        used.sort_by_key(|c| (std::cmp::Reverse(c.pixels), c.colour));
        let palette: Vec<Colour> = used.iter().take(COLOURS).map(|c| c.colour).collect();
        let nearest = |cell: &Cell| match cell.pixels {
            0 => 0,
            _ => (0..palette.len())
                .min_by_key(|&k| apart(palette[k], cell.colour))
                .map_or(0, |k| k as u8),
        };
        let numbers = self.cells.iter().map(nearest).collect();
        (palette, numbers)
    }
}

/// How far two colours are apart.
fn apart(a: Colour, b: Colour) -> u32 {
    let off = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
    off(a.0, b.0) + off(a.1, b.1) + off(a.2, b.2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::canvas::Canvas;
    use crate::figures::style::PAGE;

    const RED: Colour = Colour(213, 0, 7);

    fn drawn(size: (f64, f64), draw: impl Fn(&mut Canvas)) -> Picture {
        let mut canvas = Canvas::default();
        draw(&mut canvas);
        let sheet = Sheet {
            title: String::new(),
            size,
            canvas,
        };
        picture(&sheet).unwrap()
    }

    fn at(picture: &Picture, (x, y): Point) -> Colour {
        let place = |points: f64| (points * picture.scale) as usize;
        let pixel = picture.pixels[place(y) * picture.width as usize + place(x)];
        picture.palette[usize::from(pixel)]
    }

    /// Bands of rows join without a seam, and flat areas have their very colour.
    #[test]
    fn marks_are_drawn_across_bands() {
        let frame = Frame {
            x: 5.0,
            y: 5.0,
            w: 30.0,
            h: 90.0,
        };
        let picture = drawn((100.0, 100.0), |canvas| {
            canvas.rectangle(frame, RED);
            let right = [(60.0, 5.0), (90.0, 5.0), (90.0, 95.0), (60.0, 95.0)];
            canvas.area(&right, RED, 0.5);
            canvas.path(&[(50.0, 5.0), (50.0, 95.0)], RED, 2.0);
        });
        assert!(picture.height > 3 * BAND);
        let half = Colour(234, 128, 131);
        for y in 6..94 {
            let y = f64::from(y);
            assert_eq!(at(&picture, (20.0, y)), RED, "{y}");
            assert_eq!(at(&picture, (50.0, y)), RED, "{y}");
            assert!(apart(at(&picture, (75.0, y)), half) <= 3, "{y}");
            assert_eq!(at(&picture, (40.0, y)), WHITE, "{y}");
        }
    }

    /// A page is drawn coarser than a column, both about as many pixels across.
    #[test]
    fn a_page_has_as_many_pixels_across_as_a_column() {
        let of = |width: f64| drawn((width, 10.0), |_| ()).width;
        assert!((1900..2100).contains(&of(COLUMN)) && (1900..2100).contains(&of(PAGE)));
    }

    /// Of more colours than a file can hold the frequent ones are kept.
    #[test]
    fn frequent_colours_are_exact() {
        let mut tally = Tally::new();
        let cells: Vec<u16> = (0..=255u8)
            .flat_map(|k| [(Colour(k, 255 - k, 9), 1), (Colour(k, k, 90), 1)])
            .chain([(RED, 5_000), (WHITE, 9_000)])
            .map(|(colour, pixels)| tally.count(colour, pixels))
            .collect();
        let (palette, numbers) = tally.palette();
        assert!(palette.len() <= COLOURS && palette[..2] == [WHITE, RED]);
        let of = |cell: u16| palette[usize::from(numbers[usize::from(cell)])];
        assert_eq!(of(cells[cells.len() - 2]), RED);
        assert!(apart(of(cells[0]), Colour(0, 255, 9)) < 3 * 8 * 8);
    }
}
