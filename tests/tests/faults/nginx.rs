//! nginx between Spool and everybody else.

use std::time::Duration;

use rand::Rng as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use spool_shared::job::Status;
use spool_tests::{
    Client, PATIENCE, World,
    client::{JOB, http, read_until},
    events::Event,
    job::Spent,
    nginx::Nginx,
    page::{Page, entries},
    within,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const ONCE: Spent = Spent { attempts: 1, failures: 0, losses: 0, bounces: 0, drains: 0 };

/// Becomes a WebSocket and says nothing, and nobody says anything to it; returns when it is closed.
async fn is_quiet(address: &str) {
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    let upgrade = format!(
        "GET /api/ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    socket.write_all(upgrade.as_bytes()).await.expect("it is taken");
    let mut heard = Vec::new();
    within(PATIENCE, "the idle socket is closed", socket.read_to_end(&mut heard)).await.expect("an end");
    assert!(heard.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&heard));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agents_and_pages_behind_an_nginx_that_closes_idle_sockets_keep_theirs() {
    let mut world = World::plan().patient().start().await;
    let Some(nginx) = Nginx::start(world.folder(), world.replica(0).address(), "1s") else { return };
    world.add_agent_at(nginx.address());
    let mut page = Page::shown(nginx.address()).await;
    // As a browser does it, for several times as long as nginx waits.
    let stays = async {
        for _ in 0..12 {
            page.says(&json!({"t": "ping"})).await;
            page.hears_for(Duration::from_millis(250), |_| {}).await;
        }
    };
    // It does close what is idle.
    tokio::join!(stays, is_quiet(nginx.address()));
    nginx.process().log().line(&["upstream timed out", "upgraded connection"]).await;

    let client = Client::new(vec![nginx.address().to_owned()]);
    let job = client.submit("steps=1").await;
    let succeeded = |message: &Value| {
        entries(message).any(|shown| shown["id"] == job.id && shown["status"] == "succeeded")
    };
    page.until(succeeded).await;
    let log = world.agent(0).process().log().to_string();
    assert_eq!(log.matches("Connected to the API").count(), 1, "{log}");
    assert_eq!(world.redis().told("lost"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_nginx_at_its_root_and_below_a_path_uploads_events_ranges_and_the_studio_work() {
    const BYTES: u64 = 5_000_000;
    let mut world = World::plan().patient().start().await;
    let Some(nginx) = Nginx::start(world.folder(), world.replica(0).address(), "60s") else { return };
    world.add_agent_at(nginx.address());
    for place in [nginx.address().to_owned(), format!("{}/tools/spool", nginx.address())] {
        let client = Client::new(vec![place.clone()]);
        // Larger than what nginx keeps in memory.
        let picture = noise();
        let upload = http().post(format!("http://{place}/api/images")).header("Content-Type", "image/png");
        let uploaded = upload.body(picture.clone()).send().await.expect("an answer");
        assert!(uploaded.status().is_success(), "{}: {:?}", uploaded.status(), uploaded.text().await);

        // While it waits nothing comes that would push the first event out of a buffer.
        let before = client.submit("steps=1000 step_ms=100").await;
        client.running(&before.id).await;
        let submitted = client.submit(&format!("steps=5 step_ms=100 output_bytes={BYTES}")).await;
        let mut events = client.events(&submitted.id, None).await;
        let first = read_until(&mut events, |event| event.name == JOB).await.pop().expect("an event");
        assert_eq!(first.job().status, Status::Queued);
        client.cancel(&before.id).await;
        let ends = |event: &Event| event.name == JOB && event.job().status.is_terminal();
        let job = read_until(&mut events, ends).await.pop().expect("the end is told").job();
        assert_eq!((job.status, job.spent()), (Status::Succeeded, ONCE), "{job:?}");

        let output = &job.outputs[0];
        let whole = client.download(&output.url).await;
        assert_eq!((whole.len() as u64, hex::encode(Sha256::digest(&whole))), (BYTES, output.sha256.clone()));
        let part = client.get_with(&output.url, &[("Range", "bytes=1000000-1000009")]).await;
        assert_eq!(part.status(), 206);
        assert_eq!(part.bytes().await.expect("ten bytes"), whole[1_000_000..1_000_010]);

        let studio = client.get("/").await;
        assert_eq!(studio.status(), 200);
        assert!(studio.text().await.expect("a page").contains("boot.js"));
        assert!(client.get("/boot.js").await.status().is_success());
    }
    assert_eq!((world.redis().told("lost"), world.redis().told("succeeded")), (0, 2));
}

/// A PNG that cannot be made smaller: of more than a MiB.
fn noise() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let mut pixels = vec![0; 640 * 640 * 3];
    rand::rng().fill_bytes(&mut pixels);
    let picture = image::RgbImage::from_raw(640, 640, pixels).expect("a picture");
    picture.write_to(&mut file, image::ImageFormat::Png).expect("a PNG");
    file.into_inner()
}
