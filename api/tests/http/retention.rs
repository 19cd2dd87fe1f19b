//! The end of what was kept.

use std::path::Path;

use spool_api::store::MailPosition;
use spool_shared::job::Status;

use crate::{
    agent::Agent,
    world::{World, problem},
};

/// Files of results under the data folder.
fn results(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let count = |entry: std::fs::DirEntry| match entry.path() {
        path if path.is_dir() => results(&path),
        path => usize::from(path.components().any(|part| part.as_os_str() == "results")),
    };
    entries.flatten().map(count).sum()
}

#[tokio::test]
async fn a_finished_job_goes_with_its_files_when_its_retention_ends_and_is_gone_for_a_while() {
    let world = World::with(&["--retention-ms", "1"]).await;
    let mut agent = Agent::connect(&world).await;
    let mut feed =
        world.app.store.feed(world.app.store.position().await.unwrap(), MailPosition::start()).await.unwrap();
    let job = world.submitted().await;
    let lease = agent.starts().await;
    let waiting = world.submitted().await;
    agent.succeeds(&world, &lease, b"video", b"poster").await;
    let forgotten = loop {
        let news = feed.next().await.unwrap();
        if let Some(change) = news.changes.into_iter().find(|change| change.what == "forgotten") {
            break change;
        }
    };
    assert_eq!(forgotten.job, lease.job);
    assert_eq!(results(world.folder()), 0);
    let itself = job["urls"]["self"].as_str().unwrap();
    for path in [itself.to_owned(), format!("{itself}/outputs/0"), format!("{itself}/events")] {
        assert_eq!(problem(world.get(&path).await).await, "410 gone: the job was deleted", "{path}");
    }
    let outlook = world.app.store.outlook().await.unwrap();
    let counts = [Status::Succeeded, Status::Queued, Status::Assigned].map(|status| outlook.jobs[&status]);
    assert_eq!((counts[0], counts[1] + counts[2]), (0, 1), "what has not ended stays");
    assert_eq!(world.job(&waiting).await["id"], waiting["id"]);
}
