//! The report on a check: claims with their verdicts, and Table 1 measured beside printed.

use std::path::Path;

use super::figures::Figures;
use super::model;
use super::page::{Block, Fact, Grid, Page, Section, Text};
use super::words::{capital, count, list, number, percent, range, signed};
use super::{colophon, repeat, verdicts};
use crate::claims::{VERDICTS, failures};
use crate::figures::{ImageFormat, claims as drawings, region_title};
use comity_lab::analysis::claims::verdict::SIGN_SHARE;
use comity_lab::analysis::claims::{AgreementRow, ClaimRow, Table1Row};
use comity_lab::analysis::statistics::share::share;
use comity_lab::ensemble::claims::{CheckManifest, Draws, Sizes};
use comity_lab::table::{Record, Table};
use comity_model::error::{Error, Result};

/// A check with its tables.
struct Check<'a> {
    manifest: &'a CheckManifest,
    tables: Vec<Table>,
    claims: Vec<ClaimRow>,
    table1: Vec<Table1Row>,
    agreement: Vec<AgreementRow>,
}

/// The page.
///
/// # Errors
/// If a table cannot be read.
pub fn page(folder: &Path, manifest: &CheckManifest) -> Result<Page> {
    let check = Check::read(folder, manifest)?;
    let sections = [
        Section::of("findings", "What came out", check.found()),
        Section::of("what", "What was run", check.what()),
        Section::of("claims", "Claims", verdicts::overview(&check.claims)),
        Section::of(
            "table-1",
            "Table 1, measured beside printed",
            check.printed(),
        ),
        Section::of("figures", "Figures", check.drawn()?),
        Section::of(
            "one-by-one",
            "Claims one by one",
            verdicts::at_length(&check.claims),
        ),
        Section::of(
            "sensitivity",
            "Where claims hold, and with what they turn",
            verdicts::turning(&check.claims),
        ),
        Section::of(
            "untested",
            "Claims that no rule speaks to",
            verdicts::untested(&check.claims),
        ),
        Section::of("replicates", "Enough replicates?", check.enough()?),
        model::ranges(Draws::prior(manifest.sizes.draws)?.hash() == manifest.prior),
        check.data(),
        repeat::check(manifest),
    ];
    Ok(Page {
        title: check.title(),
        subtitle: "Check of claims".to_string(),
        facts: facts(manifest, &check),
        sections: sections.into_iter().flatten().collect(),
        colophon: colophon(&manifest.version).into(),
    })
}

fn facts(manifest: &CheckManifest, check: &Check) -> Vec<Fact> {
    let sizes = manifest.sizes;
    let failed = match manifest.failed {
        0 => "none failed".to_string(),
        n => format!("{n} failed"),
    };
    vec![
        Fact::of("Claims", check.claims.len().to_string()),
        Fact::of("Tested on runs", check.tested().count().to_string()),
        Fact::of("Replicates at the centre", sizes.replicates.to_string()),
        Fact::of("Accepted sets", check.sets().to_string()),
        Fact::of("Draws from the prior ranges", sizes.draws.to_string()),
        Fact::of("Seeds of each", sizes.seeds.to_string()),
        Fact::of("Runs", format!("{}, {failed}", manifest.runs)),
        Fact::of("First seed", sizes.seed.to_string()),
        Fact::of("Program", format!("comity {}", manifest.version)),
        Fact::of("Made", repeat::date(&manifest.made.started)),
    ]
}

impl<'a> Check<'a> {
    fn read(folder: &Path, manifest: &'a CheckManifest) -> Result<Self> {
        let mut tables = Vec::new();
        let shown = [ClaimRow::TABLE, Table1Row::TABLE, AgreementRow::TABLE];
        let records = manifest.tables.iter();
        for record in records.filter(|t| shown.contains(&t.name.as_str())) {
            tables.push(record.read(folder)?);
        }
        Ok(Self {
            manifest,
            claims: rows(folder, &tables)?,
            table1: rows(folder, &tables)?,
            agreement: rows(folder, &tables)?,
            tables,
        })
    }

    fn title(&self) -> String {
        match self.manifest.families.as_slice() {
            [one] => one.title.clone(),
            _ if self.claims.iter().all(|c| c.paper.is_empty()) => "Claims".to_string(),
            _ => "Claims of the papers".to_string(),
        }
    }

    fn tested(&self) -> impl Iterator<Item = &ClaimRow> {
        self.claims.iter().filter(|c| !c.test.is_empty())
    }

    /// Accepted sets at which claims were run.
    fn sets(&self) -> i64 {
        let sets = self.claims.iter().map(|c| c.accepted_sets);
        sets.max().unwrap_or(0)
    }

    fn found(&self) -> Vec<Block> {
        let mut blocks = vec![Block::caution(model::reach())];
        blocks.extend(failures(self.manifest).map(Block::caution));
        if self.manifest.accepted.is_none() {
            blocks.push(Block::caution(
                "There were no accepted sets of parameters, so no verdict is given.",
            ));
        }
        let provisional = self.claims.iter().filter(|c| c.provisional == 1).count();
        if provisional > 0 {
            blocks.push(Block::caution(format!(
                "{} on the model {} provisional: fewer runs were made than a verdict needs, or some \
                 of them failed.",
                count(provisional, "verdict"),
                if provisional == 1 { "is" } else { "are" },
            )));
        }
        blocks.extend(Block::list(self.counts()));
        let one =
            |c: &ClaimRow| format!("{} {}: {}. {}.", c.claim, c.verdict, c.statement, effect(c));
        let few: Vec<String> = self.tested().map(one).collect();
        if few.len() <= 12 {
            blocks.extend(Block::list(few));
        }
        blocks
    }

    /// How often each verdict is given, and the agreement with Table 1.
    fn counts(&self) -> Vec<String> {
        let of = |on: &str, verdict: &dyn Fn(&ClaimRow) -> &str| {
            let given = self.claims.iter().map(verdict).filter(|v| !v.is_empty());
            let mut counts: Vec<(&str, usize)> = Vec::new();
            for verdict in given {
                match counts.iter_mut().find(|(known, _)| *known == verdict) {
                    Some((_, n)) => *n += 1,
                    None => counts.push((verdict, 1)),
                }
            }
            let place = |v: &str| VERDICTS.iter().position(|known| known.0 == v);
            counts.sort_by_key(|(verdict, _)| place(verdict));
            let total: usize = counts.iter().map(|c| c.1).sum();
            let parts: Vec<String> = counts.iter().map(|(v, n)| format!("{n} {v}")).collect();
            (total > 0).then(|| format!("On {on}, {}: {}.", count(total, "claim"), list(&parts)))
        };
        let verdicts = [
            of("the model", &|c| &c.verdict),
            of("the data of ATOP", &|c| &c.verdict_atop),
            of("the data of COW", &|c| &c.verdict_cow),
        ];
        let whole = self.agreement.first().map(|a| {
            format!(
                "Table 1 of Attinà (2005): {} of the 75 grades come out as printed; linearly weighted \
                 kappa {} over {} cells, where the commonest printed grade of each row would reach \
                 {} and regions in another order {} on average.",
                percent(a.equal),
                number(a.kappa),
                a.compared,
                number(a.row_mode),
                number(a.permuted)
            )
        });
        verdicts.into_iter().flatten().chain(whole).collect()
    }

    fn what(&self) -> Vec<Block> {
        let (sizes, full) = (self.manifest.sizes, Sizes::FULL);
        let mut runs = Grid::new(
            "How much was run, and what a verdict needs",
            &["what", ">run", ">needed"],
        );
        for (what, run, needed) in [
            (
                "replicates at the centre of parameter space",
                sizes.replicates,
                full.replicates,
            ),
            (
                "accepted sets of parameters",
                self.sets() as u64,
                full.sets as u64,
            ),
            (
                "draws from the prior ranges of all parameters",
                sizes.draws as u64,
                full.draws as u64,
            ),
            ("seeds at each set and draw", sizes.seeds, full.seeds),
        ] {
            runs.row(vec![
                what.into(),
                run.to_string().into(),
                needed.to_string().into(),
            ]);
        }
        let mut blocks: Vec<Block> = runs.block().into_iter().collect();
        if let Some((name, hash)) = &self.manifest.accepted {
            blocks.push(Block::text(format!(
                "The accepted sets of parameters are those of `{name}` (SHA-256 {}).",
                &hash[..hash.len().min(12)]
            )));
        }
        let mut files = Grid::new(
            "Files of claims: their arms are all run with the same seeds, each world once",
            &["file", "title", "claims", "SHA-256"],
        );
        for family in &self.manifest.families {
            let own = self.claims.iter().filter(|c| c.family == family.name);
            let chosen = own.count();
            if chosen > 0 {
                files.row(vec![
                    Text::code(&family.file),
                    Text::plain(&family.title),
                    chosen.to_string().into(),
                    Text::code(&family.sha256[..family.sha256.len().min(12)]),
                ]);
            }
        }
        blocks.extend(files.block());
        blocks
    }

    fn printed(&self) -> Vec<Block> {
        let mut regions: Vec<&str> = Vec::new();
        for cell in &self.table1 {
            if !regions.contains(&cell.region.as_str()) {
                regions.push(&cell.region);
            }
        }
        let heads = std::iter::once("item".to_string());
        let heads: Vec<String> = heads
            .chain(regions.iter().map(|r| region_title(r)))
            .collect();
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        let caption = "Fifteen items in five regions: the grade measured at the centre, with ✓ where it \
                       is the printed one, else with the printed grade after it; in brackets the share \
                       of the accepted sets that have the printed grade";
        let mut grid = Grid::new(caption, &heads);
        for row in self.table1.chunks(regions.len().max(1)) {
            let cell = |c: &Table1Row| {
                let sets = match c.accepted_same.is_finite() {
                    true => format!(" [{}]", percent(c.accepted_same)),
                    false => String::new(),
                };
                Text::plain(match c.same == 1 {
                    true => format!("{} ✓{sets}", c.measured),
                    false => format!("{} (printed: {}){sets}", c.measured, c.printed),
                })
            };
            let name = Text::plain(format!("{} {}", row[0].item, row[0].name));
            grid.row(std::iter::once(name).chain(row.iter().map(cell)).collect());
        }
        let heads = [
            "cells",
            ">kappa",
            ">thresholds a fifth lower or higher",
            ">compared",
            ">same grade",
            ">row modes",
            ">regions in another order",
            ">p",
        ];
        let mut agreement = Grid::new(
            "Agreement with the printed table (linearly weighted kappa)",
            &heads,
        );
        for a in &self.agreement {
            let cells = [
                a.cells.clone(),
                number(a.kappa),
                range(a.kappa_low, a.kappa_high),
                a.compared.to_string(),
                percent(a.equal),
                number(a.row_mode),
                number(a.permuted),
                number(a.p),
            ];
            agreement.row(cells.map(Text::plain).to_vec());
        }
        [grid.block(), agreement.block()]
            .into_iter()
            .flatten()
            .collect()
    }

    fn drawn(&self) -> Result<Vec<Block>> {
        let named = drawings::available(&self.tables);
        let label = |name: &str| {
            (
                drawings::title(name).to_string(),
                drawings::caption(name).to_string(),
            )
        };
        let render = |name: &str| drawings::render(name, &self.tables, ImageFormat::Svg);
        Figures::of(&named, label, render)
    }

    /// What the record was read from, if it was asked.
    fn data(&self) -> Option<Section> {
        let asked = self.claims.iter().any(|c| !c.verdict_data.is_empty());
        (asked || !self.table1.is_empty()).then(|| model::data(&[], &model::OBSERVED))?
    }

    fn enough(&self) -> Result<Vec<Block>> {
        if self.tested().next().is_none() {
            return Ok(Vec::new());
        }
        let known: Vec<&ClaimRow> = self.tested().filter(|c| c.low.is_finite()).collect();
        let clear = known.iter().filter(|c| c.low > 0.0 || c.high < 0.0).count();
        let holm = self.tested().filter(|c| c.p_holm < 0.05).count();
        let mut said = vec![format!(
            "{clear} of {} intervals at the centre exclude 0; {holm} effects differ from none at the \
             5 % level after Holm's correction within each file.",
            known.len()
        )];
        let sets = self.sets().max(0) as usize;
        if sets > 0 {
            let near = share((SIGN_SHARE * sets as f64).round() as usize, sets, 0.95)?;
            said.push(format!(
                "Of {sets} accepted sets, a share of {} is known to within {} to {} (95 %, Wilson).",
                percent(near.share),
                percent(near.interval.low),
                percent(near.interval.high)
            ));
        }
        let none = share(0, self.manifest.sizes.draws.max(1), 0.95)?;
        said.push(format!(
            "No reversal in {} draws leaves up to {} of the prior ranges in which the sign reverses.",
            self.manifest.sizes.draws,
            percent(none.interval.high)
        ));
        if !self.manifest.sizes.sufficient() {
            said.push(
                "Fewer runs were made than a verdict needs: the section above says how many."
                    .to_string(),
            );
        }
        Ok(Block::list(said).into_iter().collect())
    }
}

/// The effect of a claim, in a few words.
fn effect(c: &ClaimRow) -> String {
    match (c.effect.is_finite(), c.low.is_finite()) {
        (false, _) => capital("no effect is known"),
        (true, false) => format!("Effect {}", signed(c.effect)),
        (true, true) => format!(
            "Effect {} (95 % interval {})",
            signed(c.effect),
            range(c.low, c.high)
        ),
    }
}

/// The rows of one of these tables; none if it is not there.
fn rows<R: Record>(folder: &Path, tables: &[Table]) -> Result<Vec<R>> {
    let Some(table) = tables.iter().find(|t| t.name == R::TABLE) else {
        return Ok(Vec::new());
    };
    let rows: Option<Vec<R>> = (0..table.rows()).map(|r| R::read(table, r)).collect();
    rows.ok_or_else(|| {
        let columns = R::columns();
        let missing = columns.iter().find(|c| table.position(&c.name).is_none());
        let found = missing.map_or("another type".to_string(), |c| {
            format!("no column {}", c.name)
        });
        Error::expected(found, "the columns of this version")
            .in_file(folder.join(format!("{}.csv", R::TABLE)))
    })
}
