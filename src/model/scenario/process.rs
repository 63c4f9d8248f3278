//! Which of the processes that `rules` declares run.

pub use crate::rules::Process;

/// Which processes run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessSet(u64);

impl ProcessSet {
    /// Every process: the variant `full`.
    pub fn full() -> Self {
        Process::ALL
            .iter()
            .fold(Self(0), |set, &p| set.with(p, true))
    }

    /// The processes of the variant `core`.
    pub fn core() -> Self {
        Process::ALL
            .iter()
            .fold(Self(0), |set, &p| set.with(p, p.in_core()))
    }

    /// This set with `process` switched.
    #[must_use]
    pub fn with(self, process: Process, on: bool) -> Self {
        let bit = 1 << process as u8;
        Self(if on { self.0 | bit } else { self.0 & !bit })
    }

    /// Whether `process` runs.
    #[inline]
    pub fn has(self, process: Process) -> bool {
        self.0 & (1 << process as u8) != 0
    }
}
