//! Looks for false deaths at the product's own timings: agents that live, behind links so bad that they could be taken
//! for dead. `cargo run --example false_deaths -- MINUTES` keeps links of 1 Mbit/s busy for so many minutes, and beside
//! them links that are 3 s up and 3 s down. Ends with 1 where an agent was declared dead or a job taken from one.

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a program that reports to its caller")]

mod links;
mod load;

use std::{process::ExitCode, time::Duration};

use crate::links::{Kind, watch};

#[tokio::main]
async fn main() -> ExitCode {
    let minutes: u64 =
        std::env::args().nth(1).and_then(|text| text.parse().ok()).expect("a number of minutes");
    let whole = Duration::from_mins(minutes);
    let (slow, flapping) = tokio::join!(watch(Kind::Slow, whole), watch(Kind::Flapping, whole));
    ExitCode::from(u8::from(!(slow && flapping)))
}
