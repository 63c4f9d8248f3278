//! The files of the page, embedded in the program, and the chart library.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use include_dir::{Dir, include_dir};

use super::answer::{Answer, Refusal};

static ASSETS: Dir = include_dir!("$CARGO_MANIFEST_DIR/src/app/web/assets");

/// The chart library as the crate `plotly` carries it: the first of the scripts that it
/// gives in HTML.
static PLOTLY: LazyLock<String> = LazyLock::new(|| {
    let scripts = plotly::Plot::offline_js_sources();
    let first = scripts.split("</script>").next().unwrap_or_default();
    let begin = first.find('>').map_or(0, |k| k + 1);
    first[begin..].to_string()
});

/// The page itself; what stands in its address is for its script.
pub async fn page() -> Answer<Response> {
    embedded("index.html")
}

/// A file of the page, by its name alone.
pub async fn file(Path(name): Path<String>) -> Answer<Response> {
    if name == "plotly.js" {
        // The same for as long as the program: kept by the browser for a day.
        let headers = [
            (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
            (header::CACHE_CONTROL, "max-age=86400"),
        ];
        return Ok((headers, PLOTLY.as_str()).into_response());
    }
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
    fn the_chart_library_is_a_whole_script() {
        let head: String = PLOTLY.trim_start().chars().take(20).collect();
        assert!(head.starts_with("/**\n* plotly.js v"), "{head}");
        assert!(PLOTLY.len() > 1_000_000 && !PLOTLY.contains("<script"));
    }

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
