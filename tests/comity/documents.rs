//! The documents say what the program says: generated tables, headings, commands, lists.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use comity::scenario::{PARAMETERS, Process, library};
use std::process::Command;

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

/// The section of each equation, without its number.
fn equations(text: &str) -> BTreeMap<String, String> {
    let sections = text.split("\n### E").skip(1);
    let sections = sections.map(|s| s.split("\n## ").next().unwrap_or(s));
    let named = sections.filter_map(|s| s.split_once(' '));
    named
        .map(|(n, rest)| (format!("E{n}"), rest.to_string()))
        .collect()
}

/// Whether `words` stand in `text` and are no part of a longer word.
fn stands(words: &str, text: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let ends = text.match_indices(words).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + words.len()..].chars().next();
        !part(before) && !part(after)
    });
    ends && !words.is_empty()
}

/// The sources of rules and world by path.
fn sources() -> BTreeMap<String, String> {
    fn collect(folder: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let file = entry.unwrap().path();
            if file.is_dir() {
                collect(&file, found);
            } else {
                let text = fs::read_to_string(&file).unwrap();
                let name = file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
                found.insert(name.display().to_string(), text);
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(&path("src/model/rules"), &mut found);
    collect(&path("src/model/world"), &mut found);
    found
}

/// The equations that a text names, such as E9.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let number = |w: &str| w.strip_prefix('E').and_then(|n| n.parse::<u32>().ok());
    words
        .filter(|w| number(w).is_some())
        .map(str::to_string)
        .collect()
}

#[test]
fn every_equation_is_named_where_it_is_computed_and_nothing_else_is() {
    let equations = equations(&read("docs/odd.md"));
    let expected: BTreeSet<String> = (1..=21).map(|n| format!("E{n}")).collect();
    let headed: BTreeSet<String> = equations.keys().cloned().collect();
    assert_eq!(headed, expected);
    let sources = sources();
    let all: BTreeSet<String> = sources.values().flat_map(|text| named(text)).collect();
    assert_eq!(
        all, expected,
        "named in src/model/rules and src/model/world"
    );
    // The file of each process begins with the equation that the process declares.
    for process in Process::ALL {
        let module = process.module().replace(' ', "").replace("::", "/");
        let own = format!("src/model/rules/{module}.rs");
        let file = match sources.contains_key(&own) {
            true => own,
            false => format!("src/model/rules/{module}/mod.rs"),
        };
        let head = |file: &str| -> String {
            let lines = sources[file].lines();
            lines.take_while(|l| l.starts_with("//!")).collect()
        };
        // Its own, that of its folder, and those of modules beside it that it calls.
        let folder = file.rsplit_once('/').unwrap().0;
        let mut heads = head(&file);
        if folder != "src/model/rules" {
            heads += &head(&format!("{folder}/mod.rs"));
        }
        for used in sources[&file].split("use super::").skip(1) {
            let module = used
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next();
            let beside = format!("{folder}/{}.rs", module.unwrap());
            if sources.contains_key(&beside) {
                heads += &head(&beside);
            }
        }
        for equation in named(process.equation()) {
            assert!(
                stands(&equation, &heads),
                "{file} does not begin with {equation}"
            );
        }
    }
}

/// Symbols whose meaning is told outside of the section of their equation: starting values,
/// and depths of pacts.
const ELSEWHERE: [&str; 8] = [
    "α(0)", "d_N", "d_E", "T_riv", "d_f", "n_c", "Link(0)", "perf(0)",
];

#[test]
fn every_parameter_stands_in_its_equation_and_is_read_by_the_model() {
    let text = read("docs/odd.md");
    let equations = equations(&text);
    let table = between(&text, "parameters");
    let prose = format!("{}{}", &text[..table.start], &text[table.end..]);
    let sources = sources();
    for p in PARAMETERS {
        // τ_1 to τ_4 stand there as τ_m.
        let symbol = match p.symbol.strip_prefix("τ_") {
            Some("1" | "2" | "3" | "4") => "τ_m",
            _ => p.symbol,
        };
        let section = &equations[p.equation];
        // A number before a symbol multiplies it.
        let there = |text: &str| stands(symbol, text) || stands(&format!("2{symbol}"), text);
        assert!(
            there(section) || (ELSEWHERE.contains(&symbol) && there(&prose)),
            "{} of {}: {symbol} does not stand in the section of {}",
            p.path,
            "docs/odd.md",
            p.equation
        );
        let name = p.path.split('.').nth(1).unwrap();
        let field = format!(".{name}");
        let reads = |text: &String| {
            text.match_indices(&field).any(|(at, _)| {
                let after = text[at + field.len()..].chars().next();
                !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
            })
        };
        assert!(sources.values().any(reads), "no rule reads {}", p.path);
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
                let mut command = Command::new(env!("CARGO_BIN_EXE_comity"));
                assert!(
                    command
                        .args(["help", name])
                        .output()
                        .unwrap()
                        .status
                        .success(),
                    "{name}"
                );
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
        let text = read(document);
        for named in text.split('`').filter(|w| w.starts_with("src/")) {
            assert!(
                path(named).exists(),
                "{document} names {named}, which is not there"
            );
        }
        for link in text
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
