//! The claims at a glance, and Table 1 measured and printed.

use super::canvas::{Frame, Marker, Text};
use super::experiment::axes::Scale;
use super::experiment::capital;
use super::experiment::drawing::{Drawing, fit};
use super::experiment::rows::Rows;
use super::lines::MARGIN;
use super::sheet::{self, ImageFormat};
use super::style::{Colour, FAINT, GREY, INK, LABEL, PAGE, SMALL, THIN, colour};
use comity_lab::table::Table;
use comity_model::error::{Error, Result};

/// Panels side by side.
const ACROSS: usize = 3;
/// Height of a claim's row.
const ROW: f64 = 8.6;
/// Height of an item's row.
const ITEM: f64 = 17.0;
const GAP: f64 = 10.0;

/// Names of the figures of a check.
pub const NAMES: [&str; 2] = ["claims", "table1-printed"];

/// The figure's title; empty for an unknown name.
pub fn title(name: &str) -> &'static str {
    match name {
        "claims" => "The claims in the model",
        "table1-printed" => "Table 1 of Attinà (2005), measured and printed",
        _ => "",
    }
}

/// What the figure shows and what to see in it; empty for an unknown name.
pub fn caption(name: &str) -> &'static str {
    match name {
        "claims" => {
            "For each claim the share of the accepted parameter sets in which the effect has the \
             claimed sign (diamond), and the share of draws from the prior ranges in which it has the \
             opposite one (circle). Far right with a circle well above 0: it holds, and could have \
             failed. Far right with a circle at 0: it could not."
        }
        "table1-printed" => {
            "The 15 items in five regions: the grade measured, and below it the printed one. Where \
             whole rows are red the model misses the item; where a column is, the region."
        }
        _ => "",
    }
}

/// The figures that these tables of a check are enough for.
pub fn available(tables: &[Table]) -> Vec<String> {
    let drawn = NAMES.iter().filter(|n| lay_out(n, tables).is_some());
    drawn.map(|n| (*n).to_string()).collect()
}

/// The bytes of a figure.
///
/// # Errors
/// If there is no such figure, its table is not there, or it cannot be drawn.
pub fn render(name: &str, tables: &[Table], format: ImageFormat) -> Result<Vec<u8>> {
    let drawing = lay_out(name, tables)
        .ok_or_else(|| Error::new(format!("figure `{name}`: its table is not in the result")))?;
    sheet::bytes(&drawing.sheet(), format)
}

fn lay_out(name: &str, tables: &[Table]) -> Option<Drawing> {
    let table = |name: &str| tables.iter().find(|t| t.name == name);
    match name {
        "claims" => overview(&claims(table("claims")?)?),
        "table1-printed" => table1(&cells(table("table1")?)?),
        _ => None,
    }
}

/// What is drawn of a claim.
struct Mark {
    claim: String,
    verdict: String,
    sign_share: f64,
    reversal_share: f64,
}

fn claims(table: &Table) -> Option<Vec<Mark>> {
    let (names, verdicts) = (table.text("claim")?, table.text("verdict")?);
    let (signs, reversals) = (table.real("sign_share")?, table.real("reversal_share")?);
    let mark = |k: usize| Mark {
        claim: names[k].clone(),
        verdict: verdicts[k].clone(),
        sign_share: signs[k],
        reversal_share: reversals[k],
    };
    Some((0..table.rows()).map(mark).collect())
}

/// A cell of Table 1.
struct Graded {
    item: i64,
    name: String,
    region: String,
    printed: String,
    measured: String,
    same: bool,
}

fn cells(table: &Table) -> Option<Vec<Graded>> {
    let (items, same) = (table.integer("item")?, table.integer("same")?);
    let (names, regions) = (table.text("name")?, table.text("region")?);
    let (printed, measured) = (table.text("printed")?, table.text("measured")?);
    let cell = |k: usize| Graded {
        item: items[k],
        name: names[k].clone(),
        region: regions[k].clone(),
        printed: printed[k].clone(),
        measured: measured[k].clone(),
        same: same[k] == 1,
    };
    Some((0..table.rows()).map(cell).collect())
}

/// What a verdict is drawn in.
fn ink(verdict: &str) -> Colour {
    match verdict {
        "supported" => colour(2),
        "conditional" => colour(1),
        "refuted" => colour(3),
        "built in" => GREY,
        _ => FAINT,
    }
}

/// Shares of sets with the claimed sign and of draws with the opposite one.
fn overview(claims: &[Mark]) -> Option<Drawing> {
    let known = |c: &&Mark| c.sign_share.is_finite() || c.reversal_share.is_finite();
    let claims: Vec<&Mark> = claims.iter().filter(known).collect();
    if claims.is_empty() {
        return None;
    }
    let mut drawing = Drawing::new("The papers' claims in the model", PAGE);
    let top = drawing.y;
    let width = (drawing.inner() - GAP * (ACROSS - 1) as f64) / ACROSS as f64;
    let mut bottom = top;
    for (k, part) in claims.chunks(claims.len().div_ceil(ACROSS)).enumerate() {
        let corner = (MARGIN + k as f64 * (width + GAP), top);
        let names: Vec<String> = part.iter().map(|c| c.claim.clone()).collect();
        let x = Scale::linear(0.0, 1.0, 5, false);
        let place = (corner, width, 0.0);
        let rows = Rows::new(&mut drawing, place, ("", "share"), &names, x, ROW);
        for (row, claim) in part.iter().enumerate() {
            let ink = ink(&claim.verdict);
            let at = |value: f64| rows.at(value, row);
            let (has, reverses) = (claim.sign_share, claim.reversal_share);
            if has.is_finite() && reverses.is_finite() {
                drawing.path(vec![at(has), at(reverses)], FAINT, THIN);
            }
            if reverses.is_finite() {
                drawing.hollow(Marker::Circle, at(reverses), 2.0, ink);
            }
            if has.is_finite() {
                drawing.marker(Marker::Diamond, at(has), 2.6, ink);
            }
        }
        bottom = f64::max(bottom, rows.bottom());
    }
    drawing.y = bottom + 4.0;
    let of = |verdict: &str| claims.iter().filter(|c| c.verdict == verdict).count();
    let verdicts = ["supported", "conditional", "refuted", "built in"];
    let entries = verdicts.map(|v| (format!("{v} ({})", of(v)), v));
    drawing.legend(&entries, |drawing, (x, y), verdict| {
        drawing.marker(Marker::Diamond, (x + 5.0, y), 2.6, ink(verdict));
        drawing.hollow(Marker::Circle, (x + 12.0, y), 2.0, ink(verdict));
    });
    drawing.note(
        "Diamonds: share of the accepted parameter sets in which the effect has the claimed sign. \
         Circles: share of draws from the prior box in which it has the opposite one. A claim far \
         right with a circle at 0 could not have failed.",
    );
    Some(drawing)
}

/// The 15 items in five regions: measured above, printed below.
fn table1(cells: &[Graded]) -> Option<Drawing> {
    const NAMES: f64 = 138.0;
    let regions: Vec<&Graded> = cells.iter().filter(|c| c.item == 1).collect();
    if regions.is_empty() {
        return None;
    }
    let mut drawing = Drawing::new("Table 1 of Attinà (2005), measured and printed", PAGE);
    let width = (drawing.inner() - NAMES) / regions.len() as f64;
    let top = drawing.y + 12.0;
    let middle = Text {
        anchor: 0.5,
        ..Text::default()
    };
    for (k, cell) in regions.iter().enumerate() {
        let x = MARGIN + NAMES + (k as f64 + 0.5) * width;
        let name = region_name(&cell.region);
        let style = Text {
            size: LABEL,
            ..middle
        };
        drawing.text(&fit(&name, width, LABEL), (x, top - 4.0), style);
    }
    for (item, row) in cells.chunks(regions.len()).enumerate() {
        let y = top + item as f64 * ITEM;
        let name = format!("{} {}", row[0].item, row[0].name);
        let at = (MARGIN, y + 0.6 * ITEM);
        drawing.text(&fit(&name, NAMES - 6.0, SMALL), at, Text::default());
        for (k, cell) in row.iter().enumerate() {
            let frame = Frame {
                x: MARGIN + NAMES + k as f64 * width,
                y,
                w: width - 1.5,
                h: ITEM - 1.5,
            };
            let fill = match (cell.same, cell.measured.as_str()) {
                (true, _) => Colour(202, 230, 214),
                (false, "–") => Colour(240, 240, 240),
                (false, _) => Colour(250, 220, 203),
            };
            drawing.rectangle(frame, fill);
            let x = frame.x + frame.w / 2.0;
            let style = Text {
                colour: INK,
                ..middle
            };
            drawing.text(
                &fit(&cell.measured, width - 4.0, SMALL),
                (x, y + 7.0),
                style,
            );
            let style = Text {
                colour: GREY,
                size: 5.4,
                ..middle
            };
            let printed = format!("printed: {}", cell.printed);
            drawing.text(&fit(&printed, width - 3.0, 5.4), (x, y + 13.4), style);
        }
    }
    drawing.y = top + (cells.len() / regions.len()) as f64 * ITEM + 4.0;
    drawing.note(
        "Measured in runs from 1946 in which nothing is seeded, mean of 2001 to 2005. Green: the \
         grade as printed; red: another one; grey: not measured.",
    );
    Some(drawing)
}

/// A region's name for readers.
fn region_name(name: &str) -> String {
    let words = name.split('_').map(|word| match word {
        "eu" => "EU".to_string(),
        _ => capital(word),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_lab::grades::ITEMS;

    #[test]
    fn table_1_is_drawn_whole() {
        let cells: Vec<Graded> = (1..=15)
            .flat_map(|item| {
                ["europe", "east_asia"].map(|region| Graded {
                    item,
                    name: ITEMS[item as usize - 1].to_string(),
                    region: region.to_string(),
                    printed: "High".to_string(),
                    measured: "Low".to_string(),
                    same: false,
                })
            })
            .collect();
        let drawing = table1(&cells).unwrap();
        let texts = drawing.texts();
        for text in ["Europe", "East Asia", "printed: High", "Low"] {
            assert!(texts.iter().any(|(t, _)| t == text), "{text}");
        }
        assert!(table1(&[]).is_none() && overview(&[]).is_none());
    }
}
