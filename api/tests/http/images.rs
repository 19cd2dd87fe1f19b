//! Pictures that are uploaded once and named by their id afterwards.

use image::ImageFormat;
use insta::assert_snapshot;
use reqwest::{
    Response,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use crate::world::{World, base64, form, picture, png, problem, turned_jpeg};

async fn upload(world: &World, content_type: &str, file: Vec<u8>) -> Response {
    world.request("POST", "/api/images").header("content-type", content_type).body(file).send().await.unwrap()
}

async fn uploaded(world: &World, file: Vec<u8>) -> Value {
    let response = upload(world, "image/png", file).await;
    assert_eq!(response.status(), 201);
    response.json().await.unwrap()
}

fn named(image: &Value) -> Value {
    json!({"image_id": image["id"]})
}

#[tokio::test]
async fn an_uploaded_picture_has_an_id_of_its_content_and_orientation() {
    let world = World::start().await;
    let file = turned_jpeg(96, 64, 6);
    let response = upload(&world, "image/jpeg", file.clone()).await;
    assert_eq!(response.status(), 201);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let image: Value = response.json().await.unwrap();
    assert_eq!(json!(location), image["url"]);
    assert_eq!(
        json!([image["content_type"], image["width"], image["height"], image["orientation"]]),
        json!(["image/jpeg", 96, 64, 6])
    );
    assert!(image["id"].as_str().unwrap().ends_with(".6"));
    let expires: jiff::Timestamp = image["expires_at"].as_str().unwrap().parse().unwrap();
    assert!(expires.as_millisecond() > 1_600_000_000_000);
    let served = world.get(&location).await;
    assert_eq!(served.headers()["content-type"], "image/jpeg");
    assert_eq!(json!(served.bytes().await.unwrap().len()), image["bytes"]);
    // Another encoding of the body, another orientation of the same pixels.
    let form = Form::new().part("image", Part::bytes(file).file_name("cat.png"));
    let again = world.request("POST", "/api/images").multipart(form).send().await.unwrap();
    assert_eq!(again.json::<Value>().await.unwrap()["id"], image["id"]);
    let upright = uploaded(&world, picture(96, 64, ImageFormat::Jpeg)).await;
    let hash = |image: &Value| image["id"].as_str().unwrap().split('.').next().unwrap().to_owned();
    assert_eq!(hash(&upright), hash(&image));
    assert_ne!(upright["id"], image["id"]);
}

#[tokio::test]
async fn a_request_that_names_a_picture_means_the_same_as_one_that_brings_it() {
    let world = World::start().await;
    let (first, second) = (turned_jpeg(96, 64, 6), png(64, 64));
    let (a, b) = (uploaded(&world, first.clone()).await, uploaded(&world, second.clone()).await);
    let request = |pictures: Value| json!({"prompt": "p", "seed": 3, "edit_image": pictures});
    let keyed = |builder: reqwest::RequestBuilder| builder.header("Idempotency-Key", "one").send();
    let post = || world.request("POST", "/api/workflows/qwen");
    let by_id = keyed(post().json(&request(json!([named(&a), named(&b)])))).await.unwrap();
    assert_eq!(by_id.status(), 202);
    let job: Value = by_id.json().await.unwrap();
    assert_eq!(json!([job["inputs"][0]["orientation"], job["inputs"][1]["width"]]), json!([6, 64]));
    let mixed = request(json!([base64(&first), named(&b)]));
    let params = request(json!(null));
    for same in [
        post().json(&mixed),
        post().multipart(form(&params, &[("edit_image", first.clone()), ("edit_image", second)])),
        post().multipart(form(&request(json!([named(&a), named(&b)])), &[])),
    ] {
        let replayed = keyed(same).await.unwrap();
        assert_eq!(replayed.headers()["idempotent-replayed"], "true");
        assert_eq!(replayed.json::<Value>().await.unwrap()["id"], job["id"]);
    }
}

#[tokio::test]
async fn an_id_that_names_nothing_is_told_with_its_field() {
    let world = World::start().await;
    let known = uploaded(&world, png(8, 8)).await;
    let never = json!({"image_id": format!("{}.1", "0a".repeat(32))});
    let body = json!({"prompt": "p", "edit_image": [named(&known), never, base64(b"<svg/>")]});
    assert_snapshot!(problem(world.post("/api/workflows/qwen", &body).await).await, @r#"
    422 validation_failed: 2 fields are not right
    /edit_image/1: edit_image names a picture that is not, or no longer, uploaded
    /edit_image/2: edit_image is not a PNG, JPEG or WebP picture; its content counts, not its name
    "#);
    // Its file was lost.
    let hash = known["id"].as_str().unwrap().split('.').next().unwrap();
    world.app.storage.delete(&format!("inputs/{hash}").into()).await.unwrap();
    let body = json!({"input_image": named(&known)});
    let refused = problem(world.post("/api/workflows/upscale", &body).await).await;
    assert!(
        refused.starts_with("422 validation_failed: input_image names a picture that is not"),
        "{refused}"
    );
    for id in ["x", "..%2f..%2fetc", &format!("{}.1", "0a".repeat(32)), "%00"] {
        let refused = problem(world.get(&format!("/api/images/{id}")).await).await;
        assert_eq!(
            refused, "404 not_found: there is no such picture; uploads are kept for a while only",
            "{id}"
        );
    }
}

#[tokio::test]
async fn an_upload_of_another_owner_looks_unknown() {
    let world = World::start().await;
    let image = uploaded(&world, png(8, 8)).await;
    let id = image["id"].as_str().unwrap().parse().unwrap();
    assert!(world.app.store.use_image("-", &id).await.unwrap().is_some());
    assert!(world.app.store.use_image("another", &id).await.unwrap().is_none());
}

#[tokio::test]
async fn an_upload_goes_when_its_time_is_over_and_a_use_renews_it() {
    let world = World::start().await;
    let image = uploaded(&world, png(8, 8)).await;
    let mut redis = world.connection().await;
    let key = format!("spool:{{0}}:image:-:{}", image["id"].as_str().unwrap());
    let left = async |redis: &mut redis::aio::MultiplexedConnection| -> i64 {
        redis::cmd("PTTL").arg(&key).query_async(redis).await.unwrap()
    };
    let day = 24 * 3_600 * 1_000;
    for path in ["", "/api/workflows/upscale"] {
        let () = redis::cmd("PEXPIRE").arg(&key).arg(60_000).query_async(&mut redis).await.unwrap();
        let used = match path {
            "" => world.get(image["url"].as_str().unwrap()).await,
            path => world.post(path, &json!({"input_image": named(&image)})).await,
        };
        assert!(used.status().is_success());
        assert!(left(&mut redis).await > day - 60_000);
    }
    let () = redis::cmd("PEXPIRE").arg(&key).arg(0).query_async(&mut redis).await.unwrap();
    assert_eq!(world.get(image["url"].as_str().unwrap()).await.status(), 404);
}

#[tokio::test]
async fn an_upload_has_the_limits_of_a_picture_in_a_request() {
    let world = World::start().await;
    let file = |length| {
        let mut file = png(64, 64);
        file.resize(length, 0);
        file
    };
    let limit = 10 * 1024 * 1024;
    assert_eq!(upload(&world, "image/png", file(limit)).await.status(), 201);
    assert_snapshot!(problem(upload(&world, "image/png", file(limit + 1)).await).await, @r#"
    413 image_too_large: image may have at most 10485760 bytes, not 10485761
    /image: image may have at most 10485760 bytes, not 10485761
    "#);
    let two = Form::new().part("image", Part::bytes(png(8, 8))).part("image", Part::bytes(png(8, 8)));
    let response = world.request("POST", "/api/images").multipart(two).send().await.unwrap();
    assert_snapshot!(problem(response).await, @r#"
    422 validation_failed: "image" is one part too many: an upload has one part, image
    /image: "image" is one part too many: an upload has one part, image
    "#);
    let none = world.request("POST", "/api/images").multipart(Form::new()).send().await.unwrap();
    assert!(problem(none).await.starts_with('4'));
    assert_snapshot!(problem(upload(&world, "image/svg+xml", b"<svg/>".to_vec()).await).await, @r#"
    422 image_unreadable: image is not a PNG, JPEG or WebP picture; its content counts, not its name
    /image: image is not a PNG, JPEG or WebP picture; its content counts, not its name
    "#);
    assert_snapshot!(problem(upload(&world, "text/plain", png(8, 8)).await).await, @"415 unsupported_media_type: the body must be the file itself, with a Content-Type such as image/png, or multipart/form-data with a part image");
    let refused = world.request("GET", "/api/images").send().await.unwrap();
    assert_snapshot!(problem(refused).await, @"405 method_not_allowed: this address takes POST");
}
