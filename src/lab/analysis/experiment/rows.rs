//! The tables of what is found.

use comity_model::record;

record! {
    /// A metric of an arm at a point.
    pub struct SummaryRow in "summary", "one metric of one arm at one point over the replicates" {
        arm: String, "1", "arm";
        point: i64, "1", "row of the design; 0 without one";
        metric: String, "1", "metric";
        runs: i64, "runs", "replicates with a value";
        mean: f64, "as the metric", "mean over the replicates";
        low: f64, "as the metric", "lower end of the mean's 95 % interval (Student's t)";
        high: f64, "as the metric", "upper end";
        sd: f64, "as the metric", "standard deviation over the replicates";
        median: f64, "as the metric", "median";
        p05: f64, "as the metric", "5 % quantile";
        p95: f64, "as the metric", "95 % quantile";
    }
}

record! {
    /// A paired difference of two arms.
    pub struct DifferenceRow in "differences", "one metric of one arm less that of another, by replicate and point" {
        metric: String, "1", "metric";
        arm: String, "1", "arm";
        baseline: String, "1", "arm that is subtracted";
        runs: i64, "pairs", "pairs of runs with the same seed and point";
        baseline_mean: f64, "as the metric", "mean of the baseline over the pairs";
        difference: f64, "as the metric", "mean difference";
        low: f64, "as the metric", "lower end of its 95 % interval (Student's t on the pairs)";
        high: f64, "as the metric", "upper end";
        d_z: f64, "1", "difference over the standard deviation of the differences (Cohen's d for pairs)";
        share_positive: f64, "share", "share of pairs with a difference above 0";
    }
}

record! {
    /// The interval of a mean as replicates are added.
    pub struct ReplicationRow in "replication", "one metric of one arm after so many replicates" {
        arm: String, "1", "arm";
        metric: String, "1", "metric";
        replicates: i64, "replicates", "replicates so far";
        mean: f64, "as the metric", "their mean";
        half_width: f64, "as the metric", "half-width of its 95 % interval (Student's t)";
    }
}

record! {
    /// How many replicates a wanted interval needs.
    pub struct NeededRow in "needed", "one metric of one arm" {
        arm: String, "1", "arm";
        metric: String, "1", "metric";
        replicates: i64, "replicates", "replicates at hand";
        half_width: f64, "as the metric", "half-width of the mean's 95 % interval";
        wanted: f64, "as the metric", "half-width wanted: `precision` of the metric, else 5 % of the mean";
        needed: i64, "replicates", "replicates that are expected to reach it; 0 if more than 10^9";
    }
}

record! {
    /// Parts of the variance of a metric.
    pub struct NoiseRow in "noise", "one metric of one arm over the design" {
        arm: String, "1", "arm";
        metric: String, "1", "metric";
        points: i64, "points", "points with a value from every replicate";
        replicates: i64, "replicates", "replicates at each";
        variance: f64, "metric squared", "variance of single runs over points and seeds";
        between: f64, "metric squared", "variance of the expected metric over the points";
        within: f64, "metric squared", "mean variance over the seeds at a point";
        noise_share: f64, "share", "within / variance: the part that is noise of the seeds";
    }
}

record! {
    /// Sobol' indices of first order and total, by SALib's names.
    #[allow(non_snake_case)]
    pub struct SobolRow in "sobol", "one factor of one metric of one arm" {
        arm: String, "1", "arm";
        metric: String, "1", "metric";
        parameter: String, "1", "factor; `dummy`: the threshold below which an index is not told from nothing";
        S1: f64, "share", "first-order index (Saltelli et al. 2010)";
        S1_conf: f64, "share", "half-width of its 95 % interval (bootstrap over base points)";
        ST: f64, "share", "total index (Jansen 1999)";
        ST_conf: f64, "share", "half-width of its 95 % interval";
        S1_corrected: f64, "share", "first-order index of the expected metric: noise of the replicates taken out";
        S1_corrected_conf: f64, "share", "half-width of its 95 % interval";
        ST_corrected: f64, "share", "total index of the expected metric";
        ST_corrected_conf: f64, "share", "half-width of its 95 % interval";
    }
}

record! {
    /// Sobol' indices of second order, by SALib's names.
    #[allow(non_snake_case)]
    pub struct SecondOrderRow in "sobol_second", "one pair of factors of one metric of one arm" {
        arm: String, "1", "arm";
        metric: String, "1", "metric";
        parameter_1: String, "1", "one factor";
        parameter_2: String, "1", "the other";
        S2: f64, "share", "second-order index (Saltelli 2002)";
        S2_conf: f64, "share", "half-width of its 95 % interval";
    }
}

record! {
    /// Elementary effects, by SALib's names.
    pub struct MorrisRow in "morris", "one factor of one metric of one arm" {
        arm: String, "1", "arm";
        metric: String, "1", "metric";
        parameter: String, "1", "factor";
        mu: f64, "as the metric", "mean elementary effect over the factor's range (Morris 1991)";
        mu_star: f64, "as the metric", "mean absolute elementary effect (Campolongo et al. 2007)";
        sigma: f64, "as the metric", "standard deviation of the elementary effects";
        mu_star_conf: f64, "as the metric", "half-width of the 95 % interval of mu_star (bootstrap over trajectories)";
    }
}

record! {
    /// PAWN indices, by SALib's names.
    #[allow(non_snake_case)]
    pub struct PawnRow in "pawn", "one factor of one metric of one arm" {
        arm: String, "1", "arm";
        metric: String, "1", "metric";
        parameter: String, "1", "factor";
        minimum: f64, "0-1", "smallest Kolmogorov-Smirnov distance over the slices of the factor's range (Pianosi & Wagener 2018)";
        mean: f64, "0-1", "mean distance";
        median: f64, "0-1", "median distance";
        maximum: f64, "0-1", "largest distance";
        CV: f64, "1", "standard deviation over mean";
        stdev: f64, "0-1", "standard deviation of the distances";
    }
}

record! {
    /// An index over growing parts of the sample.
    pub struct ConvergenceRow in "convergence", "one index of one factor for one sample size" {
        arm: String, "1", "arm";
        metric: String, "1", "metric";
        parameter: String, "1", "factor";
        index: String, "1", "S1, ST or mu_star";
        samples: i64, "1", "base points or trajectories";
        value: f64, "as the index", "estimate";
        conf: f64, "as the index", "half-width of its 95 % interval";
    }
}

record! {
    /// A box of scenario discovery.
    pub struct BoxRow in "boxes", "one box of one outcome of one arm" {
        arm: String, "1", "arm";
        metric: String, "1", "outcome, as named in the experiment";
        r#box: i64, "1", "position in the sequence of peels and pastes; 0 is the whole space";
        coverage: f64, "share", "share of the points with the outcome that are in the box";
        density: f64, "share", "share of the box's points that have the outcome";
        mass: f64, "share", "share of all points that are in the box";
        chosen: i64, "0/1", "1 for the box to look at first";
    }
}

record! {
    /// A limit of a box.
    pub struct LimitRow in "box_limits", "one restricted factor of one box" {
        arm: String, "1", "arm";
        metric: String, "1", "outcome";
        r#box: i64, "1", "the box";
        parameter: String, "1", "factor";
        low: f64, "as the factor", "lowest value in the box";
        high: f64, "as the factor", "highest value in the box";
        quasi_p: f64, "1", "chance of such a density without this restriction (binomial)";
    }
}
