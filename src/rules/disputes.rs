//! E11: disputes between states: onset in each pair, monthly escalation, end.

use super::Given;
use super::lanes::{LANES, load, splat, store};
use super::response::{Respondents, month_of_responses};
use crate::rng::{Stream, logistic};
use crate::scenario::EventKind;
use crate::world::journal::{Dispute, Outcome, Responder};
use crate::world::{World, pair, row};

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

/// Pairs in which a dispute begins.
fn onsets(world: &World) -> Vec<(usize, usize)> {
    let n = world.states.len();
    let paths = AlliancePaths::of(world);
    let columns = Columns::of(world);
    let mut terms = vec![0.0f32; n];
    let mut logits = vec![0.0f32; n + LANES];
    let mut words = vec![0u32; n];
    let mut found = Vec::new();
    for &i in &world.roster {
        if i == 0 {
            continue;
        }
        scatter_terms(world, &paths, i, &mut terms[..i]);
        let highest = row_of_logits(world, &columns, i, &terms, &mut logits);
        // A draw above the row's highest probability cannot be an onset.
        let ceiling = logistic(f64::from(highest)) * 4_294_967_296.0 + 2.0;
        world
            .draws
            .bulk_words(Stream::DisputeOnset, world.step, i as u32, &mut words[..i]);
        for (j, &word) in words[..i].iter().enumerate() {
            if f64::from(word) < ceiling && world.states.active[j] {
                let u = rand_philox::u32_to_unit_f64(word);
                if u < logistic(f64::from(logits[j])) {
                    found.push((i, j));
                }
            }
        }
    }
    found
}

/// Quantities of states as rows of `f32`.
struct Columns {
    capability: Vec<f32>,
    bloc: Vec<f32>,
    domestic: Vec<f32>,
}

impl Columns {
    fn of(world: &World) -> Self {
        let s = &world.states;
        Self {
            capability: s.capability.iter().map(|&k| k as f32).collect(),
            bloc: s.bloc.iter().map(|&z| z as f32).collect(),
            domestic: s
                .domestic_conflict
                .iter()
                .map(|&d| f32::from(u8::from(d)))
                .collect(),
        }
    }
}

/// Terms that few pairs have: contiguity, rivalry, distant powers, pacts, common bodies.
fn scatter_terms(world: &World, paths: &AlliancePaths, i: usize, terms: &mut [f32]) {
    let p = world.parameters.dispute;
    terms.fill(0.0);
    let below = |list: &[usize]| list.partition_point(|&j| j < i);
    if world.states.power[i] {
        terms.fill(p.distant_power as f32);
    } else {
        for &g in &world.powers[..below(&world.powers)] {
            terms[g] += p.distant_power as f32;
        }
    }
    for &j in &world.neighbours[i][..below(&world.neighbours[i])] {
        if world.states.power[i] || world.states.power[j] {
            terms[j] -= p.distant_power as f32;
        }
        terms[j] += p.contiguity as f32;
    }
    for &j in &world.rivals[i][..below(&world.rivals[i])] {
        terms[j] += p.rivalry as f32;
    }
    for &j in &world.allies[i][..below(&world.allies[i])] {
        terms[j] += p.alliance as f32;
    }
    if p.alliance_path != 0.0 {
        for j in paths.below(i) {
            terms[j] += p.alliance_path as f32;
        }
    }
    if p.institutions != 0.0 {
        for body in world.partnerships.iter().filter(|b| !b.inert && b.has(i)) {
            let term = (p.institutions * body.institutionalisation()) as f32;
            for &j in body.members.iter().take_while(|&&j| j < i) {
                terms[j] += term;
            }
        }
    }
}

/// γ0 + terms + γ2 H + γ3 C|Δz| + γ4 parity + W(γ5 + γ6 asym) + γ10 |Δc| + γ11 (D_i ∨ D_j);
/// returns the row's highest.
fn row_of_logits(
    world: &World,
    columns: &Columns,
    i: usize,
    terms: &[f32],
    logits: &mut [f32],
) -> f32 {
    let p = world.parameters.dispute;
    let s = &world.states;
    let pairs = row(i);
    let hostility = &world.pairs.hostility[pairs.clone()];
    let interdependence = &world.pairs.interdependence[pairs];
    let (k_i, z_i) = (splat(s.capability[i]), splat(s.bloc[i]));
    let (gamma0, gamma2) = (splat(p.base), splat(p.hostility));
    let gamma3 = splat(p.blocs * world.competition);
    let (gamma4, gamma5, gamma6) = (
        splat(p.parity),
        splat(p.interdependence),
        splat(p.asymmetry),
    );
    let gamma10 = splat(p.culture / 4.0);
    let (gamma11, own) = (splat(p.domestic), splat(f64::from(columns.domestic[i])));
    let tiny = splat(1e-12);
    let culture: [_; 4] = std::array::from_fn(|d| splat(f64::from(s.culture[d][i])));
    let mut highest = splat(-1e9);
    for at in (0..i).step_by(LANES) {
        let k_j = load(&columns.capability[..i], at);
        let parity = k_i.min(k_j) / k_i.max(k_j).max(tiny);
        let friction = if p.asymmetry == 0.0 {
            gamma5
        } else {
            gamma5 + gamma6 * (k_i - k_j).abs() / (k_i + k_j).max(tiny)
        };
        let mut gap = splat(0.0);
        for (d, own) in culture.iter().enumerate() {
            gap += (*own - load(&s.culture[d][..i], at)).abs();
        }
        let x = gamma0
            + load(&terms[..i], at)
            + gamma2 * load(hostility, at)
            + gamma3 * (z_i - load(&columns.bloc[..i], at)).abs()
            + gamma4 * parity
            + load(interdependence, at) * friction
            + gamma10 * gap
            + gamma11 * own.max(load(&columns.domestic[..i], at));
        highest = highest.max(x);
        store(logits, at, x);
    }
    highest.to_array().into_iter().fold(f32::MIN, f32::max)
}

/// Which states are two or three pacts apart, without a pact of their own: a matrix of bits.
struct AlliancePaths {
    words: usize,
    bits: Vec<u64>,
}

impl AlliancePaths {
    fn of(world: &World) -> Self {
        let n = world.states.len();
        let words = n.div_ceil(64);
        if world.parameters.dispute.alliance_path == 0.0 {
            return Self {
                words,
                bits: vec![0; n * words],
            };
        }
        let mut direct = vec![0u64; n * words];
        for (i, list) in world.allies.iter().enumerate() {
            for &j in list {
                direct[i * words + j / 64] |= 1 << (j % 64);
            }
        }
        // Within two steps: allies of allies. Within three: two steps from an ally.
        let two = unite(world, words, &direct);
        let mut bits = unite(world, words, &two);
        for (b, (t, d)) in bits.iter_mut().zip(two.iter().zip(&direct)) {
            *b = (*b | t) & !d;
        }
        for i in 0..n {
            bits[i * words + i / 64] &= !(1 << (i % 64));
        }
        Self { words, bits }
    }

    /// The states below `i` that are near it.
    fn below(&self, i: usize) -> impl Iterator<Item = usize> + '_ {
        let row = &self.bits[i * self.words..(i + 1) * self.words];
        row.iter()
            .enumerate()
            .flat_map(|(w, &word)| {
                let mut rest = word;
                std::iter::from_fn(move || {
                    (rest != 0).then(|| {
                        let bit = rest.trailing_zeros() as usize;
                        rest &= rest - 1;
                        w * 64 + bit
                    })
                })
            })
            .take_while(move |&j| j < i)
    }
}

/// For each state the union of its allies' rows.
fn unite(world: &World, words: usize, rows: &[u64]) -> Vec<u64> {
    let mut out = vec![0u64; rows.len()];
    for (i, list) in world.allies.iter().enumerate() {
        let target = &mut out[i * words..(i + 1) * words];
        for &j in list {
            for (t, s) in target.iter_mut().zip(&rows[j * words..(j + 1) * words]) {
                *t |= s;
            }
        }
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
