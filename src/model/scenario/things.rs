//! What treatments insert and remove.

use super::document::Key;
use super::raw::{RawInsert, RawPact, RawRemove};
use super::schedule::Entry;
use super::{InitialPartnership, PactKind, RegionIndex, Thing};
use crate::error::{Error, Result};

impl Entry<'_> {
    /// The entry's region, which `name` needs.
    fn region(&self, name: &str) -> Result<RegionIndex> {
        self.region.ok_or_else(|| {
            let problem = format!("missing, expected the region that the {name} belongs to");
            self.context.fail(&self.key.then("region"), problem)
        })
    }

    /// What `insert` puts into the world.
    pub fn inserted(&self, key: &Key, raw: &RawInsert) -> Result<Vec<Thing>> {
        let (context, year) = (self.context, self.raw.from);
        let mut things = Vec::new();
        self.pair_or_pact(key, raw.rivalry.as_ref(), raw.pact.as_ref(), &mut things)?;
        if let Some(body) = &raw.partnership {
            let key = key.then("partnership");
            if body.region.is_some() {
                let problem = "found here, expected beside `insert`";
                return Err(context.fail(&key.then("region"), problem));
            }
            let region = self.region("partnership")?;
            things.push(Thing::Partnership(
                context.partnership(&key, body, region, year)?,
            ));
        }
        if let Some(kind) = raw.agreement {
            things.push(Thing::Agreement(self.region("agreement")?, kind));
        }
        if let Some(kind) = raw.office {
            things.push(Thing::Office(self.region("office")?, kind));
        }
        self.member_or_base(key, raw.membership.as_ref(), raw.base.as_ref(), &mut things)?;
        if let Some(power) = &raw.participant {
            let (state, stance) = context.participant(&key.then("participant"), power, year)?;
            things.push(Thing::Participant(
                state,
                self.region("participant")?,
                stance,
            ));
        }
        Ok(things)
    }

    /// What `remove` takes out of the world.
    pub fn removed(&self, key: &Key, raw: &RawRemove) -> Result<Vec<Thing>> {
        let mut things = Vec::new();
        self.pair_or_pact(key, raw.rivalry.as_ref(), raw.pact.as_ref(), &mut things)?;
        match raw.partnership {
            Some(true) => things.push(Thing::Partnership(self.any_partnership()?)),
            Some(false) => {
                let key = key.then("partnership");
                return Err(self.context.fail(&key, "found false, expected true"));
            }
            None => {}
        }
        if let Some(kind) = raw.agreement {
            things.push(Thing::Agreement(self.region("agreement")?, kind));
        }
        if let Some(kind) = raw.office {
            things.push(Thing::Office(self.region("office")?, kind));
        }
        self.member_or_base(key, raw.membership.as_ref(), raw.base.as_ref(), &mut things)?;
        if let Some(power) = &raw.participant {
            let key = key.then("participant").then("state");
            let state = self.context.state(&key, &power.state, self.raw.from)?;
            let stance = power.stance.unwrap_or(0.0);
            things.push(Thing::Participant(
                state,
                self.region("participant")?,
                stance,
            ));
        }
        Ok(things)
    }

    fn pair_or_pact(
        &self,
        key: &Key,
        rivalry: Option<&Vec<String>>,
        pact: Option<&RawPact>,
        things: &mut Vec<Thing>,
    ) -> Result<()> {
        let (context, year) = (self.context, self.raw.from);
        if let Some(names) = rivalry {
            let key = key.then("rivalry");
            let pair = context.members(&key, names, year, 2)?;
            let [a, b] = pair[..] else {
                let error = Error::expected(format!("{} states", pair.len()), "two states");
                return Err(context.source.error(&key, error));
            };
            things.push(Thing::Rivalry(a, b));
        }
        if let Some(pact) = pact {
            let members =
                context.members(&key.then("pact").then("members"), &pact.members, year, 2)?;
            let kind: PactKind = pact.kind;
            things.push(Thing::Pact(kind, members));
        }
        Ok(())
    }

    fn member_or_base(
        &self,
        key: &Key,
        membership: Option<&String>,
        base: Option<&String>,
        things: &mut Vec<Thing>,
    ) -> Result<()> {
        let (context, year) = (self.context, self.raw.from);
        if let Some(name) = membership {
            let state = context.state(&key.then("membership"), name, year)?;
            things.push(Thing::Membership(state, self.region("membership")?));
        }
        if let Some(name) = base {
            let state = context.state(&key.then("base"), name, year)?;
            things.push(Thing::Base(state, self.region("base")?));
        }
        Ok(())
    }

    /// For removal: stands for whatever partnership the region has.
    fn any_partnership(&self) -> Result<InitialPartnership> {
        Ok(InitialPartnership {
            name: String::new(),
            region: self.region("partnership")?,
            members: Vec::new(),
            depth: 0.0,
            start_year: self.raw.from,
            agreements: Vec::new(),
            offices: Vec::new(),
            participants: Vec::new(),
            budget: 0.0,
            inert: false,
        })
    }
}
