//! A panel: axes, lines with bands, a legend.

use super::canvas::{Canvas, Frame, Marker, Point, Text};
use super::font::text_width;
use super::style::{Colour, GREY, GRID, HAIR, INK, LABEL, LINE, SMALL, THIN};
use comity_lab::analysis::summary::Band;

/// A range and its ticks.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Lower end.
    pub min: f64,
    /// Upper end.
    pub max: f64,
    /// Places of ticks.
    pub ticks: Vec<f64>,
}

impl Axis {
    /// About `count` round ticks; the ends are widened to ticks if `widen`.
    pub fn new(min: f64, max: f64, count: usize, widen: bool) -> Axis {
        let span = if max > min { max - min } else { 1.0 };
        let rough = span / count.max(1) as f64;
        let power = libm::pow(10.0, libm::floor(libm::log10(rough)));
        let steps = [1.0, 2.0, 2.5, 5.0, 10.0];
        let fits = |s: &&f64| **s * power >= rough * 0.999;
        let step = steps.iter().find(fits).unwrap_or(&10.0) * power;
        let first = libm::floor(min / step + 1e-9) as i64;
        let last = libm::ceil((min + span) / step - 1e-9) as i64;
        let mut ticks: Vec<f64> = (first..=last).map(|i| i as f64 * step).collect();
        let (min, max) = match widen {
            true => (ticks[0], ticks[ticks.len() - 1]),
            false => (min, min + span),
        };
        let slack = span * 1e-9;
        ticks.retain(|t| (min - slack..=max + slack).contains(t));
        Axis { min, max, ticks }
    }

    /// Ticks as they are written: as many decimals as they need.
    pub fn labels(&self) -> Vec<String> {
        let whole = |digits: i32| {
            let factor = libm::pow(10.0, f64::from(digits));
            let off = |t: &f64| (t * factor - libm::round(t * factor)).abs() > 1e-6;
            !self.ticks.iter().any(off)
        };
        let digits = (0..6).find(|&d| whole(d)).unwrap_or(6) as usize;
        let value = |t: &f64| if *t == 0.0 { 0.0 } else { *t };
        let write = |t: &f64| format!("{:.digits$}", value(t)).replace('-', "−");
        self.ticks.iter().map(write).collect()
    }
}

/// Lines of a panel.
#[derive(Debug, Clone)]
pub struct Line {
    /// Name in the legend; empty: none.
    pub label: String,
    /// Values.
    pub bands: Vec<Band>,
    /// Colour.
    pub colour: Colour,
    /// Marker; `None`: a thin line in the background.
    pub marker: Option<Marker>,
    /// Observed: dashed, with hollow markers.
    pub observed: bool,
}

/// What a panel shows.
#[derive(Debug, Clone, Default)]
pub struct Panel {
    /// Name and unit of the vertical axis, above it.
    pub label: String,
    /// The lines, back to front.
    pub lines: Vec<Line>,
    /// Fixed upper end of the vertical axis, which starts at 0 (else at the data's).
    pub top: Option<f64>,
    /// Whether years are labelled.
    pub years: bool,
    /// Whether values are labelled.
    pub values: bool,
    /// About how many years are labelled.
    pub year_ticks: usize,
}

/// Room left of the axis for values.
pub const LEFT: f64 = 21.0;
const LEGEND_ROW: f64 = 8.6;
/// Between legend and plot, for the topmost value.
const HEADROOM: f64 = 4.0;

/// Height that the panel takes beside its plot.
pub fn overhead(panel: &Panel, width: f64) -> f64 {
    let head = if panel.label.is_empty() { 2.0 } else { 11.0 };
    let foot = if panel.years { 10.0 } else { 4.0 };
    head + rows(panel, width).len() as f64 * LEGEND_ROW + foot
}

/// Draws the panel in `frame`.
pub fn draw(canvas: &mut Canvas, frame: Frame, panel: &Panel, (first, last): (i64, i64)) {
    let mut top = frame.y + 2.0;
    if !panel.label.is_empty() {
        let style = Text {
            size: LABEL,
            ..Text::default()
        };
        canvas.text(&panel.label, (frame.x, frame.y + 7.5), style);
        top = frame.y + 11.0;
    }
    top = legend(canvas, (frame.x, top), panel, frame.w);
    let left = if panel.values { LEFT } else { 2.0 };
    let foot = if panel.years { 10.0 } else { 4.0 };
    let plot = Plot {
        frame: Frame {
            x: frame.x + left,
            y: top + HEADROOM,
            w: frame.w - left - 3.0,
            h: frame.y + frame.h - foot - top - HEADROOM,
        },
        x: Axis::new(first as f64, last as f64, panel.year_ticks.max(2), false),
        y: vertical(panel),
    };
    plot.axes(canvas, panel);
    // All bands lie behind all lines.
    for line in &panel.lines {
        plot.band(canvas, line);
    }
    for (i, line) in panel.lines.iter().enumerate() {
        plot.line(canvas, line, i);
    }
}

fn vertical(panel: &Panel) -> Axis {
    if let Some(top) = panel.top {
        return Axis::new(0.0, top, 4, false);
    }
    let bands = || panel.lines.iter().flat_map(|l| &l.bands);
    let high = bands().map(|b| b.high).fold(0.0, f64::max);
    let low = bands().map(|b| b.low).fold(0.0, f64::min);
    Axis::new(low, if high > low { high } else { low + 1.0 }, 4, true)
}

/// Legend entries in rows, each with its place from the left.
fn rows(panel: &Panel, width: f64) -> Vec<Vec<(f64, &Line)>> {
    let mut rows: Vec<Vec<(f64, &Line)>> = Vec::new();
    let mut x = f64::INFINITY;
    for line in panel.lines.iter().filter(|l| !l.label.is_empty()) {
        let needed = 19.0 + text_width(&line.label, SMALL);
        if x + needed > width {
            rows.push(Vec::new());
            x = 0.0;
        }
        if let Some(row) = rows.last_mut() {
            row.push((x, line));
        }
        x += needed + 8.0;
    }
    rows
}

fn legend(canvas: &mut Canvas, (x, mut y): Point, panel: &Panel, width: f64) -> f64 {
    for row in rows(panel, width) {
        for (offset, line) in row {
            sample(canvas, (x + offset, y + 4.2), line);
            let at = (x + offset + 18.0, y + 6.4);
            canvas.text(&line.label, at, Text::default());
        }
        y += LEGEND_ROW;
    }
    y
}

/// Dash and gap of an observed line, by its marker: two such lines stay apart
/// even where they lie on each other.
fn pattern(marker: Marker) -> (f64, f64) {
    match marker {
        Marker::Circle => (3.0, 1.8),
        _ => (0.9, 1.3),
    }
}

/// A short piece of the line.
pub fn sample(canvas: &mut Canvas, (x, y): Point, line: &Line) {
    let ends = [(x, y), (x + 15.0, y)];
    let middle = (x + 7.5, y);
    match (line.marker, line.observed) {
        (Some(marker), true) => {
            canvas.dashes(&ends, line.colour, THIN, pattern(marker));
            canvas.hollow(marker, middle, 1.7, line.colour)
        }
        (Some(marker), false) => {
            canvas.path(&ends, line.colour, LINE);
            canvas.marker(marker, middle, 1.9, line.colour)
        }
        (None, _) => canvas.path(&ends, line.colour, THIN),
    }
}

struct Plot {
    frame: Frame,
    x: Axis,
    y: Axis,
}

impl Plot {
    fn at(&self, x: f64, y: f64) -> Point {
        let across = (x - self.x.min) / (self.x.max - self.x.min);
        let up = ((y - self.y.min) / (self.y.max - self.y.min)).clamp(0.0, 1.0);
        (
            self.frame.x + across * self.frame.w,
            self.frame.y + (1.0 - up) * self.frame.h,
        )
    }

    fn axes(&self, canvas: &mut Canvas, panel: &Panel) {
        let (left, right) = (self.frame.x, self.frame.x + self.frame.w);
        let bottom = self.frame.y + self.frame.h;
        for (tick, label) in self.y.ticks.iter().zip(self.y.labels()) {
            let (_, y) = self.at(self.x.min, *tick);
            canvas.path(&[(left, y), (right, y)], GRID, HAIR);
            if panel.values {
                let style = Text {
                    anchor: 1.0,
                    ..Text::default()
                };
                canvas.text(&label, (left - 3.0, y + 2.2), style);
            }
        }
        canvas.path(&[(left, bottom), (right, bottom)], INK, HAIR * 1.5);
        for (tick, label) in self.x.ticks.iter().zip(self.x.labels()) {
            let (x, _) = self.at(*tick, self.y.min);
            canvas.path(&[(x, bottom), (x, bottom + 2.0)], INK, HAIR * 1.5);
            if panel.years {
                let half = text_width(&label, SMALL) / 2.0;
                let style = Text {
                    anchor: 0.5,
                    ..Text::default()
                };
                let place = (x.min(right + 3.0 - half), bottom + 9.0);
                canvas.text(&label, place, style);
            }
        }
    }

    fn band(&self, canvas: &mut Canvas, line: &Line) {
        if line.observed || line.marker.is_none() || line.bands.iter().all(|b| b.runs < 2) {
            return;
        }
        for part in unbroken(&line.bands) {
            let upper = part.iter().map(|b| self.at(b.year as f64, b.high));
            let lower = part.iter().rev().map(|b| self.at(b.year as f64, b.low));
            let outline: Vec<Point> = upper.chain(lower).collect();
            canvas.area(&outline, line.colour, 0.16);
        }
    }

    fn line(&self, canvas: &mut Canvas, line: &Line, place: usize) {
        let point = |b: &Band| self.at(b.year as f64, b.median);
        for part in unbroken(&line.bands) {
            let points: Vec<Point> = part.iter().map(point).collect();
            match (line.observed, line.marker) {
                (true, Some(marker)) => {
                    canvas.dashes(&points, line.colour, THIN, pattern(marker));
                }
                (false, Some(_)) => canvas.path(&points, line.colour, LINE),
                (_, None) => canvas.path(&points, line.colour, THIN),
            }
        }
        let Some(marker) = line.marker else {
            return;
        };
        let every = ((self.x.max - self.x.min) / 7.0).ceil().max(1.0) as usize;
        let shift = place * every / 5;
        for band in line.bands.iter().skip(shift % every).step_by(every) {
            match line.observed {
                true => canvas.hollow(marker, point(band), 1.5, line.colour),
                false => canvas.marker(marker, point(band), 1.7, line.colour),
            }
        }
    }
}

/// Parts of a series without a missing year.
fn unbroken(bands: &[Band]) -> impl Iterator<Item = &[Band]> {
    bands.chunk_by(|a, b| b.year == a.year + 1)
}

/// A grey note below the panels, wrapped at `width`; the height it takes.
pub fn note(canvas: &mut Canvas, (x, y): Point, text: &str, width: f64) -> f64 {
    let lines = wrap(text, width);
    for (i, line) in lines.iter().enumerate() {
        let style = Text {
            colour: GREY,
            ..Text::default()
        };
        canvas.text(line, (x, y + 6.5 + i as f64 * 8.0), style);
    }
    lines.len() as f64 * 8.0
}

/// The text in lines of at most `width`.
pub fn wrap(text: &str, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if text_width(&format!("{line} {word}"), SMALL) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::Axis;

    #[test]
    fn ticks_are_round() {
        assert_eq!(
            Axis::new(0.0, 37.0, 4, true).labels(),
            ["0", "10", "20", "30", "40"]
        );
        assert_eq!(Axis::new(0.0, 1.0, 4, false).labels().len(), 5);
        assert_eq!(Axis::new(-5.0, 5.0, 2, true).labels(), ["−5", "0", "5"]);
        let years = Axis::new(1946.0, 2016.0, 4, false);
        assert_eq!(years.labels(), ["1960", "1980", "2000"]);
    }
}
