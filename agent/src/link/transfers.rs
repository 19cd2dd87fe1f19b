//! Which bytes of which upload go next: plain data, no I/O.

use std::{
    collections::{BTreeMap, VecDeque},
    fs::File,
    sync::Arc,
    time::Instant,
};

use spool_shared::protocol::{BulkFromAgent, BulkToAgent, CHUNK_BYTES, MAX_BULK_BYTES, WINDOW_BYTES};
use tokio::sync::mpsc;

use super::transfer::{FileToStore, Stage, Transfer, Update};

/// The envelope of a chunk is far smaller.
const LARGEST_CHUNK: u64 = MAX_BULK_BYTES as u64 - 1024;

/// What is to be sent next.
#[derive(Debug)]
pub(super) enum Frame {
    Message(BulkFromAgent),
    /// `length` bytes of `file` from `offset` on.
    Chunk {
        upload: u32,
        file: Arc<File>,
        offset: u64,
        length: u64,
        /// Whether others of the file follow it.
        more: bool,
    },
}

/// Everything that waits for the bulk socket or is under way on it.
#[derive(Debug)]
pub(super) struct Transfers {
    chunk: u64,
    window: u64,
    previews: VecDeque<BulkFromAgent>,
    uploads: BTreeMap<u32, Transfer>,
    next: u32,
    served: u32,
}

impl Default for Transfers {
    fn default() -> Self {
        Self {
            chunk: CHUNK_BYTES.into(),
            window: WINDOW_BYTES.into(),
            previews: VecDeque::new(),
            uploads: BTreeMap::new(),
            next: 0,
            served: 0,
        }
    }
}

impl Transfers {
    pub(super) fn set_limits(&mut self, chunk: u32, window: u32) {
        self.chunk = u64::from(chunk).clamp(1, LARGEST_CHUNK);
        self.window = u64::from(window).max(self.chunk);
    }

    pub(super) fn add(&mut self, what: FileToStore, updates: mpsc::UnboundedSender<Update>) -> u32 {
        let upload = self.next;
        self.next = self.next.wrapping_add(1);
        self.uploads.insert(upload, Transfer { what, stage: Stage::New, awaiting: None, updates });
        upload
    }

    pub(super) fn remove(&mut self, upload: u32) {
        self.uploads.remove(&upload);
    }

    /// An upload is over because its file cannot be read here.
    pub(super) fn on_unreadable(&mut self, upload: u32) {
        if let Some(transfer) = self.uploads.get(&upload) {
            // Whoever asked may have lost interest.
            let _ = transfer.updates.send(Update::Unreadable);
        }
        self.remove(upload);
    }

    /// The newest preview of a job takes the place of one that was not sent yet.
    pub(super) fn show(&mut self, preview: BulkFromAgent) {
        let of = |preview: &BulkFromAgent| match preview {
            BulkFromAgent::Preview { token, .. } => Some(*token),
            _ => None,
        };
        match self.previews.iter_mut().find(|waiting| of(waiting) == of(&preview)) {
            Some(waiting) => *waiting = preview,
            None => self.previews.push_back(preview),
        }
    }

    /// Whether a connection is needed.
    pub(super) fn wants_connection(&self) -> bool {
        !self.previews.is_empty() || !self.uploads.is_empty()
    }

    /// The connection is a new one: every upload is announced again.
    pub(super) fn start_over(&mut self) {
        for transfer in self.uploads.values_mut() {
            (transfer.stage, transfer.awaiting) = (Stage::New, None);
        }
    }

    /// The next frame: previews first, then announcements, then one chunk of each upload in turn.
    pub(super) fn next_frame(&mut self, now: Instant) -> Option<Frame> {
        if let Some(preview) = self.previews.pop_front() {
            return Some(Frame::Message(preview));
        }
        self.announcement(now).or_else(|| self.next_chunk())
    }

    fn announcement(&mut self, now: Instant) -> Option<Frame> {
        let (upload, transfer) =
            self.uploads.iter_mut().find(|(_, transfer)| transfer.stage == Stage::New)?;
        (transfer.stage, transfer.awaiting) = (Stage::Announced, Some(now));
        let FileToStore { job, token, index, part, bytes, sha256, .. } = transfer.what.clone();
        Some(Frame::Message(BulkFromAgent::Begin { upload: *upload, job, token, index, part, bytes, sha256 }))
    }

    fn next_chunk(&mut self) -> Option<Frame> {
        let (chunk, window, served) = (self.chunk, self.window, self.served);
        let (later, earlier): (Vec<_>, Vec<_>) =
            self.uploads.iter_mut().partition(|(upload, _)| **upload > served);
        let (upload, transfer, room) = later.into_iter().chain(earlier).find_map(|(upload, transfer)| {
            let room = transfer.room(chunk, window);
            (room > 0).then_some((*upload, transfer, room))
        })?;
        let Stage::Flowing { sent, .. } = &mut transfer.stage else { return None };
        let (file, more) = (transfer.what.file.clone(), *sent + room < transfer.what.bytes);
        let frame = Frame::Chunk { upload, file, offset: *sent, length: room, more };
        *sent += room;
        self.served = upload;
        Some(frame)
    }

    /// Takes an answer of the API.
    pub(super) fn on_answer(&mut self, answer: &BulkToAgent, now: Instant) {
        let (upload, update) = match *answer {
            BulkToAgent::Have { upload, offset } => (upload, Update::Have(offset)),
            BulkToAgent::Stored { upload } => (upload, Update::Stored),
            BulkToAgent::Refused { upload, code } => (upload, Update::Refused(code)),
        };
        if let Some(transfer) = self.uploads.get_mut(&upload) {
            transfer.on_update(update);
            // An upload is over with an answer, so another one is always to come.
            transfer.awaiting = transfer.awaiting.map(|_| now);
            if !matches!(update, Update::Have(_)) {
                self.uploads.remove(&upload);
            }
        }
    }

    /// Since when the API owes an answer about the upload that waits longest.
    pub(super) fn awaiting_since(&self) -> Option<Instant> {
        self.uploads.values().filter_map(|transfer| transfer.awaiting).min()
    }
}

#[cfg(test)]
mod tests {
    use spool_shared::{
        ids::{JobId, Token},
        protocol::{Part, RefusedCode},
    };

    use super::*;

    fn file(bytes: u64) -> FileToStore {
        FileToStore {
            job: JobId::from_random([1; 16]),
            token: Token::from_random([2; 16]),
            index: 0,
            part: Part::Output,
            bytes,
            sha256: String::new(),
            file: Arc::new(tempfile::tempfile().unwrap()),
        }
    }

    fn transfers(sizes: &[u64]) -> Transfers {
        let mut transfers = Transfers::default();
        transfers.set_limits(10, 25);
        for bytes in sizes {
            let (updates, _) = mpsc::unbounded_channel();
            transfers.add(file(*bytes), updates);
        }
        transfers
    }

    /// What goes next, in short: `begin 0`, `0: 10+5`.
    fn next(transfers: &mut Transfers) -> Option<String> {
        transfers.next_frame(Instant::now()).map(|frame| match frame {
            Frame::Message(BulkFromAgent::Begin { upload, .. }) => format!("begin {upload}"),
            Frame::Message(BulkFromAgent::Preview { seq, .. }) => format!("preview {seq}"),
            Frame::Message(other) => format!("{other:?}"),
            Frame::Chunk { upload, offset, length, .. } => format!("{upload}: {offset}+{length}"),
        })
    }

    fn have(transfers: &mut Transfers, upload: u32, offset: u64) {
        transfers.on_answer(&BulkToAgent::Have { upload, offset }, Instant::now());
    }

    fn all(transfers: &mut Transfers) -> Vec<String> {
        std::iter::from_fn(|| next(transfers)).collect()
    }

    #[test]
    fn an_upload_stays_within_its_window_and_ends_with_the_file() {
        let mut transfers = transfers(&[42]);
        assert_eq!(all(&mut transfers), ["begin 0"]);
        have(&mut transfers, 0, 0);
        assert_eq!(all(&mut transfers), ["0: 0+10", "0: 10+10", "0: 20+5"]);
        have(&mut transfers, 0, 20);
        assert_eq!(all(&mut transfers), ["0: 25+10", "0: 35+7"]);
        assert!(transfers.awaiting_since().is_some(), "`stored` is still to come");
        transfers.on_answer(&BulkToAgent::Stored { upload: 0 }, Instant::now());
        assert_eq!((transfers.awaiting_since(), transfers.wants_connection()), (None, false));
    }

    #[test]
    fn after_a_cut_an_upload_goes_on_where_the_api_says() {
        let mut transfers = transfers(&[42]);
        all(&mut transfers);
        have(&mut transfers, 0, 0);
        all(&mut transfers);
        transfers.start_over();
        assert_eq!(all(&mut transfers), ["begin 0"]);
        have(&mut transfers, 0, 20);
        assert_eq!(all(&mut transfers), ["0: 20+10", "0: 30+10", "0: 40+2"]);
    }

    #[test]
    fn chunks_that_were_lost_are_sent_again_once() {
        let mut transfers = transfers(&[42]);
        all(&mut transfers);
        have(&mut transfers, 0, 0);
        assert_eq!(all(&mut transfers), ["0: 0+10", "0: 10+10", "0: 20+5"]);
        // The first arrives, the second is lost, and the third finds a gap.
        have(&mut transfers, 0, 10);
        assert_eq!(all(&mut transfers), ["0: 25+10"]);
        have(&mut transfers, 0, 10);
        assert_eq!(all(&mut transfers), ["0: 10+10", "0: 20+10", "0: 30+5"]);
        // So does the fourth, which was under way.
        have(&mut transfers, 0, 10);
        assert_eq!(all(&mut transfers), Vec::<String>::new());
        have(&mut transfers, 0, 20);
        have(&mut transfers, 0, 30);
        assert_eq!(all(&mut transfers), ["0: 35+7"]);
    }

    #[test]
    fn an_upload_goes_back_when_the_api_has_lost_what_it_had() {
        let mut transfers = transfers(&[42]);
        all(&mut transfers);
        have(&mut transfers, 0, 20);
        assert_eq!(all(&mut transfers), ["0: 20+10", "0: 30+10", "0: 40+2"]);
        have(&mut transfers, 0, 5);
        assert_eq!(all(&mut transfers), ["0: 5+10", "0: 15+10", "0: 25+5"]);
    }

    #[test]
    fn uploads_take_turns_and_a_preview_goes_before_them() {
        let mut transfers = transfers(&[20, 20]);
        assert_eq!(all(&mut transfers), ["begin 0", "begin 1"]);
        have(&mut transfers, 0, 0);
        have(&mut transfers, 1, 0);
        assert_eq!(next(&mut transfers).unwrap(), "1: 0+10");
        transfers.show(preview(1));
        assert_eq!(all(&mut transfers), ["preview 1", "0: 0+10", "1: 10+10", "0: 10+10"]);
    }

    #[test]
    fn an_upload_without_an_answer_is_not_forgotten_over_the_answers_of_another() {
        let mut transfers = transfers(&[20, 20]);
        all(&mut transfers);
        let first = transfers.awaiting_since().expect("answers are awaited");
        let later = first + std::time::Duration::from_secs(5);
        transfers.on_answer(&BulkToAgent::Have { upload: 1, offset: 0 }, later);
        assert_eq!(transfers.awaiting_since(), Some(first));
        transfers.on_answer(&BulkToAgent::Have { upload: 0, offset: 0 }, later);
        assert_eq!(transfers.awaiting_since(), Some(later));
    }

    #[test]
    fn only_the_newest_preview_of_a_job_waits() {
        let mut transfers = transfers(&[]);
        for seq in 1..=5 {
            transfers.show(preview(seq));
        }
        assert_eq!(all(&mut transfers), ["preview 5"]);
    }

    #[test]
    fn an_upload_that_is_refused_or_cannot_be_read_is_over_and_its_owner_learns_why() {
        let ended = |how: fn(&mut Transfers, u32)| {
            let mut transfers = transfers(&[]);
            let (updates, mut seen) = mpsc::unbounded_channel();
            let upload = transfers.add(file(5), updates);
            all(&mut transfers);
            how(&mut transfers, upload);
            assert_eq!((transfers.awaiting_since(), transfers.wants_connection()), (None, false));
            seen.try_recv().unwrap()
        };
        let refused = ended(|transfers, upload| {
            let answer = BulkToAgent::Refused { upload, code: RefusedCode::Stale };
            transfers.on_answer(&answer, Instant::now());
        });
        assert_eq!(refused, Update::Refused(RefusedCode::Stale));
        assert_eq!(ended(Transfers::on_unreadable), Update::Unreadable);
    }

    fn preview(seq: u64) -> BulkFromAgent {
        BulkFromAgent::Preview {
            job: JobId::from_random([1; 16]),
            token: Token::from_random([2; 16]),
            seq,
            content_type: "image/webp".into(),
            width: 8,
            height: 8,
            bytes: vec![],
        }
    }
}
