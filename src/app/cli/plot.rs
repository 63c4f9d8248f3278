//! `comity plot`: the figures of a result, drawn again.

use std::path::PathBuf;

use super::args::PlotArgs;
use super::progress::{STOP, watch_interrupts};
use super::{Done, Failure, output};
use comity_lab::analysis::calibration::CalibrationManifest;
use comity_lab::analysis::validation::ValidationManifest;
use comity_lab::ensemble::batch::BatchManifest;
use comity_lab::ensemble::claims::CheckManifest;
use comity_lab::ensemble::manifest::{Manifest, read_tables};
use comity_lab::table::store;
use comity_model::error::Error;
use comity_show::calibration;
use comity_show::experiment::tables;
use comity_show::figures::experiment::calibration as figures;
use comity_show::figures::experiment::{self, draw_these, from_batch};
use comity_show::figures::{
    FigureInput, ImageFormat, available, claims, draw_each, from_result, names, validation,
};
use comity_show::result::draw;

/// Does it.
pub fn plot(args: &PlotArgs) -> Done {
    if !args.result.is_dir() {
        return Err(fail(args, "no such folder, expected that of a result").into());
    }
    if let Some(manifest) = BatchManifest::read(&args.result)? {
        return of_experiment(args, &manifest);
    }
    if let Some(manifest) = ValidationManifest::read(&args.result)? {
        return of_validation(args, &manifest);
    }
    if let Some(manifest) = CheckManifest::read(&args.result)? {
        let tables = read_tables(&args.result, &manifest.tables)?;
        let wanted = wanted(args, &claims::available(&tables))?;
        return redraw(args, &wanted, |name, format| {
            claims::render(name, &tables, format)
        });
    }
    if let Some(manifest) = CalibrationManifest::read(&args.result)? {
        return of_calibration(args, &manifest);
    }
    let Some(manifest) = Manifest::read(&args.result)? else {
        return Err(fail(args, "no manifest.json in it, expected a result").into());
    };
    let tables = FigureInput::from_folder(&args.result)?.tables;
    let mut input = from_result(&manifest, tables)?;
    check_years(&input, &args.years)?;
    input.network_years.clone_from(&args.years);
    let there: Vec<String> = available(&input).into_iter().map(String::from).collect();
    if there.is_empty() {
        let what = format!("has no table for any figure of {}", names().join(", "));
        return Err(fail(args, &what).into());
    }
    let wanted = wanted(args, &there)?;
    watch_interrupts()?;
    let folder = args.result.join("figures");
    print(draw(&input, &folder, &wanted, args.formats(), Some(&STOP))?)
}

/// The figures of a batch.
fn of_experiment(args: &PlotArgs, manifest: &BatchManifest) -> Done {
    if !manifest.complete {
        let what = "holds a batch that is not whole: `comity resume` goes on with it";
        return Err(fail(args, what).into());
    }
    if !args.years.is_empty() {
        let what = "is the result of an experiment, which has no network figure";
        return Err(fail(args, what).at_key("--years").into());
    }
    let names: Vec<&str> = manifest.tables.iter().map(|t| t.name.as_str()).collect();
    let input = from_batch(manifest, tables(&args.result, manifest, &names)?);
    let there = experiment::available(&input);
    if there.is_empty() {
        return Err(fail(args, "has no table for any figure").into());
    }
    let wanted = wanted(args, &there)?;
    watch_interrupts()?;
    let folder = args.result.join("figures");
    print(draw_these(
        &input,
        &wanted,
        &folder,
        args.formats(),
        Some(&STOP),
    )?)
}

/// The figures of a validation.
fn of_validation(args: &PlotArgs, manifest: &ValidationManifest) -> Done {
    let tables = read_tables(&args.result, &manifest.tables)?;
    let wanted = wanted(args, &validation::available(&tables))?;
    redraw(args, &wanted, |name, format| {
        validation::render(name, &tables, format)
    })
}

/// Draws the figures of these names into the folder of the result.
fn redraw(
    args: &PlotArgs,
    wanted: &[String],
    render: impl Fn(&str, ImageFormat) -> Result<Vec<u8>, Error> + Sync,
) -> Done {
    watch_interrupts()?;
    let jobs: Vec<_> = wanted
        .iter()
        .flat_map(|name| args.formats().iter().map(move |&format| (name, format)))
        .collect();
    let one = |(name, format): (&String, ImageFormat)| {
        let path = args.result.join("figures").join(format!("{name}.{format}"));
        store::write_whole(&path, &render(name, format)?)?;
        Ok(path)
    };
    print(draw_each(jobs, Some(&STOP), one)?)
}

/// The figures of a calibration.
fn of_calibration(args: &PlotArgs, manifest: &CalibrationManifest) -> Done {
    if !manifest.complete {
        let what = "holds a calibration that is not whole: `comity resume` goes on with it";
        return Err(fail(args, what).into());
    }
    if !args.years.is_empty() {
        let what = "is the result of a calibration, which has no network figure";
        return Err(fail(args, what).at_key("--years").into());
    }
    let tables = calibration::tables(&args.result, manifest)?;
    let wanted = wanted(args, &figures::available(&tables))?;
    watch_interrupts()?;
    let folder = args.result.join("figures");
    print(figures::draw_these(
        &tables,
        &wanted,
        &folder,
        args.formats(),
        Some(&STOP),
    )?)
}

/// The figures that were asked for: all that are there, or those named.
fn wanted(args: &PlotArgs, there: &[String]) -> Result<Vec<String>, Error> {
    if let Some(unknown) = args.figure.iter().find(|f| !there.contains(f)) {
        let found = format!("figure `{unknown}`");
        let expected = format!(
            "a figure that the result has tables for: {}",
            there.join(", ")
        );
        return Err(Error::expected(found, expected).in_file(&args.result));
    }
    Ok(match args.figure.is_empty() {
        true => there.to_vec(),
        false => args.figure.clone(),
    })
}

fn fail(args: &PlotArgs, problem: &str) -> Error {
    Error::new(problem).in_file(&args.result)
}

/// Prints the paths of what was drawn.
fn print(drawn: Option<Vec<PathBuf>>) -> Done {
    let Some(files) = drawn else {
        let text = "interrupted: figures already drawn are whole; the same command draws the rest";
        return Err(Failure::Interrupted(text.to_string()));
    };
    let lines: String = files.iter().map(|f| format!("{}\n", f.display())).collect();
    output::print(&lines)
}

fn check_years(input: &FigureInput, years: &[i64]) -> Result<(), Error> {
    let Some((first, last)) = input.span("world") else {
        return Ok(());
    };
    match years.iter().find(|y| !(first..=last).contains(y)) {
        None => Ok(()),
        Some(year) => {
            let expected = format!("a year of the run, {first} to {last}");
            Err(Error::expected(year, expected).at_key("--years"))
        }
    }
}
