//! From the history of a run to one number for each metric.

use crate::ensemble::experiment::{Across, Experiment, Metric, Recorded, Reduction, Source};
use crate::network::{NetworkYear, Pact, Reference};
use crate::table::{Column, Record};
use comity_model::error::Result;
use comity_model::observe::records::{RegionYear, WorldYear};
use comity_model::observe::statistics::{best_break, sen_slope};
use comity_model::observe::{History, Selection};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

/// Share of a series on either side of a break, at least, as is usual in sup-F tests.
const TRIM: f64 = 0.15;

/// The history of a run, with what several metrics need of its network.
pub struct Seen<'a> {
    history: &'a History,
    pacts: OnceCell<Option<Vec<Pact>>>,
    network: RefCell<BTreeMap<i64, Option<NetworkYear>>>,
}

impl<'a> Seen<'a> {
    /// Nothing of the network is worked out before a metric asks for it.
    pub fn of(history: &'a History) -> Self {
        Self {
            history,
            pacts: OnceCell::new(),
            network: RefCell::new(BTreeMap::new()),
        }
    }

    /// The network of a year of the record; `None` in other years and other worlds.
    fn network(&self, year: i64) -> Option<NetworkYear> {
        let reference = Reference::shipped().ok()?;
        let pacts = self.pacts.get_or_init(|| reference.pacts(self.history));
        let pacts = pacts.as_ref()?;
        let mut known = self.network.borrow_mut();
        let found = known.entry(year);
        found
            .or_insert_with(|| reference.year(pacts, year as i32))
            .clone()
    }
}

/// A metric with the positions of its columns.
#[derive(Debug, Clone)]
pub struct Measure {
    metric: Metric,
    column: usize,
    per: Option<usize>,
}

impl Measure {
    /// The measure of a checked metric.
    pub fn of(metric: &Metric) -> Self {
        let columns = match metric.table {
            Source::World => WorldYear::columns(),
            Source::Regions => RegionYear::columns(),
            Source::Network => NetworkYear::columns(),
        };
        let at = |name: &String| columns.iter().position(|c| c.name == *name);
        Self {
            column: at(&metric.column).unwrap_or(usize::MAX),
            per: metric.per.as_ref().and_then(at),
            metric: metric.clone(),
        }
    }

    /// The metric of this run; NaN where no year of the window has a value.
    pub fn value(&self, history: &History) -> f64 {
        self.of_seen(&Seen::of(history))
    }

    /// As [`Measure::value`], of a run that several metrics look at.
    pub fn of_seen(&self, seen: &Seen) -> f64 {
        match self.metric.reduce {
            Reduction::Ratio => self.ratio(seen),
            _ => reduce(&self.metric, &self.series(seen)),
        }
    }

    /// The network in each year of the window that the run covers.
    fn network<'a>(&'a self, seen: &'a Seen) -> impl Iterator<Item = (i64, NetworkYear)> + 'a {
        let years = seen.history.world.iter().map(|row| row.year);
        let years = years.filter(|year| self.inside(*year));
        years.filter_map(|year| Some((year, seen.network(year)?)))
    }

    /// Sum of the column over the sum of `per`, over the rows in which both are known.
    fn ratio(&self, seen: &Seen) -> f64 {
        let history = seen.history;
        let (mut above, mut below) = (0.0, 0.0);
        let mut add = |value: f64, per: f64| {
            if !(value + per).is_nan() {
                above += value;
                below += per;
            }
        };
        let per = self.per.unwrap_or(usize::MAX);
        match self.metric.table {
            Source::World => history
                .world
                .iter()
                .filter(|row| self.inside(row.year))
                .for_each(|row| add(row.number(self.column), row.number(per))),
            Source::Regions => history
                .regions
                .iter()
                .filter(|row| self.wants(row))
                .for_each(|row| add(row.number(self.column), row.number(per))),
            Source::Network => self
                .network(seen)
                .for_each(|(_, row)| add(row.number(self.column), row.number(per))),
        }
        if below > 0.0 { above / below } else { f64::NAN }
    }

    fn inside(&self, year: i64) -> bool {
        let (from, until) = self.metric.window.unwrap_or((i32::MIN, i32::MAX));
        (i64::from(from)..=i64::from(until)).contains(&year)
    }

    fn wants(&self, row: &RegionYear) -> bool {
        let Metric {
            region, regions, ..
        } = &self.metric;
        let one = region.as_ref().is_none_or(|r| *r == row.region);
        let among = regions.is_empty() || regions.contains(&row.region);
        self.inside(row.year) && one && among
    }

    /// The years of the window with a value each.
    fn series(&self, seen: &Seen) -> Vec<(i64, f64)> {
        let history = seen.history;
        match self.metric.table {
            Source::World => history
                .world
                .iter()
                .filter(|row| self.inside(row.year))
                .map(|row| (row.year, self.cell(row)))
                .collect(),
            Source::Network => {
                let rows = self.network(seen);
                rows.map(|(year, row)| (year, self.cell(&row))).collect()
            }
            Source::Regions => {
                let mut years: Vec<(i64, Vec<f64>)> = Vec::new();
                for row in history.regions.iter().filter(|row| self.wants(row)) {
                    let value = self.cell(row);
                    match years.last_mut() {
                        Some((year, values)) if *year == row.year => values.push(value),
                        _ => years.push((row.year, vec![value])),
                    }
                }
                let join = |(year, values): (i64, Vec<f64>)| (year, self.join(&values));
                years.into_iter().map(join).collect()
            }
        }
    }

    fn cell<R: Record>(&self, row: &R) -> f64 {
        let value = row.number(self.column);
        match self.per {
            None => value,
            Some(per) => match row.number(per) {
                0.0 => f64::NAN,
                below => value / below,
            },
        }
    }

    fn join(&self, values: &[f64]) -> f64 {
        let known: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
        if known.is_empty() {
            return f64::NAN;
        }
        match self.metric.across.unwrap_or(Across::Mean) {
            Across::Mean => known.iter().sum::<f64>() / known.len() as f64,
            Across::Sum => known.iter().sum(),
            Across::Minimum => known.iter().copied().fold(f64::INFINITY, f64::min),
            Across::Maximum => known.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }
}

/// The years as one number. Years without a value are left out.
fn reduce(metric: &Metric, series: &[(i64, f64)]) -> f64 {
    let known: Vec<(f64, f64)> = series
        .iter()
        .filter(|(_, v)| !v.is_nan())
        .map(|&(year, v)| (year as f64, v))
        .collect();
    let n = known.len() as f64;
    let (Some(first), Some(last)) = (known.first(), known.last()) else {
        return f64::NAN;
    };
    let sum: f64 = known.iter().map(|k| k.1).sum();
    let mean = sum / n;
    let threshold = metric.threshold.unwrap_or(f64::NAN);
    match metric.reduce {
        Reduction::Mean | Reduction::Ratio => mean,
        Reduction::Sum => sum,
        Reduction::Minimum => known.iter().map(|k| k.1).fold(f64::INFINITY, f64::min),
        Reduction::Maximum => known.iter().map(|k| k.1).fold(f64::NEG_INFINITY, f64::max),
        Reduction::Median => {
            let mut values: Vec<f64> = known.iter().map(|k| k.1).collect();
            values.sort_by(f64::total_cmp);
            let middle = values.len() / 2;
            match values.len() % 2 {
                1 => values[middle],
                _ => (values[middle - 1] + values[middle]) / 2.0,
            }
        }
        Reduction::Sd if known.len() < 2 => f64::NAN,
        Reduction::Sd => {
            let squares: f64 = known.iter().map(|k| (k.1 - mean) * (k.1 - mean)).sum();
            (squares / (n - 1.0)).sqrt()
        }
        Reduction::First => first.1,
        Reduction::Last => last.1,
        Reduction::Change => last.1 - first.1,
        Reduction::Slope => {
            let centre = known.iter().map(|k| k.0).sum::<f64>() / n;
            let along: f64 = known.iter().map(|k| (k.0 - centre) * (k.1 - mean)).sum();
            let spread: f64 = known.iter().map(|k| (k.0 - centre) * (k.0 - centre)).sum();
            if spread > 0.0 {
                along / spread
            } else {
                f64::NAN
            }
        }
        Reduction::SenSlope => sen_slope(&known),
        Reduction::BreakYear => {
            let values: Vec<f64> = known.iter().map(|k| k.1).collect();
            best_break(&values, TRIM).map_or(f64::NAN, |k| known[k].0)
        }
        Reduction::ShareAbove => known.iter().filter(|k| k.1 > threshold).count() as f64 / n,
        Reduction::FirstAbove => {
            let begin = series[0].0 as f64;
            let passed = known.iter().find(|k| k.1 > threshold);
            passed.map_or(f64::NAN, |k| k.0 - begin)
        }
    }
}

/// The columns of the world table that `years` has, in the metrics' order, each once.
pub fn year_columns(metrics: &[Metric]) -> Vec<(usize, Column)> {
    let columns = WorldYear::columns();
    let mut chosen: Vec<(usize, Column)> = Vec::new();
    for metric in metrics.iter().filter(|m| m.table == Source::World) {
        for name in [Some(&metric.column), metric.per.as_ref()]
            .into_iter()
            .flatten()
        {
            let at = columns.iter().position(|c| c.name == *name);
            if let Some(at) = at.filter(|at| chosen.iter().all(|(known, _)| known != at)) {
                chosen.push((at, columns[at].clone()));
            }
        }
    }
    chosen
}

/// What a run of the experiment has to record.
///
/// # Errors
/// If a column is unknown, which the check of the experiment excludes.
pub fn selection(experiment: &Experiment) -> Result<Selection> {
    let mut selection = Selection::none();
    for metric in &experiment.metrics {
        let table = match metric.table {
            Source::World => "world",
            Source::Regions => "regions",
            // Its years follow from the log of agreements, and which years there are from the
            // world table.
            Source::Network => {
                selection.add_table("agreements")?;
                selection.add("world", "year")?;
                continue;
            }
        };
        for column in [Some(&metric.column), metric.per.as_ref()]
            .into_iter()
            .flatten()
        {
            selection.add(table, column)?;
        }
    }
    for recorded in &experiment.record {
        if *recorded != Recorded::Years {
            selection.add_table(recorded.table())?;
        }
    }
    Ok(selection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_model::{scenario, simulation};

    fn metric(reduce: Reduction) -> Metric {
        Metric {
            name: "m".to_string(),
            label: "m".to_string(),
            unit: "1".to_string(),
            table: Source::World,
            column: "disputes".to_string(),
            per: None,
            region: None,
            regions: Vec::new(),
            across: None,
            window: None,
            reduce,
            threshold: Some(2.5),
            precision: None,
        }
    }

    #[test]
    fn a_ratio_is_of_sums_over_the_rows_with_both() {
        let set = ["stylised.states=24", "years=4"].map(String::from);
        let history = simulation::run(&scenario::load("s2-bipolar", &set).unwrap(), 3);
        let rows = &history.world[1..3];
        let disputes: i64 = rows.iter().map(|row| row.disputes).sum();
        let dyads: i64 = rows.iter().map(|row| row.dyads).sum();
        assert_eq!(rows[0].dyads, 24 * 23 / 2);
        let (from, until) = (rows[0].year as i32, rows[1].year as i32);
        let metric = Metric {
            per: Some("dyads".to_string()),
            window: Some((from, until)),
            ..metric(Reduction::Ratio)
        };
        let found = Measure::of(&metric).value(&history);
        assert_eq!(found, disputes as f64 / dyads as f64);
    }

    #[test]
    fn every_reduction_does_what_its_name_says() {
        let series = [(10, 1.0), (11, f64::NAN), (12, 3.0), (13, 2.0), (14, 6.0)];
        let value = |reduce| reduce_of(reduce, &series);
        fn reduce_of(r: Reduction, series: &[(i64, f64)]) -> f64 {
            reduce(&metric(r), series)
        }
        assert_eq!(value(Reduction::Mean), 3.0);
        assert_eq!(value(Reduction::Sum), 12.0);
        assert_eq!(value(Reduction::Minimum), 1.0);
        assert_eq!(value(Reduction::Maximum), 6.0);
        assert_eq!(value(Reduction::Median), 2.5);
        assert!((value(Reduction::Sd) - (14.0f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!(value(Reduction::First), 1.0);
        assert_eq!(value(Reduction::Last), 6.0);
        assert_eq!(value(Reduction::Change), 5.0);
        assert_eq!(value(Reduction::ShareAbove), 0.5);
        assert_eq!(value(Reduction::FirstAbove), 2.0);
        let line = [(0, 1.0), (1, 3.0), (2, 5.0)];
        assert_eq!(reduce_of(Reduction::Slope, &line), 2.0);
        assert!(reduce_of(Reduction::Slope, &line[..1]).is_nan());
        assert!(reduce_of(Reduction::Mean, &[(0, f64::NAN)]).is_nan());
        assert!(reduce_of(Reduction::FirstAbove, &[(0, 1.0)]).is_nan());
    }
}
