//! The command line: what can be typed, and what it ends with. One file for each command.

mod args;
mod batch;
mod budget;
mod calibrate;
mod check;
mod checked;
mod compare;
mod completions;
mod describe;
mod dry_run;
mod explain;
mod export;
mod figures;
mod import;
mod init;
mod list;
mod merge;
mod output;
mod plot;
mod progress;
mod report;
mod run;
mod serve;
mod status;
mod validate;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};
use comity_model::error::Error;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// Something is wrong with the input: exit code 2.
    Input(Error),
    /// The arguments are not understood, or help was asked for: clap has the words.
    Arguments(Box<clap::Error>),
    /// Runs failed, and the result says which: exit code 1.
    Runs(String),
    /// A claim is not met under `--strict`: exit code 3.
    Strict(String),
    /// Interrupted: exit code 130.
    Interrupted(String),
    /// Results differ, or one is not as it was written, and it has been printed: exit code 1.
    Differ,
    /// Nobody reads the output any more: no failure.
    Closed,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Input(error)
    }
}

/// How a command ends.
pub type Done = Result<(), Failure>;

/// What was typed.
///
/// # Errors
/// If it is not understood; if it asks for help or the version.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, Failure> {
    let parsed = Arguments::try_parse_from(arguments);
    parsed
        .map(|a| a.command)
        .map_err(|e| Failure::Arguments(Box::new(e)))
}

/// Does what a command says.
///
/// # Errors
/// Whatever keeps it from being done.
pub fn execute(command: Command) -> Done {
    match command {
        Command::Run(args) => run::run(&args),
        Command::Batch(args) => batch::batch(&args, false),
        Command::Sweep(args) => batch::batch(&args, true),
        Command::Calibrate(args) => calibrate::calibrate(&args),
        Command::Resume(args) => batch::resume(&args),
        Command::Status(args) => status::status(&args),
        Command::Merge(args) => merge::merge(&args),
        Command::Check(args) => check::check(&args),
        Command::Describe(args) => describe::describe(&args),
        Command::List(args) => list::list(&args),
        Command::Init(args) => init::init(&args),
        Command::Plot(args) => plot::plot(&args),
        Command::Import(args) => import::import(&args),
        Command::Validate(args) => validate::validate(&args),
        Command::Report(args) => report::report(&args),
        Command::Serve(args) => serve::serve(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::Compare(args) => compare::compare(&args),
        Command::Verify(args) => verify::verify(&args),
        Command::Export(args) => export::export(&args),
        Command::Completions(args) => completions::completions(&args),
        Command::Man(args) => completions::man(&args),
    }
}

/// Says what went wrong, once, on stderr, and gives the exit code.
pub fn exit(done: Done) -> ExitCode {
    let (message, code) = match done {
        Ok(()) | Err(Failure::Closed) => return ExitCode::SUCCESS,
        Err(Failure::Differ) => return ExitCode::from(1),
        Err(Failure::Arguments(error)) => {
            // Coloured where nothing of the user's own steers the terminal.
            let text = error.render().to_string();
            match (error.use_stderr(), output::plain(&text) == text) {
                (true, false) => output::note(text.trim_end()),
                _ => drop(error.print()),
            }
            return ExitCode::from(error.exit_code().clamp(0, 255) as u8);
        }
        Err(Failure::Input(error)) => (format!("error: {error}"), 2),
        Err(Failure::Runs(text)) => (format!("error: {text}"), 1),
        Err(Failure::Strict(text)) => (format!("error: {text}"), 3),
        Err(Failure::Interrupted(text)) => (text, 130),
    };
    output::note(&message);
    ExitCode::from(code)
}
