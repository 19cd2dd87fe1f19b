//! One worker place.

use std::{
    collections::{BTreeSet, VecDeque},
    time::{Duration, Instant},
};

use spool_shared::{backoff::Backoff, class::Class, protocol::SlotState};

use super::WorkId;
use crate::gpu::Reading;

/// Crashes within [`CRASH_WINDOW`] that park a slot.
const CRASHES: usize = 5;
const CRASH_WINDOW: Duration = Duration::from_mins(10);
/// A worker that has lived so long has not crashed for the reason of the one before.
const SETTLED: Duration = Duration::from_mins(1);

/// What a slot is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Its worker is not ready yet.
    Starting,
    /// Its workers crashed again and again; the next one starts after a pause.
    Pausing,
    Ready,
    Busy(WorkId),
    /// Its worker is to stop this work.
    Stopping(WorkId),
    /// Parked: its worker crashed too often.
    Broken,
}

impl Place {
    /// The work whose worker holds the place.
    #[must_use]
    pub const fn work(self) -> Option<WorkId> {
        match self {
            Self::Busy(work) | Self::Stopping(work) => Some(work),
            Self::Starting | Self::Pausing | Self::Ready | Self::Broken => None,
        }
    }

    /// Whether a job that comes now runs here soon.
    #[must_use]
    pub const fn is_healthy(self) -> bool {
        !matches!(self, Self::Pausing | Self::Broken)
    }

    pub(super) const fn word(self) -> SlotState {
        match self {
            Self::Starting | Self::Pausing => SlotState::Starting,
            Self::Ready => SlotState::Ready,
            Self::Busy(_) => SlotState::Busy,
            Self::Stopping(_) => SlotState::Stopping,
            Self::Broken => SlotState::Broken,
        }
    }
}

/// A slot with the memory of its crashes.
#[derive(Debug)]
pub struct Slot {
    pub index: u32,
    pub place: Place,
    /// What its GPU said last; `None` where there is none.
    pub gpu: Option<Reading>,
    /// The classes whose models its worker has loaded.
    pub warm: BTreeSet<Class>,
    crashes: VecDeque<Instant>,
    backoff: Backoff,
}

impl Slot {
    pub(super) fn new(index: u32) -> Self {
        Self {
            index,
            place: Place::Starting,
            gpu: None,
            warm: BTreeSet::new(),
            crashes: VecDeque::new(),
            backoff: Backoff::new(Duration::from_secs(1), Duration::from_mins(1)),
        }
    }

    /// Whether it can run a job now or very soon.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.place.is_healthy() && self.gpu != Some(Reading::Lost)
    }

    /// Its worker crashed: how long to wait before the next one is started, or `None` when the slot is parked.
    /// The first time there is no wait. Says in its place which of the three it is.
    pub fn crashed(&mut self, now: Instant, chance: f64) -> Option<Duration> {
        let last = self.crashes.back().copied();
        self.crashes.retain(|crash| now.saturating_duration_since(*crash) < CRASH_WINDOW);
        self.crashes.push_back(now);
        if self.crashes.len() >= CRASHES {
            self.place = Place::Broken;
            return None;
        }
        if last.is_none_or(|last| now.saturating_duration_since(last) >= SETTLED) {
            self.backoff.reset();
            self.place = Place::Starting;
            return Some(Duration::ZERO);
        }
        self.place = Place::Pausing;
        Some(self.backoff.next_delay(chance))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_first_restart_is_at_once_and_the_next_ones_wait_longer_and_longer() {
        let (mut slot, now) = (Slot::new(0), Instant::now());
        let delays: Vec<_> = (0..4).map(|second| slot.crashed(now + second * SECOND, 1.0)).collect();
        assert_eq!(delays, [0, 1, 2, 4].map(|seconds| Some(seconds * SECOND)));
    }

    #[test]
    fn a_slot_counts_while_its_first_restart_is_under_way_and_not_while_it_waits_for_a_further_one() {
        let (mut slot, now) = (Slot::new(0), Instant::now());
        assert!(slot.is_healthy());
        slot.crashed(now, 1.0);
        assert!(slot.is_healthy());
        slot.crashed(now, 1.0);
        assert_eq!((slot.place, slot.is_healthy()), (Place::Pausing, false));
    }

    #[test]
    fn a_slot_whose_gpu_is_lost_does_not_count() {
        let mut slot = Slot { gpu: Some(Reading::Lost), ..Slot::new(0) };
        assert!(!slot.is_healthy());
        slot.gpu = None;
        assert!(slot.is_healthy());
    }

    #[test]
    fn five_crashes_in_ten_minutes_park_a_slot_and_slower_ones_do_not() {
        let (mut slot, now) = (Slot::new(0), Instant::now());
        for crash in 0..20 {
            assert_eq!(slot.crashed(now + crash * 151 * SECOND, 1.0), Some(Duration::ZERO));
        }
        let (mut slot, now) = (Slot::new(0), Instant::now());
        for crash in 0..4 {
            assert!(slot.crashed(now + crash * 149 * SECOND, 1.0).is_some());
        }
        assert_eq!(slot.crashed(now + 4 * 149 * SECOND, 1.0), None);
        assert_eq!(slot.place, Place::Broken);
    }
}
