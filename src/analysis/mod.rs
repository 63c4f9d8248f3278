//! What is made of results: summaries, trends, moments, grades.

pub mod moments;
pub mod observed;
pub mod summary;
pub mod table1;
pub mod trend;
