//! Figures from the tables of a result, as SVG and PNG.
//!
//! A figure is laid out as marks on a page, and the page written in each format. The
//! font is embedded: no system font is read. Sizes are those of a journal: a
//! column (8.5 cm), of which a PNG has 600 dots an inch, or the page (17.5 cm), with 300.

mod alliances;
mod canvas;
pub mod claims;
mod conflict;
mod culture;
pub mod experiment;
mod font;
mod input;
mod institutions;
mod lines;
mod network;
mod pact_ties;
mod panel;
mod png;
mod polarity;
mod sheet;
mod style;
mod svg;
mod table1;
pub mod validation;
mod validation_network;

use std::path::{Path, PathBuf};

use canvas::Canvas;
use comity_lab::table::store::write_whole;
use comity_model::error::{Error, Result};
use lines::Spec;

pub use input::{FigureInput, NetworkLayout, Place, from_result, places, region_title};
use sheet::Sheet;
pub use sheet::{ImageFormat, draw_each};

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
    let figure = find(name)
        .ok_or_else(|| Error::expected(format!("figure `{name}`"), names().join(", ")))?;
    let size = figure
        .size(input)
        .ok_or_else(|| Error::new(format!("figure `{name}`: its tables are not in the result")))?;
    sheet::bytes(&figure.sheet(input, size), format)
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

    fn sheet(&self, input: &FigureInput, size: (f64, f64)) -> Sheet {
        let mut canvas = Canvas::default();
        match self.kind {
            Kind::Lines(specs) => lines::draw(&mut canvas, self.title, specs, input),
            Kind::Culture => culture::draw(&mut canvas, self.title, input),
            Kind::Institutions => institutions::draw(&mut canvas, self.title, input),
            Kind::Network => network::draw(&mut canvas, self.title, input),
            Kind::Table1 => table1::draw(&mut canvas, self.title, input),
        }
        Sheet {
            title: self.title.to_string(),
            size,
            canvas,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_lab::table::csv;

    /// The title is drawn in the PNG, and the margin is white.
    #[test]
    fn titles_are_drawn() {
        let text = b"run_id,year,competition\n0,1946,.7\n0,1947,.6\n0,1948,.8\n";
        let input = FigureInput {
            tables: vec![csv::read("world", text, &[]).unwrap()],
            ..FigureInput::default()
        };
        let figure = find("competition-polarity").unwrap();
        let sheet = figure.sheet(&input, figure.size(&input).unwrap());
        let picture = png::picture(&sheet).unwrap();
        let across = picture.width as usize;
        let px = |points: f64| (points * picture.scale) as usize;
        let count = |from: f64, to: f64| {
            let part = &picture.pixels[px(from) * across..px(to) * across];
            let dark = |p: &&u8| picture.palette[usize::from(**p)].0 < 60;
            part.iter().filter(dark).count()
        };
        let title = count(4.0, 13.0);
        let area = px(9.0) * across;
        assert!(title > area / 50 && title < area / 3, "{title} of {area}");
        assert_eq!(count(0.0, 3.0), 0, "the margin is not white");
    }
}
