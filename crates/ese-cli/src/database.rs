//! Opening a database to look into, whatever its state: what there is to say about it goes to
//! standard error, what keeps it from being opened says what the file is instead.
#![forbid(unsafe_code)]

use crate::damage::Damage;
use crate::error::CliError;
use crate::output::Output;
use ese_core::dbfile::OpenError;
use ese_core::format::db_header::DbState;
use ese_core::format::header_page::{CopyState, FileKind};
use ese_core::reader::{Database, Error, Table};
use std::path::{Path, PathBuf};

/// A database at hand.
pub(crate) struct Opened {
    /// The path as given.
    pub(crate) path: PathBuf,
    /// The database.
    pub(crate) db: Database,
    /// Damage met so far: that of the catalog.
    pub(crate) damage: Damage,
}

/// Opens `path`.
pub(crate) fn open(path: &Path, out: &Output) -> Result<Opened, CliError> {
    let db = Database::open(path).map_err(|e| refused(path, &e))?;
    for remark in remarks(&db) {
        out.note(format!("{}: {remark}", path.display()));
    }
    let mut damage = Damage::default();
    for fault in db.catalog().faults() {
        damage.catalog(fault);
    }
    Ok(Opened {
        path: path.to_owned(),
        db,
        damage,
    })
}

/// What a reader of this database should know.
fn remarks(db: &Database) -> Vec<String> {
    let mut out = Vec::new();
    match db.state() {
        DbState::CleanShutdown => {}
        s @ (DbState::DirtyShutdown | DbState::DirtyAndPatched | DbState::ForceDetach) => {
            out.push(format!(
                "state {s} ({}): shown as it lies there, changes that only its logs hold are missing",
                s.words()
            ));
        }
        s => out.push(format!("state {s} ({}): shown as it lies there", s.words())),
    }
    match db.file().copies() {
        CopyState::Equal => {}
        CopyState::Differ => {
            out.push("the two copies of the header differ; the first was used".into());
        }
        CopyState::FirstOnly => out.push(
            "the second copy of the header is damaged; the first was used (run eseutil checksum)"
                .into(),
        ),
        CopyState::SecondOnly => out.push(
            "the first copy of the header is damaged; the second was used (run eseutil checksum)"
                .into(),
        ),
    }
    let version = db.header().version();
    if !version.is_known() {
        out.push(format!(
            "format version {version} is newer than this program knows; what it knows is shown"
        ));
    }
    out
}

/// Why a file can't be looked into as a database, and what to do instead.
pub(crate) fn refused(path: &Path, e: &Error) -> CliError {
    let shown = path.display();
    let message = CliError::of(path, e);
    match e {
        Error::Open(OpenError::OtherKind(FileKind::Log)) => {
            message.next(format!("eseutil logs {shown}"))
        }
        Error::Open(OpenError::OtherKind(_)) => message.next(format!("eseutil info {shown}")),
        Error::Open(OpenError::Io(e)) if e.kind() == std::io::ErrorKind::NotFound => {
            message.next("check the path")
        }
        Error::Open(
            OpenError::Empty | OpenError::Zeros | OpenError::Header(_) | OpenError::NoPages { .. },
        ) => message.next("restore the file from a backup"),
        Error::Catalog(_) => message.next(format!(
            "eseutil checksum {shown} names every damaged page; eseutil page {shown} PGNO shows one"
        )),
        _ => message,
    }
}

impl Opened {
    /// A table by name.
    pub(crate) fn table(&self, name: &str) -> Result<Table<'_>, CliError> {
        self.db.table(name).map_err(|e| {
            CliError::of(&self.path, &e).next(format!(
                "eseutil tables {} lists the tables",
                self.path.display()
            ))
        })
    }
}
