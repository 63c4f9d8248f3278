//! The embedded font: how wide texts are, and the outlines of their glyphs.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::OnceLock;

use truetype::tables::character_mapping::{CharacterMapping, Encoding};
use truetype::tables::glyph_data::{
    Arguments, CompositeDescription, Description, Glyph, Options, SimpleDescription,
};
use truetype::tables::{
    FontHeader, GlyphMapping, HorizontalHeader, HorizontalMetrics, MaximumProfile, Offsets,
};
use truetype::tape::Read as _;
use truetype::{GlyphID, Result};

use super::canvas::Point;

/// Font list of an SVG: the embedded font first, then ones of about the same width.
pub const FONT: &str = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif";

/// Parts within parts of a glyph, at most.
const DEEPEST: usize = 8;

/// Width of a text of this em in points, in the regular face.
pub fn text_width(text: &str, size: f64) -> f64 {
    face(false).width(text, size)
}

/// A face of the embedded font; no font of the system is ever read.
pub fn face(bold: bool) -> &'static Face {
    static FACES: [OnceLock<Face>; 2] = [OnceLock::new(), OnceLock::new()];
    FACES[usize::from(bold)].get_or_init(|| {
        let data = match bold {
            false => dejavu::sans::regular(),
            true => dejavu::sans::bold(),
        };
        Face::read(data).expect("the embedded font is whole: a test reads both faces")
    })
}

/// A closed outline: its points from one on the curve to the next, those between being
/// controls of quadratic curves.
pub type Contour = Vec<Segment>;

/// A piece of an outline, from where the last one ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Segment {
    /// Where the outline begins.
    Start(Point),
    /// A straight line.
    Line(Point),
    /// A quadratic curve: control and end.
    Curve(Point, Point),
}

/// A face.
pub struct Face {
    data: &'static [u8],
    em: f64,
    glyphs: BTreeMap<u32, GlyphID>,
    metrics: HorizontalMetrics,
    /// Where each glyph begins in `data`, and the last one ends.
    starts: Vec<u64>,
}

impl Face {
    fn read(data: &'static [u8]) -> Result<Self> {
        let mut tape = Cursor::new(data);
        let tables: Offsets = tape.take()?;
        let place = |tag: &[u8; 4]| {
            let found = tables.iter().find(|r| r.tag.0 == *tag);
            found.map_or(u64::MAX, |r| u64::from(r.offset))
        };
        let at = |tag: &[u8; 4]| {
            let mut tape = Cursor::new(data);
            tape.set_position(place(tag));
            tape
        };
        let header: FontHeader = at(b"head").take()?;
        let profile: MaximumProfile = at(b"maxp").take()?;
        let across: HorizontalHeader = at(b"hhea").take()?;
        let characters: CharacterMapping = at(b"cmap").take()?;
        let mut glyphs = BTreeMap::new();
        for encoding in &characters.encodings {
            match encoding {
                Encoding::Format4(e) => glyphs.extend(e.mapping::<u32>()),
                Encoding::Format12(e) => glyphs.extend(e.mapping::<u32>()),
                _ => {}
            }
        }
        let base = place(b"glyf");
        let starts = match at(b"loca").take_given((&header, &profile))? {
            GlyphMapping::HalfOffsets(o) => o.iter().map(|&o| base + 2 * u64::from(o)).collect(),
            GlyphMapping::Offsets(o) => o.iter().map(|&o| base + u64::from(o)).collect(),
        };
        Ok(Self {
            data,
            em: f64::from(header.units_per_em),
            glyphs,
            metrics: at(b"hmtx").take_given((&across, &profile))?,
            starts,
        })
    }

    /// The glyph of a character, an empty box if it has none.
    fn glyph(&self, character: char) -> GlyphID {
        let found = self.glyphs.get(&u32::from(character));
        found.copied().unwrap_or(0)
    }

    fn advance(&self, glyph: GlyphID) -> f64 {
        f64::from(self.metrics.get(glyph).0) / self.em
    }

    /// Width of a text of this em, in its unit.
    pub fn width(&self, text: &str, size: f64) -> f64 {
        text.chars()
            .map(|c| self.advance(self.glyph(c)) * size)
            .sum()
    }

    /// The outlines of a text of this em, from its start on the baseline at `x`, `y`; `y`
    /// grows downwards.
    pub fn outlines(&self, text: &str, size: f64, (mut x, y): Point) -> Vec<Contour> {
        let scale = size / self.em;
        let mut contours = Vec::new();
        for character in text.chars() {
            let glyph = self.glyph(character);
            let place = [scale, 0.0, 0.0, -scale, x, y];
            // A glyph of a whole font can be read, as a test shows of all.
            let _ = self.outline(glyph, place, 0, &mut contours);
            x += self.advance(glyph) * size;
        }
        contours
    }

    /// Adds the outlines of a glyph, placed by an affine map.
    fn outline(
        &self,
        glyph: GlyphID,
        place: Affine,
        depth: usize,
        contours: &mut Vec<Contour>,
    ) -> Result<()> {
        let k = usize::from(glyph);
        if depth > DEEPEST || k + 1 >= self.starts.len() || self.starts[k] == self.starts[k + 1] {
            return Ok(());
        }
        let mut tape = Cursor::new(self.data);
        tape.set_position(self.starts[k]);
        let glyph: Glyph = tape.take()?;
        match &glyph.description {
            Description::Simple(simple) => simple_outline(simple, place, contours),
            Description::Composite(whole) => {
                for (part, place) in parts(whole, place) {
                    self.outline(part, place, depth + 1, contours)?;
                }
            }
        }
        Ok(())
    }
}

/// `x' = a x + c y + e`, `y' = b x + d y + f`.
type Affine = [f64; 6];

fn apply([a, b, c, d, e, f]: Affine, (x, y): Point) -> Point {
    (a * x + c * y + e, b * x + d * y + f)
}

/// The parts of a composite glyph, each with its place.
fn parts(whole: &CompositeDescription, outer: Affine) -> Vec<(GlyphID, Affine)> {
    let place = |options: Options, arguments: Arguments| {
        let [a, b, c, d] = match options {
            Options::None => [1.0, 0.0, 0.0, 1.0],
            Options::Scalar(s) => [f64::from(f32::from(s)), 0.0, 0.0, f64::from(f32::from(s))],
            Options::Vector(x, y) => [f64::from(f32::from(x)), 0.0, 0.0, f64::from(f32::from(y))],
            Options::Matrix(a, b, c, d) => [a, b, c, d].map(|v| f64::from(f32::from(v))),
        };
        let offset = match arguments {
            Arguments::Offsets(x, y) => (f64::from(x), f64::from(y)),
            Arguments::Indices(..) => (0.0, 0.0),
        };
        let [oa, ob, oc, od, ..] = outer;
        let (e, f) = apply(outer, offset);
        [
            oa * a + oc * b,
            ob * a + od * b,
            oa * c + oc * d,
            ob * c + od * d,
            e,
            f,
        ]
    };
    let of =
        |c: &truetype::tables::glyph_data::Component| (c.glyph_id, place(c.options, c.arguments));
    whole.components.iter().map(of).collect()
}

fn simple_outline(simple: &SimpleDescription, place: Affine, contours: &mut Vec<Contour>) {
    let (mut x, mut y) = (0.0, 0.0);
    let mut points = Vec::with_capacity(simple.flags.len());
    for (k, flags) in simple.flags.iter().enumerate() {
        x += f64::from(simple.x[k]);
        y += f64::from(simple.y[k]);
        points.push((apply(place, (x, y)), flags.is_on_curve()));
    }
    let mut from = 0;
    for &end in &simple.end_points {
        let until = usize::from(end) + 1;
        contours.extend(contour(&points[from..until]));
        from = until;
    }
}

/// A closed outline through points that are on the curve or control it: between two
/// controls the curve passes through their middle.
fn contour(points: &[(Point, bool)]) -> Option<Contour> {
    let middle = |(a, b): Point, (c, d): Point| ((a + c) / 2.0, (b + d) / 2.0);
    let (first, last) = (points.first()?, points.last()?);
    let start = match (first.1, last.1) {
        (true, _) => first.0,
        (false, true) => last.0,
        (false, false) => middle(first.0, last.0),
    };
    let mut segments = vec![Segment::Start(start)];
    let mut control = None;
    let closed = points.iter().copied().chain([(start, true)]);
    for (point, on_curve) in closed.skip(usize::from(first.1)) {
        match (control, on_curve) {
            (None, true) => segments.push(Segment::Line(point)),
            (Some(c), true) => segments.push(Segment::Curve(c, point)),
            (Some(c), false) => segments.push(Segment::Curve(c, middle(c, point))),
            (None, false) => {}
        }
        control = (!on_curve).then_some(point);
    }
    Some(segments)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Corners of the box around outlines.
    fn bounds(contours: &[Contour]) -> (Point, Point) {
        let ends = contours.iter().flatten().map(|s| match *s {
            Segment::Start(p) | Segment::Line(p) | Segment::Curve(_, p) => p,
        });
        ends.fold(((1e9, 1e9), (-1e9, -1e9)), |(low, high), p| {
            (
                (f64::min(low.0, p.0), f64::min(low.1, p.1)),
                (f64::max(high.0, p.0), f64::max(high.1, p.1)),
            )
        })
    }

    #[test]
    fn every_glyph_of_both_faces_is_read() {
        for bold in [false, true] {
            let face = face(bold);
            let mut contours = Vec::new();
            for &glyph in face.glyphs.values() {
                let place = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
                face.outline(glyph, place, 0, &mut contours).unwrap();
            }
            assert!(face.glyphs.len() > 5000 && contours.len() > 10_000);
        }
    }

    /// The widths of DejaVu Sans are known: a digit 0.636 em, a space 0.318 em.
    #[test]
    fn widths_are_those_of_the_font() {
        assert!((text_width("1946", 10.0) - 4.0 * 6.362).abs() < 0.01);
        assert!((text_width(" ", 10.0) - 3.179).abs() < 0.01);
        assert!(face(true).width("War", 10.0) > text_width("War", 10.0));
        assert_eq!(
            text_width("\u{10ffff}", 10.0),
            text_width("\u{10fffe}", 10.0)
        );
    }

    /// An accented letter is a composite of its parts: as wide as the bare one and higher.
    #[test]
    fn composites_are_put_together() {
        let of = |text: &str| bounds(&face(false).outlines(text, 100.0, (7.0, 200.0)));
        let (bare, accented) = (of("a"), of("à"));
        assert!((bare.0.0 - accented.0.0).abs() < 0.5 && (bare.1.0 - accented.1.0).abs() < 0.5);
        assert!(accented.0.1 < bare.0.1 - 15.0, "{accented:?}");
        // A capital stands on the baseline and is 0.729 em high.
        let (low, high) = of("H");
        assert!((high.1 - 200.0).abs() < 0.01 && (high.1 - low.1 - 72.9).abs() < 0.1);
        assert!(of(" ").0.0 > of(" ").1.0, "a space has no outline");
    }
}
