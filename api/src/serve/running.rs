//! The API from its first request to its orderly end.

use std::time::{Duration, Instant};

use actix_web::{
    dev::{Server, ServerHandle},
    web::Data,
};
use tokio::time::{sleep_until, timeout};
use tracing::{error, info, warn};

use super::ServeError;
use crate::{
    app::App,
    embedded::{Crashes, Embedded, MAX_CRASHES},
    signals::Signals,
    tasks::Tasks,
};

const FINISH_TASKS: Duration = Duration::from_secs(5);
/// For the end of this replica to be recorded.
const SIGN_OFF: Duration = Duration::from_secs(1);

/// The API while it runs.
pub(super) struct Running {
    pub app: Data<App>,
    pub tasks: Tasks,
    pub signals: Signals,
    pub embedded: Option<Embedded>,
    pub crashes: Crashes,
}

impl Running {
    /// Serves until a signal, then ends in order: requests, tasks, Redis.
    pub(super) async fn run(mut self, server: Server) -> Result<(), ServeError> {
        let handle = server.handle();
        let mut server = std::pin::pin!(server);
        let mut result = Ok(());
        let mut asked = 0;
        let mut further_at = None;
        let broken = self.tasks.stop();
        loop {
            tokio::select! {
                ended = &mut server => {
                    result = result.and(ended.map_err(ServeError::Server));
                    break;
                }
                () = self.signals.next() => {
                    asked += 1;
                    if asked > 1 {
                        warn!("Stopping at once: requests in flight are cut off");
                        break;
                    }
                    further_at = Some(self.leave());
                }
                () = sleep_until(further_at.unwrap_or_else(Instant::now).into()), if further_at.is_some() => {
                    further_at = self.go_further(&handle);
                }
                () = broken.cancelled(), if asked == 0 => {
                    asked += 1;
                    result = Err(ServeError::Task);
                    self.stop(&handle);
                }
                () = crashed(&mut self.embedded) => {
                    if let Err(error) = self.heal().await {
                        error!("{error}");
                        // Without Redis no request can be finished.
                        result = Err(error);
                        self.embedded = None;
                        break;
                    }
                }
            }
        }
        self.end().await;
        result
    }

    /// Says to whoever asks that it will stop; when to go further. A load balancer notices it meanwhile.
    fn leave(&self) -> Instant {
        self.app.leaving.cancel();
        let pause = self.app.config.http.stop_pause_ms;
        if pause > 0 {
            info!("Stopping in {pause} ms: load balancers are told to send nothing more");
        }
        Instant::now() + self.half_a_pause()
    }

    /// Ends the streams, and the next time the server: whoever had one may ask for what came of it on the same
    /// connection, which says first that it is about to end.
    fn go_further(&self, handle: &ServerHandle) -> Option<Instant> {
        if self.app.stopping.is_cancelled() {
            self.stop(handle);
            return None;
        }
        self.app.begin_to_stop();
        Some(Instant::now() + self.half_a_pause())
    }

    fn half_a_pause(&self) -> Duration {
        Duration::from_millis(self.app.config.http.stop_pause_ms) / 2
    }

    fn stop(&self, handle: &ServerHandle) {
        info!("Stopping: requests in flight are finished first, a second signal cuts them off");
        self.app.begin_to_stop();
        // The command is under way already; what it returns is the wait for its end.
        drop(handle.stop(true));
    }

    async fn heal(&mut self) -> Result<(), ServeError> {
        if self.crashes.another(Instant::now()) > MAX_CRASHES {
            return Err(ServeError::Crashes);
        }
        match &mut self.embedded {
            Some(embedded) => Ok(embedded.start_again().await?),
            None => Ok(()),
        }
    }

    async fn end(self) {
        self.tasks.shut_down(FINISH_TASKS).await;
        // Its sign of life is over in a moment anyway.
        match timeout(SIGN_OFF, self.app.store.leave()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => warn!("This replica could not sign off: {error}"),
            Err(_) => warn!("This replica could not sign off in time"),
        }
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
        info!("Stopped");
    }
}

/// Returns when the private redis-server crashed; never if there is none.
async fn crashed(embedded: &mut Option<Embedded>) {
    match embedded {
        Some(embedded) => embedded.crashed().await,
        None => std::future::pending().await,
    }
}
