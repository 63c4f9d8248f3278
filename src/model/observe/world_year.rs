//! The yearly world table.

use super::network::DefenceNetwork;
use super::polarity::polarity;
use super::records::WorldYear;
use super::selection::WorldNeeds;
use super::sizes::{Sizes, member_weighted};
use super::statistics::{average, deviation, mean, median, quantile, share, when};
use crate::scenario::PactKind;
use crate::world::journal::{Change, Outcome, Responder, Subject};
use crate::world::{CULTURE, StateId, World, pair};

/// Measures the world at the end of a year; measures that are not needed are NaN or 0.
pub fn measure(world: &World, seed: i64, needs: &WorldNeeds) -> WorldYear {
    let network = DefenceNetwork::if_needed(world, needs.network);
    let (communities, modularity) = if needs.communities {
        network.communities()
    } else {
        (Vec::new(), f64::NAN)
    };
    let sizes = if needs.sizes {
        Sizes::of(world, needs.nested)
    } else {
        Sizes::default()
    };
    let states = world.roster.len() as f64;
    let dyads = states * (states - 1.0) / 2.0;
    let of = |f: &dyn Fn(StateId) -> f64| world.roster.iter().map(|&i| f(i)).collect::<Vec<_>>();
    let mean_of = |f: &dyn Fn(StateId) -> f64| {
        when(needs.means, || average(world.roster.iter().map(|&i| f(i))))
    };
    let part = |f: &dyn Fn(StateId) -> bool| {
        share(
            world.roster.iter().filter(|&&i| f(i)).count() as f64,
            states,
        )
    };
    let shares: Vec<f64> = world.powers.iter().map(|&g| world.power_share(g)).collect();
    let poles = polarity(&shares);
    let changed = |change: Change, of: &dyn Fn(Subject) -> bool, at_least: usize| {
        let agreements = world.journal.agreements.iter();
        let like =
            agreements.filter(|a| a.change == change && of(a.subject) && a.members >= at_least);
        like.count() as i64
    };
    let defence = |subject| subject == Subject::Pact(PactKind::Defence);
    let other = |subject| matches!(subject, Subject::Pact(kind) if kind != PactKind::Defence);
    let partnership = |subject| subject == Subject::Partnership;
    let agreement = |subject| matches!(subject, Subject::Agreement(_));
    let conflict = Conflict::of(world);
    let bodies: Vec<_> = world.partnerships.iter().filter(|p| !p.inert).collect();
    let contiguous = if needs.contiguous {
        contiguous_means(world)
    } else {
        Contiguous::default()
    };
    let structured = world
        .regions
        .keys()
        .filter(|&r| world.structured(r))
        .count();
    let mut awareness = of(&|i| world.states.awareness[i]);
    let mean_awareness = mean(&awareness);
    if needs.quantiles {
        awareness.sort_by(f64::total_cmp);
    }
    let aware_at = |q: f64| when(needs.quantiles, || quantile(&awareness, q));
    let culture: [f64; CULTURE] =
        std::array::from_fn(|d| mean_of(&|i| f64::from(world.states.culture[d][i])));
    WorldYear {
        run_id: 0,
        seed,
        year: i64::from(world.year),
        states: world.roster.len() as i64,
        competition: world.competition,
        antagonism_max: world.antagonism.iter().map(|a| a.level).fold(0.0, f64::max),
        great_powers: world.powers.len() as i64,
        major_concentration: poles.concentration,
        major_hhi: poles.herfindahl,
        major_effective: poles.effective,
        major_share_1: poles.first,
        major_share_2: poles.second,
        polarity_class: poles.class().to_string(),
        bloc_rivalry: when(needs.communities, || bloc_rivalry(&communities, &network)),
        modularity,
        bloc_polarisation: bloc_polarisation(world),
        capability_dispersion: when(needs.capability, || {
            deviation(&of(&|i| libm::log(world.states.capability[i].max(1e-12))))
        }),
        alliances: world.pacts.len() as i64,
        defence_pacts: sizes.by_kind[0],
        bilateral_defence_pacts: sizes.bilateral() as i64,
        multilateral_defence_pacts: (sizes.defence.len() - sizes.bilateral()) as i64,
        neutrality_pacts: sizes.by_kind[1],
        nonaggression_pacts: sizes.by_kind[2],
        ententes: sizes.by_kind[3],
        new_defence_pacts: changed(Change::Founded, &defence, 2),
        new_nondefence_alliances: changed(Change::Founded, &other, 2),
        new_multilateral_defence_pacts: changed(Change::Founded, &defence, 3),
        ended_defence_pacts: changed(Change::Ended, &defence, 0),
        mean_size: sizes.mean(),
        median_size: when(needs.sorted_sizes, || sizes.median()),
        mean_size_multilateral: sizes.multilateral_mean(),
        mean_size_member_weighted: member_weighted(&sizes.defence),
        mean_size_all_alliances: mean(&sizes.all),
        mean_size_unnested: mean(&sizes.unnested),
        median_size_unnested: when(needs.sorted_sizes, || median(&sizes.unnested)),
        mean_size_member_weighted_unnested: member_weighted(&sizes.unnested),
        largest: sizes.largest(),
        gini_size: when(needs.sorted_sizes, || sizes.gini()),
        bilateral_share: share(sizes.bilateral() as f64, sizes.defence.len() as f64),
        nested_share: when(needs.nested, || sizes.nested_share()),
        sponsored_share: share(sizes.sponsored as f64, sizes.defence.len() as f64),
        share_in_defence_pacts: share(network.allied() as f64, states),
        share_in_alliances: part(&|i| !world.allies[i].is_empty()),
        defence_dyads: network.dyads() as i64,
        share_dyads_in_defence_pacts: share(network.dyads() as f64, dyads),
        transitivity: when(needs.transitivity, || network.transitivity()),
        largest_component: when(needs.components, || {
            share(network.largest_component() as f64, states)
        }),
        degree_mean: share(2.0 * network.dyads() as f64, states),
        disputes: world.journal.disputes.len() as i64,
        disputes_per_1000_dyads: 1000.0 * share(world.journal.disputes.len() as f64, dyads),
        disputes_contiguous: conflict.contiguous,
        contiguous_dyads: contiguous.pairs as i64,
        dyads: dyads as i64,
        disputes_intraregional: conflict.intraregional,
        wars: conflict.wars,
        war_severity: conflict.severity,
        war_months: conflict.war_months,
        domestic_share: part(&|i| world.states.domestic_conflict[i]),
        domestic_onsets: world.journal.domestic_onsets.len() as i64,
        crises: conflict.crises,
        crises_regional: conflict.by[0],
        crises_global: conflict.by[1],
        crises_combined: conflict.by[2],
        crises_settled: conflict.settled,
        response_delay: median(&conflict.delays),
        vetoes: conflict.vetoes,
        link: mean(&bodies.iter().map(|p| p.link).collect::<Vec<_>>()),
        partnerships: bodies.len() as i64,
        new_partnerships: changed(Change::Founded, &partnership, 0),
        ended_partnerships: changed(Change::Ended, &partnership, 0),
        share_in_partnerships: when(needs.means, || part(&|i| bodies.iter().any(|p| p.has(i)))),
        structured_regions: structured as i64,
        partnership_size: mean(
            &bodies
                .iter()
                .map(|p| p.members.len() as f64)
                .collect::<Vec<_>>(),
        ),
        operative_agreements: bodies.iter().map(|p| p.agreements.len() as i64).sum(),
        new_agreements: changed(Change::Founded, &agreement, 0),
        offices: bodies.iter().map(|p| p.office_count() as i64).sum(),
        // A sum of nothing is -0.
        institutionalisation: (0.0 + bodies.iter().map(|p| p.institutionalisation()).sum::<f64>())
            / bodies.len().max(1) as f64,
        international_mechanisms: share(
            bodies
                .iter()
                .filter(|p| p.international_mechanism())
                .count() as f64,
            bodies.len() as f64,
        ),
        domestic_mechanisms: share(
            bodies.iter().filter(|p| p.domestic_mechanism()).count() as f64,
            bodies.len() as f64,
        ),
        awareness: mean_awareness,
        awareness_p10: aware_at(0.1),
        awareness_p90: aware_at(0.9),
        interdependence: mean_of(&|i| world.states.interdependence[i]),
        interdependence_contiguous: contiguous.interdependence,
        threat: mean_of(&|i| world.states.threat_share[i]),
        hostility: contiguous.hostility,
        trust: contiguous.trust,
        problem_pressure: mean_of(&|i| world.states.pressure[i]),
        culture_cooperative: culture[0],
        culture_comprehensive: culture[1],
        culture_sovereignty: culture[2],
        culture_force: culture[3],
        culture_dispersion: when(needs.culture, || world.dispersion(&world.roster)),
        denationalisation: mean_of(&|i| world.states.denationalisation[i]),
        community_share: part(&|i| world.states.community[i]),
        mature_communities: world
            .regions
            .iter()
            .filter(|r| r.community_tier == 3)
            .count() as i64,
        provision_state: world.provision.state,
        provision_regional: world.provision.regional,
        provision_global: world.provision.global,
        provision_combined: world.provision.combined,
        provision: world.provision.provided,
        provision_cost: world.provision.cost,
        unmet_loss: mean_of(&|i| world.states.loss[i]),
        aid: 0.0 + world.regions.iter().map(|r| r.aid_given).sum::<f64>(),
    }
}

/// Means over pairs contiguous by land.
#[derive(Default)]
struct Contiguous {
    pairs: usize,
    interdependence: f64,
    hostility: f64,
    trust: f64,
}

fn contiguous_means(world: &World) -> Contiguous {
    let (mut w, mut h, mut t, mut count) = (0.0, 0.0, 0.0, 0usize);
    for &i in &world.roster {
        for &j in world.neighbours[i].iter().take_while(|&&j| j < i) {
            let k = pair(i, j);
            w += f64::from(world.pairs.interdependence[k]);
            h += f64::from(world.pairs.hostility[k]);
            t += f64::from(world.pairs.trust[k]);
            count += 1;
        }
    }
    let n = count as f64;
    Contiguous {
        pairs: count,
        interdependence: share(w, n),
        hostility: share(h, n),
        trust: share(t, n),
    }
}

/// The year's conflict.
#[derive(Default)]
struct Conflict {
    contiguous: i64,
    intraregional: i64,
    wars: i64,
    severity: f64,
    war_months: i64,
    crises: i64,
    by: [i64; 3],
    settled: i64,
    delays: Vec<f64>,
    vetoes: i64,
}

impl Conflict {
    fn of(world: &World) -> Self {
        let mut c = Self::default();
        for d in &world.journal.disputes {
            c.contiguous += i64::from(world.pairs.contiguous(d.a, d.b));
            let home = world.primary_region(d.a);
            c.intraregional += i64::from(home.is_some() && home == world.primary_region(d.b));
            c.wars += i64::from(d.war());
            c.severity += d.total;
            c.war_months += i64::from(d.war_months);
            c.crises += i64::from(d.crisis);
            c.settled += i64::from(d.outcome == Outcome::Settled);
            c.vetoes += i64::from(d.vetoed);
            c.delays.extend(d.response_month.map(f64::from));
            match d.responder {
                Responder::None => {}
                Responder::Regional => c.by[0] += 1,
                Responder::Global => c.by[1] += 1,
                Responder::Combined => c.by[2] += 1,
            }
        }
        c
    }
}

/// 4 b_1 b_2, with b the shares of states in the two largest communities.
fn bloc_rivalry(communities: &[usize], network: &DefenceNetwork) -> f64 {
    let mut sizes = vec![0usize; communities.len()];
    for (i, &c) in communities.iter().enumerate() {
        if !network.allies(i).is_empty() {
            sizes[c] += 1;
        }
    }
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    let n = network.states().max(1) as f64;
    let at = |k: usize| sizes.get(k).copied().unwrap_or(0) as f64 / n;
    4.0 * at(0) * at(1)
}

/// 4 × share of states tied to the most capable great power × share tied to its most
/// antagonistic rival.
fn bloc_polarisation(world: &World) -> f64 {
    let Some(first) = world.largest_power(&world.powers) else {
        return f64::NAN;
    };
    let mut rival: Option<StateId> = None;
    for &h in world.powers.iter().filter(|&&h| h != first) {
        let key = |g: StateId| (world.antagonism_of(first, g), world.states.capability[g]);
        if rival.is_none_or(|r| key(h) > key(r)) {
            rival = Some(h);
        }
    }
    let Some(rival) = rival else {
        return 0.0;
    };
    let tied = |g: StateId| {
        world.allies[g]
            .iter()
            .filter(|&&j| world.pairs.defence_allied(g, j))
            .count() as f64
            / world.roster.len().max(1) as f64
    };
    4.0 * tied(first) * tied(rival)
}
