//! The tables of a calibration.

comity_model::record! {
    /// A parameter in the screening.
    pub struct ScreeningRow in "screening", "one parameter that may be varied" {
        parameter: String, "1", "parameter";
        rank: i64, "1", "rank by importance, from 1";
        importance: f64, "standard deviations", "root mean square over the moments of mu_star beyond noise";
        active: i64, "0 or 1", "whether it is varied in the waves; the others stay at their defaults";
    }
}

comity_model::record! {
    /// The effect of a parameter on a moment.
    pub struct EffectRow in "effects", "one parameter and moment of the screening" {
        parameter: String, "1", "parameter";
        moment: String, "1", "moment";
        mu_star: f64, "standard deviations", "mean absolute elementary effect on ln(moment + offset), in the standard deviations of an implausibility where the moment is as observed, counted up to 6 from it";
        mu_star_conf: f64, "standard deviations", "half-width of the 95 % interval of mu_star";
        noise: f64, "standard deviations", "mu_star that the noise of the seeds alone gives";
        mu: f64, "standard deviations", "mean elementary effect";
        sigma: f64, "standard deviations", "standard deviation of the elementary effects";
    }
}

comity_model::record! {
    /// A wave.
    pub struct WaveRow in "waves", "one wave" {
        wave: i64, "1", "number, from 1";
        points: i64, "points", "points that were run";
        replicates: i64, "runs", "runs at each point";
        candidates: i64, "points", "points of the box that were looked at by emulator to find them; 0 in the first wave";
        non_implausible: f64, "share", "share of the candidates within the cutoff of every emulator so far";
        threshold: f64, "standard deviations", "largest implausibility by emulator among the points that were run; above the cutoff if too few candidates passed it";
        median: f64, "standard deviations", "median implausibility as simulated";
        best: f64, "standard deviations", "least implausibility as simulated";
        within: i64, "points", "points within the cutoff as simulated";
    }
}

comity_model::record! {
    /// An emulator.
    pub struct EmulatorRow in "emulators", "one moment's emulator after a wave" {
        wave: i64, "1", "wave after which it was fitted";
        moment: String, "1", "moment";
        points: i64, "points", "points that it was fitted to";
        r2: f64, "1", "1 - variance of the leave-one-out errors / variance of ln(moment + offset)";
        deviation: f64, "ln units", "standard deviation of the leave-one-out errors";
        penalty: f64, "1", "ridge penalty for each point";
        noise_sd: f64, "as the moment", "standard deviation over seeds where the moment is about as observed";
    }
}

comity_model::record! {
    /// What a moment costs.
    pub struct CostRow in "costs", "one moment: what it costs the others to meet it" {
        moment: String, "1", "moment";
        hit_share: f64, "share", "share of the first wave's points, which are spread over the box, within one standard deviation of what was observed of it";
        hits: i64, "points", "points of all waves within one standard deviation of it";
        rest: f64, "standard deviations", "least implausibility of the other moments among those points";
        rest_moment: String, "1", "the moment that has it there";
        rest_wave: i64, "1", "wave of that point";
        rest_point: i64, "1", "row of that wave's design";
    }
}

comity_model::record! {
    /// A parameter in the accepted sets.
    pub struct MarginalRow in "marginals", "one varied parameter" {
        parameter: String, "1", "parameter";
        low: f64, "as the parameter", "lower end of the prior range, which is uniform";
        high: f64, "as the parameter", "upper end of the prior range";
        default: f64, "as the parameter", "value in the scenario";
        centre: f64, "as the parameter", "value in the central set";
        mean: f64, "as the parameter", "mean over the accepted sets";
        sd: f64, "as the parameter", "standard deviation over the accepted sets";
        q05: f64, "as the parameter", "5 % quantile";
        q25: f64, "as the parameter", "25 % quantile";
        median: f64, "as the parameter", "median";
        q75: f64, "as the parameter", "75 % quantile";
        q95: f64, "as the parameter", "95 % quantile";
        variance_ratio: f64, "1", "variance over the accepted sets / variance of the prior";
        identified: i64, "0 or 1", "whether variance_ratio is below .8";
    }
}

comity_model::record! {
    /// A pair of parameters in the accepted sets.
    pub struct CorrelationRow in "correlations", "one pair of varied parameters" {
        first: String, "1", "parameter";
        second: String, "1", "parameter";
        correlation: f64, "1", "Pearson correlation over the accepted sets";
    }
}

comity_model::record! {
    /// A moment in the accepted sets.
    pub struct PredictiveRow in "predictive", "one moment: observed, and of the accepted sets" {
        moment: String, "1", "moment";
        observed_atop: f64, "as the moment", "as observed in ATOP";
        observed_cow: f64, "as the moment", "as observed in COW";
        median: f64, "as the moment", "median over accepted sets and seeds";
        low: f64, "as the moment", "5 % quantile over accepted sets and seeds";
        high: f64, "as the moment", "95 % quantile over accepted sets and seeds";
        width: f64, "as the moment", "high - low";
        noise_low: f64, "as the moment", "5 % quantile over the seeds of a set, mean over the sets";
        noise_high: f64, "as the moment", "95 % quantile over the seeds of a set, mean over the sets";
        noise_width: f64, "as the moment", "noise_high - noise_low: the width that is noise of the seeds alone";
        hit: i64, "0 or 1", "whether an observed value lies in the interval and the interval is no wider than twice what was observed";
    }
}

comity_model::record! {
    /// A series in the accepted sets.
    pub struct SeriesRow in "series", "one column of the world table in one year" {
        column: String, "1", "column, or column / column";
        year: i64, "year", "year";
        median: f64, "as the column", "median over accepted sets and seeds";
        low: f64, "as the column", "5 % quantile over accepted sets and seeds";
        high: f64, "as the column", "95 % quantile over accepted sets and seeds";
        observed_atop: f64, "as the column", "as observed, pacts of ATOP";
        observed_cow: f64, "as the column", "as observed, pacts of COW";
    }
}

comity_model::record! {
    /// A metric of the experiment, which nothing was fitted to.
    pub struct ProbeRow in "probes", "one metric that was not fitted" {
        metric: String, "1", "metric";
        prior_low: f64, "as the metric", "5 % quantile of the means at the first wave's points, which are spread over the box";
        prior_median: f64, "as the metric", "median of those means";
        prior_high: f64, "as the metric", "95 % quantile of those means";
        median: f64, "as the metric", "median over accepted sets and seeds";
        low: f64, "as the metric", "5 % quantile over accepted sets and seeds";
        high: f64, "as the metric", "95 % quantile over accepted sets and seeds";
    }
}
