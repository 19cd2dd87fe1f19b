//! Bad input, with the numbers of the contract written out: each limit passes and one beyond does not, the answer
//! names field and limit, and a request that was refused leaves nothing behind.

use std::time::{Duration, Instant};

use image::ImageFormat;
use serde_json::{Value, json};
use spool_api::maintenance::sweep_once;

use crate::world::{World, base64, form, picture, png, problem};

/// A workflow, what is changed of a good request, and where the refusal points to; nothing if it is to pass.
type Case = (&'static str, Value, &'static str);

fn parameters() -> Vec<Case> {
    let text = |letter: &str, count| Value::from(letter.repeat(count));
    let number = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let mut cases = Vec::new();
    for workflow in ["i2v", "qwen"] {
        for letter in ["a", "é", "日", "😀"] {
            cases.push((workflow, json!({"prompt": text(letter, 500)}), ""));
            cases.push((workflow, json!({"prompt": text(letter, 501)}), "/prompt"));
        }
        let wrong_prompts = ["\"\"", "null", "7", "[\"p\"]", "{}", "true"];
        cases.extend(wrong_prompts.map(|prompt| (workflow, json!({"prompt": number(prompt)}), "/prompt")));
        cases.push((workflow, json!({"cfg_scale": 2, "negative_prompt": text("n", 500)}), ""));
        cases.push((
            workflow,
            json!({"cfg_scale": 2, "negative_prompt": text("n", 501)}),
            "/negative_prompt",
        ));
        cases.push((workflow, json!({"negative_prompt": "n"}), "/negative_prompt"));
        cases.extend(["1", "100"].map(|steps| (workflow, json!({"num_inference_steps": number(steps)}), "")));
        for steps in ["0", "101", "-1", "1.5", "8.0", "\"8\"", "1e9", "99999999999999999999", "true", "[8]"] {
            cases.push((workflow, json!({"num_inference_steps": number(steps)}), "/num_inference_steps"));
        }
        cases.extend(["0.1", "1", "20", "20.0"].map(|cfg| (workflow, json!({"cfg_scale": number(cfg)}), "")));
        for cfg in ["0.09", "20.01", "0", "-1", "\"NaN\"", "\"1\"", "1e308", "-0.0"] {
            cases.push((workflow, json!({"cfg_scale": number(cfg)}), "/cfg_scale"));
        }
        cases.extend(["0", "4294967295"].map(|seed| (workflow, json!({"seed": number(seed)}), "")));
        for seed in ["-1", "4294967296", "0.5", "\"7\"", "18446744073709551615", "1180591620717411303424"] {
            cases.push((workflow, json!({"seed": number(seed)}), "/seed"));
        }
        cases.push((workflow, json!({"preset": "quality"}), ""));
        cases.push((workflow, json!({"preset": "fast"}), "/preset"));
        cases.push((workflow, json!({"preset": 7}), "/preset"));
        cases.push((workflow, json!({"width": 512}), "/height"));
        cases.push((workflow, json!({"height": 512}), "/width"));
        cases.push((workflow, json!({"priority": "urgent"}), "/priority"));
        cases.push((workflow, json!({"workflow": "upscale"}), "/workflow"));
        cases.push((workflow, json!({"num_step": 8}), "/num_step"));
        cases.push((workflow, json!({"a/b~c": 8}), "/a~1b~0c"));
    }
    let size = |width: u32, height: u32| json!({"width": width, "height": height});
    cases.extend([
        ("i2v", json!({"num_frames": 5}), ""),
        ("i2v", json!({"num_frames": 81}), ""),
        ("i2v", json!({"num_frames": 161}), ""),
        ("i2v", json!({"num_frames": 80}), "/num_frames"),
        ("i2v", json!({"num_frames": 1}), "/num_frames"),
        ("i2v", json!({"num_frames": 165}), "/num_frames"),
        ("i2v", json!({"fps": 4}), ""),
        ("i2v", json!({"fps": 60}), ""),
        ("i2v", json!({"fps": 3}), "/fps"),
        ("i2v", json!({"fps": 61}), "/fps"),
        ("i2v", size(1280, 720), ""),
        ("i2v", size(128, 128), ""),
        ("i2v", size(1280, 736), "/width"),
        ("i2v", size(1296, 128), "/width"),
        ("i2v", size(128, 112), "/height"),
        ("i2v", size(832, 488), "/height"),
        ("qwen", size(1600, 992), ""),
        ("qwen", size(1600, 1024), "/width"),
        ("qwen", size(848, 512), "/width"),
        ("qwen", size(96, 512), "/width"),
        ("qwen", json!({"model": "edit"}), ""),
        ("qwen", json!({"model": "2510"}), "/model"),
        ("qwen", json!({"model": 2511}), "/model"),
        ("upscale", json!({"scale": 4}), ""),
        ("upscale", json!({"scale": 3}), "/scale"),
        ("upscale", json!({"scale": "2"}), "/scale"),
        ("upscale", json!({"prompt": "p"}), "/prompt"),
    ]);
    cases
}

/// What a refusal at `pointer` says of the limit, one of these.
fn limits(workflow: &str, pointer: &str) -> &'static [&'static str] {
    match (workflow, pointer) {
        ("upscale", "/prompt") => &["it has input_image, scale, seed, workflow, priority, parent_id"],
        (_, "/prompt") => &["text of 1 to 500 characters"],
        (_, "/negative_prompt") => &["at most 500 characters", "left out when cfg_scale is 1"],
        (_, "/num_inference_steps") => &["from 1 to 100"],
        (_, "/cfg_scale") => &["from 0.1 to 20"],
        (_, "/seed") => &["from 0 to 4294967295"],
        (_, "/preset") => &[r#""lightning" or "quality""#],
        (_, "/priority") => &[r#""high", "normal" or "low""#],
        ("i2v", "/workflow") => &[r#"must be "i2v""#],
        ("qwen", "/workflow") => &[r#"must be "qwen""#],
        (_, "/num_frames") => &["from 5 to 161"],
        (_, "/fps") => &["from 4 to 60"],
        ("i2v", "/width" | "/height") => &["from 128 to 1280", "at most 921600 pixels"],
        (_, "/width" | "/height") => &["from 128 to 12480", "at most 1600000 pixels"],
        (_, "/model") => &[r#""2511", "2509" or "edit""#],
        (_, "/scale") => &["2 or 4"],
        ("i2v", _) => &["it has input_image, end_image, prompt, "],
        _ => &["it has edit_image, prompt, "],
    }
}

fn good(workflow: &str) -> Value {
    let picture = base64(&png(16, 16));
    match workflow {
        "i2v" => json!({"prompt": "p", "input_image": picture}),
        "qwen" => json!({"prompt": "p", "edit_image": picture}),
        _ => json!({"input_image": picture}),
    }
}

async fn changed(world: &World, workflow: &str, change: &Value) -> reqwest::Response {
    let mut body = good(workflow);
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    world.post(&format!("/api/workflows/{workflow}"), &body).await
}

#[tokio::test]
async fn every_limit_of_a_parameter_passes_and_one_beyond_does_not() {
    let world = World::start().await;
    for (workflow, change, pointer) in parameters() {
        let response = changed(&world, workflow, &change).await;
        if pointer.is_empty() {
            assert_eq!(response.status(), 202, "{workflow} {change}");
            continue;
        }
        let refused = problem(response).await;
        assert!(refused.starts_with("422 validation_failed: "), "{workflow} {change}: {refused}");
        let field = pointer.trim_start_matches('/');
        let sentence = refused.lines().nth(1).unwrap();
        assert!(sentence.starts_with(&format!("{pointer}: ")), "{workflow} {change}: {refused}");
        assert!(sentence.contains(field) || field.contains('~'), "{workflow} {change}: {refused}");
        let told = limits(workflow, pointer).iter().any(|limit| sentence.contains(limit));
        assert!(told, "{workflow} {change} is refused without the limit: {refused}");
        assert_eq!(refused.lines().count(), 2, "{workflow} {change}: only what is wrong is told: {refused}");
    }
}

/// A PNG of zeros in one bit a pixel: a few kilobytes, however large it says it is.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut file, width, height);
    encoder.set_color(::png::ColorType::Grayscale);
    encoder.set_depth(::png::BitDepth::One);
    let rows = vec![0; width.div_ceil(8) as usize * height as usize];
    encoder.write_header().unwrap().write_image_data(&rows).unwrap();
    file
}

/// Files that are no good pictures, with the status that they are refused with.
fn bad_files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let jpeg = picture(64, 64, ImageFormat::Jpeg);
    let webp = picture(64, 64, ImageFormat::WebP);
    let mut damaged = png(64, 64);
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xff;
    let mut large = png(16, 16);
    large.resize(10 * 1024 * 1024 + 1, 0);
    vec![
        ("nothing", Vec::new(), "422 image_unreadable"),
        ("a text", b"cat.png".to_vec(), "422 image_unreadable"),
        ("an SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "422 image_unreadable"),
        ("a GIF", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), "422 image_unreadable"),
        ("a GIF that is an archive of classes", b"GIF89aPK\x03\x04".to_vec(), "422 image_unreadable"),
        ("a page", b"<!doctype html><script>alert(1)</script>".to_vec(), "422 image_unreadable"),
        ("a damaged PNG", damaged, "422 image_unreadable"),
        ("half a PNG", png(64, 64)[..90].to_vec(), "422 image_unreadable"),
        ("half a JPEG", jpeg[..jpeg.len() / 2].to_vec(), "422 image_unreadable"),
        ("half a WebP", webp[..webp.len() / 2].to_vec(), "422 image_unreadable"),
        ("a bomb", bomb(12_000, 12_000), "413 image_too_large"),
        ("a line", bomb(1, 65_535), "413 image_too_large"),
        ("one column too many", bomb(8_193, 1), "413 image_too_large"),
        ("one row of pixels too many", bomb(8_000, 5_001), "413 image_too_large"),
        ("a byte too many", large, "413 image_too_large"),
    ]
}

#[tokio::test]
async fn a_file_that_is_no_good_picture_is_refused_wherever_it_is_sent() {
    let world = World::start().await;
    for (what, file, refusal) in bad_files() {
        let begun = Instant::now();
        let upload = world.request("POST", "/api/images").header("content-type", "image/png");
        let refused = problem(upload.body(file.clone()).send().await.unwrap()).await;
        assert!(refused.starts_with(refusal) && refused.contains("\n/image: image "), "{what}: {refused}");
        assert!(!refused.contains(['{', '"', '`']), "{what}: only what people understand is told: {refused}");
        // Decoded, the largest one would take seconds here.
        assert!(begun.elapsed() < Duration::from_secs(2), "{what}");
        let form = form(&json!({"prompt": "p"}), &[("edit_image", png(8, 8)), ("edit_image", file.clone())]);
        let refused = world.request("POST", "/api/workflows/qwen").multipart(form).send().await.unwrap();
        let refused = problem(refused).await;
        assert!(refused.starts_with(refusal) && refused.contains("\n/edit_image/1: "), "{what}: {refused}");
        if file.len() < 5 * 1024 * 1024 {
            let refused =
                problem(changed(&world, "upscale", &json!({"input_image": base64(&file)})).await).await;
            assert!(
                refused.starts_with(refusal) && refused.contains("\n/input_image: "),
                "{what}: {refused}"
            );
        }
    }
    for value in [
        json!(null),
        json!([]),
        json!(7),
        json!({"url": "http://127.0.0.1/x.png"}),
        json!("http://127.0.0.1/x.png"),
        json!("data:image/png,raw"),
    ] {
        let refused = problem(changed(&world, "qwen", &json!({"edit_image": value})).await).await;
        assert!(refused.starts_with("422 validation_failed: edit_image "), "{value}: {refused}");
    }
    let four = vec![base64(&png(8, 8)); 4];
    let refused = problem(changed(&world, "qwen", &json!({"edit_image": four})).await).await;
    assert!(
        refused.starts_with("422 validation_failed: edit_image takes at most 3 pictures, not 4"),
        "{refused}"
    );
    assert_eq!(changed(&world, "qwen", &json!({"edit_image": four[..3]})).await.status(), 202);
}

/// Keys of jobs, lanes, references and whatever else a request makes.
async fn keys(world: &World) -> Vec<String> {
    let mut redis = world.connection().await;
    let mut keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut redis).await.unwrap();
    // What a replica writes of itself, whether or not anybody asks it for anything.
    let of_replicas = ["session", "judge", "replica:", "counters", "figures", "mail:"];
    keys.retain(|key| !of_replicas.iter().any(|name| key.starts_with(&format!("spool:{{0}}:{name}"))));
    keys
}

#[tokio::test]
async fn a_refused_request_leaves_no_key_and_no_file() {
    let world = World::start().await;
    for (workflow, change, pointer) in parameters() {
        if !pointer.is_empty() {
            assert!(changed(&world, workflow, &change).await.status().is_client_error());
        }
    }
    for (_, file, _) in bad_files() {
        let upload = world.request("POST", "/api/images").header("content-type", "image/png").body(file);
        assert!(upload.send().await.unwrap().status().is_client_error());
    }
    for (method, path) in [
        ("POST", "/api/workflows/t2v"),
        ("PUT", "/api/workflows/i2v"),
        ("POST", "/api/workflows/i2v"),
        ("DELETE", "/api/images/x"),
        ("POST", "/api/jobs/x/retry"),
        ("GET", "/api/jobs/x/config"),
        ("GET", "/api/jobs/x/preview"),
        ("GET", "/api/jobs/x/inputs/0/thumbnail"),
        ("GET", "/api/jobs/x/outputs/0/thumbnail"),
        ("GET", "/api/agents/x"),
        ("POST", "/api/agents/x/drain"),
    ] {
        let refused = problem(world.request(method, path).send().await.unwrap()).await;
        assert!(refused.starts_with('4'), "{method} {path}: {refused}");
    }
    sweep_once(&world.app.store, &world.app.storage, Duration::ZERO).await.unwrap();
    assert_eq!(keys(&world).await, Vec::<String>::new());
    let objects = world.folder().join("data/objects");
    let left = std::fs::read_dir(&objects).unwrap().flatten().map(|entry| entry.file_name());
    let left: Vec<_> = left.filter(|name| name != "sessions").collect();
    assert!(
        left.iter().all(|name| std::fs::read_dir(objects.join(name)).unwrap().next().is_none()),
        "{left:?}"
    );
}

/// As if the time of every request were over, and after the sweeper: every key with how much is in it, every file.
async fn settled(world: &World) -> (Vec<String>, Vec<String>) {
    let mut redis = world.connection().await;
    let refs = "spool:{0}:refs";
    let held: Vec<String> =
        redis::cmd("ZRANGE").arg(refs).arg(0).arg(-1).query_async(&mut redis).await.unwrap();
    for hash in held {
        let () = redis::cmd("ZADD").arg(refs).arg(1).arg(hash).query_async(&mut redis).await.unwrap();
    }
    sweep_once(&world.app.store, &world.app.storage, Duration::ZERO).await.unwrap();
    let mut sizes = Vec::new();
    for key in keys(world).await {
        let kind: String = redis::cmd("TYPE").arg(&key).query_async(&mut redis).await.unwrap();
        let command = match &*kind {
            "stream" => "XLEN",
            "zset" => "ZCARD",
            "set" => "SCARD",
            "hash" => "HLEN",
            _ => "STRLEN",
        };
        let size: u64 = redis::cmd(command).arg(&key).query_async(&mut redis).await.unwrap();
        sizes.push(format!("{key}: {size}"));
    }
    sizes.sort();
    (sizes, crate::sweep::files(world))
}

#[tokio::test]
async fn a_request_refused_after_its_pictures_were_stored_leaves_no_key_and_no_file_either() {
    let keys = ["alice", "bob", "carol"].map(|name| (name, name, "submit"));
    let world = World::with_keys(&keys, &["--queue-limit-per-key", "1", "--queue-limit", "2"]).await;
    let submit = async |who: &str, key: &str, side: u32| {
        let request = world.asked_by(who, "POST", "/api/workflows/upscale").header("Idempotency-Key", key);
        request.json(&json!({"input_image": base64(&png(side, side))})).send().await.unwrap()
    };
    // A new picture, which the request brings into the storage, and one that jobs have, which must stay there.
    let leaves_nothing = async |who: &str, key: &str, sides: &[u32], refusal: &str| {
        let before = settled(&world).await;
        for side in sides {
            let refused = problem(submit(who, key, *side).await).await;
            assert!(refused.starts_with(refusal), "{who} {key}: {refused}");
        }
        assert_eq!(crate::sweep::files(&world).len(), before.1.len() + 1, "{who} {key}: it was stored");
        assert_eq!(settled(&world).await, before, "{who} {key}");
    };
    assert_eq!(submit("alice", "first", 8).await.status(), 202);
    leaves_nothing("alice", "first", &[9], "422 idempotency_key_reused: ").await;
    leaves_nothing("alice", "second", &[8, 9], "429 queue_full: 1 jobs of this key wait already").await;
    assert_eq!(submit("bob", "first", 8).await.status(), 202);
    leaves_nothing("carol", "first", &[8, 9], "429 queue_full: 2 jobs wait already").await;
    let before = settled(&world).await;
    // A folder where the file should go: the storage takes the first picture of a request and not the second.
    let stored = world.app.pictures.validate(png(10, 10).into()).await.unwrap();
    let in_the_way = world.folder().join("data/objects/inputs").join(stored.sha256);
    std::fs::create_dir_all(in_the_way.join("x")).unwrap();
    let body = json!({"prompt": "p", "edit_image": [base64(&png(9, 9)), base64(&png(10, 10))]});
    let broken = world.asked_by("carol", "POST", "/api/workflows/qwen").json(&body).send().await.unwrap();
    assert!(problem(broken).await.starts_with("503 unavailable: the storage of files"));
    std::fs::remove_dir_all(in_the_way).unwrap();
    assert_eq!(settled(&world).await, before, "a picture that could not be stored");
}
