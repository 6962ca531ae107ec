//! The machine goes down while a database is made smaller, and larger again, and smaller: what was
//! committed is there, space is whole, and the file is as long as the database owns.
#![forbid(unsafe_code)]

use super::engine_support::workload::History;
use super::engine_support::{
    Contents, DIR, NAME, Trees, attach, create, env, params, path, problems, seen_by_all,
};
use super::{Known, SIZE, check};
use ese_core::format::log_record::LrTyp;
use ese_core::instance::{Instance, InstanceError, OpenDb, TermKind};
use ese_core::io::faulty::{FaultyFileSystem, Plan, SECTOR, Sweep};
use ese_core::io::{FileSystem as _, OpenMode};
use ese_core::log::LogFile;
use ese_core::session::{CommitKind, Session};
use ese_core::trx::Bookmark;
use std::sync::Arc;

/// The form of the record depends on the version: ShrinkDB, ShrinkDB2, ShrinkDB3.
const FORMS: [(Option<u32>, LrTyp); 3] = [
    (None, LrTyp::ShrinkDb),
    (Some(9180), LrTyp::ShrinkDb2),
    (Some(9580), LrTyp::ShrinkDb3),
];

fn start_as(fs: &FaultyFileSystem, version: Option<u32>) -> Result<Instance, InstanceError> {
    let mut params = params(SIZE);
    params.atomic_unit = SECTOR as u32;
    params.checkpoint_depth = 4 << 20;
    params.engine_format_version = version;
    Instance::start(env(Arc::new(fs.clone()), 3), params)
}

const ROWS: u32 = 400;

fn key(n: u32) -> Vec<u8> {
    [&b"\xF0"[..], &n.to_be_bytes()].concat()
}

/// Rows are inserted, or deleted but for the first.
fn change(session: &Session, db: &Arc<OpenDb>, insert: bool, fill: u8) -> Result<(), String> {
    let [tree, _] = Trees::default().trees;
    session.begin(false).map_err(|e| e.to_string())?;
    for n in 1..ROWS {
        let key = key(n);
        let done = session.work(db, |w| {
            match insert {
                true => drop(w.writer().insert(&tree, &key, &[fill; 900])?),
                false => drop(w.writer().flag_delete(
                    &tree,
                    Bookmark {
                        key: &key,
                        data: &[],
                    },
                )?),
            }
            Ok(())
        });
        done.map_err(|e| e.to_string())?;
    }
    session
        .commit(CommitKind::Durable)
        .map_err(|e| e.to_string())?;
    Ok(())
}

fn state(rows: u32, fill: u8) -> Contents {
    (1..rows).map(|n| (0, key(n), vec![fill; 900])).collect()
}

/// Grows, shrinks, grows, shrinks; gives the sizes of the file.
fn life(fs: &FaultyFileSystem, version: Option<u32>) -> (Known, Vec<u32>) {
    let mut known = Known {
        made: true,
        clean: false,
        history: History::new(Contents::new()),
    };
    let mut sizes = Vec::new();
    let mut go = || -> Result<(), String> {
        let text = |e: InstanceError| e.to_string();
        let instance = start_as(fs, version).map_err(text)?;
        let db = attach(&instance).map_err(text)?;
        let session = instance.session().map_err(|e| e.to_string())?;
        for round in [1u8, 2] {
            for insert in [true, false] {
                known
                    .history
                    .states
                    .push(state(if insert { ROWS } else { 0 }, round));
                change(&session, &db, insert, round)?;
                known.history.durable = known.history.states.len() - 1;
                sizes.push(db.file_pages());
            }
            // Of the first round nothing is in the file when it is cut, of the second all.
            if round == 2 {
                instance.checkpoint().map_err(text)?;
            }
            instance.shrink_database(&db, 0).map_err(text)?;
            sizes.push(db.file_pages());
        }
        drop((session, db));
        instance.term(TermKind::Clean).map_err(text)?;
        known.clean = true;
        Ok(())
    };
    if let Err(e) = go() {
        known.history.ended = Some(e);
    }
    (known, sizes)
}

fn base(version: Option<u32>) -> FaultyFileSystem {
    let fs = FaultyFileSystem::new(Plan::seeded(41));
    let instance = start_as(&fs, version).unwrap();
    drop(create(&instance).unwrap());
    instance.term(TermKind::Clean).unwrap();
    fs
}

fn bytes(fs: &FaultyFileSystem) -> u64 {
    let file = fs.open(&path(NAME), OpenMode::Read).unwrap();
    file.len().unwrap()
}

#[test]
fn what_is_free_at_the_end_is_given_up() {
    for (version, typ) in FORMS {
        let fs = base(version);
        let (known, sizes) = life(&fs, version);
        assert_eq!(known.history.ended, None);
        let [full, left, cut, full_again, _, cut_again] = sizes[..] else {
            panic!("{sizes:?}")
        };
        assert_eq!(full, left);
        assert!(cut < full / 2, "{sizes:?}");
        assert!(full_again > cut, "{sizes:?}");
        assert_eq!(cut, cut_again, "{sizes:?}");
        assert_eq!(bytes(&fs), u64::from(cut) * SIZE.bytes() as u64);
        let mut cuts = 0;
        for entry in fs.read_dir(DIR.as_ref()).unwrap() {
            // Not every file is a log with a record.
            let Ok(log) = LogFile::open(fs.open(&entry.path, OpenMode::Read).unwrap()) else {
                continue;
            };
            let mut records = log.records().unwrap();
            while let Some((_, record)) = records.next() {
                cuts += u32::from(record.typ() == typ);
            }
        }
        assert!(cuts >= 2, "{version:?}: {cuts} records");
        // It goes on from there.
        let instance = start_as(&fs, version).unwrap();
        let db = attach(&instance).unwrap();
        assert_eq!(seen_by_all(&instance, &db), Contents::new());
        assert_eq!(problems(&db), [""; 0]);
        assert_eq!(db.file_pages(), cut);
    }
}

/// Not more than what is asked for goes, and nothing that is in use.
#[test]
fn what_is_to_stay_stays() {
    let fs = base(None);
    let instance = start_as(&fs, None).unwrap();
    let db = attach(&instance).unwrap();
    let session = instance.session().unwrap();
    let first = db.file_pages();
    change(&session, &db, true, 1).unwrap();
    let full = db.file_pages();
    instance.shrink_database(&db, 0).unwrap();
    assert!(db.file_pages() > first, "pages in use were cut off");
    assert_eq!(seen_by_all(&instance, &db), state(ROWS, 1));
    change(&session, &db, false, 1).unwrap();
    let half = first.midpoint(full);
    instance.shrink_database(&db, half).unwrap();
    let now = db.file_pages();
    assert!(now >= half && now < full, "{first} {half} {now} {full}");
    instance.shrink_database(&db, 0).unwrap();
    assert!(db.file_pages() < half);
    assert_eq!(problems(&db), [""; 0]);
}

#[test]
fn a_crash_at_any_operation_while_it_shrinks() {
    for (seed, (version, _)) in (51..).zip(FORMS) {
        let fs = base(version);
        let sweep = Sweep::new(seed).torn(1).sample(150);
        let swept = sweep.crashes(
            &fs,
            |fs| life(fs, version).0,
            |_, known, fs| {
                check(known, fs)?;
                // The end that `check` makes left what the database owns, and no more.
                let instance = super::start(fs)?;
                let db = attach(&instance).map_err(|e| e.to_string())?;
                let pages = u64::from(db.file_pages());
                match bytes(fs) == pages * SIZE.bytes() as u64 {
                    true => Ok(()),
                    false => Err(format!("{} bytes, {pages} pages", bytes(fs))),
                }
            },
        );
        let swept = swept.unwrap_or_else(|e| panic!("{version:?}: {e}"));
        assert!(swept.ops > 50, "{swept:?}");
    }
}
