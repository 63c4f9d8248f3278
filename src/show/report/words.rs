//! Numbers, units and lists as sentences and tables have them.

use crate::grid;
use comity_lab::table::Table;

/// A number with about three significant digits and a true minus; a dash if it is missing.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_string();
    }
    grid::number(value).replace('-', "−")
}

/// A text whose negative numbers get a true minus.
pub fn true_minus(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let at = |k: usize| match letters[k] {
        '-' if (k == 0 || " [(".contains(letters[k - 1]))
            && letters
                .get(k + 1)
                .is_some_and(|c| c.is_ascii_digit() || *c == '.') =>
        {
            '−'
        }
        letter => letter,
    };
    (0..letters.len()).map(at).collect()
}

/// The table of this name, if it has rows.
pub fn filled<'a>(tables: &'a [Table], name: &str) -> Option<&'a Table> {
    tables.iter().find(|t| t.name == name && t.rows() > 0)
}

/// A number with its sign.
pub fn signed(value: f64) -> String {
    let text = number(value);
    match value > 0.0 && text != "0" {
        true => format!("+{text}"),
        false => text,
    }
}

/// A value that was set, as it was written; shortened where that has many digits.
pub fn short(value: f64) -> String {
    let exact = value.to_string();
    match exact.len() {
        ..=9 => exact.replace('-', "−"),
        _ => number(value),
    }
}

/// A share in percent.
pub fn percent(share: f64) -> String {
    match share.is_finite() {
        true => format!("{:.0} %", 100.0 * share),
        false => "–".to_string(),
    }
}

/// "low to high".
pub fn range(low: f64, high: f64) -> String {
    match low.is_finite() && high.is_finite() {
        true => format!("{} to {}", number(low), number(high)),
        false => "–".to_string(),
    }
}

/// ` unit`, or nothing where the unit says nothing.
pub fn unit(unit: &str) -> String {
    match unit {
        "" | "1" | "0-1" | "share" | "0/1" => String::new(),
        unit => format!(" {unit}"),
    }
}

/// p of a test.
pub fn p(value: f64) -> String {
    match value {
        p if p < 0.001 => "p < .001".to_string(),
        p => format!("p = {p:.3}").replace("= 0.", "= ."),
    }
}

/// "a", "a and b", "a, b and c".
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// "1 run", "2 runs".
pub fn count(n: usize, what: &str) -> String {
    match n {
        1 => format!("1 {what}"),
        _ => format!("{n} {what}s"),
    }
}

/// With a capital letter.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// A cell of a table: its text, or its number; empty if the column is absent.
pub fn cell(table: &Table, column: &str, row: usize) -> String {
    match (table.text(column), table.integer(column)) {
        (Some(texts), _) => texts[row].clone(),
        (_, Some(whole)) => whole[row].to_string().replace('-', "−"),
        _ => table
            .real(column)
            .map_or(String::new(), |values| number(values[row])),
    }
}

/// The number in a cell; NaN if there is none.
pub fn real(table: &Table, column: &str, row: usize) -> f64 {
    let values = table.real(column);
    values.map_or(f64::NAN, |values| values[row])
}

/// A word of a command as a shell takes it.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./=:,@%+-".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(number(-0.04281), "−0.0428");
        assert_eq!(number(f64::NAN), "–");
        assert_eq!(true_minus("-1 [-.5, a-1] b -x"), "−1 [−.5, a-1] b -x");
        assert_eq!(signed(2.0), "+2");
        assert_eq!(short(-0.0125), "−0.0125");
        assert_eq!(short(0.1 + 0.2), "0.3");
        assert_eq!(signed(1e-9), "0");
        assert_eq!(percent(0.625), "62 %");
        assert_eq!(p(0.0004), "p < .001");
        assert_eq!(p(0.213), "p = .213");
        assert_eq!(range(0.1, f64::NAN), "–");
        let items = ["a", "b", "c"].map(String::from);
        assert_eq!(list(&items), "a, b and c");
        assert_eq!(count(1, "run") + ", " + &count(2, "run"), "1 run, 2 runs");
    }

    #[test]
    fn words_of_commands_are_quoted_where_needed() {
        assert_eq!(quoted("parameters.a=0.2"), "parameters.a=0.2");
        assert_eq!(quoted("x=\"it's\""), "'x=\"it'\\''s\"'");
        assert_eq!(quoted(""), "''");
    }
}
