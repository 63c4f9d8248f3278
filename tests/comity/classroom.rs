//! The page among clients that are slow, greedy or gone, asked as another program over the wire.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use comity::web::bounds;

/// A server that ends with the test.
pub struct Served {
    pub child: Child,
    /// The address of the page without the last slash.
    pub address: String,
}

impl Served {
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_comity"))
            .args(["serve", "--port", "0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut address).unwrap();
        let address = address.trim().trim_end_matches('/').to_string();
        assert!(address.starts_with("http://"), "{address}");
        Self { child, address }
    }

    /// Machine and port, and the path before that of a request.
    fn parts(&self) -> (String, String) {
        let rest = self.address.trim_start_matches("http://");
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let path = match path {
            "" => String::new(),
            path => format!("/{path}"),
        };
        (host.to_string(), path)
    }

    /// How long Ctrl-C takes.
    fn interrupted(&mut self) -> Duration {
        let begun = Instant::now();
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status();
        assert!(sent.unwrap().success());
        let ended = self.child.wait().unwrap();
        assert!(ended.success(), "{ended}");
        begun.elapsed()
    }

    /// The most memory that the server has held, in MiB, where the system says it.
    fn peak(&self) -> f64 {
        let file = format!("/proc/{}/status", self.child.id());
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        let kib = line.and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok());
        kib.unwrap_or(0.0) / 1024.0
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The status line of an answer, and how long all of it took.
fn get(host: &str, path: &str) -> std::io::Result<(String, Duration)> {
    let begun = Instant::now();
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let close = "Connection: close";
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\n{close}\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let first = answer.split(|b| *b == b'\r').next().unwrap_or_default();
    let first = String::from_utf8_lossy(first).into_owned();
    Ok((first, begun.elapsed()))
}

/// Lines of about 300 kB, which no system keeps many of.
const LONG_LINES: &str = "/api/ensemble?years=900&burn_in=0&stylised.states=12\
    &stylised.poles=%5B0.6%2C0.4%5D&runs=100&columns=defence_pacts,alliances,mean_size,disputes,\
    competition,awareness,partnerships,share_in_defence_pacts,share_in_partnerships,\
    share_in_alliances,domestic_share,mean_size_multilateral";

/// Clients of each kind, until they are told to go.
struct Crowd {
    gone: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
    /// Answers that the greedy ones had.
    answered: Arc<AtomicU64>,
}

impl Crowd {
    /// Of the slow ones a third sends a byte now and then, a third nothing more, and a third
    /// reads nothing of what it asked for. The greedy ones ask for long runs without a pause.
    fn of(slow: usize, greedy: usize, host: &str) -> Self {
        let (gone, answered) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let slow = {
            let (gone, host) = (Arc::clone(&gone), host.to_string());
            spawn(move || slowly(slow, &host, &gone))
        };
        let mut threads = vec![slow];
        for k in 0..greedy {
            let (gone, host) = (Arc::clone(&gone), host.to_string());
            let answered: Arc<AtomicU64> = Arc::clone(&answered);
            threads.push(spawn(move || {
                for seed in 0u64.. {
                    let path = match k % 5 {
                        0 => "/api/ensemble?scenario=history-1946&runs=1000".to_string(),
                        _ => format!("/api/run?scenario=history-1946&with=map&seed={seed}"),
                    };
                    // Refused, or cut off for another, it asks again.
                    if get(&host, &path).is_ok() {
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                    if gone.load(Ordering::Relaxed) {
                        return;
                    }
                }
            }));
        }
        Self {
            gone,
            threads,
            answered,
        }
    }

    fn go(self) {
        self.gone.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().unwrap();
        }
    }
}

fn slowly(count: usize, host: &str, gone: &AtomicBool) {
    let open = |k: usize| {
        let mut stream = TcpStream::connect(host).ok()?;
        let asked = match k % 3 {
            2 if k.is_multiple_of(2) => {
                format!("GET {LONG_LINES} HTTP/1.1\r\nHost: {host}\r\n\r\n")
            }
            2 => format!("GET /api/shapes HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            _ => "GET / HTTP/1.1\r\nHo".to_string(),
        };
        stream.write_all(asked.as_bytes()).ok()?;
        Some(stream)
    };
    let mut streams: Vec<Option<TcpStream>> = (0..count).map(open).collect();
    while !gone.load(Ordering::Relaxed) {
        for (k, stream) in streams.iter_mut().enumerate() {
            let alive = match stream {
                Some(stream) if k % 3 == 0 => stream.write_all(b"s").is_ok(),
                Some(_) => true,
                None => false,
            };
            if !alive {
                *stream = open(k);
            }
        }
        sleep(Duration::from_millis(300));
    }
}

/// How long the page and a small run take at most, and Ctrl-C.
pub struct Bars {
    pub page: Duration,
    pub run: Duration,
    pub interrupt: Duration,
    pub memory: f64,
}

/// So many clients for so long, and meanwhile a fresh one each second.
pub fn classroom(slow: usize, greedy: usize, length: Duration, bars: &Bars) {
    let mut served = Served::start(&[]);
    let (host, _) = served.parts();
    let crowd = Crowd::of(slow, greedy, &host);
    let small = "/api/run?stylised.states=12&stylised.poles=%5B0.6%2C0.4%5D&years=20&burn_in=1";
    let (begun, mut worst) = (Instant::now(), [Duration::ZERO; 2]);
    while begun.elapsed() < length {
        sleep(Duration::from_secs(1));
        for (path, worst) in ["/", small].into_iter().zip(&mut worst) {
            let (status, took) = get(&host, path).unwrap();
            assert_eq!(status, "HTTP/1.1 200 OK", "{path}");
            *worst = took.max(*worst);
        }
    }
    let (memory, answered) = (served.peak(), crowd.answered.load(Ordering::Relaxed));
    let interrupt = served.interrupted();
    crowd.go();
    println!(
        "{slow} slow and {greedy} greedy clients, {answered} answers to these: page {:.2?}, small \
         run {:.2?}, Ctrl-C {interrupt:.2?}, {memory:.0} MiB",
        worst[0], worst[1]
    );
    assert!(greedy == 0 || answered > 0, "the greedy ones had nothing");
    assert!(worst[0] < bars.page, "page {:?}", worst[0]);
    assert!(worst[1] < bars.run, "run {:?}", worst[1]);
    assert!(interrupt < bars.interrupt, "Ctrl-C {interrupt:?}");
    assert!(memory < bars.memory, "{memory} MiB");
}

/// A small crowd; the bars are three times those of the whole one, as other tests run beside it.
#[test]
fn a_fresh_client_is_served_among_slow_and_greedy_ones() {
    let bars = Bars {
        page: Duration::from_secs(3),
        run: Duration::from_secs(15),
        interrupt: Duration::from_secs(6),
        memory: 300.0,
    };
    classroom(30, 5, Duration::from_secs(3), &bars);
}

/// Readers that take nothing of a stream lose its place.
pub fn stalled_readers_give_way() {
    let served = Served::start(&[]);
    let (host, _) = served.parts();
    let ask = || {
        let mut stream = TcpStream::connect(&host).unwrap();
        write!(stream, "GET {LONG_LINES} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
        let mut status = [0; 12];
        stream.read_exact(&mut status).unwrap();
        (stream, status.ends_with(b"200"))
    };
    let mut stalled = Vec::new();
    // Each of them holds more than one place.
    loop {
        assert!(stalled.len() <= bounds::STREAMS_EACH);
        let (stream, taken) = ask();
        if !taken {
            break;
        }
        stalled.push(stream);
    }
    let begun = Instant::now();
    while !ask().1 {
        assert!(
            begun.elapsed() < 6 * bounds::STALLED,
            "{} stalled readers keep their places",
            stalled.len()
        );
        sleep(Duration::from_millis(200));
    }
    println!(
        "{} stalled readers lost a place after {:.1?}",
        stalled.len(),
        begun.elapsed()
    );
}

#[test]
fn no_more_connections_are_kept_than_there_are_places() {
    let mut served = Served::start(&[]);
    let (host, _) = served.parts();
    let idle = bounds::CONNECTIONS + 100;
    let streams: Vec<TcpStream> = (0..idle)
        .map(|_| TcpStream::connect(&host).unwrap())
        .collect();
    let (status, _) = get(&host, "/").unwrap();
    assert_eq!(status, "HTTP/1.1 200 OK");
    let closed = |mut stream: &TcpStream| {
        stream.set_nonblocking(true).unwrap();
        matches!(stream.read(&mut [0]), Ok(0))
    };
    let kept = streams.iter().filter(|s| !closed(s)).count();
    assert!(
        (1..=bounds::CONNECTIONS).contains(&kept),
        "{kept} of {idle}"
    );
    // The oldest ones went.
    assert!(closed(&streams[0]) && !closed(&streams[idle - 1]));
    assert!(served.interrupted() < Duration::from_secs(6));
}

#[test]
fn others_than_this_machine_need_the_token() {
    let served = Served::start(&["--host", "0.0.0.0"]);
    let (host, token) = served.parts();
    assert!(!host.starts_with("0.0.0.0") && token.len() == 33, "{token}");
    let port = host.rsplit(':').next().unwrap();
    let here = format!("127.0.0.1:{port}");
    for (path, status) in [
        (format!("{token}/"), "200 OK"),
        (format!("{token}/assets/app.js"), "200 OK"),
        (format!("{token}/api/model"), "200 OK"),
        (format!("{token}/api/nothing"), "404 Not Found"),
        ("/".to_string(), "403 Forbidden"),
        ("/api/model".to_string(), "403 Forbidden"),
        (format!("{token}0/api/model"), "403 Forbidden"),
        (format!("{}/", &token[..32]), "403 Forbidden"),
        (format!("/api/model?token={}", &token[1..]), "403 Forbidden"),
    ] {
        let (found, _) = get(&here, &path).unwrap();
        assert_eq!(found, format!("HTTP/1.1 {status}"), "{path}");
    }
    let another = Served::start(&["--host", "0.0.0.0"]);
    assert_ne!(another.parts().1, token);
}
