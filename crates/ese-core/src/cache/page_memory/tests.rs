//! Frames against plain buffers, versions, and key heads that follow one change.
//!
//! Invariant: what is stored through a frame is what a plain buffer would hold.
#![forbid(unsafe_code)]

use super::*;
use crate::format::ids::{Dbtime, Objid};
use crate::format::node::NodeFlags;
use crate::format::page::PageFlags;
use crate::format::page_edit::{NewPage, PageEdit, Space};
use crate::format::page_mut::PageBuf;
use crate::io::rng::{Rng, SeededRng};

/// Key heads follow the first change under a latch, and no other.
#[test]
fn heads_follow_one_change() {
    const PGNO: Pgno = Pgno(9);
    let memory = PageMemory::new(PageSize::K4, 3).unwrap();
    let mut page = PageBuf::zeroed(PageSize::K4);
    let mut edit = PageEdit::new(&mut page).unwrap();
    edit.format(NewPage {
        flags: PageFlags::LEAF,
        objid: Objid(7),
        dbtime: Dbtime(1),
        pgno: PGNO,
        reserved_tags: 1,
    })
    .unwrap();
    let insert = |page: &mut ExclusiveFrame<'_>, at: usize, key: u8| {
        PageEdit::new(page)
            .unwrap()
            .insert_node(at, &[key; 4], b"d", NodeFlags::empty(), Space::Reserved)
            .unwrap();
    };
    {
        let mut frame = memory.exclusive(1, 0).unwrap();
        frame.store_page(&page).unwrap();
        // Keys that share no byte: no later one shares less.
        insert(&mut frame, 0, 0);
        insert(&mut frame, 1, 1);
        assert!(frame.heads_of_before().is_none(), "there are none yet");
        frame.tell_heads(PGNO);
    }
    let follow = |at: usize, key: u8, more: Option<u8>| {
        let mut frame = memory.exclusive(1, 0).unwrap();
        let heads = frame.heads_of_before();
        let had = heads.is_some();
        insert(&mut frame, at, key);
        assert!(frame.heads_of_before().is_none(), "it was changed since");
        if let Some(heads) = heads {
            frame.follow(heads, Followed::Inserted(at));
        }
        if let Some(key) = more {
            insert(&mut frame, at + 1, key);
        }
        had
    };
    let has = || memory.exclusive(1, 0).unwrap().heads().is_some();
    assert!(follow(2, 2, None) && has());
    assert!(follow(3, 3, None) && has());
    // What comes behind is not followed.
    assert!(follow(4, 4, Some(5)) && !has());
    assert!(!follow(6, 6, None) && !has());
}

#[test]
fn the_same_as_a_plain_buffer() {
    let memory = PageMemory::new(PageSize::K2, 3).unwrap();
    let mut frame = memory.exclusive(1, 0).unwrap();
    let mut plain = PageBuf::zeroed(PageSize::K2);
    let mut rng = SeededRng::new(testkit::first_seed());
    let mut src = [0u8; 2048];
    for round in 0..testkit::rounds(20_000, 200_000) {
        for piece in src.chunks_exact_mut(8) {
            piece.copy_from_slice(&rng.next_u64().to_ne_bytes());
        }
        let at = |rng: &mut SeededRng| rng.below(2080) as usize;
        let (a, b) = (at(&mut rng), at(&mut rng));
        let len = at(&mut rng) >> rng.below(11);
        let number = rng.next_u64();
        let did = match rng.below(4) {
            3 => match len % 4 {
                0 => (
                    frame.store_u16(a, number as u16),
                    plain.store_u16(a, number as u16),
                ),
                1 => (
                    frame.store_u32(a, number as u32),
                    plain.store_u32(a, number as u32),
                ),
                2 => (frame.store_u64(a, number), plain.store_u64(a, number)),
                _ => {
                    frame.clear();
                    (Ok(()), plain.store_page(&[0; 2048]))
                }
            },
            0 => {
                let src = &src[..len.min(2048)];
                (frame.store(a, src), plain.store(a, src))
            }
            1 => (frame.shift(a, len, b), plain.shift(a, len, b)),
            _ => {
                let src = &src[..2048 - (a % 97 / 96)];
                (frame.store_page(src), plain.store_page(src))
            }
        };
        assert_eq!(did.0, did.1);
        assert!(frame[..] == plain[..], "round {round}");
    }
    drop(frame);
    for beside in [0, 2] {
        assert!(memory.shared(beside, 0).unwrap().iter().all(|&b| b == 0));
    }
    assert!(memory.shared(3, 0).is_none());
}

#[test]
fn the_version_is_odd_while_bytes_change() {
    let memory = PageMemory::new(PageSize::K4, 1).unwrap();
    let mut frame = memory.exclusive(0, 0).unwrap();
    assert_eq!(frame.version(), 0);
    frame.store(5, &[1]).unwrap();
    frame.store(6, &[1]).unwrap();
    assert_eq!(frame.version(), 1);
    drop(frame.downgrade());
    let frame = memory.exclusive(0, 0).unwrap();
    assert_eq!(frame.version(), 2);
    drop(frame);
    assert_eq!(
        memory.exclusive(0, 0).unwrap().version(),
        2,
        "nothing changed"
    );
}
