//! Sensitivity of an output to the factors of a design.
//!
//! | module | method | needs |
//! |---|---|---|
//! | [`sobol`] | Sobol' indices | Saltelli's design, every output |
//! | [`morris`] | elementary effects | Morris's trajectories |
//! | [`pawn`] | distances of distributions | any points; gaps may be |
//! | [`noise`] | share of the noise, what it adds to indices | replicates |
//! | [`convergence`] | whether the sample is large enough | the first two |
//!
//! Where SALib 1.6 (Iwanaga, Usher & Herman 2022, Socio-Environmental Systems Modelling 4:
//! 18155) has the method, the numbers are SALib's; the intervals differ by the random
//! numbers alone.

pub mod convergence;
pub mod morris;
pub mod noise;
pub mod pawn;
pub mod sobol;

pub use crate::analysis::bootstrap::Options;
use comity_model::error::{Error, Result};

/// Refuses outputs that are missing or not finite.
fn complete(y: &[f64], instead: &str) -> Result<()> {
    let missing = y.iter().filter(|v| !v.is_finite()).count();
    let Some(first) = y.iter().position(|v| !v.is_finite()) else {
        return Ok(());
    };
    Err(Error::expected(
        format!(
            "{missing} of {} outputs missing, the first at point {first} (from 0)",
            y.len()
        ),
        format!("all of them: {instead}"),
    ))
}
