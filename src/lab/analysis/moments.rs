//! The moments of calibration, measured on a run and on what was observed.
//!
//! A moment is a column of the world table over years of a window, as a mean of its years or a
//! ratio of sums. The sixteen of 1946-1988 are in `data/moments.csv`; a shorter window has the
//! same ones over its own years.

use crate::analysis::summary::quantile;
use crate::ensemble::experiment::{Metric, OBSERVED, Reduction, Source};
use crate::table::{Record, Table, csv};
use comity_model::error::{Error, Result};
use comity_model::observe::records::WorldYear;
use comity_model::scenario::library;

comity_model::record! {
    /// A moment of the runs beside what was observed.
    pub struct MomentRow in "moments", "one moment of 1946-1988" {
        moment: String, "1", "name of the moment";
        definition: String, "1", "what it is";
        window: String, "years", "years that it covers";
        median: f64, "as defined", "median over the replicates";
        low: f64, "as defined", "5 % quantile over the replicates";
        high: f64, "as defined", "95 % quantile over the replicates";
        observed_atop: f64, "as defined", "as observed in ATOP";
        observed_cow: f64, "as defined", "as observed in COW";
    }
}

/// How a moment is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// Name, as in `data/moments.csv`.
    pub name: String,
    /// Table of the column: the world's, or the network's.
    pub table: Source,
    /// Column of the table.
    pub column: &'static str,
    /// For a ratio of sums: the column below.
    pub per: Option<&'static str>,
    /// First and last year.
    pub years: (i32, i32),
    /// What the ratio or mean is multiplied with.
    pub scale: f64,
    /// Least standard deviation of the model's discrepancy: for shares, of which a share may be
    /// nothing.
    pub floor: f64,
}

/// The moments of a window within 1946-1988, sixteen where it covers 1955 before its end.
pub fn of_window((from, until): (i32, i32)) -> Vec<Moment> {
    let all = (from, until);
    let moment = |name: &str, column, years| Moment {
        name: name.to_string(),
        table: Source::World,
        column,
        per: None,
        years,
        scale: 1.0,
        floor: 0.0,
    };
    let mean = |name: &str, column| moment(name, column, all);
    let ratio = |name: &str, column, per, scale| Moment {
        per: Some(per),
        scale,
        ..moment(name, column, all)
    };
    let in_year = |year| {
        let name = format!("defence_pacts_{year}");
        moment(&name, "defence_pacts", (year, year))
    };
    let postwar = ((from + 1).max(1947), until.min(1955));
    let moments = vec![
        Some(mean("defence_pacts_mean", "defence_pacts")),
        ((from..until).contains(&1955)).then(|| in_year(1955)),
        Some(in_year(until)),
        Some(mean("share_in_defence_pacts", "share_in_defence_pacts")),
        Some(mean("mean_size", "mean_size")),
        Some(mean("median_size", "median_size")),
        Some(mean("largest", "largest")),
        Some(mean("mean_size_multilateral", "mean_size_multilateral")),
        Some(mean("bilateral_share", "bilateral_share")),
        Some(mean("new_defence_pacts", "new_defence_pacts")),
        (postwar.0 < postwar.1)
            .then(|| moment("new_defence_pacts_postwar", "new_defence_pacts", postwar)),
        Some(ratio(
            "ending_hazard",
            "ended_defence_pacts",
            "defence_pacts",
            1.0,
        )),
        Some(mean("transitivity", "transitivity")),
        Some(mean(
            "share_dyads_in_defence_pacts",
            "share_dyads_in_defence_pacts",
        )),
        Some(ratio("dispute_onsets", "disputes", "dyads", 1000.0)),
        Some(ratio(
            "dispute_onsets_contiguous",
            "disputes_contiguous",
            "contiguous_dyads",
            1000.0,
        )),
    ];
    moments.into_iter().flatten().collect()
}

/// Years in which the network is looked at.
const LOOKS: [i32; 5] = [1950, 1955, 1965, 1975, 1988];
/// Periods of births, without the year of the start.
const PERIODS: [(i32, i32); 3] = [(1947, 1955), (1956, 1970), (1971, 1988)];
/// Discrepancy of a share among pairs of one camp, of pairs across camps, and of states.
const WITHIN_CAMP: f64 = 0.03;
const ACROSS_CAMPS: f64 = 0.01;
const COVERAGE: f64 = 0.05;

/// The moments of who is allied with whom within 1946-1988: pairs of the camps and the overlap
/// with the record, pacts founded in each period, and states in partnerships. As observed they
/// are in `data/moments_network.csv`.
pub fn network_of_window((from, until): (i32, i32)) -> Vec<Moment> {
    let looks = || LOOKS.into_iter().filter(|y| (from..=until).contains(y));
    let last = looks().last();
    let moment = |name: &str, year: i32, table, column, floor| Moment {
        name: format!("{name}_{year}"),
        table,
        column,
        per: None,
        years: (year, year),
        scale: 1.0,
        floor,
    };
    let network = |name, year, floor| moment(name, year, Source::Network, name, floor);
    let mut moments = Vec::new();
    for year in looks() {
        if year == 1955 || Some(year) == last {
            moments.push(network("west_west", year, WITHIN_CAMP));
            moments.push(network("east_east", year, WITHIN_CAMP));
        }
        moments.push(network("west_east", year, ACROSS_CAMPS));
        moments.push(network("overlap_atop", year, 0.0));
        let share = "share_in_partnerships";
        moments.push(moment(share, year, Source::World, share, COVERAGE));
    }
    let periods = PERIODS.map(|p| (p.0.max(from + 1), p.1.min(until)));
    for (first, last) in periods.into_iter().filter(|p| p.0 < p.1) {
        for column in ["new_defence_pacts", "new_nondefence_alliances"] {
            moments.push(Moment {
                name: format!("{column}_{first}_{last}"),
                table: Source::World,
                column,
                per: Some("states"),
                years: (first, last),
                scale: 100.0,
                floor: 0.0,
            });
        }
    }
    moments
}

impl Moment {
    /// The moment of yearly values, `value(year, column)`; NaN where a year is not covered.
    /// Years in which a column has no value are left out.
    pub fn measure(&self, value: impl Fn(i32, &str) -> Option<f64>) -> f64 {
        let (mut above, mut below) = (0.0, 0.0);
        for year in self.years.0..=self.years.1 {
            let Some(x) = value(year, self.column) else {
                return f64::NAN;
            };
            let weight = match self.per {
                None => 1.0,
                Some(per) => match value(year, per) {
                    None => return f64::NAN,
                    Some(weight) => weight,
                },
            };
            if !(x + weight).is_nan() {
                above += x;
                below += weight;
            }
        }
        if below > 0.0 {
            self.scale * (above / below)
        } else {
            f64::NAN
        }
    }

    /// The moment of a run's world table; NaN if it is of another table.
    pub fn of_run(&self, world: &[WorldYear]) -> f64 {
        let columns = WorldYear::columns();
        let at = |name: &str| columns.iter().position(|c| c.name == name);
        let (column, per) = (at(self.column), self.per.and_then(at));
        self.measure(|year, name| {
            let row = world.iter().find(|row| row.year == i64::from(year))?;
            let position = if name == self.column { column } else { per };
            Some(row.number(position?))
        })
    }

    /// The metric of a batch that measures it, but for the scale.
    pub fn metric(&self) -> Metric {
        Metric {
            name: self.name.clone(),
            label: self.name.replace('_', " "),
            unit: "1".to_string(),
            table: self.table,
            column: self.column.to_string(),
            per: self.per.map(String::from),
            region: None,
            regions: Vec::new(),
            across: None,
            window: Some(self.years),
            reduce: match self.per {
                None => Reduction::Mean,
                Some(_) => Reduction::Ratio,
            },
            threshold: None,
            precision: None,
        }
    }
}

/// The table of the sixteen moments of 1946-1988 as shipped.
///
/// # Errors
/// If it is broken, which a test excludes.
pub fn shipped() -> Result<Table> {
    let bytes = library::data("moments.csv").unwrap_or_default();
    csv::read("moments", bytes, &[])
}

/// The moments of each run's world table, summarised, beside what was observed; `None` if
/// the runs do not cover their years.
///
/// # Errors
/// If the shipped table is broken, which a test excludes.
pub fn comparison<'a>(worlds: impl Iterator<Item = &'a [WorldYear]>) -> Result<Option<Table>> {
    let covers = |world: &&[WorldYear]| {
        let has = |year: i32| world.iter().any(|row| row.year == i64::from(year));
        has(OBSERVED.0) && has(OBSERVED.1)
    };
    let runs: Vec<_> = worlds.filter(covers).map(moments).collect();
    if runs.is_empty() {
        return Ok(None);
    }
    let shipped = shipped()?;
    let absent = || Error::new("the shipped table moments.csv lacks a column");
    let text = |name: &str| shipped.text(name).ok_or_else(absent);
    let real = |name: &str| shipped.real(name).ok_or_else(absent);
    let (names, definitions, windows) = (text("moment")?, text("definition")?, text("window")?);
    let (atop, cow) = (real("observed_atop")?, real("observed_cow")?);
    let row = |k: usize| {
        let of = |run: &Vec<(String, f64)>| run.iter().find(|(m, _)| *m == names[k]).map(|m| m.1);
        let values: Vec<f64> = runs.iter().filter_map(of).collect();
        MomentRow {
            moment: names[k].clone(),
            definition: definitions[k].clone(),
            window: windows[k].clone(),
            median: quantile(&values, 0.5),
            low: quantile(&values, 0.05),
            high: quantile(&values, 0.95),
            observed_atop: atop[k],
            observed_cow: cow[k],
        }
    };
    let rows: Vec<MomentRow> = (0..names.len()).map(row).collect();
    Ok(Some(MomentRow::table(&rows)))
}

/// Name and value of each moment of 1946-1988 in the order of `data/moments.csv`; NaN where
/// the run does not cover its years.
pub fn moments(world: &[WorldYear]) -> Vec<(String, f64)> {
    let all = of_window(OBSERVED).into_iter();
    all.map(|m| (m.name.clone(), m.of_run(world))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ensemble::batch::Measure;
    use comity_model::{scenario, simulation};

    #[test]
    fn every_shipped_moment_is_measured() {
        let mut world = scenario::load("history-1946", &[]).unwrap();
        world.years = 43;
        let run = simulation::run(&world, 1);
        let table = comparison([&run.world[..]].into_iter()).unwrap().unwrap();
        let names: Vec<String> = moments(&run.world).into_iter().map(|m| m.0).collect();
        assert_eq!(table.text("moment").unwrap(), names);
        assert!(table.real("median").unwrap().iter().all(|m| m.is_finite()));
        let short = &run.world[..10];
        assert!(comparison([short].into_iter()).unwrap().is_none());
        // A batch measures the same.
        for moment in of_window((1946, 1965)) {
            let (found, batch) = (
                moment.of_run(&run.world),
                Measure::of(&moment.metric()).value(&run),
            );
            let near = (found - moment.scale * batch).abs() <= 1e-12 * found.abs();
            assert!(near, "{}: {found} {batch}", moment.name);
        }
    }

    #[test]
    fn a_moment_is_a_mean_or_a_ratio_of_sums_over_its_years() {
        let of = |column, per| Moment {
            name: String::new(),
            table: Source::World,
            column,
            per,
            years: (1, 3),
            scale: 10.0,
            floor: 0.0,
        };
        let value = |year: i32, column: &str| match (column, year) {
            ("a", 2) => Some(f64::NAN),
            ("a", 1..=3) => Some(f64::from(year)),
            ("b", 1..=3) => Some(8.0),
            _ => None,
        };
        assert_eq!(of("a", None).measure(value), 20.0);
        assert_eq!(of("a", Some("b")).measure(value), 2.5);
        let late = Moment {
            years: (2, 4),
            ..of("a", None)
        };
        assert!(late.measure(value).is_nan());
    }
}
