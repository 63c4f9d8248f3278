//! `comity completions` and `comity man`.

use std::fs;
use std::path::Path;

use clap::CommandFactory;

use super::args::{Arguments, CompletionsArgs, ManArgs};
use super::{Done, output};
use comity_lab::table::store::write_whole;
use comity_model::error::{Error, Result};

/// Prints completions.
pub fn completions(args: &CompletionsArgs) -> Done {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::command(), "comity", &mut text);
    output::print(&String::from_utf8_lossy(&text))
}

/// Prints the manual page, or writes all of them.
pub fn man(args: &ManArgs) -> Done {
    let mut command = Arguments::command();
    command.build();
    let Some(folder) = &args.out else {
        return output::print(&String::from_utf8_lossy(&page(&command)?));
    };
    let failed = |e: std::io::Error| Error::new(format!("cannot be made: {e}")).in_file(folder);
    fs::create_dir_all(folder).map_err(failed)?;
    let mut written = write_page(folder, "comity", &command)?;
    for sub in command.get_subcommands().filter(|c| c.get_name() != "help") {
        written += &write_page(folder, &format!("comity-{}", sub.get_name()), sub)?;
    }
    output::print(&written)
}

fn write_page(folder: &Path, name: &str, command: &clap::Command) -> Result<String> {
    let path = folder.join(format!("{name}.1"));
    write_whole(&path, &page(command)?)?;
    Ok(format!("{}\n", path.display()))
}

fn page(command: &clap::Command) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone())
        .render(&mut text)
        .map_err(|e| Error::new(format!("failed to write the manual page: {e}")))?;
    Ok(text)
}
