//! Whether a result is as it was written, and whether runs of it come out again.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

use super::batch::{self, BatchManifest, Plan};
use super::inputs::kept;
use super::integrity;
use super::manifest::{AnyManifest, RunManifest, TableRecord, without_hashes};
use super::place;
use super::replicates::{self, these};
use crate::table::{Format, Table, store};
use comity_model::error::{Error, Result};
use comity_model::scenario::files::Home;
use comity_model::scenario::provenance;
use comity_model::scenario::source::Source;

/// How it is done. None of it changes a verdict.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// Share of the runs that are done again, above 0 and at most 1; `None`: none.
    pub share: Option<f64>,
    /// Number of threads; `None`: as many as there are processors.
    pub threads: Option<usize>,
    /// Gives up once it is true.
    pub cancel: Option<&'a AtomicBool>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Verdict {
    /// Kind of the result.
    pub kind: String,
    /// Version of the program that made it.
    pub version: String,
    /// Whether it has hashes, as results of the earliest versions have not: nothing can be said of
    /// those.
    pub hashed: bool,
    /// Files that were looked at, the manifest among them.
    pub files: usize,
    /// Parts that were looked at.
    pub parts: u64,
    /// What is not as it was written.
    pub faults: Vec<String>,
    /// Runs that were done again.
    pub again: u64,
    /// Runs of the result.
    pub runs: u64,
    /// What came out otherwise.
    pub differing: Vec<String>,
    /// What could not be looked at, and why.
    pub notes: Vec<String>,
}

impl Verdict {
    /// Whether nothing is wrong with the result.
    pub fn holds(&self) -> bool {
        self.faults.is_empty() && self.differing.is_empty()
    }
}

/// Looks at every file of the result in `folder`, then does a random share of its runs again;
/// `None` if it was cancelled.
///
/// # Errors
/// If there is no result; if runs cannot be done.
pub fn verify(folder: &Path, options: Options) -> Result<Option<Verdict>> {
    let fail = |problem: &str| Error::new(problem).in_file(folder);
    if !folder.is_dir() {
        return Err(fail("no such folder, expected that of a result"));
    }
    let go_on = || !options.cancel.is_some_and(|c| c.load(Ordering::Relaxed));
    if let Some(version) = without_hashes(folder) {
        return Ok(Some(Verdict {
            version,
            ..Verdict::default()
        }));
    }
    let mut verdict = Verdict {
        hashed: true,
        ..Verdict::default()
    };
    if let Err(error) = place::settle(folder) {
        verdict.faults.push(error.to_string());
        return Ok(Some(verdict));
    }
    let manifest = match AnyManifest::read(folder) {
        Ok(Some(manifest)) => manifest,
        Ok(None) => return Err(fail("no manifest.json in it, expected a result")),
        Err(error) => {
            verdict.faults.push(error.to_string());
            return Ok(Some(verdict));
        }
    };
    verdict.kind.clone_from(&manifest.kind);
    verdict.version.clone_from(&manifest.version);
    verdict.files = 1 + manifest.listed().len();
    let broken = integrity::sealed(folder).err().into_iter();
    let faults = broken.chain(integrity::faults(folder, &manifest, &go_on));
    verdict.faults.extend(faults.map(|e| e.to_string()));
    if !manifest.complete {
        verdict
            .notes
            .push("it is not whole: what is there was looked at".to_string());
    }
    stores(folder, &mut verdict, &go_on)?;
    if !go_on() {
        return Ok(None);
    }
    let Some(share) = options.share.filter(|_| verdict.faults.is_empty()) else {
        return Ok(Some(verdict));
    };
    let own = env!("CARGO_PKG_VERSION");
    if manifest.version != own {
        verdict.notes.push(format!(
            "it was made by comity {}, and this is {own}: no run was done again",
            manifest.version
        ));
        return Ok(Some(verdict));
    }
    let whole = match manifest.kind.as_str() {
        "run" => runs(folder, share, options, &mut verdict)?,
        "experiment" => parts(folder, share, options, &mut verdict)?,
        kind => {
            let text = format!(
                "--rerun is not available for the kind \"{kind}\", only for runs, batches and \
                 sweeps: no run was done again"
            );
            verdict.notes.push(text);
            true
        }
    };
    Ok(whole.then_some(verdict))
}

/// Looks at the parts in the stores of the result: its own, and those in folders of it.
fn stores(folder: &Path, verdict: &mut Verdict, go_on: &dyn Fn() -> bool) -> Result<()> {
    let failed = |e: std::io::Error| Error::new(format!("cannot be read: {e}")).in_file(folder);
    let mut folders = vec![folder.to_path_buf()];
    for entry in fs::read_dir(folder).map_err(failed)? {
        folders.push(entry.map_err(failed)?.path());
    }
    folders[1..].sort();
    for (k, folder) in folders.iter().enumerate().filter(|(_, f)| f.is_dir()) {
        let Ok(Some(batch)) = BatchManifest::read(folder) else {
            continue;
        };
        if k > 0 {
            let broken = integrity::sealed(folder).err().into_iter();
            let faults = broken.chain(integrity::faults(folder, &batch, go_on));
            verdict.faults.extend(faults.map(|e| e.to_string()));
            verdict.files += 1 + batch.listed().len();
        }
        let (there, faults) = batch::faults(folder, &batch, go_on);
        let all = batch.planned().div_ceil(batch.chunk.max(1));
        verdict.parts += there;
        verdict.faults.extend(faults.iter().map(Error::to_string));
        if there < all && go_on() {
            let text = format!("{} of {all} parts are not there", all - there);
            verdict.notes.push(text);
        }
    }
    Ok(())
}

/// Does some replicates of a run again; whether it was not cancelled.
fn runs(folder: &Path, share: f64, options: Options, verdict: &mut Verdict) -> Result<bool> {
    let Some(manifest) = RunManifest::read(folder)? else {
        return Ok(true);
    };
    let record = &manifest.scenario;
    let first = record.source.files.first().map(|f| Path::new(&f.file));
    let name = first.and_then(Path::file_name).unwrap_or_default();
    let home = Home::Kept(kept(folder, &manifest.inputs)?);
    let overrides = &record.source.overrides;
    let source = Source::open_over(&name.to_string_lossy(), &home, &[], overrides)?;
    let (scenario, _) = provenance::describe(&source, overrides)?;
    if scenario.hash != record.hash {
        let text = "its scenario is not at hand as it was: no run was done again";
        verdict.notes.push(text.to_string());
        return Ok(true);
    }
    let ids = chosen(share, manifest.replicates);
    let how = replicates::Options {
        threads: options.threads,
        progress: None,
        cancel: options.cancel,
    };
    let Some(again) = these(&scenario, manifest.seed, &ids, how)? else {
        return Ok(false);
    };
    (verdict.again, verdict.runs) = (ids.len() as u64, manifest.replicates);
    for fresh in replicates::tables(&scenario, &again) {
        let ids: BTreeSet<i64> = ids.iter().map(|&id| id as i64).collect();
        compare(folder, &manifest.tables, &fresh, &ids, verdict)?;
    }
    Ok(true)
}

/// Does some parts of a batch again; whether it was not cancelled.
fn parts(folder: &Path, share: f64, options: Options, verdict: &mut Verdict) -> Result<bool> {
    let (plan, manifest) = batch::resume(folder, false)?;
    let all = batch::inspect(folder, &plan)?.done;
    let wanted: Vec<u64> = match (manifest.complete, all.len()) {
        (true, _) => chosen(share, plan.parts()),
        (false, 0) => return Ok(true),
        (false, n) => chosen(share, n as u64)
            .iter()
            .map(|&k| all[k as usize])
            .collect(),
    };
    let fresh = tempfile::tempdir()
        .map_err(|e| Error::new(format!("failed to make a temporary folder: {e}")))?;
    let cancel = || options.cancel.is_some_and(|c| c.load(Ordering::Relaxed));
    let how = batch::Options {
        threads: options.threads,
        progress: None,
        cancel: Some(&cancel),
    };
    if !batch::run(&plan, fresh.path(), &wanted, how)?.whole {
        return Ok(false);
    }
    verdict.runs = plan.runs();
    for part in wanted {
        verdict.again += plan.part(part).count() as u64;
        if all.contains(&part) && !batch::same(folder, fresh.path(), &plan, part)? {
            verdict.differing.push(format!("part {part}"));
        }
        joined(folder, fresh.path(), &plan, &manifest, part, verdict)?;
    }
    Ok(true)
}

/// Compares a part that was done again with its rows in the joined tables.
fn joined(
    folder: &Path,
    fresh: &Path,
    plan: &Plan,
    manifest: &BatchManifest,
    part: u64,
    verdict: &mut Verdict,
) -> Result<()> {
    if !manifest.complete {
        return Ok(());
    }
    let ids = plan.part(part).map(|id| id as i64).collect();
    for empty in plan.tables() {
        let table = batch::read(fresh, plan, &empty, part)?;
        compare(folder, &manifest.tables, &table, &ids, verdict)?;
    }
    Ok(())
}

/// Compares rows with those of the same runs in a table of the result, to the byte.
fn compare(
    folder: &Path,
    tables: &[TableRecord],
    fresh: &Table,
    ids: &BTreeSet<i64>,
    verdict: &mut Verdict,
) -> Result<()> {
    let Some(record) = tables.iter().find(|t| t.name == fresh.name) else {
        return Ok(());
    };
    let table = record.read(folder)?;
    let of = table.integer("run_id").unwrap_or_default();
    let rows: Vec<usize> = (0..of.len())
        .filter(|&row| ids.contains(&of[row]))
        .collect();
    let bytes = |table: &Table| store::encode(table, Format::Csv);
    if bytes(&table.select(&rows))? != bytes(fresh)? {
        let runs: Vec<String> = ids.iter().take(3).map(i64::to_string).collect();
        let text = format!("table `{}` of run {}", record.name, runs.join(", "));
        verdict.differing.push(text);
    }
    Ok(())
}

/// A random choice of this share of the numbers below `count`, at least one, in order.
fn chosen(share: f64, count: u64) -> Vec<u64> {
    let wanted = ((share * count as f64).ceil() as u64).clamp(1, count.max(1));
    let time = SystemTime::now().duration_since(UNIX_EPOCH);
    let mut state = time.map_or(1, |t| t.as_nanos() as u64);
    // SplitMix64 (Steele, Lea & Flood 2014); Floyd's choice without repetition.
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let mut found = BTreeSet::new();
    for last in count - wanted..count {
        let pick = next() % (last + 1);
        if !found.insert(pick) {
            found.insert(last);
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_chosen_without_repetition() {
        for (share, count, wanted) in [(0.05, 20, 1), (0.05, 21, 2), (1.0, 7, 7), (1e-9, 3, 1)] {
            let found = chosen(share, count);
            assert_eq!(found.len(), wanted);
            assert!(found.is_sorted() && found.iter().all(|n| *n < count));
        }
        let many: BTreeSet<Vec<u64>> = (0..20).map(|_| chosen(0.1, 1000)).collect();
        assert!(many.len() > 1, "the choice is always the same");
    }
}
