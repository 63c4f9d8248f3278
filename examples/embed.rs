//! The library without the command line: a world, ten replicates, a question.
//!
//! ```text
//! cargo run --example embed --no-default-features
//! ```

use comity::analysis::summary::quantile;
use comity::ensemble::{Options, replicates};
use comity::error::Result;
use comity::scenario;

fn main() -> Result<()> {
    for antagonism in [0.1, 1.0] {
        let overrides = [
            format!("stylised.antagonism={antagonism}"),
            "years=30".to_string(),
        ];
        let world = scenario::load("s2-bipolar", &overrides)?;
        let runs = replicates(&world, 1, 10, Options::default())?.unwrap_or_default();
        let histories = runs.iter().filter_map(|run| run.history.as_ref().ok());
        let pacts: Vec<f64> = histories
            .filter_map(|h| h.world.last())
            .map(|y| y.defence_pacts as f64)
            .collect();
        let median = quantile(&pacts, 0.5);
        println!("antagonism {antagonism}: {median} defence pacts in the last year (median of 10)");
    }
    Ok(())
}
