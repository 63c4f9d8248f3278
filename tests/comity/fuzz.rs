//! The corpus of `fuzz/` on stable Rust: every input comes back in time and in bounds, and so
//! do a few thousand mutations of them, the same ones every time.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use comity::rng::{Draws, Stream};
use rand::RngExt;

use crate::allocated::peak;
use targets::{TARGETS, Target};

#[path = "../../fuzz/src/generated.rs"]
mod generated;
#[path = "../../fuzz/src/large.rs"]
mod large;
#[path = "../../fuzz/src/targets.rs"]
mod targets;

/// What an input of up to 1 MB may take.
const TIME: Duration = Duration::from_secs(1);
const MEMORY: usize = 200 << 20;
/// Mutations of each target's corpus.
const MUTATIONS: u32 = 500;
/// Files that are drawn from each schema.
const DRAWN: u32 = 100;
/// Inputs that take longer, or are longer, are not mutated.
const QUICK: Duration = Duration::from_millis(40);
const SHORT: usize = 20_000;

/// Pieces that parsers trip over.
const NASTY: [&[u8]; 16] = [
    b"nan",
    b"inf",
    b"-1",
    b"1e308",
    b"99999999999999999999",
    b"\"\"\"",
    b"[[",
    b"]",
    b"{",
    b"\0",
    b"\xff\xfe",
    b"\n",
    b"=",
    b",,,",
    b"'",
    b"-9223372036854775808",
];

fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let entries = fs::read_dir(folder.join(target)).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    files.sort();
    let stored = files.into_iter().map(|f| (f.clone(), fs::read(f).unwrap()));
    let large = large::of(target).map(|(name, data)| (PathBuf::from(name), data));
    stored.chain(large).collect()
}

/// Time of the processor that this thread has had, where the system says it; else the clock's.
fn worked() -> Duration {
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|n| n.parse().ok());
    match nanoseconds {
        Some(n) => Duration::from_nanos(n),
        None => BEGUN.get_or_init(Instant::now).elapsed(),
    }
}

/// The time and the most memory that an input takes; `None` if it panics.
fn measure(target: fn(&[u8]) -> bool, data: &[u8]) -> Option<(Duration, usize)> {
    let begun = worked();
    let (done, memory) = peak(|| catch_unwind(|| target(data)));
    done.ok().map(|_| (worked() - begun, memory))
}

#[test]
fn every_input_of_the_corpus_comes_back_within_its_budget() {
    let mut beyond = Vec::new();
    for (name, target) in TARGETS {
        let inputs = corpus(name);
        assert!(inputs.len() >= 3, "fuzz/corpus/{name} has {}", inputs.len());
        for (file, data) in inputs {
            assert!(data.len() <= 1_000_000, "{}", file.display());
            match measure(target, &data) {
                None => beyond.push(format!("{}: panics", file.display())),
                Some((time, memory)) if time > TIME || memory > MEMORY => {
                    let memory = memory >> 20;
                    beyond.push(format!("{}: {time:?}, {memory} MiB", file.display()));
                }
                Some(_) => {}
            }
        }
    }
    assert!(beyond.is_empty(), "{}", beyond.join("\n"));
}

/// A number below `below` that depends on the address alone.
fn draw(draws: &Draws, mutation: u32, word: u32, below: usize) -> usize {
    draws
        .at(Stream::Resample, 0, mutation, word)
        .random_range(0..below)
}

/// One to four changes of the bytes.
fn mutated(draws: &Draws, k: u32, data: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = data.to_vec();
    for change in 0..1 + draw(draws, k, 1, 4) as u32 {
        let at = |word: u32, below: usize| draw(draws, k, 10 + 10 * change + word, below);
        if bytes.is_empty() {
            bytes.push(b'\n');
        }
        let place = at(0, bytes.len());
        let end = (place + 1 + at(1, 40)).min(bytes.len());
        match at(2, 6) {
            0 => bytes[place] ^= 1 << at(3, 8),
            1 => drop(bytes.drain(place..end)),
            2 => {
                let again = bytes[place..end].to_vec();
                bytes.splice(place..place, again);
            }
            3 => {
                bytes.splice(place..end, NASTY[at(3, NASTY.len())].iter().copied());
            }
            4 if !other.is_empty() => {
                let from = at(3, other.len());
                let to = (from + 1 + at(4, 80)).min(other.len());
                bytes.splice(place..place, other[from..to].iter().copied());
            }
            _ => bytes.truncate(end),
        }
    }
    bytes
}

/// Mutations of a target's short and quick inputs, one after the other while `more` says so:
/// how many there were, and those that panic or linger.
fn mutate((name, target): Target, draws: &Draws, more: impl Fn(u32) -> bool) -> (u32, Vec<String>) {
    let quick = |d: &Vec<u8>| measure(target, d).is_some_and(|(time, _)| time < QUICK);
    let short = |d: &Vec<u8>| d.len() <= SHORT && quick(d);
    let inputs = corpus(name).into_iter().map(|c| c.1).filter(short);
    let inputs: Vec<Vec<u8>> = inputs.collect();
    assert!(!inputs.is_empty(), "{name} has no quick input");
    let (mut k, mut beyond) = (0, Vec::new());
    while more(k) {
        let pick = |word| &inputs[draw(draws, k, word, inputs.len())];
        let bytes = mutated(draws, k, pick(2), pick(3));
        if measure(target, &bytes).is_none_or(|(time, _)| time > TIME) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            beyond.push(format!("{name} panics or lingers at mutation {k}:\n{text}"));
        }
        k += 1;
    }
    (k, beyond)
}

/// A corpus whose good inputs are refused at the first key reaches nothing behind the parser.
#[test]
fn good_inputs_are_taken() {
    let mut refused = Vec::new();
    for (name, target) in TARGETS {
        let good = |file: &Path| {
            file.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("good")
        };
        let inputs: Vec<_> = corpus(name).into_iter().filter(|c| good(&c.0)).collect();
        assert!(!inputs.is_empty(), "fuzz/corpus/{name} has no good input");
        let ill = inputs.into_iter().filter(|(_, data)| !target(data));
        refused.extend(ill.map(|(file, _)| file));
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

/// How many of these files the target takes.
fn taken(target: fn(&[u8]) -> bool, make: fn(generated::Draw) -> String, count: u32) -> u32 {
    let draws = Draws::new(12);
    let one = |k: u32| {
        let mut keyed = draws.at(Stream::Resample, 0, k, 0);
        let text = make(&mut |below: usize| keyed.random_range(0..below));
        let done = catch_unwind(|| target(text.as_bytes()));
        done.unwrap_or_else(|_| panic!("panics:\n{text}"))
    };
    (0..count).filter(|&k| one(k)).count() as u32
}

#[test]
fn files_drawn_from_the_schemas_get_past_the_parser() {
    for (name, target, make) in [
        (
            "scenario",
            targets::scenario as fn(&[u8]) -> bool,
            generated::scenario as fn(generated::Draw) -> String,
        ),
        ("experiment", targets::experiment, generated::experiment),
        ("claims", targets::claims, generated::claims),
    ] {
        let taken = taken(target, make, DRAWN);
        println!("{name}: {taken} of {DRAWN} are taken");
        assert!(2 * taken >= DRAWN, "{name}: {taken} of {DRAWN}");
    }
}

#[test]
fn mutated_inputs_never_panic() {
    let draws = Draws::new(11);
    // A server that is asked in earnest runs the model: its requests are mutated in long runs.
    let targets = TARGETS.into_iter().filter(|t| t.0 != "request");
    let beyond = targets.flat_map(|target| mutate(target, &draws, |k| k < MUTATIONS).1);
    let beyond: Vec<String> = beyond.collect();
    assert!(beyond.is_empty(), "{}", beyond.join("\n\n"));
}

/// Other mutations of every target's inputs, each for so long by the clock.
pub fn mutate_for(each: Duration, seed: u64) {
    let mut beyond = Vec::new();
    for target in TARGETS {
        let (begun, from) = (Instant::now(), worked());
        let (count, found) = mutate(target, &Draws::new(seed), |_| begun.elapsed() < each);
        let work = (worked() - from).as_secs_f64();
        println!(
            "{}: {count} mutations, {work:.0} s of processor time, {} found",
            target.0,
            found.len()
        );
        beyond.extend(found);
    }
    assert!(beyond.is_empty(), "{}", beyond.join("\n\n"));
}
