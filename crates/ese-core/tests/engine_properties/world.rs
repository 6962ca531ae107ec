//! An engine, its sessions, and what the model says that each of them sees and may do.
//!
//! One thread interleaves the sessions. A session in a transaction sees what was committed when that
//! began, and its own changes; `last` says when a row or a key was committed, so that conflicts are
//! foretold. Who changes the schema of a table has it alone: the others leave it be until they begin a
//! transaction after that was committed.
#![forbid(unsafe_code)]

use super::keys::entries;
use super::model::{Cell, Id, Row, Table, Uid, View};
use super::recovery_support::world::{DIR, NOW, at};
use super::schema::Dice;
use ese_core::database::Database;
use ese_core::error::{HasJetErr, JetErr};
use ese_core::format::ids::PageSize;
use ese_core::instance::{CreateOptions, Instance, InstanceParams, TermKind};
use ese_core::io::FileSystem;
use ese_core::io::clock::ManualClock;
use ese_core::io::env::Env;
use ese_core::io::memory::MemoryFileSystem;
use ese_core::io::rng::SeededRng;
use ese_core::session::{CommitKind, Session};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

pub const NAME: &str = "a.edb";

/// A row, or a key of a unique index, that a transaction has changed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Place {
    Row(Uid, Id),
    /// Its counters were added to: others may do so too.
    Counters(Uid, Id),
    Key(Uid, Uid, Vec<u8>),
}

/// A level of a session's transaction.
#[derive(Clone, Debug, Default)]
pub struct Level {
    pub view: View,
    pub changed: BTreeSet<Place>,
    /// Tables whose schema it changed.
    pub schemas: BTreeSet<Uid>,
    /// What was added to counters: table, row, column.
    pub added: BTreeMap<(Uid, Id, Uid), i32>,
}

pub struct Player {
    pub session: Session,
    pub levels: Vec<Level>,
    /// Commits that the transaction sees.
    pub begin: u64,
}

/// What is committed, and when it was.
#[derive(Default)]
pub struct Committed {
    pub view: View,
    pub count: u64,
    pub last: BTreeMap<Place, u64>,
    pub schemas: BTreeMap<Uid, u64>,
}

pub struct World {
    pub fs: MemoryFileSystem,
    pub page_size: PageSize,
    pub format: Option<u32>,
    pub dice: Dice,
    pub committed: Committed,
    /// Tables with copies of rows, which share long values.
    pub copied: BTreeSet<Uid>,
    pub next_table: Uid,
    pub next_id: Id,
    pub serial: u64,
    /// Highest number that a table gave to a record since the engine started.
    pub numbers: BTreeMap<Uid, u64>,
    /// What was done last, for whoever has to find out what went wrong.
    pub diary: Diary,
    pub engine: Option<Engine>,
}

/// Lines for whoever has to find out what went wrong; clones are the same.
#[derive(Clone, Default)]
pub struct Diary(Rc<RefCell<Vec<String>>>);

impl Diary {
    pub fn note(&self, what: String) {
        self.0.borrow_mut().push(what);
    }

    /// The last lines.
    pub fn last(&self, n: usize) -> String {
        let lines = self.0.borrow();
        lines[lines.len().saturating_sub(n)..].join("\n")
    }
}

/// The part that ends with an instance.
pub struct Engine {
    pub players: Vec<Player>,
    pub db: Database,
    pub instance: Instance,
}

impl World {
    pub fn new(seed: u64, page_size: PageSize, format: Option<u32>) -> Self {
        let fs = MemoryFileSystem::new();
        fs.create_dir(Path::new(DIR)).unwrap();
        let mut world = Self {
            fs,
            page_size,
            format,
            dice: Dice::new(seed, page_size),
            committed: Committed::default(),
            copied: BTreeSet::new(),
            next_table: 1,
            next_id: 1,
            serial: 0,
            numbers: BTreeMap::new(),
            diary: Diary::default(),
            engine: None,
        };
        let instance = world.start();
        let db = instance
            .create(at(NAME), &CreateOptions::default())
            .unwrap();
        world.take(instance, db);
        world
    }

    fn start(&self) -> Instance {
        let clock = Arc::new(ManualClock::new(NOW));
        let rng = Box::new(SeededRng::new(11));
        let mut params = InstanceParams::new(DIR);
        params.page_size = self.page_size;
        params.log_file_kib = Some(128);
        params.db_extension = 16;
        params.max_ver_pages = 2048;
        params.checkpoint_depth = 256 * 1024;
        params.engine_format_version = self.format;
        params.cache = ese_core::cache::Budget { min: 16, max: 512 };
        params.background = false;
        Instance::start(Env::new(Arc::new(self.fs.clone()), clock, rng), params).unwrap()
    }

    fn take(&mut self, instance: Instance, db: Database) {
        self.numbers.clear();
        let player = |_| Player {
            session: instance.session().unwrap(),
            levels: Vec::new(),
            begin: 0,
        };
        self.engine = Some(Engine {
            players: (0..3).map(player).collect(),
            db,
            instance,
        });
    }

    pub fn engine(&self) -> &Engine {
        self.engine.as_ref().expect("it runs")
    }

    pub fn player(&self, who: usize) -> &Player {
        &self.engine().players[who]
    }

    pub fn player_mut(&mut self, who: usize) -> &mut Player {
        let engine = self.engine.as_mut().expect("it runs");
        &mut engine.players[who]
    }

    pub fn note(&self, what: String) {
        self.diary.note(what);
    }

    /// The end of the instance: what is not committed is gone, the rest is there.
    pub fn stop(&mut self, kind: Option<TermKind>) {
        self.note(format!("the end: {kind:?}"));
        let engine = self.engine.take().expect("it runs");
        let Engine {
            players,
            db,
            instance,
        } = engine;
        players[0].session.wait_all().unwrap();
        match kind {
            Some(kind) => {
                drop((players, db));
                instance.term(kind).unwrap();
            }
            // Cut off: open transactions are in the log, and are not rolled back before it ends.
            None => {
                let log = instance.log().map(Arc::clone);
                if let Some(log) = log {
                    log.flush().unwrap();
                }
                let files = super::recovery_support::world::files(&self.fs);
                drop((players, db));
                drop(instance);
                self.fs = super::recovery_support::world::memory(&files);
            }
        }
    }

    pub fn restart(&mut self) {
        let instance = self.start();
        let db = instance.open(at(NAME)).unwrap();
        self.take(instance, db);
    }

    // ---- levels ----------------------------------------------------------------------------------

    /// What a session sees.
    pub fn view(&self, who: usize) -> &View {
        let level = self.player(who).levels.last();
        level.map_or(&self.committed.view, |l| &l.view)
    }

    pub fn level(&mut self, who: usize) -> &mut Level {
        self.player_mut(who).levels.last_mut().expect("a level")
    }

    /// A level begins, in the model.
    pub fn push(&mut self, who: usize) {
        let (view, now) = (self.view(who).clone(), self.committed.count);
        let player = self.player_mut(who);
        if player.levels.is_empty() {
            player.begin = now;
        }
        player.levels.push(Level {
            view,
            ..Level::default()
        });
    }

    /// A level is rolled back, in the model.
    pub fn pop(&mut self, who: usize) {
        self.player_mut(who).levels.pop().expect("a level");
    }

    /// A level is committed, in the model.
    pub fn merge(&mut self, who: usize) {
        let top = self.player_mut(who).levels.pop().expect("a level");
        if let Some(below) = self.player_mut(who).levels.last_mut() {
            below.view = top.view;
            below.changed.extend(top.changed);
            below.schemas.extend(top.schemas);
            for (at, amount) in top.added {
                let sum = below.added.entry(at).or_default();
                *sum = sum.wrapping_add(amount);
            }
            return;
        }
        let all = &mut self.committed;
        all.count += 1;
        for &uid in &top.schemas {
            all.schemas.insert(uid, all.count);
            match top.view.get(&uid) {
                Some(table) => {
                    let mut table = Table::clone(table);
                    table.ghosts.clear();
                    all.view.insert(uid, Arc::new(table))
                }
                None => all.view.remove(&uid),
            };
        }
        for ((uid, id, column), amount) in top.added {
            let whole = top.changed.contains(&Place::Row(uid, id));
            if !whole && !top.schemas.contains(&uid) {
                let table = all
                    .view
                    .get_mut(&uid)
                    .expect("a table that is used is there");
                add_to(Arc::make_mut(table), id, column, amount);
            }
        }
        for place in top.changed {
            if let Place::Row(uid, id) = &place
                && !top.schemas.contains(uid)
            {
                let mine = top.view.get(uid).and_then(|t| t.rows.get(id));
                let table = all
                    .view
                    .get_mut(uid)
                    .expect("a table that is used is there");
                match mine {
                    Some(row) => Arc::make_mut(table).rows.insert(*id, Arc::clone(row)),
                    None => Arc::make_mut(table).rows.remove(id),
                };
            }
            all.last.insert(place, all.count);
        }
    }

    pub fn begin(&mut self, who: usize) {
        self.note(format!("{who}: begin"));
        self.player(who).session.begin(false).unwrap();
        self.push(who);
    }

    pub fn commit(&mut self, who: usize, kind: CommitKind) {
        self.note(format!("{who}: commit {kind:?}"));
        self.player(who).session.commit(kind).unwrap();
        self.merge(who);
    }

    pub fn rollback(&mut self, who: usize) {
        self.note(format!("{who}: rollback"));
        self.player(who).session.rollback().unwrap();
        self.pop(who);
    }

    // ---- what may be done ------------------------------------------------------------------------

    fn others(&self, who: usize) -> impl Iterator<Item = &Player> {
        let players = self.engine().players.iter().enumerate();
        players.filter(move |(i, _)| *i != who).map(|(_, p)| p)
    }

    /// A place is another transaction's, or was committed too late to be seen.
    pub fn disputed(&self, who: usize, place: &Place) -> bool {
        let counters = match place {
            Place::Row(uid, id) => self.changed(who, &Place::Counters(*uid, *id)),
            _ => false,
        };
        counters || self.changed(who, place)
    }

    /// The same, of this kind of change alone.
    pub fn changed(&self, who: usize, place: &Place) -> bool {
        let mut others = self.others(who).flat_map(|p| &p.levels);
        let player = self.player(who);
        let late = self.committed.last.get(place);
        others.any(|l| l.changed.contains(place))
            || (!player.levels.is_empty() && late.is_some_and(|&at| at > player.begin))
    }

    /// Nobody else has the table alone.
    pub fn may_use(&self, who: usize, uid: Uid) -> bool {
        let mut others = self.others(who).flat_map(|p| &p.levels);
        let player = self.player(who);
        let changed = self.committed.schemas.get(&uid).copied().unwrap_or(0);
        !others.any(|l| l.schemas.contains(&uid))
            && (player.levels.is_empty() || changed <= player.begin)
    }

    /// A session can have the table alone: everybody's rows of it are seen, and nobody's are open.
    pub fn may_define(&self, who: usize, uid: Uid) -> bool {
        let of_table = |p: &Place| match p {
            Place::Row(t, _) | Place::Counters(t, _) | Place::Key(t, ..) => *t == uid,
        };
        let mut others = self.others(who).flat_map(|p| &p.levels);
        let player = self.player(who);
        let mut last = self.committed.last.iter();
        self.may_use(who, uid)
            && !others.any(|l| l.changed.iter().any(of_table))
            && (player.levels.is_empty() || !last.any(|(p, &at)| of_table(p) && at > player.begin))
    }

    /// Tables that a session may use.
    pub fn usable(&self, who: usize) -> Vec<Uid> {
        let tables = self.view(who).keys().copied();
        tables.filter(|&uid| self.may_use(who, uid)).collect()
    }

    /// Another transaction has changed something of a table that is not seen.
    pub fn crowded(&self, who: usize, uid: Uid) -> bool {
        let of_table = |p: &Place| matches!(p, Place::Row(t, _) if *t == uid);
        let mut others = self.others(who).flat_map(|p| &p.levels);
        let player = self.player(who);
        let mut last = self.committed.last.iter();
        others.any(|l| l.changed.iter().any(of_table))
            || last.any(|(p, &at)| of_table(p) && at > player.begin)
    }

    // ---- rows ------------------------------------------------------------------------------------

    /// Why a row may not be stored in the place of `old`; nothing when it may.
    pub fn obstacles(
        &self,
        who: usize,
        table: &Table,
        id: Id,
        old: Option<&Row>,
        new: &Row,
    ) -> BTreeSet<JetErr> {
        let mut out = BTreeSet::new();
        for index in table.guards() {
            let keys = match entries(table, index, new) {
                Ok(keys) => keys,
                Err(e) => {
                    out.insert(e);
                    continue;
                }
            };
            let before = old.map(|old| entries(table, index, old).unwrap_or_default());
            if index.is_primary() && before.as_ref().is_some_and(|b| *b != keys) {
                return [JetErr::RECORD_PRIMARY_CHANGED].into();
            }
            if !index.is_unique() {
                continue;
            }
            let before = before.unwrap_or_default();
            for key in keys.difference(&before) {
                let taken = |(other, row): (&Id, &Arc<Row>)| {
                    (*other != id || old.is_none())
                        && entries(table, index, row).is_ok_and(|k| k.contains(key))
                };
                let place = Place::Key(table.uid, index.uid, key.clone());
                if table.rows.iter().any(taken) || self.disputed(who, &place) {
                    out.insert(JetErr::KEY_DUPLICATE);
                }
            }
        }
        out
    }

    /// A row is stored, changed, or gone: in the model.
    pub fn put(&mut self, who: usize, uid: Uid, id: Id, row: Option<Row>) {
        let level = self.level(who);
        let table = level.view.get_mut(&uid).expect("the table is there");
        let table = Arc::make_mut(table);
        let old = table.rows.remove(&id);
        for index in table.indexes.iter().filter(|i| i.is_unique()) {
            let keys = |row: Option<&Row>| {
                let keys = row.map(|r| entries(table, index, r).unwrap_or_default());
                keys.unwrap_or_default()
            };
            let (before, after) = (keys(old.as_deref()), keys(row.as_ref()));
            for key in before.symmetric_difference(&after) {
                let place = Place::Key(uid, index.uid, key.clone());
                level.changed.insert(place);
            }
        }
        level.changed.insert(Place::Row(uid, id));
        if let Some(row) = row {
            table.rows.insert(id, Arc::new(row));
        }
    }
}

/// A counter of a row, in the model.
pub fn add_to(table: &mut Table, id: Id, column: Uid, amount: i32) {
    let of = table.column(column).expect("a counter").clone();
    let row = Arc::make_mut(table.rows.get_mut(&id).expect("a row"));
    let now = i32::from_le_bytes(row.values(&of)[0].try_into().expect("four bytes"));
    let then = now.wrapping_add(amount).to_le_bytes().to_vec();
    row.cells.insert(column, Cell::Values(vec![then]));
}

/// What the engine answered, as the model foretells it.
pub fn answer<T, E: HasJetErr + std::fmt::Display>(done: &Result<T, E>) -> Option<JetErr> {
    done.as_ref().err().map(HasJetErr::jet_err)
}
