//! What a forecast has to beat: persistence, a linear trend, a first-order autoregression.
//! Each is a normal predictive distribution for every year ahead.

use super::Series;

/// A baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// The last value, with the variance of a random walk.
    Persistence,
    /// A straight line.
    Trend,
    /// Next year's value is linear in this year's.
    Autoregression,
}

impl Baseline {
    /// All of them.
    pub const ALL: [Baseline; 3] = [Self::Persistence, Self::Trend, Self::Autoregression];

    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Persistence => "persistence",
            Self::Trend => "trend",
            Self::Autoregression => "ar1",
        }
    }
}

/// A fitted baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// Which.
    pub baseline: Baseline,
    /// Value where it begins (persistence), at the mean year (trend), constant (autoregression).
    pub intercept: f64,
    /// 1 (persistence), change a year (trend), share that is kept (autoregression).
    pub slope: f64,
    /// Standard deviation of the innovations or residuals.
    pub sd: f64,
    /// Years, or pairs of years, that it was fitted to.
    pub points: usize,
    start: (i64, f64),
    line: Line,
}

/// How far a straight line is from what it was fitted to.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Line {
    /// Mean year.
    centre: f64,
    /// Sum of squared distances of the years from it.
    spread: f64,
    /// Whether the line goes through the start instead of the mean.
    through_start: bool,
}

/// Fits a baseline to a series and lets it go on from its end; `None` with too few values.
pub fn fit(baseline: Baseline, series: &Series) -> Option<Fitted> {
    let (&year, &value) = series.iter().next_back()?;
    let found = pooled(baseline, &[series], (year, value))?;
    Some(Fitted {
        line: Line {
            through_start: false,
            ..found.line
        },
        ..found
    })
}

/// Fits a baseline to several series together and lets it begin at `start` of another one.
pub fn pooled(baseline: Baseline, series: &[&Series], start: (i64, f64)) -> Option<Fitted> {
    let line = Line {
        centre: f64::NAN,
        spread: f64::NAN,
        through_start: true,
    };
    let pairs: Vec<(f64, f64)> = series.iter().flat_map(|s| neighbours(s)).collect();
    match baseline {
        Baseline::Persistence => {
            let squares: f64 = pairs.iter().map(|(a, b)| (b - a) * (b - a)).sum();
            (pairs.len() >= 2).then(|| Fitted {
                baseline,
                intercept: start.1,
                slope: 1.0,
                sd: libm::sqrt(squares / pairs.len() as f64),
                points: pairs.len(),
                start,
                line,
            })
        }
        Baseline::Trend => trend(series, start),
        Baseline::Autoregression => {
            let groups = [pairs];
            let found = least_squares(&groups)?;
            Some(Fitted {
                baseline,
                intercept: found.means[0].1 - found.slope * found.means[0].0,
                slope: found.slope,
                sd: found.sd,
                points: found.points,
                start,
                line,
            })
        }
    }
}

fn trend(series: &[&Series], start: (i64, f64)) -> Option<Fitted> {
    let groups: Vec<Vec<(f64, f64)>> = series
        .iter()
        .map(|s| s.iter().map(|(&year, &v)| (year as f64, v)).collect())
        .collect();
    let found = least_squares(&groups)?;
    Some(Fitted {
        baseline: Baseline::Trend,
        intercept: found.means[0].1,
        slope: found.slope,
        sd: found.sd,
        points: found.points,
        start,
        line: Line {
            centre: found.means[0].0,
            spread: found.spread,
            through_start: true,
        },
    })
}

/// Pairs of values of a year and the next.
fn neighbours(series: &Series) -> impl Iterator<Item = (f64, f64)> {
    let next = |(year, &value): (&i64, &f64)| Some((value, *series.get(&(year + 1))?));
    series.iter().filter_map(next)
}

struct LeastSquares {
    slope: f64,
    /// Mean of each group.
    means: Vec<(f64, f64)>,
    spread: f64,
    sd: f64,
    points: usize,
}

/// A common slope with an intercept for each group; `None` without a degree of freedom.
fn least_squares(groups: &[Vec<(f64, f64)>]) -> Option<LeastSquares> {
    let mean = |group: &Vec<(f64, f64)>| {
        let n = group.len().max(1) as f64;
        let sum = group.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
        (sum.0 / n, sum.1 / n)
    };
    let means: Vec<(f64, f64)> = groups.iter().map(mean).collect();
    let centred = || {
        let of = |(group, m): (&'_ Vec<(f64, f64)>, &(f64, f64))| {
            let m = *m;
            let moved: Vec<_> = group.iter().map(|p| (p.0 - m.0, p.1 - m.1)).collect();
            moved
        };
        groups.iter().zip(&means).flat_map(of)
    };
    let points: usize = groups.iter().map(Vec::len).sum();
    let spread: f64 = centred().map(|(x, _)| x * x).sum();
    if points < groups.len() + 2 || spread <= 0.0 {
        return None;
    }
    let slope = centred().map(|(x, y)| x * y).sum::<f64>() / spread;
    let rest = |(x, y): (f64, f64)| (y - slope * x) * (y - slope * x);
    let freedom = (points - groups.len() - 1) as f64;
    Some(LeastSquares {
        slope,
        spread,
        sd: libm::sqrt(centred().map(rest).sum::<f64>() / freedom),
        points,
        means,
    })
}

impl Fitted {
    /// Mean and standard deviation of the forecast for a year after the start.
    pub fn predict(&self, year: i64) -> (f64, f64) {
        let ahead = (year - self.start.0).max(0);
        let steps = ahead as f64;
        match self.baseline {
            Baseline::Persistence => (self.intercept, self.sd * libm::sqrt(steps)),
            Baseline::Trend if self.line.through_start => {
                let variance = 2.0 + steps * steps / self.line.spread;
                let mean = self.start.1 + self.slope * steps;
                (mean, self.sd * libm::sqrt(variance))
            }
            Baseline::Trend => {
                let off = year as f64 - self.line.centre;
                let variance = 1.0 + 1.0 / self.points as f64 + off * off / self.line.spread;
                let mean = self.intercept + self.slope * off;
                (mean, self.sd * libm::sqrt(variance))
            }
            Baseline::Autoregression => {
                let (mut mean, mut variance, mut weight) = (self.start.1, 0.0, 1.0);
                for _ in 0..ahead {
                    mean = self.intercept + self.slope * mean;
                    variance += weight;
                    weight *= self.slope * self.slope;
                }
                (mean, self.sd * libm::sqrt(variance))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series() -> Series {
        let values = [16.0, 22.0, 36.0, 31.0, 33.0, 35.0, 35.0, 36.0, 40.0, 45.0];
        (1946..).zip(values).collect()
    }

    fn close((a, b): (f64, f64), (x, y): (f64, f64)) {
        assert!((a - x).abs() < 1e-8 && (b - y).abs() < 1e-8, "{a} {b}");
    }

    /// Expected: statsmodels 0.14 (`OLS`, `get_prediction().se_obs`; the regression of a
    /// value on the one before, iterated) and numpy.
    #[test]
    fn predictions_match_statsmodels() {
        let of = |baseline| fit(baseline, &series()).unwrap();
        let persistence = of(Baseline::Persistence);
        close(persistence.predict(1956), (45.0, 5.840471822645077));
        close(persistence.predict(1965), (45.0, 18.469193569593426));
        let trend = of(Baseline::Trend);
        close(trend.predict(1956), (46.266666666666424, 5.166989237234032));
        close(trend.predict(1965), (68.1393939393929, 8.149446622746016));
        let ar = of(Baseline::Autoregression);
        close(
            (ar.intercept, ar.slope),
            (15.577504725897912, 0.6084593572778836),
        );
        close(ar.predict(1956), (42.958175803402675, 4.495530681828469));
        close(ar.predict(1965), (39.82142470139611, 5.664700988678831));
    }

    #[test]
    fn missing_years_are_left_out_and_too_few_give_nothing() {
        let mut with_gap = series();
        with_gap.remove(&1950);
        let ar = fit(Baseline::Autoregression, &with_gap).unwrap();
        assert_eq!(ar.points, 7);
        with_gap.remove(&1955);
        let persistence = fit(Baseline::Persistence, &with_gap).unwrap();
        assert_eq!(persistence.predict(1955).0, 40.0);
        let short: Series = [(1946, 1.0), (1947, 2.0)].into();
        for baseline in Baseline::ALL {
            assert_eq!(fit(baseline, &short), None, "{baseline:?}");
        }
    }

    #[test]
    fn pooled_slopes_are_those_within_the_series() {
        let line = |from: f64, slope: f64| -> Series {
            (0..10)
                .map(|k| (2000 + k, from + slope * k as f64))
                .collect()
        };
        let (a, b) = (line(0.0, 1.0), line(100.0, 3.0));
        let found = pooled(Baseline::Trend, &[&a, &b], (2000, 50.0)).unwrap();
        assert!((found.slope - 2.0).abs() < 1e-12);
        assert!((found.predict(2005).0 - 60.0).abs() < 1e-12);
        let walk = pooled(Baseline::Persistence, &[&a, &b], (2000, 50.0)).unwrap();
        close(walk.predict(2004), (50.0, 2.0 * 5.0_f64.sqrt()));
    }
}
