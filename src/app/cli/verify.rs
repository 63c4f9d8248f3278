//! `comity verify`: whether a result is as it was written.

use serde_json::json;

use super::args::VerifyArgs;
use super::progress::{Progress, STOP, watch_interrupts};
use super::{Done, Failure, output};
use comity_lab::ensemble::verify::{Options, Verdict, verify as look};

/// Does it.
pub fn verify(args: &VerifyArgs) -> Done {
    watch_interrupts()?;
    let waiting = Progress::waiting("verifying", args.quiet);
    let options = Options {
        share: args.rerun,
        threads: args.threads(),
        cancel: Some(&STOP),
    };
    let found = output::quietly(|| look(&args.result, options))?;
    waiting.finish();
    let Some(verdict) = found else {
        let text = "interrupted: nothing wrong was found so far, and there is no verdict";
        return Err(Failure::Interrupted(text.to_string()));
    };
    if args.json {
        let mut value = json!({
            "result": args.result.display().to_string(),
            "verified": verdict.hashed.then(|| verdict.holds()),
        });
        if let (Some(all), Ok(more)) = (value.as_object_mut(), serde_json::to_value(&verdict)) {
            all.extend(more.as_object().cloned().unwrap_or_default());
        }
        output::print_json(&value)?;
    } else {
        if !args.quiet {
            let wrong = verdict.faults.iter().chain(&verdict.differing);
            wrong.for_each(|text| output::note(text));
            verdict
                .notes
                .iter()
                .for_each(|text| output::note(&format!("note: {text}")));
        }
        output::print(&format!("{}: {}\n", args.result.display(), words(&verdict)))?;
    }
    match verdict.holds() {
        true => Ok(()),
        false => Err(Failure::Differ),
    }
}

/// The verdict in a line.
fn words(verdict: &Verdict) -> String {
    if !verdict.hashed {
        return format!(
            "written by comity {} without hashes: there is nothing to check it against",
            verdict.version
        );
    }
    let looked = match verdict.parts {
        0 => format!("{} files", verdict.files),
        n => format!("{} files and {n} parts", verdict.files),
    };
    if !verdict.faults.is_empty() {
        let n = verdict.faults.len();
        return format!("NOT as it was written: {n} faults in {looked}");
    }
    let again = match verdict.again {
        0 => String::new(),
        n => format!("; {n} of {} runs done again", verdict.runs),
    };
    match verdict.differing.len() {
        0 if again.is_empty() => format!("as it was written ({looked})"),
        0 => format!("as it was written ({looked}){again}, with the same bytes"),
        n => format!("as it was written ({looked}){again}, but {n} tables DIFFER"),
    }
}
