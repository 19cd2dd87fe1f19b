//! Jobs as the document shows them: records of an invented job in each state, rendered as real ones are.

use serde_json::{Value, json};
use spool_shared::{
    ids::{AgentId, JobId, Token},
    job::{Counters, FailureCode, Phase, Progress, Status, estimate::Span},
    protocol::{Output, Poster, Timings},
    workflow::{Params, Preset, Priority, Workflow, i2v::I2vParams},
};

use super::JobView;
use crate::store::{JobError, Record, Seat, StoredInput};

/// The job's id, for addresses.
pub(in crate::http) const EXAMPLE_ID: &str = "1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00";
/// Where the store stood when it was read.
pub(in crate::http) const POSITION: &str = "5b1cbb64-0f6f-4f3e-9a37-4c86d4a6d0f2:1042";
const SHA256: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
/// 2026-09-01T12:00:00Z.
const CREATED_MS: u64 = 1_788_264_000_000;
const STARTED_MS: u64 = CREATED_MS + 840;
const FINISHED_MS: u64 = STARTED_MS + 41_250;
const DAY_MS: u64 = 86_400_000;

/// It waits, first of its kind.
pub(in crate::http) fn queued() -> Value {
    json!(JobView::of(&record()))
}

/// An agent denoises.
pub(in crate::http) fn running() -> Value {
    json!(JobView::of(&begun()))
}

/// The video is there.
pub(in crate::http) fn succeeded() -> Value {
    json!(JobView::of(&finished()))
}

/// As it stands in lists.
pub(in crate::http) fn in_list() -> Value {
    json!(JobView::light(&finished()))
}

/// Its engine reported an error twice.
pub(in crate::http) fn failed() -> Value {
    let error = JobError {
        code: FailureCode::EngineError,
        message: "the engine reported an error".into(),
        hint: None,
        retryable: true,
    };
    let counters = Counters { attempts: 2, failures: 2, ..Counters::default() };
    let (finished_at, expires_at) = (Some(FINISHED_MS), Some(FINISHED_MS + DAY_MS));
    let failed = Record { status: Status::Failed, version: 9, error: Some(error), counters, ..begun() };
    json!(JobView::of(&Record { progress: None, rest: None, finished_at, expires_at, ..failed }))
}

/// Its owner did not want it any more.
pub(in crate::http) fn canceled() -> Value {
    let (finished_at, expires_at) = (Some(STARTED_MS), Some(STARTED_MS + DAY_MS));
    let canceled =
        Record { status: Status::Canceled, version: 2, queue_position: None, starts_in: None, ..record() };
    json!(JobView::of(&Record { finished_at, expires_at, ..canceled }))
}

fn record() -> Record {
    let params = Params::I2v(I2vParams {
        prompt: "the cat turns its head".into(),
        negative_prompt: None,
        preset: Preset::Lightning,
        num_inference_steps: 8,
        cfg_scale: 1.0,
        width: 768,
        height: 512,
        num_frames: 81,
        fps: 16,
        seed: 7,
        end_image: false,
    });
    Record {
        id: JobId::from_random([
            0x1f, 0x0d, 0x7c, 0x52, 0x8e, 0x1b, 0x8a, 0x94, 0xb3, 0xc5, 0x6d, 0x2e, 0x4f, 0x7a, 0x9b, 0x00,
        ]),
        workflow: Workflow::I2v,
        class: params.class(),
        engine: None,
        status: Status::Queued,
        version: 1,
        priority: Priority::Normal,
        owner: String::new(),
        params: params.to_map(),
        inputs: vec![StoredInput {
            content_type: "image/png".into(),
            bytes: 240_512,
            sha256: SHA256.into(),
            width: 451,
            height: 300,
            orientation: 1,
        }],
        progress: None,
        rest: None,
        queue_position: Some(1),
        starts_in: Some(Span { low: 31_000, high: 64_000 }),
        counters: Counters::default(),
        agent: None,
        error: None,
        outputs: Vec::new(),
        result: None,
        timings: None,
        parent: None,
        unservable: None,
        created_at: CREATED_MS,
        started_at: None,
        finished_at: None,
        expires_at: None,
    }
}

fn begun() -> Record {
    let agent = Seat { id: AgentId::from_random([7; 16]), name: "node-7".into(), slot: Some(0) };
    let progress = Progress { seq: 4, phase: Phase::DenoiseLow, step: 5, steps: 8, fraction: 0.58 };
    Record {
        status: Status::Running,
        version: 7,
        engine: Some("diffsynth".into()),
        queue_position: None,
        starts_in: None,
        counters: Counters { attempts: 1, ..Counters::default() },
        agent: Some(agent),
        progress: Some(progress),
        rest: Some(Span { low: 15_000, high: 19_000 }),
        started_at: Some(STARTED_MS),
        ..record()
    }
}

fn finished() -> Record {
    let poster = Poster { content_type: "image/jpeg".into(), bytes: 38_114, sha256: SHA256.into() };
    let output = Output {
        index: 0,
        content_type: "video/mp4".into(),
        bytes: 482_133,
        sha256: SHA256.into(),
        width: 768,
        height: 512,
        frames: Some(81),
        fps: Some(16),
        poster: Some(poster),
    };
    let timings = Timings {
        load_ms: Some(1_900),
        denoise_ms: Some(33_400),
        decode_ms: Some(3_700),
        encode_ms: Some(1_450),
        upload_ms: Some(310),
        gpu_ms: Some(37_100),
    };
    Record {
        status: Status::Succeeded,
        version: 14,
        rest: None,
        outputs: vec![output],
        result: Some(Token::from_random([0; 16])),
        timings: Some(timings),
        finished_at: Some(FINISHED_MS),
        expires_at: Some(FINISHED_MS + DAY_MS),
        ..begun()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Position;

    #[test]
    fn the_position_of_the_examples_is_one() {
        assert!(POSITION.parse::<Position>().is_ok_and(|position| position.number == 1042));
    }

    #[test]
    fn the_job_of_the_examples_has_the_id_of_the_addresses() {
        assert_eq!(queued()["id"], EXAMPLE_ID);
    }
}
