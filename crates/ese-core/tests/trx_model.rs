//! The version store against a naive one that keeps full histories, under random interleavings of
//! sessions.
//!
//! The naive store knows operations, not images: what a session sees is what all transactions that
//! were committed before its begin did, in the order of their commits, and then what it did itself.
//! Whether an operation is refused it decides by a table of what may stand beside what.
#![forbid(unsafe_code)]

mod trx_support;

use ese_core::error::JetErr;
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::trx::{RollbackScope, TrxSession};
use std::collections::BTreeMap;
use trx_support::{Toy, add, node};

const SESSIONS: usize = 4;
const KEYS: u8 = 5;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Did {
    Set(Vec<u8>),
    Delete,
    Add(i32),
    ReadLock,
    WriteLock,
}

/// What may be done to one node by two sessions at once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Read,
    Escrow,
    Write,
}

impl Did {
    fn kind(&self) -> Kind {
        match self {
            Self::ReadLock => Kind::Read,
            Self::Add(_) => Kind::Escrow,
            _ => Kind::Write,
        }
    }

    fn apply(&self, value: &mut Option<Vec<u8>>) {
        match self {
            Self::Set(data) => *value = Some(data.clone()),
            Self::Delete => *value = None,
            Self::Add(n) => add(value.as_mut().unwrap(), *n),
            Self::ReadLock | Self::WriteLock => {}
        }
    }
}

struct Step {
    key: u8,
    did: Did,
    level: u8,
    update: u32,
}

#[derive(Default)]
struct Trx {
    level: u8,
    /// Commits before this are seen.
    snapshot: usize,
    steps: Vec<Step>,
}

#[derive(Default)]
struct Naive {
    /// By key, what was done, and by which commit.
    history: BTreeMap<u8, Vec<(usize, Did)>>,
    commits: usize,
    open: Vec<Trx>,
}

impl Naive {
    fn value(&self, key: u8, who: Option<usize>) -> Option<Vec<u8>> {
        let trx = who.map(|s| &self.open[s]).filter(|t| t.level > 0);
        let until = trx.map_or(usize::MAX, |t| t.snapshot);
        let mut value = None;
        for (commit, did) in self.history.get(&key).into_iter().flatten() {
            if *commit < until {
                did.apply(&mut value);
            }
        }
        for step in trx.into_iter().flat_map(|t| &t.steps) {
            if step.key == key {
                step.did.apply(&mut value);
            }
        }
        value
    }

    fn refused(&self, key: u8, who: usize, kind: Kind) -> bool {
        let beside = |other: Kind| kind == other && kind != Kind::Write;
        let others = self.open.iter().enumerate().filter(|&(s, _)| s != who);
        let mut open = others.flat_map(|(_, t)| &t.steps);
        let snapshot = self.open[who].snapshot;
        let mut committed = self.history.get(&key).into_iter().flatten();
        open.any(|s| s.key == key && !beside(s.did.kind()))
            || committed.any(|(c, did)| *c >= snapshot && !beside(did.kind()))
    }

    fn commit(&mut self, who: usize) {
        let trx = &mut self.open[who];
        trx.level -= 1;
        if trx.level > 0 {
            for step in &mut trx.steps {
                step.level = step.level.min(trx.level);
            }
            return;
        }
        for step in std::mem::take(&mut trx.steps) {
            let history = self.history.entry(step.key).or_default();
            history.push((self.commits, step.did));
        }
        self.commits += 1;
    }
}

struct Run {
    toy: Toy,
    naive: Naive,
    sessions: Vec<TrxSession>,
    rng: SeededRng,
    conflicts: usize,
    undone: usize,
}

impl Run {
    fn new(seed: u64) -> Self {
        let toy = Toy::new(64, 3);
        let sessions = (0..SESSIONS).map(|i| toy.store.session(i as u16 + 1).unwrap());
        Self {
            sessions: sessions.collect(),
            toy,
            naive: Naive {
                open: (0..SESSIONS).map(|_| Trx::default()).collect(),
                ..Naive::default()
            },
            rng: SeededRng::new(seed),
            conflicts: 0,
            undone: 0,
        }
    }

    fn below(&mut self, n: u64) -> u64 {
        self.rng.next_u64() % n
    }

    fn data(&mut self) -> Vec<u8> {
        let len = 4 + self.below(40) as usize;
        (0..len).map(|_| self.below(256) as u8).collect()
    }

    fn begin(&mut self, who: usize) {
        self.sessions[who].begin(false).unwrap();
        let trx = &mut self.naive.open[who];
        trx.level += 1;
        if trx.level == 1 {
            trx.snapshot = self.naive.commits;
        }
    }

    fn rollback(&mut self, who: usize) {
        self.undone += self.toy.rollback(&self.sessions[who]).len();
        let trx = &mut self.naive.open[who];
        trx.steps.retain(|s| s.level < trx.level);
        trx.level -= 1;
    }

    /// One operation, under an update of its own or none.
    fn change(&mut self, who: usize, update: u32) -> Result<(), JetErr> {
        let key = self.below(KEYS.into()) as u8;
        let name = [b'k', key];
        let there = self.naive.value(key, Some(who));
        let what = self.below(7);
        let inserts = what < 2;
        let (did, answer) = match what {
            0 | 1 => {
                let data = self.data();
                let answer = self.toy.insert(&self.sessions[who], &name, &data);
                (Did::Set(data), answer)
            }
            2 => {
                let data = self.data();
                let answer = self.toy.replace(&self.sessions[who], &name, &data);
                (Did::Set(data), answer)
            }
            3 => (Did::Delete, self.toy.delete(&self.sessions[who], &name)),
            4 => {
                let n = self.below(1000) as i32 - 500;
                (Did::Add(n), self.toy.escrow(&self.sessions[who], &name, n))
            }
            5 => (
                Did::ReadLock,
                self.toy.lock(&self.sessions[who], &name, false),
            ),
            _ => (
                Did::WriteLock,
                self.toy.lock(&self.sessions[who], &name, true),
            ),
        };
        let refused = self.naive.refused(key, who, did.kind());
        let expected = match there {
            Some(_) if inserts => Err(JetErr::KEY_DUPLICATE),
            _ if inserts && refused => Err(JetErr::KEY_DUPLICATE),
            None if !inserts => Err(JetErr::RECORD_NOT_FOUND),
            _ if refused => Err(JetErr::WRITE_CONFLICT),
            _ => Ok(()),
        };
        assert_eq!(answer, expected, "key {key} by {who}: {did:?}, {there:?}");
        self.conflicts += usize::from(refused);
        if answer.is_ok() {
            let lock = matches!(did, Did::ReadLock | Did::WriteLock);
            let trx = &mut self.naive.open[who];
            trx.steps.push(Step {
                key,
                did,
                level: trx.level,
                update: if lock { 0 } else { update },
            });
        }
        answer
    }

    /// Several operations that fail together.
    fn update(&mut self, who: usize) {
        let update = self.sessions[who].begin_update();
        let mut fine = self.below(4) > 0;
        for _ in 0..=self.below(3) {
            fine &= self.change(who, update).is_ok();
        }
        self.sessions[who].end_update();
        if !fine {
            let scope = RollbackScope::Update(update);
            let undone = self.toy.undo(&self.sessions[who], scope);
            assert!(undone.windows(2).all(|w| w[0] > w[1]), "newest first");
            self.undone += undone.len();
            let trx = &mut self.naive.open[who];
            trx.steps.retain(|s| s.update != update);
        }
    }

    fn look(&self) {
        for key in 0..KEYS {
            let name = [b'k', key];
            for (who, session) in self.sessions.iter().enumerate() {
                let seen = self.toy.read(&name, session.snapshot());
                assert_eq!(seen, self.naive.value(key, Some(who)), "key {key} by {who}");
            }
            let seen = self.toy.read(&name, self.toy.store.latest());
            assert_eq!(seen, self.naive.value(key, None), "key {key} committed");
            self.reserve(key);
        }
    }

    /// What is kept for undo is enough to give every open transaction its longest data back.
    fn reserve(&self, key: u8) {
        let name = [b'k', key];
        let page = self.toy.latch(&name);
        let reserve = self.toy.store.reserved_space(&node(&name));
        let Some(on_page) = page.nodes.get(&name[..]) else {
            return assert_eq!(reserve, 0);
        };
        let mut longest = on_page.data.len();
        for trx in &self.naive.open {
            let mut sets = trx.steps.iter().filter(|s| s.key == key);
            if sets.any(|s| matches!(s.did, Did::Set(_) | Did::Delete)) {
                let before = self.naive.history.get(&key).into_iter().flatten();
                let mut value = None;
                for (commit, did) in before {
                    if *commit < trx.snapshot {
                        did.apply(&mut value);
                    }
                }
                longest = longest.max(value.map_or(0, |v| v.len()));
            }
        }
        let kept = usize::from(reserve) + on_page.data.len();
        assert!(kept >= longest, "{kept} bytes for {longest}");
    }

    fn step(&mut self) {
        let who = self.below(SESSIONS as u64) as usize;
        let level = self.naive.open[who].level;
        match self.below(20) {
            0..=2 if level < 4 => self.begin(who),
            3..=4 if level > 0 => {
                self.toy.commit(&self.sessions[who]);
                self.naive.commit(who);
            }
            5 if level > 0 => self.rollback(who),
            6 => drop(self.toy.clean(self.rng.next_u64() as usize % 20)),
            7 if level > 0 => self.update(who),
            _ if level > 0 => drop(self.change(who, 0)),
            _ => self.begin(who),
        }
    }

    fn finish(&mut self) {
        for who in 0..SESSIONS {
            while self.naive.open[who].level > 0 {
                if self.below(2) == 0 {
                    self.rollback(who);
                } else {
                    self.toy.commit(&self.sessions[who]);
                    self.naive.commit(who);
                }
            }
        }
        self.look();
        self.toy.assert_clean();
        self.look();
    }
}

#[test]
fn as_the_naive_store() {
    let seeds = if std::env::var_os("ESE_FULL").is_some() {
        4000
    } else {
        400
    };
    let (mut conflicts, mut undone) = (0, 0);
    for seed in 0..seeds {
        let mut run = Run::new(seed);
        for _ in 0..150 {
            run.step();
            run.look();
        }
        run.finish();
        conflicts += run.conflicts;
        undone += run.undone;
    }
    assert!(conflicts > seeds as usize && undone > seeds as usize);
}
