//! The tables of a check.

use comity_model::record;

record! {
    /// A claim and what came out.
    pub struct ClaimRow in "claims", "one claim" {
        claim: String, "1", "identifier";
        paper: String, "1", "A: Attinà (2005); B: UNU-CRIS (2005); empty: a hypothesis of the user's own";
        section: String, "1", "section of the paper";
        class: String, "1", "historical, mechanism, definition or prediction";
        family: String, "1", "file in which it stands";
        statement: String, "1", "what is claimed";
        test: String, "1", "test; empty if untested";
        done: String, "1", "what was compared";
        expect: String, "1", "direction claimed";
        baseline: f64, "as the metric", "mean where the treatment is not; empty where there is no such arm";
        effect: f64, "as the test", "effect at the centre of parameter space";
        low: f64, "as the test", "lower end of its 95 % interval (BCa bootstrap)";
        high: f64, "as the test", "upper end";
        bound: f64, "as the test", "effect that the interval has to pass";
        standardised: f64, "1", "mean over standard deviation of the replicates (d_z)";
        p: f64, "1", "two-sided p of no effect (sign flips)";
        p_holm: f64, "1", "p after Holm over the claims of the family";
        replicates: i64, "replicates", "replicates at the centre with a value";
        detail: String, "1", "further statistics of the test, in words";
        sign_share: f64, "share", "accepted sets whose 90 % interval lies on the claimed side";
        accepted_reversed: f64, "share", "accepted sets whose interval lies on the other side";
        accepted_sets: i64, "sets", "accepted sets";
        reversal_share: f64, "share", "prior draws whose interval lies on the other side";
        reversal_low: f64, "share", "lower end of the 95 % interval of that share (Wilson)";
        prior_sign_share: f64, "share", "prior draws whose interval lies on the claimed side";
        prior_draws: i64, "draws", "prior draws";
        knock_out: String, "1", "what takes the claimed mechanism away; empty without";
        knock_out_left: f64, "share", "share of the effect that is left without the mechanism";
        verdict: String, "1", "supported, conditional, refuted, built in or untested";
        provisional: i64, "0/1", "1 if fewer runs were made than a verdict needs, or some of them failed";
        reason: String, "1", "why";
        where_it_holds: String, "1", "box of the prior in which the sign occurs, with coverage and density";
        turns_with: String, "1", "parameters with which the effect moves most over the prior draws (Spearman)";
        verdict_data: String, "1", "true, false, sources disagree, not covered; empty without a test on the record";
        verdict_atop: String, "1", "the same of ATOP, or of the only source";
        verdict_cow: String, "1", "the same of COW, or of the only source";
        data: String, "1", "what was found on the record";
        fails: String, "1", "rules through which it can fail";
        note: String, "1", "remark";
    }
}

record! {
    /// The effect of a claim at a set of parameters.
    pub struct DrawRow in "draws", "one claim at one set of parameters" {
        claim: String, "1", "identifier";
        stage: String, "1", "accepted or prior";
        point: i64, "1", "row of the sets, from 0";
        effect: f64, "as the test", "mean over the replicates, positive where claimed";
        side: String, "1", "has, reverses or undecided";
    }
}

record! {
    /// A cell of Table 1.
    pub struct Table1Row in "table1", "one item in one region" {
        item: i64, "1", "item, 1 to 15";
        name: String, "1", "what it is";
        region: String, "1", "region";
        printed: String, "1", "grade as printed";
        measured: String, "1", "grade of the runs at the centre";
        same: i64, "0/1", "1 if they are the same";
        accepted_same: f64, "share", "accepted sets with the printed grade";
    }
}

record! {
    /// Agreement of the measured with the printed Table 1.
    pub struct AgreementRow in "table1_agreement", "one part of the table" {
        cells: String, "1", "which regions";
        kappa: f64, "1", "linearly weighted kappa of the cells with a place in the order of grades";
        compared: i64, "cells", "cells that it is taken over";
        equal: f64, "share", "cells with the very grade, of all";
        row_mode: f64, "1", "kappa of each row's most frequent printed grade";
        permuted: f64, "1", "mean kappa with the regions in another order";
        p: f64, "1", "share of orders that reach the kappa";
        kappa_low: f64, "1", "lowest kappa with one threshold a fifth lower or higher";
        kappa_high: f64, "1", "highest";
    }
}
