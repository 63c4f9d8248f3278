//! Shares of states in regional security bodies.

use std::collections::BTreeMap;

use super::Context;
use super::rows::CoverageRow;
use crate::analysis::summary::{mean, quantile};
use crate::network::year::YEARS;
use crate::table::{Table, csv};
use comity_model::error::{Error, Result};
use comity_model::scenario::library;

/// Name of all regions together.
const WORLD: &str = "world";

/// Share in a body by region and year, as recorded.
type Recorded = BTreeMap<(String, i32), f64>;

/// Compares coverage.
///
/// # Errors
/// If a shipped table is broken, or a table of the runs lacks a column.
pub(crate) fn compare(context: &Context, found: &mut Vec<CoverageRow>) -> Result<()> {
    let recorded = recorded()?;
    let mut simulated: BTreeMap<(String, i32), Vec<f64>> = BTreeMap::new();
    for world in context.runs.worlds {
        let years = column(world, "year")?;
        let shares = column(world, "share_in_partnerships")?;
        for (year, share) in years.into_iter().zip(shares) {
            let key = (WORLD.to_string(), year as i32);
            simulated.entry(key).or_default().push(share);
        }
    }
    for table in context.runs.regions {
        let lacking = || Error::new(format!("table {}: no column region", table.name));
        let names = table.text("region").ok_or_else(lacking)?;
        let (years, states) = (column(table, "year")?, column(table, "states")?);
        let members = column(table, "members")?;
        for row in 0..table.rows() {
            if states[row] > 0.0 {
                let key = (names[row].clone(), years[row] as i32);
                let share = (members[row] / states[row]).min(1.0);
                simulated.entry(key).or_default().push(share);
            }
        }
    }
    for ((region, year), record) in recorded {
        let Some(values) = simulated.get(&(region.clone(), year)) else {
            continue;
        };
        found.push(CoverageRow {
            source: context.runs.source.to_string(),
            region,
            year: i64::from(year),
            model: mean(values),
            low: quantile(values, 0.05),
            high: quantile(values, 0.95),
            record,
        });
    }
    Ok(())
}

/// Share of states in a regional body in each year: of memberships of regions.
///
/// # Errors
/// If the shipped table is broken, which a test excludes.
pub fn world() -> Result<BTreeMap<i32, f64>> {
    let of_world = recorded()?.into_iter().filter(|(key, _)| key.0 == WORLD);
    Ok(of_world.map(|((_, year), share)| (year, share)).collect())
}

fn column(table: &Table, name: &str) -> Result<Vec<f64>> {
    let missing = || Error::new(format!("table {}: no column of numbers {name}", table.name));
    table.real(name).ok_or_else(missing)
}

fn recorded() -> Result<Recorded> {
    let path = "observed/partnership_bodies_by_region.csv";
    let table = csv::read(path, library::data(path).unwrap_or_default(), &[])?;
    let absent = || Error::new("the shipped table lacks a column").in_file(path);
    let regions = table.text("region").ok_or_else(absent)?;
    let real = |name: &str| table.real(name).ok_or_else(absent);
    let (years, states, shares) = (real("year")?, real("states")?, real("share_in_body")?);
    let mut found = Recorded::new();
    let mut sums: BTreeMap<i32, (f64, f64)> = BTreeMap::new();
    for row in (0..table.rows()).filter(|&row| YEARS.contains(&(years[row] as i32))) {
        let year = years[row] as i32;
        let sum = sums.entry(year).or_default();
        *sum = (sum.0 + shares[row] * states[row], sum.1 + states[row]);
        found.insert((regions[row].clone(), year), shares[row]);
    }
    let world = sums.into_iter();
    found.extend(world.map(|(year, (in_body, all))| ((WORLD.to_string(), year), in_body / all)));
    Ok(found)
}
