//! The machine is right in every state that faults lead to, and each way to build it wrong is found.

#![expect(clippy::print_stdout, reason = "how much was looked at is part of what the test says")]

use spool_model::{Faults, Law, Spool, Walk, Wrong};

const NONE: Faults = Faults {
    crashes: 0,
    replica_crashes: 0,
    freezes: 0,
    losses: 0,
    duplicates: 0,
    overdue: 0,
    cancels: 0,
    failures: 0,
    declines: 0,
    drains: 0,
    take_backs: 0,
    expiries: 0,
    resets: 0,
    bounces: 1,
};

/// An agent dies, and an owner cancels, at any time and in any order.
const TOGETHER: Faults = Faults { crashes: 1, cancels: 1, ..NONE };

/// Messages that are lost and doubled; agents that freeze, are drained or are too slow; replicas that die; Redis that comes
/// back empty.
const ALONE: [Faults; 9] = [
    Faults { losses: 1, duplicates: 1, cancels: 1, ..NONE },
    Faults { replica_crashes: 1, ..NONE },
    Faults { freezes: 1, ..NONE },
    Faults { overdue: 1, ..NONE },
    Faults { failures: 2, ..NONE },
    Faults { declines: 1, ..NONE },
    Faults { drains: 1, ..NONE },
    Faults { take_backs: 1, ..NONE },
    Faults { resets: 1, expiries: 1, ..NONE },
];

/// All of that may befall one job: its agent dies, messages are lost, doubled and late, and its lease lapses.
const OF_ONE: Faults = Faults { crashes: 1, losses: 1, duplicates: 1, overdue: 1, ..NONE };

fn right(faults: Faults) -> Spool {
    Spool { wrong: None, jobs: 2, faults }
}

#[test]
fn over_a_million_states_of_several_faults_break_no_law() {
    let explored = right(TOGETHER).explore();
    println!("{} states", explored.states);
    assert!(explored.counterexample.is_none(), "{:#?}", explored.counterexample);
    assert!(explored.states >= 1_000_000, "{} states", explored.states);
}

#[test]
fn from_wherever_several_faults_lead_every_job_still_reaches_its_end() {
    check(right(TOGETHER));
}

#[test]
fn from_wherever_many_faults_lead_a_single_job_it_still_reaches_its_end() {
    check(Spool { jobs: 1, ..right(OF_ONE) });
}

#[test]
fn from_wherever_any_fault_leads_no_law_is_broken_and_every_job_still_reaches_its_end() {
    for faults in ALONE {
        check(right(faults));
    }
}

fn check(spool: Spool) {
    let walk = Walk::over(&spool);
    println!("{} states, {} steps, {} ends: {spool:?}", walk.states, walk.steps, walk.ends);
    assert_eq!((walk.broken, walk.stuck), (0, 0), "{spool:?}: {:#?}", walk.first_stuck);
    assert!(walk.ends > 0 && walk.ends < walk.states, "{spool:?}");
}

/// What it takes to show each.
const WRONG: [(Wrong, Faults, &[Law]); 9] = [
    (Wrong::NoFence, Faults { overdue: 1, ..NONE }, &[Law::Superseded, Law::Terminal]),
    (Wrong::FenceByAgent, Faults { freezes: 1, ..NONE }, &[Law::Superseded]),
    (Wrong::FenceByStatus, Faults { overdue: 1, ..NONE }, &[Law::Superseded]),
    (Wrong::TwoStepClaim, Faults { replica_crashes: 1, ..NONE }, &[Law::Place]),
    (
        Wrong::TwoStepReap,
        Faults { overdue: 1, cancels: 1, ..NONE },
        &[Law::Terminal, Law::Place, Law::Holder],
    ),
    (Wrong::AckFirst, Faults { replica_crashes: 1, ..NONE }, &[Law::Place]),
    (Wrong::UncountedLoss, Faults { crashes: 2, ..NONE }, &[Law::Budget]),
    (Wrong::BlindCancel, Faults { cancels: 1, ..NONE }, &[Law::Terminal]),
    (Wrong::TokenReuse, Faults { resets: 1, ..NONE }, &[Law::Session]),
];

#[test]
fn each_way_to_build_it_wrong_has_a_counterexample() {
    for (wrong, faults, laws) in WRONG {
        let explored = Spool { wrong: Some(wrong), jobs: 2, faults }.explore();
        let (law, way) =
            explored.counterexample.unwrap_or_else(|| panic!("{wrong:?} passes {}", explored.states));
        println!("{wrong:?}: {law:?} after {} states, by {} steps", explored.states, way.len());
        assert!(law.is_some_and(|law| laws.contains(&law)), "{wrong:?} broke {law:?} by {way:#?}");
    }
}

#[test]
fn no_fault_is_needed_for_the_end() {
    check(right(NONE));
}
