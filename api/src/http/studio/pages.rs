//! Which addresses are pages and files of the studio.

use actix_web::{
    dev::RequestHead,
    http::{Method, header},
};

/// Where the studio is opened.
pub(super) const PATTERNS: [&str; 8] =
    ["/", "/edit", "/upscale", "/jobs", "/gallery", "/gallery/{id}", "/fleet", "/settings"];
/// What is somebody else's, with all that is below.
const NOT_OURS: [&str; 5] = ["/api", "/assets", "/metrics", "/healthz", "/readyz"];
/// The page itself is never had as a file: what the server says in it would be missing.
const SHELL: &str = "index.html";

/// Whether anyone may ask for it: pages, for they show the form to sign in, and what they load, which is the same for
/// everyone. A way of writing with %-codes is never open, since the router reads another address out of it.
pub(in crate::http) fn is_open(path: &str) -> bool {
    let is_in = |folder: &str| path.strip_prefix(folder).is_some_and(is_plain);
    PATTERNS.contains(&path) || is_in("/gallery/") || is_in("/assets/") || root_file(path).is_some()
}

/// The name of a file in the studio's root, which has an ending, unlike every page.
pub(super) fn root_file(path: &str) -> Option<&str> {
    let name = path.strip_prefix('/')?;
    let is_file = is_plain(name) && name.contains('.') && !name.starts_with('.') && name != SHELL;
    is_file.then_some(name)
}

/// Whether somebody looks for a page that there is not, with a browser: the studio then says so. Programs hear it in
/// their own words, and so does everyone at an address that is not the studio's.
pub(in crate::http) fn is_visit(head: &RequestHead) -> bool {
    let path = head.uri.path();
    let is_below =
        |other: &&str| path.strip_prefix(*other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    matches!(head.method, Method::GET | Method::HEAD)
        && path.starts_with('/')
        && !path.contains('%')
        && !NOT_OURS.iter().any(is_below)
        && takes_html(head)
}

fn takes_html(head: &RequestHead) -> bool {
    let lines = head.headers.get_all(header::ACCEPT).filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|item| {
        let kind = item.split(';').next().unwrap_or_default();
        kind.trim().eq_ignore_ascii_case("text/html")
    })
}

fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    !name.is_empty() && name.bytes().all(plain)
}

/// The way from the folder that a page's address is in up to the root, as the server sees the address. Whatever a
/// proxy has cut off before it is not part of that way, so the studio works below any path.
pub(super) fn base(path: &str) -> String {
    match path.matches('/').count() {
        0 | 1 => "./".to_owned(),
        slashes => "../".repeat(slashes - 1),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn pages_and_what_they_load_are_open_in_their_plain_spelling_alone() {
        for path in [
            "/",
            "/edit",
            "/jobs",
            "/gallery",
            "/gallery/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00",
            "/settings",
            "/assets/index-BQk2x_1.js",
            "/boot.js",
            "/manifest.webmanifest",
        ] {
            assert!(is_open(path), "{path}");
        }
        for path in [
            "",
            "edit",
            "/edit/",
            "//",
            "//edit",
            "/gallery/",
            "/gallery/a/b",
            "/gallery/%2e",
            "/gallery/{id}/",
            "/assets/",
            "/assets/a/b",
            "/assets/../api/jobs",
            "/assets/%2e%2e",
            "/index.html",
            "/.env",
            "/debug",
            "/%62oot.js",
            "/a/boot.js",
            "/api/jobs",
            "/metrics",
        ] {
            assert!(!is_open(path), "{path}");
        }
    }

    #[test]
    fn the_root_is_as_many_folders_up_as_the_address_is_deep() {
        for (path, way) in [
            ("/", "./"),
            ("/edit", "./"),
            ("/edit/", "../"),
            ("/gallery/x", "../"),
            ("/a/b/c", "../../"),
            ("//x", "../"),
            ("", "./"),
        ] {
            assert_eq!(base(path), way, "{path}");
        }
    }

    fn visits(method: Method, path: &str, accept: &str) -> bool {
        let request = TestRequest::with_uri(path).method(method).insert_header((header::ACCEPT, accept));
        is_visit(request.to_http_request().head())
    }

    #[test]
    fn a_visit_reads_a_page_at_an_address_of_the_studio() {
        let browser = "application/xhtml+xml,Text/HTML;q=0.9,*/*;q=0.8";
        for path in ["/nothing", "/gallery/a/b", "/apis", "/metricsx", "/nothing?next=/api/jobs"] {
            assert!(visits(Method::GET, path, browser) && visits(Method::HEAD, path, browser), "{path}");
            assert!(!visits(Method::POST, path, browser), "{path}");
            assert!(!visits(Method::GET, path, "*/*") && !visits(Method::GET, path, "text/*"), "{path}");
        }
        for path in ["/api", "/api/", "/api/nothing", "/assets/x.js", "/metrics", "/healthz/x", "/%61pi/jobs"]
        {
            assert!(!visits(Method::GET, path, browser), "{path}");
        }
    }
}
