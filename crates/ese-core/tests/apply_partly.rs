//! Pages of one operation reach the disk at different times: whichever of them were written before a
//! crash, redo must give the same pages. Every multi-page record and macro of the histories is redone
//! with every choice of its pages already new, before-images included.
#![forbid(unsafe_code)]

mod replay_support;

use ese_core::format::ids::Pgno;
use ese_core::format::log_record::{LogRecord, LrTyp};
use ese_core::io::rng::{Rng, SeededRng};
use replay_support::fragment::pages_of_unit;
use replay_support::same::same_page;
use replay_support::{Outcome, Replayer};
use std::collections::BTreeMap;

/// Choices are tried one by one up to this many pages, beyond that this many at random.
const PAGES_MOST: usize = 6;
const CHOICES: u64 = 32;

/// Redoes one unit with every choice; returns how many were made.
fn every_choice(replayer: &Replayer, unit: &[Vec<u8>], rng: &mut SeededRng) -> Outcome<u64> {
    let (dbid, pgnos) = pages_of_unit(unit)?;
    if pgnos.len() < 2 {
        return Ok(0);
    }
    let Some(old) = replayer.fragment(dbid, &pgnos) else {
        return Ok(0);
    };
    let mut new = old.clone();
    new.redo_unit(unit)?;
    let pgnos: Vec<Pgno> = pgnos.into_iter().collect();
    let all = 1u64 << pgnos.len();
    let choices: Vec<u64> = if pgnos.len() <= PAGES_MOST {
        (0..all).collect()
    } else {
        (0..CHOICES).map(|_| rng.below(all)).collect()
    };
    for &choice in &choices {
        let mut mixed = old.clone();
        mixed.databases[0].future = true;
        for (i, pgno) in pgnos.iter().enumerate() {
            if choice & (1 << i) != 0 {
                let page = new.databases[0].pages[pgno].clone();
                mixed.databases[0].pages.insert(*pgno, page);
            }
        }
        let what = |e: String| format!("{pgnos:?}, already new {choice:#b}: {e}");
        mixed.redo_unit(unit).map_err(|e| what(e.to_string()))?;
        for pgno in &pgnos {
            let (a, b) = (
                &mixed.databases[0].pages[pgno],
                &new.databases[0].pages[pgno],
            );
            same_page(a, b).map_err(|e| what(format!("page {pgno}: {e}")))?;
        }
        if mixed.tally.not_needed != u64::from(choice.count_ones()) {
            return Err(what(format!("{} pages left alone", mixed.tally.not_needed)).into());
        }
    }
    Ok(choices.len() as u64)
}

#[test]
fn whatever_was_written_redo_gives_the_same_pages() {
    let mut rng = SeededRng::new(testkit::first_seed());
    let mut choices: BTreeMap<LrTyp, u64> = BTreeMap::new();
    for set in testkit::sets("histories") {
        let dir = testkit::unpack_set("histories", &set).expect("the set is there");
        let done = Replayer::watch_folder(&dir, |replayer, record| {
            if let Some(unit) = replayer.unit(record)? {
                let n = every_choice(replayer, &unit, &mut rng)
                    .map_err(|e| format!("{}: {e}", replay_support::short(record)))?;
                let (first, _) = LogRecord::parse(&unit[0])?;
                *choices.entry(first.typ()).or_default() += n;
            }
            Ok(())
        });
        if let Err(e) = done {
            panic!("{set}: {e}");
        }
    }
    eprintln!("{choices:?}");
    for typ in [
        LrTyp::CreateMEFDP,
        LrTyp::ConvertFDP2,
        LrTyp::EmptyTree,
        LrTyp::Split2,
        LrTyp::Merge2,
        LrTyp::PageMove,
        LrTyp::RootPageMove,
    ] {
        assert!(
            choices.get(&typ).is_some_and(|&n| n > 0),
            "{typ}: {choices:?}"
        );
    }
}
