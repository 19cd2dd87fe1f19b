//! What of a request decides its requirement class and its length, for who asks before there is a request.

use serde_json::{Map, Value};

use super::{Field, FieldDefault, Size, Violation, Workflow};
use crate::class::Class;

/// Where the size follows from a picture, and there is none yet: the size that Wan 2.2 was released for.
const USUAL: Size = Size::new(832, 480);

impl Workflow {
    /// The parameters that decide the class, or how much there is to do within it.
    pub fn deciding(self) -> impl Iterator<Item = &'static Field> {
        let names: &[&str] = match self {
            Self::I2v => &["width", "height", "num_frames", "preset"],
            Self::Qwen => &["model", "preset", "width", "height"],
            Self::Upscale => &["scale"],
        };
        self.fields().iter().filter(|field| names.contains(&field.name))
    }

    /// The class of a request with these of its [`deciding`](Self::deciding) parameters; the others have their
    /// defaults. They are read as those of a request are, and everything that is wrong with them is told at once.
    pub fn class_of(self, given: &Map<String, Value>) -> Result<Class, Vec<Violation>> {
        let mut raw = given.clone();
        // What must be there and decides nothing: the prompt.
        for field in self.fields().iter().filter(|field| field.default == FieldDefault::Required) {
            raw.insert(field.name.to_owned(), "-".into());
        }
        Ok(self.read(&raw)?.resolve(&[USUAL], 0)?.class())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn class(workflow: Workflow, given: &Value) -> Result<String, Vec<String>> {
        let class = workflow.class_of(given.as_object().unwrap());
        let wrong = |violations: Vec<Violation>| violations.into_iter().map(|each| each.pointer).collect();
        class.map(|class| class.to_string()).map_err(wrong)
    }

    #[test]
    fn what_is_not_told_has_the_defaults_of_a_request() {
        for (workflow, expected) in [
            (Workflow::I2v, "i2v.480p.81.lightning"),
            (Workflow::Qwen, "qwen.2511.lightning"),
            (Workflow::Upscale, "upscale.2x"),
        ] {
            assert_eq!(class(workflow, &json!({})).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn the_class_changes_at_the_borders_of_the_table_and_the_limits_are_those_of_a_request() {
        let i2v = |width: i64, height: i64, frames: i64| {
            class(Workflow::I2v, &json!({"width": width, "height": height, "num_frames": frames}))
        };
        assert_eq!(i2v(832, 480, 81).as_deref(), Ok("i2v.480p.81.lightning"));
        assert_eq!(i2v(832, 496, 81).as_deref(), Ok("i2v.720p.81.lightning"));
        assert_eq!(i2v(832, 480, 85).as_deref(), Ok("i2v.480p.161.lightning"));
        assert_eq!(i2v(1280, 720, 161).as_deref(), Ok("i2v.720p.161.lightning"));
        assert_eq!(i2v(1280, 736, 165), Err(vec!["/width".to_owned(), "/num_frames".to_owned()]));
        assert_eq!(class(Workflow::I2v, &json!({"width": 832})), Err(vec!["/height".to_owned()]));
        assert_eq!(
            class(Workflow::Qwen, &json!({"model": "edit", "preset": "quality"})).as_deref(),
            Ok("qwen.edit.quality")
        );
        assert_eq!(class(Workflow::Upscale, &json!({"scale": 4})).as_deref(), Ok("upscale.4x"));
        assert_eq!(class(Workflow::Upscale, &json!({"scale": 3})), Err(vec!["/scale".to_owned()]));
    }

    #[test]
    fn every_name_of_the_list_is_a_parameter() {
        let counts = Workflow::ALL.map(|workflow| workflow.deciding().count());
        assert_eq!(counts, [4, 4, 1]);
    }
}
