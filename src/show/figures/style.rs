//! Palette, sizes and fonts. All lengths are in points (1/72 inch).

use std::sync::OnceLock;

use plotters::style::{FontStyle, RGBColor, register_font};

use comity_model::error::{Error, Result};

/// Width of a journal column, 8.5 cm.
pub const COLUMN: f64 = 8.5 / 2.54 * 72.0;
/// Width of a page's text, 17.5 cm.
pub const PAGE: f64 = 17.5 / 2.54 * 72.0;

/// Titles.
pub const TITLE: f64 = 8.5;
/// Labels of axes and panels.
pub const LABEL: f64 = 7.0;
/// Ticks, legends and notes.
pub const SMALL: f64 = 6.2;

/// Lines of data.
pub const LINE: f64 = 1.0;
/// Observed lines.
pub const THIN: f64 = 0.6;
/// Axes and grids.
pub const HAIR: f64 = 0.35;

/// Text.
pub const INK: RGBColor = RGBColor(20, 20, 20);
/// Notes and observed series without a colour of their own.
pub const GREY: RGBColor = RGBColor(95, 95, 95);
/// Grids.
pub const GRID: RGBColor = RGBColor(226, 226, 226);
/// Context in the background.
pub const FAINT: RGBColor = RGBColor(178, 178, 178);

/// Okabe and Ito's colours, which the colour-blind can tell apart, in an order
/// that also differs in lightness.
pub const PALETTE: [RGBColor; 8] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
    RGBColor(150, 140, 30),
];

/// The `i`-th colour.
pub fn colour(i: usize) -> RGBColor {
    PALETTE[i % PALETTE.len()]
}

/// Font list: the embedded font first, then ones of about the same width.
pub const FONT: &str = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif";
/// Height of a line of the embedded font over its em.
pub const LINE_PER_EM: f64 = 1.164;

/// Registers the embedded font, so that no system font is ever read.
pub fn fonts() -> Result<()> {
    static DONE: OnceLock<bool> = OnceLock::new();
    let done = DONE.get_or_init(|| {
        register_font(FONT, FontStyle::Normal, dejavu::sans::regular()).is_ok()
            && register_font(FONT, FontStyle::Bold, dejavu::sans::bold()).is_ok()
    });
    match done {
        true => Ok(()),
        false => Err(Error::new("the embedded font cannot be read")),
    }
}
