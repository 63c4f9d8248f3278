//! `comity calibrate`: parameters fitted to what was observed.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::args::{CalibrateArgs, WorkArgs, processors};
use super::dry_run::{plural, time};
use super::output::quietly;
use super::progress::{Progress, STOP, watch_interrupts};
use super::{Done, Failure, output};
use comity_lab::analysis::calibration::{
    self, AcceptedSets, Begun, CalibrationManifest, Hooks, begin, calibrate as fit, specification,
};
use comity_lab::ensemble::experiment::{Experiment, load};
use comity_lab::ensemble::lock::{Company, Lock};
use comity_model::error::Error;
use comity_model::simulation::run_recording;
use comity_show::calibration::{Writing, defaults, finish, summary};

/// Does it.
pub fn calibrate(args: &CalibrateArgs) -> Done {
    if args.print_defaults {
        let sets = AcceptedSets::find(&args.experiment)?;
        return output::print(&defaults(&sets));
    }
    let experiment = load(&args.experiment, &args.changes())?;
    let calibration = specification(&experiment)?;
    let place = args
        .out
        .clone()
        .unwrap_or_else(|| Path::new("output").join(&experiment.name));
    if args.dry_run {
        return estimate(&experiment, &args.work, &place);
    }
    let command = std::env::args().collect();
    let wanted = CalibrationManifest::of(&experiment, calibration, command);
    match begin(&place, wanted, args.force)? {
        Begun::Complete(manifest) => show(
            &args.work,
            &place,
            &manifest,
            "this complete result stood there already and is used again",
        ),
        Begun::Work(manifest) => work(&args.work, &place, &experiment, *manifest),
    }
}

/// Goes on with a calibration.
pub fn resume(args: &WorkArgs, place: &Path, manifest: CalibrationManifest) -> Done {
    let experiment = calibration::resume(place, &manifest)?;
    match begin(place, manifest, false)? {
        Begun::Complete(manifest) => show(args, place, &manifest, "this result is complete"),
        Begun::Work(manifest) => work(args, place, &experiment, *manifest),
    }
}

/// Does the stages that are missing, then writes what came out.
fn work(
    args: &WorkArgs,
    place: &Path,
    experiment: &Experiment,
    mut manifest: CalibrationManifest,
) -> Done {
    if args.shard.is_some() {
        let problem = "a calibration is no batch: each wave needs the one before";
        return Err(Error::new(problem).at_key("--shard").into());
    }
    let begun = Instant::now();
    let _lock = Lock::take(place, Company::Alone)?;
    watch_interrupts()?;
    let runs = specification(experiment)?.runs();
    let progress = Progress::new(runs, "runs", args.quiet);
    let (step, skip) = (|| progress.step(), |count| progress.skip(count));
    let late = || args.max_time.is_some_and(|limit| begun.elapsed() >= limit);
    let stop = || STOP.load(Ordering::Relaxed) || late();
    let hooks = Hooks {
        threads: args.threads(),
        step: &step,
        skip: &skip,
        stop: &stop,
    };
    let findings = quietly(|| fit(experiment, place, &hooks));
    progress.finish();
    let Some(findings) = findings.map_err(|e| e.then(output::KEPT))? else {
        return Err(interrupted(place));
    };
    let waiting = Progress::waiting("writing, drawing", args.quiet);
    manifest.made.seconds += begun.elapsed().as_secs_f64();
    manifest.made.threads = args.threads().unwrap_or_else(processors);
    let writing = Writing {
        figures: args.figures.formats(),
        cancel: Some(&STOP),
    };
    let finished = finish(place, manifest, findings, writing).map_err(|e| e.then(output::KEPT))?;
    waiting.finish();
    match finished {
        Some(manifest) => show(args, place, &manifest, "written"),
        None => Err(interrupted(place)),
    }
}

fn interrupted(place: &Path) -> Failure {
    let why = match STOP.load(Ordering::Relaxed) {
        true => "interrupted",
        false => "out of time",
    };
    Failure::Interrupted(format!(
        "{why}: what is done is kept; `comity resume {}` goes on",
        place.display()
    ))
}

fn show(args: &WorkArgs, place: &Path, manifest: &CalibrationManifest, what: &str) -> Done {
    if !args.quiet {
        output::print(&summary(place, manifest)?)?;
        output::note(&format!("{}: {what}", place.display()));
    }
    Ok(())
}

/// How many runs and how long, from one run.
fn estimate(experiment: &Experiment, args: &WorkArgs, place: &Path) -> Done {
    let calibration = specification(experiment)?;
    let selection = calibration::stage::selection(experiment)?;
    let begun = Instant::now();
    run_recording(&experiment.arms[0].scenario, experiment.seed, &selection);
    let seconds = begun.elapsed().as_secs_f64();
    let threads = args.threads().unwrap_or_else(processors);
    let mut text = format!(
        "{}: {} of {} to {}\n",
        experiment.name,
        plural(calibration.runs(), "run"),
        calibration.window.0,
        calibration.window.1,
    );
    let mut line = |what: &str, points: u64, replicates: u64| {
        text.push_str(&format!(
            "{what:<11} {} × {}\n",
            plural(points, "point"),
            plural(replicates, "replicate")
        ));
    };
    if let Some(screening) = calibration.screening {
        line(
            "screening",
            calibration.screening_points(),
            screening.replicates,
        );
    }
    for wave in 1..=calibration.waves {
        line(
            &format!("wave {wave}"),
            calibration.points as u64,
            calibration.replicates,
        );
    }
    line(
        "accepted",
        calibration.sets as u64,
        calibration.set_replicates,
    );
    text.push_str(&format!(
        "time        about {} with {} ({:.1} ms a run)\nfolder      {}\nNothing was written.\n",
        time(seconds * calibration.runs() as f64 / threads as f64),
        plural(threads as u64, "thread"),
        seconds * 1e3,
        place.display()
    ));
    output::print(&text)
}
