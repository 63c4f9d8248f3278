//! `comity export`: a result in the layout of another program.

use super::args::ExportArgs;
use super::{Done, output};
use comity_lab::ensemble::stored::Stored;
use comity_show::export::{export as layout, write};

/// Does it.
pub fn export(args: &ExportArgs) -> Done {
    let result = Stored::open(&args.result)?;
    let name = args.layout();
    let files = layout(&result, name)?;
    let folder = match &args.out {
        Some(folder) => folder.clone(),
        None => args.result.join("export").join(name.name()),
    };
    let written = write(&files, &folder)?;
    let lines: String = written
        .iter()
        .map(|f| format!("{}\n", f.display()))
        .collect();
    output::print(&lines)
}
