//! Plain tables and paragraphs for a terminal of 80 columns.

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table as Grid, TableStyle};

/// Columns of the terminal.
pub const WIDTH: usize = 80;

/// A table with a rule under its head; columns whose head begins with `>` are set to the
/// right. Long cells are wrapped.
pub fn grid(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut grid = Grid::new();
    let rule = LineStyle::none().fill('-').junction('-');
    grid.load_style(TableStyle::new().header_separator(rule));
    grid.set_content_arrangement(ContentArrangement::Dynamic);
    grid.set_width(WIDTH as u16);
    let right: Vec<bool> = head.iter().map(|h| h.starts_with('>')).collect();
    let cell = |text: &str, k: usize| {
        let cell = Cell::new(text);
        match right.get(k) {
            Some(true) => cell.set_alignment(CellAlignment::Right),
            _ => cell,
        }
    };
    let titles = head.iter().enumerate();
    grid.set_header(titles.map(|(k, h)| cell(h.trim_start_matches('>'), k)));
    for row in rows {
        grid.add_row(row.iter().enumerate().map(|(k, text)| cell(text, k)));
    }
    for column in grid.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let text = grid.to_string();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// The text in lines of at most 80 columns, each after `indent` spaces and ended.
pub fn paragraph(text: &str, indent: usize) -> String {
    let margin = " ".repeat(indent);
    let mut lines = String::new();
    let mut line = margin.clone();
    for word in text.split_whitespace() {
        let length = line.chars().count() + 1 + word.chars().count();
        if line.len() > indent && length > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            line.clone_from(&margin);
        }
        if line.len() > indent {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines + &line + "\n"
}

/// A number with about three significant digits, as short as it can be.
pub fn number(value: f64) -> String {
    if value.is_nan() {
        return String::new();
    }
    if value == 0.0 {
        return "0".to_string();
    }
    let digits = (2 - value.abs().log10().floor() as i32).clamp(0, 6) as usize;
    let text = format!("{value:.digits$}");
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    // What rounding has left of a difference of nothing has no sign.
    match text {
        "-0" => "0".to_string(),
        text => text.to_string(),
    }
}

/// A number with its sign and four decimals.
pub fn signed(value: f64) -> String {
    match format!("{value:+.4}") {
        zero if zero == "+0.0000" || zero == "-0.0000" => "0".to_string(),
        text => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_wider_than_the_terminal() {
        let long = "word ".repeat(60);
        let text = grid(&["a", ">b"], &[vec![long.clone(), "3".into()]]);
        let all = text + &paragraph(&long, 4);
        assert!(all.lines().all(|l| l.chars().count() <= WIDTH), "{all}");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(0.04281), "0.0428");
        assert_eq!(number(48.4), "48.4");
        assert_eq!(number(2930.4), "2930");
        assert_eq!(number(2.0), "2");
        assert_eq!(number(f64::NAN), "");
        assert_eq!(number(-3.7e-17), "0");
    }
}
