//! Answers that come line by line while the work goes on: JSON, one value a line.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::poll_fn;
use rayon::prelude::*;
use serde_json::Value;
use tokio::sync::mpsc::{Sender, channel};

use super::Shared;
use super::answer::{Answer, Refusal};

/// Where the lines go.
pub struct Lines {
    sender: Sender<Bytes>,
    shared: Arc<Shared>,
}

impl Lines {
    /// Whether somebody still reads.
    pub fn go_on(&self) -> bool {
        !self.sender.is_closed() && !self.shared.stopping.load(Ordering::Relaxed)
    }

    /// Sends a line, waiting for a slow reader.
    pub fn send(&self, value: &Value) {
        let line = Bytes::from(format!("{value}\n"));
        // A reader that has gone away is seen by `go_on`.
        let _ = self.sender.blocking_send(line);
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
        lines.send(&line);
        if begun.elapsed() < beat {
            step *= 2;
        } else if begun.elapsed() > 3 * beat {
            step = (step / 2).max(threads);
        }
    }
}

/// An answer whose lines `work` sends; it ends when `work` does.
pub fn stream<W>(shared: &Arc<Shared>, work: W) -> Answer<Response>
where
    W: FnOnce(&Shared, &Lines) + Send + 'static,
{
    let turn = Arc::clone(&shared.streams).try_acquire_owned();
    let turn = turn.map_err(|_| Refusal::busy("too many ensembles are being filled"))?;
    let (sender, mut receiver) = channel(4);
    let lines = Lines {
        sender,
        shared: Arc::clone(shared),
    };
    let shared = Arc::clone(shared);
    tokio::task::spawn_blocking(move || {
        work(&shared, &lines);
        drop(turn);
    });
    let body = poll_fn(move |context| {
        let line = receiver.poll_recv(context);
        line.map(|line| line.map(Ok::<_, Infallible>))
    });
    let kind = [(header::CONTENT_TYPE, "application/x-ndjson")];
    Ok((kind, Body::from_stream(body)).into_response())
}
