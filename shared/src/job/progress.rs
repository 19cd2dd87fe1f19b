//! How far an attempt is.

use serde::{Deserialize, Serialize};

use crate::workflow::words;

words! {
    /// What the worker is doing.
    Phase else Other {
        Fetch = "fetch",
        Load = "load",
        EncodeText = "encode_text",
        EncodeImage = "encode_image",
        Denoise = "denoise",
        /// Steps of the high-noise expert.
        DenoiseHigh = "denoise_high",
        /// Steps of the low-noise expert.
        DenoiseLow = "denoise_low",
        Decode = "decode",
        Encode = "encode",
        Upload = "upload",
        /// A phase that only a newer program knows.
        Other = "other",
    }
}

/// The last report of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Grows with each report of one lease.
    pub seq: u64,
    pub phase: Phase,
    pub step: u32,
    /// 0 where the phase has no steps.
    pub steps: u32,
    /// 0–1 of the whole job; never goes back within an attempt.
    pub fraction: f64,
}
