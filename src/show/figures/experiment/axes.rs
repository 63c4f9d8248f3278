//! Scales, linear and logarithmic, and the axes of a plot.

use super::drawing::{Drawing, fit};
use crate::figures::canvas::{Frame, Point, Text};
use crate::figures::font::text_width;
use crate::figures::panel::Axis;
use crate::figures::style::{GRID, HAIR, INK, LABEL, SMALL};

/// A range, its ticks and what is written at them.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// Lower end.
    pub min: f64,
    /// Upper end.
    pub max: f64,
    log: bool,
    /// Ticks with their words.
    pub ticks: Vec<(f64, String)>,
}

/// Least and greatest finite value; `None` without any.
pub fn range(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.into_iter().filter(|v| v.is_finite());
    finite.fold(None, |range: Option<(f64, f64)>, v| match range {
        None => Some((v, v)),
        Some((low, high)) => Some((low.min(v), high.max(v))),
    })
}

impl Scale {
    /// A scale over the values that ends at ticks, about `count` of them; constant values
    /// stand in its middle.
    pub fn over(values: impl IntoIterator<Item = f64>, count: usize) -> Scale {
        let (mut low, mut high) = range(values).unwrap_or((0.0, 1.0));
        if high - low <= 1e-12 * high.abs().max(low.abs()) {
            let pad = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
            (low, high) = (low - pad, high + pad);
        }
        Self::linear(low, high, count, true)
    }

    /// [`Scale::over`], from 0 where the values are far from each other beside it.
    pub fn from_zero(values: impl IntoIterator<Item = f64>, count: usize) -> Scale {
        let found = range(values).unwrap_or((0.0, 1.0));
        let near = |(low, high): (f64, f64)| low > 0.0 && low < 0.7 * high;
        let ends = [found.0, found.1, if near(found) { 0.0 } else { found.0 }];
        Self::over(ends, count)
    }

    /// A linear scale, widened to ticks or exactly from `min` to `max`.
    pub fn linear(min: f64, max: f64, count: usize, widen: bool) -> Scale {
        let axis = Axis::new(min, max, count, widen);
        let tiny = axis.min.abs().max(axis.max.abs()) < 1e-3;
        let words = match tiny {
            true => axis.ticks.iter().map(|&t| power(t)).collect(),
            false => axis.labels(),
        };
        let ticks = axis.ticks.iter().zip(words);
        Scale {
            min: axis.min,
            max: axis.max,
            log: false,
            ticks: ticks.map(|(&t, w)| (t, w.replace('-', "−"))).collect(),
        }
    }

    /// A logarithmic scale from `min` to `max`, both above 0.
    pub fn log(min: f64, max: f64) -> Scale {
        let (min, max) = match max > min * 1.0001 {
            true => (min, max),
            false => (min / 2.0, max * 2.0),
        };
        let decades = libm::log10(max / min);
        let steps: &[f64] = match decades {
            d if d > 3.5 => &[1.0],
            d if d > 1.4 => &[1.0, 3.0],
            _ => &[1.0, 2.0, 5.0],
        };
        let every = libm::ceil(decades / 6.0).max(1.0) as i32;
        let (first, last) = (libm::floor(libm::log10(min)), libm::ceil(libm::log10(max)));
        let mut ticks = Vec::new();
        for p in first as i32..=last as i32 {
            for step in steps {
                let tick = step * libm::pow(10.0, f64::from(p));
                if p.rem_euclid(every) == 0 && (min * 0.9999..=max * 1.0001).contains(&tick) {
                    ticks.push((tick, number(tick)));
                }
            }
        }
        if ticks.len() < 2 {
            ticks = vec![(min, number(min)), (max, number(max))];
        }
        Scale {
            min,
            max,
            log: true,
            ticks,
        }
    }

    /// Where the value stands: 0 at the lower end, 1 at the upper.
    pub fn share(&self, value: f64) -> f64 {
        let place = match self.log {
            true => {
                libm::log(value.max(self.min / 1e6) / self.min) / libm::log(self.max / self.min)
            }
            false => (value - self.min) / (self.max - self.min),
        };
        place.clamp(-0.02, 1.02)
    }

    /// Width of the widest word.
    fn widest(&self) -> f64 {
        let widths = self.ticks.iter().map(|t| text_width(&t.1, SMALL));
        widths.fold(0.0, f64::max)
    }

    /// Leaves out ticks whose words would touch on an axis of this length.
    pub fn thinned(mut self, length: f64) -> Scale {
        let room = |scale: &Scale| {
            let pairs = scale.ticks.windows(2);
            let mut gaps = pairs.map(|p| {
                let apart = (scale.share(p[1].0) - scale.share(p[0].0)) * length;
                apart - (text_width(&p[0].1, SMALL) + text_width(&p[1].1, SMALL)) / 2.0
            });
            gaps.all(|gap| gap > 4.0)
        };
        while self.ticks.len() > 2 && !room(&self) {
            // Zero stays.
            let zero = self.ticks.iter().position(|t| t.0 == 0.0).unwrap_or(0);
            let mut k = 0;
            self.ticks.retain(|_| {
                k += 1;
                (k - 1) % 2 == zero % 2
            });
        }
        self
    }
}

/// A small number in powers of ten.
fn power(value: f64) -> String {
    if value == 0.0 {
        return "0".to_string();
    }
    let text = format!("{value:.1e}").replace(".0e", "e");
    text.replace('-', "−")
}

/// A number with three significant digits, as short as it can be.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_string();
    }
    let size = value.abs();
    let text = match size {
        0.0 => return "0".to_string(),
        s if !(1e-3..1e6).contains(&s) => return power(value),
        s => {
            let whole = libm::floor(libm::log10(s)) as i32;
            let digits = (2 - whole).max(0) as usize;
            format!("{value:.digits$}")
        }
    };
    let short = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    short.replace('-', "−")
}

/// A plot with its scales.
#[derive(Debug, Clone)]
pub struct Plot {
    /// The area of the data.
    pub frame: Frame,
    /// Horizontal.
    pub x: Scale,
    /// Vertical.
    pub y: Scale,
}

/// Room above the data for the topmost word.
const ABOVE: f64 = 4.0;
/// Height that a plot takes beside its data and a heading.
pub const FOOT: f64 = 20.0;
/// Height of a heading.
pub const HEADING: f64 = 10.5;

impl Plot {
    /// A plot in `frame` with heading, axes and the name of the horizontal axis.
    pub fn new(
        drawing: &mut Drawing,
        frame: Frame,
        (heading, across): (&str, &str),
        x: Scale,
        y: Scale,
    ) -> Plot {
        let mut top = frame.y + ABOVE;
        if !heading.is_empty() {
            let style = Text {
                size: LABEL,
                ..Text::default()
            };
            let text = fit(heading, frame.w, LABEL);
            drawing.text(&text, (frame.x, frame.y + 7.0), style);
            top += HEADING;
        }
        let left = y.widest() + 5.0;
        let inner = Frame {
            x: frame.x + left,
            y: top,
            w: frame.w - left - 4.0,
            h: frame.y + frame.h - FOOT - top,
        };
        let plot = Plot {
            frame: inner,
            x: x.thinned(inner.w),
            y,
        };
        plot.axes(drawing, &fit(across, inner.w, SMALL));
        plot
    }

    /// The point of the page of these values.
    pub fn at(&self, x: f64, y: f64) -> Point {
        (
            self.frame.x + self.x.share(x) * self.frame.w,
            self.frame.y + (1.0 - self.y.share(y)) * self.frame.h,
        )
    }

    fn axes(&self, drawing: &mut Drawing, across: &str) {
        let (left, right) = (self.frame.x, self.frame.x + self.frame.w);
        let bottom = self.frame.y + self.frame.h;
        for (tick, label) in &self.y.ticks {
            let (_, y) = self.at(self.x.min, *tick);
            drawing.path(vec![(left, y), (right, y)], GRID, HAIR);
            let style = Text {
                anchor: 1.0,
                ..Text::default()
            };
            drawing.text(label, (left - 3.0, y + 2.2), style);
        }
        drawing.path(vec![(left, bottom), (right, bottom)], INK, HAIR * 1.5);
        for (tick, label) in &self.x.ticks {
            let (x, _) = self.at(*tick, self.y.min);
            tick_below(drawing, (x, bottom), label, right + 3.0);
        }
        let style = Text {
            anchor: 0.5,
            ..Text::default()
        };
        drawing.text(across, ((left + right) / 2.0, bottom + 17.0), style);
    }
}

/// A tick below an axis, its words no further right than `end`.
pub fn tick_below(drawing: &mut Drawing, (x, y): Point, label: &str, end: f64) {
    drawing.path(vec![(x, y), (x, y + 2.0)], INK, HAIR * 1.5);
    let half = text_width(label, SMALL) / 2.0;
    let style = Text {
        anchor: 0.5,
        ..Text::default()
    };
    drawing.text(label, (x.min(end - half), y + 9.0), style);
}
