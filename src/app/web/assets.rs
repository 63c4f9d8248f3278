//! The files of the page, embedded in the program.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use include_dir::{Dir, include_dir};

use super::answer::{Answer, Refusal};

static ASSETS: Dir = include_dir!("$CARGO_MANIFEST_DIR/src/app/web/assets");

/// The page itself; what stands in its address is for its script.
pub async fn page() -> Answer<Response> {
    embedded("index.html")
}

/// A file of the page, by its name alone.
pub async fn file(Path(name): Path<String>) -> Answer<Response> {
    embedded(&name)
}

fn embedded(name: &str) -> Answer<Response> {
    let missing = || Refusal::new(StatusCode::NOT_FOUND, "there is no such file of the page");
    let file = ASSETS.get_file(name).ok_or_else(missing)?;
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => return Err(missing()),
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    Ok((headers, file.contents()).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_assets() {
        for name in [
            "../mod.rs",
            "..",
            "",
            ".",
            "/etc/passwd",
            "../../../Cargo.toml",
            "nothing.js",
        ] {
            assert!(embedded(name).is_err(), "{name}");
        }
        assert!(embedded("index.html").is_ok());
    }
}
