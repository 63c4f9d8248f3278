//! What good scenarios become.

use std::fs;

use comity::scenario::{self, Action, PactKind, Scenario};

const STATES: &str = "\
ccode,abb,name,entry_year,exit_year,regions,capital_lat,capital_lon,stream_id
4,DDD,Dland,1900,1920,south,0,0,9
3,CCC,Cland,1940,1952,south,-10,20,5
2,BBB,Bland,1940,,north|south|north,11,21,3
3,CCC,Cland,1954,,south,-10,20,7
1,AAA,Aland,1940,,north,10,20,1
5,EEE,Eland,1940,,east,10,20,8
";

const VALUES: &str = "\
ccode,year,cinc,polyarchy,gdp_per_capita
1,1949,0.2,0.4,1000
2,1950,0.1,,2000
2,1952,0.3,0.6,
3,1950,0.05,0.2,500
3,1955,0.07,,600
";

const PACTS: &str = "\
pact,kind,ccode,entry_year,exit_year
P1,neutrality,1,1940,
P1,defence,2,1941,
P1,neutrality,3,1949,1950
P2,entente,1,1950,1950
P2,entente,2,1950,
P3,entente,3,1950,
P3,entente,4,1910,
P4,entente,1,1951,
P4,entente,2,1951,
P5,entente,3,1945,
P5,entente,2,1945,
";

const WORLD: &str = r#"title = "T"
purpose = "P"
start_year = 1950
years = 6
[data]
states = "states.csv"
state_years = "values.csv"
contiguity = "contiguity.csv"
rivalries = "rivalries.csv"
powers = "powers.csv"
pacts = "pacts.csv"
"#;

fn load(world: &str, overrides: &[&str]) -> Scenario {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).unwrap();
    write("world.toml", world);
    write("states.csv", STATES);
    write("values.csv", VALUES);
    write("pacts.csv", PACTS);
    write(
        "contiguity.csv",
        "ccode1,ccode2,kind,from_year,to_year\n3,1,1,1940,1953\n1,2,2,1940,1953\n1,4,1,1900,1920\n",
    );
    write(
        "rivalries.csv",
        "ccode1,ccode2,from_year,to_year\n1,2,1930,1940\n",
    );
    write(
        "powers.csv",
        "ccode,from_year,to_year\n5,1930,\n1,1930,1949\n",
    );
    let overrides: Vec<String> = overrides.iter().map(|s| s.to_string()).collect();
    let path = folder.path().join("world.toml");
    scenario::load(path.to_str().unwrap(), &overrides).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn states_are_ordered_by_stream_and_those_never_present_dropped() {
    let s = load(WORLD, &[]);
    let names: Vec<_> = s
        .setting
        .states
        .iter()
        .map(|s| (s.abbreviation.as_str(), s.stream_id))
        .collect();
    assert_eq!(
        names,
        [("AAA", 1), ("BBB", 3), ("CCC", 5), ("CCC", 7), ("EEE", 8)]
    );
    assert_eq!(s.setting.regions, ["north", "south", "east"]);
    assert_eq!(s.setting.states[1].regions, [0, 1]);
    assert_eq!((s.start_year, s.years, s.calendar), (1950, 6, true));
}

#[test]
fn values_go_to_the_spell_that_contains_the_year_and_gaps_are_filled() {
    let s = load(WORLD, &[]);
    let paths = s.setting.observed.unwrap();
    let column = |rows: &Vec<Vec<f32>>, k: usize| rows.iter().map(|r| r[k]).collect::<Vec<_>>();
    assert_eq!(column(&paths.capability, 0), [0.2; 6]);
    assert_eq!(column(&paths.capability, 1), [0.1, 0.1, 0.3, 0.3, 0.3, 0.3]);
    let first = column(&paths.capability, 2);
    assert_eq!(first[..3], [0.05; 3]);
    assert!(first[3..].iter().all(|v| v.is_nan()));
    let second = column(&paths.capability, 3);
    assert!(second[..4].iter().all(|v| v.is_nan()));
    assert_eq!(second[4..], [0.07; 2]);
    assert_eq!(
        column(&paths.capability, 4),
        [0.05, 0.05, 0.05, 0.2, 0.07, 0.07]
    );
    assert_eq!(column(&paths.regime, 1)[0], 0.6);
    let world = (0.4 + 0.6 + 0.2) / 3.0;
    assert!((column(&paths.regime, 4)[0] - world).abs() < 1e-6);
    assert_eq!(column(&paths.income, 3)[4..], [600.0; 2]);
    // cinc: AAA 6, BBB 4, CCC 2 and 1, EEE 6.
    assert_eq!(s.filled[0], ("cinc".to_string(), 19));
}

#[test]
fn pacts_are_those_in_force_among_states_in_the_system() {
    let s = load(WORLD, &[]);
    let pacts: Vec<_> = s
        .setting
        .pacts
        .iter()
        .map(|p| (p.label.as_str(), p.kind, p.members.clone()))
        .collect();
    let expected = [
        ("P1", PactKind::Defence, vec![0, 1]),
        ("P5", PactKind::Entente, vec![1, 2]),
    ];
    assert_eq!(pacts, expected);
    assert!(
        load(WORLD, &["data.initial_pacts=false"])
            .setting
            .pacts
            .is_empty()
    );
}

#[test]
fn pairs_are_made_for_each_spell_and_only_land_counts() {
    let s = load(WORLD, &[]);
    let pairs: Vec<_> = s
        .setting
        .contiguity
        .iter()
        .map(|p| (p.a, p.b, p.to))
        .collect();
    assert_eq!(
        pairs,
        [(0, 2, None), (0, 3, None)],
        "the table ends in 1953, the run in 1955"
    );
    assert_eq!(s.filled.last().unwrap(), &("contiguity".to_string(), 2));
    assert_eq!(s.setting.rivalries.len(), 1);
    assert_eq!(s.setting.powers.len(), 2);
}

#[test]
fn a_choice_of_regions_keeps_the_powers() {
    let names = |overrides: &[&str]| {
        let states = load(WORLD, overrides).setting.states;
        states
            .into_iter()
            .map(|s| s.abbreviation)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(&["data.regions=['south']"]),
        ["BBB", "CCC", "CCC", "EEE"]
    );
    let alone = ["data.regions=['south']", "data.keep_powers=false"];
    assert_eq!(names(&alone), ["BBB", "CCC", "CCC"]);
}

#[test]
fn an_overlay_merges_appends_and_drops() {
    let folder = tempfile::tempdir().unwrap();
    let entry = |id: &str, from: u32| {
        format!("[[schedule]]\nid = \"{id}\"\nfrom = {from}\nblock = \"veto\"\n")
    };
    let base = format!(
        "title = \"T\"\npurpose = \"P\"\nyears = 9\n[stylised]\nstates = 9\n{}{}",
        entry("a", 1),
        entry("b", 2)
    );
    fs::write(folder.path().join("base.toml"), base).unwrap();
    let over = format!(
        "extends = \"base.toml\"\nyears = 12\ndrop_schedule = [\"a\"]\n[stylised]\nregions = 2\n{}",
        entry("a", 11)
    );
    let over_path = folder.path().join("over.toml");
    fs::write(&over_path, over).unwrap();
    let s = scenario::load(
        over_path.to_str().unwrap(),
        &["stylised.neighbours=5".into()],
    )
    .unwrap();
    assert_eq!(
        (s.name.as_str(), s.title.as_str(), s.years),
        ("over", "T", 12)
    );
    assert_eq!((s.setting.states.len(), s.setting.regions.len()), (9, 2));
    assert_eq!(s.setting.stylised.unwrap().neighbours, 5);
    let times: Vec<_> = s
        .schedule
        .iter()
        .map(|t| (t.id.as_deref().unwrap(), t.from))
        .collect();
    assert_eq!(times, [("b", 2), ("a", 11)]);
}

#[test]
fn one_entry_with_several_keys_is_several_treatments() {
    let world = format!(
        "{WORLD}[[schedule]]\nid = \"x\"\nfrom = 1951\nuntil = 1952\nstates = [\"CCC\"]\n\
         set = {{ \"parameters.alliance.reactance\" = 0, \"processes.aid\" = false, \"governance.global\" = false }}\n"
    );
    let s = load(&world, &[]);
    assert_eq!(s.schedule.len(), 3);
    assert!(
        s.schedule
            .iter()
            .all(|t| t.id.as_deref() == Some("x") && t.states == [2, 3])
    );
    assert!(matches!(s.schedule[1].action, Action::SetParameter(_, 0.0)));
}

#[test]
fn a_no_op_overlay_has_the_same_hash_and_a_change_another() {
    let hash = |text: &str| scenario::load_text("x.toml", text, &[]).unwrap().hash;
    let base = hash("extends = \"s2-bipolar.toml\"");
    assert_eq!(base.len(), 16);
    assert_eq!(
        base,
        hash("title = \"Other\"\nextends = \"s2-bipolar.toml\"\n[stylised]\nstates = 64")
    );
    assert_ne!(
        base,
        hash("extends = \"s2-bipolar.toml\"\n[stylised]\nstates = 65")
    );
    assert_ne!(
        base,
        hash("extends = \"s2-bipolar.toml\"\n[parameters.alliance]\nreactance = 0.41")
    );
}

#[test]
fn history_is_complete() {
    let s = scenario::load("history-1946", &[]).unwrap();
    let paths = s.setting.observed.as_ref().unwrap();
    assert_eq!(paths.capability.len(), 71);
    for (t, row) in paths.capability.iter().enumerate() {
        let year = s.start_year + t as i32;
        for (k, state) in s.setting.states.iter().enumerate() {
            let inside = state.entry_year <= year && state.exit_year.is_none_or(|e| year <= e);
            assert_eq!(inside, row[k].is_finite(), "{} {year}", state.abbreviation);
            assert_eq!(
                inside,
                paths.income[t][k].is_finite() && paths.regime[t][k].is_finite()
            );
        }
    }
    let syria = s
        .setting
        .states
        .iter()
        .filter(|x| x.abbreviation == "SYR")
        .count();
    assert_eq!(syria, 2);
    insta::assert_debug_snapshot!((
        s.setting.states.len(),
        &s.setting.regions,
        s.setting.contiguity.len(),
        s.setting.rivalries.len(),
        s.setting.powers.len(),
        s.setting.pacts.len(),
        &s.filled,
        &s.data_files,
    ));
}
