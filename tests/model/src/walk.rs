//! Whether the end can be reached from everywhere: the whole graph of states, and the way back from its ends.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use stateright::Model;

use crate::{Spool, world::World};

/// 64 bits: among two million states two are the same by chance once in ten million walks.
fn fingerprint(state: &World) -> u64 {
    let mut hasher = DefaultHasher::new();
    state.hash(&mut hasher);
    hasher.finish()
}

/// What a walk over all states found.
#[derive(Debug)]
pub struct Walk {
    pub states: usize,
    pub steps: usize,
    /// States in which every job has ended.
    pub ends: usize,
    /// States from which no path without a further fault leads to an end.
    pub stuck: usize,
    /// The first of them.
    pub first_stuck: Option<World>,
    /// States in which a law is broken.
    pub broken: usize,
}

impl Walk {
    /// Visits every state. A path back counts only steps that are no faults: from wherever faults have led, the machine
    /// alone must find to the end.
    #[must_use]
    pub fn over(model: &Spool) -> Self {
        let mut numbers = HashMap::new();
        let mut waiting = VecDeque::new();
        let mut back: Vec<(u32, u32)> = vec![];
        let mut ends = vec![];
        let (mut steps, mut broken, mut actions) = (0, 0, vec![]);
        for state in model.init_states() {
            numbers.insert(fingerprint(&state), 0);
            waiting.push_back((0, state));
        }
        while let Some((number, state)) = waiting.pop_front() {
            broken += usize::from(state.violation().is_some());
            if state.ended() {
                ends.push(number);
            }
            actions.clear();
            model.actions(&state, &mut actions);
            for action in &actions {
                let mut next = state.clone();
                let fault = next.step(*action, model.wrong);
                steps += 1;
                let fresh = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                let to = match numbers.entry(fingerprint(&next)) {
                    Entry::Occupied(known) => *known.get(),
                    Entry::Vacant(unknown) => {
                        unknown.insert(fresh);
                        waiting.push_back((fresh, next));
                        fresh
                    }
                };
                if !fault && to != number {
                    back.push((to, number));
                }
            }
        }
        let (states, found_ends) = (numbers.len(), ends.len());
        drop(numbers);
        let reached = reached_from(states, ends, back);
        let stuck = reached.iter().filter(|reached| !**reached).count();
        let first = reached.iter().position(|reached| !*reached);
        let first_stuck = first.and_then(|number| state_at(model, number));
        Self { states, steps, ends: found_ends, stuck, first_stuck, broken }
    }
}

fn reached_from(states: usize, mut from: Vec<u32>, mut edges: Vec<(u32, u32)>) -> Vec<bool> {
    edges.sort_unstable();
    let mut reached = vec![false; states];
    for end in &from {
        reached[*end as usize] = true;
    }
    while let Some(at) = from.pop() {
        let begin = edges.partition_point(|(to, _)| *to < at);
        for (_, before) in edges[begin..].iter().take_while(|(to, _)| *to == at) {
            if !std::mem::replace(&mut reached[*before as usize], true) {
                from.push(*before);
            }
        }
    }
    reached
}

/// Finds a state again by its number: states are numbered in the order in which a walk finds them.
fn state_at(model: &Spool, number: usize) -> Option<World> {
    let mut known = std::collections::HashSet::new();
    let mut waiting: VecDeque<World> = model.init_states().into();
    known.extend(waiting.iter().map(fingerprint));
    let (mut seen, mut actions) = (waiting.len(), vec![]);
    if number == 0 {
        return waiting.pop_front();
    }
    while let Some(state) = waiting.pop_front() {
        actions.clear();
        model.actions(&state, &mut actions);
        for action in &actions {
            let mut next = state.clone();
            next.step(*action, model.wrong);
            if known.insert(fingerprint(&next)) {
                if seen == number {
                    return Some(next);
                }
                seen += 1;
                waiting.push_back(next);
            }
        }
    }
    None
}
