//! The report on a batch or a sweep.

use std::path::Path;

use super::batch_tables::{Batch, MOST, cut};
use super::course::{Course, course, method};
use super::figures::Figures;
use super::model::{self, Used};
use super::page::{Block, Fact, Grid, Page, Section, Text};
use super::sensitivity;
use super::words::{capital, cell, number, percent, range, real, signed, unit};
use super::{colophon, repeat};
use crate::experiment::tables;
use crate::figures::ImageFormat;
use crate::figures::experiment::{self as drawings, ExperimentInput, from_batch};
use comity_lab::analysis::bands::recorded;
use comity_lab::ensemble::batch::BatchManifest;
use comity_lab::ensemble::experiment::Direction;
use comity_lab::table::Table;
use comity_model::error::Result;

/// Tables of single years and events, which no part of a report needs.
const RAW: [&str; 6] = [
    "world",
    "regions",
    "agreements",
    "events",
    "states",
    "dyads",
];

/// The page.
///
/// # Errors
/// If a table cannot be read.
pub fn page(folder: &Path, manifest: &BatchManifest) -> Result<Page> {
    let names: Vec<&str> = manifest.tables.iter().map(|t| t.name.as_str()).collect();
    let names: Vec<&str> = names.into_iter().filter(|n| !RAW.contains(n)).collect();
    let input = from_batch(manifest, tables(folder, manifest, &names)?);
    let batch = Batch { manifest, input };
    let several = manifest.arms.len() > 1;
    let all = manifest
        .arms
        .iter()
        .map(|a| Used::new(if several { label(a) } else { "" }, &a.scenario))
        .collect::<Result<Vec<_>>>()?;
    let factors = manifest.design.as_ref().map_or(&[][..], |d| &d.factors);
    let sections = [
        Section::of("findings", "What came out", found(&batch)),
        Section::of("what", "What was run", what(&batch, &all)),
        Section::of("figures", "Figures", drawn(&batch.input)?),
        Section::of("tables", "Tables", grids(&batch)),
        Section::of(
            "sensitivity",
            "Sensitivity to the factors",
            sensitivity::blocks(&batch),
        ),
        Section::of("replicates", "Enough replicates?", enough(&batch)),
        model::parameters(&all, factors),
        model::data(&all, &[]),
        repeat::batch(manifest),
    ];
    let verb = if manifest.sweep { "Sweep" } else { "Batch" };
    Ok(Page {
        title: manifest.experiment.title.clone(),
        subtitle: format!("{verb} of the experiment {}", manifest.experiment.name),
        facts: facts(manifest),
        sections: sections.into_iter().flatten().collect(),
        colophon: colophon(&manifest.version).into(),
    })
}

fn label(arm: &comity_lab::ensemble::batch::ArmRecord) -> &str {
    match arm.label.as_str() {
        "" => &arm.name,
        label => label,
    }
}

fn facts(manifest: &BatchManifest) -> Vec<Fact> {
    let failed = manifest.failed();
    let failed = match failed {
        0 => "none failed".to_string(),
        n => format!("{n} failed"),
    };
    let seeds = match manifest.replicates {
        1 => manifest.seed.to_string(),
        n => format!("{} to {}", manifest.seed, manifest.seed + n - 1),
    };
    let mut facts = vec![
        Fact::of("Arms", manifest.arms.len().to_string()),
        Fact::of("Replicates of each", manifest.replicates.to_string()),
        Fact::of("Seeds", seeds),
        Fact::of("Runs", format!("{} done, {failed}", manifest.runs.done)),
        Fact::of("Program", format!("comity {}", manifest.version)),
        Fact::of("Made", repeat::date(&manifest.made.started)),
        Fact::of("Hash of the plan", manifest.plan.clone()),
    ];
    if let Some(design) = &manifest.design {
        let value = format!("{} points ({})", design.points, design.method);
        facts.insert(1, Fact::of("Design", value));
    }
    facts
}

fn found(batch: &Batch) -> Vec<Block> {
    let manifest = batch.manifest;
    let failed = manifest.runs.provisional(manifest.planned());
    let mut blocks: Vec<Block> = failed.map(Block::caution).into_iter().collect();
    blocks.push(Block::caution(model::reach()));
    blocks.extend(Block::list(sensitivity::findings(batch)));
    if let Some(table) = batch.table("differences") {
        blocks.push(Block::heading("Differences between the arms"));
        let rows = 0..table.rows();
        blocks.extend(Block::list(
            rows.map(|r| difference(batch, table, r)).collect(),
        ));
        blocks.extend(clear_ones(table).map(Block::text));
    }
    let courses = courses(batch);
    if !courses.is_empty() {
        blocks.push(Block::heading("Trends over the years"));
        blocks.extend(trends(batch, &courses));
        blocks.push(Block::text(method(manifest.replicates as usize)));
    }
    if manifest.design.is_none() {
        blocks.push(Block::heading("Precision"));
        blocks.push(Block::text(precision(batch)));
    }
    blocks
}

/// A difference between two arms, in a sentence.
fn difference(batch: &Batch, table: &Table, row: usize) -> String {
    let text = |column: &str| cell(table, column, row);
    let value = |column: &str| real(table, column, row);
    let metric = text("metric");
    let named = |column: &str| format!("“{}”", batch.arm(&text(column)));
    let (arm, baseline) = (named("arm"), named("baseline"));
    let words = batch.words(&metric);
    let unit = batch.unit(&metric);
    let (found, low, high) = (value("difference"), value("low"), value("high"));
    let (base, pairs) = (value("baseline_mean"), value("runs"));
    if !found.is_finite() {
        return format!("{words}: no pair of runs of {arm} and {baseline} has a value.");
    }
    if !low.is_finite() {
        return format!(
            "{words}: one pair of runs, {}{unit} in {arm} against {baseline}; one pair says \
             nothing about chance.",
            signed(found)
        );
    }
    if low == 0.0 && high == 0.0 {
        return format!("{words}: the same in {arm} as in {baseline}, in every pair of runs.");
    }
    let interval = format!("95 % interval {}", range(low, high));
    let of = format!("mean of {baseline} {}", number(base));
    if low <= 0.0 && high >= 0.0 {
        return format!(
            "{words}: no difference between {arm} and {baseline} is told apart from chance: \
             {}{unit} ({interval}; {of}; {pairs} pairs of runs).",
            signed(found)
        );
    }
    let share = value("share_positive");
    let (does, alone) = match found > 0.0 {
        true => ("higher", format!("higher in {}", percent(share))),
        false => ("lower", format!("not higher in {}", percent(1.0 - share))),
    };
    let relative = match base.abs() > 0.0 {
        true => format!(", {} of it", percent((found / base).abs())),
        false => String::new(),
    };
    format!(
        "{words}: {does} in {arm} than in {baseline}: {}{unit} ({interval}; {of}{relative}); \
         d_z {}, {alone} of {pairs} pairs of runs.",
        signed(found),
        number(value("d_z"))
    )
}

/// How many intervals exclude 0, and how many would by chance.
fn clear_ones(table: &Table) -> Option<String> {
    let (low, high) = (table.real("low")?, table.real("high")?);
    let known: Vec<usize> = (0..table.rows()).filter(|&r| low[r].is_finite()).collect();
    if known.len() < 2 {
        return None;
    }
    let clear = known.iter().filter(|&&r| low[r] > 0.0 || high[r] < 0.0);
    Some(format!(
        "{} of {} intervals exclude 0. Each is one of 95 %, not corrected for their number: of \
         so many, about {} would exclude 0 if no arm made any difference. Runs are paired by \
         seed, so an interval is that of the mean difference within pairs.",
        clear.count(),
        known.len(),
        number(0.05 * known.len() as f64)
    ))
}

/// A recorded column in an arm.
struct Recorded<'a> {
    words: String,
    unit: &'a str,
    arm: &'a str,
    course: Course,
}

/// Courses of the recorded years in each arm, without a design.
fn courses<'a>(batch: &'a Batch) -> Vec<Recorded<'a>> {
    let years = batch.table("years");
    let years = years.filter(|_| batch.manifest.design.is_none());
    let Some((years, arms)) = years.and_then(|t| Some((t, t.text("arm")?))) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for column in recorded(years) {
        let declared = years.columns.iter().find(|c| c.name == column);
        for arm in &batch.manifest.arms {
            let keep = |row: usize| arms[row] == arm.name;
            found.extend(course(years, column, keep).map(|course| Recorded {
                words: capital(&column.replace('_', " ")),
                unit: declared.map_or("", |c| c.unit.as_str()),
                arm: label(arm),
                course,
            }));
        }
    }
    found
}

/// Sentences where there is one arm, else a table.
fn trends(batch: &Batch, courses: &[Recorded]) -> Option<Block> {
    if batch.manifest.arms.len() == 1 {
        let sentence = |r: &Recorded| r.course.sentence(&r.words, r.unit);
        return Block::list(courses.iter().map(sentence).collect());
    }
    let heads = [
        "column",
        "arm",
        ">slope per year",
        ">95 % interval",
        ">runs that rise",
        ">that fall",
    ];
    let caption = "Slopes over all recorded years, and the shares of runs that rise or fall \
                   clearly (p < .05)";
    let mut grid = Grid::new(caption, &heads);
    for r in courses {
        let Course {
            slope,
            ends,
            shares,
            ..
        } = r.course;
        let cells = [
            r.words.clone(),
            r.arm.to_string(),
            format!("{}{}", signed(slope), unit(r.unit)),
            range(ends.0, ends.1),
            percent(shares.0),
            percent(shares.1),
        ];
        grid.row(cells.map(Text::plain).to_vec());
    }
    grid.block()
}

fn precision(batch: &Batch) -> String {
    let Some(table) = batch.table("needed") else {
        return "One run of each arm says nothing about the spread: take replicates.".to_string();
    };
    let (half, wanted) = (table.real("half_width"), table.real("wanted"));
    let (Some(half), Some(wanted)) = (half, wanted) else {
        return String::new();
    };
    let met = (0..table.rows()).filter(|&r| half[r] <= wanted[r]).count();
    let needs = |r: usize| match real(table, "needed", r) {
        n if n > 0.0 => n,
        _ => f64::INFINITY,
    };
    let hardest = (0..table.rows()).max_by(|&a, &b| needs(a).total_cmp(&needs(b)));
    let rest = match hardest.filter(|&r| half[r] > wanted[r]) {
        None => String::new(),
        Some(r) => {
            let metric = batch.words(&cell(table, "metric", r));
            let arm = batch.of_arm(&cell(table, "arm", r));
            match needs(r).is_finite() {
                true => format!(
                    " {metric}{arm} needs most: about {} replicates instead of {}.",
                    needs(r),
                    batch.manifest.replicates
                ),
                false => format!(" {metric}{arm} is out of reach."),
            }
        }
    };
    let differences = match batch.manifest.arms.len() {
        1 => "",
        _ => {
            " Differences between arms have intervals of their own, above: they share their seeds."
        }
    };
    format!(
        "The wanted half-width of a mean's 95 % interval (the metric's own, else 5 % of the \
         mean) is reached for {met} of {} means.{rest}{differences}",
        table.rows()
    )
}

fn what(batch: &Batch, all: &[Used]) -> Vec<Block> {
    let manifest = batch.manifest;
    let mut blocks = vec![Block::text(manifest.experiment.question.trim())];
    let mut arms = Grid::new(
        "Arms",
        &["arm", "in figures", "scenario", "hash of its inputs"],
    );
    for arm in &manifest.arms {
        let baseline = match arm.name == manifest.baseline && manifest.arms.len() > 1 {
            true => " (baseline)",
            false => "",
        };
        arms.row(vec![
            Text::plain(&arm.name),
            Text::plain(format!("{}{baseline}", label(arm))),
            Text::plain(format!("{}: {}", arm.scenario.name, arm.scenario.title)),
            Text::code(&arm.scenario.hash),
        ]);
    }
    blocks.extend(arms.block());
    if let Some(year) = manifest.branch {
        blocks.push(Block::text(format!(
            "The arms share one past in every replicate and part in year {year}."
        )));
    }
    let mut metrics = Grid::new(
        "Metrics: one number for each run",
        &["metric", "in figures", "how it is computed", "unit"],
    );
    for m in &manifest.metrics {
        let cells = [
            m.name.clone(),
            m.label.clone(),
            m.definition(),
            m.unit.clone(),
        ];
        metrics.row(cells.map(Text::plain).to_vec());
    }
    blocks.extend(metrics.block());
    blocks.extend(sensitivity::design(manifest));
    let factors = manifest.design.as_ref().map_or(&[][..], |d| &d.factors);
    if let Some(seeded) = all.iter().find(|u| u.seeded()) {
        blocks.push(Block::caution(format!(
            "Institutions stand at the start of {}: it says nothing about how they come about.",
            seeded.record.name
        )));
    }
    blocks.extend(model::changes(all, factors));
    blocks
}

fn drawn(input: &ExperimentInput) -> Result<Vec<Block>> {
    let label = |name: &str| {
        let of = |label: &&drawings::Label| name.ends_with(&format!("-{}", label.name));
        let mut labels = input.metrics.iter().chain(&input.discovery);
        let of = labels
            .find(of)
            .map_or(String::new(), |l| format!(": {}", l.label));
        let title = format!("{}{of}", drawings::title(name));
        (title, drawings::caption(name))
    };
    let names = drawings::available(input);
    Figures::of(&names, label, |name| {
        drawings::render(name, input, ImageFormat::Svg)
    })
}

fn grids(batch: &Batch) -> Vec<Block> {
    let mut blocks = Vec::new();
    if batch.manifest.design.is_none() {
        blocks.extend(
            batch
                .table("summary")
                .and_then(|t| summary(batch, t).block()),
        );
    }
    blocks.extend(
        batch
            .table("differences")
            .and_then(|t| differences(batch, t).block()),
    );
    blocks.extend(hypotheses(batch).and_then(Grid::block));
    blocks
}

fn summary(batch: &Batch, table: &Table) -> Grid {
    let heads = [
        "metric",
        "arm",
        ">mean",
        ">95 % interval",
        ">standard deviation",
        ">median",
        ">middle 90 %",
        ">runs",
    ];
    let mut grid = Grid::new("Means over the replicates, by arm", &heads);
    for r in 0..table.rows().min(MOST) {
        let value = |column: &str| real(table, column, r);
        let cells = [
            batch.words(&cell(table, "metric", r)),
            batch.arm(&cell(table, "arm", r)),
            number(value("mean")),
            range(value("low"), value("high")),
            number(value("sd")),
            number(value("median")),
            range(value("p05"), value("p95")),
            cell(table, "runs", r),
        ];
        grid.row(cells.map(Text::plain).to_vec());
    }
    cut(batch, table, &mut grid);
    grid
}

fn differences(batch: &Batch, table: &Table) -> Grid {
    let heads = [
        "metric",
        "arm",
        "less",
        ">difference",
        ">95 % interval",
        ">mean of the latter",
        ">d_z",
        ">share above 0",
        ">pairs",
    ];
    let mut grid = Grid::new("Differences between arms, paired by seed and point", &heads);
    for r in 0..table.rows().min(MOST) {
        let value = |column: &str| real(table, column, r);
        let cells = [
            batch.words(&cell(table, "metric", r)),
            batch.arm(&cell(table, "arm", r)),
            batch.arm(&cell(table, "baseline", r)),
            signed(value("difference")),
            range(value("low"), value("high")),
            number(value("baseline_mean")),
            number(value("d_z")),
            percent(value("share_positive")),
            cell(table, "runs", r),
        ];
        grid.row(cells.map(Text::plain).to_vec());
    }
    cut(batch, table, &mut grid);
    grid
}

/// The hypotheses of the experiment's file beside the differences that they are on.
fn hypotheses(batch: &Batch) -> Option<Grid> {
    let table = batch.table("differences")?;
    let manifest = batch.manifest;
    let heads = [
        "claim",
        "statement",
        "expected",
        ">difference",
        ">95 % interval",
        "what the interval says",
    ];
    let mut grid = Grid::new(
        "Hypotheses of the experiment, and the differences that they are about",
        &heads,
    );
    for claim in &manifest.claims {
        // Other tests than a difference of two arms are those of `comity check`.
        let Some((test, (with, without))) = claim.test.as_ref().zip(claim.contrast()) else {
            continue;
        };
        let [metric] = test.metrics.as_slice() else {
            continue;
        };
        let metric = &manifest.metrics[*metric].name;
        let (with, without) = (&manifest.arms[with].name, &manifest.arms[without].name);
        let same = |r: &usize| {
            cell(table, "metric", *r) == *metric
                && cell(table, "arm", *r) == *with
                && cell(table, "baseline", *r) == *without
        };
        let row = (0..table.rows()).find(same)?;
        let value = |column: &str| real(table, column, row);
        let ends = (value("low"), value("high"));
        let expected = match test.expect {
            Direction::Increase => "increase",
            Direction::Decrease => "decrease",
            Direction::None => "no change",
        };
        let cells = [
            claim.name.clone(),
            claim.statement.clone(),
            expected.to_string(),
            signed(value("difference")),
            range(ends.0, ends.1),
            says(test.expect, ends).to_string(),
        ];
        grid.row(cells.map(Text::plain).to_vec());
    }
    Some(grid)
}

/// What an interval says of an expected direction.
fn says(expect: Direction, (low, high): (f64, f64)) -> &'static str {
    let (up, down) = (low > 0.0, high < 0.0);
    match expect {
        _ if !low.is_finite() => "nothing: too few runs",
        Direction::Increase if up => "the sign is as expected",
        Direction::Decrease if down => "the sign is as expected",
        Direction::None if up || down => "there is a change",
        Direction::None => "compatible with no change",
        _ if up || down => "the sign is the opposite",
        _ => "not told apart from no change",
    }
}

fn enough(batch: &Batch) -> Vec<Block> {
    let Some(table) = batch.table("needed") else {
        return Vec::new();
    };
    let heads = [
        "metric",
        "arm",
        ">half-width",
        ">wanted",
        ">replicates",
        ">replicates needed",
    ];
    let caption = "Half-width of the mean's 95 % interval, the one wanted (the metric's \
                   precision, else 5 % of the mean), and the replicates that reach it";
    let mut grid = Grid::new(caption, &heads);
    for r in 0..table.rows().min(MOST) {
        let needed = match cell(table, "needed", r).as_str() {
            "0" => "out of reach".to_string(),
            n => n.to_string(),
        };
        let cells = [
            batch.words(&cell(table, "metric", r)),
            batch.arm(&cell(table, "arm", r)),
            number(real(table, "half_width", r)),
            number(real(table, "wanted", r)),
            cell(table, "replicates", r),
            needed,
        ];
        grid.row(cells.map(Text::plain).to_vec());
    }
    cut(batch, table, &mut grid);
    let mut blocks = vec![Block::text(precision(batch))];
    blocks.extend(grid.block());
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_says_no_more_than_it_can() {
        use Direction::{Decrease, Increase, None};
        assert_eq!(says(Increase, (0.1, 0.3)), "the sign is as expected");
        assert_eq!(says(Decrease, (0.1, 0.3)), "the sign is the opposite");
        assert_eq!(says(Increase, (-0.1, 0.3)), "not told apart from no change");
        assert_eq!(says(None, (-0.1, 0.3)), "compatible with no change");
        assert_eq!(says(None, (-0.2, -0.1)), "there is a change");
        assert_eq!(
            says(Increase, (f64::NAN, f64::NAN)),
            "nothing: too few runs"
        );
    }
}
