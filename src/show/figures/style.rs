//! Palette and sizes. All lengths are in points (1/72 inch).

/// Red, green and blue, 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Colour(pub u8, pub u8, pub u8);

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

/// Pages, and what is hollow.
pub const WHITE: Colour = Colour(255, 255, 255);
/// Text.
pub const INK: Colour = Colour(20, 20, 20);
/// Notes and observed series without a colour of their own.
pub const GREY: Colour = Colour(95, 95, 95);
/// Grids.
pub const GRID: Colour = Colour(226, 226, 226);
/// Context in the background.
pub const FAINT: Colour = Colour(178, 178, 178);

/// Okabe and Ito's colours, which the colour-blind can tell apart, in an order
/// that also differs in lightness.
pub const PALETTE: [Colour; 8] = [
    Colour(0, 114, 178),
    Colour(213, 94, 0),
    Colour(0, 158, 115),
    Colour(204, 121, 167),
    Colour(230, 159, 0),
    Colour(86, 180, 233),
    Colour(0, 0, 0),
    Colour(150, 140, 30),
];

/// The `i`-th colour.
pub fn colour(i: usize) -> Colour {
    PALETTE[i % PALETTE.len()]
}
