//! The papers' claims, judged on runs and on the record.

pub mod effect;
pub mod record;
mod rows;
pub mod signs;
pub mod table1;
pub mod verdict;

use std::collections::BTreeSet;
use std::path::Path;

use rayon::prelude::*;

use crate::analysis::statistics::Options;
use crate::analysis::statistics::cox::{Times, cox};
use crate::analysis::statistics::dose::page;
use crate::analysis::statistics::holm::holm;
use crate::analysis::statistics::paired_difference::contrast;
use crate::analysis::statistics::share::share;
use crate::ensemble::claims::{Agenda, Case, Draws, Outputs, Sizes, Stage, metric_key};
use crate::ensemble::experiment::claims::{Class, Test, TestKind};
use crate::grades::{ITEMS, THRESHOLDS};
use crate::table::{Record, Table};
use comity_model::error::{Error, Result};

pub use rows::{AgreementRow, ClaimRow, DrawRow, Table1Row};

use effect::{Cells, Sample, Side, sample};
use table1::{Grades, measured};
use verdict::{Facts, Signs, Verdict, verdict};

/// Resamples of intervals at the centre.
const RESAMPLES: usize = 2000;

/// What came out.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// The claims.
    pub claims: Vec<ClaimRow>,
    /// Their effects at the sets of parameters.
    pub draws: Vec<DrawRow>,
    /// The cells of Table 1, if it was measured.
    pub table1: Vec<Table1Row>,
    /// Its agreement.
    pub agreement: Vec<AgreementRow>,
}

impl Findings {
    /// The tables that have rows.
    pub fn tables(&self) -> Vec<Table> {
        let all = [
            ClaimRow::table(&self.claims),
            DrawRow::table(&self.draws),
            Table1Row::table(&self.table1),
            AgreementRow::table(&self.agreement),
        ];
        all.into_iter().filter(|t| t.rows() > 0).collect()
    }
}

/// What a check is made of.
pub struct Input<'a> {
    /// The claims and what they need.
    pub agenda: &'a Agenda,
    /// The metrics of the runs.
    pub outputs: &'a Outputs,
    /// How much was run.
    pub sizes: Sizes,
    /// The draws from the prior box.
    pub prior: &'a Draws,
    /// Folder of the observed tables, if they are not the shipped ones.
    pub observed: Option<&'a Path>,
}

/// Judges every claim of the agenda.
///
/// # Errors
/// If a table of the record is not there, or Table 1 is asked of a scenario that puts what it
/// measures into the world.
pub fn judge(input: &Input) -> Result<Findings> {
    let mut findings = Findings::default();
    let judged: Vec<(ClaimRow, Vec<DrawRow>)> = input
        .agenda
        .cases
        .par_iter()
        .map(|case| one(input, case))
        .collect::<Result<_>>()?;
    for (row, draws) in judged {
        findings.claims.push(row);
        findings.draws.extend(draws);
    }
    adjust(&mut findings.claims)?;
    if let Some(case) = input.agenda.cases.iter().find(|c| c.is_table1()) {
        whole_table(input, case, &mut findings)?;
    }
    Ok(findings)
}

/// Holm's p within each family.
fn adjust(rows: &mut [ClaimRow]) -> Result<()> {
    let families: BTreeSet<String> = rows.iter().map(|r| r.family.clone()).collect();
    for family in families {
        let own = |r: &ClaimRow| r.family == family && r.p.is_finite();
        let tested: Vec<usize> = (0..rows.len()).filter(|&k| own(&rows[k])).collect();
        if tested.is_empty() {
            continue;
        }
        let p: Vec<f64> = tested.iter().map(|&k| rows[k].p).collect();
        for (k, adjusted) in tested.into_iter().zip(holm(&p)?) {
            rows[k].p_holm = adjusted;
        }
    }
    Ok(())
}

fn one(input: &Input, case: &Case) -> Result<(ClaimRow, Vec<DrawRow>)> {
    let mut row = bare(case);
    let mut draws = Vec::new();
    if let Some(test) = &case.claim.test {
        let mut keys = case.keys.iter().chain(&case.knocked_out);
        let failed = keys.any(|key| input.outputs.incomplete(key));
        row.provisional = i64::from(failed || !input.sizes.sufficient());
        match test.kind {
            TestKind::Table1Agreement => agreement(input, case, test, &mut row, &mut draws)?,
            _ => on_runs(input, case, test, &mut row, &mut draws)?,
        }
    }
    if let Some(test) = &case.claim.record {
        let found = record::observed(test, input.observed)
            .map_err(|e| e.at_key(format!("claims.{}.record", case.claim.name)))?;
        row.verdict_data = found.verdict().to_string();
        row.verdict_atop = found.of("ATOP").to_string();
        row.verdict_cow = found.of("COW").to_string();
        row.data = found.detail();
    }
    Ok((row, draws))
}

/// The row of a claim of which nothing is known.
fn bare(case: &Case) -> ClaimRow {
    let claim = &case.claim;
    let test = claim.test.as_ref();
    let class = claim.class.map_or("", |class| match class {
        Class::Historical => "historical",
        Class::Mechanism => "mechanism",
        Class::Definition => "definition",
        Class::Prediction => "prediction",
    });
    ClaimRow {
        claim: claim.name.clone(),
        paper: claim.paper.map_or("", |p| p.letter()).to_string(),
        section: claim.section.clone(),
        class: class.to_string(),
        family: case.family.clone(),
        statement: claim.statement.clone(),
        test: test.map_or("", |t| t.kind.name()).to_string(),
        done: test.map_or(String::new(), |t| done(case, t)),
        expect: test.map_or("", |t| t.expect.name()).to_string(),
        baseline: f64::NAN,
        effect: f64::NAN,
        low: f64::NAN,
        high: f64::NAN,
        bound: f64::NAN,
        standardised: f64::NAN,
        p: f64::NAN,
        p_holm: f64::NAN,
        replicates: 0,
        detail: String::new(),
        sign_share: f64::NAN,
        accepted_reversed: f64::NAN,
        accepted_sets: 0,
        reversal_share: f64::NAN,
        reversal_low: f64::NAN,
        prior_sign_share: f64::NAN,
        prior_draws: 0,
        knock_out: test.map_or(String::new(), |t| t.knock_out.join(", ")),
        knock_out_left: f64::NAN,
        verdict: Verdict::Untested.name().to_string(),
        provisional: 0,
        reason: match (test, claim.untested.as_str()) {
            (None, "") => "tested on the record only".to_string(),
            (_, why) => why.to_string(),
        },
        where_it_holds: String::new(),
        turns_with: String::new(),
        verdict_data: String::new(),
        verdict_atop: String::new(),
        verdict_cow: String::new(),
        data: String::new(),
        fails: claim.fails.join(" "),
        note: claim.note.clone(),
    }
}

/// What is compared, in a line.
fn done(case: &Case, test: &Test) -> String {
    let metrics: Vec<&str> = match test.kind {
        TestKind::Table1Agreement => vec!["the 15 items in five regions"],
        _ => case.metrics.iter().map(|m| m.label.as_str()).collect(),
    };
    let metrics = match metrics.as_slice() {
        [one] => (*one).to_string(),
        [first, .., last] if metrics.len() > 3 => format!("{first} … {last}"),
        some => some.join(", "),
    };
    let arms = match (case.arms.as_slice(), test.kind) {
        ([one], _) => one.clone(),
        ([with, without], _) => format!("{with} v. {without}"),
        ([first, .., last], TestKind::Dose) => format!("{first} to {last}"),
        (many, _) => many.join(" | "),
    };
    format!("{metrics}: {arms}")
}

/// The cells of a test at a point; `None` if it was not run there.
fn cells(outputs: &Outputs, case: &Case, keys: &[String], place: (Stage, usize)) -> Option<Cells> {
    let (stage, point) = place;
    let of = |key: &String| {
        let metric = |m| Some(outputs.get(key, stage, &metric_key(m))?.get(point)?.clone());
        case.metrics.iter().map(metric).collect::<Option<Vec<_>>>()
    };
    keys.iter().map(of).collect()
}

fn samples(input: &Input, case: &Case, test: &Test, stage: Stage) -> Vec<Sample> {
    let points = input.outputs.points(&case.keys[0], stage);
    let of = |point| {
        let cells = cells(input.outputs, case, &case.keys, (stage, point))?;
        Some(sample(test, &case.metrics, &cells))
    };
    (0..points).filter_map(of).collect()
}

fn on_runs(
    input: &Input,
    case: &Case,
    test: &Test,
    row: &mut ClaimRow,
    draws: &mut Vec<DrawRow>,
) -> Result<()> {
    let centre = (Stage::Centre, 0);
    let Some(at_centre) = cells(input.outputs, case, &case.keys, centre) else {
        row.reason = "not run".to_string();
        return Ok(());
    };
    let found = sample(test, &case.metrics, &at_centre);
    let (mut beyond, opposite) = estimate(test, &found, row)?;
    row.detail = detail(test, case, &at_centre).unwrap_or_default();
    let t1 = matches!(test.kind, TestKind::PairedDifference | TestKind::KnockOut);
    if t1 && (row.standardised * test.expect.sign()) < verdict::STANDARDISED {
        beyond = false;
    }
    if !case.knocked_out.is_empty()
        && let Some(without) = cells(input.outputs, case, &case.knocked_out, centre)
    {
        let rest = sample(test, &case.metrics, &without);
        // Of an effect that may be nothing, or is the opposite, no share can be left.
        let sign = test.expect.sign();
        if (sign * row.low).min(sign * row.high) > 0.0 {
            row.knock_out_left = rest.effect() / found.effect();
        }
    }
    let accepted = samples(input, case, test, Stage::Accepted);
    let prior = samples(input, case, test, Stage::Prior);
    let sides =
        |samples: &[Sample]| -> Vec<Side> { samples.iter().map(|s| s.side(test)).collect() };
    let (accepted_sides, prior_sides) = (sides(&accepted), sides(&prior));
    note_draws(draws, row, "accepted", &accepted, &accepted_sides);
    note_draws(draws, row, "prior", &prior, &prior_sides);
    let effects: Vec<f64> = prior.iter().map(Sample::effect).collect();
    row.turns_with = signs::turns_with(input.prior, &effects);
    row.where_it_holds = signs::where_it_holds(input.prior, &prior_sides)?;
    settle(
        row,
        beyond,
        opposite,
        (Signs::of(&accepted_sides)?, Signs::of(&prior_sides)?),
    );
    Ok(())
}

fn note_draws(
    draws: &mut Vec<DrawRow>,
    row: &ClaimRow,
    stage: &str,
    samples: &[Sample],
    sides: &[Side],
) {
    for (point, (sample, side)) in samples.iter().zip(sides).enumerate() {
        draws.push(DrawRow {
            claim: row.claim.clone(),
            stage: stage.to_string(),
            point: point as i64,
            effect: sample.effect(),
            side: side.name().to_string(),
        });
    }
}

/// Fills in the shares and the verdict.
fn settle(
    row: &mut ClaimRow,
    beyond: bool,
    opposite: bool,
    (accepted, prior): (Option<Signs>, Option<Signs>),
) {
    if let Some(accepted) = accepted {
        row.sign_share = accepted.has;
        row.accepted_reversed = accepted.reverses.share;
        row.accepted_sets = accepted.points as i64;
    }
    if let Some(prior) = prior {
        row.reversal_share = prior.reverses.share;
        row.reversal_low = prior.reverses.interval.low;
        row.prior_sign_share = prior.has;
        row.prior_draws = prior.points as i64;
    }
    let left = Some(row.knock_out_left).filter(|left| left.is_finite());
    let facts = Facts {
        beyond,
        opposite,
        accepted,
        prior,
        left,
    };
    let (verdict, reason) = verdict(&facts);
    row.verdict = verdict.name().to_string();
    row.reason = reason;
}

/// The effect at the centre; whether its interval passes the bound, and whether it lies on the
/// other side of nothing.
fn estimate(test: &Test, found: &Sample, row: &mut ClaimRow) -> Result<(bool, bool)> {
    row.baseline = found.baseline;
    row.replicates = found.contrasts[0].len() as i64;
    if found.contrasts.iter().any(|c| c.len() < 2) {
        return Ok((false, false));
    }
    let options = Options {
        resamples: RESAMPLES,
        confidence: 0.95,
        seed: 1,
    };
    let all = found
        .contrasts
        .iter()
        .map(|values| contrast(values, &options))
        .collect::<Result<Vec<_>>>()?;
    let main = &all[0];
    let (low, high) = (main.mean.interval.low, main.mean.interval.high);
    // In the unit and with the sign of the metric, whatever is claimed.
    let sign = test.expect.sign();
    row.effect = sign * main.mean.value + 0.0;
    (row.low, row.high) = match sign < 0.0 {
        true => (0.0 - high, 0.0 - low),
        false => (low, high),
    };
    row.standardised = main.standardised.map_or(f64::NAN, |d| sign * d);
    row.p = main.p;
    row.bound = match test.margin {
        Some(margin) => effect::margin_of(margin, found.baseline),
        None => found.practical_bound(test),
    };
    if test.margin.is_some() {
        return Ok((
            low > -row.bound && high < row.bound,
            low > row.bound || high < -row.bound,
        ));
    }
    let rest = all[1..].iter().all(|c| c.mean.interval.low > 0.0);
    Ok((low > row.bound && rest, high < 0.0))
}

/// What else the test says at the centre.
fn detail(test: &Test, case: &Case, cells: &Cells) -> Option<String> {
    match test.kind {
        TestKind::HazardRatio => {
            let (mut time, mut event, mut treatment, mut cluster) =
                (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            for (arm, metrics) in cells.iter().enumerate() {
                for (m, values) in metrics.iter().enumerate() {
                    let (from, until) = case.metrics[m].window?;
                    for (k, value) in values.iter().enumerate() {
                        event.push(value.is_finite());
                        let whole = f64::from(until - from + 1);
                        time.push(if value.is_finite() { *value } else { whole });
                        treatment.push(if arm == 0 { 1.0 } else { 0.0 });
                        cluster.push(k);
                    }
                }
            }
            let rows = Times {
                time: &time,
                event: &event,
                treatment: &treatment,
                cluster: &cluster,
            };
            let found = cox(&rows, 0.95).ok()?;
            let (low, high) = (found.interval.low, found.interval.high);
            Some(format!(
                "hazard ratio {:.2} [{low:.2}, {high:.2}] (Cox)",
                found.ratio
            ))
        }
        TestKind::Dose => {
            let levels: Vec<Vec<f64>> = cells.iter().map(|arm| arm[0].clone()).collect();
            let means: Vec<String> = levels
                .iter()
                .map(|l| format!("{:.3}", crate::analysis::summary::mean(l)))
                .collect();
            let found = page(&levels).ok();
            let p = found.map_or(String::new(), |f| format!("; Page's L, p {:.3}", f.p));
            Some(format!("means {}{p}", means.join(", ")))
        }
        TestKind::Interaction => {
            let means: Vec<String> = cells
                .iter()
                .map(|arm| format!("{:.3}", crate::analysis::summary::mean(&arm[0])))
                .collect();
            Some(format!("cells {}", means.join(", ")))
        }
        TestKind::Share | TestKind::Rank | TestKind::Map | TestKind::Breakpoint => {
            let found = sample(test, &case.metrics, cells);
            let value = match test.kind {
                TestKind::Breakpoint => return None,
                _ => test.value?,
            };
            let hits = found.contrasts[0].iter().filter(|v| **v + value > 0.5);
            let wilson = share(hits.count(), found.contrasts[0].len(), 0.95).ok()?;
            Some(format!(
                "share {:.2} [{:.2}, {:.2}] (Wilson)",
                wilson.share, wilson.interval.low, wilson.interval.high
            ))
        }
        _ => None,
    }
}

/// The item that a claim on a row of Table 1 is about, by its identifier: `A70.7`.
fn item_of(case: &Case) -> Option<usize> {
    let (_, item) = case.claim.name.split_once('.')?;
    let item: usize = item.parse().ok()?;
    (1..=ITEMS.len()).contains(&item).then_some(item)
}

/// Agreement with the printed Table 1, as a whole or in a row.
fn agreement(
    input: &Input,
    case: &Case,
    test: &Test,
    row: &mut ClaimRow,
    draws: &mut Vec<DrawRow>,
) -> Result<()> {
    let need = &input.agenda.needs[&case.keys[0]];
    if let Some(why) = table1::initialised(&need.arm.scenario) {
        let problem = format!("the scenario {why}, expected one in which nothing is seeded");
        return Err(Error::new(problem).at_key(format!("claims.{}.arm", case.claim.name)));
    }
    let theirs = table1::printed()?;
    let value = test.value.unwrap_or(0.0);
    let statistic = |grades: &Grades| match item_of(case) {
        Some(item) => table1::row_agreement(grades, &theirs, item),
        None => table1::kappa(grades, &theirs, test.part),
    };
    let at = |stage: Stage| -> Vec<f64> {
        let points = 0..input.outputs.points(&case.keys[0], stage);
        points
            .map(|p| {
                let grades = measured(input.outputs, &case.keys[0], (stage, p), &THRESHOLDS);
                statistic(&grades) - value
            })
            .collect()
    };
    let side = |x: &f64| match () {
        () if *x >= 0.0 => Side::Has,
        () if *x < 0.0 => Side::Reverses,
        () => Side::Undecided,
    };
    let centre = at(Stage::Centre).first().copied().unwrap_or(f64::NAN);
    row.effect = centre;
    row.bound = 0.0;
    row.replicates = input.sizes.replicates as i64;
    row.detail = match item_of(case) {
        Some(_) => format!("{:.0} of 5 regions as printed", 5.0 * (centre + value)),
        None => format!("kappa {:.2}", centre + value),
    };
    let (accepted, prior) = (at(Stage::Accepted), at(Stage::Prior));
    let sides = |values: &[f64]| values.iter().map(side).collect::<Vec<Side>>();
    for (stage, values) in [("accepted", &accepted), ("prior", &prior)] {
        for (point, effect) in values.iter().enumerate() {
            draws.push(DrawRow {
                claim: row.claim.clone(),
                stage: stage.to_string(),
                point: point as i64,
                effect: *effect,
                side: side(effect).name().to_string(),
            });
        }
    }
    row.turns_with = signs::turns_with(input.prior, &prior);
    row.where_it_holds = signs::where_it_holds(input.prior, &sides(&prior))?;
    let shares = (Signs::of(&sides(&accepted))?, Signs::of(&sides(&prior))?);
    settle(row, centre >= 0.0, centre < 0.0, shares);
    Ok(())
}

/// The whole of Table 1, beside the printed one.
fn whole_table(input: &Input, case: &Case, findings: &mut Findings) -> Result<()> {
    let (theirs, key) = (table1::printed()?, &case.keys[0]);
    let centre = (Stage::Centre, 0);
    let ours = measured(input.outputs, key, centre, &THRESHOLDS);
    let sets = input.outputs.points(key, Stage::Accepted);
    let accepted: Vec<Grades> = (0..sets)
        .map(|p| measured(input.outputs, key, (Stage::Accepted, p), &THRESHOLDS))
        .collect();
    for item in 0..ITEMS.len() {
        for (r, region) in crate::ensemble::claims::TABLE1_REGIONS.iter().enumerate() {
            let (measured, printed) = (ours[r][item], theirs[r][item]);
            let same = accepted.iter().filter(|g| g[r][item] == printed).count();
            findings.table1.push(Table1Row {
                item: item as i64 + 1,
                name: ITEMS[item].to_string(),
                region: (*region).to_string(),
                printed: printed.label().to_string(),
                measured: measured.label().to_string(),
                same: i64::from(measured == printed),
                accepted_same: same as f64 / sets as f64,
            });
        }
    }
    for part in table1::agreements(input.outputs, key, centre, &theirs)? {
        findings.agreement.push(AgreementRow {
            cells: part.cells.to_string(),
            kappa: part.kappa,
            compared: part.compared as i64,
            equal: part.equal,
            row_mode: part.row_mode,
            permuted: part.permuted,
            p: part.p,
            kappa_low: part.range.0,
            kappa_high: part.range.1,
        });
    }
    Ok(())
}
