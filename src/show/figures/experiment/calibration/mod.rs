//! Figures of calibrations: what was varied, what was accepted, what it predicts.

mod moments;
mod parameters;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::drawing::Drawing;
use crate::figures::canvas::{Frame, Point, Text};
use crate::figures::lines::MARGIN;
use crate::figures::sheet::{self, ImageFormat, draw_each};
use comity_lab::table::Table;
use comity_lab::table::store::write_whole;
use comity_model::error::{Error, Result};

const GAP: f64 = 10.0;

struct Figure {
    name: &'static str,
    title: &'static str,
    caption: &'static str,
    lay_out: fn(&[Table], &str) -> Option<Drawing>,
}

const FIGURES: [Figure; 5] = [
    Figure {
        name: "screening",
        title: "Effects of parameters on moments",
        caption: "Mean absolute elementary effects of parameters over their prior ranges on the \
                  calibration's moments, in standard deviations of the implausibility where the \
                  moment is as observed. Above the line are the parameters that are varied.",
        lay_out: parameters::screening,
    },
    Figure {
        name: "marginals",
        title: "Parameters before and after",
        caption: "Accepted sets over the prior range of each varied parameter (bars) beside the \
                  even prior (dashed), with the default before the calibration and the central \
                  accepted set. A flat histogram: the data do not identify the parameter.",
        lay_out: parameters::marginals,
    },
    Figure {
        name: "predictive",
        title: "Moments, observed and predicted",
        caption: "The moments over their observed values: 90 % of the runs over accepted sets and \
                  seeds (light), over seeds alone (dark), the median, and what ATOP and COW have. \
                  Open names: no observed value lies in the interval, or it is too wide.",
        lay_out: moments::predictive,
    },
    Figure {
        name: "series",
        title: "Years, observed and predicted",
        caption: "The columns behind the moments year by year: median and 90 % of the runs over \
                  accepted sets and seeds, and what was observed. Only their moments were fitted, \
                  not the years.",
        lay_out: moments::series,
    },
    Figure {
        name: "correlations",
        title: "Pairs of parameters in the accepted sets",
        caption: "Correlations over the accepted sets; in the prior all are zero. A strong one: \
                  the data fix a combination of the two, not each.",
        lay_out: parameters::correlations,
    },
];

/// Names of the figures: their files' stems, in order.
pub fn names() -> [&'static str; 5] {
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

/// Names of the figures that these tables of a calibration make.
pub fn available(tables: &[Table]) -> Vec<String> {
    let has = |f: &&Figure| (f.lay_out)(tables, f.title).is_some();
    let figures = FIGURES.iter().filter(has);
    figures.map(|f| f.name.to_string()).collect()
}

/// The bytes of one figure.
///
/// # Errors
/// If there is no such figure, or it cannot be drawn.
pub fn render(name: &str, tables: &[Table], format: ImageFormat) -> Result<Vec<u8>> {
    let drawing = find(name).and_then(|f| (f.lay_out)(tables, f.title));
    let missing = || Error::expected(format!("figure `{name}`"), available(tables).join(", "));
    sheet::bytes(&drawing.ok_or_else(missing)?.sheet(), format)
}

/// Draws every figure of these tables into `folder`; `None` if it was cancelled.
///
/// # Errors
/// If a figure cannot be drawn or written.
pub fn draw_all(
    tables: &[Table],
    folder: &Path,
    formats: &[ImageFormat],
    cancel: Option<&AtomicBool>,
) -> Result<Option<Vec<PathBuf>>> {
    draw_these(tables, &available(tables), folder, formats, cancel)
}

/// Draws these figures into `folder`; `None` if it was cancelled.
///
/// # Errors
/// If a figure is not available, cannot be drawn or written.
pub fn draw_these(
    tables: &[Table],
    names: &[String],
    folder: &Path,
    formats: &[ImageFormat],
    cancel: Option<&AtomicBool>,
) -> Result<Option<Vec<PathBuf>>> {
    let jobs: Vec<_> = names
        .iter()
        .flat_map(|name| formats.iter().map(move |&format| (name, format)))
        .collect();
    draw_each(jobs, cancel, |(name, format)| {
        let path = folder.join(format!("{name}.{format}"));
        write_whole(&path, &render(name, tables, format)?)?;
        Ok(path)
    })
}

fn table<'a>(tables: &'a [Table], name: &str) -> Option<&'a Table> {
    tables.iter().find(|t| t.name == name && t.rows() > 0)
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

fn small(anchor: f64) -> Text {
    Text {
        anchor,
        ..Text::default()
    }
}

/// Panels side by side: the corner and size of each, and the lower edge of all.
fn panels(drawing: &Drawing, count: usize, across: usize, height: f64) -> (Vec<Frame>, f64) {
    let width = (drawing.inner() - GAP * (across - 1) as f64) / across as f64;
    let frame = |k: usize| Frame {
        x: MARGIN + (k % across) as f64 * (width + GAP),
        y: drawing.y + 3.0 + (k / across) as f64 * height,
        w: width,
        h: height - 2.0,
    };
    let bottom = drawing.y + 3.0 + count.div_ceil(across) as f64 * height;
    ((0..count).map(frame).collect(), bottom)
}

fn square((x, y): Point, (w, h): (f64, f64)) -> Vec<Point> {
    vec![(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_lab::table::csv;

    fn tables() -> Vec<Table> {
        let files = [
            (
                "screening",
                "parameter,rank,importance,active\na.x,1,3,1\na.y,2,2,1\na.z,3,.1,0\n",
            ),
            (
                "effects",
                "parameter,moment,mu_star\na.x,mean_size,12.5\na.y,mean_size,.25\na.z,mean_size,\n",
            ),
            (
                "marginals",
                "parameter,low,high,default,centre,variance_ratio\na.x,0,1,.5,.4,.2\na.y,-1,1,0,.3,.97\n",
            ),
            ("accepted", "set,a.x,a.y\n0,.4,-1\n1,.5,1\n2,.3,.3\n"),
            (
                "predictive",
                "moment,observed_atop,observed_cow,median,low,high,noise_low,noise_high,hit\n\
                 mean_size,3.7,3.4,3.5,3,4,3.2,3.8,1\nlargest,24,23,40,30,50,35,45,0\n",
            ),
            (
                "series",
                "column,year,median,low,high,observed_atop,observed_cow\n\
                 mean_size,1946,3,2,4,3.5,3.3\nmean_size,1947,3.1,2,4,,3.2\n",
            ),
            ("correlations", "first,second,correlation\na.x,a.y,-.62\n"),
        ];
        let read = |(name, text): (&str, &str)| csv::read(name, text.as_bytes(), &[]).unwrap();
        files.into_iter().map(read).collect()
    }

    #[test]
    fn every_figure_is_drawn_of_its_tables() {
        let tables = tables();
        assert_eq!(available(&tables), names());
        let expected = [
            ("screening", "1 mean size."),
            ("screening", "2 of 3 parameters are varied"),
            ("marginals", "a.y  (0.97)"),
            ("marginals", "3 accepted sets"),
            ("predictive", "missed: largest"),
            ("predictive", "1 of 2 moments are hit"),
            ("series", "observed, COW"),
            ("correlations", "−.62"),
        ];
        for (name, words) in expected {
            let svg = String::from_utf8(render(name, &tables, ImageFormat::Svg).unwrap()).unwrap();
            assert!(svg.contains(words), "{name}: {words}");
        }
        assert!(available(&tables[..1]).is_empty());
        assert!(render("series", &tables[..1], ImageFormat::Svg).is_err());
        assert!(
            names()
                .iter()
                .all(|n| !caption(n).is_empty() && !title(n).is_empty())
        );
    }
}
