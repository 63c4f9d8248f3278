//! `comity report`: one page of HTML on a result.

use std::path::Path;

use super::args::ReportArgs;
use super::checked::checked;
use super::{Done, output};
use comity_lab::ensemble::manifest::REPORT;
use comity_lab::ensemble::place::add_to;
use comity_lab::table::store::write_whole;
use comity_model::error::{Error, Result};
use comity_show::report::{html, is_report};

/// Does it.
pub fn report(args: &ReportArgs) -> Done {
    checked(&args.result, args.checking)?;
    let text = html(&args.result)?;
    let path = match &args.out {
        Some(path) => path.clone(),
        None => args.result.join(REPORT),
    };
    check(&path)?;
    match &args.out {
        Some(path) => write_whole(path, text.as_bytes())?,
        None => {
            add_to(&args.result, |draft| {
                draft.file(REPORT, text.as_bytes()).map(|()| true)
            })?;
        }
    }
    output::print(&format!("{}\n", path.display()))
}

/// Another file than an older report is not overwritten.
fn check(path: &Path) -> Result<()> {
    if !path.exists() {
        return Ok(());
    }
    let fail = |problem: String| Err(Error::new(problem).in_file(path));
    if path.is_dir() {
        return fail("is a folder, expected the name of a file".to_string());
    }
    match std::fs::read(path) {
        Ok(bytes) if is_report(&bytes) => Ok(()),
        Ok(_) => fail("is there already and no report, so it is not overwritten".to_string()),
        Err(e) => fail(format!("cannot be read: {e}")),
    }
}
