//! A page as SVG; its texts stay texts.

use std::fmt::Write as _;

use super::canvas::{Mark, Point, Text};
use super::font::FONT;
use super::sheet::Sheet;
use super::style::{Colour, WHITE};

/// Units of an SVG a point.
const SCALE: f64 = 10.0;
/// Width of the white edge of a text in points.
pub const HALO: f64 = 1.8;

/// The text of the file. Its natural size is in points, so that pages show it at the size
/// of print.
pub fn svg(sheet: &Sheet) -> String {
    let (w, h) = sheet.size;
    let (across, down) = ((w * SCALE) as u32, (h * SCALE) as u32);
    let mut text = format!(
        "<svg width=\"{w:.1}pt\" height=\"{h:.1}pt\" role=\"img\" stroke-linejoin=\"round\" \
         font-family=\"{FONT}\" aria-label=\"{}\" viewBox=\"0 0 {across} {down}\" \
         xmlns=\"http://www.w3.org/2000/svg\">\n\
         <rect width=\"{across}\" height=\"{down}\" fill=\"{}\"/>\n",
        escaped(&sheet.title),
        hex(WHITE),
    );
    let elements: Vec<Element> = sheet.canvas.marks().iter().flat_map(elements).collect();
    for alike in elements.chunk_by(|a, b| a.style == b.style) {
        let style = &alike[0].style;
        match alike {
            [one] => one.write(&mut text, style),
            many => {
                text.push_str(&format!("<g{style}>\n"));
                many.iter().for_each(|e| e.write(&mut text, ""));
                text.push_str("</g>\n");
            }
        }
    }
    text.push_str("</svg>\n");
    text
}

/// What is drawn, and how: neighbours that are drawn alike are grouped.
struct Element {
    tag: &'static str,
    style: String,
    shape: String,
    words: String,
}

impl Element {
    fn write(&self, to: &mut String, style: &str) {
        let Self {
            tag, shape, words, ..
        } = self;
        let _ = match words.is_empty() {
            true => writeln!(to, "<{tag}{style}{shape}/>"),
            false => writeln!(to, "<{tag}{style}{shape}>{words}</{tag}>"),
        };
    }
}

fn elements(mark: &Mark) -> Vec<Element> {
    match mark {
        Mark::Path {
            points,
            colour,
            width,
            opacity,
            dash,
        } => {
            let dash = dash.map_or(String::new(), |(dash, gap)| {
                format!(" stroke-dasharray=\"{} {}\"", units(dash), units(gap))
            });
            vec![Element {
                tag: "polyline",
                style: format!(
                    " fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{}{dash}",
                    hex(*colour),
                    units(*width).max(1),
                    faded("stroke", *opacity)
                ),
                shape: format!(" points=\"{}\"", joined(points)),
                words: String::new(),
            }]
        }
        Mark::Area {
            points,
            colour,
            opacity,
        } => vec![Element {
            tag: "polygon",
            style: format!(" fill=\"{}\"{}", hex(*colour), faded("fill", *opacity)),
            shape: format!(" points=\"{}\"", joined(points)),
            words: String::new(),
        }],
        Mark::Rectangle { frame, colour } => {
            let (x, y) = (units(frame.x), units(frame.y));
            let (right, foot) = (units(frame.x + frame.w), units(frame.y + frame.h));
            vec![Element {
                tag: "rect",
                style: format!(" fill=\"{}\"", hex(*colour)),
                shape: format!(
                    " x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\"",
                    right - x,
                    foot - y
                ),
                words: String::new(),
            }]
        }
        Mark::Text {
            text,
            at,
            style,
            halo,
        } => {
            let edge = format!(
                " stroke=\"{}\" stroke-width=\"{}\"",
                hex(WHITE),
                units(HALO)
            );
            let white = Text {
                colour: WHITE,
                ..*style
            };
            let behind = halo.then(|| words(text, *at, white, &edge));
            behind
                .into_iter()
                .chain([words(text, *at, *style, "")])
                .collect()
        }
    }
}

fn words(text: &str, (x, y): Point, style: Text, edge: &str) -> Element {
    let anchor = match style.anchor {
        a if a < 0.25 => "",
        a if a < 0.75 => " text-anchor=\"middle\"",
        _ => " text-anchor=\"end\"",
    };
    let weight = if style.bold {
        " font-weight=\"bold\""
    } else {
        ""
    };
    Element {
        tag: "text",
        style: format!(
            " font-size=\"{}\" fill=\"{}\"{weight}{anchor}{edge}",
            units(style.size),
            hex(style.colour)
        ),
        shape: format!(" x=\"{}\" y=\"{}\"", units(x), units(y)),
        words: escaped(text),
    }
}

fn units(points: f64) -> i64 {
    (points * SCALE).round() as i64
}

fn joined(points: &[Point]) -> String {
    let mut at: Vec<(i64, i64)> = points.iter().map(|&(x, y)| (units(x), units(y))).collect();
    at.dedup();
    let pairs: Vec<String> = at.iter().map(|(x, y)| format!("{x},{y}")).collect();
    pairs.join(" ")
}

fn hex(Colour(red, green, blue): Colour) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

fn faded(what: &str, opacity: f64) -> String {
    match opacity {
        o if o < 1.0 => format!(" {what}-opacity=\"{o}\""),
        _ => String::new(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
