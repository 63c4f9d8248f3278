//! Whether a file has the shape that a type declares: serde's messages, with places and in
//! words of the user.

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::document::{Key, Step};
use super::source::Source;
use super::suggest::{nearest, shorten};
use crate::error::{Error, Result};

/// Reads the merged tree as a `T`.
///
/// # Errors
/// Unknown keys and values of the wrong type, with file, line and key.
pub fn read<T: DeserializeOwned>(source: &Source) -> Result<T> {
    serde_path_to_error::deserialize(source.root.to_value()).map_err(|error| {
        let steps = error.path().iter().filter_map(|segment| match segment {
            Segment::Map { key } => Some(Step::Name(key.clone())),
            Segment::Seq { index } => Some(Step::Index(*index)),
            Segment::Enum { .. } | Segment::Unknown => None,
        });
        let mut key = Key(steps.collect());
        let message = error.inner().message().to_string();
        if let Some(name) = quoted(&message).filter(|_| message.starts_with("missing field")) {
            key = key.then(name);
        }
        let problem = match source.node(&key) {
            Some(node) if message.contains("unit variant") => {
                format!("found {}, expected a name in quotes", node.shown())
            }
            Some(node) if message.starts_with("expected ") => {
                format!("found {}, {message}", node.shown())
            }
            _ => explain(&message),
        };
        source.error(&key, Error::new(problem))
    })
}

/// The first text in back quotes.
fn quoted(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}

/// serde's message in the words of the user.
fn explain(message: &str) -> String {
    let name = quoted(message).unwrap_or_default();
    if message.starts_with("missing field") {
        return "missing, expected a value".to_string();
    }
    let choices: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
    if message.starts_with("unknown field") {
        return match nearest(name, choices.iter().copied()) {
            Some(near) => format!("unknown key; did you mean \"{near}\"?"),
            None => format!("unknown key, expected one of {}", choices.join(", ")),
        };
    }
    if message.starts_with("unknown variant") {
        let expected = match choices.len() {
            0..=6 => choices.join(", "),
            many => format!("{many} names"),
        };
        let problem = format!("found \"{}\", expected one of {expected}", shorten(name));
        return match nearest(name, choices.iter().copied()) {
            Some(near) => format!("{problem}; did you mean \"{near}\"?"),
            None if choices.len() > 6 => format!("{problem}: {}", choices.join(", ")),
            None => problem,
        };
    }
    if let Some((length, expected)) = message
        .strip_prefix("invalid length ")
        .and_then(|m| m.split_once(", expected "))
    {
        return format!("found a list of {length}, expected {}", type_name(expected));
    }
    let parts = ["invalid type: ", "invalid value: "]
        .iter()
        .find_map(|prefix| message.strip_prefix(prefix)?.split_once(", expected "));
    match parts {
        Some((found, expected)) => {
            format!("found {}, expected {}", what(found), type_name(expected))
        }
        None => message.trim().to_string(),
    }
}

/// What was found, without serde's name of its type.
fn what(found: &str) -> String {
    match found {
        "map" => return "a table".to_string(),
        "sequence" => return "a list".to_string(),
        _ => {}
    }
    for prefix in ["integer ", "floating point ", "boolean "] {
        if let Some(value) = found.strip_prefix(prefix) {
            return value.replace('`', "");
        }
    }
    let text = found.strip_prefix("string ").unwrap_or(found);
    if text.len() < found.len() && text.chars().count() > 62 {
        return format!("\"{}\"", shorten(text.trim_matches('"')));
    }
    text.to_string()
}

/// What was expected, in words.
fn type_name(expected: &str) -> String {
    let words = match expected {
        "f64" => "a number",
        "i32" | "i64" => "a whole number",
        "a string" => "a text in quotes",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "a table",
        "an array of length 2" | "fewer elements in array" => "a list of two numbers",
        other if other.starts_with("struct ") => "a table",
        other if other.starts_with("string or table") || other.starts_with("enum ") => {
            "a name in quotes"
        }
        other => other,
    };
    words.to_string()
}
