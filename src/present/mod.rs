//! What a reader sees: figures and terminal tables.

#[cfg(feature = "figures")]
pub mod figures;
#[cfg(any())]
pub mod terminal;
