//! Any changes in nested transactions, kept or rolled back, against a model; then the judge and the
//! logs.
#![forbid(unsafe_code)]

use crate::engine::Engine;
use crate::golden::Nothing;
use crate::work_support::Begun;
use ese_core::catalog::TableSchema;
use ese_core::catalog::write::{
    ColumnBits, ColumnDef, IndexBits, IndexDefinition, KeyColumn, Progress, Rights, TableDef,
};
use ese_core::error::JetErr;
use ese_core::format::ids::{Coltyp, Fid, Objid, PageSize};
use ese_core::io::rng::{Rng, SeededRng};
use std::collections::{BTreeMap, BTreeSet};

const RIGHTS: Rights = Rights {
    exclusive: true,
    permit_ddl: false,
};

#[derive(Clone, Debug, PartialEq, Eq)]
struct Table {
    objid: Objid,
    columns: BTreeMap<String, Fid>,
    /// Each with the column that it is over.
    indexes: BTreeMap<String, Fid>,
    long_values: bool,
}

type Model = BTreeMap<String, Table>;

struct Play {
    engine: Engine,
    rng: SeededRng,
    /// Of the levels of the transaction; the first is what is committed.
    levels: Vec<Model>,
}

impl Play {
    fn any(&mut self, n: u64) -> u64 {
        self.rng.next_u64() % n
    }

    fn model(&mut self) -> &mut Model {
        self.levels.last_mut().unwrap()
    }

    /// A name, there or not.
    fn name(&mut self, kind: &str) -> String {
        format!("{kind}{}", self.any(5))
    }

    fn see(&self, begun: &Begun, want: &Model) {
        for i in 0..5 {
            let name = format!("t{i}");
            let seen = self.engine.seen(begun, &name);
            match want.get(&name) {
                Some(table) => assert_eq!(&of_schema(&seen.unwrap().schema), table, "{name}"),
                None => assert_eq!(seen.unwrap_err(), JetErr::OBJECT_NOT_FOUND, "{name}"),
            }
        }
    }

    /// One change; what it gives is what the model says.
    fn change(&mut self, begun: &mut Begun) {
        let name = self.name("t");
        let table = self.model().get(&name).cloned();
        let Some(mut table) = table else {
            if self.any(2) == 0 {
                let no = self
                    .engine
                    .ddl(begun, |c, w| c.delete_table(w, &name, &mut |_| false));
                assert_eq!(no.unwrap_err(), JetErr::OBJECT_NOT_FOUND);
            } else {
                self.create(begun, &name);
            }
            return;
        };
        let objid = table.objid;
        match self.any(11) {
            0 => {
                let done = self
                    .engine
                    .ddl(begun, |c, w| c.delete_table(w, &name, &mut |_| false));
                done.unwrap();
                self.model().remove(&name);
                return;
            }
            1 => {
                let to = self.name("t");
                let done = self.engine.ddl(begun, |c, w| c.rename_table(w, &name, &to));
                if to != name && self.model().contains_key(&to) {
                    assert_eq!(done.unwrap_err(), JetErr::KEY_DUPLICATE);
                    return;
                }
                done.unwrap();
                self.model().remove(&name);
                self.model().insert(to, table);
                return;
            }
            2..=4 => {
                let column = self.name("c");
                let def = self.column(&column);
                let done = self
                    .engine
                    .ddl(begun, |c, w| c.add_column(w, objid, &def, RIGHTS));
                match table.columns.contains_key(&column) {
                    true => assert_eq!(done.unwrap_err(), JetErr::COLUMN_DUPLICATE),
                    false => {
                        table.columns.insert(column, done.unwrap().fid);
                    }
                }
            }
            5 => {
                let column = self.name("c");
                let done = self
                    .engine
                    .ddl(begun, |c, w| c.delete_column(w, objid, &column));
                match table.columns.get(&column) {
                    None => assert_eq!(done.unwrap_err(), JetErr::COLUMN_NOT_FOUND),
                    Some(fid) if table.indexes.values().any(|f| f == fid) => {
                        assert_eq!(done.unwrap_err(), JetErr::COLUMN_IN_USE);
                    }
                    Some(_) => {
                        done.unwrap();
                        table.columns.remove(&column);
                    }
                }
            }
            6 => {
                let (column, to) = (self.name("c"), self.name("c"));
                let done = self
                    .engine
                    .ddl(begun, |c, w| c.rename_column(w, objid, &column, &to));
                match table.columns.get(&column).copied() {
                    None => assert_eq!(done.unwrap_err(), JetErr::COLUMN_NOT_FOUND),
                    Some(_) if to != column && table.columns.contains_key(&to) => {
                        assert_eq!(done.unwrap_err(), JetErr::KEY_DUPLICATE);
                    }
                    Some(fid) => {
                        done.unwrap();
                        table.columns.remove(&column);
                        table.columns.insert(to, fid);
                    }
                }
            }
            7 | 8 => {
                let (index, column) = (self.name("i"), self.name("c"));
                let def = IndexDefinition {
                    name: index.clone(),
                    key: vec![KeyColumn {
                        name: column.clone(),
                        descending: self.any(2) == 0,
                    }],
                    bits: [IndexBits::empty(), IndexBits::UNIQUE][self.any(2) as usize],
                    ..IndexDefinition::default()
                };
                let build = &mut Nothing;
                let done = self
                    .engine
                    .ddl(begun, |c, w| c.create_index(w, objid, &def, RIGHTS, build));
                match table.columns.get(&column) {
                    None => assert_eq!(done.unwrap_err(), JetErr::COLUMN_NOT_FOUND),
                    Some(_) if table.indexes.contains_key(&index) => {
                        assert_eq!(done.unwrap_err(), JetErr::INDEX_DUPLICATE);
                    }
                    Some(&fid) => {
                        done.unwrap();
                        table.indexes.insert(index, fid);
                    }
                }
            }
            9 => {
                let index = self.name("i");
                let done = self
                    .engine
                    .ddl(begun, |c, w| c.delete_index(w, objid, &index));
                match table.indexes.remove(&index) {
                    None => assert_eq!(done.unwrap_err(), JetErr::INDEX_NOT_FOUND),
                    Some(_) => done.unwrap(),
                }
            }
            _ => {
                // A new table's tree goes with its level, another's stays whatever follows.
                let done = self
                    .engine
                    .ddl(begun, |c, w| c.create_long_values(w, objid));
                done.unwrap();
                for model in &mut self.levels {
                    let same = model.values_mut().find(|t| t.objid == objid);
                    if let Some(table) = same {
                        table.long_values = true;
                    }
                }
                return;
            }
        }
        self.model().insert(name, table);
    }

    fn column(&mut self, name: &str) -> ColumnDef {
        let coltyp = [
            Coltyp::Long,
            Coltyp::Text,
            Coltyp::LongBinary,
            Coltyp::Guid,
            Coltyp::Binary,
        ];
        ColumnDef {
            name: name.into(),
            coltyp: coltyp[self.any(5) as usize] as u32,
            code_page: [1252, 1200][self.any(2) as usize],
            bits: [ColumnBits::empty(), ColumnBits::NOT_NULL][self.any(2) as usize],
            ..ColumnDef::default()
        }
    }

    fn create(&mut self, begun: &mut Begun, name: &str) {
        let columns = vec![self.column("c0"), self.column("c1")];
        let def = TableDef {
            name: name.into(),
            pages: self.any(12) as u32,
            columns: Some(columns),
            ..TableDef::default()
        };
        let made = self.engine.ddl(begun, |c, w| {
            c.create_table(w, &def, &mut Progress::default())
        });
        let table = of_schema(&made.unwrap().table.schema);
        self.model().insert(name.into(), table);
    }

    fn transaction(&mut self) {
        let mut begun = self.engine.begin(3);
        let older = self.engine.begin(8);
        let before = self.levels[0].clone();
        self.levels.push(before.clone());
        for _ in 0..self.any(12) {
            match self.any(8) {
                0 if self.levels.len() < 4 => {
                    self.engine.begin_level(&mut begun);
                    let copy = self.model().clone();
                    self.levels.push(copy);
                }
                1 if self.levels.len() > 2 => {
                    self.engine.commit_level(&mut begun);
                    let top = self.levels.pop().unwrap();
                    *self.model() = top;
                }
                2 if self.levels.len() > 2 => {
                    self.engine.rollback(&mut begun);
                    self.levels.pop();
                }
                _ => self.change(&mut begun),
            }
            let now = self.levels.last().unwrap();
            self.see(&begun, now);
            self.others(&older, &before);
        }
        while self.levels.len() > 2 {
            self.engine.commit_level(&mut begun);
            let top = self.levels.pop().unwrap();
            *self.model() = top;
        }
        if self.any(3) == 0 {
            self.engine.rollback(&mut begun);
            self.levels.pop();
        } else {
            self.engine.commit(begun);
            self.levels[0] = self.levels.pop().unwrap();
        }
        let late = self.engine.begin(12);
        self.see(&late, &self.levels[0]);
        self.engine.commit(late);
        self.engine.commit(older);
        if self.any(3) == 0 {
            self.engine.clean();
        }
    }

    /// Who began before sees the columns of then; tables that are being deleted or renamed are locked,
    /// and deleted indexes are gone.
    fn others(&self, older: &Begun, before: &Model) {
        for (name, table) in before {
            match self.engine.seen(older, name) {
                Ok(seen) => {
                    let seen = of_schema(&seen.schema);
                    let ids = |t: &Table| t.columns.values().copied().collect::<BTreeSet<_>>();
                    assert_eq!(ids(&seen), ids(table));
                    let there = |i: &String| table.indexes.contains_key(i);
                    assert!(seen.indexes.keys().all(there));
                }
                Err(e) => assert_eq!(e, JetErr::TABLE_LOCKED),
            }
        }
    }
}

fn of_schema(schema: &TableSchema) -> Table {
    let own = schema.columns().iter();
    let index = |i: &ese_core::catalog::Index| (i.name.clone(), i.segments[0].fid);
    Table {
        objid: schema.objid,
        columns: own.map(|c| (c.name.clone(), c.fid)).collect(),
        indexes: schema.indexes.iter().map(index).collect(),
        long_values: schema.lv.is_some(),
    }
}

fn play(page_size: PageSize, seed: u64, transactions: usize) {
    let efv = [8920, 9600][(seed % 2) as usize];
    let mut play = Play {
        engine: Engine::new(page_size, efv),
        rng: SeededRng::new(seed),
        levels: vec![Model::new()],
    };
    for _ in 0..transactions {
        play.transaction();
    }
    play.engine.clean();
    play.engine.bench.world.check();
    play.engine.bench.world.replays();
}

#[test]
fn any_changes() {
    let first = testkit::first_seed();
    for seed in first..first + testkit::rounds(3, 40) {
        for page_size in [PageSize::K4, PageSize::K8, PageSize::K16, PageSize::K32] {
            println!("seed {seed}, {page_size:?}");
            play(page_size, seed, 25);
        }
    }
}
