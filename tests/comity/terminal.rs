//! The terminal summary of invented results.

use crate::synthetic;

use comity::present::terminal::summary;

#[test]
fn one_run_is_called_one_draw() {
    let text = summary(&synthetic::world(1));
    println!("{text}");
    assert!(text.contains("one draw of chance"));
    assert!(text.contains("The number of defence pacts rises: +0."));
    for part in [
        "1946",
        "1981",
        "2016",
        "great-power competition",
        "Hamed (2009)",
    ] {
        assert!(text.contains(part), "{part} is missing");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn replicates_are_medians_with_bands() {
    let text = summary(&synthetic::world(40));
    println!("{text}");
    assert!(text.contains("medians of 40 runs with 90 % bands"));
    assert!(text.contains("rises in 100 % of the runs"));
    assert!(text.lines().all(|line| line.chars().count() <= 80));
}
