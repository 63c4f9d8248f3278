//! Where yearly columns go, in sentences.

use super::words::{number, p, percent, range, signed, unit};
use comity_lab::analysis::bands::MeanBand;
use comity_lab::analysis::trends::{by_replicate, share};
use comity_lab::table::Table;

/// Where a column goes over the years.
pub struct Course {
    /// Number of runs.
    pub runs: usize,
    /// Sen's slope a year: of the only run, or the mean over the runs.
    pub slope: f64,
    /// The slope's 95 % interval.
    pub ends: (f64, f64),
    /// p of no trend; NaN of several runs.
    pub p: f64,
    /// Shares of the runs that rise and that fall clearly.
    pub shares: (f64, f64),
}

/// The course of a column over the rows that `keep` selects; `None` without the column or
/// with too few years.
pub fn course(table: &Table, column: &str, keep: impl Fn(usize) -> bool + Copy) -> Option<Course> {
    let found = by_replicate(table, column, keep)?;
    let shares = (share(&found, 1.0), share(&found, -1.0));
    if let [one] = found.as_slice() {
        return Some(Course {
            runs: 1,
            slope: one.slope,
            ends: (one.interval.low, one.interval.high),
            p: one.p,
            shares,
        });
    }
    let slopes: Vec<f64> = found.iter().map(|t| t.slope).collect();
    let mean = MeanBand::of(0.0, &slopes);
    (!slopes.is_empty()).then(|| Course {
        runs: slopes.len(),
        slope: mean.mean,
        ends: (mean.low(), mean.high()),
        p: f64::NAN,
        shares,
    })
}

impl Course {
    /// In a sentence; `of` is the unit of the column.
    pub fn sentence(&self, name: &str, of: &str) -> String {
        let slope = format!("{}{} per year", signed(self.slope), unit(of));
        let interval = format!("95 % interval {}", range(self.ends.0, self.ends.1));
        if self.runs == 1 {
            let does = match (self.shares.0 > 0.0, self.shares.1 > 0.0) {
                (true, _) => "rises",
                (_, true) => "falls",
                _ => "shows no clear trend",
            };
            return format!("{name} {does}: {slope} ({interval}; {}).", p(self.p));
        }
        let alone = format!(
            "Taken singly, {} of the runs rise and {} fall clearly (p < .05).",
            percent(self.shares.0),
            percent(self.shares.1)
        );
        let does = match self.ends {
            (low, _) if low > 0.0 => "rises on average",
            (_, high) if high < 0.0 => "falls on average",
            (low, high) if low == high => {
                return format!(
                    "{name} has the slope 0 in every one of {} runs. {alone}",
                    self.runs
                );
            }
            _ => "shows no trend on average that is told apart from none",
        };
        format!(
            "{name} {does}: {slope} in the mean of {} runs ({interval}). {alone}",
            self.runs
        )
    }
}

/// How trends are found.
pub fn method(runs: usize) -> String {
    let test = "Trends are Sen's slopes; the test is Mann–Kendall's, corrected for \
                autocorrelation of first order (Hamed 2009)";
    match runs {
        1 => format!("{test}, and so is the interval of the slope."),
        _ => format!("{test}. The interval of a mean slope is Student's t over the runs."),
    }
}

/// A band over the runs: the median, and the middle 90 % if there are several runs.
pub fn band(median: f64, low: f64, high: f64, runs: usize) -> String {
    match runs {
        1 => number(median),
        _ => format!("{} ({})", number(median), range(low, high)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_lab::table::csv;

    fn table(runs: &[&[f64]]) -> Table {
        let mut text = "run_id,year,pacts\n".to_string();
        for (run, values) in runs.iter().enumerate() {
            for (year, value) in values.iter().enumerate() {
                text.push_str(&format!("{run},{year},{value}\n"));
            }
        }
        csv::read("world", text.as_bytes(), &[]).unwrap()
    }

    fn sentence(runs: &[&[f64]]) -> String {
        let found = course(&table(runs), "pacts", |_| true).unwrap();
        found.sentence("The number", "pacts")
    }

    const UP: [f64; 8] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.5];

    #[test]
    fn a_run_has_its_slope_with_an_interval() {
        let text = sentence(&[&UP]);
        assert!(
            text.starts_with("The number rises: +1 pacts per year (95 % interval 1 to "),
            "{text}"
        );
        let flat = sentence(&[&[1.0, 3.0, 1.0, 3.0, 2.0, 1.0, 3.0, 1.0]]);
        assert!(
            flat.starts_with("The number shows no clear trend"),
            "{flat}"
        );
    }

    #[test]
    fn several_runs_have_a_mean_slope() {
        let down: Vec<f64> = UP.iter().map(|v| 10.0 - v).collect();
        let faster: Vec<f64> = UP.iter().map(|v| 1.1 * v).collect();
        let text = sentence(&[&UP, &faster, &UP]);
        assert!(text.contains("rises on average: +1.03 pacts"), "{text}");
        assert!(text.contains("100 % of the runs rise and 0 %"), "{text}");
        let both = sentence(&[&UP, &down]);
        assert!(both.contains("no trend on average"), "{both}");
        let same = sentence(&[&[2.0; 8], &[2.0; 8]]);
        assert!(
            same.contains("the slope 0 in every one of 2 runs"),
            "{same}"
        );
    }
}
