//! What a sweep says of its factors.

use super::batch_tables::{Batch, MOST, cut};
use super::page::{Block, Grid, Text};
use super::words::{cell, list, number, percent, range, real, short};
use comity_lab::ensemble::batch::BatchManifest;
use comity_lab::table::Table;

/// Row of the tables for a factor that does nothing.
const DUMMY: &str = "dummy";
/// Factors named in a sentence.
const NAMED: usize = 3;
/// Total indices and effects below this share of the greatest count as small.
const SMALL: f64 = 0.05;

/// The design, in words and a table.
pub fn design(manifest: &BatchManifest) -> Vec<Block> {
    let Some(design) = &manifest.design else {
        return Vec::new();
    };
    let caption = format!(
        "Factors of the design: {} points by the method `{}`, seed {}",
        design.points, design.method, design.seed
    );
    let mut grid = Grid::new(caption, &["factor", "in figures", "range or values"]);
    for factor in &design.factors {
        let range = match factor.range {
            Some((low, high, scale)) => {
                format!("{} to {}, {}", short(low), short(high), scale.name())
            }
            None => {
                let values: Vec<String> = factor.values.iter().map(ToString::to_string).collect();
                values.join(", ")
            }
        };
        grid.row(vec![
            Text::code(&factor.name),
            Text::plain(&factor.label),
            Text::plain(range),
        ]);
    }
    grid.block().into_iter().collect()
}

/// An arm and a metric of a table of indices, with their rows sorted by an index.
struct Group {
    arm: String,
    metric: String,
    rows: Vec<usize>,
    dummy: Option<usize>,
}

fn groups(table: &Table, by: &str) -> Vec<Group> {
    let (Some(parameters), Some(order)) = (table.text("parameter"), table.real(by)) else {
        return Vec::new();
    };
    let mut groups: Vec<Group> = Vec::new();
    for row in 0..table.rows() {
        let (arm, metric) = (cell(table, "arm", row), cell(table, "metric", row));
        let same = |g: &&mut Group| g.arm == arm && g.metric == metric;
        let group = match groups.iter_mut().find(same) {
            Some(group) => group,
            None => {
                groups.push(Group {
                    arm,
                    metric,
                    rows: Vec::new(),
                    dummy: None,
                });
                let last = groups.len() - 1;
                &mut groups[last]
            }
        };
        match parameters[row].as_str() {
            DUMMY => group.dummy = Some(row),
            _ if order[row].is_finite() => group.rows.push(row),
            _ => {}
        }
    }
    for group in &mut groups {
        group.rows.sort_by(|&a, &b| order[b].total_cmp(&order[a]));
    }
    groups
}

/// Words for a factor.
fn factor(batch: &Batch, name: &str) -> String {
    let mut factors = batch.input.factors.iter();
    let label = factors.find(|f| f.name == name).map(|f| f.label.clone());
    match label {
        Some(label) if label != name => label,
        _ => format!("`{name}`"),
    }
}

/// Whether the manifest says that the sample is too small for this metric.
fn doubt(batch: &Batch, group: &Group) -> &'static str {
    let of = match batch.manifest.arms.len() {
        1 => String::new(),
        _ => format!(" in arm {}", group.arm),
    };
    let start = format!("{}{of}: ", group.metric);
    match batch.manifest.notes.iter().any(|n| n.starts_with(&start)) {
        true => "as far as this sample goes, ",
        false => "",
    }
}

/// The findings of a sweep, notes on small samples first.
pub fn findings(batch: &Batch) -> Vec<String> {
    let mut found = batch.manifest.notes.clone();
    if batch.manifest.design.is_none() {
        return found;
    }
    found.extend(
        batch
            .table("sobol")
            .map(|t| sobol(batch, t))
            .into_iter()
            .flatten(),
    );
    found.extend(
        batch
            .table("morris")
            .map(|t| morris(batch, t))
            .into_iter()
            .flatten(),
    );
    if batch.table("sobol").is_none() && batch.table("morris").is_none() {
        found.extend(
            batch
                .table("pawn")
                .map(|t| pawn(batch, t))
                .into_iter()
                .flatten(),
        );
    }
    found.extend(
        batch
            .table("noise")
            .map(|t| noise(batch, t))
            .into_iter()
            .flatten(),
    );
    found.extend(
        batch
            .table("boxes")
            .map(|t| boxes(batch, t))
            .into_iter()
            .flatten(),
    );
    found
}

fn head(batch: &Batch, group: &Group) -> String {
    let words = batch.words(&group.metric);
    let arm = batch.of_arm(&group.arm);
    format!("{words}{arm}: {}", doubt(batch, group))
}

fn sobol(batch: &Batch, table: &Table) -> Vec<String> {
    let value = |column: &str, row: usize| number(real(table, column, row));
    let name = |row: usize| factor(batch, &cell(table, "parameter", row));
    let sentence = |group: Group| {
        let said = |&row: &usize| {
            format!(
                "{} (total index {} ± {}, alone {} ± {})",
                name(row),
                value("ST", row),
                value("ST_conf", row),
                value("S1", row),
                value("S1_conf", row)
            )
        };
        let first: Vec<String> = group.rows.iter().take(NAMED).map(said).collect();
        let mut text = format!(
            "{}by their total indices the first factors are {}.",
            head(batch, &group),
            list(&first)
        );
        if let Some(level) = group.dummy.map(|row| real(table, "ST", row)) {
            let below = |row: &&usize| real(table, "ST", **row) <= level;
            let names: Vec<String> = group.rows.iter().filter(below).map(|&r| name(r)).collect();
            if !names.is_empty() {
                text.push_str(&format!(
                    " Not told from a factor that does nothing (total index up to {}): {}.",
                    number(level),
                    list(&names)
                ));
            }
        }
        text
    };
    groups(table, "ST").into_iter().map(sentence).collect()
}

fn morris(batch: &Batch, table: &Table) -> Vec<String> {
    let sentence = |group: Group| {
        let said = |&row: &usize| {
            format!(
                "{} (μ* {} ± {})",
                factor(batch, &cell(table, "parameter", row)),
                number(real(table, "mu_star", row)),
                number(real(table, "mu_star_conf", row))
            )
        };
        let first: Vec<String> = group.rows.iter().take(NAMED).map(said).collect();
        let size = |row: usize| real(table, "mu_star", row);
        let largest = group.rows.first().map_or(0.0, |&row| size(row));
        let small = group.rows.iter().filter(|&&r| size(r) < SMALL * largest);
        format!(
            "{}the largest effects over their ranges have {}; {} of {} factors have less than \
             a twentieth of the largest.",
            head(batch, &group),
            list(&first),
            small.count(),
            group.rows.len()
        )
    };
    let with_rows = groups(table, "mu_star").into_iter();
    with_rows
        .filter(|g| !g.rows.is_empty())
        .map(sentence)
        .collect()
}

fn pawn(batch: &Batch, table: &Table) -> Vec<String> {
    let sentence = |group: Group| {
        let said = |&row: &usize| {
            format!(
                "{} ({})",
                factor(batch, &cell(table, "parameter", row)),
                number(real(table, "median", row))
            )
        };
        let first: Vec<String> = group.rows.iter().take(NAMED).map(said).collect();
        format!(
            "{}the distribution moves most with {} (median Kolmogorov–Smirnov distance, which \
             is above 0 even for a factor that does nothing).",
            head(batch, &group),
            list(&first)
        )
    };
    let with_rows = groups(table, "median").into_iter();
    with_rows
        .filter(|g| !g.rows.is_empty())
        .map(sentence)
        .collect()
}

fn noise(batch: &Batch, table: &Table) -> Vec<String> {
    let sentence = |row: usize| {
        format!(
            "{}{}: {} of the variance of single runs is noise of the seeds.",
            batch.words(&cell(table, "metric", row)),
            batch.of_arm(&cell(table, "arm", row)),
            percent(real(table, "noise_share", row))
        )
    };
    let known = (0..table.rows()).filter(|&r| real(table, "noise_share", r).is_finite());
    known.map(sentence).collect()
}

fn boxes(batch: &Batch, table: &Table) -> Vec<String> {
    let (Some(chosen), Some(limits)) = (table.integer("chosen"), batch.table("box_limits")) else {
        return Vec::new();
    };
    let sentence = |row: usize| {
        let key = ["arm", "metric", "box"].map(|c| cell(table, c, row));
        let inside = |r: &usize| ["arm", "metric", "box"].map(|c| cell(limits, c, *r)) == key;
        let limit = |r: usize| {
            format!(
                "{} is {}",
                factor(batch, &cell(limits, "parameter", r)),
                range(real(limits, "low", r), real(limits, "high", r))
            )
        };
        let within: Vec<String> = (0..limits.rows()).filter(inside).map(limit).collect();
        if within.is_empty() {
            return None;
        }
        let mut outcomes = batch.input.discovery.iter();
        let words = outcomes.find(|o| o.name == key[1]).map(|o| o.label.clone());
        Some(format!(
            "{}{}: it occurs in {} of the points where {}, which hold {} of all points where it \
             does.",
            words.unwrap_or_else(|| key[1].clone()),
            batch.of_arm(&key[0]),
            percent(real(table, "density", row)),
            list(&within),
            percent(real(table, "coverage", row))
        ))
    };
    let rows = (0..table.rows()).filter(|&r| chosen[r] == 1);
    rows.filter_map(sentence).collect()
}

/// The tables of a sweep.
pub fn blocks(batch: &Batch) -> Vec<Block> {
    if batch.manifest.design.is_none() {
        return Vec::new();
    }
    let mut blocks = Vec::new();
    let notes: Vec<Block> = batch
        .manifest
        .notes
        .iter()
        .map(|note| Block::caution(note.as_str()))
        .collect();
    blocks.extend(notes);
    let tables: [(&str, &str, &str, &[&str]); 3] = [
        (
            "sobol",
            "Sobol' indices: share of the variance that a factor explains alone (S1) and with \
             all its interactions (ST), with half-widths of 95 % intervals; `dummy` is what a \
             factor without any effect would reach",
            "ST",
            &[
                "S1",
                "S1_conf",
                "ST",
                "ST_conf",
                "S1_corrected",
                "ST_corrected",
            ],
        ),
        (
            "morris",
            "Elementary effects over the ranges of the factors: mean of absolute effects (μ*) \
             with half-width, mean (μ), standard deviation (σ)",
            "mu_star",
            &["mu_star", "mu_star_conf", "mu", "sigma"],
        ),
        (
            "pawn",
            "PAWN indices: Kolmogorov–Smirnov distances between the distribution of the metric \
             and that within slices of a factor's range",
            "median",
            &["median", "mean", "minimum", "maximum"],
        ),
    ];
    for (name, caption, by, columns) in tables {
        let grid = batch
            .table(name)
            .map(|t| ranked(batch, t, caption, by, columns));
        blocks.extend(grid.and_then(Grid::block));
    }
    blocks.extend(
        batch
            .table("noise")
            .and_then(|t| variance(batch, t).block()),
    );
    if blocks.is_empty() && !batch.manifest.sweep {
        blocks.push(Block::text(
            "This was a batch: `comity sweep` on the same experiment adds sensitivity indices.",
        ));
    }
    blocks
}

/// The factors of each metric and arm, ranked.
fn ranked(batch: &Batch, table: &Table, caption: &str, by: &str, columns: &[&str]) -> Grid {
    let mut heads = vec!["factor".to_string(), "metric".to_string()];
    heads.extend(columns.iter().map(|c| format!(">{c}")));
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut grid = Grid::new(caption, &heads);
    let rows: Vec<usize> = groups(table, by)
        .into_iter()
        .flat_map(|g| g.rows.into_iter().chain(g.dummy))
        .collect();
    for &row in rows.iter().take(MOST) {
        let metric = batch.words(&cell(table, "metric", row));
        let arm = batch.of_arm(&cell(table, "arm", row));
        let mut cells = vec![
            Text::code(cell(table, "parameter", row)),
            Text::plain(format!("{metric}{arm}")),
        ];
        cells.extend(
            columns
                .iter()
                .map(|c| Text::plain(number(real(table, c, row)))),
        );
        grid.row(cells);
    }
    cut(batch, table, &mut grid);
    grid
}

fn variance(batch: &Batch, table: &Table) -> Grid {
    let heads = [
        "metric",
        ">variance of single runs",
        ">between points",
        ">within points",
        ">share that is noise",
    ];
    let caption = "Variance of single runs over the design, and the part that is the seeds'";
    let mut grid = Grid::new(caption, &heads);
    for r in 0..table.rows().min(MOST) {
        let value = |column: &str| number(real(table, column, r));
        let metric = batch.words(&cell(table, "metric", r));
        let cells = [
            format!("{metric}{}", batch.of_arm(&cell(table, "arm", r))),
            value("variance"),
            value("between"),
            value("within"),
            percent(real(table, "noise_share", r)),
        ];
        grid.row(cells.map(Text::plain).to_vec());
    }
    cut(batch, table, &mut grid);
    grid
}
