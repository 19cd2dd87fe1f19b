//! What went wrong with an object, in words that may be read by anybody: no name of an object, no address, and nothing
//! of an answer that could repeat a credential.

use std::io;

use super::BadHash;

/// What a storage answers over HTTP begins with, in the words of the library.
const ANSWERED: [&str; 2] = ["Server returned non-2xx status code: ", "Server returned error response: "];
/// Codes of S3 servers for a storage that is full.
const FULL: [&str; 3] = ["XMinioStorageFull", "QuotaExceeded", "InsufficientCapacity"];

/// What went wrong with an object.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The folder of one of these settings cannot be used.
    #[error("the folder {0} of SPOOL_STORAGE_URL or SPOOL_DATA_DIR cannot be used: {1}")]
    Folder(String, String),
    /// The bucket of `SPOOL_STORAGE_URL` cannot be used.
    #[error("the bucket {0} of SPOOL_STORAGE_URL cannot be used: {1}")]
    Bucket(String, String),
    #[error("there is no such object")]
    Missing,
    #[error(transparent)]
    BadHash(#[from] BadHash),
    #[error("the storage is full")]
    Full,
    #[error("storage failed: {0}")]
    Failed(String),
}

impl From<object_store::Error> for StorageError {
    fn from(error: object_store::Error) -> Self {
        if let object_store::Error::NotFound { .. } = error {
            return Self::Missing;
        }
        let cause = Cause::of(&error);
        if cause.full { Self::Full } else { Self::Failed(cause.text) }
    }
}

/// The innermost reason. The layers around it name files and addresses.
struct Cause {
    text: String,
    full: bool,
}

impl Cause {
    fn of(error: &object_store::Error) -> Self {
        let mut innermost: &(dyn std::error::Error + 'static) = error;
        while let Some(source) = innermost.source() {
            innermost = source;
        }
        if let Some(error) = innermost.downcast_ref::<io::Error>() {
            use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
            let full = matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge);
            return Self { text: error.to_string(), full };
        }
        let text = innermost.to_string();
        match ANSWERED.iter().find_map(|words| text.strip_prefix(words)) {
            Some(answer) => Self::answered(answer),
            None => Self { text, full: false },
        }
    }

    /// `403 Forbidden: <Error><Code>SignatureDoesNotMatch</Code>…`: the status and the code, nothing else.
    fn answered(answer: &str) -> Self {
        let code = answer.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
        let code = code.map(|(code, _)| code).filter(|code| code.chars().all(|c| c.is_ascii_alphanumeric()));
        let status = answer.split([':', '<']).next().unwrap_or_default().trim();
        let full = code.is_some_and(|code| FULL.contains(&code));
        let text = match code {
            Some(code) if status.is_empty() => code.to_owned(),
            Some(code) => format!("{status} ({code})"),
            None => status.to_owned(),
        };
        Self { text, full }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StorageError {
        object_store::Error::Generic { store: "S3", source: source.into() }.into()
    }

    #[test]
    fn an_answer_is_told_by_its_status_and_code_alone() {
        let body = "Server returned non-2xx status code: 403 Forbidden: <?xml version=\"1.0\"?><Error>\
                    <Code>InvalidAccessKeyId</Code><AWSAccessKeyId>AKIA123</AWSAccessKeyId></Error>";
        assert_eq!(generic(body).to_string(), "storage failed: 403 Forbidden (InvalidAccessKeyId)");
        let plain = "Server returned non-2xx status code: 502 Bad Gateway: key AKIA123 is wrong";
        assert_eq!(generic(plain).to_string(), "storage failed: 502 Bad Gateway");
    }

    #[test]
    fn a_full_storage_is_told_from_one_that_fails() {
        let full = generic(io::Error::from(io::ErrorKind::StorageFull));
        assert!(matches!(full, StorageError::Full), "{full}");
        let full = generic(
            "Server returned non-2xx status code: 507 Insufficient Storage: <Code>XMinioStorageFull</Code>",
        );
        assert!(matches!(full, StorageError::Full), "{full}");
        let denied = generic(io::Error::from(io::ErrorKind::PermissionDenied));
        assert_eq!(denied.to_string(), "storage failed: permission denied");
    }
}
