//! E11 and E12: disputes between states (onset in each pair, monthly escalation, end) and the
//! responses to them.

mod onset;
pub mod response;
mod screen;

use super::{Declaration, Given};
use crate::rng::Stream;
use crate::scenario::EventKind;
use crate::scenario::parameters::parameters;
use crate::world::journal::{self, FATAL, Outcome, Responder, WAR};
use crate::world::{StateId, World, pair};
use onset::Dyad;
use response::{Respondents, month_of_responses, serious};

parameters! {
    /// Disputes between states (E11).
    dispute: Dispute {
        base "γ0" "E11" "logit" = -7.5 [-8.0, -7.0] Real, "calibrated to the moments of 1946-88 (experiments/calibration); there -7.579, raised to 2.9 originator onsets per 1,000 dyad-years (seeds 1-50)", "Base rate";
        contiguity "γ1" "E11" "logit" = 3.5 [2.5, 4.5] Real, "COW MID 5 to 1988: 68 onsets per 1,000 contiguous dyad-years (seeds 1-50); calibrated to the moments of 1946-88 (experiments/calibration)", "Contiguity by land";
        hostility "γ2" "E11" "logit" = 1.317 [1.0, 3.0] Real, "calibrated to the moments of 1946-88 (experiments/calibration)", "Hostility";
        blocs "γ3" "E11" "logit" = 0.8 [0.0, 2.0] Real, "a proposal", "Distance between blocs under competition";
        parity "γ4" "E11" "logit" = 0.3 [0.0, 0.6] Real, "a proposal, after power-parity research", "Ratio of the smaller to the larger capability";
        interdependence "γ5" "E11" "logit" = 0.2792 [-1.4, 1.4] Real, "sign-free, centred on zero: N(0, .7); calibrated to the moments of 1946-88 (experiments/calibration)", "Interdependence: less than 0 pacifies, more than 0 breeds friction";
        asymmetry "γ6" "E11" "logit" = 0.0 [-1.4, 1.4] Real, "sign-free, centred on zero: N(0, .7)", "Interdependence times asymmetry of capability";
        alliance "γ7" "E11" "logit" = -0.7 [-1.5, 0.3] Real, "Li, Bradshaw, Clary & Cranmer 2017", "Direct alliance";
        alliance_path "γ8" "E11" "logit" = -0.7 [-1.5, 0.3] Real, "Li, Bradshaw, Clary & Cranmer 2017", "Alliance at two or three steps, without a direct one";
        institutions "γ9" "E11" "logit" = 0.0 [-1.4, 1.4] Real, "sign-free, centred on zero: N(0, .7)", "Institutionalisation of a common partnership";
        culture "γ10" "E11" "logit" = 0.3 [-0.3, 1.0] Real, "a proposal", "Difference of security cultures";
        domestic "γ11" "E11" "logit" = 0.4 [0.0, 0.8] Real, "a proposal", "Domestic conflict in either state";
        distant_power "γ12" "E11" "logit" = 2.4 [1.5, 3.2] Real, "COW MID 5: onset rates by cell to 1988", "A great power that is not contiguous";
        rivalry "γ13" "E11" "logit" = 1.887 [0.5, 2.0] Real, "COW MID 5: onset rates by cell to 1988; calibrated to the moments of 1946-88 (experiments/calibration)", "Active strategic rivalry";
        severity_mean "μ_S" "E11" "ln units" = -2.3 [-3.0, -1.6] Real, "hand-set to wars to 1988", "Mean of log severity at onset";
        severity_sd "σ_S" "E11" "ln units" = 1.0 [0.7, 1.4] NonNegative, "a proposal", "Standard deviation of log severity at onset";
        escalation_sd "η_S" "E11" "ln units" = 0.35 [0.2, 0.5] NonNegative, "hand-set to wars to 1988", "Standard deviation of the monthly change of log severity";
        end_low "x_0" "E11" "1/month" = 0.2 [0.1, 0.3] Share, "a proposal", "Monthly end of a dispute below the severity of war";
        end_war "x_1" "E11" "1/month" = 0.1 [0.05, 0.2] Share, "a proposal", "Monthly end of a war";
    }
}

/// Longest dispute, months.
const LONGEST: u32 = 60;
/// Severity that a month of a dispute adds to its total at the most.
const COUNTED_SEVERITY: f64 = 5.0;
/// Years of conflict that a region's record keeps (E14).
const RECORD_YEARS: usize = 10;

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "disputes",
    step: "6 conflict",
    equation: "E11, E12",
    core: false,
    help: "Disputes between states, their monthly escalation and the responses to them",
    parameters: &["dispute", "response", "global_body", "aid"],
    streams: &[
        Stream::DisputeOnset,
        Stream::DisputeSeverity,
        Stream::DisputeEnd,
        Stream::RegionalAbility,
        Stream::Veto,
        Stream::Response,
    ],
    run,
};

/// Draws the year's disputes and lives through each, the gravest first.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.dispute;
    let mut respondents = Respondents::of_year(world);
    // With its severity times the effort that it would get.
    let mut queue: Vec<(f64, f64, StateId, StateId)> = screen::onsets(world)
        .into_iter()
        .map(|Dyad { i, j, .. }| (i, j))
        .filter(|&(i, j)| !world.blocked(EventKind::Dispute, &[i, j]))
        .map(|(i, j)| {
            let noise = world.draw(Stream::DisputeSeverity, i, j).normal();
            let severity = libm::exp(p.severity_mean + p.severity_sd * noise);
            (severity * respondents.effort(world, i, j), severity, i, j)
        })
        .collect();
    queue.sort_unstable_by(|x, y| {
        let gravest = y.0.total_cmp(&x.0);
        gravest.then((x.2, x.3).cmp(&(y.2, y.3)))
    });
    for (_, severity, i, j) in queue {
        let dispute = live_through(world, &mut respondents, severity, i, j);
        world.pairs.last_dispute[pair(i, j)] = world.step as i16;
        world.journal.disputes.push(dispute);
    }
    respondents.leave(world);
    record_by_region(world);
}

/// Follows a dispute month by month: ln S ← ln S + η_S ε; it ends w.p. .2 a month (.1
/// in war), by a successful response, or is left open after 60 months.
fn live_through(
    world: &mut World,
    respondents: &mut Respondents,
    onset: f64,
    i: StateId,
    j: StateId,
) -> journal::Dispute {
    let p = world.parameters.dispute;
    let mut growth = world.draw(Stream::DisputeSeverity, i, j);
    growth.normal();
    let mut ends = world.draw(Stream::DisputeEnd, i, j);
    let mut dispute = journal::Dispute {
        a: i,
        b: j,
        onset,
        peak: onset,
        months: LONGEST,
        war_months: 0,
        total: 0.0,
        crisis: false,
        responder: Responder::None,
        response_month: None,
        vetoed: false,
        outcome: Outcome::Open,
    };
    let mut severity = onset;
    let mut crisis = respondents.crisis(world, i, j);
    for month in 1..=LONGEST {
        if month > 1 {
            severity *= libm::exp(p.escalation_sd * growth.normal());
        }
        dispute.peak = dispute.peak.max(severity);
        dispute.total += severity.min(COUNTED_SEVERITY);
        dispute.war_months += u32::from(severity > WAR);
        dispute.crisis |= serious(month, severity);
        let settled = dispute.crisis
            && month_of_responses(
                world,
                respondents,
                &mut crisis,
                &mut dispute,
                month,
                severity,
            );
        let rate = if severity > WAR { p.end_war } else { p.end_low };
        let lapses = ends.uniform() < rate;
        if settled || lapses {
            dispute.months = month;
            dispute.outcome = if settled {
                Outcome::Settled
            } else {
                Outcome::Lapsed
            };
            break;
        }
    }
    dispute
}

/// Notes the year's conflict in each region.
fn record_by_region(world: &mut World) {
    for r in world.regions.keys() {
        let region = &world.regions[r];
        let inside = |i: StateId| region.members.binary_search(&i).is_ok();
        let mut record = crate::world::ConflictRecord {
            states: region.members.len() as f64,
            ..Default::default()
        };
        for d in world
            .journal
            .disputes
            .iter()
            .filter(|d| inside(d.a) && inside(d.b))
        {
            record.disputes += 1.0;
            record.fatal += f64::from(u8::from(d.peak >= FATAL));
            record.wars += f64::from(u8::from(d.war()));
        }
        let history = &mut world.regions[r].record;
        history.push(record);
        if history.len() > RECORD_YEARS {
            history.remove(0);
        }
    }
}
