//! The one-way rule: a room uses only itself and the rooms before it in the list.
//!
//! Reads the `crate::room` and `super::` paths of every file in `src`, without comments,
//! strings and what is compiled for tests only.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, each using only those before it; `ARCHITECTURE.md` holds the same list.
pub const LAYERS: [&str; 13] = [
    "error",
    "rng",
    "table",
    "scenario",
    "world",
    "rules",
    "observe",
    "simulation",
    "ensemble",
    "analysis",
    "present",
    "web",
    "cli",
];

#[test]
fn no_room_uses_a_later_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    assert!(files.len() > 20, "found {} files in src", files.len());
    let sources: Vec<(PathBuf, String)> = files
        .into_iter()
        .map(|path| {
            let text = code_only(&fs::read_to_string(&path).unwrap());
            (path.strip_prefix(&root).unwrap().to_path_buf(), text)
        })
        .collect();
    let macros = macros(&sources);
    let mut offences = Vec::new();
    for (path, text) in &sources {
        let modules = modules(path);
        let Some(room) = modules.first() else {
            continue; // lib.rs and main.rs stand above all rooms
        };
        let Some(layer) = layer(room) else {
            offences.push(format!(
                "src/{}: {room} is no room of the list",
                path.display()
            ));
            continue;
        };
        for (line, name) in used(text, &modules) {
            let target = macros
                .get(name.as_str())
                .map_or(name.as_str(), |r| r.as_str());
            let allowed = self::layer(target).is_some_and(|used| used <= layer);
            if !allowed {
                offences.push(format!(
                    "src/{}:{line}: {room} uses {target}",
                    path.display()
                ));
            }
        }
    }
    assert!(
        offences.is_empty(),
        "steps against the order:\n{}",
        offences.join("\n")
    );
}

fn layer(room: &str) -> Option<usize> {
    LAYERS.iter().position(|l| *l == room)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// Module path of a file: `rules/alliance/exit.rs` is rules, alliance, exit.
fn modules(path: &Path) -> Vec<String> {
    let mut names: Vec<String> = path
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if names
        .last()
        .is_some_and(|n| n == "mod" || (names.len() == 1 && (n == "lib" || n == "main")))
    {
        names.pop();
    }
    names
}

/// Exported macros and the room that each is from.
fn macros(sources: &[(PathBuf, String)]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (path, text) in sources {
        let mut rest = text.as_str();
        while let Some(at) = rest.find("#[macro_export]") {
            rest = &rest[at + 15..];
            let Some(name) = rest.trim_start().strip_prefix("macro_rules!") else {
                continue;
            };
            if let Some(room) = modules(path).first() {
                found.insert(identifier(name.trim_start()).to_string(), room.clone());
            }
        }
    }
    found
}

/// Rooms used with their lines, by `crate::…` and by `super::…` that leaves the room.
fn used(text: &str, modules: &[String]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let begins = !text[..at]
            .ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':' || c == '$');
        let mut skip = rest.chars().next().map_or(1, char::len_utf8);
        if begins && rest.starts_with("crate::") {
            heads(&rest[7..], line(text, at), &mut found);
            skip = 7;
        } else if begins && rest.starts_with("$crate::") {
            heads(&rest[8..], line(text, at), &mut found);
            skip = 8;
        } else if begins && rest.starts_with("super::") {
            let steps = rest
                .as_bytes()
                .chunks(7)
                .take_while(|c| c == b"super::")
                .count();
            skip = 7 * steps;
            if steps >= modules.len() {
                heads(&rest[skip..], line(text, at), &mut found);
            }
        }
        at += skip;
    }
    found
}

/// First names of a path or of a group in braces.
fn heads(path: &str, line: usize, found: &mut Vec<(usize, String)>) {
    let Some(group) = path.strip_prefix('{') else {
        found.push((line, identifier(path).to_string()));
        return;
    };
    let (mut depth, mut fresh, mut line) = (0, true, line);
    for (k, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            '\n' => line += 1,
            c if fresh && depth == 0 && !c.is_whitespace() => {
                found.push((line, identifier(&group[k..]).to_string()));
                fresh = false;
            }
            _ => {}
        }
    }
}

fn identifier(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    &text[..end]
}

fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The text with comments, strings and items under `#[cfg(test)]` blanked; lines stay.
fn code_only(text: &str) -> String {
    let blanked = without_comments_and_strings(text);
    let mut code = String::new();
    let mut rest = blanked.as_str();
    while let Some(at) = rest.find("#[cfg(test)]") {
        code.push_str(&rest[..at]);
        let end = at + item_length(&rest[at..]);
        code.extend(rest[at..end].chars().filter(|&c| c == '\n'));
        rest = &rest[end..];
    }
    code + rest
}

/// Length of an item: up to its semicolon or closing brace.
fn item_length(text: &str) -> usize {
    let mut depth = 0;
    for (k, c) in text.char_indices() {
        match c {
            ';' if depth == 0 => return k + 1,
            '{' => depth += 1,
            '}' if depth == 1 => return k + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

fn without_comments_and_strings(text: &str) -> String {
    let bytes: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut k = 0;
    while k < bytes.len() {
        let next = bytes.get(k + 1).copied().unwrap_or(' ');
        match bytes[k] {
            '/' if next == '/' => {
                while k < bytes.len() && bytes[k] != '\n' {
                    k += 1;
                }
            }
            '/' if next == '*' => {
                while k < bytes.len() && !(bytes[k] == '*' && bytes.get(k + 1) == Some(&'/')) {
                    if bytes[k] == '\n' {
                        out.push('\n');
                    }
                    k += 1;
                }
                k += 2;
            }
            'r' if raw_hashes(&bytes[k..]).is_some() => {
                let hashes = raw_hashes(&bytes[k..]).unwrap_or(0);
                k += hashes + 2;
                let closes = |at: usize| {
                    bytes[at] == '"' && bytes[at + 1..].iter().take(hashes).all(|&c| c == '#')
                };
                while k < bytes.len() && !closes(k) {
                    if bytes[k] == '\n' {
                        out.push('\n');
                    }
                    k += 1;
                }
                k += hashes + 1;
            }
            '"' => {
                k += 1;
                while k < bytes.len() && bytes[k] != '"' {
                    if bytes[k] == '\n' {
                        out.push('\n');
                    }
                    k += if bytes[k] == '\\' && bytes.get(k + 1) != Some(&'\n') {
                        2
                    } else {
                        1
                    };
                }
                k += 1;
                out.push_str("\"\"");
            }
            // A character literal, so that '"' and '{' do not open anything.
            '\'' if next == '\\' => {
                k += 3;
                while k < bytes.len() && bytes[k] != '\'' {
                    k += 1;
                }
                k += 1;
            }
            '\'' if bytes.get(k + 2) == Some(&'\'') => k += 3,
            c => {
                out.push(c);
                k += 1;
            }
        }
    }
    out
}

/// Number of # of a raw string that begins here; `None` if none does.
fn raw_hashes(text: &[char]) -> Option<usize> {
    let hashes = text[1..].iter().take_while(|&&c| c == '#').count();
    (text.get(1 + hashes) == Some(&'"')).then_some(hashes)
}

#[test]
fn the_reader_sees_paths_and_nothing_else() {
    let text = code_only(
        "use crate::{world::{A, B},\n table};\n// crate::cli\nlet s = \"crate::web\"; let c = '\"';\n\
         super::super::rules::x(); #[cfg(test)]\nmod tests { use crate::present; }\nsuper::y();\n\
         let r = r#\"crate::web \"#; crate::error::f();",
    );
    let modules = ["observe".to_string(), "logs".to_string()];
    let found = used(&text, &modules);
    let names: Vec<(usize, &str)> = found.iter().map(|(l, n)| (*l, n.as_str())).collect();
    assert_eq!(
        names,
        [(1, "world"), (2, "table"), (5, "rules"), (8, "error")]
    );
}
