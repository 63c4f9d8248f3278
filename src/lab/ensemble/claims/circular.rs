//! A treatment may not hold what its claim is measured by.

use super::Case;
use crate::ensemble::experiment::{Arm, Metric, Reduction, Source};
use comity_model::error::{Error, Result};
use comity_model::scenario::{
    Action, AgreementKind, EventKind, RegionIndex, Target, Thing, Treatment,
};

/// Columns of pacts.
const PACTS: &[&str] = &[
    "alliances",
    "defence_pacts",
    "bilateral_defence_pacts",
    "multilateral_defence_pacts",
    "neutrality_pacts",
    "nonaggression_pacts",
    "ententes",
    "share_in_defence_pacts",
    "share_in_alliances",
    "defence_dyads",
    "share_dyads_in_defence_pacts",
];
/// Columns of the existence of a partnership.
const BODIES: &[&str] = &[
    "partnerships",
    "new_partnerships",
    "share_in_partnerships",
    "structured_regions",
    "fundamental_agreement",
    "founding_year",
    "members",
];
/// Columns of how much stands in a partnership.
const PARTS: &[&str] = &[
    "operative_agreements",
    "new_agreements",
    "offices",
    "institutionalisation",
];

/// Columns of agreements and offices of these kinds.
fn parts<'a>(kinds: impl Iterator<Item = &'a AgreementKind>) -> Vec<&'static str> {
    let mut columns: Vec<&'static str> = Vec::new();
    for kind in kinds {
        columns.extend(PARTS);
        match kind {
            AgreementKind::IntBorder | AgreementKind::IntGeneral => {
                columns.push("international_mechanisms");
            }
            AgreementKind::DomTerror | AgreementKind::DomGeneral => {
                columns.push("domestic_mechanisms");
            }
            _ => {}
        }
    }
    columns
}

/// The columns that an action holds, of the region of its treatment if it has one.
fn held(action: &Action) -> Vec<&'static str> {
    match action {
        Action::Force(target, _) | Action::Add(target, _) | Action::Scale(target, _) => {
            variable(*target).to_vec()
        }
        Action::Insert(Thing::Partnership(body)) if body.inert => Vec::new(),
        Action::Insert(thing) | Action::Remove(thing) => match thing {
            Thing::Pact(..) => PACTS.to_vec(),
            Thing::Partnership(body) => {
                let kinds = body.agreements.iter().chain(&body.offices);
                [BODIES.to_vec(), parts(kinds)].concat()
            }
            Thing::Agreement(_, kind) | Thing::Office(_, kind) => parts([kind].into_iter()),
            Thing::Membership(..) => vec!["members", "share_in_partnerships"],
            Thing::Participant(..) => vec!["extra_regional"],
            Thing::Rivalry(..) | Thing::Base(..) => Vec::new(),
        },
        Action::Block(kind) => match kind {
            EventKind::Founding => BODIES.to_vec(),
            EventKind::Agreement => vec!["operative_agreements", "new_agreements"],
            EventKind::Office => vec!["offices"],
            EventKind::Veto => vec!["vetoes"],
            EventKind::Dispute => vec!["disputes", "disputes_per_1000_dyads"],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The columns that are a variable, or are computed from it and nothing else.
fn variable(target: Target) -> &'static [&'static str] {
    match target {
        Target::Competition | Target::Antagonism => &["competition", "antagonism_max"],
        Target::RegionalCompetition => &["competition", "relaxed_competition"],
        Target::Awareness => &["awareness", "awareness_p10", "awareness_p90"],
        Target::Capability => &["major_concentration", "major_hhi", "major_effective"],
        Target::DomesticConflict => &["domestic_share", "domestic_onsets"],
        Target::CultureCooperative => &["culture_cooperative", "culture_dispersion"],
        Target::CultureComprehensive => &["culture_comprehensive", "culture_dispersion"],
        Target::CultureSovereignty => &["culture_sovereignty", "culture_dispersion"],
        Target::CultureForce => &["culture_force", "culture_dispersion"],
        Target::Exposure
        | Target::ProblemTerror
        | Target::ProblemResources
        | Target::ProblemHealth
        | Target::ProblemConflict => &["problem_pressure"],
        Target::Hostility => &["hostility"],
        Target::Trust => &["trust"],
        Target::Interdependence => &["interdependence", "interdependence_contiguous"],
        Target::Similarity => &["similarity"],
        Target::Link => &["link"],
        _ => &[],
    }
}

/// Whether a metric looks where a treatment acts: it may hold a body in one region and look at
/// the others.
fn sees(metric: &Metric, region: Option<RegionIndex>, arm: &Arm) -> bool {
    let Some(region) = region.filter(|_| metric.table == Source::Regions) else {
        return true;
    };
    let names = &arm.scenario.setting.regions;
    let Some(name) = names.get(region) else {
        return true;
    };
    match (&metric.region, metric.regions.as_slice()) {
        (Some(own), _) => own == name,
        (None, []) => true,
        (None, some) => some.contains(name),
    }
}

/// The region in which a treatment acts.
fn region(treatment: &Treatment) -> Option<RegionIndex> {
    match &treatment.action {
        Action::Insert(Thing::Partnership(body)) => Some(body.region),
        Action::Insert(Thing::Agreement(region, _) | Thing::Office(region, _)) => Some(*region),
        _ => treatment.region,
    }
}

/// Whether an insertion lies before what a metric looks at: it counts changes from then on.
fn only_before(metric: &Metric, treatment: &Treatment) -> bool {
    let changes = matches!(
        metric.reduce,
        Reduction::Change | Reduction::Slope | Reduction::SenSlope
    );
    let once = matches!(treatment.action, Action::Insert(_));
    changes && once && metric.window.is_some_and(|w| w.0 >= treatment.from)
}

/// Refuses a claim one of whose arms holds a column that the claim is measured by, while the
/// metric looks. What is held alike in all of the arms is no treatment.
///
/// # Errors
/// Which arm holds which column.
pub fn check(case: &Case, arms: &[&Arm], metrics: &[Metric]) -> Result<()> {
    for arm in arms {
        let alike =
            |t: &&Treatment| arms.len() > 1 && arms.iter().all(|a| a.scenario.schedule.contains(t));
        for treatment in arm.scenario.schedule.iter().filter(|t| !alike(t)) {
            let columns = held(&treatment.action);
            for metric in metrics {
                let own = |name: &String| columns.contains(&name.as_str());
                let from = metric.window.map_or(i32::MIN, |w| w.0);
                let until = metric.window.map_or(i32::MAX, |w| w.1);
                let looks = treatment.from <= until && treatment.until.is_none_or(|u| u >= from);
                let named = own(&metric.column) || metric.per.as_ref().is_some_and(own);
                if named
                    && looks
                    && !only_before(metric, treatment)
                    && sees(metric, region(treatment), arm)
                {
                    let problem = format!(
                        "arm \"{}\" holds `{}` itself from {} on, which the claim is measured by",
                        arm.name, metric.column, treatment.from
                    );
                    let key = format!("claims.{}", case.claim.name);
                    return Err(Error::new(problem).at_key(key));
                }
            }
        }
    }
    Ok(())
}
