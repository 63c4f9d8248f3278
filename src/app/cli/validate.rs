//! `comity validate`: forecasts scored out of sample.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::args::{Checking, ValidateArgs};
use super::checked::checked;
use super::progress::{Progress, STOP, watch_interrupts};
use super::{Done, Failure, output};
use comity_lab::analysis::validation::{
    Ensemble, Observed, Validation, ValidationManifest, Windows, networks, runs, validate as score,
};
use comity_lab::ensemble::batch::BatchManifest;
use comity_lab::ensemble::manifest::{RunManifest, ScenarioRecord};
use comity_lab::ensemble::place::{Company, Place};
use comity_lab::ensemble::replicates::{Options, check};
use comity_lab::ensemble::sets::AcceptedSets;
use comity_model::error::{Error, Result};
use comity_model::scenario::provenance::{self, SourceFile};
use comity_model::scenario::{Scenario, provenance::Provenance};
use comity_show::validation::{Writing, summary, write};

/// What is said of every forecast with the parameters as they are shipped.
const FITTED: &str = "the shipped parameters were calibrated to moments of 1946-1988, so with them \
                      the years up to 1988 are not out of sample for the model; they are for sets \
                      that were selected on the fit window (--sets)";

/// What is said where the network cannot be scored.
const NO_NETWORK: &str = "who is allied with whom is not scored: the runs have no log of agreements, \
                          or other states than the record";

/// Does it.
pub fn validate(args: &ValidateArgs) -> Done {
    let begun = Instant::now();
    let observed = match &args.observed {
        Some(path) => Observed::at(path)?,
        None => Observed::shipped()?,
    };
    let windows = windows(args, &observed)?;
    let out = args.out.clone();
    let out = out.unwrap_or_else(|| PathBuf::from("output").join("validation"));
    let place = Place::open(&out, Company::Alone)?;
    if place.standing::<Validation>(args.force)?.is_some() && !args.force {
        let problem = "is there already: name another folder with --out, or give --force";
        return Err(Error::new(problem).in_file(&out).into());
    }
    let numbers = (args.seed, args.replicates());
    let body = Validation::of(windows, numbers, &args.format);
    let mut manifest = ValidationManifest::begin(body, std::env::args().collect());
    manifest.observed = observed.files.iter().map(file).collect();
    manifest.notes.clone_from(&observed.notes);
    let ensembles = match &args.result {
        Some(folder) => vec![of_result(folder, args.checking, &mut manifest)?],
        None => of_runs(args, &observed, windows, &mut manifest)?,
    };
    let mut tables = score(&ensembles, &observed, windows)?;
    match networks(&ensembles, &observed, windows)? {
        found if found.is_empty() => manifest.notes.push(NO_NETWORK.to_string()),
        found => tables.extend(found),
    }
    let writing = Writing {
        figures: args.figures.formats(),
        cancel: &STOP,
        begun,
    };
    if !write(&place, &mut manifest, &tables, writing)? {
        return Err(interrupted());
    }
    if !args.quiet {
        output::print(&summary(&manifest, &tables))?;
        output::note(&format!("{}: written", out.display()));
    }
    let failed = &manifest.runs.failed;
    match failed.first() {
        None => Ok(()),
        Some(first) => Err(Failure::Runs(format!(
            "{} runs failed, the first with seed {}: {}; the others are scored in {}, a provisional \
             result",
            failed.len(),
            first.seed,
            first.message,
            out.display()
        ))),
    }
}

fn interrupted() -> Failure {
    Failure::Interrupted(
        "interrupted: nothing was written; the same command begins again".to_string(),
    )
}

fn file((name, sha256): &(String, String)) -> SourceFile {
    SourceFile {
        file: name.clone(),
        sha256: sha256.clone(),
        cite: None,
        terms: None,
    }
}

/// The years as asked for, the last one as far as there are observations.
fn windows(args: &ValidateArgs, observed: &Observed) -> Result<Windows> {
    let sources = observed.sources();
    let last = sources.iter().filter_map(|s| observed.last_year(s)).max();
    let windows = Windows {
        fit: args.fit,
        forecast: args
            .forecast
            .unwrap_or((args.fit.1 + 1, last.unwrap_or(args.fit.1))),
    };
    windows.check()?;
    if last.is_none_or(|last| last < windows.forecast.1) {
        let found = format!("{}-{}", windows.forecast.0, windows.forecast.1);
        let last = last.map_or("nothing".to_string(), |y| y.to_string());
        let expected = format!("years up to {last}, the last that is observed");
        return Err(Error::expected(found, expected).at_key("--forecast"));
    }
    Ok(windows)
}

/// Runs for each source of pacts, from the pacts that it has at the start.
fn of_runs(
    args: &ValidateArgs,
    observed: &Observed,
    windows: Windows,
    manifest: &mut ValidationManifest,
) -> std::result::Result<Vec<Ensemble>, Failure> {
    check(args.seed, args.replicates())?;
    let sets = args.sets.as_deref().map(AcceptedSets::find).transpose()?;
    if let (Some(name), Some(sets)) = (&args.sets, &sets) {
        manifest.sets = Some(file(&(name.clone(), sets.hash())));
    } else {
        manifest.notes.push(FITTED.to_string());
    }
    let sources = observed.sources();
    let load = |source: &String| load(args, source, windows);
    let worlds: Vec<(Scenario, Provenance)> = sources.iter().map(load).collect::<Result<_>>()?;
    let per_source = args.replicates() * sets.as_ref().map_or(1, |s| s.count() as u64);
    let years: u64 = worlds
        .iter()
        .map(|(w, _)| u64::from(w.years + w.burn_in))
        .sum();
    watch_interrupts()?;
    let progress = Progress::new(years * per_source, "simulated years", args.quiet);
    let step = || progress.step();
    let options = Options {
        threads: args.threads(),
        progress: Some(&step),
        cancel: Some(&STOP),
    };
    let mut ensembles = Vec::new();
    for (source, (scenario, from)) in sources.iter().zip(worlds) {
        let seeds = (args.seed, args.replicates());
        let done = runs::run(
            &scenario,
            sets.as_ref(),
            seeds,
            Some(source.clone()),
            options,
        )?;
        let (ensemble, counts) = done.ok_or_else(interrupted)?;
        manifest.runs.done += counts.done;
        manifest.runs.failed.extend(counts.failed);
        manifest.scenarios.push(ScenarioRecord::of(&scenario, from));
        ensembles.push(ensemble);
    }
    progress.finish();
    Ok(ensembles)
}

/// The scenario with the pacts of a source, no longer than needed.
fn load(args: &ValidateArgs, source: &str, windows: Windows) -> Result<(Scenario, Provenance)> {
    let (whole, _) = provenance::load(&args.scenario, &args.set)?;
    let last = i64::from(whole.start_year) + i64::from(whole.years) - 1;
    if !whole.calendar || last < windows.forecast.1 || i64::from(whole.start_year) > windows.fit.0 {
        let found = format!("{} to {last}", whole.start_year);
        let expected = format!("a run of {} to {}", windows.fit.0, windows.forecast.1);
        return Err(Error::expected(found, expected).at_key(&args.scenario));
    }
    let mut set = vec![format!("data.pact_source=\"{source}\"")];
    set.extend(args.set.iter().cloned());
    let (mut scenario, from) = provenance::load(&args.scenario, &set)?;
    // Years that are not run change none before them; treatments of later years may stay.
    scenario.years = (windows.forecast.1 - i64::from(scenario.start_year) + 1) as u32;
    Ok((scenario, from))
}

/// The runs of a result, compared with the source that their pacts are from.
fn of_result(
    folder: &Path,
    checking: Checking,
    manifest: &mut ValidationManifest,
) -> Result<Ensemble> {
    if !folder.is_dir() {
        return Err(Error::new("no such folder, expected that of a result").in_file(folder));
    }
    checked(folder, checking)?;
    let text = match BatchManifest::read(folder)? {
        Some(batch) => batch.arms.first().map(|a| a.scenario.source.text.clone()),
        None => RunManifest::read(folder)?.map(|m| m.scenario.source.text.clone()),
    };
    let text = text
        .ok_or_else(|| Error::new("no manifest.json in it, expected a result").in_file(folder))?;
    let source = toml::from_str::<toml::Table>(&text).ok().and_then(|root| {
        let name = root.get("data")?.get("pact_source")?.as_str()?;
        Some(name.to_string())
    });
    let ensemble = runs::of_result(folder, source)?;
    manifest.result = Some(folder.display().to_string());
    manifest.runs.done = ensemble.worlds.len() as u64;
    manifest.notes.push(
        "the years that the parameters of the result were chosen on are not known here; only \
         years after those are out of sample for the model"
            .to_string(),
    );
    Ok(ensemble)
}
