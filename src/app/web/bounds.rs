//! What a request may ask for at most.

use std::time::Duration;

use comity_lab::ensemble::memory;
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
/// MiB of values that streams may hold together; a stream holds at least one.
pub const STREAMS: usize = 64;
/// MiB of values that the streams of one address may hold.
pub const STREAMS_EACH: usize = 16;
/// MiB of answers that have not been read yet.
pub const ANSWERS: usize = 64;
/// MiB of them for one address.
pub const ANSWERS_EACH: usize = 32;
/// Answers of so many bytes do not count among them.
pub const SMALL: usize = 64 << 10;
/// Bytes of the world of one run.
pub const WORLD: u64 = 48 << 20;
/// What is expected to take no longer does not wait for what does.
pub const SHORT: Duration = Duration::from_millis(40);
/// How long a request waits for its turn before it is refused.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Connections at a time; then the oldest that asks nothing is closed for a new one.
pub const CONNECTIONS: usize = 512;
/// How long a client may take over the head of a request, or ask nothing.
pub const HEADERS: Duration = Duration::from_secs(10);
/// How long a client may take nothing of an answer.
pub const WRITING: Duration = Duration::from_secs(10);
/// How long the next line of a stream waits for its reader.
pub const STALLED: Duration = Duration::from_secs(10);
/// How long answers are waited for when the server stops.
pub const CLOSING: Duration = Duration::from_secs(1);
/// Bytes of the head of a request.
pub const BUFFER: usize = 64 << 10;
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
    let bytes = memory::world(scenario);
    if bytes > WORLD {
        let found = format!("{states} states, a world of {}", memory::size(bytes));
        let expected = format!("at most {} on this page", memory::size(WORLD));
        return Err(Error::expected(found, expected));
    }
    Ok(())
}

/// What a run takes, about: enough to put small ones before large ones.
pub fn expected(scenario: &Scenario) -> Duration {
    let (states, years) = (
        scenario.setting.states.len(),
        scenario.years + scenario.burn_in,
    );
    Duration::from_nanos(150 * (states * states) as u64 * u64::from(years))
}
