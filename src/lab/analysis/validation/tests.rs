use super::forecast::{Case, MODEL, over_space, over_time};
use super::*;
use crate::table::csv;
use comity_model::rng::{Draws, Stream};

const WINDOWS: Windows = Windows {
    fit: (1946, 1965),
    forecast: (1966, 1988),
};

fn noise(k: u32) -> impl FnMut() -> f64 {
    let mut keyed = Draws::new(5).at(Stream::Resample, 3, k, 0);
    move || keyed.normal()
}

/// A level with noise of deviation 2 around it, and a model whose runs have it too.
fn level(runs: u32, around: f64, deviation: f64) -> (Series, Vec<Series>) {
    let mut draw = noise(0);
    let observed = (1946..=1988)
        .map(|year| (year, 50.0 + 2.0 * draw()))
        .collect();
    let one = |k| -> Series {
        let mut draw = noise(k + 1);
        (1946..=1988)
            .map(|year| (year, around + deviation * draw()))
            .collect()
    };
    (observed, (0..runs).map(one).collect())
}

fn skills(found: &[forecast::Scored]) -> Vec<f64> {
    let tables = tables::tables(found);
    tables[1].real("skill").unwrap()
}

#[test]
fn a_true_model_beats_persistence_and_a_wrong_one_does_not() {
    let case = || Case::world("X", MEASURES[0]);
    let (observed, members) = level(100, 50.0, 2.0);
    let found = over_time(case(), &observed, &members, WINDOWS).unwrap();
    assert_eq!(found.len(), 4);
    assert_eq!((found[0].forecaster, found[0].years.len()), (MODEL, 43));
    assert!(found.iter().all(|s| s.scored().count() == 23));
    assert!(skills(&found)[0] > 0.3, "{:?}", skills(&found));
    let scores = &tables::tables(&found)[0];
    let coverage = scores.real("coverage_90").unwrap()[0];
    assert!((0.75..=1.0).contains(&coverage), "{coverage}");
    // CRPS of a normal forecast that is right is its deviation over √π.
    let crps = scores.real("crps").unwrap()[0];
    assert!(
        (crps / (2.0 / std::f64::consts::PI.sqrt()) - 1.0).abs() < 0.25,
        "{crps}"
    );

    let (_, wrong) = level(100, 80.0, 2.0);
    let found = over_time(case(), &observed, &wrong, WINDOWS).unwrap();
    assert!(
        skills(&found).iter().all(|s| *s < -1.0),
        "{:?}",
        skills(&found)
    );
    assert!(found[0].floored() > 15 && found[1].floored() == 0);
    // A model without spread is told from one that has it.
    let (_, still) = level(100, 50.0, 0.0);
    let found = over_time(case(), &observed, &still, WINDOWS).unwrap();
    assert!(skills(&found)[0] < 0.3);
    assert!(
        found[0]
            .scored()
            .all(|y| y.sd == 0.0 && y.log_score.is_finite())
    );
}

#[test]
fn years_without_a_value_are_left_out_for_all_forecasters() {
    let (mut observed, mut members) = level(5, 50.0, 2.0);
    observed.remove(&1970);
    for member in &mut members[..4] {
        member.remove(&1980);
    }
    members[0].remove(&1985);
    let found = over_time(Case::world("X", MEASURES[0]), &observed, &members, WINDOWS).unwrap();
    for scored in &found {
        let years: Vec<i64> = scored.scored().map(|y| y.year).collect();
        assert_eq!(years.len(), 21, "{}", scored.forecaster);
        assert!(!years.contains(&1970) && !years.contains(&1980));
    }
    let of_1985 = found[0].scored().find(|y| y.year == 1985).unwrap();
    assert_eq!(of_1985.members, 4);
}

/// The years that are forecast are not known to the baselines.
#[test]
fn later_values_do_not_move_a_forecast() {
    let (observed, members) = level(5, 50.0, 2.0);
    let mut other = observed.clone();
    other.range_mut(1966..).for_each(|(_, v)| *v += 100.0);
    let case = || Case::world("X", MEASURES[0]);
    let means = |observed: &Series| -> Vec<f64> {
        let found = over_time(case(), observed, &members, WINDOWS).unwrap();
        found
            .iter()
            .flat_map(|s| s.scored().map(|y| y.mean).collect::<Vec<_>>())
            .collect()
    };
    assert_eq!(means(&observed), means(&other));
}

#[test]
fn a_region_is_forecast_from_the_others_and_its_first_year() {
    let (observed, members) = level(5, 50.0, 2.0);
    let rising: Series = (1946..=1988).map(|y| (y, (y - 1946) as f64)).collect();
    let case = Case::region("X", REGIONAL[0], "africa");
    let others = [&rising, &rising];
    let found = over_space(case, &observed, &others, &members, WINDOWS).unwrap();
    let trend = found.iter().find(|s| s.forecaster == "trend").unwrap();
    assert_eq!(trend.scored().count(), 42);
    let last = trend.scored().last().unwrap();
    assert!((last.mean - observed[&1946] - 42.0).abs() < 1e-9);
}

/// A world table of one run that covers these years.
fn run(id: i64, until: i64, pacts: impl Fn(i64) -> f64) -> Table {
    let mut text = "run_id,year,defence_pacts,share_in_defence_pacts,mean_size,new_defence_pacts,\
                    new_nondefence_alliances,disputes\n"
        .to_string();
    for year in 1946..=until {
        let n = pacts(year) + id as f64;
        text.push_str(&format!(
            "{id},{year},{n},0.5,{},3,{id},10\n",
            3.0 + id as f64 / 10.0
        ));
    }
    csv::read("world", text.as_bytes(), &[]).unwrap()
}

/// An observed table that goes on after 1988 is scored to its end, as far as there are runs.
#[test]
fn later_years_are_scored_as_soon_as_they_are_observed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alliances_by_year.csv");
    let mut text = "year,source,defence_pacts,share_in_defence_pacts,mean_size,\
                    new_defence_pacts,new_nondefence_alliances\n"
        .to_string();
    for year in 1946..=2010 {
        text.push_str(&format!("{year},ATOP5.1,{},0.5,3.2,4,4\n", 20 + year % 7));
    }
    std::fs::write(&path, text).unwrap();
    let observed = Observed::at(folder.path()).unwrap();
    assert_eq!(observed.last_year("ATOP5.1"), Some(2010));
    assert_eq!(observed.notes.len(), 2);
    let ensemble = |until| Ensemble {
        source: Some("ATOP5.1".to_string()),
        worlds: (0..3)
            .map(|id| run(id, until, |year| 20.0 + (year % 7) as f64))
            .collect(),
        regions: Vec::new(),
        pacts: Vec::new(),
    };
    let windows = Windows {
        fit: (1946, 1988),
        forecast: (1989, 2010),
    };
    let found = validate(&[ensemble(2010)], &observed, windows).unwrap();
    let years = found[0].integer("years").unwrap();
    let measures = found[0].text("measure").unwrap();
    let of = |name: &str| years[measures.iter().position(|m| m == name).unwrap()];
    assert_eq!(of("defence_pacts"), 22);
    assert!(
        !measures.iter().any(|m| m == "disputes"),
        "disputes end in 1988"
    );
    let short = validate(&[ensemble(2000)], &observed, windows).unwrap();
    assert_eq!(short[0].integer("years").unwrap()[0], 12);
    let nowhere = validate(&[ensemble(1980)], &observed, windows);
    assert!(
        nowhere
            .unwrap_err()
            .to_string()
            .contains("nothing to score")
    );
}

#[test]
fn tables_have_a_row_for_each_forecaster_and_tell_what_is_not_known() {
    let ensembles = [Ensemble {
        source: None,
        worlds: (0..3).map(|id| run(id, 1988, |_| 40.0)).collect(),
        regions: Vec::new(),
        pacts: Vec::new(),
    }];
    let observed = Observed::shipped().unwrap();
    let found = validate(&ensembles, &observed, WINDOWS).unwrap();
    let names: Vec<&str> = found.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(
        names,
        ["scores", "skills", "forecasts", "ranks", "baselines"]
    );
    assert_eq!(found[0].rows(), 2 * 6 * 4);
    assert_eq!((found[1].rows(), found[4].rows()), (36, 36));
    let (years, counts) = (
        found[0].integer("years").unwrap(),
        found[3].integer("years").unwrap(),
    );
    for (k, years) in years.iter().enumerate() {
        assert_eq!(counts[10 * k..10 * k + 10].iter().sum::<i64>(), *years);
    }
    for (bad, key) in [
        (((1946, 1948), (1949, 1988)), "--fit"),
        (((1946, 1965), (1960, 1988)), "--forecast"),
        (((1946, 1965), (1966, 1965)), "--forecast"),
    ] {
        let windows = Windows {
            fit: bad.0,
            forecast: bad.1,
        };
        let error = validate(&ensembles, &observed, windows).unwrap_err();
        assert_eq!(error.key.as_deref(), Some(key));
    }
}
