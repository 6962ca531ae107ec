//! Pages, log and gate for an undo phase: the pages of the reference replay in the engine's cache, a
//! log that is a list, a gate that watches the write-ahead rules.
#![forbid(unsafe_code)]
#![allow(unreachable_pub)]

use super::replay_support::Replayer;
use ese_core::JetErr;
use ese_core::cache::{
    Budget, Cache, Change, DbNo, DbPages, PageFault, PageFaultKind, PageLoader, PageStore, Verdict,
    WriteGate,
};
use ese_core::format::ids::{Dbtime, Lgpos, PageSize, Pgno};
use ese_core::format::log_record::LogRecord;
use ese_core::format::page_mut::PageBuf;
use ese_core::log::{LogAppend, LogWriteError};
use ese_core::recovery::owed::Owed;
use ese_core::recovery::undo::UndoPhase;
use ese_core::rollback::UndoTarget;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

/// Generation of the records that the undo phase logs.
const GENERATION: i32 = 77;

/// A log that is a list.
#[derive(Default)]
pub struct ListLog {
    pub records: Mutex<Vec<Vec<u8>>>,
    durable: AtomicU32,
    /// Takes no more than so many records.
    most: Option<usize>,
}

fn position(n: u32) -> Lgpos {
    let [a, b, c, d] = n.to_le_bytes();
    Lgpos::new(
        GENERATION,
        u16::from_le_bytes([c, d]),
        u16::from_le_bytes([a, b]),
    )
}

impl ListLog {
    /// A log of at most so many records.
    pub fn that_takes(most: Option<usize>) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    fn durable(&self) -> Lgpos {
        position(self.durable.load(Ordering::SeqCst))
    }

    fn force(&self) {
        let n = u32::try_from(self.records.lock().len()).unwrap();
        self.durable.store(n, Ordering::SeqCst);
    }
}

impl LogAppend for ListLog {
    fn append_all(
        &self,
        records: &[LogRecord<'_>],
        at: &mut Vec<Lgpos>,
    ) -> Result<(), LogWriteError> {
        at.clear();
        for record in records {
            at.push(self.append(record)?);
        }
        Ok(())
    }

    fn append(&self, record: &LogRecord<'_>) -> Result<Lgpos, LogWriteError> {
        let mut bytes = Vec::new();
        record.write(&mut bytes).map_err(LogWriteError::Record)?;
        let mut records = self.records.lock();
        if self.most.is_some_and(|most| records.len() >= most) {
            return Err(LogWriteError::Io(Arc::new(io::Error::other("full"))));
        }
        records.push(bytes);
        Ok(position(u32::try_from(records.len() - 1).unwrap()))
    }
}

/// The write-ahead rules.
pub struct Gate {
    log: Arc<ListLog>,
    owed: Arc<Owed>,
    pub phase: OnceLock<Arc<UndoPhase>>,
    /// UndoInfo records that were logged to make way.
    pub made_way: AtomicU32,
}

impl WriteGate for Gate {
    fn may_write(&self, db: DbNo, pgno: Pgno, lgpos: Lgpos, owes_undo: bool) -> Verdict {
        let needs = lgpos.max(self.owed.logged(db, pgno).unwrap_or(Lgpos::MIN));
        let owes = owes_undo && self.owed.is_owed(db, pgno);
        let durable = lgpos == Lgpos::MIN || needs < self.log.durable();
        if durable && !owes {
            Verdict::Write
        } else {
            Verdict::NotYet
        }
    }

    fn make_way(&self, db: DbNo, pgno: Pgno, _: Lgpos, owes_undo: bool) -> Result<(), JetErr> {
        if owes_undo && self.owed.is_owed(db, pgno) {
            let phase = self.phase.get().ok_or(JetErr::INTERNAL_ERROR)?;
            let before = self.log.records.lock().len();
            let logged = phase.log_owed(&*self.log, db, pgno);
            assert!(logged.unwrap().is_some(), "{pgno} owed something");
            let after = self.log.records.lock().len();
            let n = u32::try_from(after - before).unwrap();
            self.made_way.fetch_add(n, Ordering::SeqCst);
        }
        self.log.force();
        Ok(())
    }
}

/// A file in memory. It refuses a page whose before-images are not durable.
pub struct Store {
    size: PageSize,
    pages: Mutex<BTreeMap<Pgno, PageBuf>>,
    last: u32,
    db: DbNo,
    owed: Arc<Owed>,
    pub writes: AtomicU32,
}

impl PageLoader for Store {
    fn page_size(&self) -> PageSize {
        self.size
    }

    fn load(&self, pgno: Pgno, buf: &mut [u8]) -> Result<(), PageFault> {
        let pages = self.pages.lock();
        let none = PageFault::new(pgno, PageFaultKind::NotInitialized);
        buf.copy_from_slice(pages.get(&pgno).ok_or(none)?);
        Ok(())
    }
}

impl PageStore for Store {
    fn pages(&self) -> u32 {
        self.last
    }

    fn write(&self, pgno: Pgno, bytes: &[u8]) -> io::Result<()> {
        assert!(!self.owed.is_owed(self.db, pgno), "{pgno} is written");
        self.writes.fetch_add(1, Ordering::SeqCst);
        self.pages.lock().insert(pgno, PageBuf::from_slice(bytes));
        Ok(())
    }
}

/// All of it.
pub struct World {
    pub cache: Arc<Cache>,
    pub databases: BTreeMap<DbNo, DbPages>,
    pub stores: BTreeMap<DbNo, Arc<Store>>,
    pub log: Arc<ListLog>,
    pub gate: Arc<Gate>,
    dbtimes: Mutex<BTreeMap<DbNo, Dbtime>>,
}

impl World {
    /// The state of a replay.
    pub fn new(
        replayer: &Replayer,
        owed: &Arc<Owed>,
        dbtimes: BTreeMap<DbNo, Dbtime>,
        log: ListLog,
    ) -> Self {
        let budget = Budget { min: 8, max: 8192 };
        let cache = Cache::new(replayer.page_size, budget).unwrap();
        let log = Arc::new(log);
        let gate = Arc::new(Gate {
            log: Arc::clone(&log),
            owed: Arc::clone(owed),
            phase: OnceLock::new(),
            made_way: AtomicU32::new(0),
        });
        let mut databases = BTreeMap::new();
        let mut stores = BTreeMap::new();
        for (&dbid, &at) in &replayer.attached {
            let db = DbNo(dbid);
            let pages = replayer.databases[at].pages.clone();
            let store = Arc::new(Store {
                size: replayer.page_size,
                last: pages.keys().last().map_or(0, |p| p.0),
                pages: Mutex::new(pages),
                db,
                owed: Arc::clone(owed),
                writes: AtomicU32::new(0),
            });
            let of_gate = Arc::clone(&gate) as Arc<dyn WriteGate>;
            let of_store = Arc::clone(&store) as Arc<dyn PageStore>;
            databases.insert(db, cache.attach(db, of_store, of_gate).unwrap());
            stores.insert(db, store);
        }
        Self {
            cache,
            databases,
            stores,
            log,
            gate,
            dbtimes: Mutex::new(dbtimes),
        }
    }

    /// Makes every page that owes something dirty, as redo leaves it.
    pub fn soil(&self, owed: &Owed) -> usize {
        let mut n = 0;
        for (&db, pages) in &self.databases {
            for pgno in (1..=self.stores[&db].last).map(Pgno) {
                if owed.is_owed(db, pgno) {
                    let mut page = pages.exclusive(pgno).unwrap();
                    page.owe_undo();
                    page.mark_dirty(Change::at(Lgpos::new(1, 0, 0)));
                    n += 1;
                }
            }
        }
        n
    }

    /// A page as it is now.
    pub fn page(&self, db: DbNo, pgno: Pgno) -> PageBuf {
        let page = self.databases[&db].exclusive(pgno).unwrap();
        PageBuf::from_slice(&page)
    }
}

impl UndoTarget for World {
    fn pages(&self, db: DbNo) -> Option<&DbPages> {
        self.databases.get(&db)
    }

    fn next_dbtime(&self, db: DbNo) -> Dbtime {
        let mut dbtimes = self.dbtimes.lock();
        let next = dbtimes.entry(db).or_default();
        next.0 += 1;
        *next
    }

    fn log(&self) -> &dyn LogAppend {
        &*self.log
    }
}
