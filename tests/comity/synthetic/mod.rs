//! Invented results with the shape of real ones: the same numbers every time.

// Each test binary uses a part.
#![allow(dead_code)]

use comity::observe::records::{AgreementEvent, RegionYear, WorldYear};
use comity::table::{ColumnType, Record, Table, Values, csv};

const REGIONS: [&str; 10] = [
    "europe",
    "east_asia",
    "central_asia",
    "africa",
    "eu_neighbourhood",
    "americas",
    "south_asia",
    "middle_east",
    "northeast_asia",
    "oceania",
];

/// Values of a row by column.
type Row = Box<dyn Fn(&str) -> Option<f64>>;

/// A number in [-1, 1] that depends on the arguments only.
fn noise(run: i64, year: i64, salt: u64) -> f64 {
    let mut x = (run as u64) << 40 ^ (year as u64) << 20 ^ salt;
    for _ in 0..3 {
        x = (x ^ (x >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    (x >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

fn salt(text: &str) -> u64 {
    text.bytes()
        .fold(7, |h, b| h * 31 % 1_000_003 + u64::from(b))
}

fn table<R: Record>(rows: Vec<Row>, regions: &[String]) -> Table {
    let columns = R::columns();
    let values = columns
        .iter()
        .map(|column| {
            let number = |row: &dyn Fn(&str) -> Option<f64>| row(&column.name).unwrap_or(f64::NAN);
            match column.kind {
                ColumnType::Real => Values::Real(rows.iter().map(|r| number(r)).collect()),
                ColumnType::Integer => {
                    Values::Integer(rows.iter().map(|r| number(r).round() as i64).collect())
                }
                ColumnType::Text if column.name == "region" => Values::Text(regions.to_vec()),
                ColumnType::Text => Values::Text(vec![String::new(); rows.len()]),
            }
        })
        .collect();
    Table {
        name: R::TABLE.to_string(),
        columns,
        values,
    }
}

/// A world table of 1946-2016.
pub fn world(runs: i64) -> Table {
    let mut rows: Vec<Row> = Vec::new();
    for run in 0..runs {
        for year in 1946..=2016 {
            rows.push(Box::new(move |column| world_value(column, run, year)));
        }
    }
    table::<WorldYear>(rows, &[])
}

fn world_value(column: &str, run: i64, year: i64) -> Option<f64> {
    let t = (year - 1946) as f64;
    let n = noise(run, 0, salt(column)) * 0.7 + noise(run, year, salt(column)) * 0.3;
    let late = (t - 42.0).max(0.0);
    Some(match column {
        "run_id" => run as f64,
        "seed" => 1.0,
        "year" => year as f64,
        "states" => 66.0 + 1.8 * t,
        "competition" => 0.75 - 0.6 / (1.0 + (-(t - 44.0) / 3.0).exp()) + 0.08 * n,
        "bloc_polarisation" => 0.2 + 0.01 * t.min(40.0) - 0.008 * late + 0.08 * n,
        "major_concentration" => 0.42 - 0.003 * t + 0.02 * n,
        "major_hhi" => 0.38 - 0.002 * t + 0.02 * n,
        "major_effective" => 1.0 / (0.38 - 0.002 * t + 0.02 * n),
        "bilateral_defence_pacts" => 15.0 + 0.75 * t.min(40.0) + 0.2 * late + 6.0 * n,
        "multilateral_defence_pacts" => 2.0 + 0.2 * t + 2.0 * n,
        "defence_pacts" => 17.0 + 0.95 * t.min(40.0) + 0.2 * late + 6.0 * n,
        "alliances" => 28.0 + 2.0 * t + 8.0 * n,
        "neutrality_pacts" => 4.0 + 0.05 * t + 2.0 * n,
        "nonaggression_pacts" => 6.0 + 0.5 * t + 4.0 * n,
        "ententes" => 5.0 + 0.3 * t + 3.0 * n,
        "new_defence_pacts" => (3.0 + 2.5 * noise(run, year, 3) - 0.02 * t).max(0.0),
        "mean_size" => 3.3 + 0.01 * t + 0.5 * n,
        "median_size" => 2.0,
        "mean_size_multilateral" => 12.0 - 0.05 * t + 2.0 * n,
        "largest" => 21.0 + 0.1 * t + 3.0 * n,
        "share_in_defence_pacts" => 0.55 + 0.002 * t + 0.05 * n,
        "share_in_alliances" => 0.68 + 0.003 * t + 0.04 * n,
        "share_in_partnerships" => (0.014 * (t - 15.0)).clamp(0.0, 0.85) * (1.0 + 0.1 * n),
        "partnerships" => (0.15 * (t - 15.0)).max(0.0) + n,
        "disputes_per_1000_dyads" => 2.9 - 0.01 * t + 1.2 * noise(run, year, 5),
        "wars" => (1.0 + 1.6 * noise(run, year, 6)).max(0.0),
        "domestic_share" => 0.14 + 0.0006 * t + 0.04 * n,
        "awareness" => 0.2 + 0.007 * t + 0.03 * n,
        "denationalisation" => 0.05 + 0.003 * t + 0.02 * n,
        _ => return None,
    })
}

/// A region table of 1946-2016.
pub fn regions(runs: i64) -> Table {
    let mut rows: Vec<Row> = Vec::new();
    let mut names = Vec::new();
    for run in 0..runs {
        for year in 1946..=2016 {
            for (i, region) in REGIONS.iter().enumerate() {
                names.push(region.to_string());
                rows.push(Box::new(move |column| region_value(column, run, year, i)));
            }
        }
    }
    table::<RegionYear>(rows, &names)
}

fn region_value(column: &str, run: i64, year: i64, i: usize) -> Option<f64> {
    let t = (year - 1946) as f64;
    let rank = i as f64;
    let n = noise(run, 0, salt(column) + i as u64) * 0.7
        + noise(run, year, salt(column) + i as u64) * 0.3;
    let since = (t - 4.0 * rank - 8.0 - 4.0 * noise(run, 0, i as u64)).max(0.0);
    Some(match column {
        "run_id" => run as f64,
        "seed" => 1.0,
        "year" => year as f64,
        "states" => 20.0,
        "institutionalisation" => 0.9 * (1.0 - (-since / 15.0).exp()),
        "operative_agreements" => (since / (4.0 + rank)).floor(),
        "offices" => (since / (12.0 + rank)).floor(),
        "awareness" => 0.2 + 0.007 * t - 0.02 * rank + 0.05 * n,
        "violence" => (0.005 + 0.012 * rank + 0.01 * n).max(0.0),
        "domestic_share" => (0.05 + 0.04 * rank + 0.05 * n).max(0.0),
        "relaxed_competition" => (0.9 - 0.12 * rank + (0.1 + 0.05 * rank) * n).clamp(0.0, 1.0),
        "consensus_violence" => (0.9 - 0.08 * rank + 0.1 * n).clamp(0.0, 1.0),
        "consensus_domestic" => (0.85 - 0.08 * rank + 0.1 * n).clamp(0.0, 1.0),
        "consensus_domestic_iqr" => 0.2 + 0.09 * rank,
        "consensus_economic" => 0.85 + 0.1 * n,
        "opposed_pacts" => 0.005 * rank,
        "fundamental_agreement" => {
            if since > 0.0 {
                1.0 - 0.15 * rank
            } else {
                0.0
            }
        }
        "international_mechanisms" => (0.8 - 0.25 * rank).max(0.0),
        "international_border_only" => f64::from(u8::from(i == 2)),
        "domestic_mechanisms" => (0.7 - 0.2 * rank).max(0.0),
        "domestic_terror_only" => f64::from(u8::from(i == 2)),
        "extra_regional" => f64::from(u8::from(i != 2 && i != 4)),
        "culture_change" => -0.12 + 0.03 * rank + 0.1 * n,
        "denationalisation_gain" => 0.09 - 0.03 * rank + 0.01 * n,
        "denationalised_subset" => 12.0 - 4.0 * rank,
        "community_share" => (0.6 - 0.1 * rank + 0.2 * n).clamp(0.0, 1.0),
        "culture_dispersion" => 0.18 + 0.008 * rank - (0.0012 - 0.0002 * rank) * t + 0.01 * n,
        _ => return None,
    })
}

/// The observed tables of the repository.
pub fn observed() -> Vec<Table> {
    let read = |name: &str, bytes: &[u8]| csv::read(name, bytes, &[]).unwrap();
    vec![
        read(
            "alliances_by_year",
            include_bytes!("../../../data/observed/alliances_by_year.csv"),
        ),
        read(
            "polarity_conflict_by_year",
            include_bytes!("../../../data/observed/polarity_conflict_by_year.csv"),
        ),
        read(
            "dispute_onsets",
            include_bytes!("../../../data/observed/dispute_onsets.csv"),
        ),
        read(
            "table1_ratings",
            include_bytes!("../../../data/table1_ratings.csv"),
        ),
    ]
}

/// The states of the repository.
pub fn states() -> Table {
    let bytes = include_bytes!("../../../data/world/states.csv");
    csv::read("states", bytes, &[]).unwrap()
}

/// The changes of the pacts that were observed up to 1988 (ATOP).
pub fn agreements() -> Table {
    let bytes = include_bytes!("../../../data/observed/pact_members.csv");
    let pacts = csv::read("pact_members", bytes, &[]).unwrap();
    let states = states();
    let codes = states.integer("ccode").unwrap();
    let name = |code: i64| {
        let row = codes.iter().position(|&c| c == code);
        row.map_or("", |row| states.text("abb").unwrap()[row].as_str())
    };
    let (ids, kinds) = (pacts.integer("pact").unwrap(), pacts.text("kind").unwrap());
    let (from, to) = (
        pacts.integer("entry_year").unwrap(),
        pacts.real("exit_year").unwrap(),
    );
    let mut events = Vec::new();
    for row in 0..pacts.rows() {
        if pacts.text("source").unwrap()[row] != "ATOP5.1"
            || !(to[row].is_nan() || to[row] > 1946.0)
        {
            continue;
        }
        let member = name(pacts.integer("ccode").unwrap()[row]);
        let event = |year: i64, change: &str| AgreementEvent {
            run_id: 0,
            seed: 1,
            year,
            agreement: ids[row].to_string(),
            form: "pact".to_string(),
            kind: kinds[row].clone(),
            change: change.to_string(),
            by: "initial".to_string(),
            state: member.to_string(),
            sponsor: String::new(),
            members: 0,
            names: String::new(),
            region: String::new(),
        };
        events.push(event(from[row].max(1946), "joined"));
        if !to[row].is_nan() {
            events.push(event(to[row] as i64, "left"));
        }
    }
    events.sort_by_key(|e| e.year);
    AgreementEvent::table(&events)
}
