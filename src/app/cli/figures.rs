//! What can be typed about figures.

use clap::{Args, ValueEnum};

use comity_show::figures::{ImageFormat, claims, experiment, names, validation};

/// Formats of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Figures {
    /// Scalable; texts stay texts
    Svg,
    /// Pixels, about 2,000 across
    Png,
    /// Both of them
    Both,
    /// No figures
    None,
}

impl Figures {
    /// The formats.
    pub fn formats(self) -> &'static [ImageFormat] {
        match self {
            Self::Svg => &[ImageFormat::Svg],
            Self::Png => &[ImageFormat::Png],
            Self::Both => &ImageFormat::ALL,
            Self::None => &[],
        }
    }
}

/// Which figures a command draws.
#[derive(Debug, Clone, Copy, Args)]
pub struct FigureArgs {
    /// Formats of the figures
    #[arg(long, value_name = "FORMATS", value_enum, default_value = "svg")]
    figures: Figures,
    /// The former name of `--figures none`
    #[arg(long, hide = true, conflicts_with = "figures")]
    no_figures: bool,
}

impl FigureArgs {
    /// The formats; empty: no figures.
    pub fn formats(self) -> &'static [ImageFormat] {
        match self.no_figures {
            true => &[],
            false => self.figures.formats(),
        }
    }
}

/// The formats in which `comity plot` can draw.
pub fn drawn(text: &str) -> Result<Figures, String> {
    match Figures::from_str(text, false) {
        Ok(figures) if figures != Figures::None => Ok(figures),
        _ => Err("expected svg, png or both".to_string()),
    }
}

/// The name of a figure of a run, or one that a figure of an experiment can have.
pub fn figure_name(text: &str) -> Result<String, String> {
    let calibration = experiment::calibration::names();
    let known =
        names().contains(&text) || calibration.contains(&text) || claims::NAMES.contains(&text);
    let of_others = !experiment::title(text).is_empty() || !validation::caption(text).is_empty();
    if known || of_others {
        return Ok(text.to_string());
    }
    Err(format!(
        "of a run there are {}; of an experiment {}; of a calibration {}; of a validation \
         forecast-<source> and skill-<source>; of a check {}",
        names().join(", "),
        experiment::patterns().join(", "),
        calibration.join(", "),
        claims::NAMES.join(", ")
    ))
}
