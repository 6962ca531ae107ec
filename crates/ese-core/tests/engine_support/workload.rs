//! A workload from a seed: several sessions, interleaved by one thread, each with keys of its own.
//!
//! [`History`] says which states of the database a crash may leave: every one from the last that was
//! acknowledged as durable on.
#![forbid(unsafe_code)]

use super::{Contents, Trees};
use ese_core::HasJetErr;
use ese_core::instance::{Instance, OpenDb};
use ese_core::io::rng::{Rng as _, SeededRng};
use ese_core::session::{CommitKind, Session};
use ese_core::trx::Bookmark;
use ese_core::work::{Work, WorkError};
use std::sync::Arc;

/// Committed states, and the first of them that a crash may leave.
#[derive(Clone, Debug)]
pub struct History {
    pub states: Vec<Contents>,
    pub durable: usize,
    /// Why the workload ended before its time.
    pub ended: Option<String>,
}

impl History {
    pub fn new(start: Contents) -> Self {
        Self {
            states: vec![start],
            durable: 0,
            ended: None,
        }
    }

    /// Whether a crash may leave `found`.
    pub fn allows(&self, found: &Contents) -> Result<(), String> {
        if self.states[self.durable..].contains(found) {
            return Ok(());
        }
        let last = self.states.len() - 1;
        let at = self.states.iter().position(|s| s == found);
        let (missing, more) = {
            let wanted = &self.states[self.durable];
            (
                wanted.difference(found).count(),
                found.difference(wanted).count(),
            )
        };
        Err(format!(
            "states {}..={last} are allowed, this is {at:?} (against the first allowed one {missing} \
             nodes are missing, {more} too many); the workload ended with {:?}",
            self.durable, self.ended
        ))
    }
}

/// How it works.
#[derive(Clone, Copy, Debug)]
pub struct Mix {
    pub seed: u64,
    pub sessions: usize,
    pub steps: usize,
    /// Keys of a session in each tree.
    pub keys: u8,
    /// Longest data.
    pub data: usize,
    /// One step in so many is a tick, one in three times as many a checkpoint.
    pub tick: u64,
    /// One commit in so many is lazy.
    pub lazy: u64,
}

impl Mix {
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            sessions: 3,
            steps: 120,
            keys: 24,
            data: 300,
            tick: 12,
            lazy: 3,
        }
    }
}

/// What is committed of keys that no player has.
fn of_nobody(start: &Contents, players: usize) -> Contents {
    let of_nobody = |e: &&(u8, Vec<u8>, Vec<u8>)| {
        let owner = e.1.first().map_or(usize::MAX, |&o| usize::from(o));
        owner >= players
    };
    start.iter().filter(of_nobody).cloned().collect()
}

struct Player {
    session: Session,
    /// What the session sees of its own keys, by level; the first is committed.
    levels: Vec<Contents>,
}

/// Runs a workload on a database whose contents are `start`. `ending` runs at its end, if it comes so
/// far.
pub fn run(instance: &Instance, db: &Arc<OpenDb>, mix: &Mix, start: Contents) -> History {
    let mut history = History::new(start.clone());
    let mut players = Vec::new();
    for number in 0..mix.sessions {
        let own = |e: &&(u8, Vec<u8>, Vec<u8>)| e.1.first() == Some(&(number as u8));
        match instance.session() {
            Ok(session) => players.push(Player {
                session,
                levels: vec![start.iter().filter(own).cloned().collect()],
            }),
            Err(e) => {
                history.ended = Some(e.to_string());
                return history;
            }
        }
    }
    let rest = of_nobody(&start, mix.sessions);
    let mut rng = SeededRng::new(mix.seed);
    for step in 0..mix.steps {
        if let Err(e) = one(
            (instance, db),
            mix,
            &mut players,
            &mut history,
            &rest,
            &mut rng,
        ) {
            history.ended = Some(format!("step {step}: {e}"));
            break;
        }
    }
    history
}

fn one(
    (instance, db): (&Instance, &Arc<OpenDb>),
    mix: &Mix,
    players: &mut [Player],
    history: &mut History,
    rest: &Contents,
    rng: &mut SeededRng,
) -> Result<(), String> {
    let said = |e: &dyn std::error::Error| e.to_string();
    if rng.below(mix.tick) == 0 {
        let done = match rng.below(3) {
            0 => instance.checkpoint(),
            _ => instance.tick(),
        };
        return done.map_err(|e| said(&e));
    }
    let number = rng.below(players.len() as u64) as usize;
    let player = &mut players[number];
    let level = player.session.level();
    match rng.below(8) {
        0 if level < 3 => begin(player)?,
        1 if level > 0 => {
            let durable = rng.below(mix.lazy) > 0;
            return commit(players, number, durable, history, rest);
        }
        2 if level > 0 && rng.below(2) == 0 => {
            player.session.rollback().map_err(|e| said(&e))?;
            player.levels.pop();
        }
        _ if level == 0 => begin(player)?,
        _ => change(player, number as u8, db, mix, rng)?,
    }
    Ok(())
}

fn begin(player: &mut Player) -> Result<(), String> {
    player.session.begin(false).map_err(|e| e.to_string())?;
    let now = player.levels.last().expect("a level").clone();
    player.levels.push(now);
    Ok(())
}

fn commit(
    players: &mut [Player],
    number: usize,
    durable: bool,
    history: &mut History,
    rest: &Contents,
) -> Result<(), String> {
    let player = &mut players[number];
    let top = player.levels.pop().expect("a level");
    *player.levels.last_mut().expect("a level") = top;
    let outermost = player.levels.len() == 1;
    let kind = match durable {
        true => CommitKind::Durable,
        false => CommitKind::Lazy,
    };
    if outermost {
        let all = players.iter().flat_map(|p| p.levels[0].iter().cloned());
        history
            .states
            .push(all.chain(rest.iter().cloned()).collect());
    }
    let at = players[number]
        .session
        .commit(kind)
        .map_err(|e| e.to_string())?;
    // A transaction that changed nothing waits for nobody.
    if outermost && durable && at.is_some() {
        history.durable = history.states.len() - 1;
    }
    Ok(())
}

/// One change, by `update` or by `work`; sometimes an update that fails in its middle, which must
/// leave nothing.
fn change(
    player: &mut Player,
    number: u8,
    db: &Arc<OpenDb>,
    mix: &Mix,
    rng: &mut SeededRng,
) -> Result<(), String> {
    let key = vec![number, b'k', rng.below(mix.keys.into()) as u8];
    let len = 1 + rng.below(mix.data as u64) as usize;
    let data: Vec<u8> = (0..len)
        .map(|i| (i as u8).wrapping_mul(7) ^ key[2])
        .collect();
    let other = vec![number, rng.below(4) as u8];
    let pointer = rng.below(1 << 16).to_be_bytes()[5..].to_vec();
    let now = player.levels.last_mut().expect("a level");
    let old = now.iter().find(|(t, k, _)| *t == 0 && *k == key).cloned();
    let again = now.contains(&(1, other.clone(), pointer.clone()));
    let fails = rng.below(6) == 0;
    let deletes = rng.below(3) == 0;
    let mut after = now.clone();
    if let Some(old) = &old {
        after.remove(old);
    }
    if !(deletes && old.is_some()) {
        after.insert((0, key.clone(), data.clone()));
    }
    match again {
        true => after.remove(&(1, other.clone(), pointer.clone())),
        false => after.insert((1, other.clone(), pointer.clone())),
    };
    let trees = Trees::default().trees;
    let all = |w: &mut Work<'_>| -> Result<(), WorkError> {
        let bookmark = |key, data| Bookmark { key, data };
        let mut writer = w.writer();
        if old.is_some() && deletes {
            writer.flag_delete(&trees[0], bookmark(&key, &[]))?;
        } else if old.is_some() {
            writer.replace(&trees[0], &key, &data)?;
        } else {
            writer.insert(&trees[0], &key, &data)?;
        }
        if again {
            writer.flag_delete(&trees[1], bookmark(&other, &pointer))?;
        } else {
            writer.insert(&trees[1], &other, &pointer)?;
        }
        if fails {
            return Err(WorkError::refused(
                ese_core::JetErr::KEY_DUPLICATE,
                "on purpose",
            ));
        }
        Ok(())
    };
    let by_update = fails || rng.below(2) == 0;
    let done = match by_update {
        true => player.session.update(db, all),
        false => player.session.work(db, |w| all(w)),
    };
    match done {
        Ok(()) => *player.levels.last_mut().expect("a level") = after,
        Err(e) if fails && e.jet_err() == ese_core::JetErr::KEY_DUPLICATE => {}
        Err(e) => return Err(e.to_string()),
    }
    Ok(())
}
