//! What `/api/config` and the OpenAPI document say of a workflow.

#![expect(clippy::unwrap_used, reason = "a broken expectation is a failed test")]

use serde_json::{Value, json};
use spool_shared::workflow::{PRIORITY_FIELD, Scale, Workflow, description, schema};

fn field<'a>(described: &'a Value, name: &str) -> &'a Value {
    let fields = described["fields"].as_array().unwrap();
    fields.iter().find(|field| field["name"] == name).unwrap()
}

#[test]
fn a_form_finds_limits_defaults_and_choices_of_each_field() {
    let i2v = description(Workflow::I2v);
    let steps = field(&i2v, "num_inference_steps");
    assert_eq!(steps["defaults"], json!({"lightning": 8, "quality": 40}));
    assert_eq!(
        json!([steps["type"], steps["default"], steps["minimum"], steps["maximum"], steps["step"]]),
        json!(["integer", 8, 1, 100, 1])
    );
    let cfg = field(&i2v, "cfg_scale");
    assert_eq!(
        json!([cfg["type"], cfg["default"], cfg["defaults"], cfg["minimum"], cfg["maximum"]]),
        json!(["number", 1.0, {"lightning": 1.0, "quality": 3.5}, 0.1, 20.0])
    );
    let frames = field(&i2v, "num_frames");
    assert_eq!(json!([frames["minimum"], frames["maximum"], frames["step"]]), json!([5, 161, 4]));
    assert_eq!(field(&i2v, "width")["default_from"], "picture");
    assert_eq!(field(&i2v, "seed")["default_from"], "random");
    assert_eq!(
        i2v["size"],
        json!({"multiple_of": 16, "min_side": 128, "max_side": 1280, "max_area": 921_600})
    );
    let qwen = description(Workflow::Qwen);
    assert_eq!(field(&qwen, "num_inference_steps")["defaults"], json!({"lightning": 4, "quality": 40}));
    assert_eq!(field(&qwen, "cfg_scale")["defaults"], json!({"lightning": 1.0, "quality": 4.0}));
    assert_eq!(field(&qwen, "model")["choices"], json!(["2511", "2509", "edit"]));
    let upscale = description(Workflow::Upscale);
    assert_eq!(field(&upscale, "scale")["choices"], json!(Scale::ALL.map(Scale::factor)));
}

#[test]
fn every_field_has_a_label_help_and_says_whether_it_is_required() {
    for workflow in Workflow::ALL {
        let described = description(workflow);
        for list in ["fields", "pictures"] {
            for field in described[list].as_array().unwrap() {
                for key in ["name", "label", "help", "type"] {
                    assert!(field[key].as_str().is_some_and(|text| !text.is_empty()), "{field} {key}");
                }
                assert!(field["required"].is_boolean(), "{field}");
                assert!(field.get("default").is_some(), "{field}");
            }
        }
    }
}

#[test]
fn the_schema_has_a_property_for_each_field_and_refuses_others() {
    for workflow in Workflow::ALL {
        let schema = schema(workflow, &[PRIORITY_FIELD]);
        let properties = schema["properties"].as_object().unwrap();
        assert_eq!(properties.len(), workflow.fields().len() + workflow.pictures().len() + 2);
        assert_eq!(properties["workflow"]["enum"], json!([workflow, null]), "null counts as absent");
        assert_eq!(schema["additionalProperties"], false);
    }
    let qwen = schema(Workflow::Qwen, &[]);
    assert_eq!(qwen["required"], json!(["edit_image", "prompt"]));
    assert_eq!(qwen["properties"]["edit_image"]["anyOf"][1]["maxItems"], 3);
    let picture = &schema(Workflow::Upscale, &[])["properties"]["input_image"]["oneOf"];
    assert_eq!(picture[1]["required"], json!(["image_id"]));
    let frames = &schema(Workflow::I2v, &[])["properties"]["num_frames"];
    assert_eq!(frames["enum"].as_array().unwrap().len(), 41, "40 lengths and null");
    assert_eq!(frames["default"], 81);
}
