//! What cannot be seen from outside: that nothing is left when all transactions have ended.
#![forbid(unsafe_code)]

use super::*;
use crate::format::ids::Objid;
use crate::io::rng::{Rng, SeededRng};
use crate::trx::{NodeChange, RollbackScope, VersionRef, VersionSink};

const DURABLE: Lgpos = Lgpos {
    generation: i32::MAX,
    isec: 0,
    ib: 0,
};

fn undo_all(s: &TrxSession) {
    let mut copy = VersionCopy::default();
    while s.level() > 0 {
        let mut run = s.rollback(RollbackScope::Level).unwrap();
        while run.next(&mut copy) {
            run.undone(copy.version);
        }
        run.end_level().unwrap();
    }
}

#[test]
fn nothing_is_left() {
    let limits = Limits {
        buckets: 16,
        sessions: 6,
    };
    let store = VersionStore::new(limits, TrxClock::starting_at(u32::MAX - 2000));
    let sessions: Vec<TrxSession> = (0..6).map(|n| store.session(n).unwrap()).collect();
    let mut rng = SeededRng::new(5);
    let mut made = 0;
    for _ in 0..20_000 {
        let s = &sessions[rng.below(6) as usize];
        let key = [rng.below(40) as u8; 9];
        let tree = (DbNo(1), Pgno(50 + rng.below(2) as u32), Objid(9));
        let node = NodeId::new(tree, true, &key);
        match rng.below(10) {
            0 if s.level() == 1 => drop(s.commit_outermost(Lgpos::MIN).unwrap()),
            0 if s.level() > 1 => drop(s.commit_inner().unwrap()),
            1 if s.level() > 0 => undo_all(s),
            2 | 3 if s.level() < 3 => drop(s.begin(false).unwrap()),
            4 => drop(store.clean(DURABLE, 30, &mut |_| true)),
            5 => drop(s.lock(&node, rng.below(2) == 0)),
            6 => drop(s.note(Oper::AllocExt, tree, &key)),
            _ => {
                let change = NodeChange::Replace {
                    before: &key,
                    after_len: 3,
                    unchanged: false,
                };
                let leaf = Pgno(60 + rng.below(20) as u32);
                let change = s.change(&node, leaf, VersionRef::NONE, &change);
                made += usize::from(change.is_ok());
            }
        }
    }
    assert!(made > 500, "{made}");
    for s in &sessions {
        undo_all(s);
    }
    let cleaned = store.clean(DURABLE, usize::MAX, &mut |_| true);
    assert!(!cleaned.more);
    assert_eq!((store.buckets().0, store.slots.in_use()), (0, 0));
    assert!(store.chains.is_empty(&store.buckets));
    assert!(store.owed.is_empty());
}
