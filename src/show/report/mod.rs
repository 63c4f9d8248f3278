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
use comity_lab::ensemble::manifest::{AnyManifest, REPORT, RunManifest};
use comity_model::error::{Error, Result};
use page::Page;

pub use words::quoted;

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
    let Some(any) = AnyManifest::read(folder)? else {
        return Err(fail("no manifest.json in it, expected a result"));
    };
    any.whole(folder)?;
    if let Some(manifest) = BatchManifest::read(folder)? {
        return batch::page(folder, &manifest);
    }
    if let Some(manifest) = CheckManifest::read(folder)? {
        return check::page(folder, &manifest);
    }
    if let Some(manifest) = ValidationManifest::read(folder)? {
        return validation::page(folder, &manifest);
    }
    if let Some(manifest) = CalibrationManifest::read(folder)? {
        return calibration::page(folder, &manifest);
    }
    match RunManifest::read(folder)? {
        Some(manifest) => run::page(folder, &manifest),
        None => Err(fail(&format!(
            "holds a result of the kind \"{}\", of which no report is known",
            any.kind
        ))),
    }
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
