//! What a reader sees: figures and terminal tables.

#[cfg(feature = "figures")]
pub mod figures;
#[cfg(feature = "cli")]
pub mod terminal;
