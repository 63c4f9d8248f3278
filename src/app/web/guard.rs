//! What is refused before it is read, and the headers of every answer.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::uri::{Authority, PathAndQuery};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;

use super::answer::Refusal;
use super::turns::Client;
use super::{Shared, bounds};

/// Nothing but what this server sends may run, be shown or be asked.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; \
                      img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Lets through what comes from this page or from nowhere else, without the token that its
/// address begins with where one is wanted.
pub async fn guard(
    shared: &Arc<Shared>,
    client: Client,
    router: Router,
    mut request: Request<Incoming>,
) -> Response {
    request.extensions_mut().insert(client);
    let checked =
        check(&request, shared.address).and_then(|()| admit(&mut request, shared.token.as_deref()));
    let mut response = match checked {
        Ok(()) => match TowerToHyperService::new(router).call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        Err(refusal) => refusal.into_response(),
    };
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::CACHE_CONTROL, "no-store");
    let opener = HeaderName::from_static("cross-origin-resource-policy");
    set(opener, "same-origin");
    response
}

/// Takes the token off the address of the request.
fn admit(request: &mut Request<Incoming>, token: Option<&str>) -> Result<(), Refusal> {
    let Some(token) = token else { return Ok(()) };
    let bare = bare(request.uri(), token).ok_or_else(|| {
        let why = "expected the address that `comity serve` printed, with its token";
        Refusal::new(StatusCode::FORBIDDEN, why)
    })?;
    *request.uri_mut() = bare;
    Ok(())
}

/// The address after `/token`; `None` if it does not begin with that.
fn bare(uri: &Uri, token: &str) -> Option<Uri> {
    let whole = uri.path_and_query()?.as_str();
    let (given, rest) = whole.get(1..)?.split_at_checked(token.len())?;
    // As long for a wrong token whatever is wrong in it.
    let pairs = given.bytes().zip(token.bytes());
    let differ = pairs.fold(0, |found, (a, b)| found | (a ^ b));
    if differ != 0 || !rest.starts_with('/') {
        return None;
    }
    Some(Uri::from(rest.parse::<PathAndQuery>().ok()?))
}

fn check(request: &Request<Incoming>, address: SocketAddr) -> Result<(), Refusal> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let why = format!("found {}, expected GET", request.method());
        return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, why));
    }
    let length = request.uri().to_string().len();
    if length > bounds::ADDRESS {
        let why = format!(
            "an address of {length} bytes, expected at most {}",
            bounds::ADDRESS
        );
        return Err(Refusal::new(StatusCode::URI_TOO_LONG, why));
    }
    let forbidden = |why: &str| Err(Refusal::new(StatusCode::FORBIDDEN, why));
    let headers = request.headers();
    let Some(host) = single(headers, header::HOST) else {
        return forbidden("expected one header Host");
    };
    if !ours(host, address) {
        return forbidden("the header Host names another server than this one");
    }
    let origin = headers.get_all(header::ORIGIN).iter();
    if origin
        .into_iter()
        .any(|o| o.to_str().ok().and_then(|o| o.strip_prefix("http://")) != Some(host))
    {
        return forbidden("the request comes from another page than this one");
    }
    let from_elsewhere = headers
        .get("sec-fetch-site")
        .is_some_and(|s| s == "cross-site");
    // A link to the page may stand anywhere.
    if from_elsewhere && !request.uri().path().ends_with('/') {
        return forbidden("the request comes from another site");
    }
    Ok(())
}

fn single(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut all = headers.get_all(name).iter();
    let one = all.next()?.to_str().ok()?;
    all.next().is_none().then_some(one)
}

/// Whether `host` is a name of this server: a number, so that no other's name can be made to
/// lead here, or `localhost`.
fn ours(host: &str, address: SocketAddr) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    if authority.port_u16().unwrap_or(80) != address.port() || host.contains('@') {
        return false;
    }
    let name = authority.host();
    let literal = name.trim_start_matches('[').trim_end_matches(']');
    match literal.parse::<IpAddr>() {
        Ok(ip) => {
            ip == address.ip()
                || address.ip().is_unspecified()
                || ip.is_loopback() && address.ip().is_loopback()
        }
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_first_part_of_the_address() {
        let bare = |uri: &str| bare(&uri.parse().unwrap(), "secret").map(|u| u.to_string());
        assert_eq!(bare("/secret/").as_deref(), Some("/"));
        assert_eq!(
            bare("/secret/api/run?seed=2").as_deref(),
            Some("/api/run?seed=2")
        );
        for wrong in [
            "/",
            "/secret",
            "/secre/",
            "/secrets/",
            "/Secret/",
            "/api/run?token=secret",
            "/secret?x=/",
            "//secret/",
        ] {
            assert_eq!(bare(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_host_is_a_number_of_this_server_or_localhost() {
        let here: SocketAddr = "127.0.0.1:8080".parse().unwrap();
        for host in [
            "127.0.0.1:8080",
            "localhost:8080",
            "LOCALHOST:8080",
            "[::1]:8080",
        ] {
            assert!(ours(host, here), "{host}");
        }
        for host in [
            "127.0.0.1",
            "127.0.0.1:81",
            "example.org:8080",
            "localhost.example.org:8080",
            "user@localhost:8080",
            "10.0.0.1:8080",
            "",
            " ",
            "[::1",
            "localhost:99999",
        ] {
            assert!(!ours(host, here), "{host}");
        }
        let everywhere: SocketAddr = "0.0.0.0:80".parse().unwrap();
        assert!(ours("10.0.0.1", everywhere) && !ours("example.org", everywhere));
    }
}
