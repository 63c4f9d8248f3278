//! The report on a calibration: what the record leaves of parameter space.

use std::path::Path;

use super::batch_tables::MOST;
use super::figures::Figures;
use super::model;
use super::page::{Block, Fact, Grid, Page, Section, Text};
use super::words::{capital, cell, count, filled, list, number, percent, real};
use super::{colophon, repeat};
use crate::calibration::tables;
use crate::figures::ImageFormat;
use crate::figures::experiment::calibration as drawings;
use comity_lab::analysis::calibration::CalibrationManifest;
use comity_lab::ensemble::batch::FactorRecord;
use comity_lab::ensemble::design::Scale;
use comity_lab::table::Table;
use comity_model::error::Result;

/// Emulators that explain less of a moment's variance are named.
const EXPLAINED: f64 = 0.8;

/// A calibration with its tables.
struct Calibration<'a> {
    manifest: &'a CalibrationManifest,
    tables: Vec<Table>,
}

/// The page.
///
/// # Errors
/// If a table cannot be read.
pub fn page(folder: &Path, manifest: &CalibrationManifest) -> Result<Page> {
    let tables = tables(folder, manifest)?;
    let calibration = Calibration { manifest, tables };
    let factors = calibration.factors();
    let drawn = {
        let names = drawings::available(&calibration.tables);
        let label = |name: &str| {
            let (title, caption) = (drawings::title(name), drawings::caption(name));
            (title.to_string(), caption.to_string())
        };
        Figures::of(&names, label, |name| {
            drawings::render(name, &calibration.tables, ImageFormat::Svg)
        })?
    };
    let sections = [
        Section::of("findings", "What came out", calibration.found()),
        Section::of("what", "What was run", calibration.what()),
        Section::of("figures", "Figures", drawn),
        Section::of(
            "moments",
            "Moments, observed and predicted",
            calibration.moments(),
        ),
        Section::of(
            "marginals",
            "Parameters before and after",
            calibration.marginals(),
        ),
        Section::of("not-fitted", "What was not fitted", calibration.probes()),
        Section::of(
            "sensitivity",
            "Parameters by their effect",
            calibration.screening(),
        ),
        Section::of("replicates", "Enough runs?", calibration.enough()),
        model::parameters(&[], &factors),
        model::data(&[], &model::OBSERVED[..4]),
        repeat::calibration(manifest),
    ];
    Ok(Page {
        title: manifest.experiment.title.clone(),
        subtitle: format!("Calibration of the experiment {}", manifest.experiment.name),
        facts: calibration.facts(),
        sections: sections.into_iter().flatten().collect(),
        colophon: colophon(&manifest.version).into(),
    })
}

impl Calibration<'_> {
    fn table(&self, name: &str) -> Option<&Table> {
        filled(&self.tables, name)
    }

    fn rows(&self, name: &str) -> usize {
        self.table(name).map_or(0, Table::rows)
    }

    /// Sum of a column of whole numbers.
    fn sum(&self, table: &str, column: &str) -> i64 {
        let values = self.table(table).and_then(|t| t.integer(column));
        values.map_or(0, |v| v.iter().sum())
    }

    /// Names in the rows where a column is 0.
    fn missing(&self, table: &str, name: &str, column: &str) -> Vec<String> {
        let Some((table, flags)) = self
            .table(table)
            .and_then(|t| Some((t, t.integer(column)?)))
        else {
            return Vec::new();
        };
        let rows = (0..table.rows()).filter(|&r| flags[r] == 0);
        rows.map(|r| format!("`{}`", cell(table, name, r)))
            .collect()
    }

    fn facts(&self) -> Vec<Fact> {
        let hits = format!(
            "{} of {}",
            self.sum("predictive", "hit"),
            self.rows("predictive")
        );
        vec![
            Fact::of("Parameters varied", self.rows("marginals").to_string()),
            Fact::of("Waves", self.rows("waves").to_string()),
            Fact::of(
                "Points of the waves",
                self.sum("waves", "points").to_string(),
            ),
            Fact::of("Accepted sets", self.rows("accepted").to_string()),
            Fact::of("Moments hit", hits),
            Fact::of("Program", format!("comity {}", self.manifest.version)),
            Fact::of("Made", repeat::date(&self.manifest.made.started)),
            Fact::of("Hash of the plan", self.manifest.plan.clone()),
        ]
    }

    fn found(&self) -> Vec<Block> {
        let mut blocks = vec![Block::caution(
            "Accepted sets are those that the record does not rule out, given its noise, the \
             disagreement of its sources and the tolerance for a model that is one. They are no \
             posterior distribution, and that a moment is met does not mean that the rules behind it \
             are right. No later year, no claim and no row of Table 1 was looked at.",
        )];
        let notes = self.manifest.notes.iter();
        blocks.extend(Block::list(
            notes.map(|n| format!("{}.", capital(n))).collect(),
        ));
        let mut said = Vec::new();
        let missed = self.missing("predictive", "moment", "hit");
        said.push(match missed.as_slice() {
            [] => format!(
                "All {} moments have an observed value in the middle 90 % of the runs of the accepted sets.",
                self.rows("predictive")
            ),
            some => format!("Missed: {}.", list(some)),
        });
        if let Some(waves) = self.table("waves") {
            let last = waves.rows() - 1;
            said.push(format!(
                "In the last wave {} of {} points were within the cutoff as simulated; the emulators \
                 left {} of the box.",
                cell(waves, "within", last),
                cell(waves, "points", last),
                small_share(real(waves, "non_implausible", last))
            ));
        }
        if let Some(costs) = self.table("costs") {
            let dearest = (0..costs.rows())
                .max_by(|&a, &b| real(costs, "rest", a).total_cmp(&real(costs, "rest", b)));
            said.extend(dearest.map(|r| {
                format!(
                    "`{}` costs the others most: where it is met, the best set is {} standard \
                     deviations off in `{}`.",
                    cell(costs, "moment", r),
                    number(real(costs, "rest", r)),
                    cell(costs, "rest_moment", r)
                )
            }));
        }
        blocks.extend(Block::list(said));
        blocks
    }

    fn what(&self) -> Vec<Block> {
        let mut blocks = vec![Block::text(self.manifest.experiment.question.trim())];
        blocks.push(Block::text(format!(
            "Stages: {}. In each wave points are run that no emulator of the waves before rules out; \
             the sets that pass the last one are run again with new seeds and accepted where the \
             largest implausibility over the moments is within the cutoff.",
            list(&self.manifest.stages.iter().map(|s| format!("`{s}`")).collect::<Vec<_>>())
        )));
        let columns = [
            ("wave", "wave"),
            (">points", "points"),
            (">runs at each", "replicates"),
            (">share of the box left", "non_implausible"),
            (">median implausibility", "median"),
            (">least", "best"),
            (">within the cutoff", "within"),
        ];
        blocks.extend(self.grid("waves", "Waves", &columns));
        blocks
    }

    /// These columns of a table, the first of which names the row; `head` beginning with `>` is
    /// that of numbers.
    fn grid(&self, table: &str, caption: &str, columns: &[(&str, &str)]) -> Option<Block> {
        let found = self.table(table)?;
        let heads: Vec<&str> = columns.iter().map(|c| c.0).collect();
        let mut grid = Grid::new(caption, &heads);
        for r in 0..found.rows().min(MOST) {
            let text = |(_, column): &(&str, &str)| match *column {
                "non_implausible" => Text::plain(small_share(real(found, column, r))),
                column => Text::plain(cell(found, column, r)),
            };
            grid.row(columns.iter().map(text).collect());
        }
        if found.rows() > MOST {
            let rest = count(found.rows() - MOST, "row");
            grid.more = format!("{rest} more in `{table}.csv`.").into();
        }
        grid.block()
    }

    fn moments(&self) -> Vec<Block> {
        let columns = [
            ("moment", "moment"),
            (">ATOP", "observed_atop"),
            (">COW", "observed_cow"),
            (">median", "median"),
            (">5 %", "low"),
            (">95 %", "high"),
            (">width", "width"),
            (">width of the seeds alone", "noise_width"),
            (">hit", "hit"),
        ];
        let caption = "Moments of 1946–1988 as observed, and of the accepted sets: median and middle 90 % \
                       over sets and seeds, with the width that the seeds alone give; hit is 1 where an \
                       observed value lies within and the interval is no wider than twice that value";
        let costs = [
            ("moment", "moment"),
            (">share of the box that meets it", "hit_share"),
            (">least implausibility of the others there", "rest"),
            ("the moment that has it", "rest_moment"),
        ];
        let blocks = [
            self.grid("predictive", caption, &columns),
            self.grid(
                "costs",
                "What it costs the other moments to meet one",
                &costs,
            ),
        ];
        blocks.into_iter().flatten().collect()
    }

    fn marginals(&self) -> Vec<Block> {
        let columns = [
            ("parameter", "parameter"),
            (">prior from", "low"),
            (">to", "high"),
            (">default then", "default"),
            (">central set", "centre"),
            (">5 %", "q05"),
            (">median", "median"),
            (">95 %", "q95"),
            (">variance left", "variance_ratio"),
        ];
        let caption = "The varied parameters over the accepted sets. Variance left: that over the accepted \
                       sets over that of the even prior; near 1 the data do not identify the parameter. \
                       The default is that of the program that made the calibration";
        let mut blocks: Vec<Block> = self
            .grid("marginals", caption, &columns)
            .into_iter()
            .collect();
        if let Some(table) = self.table("correlations") {
            let mut rows: Vec<usize> = (0..table.rows()).collect();
            let size = |r: usize| real(table, "correlation", r).abs();
            rows.sort_by(|&a, &b| size(b).total_cmp(&size(a)));
            let mut grid = Grid::new(
                "The strongest correlations of parameters over the accepted sets",
                &["parameter", "and", ">correlation"],
            );
            for r in rows.into_iter().take(10) {
                grid.row(vec![
                    Text::code(cell(table, "first", r)),
                    Text::code(cell(table, "second", r)),
                    Text::plain(number(real(table, "correlation", r))),
                ]);
            }
            blocks.extend(grid.block());
        }
        blocks
    }

    fn probes(&self) -> Vec<Block> {
        let columns = [
            ("metric", "metric"),
            (">prior, 5 %", "prior_low"),
            (">median", "prior_median"),
            (">95 %", "prior_high"),
            (">accepted, 5 %", "low"),
            (">median", "median"),
            (">95 %", "high"),
        ];
        let caption = "Metrics that nothing was fitted to: spread of the means over the box before, and over \
                       the accepted sets and seeds";
        self.grid("probes", caption, &columns).into_iter().collect()
    }

    fn screening(&self) -> Vec<Block> {
        let columns = [
            ("parameter", "parameter"),
            (">rank", "rank"),
            (">importance", "importance"),
            (">varied", "active"),
        ];
        let caption = "Screening over the prior ranges (Morris): importance is the root mean square over the \
                       moments of the mean absolute elementary effect beyond the noise of the seeds, in \
                       standard deviations of an implausibility";
        self.grid("screening", caption, &columns)
            .into_iter()
            .collect()
    }

    /// How far the noise of the seeds and the emulators' errors reach.
    fn enough(&self) -> Vec<Block> {
        let mut said = Vec::new();
        if let Some(table) = self.table("predictive") {
            let share = |r: usize| real(table, "noise_width", r) / real(table, "width", r);
            let rows = (0..table.rows()).filter(|&r| share(r).is_finite());
            let most = rows.max_by(|&a, &b| share(a).total_cmp(&share(b)));
            said.extend(most.map(|r| {
                format!(
                    "Noise of the seeds alone makes up at most {} of the width of an interval (`{}`); \
                     the rest is what the accepted sets differ in.",
                    percent(share(r)),
                    cell(table, "moment", r)
                )
            }));
        }
        if let Some(table) = self.table("emulators") {
            let waves = table.integer("wave").unwrap_or_default();
            let last = waves.iter().copied().max().unwrap_or(0);
            let own: Vec<usize> = (0..table.rows()).filter(|&r| waves[r] == last).collect();
            let weak = own.iter().filter(|&&r| real(table, "r2", r) < EXPLAINED);
            let weak: Vec<String> = weak
                .map(|&r| {
                    format!(
                        "`{}` ({})",
                        cell(table, "moment", r),
                        percent(real(table, "r2", r))
                    )
                })
                .collect();
            said.push(match weak.as_slice() {
                [] => format!(
                    "After the last wave each of {} emulators explains at least {} of what it was fitted to \
                     (leave-one-out).",
                    own.len(),
                    percent(EXPLAINED)
                ),
                some => format!(
                    "After the last wave these emulators explain less than {} of what they were fitted to \
                     (leave-one-out): {}. Points are ruled out by them only as far as their own error allows.",
                    percent(EXPLAINED),
                    list(some)
                ),
            });
        }
        said.push(
            "Whether a set is accepted is decided by runs with new seeds, not by an emulator."
                .to_string(),
        );
        Block::list(said).into_iter().collect()
    }

    /// The varied parameters as a design has them.
    fn factors(&self) -> Vec<FactorRecord> {
        let Some(table) = self.table("marginals") else {
            return Vec::new();
        };
        let one = |r: usize| FactorRecord {
            name: cell(table, "parameter", r),
            label: String::new(),
            range: Some((real(table, "low", r), real(table, "high", r), Scale::Linear)),
            values: Vec::new(),
        };
        (0..table.rows()).map(one).collect()
    }
}

/// A share that may be tiny, in percent.
fn small_share(share: f64) -> String {
    match share < 0.01 {
        true => format!("{} %", number(100.0 * share)),
        false => percent(share),
    }
}
