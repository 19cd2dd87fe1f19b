//! Figures of a sample.

use std::time::Duration;

pub(crate) struct Figures {
    pub least: Duration,
    pub median: Duration,
    pub p99: Duration,
    pub most: Duration,
}

/// By the nearest rank; sorts the sample, which is not empty.
pub(crate) fn figures(sample: &mut [Duration]) -> Figures {
    sample.sort_unstable();
    let at = |percent: usize| {
        let rank = (sample.len() * percent).div_ceil(100).max(1);
        sample.get(rank - 1).copied().unwrap_or_default()
    };
    Figures { least: at(0), median: at(50), p99: at(99), most: at(100) }
}
