//! Reading scenario files: `extends`, overlays and `--set`, as one merged tree
//! that still knows the file and line of every key.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::document::{self, Key, Kind, Node, Place};
use super::files::{Home, Kept, MAX_DATA, MAX_TOML, Origin, Text, find, read, too_large};
use super::library;
use super::suggest::{shorten, unknown};
use crate::error::{Error, Result};

/// Longest chain of `extends`.
const MAX_CHAIN: usize = 32;

/// A part of another TOML file that lies over a scenario, such as an arm of an experiment.
#[derive(Debug, Clone, Copy)]
pub struct Overlay<'a> {
    /// The file, for messages and relative paths.
    pub origin: &'a Origin,
    /// Its whole text.
    pub text: &'a str,
    /// Path of the table in it, such as `["arms", "polarised"]`; empty: all of it.
    pub table: &'a [&'a str],
    /// Keys of that table that do not belong to the scenario.
    pub skip: &'a [&'a str],
}

/// A data table that a scenario refers to.
#[derive(Debug, Clone, PartialEq)]
pub struct DataFile {
    /// Name for messages.
    pub shown: PathBuf,
    /// Name for citation: the path under `data/` of a shipped table, else `shown`.
    pub name: String,
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
}

/// A scenario as written, with everything that it extends merged in.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file's stem.
    pub name: String,
    /// The merged tree, without `extends` and `drop_schedule`.
    pub root: Node,
    /// The files merged, the most derived one first: names and texts.
    pub texts: Vec<(PathBuf, String)>,
    origins: Vec<Origin>,
}

impl Source {
    /// Reads the scenario `name_or_path`, what it extends, and the overrides `path=value`.
    ///
    /// # Errors
    /// Whatever cannot be read, parsed or merged, with file, line and key.
    pub fn open(name_or_path: &str, overrides: &[String]) -> Result<Self> {
        Self::open_over(name_or_path, &Home::Disk(PathBuf::new()), &[], overrides)
    }

    /// As [`Source::open`], from `home`, with parts of other files laid over it in order.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub fn open_over(
        name_or_path: &str,
        home: &Home,
        overlays: &[Overlay],
        overrides: &[String],
    ) -> Result<Self> {
        let text = find(Path::new(name_or_path), home)?;
        let set = match home {
            Home::Kept(_) => home.at(Path::new(Kept::SET)),
            _ => text.origin.home.at(Path::new("")),
        };
        Self::build(text, overlays, (overrides, set))
    }

    /// A file of another kind than a scenario, which extends nothing.
    ///
    /// # Errors
    /// If it is not TOML.
    pub fn document(text: Text) -> Result<Self> {
        let shown = &text.origin.shown;
        let root = document::parse(&text.text, 0).map_err(|e| e.in_file(shown))?;
        let stem = shown.file_stem().map(|s| s.to_string_lossy().into_owned());
        Ok(Self {
            name: stem.unwrap_or_default(),
            root,
            texts: vec![(shown.clone(), text.text)],
            origins: vec![text.origin],
        })
    }

    /// As [`Source::open`], from a text; `name` stands for its file.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub fn from_text(name: &str, text: &str, overrides: &[String]) -> Result<Self> {
        let path = PathBuf::from(name);
        if text.len() as u64 > MAX_TOML {
            return Err(too_large(text.len() as u64, MAX_TOML).in_file(path));
        }
        let set = Home::Disk(PathBuf::new());
        Self::build(Text::at(&path, text.to_string()), &[], (overrides, set))
    }

    /// `set` is what relative paths in the overrides are relative to.
    fn build(
        text: Text,
        overlays: &[Overlay],
        (overrides, set): (&[String], Home),
    ) -> Result<Self> {
        let stem = text.origin.shown.file_stem();
        let name = stem.map_or_else(String::new, |s| s.to_string_lossy().into_owned());
        let mut source = Self {
            name,
            root: Node::table(Place {
                file: 0,
                line: None,
            }),
            texts: Vec::new(),
            origins: Vec::new(),
        };
        let set = Origin {
            shown: PathBuf::from("--set"),
            home: set,
        };
        source.root = source.chain(text, &mut Vec::new())?;
        for overlay in overlays {
            source.lay_over(overlay)?;
        }
        source.origins.push(set);
        for text in overrides {
            source.override_with(text)?;
        }
        if let Some(ids) = source.root.remove("drop_schedule") {
            let mut root = source.root.clone();
            source.drop_entries(&mut root, &ids)?;
            source.root = root;
        }
        Ok(source)
    }

    /// Parses `text` and merges it over what it extends.
    fn chain(&mut self, text: Text, seen: &mut Vec<PathBuf>) -> Result<Node> {
        let file = self.origins.len();
        self.origins.push(text.origin.clone());
        let origin = text.origin;
        self.texts.push((origin.shown.clone(), text.text.clone()));
        if text.text.trim().is_empty() {
            return Err(Error::new("the file is empty, expected a scenario").in_file(origin.shown));
        }
        seen.push(text.identity);
        let mut node = document::parse(&text.text, file).map_err(|e| e.in_file(&origin.shown))?;
        let Some(extends) = node.remove("extends") else {
            self.require_texts(&node)?;
            return self.merge(Node::table(node.place), node);
        };
        let fail = |error| self.at(&extends, &Key::root("extends"), error);
        let Some(base) = extends.text() else {
            let expected = "the path or name of a scenario in quotes";
            return Err(fail(Error::expected(extends.shown(), expected)));
        };
        let base = find(Path::new(base), &origin.home).map_err(|e| match e.file {
            Some(_) => e,
            None => fail(e),
        })?;
        if seen.contains(&base.identity) {
            let base = base.origin.shown.display();
            let problem = format!("cycle: {base} extends itself by way of this file");
            return Err(fail(Error::new(problem)));
        }
        if seen.len() >= MAX_CHAIN {
            let problem = format!("more than {MAX_CHAIN} files extend each other");
            return Err(fail(Error::new(problem)));
        }
        let base = self.chain(base, seen)?;
        self.merge(base, node)
    }

    /// A file that extends nothing says what it is.
    fn require_texts(&self, node: &Node) -> Result<()> {
        for name in ["title", "purpose"] {
            if node.get(name).is_none() {
                let problem = "missing, expected a text (a file without `extends` needs it)";
                return Err(self.at(node, &Key::root(name), Error::new(problem)));
            }
        }
        Ok(())
    }

    /// Merges `over` over `base`, top level: `schedule` is appended, `drop_schedule` applied.
    fn merge(&self, mut base: Node, mut over: Node) -> Result<Node> {
        if let Some(ids) = over.remove("drop_schedule") {
            self.drop_entries(&mut base, &ids)?;
        }
        let added = over.remove("schedule");
        let mut merged = deep_merge(base, over);
        if let (Some(added), Some(entries)) = (added, merged.entries_mut()) {
            match (entries.get_mut("schedule").map(|n| &mut n.kind), added.kind) {
                (Some(Kind::Array(old)), Kind::Array(new)) => old.extend(new),
                (_, kind) => {
                    let place = added.place;
                    entries.insert("schedule".to_string(), Node { place, kind });
                }
            }
        }
        Ok(merged)
    }

    /// Removes the schedule entries whose `id` is among `ids`.
    fn drop_entries(&self, base: &mut Node, ids: &Node) -> Result<()> {
        let key = Key::root("drop_schedule");
        let Kind::Array(ids_listed) = &ids.kind else {
            return Err(self.at(ids, &key, Error::expected(ids.shown(), "a list of ids")));
        };
        let schedule = base.entries_mut().and_then(|e| e.get_mut("schedule"));
        let mut none = Vec::new();
        let entries = match schedule.map(|n| &mut n.kind) {
            Some(Kind::Array(entries)) => entries,
            _ => &mut none,
        };
        for (k, node) in ids_listed.iter().enumerate() {
            let key = key.item(k);
            let Some(id) = node.text() else {
                return Err(self.at(node, &key, Error::expected(node.shown(), "an id in quotes")));
            };
            let known: Vec<&str> = entries.iter().filter_map(id_of).collect();
            if !known.contains(&id) {
                let what = "the id of a schedule entry of the extended scenario";
                return Err(self.at(node, &key, Error::new(unknown(what, id, known))));
            }
            entries.retain(|entry| id_of(entry) != Some(id));
        }
        Ok(())
    }

    /// Lays a part of another file over the scenario.
    fn lay_over(&mut self, overlay: &Overlay) -> Result<()> {
        let file = self.origins.len();
        let shown = &overlay.origin.shown;
        self.origins.push(overlay.origin.clone());
        if self.texts[0].0 != *shown {
            let text = (shown.clone(), overlay.text.to_string());
            self.texts.insert(0, text);
        }
        let mut node = document::parse(overlay.text, file).map_err(|e| e.in_file(shown))?;
        for name in overlay.table {
            let next = node.remove(name);
            node = next.ok_or_else(|| {
                let key = overlay.table.join(".");
                Error::new("no such table").at_key(key).in_file(shown)
            })?;
        }
        if let Some(entries) = node.entries_mut() {
            entries.retain(|name, _| !overlay.skip.contains(&name.as_str()));
        }
        let base = std::mem::replace(&mut self.root, Node::table(node.place));
        self.root = self.merge(base, node)?;
        Ok(())
    }

    /// Applies one `path=value`.
    fn override_with(&mut self, text: &str) -> Result<()> {
        let file = self.origins.len() - 1;
        let fail = |problem: String| Error::new(problem).in_file("--set");
        let Some((path, value)) = text.split_once('=') else {
            let found = shorten(text);
            return Err(fail(format!("found \"{found}\", expected path=value")));
        };
        let path = path.trim();
        let Some(keys) = document::parse_path(path) else {
            let expected = "a dotted key before the =";
            return Err(fail(format!(
                "found \"{}\", expected {expected}",
                shorten(path)
            )));
        };
        if keys.len() > 8 {
            let found = keys.len();
            return Err(fail(format!("{found} keys deep, expected at most 8")));
        }
        let value =
            override_value(value.trim(), file).map_err(|e| e.in_file("--set").at_key(path))?;
        let mut node = &mut self.root;
        for (k, key) in keys.iter().enumerate() {
            let refuse = |error: Error| Err(error.at_key(keys[..k].join(".")).in_file("--set"));
            let found = node.shown();
            node = match &mut node.kind {
                Kind::Table(entries) => {
                    let new = || Node::table(Place { file, line: None });
                    entries.entry(key.clone()).or_insert_with(new)
                }
                Kind::Array(items) => {
                    let expected = format!("an index below {}, or the id of an entry", items.len());
                    let named = |i: &Node| id_of(i) == Some(key);
                    let index = items.iter().position(named).or_else(|| key.parse().ok());
                    match index.and_then(|i| items.get_mut(i)) {
                        Some(item) => item,
                        None => return refuse(Error::expected(key, expected)),
                    }
                }
                Kind::Scalar(_) => {
                    return refuse(Error::expected(found, "a table, to set a key in it"));
                }
            };
        }
        *node = value;
        Ok(())
    }

    /// `error` at `key`, with the file and line of the value there, else of what is nearest above it.
    pub fn error(&self, key: &Key, error: Error) -> Error {
        let mut node = &self.root;
        for step in &key.0 {
            match node.child(step) {
                Some(child) => node = child,
                None => break,
            }
        }
        self.at(node, key, error)
    }

    /// What stands at `key`.
    pub fn node(&self, key: &Key) -> Option<&Node> {
        key.0.iter().try_fold(&self.root, |n, step| n.child(step))
    }

    /// File, as the user named it, and line of `key`.
    pub fn locate(&self, key: &Key) -> (PathBuf, Option<usize>) {
        let error = self.error(key, Error::default());
        (error.file.unwrap_or_default(), error.line)
    }

    fn at(&self, node: &Node, key: &Key, mut error: Error) -> Error {
        error.file = self.origins.get(node.place.file).map(|o| o.shown.clone());
        error.line = node.place.line;
        if key.0.is_empty() {
            return error;
        }
        error.at_key(key.to_string())
    }

    /// Reads the data table whose path stands at `key`.
    ///
    /// # Errors
    /// If there is none, at `key`; if it cannot be read.
    pub fn data(&self, key: &Key) -> Result<DataFile> {
        let Some((node, path)) = self.node(key).and_then(|n| Some((n, n.text()?))) else {
            return Err(self.error(key, Error::new("missing, expected the path of a table")));
        };
        let home = self.origins.get(node.place.file).map(|o| &o.home);
        let home = home.unwrap_or(&Home::Shipped);
        let on_disk = home.path(Path::new(path));
        let on_disk = on_disk.map_err(|e| self.at(node, key, Error { file: None, ..e }))?;
        if let Some(on_disk) = on_disk {
            let shown = home.named(Path::new(path));
            return Ok(DataFile {
                bytes: read(&on_disk, MAX_DATA)?.into(),
                name: shown.display().to_string(),
                shown,
            });
        }
        let Some(bytes) = library::data(path) else {
            let expected = "a file beside this one or a shipped table such as \"world/states.csv\"";
            let error = Error::expected(format!("no file \"{}\"", shorten(path)), expected);
            return Err(self.at(node, key, error));
        };
        Ok(DataFile {
            shown: Path::new("data").join(path),
            name: path.to_string(),
            bytes: bytes.into(),
        })
    }
}

fn id_of(entry: &Node) -> Option<&str> {
    entry.get("id")?.text()
}

fn deep_merge(base: Node, over: Node) -> Node {
    let place = over.place;
    let kind = match (base.kind, over.kind) {
        (Kind::Table(mut entries), Kind::Table(new)) => {
            for (name, node) in new {
                let merged = match entries.remove(&name) {
                    Some(old) => deep_merge(old, node),
                    None => node,
                };
                entries.insert(name, merged);
            }
            Kind::Table(entries)
        }
        (_, kind) => kind,
    };
    Node { place, kind }
}

/// The value of an override: TOML, else a bare word.
fn override_value(text: &str, file: usize) -> Result<Node> {
    if let Some(node) = document::parse_value(text, file) {
        return node;
    }
    if text.is_empty() || text.contains(['"', '\'', '[', ']', '{', '}']) {
        let found = format!("\"{}\"", shorten(text));
        return Err(Error::expected(found, "a TOML value or a bare word"));
    }
    Ok(Node {
        place: Place { file, line: None },
        kind: Kind::Scalar(toml::Value::String(text.to_string())),
    })
}
