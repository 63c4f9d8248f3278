//! Pacts: how many, how large, how many states.

use super::lines::{Series, Spec};

/// Pacts in force by kind, and new defence pacts.
pub const PACTS: &[Spec] = &[
    Spec {
        label: "Pacts in force",
        series: &[
            Series("defence, bilateral", "bilateral_defence_pacts"),
            Series("defence, multilateral", "multilateral_defence_pacts"),
            Series("neutrality", "neutrality_pacts"),
            Series("non-aggression", "nonaggression_pacts"),
            Series("entente", "ententes"),
        ],
        top: None,
        height: 95.0,
    },
    Spec {
        label: "New defence pacts a year",
        series: &[Series("new defence pacts", "new_defence_pacts")],
        top: None,
        height: 48.0,
    },
];

/// Sizes of defence pacts.
pub const SIZES: &[Spec] = &[
    Spec {
        label: "Members of defence pacts (states)",
        series: &[Series("mean", "mean_size"), Series("median", "median_size")],
        top: None,
        height: 58.0,
    },
    Spec {
        label: "Members of larger defence pacts (states)",
        series: &[
            Series("mean of pacts of more than two", "mean_size_multilateral"),
            Series("largest", "largest"),
        ],
        top: None,
        height: 72.0,
    },
];

/// Share of states covered.
pub const COVERAGE: &[Spec] = &[Spec {
    label: "Share of states (0–1)",
    series: &[
        Series("in a defence pact", "share_in_defence_pacts"),
        Series("in any pact", "share_in_alliances"),
        Series("in a partnership", "share_in_partnerships"),
    ],
    top: Some(1.0),
    height: 105.0,
}];
