//! What is known of one table beside its rows.
//!
//! Invariants: `notes` counts the changes that are noted in the version store and neither undone nor
//! seen by everybody; `settled` is there only while it is 0.
#![forbid(unsafe_code)]

use super::super::{Index, TableTrees};
use crate::error::JetErr;
use crate::format::bytes::u32_at;
use crate::format::catalog_row::{CatalogRow, RowKind};
use crate::format::ids::{Fid, Objid};
use crate::trx::{Snapshot, TrxId};
use crate::work::{Look, WorkError};
use parking_lot::{Mutex, MutexGuard, RwLock};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// What a note in the version store says beside its operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::catalog) enum NoteKind {
    /// The tree of a table was made.
    CreateTable,
    /// A table was deleted.
    DeleteTable,
    /// A table has another name.
    RenameTable,
    /// The tree of an index was made.
    CreateIndex,
    /// An index was deleted.
    DeleteIndex,
    /// The tree of long values was made.
    CreateLv,
    /// A column was added or deleted, or something of a row is another.
    Rows,
    /// A tree that nobody can find goes as soon as nobody is left who could have touched it.
    Free,
}

const KINDS: [NoteKind; 8] = [
    NoteKind::CreateTable,
    NoteKind::DeleteTable,
    NoteKind::RenameTable,
    NoteKind::CreateIndex,
    NoteKind::DeleteIndex,
    NoteKind::CreateLv,
    NoteKind::Rows,
    NoteKind::Free,
];

/// A note: its kind, the table, and of a tree that goes the commit that dropped it, 0 for the undo of
/// its creation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::catalog) struct Note {
    pub(in crate::catalog) kind: NoteKind,
    pub(in crate::catalog) table: Objid,
    pub(in crate::catalog) commit: u32,
}

/// Bytes of a note.
const NOTE_BYTES: usize = 9;

impl Note {
    pub(in crate::catalog) fn to_bytes(self) -> [u8; NOTE_BYTES] {
        let [a, b, c, d] = self.table.0.to_le_bytes();
        let [e, f, g, h] = self.commit.to_le_bytes();
        [self.kind as u8, a, b, c, d, e, f, g, h]
    }

    /// `None` for what was noted by others.
    pub(in crate::catalog) fn parse(bytes: &[u8]) -> Option<Self> {
        let (&kind, rest) = bytes.get(..NOTE_BYTES)?.split_first()?;
        Some(Self {
            kind: *KINDS.get(usize::from(kind))?,
            table: Objid(u32_at(rest, 0)?),
            commit: u32_at(rest, 4)?,
        })
    }
}

/// A table that is there for nobody else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::catalog) struct Away {
    pub(in crate::catalog) procid: u16,
    pub(in crate::catalog) deleted: bool,
    /// Also when it is committed, for those who do not see that.
    pub(in crate::catalog) for_older: bool,
    /// The id of the commit.
    pub(in crate::catalog) committed: Option<u32>,
}

/// Which way an index goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::catalog) enum Fate {
    Made,
    Dropped,
}

/// An index that is not there for everybody, or not for long.
#[derive(Clone, Debug)]
pub(in crate::catalog) struct IndexFate {
    pub(in crate::catalog) objid: Objid,
    pub(in crate::catalog) procid: u16,
    pub(in crate::catalog) fate: Fate,
    /// The id of the commit.
    pub(in crate::catalog) committed: Option<u32>,
    /// What a dropped index was.
    pub(in crate::catalog) index: Option<Index>,
}

/// Something of a column that is everybody's once it is committed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::catalog) struct Override {
    pub(in crate::catalog) fid: Fid,
    pub(in crate::catalog) procid: u16,
    pub(in crate::catalog) committed: bool,
    pub(in crate::catalog) name: Option<String>,
    pub(in crate::catalog) default: Option<Vec<u8>>,
}

/// The highest column ids that were given, 0 for none; and the end of the fixed columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::catalog) struct Given {
    pub(in crate::catalog) fixed: u16,
    pub(in crate::catalog) var: u16,
    pub(in crate::catalog) tagged: u16,
    pub(in crate::catalog) fixed_end: u16,
}

impl Given {
    /// Of the rows of a table, and of its template.
    pub(in crate::catalog) fn of_rows<'r>(rows: impl IntoIterator<Item = &'r CatalogRow>) -> Self {
        let mut given = Self::default();
        for row in rows.into_iter().filter(|r| r.kind == RowKind::Column) {
            let Some(fid) = row.fid() else { continue };
            given.take(fid);
            if fid.is_fixed() {
                let len = u16::try_from(row.space_usage).unwrap_or(u16::MAX);
                let end = row.record_offset.unwrap_or(0).saturating_add(len);
                given.fixed_end = given.fixed_end.max(end);
            }
        }
        given
    }

    fn take(&mut self, fid: Fid) {
        let highest = match () {
            () if fid.is_fixed() => &mut self.fixed,
            () if fid.is_var() => &mut self.var,
            () => &mut self.tagged,
        };
        *highest = (*highest).max(fid.0);
    }

    /// Both.
    pub(in crate::catalog) fn max(self, other: Self) -> Self {
        Self {
            fixed: self.fixed.max(other.fixed),
            var: self.var.max(other.var),
            tagged: self.tagged.max(other.tagged),
            fixed_end: self.fixed_end.max(other.fixed_end),
        }
    }
}

#[derive(Default)]
pub(in crate::catalog) struct State {
    pub(in crate::catalog) notes: u32,
    /// Sessions that have changed it since they last committed: rows may be being written.
    pub(in crate::catalog) changers: u32,
    pub(in crate::catalog) settled: Option<Arc<TableTrees>>,
    /// Whose trees the next schema shares.
    pub(in crate::catalog) last: Option<Arc<TableTrees>>,
    /// What those see who see every change that was committed, while nobody is making another.
    pub(in crate::catalog) latest: Option<Arc<TableTrees>>,
    /// The last commit of a change.
    pub(in crate::catalog) newest: Option<TrxId>,
    /// All trees, for the stamp of then.
    pub(in crate::catalog) all: Option<(u64, Arc<TableTrees>)>,
    pub(in crate::catalog) given: Given,
    pub(in crate::catalog) away: Option<Away>,
    pub(in crate::catalog) fates: Vec<IndexFate>,
    pub(in crate::catalog) overrides: Vec<Override>,
    /// The session that made the table and has not committed.
    pub(in crate::catalog) created_by: Option<u16>,
}

impl State {
    /// The eyes see all that was ever changed, and nobody changes anything.
    pub(in crate::catalog) fn is_seen_whole(&self, snapshot: Snapshot) -> bool {
        self.notes == 0 || (self.changers == 0 && self.newest.is_none_or(|id| snapshot.sees(id)))
    }

    /// The table, if what these eyes see of it is known, and nobody has it alone.
    pub(in crate::catalog) fn agreed(&self, snapshot: Snapshot) -> Option<Arc<TableTrees>> {
        let known = match self.notes {
            0 => self.settled.as_ref(),
            _ => self.latest.as_ref(),
        };
        let sees = self.away.is_none() && self.is_seen_whole(snapshot);
        known.filter(|_| sees).map(Arc::clone)
    }

    /// A change was committed.
    pub(in crate::catalog) fn committed(&mut self, id: TrxId) {
        if self.newest.is_none_or(|newest| newest.is_before(id)) {
            self.newest = Some(id);
        }
    }
}

/// What is known of a table.
pub(in crate::catalog) struct LiveTable {
    pub(in crate::catalog) objid: Objid,
    stamp: AtomicU64,
    /// Cursors on it.
    pub(in crate::catalog) cursors: AtomicUsize,
    /// Held shared by updates, and exclusively by who makes an index.
    pub(in crate::catalog) in_use: RwLock<()>,
    /// Held while the tree of long values is made.
    pub(in crate::catalog) making_lv: Mutex<()>,
    state: Mutex<State>,
}

impl LiveTable {
    pub(in crate::catalog) fn new(objid: Objid) -> Self {
        Self {
            objid,
            stamp: AtomicU64::new(1),
            cursors: AtomicUsize::new(0),
            in_use: RwLock::default(),
            making_lv: Mutex::default(),
            state: Mutex::default(),
        }
    }

    pub(in crate::catalog) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    #[inline]
    pub(in crate::catalog) fn stamp(&self) -> u64 {
        self.stamp.load(Ordering::Acquire)
    }

    /// Nobody sees, or has to maintain, anything else, until the next [`LiveTable::touch`]: no change is noted.
    pub(in crate::catalog) fn settle(&self, state: &mut State, trees: &Arc<TableTrees>) {
        trees.settled_at.store(self.stamp(), Ordering::Release);
        state.settled = Some(Arc::clone(trees));
    }

    /// Somebody may see the table otherwise from now on.
    pub(in crate::catalog) fn touch(&self, state: &mut State) {
        state.settled = None;
        state.latest = None;
        state.all = None;
        self.stamp.fetch_add(1, Ordering::AcqRel);
    }

    /// Nobody would miss it: no change is under way, and nobody has a schema of the table, whose
    /// counter of long values there may be once only.
    pub(in crate::catalog) fn is_idle(&self) -> bool {
        let state = self.state();
        let all = state.all.as_ref().map(|(_, all)| all);
        let latest = state.latest.as_ref();
        let known = [state.settled.as_ref(), state.last.as_ref(), latest, all];
        let mut known: Vec<_> = known.into_iter().flatten().collect();
        known.sort_unstable_by_key(|t| Arc::as_ptr(t));
        let handles = known.len();
        known.dedup_by_key(|t| Arc::as_ptr(t));
        let lids = known.first().map_or(0, |t| Arc::strong_count(&t.lids));
        let all: usize = known.iter().map(|t| Arc::strong_count(t)).sum();
        // All handles, and all counters, are those of this state.
        let held = all.saturating_sub(handles) + lids.saturating_sub(known.len());
        state.notes == 0 && held == 0
    }

    /// Refuses a table that is there for nobody else, or for nobody any more.
    pub(in crate::catalog) fn check_away(
        &self,
        procid: u16,
        look: &Look<'_>,
    ) -> Result<(), WorkError> {
        let unseen = |a: Away| {
            let committed = a.committed.map(TrxId);
            a.for_older && committed.is_some_and(|id| !look.snapshot().sees(id))
        };
        match self.state().away {
            Some(away) if away.deleted && (away.committed.is_some() || away.procid == procid) => {
                let what = format!("table {} is deleted", self.objid);
                Err(WorkError::refused(JetErr::OBJECT_NOT_FOUND, what))
            }
            Some(away) if (away.committed.is_none() && away.procid != procid) || unseen(away) => {
                let what = format!("another session has table {} alone", self.objid);
                Err(WorkError::refused(JetErr::TABLE_LOCKED, what))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::TableSchema;
    use crate::format::ids::Pgno;

    #[test]
    fn a_table_is_kept_while_somebody_has_its_schema() {
        let live = LiveTable::new(Objid(8));
        assert!(live.is_idle());
        let schema = || Arc::new(TableSchema::new("t".into(), Objid(8), Pgno(8)));
        let older = Arc::new(TableTrees::new(schema(), None));
        let trees = Arc::new(TableTrees::new(schema(), Some(&older)));
        live.state().last = Some(Arc::clone(&trees));
        live.state().settled = Some(Arc::clone(&trees));
        assert!(!live.is_idle());
        drop(trees);
        // Its ids of long values are those of a schema that somebody still has.
        assert!(!live.is_idle());
        drop(older);
        assert!(live.is_idle());
        live.state().notes = 1;
        assert!(!live.is_idle());
    }

    #[test]
    fn notes_come_back() {
        for kind in KINDS {
            let note = Note {
                kind,
                table: Objid(0x0102_0304),
                commit: 0x0506_0708,
            };
            assert_eq!(Note::parse(&note.to_bytes()), Some(note));
        }
        assert_eq!(Note::parse(&[9; NOTE_BYTES]), None);
        assert_eq!(Note::parse(&[1; NOTE_BYTES - 1]), None);
    }
}
