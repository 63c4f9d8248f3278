//! Columns that a request asks for, by year.

use serde_json::Value;

use super::answer::number;
use super::bounds;
use super::query::Wanted;
use comity_lab::table::{Column, ColumnType, Record};
use comity_model::error::{Error, Result};
use comity_model::observe::records::{RegionYear, WorldYear};
use comity_model::observe::{History, Selection};
use comity_model::scenario::Scenario;
use comity_model::scenario::suggest::unknown;

/// Columns that are keys of rows, and no quantities.
const KEYS: [&str; 3] = ["run_id", "seed", "year"];

/// What is shown where the address names no columns.
const FIRST: [&str; 6] = [
    "defence_pacts",
    "share_in_defence_pacts",
    "mean_size",
    "competition",
    "disputes",
    "share_in_partnerships",
];

/// A column of the world table, or of one region: `column` or `region.column`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// As it was asked for.
    pub name: String,
    region: Option<String>,
    column: usize,
    column_name: String,
}

/// The columns of numbers of a table, each with its position.
pub fn quantities<R: Record>() -> Vec<(usize, Column)> {
    let columns = R::columns().into_iter().enumerate();
    columns
        .filter(|(_, c)| c.kind != ColumnType::Text && !KEYS.contains(&c.name.as_str()))
        .collect()
}

/// The series that the request asks for under `columns`, separated by commas.
///
/// # Errors
/// If there are too many, or one is none of the scenario.
pub fn wanted(wanted: &Wanted, scenario: &Scenario) -> Result<Vec<Series>> {
    let names: Vec<&str> = match wanted.own("columns") {
        Some("") => Vec::new(),
        Some(text) => text.split(',').collect(),
        None => FIRST.to_vec(),
    };
    if names.len() > bounds::COLUMNS {
        let expected = format!("at most {}", bounds::COLUMNS);
        return Err(
            Error::expected(format!("{} columns", names.len()), expected).at_key("columns"),
        );
    }
    let mut series: Vec<Series> = Vec::new();
    for name in names {
        let one = series_of(name, &scenario.setting.regions).map_err(|e| e.at_key("columns"))?;
        if !series.contains(&one) {
            series.push(one);
        }
    }
    Ok(series)
}

fn series_of(name: &str, regions: &[String]) -> Result<Series> {
    let (region, column) = match name.rsplit_once('.') {
        None => (None, name),
        Some((region, column)) if regions.iter().any(|r| r == region) => {
            (Some(region.to_string()), column)
        }
        Some((region, _)) => {
            let problem = unknown(
                "a region of the scenario",
                region,
                regions.iter().map(String::as_str),
            );
            return Err(Error::new(problem));
        }
    };
    let known = match region {
        None => quantities::<WorldYear>(),
        Some(_) => quantities::<RegionYear>(),
    };
    let found = known.iter().find(|(_, c)| c.name == column);
    let (position, _) = found.ok_or_else(|| {
        let names = known.iter().map(|(_, c)| c.name.as_str());
        Error::new(unknown("a column of numbers", column, names))
    })?;
    Ok(Series {
        name: name.to_string(),
        column: *position,
        column_name: column.to_string(),
        region,
    })
}

/// What a run has to record for these series.
///
/// # Errors
/// If a column is unknown, which [`wanted`] excludes.
pub fn selection(series: &[Series]) -> Result<Selection> {
    let mut selection = Selection::none();
    for s in series {
        selection.add(s.table(), &s.column_name)?;
    }
    Ok(selection)
}

impl Series {
    fn table(&self) -> &'static str {
        match self.region {
            None => WorldYear::TABLE,
            Some(_) => RegionYear::TABLE,
        }
    }

    /// Whether it looks back over years before the first that is recorded.
    pub fn looks_back(&self) -> bool {
        const BACK: [&str; 3] = [
            "culture_change",
            "denationalisation_gain",
            "denationalised_subset",
        ];
        BACK.contains(&self.column_name.as_str())
    }

    /// Its values in the years from `first` on, one a year; NaN where there is none.
    pub fn values(&self, history: &History, first: i64, years: usize) -> Vec<f64> {
        let mut values = vec![f64::NAN; years];
        let mut put = |year: i64, value: f64| {
            let at = usize::try_from(year - first).ok();
            if let Some(cell) = at.and_then(|at| values.get_mut(at)) {
                *cell = value;
            }
        };
        match &self.region {
            None => history
                .world
                .iter()
                .for_each(|row| put(row.year, row.number(self.column))),
            Some(region) => history
                .regions
                .iter()
                .filter(|row| row.region == *region)
                .for_each(|row| put(row.year, row.number(self.column))),
        }
        values
    }
}

/// Values for JSON.
pub fn numbers(values: impl IntoIterator<Item = f64>) -> Value {
    values.into_iter().map(number).collect()
}
