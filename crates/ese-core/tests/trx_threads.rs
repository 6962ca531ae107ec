//! Eight sessions on eight threads: what must hold whatever the order.
#![forbid(unsafe_code)]

mod trx_support;

use ese_core::error::JetErr;
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::trx::TrxSession;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use trx_support::{Toy, number};

const THREADS: u64 = 8;
const ACCOUNTS: u8 = 12;
const MONEY: i32 = 1000;

fn rounds() -> u64 {
    if std::env::var_os("ESE_FULL").is_some() {
        20_000
    } else {
        1_500
    }
}

fn account(n: u64) -> [u8; 2] {
    [b'a', n as u8]
}

fn with(value: i32) -> Vec<u8> {
    [&value.to_le_bytes()[..], b" of money"].concat()
}

fn fill(toy: &Toy) {
    let s = toy.store.session(100).unwrap();
    s.begin(false).unwrap();
    for n in 0..ACCOUNTS.into() {
        toy.insert(&s, &account(n), &with(MONEY)).unwrap();
    }
    toy.commit(&s);
}

fn total(toy: &Toy, s: &TrxSession) -> i32 {
    let all = (0..ACCOUNTS.into()).map(|n| toy.read(&account(n), s.snapshot()));
    all.map(|v| number(&v.unwrap())).sum()
}

/// Runs `work` on all threads while another cleans.
fn on_all(toy: &Toy, work: impl Fn(&TrxSession, &mut SeededRng) + Sync) {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let cleaner = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                toy.clean(200);
                thread::yield_now();
            }
        });
        let workers: Vec<_> = (0..THREADS)
            .map(|n| {
                let work = &work;
                scope.spawn(move || {
                    let s = toy.store.session(n as u16 + 1).unwrap();
                    let mut rng = SeededRng::new(n);
                    for _ in 0..rounds() {
                        work(&s, &mut rng);
                    }
                })
            })
            .collect();
        let ends: Vec<_> = workers.into_iter().map(|w| w.join()).collect();
        // The cleaner ends also when somebody failed.
        done.store(true, Ordering::Relaxed);
        assert!(ends.iter().all(Result::is_ok));
        cleaner.join().unwrap();
    });
    toy.assert_clean();
}

/// Money goes from account to account; nobody ever sees another sum, and nothing is lost although
/// every transfer reads, thinks, and writes.
#[test]
fn no_update_is_lost_and_snapshots_are_stable() {
    let toy = Toy::new(256, 4);
    fill(&toy);
    let conflicts = AtomicU64::new(0);
    on_all(&toy, |s, rng| {
        s.begin(rng.below(4) == 0).unwrap();
        let money = total(&toy, s);
        assert_eq!(money, MONEY * i32::from(ACCOUNTS));
        if s.is_read_only() {
            thread::yield_now();
            assert_eq!(total(&toy, s), money, "the snapshot moved");
            return toy.commit(s);
        }
        let (from, to) = (rng.below(ACCOUNTS.into()), rng.below(ACCOUNTS.into()));
        let amount = rng.below(50) as i32;
        let change = |n: u64, amount: i32| {
            let key = account(n);
            let now = number(&toy.read(&key, s.snapshot()).unwrap());
            // Others may come in between.
            thread::yield_now();
            let answer = toy.replace(s, &key, &with(now + amount));
            // What was written is read, and what was refused was not written.
            let expected = now + if answer.is_ok() { amount } else { 0 };
            assert_eq!(number(&toy.read(&key, s.snapshot()).unwrap()), expected);
            answer
        };
        match change(from, -amount).and_then(|()| change(to, amount)) {
            Ok(()) if rng.below(8) > 0 => toy.commit(s),
            Ok(()) => drop(toy.rollback(s)),
            Err(e) => {
                assert_eq!(e, JetErr::WRITE_CONFLICT);
                conflicts.fetch_add(1, Ordering::Relaxed);
                toy.rollback(s);
            }
        }
    });
    let s = toy.store.session(100).unwrap();
    assert_eq!(total(&toy, &s), MONEY * i32::from(ACCOUNTS));
    assert!(conflicts.load(Ordering::Relaxed) > 0);
}

/// Escrow changes never conflict and none is lost.
#[test]
fn escrow_adds_up() {
    let toy = Toy::new(256, 1);
    fill(&toy);
    let added = AtomicU64::new(0);
    on_all(&toy, |s, rng| {
        s.begin(false).unwrap();
        let key = account(rng.below(2));
        let before = number(&toy.read(&key, s.snapshot()).unwrap());
        toy.escrow(s, &key, 3).unwrap();
        thread::yield_now();
        let seen = number(&toy.read(&key, s.snapshot()).unwrap());
        assert_eq!(seen, before + 3, "others' changes are not seen");
        if rng.below(3) > 0 {
            toy.commit(s);
            added.fetch_add(3, Ordering::Relaxed);
        } else {
            toy.rollback(s);
        }
    });
    let s = toy.store.session(100).unwrap();
    let expected = MONEY * i32::from(ACCOUNTS) + added.load(Ordering::Relaxed) as i32;
    assert_eq!(total(&toy, &s), expected);
}

/// All want the same few keys; per key and moment one has it.
#[test]
fn inserts_and_deletes_of_the_same_keys() {
    let toy = Toy::new(256, 2);
    let (made, gone) = (AtomicU64::new(0), AtomicU64::new(0));
    on_all(&toy, |s, rng| {
        s.begin(false).unwrap();
        let key = account(rng.below(4));
        let there = toy.read(&key, s.snapshot()).is_some();
        thread::yield_now();
        let answer = if there {
            toy.delete(s, &key)
        } else {
            toy.insert(s, &key, &with(1))
        };
        assert_eq!(
            toy.read(&key, s.snapshot()).is_some(),
            there ^ answer.is_ok()
        );
        match answer {
            Ok(()) if rng.below(4) > 0 => {
                toy.commit(s);
                let count = if there { &gone } else { &made };
                count.fetch_add(1, Ordering::Relaxed);
            }
            Ok(()) => drop(toy.rollback(s)),
            Err(e) => {
                let refused = if there {
                    JetErr::WRITE_CONFLICT
                } else {
                    JetErr::KEY_DUPLICATE
                };
                assert_eq!(e, refused);
                toy.rollback(s);
            }
        }
    });
    let left = (0..4).filter(|&n| {
        let seen = toy.read(&account(n), toy.store.latest());
        seen.is_some()
    });
    let (made, gone) = (made.into_inner(), gone.into_inner());
    assert_eq!(left.count() as u64, made - gone);
    assert!(gone > 0);
}

/// One record is hammered while a reader holds an old snapshot: long chains, and then all of it goes.
#[test]
fn an_old_reader_keeps_its_view() {
    let toy = Toy::new(2048, 4);
    fill(&toy);
    let old = toy.store.session(99).unwrap();
    old.begin(true).unwrap();
    let key = account(0);
    let seen = toy.read(&key, old.snapshot());
    let s = toy.store.session(98).unwrap();
    for round in 0..rounds() as i32 {
        s.begin(false).unwrap();
        toy.replace(&s, &key, &with(round)).unwrap();
        toy.commit(&s);
        toy.clean(usize::MAX);
    }
    assert_eq!(toy.read(&key, old.snapshot()), seen);
    toy.commit(&old);
    toy.assert_clean();
}
