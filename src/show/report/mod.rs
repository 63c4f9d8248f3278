//! The report on a result: one page of HTML that needs nothing else.
//!
//! Every sentence and table is made from the tables and the manifest of the result, so that
//! the same result gives the same bytes. What the page is made of stands in `page`; each
//! kind of result has a file that fills it, as have the parts that several kinds share.

mod batch;
mod batch_tables;
mod calibration;
mod check;
mod course;
mod figures;
mod model;
mod page;
mod repeat;
mod run;
mod sensitivity;
mod table1;
mod validation;
mod verdicts;
mod words;

use std::path::Path;

use comity_lab::analysis::calibration::CalibrationManifest;
use comity_lab::analysis::validation::ValidationManifest;
use comity_lab::ensemble::batch::BatchManifest;
use comity_lab::ensemble::claims::CheckManifest;
use comity_lab::ensemble::manifest::{MANIFEST, Manifest, REPORT};
use comity_model::error::{Error, Result};
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
    if let Some(manifest) = CheckManifest::read(folder)? {
        return check::page(folder, &manifest);
    }
    if let Some(manifest) = ValidationManifest::read(folder)? {
        return validation::page(folder, &manifest);
    }
    if let Some(manifest) = CalibrationManifest::read(folder)? {
        return match manifest.complete {
            true => calibration::page(folder, &manifest),
            false => Err(fail(
                "holds a calibration that is not whole: `comity resume` goes on with it",
            )),
        };
    }
    if let Some(kind) = kind(folder)? {
        return Err(fail(&format!(
            "holds a result of the kind \"{kind}\", of which no report is known"
        )));
    }
    match Manifest::read(folder)? {
        Some(manifest) => run::page(folder, &manifest),
        None => Err(fail("no manifest.json in it, expected a result")),
    }
}

/// The kind that a manifest names; `None` of runs, which name none, and without a manifest.
fn kind(folder: &Path) -> Result<Option<String>> {
    let path = folder.join(MANIFEST);
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = std::fs::read(&path)
        .map_err(|e| Error::new(format!("failed to read: {e}")).in_file(&path))?;
    let manifest: serde_json::Value = serde_json::from_slice(&bytes)
        .map_err(|e| Error::new(format!("not a manifest of this program: {e}")).in_file(&path))?;
    Ok(manifest["kind"].as_str().map(String::from))
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
