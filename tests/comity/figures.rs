//! Figures drawn from invented results.

use crate::{allocated, synthetic};

use std::path::Path;

use comity::present::figures::{
    FigureInput, ImageFormat, NetworkLayout, Place, available, caption, draw_all, names, render,
};
use comity::table::Values;
use png::{BitDepth, ColorType, Decoder, Transformations, Unit};

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
    assert_eq!((fonts, text.matches("sans-serif\"").count()), (1, 1));
}

#[test]
fn drawing_is_deterministic() {
    for format in ImageFormat::ALL {
        let draw = || render("coverage", &input(3), format).unwrap();
        assert_eq!(draw(), draw());
    }
}

/// A picture as it was decoded: pixels across and down, red, green and blue of each.
struct Picture {
    across: usize,
    down: usize,
    colours: Vec<[f64; 3]>,
}

fn decoded(bytes: &[u8]) -> Picture {
    let mut decoder = Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(info.color_type, ColorType::Rgb);
    Picture {
        across: info.width as usize,
        down: info.height as usize,
        colours: pixels
            .chunks(3)
            .map(|p| [0, 1, 2].map(|c| f64::from(p[c])))
            .collect(),
    }
}

/// The means of squares of so many pixels.
fn coarse(fine: &Picture, side: usize) -> Picture {
    let (across, down) = (fine.across / side, fine.down / side);
    let mut colours = vec![[0.0; 3]; across * down];
    for y in 0..down * side {
        for x in 0..across * side {
            let from = fine.colours[y * fine.across + x];
            let to = &mut colours[y / side * across + x / side];
            (0..3).for_each(|c| to[c] += from[c] / (side * side) as f64);
        }
    }
    Picture {
        across,
        down,
        colours,
    }
}

/// How far two pictures are apart, as a mean over what both cover, 0 to 255.
fn apart(a: &Picture, b: &Picture) -> f64 {
    let (across, down) = (a.across.min(b.across), a.down.min(b.down));
    // The foot of the network has become shorter, and that of others may move a little.
    assert!(
        a.across.abs_diff(b.across) < 2 && a.down.abs_diff(b.down) < 8,
        "other sizes"
    );
    let mut sum = 0.0;
    for y in 0..down {
        for x in 0..across {
            let (one, other) = (a.colours[y * a.across + x], b.colours[y * b.across + x]);
            sum += (0..3).map(|c| (one[c] - other[c]).abs()).sum::<f64>();
        }
    }
    sum / (3 * across * down) as f64
}

/// Pictures of `tests/comity/figures`, a pixel for 3.84 points: these figures as an earlier
/// version of the program drew them through another library.
const FORMER: [(&str, &[u8]); 9] = [
    ("pacts", include_bytes!("figures/pacts.png")),
    ("pact-sizes", include_bytes!("figures/pact-sizes.png")),
    ("coverage", include_bytes!("figures/coverage.png")),
    (
        "competition-polarity",
        include_bytes!("figures/competition-polarity.png"),
    ),
    ("conflict", include_bytes!("figures/conflict.png")),
    ("institutions", include_bytes!("figures/institutions.png")),
    ("culture", include_bytes!("figures/culture.png")),
    ("network", include_bytes!("figures/network.png")),
    ("table1", include_bytes!("figures/table1.png")),
];

/// Lines, areas, markers and texts are where they were, in the same colours. Glyphs that
/// moved by a fraction of a point make the difference.
#[test]
fn figures_look_as_they_did() {
    assert_eq!(FORMER.map(|f| f.0), names());
    let history = comity::scenario::load("history-1946", &[]).unwrap();
    let of_history = comity::present::figures::places(&history);
    let input = FigureInput {
        table1_years: Some((2001, 2005)),
        places: of_history,
        ..input(3)
    };
    for (name, former) in FORMER {
        let former = decoded(former);
        let drawn = decoded(&render(name, &input, ImageFormat::Png).unwrap());
        let side = (drawn.across as f64 / former.across as f64).round() as usize;
        let drawn = coarse(&drawn, side);
        let blank = Picture {
            colours: vec![[255.0; 3]; former.colours.len()],
            ..former
        };
        let (off, all) = (apart(&drawn, &former), apart(&blank, &former));
        assert!(off < 2.5 && off < all / 4.0, "{name}: {off:.2} of {all:.2}");
    }
}

/// About 2,000 pixels across, the size of print noted, 256 colours, few bytes, little memory.
#[test]
fn pngs_are_small() {
    let input = input(40);
    for name in names() {
        let (bytes, held) = allocated::peak(|| render(name, &input, ImageFormat::Png).unwrap());
        let reader = Decoder::new(std::io::Cursor::new(&bytes))
            .read_info()
            .unwrap();
        let info = reader.info();
        assert_eq!(
            (info.color_type, info.bit_depth),
            (ColorType::Indexed, BitDepth::Eight)
        );
        assert!(
            (1900..2100).contains(&info.width),
            "{name}: {} pixels",
            info.width
        );
        let dots = info.pixel_dims.unwrap();
        assert_eq!((dots.xppu, dots.unit), (dots.yppu, Unit::Meter));
        let inches = f64::from(info.width) / (f64::from(dots.xppu) * 0.0254);
        let column = (inches - 8.5 / 2.54).abs() < 0.01;
        assert!(
            column || (inches - 17.5 / 2.54).abs() < 0.01,
            "{name}: {inches} inches"
        );
        let most = if name == "network" {
            1_000_000
        } else {
            300_000
        };
        assert!(bytes.len() < most, "{name}: {} bytes", bytes.len());
        assert!(held < 40 << 20, "{name}: {held} bytes held");
        let (_, held) = allocated::peak(|| render(name, &input, ImageFormat::Svg).unwrap());
        assert!(held < 8 << 20, "{name}: {held} bytes held");
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
