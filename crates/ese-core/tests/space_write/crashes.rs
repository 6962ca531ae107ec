//! The log ends anywhere: recovery leaves a sound database.
#![forbid(unsafe_code)]

use crate::churn::{delete, insert};
use crate::golden::with_tables;
use crate::world::{Kind, Table, sound};
use ese_core::format::ids::PageSize;
use ese_core::space::create::NewTree;

#[test]
fn a_log_that_ends_after_any_record_recovers() {
    let Some(driven) = with_tables(Kind {
        new_pages: true,
        ..Kind::new(PageSize::K4)
    }) else {
        return;
    };
    let world = &driven.world;
    let tables: Vec<&Table> = driven.tables.values().collect();
    let from = world.log.records.lock().len();
    world.in_transaction(|author| {
        // Small extents that convert, grow, and go back.
        for table in &tables[6..] {
            for n in 0..45 {
                insert(world, author, table, n, 240);
            }
        }
        for n in 0..45 {
            delete(world, author, tables[7], n);
        }
        let made = world.space.create_tree(author, &NewTree::table(3)).unwrap();
        world.space.free_tree(author, made.pgno_fdp, None).unwrap();
    });
    let to = world.log.records.lock().len();
    // All records that change space, and some of the others.
    let records: Vec<usize> = (from..to)
        .filter(|&n| {
            let records = world.log.records.lock();
            let line = ese_core::format::log_record::LogRecord::parse(&records[n])
                .unwrap()
                .0;
            let space = line.page().is_some_and(|p| {
                p.flags
                    .contains(ese_core::format::log_record::LrFlags::SPACE)
            });
            space || line.dbid().is_none() || n % 3 == 0
        })
        .collect();
    assert!(records.len() > 100, "{}", records.len());
    let mut leaked_most = 0;
    for n in records {
        let recovered = world.cut_after(n + 1);
        recovered
            .outcome()
            .unwrap_or_else(|e| panic!("cut after record {n}: {e}"));
        leaked_most = leaked_most.max(sound(&recovered.fs));
    }
    // What was under way, no more.
    assert!(leaked_most <= 32, "{leaked_most} pages are leaked");
    world.check();
}
