//! What a check found: a line each.

use std::fmt::Write as _;

use serde::Serialize;

/// Whether something works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Ok,
    Fails,
    /// It does not apply here, or needs something that fails.
    Skipped,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    pub check: String,
    pub verdict: Verdict,
    /// What was found.
    pub detail: String,
    /// What helps.
    pub hint: Option<String>,
}

impl Line {
    #[must_use]
    pub fn ok(check: &str, detail: String) -> Self {
        Self { check: check.into(), verdict: Verdict::Ok, detail, hint: None }
    }

    #[must_use]
    pub fn fails(check: &str, detail: String, hint: &str) -> Self {
        let hint = Some(hint.to_owned()).filter(|hint| !hint.is_empty());
        Self { check: check.into(), verdict: Verdict::Fails, detail, hint }
    }

    #[must_use]
    pub fn skipped(check: &str, detail: String) -> Self {
        Self { check: check.into(), verdict: Verdict::Skipped, detail, hint: None }
    }
}

/// Everything that was looked at, in order.
#[derive(Debug)]
pub struct Report(pub Vec<Line>);

impl Report {
    /// Whether nothing fails.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.failures() == 0
    }

    /// For people: a line each and one that sums up.
    #[must_use]
    pub fn text(&self) -> String {
        let width = self.0.iter().map(|line| line.check.chars().count()).max().unwrap_or_default();
        let mut text = String::new();
        for Line { check, verdict, detail, hint } in &self.0 {
            let word = match verdict {
                Verdict::Ok => "ok",
                Verdict::Fails => "fails",
                Verdict::Skipped => "skipped",
            };
            let detail = detail.trim_end_matches('.');
            let hint = hint.as_ref().map(|hint| format!(". {hint}")).unwrap_or_default();
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{word:<7}  {check:<width$}  {detail}{hint}");
        }
        text + &match self.failures() {
            0 => "This node is ready.\n".to_owned(),
            1 => "1 check fails.\n".to_owned(),
            failures => format!("{failures} checks fail.\n"),
        }
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> String {
        let value = serde_json::json!({ "ok": self.is_fine(), "checks": &self.0 });
        format!("{value:#}\n")
    }

    fn failures(&self) -> usize {
        self.0.iter().filter(|line| line.verdict == Verdict::Fails).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        Report(vec![
            Line::ok("settings", "ws://127.0.0.1:8080".into()),
            Line::fails("tcp", "nobody listens.".into(), "Start the API."),
            Line::skipped("auth", "it needs tcp".into()),
        ])
    }

    #[test]
    fn people_read_a_line_for_each_check_and_a_sum() {
        let wanted = "ok       settings  ws://127.0.0.1:8080\n\
                      fails    tcp       nobody listens. Start the API.\n\
                      skipped  auth      it needs tcp\n\
                      1 check fails.\n";
        assert_eq!(report().text(), wanted);
        assert!(!report().is_fine());
        assert_eq!(Report(vec![]).text(), "This node is ready.\n");
    }

    #[test]
    fn programs_read_the_same_as_json() {
        let value: serde_json::Value = serde_json::from_str(&report().json()).unwrap();
        assert_eq!(value["ok"], false);
        assert_eq!(value["checks"][1]["verdict"], "fails");
        assert_eq!(value["checks"][1]["hint"], "Start the API.");
        assert_eq!(value["checks"][2]["hint"], serde_json::Value::Null);
    }
}
