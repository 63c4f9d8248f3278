//! A summary of a run for a terminal of 80 columns.

use comfy_table::{Cell, CellAlignment, LineStyle, Table as Grid, TableStyle};

use crate::grid::{self, number};
use comity_lab::analysis::summary::{Band, by_year, median, runs};
use comity_lab::analysis::trends::{SIGNIFICANT, by_replicate, share};
use comity_lab::table::Table;

/// Columns of the terminal.
const WIDTH: usize = 80;

/// (name, column, decimals) of the rows.
const ROWS: [(&str, &str, usize); 9] = [
    ("defence pacts in force", "defence_pacts", 0),
    ("mean size, defence pacts", "mean_size", 1),
    ("mean size, more than two", "mean_size_multilateral", 1),
    ("share in defence pacts", "share_in_defence_pacts", 2),
    ("partnerships", "partnerships", 0),
    ("share in partnerships", "share_in_partnerships", 2),
    ("great-power competition", "competition", 2),
    ("disputes per 1,000 pairs", "disputes_per_1000_dyads", 1),
    ("share, domestic conflict", "domestic_share", 2),
];

/// (name, unit, column) of the trends.
const TRENDS: [(&str, &str, &str); 4] = [
    ("The number of defence pacts", "pacts", "defence_pacts"),
    ("The mean size of defence pacts", "states", "mean_size"),
    (
        "The mean size of pacts of more than two",
        "states",
        "mean_size_multilateral",
    ),
    ("The number of partnerships", "partnerships", "partnerships"),
];

/// The summary of a world table: key columns at the start, in the middle and at
/// the end, the trends, and how far to trust them.
pub fn summary(world: &Table) -> String {
    let runs = runs(world);
    let mut text = String::new();
    if let Some(grid) = grid(world, runs) {
        text.push_str(&grid);
        text.push_str("\n\n");
    }
    for (name, unit, column) in TRENDS {
        if let Some(sentence) = sentence(world, name, unit, column, runs) {
            text.push_str(&wrap(&sentence));
        }
    }
    text.push('\n');
    text.push_str(&wrap(&caution(runs)));
    text
}

fn caution(runs: usize) -> String {
    let method = "Trends: Sen's slope; Mann-Kendall test, corrected for autocorrelation after \
                  Hamed (2009).";
    match runs {
        1 => format!(
            "This is one run, one draw of chance: another seed gives another history. Use \
             --replicates to see the spread. {method}"
        ),
        _ => format!("Values are medians of {runs} runs with 90 % bands (5-95 %). {method}"),
    }
}

fn grid(world: &Table, runs: usize) -> Option<String> {
    let years = world.integer("year")?;
    let (first, last) = (*years.iter().min()?, *years.iter().max()?);
    let chosen = [first, first + (last - first) / 2, last];
    let mut grid = Grid::new();
    let rule = LineStyle::none().fill('-').junction('-');
    let rules = TableStyle::new()
        .top_border(rule)
        .header_separator(rule)
        .bottom_border(rule);
    grid.load_style(rules);
    let heads = chosen.map(|year| right(year.to_string()));
    grid.set_header([Cell::new("")].into_iter().chain(heads));
    for (name, column, decimals) in ROWS {
        let Some(bands) = by_year(world, column) else {
            continue;
        };
        let value = |year: i64| {
            let band = bands.iter().find(|b| b.year == year);
            right(band.map_or(String::new(), |b| write(b, decimals, runs)))
        };
        grid.add_row([Cell::new(name)].into_iter().chain(chosen.map(value)));
    }
    for column in grid.column_iter_mut() {
        column.set_padding((1, 0));
    }
    Some(grid.to_string())
}

fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

fn write(band: &Band, digits: usize, runs: usize) -> String {
    let Band {
        low, median, high, ..
    } = band;
    match runs {
        1 => format!("{median:.digits$}"),
        _ => format!("{median:.digits$} ({low:.digits$}-{high:.digits$})"),
    }
}

/// The trend of a column; `None` without the column or with too few years.
fn sentence(world: &Table, name: &str, unit: &str, column: &str, runs: usize) -> Option<String> {
    let found = by_replicate(world, column, |_| true)?;
    if found.is_empty() {
        return None;
    }
    let slopes: Vec<f64> = found.iter().map(|t| t.slope).collect();
    let slope = median(&slopes);
    if runs == 1 {
        let p = found[0].p;
        let does = if p < SIGNIFICANT {
            match found[0].z > 0.0 {
                true => "rises",
                false => "falls",
            }
        } else {
            "shows no clear trend"
        };
        return Some(format!(
            "{name} {does}: {slope:+.3} {unit} a year ({}).",
            p_text(p)
        ));
    }
    Some(format!(
        "{name} rises in {:.0} % of the runs and falls in {:.0} % (p<.05); median slope \
         {slope:+.3} {unit} a year.",
        100.0 * share(&found, 1.0),
        100.0 * share(&found, -1.0)
    ))
}

fn p_text(p: f64) -> String {
    match p {
        p if p < 0.001 => "p < .001".to_string(),
        p => format!("p = {p:.3}").replace("= 0.", "= ."),
    }
}

/// Lines of at most 80 columns, each ended.
fn wrap(text: &str) -> String {
    let mut lines = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > WIDTH {
            lines.push('\n');
            used = 0;
        }
        if used > 0 {
            lines.push(' ');
            used += 1;
        }
        lines.push_str(word);
        used += length;
    }
    lines.push('\n');
    lines
}

/// The moments of the runs beside what was observed.
pub fn moments(table: &Table) -> String {
    let text = |name: &str| table.text(name).unwrap_or_default();
    let real = |name: &str| table.real(name).unwrap_or_default();
    let names = text("moment");
    let [middle, low, high] = ["median", "low", "high"].map(real);
    let [atop, cow] = ["observed_atop", "observed_cow"].map(real);
    let row = |k: usize| {
        let band = match low[k] == high[k] {
            true => String::new(),
            false => format!("{}-{}", number(low[k]), number(high[k])),
        };
        vec![
            names[k].replace('_', " "),
            number(middle[k]),
            band,
            number(atop[k]),
            number(cow[k]),
        ]
    };
    let rows: Vec<Vec<String>> = (0..names.len()).map(row).collect();
    let head = ["moments, 1946-1988", ">model", ">5-95 %", ">ATOP", ">COW"];
    grid::grid(&head, &rows)
}
