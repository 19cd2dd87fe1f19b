//! Every message between agent and worker against its golden bytes, which the Python tests read too.
//!
//! `SPOOL_BLESS=1 cargo test -p spool-agent --test golden` writes them anew after a deliberate change.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed sample is a failed test")]

use std::{env, fmt::Debug, fs, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rmpv::Value;
use serde_json::{Map, json};
use spool_agent::worker::protocol::{
    FromWorker, Hello, Input, Missing, OutputFile, PosterFile, Run, ToWorker, VERSION, WorkerTimings,
};
use spool_shared::{
    class::Class,
    ids::JobId,
    job::Phase,
    protocol::{Offer, Wire, decode, encode},
    workflow::Workflow,
};

#[test]
fn every_message_to_a_worker_has_golden_bytes_that_read_back() {
    check("to_worker", &to_worker());
}

#[test]
fn every_message_of_a_worker_has_golden_bytes_that_read_back() {
    check("from_worker", &from_worker());
}

fn job() -> JobId {
    JobId::from_random([0x11; 16])
}

fn class(name: &str) -> Class {
    name.parse().unwrap()
}

fn to_worker() -> Vec<ToWorker> {
    let params = json!({
        "prompt": "the cat turns its head",
        "negative_prompt": null,
        "preset": "lightning",
        "num_inference_steps": 8,
        "cfg_scale": 1.0,
        "width": 832,
        "height": 480,
        "num_frames": 81,
        "fps": 16,
        "seed": 4_294_967_295_u32,
        "end_image": false,
    });
    let serde_json::Value::Object(params) = params else { unreachable!() };
    let input =
        Input { path: "/tmp/job/input-0.png".into(), content_type: "image/png".into(), orientation: 6 };
    vec![
        ToWorker::Run(Run {
            job: job(),
            attempt: 2,
            workflow: Workflow::I2v,
            class: class("i2v.480p.81.lightning"),
            params,
            inputs: vec![input],
            output_dir: "/tmp/job/out".into(),
        }),
        ToWorker::Cancel { job: job() },
        ToWorker::Stop {},
    ]
}

fn from_worker() -> Vec<FromWorker> {
    let job = job();
    let poster = PosterFile { path: "/tmp/job/out/poster.webp".into(), content_type: "image/webp".into() };
    let output = OutputFile {
        path: "/tmp/job/out/clip.mp4".into(),
        content_type: "video/mp4".into(),
        width: 832,
        height: 480,
        frames: Some(81),
        fps: Some(16),
        poster: Some(poster),
    };
    let timings = WorkerTimings {
        load_ms: Some(12_000),
        denoise_ms: Some(40_000),
        decode_ms: Some(3_000),
        encode_ms: Some(700),
        gpu_ms: None,
    };
    let offers = vec![Offer {
        workflow: Workflow::I2v,
        engine: "preview".into(),
        classes: vec![class("i2v.480p.81.lightning"), class("i2v.720p.161.quality")],
    }];
    let why = "The engine upscale cannot be imported (No module named 'ncnn').".into();
    let missing = vec![Missing { workflow: Workflow::Upscale, engine: "upscale".into(), why }];
    vec![
        FromWorker::Hello(Hello { protocol: VERSION, pid: 4711, version: "0.1.0".into(), offers, missing }),
        FromWorker::Started { job },
        FromWorker::Progress { job, phase: Phase::DenoiseHigh, step: 3, steps: 8, fraction: 0.375 },
        FromWorker::Preview {
            job,
            content_type: "image/webp".into(),
            width: 480,
            height: 272,
            bytes: b"RIFF\0\xff".to_vec(),
        },
        FromWorker::Succeeded {
            job,
            outputs: vec![output],
            timings,
            warm: vec![class("i2v.480p.81.lightning")],
        },
        FromWorker::Failed {
            job,
            code: "out_of_memory".into(),
            message: "CUDA out of memory".into(),
            hint: None,
            retryable: false,
        },
        FromWorker::Canceled { job },
    ]
}

fn check<T: Wire + PartialEq + Debug>(direction: &str, samples: &[T]) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/worker/v1");
    let mut seen = Vec::new();
    for sample in samples {
        let bytes = encode(sample).unwrap();
        let value = rmpv::decode::read_value(&mut bytes.as_slice()).unwrap();
        let name = value.as_map().unwrap()[0].0.as_str().unwrap().to_owned();
        let file = |ending: &str| folder.join(format!("{direction}.{name}.{ending}"));
        let text = format!("{}\n", serde_json::to_string_pretty(&readable(&value)).unwrap());
        if env::var_os("SPOOL_BLESS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(file("msgpack"), &bytes).unwrap();
            fs::write(file("json"), &text).unwrap();
        }
        let golden = fs::read(file("msgpack")).unwrap();
        assert_eq!(golden, bytes, "{direction}.{name}");
        assert_eq!(fs::read_to_string(file("json")).unwrap(), text);
        assert_eq!(&decode::<T>(&golden).unwrap(), sample, "{direction}.{name}");
        seen.push(name);
    }
    seen.sort();
    let mut names = T::NAMES.to_vec();
    names.sort_unstable();
    assert_eq!(seen, names, "one sample for each message");
}

/// MessagePack as JSON, byte strings as `{"$bin": base64}`.
fn readable(value: &Value) -> serde_json::Value {
    match value {
        Value::Nil => serde_json::Value::Null,
        Value::Boolean(flag) => json!(flag),
        Value::Integer(number) => {
            number.as_u64().map_or_else(|| json!(number.as_i64()), |number| json!(number))
        }
        Value::F32(number) => json!(number),
        Value::F64(number) => json!(number),
        Value::String(text) => json!(text.as_str()),
        Value::Binary(bytes) => json!({ "$bin": STANDARD.encode(bytes) }),
        Value::Array(items) => items.iter().map(readable).collect(),
        Value::Map(entries) => entries
            .iter()
            .map(|(key, value)| (key.as_str().unwrap().to_owned(), readable(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Ext(..) => panic!("extension types are not used"),
    }
}
