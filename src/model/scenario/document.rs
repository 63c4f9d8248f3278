//! A TOML text as a tree in which every value knows its file and line.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

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
    pub(super) fn entries_mut(&mut self) -> Option<&mut BTreeMap<String, Node>> {
        match &mut self.kind {
            Kind::Table(entries) => Some(entries),
            _ => None,
        }
    }

    /// The entry `name`, if it is a table that has it.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.entries()?.get(name)
    }

    /// Takes the entry `name` out, if it is a table that has it.
    pub(super) fn remove(&mut self, name: &str) -> Option<Node> {
        self.entries_mut()?.remove(name)
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

    /// The value as TOML; it must be a table.
    pub(super) fn to_toml(&self) -> Result<String> {
        toml::to_string(&self.to_value())
            .map_err(|e| Error::new(format!("cannot be written as TOML: {e}")))
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
    let starts = text.match_indices('\n').map(|(at, _)| at + 1);
    let reader = Reader {
        file,
        lines: Some(std::iter::once(0).chain(starts).collect()),
    };
    let root = DeTable::parse(text).map_err(|error| {
        let problem = match error.message().contains("recurs") {
            true => too_deep(),
            false => format!("not valid TOML: {}", error.message()),
        };
        reader.error(error.span().unwrap_or_default(), problem)
    })?;
    let place = Place { file, line: None };
    let kind = Kind::Table(reader.entries(root.get_ref(), 0)?);
    Ok(Node { place, kind })
}

/// Reads a single value such as `0.3` or `["a", "b"]`; `None` if it is not TOML.
///
/// # Errors
/// Dates and nesting deeper than 32 levels.
pub fn parse_value(text: &str, file: usize) -> Option<Result<Node>> {
    let value = DeValue::parse(text).ok()?;
    Some(Reader { file, lines: None }.node(&value, 1))
}

/// The keys of a path such as `parameters.alliance."reactance"`; `None` if it is none.
pub(super) fn parse_path(path: &str) -> Option<Vec<String>> {
    let text = format!("{path} = 0");
    let line = Some(&text).filter(|text| !text.contains('\n'))?;
    let mut value = DeValue::Table(DeTable::parse(line).ok()?.into_inner());
    let mut keys = Vec::new();
    while let DeValue::Table(table) = value {
        let (key, inner) = table.into_iter().next()?;
        keys.push(key.into_inner().into_owned());
        value = inner.into_inner();
    }
    Some(keys)
}

fn too_deep() -> String {
    format!("nested too deeply, expected at most {MAX_DEPTH} levels")
}

/// Turns what the parser gives into nodes.
struct Reader {
    file: usize,
    /// Byte offsets of the starts of lines; `None`: places have no line.
    lines: Option<Vec<usize>>,
}

impl Reader {
    fn place(&self, span: Range<usize>) -> Place {
        let line = |starts: &Vec<usize>| starts.partition_point(|&start| start <= span.start);
        Place {
            file: self.file,
            line: self.lines.as_ref().map(line),
        }
    }

    fn error(&self, span: Range<usize>, problem: impl Into<String>) -> Error {
        Error {
            line: self.place(span).line,
            ..Error::new(problem)
        }
    }

    fn node(&self, value: &Spanned<DeValue>, depth: usize) -> Result<Node> {
        let span = value.span();
        let overflow = |what: &str| {
            let problem = format!("not valid TOML: {what} number overflowed");
            self.error(value.span(), problem)
        };
        let kind = match value.get_ref() {
            DeValue::Table(_) | DeValue::Array(_) if depth > MAX_DEPTH => {
                return Err(self.error(span, too_deep()));
            }
            DeValue::Table(table) => Kind::Table(self.entries(table, depth)?),
            DeValue::Array(items) => {
                let items = items.iter().map(|item| self.node(item, depth + 1));
                Kind::Array(items.collect::<Result<_>>()?)
            }
            DeValue::String(text) => Kind::Scalar(toml::Value::String(text.to_string())),
            DeValue::Integer(digits) => {
                let value = i64::from_str_radix(digits.as_str(), digits.radix());
                Kind::Scalar(value.map_err(|_| overflow("integer"))?.into())
            }
            DeValue::Float(digits) => {
                let text = digits.as_str();
                let value = text.parse::<f64>().ok();
                let value = value.filter(|v| v.is_finite() || text.ends_with(['f', 'n']));
                Kind::Scalar(value.ok_or_else(|| overflow("floating-point"))?.into())
            }
            DeValue::Boolean(on) => Kind::Scalar(toml::Value::Boolean(*on)),
            DeValue::Datetime(date) => {
                let expected = "a text in quotes or a number";
                let problem = format!("found the date {date}, expected {expected}");
                return Err(self.error(span, problem));
            }
        };
        let place = self.place(span);
        Ok(Node { place, kind })
    }

    fn entries(&self, table: &DeTable, depth: usize) -> Result<BTreeMap<String, Node>> {
        let entry = |(name, value): (&Spanned<_>, _)| -> Result<_> {
            let name: &std::borrow::Cow<str> = name.get_ref();
            Ok((name.to_string(), self.node(value, depth + 1)?))
        };
        table.iter().map(entry).collect()
    }
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
