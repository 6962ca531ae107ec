//! Writers from a seed, and every state that they committed.

use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Database, DbError};
use ese_core::format::value::Value;
use ese_core::instance::Instance;
use ese_core::io::FileSystem;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::maintenance::integrity::{self, check_path};
use ese_core::reader::{OpenOptions, RowEvent};
use ese_core::session::{CommitKind, Session};
use ese_core::work::WorkError;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::ControlFlow;
use std::path::Path;

pub(crate) type Rows = BTreeMap<i32, Vec<u8>>;

/// A number that stands for a whole state.
pub(crate) fn digest(rows: &Rows) -> u64 {
    let mut h = DefaultHasher::new();
    rows.hash(&mut h);
    h.finish()
}

pub(crate) fn below(rng: &mut SeededRng, n: u64) -> u64 {
    rng.next_u64() % n.max(1)
}

/// What the writers did.
pub(crate) struct History {
    pub(crate) rows: Rows,
    /// The digest after each commit; the first is that of the empty table.
    pub(crate) states: Vec<u64>,
    /// How many of them are durable for sure.
    pub(crate) durable: usize,
    tables: u32,
}

impl Default for History {
    fn default() -> Self {
        Self {
            rows: Rows::new(),
            states: vec![digest(&Rows::new())],
            durable: 1,
            tables: 0,
        }
    }
}

impl History {
    /// Number of the newest state.
    pub(crate) fn newest(&self) -> usize {
        self.states.len() - 1
    }

    /// Whether a state is one of those between two.
    pub(crate) fn is_between(&self, rows: &Rows, low: usize, high: usize) -> bool {
        self.states[low..=high].contains(&digest(rows))
    }
}

pub(crate) fn table() -> TableDef {
    TableDef::new("rows")
        .column(ColumnDef::new("key", ColumnType::Long).not_null())
        .column(ColumnDef::new("value", ColumnType::LongBinary))
        .index(IndexDefinition::new("by_key", "+key").primary())
}

/// The independent readers take a value for compressed when its first byte looks like a scheme's, though
/// nothing says so: in none of ours a byte does (docs/format/database-compression.md: the upper five bits).
const NO_SCHEME: u8 = 0x80;

fn value(rng: &mut SeededRng) -> Vec<u8> {
    let bytes = match below(rng, 12) {
        0 => 5_000 + below(rng, 20_000),
        1..4 => below(rng, 10),
        _ => 100 + below(rng, 900),
    };
    (0..bytes)
        .map(|_| rng.next_u64() as u8 | NO_SCHEME)
        .collect()
}

/// One transaction of some changes; sometimes rolled back, sometimes DDL.
pub(crate) fn step(
    history: &mut History,
    rng: &mut SeededRng,
    instance: &Instance,
    db: &Database,
) -> Result<(), DbError> {
    let session = instance.session()?;
    match below(rng, 20) {
        0 => {
            history.tables += 1;
            let name = format!("more{}", history.tables);
            db.create_table(
                &session,
                &TableDef::new(name).column(ColumnDef::new("a", ColumnType::Text)),
            )?;
        }
        1 if history.tables > 0 => {
            let name = format!("more{}", history.tables);
            if db.table_names(&session)?.contains(&name) {
                db.delete_table(&session, &name)?;
            }
        }
        2 => {
            instance.tick().map_err(as_db)?;
        }
        3 => {
            instance.checkpoint().map_err(as_db)?;
        }
        _ => change(history, rng, &session, db)?,
    }
    Ok(())
}

fn as_db(e: ese_core::instance::InstanceError) -> DbError {
    use ese_core::HasJetErr as _;
    WorkError::refused(e.jet_err(), e.to_string()).into()
}

fn change(
    history: &mut History,
    rng: &mut SeededRng,
    session: &Session,
    db: &Database,
) -> Result<(), DbError> {
    let mut rows = history.rows.clone();
    let transaction = session.transaction()?;
    let mut table = db.table(session, "rows")?;
    for _ in 0..1 + below(rng, 6) {
        let key = below(rng, 400) as i32;
        if let Entry::Vacant(free) = rows.entry(key) {
            let new = value(rng);
            let mut row = table.insert()?;
            row.set("key", key)?;
            row.set("value", &*new)?;
            row.save()?;
            free.insert(new);
            continue;
        }
        assert!(
            table.find(&[Some(&key.to_le_bytes())])?,
            "row {key} is gone"
        );
        if below(rng, 3) == 0 {
            table.delete()?;
            rows.remove(&key);
        } else {
            let new = value(rng);
            let mut row = table.replace()?;
            row.set("value", &*new)?;
            row.save()?;
            rows.insert(key, new);
        }
    }
    drop(table);
    if below(rng, 8) == 0 {
        transaction.rollback()?;
        return Ok(());
    }
    let durable = below(rng, 3) == 0;
    // Should the commit's answer be lost, the state counts as one that may be.
    history.states.push(digest(&rows));
    history.rows = rows;
    let kind = match durable {
        true => CommitKind::Durable,
        false => CommitKind::Lazy,
    };
    transaction.commit_as(kind)?;
    if durable {
        history.durable = history.states.len();
    }
    Ok(())
}

/// The rows of a clean database in which nothing is wrong.
pub(crate) fn rows_of(fs: &dyn FileSystem, path: &Path) -> Rows {
    let options = integrity::Options {
        threads: 1,
        ..Default::default()
    };
    let report = check_path(fs, path, &options, &|_| {}).expect("a database");
    let damage: Vec<String> = report.damage().map(|f| f.to_string()).collect();
    assert!(
        damage.is_empty(),
        "{}: {}",
        path.display(),
        damage.join("\n")
    );
    let db = OpenOptions::new().open_in(fs, path).expect("a database");
    let mut out = Rows::new();
    db.table("rows").expect("the table").scan(|event| {
        let row = match event {
            RowEvent::Row(row) => row,
            RowEvent::Fault(fault) => panic!("{fault}"),
        };
        let (mut one, mut two) = (Vec::new(), Vec::new());
        let key = match row.get("key", &mut one).expect("a key") {
            Some(Value::Long(key)) => key,
            other => panic!("{other:?}"),
        };
        let value = match row.get("value", &mut two).expect("a value") {
            Some(Value::Binary(value)) => value.to_vec(),
            other => panic!("{other:?}"),
        };
        out.insert(key, value);
        ControlFlow::Continue(())
    });
    out
}
