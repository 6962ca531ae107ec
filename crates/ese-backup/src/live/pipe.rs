//! One file from a verified reader into a sink, with the sink on a thread of its own where that pays.
//!
//! ```text
//! reader, verifier ──full blocks──▶ checksum, sink
//!        ▲                              │
//!        └────────empty blocks──────────┘
//! ```
//! There are as many blocks as read-ahead asks for: a sink that is slow makes the reader wait.
//!
//! Invariants: the sink gets verified blocks in order, each once; after a stop it gets no further one,
//! but the one that it is writing; an error of the sink ends the reader within a block.
#![forbid(unsafe_code)]

use super::sink::BackupSink;
use crate::control::Control;
use crate::error::StreamError;
use crate::stop::StopHandle;
use crate::stream::{INNER_READ, StreamReport, VerifiedReader};
use crate::verify::VerifiedFile;
use crossbeam::channel::{Receiver, Sender, bounded};
use std::io;

/// A block on its way: the buffer, and how much of it is the file's.
type Block = (Vec<u8>, usize);

/// Streams the whole file into `sink`, which has it open; `ahead` blocks are read before they are
/// written, 0: one after the other on this thread.
pub(super) fn stream(
    file: &VerifiedFile,
    control: &mut Control<'_>,
    sink: &mut dyn BackupSink,
    ahead: usize,
) -> Result<StreamReport, StreamError> {
    let started = control.clock.now_monotonic();
    let mut reader = VerifiedReader::new(file);
    let (crc32, bytes) = match ahead {
        0 => one_by_one(&mut reader, control, sink)?,
        _ => piped(&mut reader, control, sink, ahead)?,
    };
    Ok(StreamReport {
        kind: file.kind(),
        bytes,
        counts: reader.counts(),
        rereads: reader.rereads(),
        crc32,
        elapsed: control.clock.now_monotonic().saturating_sub(started),
    })
}

fn block() -> Vec<u8> {
    vec![0; INNER_READ]
}

fn one_by_one(
    reader: &mut VerifiedReader,
    control: &mut Control<'_>,
    sink: &mut dyn BackupSink,
) -> Result<(u32, u64), StreamError> {
    let mut buf = block();
    let mut crc = crc32fast::Hasher::new();
    let mut done = 0u64;
    loop {
        let n = reader.read(control, &mut buf)?;
        let Some(bytes) = buf.get(..n).filter(|b| !b.is_empty()) else {
            return Ok((crc.finalize(), done));
        };
        if control.stop().is_stopped() {
            return Err(stopped(reader));
        }
        crc.update(bytes);
        sink.write(bytes)
            .map_err(|source| StreamError::Sink { done, source })?;
        done += n as u64;
    }
}

fn stopped(reader: &VerifiedReader) -> StreamError {
    StreamError::Stopped {
        done: reader.position(),
        total: reader.len(),
    }
}

/// What the sink's thread came to.
struct Written {
    crc32: u32,
    done: u64,
    failed: Option<io::Error>,
}

fn write_all(
    full: &Receiver<Block>,
    empty: &Sender<Vec<u8>>,
    stop: &StopHandle,
    sink: &mut dyn BackupSink,
) -> Written {
    let mut crc = crc32fast::Hasher::new();
    let mut done = 0u64;
    let mut failed = None;
    for (buf, n) in full {
        if stop.is_stopped() {
            break;
        }
        let bytes = buf.get(..n).unwrap_or_default();
        crc.update(bytes);
        if let Err(e) = sink.write(bytes) {
            failed = Some(e);
            break;
        }
        done += n as u64;
        // The reader may be through, and need none.
        let _ = empty.send(buf);
    }
    Written {
        crc32: crc.finalize(),
        done,
        failed,
    }
}

fn piped(
    reader: &mut VerifiedReader,
    control: &mut Control<'_>,
    sink: &mut dyn BackupSink,
    ahead: usize,
) -> Result<(u32, u64), StreamError> {
    let (to_sink, full) = bounded::<Block>(ahead);
    let (to_reader, empty) = bounded::<Vec<u8>>(ahead + 1);
    for _ in 0..=ahead {
        // There is room for each.
        let _ = to_reader.send(block());
    }
    let stop = control.stop().clone();
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || write_all(&full, &to_reader, &stop, sink));
        let read = read_all(reader, control, &empty, to_sink);
        let Ok(written) = writer.join() else {
            let source = io::Error::other("the sink panicked");
            return Err(StreamError::Sink { done: 0, source });
        };
        if let Some(source) = written.failed {
            let done = written.done;
            return Err(StreamError::Sink { done, source });
        }
        read?;
        if written.done != reader.len() {
            return Err(stopped(reader));
        }
        Ok((written.crc32, written.done))
    })
}

/// Reads until the end, or until nobody takes blocks any more. Lets go of the channel at its end.
fn read_all(
    reader: &mut VerifiedReader,
    control: &mut Control<'_>,
    empty: &Receiver<Vec<u8>>,
    to_sink: Sender<Block>,
) -> Result<(), StreamError> {
    while let Ok(mut buf) = empty.recv() {
        let n = reader.read(control, &mut buf)?;
        if n == 0 || to_sink.send((buf, n)).is_err() {
            break;
        }
    }
    Ok(())
}
