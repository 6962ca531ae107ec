//! The other end of a control socket.
//!
//! Invariant: what the server says is bounded as what a client says is.
#![forbid(unsafe_code)]

use super::wire::{read_line, send_line};
use super::words::{Answer, Request};
use std::io;
use std::os::unix::net::UnixStream;
use std::path::Path;

/// One request to a program that is running.
#[derive(Debug)]
pub struct ControlClient {
    stream: UnixStream,
    rest: Vec<u8>,
}

impl ControlClient {
    /// Sends a request to the program that listens at `path`.
    ///
    /// # Errors
    /// `ErrorKind::NotFound`, `ErrorKind::ConnectionRefused`: nobody listens there.
    pub fn ask(path: &Path, request: &Request) -> io::Result<Self> {
        let stream = UnixStream::connect(path)?;
        send_line(
            &stream,
            serde_json::to_vec(request).map_err(io::Error::other)?,
        )?;
        Ok(Self {
            stream,
            rest: Vec::new(),
        })
    }

    /// Waits for the next line of the answer.
    ///
    /// # Errors
    /// `ErrorKind::UnexpectedEof`: the program ended; a line that is none.
    pub fn next_answer(&mut self) -> io::Result<Answer> {
        let line = read_line(&self.stream, None, &mut self.rest)?;
        serde_json::from_slice(&line).map_err(io::Error::other)
    }

    /// Waits for the last line; those before it are `progress`'s.
    ///
    /// # Errors
    /// As [`ControlClient::next_answer`].
    pub fn last_answer(&mut self, mut progress: impl FnMut(&super::Status)) -> io::Result<Answer> {
        loop {
            match self.next_answer()? {
                Answer::Progress(status) => progress(&status),
                last => return Ok(last),
            }
        }
    }
}
