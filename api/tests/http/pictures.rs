//! Pictures in requests.

use image::ImageFormat;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::world::{World, base64, form, picture, png, problem, turned_jpeg};

#[tokio::test]
async fn ten_mebibytes_pass_in_either_encoding_and_one_byte_more_does_not() {
    let world = World::start().await;
    let limit = 10 * 1024 * 1024;
    let file = |length| {
        let mut file = png(64, 64);
        file.resize(length, 0);
        file
    };
    let send = async |length| {
        let form = form(&json!({}), &[("input_image", file(length))]);
        world.request("POST", "/api/workflows/upscale").multipart(form).send().await.unwrap()
    };
    assert_eq!(send(limit).await.status(), 202);
    assert_snapshot!(problem(send(limit + 1).await).await, @r#"
    413 image_too_large: input_image may have at most 10485760 bytes, not 10485761
    /input_image: input_image may have at most 10485760 bytes, not 10485761
    "#);

    let text = async |length: usize| {
        let mut text = base64(&file(length / 4 * 3));
        text.truncate(length);
        text.extend(std::iter::repeat_n('A', length - text.len()));
        world.post("/api/workflows/upscale", &json!({"input_image": text})).await
    };
    assert_eq!(text(limit).await.status(), 202);
    assert_snapshot!(problem(text(limit + 1).await).await, @r#"
    413 image_too_large: input_image may have at most 10485760 characters of base64 text, not 10485761
    /input_image: input_image may have at most 10485760 characters of base64 text, not 10485761
    "#);
}

#[tokio::test]
async fn what_cannot_be_decoded_is_named_where_it_stands() {
    let world = World::start().await;
    let truncated = picture(64, 64, ImageFormat::Jpeg)[..700].to_vec();
    let body =
        json!({"prompt": "p", "edit_image": [base64(&png(8, 8)), base64(&truncated), base64(b"<svg/>")]});
    assert_snapshot!(problem(world.post("/api/workflows/qwen", &body).await).await, @r#"
    422 image_unreadable: edit_image ends before the picture does: the file is truncated
    /edit_image/1: edit_image ends before the picture does: the file is truncated
    /edit_image/2: edit_image is not a PNG, JPEG or WebP picture; its content counts, not its name
    "#);
    let form = form(&json!({"prompt": "p"}), &[("input_image", png(8193, 1)), ("end_image", Vec::new())]);
    let response = world.request("POST", "/api/workflows/i2v").multipart(form).send().await.unwrap();
    assert_snapshot!(problem(response).await, @r#"
    413 image_too_large: input_image may be at most 8192 × 8192 pixels, not 8193 × 1
    /input_image: input_image may be at most 8192 × 8192 pixels, not 8193 × 1
    /end_image: end_image is empty
    "#);
}

#[tokio::test]
async fn a_turned_photo_becomes_an_upright_video() {
    let world = World::start().await;
    let file = turned_jpeg(96, 64, 6);
    let body = json!({"prompt": "p", "input_image": base64(&file)});
    let job: Value = world.post("/api/workflows/i2v", &body).await.json().await.unwrap();
    assert!(job["params"]["width"].as_u64() < job["params"]["height"].as_u64(), "{}", job["params"]);
    assert_eq!(job["inputs"][0]["orientation"], 6);
    let stored = world.get(job["inputs"][0]["url"].as_str().unwrap()).await.bytes().await.unwrap();
    assert!(!stored.windows(4).any(|bytes| bytes == b"Exif"));
}
