//! A table with three secondary indexes: its rows, how engines without indexes keep them by hand, and the
//! workload.
//!
//! A row is a key, three fields and a rest, as long together as the rows of the other workloads. Ours and SQLite
//! have a column for each field and an index on it. The others keep the fields and the rest as one value, and for
//! each index a table of entries (field, then key) with empty values, written in the same transaction.
//!
//! Invariants: all engines keep the same four orders of the same rows; a read by a field ends at the row itself, not
//! at its entry.
#![forbid(unsafe_code)]

use super::workloads::{BATCH, KEY_BYTES, Scale, Times, VALUE_BYTES, timed};
use super::{BenchDatabase, Durability, Engine, Result, Setup};
use crate::Noise;
use std::path::Path;

/// Secondary indexes.
pub const INDEXES: usize = 3;
/// Bytes of a field.
pub const FIELD_BYTES: usize = 8;
/// Bytes of an entry that is kept by hand.
pub const ENTRY_BYTES: usize = FIELD_BYTES + KEY_BYTES;
const FIELDS_BYTES: usize = INDEXES * FIELD_BYTES;

/// Names of the fields, which are those of their indexes too.
pub const FIELDS: [&str; INDEXES] = ["f0", "f1", "f2"];

/// Inserts of the workload: its name in the tables.
pub const INSERTS: &str = "three indexes, batches of 1,000";
/// Reads of the workload.
pub const READS: &str = "three indexes, reads by a field";

/// A row, as a view of its key and of everything else.
#[derive(Clone, Copy, Debug)]
pub struct IndexedRow<'r> {
    /// Its primary key.
    pub key: &'r [u8; KEY_BYTES],
    /// The fields and the rest.
    pub value: &'r [u8; VALUE_BYTES],
}

impl<'r> IndexedRow<'r> {
    /// A field.
    #[must_use]
    pub fn field(&self, index: usize) -> &'r [u8] {
        let from = index * FIELD_BYTES;
        &self.value[from..from + FIELD_BYTES]
    }

    /// What is behind the fields.
    #[must_use]
    pub fn rest(&self) -> &'r [u8] {
        &self.value[FIELDS_BYTES..]
    }

    /// Its entry in an index that is kept by hand.
    #[must_use]
    pub fn entry(&self, index: usize) -> [u8; ENTRY_BYTES] {
        let mut entry = [0; ENTRY_BYTES];
        entry[..FIELD_BYTES].copy_from_slice(self.field(index));
        entry[FIELD_BYTES..].copy_from_slice(self.key);
        entry
    }
}

/// The primary key that an entry says, when it is one of this field.
#[must_use]
pub fn key_of<'e>(entry: &'e [u8], field: &[u8]) -> Option<&'e [u8]> {
    entry.strip_prefix(field)
}

/// The row with a number.
fn fill(seed: u64, n: u64, key: &mut [u8; KEY_BYTES], value: &mut [u8; VALUE_BYTES]) {
    let mut noise = Noise::new(seed ^ 7 ^ ((n + 1) << 8));
    noise.fill(key);
    noise.fill(value);
}

/// Durable inserts in batches into a fresh database in `folder`, then reads by each of the fields.
pub(super) fn run(
    engine: &dyn Engine,
    folder: &Path,
    scale: Scale,
    times: &mut Times,
) -> Result<()> {
    let db = engine.create(folder, Setup::new(Durability::Durable).indexed())?;
    let db = db.as_ref();
    let batches = scale.batches as u64;
    timed(times, INSERTS, || insert(db, scale.seed, batches))?;
    db.settle()?;
    timed(times, READS, || {
        read(db, scale.seed, batches, scale.batches * BATCH)
    })
}

fn insert(db: &dyn BenchDatabase, seed: u64, batches: u64) -> Result<()> {
    let (mut key, mut value) = ([0; KEY_BYTES], [0; VALUE_BYTES]);
    for batch in 0..batches {
        db.write(&mut |w| {
            for n in 0..BATCH as u64 {
                fill(seed, batch * BATCH as u64 + n, &mut key, &mut value);
                w.put_indexed(&IndexedRow {
                    key: &key,
                    value: &value,
                })?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// `reads` reads of random rows, a third of them by each field.
fn read(db: &dyn BenchDatabase, seed: u64, batches: u64, reads: usize) -> Result<()> {
    let rows = batches * BATCH as u64;
    let mut pick = Noise::new(seed ^ 8);
    let (mut key, mut value) = ([0; KEY_BYTES], [0; VALUE_BYTES]);
    let mut found = Vec::new();
    db.read(&mut |r| {
        for index in 0..INDEXES {
            for _ in 0..reads / INDEXES {
                fill(seed, pick.next_u64() % rows, &mut key, &mut value);
                let row = IndexedRow {
                    key: &key,
                    value: &value,
                };
                if !r.get_by(index, row.field(index), &mut found)? || found != value {
                    return Err("a row is not what its index says".into());
                }
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::{ENTRY_BYTES, IndexedRow, KEY_BYTES, VALUE_BYTES, fill, insert, key_of, read};
    use crate::engine::ours::Ours;
    use crate::engine::through_c::ThroughC;
    use crate::engine::{Durability, Engine, Setup};

    #[test]
    fn entries_lead_to_their_row() {
        let (mut key, mut value) = ([0; KEY_BYTES], [0; VALUE_BYTES]);
        fill(1, 5, &mut key, &mut value);
        let row = IndexedRow {
            key: &key,
            value: &value,
        };
        let entry = row.entry(2);
        assert_eq!(entry.len(), ENTRY_BYTES);
        assert_eq!(key_of(&entry, row.field(2)), Some(&key[..]));
        assert_eq!(key_of(&entry, row.field(1)), None);
        assert_eq!(
            [row.field(0), row.field(1), row.field(2), row.rest()].concat(),
            value
        );
        let mut other = [0; KEY_BYTES];
        fill(1, 6, &mut other, &mut value);
        assert_ne!(key, other);
    }

    #[test]
    fn rows_are_found_by_each_field() {
        #[allow(unused_mut)] // Without peers.
        let mut engines: Vec<&dyn Engine> = vec![&Ours, &ThroughC];
        #[cfg(feature = "peers")]
        engines.extend([
            &crate::engine::lmdb::Lmdb as &dyn Engine,
            &crate::engine::redb::Redb,
            &crate::engine::sqlite::Sqlite,
            &crate::engine::fjall::Fjall,
        ]);
        #[cfg(feature = "rocksdb")]
        engines.push(&crate::engine::rocksdb::RocksDb);
        for engine in engines {
            let folder = tempfile::tempdir().unwrap();
            let setup = Setup::new(Durability::Lazy).cached(16 << 20).indexed();
            let db = engine.create(folder.path(), setup).unwrap();
            insert(db.as_ref(), 1, 2).unwrap();
            read(db.as_ref(), 1, 2, 300).unwrap();
            // Rows that were not written are not found: the check is one.
            assert!(read(db.as_ref(), 1, 4, 300).is_err(), "{}", engine.name());
        }
    }
}
