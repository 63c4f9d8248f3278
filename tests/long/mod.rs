//! Counts that take minutes: `cargo test --release -- --ignored`. Each prints its time.

use std::time::Instant;

use crate::batches::{Trial, kills};

/// Prints how long a long test took.
fn timed(name: &str, work: impl FnOnce()) {
    let begun = Instant::now();
    work();
    println!("{name}: {:.0} s", begun.elapsed().as_secs_f64());
}

#[test]
#[ignore = "minutes; the short form runs 10"]
fn two_hundred_kills_leave_the_same_bytes() {
    timed("200 kills", || {
        let killed = kills(&Trial::new(), 200);
        println!("200 kills: {killed} struck a running batch");
    });
}
