//! How something grows.

use std::{collections::BTreeMap, time::Duration};

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3_600.0;

/// Values over time.
pub(crate) struct Trend {
    pub(crate) name: String,
    /// Seconds since the start, and the value then.
    points: Vec<(f64, f64)>,
}

impl Trend {
    pub(crate) fn new(name: String) -> Self {
        Self { name, points: Vec::new() }
    }

    pub(crate) fn add(&mut self, at: Duration, value: u64) {
        #[expect(clippy::cast_precision_loss, reason = "bytes and counts of one machine are far below 2^53")]
        self.points.push((at.as_secs_f64(), value as f64));
    }

    /// The mean of all values.
    pub(crate) fn level(&self) -> f64 {
        mean(self.points.iter().map(|(_, value)| *value))
    }

    /// The slope of the least-squares line through the least value of each minute after `warm_up`: what a burst takes and
    /// gives back is no growth. The run should be much longer than what it keeps.
    pub(crate) fn growth(&self, warm_up: Duration) -> Growth {
        let late = self.points.iter().filter(|(at, _)| *at >= warm_up.as_secs_f64());
        let mut minutes: BTreeMap<u64, (f64, f64)> = BTreeMap::new();
        for (at, value) in late {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a time since the start"
            )]
            let least = minutes.entry((at / MINUTE) as u64).or_insert((*at, *value));
            if *value < least.1 {
                *least = (*at, *value);
            }
        }
        let late: Vec<(f64, f64)> = minutes.into_values().collect();
        let (at, value) = (mean(late.iter().map(|(at, _)| *at)), mean(late.iter().map(|(_, value)| *value)));
        let spread: f64 = late.iter().map(|(x, _)| (x - at).powi(2)).sum::<f64>().max(f64::EPSILON);
        let slope = late.iter().map(|(x, y)| (x - at) * (y - value)).sum::<f64>() / spread;
        let residue = mean(late.iter().map(|(x, y)| (y - value - slope * (x - at)).powi(2)));
        let share = HOUR / value.max(1.0);
        let points = f64::from(u32::try_from(late.len()).unwrap_or(u32::MAX));
        // Two of the points are the line's own.
        let free = (points - 2.0).max(1.0);
        Growth { per_hour: share * slope, error: share * (residue * points / free / spread).sqrt() }
    }
}

/// How much something grows, in parts of its mean an hour.
pub(crate) struct Growth {
    pub(crate) per_hour: f64,
    /// The standard error of the slope.
    pub(crate) error: f64,
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0_f64), |(sum, count), value| (sum + value, count + 1.0));
    sum / count.max(1.0)
}
