//! What is to be done, decided before the first byte is copied: which databases, with which logs,
//! from which generation on, and whether the checkpoint is believed.
//!
//! Pure: a [`Survey`] in, a [`Plan`] or a refusal out. A refusal here is one that recovery would end
//! with after all the copying (docs/format/recovery.md §1.1, §3), with the same error.
//!
//! Invariant: a checkpoint is only left out when replay from an older generation, which is there,
//! gives what was asked for.
#![forbid(unsafe_code)]

use super::explain::{self, log_names, numbers};
use super::survey::{DbFacts, Given, How, Mention, Survey};
use crate::error::CliError;
use ese_core::JetErr;
use ese_core::format::db_header::DbState;
use ese_core::format::ids::{Lgpos, Signature};
use ese_core::log::LogSequence;
use ese_core::log::names::LogKind;
use ese_core::log::sequence::SequenceFile;
use ese_core::recovery::StopAt;
use std::collections::HashSet;
use std::path::PathBuf;

/// What was asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wish {
    pub(super) until: Option<StopAt>,
    pub(super) accept_lost_logs: bool,
}

/// What is done with a database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Task {
    /// It is clean: taken as it is.
    Take,
    /// Its logs are replayed on it.
    Replay { sign_db: Signature },
    /// It is made again from the record at `created`.
    Rebuild { sign_db: Signature, created: Lgpos },
}

impl Task {
    /// Signature under which the logs know it, when they are needed.
    pub(super) fn sign_db(&self) -> Option<Signature> {
        match *self {
            Self::Take => None,
            Self::Replay { sign_db } | Self::Rebuild { sign_db, .. } => Some(sign_db),
        }
    }
}

/// What is to be done.
#[derive(Debug)]
pub(super) struct Plan {
    /// A task for each database, in their order.
    pub(super) tasks: Vec<Task>,
    /// `None`: no log is needed.
    pub(super) replay: Option<Replay>,
    /// What the user should know.
    pub(super) notes: Vec<String>,
}

/// What is needed of the logs.
#[derive(Debug)]
pub(super) struct Replay {
    /// First generation that is needed.
    pub(super) start: i32,
    /// The checkpoint is used.
    pub(super) checkpoint: bool,
    /// The log files that are needed.
    pub(super) logs: Vec<PathBuf>,
}

/// Decides.
pub(super) fn plan(survey: &Survey, wish: &Wish) -> Result<Plan, CliError> {
    names_differ(&survey.databases)?;
    let mut notes = Vec::new();
    let tasks = survey
        .databases
        .iter()
        .map(|db| task(db, survey, &mut notes))
        .collect::<Result<Vec<_>, _>>()?;
    let replay = if tasks.iter().all(|t| *t == Task::Take) {
        None
    } else {
        Some(replay(survey, wish, &tasks, &mut notes)?)
    };
    Ok(Plan {
        tasks,
        replay,
        notes,
    })
}

/// Two databases of one name can't both appear in one folder.
fn names_differ(databases: &[Given]) -> Result<(), CliError> {
    let mut seen = HashSet::new();
    for db in databases {
        if !seen.insert(&db.name) {
            return Err(CliError::usage(format!(
                "{}: two databases of this name were given, and each result bears the name of its database",
                db.name.display()
            ))
            .next("recover them one after the other, each with a --to of its own"));
        }
    }
    Ok(())
}

fn task(db: &Given, survey: &Survey, notes: &mut Vec<String>) -> Result<Task, CliError> {
    let Some(facts) = &db.facts else {
        return rebuild(db, None, survey, notes);
    };
    let shown = db.path.display();
    if facts.backup_copy {
        return Err(explain::about(
            &db.path,
            CliError::refused(
                JetErr::SOFT_RECOVERY_ON_BACKUP_DATABASE,
                format!("{shown}: this is a copy that a backup took"),
            ),
        )
        .next("restore the backup set that it belongs to (eseutil restore); recovery of the copy alone would miss what the backup logged for it"));
    }
    match facts.state {
        DbState::CleanShutdown => {
            notes.push(format!(
                "{shown} is clean: no log is needed, it is taken as it is"
            ));
            let later = survey.mentions.iter().any(|m| {
                m.how == How::Attached
                    && m.sign_db == facts.sign_db
                    && m.lgpos > facts.lgpos_consistent
            });
            if later {
                notes.push(format!(
                    "{shown}: the logs go on with a later attachment of this database; what they \
                     hold is not applied to a clean file"
                ));
            }
            Ok(Task::Take)
        }
        DbState::JustCreated => rebuild(db, Some(facts), survey, notes),
        _ => Ok(Task::Replay {
            sign_db: facts.sign_db,
        }),
    }
}

/// Finds the creation of a database that is not there, or that was not finished.
fn rebuild(
    db: &Given,
    unfinished: Option<&DbFacts>,
    survey: &Survey,
    notes: &mut Vec<String>,
) -> Result<Task, CliError> {
    let meant =
        |m: &&Mention| m.is_named(&db.name) || unfinished.is_some_and(|f| f.sign_db == m.sign_db);
    let created = survey
        .mentions
        .iter()
        .filter(|m| m.how == How::Created)
        .filter(meant)
        .max_by_key(|m| m.lgpos);
    if let Some(m) = created {
        notes.push(format!(
            "{}: made again from the logs ({} was created at {})",
            db.path.display(),
            m.path,
            m.lgpos
        ));
        let others = survey
            .mentions
            .iter()
            .filter(|o| o.how == How::Created && o.sign_db != m.sign_db)
            .filter(meant)
            .count();
        if others > 0 {
            notes.push(format!(
                "{}: the logs create {} more under this file name; the last one is made again",
                db.path.display(),
                others
            ));
        }
        return Ok(Task::Rebuild {
            sign_db: m.sign_db,
            created: m.lgpos,
        });
    }
    Err(not_created(db, survey, survey.mentions.iter().find(meant)))
}

/// The logs do not tell how to make the database.
fn not_created(db: &Given, survey: &Survey, named: Option<&Mention>) -> CliError {
    let shown = db.path.display();
    let what = if db.facts.is_some() {
        "its creation was never finished"
    } else {
        "there is no such file"
    };
    let error = |jet, why: String| {
        explain::about(
            &db.path,
            CliError::refused(jet, format!("{shown}: {what}, and {why}")),
        )
    };
    let Some(logs) = &survey.logs else {
        return error(
            JetErr::FILE_NOT_FOUND,
            format!(
                "no logs are in {} to make it from",
                survey.logs_dir.display()
            ),
        )
        .next("check the path; --logs DIR names the folder with the logs");
    };
    if let Some(named) = named {
        let first = logs.range().map_or(0, |(first, _)| first);
        return error(
            JetErr::ATTACHED_DATABASE_MISMATCH,
            format!(
                "the logs, which begin with generation {first}, do not reach back to its creation \
                 (they know it as {}, attached at {})",
                named.path, named.lgpos
            ),
        )
        .next(
            "put back the database file, or all logs from its creation on; without either, \
             restore a backup",
        );
    }
    let mut known: Vec<&str> = survey.mentions.iter().map(Mention::file_name).collect();
    known.sort_unstable();
    known.dedup();
    let known = if known.is_empty() {
        "none".to_owned()
    } else {
        known.join(", ")
    };
    error(
        JetErr::FILE_NOT_FOUND,
        format!("the logs know no database of this file name (they know: {known})"),
    )
    .next("check the path and the name")
}

fn replay(
    survey: &Survey,
    wish: &Wish,
    tasks: &[Task],
    notes: &mut Vec<String>,
) -> Result<Replay, CliError> {
    let dirty: Vec<&Given> = survey
        .databases
        .iter()
        .zip(tasks)
        .filter(|(_, t)| matches!(t, Task::Replay { .. }))
        .map(|(db, _)| db)
        .collect();
    let logs = survey
        .logs
        .as_ref()
        .ok_or_else(|| no_logs(survey, &dirty))?;
    for db in &dirty {
        same_sequence(db, logs)?;
    }
    let wanted = Wanted::new(&dirty, tasks);
    let (first, last) = logs.range().unwrap_or((0, 0));
    let is_there = |g: i32| logs.generation(g).is_some();

    let checkpoint = survey.checkpoint.as_ref().filter(|c| {
        let ours = |f: &SequenceFile| f.facts.as_ref().is_ok_and(|h| h.sign_log == c.sign_log);
        logs.files.iter().any(ours)
    });
    let mut start = wanted.first.filter(|&g| is_there(g)).unwrap_or(first);
    let mut believed = false;
    match checkpoint {
        Some(c) => match disbelief(c.lgpos, &wanted, wish, survey.closed, logs) {
            None => {
                believed = true;
                start = c.lgpos.generation;
            }
            Some(why) => notes.push(format!("the checkpoint ({}) is not used: {why}", c.lgpos)),
        },
        None if logs.checkpoint.is_some() => notes.push(
            "the checkpoint file can't be used (damaged, or of other logs); replay begins without it"
                .to_owned(),
        ),
        None => {}
    }
    Check {
        logs,
        dirty: &dirty,
        wanted: &wanted,
        wish,
        start,
        believed,
        last,
    }
    .run(notes)?;
    let mut files: Vec<PathBuf> = logs
        .files
        .iter()
        .filter(|f| f.kind != LogKind::Temp && may_matter(f, start))
        .map(|f| f.path.clone())
        .collect();
    files.extend(logs.temp.clone());
    Ok(Replay {
        start,
        checkpoint: believed,
        logs: files,
    })
}

/// What the databases need of the logs.
struct Wanted {
    /// First generation; `None` when a header does not say.
    first: Option<i32>,
    /// First that a dirty database cannot do without, and last.
    required: Option<(i32, i32)>,
    /// Where the oldest database that is made again was created.
    created: Option<Lgpos>,
    /// Last with committed changes.
    committed: i32,
}

impl Wanted {
    fn new(dirty: &[&Given], tasks: &[Task]) -> Self {
        let facts = || dirty.iter().filter_map(|d| d.facts.as_ref());
        let required = facts()
            .filter_map(|f| f.required)
            .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        let created = tasks
            .iter()
            .filter_map(|t| match t {
                Task::Rebuild { created, .. } => Some(*created),
                _ => None,
            })
            .min();
        let all_say = facts().all(|f| f.required.is_some_and(|(min, _)| min > 0));
        let first = match (all_say, required, created) {
            (false, _, _) => None,
            (true, Some((min, _)), Some(c)) => Some(min.min(c.generation)),
            (true, Some((min, _)), None) => Some(min),
            (true, None, c) => c.map(|c| c.generation),
        };
        Self {
            first,
            required,
            created,
            committed: facts().map(|f| f.committed).max().unwrap_or(0),
        }
    }
}

/// Why a usable checkpoint is left out.
fn disbelief(
    checkpoint: Lgpos,
    wanted: &Wanted,
    wish: &Wish,
    closed: Option<Lgpos>,
    logs: &LogSequence,
) -> Option<String> {
    if let Some(created) = wanted.created.filter(|&c| c < checkpoint) {
        return Some(format!(
            "a database is made again from its creation at {created}"
        ));
    }
    if let Some((min, _)) = wanted.required
        && min > 0
        && min < checkpoint.generation
        && (min..checkpoint.generation).all(|g| logs.generation(g).is_some())
    {
        return Some(format!(
            "a database requires the logs from generation {min} on"
        ));
    }
    if wanted.required.is_some() && closed == Some(checkpoint) {
        return Some(
            "it lies where the logs were closed, but a database is older than that".to_owned(),
        );
    }
    let last = logs.range().map_or(0, |(_, last)| last);
    (wish.accept_lost_logs && checkpoint.generation > last)
        .then(|| "its generation is among the lost logs".to_owned())
}

fn no_logs(survey: &Survey, dirty: &[&Given]) -> CliError {
    let needs = dirty
        .iter()
        .filter_map(|d| Some((d, d.facts.as_ref()?.required?)))
        .map(|(d, (min, max))| format!("{} requires generations {min} to {max}", d.path.display()))
        .collect::<Vec<_>>()
        .join("; ");
    let dir = survey.logs_dir.display();
    let message = if needs.is_empty() {
        format!("{dir}: no log files are here")
    } else {
        format!("{dir}: no log files are here, and {needs}")
    };
    explain::about(
        &survey.logs_dir,
        CliError::refused(JetErr::MISSING_LOG_FILE, message),
    )
    .next("--logs DIR names the folder with the logs; without them restore a backup")
}

/// A dirty database is of no use with logs that are all of another sequence.
fn same_sequence(db: &Given, logs: &LogSequence) -> Result<(), CliError> {
    let Some(facts) = &db.facts else {
        return Ok(());
    };
    let signatures: Vec<Signature> = logs
        .files
        .iter()
        .filter_map(|f| f.facts.as_ref().ok().map(|h| h.sign_log))
        .collect();
    let Some(other) = signatures.first() else {
        return Ok(());
    };
    if signatures.contains(&facts.sign_log) {
        return Ok(());
    }
    Err(explain::about(
        &db.path,
        CliError::refused(
            JetErr::ATTACHED_DATABASE_MISMATCH,
            format!(
                "{}: it belongs to the log sequence {}, the logs in {} are of {other}",
                db.path.display(),
                facts.sign_log,
                logs.dir.display()
            ),
        ),
    )
    .next("--logs DIR names the folder with its own logs; without them restore a backup"))
}

/// `false` for an archived log that lies before `start` by its name and by its header.
fn may_matter(file: &SequenceFile, start: i32) -> bool {
    match file.kind {
        LogKind::Archived { generation, .. } => {
            let by_header = file.facts.as_ref().map_or(i32::MIN, |h| h.generation);
            i32::try_from(generation).is_ok_and(|g| g >= start) || by_header >= start
        }
        _ => true,
    }
}

/// Looks for generations that are missing.
struct Check<'a> {
    logs: &'a LogSequence,
    dirty: &'a [&'a Given],
    wanted: &'a Wanted,
    wish: &'a Wish,
    start: i32,
    believed: bool,
    last: i32,
}

impl Check<'_> {
    fn run(&self, notes: &mut Vec<String>) -> Result<(), CliError> {
        self.stop_is_late_enough()?;
        let current = self.logs.current();
        // With a current log whose generation can't be read nothing is known about the end.
        let end_known = current.is_none_or(|f| f.generation().is_some());
        let end = self.end();
        let required = self.wanted.required;
        if self.believed && self.start > end && end_known {
            return Err(self.missing(
                JetErr::MISSING_LOG_FILE,
                &[self.start],
                "the checkpoint begins there",
            ));
        }
        if self.believed && self.logs.generation(self.start).is_none() && end_known {
            return Err(self.missing(
                JetErr::MISSING_LOG_FILE,
                &[self.start],
                "the checkpoint begins there",
            ));
        }
        if let Some((min, _)) = required
            && min > 0
            && min < self.start
        {
            let gone = self.absent(min, self.start.saturating_sub(1));
            return Err(self.missing(
                JetErr::REQUIRED_LOG_FILES_MISSING,
                &gone,
                &format!("the database requires the logs from generation {min} on"),
            ));
        }
        if current.is_none() && self.replays_to_the_end() {
            self.no_current(end, notes)?;
        }
        let gaps = self.absent(self.start, end);
        if !gaps.is_empty() && end_known {
            return Err(self.missing(
                JetErr::INVALID_LOG_SEQUENCE,
                &gaps,
                "generations before and after are there",
            ));
        }
        if let Some((_, max)) = required
            && max > end
            && end_known
        {
            let gone = self.absent(end.saturating_add(1), max);
            return Err(self.missing(
                JetErr::REQUIRED_LOG_FILES_MISSING,
                &gone,
                &format!("the database requires the logs up to generation {max}"),
            ));
        }
        self.committed(end, end_known, notes)
    }

    /// Last generation that is replayed.
    fn end(&self) -> i32 {
        match self.wish.until {
            Some(StopAt::Position { generation, .. }) => self.last.min(generation),
            _ => self.last,
        }
    }

    fn replays_to_the_end(&self) -> bool {
        match self.wish.until {
            Some(StopAt::Position { generation, .. }) => generation > self.last,
            _ => true,
        }
    }

    /// The numbers of `from..=to` that no file holds; the first few thousand.
    fn absent(&self, from: i32, to: i32) -> Vec<i32> {
        (from.max(1)..=to)
            .take(MISSING_MOST)
            .filter(|&g| self.logs.generation(g).is_none())
            .collect()
    }

    fn stop_is_late_enough(&self) -> Result<(), CliError> {
        for db in self.dirty {
            let Some((_, max)) = db.facts.as_ref().and_then(|f| f.required) else {
                continue;
            };
            let too_early = match self.wish.until {
                Some(StopAt::Position { generation, .. }) => generation < max,
                Some(StopAt::Time(t)) => self
                    .logs
                    .generation(max)
                    .and_then(|f| f.facts.as_ref().ok())
                    .is_some_and(|h| !h.tm_create.is_none() && sortable(h.tm_create) > sortable(t)),
                None => false,
            };
            if too_early {
                let base = format!(
                    "{}: pages of this file hold changes of generations up to {max} already, the \
                     replay can't stop before that",
                    db.path.display()
                );
                return Err(explain::about(
                    &db.path,
                    CliError::refused(JetErr::REQUIRED_LOG_FILES_MISSING, base),
                )
                .next(format!(
                    "--until {max} is the earliest generation for this file; for an earlier \
                     moment take an older copy of the database with the logs since then"
                )));
            }
        }
        Ok(())
    }

    /// The current log is not there.
    fn no_current(&self, end: i32, notes: &mut Vec<String>) -> Result<(), CliError> {
        let required = self.wanted.required.map_or(0, |(_, max)| max);
        if self.logs.temp.is_some() {
            // The crash came between the two renames of a rollover.
            return Ok(());
        }
        if self.wish.accept_lost_logs {
            notes.push(format!(
                "the current log is lost: changes after generation {end} are lost with it"
            ));
            return Ok(());
        }
        let name = log_names(self.logs, None);
        let error = explain::about(
            &self.logs.dir.join(&name),
            CliError::refused(
                JetErr::MISSING_LOG_FILE,
                format!(
                    "{}: the current log {name} is missing; the last one there is generation {end}",
                    self.logs.dir.display()
                ),
            ),
        )
        .detail("missing_files", vec![name.clone()]);
        Err(if required > end {
            error.next(format!(
                "find {name} and put it beside the others: the database requires generations up \
                 to {required}; without it restore a backup"
            ))
        } else {
            error.next(format!(
                "find {name} and put it beside the others; if it is lost, --accept-lost-logs goes \
                 on without it and loses what was committed after generation {end}"
            ))
        })
    }

    /// Committed changes lie in generations that are not there.
    fn committed(
        &self,
        end: i32,
        end_known: bool,
        notes: &mut Vec<String>,
    ) -> Result<(), CliError> {
        let committed = self.wanted.committed;
        let asked_to_stop = self.wish.until.is_some();
        // A prepared log may hold the next generation already.
        let prepared = self.logs.current().is_none() && self.logs.temp.is_some();
        if committed <= end || !end_known || asked_to_stop || prepared {
            return Ok(());
        }
        let gone = self.absent(end.saturating_add(1), committed);
        if self.wish.accept_lost_logs {
            notes.push(format!(
                "generations {} are lost, and what was committed in them",
                numbers(&gone)
            ));
            return Ok(());
        }
        let names: Vec<String> = gone
            .iter()
            .map(|&g| log_names(self.logs, Some(g)))
            .collect();
        Err(self
            .missing(
                JetErr::COMMITTED_LOG_FILES_MISSING,
                &gone,
                &format!("the database knows of committed changes up to generation {committed}"),
            )
            .next(format!(
                "find {}; if the logs are lost, --accept-lost-logs goes on without them and loses \
                 what was committed in generations {}",
                explain::some(&names),
                numbers(&gone)
            )))
    }

    fn missing(&self, jet: JetErr, gone: &[i32], why: &str) -> CliError {
        explain::missing(self.logs, jet, gone, why)
    }
}

/// Missing generations that are listed at most; a wider range in a header is no list of logs.
const MISSING_MOST: usize = 10_000;

/// A time as numbers that sort.
pub(super) fn sortable(t: ese_core::format::ids::LogTime) -> (u16, u8, u8, u8, u8, u8, u16) {
    let p = t.parts();
    (
        p.year,
        p.month,
        p.day,
        p.hour,
        p.minute,
        p.second,
        p.millisecond,
    )
}

#[cfg(test)]
mod tests;
