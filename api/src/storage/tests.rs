use spool_shared::protocol::Part;
use tempfile::TempDir;

use super::*;

fn storage() -> (TempDir, Storage) {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::folder(&folder.path().join("objects")).unwrap();
    (folder, storage)
}

fn result(token: &Token, sha256: &str) -> Path {
    let job = JobId::from_random([1; 16]);
    ResultFile { job, token, index: 0, part: Part::Output, sha256 }.path().unwrap()
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
async fn an_upload_is_visible_only_after_its_commit() {
    let (_folder, storage) = storage();
    // More than one part, and a rest.
    let bytes: Vec<u8> = (0..11 * 1024 * 1024_u32).map(|n| n.to_le_bytes()[0] ^ n.to_le_bytes()[2]).collect();
    let path = result(&Token::from_random([2; 16]), &sha256(&bytes));
    let mut upload = storage.begin(&path).await.unwrap();
    for chunk in bytes.chunks(256 * 1024) {
        upload.write(Bytes::copy_from_slice(chunk)).await.unwrap();
        assert!(matches!(storage.size(&path).await, Err(StorageError::Missing)));
    }
    upload.commit(&sha256(&bytes), bytes.len() as u64).await.unwrap();
    assert_eq!(storage.size(&path).await.unwrap(), bytes.len() as u64);
    assert!(all(storage.read(&path, None).await.unwrap()).await == bytes);
}

#[tokio::test]
async fn an_upload_that_is_not_what_was_announced_leaves_nothing() {
    let (folder, storage) = storage();
    let path = result(&Token::from_random([2; 16]), &sha256(b"right"));
    let mut upload = storage.begin(&path).await.unwrap();
    upload.write(Bytes::from_static(b"wrong")).await.unwrap();
    assert!(matches!(upload.commit(&sha256(b"right"), 5).await, Err(UploadError::Hash)));
    let mut upload = storage.begin(&path).await.unwrap();
    upload.write(Bytes::from_static(b"righ")).await.unwrap();
    let error = upload.commit(&sha256(b"right"), 5).await.unwrap_err();
    assert_eq!(error.to_string(), "4 bytes came instead of 5");
    storage.begin(&path).await.unwrap().abort().await.unwrap();
    assert_eq!(files(&folder), Vec::<String>::new());
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
        let mut upload = storage.begin(&file.path().unwrap()).await.unwrap();
        upload.write(Bytes::from_static(b"x")).await.unwrap();
        upload.commit(&hash, 1).await.unwrap();
    }
    assert_eq!(files(&folder).len(), 4);
    storage.delete_attempt(JobId::from_random([1; 16]), &Token::from_random([2; 16])).await.unwrap();
    assert_eq!(files(&folder).len(), 3);
    storage.delete_job(JobId::from_random([1; 16])).await.unwrap();
    assert_eq!(files(&folder).len(), 2);
    storage.delete_job(JobId::from_random([1; 16])).await.unwrap();
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
