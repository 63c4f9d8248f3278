//! Counts that take minutes: `cargo test --release -- --ignored --nocapture`. Each prints what
//! it measured and its time.

mod growth;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::batches::{Trial, kills};
use crate::claims::{INERT, RELABELLED, placebos};
use crate::classroom::{Bars, classroom, stalled_readers_give_way};
use crate::docking::relations::{burden, churn, hazards, sides};
use crate::fuzz::mutate_for;
use crate::places;
use crate::properties::drawn_worlds;
use crate::system_calls;
use crate::table_worlds::table_worlds;
use crate::web::random_requests;

/// 64 states over 60 years, default recording.
const RUNS: &str = r#"title = "Speed"
question = "How fast, and in how much memory?"
scenario = "s2-bipolar"
replicates = 20000
base = { burn_in = 0 }
[metrics.pacts]
column = "defence_pacts"
[metrics.size]
column = "mean_size"
[metrics.partners]
column = "share_in_partnerships"
"#;

/// Prints how long a long test took.
fn timed(name: &str, work: impl FnOnce()) {
    let begun = Instant::now();
    work();
    println!("{name}: {:.0} s", begun.elapsed().as_secs_f64());
}

/// Time and largest resident memory, in MiB, of a batch.
fn batch(folder: &Path, replicates: &str, threads: &str) -> (Duration, f64) {
    fs::write(folder.join("speed.toml"), RUNS).unwrap();
    let out = format!("{replicates}-{threads}");
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_comity"))
        .current_dir(folder)
        .args([
            "batch",
            "speed.toml",
            "--figures=none",
            "--quiet",
            "--force",
        ])
        .args([
            "--replicates",
            replicates,
            "--threads",
            threads,
            "--out",
            &out,
        ])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0f64;
    let ended = loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find(|l| l.starts_with("VmHWM"));
        let kib = line.and_then(|l| l.split_whitespace().nth(1)?.parse::<f64>().ok());
        peak = peak.max(kib.unwrap_or(0.0) / 1024.0);
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(ended.success());
    let took = begun.elapsed();
    fs::remove_dir_all(folder.join(out)).unwrap();
    (took, peak)
}

#[test]
#[ignore = "minutes; the short form runs 10"]
fn two_hundred_kills_leave_the_same_bytes() {
    timed("200 kills", || {
        let killed = kills(&Trial::new(), 200);
        println!("200 kills: {killed} struck a running batch, and all results had the same bytes");
    });
}

/// A whole number that a variable gives, or the usual one.
fn number(name: &str, usual: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(usual, |text| text.parse().expect("a whole number"))
}

/// `COMITY_KILLS` in all instead of 2,000.
#[test]
#[ignore = "half an hour; the short form kills 10"]
fn two_thousand_kills_of_every_command_leave_the_same_bytes() {
    timed("kills", || {
        let (struck, killed) = places::kills(number("COMITY_KILLS", 2000) as u32);
        println!("{killed} kills: {struck} struck a command at work; nothing hidden was left");
    });
}

#[test]
#[ignore = "a minute; the short form draws 60 worlds, each seven times"]
fn three_thousand_worlds_of_tables_keep_the_invariants() {
    timed("3,000 worlds of tables", || {
        let ran = table_worlds(3000, 30);
        println!("{ran} worlds, with each optional table missing in turn, ran to their ends");
    });
}

#[test]
#[ignore = "minutes; the short form changes one byte of each file"]
fn a_thousand_changed_bytes_are_all_seen() {
    timed("1,000 changed bytes", || {
        let tried = places::faults(1000);
        println!("{tried} changed bytes: none was used without a word");
        assert!(tried >= 1000, "{tried}");
    });
}

#[test]
#[ignore = "minutes; the short form stops some calls of `run`"]
fn two_hundred_stopped_calls_lose_nothing_of_the_users() {
    timed("stopped calls", || {
        let stopped = system_calls::every_call(usize::MAX);
        println!("{stopped} calls failed or were the last: nothing of the user's was touched");
        assert!(stopped >= 200, "{stopped}");
    });
}

/// The bar of 60 s on two cores is for the machine of docs/performance.md; memory is the same
/// everywhere.
#[test]
#[ignore = "minutes"]
fn twenty_thousand_runs_stay_small() {
    timed("20,000 runs", || {
        let folder = tempfile::tempdir().unwrap();
        let (took, peak) = batch(folder.path(), "20000", "2");
        println!("20,000 runs: {:.1} s, {peak:.0} MiB", took.as_secs_f64());
        assert!(peak > 0.0 && peak < 500.0, "{peak} MiB");
    });
}

#[test]
#[ignore = "minutes"]
fn two_threads_pay() {
    timed("two threads", || {
        let folder = tempfile::tempdir().unwrap();
        let ratio = || {
            let one = batch(folder.path(), "600", "1").0;
            one.as_secs_f64() / batch(folder.path(), "600", "2").0.as_secs_f64()
        };
        let mut ratios: Vec<f64> = (0..5).map(|_| ratio()).collect();
        ratios.sort_by(f64::total_cmp);
        println!("two threads against one: {ratios:.2?}");
        assert!(ratios[2] >= 1.8, "median {:.2}", ratios[2]);
    });
}

/// Placebos with seeds of their own in the two arms: by chance the raw test finds something in 5 %
/// of them (18 of 200 is the 99 % bound), and hardly any may be called supported.
#[test]
#[ignore = "minutes; the short form draws 6"]
fn two_hundred_placebos_find_no_more_than_chance() {
    for (name, text) in [("inert", INERT), ("relabelled", RELABELLED)] {
        timed(&format!("200 placebos, {name}"), || {
            let (found, supported) = placebos(text, 200);
            println!("{name}: {found} of 200 below 5 %, {supported} supported");
            assert!(found <= 18, "{found} of 200 below 5 %");
            assert!(supported <= 2, "{supported} supported");
        });
    }
}

#[test]
#[ignore = "minutes; the short form asks 2,000"]
fn a_hundred_thousand_random_requests_are_answered() {
    timed("100,000 requests", || {
        let refused = random_requests(100_000, 2);
        println!("100,000 requests: {refused} refused with a reason, the others answered");
    });
}

#[test]
#[ignore = "a minute or two; the short form has 30 slow clients and 5 greedy ones"]
fn a_fresh_client_is_served_among_300_slow_and_50_greedy_ones() {
    let bars = Bars {
        page: Duration::from_secs(1),
        run: Duration::from_secs(5),
        interrupt: Duration::from_secs(2),
        memory: 300.0,
    };
    classroom(300, 50, Duration::from_secs(40), &bars);
}

#[test]
#[ignore = "a minute"]
fn stalled_readers_lose_their_places() {
    timed("stalled readers", stalled_readers_give_way);
}

#[test]
#[ignore = "minutes; the short form draws 40 of 10 years"]
fn a_thousand_drawn_worlds_of_fifty_years_keep_the_invariants() {
    timed("1,000 drawn worlds of 50 years", || drawn_worlds(1000, 50));
}

/// `COMITY_FUZZ_SECONDS` a target instead of ten minutes, `COMITY_FUZZ_SEED` instead of 1.
#[test]
#[ignore = "ten minutes a target; the short form tries 500 mutations"]
fn mutated_inputs_never_panic_for_long() {
    let each = Duration::from_secs(number("COMITY_FUZZ_SECONDS", 600));
    timed("mutations", || {
        mutate_for(each, number("COMITY_FUZZ_SEED", 1))
    });
}

/// What `docs/docking.md` says of the statements on alliances, also of those that do not come out:
/// where this fails, the document is no longer true.
#[test]
#[ignore = "a minute or two"]
fn statements_on_alliances_come_out_as_documented() {
    timed("statements on alliances", || {
        let (seeds, fewer) = (100, 40);
        let (morrow, unlike) = hazards(seeds, true);
        println!("hazard of like and unlike pacts: {morrow:.4?}; unlike among new: {unlike:.3}");
        let (alone, _) = hazards(seeds, false);
        println!("the same without nested lapse: {alone:.4?}");
        let waltz = churn(seeds);
        println!("changes and endings with two and five poles: {waltz:.4?}");
        let nato = burden(fewer);
        println!("capability with contribution, and per capability: {nato:.3?}");
        let walt = sides(fewer);
        println!("{walt:?}");
        assert!(unlike > 0.3, "of pairs a tenth are unlike");
        assert!(
            morrow.low > 0.0 && morrow.other > morrow.one,
            "Morrow's order of hazards"
        );
        for found in &waltz {
            assert!(
                found.low < 0.0 && found.high > 0.0,
                "two and five poles differ"
            );
        }
        assert!(
            nato[0].0 < 0.4 && nato[1].0 < 0.0,
            "Olson and Zeckhauser's correlation"
        );
        assert!(
            walt.with_the_threat < 0.75 * walt.by_chance,
            "Walt's bandwagoning"
        );
    });
}
