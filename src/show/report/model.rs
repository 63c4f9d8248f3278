//! What of the model was used: changes, parameters, data.

use super::page::{Block, Grid, Section, Text};
use super::words::{count, list, short};
use comity_lab::ensemble::batch::FactorRecord;
use comity_lab::ensemble::manifest::ScenarioRecord;
use comity_model::error::Result;
use comity_model::scenario::provenance::{Settings, citations};
use comity_model::scenario::{PARAMETERS, Parameter, Process};

/// A scenario of the result.
pub struct Used<'a> {
    /// Words for its arm; empty where there is only one.
    pub arm: &'a str,
    /// Its record.
    pub record: &'a ScenarioRecord,
    settings: Settings,
}

impl<'a> Used<'a> {
    /// The scenario of this record.
    ///
    /// # Errors
    /// If its text is none of this version.
    pub fn new(arm: &'a str, record: &'a ScenarioRecord) -> Result<Self> {
        let settings = record.source.settings()?;
        Ok(Self {
            arm,
            record,
            settings,
        })
    }

    /// Whether institutions stand at the start.
    pub fn seeded(&self) -> bool {
        self.settings.seeded
    }

    fn value(&self, parameter: &Parameter) -> f64 {
        parameter.get(&self.settings.parameters)
    }
}

/// How a parameter is varied by a design.
fn varied(factors: &[FactorRecord], parameter: &Parameter) -> Option<String> {
    let factor = factors.iter().find(|f| f.name == parameter.path)?;
    Some(match factor.range {
        Some((low, high, scale)) => {
            let scale = match scale.name() {
                "linear" => String::new(),
                other => format!(", {other}"),
            };
            format!("varied, {} to {}{scale}", short(low), short(high))
        }
        None => {
            let values: Vec<String> = factor.values.iter().map(ToString::to_string).collect();
            format!("varied: {}", values.join(", "))
        }
    })
}

/// The values in use: one, or one for each arm where they differ.
fn values(all: &[Used], factors: &[FactorRecord], parameter: &Parameter) -> String {
    if let Some(words) = varied(factors, parameter) {
        return words;
    }
    let first = all
        .first()
        .map_or(parameter.default, |u| u.value(parameter));
    if all.iter().all(|u| u.value(parameter) == first) {
        return short(first);
    }
    let of = |u: &Used| format!("{}: {}", u.arm, short(u.value(parameter)));
    all.iter().map(of).collect::<Vec<_>>().join("; ")
}

fn is_changed(all: &[Used], factors: &[FactorRecord], parameter: &Parameter) -> bool {
    varied(factors, parameter).is_some()
        || all.iter().any(|u| u.value(parameter) != parameter.default)
}

/// What differs from the defaults: parameters, processes, treatments, filled data.
pub fn changes(all: &[Used], factors: &[FactorRecord]) -> Vec<Block> {
    let mut blocks = vec![Block::heading("Changes from the defaults")];
    let mut grid = Grid::new(
        "Parameters that differ from their defaults",
        &["parameter", ">default", "used", "what it does"],
    );
    for p in PARAMETERS.iter().filter(|p| is_changed(all, factors, p)) {
        grid.row(vec![
            Text::code(p.path),
            short(p.default).into(),
            Text::plain(values(all, factors, p)),
            Text::plain(p.help),
        ]);
    }
    blocks.push(match grid.block() {
        Some(grid) => grid,
        None => Block::text("Every parameter has its default."),
    });
    blocks.extend(by_arm(all, switched_off, |arm, off| {
        Block::text(format!("Processes switched off{arm}: {off}."))
    }));
    let treatments = |u: &Used| u.settings.treatments.trim().to_string();
    let given = by_arm(all, treatments, |arm, text| Block::Code {
        label: format!("Treatments{arm}, as they stand in the scenario:"),
        text: text.to_string(),
    });
    if given.is_empty() {
        blocks.push(Block::text("No treatment is scheduled."));
    }
    blocks.extend(given);
    blocks.extend(by_arm(all, filled, |arm, text| {
        Block::text(format!(
            "Missing values in the data that were filled in{arm}: {text}."
        ))
    }));
    blocks
}

/// A block for each text that `of` gives, with the arms that share it; none for empty ones.
fn by_arm(
    all: &[Used],
    of: impl Fn(&Used) -> String,
    block: impl Fn(&str, &str) -> Block,
) -> Vec<Block> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for used in all {
        let text = of(used);
        match groups.iter_mut().find(|(known, _)| *known == text) {
            Some((_, arms)) => arms.push(used.arm.to_string()),
            None => groups.push((text, vec![used.arm.to_string()])),
        }
    }
    let alone = groups.len() == 1;
    groups.retain(|(text, _)| !text.is_empty());
    let arm = |arms: &[String]| match (alone, all.len()) {
        (true, 1) => String::new(),
        (true, _) => " in every arm".to_string(),
        _ => format!(" in {}", list(arms)),
    };
    let shown = groups.iter();
    shown.map(|(text, arms)| block(&arm(arms), text)).collect()
}

fn switched_off(used: &Used) -> String {
    let off = Process::ALL
        .iter()
        .filter(|p| !used.settings.processes.has(**p))
        .map(|p| format!("`{}`", p.name()));
    list(&off.collect::<Vec<_>>())
}

fn filled(used: &Used) -> String {
    let filled = used.record.filled.iter().filter(|(_, n)| *n > 0);
    let words = filled.map(|(column, n)| format!("{n} of `{column}`"));
    list(&words.collect::<Vec<_>>())
}

/// Whether a parameter has no measured source.
fn is_proposal(parameter: &Parameter) -> bool {
    parameter.source.starts_with("a proposal")
}

/// How far a result holds, in a sentence.
pub fn reach() -> String {
    let proposals = PARAMETERS.iter().filter(|p| is_proposal(p)).count();
    format!(
        "What follows holds for the parameter values and ranges used here and for nothing \
         else. Of the \
         model's {} parameters {proposals} are proposals without a measured source; a result \
         that disappears when they move within their prior ranges is one of the defaults. The \
         model does not forecast.",
        PARAMETERS.len()
    )
}

/// Every parameter with its value, the changed ones marked.
pub fn parameters(all: &[Used], factors: &[FactorRecord]) -> Option<Section> {
    let changed = PARAMETERS
        .iter()
        .filter(|p| is_changed(all, factors, p))
        .count();
    let caption = format!(
        "The parameters as used. {} from the default.",
        match changed {
            0 => "None differs".to_string(),
            1 => "One, marked, differs".to_string(),
            n => format!("{n}, marked, differ"),
        }
    );
    let heads = [
        "parameter, and what it does",
        "symbol",
        "equation",
        ">used",
        ">default",
        ">prior range",
        "unit",
        "source",
    ];
    let mut grid = Grid::new(caption, &heads);
    for p in PARAMETERS {
        let [low, high] = p.prior;
        let unit = if p.unit == "1" { "" } else { p.unit };
        let marked = is_changed(all, factors, p);
        let used = match marked {
            true => format!("{} (changed)", values(all, factors, p)),
            false => values(all, factors, p),
        };
        let cells = vec![
            Text::code(p.path).then(Text::plain(format!(" {}", p.help))),
            Text::plain(p.symbol),
            Text::plain(p.equation),
            Text::plain(used),
            Text::plain(short(p.default)),
            Text::plain(format!("{} to {}", short(low), short(high))),
            Text::plain(unit),
            Text::plain(p.source),
        ];
        match marked {
            true => grid.marked(cells),
            false => grid.row(cells),
        }
    }
    let about = Block::text(
        "The equations are those of the model description, `docs/odd.md`. Where a treatment \
         changes a parameter in the course of a run, the value here is that of its start.",
    );
    let blocks = [Some(about), grid.block()].into_iter().flatten();
    Section::of("parameters", "Parameters", blocks.collect())
}

/// Every parameter with its default and the range that draws are from, if the program still has
/// those ranges.
pub fn ranges(same: bool) -> Option<Section> {
    let title = "Parameters";
    if !same {
        let said = "The prior ranges of the program that writes this report are not those from which the \
                    check drew, so they are not shown.";
        return Section::of("parameters", title, vec![Block::caution(said)]);
    }
    let heads = [
        "parameter, and what it does",
        "symbol",
        "equation",
        ">default",
        ">drawn from",
        "unit",
        "source",
    ];
    let mut grid = Grid::new(
        "The parameters: the value at the centre, unless an arm sets it, and the range of the draws",
        &heads,
    );
    for p in PARAMETERS {
        let [low, high] = p.prior;
        grid.row(vec![
            Text::code(p.path).then(Text::plain(format!(" {}", p.help))),
            Text::plain(p.symbol),
            Text::plain(p.equation),
            Text::plain(short(p.default)),
            Text::plain(format!("{} to {}", short(low), short(high))),
            Text::plain(if p.unit == "1" { "" } else { p.unit }),
            Text::plain(p.source),
        ]);
    }
    let about = Block::text(
        "The equations are those of the model description, `docs/odd.md`. All parameters vary at \
         once in the draws; what an arm sets stays as it sets it.",
    );
    let blocks = std::iter::once(about).chain(grid.block());
    Section::of("parameters", title, blocks.collect())
}

/// Observed tables that figures and comparisons show; the last is of no calibration or forecast.
pub const OBSERVED: [&str; 5] = [
    "observed/alliances_by_year.csv",
    "observed/polarity_conflict_by_year.csv",
    "observed/dispute_onsets.csv",
    "moments.csv",
    "table1_ratings.csv",
];

/// The data tables read, and the `observed` ones shown beside the model, with citations.
pub fn data(all: &[Used], observed: &[&str]) -> Option<Section> {
    let mut grid = Grid::new(
        "Tables that the scenario was read from, and tables shown for comparison",
        &["table", "used for", "SHA-256", "terms", "cite"],
    );
    let mut known: Vec<(&str, &str)> = Vec::new();
    for file in all.iter().flat_map(|u| &u.record.source.data) {
        let key = (file.file.as_str(), file.sha256.as_str());
        if known.contains(&key) {
            continue;
        }
        known.push(key);
        let own = "not shipped with the program: cite its source";
        grid.row(vec![
            Text::code(&file.file),
            "the scenario".into(),
            Text::code(&file.sha256[..file.sha256.len().min(12)]),
            Text::citation(file.terms.as_deref().unwrap_or("those of its source")),
            Text::citation(file.cite.as_deref().unwrap_or(own)),
        ]);
    }
    let shown = citations().into_iter();
    for c in shown.filter(|c| observed.contains(&c.file.as_str())) {
        grid.row(vec![
            Text::code(&c.file),
            "comparison".into(),
            "".into(),
            Text::citation(&c.terms),
            Text::citation(&c.cite),
        ]);
    }
    let mut blocks = vec![match grid.rows.len() {
        0 => Block::text(
            "No data: the worlds are invented, drawn from the seeds by the scenario's rules.",
        ),
        n => Block::text(format!(
            "{} went into this result. If you publish it, cite their sources besides the \
             program: The comity contributors, comity: an agent-based laboratory of regional \
             security cooperation, version {}.",
            count(n, "data table"),
            env!("CARGO_PKG_VERSION")
        )),
    }];
    blocks.extend(grid.block());
    Section::of("data", "Data and citations", blocks)
}
