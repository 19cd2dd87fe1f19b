//! `GET /api/ws`: everything that a page shows, as it happens.
//!
//! # Messages
//!
//! Text frames are JSON objects with their name in `t`; names and fields that are not known are to be ignored, on both
//! sides. Binary frames are previews.
//!
//! | browser → server | when |
//! |---|---|
//! | `hello {v: 1, resume}` | first, within 5 s; `resume` is the last position that was heard, `null` at first |
//! | `watch {ids}` | the jobs on the screen, 12 at most; previews come for them only, and for the caller's own only |
//! | `ping` | at each heartbeat; answered with `hb` |
//!
//! | server → browser | when |
//! |---|---|
//! | `welcome {v, hb_ms, session}` | after `hello` |
//! | `snapshot {position, jobs, cursor, queue, fleet}` | then, unless it resumes; and whenever the server cannot tell what was missed. It replaces all that is known: the newest 50 jobs and every other one that has not ended (of the newest 2,000), as `GET /api/jobs` shows them; `cursor` leads to the page after the newest ones |
//! | `resumed {position}` | instead of a snapshot: all that changed since follows as `jobs` and `gone` |
//! | `jobs {position, p}` | jobs changed: transitions at once, progress four times a second |
//! | `gone {position, ids}` | jobs were deleted, or kept long enough |
//! | `queue {depth, limit}` | at most once a second, when it changed |
//! | `fleet {agents}` | likewise; every agent, as `GET /api/agents` shows it. That an agent was seen again is no change |
//! | `hb {position}` | each `hb_ms`, and as the answer to `ping` |
//! | `reset {why}` | the session ended and every job with it; a snapshot of the new one follows |
//!
//! # How to follow
//!
//! An entry of `p` that has `workflow` is a whole job; any other has the `id` and every field that can change, so that
//! it can be laid over the job that is known, or be ignored when none is. Values are absolute. An entry whose `version`
//! is lower than the known one is late: ignore it. So frames may be lost, merged or repeated, and the result is right.
//! `queue_position`, `starts_in_ms` and `eta_ms` are as of the moment of reading; they go on without a new version.
//!
//! A position is opaque and comes back in `resume`. One that is too old, of another session or no position at all leads
//! to a snapshot, never to an error.
//!
//! # Previews
//!
//! `u8 layout = 1 | u8 kind = 1 (WebP) | u16 length of the id | u32 number | id | picture`, numbers big-endian. At most
//! one a second for each job, two while a page watches only that one. The last one that came is the newest; the number
//! grows within an attempt.
//!
//! # Ends
//!
//! | code | why | what to do |
//! |---|---|---|
//! | 4001 | the key that opened the socket was revoked | log in again |
//! | 4002 | `v` is not served | load the page again |
//! | 4003 | the server restarts | come back at once |
//! | 1013 | the browser reads too slowly | come back after a while |
//! | 1003, 1007, 1009 | not text, not JSON, larger than 4 KiB | mend the client |
//! | 1008 | no `hello`, silent for three heartbeats, or a flood | mend the client |
//!
//! Whoever hears nothing for three heartbeats should close and come back. A browser that reads slowly is not cut off:
//! when 64 frames wait they are dropped and one snapshot takes their place as soon as it reads again.
//!
//! # Who may
//!
//! Browsers let every page open sockets to everywhere, so the `Origin` is checked before the handshake: see
//! [`super::host`], and with keys [`super::access`]: a cookie opens a socket for the server's own pages alone. Programs
//! that send a key, or where there are none no `Origin`, are as welcome as at any other address of the API.

mod board;
mod body;
mod browsers;
mod connection;
mod frame;
mod from_browser;
mod news;
mod outbox;
mod previews;
mod room;
mod to_browser;

pub use browsers::Browsers;
pub(super) use connection::connect;
