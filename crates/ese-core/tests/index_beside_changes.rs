//! Goal: an index that is made while others have changed records of the table, and the session that
//! makes it does not see so, has afterwards for everybody the entries of the records that they see:
//! whatever was committed before, is committed later, or rolled back, in whole or in part; and also
//! after a crash in between.
#![forbid(unsafe_code)]

use ese_core::catalog::write::{ColumnDef, IndexBits, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Database, DbError, Table};
use ese_core::format::ids::PageSize;
use ese_core::format::value::Value;
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::FileSystem as _;
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::maintenance::integrity::{self, check_path};
use ese_core::session::{CommitKind, Session};
use ese_core::{HasJetErr, JetErr};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const DIR: &str = "/index";
const FILE: &str = "/index/a.edb";

fn start(fs: &MemoryFileSystem) -> Instance {
    let mut params = InstanceParams::new(DIR);
    params.page_size = PageSize::K4;
    params.background = false;
    let clock = Arc::new(ManualClock::new(1_795_700_000_000));
    let rng = Box::new(SeededRng::new(1));
    Instance::start(Env::new(Arc::new(fs.clone()), clock, rng), params).unwrap()
}

fn rows() -> TableDef {
    TableDef::new("rows")
        .column(ColumnDef::new("id", ColumnType::Long).not_null())
        .column(ColumnDef::new("k", ColumnType::Long))
        .column(ColumnDef::new("tag", ColumnType::Long).multi_valued())
        .column(ColumnDef::new("text", ColumnType::LongText))
        .index(IndexDefinition::new("by_id", "+id").primary())
}

/// A file system with an instance on it, and the table with rows 0 to 9 whose `k` is 100 times as
/// much.
fn world() -> (MemoryFileSystem, Instance, Database) {
    let fs = MemoryFileSystem::new();
    fs.create_dir(Path::new(DIR)).unwrap();
    let instance = start(&fs);
    let db = instance.create(FILE, &CreateOptions::default()).unwrap();
    let session = instance.session().unwrap();
    db.create_table(&session, &rows()).unwrap();
    for id in 0..10 {
        put(&db, &session, id, id * 100).unwrap();
    }
    drop(session);
    instance.log().unwrap().flush().unwrap();
    instance.clean(usize::MAX).unwrap();
    (fs, instance, db)
}

fn put(db: &Database, session: &Session, id: i32, k: i32) -> Result<(), DbError> {
    let mut table = db.table(session, "rows")?;
    let mut row = match table.find(&[Some(&id.to_le_bytes())])? {
        true => table.replace()?,
        false => {
            let mut row = table.insert()?;
            row.set("id", id)?;
            row
        }
    };
    row.set("k", k)?;
    row.save()
}

fn cut(db: &Database, session: &Session, id: i32) -> Result<(), DbError> {
    let mut table = db.table(session, "rows")?;
    assert!(table.find(&[Some(&id.to_le_bytes())])?, "row {id}");
    table.delete()
}

fn number(table: &mut Table<'_>, column: &str) -> i32 {
    match table.get(column, &mut Vec::new()).unwrap() {
        Some(Value::Long(n)) => n,
        other => panic!("{column}: {other:?}"),
    }
}

/// What a session sees by an index.
fn seen(db: &Database, session: &Session, index: Option<&str>) -> Vec<(i32, i32)> {
    let _moment = session.read_transaction().unwrap();
    let mut table = db.table(session, "rows").unwrap();
    table.use_index(index).unwrap();
    let mut all = Vec::new();
    let mut more = table.first().unwrap();
    while more {
        all.push((number(&mut table, "k"), number(&mut table, "id")));
        more = table.next().unwrap();
    }
    all
}

/// By the index a session sees what it sees without.
fn agrees(db: &Database, session: &Session) -> Vec<(i32, i32)> {
    let mut by_id = seen(db, session, None);
    by_id.sort_unstable();
    assert_eq!(seen(db, session, Some("by_k")), by_id);
    by_id
}

fn by_k() -> IndexDefinition {
    IndexDefinition::new("by_k", "+k")
}

fn judge(fs: &MemoryFileSystem) {
    let options = integrity::Options {
        threads: 1,
        ..Default::default()
    };
    let report = check_path(fs, Path::new(FILE), &options, &|_| {}).unwrap();
    let damage: Vec<String> = report.damage().map(|f| f.to_string()).collect();
    assert!(damage.is_empty(), "{}", damage.join("\n"));
}

/// Ends, starts again and looks; `kind` as a clean end or a crash.
fn end(fs: &MemoryFileSystem, instance: Instance, db: Database, kind: TermKind) -> Vec<(i32, i32)> {
    drop(db);
    instance.term(kind).unwrap();
    drop(instance);
    let instance = start(fs);
    let db = instance.open(FILE).unwrap();
    let session = instance.session().unwrap();
    let last = agrees(&db, &session);
    drop((session, db));
    instance.term(TermKind::Clean).unwrap();
    drop(instance);
    judge(fs);
    last
}

#[test]
fn what_was_committed_behind_the_builders_back() {
    let (fs, instance, db) = world();
    let [builder, other] = [0, 1].map(|_| instance.session().unwrap());
    builder.begin(false).unwrap();
    put(&db, &other, 3, 7).unwrap();
    put(&db, &other, 50, 8).unwrap();
    cut(&db, &other, 5).unwrap();
    // Twice, and a key that comes again in the place of one that went.
    put(&db, &other, 6, 9).unwrap();
    put(&db, &other, 6, 10).unwrap();
    cut(&db, &other, 7).unwrap();
    put(&db, &other, 7, 11).unwrap();
    db.create_index(&builder, "rows", &by_k()).unwrap();
    // What the builder sees otherwise is what it saw.
    let own = seen(&db, &builder, None);
    assert_eq!(own, (0..10).map(|n| (n * 100, n)).collect::<Vec<_>>());
    builder.commit(CommitKind::Durable).unwrap();
    let all = agrees(&db, &other);
    let expected = [
        (0, 0),
        (7, 3),
        (8, 50),
        (10, 6),
        (11, 7),
        (100, 1),
        (200, 2),
        (400, 4),
        (800, 8),
        (900, 9),
    ];
    assert_eq!(all, expected);
    drop((builder, other));
    assert_eq!(end(&fs, instance, db, TermKind::Clean), expected);
}

/// The others end after the index was made, each in its way; before or after the builder commits.
#[test]
fn what_others_have_not_committed() {
    for late in [true, false] {
        for (kind, crash) in [(TermKind::Clean, false), (TermKind::Dirty, true)] {
            let (fs, instance, db) = world();
            let [builder, commits, rolls, partly] =
                [0, 1, 2, 3].map(|_| instance.session().unwrap());
            for session in [&commits, &rolls, &partly] {
                session.begin(false).unwrap();
            }
            put(&db, &commits, 1, 1001).unwrap();
            cut(&db, &commits, 2).unwrap();
            put(&db, &commits, 60, 1060).unwrap();
            put(&db, &rolls, 3, 2003).unwrap();
            cut(&db, &rolls, 4).unwrap();
            put(&db, &rolls, 70, 2070).unwrap();
            put(&db, &partly, 5, 3005).unwrap();
            partly.begin(false).unwrap();
            put(&db, &partly, 5, 3055).unwrap();
            put(&db, &partly, 6, 3066).unwrap();
            cut(&db, &partly, 7).unwrap();
            builder.begin(false).unwrap();
            db.create_index(&builder, "rows", &by_k()).unwrap();
            agrees(&db, &builder);
            // They go on, and keep the index that they do not see.
            put(&db, &commits, 1, 1111).unwrap();
            put(&db, &rolls, 3, 2333).unwrap();
            put(&db, &partly, 6, 3666).unwrap();
            let builder_commits = || builder.commit(CommitKind::Durable).unwrap();
            if !late {
                builder_commits();
            }
            partly.rollback().unwrap();
            put(&db, &partly, 7, 3007).unwrap();
            partly.commit(CommitKind::Durable).unwrap();
            rolls.rollback().unwrap();
            if late {
                builder_commits();
            }
            // A new session has both, and so has who began later.
            let fresh = instance.session().unwrap();
            let before = agrees(&db, &fresh);
            assert!(before.contains(&(3005, 5)) && before.contains(&(3007, 7)));
            assert!(before.contains(&(600, 6)) && before.contains(&(300, 3)));
            assert!(before.contains(&(100, 1)), "not committed yet");
            let expected = if crash {
                // The transaction is open when the crash comes.
                before
            } else {
                commits.commit(CommitKind::Durable).unwrap();
                let after = agrees(&db, &fresh);
                assert!(after.contains(&(1111, 1)) && after.contains(&(1060, 60)));
                assert_eq!(after.len(), 10);
                after
            };
            if crash {
                // What is not committed is in the log, and some of it on pages.
                instance.log().unwrap().flush().unwrap();
                instance.checkpoint().unwrap();
                // The files as they are now.
                let left = as_it_is(&fs);
                assert_eq!(after_crash(&left), expected);
                judge(&left);
                continue;
            }
            drop((builder, commits, rolls, partly, fresh));
            assert_eq!(end(&fs, instance, db, kind), expected);
        }
    }
}

/// The builder gives its index up while the others' entries are in it.
#[test]
fn an_index_that_is_taken_back() {
    let (fs, instance, db) = world();
    let [builder, commits, rolls] = [0, 1, 2].map(|_| instance.session().unwrap());
    for session in [&builder, &commits, &rolls] {
        session.begin(false).unwrap();
    }
    put(&db, &commits, 1, 1001).unwrap();
    put(&db, &rolls, 3, 2003).unwrap();
    db.create_index(&builder, "rows", &by_k()).unwrap();
    builder.rollback().unwrap();
    instance.clean(usize::MAX).unwrap();
    put(&db, &commits, 2, 1002).unwrap();
    commits.commit(CommitKind::Durable).unwrap();
    rolls.rollback().unwrap();
    instance.log().unwrap().flush().unwrap();
    instance.clean(usize::MAX).unwrap();
    // Its name, and its pages, can be had again.
    db.create_index(&builder, "rows", &by_k()).unwrap();
    let all = agrees(&db, &rolls);
    assert!(all.contains(&(1001, 1)) && all.contains(&(1002, 2)) && all.contains(&(300, 3)));
    drop((builder, commits, rolls));
    assert_eq!(end(&fs, instance, db, TermKind::Dirty), all);
}

/// Keys that are not unique are found, whoever has them; those that moved are none.
#[test]
fn unique_keys() {
    let unique = || by_k().with(IndexBits::UNIQUE);
    let (fs, instance, db) = world();
    let [builder, other] = [0, 1].map(|_| instance.session().unwrap());
    builder.begin(false).unwrap();
    other.begin(false).unwrap();
    put(&db, &other, 20, 300).unwrap();
    let refused = db.create_index(&builder, "rows", &unique()).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::KEY_DUPLICATE);
    // The first gives the key up, in the same transaction.
    put(&db, &other, 3, 301).unwrap();
    other.rollback().unwrap();
    other.begin(false).unwrap();
    put(&db, &other, 3, 301).unwrap();
    put(&db, &other, 20, 300).unwrap();
    db.create_index(&builder, "rows", &unique()).unwrap();
    builder.commit(CommitKind::Durable).unwrap();
    agrees(&db, &builder);
    other.commit(CommitKind::Durable).unwrap();
    let all = agrees(&db, &builder);
    assert!(all.contains(&(300, 20)) && all.contains(&(301, 3)));
    drop((builder, other));
    assert_eq!(end(&fs, instance, db, TermKind::Clean), all);
}

/// A long value of another's record that lies apart is in the way, and only that.
#[test]
fn long_values_of_others() {
    let (_fs, instance, db) = world();
    let [builder, other] = [0, 1].map(|_| instance.session().unwrap());
    let text = |session: &Session, id: i32, len: usize| {
        let mut table = db.table(session, "rows").unwrap();
        assert!(table.find(&[Some(&id.to_le_bytes())]).unwrap());
        let mut row = table.replace().unwrap();
        let text: String = (0..len)
            .map(|n| char::from(b'a' + (n * n % 26) as u8))
            .collect();
        row.set("text", &text).unwrap();
        row.save().unwrap();
    };
    other.begin(false).unwrap();
    text(&other, 1, 20);
    let by_text = |n: u32| IndexDefinition::new(format!("by_text{n}"), "+text");
    db.create_index(&builder, "rows", &by_text(1)).unwrap();
    text(&other, 1, 5000);
    let refused = db.create_index(&builder, "rows", &by_text(2)).unwrap_err();
    assert_eq!(refused.jet_err(), JetErr::WRITE_CONFLICT);
    db.create_index(&builder, "rows", &by_k()).unwrap();
    other.commit(CommitKind::Lazy).unwrap();
    db.create_index(&builder, "rows", &by_text(2)).unwrap();
}

fn as_it_is(fs: &MemoryFileSystem) -> MemoryFileSystem {
    let left = MemoryFileSystem::new();
    left.create_dir(Path::new(DIR)).unwrap();
    for entry in fs.read_dir(Path::new(DIR)).unwrap() {
        let path = entry.path;
        left.put(&path, fs.get(&path).unwrap());
    }
    left
}

fn after_crash(fs: &MemoryFileSystem) -> Vec<(i32, i32)> {
    let instance = start(fs);
    let db = instance.open(FILE).unwrap();
    let session = instance.session().unwrap();
    let all = agrees(&db, &session);
    drop((session, db));
    instance.term(TermKind::Clean).unwrap();
    all
}

/// Sessions in random order, checked against a model of what each commits.
#[test]
fn random_histories() {
    let first = testkit::first_seed();
    for seed in first..first + testkit::rounds(12, 400) {
        history(seed);
    }
}

fn history(seed: u64) {
    let (fs, instance, db) = world();
    let mut rng = SeededRng::new(seed);
    let mut committed: BTreeMap<i32, i32> = (0..10).map(|n| (n, n * 100)).collect();
    // Each with keys of its own, and what it has changed, by level.
    let sessions: Vec<Session> = (0..3).map(|_| instance.session().unwrap()).collect();
    let mut open: Vec<Vec<BTreeMap<i32, Option<i32>>>> = vec![Vec::new(); sessions.len()];
    let builder = instance.session().unwrap();
    let mut built = false;
    for _ in 0..60 {
        if rng.below(15) == 0 && !built {
            if builder.level() == 0 {
                builder.begin(false).unwrap();
                continue;
            }
            db.create_index(&builder, "rows", &by_k()).unwrap();
            if rng.below(3) == 0 {
                builder.rollback().unwrap();
            } else {
                if rng.below(2) == 0 {
                    builder.commit(CommitKind::Lazy).unwrap();
                }
                built = true;
            }
        }
        let n = rng.below(sessions.len() as u64) as usize;
        let (session, levels) = (&sessions[n], &mut open[n]);
        match rng.below(8) {
            0 | 1 if levels.len() < 3 => {
                session.begin(false).unwrap();
                levels.push(BTreeMap::new());
            }
            2 if !levels.is_empty() => {
                session.commit(CommitKind::Lazy).unwrap();
                let done = levels.pop().unwrap();
                match levels.last_mut() {
                    Some(below) => below.extend(done),
                    None => {
                        for (id, k) in done {
                            match k {
                                Some(k) => committed.insert(id, k),
                                None => committed.remove(&id),
                            };
                        }
                    }
                }
            }
            3 if !levels.is_empty() => {
                session.rollback().unwrap();
                levels.pop();
            }
            _ if !levels.is_empty() => {
                let id = n as i32 + 3 * rng.below(6) as i32;
                let known = levels.iter().rev().find_map(|l| l.get(&id)).copied();
                let there = known
                    .unwrap_or_else(|| committed.get(&id).copied())
                    .is_some();
                let k = match there && rng.below(3) == 0 {
                    true => None,
                    false => Some(rng.below(40) as i32 * 50),
                };
                match k {
                    Some(k) => put(&db, session, id, k).unwrap(),
                    None => cut(&db, session, id).unwrap(),
                }
                levels.last_mut().unwrap().insert(id, k);
            }
            _ => {}
        }
    }
    for session in &sessions {
        if session.level() > 0 {
            session.rollback_all().unwrap();
        }
    }
    if builder.level() > 0 {
        builder.commit(CommitKind::Lazy).unwrap();
    }
    let mut expected: Vec<(i32, i32)> = committed.iter().map(|(&id, &k)| (k, id)).collect();
    expected.sort_unstable();
    let fresh = instance.session().unwrap();
    if !built {
        db.create_index(&fresh, "rows", &by_k()).unwrap();
    }
    assert_eq!(agrees(&db, &fresh), expected, "seed {seed}");
    fresh.wait_all().unwrap();
    drop((sessions, builder, fresh));
    let kind = [TermKind::Clean, TermKind::Dirty][(seed % 2) as usize];
    assert_eq!(end(&fs, instance, db, kind), expected, "seed {seed}");
}
