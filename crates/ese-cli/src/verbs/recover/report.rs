//! What was done: recover-report.json beside the result, and the answer on the screen.
//!
//! Invariant: the file and `--json` say the same.
#![forbid(unsafe_code)]

use super::plan::{Replay, Task};
use super::survey::{Given, Survey};
use super::work::{Hashed, Input};
use crate::error::CliError;
use crate::output::Output;
use crate::text::{hex, plural};
use ese_core::format::ids::Signature;
use ese_core::io::clock::UtcTime;
use ese_core::io::{FileSystem, OpenMode};
use ese_core::recovery::{DbFate, Outcome};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// Name of the report.
pub(super) const REPORT_NAME: &str = "recover-report.json";
/// Transactions that the screen shows; the report has all.
const UNDONE_SHOWN: usize = 10;

/// How much was reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reached {
    /// Every database is clean.
    Whole,
    /// Some are.
    Partial,
}

struct Done {
    given: PathBuf,
    result: PathBuf,
    hashed: Hashed,
    fate: &'static str,
    sign_db: Option<Signature>,
}

struct Failed {
    given: PathBuf,
    message: String,
    jet: Option<ese_core::JetErr>,
    next: Option<String>,
}

/// The report while it comes into being.
pub(super) struct Report {
    started: UtcTime,
    finished: Option<UtcTime>,
    in_place: bool,
    target: Option<PathBuf>,
    warnings: Vec<String>,
    shown_warnings: usize,
    logs_dir: PathBuf,
    base: String,
    checkpoint_used: bool,
    outcome: Option<Outcome>,
    inputs: Vec<Input>,
    done: Vec<Done>,
    maps: Vec<(PathBuf, Hashed)>,
    failed: Vec<Failed>,
}

fn fate_word(fate: DbFate) -> &'static str {
    match fate {
        DbFate::Recovered => "recovered",
        DbFate::Rebuilt => "rebuilt",
        DbFate::Redone => "redone",
        DbFate::AlreadyConsistent => "already consistent",
        DbFate::PassedOver => "passed over",
        DbFate::Removed => "removed",
    }
}

impl Report {
    /// Nothing is done yet; `notes` have been shown.
    pub(super) fn new(started: UtcTime, notes: Vec<String>) -> Self {
        Self {
            started,
            finished: None,
            in_place: false,
            target: None,
            shown_warnings: notes.len(),
            warnings: notes,
            logs_dir: PathBuf::new(),
            base: String::new(),
            checkpoint_used: false,
            outcome: None,
            inputs: Vec::new(),
            done: Vec::new(),
            maps: Vec::new(),
            failed: Vec::new(),
        }
    }

    pub(super) fn begin_in_place(&mut self) {
        self.in_place = true;
    }

    /// What the user should know.
    pub(super) fn warn(&mut self, warning: &str) {
        self.warnings.push(warning.to_owned());
    }

    /// Recovery is over.
    pub(super) fn replayed(&mut self, survey: &Survey, replay: &Replay, outcome: Outcome) {
        self.logs_dir.clone_from(&survey.logs_dir);
        self.base = survey
            .logs
            .as_ref()
            .map_or_else(String::new, |l| l.base.clone());
        self.checkpoint_used = replay.checkpoint;
        if outcome.committed_logs_lost {
            self.warnings.push(
                "the newest logs were lost, and what was committed in them (accepted by \
                 --accept-lost-logs)"
                    .to_owned(),
            );
        }
        let is_ours = |sign_db: Signature| {
            let given = survey.databases.iter().filter_map(|d| d.facts.as_ref());
            given.into_iter().any(|f| f.sign_db == sign_db)
        };
        for db in &outcome.databases {
            if db.fate == DbFate::PassedOver && !is_ours(db.sign_db) {
                self.warnings.push(format!(
                    "the logs also hold {}, which was not given: passed over",
                    db.logged_path
                ));
            }
        }
        self.outcome = Some(outcome);
    }

    /// What became of a database by its signature.
    pub(super) fn fate(&self, sign_db: Signature) -> Option<DbFate> {
        let databases = &self.outcome.as_ref()?.databases;
        let found = databases.iter().rev().find(|d| d.sign_db == sign_db)?;
        Some(found.fate)
    }

    pub(super) fn inputs(&mut self, inputs: Vec<Input>) {
        self.inputs = inputs;
    }

    /// A clean database.
    pub(super) fn output(&mut self, db: &Given, task: &Task, result: &Path, hashed: Hashed) {
        let fate = match task {
            Task::Take => "was clean",
            Task::Rebuild { .. } => "rebuilt",
            Task::Replay { sign_db } => self.fate(*sign_db).map_or("recovered", fate_word),
        };
        let sign_db = task
            .sign_db()
            .or_else(|| db.facts.as_ref().map(|f| f.sign_db));
        self.done.push(Done {
            given: db.path.clone(),
            result: result.to_owned(),
            hashed,
            fate,
            sign_db,
        });
    }

    /// A flush map that goes with a result.
    pub(super) fn flush_map(&mut self, result: &Path, hashed: Hashed) {
        self.maps.push((result.to_owned(), hashed));
    }

    /// A database that is not clean.
    pub(super) fn failed(&mut self, db: &Given, e: &CliError) {
        self.failed.push(Failed {
            given: db.path.clone(),
            message: e.message.clone(),
            jet: e.jet,
            next: e.next.clone(),
        });
    }

    pub(super) fn has_no_output(&self) -> bool {
        self.done.is_empty()
    }

    /// Nothing more comes.
    pub(super) fn finish(&mut self, now: UtcTime, target: Option<&Path>) {
        self.finished = Some(now);
        self.target = target.map(Path::to_owned);
    }

    pub(super) fn result(&self) -> Reached {
        if self.failed.is_empty() {
            Reached::Whole
        } else {
            Reached::Partial
        }
    }

    /// Warnings that came up while it worked.
    pub(super) fn later_warnings(&self) -> &[String] {
        self.warnings.get(self.shown_warnings..).unwrap_or_default()
    }

    /// The file.
    pub(super) fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(&self.json()).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Writes the file beside databases that were recovered in place.
    pub(super) fn save(&self, fs: &dyn FileSystem, path: &Path) -> std::io::Result<()> {
        let file = fs.open(path, OpenMode::CreateNew)?;
        file.write_all_at(self.text().as_bytes(), 0)?;
        file.sync_all()?;
        fs.sync_dir(super::folder_of(path))
    }

    fn json(&self) -> Value {
        let mut v = json!({
            "tool": concat!("eseutil ", env!("CARGO_PKG_VERSION")),
            "started": self.started.to_string(),
            "finished": self.finished.map(|t| t.to_string()),
            "result": match self.result() {
                Reached::Whole => "recovered",
                Reached::Partial => "partial",
            },
            "in_place": self.in_place,
            "to": self.target.as_ref().map(|p| p.display().to_string()),
            "inputs": self.inputs.iter().map(input_json).collect::<Vec<_>>(),
            "outputs": self.outputs_json(),
            "failed": self.failed.iter().map(failed_json).collect::<Vec<_>>(),
            "replay": self.outcome.as_ref().map(|o| self.replay_json(o)),
        });
        v["warnings"] = self.warnings.clone().into();
        v
    }

    fn outputs_json(&self) -> Vec<Value> {
        let databases = self.done.iter().map(|d| {
            json!({
                "file": d.result.display().to_string(),
                "kind": "database",
                "from": d.given.display().to_string(),
                "fate": d.fate,
                "state": "CleanShutdown",
                "signature": d.sign_db.map(|s| hex(&s.0)),
                "bytes": d.hashed.bytes,
                "sha256": d.hashed.sha256,
            })
        });
        let maps = self.maps.iter().map(|(path, hashed)| {
            json!({
                "file": path.display().to_string(),
                "kind": "flush map",
                "bytes": hashed.bytes,
                "sha256": hashed.sha256,
            })
        });
        databases.chain(maps).collect()
    }

    fn replay_json(&self, o: &Outcome) -> Value {
        let undone: Vec<Value> = o
            .undone
            .iter()
            .map(|t| {
                json!({
                    "session": t.procid,
                    "begin": t.begin0.to_string(),
                    "changes": t.changes,
                })
            })
            .collect();
        let databases: Vec<Value> = o
            .databases
            .iter()
            .map(|d| {
                json!({
                    "logged_path": d.logged_path,
                    "dbid": d.dbid,
                    "signature": hex(&d.sign_db.0),
                    "fate": fate_word(d.fate),
                })
            })
            .collect();
        let mut v = Map::new();
        let mut put = |name: &str, value: Value| {
            v.insert(name.to_owned(), value);
        };
        put("logs", self.logs_dir.display().to_string().into());
        put("base", self.base.clone().into());
        put("checkpoint_used", self.checkpoint_used.into());
        put("generations", o.generations.map(|(a, b)| vec![a, b]).into());
        put("start", o.start.map(|p| p.to_string()).into());
        put("end", o.end.map(|p| p.to_string()).into());
        put("records", o.records.into());
        put("stopped_where_asked", o.stopped.into());
        put("committed_logs_lost", o.committed_logs_lost.into());
        put("databases", databases.into());
        put("undone", undone.into());
        v.into()
    }

    /// The answer.
    pub(super) fn print(&self, out: &mut Output) -> Result<(), CliError> {
        if out.is_json() {
            return out.json(&self.json());
        }
        if let Some(o) = &self.outcome {
            self.print_replay(o, out)?;
        }
        for d in &self.done {
            let result = if d.result == d.given {
                String::new()
            } else {
                format!(" -> {}", d.result.display())
            };
            out.line(format!(
                "{}{result}: {}, clean now, {}, sha256 {}",
                d.given.display(),
                d.fate,
                indicatif::HumanBytes(d.hashed.bytes),
                d.hashed.sha256
            ))?;
        }
        for f in &self.failed {
            let jet = f.jet.map_or_else(String::new, |j| format!(" [{j}]"));
            out.line(format!("NOT RECOVERED: {}{jet}", f.message))?;
            if let Some(next) = &f.next {
                out.line(format!("  next: {next}"))?;
            }
        }
        if let (Some(to), false) = (&self.target, self.in_place) {
            out.line(format!(
                "report: {}; the input is unchanged (SHA-256 before and after)",
                to.join(REPORT_NAME).display()
            ))?;
        }
        if let Some(first) = self.done.first() {
            out.line(format!(
                "next: eseutil integrity {} (proves every promise of the format)",
                first.result.display()
            ))?;
        }
        Ok(())
    }

    fn print_replay(&self, o: &Outcome, out: &mut Output) -> Result<(), CliError> {
        if let Some((first, last)) = o.generations {
            let pos = |p: Option<ese_core::format::ids::Lgpos>| {
                p.map_or_else(|| "-".to_owned(), |p| p.to_string())
            };
            out.line(format!(
                "replayed {} of {} {first} to {last} ({} to {}){}",
                plural(o.records, "record", "records"),
                if first == last {
                    "generation"
                } else {
                    "generations"
                },
                pos(o.start),
                pos(o.end),
                if o.stopped {
                    ", stopped where asked"
                } else {
                    ""
                }
            ))?;
        }
        if o.undone.is_empty() {
            return Ok(());
        }
        let changes = o.undone.iter().map(|t| t.changes).sum();
        out.line(format!(
            "undone: {} not committed, {}",
            plural(o.undone.len() as u64, "transaction", "transactions"),
            plural(changes, "change", "changes")
        ))?;
        for t in o.undone.iter().take(UNDONE_SHOWN) {
            out.line(format!(
                "  session {}, begun at {}: {}",
                t.procid,
                t.begin0,
                plural(t.changes, "change", "changes")
            ))?;
        }
        if let Some(more) = o.undone.len().checked_sub(UNDONE_SHOWN).filter(|&n| n > 0) {
            out.line(format!("  and {more} more, all in the report"))?;
        }
        Ok(())
    }
}

fn input_json(i: &Input) -> Value {
    json!({
        "file": i.path.display().to_string(),
        "kind": i.kind.name(),
        "bytes": i.before.bytes,
        "sha256_before": i.before.sha256,
        "sha256_after": i.after.as_ref().map(|a| a.sha256.clone()),
        "unchanged": i.after.as_ref().is_some_and(|a| *a == i.before),
    })
}

fn failed_json(f: &Failed) -> Value {
    json!({
        "file": f.given.display().to_string(),
        "error": f.message,
        "jet_error": f.jet.map(|j| j.0),
        "jet_name": f.jet.map(ese_core::JetErr::name),
        "next": f.next,
    })
}
