//! The command line, driven as a user drives it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use comity::scenario::Parameters;
use serde_json::Value;
use std::process::Command;

/// A world that runs in a moment.
const SMALL: [&str; 7] = [
    "s2-bipolar",
    "--set",
    "years=4",
    "--set",
    "burn_in=1",
    "--set",
    "stylised.states=24",
];

/// What a command did.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

pub fn comity(folder: &Path, arguments: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_comity"));
    let output = command
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap();
    Ended {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

pub fn done(folder: &Path, arguments: &[&str]) -> Ended {
    let ended = comity(folder, arguments);
    assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.err);
    ended
}

fn run<'a>(world: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    ["run"].iter().chain(world).chain(more).copied().collect()
}

/// Every file below `folder` with its bytes.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(folder, folder, &mut found);
    found
}

/// The files that may not differ between identical runs.
pub fn comparable(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = files(folder);
    assert!(found.remove("manifest.json").is_some());
    found
}

pub fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

#[test]
fn bytes_are_the_same_at_any_thread_count() {
    let home = tempfile::tempdir().unwrap();
    for format in ["csv", "parquet", "json"] {
        for threads in ["1", "2"] {
            let out = format!("{format}{threads}");
            let more = [
                "--states",
                "--figures=none",
                "--quiet",
                "--replicates",
                "3",
                "--format",
                format,
                "--threads",
                threads,
                "--out",
                &out,
            ];
            done(home.path(), &run(&SMALL, &more));
        }
        let of = |threads| comparable(&home.path().join(format!("{format}{threads}")));
        assert!(
            of(1).len() == 6 && of(1) == of(2),
            "{format}: {:?}",
            of(1).keys()
        );
    }
}

#[test]
fn figures_are_the_same_bytes_and_are_drawn_again() {
    let home = tempfile::tempdir().unwrap();
    for (out, threads) in [("a", "1"), ("b", "2")] {
        let more = ["--figures", "both", "--out", out, "--threads", threads];
        done(home.path(), &run(&SMALL, &more));
    }
    let [a, b] = ["a", "b"].map(|name| home.path().join(name));
    assert_eq!(comparable(&a), comparable(&b));
    let before = fs::read(a.join("figures/pacts.svg")).unwrap();
    fs::remove_file(a.join("figures/pacts.svg")).unwrap();
    let ended = done(
        home.path(),
        &["plot", "a", "--format", "svg", "--figure", "pacts"],
    );
    assert_eq!(ended.out.lines().count(), 1);
    assert_eq!(fs::read(a.join("figures/pacts.svg")).unwrap(), before);
    done(
        home.path(),
        &[
            "plot", "a", "--format", "svg", "--figure", "network", "--years", "0,3",
        ],
    );
    assert_ne!(
        fs::read(a.join("figures/network.svg")).unwrap(),
        files(&b)["figures/network.svg"]
    );
}

/// Files in the folder of figures, by ending.
fn drawn(place: &Path) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for name in files(place).keys().filter(|n| n.starts_with("figures")) {
        let ending = name.rsplit('.').next().unwrap().to_string();
        *found.entry(ending).or_default() += 1;
    }
    found
}

#[test]
fn figures_are_drawn_in_the_formats_that_are_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let small = |out: &str, more: &[&str]| {
        let out = ["--quiet", "--out", out];
        done(home.path(), &run(&SMALL, &[&out[..], more].concat()));
        drawn(&home.path().join(out[2]))
    };
    let svg = small("svg", &[]);
    let count = svg["svg"];
    assert!(count > 5 && svg.len() == 1, "{svg:?}");
    assert_eq!(small("svg2", &["--figures", "svg"]), svg);
    let png = BTreeMap::from([("png".to_string(), count)]);
    assert_eq!(small("png", &["--figures", "png"]), png);
    let both = small("both", &["--figures", "both"]);
    assert_eq!((both["svg"], both["png"], both.len()), (count, count, 2));
    assert!(small("none", &["--figures", "none"]).is_empty());
    assert!(small("former", &["--no-figures"]).is_empty());
    // A result without the figures that are asked for now is made again.
    assert_eq!(small("none", &["--figures", "png"]), png);
    for more in [
        &["--figures", "pdf"][..],
        &["--figures", "svg", "--no-figures"],
    ] {
        let refused = comity(
            home.path(),
            &run(&SMALL, &[more, &["--out", "refused"]].concat()),
        );
        assert_eq!(refused.code, 2, "{more:?}");
        assert!(!home.path().join("refused").exists());
    }
}

#[test]
fn plot_draws_the_formats_that_are_asked_for() {
    let home = tempfile::tempdir().unwrap();
    done(
        home.path(),
        &run(&SMALL, &["--figures", "none", "--quiet", "--out", "a"]),
    );
    let plot = |more: &[&str]| {
        let _ = fs::remove_dir_all(home.path().join("a/figures"));
        done(
            home.path(),
            &[&["plot", "a", "--figure", "pacts"], more].concat(),
        );
        drawn(&home.path().join("a"))
            .into_keys()
            .collect::<Vec<_>>()
    };
    assert_eq!(plot(&[]), ["svg"]);
    assert_eq!(plot(&["--figures", "png"]), ["png"]);
    assert_eq!(plot(&["--figures", "both"]), ["png", "svg"]);
    assert_eq!(plot(&["--format", "png"]), ["png"]);
    let refused = comity(home.path(), &["plot", "a", "--figures", "none"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains("expected svg, png or both"),
        "{}",
        refused.err
    );
}

#[test]
fn a_replicate_equals_the_run_with_its_seed() {
    let home = tempfile::tempdir().unwrap();
    let more = [
        "--figures=none",
        "--quiet",
        "--replicates",
        "3",
        "--seed",
        "5",
        "--out",
        "many",
    ];
    done(home.path(), &run(&SMALL, &more));
    done(
        home.path(),
        &run(
            &SMALL,
            &["--figures=none", "--quiet", "--seed", "7", "--out", "one"],
        ),
    );
    for table in ["world", "regions", "agreements", "events"] {
        let read = |out: &str| {
            fs::read_to_string(home.path().join(out).join(format!("{table}.csv"))).unwrap()
        };
        let (many, one) = (read("many"), read("one"));
        let rows = |text: &str, start: &str| -> Vec<String> {
            text.lines()
                .filter_map(|l| l.strip_prefix(start).map(str::to_string))
                .collect()
        };
        assert_eq!(rows(&many, "2,7,"), rows(&one, "0,7,"), "{table}");
        assert!(!rows(&one, "0,7,").is_empty() || table == "events");
    }
}

#[test]
fn a_result_is_used_again_and_another_one_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let first = done(home.path(), &run(&SMALL, &["--figures=none"]));
    assert!(
        first.err.contains("output/s2-bipolar: written"),
        "{}",
        first.err
    );
    assert!(first.out.contains("one draw of chance"), "{}", first.out);
    let again = done(home.path(), &run(&SMALL, &["--figures=none"]));
    assert!(again.err.contains("used again"), "{}", again.err);
    assert_eq!(first.out, again.out);

    let place = home.path().join("output/s2-bipolar");
    let before = files(home.path());
    let refused = comity(
        home.path(),
        &run(&SMALL, &["--figures=none", "--seed", "2"]),
    );
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains("seed 1 there, 2 asked for"),
        "{}",
        refused.err
    );
    assert!(refused.err.contains("--force"), "{}", refused.err);
    assert_eq!(files(home.path()), before);
    done(
        home.path(),
        &run(&SMALL, &["--figures=none", "--seed", "2", "--force"]),
    );
    assert_eq!(manifest(&place)["seed"], 2);

    fs::remove_file(place.join("world.csv")).unwrap();
    let redone = done(
        home.path(),
        &run(&SMALL, &["--figures=none", "--seed", "2"]),
    );
    assert!(redone.err.contains("written"), "{}", redone.err);
    assert!(place.join("world.csv").is_file());
}

#[test]
fn the_manifest_says_what_the_result_is() {
    let home = tempfile::tempdir().unwrap();
    let world = [
        "history-1946",
        "--set",
        "governance.standing=true",
        "--figures=none",
    ];
    done(home.path(), &run(&world, &["--quiet", "--out", "x"]));
    let found = manifest(&home.path().join("x"));
    assert_eq!(found["program"], "comity");
    assert_eq!(found["scenario"]["name"], "history-1946");
    assert_eq!(
        found["scenario"]["source"]["overrides"][0],
        "governance.standing=true"
    );
    assert!(
        found["scenario"]["source"]["text"]
            .as_str()
            .unwrap()
            .contains("[data]")
    );
    assert_eq!(
        found["scenario"]["source"]["files"][0]["sha256"]
            .as_str()
            .unwrap()
            .len(),
        64
    );
    assert!(found["scenario"]["source"]["data"][0]["cite"].is_string());
    assert_eq!(found["tables"][0]["rows"], 71);
    assert_eq!(found["tables"][0]["columns"][0]["name"], "run_id");
    assert_eq!(found["runs"]["done"], 1);
}

#[test]
fn a_dry_run_writes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let ended = done(
        home.path(),
        &run(&SMALL, &["--dry-run", "--replicates", "50"]),
    );
    assert!(ended.out.contains("50 runs of 4 years"), "{}", ended.out);
    assert!(files(home.path()).is_empty());
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn an_overlay_that_changes_nothing_changes_no_byte() {
    let home = tempfile::tempdir().unwrap();
    let default = Parameters::default().alliance.reactance;
    let overlay = format!(
        "extends = \"history-1946\"\n[[schedule]]\nfrom = 1947\n\
         set = {{ \"parameters.alliance.reactance\" = {default} }}\n"
    );
    fs::write(home.path().join("same.toml"), overlay).unwrap();
    let more = ["--figures=none", "--quiet", "--out"];
    done(
        home.path(),
        &run(&["history-1946"], &[&more[..], &["a"]].concat()),
    );
    done(
        home.path(),
        &run(&["same.toml"], &[&more[..], &["b"]].concat()),
    );
    let of = |out: &str| {
        let mut found = comparable(&home.path().join(out));
        found.retain(|file, _| !file.starts_with("inputs/"));
        found
    };
    assert!(of("a") == of("b"));
}

#[test]
fn what_is_listed_and_described_fits_the_terminal() {
    let home = tempfile::tempdir().unwrap();
    let wide = |ended: &Ended| {
        ended
            .out
            .lines()
            .find(|l| l.chars().count() > 80)
            .map(str::to_string)
    };
    let commands: [&[&str]; 9] = [
        &["list"],
        &["describe"],
        &["describe", "parameters"],
        &["describe", "columns"],
        &["describe", "schedule"],
        &["describe", "interventions"],
        &["run", "--help"],
        &["--help"],
        &[
            "explain",
            "history-1946",
            "--state",
            "FRA",
            "--year",
            "1949",
        ],
    ];
    for command in commands {
        let ended = done(home.path(), command);
        assert!(ended.out.lines().count() > 5, "{command:?}");
        assert_eq!(wide(&ended), None, "{command:?}");
    }
    assert!(
        done(home.path(), &["describe", "data"])
            .out
            .contains("Cite: ")
    );
    let scenario = done(
        home.path(),
        &["describe", "scenario", "c03-cold-war-goes-on"],
    );
    assert!(scenario.out.contains("history-1946.toml"));
    for topic in [
        "parameters",
        "columns",
        "schedule",
        "interventions",
        "data",
        "schema",
    ] {
        let ended = done(home.path(), &["describe", topic, "--json"]);
        serde_json::from_str::<Value>(&ended.out).unwrap();
    }
    let list: Value = serde_json::from_str(&done(home.path(), &["list", "--json"]).out).unwrap();
    assert_eq!(
        list.as_array().unwrap().len(),
        comity::scenario::library::names().len()
            + comity::ensemble::experiment::library::names().len()
    );
}

#[test]
fn starters_and_copies_run() {
    let home = tempfile::tempdir().unwrap();
    done(home.path(), &["init"]);
    done(home.path(), &["init", "mine"]);
    let quick = [
        "--set",
        "years=31",
        "--set",
        "burn_in=0",
        "--figures=none",
        "--quiet",
    ];
    done(home.path(), &run(&["mine/mine.toml"], &quick));
    assert!(home.path().join("output/mine/world.csv").is_file());
    let again = comity(home.path(), &["init"]);
    assert!(
        again.code == 2 && again.err.contains("not overwritten"),
        "{}",
        again.err
    );

    done(
        home.path(),
        &["init", "--from", "c06-no-terror-shock", "--out", "copies"],
    );
    let copy = "copies/c06-no-terror-shock/c06-no-terror-shock.toml";
    assert!(
        home.path()
            .join("copies/c06-no-terror-shock/world/states.csv")
            .is_file()
    );
    done(home.path(), &run(&[copy], &["--figures=none", "--quiet"]));
    let cited = manifest(&home.path().join("output/c06-no-terror-shock"));
    assert!(cited["scenario"]["source"]["data"][0]["cite"].is_string());
}

#[test]
fn explained_terms_sum_to_the_utility() {
    let home = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for year in ["1947", "1949", "1952"] {
        let arguments = [
            "explain",
            "history-1946",
            "--state",
            "FRA",
            "--year",
            year,
            "--json",
        ];
        let found: Value = serde_json::from_str(&done(home.path(), &arguments).out).unwrap();
        assert_eq!(found["state"], "FRN");
        for decision in found["decisions"].as_array().unwrap() {
            let terms = decision["terms"].as_object().unwrap();
            if terms.is_empty() {
                // Chance alone decides: whether to search, whom to turn to.
                assert!(decision["utility"].is_null(), "{decision}");
                continue;
            }
            let sum: f64 = terms.values().map(|v| v.as_f64().unwrap()).sum();
            assert!(
                (sum - decision["utility"].as_f64().unwrap()).abs() < 1e-6,
                "{decision}"
            );
            let drawn = decision["draw"].as_f64() < decision["probability"].as_f64();
            assert_eq!(decision["yes"].as_bool().unwrap(), drawn);
            seen += 1;
        }
    }
    assert!(seen > 2, "{seen} decisions");
    let text = done(
        home.path(),
        &[
            "explain",
            "history-1946",
            "--state",
            "FRA",
            "--year",
            "1949",
        ],
    );
    assert!(
        text.out.contains("= utility") && text.out.contains("draw"),
        "{}",
        text.out
    );
}

#[test]
fn completions_and_manual_pages_are_there() {
    let home = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(
            done(home.path(), &["completions", shell])
                .out
                .contains("replicates")
        );
    }
    assert!(done(home.path(), &["man"]).out.contains(".TH"));
    done(home.path(), &["man", "--out", "man"]);
    assert!(home.path().join("man/comity-run.1").is_file());
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_comity"))
        .args(["describe", "schema"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[cfg(unix)]
#[test]
fn an_interruption_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_comity"))
        .current_dir(home.path())
        .args(["run", "history-1946", "--replicates", "5000"])
        .stderr(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    let id = child.id().to_string();
    assert!(
        std::process::Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(String::from_utf8_lossy(&output.stderr).contains("interrupted: nothing was written"));
    assert!(files(home.path()).is_empty());
}

#[test]
fn every_shipped_scenario_runs_its_first_years() {
    for name in comity::scenario::library::names() {
        let mut world = comity::scenario::load(&name, &[]).unwrap();
        (world.years, world.burn_in) = (3, world.burn_in.min(2));
        let history = comity::simulation::run(&world, 1);
        assert_eq!(history.world.len(), 3, "{name}");
        assert!(history.world.iter().all(|y| y.states > 0), "{name}");
    }
}
