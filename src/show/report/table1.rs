//! The fifteen items of Attinà (2005), Table 1: measured beside printed.

use super::page::{Block, Grid, Section, Text};
use super::words::percent;
use crate::figures::{FigureInput, region_title};
use comity_lab::analysis::table1::{RATED, Rating, Reading, agreement, printed, read};
use comity_lab::grades::{ITEMS, THRESHOLDS};

/// The section, and its finding in a sentence; `None` unless the run covers the rated years
/// of the observed world.
pub fn section(input: &FigureInput, seeded: bool) -> Option<(Section, String)> {
    let window = input.table1_years?;
    let regions = input.table("regions")?;
    let ratings = printed(input.observed("table1_ratings")?);
    let readings = read(regions, window, &THRESHOLDS);
    let found = agreement(&readings, &ratings);
    if found.compared == 0 {
        return None;
    }
    let finding = format!(
        "Table 1 of Attinà (2005): {} of {} ratings come out as printed ({}); giving every \
         region the commonest printed rating of the item would give {} ({}).",
        found.same,
        found.compared,
        percent(found.same as f64 / found.compared as f64),
        found.commonest,
        percent(found.commonest as f64 / found.compared as f64),
    );
    let (from, to) = window;
    let mut blocks = vec![Block::text(format!(
        "Each item is measured over {from}–{to}, the years on which the printed ratings rest, \
         and graded by thresholds that were fixed before any run on historical data. {finding}"
    ))];
    if seeded {
        blocks.push(Block::caution(
            "Institutions stand at the start of this scenario: what is measured of agreements, \
             offices and mechanisms is in part what was put in.",
        ));
    }
    if input.runs() == 1 {
        blocks.push(Block::caution(
            "One run: items 13 to 15, graded by the share of runs, can only be Yes or No.",
        ));
    }
    blocks.extend(grid(&readings, &ratings, window).block());
    let section = Section::of("table-1", "Table 1, measured beside printed", blocks)?;
    Some((section, finding))
}

fn grid(readings: &[Reading], ratings: &[Rating], (from, to): (i64, i64)) -> Grid {
    let caption = format!(
        "Fifteen items in five regions: the grade measured in the model over {from}–{to}, with \
         ✓ where it is the printed one, else with the printed rating after it"
    );
    let heads: Vec<String> = std::iter::once("item".to_string())
        .chain(RATED.iter().map(|(name, _)| region_title(name)))
        .collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut grid = Grid::new(caption, &heads);
    for (k, name) in ITEMS.iter().enumerate() {
        let item = k + 1;
        let mut cells = vec![Text::plain(format!("{item} {name}"))];
        for (region, _) in RATED {
            let mut measured = readings.iter();
            let reading = measured.find(|r| r.region == region && r.item == item);
            let mut printed = ratings.iter();
            let rating = printed.find(|r| r.region == region && r.item == item);
            cells.push(Text::plain(compared(reading, rating)));
        }
        grid.row(cells);
    }
    grid
}

/// A grade beside the printed rating, whose words are left out where they say no more.
fn compared(reading: Option<&Reading>, rating: Option<&Rating>) -> String {
    let measured = reading.map_or("–", |r| r.grade.label());
    let Some(rating) = rating else {
        return measured.to_string();
    };
    let same = reading.is_some_and(|r| r.grade == rating.grade);
    let mark = if same { " ✓" } else { "" };
    match same && rating.words.eq_ignore_ascii_case(measured) {
        true => format!("{measured}{mark}"),
        false => format!("{measured}{mark} (printed: {})", rating.words),
    }
}
