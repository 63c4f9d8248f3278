//! Runs, parameters, steps and metrics: what BehaviorSpace and Mesa have in common.

use comity_lab::ensemble::batch::BatchManifest;
use comity_lab::ensemble::manifest::RunManifest;
use comity_lab::ensemble::stored::{Maker, Stored};
use comity_lab::table::{Column, ColumnType, Table, Values};
use comity_model::error::{Error, Result};

/// Columns by which rows are found: they are no metrics.
const KEYS: [&str; 6] = ["run_id", "arm", "point", "replicate", "seed", "status"];

/// Named columns of equal length.
pub type Columns = Vec<(Column, Values)>;

/// The rows of one table of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// Name of the table.
    pub table: &'static str,
    /// Number of the run, from 0.
    pub run: Vec<i64>,
    /// Replicate, from 0.
    pub iteration: Vec<i64>,
    /// Simulated years so far: 1 at the end of the first recorded year.
    pub step: Vec<i64>,
    /// The state, in a table that has one row for each.
    pub agent: Option<Vec<String>>,
    /// What runs differ in: seed, arm, factors of the design; keys that were set.
    pub parameters: Columns,
    /// What was measured.
    pub metrics: Columns,
}

/// The rows of `world`, `years`, `runs` and `states`, of those that the result has.
///
/// # Errors
/// If a table cannot be read; if there is none of them.
pub fn rows(result: &Stored) -> Result<Vec<Rows>> {
    let mut found = Vec::new();
    for name in ["runs", "years", "world", "states"] {
        if let Some(table) = result.table(name)? {
            found.push(match &result.maker {
                Maker::Run(manifest) => of_run(manifest, name, table)?,
                Maker::Batch(manifest) => of_batch(manifest, name, table, result.table("design")?)?,
            });
        }
    }
    if found.is_empty() {
        let expected = "one with a row for each run, year or state";
        return Err(Error::expected("no table", expected).in_file(&result.folder));
    }
    Ok(found)
}

fn of_run(manifest: &RunManifest, name: &'static str, table: Table) -> Result<Rows> {
    let run = integers(&table, "run_id")?;
    let mut parameters = vec![column(&table, "seed")?];
    for key in &manifest.scenario.source.overrides {
        if let Some((key, value)) = key.split_once('=') {
            let texts = Values::Text(vec![value.trim().to_string(); run.len()]);
            parameters.push((Column::undeclared(key.trim(), ColumnType::Text), texts));
        }
    }
    let first = i64::from(manifest.scenario.start_year);
    let years = integers(&table, "year")?;
    Ok(Rows {
        table: name,
        iteration: run.clone(),
        run,
        step: years.iter().map(|&year| step(year, first)).collect(),
        agent: agent(&table, name),
        parameters,
        metrics: metrics(table, name),
    })
}

fn of_batch(
    manifest: &BatchManifest,
    name: &'static str,
    table: Table,
    design: Option<Table>,
) -> Result<Rows> {
    let arms = table.text("arm").unwrap_or_default();
    let scenario = |arm: &String| {
        let found = manifest.arms.iter().find(|a| a.name == *arm);
        found.map(|a| &a.scenario).ok_or_else(|| {
            Error::expected(format!("arm \"{arm}\""), "one of the manifest").at_key(name)
        })
    };
    let mut steps = Vec::new();
    let years = table.integer("year");
    for (row, arm) in arms.iter().enumerate() {
        let scenario = scenario(arm)?;
        steps.push(match years {
            Some(years) => step(years[row], i64::from(scenario.start_year)),
            None => i64::from(scenario.years),
        });
    }
    let mut parameters = vec![column(&table, "arm")?, column(&table, "seed")?];
    if let Some(design) = &design {
        parameters.extend(factors(&integers(&table, "point")?, design)?);
    }
    Ok(Rows {
        table: name,
        run: integers(&table, "run_id")?,
        iteration: integers(&table, "replicate")?,
        step: steps,
        agent: agent(&table, name),
        parameters,
        metrics: metrics(table, name),
    })
}

/// Simulated years up to the end of `year`.
fn step(year: i64, first: i64) -> i64 {
    year.saturating_sub(first).saturating_add(1)
}

/// The factors of the design at the point of each row.
fn factors(points: &[i64], design: &Table) -> Result<Columns> {
    let rows = design.rows();
    if let Some(point) = points.iter().find(|p| !(0..rows as i64).contains(p)) {
        let expected = format!("one of the {rows} of the table `design`");
        return Err(Error::expected(format!("point {point}"), expected));
    }
    let at = |values: &Values| match values {
        Values::Real(v) => Values::Real(points.iter().map(|&p| v[p as usize]).collect()),
        Values::Integer(v) => Values::Integer(points.iter().map(|&p| v[p as usize]).collect()),
        Values::Text(v) => Values::Text(points.iter().map(|&p| v[p as usize].clone()).collect()),
    };
    let columns = design.columns.iter().zip(&design.values);
    let factors = columns.filter(|(c, _)| c.name != "point");
    Ok(factors.map(|(c, v)| (c.clone(), at(v))).collect())
}

fn agent(table: &Table, name: &str) -> Option<Vec<String>> {
    let states = table.text("state").filter(|_| name == "states");
    states.map(<[String]>::to_vec)
}

fn metrics(table: Table, name: &str) -> Columns {
    let key = |c: &Column| {
        KEYS.contains(&c.name.as_str())
            || (name == "states" && c.name == "state")
            || (name == "runs" && c.name == "message")
    };
    let columns = table.columns.into_iter().zip(table.values);
    columns.filter(|(c, _)| !key(c)).collect()
}

fn integers(table: &Table, name: &str) -> Result<Vec<i64>> {
    let found = table.integer(name).map(<[i64]>::to_vec);
    found.ok_or_else(|| missing(table, name))
}

fn column(table: &Table, name: &str) -> Result<(Column, Values)> {
    let at = table.position(name).ok_or_else(|| missing(table, name))?;
    Ok((table.columns[at].clone(), table.values[at].clone()))
}

fn missing(table: &Table, name: &str) -> Error {
    Error::expected(format!("no column {name}"), "it").at_key(&table.name)
}
