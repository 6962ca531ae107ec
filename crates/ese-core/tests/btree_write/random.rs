//! Random work of several sessions, against a model.
#![forbid(unsafe_code)]

use crate::check::{Counts, replay, walk};
use crate::world::{Kind, Session, World};
use ese_core::btree::write::{Side, TreeWriter, WriteError, WriteTree};
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::ids::PageSize;
use ese_core::format::log_record::{LrTyp, MergeType, SplitOper, SplitType};
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::trx::{Bookmark, OnCleanup};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A node by the model: in a tree of unique keys the data is beside the key, else part of it.
type Key = (Vec<u8>, Vec<u8>);

/// One thing to take back.
enum Undo {
    Insert(Key),
    Replace(Key, Vec<u8>),
    Delete(Key, Vec<u8>),
}

struct Run {
    rng: SeededRng,
    world: Arc<World>,
    sessions: Vec<Session>,
    undo: Vec<Vec<Undo>>,
    /// Nodes on the pages that are not deleted, with their data now.
    model: BTreeMap<Key, Vec<u8>>,
    /// Which session has changed a node and not ended.
    owner: BTreeMap<Key, usize>,
    /// Nodes that may lie about deleted.
    dead: BTreeSet<Key>,
    next: u64,
    limit: usize,
}

impl Run {
    fn new(kind: Kind, seed: u64, sessions: u16) -> Self {
        let world = World::new(kind);
        let sessions = (0..sessions).map(|i| Session::new(&world, 10 + i));
        let sessions: Vec<_> = sessions.collect();
        let limit = match kind.page_size {
            PageSize::K2 => 300,
            PageSize::K4 => 700,
            _ => 1500,
        };
        Self {
            rng: SeededRng::new(seed),
            undo: sessions.iter().map(|_| Vec::new()).collect(),
            sessions,
            world,
            model: BTreeMap::new(),
            owner: BTreeMap::new(),
            dead: BTreeSet::new(),
            next: 0,
            limit,
        }
    }

    fn unique(&self) -> bool {
        self.world.kind.unique
    }

    /// Keys that share prefixes, ascend, descend, gather at a point; none is the beginning of another.
    fn new_key(&mut self) -> Vec<u8> {
        self.next += 1;
        let n = self.next;
        let mut key = match self.rng.below(6) {
            0 => [b"asc".to_vec(), n.to_be_bytes().to_vec()].concat(),
            1 => [b"dsc".to_vec(), (u64::MAX - n).to_be_bytes().to_vec()].concat(),
            2 => [b"hot/in/the/middle".to_vec(), n.to_be_bytes().to_vec()].concat(),
            3 => {
                let shared = vec![b'p'; 1 + self.rng.below(200) as usize];
                [shared, self.rng.below(50).to_be_bytes().to_vec()].concat()
            }
            4 => self.rng.below(1 << 20).to_be_bytes().to_vec(),
            _ => {
                let len = 1 + self.rng.below(40) as usize;
                (0..len).map(|_| b'a' + self.rng.below(3) as u8).collect()
            }
        };
        key.push(0);
        // The end mark occurs nowhere else.
        let end = key.len() - 1;
        key[..end].iter_mut().for_each(|b| *b = (*b).max(1));
        key
    }

    fn new_data(&mut self) -> Vec<u8> {
        let most = match self.rng.below(10) {
            _ if !self.unique() => 60,
            0 => self.limit,
            1..=3 => 200,
            _ => 40,
        };
        let len = 1 + self.rng.below(most as u64) as usize;
        let byte = self.rng.below(4) as u8;
        let mut data = vec![byte; len];
        for _ in 0..self.rng.below(4) {
            let at = self.rng.below(len as u64) as usize;
            data[at] = self.rng.below(256) as u8;
        }
        data
    }

    fn old_node(&mut self) -> Option<Key> {
        let n = self.model.len() as u64;
        let i = if n == 0 {
            return None;
        } else {
            self.rng.below(n)
        };
        self.model.keys().nth(i as usize).cloned()
    }

    fn id(&self, key: &[u8], data: &[u8]) -> Key {
        let data = if self.unique() { &[][..] } else { data };
        (key.to_vec(), data.to_vec())
    }

    fn is_others(&self, id: &Key, s: usize) -> bool {
        self.owner.get(id).is_some_and(|&o| o != s)
    }

    fn step(&mut self) {
        let s = self.rng.below(self.sessions.len() as u64) as usize;
        match self.rng.below(100) {
            0..=44 => self.insert(s),
            45..=62 => self.replace(s),
            63..=80 => self.delete(s),
            81..=83 => self.delta(s),
            84..=89 => self.commit(s),
            90..=92 => self.rollback(s),
            93..=94 => self.merge(),
            _ => self.clean_up(),
        }
    }

    fn insert(&mut self, s: usize) {
        let old = match self.rng.below(4) {
            0 => self.old_node(),
            1 => self.dead.iter().next().cloned(),
            _ => None,
        };
        let (key, data) = match old {
            Some((key, data)) if !self.unique() => (key, data),
            Some((key, _)) => (key, self.new_data()),
            None => (self.new_key(), self.new_data()),
        };
        let id = self.id(&key, &data);
        let done = self.sessions[s].work(|w, tree| w.insert(tree, &key, &data));
        if self.is_others(&id, s) {
            assert_eq!(done.unwrap_err().jet_err(), JetErr::KEY_DUPLICATE);
        } else if self.model.contains_key(&id) {
            let want = match self.unique() {
                true => JetErr::KEY_DUPLICATE,
                false => JetErr::MULTI_VALUED_INDEX_VIOLATION,
            };
            assert_eq!(done.unwrap_err().jet_err(), want);
        } else {
            done.unwrap();
            self.dead.remove(&id);
            self.owner.insert(id.clone(), s);
            self.model.insert(id.clone(), data);
            self.undo[s].push(Undo::Insert(id));
        }
    }

    fn replace(&mut self, s: usize) {
        if !self.unique() {
            return self.insert(s);
        }
        let Some(id) = self.old_node() else { return };
        let mut data = self.new_data();
        if self.rng.below(3) == 0 {
            // Hardly another.
            data = self.model[&id].clone();
            if let Some(byte) = data.last_mut() {
                *byte ^= self.rng.below(2) as u8;
            }
        }
        let done = self.sessions[s].work(|w, tree| w.replace(tree, &id.0, &data));
        if self.is_others(&id, s) {
            assert_eq!(done.unwrap_err().jet_err(), JetErr::WRITE_CONFLICT);
            return;
        }
        done.unwrap();
        let before = self.model.insert(id.clone(), data.clone()).unwrap();
        if before != data {
            self.owner.insert(id.clone(), s);
            self.undo[s].push(Undo::Replace(id, before));
        }
    }

    fn delete(&mut self, s: usize) {
        let Some(id) = self.old_node() else { return };
        let bookmark = Bookmark {
            key: &id.0,
            data: &id.1,
        };
        let done = self.sessions[s].work(|w, tree| w.flag_delete(tree, bookmark));
        if self.is_others(&id, s) {
            assert_eq!(done.unwrap_err().jet_err(), JetErr::WRITE_CONFLICT);
            return;
        }
        done.unwrap();
        let again = self.sessions[s].work(|w, tree| w.flag_delete(tree, bookmark));
        assert!(matches!(again, Err(WriteError::NoNode)));
        let before = self.model.remove(&id).unwrap();
        self.owner.insert(id.clone(), s);
        self.dead.insert(id.clone());
        self.undo[s].push(Undo::Delete(id, before));
    }

    fn delta(&mut self, s: usize) {
        if !self.unique() {
            return;
        }
        let Some(id) = self.old_node() else { return };
        let before = self.model[&id].clone();
        let bookmark = Bookmark {
            key: &id.0,
            data: &[],
        };
        let wide = self.rng.below(2) == 0;
        let width = if wide { 8 } else { 4 };
        let offset = self.rng.below(before.len() as u64) as usize;
        let amount = self.rng.below(1 << 20) as i32 - (1 << 19);
        let then = OnCleanup::default();
        let at = offset as u16;
        let done = self.sessions[s].work(|w, tree| match wide {
            true => w.delta64(tree, bookmark, at, i64::from(amount), then),
            false => w.delta(tree, bookmark, at, amount, then).map(i64::from),
        });
        if offset + width > before.len() {
            assert!(matches!(done, Err(WriteError::Offset { .. })));
            return;
        }
        if self.is_others(&id, s) {
            assert_eq!(done.unwrap_err().jet_err(), JetErr::WRITE_CONFLICT);
            return;
        }
        let mut wide_bytes = [0; 8];
        wide_bytes[..width].copy_from_slice(&before[offset..offset + width]);
        let old = match wide {
            true => i64::from_le_bytes(wide_bytes),
            false => i64::from(i64::from_le_bytes(wide_bytes) as i32),
        };
        assert_eq!(done.unwrap(), old);
        let mut data = before.clone();
        let sum = old.wrapping_add(i64::from(amount)).to_le_bytes();
        data[offset..offset + width].copy_from_slice(&sum[..width]);
        self.model.insert(id.clone(), data);
        self.owner.insert(id.clone(), s);
        self.undo[s].push(Undo::Replace(id, before));
    }

    fn end(&mut self, s: usize) {
        self.owner.retain(|_, o| *o != s);
    }

    fn commit(&mut self, s: usize) {
        self.sessions[s].commit();
        self.undo[s].clear();
        self.end(s);
    }

    fn rollback(&mut self, s: usize) {
        self.sessions[s].rollback();
        for undo in std::mem::take(&mut self.undo[s]).into_iter().rev() {
            match undo {
                Undo::Insert(id) => {
                    self.model.remove(&id);
                    self.dead.insert(id);
                }
                Undo::Replace(id, before) => {
                    self.model.insert(id, before);
                }
                Undo::Delete(id, before) => {
                    self.dead.remove(&id);
                    self.model.insert(id, before);
                }
            }
        }
        self.end(s);
    }

    fn clean_up(&mut self) {
        let n = self.dead.len() as u64;
        if n == 0 {
            return;
        }
        let i = self.rng.below(n) as usize;
        let id = self.dead.iter().nth(i).cloned().unwrap();
        if self.owner.contains_key(&id) {
            return;
        }
        let bookmark = Bookmark {
            key: &id.0,
            data: &id.1,
        };
        let mut cleaner = Session::new(&self.world, 0xFFFC);
        cleaner.work(|w, tree| w.clean_up(tree, bookmark)).unwrap();
        cleaner.commit();
        self.dead.remove(&id);
    }

    /// What online defragmentation would do at some leaf.
    fn merge(&mut self) {
        let Some(id) = self.old_node() else { return };
        let bookmark = Bookmark {
            key: &id.0,
            data: &id.1,
        };
        let side = match self.rng.below(2) {
            0 => Side::Left,
            _ => Side::Right,
        };
        let partly = self.rng.below(2) == 0;
        let mut cleaner = Session::new(&self.world, 0xFFFC);
        let work = |w: &mut TreeWriter<'_>, tree: &WriteTree| w.merge(tree, bookmark, side, partly);
        cleaner.work(work).unwrap();
        cleaner.commit();
    }

    /// Everything goes: at the end the root is an empty leaf, and all pages were given back.
    fn drain(&mut self) {
        for s in 0..self.sessions.len() {
            self.commit(s);
        }
        while let Some((id, _)) = self.model.pop_first() {
            let bookmark = Bookmark {
                key: &id.0,
                data: &id.1,
            };
            self.sessions[0]
                .work(|w, tree| w.flag_delete(tree, bookmark))
                .unwrap();
            self.dead.insert(id);
        }
        self.sessions[0].commit();
        while !self.dead.is_empty() {
            self.clean_up();
        }
        // A last leaf alone below its parent can't go before its left neighbours have gone.
        for _ in 0..8 {
            self.check();
            let tree = walk(&self.world);
            self.dead = tree
                .leaves
                .iter()
                .flat_map(|(_, nodes)| nodes)
                .map(|(key, data, _)| self.id(key, data))
                .collect();
            while !self.dead.is_empty() {
                self.clean_up();
            }
        }
        let tree = walk(&self.world);
        assert_eq!(tree.pages.len(), 1, "{:?}", tree.nodes_per_leaf());
        assert_eq!(tree.leaves[0].1.len(), 0);
    }

    fn check(&self) {
        let tree = walk(&self.world);
        let want: Vec<_> = self
            .model
            .iter()
            .map(|((key, _), data)| (key.clone(), data.clone()))
            .collect();
        assert_eq!(tree.live(), want);
    }
}

fn run(kind: Kind, seed: u64, steps: usize) -> Counts {
    let mut run = Run::new(kind, seed, 3);
    for i in 0..steps {
        run.step();
        if i % 500 == 499 {
            run.check();
        }
    }
    for s in 0..run.sessions.len() {
        if run.rng.below(2) == 0 {
            run.commit(s);
        } else {
            run.rollback(s);
        }
    }
    run.check();
    if run.rng.below(2) == 0 {
        run.drain();
    }
    replay(&run.world)
}

/// Runs seeds for every page size; everything that can happen to a tree must have happened.
fn runs(unique: bool, seeds: u64) -> Counts {
    let mut counts = Counts::default();
    for page_size in PageSize::ALL {
        for seed in 0..seeds {
            let seed = testkit::first_seed() + seed;
            println!("{page_size:?}, seed {seed}");
            let mut kind = Kind::new(page_size, unique);
            kind.dbid = 1 + (seed % 2) as u8;
            kind.new_pages = seed % 3 != 0;
            kind.compress = seed % 4 != 0;
            kind.density = [80, 100, 50][seed as usize % 3];
            // Pages come and go.
            kind.cache = if seed % 2 == 0 { 40 } else { 4096 };
            counts.add(run(kind, seed, 3000));
        }
    }
    for split_type in [SplitType::VERTICAL, SplitType::RIGHT, SplitType::APPEND] {
        let done = (split_type, SplitOper::INSERT);
        assert!(counts.splits.contains_key(&done), "{counts:?}");
    }
    let merges = [
        MergeType::EMPTY_PAGE,
        MergeType::FULL_RIGHT,
        MergeType::PARTIAL_RIGHT,
        MergeType::FULL_LEFT,
        MergeType::PARTIAL_LEFT,
    ];
    for merge_type in merges {
        assert!(counts.merges.contains_key(&merge_type), "{counts:?}");
    }
    for typ in [
        LrTyp::Insert,
        LrTyp::FlagDelete,
        LrTyp::Delete,
        LrTyp::Undo,
        LrTyp::NewPage,
        LrTyp::MacroInfo,
        LrTyp::MacroInfo2,
        LrTyp::EmptyTree,
    ] {
        assert!(counts.of(typ) > 0, "{typ:?}: {counts:?}");
    }
    counts
}

#[test]
fn unique_keys() {
    let counts = runs(true, testkit::rounds(4, 40));
    for typ in [
        LrTyp::FlagInsertAndReplaceData,
        LrTyp::Replace,
        LrTyp::ReplaceD,
        LrTyp::Delta,
        LrTyp::Delta64,
    ] {
        assert!(counts.of(typ) > 0, "{typ:?}: {counts:?}");
    }
    for oper in [
        SplitOper::NONE,
        SplitOper::REPLACE,
        SplitOper::FLAG_INSERT_AND_REPLACE_DATA,
    ] {
        let done = counts.splits.keys().any(|(_, o)| *o == oper);
        assert!(done, "{oper:?}: {counts:?}");
    }
    println!("{counts:?}");
}

#[test]
fn keys_that_repeat() {
    let counts = runs(false, testkit::rounds(4, 40));
    assert!(counts.of(LrTyp::FlagInsert) > 0);
    println!("{counts:?}");
}
