//! The folder of a result: what is not of the result is never lost, moved or changed, and what
//! was changed of the result is never used without a word.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::cli::{comity, done, files, manifest};
use crate::faults::{Mounted, refused};

const RUN: [&str; 8] = [
    "run",
    "s2-bipolar",
    "--set",
    "years=3",
    "--threads",
    "1",
    "--no-figures",
    "--quiet",
];

const EXPERIMENT: &str = r#"title = "Small"
question = "What is lost?"
scenario = "s2-bipolar"
replicates = 6
chunk = 4
record = ["states"]
[base]
years = 3
burn_in = 0
stylised.states = 16
[arms.plain]
[arms.calm]
schedule = [{ from = 1, force = { "competition.antagonism" = 0.1 } }]
[metrics.pacts]
column = "defence_pacts"
"#;

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("small.toml"), EXPERIMENT).unwrap();
    fs::write(home.path().join("atop.csv"), ATOP).unwrap();
    home
}

const ATOP: &str = "ATOPID,Member,yrent,moent,dayent,ineffect,yrexit,moexit,dayexit,defense,offense,\
                    neutral,nonagg,consul\n\
                    7001,2,1940,1,1,1,0,0,0,1,0,0,1,1\n7001,200,1940,1,1,1,0,0,0,1,0,0,1,1\n";

fn run(out: &str, more: &[&str]) -> Vec<String> {
    let all = RUN.iter().chain(["--out"].iter()).copied();
    all.chain([out])
        .chain(more.iter().copied())
        .map(String::from)
        .collect()
}

fn words(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

/// Puts files of the user's into a result folder; their names and bytes.
pub fn notes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let names = [
        "notes.txt",
        "raw/a/data.bin",
        "figures/mine.svg",
        "parts/mine.csv",
        "parts/runs-999999.parquet",
        "inputs/mine.toml",
        ".hidden",
    ];
    for (k, name) in names.iter().enumerate() {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("mine {k}").repeat(k + 1)).unwrap();
    }
    kept(folder)
}

/// The files of the user's that are still there as they were put.
pub fn kept(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = files(folder);
    all.retain(|_, bytes| bytes.starts_with(b"mine "));
    all
}

/// Every way of replacing a result leaves the user's files where they were.
#[test]
fn replacing_a_result_loses_nothing_of_the_users() {
    let home = home();
    let at = home.path();
    let batch = ["batch", "small.toml", "--no-figures", "-q", "--out", "out"];
    let import = ["import", "atop", "atop.csv", "--quiet", "--out", "out"];
    let first = run("out", &[]);
    for (first, again) in [
        (words(&first), vec!["--seed", "7", "--force"]),
        (batch.to_vec(), vec!["--seed", "7", "--force"]),
        (batch.to_vec(), vec!["--replicates", "9"]),
        (import.to_vec(), vec!["--until", "1950", "--force"]),
    ] {
        let out = at.join("out");
        done(at, &first);
        let mine = notes(&out);
        assert_eq!(mine.len(), 7);
        let before = manifest(&out);
        done(at, &[&first[..], &again].concat());
        assert_ne!(manifest(&out)["seal"], before["seal"]);
        assert!(kept(&out) == mine, "{first:?}: {:?}", kept(&out).keys());
        assert!(!files(&out).keys().any(|f| f.contains(".comity-")));
        done(at, &["verify", "out"]);
        fs::remove_dir_all(&out).unwrap();
    }
}

/// A folder that may not be written, and a disk without room: nothing of the user's is moved.
#[test]
fn a_full_disk_loses_nothing_of_the_users() {
    let home = home();
    let at = home.path();
    let Some(_disk) = Mounted::new(&at.join("disk"), "size=300k") else {
        return;
    };
    done(at, &words(&run("disk/out", &[])));
    let mine = notes(&at.join("disk/out"));
    // The disk is filled until hardly anything fits.
    for room in [0_usize, 8, 16, 64] {
        let fill = at.join("disk/fill");
        let mut size = 300;
        while fs::write(&fill, vec![0; size << 10]).is_err() {
            size -= 4;
        }
        fs::write(&fill, vec![0; size.saturating_sub(room) << 10]).unwrap();
        let told = comity(at, &words(&run("disk/out", &["--seed", "7", "--force"])));
        assert!(kept(&at.join("disk/out")) == mine, "{room}: {}", told.err);
        fs::remove_file(&fill).unwrap();
        assert!(comity(at, &["verify", "disk/out"]).code == 0, "{room}");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_of_the_users_that_is_protected_stays() {
    use std::os::unix::fs::PermissionsExt;
    let home = home();
    let at = home.path();
    done(at, &words(&run("out", &[])));
    let mine = notes(&at.join("out"));
    let mode = |mode| {
        let raw = at.join("out/raw/a");
        fs::set_permissions(raw, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(0o555);
    done(at, &words(&run("out", &["--seed", "7", "--force"])));
    mode(0o755);
    assert!(kept(&at.join("out")) == mine);
}

#[test]
fn a_check_leaves_a_folder_of_the_users_alone() {
    let home = home();
    let at = home.path();
    fs::create_dir(at.join("proj")).unwrap();
    fs::write(at.join("proj/findings.md"), "my own findings\n").unwrap();
    let before = files(at);
    let error = refused(
        at,
        &[
            "check",
            "A11",
            "--replicates",
            "2",
            "--draws",
            "1",
            "--sets",
            "1",
            "--out",
            "proj",
        ],
    );
    assert!(error.contains("no manifest.json"), "{error}");
    assert!(files(at) == before);
}

#[test]
fn a_mount_point_is_filled_in_place() {
    let home = home();
    let at = home.path();
    let Some(_disk) = Mounted::new(&at.join("mp"), "size=8m") else {
        return;
    };
    done(at, &words(&run("mp", &[])));
    done(at, &["verify", "mp", "--rerun", "100%"]);
}

/// What cannot be the place of a result is refused before anything is computed: with so many
/// replicates the run itself would take long.
#[cfg(unix)]
#[test]
fn a_place_that_cannot_be_is_refused_at_once() {
    use std::os::unix::fs::symlink;
    let home = home();
    let at = home.path();
    done(at, &words(&run("linked", &[])));
    fs::create_dir(at.join("elsewhere")).unwrap();
    fs::write(at.join("elsewhere/mine.svg"), "mine").unwrap();
    symlink(at.join("elsewhere"), at.join("linked/figures")).unwrap();
    let long = "x".repeat(256);
    let before = files(at);
    symlink("nowhere", at.join("dangling")).unwrap();
    for (out, said) in [
        ("dangling", "leads nowhere"),
        (long.as_str(), "cannot be made"),
        ("small.toml", "is a file"),
        ("linked", "figures: is a link"),
    ] {
        let many = ["--replicates", "100000", "--force"];
        let error = refused(at, &words(&run(out, &many)));
        assert!(error.contains(said), "{out}: {error}");
    }
    assert!(
        fs::symlink_metadata(at.join("dangling"))
            .unwrap()
            .is_symlink()
    );
    fs::remove_file(at.join("dangling")).unwrap();
    assert!(files(at) == before);
    assert!(
        fs::symlink_metadata(at.join("linked/figures"))
            .unwrap()
            .is_symlink()
    );
}

/// A calibration of a third of a second.
const CALIBRATION: &str = r#"title = "Small"
scenario = "history-1946"
seed = 3
[calibration]
window = [1946, 1955]
waves = 1
points = 10
replicates = 2
candidates = 2_000
discrepancy = 5.0
sets = 5
set_replicates = 2
least = 2
[calibration.parameters]
"dispute.base" = [-8.0, -6.5]
"#;

/// The commands that are killed.
const KILLED: [&str; 5] = [
    "run s2-bipolar --set years=3 --threads 1 -q",
    "batch small.toml -q --threads 1",
    "sweep sweep.toml -q --threads 1",
    "calibrate fit.toml -q --threads 1 --no-figures",
    "check A11 --replicates 2 --draws 1 --sets 1 --seeds 2 --threads 1 -q --no-figures",
];

/// Kills a command at this instant; whether it was still at work.
fn kill(at: &Path, arguments: &[&str], instant: Duration) -> bool {
    let mut child = Command::new(env!("CARGO_BIN_EXE_comity"))
        .current_dir(at)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(instant);
    let working = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    working
}

/// The files of a result whose bytes do not depend on when it was made.
fn lasting(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = files(folder);
    found.retain(|name, _| !name.ends_with("manifest.json") && name != "report.html");
    found
}

/// Runs, batches, sweeps, calibrations, checks and their reports that are killed leave nothing
/// hidden after the next command, and give the same bytes then. How many were still at work, of
/// how many.
pub fn kills(count: u32) -> (u32, u32) {
    let home = home();
    let at = home.path();
    let sweep = EXPERIMENT
        .replace("[arms.plain]\n", "")
        .replace("[arms.calm]\n", "");
    let sweep = sweep.replace(
        "schedule = [{ from = 1, force = { \"competition.antagonism\" = 0.1 } }]\n",
        "[design]\nmethod = \"lhs\"\nsamples = 4\n[design.parameters]\n\"alliance.pull\" = [0.1, 0.9]\n",
    );
    fs::write(at.join("sweep.toml"), sweep).unwrap();
    fs::write(at.join("fit.toml"), CALIBRATION).unwrap();
    let (mut struck, mut killed) = (0, 0);
    for (c, command) in KILLED.iter().enumerate() {
        let to =
            |out: &'static str| -> Vec<&str> { command.split(' ').chain(["--out", out]).collect() };
        let timed = |arguments: &[&str]| {
            let begun = Instant::now();
            done(at, arguments);
            begun.elapsed()
        };
        let took = [timed(&to("whole")), timed(&["report", "whole"])];
        let whole = lasting(&at.join("whole"));
        // Each trial kills the command and its report.
        for k in 0..count.div_ceil(2 * KILLED.len() as u32) {
            let instant = (f64::from(k) * 0.618_033_988_749_895 + 0.1 * c as f64).fract();
            for (command, took) in [to("out"), vec!["report", "out"]].iter().zip(took) {
                struck += u32::from(kill(at, command, took.mul_f64(instant)));
                killed += 1;
                done(at, command);
            }
            let all = files(&at.join("out"));
            let hidden: Vec<&String> = all.keys().filter(|f| f.contains(".comity-")).collect();
            assert!(hidden.is_empty(), "{command}, kill {k}: {hidden:?}");
            let now = lasting(&at.join("out"));
            assert!(
                now.keys().eq(whole.keys()),
                "{command}, kill {k}: {:?}",
                now.keys()
            );
            let other = now.iter().find(|(file, bytes)| whole[*file] != **bytes);
            assert!(other.is_none(), "{command}, kill {k}: {}", other.unwrap().0);
            fs::remove_dir_all(at.join("out")).unwrap();
        }
        fs::remove_dir_all(at.join("whole")).unwrap();
        println!("{command}: {struck} of {killed} kills so far struck a command at work");
    }
    (struck, killed)
}

#[test]
fn kills_leave_nothing_hidden() {
    assert!(kills(10).0 > 0);
}

/// Changes one byte of a result, in turn of each kind of file in finished and half-done stores of
/// both formats; no command uses it without a word. How many were tried.
pub fn faults(count: usize) -> usize {
    let home = home();
    let at = home.path();
    let mut tried = 0;
    for format in ["csv", "parquet"] {
        let batch = [
            "batch",
            "small.toml",
            "-q",
            "--no-figures",
            "--threads",
            "1",
        ];
        let of = |out| [&batch[..], &["--format", format, "--out", out]].concat();
        done(at, &of("done"));
        done(at, &[&of("half")[..], &["--shard", "1/2"]].concat());
        let whole = files(&at.join("done"));
        for store in ["done", "half"] {
            let place = at.join(store);
            let good = files(&place);
            let each = count.div_ceil(4 * good.len()).max(1);
            for (file, bytes) in &good {
                for k in 0..each {
                    let mut bad = bytes.clone();
                    let spread = (tried as f64 * 0.618_033_988_749_895).fract();
                    let byte = (spread * bad.len() as f64) as usize;
                    bad[byte] ^= 1 << ((tried + k) % 8);
                    fs::write(place.join(file), &bad).unwrap();
                    let what = format!("{store}, {format}: byte {byte} of {file}");
                    let looked = comity(at, &["verify", store, "-q"]);
                    assert_eq!(looked.code, 1, "{what}: {}", looked.out);
                    if store == "done" && !file.starts_with("parts/") {
                        for command in [&["report"][..], &["export", "--as", "csv"]] {
                            let told = comity(at, &[command, &[store]].concat());
                            assert_eq!(told.code, 2, "{what}: {command:?}");
                        }
                    }
                    let resumed = comity(at, &["resume", store, "--no-figures", "--threads", "1"]);
                    match file == "manifest.json" {
                        true => assert_eq!(resumed.code, 2, "{what}: {}", resumed.out),
                        false => {
                            assert_eq!(resumed.code, 0, "{what}: {}", resumed.err);
                            let now = files(&place);
                            for (file, bytes) in whole.iter().filter(|(f, _)| *f != "manifest.json")
                            {
                                assert!(
                                    now.get(file) == Some(bytes),
                                    "{what}: {file} after resume"
                                );
                            }
                        }
                    }
                    fs::remove_dir_all(&place).unwrap();
                    for (file, bytes) in &good {
                        let path = place.join(file);
                        fs::create_dir_all(path.parent().unwrap()).unwrap();
                        fs::write(path, bytes).unwrap();
                    }
                    tried += 1;
                }
            }
        }
        fs::remove_dir_all(at.join("done")).unwrap();
        fs::remove_dir_all(at.join("half")).unwrap();
    }
    tried
}

#[test]
fn a_changed_byte_is_never_used_without_a_word() {
    assert!(faults(1) > 30);
}

#[test]
fn a_result_is_verified() {
    let home = home();
    let at = home.path();
    done(at, &words(&run("out", &["--replicates", "4"])));
    let told = done(at, &["verify", "out", "--rerun", "50%"]);
    assert!(told.out.contains("2 of 4 runs done again"), "{}", told.out);
    assert_eq!(told.out.lines().count(), 1);
    let told = done(at, &["verify", "out", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(value["verified"], true);
    assert_eq!(value["faults"], serde_json::json!([]));
    done(
        at,
        &["batch", "small.toml", "--no-figures", "-q", "--out", "b"],
    );
    let told = done(at, &["verify", "b", "--rerun", "100%"]);
    assert!(
        told.out.contains("12 of 12 runs done again"),
        "{}",
        told.out
    );
    // A number that was changed by hand, with the hashes made to agree.
    let path = at.join("out/world.csv");
    let text = fs::read_to_string(&path).unwrap();
    let last = text.trim_end().rsplit_once(',').unwrap().0.to_string() + ",0.125\n";
    fs::write(&path, &last).unwrap();
    let told = comity(at, &["verify", "out"]);
    assert_eq!(told.code, 1);
    assert!(told.err.contains("world.csv"), "{}", told.err);
    for command in [
        &["plot", "out"][..],
        &["report", "out"],
        &["compare", "out", "b"],
    ] {
        let error = refused(at, command);
        assert!(
            error.contains("world.csv") && error.contains("--unchecked"),
            "{error}"
        );
    }
    let told = done(at, &["report", "out", "--unchecked", "--out", "r.html"]);
    assert!(told.err.contains("used all the same"), "{}", told.err);
    let mut forged = manifest(&at.join("out"));
    for table in forged["tables"].as_array_mut().unwrap() {
        if table["name"] == "world" {
            table["sha256"] = comity::scenario::provenance::sha256(last.as_bytes()).into();
        }
    }
    forged["seal"] = "".into();
    let text = serde_json::to_string_pretty(&forged).unwrap() + "\n";
    let seal = comity::scenario::provenance::sha256(text.as_bytes());
    let text = text.replace("\"seal\": \"\"", &format!("\"seal\": \"{seal}\""));
    fs::write(at.join("out/manifest.json"), text).unwrap();
    done(at, &["verify", "out"]);
    let told = comity(at, &["verify", "out", "--rerun", "100%"]);
    assert_eq!(told.code, 1, "{}", told.out);
    assert!(told.err.contains("table `world`"), "{}", told.err);
    assert_eq!(comity(at, &["verify", "absent"]).code, 2);
}

#[test]
fn figures_and_tables_of_an_archive_go_elsewhere() {
    let home = home();
    let at = home.path();
    done(at, &words(&run("out", &[])));
    let before = files(&at.join("out"));
    let plot = [
        "plot", "out", "--figure", "pacts", "--format", "svg", "--out", "drawn",
    ];
    done(at, &plot);
    assert!(at.join("drawn/pacts.svg").is_file());
    assert!(refused(at, &plot).contains("is there already"));
    done(at, &[&plot[..], &["--force"]].concat());
    done(at, &["export", "out", "--as", "parquet", "--out", "as"]);
    done(at, &["export", "out", "--as", "csv", "--out", "as"]);
    assert!(fs::read(at.join("as/world.csv")).unwrap() == before["world.csv"]);
    assert!(at.join("as/world.parquet").is_file());
    fs::write(at.join("as/world.csv"), "mine").unwrap();
    let again = refused(at, &["export", "out", "--as", "csv", "--out", "as"]);
    assert!(again.contains("is there already"), "{again}");
    assert!(files(&at.join("out")) == before);
    // In the folder of the result they are files of it.
    done(at, &["plot", "out"]);
    done(at, &["export", "out", "--as", "mesa"]);
    done(at, &["report", "out"]);
    done(at, &["verify", "out"]);
    fs::write(at.join("out/figures/pacts.svg"), "mine").unwrap();
    assert_eq!(comity(at, &["verify", "out"]).code, 1);
}

#[test]
fn a_path_with_an_apostrophe_can_be_typed_again() {
    let home = home();
    let told = done(
        home.path(),
        &["import", "atop", "atop.csv", "--out", "it's"],
    );
    let line = told.out.lines().find(|l| l.contains("comity run")).unwrap();
    let command = line.trim().replace("comity run", "printf '%s\\n'");
    let typed = Command::new("sh").args(["-c", &command]).output().unwrap();
    let typed = String::from_utf8(typed.stdout).unwrap();
    assert!(
        typed.contains("data.pacts=\"it's/pact_members.csv\""),
        "{typed}"
    );
}

/// A result folder is gone on with wherever it is, without the files that it was made of.
#[test]
fn a_folder_is_enough_by_itself() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    let world = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/eight-states");
    fs::create_dir_all(at.join("q/world")).unwrap();
    for (file, bytes) in files(&world) {
        let path = at.join("q/world").join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let text = "title = \"T\"\nquestion = \"Q\"\nscenario = \"world/scenario.toml\"\nreplicates = 4\n\
                chunk = 2\n[base]\nyears = 6\n[arms.a]\n[arms.b]\nset = { \"parameters.alliance.pull\" = 0.9 }\n\
                [metrics.pacts]\ncolumn = \"defence_pacts\"\n";
    fs::write(at.join("q/exp.toml"), text).unwrap();
    fs::copy(at.join("q/world/pacts.csv"), at.join("pacts.csv")).unwrap();
    let set = ["--set", "data.pacts=\"pacts.csv\""];
    let batch = |more: &[&str]| {
        let file = at.join("q/exp.toml").display().to_string();
        done(
            at,
            &[
                &["batch", file.as_str(), "--no-figures", "-q"],
                &set[..],
                more,
            ]
            .concat(),
        );
    };
    batch(&["--out", "whole", "--replicates", "7"]);
    batch(&["--out", "q/out", "--shard", "1/2"]);
    let run = [
        "run",
        "q/world/scenario.toml",
        "--set",
        "years=5",
        "--no-figures",
        "-q",
    ];
    done(at, &[&run[..], &["--out", "q/run"]].concat());
    for (name, to) in [("out", "moved"), ("run", "moved-run")] {
        fs::rename(at.join("q").join(name), at.join(to)).unwrap();
    }
    fs::remove_dir_all(at.join("q")).unwrap();
    fs::remove_file(at.join("pacts.csv")).unwrap();
    let told = done(at, &["status", "moved"]);
    assert!(told.out.contains("of 8 runs"), "{}", told.out);
    done(at, &["resume", "moved", "--no-figures", "-q"]);
    done(
        at,
        &["resume", "moved", "--replicates", "7", "--no-figures", "-q"],
    );
    for file in ["runs.parquet", "summary.parquet", "differences.parquet"] {
        let read = |out: &str| fs::read(at.join(out).join(file)).unwrap();
        assert!(read("moved") == read("whole"), "{file} differs");
    }
    done(at, &["plot", "moved"]);
    done(at, &["report", "moved"]);
    let told = done(at, &["verify", "moved", "--rerun", "100%"]);
    assert!(told.out.contains("14 of 14 runs"), "{}", told.out);
    let told = done(at, &["verify", "moved-run", "--rerun", "100%"]);
    assert!(told.out.contains("1 of 1 runs"), "{}{}", told.out, told.err);
    // Nothing in the manifest but the command says where it was made.
    let mut said = manifest(&at.join("moved"));
    said.as_object_mut().unwrap().remove("command");
    assert!(
        !said.to_string().contains(&at.display().to_string()),
        "{said}"
    );
}

/// A calibration that was stopped is gone on with, reported, drawn, exported and verified from its
/// folder alone, wherever that is.
#[test]
fn a_moved_calibration_is_gone_on_with() {
    let home = home();
    let at = home.path();
    fs::write(at.join("fit.toml"), CALIBRATION).unwrap();
    let fit = ["calibrate", "fit.toml", "-q", "--no-figures", "--out"];
    done(at, &[&fit[..], &["whole"]].concat());
    let stopped = comity(at, &[&fit[..], &["out", "--max-time", "1ms"]].concat());
    assert_eq!(stopped.code, 130, "{}", stopped.err);
    fs::remove_file(at.join("fit.toml")).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let away = elsewhere.path();
    fs::rename(at.join("out"), away.join("moved")).unwrap();
    done(away, &["resume", "moved", "-q", "--no-figures"]);
    assert!(lasting(&away.join("moved")) == lasting(&at.join("whole")));
    done(away, &["verify", "moved"]);
    done(away, &["plot", "moved", "--out", "drawn"]);
    done(away, &["export", "moved", "--as", "parquet", "--out", "as"]);
    done(away, &["report", "moved"]);
    assert!(away.join("drawn/series.svg").is_file() && away.join("as/series.parquet").is_file());
}

/// A result of the time before there were hashes is not said to be damaged, one whose seal was taken
/// away is.
#[test]
fn a_result_without_hashes_is_said_to_have_none() {
    let home = home();
    let at = home.path();
    done(at, &words(&run("out", &[])));
    let mut old = manifest(&at.join("out"));
    old.as_object_mut().unwrap().remove("seal");
    let path = at.join("out/manifest.json");
    fs::write(&path, serde_json::to_string_pretty(&old).unwrap()).unwrap();
    assert_eq!(comity(at, &["verify", "out"]).code, 1);
    for table in old["tables"].as_array_mut().unwrap() {
        table.as_object_mut().unwrap().remove("sha256");
    }
    old["files"] = serde_json::json!(["figures/pacts.svg"]);
    old["version"] = "0.0.9".into();
    fs::write(&path, serde_json::to_string_pretty(&old).unwrap()).unwrap();
    let told = done(at, &["verify", "out", "--rerun", "5%"]);
    let said =
        "out: written by comity 0.0.9 without hashes: there is nothing to check it against\n";
    assert_eq!(told.out, said);
    let told = done(at, &["verify", "out", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert!(
        value["verified"].is_null() && value["hashed"] == false,
        "{value}"
    );
}

/// What `--unchecked` allows of a merge and a validation, and what `status` says of joined tables.
#[test]
fn what_was_changed_is_used_if_that_is_asked_for() {
    let home = home();
    let at = home.path();
    let batch = [
        "batch",
        "small.toml",
        "-q",
        "--no-figures",
        "--format",
        "csv",
        "--out",
    ];
    done(at, &[&batch[..], &["out"]].concat());
    done(at, &[&batch[..], &["a", "--shard", "1/2"]].concat());
    done(at, &[&batch[..], &["b", "--shard", "2/2"]].concat());
    let change = |file: &str, from: &str, to: &str| {
        let text = fs::read_to_string(at.join(file)).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(at.join(file), text.replace(from, to)).unwrap();
    };
    change("b/parts/runs-000001.csv", "done", "done ");
    let merge = ["merge", "a", "b", "--out", "all", "--no-figures", "-q"];
    assert!(refused(at, &merge).contains("runs-000001.csv"));
    let told = comity(at, &[&merge[..], &["--unchecked"]].concat());
    assert!(told.err.contains("runs-000001.csv") && told.err.contains("used all the same"));
    let runs = fs::read_to_string(at.join("all/runs.csv")).unwrap();
    assert_eq!(runs.matches("done ").count(), 4, "{runs}");
    done(at, &["verify", "all"]);
    // The shard itself is as it was.
    assert_eq!(comity(at, &["verify", "b"]).code, 1);

    change("out/states.csv", "s2", "s3");
    let told = done(at, &["status", "out"]);
    assert!(
        told.out.contains("states.csv") && told.out.contains("`comity resume`"),
        "{}",
        told.out
    );
    let told = done(at, &["status", "out", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(value["changed"].as_array().unwrap().len(), 1, "{value}");
    done(at, &["resume", "out", "-q", "--no-figures"]);
    done(at, &["verify", "out"]);

    let history = [
        "run",
        "history-1946",
        "--no-figures",
        "-q",
        "--replicates",
        "2",
        "--out",
        "h",
    ];
    done(at, &history);
    change("h/events.csv", ",dispute,", ",Dispute,");
    let validate = ["validate", "h", "--no-figures", "-q", "--out", "v"];
    assert!(refused(at, &validate).contains("events.csv"));
    let told = done(at, &[&validate[..], &["--unchecked"]].concat());
    assert!(told.err.contains("used all the same"), "{}", told.err);
}

/// A result in an archive that cannot be written is used again.
#[test]
fn a_result_that_cannot_be_written_is_shown_again() {
    let home = home();
    let at = home.path();
    let Some(disk) = Mounted::new(&at.join("disk"), "size=8m") else {
        return;
    };
    done(at, &words(&run("disk/out", &[])));
    disk.remount("ro");
    done(at, &words(&run("disk/out", &[])));
    let other = comity(at, &words(&run("disk/out", &["--seed", "7"])));
    disk.remount("rw");
    assert_eq!(other.code, 2, "{}", other.err);
}
