//! A replay of whole logs through the engine's cache: as much of recovery's main loop as redo needs.
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // A test has no outside.

use crate::replay_support::Outcome;
use crate::store::{Disk, Store};
use ese_core::btree::apply::create::PageStyle;
use ese_core::cache::{Budget, Cache, DbNo, WriteGate};
use ese_core::format::ids::{Lgpos, PageSize, Pgno, Signature};
use ese_core::format::log_record::LogRecord;
use ese_core::format::version::FormatVersion;
use ese_core::recovery::owed::Owed;
use ese_core::recovery::redo::{RedoDb, Redoer};
use ese_core::recovery::sessions::Sessions;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A database of the logs.
pub struct Db {
    pub sign: Signature,
    pub store: Arc<Store>,
    pub redo: RedoDb,
    pub version: FormatVersion,
}

/// What a replay begins with.
pub struct Start {
    /// Files that are there already, by signature.
    pub disks: Vec<(Signature, Disk)>,
    /// Records before this position are not redone.
    pub from: Lgpos,
    /// Pages may have what was logged before this position.
    pub required: Lgpos,
}

impl Default for Start {
    fn default() -> Self {
        Self {
            disks: Vec::new(),
            from: Lgpos::MIN,
            required: Lgpos::MIN,
        }
    }
}

/// The state of a replay.
pub struct Runner {
    pub cache: Arc<Cache>,
    pub dbs: Vec<Db>,
    pub sessions: Sessions,
    /// Most pages that were passed over at a time.
    pub passed_over: usize,
    start: Start,
    gate: Arc<dyn WriteGate>,
    redoer: Redoer,
    page_size: PageSize,
    attached: BTreeMap<u8, usize>,
}

impl Runner {
    /// A cache of `pages` pages; the gate is the databases', `owed` what it may ask.
    pub fn new(
        page_size: PageSize,
        pages: u32,
        gate: Arc<dyn WriteGate>,
        owed: Arc<Owed>,
        start: Start,
    ) -> Outcome<Self> {
        let budget = Budget { min: 1, max: pages };
        Ok(Self {
            cache: Cache::new(page_size, budget)?,
            dbs: Vec::new(),
            sessions: Sessions::new(owed),
            passed_over: 0,
            start,
            gate,
            redoer: Redoer::new(),
            page_size,
            attached: BTreeMap::new(),
        })
    }

    /// Replays one record.
    pub fn replay(&mut self, record: &LogRecord<'_>, at: Lgpos) -> Outcome {
        if at >= self.start.required {
            for db in self.dbs.iter_mut().filter(|db| db.redo.future) {
                db.redo.leave_required_range()?;
            }
        }
        if at >= self.start.from {
            self.session(record, at)?;
        }
        self.file(record, at)?;
        let noted = self.dbs.iter().map(|db| db.redo.map.len()).max();
        self.passed_over = self.passed_over.max(noted.unwrap_or(0));
        Ok(())
    }

    fn session(&mut self, record: &LogRecord<'_>, at: Lgpos) -> Outcome {
        if self.sessions.buffer(record, at)? {
            return Ok(());
        }
        match record {
            LogRecord::Begin0(r) => self.sessions.begin0(r, at)?,
            LogRecord::Begin(r) => self.sessions.begin(r)?,
            LogRecord::Commit(r) => self.sessions.commit(r)?,
            LogRecord::Commit0(r) => self.sessions.commit0(r)?,
            LogRecord::Rollback(r) => assert_eq!(self.sessions.rollback(r)?, 0),
            LogRecord::MacroBegin(r) => self.sessions.open_macro(r, at)?,
            LogRecord::MacroAbort(r) => assert!(self.sessions.abort_macro(r.procid, r.dbtime)),
            LogRecord::MacroCommit(r) => {
                let Some(records) = self.sessions.take_macro(r.procid, r.dbtime) else {
                    assert!(self.start.from > Lgpos::MIN, "no such macro");
                    return Ok(());
                };
                let dbid = match records.iter().next() {
                    Some(record) => record?.1.dbid(),
                    None => None,
                };
                if let Some(db) = self.attached(dbid) {
                    let db = &mut self.dbs[db].redo;
                    self.redoer
                        .committed_macro(db, &mut self.sessions, &records, at)?;
                }
                self.sessions.recycle(records);
            }
            LogRecord::Init(_)
            | LogRecord::Init2(_)
            | LogRecord::Term(_)
            | LogRecord::Term2(_)
            | LogRecord::RecoveryQuit(_)
            | LogRecord::RecoveryQuit2(_)
            | LogRecord::RecoveryQuitKeepAttachments(_) => self.sessions.end_all(),
            _ => {
                if let Some(db) = self.attached(record.dbid()) {
                    let db = &mut self.dbs[db].redo;
                    self.redoer.record(db, &mut self.sessions, record, at)?;
                }
            }
        }
        Ok(())
    }

    fn attached(&self, dbid: Option<u8>) -> Option<usize> {
        self.attached.get(&dbid?).copied()
    }

    /// Records of files.
    fn file(&mut self, record: &LogRecord<'_>, at: Lgpos) -> Outcome {
        match record {
            LogRecord::CreateDb(r) => self.create(r.dbid, r.sign_db)?,
            LogRecord::AttachDb(r) => {
                let known = self.dbs.iter().position(|d| d.sign == r.sign_db);
                let known = known.ok_or("a database is attached that was not created")?;
                self.attached.insert(r.dbid, known);
            }
            LogRecord::DetachDb(r) => {
                self.attached.remove(&r.dbid);
            }
            LogRecord::Term(_)
            | LogRecord::Term2(_)
            | LogRecord::RecoveryQuit(_)
            | LogRecord::RecoveryQuit2(_) => self.attached.clear(),
            LogRecord::SetDbVersion(r) => {
                let db = self.db(r.dbid)?;
                db.version = FormatVersion {
                    major: r.major,
                    update_major: r.update_major,
                    update_minor: r.update_minor,
                };
                db.redo.style = PageStyle::of(db.version);
            }
            LogRecord::ExtendDb(r) => {
                let store = &self.db(r.dbid)?.store;
                let (last, resized) = last_of(store);
                if resized.is_none_or(|resized| resized <= at) && r.pgno_last.0 > last {
                    store.resize(r.pgno_last.0, at);
                }
            }
            LogRecord::ShrinkDb(r) => self.shrink(r.dbid, r.pgno_last, r.cpg_shrunk, at)?,
            LogRecord::ShrinkDb2(r) => self.shrink(r.dbid, r.pgno_last, r.cpg_shrunk, at)?,
            LogRecord::ShrinkDb3(r) => self.shrink(r.dbid, r.pgno_last, r.cpg_shrunk, at)?,
            LogRecord::TrimDb(r) => {
                let n = u32::try_from(r.cpg)?;
                let cache = Arc::clone(&self.cache);
                let db = self.db(r.dbid)?;
                db.redo.map.trimmed(r.pgno_start, n);
                if !db.redo.future {
                    let last = Pgno(r.pgno_start.0.saturating_add(n) - 1);
                    cache.forget(db.redo.no, r.pgno_start..=last);
                    db.store.trim(r.pgno_start, n);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// docs/format/log-records.md §6, as of databases whose header says where they were resized.
    fn shrink(&mut self, dbid: u8, to: Pgno, cpg: i32, at: Lgpos) -> Outcome {
        let cache = Arc::clone(&self.cache);
        let db = self.db(dbid)?;
        let (last, resized) = last_of(&db.store);
        db.redo.map.shrunk(to, u32::try_from(cpg)?, last);
        if resized.is_none_or(|resized| resized <= at) {
            cache.forget(db.redo.no, Pgno(to.0 + 1)..=Pgno(u32::MAX));
            db.store.resize(to.0.min(last), at);
        }
        Ok(())
    }

    fn db(&mut self, dbid: u8) -> Outcome<&mut Db> {
        let at = self.attached(Some(dbid));
        let at = at.ok_or_else(|| format!("database {dbid} is not attached"))?;
        Ok(&mut self.dbs[at])
    }

    fn create(&mut self, dbid: u8, sign: Signature) -> Outcome {
        let known = self.start.disks.iter().find(|(s, _)| *s == sign);
        let disk = known.map(|(_, disk)| disk.clone());
        let future = disk.is_some();
        let no = DbNo(u8::try_from(self.dbs.len())?);
        let store = Store::new(self.page_size, disk.unwrap_or_default());
        let pages = self
            .cache
            .attach(no, Arc::clone(&store) as _, Arc::clone(&self.gate))?;
        let version = FormatVersion::BASE;
        self.attached.insert(dbid, self.dbs.len());
        self.dbs.push(Db {
            sign,
            store,
            redo: RedoDb::new(no, pages, PageStyle::of(version), future),
            version,
        });
        Ok(())
    }

    /// The position that a redo must begin with so as to find everything that is not on the disk.
    pub fn checkpoint(&self, now: Lgpos) -> Lgpos {
        let dirty = self
            .dbs
            .iter()
            .filter_map(|db| self.cache.oldest_dirty(db.redo.no));
        dirty
            .chain(self.sessions.oldest_begin0())
            .min()
            .unwrap_or(now)
    }

    /// What lies on the disks now.
    pub fn disks(&self) -> Vec<(Signature, Disk)> {
        let disk = |db: &Db| (db.sign, db.store.disk.lock().clone());
        self.dbs.iter().map(disk).collect()
    }

    /// Writes what the gate lets out.
    pub fn flush(&self) -> Outcome {
        for db in &self.dbs {
            self.cache.flush_db(db.redo.no)?;
        }
        Ok(())
    }
}

fn last_of(store: &Store) -> (u32, Option<Lgpos>) {
    let disk = store.disk.lock();
    (disk.last, disk.last_resize)
}
