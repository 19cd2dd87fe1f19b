//! The studio as a browser is served it: a small one that stands in for what `web/` builds, and the real one.

use std::io::Read as _;

use reqwest::Response;
use serde_json::{Value, json};
use spool_api::http::Studio;

use crate::world::{World, problem};

const ALICE: (&str, &str, &str) = ("alice", "alice-secret", "submit");
const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const PAGES: [&str; 8] =
    ["/", "/edit", "/upscale", "/jobs", "/gallery", "/gallery/1f0d", "/fleet", "/settings"];

fn small() -> Studio {
    let page =
        "<!doctype html><head><meta charset=\"utf-8\"><!--spool--><script src=\"./boot.js\"></script></head>";
    Studio::of(&[
        ("index.html", page),
        ("boot.js", "boot()"),
        ("boot.js.br", "boot, as brotli"),
        ("favicon.svg", "<svg/>"),
        ("manifest.webmanifest", "{}"),
        ("assets/main-1a2b.js", "main()"),
        ("assets/main-1a2b.js.br", "main, as brotli"),
        ("assets/main-1a2b.js.gz", "main, as gzip"),
        ("assets/letters-3c.woff2", "letters"),
    ])
}

async fn asked(world: &World, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = headers
        .iter()
        .fold(world.request("GET", path), |request, (name, value)| request.header(*name, *value));
    request.send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// The root that the page names, and what the server told it.
fn told(page: &str) -> (String, Value) {
    let between = |text: &str, start: &str, end: &str| {
        text.split_once(start).unwrap().1.split_once(end).unwrap().0.to_owned()
    };
    let state = between(page, "id=\"spool-state\">", "</script>");
    (between(page, "<base href=\"", "\""), serde_json::from_str(&state).unwrap())
}

#[tokio::test]
async fn every_page_is_the_same_one_and_knows_its_root_the_limits_and_who_looks_at_it() {
    let world = World::start_with_studio(small()).await;
    let config: Value = world.get("/api/config").await.json().await.unwrap();
    let session: Value = world.get("/api/session").await.json().await.unwrap();
    for path in PAGES {
        let response = world.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-cache, private"),
            ("vary", "Cookie, Accept-Encoding"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(header(&response, name), value, "{path}");
        }
        let policy = header(&response, "content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{policy}");
        for never in ["strict-transport-security", "cross-origin-opener-policy"] {
            assert_eq!(header(&response, never), "", "{path}");
        }
        assert!(!policy.contains("upgrade-insecure-requests") && !policy.contains("unsafe-eval"), "{policy}");
        let (root, state) = told(&response.text().await.unwrap());
        assert_eq!(root, if path == "/gallery/1f0d" { "../" } else { "./" }, "{path}");
        assert_eq!(state, json!({"config": config, "session": session}), "{path}");
    }
    let head = world.request("HEAD", "/").send().await.unwrap();
    let whole = world.get("/").await.bytes().await.unwrap().len();
    assert_eq!((head.status().as_u16(), header(&head, "content-length")), (200, &*whole.to_string()));
}

#[tokio::test]
async fn a_page_that_the_browser_has_is_not_sent_again_until_another_looks_at_it() {
    let mut world = World::with_keys(&[ALICE], &[]).await;
    world.serve_studio(small()).await;
    let login = world.post("/api/session", &json!({"key": "alice-secret"})).await;
    let cookie = header(&login, "set-cookie").split(';').next().unwrap().to_owned();
    let nobody = world.get("/jobs").await;
    let etag = header(&nobody, "etag").to_owned();
    let (_, state) = told(&nobody.text().await.unwrap());
    assert_eq!(state["session"], json!({"keys": true, "name": null, "scopes": []}));
    let again = asked(&world, "/jobs", &[("if-none-match", &etag)]).await;
    assert_eq!((again.status().as_u16(), header(&again, "etag")), (304, &*etag));
    assert_eq!(header(&again, "cache-control"), "no-cache, private");
    assert_eq!(header(&again, "vary"), "Cookie, Accept-Encoding");
    let alice = asked(&world, "/jobs", &[("if-none-match", &etag), ("cookie", &cookie)]).await;
    assert_eq!(alice.status(), 200);
    let page = alice.text().await.unwrap();
    assert_eq!(told(&page).1["session"], json!({"keys": true, "name": "alice", "scopes": ["submit"]}));
    let login = cookie.split_once('=').unwrap().1;
    assert!(!page.contains("alice-secret") && !page.contains(login), "no secret is in the page");
}

#[tokio::test]
async fn the_page_is_compressed_for_who_takes_that() {
    let world = World::start_with_studio(small()).await;
    let plain = world.get("/").await;
    let tag = header(&plain, "etag").to_owned();
    let text = plain.text().await.unwrap();
    let packed = asked(&world, "/", &[("accept-encoding", "br, gzip")]).await;
    assert_eq!(header(&packed, "content-encoding"), "gzip");
    let packed_tag = header(&packed, "etag").to_owned();
    assert_ne!(packed_tag, tag);
    let bytes = packed.bytes().await.unwrap();
    let mut unpacked = String::new();
    flate2::read::GzDecoder::new(&*bytes).read_to_string(&mut unpacked).unwrap();
    assert_eq!(unpacked, text);
    let known = [("accept-encoding", "gzip"), ("if-none-match", &*packed_tag)];
    assert_eq!(asked(&world, "/", &known).await.status(), 304);
    let refused = asked(&world, "/", &[("accept-encoding", "gzip;q=0, br")]).await;
    assert_eq!((header(&refused, "content-encoding"), header(&refused, "etag")), ("", &*tag));
}

#[tokio::test]
async fn a_file_with_a_hash_is_kept_for_good_in_the_encoding_that_the_browser_likes_best() {
    let world = World::start_with_studio(small()).await;
    let path = "/assets/main-1a2b.js";
    let mut tags = Vec::new();
    for (accepted, encoding, body) in [
        ("", "", "main()"),
        ("gzip, br", "br", "main, as brotli"),
        ("gzip, br;q=0", "gzip", "main, as gzip"),
        ("gzip;q=0.1, br;q=0.01", "gzip", "main, as gzip"),
        ("identity;q=0, zstd", "", "main()"),
    ] {
        let response = asked(&world, path, &[("accept-encoding", accepted)]).await;
        assert_eq!(response.status(), 200, "{accepted}");
        assert_eq!(header(&response, "cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(header(&response, "content-type"), "text/javascript; charset=utf-8");
        assert_eq!(header(&response, "vary"), "Accept-Encoding");
        assert_eq!(header(&response, "content-encoding"), encoding, "{accepted}");
        let tag = header(&response, "etag").to_owned();
        assert_eq!(response.text().await.unwrap(), body, "{accepted}");
        let known = asked(&world, path, &[("accept-encoding", accepted), ("if-none-match", &tag)]).await;
        assert_eq!(known.status(), 304, "{accepted}");
        assert_eq!(header(&known, "cache-control"), "public, max-age=31536000, immutable");
        tags.push(tag);
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3, "each encoding has a tag of its own");
    let letters = asked(&world, "/assets/letters-3c.woff2", &[("accept-encoding", "br")]).await;
    assert_eq!((header(&letters, "content-type"), header(&letters, "content-encoding")), ("font/woff2", ""));
}

#[tokio::test]
async fn a_file_that_is_not_there_is_a_problem_for_everyone_and_never_the_page() {
    let world = World::start_with_studio(small()).await;
    for path in [
        "/assets/gone-1.js",
        "/assets/main-1a2b.js.br",
        "/assets/",
        "/assets",
        "/assets/../index.html",
        "/assets/%2e%2e/index.html",
        "/assets/a/b",
    ] {
        // As it stands: the library would shorten it.
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\nconnection: close\r\n\r\n"
        );
        let answer = crate::raw::exchange(&world, request.as_bytes()).await.to_ascii_lowercase();
        assert!(answer.starts_with("http/1.1 404 "), "{path} {answer}");
        assert!(answer.contains("\r\ncontent-type: application/problem+json\r\n"), "{path} {answer}");
        assert!(answer.contains("\r\ncache-control: no-store\r\n"), "{path} {answer}");
    }
    let refused = world.request("POST", "/assets/main-1a2b.js").send().await.unwrap();
    assert_eq!(header(&refused, "allow"), "GET, HEAD");
    assert_eq!(problem(refused).await, "405 method_not_allowed: this address takes GET, HEAD");
}

#[tokio::test]
async fn a_file_of_the_root_is_asked_for_again() {
    let world = World::start_with_studio(small()).await;
    for (path, content_type) in [
        ("/boot.js", "text/javascript; charset=utf-8"),
        ("/favicon.svg", "image/svg+xml"),
        ("/manifest.webmanifest", "application/manifest+json"),
    ] {
        let response = world.get(path).await;
        assert_eq!(header(&response, "cache-control"), "no-cache", "{path}");
        assert_eq!(header(&response, "content-type"), content_type, "{path}");
        let tag = header(&response, "etag").to_owned();
        assert_eq!(asked(&world, path, &[("if-none-match", &tag)]).await.status(), 304, "{path}");
    }
    let packed = asked(&world, "/boot.js", &[("accept-encoding", "br")]).await;
    assert_eq!(header(&packed, "content-encoding"), "br");
    for path in ["/index.html", "/boot.js.br", "/robots.txt"] {
        assert_eq!(problem(world.get(path).await).await, "404 not_found: there is nothing at this address");
    }
}

#[tokio::test]
async fn who_looks_for_a_page_that_is_not_sees_the_studio_and_a_program_a_problem() {
    let world = World::start_with_studio(small()).await;
    for (path, root) in [("/nothing", "./"), ("/gallery/a/b", "../../"), ("/edit/", "../"), ("/x.html", "./")]
    {
        let response = asked(&world, path, &[("accept", BROWSER)]).await;
        assert_eq!(
            (response.status().as_u16(), header(&response, "cache-control")),
            (404, "no-store"),
            "{path}"
        );
        assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8", "{path}");
        assert_eq!(told(&response.text().await.unwrap()).0, root, "{path}");
        let refused = problem(world.get(path).await).await;
        assert_eq!(refused, "404 not_found: there is nothing at this address", "{path}");
        let posted = world.request("POST", path).header("accept", BROWSER).send().await.unwrap();
        assert_eq!(posted.status(), 404, "{path}");
        assert_eq!(header(&posted, "content-type"), "application/problem+json", "{path}");
    }
    for path in ["/api/nothing", "/api", "/healthz/x", "/metrics/x", "/%61pi/nothing"] {
        let refused = problem(asked(&world, path, &[("accept", BROWSER)]).await).await;
        assert_eq!(refused, "404 not_found: there is nothing at this address", "{path}");
    }
}

#[tokio::test]
async fn the_page_opens_without_a_key_and_opens_nothing_else() {
    let mut world = World::with_keys(&[ALICE], &[]).await;
    world.serve_studio(small()).await;
    for path in PAGES.into_iter().chain(["/boot.js", "/favicon.svg", "/assets/main-1a2b.js"]) {
        assert_eq!(world.get(path).await.status(), 200, "{path}");
    }
    assert_eq!(asked(&world, "/nothing", &[("accept", BROWSER)]).await.status(), 404);
    for path in [
        "/api/jobs",
        "/api/queues",
        "/api/workflows/i2v/outlook",
        "/metrics",
        "/%61pi/queues",
        "/api/%71ueues",
        "//api/queues",
        "/assets/../api/queues",
        "/%6detrics",
        "/nothing%20here",
    ] {
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: h\r\naccept: {BROWSER}\r\nconnection: close\r\n\r\n");
        let answer = crate::raw::exchange(&world, request.as_bytes()).await;
        let refused = ["401", "404"].iter().any(|status| answer.starts_with(&format!("HTTP/1.1 {status} ")));
        assert!(refused && !answer.contains("\"limit\":"), "{path} {answer}");
    }
    assert_eq!(world.get("/nothing").await.status(), 401, "a program is told nothing without a key");
    let foreign = World::start_with_studio(small()).await;
    let refused = asked(&foreign, "/", &[("host", "evil.example"), ("accept", BROWSER)]).await;
    assert!(problem(refused).await.starts_with("421 host_refused"));
}

#[tokio::test]
async fn a_page_comes_without_a_session_when_the_store_does_not_answer() {
    let mut world = World::with_keys(&[ALICE], &[]).await;
    world.serve_studio(small()).await;
    world.stop_redis();
    let begun = std::time::Instant::now();
    let response = asked(&world, "/", &[("cookie", "spool_session=00")]).await;
    assert_eq!(response.status(), 200);
    let (_, state) = told(&response.text().await.unwrap());
    assert_eq!(state["session"], Value::Null);
    assert!(state["config"]["workflows"].is_array());
    assert!(begun.elapsed() < std::time::Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn without_a_studio_its_page_says_how_to_get_one() {
    let world = World::start_with_studio(Studio::of(&[])).await;
    for (path, docs) in [("/", "./api/docs"), ("/gallery/x", "../api/docs")] {
        let response = asked(&world, path, &[("accept", BROWSER)]).await;
        assert_eq!(response.status(), 404);
        assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8");
        let page = response.text().await.unwrap();
        assert!(page.contains("<code>make setup</code>") && page.contains(docs), "{page}");
    }
}

#[tokio::test]
async fn what_was_built_is_whole_and_loads_nothing_from_elsewhere() {
    let world = World::start().await;
    let response = asked(&world, "/gallery/x", &[("accept", BROWSER)]).await;
    assert_eq!(
        response.status(),
        200,
        "web/dist is not there: `make setup` builds it, or `npm run build` in web/"
    );
    let page = response.text().await.unwrap();
    let (root, state) = told(&page);
    assert_eq!((&*root, state["session"]["keys"].as_bool()), ("../", Some(false)));
    let first = |mark: &str| page.find(mark).unwrap_or(usize::MAX);
    assert!(
        first("<base") < first("src=").min(first("<link")),
        "the root must stand before what depends on it"
    );
    let addresses = ["src=\"", "href=\""].iter().flat_map(|mark| page.split(mark).skip(1));
    let addresses: Vec<&str> = addresses.map(|rest| rest.split('"').next().unwrap()).collect();
    let mut assets = 0;
    for address in addresses.into_iter().filter(|address| *address != root) {
        let path =
            address.strip_prefix("./").unwrap_or_else(|| panic!("{address} is not relative to the root"));
        let file = asked(&world, &format!("/{path}"), &[("accept-encoding", "br")]).await;
        assert_eq!(file.status(), 200, "{path}");
        // Letters are compressed by themselves.
        if path.starts_with("assets/") && header(&file, "content-type") != "font/woff2" {
            let missing = "is not beside its .br: `npm run build` compresses what it has built";
            assert_eq!(header(&file, "content-encoding"), "br", "{path} {missing}");
            assets += 1;
        }
        assert_ne!(header(&file, "content-type"), "application/octet-stream", "{path}");
    }
    assert!(assets >= 2, "a script and a style at least");
}
