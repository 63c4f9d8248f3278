//! How to make the result again: the exact commands and texts.

use std::path::Path;

use super::page::{Block, Section};
use super::words::{list, quoted};
use comity_lab::analysis::calibration::CalibrationManifest;
use comity_lab::analysis::validation::ValidationManifest;
use comity_lab::ensemble::batch::{BatchManifest, ExperimentRecord};
use comity_lab::ensemble::claims::CheckManifest;
use comity_lab::ensemble::experiment::library as experiments;
use comity_lab::ensemble::manifest::{RunManifest, ScenarioRecord};
use comity_model::scenario::library;
use comity_model::scenario::provenance::sha256;

/// A command as it is typed.
fn command(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|w| quoted(w)).collect();
    words.join(" ")
}

/// A command that was typed, whatever the program's path was.
pub fn typed(words: &[String]) -> String {
    let program = "comity".to_string();
    let rest = words.iter().skip(1).cloned();
    command(&std::iter::once(program).chain(rest).collect::<Vec<_>>())
}

/// `2026-11-25T10:01:01Z` as `2026-11-25 10:01 UTC`.
pub fn date(started: &str) -> String {
    match (started.get(..10), started.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => started.to_string(),
    }
}

/// Name of the shipped scenario, else of the file; whether it is shipped as it was.
fn scenario(record: &ScenarioRecord) -> (String, bool) {
    let Some(file) = record.source.files.first() else {
        return (record.name.clone(), false);
    };
    let path = Path::new(&file.file);
    let stem = path.file_stem().unwrap_or_default();
    match library::scenario(Path::new(stem)) {
        Some((_, text)) if sha256(text.as_bytes()) == file.sha256 => {
            (stem.to_string_lossy().into_owned(), true)
        }
        _ => {
            let name = path.file_name().unwrap_or_default();
            (name.to_string_lossy().into_owned(), false)
        }
    }
}

fn options(set: &[String], words: &mut Vec<String>) {
    for text in set {
        words.extend(["--set".to_string(), text.clone()]);
    }
}

/// The section for runs.
pub fn run(manifest: &RunManifest) -> Option<Section> {
    let (name, shipped) = scenario(&manifest.scenario);
    let mut words = vec!["comity".to_string(), "run".to_string(), name.clone()];
    options(&manifest.scenario.source.overrides, &mut words);
    for (option, value) in [
        ("--seed", manifest.seed.to_string()),
        ("--replicates", manifest.replicates.to_string()),
        ("--format", manifest.format.clone()),
    ] {
        words.extend([option.to_string(), value]);
    }
    let mut blocks = again(&manifest.version, command(&words), &manifest.command);
    if !shipped {
        blocks.push(Block::text(format!(
            "The scenario `{name}` is not one of those shipped with the program: its file, and \
             the tables that it names, are needed. Below it stands with all that it extends."
        )));
    }
    blocks.push(merged(&manifest.scenario, ""));
    Section::of("repeat", "How to repeat it", blocks)
}

/// The section for batches and sweeps.
pub fn batch(manifest: &BatchManifest) -> Option<Section> {
    let record = &manifest.experiment;
    let shipped = experiments::text(&record.file) == Some(record.text.as_str());
    let name = name(record);
    let verb = if manifest.sweep { "sweep" } else { "batch" };
    let mut words = vec!["comity".to_string(), verb.to_string(), name.clone()];
    options(&record.changes.set, &mut words);
    for (option, value) in [
        ("--seed", manifest.seed.to_string()),
        ("--replicates", manifest.replicates.to_string()),
        ("--format", manifest.format.clone()),
    ] {
        words.extend([option.to_string(), value]);
    }
    let mut blocks = again(&manifest.version, command(&words), &manifest.command);
    let label = match shipped {
        true => format!("The experiment `{name}`, shipped with the program:"),
        false => format!("The experiment, `{name}`:"),
    };
    blocks.push(Block::Code {
        label: label.replace('`', ""),
        text: record.text.trim().to_string(),
    });
    for arm in &manifest.arms {
        let (file, shipped) = scenario(&arm.scenario);
        if !shipped {
            let note = format!(", whose file {file} is not shipped");
            blocks.push(merged(
                &arm.scenario,
                &format!(" of arm {}{note}", arm.name),
            ));
        }
    }
    Section::of("repeat", "How to repeat it", blocks)
}

/// The section for checks.
pub fn check(manifest: &CheckManifest) -> Option<Section> {
    let sizes = manifest.sizes;
    let mut words = vec!["comity".to_string(), "check".to_string()];
    let shipped = experiments::families();
    let all = manifest.families.len() == shipped.len();
    words.extend(manifest.choice.claims.iter().cloned());
    if manifest.choice.claims.is_empty() && !all {
        words.extend(manifest.families.iter().map(|f| f.name.clone()));
    }
    if let Some(paper) = manifest.choice.paper {
        words.extend(["--paper".to_string(), paper.letter().to_string()]);
    }
    for (option, value) in [
        ("--replicates", sizes.replicates.to_string()),
        ("--sets", sizes.sets.to_string()),
        ("--draws", sizes.draws.to_string()),
        ("--seeds", sizes.seeds.to_string()),
        ("--seed", sizes.seed.to_string()),
    ] {
        words.extend([option.to_string(), value]);
    }
    if let Some((name, _)) = &manifest.accepted {
        words.extend(["--accepted".to_string(), name.clone()]);
    }
    let mut blocks = again(&manifest.version, command(&words), &manifest.command);
    let own = manifest
        .families
        .iter()
        .filter(|f| !shipped.contains(&f.name));
    let own: Vec<String> = own.map(|f| format!("`{}`", f.file)).collect();
    if !own.is_empty() {
        blocks.push(Block::text(format!(
            "Not shipped with the program, and needed: {}.",
            list(&own)
        )));
    }
    Section::of("repeat", "How to repeat it", blocks)
}

/// The section for calibrations.
pub fn calibration(manifest: &CalibrationManifest) -> Option<Section> {
    let record = &manifest.experiment;
    let name = name(record);
    let mut words = vec!["comity".to_string(), "calibrate".to_string(), name.clone()];
    options(&record.changes.set, &mut words);
    for (option, value) in [
        ("--seed", record.changes.seed.map(|n| n.to_string())),
        (
            "--replicates",
            record.changes.replicates.map(|n| n.to_string()),
        ),
    ] {
        words.extend(value.into_iter().flat_map(|v| [option.to_string(), v]));
    }
    let mut blocks = again(&manifest.version, command(&words), &manifest.command);
    blocks.push(Block::Code {
        label: format!("The experiment, {name}:"),
        text: record.text.trim().to_string(),
    });
    Section::of("repeat", "How to repeat it", blocks)
}

/// The section for validations.
pub fn validation(manifest: &ValidationManifest) -> Option<Section> {
    let mut blocks = vec![Block::text(format!(
        "With comity {} this command gives every table with the same bytes, on any machine and with \
         any number of threads; `manifest.json` alone holds times and host.",
        manifest.version
    ))];
    if manifest.command.len() > 1 {
        blocks.push(Block::Code {
            label: "As it was typed:".to_string(),
            text: typed(&manifest.command),
        });
    }
    Section::of("repeat", "How to repeat it", blocks)
}

/// Name of a shipped experiment, else of the file.
fn name(record: &ExperimentRecord) -> String {
    let shipped = experiments::text(&record.file) == Some(record.text.as_str());
    let file = Path::new(&record.file).file_name().unwrap_or_default();
    match shipped {
        true => record.file.clone(),
        false => file.to_string_lossy().into_owned(),
    }
}

/// The command, and the one that was typed.
fn again(version: &str, canonical: String, words: &[String]) -> Vec<Block> {
    let mut blocks = vec![
        Block::text(format!(
            "With comity {version} this command gives every table with the same bytes, on any \
             machine and with any number of threads; `manifest.json` alone holds times and host."
        )),
        Block::Code {
            label: "Again:".to_string(),
            text: canonical,
        },
    ];
    if words.len() > 1 {
        blocks.push(Block::Code {
            label: "As it was typed:".to_string(),
            text: typed(words),
        });
    }
    blocks
}

fn merged(record: &ScenarioRecord, of: &str) -> Block {
    Block::Code {
        label: format!(
            "The scenario{of}, with all that it extends (hash of the inputs {}):",
            record.hash
        ),
        text: record.source.text.trim().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_those_that_a_shell_takes() {
        let words = ["/usr/bin/comity", "run", "x", "--set", "a=\"b c\""];
        let words = words.map(String::from);
        assert_eq!(typed(&words), "comity run x --set 'a=\"b c\"'");
    }

    #[test]
    fn dates_are_short() {
        assert_eq!(date("2026-11-25T10:01:01Z"), "2026-11-25 10:01 UTC");
        assert_eq!(date("?"), "?");
    }
}
