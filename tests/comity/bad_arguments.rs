//! Whatever is wrong with what is typed ends in exit code 2, one message, and nothing
//! written.

use std::fs;
use std::path::Path;

use std::process::Command;

/// A world that is in order, as `world.toml`.
const WORLD: &str = "title = \"T\"\npurpose = \"P\"\nyears = 2\n[stylised]\nstates = 12\n";

/// Runs in a folder with `world.toml` and `files`; the folder stays as it was.
fn refused(arguments: &[&str], files: &[(&str, &str)], expect: &str) {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("world.toml"), WORLD).unwrap();
    for (file, text) in files {
        let path = home.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let before = listing(home.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_comity"));
    let output = command
        .current_dir(home.path())
        .args(arguments)
        .output()
        .unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
    assert!(message.starts_with("error: "), "{arguments:?}: {message}");
    assert!(message.contains(expect), "{arguments:?}: {message}");
    assert_eq!(message.matches("error: ").count(), 1, "{message}");
    assert!(!message.contains("panicked"), "{message}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{arguments:?}");
    assert_eq!(
        listing(home.path()),
        before,
        "{arguments:?} wrote something"
    );
}

fn listing(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        found.push(path.display().to_string());
        if path.is_dir() {
            found.extend(listing(&path));
        }
    }
    found.sort();
    found
}

#[test]
fn bad_arguments() {
    let cases: &[(&[&str], &str)] = &[
        (&["rnu", "world.toml"], "unrecognized subcommand"),
        (&["run"], "<SCENARIO>"),
        (&["run", "world.toml", "--sead", "1"], "--seed"),
        (
            &["run", "world.toml", "--seed", "one"],
            "invalid value 'one'",
        ),
        (&["run", "world.toml", "--seed=-1"], "invalid value"),
        (
            &["run", "world.toml", "--seed", "18446744073709551615"],
            "seed: found",
        ),
        (
            &["run", "world.toml", "--replicates", "0"],
            "replicates: found 0",
        ),
        (
            &["run", "world.toml", "--replicates", "9999999"],
            "from 1 to 100000",
        ),
        (&["run", "world.toml", "--threads", "0"], "1..=1024"),
        (
            &["run", "world.toml", "--format", "xlsx"],
            "possible values: csv, parquet, json",
        ),
        (
            &["run", "world.toml", "--set", "years"],
            "expected path=value",
        ),
        (&["run", "world.toml", "--set", "yeers=3"], "years"),
        (
            &["run", "world.toml", "--set", "years=0"],
            "from 1 to 10000",
        ),
        (&["run", "world.toml", "--set", "years=many"], "years"),
        (
            &[
                "run",
                "world.toml",
                "--set",
                "parameters.alliance.reactence=0.1",
            ],
            "reactance",
        ),
        (
            &[
                "run",
                "world.toml",
                "--set",
                "parameters.alliance.reactance=-1",
            ],
            "found -1",
        ),
        (&["run", "history-1964"], "did you mean \"history-1946\"?"),
        (&["run", "nowhere.toml"], "found no file"),
        (&["run", "."], "found a folder"),
        (&["run", "world.toml", "--out", "world.toml"], "is a file"),
        (&["run", "world.toml", "--out", "."], "no manifest.json"),
        (
            &["run", "world.toml", "--out", ".", "--force"],
            "no manifest.json",
        ),
        (
            &["run", "world.toml", "--dry-run", "--replicates", "0"],
            "replicates: found 0",
        ),
        (&["describe", "parametres"], "possible values"),
        (&["describe", "parameters", "zebra"], "nothing of this kind"),
        (&["describe", "scenario"], "expected a name"),
        (&["describe", "scenario", "nothing"], "no shipped scenario"),
        (&["init", "world.toml"], "not overwritten"),
        (&["init", "--from", "histori-1946"], "history-1946"),
        (
            &["init", "other.toml", "--from", "history-1946"],
            "expected a folder",
        ),
        (&["plot", "nowhere"], "no such folder"),
        (&["plot", "."], "no manifest.json"),
        (&["plot", ".", "--figure", "pakts"], "pacts"),
        (&["plot", ".", "--format", "gif"], "svg"),
        (
            &[
                "explain",
                "history-1946",
                "--state",
                "XQZ",
                "--year",
                "1949",
            ],
            "expected the abbreviation",
        ),
        (
            &[
                "explain",
                "history-1946",
                "--state",
                "FRN",
                "--year",
                "1900",
            ],
            "1946 to 2016",
        ),
        (
            &[
                "explain",
                "history-1946",
                "--state",
                "GHA",
                "--year",
                "1949",
            ],
            "not in the system in 1949",
        ),
        (&["explain", "history-1946", "--year", "1949"], "--state"),
        (&["completions", "tcl"], "possible values"),
    ];
    for (arguments, expect) in cases {
        refused(arguments, &[], expect);
    }
}

#[test]
fn bad_files() {
    const STATES: &str = "ccode,abb,name,entry_year,exit_year,regions,capital_lat,capital_lon\n\
                  1,AAA,Aland,1940,,north,ten,20\n";
    const DATA: &str = "title = \"T\"\npurpose = \"P\"\nstart_year = 1950\nyears = 2\n[data]\nstates = \"s.csv\"\n";
    type Files = &'static [(&'static str, &'static str)];
    let cases: &[(&str, Files, &str)] = &[
        (
            "bad.toml",
            &[("bad.toml", " \n")],
            "bad.toml: the file is empty",
        ),
        ("bad.toml", &[("bad.toml", "title = = 3\n")], "bad.toml:1"),
        (
            "bad.toml",
            &[("bad.toml", "extends = \"bad.toml\"\n")],
            "cycle",
        ),
        (
            "bad.toml",
            &[("bad.toml", "purpose = \"P\"\nyears = 3\n[stylised]\n")],
            "title",
        ),
        (
            "bad.toml",
            &[("bad.toml", "extends = \"world.toml\"\nyeers = 3\n")],
            "years",
        ),
        ("bad.toml", &[("bad.toml", DATA)], "no file"),
        (
            "bad.toml",
            &[("bad.toml", DATA), ("s.csv", STATES)],
            "s.csv:2",
        ),
        ("bad.toml", &[("bad.toml", DATA), ("s.csv", "")], "s.csv"),
        (
            "bad.toml",
            &[(
                "bad.toml",
                "extends = \"world.toml\"\n[[schedule]]\nfrom = 99\nblock = \"dispute\"\n",
            )],
            "bad.toml:3",
        ),
    ];
    for (scenario, files, expect) in cases {
        refused(&["run", scenario], files, expect);
    }
}

#[test]
fn bad_results() {
    let foreign = ("x/manifest.json", "{ \"name\": \"an app\" }");
    refused(&["plot", "x"], &[foreign], "expected a manifest of comity");
    refused(
        &["run", "world.toml", "--out", "x"],
        &[foreign],
        "expected a manifest of comity",
    );
    refused(
        &["run", "world.toml", "--out", "x", "--force"],
        &[foreign],
        "expected a manifest of comity",
    );
}
