//! Figures drawn from invented results.

use crate::synthetic;

use std::path::Path;

use comity::present::figures::{
    FigureInput, ImageFormat, NetworkLayout, Place, available, caption, draw_all, names, render,
};
use comity::table::Values;

fn places() -> Vec<Place> {
    let states = synthetic::states();
    let (latitude, longitude) = (
        states.real("capital_lat").unwrap(),
        states.real("capital_lon").unwrap(),
    );
    let exits = states.real("exit_year").unwrap();
    let great = ["USA", "UKG", "FRN", "RUS", "CHN"];
    (0..states.rows())
        .map(|row| {
            let abbreviation = states.text("abb").unwrap()[row].clone();
            let regions = &states.text("regions").unwrap()[row];
            Place {
                powers: match great.contains(&abbreviation.as_str()) {
                    true => vec![(1900, i64::MAX)],
                    false => Vec::new(),
                },
                abbreviation,
                region: regions.split('|').next().unwrap_or("").to_string(),
                position: (latitude[row], longitude[row]),
                years: (
                    states.integer("entry_year").unwrap()[row],
                    if exits[row].is_nan() {
                        i64::MAX
                    } else {
                        exits[row] as i64
                    },
                ),
            }
        })
        .collect()
}

fn input(runs: i64) -> FigureInput {
    FigureInput {
        tables: vec![
            synthetic::world(runs),
            synthetic::regions(runs),
            synthetic::agreements(),
        ],
        observed: synthetic::observed(),
        places: places(),
        network_years: vec![1950, 1962, 1975, 1988],
        ..FigureInput::default()
    }
}

/// Draws all; to look at them, name a folder in `COMITY_FIGURES`.
#[test]
fn every_figure_is_drawn_in_both_formats() {
    let temporary = tempfile::tempdir().unwrap();
    let kept = std::env::var("COMITY_FIGURES").ok();
    let folder = kept.as_deref().map_or(temporary.path(), Path::new);
    let files = draw_all(&input(40), &folder.join("many"), &ImageFormat::ALL).unwrap();
    assert_eq!(files.len(), 2 * names().len());
    if kept.is_some() {
        let one = FigureInput {
            network_layout: NetworkLayout::Capitals,
            ..input(1)
        };
        draw_all(&one, &folder.join("one"), &ImageFormat::ALL).unwrap();
        let bare = FigureInput {
            observed: Vec::new(),
            places: Vec::new(),
            ..input(40)
        };
        draw_all(&bare, &folder.join("bare"), &[ImageFormat::Png]).unwrap();
    }
}

#[test]
fn every_figure_has_a_caption() {
    assert!(names().iter().all(|name| !caption(name).is_empty()));
    assert_eq!(caption("absent"), "");
}

#[test]
fn texts_of_an_svg_are_texts_with_a_fallback_font() {
    let bytes = render("pacts", &input(3), ImageFormat::Svg).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("<text"));
    for label in ["Pacts by kind", "non-aggression", "observed (ATOP)", "Year"] {
        assert!(text.contains(label), "{label} is missing");
    }
    let fonts = text.matches("font-family=").count();
    assert_eq!(text.matches("sans-serif\"").count(), fonts);
}

#[test]
fn drawing_is_deterministic() {
    for format in ImageFormat::ALL {
        let draw = || render("coverage", &input(3), format).unwrap();
        assert_eq!(draw(), draw());
    }
}

#[test]
fn figures_without_tables_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = FigureInput::default();
    let files = draw_all(&nothing, folder.path(), &ImageFormat::ALL).unwrap();
    assert_eq!(files.len(), 0);
    assert!(render("pacts", &nothing, ImageFormat::Svg).is_err());
    let error = render("pie", &nothing, ImageFormat::Svg).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("found figure `pie`, expected pacts")
    );
}

/// A stylised world: years from 0, regions of other names, no observations.
#[test]
fn a_stylised_world_is_drawn() {
    let mut stylised = FigureInput {
        tables: vec![synthetic::world(3), synthetic::regions(3)],
        ..FigureInput::default()
    };
    for table in &mut stylised.tables {
        let (year, region) = (table.position("year"), table.position("region"));
        if let Some(Values::Integer(years)) = year.map(|i| &mut table.values[i]) {
            years.iter_mut().for_each(|y| *y -= 1946);
        }
        if let Some(Values::Text(names)) = region.map(|i| &mut table.values[i]) {
            names
                .iter_mut()
                .for_each(|n| *n = format!("region_{}", n.len()));
        }
    }
    let drawn = available(&stylised);
    assert!(!drawn.contains(&"table1") && !drawn.contains(&"network"));
    for name in drawn {
        let bytes = render(name, &stylised, ImageFormat::Svg).unwrap();
        assert!(
            String::from_utf8(bytes)
                .unwrap()
                .contains("Year of the run")
        );
    }
}
