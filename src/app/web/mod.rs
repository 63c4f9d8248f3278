//! The local page: the model to play with.
//!
//! Stateless: an answer is a function of the request, and playback happens in the browser
//! on a finished history. Bounded: [`bounds`] has every limit. A request is answered
//! with 200 or with a 4xx that says why.

mod answer;
mod assets;
pub mod bounds;
mod claims;
mod ensemble;
mod export;
mod guard;
mod model;
mod offered;
mod query;
mod region;
mod run;
mod series;
mod shapes;
mod story;
mod stream;

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tokio::sync::Semaphore;

use comity_model::error::{Error, Result};
use offered::Offered;

/// How the page is served.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address to listen on; by default that of this machine alone.
    pub host: IpAddr,
    /// Port; 0: any that is free.
    pub port: u16,
    /// Scenario files of the user, offered beside the shipped ones.
    pub scenarios: Vec<String>,
}

/// What all handlers share. Nothing of it is about a visitor.
struct Shared {
    /// Where the page is served.
    address: SocketAddr,
    /// The scenarios that may be asked for.
    offered: Offered,
    /// Single runs at a time.
    runs: Semaphore,
    /// Streams at a time.
    streams: Arc<Semaphore>,
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
        let offered = Offered::new(&options.scenarios)?;
        let wanted = SocketAddr::new(options.host, options.port);
        let taken = |e: std::io::Error| Error::new(format!("{wanted} cannot be listened on: {e}"));
        let listener = TcpListener::bind(wanted).map_err(taken)?;
        listener.set_nonblocking(true).map_err(taken)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(cores)
            .build()
            .map_err(|e| Error::new(format!("failed to start threads: {e}")))?;
        let shared = Shared {
            address: listener.local_addr().map_err(taken)?,
            offered,
            runs: Semaphore::new(cores),
            streams: Arc::new(Semaphore::new(bounds::STREAMS)),
            pool,
            stopping: AtomicBool::new(false),
        };
        Ok(Self {
            listener,
            shared: Arc::new(shared),
        })
    }

    /// Where the page is.
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Serves until the user interrupts.
    ///
    /// # Errors
    /// If the server cannot be started.
    pub fn run(self) -> Result<()> {
        let failed = |e: std::io::Error| Error::new(format!("failed to serve: {e}"));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(bounds::BLOCKING)
            .enable_all()
            .build()
            .map_err(failed)?;
        let shared = Arc::clone(&self.shared);
        let served = runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            let stop = async move {
                let _ = tokio::signal::ctrl_c().await;
                shared.stopping.store(true, Ordering::Relaxed);
            };
            let app = router(self.shared);
            axum::serve(listener, app)
                .with_graceful_shutdown(stop)
                .await
        });
        runtime.shutdown_background();
        served.map_err(failed)
    }
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
        .layer(from_fn_with_state(Arc::clone(&shared), guard::guard))
        .with_state(shared)
}
