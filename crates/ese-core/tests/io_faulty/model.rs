//! Random calls beside a naive model of what is live, what is durable, and what may survive.
//!
//! The model keeps whole copies: of each file after each change, of each folder after each call. It
//! finds what a `sync_dir` makes durable by going round until nothing is added.
#![forbid(unsafe_code)]

use ese_core::io::faulty::{CrashKind, FaultyFileSystem, Plan, SECTOR};
use ese_core::io::rng::{Rng, SeededRng};
use ese_core::io::{File, FileSystem, OpenMode};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// Folders of the test; the names in them are `0` to `4`.
const DIRS: [&str; 3] = ["p", "q", "r"];

/// A name: folder and number in it.
type Name = (usize, u64);

type Tree = BTreeMap<Name, usize>;

/// One call that changed names.
struct Call {
    edits: Vec<(Name, Option<usize>)>,
    durable: bool,
}

#[derive(Default)]
struct Model {
    /// Every version of every file since it was last synced; the first is the durable one.
    files: Vec<Vec<Vec<u8>>>,
    durable: Tree,
    /// Calls since everything was durable, in order.
    calls: Vec<Call>,
}

fn dirs_of(call: &Call) -> BTreeSet<usize> {
    call.edits.iter().map(|((d, _), _)| *d).collect()
}

impl Model {
    fn replay<'a>(&'a self, calls: impl Iterator<Item = &'a Call>) -> Tree {
        let mut tree = self.durable.clone();
        for (name, to) in calls.flat_map(|c| &c.edits) {
            match to {
                Some(file) => tree.insert(*name, *file),
                None => tree.remove(name),
            };
        }
        tree
    }

    fn live(&self) -> Tree {
        self.replay(self.calls.iter())
    }

    fn cut(&self) -> Tree {
        self.replay(self.calls.iter().filter(|c| c.durable))
    }

    fn call(&mut self, edits: Vec<(Name, Option<usize>)>) {
        self.calls.push(Call {
            edits,
            durable: false,
        });
    }

    fn sync_dir(&mut self, dir: usize) {
        for call in &mut self.calls {
            call.durable |= dirs_of(call).contains(&dir);
        }
        loop {
            let mut changed = false;
            for later in 0..self.calls.len() {
                if !self.calls[later].durable {
                    continue;
                }
                let dirs = dirs_of(&self.calls[later]);
                for earlier in 0..later {
                    let call = &mut self.calls[earlier];
                    if !call.durable && !dirs_of(call).is_disjoint(&dirs) {
                        call.durable = true;
                        changed = true;
                    }
                }
            }
            if !changed {
                break;
            }
        }
    }

    fn bytes(&self, file: usize) -> &[u8] {
        self.files[file].last().unwrap()
    }

    /// Whether a torn image of a file may look like this.
    fn may_be(&self, file: usize, bytes: &[u8]) -> bool {
        let versions = &self.files[file];
        versions.iter().any(|v| v.len() == bytes.len())
            && bytes
                .chunks(SECTOR as usize)
                .enumerate()
                .all(|(i, sector)| {
                    // A version is zeros behind its end.
                    versions.iter().any(|v| {
                        let v = v.get(i * SECTOR as usize..).unwrap_or_default();
                        let v = v.iter().chain(std::iter::repeat(&0));
                        v.zip(sector).all(|(v, s)| v == s)
                    })
                })
    }
}

fn path((dir, name): Name) -> PathBuf {
    PathBuf::from(format!("{}/{name}", DIRS[dir]))
}

fn tree_of(fs: &FaultyFileSystem) -> BTreeMap<PathBuf, Vec<u8>> {
    fs.snapshot()
}

struct Run {
    fs: FaultyFileSystem,
    model: Model,
    rng: SeededRng,
    /// Files that are open, some perhaps removed.
    open: Vec<(usize, Arc<dyn File>)>,
}

impl Run {
    fn new(seed: u64) -> Self {
        let fs = FaultyFileSystem::new(Plan::quiet());
        for dir in DIRS {
            fs.put_dir(dir);
        }
        Self {
            fs,
            model: Model::default(),
            rng: SeededRng::new(seed),
            open: Vec::new(),
        }
    }

    fn name(&mut self) -> Name {
        (self.rng.below(3) as usize, self.rng.below(5))
    }

    fn step(&mut self) {
        let name = self.name();
        let there = self.model.live().get(&name).copied();
        match self.rng.below(16) {
            0 | 1 => {
                let made = self.fs.open(&path(name), OpenMode::CreateNew);
                assert_eq!(made.is_ok(), there.is_none());
                if let Ok(handle) = made {
                    self.model.files.push(vec![Vec::new()]);
                    let file = self.model.files.len() - 1;
                    self.model.call(vec![(name, Some(file))]);
                    self.open.push((file, handle));
                }
            }
            2 => {
                let opened = self.fs.open(&path(name), OpenMode::ReadWrite);
                assert_eq!(opened.is_ok(), there.is_some());
                if let (Ok(handle), Some(file)) = (opened, there) {
                    self.open.push((file, handle));
                }
            }
            3 => {
                assert_eq!(self.fs.remove_file(&path(name)).is_ok(), there.is_some());
                if there.is_some() {
                    self.model.call(vec![(name, None)]);
                }
            }
            4 | 5 => {
                let to = self.name();
                let new = self.rng.below(2) == 0;
                let taken = self.model.live().contains_key(&to);
                let done = if new {
                    self.fs.rename_new(&path(name), &path(to))
                } else {
                    self.fs.rename(&path(name), &path(to))
                };
                assert_eq!(done.is_ok(), there.is_some() && !(new && taken));
                if done.is_ok() && name != to {
                    self.model.call(vec![(name, None), (to, there)]);
                }
            }
            6 => {
                self.fs.sync_dir(&PathBuf::from(DIRS[name.0])).unwrap();
                self.model.sync_dir(name.0);
            }
            7 if !self.open.is_empty() => {
                let i = self.rng.below(self.open.len() as u64) as usize;
                drop(self.open.swap_remove(i));
            }
            _ => self.contents(),
        }
    }

    fn contents(&mut self) {
        let Some(i) = self.rng.below(64).checked_rem(self.open.len() as u64) else {
            return;
        };
        let (file, handle) = &self.open[i as usize];
        let versions = &mut self.model.files[*file];
        let mut now = versions.last().unwrap().clone();
        // Often at sectors, seldom large.
        let mut at = self.rng.below(3000);
        if self.rng.below(2) == 0 {
            at -= at % SECTOR;
        }
        match self.rng.below(8) {
            0 => {
                handle.sync_data().unwrap();
                *versions = vec![now];
            }
            1 => {
                handle.set_len(at).unwrap();
                now.resize(at as usize, 0);
                versions.push(now);
            }
            2 => {
                let mut buf = vec![1; 700];
                let n = handle.read_at(&mut buf, at).unwrap();
                let want = now.get(at as usize..).unwrap_or_default();
                assert_eq!(n, want.len().min(700));
                assert!(buf[..n] == want[..n]);
            }
            _ => {
                let len = self.rng.below(1400) as usize;
                let bytes: Vec<u8> = (0..len).map(|_| self.rng.next_u64() as u8).collect();
                handle.write_all_at(&bytes, at).unwrap();
                let end = at as usize + len;
                if len > 0 {
                    now.resize(now.len().max(end), 0);
                    now[at as usize..end].copy_from_slice(&bytes);
                    versions.push(now);
                }
            }
        }
    }

    fn check(&mut self, torn: u64) {
        let want = |tree: Tree, bytes: &dyn Fn(usize) -> Vec<u8>| -> BTreeMap<PathBuf, Vec<u8>> {
            tree.into_iter().map(|(n, f)| (path(n), bytes(f))).collect()
        };
        let model = &self.model;
        let live = want(model.live(), &|f| model.bytes(f).to_vec());
        assert_eq!(tree_of(&self.fs), live);
        let process = self.fs.image(CrashKind::ProcessCrash, 0);
        assert_eq!(tree_of(&process), live);
        let cut = want(model.cut(), &|f| model.files[f][0].clone());
        assert_eq!(tree_of(&self.fs.image(CrashKind::PowerCut, 0)), cut);
        for _ in 0..torn {
            let seed = self.rng.next_u64();
            self.check_torn(&self.fs.image(CrashKind::TornWrites, seed), seed);
        }
    }

    /// Each folder shows one of its states since its last sync, and renames are in both or in none.
    fn check_torn(&self, image: &FaultyFileSystem, seed: u64) {
        let found = tree_of(image);
        let pending: Vec<&Call> = self.model.calls.iter().filter(|c| !c.durable).collect();
        // All sets of calls that keep the order of each folder: a call is in only with all earlier
        // calls of its folders. There may be many; go through cuts of each folder.
        let count = |dir| pending.iter().filter(|c| dirs_of(c).contains(&dir)).count();
        let counts: Vec<usize> = (0..DIRS.len()).map(count).collect();
        let mut fits = false;
        'cuts: for cut in cuts(&counts) {
            let mut seen = vec![0; DIRS.len()];
            let mut chosen = Vec::new();
            for call in &pending {
                let dirs = dirs_of(call);
                let inside: Vec<bool> = dirs.iter().map(|d| seen[*d] < cut[*d]).collect();
                for d in &dirs {
                    seen[*d] += 1;
                }
                match (inside.iter().all(|b| *b), inside.iter().any(|b| *b)) {
                    (true, _) => chosen.push(*call),
                    (false, true) => continue 'cuts,
                    (false, false) => {}
                }
            }
            let durable = self.model.calls.iter().filter(|c| c.durable);
            let tree = self.model.replay(durable.chain(chosen));
            fits = tree.len() == found.len()
                && tree.iter().all(|(name, file)| {
                    found
                        .get(&path(*name))
                        .is_some_and(|bytes| self.model.may_be(*file, bytes))
                });
            if fits {
                break;
            }
        }
        assert!(fits, "an impossible image, seed {seed}");
    }
}

/// All ways to cut each series.
fn cuts(counts: &[usize]) -> Vec<Vec<usize>> {
    counts.iter().fold(vec![Vec::new()], |all, n| {
        let longer = |head: &Vec<usize>| {
            let head = head.clone();
            (0..=*n).map(move |i| head.iter().copied().chain([i]).collect())
        };
        all.iter().flat_map(longer).collect()
    })
}

#[test]
fn live_durable_and_torn_are_as_the_model_says() {
    let first = testkit::first_seed();
    for seed in first..first + testkit::rounds(30, 3000) {
        eprintln!("ESE_SEED={seed}");
        let mut run = Run::new(seed);
        for step in 0..150 {
            run.step();
            if step % 5 == 4 {
                run.check(3);
            }
            // Now and then everything is synced, so that there are not too many ways to be torn.
            if run.rng.below(25) == 0 {
                for (dir, name) in DIRS.iter().enumerate() {
                    run.fs.sync_dir(&PathBuf::from(name)).unwrap();
                    run.model.sync_dir(dir);
                }
                run.check(0);
                run.model.durable = run.model.cut();
                run.model.calls.clear();
            }
        }
    }
}

/// The order of one folder is kept, folders do not wait for each other, a rename is whole: each of the
/// outcomes that this allows is met, and no other.
#[test]
fn every_allowed_outcome_of_names_is_met() {
    let fs = FaultyFileSystem::default();
    fs.put("p/a", b"");
    fs.put_dir("q");
    fs.put_dir("r");
    let go = |r: std::io::Result<()>| r.unwrap();
    let p = |s: &str| PathBuf::from(s);
    go(fs.rename(&p("p/a"), &p("p/b")));
    go(fs.rename(&p("p/b"), &p("q/c")));
    go(fs.rename(&p("q/c"), &p("q/d")));
    drop(fs.open(&p("r/x"), OpenMode::CreateNew).unwrap());
    let mut seen = BTreeSet::new();
    for seed in 0..400 {
        let image = fs.image(CrashKind::TornWrites, seed);
        let names: Vec<PathBuf> = image.snapshot().into_keys().collect();
        seen.insert(names);
    }
    let mut want = BTreeSet::new();
    for a in ["p/a", "p/b", "q/c", "q/d"] {
        want.insert(vec![p(a)]);
        want.insert(vec![p(a), p("r/x")]);
    }
    assert_eq!(seen, want);

    // Syncing one folder brings the rename's other half, and nothing of the third.
    go(fs.sync_dir(&p("q")));
    let cut = fs.image(CrashKind::PowerCut, 0);
    assert_eq!(cut.snapshot().into_keys().collect::<Vec<_>>(), [p("q/d")]);
    // A folder made and filled is nowhere before its own name is durable.
    go(fs.create_dir(&p("s")));
    drop(fs.open(&p("s/y"), OpenMode::CreateNew).unwrap());
    go(fs.sync_dir(&p("s")));
    assert!(!fs.image(CrashKind::PowerCut, 0).folders().contains(&p("s")));
    go(fs.sync_dir(&p("/")));
    assert_eq!(
        fs.image(CrashKind::PowerCut, 0).get("s/y"),
        Some(Vec::new())
    );
}

/// Folders that change places are never each other's parents: what is in them is not lost.
#[test]
fn moved_folders_are_not_lost_in_a_circle() {
    let p = |s: &str| PathBuf::from(s);
    let fs = FaultyFileSystem::default();
    fs.put("q/y/x/f", b"f");
    fs.put_dir("r");
    fs.put_dir("s");
    drop(fs.open(&p("s/a"), OpenMode::CreateNew).unwrap());
    // No folder changes in both of these, but the second alone would put y into x, which is in y.
    fs.rename(&p("q/y/x"), &p("r/x")).unwrap();
    fs.rename(&p("q/y"), &p("r/x/y")).unwrap();
    drop(fs.open(&p("s/z"), OpenMode::CreateNew).unwrap());
    let mut seen = BTreeSet::new();
    for seed in 0..200 {
        let image = fs.image(CrashKind::TornWrites, seed);
        let y_moved = image.folders().contains(&p("r/x/y"));
        let files: Vec<PathBuf> = image.snapshot().into_keys().collect();
        seen.insert((files, y_moved));
    }
    let state = |files: &[&str], moved| (files.iter().map(|f| p(f)).collect(), moved);
    let want = [
        state(&["q/y/x/f"], false),
        state(&["q/y/x/f", "s/a"], false),
        state(&["r/x/f", "s/a"], false),
        state(&["r/x/f", "s/a"], true),
        state(&["r/x/f", "s/a", "s/z"], true),
    ];
    assert_eq!(seen, BTreeSet::from(want));
    fs.sync_dir(&p("r/x")).unwrap();
    let cut = fs.image(CrashKind::PowerCut, 0);
    let files: Vec<PathBuf> = cut.snapshot().into_keys().collect();
    assert_eq!(files, [p("r/x/f"), p("s/a")]);
}

/// Reordering and tearing both happen: the second of two writes without the first, and half a write.
#[test]
fn writes_are_reordered_and_torn() {
    let fs = FaultyFileSystem::default();
    fs.put("f", &[0; 4096]);
    let f = fs.open(&PathBuf::from("f"), OpenMode::ReadWrite).unwrap();
    f.write_all_at(&[1; 1024], 0).unwrap();
    f.write_all_at(&[2; 1024], 2048).unwrap();
    // Within one sector the order holds.
    f.write_all_at(&[3; 10], 3584).unwrap();
    f.write_all_at(&[4; 10], 3594).unwrap();
    f.set_len(5000).unwrap();
    let mut seen = BTreeSet::new();
    for seed in 0..600 {
        let b = fs.image(CrashKind::TornWrites, seed).get("f").unwrap();
        let sectors = [b[0], b[512], b[2048], b[2560], b[3584], b[3594]];
        assert!(sectors[5] == 0 || sectors[4] == 3, "later without earlier");
        seen.insert((sectors, b.len()));
    }
    let has = |f: &dyn Fn(&[u8; 6], usize) -> bool| seen.iter().any(|(s, l)| f(s, *l));
    assert!(has(&|s, _| s[..4] == [0, 0, 2, 2]), "reordered");
    assert!(has(&|s, _| s[..4] == [1, 1, 0, 0]));
    assert!(has(&|s, _| s[0] != s[1]), "torn");
    assert!(has(&|s, _| s[2] != s[3]));
    assert!(has(&|s, _| s[4] == 3 && s[5] == 0));
    assert!(has(&|s, l| *s == [0; 6] && l == 5000), "the length alone");
    assert!(has(&|s, l| s[4] == 3 && l == 4096), "without the length");
    assert!(has(&|s, l| *s == [1, 1, 2, 2, 3, 4] && l == 5000), "all");
    assert!(has(&|s, l| *s == [0; 6] && l == 4096), "nothing");
}
