//! The 15 items by which regional cooperation is rated: thresholds and grades.
//!
//! The thresholds were fixed before any run on historical data.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Thresholds between grades, in one place.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Item 1: awareness for High and for Medium.
    pub awareness: [f64; 2],
    /// Item 2: fatal disputes per state-year below which High, below which Medium, from which Low.
    pub violence: [f64; 3],
    /// Item 2: share in domestic conflict below which High, below which Medium, from which Low.
    pub domestic: [f64; 3],
    /// Item 3: competition below which High, from which Low.
    pub competition: [f64; 2],
    /// Items 4-6: share of states for High and for Medium.
    pub consensus: [f64; 2],
    /// Items 4-6: shares between which Medium/low.
    pub consensus_between: [f64; 2],
    /// Item 5: interquartile range above which Diversified.
    pub diversified: f64,
    /// Item 7: share of pairs in opposed pacts below which Yes.
    pub opposed: f64,
    /// Item 8: share of states for Yes and for a part.
    pub agreement: [f64; 2],
    /// Item 9: operative agreements for Yes and for Some.
    pub operative: [f64; 2],
    /// Item 9: offices for Yes.
    pub offices: f64,
    /// Items 10 and 11: coverage for Yes, and below which No.
    pub coverage: [f64; 2],
    /// Item 13: relative change of dispersion in ten years at or below which it is reduced.
    pub reduction: f64,
    /// Item 14: gain in denationalisation in ten years.
    pub gain: f64,
    /// Item 14: states in a connected subset that gains while the region does not.
    pub subset: f64,
    /// Item 15: share of the region's states in a community.
    pub community: f64,
    /// Item 15: years within which the community forms.
    pub community_years: i64,
    /// Items 13-15: share of replicates for Yes, Possible and Uncertain.
    pub replicates: [f64; 3],
}

/// The thresholds in use: those of `experiments/claims/table1/thresholds.toml`.
pub static THRESHOLDS: LazyLock<Thresholds> = LazyLock::new(|| {
    toml::from_str(include_str!("experiments/claims/table1/thresholds.toml"))
        .expect("the shipped thresholds are read by a test")
});

impl Thresholds {
    /// These thresholds with one of their numbers multiplied by `factor`, for each of them.
    pub fn varied(&self, factor: f64) -> Vec<Self> {
        let mut all = Vec::new();
        for place in 0.. {
            let mut tree = toml::Table::try_from(self).unwrap_or_default();
            let mut left = place;
            let scaled = tree.iter_mut().any(|(_, value)| match value {
                toml::Value::Array(list) if left < list.len() => {
                    scale(&mut list[left], factor);
                    true
                }
                toml::Value::Array(list) => {
                    left -= list.len();
                    false
                }
                one if left == 0 => {
                    scale(one, factor);
                    true
                }
                _ => {
                    left -= 1;
                    false
                }
            });
            match (scaled, tree.try_into()) {
                (true, Ok(thresholds)) => all.push(thresholds),
                _ => break,
            }
        }
        all
    }
}

fn scale(value: &mut toml::Value, factor: f64) {
    match value {
        toml::Value::Float(v) => *v *= factor,
        toml::Value::Integer(v) => *v = libm::round(*v as f64 * factor) as i64,
        _ => {}
    }
}

/// A grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// High.
    High,
    /// Medium.
    Medium,
    /// Between Medium and Low.
    MediumLow,
    /// Low.
    Low,
    /// The replicates' interval covers more than one boundary.
    Unclear,
    /// The states differ too much for one grade.
    Diversified,
    /// Yes.
    Yes,
    /// Some.
    Some,
    /// On border areas only.
    OnBorders,
    /// On terrorism only.
    OnTerrorism,
    /// Only among a part of the states.
    Among,
    /// No.
    No,
    /// In most replicates.
    Possible,
    /// In few replicates.
    Uncertain,
    /// Not measured.
    Missing,
}

impl Grade {
    /// As printed.
    pub fn label(self) -> &'static str {
        match self {
            Self::High => "High",
            Self::Medium => "Medium",
            Self::MediumLow => "Medium/low",
            Self::Low => "Low",
            Self::Unclear => "Unclear",
            Self::Diversified => "Diversified",
            Self::Yes => "Yes",
            Self::Some => "Some",
            Self::OnBorders => "On borders",
            Self::OnTerrorism => "On terror",
            Self::Among => "Among some",
            Self::No => "No",
            Self::Possible => "Possible",
            Self::Uncertain => "Uncertain",
            Self::Missing => "–",
        }
    }

    /// The grade of an entry as it stands in the printed table; remarks after the
    /// grade ("but absent in …", "exc. …") are dropped.
    pub fn printed(text: &str) -> Grade {
        let text = text.trim().to_lowercase();
        let starts = [
            ("medium/low", Self::MediumLow),
            ("medium", Self::Medium),
            ("high", Self::High),
            ("low", Self::Low),
            ("unclear", Self::Unclear),
            ("diversified", Self::Diversified),
            ("yes", Self::Yes),
            ("some", Self::Some),
            ("on border", Self::OnBorders),
            ("on terror", Self::OnTerrorism),
            ("only", Self::Among),
            ("among", Self::Among),
            ("no", Self::No),
            ("possible", Self::Possible),
            ("uncertain", Self::Uncertain),
        ];
        let found = starts.iter().find(|(start, _)| text.starts_with(start));
        found.map_or(Self::Missing, |(_, grade)| *grade)
    }

    /// 3 (best) to 1; `None` for grades outside the order and for missing.
    pub fn score(self) -> Option<f64> {
        match self {
            Self::High | Self::Yes => Some(3.0),
            Self::Medium
            | Self::Some
            | Self::OnBorders
            | Self::OnTerrorism
            | Self::Among
            | Self::Possible => Some(2.0),
            Self::MediumLow => Some(1.5),
            Self::Low | Self::No => Some(1.0),
            Self::Unclear | Self::Diversified | Self::Uncertain | Self::Missing => None,
        }
    }
}

/// Names of the items, in order from item 1.
pub const ITEMS: [&str; 15] = [
    "Awareness of interdependence",
    "Restrained use of violence",
    "Relaxed or no power competition",
    "Consensus: international stability",
    "Consensus: domestic stability",
    "Consensus: economic growth",
    "No opposed military alliances",
    "Written fundamental agreement",
    "Operative agreements and offices",
    "Means: international conflict",
    "Means: domestic conflict",
    "Extra-regional powers involved",
    "Culture differences reduced",
    "Defence denationalised",
    "Security community develops",
];

/// The columns of the region table that an item is measured by; the first is
/// the value shown.
pub const COLUMNS: [&[&str]; 15] = [
    &["awareness"],
    &["violence", "domestic_share"],
    &["relaxed_competition"],
    &["consensus_violence"],
    &["consensus_domestic", "consensus_domestic_iqr"],
    &["consensus_economic"],
    &["opposed_pacts"],
    &["fundamental_agreement"],
    &["operative_agreements", "offices"],
    &["international_mechanisms", "international_border_only"],
    &["domestic_mechanisms", "domestic_terror_only"],
    &["extra_regional"],
    &["culture_change"],
    &["denationalisation_gain", "denationalised_subset"],
    &["community_share"],
];

/// What an item is graded by, over the replicates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// Median of the item's first column; for items 13-15, which ask whether
    /// something happens, the share of replicates in which it does.
    pub value: f64,
    /// Median of the second column; for item 14 the share of replicates in which
    /// a large enough subset gains; NaN if the item has none.
    pub second: f64,
    /// 10 % and 90 % quantiles of the first column.
    pub interval: (f64, f64),
}

/// The grade of `item` (1-15).
pub fn grade(item: usize, measure: &Measure, t: &Thresholds) -> Grade {
    let Measure { value, second, .. } = *measure;
    if value.is_nan() {
        return Grade::Missing;
    }
    match item {
        1 => levels(value, t.awareness),
        2 => restraint(value, second, t),
        3 => relaxation(measure, t),
        5 if second > t.diversified => Grade::Diversified,
        4..=6 => consensus(value, t),
        7 => yes_if(value < t.opposed),
        8 if value >= t.agreement[0] => Grade::Yes,
        8 if value >= t.agreement[1] => Grade::Among,
        8 => Grade::No,
        9 if value >= t.operative[0] && second >= t.offices => Grade::Yes,
        9 if value >= t.operative[1] || second > 0.0 => Grade::Some,
        9 => Grade::No,
        10 => coverage(value, second, Grade::OnBorders, t),
        11 => coverage(value, second, Grade::OnTerrorism, t),
        12 => yes_if(value >= 1.0),
        13 | 15 => replicates(value, t),
        14 => match replicates(value, t) {
            Grade::Yes => Grade::Yes,
            _ if second >= t.replicates[0] => Grade::Among,
            other => other,
        },
        _ => Grade::Missing,
    }
}

fn yes_if(condition: bool) -> Grade {
    if condition { Grade::Yes } else { Grade::No }
}

fn levels(value: f64, [high, medium]: [f64; 2]) -> Grade {
    match value {
        v if v >= high => Grade::High,
        v if v >= medium => Grade::Medium,
        _ => Grade::Low,
    }
}

fn restraint(violence: f64, domestic: f64, t: &Thresholds) -> Grade {
    if domestic.is_nan() {
        Grade::Missing
    } else if violence < t.violence[0] && domestic < t.domestic[0] {
        Grade::High
    } else if violence < t.violence[1] && domestic < t.domestic[1] {
        Grade::Medium
    } else if violence >= t.violence[2] || domestic >= t.domestic[2] {
        Grade::Low
    } else {
        Grade::MediumLow
    }
}

/// The column holds 1 − C_r; the thresholds are on C_r.
fn relaxation(measure: &Measure, t: &Thresholds) -> Grade {
    let (low, high) = (1.0 - measure.interval.1, 1.0 - measure.interval.0);
    if low < t.competition[0] && high >= t.competition[1] {
        return Grade::Unclear;
    }
    match 1.0 - measure.value {
        c if c < t.competition[0] => Grade::High,
        c if c < t.competition[1] => Grade::Medium,
        _ => Grade::Low,
    }
}

fn consensus(value: f64, t: &Thresholds) -> Grade {
    let [from, to] = t.consensus_between;
    if (from..=to).contains(&value) {
        Grade::MediumLow
    } else {
        levels(value, t.consensus)
    }
}

fn coverage(value: f64, only: f64, restricted: Grade, t: &Thresholds) -> Grade {
    if value < t.coverage[1] {
        Grade::No
    } else if only >= 0.5 {
        restricted
    } else if value >= t.coverage[0] {
        Grade::Yes
    } else {
        Grade::Some
    }
}

fn replicates(share: f64, t: &Thresholds) -> Grade {
    match share {
        s if s >= t.replicates[0] => Grade::Yes,
        s if s >= t.replicates[1] => Grade::Possible,
        s if s >= t.replicates[2] => Grade::Uncertain,
        _ => Grade::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(item: usize, value: f64, second: f64, expected: Grade) {
        let measure = Measure {
            value,
            second,
            interval: (value, value),
        };
        let found = grade(item, &measure, &THRESHOLDS);
        assert_eq!(found, expected, "item {item}: {value}, {second}");
    }

    #[test]
    fn grades_change_at_the_thresholds() {
        use Grade::*;
        let n = f64::NAN;
        check(1, 0.60, n, High);
        check(1, 0.35, n, Medium);
        check(1, 0.34, n, Low);
        check(2, 0.01, 0.09, High);
        check(2, 0.01, 0.10, Medium);
        check(2, 0.06, 0.10, MediumLow);
        check(2, 0.10, 0.0, Low);
        check(2, 0.0, 0.4, Low);
        check(3, 0.9, n, High);
        check(3, 0.6, n, Medium);
        check(3, 0.4, n, Low);
        check(4, 0.75, n, High);
        check(4, 0.6, n, Medium);
        check(4, 0.5, n, MediumLow);
        check(4, 0.4, n, Low);
        check(5, 0.9, 0.6, Diversified);
        check(5, 0.9, 0.4, High);
        check(7, 0.01, n, Yes);
        check(7, 0.02, n, No);
        check(8, 0.8, n, Yes);
        check(8, 0.2, n, Among);
        check(8, 0.1, n, No);
        check(9, 5.0, 1.0, Yes);
        check(9, 5.0, 0.0, Some);
        check(9, 0.0, 1.0, Some);
        check(9, 1.0, 0.0, No);
        check(10, 0.05, 1.0, No);
        check(10, 0.6, 1.0, OnBorders);
        check(11, 0.2, 1.0, OnTerrorism);
        check(11, 0.5, 0.0, Yes);
        check(11, 0.3, 0.0, Some);
        check(12, 0.0, n, No);
        check(13, 0.8, n, Yes);
        check(13, 0.5, n, Possible);
        check(15, 0.2, n, Uncertain);
        check(15, 0.1, n, No);
        check(14, 0.0, 0.9, Among);
        check(14, 0.0, 0.1, No);
        check(6, n, n, Missing);
    }

    #[test]
    fn each_threshold_is_varied_by_itself() {
        let lower = THRESHOLDS.varied(0.8);
        assert_eq!(lower.len(), 31);
        assert!((lower[0].awareness[0] - 0.48).abs() < 1e-12);
        assert_eq!(lower[0].awareness[1], THRESHOLDS.awareness[1]);
        let changed = |t: &Thresholds| *t != *THRESHOLDS;
        assert!(lower.iter().all(changed));
    }

    #[test]
    fn competition_is_unclear_across_two_boundaries() {
        let measure = Measure {
            value: 0.65,
            second: f64::NAN,
            interval: (0.45, 0.85),
        };
        assert_eq!(grade(3, &measure, &THRESHOLDS), Grade::Unclear);
    }

    #[test]
    fn printed_entries_are_read() {
        let read = Grade::printed;
        assert_eq!(read("Medium but absent in the M.E."), Grade::Medium);
        assert_eq!(read("Medium/low"), Grade::MediumLow);
        assert_eq!(read("Only EU & Med partners"), Grade::Among);
        assert_eq!(read("Yes, exc. M.E."), Grade::Yes);
        assert_eq!(read("No"), Grade::No);
    }
}
