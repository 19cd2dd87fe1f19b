//! Who gets what, and when.

use std::collections::HashMap;

use spool_shared::{
    class::Class,
    ids::JobId,
    workflow::Priority::{High, Low, Normal},
};

use super::fleet::Fleet;
use crate::store::{Freed, Readiness, find::Found, keys::Keys};

fn jobs(handed: &[(spool_shared::ids::AgentId, spool_shared::protocol::HeldLease)]) -> Vec<JobId> {
    handed.iter().map(|(_, lease)| lease.job).collect()
}

/// One healthy slot that has these classes loaded.
fn loaded(warm: &[Class]) -> Readiness<'_> {
    Readiness { healthy: Some(1), warm, ..Readiness::default() }
}

#[tokio::test]
async fn jobs_of_one_owner_are_handed_out_in_the_order_they_came() {
    let mut fleet = Fleet::new().await;
    let mut submitted = Vec::new();
    for _ in 0..5 {
        submitted.push(fleet.submit("ada", Normal).await);
    }
    fleet.connect(1, 5).await;
    assert_eq!(jobs(&fleet.schedule().await), submitted);
}

#[tokio::test]
async fn owners_take_turns_however_many_jobs_one_of_them_has() {
    let mut fleet = Fleet::new().await;
    let mut owners = HashMap::new();
    for owner in ["ada", "ada", "ada", "ada", "bob", "bob", "eve"] {
        owners.insert(fleet.submit(owner, Normal).await, owner);
    }
    fleet.connect(1, 7).await;
    let order: Vec<&str> = jobs(&fleet.schedule().await).iter().map(|job| owners[job]).collect();
    assert_eq!(order, ["ada", "bob", "eve", "ada", "bob", "ada", "ada"]);
}

#[tokio::test]
async fn higher_priorities_go_first_and_a_place_is_never_given_twice() {
    let mut fleet = Fleet::new().await;
    let low = fleet.submit("ada", Low).await;
    let normal = fleet.submit("ada", Normal).await;
    let high = fleet.submit("ada", High).await;
    fleet.connect(1, 2).await;
    assert_eq!(jobs(&fleet.schedule().await), [high, normal]);
    assert!(fleet.schedule().await.is_empty(), "both places are taken");
    fleet.connect(2, 1).await;
    assert_eq!(jobs(&fleet.schedule().await), [low]);
}

#[tokio::test]
async fn a_lane_whose_head_waited_a_minute_counts_one_priority_higher() {
    let mut fleet = Fleet::new().await;
    let old = fleet.submit("ada", Low).await;
    // The head's waiting time is what the sorted set says; a minute ago is the same as a minute's wait.
    let mut redis = fleet.redis.connection().await;
    let heads = Keys::new("fleet").fixed("heads");
    let lane = "i2v.480p.81.lightning/low/ada";
    ::redis::cmd("ZINCRBY").arg(&heads).arg(-61_000).arg(lane).exec_async(&mut redis).await.unwrap();
    fleet.store.schedule().await.unwrap();
    let normal = fleet.submit("bob", Normal).await;
    fleet.connect(1, 2).await;
    assert_eq!(jobs(&fleet.schedule().await), [old, normal]);
}

#[tokio::test]
async fn a_lane_stays_raised_as_long_as_its_oldest_job_has_waited_a_minute() {
    let mut fleet = Fleet::new().await;
    let low =
        [fleet.submit("ada", Low).await, fleet.submit("ada", Low).await, fleet.submit("ada", Low).await];
    // The first two have waited for more than a minute, the third has just come.
    let lane = "i2v.480p.81.lightning/low/ada";
    let long_ago = fleet.now().await - 61_000;
    let key = format!("lane:{lane}");
    let ids: Vec<String> = (1..=2).map(|number| format!("{long_ago}-{number}")).collect();
    let mut redis = fleet.redis.connection().await;
    let record = Keys::new("fleet").of("job", low[2]);
    let young: String = ::redis::cmd("HGET").arg(record).arg("entry").query_async(&mut redis).await.unwrap();
    fleet.command("DEL", &key, &[]).await;
    for (job, entry) in low.iter().zip([&ids[0], &ids[1], &young]) {
        fleet.command("XADD", &key, &[entry, "job", &job.to_string()]).await;
        fleet.command("HSET", &format!("job:{job}"), &["entry", entry]).await;
    }
    fleet.command("ZADD", "heads", &[&long_ago.to_string(), lane]).await;
    fleet.store.schedule().await.unwrap();
    let normal = [fleet.submit("bob", Normal).await, fleet.submit("bob", Normal).await];
    let last = fleet.submit("bob", Normal).await;
    fleet.connect(1, 6).await;
    let expected = [low[0], normal[0], low[1], normal[1], last, low[2]];
    assert_eq!(jobs(&fleet.schedule().await), expected);
}

#[tokio::test]
async fn equal_agents_get_equally_many_jobs() {
    let mut fleet = Fleet::new().await;
    for number in 1..=4 {
        fleet.connect(number, 1).await;
    }
    let mut counts = HashMap::new();
    for _ in 0..100 {
        fleet.submit("ada", Normal).await;
        for (agent, lease) in fleet.schedule().await {
            *counts.entry(agent).or_insert(0) += 1;
            fleet.finish(&lease).await;
        }
    }
    assert_eq!(counts.values().copied().collect::<Vec<_>>(), [25; 4]);
}

#[tokio::test]
async fn a_job_avoids_the_agent_that_lost_it_while_another_one_offers_its_class() {
    let mut fleet = Fleet::new().await;
    let first = fleet.connect(1, 2).await;
    let job = fleet.submit("ada", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    fleet.start(&lease).await;
    let second = fleet.connect(2, 1).await;
    fleet.release(&lease).await;
    let (agent, lease) = fleet.schedule().await.remove(0);
    assert_eq!((agent, lease.job), (second.id, job), "although the first was served longer ago");
    // Alone again, the avoided agent is better than none.
    fleet.start(&lease).await;
    fleet.store.bury(second.id, Some(second.nonce)).await.unwrap();
    let (agent, _) = fleet.schedule().await.remove(0);
    assert_eq!(agent, first.id);
}

#[tokio::test]
async fn a_job_that_must_wait_for_another_agent_does_not_hold_up_the_ones_behind_it() {
    let mut fleet = Fleet::new().await;
    let first = fleet.connect(1, 1).await;
    let blocked = fleet.submit("ada", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    fleet.start(&lease).await;
    let second = fleet.connect(2, 1).await;
    let behind = fleet.submit("ada", Normal).await;
    let (agent, other) = fleet.schedule().await.remove(0);
    assert_eq!((agent, other.job), (second.id, behind));
    let next = fleet.submit("ada", Normal).await;
    fleet.release(&lease).await;
    // Only the avoided agent is free: the requeued job stays, the next one goes.
    let (agent, other) = fleet.schedule().await.remove(0);
    assert_eq!((agent, other.job), (first.id, next));
    let Found::Job(record) = fleet.store.find(blocked).await.unwrap() else { panic!("it is there") };
    assert_eq!(record.status, spool_shared::job::Status::Queued);
}

#[tokio::test]
async fn a_draining_agent_and_an_agent_without_the_class_get_nothing() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    let draining = Readiness { draining: true, ..Readiness::default() };
    fleet.store.slots(agent.id, agent.nonce, draining).await.unwrap();
    fleet.submit("ada", Normal).await;
    assert!(fleet.schedule().await.is_empty());
    fleet.store.slots(agent.id, agent.nonce, loaded(&[])).await.unwrap();
    assert_eq!(fleet.schedule().await.len(), 1);
}

#[tokio::test]
async fn an_agent_that_has_the_class_loaded_goes_first() {
    let mut fleet = Fleet::new().await;
    fleet.connect(1, 1).await;
    let warm = fleet.connect(2, 1).await;
    let class = "i2v.480p.81.lightning".parse().unwrap();
    fleet.store.slots(warm.id, warm.nonce, loaded(&[class])).await.unwrap();
    for _ in 0..3 {
        fleet.submit("ada", Normal).await;
        let (agent, lease) = fleet.schedule().await.remove(0);
        assert_eq!(agent, warm.id);
        fleet.finish(&lease).await;
    }
}

#[tokio::test]
async fn a_thousand_jobs_of_every_class_leave_no_lane_turn_lease_or_place_behind() {
    let mut fleet = Fleet::new().await;
    let agents = [fleet.connect(1, 16).await, fleet.connect(2, 16).await];
    let classes: Vec<String> = spool_shared::class::Class::all().iter().map(ToString::to_string).collect();
    for (number, class) in classes.iter().cycle().take(1_000).enumerate() {
        let priority = [High, Normal, Low][number % 3];
        let job = fleet.submit_class(["ada", "bob"][number % 2], priority, class).await;
        if number % 10 == 0 {
            fleet.store.cancel(job).await.unwrap();
        }
    }
    loop {
        let handed = fleet.schedule().await;
        if handed.is_empty() {
            break;
        }
        for (_, lease) in handed {
            fleet.finish(&lease).await;
        }
    }
    let dump = fleet.dump().await;
    for lost in ["lane:", "again:", "turns:", "waiting:", "heads", "order:", "leases", "delayed"] {
        assert!(!dump.keys().any(|key| key.starts_with(lost)), "{lost}: {:?}", dump.keys());
    }
    for agent in agents {
        assert!(!dump.contains_key(&format!("agent:{}:places", agent.id)));
    }
    assert_eq!(dump["counters"]["succeeded"], "900");
    assert_eq!(dump["counters"]["canceled"], "100");
    assert!(!dump["counters"].contains_key("queued") && !dump["counters"].contains_key("assigned"));
}

#[tokio::test]
async fn a_canceled_job_keeps_its_place_taken_until_the_agent_says_that_it_is_free() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    let job = fleet.submit("ada", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    fleet.start(&lease).await;
    fleet.store.cancel(job).await.unwrap();
    let next = fleet.submit("ada", Normal).await;
    assert!(fleet.schedule().await.is_empty());
    assert_eq!(fleet.store.freed(agent.id, &lease).await.unwrap(), Freed::Now);
    assert_eq!(jobs(&fleet.schedule().await), [next]);
}

#[tokio::test]
async fn a_lost_release_is_made_good_by_the_next_heartbeat() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    let job = fleet.submit("ada", Normal).await;
    let (_, lease) = fleet.schedule().await.remove(0);
    fleet.store.cancel(job).await.unwrap();
    fleet.submit("ada", Normal).await;
    assert_eq!(fleet.store.beat(agent.id, agent.nonce, &[lease], &[]).await.unwrap(), Some(vec![lease]));
    assert!(fleet.schedule().await.is_empty(), "the agent still lists it");
    assert_eq!(fleet.store.beat(agent.id, agent.nonce, &[], &[]).await.unwrap(), Some(vec![]));
    assert_eq!(fleet.schedule().await.len(), 1);
}

#[tokio::test]
async fn a_reconnect_that_lists_its_leases_loses_nothing_and_one_that_does_not_gives_them_back() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 2).await;
    fleet.submit("ada", Normal).await;
    fleet.submit("ada", Normal).await;
    let leases: Vec<_> = fleet.schedule().await.into_iter().map(|(_, lease)| lease).collect();
    for lease in &leases {
        fleet.start(lease).await;
    }
    assert_eq!(fleet.hello(agent.again(), 2, 1, &leases).await, Some(0));
    assert_eq!(fleet.hello(agent.again(), 2, 1, &leases[..1]).await, Some(1));
    let Found::Job(lost) = fleet.store.find(leases[1].job).await.unwrap() else { panic!("it is there") };
    assert_eq!((lost.counters.losses, lost.counters.failures), (1, 0));
}

#[tokio::test]
async fn an_agent_whose_connection_closed_gets_nothing_until_it_is_back() {
    let mut fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    fleet.store.closed(agent.id, agent.nonce, Some(std::time::Duration::from_secs(5))).await.unwrap();
    fleet.submit("ada", Normal).await;
    assert!(fleet.schedule().await.is_empty());
    fleet.hello(agent.again(), 1, 1, &[]).await;
    assert_eq!(fleet.schedule().await.len(), 1);
}

#[tokio::test]
async fn a_loaded_class_that_is_not_offered_is_never_handed_out() {
    let fleet = Fleet::new().await;
    let agent = fleet.connect(1, 1).await;
    let mut redis = fleet.redis.connection().await;
    let key = Keys::new("fleet").of("agent", agent.id);
    ::redis::cmd("HSET").arg(key).arg("classes").arg("upscale.2x").exec_async(&mut redis).await.unwrap();
    let class = "i2v.480p.81.lightning".parse().unwrap();
    fleet.store.slots(agent.id, agent.nonce, loaded(&[class])).await.unwrap();
    assert!(!fleet.dump().await.contains_key("warm:i2v.480p.81.lightning"));
}
