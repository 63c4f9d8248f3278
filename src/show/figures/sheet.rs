//! Figures as files: SVG and PNG, several at a time.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

use plotters::prelude::{BitMapBackend, SVGBackend};
use plotters_backend::DrawingBackend;
use rayon::prelude::*;

use super::canvas::Canvas;
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

/// What can be drawn on a page of its own.
pub trait Sheet {
    /// Its title.
    fn title(&self) -> &str;

    /// Width and height in points.
    fn size(&self) -> (f64, f64);

    /// Draws it on a white page of that size.
    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>) -> Result<()>;
}

/// Units of an SVG a point.
const SVG_SCALE: f64 = 10.0;
/// Pixels of a PNG a point: 600 dots an inch.
pub const PNG_SCALE: f64 = 600.0 / 72.0;

/// The bytes of the file.
pub fn bytes(sheet: &impl Sheet, format: ImageFormat) -> Result<Vec<u8>> {
    match format {
        ImageFormat::Svg => svg(sheet),
        ImageFormat::Png => png(sheet),
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

fn svg(sheet: &impl Sheet) -> Result<Vec<u8>> {
    let (w, h) = sheet.size();
    let size = ((w * SVG_SCALE) as u32, (h * SVG_SCALE) as u32);
    let mut text = String::new();
    let backend = SVGBackend::with_string(&mut text, size);
    let mut canvas = Canvas::new(backend, SVG_SCALE, false)?;
    sheet.draw(&mut canvas)?;
    canvas.finish()?;
    // Natural size in points, so that pages show it at the size of print.
    let from = format!("width=\"{}\" height=\"{}\"", size.0, size.1);
    let to = format!(
        "width=\"{w:.1}pt\" height=\"{h:.1}pt\" role=\"img\" stroke-linejoin=\"round\" \
         aria-label=\"{}\"",
        sheet.title()
    );
    Ok(text.replacen(&from, &to, 1).into_bytes())
}

fn png(sheet: &impl Sheet) -> Result<Vec<u8>> {
    let failed = |e: &dyn fmt::Display| Error::new(format!("failed to draw: {e}"));
    let (w, h) = sheet.size();
    let (w, h) = ((w * PNG_SCALE) as u32, (h * PNG_SCALE) as u32);
    let pixels = pixels(sheet, (w, h))?;
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
pub fn pixels(sheet: &impl Sheet, (w, h): (u32, u32)) -> Result<Vec<u8>> {
    let mut fine = vec![0; 12 * (w * h) as usize];
    let backend = BitMapBackend::with_buffer(&mut fine, (2 * w, 2 * h));
    let mut canvas = Canvas::new(backend, 2.0 * PNG_SCALE, true)?;
    sheet.draw(&mut canvas)?;
    canvas.finish()?;
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
