//! The export of a job: posted back, it makes the same job again.

use image::ImageFormat;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::world::{World, base64, picture, png, problem, turned_jpeg};

async fn export(world: &World, job: &Value, query: &str) -> Value {
    let url = format!("{}{query}", job["urls"]["config"].as_str().unwrap());
    let response = world.get(&url).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    response.json().await.unwrap()
}

async fn submitted(world: &World, workflow: &str, body: &Value) -> Value {
    let response = world.post(&format!("/api/workflows/{workflow}"), body).await;
    assert_eq!(response.status(), 202, "{}", response.text().await.unwrap());
    response.json().await.unwrap()
}

/// What must be the same in a job that was made again.
fn made_of(job: &Value) -> Value {
    let inputs: Vec<Value> = job["inputs"].as_array().unwrap().clone();
    let inputs: Vec<Value> = inputs
        .into_iter()
        .map(|mut input| {
            input.as_object_mut().unwrap().remove("url");
            input
        })
        .collect();
    json!([job["workflow"], job["params"], job["priority"], inputs])
}

fn turned_webp() -> Vec<u8> {
    let plain = picture(40, 24, ImageFormat::WebP);
    let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0\0\0\0\0";
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        [kind.as_slice(), &length, data].concat()
    };
    let header = chunk(b"VP8X", &[0b0000_1000, 0, 0, 0, 39, 0, 0, 23, 0, 0]);
    let body = [b"WEBP".as_slice(), &header, &plain[12..], &chunk(b"EXIF", exif)].concat();
    chunk(b"RIFF", &body)
}

/// A PNG of this side. Noise does not compress: 1700 × 1700 pixels are some 8 MiB.
fn noise(side: u32) -> Vec<u8> {
    let noise = image::RgbImage::from_fn(side, side, |x, y| {
        let n = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).wrapping_mul(2_246_822_519);
        let [a, b, c, _] = (n ^ n >> 15).to_le_bytes();
        image::Rgb([a, b, c])
    });
    let mut file = std::io::Cursor::new(Vec::new());
    noise.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

#[tokio::test]
async fn an_export_posted_back_makes_the_same_job_again() {
    let world = World::start().await;
    let turned = base64(&turned_jpeg(96, 64, 6));
    let requests = [
        (
            "i2v",
            json!({"prompt": "p", "input_image": turned, "end_image": base64(&png(64, 64)), "num_frames": 5}),
        ),
        (
            "i2v",
            json!({"prompt": "p", "input_image": base64(&turned_webp()), "preset": "quality", "negative_prompt": "n"}),
        ),
        (
            "qwen",
            json!({"prompt": "p", "edit_image": [turned, base64(&png(8, 8)), turned], "priority": "low"}),
        ),
        ("qwen", json!({"prompt": "p", "edit_image": turned, "width": 512, "height": 256, "cfg_scale": 2.5})),
        ("upscale", json!({"input_image": base64(&png(20, 10)), "scale": 4})),
    ];
    for (workflow, body) in requests {
        let job = submitted(&world, workflow, &body).await;
        for query in ["", "?inline=true"] {
            let export = export(&world, &job, query).await;
            assert_eq!(export["workflow"], workflow);
            assert_eq!(export["seed"], job["params"]["seed"], "the seed that was drawn");
            let again = submitted(&world, workflow, &export).await;
            assert_eq!(made_of(&again), made_of(&job), "{workflow}{query}");
        }
    }
}

#[tokio::test]
async fn an_export_with_its_pictures_is_good_on_another_server() {
    let (here, there) = (World::start().await, World::start().await);
    let body = json!({"prompt": "p", "input_image": base64(&turned_jpeg(96, 64, 3))});
    let job = submitted(&here, "i2v", &body).await;
    let by_id = export(&here, &job, "").await;
    let refused = problem(there.post("/api/workflows/i2v", &by_id).await).await;
    assert!(refused.starts_with("422 validation_failed: input_image names a picture"), "{refused}");
    let inline = export(&here, &job, "?inline=true").await;
    assert_eq!(made_of(&submitted(&there, "i2v", &inline).await), made_of(&job));
}

#[tokio::test]
async fn an_export_downloads_under_a_name_of_its_job() {
    let world = World::start().await;
    let job = world.submitted().await;
    let url = job["urls"]["config"].as_str().unwrap();
    let id: String = job["id"].as_str().unwrap().chars().take(8).collect();
    let response = world.get(&format!("{url}?download")).await;
    let disposition = format!("attachment; filename=\"spool-i2v-{id}.json\"");
    assert_eq!(response.headers()["content-disposition"].to_str().unwrap(), disposition);
    assert!(world.get(url).await.headers().get("content-disposition").is_none());
    let refused = problem(world.get(&format!("{url}?inline=perhaps")).await).await;
    assert_snapshot!(refused, @r#"
    422 validation_failed: inline must be true or false
    /inline: inline must be true or false
    "#);
}

#[tokio::test]
async fn a_picture_too_large_for_json_is_exported_by_its_id_only() {
    let world = World::start().await;
    let file = noise(1_700);
    assert!((7_900_000..10_000_000).contains(&file.len()), "{}", file.len());
    let form = crate::world::form(&json!({}), &[("input_image", file)]);
    let response = world.request("POST", "/api/workflows/upscale").multipart(form).send().await.unwrap();
    let job: Value = response.json().await.unwrap();
    let url = job["urls"]["config"].as_str().unwrap();
    let refused = problem(world.get(&format!("{url}?inline=true")).await).await;
    assert!(refused.starts_with("413 image_too_large: a picture of the job has "), "{refused}");
    let export = export(&world, &job, "").await;
    assert_eq!(made_of(&submitted(&world, "upscale", &export).await), made_of(&job));
}

#[tokio::test]
async fn an_export_needs_the_pictures() {
    let world = World::start().await;
    let job = world.submitted().await;
    let stored = world.folder().join("data/objects/inputs");
    std::fs::remove_dir_all(stored).unwrap();
    for query in ["", "?inline=true"] {
        let url = format!("{}{query}", job["urls"]["config"].as_str().unwrap());
        assert_eq!(
            problem(world.get(&url).await).await,
            "410 gone: a picture of the job is no longer stored"
        );
    }
}

#[tokio::test]
async fn an_export_is_read_from_the_storage_only_as_far_as_it_is_taken() {
    let world = World::start().await;
    let file = noise(1_400);
    let files = [("edit_image", file.clone()), ("edit_image", png(8, 8)), ("edit_image", file)];
    let form = crate::world::form(&json!({"prompt": "p"}), &files);
    let response = world.request("POST", "/api/workflows/qwen").multipart(form).send().await.unwrap();
    let job: Value = response.json().await.unwrap();
    let url = format!("{}?inline=true", job["urls"]["config"].as_str().unwrap());
    let response = world.get(&url).await;
    // All that stands between the storage and a client that does not read is a few buffers of the system.
    std::fs::remove_dir_all(world.folder().join("data/objects/inputs")).unwrap();
    assert!(response.content_length().unwrap() > 14_000_000);
    assert!(response.bytes().await.is_err(), "the last picture was in memory");
}
