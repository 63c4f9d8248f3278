//! The targets: plain functions of bytes, which must come back. Whatever the bytes are, the
//! answer is an error or a value, never a panic.
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
use comity::analysis::{compare, pact_series, validation::ValidationManifest};
use comity::ensemble::batch::{BatchManifest, Plan};
use comity::ensemble::claims::{CheckManifest, Choice, agenda, families, read_sets};
use comity::ensemble::experiment::{self, Changes};
use comity::ensemble::manifest::RunManifest;
use comity::ensemble::stored::Stored;
use comity::present::export::{Layout, export};
use comity::published::{Dataset, System, read};
use comity::scenario::{self, Scenario};
use comity::simulation::run;
use comity::table::{Format, store};
use comity::web::{Options, Server};
use tempfile::TempDir;

/// A target with its name, which is also that of the folder of its corpus.
pub type Target = (&'static str, fn(&[u8]));

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
pub fn scenario(data: &[u8]) {
    let folder = folder("scenario.toml", data);
    let loaded = scenario::load(&shown(&folder, "scenario.toml"), &[]);
    if let Ok(world) = loaded
        && world.setting.states.len() <= STATES
    {
        let short = Scenario {
            years: world.years.min(2),
            burn_in: world.burn_in.min(1),
            ..world
        };
        run(&short, 1);
    }
}

/// An experiment file and the plan of its runs.
pub fn experiment(data: &[u8]) {
    let folder = folder("experiment.toml", data);
    let file = shown(&folder, "experiment.toml");
    if let Ok(plan) = experiment::load(&file, &Changes::default()).and_then(Plan::new) {
        let _ = plan.runs();
    }
}

/// A file of claims and the runs that they need.
pub fn claims(data: &[u8]) {
    let folder = folder("claims.toml", data);
    if let Ok(families) = families(&[shown(&folder, "claims.toml")]) {
        let _ = agenda(&families, &Choice::default());
    }
}

/// The manifest of a result, and its tables.
pub fn manifest(data: &[u8]) {
    let folder = folder("manifest.json", data);
    let place = folder.path();
    let _ = RunManifest::read(place);
    let _ = BatchManifest::read(place);
    let _ = CheckManifest::read(place);
    let _ = CalibrationManifest::read(place);
    let _ = ValidationManifest::read(place);
    if let Ok(result) = Stored::open(place) {
        let _ = compare::compare(&result, &result);
    }
    for layout in Layout::ALL {
        let _ = export(place, layout);
    }
}

/// A published file of pacts, as `comity import` reads it.
pub fn published(data: &[u8]) {
    static SYSTEM: OnceLock<System> = OnceLock::new();
    let system = SYSTEM.get_or_init(|| System::shipped().expect("the shipped states"));
    let folder = folder("pacts.csv", data);
    for dataset in Dataset::ALL {
        if let Ok(found) = read(dataset, &folder.path().join("pacts.csv"), system) {
            pact_series::tables(&found, system, found.last_year);
        }
    }
}

/// A table in each format.
pub fn table(data: &[u8]) {
    let folder = place();
    for format in Format::ALL {
        let path = folder.path().join(format!("t.{format}"));
        fs::write(&path, data).expect("a file in a temporary folder");
        if let Ok(table) = store::read(&path, &[]) {
            let _ = store::encode(&table, Format::Csv);
        }
    }
}

/// Accepted sets of parameters.
pub fn sets(data: &[u8]) {
    let folder = folder("accepted.csv", data);
    let _ = read_sets(Some(&shown(&folder, "accepted.csv")));
}

/// What a stranger sends to the local page: bytes, not yet a request.
pub fn request(data: &[u8]) {
    static SERVER: OnceLock<SocketAddr> = OnceLock::new();
    let address = *SERVER.get_or_init(|| {
        let options = Options {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            scenarios: Vec::new(),
        };
        let server = Server::bind(&options).expect("a place for the server");
        let address = server.address();
        std::thread::spawn(move || server.run());
        address
    });
    let text = String::from_utf8_lossy(data).replace("{HOST}", &address.to_string());
    let bytes = match std::str::from_utf8(data) {
        Ok(_) => text.as_bytes(),
        Err(_) => data,
    };
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
    // A server may close before it has read everything.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.take(1 << 24).read_to_end(&mut answer);
    // A panic in a handler closes the connection without an answer, or shows as a 500.
    assert!(
        !answer.starts_with(b"HTTP/1.1 5"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
}
