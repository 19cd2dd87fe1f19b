//! What every handler has at hand.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::{
    admission::Admission,
    auth::Access,
    config::Config,
    fanout::Hub,
    gateway::Gateway,
    http::{Bodies, Browsers, Origins, Studio},
    images::Pictures,
    measure::Figures,
    scheduler::Bell,
    storage::Storage,
    store::Store,
};

/// The parts of a running API.
pub struct App {
    pub config: Config,
    /// Who may ask.
    pub access: Access,
    /// How much is let in.
    pub admission: Arc<Admission>,
    /// Where requests come from.
    pub origins: Origins,
    /// The names that the server has; any where there is none.
    pub hosts: Vec<String>,
    pub store: Store,
    pub storage: Storage,
    pub hub: Hub,
    pub browsers: Browsers,
    pub bell: Bell,
    pub gateway: Gateway,
    pub pictures: Pictures,
    pub figures: Figures,
    /// Memory for request bodies in flight.
    pub bodies: Bodies,
    /// The web page for people.
    pub studio: Studio,
    /// Canceled when the API is told to stop: `/readyz` says no, and connections end with the answer to their request.
    pub leaving: CancellationToken,
    /// Canceled when the API begins to stop: streams end.
    pub stopping: CancellationToken,
}

impl App {
    /// Begins to stop: what is open ends, nothing new begins.
    pub fn begin_to_stop(&self) {
        self.leaving.cancel();
        self.stopping.cancel();
        self.gateway.say_goodbye();
    }
}
