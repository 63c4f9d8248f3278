//! The local page: the model to play with.
//!
//! Stateless: an answer is a function of the request, and playback happens in the browser
//! on a finished history. Bounded: [`bounds`] has every limit. A request is answered
//! with 200 or with a 4xx that says why.

mod answer;
mod assets;
pub mod bounds;
mod claims;
mod connections;
mod ensemble;
mod export;
mod guard;
mod model;
mod offered;
mod patience;
mod query;
mod region;
mod run;
mod series;
mod shapes;
mod story;
mod stream;
mod turns;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::Router;
use axum::routing::get;

use comity_model::error::{Error, Result};
use offered::Offered;
use turns::{Places, Turns};

/// How the page is served.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address to listen on; by default that of this machine alone.
    pub host: IpAddr,
    /// Port; 0: any that is free.
    pub port: u16,
    /// Scenario files of the user, offered beside the shipped ones.
    pub scenarios: Vec<String>,
    /// Whether these may read nothing but regular files in their folder and below it.
    pub sandbox: bool,
}

/// What all handlers share. Nothing of it is about a visitor.
struct Shared {
    /// Where the page is served.
    address: SocketAddr,
    /// The scenarios that may be asked for.
    offered: Offered,
    /// What every address begins with where others than this machine can ask.
    token: Option<String>,
    /// Turns of single runs that take long.
    long: Arc<Turns>,
    /// Turns of what is soon done, so that it waits for nothing long.
    short: Arc<Turns>,
    /// Turns of the streams at the pool, each for one beat.
    beats: Arc<Turns>,
    /// What streams hold, in MiB.
    streams: Arc<Places>,
    /// What answers hold that have not been read yet, in MiB.
    answers: Arc<Places>,
    /// Threads of the streams, apart from those of single runs.
    pool: rayon::ThreadPool,
    /// Set when the server stops: every run ends before its next year.
    stopping: AtomicBool,
}

/// A page that has its place but is not served yet.
pub struct Server {
    listener: TcpListener,
    shared: Arc<Shared>,
}

impl Server {
    /// Takes the place and reads the user's scenarios.
    ///
    /// # Errors
    /// If the place is taken, or a scenario is broken.
    pub fn bind(options: &Options) -> Result<Self> {
        let offered = Offered::new(&options.scenarios, options.sandbox)?;
        let wanted = SocketAddr::new(options.host, options.port);
        let taken = |e: std::io::Error| Error::new(format!("{wanted} cannot be listened on: {e}"));
        let listener = TcpListener::bind(wanted).map_err(taken)?;
        listener.set_nonblocking(true).map_err(taken)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(cores)
            .build()
            .map_err(|e| Error::new(format!("failed to start threads: {e}")))?;
        let address = listener.local_addr().map_err(taken)?;
        let shared = Shared {
            address,
            offered,
            token: match address.ip().is_loopback() {
                true => None,
                false => Some(token()?),
            },
            long: Turns::new(cores),
            short: Turns::new(cores),
            beats: Turns::new(1),
            streams: Places::new(bounds::STREAMS, bounds::STREAMS_EACH),
            answers: Places::new(bounds::ANSWERS, bounds::ANSWERS_EACH),
            pool,
            stopping: AtomicBool::new(false),
        };
        Ok(Self {
            listener,
            shared: Arc::new(shared),
        })
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// The address of the page, with the token where one is wanted. Of a server that listens
    /// on every address of the machine, the one by which others are likely to reach it.
    pub fn page(&self) -> String {
        let mut address = self.shared.address;
        if address.ip().is_unspecified() {
            address.set_ip(outward(address.ip()).unwrap_or(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            }));
        }
        match &self.shared.token {
            None => format!("http://{address}/"),
            Some(token) => format!("http://{address}/{token}/"),
        }
    }

    /// Serves until the user interrupts, and then for a moment at most.
    ///
    /// # Errors
    /// If the server cannot be started.
    pub fn run(self) -> Result<()> {
        let failed = |e: std::io::Error| Error::new(format!("failed to serve: {e}"));
        let cores = self.shared.pool.current_num_threads();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(bounds::STREAMS + 2 * cores + 2)
            .enable_all()
            .build()
            .map_err(failed)?;
        let served = runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            let stop = async {
                let _ = tokio::signal::ctrl_c().await;
            };
            let app = router(Arc::clone(&self.shared));
            connections::serve(listener, app, self.shared, stop).await;
            Ok(())
        });
        runtime.shutdown_background();
        served.map_err(failed)
    }
}

/// What nobody guesses: 128 bits.
fn token() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|e| Error::new(format!("the system gives no random bytes: {e}")))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// The address of this machine on its way to others. Nothing is sent.
fn outward(any: IpAddr) -> Option<IpAddr> {
    let elsewhere: IpAddr = match any {
        IpAddr::V4(_) => Ipv4Addr::new(192, 0, 2, 1).into(),
        IpAddr::V6(_) => Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(),
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((elsewhere, 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(assets::page))
        .route("/assets/{file}", get(assets::file))
        .route("/api/model", get(model::model))
        .route("/api/scenario", get(model::scenario))
        .route("/api/shapes", get(shapes::shapes))
        .route("/api/observed", get(model::observed))
        .route("/api/run", get(run::run))
        .route("/api/ensemble", get(ensemble::ensemble))
        .route("/api/claims", get(claims::list))
        .route("/api/claim", get(claims::claim))
        .route("/api/region", get(region::region))
        .route("/api/table", get(export::table))
        .route("/api/scenario.toml", get(export::scenario))
        .fallback(answer::nothing)
        .with_state(shared)
}
