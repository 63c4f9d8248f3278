//! Figures of experiments: arms compared, factors ranked, parameter space mapped.
//!
//! Each family of figures is a file; a figure is laid out as a drawing from the tables of
//! the batch, and there is none where they do not hold what it shows.

pub(super) mod arms;
pub(super) mod axes;
pub mod calibration;
mod convergence;
mod discovery;
pub(super) mod drawing;
mod indices;
mod input;
mod morris;
mod phase;
mod replication;
mod response;
pub(super) mod rows;
mod scatter;
mod second_order;
#[cfg(test)]
mod tests;
mod trends;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::sheet::{self, ImageFormat, draw_each};
use comity_lab::table::store::write_whole;
use comity_model::error::{Error, Result};
use drawing::Drawing;
pub(super) use input::capital;
use input::{rows_of, rows_where, with_unit};

pub use input::{ExperimentInput, Label, from_batch};

/// What there is a figure for each of.
#[derive(Clone, Copy, PartialEq)]
enum Per {
    Batch,
    Metric,
    Outcome,
}

/// A family of figures.
struct Family {
    stem: &'static str,
    title: &'static str,
    caption: &'static str,
    per: Per,
    lay_out: fn(&ExperimentInput, &str, &Label) -> Option<Drawing>,
}

const FAMILIES: [Family; 12] = [
    Family {
        stem: "trends",
        title: "Arms over the years",
        caption: "Means over the replicates of each arm by year, with the 95 % interval of the \
                  mean (dark) and the middle 90 % of the runs (light). Where the dark bands lie \
                  apart the arms differ on average; where the light ones overlap a single run \
                  does not tell them apart.",
        per: Per::Batch,
        lay_out: trends::trends,
    },
    Family {
        stem: "arms",
        title: "Metrics by arm",
        caption: "Each metric by arm: single runs (points, or boxes of the middle half with \
                  whiskers to the 5 and 95 % quantiles), and the mean with its 95 % interval. \
                  Compare means by the paired differences, not by the overlap of these intervals.",
        per: Per::Batch,
        lay_out: arms::arms,
    },
    Family {
        stem: "differences",
        title: "Paired differences between arms",
        caption: "Mean differences of runs with the same seed, with 95 % intervals. An interval \
                  across the zero line is compatible with no effect; at the right, the share of \
                  pairs in which the difference is positive.",
        per: Per::Batch,
        lay_out: arms::differences,
    },
    Family {
        stem: "indices",
        title: "Sobol’ indices",
        caption: "Sobol' indices of first order (S1, a factor alone) and total (ST, with all its \
                  interactions), with 95 % bootstrap intervals, sorted by ST. A factor below the \
                  dashed line of a dummy that does nothing is not told from nothing; S1 well below \
                  ST means interactions.",
        per: Per::Metric,
        lay_out: indices::sobol,
    },
    Family {
        stem: "second-order",
        title: "Second-order Sobol’ indices",
        caption: "Share of the variance that is due to each pair of factors beyond the two alone. \
                  Pairs whose 95 % interval excludes zero are framed; the others may be nothing.",
        per: Per::Metric,
        lay_out: second_order::second_order,
    },
    Family {
        stem: "morris",
        title: "Elementary effects",
        caption: "Elementary effects over the factors' ranges: mean of absolute effects (μ*) \
                  against their standard deviation (σ), and the factors ranked by μ*, with 95 % \
                  intervals. Above the line σ = μ* effects change sign or size with the other \
                  factors; below σ = 0.1 μ* they are nearly linear.",
        per: Per::Metric,
        lay_out: morris::morris,
    },
    Family {
        stem: "pawn",
        title: "PAWN indices",
        caption: "Distance between the distribution of the metric and that within slices of a \
                  factor's range: median (bar) and greatest (circle) over the slices. The indices \
                  are above 0 even for a factor that does nothing.",
        per: Per::Metric,
        lay_out: indices::pawn,
    },
    Family {
        stem: "phase",
        title: "Response to the factors",
        caption: "Mean of the metric over the replicates at the points of the design: as a map of \
                  two factors, or as a line with the mean's 95 % interval of one. Differences \
                  between points that are no larger than the intervals are noise.",
        per: Per::Metric,
        lay_out: phase::phase,
    },
    Family {
        stem: "scatter",
        title: "Metric against each factor",
        caption: "The metric at each point of the design against each factor, the others varying, \
                  with means of parts of equal number and their 95 % intervals. A level line: no \
                  effect of the factor alone; curves show what an index cannot.",
        per: Per::Metric,
        lay_out: scatter::scatter,
    },
    Family {
        stem: "convergence",
        title: "Indices over the size of the sample",
        caption: "Indices from growing parts of the sample with their 95 % intervals. They can be \
                  read where they have stopped moving and the intervals no longer overlap those \
                  of other ranks.",
        per: Per::Metric,
        lay_out: convergence::convergence,
    },
    Family {
        stem: "replication",
        title: "Precision over the number of replicates",
        caption: "Half-width of the 95 % interval of the mean as replicates are added, on \
                  logarithmic axes. The dashed line is the half-width that is wanted; where a \
                  curve ends above it, more replicates are needed.",
        per: Per::Batch,
        lay_out: replication::replication,
    },
    Family {
        stem: "discovery",
        title: "Where the outcome occurs",
        caption: "Boxes of parameter space in which the outcome occurs: the share of all such \
                  points that is inside (coverage) against their share among the points inside \
                  (density), and the limits of the chosen box within the factors' ranges.",
        per: Per::Outcome,
        lay_out: discovery::discovery,
    },
];

impl Family {
    /// The figures of the family, with what each is of.
    fn figures<'a>(&self, input: &'a ExperimentInput) -> Vec<(String, Option<&'a Label>)> {
        let named = |of: &'a [Label]| {
            let name = |l: &'a Label| (format!("{}-{}", self.stem, l.name), Some(l));
            of.iter().map(name).collect()
        };
        match self.per {
            Per::Batch => vec![(self.stem.to_string(), None)],
            Per::Metric => named(&input.metrics),
            Per::Outcome => named(&input.discovery),
        }
    }

    fn drawn(&self, input: &ExperimentInput, of: Option<&Label>) -> Option<Drawing> {
        (self.lay_out)(input, self.title, of.unwrap_or(&Label::default()))
    }
}

/// The family of the figure of this name.
fn family(name: &str) -> Option<&'static Family> {
    let of = |f: &&Family| match f.per {
        Per::Batch => name == f.stem,
        _ => name
            .strip_prefix(f.stem)
            .is_some_and(|rest| rest.starts_with('-')),
    };
    FAMILIES.iter().find(of)
}

/// What figures can be called: `<metric>` and `<outcome>` stand for a name.
pub fn patterns() -> Vec<String> {
    let pattern = |f: &Family| match f.per {
        Per::Batch => f.stem.to_string(),
        Per::Metric => format!("{}-<metric>", f.stem),
        Per::Outcome => format!("{}-<outcome>", f.stem),
    };
    FAMILIES.iter().map(pattern).collect()
}

/// What the figure shows and what to see in it; empty for an unknown name.
pub fn caption(name: &str) -> String {
    family(name).map_or(String::new(), |f| f.caption.to_string())
}

/// The figure's title; empty for an unknown name.
pub fn title(name: &str) -> String {
    family(name).map_or(String::new(), |f| f.title.to_string())
}

/// Names of the figures that the input has tables for: their files' stems, in order.
pub fn available(input: &ExperimentInput) -> Vec<String> {
    // Texts are measured with the font; a broken one shows when drawing.
    let named = FAMILIES.iter().flat_map(|f| {
        let figures = f.figures(input).into_iter();
        figures.filter(move |(_, of)| f.drawn(input, *of).is_some())
    });
    named.map(|(name, _)| name).collect()
}

fn lay_out(name: &str, input: &ExperimentInput) -> Result<Drawing> {
    let unknown = || Error::expected(format!("figure `{name}`"), available(input).join(", "));
    let family = family(name).ok_or_else(unknown)?;
    let figures = family.figures(input);
    let (_, of) = figures.iter().find(|f| f.0 == name).ok_or_else(unknown)?;
    family
        .drawn(input, *of)
        .ok_or_else(|| Error::new(format!("figure `{name}`: its tables are not in the result")))
}

/// The bytes of one figure.
///
/// # Errors
/// If there is no such figure, or it cannot be drawn.
pub fn render(name: &str, input: &ExperimentInput, format: ImageFormat) -> Result<Vec<u8>> {
    sheet::bytes(&lay_out(name, input)?.sheet(), format)
}

/// Draws every figure that the input has tables for into `folder`; `None` if it was
/// cancelled.
///
/// # Errors
/// If a figure cannot be drawn or written.
pub fn draw_all(
    input: &ExperimentInput,
    folder: &Path,
    formats: &[ImageFormat],
    cancel: Option<&AtomicBool>,
) -> Result<Option<Vec<PathBuf>>> {
    draw_these(input, &available(input), folder, formats, cancel)
}

/// Draws these figures into `folder`; `None` if it was cancelled.
///
/// # Errors
/// If a figure is not available, cannot be drawn or written.
pub fn draw_these(
    input: &ExperimentInput,
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
        write_whole(&path, &render(name, input, format)?)?;
        Ok(path)
    })
}
