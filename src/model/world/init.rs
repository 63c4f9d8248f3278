//! The world at its start (`docs/odd.md` §5).

use super::controls::ids;
use super::journal::By;
use super::pacts::PactKey;
use super::pairs::pair;
use super::{
    ByState, CULTURE, Caches, Controls, GlobalBody, Journal, LEAST_INCOME, PROBLEMS, Pairs,
    ProvisionByLevel, Region, RegionId, StateId, States, Trace, World, row,
};
use crate::rng::{Draws, Keyed, Stream};
use crate::scenario::{Geometry, PairSpell, Scenario, Setting, Stylised};
use std::cell::Cell;
use typed_index_collections::{TiVec, ti_vec};

/// What is drawn once for a state; the discriminant is the second key of the draw.
#[derive(Clone, Copy)]
#[repr(u32)]
enum Drawn {
    Autonomy = 1,
    Exposure = 2,
    Culture = 3,
    Bloc = 4,
    Instability = 5,
    CommonExposure = 6,
    Position = 7,
    Capability = 8,
    Income = 9,
    Regime = 10,
}

/// Spread of a region's states around its centre in a stylised world, in units of the square (§5).
const REGION_SPREAD: f64 = 0.12;
/// Largest capability of a minor power in a stylised world, relative to the weakest pole.
const BELOW_POLES: f64 = 0.99;
/// Rounds in which stylised capabilities are scaled to their sum and capped.
const CAPPING_ROUNDS: usize = 30;
/// Least share of capability that observed data give a state in the system.
const LEAST_CAPABILITY: f64 = 1e-7;
/// Intercept and slope on regime of the mean of each dimension of an initial culture (§5).
const INITIAL_CULTURE: [(f64, f64); CULTURE] = [(0.3, 0.4), (0.3, 0.3), (0.7, -0.3), (0.6, -0.3)];
/// Range of an initial culture (§5).
const CULTURE_RANGE: (f64, f64) = (0.01, 0.99);
/// Slope of an initial bloc position on ½ − regime, and its spread (§5).
const INITIAL_BLOC: (f64, f64) = (0.5, 0.15);
/// Hostility of rivals when they first meet (§5).
const RIVALS_HOSTILITY: f32 = 0.5;
/// Violence that a region is seen to have before any record (E14).
const INITIAL_VIOLENCE: f64 = 0.1;
/// Intercept, weight of 1 − regime and weight of the state's own part in h̄ (E11, domestic part).
const MEAN_INSTABILITY: [f64; 3] = [0.1, 0.35, 0.3];

/// The setting of a run: that of the scenario, completed by what the seed draws
/// (positions and contiguity of stylised worlds, regions of the placebo).
pub fn complete_setting(scenario: &Scenario, seed: u64) -> Setting {
    let mut setting = scenario.setting.clone();
    let draws = Draws::new(seed);
    if let Some(stylised) = setting.stylised.clone() {
        lay_out(&mut setting, &stylised, &draws);
    }
    if setting.permute_regions {
        permute_regions(&mut setting, &draws);
    }
    setting
}

fn lay_out(setting: &mut Setting, stylised: &Stylised, draws: &Draws) {
    let regions = setting.regions.len();
    let centres: Vec<(f64, f64)> = (0..regions)
        .map(|r| {
            let mut d = draws.at(Stream::Layout, 0, r as u32, 0);
            (d.uniform(), d.uniform())
        })
        .collect();
    for (i, state) in setting.states.iter_mut().enumerate() {
        let mut d = draws.at(Stream::Layout, 0, i as u32, Drawn::Position as u32);
        let centre = state.regions.first().map_or((0.5, 0.5), |&r| centres[r]);
        state.position = (
            (centre.0 + REGION_SPREAD * d.normal()).clamp(0.0, 1.0),
            (centre.1 + REGION_SPREAD * d.normal()).clamp(0.0, 1.0),
        );
    }
    setting.geometry = Geometry::Plane;
    setting.contiguity = nearest(setting, stylised.neighbours);
}

/// Each state borders its nearest neighbours.
fn nearest(setting: &Setting, count: usize) -> Vec<PairSpell> {
    let states = &setting.states;
    let mut borders = Vec::new();
    for (i, state) in states.iter().enumerate() {
        let mut others: Vec<(f64, usize)> = (0..states.len())
            .filter(|&j| j != i)
            .map(|j| {
                let (a, b) = (state.position, states[j].position);
                (libm::hypot(a.0 - b.0, a.1 - b.1), j)
            })
            .collect();
        let closer = |x: &(f64, usize), y: &(f64, usize)| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1));
        if count < others.len() {
            others.select_nth_unstable_by(count, closer);
        }
        for &(_, j) in others.iter().take(count) {
            let (a, b) = (i.min(j), i.max(j));
            borders.push((a, b));
        }
    }
    borders.sort_unstable();
    borders.dedup();
    borders
        .into_iter()
        .map(|(a, b)| PairSpell {
            a,
            b,
            from: i32::MIN,
            to: None,
        })
        .collect()
}

fn permute_regions(setting: &mut Setting, draws: &Draws) {
    let n = setting.states.len();
    let mut order: Vec<(f64, usize)> = (0..n)
        .map(|i| (draws.uniform(Stream::RegionPermutation, 0, i as u32, 0), i))
        .collect();
    order.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
    let lists: Vec<Vec<usize>> = setting.states.iter().map(|s| s.regions.clone()).collect();
    for (k, &(_, i)) in order.iter().enumerate() {
        setting.states[i].regions = lists[k].clone();
    }
}

impl Caches {
    fn new(n: usize) -> Self {
        Self {
            cover: ti_vec![Cell::new(None); n],
            borders: Vec::new(),
            rivalries: Vec::new(),
            geometry: None,
            listed: None,
            unit_good: ByState::new(),
        }
    }
}

/// The two states of a spell.
fn pair_of(spell: &PairSpell) -> (StateId, StateId) {
    (spell.a.into(), spell.b.into())
}

impl World {
    /// The world at the start of the first year, before its first process.
    ///
    /// `setting` is [`complete_setting`] of the same scenario and seed.
    pub fn new(scenario: &Scenario, setting: &Setting, seed: u64) -> Self {
        let n = setting.states.len();
        let draws = Draws::new(seed);
        let parameters = scenario.parameters;
        let mut world = Self {
            year: scenario.start_year - scenario.burn_in as i32,
            step: 0,
            parameters,
            processes: scenario.processes,
            governance: scenario.governance,
            controls: Controls::default(),
            states: States::new(setting, &draws),
            roster: Vec::new(),
            order: Vec::new(),
            pairs: Pairs::new(n),
            neighbours: ti_vec![Vec::new(); n],
            rivals: ti_vec![Vec::new(); n],
            allies: ti_vec![Vec::new(); n],
            powers: Vec::new(),
            antagonism: Vec::new(),
            competition: 0.0,
            problems: [parameters.problems.mean; PROBLEMS],
            pacts: TiVec::new(),
            regions: regions(setting, scenario, &draws),
            partnerships: TiVec::new(),
            global: GlobalBody {
                capacity: parameters.response.global_capacity,
                norm_divergence: 0.0,
            },
            provision: ProvisionByLevel::default(),
            journal: Journal::default(),
            trace: Trace::default(),
            levels_recorded: true,
            caches: Caches::new(n),
            draws,
        };
        world.measure_distances(setting.geometry);
        if setting.observed.is_none() {
            world.states.income.fill(0.5);
        }
        world.draw_stylised_capability(setting);
        world.update_membership(setting, scenario);
        world.place_initial_pacts(setting);
        for initial in &scenario.institutions {
            world.place_partnership(initial, By::Start);
        }
        world
    }

    fn draw_stylised_capability(&mut self, setting: &Setting) {
        let Some(stylised) = &setting.stylised else {
            return;
        };
        let n = self.states.len();
        let poles = stylised.poles.len().min(n);
        for (k, share) in stylised.poles.iter().take(n).enumerate() {
            self.states.capability.raw[k] = share * stylised.pole_capability;
        }
        let (mean, sd) = stylised.log_capability;
        let mut raw: Vec<f64> = (poles..n)
            .map(|i| libm::exp(mean + sd * self.initial(i.into(), Drawn::Capability).normal()))
            .collect();
        let smallest = (0..poles)
            .map(|k| self.states.capability.raw[k])
            .fold(f64::INFINITY, f64::min);
        for _ in 0..CAPPING_ROUNDS {
            let total: f64 = raw.iter().sum();
            let factor = (1.0 - stylised.pole_capability) / total.max(1e-300);
            for k in &mut raw {
                *k = (*k * factor).min(BELOW_POLES * smallest);
            }
        }
        self.states.capability.raw[poles..].copy_from_slice(&raw);
        for i in self.states.keys() {
            self.states.income[i] = stylised
                .income
                .unwrap_or_else(|| self.initial(i, Drawn::Income).uniform())
                .max(LEAST_INCOME);
            self.states.regime[i] = stylised
                .regime
                .unwrap_or_else(|| self.initial(i, Drawn::Regime).uniform());
        }
    }

    fn initial(&self, i: StateId, what: Drawn) -> Keyed {
        self.draws.at(Stream::Initial, 0, i.word(), what as u32)
    }

    /// Values of a state at its entry: culture and bloc position from its regime,
    /// trust and hostility from its rivalries.
    pub(crate) fn enter(&mut self, i: StateId, setting: &Setting) {
        let p = self.parameters;
        let regime = self.states.regime[i];
        let mut draw = self.initial(i, Drawn::Culture);
        for (dimension, (base, slope)) in INITIAL_CULTURE.into_iter().enumerate() {
            let mean = base + slope * regime;
            // Mean and spread of Beta(n m, n (1 − m)), by one normal draw.
            let sd = libm::sqrt(mean * (1.0 - mean) / (p.culture.precision + 1.0));
            let value = (mean + sd * draw.normal()).clamp(CULTURE_RANGE.0, CULTURE_RANGE.1);
            self.states.culture[dimension][i] = value as f32;
        }
        let noise = self.initial(i, Drawn::Bloc).normal();
        self.states.bloc[i] = setting.states[usize::from(i)].bloc.unwrap_or_else(|| {
            (0.5 + INITIAL_BLOC.0 * (0.5 - regime) + INITIAL_BLOC.1 * noise).clamp(0.0, 1.0)
        });
        self.states.awareness[i] = p.awareness.initial;
        self.states.instability[i] = self.mean_instability(i);
        self.states.anchored[i] = false;
        self.states.denationalisation[i] = 0.0;
        let met = setting.rivalries.iter().filter_map(|s| match pair_of(s) {
            (a, b) if a == i && s.covers(self.year) => Some(b),
            (a, b) if b == i && s.covers(self.year) => Some(a),
            _ => None,
        });
        let met: Vec<StateId> = met.collect();
        for &j in &self.roster {
            let rivals = met.contains(&j);
            let k = pair(i, j);
            self.pairs.hostility[k] = if rivals { RIVALS_HOSTILITY } else { 0.0 };
            self.pairs.trust[k] = if rivals {
                p.trust.rivals
            } else {
                p.trust.neutral
            } as f32;
            self.pairs.last_dispute[k] = Pairs::NEVER;
        }
    }

    /// h̄ of E11: the level that domestic instability returns to.
    pub(crate) fn mean_instability(&self, i: StateId) -> f64 {
        let [base, autocracy, own] = MEAN_INSTABILITY;
        let (regime, part) = (self.states.regime[i], self.states.instability_base[i]);
        base + autocracy * (1.0 - regime) + own * part
    }

    fn place_initial_pacts(&mut self, setting: &Setting) {
        for (rank, initial) in setting.pacts.iter().enumerate() {
            let mut members = ids(&initial.members);
            members.retain(|&i| self.states.active[i]);
            if members.len() < 2 {
                continue;
            }
            let key = PactKey {
                first: members[0],
                second: members[1],
                birth: -1 - rank as i32,
                rank: 0,
            };
            let sponsor = self.largest_power(&members);
            let label = &initial.label;
            self.place_pact(key, label, initial.kind, members, sponsor, By::Start);
        }
    }
}

impl States {
    fn new(setting: &Setting, draws: &Draws) -> Self {
        let n = setting.states.len();
        let at = |i: StateId, what: Drawn| draws.at(Stream::Initial, 0, i.word(), what as u32);
        let inputs = &setting.states;
        let of = (0..n).map(StateId::from);
        Self {
            abbreviation: inputs.iter().map(|s| s.abbreviation.clone()).collect(),
            code: inputs.iter().map(|s| s.code).collect(),
            active: ti_vec![false; n],
            power: ti_vec![false; n],
            regions: inputs
                .iter()
                .map(|s| s.regions.iter().map(|&r| r.into()).collect())
                .collect(),
            position: inputs.iter().map(|s| s.position).collect(),
            capability: ti_vec![0.0; n],
            income: ti_vec![LEAST_INCOME; n],
            regime: ti_vec![0.5; n],
            bloc: ti_vec![0.5; n],
            autonomy: of
                .clone()
                .map(|i| {
                    let mut d = at(i, Drawn::Autonomy);
                    (d.uniform() + d.uniform()) / 2.0
                })
                .collect(),
            awareness: ti_vec![0.0; n],
            own_exposure: of
                .clone()
                .map(|i| {
                    let mut d = at(i, Drawn::Exposure);
                    [d.uniform(), d.uniform(), d.uniform(), d.uniform()]
                })
                .collect(),
            exposure: ti_vec![[0.0; PROBLEMS]; n],
            pressure: ti_vec![0.0; n],
            loss: ti_vec![0.0; n],
            culture: std::array::from_fn(|_| ti_vec![0.5; n]),
            anchor: std::array::from_fn(|_| ti_vec![0.5; n]),
            anchored: ti_vec![false; n],
            instability_base: of
                .clone()
                .map(|i| at(i, Drawn::Instability).uniform())
                .collect(),
            instability: ti_vec![0.0; n],
            domestic_conflict: ti_vec![false; n],
            denationalisation: ti_vec![0.0; n],
            threat: ti_vec![0.0; n],
            threat_share: ti_vec![0.0; n],
            interdependence: ti_vec![0.0; n],
            asymmetry: ti_vec![0.0; n],
            contribution: ti_vec![0.0; n],
            regional_contribution: ti_vec![0.0; n],
            others_good: ti_vec![0.0; n],
            good: ti_vec![0.0; n],
            community: ti_vec![false; n],
        }
    }
}

fn regions(setting: &Setting, scenario: &Scenario, draws: &Draws) -> TiVec<RegionId, Region> {
    setting
        .regions
        .iter()
        .enumerate()
        .map(|(r, name)| {
            let mut d = draws.at(Stream::Initial, 0, r as u32, Drawn::CommonExposure as u32);
            Region {
                name: name.clone(),
                members: Vec::new(),
                member_interdependence: Vec::new(),
                member_asymmetry: Vec::new(),
                common_exposure: [d.uniform(), d.uniform(), d.uniform(), d.uniform()],
                similarity: scenario.parameters.problems.similarity,
                competition: 0.0,
                violence: INITIAL_VIOLENCE,
                record: Vec::new(),
                emulation: 0.0,
                performance: scenario.parameters.diffusion.performance_initial,
                aid: 0.0,
                aid_given: 0.0,
                opposed: 0.0,
                interdependence: 0.0,
                community_share: 0.0,
                community_tier: 0,
                circumstance: 0.0,
                institutionalisation: 0.0,
                presence: Vec::new(),
            }
        })
        .collect()
}

impl World {
    /// Brings entry, exit and great powers up to the year; returns nothing but
    /// leaves `roster`, `powers` and the regions' members true.
    pub(crate) fn update_membership(&mut self, setting: &Setting, scenario: &Scenario) {
        let year = self.year;
        let roster = self.roster.clone();
        let burning = self.step < scenario.burn_in;
        let inside = |i: StateId| {
            let s = &setting.states[usize::from(i)];
            burning || (s.entry_year <= year && s.exit_year.is_none_or(|e| year < e))
        };
        for i in self.states.keys() {
            if self.states.active[i] && !inside(i) {
                self.exit(i);
            }
        }
        self.take_values(setting, scenario, &inside);
        for i in self.states.keys() {
            if !self.states.active[i] && inside(i) {
                self.states.active[i] = true;
                self.enter(i, setting);
                let position = self.roster.partition_point(|&j| j < i);
                self.roster.insert(position, i);
            }
        }
        self.states.power.fill(false);
        for spell in &setting.powers {
            let covers = burning || (spell.from <= year && spell.to.is_none_or(|to| year <= to));
            let state = StateId::from(spell.state);
            if covers && self.states.active[state] {
                self.states.power[state] = true;
            }
        }
        self.powers = self
            .states
            .keys()
            .filter(|&i| self.states.power[i])
            .collect();
        if roster == self.roster {
            return;
        }
        self.caches.listed = None;
        self.caches.unit_good.clear();
        for (r, region) in self.regions.iter_mut_enumerated() {
            region.members.clear();
            region.members.extend(
                self.roster
                    .iter()
                    .copied()
                    .filter(|&i| self.states.regions[i].contains(&r)),
            );
        }
    }

    fn exit(&mut self, i: StateId) {
        for index in self.pacts.keys() {
            self.leave_pact(index, i, By::Exit);
        }
        self.end_empty_pacts(By::Exit);
        for p in &mut self.partnerships {
            p.members.retain(|&j| j != i);
            p.participants.retain(|&(j, _)| j != i);
        }
        self.end_empty_partnerships(By::Exit);
        self.states.active[i] = false;
        self.states.capability[i] = 0.0;
        self.states.domestic_conflict[i] = false;
        self.states.community[i] = false;
        self.states.contribution[i] = 0.0;
        self.states.regional_contribution[i] = 0.0;
        self.states.others_good[i] = 0.0;
        self.states.good[i] = 0.0;
        self.roster.retain(|&j| j != i);
        for j in self.states.keys().filter(|&j| j != i) {
            let p = pair(i, j);
            self.pairs.interdependence[p] = 0.0;
            self.pairs.hostility[p] = 0.0;
            self.pairs.trust[p] = 0.0;
        }
        debug_assert!(self.allies[i].is_empty());
        debug_assert!(
            self.pairs.ties.raw[row(i)]
                .iter()
                .all(|&ties| ties == [0; 4])
        );
    }

    /// Reads capability, income and regime of the year from the data and renormalises. Without data
    /// a state enters with the mean capability of those in the system.
    fn take_values(
        &mut self,
        setting: &Setting,
        scenario: &Scenario,
        inside: &dyn Fn(StateId) -> bool,
    ) {
        if let Some(paths) = &setting.observed {
            let line = (self.step as usize)
                .saturating_sub(scenario.burn_in as usize)
                .min(paths.capability.len() - 1);
            for i in self.states.keys().filter(|&i| inside(i)) {
                let k = usize::from(i);
                self.states.capability[i] =
                    f64::from(paths.capability[line][k]).max(LEAST_CAPABILITY);
                let dollars = f64::from(paths.income[line][k]).max(1.0);
                self.states.income[i] = ((libm::log(dollars) - super::INCOME_FLOOR)
                    / (super::INCOME_CEILING - super::INCOME_FLOOR))
                    .clamp(LEAST_INCOME, 1.0);
                self.states.regime[i] = f64::from(paths.regime[line][k]).clamp(0.0, 1.0);
            }
        } else if setting.stylised.is_none() {
            let total: f64 = self.states.capability.iter().sum();
            let mean = match self.roster.len() {
                0 => 1.0 / self.states.len() as f64,
                inside => total / inside as f64,
            };
            let active = &self.states.active;
            for i in active.keys().filter(|&i| !active[i] && inside(i)) {
                self.states.capability[i] = mean;
            }
        }
        self.normalise_capability();
    }

    /// Makes the shares of capability sum to 1 over the states in the system.
    pub(crate) fn normalise_capability(&mut self) {
        let total: f64 = self.states.capability.iter().sum();
        if total > 0.0 {
            for k in &mut self.states.capability {
                *k /= total;
            }
        }
    }
}
