//! What treatments insert and remove.

use super::context::Context;
use super::document::Key;
use super::raw::{RawParticipant, RawPartnership, RawThings, RawTreatment};
use super::setting::{InitialPartnership, RegionIndex};
use super::treatment::Thing;
use crate::error::{Error, Result};

/// An entry of the schedule that is being resolved.
pub struct Entry<'a> {
    /// What its names refer to.
    pub context: &'a Context<'a>,
    /// Its key.
    pub key: &'a Key,
    /// The entry as written.
    pub raw: &'a RawTreatment,
    /// Its region.
    pub region: Option<RegionIndex>,
}

impl Entry<'_> {
    /// What `insert` puts into the world.
    pub fn inserted(&self, key: &Key, raw: &RawThings<RawPartnership>) -> Result<Vec<Thing>> {
        let partnership = |body: &RawPartnership, key: &Key| {
            if body.region.is_some() {
                let problem = "found here, expected beside `insert`";
                return Err(self.context.fail(&key.then("region"), problem));
            }
            let region = self.needed("partnership")?;
            self.context.partnership(key, body, region, self.raw.from)
        };
        self.things(key, raw, partnership, None)
    }

    /// What `remove` takes out of the world.
    pub fn removed(&self, key: &Key, raw: &RawThings<bool>) -> Result<Vec<Thing>> {
        // Stands for whatever partnership the region has.
        let partnership = |&any: &bool, key: &Key| match any {
            true => Ok(InitialPartnership {
                name: String::new(),
                region: self.needed("partnership")?,
                members: Vec::new(),
                depth: 0.0,
                start_year: self.raw.from,
                agreements: Vec::new(),
                offices: Vec::new(),
                participants: Vec::new(),
                budget: 0.0,
                inert: false,
            }),
            false => Err(self.context.fail(key, "found false, expected true")),
        };
        self.things(key, raw, partnership, Some(0.0))
    }

    /// The entry's region, which `name` needs.
    fn needed(&self, name: &str) -> Result<RegionIndex> {
        self.region.ok_or_else(|| {
            let problem = format!("missing, expected the region that the {name} belongs to");
            self.context.fail(&self.key.then("region"), problem)
        })
    }

    /// All that `raw` names; `stance` is that of an outside power for which it gives none.
    fn things<P>(
        &self,
        key: &Key,
        raw: &RawThings<P>,
        partnership: impl Fn(&P, &Key) -> Result<InitialPartnership>,
        stance: Option<f64>,
    ) -> Result<Vec<Thing>> {
        let (context, year) = (self.context, self.raw.from);
        let mut things = Vec::new();
        if let Some(names) = &raw.rivalry {
            let key = key.then("rivalry");
            let pair = context.members(&key, names, year, 2)?;
            let [a, b] = pair[..] else {
                let error = Error::expected(format!("{} states", pair.len()), "two states");
                return Err(context.source.error(&key, error));
            };
            things.push(Thing::Rivalry(a, b));
        }
        if let Some(pact) = &raw.pact {
            let key = key.then("pact").then("members");
            let members = context.members(&key, &pact.members, year, 2)?;
            things.push(Thing::Pact(pact.kind, members));
        }
        if let Some(body) = &raw.partnership {
            things.push(Thing::Partnership(partnership(
                body,
                &key.then("partnership"),
            )?));
        }
        if let Some(kind) = raw.agreement {
            things.push(Thing::Agreement(self.needed("agreement")?, kind));
        }
        if let Some(kind) = raw.office {
            things.push(Thing::Office(self.needed("office")?, kind));
        }
        if let Some(name) = &raw.membership {
            let state = context.state(&key.then("membership"), name, year)?;
            things.push(Thing::Membership(state, self.needed("membership")?));
        }
        if let Some(name) = &raw.base {
            let state = context.state(&key.then("base"), name, year)?;
            things.push(Thing::Base(state, self.needed("base")?));
        }
        if let Some(power) = &raw.participant {
            let power = RawParticipant {
                state: power.state.clone(),
                stance: power.stance.or(stance),
            };
            let (state, stance) = context.participant(&key.then("participant"), &power, year)?;
            let region = self.needed("participant")?;
            things.push(Thing::Participant(state, region, stance));
        }
        Ok(things)
    }
}
