//! Open, read, close: one file at a time, verified on its way out.
//!
//! Source: behaviour of backup §2 (the table), §4.
//!
//! Invariants:
//! * a read holds its own file, not the session: a stop, a close or an end from another thread is
//!   never kept waiting for more than a page;
//! * no byte is handed on that was not verified, and of a call that fails none counts;
//! * a handle is never given twice.
#![forbid(unsafe_code)]

use super::error::BackupError;
use super::session::{Phase, Session};
use super::{ExternalBackup, no_backup, parameter, sequence};
use crate::control::{Control, Retry};
use crate::error::StreamError;
use crate::stream::VerifiedReader;
use crate::verify::{FileKind, VerifiedFile};
use ese_core::JetErr;
use ese_core::io::{ErrorKind, FileSystem, PathKind};
use ese_core::log::names::{LogKind, LogName};
use parking_lot::Mutex;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// A buffer begins at a multiple of this: a page of the machine.
const BUFFER_ALIGNMENT: usize = 4096;
/// Pages of the database's size that the first read of a database asks for: header, shadow, page 1.
const DATABASE_FIRST_PAGES: usize = 3;
/// The same of a log.
const LOG_FIRST_PAGES: usize = 2;
/// Extensions of logs.
const LOG_EXTENSIONS: [&str; 2] = ["log", "jtx"];

/// An open file of a backup. Of no use for another one, nor after its close.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FileHandle(pub u64);

/// What an open tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpenedFile {
    /// For read and close.
    pub handle: FileHandle,
    /// Bytes that reads will give: of a database two header pages, its pages at this moment, and the
    /// trailer.
    pub bytes: u64,
}

/// What is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// A database, by its number in the log.
    Database(u8),
    /// A closed log of the instance.
    Log(i32),
    /// Another file, which no check asks for.
    Other,
}

/// The open file of a session.
pub(super) struct Open {
    handle: FileHandle,
    path: PathBuf,
    what: What,
    /// `None`: a file of no bytes.
    file: Option<VerifiedFile>,
    reader: Option<Arc<Mutex<VerifiedReader>>>,
    begun: bool,
}

impl Open {
    /// Waits for a read under way: it has its file for a page more at most when the flag is set.
    pub(super) fn finish(self) {
        if let Some(reader) = &self.reader {
            drop(reader.lock());
        }
    }
}

/// A file for who streams it whole; the session hears of the end by [`ExternalBackup::copied`].
pub(crate) struct Streamed {
    pub(crate) handle: FileHandle,
    pub(crate) file: VerifiedFile,
}

impl ExternalBackup {
    /// JetOpenFileInstance.
    ///
    /// # Errors
    /// JET_errNoBackup, JET_errBackupAbortByServer; JET_errInvalidParameter for no name;
    /// JET_errOutOfMemory while another file is open; in the database phase JET_errDatabaseNotFound. In
    /// the log phase JET_errInvalidBackupSequence for a database, JET_errMissingFileToBackup,
    /// JET_errInvalidParameter for what is no closed log: these end the backup, as any other error
    /// there does.
    pub fn open_file(&self, name: &Path) -> Result<OpenedFile, BackupError> {
        self.port.check()?;
        let mut held = self.slot.hold();
        let session = held.session().ok_or_else(no_backup)?;
        self.slot.stop().check()?;
        if name.as_os_str().is_empty() {
            return Err(parameter("a file to open needs a name"));
        }
        if session.open.is_some() {
            return Err(BackupError::refused(
                JetErr::OUT_OF_MEMORY,
                "one file is open: there is room for one",
            ));
        }
        let found = match session.phase {
            Phase::Databases => open_database(session, name),
            Phase::Logs => open_in_logs(session, name),
        };
        match found {
            Ok((path, what, file)) => {
                let handle = FileHandle(self.handles.fetch_add(1, Ordering::Relaxed) + 1);
                let bytes = file.as_ref().map_or(0, VerifiedFile::len);
                let reader = file.as_ref().map(VerifiedReader::new);
                session.open = Some(Open {
                    handle,
                    path,
                    what,
                    reader: reader.map(|r| Arc::new(Mutex::new(r))),
                    file,
                    begun: false,
                });
                Ok(OpenedFile { handle, bytes })
            }
            Err(e) => {
                if session.phase == Phase::Logs {
                    held.end(|session, _| session.fail());
                }
                Err(e)
            }
        }
    }

    /// JetReadFileInstance: the next bytes, each page verified; gives how many, 0 behind the end. Less
    /// than the buffer only where the file ends.
    ///
    /// # Errors
    /// JET_errNoBackup; JET_errBackupAbortByServer, also within a page of a stop that comes while this
    /// runs: the file stays open then. JET_errInvalidParameter for a handle that is not open, and for a
    /// buffer that does not begin at a multiple of 4 KiB, is no multiple of the database page size, or
    /// is too short for a first read (three pages of a database, two of a log): nothing has changed
    /// then. JET_errReadVerifyFailure and its like take the database out of the backup, which goes on;
    /// in the log phase JET_errLogReadVerifyFailure and any other error end the backup.
    pub fn read_file(&self, handle: FileHandle, buf: &mut [u8]) -> Result<usize, BackupError> {
        self.port.check()?;
        let reader = {
            let mut held = self.slot.hold();
            let session = held.session().ok_or_else(no_backup)?;
            self.slot.stop().check()?;
            let page = self.port.params().page_size.bytes();
            let open = opened(session, handle)?;
            let first = match (open.begun, open.what) {
                (true, _) => 1,
                (false, What::Database(_)) => DATABASE_FIRST_PAGES,
                (false, _) => LOG_FIRST_PAGES,
            };
            let address = buf.as_ptr() as usize;
            if !address.is_multiple_of(BUFFER_ALIGNMENT)
                || !buf.len().is_multiple_of(page)
                || buf.len() / page < first
            {
                return Err(parameter(
                    "a buffer begins at a multiple of 4 KiB and holds whole pages, three for the first \
                     read of a database, two for that of a log",
                ));
            }
            let Some(reader) = &open.reader else {
                return Ok(0);
            };
            let reader = Arc::clone(reader);
            open.begun = true;
            reader
        };
        let mut reader = reader.lock();
        let mut control = self.control();
        let read = reader.read(&mut control, buf);
        let whole = reader.position() == reader.len();
        drop(reader);
        match read {
            Ok(n) => {
                if whole {
                    self.copied(handle);
                }
                Ok(n)
            }
            Err(e) => Err(self.read_failed(handle, e)),
        }
    }

    /// JetCloseFileInstance. Also of a stopped backup. What was not read to its end does not count as
    /// copied.
    ///
    /// # Errors
    /// JET_errNoBackup; JET_errInvalidParameter for a handle that is not open.
    pub fn close_file(&self, handle: FileHandle) -> Result<(), BackupError> {
        self.port.check()?;
        let open = {
            let mut held = self.slot.hold();
            let session = held.session().ok_or_else(no_backup)?;
            opened(session, handle)?;
            session.open.take()
        };
        if let Some(open) = open {
            open.finish();
        }
        Ok(())
    }

    /// What a read of this session obeys.
    pub(crate) fn control(&self) -> Control<'static> {
        Control::new(self.stop_handle())
            .retrying(Retry::LIVE)
            .with_clock(Arc::clone(&self.port.env().clock))
    }

    /// Opens a file for who streams it whole, with a control of its own.
    pub(crate) fn open_streamed(&self, name: &Path) -> Result<Streamed, BackupError> {
        let opened_file = self.open_file(name)?;
        self.enter(|session| {
            let open = opened(session, opened_file.handle)?;
            match &open.file {
                Some(file) => Ok(Streamed {
                    handle: open.handle,
                    file: file.clone(),
                }),
                None => Err(BackupError::file(&open.path, StreamError::Empty)),
            }
        })
    }

    /// The open file was handed on to its last byte.
    pub(crate) fn copied(&self, handle: FileHandle) {
        let mut held = self.slot.hold();
        let Some(session) = held.session() else {
            return;
        };
        let what = match &session.open {
            Some(open) if open.handle == handle => open.what,
            _ => return,
        };
        match what {
            What::Database(dbid) => {
                session.databases.insert(dbid);
            }
            What::Log(generation) => {
                session.logs.insert(generation);
            }
            What::Other => {}
        }
    }

    /// A read failed: the database leaves the backup, or the backup ends.
    pub(crate) fn read_failed(&self, handle: FileHandle, e: StreamError) -> BackupError {
        let mut held = self.slot.hold();
        let mut path = PathBuf::new();
        if let Some(session) = held.session() {
            let mine = session.open.as_ref().is_some_and(|o| o.handle == handle);
            if let Some(open) = session.open.as_ref().filter(|_| mine) {
                path.clone_from(&open.path);
                if !e.is_stopped() && !matches!(e, StreamError::Buffer { .. }) {
                    let phase = session.phase;
                    session.open = None;
                    if phase == Phase::Logs {
                        held.end(|session, _| session.fail());
                    }
                }
            }
        }
        BackupError::file(&path, e)
    }
}

fn opened(session: &mut Session, handle: FileHandle) -> Result<&mut Open, BackupError> {
    session
        .open
        .as_mut()
        .filter(|open| open.handle == handle)
        .ok_or_else(|| parameter("no file is open with this handle"))
}

type Found = (PathBuf, What, Option<VerifiedFile>);

fn open_database(session: &Session, name: &Path) -> Result<Found, BackupError> {
    let Some(db) = session.database(name) else {
        return Err(BackupError::refused(
            JetErr::DATABASE_NOT_FOUND,
            format!("{}: no database of this name is attached", name.display()),
        ));
    };
    let image = db.image(&session.reservation, session.mark)?;
    let file = VerifiedFile::of_image(image);
    Ok((
        db.path().to_path_buf(),
        What::Database(db.dbid()),
        Some(file),
    ))
}

/// A name without a folder is one of the log folder, where nothing of the name is nearer.
fn place_of(fs: &dyn FileSystem, folder: &Path, name: &Path) -> PathBuf {
    let here = matches!(fs.kind(name), Ok(Some(PathKind::File)));
    match name.is_relative() && !here {
        true => folder.join(name),
        false => name.to_path_buf(),
    }
}

fn open_in_logs(session: &Session, name: &Path) -> Result<Found, BackupError> {
    if session.database(name).is_some() {
        return Err(sequence("the databases are through: logs are copied now"));
    }
    let port = session.reservation.port();
    let fs = &*port.env().fs;
    let file_name = name.file_name().unwrap_or_default().to_string_lossy();
    let is_log_name = file_name
        .rsplit_once('.')
        .is_some_and(|(_, e)| LOG_EXTENSIONS.iter().any(|l| l.eq_ignore_ascii_case(e)));
    let parsed = LogName::parse(&file_name).map(|n| n.kind);
    if is_log_name && !matches!(parsed, Some(LogKind::Archived { .. })) {
        return Err(parameter("this is no closed log"));
    }
    let path = place_of(fs, &port.params().log_dir, name);
    let file = match VerifiedFile::open(fs, &path) {
        Ok(file) => Some(file),
        Err(StreamError::Open(e)) if e.kind() == ErrorKind::NotFound => {
            return Err(BackupError::refused(
                JetErr::MISSING_FILE_TO_BACKUP,
                format!("{}: the file is missing", path.display()),
            ));
        }
        // Copied as what it is, as by the original.
        Err(StreamError::Empty) if !is_log_name => None,
        Err(StreamError::Foreign | StreamError::Zeros) => {
            return Err(parameter("this is no file that can be verified"));
        }
        Err(e) => return Err(BackupError::file(&path, e)),
    };
    let what = match file.as_ref().map(VerifiedFile::kind) {
        Some(FileKind::Log { generation, .. }) if port.log()?.archived_path(generation) == path => {
            What::Log(generation)
        }
        _ => What::Other,
    };
    Ok((path, what, file))
}
