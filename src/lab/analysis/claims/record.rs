//! The verdict on the data: the same claims on what was observed.

use std::collections::BTreeMap;
use std::path::Path;

use crate::analysis::statistics::Options;
use crate::analysis::statistics::break_dates::Regime;
use crate::analysis::statistics::breakpoint::breakpoint;
use crate::analysis::statistics::period_ratio::period_ratio;
use crate::analysis::statistics::trend::{Correction, trend};
use crate::analysis::summary::mean;
use crate::ensemble::experiment::claims::{Direction, RecordTest, TestKind};
use crate::table::{Table, csv};
use comity_model::error::{Error, Result};
use comity_model::scenario::files::{MAX_DATA, read};
use comity_model::scenario::library;
use comity_model::scenario::suggest::unknown;

/// Significance of the tests.
const SIGNIFICANCE: f64 = 0.05;
/// Level of intervals.
const LEVEL: f64 = 0.95;
/// Years of a period without which its mean has no interval.
const BOOTSTRAPPED: usize = 3;
/// Share of a series on either side of a break.
const TRIM: f64 = 0.15;

/// What one source says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// The claim is true of it.
    True,
    /// It is not.
    False,
    /// The years are not all there.
    NotCovered,
}

impl Answer {
    fn of(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }

    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::False => "false",
            Self::NotCovered => "not covered",
        }
    }
}

/// The verdict on the data: by source, with the statistic in words.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Observed {
    /// By source; a table without sources has the one source "observed".
    pub answers: BTreeMap<String, (Answer, String)>,
}

impl Observed {
    /// The answer of the sources together, in words.
    pub fn verdict(&self) -> &'static str {
        let answers: Vec<Answer> = self.answers.values().map(|a| a.0).collect();
        let covered = |a: &&Answer| **a != Answer::NotCovered;
        let covered: Vec<&Answer> = answers.iter().filter(covered).collect();
        match covered.as_slice() {
            [] if answers.is_empty() => "",
            [] => "not covered",
            [first, rest @ ..] if rest.iter().all(|a| a == first) => first.name(),
            _ => "sources disagree",
        }
    }

    /// The answer of a source whose name begins so, else of the only one.
    pub fn of(&self, source: &str) -> &'static str {
        let own = self
            .answers
            .iter()
            .find(|(name, _)| name.starts_with(source));
        let only = self.answers.iter().find(|(name, _)| *name == ONLY);
        own.or(only).map_or("", |(_, (answer, _))| answer.name())
    }

    /// What was found, in a line.
    pub fn detail(&self) -> String {
        let each = self
            .answers
            .iter()
            .map(|(source, (answer, found))| match source.as_str() {
                ONLY => format!("{}: {found}", answer.name()),
                source => format!("{source} {}: {found}", answer.name()),
            });
        each.collect::<Vec<_>>().join("; ")
    }
}

/// Source of a table that has no column of sources.
const ONLY: &str = "observed";

/// Tests a claim on the observed tables, those in `folder` or the shipped ones.
///
/// # Errors
/// If there is no such table, column or region.
pub fn observed(test: &RecordTest, folder: Option<&Path>) -> Result<Observed> {
    let table = table(&test.table, folder)?;
    let shown = format!("{}.csv", test.table);
    let place = |e: Error| e.in_file(&shown);
    let missing = |name: &str| {
        let names = table.columns.iter().map(|c| c.name.as_str());
        Error::new(unknown("a column", name, names)).in_file(&shown)
    };
    let column = |name: &String| table.real(name).ok_or_else(|| missing(name));
    let values = column(&test.column)?;
    let below = test.per.as_ref().map(column).transpose()?;
    let years = table.integer("year").ok_or_else(|| missing("year"))?;
    let regions = table.text("region");
    if let Some(region) = &test.region {
        let known = regions.unwrap_or_default();
        if !known.contains(region) {
            let names = known.iter().map(String::as_str);
            return Err(place(Error::new(unknown("a region", region, names))));
        }
    }
    let sources = table.text("source");
    let mut series: BTreeMap<String, BTreeMap<i64, f64>> = BTreeMap::new();
    for row in 0..table.rows() {
        let elsewhere = |r: &String| regions.is_some_and(|names| names[row] != *r);
        if test.region.as_ref().is_some_and(elsewhere) {
            continue;
        }
        let value = values[row] / below.as_ref().map_or(1.0, |b| b[row]);
        let source = sources.map_or(ONLY.to_string(), |s| s[row].clone());
        series.entry(source).or_default().insert(years[row], value);
    }
    let answer = |(source, years): (String, BTreeMap<i64, f64>)| {
        let found = judge(test, &years).map_err(place)?;
        Ok((source, found))
    };
    let answers = series.into_iter().map(answer).collect::<Result<_>>()?;
    Ok(Observed { answers })
}

fn table(name: &str, folder: Option<&Path>) -> Result<Table> {
    let file = format!("{name}.csv");
    let bytes = match folder {
        Some(folder) => read(&folder.join(&file), MAX_DATA)?,
        None => {
            let path = format!("observed/{file}");
            let found = library::data(&path).map(<[u8]>::to_vec);
            found.ok_or_else(|| Error::new("is no table of the observed record").in_file(&file))?
        }
    };
    csv::read(name, &bytes, &[]).map_err(|e| e.in_file(&file))
}

/// The values of these years, if all are there.
fn window(years: &BTreeMap<i64, f64>, (from, until): (i32, i32)) -> Option<Vec<f64>> {
    let value = |year: i32| {
        years
            .get(&i64::from(year))
            .copied()
            .filter(|v| v.is_finite())
    };
    (from..=until).map(value).collect()
}

fn judge(test: &RecordTest, years: &BTreeMap<i64, f64>) -> Result<(Answer, String)> {
    let none = || (Answer::NotCovered, missing(test, years));
    let Some(values) = window(years, test.window) else {
        return Ok(none());
    };
    let options = Options {
        resamples: 2000,
        confidence: LEVEL,
        seed: 1,
    };
    let sign = test.expect.sign();
    let value = test.value.unwrap_or(0.0);
    let (holds, found) = match test.kind {
        TestKind::Trend => {
            let found = trend(&values, Correction::FirstOrder, LEVEL)?;
            let holds = sign * (found.slope - value) > 0.0 && found.p < SIGNIFICANCE;
            let text = format!(
                "Sen's slope {:.4} a year [{:.4}, {:.4}], p {:.2}",
                found.slope, found.interval.low, found.interval.high, found.p
            );
            (holds, text)
        }
        TestKind::Breakpoint => {
            let found = breakpoint(&values, Regime::Mean, TRIM, &options)?;
            let year = test.window.0 + found.at as i32;
            let wanted = test.year.unwrap_or_default();
            let step = mean(&values[found.at..]) - mean(&values[..found.at]);
            let holds = found.p < SIGNIFICANCE
                && (year - wanted).abs() <= test.tolerance
                && sign * step > 0.0;
            let text = format!("best break {year}, step {step:.4}, p {:.2}", found.p);
            (holds, text)
        }
        TestKind::PeriodRatio => {
            let Some(earlier) = test.against.and_then(|w| window(years, w)) else {
                return Ok(none());
            };
            let (n, m) = (earlier.len(), values.len());
            if n.min(m) < BOOTSTRAPPED {
                let ratio = mean(&values) / mean(&earlier);
                let text = format!("ratio {ratio:.2}, of too few years for an interval");
                return Ok((Answer::of(sign * (ratio - value) > 0.0), text));
            }
            let both: Vec<f64> = earlier.into_iter().chain(values).collect();
            let found = period_ratio(&both, 0..n, n..n + m, None, &options)?;
            let (low, high) = (found.interval.low, found.interval.high);
            let holds = match test.expect {
                Direction::Decrease => high < value,
                _ => low > value,
            };
            (
                holds,
                format!("ratio {:.2} [{low:.2}, {high:.2}]", found.value),
            )
        }
        TestKind::Equivalence => {
            let found = trend(&values, Correction::FirstOrder, LEVEL)?;
            let margin = test.margin.unwrap_or(0.0);
            let centre = mean(&values).abs();
            let decade = |slope: f64| 10.0 * slope / centre;
            let (low, high) = (decade(found.interval.low), decade(found.interval.high));
            let holds = low > -margin && high < margin;
            let text = format!(
                "change a decade {:.0} % [{:.0}, {:.0}]",
                100.0 * decade(found.slope),
                100.0 * low,
                100.0 * high
            );
            (holds, text)
        }
        _ => {
            let found = mean(&values);
            (sign * (found - value) > 0.0, format!("mean {found:.3}"))
        }
    };
    Ok((Answer::of(holds), found))
}

fn missing(test: &RecordTest, years: &BTreeMap<i64, f64>) -> String {
    let known: Vec<&i64> = years
        .iter()
        .filter(|y| y.1.is_finite())
        .map(|y| y.0)
        .collect();
    match (known.first(), known.last()) {
        (Some(first), Some(last)) => format!(
            "needs {} to {}, has {first} to {last}",
            test.against
                .map_or(test.window.0, |a| a.0.min(test.window.0)),
            test.window.1
        ),
        _ => "no year has a value".to_string(),
    }
}
