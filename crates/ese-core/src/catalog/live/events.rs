//! What becomes of schema changes when transactions end.
//!
//! Invariant: a tree goes only when nobody is left who found it, and when no version of a node of it is
//! left to be undone or cleaned up.
#![forbid(unsafe_code)]

use super::LiveCatalog;
use super::state::{Fate, LiveTable, Note, NoteKind, State};
use crate::format::ids::{Objid, Pgno};
use crate::format::log_record::FdpType;
use crate::space::alloc::Dropped;
use crate::trx::{Oper, TrxId};
use crate::work::{Apart, SchemaEvents, SchemaNote, WorkDb, WorkError};

/// Frees a tree in a transaction of its own.
fn free(
    db: &WorkDb,
    apart: &dyn Apart,
    fdp: Pgno,
    dropped: Option<Dropped>,
) -> Result<(), WorkError> {
    apart.apart(db, &mut |work| {
        let author = work.author;
        Ok(work.db.space.free_tree(&author, fdp, dropped)?)
    })
}

/// Has a tree that nobody finds any more freed later: when all who found it have ended, and all
/// versions of its nodes are gone, which stand in the store before this note. A crash in between
/// leaks it.
fn free_later(
    db: &WorkDb,
    apart: &dyn Apart,
    note: &SchemaNote<'_>,
    (table, commit): (Objid, u32),
) -> Result<(), WorkError> {
    let later = Note {
        kind: NoteKind::Free,
        table,
        commit,
    };
    apart.apart(db, &mut |work| {
        let tree = (note.db, note.pgno_fdp, note.objid);
        work.trx.note(Oper::DeleteIndex, tree, &later.to_bytes())?;
        Ok(())
    })
}

impl LiveCatalog {
    /// One change less, and what was known for its sake.
    fn forget_note(&self, live: &LiveTable, forget: impl FnOnce(&mut State)) {
        let mut state = live.state();
        forget(&mut state);
        state.notes = state.notes.saturating_sub(1);
        live.touch(&mut state);
    }
}

impl SchemaEvents for LiveCatalog {
    fn undo_schema(
        &self,
        db: &WorkDb,
        apart: &dyn Apart,
        procid: u16,
        note: &SchemaNote<'_>,
    ) -> Result<(), WorkError> {
        let Some(Note { kind, table, .. }) = Note::parse(note.info) else {
            // Not noted here: space that is to be freed, or nothing.
            return match note.oper {
                Oper::AllocExt => free(db, apart, note.pgno_fdp, None),
                _ => Ok(()),
            };
        };
        let live = self.live(table);
        match kind {
            NoteKind::CreateTable => {
                free_later(db, apart, note, (table, 0))?;
                self.forget_note(&live, |_| {});
                self.forget(table);
            }
            NoteKind::CreateIndex => {
                // Its row is undone: who asks from now on does not get it.
                free_later(db, apart, note, (table, 0))?;
                self.forget_note(&live, |state| {
                    let own = |objid: Objid| objid == note.objid;
                    state
                        .fates
                        .retain(|f| f.fate != Fate::Made || !own(f.objid));
                });
            }
            NoteKind::CreateLv => {
                free_later(db, apart, note, (table, 0))?;
                self.forget_note(&live, |_| {});
            }
            // Not made by a session.
            NoteKind::Free => {}
            NoteKind::DeleteIndex => self.forget_note(&live, |state| {
                let own = |objid: Objid| objid == note.objid;
                state
                    .fates
                    .retain(|f| f.fate != Fate::Dropped || !own(f.objid));
            }),
            NoteKind::DeleteTable | NoteKind::RenameTable => {
                self.forget_note(&live, |state| {
                    state.away = state.away.filter(|a| a.procid != procid);
                });
            }
            NoteKind::Rows => self.forget_note(&live, |state| {
                // The newest is undone first.
                let own = state.overrides.iter().rposition(|o| {
                    o.procid == procid && !o.committed && u32::from(o.fid.0) == note.objid.0
                });
                if let Some(at) = own {
                    state.overrides.remove(at);
                }
            }),
        }
        Ok(())
    }

    fn rolled_back(&self, procid: u16, to: u8) {
        // What an outer level changed is still being changed.
        if to > 0 {
            return;
        }
        for live in self.changed_by(procid) {
            let mut state = live.state();
            state.changers = state.changers.saturating_sub(1);
            live.touch(&mut state);
        }
    }

    fn committed(&self, procid: u16, commit: Option<TrxId>) {
        for live in self.changed_by(procid) {
            let mut state = live.state();
            let id = commit.map_or(0, |c| c.0);
            if let Some(away) = state.away.as_mut().filter(|a| a.procid == procid) {
                away.committed.get_or_insert(id);
            }
            state.created_by = state.created_by.filter(|&p| p != procid);
            for fate in state.fates.iter_mut().filter(|f| f.procid == procid) {
                fate.committed.get_or_insert(id);
            }
            for o in state.overrides.iter_mut().filter(|o| o.procid == procid) {
                o.committed = true;
            }
            if let Some(id) = commit {
                state.committed(id);
            }
            state.changers = state.changers.saturating_sub(1);
            live.touch(&mut state);
        }
    }

    fn clean_up_schema(
        &self,
        db: &WorkDb,
        apart: &dyn Apart,
        note: &SchemaNote<'_>,
    ) -> Result<(), WorkError> {
        let Some(Note {
            kind,
            table,
            commit,
        }) = Note::parse(note.info)
        else {
            return Ok(());
        };
        // Not asked for where the table is gone: nothing of it stays known.
        let live = || self.live(table);
        match kind {
            // In the order of the notes: indexes before their table.
            NoteKind::Free => {
                let fdp_type = match note.objid == table {
                    true => FdpType::TABLE,
                    false => FdpType::INDEX,
                };
                let dropped = (commit != 0).then_some(Dropped {
                    fdp_type,
                    trx_committed: commit,
                });
                free(db, apart, note.pgno_fdp, dropped)?;
            }
            NoteKind::CreateTable | NoteKind::CreateLv => self.forget_note(&live(), |_| {}),
            NoteKind::RenameTable => self.forget_note(&live(), |state| {
                state.away = state.away.filter(|a| a.deleted);
            }),
            NoteKind::CreateIndex => self.forget_note(&live(), |state| {
                let own = |objid: Objid| objid == note.objid;
                state
                    .fates
                    .retain(|f| f.fate != Fate::Made || !own(f.objid));
            }),
            NoteKind::Rows => self.forget_note(&live(), |state| {
                let own = state
                    .overrides
                    .iter()
                    .position(|o| o.committed && u32::from(o.fid.0) == note.objid.0);
                if let Some(at) = own {
                    state.overrides.remove(at);
                }
            }),
            NoteKind::DeleteIndex => {
                let dropped = {
                    let live = live();
                    let state = live.state();
                    let mut fates = state.fates.iter().filter(|f| f.fate == Fate::Dropped);
                    let fate = fates.find(|f| f.objid == note.objid);
                    fate.and_then(|f| f.committed).unwrap_or(0)
                };
                // Whoever began before the commit was known here may still maintain it.
                free_later(db, apart, note, (table, dropped))?;
                self.forget_note(&live(), |state| {
                    let own = |objid: Objid| objid == note.objid;
                    state
                        .fates
                        .retain(|f| f.fate != Fate::Dropped || !own(f.objid));
                });
            }
            NoteKind::DeleteTable => {
                let dropped = live().state().away.and_then(|a| a.committed).unwrap_or(0);
                free_later(db, apart, note, (table, dropped))?;
                self.forget_note(&live(), |_| {});
                self.forget(table);
            }
        }
        Ok(())
    }
}
