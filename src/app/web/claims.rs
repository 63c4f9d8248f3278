//! Claims tried while one looks on: arms, effect and interval as replicates accumulate.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, number};
use super::query::Wanted;
use super::run::{READING, working};
use super::stream::{Lines, in_beats, stream};
use super::turns::Client;
use super::{Shared, bounds};
use comity_lab::analysis::bands::MeanBand;
use comity_lab::analysis::bootstrap::sample_deviation;
use comity_lab::ensemble::batch::{Plan, replicate};
use comity_lab::ensemble::experiment::{Changes, Claim, Direction, TestKind, library, load};
use comity_lab::ensemble::replicates::check_seed;
use comity_model::error::{Error, Result};
use comity_model::scenario::suggest::unknown;

/// Replicates where the address names none.
const RUNS: u64 = 200;
/// Between two lines, about.
pub const BEAT: Duration = Duration::from_millis(250);

/// A claim with the experiment that tests it.
pub struct Study {
    /// Experiment and claim, as in `depolarisation/A11`.
    id: String,
    /// What repeats it.
    command: String,
    /// What tries it at sets of parameters, too; `None` of an experiment that is no family.
    check: Option<String>,
    /// Its runs.
    pub plan: Plan,
    /// The claim.
    pub claim: Claim,
    metric: usize,
    expect: Direction,
    /// Arms with and without the treatment.
    contrast: [usize; 2],
}

/// The claims that can be tried, read when first asked for.
static STUDIES: LazyLock<Result<Vec<Study>>> = LazyLock::new(studies);

/// Every claim of the shipped experiments and families of claims that is a difference of two
/// arms of worlds small enough.
fn studies() -> Result<Vec<Study>> {
    let experiments = library::names().into_iter().map(|n| (n.clone(), n));
    let families = library::families().into_iter();
    let families = families.map(|n| (library::family_path(&n), n));
    let mut all = Vec::new();
    for (path, name) in experiments.chain(families) {
        let experiment = load(&path, &Changes::default())?;
        if experiment.claims.is_empty() || experiment.design.is_some() {
            continue;
        }
        let plan = Plan::new(experiment)?;
        for claim in &plan.experiment.claims {
            let Some((test, (with, without))) = claim.test.as_ref().zip(claim.contrast()) else {
                continue;
            };
            let large = |&k: &usize| bounds::check(&plan.experiment.arms[k].scenario).is_err();
            let difference = matches!(test.kind, TestKind::PairedDifference | TestKind::KnockOut);
            let [metric] = test.metrics[..] else {
                continue;
            };
            if !difference || [with, without].iter().any(large) {
                continue;
            }
            all.push(Study {
                id: format!("{name}/{}", claim.name),
                command: match path == name {
                    true => format!("comity batch {name}"),
                    false => format!("comity check {}", claim.name),
                },
                check: (path != name).then(|| format!("comity check {}", claim.name)),
                plan: plan.clone(),
                claim: claim.clone(),
                metric,
                expect: test.expect,
                contrast: [with, without],
            });
        }
    }
    Ok(all)
}

fn all() -> Result<&'static [Study]> {
    STUDIES.as_deref().map_err(Error::clone)
}

/// The claim of this name.
///
/// # Errors
/// If there is none.
pub fn find(id: &str) -> Result<&'static Study> {
    let studies = all()?;
    studies.iter().find(|s| s.id == id).ok_or_else(|| {
        let ids = studies.iter().map(|s| s.id.as_str());
        Error::new(unknown("a claim", id, ids)).at_key("claim")
    })
}

/// `/api/claims`: what can be tried.
pub async fn list(
    State(shared): State<Arc<Shared>>,
    Extension(client): Extension<Client>,
    uri: Uri,
) -> Answer<Json<Value>> {
    Wanted::of(&uri, &[])?;
    let list = working((&shared, client), READING, |_, _| {
        Ok(Some(all()?.iter().map(described).collect()))
    });
    Ok(Json(Value::Array(list.await?)))
}

fn described(study: &Study) -> Value {
    let experiment = &study.plan.experiment;
    let metric = &experiment.metrics[study.metric];
    let arms = study.contrast.map(|k| &experiment.arms[k]);
    json!({
        "id": study.id, "claim": study.claim.name, "statement": study.claim.statement,
        "experiment": experiment.name, "title": experiment.title, "question": experiment.question,
        "expect": study.expect.name(), "seed": experiment.seed,
        "metric": metric.label, "unit": metric.unit, "definition": metric.definition(),
        "arms": arms.map(|a| json!({ "name": a.name, "label": a.label })),
        "command": study.command, "check": study.check,
    })
}

/// `/api/claim`: `claim` is tried with `runs` replicates of both arms on common seeds.
pub async fn claim(
    State(shared): State<Arc<Shared>>,
    Extension(client): Extension<Client>,
    uri: Uri,
) -> Answer<Response> {
    let wanted = Wanted::of(&uri, &["claim", "runs"])?;
    if !wanted.overrides().is_empty() {
        let problem = "a claim is tried as its experiment says, expected no changes";
        return Err(Refusal::from(Error::new(problem)));
    }
    let runs = wanted.number("runs", 2, bounds::RUNS)?.unwrap_or(RUNS);
    check_seed(wanted.seed, runs)?;
    let id = wanted.own("claim").unwrap_or_default().to_string();
    let asked = (&shared, client);
    let study = working(asked, READING, move |_, _| find(&id).map(Some)).await?;
    let mut plan = study.plan.clone();
    plan.experiment.seed = wanted.seed;
    stream(asked, runs, move |shared, lines| {
        fill(shared, study, &plan, runs, lines)
    })
}

/// The metric in both arms of one replicate; NaN where a run failed or was stopped.
fn pair(study: &Study, plan: &Plan, k: u64, lines: &Lines) -> [f64; 2] {
    let arms = replicate(plan, k, &study.contrast, &|| lines.go_on());
    let value = |arm: usize| match arms.as_ref().map(|arms| &arms[arm]) {
        Some(Ok(metrics)) => metrics[study.metric],
        _ => f64::NAN,
    };
    [value(0), value(1)]
}

fn fill(shared: &Shared, study: &Study, plan: &Plan, runs: u64, lines: &Lines) {
    let mut pairs: Vec<[f64; 2]> = Vec::new();
    let one = |k: u64| pair(study, plan, k, lines);
    in_beats((shared, lines), runs, BEAT, one, |mut new, done| {
        new.retain(|p| p.iter().all(|v| v.is_finite()));
        pairs.extend(&new);
        let mut line = found(study, &pairs);
        line["done"] = json!(done);
        line["of"] = json!(runs);
        line["new"] = new.iter().map(|p| number(p[0] - p[1])).collect();
        Some(line)
    });
}

/// Means of the arms and of the paired difference, with 95 % intervals (Student's t).
fn found(study: &Study, pairs: &[[f64; 2]]) -> Value {
    let differences: Vec<f64> = pairs.iter().map(|p| p[0] - p[1]).collect();
    let of = |values: &[f64]| {
        if values.is_empty() {
            return Value::Null;
        }
        let band = MeanBand::of(0.0, values);
        json!({
            "mean": number(band.mean), "low": number(band.mean - band.half_width),
            "high": number(band.mean + band.half_width), "p05": number(band.p05), "p95": number(band.p95),
        })
    };
    let arm = |k: usize| of(&pairs.iter().map(|p| p[k]).collect::<Vec<f64>>());
    let mut effect = of(&differences);
    if !differences.is_empty() {
        let mean = differences.iter().sum::<f64>() / differences.len() as f64;
        let above = differences.iter().filter(|d| **d > 0.0).count() as f64;
        let below = differences.iter().filter(|d| **d < 0.0).count() as f64;
        let n = differences.len() as f64;
        effect["d_z"] = number(mean / sample_deviation(&differences));
        effect["share"] = number(match study.expect {
            Direction::Increase => above / n,
            Direction::Decrease => below / n,
            Direction::None => (n - above - below) / n,
        });
    }
    json!({ "replicates": pairs.len(), "arms": [arm(0), arm(1)], "effect": effect })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_claims_are_offered_and_their_replicates_are_those_of_a_batch() {
        let study = find("depolarisation/A11").unwrap();
        let labels = study
            .contrast
            .map(|k| study.plan.experiment.arms[k].name.as_str());
        assert_eq!(labels, ["depolarised", "polarised"]);
        let twice = |arms: &[usize]| replicate(&study.plan, 3, arms, &|| true).unwrap();
        let (both, one) = (twice(&[0, 1]), twice(&[1]));
        assert_eq!(both[1], one[0]);
        assert_ne!(both[0], both[1]);
        assert!(replicate(&study.plan, 0, &[0], &|| false).is_none());
        assert!(find("depolarisation/none").is_err());
    }
}
