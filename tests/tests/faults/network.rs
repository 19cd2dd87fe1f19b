//! Networks that lose packets, one way or both, for a while or all the time.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use spool_shared::job::Status;
use spool_tests::{
    Job, PATIENCE, World, absent,
    deadline::look_until,
    job::Spent,
    network::{Network, Way},
};

/// A network before the first replica; nothing only where that may be absent.
async fn network(world: &World) -> Option<Network> {
    let network = Network::to(world.replica(0).address(), world.folder()).await;
    if network.is_none() {
        absent::skips(
            "network",
            "this machine gives a process no network of its own, or lacks ip, tc or nft",
        );
    }
    network
}

/// The first dials through a network of its own and runs the job; the second has none to do yet.
struct Pair {
    job: Job,
    network: Network,
    // Last, for then the network ends before the world that it is part of.
    world: World,
}

impl Pair {
    async fn start(script: &str) -> Option<Self> {
        let mut world = World::plan().start().await;
        let network = network(&world).await?;
        world.add_agent_in(&network);
        let submitted = world.client().submit(script).await;
        let job = world.client().running(&submitted.id).await;
        assert_eq!(job.agent_name(), "agent-1");
        world.add_agent();
        world.agents_are_known();
        Some(Self { job, network, world })
    }

    fn awaits(&self, what: &str, seen: impl Fn(&Self) -> bool) {
        let seen = tokio::task::block_in_place(|| look_until(PATIENCE, || seen(self).then_some(())));
        assert!(seen.is_some(), "still waiting for this: {what}");
    }

    /// Awaits that the job is taken from the first agent; how long that took from now.
    async fn moves(&self) -> Duration {
        let began = Instant::now();
        let moved = |job: &Job| job.agent.as_ref().is_some_and(|agent| agent.name == "agent-2");
        self.world.client().until(&self.job.id, "the second agent has the job", moved).await;
        began.elapsed()
    }

    /// The job ended well on the second agent, and was lost once.
    async fn ends_on_the_second(&self) {
        let job = self.world.client().ended(&self.job.id).await;
        let spent = Spent { attempts: 2, losses: 1, ..Spent::default() };
        assert_eq!((job.status, job.spent()), (Status::Succeeded, spent), "{job:?}");
        assert_eq!((job.agent_name(), job.outputs.len()), ("agent-2", 1));
        assert_eq!(self.world.redis().told("lost"), 1);
    }

    /// The first agent is back and does what it is given.
    async fn first_is_back(&self) {
        self.awaits("both agents", |pair| pair.world.redis().agents() == 2);
        let (one, other) = (self.world.client().submit("steps=1"), self.world.client().submit("steps=1"));
        for job in [one.await, other.await] {
            assert_eq!(self.world.client().ended(&job.id).await.status, Status::Succeeded);
        }
    }
}

/// Longer than any agent is waited for.
const LONG: &str = "steps=60 step_ms=100";

/// All packets of these ways are lost until the job has moved; `limit` is what the settings promise.
async fn packets_are_lost(ways: &[Way], limit: Duration) {
    let Some(pair) = Pair::start(LONG).await else { return };
    for way in ways {
        pair.network.drops(*way, 100);
    }
    let took = pair.moves().await;
    assert!(pair.network.dropped() > 0);
    // The rest is a machine with other things to do.
    assert!(took < limit + Duration::from_secs(2), "it took {took:?}");
    pair.network.heals();
    pair.first_is_back().await;
    pair.ends_on_the_second().await;
}

/// Of silence, and until the reaper looks.
const SILENT: Duration = Duration::from_millis(3_100);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_whose_packets_are_lost_is_given_up_in_time() {
    packets_are_lost(&[Way::Up], SILENT).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_hears_nothing_leaves_its_socket_and_its_job_runs_elsewhere() {
    // It waits as long as it would be waited for, and closes; then the grace of a closed socket counts.
    packets_are_lost(&[Way::Down], SILENT + Duration::from_secs(1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_is_cut_off_both_ways_is_given_up_in_time() {
    packets_are_lost(&[Way::Up, Way::Down], SILENT).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_long_cut_only_the_new_connection_counts() {
    let Some(pair) = Pair::start("steps=20 step_ms=100").await else { return };
    for way in [Way::Up, Way::Down] {
        pair.network.drops(way, 100);
    }
    // Meanwhile the first agent ends the job too, and nobody hears of it.
    pair.ends_on_the_second().await;
    let agent = pair.world.agent(0).process().log();
    agent.line(&["no answer was heard"]).await;
    pair.awaits("the first is forgotten", |pair| pair.world.redis().agents() == 1);
    let replica = pair.world.replica(0).process().log();
    replica.line(&["agent.name=agent-1", "The connection to the agent closed"]).await;
    let (mark, before) = (replica.len(), pair.world.client().job(&pair.job.id).await);
    assert!(pair.network.dropped() > 0);
    pair.network.heals();
    replica.line_after(mark, &["Agent agent-1 is connected"]).await;
    pair.first_is_back().await;
    let after = pair.world.client().job(&pair.job.id).await;
    assert_eq!(after.version, before.version, "the late result changed something: {after:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_network_that_loses_a_third_of_all_packets_delays_a_job_and_loses_no_agent() {
    const BYTES: u64 = 20_000;
    let mut world = World::plan().patient().start().await;
    let Some(network) = network(&world).await else { return };
    world.add_agent_in(&network);
    network.slows("1mbit");
    network.drops(Way::Up, 30);
    network.drops(Way::Down, 30);
    let job = world.client().succeeded(&format!("steps=10 step_ms=50 output_bytes={BYTES}")).await;
    assert_eq!(job.spent(), Spent { attempts: 1, ..Spent::default() }, "{job:?}");
    assert_eq!(world.client().download(&job.outputs[0].url).await.len() as u64, BYTES);
    assert_eq!((world.redis().told("lost"), world.redis().agents()), (0, 1));
    assert!(network.dropped() >= 10, "only {} packets were dropped", network.dropped());
    network.heals();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_flaps_costs_no_job_more_than_one_agent() {
    const HALF: Duration = Duration::from_millis(450); // 3 s, as the other times are scaled
    let Some(pair) = Pair::start("steps=20 step_ms=100").await else { return };
    let client = pair.world.client();
    let short = join_all((0..5).map(|_| client.submit("steps=20 step_ms=100"))).await;
    let jobs: Vec<&str> = short.iter().chain([&pair.job]).map(|job| job.id.as_str()).collect();
    let mut flaps = 0_u64;
    let flapping = async {
        loop {
            let before = pair.network.dropped();
            pair.network.drops(Way::Up, 100);
            pair.network.drops(Way::Down, 100);
            tokio::time::sleep(HALF).await;
            flaps += u64::from(pair.network.dropped() > before);
            pair.network.heals();
            tokio::time::sleep(HALF).await;
        }
    };
    let ended = tokio::select! {
        ended = join_all(jobs.iter().map(|id| client.ended(id))) => ended,
        () = flapping => unreachable!("it goes on for ever"),
    };
    pair.network.heals();
    assert!(flaps >= 4, "the link was down {flaps} times");
    for job in &ended {
        assert_eq!(job.status, Status::Succeeded, "{job:?}");
        assert!(job.attempts <= 2 && job.bounces <= 1, "{job:?}");
    }
    let by_the_first = ended.iter().filter(|job| job.agent_name() == "agent-1").count();
    assert!(by_the_first >= 1, "{ended:?}");
    // What it has is taken from the agent once, and not again and again.
    assert!(pair.world.redis().told("lost") <= 1);
    pair.first_is_back().await;
}
