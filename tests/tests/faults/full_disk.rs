//! A disk of the API on which there is no room for another picture.

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use serde_json::Value;
use spool_tests::{World, client::http, small_disk::small_disks_work};

/// A PNG that takes about three bytes a pixel.
fn picture(seed: u64) -> Vec<u8> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let noise = image::RgbImage::from_fn(640, 640, |_, _| image::Rgb(random.random()));
    let mut file = std::io::Cursor::new(Vec::new());
    noise.write_to(&mut file, image::ImageFormat::Png).expect("a PNG");
    file.into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_for_which_the_api_has_no_room_is_refused_and_smaller_jobs_go_on() {
    if !small_disks_work() {
        return;
    }
    let world = World::plan().agents(1).api_disk(8).patient().start().await;
    let (http, url) = (http(), format!("http://{}/api/images", world.replica(0).address()));
    let mut taken = 0;
    let refused = loop {
        let request = http.post(&url).header("Content-Type", "image/png").body(picture(taken));
        let answer = request.send().await.expect("an answer");
        if !answer.status().is_success() {
            break answer;
        }
        taken += 1;
        assert!(taken < 9, "more than the disk holds");
    };
    assert!(taken > 0);
    assert_eq!(refused.status().as_u16(), 507);
    let problem = refused.json::<Value>().await.expect("a problem");
    assert_eq!(problem["code"], "storage_full", "{problem}");

    // What was begun of it takes no room any more.
    for _ in 0..3 {
        world.client().succeeded("steps=1 output_bytes=50000").await;
    }
}
