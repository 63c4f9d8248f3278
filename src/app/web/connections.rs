//! Connections: so many and no more, none kept that says or takes nothing, and all of them
//! closed in time when the server stops.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use futures_util::future::{Either, select};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

use super::answer::holding;
use super::patience::Patience;
use super::turns::Client;
use super::{Shared, bounds, guard};

/// How a connection is closed from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    /// At once: another needs its place.
    Now,
    /// After the answer that is being made.
    Answered,
}

#[derive(Debug)]
struct Open {
    address: IpAddr,
    /// A request of it is being answered.
    answering: Arc<AtomicBool>,
    close: oneshot::Sender<Closing>,
}

/// Says that a request was answered when this is dropped.
struct Answered(Arc<AtomicBool>);

impl Drop for Answered {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// The connections that are open, by number: older ones have lower numbers.
#[derive(Debug, Default)]
struct Connections(Mutex<BTreeMap<u64, Open>>);

impl Connections {
    fn open(&self) -> MutexGuard<'_, BTreeMap<u64, Open>> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Closes one of the address that has most: one that asks nothing, if there is one, and
    /// the oldest of these.
    fn make_room(&self) {
        let mut open = self.open();
        let mut counts: BTreeMap<IpAddr, usize> = BTreeMap::new();
        for one in open.values() {
            *counts.entry(one.address).or_default() += 1;
        }
        let dearest = |one: &Open| {
            let answering = one.answering.load(Ordering::Relaxed);
            (std::cmp::Reverse(counts[&one.address]), answering)
        };
        let first = open.iter().min_by_key(|(_, one)| dearest(one));
        let Some(number) = first.map(|(&number, _)| number) else {
            return;
        };
        if let Some(one) = open.remove(&number) {
            let _ = one.close.send(Closing::Now);
        }
    }

    /// Lets every connection finish its answer.
    fn close(&self) {
        for (_, one) in std::mem::take(&mut *self.open()) {
            let _ = one.close.send(Closing::Answered);
        }
    }
}

/// Serves until `stop`, and then until the answers that are being made are given, a moment at
/// most.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shared: Arc<Shared>,
    stop: impl Future<Output = ()>,
) {
    let connections = Arc::new(Connections::default());
    // Every connection holds an end: when the last one is closed, nothing is received.
    let (alive, mut ended) = mpsc::channel::<Infallible>(1);
    let accepting = async {
        for number in 0u64.. {
            let (stream, peer) = accept(&listener, &connections).await;
            while connections.open().len() >= bounds::CONNECTIONS {
                connections.make_room();
            }
            let client = Client {
                address: peer.ip(),
                connection: number,
            };
            let (close, closed) = oneshot::channel();
            let answering = Arc::new(AtomicBool::new(false));
            let open = Open {
                address: client.address,
                answering: Arc::clone(&answering),
                close,
            };
            connections.open().insert(number, open);
            let one = one(
                stream,
                client,
                router.clone(),
                Arc::clone(&shared),
                answering,
                closed,
            );
            let (connections, alive) = (Arc::clone(&connections), alive.clone());
            tokio::spawn(async move {
                one.await;
                connections.open().remove(&number);
                drop(alive);
            });
        }
    };
    select(pin!(accepting), pin!(stop)).await;
    drop(listener);
    shared.stopping.store(true, Ordering::Relaxed);
    connections.close();
    drop(alive);
    let _ = timeout(bounds::CLOSING, ended.recv()).await;
}

/// The next connection. Where the system has no more of them, an old one goes.
async fn accept(listener: &TcpListener, connections: &Connections) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(_) => {
                connections.make_room();
                sleep(Duration::from_millis(10)).await;
            }
        }
    }
}

/// One connection, request by request, until an end closes it.
async fn one(
    stream: TcpStream,
    client: Client,
    router: Router,
    shared: Arc<Shared>,
    answering: Arc<AtomicBool>,
    closed: oneshot::Receiver<Closing>,
) {
    // A line of a stream is not to wait for the next one.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |request: Request<Incoming>| {
        let (router, shared) = (router.clone(), Arc::clone(&shared));
        let answering = Arc::clone(&answering);
        async move {
            answering.store(true, Ordering::Relaxed);
            let done = Answered(answering);
            let answer = guard::guard(&shared, client, router, request).await;
            Ok::<_, Infallible>(holding(answer, done))
        }
    });
    let stream = TokioIo::new(Patience::new(stream, bounds::WRITING));
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(bounds::HEADERS)
            .max_buf_size(bounds::BUFFER)
            .serve_connection(stream, answer)
    );
    // A connection that fails has nobody left to tell.
    if let Either::Right((Ok(Closing::Answered), _)) = select(connection.as_mut(), closed).await {
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}
