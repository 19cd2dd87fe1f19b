//! Agents that each have a link of its own, over which they work all the time.

use std::{
    future::pending,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use spool_tests::{
    World,
    network::{Network, Way},
};
use tokio::{task::JoinSet, time::sleep};

use crate::load::{Done, work};

/// How many agents have a link of one kind.
const AGENTS: usize = 2;
/// One more than there are agents, so that none is ever without a job for long.
const CUSTOMERS: usize = AGENTS + 1;
/// How long a link that flaps is up, and then down.
const HALF: Duration = Duration::from_secs(3);

/// What the links are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It carries 1 Mbit/s, and results fill it.
    Slow,
    /// It is 3 s up and 3 s down.
    Flapping,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Slow => "1 Mbit/s",
            Self::Flapping => "3 s up, 3 s down",
        }
    }

    /// What each job does.
    const fn script(self) -> &'static str {
        match self {
            Self::Slow => "steps=2 step_ms=100 unique=1 output_bytes=1000000",
            Self::Flapping => "steps=20 step_ms=500 unique=1 output_bytes=100000",
        }
    }
}

/// Watches agents behind links of a kind for so long; whether none was taken for dead.
pub(crate) async fn watch(kind: Kind, whole: Duration) -> bool {
    let mut world = World::plan().as_delivered().with("SPOOL_LOG", "info").start().await;
    let mut networks = Vec::new();
    for _ in 0..AGENTS {
        let network = Network::to(world.replica(0).address(), world.folder()).await;
        let network = network.expect("a machine that lets a process have a network of its own");
        world.add_agent_in(&network);
        if kind == Kind::Slow {
            network.slows("1mbit");
        }
        networks.push(network);
    }
    let began = Instant::now();
    let mut customers = JoinSet::new();
    for _ in 0..CUSTOMERS {
        let client = world.client().clone();
        customers.spawn(async move { work(&client, kind.script(), began, whole).await });
    }
    let flaps = AtomicUsize::new(0);
    let done: Done = tokio::select! {
        done = customers.join_all() => done.into_iter().sum(),
        () = flap(kind, &networks, &flaps) => unreachable!("links flap as long as anybody looks"),
    };
    networks.iter().for_each(Network::heals);
    let flaps = flaps.into_inner();
    let dropped: u64 = networks.iter().map(Network::dropped).sum();
    let told = world.replica(0).process().log().to_string();
    let dead = told.lines().filter(|line| line.contains("is gone;")).count();
    let lapsed = told.lines().filter(|line| line.contains("The lease of job")).count();
    let redials: usize = (0..AGENTS).map(|agent| redials(&world, agent)).sum();
    println!(
        "{}: {AGENTS} agents for {:.0?}; {dropped} packets dropped, {flaps} times down, {redials} connections lost",
        kind.name(),
        began.elapsed()
    );
    println!("  {done}");
    println!("  declared dead: {dead}, leases lapsed: {lapsed}, jobs lost: {}", done.losses);
    // The networks end before the world that they are part of.
    drop(networks);
    drop(world);
    let disturbed = match kind {
        Kind::Slow => done.bytes > 0,
        Kind::Flapping => flaps > 0 && dropped > 0,
    };
    disturbed && dead == 0 && lapsed == 0 && done.losses == 0
}

/// Takes links that flap down and up; counts how often one of them lost packets meanwhile.
async fn flap(kind: Kind, networks: &[Network], flaps: &AtomicUsize) {
    if kind == Kind::Slow {
        return pending().await;
    }
    loop {
        let before: Vec<u64> = networks.iter().map(Network::dropped).collect();
        for network in networks {
            network.drops(Way::Up, 100);
            network.drops(Way::Down, 100);
        }
        sleep(HALF).await;
        let lost = networks.iter().zip(before).filter(|(network, before)| network.dropped() > *before);
        flaps.fetch_add(lost.count(), Ordering::Relaxed);
        networks.iter().for_each(Network::heals);
        sleep(HALF).await;
    }
}

/// How often an agent lost its connection, by its own word.
fn redials(world: &World, agent: usize) -> usize {
    let told = world.agent(agent).process().log().to_string();
    told.lines().filter(|line| line.contains("Lost the connection to the API")).count()
}
