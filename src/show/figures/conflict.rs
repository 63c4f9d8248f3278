//! Conflict between and within states.

use super::lines::{Series, Spec};

/// Disputes, wars, domestic conflict.
pub const CONFLICT: &[Spec] = &[
    Spec {
        label: "Disputes begun per 1,000 pairs of states a year",
        series: &[Series("disputes", "disputes_per_1000_dyads")],
        top: None,
        height: 58.0,
    },
    Spec {
        label: "Wars begun a year",
        series: &[Series("wars", "wars")],
        top: None,
        height: 44.0,
    },
    Spec {
        label: "Share of states in domestic conflict (0–1)",
        series: &[Series("share", "domestic_share")],
        top: None,
        height: 44.0,
    },
];
