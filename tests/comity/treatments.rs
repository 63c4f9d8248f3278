//! A treatment changes nothing before its first year; one that does nothing changes nothing.

use crate::determinism::short;
use comity::observe::History;
use comity::scenario::{Action, PARAMETERS, Process, Scenario, Target, Thing, Treatment};
use comity::simulation::run;

fn with(scenario: &Scenario, from: i32, action: Action) -> Scenario {
    let mut treated = scenario.clone();
    treated.schedule.push(Treatment {
        id: None,
        from,
        until: None,
        states: Vec::new(),
        region: None,
        action,
    });
    treated
}

/// Everything recorded before `year`, as text.
fn before(history: &History, year: i64) -> String {
    let world: Vec<_> = history.world.iter().filter(|r| r.year < year).collect();
    let regions: Vec<_> = history.regions.iter().filter(|r| r.year < year).collect();
    let agreements: Vec<_> = history
        .agreements
        .iter()
        .filter(|r| r.year < year)
        .collect();
    let events: Vec<_> = history.events.iter().filter(|r| r.year < year).collect();
    let states: Vec<_> = history.states.iter().filter(|r| r.year < year).collect();
    format!("{world:?}{regions:?}{agreements:?}{events:?}{states:?}")
}

#[test]
fn a_treatment_that_does_nothing_changes_nothing() {
    let base = short("history-1946", 20);
    let plain = format!("{:?}", run(&base, 3));
    let reactance = PARAMETERS
        .iter()
        .position(|p| p.path == "alliance.reactance")
        .unwrap();
    for action in [
        Action::SetParameter(reactance, base.parameters.alliance.reactance),
        Action::SetProcess(Process::Founding, true),
        Action::Add(Target::Awareness, 0.0),
        Action::Scale(Target::Capability, 1.0),
        Action::Add(Target::Trust, 0.0),
    ] {
        let treated = with(&base, 1950, action.clone());
        assert_eq!(plain, format!("{:?}", run(&treated, 3)), "{action:?}");
    }
}

#[test]
fn a_treatment_leaves_the_years_before_it_identical_and_changes_its_own() {
    let base = short("history-1946", 20);
    let plain = run(&base, 3);
    let reactance = PARAMETERS
        .iter()
        .position(|p| p.path == "alliance.security")
        .unwrap();
    for action in [
        Action::SetParameter(reactance, 0.0),
        Action::SetProcess(Process::SponsorOffers, false),
        Action::Force(Target::Awareness, 0.9),
        Action::Force(Target::Competition, 0.0),
        Action::Scale(Target::Capability, 2.0),
        Action::Insert(Thing::Rivalry(0, 5)),
    ] {
        let mut treated = with(&base, 1955, action.clone());
        if matches!(action, Action::Scale(..)) {
            treated.schedule.last_mut().unwrap().states = vec![0];
        }
        let history = run(&treated, 3);
        assert_eq!(before(&plain, 1955), before(&history, 1955), "{action:?}");
        assert_ne!(before(&plain, 1957), before(&history, 1957), "{action:?}");
    }
}

/// Switching one process off shifts no draw of another: with the pact rules off, the draws
/// of disputes stay, so the first year's disputes (which see initial pacts only) are the same.
#[test]
fn knocking_out_a_process_shifts_no_other_draw() {
    let base = short("history-1946", 1);
    let mut without = base.clone();
    for process in [
        Process::SponsorOffers,
        Process::BilateralPacts,
        Process::PactExit,
        Process::Culture,
    ] {
        without.processes = without.processes.with(process, false);
    }
    assert_eq!(
        format!("{:?}", run(&base, 5).events),
        format!("{:?}", run(&without, 5).events)
    );
}

/// Each shipped counterfactual changes its world in or after its first year, never before.
#[test]
fn counterfactuals_leave_the_past_alone() {
    let base = short("history-1946", 71);
    let plain = run(&base, 2);
    let mut counted = 0;
    for name in comity::scenario::library::names() {
        let treated = short(&name, 71);
        let code = name.len() > 3 && name.starts_with('c') && name[1..3].parse::<u32>().is_ok();
        if !code
            || treated.setting.permute_regions
            || treated.schedule.iter().all(|t| base.schedule.contains(t))
        {
            continue;
        }
        counted += 1;
        let from = treated
            .schedule
            .iter()
            .filter(|t| !base.schedule.contains(t))
            .map(|t| i64::from(t.from))
            .min()
            .unwrap();
        let history = run(&treated, 2);
        assert_eq!(before(&plain, from), before(&history, from), "{name}");
        if name.starts_with("c16") {
            assert_eq!(
                format!("{:?}", plain.world),
                format!("{:?}", history.world),
                "{name}"
            );
        } else {
            assert_ne!(
                before(&plain, 3000),
                before(&history, 3000),
                "{name} changes nothing"
            );
        }
    }
    assert!(counted >= 13, "{counted}");
}
