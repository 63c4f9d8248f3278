//! The 15 items read from the region table over a window of years.

use std::collections::BTreeMap;

use crate::analysis::summary::{mean, median, quantile};
use crate::grades::{COLUMNS, Grade, ITEMS, Measure, Thresholds, grade};
use crate::table::Table;

/// The grade of one item in one region.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Region.
    pub region: String,
    /// Item, 1-15.
    pub item: usize,
    /// Median over the replicates of the item's first column.
    pub raw: f64,
    /// What it is graded by.
    pub measure: Measure,
    /// The grade.
    pub grade: Grade,
}

/// The five rated regions: name, and column of the printed ratings.
pub const RATED: [(&str, &str); 5] = [
    ("europe", "Europe"),
    ("east_asia", "East Asia"),
    ("central_asia", "Central Asia"),
    ("africa", "Africa"),
    ("eu_neighbourhood", "EU-N"),
];

/// Whether the region is one of those rated.
pub fn is_rated(region: &str) -> bool {
    RATED.iter().any(|(name, _)| *name == region)
}

/// A printed rating.
#[derive(Debug, Clone, PartialEq)]
pub struct Rating {
    /// Region.
    pub region: &'static str,
    /// Item, 1-15.
    pub item: usize,
    /// The words, as printed.
    pub words: String,
    /// The grade that they begin with.
    pub grade: Grade,
}

/// The printed ratings in the table `table1_ratings`, item by item; empty if it is another.
pub fn printed(table: &Table) -> Vec<Rating> {
    let mut ratings = Vec::new();
    for (row, &item) in table.integer("row").unwrap_or_default().iter().enumerate() {
        for (region, column) in RATED {
            if let Some(words) = table.text(column) {
                ratings.push(Rating {
                    region,
                    item: item as usize,
                    words: words[row].clone(),
                    grade: Grade::printed(&words[row]),
                });
            }
        }
    }
    ratings
}

/// How many measured grades are those printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    /// Ratings with a measured grade.
    pub compared: usize,
    /// Of those, with the printed grade.
    pub same: usize,
    /// Of those, that the commonest printed grade of their item gives.
    pub commonest: usize,
}

/// Compares the readings with the printed ratings.
pub fn agreement(readings: &[Reading], ratings: &[Rating]) -> Agreement {
    let mut found = Agreement {
        compared: 0,
        same: 0,
        commonest: 0,
    };
    for rating in ratings {
        let same = |r: &&Reading| r.region == rating.region && r.item == rating.item;
        let measured = readings.iter().find(same).map(|r| r.grade);
        if let Some(grade) = measured.filter(|g| *g != Grade::Missing) {
            found.compared += 1;
            found.same += usize::from(grade == rating.grade);
            found.commonest += usize::from(rating.grade == commonest(ratings, rating.item));
        }
    }
    found
}

/// The commonest printed grade of an item; of several, the one that is printed first.
fn commonest(ratings: &[Rating], item: usize) -> Grade {
    let of_item = || ratings.iter().filter(|r| r.item == item).map(|r| r.grade);
    let count = |grade: Grade| of_item().filter(|g| *g == grade).count();
    // Of equal counts `max_by_key` takes the last, hence from the end.
    let all: Vec<Grade> = of_item().collect();
    let most = all.into_iter().rev().max_by_key(|g| count(*g));
    most.unwrap_or(Grade::Missing)
}

/// The last five recorded years.
pub fn last_five(regions: &Table) -> Option<(i64, i64)> {
    let years = regions.integer("year")?;
    let last = *years.iter().max()?;
    Some((last - 4, last))
}

/// Regions in the order in which they first occur.
pub fn regions(table: &Table) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in table.text("region").unwrap_or_default() {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// The 15 items in each region, read over `window` (both ends included).
pub fn read(table: &Table, window: (i64, i64), thresholds: &Thresholds) -> Vec<Reading> {
    let mut readings = Vec::new();
    for region in regions(table) {
        for item in 1..=ITEMS.len() {
            let first = by_run(table, &region, COLUMNS[item - 1][0], window, mean);
            let measure = measure(table, &region, item, window, thresholds);
            readings.push(Reading {
                raw: median(&first),
                grade: grade(item, &measure, thresholds),
                region: region.clone(),
                item,
                measure,
            });
        }
    }
    readings
}

fn measure(
    table: &Table,
    region: &str,
    item: usize,
    window: (i64, i64),
    t: &Thresholds,
) -> Measure {
    let column = |place: usize| -> Vec<f64> {
        let name = COLUMNS[item - 1].get(place);
        name.map_or(Vec::new(), |name| by_run(table, region, name, window, mean))
    };
    let first = match item {
        15 => {
            let reach = (window.0, window.1 + t.community_years);
            by_run(table, region, COLUMNS[14][0], reach, |v| quantile(v, 1.0))
        }
        _ => column(0),
    };
    measure_of(item, &first, &column(1), t)
}

/// The measure of an item from its first and second column, one value for each replicate; for
/// item 15 the highest share of the years within which the community may form.
pub fn measure_of(item: usize, first: &[f64], second: &[f64], t: &Thresholds) -> Measure {
    let interval = (quantile(first, 0.1), quantile(first, 0.9));
    let (value, second) = match item {
        13 => (share(first, |x| x <= t.reduction), f64::NAN),
        14 => (
            share(first, |x| x >= t.gain),
            share(second, |x| x >= t.subset),
        ),
        15 => (share(first, |x| x >= t.community), f64::NAN),
        _ => (median(first), median(second)),
    };
    Measure {
        value: settle(value),
        second: settle(second),
        interval: (settle(interval.0), settle(interval.1)),
    }
}

/// Without the last digits, in which a mean of equal values can fall short of
/// the threshold that they meet.
fn settle(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

/// One value for each replicate: `reduce` over the window's years.
fn by_run(
    table: &Table,
    region: &str,
    column: &str,
    (from, to): (i64, i64),
    reduce: impl Fn(&[f64]) -> f64,
) -> Vec<f64> {
    let (Some(years), Some(names), Some(values)) = (
        table.integer("year"),
        table.text("region"),
        table.real(column),
    ) else {
        return Vec::new();
    };
    let mut runs: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for row in 0..table.rows() {
        if names[row] == region && (from..=to).contains(&years[row]) {
            let run = table.integer("run_id").map_or(0, |ids| ids[row]);
            runs.entry(run).or_default().push(values[row]);
        }
    }
    runs.values().map(|v| reduce(v)).collect()
}

/// Share of the finite values that hold; NaN without any.
fn share(values: &[f64], holds: impl Fn(f64) -> bool) -> f64 {
    let marks: Vec<f64> = values
        .iter()
        .filter(|x| x.is_finite())
        .map(|&x| f64::from(u8::from(holds(x))))
        .collect();
    mean(&marks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grades::THRESHOLDS;
    use crate::table::csv;

    #[test]
    fn items_are_read_over_the_window_and_the_replicates() {
        let text = b"run_id,year,region,awareness,culture_change\n\
            0,2000,europe,0,0\n0,2001,europe,.6,-.2\n0,2002,europe,.8,-.2\n\
            1,2001,europe,.5,0\n1,2002,europe,.5,0\n";
        let table = csv::read("regions", text, &[]).unwrap();
        let readings = read(&table, (2001, 2002), &THRESHOLDS);
        assert_eq!(readings.len(), 15);
        assert!((readings[0].raw - 0.6).abs() < 1e-12);
        assert_eq!(readings[0].grade, Grade::High);
        assert_eq!(readings[12].grade, Grade::Possible);
        assert_eq!(readings[5].grade, Grade::Missing);
        assert_eq!(last_five(&table), Some((1998, 2002)));
    }

    #[test]
    fn the_printed_ratings_are_read_and_compared() {
        let tables = crate::analysis::observed::tables().unwrap();
        let table = tables.iter().find(|t| t.name == "table1_ratings");
        let ratings = printed(table.unwrap());
        assert_eq!(ratings.len(), 75);
        let reading = |item: usize, region: &str, grade| Reading {
            region: region.to_string(),
            item,
            raw: 0.5,
            measure: Measure {
                value: 0.5,
                second: f64::NAN,
                interval: (0.5, 0.5),
            },
            grade,
        };
        // Item 3 as printed: High, Low, Medium, Medium, Unclear; item 9: Yes, No, Some, No, No.
        let readings = [
            reading(3, "europe", Grade::High),
            reading(3, "east_asia", Grade::High),
            reading(3, "africa", Grade::Medium),
            reading(3, "americas", Grade::High),
            reading(9, "africa", Grade::No),
            reading(9, "europe", Grade::Missing),
        ];
        let found = agreement(&readings, &ratings);
        assert_eq!((found.compared, found.same, found.commonest), (4, 3, 2));
        assert_eq!(commonest(&ratings, 9), Grade::No);
    }
}
