//! `comity merge`: the parts that shards made, joined.

use std::time::Instant;

use super::args::{MergeArgs, WorkArgs};
use super::batch::joined;
use super::progress::watch_interrupts;
use super::{Done, output};
use comity_lab::ensemble::batch::{self, BatchManifest, Begun};
use comity_lab::ensemble::inputs;
use comity_lab::ensemble::place::{Company, Place};
use comity_model::error::Error;

/// Does it.
pub fn merge(args: &MergeArgs) -> Done {
    let begun = Instant::now();
    let (plan, mut manifest) = batch::resume(&args.results[0], args.checking.unchecked)?;
    for folder in &args.results[1..] {
        let fail = |problem: String| Error::new(problem).in_file(folder);
        let other = BatchManifest::read(folder)?
            .ok_or_else(|| fail("no manifest of a batch in it, expected a shard".to_string()))?;
        if (&other.plan, other.replicates) != (&manifest.plan, manifest.replicates) {
            let problem = format!(
                "is a shard of another plan ({} there, {} in {})",
                other.plan,
                manifest.plan,
                args.results[0].display()
            );
            return Err(fail(problem).into());
        }
    }
    let out = args.out.as_ref().unwrap_or(&args.results[0]);
    let mut place = Place::open(out, Company::Alone)?;
    if !args.results.contains(out) {
        let wanted = manifest.anew(std::env::args().collect());
        match batch::begin(&mut place, &plan, wanted, false)? {
            Begun::Complete(there) | Begun::Work(there) => manifest = *there,
        }
        let inputs = inputs::read_again(&args.results[0], &manifest.inputs)?;
        inputs::keep(&place, &manifest, &inputs)?;
    }
    watch_interrupts()?;
    let unchecked = args.checking.unchecked;
    for fault in batch::adopt(&plan, &args.results, out, unchecked)? {
        output::note(&format!("{fault}; it is used all the same"));
    }
    let work = WorkArgs::joining(args.figures, args.quiet);
    joined(&work, &place, &plan, manifest, begun)
}
