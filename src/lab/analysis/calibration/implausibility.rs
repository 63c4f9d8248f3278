//! How far a parameter set is from what was observed, in standard deviations of all that may
//! separate the two (Craig, Goldstein, Seheult & Smith 1997; Vernon, Goldstein & Bower 2010).

use crate::analysis::moments::{Moment, network_of_window, of_window, shipped};
use crate::analysis::observed::years;
use crate::ensemble::experiment::{Calibration, OBSERVED};
use comity_model::error::{Error, Result};

/// A moment with what was observed of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The moment.
    pub moment: Moment,
    /// As observed in ATOP.
    pub atop: f64,
    /// As observed in COW.
    pub cow: f64,
    /// Standard deviation of the model's discrepancy.
    pub discrepancy: f64,
}

impl Target {
    /// The middle of the two sources.
    pub fn centre(&self) -> f64 {
        (self.atop + self.cow) / 2.0
    }

    /// Standard deviation of the observation: half of what separates the sources.
    pub fn observation(&self) -> f64 {
        (self.atop - self.cow).abs() / 2.0
    }

    /// The implausibility of a moment's mean over runs: its distance to the centre, over the
    /// root of the sum of the variances of
    ///
    /// | part | variance |
    /// |---|---|
    /// | history is one run | `noise`, of single runs |
    /// | the mean is of few runs, or an emulator's | `uncertainty` |
    /// | the sources disagree | [`Target::observation`]² |
    /// | the model is a model | `discrepancy`² |
    ///
    /// Infinite without a mean.
    pub fn implausibility(&self, mean: f64, noise: f64, uncertainty: f64) -> f64 {
        let (observation, discrepancy) = (self.observation(), self.discrepancy);
        let variance = noise + uncertainty + observation * observation + discrepancy * discrepancy;
        let distance = (mean - self.centre()).abs() / libm::sqrt(variance);
        if distance.is_nan() {
            f64::INFINITY
        } else {
            distance
        }
    }
}

/// The moments of the calibration's window with what was observed: the shipped sixteen for all
/// observed years, else computed from the observed tables, as those of the network always are.
///
/// # Errors
/// If a shipped table is broken, or a moment is zero, of which no discrepancy can be a share.
pub fn targets(calibration: &Calibration) -> Result<Vec<Target>> {
    let mut moments = of_window(calibration.window);
    let mut pairs = match calibration.window == OBSERVED {
        true => printed(&moments)?,
        false => computed(&moments)?,
    };
    if calibration.network {
        let network = network_of_window(calibration.window);
        pairs.extend(computed(&network)?);
        moments.extend(network);
    }
    let target = |(moment, (atop, cow)): (Moment, (f64, f64))| {
        let share = calibration.discrepancy * ((atop + cow) / 2.0).abs();
        let target = Target {
            discrepancy: share.max(moment.floor),
            moment,
            atop,
            cow,
        };
        match target.discrepancy > 0.0 {
            true => Ok(target),
            false => Err(Error::new("nothing was observed of it").at_key(&target.moment.name)),
        }
    };
    moments.into_iter().zip(pairs).map(target).collect()
}

fn printed(moments: &[Moment]) -> Result<Vec<(f64, f64)>> {
    let table = shipped()?;
    let absent = || Error::new("the shipped table moments.csv lacks a column");
    let names = table.text("moment").ok_or_else(absent)?;
    let atop = table.real("observed_atop").ok_or_else(absent)?;
    let cow = table.real("observed_cow").ok_or_else(absent)?;
    let find = |m: &Moment| {
        let row = names.iter().position(|n| *n == m.name);
        let row = row.ok_or_else(|| Error::new("is not in moments.csv").at_key(&m.name))?;
        Ok((atop[row], cow[row]))
    };
    moments.iter().map(find).collect()
}

/// The moments of the observed years of both sources.
///
/// # Errors
/// If a shipped table is broken, which a test excludes.
pub fn computed(moments: &[Moment]) -> Result<Vec<(f64, f64)>> {
    let (atop, cow) = (years("ATOP5.1")?, years("COW4.1")?);
    let of = |m: &Moment| {
        let from = |years: &crate::analysis::observed::Years| {
            m.measure(|year, column| years.get(&year)?.get(column).copied())
        };
        (from(&atop), from(&cow))
    };
    Ok(moments.iter().map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::csv;
    use comity_model::scenario::library;

    fn target(atop: f64, cow: f64, discrepancy: f64) -> Target {
        Target {
            moment: of_window(OBSERVED)[0].clone(),
            atop,
            cow,
            discrepancy,
        }
    }

    /// Centre 45, observation 3, discrepancy 4, noise 10², mean's variance 5²: the root of
    /// 9 + 16 + 100 + 25 is 12.247.
    #[test]
    fn the_parts_add_up_as_by_hand() {
        let t = target(48.0, 42.0, 4.0);
        assert_eq!((t.centre(), t.observation()), (45.0, 3.0));
        let found = t.implausibility(75.0, 100.0, 25.0);
        assert!((found - 30.0 / 150f64.sqrt()).abs() < 1e-12, "{found}");
        assert_eq!(t.implausibility(45.0, 100.0, 25.0), 0.0);
        assert_eq!(t.implausibility(65.0, 0.0, 0.0), 4.0);
        assert_eq!(t.implausibility(f64::NAN, 1.0, 1.0), f64::INFINITY);
    }

    /// What the code computes from the observed tables is what is shipped: to the digits
    /// printed, but for disputes, whose shipped rates are 1 to 2 % higher.
    #[test]
    fn the_shipped_moments_are_those_of_the_observed_tables() {
        let moments = of_window(OBSERVED);
        let (found, shipped) = (computed(&moments).unwrap(), printed(&moments).unwrap());
        assert_eq!(moments.len(), 16);
        for ((m, found), shipped) in moments.iter().zip(&found).zip(&shipped) {
            let within = match m.name.starts_with("dispute_onsets") {
                true => 0.025,
                false => 0.005,
            };
            for (f, s) in [(found.0, shipped.0), (found.1, shipped.1)] {
                assert!((f / s - 1.0).abs() < within, "{}: {f} {s}", m.name);
            }
        }
    }

    /// What the code computes of the network is what is shipped, to the digits printed.
    #[test]
    fn the_moments_of_the_network_are_those_shipped() {
        let moments = network_of_window(OBSERVED);
        let found = computed(&moments).unwrap();
        let bytes = library::data("moments_network.csv").unwrap();
        let table = csv::read("moments_network", bytes, &[]).unwrap();
        let names: Vec<&str> = moments.iter().map(|m| m.name.as_str()).collect();
        let printed = |x: f64| format!("{x:.3}");
        let lines: Vec<String> = std::iter::zip(&names, &found)
            .map(|(name, (a, c))| format!("{name} {} {}", printed(*a), printed(*c)))
            .collect();
        let (atop, cow) = (
            table.real("observed_atop").unwrap(),
            table.real("observed_cow").unwrap(),
        );
        let shipped: Vec<String> = (0..table.rows())
            .map(|k| {
                let name = &table.text("moment").unwrap()[k];
                format!("{name} {} {}", printed(atop[k]), printed(cow[k]))
            })
            .collect();
        assert_eq!(lines, shipped);
        assert_eq!(network_of_window((1946, 1965)).len(), 17);
    }

    /// A shorter window sees its own years only.
    #[test]
    fn a_window_has_its_own_moments() {
        let moments = of_window((1946, 1965));
        let names: Vec<&str> = moments.iter().map(|m| m.name.as_str()).collect();
        assert!(names.contains(&"defence_pacts_1965") && !names.contains(&"defence_pacts_1988"));
        assert!(moments.iter().all(|m| m.years.1 <= 1965));
        assert_eq!(moments.len(), 16);
        let found = computed(&moments).unwrap();
        assert!(found.iter().all(|(a, c)| *a > 0.0 && *c > 0.0), "{found:?}");
    }
}
