//! Relabelling the states permutes the output and changes nothing else: a state's draws and
//! place in sums follow its `stream_id`, not its code or its line in the tables.

use comity::scenario;
use comity::simulation::run;
use std::fmt::Write as _;
use std::path::Path;

/// The worked example with its lines reversed and every code changed; stream ids stay.
fn relabelled(source: &Path, target: &Path) {
    std::fs::create_dir_all(target).unwrap();
    for entry in std::fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_string();
        let text = std::fs::read_to_string(&path).unwrap();
        let out = if name.ends_with(".csv") {
            recode(&text)
        } else {
            text
        };
        std::fs::write(target.join(name), out).unwrap();
    }
}

fn recode(text: &str) -> String {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let coded: Vec<usize> = (0..header.len())
        .filter(|&k| header[k].starts_with("ccode"))
        .collect();
    let mut rows: Vec<String> = lines
        .map(|line| {
            let mut cells: Vec<String> = line.split(',').map(str::to_string).collect();
            for &k in &coded {
                cells[k] = (9000 - cells[k].parse::<u32>().unwrap() * 7).to_string();
            }
            cells.join(",")
        })
        .collect();
    rows.reverse();
    let mut out = header.join(",");
    for row in rows {
        write!(out, "\n{row}").unwrap();
    }
    out.push('\n');
    out
}

#[test]
fn relabelling_permutes_the_output_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/eight-states");
    let folder = tempfile::tempdir().unwrap();
    relabelled(&root, folder.path());
    let load = |path: &Path| {
        let mut s = scenario::load(path.join("scenario.toml").to_str().unwrap(), &[]).unwrap();
        s.recording.states = true;
        s
    };
    let (plain, other) = (load(&root), load(folder.path()));
    let codes =
        |s: &scenario::Scenario| s.setting.states.iter().map(|x| x.code).collect::<Vec<_>>();
    assert_ne!(codes(&plain), codes(&other));
    for seed in 1..=3 {
        let (a, b) = (run(&plain, seed), run(&other, seed));
        assert_eq!(format!("{:?}", a.world), format!("{:?}", b.world));
        assert_eq!(format!("{:?}", a.regions), format!("{:?}", b.regions));
        assert_eq!(format!("{:?}", a.events), format!("{:?}", b.events));
        assert_eq!(format!("{:?}", a.agreements), format!("{:?}", b.agreements));
        let strip = |h: &comity::observe::History| {
            let mut rows = h.states.clone();
            rows.iter_mut().for_each(|r| r.code = 0);
            format!("{rows:?}")
        };
        assert_eq!(strip(&a), strip(&b));
    }
}
