//! One message of each kind, every field filled.

#![expect(clippy::unwrap_used, reason = "a failed sample is a failed test")]

use std::collections::BTreeMap;

use serde_json::json;
use spool_shared::{
    class::Class,
    ids::{AgentId, BootId, JobId, SessionId, Token},
    job::{FailureCode, Phase},
    protocol::{
        AgentCard, BulkFromAgent, BulkToAgent, DeclineReason, FromAgent, Gpu, GpuLoad, HeldLease, InputRef,
        Offer, Output, Part, Poster, RefusedCode, ReleaseReason, SlotReport, SlotState, Timings, ToAgent,
        VERSION,
    },
    workflow::Workflow,
};

const JOB: [u8; 16] = [0x11; 16];

fn job() -> JobId {
    JobId::from_random(JOB)
}

fn token() -> Token {
    Token::from_random([0x22; 16])
}

fn held() -> HeldLease {
    HeldLease { job: job(), token: token() }
}

fn class(name: &str) -> Class {
    name.parse().unwrap()
}

fn sha256() -> String {
    "ab".repeat(32)
}

pub(crate) fn from_agent() -> Vec<FromAgent> {
    let (job, token) = (job(), token());
    vec![
        hello(),
        FromAgent::Heartbeat { leases: vec![held()], slots: slots() },
        FromAgent::Accepted { job, token },
        FromAgent::Declined { job, token, reason: DeclineReason::Draining },
        FromAgent::Started { job, token, slot: 1 },
        FromAgent::Slots {
            healthy: 1,
            warm: vec![class("i2v.480p.81.lightning")],
            draining: true,
            pause: Some("GPU 1 does not answer".into()),
        },
        FromAgent::Progress {
            job,
            token,
            seq: 7,
            phase: Phase::DenoiseHigh,
            step: 3,
            steps: 8,
            fraction: 0.375,
        },
        FromAgent::Succeeded { job, token, outputs: vec![output()], timings: timings() },
        FromAgent::Failed {
            job,
            token,
            code: FailureCode::OutOfMemory,
            message: "CUDA out of memory".into(),
            hint: Some("use 832×480".into()),
            retryable: true,
        },
        FromAgent::Released { job, token, reason: ReleaseReason::Drained },
        FromAgent::Bye {},
    ]
}

fn hello() -> FromAgent {
    let memory_bytes = 24 * 1024 * 1024 * 1024;
    FromAgent::Hello {
        protocol: VERSION,
        agent: AgentCard {
            id: AgentId::from_random([0x33; 16]),
            boot: BootId::from_random([0x44; 16]),
            name: "attic".into(),
            version: "0.1.0".into(),
            gpus: vec![Gpu { index: 0, name: "RTX 4090".into(), memory_bytes }],
            memory_bytes,
            labels: BTreeMap::from([("region".into(), "eu".into())]),
            price_per_hour: Some(0.35),
        },
        offers: vec![Offer {
            workflow: Workflow::I2v,
            engine: "preview".into(),
            classes: vec![class("i2v.480p.81.lightning"), class("i2v.720p.161.quality")],
        }],
        slots: 2,
        session: Some(SessionId::from_random([0x55; 16])),
        leases: vec![held()],
    }
}

fn slots() -> Vec<SlotReport> {
    let gpu = GpuLoad { utilisation: 97, memory: 20_000_000_000, temperature: 71, power: 402 };
    vec![
        SlotReport { index: 0, state: SlotState::Busy, job: Some(job()), gpu: Some(gpu) },
        SlotReport { index: 1, state: SlotState::Ready, job: None, gpu: None },
    ]
}

fn output() -> Output {
    Output {
        index: 0,
        content_type: "video/mp4".into(),
        bytes: 1_234_567,
        sha256: sha256(),
        width: 832,
        height: 480,
        frames: Some(81),
        fps: Some(16),
        poster: Some(Poster { content_type: "image/webp".into(), bytes: 6_600, sha256: sha256() }),
    }
}

fn timings() -> Timings {
    Timings {
        load_ms: Some(12_000),
        denoise_ms: Some(40_000),
        decode_ms: Some(3_000),
        encode_ms: Some(700),
        upload_ms: Some(90),
        gpu_ms: None,
    }
}

pub(crate) fn to_agent() -> Vec<ToAgent> {
    let (job, token) = (job(), token());
    let params = json!({ "prompt": "the cat turns its head", "num_inference_steps": 8, "cfg_scale": 1.0 });
    let serde_json::Value::Object(params) = params else { unreachable!() };
    vec![
        ToAgent::Welcome {
            session: SessionId::from_random([0x55; 16]),
            heartbeat_ms: 5_000,
            dead_after_ms: 20_000,
            chunk_bytes: 262_144,
            window_bytes: 2_097_152,
            keep: vec![held()],
            drop: vec![],
        },
        ToAgent::Assign {
            job,
            token,
            attempt: 1,
            workflow: Workflow::I2v,
            class: class("i2v.480p.81.lightning"),
            params,
            inputs: vec![InputRef {
                index: 0,
                content_type: "image/png".into(),
                bytes: 240_512,
                sha256: sha256(),
                width: 451,
                height: 300,
                orientation: 1,
            }],
            staged: false,
        },
        ToAgent::Cancel { job, token },
        ToAgent::TakeBack { job, token },
        ToAgent::Beat { keep: vec![held()], drop: vec![] },
        ToAgent::Done { job, token },
        ToAgent::Refused { job, token, code: RefusedCode::Stale },
        ToAgent::Drain {},
        ToAgent::Resume {},
        ToAgent::Goodbye {
            retry_after_ms: 2_500,
            code: "restarting".into(),
            message: "the server restarts".into(),
        },
    ]
}

pub(crate) fn bulk_from_agent() -> Vec<BulkFromAgent> {
    let (job, token) = (job(), token());
    vec![
        BulkFromAgent::Begin {
            upload: 1,
            job,
            token,
            index: 0,
            part: Part::Output,
            bytes: 1_234_567,
            sha256: sha256(),
        },
        BulkFromAgent::Chunk { upload: 1, offset: 262_144, bytes: vec![0, 1, 254, 255] },
        BulkFromAgent::Preview {
            job,
            token,
            seq: 7,
            content_type: "image/webp".into(),
            width: 416,
            height: 240,
            bytes: vec![82, 73, 70, 70],
        },
    ]
}

pub(crate) fn bulk_to_agent() -> Vec<BulkToAgent> {
    vec![
        BulkToAgent::Have { upload: 1, offset: 524_288 },
        BulkToAgent::Stored { upload: 1 },
        BulkToAgent::Refused { upload: 1, code: RefusedCode::Corrupt },
    ]
}
