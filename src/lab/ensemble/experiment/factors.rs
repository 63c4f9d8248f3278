//! The points of an experiment's design.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::arms::written;
use super::raw::{RawDesign, RawFactor, RawRange};
use super::{Arm, Design, DesignMethod, Factor, Seeds};
use crate::ensemble::design::{self, Method, Scale};
use crate::table::{Values, csv};
use comity_model::error::{Error, Result};
use comity_model::scenario::check::check_parameter;
use comity_model::scenario::document::Key;
use comity_model::scenario::files::{Home, MAX_DATA, Origin, read};
use comity_model::scenario::parameters::Domain;
use comity_model::scenario::source::Source;
use comity_model::scenario::suggest::{shorten, unknown};
use comity_model::scenario::{PARAMETERS, Parameter, Parameters, hash};

/// Values of a factor without a range in a grid.
const LEVELS: usize = 5;
/// Levels of Morris trajectories.
const MORRIS_LEVELS: usize = 4;

/// A factor's value at a point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Level {
    /// What the scenario has.
    Own,
    /// A number.
    Number(f64),
    /// A switch.
    Flag(bool),
    /// A name.
    Text(String),
}

impl Level {
    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            _ => None,
        }
    }

    fn of(value: &toml::Value) -> Option<Self> {
        match value {
            toml::Value::Integer(v) => Some(Self::Number(*v as f64)),
            toml::Value::Float(v) => Some(Self::Number(*v)),
            toml::Value::Boolean(v) => Some(Self::Flag(*v)),
            toml::Value::String(v) => Some(Self::Text(v.clone())),
            _ => None,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own => Ok(()),
            Self::Number(v) => write!(f, "{v}"),
            Self::Flag(v) => write!(f, "{v}"),
            Self::Text(v) => f.write_str(v),
        }
    }
}

impl Factor {
    /// `path=value` as an override of a scenario; `None` for the scenario's own value.
    pub fn set(&self, level: &Level) -> Option<String> {
        let path = match self.parameter {
            Some(p) => format!("parameters.{}", p.path),
            None => self.name.clone(),
        };
        match level {
            Level::Own => None,
            Level::Text(text) => Some(format!("{path}={}", toml::Value::from(text.clone()))),
            other => Some(format!("{path}={other}")),
        }
    }
}

/// Sets the parameters of a point.
pub fn set_parameters(parameters: &mut Parameters, factors: &[Factor], point: &[Level]) {
    for (factor, level) in factors.iter().zip(point) {
        if let (Some(parameter), Some(value)) = (factor.parameter, level.number()) {
            parameter.set(parameters, value);
        }
    }
}

/// The design of an experiment whose arms are read; `seed` is that of the experiment.
///
/// # Errors
/// What is wrong with it, at its key; what is wrong with a point.
pub fn design(
    source: &Source,
    raw: &RawDesign,
    origin: &Origin,
    arms: &[Arm],
    seed: u64,
) -> Result<Design> {
    let root = Key::root("design");
    let reader = Reader { source, raw, root };
    let mut factors = reader.factors()?;
    let seed = match raw.seed {
        Some(seed) => seed as u64,
        None => seed,
    };
    reader.options()?;
    let (points, samples) = match raw.method {
        DesignMethod::Grid => {
            let points = reader.grid(&factors)?;
            let count = points.len();
            (points, count)
        }
        DesignMethod::OneAtATime => {
            let points = reader.one_at_a_time(&factors)?;
            let count = points.len();
            (points, count)
        }
        DesignMethod::Table => {
            let points = reader.table(&mut factors, origin)?;
            let count = points.len();
            (points, count)
        }
        _ => reader.sampled(&factors, seed)?,
    };
    let mut design = Design {
        method: raw.method,
        factors,
        points,
        samples,
        second_order: raw.second_order.unwrap_or(false),
        levels: raw.levels.map_or(MORRIS_LEVELS, |l| l as usize),
        seed,
        seeds: raw.seeds,
        direct: false,
    };
    design.direct = direct(&design, arms)?;
    if !design.direct {
        check_points(&design, arms).map_err(|e| source.error(&Key::root("design"), e))?;
    }
    Ok(design)
}

/// Points whose scenarios are read before anything is run.
const CHECKED: usize = 500;

/// Whether setting the parameters gives the same scenario as reading it anew with them.
fn direct(design: &Design, arms: &[Arm]) -> Result<bool> {
    if design.factors.iter().any(|f| f.parameter.is_none()) {
        return Ok(false);
    }
    let Some(point) = design.points.last() else {
        return Ok(true);
    };
    for arm in arms {
        let (mut read, _) = arm.recipe.open(&design.overrides(point))?;
        // The run of a calibration ends with its window.
        read.years = arm.scenario.years;
        let mut set = arm.scenario.clone();
        set_parameters(&mut set.parameters, &design.factors, point);
        // By hash: yearly values that a state does not have are NaN, which equals nothing.
        if hash(&set) != hash(&read) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Reads the scenarios of points spread over the design, which may be wrong where its factors
/// are no parameters. What is wrong with another point makes its runs fail, and is recorded.
fn check_points(design: &Design, arms: &[Arm]) -> Result<()> {
    let every = design.points.len().div_ceil(CHECKED).max(1);
    for arm in arms {
        for (row, point) in design.points.iter().enumerate().step_by(every) {
            let set = design.overrides(point);
            arm.recipe.open(&set).map_err(|e| {
                let key = e.key.map_or(String::new(), |key| format!("{key}: "));
                Error::new(format!(
                    "point {row} ({}): {key}{}",
                    set.join(", "),
                    e.problem
                ))
            })?;
        }
    }
    Ok(())
}

impl Design {
    /// The overrides of a point.
    pub fn overrides(&self, point: &[Level]) -> Vec<String> {
        let pairs = self.factors.iter().zip(point);
        pairs
            .filter_map(|(factor, level)| factor.set(level))
            .collect()
    }

    /// `[point][factor]` as numbers; `None` if a factor has values that are no numbers.
    pub fn numbers(&self) -> Option<Vec<Vec<f64>>> {
        let row = |point: &Vec<Level>| point.iter().map(Level::number).collect();
        self.points.iter().map(row).collect()
    }
}

/// The parameters that a table names by `priors` and `parameters`, each with its range.
///
/// # Errors
/// What is wrong with one of them, at its key below `root`.
pub fn ranges(
    source: &Source,
    root: &Key,
    priors: &[String],
    parameters: &BTreeMap<String, RawFactor>,
) -> Result<Vec<Factor>> {
    let raw = RawDesign {
        method: DesignMethod::Lhs,
        samples: None,
        second_order: None,
        trajectories: None,
        levels: None,
        file: None,
        seed: None,
        seeds: Seeds::Independent,
        priors: priors.to_vec(),
        parameters: parameters.clone(),
    };
    let root = root.clone();
    let reader = Reader {
        source,
        raw: &raw,
        root,
    };
    let factors = reader.factors()?;
    for factor in &factors {
        let key = reader.root.then("parameters").then(&factor.name);
        if factor.parameter.is_none() {
            let problem = "is no parameter, expected one of `comity describe parameters`";
            return Err(source.error(&key, Error::new(problem)));
        }
        if factor.range.is_none() {
            let error = Error::expected("a list of values", "a range [low, high]");
            return Err(source.error(&key, error));
        }
    }
    Ok(factors)
}

impl Design {
    /// Points of parameters that were chosen by a program, with seeds of their own.
    ///
    /// # Errors
    /// If the scenario of an arm cannot be read with one of them.
    pub fn chosen(factors: Vec<Factor>, points: &[Vec<f64>], arms: &[Arm]) -> Result<Self> {
        let level = |row: &Vec<f64>| row.iter().copied().map(Level::Number).collect();
        let mut design = Self {
            method: DesignMethod::Table,
            factors,
            points: points.iter().map(level).collect(),
            samples: points.len(),
            second_order: false,
            levels: MORRIS_LEVELS,
            seed: 0,
            seeds: Seeds::Independent,
            direct: false,
        };
        design.direct = direct(&design, arms)?;
        match design.direct {
            true => Ok(design),
            false => Err(Error::new(
                "a parameter changes more of the scenario than its own value",
            )),
        }
    }
}

struct Reader<'a> {
    source: &'a Source,
    raw: &'a RawDesign,
    /// The table that the keys stand in.
    root: Key,
}

impl Reader<'_> {
    fn fail(&self, key: &str, error: Error) -> Error {
        self.source.error(&self.root.then(key), error)
    }

    fn factors(&self) -> Result<Vec<Factor>> {
        let mut factors = self.priors()?;
        let mut named: Vec<String> = Vec::new();
        let root = self.root.then("parameters");
        for name in written(self.source.node(&root)) {
            let key = root.then(&name);
            let factor = self
                .factor(&name, &self.raw.parameters[&name])
                .map_err(|e| self.source.error(&key, e))?;
            if named.contains(&factor.name) {
                let error = Error::new("names a factor for the second time, expected it once");
                return Err(self.source.error(&key, error));
            }
            named.push(factor.name.clone());
            match factors.iter_mut().find(|f| f.name == factor.name) {
                Some(known) => *known = factor,
                None => factors.push(factor),
            }
        }
        Ok(factors)
    }

    /// The parameters taken with their prior ranges.
    fn priors(&self) -> Result<Vec<Factor>> {
        let wanted = |p: &&'static Parameter| {
            let group = p.path.split('.').next();
            self.raw
                .priors
                .iter()
                .any(|w| w == "all" || w == p.path || Some(w.as_str()) == group)
        };
        for (k, name) in self.raw.priors.iter().enumerate() {
            let is = |p: &Parameter| p.path == name || p.path.starts_with(&format!("{name}."));
            if name != "all" && !PARAMETERS.iter().any(is) {
                let names = PARAMETERS.iter().map(|p| p.path);
                let what = "\"all\", a group of parameters or a parameter";
                let key = self.root.then("priors").item(k);
                let error = Error::new(unknown(what, name, names));
                return Err(self.source.error(&key, error));
            }
        }
        let factor = |p: &'static Parameter| Factor {
            name: p.path.to_string(),
            label: p.path.to_string(),
            parameter: Some(p),
            range: Some((p.prior[0], p.prior[1], natural(Some(p)))),
            values: Vec::new(),
        };
        Ok(PARAMETERS.iter().filter(wanted).map(factor).collect())
    }

    fn factor(&self, name: &str, raw: &RawFactor) -> Result<Factor> {
        let path = name.strip_prefix("parameters.").unwrap_or(name);
        let parameter = Parameter::find(path);
        let group = path.split('.').next().unwrap_or_default();
        let of_group = |p: &&Parameter| p.path.split('.').next() == Some(group);
        if parameter.is_none() && PARAMETERS.iter().any(|p| of_group(&p)) {
            let names = PARAMETERS.iter().filter(of_group).map(|p| p.path);
            return Err(Error::new(unknown("a parameter", path, names)));
        }
        let check = |value: f64| parameter.map_or(Ok(()), |p| check_parameter(p, value));
        let (range, values) = match raw {
            RawFactor::Range(r) => {
                let scale = r.scale.unwrap_or(natural(parameter));
                let ends = design::Factor {
                    name: path.to_string(),
                    low: r.low,
                    high: r.high,
                    scale,
                };
                let bare = |e: Error| Error { key: None, ..e };
                design::count(&[ends], &Method::LatinHypercube { samples: 1 }).map_err(bare)?;
                check(r.low).and_then(|()| check(r.high))?;
                (Some((r.low, r.high, scale)), Vec::new())
            }
            RawFactor::Values(values, _) if values.is_empty() => {
                return Err(Error::expected("no values", "at least one"));
            }
            RawFactor::Values(values, _) => (None, levels(values, parameter)?),
        };
        let name = parameter.map_or(name, |p| p.path).to_string();
        let (RawFactor::Range(RawRange { label, .. }) | RawFactor::Values(_, label)) = raw;
        Ok(Factor {
            label: label.clone().unwrap_or(name.clone()),
            name,
            parameter,
            range,
            values,
        })
    }

    /// Options that the method does not know are errors, and so are missing ones.
    fn options(&self) -> Result<()> {
        use DesignMethod as M;
        let raw = self.raw;
        let method = raw.method;
        let given = [
            (
                "samples",
                raw.samples.is_some(),
                matches!(method, M::Lhs | M::Sobol),
            ),
            (
                "second_order",
                raw.second_order.is_some(),
                method == M::Sobol,
            ),
            (
                "trajectories",
                raw.trajectories.is_some(),
                method == M::Morris,
            ),
            (
                "levels",
                raw.levels.is_some(),
                matches!(method, M::Morris | M::Grid | M::OneAtATime),
            ),
            ("file", raw.file.is_some(), method == M::Table),
        ];
        for (key, there, known) in given {
            if there && !known {
                let problem = format!("the method \"{}\" has no such key", method.name());
                return Err(self.fail(key, Error::new(problem)));
            }
        }
        let needed = match method {
            M::Lhs | M::Sobol if raw.samples.is_none() => "samples",
            M::Morris if raw.trajectories.is_none() => "trajectories",
            M::Table if raw.file.is_none() => "file",
            _ => return Ok(()),
        };
        let problem = format!("missing, the method \"{}\" needs it", method.name());
        Err(self.fail(needed, Error::new(problem)))
    }

    /// Values of each factor for a grid: those listed, else evenly spaced in its range.
    fn values(&self, factor: &Factor) -> Result<Vec<Level>> {
        let Some((low, high, scale)) = factor.range else {
            return Ok(factor.values.clone());
        };
        let levels = self.raw.levels.map_or(LEVELS, |l| l.max(0) as usize);
        let factor = design::Factor {
            name: factor.name.clone(),
            low,
            high,
            scale,
        };
        let method = Method::Grid { levels };
        let points = design::points(&[factor], &method, 0).map_err(|e| self.fail("levels", e))?;
        Ok(points.into_iter().map(|p| Level::Number(p[0])).collect())
    }

    fn grid(&self, factors: &[Factor]) -> Result<Vec<Vec<Level>>> {
        let mut points = vec![Vec::new()];
        for factor in factors {
            let values = self.values(factor)?;
            if points.len().saturating_mul(values.len()) > design::MOST_POINTS {
                let expected = format!("at most {} points", design::MOST_POINTS);
                return Err(self.fail("parameters", Error::expected("a larger grid", expected)));
            }
            let longer = |point: &Vec<Level>| {
                let with = |value: &Level| point.iter().chain([value]).cloned().collect();
                values.iter().map(with).collect::<Vec<Vec<Level>>>()
            };
            points = points.iter().flat_map(longer).collect();
        }
        Ok(points)
    }

    fn one_at_a_time(&self, factors: &[Factor]) -> Result<Vec<Vec<Level>>> {
        let own = vec![Level::Own; factors.len()];
        let mut points = vec![own.clone()];
        for (k, factor) in factors.iter().enumerate() {
            points.extend(self.values(factor)?.into_iter().map(|value| {
                let mut point = own.clone();
                point[k] = value;
                point
            }));
        }
        Ok(points)
    }

    fn sampled(&self, factors: &[Factor], seed: u64) -> Result<(Vec<Vec<Level>>, usize)> {
        let root = self.root.then("parameters");
        let sampled = |f: &Factor| match f.range {
            Some((low, high, scale)) => Ok(design::Factor {
                name: f.name.clone(),
                low,
                high,
                scale,
            }),
            None => {
                let expected = format!("a range: \"{}\" samples", self.raw.method.name());
                let error = Error::expected("a list of values", expected);
                Err(self.source.error(&root.then(&f.name), error))
            }
        };
        let ranges: Vec<design::Factor> = factors.iter().map(sampled).collect::<Result<_>>()?;
        let count = |n: Option<i64>| n.unwrap_or(0).max(0) as usize;
        let (method, samples, key) = match self.raw.method {
            DesignMethod::Sobol => {
                let samples = count(self.raw.samples);
                let second_order = self.raw.second_order.unwrap_or(false);
                let scheme = Method::Sobol {
                    samples,
                    second_order,
                    scramble: true,
                };
                (scheme, samples, "samples")
            }
            DesignMethod::Morris => {
                let trajectories = count(self.raw.trajectories);
                let levels = self.raw.levels.map_or(MORRIS_LEVELS, |l| l.max(0) as usize);
                let scheme = Method::Morris {
                    trajectories,
                    levels,
                };
                (scheme, trajectories, "levels")
            }
            _ => {
                let samples = count(self.raw.samples);
                (Method::LatinHypercube { samples }, samples, "samples")
            }
        };
        let points = design::points(&ranges, &method, seed).map_err(|e| self.fail(key, e))?;
        let level = |row: Vec<f64>| row.into_iter().map(Level::Number).collect();
        Ok((points.into_iter().map(level).collect(), samples))
    }

    /// Points from a table of the user: one column for each factor.
    fn table(&self, factors: &mut Vec<Factor>, origin: &Origin) -> Result<Vec<Vec<Level>>> {
        let name = self.raw.file.as_deref().unwrap_or_default();
        if !factors.is_empty() {
            let problem = "the factors of a table are its columns, expected no others";
            return Err(self.fail("parameters", Error::new(problem)));
        }
        if origin.home == Home::Shipped {
            let problem = "a shipped experiment has no table of points";
            return Err(self.fail("file", Error::new(problem)));
        }
        let path = origin.home.path(Path::new(name));
        let path = path.map_err(|e| self.fail("file", e))?;
        let path = path.ok_or_else(|| {
            let found = format!("no file \"{}\"", shorten(name));
            self.fail("file", Error::expected(found, "a table beside this one"))
        })?;
        let bytes = read(&path, MAX_DATA)?;
        let table = csv::read("points", &bytes, &[]).map_err(|e| e.in_file(&path))?;
        for column in &table.columns {
            if column.name == "point" {
                continue;
            }
            let raw = RawFactor::Values(vec![toml::Value::Integer(1)], None);
            let factor = self.factor(&column.name, &raw);
            let factor = factor.map_err(|e| e.in_file(&path).at_line(1))?;
            let values = Vec::new();
            factors.push(Factor { values, ..factor });
        }
        let cell = |factor: &Factor, row: usize| -> Result<Level> {
            let at = table.columns.iter().position(|c| {
                c.name == factor.name || c.name.strip_prefix("parameters.") == Some(&factor.name)
            });
            let level = match &table.values[at.unwrap_or_default()] {
                Values::Real(v) => Level::Number(v[row]),
                Values::Integer(v) => Level::Number(v[row] as f64),
                Values::Text(v) if v[row] == "true" => Level::Flag(true),
                Values::Text(v) if v[row] == "false" => Level::Flag(false),
                Values::Text(v) => match v[row].parse() {
                    Ok(number) => Level::Number(number),
                    Err(_) => Level::Text(v[row].clone()),
                },
            };
            let checked = match (factor.parameter, level.number()) {
                (Some(p), Some(value)) => check_parameter(p, value),
                (Some(p), None) => Err(Error::expected(&level, p.domain.expectation())),
                (None, _) => Ok(()),
            };
            let place = |e: Error| e.in_file(Path::new(&path)).at_line(row + 2);
            checked.map_err(|e| place(e).at_key(&factor.name))?;
            Ok(level)
        };
        let row = |r: usize| factors.iter().map(|f| cell(f, r)).collect();
        (0..table.rows()).map(row).collect()
    }
}

/// The scale of a parameter that is given none.
fn natural(parameter: Option<&Parameter>) -> Scale {
    match parameter.map(|p| p.domain) {
        Some(Domain::Count) => Scale::Integer,
        _ => Scale::Linear,
    }
}

/// Listed values of a factor.
fn levels(values: &[toml::Value], parameter: Option<&Parameter>) -> Result<Vec<Level>> {
    let mut levels: Vec<Level> = Vec::new();
    for value in values {
        let level = Level::of(value)
            .ok_or_else(|| Error::expected(value, "numbers, texts in quotes, true or false"))?;
        match (parameter, level.number()) {
            (Some(p), Some(number)) => check_parameter(p, number)?,
            (Some(p), None) => return Err(Error::expected(value, p.domain.expectation())),
            (None, _) => {}
        }
        if levels.contains(&level) {
            return Err(Error::new(format!("found {value} again, expected it once")));
        }
        levels.push(level);
    }
    Ok(levels)
}
