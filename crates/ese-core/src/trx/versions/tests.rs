//! Levels, ids out of order, the arena.
#![forbid(unsafe_code)]

use super::*;
use crate::cache::DbNo;
use crate::format::ids::Objid;
use crate::io::rng::{Rng, SeededRng};
use std::collections::BTreeMap;

fn new<'a>(rceid: u32, level: u8, key: &'a [u8], change: Change<'a>) -> NewVersion<'a> {
    NewVersion {
        rceid,
        db: DbNo(1),
        dbid: 1,
        pgno_fdp: Pgno(40),
        objid_fdp: Objid(9),
        unique: true,
        level,
        key: [key, &[]],
        bookmark_data: &[],
        change,
    }
}

fn insert(rceid: u32, level: u8) -> NewVersion<'static> {
    new(rceid, level, b"key", Change::Insert)
}

fn begun(levels: u8) -> Versions {
    let mut v = Versions::default();
    v.begin(0, levels).unwrap();
    v
}

fn deepest(v: &Versions) -> Vec<u32> {
    let places = v.deepest();
    places.iter().map(|&i| v.at(i).unwrap().rceid).collect()
}

#[test]
fn nested_levels_commit_and_roll_back() {
    let mut v = begun(1);
    v.push(&insert(1, 1)).unwrap();
    v.begin(1, 2).unwrap();
    v.push(&insert(3, 3)).unwrap();
    v.commit(2).unwrap();
    v.push(&insert(5, 2)).unwrap();
    v.begin(2, 1).unwrap();
    v.push(&insert(7, 3)).unwrap();
    assert_eq!(deepest(&v), [7]);
    let levels: Vec<u8> = (0..4).map(|i| v.level_of(i)).collect();
    assert_eq!(levels, [1, 2, 2, 3]);
    v.nullify(7).unwrap();
    assert_eq!(v.rollback(1), Ok(0));
    assert_eq!(
        deepest(&v),
        [5, 3],
        "newest first, the committed inner level too"
    );
    // What is not undone is forgotten, and counted.
    v.nullify(5).unwrap();
    assert_eq!(v.rollback(1), Ok(1));
    assert_eq!(deepest(&v), [1]);
    assert!(v.get(3).is_none() && v.get(1).is_some());
    v.commit(0).unwrap();
    assert_eq!((v.level(), v.live(), v.bytes()), (0, 0, 0));
}

#[test]
fn levels_must_fit() {
    let mut v = begun(2);
    assert_eq!(v.begin(1, 1), Err(VersionError::Begin { from: 1, at: 2 }));
    assert_eq!(
        v.begin(2, 0),
        Err(VersionError::TooDeep { at: 2, count: 0 })
    );
    assert_eq!(
        v.begin(2, 9),
        Err(VersionError::TooDeep { at: 2, count: 9 })
    );
    assert_eq!(v.commit(0), Err(VersionError::End { at: 2, to: 0 }));
    assert!(v.rollback(3).is_err() && v.rollback(0).is_err());
    assert_eq!(v.rollback(2), Ok(0));
    assert!(v.commit(255).is_err());
}

/// Somebody who builds an index makes a version for a session whose level is deeper by now.
#[test]
fn a_version_of_a_lower_level_than_its_place_stays() {
    let mut v = begun(1);
    v.begin(1, 1).unwrap();
    v.push(&insert(1, 2)).unwrap();
    v.push(&insert(5, 1)).unwrap();
    v.push(&insert(7, 9)).unwrap();
    assert_eq!(deepest(&v), [7, 1]);
    v.nullify(7);
    v.nullify(1);
    assert_eq!(v.rollback(1), Ok(0));
    assert_eq!(deepest(&v), [5]);
}

#[test]
fn ids_wrap_and_come_out_of_order() {
    let mut v = begun(1);
    for rceid in [0xFFFF_FFFB, 0xFFFF_FFFD, 0xFFFF_FFFF, 1, 3] {
        v.push(&insert(rceid, 1)).unwrap();
    }
    assert!(v.places.is_none(), "still found by halving");
    assert!(v.get(0xFFFF_FFFD).is_some() && v.get(1).is_some() && v.get(5).is_none());
    assert_eq!(v.push(&insert(3, 1)), Err(VersionError::Twice(3)));
    v.push(&insert(9, 1)).unwrap();
    v.push(&insert(7, 1)).unwrap();
    assert_eq!(v.push(&insert(1, 1)), Err(VersionError::Twice(1)));
    for rceid in [0xFFFF_FFFB, 3, 7, 9] {
        assert_eq!(v.get(rceid).unwrap().rceid, rceid);
    }
    assert_eq!(
        deepest(&v),
        [9, 7, 3, 1, 0xFFFF_FFFF, 0xFFFF_FFFD, 0xFFFF_FFFB]
    );
    // An id may be used again when its version was undone.
    v.nullify(7).unwrap();
    v.push(&insert(7, 1)).unwrap();
    assert_eq!(v.live(), 7);
}

#[test]
fn deferred_versions_keep_their_turn() {
    let mut v = begun(2);
    v.push_deferred(&insert(1, 2), VersionOper::Replace)
        .unwrap();
    v.push(&new(
        3,
        2,
        b"k",
        Change::Replace(b"later", ReplaceSpace::default()),
    ))
    .unwrap();
    assert_eq!((v.deferred(), v.live()), (1, 2));
    assert!(v.get(1).unwrap().is_deferred());
    let space = ReplaceSpace {
        cb_max_size: 9,
        cb_delta: 0,
    };
    let filled = |v: &mut Versions, rceid| {
        let bookmark = Bookmark {
            key: b"the key",
            data: b"+data",
        };
        v.fill(rceid, 1, bookmark, Change::Replace(b"first", space))
    };
    assert_eq!(filled(&mut v, 1), Ok(true));
    assert_eq!(
        filled(&mut v, 1),
        Ok(false),
        "a second UndoInfo changes nothing"
    );
    assert_eq!(filled(&mut v, 3), Ok(false));
    assert_eq!(filled(&mut v, 5), Ok(false));
    let version = *v.get(1).unwrap();
    assert_eq!(v.bookmark(&version), (&b"the key+data"[..], 7));
    assert_eq!((v.before(&version), version.space), (&b"first"[..], space));
    assert_eq!(v.level_of(0), 1, "the lower of both levels");
    assert_eq!(deepest(&v), [3]);
    v.rollback(1).unwrap();
    assert_eq!(deepest(&v), [1]);
    // Bytes that came late lie behind those of younger versions: they stay.
    let version = *v.get(1).unwrap();
    assert_eq!(v.before(&version), b"first");
    assert_eq!(v.deferred(), 0);
}

#[test]
fn rolled_back_levels_give_their_memory_back() {
    let mut v = begun(1);
    v.push(&insert(1, 1)).unwrap();
    let before = v.bytes();
    for round in 0..1000u32 {
        v.begin(1, 1).unwrap();
        for i in 0..10 {
            let rceid = 3 + (round * 10 + i) * 2;
            v.push(&new(
                rceid,
                2,
                b"some key",
                Change::Replace(&[7; 100], ReplaceSpace::default()),
            ))
            .unwrap();
            v.nullify(rceid).unwrap();
        }
        v.rollback(1).unwrap();
        assert_eq!(v.bytes(), before);
    }
}

#[test]
fn what_is_too_long_is_refused() {
    let mut v = begun(1);
    let long = vec![0u8; 0x1_0000];
    let replace = Change::Replace(&long, ReplaceSpace::default());
    assert_eq!(
        v.push(&new(1, 1, b"k", replace)),
        Err(VersionError::TooLong(1))
    );
    assert_eq!(
        v.push(&new(1, 1, &long, Change::Insert)),
        Err(VersionError::TooLong(1))
    );
    v.push(&insert(1, 1)).unwrap();
}

/// A million versions, found from both ends.
#[test]
fn many_versions_are_found_fast() {
    let mut v = begun(1);
    let n = u32::try_from(testkit::rounds(200_000, 1_000_000)).unwrap();
    let id = |i: u32| 0xFFFF_0001u32.wrapping_add(2 * i);
    for i in 0..n {
        v.push(&insert(id(i), 1)).unwrap();
    }
    for i in (0..n).rev().step_by(3).chain(0..1000) {
        v.nullify(id(i));
    }
    assert!(v.get(id(n - 2)).is_some() && v.get(id(n - 1)).is_none());
    assert_eq!(deepest(&v).len(), v.live());
}

/// Against a model that knows only a map of ids to levels.
#[test]
fn random_lives() {
    let mut rng = SeededRng::new(testkit::first_seed());
    for _ in 0..testkit::rounds(200, 5000) {
        let mut v = begun(1);
        let mut model: BTreeMap<u32, (u8, u8)> = BTreeMap::new();
        let mut level = 1u8;
        let mut next = 1;
        for step in 0..rng.below(120) {
            match rng.below(10) {
                0 if level < LEVEL_MOST => {
                    v.begin(level, 1).unwrap();
                    level += 1;
                }
                1 if level > 1 => {
                    level -= 1;
                    v.commit(level).unwrap();
                    for l in model.values_mut() {
                        l.0 = l.0.min(level);
                    }
                }
                2 if level > 1 => {
                    let gone = model.values().filter(|l| l.0 == level).count();
                    assert_eq!(v.rollback(1), Ok(gone as u64));
                    level -= 1;
                    model.retain(|_, l| l.0 <= level);
                }
                3 => {
                    if let Some((&id, _)) = model.iter().nth(rng.below(9) as usize) {
                        model.remove(&id);
                        assert!(v.nullify(id).is_some());
                    }
                }
                _ => {
                    // Now and then an id of a while ago.
                    let id = if rng.below(12) == 0 { next + 100 } else { next };
                    next += 2;
                    if model.contains_key(&id) {
                        assert!(v.push(&insert(id, level)).is_err());
                        continue;
                    }
                    let own = if rng.below(9) == 0 { 1 } else { level };
                    let byte = step as u8;
                    v.push(&new(id, own, &[byte], Change::Insert)).unwrap();
                    model.insert(id, (own, byte));
                }
            }
            assert_eq!((v.level(), v.live()), (level, model.len()));
            for (&id, &(own, byte)) in &model {
                let (place, version) = v.find_live(id).unwrap();
                assert_eq!(v.level_of(place), own, "{id}");
                assert_eq!(v.bookmark(version), (&[byte][..], 1));
            }
            let mut ids: Vec<u32> = model
                .iter()
                .filter(|(_, l)| l.0 == level)
                .map(|(&i, _)| i)
                .collect();
            ids.reverse();
            assert_eq!(deepest(&v), ids);
        }
    }
}
