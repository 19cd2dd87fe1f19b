//! An agent as the document shows it.

use serde_json::{Value, json};

pub(super) const EXAMPLE_ID: &str = "07070707-0707-4707-8707-070707070707";

pub(super) fn agent() -> Value {
    let memory = 25_757_220_864_u64;
    json!({
        "id": EXAMPLE_ID,
        "name": "node-7",
        "state": "online",
        "connected": true,
        "version": env!("CARGO_PKG_VERSION"),
        "workflows": [{"workflow": "i2v", "engine": "diffsynth", "classes": ["i2v.480p.81.lightning"]}],
        "slots": [{
            "index": 0,
            "state": "busy",
            "job": super::super::jobs::EXAMPLE_ID,
            "gpu": {
                "name": "NVIDIA GeForce RTX 4090",
                "memory_bytes": memory,
                "memory_used_bytes": 21_474_836_480_u64,
                "utilisation": 97,
                "temperature": 71,
                "power": 402,
            },
        }],
        "places": {"total": 1, "free": 0},
        "memory_bytes": memory,
        "gpus": [{"index": 0, "name": "NVIDIA GeForce RTX 4090", "memory_bytes": memory}],
        "labels": {"region": "eu"},
        "price_per_hour": 0.44,
        "jobs_done": 412,
        "jobs_failed": 1,
        "connected_at": "2026-09-01T08:00:00Z",
        "seen_at": "2026-09-01T12:00:04Z",
        "quarantined_until": null,
        "pause": null,
    })
}
