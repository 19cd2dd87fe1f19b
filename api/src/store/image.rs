//! Pictures that their owner may name by an id: uploaded once, used in any number of requests.

use std::{fmt, str::FromStr};

use super::{Store, StoreError, StoredInput, record::parse_json};

/// Names a picture by its content: the SHA-256 of what is stored, and the EXIF orientation, which the stored file
/// does not say any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageId {
    pub sha256: String,
    pub orientation: u8,
}

/// A text that is no id of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an image id")]
pub struct InvalidImageId;

impl fmt::Display for ImageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.sha256, self.orientation)
    }
}

impl FromStr for ImageId {
    type Err = InvalidImageId;
    fn from_str(text: &str) -> Result<Self, InvalidImageId> {
        // Only the canonical spelling: the text becomes part of a Redis key.
        let (sha256, orientation) = text.split_once('.').ok_or(InvalidImageId)?;
        let digits =
            sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        match orientation.as_bytes() {
            [digit @ b'1'..=b'8'] if digits => {
                Ok(Self { sha256: sha256.to_owned(), orientation: digit - b'0' })
            }
            _ => Err(InvalidImageId),
        }
    }
}

impl StoredInput {
    /// The id under which an owner may name it.
    #[must_use]
    pub fn image_id(&self) -> ImageId {
        ImageId { sha256: self.sha256.clone(), orientation: self.orientation }
    }
}

/// A picture under its id, and until when it is kept if nobody uses it: milliseconds on Redis' clock.
#[derive(Debug, Clone)]
pub struct KeptImage {
    pub picture: StoredInput,
    pub expires_at: u64,
}

impl Store {
    /// Lets the owner name a picture, which must be held and stored.
    pub async fn keep_image(&self, owner: &str, picture: StoredInput) -> Result<KeptImage, StoreError> {
        let json = serde_json::to_string(&picture).map_err(|error| StoreError::record("image", error))?;
        let call = self
            .call(&self.scripts().keep_image)
            .arg("owner", owner)
            .arg("id", picture.image_id().to_string())
            .arg("hash", &picture.sha256)
            .arg("picture", json);
        let reply = self.run(call).await?;
        match reply.word()? {
            "ok" => Ok(KeptImage { picture, expires_at: reply.get(1)? }),
            _ => Err(reply.odd()),
        }
    }

    /// The picture that the owner names; its time begins anew. Another owner's is unknown.
    pub async fn use_image(&self, owner: &str, id: &ImageId) -> Result<Option<KeptImage>, StoreError> {
        let call = self
            .call(&self.scripts().use_image)
            .arg("owner", owner)
            .arg("id", id.to_string())
            .arg("hash", &id.sha256);
        let reply = self.run(call).await?;
        match reply.word()? {
            "ok" => {
                let picture: String = reply.get(1)?;
                let picture = parse_json("image", &picture)?;
                Ok(Some(KeptImage { picture, expires_at: reply.get(2)? }))
            }
            "missing" => Ok(None),
            _ => Err(reply.odd()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let digits = "0a".repeat(32);
        let id: ImageId = format!("{digits}.6").parse().unwrap();
        assert_eq!((id.to_string(), id.orientation), (format!("{digits}.6"), 6));
        for text in [
            digits.clone(),
            format!("{digits}."),
            format!("{digits}.0"),
            format!("{digits}.9"),
            format!("{digits}.06"),
            format!("{}.1", digits.to_uppercase()),
            format!("{}.1", &digits[1..]),
            format!("../{digits}.1"),
            String::new(),
        ] {
            assert_eq!(text.parse::<ImageId>(), Err(InvalidImageId), "{text}");
        }
    }
}
