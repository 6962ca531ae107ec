//! Limits, roots without room, long prefixes, unlogged databases, external headers.
#![forbid(unsafe_code)]

use crate::check::{replay, walk};
use crate::world::{Kind, ROOT, Session, World};
use ese_core::btree::write::WriteError;
use ese_core::cache::Pages;
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::ids::PageSize;
use ese_core::trx::{Bookmark, OnCleanup};

fn room(size: PageSize) -> usize {
    size.bytes() - size.header_bytes() - 4
}

/// The longest nodes, one to a page, whatever comes: inserted in order and against it, replaced from
/// the shortest, revived.
#[test]
fn longest_nodes() {
    for page_size in PageSize::ALL {
        for key_len in [4, 60, 255, 500] {
            let world = World::new(Kind::new(page_size, true));
            let mut session = Session::new(&world, 2);
            let most = room(page_size) - key_len - 8;
            let key = |n: u8| {
                let mut key = vec![b'k'; key_len];
                key[key_len - 1] = n;
                key
            };
            let long = vec![1; most];
            for n in [5, 3, 9, 1, 7] {
                session.work(|w, t| w.insert(t, &key(n), &long)).unwrap();
            }
            for n in [2, 8, 4, 6] {
                session.work(|w, t| w.insert(t, &key(n), &[2])).unwrap();
            }
            for n in [8, 2, 6, 4] {
                session.work(|w, t| w.replace(t, &key(n), &long)).unwrap();
            }
            let tree = walk(&world);
            assert_eq!(tree.live().len(), 9);
            assert!(tree.nodes_per_leaf().iter().all(|&n| n == 1));
            let too_long = vec![1; most + 1];
            for done in [
                session.work(|w, t| w.replace(t, &key(5), &too_long)),
                session.work(|w, t| w.insert(t, &key(11), &too_long)),
                session.work(|w, t| w.insert(t, &key(11), &[])),
            ] {
                assert_eq!(done.unwrap_err().jet_err(), JetErr::RECORD_TOO_BIG);
            }
            for len in [0, 2001] {
                let done = session.work(|w, t| w.insert(t, &vec![1; len], &[1]));
                assert_eq!(done.unwrap_err().jet_err(), JetErr::KEY_TOO_BIG);
            }
            session.commit();
            for n in 1..10 {
                let key = key(n);
                let bookmark = Bookmark {
                    key: &key,
                    data: &[],
                };
                session.work(|w, t| w.flag_delete(t, bookmark)).unwrap();
                session.work(|w, t| w.insert(t, &key, &[3])).unwrap();
                session.work(|w, t| w.replace(t, &key, &long)).unwrap();
            }
            session.rollback();
            walk(&world);
            replay(&world);
        }
    }
}

/// A page keeps the prefix of a key that is gone; what is left on it may still grow to the longest.
#[test]
fn prefix_of_a_key_that_is_gone() {
    let world = World::new(Kind::new(PageSize::K4, true));
    let mut session = Session::new(&world, 2);
    let long = |n: u8| [&[b'x'; 900][..], &[n]].concat();
    for n in 0..30 {
        session
            .work(|w, t| w.insert(t, &long(n), &[1; 400]))
            .unwrap();
    }
    session.work(|w, t| w.insert(t, b"xxxxz", &[1])).unwrap();
    session.commit();
    let mut cleaner = Session::new(&world, 0xFFFC);
    for n in 0..30 {
        let key = long(n);
        let bookmark = Bookmark {
            key: &key,
            data: &[],
        };
        session.work(|w, t| w.flag_delete(t, bookmark)).unwrap();
        session.commit();
        cleaner.work(|w, t| w.clean_up(t, bookmark)).unwrap();
        cleaner.commit();
    }
    session
        .work(|w, t| w.replace(t, b"xxxxz", &vec![2; room(PageSize::K4) - 13]))
        .unwrap();
    session.commit();
    assert_eq!(walk(&world).live().len(), 1);
    replay(&world);
}

/// The external header of a root grows at any fill; a full root goes down for it.
#[test]
fn external_headers() {
    for rows in 0..80u32 {
        let world = World::new(Kind::new(PageSize::K2, true));
        let mut session = Session::new(&world, 2);
        for n in 0..rows {
            session
                .work(|w, t| w.insert(t, &n.to_be_bytes(), &[1; 17]))
                .unwrap();
        }
        let header = vec![3; 60];
        session
            .work(|w, t| w.set_external_header(t, &header))
            .unwrap();
        session.commit();
        {
            let root = world.db.pages().shared(ROOT).unwrap();
            assert_eq!(root.view().unwrap().external_header().unwrap(), header);
        }
        assert_eq!(walk(&world).live().len(), rows as usize);
        replay(&world);
    }
}

#[test]
fn errors_of_nodes() {
    let world = World::new(Kind::new(PageSize::K4, true));
    let mut session = Session::new(&world, 2);
    let none = Bookmark {
        key: b"none",
        data: &[],
    };
    let delta = session.work(|w, t| w.delta(t, none, 0, 1, OnCleanup::default()));
    assert_eq!(delta.unwrap_err().jet_err(), JetErr::RECORD_DELETED);
    let replaced = session.work(|w, t| w.replace(t, b"none", &[1]));
    assert!(matches!(replaced, Err(WriteError::NoNode)));
    session
        .work(|w, t| w.insert(t, b"some", &[1, 0, 0, 0]))
        .unwrap();
    let some = Bookmark {
        key: b"some",
        data: &[],
    };
    let old = session.work(|w, t| w.delta(t, some, 0, -3, OnCleanup::default()));
    assert_eq!(old.unwrap(), 1);
    assert_eq!(walk(&world).live()[0].1, (-2i32).to_le_bytes());
    assert!(session.work(|w, t| w.delete(t, some)).unwrap());
    assert_eq!(walk(&world).leaves[0].1.len(), 0);
}

/// Nothing is logged of the temporary database.
#[test]
fn an_unlogged_database() {
    let mut kind = Kind::new(PageSize::K4, true);
    kind.logged = false;
    let world = World::new(kind);
    let mut session = Session::new(&world, 2);
    for n in 0..3000u32 {
        let key = n.wrapping_mul(0x9E37_79B1).to_be_bytes();
        session.work(|w, t| w.insert(t, &key, &[1; 70])).unwrap();
    }
    session.commit();
    let tree = walk(&world);
    assert_eq!(tree.live().len(), 3000);
    assert!(tree.height > 2);
    world.log.flush().unwrap();
    let mut cleaner = Session::new(&world, 0xFFFC);
    for (key, _) in tree.live() {
        let bookmark = Bookmark {
            key: &key,
            data: &[],
        };
        session.work(|w, t| w.flag_delete(t, bookmark)).unwrap();
        session.commit();
        cleaner.work(|w, t| w.clean_up(t, bookmark)).unwrap();
    }
    assert_eq!(walk(&world).pages.len(), 1);
}
