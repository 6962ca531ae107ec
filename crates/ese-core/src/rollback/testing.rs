//! A small world to undo in: one tree of two leaves in the cache, a log that is a list.
#![forbid(unsafe_code)]

use super::{UndoTarget, Undoable};
use crate::btree::apply::node::Before;
use crate::cache::{
    Budget, Cache, DbNo, DbPages, OpenGate, PageFault, PageFaultKind, PageLoader, PageStore,
};
use crate::format::ids::{Dbtime, Lgpos, Objid, PageSize, Pgno};
use crate::format::log_record::LogRecord;
use crate::format::node::NodeFlags;
use crate::format::page::PageFlags;
use crate::format::page_edit::{NewPage, PageEdit, Space};
use crate::format::page_mut::PageBuf;
use crate::log::{LogAppend, LogWriteError};
use crate::trx::{ReplaceSpace, VersionOper};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// The database.
pub(crate) const DB: DbNo = DbNo(1);
/// Root of the tree.
pub(crate) const ROOT: Pgno = Pgno(10);
/// Its leaves, left and right.
pub(crate) const LEAVES: [Pgno; 2] = [Pgno(11), Pgno(12)];
/// Its object.
pub(crate) const OBJID: Objid = Objid(9);
/// Time of the database, and of its newest page.
pub(crate) const NOW: u64 = 100;

/// Key, data, flags.
pub(crate) type Entry<'a> = (&'a [u8], &'a [u8], NodeFlags);

/// A log that is a list.
#[derive(Default)]
pub(crate) struct ListLog(pub(crate) Mutex<Vec<Vec<u8>>>);

impl ListLog {
    /// Its records as text.
    pub(crate) fn lines(&self) -> Vec<String> {
        let records = self.0.lock();
        let parsed = records.iter().map(|r| LogRecord::parse(r).unwrap().0);
        parsed.map(|r| r.line()).collect()
    }

    /// Types of its records.
    pub(crate) fn types(&self) -> Vec<String> {
        let lines = self.lines().into_iter();
        lines
            .map(|l| l.split(' ').next().unwrap().to_owned())
            .collect()
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
        let mut records = self.0.lock();
        records.push(bytes);
        Ok(Lgpos::new(5, u16::try_from(records.len()).unwrap(), 0))
    }
}

struct Store(Mutex<BTreeMap<Pgno, PageBuf>>);

impl PageLoader for Store {
    fn page_size(&self) -> PageSize {
        PageSize::K4
    }

    fn load(&self, pgno: Pgno, buf: &mut [u8]) -> Result<(), PageFault> {
        let pages = self.0.lock();
        let none = PageFault::new(pgno, PageFaultKind::NotInitialized);
        buf.copy_from_slice(pages.get(&pgno).ok_or(none)?);
        Ok(())
    }
}

impl PageStore for Store {
    fn pages(&self) -> u32 {
        100
    }

    fn write(&self, pgno: Pgno, bytes: &[u8]) -> io::Result<()> {
        self.0.lock().insert(pgno, PageBuf::from_slice(bytes));
        Ok(())
    }
}

/// Pages, times and log.
pub(crate) struct SmallWorld {
    pub(crate) pages: DbPages,
    pub(crate) log: ListLog,
    dbtime: Mutex<u64>,
}

fn page(pgno: Pgno, flags: PageFlags, nodes: &[Entry<'_>]) -> PageBuf {
    let mut page = PageBuf::zeroed(PageSize::K4);
    let mut edit = PageEdit::new(&mut page).unwrap();
    edit.format(NewPage {
        flags,
        objid: OBJID,
        dbtime: Dbtime(NOW),
        pgno,
        reserved_tags: 1,
    })
    .unwrap();
    for (i, (key, data, flags)) in nodes.iter().enumerate() {
        edit.insert_node(i, key, data, *flags, Space::Reserved)
            .unwrap();
    }
    page
}

impl SmallWorld {
    /// A tree of two leaves; `separator` is the first that belongs to the right one.
    pub(crate) fn new(left: &[Entry<'_>], separator: &[u8], right: &[Entry<'_>]) -> Self {
        let [a, b] = LEAVES.map(|p| p.0.to_le_bytes());
        let no = NodeFlags::empty();
        let root = page(
            ROOT,
            PageFlags::ROOT | PageFlags::PARENT_OF_LEAF,
            &[(separator, &a, no), (&[], &b, no)],
        );
        let pages = BTreeMap::from([
            (ROOT, root),
            (LEAVES[0], page(LEAVES[0], PageFlags::LEAF, left)),
            (LEAVES[1], page(LEAVES[1], PageFlags::LEAF, right)),
        ]);
        Self::of_pages(pages)
    }

    /// A tree whose root is its leaf.
    pub(crate) fn of_root(nodes: &[Entry<'_>]) -> Self {
        let root = page(ROOT, PageFlags::ROOT | PageFlags::LEAF, nodes);
        Self::of_pages(BTreeMap::from([(ROOT, root)]))
    }

    fn of_pages(pages: BTreeMap<Pgno, PageBuf>) -> Self {
        let cache = Cache::new(PageSize::K4, Budget { min: 8, max: 64 }).unwrap();
        let store = Arc::new(Store(Mutex::new(pages)));
        Self {
            pages: cache.attach(DB, store, Arc::new(OpenGate)).unwrap(),
            log: ListLog::default(),
            dbtime: Mutex::new(NOW),
        }
    }

    /// The nodes of a page: key, data, whether deleted.
    pub(crate) fn nodes(&self, pgno: Pgno) -> Vec<(Vec<u8>, Vec<u8>, bool)> {
        let page = self.pages.exclusive(pgno).unwrap();
        let view = page.view().unwrap();
        let nodes = (0..view.node_count()).map(|i| view.node(i).unwrap());
        nodes
            .map(|n| (n.key(), n.data.to_vec(), n.is_deleted()))
            .collect()
    }

    /// Sets the database's time.
    pub(crate) fn set_time(&self, dbtime: u64) {
        *self.dbtime.lock() = dbtime;
    }
}

impl UndoTarget for SmallWorld {
    fn pages(&self, db: DbNo) -> Option<&DbPages> {
        (db == DB).then_some(&self.pages)
    }

    fn next_dbtime(&self, _: DbNo) -> Dbtime {
        let mut dbtime = self.dbtime.lock();
        *dbtime += 1;
        Dbtime(*dbtime)
    }

    fn log(&self) -> &dyn LogAppend {
        &self.log
    }
}

/// A change of the tree's.
pub(crate) fn undoable<'a>(
    oper: VersionOper,
    bookmark: &'a [u8],
    key_len: usize,
    before: Before<'a>,
) -> Undoable<'a> {
    Undoable {
        procid: 3,
        begin0: Lgpos::new(1, 1, 0),
        trx_begin0: 8,
        level: 1,
        rceid: 7,
        oper,
        db: DB,
        dbid: 1,
        pgno_fdp: ROOT,
        objid_fdp: OBJID,
        unique: key_len == bookmark.len(),
        bookmark,
        key_len,
        before,
        space: ReplaceSpace::default(),
    }
}
