//! The report on a validation: forecasts beside what was observed, and their scores.

use std::path::Path;

use super::figures::Figures;
use super::model::{self, Used};
use super::page::{Block, Fact, Grid, Page, Section, Text};
use super::words::{capital, cell, count, filled, list, number, percent, range, real};
use super::{colophon, repeat};
use crate::figures::{ImageFormat, validation as drawings};
use crate::validation::failures;
use comity_lab::analysis::network::LOOKS;
use comity_lab::analysis::validation::{MEASURES, ValidationManifest};
use comity_lab::ensemble::manifest::read_tables;
use comity_lab::table::Table;
use comity_model::error::Result;

/// The baselines in words.
const BASELINES: [(&str, &str); 3] = [
    ("persistence", "persistence"),
    ("trend", "the linear trend"),
    ("ar1", "AR(1)"),
];

/// A validation with its tables.
struct Validation<'a> {
    manifest: &'a ValidationManifest,
    tables: Vec<Table>,
}

/// The page.
///
/// # Errors
/// If a table cannot be read.
pub fn page(folder: &Path, manifest: &ValidationManifest) -> Result<Page> {
    let tables = read_tables(folder, &manifest.tables)?;
    let validation = Validation { manifest, tables };
    let sources = validation.sources();
    let used = manifest.scenarios.iter().zip(&sources);
    let used: Vec<Used> = used
        .map(|(record, source)| Used::new(source, record))
        .collect::<Result<_>>()?;
    let mut what = validation.what();
    what.extend(match used.is_empty() {
        true => Vec::new(),
        false => model::changes(&used, &[]),
    });
    let parameters = match used.is_empty() {
        true => None,
        false => model::parameters(&used, &[]),
    };
    let sections = [
        Section::of("findings", "What came out", validation.found(&sources)),
        Section::of("what", "What was run", what),
        Section::of("figures", "Figures", validation.drawn()?),
        Section::of("scores", "Scores", validation.scores()),
        Section::of("skills", "Skill against the baselines", validation.skills()),
        Section::of("network", "Who is allied", validation.network()),
        Section::of(
            "replicates",
            "Enough years, enough runs?",
            validation.enough(),
        ),
        parameters,
        model::data(&used, &model::OBSERVED[..4]),
        repeat::validation(manifest),
    ];
    Ok(Page {
        title: format!(
            "Forecasts of {}–{}",
            manifest.forecast.0, manifest.forecast.1
        ),
        subtitle: "Validation out of sample".to_string(),
        facts: validation.facts(),
        sections: sections.into_iter().flatten().collect(),
        colophon: colophon(&manifest.version).into(),
    })
}

impl Validation<'_> {
    fn table(&self, name: &str) -> Option<&Table> {
        filled(&self.tables, name)
    }

    fn sources(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let scores = self.table("scores").and_then(|t| t.text("source"));
        for source in scores.unwrap_or_default() {
            if !found.contains(source) {
                found.push(source.clone());
            }
        }
        found
    }

    fn facts(&self) -> Vec<Fact> {
        let m = self.manifest;
        let failed = match m.runs.failed.len() {
            0 => "none failed".to_string(),
            n => format!("{n} failed"),
        };
        let sets = m.sets.as_ref().map_or("as shipped", |s| s.file.as_str());
        let mut facts = vec![
            Fact::of("Known", format!("{}–{}", m.fit.0, m.fit.1)),
            Fact::of("Forecast", format!("{}–{}", m.forecast.0, m.forecast.1)),
            Fact::of("Runs", format!("{} done, {failed}", m.runs.done)),
            Fact::of("Parameters", sets.to_string()),
            Fact::of("Program", format!("comity {}", m.version)),
            Fact::of("Made", repeat::date(&m.made.started)),
        ];
        match &m.result {
            Some(result) => facts.insert(2, Fact::of("Scored result", result.clone())),
            None => facts.insert(2, Fact::of("Seeds of each set", m.replicates.to_string())),
        }
        facts
    }

    fn found(&self, sources: &[String]) -> Vec<Block> {
        let mut blocks = Vec::new();
        blocks.extend(failures(self.manifest).map(Block::caution));
        let notes = self.manifest.notes.iter();
        blocks.extend(notes.map(|n| Block::caution(format!("{}.", capital(n)))));
        for source in sources {
            blocks.push(Block::heading(source));
            blocks.extend(Block::list(self.of_source(source)));
        }
        blocks
    }

    /// Rows of a table of this source, region and measure.
    fn rows(&self, table: &Table, key: &[(&str, &str)]) -> Vec<usize> {
        let holds = |r: &usize| {
            key.iter()
                .all(|(column, value)| cell(table, column, *r) == *value)
        };
        (0..table.rows()).filter(holds).collect()
    }

    /// A sentence for each measure of the world, and one for the left-out regions.
    fn of_source(&self, source: &str) -> Vec<String> {
        let (Some(scores), Some(skills)) = (self.table("scores"), self.table("skills")) else {
            return Vec::new();
        };
        let mut said = Vec::new();
        for measure in MEASURES {
            let key = [
                ("source", source),
                ("region", "world"),
                ("measure", measure.name),
            ];
            let mine: Vec<usize> = self.rows(scores, &key);
            let Some(&r) = mine
                .iter()
                .find(|&&r| cell(scores, "forecaster", r) == "model")
            else {
                continue;
            };
            let (mut better, mut worse, mut open) = (Vec::new(), Vec::new(), Vec::new());
            for row in self.rows(skills, &key) {
                let (low, high) = (real(skills, "low", row), real(skills, "high", row));
                let name = cell(skills, "baseline", row);
                let words = BASELINES
                    .iter()
                    .find(|b| b.0 == name)
                    .map_or(name.as_str(), |b| b.1);
                let group = match () {
                    () if low > 0.0 => &mut better,
                    () if high < 0.0 => &mut worse,
                    () => &mut open,
                };
                group.push(words.to_string());
            }
            let part = |what: &str, names: &[String]| match names {
                [] => None,
                some => Some(format!("{what} {}", list(some))),
            };
            let parts: Vec<String> = [
                part("better than", &better),
                part("worse than", &worse),
                part("not told apart from", &open),
            ]
            .into_iter()
            .flatten()
            .collect();
            said.push(format!(
                "{}: CRPS {} over {}, {} of them in the middle 90 % of the runs; {}.",
                capital(measure.label),
                number(real(scores, "crps", r)),
                count(real(scores, "years", r) as usize, "year"),
                percent(real(scores, "coverage_90", r)),
                if parts.is_empty() {
                    "no baseline has a score".to_string()
                } else {
                    parts.join("; ")
                }
            ));
        }
        said
    }

    fn what(&self) -> Vec<Block> {
        let m = self.manifest;
        let sets = match &m.sets {
            Some(file) => format!(
                "the parameter sets of `{}` (SHA-256 {})",
                file.file,
                &file.sha256[..file.sha256.len().min(12)]
            ),
            None => "one set of parameters".to_string(),
        };
        let from = match &m.result {
            Some(result) => format!("The runs of `{result}` are scored."),
            None => format!(
                "Runs from the pacts that each source has in {}, with {sets} and {} of each.",
                m.fit.0,
                count(m.replicates as usize, "seed")
            ),
        };
        vec![Block::text(format!(
            "{from} Forecasters know the years {}–{} and are scored on {}–{}: the model by all its \
             runs, against the last value known, a linear trend and an AR(1), each a normal \
             distribution.",
            m.fit.0, m.fit.1, m.forecast.0, m.forecast.1
        ))]
    }

    fn drawn(&self) -> Result<Vec<Block>> {
        let names = drawings::available(&self.tables);
        let label = |name: &str| {
            let (_, source) = name.split_once('-').unwrap_or((name, ""));
            let title = format!("{} ({})", drawings::title(name), source.to_uppercase());
            (title, drawings::caption(name).to_string())
        };
        Figures::of(&names, label, |name| {
            drawings::render(name, &self.tables, ImageFormat::Svg)
        })
    }

    fn scores(&self) -> Vec<Block> {
        let heads = [
            "series",
            "source",
            "region",
            "forecaster",
            ">years",
            ">CRPS",
            ">log score",
            ">bias",
            ">in 90 %",
            ">mean place",
        ];
        let caption = "CRPS: mean continuous ranked probability score in the unit of the series, lower is \
                       better; log score: higher is better; bias: forecast less observed; in 90 %: share of \
                       years within the 5–95 % band, .9 if the spread is right; mean place of the observed \
                       value in the forecast, .5 without bias";
        let mut grid = Grid::new(caption, &heads);
        let Some(table) = self.table("scores") else {
            return Vec::new();
        };
        for r in 0..table.rows() {
            let cells = [
                label(&cell(table, "measure", r)),
                cell(table, "source", r),
                cell(table, "region", r).replace('_', " "),
                cell(table, "forecaster", r),
                cell(table, "years", r),
                number(real(table, "crps", r)),
                number(real(table, "log_score", r)),
                number(real(table, "bias", r)),
                percent(real(table, "coverage_90", r)),
                number(real(table, "mean_place", r)),
            ];
            let cells = cells.map(Text::plain).to_vec();
            match cell(table, "forecaster", r).as_str() {
                "model" => grid.marked(cells),
                _ => grid.row(cells),
            }
        }
        grid.block().into_iter().collect()
    }

    fn skills(&self) -> Vec<Block> {
        let heads = [
            "series",
            "source",
            "region",
            "against",
            ">years",
            ">skill",
            ">95 % interval",
            ">gain in log score",
            ">95 % interval",
        ];
        let caption = "Skill: 1 − CRPS of the model / CRPS of the baseline, above 0 the model is better; \
                       intervals from a block bootstrap over years";
        let mut grid = Grid::new(caption, &heads);
        let Some(table) = self.table("skills") else {
            return Vec::new();
        };
        for r in 0..table.rows() {
            let value = |column: &str| real(table, column, r);
            let cells = [
                label(&cell(table, "measure", r)),
                cell(table, "source", r),
                cell(table, "region", r).replace('_', " "),
                cell(table, "baseline", r),
                cell(table, "years", r),
                number(value("skill")),
                range(value("low"), value("high")),
                number(value("log_gain")),
                range(value("log_low"), value("log_high")),
            ];
            grid.row(cells.map(Text::plain).to_vec());
        }
        grid.block().into_iter().collect()
    }

    /// Discrimination in the years looked at and over all.
    fn network(&self) -> Vec<Block> {
        let heads = [
            "source",
            "pairs",
            "years",
            "forecaster",
            ">AUC",
            ">average precision",
            ">Brier score",
            ">mean forecast",
            ">share allied",
        ];
        let caption = "Who shares a defence pact: the model by the share of runs in which a pair is allied, \
                       and forecasts that know the years up to the end of the fit window. AUC: area under \
                       the receiver operating characteristic, .5 is chance; average precision: the share \
                       allied is chance; Brier score: lower is better";
        let mut grid = Grid::new(caption, &heads);
        let Some(table) = self.table("network_scores") else {
            return Vec::new();
        };
        for r in 0..table.rows() {
            let (from, until) = (real(table, "from", r), real(table, "until", r));
            let looked = from != until || LOOKS.iter().any(|y| f64::from(*y) == from);
            let scope = cell(table, "scope", r);
            if !looked || !["all", "within"].contains(&scope.as_str()) {
                continue;
            }
            let value = |column: &str| real(table, column, r);
            let cells = [
                cell(table, "source", r),
                match scope.as_str() {
                    "all" => "all".to_string(),
                    _ => "within regions".to_string(),
                },
                match from == until {
                    true => format!("{from:.0}"),
                    false => format!("{from:.0}–{until:.0}"),
                },
                cell(table, "forecaster", r),
                number(value("auc")),
                number(value("average_precision")),
                number(value("brier")),
                number(value("mean_forecast")),
                number(value("allied") / value("pairs")),
            ];
            let cells = cells.map(Text::plain).to_vec();
            match cell(table, "forecaster", r).as_str() {
                "model" => grid.marked(cells),
                _ => grid.row(cells),
            }
        }
        grid.block().into_iter().collect()
    }

    fn enough(&self) -> Vec<Block> {
        let Some(table) = self.table("skills") else {
            return Vec::new();
        };
        let world = self.rows(table, &[("region", "world")]);
        let open = |r: &&usize| real(table, "low", **r) <= 0.0 && real(table, "high", **r) >= 0.0;
        let years = world
            .iter()
            .map(|&r| real(table, "years", r))
            .fold(0.0, f64::max);
        let said = vec![
            format!(
                "{} of {} intervals of the world's series hold 0. They are of {years} years of one history, \
                 whose neighbours resemble each other: more runs of the model do not narrow them.",
                world.iter().filter(open).count(),
                world.len()
            ),
            format!(
                "{} runs make the forecasts; the mean of the model and its 5 and 95 % quantiles are known \
                 the better the more there are.",
                self.manifest.runs.done
            ),
        ];
        Block::list(said).into_iter().collect()
    }
}

/// Words for a measure.
fn label(name: &str) -> String {
    let known = MEASURES.iter().find(|m| m.name == name);
    known.map_or_else(|| name.replace('_', " "), |m| m.label.to_string())
}
