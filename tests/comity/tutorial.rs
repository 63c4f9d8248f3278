//! The tutorial does what it says: its files are written, its commands run, one after the
//! other in one folder, and what it shows of their output is there.

use std::fs;
use std::path::Path;
use std::process::Command;

const TUTORIAL: &str = include_str!("../../docs/tutorial.md");

/// A fenced block: what is behind the fence, and the lines.
struct Block {
    kind: &'static str,
    text: &'static str,
}

fn blocks() -> Vec<Block> {
    let fenced = TUTORIAL.split("\n```").skip(1).step_by(2);
    fenced
        .map(|block| {
            let (kind, text) = block.split_once('\n').unwrap();
            Block { kind, text }
        })
        .collect()
}

/// The file that a block shows: its first line names it in a comment.
fn file_of(block: &Block) -> Option<&'static str> {
    let first = block.text.lines().next()?.strip_prefix("# ")?;
    (block.kind == "toml" && first.ends_with(".toml")).then_some(first)
}

/// The text of a file that the tutorial shows.
pub fn file(name: &str) -> &'static str {
    let mut all = blocks().into_iter();
    let found = all.find(|b| file_of(b) == Some(name));
    found
        .unwrap_or_else(|| panic!("docs/tutorial.md shows no {name}"))
        .text
}

/// Commands, each with the lines shown below it.
fn commands(block: &Block) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in block.text.lines() {
        match (line.strip_prefix("$ "), found.last_mut()) {
            (Some(command), _) => found.push((command, Vec::new())),
            (None, Some((_, shown))) => shown.push(line),
            (None, None) => panic!("docs/tutorial.md: output before a command: {line}"),
        }
    }
    found
}

fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the output has the shown lines in their order, apart from spaces. `…` stands for
/// any lines, at the end of a line for its rest.
fn shows(output: &str, shown: &[&str]) -> Result<(), String> {
    let mut rest = output.lines().map(words);
    for line in shown
        .iter()
        .map(|l| words(l))
        .filter(|l| !l.is_empty() && l != "…")
    {
        let fits = |found: String| match line.strip_suffix('…') {
            Some(start) => found.starts_with(start.trim_end()),
            None => found == line || found.starts_with(&format!("{line} ")),
        };
        if !rest.any(fits) {
            return Err(line);
        }
    }
    Ok(())
}

fn run(folder: &Path, command: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_comity"));
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", program.parent().unwrap().display());
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", path)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

#[cfg(unix)]
#[test]
fn the_tutorial_does_what_it_says() {
    let home = tempfile::tempdir().unwrap();
    let mut done = 0;
    for block in blocks() {
        if let Some(name) = file_of(&block) {
            fs::write(home.path().join(name), block.text).unwrap();
        }
        if block.kind != "console" {
            continue;
        }
        for (command, shown) in commands(&block) {
            assert!(command.starts_with("comity "), "{command}");
            let output = run(home.path(), command);
            if let Err(line) = shows(&output, &shown) {
                panic!("docs/tutorial.md: `{command}` does not show {line:?}, but:\n{output}");
            }
            done += 1;
        }
    }
    assert!(done > 10, "{done} commands");
}

#[test]
fn what_is_shown_must_be_there_in_order() {
    let output = "a  b c\nd e f\ng\n";
    assert_eq!(shows(output, &["a b c", "…", "g"]), Ok(()));
    assert_eq!(shows(output, &["d e…"]), Ok(()));
    assert_eq!(shows(output, &["d e"]), Ok(()));
    assert_eq!(shows(output, &["g", "a b c"]), Err("a b c".to_string()));
    assert_eq!(shows(output, &["d f"]), Err("d f".to_string()));
}
