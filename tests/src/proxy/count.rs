//! How often a line was disturbed: a fault that never fired proves nothing.

use tokio::sync::watch;

use crate::{PATIENCE, within};

#[derive(Default)]
pub(super) struct Count(watch::Sender<u64>);

impl Count {
    pub(super) fn one_more(&self) {
        self.0.send_modify(|count| *count += 1);
    }

    pub(super) fn get(&self) -> u64 {
        *self.0.borrow()
    }

    pub(super) async fn reaches(&self, wanted: u64) {
        let mut count = self.0.subscribe();
        let enough = count.wait_for(|count| *count >= wanted);
        within(PATIENCE, &format!("{wanted} disturbances of a line"), enough)
            .await
            .expect("the line is there");
    }
}
