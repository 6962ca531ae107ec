//! Databases for the independent readers (`xtask/python/compare.py`): any tables, filled by any calls.
//!
//! Values that some reader is known to get wrong are left out (`schema::Dice::gentle`).
#![forbid(unsafe_code)]

use super::recovery_support::check::read;
use super::recovery_support::world::at;
use super::world::{NAME, World};
use ese_core::catalog::write::ColumnBits;
use ese_core::format::ids::{Coltyp, PageSize};
use ese_core::instance::TermKind;
use serde_json::{Map, json};

const TABLES: usize = 6;
const CALLS: usize = 400;

/// Leaves the database, and how many records each table has.
fn leave(world: &World, name: &str) {
    let folder = testkit::target().join("testdata/written");
    std::fs::create_dir_all(&folder).unwrap();
    let bytes = read(&world.fs, &at(NAME)).unwrap();
    std::fs::write(folder.join(format!("{name}.edb")), bytes).unwrap();
    let mut tables = Map::new();
    for table in world.committed.view.values() {
        let mut differ = Map::new();
        let has = |bits| table.columns.iter().any(|c| c.has(bits));
        if has(ColumnBits::MULTI_VALUED) {
            differ.insert("libesedb".into(), json!("shows no multi-values"));
        }
        if has(ColumnBits::COMPRESSED) {
            differ.insert("libesedb".into(), json!("shows no compressed values"));
            differ.insert("dissect".into(), json!("does not know XPRESS10"));
        }
        let mut types = table.columns.iter().map(|c| c.coltyp);
        if types.any(|t| t == Coltyp::UnsignedLongLong) {
            differ.insert("libesedb".into(), json!("does not know UnsignedLongLong"));
        }
        let of = json!({ "records": table.rows.len(), "readers_differ": differ });
        tables.insert(table.name.clone(), of);
    }
    let golden = json!({ "tables": tables });
    std::fs::write(folder.join(format!("{name}.json")), golden.to_string()).unwrap();
}

#[test]
fn databases_for_the_independent_readers() {
    for page_size in [PageSize::K4, PageSize::K8, PageSize::K16, PageSize::K32] {
        let kib = page_size.bytes() / 1024;
        let mut world = World::new(kib as u64, page_size, None);
        world.dice.gentle = true;
        for _ in 0..TABLES {
            world.create_table(0);
        }
        for n in 0..CALLS {
            match n % 8 {
                0..=4 => world.insert(0, n % 16 == 1),
                5 | 6 => world.replace(0),
                _ => world.delete(0),
            }
        }
        let instance = &world.engine().instance;
        instance.clean(usize::MAX).unwrap();
        world.stop(Some(TermKind::Clean));
        world.judge();
        leave(&world, &format!("properties-{kib}k"));
    }
}
