//! The processes of a year: their names, order, equations and variants.
//!
//! The order of [`Process::ALL`] is the order in which a year runs; `rules` maps
//! each name to its function.

macro_rules! processes {
    ($( $variant:ident $name:literal $step:literal $equation:literal $core:literal $help:literal; )*) => {
        /// A process of the yearly schedule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Process { $( #[doc = $help] $variant, )* }

        impl Process {
            /// All processes in the order of the schedule.
            pub const ALL: &'static [Process] = &[ $( Process::$variant, )* ];

            /// Name in scenarios, under `[processes]`.
            pub fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )* }
            }

            /// Step of the yearly schedule that it belongs to.
            pub fn step(self) -> &'static str {
                match self { $( Self::$variant => $step, )* }
            }

            /// Equation in `docs/odd.md`.
            pub fn equation(self) -> &'static str {
                match self { $( Self::$variant => $equation, )* }
            }

            /// Whether the variant `core` has it.
            pub fn in_core(self) -> bool {
                match self { $( Self::$variant => $core, )* }
            }

            /// What it does.
            pub fn help(self) -> &'static str {
                match self { $( Self::$variant => $help, )* }
            }
        }
    };
}

processes! {
    Capability "capability" "1 capabilities" "E1" true "Entry and exit of states; capability, income and regime from data, or drift of capability";
    Interdependence "interdependence" "2 interdependence" "E3" true "Interdependence of each pair";
    Problems "problems" "3 problems" "E4" false "Shocks to the transnational problems";
    Competition "competition" "4 competition" "E6" true "Antagonism and competition of the great powers, in the world and in each region";
    Threat "threat" "4 competition" "E7" true "Threat that each state feels";
    Awareness "awareness" "5 awareness" "E5" true "Awareness of interdependence";
    Disputes "disputes" "6 conflict" "E11, E12" false "Disputes between states, their monthly escalation and the responses to them";
    DomesticConflict "domestic_conflict" "6 conflict" "E11" false "Domestic instability and conflict";
    Trust "trust" "7 trust" "E13" false "Hostility and trust";
    PactExit "pact_exit" "8 alliances" "E10" true "Members leave pacts";
    SponsorCollapse "sponsor_collapse" "8 alliances" "E10" true "Members of the pacts of a collapsed sponsor vote once on staying";
    PactLapse "pact_lapse" "8 alliances" "E10" true "Spontaneous lapse of pacts, and of bilateral pacts nested in larger ones";
    SponsorOffers "sponsor_offers" "8 alliances" "E10 (i)" true "Great powers offer pacts";
    MultilateralCalls "multilateral_calls" "8 alliances" "E10 (ii)" true "Powers and regional conveners invite states to found a pact together";
    BilateralPacts "bilateral_pacts" "8 alliances" "E10 (iii)" true "States propose bilateral pacts";
    PactAccession "pact_accession" "8 alliances" "E10 (iv)" true "States apply to existing pacts";
    PactMerger "pact_merger" "8 alliances" "E10 (v)" true "Pacts of one sponsor merge";
    Alignment "alignment" "8 alliances" "E9" false "Bloc positions move towards sponsors (rate 0 by default)";
    Founding "founding" "9 partnerships" "E14" true "Regions found partnerships";
    PartnershipAccession "partnership_accession" "9 partnerships" "E14" true "States of a region accede later";
    Withdrawal "withdrawal" "9 partnerships" "E14" true "Members leave partnerships";
    Deepening "deepening" "9 partnerships" "E14" true "Operative agreements and offices";
    ExtraRegional "extra_regional" "9 partnerships" "E14" false "Outside powers take part in partnerships";
    PartnershipLapse "partnership_lapse" "9 partnerships" "E14" true "Lapse of agreements and of partnerships";
    Provision "provision" "10 public goods" "E18" false "Contributions to security as a public good at four levels";
    Aid "aid" "10 public goods" "E21" false "Aid from region to region";
    GlobalBody "global_body" "10 public goods" "E19" false "Capacity of the global body and its links to partnerships";
    Diffusion "diffusion" "10 public goods" "E20" false "Reputation of regions and the pull of their example";
    Culture "culture" "11 culture" "E15" false "Security culture";
    Denationalisation "denationalisation" "11 culture" "E16" false "Denationalisation of defence";
    SecurityCommunity "security_community" "11 culture" "E17" false "Security communities";
}

impl Process {
    /// The process with this name.
    pub fn find(name: &str) -> Option<Process> {
        Self::ALL.iter().copied().find(|p| p.name() == name)
    }
}

/// Which processes run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessSet(u64);

impl ProcessSet {
    /// Every process: the variant `full`.
    pub fn full() -> Self {
        Process::ALL
            .iter()
            .fold(Self(0), |set, &p| set.with(p, true))
    }

    /// The processes of the variant `core`.
    pub fn core() -> Self {
        Process::ALL
            .iter()
            .fold(Self(0), |set, &p| set.with(p, p.in_core()))
    }

    /// This set with `process` switched.
    #[must_use]
    pub fn with(self, process: Process, on: bool) -> Self {
        let bit = 1 << process as u8;
        Self(if on { self.0 | bit } else { self.0 & !bit })
    }

    /// Whether `process` runs.
    #[inline]
    pub fn has(self, process: Process) -> bool {
        self.0 & (1 << process as u8) != 0
    }
}
