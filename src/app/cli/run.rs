//! `comity run`: a scenario, its result folder and a summary.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::args::{RunArgs, processors};
use super::progress::{Progress, STOP, watch_interrupts};
use super::{Done, Failure, dry_run, output};
use comity_lab::ensemble::inputs;
use comity_lab::ensemble::integrity;
use comity_lab::ensemble::manifest::{Run, RunManifest, TableRecord};
use comity_lab::ensemble::memory;
use comity_lab::ensemble::place::{Company, Place, STAGING};
use comity_lab::ensemble::replicates::{self, Options, replicates};
use comity_lab::table::{Format, Table};
use comity_model::error::{Error, Result};
use comity_model::observe;
use comity_model::scenario::source::Source;
use comity_model::scenario::{Scenario, provenance};
use comity_show::figures::ImageFormat;
use comity_show::grid::paragraph;
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
    let (scenario, mut source) = provenance::describe(&source, &overrides)?;
    replicates::check(args.seed, args.replicates)?;
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| default_folder(&scenario));
    if args.dry_run {
        return dry_run::estimate(&scenario, args, &out);
    }
    let inputs = inputs::of_scenario(&args.scenario.scenario, &source)?;
    let base = Path::new(&args.scenario.scenario).parent();
    inputs::shorten(&mut source, base.unwrap_or(Path::new("")));
    let numbers = (args.seed, args.replicates);
    let body = Run::of(&scenario, source, numbers, args.format().extension());
    let mut manifest = RunManifest::begin(body, std::env::args().collect());
    manifest.inputs = inputs::records(&inputs);
    manifest.made.threads = args.threads().unwrap_or_else(processors);
    let place = match Place::open(&out, Company::Alone) {
        Ok(place) => place,
        Err(error) => match archived(&out, &manifest, args) {
            Some(known) => return show(args, &out, &known, &stored(&out, &known)?, true),
            None => return Err(error.into()),
        },
    };
    if let Some(known) = standing(&place, &manifest, args)? {
        return show(args, &out, &known, &stored(&out, &known)?, true);
    }
    place.needs(least_bytes(&scenario, args))?;
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
    manifest.count(&runs);
    let tables = tables(&scenario, &runs)?;
    let writing = Writing {
        format: args.format(),
        inputs: &inputs,
        figures: args.figures.formats(),
        cancel: Some(&STOP),
        begun,
    };
    let written = write(&place, &mut manifest, &tables, writing);
    if !written.map_err(|e| e.then("the same command begins again"))? {
        return Err(interrupted());
    }
    show(args, &out, &manifest, &tables, false)
}

/// The result that stands in the place, if it is whole and the one asked for.
fn standing(place: &Place, wanted: &RunManifest, args: &RunArgs) -> Result<Option<RunManifest>> {
    let Some(known) = place.standing::<Run>(args.force)?.filter(|_| !args.force) else {
        return Ok(None);
    };
    let differences = known.differences(wanted);
    if !differences.is_empty() {
        let problem = format!(
            "holds another result ({}): name another folder with --out, or replace it with --force",
            differences.join("; ")
        );
        return Err(Error::new(problem).in_file(place.shown()));
    }
    Ok(whole(place.folder(), &known, args).then_some(known))
}

/// Whether nothing of a result is missing that is asked for.
fn whole(folder: &Path, known: &RunManifest, args: &RunArgs) -> bool {
    let listed = known.listed();
    let drawn = |f: &ImageFormat| listed.contains_key(format!("{FIGURE}.{f}").as_str());
    known.runs.done == known.replicates
        && args.figures.formats().iter().all(drawn)
        && integrity::whole(folder, known)
}

/// The result in a folder in which nothing can be written, if it is whole and the one asked for.
fn archived(folder: &Path, wanted: &RunManifest, args: &RunArgs) -> Option<RunManifest> {
    let known = RunManifest::read(folder).ok()??;
    let same = !args.force && known.differences(wanted).is_empty();
    let sound = integrity::sealed(folder).is_ok() && !folder.join(STAGING).exists();
    (same && sound && whole(folder, &known, args)).then_some(known)
}

/// Bytes that the tables have at the least: two for each cell of a text, less as Parquet.
fn least_bytes(scenario: &Scenario, args: &RunArgs) -> u64 {
    let rows = u64::from(scenario.years) * args.replicates;
    let columns = observe::tables()
        .iter()
        .find(|t| t.name == "world")
        .map_or(0, |t| t.columns.len());
    let cell = match args.format() {
        Format::Parquet => 0,
        _ => 2,
    };
    rows * columns as u64 * cell
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
fn stored(place: &Path, manifest: &RunManifest) -> Result<Vec<Table>> {
    let needed = |t: &&TableRecord| ["world", "moments"].contains(&t.name.as_str());
    manifest
        .tables
        .iter()
        .filter(needed)
        .map(|t| t.read(place))
        .collect()
}

/// The summary on stdout, and where the result is.
fn show(
    args: &RunArgs,
    place: &Path,
    manifest: &RunManifest,
    tables: &[Table],
    again: bool,
) -> Done {
    let find = |name: &str| tables.iter().find(|t| t.name == name && t.rows() > 0);
    if !args.quiet {
        let mut text = format!("{}\n\n", manifest.scenario.title);
        if let Some(failed) = manifest.runs.provisional(manifest.replicates) {
            text.push_str(&format!("{}\n", paragraph(&failed, 0)));
        }
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
            "{} of {} runs failed, the first with seed {}: {}; the others are in {}, a provisional \
             result",
            failed.len(),
            manifest.replicates,
            failed[0].seed,
            failed[0].message,
            place.display()
        ))),
    }
}
