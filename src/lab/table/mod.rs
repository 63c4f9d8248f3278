//! Tables as files: CSV, Parquet and JSON, whole or absent.

pub mod append;
pub mod csv;
pub mod json;
pub mod parquet;
pub mod store;

pub use comity_model::table::*;
pub use store::Format;
