//! What happens to computers, made real: full disks, folders that cannot be written, broken
//! files, results of others. Each ends in one clear message, and nothing that was reported
//! done is lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cli::{comity, done, files};
use crate::skipping::skip;

const EXPERIMENT: &str = r#"title = "Small"
question = "Does it survive?"
scenario = "s2-bipolar"
replicates = 12
chunk = 4
record = ["states"]
[base]
years = 6
burn_in = 0
stylised.states = 24
[metrics.pacts]
column = "defence_pacts"
"#;

/// A folder with the experiment.
fn place() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), EXPERIMENT).unwrap();
    folder
}

const BATCH: [&str; 5] = ["batch", "small.toml", "--figures=none", "--out", "out"];

/// The error of a command that has to fail with code 2.
pub fn refused(folder: &Path, arguments: &[&str]) -> String {
    let told = comity(folder, arguments);
    assert_eq!(told.code, 2, "{arguments:?}: {}{}", told.out, told.err);
    assert_eq!(told.err.trim().lines().count(), 1, "{}", told.err);
    told.err
}

/// A small file system in memory, unmounted when dropped; `None` where none can be mounted.
pub struct Mounted(PathBuf);

impl Mounted {
    pub fn new(at: &Path, options: &str) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at);
        let mounted = mount.output().is_ok_and(|o| o.status.success());
        if !mounted {
            let why = "no file system can be mounted here (it takes root)";
            skip("a fault of a disk", why, "COMITY_REQUIRE_MOUNT");
        }
        mounted.then(|| Self(at.to_path_buf()))
    }

    pub fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        let mut mount = Command::new("mount");
        mount.args(["-o", &options]).arg(&self.0);
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_stops_with_a_message_and_the_batch_goes_on_later() {
    let folder = place();
    let out = folder.path().join("out");
    let Some(disk) = Mounted::new(&out, "size=48k") else {
        return;
    };
    let error = refused(folder.path(), &BATCH);
    assert!(
        error.contains("out/parts/") && error.contains("No space left"),
        "{error}"
    );
    assert!(error.contains("`comity resume out` goes on"), "{error}");
    let parts = files(&out);
    assert!(
        parts.keys().all(|f| !f.contains(".tmp")),
        "half-written: {:?}",
        parts.keys()
    );
    disk.remount("size=8m");
    done(folder.path(), &["resume", "out", "--figures=none"]);
    done(
        folder.path(),
        &["batch", "small.toml", "--figures=none", "--out", "whole"],
    );
    for file in ["runs.parquet", "states.parquet"] {
        let read = |place: &str| fs::read(folder.path().join(place).join(file)).unwrap();
        assert!(read("out") == read("whole"), "{file} differs");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = place();
    let Some(disk) = Mounted::new(&folder.path().join("out"), "size=8m") else {
        return;
    };
    done(
        folder.path(),
        &["batch", "small.toml", "--out", "out", "--shard", "1/3"],
    );
    disk.remount("ro");
    let error = refused(folder.path(), &["resume", "out"]);
    assert!(
        error.contains("out") && error.contains("Read-only"),
        "{error}"
    );
    let run = ["run", "s2-bipolar", "--set", "years=3", "--figures=none"];
    let run = [&run[..], &["--out", "out/run"]].concat();
    let error = refused(folder.path(), &run);
    assert!(error.contains("Read-only"), "{error}");
    disk.remount("rw");
    done(folder.path(), &["resume", "out", "--figures=none"]);
}

#[test]
fn a_half_written_part_is_done_again_and_said() {
    let folder = place();
    done(folder.path(), &BATCH);
    let out = folder.path().join("out");
    let before = files(&out);
    let broken = |part: &str, change: &dyn Fn(Vec<u8>) -> Vec<u8>| {
        let path = out.join("parts").join(part);
        fs::write(&path, change(fs::read(&path).unwrap())).unwrap();
        fs::remove_file(out.join("runs.parquet")).unwrap();
        let told = done(folder.path(), &["resume", "out", "--figures=none"]);
        assert!(told.err.contains("is done again"), "{part}: {}", told.err);
        let after = files(&out);
        for (file, bytes) in before.iter().filter(|(f, _)| f.ends_with(".parquet")) {
            assert!(after[file] == *bytes, "{part}: {file} differs");
        }
    };
    broken("runs-000001.parquet", &|bytes| {
        bytes[..bytes.len() / 2].to_vec()
    });
    broken("runs-000002.parquet", &|_| Vec::new());
    broken("runs-000000.parquet", &|mut bytes| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x55;
        bytes[middle + 1] ^= 0x55;
        bytes.truncate(bytes.len() - 3);
        bytes
    });
    fs::remove_file(out.join("parts/states-000001.parquet")).unwrap();
    fs::remove_file(out.join("states.parquet")).unwrap();
    let told = done(folder.path(), &["resume", "out", "--no-figures"]);
    assert!(told.err.contains("states-000001.parquet"), "{}", told.err);
    // Also where the joined tables are whole, and whatever table of a part is damaged.
    let path = out.join("parts/states-000002.parquet");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    let told = done(folder.path(), &["resume", "out", "--no-figures"]);
    assert!(told.err.contains("is done again"), "{}", told.err);
    assert!(fs::read(&path).unwrap() == before["parts/states-000002.parquet"]);
}

#[test]
fn a_damaged_table_of_states_is_refused_when_parts_are_joined() {
    let folder = place();
    for shard in ["1/3", "2/3", "3/3"] {
        done(
            folder.path(),
            &["batch", "small.toml", "--shard", shard, "--out", "out"],
        );
    }
    let path = folder.path().join("out/parts/states-000001.parquet");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let error = refused(folder.path(), &["merge", "out"]);
    assert!(error.contains("states-000001.parquet"), "{error}");
    assert!(!folder.path().join("out/states.parquet").exists());
}

#[test]
fn a_manifest_of_something_else_is_refused() {
    let folder = place();
    let out = folder.path().join("out");
    for (text, said) in [
        ("{}", "manifest.json"),
        ("{\"program\": \"other\"}", "manifest.json"),
        ("no json", "manifest.json"),
    ] {
        fs::create_dir_all(&out).unwrap();
        fs::write(out.join("manifest.json"), text).unwrap();
        for command in [
            &BATCH[..],
            &["resume", "out"],
            &["merge", "out"],
            &["status", "out"],
        ] {
            let error = refused(folder.path(), command);
            assert!(error.contains(said), "{text}: {error}");
        }
        assert_eq!(fs::read_to_string(out.join("manifest.json")).unwrap(), text);
    }
    // A single run's result is no batch.
    fs::remove_dir_all(&out).unwrap();
    let world = [
        "run",
        "s2-bipolar",
        "--set",
        "years=2",
        "--figures=none",
        "--out",
        "out",
    ];
    done(folder.path(), &world);
    for command in [&BATCH[..], &["resume", "out"], &["status", "out"]] {
        refused(folder.path(), command);
    }
    // A stranger's folder is not written into.
    fs::create_dir_all(folder.path().join("mine")).unwrap();
    fs::write(folder.path().join("mine/notes.txt"), "mine").unwrap();
    let error = refused(folder.path(), &["batch", "small.toml", "--out", "mine"]);
    assert!(error.contains("no manifest.json"), "{error}");
    assert_eq!(files(&folder.path().join("mine")).len(), 1);
}

#[test]
fn an_experiment_that_was_changed_is_refused_and_nothing_is_lost() {
    let folder = place();
    done(
        folder.path(),
        &["batch", "small.toml", "--out", "out", "--shard", "1/3"],
    );
    let before = files(&folder.path().join("out"));
    let file = folder.path().join("small.toml");
    fs::write(&file, EXPERIMENT.replace("years = 6", "years = 7")).unwrap();
    let error = refused(folder.path(), &BATCH);
    assert!(error.contains("another plan"), "{error}");
    assert!(files(&folder.path().join("out")) == before);
    // What was begun is gone on with as it was, whatever became of the file.
    done(folder.path(), &["resume", "out", "--no-figures"]);
    fs::write(&file, EXPERIMENT).unwrap();
    let told = done(folder.path(), &BATCH);
    assert!(told.err.contains("stood there already"), "{}", told.err);
    // Words for figures may change.
    fs::write(
        &file,
        EXPERIMENT.replace("title = \"Small\"", "title = \"Tiny\""),
    )
    .unwrap();
    done(folder.path(), &["resume", "out", "--figures=none"]);
}

/// A batch that takes seconds, begun; its process.
fn begun(folder: &Path, out: &str) -> std::process::Child {
    let long = EXPERIMENT
        .replace("replicates = 12", "replicates = 4000")
        .replace("states = 24", "states = 60");
    fs::write(folder.join("long.toml"), long).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_comity"))
        .current_dir(folder)
        .args([
            "batch",
            "long.toml",
            "--figures=none",
            "--quiet",
            "--out",
            out,
        ])
        .spawn()
        .unwrap();
    let parts = folder.join(out).join("parts");
    let works = || fs::read_dir(&parts).is_ok_and(|mut parts| parts.next().is_some());
    for _ in 0..3000 {
        if works() {
            return child;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let _ = child.kill();
    let _ = child.wait();
    panic!("no part within 30 s");
}

#[cfg(unix)]
fn signal(child: &std::process::Child, name: &str) {
    let mut kill = Command::new("kill");
    kill.args(["-s", name, &child.id().to_string()]);
    assert!(kill.status().unwrap().success(), "{name}");
}

#[cfg(unix)]
#[test]
fn a_second_process_on_a_folder_is_told_of_the_first() {
    let folder = place();
    let at = folder.path();
    let mut first = begun(at, "out");
    let process = format!("process {}", first.id());
    for command in [
        &["batch", "long.toml", "--out", "out"][..],
        &["batch", "long.toml", "--out", "out", "--shard", "1/2"],
        &["batch", "long.toml", "--out", "out", "--replicates", "5000"],
        &["batch", "small.toml", "--out", "out", "--force"],
        &["resume", "out"],
        &["merge", "out"],
    ] {
        let error = refused(at, command);
        // What is refused before the lock is looked at says so.
        let told = error.contains(&process) || error.contains("parts are missing");
        assert!(told, "{command:?}: {error}");
    }
    // Reading is allowed.
    done(at, &["status", "out"]);
    // The right of a process that was killed goes back, and its file is no obstacle.
    signal(&first, "KILL");
    first.wait().unwrap();
    assert!(at.join("out/.comity-lock").is_file());
    let told = comity(at, &["resume", "out", "--max-time", "1ms"]);
    assert_eq!(told.code, 130, "{}", told.err);
    assert!(!at.join("out/.comity-lock").exists());
}

#[cfg(unix)]
#[test]
fn signals_in_the_middle_of_writing_change_nothing() {
    let folder = place();
    let at = folder.path();
    let mut child = begun(at, "out");
    for name in ["WINCH", "STOP", "WINCH", "CONT", "CONT", "STOP", "CONT"] {
        signal(&child, name);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let parts = files(&at.join("out"));
    assert!(
        parts.keys().all(|f| !f.contains(".comity-")),
        "{:?}",
        parts.keys()
    );
    // What is there is whole: the first runs are those of a batch that nobody disturbed.
    fs::write(
        at.join("few.toml"),
        fs::read_to_string(at.join("long.toml"))
            .unwrap()
            .replace("replicates = 4000", "replicates = 8"),
    )
    .unwrap();
    done(
        at,
        &[
            "batch",
            "few.toml",
            "--figures=none",
            "--quiet",
            "--out",
            "few",
        ],
    );
    let few = files(&at.join("few"));
    for part in ["parts/runs-000000.parquet", "parts/states-000001.parquet"] {
        assert!(parts[part] == few[part], "{part} differs");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_of_somebody_else_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let test = "a_folder_of_somebody_else_is_named";
    let folder = tempfile::tempdir_in("/tmp").unwrap();
    let at = folder.path();
    let mode = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(at, 0o755);
    // The program where anyone can read it.
    let program = at.join("comity");
    let built = env!("CARGO_BIN_EXE_comity");
    if fs::hard_link(built, &program).is_err() {
        fs::copy(built, &program).unwrap();
    }
    let nobody = |arguments: &[&str]| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]);
        command.arg(&program).args(arguments).current_dir(at);
        command.output()
    };
    if !nobody(&["--version"]).is_ok_and(|o| o.status.success()) {
        let why = "the test cannot become another user (it takes root and setpriv)";
        return skip(test, why, "COMITY_REQUIRE_MOUNT");
    }
    fs::write(at.join("small.toml"), EXPERIMENT).unwrap();
    fs::create_dir(at.join("mine")).unwrap();
    mode(&at.join("mine"), 0o555);
    let run = [
        "run",
        "s2-bipolar",
        "--set",
        "years=2",
        "--figures=none",
        "--out",
    ];
    let mut places = vec![
        [&run[..], &["mine/x"]].concat(),
        [&run[..], &["/proc/x"]].concat(),
        vec!["batch", "small.toml", "--out", "mine/x"],
        vec!["batch", "small.toml", "--out", "mine"],
    ];
    // What cannot be read is named too.
    fs::write(at.join("secret.toml"), EXPERIMENT).unwrap();
    mode(&at.join("secret.toml"), 0o600);
    places.push(vec!["batch", "secret.toml", "--out", "y"]);
    for arguments in places {
        let output = nobody(&arguments).unwrap();
        let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert_eq!(said.trim().lines().count(), 1, "{said}");
        let why = ["permission denied", "no such file", "not supported"];
        assert!(
            why.iter().any(|w| said.contains(w)),
            "{arguments:?}: {said}"
        );
    }
    assert_eq!(fs::read_dir(at.join("mine")).unwrap().count(), 0);
}

#[test]
fn results_do_not_depend_on_the_clock() {
    let test = "results_do_not_depend_on_the_clock";
    let folder = place();
    let at = folder.path();
    for (out, date) in [
        ("old", "1971-02-03 04:05:06"),
        ("new", "2097-12-31 23:59:59"),
    ] {
        let mut command = Command::new("faketime");
        command.arg(date).arg(env!("CARGO_BIN_EXE_comity"));
        command
            .current_dir(at)
            .args(&BATCH[..3])
            .args(["--quiet", "--out", out]);
        match command.output() {
            Err(_) => return skip(test, "there is no faketime", "COMITY_REQUIRE_FAKETIME"),
            Ok(o) => assert!(o.status.success(), "{}", String::from_utf8_lossy(&o.stderr)),
        }
    }
    let made = |out: &str| crate::cli::manifest(&at.join(out))["made"]["started"].to_string();
    assert!(made("old").contains("1971-02-03") && made("new").contains("2097-12-31"));
    let same = |out: &str| crate::cli::comparable(&at.join(out));
    assert!(same("old") == same("new"));
    done(at, &["compare", "old", "new"]);
}

/// Two runs at once on one folder: the second is told before it has computed anything.
#[cfg(unix)]
#[test]
fn a_second_run_on_a_folder_is_told_of_the_first_at_once() {
    let folder = place();
    let at = folder.path();
    let world = [
        "run",
        "s2-bipolar",
        "--figures=none",
        "--quiet",
        "--out",
        "out",
    ];
    let mut first = Command::new(env!("CARGO_BIN_EXE_comity"))
        .current_dir(at)
        .args(world)
        .args(["--replicates", "20000", "--threads", "1"])
        .spawn()
        .unwrap();
    while !at.join("out/.comity-lock").is_file() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let second = [&world[..], &["--replicates", "20000", "--seed", "7"]].concat();
    let error = refused(at, &second);
    assert!(
        first.try_wait().unwrap().is_none(),
        "the first is done already"
    );
    assert!(
        error.contains(&format!("process {}", first.id())),
        "{error}"
    );
    signal(&first, "KILL");
    first.wait().unwrap();
    // What it left is no obstacle, and goes.
    done(at, &[&world[..], &["--set", "years=2"]].concat());
    assert!(
        files(&at.join("out"))
            .keys()
            .all(|f| !f.contains(".comity-"))
    );
    assert_eq!(fs::read_dir(at).unwrap().count(), 2);
}
