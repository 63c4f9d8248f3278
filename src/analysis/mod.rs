//! Statistics of results.

pub mod summary;
pub mod table1;
pub mod trend;
