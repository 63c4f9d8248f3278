//! Claims with their verdicts: at a glance, at length, and where they hold.

use super::page::{Block, Grid, Text};
use super::words::{percent, range, signed, true_minus};
use crate::claims::{VERDICTS, sentences, told};
use comity_lab::analysis::claims::ClaimRow;

/// All claims in a table, and what its columns say.
pub fn overview(claims: &[ClaimRow]) -> Vec<Block> {
    let heads = [
        "claim",
        "statement",
        ">effect",
        ">95 % interval",
        ">signs",
        ">reversed",
        ">left",
        "model",
        "ATOP",
        "COW",
    ];
    let mut grid = Grid::new(
        "Claims with effect and 95 % interval, and their verdicts",
        &heads,
    );
    for c in claims.iter().filter(|c| told(c)) {
        let cells = [
            c.claim.clone(),
            c.statement.clone(),
            signed(c.effect),
            range(c.low, c.high),
            percent(c.sign_share),
            percent(c.reversal_share),
            percent(c.knock_out_left),
            c.verdict.clone(),
            c.verdict_atop.clone(),
            c.verdict_cow.clone(),
        ];
        grid.row(cells.map(Text::plain).to_vec());
    }
    let Some(grid) = grid.block() else {
        return Vec::new();
    };
    vec![
        Block::text(
            "Each claim is a hypothesis that runs can contradict. “Supported”: its interval at the \
             centre lies beyond the practical bound, at least 80 % of the accepted sets have its \
             sign, at least half of the effect is lost with the claimed mechanism off, and the sign \
             could have reversed in the prior ranges. “Conditional”: only a part of that holds. \
             “Refuted”: fewer than 20 % of the accepted sets have the sign. “Built in”: the sign \
             hardly ever reverses. The verdict on the model says what follows from its rules and is \
             no evidence on the world; the verdicts on the data come from the same test on the \
             observed series, on ATOP and on COW. The two are never mixed.",
        ),
        grid,
        Block::text(
            "Signs: share of the accepted sets whose 90 % interval lies on the claimed side. \
             Reversed: share of the draws from the prior ranges whose interval lies on the other \
             side. Left: share of the effect that remains without the claimed mechanism.",
        ),
    ]
}

/// What there is to say of each claim, verdict by verdict.
pub fn at_length(claims: &[ClaimRow]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (verdict, title) in VERDICTS {
        let these: Vec<&ClaimRow> = claims
            .iter()
            .filter(|c| told(c) && c.verdict == verdict)
            .collect();
        if these.is_empty() {
            continue;
        }
        blocks.push(Block::heading(title));
        for claim in these {
            let said = true_minus(&sentences(claim).join(" "));
            let text = Text::plain(format!(" {}. {said}", claim.statement));
            blocks.push(Block::Paragraph {
                text: Text::code(&claim.claim).then(text),
            });
        }
    }
    blocks
}

/// What moves each effect over the prior draws, and where its sign occurs.
pub fn turning(claims: &[ClaimRow]) -> Vec<Block> {
    let known = |c: &&ClaimRow| !(c.turns_with.is_empty() && c.where_it_holds.is_empty());
    let claims: Vec<&ClaimRow> = claims.iter().filter(known).collect();
    if claims.is_empty() {
        return vec![Block::text(
            "Nothing can be said with so few draws: at least 50 are needed.",
        )];
    }
    let boxes = claims.iter().any(|c| !c.where_it_holds.is_empty());
    let mut heads = vec!["claim", "moves most with"];
    let mut caption =
        "Rank correlations of parameters with the effect (positive where claimed) over \
                       the draws from the prior ranges"
            .to_string();
    let mut blocks = Vec::new();
    match boxes {
        true => {
            heads.push("where it holds");
            caption.push_str(
                "; the box in which the sign occurs, with the share of the draws with the sign that \
                 it covers and the share of its draws that have it",
            );
        }
        false => blocks.push(Block::text(
            "For no claim does a box of parameters say more than the whole of the prior ranges does.",
        )),
    }
    let mut grid = Grid::new(caption, &heads);
    for c in claims {
        let mut cells = vec![c.claim.clone(), true_minus(&c.turns_with)];
        cells.extend(boxes.then(|| true_minus(&c.where_it_holds)));
        grid.row(cells.into_iter().map(Text::plain).collect());
    }
    blocks.extend(grid.block());
    blocks
}

/// The claims that were not tested, and why.
pub fn untested(claims: &[ClaimRow]) -> Vec<Block> {
    let mut grid = Grid::new(
        "Claims without a test on runs or on the record",
        &["claim", "statement", "why"],
    );
    for c in claims.iter().filter(|c| !told(c)) {
        let cells = [c.claim.clone(), c.statement.clone(), c.reason.clone()];
        grid.row(cells.map(Text::plain).to_vec());
    }
    grid.block().into_iter().collect()
}
