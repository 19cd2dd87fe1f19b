//! A job that a customer wants, and what he does about it besides waiting for its end. Drawn from the seed.

use rand::{RngExt, rngs::ChaCha8Rng};
use serde_json::{Value, json};

use super::schedule::one_of;

/// A job that a customer wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    steps: u32,
    step_ms: u32,
    pub quirk: Quirk,
    /// How often the same request is sent at once.
    pub copies: usize,
    /// A parameter that is first sent beyond its limit, and then at it.
    pub limit: Option<Limit>,
    /// Sends another request under the same key once this one was taken.
    pub reuses_key: bool,
    pub then: Then,
}

/// What the customer does with the job besides waiting for its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Wait,
    /// Cancels it so long after it was accepted.
    Cancel {
        after_ms: u64,
    },
    /// Cancels it when it is told that the job has reached this step.
    CancelAt {
        step: u32,
    },
    /// Runs it again when it has ended.
    Retry,
    /// Deletes it when it has ended.
    Delete,
}

/// What is odd about a job, beyond its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quirk {
    None,
    /// The engine fails in the first attempt, or in each.
    Fails {
        each_time: bool,
    },
    /// Kills its worker in the first attempt, or in each.
    Crashes {
        each_time: bool,
    },
    /// The worker ends without a word, with this status.
    Exits {
        status: u8,
    },
    Segfaults,
    /// The worker prints what is no protocol on both of its pipes.
    Noise,
    /// The worker leaves a child that holds all that it has open and ends for no SIGTERM.
    Forks,
    /// The worker stops at a step for good.
    Hangs,
    /// The same, and it ends for no SIGTERM.
    Deaf,
    OutOfMemory,
    /// The file of the result has nothing in it.
    Empty,
    /// … or no picture.
    Junk,
    /// … or it is somewhere else.
    Outside,
    IgnoresCancel,
    Large,
    Previews,
}

impl Quirk {
    /// Draws one. What ends a worker is not too frequent: the next one's start costs more than a job.
    fn draw(dice: &mut ChaCha8Rng) -> Self {
        match dice.random_range(0..1_000) {
            0..70 => Self::Fails { each_time: false },
            70..95 => Self::Fails { each_time: true },
            95..135 => Self::Crashes { each_time: false },
            135..155 => Self::Crashes { each_time: true },
            155..170 => Self::Exits { status: one_of(dice, &[0, 7]) },
            170..180 => Self::Segfaults,
            180..205 => Self::Noise,
            205..210 => Self::Forks,
            210..220 => Self::Hangs,
            220..228 => Self::Deaf,
            228..255 => Self::OutOfMemory,
            255..285 => one_of(dice, &[Self::Empty, Self::Junk, Self::Outside]),
            285..315 => Self::IgnoresCancel,
            315..460 => Self::Large,
            460..560 => Self::Previews,
            _ => Self::None,
        }
    }

    /// The words of the script.
    const fn words(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Fails { each_time: false } => " fail_at=2 fail_times=1",
            Self::Fails { each_time: true } => " fail_at=2",
            Self::Crashes { each_time: false } => " crash_at=2 crash_times=1",
            Self::Crashes { each_time: true } => " crash_at=2",
            Self::Exits { status: 0 } => " exit_at=2",
            Self::Exits { .. } => " exit_at=2 exit_code=7",
            Self::Segfaults => " segv_at=2",
            Self::Noise => " noise_bytes=100000 stderr_bytes=300000",
            Self::Forks => " fork=1",
            Self::Hangs => " hang_at=2",
            Self::Deaf => " hang_at=2 ignore_term=1",
            Self::OutOfMemory => " fail_at=2 fail=out_of_memory",
            Self::Empty => " output=empty",
            Self::Junk => " output=junk",
            Self::Outside => " output=outside",
            Self::IgnoresCancel => " ignore_cancel=1",
            Self::Large => " output_bytes=600000",
            // Long enough for several, and for a page to be shown them.
            Self::Previews => " steps=16 step_ms=60 preview_every=1",
        }
    }

    /// The row of the matrix. What is ordinary has none.
    const fn row(self) -> Option<&'static str> {
        match self {
            Self::Crashes { each_time: false } | Self::Exits { .. } | Self::Segfaults | Self::Noise => {
                Some("F27")
            }
            Self::Crashes { each_time: true } => Some("F73"),
            Self::Hangs => Some("F28"),
            Self::Forks => Some("F32"),
            Self::Deaf => Some("F29"),
            Self::OutOfMemory => Some("F31"),
            Self::Empty | Self::Junk | Self::Outside => Some("F60"),
            Self::None | Self::Fails { .. } | Self::IgnoresCancel | Self::Large | Self::Previews => None,
        }
    }

    /// The row that a job with this quirk has made if it failed with this code and message. Workers say themselves when
    /// they end, hang or make noise: see [`crate::history::executions`].
    #[must_use]
    pub(super) fn row_of_failure(self, code: &str, message: &str) -> Option<&'static str> {
        let wanted = match self {
            Self::Crashes { each_time: true } => ("worker_crashed", ""),
            Self::OutOfMemory => ("out_of_memory", ""),
            Self::Empty => ("engine_error", "The worker made an empty file."),
            Self::Junk => ("engine_error", "The worker made a file that is not of the type that it named."),
            Self::Outside => ("engine_error", "The worker named a file outside the job's folder."),
            _ => return None,
        };
        let fits = code == wanted.0 && (wanted.1.is_empty() || wanted.1 == message);
        self.row().filter(|_| fits)
    }
}

/// A parameter at its limit and one beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    Steps,
    Scale,
    Seed,
    Frames,
    Rate,
    Prompt,
}

impl Limit {
    const ALL: [Self; 6] = [Self::Steps, Self::Scale, Self::Seed, Self::Frames, Self::Rate, Self::Prompt];
    /// Letters of a prompt, at most.
    const LETTERS: usize = 500;

    /// The field that a refusal names.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Steps => "num_inference_steps",
            Self::Scale => "cfg_scale",
            Self::Seed => "seed",
            Self::Frames => "num_frames",
            Self::Rate => "fps",
            Self::Prompt => "prompt",
        }
    }

    /// The field's value for a job of this script.
    fn value(self, script: &str, beyond: bool) -> Value {
        let or = |at: Value, more: Value| if beyond { more } else { at };
        match self {
            Self::Steps => or(json!(100), json!(101)),
            Self::Scale => or(json!(20), json!(20.01)),
            Self::Seed => or(json!(u32::MAX), json!(u64::from(u32::MAX) + 1)),
            Self::Frames => or(json!(161), json!(165)),
            Self::Rate => or(json!(60), json!(61)),
            Self::Prompt => {
                let length = Self::LETTERS + usize::from(beyond);
                json!(format!("{script:😀<length$}"))
            }
        }
    }
}

impl Order {
    /// The rows of the matrix that orders can make.
    pub(super) const ROWS: [&'static str; 12] =
        ["F27", "F28", "F29", "F31", "F32", "F53", "F54", "F56", "F57", "F60", "F66", "F73"];

    pub(super) fn draw(dice: &mut ChaCha8Rng) -> Self {
        let steps = dice.random_range(2..=8);
        let step_ms = dice.random_range(5..=40);
        let quirk = Quirk::draw(dice);
        let then = match dice.random_range(0..100) {
            0..8 => Then::Cancel { after_ms: dice.random_range(0..400) },
            8..14 => Then::Cancel { after_ms: dice.random_range(0..30) },
            14..24 => Then::CancelAt { step: steps },
            24..34 => Then::Retry,
            34..44 => Then::Delete,
            _ => Then::Wait,
        };
        let then = match quirk {
            // A worker that hangs takes its time; a deaf one ends long after this run, unless nobody waits for it.
            Quirk::Hangs => Then::Wait,
            Quirk::Deaf => Then::CancelAt { step: 1 },
            _ => then,
        };
        let copies = match dice.random_range(0..100) {
            0..20 => 2,
            20..25 => 5,
            _ => 1,
        };
        let limit = dice.random_bool(0.08).then(|| one_of(dice, &Limit::ALL));
        Self { steps, step_ms, quirk, copies, limit, reuses_key: dice.random_bool(0.06), then }
    }

    /// The prompt for the scripted engine.
    #[must_use]
    pub fn script(&self) -> String {
        let Self { steps, step_ms, quirk, .. } = self;
        format!("steps={steps} step_ms={step_ms} unique=1{} ", quirk.words())
    }

    /// The request: `body` is one without a prompt. `beyond` its limit it is refused.
    #[must_use]
    pub(super) fn request(&self, body: &Value, beyond: bool) -> Value {
        let script = self.script();
        let mut body = body.clone();
        if let Some(body) = body.as_object_mut() {
            body.insert("prompt".to_owned(), json!(script));
            if let Some(limit) = self.limit {
                body.insert(limit.field().to_owned(), limit.value(&script, beyond));
            }
        }
        body
    }

    /// The rows of the matrix that this one can make.
    #[cfg(test)]
    pub(super) fn rows(&self) -> Vec<&'static str> {
        let cancel = match self.then {
            Then::Cancel { .. } => Some("F54"),
            Then::CancelAt { .. } => Some("F53"),
            Then::Wait | Then::Retry | Then::Delete => None,
        };
        let copies = (self.copies > 1).then_some("F56");
        let limit = self.limit.map(|_| "F66");
        let reuses = self.reuses_key.then_some("F57");
        [self.quirk.row(), cancel, copies, limit, reuses].into_iter().flatten().collect()
    }
}
