//! An agent without a socket: takes jobs from the store itself, as a replica would for it, and reports on them.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use spool_api::{
    storage::ResultFile,
    store::{Feed, Mail, MailPosition, Presence, Speaker, Store, Told},
};
use spool_shared::{
    class::Class,
    ids::{AgentId, BootId, Nonce, ReplicaId},
    job::{Phase, Progress},
    protocol::{AgentCard, Gpu, HeldLease, Offer, Output, Part, Poster, Timings},
    workflow::Workflow,
};

use tokio_util::sync::{CancellationToken, DropGuard};

use crate::world::World;

pub(crate) struct Agent {
    pub(crate) id: AgentId,
    store: Store,
    feed: Feed,
    nonce: Nonce,
    _replica: DropGuard,
}

impl Agent {
    /// One slot for everything.
    pub(crate) async fn connect(world: &World) -> Self {
        Self::connect_as(world, "").await
    }

    /// With the token of this name.
    pub(crate) async fn connect_as(world: &World, identity: &str) -> Self {
        let replica = ReplicaId::from_random(rand::random());
        let limits = world.app.store.limits().clone();
        let store = Store::open(&world.redis_url(), "spool", replica, limits).await.unwrap();
        let feed = store.feed(store.position().await.unwrap(), MailPosition::start()).await.unwrap();
        let card = AgentCard {
            id: AgentId::from_random(rand::random()),
            boot: BootId::from_random(rand::random()),
            name: "a1".into(),
            version: "0.1.0".into(),
            gpus: vec![Gpu { index: 0, name: "RTX 4090".into(), memory_bytes: 24 << 30 }],
            memory_bytes: 1 << 30,
            labels: BTreeMap::from([("region".into(), "eu".into())]),
            price_per_hour: Some(0.5),
        };
        let offers = [Offer { workflow: Workflow::I2v, engine: "scripted".into(), classes: Class::all() }];
        let nonce = Nonce::from_random(rand::random());
        let presence = Presence { nonce, identity, card: &card, offers: &offers, slots: 1, held: &[] };
        store.hello(&presence).await.unwrap();
        // The replica that it would be connected to lives as long as it does.
        let end = CancellationToken::new();
        tokio::spawn(spool_api::maintenance::live(store.clone(), end.clone()));
        Self { id: card.id, store, feed, nonce, _replica: end.drop_guard() }
    }

    /// Who it is on a socket that begins without a hello.
    pub(crate) fn speaker(&self) -> Speaker<'static> {
        Speaker { agent: self.id, identity: "" }
    }

    /// Says that it is there and has nothing.
    pub(crate) async fn beats(&self) {
        assert_eq!(self.store.beat(self.id, self.nonce, &[], &[]).await.unwrap(), Some(vec![]));
    }

    /// Waits for a job and starts it.
    pub(crate) async fn starts(&mut self) -> HeldLease {
        let lease = self.assigned().await;
        assert_eq!(self.store.accept(self.id, &lease).await.unwrap(), Told::Done);
        assert_eq!(self.store.start(self.id, &lease, 0).await.unwrap(), Told::Done);
        lease
    }

    /// Waits for a hand-out.
    pub(crate) async fn assigned(&mut self) -> HeldLease {
        loop {
            let news = self.feed.next().await.unwrap();
            let lease = news.letters.iter().find_map(|letter| match letter.mail {
                Mail::Assign(lease) => Some(lease),
                _ => None,
            });
            if let Some(lease) = lease {
                return lease;
            }
        }
    }

    pub(crate) async fn reports(&self, lease: &HeldLease, seq: u64) {
        let fraction = f64::from(u32::try_from(seq).unwrap()) / 100.0;
        let step = u32::try_from(seq).unwrap();
        let report = Progress { seq, phase: Phase::Denoise, step, steps: 100, fraction };
        self.store.progress(self.id, lease, &report).await.unwrap();
    }

    /// Stores a video with a poster and ends the job.
    pub(crate) async fn succeeds(&self, world: &World, lease: &HeldLease, video: &[u8], poster: &[u8]) {
        let sha256 = |bytes| hex::encode(Sha256::digest(bytes));
        for (part, bytes) in [(Part::Output, video), (Part::Poster, poster)] {
            let hash = sha256(bytes);
            let file = ResultFile { job: lease.job, token: &lease.token, index: 0, part, sha256: &hash };
            let mut upload = world.app.storage.resume(&file, bytes.len() as u64).await.unwrap();
            upload.push(&bytes.to_vec().into());
            upload.finish().await.unwrap();
        }
        let output = Output {
            index: 0,
            content_type: "video/mp4".into(),
            bytes: video.len() as u64,
            sha256: sha256(video),
            width: 832,
            height: 480,
            frames: Some(81),
            fps: Some(16),
            poster: Some(Poster {
                content_type: "image/webp".into(),
                bytes: poster.len() as u64,
                sha256: sha256(poster),
            }),
        };
        let timings = Timings { load_ms: Some(5), ..Timings::default() };
        let told = self.store.succeed(self.id, lease, vec![output], timings).await.unwrap();
        assert_eq!(told, Told::Done);
    }
}
