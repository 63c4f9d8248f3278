//! Who is allied with whom, scored: what the runs say of the pairs of states, camps, named
//! pacts, births and ends of pacts and coverage by partnerships, beside the record of 1946-1988
//! and statistical forecasts.

pub mod camps;
pub mod coverage;
pub mod discrimination;
pub mod features;
pub mod forecasts;
pub mod logit;
pub mod named;
pub mod rows;
pub mod turnover;

use crate::network::{Camps, Given, Pact, Pairs, allied, camps::West, pacts};
use crate::table::{Record, Table};
use comity_model::error::Result;
use comity_model::scenario::PactKind;

/// Years looked at in tables: from the first blocs to the last year of the record.
pub const LOOKS: [i32; 5] = [1950, 1955, 1965, 1975, 1988];
/// First and last year that is scored. Nothing later is looked at.
pub const SCORED: (i32, i32) = (1947, 1988);
/// Year in which runs begin and the record is given.
pub const START: i32 = 1946;
/// The United States and the Soviet Union: code, name.
pub const SPONSORS: [(u32, &str); 2] = [(2, "United States"), (365, "Soviet Union")];

/// The runs of a forecast, compared with one source of pacts.
#[derive(Debug, Clone)]
pub struct Runs<'a> {
    /// Source of the record.
    pub source: &'a str,
    /// Pacts of each run.
    pub pacts: &'a [Vec<Pact>],
    /// World table of each run.
    pub worlds: &'a [Table],
    /// Region table of each run; may be empty.
    pub regions: &'a [Table],
    /// First and last year that statistical forecasts know.
    pub fit: (i32, i32),
}

/// What runs and record are measured with.
pub(crate) struct Context<'a> {
    pub runs: &'a Runs<'a>,
    pub given: &'a Given,
    pub record: Vec<Pact>,
}

impl Context<'_> {
    /// Recorded pairs in a common defence pact.
    pub fn recorded(&self, year: i32) -> Pairs {
        let system = self.given.system(year);
        allied(&self.record, PactKind::Defence, year, &system)
    }
}

/// The tables of the network for these runs.
///
/// # Errors
/// If a shipped table is broken, or a logit cannot be fitted to the fit window.
pub fn tables(all: &[Runs]) -> Result<Vec<Table>> {
    let given = Given::shipped()?;
    let listed = Camps::listed()?;
    let mut found = rows::Found::default();
    for runs in all {
        let record = pacts::recorded(runs.source)?;
        let context = Context {
            runs,
            given: &given,
            record,
        };
        forecasts::score(&context, &mut found)?;
        let allies = Camps::new(West::Allies(camps::allies_of_1955(&given)?));
        camps::compare(&context, ("listed", &listed), &mut found.camps);
        camps::compare(&context, ("allies of 1955", &allies), &mut found.camps);
        named::compare(&context, &mut found)?;
        turnover::compare(&context, &mut found);
        coverage::compare(&context, &mut found.coverage)?;
    }
    Ok(vec![
        rows::ScoreRow::table(&found.scores),
        rows::CurveRow::table(&found.curves),
        rows::LogitRow::table(&found.logit),
        rows::CampRow::table(&found.camps),
        rows::NamedYear::table(&found.named_years),
        rows::NamedRow::table(&found.named),
        rows::SponsorRow::table(&found.sponsors),
        rows::BirthRow::table(&found.births),
        rows::SizeRow::table(&found.sizes),
        rows::HazardRow::table(&found.hazards),
        rows::CoverageRow::table(&found.coverage),
    ])
}

#[cfg(test)]
mod tests;
