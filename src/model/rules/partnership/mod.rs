//! E14: regional security partnerships. What a partnership is worth to a state, and how
//! one is founded, grows, deepens, loses members and ends.

pub mod accession;
pub mod deepening;
pub mod extra_regional;
pub mod founding;
pub mod lapse;
pub mod value;
pub mod withdrawal;

use crate::rng::Stream;
use crate::scenario::Target;
use crate::scenario::parameters::parameters;
use crate::world::World;

parameters! {
    /// The value of a partnership to a state and its founding (E14).
    partnership: Partnership {
        awareness "a_W" "E14" "1" = 0.8 [0.0, 1.6] NonNegative, "paper A, model section; a proposal", "Weight of awareness of interdependence";
        dependence "a_dep" "E14" "1" = 0.3 [0.0, 1.0] NonNegative, "Hirschman 1945; Keohane & Nye 1977", "Weight of the fear of asymmetric dependence that comes with awareness";
        problems "a_G" "E14" "1" = 0.5 [0.0, 1.0] NonNegative, "a proposal", "Weight of common problems";
        competition "a_C" "E14" "1" = 0.5 [0.0, 1.0] NonNegative, "paper A, model section; prior equal to a_ins", "Weight of regional competition against cooperation";
        insurance "a_ins" "E14" "1" = 0.5 [0.0, 1.0] NonNegative, "hedging; prior equal to a_C", "Weight of competition and threat for cooperation, as insurance";
        violence "a_V" "E14" "1" = 0.5 [0.0, 1.0] NonNegative, "paper A, model section; prior equal to a_V2", "Weight of violence against cooperation";
        violence_demand "a_V2" "E14" "1" = 0.5 [0.0, 1.0] NonNegative, "demand for conflict management; prior equal to a_V", "Weight of violence for cooperation, with awareness";
        sovereignty "a_S" "E14" "1" = 0.3 [0.0, 0.6] NonNegative, "a proposal", "Weight of sovereignty lost";
        culture "a_D" "E14" "1" = 0.5 [0.0, 1.0] NonNegative, "a proposal", "Weight of distance from the region's mean culture";
        opposed_pacts "a_O" "E14" "1" = 0.5 [0.0, 1.0] NonNegative, "paper A, model section", "Weight of opposed alliances in the region";
        emulation "a_E" "E14" "1" = 0.3 [0.0, 0.6] Real, "a proposal", "Weight of the example of other regions";
        seat "a_B" "E14" "1" = 0.2 [0.0, 0.4] Real, "paper B on a seat at the table", "Weight of a seat with the global body";
        aid "a_X" "E14" "1" = 0.3 [-0.2, 0.6] Real, "paper B on aid; may reverse", "Weight of aid received by the region";
        hegemon "a_H" "E14" "1" = 0.0 [-0.6, 0.6] Real, "sign-free, centred on zero: N(0, .3)", "Weight of the stance of the outside power most present";
        cost "κ_f" "E14" "1" = 0.03 [-0.1, 0.2] Real, "hand-set", "Fixed cost of a partnership";
        shock_sd "σ_V" "E14" "1" = 0.2 [0.0, 0.4] NonNegative, "a proposal", "Standard deviation of the yearly circumstance common to a region's states";
        proposal_rate "λ_0" "E14" "1/year" = 0.08 [0.03, 0.2] NonNegative, "a proposal", "Rate of proposals to found a partnership in a region without awareness";
        quorum_states "m_n" "E14" "1" = 0.6666666666666666 [0.5, 1.0] Share, "a proposal", "Share of the region's states that must accept";
        quorum_capability "m_K" "E14" "1" = 0.8 [0.5, 1.0] Share, "a proposal", "Share of the region's capability that must accept; .5 in regions of four states or fewer";
        depth "d_f" "E14" "1" = 0.6 [0.2, 1.0] Share, "a proposal", "Depth of the fundamental agreement's text";
        accession_rate "p_acc" "E14" "1/year" = 0.2 [0.05, 0.4] Share, "a proposal", "Rate at which a state outside considers accession";
        withdrawal_rate "p_wd" "E14" "1/year" = 0.15 [0.05, 0.3] Share, "as the exit from pacts", "Rate at which a member reconsiders";
        withdrawal_cost "u_wd" "E14" "1" = 0.7 [0.3, 1.2] Real, "as the exit from pacts", "Cost of leaving a partnership";
        extra_regional_rate "p_ext" "E14" "1/year" = 0.1 [0.0, 0.3] Share, "a proposal", "Rate at which an outside power seeks a part in a partnership";
        extra_regional_stance "a_ext" "E14" "1" = 0.5 [0.0, 1.0] NonNegative, "a proposal", "Weight of an outside power's stance in its admission";
    }
}

/// Years of disputes that make the violence seen in a region (E14).
const VIOLENCE_YEARS: usize = 5;
/// Weight of disputes per state-year in v_r (E14).
const DISPUTES_WEIGHT: f64 = 2.0;
/// Weight of the share of states in domestic conflict in v_r (E14).
const DOMESTIC_WEIGHT: f64 = 0.5;

impl World {
    /// Brings up to date what regions derive from the year before: opposed pacts,
    /// institutionalisation, similarity, the year's circumstance.
    pub(crate) fn derive_regions(&mut self) {
        let shock = self.parameters.partnership.shock_sd;
        for r in self.regions.keys() {
            let noise = self.draw(Stream::Founding, r, 1u32).normal();
            let given = self.parameters.problems.similarity;
            let similarity = self.held_in_region(Target::Similarity, r, given);
            let levels = self.partnerships_of(r).map(|p| p.institutionalisation());
            let institutionalisation = levels.fold(0.0, f64::max);
            let opposed = value::opposed(self, r);
            let region = &mut self.regions[r];
            region.circumstance = shock * noise;
            region.institutionalisation = institutionalisation;
            region.similarity = similarity.clamp(0.0, 1.0);
            region.opposed = opposed;
        }
    }

    /// v_r = min(1, 2·disputes per state-year over five years + ½·share in domestic conflict);
    /// without the conflict processes it keeps its initial value.
    pub(crate) fn refresh_violence(&mut self) {
        for r in self.regions.keys() {
            let record = &self.regions[r].record;
            let recent = &record[record.len().saturating_sub(VIOLENCE_YEARS)..];
            if let Some(last) = recent.last() {
                // The latest year first, as the sum has always run.
                let latest = recent.iter().rev();
                let states: f64 = latest.clone().map(|x| x.states).sum();
                let disputes: f64 = latest.map(|x| x.disputes).sum();
                let violence = DISPUTES_WEIGHT * disputes / states.max(1.0)
                    + DOMESTIC_WEIGHT * last.domestic / last.states.max(1.0);
                self.regions[r].violence = violence.min(1.0);
            }
            let held = self.held_in_region(Target::Violence, r, self.regions[r].violence);
            self.regions[r].violence = held.clamp(0.0, 1.0);
        }
    }
}
