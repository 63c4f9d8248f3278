//! What a request may ask for at most.

use comity_model::error::{Error, Result};
use comity_model::scenario::Scenario;

/// Bytes of a request's path and query.
pub const ADDRESS: usize = 16 << 10;
/// Characters of a value in a query.
pub const VALUE: usize = 200;
/// Keys in a query.
pub const KEYS: usize = 320;
/// Columns of a request.
pub const COLUMNS: usize = 16;
/// Runs of a stream.
pub const RUNS: u64 = 1_000;
/// Sets of parameters of a stream, as many as a verdict takes.
pub const DRAWS: u64 = 256;
/// Seeds of each.
pub const SEEDS: u64 = 20;
/// Years of a run, burn-in included.
pub const YEARS: u32 = 1_000;
/// Ordered pairs of states times years, burn-in included: about four times `history-1946`.
pub const WORK: u64 = 12_000_000;
/// Streams at a time.
pub const STREAMS: usize = 4;
/// Single runs that wait for their turn, in seconds; then the request is refused.
pub const PATIENCE: u64 = 20;
/// Threads of the runtime that may wait for a run.
pub const BLOCKING: usize = 32;
/// Scenarios that are kept in memory.
pub const KEPT: usize = 16;

/// Whether a run of the scenario is small enough for the page.
///
/// # Errors
/// If it has too many years, or too many states for its years.
pub fn check(scenario: &Scenario) -> Result<()> {
    let years = scenario.years + scenario.burn_in;
    if years > YEARS {
        let expected = format!("at most {YEARS} on this page, burn-in included");
        return Err(Error::expected(years, expected).at_key("years"));
    }
    let states = scenario.setting.states.len() as u64;
    if states * states * u64::from(years) > WORK {
        let most = (WORK as f64 / f64::from(years)).sqrt() as u64;
        let expected = format!("at most {most} over {years} years on this page");
        return Err(Error::expected(format!("{states} states"), expected));
    }
    Ok(())
}
