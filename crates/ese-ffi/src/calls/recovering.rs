//! What JetInit3 and JetInit4 are told about the recovery: other names of databases, where to stop, whom
//! to tell (behaviour-instances.md §3).
//!
//! Invariants: nothing is told of a start that replays nothing; Begin comes first, Complete or Fail last;
//! a callback's error ends the recovery and is the answer.

use crate::arguments::{array_mut, versioned};
use crate::constants as jet;
use crate::gate::{Refusal, demand, refuse};
use crate::params::absolute;
use crate::strings::{PATH_UNITS_MAX, os_path, path};
use crate::structs::{JET_LGPOS, JET_RSTINFO, JET_RSTINFO2, JET_SNPROG};
use crate::types::{Char, JET_GRBIT, JET_PFNINITCALLBACK, JET_PFNSTATUS, JET_SNT};
use ese_core::JetErr;
use ese_core::recovery::{DatabaseName, InitBits, Options, StopAt, Watch};
use std::cell::Cell;
use std::ffi::c_void;

/// Units of work that a callback hears of.
const UNITS: u32 = 100;
/// Bits of JET_RSTMAP2.
const MAP_BITS: JET_GRBIT = jet::JET_bitRestoreMapIgnoreWhenMissing
    | jet::JET_bitRestoreMapFailWhenMissing
    | jet::JET_bitRestoreMapOverwriteOnCreate;

/// Whom a recovery tells how far it is.
enum Told {
    Nobody,
    Status(JET_PFNSTATUS),
    Init(JET_PFNINITCALLBACK, *mut c_void),
}

/// What a start is told about its recovery.
pub(crate) struct Recovering {
    names: Vec<DatabaseName>,
    stop: Option<StopAt>,
    told: Told,
    begun: Cell<bool>,
    share: Cell<u32>,
    refused: Cell<Option<JetErr>>,
}

impl Recovering {
    /// A plain start.
    pub(crate) fn plain() -> Self {
        Self {
            names: Vec::new(),
            stop: None,
            told: Told::Nobody,
            begun: Cell::new(false),
            share: Cell::new(0),
            refused: Cell::new(None),
        }
    }

    /// That of JetInit3.
    ///
    /// # Safety
    /// `info` is null, or says its size first and has what that size promises; texts end with a zero.
    pub(super) unsafe fn of_info<C: Char>(info: *mut JET_RSTINFO<C>) -> Result<Self, Refusal> {
        let mut asked = Self::plain();
        if info.is_null() {
            return Ok(asked);
        }
        // SAFETY: not null; the size comes first.
        let info = unsafe { versioned(info) }?;
        // SAFETY: the caller's contract.
        for entry in unsafe { map(info.rgrstmap, info.crstmap) }? {
            // SAFETY: the caller's contract.
            unsafe { asked.name(entry.szDatabaseName, entry.szNewDatabaseName) }?;
        }
        asked.stop = stop(info.lgposStop);
        asked.told = Told::Status(info.pfnStatus);
        Ok(asked)
    }

    /// That of JetInit4.
    ///
    /// # Safety
    /// As [`Recovering::of_info`].
    pub(super) unsafe fn of_info2<C: Char>(info: *mut JET_RSTINFO2<C>) -> Result<Self, Refusal> {
        let mut asked = Self::plain();
        if info.is_null() {
            return Ok(asked);
        }
        // SAFETY: not null; the size comes first.
        let info = unsafe { versioned(info) }?;
        // SAFETY: the caller's contract.
        for entry in unsafe { map(info.rgrstmap, info.crstmap) }? {
            // SAFETY: a reference to the entry; its size comes first.
            let entry = unsafe { versioned(&raw mut *entry) }?;
            demand(entry.grbit & !MAP_BITS == 0, JetErr::INVALID_GRBIT)?;
            // What belongs to one database alone (its own cache, for one) has no meaning here.
            demand(entry.csetdbparam == 0, JetErr::FEATURE_NOT_AVAILABLE)?;
            // SAFETY: the caller's contract.
            unsafe { asked.name(entry.szDatabaseName, entry.szNewDatabaseName) }?;
        }
        asked.stop = stop(info.lgposStop);
        asked.told = Told::Init(info.pfnCallback, info.pvCallbackContext);
        Ok(asked)
    }

    /// One entry of the map. The old name is that of the logs, perhaps one of Windows, or the same as
    /// this system says it.
    ///
    /// # Safety
    /// Texts end with a zero.
    unsafe fn name<C: Char>(&mut self, old: *const C, new: *const C) -> Result<(), Refusal> {
        // SAFETY: the caller's contract.
        let (old, new) = unsafe {
            (
                path(old, PATH_UNITS_MAX, JetErr::INVALID_PATH)?,
                path(new, PATH_UNITS_MAX, JetErr::INVALID_PATH)?,
            )
        };
        let (Some(old), Some(new)) = (old, new) else {
            return refuse(JetErr::INVALID_PARAMETER);
        };
        let new = os_path(&absolute(&new)?);
        for old in [old.clone(), absolute(&old)?] {
            self.names.push(DatabaseName {
                logged: String::from_utf16_lossy(&old),
                path: new.clone(),
            });
        }
        Ok(())
    }

    /// Sets what it says.
    pub(crate) fn apply(&self, options: &mut Options) {
        options.listed_only |=
            !self.names.is_empty() && !options.bits.contains(InitBits::REPLAY_MISSING_MAP_ENTRY_DB);
        options.database_names.clone_from(&self.names);
        options.stop = self.stop;
    }

    /// Tells how it ended, if something was replayed; what the start answers.
    pub(crate) fn ended<T>(&self, done: Result<T, Refusal>) -> Result<T, Refusal> {
        if let Some(why) = self.refused.get() {
            return done.and(refuse(why)).map_err(|_| Refusal(why));
        }
        if !self.begun.get() {
            return done;
        }
        // A recovery that was to leave the rest open is complete.
        let complete = match &done {
            Ok(_) => true,
            Err(Refusal(why)) => [
                JetErr::RECOVERED_WITHOUT_UNDO,
                JetErr::RECOVERED_WITHOUT_UNDO_DATABASES_CONSISTENT,
            ]
            .contains(why),
        };
        match complete {
            true => self.tell(jet::JET_sntComplete, UNITS),
            false => self.tell(jet::JET_sntFail, self.share.get()),
        }
        done
    }

    fn tell(&self, kind: JET_SNT, done: u32) {
        let mut progress = JET_SNPROG {
            cbStruct: size_of::<JET_SNPROG>() as u32,
            cunitDone: done.min(UNITS),
            cunitTotal: UNITS,
        };
        let progress: *mut c_void = (&raw mut progress).cast();
        // SAFETY: who calls JetInit3 or 4 gave the function for just this; what it is given lives as long
        // as the call.
        let said = unsafe {
            match self.told {
                Told::Status(Some(f)) => f(jet::JET_sesidNil, jet::JET_snpRestore, kind, progress),
                Told::Init(Some(f), context) => f(jet::JET_snpRestore, kind, progress, context),
                _ => return,
            }
        };
        if said < 0 && self.refused.get().is_none() {
            self.refused.set(Some(JetErr(said)));
        }
    }
}

impl Watch for Recovering {
    fn generation(&self, generation: i32, first: i32, last: i32) {
        if !self.begun.replace(true) {
            self.tell(jet::JET_sntBegin, 0);
        }
        let all = i64::from(last) - i64::from(first) + 1;
        let done = i64::from(generation) - i64::from(first);
        let share = done.saturating_mul(i64::from(UNITS)) / all.max(1);
        let share = u32::try_from(share).unwrap_or(0);
        if share > self.share.replace(share) {
            self.tell(jet::JET_sntProgress, share);
        }
    }

    fn give_up(&self) -> bool {
        self.refused.get().is_some()
    }
}

/// Entries of a map.
///
/// # Safety
/// `map` is null or has as many entries.
unsafe fn map<'m, T>(map: *mut T, count: i32) -> Result<&'m mut [T], Refusal> {
    let count = u32::try_from(count).map_err(|_| Refusal(JetErr::INVALID_PARAMETER))?;
    demand(map.is_null() == (count == 0), JetErr::INVALID_PARAMETER)?;
    // SAFETY: the caller's contract.
    unsafe { array_mut(map, count) }
}

/// Where replay is to stop: nowhere for a position of zeros, or behind everything.
fn stop(at: JET_LGPOS) -> Option<StopAt> {
    (at.lGeneration > 0 && at.lGeneration != i32::MAX).then_some(StopAt::Position {
        generation: at.lGeneration,
        isec: (at.isec != u16::MAX).then_some(at.isec),
        ib: (at.ib != u16::MAX).then_some(at.ib),
    })
}
