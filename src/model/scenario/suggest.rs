//! "Did you mean …?"

use std::fmt::Write as _;

/// The candidate nearest to `found`, if it is near enough to be meant.
pub fn nearest<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let found = found.to_lowercase();
    candidates
        .into_iter()
        .map(|c| (strsim::damerau_levenshtein(&found, &c.to_lowercase()), c))
        .filter(|&(distance, c)| distance <= 1.max(c.len().min(found.len()) / 3))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// "unknown `what` "found"", with a suggestion, else with a short list of what there is.
pub fn unknown<'a>(
    what: &str,
    found: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> String {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let mut problem = format!("found \"{}\", expected {what}", shorten(found));
    if let Some(near) = nearest(found, candidates.iter().copied()) {
        let _ = write!(problem, "; did you mean \"{near}\"?");
    } else if !candidates.is_empty() && candidates.len() <= 12 {
        let _ = write!(problem, ": {}", candidates.join(", "));
    }
    problem
}

/// At most sixty characters of `text`, control characters escaped.
pub fn shorten(text: &str) -> String {
    let mut short = String::new();
    for (k, c) in text.chars().enumerate() {
        match c {
            _ if k == 60 => {
                short.push('…');
                break;
            }
            c if c.is_control() => short.extend(c.escape_debug()),
            c => short.push(c),
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_suggested_and_others_are_not() {
        let names = ["reactance", "reliability", "security"];
        assert_eq!(nearest("reactence", names), Some("reactance"));
        assert_eq!(nearest("Security", names), Some("security"));
        assert_eq!(nearest("zebra", names), None);
    }
}
