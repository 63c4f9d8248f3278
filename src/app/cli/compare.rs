//! `comity compare`: what two results differ in.

use super::args::CompareArgs;
use super::checked::checked;
use super::{Done, Failure, output};
use comity_lab::analysis::compare::compare as differences;
use comity_lab::ensemble::stored::Stored;
use comity_show::compare::text;

/// Does it.
pub fn compare(args: &CompareArgs) -> Done {
    checked(&args.a, args.checking)?;
    checked(&args.b, args.checking)?;
    let found = differences(&Stored::open(&args.a)?, &Stored::open(&args.b)?)?;
    if args.json {
        let value = serde_json::to_value(&found).unwrap_or_default();
        output::print_json(&value)?;
    } else if !args.quiet {
        output::print(&text(&found))?;
    }
    match found.same() {
        true => Ok(()),
        false => Err(Failure::Differ),
    }
}
