//! `comity export`: a result in the layout of another program.

use std::path::Path;

use super::args::ExportArgs;
use super::checked::checked;
use super::{Done, output};
use comity_lab::ensemble::place::add_to;
use comity_lab::table::store::write_whole;
use comity_model::error::{Error, Result};
use comity_show::export::{Exported, export as layout};

/// Does it.
pub fn export(args: &ExportArgs) -> Done {
    checked(&args.result, args.checking)?;
    let name = args.layout();
    let files = layout(&args.result, name)?;
    let within = format!("export/{}", name.name());
    let folder = match &args.out {
        Some(folder) => {
            elsewhere(&files, folder, args.force)?;
            folder.clone()
        }
        None => {
            add_to(&args.result, |draft| {
                let mut each = files.iter();
                each.try_for_each(|f| draft.file(&format!("{within}/{}", f.file), &f.bytes))?;
                Ok(true)
            })?;
            args.result.join(within)
        }
    };
    let line = |f: &Exported| format!("{}\n", folder.join(&f.file).display());
    output::print(&files.iter().map(line).collect::<String>())
}

/// Writes the files into a folder; others than the same stay as they are without `force`.
fn elsewhere(files: &[Exported], folder: &Path, force: bool) -> Result<()> {
    for file in files {
        let path = folder.join(&file.file);
        let same = || std::fs::read(&path).is_ok_and(|bytes| bytes == file.bytes);
        if path.exists() && !force && !same() {
            let problem = "is there already: name another folder, or give --force";
            return Err(Error::new(problem).in_file(path));
        }
    }
    files
        .iter()
        .try_for_each(|file| write_whole(&folder.join(&file.file), &file.bytes))
}
