//! Every parameter of the model, declared once, in the file of the rule that it belongs to.
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
    pub(crate) get: fn(&Parameters) -> f64,
    pub(crate) set: fn(&mut Parameters, f64),
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

/// Declares a group of parameters in the file of the rule that they belong to.
macro_rules! parameters {
    ($(#[$doc:meta])* $group:ident: $Group:ident {
        $( $name:ident $symbol:literal $equation:literal $unit:literal = $default:literal
           [$low:literal, $high:literal] $domain:ident, $source:literal, $help:literal; )*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $Group { $( #[doc = $help] pub $name: f64, )* }

        impl $Group {
            /// Their declarations.
            pub const DECLARED: &'static [$crate::scenario::Parameter] = &[
                $( $crate::scenario::Parameter {
                    path: concat!(stringify!($group), ".", stringify!($name)),
                    equation: $equation,
                    symbol: $symbol,
                    unit: $unit,
                    default: $default,
                    prior: [$low, $high],
                    domain: $crate::scenario::parameters::Domain::$domain,
                    source: $source,
                    help: $help,
                    get: |p| p.$group.$name,
                    set: |p, v| p.$group.$name = v,
                }, )*
            ];
        }

        impl Default for $Group {
            fn default() -> Self {
                Self { $( $name: $default, )* }
            }
        }
    };
}
pub(crate) use parameters;

/// The groups in the order of the equations.
macro_rules! groups {
    ($( $(#[$doc:meta])* $group:ident: $Group:path; )*) => {
        /// The values of all parameters.
        #[derive(Debug, Clone, Copy, PartialEq, Default)]
        pub struct Parameters { $( $(#[$doc])* pub $group: $Group, )* }

        const GROUPS: &[&[Parameter]] = &[ $( <$Group>::DECLARED, )* ];
    };
}

groups! {
    /// Capability and its drift (E1) and reach (E2).
    capability: crate::rules::capability::Capability;
    /// Interdependence (E3).
    interdependence: crate::rules::interdependence::Interdependence;
    /// Transnational problems (E4).
    problems: crate::rules::problems::Problems;
    /// Awareness of interdependence (E5).
    awareness: crate::rules::awareness::Awareness;
    /// Great-power competition (E6).
    competition: crate::rules::competition::Competition;
    /// Threat (E7) and security (E8).
    threat: crate::rules::threat::Threat;
    /// The value of a pact to a state (E9).
    alliance: crate::rules::alliance::utility::Alliance;
    /// How pacts begin and end (E10).
    protocol: crate::rules::alliance::Protocol;
    /// Disputes between states (E11).
    dispute: crate::rules::disputes::Dispute;
    /// Domestic conflict (E11, domestic part).
    domestic: crate::rules::domestic::Domestic;
    /// Responses to crises (E12).
    response: crate::rules::disputes::response::Response;
    /// Hostility and trust (E13).
    trust: crate::rules::trust::Trust;
    /// The value of a partnership to a state and its founding (E14).
    partnership: crate::rules::partnership::Partnership;
    /// Agreements and offices of a partnership (E14, deepening and lapse).
    deepening: crate::rules::partnership::deepening::Deepening;
    /// Security culture (E15).
    culture: crate::rules::culture::Culture;
    /// Denationalisation (E16) and security community (E17).
    community: crate::rules::community::Community;
    /// Security as a public good (E18).
    provision: crate::rules::provision::Provision;
    /// The global body and its links to regions (E19).
    global_body: crate::rules::global_body::GlobalBodyParameters;
    /// Diffusion between regions (E20).
    diffusion: crate::rules::diffusion::Diffusion;
    /// Aid between regions (E21).
    aid: crate::rules::aid::Aid;
}

/// All parameters in the order of the equations.
pub static PARAMETERS: &[Parameter] = &joined::<{ count() }>();

const fn count() -> usize {
    let (mut sum, mut group) = (0, 0);
    while group < GROUPS.len() {
        sum += GROUPS[group].len();
        group += 1;
    }
    sum
}

const fn joined<const N: usize>() -> [Parameter; N] {
    let mut all = [GROUPS[0][0]; N];
    let (mut at, mut group) = (0, 0);
    while group < GROUPS.len() {
        let mut place = 0;
        while place < GROUPS[group].len() {
            all[at] = GROUPS[group][place];
            (at, place) = (at + 1, place + 1);
        }
        group += 1;
    }
    all
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
