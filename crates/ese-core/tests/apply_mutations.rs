//! Damaged records on real pages, and real records on other pages: nothing panics; a page comes out
//! sound, or as it was.
#![forbid(unsafe_code)]

mod replay_support;

use ese_core::format::log_record::LogRecord;
use ese_core::format::page::PageView;
use ese_core::format::page_check::check_page;
use ese_core::io::rng::{Rng, SeededRng};
use replay_support::Replayer;
use replay_support::fragment::pages_of_unit;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Offset behind session, database, page and times: what lies there decides whether a record is
/// redone, not how.
const HEAD: usize = 28;
/// Fields of records end before this offset.
const FIELDS: usize = 112;

fn mutate_record(bytes: &mut [u8], rng: &mut SeededRng) {
    for _ in 0..1 + rng.below(3) {
        let end = if rng.below(3) > 0 { FIELDS } else { usize::MAX }.min(bytes.len());
        if end <= HEAD {
            return;
        }
        let at = HEAD + rng.below((end - HEAD) as u64) as usize;
        match rng.below(4) {
            0 => bytes[at] ^= 1 << rng.below(8),
            1 => bytes[at] = rng.next_u64() as u8,
            2 => bytes[at] = bytes[at].wrapping_add(1),
            _ => bytes[at] = [0, 1, 0x7F, 0x80, 0xFF][rng.below(5) as usize],
        }
    }
}

fn mutate_page(page: &mut [u8], rng: &mut SeededRng) {
    let len = page.len() as u64;
    for _ in 0..1 + rng.below(3) {
        let at = match rng.below(3) {
            0 => 16 + rng.below(64),
            1 => len - 1 - rng.below(64),
            _ => rng.below(len),
        } as usize;
        match rng.below(3) {
            0 => page[at] ^= 1 << rng.below(8),
            1 => page[at] = rng.next_u64() as u8,
            _ => page[at] = page[at].wrapping_sub(1),
        }
    }
}

/// Changes a unit and its pages; `false` when nothing is left to do.
fn mutate(
    whole: &Replayer,
    part: &mut Replayer,
    unit: &mut Vec<Vec<u8>>,
    rng: &mut SeededRng,
) -> bool {
    if rng.below(4) > 0 {
        let at = rng.below(unit.len() as u64) as usize;
        mutate_record(&mut unit[at], rng);
    }
    if unit.len() > 1 && rng.below(8) == 0 {
        unit.remove(rng.below(unit.len() as u64) as usize);
    }
    for page in part.databases[0].pages.values_mut() {
        match rng.below(8) {
            0 => mutate_page(page.as_mut_slice(), rng),
            1 => {
                // Another page of the same file.
                let pages = &whole.databases[0].pages;
                let other = rng.below(pages.len() as u64) as usize;
                if let Some(other) = pages.values().nth(other) {
                    *page = other.clone();
                }
            }
            _ => {}
        }
    }
    !unit.is_empty()
}

fn is_sound(page: &[u8]) -> bool {
    PageView::new(page).is_ok_and(|p| check_page(&p).is_ok())
}

/// Redoes a damaged unit; returns whether it succeeded.
fn redo(before: &Replayer, unit: &[Vec<u8>]) -> bool {
    let mut after = before.clone();
    after.trusting = true;
    let done = after.redo_unit(unit);
    // Of several pages, those before the one that fails are changed.
    let alone = pages_of_unit(unit).is_ok_and(|(_, pgnos)| pgnos.len() == 1);
    for (pgno, page) in &after.databases[0].pages {
        let old = before.databases[0].pages.get(pgno);
        if old.is_some_and(|old| !is_sound(old)) {
            continue;
        }
        assert!(is_sound(page), "page {pgno} is not sound after {done:?}");
        if alone && let Err(e) = &done {
            assert!(old == Some(page), "page {pgno} was changed by {e}");
        }
    }
    for pgno in before.databases[0].pages.keys() {
        assert!(
            after.databases[0].pages.contains_key(pgno),
            "{pgno} is lost"
        );
    }
    done.is_ok()
}

#[test]
fn damaged_records_and_pages() {
    let first = testkit::first_seed();
    let every = testkit::rounds(8, 1);
    let times = testkit::rounds(2, 20);
    let (mut seed, mut done, mut refused) = (first, 0u64, 0u64);
    for set in testkit::sets("histories") {
        let dir = testkit::unpack_set("histories", &set).expect("the set is there");
        let mut nth = 0u64;
        let replayed = Replayer::watch_folder(&dir, |replayer, record| {
            let Some(unit) = replayer.unit(record)? else {
                return Ok(());
            };
            nth += 1;
            let many_pages = matches!(record, LogRecord::MacroCommit(_));
            if !many_pages && !nth.is_multiple_of(every) {
                return Ok(());
            }
            let (dbid, pgnos) = pages_of_unit(&unit)?;
            for _ in 0..times {
                seed = seed.wrapping_add(1);
                let mut rng = SeededRng::new(seed);
                let Some(mut part) = replayer.fragment(dbid, &pgnos) else {
                    continue;
                };
                let mut unit = unit.clone();
                if !mutate(replayer, &mut part, &mut unit, &mut rng) {
                    continue;
                }
                let ok = catch_unwind(AssertUnwindSafe(|| redo(&part, &unit)));
                let ok = ok.map_err(|_| format!("seed {seed} (ESE_SEED={first})"))?;
                *(if ok { &mut done } else { &mut refused }) += 1;
            }
            Ok(())
        });
        if let Err(e) = replayed {
            panic!("{set}: {e}");
        }
    }
    eprintln!("{done} done, {refused} refused");
    assert!(testkit::sets("histories").is_empty() || (done > 1000 && refused > 1000));
}
