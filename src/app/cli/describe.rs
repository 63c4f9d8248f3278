//! `comity describe`: what there is.

use serde_json::{Value, json};

use super::args::{DescribeArgs, Topic};
use super::{Done, output};
use comity_lab::ensemble::batch::Plan;
use comity_lab::ensemble::claims::families;
use comity_lab::ensemble::experiment::schema::experiment_schema;
use comity_lab::ensemble::experiment::{Arm, Calibration, Changes, Claim, Factor, Metric, load};
use comity_lab::table::{Column, ColumnType};
use comity_model::error::{Error, Result};
use comity_model::observe;
use comity_model::scenario::provenance::{self, citations};
use comity_model::scenario::{
    PARAMETERS, Parameter, Process, Scenario, interventions, scenario_schema,
};
use comity_show::grid::{grid, number, paragraph};

const TOPICS: &str = "\
comity describe parameters      every parameter: default, range, source
comity describe columns         the tables of a result and their columns
comity describe schedule        the processes of a year, in order
comity describe interventions   what a treatment in [[schedule]] can do
comity describe data            the shipped data: sources, terms, citations
comity describe claims          the papers' claims and how each is tested
comity describe schema          the JSON Schema of scenario files
comity describe schema experiment   that of experiment files
comity describe scenario NAME   one scenario, resolved
comity describe experiment NAME one experiment: arms, design, metrics

A text after the topic shows only what contains it, as in
`comity describe parameters alliance.`; --json gives the same for programs.
";

/// Text and JSON of a description.
type Description = (String, Value);

/// Does it.
pub fn describe(args: &DescribeArgs) -> Done {
    let Some(topic) = args.topic else {
        return output::print(TOPICS);
    };
    let part = args.name.as_deref().unwrap_or("");
    let (text, value) = match topic {
        Topic::Parameters => parameters(part),
        Topic::Columns => columns(part),
        Topic::Schedule => schedule(part),
        Topic::Interventions => treatments(part),
        Topic::Data => data(part),
        Topic::Schema => schema(args)?,
        Topic::Claims => claims(part)?,
        Topic::Scenario => scenario(args)?,
        Topic::Experiment => experiment(args)?,
    };
    if value.as_array().is_some_and(Vec::is_empty) {
        let problem = format!("nothing of this kind contains \"{part}\"");
        return Err(Error::new(problem).into());
    }
    match args.json {
        true => output::print_json(&value),
        false => output::print(&text),
    }
}

fn parameters(part: &str) -> Description {
    let chosen: Vec<&Parameter> = PARAMETERS
        .iter()
        .filter(|p| p.path.contains(part))
        .collect();
    let mut text = String::new();
    for p in &chosen {
        let [low, high] = p.prior;
        let unit = if p.unit == "1" {
            String::new()
        } else {
            format!(" {}", p.unit)
        };
        text.push_str(&format!(
            "{:<42} {}{unit}, {} to {}\n",
            p.path,
            exact(p.default),
            exact(low),
            exact(high)
        ));
        let about = format!(
            "{}. {} in {}. Source: {}",
            p.help, p.symbol, p.equation, p.source
        );
        text.push_str(&paragraph(&about, 4));
    }
    text.push_str("\nPath, default with unit, prior range. Change one with\n");
    text.push_str("`--set parameters.PATH=VALUE` or under [parameters] of a scenario.\n");
    let entry = |p: &&Parameter| {
        json!({
            "path": p.path, "symbol": p.symbol, "equation": p.equation, "unit": p.unit,
            "default": p.default, "prior": p.prior, "allowed": p.domain.expectation(),
            "source": p.source, "help": p.help,
        })
    };
    (text, chosen.iter().map(entry).collect())
}

/// The shortest text that reads back as the number.
fn exact(value: f64) -> String {
    value.to_string()
}

fn columns(part: &str) -> Description {
    let mut text = String::new();
    let mut entries = Vec::new();
    for table in observe::tables() {
        let whole = table.name == part;
        let chosen: Vec<&Column> = table
            .columns
            .iter()
            .filter(|c| whole || c.name.contains(part))
            .collect();
        if chosen.is_empty() {
            continue;
        }
        let gap = if text.is_empty() { "" } else { "\n" };
        text.push_str(&format!(
            "{gap}{}: a row is {}\n\n",
            table.name, table.title
        ));
        let row = |c: &&Column| vec![c.name.clone(), unit(c), c.definition.clone()];
        let rows: Vec<_> = chosen.iter().map(row).collect();
        text.push_str(&grid(&["column", "unit", "definition"], &rows));
        entries.extend(chosen.iter().map(|c| {
            json!({
                "table": table.name, "column": c.name, "type": kind(c), "unit": c.unit,
                "definition": c.definition,
            })
        }));
    }
    (text, Value::Array(entries))
}

fn unit(column: &Column) -> String {
    match column.unit.as_str() {
        "1" => String::new(),
        unit => unit.to_string(),
    }
}

fn kind(column: &Column) -> &'static str {
    match column.kind {
        ColumnType::Real => "real",
        ColumnType::Integer => "integer",
        ColumnType::Text => "text",
    }
}

fn schedule(part: &str) -> Description {
    let processes: Vec<Process> = Process::ALL
        .iter()
        .copied()
        .filter(|p| p.name().contains(part))
        .collect();
    let mut text = String::new();
    let mut step = "";
    for p in &processes {
        if p.step() != step {
            step = p.step();
            text.push_str(&format!("{step}\n"));
        }
        let variant = if p.in_core() { "core" } else { "full" };
        text.push_str(&format!(
            "  {:<24} {variant:<6} {}\n",
            p.name(),
            p.equation()
        ));
        text.push_str(&paragraph(p.help(), 6));
    }
    text.push_str("\nIn this order every year. `core`: also in the variant core. Switch one off\n");
    text.push_str("with `--set processes.NAME=false` or under [processes] of a scenario.\n");
    let entry = |p: &Process| {
        json!({
            "name": p.name(), "step": p.step(), "equation": p.equation(), "core": p.in_core(),
            "help": p.help(),
        })
    };
    (text, processes.iter().map(entry).collect())
}

fn treatments(part: &str) -> Description {
    let all = interventions();
    let chosen = || {
        all.iter()
            .filter(|i| i.name.contains(part) || i.verbs.contains(part))
    };
    let mut text = String::new();
    let mut verbs = "";
    for i in chosen() {
        if i.verbs != verbs {
            let gap = if verbs.is_empty() { "" } else { "\n" };
            verbs = i.verbs;
            text.push_str(&format!("{gap}{verbs}\n"));
        }
        text.push_str(&format!("  {}\n{}", i.name, paragraph(&i.help, 6)));
    }
    let entry = |i: &comity_model::scenario::Intervention| json!({ "verbs": i.verbs, "name": i.name, "help": i.help });
    (text, chosen().map(entry).collect())
}

fn data(part: &str) -> Description {
    let chosen: Vec<_> = citations()
        .into_iter()
        .filter(|c| c.file.contains(part))
        .collect();
    let mut text = String::new();
    for c in &chosen {
        let gap = if text.is_empty() { "" } else { "\n" };
        text.push_str(&format!("{gap}{}\n", c.file));
        for (name, words) in [
            ("Source", &c.source),
            ("Terms", &c.terms),
            ("Cite", &c.cite),
        ] {
            if !words.is_empty() {
                text.push_str(&paragraph(&format!("{name}: {words}"), 4));
            }
        }
    }
    (text, json!(chosen))
}

/// The shipped claims.
fn claims(part: &str) -> Result<Description> {
    let (mut text, mut values) = (String::new(), Vec::new());
    for family in families(&[], false)? {
        let wanted = |c: &&Claim| {
            let test = c.test.as_ref().map_or("", |t| t.kind.name());
            let texts = [&family.name, &c.name, &c.statement, &c.section];
            test.contains(part) || texts.iter().any(|t| t.contains(part))
        };
        let claims: Vec<&Claim> = family.experiment.claims.iter().filter(wanted).collect();
        if claims.is_empty() {
            continue;
        }
        text.push_str(&format!("{}: {}\n\n", family.name, family.experiment.title));
        for claim in claims {
            let how = match &claim.test {
                Some(test) => format!("{}, {}", test.kind.name(), test.expect.name()),
                None if claim.untested.is_empty() => "on the record only".to_string(),
                None => format!("untested: {}", claim.untested),
            };
            text.push_str(&format!("{}\n", claim.name));
            text.push_str(&paragraph(&claim.statement, 2));
            text.push_str(&paragraph(&how, 2));
            values.push(json!({ "family": family.name, "claim": claim }));
        }
        text.push('\n');
    }
    Ok((text, Value::Array(values)))
}

fn schema(args: &DescribeArgs) -> Result<Description> {
    let text = match args.name.as_deref() {
        None | Some("scenario") => scenario_schema(),
        Some("experiment") => experiment_schema(),
        Some(other) => {
            let found = format!("\"{other}\"");
            return Err(Error::expected(found, "scenario or experiment"));
        }
    };
    let value = serde_json::from_str(&text)
        .map_err(|e| Error::new(format!("the schema is no JSON: {e}")))?;
    Ok((text, value))
}

fn scenario(args: &DescribeArgs) -> Result<Description> {
    let Some(name) = &args.name else {
        return Err(Error::new(
            "missing, expected a name or path after `scenario`",
        ));
    };
    let (s, source) = provenance::load(name, &[])?;
    let last = s.start_year + s.years as i32 - 1;
    let mut text = format!("{}: {}\n\n{}\n", s.name, s.title, paragraph(&s.purpose, 0));
    let mut line = |what: &str, value: String| {
        text.push_str(&format!("{what:<22} {value}\n"));
    };
    line(
        "years",
        format!("{} to {last}, {} before them", s.start_year, s.burn_in),
    );
    line("states", s.setting.states.len().to_string());
    line("regions", s.setting.regions.len().to_string());
    line("pacts at the start", s.setting.pacts.len().to_string());
    line("institutions given", s.institutions.len().to_string());
    line("treatments", s.schedule.len().to_string());
    line("hash", s.hash.clone());
    let files = source
        .files
        .iter()
        .map(|f| f.file.as_str())
        .collect::<Vec<_>>();
    line("files", files.join(", "));
    let changed = changed(&s);
    if !changed.is_empty() {
        let rows: Vec<_> = changed
            .iter()
            .map(|(p, value)| vec![p.path.to_string(), number(*value), exact(p.default)])
            .collect();
        text.push('\n');
        text.push_str(&grid(&["parameter", ">value", ">default"], &rows));
    }
    let off: Vec<&str> = Process::ALL
        .iter()
        .filter(|p| !s.processes.has(**p))
        .map(|p| p.name())
        .collect();
    if !off.is_empty() {
        text.push('\n');
        text.push_str(&paragraph(&format!("Switched off: {}", off.join(", ")), 0));
    }
    if !s.filled.is_empty() {
        let filled: Vec<String> = s.filled.iter().map(|(c, n)| format!("{c} {n}")).collect();
        text.push('\n');
        text.push_str(&paragraph(
            &format!("Missing values filled: {}", filled.join(", ")),
            0,
        ));
    }
    text.push_str("\nMerged:\n\n");
    text.push_str(&source.text);
    let parameters: serde_json::Map<String, Value> = PARAMETERS
        .iter()
        .map(|p| (p.path.to_string(), json!(p.get(&s.parameters))))
        .collect();
    let value = json!({
        "name": s.name, "title": s.title, "purpose": s.purpose, "start_year": s.start_year,
        "years": s.years, "burn_in": s.burn_in, "calendar": s.calendar, "hash": s.hash,
        "states": s.setting.states.iter().map(|x| &x.abbreviation).collect::<Vec<_>>(),
        "regions": s.setting.regions, "parameters": parameters, "switched_off": off,
        "filled": s.filled, "source": source,
    });
    Ok((text, value))
}

fn experiment(args: &DescribeArgs) -> Result<Description> {
    let Some(name) = &args.name else {
        return Err(Error::new(
            "missing, expected a name or path after `experiment`",
        ));
    };
    let plan = Plan::new(load(name, &Changes::default())?)?;
    let e = &plan.experiment;
    let title = paragraph(&format!("{}: {}", e.name, e.title), 0);
    let mut text = format!("{title}\n{}\n", paragraph(e.question.trim(), 0));
    let arm = |a: &Arm| vec![a.name.clone(), a.scenario.name.clone(), a.label.clone()];
    let arms: Vec<_> = e.arms.iter().map(arm).collect();
    text.push_str(&grid(&["arm", "scenario", "in figures"], &arms));
    if let Some((_, year)) = &e.branch {
        let note = format!("All arms share one past: they part in year {year}.");
        text.push_str(&format!("\n{}", paragraph(&note, 0)));
    }
    let metric = |m: &Metric| vec![m.name.clone(), m.definition(), m.unit.clone()];
    let metrics: Vec<_> = e.metrics.iter().map(metric).collect();
    text.push_str(&format!(
        "\n{}",
        grid(&["metric", "what", "unit"], &metrics)
    ));
    if let Some(design) = &e.design {
        let factor = |f: &Factor| {
            let range = f.range.map(|(low, high, scale)| {
                format!("{} to {}, {}", exact(low), exact(high), scale.name())
            });
            vec![
                f.name.clone(),
                range.unwrap_or_else(|| format!("{} values", f.values.len())),
            ]
        };
        let factors: Vec<_> = design.factors.iter().map(factor).collect();
        let points = design.points.len();
        text.push_str(&format!(
            "\nDesign {}, {points} points\n\n",
            design.method.name()
        ));
        text.push_str(&grid(&["factor", "range"], &factors));
    }
    if let Some(calibration) = &e.calibration {
        text.push_str(&format!("\n{}", calibrated(calibration)));
    }
    let runs = match &e.calibration {
        Some(calibration) => format!("{} runs, seed {}", calibration.runs(), e.seed),
        None => format!(
            "{} runs, {} replicates, first seed {}",
            plan.runs(),
            e.replicates,
            e.seed
        ),
    };
    text.push_str(&format!("\n{runs}\n"));
    let value = json!({
        "name": e.name, "title": e.title, "question": e.question,
        "arms": e.arms.iter().map(|a| json!({ "name": a.name, "label": a.label,
            "scenario": a.scenario.name })).collect::<Vec<_>>(),
        "branch": e.branch.as_ref().map(|(_, year)| year), "metrics": e.metrics,
        "design": e.design.as_ref().map(|d| json!({ "method": d.method, "points": d.points.len(),
            "factors": d.factors.iter().map(|f| &f.name).collect::<Vec<_>>() })),
        "calibration": e.calibration.as_ref().map(Calibration::fingerprint),
        "discovery": e.discovery, "claims": e.claims, "replicates": e.replicates,
        "seed": e.seed, "runs": plan.runs(), "text": e.text,
    });
    Ok((text, value))
}

fn calibrated(c: &Calibration) -> String {
    let screening = c.screening.map_or(String::new(), |s| {
        format!(
            ", of which {} are varied after {} trajectories",
            s.active, s.trajectories
        )
    });
    let text = format!(
        "Calibration to the moments of {} to {}: {} parameters{screening}; {} waves of {} points \
         × {} runs; {} sets run again × {}, at least {} accepted; cutoff {}, discrepancy {}.",
        c.window.0,
        c.window.1,
        c.factors.len(),
        c.waves,
        c.points,
        c.replicates,
        c.sets,
        c.set_replicates,
        c.least,
        exact(c.cutoff),
        exact(c.discrepancy),
    );
    paragraph(&text, 0)
}

fn changed(scenario: &Scenario) -> Vec<(&'static Parameter, f64)> {
    let values = PARAMETERS.iter().map(|p| (p, p.get(&scenario.parameters)));
    values.filter(|(p, value)| *value != p.default).collect()
}
