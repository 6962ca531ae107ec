//! The schema changes in between: tables, columns and indexes come, go and get other names.
#![forbid(unsafe_code)]

use super::keys::entries;
use super::model::{BY_ID, Cell, Column, ID, Index, Table, Uid};
use super::world::{World, answer};
use ese_core::catalog::write::{ColumnBits, IndexBits, TableDef};
use ese_core::error::JetErr;
use std::collections::BTreeSet;
use std::sync::Arc;

const TABLES: usize = 5;

/// A table to be made.
fn def(table: &Table) -> TableDef {
    let mut def = TableDef::new(&table.name);
    def.columns = Some(table.columns.iter().map(Column::def).collect());
    def.indexes = table.indexes.iter().map(|i| i.def(table)).collect();
    def
}

impl World {
    pub fn define(&mut self, who: usize) {
        if self.view(who).len() < TABLES && (self.view(who).is_empty() || self.dice.one_in(3)) {
            self.create_table(who);
            return;
        }
        let Some(table) = self.some_table(who) else {
            return;
        };
        if !self.may_define(who, table.uid) {
            return;
        }
        match self.dice.below(12) {
            0 => self.delete_table(who, &table),
            1 => self.rename_table(who, &table),
            2..=4 => self.add_column(who, &table),
            5 if self.dice.one_in(2) => self.rename_column(who, &table),
            5 => self.delete_column(who, &table),
            6..=9 => self.create_index(who, &table),
            _ => self.delete_index(who, &table),
        }
    }

    /// What a call did is as it was told, and the session has the table alone from now on.
    fn defined(&mut self, who: usize, uid: Uid, what: String, table: Option<Table>) {
        self.note(format!("{who}: {what}"));
        let alone = self.player(who).levels.is_empty();
        if alone {
            self.push(who);
        }
        let level = self.level(who);
        level.schemas.insert(uid);
        match table {
            Some(table) => level.view.insert(uid, Arc::new(table)),
            None => level.view.remove(&uid),
        };
        if alone {
            self.merge(who);
        }
    }

    pub fn create_table(&mut self, who: usize) {
        let uid = self.next_table;
        let mut table = self.dice.table(uid, format!("t{uid}"));
        if let Some(other) = self.some_table(who)
            && self.dice.one_in(10)
        {
            table.name.clone_from(&other.name);
            let db = &self.engine().db;
            let done = db.create_table(&self.player(who).session, &def(&table));
            assert_eq!(answer(&done), Some(JetErr::TABLE_DUPLICATE));
            return;
        }
        self.next_table += 1;
        let def = def(&table);
        let what = format!("create {def:?}");
        let done = self
            .engine()
            .db
            .create_table(&self.player(who).session, &def);
        if answer(&done) == Some(JetErr::RECORD_TOO_BIG) {
            return;
        }
        assert_eq!(answer(&done), None, "{done:?} {what}");
        self.defined(who, uid, what, Some(table));
    }

    fn delete_table(&mut self, who: usize, table: &Table) {
        let done = self
            .engine()
            .db
            .delete_table(&self.player(who).session, &table.name);
        // Its tree of long values may have been made since the transaction began, for everybody.
        let late = !self.player(who).levels.is_empty() && table.columns.iter().any(Column::is_long);
        if late && answer(&done) == Some(JetErr::WRITE_CONFLICT) {
            return;
        }
        assert_eq!(answer(&done), None, "delete {} {done:?}", table.name);
        self.defined(who, table.uid, format!("delete {}", table.name), None);
    }

    fn rename_table(&mut self, who: usize, table: &Table) {
        let mut to = table.clone();
        to.name = format!("t{}_{}", table.uid, self.dice.below(1000));
        let session = &self.player(who).session;
        let done = self
            .engine()
            .db
            .rename_table(session, &table.name, &to.name);
        assert_eq!(answer(&done), None, "rename {} {done:?}", table.name);
        let what = format!("{} becomes {}", table.name, to.name);
        self.defined(who, table.uid, what, Some(to));
    }

    fn add_column(&mut self, who: usize, table: &Table) {
        let mut column = self.dice.column(table, true);
        let mut told = None;
        if let Some(taken) = table.columns.last()
            && self.dice.one_in(10)
        {
            column.name = taken.name.to_ascii_uppercase();
            told = Some(JetErr::COLUMN_DUPLICATE);
        }
        let session = &self.player(who).session;
        let done = self
            .engine()
            .db
            .add_column(session, &table.name, &column.def());
        let what = format!("add {column:?} to {}", table.name);
        if answer(&done) == Some(JetErr::RECORD_TOO_BIG) {
            return;
        }
        let escrow = column.has(ColumnBits::ESCROW_UPDATE);
        if escrow && told.is_none() && answer(&done) == Some(JetErr::TABLE_NOT_EMPTY) {
            // Deleted rows that are still there count too.
            return;
        }
        assert_eq!(answer(&done), told, "{what}");
        assert!(!escrow || told.is_some() || table.rows.is_empty(), "{what}");
        if told.is_none() {
            let mut table = table.clone();
            if column.has(ColumnBits::AUTOINCREMENT) {
                self.number(&mut table, &column);
            }
            table.columns.push(column);
            table.next += 1;
            self.defined(who, table.uid, what, Some(table));
        }
    }

    /// The rows that are there get their numbers, in the order of the records.
    fn number(&mut self, table: &mut Table, column: &Column) {
        let mut last = 0_u64;
        for id in super::check::in_order(table, None) {
            last += 1;
            let bytes = last.to_le_bytes();
            let bytes = bytes[..column.most().expect("a number")].to_vec();
            let row = table.rows.get_mut(&id).expect("it is in the order");
            let row = Arc::make_mut(row);
            row.cells.insert(column.uid, Cell::Values(vec![bytes]));
        }
        let given = self.numbers.entry(table.uid).or_default();
        *given = last.max(*given);
    }

    /// Outside of a transaction: a new name is everybody's at once.
    fn rename_column(&mut self, who: usize, table: &Table) {
        let Some(column) = self.dice.pick(&table.columns).cloned() else {
            return;
        };
        if column.uid == ID || !self.player(who).levels.is_empty() {
            return;
        }
        let name = format!("c{}_{}", column.uid, self.dice.below(100));
        let engine = self.engine();
        let session = &self.player(who).session;
        let objid = engine.db.schema(session, &table.name).unwrap().objid;
        let done = session.update(engine.db.attached(), |work| {
            let catalog = engine.db.catalog();
            catalog.rename_column(work, objid, &column.name, &name)
        });
        let what = format!("column {} of {} is {name}", column.name, table.name);
        assert_eq!(answer(&done), None, "{what}");
        let mut to = table.clone();
        let mut all = to.columns.iter_mut();
        all.find(|c| c.uid == column.uid).expect("it is there").name = name;
        self.defined(who, table.uid, what, Some(to));
    }

    fn delete_column(&mut self, who: usize, table: &Table) {
        let Some(column) = self.dice.pick(&table.columns).cloned() else {
            return;
        };
        let used = table.indexes.iter().any(|i| i.uses(column.uid));
        let engine = self.engine();
        let session = &self.player(who).session;
        let objid = engine.db.schema(session, &table.name).unwrap().objid;
        let done = session.update(engine.db.attached(), |work| {
            let catalog = engine.db.catalog();
            catalog.delete_column(work, objid, &column.name)
        });
        let what = format!("delete column {} of {}", column.name, table.name);
        assert_eq!(
            answer(&done),
            used.then_some(JetErr::COLUMN_IN_USE),
            "{what}"
        );
        if !used {
            let mut table = table.clone();
            table.columns.retain(|c| c.uid != column.uid);
            for row in table.rows.values_mut() {
                Arc::make_mut(row).cells.remove(&column.uid);
            }
            self.defined(who, table.uid, what, Some(table));
        }
    }

    fn create_index(&mut self, who: usize, table: &Table) {
        let Some(index) = self.dice.index(table, false) else {
            return;
        };
        let told = not_built(table, &index);
        let def = index.def(table);
        let session = &self.player(who).session;
        let done = answer(&self.engine().db.create_index(session, &table.name, &def));
        let what = format!("create {index:?} of {}: {done:?}", table.name);
        match done {
            None => assert!(told.is_empty(), "{what}: {told:?}"),
            Some(e) => assert!(told.contains(&e), "{what}: {told:?}"),
        }
        if done.is_none() {
            let mut table = table.clone();
            table.indexes.push(index);
            table.next += 1;
            self.defined(who, table.uid, what, Some(table));
        }
    }

    fn delete_index(&mut self, who: usize, table: &Table) {
        let Some(index) = self.dice.pick(&table.indexes).cloned() else {
            return;
        };
        if index.uid == BY_ID && !index.is_primary() {
            return;
        }
        let renames = self.dice.one_in(3);
        let engine = self.engine();
        let session = &self.player(who).session;
        let objid = engine.db.schema(session, &table.name).unwrap().objid;
        let catalog = engine.db.catalog();
        let mut to = table.clone();
        let what;
        if !renames {
            let done = session.update(engine.db.attached(), |work| {
                catalog.delete_index(work, objid, &index.name)
            });
            let must_stay = index.is_primary().then_some(JetErr::INDEX_MUST_STAY);
            assert_eq!(answer(&done), must_stay);
            if must_stay.is_some() {
                return;
            }
            what = format!("delete {index:?} of {}", table.name);
            to.indexes.retain(|i| i.uid != index.uid);
            to.ghosts.push(index);
        } else {
            if index.uid == BY_ID {
                return;
            }
            let name = format!("{}x", index.name);
            let done = session.update(engine.db.attached(), |work| {
                catalog.rename_index(work, objid, &index.name, &name)
            });
            assert_eq!(answer(&done), None);
            what = format!("index {} of {} is {name}", index.name, table.name);
            let mut all = to.indexes.iter_mut();
            let same = all.find(|i| i.uid == index.uid);
            same.expect("it is there").name = name;
        }
        self.defined(who, table.uid, what, Some(to));
    }
}

/// Why an index over rows that are there can't be made.
fn not_built(table: &Table, index: &Index) -> BTreeSet<JetErr> {
    let mut out = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for row in table.rows.values() {
        match entries(table, index, row) {
            Err(e) => drop(out.insert(e)),
            Ok(keys) if index.has(IndexBits::UNIQUE) => {
                for key in keys {
                    if !seen.insert(key) {
                        out.insert(JetErr::KEY_DUPLICATE);
                    }
                }
                // Two equal keys of one row are a duplicate here, and none when it is inserted.
                let double = super::keys::repeats(table, index, row);
                if double {
                    out.insert(JetErr::KEY_DUPLICATE);
                }
            }
            Ok(_) => {}
        }
    }
    out
}
