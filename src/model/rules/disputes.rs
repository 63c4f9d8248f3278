//! E11: disputes between states: onset in each pair, monthly escalation, end.

use super::Given;
use super::response::{Respondents, month_of_responses};
use crate::rng::{Stream, logistic};
use crate::scenario::EventKind;
use crate::world::journal::{Dispute, Outcome, Responder};
use crate::world::{Pairs, World, pair, row};
use wide::u8x16;

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
    // With its severity times the effort that it would get.
    let mut queue: Vec<(f64, f64, usize, usize)> = onsets
        .into_iter()
        .filter(|&(i, j)| !world.blocked(EventKind::Dispute, &[i, j]))
        .map(|(i, j)| {
            let noise = world
                .draws
                .at(Stream::DisputeSeverity, world.step, i as u32, j as u32)
                .normal();
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

/// Pairs in which a dispute begins, in no particular order.
///
/// Most draws lie above what the logit could reach at the most, which their leading bits
/// tell; only for the others is it computed. Neighbours, rivals and great powers, who reach other
/// heights, are few and looked at by themselves.
fn onsets(world: &World) -> Vec<(usize, usize)> {
    let onset = Onset::of(world);
    let pairs = world.pairs.flags.len();
    let stream = Stream::DisputeOnset;
    let bytes = world.draws.leading_bytes(stream, world.step, pairs);
    let mut found = Vec::new();
    let s = &world.states;
    let code =
        |p: usize, power: bool| usize::from(world.pairs.flags[p] | (POWER * u8::from(power)));
    let low = |p: usize, code: usize| bytes[p] <= onset.highest[code];
    let mut ask = |i: usize, j: usize, p: usize, code: usize| {
        if onset.begins(world, bytes[p], (i, j, p), code) {
            found.push((i, j));
        }
    };
    let mut i = 1;
    at_most(&bytes, onset.highest[0], |p| {
        while p >= row(i).end {
            i += 1;
        }
        let j = p - row(i).start;
        let plain = code(p, s.power[i] || s.power[j]) == 0;
        if plain && s.active[i] && s.active[j] {
            ask(i, j, p, 0);
        }
    });
    for &i in &world.roster {
        let neighbours = world.neighbours[i].iter();
        let rivals = world.rivals[i].iter();
        let rivals = rivals.filter(|&&j| !world.pairs.contiguous(i, j));
        for &j in neighbours.chain(rivals).filter(|&&j| j < i) {
            let p = pair(i, j);
            let code = code(p, s.power[i] || s.power[j]);
            if low(p, code) {
                ask(i, j, p, code);
            }
        }
    }
    for &g in &world.powers {
        for &i in world.roster.iter().filter(|&&i| i < g || !s.power[i]) {
            let p = pair(i, g);
            if low(p, usize::from(POWER)) && world.pairs.flags[p] == 0 {
                ask(i.max(g), i.min(g), p, usize::from(POWER));
            }
        }
    }
    found
}

/// Calls `meet` with the positions of the bytes that are at most `bound`, ascending.
fn at_most(bytes: &[u8], bound: u8, mut meet: impl FnMut(usize)) {
    let (blocks, rest) = bytes.as_chunks::<16>();
    let bounds = u8x16::splat(bound);
    for (block, bytes) in blocks.iter().enumerate() {
        let bytes = u8x16::from(*bytes);
        let mut found = bytes.min(bounds).simd_eq(bytes).to_bitmask();
        while found != 0 {
            meet(block * 16 + found.trailing_zeros() as usize);
            found &= found - 1;
        }
    }
    let start = blocks.len() * 16;
    for (k, _) in rest.iter().enumerate().filter(|&(_, &b)| b <= bound) {
        meet(start + k);
    }
}

/// Upper ends of the ranges of hostility whose highest logits are known in advance.
const RANGES: [f64; 4] = [0.02, 0.1, 0.3, 1.0];

/// What decides about the beginning of disputes in a year.
struct Onset {
    paths: AlliancePaths,
    terms: [f64; CODES],
    /// The largest leading byte with which a dispute can begin, by combination and hostility.
    bytes: [[u8; RANGES.len()]; CODES],
    /// The same at any hostility.
    highest: [u8; CODES],
}

impl Onset {
    fn of(world: &World) -> Self {
        let terms = terms_by_code(world);
        let highest = highest_logit(world);
        let hostility = world.parameters.dispute.hostility.max(0.0);
        let byte = |logit: f64| (logistic(logit) * 256.0).min(255.0) as u8;
        let bytes = terms.map(|term| RANGES.map(|h| byte(highest + term + hostility * h)));
        Self {
            paths: AlliancePaths::of(world),
            terms,
            bytes,
            highest: bytes.map(|ranges| ranges[RANGES.len() - 1]),
        }
    }

    /// Whether a dispute begins between two states, whose draw begins with this byte; the pair
    /// stands at `p`.
    fn begins(
        &self,
        world: &World,
        byte: u8,
        (i, j, p): (usize, usize, usize),
        code: usize,
    ) -> bool {
        let hostility = f64::from(world.pairs.hostility[p]);
        let range = RANGES.iter().position(|&h| hostility <= h);
        if byte > self.bytes[code][range.unwrap_or(RANGES.len() - 1)] {
            return false;
        }
        let (stream, step) = (Stream::DisputeOnset, world.step);
        let draws = &world.draws;
        let u = draws.following(byte, stream, step, i as u32, j as u32);
        let alone = logit(world, i, j, self.terms[code]);
        // What pacts add at the most decides most cases before they are looked at.
        let p = world.parameters.dispute;
        let most = p.alliance.max(p.alliance_path).max(0.0);
        u < logistic(alone + most) && u < logistic(alone + self.paths.term(world, i, j))
    }
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

/// What the logit of a pair without these terms and hostility reaches at the most: every
/// quantity at the end of its range that raises it.
fn highest_logit(world: &World) -> f64 {
    let p = world.parameters.dispute;
    let bodies = world.partnerships.len();
    let raised = [
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

/// γ0 + terms + γ2 H + γ3 C|Δz| + γ4 parity + W(γ5 + γ6 asym) + γ10 |Δc| + γ11 (D_i ∨ D_j)
/// + γ9 ΣI of common bodies.
fn logit(world: &World, i: usize, j: usize, terms: f64) -> f64 {
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
        + institutions(world, i, j)
}

/// γ9 ΣI of common bodies.
fn institutions(world: &World, i: usize, j: usize) -> f64 {
    let weight = world.parameters.dispute.institutions;
    if weight == 0.0 {
        return 0.0;
    }
    let bodies = world.partnerships.iter();
    bodies
        .filter(|b| !b.inert && b.has(i) && b.has(j))
        .map(|b| weight * b.institutionalisation())
        .sum()
}

/// Allies of each state, as rows of bits.
struct AlliancePaths {
    words: usize,
    direct: Vec<u64>,
}

impl AlliancePaths {
    fn of(world: &World) -> Self {
        let n = world.states.len();
        let words = n.div_ceil(64);
        if world.parameters.dispute.alliance_path == 0.0 {
            let direct = Vec::new();
            return Self { words, direct };
        }
        let mut direct = vec![0u64; n * words];
        for (i, list) in world.allies.iter().enumerate() {
            for &j in list {
                direct[i * words + j / 64] |= 1 << (j % 64);
            }
        }
        Self { words, direct }
    }

    /// γ7 ally + γ8 (two or three pacts apart).
    fn term(&self, world: &World, i: usize, j: usize) -> f64 {
        let p = world.parameters.dispute;
        if world.pairs.allied(i, j) {
            p.alliance
        } else if self.near(world, i, j) {
            p.alliance_path
        } else {
            0.0
        }
    }

    /// Whether two states without a pact are two or three pacts apart.
    fn near(&self, world: &World, i: usize, j: usize) -> bool {
        if self.direct.is_empty() {
            return false;
        }
        let row = |k: usize| &self.direct[k * self.words..(k + 1) * self.words];
        let meet = |a: &[u64], b: &[u64]| a.iter().zip(b).any(|(a, b)| a & b != 0);
        let theirs = row(j);
        meet(row(i), theirs) || world.allies[i].iter().any(|&k| meet(row(k), theirs))
    }
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
