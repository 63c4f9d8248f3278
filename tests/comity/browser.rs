//! The page of `comity serve` in a real browser.
//!
//! Needs Node, a Chromium (`COMITY_CHROMIUM`, else `chromium` on the path) and the packages of
//! `tests/browser` (`npm ci` there, or `COMITY_BROWSER_MODULES`). Without them the test is
//! skipped; with `COMITY_REQUIRE_BROWSER=1` it then fails. `COMITY_UPDATE=1` writes the looks anew.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::classroom::Served;
use crate::skipping::skip;

const REQUIRED: &str = "COMITY_REQUIRE_BROWSER";

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser")
}

fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}

/// Where the packages of `tests/browser` are.
fn modules() -> PathBuf {
    named("COMITY_BROWSER_MODULES").unwrap_or_else(|| folder().join("node_modules"))
}

#[test]
fn the_page_works_in_a_browser() {
    let test = "the_page_works_in_a_browser";
    let Some(node) = on_path("node") else {
        return skip(test, "there is no node on the path", REQUIRED);
    };
    let Some(chromium) = named("COMITY_CHROMIUM").or_else(|| on_path("chromium")) else {
        return skip(test, "there is no chromium on the path", REQUIRED);
    };
    let modules = modules();
    if !modules.join("playwright-core").is_dir() || !modules.join("axe-core").is_dir() {
        let why = format!("{} lacks the packages of tests/browser", modules.display());
        return skip(test, &why, REQUIRED);
    }
    let served = Served::start(&[]);
    let output = Command::new(node)
        .arg(folder().join("page.mjs"))
        .arg(&served.address)
        .arg(served.child.id().to_string())
        .env("COMITY_CHROMIUM", chromium)
        .env("COMITY_BROWSER_MODULES", modules)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stdout);
    println!("{words}");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}{errors}");
}

#[test]
fn the_scripts_of_the_page_have_the_types_that_they_say() {
    let test = "the_scripts_of_the_page_have_the_types_that_they_say";
    let Some(node) = on_path("node") else {
        return skip(test, "there is no node on the path", REQUIRED);
    };
    let checker = modules().join("typescript/bin/tsc");
    if !checker.is_file() {
        return skip(
            test,
            &format!("there is no {}", checker.display()),
            REQUIRED,
        );
    }
    let output = Command::new(node)
        .arg(checker)
        .arg("--project")
        .arg(folder())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{words}");
}
