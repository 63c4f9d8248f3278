//! Treatments: what a schedule can do, and to what.

use serde::{Serialize, Serializer};

use super::parameters::{PARAMETERS, Parameter};
use super::process::Process;
use super::setting::{AgreementKind, InitialPartnership, PactKind, RegionIndex, StateIndex};

/// One entry of the schedule: from a year, optionally until one (included), optionally
/// for some states or a region only, one action.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Treatment {
    /// Name by which overlays refer to it.
    pub id: Option<String>,
    /// First year (label, as the scenario counts).
    pub from: i32,
    /// Last year, if it ends.
    pub until: Option<i32>,
    /// States that it applies to; empty: all.
    pub states: Vec<StateIndex>,
    /// Region that it applies to; `None`: all.
    pub region: Option<RegionIndex>,
    /// What it does.
    pub action: Action,
}

impl Treatment {
    /// Whether it is in force in `year`.
    pub fn covers(&self, year: i32) -> bool {
        self.from <= year && self.until.is_none_or(|until| year <= until)
    }
}

/// What a treatment does.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Sets a parameter (index into [`PARAMETERS`]).
    SetParameter(#[serde(serialize_with = "path")] usize, f64),
    /// Switches a process.
    SetProcess(Process, bool),
    /// Changes a governance switch.
    SetGovernance(GovernanceSwitch, bool),
    /// Holds a state variable at a value instead of its equation.
    Force(Target, f64),
    /// Adds to a state variable each year that the treatment is in force.
    Add(Target, f64),
    /// Multiplies a state variable each year that the treatment is in force.
    Scale(Target, f64),
    /// Puts something into the world, in the first year.
    Insert(Thing),
    /// Takes something out of the world, in the first year (rivalries: every year in force).
    Remove(Thing),
    /// Lets no event of a kind happen.
    Block(EventKind),
}

named_enum! {
    /// A governance switch that treatments can change.
    GovernanceSwitch {
        Regional "governance.regional" "partnerships may respond and provide";
        Global "governance.global" "the global body may respond and provide";
        Standing "governance.standing" "standing structures let links grow";
    }
}

named_enum! {
    /// A state variable that treatments can force, add to or scale.
    Target {
        Competition "competition.global" "world competition C_t, replaces E6";
        RegionalCompetition "competition.regional" "competition C_r of the region (or of all), replaces E6";
        Antagonism "competition.antagonism" "antagonism A of all pairs of great powers (of the pairs among `states`, if given)";
        Awareness "state.awareness" "awareness α";
        Capability "state.capability" "capability K, before renormalising";
        Income "state.income" "income ỹ on [0, 1]";
        Regime "state.regime" "regime d";
        Bloc "state.bloc" "bloc position z";
        Instability "state.instability" "domestic instability h";
        DomesticConflict "state.domestic_conflict" "domestic conflict D, 0 or 1";
        CultureCooperative "state.culture.cooperative" "cooperative dimension of security culture";
        CultureComprehensive "state.culture.comprehensive" "comprehensive dimension";
        CultureSovereignty "state.culture.sovereignty" "sovereignty dimension";
        CultureForce "state.culture.force" "force dimension";
        Exposure "state.exposure" "exposure to all problems";
        Hostility "pair.hostility" "hostility of pairs within the scope";
        Trust "pair.trust" "trust of pairs within the scope";
        Interdependence "pair.interdependence" "interdependence W of pairs within the scope";
        ProblemTerror "problems.terror" "level of terror and crime X_1";
        ProblemResources "problems.resources" "level of resource and environment problems X_2";
        ProblemHealth "problems.health" "level of health problems X_3";
        ProblemConflict "problems.conflict" "level of conflict spill X_4";
        Similarity "region.similarity" "similarity of exposure s_r of the region";
        Violence "region.violence" "violence v_r that the states of the region see (E14)";
        Stance "partnership.stance" "stance of outside powers in the region's partnership";
        Budget "partnership.budget" "budget of the region's partnership";
        Link "partnership.link" "link of the region's partnership to the global body";
        Capacity "global.capacity" "crises that the global body can take up in a year";
    }
}

named_enum! {
    /// A kind of event that treatments can block.
    EventKind {
        SponsorOffer "sponsor_offer" "offers of great powers";
        MultilateralCall "multilateral_call" "multilateral calls";
        BilateralPact "bilateral_pact" "bilateral pacts";
        PactAccession "pact_accession" "accession to pacts";
        PactExit "pact_exit" "exit from pacts";
        PactLapse "pact_lapse" "lapse of pacts";
        SponsorCollapse "sponsor_collapse" "votes after the collapse of a sponsor";
        Founding "founding" "founding of partnerships";
        Agreement "agreement" "new operative agreements";
        Office "office" "new offices";
        PartnershipLapse "partnership_lapse" "lapse of agreements and partnerships";
        Veto "veto" "vetoes in the global body";
        RegionalResponse "regional_response" "responses of regional bodies";
        GlobalResponse "global_response" "responses of the global body";
        Dispute "dispute" "disputes between states within the scope";
    }
}

/// Something that a treatment inserts or removes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// A pact of this kind among these states (removal: every pact of the kind with all of them as members).
    Pact(PactKind, Vec<StateIndex>),
    /// An active strategic rivalry of two states.
    Rivalry(StateIndex, StateIndex),
    /// A partnership (removal: that of the region).
    Partnership(InitialPartnership),
    /// An operative agreement in the region's partnership.
    Agreement(RegionIndex, AgreementKind),
    /// An office in the region's partnership.
    Office(RegionIndex, AgreementKind),
    /// Membership of a state in the region's partnership.
    Membership(StateIndex, RegionIndex),
    /// An outside power in the region's partnership, with its stance.
    Participant(StateIndex, RegionIndex, f64),
    /// A military base of a power in a region.
    Base(StateIndex, RegionIndex),
}

/// A parameter by its path: its place in the list is no part of what it means.
fn path<S: Serializer>(index: &usize, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(PARAMETERS[*index].path)
}

/// Things that `insert` and `remove` know, with whether they need the entry's `region`.
const THINGS: [(&str, bool, &str); 8] = [
    (
        "rivalry",
        false,
        "an active strategic rivalry: [\"USA\", \"RUS\"]",
    ),
    (
        "pact",
        false,
        "a pact: { kind = \"defence\", members = [\"FRA\", \"UKG\"] }; removal: every pact of the kind with all of them",
    ),
    (
        "partnership",
        true,
        "a partnership in the region: { name = \"…\", depth = 0.6 }; removal: true",
    ),
    (
        "agreement",
        true,
        "an operative agreement of the region's partnership: \"int_border\"",
    ),
    (
        "office",
        true,
        "an office of the region's partnership, by the kind of agreement that it serves",
    ),
    (
        "membership",
        true,
        "membership of a state in the region's partnership: \"TUR\"",
    ),
    (
        "participant",
        true,
        "an outside power in the region's partnership: { state = \"USA\", stance = 0.5 }",
    ),
    (
        "base",
        true,
        "a military base of a power in the region: \"USA\"",
    ),
];

/// Something that a treatment can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intervention {
    /// Keys of the treatment that take it, such as `force, add, scale`.
    pub verbs: &'static str,
    /// Name to write.
    pub name: String,
    /// What it is.
    pub help: String,
}

/// Everything that treatments can do, in the order of the verbs.
pub fn interventions() -> Vec<Intervention> {
    let entry = |verbs, name: &str, help: &str| Intervention {
        verbs,
        name: name.to_string(),
        help: help.to_string(),
    };
    let parameter = |p: &Parameter| entry("set", &format!("parameters.{}", p.path), p.help);
    let process = |p: &Process| entry("set", &format!("processes.{}", p.name()), p.help());
    let thing = |&(name, region, help): &(&str, bool, &str)| {
        let place = if region { " (needs `region`)" } else { "" };
        entry("insert, remove", name, &format!("{help}{place}"))
    };
    let mut all: Vec<Intervention> = PARAMETERS.iter().map(parameter).collect();
    all.extend(Process::ALL.iter().map(process));
    all.extend(GovernanceSwitch::ALL.map(|s| entry("set", s.name(), s.help())));
    all.extend(Target::ALL.map(|t| entry("force, add, scale", t.name(), t.help())));
    all.extend(THINGS.iter().map(thing));
    all.extend(EventKind::ALL.map(|e| entry("block", e.name(), e.help())));
    all
}
