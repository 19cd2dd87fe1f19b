//! A submit as one JSON object, its pictures as base64 text or by the ids of uploads.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;
use serde_json::{Map, Value};
use spool_shared::workflow::{Field, Kind, PICTURE, Violation, ViolationCode, Workflow};

use super::{
    super::problem::{Code, Problem},
    body::{Submission, too_many},
    pictures::{SentPicture, Source},
    values,
};
use crate::store::{ImageId, InvalidImageId};

/// The standard alphabet, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Parses the body and decodes the text of its pictures.
pub(super) fn parse(workflow: Workflow, body: &[u8]) -> Result<Submission, Problem> {
    Ok(take_pictures(workflow, object(body)?))
}

/// Reads a JSON object.
pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    let malformed = |what: String| Problem::new(Code::MalformedBody, what);
    match values::parse(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(malformed("the body must be one JSON object".into())),
        Err(refused) => Err(malformed(refused.to_string())),
    }
}

/// Separates the pictures from the parameters.
pub(super) fn take_pictures(workflow: Workflow, mut fields: Map<String, Value>) -> Submission {
    let mut submission = Submission::default();
    for field in workflow.pictures() {
        let name = field.name;
        match fields.remove(name) {
            None | Some(Value::Null) => {}
            Some(Value::Array(list)) => take_list(&mut submission, field, &list),
            Some(value) => take_one(&mut submission, field, format!("/{name}"), &value),
        }
    }
    submission.fields = fields;
    submission
}

fn take_list(submission: &mut Submission, field: &'static Field, list: &[Value]) {
    let name = field.name;
    match field.kind {
        Kind::Pictures(limits) if list.len() > limits.max as usize => {
            submission.violations.push(too_many(field, list.len()));
        }
        Kind::Pictures(limits) if limits.max > 1 => {
            for (index, value) in list.iter().enumerate() {
                take_one(submission, field, format!("/{name}/{index}"), value);
            }
        }
        _ => {
            let message = format!("{name} must be one picture, not a list");
            submission.violations.push(Violation::new(name, ViolationCode::WrongType, message));
        }
    }
}

fn take_one(submission: &mut Submission, field: &'static Field, pointer: String, value: &Value) {
    let name = field.name;
    let source = match value {
        Value::String(text) => decoded(name, text).map(Source::File),
        Value::Object(named) => image_id(name, named).map(Source::Image),
        _ => {
            let message =
                format!("{name} must be a picture as base64 text, as a data URL or as {{\"image_id\": …}}");
            Err((ViolationCode::WrongType, message))
        }
    };
    match source {
        Ok(source) => submission.pictures.push(SentPicture { field, pointer, source }),
        Err((ViolationCode::TooLarge, message)) => {
            submission.too_large.push(Violation { pointer, code: ViolationCode::TooLarge, message });
        }
        Err((code, message)) => submission.violations.push(Violation { pointer, code, message }),
    }
}

/// Reads `{"image_id": …}`. A text that is no id names no picture.
fn image_id(name: &str, named: &Map<String, Value>) -> Result<ImageId, (ViolationCode, String)> {
    if let (Some(Value::String(id)), 1) = (named.get("image_id"), named.len()) {
        let unknown = |_: InvalidImageId| format!("{name} names a picture by an image_id that is none");
        return id.parse().map_err(|error| (ViolationCode::UnknownImage, unknown(error)));
    }
    let message = format!("{name} must name an uploaded picture as {{\"image_id\": …}} and nothing else");
    Err((ViolationCode::WrongType, message))
}

fn decoded(name: &str, text: &str) -> Result<Bytes, (ViolationCode, String)> {
    let text = match text.strip_prefix("data:").map(|url| url.split_once(',')) {
        None => text,
        Some(Some((head, data))) if head.ends_with(";base64") => data,
        Some(_) => {
            let message = format!("{name} must be a data URL with base64 text: data:image/png;base64,…");
            return Err((ViolationCode::Unreadable, message));
        }
    };
    if text.len() > PICTURE.max_bytes {
        let (max, length) = (PICTURE.max_bytes, text.len());
        let message = format!("{name} may have at most {max} characters of base64 text, not {length}");
        return Err((ViolationCode::TooLarge, message));
    }
    // Some encoders wrap lines.
    let unwrapped: String;
    let text = if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        unwrapped = text.split_ascii_whitespace().collect();
        &unwrapped
    } else {
        text
    };
    BASE64.decode(text).map(Bytes::from).map_err(|_| {
        let message =
            format!("{name} must be a picture as base64 text or as a data URL; addresses are not fetched");
        (ViolationCode::Unreadable, message)
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;

    fn submission(workflow: Workflow, body: &Value) -> Submission {
        parse(workflow, body.to_string().as_bytes()).unwrap()
    }

    fn bytes(submission: &Submission) -> Vec<(&str, &[u8])> {
        let files = submission.pictures.iter().map(|sent| match &sent.source {
            Source::File(bytes) => (sent.pointer.as_str(), bytes.as_ref()),
            Source::Image(_) => (sent.pointer.as_str(), b"".as_slice()),
        });
        files.collect()
    }

    #[test]
    fn base64_is_read_bare_wrapped_unpadded_and_from_data_urls() {
        for text in [
            "aGVsbG8=",
            "aGVsbG8",
            "aGVs\r\nbG8=\n",
            "data:image/png;base64,aGVsbG8=",
            "data:;base64,aGVsbG8",
        ] {
            let submission = submission(Workflow::Upscale, &json!({"input_image": text, "scale": 2}));
            assert_eq!(bytes(&submission), [("/input_image", b"hello".as_slice())], "{text}");
            assert_eq!(submission.fields.keys().collect::<Vec<_>>(), ["scale"]);
        }
    }

    #[test]
    fn edit_images_are_one_or_a_list() {
        let one = submission(Workflow::Qwen, &json!({"edit_image": "YQ=="}));
        assert_eq!(bytes(&one), [("/edit_image", b"a".as_slice())]);
        let list = submission(Workflow::Qwen, &json!({"edit_image": ["YQ==", "Yg==", "Yw=="]}));
        let pointers: Vec<_> = bytes(&list).into_iter().map(|(pointer, _)| pointer).collect();
        assert_eq!(pointers, ["/edit_image/0", "/edit_image/1", "/edit_image/2"]);
        let four = submission(Workflow::Qwen, &json!({"edit_image": ["YQ==", "YQ==", "YQ==", "YQ=="]}));
        assert_snapshot!(four.violations[0].message, @"edit_image takes at most 3 pictures, not 4");
    }

    #[test]
    fn what_is_no_base64_is_named_where_it_stands() {
        let body = json!({"input_image": ["YQ=="], "end_image": "https://example.com/cat.png"});
        let sent = submission(Workflow::I2v, &body);
        let lines: Vec<_> = sent.violations.iter().map(|v| format!("{} {}", v.pointer, v.message)).collect();
        assert_snapshot!(lines.join("\n"), @r"
        /input_image input_image must be one picture, not a list
        /end_image end_image must be a picture as base64 text or as a data URL; addresses are not fetched
        ");
        let sent = submission(Workflow::Qwen, &json!({"edit_image": ["YQ==", 7, "data:image/png,raw"]}));
        let lines: Vec<_> = sent.violations.iter().map(|v| format!("{} {}", v.pointer, v.message)).collect();
        assert_snapshot!(lines.join("\n"), @r#"
        /edit_image/1 edit_image must be a picture as base64 text, as a data URL or as {"image_id": …}
        /edit_image/2 edit_image must be a data URL with base64 text: data:image/png;base64,…
        "#);
    }

    #[test]
    fn an_uploaded_picture_is_named_by_its_id_alone() {
        let id = format!("{}.6", "0a".repeat(32));
        let sent = submission(Workflow::Qwen, &json!({"edit_image": ["YQ==", {"image_id": id}]}));
        assert!(matches!(&sent.pictures[1].source, Source::Image(named) if named.to_string() == id));
        let wrong =
            [json!({}), json!({"image_id": 7}), json!({"image_id": id, "x": 1}), json!({"image_id": "x"})];
        let sentences = wrong.map(|value| {
            let sent = submission(Workflow::Upscale, &json!({"input_image": value}));
            format!("{} {}", sent.violations[0].pointer, sent.violations[0].message)
        });
        assert_snapshot!(sentences.join("\n"), @r#"
        /input_image input_image must name an uploaded picture as {"image_id": …} and nothing else
        /input_image input_image must name an uploaded picture as {"image_id": …} and nothing else
        /input_image input_image must name an uploaded picture as {"image_id": …} and nothing else
        /input_image input_image names a picture by an image_id that is none
        "#);
    }

    #[test]
    fn ten_mebibytes_of_text_pass_and_one_more_does_not() {
        let text = "A".repeat(PICTURE.max_bytes);
        for text in [text.clone(), format!("data:image/jpeg;base64,{text}")] {
            let sent = submission(Workflow::Upscale, &json!({"input_image": text}));
            assert_eq!(sent.pictures.len(), 1);
        }
        let sent = submission(Workflow::Upscale, &json!({"input_image": text + "A"}));
        assert_snapshot!(sent.too_large[0].message, @"input_image may have at most 10485760 characters of base64 text, not 10485761");
    }

    #[test]
    fn a_body_that_is_no_json_object_says_what_is_wrong_with_it() {
        let refused = |body: &[u8]| parse(Workflow::I2v, body).expect_err("malformed").detail;
        assert_snapshot!(refused(b"{\"cfg_scale\": NaN}"), @"the body is not valid JSON: expected value at line 1 column 15");
        assert_snapshot!(refused(b"{\"cfg_scale\": 1e999}"), @"the body is not valid JSON: number out of range at line 1 column 19");
        assert_snapshot!(refused(b"[1]"), @"the body must be one JSON object");
        assert_snapshot!(refused(b""), @"the body is not valid JSON: EOF while parsing a value at line 1 column 0");
        assert_snapshot!(refused(b"\xff\xfe"), @"the body is not valid JSON: expected value at line 1 column 1");
        assert_snapshot!(refused("[".repeat(100_000).as_bytes()), @"the body is not valid JSON: recursion limit exceeded at line 1 column 128");
    }
}
