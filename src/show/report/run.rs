//! The report on a run and its replicates.

use std::path::Path;

use super::course::{band, course, method};
use super::figures::Figures;
use super::model::{self, Used};
use super::page::{Block, Fact, Grid, Page, Section, Text};
use super::words::{count, number, percent, range};
use super::{colophon, repeat, table1};
use crate::figures::{self, FigureInput, ImageFormat, from_result};
use comity_lab::analysis::replication::{Needed, Target, needed};
use comity_lab::analysis::summary::{Band, by_run, by_year};
use comity_lab::ensemble::manifest::RunManifest;
use comity_lab::table::store::read_table;
use comity_lab::table::{Table, store};
use comity_model::error::Result;

/// Name, unit and column of what is told of the world; whether its trend is told.
const COLUMNS: [(&str, &str, &str, bool); 9] = [
    (
        "The number of defence pacts",
        "pacts",
        "defence_pacts",
        true,
    ),
    (
        "The mean size of defence pacts",
        "states",
        "mean_size",
        true,
    ),
    (
        "The mean size of pacts of more than two",
        "states",
        "mean_size_multilateral",
        true,
    ),
    (
        "The share of states in a defence pact",
        "1",
        "share_in_defence_pacts",
        true,
    ),
    (
        "The number of partnerships",
        "partnerships",
        "partnerships",
        true,
    ),
    (
        "The share of states in a partnership",
        "1",
        "share_in_partnerships",
        true,
    ),
    (
        "The rate of disputes per 1,000 pairs of states",
        "disputes",
        "disputes_per_1000_dyads",
        true,
    ),
    (
        "The share of states in domestic conflict",
        "1",
        "domestic_share",
        true,
    ),
    ("Great-power competition", "1", "competition", false),
];

/// Years in the table of levels.
const YEARS: i64 = 5;
/// Half-width wanted of a mean, as a share of it.
const PRECISION: f64 = 0.05;
const LEVEL: f64 = 0.95;

/// The page.
///
/// # Errors
/// If a table cannot be read.
pub fn page(folder: &Path, manifest: &RunManifest) -> Result<Page> {
    let tables = FigureInput::from_folder(folder)?.tables;
    let input = from_result(manifest, tables)?;
    let moments = store::find(folder, "moments").map(|path| read_table(&path));
    let moments = moments.transpose()?;
    let all = [Used::new("", &manifest.scenario)?];
    let seeded = all[0].seeded();
    let rated = table1::section(&input, seeded);
    let precision = precision(&input);
    let mut findings = findings(&input, moments.as_ref(), precision.as_deref());
    findings.extend(rated.iter().map(|(_, finding)| finding.clone()));
    let runs = input.runs();

    let mut found = vec![caution(manifest, runs)];
    found.extend(Block::list(findings));
    found.push(Block::text(method(runs)));
    let shown = match input.observed.is_empty() {
        true => &[][..],
        false => &model::OBSERVED[..],
    };
    let sections = [
        Section::of("findings", "What came out", found),
        Section::of("what", "What was run", what(manifest, &all)),
        Section::of("figures", "Figures", drawn(&input)?),
        rated.map(|(section, _)| section),
        Section::of("tables", "Tables", grids(&input, moments.as_ref())),
        Section::of("replicates", "Enough replicates?", enough(precision, runs)),
        model::parameters(&all, &[]),
        model::data(&all, shown),
        repeat::run(manifest),
    ];
    Ok(Page {
        title: manifest.scenario.title.clone(),
        subtitle: match runs {
            1 => format!("One run of the scenario {}", manifest.scenario.name),
            n => format!("{n} runs of the scenario {}", manifest.scenario.name),
        },
        facts: facts(manifest),
        sections: sections.into_iter().flatten().collect(),
        colophon: colophon(&manifest.version).into(),
    })
}

fn facts(manifest: &RunManifest) -> Vec<Fact> {
    let scenario = &manifest.scenario;
    let last = scenario.start_year + scenario.years as i32 - 1;
    let seeds = match manifest.replicates {
        1 => manifest.seed.to_string(),
        n => format!("{} to {}", manifest.seed, manifest.seed + n - 1),
    };
    let failed = match manifest.runs.failed.len() {
        0 => "none failed".to_string(),
        n => format!("{n} failed"),
    };
    vec![
        Fact::of("Scenario", scenario.name.clone()),
        Fact::of("Years", format!("{} to {last}", scenario.start_year)),
        Fact::of("Seeds", seeds),
        Fact::of("Runs", format!("{} done, {failed}", manifest.runs.done)),
        Fact::of("Program", format!("comity {}", manifest.version)),
        Fact::of("Made", repeat::date(&manifest.made.started)),
        Fact::of("Hash of the inputs", scenario.hash.clone()),
    ]
}

fn caution(manifest: &RunManifest, runs: usize) -> Block {
    let mut text = match runs {
        1 => "This is one run, one draw of chance: another seed gives another history. What it \
              shows can happen under these rules; whether it usually does, only replicates tell \
              (`--replicates 50`). "
            .to_string(),
        _ => String::new(),
    };
    if let Some(failed) = manifest.runs.provisional(manifest.replicates) {
        text.push_str(&format!("{failed} "));
    }
    Block::caution(text + &model::reach())
}

fn what(manifest: &RunManifest, all: &[Used]) -> Vec<Block> {
    let mut blocks = vec![Block::text(manifest.scenario.purpose.as_str())];
    if all[0].seeded() {
        blocks.push(Block::caution(
            "Institutions stand at the start of this scenario: it says nothing about how they \
             come about.",
        ));
    }
    blocks.extend(model::changes(all, &[]));
    blocks
}

fn findings(
    input: &FigureInput,
    moments: Option<&Table>,
    precision: Option<&[(&str, Needed)]>,
) -> Vec<String> {
    let Some(world) = input.table("world") else {
        return Vec::new();
    };
    let told = COLUMNS.iter().filter(|c| c.3);
    let mut found: Vec<String> = told
        .filter_map(|(name, unit, column, _)| {
            Some(course(world, column, |_| true)?.sentence(name, unit))
        })
        .collect();
    found.extend(moments.and_then(|table| nearness(table, input.runs())));
    found.extend(precision.map(verdict));
    found
}

/// How many moments of 1946-1988 the runs enclose.
fn nearness(table: &Table, runs: usize) -> Option<String> {
    if runs < 2 {
        return None;
    }
    let (low, high) = (table.real("low")?, table.real("high")?);
    let inside = |column: &str| {
        let observed = table.real(column)?;
        let rows = (0..table.rows()).filter(|&r| low[r] <= observed[r] && observed[r] <= high[r]);
        Some(rows.count())
    };
    Some(format!(
        "Of the {} moments of 1946–1988 to which parameters were calibrated, the middle 90 % of \
         the runs enclose what was observed for {} (ATOP) and {} (COW).",
        table.rows(),
        inside("observed_atop")?,
        inside("observed_cow")?
    ))
}

/// What the mean of each column in the last year needs; `None` of a single run.
fn precision(input: &FigureInput) -> Option<Vec<(&'static str, Needed)>> {
    if input.runs() < 2 {
        return None;
    }
    let world = input.table("world")?;
    let of = |(name, _, column, _): &(&'static str, &str, &str, bool)| {
        let series = by_run(world, column)?.into_values();
        let last = series.filter_map(|s| s.last().map(|(_, value)| *value));
        let values: Vec<f64> = last.filter(|v| v.is_finite()).collect();
        let found = needed(&values, Target::Relative(PRECISION), LEVEL).ok()?;
        Some((*name, found))
    };
    Some(COLUMNS.iter().filter_map(of).collect())
}

fn verdict(precision: &[(&str, Needed)]) -> String {
    let enough = |n: &Needed| n.half_width <= n.wanted;
    let met = precision.iter().filter(|(_, n)| enough(n)).count();
    let key = |n: &Needed| n.replicates.unwrap_or(u64::MAX);
    let hardest = precision.iter().max_by_key(|(_, n)| key(n));
    let rest = match hardest {
        Some((name, n)) if !enough(n) => match n.replicates {
            Some(replicates) => format!(" {name} needs most: about {replicates} replicates."),
            None => format!(" {name} is out of reach."),
        },
        _ => String::new(),
    };
    format!(
        "Replicates: the mean in the last year is known to within {} of itself (95 %) for {met} \
         of {} columns.{rest}",
        percent(PRECISION),
        precision.len()
    )
}

fn enough(precision: Option<Vec<(&'static str, Needed)>>, runs: usize) -> Vec<Block> {
    let Some(precision) = precision else {
        return vec![Block::text(
            "One run says nothing about the spread. With replicates this section says how many \
             are enough.",
        )];
    };
    let caption = format!(
        "Mean of the last year over {runs} runs with the half-width of its 95 % interval, and \
         the replicates that bring it to {} of the mean",
        percent(PRECISION)
    );
    let heads = [
        "column",
        ">mean",
        ">half-width",
        ">wanted",
        ">replicates needed",
    ];
    let mut grid = Grid::new(caption, &heads);
    for (name, n) in &precision {
        let needs = n
            .replicates
            .map_or("out of reach".to_string(), |n| n.to_string());
        let cells = [
            number(n.mean),
            number(n.half_width),
            number(n.wanted),
            needs,
        ];
        let cells = std::iter::once(Text::plain(*name)).chain(cells.map(Text::plain));
        grid.row(cells.collect());
    }
    let mut blocks = vec![Block::text(verdict(&precision))];
    blocks.extend(grid.block());
    blocks
}

fn drawn(input: &FigureInput) -> Result<Vec<Block>> {
    let mut taken = Figures::new();
    let mut blocks = Vec::new();
    for name in figures::available(input) {
        match figure(input, name, &mut taken)? {
            Some(block) => blocks.push(block),
            None => taken.omit(name),
        }
    }
    blocks.extend(taken.omissions());
    Ok(blocks)
}

/// A figure; the network, which may be heavy, of fewer years where four do not fit.
fn figure(input: &FigureInput, name: &str, taken: &mut Figures) -> Result<Option<Block>> {
    let mut take = |input: &FigureInput| {
        let svg = figures::render(name, input, ImageFormat::Svg)?;
        Ok(taken.take(figures::title(name), figures::caption(name), &svg))
    };
    let whole = take(input)?;
    let (Some((first, last)), "network", None) = (input.span("world"), name, &whole) else {
        return Ok(whole);
    };
    for years in [vec![first, last], vec![last]] {
        let fewer = FigureInput {
            network_years: years,
            ..input.clone()
        };
        if let Some(block) = take(&fewer)? {
            return Ok(Some(block));
        }
    }
    Ok(None)
}

fn grids(input: &FigureInput, moments: Option<&Table>) -> Vec<Block> {
    let levels = levels(input).and_then(Grid::block);
    let moments = moments.and_then(|table| observed(table, input.runs()).block());
    levels.into_iter().chain(moments).collect()
}

fn levels(input: &FigureInput) -> Option<Grid> {
    let world = input.table("world")?;
    let (first, last) = input.span("world")?;
    let mut years: Vec<i64> = (0..YEARS)
        .map(|k| first + (last - first) * k / (YEARS - 1))
        .collect();
    years.dedup();
    let runs = input.runs();
    let caption = match runs {
        1 => "The world in chosen years".to_string(),
        n => format!("The world in chosen years: medians of {n} runs, with the middle 90 %"),
    };
    let heads = years.iter().map(|year| format!(">{year}"));
    let heads: Vec<String> = std::iter::once("column".to_string()).chain(heads).collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut grid = Grid::new(caption, &heads);
    for (name, _, column, _) in COLUMNS {
        let Some(bands) = by_year(world, column) else {
            continue;
        };
        let value = |year: &i64| {
            let found: Option<&Band> = bands.iter().find(|b| b.year == *year);
            let text = found.map_or("–".to_string(), |b| band(b.median, b.low, b.high, runs));
            Text::plain(text)
        };
        let cells = std::iter::once(Text::plain(name)).chain(years.iter().map(value));
        grid.row(cells.collect());
    }
    Some(grid)
}

/// The moments of the runs beside what was observed.
fn observed(table: &Table, runs: usize) -> Grid {
    let heads = ["moment", "years", ">model", ">middle 90 %", ">ATOP", ">COW"];
    let caption = format!(
        "Moments of 1946–1988 in {}, beside what was observed",
        count(runs, "run")
    );
    let mut grid = Grid::new(caption, &heads);
    let text = |name: &str| table.text(name).unwrap_or_default();
    let real = |name: &str| table.real(name).unwrap_or_default();
    let (definitions, windows) = (text("definition"), text("window"));
    let [median, low, high, atop, cow] =
        ["median", "low", "high", "observed_atop", "observed_cow"].map(real);
    for row in 0..table.rows() {
        let spread = match runs {
            1 => "–".to_string(),
            _ => range(low[row], high[row]),
        };
        let cells = [
            definitions[row].clone(),
            windows[row].clone(),
            number(median[row]),
            spread,
            number(atop[row]),
            number(cow[row]),
        ];
        grid.row(cells.map(Text::plain).to_vec());
    }
    grid
}
