//! The papers' claims: all of them have a line, none is read back from its own treatment, nothing
//! is found where there is nothing, and a check goes on where it stopped.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use comity::analysis::claims::{ClaimRow, Input, judge};
use comity::ensemble::batch::Options;
use comity::ensemble::claims::{Choice, Draws, Sizes, Work, agenda, families, run};
use comity::error::Result;

/// Two arms of a small world that are the same, each with seeds of its own.
pub const INERT: &str = r#"title = "Placebo"
scenario = "s2-bipolar"
base = { years = 16, burn_in = 4, stylised = { states = 20 } }
[arms.base]
[arms.inert]
[[arms.inert.schedule]]
from = 0
region = "r1"
insert = { partnership = { name = "Placebo", depth = 0.6, start_year = 0, inert = true } }
[metrics.pacts]
column = "defence_pacts"
[claims.P1]
statement = "A partnership that changes nothing raises the number of pacts"
contrast = ["inert", "base"]
independent = true
metric = "pacts"
test = "paired_difference"
expect = "increase"
"#;

/// The same with states assigned to regions at random in both arms.
pub const RELABELLED: &str = r#"title = "Placebo"
scenario = "s2-bipolar"
base = { years = 16, burn_in = 4, stylised = { states = 20 }, placebo = { permute_regions = true } }
[arms.base]
[arms.other]
[metrics.partners]
column = "share_in_partnerships"
[claims.P2]
statement = "Regions by lot found more partnerships than regions by lot"
contrast = ["other", "base"]
independent = true
metric = "partners"
test = "paired_difference"
expect = "increase"
"#;

/// Sizes for a placebo: enough for a verdict to be possible.
const PLACEBO: Sizes = Sizes {
    replicates: 24,
    sets: 6,
    draws: 12,
    seeds: 3,
    seed: 1,
};

fn check(text: &str, sizes: Sizes) -> Result<Vec<ClaimRow>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.toml");
    fs::write(&path, text).unwrap();
    let families = families(&[path.to_str().unwrap().to_string()], false)?;
    let agenda = agenda(&families, &Choice::default())?;
    let prior = Draws::prior(sizes.draws)?;
    let accepted = Draws::prior(sizes.sets + 1)?.first(sizes.sets);
    let work = Work::new(&agenda, sizes, Some(&accepted), &prior)?;
    let outputs = run(&work, folder.path(), Options::default())?.expect("not interrupted");
    assert_eq!(outputs.failed, 0, "{:?}", outputs.failures);
    let findings = judge(&Input {
        agenda: &agenda,
        outputs: &outputs,
        sizes,
        prior: &prior,
        observed: None,
    })?;
    Ok(findings.claims)
}

/// How often the raw 5 % test finds something in so many placebos, and how often the verdict is
/// "supported".
pub fn placebos(text: &str, count: u64) -> (usize, usize) {
    let one = |k: u64| {
        let sizes = Sizes {
            seed: 1 + 1000 * k,
            ..PLACEBO
        };
        check(text, sizes).unwrap().remove(0)
    };
    let rows: Vec<ClaimRow> = (0..count).map(one).collect();
    let found = rows.iter().filter(|r| r.p < 0.05).count();
    let supported = rows.iter().filter(|r| r.verdict == "supported").count();
    (found, supported)
}

#[test]
fn every_claim_of_the_papers_has_a_line() {
    let mut expected: BTreeSet<String> = (1..=92).map(|k| format!("A{k}")).collect();
    expected.extend((1..=66).map(|k| format!("B{k}")));
    expected.extend((1..=15).map(|k| format!("A70.{k}")));
    let mut found = BTreeSet::new();
    for family in families(&[], false).unwrap() {
        for claim in &family.experiment.claims {
            let name = &claim.name;
            assert!(claim.paper.is_some() && claim.class.is_some(), "{name}");
            assert!(!claim.section.is_empty(), "{name}");
            let letter = claim.paper.unwrap().letter();
            assert!(name.starts_with(letter), "{name}");
            let tested = claim.test.is_some() || claim.record.is_some();
            assert!(tested || claim.untested.len() > 20, "{name}");
            assert!(claim.test.is_none() || !claim.fails.is_empty(), "{name}");
            assert!(found.insert(name.clone()), "{name} stands twice");
        }
    }
    assert_eq!(found, expected);
}

/// Reading what all claims need refuses a treatment that holds the metric of its claim.
#[test]
fn no_claim_is_read_back_from_its_treatment() {
    let agenda = agenda(&families(&[], false).unwrap(), &Choice::default()).unwrap();
    assert!(agenda.needs.len() > 20);
    for need in agenda.needs.values() {
        assert!(!need.metrics.is_empty(), "{}", need.arm.name);
    }
}

const GOOD: &str = r#"title = "Test"
scenario = "s2-bipolar"
base = { years = 12, burn_in = 0, stylised = { states = 16 } }
[arms.calm]
schedule = [{ from = 2, force = { "competition.antagonism" = 0.1 } }]
[arms.tense]
schedule = [{ from = 2, force = { "competition.antagonism" = 1.0 } }]
[metrics.pacts]
column = "defence_pacts"
window = [2, 11]
[claims.X1]
statement = "Calm lowers the number of pacts"
contrast = ["calm", "tense"]
metric = "pacts"
test = "paired_difference"
expect = "decrease"
"#;

fn message(text: &str) -> String {
    match check(text, PLACEBO) {
        Ok(_) => panic!("accepted: {text}"),
        Err(error) => {
            let text = error.to_string();
            assert_eq!(text.lines().count(), 1, "{text}");
            let at = text.find("test.toml").unwrap_or(0);
            text[at..].to_string()
        }
    }
}

#[test]
fn claims_that_are_wrong() {
    let cases = [
        ("unknown metric", "metric = \"pacts\"", "metric = \"pcts\""),
        (
            "unknown arm",
            "[\"calm\", \"tense\"]",
            "[\"clam\", \"tense\"]",
        ),
        ("unknown test", "paired_difference", "t_test"),
        ("unknown column", "\"defence_pacts\"", "\"defense_pacts\""),
        ("window outside", "[2, 11]", "[2, 40]"),
        (
            "one arm twice",
            "[\"calm\", \"tense\"]",
            "[\"calm\", \"calm\"]",
        ),
        ("no direction", "expect = \"decrease\"\n", ""),
        ("wrong direction", "\"decrease\"", "\"none\""),
        (
            "unknown key",
            "metric = \"pacts\"",
            "metric = \"pacts\"\nmagrin = 0.1",
        ),
        (
            "key of another test",
            "metric = \"pacts\"",
            "metric = \"pacts\"\nmargin = 0.1",
        ),
        (
            "missing key",
            "paired_difference",
            "hazard_ratio\"\nyear = \"x",
        ),
        (
            "test and reason",
            "metric = \"pacts\"",
            "metric = \"pacts\"\nuntested = \"so\"",
        ),
        ("nothing", "test = \"paired_difference\"\n", ""),
        (
            "bad knock-out",
            "metric = \"pacts\"",
            "metric = \"pacts\"\nknock_out = { \"processes.offers\" = false }",
        ),
        (
            "no section",
            "metric = \"pacts\"",
            "metric = \"pacts\"\npaper = \"A\"",
        ),
        (
            "too many arms",
            "contrast = [\"calm\", \"tense\"]",
            "arms = [\"calm\", \"tense\"]\nmargin = 1",
        ),
        (
            "holds its metric",
            "column = \"defence_pacts\"",
            "column = \"competition\"",
        ),
        (
            "record: wrong test",
            "metric = \"pacts\"",
            "metric = \"pacts\"\nrecord = { test = \"share\", table = \"alliances_by_year\", column = \"mean_size\", window = [1946, 1988], expect = \"increase\" }",
        ),
        (
            "record: unknown table",
            "metric = \"pacts\"",
            "metric = \"pacts\"\nrecord = { test = \"trend\", table = \"pacts_by_year\", column = \"mean_size\", window = [1946, 1988], expect = \"increase\" }",
        ),
        (
            "record: unknown column",
            "metric = \"pacts\"",
            "metric = \"pacts\"\nrecord = { test = \"trend\", table = \"alliances_by_year\", column = \"size\", window = [1946, 1988], expect = \"increase\" }",
        ),
    ];
    let mut text = String::new();
    for (name, old, new) in cases {
        assert!(GOOD.contains(old), "{name}");
        text.push_str(&format!(
            "{name}\n    {}\n",
            message(&GOOD.replacen(old, new, 1))
        ));
    }
    insta::assert_snapshot!(text);
}

/// The same arm twice with common seeds is the same to the last bit: an effect of exactly nothing.
#[test]
fn common_random_numbers_make_the_same_arm_the_same() {
    let text = INERT.replace("independent = true\n", "");
    let row = check(&text, PLACEBO).unwrap().remove(0);
    assert_eq!((row.effect, row.low, row.high), (0.0, 0.0, 0.0));
    assert_eq!((row.sign_share, row.reversal_share), (0.0, 0.0));
    assert_eq!(row.verdict, "refuted");
}

#[test]
fn placebos_find_no_more_than_chance() {
    for text in [INERT, RELABELLED] {
        let (found, supported) = placebos(text, 6);
        assert!(found <= 3 && supported == 0, "{found} {supported}");
    }
}

#[test]
fn table_1_is_not_measured_where_institutions_are_seeded() {
    let text = r#"title = "Seeded"
scenario = "history-1946"
base = { years = 60 }
[arms.seeded]
[[arms.seeded.schedule]]
from = 1990
region = "europe"
insert = { partnership = { name = "Seed", depth = 0.6, start_year = 1990 } }
[metrics.unused]
column = "defence_pacts"
[claims.T]
statement = "Table 1 is measured"
arm = "seeded"
test = "table1_agreement"
value = 0.4
expect = "increase"
"#;
    let sizes = Sizes {
        replicates: 2,
        sets: 1,
        draws: 1,
        seeds: 2,
        seed: 1,
    };
    let found = match check(text, sizes) {
        Ok(_) => panic!("accepted"),
        Err(error) => error.to_string(),
    };
    assert!(found.contains("nothing is seeded"), "{found}");
}

/// A longer table of the record, made up, gives each kind of test an answer; the shipped one
/// does not cover the years.
#[test]
fn the_record_is_judged_as_soon_as_it_covers_the_years() {
    let tests = [
        ("trend", "expect = \"decrease\"", "true"),
        ("trend", "expect = \"increase\"", "false"),
        ("breakpoint", "year = 1990, expect = \"decrease\"", "true"),
        ("breakpoint", "year = 1975, expect = \"decrease\"", "false"),
        (
            "period_ratio",
            "against = [1960, 1985], value = 1.0, expect = \"decrease\"",
            "true",
        ),
        ("equivalence", "margin = 0.1, expect = \"none\"", "false"),
        ("dated_fact", "value = 5.0, expect = \"increase\"", "true"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let mut table = String::from("year,source,defence_pacts,mean_size\n");
    for (k, year) in (1946..=2010).enumerate() {
        let level = if year < 1990 { 60.0 } else { 20.0 };
        let noise = (k * 7 % 5) as f64;
        let (pacts, size) = (level + noise, 9.0 - 0.1 * k as f64 + 0.1 * noise);
        for source in ["ATOP5.1", "COW4.1"] {
            table.push_str(&format!("{year},{source},{pacts},{size}\n"));
        }
    }
    fs::write(folder.path().join("alliances_by_year.csv"), table).unwrap();
    for (kind, options, expected) in tests {
        let window = if kind == "period_ratio" {
            "[1991, 2010]"
        } else {
            "[1960, 2010]"
        };
        let column = if kind == "trend" {
            "mean_size"
        } else {
            "defence_pacts"
        };
        let record = format!(
            "record = {{ test = \"{kind}\", table = \"alliances_by_year\", column = \"{column}\", window = {window}, {options} }}"
        );
        let text = GOOD.replace(
            "metric = \"pacts\"",
            &format!("metric = \"pacts\"\n{record}"),
        );
        let path = folder.path().join("test.toml");
        fs::write(&path, text).unwrap();
        let families = families(&[path.to_str().unwrap().to_string()], false).unwrap();
        let test = families[0].experiment.claims[0].record.clone().unwrap();
        let judge = |place: Option<&Path>| {
            comity::analysis::claims::record::observed(&test, place).unwrap()
        };
        let longer = judge(Some(folder.path()));
        assert_eq!(
            longer.verdict(),
            expected,
            "{kind} {options}: {}",
            longer.detail()
        );
        assert_eq!(judge(None).verdict(), "not covered", "{kind}");
    }
}

/// A check that is cut short keeps what is done, and ends with the same tables.
#[test]
fn a_check_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("test.toml"), GOOD).unwrap();
    let sets = "set,alliance.pull\n1,0.3\n2,0.6\n";
    fs::write(folder.path().join("sets.csv"), sets).unwrap();
    let go = |out: &str, more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_comity"));
        let sizes = ["--replicates", "12", "--draws", "8", "--seeds", "4"];
        command
            .current_dir(folder.path())
            .args(["check", "test.toml", "--accepted", "sets.csv", "--out", out])
            .args(sizes)
            .args(more)
            .output()
            .unwrap()
    };
    let whole = go("whole", &[]);
    assert!(whole.status.success(), "{whole:?}");
    let shown = String::from_utf8(whole.stdout).unwrap();
    assert!(shown.lines().all(|l| l.chars().count() <= 80), "{shown}");
    assert!(shown.contains("Provisional"), "{shown}");
    let cut = go("cut", &["--max-time", "1ms"]);
    assert_eq!(cut.status.code(), Some(130));
    assert!(!folder.path().join("cut/claims.csv").exists());
    assert!(go("cut", &["--threads", "1"]).status.success());
    for file in [
        "claims.csv",
        "draws.csv",
        "claims.json",
        "figures/claims.svg",
    ] {
        let read = |out: &str| fs::read(folder.path().join(out).join(file)).unwrap();
        assert!(read("whole") == read("cut"), "{file}");
    }
    let strict = go("whole", &["--strict"]);
    assert_eq!(strict.status.code(), Some(3), "{strict:?}");
}
