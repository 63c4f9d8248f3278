//! What figures are made from.

use std::collections::BTreeMap;
use std::path::Path;

use comity_lab::analysis::observed;
use comity_lab::analysis::summary::{self, Band};
use comity_lab::ensemble::manifest::RunManifest;
use comity_lab::table::{Table, store};
use comity_model::error::Result;
use comity_model::scenario::Scenario;

/// A state's place in the network figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Abbreviation, as in the agreement table.
    pub abbreviation: String,
    /// Primary region; empty without one.
    pub region: String,
    /// (latitude, longitude) or (x, y).
    pub position: (f64, f64),
    /// First and last year in the system.
    pub years: (i64, i64),
    /// Spells as a great power.
    pub powers: Vec<(i64, i64)>,
}

/// The places of a scenario's states.
pub fn places(scenario: &Scenario) -> Vec<Place> {
    let setting = &scenario.setting;
    let end = |year: Option<i32>| year.map_or(i64::MAX, i64::from);
    let place = |(index, state): (usize, &comity_model::scenario::StateInput)| Place {
        abbreviation: state.abbreviation.clone(),
        region: state
            .regions
            .first()
            .map_or(String::new(), |&r| setting.regions[r].clone()),
        position: state.position,
        years: (i64::from(state.entry_year), end(state.exit_year)),
        powers: setting
            .powers
            .iter()
            .filter(|p| p.state == index)
            .map(|p| (i64::from(p.from), end(p.to)))
            .collect(),
    };
    setting.states.iter().enumerate().map(place).collect()
}

/// Years on which the printed ratings of the 15 items rest.
const RATED: (i64, i64) = (2001, 2005);

/// What the figures of a result are made from: its tables, the places that its manifest
/// notes, and the observed series where they may stand beside it.
///
/// # Errors
/// If a shipped table is broken, which a test excludes.
pub fn from_result(manifest: &RunManifest, tables: Vec<Table>) -> Result<FigureInput> {
    let end = |year: Option<i32>| year.map_or(i64::MAX, i64::from);
    let places = manifest.states.iter().map(|state| Place {
        abbreviation: state.abbreviation.clone(),
        region: state.region.clone(),
        position: state.position,
        years: (i64::from(state.from), end(state.exit.map(|year| year - 1))),
        powers: state
            .powers
            .iter()
            .map(|&(from, to)| (i64::from(from), end(to)))
            .collect(),
    });
    let observed =
        match manifest.scenario.calendar && observed::comparable(&manifest.scenario.source) {
            true => observed::tables()?,
            false => Vec::new(),
        };
    let scenario = &manifest.scenario;
    let last = scenario.start_year + scenario.years as i32 - 1;
    let covered = scenario.start_year <= RATED.0 as i32 && RATED.1 as i32 <= last;
    Ok(FigureInput {
        table1_years: (scenario.calendar && covered).then_some(RATED),
        tables,
        observed,
        places: places.collect(),
        ..FigureInput::default()
    })
}

/// How the network figure places states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NetworkLayout {
    /// On a circle, region by region.
    #[default]
    Circle,
    /// At their capitals.
    Capitals,
}

/// Tables of a result, what was observed, and choices.
#[derive(Debug, Clone, Default)]
pub struct FigureInput {
    /// The tables `world`, `regions`, `agreements` and `states`, as far as there are any.
    pub tables: Vec<Table>,
    /// Observed tables by file stem: `alliances_by_year`, `polarity_conflict_by_year`,
    /// `dispute_onsets` and `table1_ratings`.
    pub observed: Vec<Table>,
    /// The states of the network figure; empty: those of the table `states`, else of the pacts.
    pub places: Vec<Place>,
    /// Years of the network figure; empty: four spread over the run.
    pub network_years: Vec<i64>,
    /// Layout of the network figure.
    pub network_layout: NetworkLayout,
    /// Years over which the 15 items are read; `None`: the last five.
    pub table1_years: Option<(i64, i64)>,
}

impl FigureInput {
    /// The tables of a result folder.
    pub fn from_folder(folder: &Path) -> Result<FigureInput> {
        let stems = ["world", "regions", "agreements", "states"];
        let files = stems.iter().filter_map(|stem| store::find(folder, stem));
        Ok(FigureInput {
            tables: files
                .map(|p| store::read_table(&p))
                .collect::<Result<_>>()?,
            ..FigureInput::default()
        })
    }

    /// The result's table of this name, if it has rows.
    pub fn table(&self, name: &str) -> Option<&Table> {
        let mut tables = self.tables.iter();
        tables.find(|t| t.name == name && t.rows() > 0)
    }

    /// The observed table of this name.
    pub fn observed(&self, name: &str) -> Option<&Table> {
        self.observed.iter().find(|t| t.name == name)
    }

    /// First and last year of the table.
    pub fn span(&self, table: &str) -> Option<(i64, i64)> {
        let years = self.table(table)?.integer("year")?;
        Some((*years.iter().min()?, *years.iter().max()?))
    }

    /// Number of replicates.
    pub fn runs(&self) -> usize {
        let table = self.table("world").or_else(|| self.table("regions"));
        table.map_or(1, summary::runs)
    }

    /// What was observed of a column of the world table, by source, within the run's years.
    pub fn observations(&self, column: &str) -> Vec<(&'static str, Vec<Band>)> {
        let mut found = Vec::new();
        if let Some(table) = self.observed("alliances_by_year") {
            let sources = table.text("source").unwrap_or_default();
            for (label, source) in [("ATOP", "ATOP5.1"), ("COW", "COW4.1")] {
                let bands = summary::by_year_where(table, column, |row| sources[row] == source);
                found.push((label, bands.unwrap_or_default()));
            }
        }
        if let Some(table) = self.observed("polarity_conflict_by_year") {
            let bands = match column {
                "major_effective" => inverse(summary::by_year(table, "major_hhi")),
                "disputes_per_1000_dyads" => self.disputes(table),
                _ => summary::by_year(table, column),
            };
            found.push(("COW", bands.unwrap_or_default()));
        }
        if let Some((first, last)) = self.span("world") {
            for (_, bands) in &mut found {
                bands.retain(|b| (first..=last).contains(&b.year));
            }
        }
        found.retain(|(_, bands)| !bands.is_empty());
        found
    }

    /// Originator dyads at the onset of a dispute per 1,000 dyads.
    fn disputes(&self, states: &Table) -> Option<Vec<Band>> {
        let onsets = self.observed("dispute_onsets")?;
        let originators = onsets.integer("originators")?;
        let mut counts: BTreeMap<i64, f64> = BTreeMap::new();
        for (year, originators) in onsets.integer("year")?.iter().zip(originators) {
            *counts.entry(*year).or_default() += *originators as f64;
        }
        let rate = |mut band: Band| {
            let dyads = band.median * (band.median - 1.0) / 2.0;
            let count = counts.get(&band.year).copied().unwrap_or(0.0);
            band.median = 1000.0 * count / dyads;
            (band.low, band.high) = (band.median, band.median);
            band
        };
        let bands = summary::by_year(states, "states")?;
        Some(bands.into_iter().map(rate).collect())
    }
}

fn inverse(bands: Option<Vec<Band>>) -> Option<Vec<Band>> {
    let invert = |b: Band| Band {
        low: 1.0 / b.high,
        median: 1.0 / b.median,
        high: 1.0 / b.low,
        ..b
    };
    Some(bands?.into_iter().map(invert).collect())
}

/// A region's name as it is read.
pub fn region_title(name: &str) -> String {
    let title = |word: &str| match word {
        "eu" => "EU".to_string(),
        _ => {
            let mut letters = word.chars();
            let first = letters.next().map(|c| c.to_uppercase().to_string());
            first.unwrap_or_default() + letters.as_str()
        }
    };
    let words: Vec<String> = name.split('_').map(title).collect();
    words.join(" ")
}
