//! `comity plot`: the figures of a result, drawn again.

use std::path::PathBuf;

use super::args::PlotArgs;
use super::checked::checked;
use super::progress::{STOP, watch_interrupts};
use super::{Done, Failure, output};
use comity_lab::analysis::calibration::CalibrationManifest;
use comity_lab::analysis::validation::ValidationManifest;
use comity_lab::ensemble::batch::BatchManifest;
use comity_lab::ensemble::claims::CheckManifest;
use comity_lab::ensemble::manifest::{AnyManifest, RunManifest, read_tables};
use comity_lab::ensemble::place::add_to;
use comity_lab::table::store::write_whole;
use comity_model::error::{Error, Result};
use comity_show::experiment::tables;
use comity_show::figures::experiment::{self, calibration, from_batch};
use comity_show::figures::{
    self, FigureInput, ImageFormat, claims, draw_each, from_result, validation,
};

/// Draws one figure.
type Render = dyn Fn(&str, ImageFormat) -> Result<Vec<u8>> + Sync;

/// The figures that a result has tables for, and what draws one.
struct Figures {
    there: Vec<String>,
    render: Box<Render>,
}

/// Does it.
pub fn plot(args: &PlotArgs) -> Done {
    if !args.result.is_dir() {
        return Err(fail(args, "no such folder, expected that of a result").into());
    }
    checked(&args.result, args.checking)?;
    let Some(manifest) = AnyManifest::read(&args.result)? else {
        return Err(fail(args, "no manifest.json in it, expected a result").into());
    };
    manifest.whole(&args.result)?;
    let figures = figures_of(args)?;
    if figures.there.is_empty() {
        return Err(fail(args, "has no table for any figure").into());
    }
    let wanted = wanted(args, &figures.there)?;
    let jobs: Vec<(String, ImageFormat)> = wanted
        .iter()
        .flat_map(|name| args.formats().iter().map(move |f| (name.clone(), *f)))
        .collect();
    watch_interrupts()?;
    let draw = |folder: PathBuf| {
        draw_each(
            jobs.clone(),
            Some(&STOP),
            |(name, format): (String, ImageFormat)| {
                let path = folder.join(format!("{name}.{format}"));
                write_whole(&path, &(figures.render)(&name, format)?)?;
                Ok(path)
            },
        )
    };
    let shown = match &args.out {
        Some(out) => {
            let taken = |(name, format): &&(String, ImageFormat)| {
                !args.force && out.join(format!("{name}.{format}")).exists()
            };
            if let Some((name, format)) = jobs.iter().find(taken) {
                let problem = "is there already: name another folder, or give --force";
                let path = out.join(format!("{name}.{format}"));
                return Err(Error::new(problem).in_file(path).into());
            }
            draw(out.clone())?.ok_or_else(interrupted)?;
            out.clone()
        }
        None => {
            let added = add_to(&args.result, |draft| {
                let drawn = draw(draft.folder().join("figures"))?;
                draft.note(drawn.as_deref().unwrap_or_default());
                Ok(drawn.is_some())
            })?;
            if !added {
                return Err(interrupted());
            }
            args.result.join("figures")
        }
    };
    let line = |(name, format): &(String, ImageFormat)| {
        format!("{}\n", shown.join(format!("{name}.{format}")).display())
    };
    output::print(&jobs.iter().map(line).collect::<String>())
}

fn interrupted() -> Failure {
    let text = "interrupted: nothing was drawn; the same command begins again";
    Failure::Interrupted(text.to_string())
}

/// The figures of the result, whatever made it.
fn figures_of(args: &PlotArgs) -> Result<Figures> {
    let folder = args.result.as_path();
    if let Some(manifest) = RunManifest::read(folder)? {
        return of_run(args, &manifest);
    }
    if !args.years.is_empty() {
        let what = "is no result of `run`, which alone has a network figure";
        return Err(fail(args, what).at_key("--years"));
    }
    if let Some(manifest) = BatchManifest::read(folder)? {
        let names: Vec<&str> = manifest.tables.iter().map(|t| t.name.as_str()).collect();
        let input = from_batch(&manifest, tables(folder, &manifest, &names)?);
        return Ok(Figures {
            there: experiment::available(&input),
            render: Box::new(move |name, format| experiment::render(name, &input, format)),
        });
    }
    if let Some(manifest) = ValidationManifest::read(folder)? {
        let tables = read_tables(folder, &manifest.tables)?;
        return Ok(Figures {
            there: validation::available(&tables),
            render: Box::new(move |name, format| validation::render(name, &tables, format)),
        });
    }
    if let Some(manifest) = CheckManifest::read(folder)? {
        let tables = read_tables(folder, &manifest.tables)?;
        return Ok(Figures {
            there: claims::available(&tables),
            render: Box::new(move |name, format| claims::render(name, &tables, format)),
        });
    }
    if let Some(manifest) = CalibrationManifest::read(folder)? {
        let tables = read_tables(folder, &manifest.tables)?;
        return Ok(Figures {
            there: calibration::available(&tables),
            render: Box::new(move |name, format| calibration::render(name, &tables, format)),
        });
    }
    Err(fail(args, "holds a result of a kind without figures"))
}

fn of_run(args: &PlotArgs, manifest: &RunManifest) -> Result<Figures> {
    let tables = read_tables(&args.result, &manifest.tables)?;
    let mut input = from_result(manifest, tables)?;
    check_years(&input, &args.years)?;
    input.network_years.clone_from(&args.years);
    let there = figures::available(&input);
    Ok(Figures {
        there: there.into_iter().map(String::from).collect(),
        render: Box::new(move |name, format| figures::render(name, &input, format)),
    })
}

/// The figures that were asked for: all that are there, or those named.
fn wanted(args: &PlotArgs, there: &[String]) -> Result<Vec<String>> {
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

fn check_years(input: &FigureInput, years: &[i64]) -> Result<()> {
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
