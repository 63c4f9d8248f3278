//! What a check found: in the terminal, as tables, and as a text.

use std::fmt::Write as _;

use crate::figures::{ImageFormat, claims as figures};
use crate::grid::{grid, number, paragraph};
use comity_lab::analysis::claims::{AgreementRow, ClaimRow, Findings, Table1Row};
use comity_lab::ensemble::claims::{CheckManifest, Sizes};
use comity_lab::ensemble::manifest::provisional;
use comity_lab::ensemble::place::Place;
use comity_lab::table::{Format, Record, store};
use comity_model::error::Result;

/// Claims that are told at length rather than as a table.
const FEW: usize = 4;
/// The verdicts in the order in which they are told.
pub const VERDICTS: [(&str, &str); 5] = [
    (
        "supported",
        "Supported: what the rules bring about, and could have failed to",
    ),
    (
        "conditional",
        "Conditional: what holds in a part of parameter space, or weakly",
    ),
    ("refuted", "Refuted: what the rules do not bring about"),
    (
        "built in",
        "Built in: what could hardly have come out otherwise",
    ),
    ("untested", "Untested: what no rule of the model speaks to"),
];

/// How a check is written.
#[derive(Debug, Clone, Copy)]
pub struct Writing<'a> {
    /// Formats in which the figures are drawn; empty: no figures.
    pub figures: &'a [ImageFormat],
}

/// Writes the tables (CSV, the claims as JSON too), the text, the figures and the manifest.
///
/// # Errors
/// If something cannot be written.
pub fn write(
    place: &Place,
    manifest: &mut CheckManifest,
    findings: &Findings,
    how: Writing,
) -> Result<()> {
    let mut draft = place.draft()?;
    let tables = findings.tables();
    for table in &tables {
        draft.table(table, Format::Csv)?;
    }
    let claims = store::encode(&ClaimRow::table(&findings.claims), Format::Json)?;
    draft.file("claims.json", &claims)?;
    draft.file("findings.md", text(findings, manifest).as_bytes())?;
    if !how.figures.is_empty() {
        for name in figures::available(&tables) {
            for &format in how.figures {
                let bytes = figures::render(&name, &tables, format)?;
                draft.file(&format!("figures/{name}.{format}"), &bytes)?;
            }
        }
    }
    manifest.complete = true;
    draft.finish(manifest)
}

/// What has to be said of a check of which runs failed.
pub(crate) fn failures(manifest: &CheckManifest) -> Option<String> {
    let named = manifest.failures.iter().cloned();
    provisional(manifest.failed, manifest.runs, named)
}

/// The findings for a terminal of 80 columns.
pub fn summary(findings: &Findings, manifest: &CheckManifest) -> String {
    let sizes = manifest.sizes;
    let mut out = String::new();
    match findings.claims.len() <= FEW {
        true => findings.claims.iter().for_each(|c| out.push_str(&one(c))),
        false => out.push_str(&overview(&findings.claims)),
    }
    if !findings.agreement.is_empty() {
        out.push('\n');
        out.push_str(&agreement(&findings.agreement));
    }
    out.push('\n');
    out.push_str(&counts(&findings.claims));
    if manifest.accepted.is_none() {
        out.push_str(&paragraph(
            "There are no accepted sets of parameters, so no verdict can be given: see \
             `comity calibrate`.",
            0,
        ));
    }
    out.push_str(&failures(manifest).map_or(String::new(), |text| paragraph(&text, 0)));
    if !sizes.sufficient() {
        let full = Sizes::FULL;
        out.push_str(&paragraph(
            &format!(
                "Provisional: {} replicates at the centre, {} sets and {} draws with {} seeds each; \
                 a verdict needs {}, {}, {} and {}.",
                sizes.replicates, sizes.sets, sizes.draws, sizes.seeds,
                full.replicates, full.sets, full.draws, full.seeds
            ),
            0,
        ));
    }
    out
}

fn overview(claims: &[ClaimRow]) -> String {
    let head = [
        "claim",
        "effect [95 %]",
        ">signs",
        ">rev.",
        ">left",
        "verdict",
        "data",
    ];
    let row = |c: &ClaimRow| {
        let effect = match c.low.is_finite() {
            true => format!("{} {}", number(c.effect), interval(c)),
            false => number(c.effect),
        };
        vec![
            c.claim.clone(),
            effect,
            share(c.sign_share),
            share(c.reversal_share),
            share(c.knock_out_left),
            c.verdict.clone(),
            match c.verdict_data.as_str() {
                "sources disagree" => "disagree".to_string(),
                "not covered" => "–".to_string(),
                other => other.to_string(),
            },
        ]
    };
    let rows: Vec<Vec<String>> = claims.iter().filter(|c| told(c)).map(row).collect();
    let mut out = grid(&head, &rows);
    out.push_str(&paragraph(
        "signs: share of the accepted sets with the claimed sign; rev.: share of the prior draws \
         with the opposite one; left: share of the effect without the claimed mechanism; data: \
         the verdict on the observed record (–: it does not cover the years; disagree: ATOP and \
         COW do). `comity check CLAIM` tells one at length.",
        0,
    ));
    out
}

/// Whether there is more to say of a claim than that it is untested.
pub fn told(claim: &ClaimRow) -> bool {
    !claim.test.is_empty() || !claim.verdict_data.is_empty()
}

fn interval(c: &ClaimRow) -> String {
    match c.low.is_finite() {
        true => format!("[{}, {}]", short(c.low), short(c.high)),
        false => String::new(),
    }
}

/// A number with about two significant digits.
fn short(value: f64) -> String {
    let size = value.abs().log10().floor();
    match size < 1.0 && value != 0.0 {
        true => format!("{value:.*}", (1.0 - size).clamp(0.0, 5.0) as usize),
        false => format!("{value:.0}"),
    }
}

fn share(value: f64) -> String {
    match value.is_finite() {
        true => format!("{value:.2}"),
        false => String::new(),
    }
}

/// A claim at length.
fn one(c: &ClaimRow) -> String {
    let mut out = format!("{}  {}\n", c.claim, c.verdict);
    out.push_str(&paragraph(&c.statement, 2));
    for line in sentences(c) {
        out.push_str(&paragraph(&line, 2));
    }
    out.push('\n');
    out
}

/// What there is to say of a claim, a sentence each.
pub fn sentences(c: &ClaimRow) -> Vec<String> {
    let mut lines = Vec::new();
    if !c.section.is_empty() {
        let paper = match c.paper.as_str() {
            "B" => "UNU-CRIS (2005)",
            _ => "Attinà (2005)",
        };
        lines.push(format!("{paper}, {}.", c.section));
    }
    if !c.test.is_empty() {
        lines.push(format!("{} ({}, expected: {}).", c.done, c.test, c.expect));
    }
    if c.effect.is_finite() {
        let mut line = format!("Effect {}", number(c.effect));
        if c.low.is_finite() {
            let _ = write!(line, " {}", interval(c));
        }
        if c.bound.is_finite() && c.bound > 0.0 {
            let _ = write!(line, ", to be passed: {}", number(c.bound));
        }
        if c.baseline.is_finite() {
            let _ = write!(line, ", baseline {}", number(c.baseline));
        }
        if c.standardised.is_finite() {
            let _ = write!(line, ", d_z {}", number(c.standardised));
        }
        if c.p_holm.is_finite() {
            let _ = write!(line, ", p {:.4} after Holm", c.p_holm);
        }
        let _ = write!(line, "; {} replicates.", c.replicates);
        lines.push(line);
    }
    if !c.detail.is_empty() {
        lines.push(format!("{}.", c.detail));
    }
    if c.accepted_sets > 0 {
        lines.push(format!(
            "Of {} accepted sets {:.0} % have the sign and {:.0} % the opposite; of {} prior \
             draws {:.0} % and {:.0} %.",
            c.accepted_sets,
            100.0 * c.sign_share,
            100.0 * c.accepted_reversed,
            c.prior_draws,
            100.0 * c.prior_sign_share,
            100.0 * c.reversal_share
        ));
    }
    if c.knock_out_left.is_finite() {
        lines.push(format!(
            "With {} the effect is {:.0} % of what it was.",
            c.knock_out,
            100.0 * c.knock_out_left
        ));
    }
    if !c.reason.is_empty() {
        lines.push(format!("{}: {}.", capital(&c.verdict), c.reason));
    }
    if !c.where_it_holds.is_empty() {
        lines.push(format!("Where it holds: {}.", c.where_it_holds));
    }
    if !c.turns_with.is_empty() {
        lines.push(format!("Turns with: {}.", c.turns_with));
    }
    if !c.verdict_data.is_empty() {
        lines.push(format!("On the record: {} ({}).", c.verdict_data, c.data));
    }
    if !c.note.is_empty() {
        lines.push(c.note.clone());
    }
    lines
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn agreement(rows: &[AgreementRow]) -> String {
    let head = [
        "Table 1",
        ">kappa",
        ">varied",
        ">cells",
        ">same grade",
        ">row modes",
        ">permuted",
        ">p",
    ];
    let row = |a: &AgreementRow| {
        vec![
            a.cells.clone(),
            share(a.kappa),
            format!("{} to {}", share(a.kappa_low), share(a.kappa_high)),
            a.compared.to_string(),
            share(a.equal),
            share(a.row_mode),
            share(a.permuted),
            share(a.p),
        ]
    };
    grid(&head, &rows.iter().map(row).collect::<Vec<_>>())
}

fn counts(claims: &[ClaimRow]) -> String {
    let of = |verdict: &str| claims.iter().filter(|c| c.verdict == verdict).count();
    let each = VERDICTS.iter().map(|(v, _)| format!("{} {v}", of(v)));
    let text = format!(
        "{} claim{}: {}.",
        claims.len(),
        if claims.len() == 1 { "" } else { "s" },
        each.collect::<Vec<_>>().join(", ")
    );
    paragraph(&text, 0)
}

/// The findings as a Markdown text.
pub fn text(findings: &Findings, manifest: &CheckManifest) -> String {
    let sizes = manifest.sizes;
    let mut out = String::from("# Findings\n\n");
    let _ = writeln!(
        out,
        "Written by `comity check` (version {}) from its own results, not by hand. {} runs: {} \
         replicates at the centre of parameter space, {} accepted sets and {} draws from the prior \
         box with {} paired seeds each.{}\n",
        manifest.version,
        manifest.runs,
        sizes.replicates,
        findings
            .claims
            .iter()
            .map(|c| c.accepted_sets)
            .max()
            .unwrap_or(0),
        sizes.draws,
        sizes.seeds,
        match sizes.sufficient() {
            true => "",
            false => " **Provisional: fewer runs than a verdict needs.**",
        }
    );
    out.push_str(
        "A claim is *supported* if its interval at the centre lies beyond the practical bound, at \
         least 80 % of the accepted sets have its sign, at least half of the effect is lost with \
         the claimed mechanism off, and the sign could have reversed in the prior box; *conditional* \
         if only a part of that holds; *refuted* if fewer than 20 % of the accepted sets have the \
         sign; *built in* if the sign hardly ever reverses. The verdict on the data is another one, \
         on the observed record alone. What each test is stands in `experiments/claims/README.md`.\n\n",
    );
    out.push_str(counts(&findings.claims).trim_end());
    out.push_str("\n\n");
    if let Some(text) = failures(manifest) {
        let _ = writeln!(out, "**{text}**\n");
    }
    contents(&mut out, findings);
    if !findings.agreement.is_empty() {
        table1(&mut out, findings);
    }
    for (verdict, title) in VERDICTS {
        let claims: Vec<&ClaimRow> = findings
            .claims
            .iter()
            .filter(|c| c.verdict == verdict)
            .collect();
        if claims.is_empty() {
            continue;
        }
        let _ = writeln!(out, "## {title}\n");
        for claim in claims {
            let _ = writeln!(out, "### {} ({})\n", claim.claim, claim.family);
            let _ = writeln!(out, "*{}*\n", claim.statement);
            let _ = writeln!(out, "{}\n", sentences(claim).join(" "));
        }
    }
    out
}

/// All claims in a table, a line each.
fn contents(out: &mut String, findings: &Findings) {
    out.push_str(
        "| claim | verdict | effect | 95 % interval | signs | reversed | left | ATOP | COW |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for c in &findings.claims {
        let _ = writeln!(
            out,
            "| {} | {}{} | {} | {} | {} | {} | {} | {} | {} |",
            c.claim,
            c.verdict,
            if c.provisional == 1 {
                " (provisional)"
            } else {
                ""
            },
            number(c.effect),
            interval(c),
            share(c.sign_share),
            share(c.reversal_share),
            share(c.knock_out_left),
            c.verdict_atop,
            c.verdict_cow
        );
    }
    out.push('\n');
}

fn table1(out: &mut String, findings: &Findings) {
    out.push_str("## Table 1, measured beside printed\n\n");
    let regions: Vec<&str> = findings
        .table1
        .iter()
        .filter(|c| c.item == 1)
        .map(|c| c.region.as_str())
        .collect();
    let _ = writeln!(out, "| item | {} |", regions.join(" | "));
    let _ = writeln!(out, "|---|{}", "---|".repeat(regions.len()));
    for row in findings.table1.chunks(regions.len().max(1)) {
        let cell = |c: &Table1Row| match c.same == 1 {
            true => c.measured.clone(),
            false => format!("{} *(printed: {})*", c.measured, c.printed),
        };
        let cells: Vec<String> = row.iter().map(cell).collect();
        let _ = writeln!(
            out,
            "| {} {} | {} |",
            row[0].item,
            row[0].name,
            cells.join(" | ")
        );
    }
    out.push('\n');
    for a in &findings.agreement {
        let _ = write!(
            out,
            "- {}: weighted kappa {} ({} to {} with thresholds a fifth lower or higher) over {} \
             cells; the same grade in {} of all.",
            a.cells,
            share(a.kappa),
            share(a.kappa_low),
            share(a.kappa_high),
            a.compared,
            share(a.equal),
        );
        // One region alone has no other columns to be held against.
        if a.permuted.is_finite() {
            let _ = write!(
                out,
                " Row modes reach {}, regions in another order {} on average (p {}).",
                share(a.row_mode),
                share(a.permuted),
                share(a.p)
            );
        }
        out.push('\n');
    }
    out.push('\n');
}
