//! A log that takes nothing more, an allocator that has nothing more: the operation fails, and it is
//! as if it had never been.
#![forbid(unsafe_code)]

use crate::check::walk;
use crate::world::{Kind, OBJID, ROOT, Session, World};
use ese_core::btree::write::WriteError;
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::ids::PageSize;
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::trx::Bookmark;
use std::collections::BTreeMap;

#[test]
fn what_is_not_logged_did_not_happen() {
    for seed in 0..testkit::rounds(6, 60) {
        let mut rng = SeededRng::new(seed + testkit::first_seed());
        let mut kind = Kind::new(PageSize::K2, true);
        kind.new_pages = seed % 2 == 0;
        let world = World::new(kind);
        let mut session = Session::new(&world, 3);
        let mut model: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
        let mut failed = 0;
        for _ in 0..700 {
            session.begin();
            if rng.below(8) == 0 {
                world.gate.refuse_after(0);
            }
            let key = rng.below(500).to_be_bytes().to_vec();
            let data = vec![rng.below(250) as u8; 1 + rng.below(300) as usize];
            let bookmark = Bookmark {
                key: &key,
                data: &[],
            };
            let there = model.contains_key(&key);
            let delete = rng.below(3) == 0;
            let done = session.work(|w, tree| match (there, delete) {
                (true, true) => w.flag_delete(tree, bookmark).map(|_| ()),
                (true, false) => w.replace(tree, &key, &data).map(|_| ()),
                (false, _) => w.insert(tree, &key, &data).map(|_| ()),
            });
            match done {
                Ok(()) if there && delete => {
                    model.remove(&key);
                }
                Ok(()) => {
                    model.insert(key, data);
                }
                Err(WriteError::Log(_)) => failed += 1,
                Err(e) => panic!("{e}"),
            }
            world.gate.take_again();
            if rng.below(20) == 0 {
                session.commit();
            }
            let live: Vec<_> = model.iter().map(|(k, d)| (k.clone(), d.clone())).collect();
            assert_eq!(walk(&world).live(), live);
        }
        assert!(failed > 20);
        session.commit();
        assert_eq!(world.versions_open(), 0);
        // A clean-up that fails leaves a tree, too.
        let mut cleaner = Session::new(&world, 0xFFFC);
        for n in 0..500u64 {
            let key = n.to_be_bytes();
            let bookmark = Bookmark {
                key: &key,
                data: &[],
            };
            cleaner.begin();
            world.gate.refuse_after(rng.below(4));
            let done = cleaner.work(|w, tree| w.clean_up(tree, bookmark));
            assert!(matches!(done, Ok(_) | Err(WriteError::Log(_))));
            world.gate.take_again();
            walk(&world);
        }
    }
}

#[test]
fn no_pages() {
    let world = World::new(Kind::new(PageSize::K4, true));
    let mut session = Session::new(&world, 3);
    let mut n = 0u32;
    world.space.set_full(true);
    let error = loop {
        n += 1;
        let key = n.to_be_bytes();
        if let Err(e) = session.work(|w, tree| w.insert(tree, &key, &[7; 90])) {
            break e;
        }
    };
    assert!(n > 20);
    assert_eq!(error.jet_err(), JetErr::DISK_FULL);
    assert_eq!(walk(&world).live().len(), n as usize - 1);
    world.space.set_full(false);
    session
        .work(|w, tree| w.insert(tree, &n.to_be_bytes(), &[7; 90]))
        .unwrap();
    session.rollback();
    assert_eq!(walk(&world).live().len(), 0);
    assert_eq!(world.versions_open(), 0);
}

/// Damage on pages is an error, never a hang or a panic: pointers to anywhere.
#[test]
fn pointers_to_anywhere() {
    use ese_core::format::page_edit::PageEdit;
    for target in [0u32, ROOT.0, 5, 6, 7, 8, 500, u32::MAX] {
        let world = World::new(Kind::new(PageSize::K2, true));
        let mut session = Session::new(&world, 3);
        for n in 0..400u32 {
            session
                .work(|w, tree| w.insert(tree, &(n * 7 % 400).to_be_bytes(), &[7; 90]))
                .unwrap();
        }
        session.commit();
        for iline in 0..2 {
            let mut root = world.db.pages().exclusive(ROOT).unwrap();
            let mut edit = PageEdit::new(&mut root).unwrap();
            edit.overwrite_data(iline, 0, &target.to_le_bytes())
                .unwrap();
        }
        for n in 0..400u32 {
            let key = n.to_be_bytes();
            let bookmark = Bookmark {
                key: &key,
                data: &[],
            };
            let _ = session.work(|w, tree| w.insert(tree, &(n + 1000).to_be_bytes(), &[8; 600]));
            let _ = session.work(|w, tree| w.replace(tree, &key, &[9; 700]));
            let _ = session.work(|w, tree| w.flag_delete(tree, bookmark));
            let _ = session.work(|w, tree| w.merge_if_underfull(tree, bookmark));
        }
        assert_eq!(world.tree.objid(), OBJID);
    }
}
