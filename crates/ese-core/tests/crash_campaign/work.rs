//! A workload from a seed: four sessions, interleaved by one thread, each with rows and a table of its
//! own, so that every state is known.
#![forbid(unsafe_code)]

use super::model::{History, MAINS, Own, Part, Row, SESSIONS, State};
use ese_core::HasJetErr as _;
use ese_core::JetErr;
use ese_core::catalog::write::{ColumnDef, IndexDefinition, TableDef};
use ese_core::database::{ColumnType, Database, DbError, Table};
use ese_core::format::value::Value;
use ese_core::instance::Instance;
use ese_core::io::clock::ManualClock;
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::record::edit::{SetFlags, ValuePlace};
use ese_core::session::{CommitKind, Session};
use std::sync::Arc;
use std::time::Duration;

/// How it works.
#[derive(Clone, Copy, Debug)]
pub struct Mix {
    pub seed: u64,
    pub steps: usize,
    /// Rows of a session in each table at most.
    pub ids: u64,
    /// One commit in so many is lazy.
    pub lazy: u64,
    /// Longest value in bytes, of one row in sixteen; others are much shorter.
    pub longest: u64,
}

impl Mix {
    pub fn new(seed: u64) -> Self {
        let mut rng = SeededRng::new(seed ^ 0x6D69_7800);
        Self {
            seed,
            steps: 80 + rng.below(200) as usize,
            ids: 10 + rng.below(40),
            lazy: 1 + rng.below(4),
            longest: 6_000 + rng.below(24_000),
        }
    }
}

/// An error with the name of its number.
pub fn named(e: &(impl std::error::Error + ese_core::HasJetErr)) -> String {
    format!("{e} ({})", e.jet_err().name())
}

pub fn table_name(table: u8) -> String {
    match table.checked_sub(MAINS) {
        None => format!("main{table}"),
        Some(session) => format!("own{session}"),
    }
}

pub fn definition(table: u8) -> TableDef {
    let key = if table == 1 { "-id" } else { "+id" };
    let mut def = TableDef::new(table_name(table))
        .column(ColumnDef::new("id", ColumnType::Long).not_null())
        .column(ColumnDef::new("n", ColumnType::LongLong))
        .column(ColumnDef::new("name", ColumnType::Text))
        .column(ColumnDef::new("tags", ColumnType::Long).multi_valued())
        .column(ColumnDef::new("body", ColumnType::LongBinary))
        .index(IndexDefinition::new("by_id", key).primary())
        .index(IndexDefinition::new("by_n", "+n-id"));
    if table < MAINS {
        def = def
            .index(IndexDefinition::new("by_name", "-name+id"))
            .index(IndexDefinition::new("by_tags", "+tags"));
    }
    def
}

/// Makes the shared tables that are missing, each durably.
pub fn make_mains(db: &Database, session: &Session, history: &mut History) -> Result<(), DbError> {
    for table in history.last()[0].mains..MAINS {
        let mut state = history.last().clone();
        Arc::make_mut(&mut state[0]).mains = table + 1;
        history.states.push(state);
        db.create_table(session, &definition(table))?;
        history.settle();
    }
    Ok(())
}

struct Player<'s> {
    number: usize,
    session: &'s Session,
    mains: Vec<Table<'s>>,
    /// What the session sees of its own, by level; the first is committed.
    levels: Vec<Part>,
}

/// Works on a database that holds the last state of `history`; an error ends it.
pub fn run(
    instance: &Instance,
    clock: &ManualClock,
    db: &Database,
    mix: &Mix,
    history: &mut History,
) -> Result<(), String> {
    let sessions = (0..SESSIONS)
        .map(|_| instance.session())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| named(&e))?;
    make_mains(db, &sessions[0], history).map_err(|e| format!("tables: {}", named(&e)))?;
    let mut players = Vec::new();
    for (number, session) in sessions.iter().enumerate() {
        let mains = (0..MAINS)
            .map(|t| db.table(session, &table_name(t)))
            .collect::<Result<_, _>>()
            .map_err(|e| named(&e))?;
        players.push(Player {
            number,
            session,
            mains,
            levels: vec![(*history.last()[number]).clone()],
        });
    }
    let mut rng = SeededRng::new(mix.seed);
    for step in 0..mix.steps {
        clock.advance(Duration::from_millis(20 + rng.below(100)));
        let step = |e: String| format!("step {step}: {e}");
        match rng.below(40) {
            0 => instance.checkpoint().map_err(|e| step(named(&e)))?,
            1..=4 => instance.tick().map_err(|e| step(named(&e)))?,
            _ => {
                let player = &mut players[rng.below(SESSIONS as u64) as usize];
                player.step(db, mix, history, &mut rng).map_err(step)?;
            }
        }
    }
    Ok(())
}

impl Player<'_> {
    fn now(&mut self) -> &mut Part {
        self.levels.last_mut().expect("a level")
    }

    /// What is committed becomes part of a new state; `durable` once `done` says so.
    fn commits<T>(
        &mut self,
        history: &mut History,
        durable: bool,
        done: impl FnOnce(&mut Self) -> Result<T, String>,
    ) -> Result<T, String> {
        let mut state: State = history.last().clone();
        state[self.number] = Arc::new(self.levels[0].clone());
        history.states.push(state);
        let out = done(self)?;
        if durable {
            history.settle();
        }
        Ok(out)
    }

    fn step(
        &mut self,
        db: &Database,
        mix: &Mix,
        history: &mut History,
        rng: &mut SeededRng,
    ) -> Result<(), String> {
        let level = self.levels.len() - 1;
        assert_eq!(level, usize::from(self.session.level()));
        let lazy = rng.below(mix.lazy) > 0;
        match rng.below(20) {
            0..=1 if level < 6 && level > 0 => self.begin()?,
            0..=7 if level == 0 => self.begin()?,
            2..=4 if level > 0 => {
                let top = self.levels.pop().expect("a level");
                *self.now() = top;
                let kind = if lazy {
                    CommitKind::Lazy
                } else {
                    CommitKind::Durable
                };
                let commit = |p: &mut Self| {
                    p.session
                        .commit(kind)
                        .map_err(|e| format!("commit: {}", named(&e)))
                };
                if level > 1 {
                    commit(self)?;
                } else if self.levels[0] == *history.last()[self.number] {
                    // A transaction that changed nothing waits for nobody.
                    self.commits(history, false, commit)?;
                } else {
                    self.commits(history, !lazy, commit)?;
                }
            }
            5 if level > 0 => {
                self.session
                    .rollback()
                    .map_err(|e| format!("rollback: {}", named(&e)))?;
                self.levels.pop();
            }
            6 if level > 0 && rng.below(4) == 0 => {
                self.session
                    .rollback_all()
                    .map_err(|e| format!("rollback: {}", named(&e)))?;
                self.levels.truncate(1);
            }
            8 if rng.below(2) == 0 => self.define(db, history, rng)?,
            _ => self.change(db, mix, history, lazy, rng)?,
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<(), String> {
        self.session.begin(false).map_err(|e| named(&e))?;
        let now = self.now().clone();
        self.levels.push(now);
        Ok(())
    }

    /// A change of the schema of the session's own table.
    fn define(
        &mut self,
        db: &Database,
        history: &mut History,
        rng: &mut SeededRng,
    ) -> Result<(), String> {
        let number = MAINS + self.number as u8;
        let name = table_name(number);
        let own = self.now().own;
        let what = rng.below(4);
        let next = match (own, what) {
            (None, _) => Some(Own::default()),
            (Some(_), 0) => None,
            (Some(own), 1) if !own.extra => Some(Own { extra: true, ..own }),
            (Some(own), _) => Some(Own {
                index: !own.index,
                ..own
            }),
        };
        let before = self.now().clone();
        self.now().own = next;
        if next.is_none() {
            self.now().rows.retain(|(t, _), _| *t != number);
        }
        let session = self.session;
        let done = move || -> Result<(), DbError> {
            let Some(own) = own else {
                return db.create_table(session, &definition(number));
            };
            match next {
                None => db.delete_table(session, &name),
                Some(next) if next.extra != own.extra => {
                    db.add_column(session, &name, &ColumnDef::new("extra", ColumnType::Text))
                }
                Some(next) if next.index => {
                    db.create_index(session, &name, &IndexDefinition::new("more", "+name-n"))
                }
                Some(_) => {
                    let objid = db.schema(session, &name)?.objid;
                    session.update(db.attached(), |w| {
                        db.catalog().delete_index(w, objid, "more")
                    })?;
                    Ok(())
                }
            }
        };
        let known = (history.states.len(), history.durable);
        let mut refused = false;
        let mut done = || match done() {
            Err(e) if e.jet_err() == JetErr::WRITE_CONFLICT => {
                refused = true;
                Ok(())
            }
            done => done.map_err(|e| format!("{own:?} to {next:?}: {}", named(&e))),
        };
        match self.levels.len() {
            1 => self.commits(history, true, |_| done())?,
            _ => done()?,
        }
        if refused {
            // Indexes over text are counted by language, in a row that all sessions share. A conflict
            // leaves nothing of the change.
            *self.now() = before;
            history.states.truncate(known.0);
            history.durable = known.1;
        }
        Ok(())
    }

    /// A row comes, changes, grows or goes.
    fn change(
        &mut self,
        db: &Database,
        mix: &Mix,
        history: &mut History,
        lazy: bool,
        rng: &mut SeededRng,
    ) -> Result<(), String> {
        let tables = u64::from(MAINS) + u64::from(self.now().own.is_some());
        let number = rng.below(tables) as u8;
        let number = if number == MAINS {
            MAINS + self.number as u8
        } else {
            number
        };
        let id = (rng.below(mix.ids) as usize * SESSIONS + self.number) as i32;
        let old = self.now().rows.get(&(number, id)).cloned();
        let change = Change::new(old.as_deref(), mix, rng);
        let forgets = rng.below(12) == 0;
        // Deleted rows are durable at once outside of a transaction.
        let outside = self.levels.len() == 1;
        if !forgets {
            let key = (number, id);
            match change.result(old.as_deref()) {
                Some(row) => self.now().rows.insert(key, Arc::new(row)),
                None => self.now().rows.remove(&key),
            };
        }
        let kind = if lazy {
            CommitKind::Lazy
        } else {
            CommitKind::Durable
        };
        let durable = !lazy || matches!(change, Change::Delete);
        let session = self.session;
        let mut own = match number {
            0..MAINS => None,
            _ => Some(
                db.table(session, &table_name(number))
                    .map_err(|e| format!("open {number}: {}", named(&e)))?,
            ),
        };
        let mut act = |p: &mut Self| {
            let table = match &mut own {
                Some(table) => table,
                None => &mut p.mains[usize::from(number)],
            };
            let done = change.apply(table, id, kind, forgets);
            done.map_err(|e| format!("{} {id}: {change:?}: {}", table_name(number), named(&e)))
        };
        match outside && !forgets {
            true => self.commits(history, durable, act),
            false => act(self),
        }
    }
}

enum Change {
    Insert(Row),
    Delete,
    Replace(Row),
    Append(Vec<u8>),
    Overwrite(u32, Vec<u8>),
    Tag(i32),
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Insert(row) => write!(f, "insert {:?} bytes", row.body.as_ref().map(Vec::len)),
            Self::Delete => f.write_str("delete"),
            Self::Replace(row) => write!(f, "replace {:?} bytes", row.body.as_ref().map(Vec::len)),
            Self::Append(b) => write!(f, "append {}", b.len()),
            Self::Overwrite(at, b) => write!(f, "overwrite {at}+{}", b.len()),
            Self::Tag(_) => f.write_str("tag"),
        }
    }
}

/// Bytes of a value.
pub fn body_of(rng: &mut SeededRng, most: u64) -> Vec<u8> {
    let len = 1 + rng.below(most.max(1)) as usize;
    let (a, b) = (rng.next_u64(), rng.next_u64() | 1);
    let at = |i: usize| {
        (a.wrapping_add(b.wrapping_mul((i as u64).wrapping_mul(0x9E37_79B9))) >> 24) as u8
    };
    // Some compress, some do not.
    let step = if a % 3 == 0 { 40 } else { 1 };
    (0..len).map(|i| at(i / step)).collect()
}

fn body(mix: &Mix, rng: &mut SeededRng) -> Option<Vec<u8>> {
    let most = match rng.below(16) {
        0 => mix.longest,
        1..=2 => 3_000,
        3..=4 => return None,
        _ => 250,
    };
    Some(body_of(rng, most))
}

impl Change {
    fn new(old: Option<&Row>, mix: &Mix, rng: &mut SeededRng) -> Self {
        let name = |rng: &mut SeededRng| {
            let n = rng.below(100_000);
            format!("name {n:05}{}", "x".repeat(rng.below(30) as usize))
        };
        let Some(old) = old else {
            return Self::Insert(Row {
                n: rng.below(1000) as i64 - 500,
                name: name(rng),
                tags: (0..rng.below(3)).map(|_| rng.below(50) as i32).collect(),
                body: body(mix, rng),
            });
        };
        let len = old.body.as_ref().map_or(0, Vec::len);
        match rng.below(10) {
            0..=2 => Self::Delete,
            3 if len > 0 => Self::Append(body_of(rng, 1_500)),
            4 if len > 0 => {
                let at = rng.below(len as u64);
                let most = (len as u64 - at).min(4_000);
                Self::Overwrite(at as u32, body_of(rng, most))
            }
            5 if old.tags.len() < 6 => Self::Tag(rng.below(50) as i32),
            _ => Self::Replace(Row {
                n: rng.below(1000) as i64 - 500,
                name: name(rng),
                tags: old.tags.clone(),
                body: body(mix, rng),
            }),
        }
    }

    fn result(&self, old: Option<&Row>) -> Option<Row> {
        let mut row = old.cloned().unwrap_or_default();
        match self {
            Self::Insert(new) | Self::Replace(new) => row = new.clone(),
            Self::Delete => return None,
            Self::Append(more) => row.body.get_or_insert_default().extend_from_slice(more),
            Self::Overwrite(at, new) => {
                let body = row.body.get_or_insert_default();
                body[*at as usize..*at as usize + new.len()].copy_from_slice(new);
            }
            Self::Tag(tag) => row.tags.push(*tag),
        }
        Some(row)
    }

    /// Does it to the table; `forgets`: all but the last step.
    fn apply(
        &self,
        table: &mut Table<'_>,
        id: i32,
        kind: CommitKind,
        forgets: bool,
    ) -> Result<(), DbError> {
        let mut row = match self {
            Self::Insert(_) => table.insert()?,
            _ => {
                let found = table.find(&[Some(&id.to_le_bytes())])?;
                assert!(found, "row {id} is not there");
                match self {
                    Self::Delete if forgets => return Ok(()),
                    Self::Delete => return table.delete(),
                    _ => table.replace()?,
                }
            }
        };
        let place = ValuePlace::default();
        match self {
            Self::Insert(new) | Self::Replace(new) => {
                row.set("n", new.n)?.set("name", &new.name)?;
                row.set("body", new.body.as_ref())?;
                if matches!(self, Self::Insert(_)) {
                    row.set("id", id)?;
                    for tag in &new.tags {
                        row.add("tags", *tag)?;
                    }
                }
            }
            Self::Append(more) => {
                row.set_at("body", place, more, SetFlags::APPEND)?;
            }
            Self::Overwrite(at, new) => {
                let place = ValuePlace {
                    offset: *at as _,
                    ..place
                };
                row.set_at("body", place, new, SetFlags::OVERWRITE)?;
            }
            Self::Tag(tag) => {
                row.add("tags", *tag)?;
            }
            Self::Delete => {}
        }
        match forgets {
            true => Ok(()),
            false => row.save_as(kind),
        }
    }
}

// ---- reading -----------------------------------------------------------------------------------

fn read_row(table: &mut Table<'_>) -> Result<(i32, Row), DbError> {
    let (mut buf, mut row, mut id) = (Vec::new(), Row::default(), i32::MIN);
    if let Some(Value::Long(found)) = table.get("id", &mut buf)? {
        id = found;
    }
    if let Some(Value::LongLong(n)) = table.get("n", &mut buf)? {
        row.n = n;
    }
    if let Some(Value::Text(name)) = table.get("name", &mut buf)? {
        row.name = name.to_string();
    }
    for itag in 1.. {
        match table.get_nth("tags", itag, &mut buf)? {
            Some(Value::Long(tag)) => row.tags.push(tag),
            _ => break,
        }
    }
    if let Some(Value::Binary(body)) = table.get("body", &mut buf)? {
        row.body = Some(body.to_vec());
    }
    Ok((id, row))
}

/// Ids by an index, in order; a row with several values comes several times.
fn ids(table: &mut Table<'_>, index: &str) -> Result<Vec<i32>, DbError> {
    table.use_index(Some(index))?;
    let (mut out, mut buf) = (Vec::new(), Vec::new());
    let mut more = table.first()?;
    while more {
        if let Some(Value::Long(id)) = table.get("id", &mut buf)? {
            out.push(id);
        }
        more = table.next()?;
    }
    Ok(out)
}

/// Everything that is there, with every index held against its table.
pub fn read(db: &Database, session: &Session) -> Result<State, String> {
    let said = |e: DbError| named(&e);
    let mut parts: Vec<Part> = vec![Part::default(); SESSIONS];
    let names = db.table_names(session).map_err(said)?;
    for table in 0..MAINS + SESSIONS as u8 {
        let name = table_name(table);
        if !names.contains(&name) {
            continue;
        }
        let schema = db.schema(session, &name).map_err(said)?;
        match table.checked_sub(MAINS) {
            None => parts[0].mains += 1,
            Some(session) => {
                parts[usize::from(session)].own = Some(Own {
                    index: schema.index("more").is_some(),
                    extra: schema.column("extra").is_some(),
                });
            }
        }
        let rows = read_table(db, session, &name).map_err(|e| format!("{name}: {e}"))?;
        for (id, row) in rows {
            let part = &mut parts[id.rem_euclid(SESSIONS as i32) as usize];
            if part.rows.insert((table, id), Arc::new(row)).is_some() {
                return Err(format!("{name}: {id} is there twice"));
            }
        }
    }
    Ok(parts.into_iter().map(Arc::new).collect())
}

fn read_table(db: &Database, session: &Session, name: &str) -> Result<Vec<(i32, Row)>, String> {
    let said = |e: DbError| named(&e);
    let mut table = db.table(session, name).map_err(said)?;
    let mut rows = Vec::new();
    let mut more = table.first().map_err(said)?;
    while more {
        rows.push(
            read_row(&mut table)
                .map_err(|e| format!("behind {} rows: {}", rows.len(), named(&e)))?,
        );
        more = table.next().map_err(said)?;
    }
    let indexes: Vec<String> = table
        .schema()
        .indexes
        .iter()
        .map(|i| i.name.clone())
        .collect();
    for index in indexes {
        let found = ids(&mut table, &index).map_err(|e| format!("{index}: {}", named(&e)))?;
        let mut sorted: Vec<&(i32, Row)> = rows.iter().collect();
        let tags = |row: &Row| {
            let mut tags = row.tags.clone();
            tags.sort_unstable();
            tags.dedup();
            tags
        };
        let wanted: Vec<i32> = match index.as_str() {
            "by_n" => {
                sorted.sort_by_key(|(id, r)| (r.n, -id));
                sorted.iter().map(|r| r.0).collect()
            }
            "by_tags" => {
                let mut all: Vec<i32> = rows
                    .iter()
                    .flat_map(|(id, r)| {
                        tags(r)
                            .into_iter()
                            .map(|_| *id)
                            .chain(r.tags.is_empty().then_some(*id))
                    })
                    .collect();
                all.sort_unstable();
                let mut found = found.clone();
                found.sort_unstable();
                if found != all {
                    return Err(format!("{index} has {found:?}, wanted {all:?}"));
                }
                continue;
            }
            // Text is ordered by its weights: the same rows.
            "by_name" | "more" => {
                let (mut a, mut b): (Vec<i32>, Vec<i32>) =
                    (found.clone(), rows.iter().map(|r| r.0).collect());
                a.sort_unstable();
                b.sort_unstable();
                if a != b {
                    return Err(format!("{index} has {a:?}, wanted {b:?}"));
                }
                continue;
            }
            _ => rows.iter().map(|r| r.0).collect(),
        };
        if found != wanted {
            return Err(format!("{index} has {found:?}, wanted {wanted:?}"));
        }
    }
    Ok(rows)
}
