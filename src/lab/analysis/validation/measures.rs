//! What is forecast, and what was observed of it.

use std::collections::BTreeMap;
use std::path::Path;

use super::Series;
use crate::table::{Table, csv, store};
use comity_model::error::{Error, Result};
use comity_model::scenario::library;
use comity_model::scenario::provenance::sha256;

/// A series that is forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// Name in tables.
    pub name: &'static str,
    /// Words for figures and the terminal.
    pub label: &'static str,
    /// Unit.
    pub unit: &'static str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A column of both the world table and the observed one.
    Column,
    /// Defence pacts among the pacts that began in the year.
    DefenceShare,
    /// Pairs of originators at the onset of a dispute.
    Disputes,
}

const fn measure(
    name: &'static str,
    label: &'static str,
    unit: &'static str,
    kind: Kind,
) -> Measure {
    Measure {
        name,
        label,
        unit,
        kind,
    }
}

/// The measures of the world.
pub const MEASURES: [Measure; 6] = [
    measure("defence_pacts", "pacts in force", "pacts", Kind::Column),
    measure(
        "share_in_defence_pacts",
        "share in a pact",
        "share",
        Kind::Column,
    ),
    measure("mean_size", "mean size", "states", Kind::Column),
    measure("new_defence_pacts", "new pacts", "pacts/year", Kind::Column),
    measure(
        "defence_share_of_new",
        "defence share of new",
        "share",
        Kind::DefenceShare,
    ),
    measure("disputes", "disputes", "pairs/year", Kind::Disputes),
];

/// The measures of regions: (measure, column of the observed table but for the source).
pub const REGIONAL: [Measure; 2] = [
    measure(
        "share_dyads_in_defence_pacts",
        "pairs in a pact",
        "share",
        Kind::Column,
    ),
    measure(
        "share_in_defence_pacts",
        "share in a pact",
        "share",
        Kind::Column,
    ),
];

impl Measure {
    /// The measure of this name, of the world or of regions.
    pub fn find(name: &str) -> Option<Measure> {
        MEASURES
            .into_iter()
            .chain(REGIONAL)
            .find(|m| m.name == name)
    }

    /// Half the step in which it is counted or read, over √3: the least standard deviation
    /// with which a density is computed, so that a forecast of a single value has one.
    pub fn resolution(self) -> f64 {
        let step = match self.unit {
            "share" => 0.01,
            "states" => 0.1,
            _ => 1.0,
        };
        step / libm::sqrt(12.0)
    }

    /// The measure in each of these rows of a world table; NaN where it has no value.
    ///
    /// # Errors
    /// If the table lacks a column.
    pub fn of_world(self, world: &Table) -> Result<Vec<f64>> {
        let column = |name: &str| column(world, name);
        match self.kind {
            Kind::Column | Kind::Disputes => column(self.name),
            Kind::DefenceShare => Ok(defence_share(
                &column("new_defence_pacts")?,
                &column("new_nondefence_alliances")?,
            )),
        }
    }
}

/// Defence pacts among new ones; NaN in a year without any.
fn defence_share(defence: &[f64], others: &[f64]) -> Vec<f64> {
    let share = |(d, o): (&f64, &f64)| if d + o > 0.0 { d / (d + o) } else { f64::NAN };
    defence.iter().zip(others).map(share).collect()
}

fn column(table: &Table, name: &str) -> Result<Vec<f64>> {
    let missing = || Error::new(format!("table {}: no column of numbers {name}", table.name));
    table.real(name).ok_or_else(missing)
}

/// The observed tables.
#[derive(Debug, Clone)]
pub struct Observed {
    tables: Vec<Table>,
    /// Name and SHA-256 of each.
    pub files: Vec<(String, String)>,
    /// What was taken from elsewhere.
    pub notes: Vec<String>,
}

/// Names of the observed tables that are used, and a column that each is known by.
const TABLES: [(&str, &str); 3] = [
    ("alliances_by_year", "defence_pacts"),
    ("dispute_onsets", "originators"),
    ("regions_by_year", "region"),
];

impl Observed {
    /// The shipped tables.
    ///
    /// # Errors
    /// If one is broken, which a test excludes.
    pub fn shipped() -> Result<Self> {
        let mut found = Self {
            tables: Vec::new(),
            files: Vec::new(),
            notes: Vec::new(),
        };
        for (name, _) in TABLES {
            found.add_shipped(name)?;
        }
        Ok(found)
    }

    /// A table of the user, or those in a folder such as `import` makes; what is not there
    /// is taken from the shipped ones, and said so.
    ///
    /// # Errors
    /// If it is no such table, or none is in the folder.
    pub fn at(path: &Path) -> Result<Self> {
        let mut found = Self {
            tables: Vec::new(),
            files: Vec::new(),
            notes: Vec::new(),
        };
        if path.is_dir() {
            for (name, _) in TABLES {
                if let Some(file) = store::find(path, name) {
                    found.add(name, &file)?;
                }
            }
        } else {
            let table = store::read(path, &[])?;
            let is = |(_, column): &&(&str, &str)| table.position(column).is_some();
            if let Some((name, _)) = TABLES.iter().rev().find(is) {
                found.add(name, path)?;
            }
        }
        if found.tables.is_empty() {
            let expected = "alliances_by_year, dispute_onsets or regions_by_year, with the \
                            columns of data/observed";
            return Err(Error::expected("no observed table", expected).in_file(path));
        }
        let missing: Vec<&str> = TABLES
            .iter()
            .filter(|(name, _)| !found.tables.iter().any(|t| t.name == *name))
            .map(|(name, _)| *name)
            .collect();
        for name in missing {
            found.add_shipped(name)?;
            found.notes.push(format!("{name} is the shipped table"));
        }
        Ok(found)
    }

    fn add(&mut self, name: &str, file: &Path) -> Result<()> {
        let mut table = store::read(file, &[])?;
        table.name = name.to_string();
        let failed = |e: std::io::Error| Error::new(format!("failed to read: {e}")).in_file(file);
        let bytes = std::fs::read(file).map_err(failed)?;
        let needed: &[&str] = match name {
            "alliances_by_year" => &[
                "year",
                "defence_pacts",
                "share_in_defence_pacts",
                "mean_size",
                "new_defence_pacts",
                "new_nondefence_alliances",
            ],
            "dispute_onsets" => &["year", "originators"],
            _ => &["year"],
        };
        for name in needed {
            let absent = || {
                Error::new("missing column of numbers")
                    .at_key(*name)
                    .in_file(file)
            };
            table.real(name).ok_or_else(absent)?;
        }
        if name == "alliances_by_year" && table.text("source").is_none() {
            return Err(Error::new("missing column").at_key("source").in_file(file));
        }
        self.files
            .push((file.display().to_string(), sha256(&bytes)));
        self.tables.push(table);
        Ok(())
    }

    fn add_shipped(&mut self, name: &str) -> Result<()> {
        let path = format!("observed/{name}.csv");
        let bytes = library::data(&path).unwrap_or_default();
        self.tables.push(csv::read(name, bytes, &[])?);
        self.files.push((path, sha256(bytes)));
        Ok(())
    }

    fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.name == name)
    }

    /// Sources of the pacts, in order.
    pub fn sources(&self) -> Vec<String> {
        let table = self.table("alliances_by_year");
        let mut sources = Vec::new();
        for source in table.and_then(|t| t.text("source")).unwrap_or_default() {
            if !sources.contains(source) {
                sources.push(source.clone());
            }
        }
        sources
    }

    /// Last year of the pacts of a source.
    pub fn last_year(&self, source: &str) -> Option<i64> {
        self.world(MEASURES[0], source).keys().next_back().copied()
    }

    /// A measure of the world, without the years in which it has no value.
    pub fn world(&self, measure: Measure, source: &str) -> Series {
        match measure.kind {
            Kind::Disputes => self.disputes(),
            _ => self.pacts(measure, source).unwrap_or_default(),
        }
    }

    fn pacts(&self, measure: Measure, source: &str) -> Option<Series> {
        let table = self.table("alliances_by_year")?;
        let (years, sources) = (table.integer("year")?, table.text("source")?);
        let values = match measure.kind {
            Kind::DefenceShare => defence_share(
                &table.real("new_defence_pacts")?,
                &table.real("new_nondefence_alliances")?,
            ),
            _ => table.real(measure.name)?,
        };
        let rows = (0..table.rows()).filter(|&r| sources[r] == source && values[r].is_finite());
        Some(rows.map(|r| (years[r], values[r])).collect())
    }

    /// Pairs of originators by year, 0 in a year between the first and the last without any.
    fn disputes(&self) -> Series {
        let Some(table) = self.table("dispute_onsets") else {
            return Series::new();
        };
        let years = table.real("year").unwrap_or_default();
        let pairs = table.real("originators").unwrap_or_default();
        let mut counts = Series::new();
        for (year, pairs) in years.iter().zip(pairs) {
            *counts.entry(*year as i64).or_default() += pairs;
        }
        if let (Some((&first, _)), Some((&last, _))) =
            (counts.first_key_value(), counts.last_key_value())
        {
            for year in first..last {
                counts.entry(year).or_default();
            }
        }
        counts
    }

    /// A measure of each region.
    pub fn regions(&self, measure: Measure, source: &str) -> BTreeMap<String, Series> {
        self.of_regions(measure, source).unwrap_or_default()
    }

    fn of_regions(&self, measure: Measure, source: &str) -> Option<BTreeMap<String, Series>> {
        let table = self.table("regions_by_year")?;
        let short = if source.starts_with("ATOP") {
            "atop"
        } else {
            "cow"
        };
        let column = match measure.name {
            "share_dyads_in_defence_pacts" => format!("share_dyads_defence_{short}"),
            // In the shipped table this column is ATOP's.
            name if short == "atop" || table.position("share_dyads_defence_atop").is_none() => {
                name.to_string()
            }
            _ => return None,
        };
        let (names, years) = (table.text("region")?, table.integer("year")?);
        let values = table.real(&column)?;
        let mut found: BTreeMap<String, Series> = BTreeMap::new();
        for (row, value) in values.iter().enumerate().filter(|(_, v)| v.is_finite()) {
            let series = found.entry(names[row].clone()).or_default();
            series.insert(years[row], *value);
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_series_are_those_of_the_moments() {
        let observed = Observed::shipped().unwrap();
        assert_eq!(observed.sources(), ["ATOP5.1", "COW4.1"]);
        assert_eq!(observed.last_year("COW4.1"), Some(1988));
        let moments = csv::read("m", library::data("moments.csv").unwrap(), &[]).unwrap();
        let names = moments.text("moment").unwrap();
        let expected = moments.real("observed_atop").unwrap();
        for (moment, measure) in [
            ("defence_pacts_mean", "defence_pacts"),
            ("share_in_defence_pacts", "share_in_defence_pacts"),
            ("mean_size", "mean_size"),
            ("new_defence_pacts", "new_defence_pacts"),
        ] {
            let row = names.iter().position(|n| n == moment).unwrap();
            let series = observed.world(Measure::find(measure).unwrap(), "ATOP5.1");
            assert_eq!(series.len(), 43);
            let mean = series.values().sum::<f64>() / 43.0;
            assert!(
                (mean - expected[row]).abs() < 2e-3 * mean,
                "{moment}: {mean}"
            );
        }
        assert_eq!(observed.world(MEASURES[5], "ATOP5.1").len(), 43);
        assert_eq!(observed.regions(REGIONAL[0], "COW4.1").len(), 5);
        // The shipped share of states is ATOP's and stands for no other source.
        assert!(observed.regions(REGIONAL[1], "COW4.1").is_empty());
    }
}
