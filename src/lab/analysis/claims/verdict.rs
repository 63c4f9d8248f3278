//! The rule by which a claim is supported, conditional, refuted, built in or untested.

use crate::analysis::statistics::share::{Share, share};
use comity_model::error::Result;

use super::effect::Side;

/// Share of the accepted sets from which on a claim can be supported.
pub const SIGN_SHARE: f64 = 0.8;
/// Share of the accepted sets below which a claim is refuted.
pub const REFUTED: f64 = 0.2;
/// Reversal share that the lower bound of its interval has to exceed.
pub const REVERSAL: f64 = 0.02;
/// Share of the effect that may be left with the mechanism off.
pub const LEFT: f64 = 0.5;
/// Effect over its standard deviation that counts.
pub const STANDARDISED: f64 = 0.2;
/// Level of the interval of the reversal share.
const LEVEL: f64 = 0.95;

/// A verdict on the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The claim holds, and could have failed.
    Supported,
    /// It holds in a part of parameter space, or not strongly enough.
    Conditional,
    /// It does not hold.
    Refuted,
    /// It could not have failed.
    BuiltIn,
    /// No rule of the model speaks to it.
    Untested,
}

impl Verdict {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Conditional => "conditional",
            Self::Refuted => "refuted",
            Self::BuiltIn => "built in",
            Self::Untested => "untested",
        }
    }
}

/// How many points have the sign, reverse it, or do neither.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Signs {
    /// Share that has it.
    pub has: f64,
    /// Share that reverses it, with its interval.
    pub reverses: Share,
    /// Share that does neither.
    pub undecided: f64,
    /// Points.
    pub points: usize,
}

impl Signs {
    /// The shares of these points; `None` without a point.
    ///
    /// # Errors
    /// If the level were wrong, which it is not.
    pub fn of(sides: &[Side]) -> Result<Option<Self>> {
        if sides.is_empty() {
            return Ok(None);
        }
        let count = |side: Side| sides.iter().filter(|s| **s == side).count();
        let n = sides.len() as f64;
        Ok(Some(Self {
            has: count(Side::Has) as f64 / n,
            reverses: share(count(Side::Reverses), sides.len(), LEVEL)?,
            undecided: count(Side::Undecided) as f64 / n,
            points: sides.len(),
        }))
    }
}

/// What a verdict rests on.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// Whether the interval at the centre lies beyond the practical bound.
    pub beyond: bool,
    /// Whether it lies wholly on the other side of nothing.
    pub opposite: bool,
    /// Over the accepted sets.
    pub accepted: Option<Signs>,
    /// Over the draws from the prior box.
    pub prior: Option<Signs>,
    /// Share of the effect that is left with the mechanism off; `None` without a knock-out.
    pub left: Option<f64>,
}

/// The verdict and why.
pub fn verdict(facts: &Facts) -> (Verdict, String) {
    let (Some(accepted), Some(prior)) = (facts.accepted, facts.prior) else {
        return (
            Verdict::Untested,
            "not run over accepted sets and prior draws".to_string(),
        );
    };
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    if accepted.has < REFUTED {
        let reversed = accepted.reverses.share;
        let why = match reversed > 0.5 {
            true => format!("the opposite in {} of the accepted sets", percent(reversed)),
            false => format!(
                "the sign in only {} of the accepted sets",
                percent(accepted.has)
            ),
        };
        return (Verdict::Refuted, why);
    }
    if prior.reverses.interval.low <= REVERSAL {
        let why = format!(
            "the sign reverses in {} of the prior draws: too few to say that it could have failed",
            percent(prior.reverses.share)
        );
        return (Verdict::BuiltIn, why);
    }
    if accepted.has < SIGN_SHARE {
        let why = format!("the sign in {} of the accepted sets", percent(accepted.has));
        return (Verdict::Conditional, why);
    }
    if !facts.beyond {
        let why = match facts.opposite {
            true => "the opposite at the centre",
            false => "at the centre the effect does not pass the practical bound",
        };
        return (Verdict::Conditional, why.to_string());
    }
    match facts.left {
        Some(left) if left > LEFT => {
            let why = format!(
                "{} of the effect is left without the claimed mechanism",
                percent(left)
            );
            (Verdict::Conditional, why)
        }
        Some(left) => {
            let why = format!(
                "{} of the effect is left without the claimed mechanism",
                percent(left.max(0.0))
            );
            (Verdict::Supported, why)
        }
        None => (Verdict::Supported, "no mechanism to take away".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(has: usize, reverses: usize, of: usize) -> Option<Signs> {
        let mut sides = vec![Side::Has; has];
        sides.extend(vec![Side::Reverses; reverses]);
        sides.extend(vec![Side::Undecided; of - has - reverses]);
        Signs::of(&sides).unwrap()
    }

    fn check(
        accepted: Option<Signs>,
        prior: Option<Signs>,
        beyond: bool,
        left: Option<f64>,
    ) -> Verdict {
        let facts = Facts {
            beyond,
            opposite: false,
            accepted,
            prior,
            left,
        };
        verdict(&facts).0
    }

    #[test]
    fn a_verdict_needs_everything() {
        let (most, few, some) = (signs(190, 2, 200), signs(20, 100, 200), signs(100, 50, 200));
        let (could, never) = (signs(200, 40, 256), signs(250, 3, 256));
        assert_eq!(check(most, could, true, Some(0.1)), Verdict::Supported);
        assert_eq!(check(most, could, true, None), Verdict::Supported);
        assert_eq!(check(most, could, true, Some(0.9)), Verdict::Conditional);
        assert_eq!(check(most, could, false, Some(0.1)), Verdict::Conditional);
        assert_eq!(check(some, could, true, Some(0.1)), Verdict::Conditional);
        assert_eq!(check(few, could, true, Some(0.1)), Verdict::Refuted);
        assert_eq!(check(most, never, true, Some(0.1)), Verdict::BuiltIn);
        assert_eq!(check(few, never, true, Some(0.1)), Verdict::Refuted);
        assert_eq!(check(None, could, true, None), Verdict::Untested);
    }

    /// Ten reversals in 256 draws are the least that Wilson's bound lets pass.
    #[test]
    fn the_bound_of_the_reversal_share_is_wilsons() {
        let low = |k: usize| signs(0, k, 256).unwrap().reverses.interval.low;
        assert!(
            low(9) <= REVERSAL && low(10) > REVERSAL,
            "{} {}",
            low(9),
            low(10)
        );
    }
}
