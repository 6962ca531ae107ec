//! What other sessions did to a table's records and the builder of an index does not see: brought into
//! the index in their names, so that it commits, rolls back and is seen as the change of the record.
//!
//! The changes are taken in the order in which they were made. What a record was before one says its
//! version; what it was afterwards, the next replace of it, or its page. An insert and the replace that
//! was made with it are one: a deleted record that is inserted anew has both
//! (docs/format/versioning.md §4), and what it was before has nothing to do with the index.
//!
//! What was committed since the builder's transaction began is brought in as committed, and nothing on
//! the page tells of a version then: as long as that transaction lasts its session sees such entries
//! by the index, and none of a record that was deleted since.
//!
//! Source: docs/format/versioning.md §10, docs/format/log-records.md §2.3.
//!
//! Invariants: nobody begins to change records meanwhile (who builds keeps them from it), but
//! transactions may end; of a version that is undone meanwhile nothing is brought in, or what was
//! brought in is undone with it.
#![forbid(unsafe_code)]

use super::def::IndexDef;
use super::entries::{Entries, EntryBuilder, EntryError};
use super::of_table::TableIndexes;
use super::record_columns::{ColumnError, LongBytes, RecordColumns};
use crate::btree::write::{Author, WriteError, WriteTree};
use crate::error::{HasJetErr, JetErr};
use crate::format::lv::Lid;
use crate::format::record::RecordView;
use crate::trx::{Bookmark, Oper, ProxySink, VersionCopy};
use crate::work::{Work, WorkError};
use std::collections::HashMap;

/// Long values of records that somebody else has changed: whatever they were at a time in the middle
/// of a transaction is not known.
struct NotAtHand;

impl LongBytes for NotAtHand {
    fn head(&self, _: Lid, _: usize, _: &mut Vec<u8>) -> Result<bool, ColumnError> {
        Err(ColumnError::Unseen {
            err: JetErr::WRITE_CONFLICT,
            what: "another session changed a record whose long value the index looks at".to_owned(),
        })
    }
}

/// Distance of two ids of versions (docs/format/log-records.md §2.2).
const RCEID_STEP: u32 = 2;

/// For each change the replace that is one with it. Those that are a part of another have themselves.
fn partners(changes: &[VersionCopy]) -> Vec<Option<usize>> {
    let mut partners = vec![None; changes.len()];
    let mut last: HashMap<&[u8], (usize, &VersionCopy)> = HashMap::new();
    for (n, change) in changes.iter().enumerate() {
        let before = last.insert(&change.bookmark, (n, change));
        let of = before.filter(|(_, before)| {
            let opers = (before.oper, change.oper) == (Oper::Insert, Oper::Replace);
            // Both were made at once. What another thread made in between only costs a detour.
            let next = before.version.rceid.wrapping_add(RCEID_STEP);
            opers && before.stamp == change.stamp && change.version.rceid == next
        });
        if let Some((of, _)) = of {
            for (at, partner) in [(of, n), (n, n)] {
                if let Some(place) = partners.get_mut(at) {
                    *place = Some(partner);
                }
            }
        }
    }
    partners
}

/// Brings everything into `tree` that others changed and the session does not see.
///
/// # Errors
/// As [`super::build()`].
pub(super) fn bring_in(
    work: &mut Work<'_>,
    table: &TableIndexes,
    def: &IndexDef,
    tree: &WriteTree,
) -> Result<(), WorkError> {
    let records = &table.trees().records;
    let mut changes: Vec<VersionCopy> = Vec::new();
    let of = (work.db.trees.no(), records.fdp());
    let store = work.trx.store();
    store.versions_unseen(of, work.trx.snapshot(), &mut |version| {
        if matches!(
            version.oper,
            Oper::Insert | Oper::Replace | Oper::FlagDelete
        ) {
            changes.push(version.clone());
        }
    });
    let mut bringer = Bringer {
        table,
        def,
        tree,
        records,
        builder: EntryBuilder::new(),
        before: Entries::default(),
        after: Entries::default(),
        data: Vec::new(),
    };
    for (n, (change, partner)) in changes.iter().zip(partners(&changes)).enumerate() {
        if partner != Some(n) {
            let last = partner.and_then(|p| changes.get(p)).unwrap_or(change);
            bringer.one(work, change, last)?;
        }
    }
    Ok(())
}

struct Bringer<'a> {
    table: &'a TableIndexes,
    def: &'a IndexDef,
    tree: &'a WriteTree,
    records: &'a WriteTree,
    builder: EntryBuilder,
    before: Entries,
    after: Entries,
    data: Vec<u8>,
}

impl Bringer<'_> {
    /// Brings a change in; `last` is it, or the replace that is one with it.
    fn one(
        &mut self,
        work: &mut Work<'_>,
        change: &VersionCopy,
        last: &VersionCopy,
    ) -> Result<(), WorkError> {
        let trx = work.trx;
        // While this lives the owner does not end.
        let Some(sink) = trx.proxy_for(change.version) else {
            return Ok(());
        };
        if !self.read_after(work, last)? {
            let what = "a record that others changed is not where it was";
            return Err(WorkError::refused(JetErr::WRITE_CONFLICT, what));
        }
        self.before = Entries::default();
        self.after = Entries::default();
        let data = std::mem::take(&mut self.data);
        let result = match change.oper {
            Oper::Insert => self.entries_after(work, &data),
            Oper::FlagDelete => self.entries_before(work, &data),
            _ => self
                .entries_before(work, &change.before)
                .and_then(|()| self.entries_after(work, &data)),
        };
        self.data = data;
        result?;
        let author = work.author_for(&sink);
        self.put(work, (&sink, &author), change)
    }

    /// The record after a change, into `data`; `false` when it is not there.
    fn read_after(&mut self, work: &Work<'_>, change: &VersionCopy) -> Result<bool, WorkError> {
        let pages = work.db.trees.pages();
        let (key, key_len) = (&change.bookmark, change.key_len);
        let (page, iline) = self.records.tree().exclusive_node(pages, key, key_len)?;
        if work.trx.store().data_after(change.version, &mut self.data) {
            return Ok(true);
        }
        let Some(iline) = iline else {
            return Ok(false);
        };
        let view = page.view()?;
        let node = view.node(iline).map_err(|e| page.fault(e))?;
        self.data.extend_from_slice(node.data);
        Ok(true)
    }

    fn entries_of(
        &mut self,
        work: &Work<'_>,
        data: &[u8],
        after: bool,
    ) -> Result<(), EntryError<ColumnError>> {
        let large_pages = work.db.trees.page_size().is_large();
        let record = RecordView::new(data, large_pages)
            .map_err(|e| EntryError::Source(ColumnError::Record(e)))?;
        let columns = RecordColumns::new(self.table.schema(), record, &NotAtHand);
        let into = match after {
            true => &mut self.after,
            false => &mut self.before,
        };
        self.builder.entries_into(self.def, &columns, into)
    }

    fn entries_after(&mut self, work: &Work<'_>, data: &[u8]) -> Result<(), WorkError> {
        self.entries_of(work, data, true)
            .map_err(|e| WorkError::refused(e.jet_err(), e.to_string()))?;
        match self.tree.is_unique() && self.after.has_repeats() {
            true => Err(WriteError::KeyDuplicate.into()),
            false => Ok(()),
        }
    }

    fn entries_before(&mut self, work: &Work<'_>, data: &[u8]) -> Result<(), WorkError> {
        match self.entries_of(work, data, false) {
            Ok(()) => Ok(()),
            // Such a record is not in the index; it would have ended the build.
            Err(EntryError::NullKey | EntryError::Truncated) => {
                self.before = Entries::default();
                Ok(())
            }
            Err(e) => Err(WorkError::refused(e.jet_err(), e.to_string())),
        }
    }

    /// The difference between before and after.
    fn put(
        &self,
        work: &mut Work<'_>,
        (sink, author): (&ProxySink<'_>, &Author),
        change: &VersionCopy,
    ) -> Result<(), WorkError> {
        let bookmark = &change.bookmark[..];
        let data = if self.tree.is_unique() { &[] } else { bookmark };
        for key in self.before.iter().filter(|k| !self.after.contains(k)) {
            let entry = Bookmark { key, data };
            work.writer_for(sink, author)
                .flag_delete(self.tree, entry)?;
        }
        for key in self.after.iter().filter(|k| !self.before.contains(k)) {
            match work
                .writer_for(sink, author)
                .insert(self.tree, key, bookmark)
            {
                Ok(_) => {}
                Err(WriteError::MultiValued) => {
                    let what = format!(
                        "an entry is there before a change of its record: {:?} {:?}, version {}",
                        change.oper, change.stamp, change.version.rceid
                    );
                    return Err(WorkError::damaged(JetErr::SECONDARY_INDEX_CORRUPTED, what));
                }
                Err(e) => return Err(e.into()),
            }
        }
        Ok(())
    }
}
