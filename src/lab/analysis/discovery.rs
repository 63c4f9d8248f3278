//! Scenario discovery: which part of the factors' space brings about an outcome.
//!
//! The patient rule induction method (PRIM) of Friedman & Fisher (1999, Statistics and
//! Computing 9: 123-143), as scenario discovery uses it (Bryant & Lempert 2010,
//! Technological Forecasting and Social Change 77: 34-49). With H the points of interest in
//! all, n the points in a box and h those of interest among them:
//!
//! coverage = h/H, density = h/n, mass = n/N.

use serde::{Deserialize, Serialize};

use crate::analysis::distributions::binomial_tail;
use comity_model::error::{Error, Result};

/// How boxes are made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Share of a box's points that one peel takes off, between 0 and 1/2.
    pub peel: f64,
    /// Share of a box's points that one paste adds, between 0 and 1/2.
    pub paste: f64,
    /// Mass below which no box is peeled, between 0 and 1.
    pub mass: f64,
}

impl Default for Options {
    /// 0.05 each, as is usual.
    fn default() -> Self {
        Self {
            peel: 0.05,
            paste: 0.05,
            mass: 0.05,
        }
    }
}

/// The range of one factor in a box.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Limit {
    /// Lowest value, in the factor's unit.
    pub low: f64,
    /// Highest value, in the factor's unit.
    pub high: f64,
    /// Whether it is narrower than the range of the points on either side.
    pub restricted: bool,
    /// The chance of at least as many points of interest in the box if the restriction did
    /// nothing: binomial with the density of the box without it (Bryant & Lempert 2010,
    /// appendix). Quasi, because the box was chosen with these points. NaN if not
    /// restricted.
    pub quasi_p: f64,
}

/// A box and how well it holds the points of interest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hyperbox {
    /// Limits, one for each factor, both ends within.
    pub limits: Vec<Limit>,
    /// Share of all points of interest that are in the box.
    pub coverage: f64,
    /// Share of the box's points that are of interest.
    pub density: f64,
    /// Share of all points that are in the box.
    pub mass: f64,
    /// Points in the box.
    pub points: usize,
    /// Points of interest in the box.
    pub of_interest: usize,
}

impl Hyperbox {
    /// Number of restricted factors.
    pub fn restricted(&self) -> usize {
        self.limits.iter().filter(|l| l.restricted).count()
    }
}

/// The sequence of boxes: the whole space, each box after a peel, and those after pastes on
/// the last.
///
/// `x[point][factor]` are real and `interest[point]` says whether the outcome is there.
///
/// A peel takes the lowest or the highest share `peel` of the values of one factor off (with
/// equal values all or none; at least one value), namely that with the largest gain in
/// density for a point taken off (Kwakkel & Jaxa-Rozen 2016, Environmental Modelling &
/// Software 79: 311-321, eq. 2; with as many points at each end this is the original rule
/// of the highest density). Of equal gains the first factor is taken, and its low end before
/// its high one. Peeling stops at the mass asked for or when every point is of interest; a
/// paste widens one end by the share `paste` and stays if the density does not fall.
///
/// # Errors
///
/// If lengths differ, a value is not finite, there is no factor, no point is of interest or
/// all are, or an option is out of its range.
pub fn prim(x: &[Vec<f64>], interest: &[bool], options: &Options) -> Result<Vec<Hyperbox>> {
    check(x, interest, options)?;
    let space = Space::new(x, interest);
    let mut bounds = space.whole.clone();
    let mut inside: Vec<usize> = (0..x.len()).collect();
    let mut boxes = vec![space.describe(&bounds, &inside)];
    while space.density(&inside) < 1.0 {
        let Some((next, left)) = space.peel(&bounds, &inside, options) else {
            break;
        };
        (bounds, inside) = (next, left);
        boxes.push(space.describe(&bounds, &inside));
    }
    while let Some((next, more)) = space.paste(&bounds, &inside, options) {
        (bounds, inside) = (next, more);
        boxes.push(space.describe(&bounds, &inside));
    }
    Ok(boxes)
}

/// The position of the box to look at first.
///
/// Among the boxes whose restrictions all have a quasi-p below 0.05 it is the one with the
/// highest harmonic mean of coverage and density, 2 c d/(c + d); of equal ones that with the
/// fewest restricted factors, and of those the first. Restrictions that chance could explain
/// thus speak against a box, and neither coverage nor density can be bought with the other.
/// The whole space, which restricts nothing, is taken if no other box is left. `None`
/// without a box.
pub fn pick(boxes: &[Hyperbox]) -> Option<usize> {
    let sound = |b: &Hyperbox| b.limits.iter().all(|l| !l.restricted || l.quasi_p < 0.05);
    let score = |b: &Hyperbox| 2.0 * b.coverage * b.density / (b.coverage + b.density);
    let mut best: Option<usize> = None;
    for (k, candidate) in boxes.iter().enumerate().filter(|(_, b)| sound(b)) {
        let better = best.is_none_or(|at| {
            let held = &boxes[at];
            let order = score(candidate).total_cmp(&score(held));
            order.is_gt() || order.is_eq() && candidate.restricted() < held.restricted()
        });
        if better && score(candidate).is_finite() {
            best = Some(k);
        }
    }
    best
}

/// Ends of a box, low and high for each factor.
type Bounds = Vec<(f64, f64)>;

struct Space<'a> {
    x: &'a [Vec<f64>],
    interest: &'a [bool],
    whole: Bounds,
    of_interest: usize,
}

impl<'a> Space<'a> {
    fn new(x: &'a [Vec<f64>], interest: &'a [bool]) -> Self {
        let range = |j: usize| {
            let values = x.iter().map(|row| row[j]);
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
                (low.min(v), high.max(v))
            })
        };
        Self {
            x,
            interest,
            whole: (0..x[0].len()).map(range).collect(),
            of_interest: interest.iter().filter(|i| **i).count(),
        }
    }

    fn hits(&self, points: &[usize]) -> usize {
        points.iter().filter(|&&i| self.interest[i]).count()
    }

    fn density(&self, points: &[usize]) -> f64 {
        self.hits(points) as f64 / points.len() as f64
    }

    /// The points within the bounds, where factor `free` may have any value.
    fn within(&self, bounds: &Bounds, free: Option<usize>) -> Vec<usize> {
        let fits = |row: &Vec<f64>| {
            let pairs = row.iter().zip(bounds).enumerate();
            pairs
                .filter(|(j, _)| Some(*j) != free)
                .all(|(_, (v, (low, high)))| low <= v && v <= high)
        };
        (0..self.x.len()).filter(|&i| fits(&self.x[i])).collect()
    }

    /// The best box with one end of one factor taken off.
    fn peel(
        &self,
        bounds: &Bounds,
        inside: &[usize],
        options: &Options,
    ) -> Option<(Bounds, Vec<usize>)> {
        let least = options.mass * self.x.len() as f64;
        let now = self.density(inside);
        let mut best: Option<(f64, Bounds, Vec<usize>)> = None;
        for j in 0..bounds.len() {
            let mut values: Vec<f64> = inside.iter().map(|&i| self.x[i][j]).collect();
            values.sort_by(f64::total_cmp);
            for low_end in [true, false] {
                let Some(end) = peeled_end(&values, options.peel, low_end) else {
                    continue;
                };
                let mut next = bounds.clone();
                next[j] = if low_end {
                    (end, next[j].1)
                } else {
                    (next[j].0, end)
                };
                let (low, high) = next[j];
                let keep = |i: &usize| low <= self.x[*i][j] && self.x[*i][j] <= high;
                let left: Vec<usize> = inside.iter().copied().filter(keep).collect();
                if left.is_empty() || (left.len() as f64) < least {
                    continue;
                }
                let off = (inside.len() - left.len()) as f64;
                let gain = (self.density(&left) - now) / off;
                if best.as_ref().is_none_or(|(held, _, _)| gain > *held) {
                    best = Some((gain, next, left));
                }
            }
        }
        best.map(|(_, next, left)| (next, left))
    }

    /// The best box with one end of one factor let out, if it is as dense.
    fn paste(
        &self,
        bounds: &Bounds,
        inside: &[usize],
        options: &Options,
    ) -> Option<(Bounds, Vec<usize>)> {
        let now = self.density(inside);
        let add = ((options.paste * inside.len() as f64) as usize).max(1);
        let mut best: Option<(f64, Bounds, Vec<usize>)> = None;
        for j in 0..bounds.len() {
            let free = self.within(bounds, Some(j));
            for low_end in [true, false] {
                let (low, high) = bounds[j];
                let outside = |v: &f64| if low_end { *v < low } else { *v > high };
                let values = free.iter().map(|&i| self.x[i][j]);
                let mut beyond: Vec<f64> = values.filter(outside).collect();
                beyond.sort_by(f64::total_cmp);
                if low_end {
                    beyond.reverse();
                }
                let Some(&end) = beyond.get((add - 1).min(beyond.len().saturating_sub(1))) else {
                    continue;
                };
                let mut next = bounds.clone();
                next[j] = if low_end { (end, high) } else { (low, end) };
                let more = self.within(&next, None);
                let density = self.density(&more);
                if density >= now && best.as_ref().is_none_or(|(held, _, _)| density > *held) {
                    best = Some((density, next, more));
                }
            }
        }
        best.map(|(_, next, more)| (next, more))
    }

    fn describe(&self, bounds: &Bounds, inside: &[usize]) -> Hyperbox {
        let hits = self.hits(inside);
        let limit = |j: usize| {
            let ((low, high), whole) = (bounds[j], self.whole[j]);
            let restricted = (low, high) != whole;
            let quasi_p = if restricted {
                let free = self.within(bounds, Some(j));
                binomial_tail(hits, inside.len(), self.density(&free))
            } else {
                f64::NAN
            };
            Limit {
                low,
                high,
                restricted,
                quasi_p,
            }
        };
        Hyperbox {
            limits: (0..bounds.len()).map(limit).collect(),
            coverage: hits as f64 / self.of_interest as f64,
            density: hits as f64 / inside.len() as f64,
            mass: inside.len() as f64 / self.x.len() as f64,
            points: inside.len(),
            of_interest: hits,
        }
    }
}

/// The new end after the share `peel` of the sorted values is off at one side; equal values
/// go together, and at least one value goes. `None` if none would be left.
fn peeled_end(sorted: &[f64], peel: f64, low_end: bool) -> Option<f64> {
    let n = sorted.len();
    let off = ((peel * n as f64) as usize).max(1);
    let (first, last) = (*sorted.first()?, *sorted.last()?);
    if off >= n {
        return None;
    }
    if low_end {
        let end = sorted[off];
        match end > first {
            true => Some(end),
            false => sorted.iter().copied().find(|v| *v > first),
        }
    } else {
        let end = sorted[n - 1 - off];
        match end < last {
            true => Some(end),
            false => sorted.iter().rev().copied().find(|v| *v < last),
        }
    }
}

fn check(x: &[Vec<f64>], interest: &[bool], options: &Options) -> Result<()> {
    let d = x.first().map_or(0, Vec::len);
    if d == 0 {
        return Err(Error::expected("no factor", "at least 1"));
    }
    if x.len() != interest.len() || x.iter().any(|row| row.len() != d) {
        let found = format!("{} points and {} outcomes", x.len(), interest.len());
        return Err(Error::expected(
            found,
            "one outcome for each point of one length",
        ));
    }
    if x.iter().flatten().any(|v| !v.is_finite()) {
        return Err(Error::expected("a value that is not finite", "numbers"));
    }
    match interest.iter().filter(|i| **i).count() {
        0 => return Err(Error::expected("no point of interest", "at least 1")),
        hits if hits == x.len() => {
            return Err(Error::expected(
                "every point of interest",
                "some that are not",
            ));
        }
        _ => {}
    }
    for (key, share, most) in [
        ("peel", options.peel, 0.5),
        ("paste", options.paste, 0.5),
        ("mass", options.mass, 1.0),
    ] {
        if !(share > 0.0 && share < most) {
            return Err(
                Error::expected(share, format!("a share between 0 and {most}")).at_key(key),
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_model::rng::{Draws, Stream};

    fn uniform(rows: u32, d: usize) -> Vec<Vec<f64>> {
        let draws = Draws::new(8);
        let row = |i: u32| {
            let mut keyed = draws.at(Stream::Sensing, 0, i, 0);
            (0..d).map(|_| keyed.uniform()).collect()
        };
        (0..rows).map(row).collect()
    }

    fn planted(x: &[f64]) -> bool {
        x[0] > 0.7 && x[2] < 0.4
    }

    #[test]
    fn a_planted_box_is_found() {
        let x = uniform(2000, 4);
        let interest: Vec<bool> = x.iter().map(|x| planted(x)).collect();
        let boxes = prim(&x, &interest, &Options::default()).unwrap();
        let whole = &boxes[0];
        assert_eq!(
            (whole.coverage, whole.mass, whole.restricted()),
            (1.0, 1.0, 0)
        );
        let found = &boxes[pick(&boxes).unwrap()];
        assert!(found.coverage > 0.9 && found.density > 0.9, "{found:?}");
        assert!((found.limits[0].low - 0.7).abs() < 0.03, "{found:?}");
        assert!((found.limits[2].high - 0.4).abs() < 0.03, "{found:?}");
        let restricted: Vec<bool> = found.limits.iter().map(|l| l.restricted).collect();
        assert_eq!(restricted, [true, false, true, false]);
        assert!(found.limits[0].quasi_p < 1e-6 && found.limits[1].quasi_p.is_nan());
        for pair in boxes.windows(2) {
            assert!(pair[1].points != pair[0].points);
        }
    }

    #[test]
    fn noise_and_an_idle_factor_do_not_hide_it() {
        let x = uniform(3000, 6);
        let draws = Draws::new(1);
        let coin = |i: usize| draws.uniform(Stream::Sensing, 9, i as u32, 0);
        let of = |(i, x): (usize, &Vec<f64>)| planted(x) != (coin(i) < 0.1);
        let interest: Vec<bool> = x.iter().enumerate().map(of).collect();
        let boxes = prim(&x, &interest, &Options::default()).unwrap();
        let found = &boxes[pick(&boxes).unwrap()];
        assert!(found.density > 0.8 && found.coverage > 0.5, "{found:?}");
        assert!((found.limits[0].low - 0.7).abs() < 0.05, "{found:?}");
        assert!((found.limits[2].high - 0.4).abs() < 0.05, "{found:?}");
        // Ties go by order and nothing is drawn. NaN is not itself, so texts are compared.
        let again = prim(&x, &interest, &Options::default()).unwrap();
        assert_eq!(format!("{again:?}"), format!("{boxes:?}"));
    }

    /// A factor of three values: the peel takes a whole value off.
    #[test]
    fn equal_values_stay_together() {
        let x: Vec<Vec<f64>> = (0..300).map(|i| vec![f64::from(i % 3)]).collect();
        let interest: Vec<bool> = x.iter().map(|x| x[0] == 1.0).collect();
        let boxes = prim(&x, &interest, &Options::default()).unwrap();
        let found = &boxes[pick(&boxes).unwrap()];
        assert_eq!((found.limits[0].low, found.limits[0].high), (1.0, 1.0));
        assert_eq!(
            (found.coverage, found.density, found.points),
            (1.0, 1.0, 100)
        );
        assert_eq!(boxes.len(), 3);
    }

    /// Without the restriction half of 20 points are of interest: P(X ≥ 10 | 10, 1/2) = 2⁻¹⁰.
    #[test]
    fn quasi_p_is_the_binomial_tail() {
        let x: Vec<Vec<f64>> = (0..20).map(|i| vec![f64::from(i)]).collect();
        let interest: Vec<bool> = (0..20).map(|i| i >= 10).collect();
        let boxes = prim(&x, &interest, &Options::default()).unwrap();
        let found = &boxes[pick(&boxes).unwrap()];
        assert_eq!((found.points, found.of_interest), (10, 10));
        assert!((found.limits[0].quasi_p - 0.5f64.powi(10)).abs() < 1e-12);
    }

    #[test]
    fn what_has_no_box_is_refused() {
        let x = uniform(10, 2);
        let refused = |interest: &[bool], options: Options| {
            prim(&x, interest, &options).unwrap_err().to_string()
        };
        let options = Options::default();
        assert!(refused(&[false; 10], options).contains("no point of interest"));
        assert!(refused(&[true; 10], options).contains("every point"));
        assert!(refused(&[true; 9], options).contains("10 points and 9 outcomes"));
        let wide = Options {
            peel: 0.6,
            ..options
        };
        let mut some = [false; 10];
        some[0] = true;
        assert!(refused(&some, wide).contains("peel: found 0.6"));
        assert_eq!(pick(&[]), None);
    }
}
