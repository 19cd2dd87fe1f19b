//! Entries that belong to nothing, as a crash of an older version or a hand in Redis may leave them: whoever meets one
//! removes it, and everything else goes on.

use spool_shared::{
    ids::{AgentId, JobId},
    workflow::Priority::Normal,
};

use super::fleet::Fleet;
use crate::{
    maintenance::{forget_and_expire, judge_once},
    scheduler::Bell,
    storage::Storage,
    store::{Found, Verdict},
};

const LANE: &str = "i2v.480p.81.lightning/normal/ada";
const CLASS: &str = "i2v.480p.81.lightning";

/// As it stands in the record: what is broken elsewhere must not keep the test from reading it.
async fn status(fleet: &Fleet, job: JobId) -> String {
    fleet.dump().await[&format!("job:{job}")]["status"].clone()
}

#[tokio::test]
async fn an_entry_without_a_record_leaves_its_lane_when_the_scheduler_meets_it() {
    let mut fleet = Fleet::new().await;
    let ghost = fleet.submit("ada", Normal).await;
    let job = fleet.submit("ada", Normal).await;
    fleet.command("DEL", &format!("job:{ghost}"), &[]).await;
    fleet.connect(1, 2).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    assert_eq!(lease.job, job);
    let dump = fleet.dump().await;
    for left in ["lane:", "turns:", "waiting:", "heads", "order:"] {
        assert!(!dump.keys().any(|key| key.starts_with(left)), "{left}: {:?}", dump.keys());
    }
}

#[tokio::test]
async fn an_entry_without_a_record_leaves_its_lane_when_its_class_expires() {
    let fleet = Fleet::new().await;
    let ghost = fleet.submit("ada", Normal).await;
    fleet.command("DEL", &format!("job:{ghost}"), &[]).await;
    fleet.command("HSET", "unserved", &[CLASS, "1"]).await;
    for waiting in fleet.store.unserved().await.unwrap() {
        assert!(!fleet.store.expire(&waiting).await.unwrap());
    }
    assert!(!fleet.dump().await.contains_key(&format!("lane:{LANE}")));
    assert_eq!(fleet.store.unserved().await.unwrap(), []);
}

#[tokio::test]
async fn members_that_belong_to_nothing_go_when_they_are_met() {
    let mut fleet = Fleet::new().await;
    fleet.connect(1, 2).await;
    let ghost = JobId::from_random([9; 16]);
    let (id, stranger) = (ghost.to_string(), AgentId::from_random([9; 16]));
    for set in ["leases", "delayed", "finished"] {
        fleet.command("ZADD", set, &["1", &id]).await;
    }
    fleet.command("ZADD", "agents", &["1", &stranger.to_string()]).await;
    fleet.command("ZADD", "heads", &["1", LANE]).await;
    fleet.command("ZADD", &format!("turns:{CLASS}:normal"), &["1", LANE]).await;
    fleet.command("ZADD", "waiting:normal", &["1", CLASS, "2", "qwen.2511.lightning"]).await;
    let job = fleet.submit("bob", Normal).await;

    let (_, lease) = fleet.schedule().await.remove(0);
    assert_eq!(lease.job, job);
    fleet.finish(&lease).await;
    fleet.submit("bob", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    fleet.finish(&lease).await;
    judge_once(&fleet.store, &Bell::default()).await.unwrap();
    forget_and_expire(&fleet.store, &nowhere()).await;

    let dump = fleet.dump().await;
    for (key, content) in &dump {
        for name in [&id, &stranger.to_string(), LANE, "qwen.2511.lightning"] {
            let rubbish = content.contains_key(name) && !key.starts_with("offers");
            assert!(!rubbish, "{key} has {name}");
        }
    }
    let due = Verdict::Due { leases: vec![], agents: vec![] };
    assert_eq!(fleet.store.judge().await.unwrap(), due);
}

#[tokio::test]
async fn a_lease_and_an_agent_that_cannot_be_judged_do_not_keep_the_others() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 2).await;
    fleet.submit("ada", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    fleet.start(&lease).await;
    let (broken, stranger) = (JobId::from_random([9; 16]), AgentId::from_random([9; 16]));
    for key in [format!("job:{broken}"), format!("agent:{stranger}")] {
        fleet.command("SET", &key, &["no hash"]).await;
    }
    fleet.command("ZADD", "leases", &["1", &broken.to_string(), "2", &lease.job.to_string()]).await;
    fleet.command("ZADD", "agents", &["1", &stranger.to_string()]).await;
    judge_once(&fleet.store, &Bell::default()).await.unwrap();
    assert_eq!(status(&fleet, lease.job).await, "queued");
    fleet.command("ZADD", "agents", &["1", &stranger.to_string(), "2", &agent.id.to_string()]).await;
    judge_once(&fleet.store, &Bell::default()).await.unwrap();
    assert!(!fleet.dump().await["agents"].contains_key(&agent.id.to_string()));
}

#[tokio::test]
async fn a_job_that_cannot_be_forgotten_does_not_keep_the_others() {
    let mut fleet = Fleet::new().await;
    let job = fleet.ended_at(200).await.job;
    // More than are asked for at once.
    for number in 0..150 {
        let broken = JobId::from_random([number; 16]);
        fleet.command("SET", &format!("job:{broken}"), &["no hash"]).await;
        fleet.command("ZADD", "finished", &["100", &broken.to_string()]).await;
    }
    forget_and_expire(&fleet.store, &nowhere()).await;
    assert!(matches!(fleet.store.find(job).await.unwrap(), Found::Gone(_)));
}

/// A storage without anything in it.
fn nowhere() -> Storage {
    let folder = tempfile::tempdir().unwrap();
    Storage::folder(&folder.keep()).unwrap()
}
