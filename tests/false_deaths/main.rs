//! Looks for false deaths at the product's own timings: agents that live, behind links so bad that they could be taken
//! for dead. `cargo run --example false_deaths -- MINUTES` keeps links of 1 Mbit/s busy for so many minutes, and beside
//! them links that are 3 s up and 3 s down. Then Redis, and all replicas, are away for a while, and at last it looks how
//! late heartbeats are beside a large upload. Ends with 1 where an agent was declared dead, a job was taken from one, or
//! heartbeats were late. With 0 minutes there are no links.

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a program that reports to its caller")]

mod heartbeats;
mod links;
mod load;
mod outages;
#[path = "../detection/sample.rs"]
mod sample;

use std::{process::ExitCode, time::Duration};

use crate::links::{Kind, watch};

#[tokio::main]
async fn main() -> ExitCode {
    let minutes: u64 =
        std::env::args().nth(1).and_then(|text| text.parse().ok()).expect("a number of minutes");
    let whole = Duration::from_mins(minutes);
    let mut kept = true;
    if minutes > 0 {
        let (slow, flapping) = tokio::join!(watch(Kind::Slow, whole), watch(Kind::Flapping, whole));
        kept &= slow && flapping;
    }
    kept &= outages::everybody_survives().await;
    kept &= heartbeats::beside_a_large_upload().await;
    ExitCode::from(u8::from(!kept))
}
