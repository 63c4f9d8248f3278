//! In what share of runs an order holds.

use serde::Serialize;

use super::share::{Share, Side, exact_p, share_of};
use super::{finite, same_length};
use comity_model::error::{Error, Result};

/// How an item stands to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Relation {
    /// Below it.
    Below,
    /// Below it or equal.
    AtMost,
}

impl Relation {
    fn holds(self, a: f64, b: f64) -> bool {
        match self {
            Self::Below => a < b,
            Self::AtMost => a <= b,
        }
    }
}

/// The end of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum End {
    /// The smallest.
    Lowest,
    /// The largest.
    Highest,
}

/// How often an order holds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Ranked {
    /// Share of the runs in which it holds, with Wilson's interval.
    pub share: Share,
    /// Its chance if every order of the items were equally likely, without ties.
    pub chance: f64,
    /// Exact p of so large a share by that chance.
    pub p: f64,
}

/// How often items stand in the order in which they are given: `items[item][run]`, and one
/// relation between each item and the next. Infinite values (such as a date that never came)
/// are allowed.
///
/// # Errors
///
/// With fewer than two items, no run, another number of relations or of runs, a value that
/// is not a number, or a wrong level.
pub fn order(items: &[Vec<f64>], relations: &[Relation], confidence: f64) -> Result<Ranked> {
    let runs = check(items)?;
    if relations.len() + 1 != items.len() {
        let expected = format!("{}, one between neighbours", items.len() - 1);
        return Err(Error::expected(relations.len(), expected).at_key("relations"));
    }
    let in_order = |run: usize| {
        let neighbours = items.windows(2).zip(relations);
        neighbours
            .into_iter()
            .all(|(pair, relation)| relation.holds(pair[0][run], pair[1][run]))
    };
    let holds: Vec<bool> = (0..runs).map(in_order).collect();
    let orders: f64 = (1..=items.len()).map(|k| k as f64).product();
    ranked(&holds, 1.0 / orders, confidence)
}

/// How often an item is alone at one end of all of them: `items[item][run]`.
///
/// # Errors
///
/// As [`order`], or if there is no such item.
pub fn extreme(items: &[Vec<f64>], item: usize, end: End, confidence: f64) -> Result<Ranked> {
    let runs = check(items)?;
    let Some(own) = items.get(item) else {
        let expected = format!("one of {} items", items.len());
        return Err(Error::expected(item, expected).at_key("item"));
    };
    let alone = |run: usize| {
        let others = items.iter().enumerate().filter(|(k, _)| *k != item);
        others.map(|(_, other)| other[run]).all(|other| match end {
            End::Lowest => own[run] < other,
            End::Highest => own[run] > other,
        })
    };
    let holds: Vec<bool> = (0..runs).map(alone).collect();
    ranked(&holds, 1.0 / items.len() as f64, confidence)
}

fn ranked(holds: &[bool], chance: f64, confidence: f64) -> Result<Ranked> {
    let share = share_of(holds, confidence)?;
    Ok(Ranked {
        share,
        chance,
        p: exact_p(share.successes, share.runs, chance, Side::Greater)?,
    })
}

/// Number of runs.
fn check(items: &[Vec<f64>]) -> Result<usize> {
    if items.len() < 2 {
        return Err(Error::expected(items.len(), "at least 2 items"));
    }
    let runs = items[0].len();
    for (k, item) in items.iter().enumerate() {
        let name = format!("item {k}");
        same_length(&name, item.len(), runs)?;
        // A date that never came is infinite, and has its place in an order.
        let known: Vec<f64> = item.iter().copied().filter(|v| !v.is_infinite()).collect();
        finite(&name, &known, 0)?;
    }
    Ok(runs)
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    #[test]
    fn orders_are_counted_by_run() {
        let items = [
            vec![1.0, 1.0, 2.0, 1.0],
            vec![2.0, 1.0, 3.0, 2.0],
            vec![2.0, 3.0, 4.0, f64::INFINITY],
        ];
        let found = order(&items, &[Relation::Below, Relation::AtMost], 0.95).unwrap();
        assert_eq!((found.share.successes, found.share.runs), (3, 4));
        // 4 · (1/6)³ · (5/6) + (1/6)⁴.
        close(found.p, 21.0 / 1296.0, 1e-12);
        let strict = order(&items, &[Relation::Below; 2], 0.95).unwrap();
        assert_eq!(strict.share.successes, 2);
        let first = extreme(&items, 0, End::Lowest, 0.95).unwrap();
        assert_eq!((first.share.successes, first.chance), (3, 1.0 / 3.0));
        let last = extreme(&items, 2, End::Highest, 0.95).unwrap();
        assert_eq!(last.share.successes, 3);
    }

    #[test]
    fn orders_of_nothing_are_refused() {
        let items = [vec![1.0], vec![2.0]];
        assert!(order(&items, &[], 0.95).is_err());
        assert!(order(&items[..1], &[], 0.95).is_err());
        assert!(extreme(&items, 2, End::Lowest, 0.95).is_err());
        let unknown = [vec![1.0], vec![f64::NAN]];
        assert!(order(&unknown, &[Relation::Below], 0.95).is_err());
        let none = [vec![], vec![]];
        assert!(order(&none, &[Relation::Below], 0.95).is_err());
    }
}
