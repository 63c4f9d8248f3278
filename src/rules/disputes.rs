//! E11: disputes between states: onset in each pair, monthly escalation, end.

use super::Given;
use super::response::{Respondents, month_of_responses};
use crate::rng::{Stream, logistic};
use crate::scenario::EventKind;
use crate::world::journal::{Dispute, Outcome, Responder};
use crate::world::{Pairs, World, pair, row};

/// Longest dispute, months.
const LONGEST: u32 = 60;
/// Month from which a dispute of severity `CRISIS_SEVERITY` or more is a serious crisis.
pub(super) const CRISIS_MONTH: u32 = 3;
/// Least severity of a serious crisis.
pub(super) const CRISIS_SEVERITY: f64 = 0.1;
/// Severity of war.
pub(super) const WAR: f64 = 1.0;
/// Severity from which a dispute counts as fatal.
pub const FATAL: f64 = 0.5;

/// Draws the year's disputes and lives through each, the gravest first.
pub fn run(world: &mut World, _given: Given<'_>) {
    let onsets = onsets(world);
    let p = world.parameters.dispute;
    let mut respondents = Respondents::of_year(world);
    let mut queue: Vec<(f64, usize, usize)> = onsets
        .into_iter()
        .filter(|&(i, j)| !world.blocked(EventKind::Dispute, &[i, j]))
        .map(|(i, j)| {
            let noise = world
                .draws
                .at(Stream::DisputeSeverity, world.step, i as u32, j as u32)
                .normal();
            (libm::exp(p.severity_mean + p.severity_sd * noise), i, j)
        })
        .collect();
    let priority = |&(s, i, j): &(f64, usize, usize)| s * respondents.effort(world, i, j);
    queue.sort_by(|x, y| {
        priority(y)
            .total_cmp(&priority(x))
            .then((x.1, x.2).cmp(&(y.1, y.2)))
    });
    for (severity, i, j) in queue {
        let dispute = live_through(world, &mut respondents, severity, i, j);
        world.pairs.last_dispute[pair(i, j)] = world.step as i16;
        world.journal.disputes.push(dispute);
    }
    respondents.leave(world);
    record_by_region(world);
}

/// Pairs in which a dispute begins, in no particular order.
///
/// Most draws lie above what the logit could reach at the most; only for the others is
/// it computed. Neighbours, rivals and great powers, who reach other heights, are few and looked
/// at by themselves.
fn onsets(world: &World) -> Vec<(usize, usize)> {
    let paths = AlliancePaths::of(world);
    let highest = highest_logit(world);
    let terms = terms_by_code(world);
    let ceilings = terms.map(|term| ceiling(highest + term));
    let power = |i: usize| if world.states.power[i] { POWER } else { 0 };
    let mut words = vec![0u32; world.states.len()];
    let mut possible = vec![0u32; world.states.len()];
    let mut found = Vec::new();
    for &i in &world.roster {
        let words = &mut words[..i];
        let flags = &world.pairs.flags[row(i)];
        let stream = Stream::DisputeOnset;
        world.draws.bulk_words(stream, world.step, i as u32, words);
        let mut ask = |j: usize| {
            let code = usize::from(flags[j] | power(i) | power(j));
            if words[j] <= ceilings[code] {
                let u = rand_philox::u32_to_unit_f64(words[j]);
                if u < logistic(logit(world, &paths, i, j, terms[code])) {
                    found.push((i, j));
                }
            }
        };
        // Every state is written down, and the next one over it if it is not possible.
        let (mut count, low) = (0, ceilings[usize::from(power(i))]);
        for (j, &word) in words.iter().enumerate() {
            possible[count] = j as u32;
            count += usize::from(word <= low);
        }
        for &j in &possible[..count] {
            let j = j as usize;
            if flags[j] == 0 && power(j) <= power(i) && world.states.active[j] {
                ask(j);
            }
        }
        let (neighbours, rivals) = (&world.neighbours[i], &world.rivals[i]);
        let rivals = rivals.iter().filter(|&&j| !world.pairs.contiguous(i, j));
        let powers = world.powers.iter();
        let powers = powers.filter(|&&j| j < i && power(j) > power(i) && flags[j] == 0);
        let apart = neighbours.iter().chain(rivals).chain(powers);
        for &j in apart.filter(|&&j| j < i) {
            ask(j);
        }
    }
    found
}

/// Bit of a pair with a great power, beside the flags of [`Pairs`].
const POWER: u8 = 4;
/// Number of combinations of contiguity, rivalry and great power.
const CODES: usize = 8;

/// γ1 contiguous + γ13 rival + γ12 [a great power and not contiguous], by combination.
fn terms_by_code(world: &World) -> [f64; CODES] {
    let p = world.parameters.dispute;
    std::array::from_fn(|code| {
        let has = |bit: u8| code & usize::from(bit) != 0;
        let mut term = 0.0;
        if has(Pairs::CONTIGUOUS) {
            term += p.contiguity;
        } else if has(POWER) {
            term += p.distant_power;
        }
        if has(Pairs::RIVAL) {
            term += p.rivalry;
        }
        term
    })
}

/// The largest word whose uniform draw lies below Λ(logit).
fn ceiling(logit: f64) -> u32 {
    (logistic(logit) * 4_294_967_296.0).min(4_294_967_295.0) as u32
}

/// What the logit of a pair without these terms reaches at the most: every quantity at
/// the end of its range that raises it.
fn highest_logit(world: &World) -> f64 {
    let p = world.parameters.dispute;
    let bodies = world.partnerships.len();
    let raised = [
        p.hostility,
        p.blocs * world.competition,
        p.parity,
        p.interdependence,
        p.asymmetry,
        p.culture,
        p.domestic,
        p.alliance,
        p.alliance_path,
        p.institutions * bodies as f64,
    ];
    p.base + raised.iter().map(|x| x.max(0.0)).sum::<f64>()
}

/// γ0 + terms + γ2 H + γ3 C|Δz| + γ4 parity + W(γ5 + γ6 asym) + γ10 |Δc| + γ11 (D_i ∨ D_j).
fn logit(world: &World, paths: &AlliancePaths, i: usize, j: usize, terms: f64) -> f64 {
    let p = world.parameters.dispute;
    let s = &world.states;
    let k = pair(i, j);
    let (a, b) = (s.capability[i], s.capability[j]);
    let burning = f64::from(u8::from(s.domestic_conflict[i] || s.domestic_conflict[j]));
    let asymmetry = (a - b).abs() / (a + b).max(1e-300);
    p.base
        + terms
        + p.hostility * f64::from(world.pairs.hostility[k])
        + p.blocs * world.competition * (s.bloc[i] - s.bloc[j]).abs()
        + p.parity * a.min(b) / a.max(b).max(1e-300)
        + f64::from(world.pairs.interdependence[k]) * (p.interdependence + p.asymmetry * asymmetry)
        + p.culture * s.culture_gap(i, j)
        + p.domestic * burning
        + cooperation(world, paths, i, j)
}

/// γ7 ally + γ8 (two or three pacts apart) + γ9 ΣI of common bodies.
fn cooperation(world: &World, paths: &AlliancePaths, i: usize, j: usize) -> f64 {
    let p = world.parameters.dispute;
    let pact = if world.pairs.allied(i, j) {
        p.alliance
    } else if paths.near(world, i, j) {
        p.alliance_path
    } else {
        0.0
    };
    if p.institutions == 0.0 {
        return pact;
    }
    let common = world
        .partnerships
        .iter()
        .filter(|b| !b.inert && b.has(i) && b.has(j));
    pact + common
        .map(|b| p.institutions * b.institutionalisation())
        .sum::<f64>()
}

/// Allies and allies of allies of each state, as rows of bits.
struct AlliancePaths {
    words: usize,
    two: Vec<u64>,
}

impl AlliancePaths {
    fn of(world: &World) -> Self {
        let n = world.states.len();
        let words = n.div_ceil(64);
        if world.parameters.dispute.alliance_path == 0.0 {
            return Self {
                words,
                two: Vec::new(),
            };
        }
        let mut direct = vec![0u64; n * words];
        for (i, list) in world.allies.iter().enumerate() {
            for &j in list {
                direct[i * words + j / 64] |= 1 << (j % 64);
            }
        }
        let two = unite(world, words, &direct);
        Self { words, two }
    }

    /// Whether two states without a pact are two or three pacts apart.
    fn near(&self, world: &World, i: usize, j: usize) -> bool {
        let within_two = |k: usize| {
            self.two
                .get(k * self.words + j / 64)
                .is_some_and(|w| w >> (j % 64) & 1 == 1)
        };
        within_two(i) || world.allies[i].iter().any(|&k| within_two(k))
    }
}

/// For each state the union of its allies' rows.
fn unite(world: &World, words: usize, rows: &[u64]) -> Vec<u64> {
    match words {
        1 => unite_rows::<1>(world, rows),
        2 => unite_rows::<2>(world, rows),
        3 => unite_rows::<3>(world, rows),
        4 => unite_rows::<4>(world, rows),
        _ => {
            let mut out = vec![0u64; rows.len()];
            for (target, list) in out.chunks_mut(words).zip(&world.allies) {
                for &j in list {
                    for (t, s) in target.iter_mut().zip(&rows[j * words..(j + 1) * words]) {
                        *t |= s;
                    }
                }
            }
            out
        }
    }
}

/// The same for rows of a few words, kept in registers.
fn unite_rows<const W: usize>(world: &World, rows: &[u64]) -> Vec<u64> {
    let (rows, _) = rows.as_chunks::<W>();
    let mut out = Vec::with_capacity(rows.len() * W);
    for list in &world.allies {
        let mut union = [0u64; W];
        for &j in list {
            for (u, s) in union.iter_mut().zip(&rows[j]) {
                *u |= s;
            }
        }
        out.extend(union);
    }
    out
}

/// Follows a dispute month by month: ln S ← ln S + η_S ε; it ends w.p. .2 a month (.1
/// in war), by a successful response, or is left open after 60 months.
fn live_through(
    world: &mut World,
    respondents: &mut Respondents,
    onset: f64,
    i: usize,
    j: usize,
) -> Dispute {
    let p = world.parameters.dispute;
    let (a, b) = (i as u32, j as u32);
    let mut growth = world.draws.at(Stream::DisputeSeverity, world.step, a, b);
    growth.normal();
    let mut ends = world.draws.at(Stream::DisputeEnd, world.step, a, b);
    let mut dispute = Dispute {
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
        dispute.total += severity.min(5.0);
        dispute.war_months += u32::from(severity > WAR);
        dispute.crisis |= month >= CRISIS_MONTH && severity >= CRISIS_SEVERITY;
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
    for r in 0..world.regions.len() {
        let region = &world.regions[r];
        let inside = |i: usize| region.members.binary_search(&i).is_ok();
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
        if history.len() > 10 {
            history.remove(0);
        }
    }
}
