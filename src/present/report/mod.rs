//! The report on a result: one page of HTML that needs nothing else.
//!
//! Every sentence and table is made from the tables and the manifest of the result, so that
//! the same result gives the same bytes. What the page is made of stands in `page`; each
//! kind of result has a file that fills it, as have the parts that several kinds share.

mod batch;
mod claims;
mod course;
mod figures;
mod model;
mod page;
mod repeat;
mod run;
mod sensitivity;
mod table1;
mod words;

use std::path::Path;

use crate::ensemble::batch::BatchManifest;
use crate::ensemble::manifest::{MANIFEST, Manifest, REPORT};
use crate::error::{Error, Result};
use crate::table::store;
use page::Page;

/// The report on the result in `folder`, as HTML.
///
/// # Errors
/// If there is no whole result there, or its tables cannot be read.
pub fn html(folder: &Path) -> Result<String> {
    read(folder)?.html()
}

/// Whether these bytes are a report of this program.
pub fn is_report(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1000)];
    String::from_utf8_lossy(head).contains(page::GENERATOR)
}

fn read(folder: &Path) -> Result<Page> {
    let fail = |problem: &str| Error::new(problem).in_file(folder);
    if !folder.is_dir() {
        return Err(fail("no such folder, expected that of a result"));
    }
    if let Some(manifest) = BatchManifest::read(folder)? {
        return match manifest.complete {
            true => batch::page(folder, &manifest),
            false => Err(fail(
                "holds a batch that is not whole: `comity resume` goes on with it",
            )),
        };
    }
    if !folder.join(MANIFEST).is_file() {
        return match store::find(folder, claims::TABLE) {
            Some(_) => claims::page(folder, &serde_json::Value::Null),
            None => Err(fail("no manifest.json in it, expected a result")),
        };
    }
    let manifest = manifest(folder)?;
    if manifest.get("kind").is_some() {
        return claims::page(folder, &manifest);
    }
    match Manifest::read(folder)? {
        Some(manifest) => run::page(folder, &manifest),
        None => Err(fail("no manifest.json in it, expected a result")),
    }
}

/// The manifest of a result of any kind.
fn manifest(folder: &Path) -> Result<serde_json::Value> {
    let path = folder.join(MANIFEST);
    let bytes = std::fs::read(&path)
        .map_err(|e| Error::new(format!("failed to read: {e}")).in_file(&path))?;
    serde_json::from_slice(&bytes)
        .map_err(|e| Error::new(format!("not a manifest of this program: {e}")).in_file(&path))
}

/// What the report says of itself at its end.
fn colophon(version: &str) -> String {
    format!(
        "Written by comity {} from the tables and the manifest of the result (made by \
         comity {version}) alone; `comity report` writes {REPORT} again. The same result gives \
         the same report, byte for byte.",
        env!("CARGO_PKG_VERSION")
    )
}
