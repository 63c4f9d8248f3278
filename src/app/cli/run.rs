//! `comity run`: a scenario, its result folder and a summary.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::args::{RunArgs, processors};
use super::progress::{Progress, STOP, watch_interrupts};
use super::{Done, Failure, dry_run, output};
use comity_lab::ensemble::manifest::Manifest;
use comity_lab::ensemble::memory;
use comity_lab::ensemble::replicates::{self, Options, replicates};
use comity_lab::ensemble::result::{Standing, standing};
use comity_lab::table::store::read_table;
use comity_lab::table::{Table, store};
use comity_model::error::Result;
use comity_model::scenario::source::Source;
use comity_model::scenario::{Scenario, provenance};
use comity_show::result::{Writing, tables, write};
use comity_show::terminal;

/// The figure that a result with figures has, whatever the scenario.
const FIGURE: &str = "figures/pacts";

/// Does it.
pub fn run(args: &RunArgs) -> Done {
    let begun = Instant::now();
    args.sandbox.watch(args.max_time);
    let (name, overrides) = (&args.scenario.scenario, args.overrides());
    let source = Source::open_over(name, &args.sandbox.home(name), &[], &overrides)?;
    let (scenario, source) = provenance::describe(&source, &overrides)?;
    replicates::check(args.seed, args.replicates)?;
    let place = args
        .out
        .clone()
        .unwrap_or_else(|| default_folder(&scenario));
    let mut wanted = Manifest::begin(
        &scenario,
        source,
        (args.seed, args.replicates),
        args.format().extension(),
    );
    wanted.command = std::env::args().collect();
    wanted.made.threads = args.threads().unwrap_or_else(processors);
    let formats = args.figures.formats();
    let needs: Vec<String> = formats.iter().map(|f| format!("{FIGURE}.{f}")).collect();
    let needs: Vec<&str> = needs.iter().map(String::as_str).collect();
    if args.dry_run {
        return dry_run::estimate(&scenario, args, &place);
    }
    if let Standing::Same(manifest) = standing(&place, &wanted, &needs, args.force)? {
        return show(args, &place, &manifest, &stored(&place)?, true);
    }

    let threads = args.threads().unwrap_or_else(processors) as u64;
    let bytes = memory::replicates(&scenario, args.replicates, threads);
    args.sandbox.afford(bytes)?;
    memory::check(bytes, threads)?;
    watch_interrupts()?;
    let years = u64::from(scenario.burn_in + scenario.years) * args.replicates;
    let progress = Progress::new(years, "simulated years", args.quiet);
    let step = || progress.step();
    let options = Options {
        threads: args.threads(),
        progress: Some(&step),
        cancel: Some(&STOP),
    };
    let runs = replicates(&scenario, args.seed, args.replicates, options)?;
    progress.finish();
    let runs = runs.ok_or_else(interrupted)?;
    // Another process may have put a result there meanwhile.
    if let Standing::Same(manifest) = standing(&place, &wanted, &needs, args.force)? {
        return show(args, &place, &manifest, &stored(&place)?, true);
    }
    wanted.count(&runs);
    let tables = tables(&scenario, &runs)?;
    let writing = Writing {
        format: args.format(),
        figures: formats,
        cancel: Some(&STOP),
        begun,
    };
    let written = write(&place, wanted, &tables, writing);
    let written =
        written.map_err(|e| e.then("nothing is left of it: the same command begins again"))?;
    let manifest = written.ok_or_else(interrupted)?;
    show(args, &place, &manifest, &tables, false)
}

fn default_folder(scenario: &Scenario) -> PathBuf {
    Path::new("output").join(&scenario.name)
}

fn interrupted() -> Failure {
    Failure::Interrupted(
        "interrupted: nothing was written; the same command begins again".to_string(),
    )
}

/// The tables that the summary needs.
fn stored(place: &Path) -> Result<Vec<Table>> {
    let files = ["world", "moments"]
        .iter()
        .filter_map(|name| store::find(place, name));
    files.map(|path| read_table(&path)).collect()
}

/// The summary on stdout, and where the result is.
fn show(args: &RunArgs, place: &Path, manifest: &Manifest, tables: &[Table], again: bool) -> Done {
    let find = |name: &str| tables.iter().find(|t| t.name == name && t.rows() > 0);
    if !args.quiet {
        let mut text = format!("{}\n\n", manifest.scenario.title);
        text.push_str(&find("world").map(terminal::summary).unwrap_or_default());
        if let Some(moments) = find("moments") {
            text.push('\n');
            text.push_str(&terminal::moments(moments));
        }
        output::print(&text)?;
        let what = match again {
            true => "this complete result stood there already and is used again",
            false => "written",
        };
        output::note(&format!("{}: {what}", place.display()));
    }
    match manifest.runs.failed.as_slice() {
        [] => Ok(()),
        failed => Err(Failure::Runs(format!(
            "{} of {} runs failed, the first with seed {}: {}; the others are in {}",
            failed.len(),
            manifest.replicates,
            failed[0].seed,
            failed[0].message,
            place.display()
        ))),
    }
}
