//! The disk under its plan: each operation is numbered, and then done, or done wrong.
//!
//! Invariants:
//! * once the machine is down every operation fails alike, and none is counted;
//! * the random numbers of an operation come from the plan's seed and the operations before it.
#![forbid(unsafe_code)]

use super::super::rng::{Rng as _, SeededRng};
use super::super::{Error, ErrorKind, Result};
use super::disk::{Disk, Ino, What};
use super::image::SECTOR;
use super::plan::{Fault, OpKind, OpRecord, Plan};
use std::path::Path;
use std::sync::Arc;

/// What every injected error carries inside ([`injected`]).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("injected {}: {at}", if *.crash { "crash" } else { "fault" })]
pub struct Injected {
    /// `true`: the machine is down, and nothing works any more.
    pub crash: bool,
    /// Where it happened.
    pub at: String,
}

impl Injected {
    fn error(self, kind: ErrorKind) -> Error {
        Error::new(kind, self)
    }
}

/// What was injected, if this error, or one that it stems from, was.
#[must_use]
pub fn injected<'a>(e: &'a (dyn std::error::Error + 'static)) -> Option<&'a Injected> {
    let mut next = Some(e);
    while let Some(e) = next {
        // An I/O error hides the error it was made from.
        let inside = e
            .downcast_ref::<Error>()
            .and_then(|io| io.get_ref())
            .and_then(|inner| inner.downcast_ref());
        if let Some(found) = inside.or_else(|| e.downcast_ref()) {
            return Some(found);
        }
        next = e.source();
    }
    None
}

/// `true` when this error, or one that it stems from, says that the machine is down.
#[must_use]
pub fn is_crash(e: &(dyn std::error::Error + 'static)) -> bool {
    injected(e).is_some_and(|i| i.crash)
}

/// One operation as it is asked for.
pub(super) struct Asked<'a> {
    pub(super) kind: OpKind,
    pub(super) path: &'a Path,
    pub(super) to: Option<&'a Path>,
    pub(super) offset: u64,
    pub(super) len: u64,
}

impl<'a> Asked<'a> {
    pub(super) fn new(kind: OpKind, path: &'a Path) -> Self {
        Self {
            kind,
            path,
            to: None,
            offset: 0,
            len: 0,
        }
    }

    pub(super) fn range(self, offset: u64, len: u64) -> Self {
        Self {
            offset,
            len,
            ..self
        }
    }

    pub(super) fn to(self, to: &'a Path) -> Self {
        Self {
            to: Some(to),
            ..self
        }
    }

    pub(super) fn record(&self, op: u64) -> OpRecord {
        OpRecord {
            op,
            kind: self.kind,
            path: self.path.to_path_buf(),
            to: self.to.map(Path::to_path_buf),
            offset: self.offset,
            len: self.len,
        }
    }
}

pub(super) struct State {
    pub(super) disk: Disk,
    pub(super) plan: Plan,
    pub(super) rng: SeededRng,
    pub(super) ops: u64,
    /// Where the machine went down.
    pub(super) crashed: Option<Injected>,
    pub(super) fired: Vec<(OpRecord, Fault)>,
    pub(super) trace: Vec<OpRecord>,
    pub(super) keep_older: bool,
}

impl State {
    pub(super) fn new(disk: Disk, plan: Plan) -> Self {
        Self {
            disk,
            rng: SeededRng::new(plan.seed),
            keep_older: plan.needs_history(),
            plan,
            ops: 0,
            crashed: None,
            fired: Vec::new(),
            trace: Vec::new(),
        }
    }

    pub(super) fn check_up(&self) -> Result<()> {
        match &self.crashed {
            None => Ok(()),
            Some(crash) => Err(crash.clone().error(ErrorKind::Other)),
        }
    }

    pub(super) fn crash(&mut self, at: String) -> Error {
        let crash = Injected { crash: true, at };
        self.crashed = Some(crash.clone());
        crash.error(ErrorKind::Other)
    }

    /// Numbers the operation and finds its fault.
    pub(super) fn begin(&mut self, asked: &Asked<'_>) -> Result<(OpRecord, Option<Fault>)> {
        self.check_up()?;
        let record = asked.record(self.ops);
        self.ops += 1;
        let fault = self.plan.fault_of(&record);
        if let Some(fault) = fault {
            self.fired.push((record.clone(), fault));
        }
        if self.plan.traced {
            self.trace.push(record.clone());
        }
        Ok((record, fault))
    }

    pub(super) fn read(
        &mut self,
        ino: Ino,
        call: &Call,
        buf: &mut [u8],
        offset: u64,
    ) -> Result<usize> {
        if call.fault == Some(Fault::FlipStored) {
            self.flip_within(ino, offset, buf.len() as u64)?;
        }
        let mut want = buf.len();
        if call.fault == Some(Fault::ShortRead) {
            let left = self.disk.file(ino)?.live.len().saturating_sub(offset);
            want = self.rng.below(left.min(want as u64)) as usize;
        }
        let file = self.disk.file(ino)?;
        let n = file
            .live
            .read(buf.get_mut(..want).unwrap_or_default(), offset);
        let got = buf.get_mut(..n).unwrap_or_default();
        match call.fault {
            Some(Fault::StaleRead) => file.make_stale(got, offset),
            Some(Fault::FlipRead) => {
                let bit = self.rng.below(n as u64 * 8);
                if let Some(byte) = got.get_mut((bit / 8) as usize) {
                    *byte ^= 1 << (bit % 8);
                }
            }
            _ => {}
        }
        Ok(n)
    }

    pub(super) fn flip_within(&mut self, ino: Ino, offset: u64, len: u64) -> Result<()> {
        let file = self.disk.file(ino)?;
        let len = len.min(file.live.len().saturating_sub(offset));
        if len > 0 {
            let bit = self.rng.below(len * 8);
            file.flip(offset + bit / 8, (bit % 8) as u8);
        }
        Ok(())
    }

    /// How far a file may grow.
    pub(super) fn room(&mut self, ino: Ino) -> Result<u64> {
        let Some(capacity) = self.plan.capacity else {
            return Ok(u64::MAX);
        };
        let free = capacity.saturating_sub(self.disk.used());
        Ok(self.disk.file(ino)?.live.len().saturating_add(free))
    }

    pub(super) fn write(&mut self, ino: Ino, call: &Call, buf: &[u8], offset: u64) -> Result<()> {
        let mut land = buf.len();
        let mut result = Ok(());
        match call.fault {
            Some(Fault::LostWrite) => return Ok(()),
            Some(Fault::PartialWrite(kind)) => {
                land = self.rng.below(land as u64) as usize;
                // A sector is written whole or not at all.
                let end = (offset + land as u64) / SECTOR * SECTOR;
                land = usize::try_from(end.saturating_sub(offset)).unwrap_or(0);
                result = Err(call.injected(kind));
            }
            _ => {}
        }
        let end = offset + land as u64;
        if end > self.disk.file(ino)?.live.len() {
            let room = self.room(ino)?;
            if end > room {
                land = usize::try_from(room.saturating_sub(offset)).unwrap_or(0);
                result = Err(Error::from(ErrorKind::StorageFull));
            }
        }
        if let Some(bytes) = buf.get(..land).filter(|b| !b.is_empty()) {
            let keep_older = self.keep_older;
            let file = self.disk.file(ino)?;
            if keep_older {
                file.remember(offset, land);
            }
            let bytes = Arc::from(bytes);
            file.change(call.record.op, What::Write { offset, bytes });
            if call.fault == Some(Fault::FlipStored) {
                self.flip_within(ino, offset, land as u64)?;
            }
        }
        result
    }

    pub(super) fn set_len(&mut self, ino: Ino, call: &Call, len: u64) -> Result<()> {
        let now = self.disk.file(ino)?.live.len();
        if len > now && len > self.room(ino)? {
            return Err(Error::from(ErrorKind::StorageFull));
        }
        if len != now {
            self.disk
                .file(ino)?
                .change(call.record.op, What::SetLen(len));
        }
        Ok(())
    }

    pub(super) fn sync(&mut self, ino: Ino, call: &Call) -> Result<()> {
        let file = self.disk.file(ino)?;
        match call.fault {
            Some(Fault::Fail(kind)) => {
                file.drop_pending();
                return Err(call.injected(kind));
            }
            Some(Fault::FalseSync) => {}
            _ => file.sync(),
        }
        Ok(())
    }
}

/// An operation under way.
pub(super) struct Call {
    pub(super) record: OpRecord,
    pub(super) fault: Option<Fault>,
}

impl Call {
    pub(super) fn injected(&self, kind: ErrorKind) -> Error {
        let at = self.record.to_string();
        Injected { crash: false, at }.error(kind)
    }
}
