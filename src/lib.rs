//! comity: an agent-based laboratory of regional security cooperation.

pub mod analysis;
pub mod error;
pub mod observe;
pub mod present;
pub mod rng;
pub mod scenario;
pub mod table;
