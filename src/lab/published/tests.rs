use std::fs;

use super::*;

const ATOP: &str = "atopid,member,yrent,moent,dayent,ineffect,yrexit,moexit,dayexit,phase,defense,\
                    offense,neutral,nonagg,consul\n";
const COW: &str = "version4id,ccode,state_name,all_st_day,all_st_month,all_st_year,all_end_day,\
                   all_end_month,all_end_year,ss_type,mem_st_day,mem_st_month,mem_st_year,\
                   mem_end_day,mem_end_month,mem_end_year,left_censor,right_censor,defense,\
                   neutrality,nonaggression,entente,version\n";

fn read_text(dataset: Dataset, text: impl AsRef<[u8]>) -> Result<Published> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f.csv");
    fs::write(&path, text).unwrap();
    let system = System::shipped().unwrap();
    read(dataset, &path, &system).map_err(|e| Error { file: None, ..e })
}

fn spells(published: &Published) -> Vec<(u32, u32, i32, Option<i32>)> {
    let of = |p: &Pact| {
        let id = p.id;
        let rows = p.memberships.clone().into_iter();
        rows.map(move |m| (id, m.code, m.entry, m.exit))
    };
    published.pacts.iter().flat_map(of).collect()
}

#[test]
fn atop_codes_of_what_is_missing_or_goes_on() {
    let rows = "9001,2,1950,1,1,1,0,0,0,0,1,0,0,1,1\n9001,200,1950,-9,.,1,,,,0,0,0,0,1,1\n\
                9001,220,1951,1,1,0,.,.,.,0,.,-9,0,1,1\n9002,2,1960,1,1,0,1962,2,3,0,0,1,0,0,0\n\
                9002,220,1960.0,1,1,0,1962,2,3,0,0,0,0,0,0\n";
    let found = read_text(Dataset::Atop, format!("{ATOP}{rows}")).unwrap();
    let expected = [
        (9001, 2, 1950, None),
        (9001, 200, 1950, None),
        (9001, 220, 1951, None),
        (9002, 2, 1960, Some(1962)),
        (9002, 220, 1960, Some(1962)),
    ];
    assert_eq!(spells(&found), expected);
    assert_eq!((found.rows, found.last_year), (5, 2018));
    let kinds: Vec<_> = found.pacts.iter().map(|p| p.obligations()).collect();
    assert_eq!(kinds[0].strongest(), Some(PactKind::Defence));
    // An offensive obligation is as strong, but is no defensive one.
    assert_eq!(kinds[1].strongest(), Some(PactKind::Defence));
    assert!(!kinds[1].defence && kinds[1].offence);
    let [ended, idle] = &found.notes[..] else {
        panic!("{:?}", found.notes);
    };
    assert!(ended.contains("1 rows are marked as ended") && ended.contains("line 4"));
    assert!(idle.contains("1 rows name no obligation") && idle.contains("line 6"));
}

#[test]
fn cow_spells_encodings_and_cases() {
    let row = |state: &str, mem: &str, flags: &str| {
        format!("901,{state},1,1,1950,,,,Type I: Defense Pact,{mem},{flags},4.1\r\n")
    };
    let rows = row("652,Syria", "1,1,1950,1,2,1958,0,0", "1,0,1,0")
        + &row("652,Syria", "29,9,1961,,,,0,1", "1,0,1,0")
        + &row("437,C\u{f4}te d'Ivoire", "-9,-9,1960,,,,0,1", "0,0,1,0")
        + &row("437,C\u{f4}te d'Ivoire", "-9,-9,1960,,,,0,1", "0,0,1,0")
        + &row("300,Austria-Hungary", "1,1,1950,,,,0,1", "0,0,1,0");
    let text = format!("{}{rows}", COW.to_uppercase());
    let plain = read_text(Dataset::Cow, &text).unwrap();
    let expected = [
        (901, 437, 1960, None),
        (901, 652, 1950, Some(1958)),
        (901, 652, 1961, None),
    ];
    assert_eq!(spells(&plain), expected);
    assert_eq!(plain.notes.len(), 2, "{:?}", plain.notes);
    assert!(plain.notes[0].contains("stood twice"));
    assert!(plain.notes[1].contains("codes 300"));

    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let units = |c: u16| c.to_le_bytes();
    let wide: Vec<u8> = std::iter::once(0xFEFF)
        .chain(text.encode_utf16())
        .flat_map(units)
        .collect();
    let marked = format!("\u{feff}{text}").into_bytes();
    let old_mac = text.replace("\r\n", "\r").replace('\n', "\r").into_bytes();
    for (bytes, note) in [
        (latin, Some("Latin-1")),
        (wide, Some("UTF-16")),
        (marked, None),
        (old_mac, None),
    ] {
        let found = read_text(Dataset::Cow, bytes).unwrap();
        assert_eq!(found.pacts, plain.pacts, "{note:?}");
        assert_eq!(found.notes.len(), 2 + usize::from(note.is_some()));
        assert!(note.is_none_or(|n| found.notes[0].contains(n)));
    }
}

#[test]
fn a_wrong_file_is_named() {
    let cases = [
        (
            Dataset::Cow,
            "version4id,ccode1,state_name1,ccode2,dyad_st_year",
            "the COW dyadic file,",
        ),
        (
            Dataset::Cow,
            "version4id,ccode1,ccode2,year",
            "the COW dyadic file by year,",
        ),
        (
            Dataset::Cow,
            "VERSION4ID,ccode,mem_st_year,year",
            "member-level file by year",
        ),
        (Dataset::Cow, "version3id,ccode", "COW alliances 3"),
        (Dataset::Cow, ATOP.trim(), "(for which the kind is `atop`)"),
        (Dataset::Atop, COW.trim(), "(for which the kind is `cow`)"),
        (
            Dataset::Atop,
            "atopid,cowid,begyr,begmo",
            "the ATOP alliance-level file",
        ),
        (
            Dataset::Atop,
            "dyad,mem1,mem2,year,atopally",
            "the ATOP dyad-year file",
        ),
        (
            Dataset::Atop,
            "ddyad,stateA,stateB,year",
            "the ATOP directed dyad-year file",
        ),
        (
            Dataset::Atop,
            "source,pact,kind,ccode,entry_year,exit_year",
            "needs no import",
        ),
        (Dataset::Atop, "year,month,rain", "\"year,month,rain\""),
        (
            Dataset::Atop,
            "atopid;member;yrent",
            "not separated by commas",
        ),
        (
            Dataset::Atop,
            "<html><body>",
            "begins with \"<html><body>\"",
        ),
    ];
    for (dataset, header, expected) in cases {
        let error = read_text(dataset, format!("{header}\n"))
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{header}: {error}");
        assert!(error.contains(dataset.file()), "{header}: {error}");
    }
    let missing = ATOP.replace(",offense", "");
    let error = read_text(Dataset::Atop, missing).unwrap_err().to_string();
    assert!(
        error.contains("missing column") && error.contains("offense"),
        "{error}"
    );
}

#[test]
fn a_wrong_cell_is_named_with_line_and_column() {
    for (row, expected) in [
        (
            "1,2,1950,1,1,0,1940,1,1,0,1,0,0,0,0",
            "f.csv:2: yrexit: found 1940",
        ),
        (
            "1,2,,1,1,0,1960,1,1,0,1,0,0,0,0",
            "f.csv:2: yrent: found an empty cell",
        ),
        (
            "1,2,50,1,1,0,1960,1,1,0,1,0,0,0,0",
            "yrent: found \"50\", expected a year",
        ),
        (
            "1,USA,1950,1,1,0,1960,1,1,0,1,0,0,0,0",
            "member: found \"USA\"",
        ),
        (
            "1,2,1950,1,1,0,1960,1,1,0,yes,0,0,0,0",
            "defense: found \"yes\"",
        ),
        ("1,2,1950", "found 3 cells, expected 15"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f.csv");
        fs::write(&path, format!("{ATOP}{row}\n")).unwrap();
        let error = read(Dataset::Atop, &path, &System::shipped().unwrap());
        let error = error.unwrap_err().to_string();
        assert!(error.contains(expected), "{row}: {error}");
    }
}

#[test]
fn the_system_is_that_of_the_observed_counts() {
    let bytes = comity_model::scenario::library::data("observed/alliances_by_year.csv").unwrap();
    let table = crate::table::csv::read("alliances_by_year", bytes, &[]).unwrap();
    let system = System::shipped().unwrap();
    let years = table.integer("year").unwrap().iter();
    for (&year, &states) in years.zip(table.integer("states").unwrap()) {
        assert_eq!(system.states(year as i32).len() as i64, states, "{year}");
    }
    assert_eq!(system.powers(1949).len(), 4);
    assert_eq!(system.powers(1950).len(), 5);
}
