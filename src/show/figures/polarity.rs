//! Great powers: competition, concentration, blocs.

use super::lines::{Series, Spec};

/// Competition and polarity.
pub const POLARITY: &[Spec] = &[
    Spec {
        label: "Competition and blocs (0–1)",
        series: &[
            Series("great-power competition", "competition"),
            Series("bloc polarisation", "bloc_polarisation"),
        ],
        top: Some(1.0),
        height: 62.0,
    },
    Spec {
        label: "Capability among great powers (0–1)",
        series: &[
            Series("concentration", "major_concentration"),
            Series("Herfindahl index", "major_hhi"),
        ],
        top: Some(1.0),
        height: 62.0,
    },
    Spec {
        label: "Effective number of great powers (states)",
        series: &[Series("effective number", "major_effective")],
        top: None,
        height: 42.0,
    },
];
