//! Pacts known by name: whether something like them arises in the runs, with whom, and lasts.

use std::collections::{BTreeMap, BTreeSet};

use super::rows::{Found, NamedRow, NamedYear, SponsorRow};
use super::{Context, SPONSORS};
use crate::analysis::summary::{mean, median, quantile};
use crate::network::year::YEARS;
use crate::network::{Origin, Pact, jaccard};
use crate::table::csv;
use comity_model::error::{Error, Result};
use comity_model::scenario::{PactKind, library};

/// Jaccard index from which a simulated pact counts as something like the named one.
pub const LIKE: f64 = 0.5;
/// Most members of a pact that counts among a power's bilateral ones: some were signed with
/// several states at once.
pub const SMALL: usize = 5;
/// Members of a large pact, at least.
pub const LARGE: usize = 5;
/// Year by which a superpower's large pact is founded.
pub const BY: i32 = 1956;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq)]
enum Form {
    /// A pact by its number in the record.
    Members(String),
    /// Partners of a power in its small defence pacts, in one region or anywhere.
    Hub(u32, Option<String>),
}

/// A named pact.
#[derive(Debug, Clone, PartialEq)]
struct Named {
    name: String,
    label: String,
    form: Form,
}

/// Those of `named_pacts.csv` in this source.
fn named(source: &str) -> Result<Vec<Named>> {
    let bytes = library::data("named_pacts.csv").unwrap_or_default();
    let table = csv::read("named_pacts", bytes, &[])?;
    let absent = || Error::new("the shipped table named_pacts.csv lacks a column");
    let text = |column: &str| table.text(column).ok_or_else(absent);
    let (names, labels, forms) = (text("name")?, text("label")?, text("form")?);
    let (regions, sources) = (text("region")?, text("source")?);
    let hubs = table.real("hub").ok_or_else(absent)?;
    let pacts = table.real("pact").ok_or_else(absent)?;
    let of = |row: usize| {
        let form = match forms[row].as_str() {
            "members" => Form::Members(pacts[row].to_string()),
            "hub" => {
                let region = (!regions[row].is_empty()).then(|| regions[row].clone());
                Form::Hub(hubs[row] as u32, region)
            }
            other => {
                let error = Error::expected(other, "members or hub");
                return Err(error.in_file("named_pacts.csv").at_key("form"));
            }
        };
        Ok(Named {
            name: names[row].clone(),
            label: labels[row].clone(),
            form,
        })
    };
    let rows = (0..table.rows()).filter(|&row| sources[row] == source);
    rows.map(of).collect()
}

/// States that stand together in a year: of one pact, or around a hub.
struct Group {
    id: String,
    members: BTreeSet<u32>,
}

/// What a named pact is compared with among these pacts in a year.
fn groups(context: &Context, form: &Form, kind: PactKind, pacts: &[Pact], year: i32) -> Vec<Group> {
    let system = context.given.system(year);
    let of_kind = pacts.iter().filter(|p| p.kind == kind);
    match form {
        Form::Members(_) => of_kind
            .map(|p| Group {
                id: p.id.clone(),
                members: p.at(year, &system),
            })
            .filter(|g| g.members.len() > 1)
            .collect(),
        Form::Hub(hub, region) => vec![Group {
            id: "hub".to_string(),
            members: partners(context, (*hub, region.as_deref()), of_kind, year),
        }],
    }
}

/// Partners of a hub, without itself.
fn partners<'a>(
    context: &Context,
    (hub, region): (u32, Option<&str>),
    pacts: impl Iterator<Item = &'a Pact>,
    year: i32,
) -> BTreeSet<u32> {
    let system = context.given.system(year);
    let states = context.given.states(year);
    let there: BTreeSet<u32> = states
        .iter()
        .filter(|s| region.is_none_or(|r| s.regions.iter().any(|own| own == r)))
        .map(|s| s.code)
        .collect();
    let members = pacts.map(|p| p.at(year, &system));
    let small = members.filter(|m| m.contains(&hub) && (2..=SMALL).contains(&m.len()));
    let partners = small.flatten().filter(|code| *code != hub);
    partners.filter(|code| there.contains(code)).collect()
}

/// A named pact's members in each year that it is in force.
fn recorded(context: &Context, named: &Named) -> Option<(PactKind, BTreeMap<i32, BTreeSet<u32>>)> {
    let kind = match &named.form {
        Form::Members(id) => context.record.iter().find(|p| p.id == *id)?.kind,
        Form::Hub(..) => PactKind::Defence,
    };
    let members = |year: i32| {
        let groups = groups(context, &named.form, kind, &context.record, year);
        let own = groups.into_iter().find(|g| match &named.form {
            Form::Members(id) => g.id == *id,
            Form::Hub(..) => !g.members.is_empty(),
        })?;
        Some((year, own.members))
    };
    let years: BTreeMap<i32, BTreeSet<u32>> = YEARS.filter_map(members).collect();
    (!years.is_empty()).then_some((kind, years))
}

/// The nearest simulated pact of a run in a year.
struct Nearest {
    id: String,
    jaccard: f64,
}

/// Compares the named pacts with the runs.
///
/// # Errors
/// If the shipped table is broken, which a test excludes.
pub(crate) fn compare(context: &Context, found: &mut Found) -> Result<()> {
    for named in named(context.runs.source)? {
        let Some((kind, years)) = recorded(context, &named) else {
            let problem = format!("no pact of {} in {}", named.name, context.runs.source);
            return Err(Error::new(problem).in_file("named_pacts.csv"));
        };
        let nearest = |pacts: &Vec<Pact>| -> Vec<Nearest> {
            let in_year = |(&year, members): (&i32, &BTreeSet<u32>)| {
                let groups = groups(context, &named.form, kind, pacts, year).into_iter();
                let near = groups.map(|g| Nearest {
                    jaccard: jaccard(&g.members, members),
                    id: g.id,
                });
                let none = Nearest {
                    id: String::new(),
                    jaccard: 0.0,
                };
                near.fold(none, |a, b| if b.jaccard > a.jaccard { b } else { a })
            };
            years.iter().map(in_year).collect()
        };
        let runs: Vec<Vec<Nearest>> = context.runs.pacts.iter().map(nearest).collect();
        for (k, (&year, members)) in years.iter().enumerate() {
            let values: Vec<f64> = runs.iter().map(|run| run[k].jaccard).collect();
            let like = values.iter().filter(|v| **v >= LIKE).count();
            found.named_years.push(NamedYear {
                source: context.runs.source.to_string(),
                name: named.name.clone(),
                year: i64::from(year),
                members: members.len() as i64,
                jaccard: mean(&values),
                low: quantile(&values, 0.05),
                high: quantile(&values, 0.95),
                half: like as f64 / values.len() as f64,
            });
        }
        found
            .named
            .push(summary(context, &named, kind, &years, &runs));
    }
    found.sponsors.extend(SPONSORS.map(|s| sponsor(context, s)));
    Ok(())
}

fn summary(
    context: &Context,
    named: &Named,
    kind: PactKind,
    years: &BTreeMap<i32, BTreeSet<u32>>,
    runs: &[Vec<Nearest>],
) -> NamedRow {
    let at: Vec<i32> = years.keys().copied().collect();
    let (first, last) = (at[0], at[at.len() - 1]);
    let system = context.given.system(last);
    let (mut begun, mut lasting) = (Vec::new(), 0.0);
    for (run, pacts) in runs.iter().zip(context.runs.pacts) {
        let Some(k) = run.iter().position(|n| n.jaccard >= LIKE) else {
            continue;
        };
        begun.push(f64::from(at[k]));
        let stands = match named.form {
            Form::Members(_) => {
                let own = pacts.iter().find(|p| p.id == run[k].id);
                own.is_some_and(|p| p.at(last, &system).len() > 1)
            }
            Form::Hub(..) => run[at.len() - 1].jaccard >= LIKE,
        };
        lasting += f64::from(u8::from(stands));
    }
    let of_run = |run: &Vec<Nearest>| {
        let values: Vec<f64> = run.iter().map(|n| n.jaccard).collect();
        mean(&values)
    };
    let means: Vec<f64> = runs.iter().map(of_run).collect();
    NamedRow {
        source: context.runs.source.to_string(),
        name: named.name.clone(),
        label: named.label.clone(),
        kind: kind.name().to_string(),
        from: i64::from(first),
        until: i64::from(last),
        members_first: years[&first].len() as i64,
        members_last: years[&last].len() as i64,
        arises: begun.len() as f64 / runs.len() as f64,
        year: median(&begun),
        lasts: match begun.len() {
            0 => f64::NAN,
            n => lasting / n as f64,
        },
        jaccard: mean(&means),
    }
}

/// The large pact of a superpower in each run.
fn sponsor(context: &Context, (code, name): (u32, &str)) -> SponsorRow {
    let last = *YEARS.end();
    let largest = |pact: &Pact| {
        let sizes = YEARS.map(|year| pact.at(year, &context.given.system(year)).len());
        sizes.max().unwrap_or(0)
    };
    let (mut begun, mut sizes, mut lasting) = (Vec::new(), Vec::new(), 0.0);
    for pacts in context.runs.pacts {
        let own = pacts.iter().filter(|p| {
            let founded = p.origin != Origin::Initial && p.begun() <= BY;
            founded && p.kind == PactKind::Defence && p.sponsor == Some(code)
        });
        let sized = own.map(|p| (largest(p), p));
        // The first of the largest, so that the order of the log decides.
        let best = sized.fold(None, |best: Option<(usize, &Pact)>, of| match best {
            Some(known) if known.0 >= of.0 => Some(known),
            _ => Some(of),
        });
        let Some((size, pact)) = best.filter(|b| b.0 >= LARGE) else {
            continue;
        };
        begun.push(f64::from(pact.begun()));
        sizes.push(size as f64);
        let members = pact.at(last, &context.given.system(last));
        lasting += f64::from(u8::from(members.len() > 1));
    }
    SponsorRow {
        source: context.runs.source.to_string(),
        sponsor: name.to_string(),
        arises: begun.len() as f64 / context.runs.pacts.len() as f64,
        year: median(&begun),
        members: mean(&sizes),
        lasts: match begun.len() {
            0 => f64::NAN,
            n => lasting / n as f64,
        },
    }
}
