//! System calls that are interrupted, fail, or are the last ones: strace does it to the running
//! program, at one call after the other. And memory that a limit does not give.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::cli::{comity, comparable, done, files};
use crate::places::{kept, notes};
use crate::skipping::skip;

const EXPERIMENT: &str = r#"title = "Small"
question = "Does it survive?"
scenario = "s2-bipolar"
replicates = 6
chunk = 2
record = ["states"]
[base]
years = 3
burn_in = 0
stylised.states = 16
[metrics.pacts]
column = "defence_pacts"
"#;

const BATCH: [&str; 7] = [
    "batch",
    "small.toml",
    "--figures=none",
    "--threads",
    "1",
    "--out",
    "out",
];

const RUN: [&str; 6] = [
    "run",
    "s2-bipolar",
    "--set",
    "years=3",
    "--figures=none",
    "--out",
];

/// A folder with the experiment, in memory where there is such a place: what is tested is
/// what the program does, not how long a disk takes.
fn place() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let folder = match memory.is_dir() {
        true => tempfile::tempdir_in(memory),
        false => tempfile::tempdir(),
    };
    let folder = folder.unwrap();
    fs::write(folder.path().join("small.toml"), EXPERIMENT).unwrap();
    folder
}

/// Whether strace can trace here.
fn traced(test: &str) -> bool {
    let mut trial = Command::new("strace");
    let works = trial.args(["-o", "/dev/null", "true"]).output();
    let works = works.is_ok_and(|o| o.status.success());
    if !works {
        skip(
            test,
            "strace is missing or may not trace",
            "COMITY_REQUIRE_STRACE",
        );
    }
    works
}

/// Runs a command while strace tampers with its calls; also how often it did.
fn tampered(folder: &Path, inject: &str, arguments: &[&str]) -> (Output, usize) {
    let log = folder.join("calls");
    let (calls, _) = inject.split_once(':').unwrap();
    let output = Command::new("strace")
        .args(["-f", "-qq", "-o"])
        .arg(&log)
        .args(["-e", &format!("trace={calls}")])
        .args(["-e", &format!("inject={inject}")])
        .arg(env!("CARGO_BIN_EXE_comity"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = fs::read_to_string(&log).unwrap_or_default();
    fs::remove_file(log).unwrap();
    let killed = usize::from(text.contains("killed by SIGKILL"));
    (output, text.matches("(INJECTED)").count().max(killed))
}

fn tables(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = comparable(folder);
    found.retain(|file, _| file.ends_with(".parquet"));
    found
}

#[test]
fn interrupted_calls_are_made_again() {
    if !traced("interrupted_calls_are_made_again") {
        return;
    }
    let folder = place();
    let at = folder.path();
    for out in ["run", "run-interrupted"] {
        let arguments = [&RUN[..], &[out]].concat();
        if out == "run" {
            done(at, &arguments);
            continue;
        }
        let often = "write,fsync:error=EINTR:when=1+2";
        let (output, times) = tampered(at, often, &arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        assert!(times > 10, "{times} interruptions");
    }
    assert!(comparable(&at.join("run")) == comparable(&at.join("run-interrupted")));
    done(at, &[&BATCH[..6], &["whole"]].concat());
    let (output, times) = tampered(at, "write,fsync:error=EINTR:when=1+2", &BATCH);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(times > 10, "{times} interruptions");
    assert!(tables(&at.join("whole")) == tables(&at.join("out")));
}

/// A batch to whose `call` this happens once, the first time at the first, then at the second
/// one and so on, `step` apart, until it comes through; each time it then goes on undisturbed.
/// How often it was stopped.
fn at_each_call(call: &str, what: &str, step: usize) -> usize {
    let folder = place();
    let at = folder.path();
    done(at, &[&BATCH[..6], &["whole"]].concat());
    let whole = tables(&at.join("whole"));
    for (stopped, k) in (1..).step_by(step).enumerate() {
        let fault = format!("{call}:{what}:when={k}");
        let (output, times) = tampered(at, &fault, &BATCH);
        if times == 0 {
            assert!(output.status.success(), "{fault}");
            return stopped;
        }
        let said = String::from_utf8_lossy(&output.stderr);
        // A batch whose last word is lost has done everything.
        if what.starts_with("error") && !output.status.success() {
            assert_eq!(output.status.code(), Some(2), "{fault}: {said}");
            assert_eq!(said.trim().lines().count(), 1, "{fault}: {said}");
        }
        let out = at.join("out");
        let before = files(&out);
        let again = done(at, &BATCH);
        let reported = before.keys().filter(|f| f.contains("parts/runs"));
        let lost = format!("of {} parts", reported.clone().count());
        assert!(
            !again.err.contains("is done again"),
            "{fault}: {lost}: {}",
            again.err
        );
        assert!(tables(&out) == whole, "{fault}: other bytes");
        for part in reported {
            let now = out.join(part);
            assert!(
                !now.exists() || fs::read(now).unwrap() == before[part],
                "{fault}: {part}"
            );
        }
        let left = files(&out);
        assert!(
            left.keys().all(|f| !f.contains(".comity-")),
            "{fault}: {:?}",
            left.keys()
        );
        fs::remove_dir_all(&out).unwrap();
    }
    unreachable!()
}

#[test]
fn a_call_that_fails_loses_nothing_that_was_done() {
    if !traced("a_call_that_fails_loses_nothing_that_was_done") {
        return;
    }
    for (call, what, step, at_least) in [
        ("fsync", "error=EIO", 3, 3),
        ("renameat", "error=ENOSPC", 2, 3),
        ("write", "error=ENOSPC", 5, 3),
    ] {
        let stopped = at_each_call(call, what, step);
        assert!(stopped >= at_least, "{call}: {stopped}");
    }
}

#[test]
fn a_kill_at_any_call_loses_nothing_that_was_done() {
    if !traced("a_kill_at_any_call_loses_nothing_that_was_done") {
        return;
    }
    for (call, step) in [("fsync", 3), ("renameat", 2), ("write", 6)] {
        let stopped = at_each_call(call, "signal=SIGKILL", step);
        assert!(stopped >= 3, "{call}: {stopped}");
    }
}

/// Calls that change a folder.
const CHANGES: [&str; 5] = [
    "write",
    "fsync",
    "rename,renameat,renameat2",
    "unlink,unlinkat,rmdir",
    "mkdir",
];

/// A command that replaces a result among files of the user's, to whose `calls` this happens
/// once, the first time at the first, then `step` later and so on: nothing of the user's is lost,
/// moved or changed, and the next command leaves the whole result and nothing hidden. How often it
/// was stopped.
fn replaced_at_each_call(command: &[&str], calls: &str, what: &str, step: usize) -> usize {
    let folder = place();
    let at = folder.path();
    let out = at.join("out");
    fs::write(at.join("atop.csv"), ATOP).unwrap();
    let (first, again) = command.split_at(command.iter().position(|w| *w == "--").unwrap());
    let again = [first, &again[1..]].concat();
    done(at, first);
    let mine = notes(&out);
    let before = files(&out);
    done(at, &again);
    assert!(kept(&out) == mine, "{again:?}");
    let after = comparable(&out);
    for (stopped, k) in (1..).step_by(step).enumerate() {
        fs::remove_dir_all(&out).unwrap();
        for (file, bytes) in &before {
            fs::create_dir_all(out.join(file).parent().unwrap()).unwrap();
            fs::write(out.join(file), bytes).unwrap();
        }
        let fault = format!("{calls}:{what}:when={k}");
        let (output, times) = tampered(at, &fault, &again);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(kept(&out) == mine, "{again:?}, {fault}: {said}");
        if times == 0 {
            assert!(output.status.success(), "{fault}: {said}");
            return stopped;
        }
        // Whatever stands there now is whole or is put right; of a batch that is being replaced
        // some parts may be gone, which is seen.
        let looked = comity(at, &["verify", "out", "-q"]);
        let whole = looked.code == 0 || (first[0] == "batch" && looked.code == 1);
        assert!(whole, "{again:?}, {fault}: {}", looked.out);
        done(at, &again);
        assert!(kept(&out) == mine, "{again:?}, {fault}");
        let now = comparable(&out);
        assert!(
            now.keys().all(|f| !f.contains(".comity-")),
            "{fault}: {:?}",
            now.keys()
        );
        assert!(now == after, "{again:?}, {fault}: other bytes");
    }
    unreachable!()
}

const ATOP: &str = "ATOPID,Member,yrent,moent,dayent,ineffect,yrexit,moexit,dayexit,defense,offense,\
                    neutral,nonagg,consul\n\
                    7001,2,1940,1,1,1,0,0,0,1,0,0,1,1\n7001,200,1940,1,1,1,0,0,0,1,0,0,1,1\n";

/// Commands that replace, each before `--` as it is first done.
const REPLACING: [&[&str]; 3] = [
    &[
        "run",
        "s2-bipolar",
        "--set",
        "years=3",
        "--no-figures",
        "-q",
        "--threads",
        "1",
        "--out",
        "out",
        "--",
        "--seed",
        "7",
        "--force",
    ],
    &[
        "batch",
        "small.toml",
        "--no-figures",
        "-q",
        "--threads",
        "1",
        "--out",
        "out",
        "--",
        "--seed",
        "7",
        "--force",
    ],
    &[
        "import", "atop", "atop.csv", "-q", "--out", "out", "--", "--until", "1950", "--force",
    ],
];

#[test]
fn a_call_that_fails_or_is_the_last_loses_nothing_of_the_users() {
    if !traced("a_call_that_fails_or_is_the_last_loses_nothing_of_the_users") {
        return;
    }
    let run = REPLACING[0];
    for (calls, what, step) in [
        ("rename,renameat,renameat2", "error=EIO", 2),
        ("rename,renameat,renameat2", "signal=SIGKILL", 3),
        ("unlink,unlinkat,rmdir", "error=EACCES", 2),
        ("fsync", "signal=SIGKILL", 5),
    ] {
        let stopped = replaced_at_each_call(run, calls, what, step);
        assert!(stopped >= 1, "{calls}: {stopped}");
    }
}

/// Every call that changes a folder fails, and is the last, in every command that replaces.
pub fn every_call(most: usize) -> usize {
    let mut stopped = 0;
    for command in REPLACING {
        for calls in CHANGES {
            for what in ["error=ENOSPC", "signal=SIGKILL"] {
                stopped += replaced_at_each_call(command, calls, what, 1);
                if stopped >= most {
                    return stopped;
                }
            }
        }
    }
    stopped
}

/// Under a limit of address space, which the shell sets, what cannot fit is refused before it is
/// begun, with both numbers; what fits is done.
#[cfg(unix)]
#[test]
fn memory_that_a_limit_does_not_give_is_foreseen() {
    let folder = place();
    let at = folder.path();
    let limited = |more: &str| {
        let program = env!("CARGO_BIN_EXE_comity");
        let script = format!(
            "ulimit -v 1000000 && exec '{}' run history-1946 --threads 1 --figures=none --quiet {more}",
            program
        );
        let output = Command::new("sh")
            .args(["-c", &script])
            .current_dir(at)
            .output();
        let output = output.unwrap();
        let text = [output.stdout, output.stderr].map(|b| String::from_utf8(b).unwrap());
        (output.status.code(), text.concat())
    };
    let (code, said) = limited("--replicates 2000 --out many");
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("needs about ") && said.contains("fewer threads"),
        "{said}"
    );
    assert_eq!(said.trim().lines().count(), 1, "{said}");
    assert!(!at.join("many").exists());
    let (code, said) = limited("--replicates 2000 --dry-run");
    assert!(code == Some(0) && said.contains("memory about "), "{said}");
    let (code, said) = limited("--replicates 2 --out few");
    assert_eq!(code, Some(0), "{said}");
}
