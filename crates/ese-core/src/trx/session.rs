//! One session's transaction: its levels, its snapshot, its versions.
//!
//! What is logged is not known here; what logging needs is: [`TrxSession::pending`] says which levels
//! the log has not seen, [`TrxSession::stamp`] what records say about the session. Where a transaction
//! ends, in this order (docs/format/versioning.md §7):
//!
//! * commit to level 0: Commit0 is logged with [`TrxClock::next`](super::TrxClock::next) (if anything
//!   was), made durable if it has to be, then [`TrxSession::commit_outermost`];
//! * rollback: [`TrxSession::rollback`], every version undone through it, Rollback logged, then
//!   [`RollbackRun::end_level`](super::rollback::RollbackRun::end_level).
//!
//! Invariants: one thread at a time works for a session; a transaction's list holds its entries,
//! newest first, and none that was nullified in front.
#![forbid(unsafe_code)]

use super::LEVEL_MOST;
use super::begins::Begin;
use super::buckets::{Buckets, Entry, EntryFlags};
use super::chains;
use super::ids::TrxId;
use super::oper::Oper;
use super::rollback::{RollbackRun, RollbackScope};
use super::sink::{Made, NodeChange, NodeId, Stamp, VersionFault, VersionRef, VersionSink};
use super::store::{Author, Created, Delta, Payload, Snapshot, TEMPORARY, VersionStore};
use crate::cache::DbNo;
use crate::format::ids::{Lgpos, Objid, Pgno};
use crate::sync::{Gate, Lock, LockGuard};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Levels of a transaction that the log has not seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pending {
    /// Level below them: 0 asks for Begin0, others for Begin.
    pub from: u8,
    /// How many.
    pub count: u8,
}

/// The open transaction of a seat.
#[derive(Debug, Default)]
pub(super) struct Open {
    pub(super) level: u8,
    /// Levels that the log knows of.
    logged: u8,
    read_only: bool,
    slot: u32,
    newest: Entry,
    /// Number of the newest entry, counted from 1.
    count: u32,
    /// `count` when each level began; `[0]` is not used.
    marks: [u32; LEVEL_MOST as usize + 1],
    update: u32,
    /// It has versions of the temporary database.
    temporary: bool,
    /// It has changed something without a version.
    for_good: bool,
}

impl Open {
    /// An entry of database `db` is the newest.
    #[inline]
    pub(super) fn add(&mut self, buckets: &Buckets, entry: Entry, db: DbNo) {
        self.count = self.count.saturating_add(1);
        buckets.set_place(entry, self.newest, self.count);
        self.newest = entry;
        self.temporary |= db == TEMPORARY;
    }

    /// The level at which an entry counts: that in which it lies, or a lower one at which it was made
    /// for the transaction by somebody else.
    pub(super) fn level_of(&self, buckets: &Buckets, entry: Entry) -> u8 {
        let (_, number) = buckets.place(entry);
        let mark = |l: &u8| self.marks.get(usize::from(*l)).copied().unwrap_or(0);
        let by_place = (1..=self.level).rev().find(|l| mark(l) < number);
        buckets.level(entry).min(by_place.unwrap_or(0))
    }

    /// Entries that are not nullified, newest first, from one on or from the newest.
    pub(super) fn entries<'a>(
        &self,
        buckets: &'a Buckets,
        from: Option<Entry>,
    ) -> impl Iterator<Item = Entry> + use<'a> {
        let from = from.unwrap_or(self.newest);
        let all = std::iter::successors(from.some(), |&e| buckets.place(e).0.some());
        all.filter(|&e| !buckets.flags(e).contains(EntryFlags::NULLIFIED))
    }

    /// Takes nullified entries off the front.
    pub(super) fn drop_nullified(&mut self, buckets: &Buckets) {
        while let Some(e) = self.newest.some()
            && buckets.flags(e).contains(EntryFlags::NULLIFIED)
        {
            self.newest = buckets.place(e).0;
        }
    }
}

/// What each call of a session asks of its transaction, in one word: it is asked without a lock.
///
/// Only the session itself asks and changes it, with its `open` locked: [`Seat::tell`] follows each
/// change of what is in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Stage(u32);

impl Stage {
    const LOGGED_SHIFT: u32 = u8::BITS;
    const READ_ONLY: u32 = 1 << (2 * u8::BITS);

    fn of(open: &Open) -> Self {
        let read_only = if open.read_only { Self::READ_ONLY } else { 0 };
        let logged = u32::from(open.logged) << Self::LOGGED_SHIFT;
        Self(u32::from(open.level) | logged | read_only)
    }

    #[inline]
    fn level(self) -> u8 {
        self.0 as u8
    }

    #[inline]
    fn logged(self) -> u8 {
        (self.0 >> Self::LOGGED_SHIFT) as u8
    }

    #[inline]
    fn is_read_only(self) -> bool {
        self.0 & Self::READ_ONLY != 0
    }
}

/// What the store keeps of a session.
#[derive(Debug, Default)]
pub(super) struct Seat {
    pub(super) begin: Begin,
    procid: AtomicU32,
    /// As in `open`, for the session's own looks at nodes.
    slot: AtomicU32,
    /// The same of the [`Stage`].
    stage: AtomicU32,
    pub(super) open: Lock<Open>,
    /// Held for writing while the transaction commits or rolls back, for reading by who makes
    /// versions on its behalf.
    pub(super) ending: Gate<()>,
    /// [`Lgpos::to_word`] of where the transaction began in the log, plus one; 0 when it logged nothing. The
    /// session's own thread stores it: before the record, whose appending passes it on to whoever has
    /// looked at the log afterwards.
    begin0_at: AtomicU64,
}

impl Seat {
    pub(super) fn procid(&self) -> u16 {
        u16::try_from(self.procid.load(Ordering::Relaxed)).unwrap_or(0)
    }

    pub(super) fn begin0_at(&self) -> Option<Lgpos> {
        let word = self.begin0_at.load(Ordering::Acquire);
        word.checked_sub(1).map(Lgpos::of_word)
    }

    /// Level at which an entry of the open transaction counts.
    pub(super) fn level_of(&self, store: &VersionStore, entry: Entry) -> u8 {
        self.open.lock().level_of(&store.buckets, entry)
    }

    #[inline]
    fn stage(&self) -> Stage {
        Stage(self.stage.load(Ordering::Relaxed))
    }

    /// Level, logged levels or kind of the transaction have changed.
    fn tell(&self, open: &Open) {
        self.stage.store(Stage::of(open).0, Ordering::Relaxed);
    }

    /// The level above `level` is over.
    fn fall_to(&self, open: &mut Open, level: u8) {
        open.level = level;
        open.logged = open.logged.min(level);
        self.tell(open);
    }

    /// The transaction is over.
    fn clear(&self, open: &mut Open) {
        *open = Open::default();
        self.tell(open);
        self.slot.store(0, Ordering::Relaxed);
        self.begin0_at.store(0, Ordering::Release);
        self.begin.end();
    }
}

/// A session of the engine, as far as its transactions go. Dropped with an open transaction, it leaves
/// the transaction's versions behind, uncommitted, as a crash would.
#[derive(Debug)]
pub struct TrxSession {
    store: Arc<VersionStore>,
    seat: u32,
}

impl Drop for TrxSession {
    fn drop(&mut self) {
        if self.level() == 0 {
            self.store.leave(self.seat);
        }
    }
}

/// Where a session's transaction stands ([`TrxSession::standing`]).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Id of its begin; [`TrxId::MAX`] when none is open.
    pub begin0: TrxId,
    /// Level, 0 when none is open.
    pub level: u8,
    slot: u32,
}

impl TrxSession {
    pub(super) fn new(store: Arc<VersionStore>, seat: u32, procid: u16) -> Self {
        let session = Self { store, seat };
        let seat = session.seat();
        seat.procid.store(u32::from(procid), Ordering::Relaxed);
        session
    }

    #[inline]
    pub(super) fn seat(&self) -> &Seat {
        let seat = usize::try_from(self.seat).unwrap_or(0);
        // `VersionStore::session` gives out numbers of seats only.
        self.store.seats.get(seat).unwrap_or(&self.store.nobody)
    }

    /// The store.
    #[inline]
    #[must_use]
    pub fn store(&self) -> &Arc<VersionStore> {
        &self.store
    }

    // ---- levels --------------------------------------------------------------------------------

    /// Begins a transaction, or a level of it; returns the level. `read_only` counts at level 0 only.
    /// At most [`LEVEL_MOST`] levels, of which users have seven.
    pub fn begin(&self, read_only: bool) -> Result<u8, VersionFault> {
        let seat = self.seat();
        let mut open = seat.open.lock();
        if open.level >= LEVEL_MOST {
            return Err(VersionFault::TooDeep);
        }
        if open.level == 0 {
            *open = Open::default();
            open.read_only = read_only;
            seat.begin.begin(&self.store.clock, read_only);
        }
        let (level, count) = (open.level + 1, open.count);
        open.level = level;
        seat.tell(&open);
        if let Some(mark) = open.marks.get_mut(usize::from(level)) {
            *mark = count;
        }
        Ok(level)
    }

    /// Level of the transaction, 0 when none is open.
    #[inline]
    #[must_use]
    pub fn level(&self) -> u8 {
        self.seat().stage().level()
    }

    /// Id of the transaction's begin; [`TrxId::MAX`] when none is open.
    #[inline]
    #[must_use]
    pub fn begin0(&self) -> TrxId {
        self.seat().begin.id()
    }

    /// The transaction was begun for reading only.
    #[inline]
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.seat().stage().is_read_only()
    }

    /// Where its transaction stands now: all that a call has to ask, at once.
    #[inline]
    #[must_use]
    pub fn standing(&self) -> Standing {
        let seat = self.seat();
        Standing {
            begin0: seat.begin.id(),
            slot: seat.slot.load(Ordering::Relaxed),
            level: seat.stage().level(),
        }
    }

    /// The session's eyes: those of its transaction, or, outside of one, what is committed now.
    #[inline]
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.snapshot_of(self.standing())
    }

    /// The same, of where it stands.
    #[inline]
    #[must_use]
    pub fn snapshot_of(&self, standing: Standing) -> Snapshot {
        match standing.begin0 {
            TrxId::MAX => self.store.latest(),
            at => Snapshot {
                at,
                slot: standing.slot,
                without: 0,
            },
        }
    }

    /// Levels that have to be logged before the first change (docs/format/log-records.md §3).
    #[inline]
    #[must_use]
    pub fn pending(&self) -> Option<Pending> {
        let stage = self.seat().stage();
        let (level, from) = (stage.level(), stage.logged());
        let count = level.checked_sub(from).filter(|&n| n > 0)?;
        Some(Pending { from, count })
    }

    /// A Begin0 of this session will stand at `at` or behind: said before it is logged, so that no
    /// checkpoint passes it.
    pub fn begin0_comes_at(&self, at: Lgpos) {
        let seat = self.seat();
        if seat.begin0_at().is_none() {
            seat.begin0_at.store(at.to_word() + 1, Ordering::Release);
        }
    }

    /// Where the transaction began in the log; `None` when it logged nothing.
    #[must_use]
    pub fn begin0_at(&self) -> Option<Lgpos> {
        self.seat().begin0_at()
    }

    /// All levels are logged now.
    pub fn levels_are_logged(&self) {
        let seat = self.seat();
        let mut open = seat.open.lock();
        open.logged = open.level;
        seat.tell(&open);
    }

    /// Level up to which the log knows the transaction: commits and rollbacks of levels above are
    /// not logged.
    #[must_use]
    pub fn logged_level(&self) -> u8 {
        self.seat().stage().logged()
    }

    /// The transaction has versions that were not undone, or changes that have none: its commit has to
    /// be durable if asked for.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        let open = self.seat().open.lock();
        !open.newest.is_none() || open.for_good
    }

    /// The transaction changes something that it can't take back.
    pub(super) fn note_for_good(&self) -> Result<(), VersionFault> {
        let mut open = self.seat().open.lock();
        if open.level == 0 {
            return Err(VersionFault::NotInTransaction);
        }
        if open.read_only {
            return Err(VersionFault::ReadOnly);
        }
        open.for_good = true;
        Ok(())
    }

    /// The deepest level, above 1, becomes a part of the one below; returns the latter.
    pub fn commit_inner(&self) -> Result<u8, VersionFault> {
        let seat = self.seat();
        let mut open = seat.open.lock();
        if open.level < 2 {
            return Err(VersionFault::NotInTransaction);
        }
        let below = open.level - 1;
        seat.fall_to(&mut open, below);
        Ok(open.level)
    }

    /// Commits to level 0: all that was done is visible to everybody who begins from now on. `at` is
    /// the position of the Commit0 record ([`Lgpos::MIN`] when none was logged). Returns the id of the
    /// commit, which is not the logged one; `None` when there was nothing to publish.
    pub fn commit_outermost(&self, at: Lgpos) -> Result<Option<TrxId>, VersionFault> {
        let (store, seat) = (&*self.store, self.seat());
        let _ending = seat.ending.write();
        let mut open = seat.open.lock();
        if open.level != 1 {
            return Err(VersionFault::NotInTransaction);
        }
        if open.temporary {
            // They serve the own rollback only (docs/format/versioning.md §7.1).
            let entries = open.entries(&store.buckets, None);
            for entry in entries.filter(|&e| store.buckets.tree(e).0 == TEMPORARY) {
                store.nullify(&mut open, entry, EntryFlags::empty());
            }
        }
        let slot = open.slot;
        let mut id = None;
        if slot != 0 {
            if open.newest.is_none() {
                store.slots.get(slot).end_undone();
            } else {
                id = Some(store.slots.get(slot).commit(&store.clock, at));
            }
            store.slots.let_go(slot);
        }
        seat.clear(&mut open);
        Ok(id)
    }

    /// Begins to roll back the deepest level, or one update of any level. One run at a time: no other,
    /// and no commit to level 0, before this one is dropped.
    pub fn rollback(&self, scope: RollbackScope) -> Result<RollbackRun<'_>, VersionFault> {
        if self.level() == 0 {
            return Err(VersionFault::NotInTransaction);
        }
        Ok(RollbackRun::new(self, scope))
    }

    /// Ends the deepest level, whose versions were undone.
    pub(super) fn end_rolled_back(&self) -> Result<u8, VersionFault> {
        let (store, seat) = (&*self.store, self.seat());
        let mut open = seat.open.lock();
        let level = open.level;
        let left = open.entries(&store.buckets, None);
        let mut left = left.map(|e| (e, open.level_of(&store.buckets, e)));
        if level == 0 || left.any(|(_, l)| l >= level) {
            return Err(VersionFault::NotUndone);
        }
        drop(left);
        seat.fall_to(&mut open, level - 1);
        if open.level == 0 {
            let slot = open.slot;
            if slot != 0 {
                store.slots.get(slot).end_undone();
                store.slots.let_go(slot);
            }
            seat.clear(&mut open);
        }
        Ok(level - 1)
    }

    // ---- versions ------------------------------------------------------------------------------

    /// Begins an update: what is done until [`TrxSession::end_update`] can be undone together.
    pub fn begin_update(&self) -> u32 {
        let update = self.store.next_update();
        self.continue_update(update);
        update
    }

    /// Goes on with an update of this transaction.
    pub fn continue_update(&self, update: u32) {
        self.seat().open.lock().update = update;
    }

    /// What is done from now on belongs to no update.
    pub fn end_update(&self) {
        self.continue_update(0);
    }

    /// Locks a node until the transaction ends: for reading, beside other readers, or for writing. A
    /// lock for reading is granted in a read-only transaction too.
    pub fn lock(&self, node: &NodeId<'_>, write: bool) -> Result<VersionRef, VersionFault> {
        let oper = if write {
            Oper::WriteLock
        } else {
            Oper::ReadLock
        };
        let created = self.with_room(|open| self.create(open, node, oper, &Payload::Nothing))?;
        Ok(created.version)
    }

    /// Whether others stand against an operation on a node now.
    pub fn check(&self, node: &NodeId<'_>, oper: Oper) -> Result<(), VersionFault> {
        let snapshot = self.snapshot();
        if self.store.conflicts(node, snapshot, oper) {
            return Err(VersionFault::WriteConflict);
        }
        Ok(())
    }

    /// Whether another session has changed a node, or locked it, and not committed.
    #[must_use]
    pub fn is_changed_by_others(&self, node: &NodeId<'_>) -> bool {
        self.check_now(node, Oper::WriteLock).is_err()
    }

    /// Whether what others have not committed stands against an operation on a node.
    pub(super) fn check_now(&self, node: &NodeId<'_>, oper: Oper) -> Result<(), VersionFault> {
        let now = Snapshot {
            at: self.store.latest().at,
            ..self.snapshot()
        };
        match self.store.conflicts(node, now, oper) {
            true => Err(VersionFault::WriteConflict),
            false => Ok(()),
        }
    }

    /// Notes an operation that is not of a node: space that was allocated, a schema change.
    pub fn note(
        &self,
        oper: Oper,
        tree: (DbNo, Pgno, Objid),
        info: &[u8],
    ) -> Result<VersionRef, VersionFault> {
        self.with_room(|open| {
            let author = self.author(open, oper, tree.0)?;
            let version = self.store.create_note(&author, tree, oper, info)?;
            open.add(&self.store.buckets, Entry(version.entry), tree.0);
            Ok(version)
        })
    }

    /// Runs `make` under the session's lock, again when room could be made.
    #[inline]
    fn with_room<T>(
        &self,
        mut make: impl FnMut(&mut Open) -> Result<T, VersionFault>,
    ) -> Result<T, VersionFault> {
        loop {
            let mut open: LockGuard<'_, Open> = self.seat().open.lock();
            let made = make(&mut open);
            drop(open);
            match made {
                Err(VersionFault::Full { .. }) => self.room_or_fault()?,
                made => return made,
            }
        }
    }

    /// Makes room in a store that is full, or says who has to end.
    #[cold]
    fn room_or_fault(&self) -> Result<(), VersionFault> {
        if self.store.make_room() {
            return Ok(());
        }
        let oldest = self.begin0() == self.store.oldest();
        Err(VersionFault::Full { oldest })
    }

    fn author(&self, open: &mut Open, oper: Oper, db: DbNo) -> Result<Author, VersionFault> {
        let seat = self.seat();
        if open.level == 0 {
            return Err(VersionFault::NotInTransaction);
        }
        // A transaction that only reads may have temporary tables.
        if open.read_only && oper != Oper::ReadLock && db != TEMPORARY {
            return Err(VersionFault::ReadOnly);
        }
        if open.slot == 0 {
            let slot = self.store.slots.take(seat.begin.id(), self.seat);
            open.slot = slot.ok_or(VersionFault::TooManySessions)?;
            seat.slot.store(open.slot, Ordering::Relaxed);
        }
        Ok(Author {
            slot: open.slot,
            snapshot: seat.begin.id(),
            level: open.level,
            update: open.update,
            flags: EntryFlags::empty(),
        })
    }

    fn create(
        &self,
        open: &mut Open,
        node: &NodeId<'_>,
        oper: Oper,
        payload: &Payload<'_>,
    ) -> Result<Created, VersionFault> {
        let author = self.author(open, oper, node.db)?;
        let created = self.store.create(&author, node, oper, payload)?;
        if !created.again {
            open.add(&self.store.buckets, created.entry(), node.db);
        }
        Ok(created)
    }

    /// The versions of a change, under the lock of the session whose they are.
    pub(super) fn change_open(
        store: &VersionStore,
        open: &mut Open,
        mut create: impl FnMut(&mut Open, Oper, &Payload<'_>) -> Result<Created, VersionFault>,
        reserved: VersionRef,
        change: &NodeChange<'_>,
    ) -> Result<(Created, Option<Created>), VersionFault> {
        let delta = |offset, amount, then| {
            Payload::Delta(Delta {
                offset,
                amount,
                then,
            })
        };
        let (oper, payload) = match *change {
            NodeChange::Insert | NodeChange::FlagInsertAndReplace { .. } => {
                (Oper::Insert, Payload::Nothing)
            }
            NodeChange::Replace {
                before,
                after_len,
                unchanged,
            } => {
                let payload = Payload::Replace {
                    before,
                    after_len,
                    unchanged,
                };
                (Oper::Replace, payload)
            }
            NodeChange::FlagDelete => (Oper::FlagDelete, Payload::Nothing),
            NodeChange::Delta {
                offset,
                amount,
                then,
            } => (Oper::Delta, delta(offset, i64::from(amount), then)),
            NodeChange::Delta64 {
                offset,
                amount,
                then,
            } => (Oper::Delta64, delta(offset, amount, then)),
        };
        let inserts = oper == Oper::Insert && !reserved.is_none();
        let first = if inserts {
            if !store.promote(reserved, Oper::PreInsert, Oper::Insert) {
                return Err(VersionFault::KeyDuplicate);
            }
            Created::of(reserved)
        } else {
            create(open, oper, &payload)?
        };
        let NodeChange::FlagInsertAndReplace { before, after_len } = *change else {
            return Ok((first, None));
        };
        let replace = Payload::Replace {
            before,
            after_len,
            unchanged: false,
        };
        match create(open, Oper::Replace, &replace) {
            Ok(second) => Ok((first, Some(second))),
            Err(fault) => {
                // As before: the leaf is latched, nobody has looked.
                if inserts {
                    store.promote(reserved, Oper::Insert, Oper::PreInsert);
                } else {
                    store.nullify(open, first.entry(), EntryFlags::empty());
                }
                Err(fault)
            }
        }
    }

    /// What was made, for the tree; the page owes what is owed from now on.
    pub(super) fn made(
        store: &VersionStore,
        leaf: Pgno,
        (first, second): (Created, Option<Created>),
        stamp: Stamp,
    ) -> Made {
        for created in [Some(first), second].into_iter().flatten() {
            let entry = created.entry();
            if store.buckets.flags(entry).contains(EntryFlags::OWES) {
                store.owed.add(&store.buckets, entry, leaf);
            }
        }
        let free = second.map_or(0, |s| s.uncommitted_free);
        Made {
            version: first.version,
            replace: second.map_or(VersionRef::NONE, |s| s.version),
            uncommitted_free: first.uncommitted_free + free,
            stamp,
        }
    }

    pub(super) fn forget(&self, seat: &Seat, made: &Made) {
        let store = &*self.store;
        for version in [made.replace, made.version] {
            if version.is_none() {
                continue;
            }
            let entry = Entry(version.entry);
            store.nullify(&mut seat.open.lock(), entry, EntryFlags::empty());
            store.owe_nothing(entry);
        }
    }
}

impl VersionSink for TrxSession {
    #[inline]
    fn expect(&self, node: &NodeId<'_>) {
        self.store.chains.expect(chains::hash(node));
    }

    fn reserve(&self, node: &NodeId<'_>) -> Result<VersionRef, VersionFault> {
        // Now and then, whoever loads: nothing is held here.
        self.store.fit_heads();
        let made = |open: &mut Open| self.create(open, node, Oper::PreInsert, &Payload::Nothing);
        Ok(self.with_room(made)?.version)
    }

    fn change(
        &self,
        node: &NodeId<'_>,
        leaf: Pgno,
        reserved: VersionRef,
        change: &NodeChange<'_>,
    ) -> Result<Made, VersionFault> {
        if *change == NodeChange::Insert && reserved.is_none() {
            return self.insert(node);
        }
        let (created, level) = self.with_room(|open| {
            let create = |open: &mut Open, oper, payload: &Payload<'_>| {
                self.create(open, node, oper, payload)
            };
            let created = Self::change_open(&self.store, open, create, reserved, change)?;
            Ok((created, open.level))
        })?;
        let stamp = Stamp {
            level,
            ..self.stamp_of(level)
        };
        Ok(Self::made(&self.store, leaf, created, stamp))
    }

    fn undo_of(&self, made: &Made) {
        self.forget(self.seat(), made);
    }

    fn thins(&self, made: &Made) {
        let replace = if made.replace.is_none() {
            made.version
        } else {
            made.replace
        };
        if !replace.is_none() {
            self.store.thins(Entry(replace.entry));
        }
    }

    fn reserved_space(&self, node: &NodeId<'_>) -> u16 {
        self.store.reserved_space(node)
    }

    fn is_active(&self, node: &NodeId<'_>) -> bool {
        self.store.is_active(node)
    }

    fn stamp(&self) -> Stamp {
        self.stamp_of(self.level())
    }
}

impl TrxSession {
    /// The version of an insert that was not announced: one, for which its page owes nothing and keeps no room.
    /// As [`VersionSink::change`] makes it, without what the other changes need.
    fn insert(&self, node: &NodeId<'_>) -> Result<Made, VersionFault> {
        let (version, level) = self.with_room(|open| {
            let created = self.create(open, node, Oper::Insert, &Payload::Nothing)?;
            Ok((created.version, open.level))
        })?;
        Ok(Made {
            version,
            replace: VersionRef::NONE,
            uncommitted_free: 0,
            stamp: self.stamp_of(level),
        })
    }

    #[inline]
    fn stamp_of(&self, level: u8) -> Stamp {
        let seat = self.seat();
        Stamp {
            procid: seat.procid(),
            trx_begin0: if level == 0 { 0 } else { seat.begin.id().0 },
            level,
        }
    }
}
