//! The optional table of allied pairs of states.

use crate::record;
use crate::scenario::PactKind;
use crate::world::pacts::deepest;
use crate::world::pairs::pair;
use crate::world::{StateId, World};

record! {
    /// One year of one allied pair (optional).
    pub struct DyadYear in "dyads", "one pair of states with a pact in one year of one run" {
        run_id: i64, "1", "replicate, from 0";
        seed: i64, "1", "seed of the run";
        year: i64, "year", "calendar year, or year of the run in a stylised world; stocks at its end";
        state_1: String, "1", "abbreviation of the state with the lower code";
        state_2: String, "1", "abbreviation of the other; pairs of states in the system that have no row have no pact";
        code_1: i64, "1", "code of the first state in the state table";
        code_2: i64, "1", "code of the second";
        kind: String, "1", "kind of their deepest pact: defence, neutrality, nonaggression or entente";
        depth: f64, "0-1", "depth of its obligation: 1 for defence";
        defence: i64, "pacts", "defence pacts that tie them";
        neutrality: i64, "pacts", "neutrality pacts";
        nonaggression: i64, "pacts", "non-aggression pacts";
        entente: i64, "pacts", "ententes";
        members: i64, "states", "members of the smallest pact of that kind that both are in";
        sponsor: String, "1", "great power that sponsors a pact of that kind between them, that of the smallest one if several; empty without one";
    }
}

/// Appends the allied pairs of the year.
pub fn measure(world: &World, seed: i64, rows: &mut Vec<DyadYear>) {
    for &i in &world.roster {
        for &j in world.allies[i].iter().filter(|&&j| j < i) {
            rows.push(of_pair(world, seed, i, j));
        }
    }
}

fn of_pair(world: &World, seed: i64, i: StateId, j: StateId) -> DyadYear {
    let s = &world.states;
    let (a, b) = if s.code[j] < s.code[i] {
        (j, i)
    } else {
        (i, j)
    };
    let ties = world.pairs.ties[pair(i, j)];
    let count = |kind: PactKind| i64::from(ties[kind as usize]);
    // Kinds are declared from the deepest on.
    let kind = PactKind::ALL.into_iter().find(|&kind| count(kind) > 0);
    let shared = world.pacts.iter();
    let shared = shared.filter(|p| Some(p.kind) == kind && p.has(i) && p.has(j));
    let smallest = shared.clone().map(|p| p.members.len()).min().unwrap_or(0);
    let sponsored = shared.filter_map(|p| Some((p.members.len(), p.sponsor?)));
    let sponsor = sponsored.min_by_key(|&(members, g)| (members, s.code[g]));
    DyadYear {
        run_id: 0,
        seed,
        year: i64::from(world.year),
        state_1: s.abbreviation[a].clone(),
        state_2: s.abbreviation[b].clone(),
        code_1: i64::from(s.code[a]),
        code_2: i64::from(s.code[b]),
        kind: kind.map_or("", PactKind::name).to_string(),
        depth: deepest(ties, &world.parameters),
        defence: count(PactKind::Defence),
        neutrality: count(PactKind::Neutrality),
        nonaggression: count(PactKind::NonAggression),
        entente: count(PactKind::Entente),
        members: smallest as i64,
        sponsor: sponsor.map_or(String::new(), |(_, g)| s.abbreviation[g].clone()),
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario;
    use crate::simulation::run;

    #[test]
    fn allied_pairs_are_those_of_the_other_tables() {
        let set = ["stylised.states=24", "years=6", "recording.states=true"].map(String::from);
        let mut world = scenario::load("s2-bipolar", &set).unwrap();
        let without = run(&world, 3);
        assert!(without.dyads.is_empty());
        world.recording.dyads = true;
        let with = run(&world, 3);
        assert_eq!(with.agreements, without.agreements);
        for year in &with.world {
            let rows = || with.dyads.iter().filter(|d| d.year == year.year);
            let defence = rows().filter(|d| d.defence > 0);
            assert_eq!(defence.clone().count() as i64, year.defence_dyads);
            assert!(year.defence_dyads > 0 && rows().count() > defence.clone().count());
            assert!(
                defence
                    .clone()
                    .all(|d| d.kind == "defence" && d.depth == 1.0)
            );
            for state in with.states.iter().filter(|s| s.year == year.year) {
                let tied = |d: &&super::DyadYear| [&d.state_1, &d.state_2].contains(&&state.state);
                assert_eq!(
                    defence.clone().filter(tied).count() as i64,
                    state.defence_allies
                );
            }
        }
        assert!(
            with.dyads
                .iter()
                .all(|d| d.code_1 < d.code_2 && d.members >= 2)
        );
        let sponsored = with.dyads.iter().filter(|d| !d.sponsor.is_empty());
        assert!(sponsored.count() > 0);
    }
}
