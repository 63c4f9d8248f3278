//! The documents say what the program says: generated tables, headings, commands, lists.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use comity::scenario::{PARAMETERS, Process, library};

use crate::layers::LAYERS;

/// Set to rewrite the generated tables instead of comparing them.
const UPDATE: &str = "COMITY_UPDATE";

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The part of `text` between the marks of `name`, as positions.
fn between(text: &str, name: &str) -> std::ops::Range<usize> {
    let (open, close) = (
        format!("<!-- generated:{name} -->"),
        format!("<!-- /generated:{name} -->"),
    );
    let from = text
        .find(&open)
        .unwrap_or_else(|| panic!("docs/odd.md lacks {open}"))
        + open.len();
    let to = text
        .find(&close)
        .unwrap_or_else(|| panic!("docs/odd.md lacks {close}"));
    assert!(from <= to, "docs/odd.md: {close} stands before {open}");
    from..to
}

pub fn check(name: &str, expected: &str) {
    // Several tests write to one file: one after the other.
    static FILE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one = FILE
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut text = read("docs/odd.md");
    let range = between(&text, name);
    let expected = format!("\n\n{expected}\n");
    if text[range.clone()] == expected {
        return;
    }
    if std::env::var_os(UPDATE).is_some() {
        text.replace_range(range, &expected);
        fs::write(path("docs/odd.md"), text).unwrap();
        return;
    }
    let (found, wanted) = (text[range].lines(), expected.lines());
    let differ = found.zip(wanted).find(|(a, b)| a != b);
    panic!(
        "the table `{name}` of docs/odd.md differs from the declarations, first at {differ:?}; \
         {UPDATE}=1 cargo test documents writes it again"
    );
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[test]
fn the_parameter_table_is_that_of_the_declarations() {
    let mut table = String::from(
        "| parameter | symbol | equation | unit | default | prior range | source | what it does |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for p in PARAMETERS {
        let default = (p.default * 1e4).round() / 1e4;
        let [low, high] = p.prior;
        let _ = writeln!(
            table,
            "| `{}` | {} | {} | {} | {default} | {low} to {high} | {} | {} |",
            p.path,
            cell(p.symbol),
            p.equation,
            cell(p.unit),
            cell(p.source),
            cell(p.help),
        );
    }
    check("parameters", &table);
}

#[test]
fn the_process_table_is_that_of_the_schedule() {
    let mut table = String::from(
        "| step | process | equation | in `core` | what it does |\n|---|---|---|---|---|\n",
    );
    let mut last = "";
    for p in Process::ALL {
        let step = if p.step() == last { "" } else { p.step() };
        last = p.step();
        let core = if p.in_core() { "yes" } else { "" };
        let _ = writeln!(
            table,
            "| {step} | `{}` | {} | {core} | {} |",
            p.name(),
            p.equation(),
            cell(p.help())
        );
    }
    check("processes", &table);
}

#[test]
fn the_place_for_the_moments_is_kept() {
    let text = read("docs/odd.md");
    between(&text, "moments");
}

#[test]
fn every_equation_has_a_heading_and_every_parameter_an_equation_that_has() {
    let text = read("docs/odd.md");
    let headings: Vec<&str> = text.lines().filter(|l| l.starts_with("### E")).collect();
    let has = |equation: &str| {
        headings
            .iter()
            .any(|h| h[4..].split(' ').next() == Some(equation))
    };
    for n in 1..=21 {
        assert!(
            has(&format!("E{n}")),
            "docs/odd.md has no heading \"### E{n} …\""
        );
    }
    for p in PARAMETERS {
        assert!(
            has(p.equation),
            "{} names {}, which has no heading",
            p.path,
            p.equation
        );
    }
}

#[test]
fn all_open_points_are_settled() {
    let text = read("docs/odd.md");
    let section = text
        .split("## Open points settled")
        .nth(1)
        .expect("the section");
    let section = section.split("\n## ").next().unwrap_or(section);
    let numbers: Vec<&str> = section
        .lines()
        .filter_map(|l| l.split_once(". "))
        .map(|(n, _)| n)
        .filter(|n| n.parse::<u32>().is_ok())
        .collect();
    let expected: Vec<String> = (1..=66).map(|n| n.to_string()).collect();
    assert_eq!(numbers, expected);
}

#[test]
fn the_commands_of_the_readme_exist() {
    let text = read("README.md");
    let first: Vec<&str> = blocks(&text)
        .into_iter()
        .next()
        .expect("a block of commands")
        .lines()
        .collect();
    assert_eq!(
        first,
        ["cargo run --release -- run history-1946", "cargo test"]
    );
    assert!(library::names().iter().any(|n| n == "history-1946"));
    if !cfg!(feature = "cli") {
        return;
    }
    for block in blocks(&text) {
        for line in block.lines() {
            let words = line
                .split("comity ")
                .nth(1)
                .or_else(|| line.split("-- ").nth(1));
            let name = words.and_then(|w| w.split_whitespace().next());
            if let Some(name) =
                name.filter(|_| line.starts_with("comity ") || line.starts_with("cargo run"))
            {
                let mut command = Command::cargo_bin("comity").unwrap();
                command.args(["help", name]).assert().success();
            }
        }
    }
}

/// The fenced blocks of a text.
fn blocks(text: &str) -> Vec<&str> {
    text.split("```")
        .skip(1)
        .step_by(2)
        .map(|b| b.split_once('\n').map_or("", |(_, body)| body).trim())
        .collect()
}

#[test]
fn the_architecture_lists_the_layers() {
    let text = read("ARCHITECTURE.md");
    let line = format!("`{}`", LAYERS.join(" · "));
    assert!(
        text.lines().any(|l| l == line),
        "ARCHITECTURE.md lacks the line {line}"
    );
}

#[test]
fn the_paths_that_documents_name_exist() {
    for document in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/odd.md",
        "docs/tutorial.md",
        "docs/python.md",
        "docs/experiments.md",
        "docs/serve.md",
    ] {
        let folder = path(document).parent().unwrap().to_path_buf();
        for link in read(document)
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let target = link.split('#').next().unwrap_or("");
            // The figure is drawn from a run and put there with a release.
            let drawn = target.starts_with("docs/figures/");
            if !target.is_empty() && !target.contains("://") && !drawn {
                assert!(
                    folder.join(target).exists(),
                    "{document} links to {target}, which is not there"
                );
            }
        }
    }
}
