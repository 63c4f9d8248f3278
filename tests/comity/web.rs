//! The server of the local page, asked over the wire.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use comity::rng::{Draws, Keyed, Stream};
use comity::scenario::{PARAMETERS, Process, library, load};
use comity::simulation::run;
use comity::web::{Options, Server, bounds};
use rand::RngExt;
use serde_json::Value;

/// A world that runs in a moment.
const SMALL: &str = "stylised.states=12&stylised.poles=%5B0.6%2C0.4%5D&years=4&burn_in=1";

fn serve() -> SocketAddr {
    let options = Options {
        host: Ipv4Addr::LOCALHOST.into(),
        port: 0,
        scenarios: Vec::new(),
        sandbox: false,
    };
    let server = Server::bind(&options).unwrap();
    let address = server.address();
    std::thread::spawn(move || server.run().unwrap());
    address
}

/// The server that most tests share.
fn server() -> SocketAddr {
    static SERVER: OnceLock<SocketAddr> = OnceLock::new();
    *SERVER.get_or_init(serve)
}

/// What came back.
struct Answer {
    status: u16,
    headers: String,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A connection on which one request follows the other.
struct Wire {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
}

impl Wire {
    fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        Self {
            stream: BufReader::new(stream),
            address,
        }
    }

    fn get(&mut self, path: &str) -> Answer {
        let host = self.address;
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"))
    }

    fn ask(&mut self, request: &str) -> Answer {
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let mut headers = String::new();
        loop {
            let mut line = String::new();
            assert!(
                self.stream.read_line(&mut line).unwrap() > 0,
                "closed after {request:?}"
            );
            if line == "\r\n" {
                break;
            }
            headers.push_str(&line.to_lowercase());
        }
        let status = headers[9..12].parse().unwrap();
        let body = self.body(&headers);
        Answer {
            status,
            headers,
            body,
        }
    }

    fn body(&mut self, headers: &str) -> Vec<u8> {
        let length = headers
            .lines()
            .find_map(|l| l.strip_prefix("content-length: "));
        if let Some(length) = length {
            let mut body = vec![0; length.trim().parse().unwrap()];
            self.stream.read_exact(&mut body).unwrap();
            return body;
        }
        assert!(headers.contains("transfer-encoding: chunked"), "{headers}");
        let mut body = Vec::new();
        loop {
            let mut size = String::new();
            self.stream.read_line(&mut size).unwrap();
            let size = usize::from_str_radix(size.trim(), 16).unwrap();
            let mut chunk = vec![0; size + 2];
            self.stream.read_exact(&mut chunk).unwrap();
            if size == 0 {
                return body;
            }
            body.extend(&chunk[..size]);
        }
    }
}

#[test]
fn a_run_on_the_page_is_the_run_of_the_library() {
    let changes = ["years=12", "parameters.alliance.reactance=0.25"].map(String::from);
    let history = run(&load("s2-bipolar", &changes).unwrap(), 9);
    let path = "/api/run?scenario=s2-bipolar&years=12&alliance.reactance=0.25&seed=9\
                &columns=defence_pacts,awareness,r2.competition&with=map";
    let answer = Wire::open(server()).get(path).json();
    let shown = |name: &str| -> Vec<f64> {
        let values = answer["series"][name].as_array().unwrap();
        values.iter().map(|v| v.as_f64().unwrap()).collect()
    };
    let same = |shown: Vec<f64>, ours: Vec<f64>| {
        assert_eq!(shown.len(), ours.len());
        for (a, b) in shown.iter().zip(&ours) {
            assert!(
                (a - b).abs() <= 1e-5 * b.abs().max(1.0),
                "{shown:?} {ours:?}"
            );
        }
    };
    let world = &history.world;
    same(
        shown("defence_pacts"),
        world.iter().map(|r| r.defence_pacts as f64).collect(),
    );
    same(
        shown("awareness"),
        world.iter().map(|r| r.awareness).collect(),
    );
    let region = history.regions.iter().filter(|r| r.region == "r2");
    same(
        shown("r2.competition"),
        region.map(|r| r.competition).collect(),
    );
    let disputes = answer["map"]["disputes"].as_array().unwrap();
    let began = history
        .events
        .iter()
        .filter(|e| e.kind != "domestic")
        .count();
    assert_eq!(disputes.len(), began);
    assert_eq!(
        answer["command"],
        "comity run s2-bipolar --seed 9 --set years=12 --set parameters.alliance.reactance=0.25"
    );
}

#[test]
fn an_ensemble_ends_with_the_bands_of_all_runs() {
    let path = format!("/api/ensemble?{SMALL}&runs=20&seed=3&columns=defence_pacts");
    let answer = Wire::open(server()).get(&path);
    let lines = lines(&answer);
    let last = lines.last().unwrap();
    assert_eq!((&last["runs"], &last["failed"]), (&20.into(), &0.into()));
    let changes = [
        "stylised.states=12",
        "stylised.poles=[0.6,0.4]",
        "years=4",
        "burn_in=1",
    ];
    let scenario = load("s2-bipolar", &changes.map(String::from)).unwrap();
    let mut first: Vec<i64> = (3..23)
        .map(|seed| run(&scenario, seed).world[0].defence_pacts)
        .collect();
    first.sort_unstable();
    let median = (first[9] + first[10]) as f64 / 2.0;
    assert_eq!(
        last["bands"]["defence_pacts"]["median"][0]
            .as_f64()
            .unwrap(),
        median
    );
}

#[test]
fn scenarios_of_the_user_are_offered_and_no_other_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let mine = file(
        "mine.toml",
        "title = \"Mine\"\nextends = \"s2-bipolar\"\nyears = 3\n",
    );
    let other = file(
        "other.toml",
        "title = \"Other\"\nextends = \"s2-bipolar\"\n",
    );
    let options = |scenarios| Options {
        host: Ipv4Addr::LOCALHOST.into(),
        port: 0,
        scenarios,
        sandbox: false,
    };
    let server = Server::bind(&options(vec![mine.clone()])).unwrap();
    let mut wire = Wire::open(server.address());
    std::thread::spawn(move || server.run().unwrap());
    let model = wire.get("/api/model").json();
    assert_eq!(
        (
            &model["scenarios"][0]["name"],
            &model["scenarios"][0]["title"]
        ),
        (&Value::from(mine.as_str()), &"Mine".into())
    );
    assert_eq!(
        wire.get(&format!("/api/run?scenario={mine}")).json()["years"],
        3
    );
    assert_eq!(wire.get(&format!("/api/run?scenario={other}")).status, 400);
    let broken = file("broken.toml", "extends = \"s2-bipolar\"\nyeers = 3\n");
    let error = Server::bind(&options(vec![broken])).err().unwrap();
    assert!(error.to_string().contains("yeers"), "{error}");
}

#[test]
fn foreign_pages_and_other_methods_are_refused() {
    let address = server();
    let ask =
        |request: &str| Wire::open(address).ask(&request.replace("HERE", &address.to_string()));
    for (request, status) in [
        ("GET / HTTP/1.1\r\nHost: HERE\r\n\r\n", 200),
        ("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", 403),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n", 403),
        ("GET / HTTP/1.1\r\nHost: HERE\r\nHost: HERE\r\n\r\n", 403),
        ("GET / HTTP/1.0\r\n\r\n", 403),
        (
            "GET /api/model HTTP/1.1\r\nHost: HERE\r\nOrigin: http://HERE\r\n\r\n",
            200,
        ),
        (
            "GET /api/model HTTP/1.1\r\nHost: HERE\r\nOrigin: https://HERE\r\n\r\n",
            403,
        ),
        (
            "GET /api/model HTTP/1.1\r\nHost: HERE\r\nOrigin: http://example.org\r\n\r\n",
            403,
        ),
        (
            "GET /api/model HTTP/1.1\r\nHost: HERE\r\nOrigin: null\r\n\r\n",
            403,
        ),
        (
            "GET /api/model HTTP/1.1\r\nHost: HERE\r\nSec-Fetch-Site: cross-site\r\n\r\n",
            403,
        ),
        (
            "GET / HTTP/1.1\r\nHost: HERE\r\nSec-Fetch-Site: cross-site\r\n\r\n",
            200,
        ),
        (
            "POST /api/run HTTP/1.1\r\nHost: HERE\r\nContent-Length: 0\r\n\r\n",
            405,
        ),
        ("DELETE / HTTP/1.1\r\nHost: HERE\r\n\r\n", 405),
        ("GET /api/model?x=1 HTTP/1.1\r\nHost: HERE\r\n\r\n", 400),
        (
            "GET /assets/../Cargo.toml HTTP/1.1\r\nHost: HERE\r\n\r\n",
            404,
        ),
        (
            "GET /assets/..%2f..%2fCargo.toml HTTP/1.1\r\nHost: HERE\r\n\r\n",
            404,
        ),
        ("GET /etc/passwd HTTP/1.1\r\nHost: HERE\r\n\r\n", 404),
    ] {
        let answer = ask(request);
        assert_eq!(answer.status, status, "{request}");
        assert!(
            answer
                .headers
                .contains("content-security-policy: default-src 'none'; script-src 'self';")
        );
        if status != 200 {
            assert!(!answer.json()["error"].as_str().unwrap().is_empty());
        }
    }
}

#[test]
fn requests_are_bounded() {
    let address = server();
    let mut wire = Wire::open(address);
    let long = "x".repeat(bounds::ADDRESS);
    assert_eq!(wire.get(&format!("/api/run?scenario={long}")).status, 414);
    for query in [
        "years=5000".to_string(),
        "stylised.states=3000".to_string(),
        format!(
            "columns={}",
            vec!["disputes"; bounds::COLUMNS + 1].join(",")
        ),
        format!("scenario={}", "a".repeat(bounds::VALUE + 1)),
    ] {
        let answer = wire.get(&format!("/api/run?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        assert!(
            answer.json()["error"].as_str().unwrap().contains("at most"),
            "{query}"
        );
    }
    let many = format!("/api/ensemble?runs={}", bounds::RUNS + 1);
    assert_eq!(wire.get(&many).status, 400);
}

/// A server of its own: the streams are counted.
#[test]
fn who_goes_away_leaves_no_work_behind() {
    let address = serve();
    let long = "/api/ensemble?scenario=history-1946&runs=1000&columns=disputes";
    let begin = || {
        let mut wire = Wire::open(address);
        let request = format!("GET {long} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        wire.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let mut line = String::new();
        wire.stream.read_line(&mut line).unwrap();
        (wire, line)
    };
    let all: Vec<_> = (0..bounds::STREAMS_EACH).map(|_| begin()).collect();
    assert!(all.iter().all(|(_, line)| line.contains(" 200 ")));
    assert!(begin().1.contains(" 429 "));
    drop(all);
    let since = Instant::now();
    while !begin().1.contains(" 200 ") {
        assert!(
            since.elapsed() < Duration::from_secs(20),
            "the work goes on"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A line of JSON each.
fn lines(answer: &Answer) -> Vec<Value> {
    let lines = answer.body.split(|b| *b == b'\n');
    let lines = lines.filter(|l| !l.is_empty());
    lines.map(|l| serde_json::from_slice(l).unwrap()).collect()
}

/// What the page says of sets of parameters is what a check of the same size finds.
#[test]
fn where_a_claim_holds_on_the_page_is_where_it_holds_in_a_check() {
    let home = tempfile::tempdir().unwrap();
    let sizes = [
        "--replicates",
        "2",
        "--sets",
        "5",
        "--draws",
        "6",
        "--seeds",
        "2",
    ];
    let rest = ["--figures=none", "--quiet", "--out", "check"];
    crate::cli::done(
        home.path(),
        &[&["check", "A11"], &sizes[..], &rest].concat(),
    );
    let table = std::fs::read_to_string(home.path().join("check/draws.csv")).unwrap();
    for (stage, count) in [("prior", 6), ("accepted", 5)] {
        let path = format!("/api/region?claim=alliances/A11&from={stage}&draws={count}&seeds=2");
        let told = lines(&Wire::open(server()).get(&path));
        let new = told.iter().flat_map(|line| line["new"].as_array().unwrap());
        let shown: Vec<(f64, String)> = new
            .map(|s| (s[0].as_f64().unwrap(), s[1].as_str().unwrap().to_string()))
            .collect();
        let rows = table.lines().map(|l| l.split(',').collect::<Vec<_>>());
        let found: Vec<(f64, String)> = rows
            .filter(|cells| cells[1] == stage)
            .map(|cells| (cells[3].parse().unwrap(), cells[4].to_string()))
            .collect();
        assert_eq!((shown.len(), found.len()), (count, count), "{stage}");
        for (a, b) in shown.iter().zip(&found) {
            assert!(
                (a.0 - b.0).abs() <= 1e-5 * b.0.abs().max(1e-9),
                "{shown:?} {found:?}"
            );
            assert_eq!(a.1, b.1, "{stage}");
        }
        let last = told.last().unwrap();
        let has = found.iter().filter(|s| s.1 == "has").count() as f64 / count as f64;
        assert_eq!(last["signs"]["has"].as_f64().unwrap(), has);
        // Of so few sets no region is made up.
        assert!(last["region"].is_null() && last["axes"].as_array().unwrap().is_empty());
    }
}

#[test]
fn an_ensemble_against_another_run_holds_the_differences_seed_by_seed() {
    let other = SMALL
        .replace('&', "&against.")
        .replacen("stylised", "against.stylised", 1);
    let path = format!(
        "/api/ensemble?{SMALL}&{other}&alliance.reactance=1&runs=12&seed=3&columns=defence_pacts"
    );
    let answer = Wire::open(server()).get(&path);
    assert_eq!(
        answer.status,
        200,
        "{}",
        String::from_utf8_lossy(&answer.body)
    );
    let last = lines(&answer).pop().unwrap();
    let changes = |reactance: &str| {
        let world = [
            "stylised.states=12",
            "stylised.poles=[0.6,0.4]",
            "years=4",
            "burn_in=1",
        ];
        let set = format!("parameters.alliance.reactance={reactance}");
        let all: Vec<String> = world.iter().map(ToString::to_string).chain([set]).collect();
        load("s2-bipolar", &all).unwrap()
    };
    let reactance = PARAMETERS
        .iter()
        .find(|p| p.path == "alliance.reactance")
        .unwrap();
    let (ours, theirs) = (changes("1"), changes(&reactance.default.to_string()));
    let pacts = |scenario, seed| run(scenario, seed).world[2].defence_pacts as f64;
    let differences: Vec<f64> = (3..15)
        .map(|seed| pacts(&ours, seed) - pacts(&theirs, seed))
        .collect();
    let mean = differences.iter().sum::<f64>() / 12.0;
    let band = &last["bands"]["defence_pacts"];
    let at = |name: &str| band[name][2].as_f64().unwrap();
    assert!(
        (at("mean") - mean).abs() < 1e-5 * mean.abs().max(1.0),
        "{mean} {band}"
    );
    assert!(at("low") <= at("mean") && at("mean") <= at("high"));
    let alone = format!("/api/ensemble?{SMALL}&against.seed=2&columns=disputes");
    assert_eq!(Wire::open(server()).get(&alone).status, 400);
}

const PATHS: [&str; 15] = [
    "/",
    "/assets/app.js",
    "/assets/plots.js",
    "/api/model",
    "/api/scenario",
    "/api/shapes",
    "/api/observed",
    "/api/run",
    "/api/ensemble",
    "/api/claims",
    "/api/claim",
    "/api/region",
    "/api/table",
    "/api/scenario.toml",
    "/nothing",
];
const WORDS: [&str; 22] = [
    "",
    "0",
    "1",
    "-1",
    "0.5",
    "1e400",
    "NaN",
    "true",
    "false",
    "core",
    "full",
    "none",
    "map",
    "world",
    "states",
    "9223372036854775807",
    "defence_pacts",
    "r1.awareness,disputes",
    "%00",
    "%ff%fe",
    "..%2f..",
    "%5B0.5%2C0.5%5D",
];
const OWN: [&str; 17] = [
    "scenario",
    "seed",
    "columns",
    "with",
    "runs",
    "claim",
    "table",
    "years",
    "variant",
    "stylised.states",
    "competition",
    "data.states",
    "from",
    "draws",
    "seeds",
    "against.scenario",
    "against.alliance.pull",
];

fn choose<'a>(draw: &mut Keyed, from: &[&'a str]) -> &'a str {
    from[draw.random_range(0..from.len())]
}

/// Any address: often a good one, with one thing or two wrong.
fn address(draw: &mut Keyed) -> String {
    let path = choose(draw, &PATHS);
    let mut pairs: Vec<String> = Vec::new();
    if draw.random_range(0..4) > 0 {
        pairs.push(SMALL.to_string());
    }
    for _ in 0..draw.random_range(0..4) {
        let key = match draw.random_range(0..4) {
            0 => choose(draw, &OWN).to_string(),
            1 => PARAMETERS[draw.random_range(0..PARAMETERS.len())]
                .path
                .to_string(),
            2 => format!(
                "processes.{}",
                Process::ALL[draw.random_range(0..Process::ALL.len())].name()
            ),
            _ => (0..draw.random_range(0..12))
                .map(|_| char::from(draw.random_range(33..127_u8)))
                .filter(|c| !"\"#%&<>\\^`{|}".contains(*c))
                .collect(),
        };
        let value = match draw.random_range(0..3) {
            0 => format!("{:.3}", 3.0 * draw.uniform() - 1.0),
            1 => choose(draw, &WORDS).to_string(),
            _ => {
                let names = library::names();
                names[draw.random_range(0..names.len())].clone()
            }
        };
        pairs.push(format!("{key}={value}"));
    }
    if path == "/api/ensemble" || path == "/api/claim" {
        pairs.push("runs=2".to_string());
    }
    if path == "/api/region" {
        pairs.push("draws=2&seeds=2".to_string());
    }
    if ["/api/claim", "/api/region"].contains(&path) && draw.random_range(0..2) == 0 {
        // A claim is tried as it is.
        pairs.retain(|p| draw.random_range(0..4) == 0 || !p.contains('.'));
        pairs.push("claim=depolarisation/A11".to_string());
    }
    format!("{path}?{}", pairs.join("&"))
}

/// So many requests, each answered with 200 or with a 4xx that says why; how many were refused.
pub fn random_requests(count: u32, seed: u64) -> u32 {
    let draws = Draws::new(seed);
    let mut wire = Wire::open(server());
    let mut refused = 0;
    for k in 0..count {
        let path = address(&mut draws.at(Stream::Resample, 0, k, 0));
        let answer = wire.get(&path);
        assert!(
            answer.status == 200 || (400..500).contains(&answer.status),
            "{} for {path}",
            answer.status
        );
        if answer.status != 200 {
            refused += 1;
            let why = answer.json();
            assert!(
                why["error"].as_str().is_some_and(|w| !w.is_empty()),
                "{path}: {why}"
            );
        }
        if answer.headers.contains("connection: close") {
            wire = Wire::open(server());
        }
    }
    refused
}

#[test]
fn two_thousand_random_requests_are_answered() {
    let refused = random_requests(2_000, 1);
    assert!((200..1_800).contains(&refused), "{refused} refused");
}
