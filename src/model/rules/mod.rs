//! The rules: one year as a list of processes, each in its own file.
//!
//! A process reads the world as the processes above it in the list have left it.
//! What steps 9 to 11 make (institutions, the pull of examples, security goods,
//! culture, trust) enters steps 2 to 8 of the next year.

pub mod aid;
pub mod alliance;
pub mod awareness;
pub mod capability;
pub mod choice;
pub mod community;
pub mod competition;
pub mod culture;
pub mod denationalisation;
pub mod diffusion;
pub mod disputes;
pub mod domestic;
#[cfg(test)]
pub(crate) mod drawn;
pub mod global_body;
pub mod interdependence;
pub mod lanes;
pub mod partnership;
pub mod problems;
pub mod provision;
mod schedule;
pub mod threat;
pub mod trust;

use crate::rng::Stream;
use crate::scenario::{Scenario, Setting, UpdateOrder};
use crate::world::{StateId, World};
pub use schedule::Declaration;
use schedule::schedule;

/// What a process may look at beside the world: the given, never the seed.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its setting, completed by the seed's layout.
    pub setting: &'a Setting,
}

schedule! {
    Capability: capability,
    Interdependence: interdependence,
    Problems: problems,
    Competition: competition,
    Threat: threat,
    Awareness: awareness,
    Disputes: disputes,
    DomesticConflict: domestic,
    Trust: trust,
    PactExit: alliance::exit,
    SponsorCollapse: alliance::collapse,
    PactLapse: alliance::lapse,
    SponsorOffers: alliance::offers,
    MultilateralCalls: alliance::calls,
    BilateralPacts: alliance::bilateral,
    PactAccession: alliance::accession,
    PactMerger: alliance::merger,
    Alignment: alliance::alignment,
    Founding: partnership::founding,
    PartnershipAccession: partnership::accession,
    Withdrawal: partnership::withdrawal,
    Deepening: partnership::deepening,
    ExtraRegional: partnership::extra_regional,
    PartnershipLapse: partnership::lapse,
    Provision: provision,
    Aid: aid,
    GlobalBody: global_body,
    Diffusion: diffusion,
    Culture: culture,
    Denationalisation: denationalisation,
    SecurityCommunity: community,
}

/// Runs one year: treatments, then the schedule.
pub fn step(world: &mut World, given: Given<'_>) {
    world.journal.clear();
    world.apply_schedule(given.scenario);
    world.begin_year(given);
    for &process in Process::ALL {
        if world.processes.has(process) {
            (process.declaration().run)(world, given);
        } else if process == Process::Problems {
            // Constant problems are still felt.
            world.feel_problems();
        }
        match process {
            Process::Capability => world.refresh_felt(),
            Process::Trust => world.refresh_violence(),
            _ => {}
        }
    }
}

impl World {
    /// What every year needs, whatever processes run: membership, geometry, order,
    /// held states, and what regions derive from the year before.
    fn begin_year(&mut self, given: Given<'_>) {
        self.update_membership(given.setting, given.scenario);
        self.refresh_geometry(given.setting);
        self.draw_order(given.scenario.update_order);
        self.hold_states();
        self.derive_regions();
    }

    /// The order in which states act: drawn once a year, or by capability.
    fn draw_order(&mut self, order: UpdateOrder) {
        match order {
            UpdateOrder::Capability => {
                self.order.clone_from(&self.roster);
                let k = &self.states.capability;
                self.order
                    .sort_unstable_by(|&i, &j| k[j].total_cmp(&k[i]).then(i.cmp(&j)));
            }
            UpdateOrder::Random | UpdateOrder::Synchronous => {
                let n = self.states.len();
                let words = self.draws.column(Stream::Order, self.step, 0, n);
                let keyed = self
                    .roster
                    .iter()
                    .map(|&i| (u64::from(words[usize::from(i)]) << 32) | u64::from(i.word()));
                let mut keyed: Vec<u64> = keyed.collect();
                keyed.sort_unstable();
                self.order.clear();
                self.order
                    .extend(keyed.iter().map(|&k| StateId::from(k as u32 as usize)));
            }
        }
    }
}

/// Lets agents act: one after the other, each seeing what those before have done,
/// or, in synchronous order, all deciding first.
///
/// `decide` looks and answers; `carry_out` changes the world and must check that
/// the decision still makes sense.
pub(crate) fn act<A, D>(
    world: &mut World,
    order: UpdateOrder,
    agents: &[A],
    decide: impl Fn(&World, &A) -> Option<D>,
    mut carry_out: impl FnMut(&mut World, D),
) {
    if order == UpdateOrder::Synchronous {
        let decisions: Vec<D> = agents.iter().filter_map(|a| decide(world, a)).collect();
        for decision in decisions {
            carry_out(world, decision);
        }
    } else {
        for agent in agents {
            if let Some(decision) = decide(world, agent) {
                carry_out(world, decision);
            }
        }
    }
}
