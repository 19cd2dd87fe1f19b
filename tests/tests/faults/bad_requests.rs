//! Ten thousand requests that nobody can take, made up from a seed: each is the client's fault and leaves nothing.

use futures_util::{StreamExt, stream};
use rand::{SeedableRng, rngs::StdRng};
use reqwest::StatusCode;
use spool_tests::{World, bad_requests::Bad, client::http};

const REQUESTS: usize = 10_000;
const AT_ONCE: usize = 32;
const SEED: u64 = 20_261_201;

/// Every file below the storage, and every key of Redis but those that a replica writes of itself.
fn left(world: &World) -> (Vec<String>, Vec<String>) {
    let of_replicas = ["session", "judge", "replica:", "counters", "figures", "mail:"];
    let mut keys = world.redis().keys();
    keys.retain(|key| !of_replicas.iter().any(|name| key.starts_with(name)));
    keys.sort();
    let mut files = Vec::new();
    let mut folders = vec![world.folder().join("data")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path.display().to_string());
            }
        }
    }
    files.sort();
    (keys, files)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_bad_requests_are_refused_as_the_clients_fault_and_leave_no_key_and_no_file() {
    let world = World::plan().replicas(2).with("SPOOL_LOG", "info").start().await;
    let addresses = [0, 1].map(|replica| world.replica(replica).address().to_owned());
    let before = left(&world);
    let mut random = StdRng::seed_from_u64(SEED);
    let requests: Vec<Bad> = (0..REQUESTS).map(|_| Bad::any(&mut random)).collect();
    let http = http();

    let answers = stream::iter(requests.iter().zip(addresses.iter().cycle())).map(|(bad, address)| {
        let request = bad.request(&http, address);
        async move { (bad, request.send().await.map(|answer| answer.status())) }
    });
    let answers: Vec<_> = answers.buffer_unordered(AT_ONCE).collect().await;

    assert_eq!(answers.len(), REQUESTS);
    for (bad, status) in answers {
        let status =
            status.unwrap_or_else(|error| panic!("{} {}: {error}: {}", bad.method, bad.path, bad.what));
        let refused = status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS;
        assert!(refused, "{} {} is answered with {status}: {}", bad.method, bad.path, bad.what);
    }
    assert_eq!(left(&world), before);
    assert!(!world.logs().contains("panicked"), "{}", world.logs());
    // A good one is as welcome as ever.
    world.client().submit("steps=1").await;
}
