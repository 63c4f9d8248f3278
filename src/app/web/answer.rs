//! Answers, and refusals that say why.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use hyper::body::{Frame, SizeHint};
use serde_json::{Value, json};

use comity_model::error::Error;

/// A request that is not done, with the reason.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    why: Error,
}

/// What a handler gives back.
pub type Answer<T> = Result<T, Refusal>;

impl Refusal {
    /// With this status, which is one of 4xx.
    pub fn new(status: StatusCode, why: impl Into<String>) -> Self {
        let why = Error::new(why);
        Self { status, why }
    }

    /// Somebody else is being served.
    pub fn busy(what: &str) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            format!("{what}; try again in a moment"),
        )
    }

    /// A run that did not come to its end.
    pub fn failed(why: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, why)
    }
}

/// What is wrong with an input is the request's fault.
impl From<Error> for Refusal {
    fn from(why: Error) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self { status, why }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let key = &self.why.key;
        let body = json!({ "error": self.why.problem, "key": key });
        (self.status, Json(body)).into_response()
    }
}

/// JSON that was written beforehand.
pub fn written(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// The answer, which holds `what` until all of it is given or nobody reads it.
pub fn holding<T: Send + Unpin + 'static>(answer: Response, what: T) -> Response {
    answer.map(|body| Body::new(Holding { body, _what: what }))
}

struct Holding<T> {
    body: Body,
    _what: T,
}

impl<T: Unpin> hyper::body::Body for Holding<T> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A number for JSON; null where it is missing.
pub fn number(value: f64) -> Value {
    // Six digits are more than a screen shows and half of the bytes.
    let rounded = format!("{value:.5e}").parse::<f64>().unwrap_or(value);
    serde_json::Number::from_f64(rounded).map_or(Value::Null, Value::Number)
}

/// There is no such page.
pub async fn nothing(uri: Uri) -> Refusal {
    let path: String = uri.path().chars().take(60).collect();
    Refusal::new(StatusCode::NOT_FOUND, format!("there is no {path}"))
}
