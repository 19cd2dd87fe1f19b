//! Submitting: both encodings, what is validated, and what the job says.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::world::{World, base64, form, png, problem};

#[tokio::test]
async fn a_json_submit_is_answered_with_the_whole_job() {
    let world = World::start().await;
    let body = json!({
        "prompt": "a cat turns its head", "input_image": format!("data:image/jpeg;base64,{}", base64(&png(832, 480))),
        "seed": 42, "priority": "low", "num_frames": 17,
    });
    let response = world.post("/api/workflows/i2v", &body).await;
    assert_eq!(response.status(), 202);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let job: Value = response.json().await.unwrap();
    assert_eq!(json!(location), job["urls"]["self"]);
    let expected = json!({
        "prompt": "a cat turns its head", "preset": "lightning", "num_inference_steps": 8, "cfg_scale": 1.0,
        "width": 832, "height": 480, "num_frames": 17, "fps": 16, "seed": 42, "end_image": false,
    });
    assert_eq!(job["params"], expected);
    assert_eq!(json!([job["status"], job["priority"], job["version"]]), json!(["queued", "low", 1]));
    let input = &job["inputs"][0];
    assert_eq!(
        json!([input["content_type"], input["width"], input["height"], input["index"]]),
        json!(["image/png", 832, 480, 0]),
        "the content counts, not the data URL's type"
    );
    assert_eq!(world.job(&job).await, job);
}

#[tokio::test]
async fn a_job_always_has_every_key() {
    let world = World::start().await;
    let job = world.submitted().await;
    let keys: Vec<_> = job.as_object().unwrap().keys().map(String::as_str).collect();
    assert_snapshot!(keys.join(" "), @"agent attempts bounces created_at drains engine error expires_at failures finished_at id inputs losses outputs params parent_id priority progress queue_position started_at starts_in_ms status timings unservable urls version workflow");
    assert_eq!(json!([job["queue_position"], job["starts_in_ms"]]), json!([1, null]));
    assert_eq!(
        job["unservable"],
        json!({"message": "no connected agent offers i2v", "missing": "i2v.480p.81.lightning", "agents": 0, "closest": null})
    );
    let created: jiff::Timestamp = job["created_at"].as_str().unwrap().parse().unwrap();
    assert!(created.as_millisecond() > 1_600_000_000_000);
}

#[tokio::test]
async fn a_multipart_submit_means_the_same_as_json() {
    let world = World::start().await;
    let params = json!({"prompt": "put both together", "model": "2509", "seed": 1});
    let files = [("edit_image", png(64, 64)), ("edit_image", png(32, 64))];
    let request = world.request("POST", "/api/workflows/qwen").multipart(form(&params, &files));
    let multipart: Value = request.send().await.unwrap().json().await.unwrap();
    let mut body = params;
    body["edit_image"] = json!([base64(&png(64, 64)), base64(&png(32, 64))]);
    let json: Value = world.post("/api/workflows/qwen", &body).await.json().await.unwrap();
    assert_eq!(multipart["params"], json["params"]);
    assert_eq!(multipart["inputs"].as_array().unwrap().len(), 2);
    assert_eq!(multipart["inputs"][1]["width"], 32);
    assert_eq!(json["params"]["width"], 1024);
}

#[tokio::test]
async fn a_job_tells_which_one_it_was_made_from_in_either_encoding() {
    let world = World::start().await;
    let parent = world.submitted().await["id"].clone();
    let params = json!({"prompt": "go on", "parent_id": parent, "seed": 1});
    let request = world.request("POST", "/api/workflows/i2v");
    let form = request.multipart(form(&params, &[("input_image", png(16, 16))]));
    let mut body = params.clone();
    body["input_image"] = json!(base64(&png(16, 16)));
    for response in [form.send().await.unwrap(), world.post("/api/workflows/i2v", &body).await] {
        let job: Value = response.json().await.unwrap();
        assert_eq!(json!([job["parent_id"], job["params"]["parent_id"]]), json!([parent, null]));
        assert_eq!(world.job(&job).await["parent_id"], parent);
        let export: Value = world.get(job["urls"]["config"].as_str().unwrap()).await.json().await.unwrap();
        assert_eq!(export.get("parent_id"), None, "another server has no such job");
    }
    let wrong = json!({"prompt": "", "input_image": base64(&png(8, 8)), "parent_id": 7});
    assert_snapshot!(problem(world.post("/api/workflows/i2v", &wrong).await).await, @r"
    422 validation_failed: 2 fields are not right
    /parent_id: parent_id must be the id of a job, as text
    /prompt: prompt must be text of 1 to 500 characters, not 0
    ");
}

#[tokio::test]
async fn an_upscale_needs_nothing_but_a_picture() {
    let world = World::start().await;
    let picture = reqwest::multipart::Part::bytes(png(20, 10));
    let form = reqwest::multipart::Form::new().part("input_image", picture);
    let response = world.request("POST", "/api/workflows/upscale").multipart(form).send().await.unwrap();
    assert_eq!(response.status(), 202);
    let job: Value = response.json().await.unwrap();
    assert_eq!(job["params"]["scale"], 2);
    assert!(job["params"]["seed"].is_u64(), "a seed was drawn and is told");
}

#[tokio::test]
async fn everything_wrong_with_a_request_is_told_at_once() {
    let world = World::start().await;
    let body = json!({"prompt": "x".repeat(501), "num_inference_steps": 0, "size": 5, "priority": "urgent", "cfg_scale": "NaN"});
    let response = world.post("/api/workflows/i2v", &body).await;
    assert_snapshot!(problem(response).await, @r#"
    422 validation_failed: 6 fields are not right
    /input_image: input_image is required: one picture
    /priority: priority must be "high", "normal" or "low"
    /size: size is not a field of this workflow; it has input_image, end_image, prompt, negative_prompt, preset, num_inference_steps, cfg_scale, width, height, num_frames, fps, seed, workflow, priority, parent_id
    /cfg_scale: cfg_scale must be a number from 0.1 to 20, not the text "NaN"
    /prompt: prompt must be text of 1 to 500 characters, not 501
    /num_inference_steps: num_inference_steps must be from 1 to 100, not 0
    "#);
    let body = json!({"prompt": "p", "edit_image": ["https://example.com/cat.png", {"url": "x"}]});
    assert_snapshot!(problem(world.post("/api/workflows/qwen", &body).await).await, @r#"
    422 validation_failed: 2 fields are not right
    /edit_image/0: edit_image must be a picture as base64 text or as a data URL; addresses are not fetched
    /edit_image/1: edit_image must name an uploaded picture as {"image_id": …} and nothing else
    "#);
    let body = json!({"scale": 4, "input_image": base64(&png(2049, 1))});
    assert_snapshot!(problem(world.post("/api/workflows/upscale", &body).await).await, @r#"
    422 validation_failed: scale 4 would make a picture of 8196 × 4; the result may have at most 8192 pixels a side and 40000000 in all
    /scale: scale 4 would make a picture of 8196 × 4; the result may have at most 8192 pixels a side and 40000000 in all
    "#);
}

#[tokio::test]
async fn a_body_may_name_its_workflow_but_no_other() {
    let world = World::start().await;
    let body = |workflow: &str| json!({"workflow": workflow, "input_image": base64(&png(8, 8))});
    let job: Value = world.post("/api/workflows/upscale", &body("upscale")).await.json().await.unwrap();
    assert_eq!(job["params"].get("workflow"), None);
    let refused = problem(world.post("/api/workflows/upscale", &body("i2v")).await).await;
    assert_snapshot!(refused, @r#"
    422 validation_failed: workflow must be "upscale", as in the address, or left out
    /workflow: workflow must be "upscale", as in the address, or left out
    "#);
}

#[tokio::test]
async fn a_form_with_unknown_parts_hears_where_parameters_belong() {
    let world = World::start().await;
    let files = [("input_image", png(8, 8)), ("input_image", png(8, 8)), ("mask", png(8, 8))];
    let request =
        world.request("POST", "/api/workflows/i2v").multipart(form(&json!({"prompt": "p"}), &files));
    assert_snapshot!(problem(request.send().await.unwrap()).await, @r#"
    422 validation_failed: 2 fields are not right
    /mask: "mask" is not a part of this workflow; parameters go as JSON into the part params, files into input_image, end_image
    /input_image: input_image takes one picture, not 2
    "#);
}

#[tokio::test]
async fn five_hundred_characters_pass_whatever_bytes_they_take() {
    let world = World::start().await;
    for letter in ["a", "😀"] {
        let body = json!({"prompt": letter.repeat(500), "input_image": base64(&png(8, 8))});
        assert_eq!(world.post("/api/workflows/i2v", &body).await.status(), 202);
        let body = json!({"prompt": letter.repeat(501), "input_image": base64(&png(8, 8))});
        let response = world.post("/api/workflows/i2v", &body).await;
        assert!(
            problem(response).await.starts_with("422 validation_failed: prompt must be text of 1 to 500")
        );
    }
}

#[tokio::test]
async fn a_full_queue_is_told_with_the_time_to_come_back() {
    let world = World::with(&["--queue-limit", "2"]).await;
    world.submitted().await;
    world.submitted().await;
    let body = json!({"prompt": "one too many", "input_image": base64(&png(8, 8))});
    let response = world.post("/api/workflows/i2v", &body).await;
    assert_snapshot!(problem(response).await, @"429 queue_full: 2 jobs wait already; try again later");
}
