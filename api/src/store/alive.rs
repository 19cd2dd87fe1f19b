//! That this API process lives.

use super::{Store, StoreError};

impl Store {
    /// Says that this replica lives, for three seconds.
    pub async fn sign_of_life(&self) -> Result<(), StoreError> {
        let call = self.call(&self.scripts().alive).arg("replica", self.replica().to_string());
        let reply = self.run(call).await?;
        if reply.word()? == "ok" { Ok(()) } else { Err(reply.odd()) }
    }
}
