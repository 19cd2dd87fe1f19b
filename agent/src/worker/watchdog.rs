//! How long a worker may show no sign of getting further.
//!
//! A sign is a report whose phase, step or fraction differs from the one before. A limit of
//! [`Stalls`] holds for a job of up to 832 × 480 pixels × 81 frames, the size Wan 2.2 was released for, and grows
//! with the job: `limit = base × max(1, width × height × frames / (832 × 480 × 81))`, where a picture has one
//! frame and an upscaled picture counts with its size after scaling. Loading does not depend on the job's size.
//! A step may also take ten times the median of this job's steps so far, if that is longer. There is no limit on
//! a whole attempt.

use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use spool_shared::{job::Phase, protocol::InputRef};

use crate::config::Stalls;

/// 832 × 480 pixels × 81 frames.
const USUAL_PIXELS: u64 = 832 * 480 * 81;
/// Far above what the API lets through.
const LARGEST_FACTOR: f64 = 10_000.0;
/// Steps longer than this many medians are stalls.
const MEDIANS: u32 = 10;
/// Steps that must have been seen before a median says something.
const ENOUGH_STEPS: usize = 3;

/// The pixels that a job computes.
#[must_use]
pub fn pixels(params: &Map<String, Value>, inputs: &[InputRef]) -> u64 {
    let number = |name: &str| params.get(name).and_then(Value::as_u64);
    if let (Some(width), Some(height)) = (number("width"), number("height")) {
        return width.saturating_mul(height).saturating_mul(number("num_frames").unwrap_or(1));
    }
    let scale = number("scale").unwrap_or(1);
    let input: u64 = inputs.iter().map(|input| u64::from(input.width) * u64::from(input.height)).sum();
    input.saturating_mul(scale).saturating_mul(scale)
}

/// Watches one job.
#[derive(Debug)]
pub struct Watchdog {
    stalls: Stalls,
    factor: f64,
    last: Option<(Phase, u32, f64)>,
    /// When the last sign came.
    since: Instant,
    stepping: Stepping,
    durations: Vec<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stepping {
    First,
    Further,
}

impl Watchdog {
    /// `pixels` as [`pixels`] counts them.
    #[must_use]
    pub fn new(stalls: Stalls, pixels: u64, now: Instant) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a ratio needs no exact numbers")]
        let factor = (pixels as f64 / USUAL_PIXELS as f64).clamp(1.0, LARGEST_FACTOR);
        Self { stalls, factor, last: None, since: now, stepping: Stepping::First, durations: Vec::new() }
    }

    /// The worker said how far it is.
    pub fn observe(&mut self, phase: Phase, step: u32, fraction: f64, now: Instant) {
        let report = (phase, step, fraction);
        if self.last == Some(report) {
            return;
        }
        let stepped = self.last.map_or(step > 0, |(before, last, _)| before == phase && step > last);
        if is_stepping(phase) && stepped {
            if self.stepping == Stepping::Further {
                let steps = self.last.map_or(1, |(_, last, _)| step - last);
                self.durations.push(now.saturating_duration_since(self.since) / steps);
            }
            self.stepping = Stepping::Further;
        }
        self.last = Some(report);
        self.since = now;
    }

    /// When the worker counts as stalled unless it gives a sign before.
    #[must_use]
    pub fn deadline(&self) -> Instant {
        self.since + self.limit()
    }

    /// The phase of the last report, and how long it may last.
    #[must_use]
    pub fn verdict(&self) -> (Phase, Duration) {
        (self.last.map_or(Phase::Load, |(phase, _, _)| phase), self.limit())
    }

    fn limit(&self) -> Duration {
        let sized = |base: Duration| base.mul_f64(self.factor);
        match self.last.map(|(phase, _, _)| phase) {
            None | Some(Phase::Fetch | Phase::Load | Phase::Other) => self.stalls.load,
            Some(Phase::EncodeText | Phase::EncodeImage) => sized(self.stalls.first_step),
            Some(Phase::Denoise | Phase::DenoiseHigh | Phase::DenoiseLow) => match self.stepping {
                Stepping::First => sized(self.stalls.first_step),
                Stepping::Further => sized(self.stalls.step).max(self.median() * MEDIANS),
            },
            Some(Phase::Decode) => sized(self.stalls.decode),
            Some(Phase::Encode | Phase::Upload) => sized(self.stalls.encode),
        }
    }

    fn median(&self) -> Duration {
        if self.durations.len() < ENOUGH_STEPS {
            return Duration::ZERO;
        }
        let mut sorted = self.durations.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    }
}

const fn is_stepping(phase: Phase) -> bool {
    matches!(phase, Phase::Denoise | Phase::DenoiseHigh | Phase::DenoiseLow)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn allowed(watchdog: &Watchdog, now: Instant) -> u64 {
        watchdog.deadline().duration_since(now).as_secs()
    }

    #[test]
    fn each_phase_has_its_limit_and_the_first_step_its_own() {
        let mut now = Instant::now();
        let mut dog = Watchdog::new(Stalls::default(), 0, now);
        assert_eq!(allowed(&dog, now), 300, "nothing was said yet: the model loads");
        for (phase, step, limit) in [
            (Phase::Load, 0, 300),
            (Phase::EncodeText, 0, 120),
            (Phase::DenoiseHigh, 0, 120),
            (Phase::DenoiseHigh, 1, 60),
            (Phase::DenoiseLow, 0, 60),
            (Phase::Decode, 0, 120),
            (Phase::Encode, 0, 120),
        ] {
            now += SECOND;
            dog.observe(phase, step, 0.0, now);
            assert_eq!(allowed(&dog, now), limit, "{phase} {step}");
        }
    }

    #[test]
    fn saying_the_same_again_is_no_sign_of_life_but_a_growing_fraction_is() {
        let start = Instant::now();
        let mut dog = Watchdog::new(Stalls::default(), 0, start);
        dog.observe(Phase::Load, 0, 0.1, start);
        dog.observe(Phase::Load, 0, 0.1, start + 200 * SECOND);
        assert_eq!(dog.deadline(), start + 300 * SECOND);
        dog.observe(Phase::Load, 0, 0.2, start + 200 * SECOND);
        assert_eq!(dog.deadline(), start + 500 * SECOND);
    }

    #[test]
    fn slow_steps_earn_ten_times_their_median() {
        let mut now = Instant::now();
        let mut dog = Watchdog::new(Stalls::default(), 0, now);
        for step in 1..=8 {
            now += if step == 5 { 50 * SECOND } else { 9 * SECOND };
            dog.observe(Phase::Denoise, step, 0.0, now);
        }
        assert_eq!(allowed(&dog, now), 90);
    }

    #[test]
    fn limits_grow_with_pixels_and_frames_but_loading_does_not() {
        let now = Instant::now();
        let mut dog = Watchdog::new(Stalls::default(), 2 * USUAL_PIXELS, now);
        dog.observe(Phase::Load, 0, 0.0, now);
        assert_eq!(allowed(&dog, now), 300);
        dog.observe(Phase::Decode, 0, 0.0, now);
        assert_eq!(allowed(&dog, now), 240);
    }

    #[test]
    fn the_size_of_a_job_comes_from_its_parameters_or_from_what_it_enlarges() {
        let params = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap();
        let input = InputRef {
            index: 0,
            content_type: "image/png".into(),
            bytes: 1,
            sha256: String::new(),
            width: 100,
            height: 50,
            orientation: 1,
        };
        assert_eq!(pixels(&params(r#"{"width": 832, "height": 480, "num_frames": 81}"#), &[]), USUAL_PIXELS);
        assert_eq!(pixels(&params(r#"{"width": 64, "height": 64}"#), &[]), 4096);
        assert_eq!(pixels(&params(r#"{"scale": 4}"#), &[input]), 80_000);
    }
}
