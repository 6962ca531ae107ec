//! The engine's contents, the reader's, and what replay makes of the logs, are the model's.
#![forbid(unsafe_code)]

use super::keys::entries;
use super::model::{Id, Index, Row, Table, Uid, View};
use super::recovery_support::check::{clean_and_sound, different_pages};
use super::recovery_support::sets::logs_only;
use super::recovery_support::world::{DIR, at, files, run};
use super::replay_support::Replayer;
use super::replay_support::database::Database as Replayed;
use super::replay_support::same::{Compared, compare_with_bytes};
use super::world::{NAME, World};
use ese_core::database::Database;
use ese_core::format::ids::PageSize;
use ese_core::format::log_record::LogRecord;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::reader::OpenOptions;
use ese_core::recovery::{NameDigits, Options};
use ese_core::session::Session;
use std::path::{Path, PathBuf};

/// The rows of a table in the order of an index, each as often as it has entries; `None`: of the
/// records.
pub fn in_order(table: &Table, index: Option<&Index>) -> Vec<Id> {
    let bookmark = |row: &Row| match table.primary() {
        Some(primary) => entries(table, primary, row)
            .expect("it is stored")
            .pop_first(),
        None => Some(row.serial.to_be_bytes().to_vec()),
    };
    let mut all = Vec::new();
    for (id, row) in &table.rows {
        let bookmark = bookmark(row).expect("a key of the record");
        match index {
            Some(index) if !index.is_primary() => {
                for key in entries(table, index, row).expect("it is stored") {
                    all.push((key, bookmark.clone(), *id));
                }
            }
            _ => all.push((bookmark.clone(), Vec::new(), *id)),
        }
    }
    all.sort();
    all.into_iter().map(|(_, _, id)| id).collect()
}

fn id_of(bytes: &[u8]) -> Id {
    Id::from_le_bytes(bytes.try_into().expect("an id"))
}

/// Walks a table by one of its indexes, there and back, and reads what it finds.
pub fn walk(db: &Database, session: &Session, table: &Table, index: Option<Uid>) {
    let index = index.and_then(|uid| table.indexes.iter().find(|i| i.uid == uid));
    let name = index.filter(|i| !i.is_primary()).map(|i| i.name.as_str());
    let want = in_order(table, index);
    let mut cursor = db.table(session, &table.name).unwrap();
    cursor.use_index(name).unwrap();
    let mut buf = Vec::new();
    let (mut found, mut last) = (Vec::new(), None);
    let mut more = cursor.first().unwrap();
    while more {
        cursor.get("id", &mut buf).unwrap().expect("an id");
        let id = id_of(&buf);
        found.push(id);
        if last != Some(id)
            && let Some(row) = table.rows.get(&id)
        {
            for column in &table.columns {
                let want = row.values(column);
                let single = column.class() != super::model::Class::Tagged;
                for itag in 1..=want.len() as u32 + u32::from(!single) {
                    let got = cursor
                        .get_nth(&column.name, itag, &mut buf)
                        .unwrap()
                        .is_some();
                    let got = got.then_some(&buf[..]);
                    let want = want.get(itag as usize - 1).copied();
                    assert!(
                        got == want,
                        "{} row {id} {column:?} value {itag}: {:?} bytes, {:?} are wanted",
                        table.name,
                        got.map(|g| (g.len(), &g[..g.len().min(40)])),
                        want.map(|g| (g.len(), &g[..g.len().min(40)])),
                    );
                }
            }
        }
        last = Some(id);
        more = cursor.next().unwrap();
    }
    assert_eq!(found, want, "table {} by {index:?}", table.name);
    let mut back = Vec::new();
    let mut more = cursor.last().unwrap();
    while more {
        cursor.get("id", &mut buf).unwrap().expect("an id");
        back.push(id_of(&buf));
        more = cursor.previous().unwrap();
    }
    back.reverse();
    assert_eq!(back, want, "table {} by {index:?}, backwards", table.name);
}

/// Everything that a session sees is what the model says.
pub fn everything(db: &Database, session: &Session, view: &View, usable: &[Uid]) {
    let mut names: Vec<_> = view.values().map(|t| t.name.clone()).collect();
    let mut found = db.table_names(session).unwrap();
    names.sort();
    found.sort();
    assert_eq!(found, names);
    for table in view.values().filter(|t| usable.contains(&t.uid)) {
        walk(db, session, table, None);
        for index in &table.indexes {
            walk(db, session, table, Some(index.uid));
        }
    }
}

/// The same by the reader, from the file at rest.
pub fn at_rest(fs: &MemoryFileSystem, view: &View) {
    let db = OpenOptions::new().open_in(fs, &at(NAME)).unwrap();
    let own = db.tables().filter(|t| !t.schema().name.starts_with("MSys"));
    assert_eq!(own.count(), view.len());
    for table in view.values() {
        let read = db.table(&table.name).unwrap();
        let schema = read.schema();
        let mut found = Vec::new();
        for row in read.rows() {
            let row = row.unwrap();
            let row = row.with(db.pages()).unwrap();
            let id = row.bytes(schema.column("id").expect("id")).unwrap();
            let id = id_of(&id[0]);
            found.push(id);
            for column in &table.columns {
                let stored = schema.column(&column.name).expect("a column");
                let bytes = row.bytes(stored).unwrap();
                assert!(
                    bytes == table.rows[&id].values(column),
                    "row {id} {column:?}"
                );
            }
        }
        assert_eq!(found, in_order(table, None), "{}", table.name);
        for index in table.indexes.iter().filter(|i| !i.is_primary()) {
            let by = read.index(&index.name).unwrap();
            let mut found = Vec::new();
            for row in read.rows_by(by) {
                let row = row.unwrap();
                let row = row.with(db.pages()).unwrap();
                let id = row.bytes(schema.column("id").expect("id")).unwrap();
                found.push(id_of(&id[0]));
            }
            assert_eq!(
                found,
                in_order(table, Some(index)),
                "{} {index:?}",
                table.name
            );
        }
    }
}

/// Records of a log that are none of this table of types.
fn unknown(record: &LogRecord<'_>) -> bool {
    format!("{record:?}").starts_with("Unknown")
}

fn first_of<T: std::fmt::Debug>(different: &[T]) {
    let first: Vec<_> = different.iter().take(5).collect();
    assert!(first.is_empty(), "{} pages: {first:?}", different.len());
}

/// The logs from the first one on give the file: by recovery, and by a replay as simple as it can be.
/// Left out of the comparison: checksums and flush types, which each write of a page makes anew; the
/// content of freed pages, which has no meaning; the order of bytes within a page, which no record
/// says (`replay_support::same`).
pub fn replayed(fs: &MemoryFileSystem, page_size: PageSize) {
    let all = files(fs);
    let logs = logs_only(&all);
    assert!(logs.len() > 1, "the run was too short: {:?}", logs.keys());
    let options = Options {
        digits: NameDigits::Five,
        page_size: Some(page_size),
        ..Options::of_folder(PathBuf::from(DIR), "edb")
    };
    let recovered = run(&logs, &options);
    recovered.outcome().unwrap();
    let theirs = &recovered.files()[NAME];
    first_of(&different_pages(&all[NAME], theirs, page_size));
    let mut unknown_records = 0;
    let replayed = Replayer::watch_in(fs, Path::new(DIR), |_, record| {
        unknown_records += usize::from(unknown(record));
        Ok(())
    });
    let replayed = replayed.unwrap();
    assert_eq!(unknown_records, 0);
    let databases: Vec<&Replayed> = replayed.databases.iter().collect();
    let [database] = databases[..] else {
        panic!("{} databases in the logs", databases.len());
    };
    let Compared { different, same } = compare_with_bytes(database, &all[NAME]).unwrap();
    first_of(&different);
    assert!(same > 20);
}

impl World {
    /// All sessions see what the model says.
    pub fn check(&self) {
        let engine = self.engine();
        for player in 0..engine.players.len() {
            if self.player(player).levels.is_empty() {
                let session = &self.player(player).session;
                everything(
                    &engine.db,
                    session,
                    &self.committed.view,
                    &self.usable(player),
                );
                break;
            }
        }
    }

    /// The file of a clean end.
    pub fn judge(&self) {
        let wrong = clean_and_sound(&self.fs, &at(NAME));
        let first: Vec<_> = wrong.iter().take(8).collect();
        assert!(first.is_empty(), "{} findings: {first:#?}", wrong.len());
        at_rest(&self.fs, &self.committed.view);
        replayed(&self.fs, self.page_size);
    }
}
