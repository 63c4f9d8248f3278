//! Where in parameter space a claim holds: its arms at sets of parameters, one set after the
//! other, judged as `comity check` judges them.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, number};
use super::claims::{BEAT, Study, find};
use super::query::Wanted;
use super::run::{READING, working};
use super::stream::{Lines, in_beats, stream};
use super::turns::Client;
use super::{Shared, bounds};
use comity_lab::analysis::claims::effect::{Cells, Side, sample};
use comity_lab::analysis::claims::signs::{ENOUGH, holds, turns};
use comity_lab::analysis::claims::verdict::Signs;
use comity_lab::ensemble::batch::{Plan, replicate};
use comity_lab::ensemble::claims::{
    Agenda, Case, Choice, Draws, Family, Sizes, Stage, Work, agenda, metric_key, read_sets,
};
use comity_lab::ensemble::experiment::Experiment;
use comity_lab::ensemble::replicates::check_seed;
use comity_model::error::{Error, Result};

/// Sets of parameters where the address names no number.
const DRAWS: u64 = 64;
/// Seeds of each where the address names none.
const SEEDS: u64 = 4;
/// Parameters of which values are told.
const NAMED: usize = 8;

/// What is run.
struct Task {
    case: Case,
    /// The arms, each with the position of the metric among those of its runs.
    arms: Vec<(Plan, usize)>,
    draws: Draws,
    stage: Stage,
    seeds: u64,
}

/// `/api/region`: `claim` at `draws` sets of parameters with `seeds` each, `from` the prior
/// ranges or the accepted sets.
pub async fn region(
    State(shared): State<Arc<Shared>>,
    Extension(client): Extension<Client>,
    uri: Uri,
) -> Answer<Response> {
    let wanted = Wanted::of(&uri, &["claim", "from", "draws", "seeds"])?;
    if !wanted.overrides().is_empty() {
        let problem = "a claim is tried as its experiment says, expected no changes";
        return Err(Refusal::from(Error::new(problem)));
    }
    let stage = match wanted.own("from").unwrap_or("prior") {
        "prior" => Stage::Prior,
        "accepted" => Stage::Accepted,
        _ => {
            let error = Error::new("expected prior or accepted").at_key("from");
            return Err(Refusal::from(error));
        }
    };
    let draws = wanted.number("draws", 2, bounds::DRAWS)?.unwrap_or(DRAWS);
    let seeds = wanted.number("seeds", 2, bounds::SEEDS)?.unwrap_or(SEEDS);
    check_seed(wanted.seed, seeds)?;
    let id = wanted.own("claim").unwrap_or_default().to_string();
    let sizes = Sizes {
        replicates: seeds,
        sets: draws as usize,
        draws: draws as usize,
        seeds,
        seed: wanted.seed,
    };
    let asked = (&shared, client);
    let task = working(asked, READING, move |_, _| {
        task(find(&id)?, sizes, stage).map(Some)
    })
    .await?;
    stream(asked, draws * seeds, move |shared, lines| {
        fill(shared, &task, lines)
    })
}

/// The runs of `comity check` on this claim, at one stage.
fn task(study: &Study, sizes: Sizes, stage: Stage) -> Result<Task> {
    let draws = match stage {
        Stage::Accepted => read_sets(None)?
            .ok_or_else(|| Error::new("no accepted sets are shipped").at_key("from"))?
            .first(sizes.sets),
        _ => Draws::prior(sizes.draws)?,
    };
    let mut claim = study.claim.clone();
    // What is left without the mechanism is asked at the centre only.
    if let Some(test) = &mut claim.test {
        test.knock_out.clear();
    }
    let family = Family {
        name: study.plan.experiment.name.clone(),
        experiment: Experiment {
            claims: vec![claim],
            ..study.plan.experiment.clone()
        },
    };
    let mut agenda: Agenda = agenda(&[family], &Choice::default())?;
    for need in agenda.needs.values_mut() {
        need.stages = BTreeSet::from([stage]);
    }
    let work = Work::new(&agenda, sizes, Some(&draws), &draws)?;
    let case = agenda.cases.remove(0);
    let key = case.metrics.first().map(metric_key).unwrap_or_default();
    let arm = |need: &String| {
        let plan = work.plan(need, stage)?;
        let metric = plan.experiment.metrics.iter().position(|m| m.name == key)?;
        Some((plan.clone(), metric))
    };
    let arms: Option<Vec<(Plan, usize)>> = case.keys.iter().map(arm).collect();
    Ok(Task {
        arms: arms.ok_or_else(|| Error::new("the claim has no runs"))?,
        case,
        draws,
        stage,
        seeds: sizes.seeds,
    })
}

impl Task {
    /// Effect, positive where claimed, and side at a set; NaN and undecided if its runs failed
    /// or were stopped.
    fn at(&self, point: usize, lines: &Lines) -> (f64, Side) {
        let one = |(plan, metric): &(Plan, usize), k: u64| {
            let run = replicate(plan, k, &[point], &|| lines.go_on());
            match run.as_ref().and_then(|cells| cells.first()) {
                Some(Ok(metrics)) => metrics[*metric],
                _ => f64::NAN,
            }
        };
        let arm = |arm| vec![(0..self.seeds).map(|k| one(arm, k)).collect()];
        let cells: Cells = self.arms.iter().map(arm).collect();
        let Some(test) = &self.case.claim.test else {
            return (f64::NAN, Side::Undecided);
        };
        let found = sample(test, &self.case.metrics, &cells);
        (found.effect(), found.side(test))
    }

    /// What the sets so far say.
    fn found(&self, sets: &[(f64, Side)]) -> Result<Value> {
        let sides: Vec<Side> = sets.iter().map(|s| s.1).collect();
        let effects: Vec<f64> = sets.iter().map(|s| s.0).collect();
        let signs = Signs::of(&sides)?;
        let signs = signs.map(|s| {
            let reverses = s.reverses.interval;
            json!({
                "has": s.has, "reverses": s.reverses.share, "undecided": s.undecided,
                "reverses_low": number(reverses.low), "reverses_high": number(reverses.high),
            })
        });
        let turning = turns(&self.draws, &effects);
        let held = holds(&self.draws, &sides)?;
        let mut shown: Vec<usize> = held.iter().flat_map(|h| &h.limits).map(|l| l.0).collect();
        let more: Vec<usize> = turning.iter().map(|t| t.position).collect();
        let more = more.into_iter().filter(|p| !shown.contains(p));
        shown = shown.iter().copied().chain(more).take(NAMED).collect();
        let axis = |&p: &usize| {
            let parameter = self.draws.parameters[p];
            let turn = turning.iter().find(|t| t.position == p);
            let limits = held.iter().flat_map(|h| &h.limits).find(|l| l.0 == p);
            let values = self.draws.rows[..sets.len()].iter().map(|row| row[p]);
            json!({
                "path": parameter.path, "unit": parameter.unit, "help": parameter.help,
                "prior": parameter.prior, "default": parameter.default,
                "correlation": turn.map(|t| number(t.correlation)),
                "limits": limits.map(|l| [number(l.1), number(l.2)]),
                "values": values.map(number).collect::<Vec<_>>(),
            })
        };
        let region = held
            .as_ref()
            .map(|h| json!({ "coverage": number(h.coverage), "density": number(h.density) }));
        Ok(json!({
            "signs": signs, "region": region, "axes": shown.iter().map(axis).collect::<Vec<_>>(),
            "enough": ENOUGH,
        }))
    }
}

/// Sets in their order, so that what so many say is always the same.
fn fill(shared: &Shared, task: &Task, lines: &Lines) {
    let all = task.draws.rows.len() as u64;
    let mut sets: Vec<(f64, Side)> = Vec::new();
    let one = |point: u64| task.at(point as usize, lines);
    in_beats((shared, lines), all, BEAT, one, |new, done| {
        sets.extend(&new);
        let mut line = task.found(&sets).ok()?;
        line["done"] = json!(done);
        line["of"] = json!(all);
        line["from"] = json!(task.stage);
        line["seeds"] = json!(task.seeds);
        let told = |s: &(f64, Side)| json!([number(s.0), s.1.name()]);
        line["new"] = new.iter().map(told).collect();
        Some(line)
    });
}
