//! The defence network in chosen years.

use std::collections::{BTreeMap, BTreeSet};

use super::canvas::{Canvas, Frame, Marker, Point, Text};
use super::font::text_width;
use super::input::{FigureInput, NetworkLayout, Place, region_title};
use super::lines::{HEAD, MARGIN, title};
use super::pact_ties::{Ties, pacts, ties};
use super::panel;
use super::style::{Colour, FAINT, GREY, HAIR, INK, LABEL, PAGE, SMALL, THIN, colour};
use comity_lab::table::Table;

const CELL: f64 = (PAGE - 2.0 * MARGIN) / 2.0;
/// Height of the markers of regions in a row.
const KEY: f64 = 12.0;
const NOTE: &str = "Dark: pairs tied by a bilateral defence pact. Light: pairs tied only by \
                    multilateral pacts. Named: great powers. The first run.";

/// Height of one year.
fn row(layout: NetworkLayout) -> f64 {
    match layout {
        NetworkLayout::Circle => CELL - 22.0,
        NetworkLayout::Capitals => CELL * 0.5,
    }
}

/// Height of the figure; `None` without agreements.
pub fn height(input: &FigureInput) -> Option<f64> {
    let rows = years(input)?.len().div_ceil(2) as f64;
    let key = match input.network_layout {
        NetworkLayout::Circle => 0.0,
        NetworkLayout::Capitals => KEY,
    };
    Some(HEAD + rows * row(input.network_layout) + key + 15.0)
}

/// The chosen years, else four spread over the run.
fn years(input: &FigureInput) -> Option<Vec<i64>> {
    input.table("agreements")?.text("names")?;
    if !input.network_years.is_empty() {
        return Some(input.network_years.clone());
    }
    let (first, last) = input.span("world").or_else(|| input.span("agreements"))?;
    let mut years: Vec<i64> = (0..4).map(|i| first + (last - first) * i / 3).collect();
    years.dedup();
    Some(years)
}

/// Draws the figure.
pub fn draw(canvas: &mut Canvas, heading: &str, input: &FigureInput) {
    let (Some(table), Some(years)) = (input.table("agreements"), years(input)) else {
        return;
    };
    title(canvas, heading);
    let places = places(input, table);
    let mut bottom = HEAD;
    for (i, year) in years.iter().enumerate() {
        let frame = Frame {
            x: MARGIN + (i % 2) as f64 * CELL,
            y: HEAD + (i / 2) as f64 * row(input.network_layout),
            w: CELL,
            h: row(input.network_layout),
        };
        bottom = frame.y + frame.h;
        one_year(
            canvas,
            frame,
            input.network_layout,
            &places,
            &ties(table, *year),
            *year,
        );
    }
    if input.network_layout == NetworkLayout::Capitals {
        region_key(canvas, bottom, &region_list(&places));
        bottom += KEY;
    }
    panel::note(canvas, (MARGIN, bottom + 2.0), NOTE, PAGE - 2.0 * MARGIN);
}

/// The places given, else those in the table `states`, else the members of pacts.
fn places(input: &FigureInput, agreements: &Table) -> Vec<Place> {
    let mut places = input.places.clone();
    if places.is_empty() {
        places = input
            .table("states")
            .and_then(from_states)
            .unwrap_or_default();
    }
    if places.is_empty() {
        let last = pacts(agreements, i64::MAX).unwrap_or_default();
        let names: BTreeSet<String> = last.into_values().flatten().collect();
        places = names.into_iter().map(|name| place(name, "")).collect();
    }
    places.sort_by(|a, b| (&a.region, &a.abbreviation).cmp(&(&b.region, &b.abbreviation)));
    places
}

fn place(abbreviation: String, region: &str) -> Place {
    Place {
        abbreviation,
        region: region.to_string(),
        position: (0.0, 0.0),
        years: (i64::MIN, i64::MAX),
        powers: Vec::new(),
    }
}

fn from_states(table: &Table) -> Option<Vec<Place>> {
    let (names, regions) = (table.text("state")?, table.text("region")?);
    let (years, powers) = (table.integer("year")?, table.integer("great_power")?);
    let mut places: BTreeMap<&str, Place> = BTreeMap::new();
    for row in 0..table.rows() {
        let new = || Place {
            years: (years[row], years[row]),
            ..place(names[row].clone(), &regions[row])
        };
        let place = places.entry(&names[row]).or_insert_with(new);
        place.years.0 = place.years.0.min(years[row]);
        place.years.1 = place.years.1.max(years[row]);
        if powers[row] == 1 {
            place.powers.push((years[row], years[row]));
        }
    }
    Some(places.into_values().collect())
}

fn one_year(
    canvas: &mut Canvas,
    frame: Frame,
    layout: NetworkLayout,
    places: &[Place],
    ties: &Ties,
    year: i64,
) {
    let heading = Text {
        size: LABEL,
        bold: true,
        ..Text::default()
    };
    canvas.text(&year.to_string(), (frame.x + 2.0, frame.y + 8.0), heading);
    let covers = |p: &&Place| p.years.0 <= year && year <= p.years.1;
    let present: Vec<&Place> = places.iter().filter(covers).collect();
    let regions = region_list(places);
    let shape = Shape::new(frame, layout, places, &present);
    for bilateral in [false, true] {
        for ((a, b), _) in ties.iter().filter(|(_, b)| **b == bilateral) {
            let find = |name: &String| present.iter().position(|p| p.abbreviation == *name);
            if let (Some(a), Some(b)) = (find(a), find(b)) {
                let curve = shape.curve(a, b);
                let (colour, width, opacity) = match bilateral {
                    true => (INK, THIN, 0.75),
                    false => (GREY, HAIR, 0.22),
                };
                canvas.path_mixed(&curve, colour, width, opacity);
            }
        }
    }
    for (i, place) in present.iter().enumerate() {
        let region = regions.iter().position(|r| *r == place.region).unwrap_or(0);
        canvas.marker(Marker::nth(region), shape.points[i], 1.8, tint(region));
    }
    if layout == NetworkLayout::Circle {
        region_names(canvas, &shape, &present, &regions);
    }
    powers(canvas, &shape, &present, year)
}

/// The regions in the order of their names.
fn region_list(places: &[Place]) -> Vec<&str> {
    let regions: BTreeSet<&str> = places.iter().map(|p| p.region.as_str()).collect();
    regions.into_iter().collect()
}

/// Markers of the regions in a row.
fn region_key(canvas: &mut Canvas, y: f64, regions: &[&str]) {
    let mut x = MARGIN + 2.0;
    for (i, region) in regions.iter().enumerate() {
        let name = region_title(region);
        canvas.marker(Marker::nth(i), (x, y + 4.0), 1.8, tint(i));
        canvas.text(
            &name,
            (x + 4.0, y + 6.2),
            Text {
                size: SMALL - 0.6,
                ..Text::default()
            },
        );
        x += 11.0 + text_width(&name, SMALL - 0.6);
    }
}

fn tint(region: usize) -> Colour {
    match region {
        8 => FAINT,
        9 => GREY,
        _ => colour(region),
    }
}

/// Where the states of a year stand.
struct Shape {
    centre: Point,
    radius: f64,
    round: bool,
    points: Vec<Point>,
}

impl Shape {
    fn new(frame: Frame, layout: NetworkLayout, all: &[Place], present: &[&Place]) -> Shape {
        let centre = (frame.x + frame.w / 2.0, frame.y + frame.h / 2.0 + 2.0);
        let radius = frame.h / 2.0 - 27.0;
        let points = match layout {
            NetworkLayout::Circle => circle(centre, radius, present),
            NetworkLayout::Capitals => capitals(frame, all, present),
        };
        Shape {
            centre,
            radius,
            round: layout == NetworkLayout::Circle,
            points,
        }
    }

    /// A tie, on the circle bent towards the centre.
    fn curve(&self, a: usize, b: usize) -> Vec<Point> {
        let (from, to) = (self.points[a], self.points[b]);
        if !self.round {
            return vec![from, to];
        }
        let apart = libm::hypot(to.0 - from.0, to.1 - from.1) / (2.0 * self.radius);
        let pull = 0.25 + 0.5 * apart;
        let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
        let knee = (
            middle.0 + (self.centre.0 - middle.0) * pull,
            middle.1 + (self.centre.1 - middle.1) * pull,
        );
        let at = |i: i32| {
            let t = f64::from(i) / 12.0;
            let (p, q, r) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
            (
                p * from.0 + q * knee.0 + r * to.0,
                p * from.1 + q * knee.1 + r * to.1,
            )
        };
        (0..=12).map(at).collect()
    }

    /// The point beyond a state, `off` outside the circle.
    fn beyond(&self, (x, y): Point, off: f64) -> Point {
        let (dx, dy) = (x - self.centre.0, y - self.centre.1);
        let length = libm::hypot(dx, dy).max(1e-9);
        let stretch = (length + off) / length;
        (self.centre.0 + dx * stretch, self.centre.1 + dy * stretch)
    }
}

/// States on a circle from the top, with a gap of two places between regions.
fn circle((x, y): Point, radius: f64, present: &[&Place]) -> Vec<Point> {
    let mut seats = Vec::new();
    let mut seat = 0.0;
    for (i, place) in present.iter().enumerate() {
        if i > 0 && present[i - 1].region != place.region {
            seat += 2.0;
        }
        seats.push(seat);
        seat += 1.0;
    }
    let all = seat + 2.0;
    let at = |seat: &f64| {
        let angle = std::f64::consts::TAU * ((seat + 1.5) / all - 0.25);
        (x + radius * libm::cos(angle), y + radius * libm::sin(angle))
    };
    seats.iter().map(at).collect()
}

/// Equirectangular, over the box that the states of all years fill.
fn capitals(frame: Frame, places: &[Place], present: &[&Place]) -> Vec<Point> {
    let range = |value: fn(&Place) -> f64| {
        let all = || places.iter().map(value);
        (
            all().fold(f64::INFINITY, f64::min),
            all().fold(f64::NEG_INFINITY, f64::max),
        )
    };
    let (south, north) = range(|p| p.position.0);
    let (west, east) = range(|p| p.position.1);
    let scale = ((frame.w - 16.0) / (east - west).max(1e-9))
        .min((frame.h - 30.0) / (north - south).max(1e-9));
    let middle = ((west + east) / 2.0, (south + north) / 2.0);
    let centre = (frame.x + frame.w / 2.0, frame.y + frame.h / 2.0);
    let at = |p: &&Place| {
        (
            centre.0 + (p.position.1 - middle.0) * scale,
            centre.1 - (p.position.0 - middle.1) * scale,
        )
    };
    present.iter().map(at).collect()
}

/// Regions outside the circle, each at the middle of its states.
fn region_names(canvas: &mut Canvas, shape: &Shape, present: &[&Place], regions: &[&str]) {
    let mut taken: Vec<[f64; 4]> = Vec::new();
    for (i, region) in regions.iter().enumerate() {
        let members: Vec<Point> = (0..present.len())
            .filter(|&s| present[s].region == *region)
            .map(|s| shape.points[s])
            .collect();
        let Some(&middle) = members.get(members.len() / 2) else {
            continue;
        };
        let (x, y) = shape.beyond(middle, 8.0);
        let side = (x - shape.centre.0) / shape.radius;
        let style = Text {
            size: SMALL,
            colour: tint(i),
            anchor: if side > 0.3 {
                0.0
            } else if side < -0.3 {
                1.0
            } else {
                0.5
            },
            ..Text::default()
        };
        // Two words stand on two lines, so that they fit beside the circle.
        let title = region_title(region);
        let words: Vec<&str> = title.splitn(2, ' ').collect();
        let rise = (words.len() - 1) as f64 * if y < shape.centre.1 { 5.0 } else { 1.5 };
        let width = words
            .iter()
            .map(|w| text_width(w, SMALL))
            .fold(0.0, f64::max);
        let height = 7.0 * words.len() as f64 - 2.0;
        let boxed = |anchor: f64, y: f64| {
            let (left, top) = (x - anchor * width, y - rise - 5.0);
            [left, top, left + width, top + height]
        };
        let overlaps = |b: [f64; 4]| {
            let on =
                |o: &[f64; 4]| b[0] < o[2] + 2.0 && o[0] < b[2] + 2.0 && b[1] < o[3] && o[1] < b[3];
            taken.iter().any(on)
        };
        // A name that would lie on another one goes sideways, else away from the middle.
        let (outward, away) = (
            f64::from(side < 0.0),
            if y < shape.centre.1 { -7.0 } else { 7.0 },
        );
        let tries = [(style.anchor, y), (outward, y), (style.anchor, y + away)];
        let free = tries
            .into_iter()
            .find(|&(anchor, y)| !overlaps(boxed(anchor, y)));
        let (anchor, y) = free.unwrap_or(tries[0]);
        let style = Text { anchor, ..style };
        taken.push(boxed(anchor, y));
        for (j, word) in words.iter().enumerate() {
            canvas.text(word, (x, y + 2.0 - rise + 7.0 * j as f64), style);
        }
    }
}

fn powers(canvas: &mut Canvas, shape: &Shape, present: &[&Place], year: i64) {
    let mut named: Vec<Point> = Vec::new();
    for (i, place) in present.iter().enumerate() {
        let is_power = place.powers.iter().any(|(a, b)| (*a..=*b).contains(&year));
        if !is_power {
            continue;
        }
        let style = Text {
            size: SMALL - 0.6,
            bold: true,
            anchor: 0.5,
            ..Text::default()
        };
        let (x, mut y) = match shape.round {
            true => shape.beyond(shape.points[i], -8.5),
            false => (shape.points[i].0, shape.points[i].1 - 5.0),
        };
        let near = |&&(a, b): &&Point| (a - x).abs() < 17.0 && (b - y).abs() < 7.0;
        if let Some(&(_, b)) = named.iter().find(near) {
            y = if shape.round { b + 7.0 } else { y + 11.5 };
        }
        named.push((x, y));
        canvas.text_in_halo(&place.abbreviation, (x, y + 2.0), style);
    }
}
