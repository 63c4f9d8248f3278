//! What is given to others: the package, its licences, and the commands that made what is printed.

use std::path::Path;
use std::process::Command;

use comity::{ensemble, scenario};
use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn cargo(arguments: &[&str]) -> String {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_string());
    let mut command = Command::new(program);
    command.current_dir(ROOT).args(arguments).arg("--offline");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// The crates in the order in which they are published, each with where it is and what it needs.
const PACKAGES: [(&str, &str, &[&str]); 4] = [
    (
        "comity-model",
        "src/model",
        &[
            "data/LICENSE.md",
            "data/moments.csv",
            "data/world/states.csv",
            "scenarios/README.md",
            "scenarios/history-1946.toml",
            "scenario/starter.toml",
        ],
    ),
    (
        "comity-lab",
        "src/lab",
        &[
            "experiments/claims/alliances.toml",
            "experiments/sobol-eight/experiment.toml",
            "ensemble/experiment/starter.toml",
        ],
    ),
    ("comity-show", "src/show", &["report/page.html"]),
    (
        "comity",
        "",
        &[
            "CITATION.cff",
            "docs/odd.md",
            "examples/embed.rs",
            "src/app/web/assets/app.js",
        ],
    ),
];

#[test]
fn the_packages_are_small_and_hold_what_they_need() {
    for (name, folder, needed) in PACKAGES {
        let listed = cargo(&["package", "--list", "--allow-dirty", "--package", name]);
        let files: Vec<&str> = listed.lines().collect();
        let folder = Path::new(ROOT).join(folder);
        let size = |file: &&str| std::fs::metadata(folder.join(file)).map_or(0, |m| m.len());
        let bytes: u64 = files.iter().map(size).sum();
        assert!(bytes < 5_000_000, "{name}: {bytes} bytes");
        let all = ["Cargo.lock", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];
        for needed in all.iter().chain(needed) {
            assert!(files.contains(needed), "{name} lacks {needed}");
        }
        let strays = [
            "fuzz/",
            "output/",
            ".ci/",
            "target/",
            "tests/",
            "data/scripts/",
        ];
        let stray = |f: &&&str| strays.iter().any(|d| f.starts_with(d));
        assert_eq!(files.iter().find(stray), None, "{name}");
        let given = |f: &&str| f.starts_with("data/") || f.starts_with("scenarios/");
        assert_eq!(files.iter().any(given), name == "comity-model", "{name}");
    }
}

/// Whether one of the licences that an expression offers is allowed; all that it joins by AND.
fn allowed(expression: &str, allow: &[&str]) -> bool {
    let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
    let clause = |clause: &str| clause.split(" OR ").any(|l| allow.contains(&l.trim()));
    plain.split(" AND ").all(clause)
}

/// What `cargo deny check licenses bans sources` looks at, without cargo-deny. Crates that only other
/// systems build with are not on a machine that has not fetched them: they are looked at where
/// `COMITY_EVERY_PLATFORM=1` says that `cargo fetch` was run.
#[test]
fn dependencies_have_licences_that_deny_toml_allows_and_come_from_the_registry() {
    let rules = std::fs::read_to_string(Path::new(ROOT).join("deny.toml")).unwrap();
    let rules: toml::Table = rules.parse().unwrap();
    let allow: Vec<&str> = rules["licenses"]["allow"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l.as_str().unwrap())
        .collect();
    assert!(allowed("(MIT OR GPL-3.0) AND Unicode-3.0", &allow));
    assert!(!allowed("GPL-3.0 OR AGPL-3.0", &allow) && !allowed("MIT AND GPL-3.0", &allow));
    let whole = [
        "metadata",
        "--format-version=1",
        "--all-features",
        "--locked",
    ];
    let every = std::env::var_os("COMITY_EVERY_PLATFORM").is_some();
    let platforms: &[&str] = match every {
        true => &[],
        false => &["--filter-platform=host-tuple"],
    };
    let text = cargo(&[&whole, platforms].concat());
    let metadata: Value = serde_json::from_str(&text).unwrap();
    let mut needed = vec![false; allow.len()];
    for package in metadata["packages"].as_array().unwrap() {
        let name = &package["name"];
        let licence = package["license"].as_str().unwrap_or("none");
        let wild = |d: &&Value| package["source"].is_null() && d["req"] == "*";
        let wild = package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .find(wild);
        assert!(wild.is_none(), "any version of {wild:?} would do");
        assert!(allowed(licence, &allow), "{name} is under {licence}");
        if let Some(source) = package["source"].as_str() {
            let registry = "registry+https://github.com/rust-lang/crates.io-index";
            assert_eq!(source, registry, "{name}");
        }
        for (k, _) in allow.iter().enumerate() {
            let fewer: Vec<&str> = allow.iter().copied().filter(|l| *l != allow[k]).collect();
            needed[k] |= !allowed(licence, &fewer);
        }
    }
    let idle: Vec<_> = allow.iter().zip(&needed).filter(|(_, n)| !**n).collect();
    assert!(idle.is_empty(), "nothing needs {idle:?}");
}

#[test]
fn the_citation_is_of_this_version() {
    let text = std::fs::read_to_string(Path::new(ROOT).join("CITATION.cff")).unwrap();
    let version = format!("version: {}", env!("CARGO_PKG_VERSION"));
    assert!(text.lines().any(|l| l == version), "expected {version}");
}

/// Every command of `docs/reproduce.md` can be typed, and what it names is there.
#[test]
fn the_commands_that_made_what_is_printed_exist() {
    let text = std::fs::read_to_string(Path::new(ROOT).join("docs/reproduce.md")).unwrap();
    let quoted = text.split('`').skip(1).step_by(2);
    let mut seen = Vec::new();
    for line in quoted.filter(|q| q.starts_with("comity ") && !q.starts_with("comity compare A")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let typed = words.iter().map(std::ffi::OsString::from);
        assert!(comity::cli::parse(typed).is_ok(), "{line}");
        let shipped = |names: Vec<String>| names.iter().any(|n| *n == words[2]);
        let there = match words[1] {
            "run" => shipped(scenario::library::names()),
            "batch" | "sweep" | "calibrate" => shipped(ensemble::experiment::library::names()),
            _ => true,
        };
        assert!(there, "{line}");
        seen.push(words[2..].first().copied().unwrap_or_default().to_string());
    }
    // A worked experiment with a figure in its README has a line.
    for name in ensemble::experiment::library::names() {
        let readme = Path::new(ROOT)
            .join("experiments")
            .join(&name)
            .join("README.md");
        let figure = std::fs::read_to_string(readme).is_ok_and(|t| t.contains("!["));
        assert!(
            !figure || seen.contains(&name),
            "docs/reproduce.md lacks {name}"
        );
    }
}

/// The figures in a folder.
fn figures(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|e| e.unwrap().file_name().into_string().unwrap());
    names
        .filter(|n| n.ends_with(".svg") || n.ends_with(".png"))
        .collect()
}

#[test]
fn every_figure_that_is_here_has_its_command() {
    let root = Path::new(ROOT);
    let text = std::fs::read_to_string(root.join("docs/reproduce.md")).unwrap();
    let row = |words: &str| {
        text.lines()
            .any(|l| l.contains(words) && l.contains("`comity "))
    };
    let mut seen = 0;
    for figure in figures(&root.join("docs/figures")) {
        assert!(row(&format!("(figures/{figure})")), "docs/figures/{figure}");
        seen += 1;
    }
    for folder in std::fs::read_dir(root.join("experiments")).unwrap() {
        let folder = folder.unwrap();
        if !folder.path().is_dir() {
            continue;
        }
        let name = folder.file_name().into_string().unwrap();
        for figure in figures(&folder.path()) {
            let made = format!("output/{name}/figures/{figure}");
            assert!(row(&made), "docs/reproduce.md lacks {made}");
            seen += 1;
        }
    }
    assert!(seen > 5, "{seen} figures");
}

/// The crate has none; of the tests one does, and says why it may.
#[test]
fn unsafe_code_stands_where_its_proof_does() {
    let folders = ["src", "benches", "examples", "fuzz", "tests"];
    let files = folders.map(|folder| sources(&Path::new(ROOT).join(folder)));
    let opens = [
        concat!("un", "safe {"),
        concat!("un", "safe fn"),
        concat!("un", "safe impl"),
    ];
    let mut found = Vec::new();
    for (file, text) in files.iter().flatten() {
        if opens.iter().any(|open| text.contains(open)) {
            assert!(text.contains("// SAFETY: "), "{file}");
            found.push(file.as_str());
        }
    }
    assert!(
        found.len() == 1 && found[0].ends_with("tests/comity/allocated.rs"),
        "{found:?}"
    );
}

/// The Rust sources below a folder.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path.display().to_string(), text));
        }
    }
    found
}
