use std::path::Path;

use super::*;
use crate::ensemble::manifest::{REPORT, Run, RunManifest};
use crate::table::{Format, csv};
use comity_model::scenario::provenance;

fn wanted(seed: u64) -> RunManifest {
    let (scenario, source) = provenance::load("s2-bipolar", &["years=2".into()]).unwrap();
    let mut manifest = RunManifest::begin(Run::of(&scenario, source, (seed, 1), "csv"), Vec::new());
    manifest.complete = true;
    manifest
}

fn open(folder: &Path) -> Place {
    Place::open(folder, Company::Alone).unwrap()
}

/// Fills a draft with a table, a figure and, with seed 1, one file more.
fn fill<'a>(place: &'a Place, seed: u64) -> Draft<'a> {
    let mut draft = place.draft().unwrap();
    let text = format!("year\n{seed}\n");
    let table = csv::read("world", text.as_bytes(), &[]).unwrap();
    draft.table(&table, Format::Csv).unwrap();
    draft.file("figures/pacts.svg", text.as_bytes()).unwrap();
    if seed == 1 {
        draft.file("figures/old/only.svg", b"old").unwrap();
    }
    draft
}

fn write(folder: &Path, seed: u64) -> Result<()> {
    let place = open(folder);
    fill(&place, seed).finish(&mut wanted(seed))
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn a_result_is_known_again_with_its_hashes() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("a/b");
    write(&folder, 1).unwrap();
    let found = open(&folder).standing::<Run>(false).unwrap().unwrap();
    assert_eq!(found.seed, 1);
    assert!(integrity::whole(&folder, &found));
    fs::write(folder.join("world.csv"), "year\n2\n").unwrap();
    assert!(!integrity::whole(&folder, &found));
    let faults = integrity::look_through(&folder).unwrap();
    assert!(faults.len() == 1 && faults[0].to_string().contains("world.csv"));
}

#[test]
fn replacing_touches_nothing_that_is_not_of_the_result() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("x");
    write(&folder, 1).unwrap();
    add_to(&folder, |draft| {
        draft.file(REPORT, b"on the old one").map(|()| true)
    })
    .unwrap();
    for mine in [
        "notes.txt",
        "figures/mine.svg",
        "figures/old/mine.svg",
        "raw/a/b",
    ] {
        let path = folder.join(mine);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "mine").unwrap();
    }
    write(&folder, 2).unwrap();
    for mine in [
        "notes.txt",
        "figures/mine.svg",
        "figures/old/mine.svg",
        "raw/a/b",
    ] {
        assert_eq!(text(&folder.join(mine)), "mine");
    }
    assert!(!folder.join(REPORT).exists());
    assert!(!folder.join("figures/old/only.svg").exists());
    assert_eq!(text(&folder.join("world.csv")), "year\n2\n");
    assert!(!folder.join(STAGING).exists());
}

#[test]
fn a_listed_file_that_was_changed_stays_when_it_is_no_longer_wanted() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("x");
    write(&folder, 1).unwrap();
    fs::write(folder.join("figures/old/only.svg"), "now mine").unwrap();
    write(&folder, 2).unwrap();
    assert_eq!(text(&folder.join("figures/old/only.svg")), "now mine");
}

#[test]
fn a_name_that_is_taken_is_refused_and_nothing_changes() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("x");
    fs::create_dir_all(folder.join("elsewhere")).unwrap();
    let place = open(&folder);
    fs::write(folder.join("world.csv"), "mine").unwrap();
    let said = fill(&place, 1)
        .finish(&mut wanted(1))
        .unwrap_err()
        .to_string();
    assert!(said.contains("world.csv: is there already"), "{said}");
    drop(place);
    assert_eq!(text(&folder.join("world.csv")), "mine");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    use std::os::unix::fs::symlink;
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    fs::create_dir(at.join("target")).unwrap();
    // The place itself may be a link to a folder.
    symlink(at.join("target"), at.join("link")).unwrap();
    write(&at.join("link"), 1).unwrap();
    assert!(at.join("target/world.csv").is_file());
    assert!(fs::symlink_metadata(at.join("link")).unwrap().is_symlink());
    // A folder or a file of it may not.
    fs::rename(at.join("target/figures"), at.join("figures")).unwrap();
    symlink(at.join("figures"), at.join("target/figures")).unwrap();
    let said = Place::open(&at.join("link"), Company::Alone)
        .unwrap_err()
        .to_string();
    assert!(said.contains("figures: is a link"), "{said}");
    fs::remove_file(at.join("target/figures")).unwrap();
    fs::rename(at.join("target/world.csv"), at.join("world.csv")).unwrap();
    symlink(at.join("world.csv"), at.join("target/world.csv")).unwrap();
    let said = write(&at.join("target"), 2).unwrap_err().to_string();
    assert!(said.contains("left alone"), "{said}");
    assert_eq!(text(&at.join("world.csv")), "year\n1\n");
    symlink(at.join("nowhere"), at.join("dangling")).unwrap();
    let said = Place::open(&at.join("dangling"), Company::Alone)
        .unwrap_err()
        .to_string();
    assert!(said.contains("leads nowhere"), "{said}");
}

#[test]
fn what_nothing_was_put_into_is_taken_away_again() {
    let home = tempfile::tempdir().unwrap();
    drop(open(&home.path().join("a/b/c")));
    drop(fill(&open(&home.path().join("a/b/c")), 1));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    let long = "x".repeat(300);
    let said = Place::open(&home.path().join("a").join(long), Company::Alone);
    assert!(said.unwrap_err().to_string().contains("cannot be made"));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn folders_of_others_and_other_kinds_are_left_alone() {
    use crate::ensemble::batch::Batch;
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("letter.txt"), "mine").unwrap();
    let refused = open(home.path())
        .standing::<Run>(true)
        .unwrap_err()
        .to_string();
    assert!(refused.contains("no manifest.json"), "{refused}");
    let folder = home.path().join("x");
    write(&folder, 1).unwrap();
    let refused = open(&folder)
        .standing::<Batch>(true)
        .unwrap_err()
        .to_string();
    assert!(refused.contains("kind \"run\""), "{refused}");
}

/// Wherever putting in place stops, the next to open the place goes on with it.
#[test]
fn every_prefix_is_gone_on_with() {
    let home = tempfile::tempdir().unwrap();
    for steps in 0..=4_usize {
        let folder = home.path().join(steps.to_string());
        write(&folder, 1).unwrap();
        fs::write(folder.join("notes.txt"), "mine").unwrap();
        let place = open(&folder);
        // What a process leaves that is killed after so many renames.
        let draft = fill(&place, 2);
        let staging = draft.folder().to_path_buf();
        let kept = home.path().join("kept");
        fs::rename(&staging, &kept).unwrap();
        drop(draft);
        fs::rename(&kept, &staging).unwrap();
        let mut manifest = wanted(2);
        if steps > 0 {
            let list = |file: &str| crate::ensemble::manifest::FileRecord {
                file: file.to_string(),
                sha256: integrity::hash_of(&staging.join(file)).unwrap(),
            };
            manifest.files = vec![list("world.csv"), list("figures/pacts.svg")];
            fs::write(staging.join(MANIFEST), manifest.to_json().unwrap()).unwrap();
        }
        for file in ["world.csv", "figures/pacts.svg"]
            .iter()
            .take(steps.saturating_sub(1))
        {
            fs::rename(staging.join(file), folder.join(file)).unwrap();
        }
        if steps == 4 {
            fs::remove_file(folder.join("figures/old/only.svg")).unwrap();
        }
        drop(place);
        settle(&folder).unwrap();
        let found = open(&folder).standing::<Run>(false).unwrap().unwrap();
        assert_eq!(found.seed, if steps == 0 { 1 } else { 2 }, "{steps}");
        assert!(integrity::whole(&folder, &found), "{steps}");
        assert_eq!(text(&folder.join("notes.txt")), "mine");
        assert_eq!(folder.join("figures/old/only.svg").exists(), steps == 0);
        assert!(!folder.join(STAGING).exists(), "{steps}");
    }
}
