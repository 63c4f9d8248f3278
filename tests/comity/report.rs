//! Reports, written as a user writes them: one page for every kind of result.
//!
//! `tests/browser/report/check.mjs` opens them in a browser; without Node, its packages or
//! Chromium that test is skipped, and with `COMITY_REQUIRE_BROWSER=1` it then fails.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::cli::{comity, done, files};
use crate::skipping::skip;
use crate::validation::SHORT;

const REQUIRED: &str = "COMITY_REQUIRE_BROWSER";
const CHECKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/report");
/// Bytes that a report may have at most.
const LARGEST: usize = 3_000_000;

const ARMS: &str = r#"title = "Small <arms> & more"
question = "Are pacts \"fewer\"?"
scenario = "s2-bipolar"
replicates = 6
record = ["years"]
[base]
years = 8
burn_in = 2
stylised.states = 24
[arms.plain]
[arms.calm]
label = "calm from year 3"
schedule = [{ from = 3, force = { "competition.antagonism" = 0.1 } }]
[arms.cold]
set = { "parameters.alliance.reactance" = 0.75, "processes.trust" = false }
[metrics.pacts]
label = "defence pacts in force"
column = "defence_pacts"
precision = 0.5
[metrics.size]
column = "mean_size"
reduce = "last"
[claims.fewer]
statement = "Calm lowers the number of pacts"
contrast = ["calm", "plain"]
metric = "pacts"
test = "paired_difference"
expect = "decrease"
"#;

const SWEEP: &str = r#"title = "Which of three?"
question = "Three parameters of the decision to ally."
scenario = "s2-bipolar"
replicates = 2
[base]
years = 8
burn_in = 2
stylised.states = 24
[design]
method = "sobol"
samples = 8
[design.parameters]
"alliance.reactance" = [0.0, 1.0]
"alliance.size_cost" = { low = 0.01, high = 0.2, scale = "log" }
"trust.neutral" = [0.2, 0.6]
[metrics.pacts]
column = "defence_pacts"
[metrics.pairs]
label = "share of pairs that are tied"
column = "share_dyads_in_defence_pacts"
[discovery.many]
metric = "pacts"
above = 8
"#;

/// A claim of the user's own, one that no rule speaks to.
const OWN: &str = r#"title = "Small <claims> & more"
scenario = "s2-bipolar"
[base]
years = 8
burn_in = 2
stylised.states = 24
[arms.plain]
[arms.cold]
set = { "parameters.alliance.reactance" = 1.0 }
[metrics.pacts]
label = "pacts <in> force"
column = "defence_pacts"
[claims.fewer]
statement = "Reactance <lowers> the number of pacts"
contrast = ["cold", "plain"]
metric = "pacts"
test = "paired_difference"
expect = "decrease"
[claims.norms]
statement = "Norms are written down"
untested = "no rule writes anything down"
"#;

const CALIBRATION: &str = r#"title = "Small calibration"
question = "What do ten years leave of <three> parameters?"
scenario = "history-1946"
seed = 3
[calibration]
window = [1946, 1955]
waves = 2
points = 24
replicates = 2
candidates = 20_000
cutoff = 8.0
discrepancy = 0.3
sets = 12
set_replicates = 2
least = 4
[calibration.screening]
trajectories = 2
replicates = 2
active = 2
[calibration.parameters]
"dispute.base" = [-8.0, -6.5]
"protocol.lapse" = [0.005, 0.2]
"protocol.offers" = [1.0, 20.0]
[metrics.wars]
column = "wars"
"#;

/// A folder with a result of every kind, made once.
fn results() -> &'static Path {
    static RESULTS: OnceLock<TempDir> = OnceLock::new();
    let home = RESULTS.get_or_init(|| {
        let home = tempfile::tempdir().unwrap();
        let at = home.path();
        fs::write(at.join("arms.toml"), ARMS).unwrap();
        fs::write(at.join("sweep.toml"), SWEEP).unwrap();
        let quick = ["--figures=none", "--quiet", "--out"];
        let small = [
            "s2-bipolar",
            "--set",
            "years=8",
            "--set",
            "stylised.states=24",
        ];
        let set = ["--set", "parameters.alliance.reactance=0.75"];
        done(at, &[&["run"][..], &small, &set, &quick, &["one"]].concat());
        let many = ["run", "history-1946", "--replicates", "3"];
        done(at, &[&many[..], &quick, &["many"]].concat());
        done(
            at,
            &[&["batch", "arms.toml"][..], &quick, &["arms"]].concat(),
        );
        done(
            at,
            &[&["sweep", "sweep.toml"][..], &quick, &["sweep"]].concat(),
        );
        done(
            at,
            &[&["batch", "sweep.toml"][..], &quick, &["points"]].concat(),
        );
        fs::write(at.join("own.toml"), OWN).unwrap();
        fs::write(at.join("calibration.toml"), CALIBRATION).unwrap();
        let few = ["--replicates", "3", "--sets", "2", "--seeds", "2"];
        let draws = ["--draws", "3"];
        let check = |claims: &[&str], draws: &[&str], out: &str| {
            let all = [&["check"], claims, &few, draws, &quick, &[out]].concat();
            done(at, &all);
        };
        check(&["A3", "A70"], &draws, "check");
        check(&["own.toml"], &["--draws", "60"], "own");
        let made = ["calibrate", "calibration.toml"];
        done(at, &[&made[..], &quick, &["calibration"]].concat());
        done(at, &[&SHORT[..], &quick, &["validation"]].concat());
        home
    });
    home.path()
}

/// The report on a result, written into its folder.
fn report(name: &str) -> String {
    let ended = done(results(), &["report", name]);
    assert_eq!(ended.out, format!("{name}/report.html\n"));
    read(&results().join(name).join("report.html"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// Text of the page without tags, in one line; cells and paragraphs stand apart.
fn words(html: &str) -> String {
    const APART: [&str; 9] = [
        "/td", "/th", "/p", "/li", "/h2", "/h3", "/dt", "/dd", "/caption",
    ];
    let mut text = String::new();
    let mut rest = html.split_once("<main").unwrap().1;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, inside) = after.split_once('>').unwrap();
        if APART.contains(&tag) {
            text.push(' ');
        }
        rest = inside;
    }
    let text = text
        .replace("&#x27;", "'")
        .replace("&quot;", "\"")
        .replace("&#x2f;", "/");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn contains(name: &str, parts: &[&str]) -> String {
    let html = report(name);
    let words = words(&html);
    for part in parts {
        assert!(words.contains(part), "{name} lacks {part:?}: {words}");
    }
    html
}

/// Values of an attribute.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    let parts = html.split(&start).skip(1);
    parts.map(|p| p.split('"').next().unwrap()).collect()
}

/// One page that needs nothing else: size, nothing loaded, names that are unique and found.
fn stands_alone(name: &str, html: &str) {
    let html = &html.replace("&#x2f;", "/");
    assert!(html.len() < LARGEST, "{name}: {} bytes", html.len());
    assert!(
        html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"),
        "{name}"
    );
    assert!(html.trim_end().ends_with("</html>"), "{name}");
    for loader in [
        "<script", "<link", "<img", "<iframe", " src=", "@import", "url(", "xlink:",
    ] {
        assert!(!html.contains(loader), "{name} contains {loader}");
    }
    let links = html.matches("href=\"https://").count();
    let words = html.matches(">https://").count();
    let told = html.matches("http-equiv").count();
    assert_eq!(html.matches("http").count(), links + words + told, "{name}");
    let ids = attributes(html, "id");
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "{name}: ids are not unique");
    let inner = attributes(html, "href").into_iter();
    let inner = inner.filter_map(|h| h.strip_prefix('#'));
    for id in inner.chain(attributes(html, "aria-labelledby")) {
        assert!(unique.contains(id), "{name}: no element has the id {id}");
    }
    for tag in [
        "section", "table", "tr", "td", "figure", "svg", "text", "p", "ul", "div", "pre",
    ] {
        let open =
            html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
        assert_eq!(
            open,
            html.matches(&format!("</{tag}>")).count(),
            "{name}: {tag}"
        );
    }
    let drawings = html.matches("<svg ").count();
    assert_eq!(html.matches("role=\"img\"").count(), drawings, "{name}");
    assert_eq!(html.matches("<figcaption>").count(), drawings, "{name}");
}

#[test]
fn a_run_is_reported() {
    let html = contains(
        "one",
        &[
            "This is one run, one draw of chance",
            "per year (95 % interval",
            "alliance.reactance 0.6067 0.75",
            "0.75 (changed)",
            "One, marked, differs from the default.",
            "comity run s2-bipolar --set years=8 --set stylised.states=24 --set \
             parameters.alliance.reactance=0.75 --seed 1 --replicates 1 --format csv",
            "No data: the worlds are invented",
            "Figure 1. Pacts by kind.",
        ],
    );
    stands_alone("one", &html);
    assert!(!html.contains("id=\"table-1\""));
    assert!(!html.contains("id=\"claims\""));
}

#[test]
fn replicates_of_history_are_reported() {
    let html = contains(
        "many",
        &[
            "rises on average: +",
            "pacts per year in the mean of 3 runs (95 % interval",
            "Of the 16 moments of 1946–1988",
            "ratings come out as printed",
            "giving every region the commonest printed rating",
            "Enough replicates?",
            "Every parameter has its default.",
            "631 of polyarchy",
            "terror-2001",
            "Alliance Treaty Obligations and Provisions",
            "Defence pacts among states",
        ],
    );
    stands_alone("many", &html);
    assert!(html.contains("id=\"table-1\""));
    assert_eq!(
        html.matches("<th scope=\"row\">15 Security community")
            .count(),
        1
    );
}

/// The numbers of the sentences are those of the tables.
#[test]
fn numbers_are_those_of_the_tables() {
    let home = results();
    let args = [
        "batch",
        "arms.toml",
        "--figures=none",
        "--quiet",
        "--format",
        "csv",
        "--out",
    ];
    done(home, &[&args[..], &["plain"]].concat());
    let table = read(&home.join("plain/differences.csv"));
    let row = table
        .lines()
        .find(|l| l.starts_with("pacts,cold,plain,"))
        .unwrap();
    let cells: Vec<f64> = row.split(',').skip(3).map(|c| c.parse().unwrap()).collect();
    let html = words(&report("plain"));
    let number = |v: f64| comity::present::grid::number(v).replace('-', "−");
    let (low, high) = (number(cells[3]), number(cells[4]));
    assert!(
        html.contains(&format!("(95 % interval {low} to {high}; mean of “")),
        "{row}"
    );
}

#[test]
fn a_batch_is_reported() {
    let html = contains(
        "arms",
        &[
            "Are pacts \"fewer\"?",
            "“calm from year 3”",
            "pairs of runs",
            "intervals exclude 0",
            "Processes switched off in cold: trust.",
            "plain: 0.6067; calm from year 3: 0.6067; cold: 0.75",
            "Calm lowers the number of pacts",
            "Hypotheses of the experiment",
            "Defence pacts calm from year 3",
            "comity batch arms.toml --seed 1 --replicates 6 --format parquet",
            "[claims.fewer]",
            "replicates",
        ],
    );
    stands_alone("arms", &html);
    assert!(html.contains("Small &lt;arms&gt; &amp; more"));
    assert!(!html.contains("id=\"sensitivity\""));
}

#[test]
fn a_sweep_is_reported_with_what_its_sample_cannot_say() {
    let html = contains(
        "sweep",
        &[
            "The sample is too small to say",
            "as far as this sample goes, by their total indices the first factors are",
            "of the variance of single runs is noise of the seeds",
            "varied, 0.01 to 0.2, log (changed)",
            "Sobol' indices: share of the variance",
            "comity sweep sweep.toml --seed 1 --replicates 2 --format parquet",
        ],
    );
    stands_alone("sweep", &html);
    let html = contains("points", &["comity sweep on the same experiment adds"]);
    stands_alone("points", &html);
}

#[test]
fn a_check_is_reported_with_verdicts_and_table_1() {
    let html = contains(
        "check",
        &[
            "On the model, 2 claims:",
            "2 verdicts on the model are provisional",
            "75 grades come out as printed",
            "replicates at the centre of parameter space 3 200",
            "Great powers that contest the order",
            "(printed: ",
            "Agreement with the printed table",
            "Figure 2. Table 1 of Attinà (2005), measured and printed.",
            "Nothing can be said with so few draws",
            "Of 2 accepted sets",
            "alliance.reactance",
            "comity check A3 A70 --replicates 3 --sets 2 --draws 3 --seeds 2 --seed 1 --accepted calibration",
        ],
    );
    stands_alone("check", &html);
    assert_eq!(
        html.matches("<th scope=\"row\">15 Security community")
            .count(),
        1
    );
    let cells = read(&results().join("check/table1.csv"));
    let same = cells
        .lines()
        .filter(|l| l.split(',').nth(5) == Some("1"))
        .count();
    assert_eq!(
        html.matches(" ✓").count(),
        same + 1,
        "the caption has one more"
    );
}

/// The numbers of the page are those of the table.
#[test]
fn a_check_of_ones_own_is_reported() {
    let html = contains(
        "own",
        &[
            "2 claims: ",
            "Reactance &lt;lowers&gt; the number of pacts",
            "pacts &lt;in&gt; force: cold v. plain (paired_difference, expected: decrease).",
            "of 60 prior draws",
            "no rule writes anything down",
            "Not shipped with the program, and needed: own.toml.",
            "comity check own.toml --replicates 3",
        ],
    );
    stands_alone("own", &html);
    assert!(!html.contains("id=\"table-1\""));
    let table = read(&results().join("own/claims.csv"));
    let heads: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    let row: Vec<&str> = table.lines().nth(1).unwrap().split(',').collect();
    let value = |name: &str| -> f64 {
        let at = heads.iter().position(|h| *h == name).unwrap();
        row[at].parse().unwrap()
    };
    let number = |v: f64| comity::present::grid::number(v).replace('-', "−");
    let range = format!("{} to {}", number(value("low")), number(value("high")));
    assert!(words(&html).contains(&range), "{range}");
}

#[test]
fn a_calibration_is_reported() {
    let html = contains(
        "calibration",
        &[
            "What do ten years leave of &lt;three&gt; parameters?",
            "They are no posterior distribution",
            "within the cutoff",
            "Figure 2. Parameters before and after.",
            "Moments, observed and predicted",
            "dispute.base",
            "varied, −8 to −6.5 (changed)",
            "2, marked, differ",
            "Metrics that nothing was fitted to",
            "comity calibrate calibration.toml",
            "[calibration.parameters]",
        ],
    );
    stands_alone("calibration", &html);
}

#[test]
fn a_validation_is_reported() {
    let html = contains(
        "validation",
        &[
            "not out of sample for the model",
            "ATOP5.1 Pacts in force: CRPS",
            "COW4.1 Pacts in force: CRPS",
            "Skill: 1 − CRPS of the model / CRPS of the baseline",
            "Figure 1. Forecasts and what was observed (ATOP).",
            "intervals of the world's series hold 0",
            "Every parameter has its default.",
            "comity validate --fit 1946-1951 --forecast 1952-1955",
        ],
    );
    stands_alone("validation", &html);
    let scores = read(&results().join("validation/scores.csv"));
    let model = scores
        .lines()
        .filter(|l| l.split(',').nth(3) == Some("model"))
        .count();
    // The model's rows are marked in both tables of scores, and no others.
    let (series, network) = html.split_once("Who shares a defence pact").unwrap();
    assert_eq!(series.matches("class=\"marked\"").count(), model);
    let mut marked = network.split("class=\"marked\"").skip(1).peekable();
    assert!(marked.peek().is_some());
    assert!(marked.all(|row| row.split("</tr>").next().unwrap().contains(">model<")));
}

#[test]
fn the_same_result_gives_the_same_bytes() {
    for name in [
        "one",
        "many",
        "arms",
        "sweep",
        "check",
        "calibration",
        "validation",
    ] {
        let first = report(name);
        assert!(first == report(name), "{name}");
        let elsewhere = format!("{name}.html");
        done(results(), &["report", name, "--out", &elsewhere]);
        assert!(first == read(&results().join(&elsewhere)), "{name}");
    }
}

#[test]
fn what_cannot_be_reported_is_refused_and_nothing_is_overwritten() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    let copy = |name: &str, change: &dyn Fn(String) -> String| {
        let from = results().join("arms");
        for (file, bytes) in files(&from) {
            let path: PathBuf = at.join(name).join(&file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, bytes).unwrap();
        }
        let path = at.join(name).join("manifest.json");
        let text = change(read(&path));
        fs::write(path, text).unwrap();
    };
    copy("half", &|t| {
        t.replace("\"complete\": true", "\"complete\": false")
    });
    copy("other", &|t| {
        t.replace("\"kind\": \"experiment\"", "\"kind\": \"dream\"")
    });
    copy("bare", &|t| t);
    fs::create_dir(at.join("begun")).unwrap();
    let text = read(&results().join("calibration/manifest.json"));
    let text = text.replace("\"complete\": true", "\"complete\": false");
    fs::write(at.join("begun/manifest.json"), text).unwrap();
    fs::remove_file(at.join("bare/differences.parquet")).unwrap();
    fs::create_dir(at.join("empty")).unwrap();
    fs::write(at.join("mine.html"), "<!DOCTYPE html><p>mine</p>").unwrap();
    let before = files(at);
    for (arguments, expected) in [
        (&["report", "absent"][..], "no such folder"),
        (&["report", "empty"], "no manifest.json in it"),
        (
            &["report", "half", "--unchecked"],
            "`comity resume` goes on with it",
        ),
        (
            &["report", "begun", "--unchecked"],
            "a calibration that is not whole",
        ),
        (
            &["report", "other", "--unchecked"],
            "of which no report is known",
        ),
        (&["report", "bare"], "differences.parquet"),
    ] {
        let ended = comity(at, arguments);
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.err);
        assert!(ended.err.contains(expected), "{arguments:?}: {}", ended.err);
    }
    let one = results().join("one").display().to_string();
    for (out, expected) in [("mine.html", "no report"), ("empty", "is a folder")] {
        let ended = comity(at, &["report", &one, "--out", out]);
        assert_eq!(ended.code, 2, "{out}: {}", ended.err);
        assert!(ended.err.contains(expected), "{out}: {}", ended.err);
    }
    assert!(before == files(at), "something was written");
}

/// Valid, accessible in light and dark, without a request, printable.
#[test]
fn a_browser_shows_the_reports() {
    let test = "a_browser_shows_the_reports";
    let names = ["many", "sweep", "check", "own", "calibration", "validation"];
    let pages: Vec<PathBuf> = names
        .iter()
        .map(|name| {
            let path = results().join(format!("{name}-browser.html"));
            let out = path.display().to_string();
            done(results(), &["report", name, "--out", &out]);
            path
        })
        .collect();
    let mut command = Command::new("node");
    command.current_dir(CHECKS).arg("check.mjs").args(&pages);
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => return skip(test, &format!("node cannot be run: {error}"), REQUIRED),
    };
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(3) {
        return skip(test, said.trim(), REQUIRED);
    }
    assert!(output.status.success(), "{said}");
}
