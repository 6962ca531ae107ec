//! What is left of a disk after a crash.
//!
//! Assumptions, which hold for journalling file systems (ext4, XFS, NTFS) over disks that write a
//! sector whole or not:
//! 1. A power cut leaves what was synced. Of the rest, anything may be there, in any order:
//!    * **contents** sector by sector (512 bytes or what the caller says, from the start of the file). A sector shows the file
//!      as it was after one of the changes to it; it never shows a later change to the same sector
//!      without the earlier ones, since both were made in the same page of memory. A cut is a change
//!      to the sector that it cuts;
//!    * **length**: as it was after one of the changes, whatever is there of the contents. What is
//!      inside the length and was not written is zeros: other files' old bytes are never seen;
//!    * **names**: each call (a rename too, with both its folders) whole or not. In one folder calls
//!      survive in order: a later one never without the earlier ones. Folders do not wait for each
//!      other, except for a rename between them, and for the renaming of a folder, which is in order
//!      with every call before and after it.
//! 2. Names and contents do not wait for each other: a renamed file may have its new name and be
//!    empty.
//! 3. `sync_data` of a file does not make its name durable, `sync_dir` does not make contents durable.
#![forbid(unsafe_code)]

use super::super::rng::{Rng as _, SeededRng};
use super::bytes::Bytes;
use super::disk::{DirNode, Disk, FileNode, Ino, NameOp, Names, Node, ROOT, What};
use std::collections::{BTreeMap, BTreeSet};

/// What a disk writes whole or not at all, in bytes, when nothing else is said.
pub const SECTOR: u64 = 512;

/// What kind of end it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrashKind {
    /// The process died, the machine goes on: everything that calls did is there.
    ProcessCrash,
    /// The power went: only what was synced is there.
    PowerCut,
    /// The power went while the system was writing back: what was synced, and of the rest a seeded
    /// part, in any order and torn at sectors. What can survive stands at the head of this module.
    TornWrites,
}

/// How the seed deals out survival.
#[derive(Clone, Copy)]
enum Style {
    /// Each change whole or not.
    Each,
    /// Each sector by itself.
    Sectors,
    /// Everything before an operation, nothing after it, itself sector by sector.
    UpTo(u64),
    /// Everything but an operation, of which sectors may survive.
    AllBut(u64),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Whole,
    Lost,
    Sectors,
}

struct Dealer {
    rng: SeededRng,
    style: Style,
    /// What the disk writes whole or not at all, in bytes.
    sector: u64,
}

impl Dealer {
    fn new(disk: &Disk, seed: u64, sector: u64) -> Self {
        let mut rng = SeededRng::new(seed);
        let mut ops: Vec<u64> = disk.names.iter().map(|n| n.op).collect();
        for node in disk.nodes.values() {
            if let Node::File(f) = node {
                ops.extend(f.pending.iter().map(|c| c.op));
            }
        }
        ops.sort_unstable();
        let choice = rng.below(4);
        let one = ops.get(rng.below(ops.len() as u64) as usize).copied();
        let style = match (choice, one) {
            (0, Some(op)) => Style::UpTo(op),
            (1, Some(op)) => Style::AllBut(op),
            (2, _) => Style::Sectors,
            _ => Style::Each,
        };
        Self {
            rng,
            style,
            sector: sector.max(1),
        }
    }

    fn coin(&mut self) -> bool {
        self.rng.below(2) == 0
    }

    fn fate(&mut self, op: u64) -> Fate {
        let coin = self.coin();
        match self.style {
            Style::Each if coin => Fate::Whole,
            Style::Each => Fate::Lost,
            Style::Sectors => Fate::Sectors,
            Style::UpTo(cut) if op < cut => Fate::Whole,
            Style::UpTo(cut) if op > cut => Fate::Lost,
            Style::AllBut(lost) if op != lost => Fate::Whole,
            Style::AllBut(_) if coin => Fate::Lost,
            Style::UpTo(_) | Style::AllBut(_) => Fate::Sectors,
        }
    }

    /// How many of a series of operations, in order, survive where order is kept.
    fn prefix(&mut self, ops: &[u64]) -> usize {
        let coin = self.coin();
        let before = |op: u64| ops.partition_point(|o| *o < op);
        match self.style {
            Style::Each | Style::Sectors => self.rng.below(ops.len() as u64 + 1) as usize,
            Style::UpTo(cut) => before(cut) + usize::from(ops.contains(&cut) && coin),
            Style::AllBut(lost) if ops.contains(&lost) && coin => before(lost),
            Style::AllBut(_) => ops.len(),
        }
    }

    fn contents(&mut self, file: &FileNode) -> Bytes {
        let size = self.sector;
        let ops: Vec<u64> = file.pending.iter().map(|c| c.op).collect();
        let lengths_kept = self.prefix(&ops);
        // The file as it was after each change, and what is on the disk.
        let mut then = file.durable.clone();
        let mut disk = file.durable.clone();
        let mut len = disk.len();
        for (i, change) in file.pending.iter().enumerate() {
            change.what.apply(&mut then);
            if i < lengths_kept {
                len = then.len();
                if len < disk.len() {
                    disk.set_len(len);
                    // The system clears the rest of the sector and writes it back.
                    show(&mut disk, &then, len - len % size, size);
                }
            }
            let What::Write { offset, bytes } = &change.what else {
                continue;
            };
            let fate = self.fate(change.op);
            let end = offset + bytes.len() as u64;
            let mut sector = offset - offset % size;
            while fate != Fate::Lost && sector < end {
                if fate == Fate::Whole || self.coin() {
                    show(&mut disk, &then, sector, size);
                }
                sector += size;
            }
        }
        disk.set_len(len);
        disk
    }

    /// Which of the pending name operations survive.
    fn names<'a>(&mut self, ops: &'a [NameOp]) -> Vec<&'a NameOp> {
        let dirs: BTreeSet<Ino> = ops.iter().flat_map(NameOp::dirs).collect();
        let mut kept: BTreeMap<Ino, usize> = BTreeMap::new();
        for dir in dirs {
            let own: Vec<u64> = ops
                .iter()
                .filter(|op| op.dirs().any(|d| d == dir))
                .map(|op| op.op)
                .collect();
            kept.insert(dir, self.prefix(&own));
        }
        let mut out = Vec::new();
        let (mut any_lost, mut all_lost) = (false, false);
        for op in ops {
            let dirs: BTreeSet<Ino> = op.dirs().collect();
            let lost = all_lost
                || (op.moves_dir && any_lost)
                || dirs
                    .iter()
                    .any(|d| kept.get(d).is_none_or(|left| *left == 0));
            for dir in &dirs {
                let left = kept.entry(*dir).or_default();
                *left = if lost { 0 } else { left.saturating_sub(1) };
            }
            if lost {
                any_lost = true;
                all_lost |= op.moves_dir;
            } else {
                out.push(op);
            }
        }
        out
    }
}

/// Makes a sector of `disk` that of `then`, which is zeros behind its end.
fn show(disk: &mut Bytes, then: &Bytes, sector: u64, size: u64) {
    let len = disk.len();
    let end = sector + size;
    if then.len() < end.min(len) {
        let mut padded = then.clone();
        padded.set_len(end.min(len));
        disk.copy_range(&padded, sector, end);
    } else {
        disk.copy_range(then, sector, end);
    }
}

/// The tree after the machine, or the process, came up again.
pub(super) fn after(disk: &Disk, kind: CrashKind, seed: u64, sector: u64) -> Disk {
    let mut dealer = Dealer::new(disk, seed, sector);
    let surviving = match kind {
        CrashKind::TornWrites => dealer.names(&disk.names),
        CrashKind::ProcessCrash | CrashKind::PowerCut => Vec::new(),
    };
    let mut nodes = BTreeMap::new();
    let mut todo = vec![ROOT];
    while let Some(ino) = todo.pop() {
        let node = match disk.nodes.get(&ino) {
            Some(Node::Dir(d)) => {
                let names = match kind {
                    CrashKind::ProcessCrash => d.live.clone(),
                    CrashKind::PowerCut => d.durable.clone(),
                    CrashKind::TornWrites => surviving_names(ino, d, &surviving),
                };
                todo.extend(names.values());
                Node::Dir(DirNode {
                    live: names.clone(),
                    durable: names,
                })
            }
            Some(Node::File(f)) => Node::File(FileNode::at_rest(match kind {
                CrashKind::ProcessCrash => f.live.clone(),
                CrashKind::PowerCut => f.durable.clone(),
                CrashKind::TornWrites => dealer.contents(f),
            })),
            None => continue,
        };
        nodes.insert(ino, node);
    }
    disk.at_rest(nodes)
}

fn surviving_names(dir: Ino, node: &DirNode, ops: &[&NameOp]) -> Names {
    let mut names = node.durable.clone();
    for edit in ops.iter().flat_map(|op| &op.edits) {
        if edit.dir == dir {
            edit.apply(&mut names);
        }
    }
    names
}
