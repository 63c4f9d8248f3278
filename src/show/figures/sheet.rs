//! Figures as files: SVG and PNG, several at a time.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::canvas::Canvas;
use super::{png, svg};
use comity_model::error::{Error, Result};

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

/// A page of its own.
pub struct Sheet {
    /// Its title.
    pub title: String,
    /// Width and height in points.
    pub size: (f64, f64),
    /// What is on it.
    pub canvas: Canvas,
}

/// The bytes of the file.
pub fn bytes(sheet: &Sheet, format: ImageFormat) -> Result<Vec<u8>> {
    match format {
        ImageFormat::Svg => Ok(svg::svg(sheet).into_bytes()),
        ImageFormat::Png => png::png(sheet),
    }
}

/// Does each of these jobs, a few at a time: a page in pixels is large, however many
/// processors there are. `None` if it was cancelled.
///
/// # Errors
/// If a job fails.
pub fn draw_each<J: Send>(
    jobs: Vec<J>,
    cancel: Option<&AtomicBool>,
    one: impl Fn(J) -> Result<PathBuf> + Send + Sync,
) -> Result<Option<Vec<PathBuf>>> {
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(4);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|e| Error::new(format!("failed to start threads: {e}")))?;
    let unless_cancelled = |job: J| match cancel.is_some_and(|c| c.load(Ordering::Relaxed)) {
        true => Ok(None),
        false => one(job).map(Some),
    };
    pool.install(|| jobs.into_par_iter().map(unless_cancelled).collect())
}
