//! What can be typed.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::ensemble::batch::Shard;
use crate::ensemble::experiment::Changes;
use crate::error::Error;
use crate::present::figures::{ImageFormat, experiment, names};
use crate::table::Format;

const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 a run failed (the result says which); 2 bad input, nothing
written; 130 interrupted, nothing half-written.";

/// An agent-based laboratory of regional security cooperation
#[derive(Debug, Parser)]
#[command(name = "comity", version, max_term_width = 80, after_help = EXIT_CODES)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a scenario: tables, figures and a summary
    Run(RunArgs),
    /// Run an experiment: arms × points × replicates, streamed to disk
    Batch(BatchArgs),
    /// Run an experiment with a design, and compute its sensitivity indices
    Sweep(BatchArgs),
    /// Go on with an interrupted batch or sweep
    Resume(ResumeArgs),
    /// Say what a batch has done and which parts are missing
    Status(StatusArgs),
    /// Join the parts that shards made
    Merge(MergeArgs),
    /// Say what there is: parameters, columns, schedule, interventions, data
    Describe(DescribeArgs),
    /// List the shipped scenarios and experiments
    List(ListArgs),
    /// Write a scenario or an experiment to begin from
    Init(InitArgs),
    /// Draw the figures of a result again
    Plot(PlotArgs),
    /// Serve the page on which the model can be played with
    Serve(ServeArgs),
    /// Explain every decision of a state in a year
    Explain(ExplainArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write those of all commands to a folder
    Man(ManArgs),
}

/// A scenario and what is changed in it.
#[derive(Debug, Args)]
pub struct ScenarioArgs {
    /// Path of a scenario file, or name of a shipped scenario (see `comity list`)
    pub scenario: String,
    /// Change a key of the scenario, such as parameters.alliance.reactance=0.2
    /// (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

/// `comity run`
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct RunArgs {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// Seed of the first replicate; replicate k has this plus k
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// Number of runs; several give medians and 90 % bands
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub replicates: u64,
    /// Folder of the result [default: output/<scenario>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Format of the tables
    #[arg(long, value_name = "FORMAT", default_value = "csv", value_parser = ["csv", "parquet", "json"])]
    format: String,
    /// Number of threads; results do not depend on it [default: all processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Write a table with a row for each state and year as well
    #[arg(long)]
    pub states: bool,
    /// Draw no figures
    #[arg(long)]
    pub no_figures: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
    /// Say how many runs, how long and how large, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Replace another result that stands in the folder
    #[arg(long)]
    pub force: bool,
}

impl RunArgs {
    /// Format of the tables.
    pub fn format(&self) -> Format {
        self.format.parse().unwrap_or(Format::Csv)
    }

    /// Number of threads, if one is asked for.
    pub fn threads(&self) -> Option<usize> {
        self.threads.map(usize::from)
    }

    /// The overrides, with those that stand for options.
    pub fn overrides(&self) -> Vec<String> {
        let states = self.states.then(|| "recording.states=true".to_string());
        self.scenario.set.iter().cloned().chain(states).collect()
    }
}

/// How runs of an experiment are done.
#[derive(Debug, Args)]
pub struct WorkArgs {
    /// Number of threads; results do not depend on it [default: all processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Stop cleanly after this time, such as 90s, 30m or 2h; `resume` goes on
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub max_time: Option<std::time::Duration>,
    /// Do a slice only, i of n: parts whose number leaves i - 1 when divided by n
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// Draw no figures
    #[arg(long)]
    pub no_figures: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
}

impl WorkArgs {
    /// No runs, only what comes after them.
    pub fn joining(no_figures: bool, quiet: bool) -> Self {
        Self {
            threads: None,
            max_time: None,
            shard: None,
            no_figures,
            quiet,
        }
    }

    /// Number of threads, if one is asked for.
    pub fn threads(&self) -> Option<usize> {
        self.threads.map(usize::from)
    }
}

/// `comity batch`, `comity sweep`
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct BatchArgs {
    /// Path of an experiment file or its folder, or name of a shipped experiment (see
    /// `comity list`)
    pub experiment: String,
    /// Change a key of the scenario of every arm (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Seed of the first replicate, instead of the experiment's
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Replicates, instead of the experiment's; more than before are added
    #[arg(long, value_name = "N")]
    pub replicates: Option<u64>,
    /// Folder of the result [default: output/<experiment>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Format of the tables [default: parquet]
    #[arg(long, value_name = "FORMAT", value_parser = ["csv", "parquet", "json"])]
    pub format: Option<String>,
    #[command(flatten)]
    pub work: WorkArgs,
    /// Say how many runs, how long and how large, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Replace another batch that stands in the folder
    #[arg(long)]
    pub force: bool,
}

impl BatchArgs {
    /// What the command line changes in the experiment.
    pub fn changes(&self) -> Changes {
        Changes {
            set: self.set.clone(),
            seed: self.seed,
            replicates: self.replicates,
            format: self.format.clone(),
        }
    }
}

/// `comity resume`
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct ResumeArgs {
    /// Folder of a batch or sweep
    pub result: PathBuf,
    #[command(flatten)]
    pub work: WorkArgs,
}

/// `comity status`
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Folders of a batch: one, or those of its shards
    #[arg(required = true)]
    pub results: Vec<PathBuf>,
    /// Print only the shards of this many that are not done, as an array specification
    /// such as 3,7-9 (nothing if all are)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub shards: Option<u64>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// `comity merge`
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Folders in which shards of one batch stand
    #[arg(required = true)]
    pub results: Vec<PathBuf>,
    /// Folder of the joined result [default: the first one]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Draw no figures
    #[arg(long)]
    pub no_figures: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
}

/// What can be described.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Topic {
    /// Every parameter: symbol, equation, unit, default, range, source
    Parameters,
    /// The tables of a result and their columns
    Columns,
    /// The processes of a year, in order
    Schedule,
    /// What a treatment in [[schedule]] can do
    Interventions,
    /// The shipped data: sources, terms, citations
    Data,
    /// The JSON Schema of scenario files, or with `experiment` that of experiments
    Schema,
    /// One scenario, resolved: give its name or path
    Scenario,
    /// One experiment, resolved: give its name or path
    Experiment,
}

/// `comity describe`
#[derive(Debug, Args)]
pub struct DescribeArgs {
    /// What to describe
    pub topic: Option<Topic>,
    /// Name or path of the scenario or experiment; for other topics: only what contains
    /// this text
    pub name: Option<String>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// `comity list`
#[derive(Debug, Args)]
pub struct ListArgs {
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// `comity init`
#[derive(Debug, Args)]
pub struct InitArgs {
    /// `scenario` (as if left out) or `experiment`
    #[arg(value_name = "KIND")]
    first: Option<PathBuf>,
    /// A file ending in .toml, or a folder to make [default: scenario.toml or
    /// experiment.toml, or with --from a folder of that name]
    #[arg(value_name = "TARGET")]
    second: Option<PathBuf>,
    /// Copy this shipped one, with the files that it reads, instead
    #[arg(long, value_name = "NAME")]
    pub from: Option<String>,
    /// Folder in which to write [default: the current one]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// What `init` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What the world is.
    Scenario,
    /// What to do with scenarios.
    Experiment,
}

impl InitArgs {
    /// What is written, and where; a single argument that is no kind is the place.
    ///
    /// # Errors
    /// If there are two and the first is no kind.
    pub fn what(&self) -> Result<(Kind, Option<&Path>), Error> {
        let target = self.second.as_deref();
        match self.first.as_deref() {
            Some(kind) if kind == Path::new("experiment") => Ok((Kind::Experiment, target)),
            Some(kind) if kind == Path::new("scenario") => Ok((Kind::Scenario, target)),
            Some(kind) if target.is_some() => {
                Err(Error::expected(kind.display(), "scenario or experiment"))
            }
            place => Ok((Kind::Scenario, place)),
        }
    }
}

/// `comity plot`
#[derive(Debug, Args)]
pub struct PlotArgs {
    /// Folder of a result
    pub result: PathBuf,
    /// Formats, separated by commas
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', default_value = "svg,png",
          value_parser = ["svg", "png"])]
    format: Vec<String>,
    /// Years of the network figure, separated by commas
    #[arg(
        long,
        value_name = "YEARS",
        value_delimiter = ',',
        allow_negative_numbers = true
    )]
    pub years: Vec<i64>,
    /// Draw this figure only (repeatable): its file's name without the ending
    #[arg(long, value_name = "NAME", value_parser = figure_name)]
    pub figure: Vec<String>,
}

/// The name of a figure of a run, or one that a figure of an experiment can have.
fn figure_name(text: &str) -> Result<String, String> {
    if names().contains(&text) || !experiment::title(text).is_empty() {
        return Ok(text.to_string());
    }
    Err(format!(
        "of a run there are {}; of an experiment {}",
        names().join(", "),
        experiment::patterns().join(", ")
    ))
}

impl PlotArgs {
    /// The formats, each once.
    pub fn formats(&self) -> Vec<ImageFormat> {
        let asked = |f: &ImageFormat| self.format.iter().any(|name| name == f.extension());
        ImageFormat::ALL.into_iter().filter(asked).collect()
    }
}

/// `comity serve`
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Scenario files of your own, offered beside the shipped ones
    pub scenarios: Vec<String>,
    /// Address to listen on; other than the default, other machines may reach it
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: std::net::IpAddr,
    /// Port; 0 takes one that is free
    #[arg(long, value_name = "N", default_value_t = 8046)]
    pub port: u16,
}

/// `comity explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// Seed of the run
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// Abbreviation, code or name of the state
    #[arg(long, value_name = "STATE")]
    pub state: String,
    /// Year
    #[arg(long, value_name = "YEAR", allow_negative_numbers = true)]
    pub year: i32,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// `comity completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// `comity man`
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Folder for the pages of all commands
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
