//! What comity shows: figures, terminal texts, reports, and exports for other programs.

pub mod calibration;
pub mod claims;
pub mod compare;
pub mod experiment;
pub mod export;
pub mod figures;
pub mod grid;
pub mod report;
pub mod result;
pub mod terminal;
pub mod validation;
mod validation_network;
