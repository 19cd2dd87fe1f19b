//! Browsers' sockets where there are keys: who may open one, what it shows, and how it ends with the key.

use serde_json::{Value, json};

use crate::{browser::Browser, world::World};

const ALICE: (&str, &str, &str) = ("alice", "alice-secret", "submit");
const BOB: (&str, &str, &str) = ("bob", "bob-secret", "submit");

/// Headers that say who asks.
type Headers = Vec<(&'static str, String)>;

fn with_key(secret: &str) -> Headers {
    vec![("authorization", format!("Bearer {secret}"))]
}

/// What a browser sends from one of the server's own pages after the login.
async fn from_own_page(world: &World, secret: &str) -> Headers {
    let login = world.post("/api/session", &json!({"key": secret})).await;
    let cookie = login.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    vec![("cookie", cookie), ("origin", format!("http://{}", world.address))]
}

fn id(job: &Value) -> &str {
    job["id"].as_str().unwrap()
}

/// A page of Alice, from its first snapshot to the end of her key; Bob's page stays.
async fn shows_her_own_jobs_and_ends_with_her_key(world: &World, alice: Headers) {
    let (own, foreign) =
        (world.submitted_with_key("alice-secret").await, world.submitted_with_key("bob-secret").await);
    let mut page = Browser::open_as(&world.address, &alice).await.expect("Alice may");
    let mut other = Browser::open_as(&world.address, &with_key("bob-secret")).await.expect("Bob may");
    for (page, job) in [(&mut page, &own), (&mut other, &foreign)] {
        page.until_told("snapshot").await;
        assert_eq!(page.heard, ["welcome", "snapshot"]);
        assert_eq!(page.jobs.keys().collect::<Vec<_>>(), [id(job)]);
    }

    // News that come later are told to their owner alone, too.
    let foreign_news = world.submitted_with_key("bob-secret").await;
    other.until(|page| page.jobs.contains_key(id(&foreign_news))).await;
    let news = world.submitted_with_key("alice-secret").await;
    page.until(|page| page.jobs.contains_key(id(&news))).await;
    assert_eq!(page.jobs.len(), 2);
    for foreign in [&foreign, &foreign_news] {
        assert!(page.told.iter().all(|told| !told.contains(id(foreign))), "{:?}", page.told);
    }

    world.change_keys(&[BOB]);
    assert_eq!(page.ends().await, Some(4001));
    let refused = Browser::open_as(&world.address, &alice).await.map(|_| "a socket");
    assert_eq!(refused, Err(401));
    let later = world.submitted_with_key("bob-secret").await;
    other.until(|page| page.jobs.contains_key(id(&later))).await;
}

#[tokio::test]
async fn a_page_with_a_cookie_shows_its_own_jobs_and_is_closed_when_the_key_is_revoked() {
    let world = World::with_keys(&[ALICE, BOB], &[]).await;
    let alice = from_own_page(&world, "alice-secret").await;
    shows_her_own_jobs_and_ends_with_her_key(&world, alice).await;
}

#[tokio::test]
async fn a_program_with_a_key_is_shown_its_own_jobs_and_is_closed_when_the_key_is_revoked() {
    let world = World::with_keys(&[ALICE, BOB], &[]).await;
    shows_her_own_jobs_and_ends_with_her_key(&world, with_key("alice-secret")).await;
}

#[tokio::test]
async fn a_socket_is_closed_with_its_key_even_before_it_said_hello() {
    let world = World::with_keys(&[ALICE, BOB], &[]).await;
    let mut silent = Browser::connect_as(&world.address, &with_key("alice-secret")).await.expect("Alice may");
    world.change_keys(&[BOB]);
    assert_eq!(silent.ends().await, Some(4001));
    assert!(silent.heard.is_empty());
}

#[tokio::test]
async fn nobody_else_opens_a_socket_where_there_are_keys() {
    let world = World::with_keys(&[ALICE], &[]).await;
    let page = from_own_page(&world, "alice-secret").await;
    let [cookie, own] = [page[0].clone(), page[1].clone()];
    let evil = ("origin", "https://evil.example".to_owned());
    for (headers, status) in [
        (vec![], 401),
        (vec![own.clone()], 401),
        (with_key("wrong"), 401),
        (vec![("cookie", format!("spool_session={}", "0".repeat(64))), own], 401),
        (vec![cookie.clone()], 403),
        (vec![cookie, evil], 403),
    ] {
        let refused = Browser::open_as(&world.address, &headers).await.map(|_| "a socket");
        assert_eq!(refused, Err(status), "{headers:?}");
    }
}
