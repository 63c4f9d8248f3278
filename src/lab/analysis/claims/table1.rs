//! Table 1 of Attinà (2005), measured: 15 items in five regions, graded by thresholds that were
//! fixed beforehand, beside the grades as printed.

use crate::analysis::statistics::Options;
use crate::analysis::statistics::weighted_kappa::{Weights, permuted, row_modes, weighted_kappa};
use crate::analysis::table1::measure_of;
use crate::ensemble::claims::{Outputs, Stage, TABLE1_REGIONS, metric_key, table1_metrics};
use crate::ensemble::experiment::claims::Part;
use crate::grades::{COLUMNS, Grade, ITEMS, THRESHOLDS, Thresholds, grade};
use crate::table::csv;
use comity_model::error::{Error, Result};
use comity_model::scenario::{Action, Scenario, Target, Thing, library};

/// Factor by which thresholds are varied, downwards and upwards.
const VARIED: [f64; 2] = [0.8, 1.2];

/// The grades of the table, `[region][item]`.
pub type Grades = Vec<Vec<Grade>>;

/// How far the measured table agrees with the printed one.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Which cells.
    pub cells: &'static str,
    /// Linearly weighted kappa over the cells with a place in the order in both tables; NaN
    /// where it has no meaning.
    pub kappa: f64,
    /// Cells that it is taken over.
    pub compared: usize,
    /// Share of all cells with the very grade, those outside of the order included.
    pub equal: f64,
    /// Kappa of each row's most frequent printed grade: what a table without regions reaches.
    pub row_mode: f64,
    /// Mean kappa with the regions in random order.
    pub permuted: f64,
    /// Share of orders that reach the kappa.
    pub p: f64,
    /// Lowest and highest kappa with one threshold a fifth lower or higher.
    pub range: (f64, f64),
}

/// Why rows of the table cannot be measured in this scenario; `None` if they can.
///
/// The items are about what states make of their regions. Where a scenario puts an
/// institution, an awareness or a culture into the world, it would be read back.
pub fn initialised(scenario: &Scenario) -> Option<String> {
    if let Some(body) = scenario.institutions.first() {
        return Some(format!("starts with the partnership \"{}\"", body.name));
    }
    let what = |action: &Action| match action {
        Action::Insert(Thing::Partnership(body)) if body.inert => None,
        Action::Insert(
            Thing::Partnership(_)
            | Thing::Agreement(..)
            | Thing::Office(..)
            | Thing::Membership(..)
            | Thing::Participant(..)
            | Thing::Pact(..),
        ) => Some("puts pacts or institutions into the world"),
        Action::Force(target, _) | Action::Add(target, _) | Action::Scale(target, _) => matches!(
            target,
            Target::Awareness
                | Target::RegionalCompetition
                | Target::CultureCooperative
                | Target::CultureComprehensive
                | Target::CultureSovereignty
                | Target::CultureForce
        )
        .then_some("holds or moves a variable that an item is measured by"),
        _ => None,
    };
    let found = scenario.schedule.iter().find_map(|t| what(&t.action));
    found.map(str::to_string)
}

/// The grades as printed.
///
/// # Errors
/// If the shipped table is broken, which a test excludes.
pub fn printed() -> Result<Grades> {
    let bytes = library::data("table1_ratings.csv").unwrap_or_default();
    let table = csv::read("table1_ratings", bytes, &[])?;
    let columns = table.columns.iter().skip(2);
    columns
        .map(|column| {
            let texts = table.text(&column.name);
            let texts = texts.ok_or_else(|| Error::new("lacks a region").in_file("table1"))?;
            Ok(texts.iter().map(|t| Grade::printed(t)).collect())
        })
        .collect()
}

/// The grades measured in an arm at a point.
pub fn measured(
    outputs: &Outputs,
    key: &str,
    (stage, point): (Stage, usize),
    thresholds: &Thresholds,
) -> Grades {
    let metrics = table1_metrics();
    let values = |region: usize, column: &str| -> Vec<f64> {
        let name = format!("{}_{column}", TABLE1_REGIONS[region]);
        let metric = metrics.iter().find(|m| m.name == name);
        let found = metric.and_then(|m| outputs.get(key, stage, &metric_key(m)));
        found.map_or(Vec::new(), |points| points[point].clone())
    };
    let cell = |region: usize, item: usize| {
        let columns = COLUMNS[item - 1];
        let first = values(region, columns[0]);
        let second = columns.get(1).map_or(Vec::new(), |c| values(region, c));
        grade(
            item,
            &measure_of(item, &first, &second, thresholds),
            thresholds,
        )
    };
    let row = |region: usize| (1..=ITEMS.len()).map(|item| cell(region, item)).collect();
    (0..TABLE1_REGIONS.len()).map(row).collect()
}

/// Share of the regions with the printed grade in an item.
pub fn row_agreement(ours: &Grades, theirs: &Grades, item: usize) -> f64 {
    let equal = |(a, b): (&Vec<Grade>, &Vec<Grade>)| a[item - 1] == b[item - 1];
    let count = ours.iter().zip(theirs).filter(|pair| equal(*pair)).count();
    count as f64 / ours.len() as f64
}

/// Kappa over the cells of these regions; NaN where it has no meaning.
pub fn kappa(ours: &Grades, theirs: &Grades, part: Part) -> f64 {
    let from = match part {
        Part::All => 0,
        Part::OtherRegions => 1,
    };
    let all: Vec<usize> = (from..ours.len()).collect();
    let found = weighted_kappa(&scores(ours, &all), &scores(theirs, &all), Weights::Linear);
    found.map_or(f64::NAN, |k| k.kappa)
}

/// The agreement over all regions, Europe and the rest.
///
/// # Errors
/// If the tables differ in size.
pub fn agreements(
    outputs: &Outputs,
    key: &str,
    place: (Stage, usize),
    theirs: &Grades,
) -> Result<Vec<Agreement>> {
    let ours = measured(outputs, key, place, &THRESHOLDS);
    let varied: Vec<Grades> = VARIED
        .iter()
        .flat_map(|&factor| THRESHOLDS.varied(factor))
        .map(|t| measured(outputs, key, place, &t))
        .collect();
    let parts: [(&str, Vec<usize>); 3] = [
        ("all", (0..5).collect()),
        ("Europe", vec![0]),
        ("other regions", (1..5).collect()),
    ];
    parts
        .into_iter()
        .map(|(cells, regions)| {
            let of = |grades: &Grades| {
                let found = weighted_kappa(
                    &scores(grades, &regions),
                    &scores(theirs, &regions),
                    Weights::Linear,
                );
                found.map_or((f64::NAN, 0), |k| (k.kappa, k.cells))
            };
            let (kappa, compared) = of(&ours);
            let (row_mode, permuted, p) = baselines(&ours, theirs, &regions);
            let range: Vec<f64> = varied
                .iter()
                .map(|g| of(g).0)
                .filter(|k| k.is_finite())
                .collect();
            let all = regions.iter().flat_map(|&r| ours[r].iter().zip(&theirs[r]));
            let count = all.clone().count() as f64;
            Ok(Agreement {
                cells,
                kappa,
                compared,
                equal: all.filter(|(a, b)| a == b).count() as f64 / count,
                row_mode,
                permuted,
                p,
                range: (
                    range.iter().copied().fold(kappa, f64::min),
                    range.iter().copied().fold(kappa, f64::max),
                ),
            })
        })
        .collect()
}

/// Kappa of the printed rows' modes, mean kappa of permuted regions and its p.
fn baselines(ours: &Grades, theirs: &Grades, regions: &[usize]) -> (f64, f64, f64) {
    if regions.len() < 2 {
        return (f64::NAN, f64::NAN, f64::NAN);
    }
    let (ours, theirs) = (scores(ours, regions), scores(theirs, regions));
    let modes = row_modes(&theirs, regions.len());
    let of_modes = modes.and_then(|modes| weighted_kappa(&modes, &theirs, Weights::Linear));
    let options = Options {
        resamples: 2000,
        confidence: 0.95,
        seed: 1,
    };
    let chance = permuted(&ours, &theirs, regions.len(), Weights::Linear, &options);
    let (mean, p) = chance.map_or((f64::NAN, f64::NAN), |c| (c.mean, c.p));
    (of_modes.map_or(f64::NAN, |k| k.kappa), mean, p)
}

/// The places of the grades in their order, item by item, the regions side by side.
fn scores(grades: &Grades, regions: &[usize]) -> Vec<Option<f64>> {
    let items = 0..ITEMS.len();
    items
        .flat_map(|item| regions.iter().map(move |&r| (r, item)))
        .map(|(r, item)| grades[r][item].score())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_table_agrees_with_itself() {
        let printed = printed().unwrap();
        assert_eq!((printed.len(), printed[0].len()), (5, 15));
        assert_eq!(printed[0][14], Grade::Possible);
        assert_eq!(kappa(&printed, &printed, Part::All), 1.0);
        assert_eq!(row_agreement(&printed, &printed, 3), 1.0);
    }

    #[test]
    fn regions_in_another_order_agree_less() {
        let printed = printed().unwrap();
        let mut turned = printed.clone();
        turned.rotate_left(1);
        assert!(kappa(&turned, &printed, Part::OtherRegions) < 0.7);
        let all: Vec<usize> = (0..5).collect();
        let (row_mode, permuted, _) = baselines(&printed, &printed, &all);
        assert!(
            row_mode < 1.0 && permuted < row_mode,
            "{row_mode} {permuted}"
        );
    }
}
