//! Figures of who is allied with whom: discrimination, calibration, camps, named pacts, births and
//! ends, coverage by partnerships, each of runs and record.

use super::canvas::{Frame, Marker, Text};
use super::experiment::axes::{FOOT, HEADING, Plot, Scale};
use super::experiment::drawing::Drawing;
use super::lines::MARGIN;
use super::style::{COLUMN, Colour, FAINT, GREY, INK, LINE, PAGE, SMALL, THIN, colour};
use comity_lab::table::Table;

/// Kinds of figures, with captions, in order.
pub const KINDS: [(&str, &str, &str); 6] = [
    (
        "discrimination",
        "Who is allied: discrimination",
        "Area under the curve, average precision and Brier score of who shares a defence pact, by \
         year: the share of runs in which a pair is allied, and forecasts that know the pacts up to \
         the grey line. Lower row: only pairs that share a region.",
    ),
    (
        "calibration",
        "Who is allied: calibration",
        "Pairs of the forecast years by their forecast, against the share of them that is allied in \
         the record. A calibrated forecast lies on the diagonal; the larger a marker, the more pairs.",
    ),
    (
        "camps",
        "Allied pairs within and across the camps",
        "Share of pairs in a common defence pact, by the camps of the two states: East under \
         communist rule, West by the dated list of inputs. Mean and 90 % of the runs; dashed: record.",
    ),
    (
        "named",
        "Pacts known by name",
        "Jaccard index of a named pact's members in the record with those of the simulated pact that \
         comes nearest, in each year that the named one is in force. Mean and 90 % of the runs.",
    ),
    (
        "turnover",
        "Births and ends of defence pacts",
        "Defence pacts founded and their share of all pacts founded, by period, and the yearly hazard \
         of a defence pact by age and size. Filled: runs with 90 %; hollow: record.",
    ),
    (
        "bodies",
        "States in regional bodies",
        "Share of states in a regional security body. Mean and 90 % of the runs; dashed: bodies in the \
         record that are no mutual-defence treaties.",
    ),
];

/// The forecasters in the order of their colours.
const FORECASTERS: [(&str, &str); 6] = [
    ("model", "model"),
    ("same region", "same region"),
    ("contiguous", "contiguous"),
    ("start", "pacts of 1946"),
    ("persistence", "last pacts known"),
    ("logit", "logit"),
];
const GAP: f64 = 8.0;
const HEIGHT: f64 = 74.0;

/// Lays out a figure for a source; `None` without its tables or for another kind.
pub fn lay_out(kind: &str, tables: &[Table], source: &str) -> Option<Drawing> {
    let find = |name: &str| {
        let table = tables.iter().find(|t| t.name == name)?;
        Some(Data {
            table,
            source: source.to_string(),
        })
    };
    let (_, title, _) = KINDS.iter().find(|k| k.0 == kind)?;
    let title = format!("{title} ({source})");
    match kind {
        "discrimination" => discrimination(&find("network_scores")?, &title),
        "calibration" => calibration(&find("network_calibration")?, &title),
        "camps" => camps(&find("network_camps")?, &title),
        "named" => named(
            &find("network_named_years")?,
            &find("network_named")?,
            &title,
        ),
        "turnover" => turnover(&find("network_births")?, &find("network_hazards")?, &title),
        "bodies" => bodies(&find("network_coverage")?, &title),
        _ => None,
    }
}

/// A table of which the rows of one source are drawn.
struct Data<'a> {
    table: &'a Table,
    source: String,
}

impl Data<'_> {
    /// Rows of the source with these texts.
    fn rows(&self, wanted: &[(&str, &str)]) -> Vec<usize> {
        let mut all = vec![("source", self.source.as_str())];
        all.extend(wanted);
        let holds = |row: &usize| {
            let is = |(column, value): &(&str, &str)| {
                self.table
                    .text(column)
                    .is_some_and(|texts| texts[*row] == *value)
            };
            all.iter().all(is)
        };
        (0..self.table.rows()).filter(holds).collect()
    }

    fn real(&self, column: &str) -> Option<Vec<f64>> {
        self.table.real(column)
    }

    /// Distinct texts of a column among the rows of the source, in order.
    fn distinct(&self, column: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for row in self.rows(&[]) {
            let text = self.table.text(column).map(|t| t[row].clone());
            found.extend(text.filter(|t| !found.contains(t)));
        }
        found
    }

    /// Mean, range and record over the years of these rows.
    fn course(&self, wanted: &[(&str, &str)], mean: &str) -> Option<Course> {
        let rows = self.rows(wanted);
        let years = self.real("year")?;
        let column = |name: &str| -> Option<Vec<(f64, f64)>> {
            let values = self.real(name)?;
            Some(rows.iter().map(|&r| (years[r], values[r])).collect())
        };
        Some(Course {
            mean: column(mean)?,
            low: column("low")?,
            high: column("high")?,
            record: column("record").unwrap_or_default(),
        })
    }
}

/// A series of the runs with what was recorded.
struct Course {
    mean: Vec<(f64, f64)>,
    low: Vec<(f64, f64)>,
    high: Vec<(f64, f64)>,
    record: Vec<(f64, f64)>,
}

/// Frames in so many columns below what is drawn, and their total height.
fn frames(drawing: &Drawing, count: usize, columns: usize) -> (Vec<Frame>, f64) {
    let width = (drawing.inner() - GAP * (columns - 1) as f64) / columns as f64;
    let height = HEADING + 4.0 + HEIGHT + FOOT;
    let top = drawing.y + 2.0;
    let frame = |k: usize| Frame {
        x: MARGIN + (k % columns) as f64 * (width + GAP),
        y: top + (k / columns) as f64 * height,
        w: width,
        h: height - 2.0,
    };
    let bottom = top + count.div_ceil(columns) as f64 * height;
    ((0..count).map(frame).collect(), bottom)
}

/// A line through the points whose value is known, broken where it is not.
fn line(drawing: &mut Drawing, plot: &Plot, points: &[(f64, f64)], ink: Colour, dashed: bool) {
    for part in points.split(|p| !p.1.is_finite()).filter(|p| p.len() > 1) {
        let path = part.iter().map(|&(x, y)| plot.at(x, y)).collect();
        match dashed {
            true => drawing.dashes(path, ink, LINE, (3.0, 2.0)),
            false => drawing.path(path, ink, LINE),
        }
    }
}

fn shade(drawing: &mut Drawing, plot: &Plot, course: &Course, ink: Colour) {
    let known = |k: &usize| course.low[*k].1.is_finite() && course.high[*k].1.is_finite();
    let there: Vec<usize> = (0..course.low.len()).filter(known).collect();
    let upper = there.iter().map(|&k| course.high[k]);
    let lower = there.iter().rev().map(|&k| course.low[k]);
    let outline: Vec<_> = upper.chain(lower).map(|(x, y)| plot.at(x, y)).collect();
    if outline.len() > 3 {
        drawing.area(outline, ink, 0.2);
    }
}

fn years() -> Scale {
    let mut scale = Scale::linear(1946.0, 1988.0, 5, false);
    scale.ticks = [1950, 1960, 1970, 1980]
        .map(|y| (f64::from(y), y.to_string()))
        .to_vec();
    scale
}

/// Runs with their range, and the record, over the years.
fn panel(drawing: &mut Drawing, frame: Frame, heading: &str, course: &Course, y: Scale) {
    let plot = Plot::new(drawing, frame, (heading, ""), years(), y);
    shade(drawing, &plot, course, colour(0));
    line(drawing, &plot, &course.mean, colour(0), false);
    line(drawing, &plot, &course.record, INK, true);
}

fn legend_of_record(drawing: &mut Drawing) {
    let entries = [
        ("runs, mean and 90 %".to_string(), 0),
        ("record".to_string(), 1),
    ];
    drawing.legend(&entries, |d, (x, y), &k| match k {
        0 => {
            d.area(
                vec![
                    (x, y - 2.5),
                    (x + 15.0, y - 2.5),
                    (x + 15.0, y + 2.5),
                    (x, y + 2.5),
                ],
                colour(0),
                0.2,
            );
            d.path(vec![(x, y), (x + 15.0, y)], colour(0), LINE);
        }
        _ => d.dashes(vec![(x, y), (x + 15.0, y)], INK, LINE, (3.0, 2.0)),
    });
}

fn discrimination(scores: &Data, title: &str) -> Option<Drawing> {
    let (from, until) = (scores.real("from")?, scores.real("until")?);
    let single = |rows: Vec<usize>| -> Vec<usize> {
        rows.into_iter().filter(|&r| from[r] == until[r]).collect()
    };
    let later = single(scores.rows(&[("scope", "all"), ("forecaster", "persistence")]));
    let known = later.iter().map(|&r| from[r]).fold(f64::INFINITY, f64::min) - 0.5;
    let mut drawing = Drawing::new(title, PAGE);
    let entries: Vec<(String, usize)> = FORECASTERS
        .iter()
        .enumerate()
        .map(|(k, f)| (f.1.to_string(), k))
        .collect();
    drawing.legend(&entries, |d, (x, y), &k| {
        d.path(vec![(x, y), (x + 15.0, y)], ink(k), width(k));
        d.marker(Marker::nth(k), (x + 7.5, y), 1.6, ink(k));
    });
    let panels = [
        ("all", "auc", "AUC, all pairs"),
        ("all", "average_precision", "Average precision, all pairs"),
        ("all", "brier", "Brier score, all pairs"),
        ("within", "auc", "AUC, pairs within regions"),
        (
            "within",
            "average_precision",
            "Average precision, within regions",
        ),
        ("within", "brier", "Brier score, within regions"),
    ];
    let (places, bottom) = frames(&drawing, panels.len(), 3);
    for ((scope, column, heading), frame) in panels.into_iter().zip(places) {
        let values = scores.real(column)?;
        let of = |forecaster: &str| -> Vec<(f64, f64)> {
            let rows = single(scores.rows(&[("scope", scope), ("forecaster", forecaster)]));
            rows.into_iter().map(|r| (from[r], values[r])).collect()
        };
        let lines: Vec<Vec<(f64, f64)>> = FORECASTERS.iter().map(|f| of(f.0)).collect();
        let ends = lines.iter().flatten().map(|p| p.1);
        let y = match column {
            "brier" => Scale::over(ends.chain([0.0]), 4),
            "auc" => Scale::over(ends.chain([0.5, 1.0]), 5),
            _ => Scale::over(ends.chain([0.0, 1.0]), 5),
        };
        let plot = Plot::new(&mut drawing, frame, (heading, ""), years(), y);
        if known.is_finite() {
            let ends = vec![plot.at(known, plot.y.min), plot.at(known, plot.y.max)];
            drawing.path(ends, GREY, THIN);
        }
        for (k, points) in lines.iter().enumerate().rev() {
            let path = points.iter().filter(|p| p.1.is_finite());
            let path: Vec<_> = path.map(|&(x, y)| plot.at(x, y)).collect();
            for at in path.iter().skip(3).step_by(8) {
                drawing.marker(Marker::nth(k), *at, 1.6, ink(k));
            }
            drawing.path(path, ink(k), width(k));
        }
    }
    drawing.y = bottom;
    drawing.note(
        "Higher is better but for the Brier score. Right of the grey line the statistical forecasts \
         are out of sample; the model is so only as far as its parameters are.",
    );
    Some(drawing)
}

/// The model is drawn first and thickest.
fn ink(k: usize) -> Colour {
    match k {
        0 => INK,
        k => colour(k - 1),
    }
}

fn width(k: usize) -> f64 {
    match k {
        0 => 1.6 * LINE,
        _ => LINE,
    }
}

fn calibration(curves: &Data, title: &str) -> Option<Drawing> {
    let (from, until) = (curves.real("from")?, curves.real("until")?);
    let (x, y) = (curves.real("mean_forecast")?, curves.real("share_allied")?);
    let pairs = curves.real("pairs")?;
    // The longest span that begins after the fit window: the forecast years.
    let pooled = curves
        .rows(&[])
        .into_iter()
        .filter(|&r| from[r] != until[r]);
    let begin = pooled.map(|r| from[r]).fold(0.0, f64::max);
    let mut drawing = Drawing::new(title, COLUMN);
    let shown = [("model", "model", 0), ("logit", "logit", 5)];
    let entries = shown.map(|(_, words, k)| (words.to_string(), k));
    drawing.legend(&entries, |d, (x, y), &k| {
        d.path(vec![(x, y), (x + 15.0, y)], ink(k), width(k));
        d.marker(Marker::nth(k), (x + 7.5, y), 2.0, ink(k));
    });
    let side = drawing.inner();
    let frame = Frame {
        x: MARGIN,
        y: drawing.y,
        w: side,
        h: 0.85 * side,
    };
    let unit = || Scale::linear(0.0, 1.0, 5, false);
    let heads = ("Share of pairs allied in the record", "forecast");
    let plot = Plot::new(&mut drawing, frame, heads, unit(), unit());
    drawing.path(vec![plot.at(0.0, 0.0), plot.at(1.0, 1.0)], FAINT, THIN);
    for (forecaster, _, k) in shown {
        let rows = curves.rows(&[("forecaster", forecaster)]);
        let rows = rows
            .into_iter()
            .filter(|&r| from[r] == begin && until[r] > begin);
        let rows: Vec<usize> = rows.collect();
        let path: Vec<_> = rows.iter().map(|&r| plot.at(x[r], y[r])).collect();
        for (&r, at) in rows.iter().zip(&path) {
            let r = 1.0 + 0.45 * libm::log10(pairs[r].max(1.0));
            drawing.marker(Marker::nth(k), *at, r, ink(k));
        }
        drawing.path(path, ink(k), width(k));
    }
    drawing.y += 0.85 * side + 2.0;
    drawing.note(&format!(
        "Pairs of {begin:.0}–1988, in bins of forecasts of 0 and of tenths; markers grow with the \
         logarithm of the number of pairs."
    ));
    Some(drawing)
}

fn camps(table: &Data, title: &str) -> Option<Drawing> {
    let panels = [
        ("west", "west", "West–West"),
        ("east", "east", "East–East"),
        ("west", "east", "West–East"),
        ("west", "other", "West–others"),
        ("east", "other", "East–others"),
        ("other", "other", "Others–others"),
    ];
    let mut drawing = Drawing::new(title, PAGE);
    legend_of_record(&mut drawing);
    let (places, bottom) = frames(&drawing, panels.len(), 3);
    for ((a, b, heading), frame) in panels.into_iter().zip(places) {
        let wanted = [("definition", "listed"), ("camp_1", a), ("camp_2", b)];
        let course = table.course(&wanted, "model")?;
        let most = |points: &[(f64, f64)]| points.iter().map(|p| p.1).fold(0.0, f64::max);
        let top = most(&course.high).max(most(&course.record));
        let y = match top {
            t if t > 0.2 => Scale::over([0.0, t, 0.5], 5),
            t => Scale::over([0.0, t.max(0.05)], 4),
        };
        panel(&mut drawing, frame, heading, &course, y);
    }
    drawing.y = bottom;
    drawing.note("Share of pairs in a common defence pact. Vertical scales differ.");
    Some(drawing)
}

fn named(years: &Data, summary: &Data, title: &str) -> Option<Drawing> {
    let rows = summary.rows(&[]);
    let (names, labels) = (summary.table.text("name")?, summary.table.text("label")?);
    let (arises, lasts) = (summary.real("arises")?, summary.real("lasts")?);
    let mut drawing = Drawing::new(title, PAGE);
    let (places, bottom) = frames(&drawing, rows.len(), 3);
    for (&row, frame) in rows.iter().zip(places) {
        let course = years.course(&[("name", &names[row])], "jaccard")?;
        let unit = Scale::linear(0.0, 1.0, 4, false);
        panel(&mut drawing, frame, &labels[row], &course, unit);
        let mut words = format!("arises {:.2}", arises[row]);
        if lasts[row].is_finite() {
            words = format!("{words}, lasts {:.2}", lasts[row]);
        }
        let style = Text {
            size: SMALL,
            colour: GREY,
            anchor: 1.0,
            ..Text::default()
        };
        drawing.halo(
            &words,
            (frame.x + frame.w - 4.0, frame.y + HEADING + 11.0),
            style,
        );
    }
    drawing.y = bottom;
    drawing.note(
        "Arises: share of runs in which a simulated pact reaches .5; lasts: of those, share in which it \
         is in force in the last year of the named one. Bilateral pacts of a power are compared by its \
         partners.",
    );
    Some(drawing)
}

/// A point of the runs with its range, and one of the record.
struct Pair {
    label: String,
    model: [f64; 3],
    record: f64,
}

fn turnover(births: &Data, hazards: &Data, title: &str) -> Option<Drawing> {
    let mut drawing = Drawing::new(title, PAGE);
    let entries = [
        ("runs, mean and 90 %".to_string(), 0),
        ("record".to_string(), 1),
    ];
    drawing.legend(&entries, |d, (x, y), &k| match k {
        0 => d.marker(Marker::Circle, (x + 7.5, y), 2.0, colour(0)),
        _ => d.hollow(Marker::Square, (x + 7.5, y), 2.2, INK),
    });
    let pairs =
        |data: &Data, wanted: &[(&str, &str)], label: &str, columns: [&str; 4], all: bool| {
            let columns = columns.map(|c| data.real(c));
            let [model, low, high, record] = columns;
            let (model, low, high, record) = (model?, low?, high?, record?);
            let (from, until) = (data.real("from")?, data.real("until")?);
            let whole = |r: usize| (from[r], until[r]) == (1947.0, 1988.0);
            let rows = data.rows(wanted).into_iter().filter(|&r| whole(r) == all);
            let texts = data.table.text(label);
            let pair = |r: usize| Pair {
                label: match texts {
                    Some(texts) if all => texts[r].clone(),
                    _ => format!("{:.0}–{:.0}", from[r], until[r] - 1900.0),
                },
                model: [model[r], low[r], high[r]],
                record: record[r],
            };
            let found = rows.map(pair).filter(|p| p.label != "any");
            Some(found.collect::<Vec<Pair>>())
        };
    let rates = ["model", "low", "high", "record"];
    let shares = ["model_share", "model_share", "model_share", "record_share"];
    let panels = [
        (
            "Defence pacts founded, per 100 state-years",
            pairs(births, &[("kind", "defence")], "kind", rates, false)?,
        ),
        (
            "Defence pacts among pacts founded",
            pairs(births, &[("kind", "defence")], "kind", shares, false)?,
        ),
        (
            "Hazard of a defence pact by age in years, per year",
            pairs(hazards, &[("size", "any")], "age", rates, true)?,
        ),
        (
            "Hazard of a defence pact by members, per year",
            pairs(hazards, &[("age", "any")], "size", rates, true)?,
        ),
    ];
    let (places, bottom) = frames(&drawing, panels.len(), 2);
    for ((heading, pairs), frame) in panels.iter().zip(places) {
        categories(&mut drawing, frame, heading, pairs);
    }
    drawing.y = bottom;
    drawing.note("Hazards of all years; pacts older than 1946 count their age from then.");
    Some(drawing)
}

fn categories(drawing: &mut Drawing, frame: Frame, heading: &str, pairs: &[Pair]) {
    let n = pairs.len();
    let mut x = Scale::linear(0.4, n as f64 + 0.6, n, false);
    let ticks = pairs.iter().enumerate();
    x.ticks = ticks
        .map(|(k, p)| (k as f64 + 1.0, p.label.clone()))
        .collect();
    let ends = pairs.iter().flat_map(|p| [p.model[2], p.record, 0.0]);
    let y = Scale::over(ends, 4);
    let plot = Plot::new(drawing, frame, (heading, ""), x, y);
    for (k, pair) in pairs.iter().enumerate() {
        let at = k as f64 + 1.0;
        let [mean, low, high] = pair.model;
        if low.is_finite() && high.is_finite() && high > low {
            let ends = vec![plot.at(at - 0.08, low), plot.at(at - 0.08, high)];
            drawing.path(ends, colour(0), LINE);
        }
        if mean.is_finite() {
            drawing.marker(Marker::Circle, plot.at(at - 0.08, mean), 2.0, colour(0));
        }
        if pair.record.is_finite() {
            drawing.hollow(Marker::Square, plot.at(at + 0.08, pair.record), 2.2, INK);
        }
    }
}

fn bodies(table: &Data, title: &str) -> Option<Drawing> {
    let mut regions = table.distinct("region");
    regions.sort_by_key(|r| (r != "world", r.clone()));
    let mut drawing = Drawing::new(title, PAGE);
    legend_of_record(&mut drawing);
    let (places, bottom) = frames(&drawing, regions.len(), 4);
    for (region, frame) in regions.iter().zip(places) {
        let course = table.course(&[("region", region)], "model")?;
        let words = region.replace('_', " ");
        panel(
            &mut drawing,
            frame,
            &words,
            &course,
            Scale::linear(0.0, 1.0, 4, false),
        );
    }
    drawing.y = bottom;
    drawing.note(
        "Share of states in a body. The record counts bodies that hold at least half of their members \
         in the region; world: of memberships of regions.",
    );
    Some(drawing)
}
