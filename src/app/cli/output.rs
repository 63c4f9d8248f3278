//! Writing to stdout and stderr, which may be closed. What is written may be of others: nothing
//! in it steers the terminal.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write};

use serde_json::Value;

use super::{Done, Failure};
use comity_model::error::Error;

/// What a command that could not write leaves, where it goes on by itself.
pub const KEPT: &str = "what is done is kept: once this is mended, the same command goes on";

/// Prints to stdout. A reader that has gone away, such as `head`, ends the command quietly.
pub fn print(text: &str) -> Done {
    written(&plain(text))
}

/// Prints JSON to stdout.
pub fn print_json(value: &Value) -> Done {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    // Outside of texts JSON has line ends only, and in them it knows this way of writing.
    let text = escaped(&text, |c, out| write!(out, "\\u{:04x}", u32::from(c)));
    written(&format!("{text}\n"))
}

/// A line on stderr; nobody may be reading it.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{}", plain(text));
}

fn written(text: &str) -> Done {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|e| match e.kind() {
        ErrorKind::BrokenPipe => Failure::Closed,
        _ => Failure::Input(Error::new(format!("failed to write to stdout: {e}"))),
    })
}

/// The text with what steers a terminal written out, as `\u{1b}`.
pub fn plain(text: &str) -> Cow<'_, str> {
    escaped(text, |c, out| write!(out, "{}", c.escape_unicode()))
}

/// Does work whose failures are recorded with their words: they are not printed besides.
pub fn quietly<T>(work: impl FnOnce() -> T) -> T {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let done = work();
    std::panic::set_hook(usual);
    done
}

fn escaped(text: &str, write: impl Fn(char, &mut String) -> std::fmt::Result) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if steers(c) {
            // A string takes whatever is written to it.
            let _ = write(c, &mut out);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Whether a terminal does something other than show this: control characters, and those that
/// turn the direction of writing or end a line unseen.
fn steers(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || c.is_control() && !matches!(c, '\n' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        let evil = "a\u{1b}[2J\u{7}\u{9b}31m\r\u{202e}b\u{2066}\u{2028}é\tc\n";
        let shown = "a\\u{1b}[2J\\u{7}\\u{9b}31m\\u{d}\\u{202e}b\\u{2066}\\u{2028}é\tc\n";
        assert_eq!(plain(evil), shown);
        assert!(matches!(plain("two lines\nof text\n"), Cow::Borrowed(_)));
        let every = (0..=u32::from(char::MAX)).filter_map(char::from_u32);
        let left: String = every.filter(|&c| c.is_control() && !steers(c)).collect();
        assert_eq!(left, "\t\n");
    }
}
