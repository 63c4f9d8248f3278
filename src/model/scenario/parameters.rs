//! Every parameter of the model, declared once.
//!
//! The declaration feeds the parser of scenarios, `comity describe parameters`,
//! the JSON Schema, the sampling of designs and the table in `docs/odd.md`.
//! A parameter is addressed by its path, `group.name`, in scenarios under
//! `[parameters.group]` and on the command line as `--set parameters.group.name=…`.

/// What values a parameter may take at all; its prior range lies inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// Between 0 and 1.
    Share,
    /// Zero or more.
    NonNegative,
    /// Any finite number.
    Real,
    /// A whole number, zero or more.
    Count,
}

impl Domain {
    /// Whether `value` may stand for a parameter of this domain.
    pub fn admits(self, value: f64) -> bool {
        match self {
            Self::Share => (0.0..=1.0).contains(&value),
            Self::NonNegative => value >= 0.0 && value.is_finite(),
            Self::Real => value.is_finite(),
            Self::Count => (0.0..=1e6).contains(&value) && value.fract() == 0.0,
        }
    }

    /// What is expected, for messages.
    pub fn expectation(self) -> &'static str {
        match self {
            Self::Share => "a number from 0 to 1",
            Self::NonNegative => "a number of 0 or more",
            Self::Real => "a finite number",
            Self::Count => "a whole number of 0 or more",
        }
    }
}

/// The declaration of one parameter.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// `group.name`.
    pub path: &'static str,
    /// The equation that it enters.
    pub equation: &'static str,
    /// Symbol in `docs/odd.md`.
    pub symbol: &'static str,
    /// Unit of measurement; `1` if it has none.
    pub unit: &'static str,
    /// Default value.
    pub default: f64,
    /// Prior range.
    pub prior: [f64; 2],
    /// Values allowed.
    pub domain: Domain,
    /// Where default and range come from.
    pub source: &'static str,
    /// What it does.
    pub help: &'static str,
    get: fn(&Parameters) -> f64,
    set: fn(&mut Parameters, f64),
}

impl Parameter {
    /// The value in `parameters`.
    pub fn get(&self, parameters: &Parameters) -> f64 {
        (self.get)(parameters)
    }

    /// Sets the value; the caller has checked the domain.
    pub fn set(&self, parameters: &mut Parameters, value: f64) {
        (self.set)(parameters, value);
    }

    /// The declaration with this path.
    pub fn find(path: &str) -> Option<&'static Parameter> {
        PARAMETERS.iter().find(|p| p.path == path)
    }
}

/// Parameters are the same if their paths are.
impl PartialEq for Parameter {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

macro_rules! parameters {
    ($( $(#[$gdoc:meta])* $group:ident: $Group:ident {
        $( $name:ident $symbol:literal $equation:literal $unit:literal = $default:literal
           [$low:literal, $high:literal] $domain:ident, $source:literal, $help:literal; )*
    } )*) => {
        $( $(#[$gdoc])* #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $Group { $( #[doc = $help] pub $name: f64, )* } )*

        /// The values of all parameters.
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct Parameters { $( $(#[$gdoc])* pub $group: $Group, )* }

        impl Default for Parameters {
            fn default() -> Self {
                Self { $( $group: $Group { $( $name: $default, )* }, )* }
            }
        }

        /// All parameters in the order of the equations.
        pub static PARAMETERS: &[Parameter] = &[ $( $( Parameter {
            path: concat!(stringify!($group), ".", stringify!($name)),
            equation: $equation,
            symbol: $symbol,
            unit: $unit,
            default: $default,
            prior: [$low, $high],
            domain: Domain::$domain,
            source: $source,
            help: $help,
            get: |p| p.$group.$name,
            set: |p, v| p.$group.$name = v,
        }, )* )* ];
    };
}

parameters! {
    /// Capability and its drift (E1) and reach (E2).
    capability: Capability {
        drift_sd "σ_K" "E1" "ln units" = 0.04 [0.02, 0.11] NonNegative, "COW National Material Capabilities: robust sd .038, sd .111", "Standard deviation of the yearly change of log capability where capability is not observed";
        drift_mean "μ" "E1" "ln units" = 0.0 [-0.02, 0.02] Real, "a proposal", "Mean yearly change of log capability where capability is not observed, times (1 − K/K̄): 0 is a pure random walk";
        reach_length "λ_g" "E2" "half circumferences" = 0.25 [0.1, 0.6] NonNegative, "a proposal, after Boulding's loss-of-strength gradient", "Distance at which the reach of a minor power falls to 1/e; 1 is half the earth's circumference";
        power_projection "ρ" "E2" "1" = 0.7 [0.3, 0.9] Share, "a proposal", "How much of the loss with distance a great power is spared";
    }
    /// Interdependence (E3).
    interdependence: Interdependence {
        scale "ω0" "E3" "1" = 0.7 [0.3, 1.2] NonNegative, "hand-set to a contiguous mean of .25 (1946) and .44 (1988)", "Scale of interdependence between two rich contiguous states";
        growth "γ_W" "E3" "1/year" = 0.015 [0.005, 0.03] Real, "IGO memberships per state grew about 1.5 % a year (Pevehouse et al. 2020)", "Yearly growth of interdependence";
        economic_agreement "ω_R" "E3" "1" = 0.3 [0.0, 0.8] NonNegative, "a proposal, after Powers 2004", "Addition to interdependence by a common economic agreement";
        hostility_loss "ω_H" "E3" "1" = 0.6 [0.0, 1.0] Share, "a proposal", "Share of interdependence lost at full hostility";
    }
    /// Transnational problems (E4).
    problems: Problems {
        mean "X̄" "E4" "1" = 0.4 [0.2, 0.8] NonNegative, "a proposal", "Long-run level of a problem";
        persistence "ρ_X" "E4" "1" = 0.8 [0.5, 0.95] Share, "a proposal", "Share of a problem's deviation that stays to the next year";
        shock_sd "σ_X" "E4" "1" = 0.08 [0.02, 0.2] NonNegative, "a proposal", "Standard deviation of the yearly shock to a problem";
        similarity "s_r" "E4" "1" = 0.5 [0.0, 1.0] Share, "a proposal", "How alike the states of a region are exposed to problems";
        cross_border_crime "τ_1" "E4" "1" = 0.6 [0.3, 0.9] Share, "a proposal", "Share of terror and crime that crosses borders";
        cross_border_resources "τ_2" "E4" "1" = 0.7 [0.3, 0.9] Share, "a proposal", "Share of resource and environment problems that crosses borders";
        cross_border_health "τ_3" "E4" "1" = 0.8 [0.3, 0.9] Share, "a proposal", "Share of health problems that crosses borders";
        cross_border_conflict "τ_4" "E4" "1" = 0.5 [0.3, 0.9] Share, "a proposal", "Share of conflict problems that crosses borders";
    }
    /// Awareness of interdependence (E5).
    awareness: Awareness {
        rate "η" "E5" "1/year" = 0.1 [0.03, 0.3] Share, "a proposal", "Yearly adjustment of awareness to its sources";
        interdependence "ω1" "E5" "1" = 0.8 [0.4, 1.2] NonNegative, "paper A, model section", "Weight of interdependence with the region";
        problems "ω2" "E5" "1" = 0.8 [0.4, 1.2] NonNegative, "paper A, model section", "Weight of the pressure of transnational problems";
        emulation "ω3" "E5" "1" = 0.1 [0.0, 0.3] Real, "a proposal", "Weight of the example of other regions";
        institutions "ω4" "E5" "1" = 0.2 [0.0, 0.4] Real, "a proposal", "Weight of the region's own institutionalisation";
        threat "ω_θ" "E5" "1" = 0.2 [0.0, 0.5] NonNegative, "a proposal: salient threat crowds out awareness", "Weight of threat under regional competition";
        noise_sd "σ_α" "E5" "1" = 0.02 [0.0, 0.05] NonNegative, "a proposal", "Standard deviation of the yearly noise of awareness";
        initial "α(0)" "E5" "1" = 0.3 [0.1, 0.5] Share, "a proposal", "Awareness in the first year";
    }
    /// Great-power competition (E6).
    competition: Competition {
        active_rivalry "A" "E6" "1" = 1.0 [0.8, 1.0] Share, "Thompson, Sakuwa & Suhas 2022 give the dates; the level is a proposal", "Antagonism of two great powers while their strategic rivalry is active";
        ended_rivalry "A_end" "E6" "1" = 0.5 [0.2, 0.8] Share, "a proposal", "Antagonism for ten years after a rivalry ended";
        floor "A_0" "E6" "1" = 0.1 [0.0, 0.2] Share, "a proposal", "Antagonism of great powers without a rivalry";
        per_dispute "ΔA" "E6" "1" = 0.1 [0.0, 0.3] Share, "a proposal", "Rise of antagonism with each dispute of the pair, in endogenous mode";
        decay "δ_A" "E6" "1/year" = 0.05 [0.0, 0.15] Share, "a proposal", "Yearly return of antagonism to its floor, in endogenous mode";
        base_presence "π_base" "E6" "1" = 0.6 [0.3, 0.9] Share, "a proposal", "Least presence in a region where a scenario gives a power a military base";
    }
    /// Threat (E7) and security (E8).
    threat: Threat {
        latent "h0" "E7" "1" = 0.1 [0.02, 0.3] NonNegative, "Walt 1987; Stinnett et al. 2002; a proposal", "Threat from mere capability";
        hostility "h1" "E7" "1" = 0.8 [0.2, 1.5] NonNegative, "Walt 1987: intentions; a proposal", "Weight of hostility in threat";
        bloc "h2" "E7" "1" = 0.4 [0.0, 1.0] NonNegative, "a proposal", "Weight of distance between blocs under competition";
        distrust "h3" "E7" "1" = 0.2 [0.0, 0.5] NonNegative, "a proposal", "Weight of missing trust";
        reliability "q" "E8" "1" = 0.6 [0.2, 0.9] Share, "Leeds, Long & Mitchell 2000; Berkemeier & Fuhrmann 2018: .50 overall, .41 defence", "Share of an ally's capability that is counted on";
        sensing_sd "σ_obs" "E7" "1" = 0.0 [0.0, 0.2] NonNegative, "a proposal", "Relative standard deviation with which a state misjudges its threat";
    }
    /// The value of a pact to a state (E9).
    alliance: Alliance {
        security "b_S" "E9" "1" = 1.439 [0.5, 2.0] NonNegative, "calibrated to the moments of 1946-88 (experiments/calibration)", "Weight of the gain in security";
        autonomy "b_A" "E9" "1" = 0.5852 [0.0, 1.0] NonNegative, "Morrow 1991; calibrated to the moments of 1946-88 (experiments/calibration)", "Weight of autonomy lost to a stronger partner";
        entrapment "b_E" "E9" "1" = 0.4 [0.0, 1.0] NonNegative, "Snyder 1984", "Weight of being drawn into the others' conflicts";
        hostility "b_X" "E9" "1" = 1.5 [0.5, 2.5] NonNegative, "a proposal", "Weight of hostility towards members";
        homophily "b_C" "E9" "1" = 0.7595 [0.0, 1.0] NonNegative, "calibrated to the moments of 1946-88 (experiments/calibration)", "Weight of nearness in bloc position";
        neutral_distance "z_0" "E9" "1" = 0.3734 [0.2, 0.5] Share, "calibrated to the moments of 1946-88 (experiments/calibration)", "Distance in bloc position at which nearness neither attracts nor repels";
        pull "b_P" "E9" "1" = 0.6616 [0.0, 1.0] NonNegative, "paper A on great powers' encouragement; prior equal to b_R; calibrated to the moments of 1946-88 (experiments/calibration)", "What a sponsor offers under competition to a state near its bloc";
        reactance "b_R" "E9" "1" = 0.6067 [0.0, 1.0] NonNegative, "paper A on reaction to great-power pressure; prior equal to b_P; calibrated to the moments of 1946-88 (experiments/calibration)", "Reaction against the pressure of a sponsor under competition";
        sponsor_gain "b_G" "E9" "1" = 0.4 [0.0, 1.0] NonNegative, "a proposal", "What a sponsor gains under competition from members near its bloc";
        depth_cost "c_0" "E9" "1" = 0.1566 [0.0, 0.3] NonNegative, "calibrated to the moments of 1946-88 (experiments/calibration)", "Fixed cost of an obligation, times its depth";
        size_cost "c_n" "E9" "1" = 0.0677 [0.0, 0.15] NonNegative, "calibrated to the moments of 1946-88 (experiments/calibration)", "Cost of coordination, times the log of the number of partners";
        choice_scale "s" "E9" "1" = 0.1408 [0.05, 0.3] NonNegative, "calibrated to the moments of 1946-88 (experiments/calibration)", "Scale of the logit choice: 0 chooses the better alternative for certain";
        alignment "ζ" "E9" "1/year" = 0.0 [0.0, 0.06] Share, "a proposal; 0 keeps bloc positions constant", "Yearly move of a member's bloc position towards its sponsor's";
        depth_neutrality "d_N" "E9" "1" = 0.4 [0.2, 0.6] Share, "a proposal", "Depth of a neutrality or non-aggression pact; a defence pact has 1";
        depth_entente "d_E" "E9" "1" = 0.3 [0.1, 0.5] Share, "a proposal", "Depth of an entente";
    }
    /// How pacts begin and end (E10).
    protocol: Protocol {
        exit_rate "e_x" "E10" "1/year" = 0.2 [0.05, 0.3] Share, "hand-set to the moments of 1946-88 (seeds 1-50)", "Rate at which a member reconsiders a pact";
        exit_cost "u_x" "E10" "1" = 0.8167 [0.3, 1.2] Real, "calibrated to the moments of 1946-88 (experiments/calibration)", "Cost of leaving a pact";
        lapse "l_0" "E10" "1/year" = 0.02337 [0.005, 0.04] Share, "COW and ATOP ending hazards .024-.043; calibrated to the moments of 1946-88 (experiments/calibration)", "Spontaneous lapse of a pact";
        nested_lapse "l_n" "E10" "1/year" = 0.3 [0.0, 0.5] Share, "hand-set to the moments of 1946-88 (seeds 1-50)", "Lapse of a bilateral pact nested in a larger defence pact";
        offers "n_off" "E10" "1/year" = 8.077 [0.0, 24.0] NonNegative, "the range is twice the starting design's because the supply is f = ½ where it was C_t; calibrated to the moments of 1946-88 (experiments/calibration)", "Offers of a power with half of the great powers' capability";
        offers_competition "β_off" "E10" "1" = 0.0 [-1.0, 1.0] Real, "sign-free, centred on zero", "How the supply of offers and calls follows competition: 1 in proportion, −1 in inverse proportion, 0 independent of it";
        bloc_share "p_bloc" "E10" "1" = 0.75 [0.0, 1.0] Share, "hand-set to the moments of 1946-88 (seeds 1-50)", "Probability that an offer is into the power's largest pact";
        power_calls "λ_P" "E10" "1/year" = 0.42 [0.0, 0.8] NonNegative, "hand-set to the moments of 1946-88 (seeds 1-50)", "Rate of multilateral calls by a power with half of the great powers' capability";
        regional_calls "λ_R" "E10" "1/year" = 0.06 [0.0, 0.1] NonNegative, "hand-set to the moments of 1946-88 (seeds 1-50)", "Rate of multilateral calls in a region by one of its states";
        call_hostility "H_c" "E10" "1" = 0.35 [0.1, 0.6] Share, "a proposal", "Hostility to the convener above which a state is not invited";
        call_distance "Δz_c" "E10" "1" = 0.4 [0.2, 0.8] Share, "a proposal", "Distance in bloc position to the convener above which a state is not invited";
        proposers "p_prop" "E10" "1/year" = 0.3111 [0.05, 0.4] Share, "calibrated to the moments of 1946-88 (experiments/calibration)", "Share of states that propose a bilateral pact in a year";
        applicants "p_app" "E10" "1/year" = 0.2197 [0.05, 0.4] Share, "calibrated to the moments of 1946-88 (experiments/calibration)", "Share of states that apply to an existing pact in a year";
        bilateral_openness "o_2" "E10" "1" = 0.02 [0.0, 0.1] Share, "ATOP 1946-88: 3 accessions in 1,721 pact-years of bilateral pacts, 63 in 453 of larger ones", "Probability that an applicant considers bilateral pacts too, not only those of more than two";
        admission_quorum "m_adm" "E10" "1" = 0.9242 [0.5, 1.0] Share, "calibrated to the moments of 1946-88 (experiments/calibration)", "Share of members that must accept an applicant";
        share_defence "p_D" "E10" "1" = 0.53 [0.3, 0.8] Share, "ATOP births 1946-88", "Share of bilateral proposals that are of a defence pact";
        share_neutrality "p_N" "E10" "1" = 0.40 [0.1, 0.6] Share, "ATOP births 1946-88", "Share that are of a neutrality or non-aggression pact; the rest are ententes";
        collapse_loss "k_col" "E10" "1" = 0.333 [0.2, 0.5] Share, "a proposal", "Share of its capability that a sponsor must lose within five years for its pacts to be put to a vote";
    }
    /// Disputes between states (E11).
    dispute: Dispute {
        base "γ0" "E11" "logit" = -7.5 [-8.0, -7.0] Real, "calibrated to the moments of 1946-88 (experiments/calibration); there -7.579, raised to 2.9 originator onsets per 1,000 dyad-years (seeds 1-50)", "Base rate";
        contiguity "γ1" "E11" "logit" = 3.5 [2.5, 4.5] Real, "COW MID 5 to 1988: 68 onsets per 1,000 contiguous dyad-years (seeds 1-50); calibrated to the moments of 1946-88 (experiments/calibration)", "Contiguity by land";
        hostility "γ2" "E11" "logit" = 1.317 [1.0, 3.0] Real, "calibrated to the moments of 1946-88 (experiments/calibration)", "Hostility";
        blocs "γ3" "E11" "logit" = 0.8 [0.0, 2.0] Real, "a proposal", "Distance between blocs under competition";
        parity "γ4" "E11" "logit" = 0.3 [0.0, 0.6] Real, "a proposal, after power-parity research", "Ratio of the smaller to the larger capability";
        interdependence "γ5" "E11" "logit" = 0.2792 [-1.4, 1.4] Real, "sign-free, centred on zero: N(0, .7); calibrated to the moments of 1946-88 (experiments/calibration)", "Interdependence: less than 0 pacifies, more than 0 breeds friction";
        asymmetry "γ6" "E11" "logit" = 0.0 [-1.4, 1.4] Real, "sign-free, centred on zero: N(0, .7)", "Interdependence times asymmetry of capability";
        alliance "γ7" "E11" "logit" = -0.7 [-1.5, 0.3] Real, "Li, Bradshaw, Clary & Cranmer 2017", "Direct alliance";
        alliance_path "γ8" "E11" "logit" = -0.7 [-1.5, 0.3] Real, "Li, Bradshaw, Clary & Cranmer 2017", "Alliance at two or three steps, without a direct one";
        institutions "γ9" "E11" "logit" = 0.0 [-1.4, 1.4] Real, "sign-free, centred on zero: N(0, .7)", "Institutionalisation of a common partnership";
        culture "γ10" "E11" "logit" = 0.3 [-0.3, 1.0] Real, "a proposal", "Difference of security cultures";
        domestic "γ11" "E11" "logit" = 0.4 [0.0, 0.8] Real, "a proposal", "Domestic conflict in either state";
        distant_power "γ12" "E11" "logit" = 2.4 [1.5, 3.2] Real, "COW MID 5: onset rates by cell to 1988", "A great power that is not contiguous";
        rivalry "γ13" "E11" "logit" = 1.887 [0.5, 2.0] Real, "COW MID 5: onset rates by cell to 1988; calibrated to the moments of 1946-88 (experiments/calibration)", "Active strategic rivalry";
        severity_mean "μ_S" "E11" "ln units" = -2.3 [-3.0, -1.6] Real, "hand-set to wars to 1988", "Mean of log severity at onset";
        severity_sd "σ_S" "E11" "ln units" = 1.0 [0.7, 1.4] NonNegative, "a proposal", "Standard deviation of log severity at onset";
        escalation_sd "η_S" "E11" "ln units" = 0.35 [0.2, 0.5] NonNegative, "hand-set to wars to 1988", "Standard deviation of the monthly change of log severity";
        end_low "x_0" "E11" "1/month" = 0.2 [0.1, 0.3] Share, "a proposal", "Monthly end of a dispute below the severity of war";
        end_war "x_1" "E11" "1/month" = 0.1 [0.05, 0.2] Share, "a proposal", "Monthly end of a war";
    }
    /// Domestic conflict (E11, domestic part).
    domestic: Domestic {
        base "β0" "E11" "logit" = -3.9 [-4.5, -3.3] Real, "hand-set to UCDP shares to 1988", "Base rate of onset";
        instability "β1" "E11" "logit" = 1.0 [0.5, 1.5] Real, "a proposal", "Domestic instability";
        income "β2" "E11" "logit" = 0.5 [0.2, 0.8] Real, "a proposal", "Income, in standard deviations over states, lowers onset";
        neighbours "β3" "E11" "logit" = 0.7 [0.0, 1.4] Real, "a proposal", "Share of neighbours with domestic conflict";
        problems "β4" "E11" "logit" = 0.3 [0.0, 0.6] Real, "a proposal", "Pressure of transnational problems";
        mechanisms "β5" "E11" "logit" = 1.0 [-0.5, 2.0] Real, "a proposal; may reverse", "Institutionalisation of a partnership with a domestic office lowers onset";
        end "x_D" "E11" "1/year" = 0.2 [0.1, 0.3] Share, "a proposal", "Yearly end of domestic conflict";
        instability_persistence "ρ_h" "E11" "1" = 0.9 [0.8, 0.98] Share, "a proposal", "Share of instability that stays to the next year";
        instability_sd "σ_h" "E11" "1" = 0.05 [0.0, 0.1] NonNegative, "a proposal", "Standard deviation of the yearly shock to instability";
    }
    /// Responses to crises (E12).
    response: Response {
        base "s0" "E12" "logit" = -0.5 [-1.5, 0.5] Real, "a proposal", "Success of a response without any asset";
        legitimacy "s_L" "E12" "logit" = 1.0 [0.0, 2.0] Real, "a proposal", "Weight of legitimacy";
        resources "s_R" "E12" "logit" = 1.0 [0.0, 2.0] Real, "a proposal", "Weight of resources";
        information "s_q" "E12" "logit" = 1.0 [0.0, 2.0] Real, "a proposal", "Weight of information";
        bias "s_b" "E12" "logit" = 1.0 [0.0, 2.0] Real, "a proposal", "Weight of bias";
        severity "s_S" "E12" "logit" = 1.5 [0.5, 2.5] Real, "a proposal", "Weight of severity at the time of the response";
        repeat_months "τ_rep" "E12" "months" = 6.0 [3.0, 12.0] Count, "a proposal", "Months between two attempts";
        regional_delay "τ_r" "E12" "months" = 4.5 [3.0, 7.0] NonNegative, "Hardt 2014: means 3.8-6.2", "Delay of a regional body";
        regional_legitimacy "L_r" "E12" "1" = 0.55 [0.3, 0.8] Share, "a proposal", "Legitimacy of a regional body";
        regional_resources "R_r" "E12" "1" = 0.4 [0.1, 0.7] Share, "a proposal", "Resources of a regional body, times its budget";
        regional_information "q_r" "E12" "1" = 0.65 [0.4, 0.9] Share, "a proposal", "Information of a regional body";
        regional_bias "b̄_r" "E12" "1" = 0.3 [0.0, 0.6] Share, "a proposal", "Bias of a regional body whose largest member holds half of its capability";
        ability_exponent "ι" "E12" "1" = 0.5 [0.2, 1.0] NonNegative, "a proposal", "A regional body is able to act with probability I to this power";
        global_delay "τ_g" "E12" "months" = 7.0 [4.0, 12.0] NonNegative, "a proposal; no measured counterpart was found", "Delay of the global body";
        global_legitimacy "L_g" "E12" "1" = 0.75 [0.5, 1.0] Share, "a proposal", "Legitimacy of the global body";
        global_resources "R_g" "E12" "1" = 0.65 [0.3, 1.0] Share, "a proposal", "Resources of the global body";
        global_information "q_g" "E12" "1" = 0.55 [0.3, 0.8] Share, "a proposal", "Information of the global body";
        global_bias "b_g" "E12" "1" = 0.25 [0.0, 0.5] Share, "a proposal", "Bias of the global body";
        global_capacity "cap" "E12" "crises/year" = 4.0 [1.0, 8.0] Count, "a proposal", "Crises that the global body can take up in a year";
        veto_base "v0" "E12" "1" = 0.1 [0.0, 0.3] Share, "a proposal", "Probability of a veto without competition";
        veto_competition "v1" "E12" "1" = 0.5 [0.0, 0.6] Share, "a proposal", "Rise of the probability of a veto with competition";
        norm_divergence "n_L" "E12" "1" = 0.5 [0.0, 1.0] NonNegative, "a proposal, after paper B on clashing doctrines", "Share of the global body's legitimacy lost per unit of culture distance between great powers";
        coordination_delay "κ_co" "E12" "months" = 2.0 [0.0, 6.0] NonNegative, "a proposal", "Months lost to coordination in a combined response without a link";
        duplication "dup" "E12" "1" = 0.5 [0.0, 1.0] Share, "a proposal", "Share of the global body's resources that duplicate the regional ones";
        vetoed_legitimacy "L_v" "E12" "1" = 0.2 [0.0, 0.5] Share, "a proposal", "Share of legitimacy that a regional body loses when it acts against a veto";
    }
    /// Hostility and trust (E13).
    trust: Trust {
        hostility_persistence "ρ_H" "E13" "1" = 0.95 [0.85, 0.99] Share, "a proposal", "Share of hostility that stays to the next year";
        hostility_dispute "ΔH_d" "E13" "1" = 0.25 [0.1, 0.4] NonNegative, "a proposal", "Rise of hostility with a dispute";
        hostility_war "ΔH_w" "E13" "1" = 0.5 [0.2, 0.8] NonNegative, "a proposal", "Rise of hostility with a war";
        hostility_settlement "ΔH_s" "E13" "1" = 0.1 [0.0, 0.2] NonNegative, "a proposal", "Fall of hostility with a settlement";
        hostility_rivalry "H_riv" "E13" "1" = 0.4 [0.2, 0.6] Share, "a proposal", "Least hostility while a strategic rivalry is active";
        growth "τ₊" "E13" "1/year" = 0.03 [0.01, 0.06] Share, "a proposal", "Growth of trust between partners";
        loss "τ₋" "E13" "1" = 0.3 [0.1, 0.5] Share, "a proposal", "Share of trust lost with a dispute";
        reversion "τ_0" "E13" "1/year" = 0.02 [0.0, 0.05] Share, "a proposal", "Return of trust to its neutral level between states that are not partners";
        neutral "T_0" "E13" "1" = 0.3 [0.1, 0.5] Share, "a proposal", "Neutral level of trust";
        rivals "T_riv" "E13" "1" = 0.1 [0.0, 0.3] Share, "a proposal", "Trust of rivals in the first year";
    }
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
    /// Agreements and offices of a partnership (E14, deepening and lapse).
    deepening: Deepening {
        base "β_0" "E14" "logit" = -2.0 [-3.0, -1.0] Real, "a proposal", "Base rate of a new agreement";
        consensus "β_cons" "E14" "logit" = 2.0 [1.0, 3.0] NonNegative, "a proposal", "Weight of consensus";
        demand "β_d" "E14" "logit" = 1.0 [0.0, 2.0] NonNegative, "a proposal", "Weight of demand for the kind of agreement";
        resources "β_r" "E14" "logit" = 0.5 [0.0, 1.0] NonNegative, "a proposal", "Weight of resources";
        performance "β_p" "E14" "logit" = 0.5 [0.0, 1.0] NonNegative, "a proposal", "Weight of past performance";
        competition "β_c" "E14" "logit" = 1.0 [0.0, 2.0] NonNegative, "a proposal", "Weight of regional competition against";
        disparity "β_D" "E14" "logit" = 1.0 [0.0, 2.0] NonNegative, "a proposal", "Weight of disparity of cultures against";
        office_rate "p_off" "E14" "1/year" = 0.15 [0.05, 0.3] Share, "a proposal", "Rate at which two agreements of a kind are given an office";
        lapse_base "l_a0" "E14" "1/year" = 0.02 [0.0, 0.05] Share, "a proposal", "Lapse of an agreement under full consensus";
        lapse_dissent "l_a1" "E14" "1/year" = 0.1 [0.0, 0.2] Share, "a proposal", "Lapse of an agreement with missing consensus";
        end_consensus "l_c" "E14" "1" = 0.4 [0.2, 0.6] Share, "a proposal", "Consensus below which the body may end";
    }
    /// Security culture (E15).
    culture: Culture {
        openness "ψ" "E15" "1/year" = 0.05 [0.0, 0.15] NonNegative, "Friedkin & Johnsen 1990; a proposal", "Openness to the cultures of contacts";
        backlash "ψ_b" "E15" "1/year" = 0.05 [-0.05, 0.15] Real, "a proposal; may reverse", "Loss of openness of sovereignty-minded members of a partnership";
        confidence "ε" "E15" "1" = 0.2 [0.05, 0.4] NonNegative, "Hegselmann & Krause 2002; a proposal", "Culture distance above which contacts have no influence";
        repulsion "ρ_r" "E15" "1/year" = 0.02 [0.0, 0.1] NonNegative, "a proposal", "Move away from the cultures of rivals";
        anchor "a_c" "E15" "1/year" = 0.05 [0.0, 0.2] NonNegative, "a proposal", "Return to a state's own anchor";
        noise_sd "σ_c" "E15" "1" = 0.01 [0.0, 0.03] NonNegative, "a proposal", "Standard deviation of the yearly noise of culture";
        pact_contact "w_A" "E15" "1" = 0.5 [0.0, 1.0] NonNegative, "a proposal", "Contact through a defence pact";
        precision "n_c" "E15" "1" = 20.0 [10.0, 40.0] NonNegative, "a proposal", "Precision of initial cultures around the mean that their regime gives";
    }
    /// Denationalisation (E16) and security community (E17).
    community: Community {
        denationalisation "ν1" "E16" "1/year" = 0.03 [0.0, 0.1] NonNegative, "a proposal", "Growth with institutionalisation and depth";
        command "ν2" "E16" "1/year" = 0.03 [0.0, 0.1] NonNegative, "a proposal", "Growth with integrated command in a sponsor's largest pact";
        renationalisation "ν3" "E16" "1/year" = 0.05 [0.0, 0.1] NonNegative, "a proposal", "Loss under threat without a defence ally";
        sovereignty "ν4" "E16" "1/year" = 0.02 [0.0, 0.1] NonNegative, "a proposal", "Loss with sovereignty-minded culture";
        trust "T_c" "E17" "1" = 0.8 [0.6, 0.9] Share, "Deutsch et al. 1957; Adler & Barnett 1998; a proposal", "Least trust within a community";
        hostility "H_com" "E17" "1" = 0.1 [0.05, 0.3] Share, "a proposal", "Most hostility within a community";
        culture_gap "Δc_com" "E17" "1" = 0.15 [0.05, 0.3] Share, "a proposal", "Largest culture gap within a community";
        peace_years "y_com" "E17" "years" = 15.0 [10.0, 25.0] Count, "a proposal", "Years without a dispute within a community";
    }
    /// Security as a public good (E18).
    provision: Provision {
        spill_length "l_spill" "E18" "half circumferences" = 0.3 [0.05, 3.0] NonNegative, "a proposal", "Distance at which security provided by one state falls to 1/e for another";
        valuation "v" "E18" "1" = 1.0 [0.5, 2.0] NonNegative, "a proposal", "Mean value of security; a state's own is v·(½ + P_i), P_i its problem pressure";
        unit_cost "c" "E18" "1" = 0.5 [0.2, 1.0] NonNegative, "a proposal", "Cost of a unit of provision";
        regional_overhead "κ_r" "E18" "1" = 0.2 [0.0, 0.4] NonNegative, "a proposal", "Overhead of regional provision";
        global_overhead "Δκ_g" "E18" "1" = 0.4 [0.0, 0.8] NonNegative, "a proposal", "Overhead of global provision above the regional one";
        adjustment "μ_g" "E18" "1/year" = 0.5 [0.1, 1.0] Share, "a proposal", "Yearly adjustment of a state's contribution to its best reply";
    }
    /// The global body and its links to regions (E19).
    global_body: GlobalBodyParameters {
        link_initial "Link(0)" "E19" "1" = 0.3 [0.0, 0.6] Share, "a proposal", "Link of a new partnership to the global body";
        link_growth "ΔLink₊" "E19" "1/year" = 0.05 [0.0, 0.1] Share, "a proposal", "Growth of the link under standing structures";
        link_veto "ΔLink₋" "E19" "1" = 0.05 [0.0, 0.1] Share, "a proposal", "Loss of the link with a veto on a crisis of the region";
        drain "χ_d" "E19" "1" = 0.0 [-0.5, 0.5] Real, "sign-free, centred on zero: Diehl's sceptics against relief", "Share of the global body's effort that leaves unstructured regions (more than 0) or goes to them (less than 0)";
        capacity_growth "g_cap" "E19" "1/year" = 0.0 [-0.02, 0.02] Real, "a proposal", "Yearly growth of the global body's capacity";
    }
    /// Diffusion between regions (E20).
    diffusion: Diffusion {
        emulation "e_0" "E20" "1" = 0.3 [-0.3, 0.6] Real, "sign-free: emulation or crowding", "Pull of another region's institutions at average performance";
        fear "f" "E20" "1" = 0.3 [-0.3, 0.6] Real, "sign-free: fear of falling behind or saturation", "Pull of the share of regions that are structured";
        performance_persistence "ρ_p" "E20" "1" = 0.9 [0.7, 0.98] Share, "a proposal", "Share of a region's reputation that stays to the next year";
        performance_initial "perf(0)" "E20" "1" = 0.5 [0.3, 0.7] Share, "a proposal", "Reputation of a region in the first year";
    }
    /// Aid between regions (E21).
    aid: Aid {
        generosity "a_don" "E21" "1" = 0.1 [0.0, 0.5] Share, "a proposal", "Share of its surplus of security that a donor region gives";
        absorption "absorb" "E21" "1" = 0.5 [0.0, 1.0] Share, "a proposal", "Share of aid that becomes capacity of the target's bodies";
        crowding "χ" "E21" "1" = 0.5 [0.0, 1.0] Share, "a proposal", "Share of aid by which the target's own contribution falls";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_lies_in_its_prior_range_and_domain() {
        let defaults = Parameters::default();
        for p in PARAMETERS {
            assert!(
                p.prior[0] <= p.default && p.default <= p.prior[1],
                "{}",
                p.path
            );
            assert!(p.prior[0] < p.prior[1], "{}", p.path);
            assert!(p.prior.iter().all(|&v| p.domain.admits(v)), "{}", p.path);
            assert!(p.domain.admits(p.default), "{}", p.path);
            assert_eq!(p.get(&defaults), p.default, "{}", p.path);
        }
    }

    #[test]
    fn paths_are_unique_and_setters_set_their_own_value() {
        for (k, p) in PARAMETERS.iter().enumerate() {
            assert!(
                PARAMETERS[..k].iter().all(|q| q.path != p.path),
                "{}",
                p.path
            );
            let mut values = Parameters::default();
            p.set(&mut values, 0.123);
            for q in PARAMETERS {
                let expected = if q.path == p.path { 0.123 } else { q.default };
                assert_eq!(q.get(&values), expected, "{} / {}", p.path, q.path);
            }
        }
    }
}
