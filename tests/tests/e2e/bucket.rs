//! Pictures and results in a bucket, on an S3 server of its own.

use sha2::{Digest, Sha256};
use spool_shared::job::Status;
use spool_tests::{
    World,
    job::Spent,
    process::Process,
    programs,
    proxy::Proxy,
    replica,
    s3::{S3, SECRET},
    settings::Settings,
};

const ONE_ATTEMPT: Spent = Spent { attempts: 1, failures: 0, losses: 0, bounces: 0, drains: 0 };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_in_a_bucket_is_served_in_parts_by_every_replica_and_deleted_with_its_job() {
    let s3 = S3::start().await;
    let world = s3.holds(World::plan().replicas(2).agents(1).patient()).start().await;
    let job = world.client().at(0).succeeded("steps=1 output_bytes=1000").await;
    let url = &job.outputs[0].url;
    assert_eq!(s3.objects().await.len(), 2, "the picture and the result");

    for replica in [0, 1] {
        let client = world.client().at(replica);
        let whole = client.download(url).await;
        assert_eq!(hex::encode(Sha256::digest(&whole)), job.outputs[0].sha256);
        let part = client.get_with(url, &[("Range", "bytes=10-19")]).await;
        assert_eq!(
            (part.status().as_u16(), &part.headers()["content-range"]),
            (206, &"bytes 10-19/1000".parse().expect("a header"))
        );
        assert_eq!(part.bytes().await.expect("ten bytes"), whole[10..20]);
    }

    assert_eq!(world.client().at(1).delete(&job.id).await.status(), 204);
    let left = s3.objects().await;
    assert!(matches!(left.as_slice(), [input] if input.starts_with("team/a/inputs/")), "{left:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_to_a_bucket_that_is_cut_goes_on_through_the_other_replica() {
    const SIZE: u64 = 20_000_000;
    let s3 = S3::start().await;
    let mut world = s3.holds(World::plan().replicas(2).patient()).start().await;
    let addresses = [0, 1].map(|replica| world.replica(replica).address().to_owned());
    let line = Proxy::to(&addresses[0]).await;
    world.add_agent_at(line.address());
    for (percent, next) in [(10, 1), (50, 0), (99, 1)] {
        let (sent, mark) = (line.sent(), world.replica(next).process().log().len());
        line.cut_after(SIZE / 100 * percent, &addresses[next]);

        let job = world.client().succeeded(&format!("steps=1 output_bytes={SIZE}")).await;

        assert!(!line.waits_for_a_cut(), "the line was cut at {percent} %");
        world.replica(next).process().log().line_after(mark, &["A file of job", "goes on at", &job.id]).await;
        assert_eq!(job.spent(), ONE_ATTEMPT, "{job:?}");
        let file = world.client().download(&job.outputs[0].url).await;
        assert_eq!(hex::encode(Sha256::digest(&file)), job.outputs[0].sha256);
        let sent = line.sent() - sent;
        assert!(sent <= SIZE + SIZE / 10, "{sent} bytes were sent for {SIZE}, cut at {percent} %");
    }
    assert_eq!(s3.objects().await.len(), 4, "the picture, and the results without a part");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_that_vanished_from_the_bucket_is_gone_and_nothing_breaks() {
    let s3 = S3::start().await;
    let world = s3.holds(World::plan().agents(1)).start().await;
    let job = world.client().succeeded("steps=1").await;
    let objects = s3.objects().await;
    let result = objects.iter().find(|name| name.contains("/results/")).expect("a result");
    s3.lose(result).await;
    let answer = world.client().get(&job.outputs[0].url).await;
    assert_eq!(answer.status(), 410);
    assert_eq!(world.client().job(&job.id).await.status, Status::Succeeded);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_cannot_be_used_stops_the_api_with_a_sentence_and_without_the_secret() {
    let s3 = S3::that_knows_nobody().await;
    let said = refused(&s3.settings()).await;
    let wanted =
        "the bucket films of SPOOL_STORAGE_URL cannot be used: 403 Forbidden (InvalidAccessKeyId); see AWS_";
    assert!(said.contains(wanted), "{said}");

    let s3 = S3::start().await;
    let mut settings = s3.settings();
    settings[0].1 = "s3://nothing".to_owned();
    let said = refused(&settings).await;
    assert!(
        said.contains("the bucket nothing of SPOOL_STORAGE_URL cannot be used: it does not exist"),
        "{said}"
    );
}

/// What the API says before it gives up.
async fn refused(settings: &[(&str, String)]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = replica::command(&programs::api(), folder.path(), &Settings::default());
    command.env("SPOOL_LISTEN", "127.0.0.1:0").env("SPOOL_DATA_DIR", folder.path().join("data"));
    command.envs(settings.iter().map(|(name, value)| (name, value)));
    let api = Process::start("api", command, folder.path());
    assert!(!api.ended().await.success());
    let said = api.log().to_string();
    assert!(!said.contains(SECRET), "{said}");
    said
}
