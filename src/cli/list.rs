//! `comity list`: the shipped scenarios.

use serde_json::{Value, json};

use super::args::ListArgs;
use super::{Done, output};
use crate::present::grid::paragraph;
use crate::scenario::library;

/// Does it.
pub fn list(args: &ListArgs) -> Done {
    let shipped = library::list()?;
    if args.json {
        let entry = |s: &library::Shipped| json!({ "name": s.name, "group": s.group, "title": s.title, "purpose": s.purpose });
        return output::print_json(&Value::Array(shipped.iter().map(entry).collect()));
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
    output::print(&text)
}
