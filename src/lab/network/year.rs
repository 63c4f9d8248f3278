//! The network of a run's year beside the record: what moments of calibration and metrics of
//! experiments are measured on.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::camps::pairs_between;
use super::{Camp, Camps, Given, Pairs, SOURCES, allied, jaccard, pacts};
use comity_model::error::{Error, Result};
use comity_model::observe::History;
use comity_model::scenario::PactKind;

comity_model::record! {
    /// A year of the network of defence pacts among the states of the record.
    pub struct NetworkYear in "network", "one year of the network of defence pacts, in a world whose states are those of the record, 1946-1988" {
        year: i64, "year", "calendar year";
        west_west: f64, "share", "share of pairs within the West in a common defence pact; the camps are those of camps.csv and ideology.csv";
        east_east: f64, "share", "share of pairs within the East";
        west_east: f64, "share", "share of pairs across the two camps";
        overlap_atop: f64, "0-1", "Jaccard index of the pairs in a common defence pact with those of ATOP: common ones over those in either";
        overlap_cow: f64, "0-1", "the same with those of COW";
    }
}

/// Years of which outcomes were observed and may be looked at.
pub const YEARS: std::ops::RangeInclusive<i32> = 1946..=1988;

/// What a year of the record holds.
#[derive(Debug)]
struct Year {
    year: i32,
    system: BTreeSet<u32>,
    between: [Pairs; 3],
    recorded: [Pairs; 2],
}

/// The record of 1946-1988, as the network of a run is compared with it.
#[derive(Debug)]
pub struct Reference {
    codes: std::collections::BTreeMap<String, u32>,
    years: Vec<Year>,
}

impl Reference {
    /// The shipped one, made once.
    ///
    /// # Errors
    /// If a shipped table is broken, which a test excludes.
    pub fn shipped() -> Result<&'static Self> {
        static MADE: OnceLock<std::result::Result<Reference, Error>> = OnceLock::new();
        let made = MADE.get_or_init(Self::new);
        made.as_ref().map_err(Clone::clone)
    }

    fn new() -> Result<Self> {
        let (given, camps) = (Given::shipped()?, Camps::listed()?);
        let [atop, cow] = SOURCES.map(pacts::recorded);
        let (atop, cow) = (atop?, cow?);
        let year = |year: i32| {
            let (system, camps) = (given.system(year), camps.of(&given, year));
            let of = |pacts: &[super::Pact]| allied(pacts, PactKind::Defence, year, &system);
            Year {
                year,
                between: [Camp::PAIRS[0], Camp::PAIRS[1], Camp::PAIRS[2]]
                    .map(|pair| pairs_between(&camps, pair)),
                recorded: [of(&atop), of(&cow)],
                system,
            }
        };
        Ok(Self {
            codes: given.codes(),
            years: YEARS.map(year).collect(),
        })
    }

    /// The pacts of a run; `None` in a world that has other states than the record.
    pub fn pacts(&self, history: &History) -> Option<Vec<super::Pact>> {
        pacts::of_log(history.agreements.iter(), &self.codes).ok()
    }

    /// A year of a run with these pacts; `None` outside the record.
    pub fn year(&self, pacts: &[super::Pact], year: i32) -> Option<NetworkYear> {
        let year = self.years.iter().find(|y| y.year == year)?;
        Some(year.measure(&allied(pacts, PactKind::Defence, year.year, &year.system)))
    }

    /// The years of the record itself.
    ///
    /// # Errors
    /// If the shipped table is broken, which a test excludes.
    pub fn of_record(&self, source: &str) -> Result<Vec<NetworkYear>> {
        let pacts = pacts::recorded(source)?;
        Ok(YEARS.filter_map(|year| self.year(&pacts, year)).collect())
    }
}

impl Year {
    fn measure(&self, allied: &Pairs) -> NetworkYear {
        let share = |among: &Pairs| match among.len() {
            0 => f64::NAN,
            all => among.intersection(allied).count() as f64 / all as f64,
        };
        let [west_west, east_east, west_east] = [0, 1, 2].map(|k| share(&self.between[k]));
        NetworkYear {
            year: i64::from(self.year),
            west_west,
            east_east,
            west_east,
            overlap_atop: jaccard(allied, &self.recorded[0]),
            overlap_cow: jaccard(allied, &self.recorded[1]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_model::{scenario, simulation};

    /// The pacts that the log of a run holds tie the pairs that the run recorded.
    #[test]
    fn a_log_has_the_allied_pairs_of_its_run() {
        let mut world = scenario::load("history-1946", &[]).unwrap();
        (world.years, world.recording.dyads) = (43, true);
        let run = simulation::run(&world, 1001);
        let reference = Reference::shipped().unwrap();
        let pacts = pacts::of_log(run.agreements.iter(), &reference.codes).unwrap();
        for year in &reference.years {
            for kind in PactKind::ALL {
                let count = |d: &comity_model::observe::dyads::DyadYear| match kind {
                    PactKind::Defence => d.defence,
                    PactKind::Neutrality => d.neutrality,
                    PactKind::NonAggression => d.nonaggression,
                    PactKind::Entente => d.entente,
                };
                let of_year = run.dyads.iter();
                let of_year = of_year.filter(|d| d.year == i64::from(year.year) && count(d) > 0);
                let recorded: Pairs = of_year
                    .map(|d| (d.code_1 as u32, d.code_2 as u32))
                    .collect();
                let found = allied(&pacts, kind, year.year, &year.system);
                assert_eq!(found, recorded, "{} {}", year.year, kind.name());
            }
        }
        assert!(reference.year(&pacts, 1988).is_some() && reference.year(&pacts, 1989).is_none());
        let stylised = scenario::load("s2-bipolar", &["years=3".to_string()]).unwrap();
        let run = simulation::run(&stylised, 1);
        assert!(reference.pacts(&run).is_none());
    }

    #[test]
    fn the_record_overlaps_with_itself_and_keeps_the_camps_apart() {
        let reference = Reference::shipped().unwrap();
        let atop = reference.of_record("ATOP5.1").unwrap();
        let cow = reference.of_record("COW4.1").unwrap();
        assert!(atop.iter().all(|y| y.overlap_atop == 1.0));
        for (a, c) in atop.iter().zip(&cow) {
            assert_eq!(a.overlap_cow, c.overlap_atop);
            assert!(a.overlap_cow > 0.5, "{} {}", a.year, a.overlap_cow);
        }
        for y in atop.iter().chain(&cow) {
            // Cuba was in the Rio pact until 1962, Grenada from 1979 to 1983 under its revolution.
            let most = match y.year {
                1961 | 1979..=1983 => 0.04,
                _ => 0.01,
            };
            assert!(y.west_east < most, "{} {}", y.year, y.west_east);
        }
    }
}
