//! Processes that write to a real disk and are killed: what they acknowledged is there.
//!
//! The child is this test binary, run for one test. Two threads write, each its own table; a
//! transaction follows from its number alone, so that the last number says what the table holds. A
//! number is acknowledged over the pipe once its commit is durable.
#![forbid(unsafe_code)]

use super::life::integrity_of;
use super::work::{body_of, definition};
use ese_core::cache::Budget;
use ese_core::database::{Database, Table};
use ese_core::format::ids::PageSize;
use ese_core::format::value::Value;
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::env::Env;
use ese_core::io::real::RealFileSystem;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::session::{CommitKind, Session};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Folder and page size for the child.
pub const CHILD: &str = "ESE_CRASH_CHILD";
const THREADS: u8 = 2;
/// The row that holds the number of the last transaction.
const COUNTER: i32 = 0;
const IDS: u64 = 60;

type Rows = BTreeMap<i32, (i64, Vec<u8>)>;

fn params(dir: &Path, page_size: PageSize) -> InstanceParams {
    let mut params = InstanceParams::new(dir);
    params.page_size = page_size;
    params.log_file_kib = Some(256);
    params.cache = Budget { min: 64, max: 200 };
    params.db_extension = 16;
    params.checkpoint_depth = 128 * 1024;
    params.circular = true;
    params
}

/// What a row holds beside its key.
type Row = (i64, Vec<u8>);

/// What a transaction does: rows with their new values, `None` for one that goes.
fn transaction(thread: u8, number: i64) -> Vec<(i32, Option<Row>)> {
    let mut rng = SeededRng::new((number as u64) << 8 | u64::from(thread));
    let mut out = vec![(COUNTER, Some((number, vec![thread])))];
    for _ in 0..1 + rng.below(5) {
        let id = 1 + rng.below(IDS) as i32;
        let row = match rng.below(4) {
            0 => None,
            _ => {
                let most = if rng.below(8) == 0 { 20_000 } else { 500 };
                Some((rng.below(100) as i64, body_of(&mut rng, most)))
            }
        };
        out.push((id, row));
    }
    out
}

fn rows_after(thread: u8, number: i64) -> Rows {
    let mut rows = Rows::new();
    for n in 1..=number {
        for (id, row) in transaction(thread, n) {
            match row {
                Some(row) => rows.insert(id, row),
                None => rows.remove(&id),
            };
        }
    }
    rows
}

fn name(thread: u8) -> String {
    format!("main{thread}")
}

fn open(instance: &Instance, dir: &Path) -> Result<Database, String> {
    let path = dir.join("a.edb");
    let db = match path.exists() {
        true => instance.open(&path),
        false => instance.create(&path, &CreateOptions::default()),
    };
    let db = db.map_err(|e| format!("open: {e}"))?;
    let session = instance.session().map_err(|e| e.to_string())?;
    let there = db.table_names(&session).map_err(|e| e.to_string())?;
    for thread in (0..THREADS).filter(|t| !there.contains(&name(*t))) {
        db.create_table(&session, &definition(thread))
            .map_err(|e| format!("table: {e}"))?;
    }
    Ok(db)
}

fn read(db: &Database, session: &Session, thread: u8) -> Result<Rows, String> {
    let said = |e: ese_core::database::DbError| format!("{}: {e}", name(thread));
    let mut table = db.table(session, &name(thread)).map_err(said)?;
    let (mut rows, mut buf) = (Rows::new(), Vec::new());
    let mut more = table.first().map_err(said)?;
    while more {
        let id = match table.get("id", &mut buf).map_err(said)? {
            Some(Value::Long(id)) => id,
            other => return Err(format!("an id is {other:?}")),
        };
        let n = match table.get("n", &mut buf).map_err(said)? {
            Some(Value::LongLong(n)) => n,
            other => return Err(format!("a number is {other:?}")),
        };
        let body = match table.get("body", &mut buf).map_err(said)? {
            Some(Value::Binary(body)) => body.to_vec(),
            _ => Vec::new(),
        };
        rows.insert(id, (n, body));
        more = table.next().map_err(said)?;
    }
    Ok(rows)
}

fn last_of(rows: &Rows) -> i64 {
    rows.get(&COUNTER).map_or(0, |row| row.0)
}

/// One thread of the child: transactions without an end.
fn write(db: &Database, session: &Session, thread: u8) -> Result<(), String> {
    let said = |e: ese_core::database::DbError| format!("{}: {e}", name(thread));
    let mut number = last_of(&read(db, session, thread)?);
    let mut table = db.table(session, &name(thread)).map_err(said)?;
    loop {
        number += 1;
        session.begin(false).map_err(|e| e.to_string())?;
        for (id, row) in transaction(thread, number) {
            change(&mut table, id, row.as_ref()).map_err(said)?;
        }
        let lazy = number % 3 == 0;
        let kind = if lazy {
            CommitKind::Lazy
        } else {
            CommitKind::Durable
        };
        session.commit(kind).map_err(|e| e.to_string())?;
        if !lazy {
            // One write, so that a line is whole or not there.
            let line = format!("A {thread} {number}\n");
            let mut out = std::io::stdout().lock();
            out.write_all(line.as_bytes())
                .and_then(|()| out.flush())
                .map_err(|e| e.to_string())?;
        }
    }
}

fn change(
    table: &mut Table<'_>,
    id: i32,
    row: Option<&(i64, Vec<u8>)>,
) -> Result<(), ese_core::database::DbError> {
    let there = table.find(&[Some(&id.to_le_bytes())])?;
    let Some((n, body)) = row else {
        return if there { table.delete() } else { Ok(()) };
    };
    let mut edit = match there {
        true => table.replace()?,
        false => table.insert()?,
    };
    if !there {
        edit.set("id", id)?;
    }
    edit.set("n", *n)?.set("body", body)?;
    edit.save()
}

/// The child: works until it is killed.
pub fn child(what: &str) -> Result<(), String> {
    let (size, dir) = what.split_once(' ').ok_or("page size and folder")?;
    let dir = Path::new(dir);
    let size = size.parse().ok().and_then(PageSize::from_bytes);
    let params = params(dir, size.ok_or("a page size")?);
    let instance = Instance::start(Env::real(), params).map_err(|e| format!("start: {e}"))?;
    let db = open(&instance, dir)?;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (instance, db) = (&instance, &db);
                scope.spawn(move || {
                    let session = instance.session().map_err(|e| e.to_string())?;
                    write(db, &session, thread)
                })
            })
            .collect();
        let mut ended = Ok(());
        for thread in threads {
            ended = ended.and(thread.join().unwrap_or(Err("panic".to_owned())));
        }
        ended
    })
}

/// Lets a child live for a while; gives the last number that each thread acknowledged.
fn live(dir: &Path, page_size: PageSize, most: Duration) -> Result<Vec<i64>, String> {
    let program = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut child = Command::new(program)
        .args(["--exact", "a_child_writes", "--ignored", "--nocapture"])
        .env(CHILD, format!("{} {}", page_size.bytes(), dir.display()))
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("the child: {e}"))?;
    let out = child.stdout.take().ok_or("no pipe")?;
    let reader = std::thread::spawn(move || {
        let mut acknowledged = vec![0; usize::from(THREADS)];
        let mut told = Vec::new();
        for line in BufReader::new(out).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["A", thread, number] => {
                    let thread: usize = thread.parse().unwrap_or(usize::MAX);
                    if let (Some(last), Ok(number)) = (acknowledged.get_mut(thread), number.parse())
                    {
                        *last = number;
                    }
                }
                _ => told.push(line),
            }
        }
        (acknowledged, told)
    });
    std::thread::sleep(most);
    let early = child.try_wait().map_err(|e| e.to_string())?;
    // A process that is killed does not learn of it (SIGKILL).
    let _ = child.kill();
    let _ = child.wait();
    let (acknowledged, told) = reader.join().map_err(|_| "the reader of the pipe")?;
    match early {
        Some(_) => Err(format!("the child ended by itself:\n{}", told.join("\n"))),
        None => Ok(acknowledged),
    }
}

/// So many rounds on one database: write, be killed, start, look.
pub fn rounds(count: u64, seed: u64) -> Result<u64, String> {
    let mut rng = SeededRng::new(seed);
    let mut commits = 0;
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    for round in 0..count {
        // A database for twenty rounds.
        let size = match (round / 20) % 3 {
            0 => PageSize::K4,
            1 => PageSize::K8,
            _ => PageSize::K32,
        };
        let dir: PathBuf = folder.path().join((round / 20).to_string());
        std::fs::create_dir_all(&dir).map_err(|e| e.to_string())?;
        let at = |e: String| format!("round {round} in {}: {e}", dir.display());
        let most = Duration::from_millis(20 + rng.below(400));
        let acknowledged = live(&dir, size, most).map_err(at)?;
        commits += look(&dir, size, &acknowledged).map_err(|e| {
            // For whoever looks into it.
            let kept = std::env::temp_dir().join(format!("ese-crash-{}", std::process::id()));
            let _ = std::fs::rename(folder.path(), &kept);
            at(format!("{e}\nthe files are kept in {}", kept.display()))
        })?;
    }
    Ok(commits)
}

/// Starts on what the child left, and holds it against what it acknowledged.
fn look(dir: &Path, page_size: PageSize, acknowledged: &[i64]) -> Result<u64, String> {
    let instance = Instance::start(Env::real(), params(dir, page_size))
        .map_err(|e| format!("recovery: {e}"))?;
    let db = open(&instance, dir)?;
    let session = instance.session().map_err(|e| e.to_string())?;
    let mut commits = 0;
    for (thread, &least) in (0..THREADS).zip(acknowledged) {
        let rows = read(&db, &session, thread)?;
        let last = last_of(&rows);
        commits += last as u64;
        if last < least {
            return Err(format!(
                "thread {thread}: {least} was acknowledged, {last} is there"
            ));
        }
        if rows != rows_after(thread, last) {
            return Err(format!("thread {thread}: {last} is not whole"));
        }
    }
    drop((session, db));
    instance
        .term(TermKind::Clean)
        .map_err(|e| format!("end: {e}"))?;
    drop(instance);
    integrity_of(&RealFileSystem, &dir.join("a.edb"))?;
    Ok(commits)
}
