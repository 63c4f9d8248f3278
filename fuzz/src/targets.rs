//! The targets: plain functions of bytes, which must come back. Whatever the bytes are, the
//! answer is an error or a value, never a panic. Each says whether the parser took them.
//!
//! An input is the file that is read first. Files beside it, such as what it extends or the
//! tables of a world, follow in the same input after lines `%%% name`.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use comity::analysis::calibration::CalibrationManifest;
use comity::analysis::claims::effect::{Cells, sample};
use comity::analysis::{compare, pact_series, summary, validation::ValidationManifest};
use comity::ensemble::batch::{BatchManifest, Plan, replicate};
use comity::ensemble::claims::{
    Case, CheckManifest, Choice, Draws, Sizes, Stage, Work, agenda, families, metric_key, read_sets,
};
use comity::ensemble::experiment::{self, Changes, Metric};
use comity::ensemble::manifest::RunManifest;
use comity::ensemble::stored::Stored;
use comity::present::export::{Layout, export};
use comity::present::terminal;
use comity::published::{Dataset, System, read};
use comity::scenario::{self, Scenario};
use comity::simulation::run;
use comity::table::{Format, store};
use comity::web::{Options, Server};
use tempfile::TempDir;

/// A target with its name, which is also that of the folder of its corpus.
pub type Target = (&'static str, fn(&[u8]) -> bool);

/// Every target.
pub const TARGETS: [Target; 8] = [
    ("scenario", scenario),
    ("experiment", experiment),
    ("claims", claims),
    ("manifest", manifest),
    ("published", published),
    ("table", table),
    ("sets", sets),
    ("request", request),
];

/// Largest world that is run after it was read.
const STATES: usize = 40;
/// Rows and columns of the largest table that is summarised after it was read.
const TABLE: usize = 10_000;

/// An empty folder, in memory where the system has that.
fn place() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = match memory.is_dir() {
        true => tempfile::tempdir_in(memory),
        false => tempfile::tempdir(),
    };
    made.expect("a temporary folder")
}

/// A folder with the files of an input, the first under this name.
fn folder(first: &str, data: &[u8]) -> TempDir {
    let folder = place();
    let mut name = first.to_string();
    let mut content: Vec<u8> = Vec::new();
    for line in data.split_inclusive(|&b| b == b'\n') {
        match line.strip_prefix(b"%%% ") {
            Some(next) => {
                put(folder.path(), &name, &content);
                name = String::from_utf8_lossy(next).trim().to_string();
                content.clear();
            }
            None => content.extend_from_slice(line),
        }
    }
    put(folder.path(), &name, &content);
    folder
}

fn put(folder: &Path, name: &str, content: &[u8]) {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if !name.is_empty() && name.len() < 100 && name.chars().all(plain) && name != ".." {
        // A name of a folder that is there is no file's: then there is one file less.
        let _ = fs::write(folder.join(name), content);
    }
}

fn shown(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

/// A scenario file; a small world that is in order runs for two years.
pub fn scenario(data: &[u8]) -> bool {
    let folder = folder("scenario.toml", data);
    let loaded = scenario::load(&shown(&folder, "scenario.toml"), &[]);
    let read = loaded.is_ok();
    if let Some(short) = loaded.ok().and_then(short) {
        run(&short, 1);
    }
    read
}

/// The first two years of a world that is small enough.
fn short(world: Scenario) -> Option<Scenario> {
    (world.setting.states.len() <= STATES).then(|| Scenario {
        years: world.years.min(2),
        burn_in: world.burn_in.min(1),
        ..world
    })
}

/// An experiment file and the plan of its runs.
pub fn experiment(data: &[u8]) -> bool {
    let folder = folder("experiment.toml", data);
    let file = shown(&folder, "experiment.toml");
    let plan = experiment::load(&file, &Changes::default()).and_then(Plan::new);
    plan.map(|plan| plan.runs()).is_ok()
}

/// A file of claims: the runs that they need are done with two seeds in small worlds, and judged.
pub fn claims(data: &[u8]) -> bool {
    let folder = folder("claims.toml", data);
    let families = families(&[shown(&folder, "claims.toml")], false);
    let Ok(mut agenda) = families.and_then(|f| agenda(&f, &Choice::default())) else {
        return false;
    };
    agenda.cases.truncate(4);
    for need in agenda.needs.values_mut() {
        match short(need.arm.scenario.clone()) {
            Some(short) => need.arm.scenario = short,
            None => need.stages.clear(),
        }
        need.stages.retain(|stage| *stage == Stage::Centre);
    }
    let sizes = Sizes {
        replicates: 2,
        ..Sizes::QUICK
    };
    let none = Draws {
        parameters: Vec::new(),
        rows: Vec::new(),
    };
    if let Ok(work) = Work::new(&agenda, sizes, None, &none) {
        agenda.cases.iter().for_each(|case| judge(case, &work));
    }
    true
}

/// Effect and side of a claim at the centre.
fn judge(case: &Case, work: &Work) {
    let values = |key: &String| {
        let plan = work.plan(key, Stage::Centre)?;
        let run = |k| replicate(plan, k, &[0], &|| true)?.remove(0).ok();
        let runs: Vec<Vec<f64>> = (0..2).map(run).collect::<Option<_>>()?;
        let metric = |m: &Metric| {
            let mut names = plan.experiment.metrics.iter();
            let at = names.position(|n| n.name == metric_key(m))?;
            Some(runs.iter().map(|run| run[at]).collect())
        };
        case.metrics.iter().map(metric).collect::<Option<Vec<_>>>()
    };
    let cells: Option<Cells> = case.keys.iter().map(values).collect();
    if let (Some(test), Some(cells)) = (&case.claim.test, cells)
        && !case.keys.is_empty()
    {
        let found = sample(test, &case.metrics, &cells);
        let _ = (found.effect(), found.side(test));
    }
}

/// The manifest of a result, and its tables.
pub fn manifest(data: &[u8]) -> bool {
    let folder = folder("manifest.json", data);
    let place = folder.path();
    let _ = BatchManifest::read(place);
    let _ = CheckManifest::read(place);
    let _ = CalibrationManifest::read(place);
    let _ = ValidationManifest::read(place);
    let read = RunManifest::read(place);
    let stored = Stored::open(place);
    if let Ok(result) = &stored {
        let _ = compare::compare(result, result);
        for layout in Layout::ALL {
            let _ = export(place, layout);
        }
    }
    matches!(read, Ok(Some(_))) || stored.is_ok()
}

/// A published file of pacts, as `comity import` reads it.
pub fn published(data: &[u8]) -> bool {
    static SYSTEM: OnceLock<System> = OnceLock::new();
    let system = SYSTEM.get_or_init(|| System::shipped().expect("the shipped states"));
    let folder = folder("pacts.csv", data);
    let mut taken = false;
    for dataset in Dataset::ALL {
        if let Ok(found) = read(dataset, &folder.path().join("pacts.csv"), system) {
            pact_series::tables(&found, system, found.last_year);
            taken = true;
        }
    }
    taken
}

/// A table in each format; what was read is written in each, and summarised as one of the world.
pub fn table(data: &[u8]) -> bool {
    let folder = place();
    let mut taken = false;
    for format in Format::ALL {
        let path = folder.path().join(format!("t.{format}"));
        fs::write(&path, data).expect("a file in a temporary folder");
        let Ok(table) = store::read(&path, &[]) else {
            continue;
        };
        taken = true;
        if table.rows() * table.columns.len() > TABLE {
            continue;
        }
        for format in Format::ALL {
            let Ok(bytes) = store::encode(&table, format) else {
                continue;
            };
            let again = folder.path().join(format!("again.{format}"));
            fs::write(&again, bytes).expect("a file in a temporary folder");
            let again = store::read(&again, &table.columns).map(|t| (t.rows(), t.columns.len()));
            // A table without columns has no rows in any format but Parquet.
            let size = (table.rows(), table.columns.len());
            assert!(
                size.1 == 0 || size.0 == 0 || again.as_ref() == Ok(&size),
                "{size:?} written as {format} is {again:?}"
            );
        }
        let _ = terminal::summary(&table);
        let _ = summary::summary(&table);
    }
    taken
}

/// Accepted sets of parameters; a small world runs with the first of them.
pub fn sets(data: &[u8]) -> bool {
    static WORLD: OnceLock<Scenario> = OnceLock::new();
    let folder = folder("accepted.csv", data);
    let Ok(Some(sets)) = read_sets(Some(&shown(&folder, "accepted.csv"))) else {
        return false;
    };
    let world = WORLD.get_or_init(|| {
        let small = ["stylised.states=8", "stylised.poles=[0.6,0.4]"].map(String::from);
        scenario::load("s2-bipolar", &small).expect("a shipped scenario")
    });
    let _ = sets.hash();
    for row in sets.rows.iter().take(2) {
        let mut world = world.clone();
        for (parameter, value) in sets.parameters.iter().zip(row) {
            parameter.set(&mut world.parameters, *value);
        }
        if let Some(short) = short(world) {
            run(&short, 1);
        }
    }
    true
}

/// What a stranger sends to the local page: bytes, not yet a request.
pub fn request(data: &[u8]) -> bool {
    static SERVER: OnceLock<SocketAddr> = OnceLock::new();
    let address = *SERVER.get_or_init(|| {
        let options = Options {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            scenarios: Vec::new(),
            sandbox: false,
        };
        let server = Server::bind(&options).expect("a place for the server");
        let address = server.address();
        std::thread::spawn(move || server.run());
        address
    });
    let text = String::from_utf8_lossy(data).replace("{HOST}", &address.to_string());
    let mut bytes = match std::str::from_utf8(data) {
        Ok(_) => text.into_bytes(),
        Err(_) => data.to_vec(),
    };
    // A whole request is answered to its end; after anything less nothing more is said.
    let end = bytes.windows(4).rposition(|w| w == b"\r\n\r\n");
    if let Some(end) = end {
        bytes.splice(end..end, *b"\r\nConnection: close");
    }
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
    // A server may close before it has read everything.
    let _ = stream.write_all(&bytes);
    if end.is_none() {
        let _ = stream.shutdown(Shutdown::Write);
    }
    let mut answer = Vec::new();
    let _ = stream.take(1 << 24).read_to_end(&mut answer);
    // A panic in a handler closes the connection without an answer, or shows as a 500.
    assert!(
        !answer.starts_with(b"HTTP/1.1 5"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    answer.starts_with(b"HTTP/1.1 200")
}
