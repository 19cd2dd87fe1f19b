//! An agent for many jobs and for pictures of the studio, without workers:
//! `cargo run --example crowd -- works|reports|shows ADDRESS SLOTS [NAME]`. It runs until it is ended.
//!
//! `works` ends each job at once with a small picture; `reports` holds every job and tells of each 20 times a second;
//! `shows` holds them, too, on GPUs that it says it has, and goes a step further every few seconds.

#![expect(clippy::expect_used, reason = "a program for the console that may stop with its cause")]

mod reports;
mod shows;

use spool_tests::bare_agent::BareAgent;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let (what, address, slots) = (arguments.next(), arguments.next(), arguments.next());
    let name = arguments.next().unwrap_or_else(|| "crowd".to_owned());
    let address = address.expect("the address of a server: host:port");
    let slots: u32 = slots.and_then(|text| text.parse().ok()).expect("a number of slots");
    match what.as_deref() {
        Some("works") => BareAgent::dial(&name, &address, slots).await.works().await,
        Some("reports") => reports::run(BareAgent::dial(&name, &address, slots).await).await,
        Some("shows") => shows::run(&name, &address, slots).await,
        _ => panic!("the first argument is works, reports or shows"),
    }
}
