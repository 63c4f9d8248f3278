//! What a request asks for: the part of an address after the question mark.
//!
//! `scenario` and `seed` name the run; every other key is one of the request's own
//! (`columns`, `runs`, …) or changes the scenario, as `--set` does: a parameter by its path,
//! or one of [`SETTINGS`], `processes.` or `stylised.` with a name.

use std::collections::BTreeMap;

use axum::extract::Query;
use axum::http::Uri;

use super::bounds;
use comity_model::error::{Error, Result};
use comity_model::scenario::suggest::{shorten, unknown};
use comity_model::scenario::{Parameter, Process};

/// Keys of a scenario that may be changed, besides parameters. None of them names a file.
pub const SETTINGS: [&str; 21] = [
    "variant",
    "update_order",
    "competition",
    "years",
    "burn_in",
    "governance.regional",
    "governance.global",
    "governance.coordination",
    "governance.standing",
    "governance.technology",
    "governance.total_budget",
    "placebo.permute_regions",
    "stylised.states",
    "stylised.regions",
    "stylised.poles",
    "stylised.pole_capability",
    "stylised.antagonism",
    "stylised.log_capability",
    "stylised.income",
    "stylised.regime",
    "stylised.neighbours",
];

/// The run that is shown where the address names none.
pub const FIRST: &str = "s2-bipolar";

/// What the keys of the run begin with that another one is compared with.
const AGAINST: &str = "against.";

/// A request, checked key by key.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Name of the scenario.
    pub scenario: String,
    /// Seed of the run, or of the first of several.
    pub seed: u64,
    /// Parameters with their values, by path.
    pub parameters: BTreeMap<String, f64>,
    /// Other keys of the scenario, in the order asked for.
    pub settings: Vec<(String, String)>,
    own: BTreeMap<String, String>,
}

impl Wanted {
    /// What the address asks for; `own` are the keys of this kind of request.
    ///
    /// # Errors
    /// Unknown keys, keys that stand twice, values that are none.
    pub fn of(uri: &Uri, own: &[&str]) -> Result<Self> {
        Self::read(&pairs(uri)?, own)
    }

    /// The same, and the run that it is compared with: the keys that begin with `against.`
    /// name that one. Its seed is the same.
    ///
    /// # Errors
    /// As [`Wanted::of`].
    pub fn compared(uri: &Uri, own: &[&str]) -> Result<(Self, Option<Self>)> {
        let (theirs, ours): (Pairs, Pairs) = pairs(uri)?
            .into_iter()
            .partition(|(key, _)| key.starts_with(AGAINST));
        let wanted = Self::read(&ours, own)?;
        if theirs.is_empty() {
            return Ok((wanted, None));
        }
        let bare = |(key, value): (String, String)| (key[AGAINST.len()..].to_string(), value);
        let theirs: Pairs = theirs.into_iter().map(bare).collect();
        let placed = |e: Error| {
            let key = e.key.clone().unwrap_or_default();
            e.at_key(format!("{AGAINST}{key}"))
        };
        if theirs.iter().any(|(key, _)| key == "seed") {
            return Err(placed(
                Error::new("is that of the other run").at_key("seed"),
            ));
        }
        let mut other = Self::read(&theirs, &[]).map_err(placed)?;
        other.seed = wanted.seed;
        Ok((wanted, Some(other)))
    }

    fn read(pairs: &[(String, String)], own: &[&str]) -> Result<Self> {
        let mut wanted = Self {
            scenario: FIRST.to_string(),
            seed: 1,
            parameters: BTreeMap::new(),
            settings: Vec::new(),
            own: BTreeMap::new(),
        };
        let mut seen: Vec<&str> = Vec::new();
        for (key, value) in pairs {
            let at = |e: Error| e.at_key(shorten(key));
            if seen.contains(&key.as_str()) {
                return Err(at(Error::new("stands twice")));
            }
            if value.chars().count() > bounds::VALUE {
                let expected = format!("at most {} characters", bounds::VALUE);
                return Err(at(Error::expected(value.chars().count(), expected)));
            }
            seen.push(key);
            wanted.take(key, value, own).map_err(at)?;
        }
        Ok(wanted)
    }

    fn take(&mut self, key: &str, value: &str, own: &[&str]) -> Result<()> {
        if own.contains(&key) {
            self.own.insert(key.to_string(), value.to_string());
        } else if key == "scenario" {
            self.scenario = value.to_string();
        } else if key == "seed" {
            self.seed = whole(value, 0, i64::MAX as u64)?;
        } else if let Some(parameter) = Parameter::find(key) {
            let number = value.parse::<f64>().ok();
            let number = number.filter(|v| parameter.domain.admits(*v));
            let expected = parameter.domain.expectation();
            let number = number.ok_or_else(|| Error::expected(quoted(value), expected))?;
            self.parameters.insert(key.to_string(), number);
        } else if settable(key) {
            self.settings.push((key.to_string(), value.to_string()));
        } else {
            let known = own.iter().copied().chain(["scenario", "seed"]);
            let parameters = comity_model::scenario::PARAMETERS.iter().map(|p| p.path);
            let all = known.chain(SETTINGS).chain(parameters);
            return Err(Error::new(unknown("a key of a request", key, all)));
        }
        Ok(())
    }

    /// The value of a key of the request's own.
    pub fn own(&self, key: &str) -> Option<&str> {
        self.own.get(key).map(String::as_str)
    }

    /// The value of `key` as a whole number, if it is there.
    ///
    /// # Errors
    /// If it is none, or out of range.
    pub fn number(&self, key: &str, low: u64, high: u64) -> Result<Option<u64>> {
        let value = self.own(key).map(|v| whole(v, low, high));
        value.transpose().map_err(|e| e.at_key(key))
    }

    /// The changes as `--set` takes them.
    pub fn overrides(&self) -> Vec<String> {
        let settings = self
            .settings
            .iter()
            .map(|(key, value)| format!("{key}={value}"));
        let parameters = self.parameters.iter();
        settings
            .chain(parameters.map(|(path, value)| format!("parameters.{path}={value}")))
            .collect()
    }
}

/// Keys with their values, in order.
type Pairs = Vec<(String, String)>;

fn pairs(uri: &Uri) -> Result<Pairs> {
    let pairs = Query::<Pairs>::try_from_uri(uri);
    let Query(pairs) = pairs.map_err(|e| Error::new(format!("not a query: {e}")))?;
    if pairs.len() > bounds::KEYS {
        let expected = format!("at most {}", bounds::KEYS);
        return Err(Error::expected(format!("{} keys", pairs.len()), expected));
    }
    Ok(pairs)
}

fn settable(key: &str) -> bool {
    let process = key.strip_prefix("processes.");
    SETTINGS.contains(&key) || process.is_some_and(|name| Process::find(name).is_some())
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", shorten(value))
}

fn whole(value: &str, low: u64, high: u64) -> Result<u64> {
    let number = value.parse::<u64>().ok();
    let number = number.filter(|n| (low..=high).contains(n));
    let expected = || {
        Error::expected(
            quoted(value),
            format!("a whole number from {low} to {high}"),
        )
    };
    number.ok_or_else(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &str) -> Result<Wanted> {
        Wanted::of(&format!("/api/run?{query}").parse().unwrap(), &["runs"])
    }

    #[test]
    fn a_query_is_a_run() {
        let wanted = of("scenario=history-1946&seed=7&alliance.reactance=0.2&variant=core&runs=3");
        let wanted = wanted.unwrap();
        assert_eq!((wanted.scenario.as_str(), wanted.seed), ("history-1946", 7));
        assert_eq!(
            wanted.overrides(),
            ["variant=core", "parameters.alliance.reactance=0.2"]
        );
        assert_eq!(wanted.number("runs", 1, 5).unwrap(), Some(3));
        assert!(wanted.number("runs", 1, 2).is_err());
        assert_eq!(of("").unwrap().scenario, FIRST);
    }

    #[test]
    fn a_query_may_hold_the_run_to_compare_with() {
        let of = |query: &str| {
            let uri = format!("/api/ensemble?{query}").parse().unwrap();
            Wanted::compared(&uri, &["runs"])
        };
        let (ours, theirs) = of("seed=4&runs=2&against.scenario=history-1946&against.variant=core")
            .map(|(a, b)| (a, b.unwrap()))
            .unwrap();
        assert_eq!(
            (ours.scenario.as_str(), theirs.scenario.as_str()),
            (FIRST, "history-1946")
        );
        assert_eq!(
            (theirs.seed, theirs.overrides()),
            (4, vec!["variant=core".to_string()])
        );
        assert_eq!(of("seed=4").unwrap().1, None);
        for (query, key) in [
            (
                "against.alliance.reactance=-1",
                "against.alliance.reactance",
            ),
            ("against.runs=3", "against.runs"),
            ("against.seed=3", "against.seed"),
        ] {
            assert_eq!(of(query).unwrap_err().key.as_deref(), Some(key), "{query}");
        }
    }

    #[test]
    fn what_is_not_meant_is_refused_with_the_key() {
        for (query, key) in [
            ("alliance.reactance=-1", "alliance.reactance"),
            ("alliance.reactance=NaN", "alliance.reactance"),
            (
                "alliance.reactance=1&alliance.reactance=1",
                "alliance.reactance",
            ),
            ("seed=-1", "seed"),
            ("data.states=/etc/passwd", "data.states"),
            ("extends=x", "extends"),
            ("recording.states=true", "recording.states"),
            ("processes.nothing=false", "processes.nothing"),
        ] {
            let error = of(query).unwrap_err();
            assert_eq!(error.key.as_deref(), Some(key), "{query}: {error}");
        }
        let error = of("aliance.reactance=1").unwrap_err();
        assert!(error.problem.contains("alliance.reactance"), "{error}");
    }
}
