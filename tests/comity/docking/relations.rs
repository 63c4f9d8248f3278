//! Statements on alliances as they come out of runs. Nothing in a rule holds them: what is seen
//! here is a result of the defaults, and `docs/docking.md` says which come out the other way.

use super::Years;
use comity::analysis::statistics::{Options, Sample, paired_difference};
use comity::rules::threat::hostile;
use comity::scenario::{self, Scenario};
use comity::simulation::run;
use comity::world::journal::{Change, Form};
use comity::world::{World, pair};
use rayon::prelude::*;
use std::collections::BTreeMap;
