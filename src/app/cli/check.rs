//! `comity check`: the papers' claims.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::args::{CheckArgs, processors};
use super::dry_run::{plural, time};
use super::progress::{Progress, STOP, watch_interrupts};
use super::{Done, Failure, output};
use comity_lab::analysis::claims::{Findings, Input, judge};
use comity_lab::ensemble::batch::Options;
use comity_lab::ensemble::claims::{
    ACCEPTED, Agenda, Check, CheckManifest, Choice, Draws, Family, Sizes, Work, agenda, families,
    read_sets, run,
};
use comity_lab::ensemble::experiment::claims::Paper;
use comity_lab::ensemble::experiment::library;
use comity_lab::ensemble::place::{Company, Place};
use comity_show::claims::{Writing, summary, write};

/// Does it.
pub fn check(args: &CheckArgs) -> Done {
    let begun = Instant::now();
    let max_time = args.max_time.filter(|_| args.sandbox.on);
    args.sandbox.watch(max_time);
    let (families, choice) = chosen(args)?;
    let agenda = agenda(&families, &choice)?;
    let sizes = sizes(args);
    let accepted = read_sets(args.accepted.as_deref())?.map(|d| d.first(sizes.sets));
    let prior = Draws::prior(sizes.draws)?;
    let work = Work::new(&agenda, sizes, accepted.as_ref(), &prior)?;
    let place = args.out.clone().unwrap_or_else(|| default_folder(args));
    if args.dry_run {
        return estimate(args, &agenda, &work, &place);
    }
    let mut manifest = manifest(args, &families, &choice, sizes, accepted.as_ref());
    let place = Place::open(&place, Company::Alone)?;
    // The runs of another check are used, and its tables stay until there are new ones.
    if place.standing::<Check>(false)?.is_none() {
        place.write_manifest(&manifest)?;
    }
    watch_interrupts()?;
    let progress = Progress::new(work.runs(), "runs", args.quiet);
    let step = || progress.step();
    let late = || args.max_time.is_some_and(|limit| begun.elapsed() >= limit);
    let stop = || STOP.load(Ordering::Relaxed) || late();
    let options = Options {
        threads: args.threads.map(usize::from),
        progress: Some(&step),
        cancel: Some(&stop),
    };
    let outputs = run(&work, place.folder(), options);
    let outputs = outputs.map_err(|e| place.named(e).then(output::KEPT))?;
    progress.finish();
    let Some(outputs) = outputs else {
        let text = "interrupted: what is done is kept, the same command goes on";
        return Err(Failure::Interrupted(text.to_string()));
    };
    let waiting = Progress::waiting("judging, drawing", args.quiet);
    let findings = judge(&Input {
        agenda: &agenda,
        outputs: &outputs,
        sizes,
        prior: &prior,
        observed: args.observed.as_deref(),
    })?;
    manifest.prior = prior.hash();
    manifest.runs = work.runs();
    manifest.failed = outputs.failed;
    manifest.failures.clone_from(&outputs.failures);
    manifest.made.seconds = begun.elapsed().as_secs_f64();
    let writing = Writing {
        figures: args.figures.formats(),
    };
    let written = write(&place, &mut manifest, &findings, writing);
    written.map_err(|e| e.then(output::KEPT))?;
    waiting.finish();
    if !args.quiet {
        output::print(&summary(&findings, &manifest))?;
        output::note(&format!("{}: written", place.shown().display()));
    }
    ended(args, &findings, &outputs)
}

/// The manifest of a check of which nothing is done.
fn manifest(
    args: &CheckArgs,
    families: &[Family],
    choice: &Choice,
    sizes: Sizes,
    accepted: Option<&Draws>,
) -> CheckManifest {
    let mut body = Check::of(families, choice, sizes);
    body.accepted = accepted.map(|sets| {
        let name = args.accepted.as_deref().unwrap_or(ACCEPTED);
        (name.to_string(), sets.hash())
    });
    CheckManifest::begin(body, std::env::args().collect())
}

/// The families to read and the claims to look at: a name is a family, a file or a claim.
fn chosen(args: &CheckArgs) -> Result<(Vec<Family>, Choice), Failure> {
    let shipped = library::families();
    let is_family = |name: &&String| shipped.contains(name) || Path::new(name).exists();
    let (mut named, mut claims): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for name in &args.claims {
        match is_family(&name) {
            true => named.push(name.clone()),
            false => claims.push(name.clone()),
        }
    }
    let paper = args.paper.as_deref().map(|p| match p {
        "B" => Paper::B,
        _ => Paper::A,
    });
    let mut families = families(
        if claims.is_empty() { &named } else { &[] },
        args.sandbox.on,
    )?;
    if !claims.is_empty() {
        let files: Vec<String> = named
            .iter()
            .filter(|n| !shipped.contains(n))
            .cloned()
            .collect();
        if !files.is_empty() {
            families.extend(self::families(&files, args.sandbox.on)?);
        }
        // A family that is named beside claims is looked at whole.
        let whole = families.iter().filter(|f| named.contains(&f.name));
        let more = whole.flat_map(|f| f.experiment.claims.iter().map(|c| c.name.clone()));
        let more: Vec<String> = more.collect();
        claims.extend(more);
    }
    Ok((families, Choice { claims, paper }))
}

fn sizes(args: &CheckArgs) -> Sizes {
    let base = if args.quick {
        Sizes::QUICK
    } else {
        Sizes::FULL
    };
    Sizes {
        replicates: args.replicates.unwrap_or(base.replicates),
        sets: args.sets.map_or(base.sets, |n| n as usize),
        draws: args.draws.map_or(base.draws, |n| n as usize),
        seeds: args.seeds.unwrap_or(base.seeds),
        seed: args.seed,
    }
}

fn default_folder(args: &CheckArgs) -> PathBuf {
    let name = if args.quick { "check-quick" } else { "check" };
    Path::new("output").join(name)
}

fn estimate(args: &CheckArgs, agenda: &Agenda, work: &Work, place: &Path) -> Done {
    let threads = args.threads.map_or_else(processors, usize::from);
    let tested = agenda.cases.iter().filter(|c| !c.keys.is_empty()).count();
    let text = format!(
        "{}, {} tested on runs: {} in {} batches\ntime   about {} with {}\nfolder {}\nNothing was written.\n",
        plural(agenda.cases.len() as u64, "claim"),
        tested,
        plural(work.runs(), "run"),
        work.batches(),
        time(work.seconds()? / threads as f64),
        plural(threads as u64, "thread"),
        place.display()
    );
    output::print(&text)
}

fn ended(
    args: &CheckArgs,
    findings: &Findings,
    outputs: &comity_lab::ensemble::claims::Outputs,
) -> Done {
    if let Some(first) = outputs.failures.first() {
        let text = format!(
            "{} runs failed, the first: {first}; the verdicts that rest on them are provisional",
            outputs.failed
        );
        return Err(Failure::Runs(text));
    }
    let tested = |c: &&comity_lab::analysis::claims::ClaimRow| !c.test.is_empty();
    let fails = |c: &&comity_lab::analysis::claims::ClaimRow| {
        c.provisional == 1 || !["supported", "conditional"].contains(&c.verdict.as_str())
    };
    let failed: Vec<&str> = findings
        .claims
        .iter()
        .filter(tested)
        .filter(fails)
        .map(|c| c.claim.as_str())
        .collect();
    match args.strict && !failed.is_empty() {
        true => Err(Failure::Strict(format!(
            "{} not met or provisional: {}",
            plural(failed.len() as u64, "claim"),
            failed.join(", ")
        ))),
        false => Ok(()),
    }
}
