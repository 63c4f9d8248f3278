//! The tables of a result: every column with name, unit and definition.

use crate::record;

record! {
    /// One year of the world.
    pub struct WorldYear in "world", "one year of one run" {
        run_id: i64, "1", "replicate, from 0";
        seed: i64, "1", "seed of the run";
        year: i64, "year", "calendar year, or year of the run in a stylised world";
        states: i64, "states", "states in the system at the end of the year";
        competition: f64, "0-1", "great-power competition C_t: capability-weighted mean antagonism (E6)";
        antagonism_max: f64, "0-1", "highest antagonism of a pair of great powers";
        great_powers: i64, "states", "great powers";
        major_concentration: f64, "0-1", "Singer-Bremer-Stuckey concentration of capability among great powers";
        major_hhi: f64, "0-1", "Herfindahl index of capability among great powers";
        major_effective: f64, "states", "effective number of great powers: 1 / major_hhi";
        major_share_1: f64, "share", "largest share of great-power capability";
        major_share_2: f64, "share", "second-largest share of great-power capability";
        polarity_class: String, "1", "unipolar (one above .5), bipolar (two at .25 or more that sum to .5 or more, none above .5), else multipolar; after Modelski and Thompson";
        bloc_rivalry: f64, "0-1", "4 × shares of states in the two largest communities of the defence network; description only";
        modularity: f64, "1", "modularity of the defence network under its greedy communities";
        bloc_polarisation: f64, "0-1", "4 × share of states tied by a defence pact to the most capable great power × share tied to its most antagonistic rival; description only, never a treatment";
        capability_dispersion: f64, "ln units", "standard deviation of log capability over states";
        alliances: i64, "pacts", "pacts of any kind in force";
        defence_pacts: i64, "pacts", "pacts with a defence obligation";
        bilateral_defence_pacts: i64, "pacts", "of those, with exactly two members";
        multilateral_defence_pacts: i64, "pacts", "of those, with more than two";
        neutrality_pacts: i64, "pacts", "neutrality pacts in force";
        nonaggression_pacts: i64, "pacts", "non-aggression pacts in force";
        ententes: i64, "pacts", "ententes in force";
        new_defence_pacts: i64, "pacts/year", "defence pacts that began in the year";
        new_nondefence_alliances: i64, "pacts/year", "other pacts that began in the year";
        new_multilateral_defence_pacts: i64, "pacts/year", "defence pacts of more than two that began in the year";
        ended_defence_pacts: i64, "pacts/year", "defence pacts that ended in the year";
        mean_size: f64, "states", "mean members of defence pacts";
        median_size: f64, "states", "median members of defence pacts";
        mean_size_multilateral: f64, "states", "mean members of defence pacts of more than two";
        mean_size_member_weighted: f64, "states", "mean size of the defence pact that a membership belongs to";
        mean_size_all_alliances: f64, "states", "mean members over pacts of any kind";
        mean_size_unnested: f64, "states", "mean members of defence pacts without bilateral pacts nested in larger ones";
        median_size_unnested: f64, "states", "median members without nested bilateral pacts";
        mean_size_member_weighted_unnested: f64, "states", "member-weighted mean size without nested bilateral pacts";
        largest: i64, "states", "members of the largest defence pact";
        gini_size: f64, "0-1", "Gini index of the sizes of defence pacts";
        bilateral_share: f64, "share", "share of defence pacts with two members";
        nested_share: f64, "share", "share of bilateral defence pacts nested in a larger one";
        sponsored_share: f64, "share", "share of defence pacts with a great-power sponsor";
        share_in_defence_pacts: f64, "share", "share of states in a defence pact";
        share_in_alliances: f64, "share", "share of states in a pact of any kind";
        defence_dyads: i64, "pairs", "pairs tied by a defence pact";
        share_dyads_in_defence_pacts: f64, "share", "defence_dyads / all pairs";
        transitivity: f64, "0-1", "global transitivity of the defence network: 3 × triangles / connected triples";
        largest_component: f64, "share", "share of states in the largest component of the defence network";
        degree_mean: f64, "states", "mean number of defence allies";
        disputes: i64, "disputes/year", "disputes that began, originator pairs";
        disputes_per_1000_dyads: f64, "1/1,000 dyad-years", "disputes per 1,000 pairs";
        disputes_contiguous: i64, "disputes/year", "of those, between states contiguous by land";
        contiguous_dyads: i64, "pairs", "pairs contiguous by land";
        dyads: i64, "pairs", "pairs of states in the system";
        disputes_intraregional: i64, "disputes/year", "of those, within a primary region";
        wars: i64, "wars/year", "disputes of the year that passed the severity of war";
        war_severity: f64, "months × severity", "severity summed over the months of the year's disputes, capped at 5 a month";
        war_months: i64, "months", "months at or above the severity of war";
        domestic_share: f64, "share", "share of states in domestic conflict";
        domestic_onsets: i64, "conflicts/year", "domestic conflicts that began";
        crises: i64, "crises/year", "serious crises: disputes open for three months or more at a severity of .1 or more";
        crises_regional: i64, "crises/year", "of those, first taken up by a regional body alone";
        crises_global: i64, "crises/year", "first taken up by the global body alone";
        crises_combined: i64, "crises/year", "taken up by both together";
        crises_settled: i64, "crises/year", "settled by a response";
        response_delay: f64, "months", "median month of the first response";
        vetoes: i64, "vetoes/year", "vetoes in the global body";
        link: f64, "0-1", "mean link of partnerships to the global body";
        partnerships: i64, "bodies", "regional security partnerships";
        new_partnerships: i64, "bodies/year", "partnerships founded in the year";
        ended_partnerships: i64, "bodies/year", "partnerships that ended in the year";
        share_in_partnerships: f64, "share", "share of states in a partnership";
        structured_regions: i64, "regions", "regions with a partnership";
        partnership_size: f64, "states", "mean members of partnerships";
        operative_agreements: i64, "agreements", "operative agreements in force";
        new_agreements: i64, "agreements/year", "operative agreements signed in the year";
        offices: i64, "offices", "offices in being";
        institutionalisation: f64, "0-1", "mean institutionalisation I of partnerships (0 without one)";
        international_mechanisms: f64, "share", "share of partnerships with a mechanism for international conflict";
        domestic_mechanisms: f64, "share", "share of partnerships with a mechanism for domestic conflict";
        awareness: f64, "0-1", "mean awareness of interdependence α";
        awareness_p10: f64, "0-1", "10 % quantile of awareness over states";
        awareness_p90: f64, "0-1", "90 % quantile of awareness over states";
        interdependence: f64, "0-1", "mean interdependence W of states with the others of their region";
        interdependence_contiguous: f64, "0-1", "mean interdependence of pairs contiguous by land";
        threat: f64, "0-1", "mean threat Θ̃";
        hostility: f64, "0-1", "mean hostility of pairs contiguous by land";
        trust: f64, "0-1", "mean trust of pairs contiguous by land";
        problem_pressure: f64, "0-1", "mean pressure of transnational problems";
        culture_cooperative: f64, "0-1", "mean of the cooperative dimension of security culture";
        culture_comprehensive: f64, "0-1", "mean of the comprehensive dimension";
        culture_sovereignty: f64, "0-1", "mean of the sovereignty dimension";
        culture_force: f64, "0-1", "mean of the force dimension";
        culture_dispersion: f64, "0-1", "mean over states and dimensions of the distance from the world's mean culture";
        denationalisation: f64, "0-1", "mean denationalisation of defence δ";
        community_share: f64, "share", "share of states in a security community (nascent or higher)";
        mature_communities: i64, "regions", "regions whose community is mature";
        provision_state: f64, "ln units", "mean ln(1+G) if states act alone (Nash)";
        provision_regional: f64, "ln units", "mean ln(1+G) at the regional optima";
        provision_global: f64, "ln units", "mean ln(1+G) at the uniform world optimum";
        provision_combined: f64, "ln units", "mean ln(1+G) at the regional optima topped up globally";
        provision: f64, "ln units", "mean ln(1+G) that is provided in the run";
        provision_cost: f64, "1", "mean cost of provision";
        unmet_loss: f64, "1", "mean loss from problems left by the provision (E4)";
        aid: f64, "1", "aid between regions";
    }
}

record! {
    /// One year of one region.
    pub struct RegionYear in "regions", "one region in one year of one run" {
        run_id: i64, "1", "replicate, from 0";
        seed: i64, "1", "seed of the run";
        year: i64, "year", "calendar year, or year of the run in a stylised world";
        region: String, "1", "region";
        states: i64, "states", "states of the region (all memberships)";
        competition: f64, "0-1", "great-power competition in the region C_r (E6)";
        awareness: f64, "0-1", "item 1: mean awareness";
        violence: f64, "disputes per state-year", "item 2: fatal disputes per state-year over ten years; fatal: severity of .5 or more";
        domestic_share: f64, "share", "item 2: share of states in domestic conflict, ten years";
        relaxed_competition: f64, "0-1", "item 3: 1 − C_r";
        consensus_violence: f64, "share", "item 4: share of states whose violence and stability part of V is positive";
        consensus_domestic: f64, "share", "item 5: share of states whose domestic part of V is positive";
        consensus_domestic_iqr: f64, "1", "item 5: interquartile range over states of the domestic part of V";
        consensus_economic: f64, "share", "item 6: share of states whose economic part of V is positive";
        opposed_pacts: f64, "share", "item 7: share of pairs in opposed defence pacts (an ally of one is a rival of the other)";
        fundamental_agreement: f64, "share", "item 8: share of states that have signed a fundamental agreement";
        operative_agreements: i64, "agreements", "item 9: operative agreements in force";
        offices: i64, "offices", "item 9: offices in being";
        international_mechanisms: f64, "share", "item 10: share of pairs covered by a mechanism for international conflict";
        international_border_only: i64, "0/1", "item 10: 1 if all such agreements are on borders";
        domestic_mechanisms: f64, "share", "item 11: share of states covered by a mechanism for domestic conflict";
        domestic_terror_only: i64, "0/1", "item 11: 1 if all such agreements are on terrorism";
        extra_regional: i64, "actors", "item 12: outside powers, bodies and donors taking part";
        culture_dispersion: f64, "0-1", "item 13: mean distance from the region's mean culture";
        culture_change: f64, "share", "item 13: relative change of culture_dispersion over ten years";
        denationalisation: f64, "0-1", "item 14: mean denationalisation";
        denationalisation_gain: f64, "0-1", "item 14: change of denationalisation over ten years";
        denationalised_subset: i64, "states", "item 14: largest connected subset of states each with a gain of .10 or more";
        community_share: f64, "share", "item 15: share of states in the largest security community";
        community_tier: i64, "0-3", "tier of the community: 0 none, 1 nascent, 2 ascendant, 3 mature";
        founding_year: f64, "year", "year of the fundamental agreement in force; empty without one";
        members: i64, "states", "members of the region's partnership";
        institutionalisation: f64, "0-1", "institutionalisation I (E14)";
        consensus: f64, "0-1", "mean probability with which members would accept the partnership";
        value: f64, "1", "mean value V of a partnership to the region's states";
        interdependence: f64, "0-1", "mean interdependence within the region";
        dependence_asymmetry: f64, "0-1", "mean asymmetry of dependence";
        similarity: f64, "0-1", "similarity of exposure s_r";
        problem_pressure: f64, "0-1", "mean pressure of transnational problems";
        threat: f64, "0-1", "mean threat";
        emulation: f64, "1", "pull of the example of other regions Em_r (E20)";
        performance: f64, "0-1", "reputation of the region";
        disputes: i64, "disputes/year", "disputes that began between states of the region";
        wars: i64, "wars/year", "of those, wars";
        share_in_defence_pacts: f64, "share", "share of states in a defence pact";
        share_dyads_in_defence_pacts: f64, "share", "share of pairs in a common defence pact";
        provision: f64, "ln units", "mean ln(1+G) provided";
        contribution_gini: f64, "0-1", "Gini index of contribution over capability of members";
        aid_received: f64, "1", "aid received from other regions";
        link: f64, "0-1", "link of the partnership to the global body";
        aggregate_capability: f64, "share", "share of world capability of the region's states";
    }
}

record! {
    /// One change of a pact, partnership or agreement.
    pub struct AgreementEvent in "agreements", "one change of a pact, partnership, agreement or office" {
        run_id: i64, "1", "replicate, from 0";
        seed: i64, "1", "seed of the run";
        year: i64, "year", "year of the change";
        agreement: String, "1", "identifier: pacts by founders and birth year, partnerships by region and founding year";
        form: String, "1", "pact, partnership, agreement or office";
        kind: String, "1", "kind of pact or agreement; empty for a partnership";
        change: String, "1", "initial, founded, joined, left, merged, participant or ended";
        by: String, "1", "process that made the change";
        state: String, "1", "abbreviation of the state that joined or left; empty otherwise";
        sponsor: String, "1", "abbreviation of the sponsor, if any";
        members: i64, "states", "members after the change";
        names: String, "1", "abbreviations of the members after the change, |-separated (founded, initial and merged only)";
        region: String, "1", "region of a partnership";
    }
}

record! {
    /// One dispute or domestic conflict.
    pub struct ConflictEvent in "events", "one dispute between states or one onset of domestic conflict" {
        run_id: i64, "1", "replicate, from 0";
        seed: i64, "1", "seed of the run";
        year: i64, "year", "year of onset";
        kind: String, "1", "dispute, war or domestic";
        state_1: String, "1", "abbreviation of the first party";
        state_2: String, "1", "abbreviation of the second party; empty for a domestic conflict";
        contiguous: i64, "0/1", "1 if contiguous by land";
        severity_onset: f64, "1", "severity at onset; 1 is war";
        severity_max: f64, "1", "highest monthly severity";
        months: i64, "months", "months until the end";
        responder: String, "1", "none, regional, global or combined";
        response_month: f64, "months", "month of the first response; empty without one";
        vetoed: i64, "0/1", "1 if the global body was vetoed";
        outcome: String, "1", "lapsed, settled or open at 60 months";
    }
}

record! {
    /// One year of one state (optional).
    pub struct StateYear in "states", "one state in one year of one run" {
        run_id: i64, "1", "replicate, from 0";
        seed: i64, "1", "seed of the run";
        year: i64, "year", "calendar year, or year of the run in a stylised world";
        state: String, "1", "abbreviation";
        code: i64, "1", "code in the state table";
        region: String, "1", "primary region";
        great_power: i64, "0/1", "1 if a great power";
        capability: f64, "share", "share of world capability K";
        income: f64, "0-1", "income ỹ: log GDP per capita between 300 and 50,000 US$ of 2011";
        regime: f64, "0-1", "regime, 0 autocracy to 1 democracy";
        bloc: f64, "0-1", "bloc position z";
        awareness: f64, "0-1", "awareness α";
        threat: f64, "0-1", "threat Θ̃";
        interdependence: f64, "0-1", "interdependence with the region W̄";
        problem_pressure: f64, "0-1", "pressure of transnational problems P";
        instability: f64, "1", "domestic instability h";
        domestic_conflict: i64, "0/1", "1 in domestic conflict";
        culture_cooperative: f64, "0-1", "cooperative dimension of security culture";
        culture_comprehensive: f64, "0-1", "comprehensive dimension";
        culture_sovereignty: f64, "0-1", "sovereignty dimension";
        culture_force: f64, "0-1", "force dimension";
        denationalisation: f64, "0-1", "denationalisation of defence δ";
        pacts: i64, "pacts", "pacts that it is a member of";
        defence_allies: i64, "states", "states that it shares a defence pact with";
        partnerships: i64, "bodies", "partnerships that it is a member of";
        contribution: f64, "1", "contribution to security g";
        security_good: f64, "1", "security good G enjoyed";
        in_community: i64, "0/1", "1 in a security community";
    }
}
