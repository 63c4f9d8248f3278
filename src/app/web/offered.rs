//! The scenarios that may be asked for, and those read lately.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::bounds;
use super::query::Wanted;
use comity_lab::analysis::observed;
use comity_model::error::{Error, Result};
use comity_model::scenario::files::Home;
use comity_model::scenario::source::Source;
use comity_model::scenario::suggest::unknown;
use comity_model::scenario::{Parameter, Scenario, provenance, shipped};

/// A parameter that the reading of a scenario depends on: the depth of bodies that are
/// given without one.
const READ: &str = "partnership.depth";

/// A scenario as it is shown in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Name by which it is asked for.
    pub name: String,
    /// Title.
    pub title: String,
    /// What it is for.
    pub purpose: String,
    /// Heading under which it stands.
    pub group: String,
}

/// A scenario that was read.
#[derive(Debug)]
pub struct Base {
    /// The scenario, with every change but those of parameters.
    pub scenario: Scenario,
    /// Whether observed series may stand beside it.
    pub observed: bool,
}

/// The shipped scenarios and those of the user.
pub struct Offered {
    entries: Vec<Entry>,
    /// Files of the user, by the names that he typed.
    own: Vec<String>,
    sandbox: bool,
    kept: Mutex<VecDeque<(String, Arc<Base>)>>,
}

impl Offered {
    /// The shipped scenarios, after those in `files`.
    ///
    /// # Errors
    /// If one of the files is no scenario.
    pub fn new(files: &[String], sandbox: bool) -> Result<Self> {
        let (mut entries, mut own) = (Vec::new(), Vec::new());
        for file in files {
            let source = open(file, sandbox, &[])?;
            let (scenario, _) = provenance::describe(&source, &[])?;
            bounds::check(&scenario).map_err(|e| e.in_file(file))?;
            entries.push(Entry {
                name: file.clone(),
                title: scenario.title,
                purpose: scenario.purpose,
                group: "Your own".to_string(),
            });
            own.push(file.clone());
        }
        let shipped = shipped::list()?
            .into_iter()
            .filter(|s| !files.contains(&s.name));
        entries.extend(shipped.map(|s| Entry {
            name: s.name,
            title: s.title,
            purpose: s.purpose,
            group: s.group,
        }));
        Ok(Self {
            entries,
            own,
            sandbox,
            kept: Mutex::default(),
        })
    }

    /// What is offered, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The scenario without the changed parameters.
    ///
    /// # Errors
    /// If it is not offered, a change is wrong, or it is too large for the page.
    pub fn base(&self, wanted: &Wanted) -> Result<Arc<Base>> {
        let mut changes: Vec<String> = wanted
            .settings
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        if let Some(depth) = wanted.parameters.get(READ) {
            changes.push(format!("parameters.{READ}={depth}"));
        }
        let key = format!("{}\n{}", wanted.scenario, changes.join("\n"));
        let kept = || self.kept.lock().unwrap_or_else(|e| e.into_inner());
        if let Some((_, base)) = kept().iter().find(|(k, _)| *k == key) {
            return Ok(Arc::clone(base));
        }
        let base = Arc::new(self.read(&wanted.scenario, &changes)?);
        let mut kept = kept();
        kept.push_front((key, Arc::clone(&base)));
        kept.truncate(bounds::KEPT);
        Ok(base)
    }

    /// The scenario asked for, and whether observed series may stand beside it.
    ///
    /// # Errors
    /// As [`Offered::base`].
    pub fn scenario(&self, wanted: &Wanted) -> Result<(Scenario, Arc<Base>)> {
        let base = self.base(wanted)?;
        let mut scenario = base.scenario.clone();
        for (path, value) in &wanted.parameters {
            if let Some(parameter) = Parameter::find(path) {
                parameter.set(&mut scenario.parameters, *value);
            }
        }
        Ok((scenario, base))
    }

    fn read(&self, name: &str, changes: &[String]) -> Result<Base> {
        if !self.entries.iter().any(|e| e.name == name) {
            let names = self.entries.iter().map(|e| e.name.as_str());
            return Err(Error::new(unknown("a scenario", name, names)).at_key("scenario"));
        }
        let own = self.own.iter().any(|n| n == name);
        let source = match own {
            true => open(name, self.sandbox, changes)?,
            false => Source::open_over(name, &Home::Shipped, &[], changes)?,
        };
        let (scenario, from) = provenance::describe(&source, changes)?;
        bounds::check(&scenario)?;
        Ok(Base {
            observed: scenario.calendar && observed::comparable(&from),
            scenario,
        })
    }
}

/// A scenario file of the user.
fn open(file: &str, sandbox: bool, changes: &[String]) -> Result<Source> {
    match sandbox {
        true => Source::open_over(file, &Home::fenced(Path::new(file)), &[], changes),
        false => Source::open(file, changes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_model::scenario::PARAMETERS;

    /// Setting parameters in a scenario that was read gives what reading it with them gives.
    #[test]
    fn parameters_are_set_as_if_they_were_read() {
        let offered = Offered::new(&[], false).unwrap();
        for name in [
            "history-1946",
            "governance-base",
            "s2-bipolar",
            "c08-us-inside",
        ] {
            let uri = format!("/?scenario={name}").parse().unwrap();
            let mut wanted = Wanted::of(&uri, &[]).unwrap();
            for p in PARAMETERS {
                wanted.parameters.insert(p.path.to_string(), p.prior[0]);
            }
            let (mut set, _) = offered.scenario(&wanted).unwrap();
            let source = Source::open_over(name, &Home::Shipped, &[], &wanted.overrides());
            let (read, _) = provenance::describe(&source.unwrap(), &[]).unwrap();
            set.hash.clone_from(&read.hash);
            // Compared as written: missing values are not equal to themselves.
            assert!(format!("{set:?}") == format!("{read:?}"), "{name}");
        }
    }
}
