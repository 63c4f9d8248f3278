//! A TOML text as a tree in which every value knows its file and line.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use toml_edit::{Item, TableLike, Value};

use super::suggest::shorten;
use crate::error::{Error, Result};

/// Deepest nesting of a scenario file, in levels.
const MAX_DEPTH: usize = 32;

/// Where a value was written: index of the file in the source, and line from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Index of the file.
    pub file: usize,
    /// Line, from 1; `None` where there is none (a `--set`, a whole file).
    pub line: Option<usize>,
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it was written.
    pub place: Place,
    /// What it holds.
    pub kind: Kind,
}

/// What a [`Node`] holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Keys and values.
    Table(BTreeMap<String, Node>),
    /// A list.
    Array(Vec<Node>),
    /// Text, number or truth value.
    Scalar(toml::Value),
}

impl Node {
    /// An empty table.
    pub fn table(place: Place) -> Self {
        Self {
            place,
            kind: Kind::Table(BTreeMap::new()),
        }
    }

    /// The entries, if it is a table.
    pub fn entries(&self) -> Option<&BTreeMap<String, Node>> {
        match &self.kind {
            Kind::Table(entries) => Some(entries),
            _ => None,
        }
    }

    /// The entries, if it is a table.
    pub fn entries_mut(&mut self) -> Option<&mut BTreeMap<String, Node>> {
        match &mut self.kind {
            Kind::Table(entries) => Some(entries),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(toml::Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// What is reached by `step`.
    pub fn child(&self, step: &Step) -> Option<&Node> {
        match (&self.kind, step) {
            (Kind::Table(entries), Step::Name(name)) => entries.get(name),
            (Kind::Array(items), Step::Index(index)) => items.get(*index),
            _ => None,
        }
    }

    /// The value without places.
    pub fn to_value(&self) -> toml::Value {
        match &self.kind {
            Kind::Table(entries) => toml::Value::Table(
                entries
                    .iter()
                    .map(|(name, node)| (name.clone(), node.to_value()))
                    .collect(),
            ),
            Kind::Array(items) => toml::Value::Array(items.iter().map(Node::to_value).collect()),
            Kind::Scalar(value) => value.clone(),
        }
    }

    /// What it is, for messages: `a table`, `"text"`, `5`.
    pub fn shown(&self) -> String {
        match &self.kind {
            Kind::Table(_) => "a table".to_string(),
            Kind::Array(_) => "a list".to_string(),
            Kind::Scalar(toml::Value::String(text)) => format!("\"{}\"", shorten(text)),
            Kind::Scalar(value) => value.to_string(),
        }
    }
}

/// One step of a [`Key`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Key of a table.
    Name(String),
    /// Place in a list, from 0.
    Index(usize),
}

/// Path of a value, such as `schedule[0].from`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Key(pub Vec<Step>);

impl Key {
    /// The key at the top level of a file.
    pub fn root(name: &str) -> Self {
        Self::default().then(name)
    }

    /// The key `name` in this table.
    #[must_use]
    pub fn then(&self, name: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Name(name.to_string()));
        Self(steps)
    }

    /// The entry `index` of this list.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Index(index));
        Self(steps)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, step) in self.0.iter().enumerate() {
            match step {
                Step::Name(name) if k == 0 => write!(f, "{}", shorten(name))?,
                Step::Name(name) => write!(f, ".{}", shorten(name))?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Reads `text` as TOML; `file` is the index that its places carry.
///
/// # Errors
/// Syntax errors, dates and nesting deeper than 32 levels, with the line.
pub fn parse(text: &str, file: usize) -> Result<Node> {
    let lines = Lines::new(text);
    let document = toml_edit::Document::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| lines.of(&span));
        Error::new(syntax_problem(error.message())).at_line(line)
    })?;
    let mut root = from_table(
        document.as_table(),
        Converter {
            lines: &lines,
            file,
        },
        1,
        0,
    )?;
    root.place.line = None;
    Ok(root)
}

/// Reads a single value such as `0.3` or `["a", "b"]`; `None` if it is not TOML.
///
/// # Errors
/// Dates and nesting deeper than 32 levels.
pub fn parse_value(text: &str, file: usize) -> Option<Result<Node>> {
    let value = text.parse::<Value>().ok()?;
    let converter = Converter {
        lines: &Lines::new(""),
        file,
    };
    Some(from_value(&value, converter, 1, 0).map(|mut node| {
        clear_lines(&mut node);
        node
    }))
}

fn clear_lines(node: &mut Node) {
    node.place.line = None;
    match &mut node.kind {
        Kind::Table(entries) => entries.values_mut().for_each(clear_lines),
        Kind::Array(items) => items.iter_mut().for_each(clear_lines),
        Kind::Scalar(_) => {}
    }
}

fn syntax_problem(message: &str) -> String {
    if message.contains("recurs") {
        return too_deep();
    }
    let message = message
        .split('\n')
        .filter(|l| !l.is_empty())
        .collect::<Vec<_>>();
    format!("not valid TOML: {}", message.join(", "))
}

fn too_deep() -> String {
    format!("nested too deeply, expected at most {MAX_DEPTH} levels")
}

/// Byte offsets of the starts of lines.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(starts).collect())
    }

    /// Line of the start of `span`, from 1.
    fn of(&self, span: &Range<usize>) -> usize {
        self.0.partition_point(|&start| start <= span.start)
    }
}

#[derive(Clone, Copy)]
struct Converter<'a> {
    lines: &'a Lines,
    file: usize,
}

impl Converter<'_> {
    /// Line of the span, else that of the parent.
    fn line(self, span: Option<Range<usize>>, parent: usize) -> usize {
        span.map_or(parent, |span| self.lines.of(&span))
    }

    fn node(self, line: usize, kind: Kind) -> Node {
        let place = Place {
            file: self.file,
            line: Some(line),
        };
        Node { place, kind }
    }
}

fn from_item(item: &Item, to: Converter, line: usize, depth: usize) -> Result<Node> {
    match item {
        Item::None => Ok(to.node(line, Kind::Table(BTreeMap::new()))),
        Item::Value(value) => from_value(value, to, line, depth),
        Item::Table(table) => from_table(table, to, to.line(table.span(), line), depth),
        Item::ArrayOfTables(tables) => {
            let items = tables
                .iter()
                .map(|table| from_table(table, to, to.line(table.span(), line), depth + 1))
                .collect::<Result<_>>()?;
            Ok(to.node(line, Kind::Array(items)))
        }
    }
}

fn from_table(table: &dyn TableLike, to: Converter, line: usize, depth: usize) -> Result<Node> {
    if depth > MAX_DEPTH {
        return Err(Error::new(too_deep()).at_line(line));
    }
    let mut entries = BTreeMap::new();
    for (name, _) in table.iter() {
        if let Some((key, item)) = table.get_key_value(name) {
            let node = from_item(item, to, to.line(key.span(), line), depth + 1)?;
            entries.insert(name.to_string(), node);
        }
    }
    Ok(to.node(line, Kind::Table(entries)))
}

fn from_value(value: &Value, to: Converter, line: usize, depth: usize) -> Result<Node> {
    let line = to.line(value.span(), line);
    let scalar = match value {
        Value::String(v) => toml::Value::String(v.value().clone()),
        Value::Integer(v) => toml::Value::Integer(*v.value()),
        Value::Float(v) => toml::Value::Float(*v.value()),
        Value::Boolean(v) => toml::Value::Boolean(*v.value()),
        Value::Datetime(v) => {
            let problem = format!(
                "found the date {}, expected a text in quotes or a number",
                v.value()
            );
            return Err(Error::new(problem).at_line(line));
        }
        Value::InlineTable(table) => return from_table(table, to, line, depth),
        Value::Array(array) => {
            if depth > MAX_DEPTH {
                return Err(Error::new(too_deep()).at_line(line));
            }
            let items = array
                .iter()
                .map(|v| from_value(v, to, line, depth + 1))
                .collect::<Result<_>>()?;
            return Ok(to.node(line, Kind::Array(items)));
        }
    };
    Ok(to.node(line, Kind::Scalar(scalar)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, key: &Key) -> Option<usize> {
        let root = parse(text, 0).unwrap();
        let node = key.0.iter().try_fold(&root, |n, step| n.child(step));
        node.and_then(|n| n.place.line)
    }

    #[test]
    fn values_know_their_lines() {
        let text = "a = 1\n[b]\nc.d = [\n 1,\n 2]\n[[e]]\nf = 2\n[[e]]\nf = { g = 3 }\n";
        assert_eq!(line(text, &Key::root("a")), Some(1));
        assert_eq!(line(text, &Key::root("b")), Some(2));
        assert_eq!(
            line(text, &Key::root("b").then("c").then("d").item(1)),
            Some(5)
        );
        assert_eq!(
            line(text, &Key::root("e").item(1).then("f").then("g")),
            Some(9)
        );
        assert_eq!(line(text, &Key::root("e").item(0)), Some(6));
    }

    #[test]
    fn deep_nesting_is_an_error_not_an_overflow() {
        let brackets = format!("a = {}", "[".repeat(200_000));
        let dots = format!("{}a = 1", "a.".repeat(200_000));
        let headers = format!("[{}a]", "a.".repeat(200_000));
        let mixed = format!("{}1", format!("{}a = {{ ", "a.".repeat(70)).repeat(70));
        let mixed = format!("{mixed}{}", "}".repeat(70));
        let forty = format!("a = {}{}", "[".repeat(40), "]".repeat(40));
        for text in [brackets, dots, headers, mixed, forty] {
            let error = parse(&text, 0).unwrap_err();
            assert_eq!(error.line, Some(1), "{error}");
        }
    }
}
