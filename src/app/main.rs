//! The command line: `comity --help`.

use std::process::ExitCode;

use comity::cli;

fn main() -> ExitCode {
    cli::exit(run())
}

fn run() -> cli::Done {
    let command = cli::parse(std::env::args_os())?;
    cli::execute(command)
}
