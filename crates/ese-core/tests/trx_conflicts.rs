//! The whole conflict matrix of the recording txn-conflicts, played again on the version store: A does
//! one thing to a record, B another, in four timings.
#![forbid(unsafe_code)]

mod trx_support;

use ese_core::error::JetErr;
use ese_core::trx::TrxSession;
use std::fs;
use trx_support::Toy;

/// Cells of the recording: 13 things that A does, 4 timings, 12 that B does.
const CELLS: usize = 13 * 4 * 12;

/// The recorder's records have a key and a unique secondary key, `key` and `key + 5` for the one that
/// is inserted by hand.
fn primary(key: u32) -> Vec<u8> {
    [b"k".as_slice(), &key.to_be_bytes()].concat()
}

fn secondary(key: u32) -> Vec<u8> {
    [b"u".as_slice(), &key.to_be_bytes()].concat()
}

const DATA: &[u8] = b"\0\0\0\0data";

struct Play {
    toy: Toy,
    setup: TrxSession,
    a: TrxSession,
    b: TrxSession,
    key: u32,
    next: u32,
}

impl Play {
    fn insert(&self, s: &TrxSession, key: u32, second: u32) -> Result<(), JetErr> {
        self.together(s, || {
            self.toy.insert(s, &primary(key), DATA)?;
            self.toy.insert(s, &secondary(second), DATA)
        })
    }

    /// In an inner transaction, which is undone when it fails.
    fn together(
        &self,
        s: &TrxSession,
        work: impl FnOnce() -> Result<(), JetErr>,
    ) -> Result<(), JetErr> {
        s.begin(false).unwrap();
        let answer = work();
        if answer.is_ok() {
            self.toy.commit(s);
        } else {
            self.toy.rollback(s);
        }
        answer
    }

    fn fresh(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn act(&mut self, of_a: bool, act: &str, key: u32) -> Result<(), JetErr> {
        let mut new_data = DATA.to_vec();
        new_data.extend(self.fresh().to_be_bytes());
        let copy = self.fresh();
        let s = if of_a { &self.a } else { &self.b };
        let toy = &self.toy;
        let name = primary(key);
        if act != "insert the key" && toy.read(&name, s.snapshot()).is_none() {
            return Err(JetErr::RECORD_NOT_FOUND);
        }
        match act {
            "nothing" => Ok(()),
            "read lock" => toy.lock(s, &name, false),
            "write lock"
            | "prepare replace"
            | "prepare replace, cancel"
            | "touch with no column" => toy.lock(s, &name, true),
            "replace" => self.together(s, || {
                toy.lock(s, &name, true)?;
                toy.replace(s, &name, &new_data)
            }),
            "delete" => self.together(s, || {
                toy.lock(s, &name, true)?;
                toy.delete(s, &secondary(key))?;
                toy.delete(s, &name)
            }),
            "escrow" => toy.escrow(s, &name, 1),
            "insert the key" => self.insert(s, key, key + 5),
            "insert copy" => self.insert(s, copy, copy),
            "replace another record" => {
                let other = primary(key + 1);
                self.together(s, || {
                    toy.lock(s, &other, true)?;
                    toy.replace(s, &other, &new_data)
                })
            }
            // The original is deleted, and its key inserted again.
            "copy delete original" => self.together(s, || {
                toy.lock(s, &name, true)?;
                toy.delete(s, &secondary(key))?;
                toy.delete(s, &name)?;
                self.insert(s, key, key)
            }),
            other => panic!("unknown act {other:?}"),
        }
    }

    fn cell(&mut self, a: &str, when: &str, b: &str) -> &'static str {
        self.key += 10;
        let key = self.key;
        self.setup.begin(false).unwrap();
        for k in [key, key + 1] {
            self.insert(&self.setup, k, k).unwrap();
        }
        self.toy.commit(&self.setup);
        let younger = when == "A committed, B younger";
        self.a.begin(false).unwrap();
        if !younger {
            self.b.begin(false).unwrap();
        }
        let done = self.act(true, a, key);
        if a == "insert the key" {
            assert_eq!(done, Err(JetErr::KEY_DUPLICATE));
        } else {
            assert_eq!(done, Ok(()), "A: {a}");
        }
        match when {
            "A open" => {}
            "A rolled back, B older" => drop(self.toy.rollback(&self.a)),
            _ => self.toy.commit(&self.a),
        }
        if younger {
            self.b.begin(false).unwrap();
        }
        let answer = self.act(false, b, key);
        self.toy.rollback(&self.b);
        if self.a.level() > 0 {
            self.toy.rollback(&self.a);
        }
        match answer {
            Ok(()) => "ok",
            Err(JetErr::WRITE_CONFLICT) => "conflict",
            Err(JetErr::KEY_DUPLICATE) => "errKeyDuplicate",
            Err(JetErr::RECORD_NOT_FOUND) => "errRecordNotFound",
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// `name=answer name=answer`, where names have blanks and commas.
fn answers(text: &str) -> Vec<(&str, &str)> {
    let mut out = Vec::new();
    let mut rest = text.trim();
    while let Some((name, behind)) = rest.split_once('=') {
        let (answer, behind) = behind.split_once(' ').unwrap_or((behind, ""));
        out.push((name, answer));
        rest = behind;
    }
    out
}

#[test]
fn the_recorded_matrix() {
    let Some(witness) = testkit::witness() else {
        return testkit::skip("the recording txn-conflicts");
    };
    let text = fs::read_to_string(witness.join("expected/txn-conflicts.txt")).unwrap();
    let toy = Toy::new(64, 4);
    let session = |n| toy.store.session(n).unwrap();
    let mut play = Play {
        setup: session(1),
        a: session(2),
        b: session(3),
        toy,
        key: 10_000,
        next: 1_000_000,
    };
    let mut cells = 0;
    for line in text.lines().filter(|l| l.starts_with("A did ")) {
        let (head, cell_text) = line.split_once(": ").unwrap();
        let head = head.strip_prefix("A did ").unwrap();
        let at = head.find(", A ").unwrap();
        let (a, when) = (&head[..at], &head[at + 2..]);
        for (b, expected) in answers(cell_text) {
            assert_eq!(play.cell(a, when, b), expected, "A did {a}, {when}: {b}");
            cells += 1;
        }
        play.toy.clean(usize::MAX);
    }
    assert_eq!(cells, CELLS);
    play.toy.assert_clean();
}
