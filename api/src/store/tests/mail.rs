//! How long letters to replicas are kept.

use ::redis::{AsyncCommands as _, streams::StreamRangeReply};
use spool_shared::workflow::Priority::Normal;

use super::fleet::Fleet;

/// How long somebody may have to read a letter again, milliseconds.
const KEPT: u64 = 60_000;
/// Redis takes out whole nodes of a stream: so many old entries may be left in one that has a young one too.
const NODE: usize = 100;

#[tokio::test]
async fn letters_that_nobody_has_to_read_again_go_with_the_next_one_and_young_ones_stay() {
    let fleet = Fleet::new().await;
    fleet.connect(1, 1).await;
    let (mail, now) = (format!("fleet:{{0}}:mail:{}", fleet.store.replica()), fleet.now().await);
    let sent = |at: u64, many: usize| (0..many).map(move |number| format!("{at}-{number}"));
    let old: Vec<String> = sent(now - KEPT - 1_000, 450).collect();
    // Old enough for a rule that counts, and far from too old on the slowest machine.
    let young: Vec<String> = sent(now - KEPT / 2, 300).collect();
    let mut redis = fleet.redis.connection().await;
    let mut letters = ::redis::pipe();
    for id in old.iter().chain(&young) {
        letters.xadd(&mail, id, &[("what", "test")]).ignore();
    }
    letters.exec_async(&mut redis).await.unwrap();

    fleet.submit("ada", Normal).await;
    assert_eq!(fleet.store.schedule().await.unwrap().handed, 1);

    let kept: StreamRangeReply = redis.xrange_all(&mail).await.unwrap();
    let kept: Vec<String> = kept.ids.into_iter().map(|entry| entry.id).collect();
    let left = kept.iter().position(|id| *id == young[0]).expect("the first of the young ones is there");
    assert!(left <= NODE, "{left} old letters are left");
    assert_eq!(kept[left..left + young.len()], young);
    assert_eq!(kept.len(), left + young.len() + 1);
}
