//! Keeps pictures from being swept while a request is about to use them.

use std::time::Duration;

use super::{Store, StoreError};

/// Between two looks at a picture that is being deleted, which takes a moment.
const PAUSE: Duration = Duration::from_millis(20);
/// How often to look: longer than a deletion that was cut off blocks anybody.
const LOOKS: u32 = 2_000;

impl Store {
    /// Keeps these pictures for longer than any request may take, whether they are stored already or will be.
    /// Waits while one of them is being deleted.
    pub async fn hold<'a>(&self, hashes: impl Iterator<Item = &'a str>) -> Result<(), StoreError> {
        let hashes = hashes.collect::<Vec<_>>().join(" ");
        for _ in 0..LOOKS {
            let reply = self.run(self.call(&self.scripts().hold).arg("hashes", &hashes)).await?;
            match reply.word()? {
                "ok" => return Ok(()),
                "busy" => tokio::time::sleep(PAUSE).await,
                _ => return Err(reply.odd()),
            }
        }
        Err(StoreError::contract("hold", "a picture is being deleted and never gone"))
    }
}
