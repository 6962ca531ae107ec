//! Readers walk every index while writers split it, and a cleaner merges its pages.
//!
//! Every transaction of a writer deletes one record and inserts another: whoever looks through a
//! snapshot counts the same number of records of each writer, at any time, in any index, in both
//! directions.
#![forbid(unsafe_code)]

use crate::sessions::{clean, eyes, rollback};
use crate::table::{BY_NAME, BY_ONCE, Row, Table};
use crate::work_support::Begun;
use ese_core::cursor::{CursorError, Keep, Move, TableCursor};
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::ids::PageSize;
use ese_core::io::rng::{Rng, SeededRng};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

const WRITERS: i32 = 3;
const ROWS: i32 = 60;

fn row(id: i32, rng: &mut SeededRng) -> Row {
    Row {
        id,
        once: Some(id.wrapping_mul(7919)),
        name: vec![b'a' + rng.below(3) as u8],
        fill: rng.below(250) as usize,
        tags: Vec::new(),
    }
}

fn write(t: &Table, writer: i32, done: &AtomicU64) {
    let mut rng = SeededRng::new(100 + writer as u64);
    let id = |n: i32| n * WRITERS + writer;
    let mut cursor = t.cursor();
    let mut live: Vec<i32> = Vec::new();
    let mut begun = t.bench.begin(10 + writer as u16);
    for n in 0..ROWS {
        t.insert(&mut begun, &mut cursor, &row(id(n), &mut rng))
            .unwrap();
        live.push(n);
    }
    t.bench.commit(begun);
    done.fetch_add(1, Ordering::SeqCst);
    for _ in 0..testkit::rounds(400, 10_000) {
        let out = rng.below(live.len() as u64) as usize;
        // Now and then far away: leaves run empty.
        let new = loop {
            let n = rng.below(2_000) as i32;
            if !live.contains(&n) {
                break n;
            }
        };
        loop {
            let mut begun = t.bench.begin(10 + writer as u16);
            let ids = (id(live[out]), id(new));
            match exchange(t, &mut begun, &mut cursor, ids, &mut rng) {
                Ok(()) if rng.below(5) > 0 => {
                    t.bench.commit(begun);
                    live[out] = new;
                    break;
                }
                Ok(()) => {}
                // The cleaner is behind.
                Err(e) => assert!(FULL.contains(&e.jet_err()), "{e}"),
            }
            rollback(&t.bench, begun);
            cursor.rolled_back(0);
            std::thread::yield_now();
        }
    }
}

const FULL: [JetErr; 2] = [
    JetErr::VERSION_STORE_OUT_OF_MEMORY,
    JetErr::VERSION_STORE_OUT_OF_MEMORY_AND_CLEANUP_TIMED_OUT,
];

/// Replaces and deletes one record, inserts another.
fn exchange(
    t: &Table,
    begun: &mut Begun,
    cursor: &mut TableCursor,
    (out, new): (i32, i32),
    rng: &mut SeededRng,
) -> Result<(), CursorError> {
    assert!(t.find(begun, cursor, out));
    let replaced = Row {
        fill: rng.below(250) as usize,
        ..t.row(begun, cursor).unwrap()
    };
    t.replace(begun, cursor, &replaced)?;
    t.delete(begun, cursor)?;
    t.insert(begun, cursor, &row(new, rng))
}

fn read(t: &Table, reader: u16, end: &AtomicBool, walks: &AtomicU64) {
    let mut rng = SeededRng::new(u64::from(reader));
    let mut cursor = t.cursor();
    while !end.load(Ordering::SeqCst) {
        let begun = t.bench.begin(20 + reader);
        let e = eyes(&t.bench, &begun);
        let index = [None, Some(BY_NAME), Some(BY_ONCE)][rng.below(3) as usize];
        cursor.set_index(&e, index, Keep::First).unwrap();
        let mut walk = |first: Move, step: i32| {
            let mut all = Vec::new();
            let mut to = first;
            while cursor.move_to(&e, to, false).is_ok() {
                let key = cursor.key(&e).unwrap().to_vec();
                let row = t.row(&begun, &mut cursor).unwrap();
                all.push((key, cursor.bookmark().unwrap().to_vec(), row));
                to = Move::By(step);
            }
            all
        };
        let (forwards, mut backwards) = (walk(Move::First, 1), walk(Move::Last, -1));
        backwards.reverse();
        assert_eq!(forwards.len(), backwards.len(), "{index:?}");
        assert_eq!(forwards, backwards, "{index:?}");
        let ordered = forwards
            .windows(2)
            .all(|w| (&w[0].0, &w[0].1) < (&w[1].0, &w[1].1));
        assert!(ordered, "{index:?}");
        let mut counts = BTreeMap::new();
        for (_, _, row) in &forwards {
            *counts.entry(row.id % WRITERS).or_insert(0) += 1;
        }
        assert_eq!(counts.len() as i32, WRITERS);
        assert!(counts.values().all(|&n| n == ROWS), "{index:?}: {counts:?}");
        t.bench.commit(begun);
        cursor.committed(0);
        walks.fetch_add(1, Ordering::SeqCst);
    }
}

fn run(page_size: PageSize) {
    let t = Table::new(page_size, true);
    let (done, walks) = (AtomicU64::new(0), AtomicU64::new(0));
    let end = AtomicBool::new(false);
    let mut merged = 0;
    std::thread::scope(|scope| {
        let (t, done, walks, end) = (&t, &done, &walks, &end);
        let writers: Vec<_> = (0..WRITERS)
            .map(|w| scope.spawn(move || write(t, w, done)))
            .collect();
        while done.load(Ordering::SeqCst) < WRITERS as u64
            && !writers.iter().all(|w| w.is_finished())
        {
            std::thread::yield_now();
        }
        let readers: Vec<_> = (0..3)
            .map(|r| scope.spawn(move || read(t, r, end, walks)))
            .collect();
        while !writers.iter().all(|w| w.is_finished()) {
            merged += clean(&t.bench, &t.trees()).1;
        }
        end.store(true, Ordering::SeqCst);
        for thread in writers.into_iter().chain(readers) {
            thread.join().unwrap();
        }
    });
    assert!(merged > 10, "{merged} pages left their trees");
    assert!(walks.load(Ordering::SeqCst) > 10, "{walks:?} walks");
    t.bench.world.finish_creation();
    t.bench.world.replays();
}

#[test]
fn walks_among_splits_and_merges() {
    run(PageSize::K2);
    run(PageSize::K4);
}
