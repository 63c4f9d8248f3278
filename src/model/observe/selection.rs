//! Which columns of the yearly tables and which logs a run records.
//!
//! What is not wanted is not computed where that saves something; nothing of it reaches
//! the rules.

use super::tables;
use crate::error::{Error, Result};
use crate::scenario::Scenario;
use crate::scenario::suggest::unknown;
use std::collections::{BTreeMap, BTreeSet};

/// Columns wanted of `world` and `regions`, and whether the others are wanted at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    wanted: BTreeMap<String, BTreeSet<String>>,
}

impl Selection {
    /// Nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Every column of every table.
    pub fn all() -> Self {
        let whole = |t: super::Declared| {
            let names = t.columns.into_iter().map(|c| c.name).collect();
            (t.name.to_string(), names)
        };
        Self {
            wanted: tables().into_iter().map(whole).collect(),
        }
    }

    /// What a scenario records: everything, the tables of states and of allied pairs only if it
    /// asks for them.
    pub fn of(scenario: &Scenario) -> Self {
        let mut all = Self::all();
        if !scenario.recording.states {
            all.wanted.remove("states");
        }
        if !scenario.recording.dyads {
            all.wanted.remove("dyads");
        }
        all
    }

    /// Adds a column. Of the logs, states and dyads whole rows are recorded.
    ///
    /// # Errors
    /// If there is no such table or column.
    pub fn add(&mut self, table: &str, column: &str) -> Result<()> {
        let known = columns(table)?;
        if !known.iter().any(|c| c == column) {
            let problem = unknown("a column", column, known.iter().map(String::as_str));
            return Err(Error::new(problem));
        }
        let wanted = self.wanted.entry(table.to_string()).or_default();
        wanted.insert(column.to_string());
        Ok(())
    }

    /// Adds a table with all its columns.
    ///
    /// # Errors
    /// If there is no such table.
    pub fn add_table(&mut self, table: &str) -> Result<()> {
        let wanted = columns(table)?.into_iter().collect();
        self.wanted.insert(table.to_string(), wanted);
        Ok(())
    }

    /// Whether anything of the table is wanted.
    pub fn has_table(&self, table: &str) -> bool {
        self.wanted.contains_key(table)
    }

    /// Whether the column is wanted.
    pub fn has(&self, table: &str, column: &str) -> bool {
        let wanted = self.wanted.get(table);
        wanted.is_some_and(|columns| columns.contains(column))
    }

    fn any(&self, table: &str, columns: &[&str]) -> bool {
        columns.iter().any(|c| self.has(table, c))
    }
}

fn columns(table: &str) -> Result<Vec<String>> {
    let all = tables();
    let names = all.iter().map(|t| t.name);
    let found = all.iter().find(|t| t.name == table);
    let problem = || Error::new(unknown("a table", table, names));
    let columns = &found.ok_or_else(problem)?.columns;
    Ok(columns.iter().map(|c| c.name.clone()).collect())
}

/// Which of the costly measures of the world table are wanted; the others are always taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorldNeeds {
    /// Any column at all.
    pub any: bool,
    /// The network of defence pacts.
    pub network: bool,
    /// Its communities.
    pub communities: bool,
    /// Its transitivity.
    pub transitivity: bool,
    /// Its components.
    pub components: bool,
    /// Numbers and sizes of pacts.
    pub sizes: bool,
    /// Which bilateral pacts are nested.
    pub nested: bool,
    /// Medians and the Gini index of sizes.
    pub sorted_sizes: bool,
    /// Standard deviation of log capability.
    pub capability: bool,
    /// Quantiles of awareness.
    pub quantiles: bool,
    /// Means over contiguous pairs.
    pub contiguous: bool,
    /// Dispersion of culture.
    pub culture: bool,
    /// Means over states.
    pub means: bool,
    /// Provision by level beside what is provided.
    pub levels: bool,
}

impl WorldNeeds {
    /// What these columns need.
    pub fn of(selection: &Selection) -> Self {
        let any = |columns: &[&str]| selection.any("world", columns);
        let communities = any(&["bloc_rivalry", "modularity"]);
        let transitivity = any(&["transitivity"]);
        let components = any(&["largest_component"]);
        let ties = any(&[
            "share_in_defence_pacts",
            "defence_dyads",
            "share_dyads_in_defence_pacts",
            "degree_mean",
        ]);
        let nested = any(&[
            "nested_share",
            "mean_size_unnested",
            "median_size_unnested",
            "mean_size_member_weighted_unnested",
        ]);
        let sorted_sizes = any(&["median_size", "median_size_unnested", "gini_size"]);
        let numbers = any(&[
            "defence_pacts",
            "bilateral_defence_pacts",
            "multilateral_defence_pacts",
            "neutrality_pacts",
            "nonaggression_pacts",
            "ententes",
            "mean_size",
            "mean_size_multilateral",
            "mean_size_member_weighted",
            "mean_size_all_alliances",
            "largest",
            "bilateral_share",
            "sponsored_share",
        ]);
        Self {
            any: selection.has_table("world"),
            network: communities || transitivity || components || ties,
            communities,
            transitivity,
            components,
            sizes: numbers || nested || sorted_sizes,
            nested,
            sorted_sizes,
            capability: any(&["capability_dispersion"]),
            quantiles: any(&["awareness_p10", "awareness_p90"]),
            contiguous: any(&[
                "contiguous_dyads",
                "interdependence_contiguous",
                "hostility",
                "trust",
            ]),
            culture: any(&["culture_dispersion"]),
            means: any(&[
                "share_in_partnerships",
                "interdependence",
                "threat",
                "problem_pressure",
                "culture_cooperative",
                "culture_comprehensive",
                "culture_sovereignty",
                "culture_force",
                "denationalisation",
                "unmet_loss",
            ]),
            levels: any(&[
                "provision_state",
                "provision_regional",
                "provision_global",
                "provision_combined",
                "provision",
            ]),
        }
    }
}

/// Which of the costly measures of the region table are wanted; the others are always taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegionNeeds {
    /// Any column at all.
    pub any: bool,
    /// What a partnership is worth to the states.
    pub values: bool,
    /// The domestic part of that.
    pub domestic: bool,
    /// Pairs in opposed pacts.
    pub opposed: bool,
    /// Dispersion of culture over ten years.
    pub culture: bool,
    /// Denationalisation over ten years.
    pub gains: bool,
    /// States and pairs in defence pacts.
    pub pacts: bool,
    /// Inequality of contributions, and provision.
    pub contributions: bool,
    /// Disputes within the region.
    pub disputes: bool,
}

impl RegionNeeds {
    /// What these columns need.
    pub fn of(selection: &Selection) -> Self {
        let any = |columns: &[&str]| selection.any("regions", columns);
        Self {
            any: selection.has_table("regions"),
            values: any(&[
                "consensus",
                "value",
                "consensus_violence",
                "consensus_economic",
            ]),
            domestic: any(&["consensus_domestic", "consensus_domestic_iqr"]),
            opposed: any(&["opposed_pacts"]),
            culture: any(&["culture_dispersion", "culture_change"]),
            gains: any(&["denationalisation_gain", "denationalised_subset"]),
            pacts: any(&["share_in_defence_pacts", "share_dyads_in_defence_pacts"]),
            contributions: any(&["contribution_gini", "provision"]),
            disputes: any(&["disputes", "wars"]),
        }
    }
}
