//! The tables of the network.

/// Rows of all of them.
#[derive(Debug, Default)]
pub struct Found {
    /// Discrimination.
    pub scores: Vec<ScoreRow>,
    /// Calibration curves.
    pub curves: Vec<CurveRow>,
    /// Coefficients of the logit.
    pub logit: Vec<LogitRow>,
    /// Matrix of camps.
    pub camps: Vec<CampRow>,
    /// Named pacts by year.
    pub named_years: Vec<NamedYear>,
    /// Named pacts.
    pub named: Vec<NamedRow>,
    /// Pacts of the two superpowers.
    pub sponsors: Vec<SponsorRow>,
    /// Births.
    pub births: Vec<BirthRow>,
    /// Sizes.
    pub sizes: Vec<SizeRow>,
    /// Hazards.
    pub hazards: Vec<HazardRow>,
    /// Coverage.
    pub coverage: Vec<CoverageRow>,
}

comity_model::record! {
    /// How well a forecast tells who is allied.
    pub struct ScoreRow in "network_scores", "one forecast of who shares a defence pact, over the pairs of one scope and years" {
        source: String, "1", "source of the record: ATOP5.1 or COW4.1";
        scope: String, "1", "all pairs, within (pairs that share a region), or a region: pairs of its states";
        from: i64, "year", "first year";
        until: i64, "year", "last year; pairs of several years are pooled";
        forecaster: String, "1", "model (share of runs in which the pair is allied), same region, contiguous (by land), start (allied in 1946), persistence (allied in the last year of the fit window; later years only), logit";
        pairs: i64, "pairs", "pairs of states in the system, a pair in two years counting twice";
        allied: i64, "pairs", "of those, in a common defence pact in the record";
        auc: f64, "0-1", "area under the receiver operating characteristic: probability that an allied pair has the higher forecast, ties half; .5 is chance; empty if all or no pairs are allied";
        average_precision: f64, "0-1", "mean precision over the recall gained at each threshold; the share of allied pairs is chance";
        brier: f64, "0-1", "mean squared difference of forecast and outcome, 0 is perfect";
        mean_forecast: f64, "0-1", "mean forecast; calibrated in the large if it is allied / pairs";
    }
}

comity_model::record! {
    /// A bin of a calibration curve.
    pub struct CurveRow in "network_calibration", "one bin of the calibration curve of one forecast" {
        source: String, "1", "source of the record";
        from: i64, "year", "first year";
        until: i64, "year", "last year";
        forecaster: String, "1", "model or logit";
        bin: i64, "1", "number of the bin, from 1: 0, then tenths of the range, each with its upper end";
        pairs: i64, "pairs", "pairs whose forecast falls into it";
        mean_forecast: f64, "0-1", "their mean forecast";
        share_allied: f64, "0-1", "share of them that is allied in the record";
    }
}

comity_model::record! {
    /// A coefficient of the logit.
    pub struct LogitRow in "network_logit", "one coefficient of the dyadic logit" {
        source: String, "1", "source of the record";
        feature: String, "1", "feature of the pair; intercept";
        mean: f64, "as the feature", "mean over pairs and years of the fit window";
        sd: f64, "as the feature", "standard deviation";
        coefficient: f64, "logits", "change with one standard deviation of the feature";
    }
}

comity_model::record! {
    /// Allied pairs by camps.
    pub struct CampRow in "network_camps", "pairs of two camps in one year" {
        source: String, "1", "source of the record";
        definition: String, "1", "West as listed in camps.csv, or the United States and its allies of 1955 in ATOP; the East is under communist rule in both";
        year: i64, "year", "calendar year";
        camp_1: String, "1", "west, east or other";
        camp_2: String, "1", "west, east or other";
        pairs: i64, "pairs", "pairs of states";
        model: f64, "share", "share of them in a common defence pact, mean over runs";
        low: f64, "share", "5 % quantile over runs";
        high: f64, "share", "95 % quantile over runs";
        record: f64, "share", "as recorded";
    }
}

comity_model::record! {
    /// A named pact in a year.
    pub struct NamedYear in "network_named_years", "one named pact in one year in which it is in force" {
        source: String, "1", "source of the record";
        name: String, "1", "name, as in named_pacts.csv";
        year: i64, "year", "calendar year";
        members: i64, "states", "members in the record";
        jaccard: f64, "0-1", "Jaccard index of these members with those of the simulated pact of its kind that comes nearest, mean over runs";
        low: f64, "0-1", "5 % quantile over runs";
        high: f64, "0-1", "95 % quantile over runs";
        half: f64, "share", "share of runs in which it is .5 or more";
    }
}

comity_model::record! {
    /// A named pact.
    pub struct NamedRow in "network_named", "one named pact" {
        source: String, "1", "source of the record";
        name: String, "1", "name, as in named_pacts.csv";
        label: String, "1", "words";
        kind: String, "1", "kind in the record; simulated pacts of the same kind are compared";
        from: i64, "year", "first year in force since 1946";
        until: i64, "year", "last year in force to 1988";
        members_first: i64, "states", "members in its first year";
        members_last: i64, "states", "members in its last year";
        arises: f64, "share", "share of runs in which a simulated pact reaches a Jaccard index of .5 with it in one of these years";
        year: f64, "year", "median first year of that";
        lasts: f64, "share", "of those runs, share in which that pact is in force in the last of these years";
        jaccard: f64, "0-1", "best Jaccard index, mean over these years and runs";
    }
}

comity_model::record! {
    /// The large pacts of a superpower.
    pub struct SponsorRow in "network_sponsors", "the largest defence pact of five members or more that a superpower sponsors by 1956" {
        source: String, "1", "source of the pacts that runs begin with";
        sponsor: String, "1", "United States or Soviet Union";
        arises: f64, "share", "share of runs in which there is one, founded in the run and with five members or more at any time";
        year: f64, "year", "median year of founding";
        members: f64, "states", "mean of its largest number of members";
        lasts: f64, "share", "of those runs, share in which it is in force in the last year of the record";
    }
}

comity_model::record! {
    /// Births of pacts.
    pub struct BirthRow in "network_births", "pacts of one kind founded in one period" {
        source: String, "1", "source of the record";
        from: i64, "year", "first year";
        until: i64, "year", "last year";
        kind: String, "1", "kind of pact; any";
        model: f64, "1/100 state-years", "founded in 100 state-years, mean over runs";
        low: f64, "1/100 state-years", "5 % quantile over runs";
        high: f64, "1/100 state-years", "95 % quantile over runs";
        record: f64, "1/100 state-years", "as recorded";
        model_share: f64, "share", "share of this kind among all founded, over all runs together";
        record_share: f64, "share", "as recorded";
    }
}

comity_model::record! {
    /// Sizes of pacts.
    pub struct SizeRow in "network_sizes", "defence pacts of one size in one year" {
        source: String, "1", "source of the record";
        year: i64, "year", "calendar year";
        size: String, "states", "members";
        model: f64, "pacts", "pacts in force, mean over runs";
        low: f64, "pacts", "5 % quantile over runs";
        high: f64, "pacts", "95 % quantile over runs";
        record: f64, "pacts", "as recorded";
    }
}

comity_model::record! {
    /// Hazards of pacts.
    pub struct HazardRow in "network_hazards", "defence pacts of one age and size in one period" {
        source: String, "1", "source of the record";
        from: i64, "year", "first year in which ends are counted";
        until: i64, "year", "last year";
        age: String, "years", "years since the founding, for pacts older than 1946 since then; any";
        size: String, "states", "members at the end of the year before; any";
        model_pact_years: f64, "pact-years", "pacts at risk, mean over runs";
        model: f64, "1/year", "ends / pacts at risk, over all runs together; a pact that becomes part of another has not ended";
        low: f64, "1/year", "5 % quantile over runs";
        high: f64, "1/year", "95 % quantile over runs";
        record_pact_years: f64, "pact-years", "pacts at risk in the record";
        record: f64, "1/year", "as recorded";
    }
}

comity_model::record! {
    /// States in regional bodies.
    pub struct CoverageRow in "network_coverage", "states in a regional security body in one year" {
        source: String, "1", "source of the pacts that runs begin with";
        region: String, "1", "region; world";
        year: i64, "year", "calendar year";
        model: f64, "share", "share of states in a partnership, mean over runs";
        low: f64, "share", "5 % quantile over runs";
        high: f64, "share", "95 % quantile over runs";
        record: f64, "share", "share of states in a regional body with a security role that is no mutual-defence treaty; world: of memberships of regions";
    }
}
