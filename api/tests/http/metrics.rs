//! The figures for Prometheus, from a live server after real work.

use std::collections::BTreeMap;

use spool_api::measure::names::TABLE;

use crate::{agent::Agent, world::World};

/// One line: name, labels, value.
struct Sample {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

/// Reads the text format; whatever is no sample and no comment ends the test.
fn parsed(text: &str) -> Vec<Sample> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
    lines
        .map(|line| {
            let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no sample: {line}"));
            let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
            let labels = labels.strip_suffix('}').unwrap_or_else(|| panic!("open labels: {line}"));
            let pairs = labels.split("\",").filter(|pair| !pair.is_empty()).map(|pair| {
                let (label, value) = pair.split_once("=\"").unwrap_or_else(|| panic!("no label: {line}"));
                (label.to_owned(), value.trim_end_matches('"').to_owned())
            });
            let value = value.parse().unwrap_or_else(|_| panic!("no number: {line}"));
            Sample { name: name.to_owned(), labels: pairs.collect(), value }
        })
        .collect()
}

/// The sum of the samples with this name and these labels.
fn sum(samples: &[Sample], name: &str, labels: &[(&str, &str)]) -> f64 {
    let fits = |sample: &&Sample| {
        let has =
            |(label, value): &(&str, &str)| sample.labels.get(*label).is_some_and(|found| found == value);
        sample.name == name && labels.iter().all(has)
    };
    let mut found = samples.iter().filter(fits).peekable();
    assert!(found.peek().is_some(), "no sample {name} {labels:?}");
    found.map(|sample| sample.value).sum()
}

#[tokio::test]
async fn the_figures_tell_of_queues_jobs_agents_requests_and_scripts() {
    let world = World::start().await;
    let mut agent = Agent::connect(&world).await;
    let job = world.submitted().await;
    let lease = agent.starts().await;
    world.submitted().await;
    agent.succeeds(&world, &lease, b"video", b"poster").await;
    let path = job["urls"]["self"].as_str().unwrap();
    world.get(path).await;
    world.get("/no/such/address").await;
    agent.assigned().await;
    world.submitted().await;

    let response = world.get("/metrics").await;
    assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let text = response.text().await.unwrap();
    let samples = parsed(&text);
    let gauge = |name, labels: &[(&str, &str)]| sum(&samples, name, labels);
    // Gauges are of this server's queues; what is counted is counted for the whole test program.
    for (name, labels, value) in [
        ("spool_queue_depth", vec![("workflow", "i2v"), ("priority", "normal")], 1.0),
        ("spool_queue_depth", vec![("workflow", "qwen")], 0.0),
        ("spool_jobs", vec![("status", "succeeded")], 1.0),
        ("spool_jobs", vec![("status", "assigned")], 1.0),
        ("spool_leases", vec![], 1.0),
        ("spool_agents", vec![("state", "online")], 1.0),
        ("spool_agents", vec![("state", "lost")], 0.0),
        ("spool_places", vec![("workflow", "i2v"), ("state", "total")], 1.0),
        ("spool_places", vec![("workflow", "i2v"), ("state", "free")], 0.0),
    ] {
        let found = gauge(name, &labels);
        assert!((found - value).abs() < f64::EPSILON, "{name} {labels:?} is {found}, not {value}");
    }
    for (name, labels) in [
        ("spool_jobs_submitted_total", vec![("workflow", "i2v")]),
        ("spool_attempts_total", vec![("outcome", "succeeded")]),
        ("spool_job_wait_seconds_count", vec![("workflow", "i2v")]),
        ("spool_attempt_duration_seconds_count", vec![("workflow", "i2v")]),
        ("spool_scheduler_rounds_total", vec![]),
        ("spool_scheduler_handed_total", vec![]),
        ("spool_redis_script_seconds_count", vec![("script", "submit"), ("reply", "ok")]),
        (
            "spool_http_request_duration_seconds_count",
            vec![("method", "GET"), ("route", "/api/jobs/{id}"), ("status", "200")],
        ),
        ("spool_http_request_duration_seconds_count", vec![("route", "none"), ("status", "404")]),
        (
            "spool_http_request_duration_seconds_bucket",
            vec![("route", "/api/workflows/{workflow}"), ("le", "+Inf")],
        ),
        ("process_resident_memory_bytes", vec![]),
        ("process_open_fds", vec![]),
        ("spool_received_bytes_total", vec![("kind", "picture")]),
    ] {
        assert!(gauge(name, &labels) > 0.0, "{name} {labels:?}");
    }
    assert!(!text.contains(job["id"].as_str().unwrap()), "no id is a label");
}

#[tokio::test]
async fn every_figure_is_in_the_table_with_exactly_its_labels() {
    let world = World::start().await;
    let mut agent = Agent::connect(&world).await;
    world.submitted().await;
    let lease = agent.starts().await;
    agent.succeeds(&world, &lease, b"video", b"poster").await;
    let samples = parsed(&world.get("/metrics").await.text().await.unwrap());
    for sample in &samples {
        let own = |name: &str| {
            ["", "_bucket", "_sum", "_count"].iter().any(|end| sample.name == format!("{name}{end}"))
        };
        let Some((name, labels, _)) = TABLE.iter().find(|(name, ..)| own(name)) else {
            panic!("{} is in no table", sample.name)
        };
        let mut found: Vec<&str> =
            sample.labels.keys().map(String::as_str).filter(|label| *label != "le").collect();
        let mut named = labels.to_vec();
        found.sort_unstable();
        named.sort_unstable();
        assert_eq!(found, named, "{name}");
    }
}
