//! Requests as people send them, and what becomes of them.

#![expect(clippy::expect_used, reason = "a broken expectation is a failed test")]

use insta::assert_snapshot;
use serde_json::{Map, Value, json};
use spool_shared::workflow::{Params, Size, Workflow, i2v, qwen};

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else { unreachable!("the tests write objects") };
    object
}

fn resolved(workflow: Workflow, raw: Value, pictures: &[Size]) -> Params {
    workflow.read(&object(raw)).expect("a valid request").resolve(pictures, 7).expect("fitting pictures")
}

fn sentences(workflow: Workflow, raw: Value) -> String {
    let violations = workflow.read(&object(raw)).expect_err("an invalid request");
    let lines = violations.iter().map(|v| format!("{} [{}] {}", v.pointer, v.code, v.message));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_bare_i2v_request_gets_the_defaults_of_lightning() {
    let params = resolved(Workflow::I2v, json!({"prompt": "a cat"}), &[Size::new(832, 480)]);
    assert_snapshot!(Value::Object(params.to_map()), @r#"{"cfg_scale":1.0,"end_image":false,"fps":16,"height":480,"num_frames":81,"num_inference_steps":8,"preset":"lightning","prompt":"a cat","seed":7,"width":832}"#);
    assert_snapshot!(params.class(), @"i2v.480p.81.lightning");
}

#[test]
fn a_bare_qwen_request_gets_the_defaults_of_lightning() {
    let params = resolved(Workflow::Qwen, json!({"prompt": "a hat"}), &[Size::new(640, 480)]);
    assert_snapshot!(Value::Object(params.to_map()), @r#"{"cfg_scale":1.0,"height":896,"model":"2511","num_inference_steps":4,"preset":"lightning","prompt":"a hat","seed":7,"width":1184}"#);
    assert_snapshot!(params.class(), @"qwen.2511.lightning");
}

#[test]
fn the_quality_preset_changes_steps_and_cfg_scale_but_not_what_was_given() {
    let raw =
        json!({"prompt": "p", "preset": "quality", "num_inference_steps": 12, "negative_prompt": "blur"});
    let map = resolved(Workflow::I2v, raw, &[Size::new(1, 1); 2]).to_map();
    assert_eq!((&map["num_inference_steps"], &map["cfg_scale"]), (&json!(12), &json!(3.5)));
    assert_eq!((&map["negative_prompt"], &map["end_image"]), (&json!("blur"), &json!(true)));
    let map =
        resolved(Workflow::Qwen, json!({"prompt": "p", "preset": "quality"}), &[Size::new(1, 1)]).to_map();
    assert_eq!((&map["num_inference_steps"], &map["cfg_scale"]), (&json!(40), &json!(4.0)));
}

#[test]
fn a_request_made_of_a_jobs_parameters_gives_the_same_parameters() {
    for (workflow, raw, pictures, fields) in [
        (
            Workflow::I2v,
            json!({"prompt": "p", "preset": "quality", "negative_prompt": "n"}),
            1,
            "input_image",
        ),
        (Workflow::I2v, json!({"prompt": "p", "num_frames": 5}), 2, "end_image input_image"),
        (Workflow::Qwen, json!({"prompt": "p", "model": "edit"}), 3, "edit_image"),
        (Workflow::Upscale, json!({"scale": 4}), 1, "input_image"),
    ] {
        let sizes = vec![Size::new(300, 200); pictures];
        let params = resolved(workflow, raw, &sizes);
        let sent = (0..pictures).map(|index| json!(index)).collect();
        let mut request = workflow.request_of(&params.to_map(), sent);
        let named: Vec<_> = workflow.pictures().iter().map(|field| field.name).collect();
        let taken: Vec<_> = request.keys().filter(|name| named.contains(&name.as_str())).cloned().collect();
        assert_eq!(taken.join(" "), fields, "{workflow}");
        request.retain(|name, _| !named.contains(&name.as_str()));
        assert_eq!(resolved(workflow, Value::Object(request), &sizes), params, "{workflow}");
    }
    let edit = Workflow::Qwen.request_of(&Map::new(), vec![json!("a"), json!("b")]);
    assert_eq!(edit["edit_image"], json!(["a", "b"]));
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let raw = json!({
        "prompt": "", "num_inference_steps": 101, "cfg_scale": "NaN", "width": 850, "num_frames": 80,
        "fps": 1.5, "preset": "fast", "frames/s~": 3, "seed": 4_294_967_296_u64,
    });
    assert_snapshot!(sentences(Workflow::I2v, raw), @r#"
    /frames~1s~0 [unknown_field] frames/s~ is not a field of this workflow; it has input_image, end_image, prompt, negative_prompt, preset, num_inference_steps, cfg_scale, width, height, num_frames, fps, seed, workflow, priority, parent_id
    /preset [not_a_choice] preset must be "lightning" or "quality", not the text "fast"
    /cfg_scale [wrong_type] cfg_scale must be a number from 0.1 to 20, not the text "NaN"
    /fps [wrong_type] fps must be a whole number from 4 to 60, written without a decimal point or an exponent, not 1.5
    /height [missing] height is required when width is given: give both, each a multiple of 16 from 128 to 1280, or neither
    /prompt [too_short] prompt must be text of 1 to 500 characters, not 0
    /num_inference_steps [out_of_range] num_inference_steps must be from 1 to 100, not 101
    /width [off_step] width must be a multiple of 16 from 128 to 1280, not 850; the nearest are 848 and 864
    /num_frames [off_step] num_frames must be 4n + 1 from 5 to 161, not 80; the nearest are 77 and 81
    /seed [out_of_range] seed must be from 0 to 4294967295, not 4294967296
    "#);
}

#[test]
fn fields_that_contradict_one_another_are_named() {
    let raw = json!({"prompt": "p", "negative_prompt": "blur", "width": 1280, "height": 736});
    assert_snapshot!(sentences(Workflow::I2v, raw), @"
    /width [out_of_range] width × height must be at most 921600 pixels, not 1280 × 736 = 942080
    /negative_prompt [conflict] negative_prompt must be left out when cfg_scale is 1: the engine ignores it there; set cfg_scale above 1 to use it
    ");
    let raw = json!({"prompt": "p", "height": 1280});
    assert_snapshot!(sentences(Workflow::Qwen, raw), @"/width [missing] width is required when height is given: give both, each a multiple of 32 from 128 to 12480, or neither");
    let raw = json!({"prompt": "p", "width": 1280, "height": 1280});
    assert_snapshot!(sentences(Workflow::Qwen, raw), @"/width [out_of_range] width × height must be at most 1600000 pixels, not 1280 × 1280 = 1638400");
}

#[test]
fn the_largest_frames_pass_in_both_orientations() {
    for (width, height) in [(1280, 720), (720, 1280), (960, 960), (128, 128)] {
        let raw = json!({"prompt": "p", "width": width, "height": height});
        let map = resolved(Workflow::I2v, raw, &[Size::new(10, 10)]).to_map();
        assert_eq!((&map["width"], &map["height"]), (&json!(width), &json!(height)));
    }
}

#[test]
fn an_empty_negative_prompt_is_none() {
    let raw = json!({"prompt": "p", "negative_prompt": ""});
    let map = resolved(Workflow::I2v, raw, &[Size::new(10, 10)]).to_map();
    assert!(!map.contains_key("negative_prompt"));
}

#[test]
fn unknown_fields_by_the_thousand_are_answered_with_fifty() {
    let raw = (0..10_000).map(|n| (format!("x{n}"), json!(n))).collect();
    assert_eq!(Workflow::Upscale.read(&raw).unwrap_err().len(), 50);
}

#[test]
fn an_upscaled_picture_stays_within_what_may_be_sent_in_again() {
    let request = |scale: u32| Workflow::Upscale.read(&object(json!({"scale": scale}))).unwrap();
    for (scale, fits, too_large) in [
        (2, Size::new(4096, 2441), Size::new(4096, 2442)),
        (4, Size::new(2048, 1220), Size::new(2049, 1)),
        (4, Size::new(1, 2048), Size::new(2000, 1251)),
    ] {
        assert!(request(scale).resolve(&[fits], 0).is_ok(), "{scale} {fits:?}");
        let violations = request(scale).resolve(&[too_large], 0).unwrap_err();
        assert_eq!(violations[0].pointer, "/scale");
    }
    let map = resolved(Workflow::Upscale, json!({}), &[Size::new(3, 3)]).to_map();
    assert_snapshot!(Value::Object(map), @r#"{"scale":2,"seed":7}"#);
}

/// Pictures with the sizes that are made of them where a request has none. The studio's tests read the same file.
#[derive(serde::Deserialize)]
struct Sizes {
    i2v: Vec<SizeOf>,
    qwen: Vec<SizeOf>,
}

#[derive(serde::Deserialize)]
struct SizeOf {
    picture: (u32, u32),
    size: (u32, u32),
}

#[test]
fn the_default_size_keeps_the_aspect_of_the_picture_as_in_the_file_that_the_studio_reads() {
    let sizes: Sizes =
        serde_json::from_str(include_str!("../../tests/fixtures/pictures/sizes.json")).expect("sizes");
    let check = |cases: &[SizeOf], default: fn(Size) -> Size| {
        for SizeOf { picture, size } in cases {
            let made = default(Size::new(picture.0, picture.1));
            assert_eq!(made, Size::new(size.0, size.1), "{picture:?}");
        }
    };
    check(&sizes.i2v, i2v::default_size);
    check(&sizes.qwen, qwen::default_size);
}

#[test]
fn a_default_size_always_passes_the_limits_of_a_given_one() {
    let sides = [1, 2, 7, 64, 100, 127, 480, 777, 1000, 1080, 1920, 4000, 8191, 8192];
    for (width, height) in sides.iter().flat_map(|width| sides.map(|height| (*width, height))) {
        for workflow in [Workflow::I2v, Workflow::Qwen] {
            let map = resolved(workflow, json!({"prompt": "p"}), &[Size::new(width, height)]).to_map();
            let raw = json!({"prompt": "p", "width": map["width"], "height": map["height"]});
            assert!(workflow.read(&object(raw.clone())).is_ok(), "{workflow} {width}×{height} {raw}");
        }
    }
}

#[test]
fn a_request_without_its_picture_says_which_one_is_missing() {
    let request = Workflow::Qwen.read(&object(json!({"prompt": "p"}))).unwrap();
    assert_snapshot!(request.resolve(&[], 0).unwrap_err()[0].message, @"edit_image is required: 1 to 3 pictures");
}

#[test]
fn requests_that_mean_the_same_have_one_canonical_text() {
    let read = |raw| Workflow::I2v.read(&object(raw)).unwrap().canonical();
    let bare = read(json!({"prompt": "p"}));
    assert_eq!(bare, read(json!({"seed": null, "cfg_scale": 1, "prompt": "p", "num_inference_steps": 8})));
    assert_ne!(bare, read(json!({"prompt": "p", "seed": 1})));
}
