//! Lines through a socket.
//!
//! Invariants: a line is bounded, and comes in time or not at all; a peer that is gone is an error, never
//! a signal (C programs don't ignore SIGPIPE).
#![forbid(unsafe_code)]

use super::words::{Answer, Failed};
use ese_core::JetErr;
use rustix::net::SendFlags;
use std::io::{self, ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// Bytes of a line at most.
pub(super) const LINE_MOST: usize = 64 * 1024;
/// How long a request may take to arrive.
pub(super) const REQUEST_MOST: Duration = Duration::from_secs(10);
/// How long a peer may leave an answer lying.
const WRITE_MOST: Duration = Duration::from_secs(5);
/// Bytes read at once.
const PIECE: usize = 4096;

/// Reads one line, without its end; `within`: the time it may take, `None` for ever.
pub(super) fn read_line(
    mut stream: &UnixStream,
    within: Option<Duration>,
    rest: &mut Vec<u8>,
) -> io::Result<Vec<u8>> {
    // Of a peer, not of the engine: no environment has this clock.
    let until = within.map(|d| Instant::now() + d);
    let mut piece = [0; PIECE];
    loop {
        if let Some(end) = rest.iter().position(|&b| b == b'\n') {
            let mut line: Vec<u8> = rest.drain(..=end).collect();
            line.pop();
            return Ok(line);
        }
        if rest.len() > LINE_MOST {
            return Err(io::Error::new(
                ErrorKind::InvalidData,
                "the line is too long",
            ));
        }
        let left = until.map(|u| u.saturating_duration_since(Instant::now()));
        if left.is_some_and(|l| l.is_zero()) {
            return Err(ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(left)?;
        match stream.read(&mut piece) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(n) => rest.extend_from_slice(piece.get(..n).unwrap_or_default()),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) if e.kind() == ErrorKind::WouldBlock => return Err(ErrorKind::TimedOut.into()),
            Err(e) => return Err(e),
        }
    }
}

/// Sends bytes and the end of the line.
pub(super) fn send_line(stream: &UnixStream, mut line: Vec<u8>) -> io::Result<()> {
    line.push(b'\n');
    stream.set_write_timeout(Some(WRITE_MOST))?;
    let mut rest: &[u8] = &line;
    while !rest.is_empty() {
        match rustix::net::send(stream, rest, SendFlags::NOSIGNAL) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(n) => rest = rest.get(n..).unwrap_or_default(),
            Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Ok(())
}

/// Sends an answer.
pub(super) fn answer(stream: &UnixStream, answer: &Answer) -> io::Result<()> {
    send_line(
        stream,
        serde_json::to_vec(answer).map_err(io::Error::other)?,
    )
}

/// Says no, to who may not listen.
pub(super) fn refuse(stream: &UnixStream, what: &str) {
    let no = Failed::refused(JetErr::ACCESS_DENIED, what);
    let _ = answer(stream, &Answer::Error(no));
}

/// Whether the peer hung up; what it says otherwise does not count.
pub(super) fn is_gone(mut stream: &UnixStream) -> bool {
    let mut piece = [0; PIECE];
    if stream.set_nonblocking(true).is_err() {
        return true;
    }
    let read = stream.read(&mut piece);
    let still = stream.set_nonblocking(false).is_ok();
    match read {
        Ok(n) => n == 0 || !still,
        Err(e) => e.kind() != ErrorKind::WouldBlock || !still,
    }
}
