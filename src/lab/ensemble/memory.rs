//! How much memory runs need, foreseen before anything is begun.

use std::fs;
use std::path::{Path, PathBuf};

use comity_model::error::{Error, Result};
use comity_model::observe;
use comity_model::scenario::Scenario;
use comity_model::world::Pairs;

/// Bytes that a state takes beside its pairs, about: its own values and its names.
const STATE: u64 = 2_000;
/// Bytes that the program and its shipped data take, about.
const PROGRAM: u64 = 40 << 20;

/// Bytes of one world in the middle of a run, about. It grows with the square of the states.
pub fn world(scenario: &Scenario) -> u64 {
    let states = scenario.setting.states.len();
    Pairs::bytes(states) + states as u64 * STATE
}

/// Allied pairs for each state, about: twice those of the world of 1988.
pub const ALLIES: u64 = 12;

/// Bytes of the rows of one run, about, each held once as recorded and once in a table.
pub fn rows(scenario: &Scenario) -> u64 {
    let years = u64::from(scenario.years);
    let states = scenario.setting.states.len() as u64;
    let regions = scenario.setting.regions.len() as u64;
    let of = |table: &observe::Declared| {
        let rows = match table.name {
            "regions" => years * regions,
            "states" if scenario.recording.states => years * states,
            "states" => 0,
            "dyads" if scenario.recording.dyads => years * states * ALLIES,
            "dyads" => 0,
            "agreements" | "events" => 20 * states,
            _ => years,
        };
        2 * 8 * rows * table.columns.len() as u64
    };
    observe::tables().iter().map(of).sum()
}

/// Bytes that `replicates` need whose rows are all held, about.
pub fn replicates(scenario: &Scenario, replicates: u64, threads: u64) -> u64 {
    let worlds = threads.min(replicates) * world(scenario);
    PROGRAM + worlds + replicates * rows(scenario)
}

/// Bytes that a batch needs, about: a world for each thread, and its part of `part` bytes.
pub fn batch<'a>(scenarios: impl Iterator<Item = &'a Scenario>, part: u64, threads: u64) -> u64 {
    let largest = scenarios.map(world).max().unwrap_or(0);
    PROGRAM + threads * (largest + 2 * part)
}

/// Bytes that can be had, as far as the system says it: what is free, and what the limits of
/// this process and of its groups leave.
pub fn available() -> Option<u64> {
    let free = field("/proc/meminfo", "MemAvailable:").map(|kib| kib << 10);
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let groups = limits(&groups).into_iter();
    let groups = groups.filter_map(|file| fs::read_to_string(file).ok()?.trim().parse().ok());
    // Address space is taken for the program itself too, and by threads before they use it.
    let taken = field("/proc/self/status", "VmSize:").unwrap_or(0) << 10;
    let space = field("/proc/self/limits", "Max address space");
    let space = space.map(|limit| limit.saturating_sub(taken));
    free.into_iter().chain(groups).chain(space).min()
}

/// The number after these words at the beginning of a line of a file.
fn field(file: &str, words: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let rest = text.lines().find_map(|line| line.strip_prefix(words))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// Files with limits of memory for the groups that `/proc/self/cgroup` names, and those above
/// them: of the second version (`memory.max`) and of the first.
fn limits(groups: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for line in groups.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(group)) = (parts.next(), parts.next()) else {
            continue;
        };
        let (root, name) = match controllers {
            "" => ("/sys/fs/cgroup", "memory.max"),
            "memory" => ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
            _ => continue,
        };
        let above = Path::new(group.trim_start_matches('/')).ancestors();
        files.extend(above.map(|group| Path::new(root).join(group).join(name)));
    }
    files
}

/// So many bytes, in words.
pub fn size(bytes: u64) -> String {
    match bytes as f64 {
        b if b < 1e6 => format!("{:.0} kB", (b / 1e3).ceil()),
        b if b < 1e9 => format!("{:.1} MB", b / 1e6),
        b => format!("{:.1} GB", b / 1e9),
    }
}

/// Whether so many bytes can be had.
///
/// # Errors
/// If the system says that they cannot.
pub fn check(bytes: u64, threads: u64) -> Result<()> {
    match available() {
        Some(there) if there < bytes => Err(Error::new(format!(
            "needs about {} of memory with --threads {threads}, and {} are there: fewer \
                 threads, replicates, states or records need less",
            size(bytes),
            size(there)
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_model::scenario::load;

    #[test]
    fn what_cannot_be_had_is_refused_with_numbers() {
        assert!(check(1, 1).is_ok());
        if available().is_some() {
            let said = check(1 << 60, 4).unwrap_err().to_string();
            assert!(
                said.contains("1152921504.6 GB") && said.contains("--threads 4"),
                "{said}"
            );
        }
    }

    #[test]
    fn groups_of_both_versions_and_those_above_them_are_looked_at() {
        let found = limits("4:memory:/a/b\n8:pids:/a\n0::/x.slice\n\nnonsense\n");
        let expected = [
            "/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/a/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
            "/sys/fs/cgroup/x.slice/memory.max",
            "/sys/fs/cgroup/memory.max",
        ];
        assert_eq!(found, expected.map(PathBuf::from));
    }

    #[test]
    fn worlds_grow_with_the_square_of_the_states() {
        let of = |n: usize| world(&load("s2-bipolar", &[format!("stylised.states={n}")]).unwrap());
        let ratio = of(1000) as f64 / of(250) as f64;
        assert!((12.0..17.0).contains(&ratio), "{ratio}");
    }
}
