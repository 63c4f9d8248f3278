//! Figures from the tables of a result, as SVG and PNG.
//!
//! Each figure is one drawing function generic over plotters' backends. The
//! font is embedded: no system font is read. Sizes are those of a journal: a
//! column (8.5 cm) or the page (17.5 cm); a PNG has 600 dots an inch.

mod alliances;
mod canvas;
mod conflict;
mod culture;
mod input;
mod institutions;
mod lines;
mod network;
mod pact_ties;
mod panel;
mod polarity;
mod style;
mod table1;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use plotters::prelude::{BitMapBackend, SVGBackend};
use plotters_backend::DrawingBackend;

use crate::error::{Error, Result};
use crate::table::store::write_whole;
use canvas::Canvas;
use lines::Spec;

pub use input::{FigureInput, NetworkLayout, Place, from_result, places, region_title};

/// A format of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ImageFormat {
    /// Scalable; texts stay texts.
    Svg,
    /// Pixels.
    Png,
}

impl ImageFormat {
    /// Both formats.
    pub const ALL: [ImageFormat; 2] = [Self::Svg, Self::Png];

    /// Extension of files, which is also the name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }
}

impl fmt::Display for ImageFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.extension())
    }
}

impl FromStr for ImageFormat {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|f| f.extension() == text)
            .ok_or_else(|| Error::expected(format!("format `{text}`"), "svg or png"))
    }
}

/// What a figure is drawn by.
enum Kind {
    Lines(&'static [Spec]),
    Institutions,
    Culture,
    Network,
    Table1,
}

struct Figure {
    name: &'static str,
    title: &'static str,
    caption: &'static str,
    kind: Kind,
}

const FIGURES: [Figure; 9] = [
    Figure {
        name: "pacts",
        title: "Pacts by kind",
        caption: "Pacts in force at the end of each year by kind, and defence pacts begun in the \
                  year. Most defence pacts are bilateral; see whether their number follows the \
                  competition of great powers or the number of states.",
        kind: Kind::Lines(alliances::PACTS),
    },
    Figure {
        name: "pact-sizes",
        title: "Sizes of defence pacts",
        caption: "Members of defence pacts. The plain mean moves when small pacts end without any \
                  pact growing: growth shows only where the median or the mean of pacts of more \
                  than two rises too.",
        kind: Kind::Lines(alliances::SIZES),
    },
    Figure {
        name: "coverage",
        title: "States covered by pacts and partnerships",
        caption: "Share of states in at least one defence pact, in a pact of any kind, and in a \
                  regional security partnership. See whether partnerships spread where pacts do not.",
        kind: Kind::Lines(alliances::COVERAGE),
    },
    Figure {
        name: "competition-polarity",
        title: "Great-power competition and polarity",
        caption: "Great-power competition, the polarisation of blocs, and how capability is spread \
                  among great powers. Competition and concentration are different things: one can \
                  fall while the other stays. Bloc polarisation is computed from the pacts that the \
                  model explains and only describes.",
        kind: Kind::Lines(polarity::POLARITY),
    },
    Figure {
        name: "conflict",
        title: "Conflict between and within states",
        caption: "Disputes begun per 1,000 pairs of states (observed: pairs of originators), wars \
                  begun, and the share of states in domestic conflict. The observed series count \
                  wars and domestic conflicts otherwise and are not drawn there.",
        kind: Kind::Lines(conflict::CONFLICT),
    },
    Figure {
        name: "institutions",
        title: "Institutions by region",
        caption: "Institutionalisation of each region's partnership, with its operative agreements \
                  and offices. See which regions found a partnership at all, when, and whether \
                  agreements and offices follow.",
        kind: Kind::Institutions,
    },
    Figure {
        name: "culture",
        title: "Security culture, awareness, denationalisation",
        caption: "Mean distance of states from their region's security culture (a falling line is \
                  convergence), and the world means of awareness of interdependence and of the \
                  denationalisation of defence.",
        kind: Kind::Culture,
    },
    Figure {
        name: "network",
        title: "Defence pacts among states",
        caption: "The defence network at the end of chosen years, states ordered by region. Light \
                  ties come from multilateral pacts, dark ones from bilateral pacts; great powers \
                  are named. See whether ties stay within regions or run to great powers.",
        kind: Kind::Network,
    },
    Figure {
        name: "table1",
        title: "Fifteen items of regional cooperation",
        caption: "Fifteen items of regional security cooperation as measured in the model and \
                  graded by thresholds fixed beforehand, beside the ratings as printed. A marked \
                  corner: not to be placed between low and high.",
        kind: Kind::Table1,
    },
];

/// Names of the figures: their files' stems, in order.
pub fn names() -> [&'static str; 9] {
    FIGURES.map(|f| f.name)
}

/// What the figure shows and what to see in it; empty for an unknown name.
pub fn caption(name: &str) -> &'static str {
    find(name).map_or("", |f| f.caption)
}

/// The figure's title; empty for an unknown name.
pub fn title(name: &str) -> &'static str {
    find(name).map_or("", |f| f.title)
}

fn find(name: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|f| f.name == name)
}

/// The figures that the input has tables for.
pub fn available(input: &FigureInput) -> Vec<&'static str> {
    // Legends are measured with the font; a broken one shows when drawing.
    let _ = style::fonts();
    let has = |f: &&Figure| f.size(input).is_some();
    FIGURES.iter().filter(has).map(|f| f.name).collect()
}

/// Draws every figure that the input has tables for into `folder`.
pub fn draw_all(
    input: &FigureInput,
    folder: &Path,
    formats: &[ImageFormat],
) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for name in available(input) {
        for &format in formats {
            let path = folder.join(format!("{name}.{format}"));
            write_whole(&path, &render(name, input, format)?)?;
            files.push(path);
        }
    }
    Ok(files)
}

/// The bytes of one figure.
pub fn render(name: &str, input: &FigureInput, format: ImageFormat) -> Result<Vec<u8>> {
    style::fonts()?;
    let figure = find(name)
        .ok_or_else(|| Error::expected(format!("figure `{name}`"), names().join(", ")))?;
    let size = figure
        .size(input)
        .ok_or_else(|| Error::new(format!("figure `{name}`: its tables are not in the result")))?;
    match format {
        ImageFormat::Svg => svg(figure, input, size),
        ImageFormat::Png => png(figure, input, size),
    }
}

impl Figure {
    /// Width and height in points; `None` if its tables are missing.
    fn size(&self, input: &FigureInput) -> Option<(f64, f64)> {
        match self.kind {
            Kind::Lines(specs) => Some((style::COLUMN, lines::height(specs, input)?)),
            Kind::Culture => Some((style::COLUMN, culture::height(input)?)),
            Kind::Institutions => Some((style::PAGE, institutions::height(input)?)),
            Kind::Network => Some((style::PAGE, network::height(input)?)),
            Kind::Table1 => Some((style::PAGE, table1::height(input)?)),
        }
    }

    fn draw<B: DrawingBackend>(&self, mut canvas: Canvas<B>, input: &FigureInput) -> Result<()> {
        let page = &mut canvas;
        match self.kind {
            Kind::Lines(specs) => lines::draw(page, self.title, specs, input)?,
            Kind::Culture => culture::draw(page, self.title, input)?,
            Kind::Institutions => institutions::draw(page, self.title, input)?,
            Kind::Network => network::draw(page, self.title, input)?,
            Kind::Table1 => table1::draw(page, self.title, input)?,
        }
        canvas.finish()
    }
}

/// Units of an SVG a point.
const SVG_SCALE: f64 = 10.0;
/// Pixels of a PNG a point: 600 dots an inch.
const PNG_SCALE: f64 = 600.0 / 72.0;

fn svg(figure: &Figure, input: &FigureInput, (w, h): (f64, f64)) -> Result<Vec<u8>> {
    let size = ((w * SVG_SCALE) as u32, (h * SVG_SCALE) as u32);
    let mut text = String::new();
    let backend = SVGBackend::with_string(&mut text, size);
    figure.draw(Canvas::new(backend, SVG_SCALE, false)?, input)?;
    // Natural size in points, so that pages show it at the size of print.
    let from = format!("width=\"{}\" height=\"{}\"", size.0, size.1);
    let to = format!(
        "width=\"{w:.1}pt\" height=\"{h:.1}pt\" role=\"img\" stroke-linejoin=\"round\" \
         aria-label=\"{}\"",
        figure.title
    );
    Ok(text.replacen(&from, &to, 1).into_bytes())
}

fn png(figure: &Figure, input: &FigureInput, (w, h): (f64, f64)) -> Result<Vec<u8>> {
    let failed = |e: &dyn fmt::Display| Error::new(format!("failed to draw: {e}"));
    let (w, h) = ((w * PNG_SCALE) as u32, (h * PNG_SCALE) as u32);
    let pixels = pixels(figure, input, (w, h))?;
    let file = tempfile::Builder::new()
        .suffix(".png")
        .tempfile()
        .map_err(|e| failed(&e))?;
    {
        let mut backend = BitMapBackend::new(file.path(), (w, h));
        backend
            .blit_bitmap((0, 0), (w, h), &pixels)
            .and_then(|()| backend.present())
            .map_err(|e| failed(&e))?;
    }
    std::fs::read(file.path()).map_err(|e| failed(&e))
}

/// Red, green, blue of each pixel: drawn at twice the size, then halved, so that
/// edges are smooth.
fn pixels(figure: &Figure, input: &FigureInput, (w, h): (u32, u32)) -> Result<Vec<u8>> {
    let mut fine = vec![0; 12 * (w * h) as usize];
    let backend = BitMapBackend::with_buffer(&mut fine, (2 * w, 2 * h));
    figure.draw(Canvas::new(backend, 2.0 * PNG_SCALE, true)?, input)?;
    Ok(halve(&fine, w as usize, h as usize))
}

/// Each pixel the mean of four.
fn halve(fine: &[u8], w: usize, h: usize) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(3 * w * h);
    for y in 0..h {
        for x in 0..w {
            for c in 0..3 {
                let at = |dx, dy| u16::from(fine[3 * ((2 * y + dy) * 2 * w + 2 * x + dx) + c]);
                let sum = at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1);
                pixels.push(((sum + 2) / 4) as u8);
            }
        }
    }
    pixels
}

#[cfg(test)]
mod tests {
    use plotters::style::{FontDesc, FontFamily, FontStyle};

    use super::*;
    use crate::table::csv;

    fn input() -> FigureInput {
        let text = b"run_id,year,competition\n0,1946,.7\n0,1947,.6\n0,1948,.8\n";
        FigureInput {
            tables: vec![csv::read("world", text, &[]).unwrap()],
            ..FigureInput::default()
        }
    }

    /// The renderer knows registered fonts only: a generic family, which would be
    /// looked up in the system, is not found, and the title is drawn all the same.
    #[test]
    fn titles_are_drawn_without_system_fonts() {
        style::fonts().unwrap();
        let system = FontDesc::new(FontFamily::SansSerif, 20.0, FontStyle::Normal);
        assert!(system.layout_box("a").is_err());
        let figure = find("competition-polarity").unwrap();
        let (w, h) = figure.size(&input()).unwrap();
        let (w, h) = ((w * PNG_SCALE) as u32, (h * PNG_SCALE) as u32);
        let pixels = pixels(figure, &input(), (w, h)).unwrap();
        let dark = |x: usize, y: usize| pixels[3 * (y * w as usize + x)] < 60;
        let px = |points: f64| (points * PNG_SCALE) as usize;
        let count = |from: f64, to: f64| {
            let rows = px(from)..px(to);
            rows.map(|y| (0..w as usize).filter(|&x| dark(x, y)).count())
                .sum::<usize>()
        };
        let title = count(4.0, 13.0);
        let area = px(9.0) * w as usize;
        assert!(title > area / 50 && title < area / 3, "{title} of {area}");
        assert_eq!(count(0.0, 3.0), 0, "the margin is not white");
    }
}
