//! A node on which files may not grow, or no more may be opened.

use serde_json::json;
use spool_shared::job::Status;
use spool_tests::{PATIENCE, World, deadline::look_until, limits::limit};

/// A picture of more bytes than a file may have: noise does not become smaller.
fn large_picture() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(400, 400, |_, _| image::Rgb(rand::random()));
    picture.write_to(&mut file, image::ImageFormat::Png).expect("a PNG");
    file.into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_may_not_grow_fail_their_jobs_with_a_word_for_it_and_neither_agent_nor_worker_dies() {
    let world = World::plan().agents(1).patient().start().await;
    let client = world.client();
    client.succeeded("steps=1").await;
    let (agent, worker) = (world.agent(0).process(), world.agent(0).worker(0).expect("a worker"));
    for pid in [agent.pid(), worker] {
        limit(pid, "--fsize=200000");
    }

    let submitted = client.submit("steps=1 output_bytes=1000000").await;
    let job = client.ended(&submitted.id).await;
    assert_eq!((job.status, job.failures), (Status::Failed, 2), "{job:?}");
    let error = job.error.expect("a failed job says why");
    assert_eq!((&*error.code, &*error.message), ("storage", "The node has no room for the result."));
    assert_eq!(world.agent(0).worker(0), Some(worker), "the worker lives on");

    let picture = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, large_picture());
    let body = json!({"input_image": picture, "prompt": "steps=1"});
    let answer = client.post("/api/workflows/i2v", &body).await;
    let large: spool_tests::Job = answer.json().await.expect("a job");
    agent.log().line(&["could not be written", "File too large"]).await;
    assert!(!agent.has_ended(), "{}", agent.log());

    for pid in [agent.pid(), world.agent(0).worker(0).unwrap_or(worker)] {
        limit(pid, "--fsize=unlimited");
    }
    let job = client.ended(&large.id).await;
    // Given back, as nothing that the job could help.
    assert_eq!((job.status, job.attempts, job.failures), (Status::Succeeded, 1, 0), "{job:?}");
    assert!(job.bounces > 0, "{job:?}");
    client.succeeded("steps=1 output_bytes=1000000").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_can_open_no_more_files_lives_on_and_works_when_it_can() {
    let world = World::plan().agents(1).patient().start().await;
    let client = world.client();
    client.succeeded("steps=1").await;
    let agent = world.agent(0).process();
    // New ones take the lowest number that is free: none is.
    limit(agent.pid(), "--nofile=3");

    let submitted = client.submit("steps=1").await;
    agent.log().line(&["Too many open files"]).await;
    assert!(!agent.has_ended(), "{}", agent.log());

    limit(agent.pid(), "--nofile=1024");
    let job = client.ended(&submitted.id).await;
    assert_eq!((job.status, job.attempts, job.failures), (Status::Succeeded, 1, 0), "{job:?}");
    assert!(job.bounces > 0, "{job:?}");
    client.succeeded("steps=1").await;

    // Folders of jobs that could not be emptied then are emptied now.
    let left = || {
        let entries = std::fs::read_dir(world.folder()).expect("the world's folder").flatten();
        let jobs = entries.filter_map(|entry| std::fs::read_dir(entry.path().join("jobs")).ok()).flatten();
        jobs.flatten().map(|folder| folder.path()).collect::<Vec<_>>()
    };
    let gone = tokio::task::block_in_place(|| look_until(PATIENCE, || left().is_empty().then_some(())));
    assert!(gone.is_some(), "{:?}", left());
}
