//! Any calls of several sessions, each with what the model says that it gives.
#![forbid(unsafe_code)]

use super::model::{self, Cell, Column, ID, Id, Row, Set, Table, Uid};
use super::world::{Diary, Place, World, add_to, answer};
use ese_core::catalog::write::ColumnBits;
use ese_core::database::{DbError, Given, RowEdit};
use ese_core::error::JetErr;
use ese_core::record::edit::{SetFlags, ValuePlace};
use ese_core::session::CommitKind;
use std::collections::BTreeSet;
use std::sync::Arc;

const LEVELS: usize = 4;

impl World {
    /// One call of some session.
    pub fn step(&mut self) {
        let who = self.dice.below(3);
        let level = self.player(who).levels.len();
        match self.dice.below(40) {
            0..=3 if level < LEVELS => self.begin(who),
            4..=6 if level > 0 => {
                let kind = match self.dice.below(3) {
                    0 => CommitKind::Lazy,
                    _ => CommitKind::Durable,
                };
                self.commit(who, kind);
            }
            7 | 8 if level > 0 => self.rollback(who),
            9 => {
                let turn = self.dice.below(3);
                let engine = self.engine();
                match turn {
                    0 => engine.instance.checkpoint().unwrap(),
                    1 => engine.instance.tick().unwrap(),
                    _ => drop(engine.instance.clean(usize::MAX).unwrap()),
                }
            }
            10..=13 => self.define(who),
            14..=16 => self.look(who),
            17..=25 => self.insert(who, false),
            26 => self.insert(who, true),
            27..=33 => self.replace(who),
            34 => self.count(who),
            _ => self.delete(who),
        }
    }

    /// A table that a session may use.
    pub fn some_table(&mut self, who: usize) -> Option<Arc<Table>> {
        let usable = self.usable(who);
        let uid = *self.dice.pick(&usable)?;
        self.view(who).get(&uid).map(Arc::clone)
    }

    /// Ends a step as the model says that it ended: kept, or undone.
    fn end(&mut self, who: usize, kept: bool) {
        match kept {
            true => self.merge(who),
            false => self.pop(who),
        }
    }

    fn look(&mut self, who: usize) {
        let Some(table) = self.some_table(who) else {
            return;
        };
        let uids: Vec<Uid> = table.indexes.iter().map(|i| i.uid).collect();
        let index = self.dice.pick(&uids).copied();
        let engine = self.engine();
        super::check::walk(&engine.db, &self.player(who).session, &table, index);
    }

    /// Sets columns, in the engine and in the model, until one is refused. `false`: one was, or may
    /// have been.
    fn set_all(
        note: &Diary,
        edit: &mut RowEdit<'_, '_>,
        (table, row): (&Table, &mut Row),
        sets: &[Set],
        (replacing, shared): (bool, bool),
        page: usize,
    ) -> bool {
        for set in sets {
            let column = table.column(set.column).expect("a column of the table");
            let mut after = row.clone();
            let told = model::apply(&mut after, column, set, replacing).err();
            let value = match &set.value {
                None => Given::Null,
                Some(bytes) => Given::Bytes(bytes),
            };
            let place = ValuePlace {
                itag: set.itag,
                offset: set.offset,
            };
            let done = edit.set_at(&column.name, place, value, set.flags);
            let done = answer(&done.map(|_| ()));
            let len = set.value.as_ref().map(Vec::len);
            note.note(format!(
                "    set {} itag {} at {} {len:?} {:?}: {done:?}",
                column.name, set.itag, set.offset, set.flags
            ));
            if done == Some(JetErr::RECORD_TOO_BIG) && after.weight(table) > page / 3 {
                return false;
            }
            if shared && column.is_long() && done == Some(JetErr::WRITE_CONFLICT) {
                // The value is another row's too, and that is being changed.
                return false;
            }
            assert_eq!(
                done,
                told,
                "{column:?} {:?} {set:?}",
                row.cells.get(&column.uid)
            );
            if told.is_some() {
                return false;
            }
            *row = after;
        }
        true
    }

    fn some_sets(&mut self, table: &Table, row: &Row, all: bool) -> Vec<Set> {
        let mut sets = Vec::new();
        for column in &table.columns {
            let needed = column.has(ColumnBits::NOT_NULL) && column.default.is_none();
            let wanted = match (all, needed) {
                (true, true) => !self.dice.one_in(40),
                (true, false) => !self.dice.one_in(3),
                (false, _) => self.dice.one_in(4),
            };
            // Who sets a column of the engine's own is told.
            let special = column.is_special() && !self.dice.one_in(60);
            if column.uid == ID || special || !wanted {
                continue;
            }
            let count = row.values(column).len();
            let times = match column.has(ColumnBits::MULTI_VALUED) {
                true => 1 + self.dice.below(3),
                false => 1,
            };
            for _ in 0..times {
                let mut set = self.dice.set(column, count);
                if all && needed && set.value.is_none() && !self.dice.one_in(30) {
                    set.value = Some(self.dice.value(column, 300));
                    set.flags = SetFlags::empty();
                }
                sets.push(set);
            }
        }
        sets
    }

    /// A new row, or one that begins as a copy of another.
    pub fn insert(&mut self, who: usize, copies: bool) {
        let Some(table) = self.some_table(who) else {
            return;
        };
        let from = self.some_row(&table);
        let from = table.rows.get(&from).map(|row| (from, Arc::clone(row)));
        let from = from.filter(|_| copies);
        if copies && from.is_none() {
            return;
        }
        let id = match self.dice.one_in(15) {
            true => 1 + self.dice.below(self.next_id as usize) as Id,
            false => self.next_id,
        };
        self.next_id = self.next_id.max(id) + 1;
        self.serial += 1;
        let mut row = Row {
            serial: self.serial,
            ..Row::default()
        };
        if let Some((_, from)) = &from {
            row.cells.clone_from(&from.cells);
            self.copied.insert(table.uid);
        }
        let mut sets = self.some_sets(&table, &row, from.is_none());
        sets.push(Set {
            column: ID,
            itag: 1,
            offset: 0,
            value: Some(id.to_le_bytes().to_vec()),
            flags: SetFlags::empty(),
        });
        let of = from.as_ref().map(|(id, _)| id);
        self.note(format!(
            "{who}: insert {id} into {}, a copy of {of:?}",
            table.name
        ));
        let shared = self.copied.contains(&table.uid) && self.crowded(who, table.uid);
        self.push(who);
        let note = self.diary.clone();
        let page = self.page_size.bytes();
        let (kept, number) = {
            let player = self.player(who);
            let mut cursor = self
                .engine()
                .db
                .table(&player.session, &table.name)
                .unwrap();
            let mut edit = match &from {
                None => cursor.insert().unwrap(),
                Some((id, _)) => {
                    cursor.use_index(Some("by_id")).unwrap();
                    assert!(cursor.find(&[Some(&id.to_le_bytes())]).unwrap());
                    let edit = cursor.copy();
                    if shared && answer(&edit) == Some(JetErr::WRITE_CONFLICT) {
                        drop(edit);
                        drop(cursor);
                        self.pop(who);
                        return;
                    }
                    edit.unwrap()
                }
            };
            let number = edit.auto_increment().unwrap();
            let counts = table.special(ColumnBits::AUTOINCREMENT);
            assert_eq!(number.is_some(), counts.is_some());
            if let (Some(number), Some(column)) = (number, counts) {
                let bytes = number.to_le_bytes();
                let bytes = bytes[..column.most().expect("a number")].to_vec();
                row.cells.insert(column.uid, Cell::Values(vec![bytes]));
            }
            let version = table.special(ColumnBits::VERSION);
            if let Some(column) = version {
                row.cells.remove(&column.uid);
            }
            let set = Self::set_all(
                &note,
                &mut edit,
                (&table, &mut row),
                &sets,
                (false, shared),
                page,
            );
            if let Some(column) = version {
                let zero = Cell::Values(vec![0_i32.to_le_bytes().to_vec()]);
                row.cells.entry(column.uid).or_insert(zero);
            }
            let kept = set && {
                let told = match misses(&table, &row) {
                    true => [JetErr::NULL_INVALID].into(),
                    false => self.obstacles(who, &table, id, None, &row),
                };
                told_so(&note, &edit.save(), &told)
            };
            (kept, number)
        };
        if let Some(number) = number {
            let last = self.numbers.insert(table.uid, number);
            assert!(last.is_none_or(|last| number > last), "{last:?} {number}");
        }
        if kept {
            self.put(who, table.uid, id, Some(row));
        }
        self.end(who, kept);
    }

    /// A row of the session's view, or one that is not there.
    fn some_row(&mut self, table: &Table) -> Id {
        let ids: Vec<Id> = table.rows.keys().copied().collect();
        match self.dice.one_in(12) {
            true => self.dice.below(self.next_id as usize + 3) as Id,
            false => self.dice.pick(&ids).copied().unwrap_or(0),
        }
    }

    pub fn replace(&mut self, who: usize) {
        let Some(table) = self.some_table(who) else {
            return;
        };
        let id = self.some_row(&table);
        let Some(old) = self.found(who, &table, id) else {
            return;
        };
        let sets = self.some_sets(&table, &old, false);
        let mut row = Row::clone(&old);
        self.note(format!("{who}: replace {id} in {}", table.name));
        let shared = self.copied.contains(&table.uid) && self.crowded(who, table.uid);
        let conflict = self.disputed(who, &Place::Row(table.uid, id));
        self.push(who);
        let note = self.diary.clone();
        let page = self.page_size.bytes();
        let kept = {
            let player = self.player(who);
            let mut cursor = self
                .engine()
                .db
                .table(&player.session, &table.name)
                .unwrap();
            cursor.use_index(Some("by_id")).unwrap();
            assert!(cursor.find(&[Some(&id.to_le_bytes())]).unwrap());
            match cursor.replace() {
                Err(e) => {
                    assert!(conflict, "{e}");
                    let e = ese_core::error::HasJetErr::jet_err(&e);
                    assert_eq!(e, JetErr::WRITE_CONFLICT);
                    false
                }
                Ok(mut edit) => {
                    assert!(!conflict, "row {id} is another's");
                    let sets_all = Self::set_all(
                        &note,
                        &mut edit,
                        (&table, &mut row),
                        &sets,
                        (true, shared),
                        page,
                    );
                    sets_all && {
                        if let Some(column) = table.special(ColumnBits::VERSION)
                            && !sets.is_empty()
                        {
                            row.cells.insert(column.uid, next_version(&old, column));
                        }
                        let told = self.obstacles(who, &table, id, Some(&old), &row);
                        told_so(&note, &edit.save(), &told)
                    }
                }
            }
        };
        if kept {
            self.put(who, table.uid, id, Some(row));
        }
        self.end(who, kept);
    }

    /// Counters of a row are added to.
    fn count(&mut self, who: usize) {
        let Some(table) = self.some_table(who) else {
            return;
        };
        let id = self.some_row(&table);
        let Some(column) = table.special(ColumnBits::ESCROW_UPDATE) else {
            return;
        };
        // A program may have made it NULL: then there is nothing to add to.
        let row = table.rows.get(&id);
        if row.is_none_or(|row| row.values(column).is_empty()) {
            return;
        }
        let amount = self.dice.below(9) as i32 - 4;
        let conflict = self.changed(who, &Place::Row(table.uid, id));
        self.push(who);
        let done = {
            let player = self.player(who);
            let db = &self.engine().db;
            let mut cursor = db.table(&player.session, &table.name).unwrap();
            cursor.use_index(Some("by_id")).unwrap();
            assert!(cursor.find(&[Some(&id.to_le_bytes())]).unwrap());
            answer(&cursor.escrow_add(&column.name, i64::from(amount)))
        };
        self.note(format!(
            "{who}: add {amount} to {id} of {}: {done:?}",
            table.name
        ));
        assert_eq!(done, conflict.then_some(JetErr::WRITE_CONFLICT));
        if done.is_none() {
            let level = self.level(who);
            level.changed.insert(Place::Counters(table.uid, id));
            level.added.insert((table.uid, id, column.uid), amount);
            let now = level.view.get_mut(&table.uid).expect("a table");
            add_to(Arc::make_mut(now), id, column.uid, amount);
        }
        self.end(who, done.is_none());
    }

    pub fn delete(&mut self, who: usize) {
        let Some(table) = self.some_table(who) else {
            return;
        };
        let id = self.some_row(&table);
        if self.found(who, &table, id).is_none() {
            return;
        }
        let conflict = self.disputed(who, &Place::Row(table.uid, id));
        self.push(who);
        let done = {
            let player = self.player(who);
            let mut cursor = self
                .engine()
                .db
                .table(&player.session, &table.name)
                .unwrap();
            cursor.use_index(Some("by_id")).unwrap();
            assert!(cursor.find(&[Some(&id.to_le_bytes())]).unwrap());
            answer(&cursor.delete())
        };
        self.note(format!("{who}: delete {id} of {}: {done:?}", table.name));
        assert_eq!(done, conflict.then_some(JetErr::WRITE_CONFLICT));
        if done.is_none() {
            self.put(who, table.uid, id, None);
        }
        self.end(who, done.is_none());
    }

    /// A row, if the session sees it; the engine finds it then, and only then.
    fn found(&mut self, who: usize, table: &Table, id: Id) -> Option<Arc<Row>> {
        let row = table.rows.get(&id).map(Arc::clone);
        if row.is_none() {
            let player = self.player(who);
            let mut cursor = self
                .engine()
                .db
                .table(&player.session, &table.name)
                .unwrap();
            cursor.use_index(Some("by_id")).unwrap();
            assert!(
                !cursor.find(&[Some(&id.to_le_bytes())]).unwrap(),
                "row {id}"
            );
        }
        row
    }
}

/// A column that must have a value has none.
fn misses(table: &Table, row: &Row) -> bool {
    let needs = |c: &&Column| c.has(ColumnBits::NOT_NULL);
    let mut needs = table.columns.iter().filter(needs);
    needs.any(|c| row.values(c).is_empty())
}

fn next_version(old: &Row, column: &Column) -> Cell {
    let now = old.values(column).first().map_or(0, |v| {
        i32::from_le_bytes((*v).try_into().expect("four bytes"))
    });
    Cell::Values(vec![now.wrapping_add(1).to_le_bytes().to_vec()])
}

/// The engine said what was foretold. `true`: it was done.
pub fn told_so(note: &Diary, done: &Result<(), DbError>, told: &BTreeSet<JetErr>) -> bool {
    note.note(format!("    done: {done:?}"));
    match answer(done) {
        None => assert!(told.is_empty(), "{told:?} was foretold"),
        Some(e) => assert!(told.contains(&e), "{done:?}, {told:?} was foretold"),
    }
    done.is_ok()
}
