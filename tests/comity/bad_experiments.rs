//! Every kind of broken experiment ends in one message that says where, what was found and
//! what was expected; arms and designs do what they say.

use std::fs;
use std::path::Path;

use comity::ensemble::batch::Plan;
use comity::ensemble::experiment::{Changes, Experiment, load};
use comity::scenario::Parameters;

/// An experiment that is in order.
const GOOD: &str = r#"title = "Test"
question = "Does it load?"
scenario = "s2-bipolar"
replicates = 2
base.years = 10
[arms.a]
[arms.b]
parameters.alliance.reactance = 0.1
[metrics.pacts]
column = "defence_pacts"
"#;

fn read(text: &str) -> comity::error::Result<Experiment> {
    read_with(text, &Changes::default())
}

fn read_with(text: &str, changes: &Changes) -> comity::error::Result<Experiment> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("experiment.toml");
    fs::write(&path, text).unwrap();
    let loaded = load(path.to_str().unwrap(), changes).and_then(Plan::new);
    loaded.map(|plan| plan.experiment)
}

/// The good experiment with one piece replaced.
fn with(old: &str, new: &str) -> String {
    assert!(GOOD.contains(old), "{old}");
    GOOD.replacen(old, new, 1)
}

/// The good experiment with lines after it.
fn and(lines: &str) -> String {
    format!("{GOOD}{lines}\n")
}

fn design(lines: &str) -> String {
    and(&format!("[design]\n{lines}"))
}

fn messages(cases: &[(&str, String)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("experiment.toml");
    let mut text = String::new();
    for (name, experiment) in cases {
        fs::write(&path, experiment).unwrap();
        let loaded = load(path.to_str().unwrap(), &Changes::default()).and_then(Plan::new);
        let error = match loaded {
            Ok(_) => panic!("{name}: loaded"),
            Err(error) => error.to_string(),
        };
        assert!(error.lines().count() == 1, "{name}: {error}");
        let place = folder.path().to_str().unwrap();
        text.push_str(&format!("{name}\n    {}\n", error.replace(place, "")));
    }
    text
}

#[test]
fn keys_that_are_wrong() {
    insta::assert_snapshot!(messages(&[
        ("no TOML", "title = ".into()),
        ("unknown key", with("replicates", "replicate")),
        ("no title", with("title = \"Test\"\n", "")),
        ("no scenario", with("scenario = \"s2-bipolar\"\n", "")),
        ("unknown scenario", with("s2-bipolar", "s2-bipollar")),
        ("no replicates", with("replicates = 2", "replicates = 0")),
        (
            "replicates as text",
            with("replicates = 2", "replicates = \"2\"")
        ),
        (
            "negative seed",
            with("replicates = 2", "replicates = 2\nseed = -1")
        ),
        (
            "seeds that overflow",
            with(
                "replicates = 2",
                "replicates = 9\nseed = 9223372036854775807"
            )
        ),
        (
            "unknown key in an arm",
            with("[arms.b]", "[arms.b]\n\nyeers = 3")
        ),
        (
            "value in an arm out of range",
            with("reactance = 0.1", "reactance = -0.1")
        ),
        (
            "unknown parameter in an arm",
            with("reactance", "reactanse")
        ),
        (
            "override of an arm",
            with(
                "[arms.a]",
                "[arms.a]\nset = { \"parameters.alliance.reactanse\" = 1.0 }"
            )
        ),
        (
            "scenario of an arm",
            with("[arms.a]", "[arms.a]\nscenario = \"nowhere.toml\"")
        ),
        (
            "point that is no scenario",
            and(
                "[design]\nmethod = \"grid\"\n[design.parameters]\n\"stylised.states\" = { values = [24, 6] }\n\"stylised.regions\" = { values = [4, 8] }"
            )
        ),
        (
            "unknown baseline",
            with("replicates = 2", "replicates = 2\nbaseline = \"c\"")
        ),
        (
            "unknown table to record",
            with("replicates = 2", "replicates = 2\nrecord = [\"wars\"]")
        ),
        (
            "chunk of nothing",
            with("replicates = 2", "replicates = 2\nchunk = 0")
        ),
    ]));
}

#[test]
fn metrics_and_claims_that_are_wrong() {
    let metric = |lines: &str| with("column = \"defence_pacts\"", lines);
    let claim = |lines: &str| {
        and(&format!(
            "[claims.x]\nstatement = \"S\"\ntest = \"paired_difference\"\nexpect = \"decrease\"\n{lines}"
        ))
    };
    insta::assert_snapshot!(messages(&[
        (
            "no metrics",
            with("[metrics.pacts]\ncolumn = \"defence_pacts\"\n", "")
        ),
        ("unknown column", metric("column = \"defense_pacts\"")),
        ("column of texts", metric("column = \"polarity_class\"")),
        (
            "unknown denominator",
            metric("column = \"defence_pacts\"\nper = \"sates\"")
        ),
        (
            "unknown reduction",
            metric("column = \"defence_pacts\"\nreduce = \"average\"")
        ),
        (
            "threshold missing",
            metric("column = \"defence_pacts\"\nreduce = \"share_above\"")
        ),
        (
            "threshold too much",
            metric("column = \"defence_pacts\"\nthreshold = 3.0")
        ),
        (
            "window of one year",
            metric("column = \"defence_pacts\"\nwindow = [3]")
        ),
        (
            "window turned round",
            metric("column = \"defence_pacts\"\nwindow = [9, 3]")
        ),
        (
            "window outside the run",
            metric("column = \"defence_pacts\"\nwindow = [3, 10]")
        ),
        (
            "region of the world",
            metric("column = \"defence_pacts\"\nregion = \"a\"")
        ),
        (
            "regions not joined",
            metric("table = \"regions\"\ncolumn = \"institutionalisation\"")
        ),
        (
            "unknown region",
            metric("table = \"regions\"\ncolumn = \"institutionalisation\"\nregion = \"x\"")
        ),
        (
            "precision of nothing",
            metric("column = \"defence_pacts\"\nprecision = 0.0")
        ),
        (
            "name of a column",
            with("[metrics.pacts]", "[metrics.seed]")
        ),
        (
            "metric of a claim",
            claim("contrast = [\"b\", \"a\"]\nmetric = \"packs\"")
        ),
        (
            "arm of a claim",
            claim("contrast = [\"b\", \"c\"]\nmetric = \"pacts\"")
        ),
        (
            "an arm against itself",
            claim("contrast = [\"b\", \"b\"]\nmetric = \"pacts\"")
        ),
        (
            "metric of a discovery",
            design(
                "method = \"lhs\"\nsamples = 4\npriors = [\"alliance\"]\n[discovery.x]\nmetric = \"packs\"\nabove = 1"
            )
        ),
        (
            "discovery without a bound",
            design(
                "method = \"lhs\"\nsamples = 4\npriors = [\"alliance\"]\n[discovery.x]\nmetric = \"pacts\""
            )
        ),
        (
            "discovery with two bounds",
            design(
                "method = \"lhs\"\nsamples = 4\npriors = [\"alliance\"]\n[discovery.x]\nmetric = \"pacts\"\nabove = 1\nbelow = 2"
            )
        ),
    ]));
}

#[test]
fn designs_that_are_wrong() {
    let factor = "[design.parameters]\n\"alliance.reactance\" = [0.0, 1.0]";
    insta::assert_snapshot!(messages(&[
        (
            "unknown method",
            design(&format!("method = \"saltelli\"\n{factor}"))
        ),
        ("no samples", design(&format!("method = \"lhs\"\n{factor}"))),
        (
            "samples of a grid",
            design(&format!("method = \"grid\"\nsamples = 4\n{factor}"))
        ),
        (
            "samples no power of two",
            design(&format!("method = \"sobol\"\nsamples = 100\n{factor}"))
        ),
        (
            "odd levels",
            design(&format!(
                "method = \"morris\"\ntrajectories = 4\nlevels = 5\n{factor}"
            ))
        ),
        (
            "unknown factor",
            design(
                "method = \"lhs\"\nsamples = 4\n[design.parameters]\n\"alliance.reactanse\" = [0, 1]"
            )
        ),
        (
            "range turned round",
            design(
                "method = \"lhs\"\nsamples = 4\n[design.parameters]\n\"alliance.reactance\" = [1, 0]"
            )
        ),
        (
            "range outside the domain",
            design(
                "method = \"lhs\"\nsamples = 4\n[design.parameters]\n\"alliance.reactance\" = [-1, 1]"
            )
        ),
        (
            "range of three",
            design(
                "method = \"lhs\"\nsamples = 4\n[design.parameters]\n\"alliance.reactance\" = [0, 1, 2]"
            )
        ),
        (
            "log from nothing",
            design(
                "method = \"lhs\"\nsamples = 4\n[design.parameters]\n\"alliance.reactance\" = { low = 0, high = 1, scale = \"log\" }"
            )
        ),
        (
            "empty values",
            design(
                "method = \"grid\"\n[design.parameters]\n\"alliance.reactance\" = { values = [] }"
            )
        ),
        (
            "value of the wrong type",
            design(
                "method = \"grid\"\n[design.parameters]\n\"alliance.reactance\" = { values = [\"x\"] }"
            )
        ),
        (
            "value that is no choice",
            design(
                "method = \"grid\"\n[design.parameters]\n\"update_order\" = { values = [\"alphabetical\"] }"
            )
        ),
        (
            "values and range",
            design(
                "method = \"grid\"\n[design.parameters]\n\"alliance.reactance\" = { low = 0, values = [1] }"
            )
        ),
        (
            "values for Sobol'",
            design(
                "method = \"sobol\"\nsamples = 4\n[design.parameters]\n\"alliance.reactance\" = { values = [\"a\"] }"
            )
        ),
        (
            "unknown prior",
            design("method = \"lhs\"\nsamples = 4\npriors = [\"aliance\"]")
        ),
        (
            "factor twice",
            design(&format!(
                "method = \"lhs\"\nsamples = 4\npriors = [\"alliance\"]\n{factor}\n\"parameters.alliance.reactance\" = [0, 1]"
            ))
        ),
        ("table without a file", design("method = \"table\"")),
        (
            "table that is not there",
            design("method = \"table\"\nfile = \"points.csv\"")
        ),
        (
            "branch with a design",
            with("replicates = 2", "replicates = 2\nbranch = 5")
                + "[design]\nmethod = \"lhs\"\nsamples = 4\n"
                + factor
        ),
        (
            "branch after the end",
            with("replicates = 2", "replicates = 2\nbranch = 10")
        ),
    ]));
}

/// A calibration that is in order.
const CALIBRATION: &str = r#"title = "Test"
scenario = "history-1946"
[calibration]
window = [1946, 1965]
waves = 2
points = 20
replicates = 2
sets = 10
set_replicates = 2
least = 5
priors = ["protocol"]
"#;

#[test]
fn calibrations_that_are_wrong() {
    let with = |old: &str, new: &str| {
        assert!(CALIBRATION.contains(old), "{old}");
        CALIBRATION.replacen(old, new, 1)
    };
    let and = |lines: &str| format!("{CALIBRATION}{lines}\n");
    let good = read(CALIBRATION).unwrap();
    assert_eq!(good.arms[0].scenario.years, 20);
    assert_eq!(good.calibration.unwrap().runs(), 2 * 20 * 2 + 10 * 2);
    insta::assert_snapshot!(messages(&[
        ("unknown key", with("waves", "wave")),
        ("no window", with("window = [1946, 1965]\n", "")),
        ("held out", with("1965", "1990")),
        ("too short", with("1965", "1950")),
        ("wrong way round", with("[1946, 1965]", "[1965, 1946]")),
        ("not in the run", with("history-1946", "s2-bipolar")),
        ("no waves", with("waves = 2", "waves = 0")),
        ("one replicate", with("replicates = 2", "replicates = 1")),
        ("more sets than points", with("sets = 10", "sets = 100")),
        ("more accepted than sets", with("least = 5", "least = 11")),
        ("nothing to vary", with("[\"protocol\"]", "[]")),
        ("unknown prior", with("[\"protocol\"]", "[\"protocoll\"]")),
        ("too many to vary", with("[\"protocol\"]", "[\"all\"]")),
        ("cutoff below 0", and("cutoff = -1")),
        (
            "unknown parameter",
            and("[calibration.parameters]\n\"alliance.pul\" = [0, 1]")
        ),
        (
            "no parameter",
            and("[calibration.parameters]\n\"competition\" = [0, 1]")
        ),
        (
            "a list",
            and("[calibration.parameters]\n\"alliance.pull\" = { values = [0, 1] }")
        ),
        (
            "odd levels",
            and(
                "[calibration.screening]\ntrajectories = 4\nreplicates = 2\nactive = 2\nlevels = 5"
            )
        ),
        (
            "more active than there are",
            and("[calibration.screening]\ntrajectories = 4\nreplicates = 2\nactive = 30")
        ),
        (
            "a design besides",
            and("[design]\nmethod = \"lhs\"\nsamples = 4")
        ),
        ("two arms", and("[arms.a]\n[arms.b]")),
        (
            "a metric of later years",
            and("[metrics.late]\ncolumn = \"wars\"\nwindow = [1960, 1970]")
        ),
        (
            "a ratio of nothing",
            and("[metrics.r]\ncolumn = \"wars\"\nreduce = \"ratio\"")
        ),
    ]));
}

#[test]
fn an_arm_lies_over_a_scenario_and_its_errors_are_those_of_the_experiment() {
    let experiment = read(GOOD).unwrap();
    assert_eq!(experiment.arms.len(), 2);
    let [a, b] = &experiment.arms[..] else {
        panic!("two arms")
    };
    assert_eq!((a.scenario.years, b.scenario.years), (10, 10));
    let default = Parameters::default().alliance.reactance;
    assert_eq!(a.scenario.parameters.alliance.reactance, default);
    assert_eq!(b.scenario.parameters.alliance.reactance, 0.1);
    let error = read(&with("[arms.b]", "[arms.b]\n\nyeers = 3")).unwrap_err();
    assert!(error.file.as_deref().unwrap().ends_with("experiment.toml"));
    assert_eq!(error.line, Some(9));
}

#[test]
fn what_the_command_line_changes_is_changed_in_every_arm() {
    let changes = Changes {
        set: vec!["parameters.alliance.size_cost=0.01".to_string()],
        seed: Some(7),
        replicates: Some(3),
        format: None,
        ..Changes::default()
    };
    let experiment = read_with(GOOD, &changes).unwrap();
    assert_eq!((experiment.seed, experiment.replicates), (7, 3));
    let cost = |k: usize| experiment.arms[k].scenario.parameters.alliance.size_cost;
    assert_eq!((cost(0), cost(1)), (0.01, 0.01));
}

#[test]
fn a_table_of_points_is_a_design() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let text = design("method = \"table\"\nfile = \"points.csv\"");
    fs::write(&path, text).unwrap();
    let points = "alliance.reactance,alliance.size_cost\n0.1,0.02\n0.3,0.04\n";
    fs::write(folder.path().join("points.csv"), points).unwrap();
    let experiment = load(path.to_str().unwrap(), &Changes::default()).unwrap();
    let design = experiment.design.unwrap();
    assert_eq!(design.points.len(), 2);
    assert_eq!(design.factors[1].name, "alliance.size_cost");
    fs::write(
        folder.path().join("points.csv"),
        "alliance.reactance\n0.1\nx\n",
    )
    .unwrap();
    let error = load(path.to_str().unwrap(), &Changes::default()).unwrap_err();
    assert!(
        error
            .file
            .as_deref()
            .unwrap()
            .ends_with(Path::new("points.csv")),
        "{error}"
    );
    assert_eq!(error.line, Some(3), "{error}");
}

#[test]
fn the_starter_loads_with_its_design_uncommented() {
    use comity::ensemble::experiment::library::STARTER;
    read(STARTER).unwrap();
    let open = |line: &str| match line.strip_prefix("# ") {
        Some(rest)
            if rest.starts_with(['[', '"'])
                || !rest.starts_with("Lists") && rest.contains(" = ") =>
        {
            rest.to_string()
        }
        _ => line.to_string(),
    };
    let text: Vec<String> = STARTER.lines().map(open).collect();
    let text = text.join("\n").replace("branch = 30", "");
    let text = text.replace("samples = 200", "samples = 16");
    let experiment = read(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    assert!(experiment.design.is_some() && !experiment.discovery.is_empty());
    assert!(STARTER.lines().all(|line| line.chars().count() <= 100));
}
