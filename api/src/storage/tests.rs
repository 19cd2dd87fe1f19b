use spool_shared::protocol::Part;
use tempfile::TempDir;

use super::*;
use spool_shared::ids::Token;

fn storage() -> (TempDir, Storage) {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::folder(&folder.path().join("objects")).unwrap();
    (folder, storage)
}

const JOB: [u8; 16] = [1; 16];

fn file<'a>(token: &'a Token, sha256: &'a str) -> ResultFile<'a> {
    ResultFile { job: JobId::from_random(JOB), token, index: 0, part: Part::Output, sha256 }
}

/// Bytes of which no two stretches are alike.
fn noise(length: u32) -> Vec<u8> {
    (0..length).map(|n| n.to_le_bytes()[0] ^ n.to_le_bytes()[1] ^ n.to_le_bytes()[2]).collect()
}

/// Receives `bytes` from where the storage has them to `end`, as a socket would.
async fn receive(storage: &Storage, file: &ResultFile<'_>, bytes: &[u8], end: usize) -> Upload {
    let mut upload = storage.resume(file, bytes.len() as u64).await.unwrap();
    let have = usize::try_from(upload.have()).unwrap();
    for chunk in bytes[have..end].chunks(256 * 1024) {
        upload.push(&Bytes::copy_from_slice(chunk));
        if upload.is_full() {
            upload.keep().await.unwrap();
        }
    }
    upload
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    hex::encode(Sha256::digest(bytes))
}

/// Every file in the folder, staged ones included.
fn files(folder: &TempDir) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.path().to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path.display().to_string()) }
        }
    }
    found
}

async fn all(reading: Reading) -> Vec<u8> {
    let parts: Vec<Bytes> = reading.bytes.try_collect().await.unwrap();
    parts.concat()
}

#[tokio::test]
async fn an_upload_is_visible_only_when_it_is_whole() {
    let (folder, storage) = storage();
    // Several parts and a rest, and more than one piece of the final object.
    let (bytes, token) = (noise(11 << 20 | 5), Token::from_random([2; 16]));
    let hash = sha256(&bytes);
    let file = file(&token, &hash);
    let path = file.path().unwrap();
    let upload = receive(&storage, &file, &bytes, bytes.len()).await;
    assert!(matches!(storage.size(&path).await, Err(StorageError::Missing)));
    upload.finish().await.unwrap();
    assert!(all(storage.read(&path, None).await.unwrap()).await == bytes);
    assert_eq!(files(&folder).len(), 1, "no part is left");
}

#[tokio::test]
async fn what_has_come_of_a_file_counts_once_however_it_lies_there() {
    let (_folder, storage) = storage();
    let (bytes, token) = (noise(11 << 20 | 5), Token::from_random([2; 16]));
    let hash = sha256(&bytes);
    let file = file(&token, &hash);
    let path = file.path().unwrap();
    assert_eq!(storage.attempt(&file).await.unwrap(), HashMap::new());
    // Two sockets with other cuts.
    receive(&storage, &file, &bytes, 9 << 20).await.keep().await.unwrap();
    let parts: Vec<_> = storage.list(&file.folder()).map_ok(|part| part.path).try_collect().await.unwrap();
    let (folder, _) = parts[0].as_ref().rsplit_once('/').unwrap();
    let overlaps = Path::from(format!("{folder}/{:010}-{:010}", 0, 1000));
    storage.put(&overlaps, Bytes::copy_from_slice(&bytes[..1000])).await.unwrap();
    assert_eq!(storage.attempt(&file).await.unwrap(), HashMap::from([(path.clone(), 9 << 20)]));
    // The parts of a whole file that could not be deleted.
    storage.put(&path, bytes.clone().into()).await.unwrap();
    assert_eq!(storage.attempt(&file).await.unwrap(), HashMap::from([(path, bytes.len() as u64)]));
}

#[tokio::test]
async fn a_small_file_is_written_once() {
    let (folder, storage) = storage();
    let (token, hash) = (Token::from_random([2; 16]), sha256(b"small"));
    let file = file(&token, &hash);
    let mut upload = storage.resume(&file, 5).await.unwrap();
    upload.push(&Bytes::from_static(b"small"));
    assert_eq!(files(&folder), Vec::<String>::new());
    upload.finish().await.unwrap();
    assert_eq!(all(storage.read(&file.path().unwrap(), None).await.unwrap()).await, b"small");
}

#[tokio::test]
async fn a_file_goes_on_where_it_was_cut() {
    let (folder, storage) = storage();
    let (bytes, token) = (noise(7 << 20), Token::from_random([2; 16]));
    let hash = sha256(&bytes);
    let file = file(&token, &hash);
    // The replica was killed: only whole parts are there.
    drop(receive(&storage, &file, &bytes, (5 << 20) + 3).await);
    assert_eq!(storage.resume(&file, bytes.len() as u64).await.unwrap().have(), 4 << 20);
    // The socket closed: everything is there.
    let end = (6 << 20) - 1;
    receive(&storage, &file, &bytes, end).await.keep().await.unwrap();
    assert_eq!(storage.resume(&file, bytes.len() as u64).await.unwrap().have(), end as u64);
    receive(&storage, &file, &bytes, bytes.len()).await.finish().await.unwrap();
    assert!(all(storage.read(&file.path().unwrap(), None).await.unwrap()).await == bytes);
    assert_eq!(files(&folder).len(), 1);
}

#[tokio::test]
async fn two_connections_that_send_the_same_file_do_not_disturb_one_another() {
    let (_folder, storage) = storage();
    let (bytes, token) = (noise(9 << 20), Token::from_random([2; 16]));
    let hash = sha256(&bytes);
    let file = file(&token, &hash);
    // The older one is half open and goes on writing with cuts of its own, behind the newer one's back.
    let mut older = receive(&storage, &file, &bytes, 3 << 20).await;
    let newer = receive(&storage, &file, &bytes, bytes.len()).await;
    older.push(&Bytes::copy_from_slice(&bytes[3 << 20..5 << 20]));
    older.keep().await.unwrap();
    newer.finish().await.unwrap();
    assert!(all(storage.read(&file.path().unwrap(), None).await.unwrap()).await == bytes);
    older.push(&Bytes::copy_from_slice(&bytes[5 << 20..]));
    older.finish().await.unwrap();
    assert!(all(storage.read(&file.path().unwrap(), None).await.unwrap()).await == bytes);
}

#[tokio::test]
async fn an_upload_that_is_not_what_was_announced_leaves_nothing() {
    let (folder, storage) = storage();
    let (bytes, token) = (noise(5 << 20), Token::from_random([2; 16]));
    for (length, announced) in [(5, sha256(b"right")), (bytes.len(), sha256(b"other"))] {
        let file = file(&token, &announced);
        let upload = receive(&storage, &file, &bytes[..length], length).await;
        assert!(matches!(upload.finish().await, Err(UploadError::Hash)));
        assert_eq!(files(&folder), Vec::<String>::new());
    }
}

#[tokio::test]
async fn parts_that_went_away_are_missed_before_anything_is_visible() {
    let (_folder, storage) = storage();
    let (bytes, token) = (noise(5 << 20), Token::from_random([2; 16]));
    let hash = sha256(&bytes);
    let file = file(&token, &hash);
    let upload = receive(&storage, &file, &bytes, bytes.len()).await;
    upload.discard().await.unwrap();
    let error = upload.finish().await.unwrap_err();
    assert_eq!(error.to_string(), "only 0 bytes are there");
    assert!(matches!(storage.size(&file.path().unwrap()).await, Err(StorageError::Missing)));
}

#[tokio::test]
async fn a_range_is_read_without_the_rest() {
    let (_folder, storage) = storage();
    let hash = sha256(b"0123456789");
    storage.put_input(&hash, Bytes::from_static(b"0123456789")).await.unwrap();
    let path = input_path(&hash).unwrap();
    let part = storage.read(&path, Some(3..7)).await.unwrap();
    assert_eq!(part.size, 10);
    assert_eq!(all(part).await, b"3456");
    assert_eq!(all(storage.read(&path, Some(9..10)).await.unwrap()).await, b"9");
}

#[tokio::test]
async fn deleting_a_job_leaves_other_jobs_and_the_inputs() {
    let (folder, storage) = storage();
    let hash = sha256(b"x");
    storage.put_input(&hash, Bytes::from_static(b"x")).await.unwrap();
    for (job, token) in [([1; 16], [1; 16]), ([1; 16], [2; 16]), ([3; 16], [1; 16])] {
        let token = Token::from_random(token);
        let file = ResultFile {
            job: JobId::from_random(job),
            token: &token,
            index: 0,
            part: Part::Poster,
            sha256: &hash,
        };
        let mut upload = storage.resume(&file, 1).await.unwrap();
        upload.push(&Bytes::from_static(b"x"));
        upload.finish().await.unwrap();
    }
    assert_eq!(files(&folder).len(), 4);
    storage.delete_job(JobId::from_random([1; 16])).await.unwrap();
    assert_eq!(files(&folder).len(), 2);
    storage.delete_job(JobId::from_random([1; 16])).await.unwrap();
}

#[tokio::test]
async fn nothing_that_a_job_left_unfinished_outlives_it() {
    let (folder, storage) = storage();
    let (token, hash) = (Token::from_random([2; 16]), sha256(b"whole"));
    let file = file(&token, &hash);
    let mut upload = storage.resume(&file, 5).await.unwrap();
    upload.push(&Bytes::from_static(b"who"));
    upload.keep().await.unwrap();
    // What a killed replica was writing; a listing does not show it.
    let staged = folder.path().join(format!("objects/{}#1", file.path().unwrap()));
    std::fs::write(staged, "wh").unwrap();
    assert_eq!(files(&folder).len(), 2);
    storage.delete_job(JobId::from_random(JOB)).await.unwrap();
    assert_eq!(files(&folder), Vec::<String>::new());
}

#[test]
fn the_name_of_an_attempt_does_not_tell_its_token() {
    let token = Token::from_random([7; 16]);
    let path = file(&token, &"a".repeat(64)).path().unwrap();
    assert!(!path.as_ref().contains(&token.reveal()), "{path}");
}

#[test]
fn a_hash_that_would_leave_its_folder_is_refused() {
    let digits = "a".repeat(64);
    for text in [
        "",
        "../../etc/passwd",
        &digits[1..],
        &format!("{digits}0"),
        &digits.to_uppercase(),
        &format!("/{}", &digits[1..]),
    ] {
        assert_eq!(input_path(text), Err(BadHash), "{text}");
    }
    assert!(input_path(&digits).is_ok());
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_noticed() {
    let (folder, storage) = storage();
    storage.probe().await.unwrap();
    assert_eq!(files(&folder), Vec::<String>::new());
    // A file where the folder of probes belongs fails for every user, root included.
    std::fs::write(folder.path().join("objects/probe"), "in the way").unwrap();
    assert!(storage.probe().await.is_err());
}
