//! Records that change a database file as a whole: its size, its version, its header.
//!
//! Source: docs/format/log-records.md §6; docs/format/recovery.md §4.4.
//!
//! Invariant: a page that redo may still need is not cut off: what a later position did to the size of
//! the file is left alone until redo has come there.
#![forbid(unsafe_code)]

use super::RecoveryError;
use super::databases::{Attached, World};
use super::redo_map::DBTIME_SHRUNK;
use crate::btree::apply::ApplyError;
use crate::btree::apply::create::PageStyle;
use crate::btree::{Tree, TreeCursor};
use crate::cache::{PageFaultKind, PageStore as _};
use crate::dbfile::transitions;
use crate::error::JetErr;
use crate::format::bytes::u32_be_at;
use crate::format::ids::{Dbtime, Lgpos, Objid, Pgno};
use crate::format::log_record::{Backup2, BackupPhase, LogRecord, ReAttach, SetDbVersion, TrimDb};
use crate::format::page::PageFlags;
use crate::format::page_edit::{NewPage, PageEdit};
use crate::format::page_mut::{PageBuf, PageMut as _};
use crate::format::version::FormatVersion;

/// ShrinkDB in its three forms.
struct Shrink {
    last: Pgno,
    cpg: u32,
    dbtime: Option<Dbtime>,
}

impl Attached {
    /// Redoes a record of this room; `false` when it is none.
    pub(super) fn file_record(
        &mut self,
        world: &World<'_>,
        record: &LogRecord<'_>,
        at: Lgpos,
    ) -> Result<bool, RecoveryError> {
        let cpg = |n: i32| u32::try_from(n).unwrap_or(0);
        let shrink = |last, n, dbtime| Shrink {
            last,
            cpg: cpg(n),
            dbtime,
        };
        match record {
            LogRecord::ExtendDb(r) => self.extend(world, r.pgno_last, at)?,
            LogRecord::ShrinkDb(r) => {
                self.shrink(world, &shrink(r.pgno_last, r.cpg_shrunk, None), at)?;
            }
            LogRecord::ShrinkDb2(r) => {
                self.shrink(world, &shrink(r.pgno_last, r.cpg_shrunk, None), at)?;
            }
            LogRecord::ShrinkDb3(r) => {
                let dbtime = Some(r.dbtime).filter(|t| t.0 > 0);
                self.shrink(world, &shrink(r.pgno_last, r.cpg_shrunk, dbtime), at)?;
            }
            LogRecord::TrimDb(r) => self.trim(world, r, cpg(r.cpg))?,
            LogRecord::SetDbVersion(r) => self.set_version(r)?,
            LogRecord::ReAttach(r) => self.re_attach(world, r, at),
            LogRecord::Backup2(r) if r.phase == BackupPhase::UPDATE => self.backup_info(r),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn extend(&mut self, world: &World<'_>, last: Pgno, at: Lgpos) -> Result<(), RecoveryError> {
        if last.is_null() || last > Pgno::MAX {
            return Err(bad_size(last));
        }
        self.file.grow_to(last.0)?;
        let now = world.now();
        self.file.change_header(|h| {
            transitions::grown(h, now);
            transitions::resized_at(h, at);
        });
        Ok(())
    }

    fn shrink(&mut self, world: &World<'_>, r: &Shrink, at: Lgpos) -> Result<(), RecoveryError> {
        if r.last.is_null() || r.last > Pgno::MAX {
            return Err(bad_size(r.last));
        }
        if at <= self.lgpos_attach {
            return Ok(());
        }
        let in_file = self.file.pages();
        self.redo.map.shrunk(r.last, r.cpg, in_file);
        if let Some(dbtime) = r.dbtime {
            self.redo.dbtime = self.redo.dbtime.max(dbtime);
        }
        let resized = self.file.header().lgpos_last_resize;
        if resized.is_min() && self.redo.future {
            return Ok(());
        }
        if resized > at {
            let Some(dbtime) = r.dbtime else {
                return Ok(());
            };
            let last = r.last.0.saturating_add(r.cpg).min(in_file);
            return self.reset_pages(world, r.last.0.saturating_add(1)..=last, dbtime, at);
        }
        if r.last.0 < in_file {
            world
                .cache
                .forget(self.redo.no, Pgno(r.last.0 + 1)..=Pgno::MAX);
            self.file.set_pages(r.last.0)?;
        }
        let now = world.now();
        self.file.change_header(|h| {
            transitions::shrunk(h, now);
            transitions::resized_at(h, at);
        });
        self.file.write_header()?;
        Ok(())
    }

    /// Pages that were cut off before and have come back since: those of before become empty ones.
    fn reset_pages(
        &mut self,
        world: &World<'_>,
        pages: std::ops::RangeInclusive<u32>,
        dbtime: Dbtime,
        at: Lgpos,
    ) -> Result<(), RecoveryError> {
        for pgno in pages.map(Pgno) {
            let mut page = match self.redo.pages.exclusive(pgno) {
                Ok(page) => page,
                Err(e) if matches!(e.kind, PageFaultKind::NotInitialized) => continue,
                Err(e) => return Err(e.into()),
            };
            let now = page.view()?.dbtime();
            if now.0 > 0 && now < dbtime {
                let mut empty = PageBuf::zeroed(world.page_size);
                PageEdit::new(&mut empty)
                    .and_then(|mut edit| {
                        edit.format(NewPage {
                            flags: PageFlags::empty(),
                            objid: Objid(0),
                            dbtime: DBTIME_SHRUNK,
                            pgno,
                            reserved_tags: self.redo.style.reserved_tags,
                        })
                    })
                    .map_err(|kind| ApplyError::Page { pgno, kind })?;
                page.store_page(&empty).map_err(|_| bad_size(pgno))?;
                page.mark_dirty(crate::cache::Change::at(at));
            }
        }
        Ok(())
    }

    fn trim(&mut self, world: &World<'_>, r: &TrimDb, cpg: u32) -> Result<(), RecoveryError> {
        self.redo.map.trimmed(r.pgno_start, cpg);
        let end = r.pgno_start.0.saturating_add(cpg);
        if self.redo.future || cpg == 0 || r.pgno_start.is_null() || end > self.file.pages() {
            return Ok(());
        }
        world
            .cache
            .forget(self.redo.no, r.pgno_start..=Pgno(end - 1));
        self.file.zero_pages(r.pgno_start, cpg)?;
        self.file.change_header(transitions::trimmed);
        Ok(())
    }

    fn set_version(&mut self, r: &SetDbVersion) -> Result<(), RecoveryError> {
        let version = FormatVersion {
            major: r.major,
            update_major: r.update_major,
            update_minor: r.update_minor,
        };
        if !version.is_known() {
            return Err(RecoveryError::refused(
                JetErr::INVALID_DATABASE_VERSION,
                format!("the log gives the database format version {version}, which is not known"),
            ));
        }
        self.file
            .change_header(|h| transitions::set_version(h, version));
        self.redo.style = PageStyle::of(version);
        self.file.write_header()?;
        Ok(())
    }

    fn re_attach(&mut self, world: &World<'_>, r: &ReAttach, at: Lgpos) {
        if r.sign_db == self.file.header().sign_db {
            let now = world.now();
            self.file
                .change_header(|h| transitions::reattached(h, at, now, false));
        }
    }

    fn backup_info(&mut self, r: &Backup2<'_>) {
        let backup = transitions::Backup::of_record(r.backup_type, r.scope, r.info);
        self.file
            .change_header(|h| transitions::backed_up(h, &backup));
    }

    /// Cuts or lengthens the file to the last page that the database owns (docs/format/recovery.md
    /// §4.4). All pages are in the file.
    pub(super) fn settle_size(&mut self, world: &World<'_>) -> Result<(), RecoveryError> {
        let owned = self.last_owned()?;
        let pages = self.file.pages();
        if owned == pages {
            return Ok(());
        }
        if owned < pages {
            world
                .cache
                .forget(self.redo.no, Pgno(owned + 1)..=Pgno::MAX);
        }
        self.file.set_pages(owned)?;
        Ok(())
    }

    fn last_owned(&self) -> Result<u32, RecoveryError> {
        let tree = Tree::space_tree(Pgno::SYSTEM_OE, Objid::SYSTEM_ROOT);
        let mut cursor = TreeCursor::new(&self.redo.pages, tree);
        let last = cursor.last()?;
        let key = match &last {
            Some(entry) => u32_be_at(&entry.node()?.key().to_vec(), 0),
            None => None,
        };
        key.filter(|&k| k > 0 && k <= Pgno::MAX.0).ok_or_else(|| {
            RecoveryError::refused(
                JetErr::DATABASE_CORRUPTED,
                "the database's own space tree does not say how long the file is",
            )
        })
    }
}

fn bad_size(last: Pgno) -> RecoveryError {
    RecoveryError::refused(
        JetErr::LOG_CORRUPTED,
        format!("a record makes page {last} the last of the file"),
    )
}
