//! The yearly region table: the 15 items of Table 1 and what explains them.

use super::records::RegionYear;
use super::selection::RegionNeeds;
use super::statistics::{average, gini, mean, quantile, share, when};
use crate::rng::logistic;
use crate::rules::partnership::value::{RegionView, Terms, opposed, value};
use crate::scenario::AgreementKind;
use crate::world::{Partnership, RegionId, StateId, World, pair};
use petgraph::unionfind::UnionFind;

/// Years over which changes are measured.
const DECADE: usize = 10;

/// What must be remembered to measure change over ten years.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// Culture dispersion by region, latest last.
    dispersion: Vec<Vec<f64>>,
    /// Denationalisation by state, latest last.
    denationalisation: Vec<Vec<f64>>,
}

impl Past {
    /// Adds the year, as far as it is needed; to be called every year.
    pub fn remember(&mut self, world: &World, needs: &RegionNeeds) {
        if needs.culture {
            self.remember_culture(world);
        }
        if needs.gains {
            self.remember_denationalisation(world);
        }
    }

    fn remember_culture(&mut self, world: &World) {
        self.dispersion.resize(world.regions.len(), Vec::new());
        for (past, region) in self.dispersion.iter_mut().zip(&world.regions) {
            let now = if region.members.is_empty() {
                f64::NAN
            } else {
                world.dispersion(&region.members)
            };
            push(past, now);
        }
    }

    fn remember_denationalisation(&mut self, world: &World) {
        self.denationalisation
            .resize(world.states.len(), Vec::new());
        for (i, past) in world.states.keys().zip(&mut self.denationalisation) {
            push(
                past,
                if world.states.active[i] {
                    world.states.denationalisation[i]
                } else {
                    f64::NAN
                },
            );
        }
    }

    /// Change of a state's denationalisation over ten years.
    fn gain(&self, i: StateId) -> f64 {
        match self.denationalisation.get(usize::from(i)) {
            Some(past) if past.len() > DECADE => past[DECADE] - past[0],
            _ => f64::NAN,
        }
    }
}

fn push(past: &mut Vec<f64>, value: f64) {
    past.push(value);
    if past.len() > DECADE + 1 {
        past.remove(0);
    }
}

/// Measures every region at the end of a year; measures that are not needed are NaN or 0.
pub fn measure(
    world: &World,
    seed: i64,
    past: &Past,
    needs: &RegionNeeds,
    rows: &mut Vec<RegionYear>,
) {
    for r in world.regions.keys() {
        rows.push(region(world, seed, past, needs, r));
    }
}

/// What a partnership is worth to each member of a region.
struct Values {
    terms: Vec<Terms>,
    sums: Vec<f64>,
}

impl Values {
    fn of(world: &World, r: RegionId) -> Self {
        let view = RegionView::of(world, r);
        let depth = world.parameters.partnership.depth;
        let members = &world.regions[r].members;
        let terms: Vec<Terms> = members
            .iter()
            .map(|&i| value(world, &view, i, depth))
            .collect();
        let sums = terms.iter().map(|t| t.sum() - t.circumstance).collect();
        Self { terms, sums }
    }

    /// Share of the members for whom this part of V is positive.
    fn consensus(&self, part: impl Fn(&Terms) -> f64) -> f64 {
        let positive = self.terms.iter().filter(|t| part(t) > 0.0).count();
        share(positive as f64, self.terms.len() as f64)
    }

    /// Mean probability with which members would accept.
    fn acceptance(&self, scale: f64) -> f64 {
        average(self.sums.iter().map(|v| logistic(v / scale)))
    }
}

fn region(world: &World, seed: i64, past: &Past, needs: &RegionNeeds, r: RegionId) -> RegionYear {
    let region = &world.regions[r];
    let members = &region.members;
    let n = members.len() as f64;
    let mean_of = |f: &dyn Fn(StateId) -> f64| average(members.iter().map(|&i| f(i)));
    let part =
        |f: &dyn Fn(StateId) -> bool| share(members.iter().filter(|&&i| f(i)).count() as f64, n);
    let values = needs.values.then(|| Values::of(world, r));
    let scale = world.parameters.alliance.choice_scale.max(1e-6);
    let domestic: Vec<f64> = if needs.domestic {
        members.iter().map(|&i| domestic_part(world, i)).collect()
    } else {
        Vec::new()
    };
    let bodies: Vec<&Partnership> = world.partnerships_of(r).filter(|p| !p.inert).collect();
    let main = bodies.iter().copied().max_by(|a, b| {
        a.institutionalisation()
            .total_cmp(&b.institutionalisation())
            .then(b.start.cmp(&a.start))
    });
    let kinds = |f: &dyn Fn(AgreementKind) -> bool| -> Vec<AgreementKind> {
        bodies
            .iter()
            .flat_map(|p| &p.agreements)
            .map(|a| a.kind)
            .filter(|&k| f(k))
            .collect()
    };
    let international =
        kinds(&|k| matches!(k, AgreementKind::IntBorder | AgreementKind::IntGeneral));
    let internal = kinds(&|k| matches!(k, AgreementKind::DomTerror | AgreementKind::DomGeneral));
    let only = |list: &[AgreementKind], kind: AgreementKind| {
        i64::from(!list.is_empty() && list.iter().all(|&k| k == kind))
    };
    let (disputes, wars) = if needs.disputes {
        disputes_within(world, members)
    } else {
        (0, 0)
    };
    let record =
        |f: &dyn Fn(&crate::world::ConflictRecord) -> f64| region.record.iter().map(f).sum::<f64>();
    let state_years = record(&|x| x.states);
    let dispersion = past
        .dispersion
        .get(usize::from(r))
        .map_or(&[][..], Vec::as_slice);
    let gains = members.iter().map(|&i| past.gain(i));
    let contributions = main
        .filter(|_| needs.contributions)
        .map_or(Vec::new(), |p| {
            let relative = |&i: &StateId| {
                world.states.regional_contribution[i] / world.states.capability[i].max(1e-9)
            };
            p.members.iter().map(relative).collect()
        });
    let consensus =
        |part: &dyn Fn(&Terms) -> f64| values.as_ref().map_or(f64::NAN, |v| v.consensus(part));
    RegionYear {
        run_id: 0,
        seed,
        year: i64::from(world.year),
        region: region.name.clone(),
        states: members.len() as i64,
        competition: region.competition,
        awareness: mean_of(&|i| world.states.awareness[i]),
        violence: share(record(&|x| x.fatal), state_years),
        domestic_share: share(record(&|x| x.domestic), state_years),
        relaxed_competition: 1.0 - region.competition,
        consensus_violence: consensus(&Terms::stability_part),
        consensus_domestic: when(needs.domestic, || {
            share(domestic.iter().filter(|&&v| v > 0.0).count() as f64, n)
        }),
        consensus_domestic_iqr: quantile(&domestic, 0.75) - quantile(&domestic, 0.25),
        consensus_economic: consensus(&economic_part),
        opposed_pacts: when(needs.opposed && members.len() > 1, || opposed(world, r)),
        fundamental_agreement: part(&|i| bodies.iter().any(|p| p.has(i))),
        operative_agreements: bodies.iter().map(|p| p.agreements.len() as i64).sum(),
        offices: bodies.iter().map(|p| p.office_count() as i64).sum(),
        international_mechanisms: pairs_covered(&bodies, members.len()),
        international_border_only: only(&international, AgreementKind::IntBorder),
        domestic_mechanisms: part(&|i| bodies.iter().any(|p| p.domestic_mechanism() && p.has(i))),
        domestic_terror_only: only(&internal, AgreementKind::DomTerror),
        extra_regional: bodies
            .iter()
            .map(|p| p.participants.len() as i64)
            .sum::<i64>()
            + i64::from(!bodies.is_empty() && region.aid > 0.0),
        culture_dispersion: dispersion.last().copied().unwrap_or(f64::NAN),
        culture_change: if dispersion.len() > DECADE {
            share(dispersion[DECADE], dispersion[0]) - 1.0
        } else {
            f64::NAN
        },
        denationalisation: mean_of(&|i| world.states.denationalisation[i]),
        denationalisation_gain: average(gains),
        denationalised_subset: subset(world, past, members),
        community_share: region.community_share,
        community_tier: i64::from(region.community_tier),
        founding_year: bodies
            .iter()
            .map(|p| f64::from(p.start_year))
            .fold(f64::NAN, f64::min),
        members: main.map_or(0, |p| p.members.len() as i64),
        institutionalisation: main.map_or(0.0, Partnership::institutionalisation),
        consensus: values.as_ref().map_or(f64::NAN, |v| v.acceptance(scale)),
        value: values.as_ref().map_or(f64::NAN, |v| mean(&v.sums)),
        interdependence: region.interdependence,
        dependence_asymmetry: mean(&region.member_asymmetry),
        similarity: region.similarity,
        problem_pressure: mean_of(&|i| world.states.pressure[i]),
        threat: mean_of(&|i| world.states.threat_share[i]),
        emulation: region.emulation,
        performance: region.performance,
        disputes,
        wars,
        share_in_defence_pacts: when(needs.pacts, || part(&|i| defended(world, i))),
        share_dyads_in_defence_pacts: when(needs.pacts, || {
            share(allied_pairs(world, members), n * (n - 1.0) / 2.0)
        }),
        provision: when(needs.contributions, || {
            mean_of(&|i| libm::log1p(world.states.good[i]))
        }),
        contribution_gini: gini(&contributions),
        aid_received: region.aid,
        link: main.map_or(f64::NAN, |p| p.link),
        aggregate_capability: 0.0 + world.capability_of(members),
    }
}

/// The domestic part of V (item 5): demand for stability at home (awareness times own
/// instability and the neighbours' example of conflict) less sovereignty.
fn domestic_part(world: &World, i: StateId) -> f64 {
    let p = world.parameters.partnership;
    let burning = f64::from(u8::from(world.states.domestic_conflict[i]));
    p.violence_demand * world.states.awareness[i] * (world.states.instability[i] + burning) / 2.0
        + p.problems * world.states.exposure[i][0] * world.problems[0]
        - p.violence * burning / 2.0
        - p.sovereignty
            * f64::from(world.states.culture[crate::world::SOVEREIGNTY][i])
            * world.parameters.partnership.depth
            / 2.0
}

/// The economic part of V (item 6): awareness of interdependence less the fear of dependence.
fn economic_part(terms: &Terms) -> f64 {
    terms.awareness + terms.dependence
}

/// Share of the region's pairs that a mechanism for international conflict covers.
fn pairs_covered(bodies: &[&Partnership], states: usize) -> f64 {
    let covered: f64 = bodies
        .iter()
        .filter(|p| p.international_mechanism())
        .map(|p| {
            let m = p.members.len() as f64;
            m * (m - 1.0) / 2.0
        })
        .fold(0.0, f64::max);
    let n = states as f64;
    share(covered, n * (n - 1.0) / 2.0).min(1.0)
}

/// Disputes of the year within the region, and the wars among them.
fn disputes_within(world: &World, members: &[StateId]) -> (i64, i64) {
    let inside = |i: StateId| members.binary_search(&i).is_ok();
    let (mut disputes, mut wars) = (0, 0);
    for d in &world.journal.disputes {
        if inside(d.a) && inside(d.b) {
            disputes += 1;
            wars += i64::from(d.war());
        }
    }
    (disputes, wars)
}

/// Whether a state is in a defence pact.
fn defended(world: &World, i: StateId) -> bool {
    world.allies[i]
        .iter()
        .any(|&j| world.pairs.defence_allied(i, j))
}

fn allied_pairs(world: &World, members: &[StateId]) -> f64 {
    let mut count = 0.0;
    for (a, &i) in members.iter().enumerate() {
        for &j in &members[..a] {
            count += f64::from(u8::from(world.pairs.ties[pair(i, j)][0] > 0));
        }
    }
    count
}

/// Item 14: size of the largest connected set of states that each gained .10 or more.
fn subset(world: &World, past: &Past, members: &[StateId]) -> i64 {
    let gained: Vec<StateId> = members
        .iter()
        .copied()
        .filter(|&i| past.gain(i) >= 0.10)
        .collect();
    if gained.is_empty() {
        return 0;
    }
    let mut sets = UnionFind::<usize>::new(gained.len());
    for (a, &i) in gained.iter().enumerate() {
        for (b, &j) in gained[..a].iter().enumerate() {
            if world.pairs.contiguous(i, j) || world.pairs.defence_allied(i, j) {
                sets.union(a, b);
            }
        }
    }
    let mut sizes = vec![0i64; gained.len()];
    sets.into_labeling().iter().for_each(|&l| sizes[l] += 1);
    sizes.into_iter().max().unwrap_or(0)
}
