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
    self, AcceptedSets, Begun, CalibrationManifest, Fit, Hooks, begin, calibrate as fit,
    specification,
};
use comity_lab::ensemble::experiment::{Experiment, load};
use comity_lab::ensemble::inputs;
use comity_lab::ensemble::place::{Company, Place};
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
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| Path::new("output").join(&experiment.name));
    if args.dry_run {
        return estimate(&experiment, &args.work, &out);
    }
    alone(&args.work)?;
    let command = std::env::args().collect();
    let inputs = inputs::of_experiment(&experiment)?;
    let mut wanted = CalibrationManifest::of(&experiment, calibration, command);
    wanted.inputs = inputs::records(&inputs);
    let mut place = Place::open(&out, Company::Alone)?;
    let begun = begin(&mut place, wanted, args.force)?;
    let (Begun::Complete(manifest) | Begun::Work(manifest)) = &begun;
    inputs::keep(&place, manifest, &inputs)?;
    match begun {
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
pub fn resume(args: &WorkArgs, folder: &Path) -> Done {
    alone(args)?;
    let mut place = Place::open_result(folder)?;
    let Some(manifest) = place.standing::<Fit>(false)? else {
        return Err(Error::new("holds no calibration").in_file(folder).into());
    };
    let experiment = calibration::resume(folder, &manifest)?;
    match begin(&mut place, manifest, false)? {
        Begun::Complete(manifest) => show(args, &place, &manifest, "this result is complete"),
        Begun::Work(manifest) => work(args, &place, &experiment, *manifest),
    }
}

/// Refuses shards.
fn alone(args: &WorkArgs) -> Result<(), Error> {
    match args.shard {
        None => Ok(()),
        Some(_) => {
            let problem = "a calibration is no batch: each wave needs the one before";
            Err(Error::new(problem).at_key("--shard"))
        }
    }
}

/// Does the stages that are missing, then writes what came out.
fn work(
    args: &WorkArgs,
    place: &Place,
    experiment: &Experiment,
    mut manifest: CalibrationManifest,
) -> Done {
    let begun = Instant::now();
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
    let findings = quietly(|| fit(experiment, place.folder(), &hooks));
    progress.finish();
    let findings = findings.map_err(|e| place.named(e).then(output::KEPT))?;
    let Some(findings) = findings else {
        return Err(interrupted(place.shown()));
    };
    let waiting = Progress::waiting("writing, drawing", args.quiet);
    manifest.made.seconds += begun.elapsed().as_secs_f64();
    manifest.made.threads = args.threads().unwrap_or_else(processors);
    let writing = Writing {
        figures: args.figures.formats(),
        cancel: Some(&STOP),
    };
    let finished = finish(place, &mut manifest, findings, writing);
    let finished = finished.map_err(|e| e.then(output::KEPT))?;
    waiting.finish();
    match finished {
        true => show(args, place, &manifest, "written"),
        false => Err(interrupted(place.shown())),
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

fn show(args: &WorkArgs, place: &Place, manifest: &CalibrationManifest, what: &str) -> Done {
    let place = place.shown();
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
    run_recording(&experiment.arms[0].scenario, experiment.seed, &selection)?;
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
