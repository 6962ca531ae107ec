//! `recover`: dirty databases and their logs become clean databases.
//!
//! | room | purpose |
//! |---|---|
//! | [`survey`] | what lies there |
//! | [`plan`] | what is to be done, decided before the first byte is copied |
//! | [`work`] | the work folder: hashed copies, final names |
//! | [`room`] | will the copies fit |
//! | [`leftover`] | work folders of runs that were killed |
//! | [`explain`] | a failure and its next step |
//! | [`report`] | recover-report.json, and the answer on the screen |
//!
//! Invariants: the input is opened for reading, but with `--in-place`; what is not clean never bears a
//! database's name in the target folder; Ctrl-C and every failure leave the input and nothing else.
#![forbid(unsafe_code)]

mod explain;
mod leftover;
mod plan;
mod report;
mod room;
mod survey;
mod work;

use crate::cli::Recover;
use crate::error::CliError;
use crate::output::{Output, Verdict, progress, steps};
use crate::target::exists;
use ese_core::JetErr;
use ese_core::dbfile::{DbFile, FlushMapUse, flush_map_path, page_guard_path};
use ese_core::io::FileSystem;
use ese_core::io::clock::{Clock as _, RealClock};
use ese_core::io::env::Env;
use ese_core::io::real::RealFileSystem;
use ese_core::io::rng::SeededRng;
use ese_core::io::{OpenMode, PathKind};
use ese_core::recovery::options::DatabaseFile;
use ese_core::recovery::{self, DbFate, InitBits, Options, Outcome, StopAt, Watch};
use explain::{Scene, about};
use indicatif::ProgressBar;
use plan::{Plan, Replay, Task, Wish};
use report::{REPORT_NAME, Reached, Report};
use std::hash::{BuildHasher as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use survey::{Given, Survey};
use work::{Input, Kind, Work};

/// Set by Ctrl-C.
#[derive(Clone, Debug, Default)]
pub(in crate::verbs) struct Stop(Arc<AtomicBool>);

impl Stop {
    fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Somebody pressed Ctrl-C.
fn stopped() -> CliError {
    CliError::refused(
        JetErr::TERM_IN_PROGRESS,
        "stopped before the end; nothing was left behind",
    )
    .next("run the same command again")
}

pub(super) fn run(args: &Recover, out: &mut Output) -> Result<Verdict, CliError> {
    let stop = Stop::default();
    let handle = stop.clone();
    // Also SIGTERM and SIGHUP: whoever ends the program leaves nothing half behind.
    ctrlc::set_handler(move || handle.set())
        .map_err(|e| CliError::new(format!("Ctrl-C can't be caught: {e}")))?;
    let fs = RealFileSystem::shared();
    let started = RealClock::new().now_utc();
    let logs_dir = logs_folder(args)?;
    if let Some(to) = &args.to {
        nothing_is_replaced(&args.dbs, to)?;
    }
    let survey = Survey::read(&*fs, &args.dbs, &logs_dir, args.base.as_deref(), &stop)?;
    let wish = Wish {
        until: args.until.or(args.until_time),
        accept_lost_logs: args.accept_lost_logs,
    };
    let plan = plan::plan(&survey, &wish)?;
    for note in &plan.notes {
        out.note(note);
    }
    let job = Job {
        fs,
        survey: &survey,
        plan: &plan,
        wish,
        copies: args.to.is_some(),
        stop: &stop,
    };
    let mut report = Report::new(started, plan.notes.clone());
    match &args.to {
        Some(to) => job.on_a_copy(to, &mut report)?,
        None => job.in_place(&mut report, out)?,
    }
    for warning in report.later_warnings() {
        out.note(warning);
    }
    report.print(out)?;
    Ok(match report.result() {
        Reached::Whole => Verdict::Good,
        Reached::Partial => Verdict::Damage,
    })
}

/// The folder of a file's name.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Where logs are looked for.
fn logs_folder(args: &Recover) -> Result<PathBuf, CliError> {
    if let Some(dir) = &args.logs {
        return Ok(dir.clone());
    }
    let mut folders: Vec<&Path> = args.dbs.iter().map(|db| folder_of(db)).collect();
    folders.dedup();
    match folders.as_slice() {
        [only] => Ok((*only).to_owned()),
        _ => Err(CliError::usage(
            "the databases lie in different folders, so it is not clear where their logs are",
        )
        .next("--logs DIR names the folder with the logs")),
    }
}

/// Whatever would be written must not be there yet; a dangling link is there too.
fn nothing_is_replaced(dbs: &[PathBuf], to: &Path) -> Result<(), CliError> {
    let names = dbs.iter().filter_map(|db| db.file_name());
    let report = std::ffi::OsStr::new(REPORT_NAME);
    for name in names.chain([report]) {
        let path = to.join(name);
        if std::fs::symlink_metadata(&path).is_ok() {
            return Err(about(&path, exists(&path)));
        }
    }
    Ok(())
}

/// The real world, with random numbers that differ from run to run.
fn world(fs: &Arc<dyn FileSystem>) -> Env {
    let seed = std::hash::RandomState::new().build_hasher().finish();
    Env::new(
        Arc::clone(fs),
        Arc::new(RealClock::new()),
        Box::new(SeededRng::new(seed)),
    )
}

/// Shows how far recovery is, and tells it when to give up.
struct Progress<'a> {
    bar: ProgressBar,
    stop: &'a Stop,
}

impl Watch for Progress<'_> {
    fn generation(&self, generation: i32, first: i32, last: i32) {
        let count = |from: i32, to: i32| {
            u64::try_from(i64::from(to).saturating_sub(i64::from(from))).unwrap_or(0)
        };
        self.bar.set_length(count(first, last).saturating_add(1));
        self.bar.set_position(count(first, generation));
    }

    fn undo(&self, sessions: usize) {
        self.bar
            .set_message(format!("taking back what {sessions} sessions left open"));
    }

    fn give_up(&self) -> bool {
        self.stop.is_set()
    }
}

/// One recovery.
struct Job<'a> {
    fs: Arc<dyn FileSystem>,
    survey: &'a Survey,
    plan: &'a Plan,
    wish: Wish,
    /// The work is done on copies, not in place.
    copies: bool,
    stop: &'a Stop,
}

impl Job<'_> {
    fn databases(&self) -> impl Iterator<Item = (usize, &Given, &Task)> {
        let both = self.survey.databases.iter().zip(&self.plan.tasks);
        both.enumerate().map(|(i, (db, task))| (i, db, task))
    }

    fn base(&self) -> String {
        let logs = self.survey.logs.as_ref();
        logs.map_or_else(String::new, |l| l.base.clone())
    }

    fn bytes(&self, path: &Path) -> u64 {
        let file = self.fs.open(path, OpenMode::Read);
        file.and_then(|f| f.len()).unwrap_or(0)
    }

    /// Recovers copies in `to`.
    fn on_a_copy(&self, to: &Path, report: &mut Report) -> Result<(), CliError> {
        let mut work = Work::new(Arc::clone(&self.fs), to)?;
        for left in &work.leftovers {
            report.warn(left);
        }
        self.copy(&mut work)?;
        let places: Vec<PathBuf> = self
            .databases()
            .map(|(i, db, _)| work.database(i, &db.name))
            .collect();
        if let Some(replay) = &self.plan.replay {
            let options = Options {
                bits: self.bits(InitBits::REPLAY_IGNORE_MISSING_DB),
                ..self.options(&work.logs(), replay, &places)
            };
            let work_logs = work.logs();
            let outcome = self.recover(
                &options,
                &Scene {
                    survey: self.survey,
                    copies: &work.copies,
                    work: Some(&work_logs),
                    in_place: false,
                },
            )?;
            self.stopped_in_time(&outcome)?;
            if self.wish.until.is_some() && !outcome.stopped {
                report.warn("the logs end before the place to stop at: everything was replayed");
            }
            report.replayed(self.survey, replay, outcome);
        }
        let mut inputs = std::mem::take(&mut work.inputs);
        let total = inputs.iter().map(|i| i.before.bytes).sum();
        let bar = progress(total, "comparing the input");
        let same = work::verify(&*self.fs, &mut inputs, &bar, self.stop);
        bar.finish_and_clear();
        same?;
        report.inputs(inputs);

        let mut files = Vec::new();
        let mut first_problem = None;
        for ((_, db, task), place) in self.databases().zip(&places) {
            let result = to.join(&db.name);
            if let Some(problem) = self.not_clean(db, task, place, report) {
                report.failed(db, &problem);
                first_problem.get_or_insert(problem);
                continue;
            }
            report.output(db, task, &result, self.hash(place)?);
            files.push((place.clone(), result.clone()));
            if let Some(map) = usable_map(&*self.fs, place) {
                let result = flush_map_path(&result);
                let taken = files.iter().any(|(_, to)| *to == result)
                    || std::fs::symlink_metadata(&result).is_ok();
                // Nobody needs the map: without it lost writes are not found, that is all.
                if !taken {
                    report.flush_map(&result, self.hash(&map)?);
                    files.push((map, result));
                }
            }
        }
        if let (true, Some(problem)) = (files.is_empty(), first_problem) {
            return Err(problem);
        }
        if self.stop.is_set() {
            return Err(stopped());
        }
        report.finish(RealClock::new().now_utc(), Some(work.target()));
        let written = work.write(REPORT_NAME, report.text().as_bytes())?;
        files.push((written, to.join(REPORT_NAME)));
        work.publish(&files)
    }

    /// Copies everything that is needed into the work folder.
    fn copy(&self, work: &mut Work) -> Result<(), CliError> {
        let mut list: Vec<(PathBuf, PathBuf, Kind)> = Vec::new();
        for (i, db, task) in self.databases() {
            work.make_room(i)?;
            if matches!(task, Task::Rebuild { .. }) {
                continue;
            }
            let place = work.database(i, &db.name);
            if let Some(map) = &db.flush_map {
                list.push((map.clone(), flush_map_path(&place), Kind::FlushMap));
            }
            if let Some(images) = &db.page_images {
                list.push((images.clone(), page_guard_path(&place), Kind::PageImages));
            }
            list.push((db.path.clone(), place, Kind::Database));
        }
        if let Some(replay) = &self.plan.replay {
            let checkpoint = self.survey.logs.as_ref().and_then(|l| l.checkpoint.clone());
            let checkpoint = checkpoint.filter(|_| replay.checkpoint);
            let logs = replay.logs.iter().map(|p| (p, Kind::Log));
            for (path, kind) in logs.chain(checkpoint.iter().map(|p| (p, Kind::Checkpoint))) {
                if let Some(name) = path.file_name() {
                    list.push((path.clone(), work.logs().join(name), kind));
                }
            }
        }
        let total = list.iter().map(|(p, _, _)| self.bytes(p));
        let total = total.fold(0, u64::saturating_add);
        room::check(total, work.target())?;
        let bar = progress(total, "copying");
        for (from, to, kind) in list {
            work.copy(&from, to, kind, &bar, self.stop)?;
        }
        bar.finish_and_clear();
        Ok(())
    }

    /// Recovers where the files lie.
    fn in_place(&self, report: &mut Report, out: &mut Output) -> Result<(), CliError> {
        let here = self
            .survey
            .databases
            .first()
            .map_or(Path::new("."), |d| folder_of(&d.path));
        let report_path = here.join(REPORT_NAME);
        if std::fs::symlink_metadata(&report_path).is_ok() {
            return Err(about(&report_path, exists(&report_path))
                .next("move the report of the earlier recovery away"));
        }
        report.begin_in_place();
        let Some(replay) = &self.plan.replay else {
            for (_, db, task) in self.databases() {
                report.output(db, task, &db.path, self.hash(&db.path)?);
            }
            report.finish(RealClock::new().now_utc(), None);
            return Ok(());
        };
        for (_, db, task) in self.databases() {
            if matches!(task, Task::Replay { .. }) {
                self.may_be_locked(&db.path)?;
            }
        }
        out.note(self.what_changes(replay));
        let mut inputs = self.hash_input(replay)?;
        let places: Vec<PathBuf> = self.databases().map(|(_, db, _)| db.path.clone()).collect();
        let options = Options {
            bits: self.bits(InitBits::empty()),
            ..self.options(&self.survey.logs_dir, replay, &places)
        };
        let outcome = self.recover(
            &options,
            &Scene {
                survey: self.survey,
                copies: &[],
                work: None,
                in_place: true,
            },
        )?;
        report.replayed(self.survey, replay, outcome);
        for input in &mut inputs {
            // A log that became an archived one is no longer under its name.
            if matches!(self.fs.kind(&input.path), Ok(Some(PathKind::File))) {
                input.after = Some(self.hash(&input.path)?);
            }
        }
        report.inputs(inputs);
        let mut first_problem = None;
        for (_, db, task) in self.databases() {
            if let Some(problem) = self.not_clean(db, task, &db.path, report) {
                report.failed(db, &problem);
                first_problem.get_or_insert(problem);
            } else {
                report.output(db, task, &db.path, self.hash(&db.path)?);
            }
        }
        if let (true, Some(problem)) = (report.has_no_output(), first_problem) {
            return Err(problem);
        }
        report.finish(RealClock::new().now_utc(), None);
        report
            .save(&*self.fs, &report_path)
            .map_err(|e| about(&report_path, CliError::io(&report_path, &e)))
    }

    /// Another program that writes to the database is told about before anything is done. Recovery
    /// takes the lock itself for as long as it works.
    fn may_be_locked(&self, path: &Path) -> Result<(), CliError> {
        match self.fs.open_locked(path, OpenMode::ReadWrite) {
            Ok(_) => Ok(()),
            Err(e) => Err(about(path, CliError::io(path, &e)).next(
                "end the program that has the database open, or check the permissions; or recover \
                 a copy with --to",
            )),
        }
    }

    fn what_changes(&self, replay: &Replay) -> String {
        let databases: Vec<String> = self
            .databases()
            .filter(|(_, _, task)| **task != Task::Take)
            .map(|(_, db, _)| db.path.display().to_string())
            .collect();
        format!(
            "in place: {} will be changed, with the flush maps beside; logs from generation {} on \
             are replayed, the newest log is continued and the checkpoint is written in {}",
            databases.join(", "),
            replay.start,
            self.survey.logs_dir.display()
        )
    }

    /// Hashes what recovery in place works on.
    fn hash_input(&self, replay: &Replay) -> Result<Vec<Input>, CliError> {
        let mut list: Vec<(PathBuf, Kind)> = Vec::new();
        for (_, db, _) in self.databases().filter(|(_, db, _)| db.facts.is_some()) {
            list.push((db.path.clone(), Kind::Database));
            list.extend(db.flush_map.clone().map(|m| (m, Kind::FlushMap)));
            list.extend(db.page_images.clone().map(|i| (i, Kind::PageImages)));
        }
        list.extend(replay.logs.iter().map(|p| (p.clone(), Kind::Log)));
        let checkpoint = self.survey.logs.as_ref().and_then(|l| l.checkpoint.clone());
        list.extend(checkpoint.map(|p| (p, Kind::Checkpoint)));
        list.into_iter()
            .map(|(path, kind)| {
                Ok(Input {
                    before: self.hash(&path)?,
                    path,
                    kind,
                    after: None,
                })
            })
            .collect()
    }

    fn hash(&self, path: &Path) -> Result<work::Hashed, CliError> {
        let bar = progress(self.bytes(path), "hashing");
        let hashed = work::hash(&*self.fs, path, None, &bar, self.stop);
        bar.finish_and_clear();
        hashed
    }

    fn bits(&self, more: InitBits) -> InitBits {
        let mut bits = InitBits::LOG_STREAM_MUST_EXIST | more;
        bits.set(
            InitBits::REPLAY_IGNORE_LOST_LOGS,
            self.wish.accept_lost_logs,
        );
        bits
    }

    fn options(&self, logs: &Path, replay: &Replay, places: &[PathBuf]) -> Options {
        let database_files = self
            .databases()
            .zip(places)
            .filter_map(|((_, _, task), path)| {
                Some(DatabaseFile {
                    sign_db: task.sign_db()?,
                    path: path.clone(),
                })
            })
            .collect();
        Options {
            database_dir: None,
            database_files,
            listed_only: true,
            ignore_checkpoint: !replay.checkpoint,
            stop: self.wish.until,
            // What is given up is cut off the copies; in place, nothing that lies there goes.
            delete_out_of_range_logs: self.wish.accept_lost_logs
                && self.wish.until.is_none()
                && self.copies,
            ..Options::of_folder(logs.to_owned(), &self.base())
        }
    }

    fn recover(&self, options: &Options, scene: &Scene<'_>) -> Result<Outcome, CliError> {
        let watch = Progress {
            bar: steps(1, "replaying"),
            stop: self.stop,
        };
        let outcome = recovery::recover(&world(&self.fs), options, &watch);
        watch.bar.finish_and_clear();
        outcome.map_err(|e| explain::recovery(&e, scene))
    }

    /// A generation that was made after the time to stop at may not have been replayed.
    fn stopped_in_time(&self, outcome: &Outcome) -> Result<(), CliError> {
        let (Some(StopAt::Time(time)), Some((_, last))) = (self.wish.until, outcome.generations)
        else {
            return Ok(());
        };
        let made_later = self
            .survey
            .logs
            .as_ref()
            .and_then(|logs| logs.generation(last)?.facts.as_ref().ok())
            .is_some_and(|h| plan::sortable(h.tm_create) > plan::sortable(time));
        if outcome.stopped || !made_later {
            return Ok(());
        }
        Err(CliError::refused(
            JetErr::INTERNAL_ERROR,
            format!(
                "generation {last} was made after {time} and was replayed all the same; nothing was \
                 left behind"
            ),
        )
        .next("use --until with the generation or position instead, and report this mistake"))
    }

    /// Why a database can't be given out; `None` for a clean one.
    fn not_clean(
        &self,
        db: &Given,
        task: &Task,
        place: &Path,
        report: &Report,
    ) -> Option<CliError> {
        let shown = db.path.display();
        let fate = task.sign_db().and_then(|sign_db| report.fate(sign_db));
        let refuse = |jet, what: &str, step: &str| {
            let error = CliError::refused(jet, format!("{shown}: {what}"));
            Some(about(&db.path, error).next(step))
        };
        let opened = DbFile::open(&*self.fs, place);
        match (opened, fate) {
            (Ok(file), _) if file.state().is_clean() => None,
            (_, Some(DbFate::Removed)) => refuse(
                JetErr::FILE_NOT_FOUND,
                "the logs end before its creation was finished, so there is nothing to recover",
                "create the database anew",
            ),
            (Ok(_), Some(DbFate::Redone)) => refuse(
                JetErr::DATABASE_DIRTY_SHUTDOWN,
                "its changes are replayed, but it is still dirty",
                "this should not happen: keep database and logs, and report it",
            ),
            (opened, fate) => {
                let what = match (&opened, fate) {
                    (_, None) => "the logs do not speak of this database",
                    (Err(_), _) => "the logs did not make it",
                    (Ok(_), _) => {
                        "the logs speak of this database, but the file is of another moment of it"
                    }
                };
                refuse(
                    JetErr::ATTACHED_DATABASE_MISMATCH,
                    what,
                    "--logs DIR names the folder with the logs that go with it; without them \
                     restore a backup",
                )
            }
        }
    }
}

/// The flush map of a recovered database, when it goes with it.
fn usable_map(fs: &dyn FileSystem, database: &Path) -> Option<PathBuf> {
    let file = DbFile::open(fs, database)
        .ok()?
        .with_flush_map(fs, database);
    matches!(file.flush_map_use(), FlushMapUse::Used).then(|| flush_map_path(database))
}
