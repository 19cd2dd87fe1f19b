//! The one cookie there is: it says which login a browser has, and nothing else.

use std::time::Duration;

use actix_web::http::header::{self, HeaderMap, HeaderValue};

pub(super) const NAME: &str = "spool_session";

/// The value that a browser sent.
pub(super) fn of(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == NAME).then_some(value)
    })
}

/// Gives it to a browser. Scripts never see it, and no other site's page can make the browser send it.
pub(super) fn set(value: &str, life: Duration, secure: bool) -> HeaderValue {
    header(value, life.as_secs(), secure)
}

/// Takes it away.
pub(super) fn clear(secure: bool) -> HeaderValue {
    header("", 0, secure)
}

fn header(value: &str, seconds: u64, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{NAME}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    // Hexadecimal digits and fixed words are always a header.
    let mut header = HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""));
    header.set_sensitive(true);
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        assert_eq!(of(&headers), None);
        headers.append(header::COOKIE, HeaderValue::from_static("theme=dark; xspool_session=1"));
        headers.append(header::COOKIE, HeaderValue::from_static("a=b;spool_session=abc ; c"));
        assert_eq!(of(&headers), Some("abc"));
    }

    #[test]
    fn the_cookie_is_for_this_site_and_not_for_scripts() {
        let day = Duration::from_hours(24);
        assert_eq!(
            set("abc", day, true),
            "spool_session=abc; Path=/; Max-Age=86400; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(clear(false), "spool_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    }
}
