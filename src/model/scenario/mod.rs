//! Scenarios: what the world is.
//!
//! What the user wrote (`raw`) becomes what the program believes
//! ([`Scenario`]): checked, resolved, self-contained. A run reads nothing else.
//!
//! `source` reads and merges files, `raw` is their shape, `sheet` and `tables` read
//! the data, `resolve`, `stylised`, `schedule` check and resolve; `library` holds what
//! is shipped, `schema` describes the files to editors.

mod context;
pub mod document;
pub mod files;
pub mod library;
pub mod parameters;
pub mod process;
pub mod provenance;
mod raw;
pub mod resolve;
mod schedule;
pub mod schema;
pub mod shape;
pub mod sheet;
pub mod source;
pub mod states;
mod stylised;
pub mod suggest;
pub mod tables;
mod things;
mod yearly;

use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::Result;
pub use schedule::{Intervention, interventions};

pub use parameters::{PARAMETERS, Parameter, Parameters};
pub use process::{Process, ProcessSet};

/// Reads and resolves a scenario: a path, else the name of a shipped one. Each override
/// is `path=value`, such as `parameters.alliance.reactance=0.2`.
///
/// # Errors
/// The first thing that is wrong, with file, line, key, what was found and what was expected.
pub fn load(name_or_path: &str, overrides: &[String]) -> Result<Scenario> {
    resolve::resolve(&source::Source::open(name_or_path, overrides)?)
}

/// As [`load`], from a text; `name` stands for the file in messages, gives the scenario's
/// name and the folder for relative paths.
///
/// # Errors
/// As [`load`].
pub fn load_text(name: impl AsRef<Path>, text: &str, overrides: &[String]) -> Result<Scenario> {
    let name = name.as_ref().to_string_lossy();
    resolve::resolve(&source::Source::from_text(&name, text, overrides)?)
}

/// Index of a state in [`Setting::states`] and in the world: its rank by `stream_id`.
pub type StateIndex = usize;
/// Index of a region in [`Setting::regions`].
pub type RegionIndex = usize;

/// A checked scenario with everything that a run needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Short name, for results (the file's stem).
    pub name: String,
    /// Title.
    pub title: String,
    /// What the scenario is for, one paragraph.
    pub purpose: String,
    /// Label of the first year: a calendar year, or 0 in a stylised world.
    pub start_year: i32,
    /// Whether years are calendar years.
    pub calendar: bool,
    /// Number of years.
    pub years: u32,
    /// Years run before the first recorded one (stylised worlds).
    pub burn_in: u32,
    /// Which nested variant was chosen.
    pub variant: Variant,
    /// Order in which agents act.
    pub update_order: UpdateOrder,
    /// Which processes run.
    pub processes: ProcessSet,
    /// Parameter values.
    pub parameters: Parameters,
    /// Where great-power antagonism comes from.
    pub competition: CompetitionMode,
    /// Who may respond to crises and provide security.
    pub governance: Governance,
    /// The states, their data, pairs and initial pacts.
    pub setting: Setting,
    /// Institutions that stand at the start (empty unless asked for).
    pub institutions: Vec<InitialPartnership>,
    /// Whether any institution was seeded (Table 1 is then not measured).
    pub seeded: bool,
    /// Treatments, in the order written.
    pub schedule: Vec<Treatment>,
    /// Optional tables to record.
    pub recording: Recording,
    /// Names of the data files used, for citation.
    pub data_files: Vec<String>,
    /// Counts of values filled in for missing data, by column.
    pub filled: Vec<(String, usize)>,
    /// Hash of parameters, switches and text: equal hashes mean equal inputs.
    pub hash: String,
}

/// Nested model variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// Awareness, competition, pacts and partnerships only.
    Core,
    /// Everything.
    Full,
}

/// Order in which agents act within a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UpdateOrder {
    /// A random order, drawn anew each year.
    Random,
    /// All decide on the same state of the world, then all decisions are carried out.
    Synchronous,
    /// From the most to the least capable.
    Capability,
}

/// Where the antagonism of great powers comes from (E6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CompetitionMode {
    /// From the dates of their strategic rivalries.
    Observed,
    /// Rises with disputes between them and decays.
    Endogenous,
}

/// Who acts against crises and provides security (E12, E18).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Governance {
    /// Partnerships may respond and provide.
    pub regional: bool,
    /// The global body may respond and provide.
    pub global: bool,
    /// How the two work together.
    pub coordination: Coordination,
    /// Whether standing structures let links grow (E19).
    pub standing: bool,
    /// How contributions add up (E18).
    pub technology: Technology,
    /// Total resources shared by the levels that act; `None`: each has its own.
    pub total_budget: Option<f64>,
}

/// How a regional body and the global body work together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Coordination {
    /// One response with joined assets, after a delay for coordination.
    Combined,
    /// Each on its own.
    Independent,
    /// The regional body acts only once the global body has authorised it.
    AuthorisationFirst,
    /// The global body acts only where the regional body is unable or has failed.
    SubsidiarityFirst,
}

/// How contributions to a public good add up (E18; Hirshleifer 1983).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Technology {
    /// The sum counts.
    Sum,
    /// The smallest contribution counts.
    WeakestLink,
    /// The largest contribution counts.
    BestShot,
}

/// Optional tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recording {
    /// Record the state-year table.
    pub states: bool,
    /// Record the table of allied pairs.
    pub dyads: bool,
}

/// The states and what is given about them.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// All states that exist at any time, by `stream_id`.
    pub states: Vec<StateInput>,
    /// Names of the regions.
    pub regions: Vec<String>,
    /// Yearly values by state, or `None` in a stylised world with endogenous capability.
    pub observed: Option<ObservedPaths>,
    /// Pairs contiguous by land, with their years.
    pub contiguity: Vec<PairSpell>,
    /// Strategic rivalries, with their years.
    pub rivalries: Vec<PairSpell>,
    /// Great-power spells.
    pub powers: Vec<PowerSpell>,
    /// Antagonism given directly instead of from rivalries (stylised worlds).
    pub antagonism: Option<f64>,
    /// Pacts in force at the start.
    pub pacts: Vec<InitialPact>,
    /// How distances are measured.
    pub geometry: Geometry,
    /// Stylised worlds: what is drawn at initialisation, from the run's seed.
    pub stylised: Option<Stylised>,
    /// Placebo: assign states to regions at random, keeping the regions' sizes.
    pub permute_regions: bool,
}

/// How `StateInput::position` is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Geometry {
    /// Latitude and longitude in degrees; distance is the great circle over half the circumference.
    Globe,
    /// Coordinates in the unit square; distance is Euclidean.
    Plane,
}

/// A state.
#[derive(Debug, Clone, PartialEq)]
pub struct StateInput {
    /// Decides the state's draws and its place in sums; the states are sorted by it.
    pub stream_id: u32,
    /// Code in the tables (COW's in history).
    pub code: u32,
    /// Abbreviation.
    pub abbreviation: String,
    /// Name.
    pub name: String,
    /// First year in the system.
    pub entry_year: i32,
    /// Year in which it left the system, if it did; it is no longer in it at that year's end.
    pub exit_year: Option<i32>,
    /// Regions, the primary one first; may be empty.
    pub regions: Vec<RegionIndex>,
    /// (latitude, longitude) or (x, y).
    pub position: (f64, f64),
    /// Bloc position given by the scenario, if any.
    pub bloc: Option<f64>,
}

/// Yearly values by state: row = year of the run (burn-in excluded), column = state.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedPaths {
    /// Share of world capability, before renormalising; NaN where the state is out of the system.
    pub capability: Vec<Vec<f32>>,
    /// GDP per capita, 2011 US$.
    pub income: Vec<Vec<f32>>,
    /// Regime, 0 (autocracy) to 1 (democracy).
    pub regime: Vec<Vec<f32>>,
}

/// A pair of states in a span of years, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairSpell {
    /// One state.
    pub a: StateIndex,
    /// The other.
    pub b: StateIndex,
    /// First year.
    pub from: i32,
    /// Last year, if it ended.
    pub to: Option<i32>,
}

impl PairSpell {
    /// Whether it is in force in `year`.
    pub fn covers(&self, year: i32) -> bool {
        self.from <= year && self.to.is_none_or(|to| year <= to)
    }
}

/// A span of years in which a state is a great power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PowerSpell {
    /// The state.
    pub state: StateIndex,
    /// First year.
    pub from: i32,
    /// Last year, if it ended.
    pub to: Option<i32>,
}

/// The kinds of pact, from the deepest obligation to the shallowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum PactKind {
    /// Defence pact.
    Defence,
    /// Neutrality pact.
    Neutrality,
    /// Non-aggression pact.
    NonAggression,
    /// Entente (consultation).
    Entente,
}

impl PactKind {
    /// All kinds.
    pub const ALL: [PactKind; 4] = [
        Self::Defence,
        Self::Neutrality,
        Self::NonAggression,
        Self::Entente,
    ];

    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Defence => "defence",
            Self::Neutrality => "neutrality",
            Self::NonAggression => "nonaggression",
            Self::Entente => "entente",
        }
    }

    /// The kind with this name.
    pub fn find(name: &str) -> Option<PactKind> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}

/// A pact in force at the start.
#[derive(Debug, Clone, PartialEq)]
pub struct InitialPact {
    /// Identifier in the source table.
    pub label: String,
    /// Kind.
    pub kind: PactKind,
    /// Members, ascending.
    pub members: Vec<StateIndex>,
    /// Year in which it began.
    pub start_year: i32,
}

/// What a stylised world draws at initialisation (open points 8 and 21 of the design; `docs/odd.md` §5).
#[derive(Debug, Clone, PartialEq)]
pub struct Stylised {
    /// Shares of the poles among the great powers, largest first; they sum to 1.
    pub poles: Vec<f64>,
    /// Share of world capability that the poles hold together.
    pub pole_capability: f64,
    /// Mean and standard deviation of log capability of the other states.
    pub log_capability: (f64, f64),
    /// Income of every state, as ỹ on [0, 1]; `None`: drawn uniformly.
    pub income: Option<f64>,
    /// Regime of every state; `None`: drawn uniformly.
    pub regime: Option<f64>,
    /// Number of nearest neighbours that count as contiguous, at least.
    pub neighbours: usize,
}

/// Kinds of operative agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum AgreementKind {
    /// Borders between states.
    IntBorder,
    /// Conflict between states in general.
    IntGeneral,
    /// Terrorism and crime.
    DomTerror,
    /// Domestic conflict in general.
    DomGeneral,
    /// Trade and economic cooperation.
    Economic,
    /// Confidence-building measures.
    ConfidenceBuilding,
}

impl AgreementKind {
    /// All kinds.
    pub const ALL: [AgreementKind; 6] = [
        Self::IntBorder,
        Self::IntGeneral,
        Self::DomTerror,
        Self::DomGeneral,
        Self::Economic,
        Self::ConfidenceBuilding,
    ];

    /// Name in scenarios and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::IntBorder => "int_border",
            Self::IntGeneral => "int_general",
            Self::DomTerror => "dom_terror",
            Self::DomGeneral => "dom_general",
            Self::Economic => "economic",
            Self::ConfidenceBuilding => "confidence_building",
        }
    }

    /// The kind with this name.
    pub fn find(name: &str) -> Option<AgreementKind> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}

/// A partnership that stands at the start or that a treatment inserts.
#[derive(Debug, Clone, PartialEq)]
pub struct InitialPartnership {
    /// Name of the body.
    pub name: String,
    /// Region whose states it may gather.
    pub region: RegionIndex,
    /// Members; empty: all states of the region in the system.
    pub members: Vec<StateIndex>,
    /// Depth of the fundamental agreement's text.
    pub depth: f64,
    /// Year of the fundamental agreement.
    pub start_year: i32,
    /// Operative agreements.
    pub agreements: Vec<AgreementKind>,
    /// Offices, by the kind of agreement that they serve.
    pub offices: Vec<AgreementKind>,
    /// Outside powers taking part, with their stance on [−1, 1].
    pub participants: Vec<(StateIndex, f64)>,
    /// Budget relative to that of an ordinary body.
    pub budget: f64,
    /// Placebo: a partnership that changes nothing.
    pub inert: bool,
}

/// One entry of the schedule: from a year, optionally until one (included), optionally
/// for some states or a region only, one action.
#[derive(Debug, Clone, PartialEq)]
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
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Sets a parameter (index into [`PARAMETERS`]).
    SetParameter(usize, f64),
    /// Switches a process.
    SetProcess(Process, bool),
    /// Changes a governance switch.
    SetGovernance(GovernanceSwitch),
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

/// Governance switches that a treatment can change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum GovernanceSwitch {
    /// `governance.regional`
    Regional(bool),
    /// `governance.global`
    Global(bool),
    /// `governance.standing`
    Standing(bool),
}

macro_rules! named_enum {
    ($(#[$doc:meta])* $Name:ident { $( $variant:ident $name:literal $help:literal; )* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
        pub enum $Name { $( #[doc = $help] #[serde(rename = $name)] $variant, )* }

        impl $Name {
            /// All of them.
            pub const ALL: &'static [$Name] = &[ $( $Name::$variant, )* ];

            /// Name in scenarios.
            pub fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )* }
            }

            /// What it is.
            pub fn help(self) -> &'static str {
                match self { $( Self::$variant => $help, )* }
            }

            /// The one with this name.
            pub fn find(name: &str) -> Option<$Name> {
                Self::ALL.iter().copied().find(|t| t.name() == name)
            }
        }
    };
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
#[derive(Debug, Clone, PartialEq)]
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
