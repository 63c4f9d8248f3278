//! What a reader sees: figures, terminal tables, result folders.

#[cfg(feature = "cli")]
pub mod calibration;
#[cfg(feature = "cli")]
pub mod claims;
#[cfg(feature = "cli")]
pub mod compare;
#[cfg(feature = "cli")]
pub mod experiment;
pub mod export;
#[cfg(feature = "figures")]
pub mod figures;
#[cfg(feature = "cli")]
pub mod grid;
#[cfg(feature = "cli")]
pub mod report;
pub mod result;
#[cfg(feature = "cli")]
pub mod terminal;
#[cfg(feature = "cli")]
pub mod validation;
