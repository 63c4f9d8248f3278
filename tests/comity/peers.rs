//! Indices as SALib has them, on the same points and outputs.
//!
//! `COMITY_PYTHON` names a Python with `tests/peers/requirements.txt` (default `python3`).
//! Without SALib the test is skipped; with `COMITY_REQUIRE_PEERS=1` it then fails.

use std::f64::consts::PI;
use std::process::Command;

use comity::analysis::sensitivity::{Options, morris, pawn, sobol};
use comity::ensemble::design::{Factor, Method, Scale, points};
use comity::ensemble::stored::Stored;
use serde_json::{Value, json};

use crate::cli::done;
use crate::skipping::skip;

const REQUIRED: &str = "COMITY_REQUIRE_PEERS";
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/salib.py");
const WITHIN: f64 = 1e-6;
/// Seed of the designs.
const SEED: u64 = 7;

/// A function of known indices, on its factors.
struct Known {
    name: &'static str,
    factors: Vec<Factor>,
    at: fn(&[f64]) -> f64,
}

fn factor(k: usize, low: f64, high: f64, scale: Scale) -> Factor {
    Factor {
        name: format!("x{k}"),
        low,
        high,
        scale,
    }
}

/// Ishigami & Homma (1990), a = 7, b = 0.1.
fn ishigami(x: &[f64]) -> f64 {
    let s = x[1].sin();
    x[0].sin() + 7.0 * s * s + 0.1 * x[2].powi(4) * x[0].sin()
}

/// Sobol's G-function.
fn g(x: &[f64]) -> f64 {
    let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
    let pairs = x.iter().zip(a);
    pairs
        .map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a))
        .product()
}

/// Far from 0, over factors of three scales.
fn linear(x: &[f64]) -> f64 {
    1000.0 + 3.0 * x[0] - 0.5 * x[1] + 0.25 * x[2]
}

fn functions() -> [Known; 3] {
    let even = |d, low, high| {
        (0..d)
            .map(|k| factor(k, low, high, Scale::Linear))
            .collect()
    };
    [
        Known {
            name: "Ishigami",
            factors: even(3, -PI, PI),
            at: ishigami,
        },
        Known {
            name: "G",
            factors: even(8, 0.0, 1.0),
            at: g,
        },
        Known {
            name: "linear",
            factors: vec![
                factor(0, -2.0, 5.0, Scale::Linear),
                factor(1, 0.01, 100.0, Scale::Log),
                factor(2, 1.0, 40.0, Scale::Integer),
            ],
            at: linear,
        },
    ]
}

/// What is asked of SALib, and ours.
struct Case {
    what: String,
    asked: Value,
    ours: Vec<(&'static str, Value)>,
}

fn case(known: &Known, method: &Method) -> (Vec<Vec<f64>>, Vec<f64>, Value) {
    let x = points(&known.factors, method, SEED).unwrap();
    let y = x.iter().map(|x| (known.at)(x)).collect();
    let names: Vec<&str> = known.factors.iter().map(|f| f.name.as_str()).collect();
    let bounds: Vec<[f64; 2]> = known.factors.iter().map(|f| [f.low, f.high]).collect();
    let problem = json!({ "num_vars": names.len(), "names": names, "bounds": bounds });
    (x, y, problem)
}

fn sobol_case(known: &Known, second_order: bool) -> Case {
    let method = Method::Sobol {
        samples: 256,
        second_order,
        scramble: true,
    };
    let (x, y, problem) = case(known, &method);
    let found = sobol::indices(&y, known.factors.len(), second_order, &Options::default()).unwrap();
    let mut ours = vec![("S1", json!(found.s1)), ("ST", json!(found.st))];
    assert_eq!(found.s2.is_some(), second_order);
    ours.extend(found.s2.map(|s2| ("S2", json!(s2))));
    Case {
        what: format!("Sobol' of {}, second order {second_order}", known.name),
        asked: json!({
            "method": "sobol", "problem": problem, "x": x, "y": y, "second_order": second_order,
        }),
        ours,
    }
}

fn morris_case(known: &Known, levels: usize) -> Case {
    let method = Method::Morris {
        trajectories: 30,
        levels,
    };
    let (x, y, problem) = case(known, &method);
    let found = morris::effects(&x, &y, levels, &Options::default()).unwrap();
    Case {
        what: format!("Morris of {}, {levels} levels", known.name),
        asked: json!({
            "method": "morris", "problem": problem, "x": x, "y": y, "levels": levels,
        }),
        ours: vec![
            ("mu", json!(found.mu)),
            ("mu_star", json!(found.mu_star)),
            ("sigma", json!(found.sigma)),
        ],
    }
}

fn pawn_case(known: &Known, method: &Method, slices: usize) -> Case {
    let (x, y, problem) = case(known, method);
    let found = pawn::indices(&x, &y, slices).unwrap();
    Case {
        what: format!("PAWN of {}, {slices} slices", known.name),
        asked: json!({
            "method": "pawn", "problem": problem, "x": x, "y": y, "slices": slices,
        }),
        ours: vec![
            ("minimum", json!(found.minimum)),
            ("mean", json!(found.mean)),
            ("median", json!(found.median)),
            ("maximum", json!(found.maximum)),
            ("CV", json!(found.cv)),
            ("stdev", json!(found.stdev)),
        ],
    }
}

/// The points themselves, without scrambling, which is the only part that is drawn.
fn design_case(known: &Known, second_order: bool) -> Case {
    let samples = 32;
    let method = Method::Sobol {
        samples,
        second_order,
        scramble: false,
    };
    let (x, _, problem) = case(known, &method);
    Case {
        what: format!(
            "Saltelli's design for {}, second order {second_order}",
            known.name
        ),
        asked: json!({
            "method": "saltelli", "problem": problem, "x": [], "y": [],
            "samples": samples, "second_order": second_order,
        }),
        ours: vec![("x", json!(x))],
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for known in &functions() {
        for second_order in [false, true] {
            cases.push(sobol_case(known, second_order));
        }
        if known.factors.iter().all(|f| f.scale == Scale::Linear) {
            cases.push(design_case(known, false));
            cases.push(design_case(known, true));
        }
        for levels in [4, 6, 8] {
            cases.push(morris_case(known, levels));
        }
        let cube = Method::LatinHypercube { samples: 500 };
        let sequence = Method::SobolSequence {
            samples: 512,
            scramble: true,
        };
        for (method, slices) in [(&cube, 10), (&cube, 7), (&sequence, 10), (&sequence, 16)] {
            cases.push(pawn_case(known, method, slices));
        }
    }
    cases
}

/// Numbers that differ, each with its place; null is NaN, which is equal to itself.
pub fn differences(ours: &Value, theirs: &Value, place: &str, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (k, (a, b)) in a.iter().zip(b).enumerate() {
                differences(a, b, &format!("{place}[{k}]"), found);
            }
        }
        (Value::Null, Value::Null) => {}
        (Value::Number(a), Value::Number(b))
            if (a.as_f64().unwrap() - b.as_f64().unwrap()).abs() <= WITHIN => {}
        _ => found.push(format!("{place} is {ours}, there {theirs}")),
    }
}

/// The answers of SALib to these cases, with its version; `None` if the test is skipped.
fn ask(test: &str, asked: &[&Value]) -> Option<(Vec<Value>, Value)> {
    ask_script(test, SCRIPT, &[], asked)
}

/// The answers of a script to these cases, with the versions of its libraries; `None` if the
/// test is skipped.
pub fn ask_script(
    test: &str,
    script: &str,
    arguments: &[&str],
    asked: &[&Value],
) -> Option<(Vec<Value>, Value)> {
    let python = std::env::var("COMITY_PYTHON").unwrap_or_else(|_| "python3".to_string());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.json");
    std::fs::write(&file, serde_json::to_vec(asked).unwrap()).unwrap();
    let mut command = Command::new(&python);
    command.arg(script).args(arguments).arg(&file);
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => {
            skip(test, &format!("{python} cannot be run: {error}"), REQUIRED);
            return None;
        }
    };
    let words = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(3) {
        let why = format!(
            "{python} cannot import what {script} needs: {}",
            words.trim()
        );
        skip(test, &why, REQUIRED);
        return None;
    }
    assert!(output.status.success(), "{words}");
    let mut answers: Value = serde_json::from_slice(&output.stdout).unwrap();
    let theirs = answers["answers"].as_array().unwrap().clone();
    assert_eq!(theirs.len(), asked.len());
    Some((theirs, answers["version"].take()))
}

#[test]
fn indices_are_those_of_salib() {
    let cases = cases();
    let asked: Vec<&Value> = cases.iter().map(|c| &c.asked).collect();
    let Some((theirs, version)) = ask("indices_are_those_of_salib", &asked) else {
        return;
    };
    let mut found = Vec::new();
    for (case, theirs) in cases.iter().zip(&theirs) {
        for (name, ours) in &case.ours {
            let place = format!("{}: {name}", case.what);
            differences(ours, &theirs[*name], &place, &mut found);
        }
    }
    assert!(found.is_empty(), "SALib {version}:\n{}", found.join("\n"));
}

/// A sweep of two factors, one on a logarithmic scale, in two arms.
fn sweep(design: &str) -> String {
    format!(
        r#"title = "Small"
question = "Does SALib say the same?"
scenario = "s2-bipolar"
replicates = 2
base = {{ years = 6, burn_in = 0, stylised.states = 16 }}
[arms.some]
[arms.others]
stylised.antagonism = 0.3
[design]
{design}
[design.parameters]
"protocol.proposers" = {{ low = 0.01, high = 0.4, scale = "log" }}
"alliance.autonomy" = [0.0, 1.0]
[metrics.pacts]
column = "defence_pacts"
[metrics.awareness]
column = "awareness"
"#
    )
}

#[test]
fn salib_makes_the_same_of_an_exported_sweep() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    let designs = [
        (
            "sobol",
            "method = \"sobol\"\nsamples = 16\nsecond_order = true",
        ),
        (
            "morris",
            "method = \"morris\"\ntrajectories = 8\nlevels = 4",
        ),
    ];
    let mut asked = Vec::new();
    for (name, design) in designs {
        std::fs::write(at.join(format!("{name}.toml")), sweep(design)).unwrap();
        let file = format!("{name}.toml");
        done(
            at,
            &["sweep", &file, "--figures=none", "--quiet", "--out", name],
        );
        done(at, &["export", name, "--as", "salib"]);
        let folder = at.join(name).join("export/salib");
        asked.push(json!({ "method": "exported", "folder": folder }));
    }
    let asked: Vec<&Value> = asked.iter().collect();
    let test = "salib_makes_the_same_of_an_exported_sweep";
    let Some((theirs, version)) = ask(test, &asked) else {
        return;
    };
    let problem = json!([
        ["protocol.proposers", "alliance.autonomy"],
        [[0.01, 0.4], [0.0, 1.0]]
    ]);
    let mut found = Vec::new();
    let mut compared = 0;
    for ((name, _), theirs) in designs.iter().zip(&theirs) {
        assert_eq!(theirs["problem"], problem);
        let indices: &[&str] = match *name {
            "sobol" => &["S1", "ST"],
            _ => &["mu", "mu_star", "sigma"],
        };
        let result = Stored::open(&at.join(name)).unwrap();
        let table = result.table(name).unwrap().unwrap();
        let texts = |column: &str| table.text(column).unwrap().to_vec();
        let (arms, metrics, factors) = (texts("arm"), texts("metric"), texts("parameter"));
        for row in (0..table.rows()).filter(|&row| factors[row] != "dummy") {
            let output = format!("{} {}", arms[row], metrics[row]);
            let names = problem[0].as_array().unwrap();
            let factor = names.iter().position(|n| *n == factors[row]).unwrap();
            for index in indices {
                let ours = json!(table.real(index).unwrap()[row]);
                let place = format!("{name}: {output}: {index} of {}", factors[row]);
                differences(&ours, &theirs[&output][index][factor], &place, &mut found);
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 2 * 2 * 2 * (2 + 3));
    assert!(found.is_empty(), "SALib {version}:\n{}", found.join("\n"));
}
