//! A job made again from its export has the same result, to the byte.

use serde_json::{Value, json};
use spool_shared::job::Status;
use spool_tests::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_export_of_a_job_posted_back_gives_the_same_bytes() {
    let world =
        World::plan().replicas(2).agents(1).engines("i2v=preview,qwen=preview").patient().start().await;
    let client = world.client();
    let script = client.body("slow zoom in");
    let picture = script.get("input_image").expect("a picture").clone();
    for (workflow, request) in [
        (
            "i2v",
            json!({"prompt": "slow zoom in", "input_image": picture, "num_frames": 5, "width": 256, "height": 144}),
        ),
        ("qwen", json!({"prompt": "make it grayscale", "edit_image": picture, "width": 256, "height": 256})),
    ] {
        let path = format!("/api/workflows/{workflow}");
        let first = succeeded(&world, &path, &request).await;
        for query in ["", "?inline=true"] {
            let export = client.get(&format!("/api/jobs/{}/config{query}", first.id)).await;
            let export: Value = export.json().await.expect("a request");
            let again = succeeded(&world, &path, &export).await;
            let [before, after] = [&first, &again].map(|job| job.outputs.first().expect("an output"));
            assert_eq!(after.sha256, before.sha256, "{workflow}{query}");
        }
    }
}

async fn succeeded(world: &World, path: &str, request: &Value) -> spool_tests::Job {
    let response = world.client().post(path, request).await;
    let job: spool_tests::Job = response.json().await.expect("a job");
    let job = world.client().ended(&job.id).await;
    assert_eq!(job.status, Status::Succeeded, "{job:?}");
    job
}
