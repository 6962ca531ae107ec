//! What the threads do, and what they must see while they do it.
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // A test has no outside.

use super::is_of_others;
use ese_core::HasJetErr;
use ese_core::JetErr;
use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Database, DbError, Table};
use ese_core::format::checksum::{PageVerdict, verify};
use ese_core::format::ids::Pgno;
use ese_core::format::value::Value;
use ese_core::instance::Instance;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::io::{FileSystem as _, OpenMode};
use ese_core::session::{CommitKind, Session};
use std::path::PathBuf;
use std::time::Instant;

/// Accounts between which money moves: their sum is always 0.
const ACCOUNTS: i32 = 40;
/// Threads that have rows of their own.
pub const OWNERS: usize = 2;

/// What a thread does.
#[derive(Clone, Copy, Debug)]
pub enum Job {
    /// Moves money between accounts.
    Transfer(u64),
    /// Inserts, changes and deletes rows of an owner.
    Rows(usize),
    /// Looks at everything, in one transaction.
    Read,
    /// Makes tables and drops them.
    Schema,
    /// Makes indexes of the tables that others change.
    Index,
    /// Cleans, checkpoints, reads the file.
    Upkeep,
}

/// What a thread did.
#[derive(Debug, Default)]
pub struct Done {
    pub turns: u64,
    pub refused: u64,
    /// Rows that it committed, less those that it deleted.
    pub rows: [i64; OWNERS],
}

pub struct World<'a> {
    pub fs: &'a MemoryFileSystem,
    pub file: PathBuf,
    pub instance: &'a Instance,
    pub db: &'a Database,
    pub end: Instant,
}

/// A long value that says which change it is of: none to many pages long.
fn blob(stamp: i32) -> Vec<u8> {
    let len = (stamp.unsigned_abs() as usize * 7919) % 12_000;
    (0..len).map(|i| (i as i32 ^ stamp) as u8).collect()
}

fn number(table: &mut Table<'_>, column: &str) -> Result<i64, DbError> {
    let mut buf = Vec::new();
    match table.get(column, &mut buf)? {
        Some(Value::Long(n)) => Ok(n.into()),
        Some(Value::LongLong(n)) => Ok(n),
        other => panic!("{column} is {other:?}"),
    }
}

pub fn open_accounts(db: &Database, session: &Session) {
    let mut table = db.table(session, "accounts").unwrap();
    for id in 0..ACCOUNTS {
        let mut row = table.insert().unwrap();
        row.set("id", id).unwrap();
        row.set("balance", 0_i64).unwrap();
        row.set("stamp", id).unwrap();
        row.set("blob", &blob(id)).unwrap();
        row.save().unwrap();
    }
}

/// All accounts are there, by both indexes; their sum is 0; each long value is that of its record.
pub fn look_at_accounts(db: &Database, session: &Session) {
    let moment = session.read_transaction().unwrap();
    let mut table = db.table(session, "accounts").unwrap();
    let (mut sum, mut count, mut bytes) = (0, 0, Vec::new());
    let mut more = table.first().unwrap();
    while more {
        assert_eq!(number(&mut table, "id").unwrap(), count);
        sum += number(&mut table, "balance").unwrap();
        let stamp = number(&mut table, "stamp").unwrap();
        let found = match table.get("blob", &mut bytes).unwrap() {
            Some(Value::Binary(found)) => found,
            None => &[],
            other => panic!("{other:?}"),
        };
        assert!(found == blob(stamp as i32), "blob of {stamp}");
        count += 1;
        more = table.next().unwrap();
    }
    assert_eq!((count, sum), (ACCOUNTS.into(), 0));
    table.use_index(Some("by_balance")).unwrap();
    let (mut last, mut by_balance) = (i64::MIN, 0);
    let mut more = table.first().unwrap();
    while more {
        let balance = number(&mut table, "balance").unwrap();
        assert!(balance >= last, "the index is out of order");
        (last, by_balance) = (balance, by_balance + 1);
        more = table.next().unwrap();
    }
    assert_eq!(by_balance, count, "entries of the index");
    drop(table);
    moment.commit().unwrap();
}

impl World<'_> {
    pub fn work(&self, job: Job) -> Done {
        let mut done = Done::default();
        let seed = match job {
            Job::Transfer(n) => n,
            Job::Rows(n) => 100 + n as u64,
            Job::Read => 200,
            Job::Schema => 300,
            Job::Index => 400,
            Job::Upkeep => 500,
        };
        let mut rng = SeededRng::new(seed);
        let session = self.instance.session().unwrap();
        while Instant::now() < self.end {
            done.turns += 1;
            let turn = match job {
                Job::Transfer(_) => self.transfer(&session, &mut rng),
                Job::Rows(owner) => self.rows(&session, owner, &mut rng, &mut done),
                Job::Read => {
                    look_at_accounts(self.db, &session);
                    Ok(())
                }
                Job::Schema => self.schema(&session, done.turns),
                Job::Index => self.index(&session, done.turns),
                Job::Upkeep => self.upkeep(&mut rng),
            };
            if let Err(e) = turn {
                assert!(is_of_others(&e), "{job:?}: {e}");
                done.refused += 1;
            }
            assert_eq!(session.level(), 0);
        }
        done
    }

    fn transfer(&self, session: &Session, rng: &mut SeededRng) -> Result<(), DbError> {
        let transaction = session.transaction()?;
        let mut table = self.db.table(session, "accounts")?;
        let (a, b) = (rng.below(ACCOUNTS as u64), rng.below(ACCOUNTS as u64));
        let amount = rng.below(1000) as i64;
        for (id, by) in [(a, -amount), (b, amount)] {
            assert!(table.find(&[Some(&(id as i32).to_le_bytes())])?);
            let balance = number(&mut table, "balance")?;
            let stamp = number(&mut table, "stamp")? as i32;
            let next = (stamp + 1 + rng.below(50) as i32) % 100_000;
            let mut row = table.replace()?;
            row.set("balance", balance + by)?;
            row.set("stamp", next)?;
            row.set("blob", &blob(next))?;
            row.save()?;
        }
        drop(table);
        match rng.below(5) {
            0 => transaction.rollback()?,
            1 => transaction.commit()?,
            _ => transaction.commit_as(CommitKind::Lazy)?,
        }
        Ok(())
    }

    fn rows(
        &self,
        session: &Session,
        owner: usize,
        rng: &mut SeededRng,
        done: &mut Done,
    ) -> Result<(), DbError> {
        let transaction = session.transaction()?;
        let mut table = self.db.table(session, "rows")?;
        let mut change = 0;
        for _ in 0..1 + rng.below(12) {
            let text: String = "abcdefgh"
                .chars()
                .cycle()
                .take(rng.below(3000) as usize)
                .collect();
            let own = (owner as i32).to_le_bytes();
            table.use_index(Some("by_owner"))?;
            // More go than come once there are many.
            let full = done.rows[owner] + change > 150;
            match rng.below(if full { 12 } else { 5 }) {
                0..=2 => {
                    let mut row = table.insert()?;
                    row.set("owner", owner as i32)?;
                    row.set("text", &text)?;
                    row.save()?;
                    change += 1;
                }
                3 if table.find(&[Some(&own)])? => {
                    let mut row = table.replace()?;
                    row.set("text", &text)?;
                    row.save()?;
                }
                _ if table.find(&[Some(&own)])? => {
                    table.delete()?;
                    change -= 1;
                }
                _ => {}
            }
        }
        drop(table);
        if rng.below(4) == 0 {
            transaction.rollback()?;
        } else {
            transaction.commit_as(CommitKind::Lazy)?;
            done.rows[owner] += change;
        }
        Ok(())
    }

    /// A table with rows comes, changes, goes.
    fn schema(&self, session: &Session, turn: u64) -> Result<(), DbError> {
        let name = format!("made{turn}");
        let made = TableDef::new(&name)
            .column(ColumnDef::new("id", ColumnType::Long).auto_increment())
            .column(ColumnDef::new("note", ColumnType::LongText))
            .index(IndexDefinition::new("by_id", "+id").primary());
        self.db.create_table(session, &made)?;
        let transaction = session.transaction()?;
        let mut table = self.db.table(session, &name)?;
        for n in 0..20 {
            let mut row = table.insert()?;
            row.set("note", &"note ".repeat(n * 40))?;
            row.save()?;
        }
        drop(table);
        let more = ColumnDef::new("more", ColumnType::Long);
        self.db.add_column(session, &name, &more)?;
        let by_note = IndexDefinition::new("by_note", "+note");
        self.db.create_index(session, &name, &by_note)?;
        if turn.is_multiple_of(3) {
            transaction.rollback()?;
        } else {
            transaction.commit_as(CommitKind::Lazy)?;
        }
        match self.db.delete_table(session, &name) {
            // Cleanup looks at it.
            Err(e) if e.jet_err() == JetErr::TABLE_IN_USE => Ok(()),
            done => done,
        }
    }

    /// An index of a table that is being changed comes and goes.
    fn index(&self, session: &Session, turn: u64) -> Result<(), DbError> {
        let transaction = session.transaction()?;
        let name = format!("index{turn}");
        let by_text = IndexDefinition::new(&name, "+text+owner");
        self.db.create_index(session, "rows", &by_text)?;
        let mut table = self.db.table(session, "rows")?;
        let mut records = 0;
        let mut more = table.first()?;
        while more {
            records += 1;
            more = table.next()?;
        }
        table.use_index(Some(&name))?;
        let mut entries = 0;
        let mut more = table.first()?;
        while more {
            entries += 1;
            more = table.next()?;
        }
        drop(table);
        assert_eq!(entries, records, "entries and records");
        drop(transaction);
        Ok(())
    }

    fn upkeep(&self, rng: &mut SeededRng) -> Result<(), DbError> {
        match rng.below(4) {
            0 => self.instance.checkpoint().unwrap(),
            1 => drop(self.instance.clean(1 + rng.below(500) as usize)?),
            2 => self.instance.tick().unwrap(),
            _ => self.read_pages(rng),
        }
        Ok(())
    }

    /// A run of pages as they lie in the file: each is whole, or was never written.
    fn read_pages(&self, rng: &mut SeededRng) {
        let size = self.db.attached().page_size().bytes();
        let file = self.fs.open(&self.file, OpenMode::Read).unwrap();
        let last = file.len().unwrap() / size as u64 - 2;
        let first = rng.below(last);
        let mut page = vec![0; size];
        for n in first..(first + 16).min(last) {
            file.read_exact_at(&mut page, (n + 2) * size as u64)
                .unwrap();
            if page.iter().any(|&b| b != 0) {
                let pgno = Pgno(u32::try_from(n).unwrap() + 1);
                let verdict = verify(&page, pgno);
                assert!(
                    matches!(verdict, PageVerdict::Good),
                    "page {pgno}: {verdict:?}"
                );
            }
        }
    }
}
