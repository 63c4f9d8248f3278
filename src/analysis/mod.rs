//! What is made of results: summaries, trends, moments.

pub mod moments;
