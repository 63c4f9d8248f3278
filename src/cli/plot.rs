//! `comity plot`: the figures of a result, drawn again.

use super::args::PlotArgs;
use super::progress::{STOP, watch_interrupts};
use super::{Done, Failure, output};
use crate::ensemble::manifest::Manifest;
use crate::error::Error;
use crate::present::figures::{FigureInput, available, from_result, names};
use crate::present::result::draw;

/// Does it.
pub fn plot(args: &PlotArgs) -> Done {
    let fail = |problem: String| Error::new(problem).in_file(&args.result);
    if !args.result.is_dir() {
        return Err(fail("no such folder, expected that of a result".to_string()).into());
    }
    let Some(manifest) = Manifest::read(&args.result)? else {
        return Err(fail("no manifest.json in it, expected a result".to_string()).into());
    };
    let tables = FigureInput::from_folder(&args.result)?.tables;
    let mut input = from_result(&manifest, tables)?;
    check_years(&input, &args.years)?;
    input.network_years.clone_from(&args.years);
    let there = available(&input);
    if let Some(missing) = args.figure.iter().find(|f| !there.contains(&f.as_str())) {
        let what = format!("figure `{missing}`: its tables are not in the result");
        return Err(fail(what).into());
    }
    if there.is_empty() {
        return Err(fail(format!(
            "has no table for any figure of {}",
            names().join(", ")
        ))
        .into());
    }
    watch_interrupts()?;
    let folder = args.result.join("figures");
    let drawn = draw(&input, &folder, &args.figure, &args.formats(), Some(&STOP))?;
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
