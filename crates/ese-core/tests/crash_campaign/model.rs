//! What the database must hold: the committed states in their order, each made of what one session owns.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::sync::Arc;

/// Sessions of a workload. A row belongs to the session that its id is congruent to.
pub const SESSIONS: usize = 4;
/// Tables that all sessions share; behind them come those of one session each.
pub const MAINS: u8 = 2;

/// A row without its key.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Row {
    pub n: i64,
    pub name: String,
    pub tags: Vec<i32>,
    pub body: Option<Vec<u8>>,
}

/// The table that a session has for itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Own {
    /// It has its additional index.
    pub index: bool,
    /// It has its additional column.
    pub extra: bool,
}

/// What one session owns: rows by table and id, and its own table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Part {
    pub rows: BTreeMap<(u8, i32), Arc<Row>>,
    pub own: Option<Own>,
    /// Shared tables that are there; of the first session only.
    pub mains: u8,
}

/// All of it.
pub type State = Vec<Arc<Part>>;

pub fn nothing() -> State {
    (0..SESSIONS).map(|_| Arc::default()).collect()
}

/// Committed states, and the first of them that a crash may leave.
#[derive(Clone, Debug)]
pub struct History {
    pub states: Vec<State>,
    pub durable: usize,
    /// The database was made.
    pub made: bool,
    /// Why the workload ended before its time.
    pub ended: Option<String>,
}

impl History {
    pub fn new(start: State, made: bool) -> Self {
        Self {
            states: vec![start],
            durable: 0,
            made,
            ended: None,
        }
    }

    /// Everything is durable.
    pub fn settle(&mut self) {
        self.durable = self.states.len() - 1;
    }

    pub fn last(&self) -> &State {
        self.states.last().expect("a state")
    }

    /// Whether a crash may leave `found`.
    pub fn allows(&self, found: &State) -> Result<(), String> {
        if self.states[self.durable..].contains(found) {
            return Ok(());
        }
        let last = self.states.len() - 1;
        let at = self.states.iter().position(|s| s == found);
        let nearest = self.states[self.durable..]
            .iter()
            .map(|s| differences(s, found))
            .min_by_key(Vec::len)
            .unwrap_or_default();
        Err(format!(
            "committed states {}..={last} are allowed, this is {}; the nearest allowed one differs in:\n{}\n\
             the workload ended with {:?}",
            self.durable,
            at.map_or("none of them".to_owned(), |at| format!("state {at}")),
            nearest
                .iter()
                .take(12)
                .map(|d| format!("  {d}"))
                .collect::<Vec<_>>()
                .join("\n"),
            self.ended
        ))
    }
}

fn short(row: Option<&Arc<Row>>) -> String {
    row.map_or("nothing".to_owned(), |r| {
        format!(
            "n {} name {:?} tags {:?} body {:?}",
            r.n,
            r.name,
            r.tags,
            r.body
                .as_ref()
                .map(|b| (b.len(), b.iter().map(|&b| u64::from(b)).sum::<u64>()))
        )
    })
}

fn differences(wanted: &State, found: &State) -> Vec<String> {
    let mut out = Vec::new();
    for (s, (w, f)) in wanted.iter().zip(found).enumerate() {
        if (w.own, w.mains) != (f.own, f.mains) {
            out.push(format!(
                "schema of session {s}: wanted {:?} {}, found {:?} {}",
                w.own, w.mains, f.own, f.mains
            ));
        }
        let keys = w
            .rows
            .keys()
            .chain(f.rows.keys().filter(|k| !w.rows.contains_key(k)));
        for key in keys {
            let (w, f) = (w.rows.get(key), f.rows.get(key));
            if w != f {
                out.push(format!("{key:?}: wanted {}, found {}", short(w), short(f)));
            }
        }
    }
    out
}
