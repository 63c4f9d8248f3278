//! Tests that need another program, and what they say where it is missing.

use std::io::Write;

/// Says in one line that a test is skipped, past the capture of the harness.
///
/// # Panics
/// If the environment variable `required` is 1: then the test may not be skipped.
pub fn skip(test: &str, why: &str, required: &str) {
    let line = format!("{test}: skipped: {why}");
    assert!(
        std::env::var(required).as_deref() != Ok("1"),
        "{line}, but {required}=1"
    );
    let _ = writeln!(std::io::stderr(), "{line}");
}
