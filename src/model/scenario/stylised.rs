//! Invented worlds: what is fixed before anything is drawn.

use super::check::{in_range, show};
use super::document::Key;
use super::raw::RawStylised;
use super::setting::{Geometry, PowerSpell, Setting, StateInput, Stylised};
use super::source::Source;
use crate::error::{Error, Result};

/// The setting of a stylised world whose states enter in the year `entry`; the world
/// draws positions, regions, capability, income and regime from the run's seed.
///
/// # Errors
/// Values out of range, at their keys under `[stylised]`.
pub fn setting(source: &Source, raw: &RawStylised, entry: i32) -> Result<Setting> {
    check(source, raw)?;
    let (count, regions) = (raw.states as usize, raw.regions as usize);
    let mut poles = raw.poles.clone();
    poles.sort_by(|a, b| b.total_cmp(a));
    let states = (0..count).map(|k| StateInput {
        stream_id: k as u32,
        code: k as u32 + 1,
        abbreviation: format!("s{}", k + 1),
        name: format!("State {}", k + 1),
        entry_year: entry,
        exit_year: None,
        regions: vec![k % regions],
        position: (0.0, 0.0),
        bloc: pole_bloc(k, poles.len()),
    });
    let powers = (0..poles.len()).map(|state| PowerSpell {
        state,
        from: entry,
        to: None,
    });
    Ok(Setting {
        states: states.collect(),
        regions: (1..=regions).map(|r| format!("r{r}")).collect(),
        powers: powers.collect(),
        antagonism: Some(raw.antagonism),
        geometry: Geometry::Plane,
        stylised: Some(Stylised {
            poles,
            pole_capability: raw.pole_capability,
            log_capability: (raw.log_capability[0], raw.log_capability[1]),
            income: raw.income,
            regime: raw.regime,
            neighbours: raw.neighbours as usize,
        }),
        ..Setting::default()
    })
}

/// The poles stand evenly on [0, 1], a single one in the middle; others follow their regimes.
fn pole_bloc(k: usize, poles: usize) -> Option<f64> {
    match poles {
        1 => (k == 0).then_some(0.5),
        _ => (k < poles).then(|| k as f64 / (poles - 1) as f64),
    }
}

fn check(source: &Source, raw: &RawStylised) -> Result<()> {
    let root = Key::root("stylised");
    let whole = |name: &str, value: i64, low: i64, high: i64| {
        if (low..=high).contains(&value) {
            return Ok(());
        }
        let expected = format!("a whole number from {low} to {high}");
        Err(source.error(&root.then(name), Error::expected(value, expected)))
    };
    whole("states", raw.states, 2, 5000)?;
    whole("regions", raw.regions, 1, raw.states.min(64))?;
    whole("neighbours", raw.neighbours, 0, raw.states - 1)?;
    check_poles(source, raw, &root.then("poles"))?;
    if !(raw.pole_capability > 0.0 && raw.pole_capability < 1.0) {
        let error = Error::expected(
            show(raw.pole_capability),
            "a number between 0 and 1, both excluded",
        );
        return Err(source.error(&root.then("pole_capability"), error));
    }
    let log = root.then("log_capability");
    in_range(source, &log.item(0), raw.log_capability[0], -100.0, 100.0)?;
    in_range(source, &log.item(1), raw.log_capability[1], 0.0, 100.0)?;
    let shares = [
        ("antagonism", Some(raw.antagonism)),
        ("income", raw.income),
        ("regime", raw.regime),
    ];
    for (name, value) in shares {
        if let Some(value) = value {
            in_range(source, &root.then(name), value, 0.0, 1.0)?;
        }
    }
    Ok(())
}

fn check_poles(source: &Source, raw: &RawStylised, key: &Key) -> Result<()> {
    let fail = |key: &Key, error| Err(source.error(key, error));
    if raw.poles.is_empty() || raw.poles.len() as i64 > raw.states {
        let expected = format!("from 1 to {} (the number of states)", raw.states);
        return fail(
            key,
            Error::expected(format!("{} poles", raw.poles.len()), expected),
        );
    }
    for (k, &share) in raw.poles.iter().enumerate() {
        if !(share > 0.0 && share <= 1.0) {
            let expected = "a share above 0 and up to 1";
            return fail(&key.item(k), Error::expected(show(share), expected));
        }
    }
    let sum: f64 = raw.poles.iter().sum();
    if (sum - 1.0).abs() > 1e-6 {
        let found = format!("shares that sum to {:.6}", sum);
        return fail(key, Error::expected(found, "a sum of 1"));
    }
    Ok(())
}
