//! A failure as an administrator needs it: the file under the name that was given, the position, and
//! what to do next.
//!
//! Invariant: every refusal ends with a next step, and names no file of the work folder.
#![forbid(unsafe_code)]

use super::survey::Survey;
use crate::error::CliError;
use crate::verbs::doctor::ranges;
use ese_core::format::ids::Lgpos;
use ese_core::log::LogSequence;
use ese_core::log::names::{LogKind, LogName};
use ese_core::recovery::{Cause, RecoveryError};
use ese_core::{HasJetErr, JetErr};
use std::path::{Path, PathBuf};

/// Names that are written out in one sentence.
const NAMES_MOST: usize = 5;

/// Says for machines which file an error is about.
pub(super) fn about(path: &Path, e: CliError) -> CliError {
    e.detail("file", path.display().to_string())
}

/// `5`, or `3-5, 9`.
pub(super) fn numbers(list: &[i32]) -> String {
    ranges(list)
}

/// The first few of a list.
pub(super) fn some(names: &[String]) -> String {
    let shown = names.iter().take(NAMES_MOST).cloned().collect::<Vec<_>>();
    match names.len().saturating_sub(NAMES_MOST) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// File name of an archived generation, or of the current log.
pub(super) fn log_names(logs: &LogSequence, generation: Option<i32>) -> String {
    let digits = logs
        .files
        .iter()
        .rev()
        .find_map(|f| match f.kind {
            LogKind::Archived { digits, .. } => Some(digits),
            _ => None,
        })
        .unwrap_or(8);
    let kind = match generation.and_then(|g| u32::try_from(g).ok()) {
        Some(generation) => LogKind::Archived { generation, digits },
        None => LogKind::Current,
    };
    LogName::format(&logs.base, kind, logs.family)
}

/// Generations are missing.
pub(super) fn missing(logs: &LogSequence, jet: JetErr, gone: &[i32], why: &str) -> CliError {
    let names: Vec<String> = gone.iter().map(|&g| log_names(logs, Some(g))).collect();
    let (is, it) = if gone.len() == 1 {
        ("generation", "it")
    } else {
        ("generations", "them")
    };
    let are = if gone.len() == 1 { "is" } else { "are" };
    let names = some(&names);
    let first = gone
        .first()
        .map(|&g| logs.dir.join(log_names(logs, Some(g))));
    let error = CliError::refused(
        jet,
        format!(
            "{}: {is} {} ({names}) {are} missing; {why}",
            logs.dir.display(),
            numbers(gone)
        ),
    )
    .detail("missing_generations", gone.to_vec())
    .detail(
        "missing_files",
        gone.iter()
            .map(|&g| log_names(logs, Some(g)))
            .collect::<Vec<_>>(),
    )
    .next(format!(
        "find {names} and put {it} beside the others (the current log under its archived name \
         counts too), or name their folder with --logs; without {it} restore a backup"
    ));
    match first {
        Some(path) => about(&path, error),
        None => error,
    }
}

/// Where an error of recovery happened.
pub(super) struct Scene<'a> {
    pub(super) survey: &'a Survey,
    /// Files of the work folder and what they are copies of.
    pub(super) copies: &'a [(PathBuf, PathBuf)],
    /// The folder of the work, which no message names.
    pub(super) work: Option<&'a Path>,
    pub(super) in_place: bool,
}

impl Scene<'_> {
    fn original(&self, path: &Path) -> PathBuf {
        if let Some((_, original)) = self.copies.iter().find(|(copy, _)| copy == path) {
            return original.clone();
        }
        // A file that recovery was about to make: a log, by its name.
        match (self.work, path.file_name()) {
            (Some(work), Some(name)) if path.starts_with(work) => self.survey.logs_dir.join(name),
            _ => path.to_owned(),
        }
    }

    /// A text without the names of the work folder.
    fn clean(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (copy, original) in self.copies {
            text = text.replace(&copy.display().to_string(), &original.display().to_string());
        }
        match self.work {
            Some(work) => text.replace(
                &work.display().to_string(),
                &self.survey.logs_dir.display().to_string(),
            ),
            None => text,
        }
    }

    /// The log that holds a position.
    fn log_at(&self, lgpos: Lgpos) -> Option<PathBuf> {
        let logs = self.survey.logs.as_ref()?;
        Some(logs.generation(lgpos.generation)?.path.clone())
    }
}

/// An error of recovery, with its next step.
pub(super) fn recovery(e: &RecoveryError, scene: &Scene<'_>) -> CliError {
    let jet = e.jet_err();
    let file = e
        .file
        .as_deref()
        .map(|p| scene.original(p))
        .or_else(|| scene.log_at(e.lgpos?));
    let mut message = String::new();
    if let Some(file) = &file {
        message.push_str(&format!("{}: ", file.display()));
    }
    if let Some(lgpos) = &e.lgpos {
        message.push_str(&format!("at {lgpos}: "));
    }
    message.push_str(&scene.clean(&e.cause.to_string()));
    let mut error = CliError::refused(jet, message);
    if let Some(file) = &file {
        error = about(file, error);
    }
    if let Some(lgpos) = &e.lgpos {
        error = error
            .detail("position", lgpos.to_string())
            .detail("generation", lgpos.generation);
    }
    let page = page_of(&e.cause);
    if let Some(page) = page {
        error = error.detail("page", page);
    }
    let step = next_step(jet, file.as_deref(), e.lgpos, page, scene);
    error.next(step)
}

fn page_of(cause: &Cause) -> Option<u32> {
    match cause {
        Cause::Page(fault) => Some(fault.pgno.0),
        Cause::PageTime { pgno, .. } => Some(pgno.0),
        _ => None,
    }
}

fn next_step(
    jet: JetErr,
    file: Option<&Path>,
    lgpos: Option<Lgpos>,
    page: Option<u32>,
    scene: &Scene<'_>,
) -> String {
    let db = scene.survey.databases.first();
    let shown = |p: Option<&Path>| {
        p.map_or_else(
            || scene.survey.logs_dir.display().to_string(),
            |p| p.display().to_string(),
        )
    };
    let dir = scene.survey.logs_dir.display();
    let is_db = |p: &Path| scene.survey.databases.iter().any(|d| d.path == p);
    let the_db = file
        .filter(|p| is_db(p))
        .or(db.map(|d| d.path.as_path()))
        .map_or_else(String::new, |p| p.display().to_string());
    match jet {
        JetErr::MISSING_LOG_FILE
        | JetErr::MISSING_PREVIOUS_LOG_FILE
        | JetErr::REQUIRED_LOG_FILES_MISSING
        | JetErr::INVALID_LOG_SEQUENCE
        | JetErr::LOG_GENERATION_MISMATCH => wrong_logs(scene),
        JetErr::COMMITTED_LOG_FILES_MISSING => format!(
            "eseutil logs {dir} lists which generations are there; find the newer ones, or go on \
             without them and lose what was committed in them: --accept-lost-logs"
        ),
        JetErr::BAD_LOG_SIGNATURE => format!(
            "eseutil logs {dir} shows the signature of each log; replace the one that belongs to \
             another sequence by the right one; without it restore a backup"
        ),
        JetErr::LOG_FILE_CORRUPT
        | JetErr::LOG_FILE_SIZE_MISMATCH
        | JetErr::LOG_SEQUENCE_CHECKSUM_MISMATCH
        | JetErr::LOG_READ_VERIFY_FAILURE => damaged_log(file, lgpos, scene),
        JetErr::FILE_IO_BEYOND_EOF if file.is_none_or(|f| !is_db(f)) => {
            damaged_log(file, lgpos, scene)
        }
        JetErr::ATTACHED_DATABASE_MISMATCH | JetErr::CONSISTENT_TIME_MISMATCH if scene.in_place => {
            "name every database that the logs have attached (eseutil logs --records shows their \
             CreateDB and AttachDB records), each the file that goes with these logs; or recover a \
             copy with --to, which passes over the others"
                .to_owned()
        }
        JetErr::ATTACHED_DATABASE_MISMATCH | JetErr::CONSISTENT_TIME_MISMATCH => format!(
            "put back the file that goes with these logs, or name with --logs the logs that go with \
             {the_db}; if the logs reach back to its creation, a path that does not exist makes it \
             again from them"
        ),
        JetErr::SOFT_RECOVERY_ON_BACKUP_DATABASE => {
            "restore the backup set that the copy belongs to (eseutil restore)".to_owned()
        }
        JetErr::PAGE_SIZE_MISMATCH => {
            "database and logs are of instances with different page sizes: name the logs that go \
             with it with --logs"
                .to_owned()
        }
        JetErr::BAD_LOG_VERSION
        | JetErr::INVALID_DATABASE_VERSION
        | JetErr::ENGINE_FORMAT_VERSION_SPECIFIED_TOO_LOW_FOR_LOG_VERSION => format!(
            "the files are of an engine that this program does not know how to replay; recover \
             {the_db} with the engine that wrote it"
        ),
        JetErr::DISK_FULL | JetErr::LOG_DISK_FULL => {
            "free space in the target folder (databases and logs fit in once, and some more), or \
             name another with --to"
                .to_owned()
        }
        JetErr::FILE_ACCESS_DENIED => format!(
            "{} is in use by another program, or may not be written: end that program, or check \
             the permissions",
            shown(file)
        ),
        JetErr::TERM_IN_PROGRESS if scene.in_place => {
            "the databases stay dirty; run the same command again to finish".to_owned()
        }
        JetErr::TERM_IN_PROGRESS => {
            "nothing was left behind; run the same command again".to_owned()
        }
        JetErr::OUT_OF_MEMORY => "free memory and run the same command again".to_owned(),
        JetErr::INTERNAL_ERROR => {
            "this is a mistake in this program: keep database and logs as they are, and report it"
                .to_owned()
        }
        JetErr::FEATURE_NOT_AVAILABLE => format!(
            "keep database and logs as they are; eseutil export {the_db} --format jsonl --to FOLDER \
             shows what is in it without the logs"
        ),
        _ => damaged_page(page, &the_db),
    }
}

/// Generations that are missing, misnamed or there twice.
fn wrong_logs(scene: &Scene<'_>) -> String {
    let twice = scene.survey.logs.as_ref().and_then(|logs| {
        let &generation = logs.duplicates.first()?;
        let files = logs
            .files
            .iter()
            .filter(|f| f.generation() == Some(generation))
            .map(|f| f.path.display().to_string())
            .collect::<Vec<_>>();
        Some(format!(
            "generation {generation} is there twice ({}): move the one that does not belong there away; ",
            files.join(", ")
        ))
    });
    format!(
        "{}eseutil logs {} lists which generations are there, missing, misnamed or there twice; put \
         the right files in place, each under the name of its generation; without them restore a \
         backup",
        twice.unwrap_or_default(),
        scene.survey.logs_dir.display()
    )
}

fn damaged_log(file: Option<&Path>, lgpos: Option<Lgpos>, scene: &Scene<'_>) -> String {
    let log = file.map_or_else(
        || scene.survey.logs_dir.display().to_string(),
        |f| f.display().to_string(),
    );
    let generation = lgpos.map(|p| p.generation).or_else(|| {
        let logs = scene.survey.logs.as_ref()?;
        let file = logs.files.iter().find(|f| Some(f.path.as_path()) == file)?;
        file.generation()
    });
    let required = scene
        .survey
        .databases
        .iter()
        .filter_map(|d| d.facts.as_ref()?.required)
        .map(|(_, max)| max)
        .max()
        .unwrap_or(0);
    let head = format!(
        "eseutil logs {log} shows the damage; replace the file by a whole copy of it (from a backup)"
    );
    match generation {
        Some(g) if !scene.in_place && g > required && g > 1 => format!(
            "{head}, or stop before it with --until {}, which loses what was committed from \
             generation {g} on",
            g - 1
        ),
        _ => format!("{head}, or restore a backup"),
    }
}

fn damaged_page(page: Option<u32>, the_db: &str) -> String {
    let look = match page {
        Some(page) => format!("eseutil page {the_db} {page} shows the page"),
        None => format!("eseutil checksum {the_db} names every damaged page"),
    };
    format!(
        "{look}; the file can't be made whole with these logs: if they reach back to its creation, \
         name a path that does not exist to make it again; otherwise restore a backup (eseutil \
         export {the_db} --format jsonl --to FOLDER saves what can be read)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use ese_core::format::ids::Pgno;

    fn survey() -> Survey {
        Survey {
            databases: Vec::new(),
            logs_dir: PathBuf::from("/logs"),
            logs: None,
            checkpoint: None,
            closed: None,
            mentions: Vec::new(),
        }
    }

    #[test]
    fn the_work_folder_is_not_named() {
        let survey = survey();
        let copies = [(
            PathBuf::from("/to/.work/db0/a.edb"),
            PathBuf::from("/in/a.edb"),
        )];
        let scene = Scene {
            survey: &survey,
            copies: &copies,
            work: Some(Path::new("/to/.work/logs")),
            in_place: false,
        };
        let e = RecoveryError::refused(
            JetErr::DB_TIME_TOO_OLD,
            "see /to/.work/db0/a.edb and /to/.work/logs/edb.log",
        )
        .in_file(Path::new("/to/.work/db0/a.edb"))
        .at(Lgpos::new(4, 0x1A, 0x268));
        let e = recovery(&e, &scene);
        assert_eq!(
            e.message,
            "/in/a.edb: at 4:001A:0268: see /in/a.edb and /logs/edb.log"
        );
        assert_eq!(e.details["file"], "/in/a.edb");
        assert_eq!(e.details["position"], "4:001A:0268");
        assert_eq!(e.details["generation"], 4);
        assert_eq!(e.jet, Some(JetErr::DB_TIME_TOO_OLD));
        let e = RecoveryError::refused(JetErr::LOG_WRITE_FAIL, "x")
            .in_file(Path::new("/to/.work/logs/edb00005.log"));
        assert_eq!(recovery(&e, &scene).message, "/logs/edb00005.log: x");
    }

    #[test]
    fn a_page_is_named_for_machines() {
        let survey = survey();
        let scene = Scene {
            survey: &survey,
            copies: &[],
            work: None,
            in_place: true,
        };
        let e = RecoveryError::page_time(
            Pgno(77),
            ese_core::format::ids::Dbtime(1),
            (
                ese_core::format::ids::Dbtime(3),
                ese_core::format::ids::Dbtime(2),
            ),
            ese_core::recovery::error::PageTime::TooOld,
        );
        let e = recovery(&e, &scene);
        assert_eq!(e.details["page"], 77);
        assert!(e.next.unwrap().contains("77"));
    }

    #[test]
    fn every_error_of_recovery_has_a_next_step() {
        let survey = survey();
        for in_place in [false, true] {
            let scene = Scene {
                survey: &survey,
                copies: &[],
                work: None,
                in_place,
            };
            for number in -3000..0 {
                let e = recovery(&RecoveryError::refused(JetErr(number), "x"), &scene);
                assert!(e.next.is_some_and(|n| n.len() > 20), "{number}");
            }
        }
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (0..9).map(|n| n.to_string()).collect();
        assert_eq!(some(&names), "0, 1, 2, 3, 4 and 4 more");
        assert_eq!(some(&names[..2]), "0, 1");
    }
}
