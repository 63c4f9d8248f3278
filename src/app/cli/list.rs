//! `comity list`: the shipped scenarios and experiments.

use serde_json::{Value, json};

use super::args::ListArgs;
use super::{Done, output};
use comity_lab::ensemble::experiment::library as experiments;
use comity_model::scenario::shipped;
use comity_show::grid::paragraph;

/// Does it.
pub fn list(args: &ListArgs) -> Done {
    let shipped = shipped::list()?;
    let questions = experiments::list()?;
    if args.json {
        let entry = |s: &shipped::Shipped| {
            json!({ "kind": "scenario", "name": s.name, "group": s.group, "title": s.title,
                "purpose": s.purpose })
        };
        let asked = |e: &experiments::Shipped| {
            json!({ "kind": "experiment", "name": e.name, "title": e.title,
                "purpose": e.question })
        };
        let all = shipped.iter().map(entry).chain(questions.iter().map(asked));
        return output::print_json(&Value::Array(all.collect()));
    }
    let width = |group: &str| {
        let names = shipped
            .iter()
            .filter(|s| s.group == group)
            .map(|s| s.name.len());
        names.max().unwrap_or(0)
    };
    let mut text = String::new();
    let mut group = "";
    for scenario in &shipped {
        if scenario.group != group {
            let gap = if group.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{gap}{}\n", scenario.group));
            group = &scenario.group;
        }
        let width = width(group);
        let titled = paragraph(&scenario.title, width + 4);
        text.push_str(&format!(
            "  {:width$}  {}",
            scenario.name,
            &titled[width + 4..]
        ));
    }
    text.push_str("\nRun one with `comity run NAME`; `comity describe scenario NAME` says more.\n");
    text.push_str("\nExperiments\n");
    let width = questions.iter().map(|e| e.name.len()).max().unwrap_or(0);
    for e in &questions {
        let titled = paragraph(&e.title, width + 4);
        text.push_str(&format!("  {:width$}  {}", e.name, &titled[width + 4..]));
    }
    text.push_str(
        "\nRun one with `comity batch NAME`, or `comity sweep NAME` where it has a design;\n",
    );
    text.push_str("`comity describe experiment NAME` says more.\n");
    output::print(&text)
}
