//! Answers that come line by line while the work goes on: JSON, one value a line.

use std::io::{self, ErrorKind::TimedOut};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::future::{Either, select};
use futures_util::stream::poll_fn;
use rayon::prelude::*;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Sender, channel};
use tokio::time::timeout;

use super::answer::{Answer, Refusal};
use super::turns::{Client, Turn};
use super::{Shared, bounds};
use comity_model::error::Error;

/// Where the lines go.
pub struct Lines {
    sender: Sender<Bytes>,
    shared: Arc<Shared>,
    client: Client,
    runtime: Handle,
    /// The reader has not taken a line for too long.
    stalled: Arc<AtomicBool>,
}

impl Lines {
    /// Whether somebody still reads.
    pub fn go_on(&self) -> bool {
        let ended = self.stalled.load(Ordering::Relaxed) || self.sender.is_closed();
        !ended && !self.shared.stopping.load(Ordering::Relaxed)
    }

    /// Sends a line, waiting for a slow reader. That one has gone away, or takes nothing, is
    /// seen by `go_on`.
    fn send(&self, value: &Value) {
        let line = Bytes::from(format!("{value}\n"));
        let sent = async { timeout(bounds::STALLED, self.sender.send(line)).await };
        if self.runtime.block_on(sent).is_err() {
            self.stalled.store(true, Ordering::Relaxed);
        }
    }

    /// The next turn at the pool; `None` if the reader goes away before.
    fn turn(&self, expected: Duration) -> Option<Turn> {
        let turn = pin!(self.shared.beats.take(self.client, expected));
        match self
            .runtime
            .block_on(select(turn, pin!(self.sender.closed())))
        {
            Either::Left((turn, _)) => turn,
            Either::Right(_) => None,
        }
    }
}

/// Does `one` for each number below `all`, in batches that take about a beat each and in their
/// order, and sends a line after each: what `told` makes of what came out and of how many are
/// done. Ends when nobody reads any more, or when nothing is told.
pub fn in_beats<T: Send>(
    (shared, lines): (&Shared, &Lines),
    all: u64,
    beat: Duration,
    one: impl Fn(u64) -> T + Sync,
    mut told: impl FnMut(Vec<T>, u64) -> Option<Value>,
) {
    let threads = shared.pool.current_num_threads() as u64;
    let (mut done, mut step) = (0, threads);
    while done < all && lines.go_on() {
        let Some(turn) = lines.turn(beat) else {
            return;
        };
        let begun = Instant::now();
        let batch = done..(done + step).min(all);
        done = batch.end;
        let new: Vec<T> = shared
            .pool
            .install(|| batch.into_par_iter().map(&one).collect());
        if !lines.go_on() {
            return;
        }
        let Some(line) = told(new, done) else {
            return;
        };
        let took = begun.elapsed();
        drop(turn);
        lines.send(&line);
        if took < beat {
            step *= 2;
        } else if took > 3 * beat {
            step = (step / 2).max(threads);
        }
    }
}

/// An answer whose lines `work` sends; it ends when `work` does, in the middle if the reader
/// takes nothing. Meanwhile it holds so many `values`.
pub fn stream<W>((shared, client): (&Arc<Shared>, Client), values: u64, work: W) -> Answer<Response>
where
    W: FnOnce(&Shared, &Lines) + Send + 'static,
{
    let mebibytes = (8 * values).div_ceil(1 << 20).max(1);
    let most = bounds::STREAMS_EACH as u64;
    if mebibytes > most {
        let found = format!("{values} values of runs, years and columns together");
        return Err(Error::expected(found, format!("at most {}", most << 17)).into());
    }
    let place = shared.streams.take(client.address, mebibytes as usize);
    let place = place.ok_or_else(|| Refusal::busy("too many ensembles are being filled"))?;
    let (sender, mut receiver) = channel(4);
    let stalled = Arc::new(AtomicBool::new(false));
    let lines = Lines {
        sender,
        shared: Arc::clone(shared),
        client,
        runtime: Handle::current(),
        stalled: Arc::clone(&stalled),
    };
    let shared = Arc::clone(shared);
    tokio::task::spawn_blocking(move || {
        work(&shared, &lines);
        drop(place);
    });
    let body = poll_fn(move |context| {
        let line = receiver.poll_recv(context);
        line.map(|line| match line {
            Some(line) => Some(Ok(line)),
            None if stalled.load(Ordering::Relaxed) => Some(Err(io::Error::from(TimedOut))),
            None => None,
        })
    });
    let body = Body::from_stream(body);
    let kind = [(header::CONTENT_TYPE, "application/x-ndjson")];
    Ok((kind, body).into_response())
}
