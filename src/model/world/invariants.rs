//! What holds at the end of every year of every run, whatever the scenario: a rule that breaks it
//! ends the run with a message instead of a wrong table.
//!
//! It is looked at by column, without a branch, and said by state only where something is wrong:
//! the check costs less than half a hundredth of a run.

use super::pairs::Pairs;
use super::{ByState, StateId, States, World};
use multiversion::multiversion;

/// How far the shares of capability may be from a sum of 1.
const SUM: f64 = 1e-6;
/// Values that are compared at once.
const BLOCK: usize = 32;
/// A quantity of each state, with its name.
type Column = (&'static str, fn(&States) -> &ByState<f64>);
/// Quantities on [0, 1].
const SHARES: [Column; 9] = [
    ("capability", |s| &s.capability),
    ("income", |s| &s.income),
    ("regime", |s| &s.regime),
    ("bloc position", |s| &s.bloc),
    ("awareness", |s| &s.awareness),
    ("problem pressure", |s| &s.pressure),
    ("denationalisation", |s| &s.denationalisation),
    ("threat", |s| &s.threat_share),
    ("interdependence", |s| &s.interdependence),
];
/// Quantities that are numbers.
const NUMBERS: [Column; 5] = [
    ("instability", |s| &s.instability),
    ("contribution", |s| &s.contribution),
    ("regional contribution", |s| &s.regional_contribution),
    ("security good", |s| &s.good),
    ("loss from problems", |s| &s.loss),
];
/// Quantities that are 0 outside the system.
const OUTSIDE: [Column; 4] = [
    ("capability", |s| &s.capability),
    ("contribution", |s| &s.contribution),
    ("regional contribution", |s| &s.regional_contribution),
    ("security good", |s| &s.good),
];

impl World {
    /// Looks whether no state outside the system has a share, tie, seat or vote, whether shares of
    /// capability sum to 1, and whether every quantity is a number of its range.
    ///
    /// # Errors
    /// The first thing that is otherwise, in words that name the state.
    pub fn check(&self) -> Result<(), String> {
        self.check_outside()?;
        self.check_agreements()?;
        self.check_numbers()?;
        self.check_pairs()
    }

    fn name(&self, i: StateId) -> &str {
        &self.states.abbreviation[i]
    }

    /// Nothing of a state outside the system is left in the world.
    fn check_outside(&self) -> Result<(), String> {
        let active = &self.states.active;
        let inside = active.iter().filter(|&&active| active).count();
        let listed = [("roster", &self.roster), ("order of action", &self.order)];
        for (what, list) in listed {
            self.inside(list, || format!("the {what}"))?;
            if list.len() != inside {
                return Err(format!(
                    "the {what} has {} states of the {inside} in the system",
                    list.len()
                ));
            }
        }
        self.inside(&self.powers, || "the great powers".to_string())?;
        for region in &self.regions {
            self.inside(&region.members, || format!("region {}", region.name))?;
        }
        for i in self.states.keys().filter(|&i| !active[i]) {
            let out = |what: String| Err(format!("{what}, but is not in the system"));
            if let Some(&ally) = self.allies[i].first() {
                return out(format!("{} is tied to {}", self.name(i), self.name(ally)));
            }
            if let Some((what, column)) = OUTSIDE.iter().find(|(_, of)| of(&self.states)[i] != 0.0)
            {
                let value = column(&self.states)[i];
                return out(format!("{} has a {what} of {value}", self.name(i)));
            }
        }
        Ok(())
    }

    /// All of these are in the system.
    fn inside(&self, states: &[StateId], of: impl Fn() -> String) -> Result<(), String> {
        match states.iter().find(|&&i| !self.states.active[i]) {
            None => Ok(()),
            Some(&i) => Err(format!(
                "{} has {}, which is not in the system",
                of(),
                self.name(i)
            )),
        }
    }

    /// Pacts and bodies have two members and more, all of them in the system.
    fn check_agreements(&self) -> Result<(), String> {
        let few = |what: &str, name: &str, members: &[StateId]| match members.len() {
            0 | 1 => Err(format!("{what} {name} has fewer than two members")),
            _ => Ok(()),
        };
        for pact in &self.pacts {
            few("pact", &pact.label, &pact.members)?;
            self.inside(&pact.members, || format!("pact {}", pact.label))?;
        }
        for body in &self.partnerships {
            few("partnership", &body.name, &body.members)?;
            self.inside(&body.members, || format!("partnership {}", body.name))?;
            for &(power, _) in &body.participants {
                self.inside(&[power], || {
                    format!("partnership {} as a participant", body.name)
                })?;
            }
        }
        Ok(())
    }

    /// Quantities of states, regions and the world.
    fn check_numbers(&self) -> Result<(), String> {
        let states = &self.states;
        let total: f64 = states.capability.iter().sum();
        if !self.roster.is_empty() && (total - 1.0).abs() > SUM {
            return Err(format!("shares of capability sum to {total}, expected 1"));
        }
        for (name, of) in SHARES {
            if !all_shares(&of(states).raw) {
                self.odd(name, "a number from 0 to 1", |i| {
                    ((0.0..=1.0).contains(&of(states)[i]), of(states)[i])
                })?;
            }
        }
        for (name, of) in NUMBERS {
            if !all_numbers(&of(states).raw) {
                self.odd(name, "a number", |i| {
                    (of(states)[i].is_finite(), of(states)[i])
                })?;
            }
        }
        for dimension in &states.culture {
            if !all_small_shares(&dimension.raw) {
                self.odd("culture", "a number from 0 to 1", |i| {
                    let value = dimension[i];
                    ((0.0..=1.0).contains(&value), f64::from(value))
                })?;
            }
        }
        for region in &self.regions {
            let shares = [
                ("competition", region.competition),
                ("violence", region.violence),
            ];
            let numbers = [
                ("emulation", region.emulation),
                ("reputation", region.performance),
            ];
            let odd = shares.iter().find(|(_, v)| !(0.0..=1.0).contains(v));
            if let Some((name, value)) = odd.or(numbers.iter().find(|(_, v)| !v.is_finite())) {
                return Err(format!("{name} of region {} is {value}", region.name));
            }
        }
        Ok(())
    }

    /// The first state for which `look` says that its value is not as expected.
    fn odd(
        &self,
        name: &str,
        expected: &str,
        look: impl Fn(StateId) -> (bool, f64),
    ) -> Result<(), String> {
        let mut states = self.states.keys().map(|i| (i, look(i)));
        match states.find(|(_, (good, _))| !good) {
            None => Ok(()),
            Some((i, (_, value))) => Err(format!(
                "{name} of {} is {value}, expected {expected}",
                self.name(i)
            )),
        }
    }

    /// Quantities of pairs.
    fn check_pairs(&self) -> Result<(), String> {
        let Pairs {
            interdependence,
            hostility,
            trust,
            ..
        } = &self.pairs;
        let columns = [
            ("interdependence", interdependence),
            ("hostility", hostility),
            ("trust", trust),
        ];
        for (name, column) in columns {
            if all_small_shares(&column.raw) {
                continue;
            }
            for i in self.states.keys() {
                let row = super::below(column, i);
                let odd = row
                    .iter_enumerated()
                    .find(|(_, v)| !(0.0..=1.0).contains(*v));
                if let Some((j, value)) = odd {
                    let (i, j) = (self.name(i), self.name(j));
                    return Err(format!(
                        "{name} of {i} and {j} is {value}, expected a number from 0 to 1"
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Whether all are numbers from 0 to 1.
#[multiversion(targets("x86_64+avx2"))]
fn all_shares(values: &[f64]) -> bool {
    values
        .iter()
        .fold(true, |all, v| all & (*v >= 0.0) & (*v <= 1.0))
}

/// Whether all are numbers.
#[multiversion(targets("x86_64+avx2"))]
fn all_numbers(values: &[f64]) -> bool {
    values
        .iter()
        .fold(true, |all, v| all & (v.abs() <= f64::MAX))
}

/// Whether all are numbers from 0 to 1: those have bits up to those of 1, negative ones and what is no
/// number have larger ones. So has the zero with a sign, for which it says no.
#[multiversion(targets("x86_64+avx2"))]
fn all_small_shares(values: &[f32]) -> bool {
    let mut largest = [0u32; BLOCK];
    let (blocks, rest) = values.as_chunks::<BLOCK>();
    for block in blocks {
        for (largest, value) in largest.iter_mut().zip(block) {
            *largest = value.to_bits().max(*largest);
        }
    }
    let largest = largest.into_iter().chain(rest.iter().map(|v| v.to_bits()));
    largest.max().is_none_or(|bits| bits <= 1.0f32.to_bits())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::drawn::{self, Drawn};
    use crate::world::{BodyId, PactId, Partnership};
    use proptest::prelude::*;

    /// What a change of a whole world is told.
    fn told(drawn: &Drawn, change: impl Fn(&mut World)) -> String {
        let mut world = drawn.world.clone();
        change(&mut world);
        world.check().expect_err("the change was not seen")
    }

    proptest! {
        #![proptest_config(drawn::config())]

        /// Each kind of thing that must not be is seen, whichever state it is of.
        #[test]
        fn what_must_not_be_is_said(drawn in drawn::world("trust"), k in any::<prop::sample::Index>()) {
            let n = drawn.world.states.len();
            let i = StateId::from(k.index(n));
            let name = drawn.world.states.abbreviation[i].clone();
            let odd = [f64::NAN, f64::INFINITY, -0.1, 1.1][k.index(4)];
            for (column, change) in [
                ("awareness", (|w, i, v| w.states.awareness[i] = v) as fn(&mut World, StateId, f64)),
                ("culture", |w, i, v| w.states.culture[2][i] = v as f32),
            ] {
                let text = told(&drawn, |w| change(w, i, odd));
                prop_assert!(text.contains(column) && text.contains(&name), "{text}");
            }
            let text = told(&drawn, |w| w.states.instability[i] = f64::NAN);
            prop_assert!(text.contains("instability") && text.contains(&name), "{text}");
            let text = told(&drawn, |w| w.states.capability[i] *= 0.5);
            prop_assert!(text.contains("sum to"), "{text}");
            let pairs = drawn.world.pairs.trust.len();
            let text = told(&drawn, |w| w.pairs.trust.raw[k.index(pairs)] = odd as f32);
            prop_assert!(text.contains("trust of"), "{text}");

            let gone = |w: &mut World| {
                w.states.active[i] = false;
                w.roster.retain(|&j| j != i);
                w.order.retain(|&j| j != i);
                w.powers.retain(|&j| j != i);
                w.regions.iter_mut().for_each(|r| r.members.retain(|&j| j != i));
            };
            let text = told(&drawn, |w| w.states.active[i] = false);
            prop_assert!(text.contains(&name) && text.contains("not in the system"), "{text}");
            let text = told(&drawn, gone);
            prop_assert!(text.contains(&name) && text.contains("not in the system"), "{text}");
        }

        /// A pact or a body with one member, or with one that has left.
        #[test]
        fn empty_agreements_are_said(drawn in drawn::world("trust")) {
            if !drawn.world.pacts.is_empty() {
                let text = told(&drawn, |w| w.pacts[PactId::FIRST].members.truncate(1));
                prop_assert!(text.contains("fewer than two"), "{text}");
            }
            let text = told(&drawn, |w| {
                let region = crate::world::RegionId::from(0);
                let body = Partnership::new(w, region, "b".to_string(), vec![StateId::FIRST]);
                w.partnerships.insert(BodyId::FIRST, body);
            });
            prop_assert!(text.contains("partnership b has fewer"), "{text}");
        }
    }

    #[test]
    fn a_zero_with_a_sign_is_a_share() {
        assert!(all_shares(&[0.0, -0.0, 1.0]) && !all_shares(&[1.5]) && !all_shares(&[f64::NAN]));
        assert!(all_numbers(&[-1e300]) && !all_numbers(&[f64::NEG_INFINITY]));
        assert!(all_small_shares(&[1.0; 3 * BLOCK + 1]) && all_small_shares(&[]));
        for odd in [f32::NAN, -f32::NAN, f32::INFINITY, -1e-9, 1.000_001] {
            for at in [0, 2 * BLOCK + 1, 3 * BLOCK] {
                let mut values = [0.5; 3 * BLOCK + 1];
                values[at] = odd;
                assert!(!all_small_shares(&values), "{odd} at {at}");
            }
        }
    }
}
