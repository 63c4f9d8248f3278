//! What the accepted sets say: marginals, pairs, predictions, series.

use super::implausibility::Target;
use super::region::scaled;
use super::rows::{CorrelationRow, MarginalRow, PredictiveRow, ProbeRow, SeriesRow};
use super::stage::{Sample, table};
use crate::analysis::bootstrap::sample_deviation;
use crate::analysis::observed::{self, Years};
use crate::analysis::statistics::correlation;
use crate::analysis::summary::{mean, median, quantile};
use crate::ensemble::experiment::{Experiment, Factor, Source};
use crate::table::{Column, ColumnType, Table, Values};
use comity_model::error::{Error, Result};
use comity_model::scenario::Parameters;
use std::collections::BTreeMap;

/// Share of the prior's variance above which the data do not identify a parameter.
pub const UNIDENTIFIED: f64 = 0.8;

/// Accepted sets among the points of the last stage.
pub struct Accepted<'a> {
    /// What is varied.
    pub factors: &'a [Factor],
    /// The moments.
    pub targets: &'a [Target],
    /// The last stage.
    pub sample: &'a Sample,
    /// Wave and row of its design from which each point comes.
    pub origins: &'a [(usize, usize)],
    /// Implausibility of each point by all its runs, and the moment that has it.
    pub implausibility: &'a [(f64, usize)],
    /// The accepted points, in order.
    pub sets: Vec<usize>,
    /// The central one of them.
    pub centre: usize,
}

/// The central set: of the quarter of the accepted sets with the least implausibility, the one
/// with the least sum of distances to all accepted sets (the medoid), in ranges of the priors.
pub fn centre(
    factors: &[Factor],
    sample: &Sample,
    sets: &[usize],
    implausibility: &[(f64, usize)],
) -> usize {
    let unit = |p: usize| -> Vec<f64> {
        let pairs = factors.iter().zip(&sample.points[p]);
        pairs.map(|(f, v)| scaled(f, *v)).collect()
    };
    let places: Vec<Vec<f64>> = sets.iter().map(|&p| unit(p)).collect();
    let mut best: Vec<usize> = (0..sets.len()).collect();
    best.sort_by(|&a, &b| {
        let of = |k: usize| implausibility[sets[k]].0;
        of(a).total_cmp(&of(b)).then(a.cmp(&b))
    });
    best.truncate(sets.len().div_ceil(4));
    let distance = |k: usize| -> f64 {
        let to = |other: &Vec<f64>| {
            let pairs = places[k].iter().zip(other);
            libm::sqrt(pairs.map(|(a, b)| (a - b) * (a - b)).sum())
        };
        places.iter().map(to).sum()
    };
    let of = best.iter().map(|&k| (distance(k), k));
    let nearest = of.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    nearest.map_or(0, |(_, k)| sets[k])
}

impl Accepted<'_> {
    /// The table of accepted sets: a row for each.
    pub fn table(&self, experiment: &Experiment) -> Table {
        let mut columns = Vec::new();
        let mut values = Vec::new();
        let mut whole = |name: &str, help: &str, numbers: Vec<i64>| {
            columns.push(Column::new(name, ColumnType::Integer, "1", help));
            values.push(Values::Integer(numbers));
        };
        let each = |f: &dyn Fn(usize) -> i64| self.sets.iter().map(|&p| f(p)).collect::<Vec<_>>();
        let numbers = (0..self.sets.len() as i64).collect();
        whole("set", "number of the set", numbers);
        whole(
            "wave",
            "wave in which it was found",
            each(&|p| self.origins[p].0 as i64),
        );
        whole(
            "point",
            "row of that wave's design",
            each(&|p| self.origins[p].1 as i64),
        );
        whole(
            crate::ensemble::sets::CENTRE,
            "1 for the central set, else 0",
            each(&|p| i64::from(p == self.centre)),
        );
        let mut real = |name: &str, unit: &str, help: &str, f: &dyn Fn(usize) -> f64| {
            columns.push(Column::new(name, ColumnType::Real, unit, help));
            values.push(Values::Real(self.sets.iter().map(|&p| f(p)).collect()));
        };
        real(
            "implausibility",
            "standard deviations",
            "largest over the moments, by all runs of the set",
            &|p| self.implausibility[p].0,
        );
        for (k, factor) in self.factors.iter().enumerate() {
            let (unit, help) = factor.parameter.map_or(("1", ""), |q| (q.unit, q.help));
            real(&factor.name, unit, help, &|p| self.sample.points[p][k]);
        }
        for (m, target) in self.targets.iter().enumerate() {
            let name = &target.moment.name;
            real(name, "as the moment", "mean over the seeds", &|p| {
                self.sample.mean(m, p)
            });
            let sd = format!("{name}_sd");
            real(
                &sd,
                "as the moment",
                "standard deviation over the seeds",
                &|p| libm::sqrt(self.sample.variance(m, p)),
            );
        }
        for (m, metric) in experiment.metrics.iter().enumerate() {
            real(
                &metric.name,
                &metric.unit,
                "mean over the seeds; not fitted",
                &|p| mean(&self.sample.metrics[m][p]),
            );
        }
        let mut moments = Vec::new();
        for target in self.targets {
            moments.push(target.moment.name.as_str());
        }
        let worst = self.sets.iter().map(|&p| self.implausibility[p].1);
        let worst = worst.map(|m| moments[m].to_string()).collect();
        columns.insert(
            5,
            Column::new(
                "worst",
                ColumnType::Text,
                "1",
                "the moment that has the implausibility",
            ),
        );
        values.insert(5, Values::Text(worst));
        Table {
            name: "accepted".to_string(),
            columns,
            values,
        }
    }

    fn column(&self, factor: usize) -> Vec<f64> {
        let points = &self.sample.points;
        self.sets.iter().map(|&p| points[p][factor]).collect()
    }

    /// Prior and accepted sets, parameter by parameter.
    pub fn marginals(&self, own: &Parameters) -> Vec<MarginalRow> {
        let row = |(k, factor): (usize, &Factor)| {
            let values = self.column(k);
            let (low, high) = factor.range.map_or((0.0, 1.0), |r| (r.0, r.1));
            // On the scale on which the prior is even.
            let even: Vec<f64> = values.iter().map(|v| scaled(factor, *v)).collect();
            let sd = sample_deviation(&even);
            let ratio = sd * sd * 3.0;
            MarginalRow {
                parameter: factor.name.clone(),
                low,
                high,
                default: factor.parameter.map_or(f64::NAN, |p| p.get(own)),
                centre: self.sample.points[self.centre][k],
                mean: mean(&values),
                sd: sample_deviation(&values),
                q05: quantile(&values, 0.05),
                q25: quantile(&values, 0.25),
                median: median(&values),
                q75: quantile(&values, 0.75),
                q95: quantile(&values, 0.95),
                variance_ratio: ratio,
                identified: i64::from(ratio < UNIDENTIFIED),
            }
        };
        self.factors.iter().enumerate().map(row).collect()
    }

    /// Correlations of all pairs of parameters.
    pub fn correlations(&self) -> Vec<CorrelationRow> {
        let columns: Vec<Vec<f64>> = (0..self.factors.len()).map(|k| self.column(k)).collect();
        let mut rows = Vec::new();
        for (i, first) in self.factors.iter().enumerate() {
            for (j, second) in self.factors.iter().enumerate().skip(i + 1) {
                rows.push(CorrelationRow {
                    first: first.name.clone(),
                    second: second.name.clone(),
                    correlation: correlation(&columns[i], &columns[j]),
                });
            }
        }
        rows
    }

    /// The moments of accepted sets and seeds beside what was observed.
    pub fn predictive(&self) -> Vec<PredictiveRow> {
        let row = |(m, target): (usize, &Target)| {
            let runs: Vec<&Vec<f64>> = self
                .sets
                .iter()
                .map(|&p| &self.sample.moments[m][p])
                .collect();
            let all: Vec<f64> = runs.iter().flat_map(|r| r.iter().copied()).collect();
            let ends = |values: &[f64]| (quantile(values, 0.05), quantile(values, 0.95));
            let (low, high) = ends(&all);
            let of_sets: Vec<(f64, f64)> = runs.iter().map(|r| ends(r)).collect();
            let noise_low = mean(&of_sets.iter().map(|e| e.0).collect::<Vec<_>>());
            let noise_high = mean(&of_sets.iter().map(|e| e.1).collect::<Vec<_>>());
            let inside = [target.atop, target.cow]
                .iter()
                .any(|o| (low..=high).contains(o));
            let narrow = high - low <= 2.0 * target.centre().abs();
            PredictiveRow {
                moment: target.moment.name.clone(),
                observed_atop: target.atop,
                observed_cow: target.cow,
                median: median(&all),
                low,
                high,
                width: high - low,
                noise_low,
                noise_high,
                noise_width: noise_high - noise_low,
                hit: i64::from(inside && narrow),
            }
        };
        self.targets.iter().enumerate().map(row).collect()
    }

    /// The metrics that were not fitted, in the first wave and in the accepted sets.
    pub fn probes(&self, experiment: &Experiment, first: &Sample) -> Vec<ProbeRow> {
        let metrics = experiment.metrics.iter().enumerate();
        let row = |(m, metric): (usize, &crate::ensemble::experiment::Metric)| {
            let prior: Vec<f64> = first.metrics[m].iter().map(|r| mean(r)).collect();
            let runs = self.sets.iter().flat_map(|&p| &self.sample.metrics[m][p]);
            let all: Vec<f64> = runs.copied().collect();
            ProbeRow {
                metric: metric.name.clone(),
                prior_low: quantile(&prior, 0.05),
                prior_median: median(&prior),
                prior_high: quantile(&prior, 0.95),
                median: median(&all),
                low: quantile(&all, 0.05),
                high: quantile(&all, 0.95),
            }
        };
        metrics.map(row).collect()
    }

    /// The moments' columns year by year, over accepted sets and seeds, with what was observed.
    ///
    /// # Errors
    /// If the table of years of the last stage cannot be read.
    pub fn series(&self) -> Result<Vec<SeriesRow>> {
        let years = table(&self.sample.folder, "years", &[])?;
        let lacks = |name: &str| Error::new(format!("the table `years` lacks {name}"));
        let at = years.integer("year").ok_or_else(|| lacks("year"))?;
        let point = years.integer("point").ok_or_else(|| lacks("point"))?;
        let accepted: Vec<bool> = {
            let mut marks = vec![false; self.sample.points.len()];
            self.sets.iter().for_each(|&p| marks[p] = true);
            marks
        };
        let observed = (observed::years("ATOP5.1")?, observed::years("COW4.1")?);
        let mut rows = Vec::new();
        for (column, per, scale) in self.columns() {
            let real = |name: &str| years.real(name).ok_or_else(|| lacks(name));
            let above = real(column)?;
            let below = match per {
                Some(per) => Some(real(per)?),
                None => None,
            };
            let mut groups: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
            for r in (0..years.rows()).filter(|&r| accepted[point[r] as usize]) {
                let value = match &below {
                    Some(below) => above[r] / below[r],
                    None => above[r],
                };
                if value.is_finite() {
                    groups.entry(at[r]).or_default().push(scale * value);
                }
            }
            let seen = |source: &Years, year: i64| -> f64 {
                let values = source.get(&(year as i32));
                let value = |name: &str| values.and_then(|v| v.get(name)).copied();
                let above = value(column).unwrap_or(f64::NAN);
                scale * per.map_or(above, |per| above / value(per).unwrap_or(f64::NAN))
            };
            let name = per.map_or(column.to_string(), |per| format!("{column} / {per}"));
            rows.extend(groups.into_iter().map(|(year, values)| SeriesRow {
                column: name.clone(),
                year,
                median: median(&values),
                low: quantile(&values, 0.05),
                high: quantile(&values, 0.95),
                observed_atop: seen(&observed.0, year),
                observed_cow: seen(&observed.1, year),
            }));
        }
        Ok(rows)
    }

    /// Column, denominator and scale of each series that the moments are made of, once.
    fn columns(&self) -> Vec<(&'static str, Option<&'static str>, f64)> {
        let mut all = Vec::new();
        let of_world = |t: &&Target| t.moment.table == Source::World;
        for target in self.targets.iter().filter(of_world) {
            let m = &target.moment;
            let series = (m.column, m.per, m.scale);
            if !all.contains(&series) {
                all.push(series);
            }
        }
        all
    }
}
