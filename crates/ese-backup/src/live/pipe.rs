//! One file from a verified reader into a sink, with the sink on a thread of its own where that pays.
//!
//! A thread pays when the sink takes about as long as the reader. For one that takes next to no time the
//! handing over costs more than it brings, most of all on a machine that has no core to spare. So the
//! first blocks go one after the other, and the clock decides.
//!
//! ```text
//! reader, verifier, checksum ──full blocks──▶ sink
//!        ▲                                      │
//!        └───────────empty blocks───────────────┘
//! ```
//! The checksum is the reader's, who has the block at hand: for another core it would have to come from afar.
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
use ese_core::io::DIRECT_UNIT;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Bytes of a block on its way to another thread: one write of it keeps a disk busy that is written to past
/// the system's cache (docs/performance.md).
pub(super) const BLOCK: usize = 4 * INNER_READ;

/// A block: its memory begins at a multiple of [`DIRECT_UNIT`].
struct Block {
    memory: Vec<u8>,
    at: usize,
    /// Room, in bytes.
    room: usize,
    /// Bytes of the file in it.
    len: usize,
}

impl Block {
    fn new(room: usize) -> Self {
        let memory = vec![0; room + DIRECT_UNIT];
        let at = memory.as_ptr().align_offset(DIRECT_UNIT).min(DIRECT_UNIT);
        Self {
            memory,
            at,
            room,
            len: 0,
        }
    }

    fn room(&mut self) -> &mut [u8] {
        let end = self.at + self.room;
        self.memory.get_mut(self.at..end).unwrap_or_default()
    }

    fn bytes(&self) -> &[u8] {
        let end = self.at + self.len;
        self.memory.get(self.at..end).unwrap_or_default()
    }

    /// Fills it by inner reads, each added to the checksum while it is at hand.
    fn fill(
        &mut self,
        reader: &mut VerifiedReader,
        control: &mut Control<'_>,
        crc: &mut crc32fast::Hasher,
    ) -> Result<(), StreamError> {
        let mut filled = 0;
        self.len = 0;
        for part in self.room().chunks_mut(INNER_READ) {
            let n = reader.read(control, part)?;
            crc.update(part.get(..n).unwrap_or_default());
            filled += n;
            if n < part.len() {
                break;
            }
        }
        self.len = filled;
        Ok(())
    }
}

/// Reads after which the clock decides: 8 MiB.
const TRIED: u32 = 32;
/// A thread of its own is for a sink that takes at least this part, one in so many, of what the reader
/// takes.
const WORTH_A_THREAD: u32 = 2;

/// How far the reader may be ahead of the sink, in inner reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ReadAhead {
    /// So many; 0: one after the other on one thread.
    Blocks(usize),
    /// So many where the sink is slow enough for it.
    WherePays(usize),
}

/// What was read so far, and what the sink has of it.
#[derive(Default)]
struct Taken {
    /// Of what was read.
    crc: crc32fast::Hasher,
    /// Bytes that the sink has.
    done: u64,
}

/// Streams the whole file into `sink`, which has it open.
pub(super) fn stream(
    file: &VerifiedFile,
    control: &mut Control<'_>,
    sink: &mut dyn BackupSink,
    ahead: ReadAhead,
) -> Result<StreamReport, StreamError> {
    let started = control.clock.now_monotonic();
    let mut reader = VerifiedReader::new(file);
    let mut taken = Taken::default();
    match ahead {
        ReadAhead::Blocks(0) | ReadAhead::WherePays(0) => {
            one_by_one(&mut reader, control, sink, &mut taken, None)?;
        }
        ReadAhead::Blocks(n) => piped(&mut reader, control, sink, &mut taken, n)?,
        ReadAhead::WherePays(n) => {
            if one_by_one(&mut reader, control, sink, &mut taken, Some(TRIED))? {
                piped(&mut reader, control, sink, &mut taken, n)?;
            }
        }
    }
    let (crc32, bytes) = (taken.crc.finalize(), taken.done);
    Ok(StreamReport {
        kind: file.kind(),
        bytes,
        counts: reader.counts(),
        rereads: reader.rereads(),
        crc32,
        elapsed: control.clock.now_monotonic().saturating_sub(started),
    })
}

/// Reads and writes on this thread; `true` when, after `tried` blocks, a thread for the sink pays.
fn one_by_one(
    reader: &mut VerifiedReader,
    control: &mut Control<'_>,
    sink: &mut dyn BackupSink,
    taken: &mut Taken,
    tried: Option<u32>,
) -> Result<bool, StreamError> {
    let mut block = Block::new(INNER_READ);
    let (mut blocks, mut reading, mut writing) = (0u32, Duration::ZERO, Duration::ZERO);
    let clock = Arc::clone(&control.clock);
    let mut now = clock.now_monotonic();
    let mut passed = || {
        let before = std::mem::replace(&mut now, clock.now_monotonic());
        now.saturating_sub(before)
    };
    loop {
        block.fill(reader, control, &mut taken.crc)?;
        reading = reading.saturating_add(passed());
        let bytes = block.bytes();
        if bytes.is_empty() {
            return Ok(false);
        }
        if control.stop().is_stopped() {
            return Err(stopped(reader));
        }
        let done = taken.done;
        sink.write(bytes)
            .map_err(|source| StreamError::Sink { done, source })?;
        taken.done += bytes.len() as u64;
        writing = writing.saturating_add(passed());
        blocks = blocks.saturating_add(1);
        if Some(blocks) == tried
            && !writing.is_zero()
            && writing.saturating_mul(WORTH_A_THREAD) >= reading
        {
            return Ok(true);
        }
    }
}

fn stopped(reader: &VerifiedReader) -> StreamError {
    StreamError::Stopped {
        done: reader.position(),
        total: reader.len(),
    }
}

/// The sink's thread: gives what stopped it, if it was an error.
fn write_all(
    full: Receiver<Block>,
    empty: &Sender<Block>,
    stop: &StopHandle,
    sink: &mut dyn BackupSink,
    done: &mut u64,
) -> Option<io::Error> {
    for block in full {
        for part in block.bytes().chunks(sink.at_once().max(1)) {
            if stop.is_stopped() {
                return None;
            }
            if let Err(e) = sink.write(part) {
                return Some(e);
            }
            *done += part.len() as u64;
        }
        // The reader may be through, and need none.
        let _ = empty.send(block);
    }
    None
}

fn piped(
    reader: &mut VerifiedReader,
    control: &mut Control<'_>,
    sink: &mut dyn BackupSink,
    taken: &mut Taken,
    ahead: usize,
) -> Result<(), StreamError> {
    let ahead = ahead.div_ceil(BLOCK / INNER_READ);
    let (to_sink, full) = bounded::<Block>(ahead);
    let (to_reader, empty) = bounded::<Block>(ahead + 1);
    for _ in 0..=ahead {
        // There is room for each.
        let _ = to_reader.send(Block::new(BLOCK));
    }
    let stop = control.stop().clone();
    let before = taken.done;
    let Taken { crc, done: theirs } = &mut *taken;
    let read = std::thread::scope(|scope| {
        // It lets go of the channels at its end, however that comes: the reader hears of it.
        let writer = scope.spawn(move || write_all(full, &to_reader, &stop, sink, theirs));
        let read = read_all(reader, control, &empty, to_sink, crc);
        match writer.join() {
            Ok(None) => read,
            Ok(Some(source)) => Err(StreamError::Sink {
                done: before,
                source,
            }),
            Err(_) => Err(StreamError::Sink {
                done: before,
                source: io::Error::other("the sink panicked"),
            }),
        }
    });
    let done = taken.done;
    read.map_err(|e| match e {
        StreamError::Sink { source, .. } => StreamError::Sink { done, source },
        other => other,
    })?;
    match done == reader.len() {
        true => Ok(()),
        false => Err(stopped(reader)),
    }
}

/// Reads until the end, or until nobody takes blocks any more. Lets go of the channel at its end.
fn read_all(
    reader: &mut VerifiedReader,
    control: &mut Control<'_>,
    empty: &Receiver<Block>,
    to_sink: Sender<Block>,
    crc: &mut crc32fast::Hasher,
) -> Result<(), StreamError> {
    while let Ok(mut block) = empty.recv() {
        block.fill(reader, control, crc)?;
        if block.len == 0 || to_sink.send(block).is_err() {
            break;
        }
    }
    Ok(())
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::set::Manifest;
    use crate::stop::StopFlag;
    use ese_core::io::clock::ManualClock;
    use ese_core::io::memory::MemoryFileSystem;
    use std::path::Path;
    use std::thread::ThreadId;

    const BYTES: usize = 12 << 20;

    /// Takes its time, and says who wrote each block.
    struct Sink {
        clock: Arc<ManualClock>,
        takes: Duration,
        fails_at: Option<usize>,
        threads: Vec<ThreadId>,
        bytes: u64,
    }

    impl BackupSink for Sink {
        fn begin(&mut self, _: &Manifest) -> io::Result<()> {
            Ok(())
        }
        fn open(&mut self, _: &str, _: u64) -> io::Result<()> {
            Ok(())
        }
        fn write(&mut self, block: &[u8]) -> io::Result<()> {
            self.clock.advance(self.takes);
            if self.fails_at == Some(self.threads.len()) {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            self.threads.push(std::thread::current().id());
            self.bytes += block.len() as u64;
            Ok(())
        }
        fn close(&mut self) -> io::Result<()> {
            Ok(())
        }
        fn finish(&mut self, _: &Manifest) -> io::Result<()> {
            Ok(())
        }
        fn abort(&mut self, _: &Manifest) {}
    }

    fn run(
        takes: Duration,
        fails_at: Option<usize>,
        ahead: ReadAhead,
    ) -> (Result<StreamReport, StreamError>, Sink) {
        let memory = MemoryFileSystem::new();
        let path = Path::new("/res1.jrs");
        memory.put(path, vec![0; BYTES]);
        let file = VerifiedFile::open(&memory, path).unwrap();
        let clock = Arc::new(ManualClock::new(0));
        let mut control = Control::new(StopFlag::new().handle()).with_clock(clock.clone());
        let mut sink = Sink {
            clock,
            takes,
            fails_at,
            threads: Vec::new(),
            bytes: 0,
        };
        let report = stream(&file, &mut control, &mut sink, ahead);
        (report, sink)
    }

    /// How many blocks this thread wrote, and how many another.
    fn shares(sink: &Sink) -> (usize, usize) {
        let here = std::thread::current().id();
        let mine = sink.threads.iter().filter(|t| **t == here).count();
        (mine, sink.threads.len() - mine)
    }

    #[test]
    fn a_sink_that_takes_its_time_gets_a_thread_and_no_other() {
        let blocks = BYTES / INNER_READ;
        let pays = ReadAhead::WherePays(4);
        let slow = Duration::from_millis(1);
        let mut sums = Vec::new();
        for (takes, ahead, wanted) in [
            (Duration::ZERO, pays, (blocks, 0)),
            (slow, pays, (TRIED as usize, blocks - TRIED as usize)),
            (Duration::ZERO, ReadAhead::Blocks(2), (0, blocks)),
            (slow, ReadAhead::Blocks(0), (blocks, 0)),
            (slow, ReadAhead::WherePays(0), (blocks, 0)),
        ] {
            let (report, sink) = run(takes, None, ahead);
            let report = report.unwrap();
            assert_eq!(shares(&sink), wanted, "{takes:?} {ahead:?}");
            assert_eq!((report.bytes, sink.bytes), (BYTES as u64, BYTES as u64));
            sums.push(report.crc32);
        }
        sums.dedup();
        assert_eq!(sums, [crc32fast::hash(&vec![0; BYTES])]);
    }

    #[test]
    fn an_error_of_the_sink_says_how_much_it_had() {
        let slow = Duration::from_millis(1);
        for at in [0, 5, 33, 40] {
            for ahead in [
                ReadAhead::Blocks(0),
                ReadAhead::Blocks(3),
                ReadAhead::WherePays(3),
            ] {
                let (report, sink) = run(slow, Some(at), ahead);
                match report.unwrap_err() {
                    StreamError::Sink { done, source } => {
                        assert_eq!(source.kind(), io::ErrorKind::BrokenPipe);
                        assert_eq!(done, (at * INNER_READ) as u64, "{ahead:?}");
                        assert_eq!(sink.bytes, done);
                    }
                    other => panic!("{other}"),
                }
            }
        }
    }
}
