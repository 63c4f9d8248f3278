//! What may stand where the result of a batch is to be, and how one is gone on with.

use std::fs;
use std::path::Path;

use super::plan::Plan;
use super::record::{Batch, BatchManifest};
use super::store::{self, PARTS};
use crate::ensemble::integrity;
use crate::ensemble::place::{self, Place};
use comity_model::error::{Error, Result};

/// How a batch begins.
pub type Begun = place::Begun<Batch>;

/// Makes a place ready for the batch `wanted`: a new one; one that was interrupted; one to which
/// replicates are added; with `force`, one that held another batch.
///
/// # Errors
/// If another result or other files stand there; if nothing can be written there.
pub fn begin(place: &mut Place, plan: &Plan, wanted: BatchManifest, force: bool) -> Result<Begun> {
    match place.standing::<Batch>(force)? {
        None => fresh(place, wanted),
        Some(known) if known.plan == wanted.plan => again(place, plan, known, wanted),
        Some(known) if force => {
            place.alone(|place| store::remove(place.folder(), &known, |_| true))?;
            fresh(place, wanted.over(&known))
        }
        Some(known) => {
            let problem = format!(
                "holds the result of another plan ({}): name another folder with --out, or replace \
                 it with --force",
                known.differences(&wanted).join("; ")
            );
            Err(Error::new(problem).in_file(place.shown()))
        }
    }
}

fn fresh(place: &Place, manifest: BatchManifest) -> Result<Begun> {
    let parts = place.folder().join(PARTS);
    fs::create_dir_all(&parts)
        .map_err(|e| Error::new(format!("cannot be made: {e}")).in_file(&parts))?;
    place.write_manifest(&manifest)?;
    Ok(Begun::Work(Box::new(manifest)))
}

/// The same plan again: used as it is, gone on with, or extended.
fn again(
    place: &mut Place,
    plan: &Plan,
    known: BatchManifest,
    wanted: BatchManifest,
) -> Result<Begun> {
    if wanted.replicates < known.replicates {
        let problem = format!(
            "holds {} replicates, expected at most the {} asked for: name another folder with --out",
            known.replicates, wanted.replicates
        );
        return Err(Error::new(problem).in_file(place.shown()));
    }
    let same = wanted.replicates == known.replicates
        && known.sweep == wanted.sweep
        && known.metrics == wanted.metrics;
    if same && known.complete && integrity::whole(place.folder(), &known) {
        return Ok(Begun::Complete(Box::new(known)));
    }
    if same && !known.complete {
        return Ok(Begun::Work(Box::new(known)));
    }
    let short = known.planned() / plan.chunk;
    let cut = wanted.replicates > known.replicates && !known.planned().is_multiple_of(plan.chunk);
    place.alone(|place| match cut {
        true => store::remove(place.folder(), &known, |part| part == short),
        false => Ok(()),
    })?;
    fresh(place, wanted.over(&known))
}

/// The plan of the batch whose result stands in `folder`, made of its manifest and inputs alone;
/// `unchecked`, also of a manifest that is not as it was written.
///
/// # Errors
/// If there is no such result; if its manifest or an input is not as it was written; if this version
/// makes another plan of it.
pub fn resume(folder: &Path, unchecked: bool) -> Result<(Plan, BatchManifest)> {
    let fail = |problem: String| Error::new(problem).in_file(folder);
    if !folder.is_dir() {
        return Err(fail("no such folder, expected that of a batch".to_string()));
    }
    place::settle(folder)?;
    let Some(manifest) = BatchManifest::read(folder)? else {
        return Err(fail(
            "no manifest of a batch in it, expected the folder of one".to_string(),
        ));
    };
    if !unchecked {
        integrity::sealed(folder)?;
    }
    let plan = Plan::new(manifest.experiment.load(folder, &manifest.inputs)?)?;
    if plan.hash != manifest.plan {
        let now = BatchManifest::of(&plan, Vec::new(), manifest.sweep);
        let problem = format!(
            "was begun by another version of comity or on other data ({}): go on with that version, or \
             begin anew in another folder; what is there is kept",
            manifest.differences(&now).join("; ")
        );
        return Err(fail(problem));
    }
    Ok((plan, manifest))
}
