//! What becomes of files that belong to nobody, and that no other file is touched.

use std::{fs, path::PathBuf, time::Duration};

use serde_json::{Value, json};
use spool_api::{maintenance::sweep_once, storage::attempt_name};
use spool_shared::ids::Token;

use crate::{
    agent::Agent,
    world::{World, base64, png},
};

/// Every file under the objects' folder by its name there, half-written ones included, signs of sessions not.
pub(crate) fn files(world: &World) -> Vec<String> {
    let root = world.folder().join("data/objects");
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(&root).unwrap().display().to_string());
            }
        }
    }
    found.retain(|name| !name.starts_with("sessions/"));
    found.sort();
    found
}

/// One pass that finds everything old enough.
async fn sweep(world: &World) -> usize {
    sweep_once(&world.app.store, &world.app.storage, Duration::ZERO).await.unwrap()
}

/// As if the time of every upload and of every request were over.
async fn let_references_lapse(world: &World) {
    let mut redis = world.connection().await;
    let () = redis::cmd("DEL").arg("spool:{0}:refs").query_async(&mut redis).await.unwrap();
}

async fn send(world: &World, method: &str, url: &Value) {
    let response = world.request(method, url.as_str().unwrap()).send().await.unwrap();
    assert!(response.status().is_success(), "{method} {url}");
}

#[tokio::test]
async fn a_picture_stays_as_long_as_a_job_refers_to_it_and_goes_with_the_last_one() {
    let world = World::start().await;
    let (first, second) = (world.submitted().await, world.submitted().await);
    assert_eq!(files(&world).len(), 1, "both jobs have the same picture");
    let_references_lapse(&world).await;
    for job in [&first, &second] {
        assert_eq!((sweep(&world).await, files(&world).len()), (0, 1));
        send(&world, "POST", &job["urls"]["cancel"]).await;
        send(&world, "DELETE", &job["urls"]["self"]).await;
    }
    assert_eq!((sweep(&world).await, files(&world)), (1, vec![]));
}

#[tokio::test]
async fn a_request_holds_its_pictures_before_any_job_refers_to_them() {
    let world = World::start().await;
    let storage = &world.app.storage;
    let hash = "0a".repeat(32);
    world.app.store.hold([hash.as_str()].into_iter()).await.unwrap();
    storage.put_input(&hash, bytes::Bytes::from_static(b"picture")).await.unwrap();
    assert_eq!(sweep(&world).await, 0);
    let_references_lapse(&world).await;
    // While it is being deleted, who wants to hold it waits.
    let doomed = world.app.store.condemn([hash.as_str()].into_iter()).await.unwrap();
    assert_eq!(doomed.len(), 1);
    let held = world.app.store.hold([hash.as_str()].into_iter());
    let mut held = std::pin::pin!(held);
    assert!(tokio::time::timeout(Duration::from_millis(100), &mut held).await.is_err());
    world.app.store.pardon(&doomed).await.unwrap();
    held.await.unwrap();
    assert_eq!((sweep(&world).await, files(&world).len()), (0, 1));
}

#[tokio::test]
async fn an_upload_stays_for_its_time() {
    let world = World::start().await;
    let request = world.request("POST", "/api/images").header("content-type", "image/png").body(png(8, 8));
    assert_eq!(request.send().await.unwrap().status(), 201);
    assert_eq!((sweep(&world).await, files(&world).len()), (0, 1));
    let_references_lapse(&world).await;
    assert_eq!((sweep(&world).await, files(&world).len()), (1, 0));
}

#[tokio::test]
async fn only_results_that_won_and_those_under_way_stay() {
    let world = World::start().await;
    let mut agent = Agent::connect(&world).await;
    let job = world.submitted().await;
    let lease = agent.starts().await;
    let attempt = |token: &Token| format!("results/{}/{}", lease.job, attempt_name(token));
    let write = async |path: String| {
        world.app.storage.put(&path.as_str().into(), bytes::Bytes::from_static(b"bytes")).await.unwrap();
    };
    let lost = Token::from_random([9; 16]);
    // A file that is whole, and what has come of one that is not.
    for name in ["0-x", "parts/1-y/0000000000-0000000005"] {
        write(format!("{}/{name}", attempt(&lost))).await;
        write(format!("{}/{name}", attempt(&lease.token))).await;
    }
    write("results/not-a-job/file".to_owned()).await;
    assert_eq!(sweep(&world).await, 2);
    let results =
        || files(&world).into_iter().filter(|name| name.starts_with("results/")).collect::<Vec<_>>();
    let live = attempt(&lease.token);
    let part = format!("{live}/parts/1-y/0000000000-0000000005");
    assert_eq!(results(), [format!("{live}/0-x"), part, "results/not-a-job/file".to_owned()]);
    agent.succeeds(&world, &lease, b"video", b"poster").await;
    assert_eq!(sweep(&world).await, 0, "what is under the winning token stays");
    assert_eq!(world.get(world.job(&job).await["outputs"][0]["url"].as_str().unwrap()).await.status(), 200);
}

#[tokio::test]
async fn after_the_end_of_a_session_everything_of_it_goes() {
    let world = World::start().await;
    let mut agent = Agent::connect(&world).await;
    world.submitted().await;
    let lease = agent.starts().await;
    agent.succeeds(&world, &lease, b"video", b"poster").await;
    assert_eq!((sweep(&world).await, files(&world).len()), (0, 3));
    let mut redis = world.connection().await;
    let () = redis::cmd("FLUSHALL").query_async(&mut redis).await.unwrap();
    world.app.store.follow_session().await.unwrap();
    assert_eq!((sweep(&world).await, files(&world)), (3, vec![]));
}

#[tokio::test]
async fn nothing_goes_while_another_session_uses_the_storage() {
    let world = World::start().await;
    let orphan = "0a".repeat(32);
    world.app.storage.put_input(&orphan, bytes::Bytes::from_static(b"picture")).await.unwrap();
    let path = world.folder().join("data/objects/inputs").join(&orphan);
    let hours_ago = fs::metadata(&path).unwrap().modified().unwrap() - Duration::from_hours(3);
    fs::File::open(&path).unwrap().set_modified(hours_ago).unwrap();
    world.app.storage.sign_in("another-session").await.unwrap();
    let hour = Duration::from_hours(1);
    let sweep = async || sweep_once(&world.app.store, &world.app.storage, hour).await.unwrap();
    assert_eq!((sweep().await, files(&world).len()), (0, 1));
    let sign = world.folder().join("data/objects/sessions/another-session");
    fs::File::open(&sign).unwrap().set_modified(hours_ago).unwrap();
    assert_eq!((sweep().await, files(&world).len()), (1, 0));
    assert!(!sign.exists());
}

#[tokio::test]
async fn what_a_killed_writer_left_goes_and_young_files_stay() {
    let world = World::start().await;
    let objects = world.folder().join("data/objects");
    fs::create_dir_all(objects.join("inputs")).unwrap();
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    for name in ["inputs/abc#1", "inputs/young#2", "inputs/notes#draft"] {
        fs::write(objects.join(name), "half").unwrap();
    }
    let sweeps = async |age| sweep_once(&world.app.store, &world.app.storage, age).await.unwrap();
    world.app.storage.put_input(&"0a".repeat(32), bytes::Bytes::from_static(b"picture")).await.unwrap();
    assert_eq!(sweeps(Duration::from_hours(1)).await, 0);
    assert_eq!(files(&world).len(), 4);
    fs::File::open(objects.join("inputs/abc#1")).unwrap().set_modified(long_ago).unwrap();
    assert_eq!(sweeps(Duration::ZERO).await, 2, "the picture, and what nobody writes to any more");
    assert_eq!(files(&world), ["inputs/notes#draft", "inputs/young#2"]);
}

#[tokio::test]
async fn replicas_that_sweep_at_once_take_nothing_from_requests_in_flight() {
    let world = World::start().await;
    let pictures: Vec<String> = (1..=24).map(|side| base64(&png(side, side))).collect();
    let sweeping = async {
        for _ in 0..20 {
            futures_util::future::join(sweep(&world), sweep(&world)).await;
        }
    };
    let submitting = futures_util::future::join_all(pictures.iter().map(async |picture| {
        let response = world.post("/api/workflows/upscale", &json!({"input_image": picture})).await;
        assert_eq!(response.status(), 202);
        response.json::<Value>().await.unwrap()
    }));
    let (jobs, ()) = futures_util::future::join(submitting, sweeping).await;
    let_references_lapse(&world).await;
    sweep(&world).await;
    for job in jobs {
        assert_eq!(world.get(job["inputs"][0]["url"].as_str().unwrap()).await.status(), 200);
    }
}
