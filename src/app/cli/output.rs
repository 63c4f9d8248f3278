//! Writing to stdout and stderr, which may be closed.

use std::io::{self, ErrorKind, Write};

use serde_json::Value;

use super::{Done, Failure};
use comity_model::error::Error;

/// What a command that could not write leaves, where it goes on by itself.
pub const KEPT: &str = "what is done is kept: once this is mended, the same command goes on";

/// Prints to stdout. A reader that has gone away, such as `head`, ends the command quietly.
pub fn print(text: &str) -> Done {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|e| match e.kind() {
        ErrorKind::BrokenPipe => Failure::Closed,
        _ => Failure::Input(Error::new(format!("failed to write to stdout: {e}"))),
    })
}

/// Prints JSON to stdout.
pub fn print_json(value: &Value) -> Done {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    print(&(text + "\n"))
}

/// Does work whose failures are recorded with their words: they are not printed besides.
pub fn quietly<T>(work: impl FnOnce() -> T) -> T {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let done = work();
    std::panic::set_hook(usual);
    done
}

/// A line on stderr; nobody may be reading it.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
