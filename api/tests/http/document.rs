//! The API describes itself: the document is the one that is committed, and says nothing that is not served.

use std::path::Path;

use serde_json::Value;

use crate::world::World;

#[tokio::test]
async fn the_committed_document_is_the_one_that_is_served() {
    let world = World::start().await;
    let served = world.get("/api/openapi.json").await.text().await.unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    if std::env::var_os("SPOOL_BLESS").is_some() {
        std::fs::write(&path, &served).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        served == committed,
        "api/openapi.json is not what is served; SPOOL_BLESS=1 writes it again, git diff shows the change"
    );
}

#[tokio::test]
async fn every_operation_of_the_document_is_served() {
    let world = World::start().await;
    let document: Value = world.get("/api/openapi.json").await.json().await.unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let path = path.replace("{id}", "x").replace("{index}", "0");
            let response = world.request(&method.to_uppercase(), &path).send().await.unwrap();
            if response.status().as_u16() < 400 {
                continue;
            }
            let body = response.text().await.unwrap();
            assert!(!body.contains("there is nothing at this address"), "{method} {path}");
            assert!(!body.contains("method_not_allowed"), "{method} {path}");
        }
    }
}
