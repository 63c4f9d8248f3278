//! Files of others: what they may read, what they may take, and what of them reaches a terminal.

use std::fs;
use std::path::Path;
use std::process::Command;

const WORLD: &str = "title = \"T\"\npurpose = \"P\"\nyears = 4\n[stylised]\nstates = 8\nregions = 2\n\
                     poles = [0.6, 0.4]\n";

/// Exit code, stdout and stderr.
fn comity(home: &Path, words: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_comity"))
        .current_dir(home)
        .args(words)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap_or(-1);
    (code, text(output.stdout), text(output.stderr))
}

/// A folder with a world in order, and files that read beyond theirs.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(home.path().join(name), text).unwrap();
    fs::create_dir(home.path().join("theirs")).unwrap();
    write("mine.toml", WORLD.to_string());
    write("theirs/good.toml", WORLD.to_string());
    write(
        "theirs/own.toml",
        "title = \"T\"\nextends = \"good.toml\"\n".to_string(),
    );
    write(
        "theirs/up.toml",
        "title = \"T\"\nextends = \"../mine.toml\"\n".to_string(),
    );
    write(
        "theirs/data.toml",
        "title = \"T\"\npurpose = \"P\"\nstart_year = 1950\nyears = 4\n[data]\nstates = \"/etc/passwd\"\n"
            .to_string(),
    );
    let study = |world: &str| {
        format!(
            "title = \"E\"\nquestion = \"Q?\"\nscenario = \"{world}\"\nreplicates = 2\n\
             [metrics.pacts]\ncolumn = \"defence_pacts\"\n"
        )
    };
    write("theirs/study.toml", study("good.toml"));
    write("theirs/study-up.toml", study("../mine.toml"));
    home
}

#[test]
fn a_sandbox_reads_nothing_beyond_the_folder_of_the_file() {
    let home = home();
    let run = |words: &[&str]| comity(home.path(), &[words, &["--no-figures", "--quiet"]].concat());
    let sandbox = |command: &str, file: &str| run(&[command, file, "--sandbox", "--out", "out"]);
    for (command, file) in [
        ("run", "theirs/up.toml"),
        ("run", "theirs/data.toml"),
        ("batch", "theirs/study-up.toml"),
        ("check", "theirs/study-up.toml"),
    ] {
        let (code, _, said) = sandbox(command, file);
        assert_eq!(code, 2, "{command} {file}: {said}");
        assert!(said.contains("--sandbox"), "{command} {file}: {said}");
        assert!(!home.path().join("out").exists(), "{command} {file}");
    }
    let (code, _, said) = run(&["run", "theirs/up.toml", "--out", "free"]);
    assert_eq!(code, 0, "{said}");
    for (command, file, out) in [
        ("run", "theirs/own.toml", "own"),
        ("run", "s2-bipolar", "shipped"),
        ("batch", "theirs/study.toml", "study"),
    ] {
        let (code, _, said) = run(&[command, file, "--sandbox", "--out", out]);
        assert_eq!(code, 0, "{command} {file}: {said}");
    }
    // The one who types is fenced in, too: what he types may be of others.
    let set = "data.states=../mine.toml";
    let (code, _, said) = run(&["run", "theirs/good.toml", "--sandbox", "--set", set]);
    assert_eq!(code, 2, "{said}");
    // Which files these are is kept: going on is fenced in as well.
    let manifest = fs::read_to_string(home.path().join("study/manifest.json")).unwrap();
    assert!(manifest.contains("\"sandbox\": true"), "{manifest}");
    let (code, _, said) = comity(home.path(), &["serve", "--sandbox", "theirs/up.toml"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("--sandbox"), "{said}");
}

#[test]
fn budgets_of_memory_and_time_are_kept() {
    let home = home();
    let many = [
        "--set",
        "stylised.states=2000",
        "--set",
        "years=500",
        "--no-figures",
        "--out",
        "out",
    ];
    let run = |words: &[&str]| comity(home.path(), &[&["run", "mine.toml"], words, &many].concat());
    let (code, _, said) = run(&["--max-memory", "60MB"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("at most 60.0 MB (--max-memory)"), "{said}");
    let (code, _, said) = run(&["--sandbox", "--max-time", "1s", "--max-memory", "4GB"]);
    assert_eq!(code, 130, "{said}");
    assert!(said.contains("out of time (--max-time)"), "{said}");
    let (code, _, said) = run(&["--max-memory", "much"]);
    assert_eq!(code, 2);
    assert!(said.contains("such as 500MB"), "{said}");
    assert!(!home.path().join("out").exists());
}

/// Titles, names and suggestions of a file, and paths.
#[test]
fn nothing_of_a_file_steers_the_terminal() {
    let home = tempfile::tempdir().unwrap();
    let evil = "T\\u001b]0;pwned\\u0007\\u001b[2J\\u009b31m\\u202Ered\\r";
    let write = |name: &str, text: String| fs::write(home.path().join(name), text).unwrap();
    write("title.toml", WORLD.replace("\"T\"", &format!("\"{evil}\"")));
    write("key.toml", format!("{WORLD}\"{evil}\" = 1\n"));
    write(
        "extends.toml",
        format!("title = \"T\"\nextends = \"{evil}\"\n"),
    );
    write("a\u{1b}[31m\u{202e}.toml", "title = 3\n".to_string());
    let id = format!("schedule = [{{ id = \"{evil}\", from = 1, block = \"founding\" }}]\n{WORLD}");
    write("id.toml", id);
    write(
        "drop.toml",
        "title = \"T\"\nextends = \"id.toml\"\ndrop_schedule = [\"x\"]\n".to_string(),
    );
    let quick = ["--no-figures", "--out", "out", "--force"];
    for words in [
        vec!["run", "title.toml"],
        vec!["run", "key.toml"],
        vec!["run", "extends.toml"],
        vec!["run", "drop.toml"],
        vec!["run", "a\u{1b}[31m\u{202e}.toml"],
        vec!["run", "title.toml", "--format", "\u{1b}[31m"],
    ] {
        let (_, out, err) = comity(home.path(), &[&words[..], &quick].concat());
        let both = format!("{out}{err}");
        let steers =
            |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!both.contains(steers), "{words:?}: {both:?}");
        // The reader of arguments takes sequences out of what it repeats.
        assert!(
            both.contains("\\u{1b}") || words[1] == "key.toml" || words.contains(&"--format"),
            "{words:?}: {both:?}"
        );
    }
    for words in [
        ["describe", "scenario", "title.toml"],
        ["explain", "title.toml", "--json"],
    ] {
        let (_, out, err) = comity(home.path(), &words);
        assert!(
            !format!("{out}{err}").contains(['\u{1b}', '\u{202e}']),
            "{words:?}"
        );
    }
    let (code, out, _) = comity(
        home.path(),
        &["describe", "scenario", "title.toml", "--json"],
    );
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, 0);
    assert!(
        !out.contains('\u{202e}') && found.to_string().contains('\u{202e}'),
        "{out}"
    );
}
