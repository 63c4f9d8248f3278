//! `comity status`: what a batch has done.

use serde_json::json;

use super::args::StatusArgs;
use super::{Done, output};
use comity_lab::ensemble::batch::{self, Shard, array};
use comity_lab::ensemble::integrity;
use comity_model::error::Error;

/// Does it.
pub fn status(args: &StatusArgs) -> Done {
    let (plan, manifest) = batch::resume(&args.results[0], false)?;
    let mut missing: Vec<u64> = (0..plan.parts()).collect();
    let mut damaged = Vec::new();
    let mut failed = 0;
    for folder in &args.results {
        let standing = batch::inspect(folder, &plan)?;
        missing.retain(|part| !standing.done.contains(part));
        damaged.extend(standing.damaged);
        failed += standing.failed;
    }
    if let Some(count) = args.shards {
        let open = |index: &u64| {
            let shard = Shard {
                index: *index,
                count,
            };
            missing.iter().any(|&part| shard.does(part))
        };
        let tasks: Vec<u64> = (0..count).filter(open).map(|index| index + 1).collect();
        return output::print(&format!("{}\n", array(&tasks)));
    }
    let runs_of = |parts: &[u64]| -> u64 {
        parts
            .iter()
            .map(|&p| plan.part(p))
            .map(|r| r.end - r.start)
            .sum()
    };
    let done = plan.runs() - runs_of(&missing);
    let changed = match manifest.complete {
        true => integrity::faults(&args.results[0], &manifest, &|| true),
        false => Vec::new(),
    };
    if args.json {
        return output::print_json(&json!({
            "experiment": manifest.experiment.name, "plan": plan.hash,
            "runs": plan.runs(), "done": done, "failed": failed, "parts": plan.parts(),
            "missing": missing, "damaged": damaged.iter().map(|d| d.0).collect::<Vec<_>>(),
            "complete": manifest.complete,
            "changed": changed.iter().map(Error::to_string).collect::<Vec<_>>(),
        }));
    }
    let provisional = match failed {
        0 => "",
        _ => ": the result is provisional",
    };
    let mut text = format!(
        "{}: {done} of {} runs are done, {failed} of them failed{provisional}\n",
        manifest.experiment.name,
        plan.runs()
    );
    for (part, problem) in &damaged {
        text.push_str(&format!("part {part} cannot be used: {problem}\n"));
    }
    for error in &changed {
        text.push_str(&format!("{error}\n"));
    }
    let what = match (missing.as_slice(), manifest.complete) {
        ([], true) if !changed.is_empty() => {
            "every part is there, but not what was joined of them; `comity resume` joins them again\n"
                .to_string()
        }
        ([], true) => "every part is there and joined\n".to_string(),
        ([], false) => "every part is there; `comity merge` joins them\n".to_string(),
        (parts, _) => format!(
            "missing parts ({} of {}): {}\n",
            parts.len(),
            plan.parts(),
            array(parts)
        ),
    };
    output::print(&(text + &what))
}
