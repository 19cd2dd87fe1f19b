//! How long ended jobs are kept.

use bytes::Bytes;
use spool_shared::protocol::{HeldLease, Part};

use super::{fleet::Fleet, redis::limits};
use crate::{
    maintenance::forget_and_expire,
    storage::{ResultFile, Storage},
    store::{Found, Limits},
};

#[tokio::test]
async fn a_job_is_kept_for_as_long_as_the_setting_says_now_not_as_it_said_when_the_job_ended() {
    let mut fleet = Fleet::new().await;
    let HeldLease { job, token } = fleet.ended_at(fleet.now().await - limits().retention_ms - 1_000).await;
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::folder(folder.path()).unwrap();
    let sha256 = "ab".repeat(32);
    let file =
        ResultFile { job, token: &token, index: 0, part: Part::Output, sha256: &sha256 }.path().unwrap();
    storage.put(&file, Bytes::from_static(b"video")).await.unwrap();

    let longer = Limits { retention_ms: limits().retention_ms + 60_000, ..limits() };
    let patient = fleet.redis.store_with("fleet", longer).await;
    forget_and_expire(&patient, &storage).await;
    assert!(matches!(patient.find(job).await.unwrap(), Found::Job(_)));
    assert_eq!(storage.size(&file).await.unwrap(), 5, "a record without files would be a lie");

    forget_and_expire(&fleet.store, &storage).await;
    assert!(matches!(fleet.store.find(job).await.unwrap(), Found::Gone(_)));
    assert!(storage.size(&file).await.is_err());
}
