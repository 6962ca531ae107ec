//! What the original does where it is free (docs/format/database-btree-space.md §8).
#![forbid(unsafe_code)]

use crate::check::{Tree, replay, walk};
use crate::world::{Kind, Session, World};
use ese_core::format::ids::PageSize;
use ese_core::format::log_record::LrTyp;
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::trx::Bookmark;

/// Bytes of a line with its tag, as the table counts them.
const LINE: usize = 120;
/// Tag and length word.
const HEAD: usize = 6;
const KEY: usize = 9;

fn key(n: u64) -> Vec<u8> {
    // A segment as the engine makes them: a byte that says that there is one, then the number.
    [&[0x7F][..], &n.to_be_bytes()].concat()
}

/// Inserts these keys in this order, one transaction, and checks everything.
fn load(
    density: u8,
    page_size: PageSize,
    line: usize,
    keys: impl Iterator<Item = u64>,
) -> (Tree, u64) {
    let mut kind = Kind::new(page_size, true);
    kind.density = density;
    let world = World::new(kind);
    let mut session = Session::new(&world, 2);
    let mut model = std::collections::BTreeMap::new();
    let data = vec![b'd'; line - HEAD - KEY];
    for n in keys {
        session
            .work(|w, tree| w.insert(tree, &key(n), &data))
            .unwrap();
        model.insert(key(n), data.clone());
    }
    session.commit();
    let tree = walk(&world);
    assert_eq!(tree.live(), model.into_iter().collect::<Vec<_>>());
    let splits = replay(&world).of(LrTyp::Split2);
    (tree, splits)
}

/// Ascending loads: leaves are left at the density; the first, filled while it was the root, holds
/// one more.
///
/// The table's lines don't get shorter by a prefix; here they do, so keys that have nothing in common
/// are taken where the numbers are to be the table's.
#[test]
fn ascending() {
    for (density, per_leaf) in [(100, 33), (80, 26), (50, 16), (20, 6)] {
        let (tree, _) = load_plain(density, 0..400);
        let leaves = tree.nodes_per_leaf();
        let (last, full) = leaves.split_last().unwrap();
        assert!(*last <= per_leaf);
        let first = if density == 100 {
            per_leaf
        } else {
            per_leaf + 1
        };
        assert_eq!(full[0], first, "density {density}: {leaves:?}");
        for n in &full[1..] {
            assert_eq!(*n, per_leaf, "density {density}: {leaves:?}");
        }
    }
}

/// As [`load`], with keys whose first bytes all differ, so that no prefix saves anything: one-byte
/// steps of a two-byte number in front of the rest.
fn load_plain(density: u8, keys: impl Iterator<Item = u64>) -> (Tree, u64) {
    let mut kind = Kind::new(PageSize::K4, true);
    kind.density = density;
    let world = World::new(kind);
    let mut session = Session::new(&world, 2);
    let data = vec![b'd'; LINE - HEAD - 2];
    for n in keys {
        let key = u16::try_from(n).unwrap().to_be_bytes();
        session.work(|w, tree| w.insert(tree, &key, &data)).unwrap();
    }
    session.commit();
    let tree = walk(&world);
    let splits = replay(&world).of(LrTyp::Split2);
    (tree, splits)
}

/// Descending loads fill pages like ascending ones, to the last byte.
#[test]
fn descending() {
    let (tree, _) = load_plain(80, (0..400).rev());
    let leaves = tree.nodes_per_leaf();
    assert!(leaves[1..].iter().all(|&n| n == 33), "{leaves:?}");
}

/// Ascending into the middle: one half split, then full pages, the right neighbour untouched.
#[test]
fn into_the_middle() {
    let ends = (0..100).chain(900..1000);
    let (tree, _) = load_plain(80, ends.chain(300..700));
    let leaves = tree.nodes_per_leaf();
    let full = leaves.iter().filter(|&&n| n == 33).count();
    assert!(full >= 10, "{leaves:?}");
    // Descending there: half splits only.
    let ends = (0..100).chain(900..1000);
    let (tree, _) = load_plain(80, ends.chain((300..700).rev()));
    let leaves = tree.nodes_per_leaf();
    let half = leaves.iter().filter(|&&n| n == 17).count();
    assert!(half >= 18, "{leaves:?}");
}

#[test]
fn at_random() {
    let mut rng = SeededRng::new(3);
    let mut keys: Vec<u64> = (0..2000).collect();
    for i in (1..keys.len()).rev() {
        keys.swap(i, rng.below(i as u64 + 1) as usize);
    }
    let (tree, _) = load_plain(80, keys.into_iter());
    let leaves = tree.nodes_per_leaf();
    let average = 2000 / leaves.len();
    assert!((21..=28).contains(&average), "{average}: {leaves:?}");
}

/// The page prefix behind an append is the new first key, whole.
#[test]
fn prefixes_of_appends() {
    for page_size in [PageSize::K4, PageSize::K8, PageSize::K32] {
        let (tree, splits) = load(80, page_size, LINE, 0..3000);
        assert!(splits > 0);
        for ((_, nodes), prefix) in tree.leaves.iter().zip(&tree.prefixes).skip(1) {
            assert_eq!(*prefix, nodes[0].0);
        }
    }
}

/// Records replaced by longer ones: half splits at the replaced record.
#[test]
fn longer_records() {
    let mut kind = Kind::new(PageSize::K4, true);
    kind.density = 100;
    let world = World::new(kind);
    let mut session = Session::new(&world, 2);
    for n in 0..60u16 {
        let key = n.to_be_bytes();
        session
            .work(|w, tree| w.insert(tree, &key, &[1; 55]))
            .unwrap();
    }
    session.commit();
    assert_eq!(walk(&world).leaves.len(), 1);
    for n in 0..60u16 {
        let key = n.to_be_bytes();
        session
            .work(|w, tree| w.replace(tree, &key, &[2; 440]))
            .unwrap();
    }
    session.commit();
    let tree = walk(&world);
    let leaves = tree.nodes_per_leaf();
    assert!(leaves.iter().all(|n| (5..=9).contains(n)), "{leaves:?}");
    replay(&world);
}

/// Of 800 records half go, in no order: leaves are joined only where a neighbour has room, as the
/// table's last row says (15 leaves where 12 would do).
#[test]
fn half_of_the_records_go() {
    let mut kind = Kind::new(PageSize::K4, true);
    kind.density = 100;
    let world = World::new(kind);
    let mut session = Session::new(&world, 2);
    let data = vec![b'd'; LINE - HEAD - 2];
    for n in 0..800u16 {
        session
            .work(|w, tree| w.insert(tree, &n.to_be_bytes(), &data))
            .unwrap();
    }
    session.commit();
    assert_eq!(walk(&world).leaves.len(), 25);
    for n in (0..800u16).filter(|n| n % 2 == 1) {
        let key = n.to_be_bytes();
        let bookmark = Bookmark {
            key: &key,
            data: &[],
        };
        session
            .work(|w, tree| w.flag_delete(tree, bookmark))
            .unwrap();
    }
    session.commit();
    let mut cleaner = Session::new(&world, 0xFFFC);
    for n in (0..800u16).filter(|n| n % 2 == 1) {
        let key = n.to_be_bytes();
        let bookmark = Bookmark {
            key: &key,
            data: &[],
        };
        cleaner.work(|w, tree| w.clean_up(tree, bookmark)).unwrap();
    }
    cleaner.commit();
    let tree = walk(&world);
    assert_eq!(tree.live().len(), 400);
    assert!(
        tree.leaves
            .iter()
            .all(|(_, nodes)| nodes.iter().all(|n| !n.2))
    );
    assert!(
        (12..=18).contains(&tree.leaves.len()),
        "{}",
        tree.leaves.len()
    );
    replay(&world);
}
