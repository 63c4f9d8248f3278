//! `comity explain`: every decision of a state in a year.

use serde_json::{Map, Value, json};

use super::args::ExplainArgs;
use super::{Done, output};
use comity_lab::ensemble::replicates::check;
use comity_lab::ensemble::{Explanation, explain as explained};
use comity_model::scenario;
use comity_model::world::Decision;
use comity_show::grid::{paragraph, signed};

/// Difference between utility and terms that is not told: rounding.
const ROUNDING: f64 = 1e-9;

/// Does it.
pub fn explain(args: &ExplainArgs) -> Done {
    let scenario = scenario::load(&args.scenario.scenario, &args.scenario.set)?;
    check(args.seed, 1)?;
    let explanation = explained(&scenario, args.seed, &args.state, args.year)?;
    if args.json {
        return output::print_json(&as_json(&explanation));
    }
    output::print(&as_text(&explanation))
}

/// The terms, with what the utility has beside them: a cost of leaving.
fn terms(decision: &Decision) -> Vec<(&str, f64)> {
    let mut terms: Vec<(&str, f64)> = decision.terms.clone();
    let rest = decision.utility - terms.iter().map(|t| t.1).sum::<f64>();
    if rest.abs() > ROUNDING {
        terms.push(("cost of leaving", rest));
    }
    terms
}

fn as_json(e: &Explanation) -> Value {
    let decision = |d: &Decision| {
        let terms: Map<String, Value> = terms(d)
            .into_iter()
            .map(|(name, value)| (name.to_string(), json!(value)))
            .collect();
        json!({
            "process": d.process.name(), "question": d.question, "terms": terms,
            "utility": if d.terms.is_empty() { Value::Null } else { json!(d.utility) },
            "probability": d.probability, "draw": d.draw, "yes": d.yes, "outcome": d.outcome,
        })
    };
    json!({
        "state": e.state, "name": e.name, "year": e.year, "seed": e.seed,
        "decisions": e.decisions.iter().map(decision).collect::<Vec<_>>(),
    })
}

fn as_text(e: &Explanation) -> String {
    let count = match e.decisions.len() {
        0 => "no decision".to_string(),
        1 => "1 decision".to_string(),
        n => format!("{n} decisions"),
    };
    let mut text = format!(
        "{} ({}) in {}, seed {}: {count}\n",
        e.name, e.state, e.year, e.seed
    );
    for (k, d) in e.decisions.iter().enumerate() {
        text.push('\n');
        text.push_str(&paragraph(
            &format!("{}. [{}] {}", k + 1, d.process.name(), d.question),
            0,
        ));
        for (name, value) in terms(d) {
            text.push_str(&format!("     {name:<36} {:>10}\n", signed(value)));
        }
        if !d.terms.is_empty() {
            text.push_str(&format!(
                "     {:<36} {:>10}\n",
                "= utility",
                signed(d.utility)
            ));
        }
        let answer = format!(
            "probability {:.4}, draw {:.4}: {}",
            d.probability, d.draw, d.outcome
        );
        text.push_str(&paragraph(&answer, 5));
    }
    text
}
