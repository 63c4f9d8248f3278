//! Whether a result that is read is as it was written.

use std::path::Path;

use super::args::Checking;
use super::output;
use comity_lab::ensemble::integrity::look_through;
use comity_model::error::{Error, Result};

/// Refuses a result of which a file is not as it was written, or says so if it is to be used all
/// the same.
///
/// # Errors
/// If it is refused; if it is half replaced and cannot be put right.
pub fn checked(folder: &Path, checking: Checking) -> Result<()> {
    let faults = look_through(folder)?;
    match faults.as_slice() {
        [] => Ok(()),
        faults if checking.unchecked => {
            let named = |e: &Error| output::note(&format!("{e}; it is used all the same"));
            faults.iter().for_each(named);
            Ok(())
        }
        [first, more @ ..] => {
            let more = match more.len() {
                0 => String::new(),
                n => format!("{n} more files are not either; "),
            };
            let next = format!("{more}make it again, or use it all the same with --unchecked");
            Err(first.clone().then(next))
        }
    }
}
