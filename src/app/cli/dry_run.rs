//! `comity run --dry-run`: how long and how large, from a few simulated years.

use std::path::Path;
use std::time::Instant;

use super::args::{RunArgs, processors};
use super::progress::Progress;
use super::{Done, output};
use comity_lab::ensemble::memory;
use comity_lab::ensemble::replicates::{Options, replicates, tables};
use comity_lab::table::store;
use comity_model::scenario::Scenario;
use comity_show::figures::ImageFormat;

/// Years that are simulated for the estimate, before and after the beginning of the record.
const YEARS: u64 = 6;
/// Ordered pairs of states times years that are simulated at most, if one year has no more.
const WORK: u64 = 25_000_000;

/// Prints the estimate; writes nothing.
pub fn estimate(scenario: &Scenario, args: &RunArgs, place: &Path) -> Done {
    let (burn_in, years) = (scenario.burn_in, scenario.years);
    let pairs = (scenario.setting.states.len() as u64).pow(2).max(1);
    let few = (WORK / pairs).clamp(1, YEARS) as u32;
    let part = Scenario {
        burn_in: burn_in.min(few),
        years: years.min(few),
        ..scenario.clone()
    };
    let begun = Instant::now();
    let all = u64::from(part.burn_in + part.years);
    let progress = Progress::new(all, "years tried", args.quiet);
    let step = || progress.step();
    let options = Options {
        threads: Some(1),
        progress: Some(&step),
        ..Options::default()
    };
    let runs = replicates(&part, args.seed, 1, options)?.unwrap_or_default();
    progress.finish();
    let seconds = begun.elapsed().as_secs_f64();
    let mut bytes = 0.0;
    for table in tables(&part, &runs) {
        bytes += store::encode(&table, args.format())?.len() as f64;
    }
    let count = args.replicates as f64;
    let threads = args.threads().unwrap_or_else(processors);
    let rounds = args.replicates.div_ceil(threads as u64) as f64;
    let a_run = seconds * f64::from(burn_in + years) / f64::from(part.burn_in + part.years);
    let size = bytes * count * f64::from(years) / f64::from(part.years);
    let settling = match burn_in {
        0 => String::new(),
        _ => format!(" after {burn_in} of settling"),
    };
    output::print(&format!(
        "{}: {} of {years} years{settling}\n\
         time   about {} with {}{}\n\
         memory about {}, {} there\n\
         tables about {} as {}\n\
         folder {}\n\
         Nothing was run in full and nothing was written. States that enter later make later\n\
         years slower: take the time as a lower bound.\n",
        scenario.name,
        plural(args.replicates, "run"),
        time(a_run * rounds),
        plural(threads as u64, "thread"),
        match args.figures.formats().contains(&ImageFormat::Png) {
            true => ", and some seconds for figures",
            false => "",
        },
        memory::size(memory::replicates(
            scenario,
            args.replicates,
            threads as u64
        )),
        available(),
        memory::size(size as u64),
        args.format(),
        place.display(),
    ))
}

/// The memory that can be had, in words.
pub(super) fn available() -> String {
    match memory::available() {
        Some(bytes) => format!("{} are", memory::size(bytes)),
        None => "and nobody knows how much is".to_string(),
    }
}

pub(super) fn plural(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

pub(super) fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => "a second".to_string(),
        s if s < 100.0 => format!("{s:.0} s"),
        s if s < 6000.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}
