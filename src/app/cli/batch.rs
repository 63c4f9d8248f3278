//! `comity batch`, `comity sweep` and `comity resume`: the runs of an experiment.

use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::args::{BatchArgs, ResumeArgs, WorkArgs, processors};
use super::dry_run::{available, plural, time};
use super::output::quietly;
use super::progress::{Progress, STOP, watch_interrupts};
use super::{Done, Failure, calibrate, output};
use comity_lab::analysis::calibration::CalibrationManifest;
use comity_lab::ensemble::batch::{self, BatchManifest, Begun, Options, Outcome, Plan, Shard};
use comity_lab::ensemble::experiment::load;
use comity_lab::ensemble::inputs;
use comity_lab::ensemble::integrity;
use comity_lab::ensemble::memory;
use comity_lab::ensemble::place::{Company, Place};
use comity_lab::table::store::sweep;
use comity_model::error::Error;
use comity_show::experiment::{Finish, finish, summary};

/// Does `batch`, or `sweep`.
pub fn batch(args: &BatchArgs, sweep: bool) -> Done {
    let max_time = args.work.max_time.filter(|_| args.sandbox.on);
    args.sandbox.watch(max_time);
    let plan = Plan::new(load(&args.experiment, &args.changes())?)?;
    if plan.experiment.calibration.is_some() {
        let problem = "is a calibration: `comity calibrate` runs it";
        let file = &plan.experiment.origin.shown;
        return Err(Error::new(problem)
            .in_file(file)
            .at_key("calibration")
            .into());
    }
    if sweep && plan.experiment.design.is_none() {
        let problem = "has no [design], expected one: `comity batch` runs arms alone";
        let file = &plan.experiment.origin.shown;
        return Err(Error::new(problem).in_file(file).at_key("design").into());
    }
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| Path::new("output").join(&plan.experiment.name));
    if args.dry_run {
        return estimate(&plan, &args.work, &out);
    }
    let threads = args.work.threads().unwrap_or_else(processors) as u64;
    args.sandbox.afford(plan.memory(threads))?;
    let inputs = inputs::of_experiment(&plan.experiment)?;
    let mut wanted = BatchManifest::of(&plan, std::env::args().collect(), sweep);
    wanted.inputs = inputs::records(&inputs);
    let mut place = Place::open(&out, company(&args.work))?;
    let begun = batch::begin(&mut place, &plan, wanted, args.force)?;
    let (Begun::Complete(manifest) | Begun::Work(manifest)) = &begun;
    inputs::keep(&place, manifest, &inputs)?;
    match begun {
        Begun::Complete(manifest) => show(
            &args.work,
            &place,
            &manifest,
            "this complete result stood there already and is used again",
        ),
        Begun::Work(manifest) => work(&args.work, &place, &plan, *manifest),
    }
}

/// Who may work in the place at the same time.
fn company(args: &WorkArgs) -> Company {
    match args.shard {
        Some(_) => Company::Shards,
        None => Company::Alone,
    }
}

/// Goes on with a batch or a calibration.
pub fn resume(args: &ResumeArgs) -> Done {
    if CalibrationManifest::read(&args.result)?.is_some() {
        if args.replicates.is_some() {
            let problem = "a calibration is no batch: its experiment says how many there are";
            return Err(Error::new(problem).at_key("--replicates").into());
        }
        return calibrate::resume(&args.work, &args.result);
    }
    let (plan, manifest) = batch::resume(&args.result, false)?;
    let mut place = Place::open(&args.result, company(&args.work))?;
    if let Some(replicates) = args.replicates {
        return extend(&args.work, &mut place, manifest, replicates);
    }
    let whole = manifest.complete && integrity::whole(place.folder(), &manifest);
    if whole && batch::inspect(place.folder(), &plan)?.damaged.is_empty() {
        return show(&args.work, &place, &manifest, "this result is complete");
    }
    work(&args.work, &place, &plan, manifest)
}

/// Adds replicates to a batch, from what its folder holds.
fn extend(args: &WorkArgs, place: &mut Place, known: BatchManifest, replicates: u64) -> Done {
    let mut record = known.experiment.clone();
    record.changes.replicates = Some(replicates);
    let plan = Plan::new(record.load(place.folder(), &known.inputs)?)?;
    let mut wanted = BatchManifest::of(&plan, std::env::args().collect(), known.sweep);
    wanted.inputs.clone_from(&known.inputs);
    wanted.experiment = record;
    match batch::begin(place, &plan, wanted, false)? {
        Begun::Complete(manifest) => show(args, place, &manifest, "this result is complete"),
        Begun::Work(manifest) => work(args, place, &plan, *manifest),
    }
}

/// Does the parts that are missing, then joins them.
fn work(args: &WorkArgs, place: &Place, plan: &Plan, manifest: BatchManifest) -> Done {
    let begun = Instant::now();
    let threads = args.threads().unwrap_or_else(processors) as u64;
    memory::check(plan.memory(threads), threads)?;
    watch_interrupts()?;
    if args.shard.is_none() {
        sweep(&place.folder().join(batch::PARTS))?;
    }
    let standing = batch::inspect(place.folder(), plan)?;
    for (part, problem) in &standing.damaged {
        output::note(&format!(
            "part {part} cannot be used and is done again: {problem}"
        ));
    }
    let shard = args.shard.unwrap_or(Shard::WHOLE);
    let mut parts = standing.to_do();
    parts.retain(|&part| shard.does(part));
    let ours = (0..plan.parts()).filter(|&p| shard.does(p));
    let count = |parts: &[u64]| -> u64 {
        parts
            .iter()
            .map(|&p| plan.part(p))
            .map(|r| r.end - r.start)
            .sum()
    };
    let all = count(&ours.collect::<Vec<_>>());
    let progress = Progress::new(all, "runs", args.quiet);
    progress.start_at(all - count(&parts));
    let step = || progress.step();
    let late = || args.max_time.is_some_and(|limit| begun.elapsed() >= limit);
    let stop = || STOP.load(Ordering::Relaxed) || late();
    let options = Options {
        threads: args.threads(),
        progress: Some(&step),
        cancel: Some(&stop),
    };
    let outcome = quietly(|| batch::run(plan, place.folder(), &parts, options));
    progress.finish();
    let outcome = outcome.map_err(|e| place.named(e).then(kept(place)))?;
    if !outcome.whole {
        let why = if STOP.load(Ordering::Relaxed) {
            "interrupted"
        } else {
            "out of time"
        };
        return Err(Failure::Interrupted(format!(
            "{why}: what is done is kept; `comity resume {}` goes on",
            place.shown().display()
        )));
    }
    if args.shard.is_some() {
        output::note(&format!(
            "{}: the parts of this shard are there; `comity merge` joins them",
            place.shown().display()
        ));
        return failures(&outcome, all, place.shown());
    }
    joined(args, place, plan, manifest, begun)
}

/// Joins the parts in the place into its result.
pub fn joined(
    args: &WorkArgs,
    place: &Place,
    plan: &Plan,
    mut manifest: BatchManifest,
    begun: Instant,
) -> Done {
    let waiting = Progress::waiting("joining, analysing, drawing", args.quiet);
    manifest.made.seconds += begun.elapsed().as_secs_f64();
    manifest.made.threads = args.threads().unwrap_or_else(processors);
    let finishing = Finish {
        figures: args.figures.formats(),
        cancel: Some(&STOP),
    };
    let finished = finish(place, plan, &mut manifest, finishing);
    let finished = finished.map_err(|e| place.named(e).then(kept(place)))?;
    waiting.finish();
    if !finished {
        let text = format!(
            "interrupted: every run is done; `comity resume {}` draws the figures",
            place.shown().display()
        );
        return Err(Failure::Interrupted(text));
    }
    show(args, place, &manifest, "written")
}

/// What a batch that could not write leaves, and how it goes on.
fn kept(place: &Place) -> String {
    let place = place.shown().display();
    format!("what is done is kept: once this is mended, `comity resume {place}` goes on")
}

/// The summary on stdout, and where the result is.
fn show(args: &WorkArgs, place: &Place, manifest: &BatchManifest, what: &str) -> Done {
    let place = place.shown();
    if !args.quiet {
        output::print(&summary(place, manifest)?)?;
        output::note(&format!("{}: {what}", place.display()));
    }
    let failed = manifest.failed();
    let first = manifest.runs.failed.first();
    let outcome = Outcome {
        whole: true,
        failed,
        first: first.map(|f| (f.run_id, f.message.clone())),
    };
    failures(&outcome, manifest.planned(), place)
}

fn failures(outcome: &Outcome, runs: u64, place: &Path) -> Done {
    match &outcome.first {
        None => Ok(()),
        Some((id, message)) => Err(Failure::Runs(format!(
            "{} of {runs} runs failed, the first is run {id}: {message}; the others are in {}, a \
             provisional result",
            outcome.failed,
            place.display()
        ))),
    }
}

/// How many runs, how long and how large, from one run of each arm.
fn estimate(plan: &Plan, args: &WorkArgs, place: &Path) -> Done {
    let folder = tempfile::tempdir()
        .map_err(|e| Error::new(format!("failed to make a temporary folder: {e}")))?;
    let arms = plan.experiment.arms.len() as u64;
    let mut sample = plan.clone();
    sample.chunk = arms.min(plan.runs());
    let options = Options {
        threads: Some(1),
        ..Options::default()
    };
    let begun = Instant::now();
    quietly(|| batch::run(&sample, folder.path(), &[0], options))?;
    let seconds = begun.elapsed().as_secs_f64() / sample.chunk as f64;
    let part = batch::part_bytes(&sample, folder.path())?;
    let bytes = part as f64 / sample.chunk as f64 * plan.runs() as f64;
    let threads = args.threads().unwrap_or_else(processors);
    let shard = args.shard.unwrap_or(Shard::WHOLE);
    let runs: u64 = (0..plan.parts())
        .filter(|&p| shard.does(p))
        .map(|p| plan.part(p))
        .map(|r| r.end - r.start)
        .sum();
    let mut text = format!(
        "{}: {} × {} × {} = {}\n",
        plan.experiment.name,
        plural(arms, "arm"),
        plural(plan.points(), "point"),
        plural(plan.experiment.replicates, "replicate"),
        plural(plan.runs(), "run"),
    );
    if args.shard.is_some() {
        text.push_str(&format!(
            "shard  {} of {}\n",
            plural(runs, "run"),
            plan.runs()
        ));
    }
    text.push_str(&format!(
        "time   about {} with {} ({:.1} ms a run)\n",
        time(seconds * runs as f64 / threads as f64),
        plural(threads as u64, "thread"),
        seconds * 1e3
    ));
    text.push_str(&format!(
        "memory about {}, {} there\n",
        memory::size(plan.memory(threads as u64)),
        available(),
    ));
    text.push_str(&format!(
        "tables about {} as {}, and as much again in {}\n",
        memory::size(bytes as u64),
        plan.experiment.format,
        plural(plan.parts(), "part"),
    ));
    text.push_str(&format!(
        "folder {}\nNothing was written.\n",
        place.display()
    ));
    let _ = fs::remove_dir_all(folder.path());
    output::print(&text)
}
