//! What can be typed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::figures::{FigureArgs, Figures, drawn, figure_name};
use comity_lab::ensemble::batch::Shard;
use comity_lab::ensemble::experiment::Changes;
use comity_lab::table::Format;
use comity_model::error::Error;
use comity_show::export::Layout;
use comity_show::figures::ImageFormat;

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

/// Threads where none are asked for.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
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
    /// Fit parameters to what was observed to 1988, and keep every set that fits
    Calibrate(CalibrateArgs),
    /// Go on with an interrupted batch, sweep or calibration
    Resume(ResumeArgs),
    /// Say what a batch has done and which parts are missing
    Status(StatusArgs),
    /// Join the parts that shards made
    Merge(MergeArgs),
    /// Check the papers' claims: effect, interval, verdict on the model and on the data
    Check(CheckArgs),
    /// Say what there is: parameters, columns, schedule, interventions, data
    Describe(DescribeArgs),
    /// List the shipped scenarios and experiments
    List(ListArgs),
    /// Write a scenario or an experiment to begin from
    Init(InitArgs),
    /// Draw the figures of a result again
    Plot(PlotArgs),
    /// Turn a published file of pacts (ATOP, COW) into this project's tables
    Import(ImportArgs),
    /// Score forecasts of later years and of left-out regions against simple baselines
    Validate(ValidateArgs),
    /// Write a report on a result: one page of HTML that needs nothing else
    Report(ReportArgs),
    /// Serve the page on which the model can be played with
    Serve(ServeArgs),
    /// Explain every decision of a state in a year
    Explain(ExplainArgs),
    /// Say which inputs, parameters and columns of two results differ, and by how much
    Compare(CompareArgs),
    /// Say whether a result is as it was written, and whether runs of it come out again
    Verify(VerifyArgs),
    /// Write a result in another format, or in the layout of another program
    Export(ExportArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write those of all commands to a folder
    Man(ManArgs),
}

/// What a file from somebody else may do.
#[derive(Debug, Args)]
pub struct SandboxArgs {
    /// For files of others: read nothing but regular files in the folder of the scenario or
    /// experiment and below it, and keep to a budget of memory and time (10m)
    #[arg(long = "sandbox")]
    pub on: bool,
    /// Most memory, such as 500MB or 2GB [default with --sandbox: 1GB]
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    pub max_memory: Option<u64>,
}

/// A number of bytes, as `500MB`.
fn bytes(text: &str) -> Result<u64, String> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let count = text[..text.len() - unit.len()].parse::<u64>().ok();
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "kb" => Some(1_000),
        "mb" => Some(1_000_000),
        "gb" => Some(1_000_000_000),
        _ => None,
    };
    let bytes = count.zip(factor).and_then(|(n, f)| n.checked_mul(f));
    let expected = "expected a whole number with kB, MB or GB, such as 500MB";
    bytes.filter(|b| *b > 0).ok_or_else(|| expected.to_string())
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

/// Whether a result that is read has to be as it was written.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Checking {
    /// Use the result even where a file of it is not as it was written
    #[arg(long)]
    pub unchecked: bool,
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
    #[arg(long, short, value_name = "DIR")]
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
    /// Write a table with a row for each allied pair and year as well
    #[arg(long)]
    pub dyads: bool,
    /// Stop cleanly after this time, such as 90s, 30m or 2h, and write nothing
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub max_time: Option<Duration>,
    #[command(flatten)]
    pub sandbox: SandboxArgs,
    #[command(flatten)]
    pub figures: FigureArgs,
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
        let dyads = self.dyads.then(|| "recording.dyads=true".to_string());
        let set = self.scenario.set.iter().cloned();
        set.chain(states).chain(dyads).collect()
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
    pub max_time: Option<Duration>,
    /// Do a slice only, i of n: parts whose number leaves i - 1 when divided by n
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
    #[command(flatten)]
    pub figures: FigureArgs,
    /// Print nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
}

impl WorkArgs {
    /// No runs, only what comes after them.
    pub fn joining(figures: FigureArgs, quiet: bool) -> Self {
        Self {
            threads: None,
            max_time: None,
            shard: None,
            figures,
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
    #[command(flatten)]
    pub sandbox: SandboxArgs,
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
            sandbox: self.sandbox.on,
        }
    }
}

/// `comity calibrate`
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct CalibrateArgs {
    /// Path of an experiment file with a [calibration], or name of a shipped one (see
    /// `comity list`)
    pub experiment: String,
    /// Change a key of the scenario (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Seed of the points and the runs, instead of the experiment's
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Folder of the result [default: output/<experiment>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub work: WorkArgs,
    /// Print the central accepted set as the [parameters] of a scenario and run nothing;
    /// the experiment may also be a result's folder or a file of accepted sets
    #[arg(long)]
    pub print_defaults: bool,
    /// Say how many runs and how long, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Replace another calibration that stands in the folder
    #[arg(long)]
    pub force: bool,
}

impl CalibrateArgs {
    /// What the command line changes in the experiment.
    pub fn changes(&self) -> Changes {
        Changes {
            set: self.set.clone(),
            seed: self.seed,
            ..Changes::default()
        }
    }
}

/// `comity resume`
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct ResumeArgs {
    /// Folder of a batch, sweep or calibration
    pub result: PathBuf,
    /// Replicates of a batch or sweep: more than there are are added
    #[arg(long, value_name = "N")]
    pub replicates: Option<u64>,
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
    #[command(flatten)]
    pub checking: Checking,
    #[command(flatten)]
    pub figures: FigureArgs,
    /// Print nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
}

/// `comity check`
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 done; 1 a run failed; 2 bad input, nothing written; 3 with --strict: a
claim is refuted, built in or provisional; 130 interrupted, the same command goes on.")]
pub struct CheckArgs {
    /// Claims such as A11 or B43, families such as alliances, or files of your own;
    /// all shipped claims if none is given
    pub claims: Vec<String>,
    /// Only the claims of this paper: A is Attinà (2005), B is UNU-CRIS (2005)
    #[arg(long, value_name = "PAPER", value_parser = ["A", "B"])]
    pub paper: Option<String>,
    /// A first look within two minutes: too few runs for a verdict
    #[arg(long)]
    pub quick: bool,
    /// Replicates at the centre of parameter space [default: 200]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=100_000))]
    pub replicates: Option<u64>,
    /// Draws from the prior box [default: 256]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub draws: Option<u64>,
    /// Most accepted sets [default: 200]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub sets: Option<u64>,
    /// Replicates at each set and draw [default: 20]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=10_000))]
    pub seeds: Option<u64>,
    /// Seed of the first replicate
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u64).range(..1_000_000))]
    pub seed: u64,
    /// Accepted sets of parameters: a CSV table with a column for each parameter, the folder
    /// of a calibration or the name of a shipped one [default: calibration]
    #[arg(long, value_name = "SETS")]
    pub accepted: Option<String>,
    /// Folder of observed tables, such as `comity import` writes [default: the shipped ones]
    #[arg(long, value_name = "DIR")]
    pub observed: Option<PathBuf>,
    /// Fail with exit code 3 unless every tested claim is supported or conditional
    #[arg(long)]
    pub strict: bool,
    /// Folder of the result [default: output/check]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Number of threads; results do not depend on it [default: all processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Stop cleanly after this time, such as 90s, 30m or 2h; the same command goes on
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub max_time: Option<Duration>,
    #[command(flatten)]
    pub sandbox: SandboxArgs,
    #[command(flatten)]
    pub figures: FigureArgs,
    /// Print nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
    /// Say how many runs and how long, and write nothing
    #[arg(long)]
    pub dry_run: bool,
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
    /// The claims: paper, section, statement, test
    Claims,
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
    /// Formats: svg, png or both
    #[arg(long, alias = "format", value_name = "FORMATS", default_value = "svg", value_parser = drawn)]
    figures: Figures,
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
    /// Folder in which to draw, for a result that cannot be written [default: figures in the
    /// folder of the result]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace figures that stand in the folder of --out
    #[arg(long, requires = "out")]
    pub force: bool,
    #[command(flatten)]
    pub checking: Checking,
}

impl PlotArgs {
    /// The formats.
    pub fn formats(&self) -> &'static [ImageFormat] {
        self.figures.formats()
    }
}

/// The data sets that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportKind {
    /// ATOP 5.1, member level: atop5_1m.csv
    Atop,
    /// COW Formal Alliances 4.1, by member: alliance_v4.1_by_member.csv
    Cow,
}

/// `comity import`
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct ImportArgs {
    /// Which data set
    pub kind: ImportKind,
    /// The file as its publisher gives it away
    pub file: PathBuf,
    /// Folder of the tables [default: output/import-<kind>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Last year of the yearly series [default: the last that the data cover]
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1946..=3000))]
    pub until: Option<i32>,
    /// Print nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
    /// Replace an earlier import that stands in the folder
    #[arg(long)]
    pub force: bool,
}

/// First and last year, as `1946-1965`.
fn years(text: &str) -> Result<(i64, i64), String> {
    let ends = text.split_once('-').and_then(|(from, until)| {
        let year = |t: &str| t.trim().parse::<u16>().ok().map(i64::from);
        Some((year(from)?, year(until)?))
    });
    match ends {
        Some((from, until)) if from <= until => Ok((from, until)),
        _ => Err("expected first and last year, such as 1946-1965".to_string()),
    }
}

/// `comity validate`
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct ValidateArgs {
    /// Folder of a result whose runs are scored [default: runs are made]
    pub result: Option<PathBuf>,
    #[command(flatten)]
    pub checking: Checking,
    /// Scenario that is run
    #[arg(
        long,
        value_name = "NAME",
        default_value = "history-1946",
        conflicts_with = "result"
    )]
    pub scenario: String,
    /// Change a key of the scenario (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE", conflicts_with = "result")]
    pub set: Vec<String>,
    /// Sets of parameters: a CSV table with a column for each parameter's path, the folder of
    /// a calibration or the name of a shipped one
    #[arg(long, value_name = "SETS", conflicts_with = "result")]
    pub sets: Option<String>,
    /// Observed table, or folder with such tables (see `comity import`), instead of the
    /// shipped ones
    #[arg(long, value_name = "PATH")]
    pub observed: Option<PathBuf>,
    /// Years that the baselines know
    #[arg(long, value_name = "YEARS", default_value = "1946-1965", value_parser = years)]
    pub fit: (i64, i64),
    /// Years that are forecast [default: from the next year to the last observed one]
    #[arg(long, value_name = "YEARS", value_parser = years)]
    pub forecast: Option<(i64, i64)>,
    /// Seed of the first run; the default is above the seeds that parameters were set with
    #[arg(long, default_value_t = 1001, value_name = "N")]
    pub seed: u64,
    /// Runs for each source of pacts and each parameter set [default: 100; 5 with --sets]
    #[arg(long, value_name = "N", conflicts_with = "result")]
    replicates: Option<u64>,
    /// Folder of the scores [default: output/validation]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Format of the tables
    #[arg(long, value_name = "FORMAT", default_value = "csv", value_parser = ["csv", "parquet", "json"])]
    pub format: String,
    /// Number of threads; results do not depend on it [default: all processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    #[command(flatten)]
    pub figures: FigureArgs,
    /// Print nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
    /// Replace an earlier result that stands in the folder
    #[arg(long)]
    pub force: bool,
}

impl ValidateArgs {
    /// Number of threads, if one is asked for.
    pub fn threads(&self) -> Option<usize> {
        self.threads.map(usize::from)
    }

    /// Runs for each source and parameter set.
    pub fn replicates(&self) -> u64 {
        let each = if self.sets.is_some() { 5 } else { 100 };
        self.replicates.unwrap_or(each)
    }
}

/// `comity report`
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Folder of a result of `run`, `batch` or `sweep`
    pub result: PathBuf,
    /// File to write [default: report.html in the folder of the result]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub checking: Checking,
}

/// `comity serve`
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Scenario files of your own, offered beside the shipped ones
    pub scenarios: Vec<String>,
    /// Address to listen on; others than those of this machine alone want a token, which is
    /// printed with the address of the page
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: std::net::IpAddr,
    /// For files of others: read nothing but regular files in the folder of each scenario and
    /// below it
    #[arg(long)]
    pub sandbox: bool,
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

/// `comity compare`
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 the results are the same; 1 they differ; 2 one of them cannot be read. Times,
commands, formats of tables and figures do not count.")]
pub struct CompareArgs {
    /// Folder of a result of `run`, `batch` or `sweep`
    pub a: PathBuf,
    /// Folder of another
    pub b: PathBuf,
    /// As JSON
    #[arg(long)]
    pub json: bool,
    /// Print nothing: the exit code says it
    #[arg(long, short)]
    pub quiet: bool,
    #[command(flatten)]
    pub checking: Checking,
}

/// `comity verify`
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 as it was written, or by a version whose results had no hashes, which is said (in JSON
\"verified\" is null); 1 not, or runs came out otherwise; 2 there is no result; 130 interrupted.
--rerun does runs of run, batch and sweep again; of a check or calibration it says that it cannot.")]
pub struct VerifyArgs {
    /// Folder of a result
    pub result: PathBuf,
    /// Do a random share of the runs again, such as 5%, and compare them to the byte
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub rerun: Option<f64>,
    /// Number of threads; verdicts do not depend on it [default: all processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
    /// Print the verdict alone
    #[arg(long, short)]
    pub quiet: bool,
}

impl VerifyArgs {
    /// Number of threads, if one is asked for.
    pub fn threads(&self) -> Option<usize> {
        self.threads.map(usize::from)
    }
}

/// A share, as `5%` or `0.05`.
fn share(text: &str) -> Result<f64, String> {
    let (number, unit) = match text.trim().strip_suffix('%') {
        Some(number) => (number, 100.0),
        None => (text, 1.0),
    };
    let share = number.trim().parse::<f64>().map(|n| n / unit);
    share
        .ok()
        .filter(|s| *s > 0.0 && *s <= 1.0)
        .ok_or_else(|| "expected a share above 0 % and at most 100 %, such as 5%".to_string())
}

/// `comity export`
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Folder of a result: any as csv or parquet, else one of `run`, `batch` or `sweep`
    pub result: PathBuf,
    /// All tables as CSV or Parquet, or a layout: a table of NetLogo's BehaviorSpace, files for
    /// SALib (of a sweep), a data frame of Mesa's batch_run
    #[arg(long = "as", value_name = "LAYOUT", value_parser = ["csv", "parquet", "behaviorspace", "salib", "mesa"])]
    layout: String,
    /// Folder in which to write [default: RESULT/export/LAYOUT]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace files that stand in the folder of --out
    #[arg(long, requires = "out")]
    pub force: bool,
    #[command(flatten)]
    pub checking: Checking,
}

impl ExportArgs {
    /// The layout.
    pub fn layout(&self) -> Layout {
        self.layout.parse().unwrap_or(Layout::BehaviorSpace)
    }
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
