//! What a network does to all connections of a line.

use std::time::Duration;

use tokio::{sync::watch, time::Instant};

use super::{Direction, count::Count};

/// Switched while the line is in use; all of it holds for new connections too, but for what ends connections.
#[derive(Default)]
pub struct Weather {
    now: watch::Sender<State>,
    disturbed: Count,
}

#[derive(Default, Clone, Copy)]
struct State {
    latency: Duration,
    holes: PerWay<bool>,
    resets: u64,
    halves: PerWay<u64>,
}

#[derive(Default, Clone, Copy)]
struct PerWay<T> {
    up: T,
    down: T,
}

impl Weather {
    /// Everything arrives so much later, both ways.
    pub fn adds_latency(&self, latency: Duration) {
        self.now.send_modify(|now| now.latency = latency);
    }

    /// Connections are taken and stay, and nothing arrives that way until it is healed; then it does, for TCP repeats
    /// what was not acknowledged.
    pub fn swallows(&self, direction: Direction) {
        self.now.send_modify(|now| *now.holes.of_mut(direction) = true);
    }

    /// Every connection is reset, at both ends.
    pub fn resets_all(&self) {
        self.now.send_modify(|now| now.resets += 1);
    }

    /// Every connection ends that way alone: who listens there hears an end, who speaks does not.
    pub fn half_closes(&self, direction: Direction) {
        self.now.send_modify(|now| *now.halves.of_mut(direction) += 1);
    }

    /// From now on everything arrives at once. What has ended stays so.
    pub fn heal(&self) {
        self.now.send_modify(|now| {
            now.latency = Duration::ZERO;
            now.holes = PerWay::default();
        });
    }

    /// How many slices were late or held back, and connections ended.
    #[must_use]
    pub fn disturbed(&self) -> u64 {
        self.disturbed.get()
    }

    /// Awaits so many disturbances.
    pub async fn has_disturbed(&self, times: u64) {
        self.disturbed.reaches(times).await;
    }

    pub(super) fn forecast(&self) -> Forecast<'_> {
        let mut now = self.now.subscribe();
        let begun = *now.borrow_and_update();
        Forecast { weather: self, now, begun }
    }

    /// When a slice arrives that is sent now.
    pub(super) fn arrival(&self) -> Instant {
        let latency = self.now.borrow().latency;
        if !latency.is_zero() {
            self.disturbed.one_more();
        }
        Instant::now() + latency
    }
}

/// The weather as one connection has it since it began.
#[derive(Clone)]
pub(super) struct Forecast<'a> {
    weather: &'a Weather,
    now: watch::Receiver<State>,
    begun: State,
}

impl Forecast<'_> {
    /// Awaits that nothing is swallowed that way.
    pub(super) async fn clear(&mut self, direction: Direction) {
        if self.now.borrow().holes.of(direction) {
            self.weather.disturbed.one_more();
        }
        self.comes(|now| !now.holes.of(direction)).await;
    }

    /// Awaits the reset of all connections.
    pub(super) async fn reset(&mut self) {
        let before = self.begun.resets;
        self.comes(|now| now.resets != before).await;
        self.weather.disturbed.one_more();
    }

    /// Awaits the end of this way of all connections.
    pub(super) async fn half_closed(&mut self, direction: Direction) {
        let before = self.begun.halves.of(direction);
        self.comes(|now| now.halves.of(direction) != before).await;
        self.weather.disturbed.one_more();
    }

    async fn comes(&mut self, expected: impl FnMut(&State) -> bool) {
        // The weather lives as long as the line.
        let _ = self.now.wait_for(expected).await;
    }
}

impl<T: Copy> PerWay<T> {
    fn of(&self, direction: Direction) -> T {
        match direction {
            Direction::Up => self.up,
            Direction::Down => self.down,
        }
    }

    fn of_mut(&mut self, direction: Direction) -> &mut T {
        match direction {
            Direction::Up => &mut self.up,
            Direction::Down => &mut self.down,
        }
    }
}
