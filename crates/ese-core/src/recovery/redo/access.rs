//! Is the page there, and does it need the change (docs/format/recovery.md §2.4, §2.6).
//!
//! Invariant: a page that is handed out is latched exclusively and needs the change.
#![forbid(unsafe_code)]

use crate::cache::{DbPages, ExclusivePage, PageFault, PageFaultKind};
use crate::format::bytes::{u32_at, u64_at};
use crate::format::ids::{Dbtime, Lgpos, Pgno};
use crate::format::page::{OFF_DBTIME, OFF_FLAGS, PageFlags};
use crate::recovery::error::{PageTime, RecoveryError};
use crate::recovery::redo_map::{DBTIME_REVERTED, DBTIME_SHRUNK, Missing, Note, RedoMap, error_of};

/// What a record is to a page: the dbtime after, and the one before.
pub(super) type Times = (Dbtime, Dbtime);

/// The pages of a database for one record.
pub(super) struct Access<'d> {
    pages: &'d DbPages,
    map: &'d mut RedoMap,
    future: bool,
    at: Lgpos,
}

impl<'d> Access<'d> {
    pub(super) fn new(pages: &'d DbPages, map: &'d mut RedoMap, future: bool, at: Lgpos) -> Self {
        Self {
            pages,
            map,
            future,
            at,
        }
    }

    /// A page that exists, if it needs the change; `None` when it has it already, or is passed over.
    pub(super) fn needed(
        &mut self,
        pgno: Pgno,
        times: Times,
    ) -> Result<Option<ExclusivePage<'d>>, RecoveryError> {
        if self.map.is_missing(pgno) {
            return Ok(None);
        }
        let page = match self.pages.exclusive(pgno) {
            Ok(page) => page,
            Err(fault) => return self.unreadable(pgno, fault, times),
        };
        let found = dbtime_of(&page);
        if found == times.1 && found < times.0 {
            return Ok(Some(page));
        }
        if let Some(missing) = taken_away(&page) {
            self.pass_over(pgno, missing, found, times)?;
            return Ok(None);
        }
        self.other_time(pgno, found, times)?;
        Ok(None)
    }

    /// As [`Access::needed`], for a page whose null number means that there is none.
    pub(super) fn needed_if_any(
        &mut self,
        pgno: Pgno,
        times: Times,
    ) -> Result<Option<ExclusivePage<'d>>, RecoveryError> {
        if pgno.is_null() {
            return Ok(None);
        }
        self.needed(pgno, times)
    }

    /// As [`Access::needed`], but a page that was reverted to a new one is not wanted back.
    pub(super) fn needed_unless_reverted(
        &mut self,
        pgno: Pgno,
        times: Times,
    ) -> Result<Option<ExclusivePage<'d>>, RecoveryError> {
        if !self.map.is_missing(pgno)
            && let Ok(page) = self.pages.exclusive(pgno)
            && dbtime_of(&page) == DBTIME_REVERTED
        {
            return Ok(None);
        }
        self.needed(pgno, times)
    }

    /// The page once more, after [`Access::needed`] handed it out for the same record.
    pub(super) fn again(&mut self, pgno: Pgno) -> Result<ExclusivePage<'d>, RecoveryError> {
        Ok(self.pages.exclusive(pgno)?)
    }

    /// A page that the record makes, if it has to be made; what lies on it does not count.
    pub(super) fn fresh(
        &mut self,
        pgno: Pgno,
        after: Dbtime,
    ) -> Result<Option<ExclusivePage<'d>>, RecoveryError> {
        if self.map.is_missing(pgno) {
            return Ok(None);
        }
        if self.future {
            match self.pages.exclusive(pgno) {
                Ok(page) => {
                    let has_it = dbtime_of(&page) >= after && taken_away(&page).is_none();
                    return Ok((!has_it).then_some(page));
                }
                Err(fault) => match fault.kind {
                    // The file was cut since: what is made here goes again, later in the log.
                    PageFaultKind::BeyondEof => {
                        return self.unreadable(pgno, fault, (after, Dbtime(0)));
                    }
                    // Not the page's fault: it may be a newer one.
                    PageFaultKind::Io(_) | PageFaultKind::NoBuffer => return Err(fault.into()),
                    _ => {}
                },
            }
        }
        Ok(Some(self.pages.new_page(pgno)?))
    }

    /// A page that can't be had: passed over when it may have been taken away, else an error.
    fn unreadable(
        &mut self,
        pgno: Pgno,
        fault: PageFault,
        times: Times,
    ) -> Result<Option<ExclusivePage<'d>>, RecoveryError> {
        let missing = match fault.kind {
            PageFaultKind::BeyondEof if self.future => Missing::BeyondEof,
            PageFaultKind::NotInitialized if self.future => Missing::NotInitialized,
            _ => return Err(fault.into()),
        };
        self.pass_over(pgno, missing, Dbtime(0), times)?;
        Ok(None)
    }

    fn pass_over(
        &mut self,
        pgno: Pgno,
        missing: Missing,
        found: Dbtime,
        times: Times,
    ) -> Result<(), RecoveryError> {
        let note = Note {
            missing,
            lgpos: self.at,
            found,
            times,
        };
        if !self.future {
            return Err(error_of(pgno, &note));
        }
        self.map.note(pgno, note);
        Ok(())
    }

    /// A page that is not the one that the record changes: it has the change already, or does not fit.
    fn other_time(
        &mut self,
        pgno: Pgno,
        found: Dbtime,
        (after, before): Times,
    ) -> Result<(), RecoveryError> {
        let kind = if found >= after {
            if self.future {
                return Ok(());
            }
            PageTime::BeyondMaxRequired
        } else if found < before {
            return self.pass_over(pgno, Missing::TooOld, found, (after, before));
        } else {
            PageTime::TooNew
        };
        Err(RecoveryError::page_time(pgno, found, (after, before), kind))
    }
}

fn dbtime_of(page: &ExclusivePage<'_>) -> Dbtime {
    Dbtime(u64_at(page, OFF_DBTIME).unwrap_or(0))
}

/// A page that says of itself that it is gone.
fn taken_away(page: &ExclusivePage<'_>) -> Option<Missing> {
    match dbtime_of(page) {
        DBTIME_SHRUNK => Some(Missing::Shrunk),
        DBTIME_REVERTED => {
            let flags = PageFlags::from_bits_retain(u32_at(page, OFF_FLAGS).unwrap_or(0));
            Some(if flags.contains(PageFlags::FDP_DELETE) {
                Missing::RevertedOfDeleted
            } else {
                Missing::Reverted
            })
        }
        _ => None,
    }
}
