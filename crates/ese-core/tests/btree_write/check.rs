//! A tree looked at as a whole, and its log replayed.
#![forbid(unsafe_code)]
#![allow(unreachable_pub)] // A test has no outside.

use crate::replay_support::Replayer;
use crate::replay_support::same::same_page;
use crate::runner::{Runner, Start};
use crate::store::{Disk, Picky};
use crate::world::{DIR, OBJID, ROOT, World};
use ese_core::cache::{OpenGate, Pages};
use ese_core::format::ids::{Lgpos, Pgno};
use ese_core::format::log_record::{LogRecord, LrTyp, MergeType, SplitOper, SplitType};
use ese_core::format::page::{PageFlags, PageView};
use ese_core::format::page_check::{check_nodes, check_page};
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::io::{FileSystem, OpenMode};
use ese_core::log::names::LogKind;
use ese_core::log::{LogFile, LogSequence};
use ese_core::recovery::owed::Owed;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// A node: key, data, deleted.
pub type Node = (Vec<u8>, Vec<u8>, bool);

/// A whole tree.
#[derive(Default)]
pub struct Tree {
    /// Leaves from left to right.
    pub leaves: Vec<(Pgno, Vec<Node>)>,
    pub pages: BTreeSet<Pgno>,
    pub height: usize,
    /// Prefixes of the leaves.
    pub prefixes: Vec<Vec<u8>>,
}

impl Tree {
    /// Nodes that are not deleted.
    pub fn live(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let nodes = self.leaves.iter().flat_map(|(_, nodes)| nodes);
        let live = nodes.filter(|n| !n.2);
        live.map(|(k, d, _)| (k.clone(), d.clone())).collect()
    }

    pub fn nodes_per_leaf(&self) -> Vec<usize> {
        self.leaves.iter().map(|(_, nodes)| nodes.len()).collect()
    }
}

/// Walks the tree and asserts everything that the format promises of it.
pub fn walk(world: &World) -> Tree {
    let mut tree = Tree::default();
    let mut links = Vec::new();
    enter(world, ROOT, 1, (None, None), true, &mut tree, &mut links);
    for (i, &(pgno, prev, next)) in links.iter().enumerate() {
        let left = i.checked_sub(1).map_or(Pgno::NULL, |i| links[i].0);
        let right = links.get(i + 1).map_or(Pgno::NULL, |l| l.0);
        assert_eq!((prev, next), (left, right), "links of {pgno}");
    }
    let order = tree.leaves.iter().flat_map(|(_, nodes)| nodes);
    let order: Vec<_> = order
        .map(|(k, d, _)| (k, if world.kind.unique { &[][..] } else { d }))
        .collect();
    assert!(order.is_sorted_by(|a, b| a < b), "the order of all leaves");
    let mut taken = world.space.taken();
    taken.insert(ROOT);
    assert_eq!(
        tree.pages, taken,
        "pages of the tree, pages that were handed out"
    );
    tree
}

type Bounds<'b> = (Option<&'b [u8]>, Option<&'b [u8]>);

fn enter(
    world: &World,
    pgno: Pgno,
    depth: usize,
    (low, high): Bounds<'_>,
    rightmost: bool,
    tree: &mut Tree,
    links: &mut Vec<(Pgno, Pgno, Pgno)>,
) {
    assert!(tree.pages.insert(pgno), "{pgno} twice");
    let page = world.db.pages().shared(pgno).unwrap();
    let view = PageView::new(&page).unwrap();
    check_page(&view).unwrap();
    check_nodes(&view, &mut |p| panic!("page {pgno}: {p}"));
    let flags = view.flags();
    assert_eq!(view.objid(), OBJID);
    assert_eq!(flags.contains(PageFlags::ROOT), pgno == ROOT);
    assert!(!flags.intersects(PageFlags::EMPTY | PageFlags::PREINIT));
    assert_eq!(flags.contains(PageFlags::NON_UNIQUE), !world.kind.unique);
    let bookmark = |i: usize| {
        let node = view.node(i).unwrap();
        match (world.kind.unique, view.is_leaf()) {
            (false, true) => [&node.key(), node.data].concat(),
            _ => node.key(),
        }
    };
    if view.is_leaf() {
        if tree.height == 0 {
            tree.height = depth;
        }
        assert_eq!(tree.height, depth, "leaf {pgno} at another depth");
        let count = view.node_count();
        assert!(count > 0 || pgno == ROOT, "{pgno} is empty");
        for i in 0..count {
            let key = bookmark(i);
            assert!(low.is_none_or(|low| key.as_slice() >= low), "{pgno}.{i}");
            assert!(high.is_none_or(|high| key.as_slice() < high), "{pgno}.{i}");
        }
        let reserved = (0..count).map(|i| {
            let node = view.node(i).unwrap();
            world.reserved(&node.key(), node.data)
        });
        let reserved: usize = reserved.sum();
        let kept = usize::from(view.cb_uncommitted_free());
        assert!(
            kept >= reserved,
            "{pgno} keeps {kept}, undo may need {reserved}"
        );
        let nodes = (0..count).map(|i| view.node(i).unwrap());
        let nodes = nodes.map(|n| (n.key(), n.data.to_vec(), n.is_deleted()));
        tree.leaves.push((pgno, nodes.collect()));
        tree.prefixes.push(view.prefix().unwrap().to_vec());
        links.push((pgno, view.pgno_prev(), view.pgno_next()));
        return;
    }
    assert_eq!(
        (view.pgno_prev(), view.pgno_next()),
        (Pgno::NULL, Pgno::NULL)
    );
    let count = view.node_count();
    assert!(count > 0);
    let mut below = low.map(<[u8]>::to_vec);
    for i in 0..count {
        let last = i + 1 == count;
        let key = bookmark(i);
        let node = view.node(i).unwrap();
        assert!(!node.is_deleted());
        if key.is_empty() {
            assert!(last && rightmost, "an empty key in the middle: {pgno}.{i}");
        } else {
            assert!(!(last && rightmost), "no empty key at the end: {pgno}.{i}");
            if last {
                assert_eq!(Some(key.as_slice()), high, "last key of {pgno}");
            }
        }
        let child = node.child().unwrap();
        let bound = if key.is_empty() {
            None
        } else {
            Some(key.as_slice())
        };
        let parent_of_leaf = flags.contains(PageFlags::PARENT_OF_LEAF);
        let page = world.db.pages().shared(child).unwrap();
        assert_eq!(PageView::new(&page).unwrap().is_leaf(), parent_of_leaf);
        drop(page);
        let bounds = (below.as_deref(), bound);
        enter(
            world,
            child,
            depth + 1,
            bounds,
            rightmost && last,
            tree,
            links,
        );
        below = bound.map(<[u8]>::to_vec);
    }
}

/// What a log holds.
#[derive(Default, Debug)]
pub struct Counts {
    pub types: BTreeMap<LrTyp, u64>,
    /// Split2 of leaves or roots: type and operation.
    pub splits: BTreeMap<(SplitType, SplitOper), u64>,
    pub merges: BTreeMap<MergeType, u64>,
    /// Flags of internal pages in merges.
    pub merge_flags: BTreeSet<u8>,
    pub images: BTreeSet<u32>,
}

impl Counts {
    pub fn of(&self, typ: LrTyp) -> u64 {
        self.types.get(&typ).copied().unwrap_or(0)
    }

    pub fn add(&mut self, other: Self) {
        for (k, n) in other.types {
            *self.types.entry(k).or_default() += n;
        }
        for (k, n) in other.splits {
            *self.splits.entry(k).or_default() += n;
        }
        for (k, n) in other.merges {
            *self.merges.entry(k).or_default() += n;
        }
        self.merge_flags.extend(other.merge_flags);
        self.images.extend(other.images);
    }

    fn count(&mut self, record: &LogRecord<'_>) {
        *self.types.entry(record.typ()).or_default() += 1;
        match record {
            LogRecord::Split2(r) if !r.pgno_new.is_null() => {
                *self.splits.entry((r.split_type, r.split_oper)).or_default() += 1;
                if !r.image.is_empty() {
                    self.images.insert(r.image_flags.bits());
                }
            }
            LogRecord::Merge2(r) if r.merge_type != MergeType::NONE => {
                *self.merges.entry(r.merge_type).or_default() += 1;
                if !r.image.is_empty() {
                    self.images.insert(r.image_flags.bits());
                }
            }
            LogRecord::Merge2(r) => {
                self.merge_flags.insert(r.flags.bits());
            }
            _ => {}
        }
    }
}

/// Replays the log from nothing, by the model of redo and by the engine's redo: every page is the same.
pub fn replay(world: &World) -> Counts {
    world.log.flush().unwrap();
    world.flush();
    let mut counts = Counts::default();
    let model = Replayer::watch_in(&world.fs, Path::new(DIR), |_, record| {
        counts.count(record);
        Ok(())
    })
    .unwrap();
    assert_eq!((model.tally.not_needed, model.tally.left_over), (0, 0));
    let disk = Disk {
        pages: model.databases[0]
            .pages
            .iter()
            .map(|(&pgno, page)| (pgno, page.to_vec()))
            .collect(),
        ..Disk::default()
    };
    compare(&world.store.disk.lock(), &disk);
    let redone = redo(world);
    compare(&world.store.disk.lock(), &redone);
    counts
}

/// All records of the log, with their positions.
fn records(world: &World) -> Vec<(Lgpos, Vec<u8>)> {
    let mut all = Vec::new();
    let sequence = LogSequence::open(&world.fs, Path::new(DIR), None).unwrap();
    for file in sequence.files.iter().filter(|f| f.kind != LogKind::Temp) {
        let log = LogFile::open(world.fs.open(&file.path, OpenMode::Read).unwrap()).unwrap();
        let mut records = log.records().unwrap();
        while let Some((pos, record)) = records.next() {
            let mut bytes = Vec::new();
            record.write(&mut bytes).unwrap();
            all.push((pos, bytes));
        }
        let end = records.finish();
        assert_eq!(end.jet_err(), None, "{end}");
    }
    all
}

fn run(runner: &mut Runner, records: &[(Lgpos, Vec<u8>)]) {
    for (pos, bytes) in records {
        let (record, rest) = LogRecord::parse(bytes).unwrap();
        assert_eq!(rest, bytes.len());
        runner
            .replay(&record, *pos)
            .unwrap_or_else(|e| panic!("{pos}: {e}\n{}", record.line()));
    }
}

fn disk_of(runner: &Runner) -> Disk {
    runner.flush().unwrap();
    let disk = runner.dbs[0].store.disk.lock();
    disk.clone()
}

fn redo(world: &World) -> Disk {
    let owed = Arc::new(Owed::default());
    let gate = Arc::new(OpenGate);
    let mut runner = Runner::new(world.kind.page_size, 64, gate, owed, Start::default()).unwrap();
    run(&mut runner, &records(world));
    disk_of(&runner)
}

/// Flushes before a crash.
const FLUSHES: u64 = 10;

/// Crashes somewhere, with some pages on the disk as they were at some moments, others not, and goes
/// on from there: what a page needs from another that is newer by now stands in the log.
pub fn replay_from_the_middle(world: &World, rng: &mut SeededRng) {
    let records = records(world);
    let page_size = world.kind.page_size;
    let k = rng.below(records.len() as u64) as usize;
    let owed = Arc::new(Owed::default());
    let gate = Picky::new(Arc::clone(&owed));
    let start = Start::default();
    let mut runner = Runner::new(page_size, 20_000, Arc::clone(&gate) as _, owed, start).unwrap();
    let mut turns: Vec<usize> = (0..FLUSHES)
        .map(|_| rng.below(k as u64 + 1) as usize)
        .collect();
    turns.push(k);
    turns.sort_unstable();
    let mut done = 0;
    for turn in turns {
        run(&mut runner, &records[done..turn]);
        gate.turn(rng.next_u64(), 10 + rng.below(80));
        runner.flush().unwrap();
        gate.turn(0, 0);
        done = turn;
    }
    let now = records[k].0;
    let start = Start {
        disks: runner.disks(),
        from: runner.checkpoint(now),
        required: now,
    };
    let owed = Arc::new(Owed::default());
    let mut runner = Runner::new(page_size, 20_000, Arc::new(OpenGate), owed, start).unwrap();
    run(&mut runner, &records);
    compare(&world.store.disk.lock(), &disk_of(&runner));
}

fn compare(ours: &Disk, theirs: &Disk) {
    let numbers = |d: &Disk| d.pages.keys().copied().collect::<Vec<_>>();
    assert_eq!(numbers(ours), numbers(theirs));
    for (pgno, page) in &ours.pages {
        if let Err(e) = same_page(page, &theirs.pages[pgno]) {
            panic!("page {pgno}: {e}");
        }
    }
}
