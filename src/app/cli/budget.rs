//! Budgets of memory and time for files of others.

use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::args::SandboxArgs;
use super::output;
use super::progress::STOP;
use comity_lab::ensemble::memory;
use comity_model::error::{Error, Result};
use comity_model::scenario::files::Home;

/// Most memory in a sandbox, in bytes, where nothing else is said.
const MEMORY: u64 = 1_000_000_000;
/// Most time in a sandbox, where nothing else is said.
const TIME: Duration = Duration::from_secs(600);
/// How long a sandbox that is out of time may take to stop cleanly.
const GRACE: Duration = Duration::from_secs(10);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);

impl SandboxArgs {
    /// From where the file that the user names is read.
    pub fn home(&self, file: &str) -> Home {
        match self.on {
            true => Home::fenced(Path::new(file)),
            false => Home::Disk(Path::new("").to_path_buf()),
        }
    }

    fn memory(&self) -> Option<u64> {
        self.max_memory.or(self.on.then_some(MEMORY))
    }

    /// Whether so many bytes are within the budget.
    ///
    /// # Errors
    /// If they are not.
    pub fn afford(&self, bytes: u64) -> Result<()> {
        match self.memory() {
            Some(most) if bytes > most => Err(Error::new(format!(
                "needs about {} of memory, expected at most {} (--max-memory)",
                memory::size(bytes),
                memory::size(most)
            ))),
            _ => Ok(()),
        }
    }

    /// Looks on from now on, if there is a budget: out of time, the work is asked to stop;
    /// out of memory, or when a sandbox does not stop, the program ends at once. What it was
    /// writing is then as after a kill.
    pub fn watch(&self, max_time: Option<Duration>) {
        let begun = Instant::now();
        let (memory, sandbox) = (self.memory(), self.on);
        let time = max_time.or(sandbox.then_some(TIME));
        if memory.is_none() && time.is_none() {
            return;
        }
        std::thread::spawn(move || {
            let mut late = false;
            loop {
                std::thread::sleep(LOOK);
                if let Some(most) = memory.filter(|&most| held().is_some_and(|b| b > most)) {
                    let most = memory::size(most);
                    output::note(&format!("error: more than {most} of memory (--max-memory)"));
                    std::process::exit(2);
                }
                let Some(time) = time else { continue };
                if begun.elapsed() > time && !late {
                    late = true;
                    output::note("out of time (--max-time)");
                    STOP.store(true, Ordering::Relaxed);
                }
                if sandbox && begun.elapsed() > time + GRACE {
                    std::process::exit(130);
                }
            }
        });
    }
}

/// Bytes of memory that the program holds, where the system says it.
fn held() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes << 10)
}
