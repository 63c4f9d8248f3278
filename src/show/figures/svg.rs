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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::canvas::{Canvas, Frame};

    fn drawn(draw: impl Fn(&mut Canvas)) -> String {
        let mut canvas = Canvas::default();
        draw(&mut canvas);
        let title = "A < B & \"C\"".to_string();
        let size = (10.0, 20.0);
        svg(&Sheet {
            title,
            size,
            canvas,
        })
    }

    #[test]
    fn marks_are_elements_in_tenths_of_a_point() {
        let ink = Colour(1, 2, 255);
        let text = drawn(|canvas| {
            canvas.dashes(&[(1.0, 2.0), (3.0, 4.0)], ink, 0.35, (3.0, 1.8));
            let frame = Frame {
                x: 1.0,
                y: 2.0,
                w: 3.04,
                h: 4.0,
            };
            canvas.rectangle(frame, ink);
            canvas.text_in_halo("a<b", (5.0, 6.0), Text::default());
        });
        for line in [
            "<polyline fill=\"none\" stroke=\"#0102FF\" stroke-width=\"4\" \
             stroke-dasharray=\"30 18\" points=\"10,20 30,40\"/>",
            "<rect fill=\"#0102FF\" x=\"10\" y=\"20\" width=\"30\" height=\"40\"/>",
            "<text font-size=\"62\" fill=\"#FFFFFF\" stroke=\"#FFFFFF\" stroke-width=\"18\" \
             x=\"50\" y=\"60\">a&lt;b</text>",
            "<text font-size=\"62\" fill=\"#141414\" x=\"50\" y=\"60\">a&lt;b</text>",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} is not in {text}");
        }
        assert!(text.contains("aria-label=\"A &lt; B &amp; &quot;C&quot;\""));
        assert!(text.contains("width=\"10.0pt\" height=\"20.0pt\""));
    }

    /// A translucent line over its like is darker there: its opacity is not the group's.
    #[test]
    fn neighbours_that_are_drawn_alike_are_grouped() {
        let text = drawn(|canvas| {
            for y in [1.0, 2.0, 3.0] {
                canvas.path_mixed(&[(0.0, y), (9.0, y)], WHITE, 1.0, 0.25);
            }
        });
        assert_eq!(text.matches("stroke-opacity=\"0.25\"").count(), 1);
        assert!(!text.contains(" opacity="));
        assert_eq!(text.matches("<polyline points=").count(), 3);
        assert_eq!(text.matches("<g ").count(), text.matches("</g>").count());
    }
}
