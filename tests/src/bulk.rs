//! The bulk socket of a bare agent.

use futures_util::SinkExt;
use sha2::{Digest, Sha256};
use spool_shared::{
    ids::{AgentId, JobId, Token},
    protocol::{BULK_PATH, BulkFromAgent, BulkToAgent, CHUNK_BYTES, Output, Part, RefusedCode, WINDOW_BYTES},
};

use crate::{
    PATIENCE,
    bare_agent::{Assigned, Socket, binary, heard, open},
    within,
};

pub struct BulkLink {
    socket: Socket,
    uploads: u32,
}

impl BulkLink {
    pub(crate) async fn open(address: &str, agent: AgentId, token: Option<&str>) -> Self {
        let opened = open::<BulkFromAgent>(address, BULK_PATH, agent, token).await;
        let socket = opened.unwrap_or_else(|status| panic!("{address} answered with {status}"));
        Self { socket, uploads: 0 }
    }

    /// Sends a PNG of 8 × 8 pixels as the job's first output.
    pub async fn sends(
        &mut self,
        Assigned { job, token, .. }: Assigned,
        png: &[u8],
    ) -> Result<Output, RefusedCode> {
        let (bytes, sha256) = (png.len() as u64, hex::encode(Sha256::digest(png)));
        let upload = self.begins(job, token, bytes, &sha256).await;
        let mut sent = 0;
        while let Some(have) = self.answer().await? {
            // A server that has something already says so once, at the beginning.
            sent = have.max(sent);
            while sent < bytes && sent - have < u64::from(WINDOW_BYTES) {
                let [from, to] = [sent, bytes.min(sent + u64::from(CHUNK_BYTES))].map(index);
                let chunk = png.get(from..to).unwrap_or_default().to_vec();
                self.says(&BulkFromAgent::Chunk { upload, offset: sent, bytes: chunk }).await;
                sent = to as u64;
            }
        }
        let content_type = "image/png".to_owned();
        let (frames, fps, poster) = (None, None, None);
        Ok(Output { index: 0, content_type, bytes, sha256, width: 8, height: 8, frames, fps, poster })
    }

    /// Announces a file that is a byte shorter than `png`, and sends chunks of it that must not count: one behind a
    /// gap, and one that goes beyond the announced end. What the API answered to each.
    pub async fn oversteps(
        &mut self,
        Assigned { job, token, .. }: Assigned,
        png: &[u8],
    ) -> [Result<Option<u64>, RefusedCode>; 2] {
        let shorter = png.split_last().expect("a picture").1;
        let upload =
            self.begins(job, token, shorter.len() as u64, &hex::encode(Sha256::digest(shorter))).await;
        assert_eq!(self.answer().await, Ok(Some(0)));
        self.says(&BulkFromAgent::Chunk { upload, offset: 1, bytes: vec![0] }).await;
        let gap = self.answer().await;
        self.says(&BulkFromAgent::Chunk { upload, offset: 0, bytes: png.to_vec() }).await;
        [gap, self.answer().await]
    }

    /// Announces a file and sends nothing of it yet; the number of the upload.
    pub async fn announces(&mut self, Assigned { job, token, .. }: Assigned, png: &[u8]) -> u32 {
        let upload = self.begins(job, token, png.len() as u64, &hex::encode(Sha256::digest(png))).await;
        assert_eq!(self.answer().await, Ok(Some(0)));
        upload
    }

    /// Sends the whole of what was announced. What the API answers: nothing where it ended the socket.
    pub async fn follows(&mut self, upload: u32, png: &[u8]) -> Option<BulkToAgent> {
        let chunk = BulkFromAgent::Chunk { upload, offset: 0, bytes: png.to_vec() };
        // Where the socket has ended there is no answer either.
        drop(self.socket.send(binary(&chunk)).await);
        within(PATIENCE, "an answer or the end", heard(&mut self.socket)).await
    }

    async fn begins(&mut self, job: JobId, token: Token, bytes: u64, sha256: &str) -> u32 {
        self.uploads += 1;
        let (upload, index, part, sha256) = (self.uploads, 0, Part::Output, sha256.to_owned());
        self.says(&BulkFromAgent::Begin { upload, job, token, index, part, bytes, sha256 }).await;
        upload
    }

    /// As [`BulkLink::sends`], where a refusal ends the test.
    pub async fn stores(&mut self, assigned: Assigned, png: &[u8]) -> Output {
        self.sends(assigned, png).await.unwrap_or_else(|code| panic!("the file was refused: {code}"))
    }

    /// Awaits that the API closes the socket.
    pub async fn closes(&mut self) {
        let closed =
            within(PATIENCE, "the end of the bulk socket", heard::<BulkToAgent>(&mut self.socket)).await;
        assert!(closed.is_none(), "{closed:?} instead of an end");
    }

    async fn says(&mut self, message: &BulkFromAgent) {
        self.socket.send(binary(message)).await.expect("the bulk socket is open");
    }

    /// How many bytes the API has; `None` once the whole file is stored.
    async fn answer(&mut self) -> Result<Option<u64>, RefusedCode> {
        match within(PATIENCE, "an answer on the bulk socket", heard(&mut self.socket)).await {
            Some(BulkToAgent::Have { offset, .. }) => Ok(Some(offset)),
            Some(BulkToAgent::Stored { .. }) => Ok(None),
            Some(BulkToAgent::Refused { code, .. }) => Err(code),
            None => panic!("the API closed the bulk socket"),
        }
    }
}

fn index(offset: u64) -> usize {
    usize::try_from(offset).expect("a file that fits in memory")
}
