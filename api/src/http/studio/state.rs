//! What the page is told at once, so that it need not ask first: the configuration, and who looks at it.

use std::time::Duration;

use actix_web::HttpRequest;
use serde::Serialize;
use tokio::time::timeout;

use super::super::{
    access,
    config::{self, ConfigView},
    session::{self, SessionView},
};
use crate::app::App;

/// A page is not kept waiting for the store: it can ask again.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Serialize)]
struct State<'a> {
    /// What `GET /api/config` answers.
    config: ConfigView,
    /// What `GET /api/session` answers; `null` where that is not known now.
    session: Option<SessionView<'a>>,
}

/// As JSON that can stand in a page.
pub(super) async fn of(app: &App, request: &HttpRequest) -> String {
    let caller = timeout(PATIENCE, access::caller(app, request)).await;
    let session = match &caller {
        Ok(Ok(caller)) => Some(session::told(app, caller.as_ref())),
        Ok(Err(_)) | Err(_) => None,
    };
    let state = State { config: config::view(&app.config), session };
    in_html(&serde_json::to_string(&state).unwrap_or_else(|_| "{}".to_owned()))
}

/// The same JSON in other letters: nothing in it can end the element that it stands in, or begin another one. Outside
/// of its texts JSON has none of these letters.
fn in_html(json: &str) -> String {
    let mut html = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            '<' => html.push_str("\\u003c"),
            '>' => html.push_str("\\u003e"),
            '&' => html.push_str("\\u0026"),
            '\u{2028}' => html.push_str("\\u2028"),
            '\u{2029}' => html.push_str("\\u2029"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn no_text_breaks_out_of_the_page_and_all_mean_the_same() {
        let value = json!({"</script><script>alert(1)</script>": "<!-- & \u{2028}\u{2029} ]]> \\u003c é"});
        let html = in_html(&value.to_string());
        assert!(!html.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{html}");
        assert_eq!(serde_json::from_str::<Value>(&html).unwrap(), value);
    }
}
