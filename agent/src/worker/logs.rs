//! What a worker prints becomes log lines: of bounded length, at a bounded rate, whatever it prints.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tracing::{info, warn};

/// The longest line kept; the rest of a longer one is dropped.
pub const MAX_LINE: usize = 4096;
/// Lines that may come at once, and that are granted anew each second.
const BURST: u32 = 100;
const PER_SECOND: u32 = 20;

/// Cuts a stream into lines without ever holding more than one.
#[derive(Debug, Default)]
pub struct LineCutter {
    line: Vec<u8>,
    cut: bool,
}

impl LineCutter {
    /// Takes bytes as they come and gives each finished line to `each`, readable and without control characters.
    pub fn push(&mut self, bytes: &[u8], mut each: impl FnMut(String)) {
        for part in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            let (text, ended) = match part.split_last() {
                Some((b'\n' | b'\r', text)) => (text, true),
                _ => (part, false),
            };
            let room = MAX_LINE - self.line.len();
            self.line.extend_from_slice(text.get(..room).unwrap_or(text));
            self.cut |= text.len() > room;
            if ended {
                self.finish(&mut each);
            }
        }
    }

    /// Gives out what stands without an end of line.
    pub fn finish(&mut self, each: &mut impl FnMut(String)) {
        let mut text =
            String::from_utf8_lossy(&self.line).replace(|c: char| c.is_control() && c != '\t', " ");
        if self.cut {
            text.push('…');
        }
        self.line.clear();
        self.cut = false;
        if !text.trim().is_empty() {
            each(text.trim_end().to_owned());
        }
    }
}

/// How many lines may still be logged, as a bucket that fills with time.
#[derive(Debug)]
pub struct LineBudget {
    left: f64,
    filled: Instant,
    dropped: u64,
}

impl LineBudget {
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self { left: f64::from(BURST), filled: now, dropped: 0 }
    }

    /// `Some(n)` when a line may be logged, `n` being the number of lines dropped before it.
    pub fn take(&mut self, now: Instant) -> Option<u64> {
        let gained = now.saturating_duration_since(self.filled).as_secs_f64() * f64::from(PER_SECOND);
        self.left = (self.left + gained).min(f64::from(BURST));
        self.filled = now;
        if self.left < 1.0 {
            self.dropped += 1;
            return None;
        }
        self.left -= 1.0;
        Some(std::mem::take(&mut self.dropped))
    }
}

/// The last line that a worker printed: why it would not start.
#[derive(Debug, Clone, Default)]
pub struct LastLine(Arc<Mutex<String>>);

impl LastLine {
    #[must_use]
    pub fn get(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, line: &str) {
        line.clone_into(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Reads `pipe` to its end, into the log.
pub async fn follow(mut pipe: impl AsyncRead + Unpin, slot: u32, stream: &'static str, last: LastLine) {
    let mut cutter = LineCutter::default();
    let mut budget = LineBudget::new(Instant::now());
    let mut buffer = vec![0; 8 * 1024];
    let mut log = |line: String| {
        last.set(&line);
        match budget.take(Instant::now()) {
            Some(0) => info!(target: "worker", slot, stream, "{line}"),
            Some(dropped) => {
                warn!(target: "worker", slot, stream, dropped, "The worker prints too fast; lines were dropped");
                info!(target: "worker", slot, stream, "{line}");
            }
            None => {}
        }
    };
    while let Ok(count @ 1..) = pipe.read(&mut buffer).await {
        cutter.push(buffer.get(..count).unwrap_or_default(), &mut log);
    }
    cutter.finish(&mut log);
}

/// How long the pipes of a worker that is gone may stay open.
pub const PIPES_CLOSE: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(chunks: &[&[u8]]) -> Vec<String> {
        let (mut cutter, mut lines) = (LineCutter::default(), Vec::new());
        for chunk in chunks {
            cutter.push(chunk, |line| lines.push(line));
        }
        cutter.finish(&mut |line| lines.push(line));
        lines
    }

    #[test]
    fn lines_come_out_whole_however_they_arrive() {
        assert_eq!(lines(&[b"one\ntw", b"o\r\n\n", b"three"]), ["one", "two", "three"]);
    }

    #[test]
    fn an_endless_line_is_cut_and_costs_no_more_than_its_limit() {
        let mut cutter = LineCutter::default();
        let mut seen = Vec::new();
        for _ in 0..1000 {
            cutter.push(&[b'x'; 10_000], |line| seen.push(line));
            assert!(cutter.line.capacity() <= 2 * MAX_LINE, "{}", cutter.line.capacity());
        }
        cutter.push(b"\nnext\n", |line| seen.push(line));
        assert_eq!(seen.iter().map(String::len).collect::<Vec<_>>(), [MAX_LINE + '…'.len_utf8(), 4]);
    }

    #[test]
    fn bytes_that_are_no_text_and_escape_sequences_are_made_harmless() {
        assert_eq!(lines(&[b"a\xffb\x1b[31mc\0\n"]), ["a\u{fffd}b [31mc"]);
    }

    #[test]
    fn a_flood_is_thinned_and_the_dropped_lines_are_counted() {
        let start = Instant::now();
        let mut budget = LineBudget::new(start);
        let passed = (0..1000).filter(|_| budget.take(start).is_some()).count();
        assert_eq!(passed, 100);
        assert_eq!(budget.take(start + Duration::from_secs(1)), Some(900));
    }
}
