//! Files of jobs, whole and in parts.

use insta::assert_snapshot;
use reqwest::Response;
use serde_json::Value;

use crate::{
    agent::Agent,
    world::{World, png, problem},
};

const VIDEO: &[u8] = b"0123456789abcdef";

/// A job that made a video.
async fn finished(world: &World) -> Value {
    let mut agent = Agent::connect(world).await;
    let job = world.submitted().await;
    let lease = agent.starts().await;
    agent.succeeds(world, &lease, VIDEO, b"poster").await;
    world.job(&job).await
}

async fn get(world: &World, url: &Value, headers: &[(&str, &str)]) -> Response {
    let mut request = world.request("GET", url.as_str().unwrap());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_result_comes_with_its_exact_type_and_nothing_that_a_page_could_abuse() {
    let world = World::start().await;
    let job = finished(&world).await;
    let output = &job["outputs"][0];
    let video = get(&world, &output["url"], &[]).await;
    assert_eq!(video.status(), 200);
    let id: String = job["id"].as_str().unwrap().chars().take(8).collect();
    for (name, value) in [
        ("content-type", "video/mp4"),
        ("content-length", "16"),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cross-origin-resource-policy", "same-origin"),
        ("etag", &format!("\"{}\"", output["sha256"].as_str().unwrap())),
        ("content-disposition", &format!("inline; filename=\"spool-i2v-{id}.mp4\"")),
    ] {
        assert_eq!(header(&video, name), value, "{name}");
    }
    assert_eq!(video.bytes().await.unwrap(), VIDEO);
    let poster = get(&world, &output["poster_url"], &[]).await;
    assert_eq!(header(&poster, "content-type"), "image/webp");
    assert_eq!(poster.bytes().await.unwrap(), "poster");
    let input = get(&world, &job["inputs"][0]["url"], &[]).await;
    assert_eq!(header(&input, "content-type"), "image/png");
    assert_eq!(input.bytes().await.unwrap(), png(64, 48));
    let download = world.get(&format!("{}?download", output["url"].as_str().unwrap())).await;
    assert!(header(&download, "content-disposition").starts_with("attachment; "));
}

#[tokio::test]
async fn a_part_of_a_file_is_sent_alone() {
    let world = World::start().await;
    let job = finished(&world).await;
    let url = &job["outputs"][0]["url"];
    for (range, status, content_range, bytes) in [
        ("bytes=0-3", 206, "bytes 0-3/16", "0123"),
        ("bytes=10-", 206, "bytes 10-15/16", "abcdef"),
        ("bytes=-2", 206, "bytes 14-15/16", "ef"),
        ("bytes=15-99", 206, "bytes 15-15/16", "f"),
        ("bytes=0-1,4-5", 200, "", "0123456789abcdef"),
        ("lines=1-2", 200, "", "0123456789abcdef"),
    ] {
        let response = get(&world, url, &[("range", range)]).await;
        assert_eq!((response.status().as_u16(), header(&response, "content-range")), (status, content_range));
        assert_eq!(header(&response, "content-length"), bytes.len().to_string(), "{range}");
        assert_eq!(response.bytes().await.unwrap(), bytes, "{range}");
    }
    let outside = get(&world, url, &[("range", "bytes=16-")]).await;
    assert_eq!(header(&outside, "content-range"), "bytes */16");
    assert_snapshot!(problem(outside).await, @"416 range_not_satisfiable: the file has 16 bytes");
}

#[tokio::test]
async fn a_client_that_has_the_file_gets_no_bytes() {
    let world = World::start().await;
    let job = finished(&world).await;
    let url = &job["outputs"][0]["url"];
    let etag = header(&get(&world, url, &[]).await, "etag").to_owned();
    for known in [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}"), "*".to_owned()] {
        let response = get(&world, url, &[("if-none-match", &known)]).await;
        assert_eq!((response.status().as_u16(), header(&response, "etag")), (304, etag.as_str()), "{known}");
        assert!(response.bytes().await.unwrap().is_empty());
    }
    assert_eq!(get(&world, url, &[("if-none-match", "\"other\"")]).await.status(), 200);
    let range = ("range", "bytes=0-0");
    assert_eq!(get(&world, url, &[range, ("if-range", &etag)]).await.status(), 206);
    assert_eq!(get(&world, url, &[range, ("if-range", "\"other\"")]).await.status(), 200);
    let date = ("if-range", "Wed, 21 Oct 2026 07:28:00 GMT");
    assert_eq!(get(&world, url, &[range, date]).await.status(), 200);
}

#[tokio::test]
async fn head_tells_the_size_without_the_bytes() {
    let world = World::start().await;
    let job = finished(&world).await;
    let request = world.request("HEAD", job["outputs"][0]["url"].as_str().unwrap());
    let response = request.send().await.unwrap();
    assert_eq!((response.status().as_u16(), header(&response, "content-length")), (200, "16"));
    assert!(response.bytes().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_found() {
    let world = World::start().await;
    let waiting = world.submitted().await;
    let itself = waiting["urls"]["self"].as_str().unwrap();
    for tail in
        ["outputs/0", "outputs/0/poster", "inputs/1", "inputs/-1", "outputs/x", "inputs/99999999999999999999"]
    {
        assert!(
            problem(world.get(&format!("{itself}/{tail}")).await).await.starts_with("404 not_found"),
            "{tail}"
        );
    }
}

#[tokio::test]
async fn a_file_that_was_deleted_behind_our_back_is_gone() {
    let world = World::start().await;
    let job = finished(&world).await;
    world.app.storage.delete_job(job["id"].as_str().unwrap().parse().unwrap()).await.unwrap();
    let response = get(&world, &job["outputs"][0]["url"], &[]).await;
    assert_snapshot!(problem(response).await, @"410 gone: the file is no longer stored");
}

#[tokio::test]
async fn an_agent_fetches_inputs_with_its_lease_and_nobody_else_does() {
    let world = World::start().await;
    let mut agent = Agent::connect(&world).await;
    let job = world.submitted().await;
    let lease = agent.starts().await;
    let path = format!("/api/agents/jobs/{}/inputs/0", lease.job);
    let fetch_as = async |agent: &str, path: &str, token: &str| {
        let request = world.request("GET", path).header("X-Spool-Lease", token);
        request.header("X-Spool-Agent", agent).send().await.unwrap()
    };
    let own = agent.id.to_string();
    let fetch = async |path: &str, token: &str| fetch_as(&own, path, token).await;
    let token = lease.token.reveal();
    let response = fetch(&path, &token).await;
    assert_eq!((response.status().as_u16(), header(&response, "content-type")), (200, "image/png"));
    assert_eq!(response.bytes().await.unwrap(), png(64, 48));
    for (path, token) in [
        (path.as_str(), "00000000000000000000000000000000"),
        (path.as_str(), "short"),
        (path.as_str(), ""),
        (&path.replace("inputs/0", "inputs/1"), &token),
        ("/api/agents/jobs/11111111-1111-8111-9111-111111111100/inputs/0", &token),
    ] {
        assert!(problem(fetch(path, token).await).await.starts_with("404 not_found"), "{path} {token}");
    }
    let another = "22222222-2222-4222-8222-222222222222";
    for agent in [another, ""] {
        assert_eq!(fetch_as(agent, &path, &token).await.status(), 404, "the lease is not {agent}'s");
    }
    world.request("POST", job["urls"]["cancel"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(fetch(&path, &token).await.status(), 404, "the lease ended with the job");
}
