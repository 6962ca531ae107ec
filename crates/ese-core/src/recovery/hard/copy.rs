//! A database as a streaming backup copied it: two headers, pages that belong to no one moment, and
//! the trailer that says up to where the logs are needed.
//!
//! Source: docs/format/backup-files.md §2-4; the errors by cause: behaviour of backup, "Restore".
//!
//! Invariant: [`BackupCopy::open`] and [`BackupCopy::belongs_to`] write nothing;
//! [`BackupCopy::take_over`] can be cut off anywhere and called again.
#![forbid(unsafe_code)]

use super::super::RecoveryError;
use super::SetRange;
use crate::dbfile::{AttachedFile, DbFile, MapUse, OpenError};
use crate::error::{HasJetErr as _, JetErr};
use crate::format::db_header::{DbHeader, DbState};
use crate::format::ids::{PageSize, Pgno, Signature};
use crate::format::trailer::{Trailer, TrailerError};
use crate::io::env::Env;
use crate::io::{FileSystem, OpenMode};
use std::path::{Path, PathBuf};

/// Pages of the smallest copy: two headers, one page, the trailer.
const PAGES_LEAST: u64 = 4;
/// Pages that are no numbered ones: the two headers.
const HEADER_PAGES: u64 = 2;

/// A backup copy of a database, looked into.
#[derive(Clone, Debug)]
pub struct BackupCopy {
    path: PathBuf,
    header: DbHeader,
    page_size: PageSize,
    /// `None`: taken over into the header already.
    trailer: Option<Trailer>,
    /// The last page of the file, where it is a trailer.
    trailer_at: Option<Pgno>,
}

impl BackupCopy {
    /// Reads header and trailer.
    ///
    /// # Errors
    /// JET_errDatabaseCorrupted: no database, or both headers damaged;
    /// JET_errRestoreOfNonBackupDatabase: not made by a backup, or restored already;
    /// JET_errBadPatchPage: the trailer is damaged or missing, as after a backup that was stopped.
    pub fn open(fs: &dyn FileSystem, path: &Path) -> Result<Self, RecoveryError> {
        let opened = DbFile::open(fs, path).map_err(|e| match e {
            OpenError::Io(e) => RecoveryError::from(e),
            OpenError::NoPages { .. } => refused(&TrailerError::NoTrailer),
            other => RecoveryError::refused(JetErr::DATABASE_CORRUPTED, other.to_string()),
        });
        let file = opened.map_err(|e| e.in_file(path))?;
        let header = *file.header();
        let page_size = file.selected().page_size;
        if header.bkinfo_full_cur.gen_low == 0 {
            return Err(RecoveryError::refused(
                JetErr::RESTORE_OF_NON_BACKUP_DATABASE,
                "no backup made this file: it is a database in use, crashed, closed or restored already; \
                 recover it with its logs instead",
            )
            .in_file(path));
        }
        if !matches!(
            header.state(),
            DbState::DirtyShutdown | DbState::DirtyAndPatched | DbState::CleanShutdown
        ) {
            return Err(RecoveryError::refused(
                JetErr::DATABASE_CORRUPTED,
                format!(
                    "a copy in the state {} can't be restored",
                    header.state().name()
                ),
            )
            .in_file(path));
        }
        let found = read_trailer(fs, path, page_size);
        let (trailer, trailer_at) = match (header.is_unfinished_backup_copy(), found) {
            (true, Ok((trailer, at))) => {
                trailer
                    .belongs_to(&header)
                    .map_err(|e| refused(&e).in_file(path))?;
                (Some(trailer), Some(at))
            }
            (true, Err(e)) => return Err(e.in_file(path)),
            // Taken over before: a crash may have left the page.
            (false, Ok((trailer, at))) if trailer.belongs_to(&header).is_ok() => (None, Some(at)),
            (false, _) => (None, None),
        };
        Ok(Self {
            path: path.to_path_buf(),
            header,
            page_size,
            trailer,
            trailer_at,
        })
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its header, as the backup wrote it (or an interrupted restore).
    #[must_use]
    pub fn header(&self) -> &DbHeader {
        &self.header
    }

    /// Its trailer; `None` when a restore has taken it over already.
    #[must_use]
    pub fn trailer(&self) -> Option<&Trailer> {
        self.trailer.as_ref()
    }

    /// Its page size.
    #[must_use]
    pub fn page_size(&self) -> PageSize {
        self.page_size
    }

    /// Signature of the database.
    #[must_use]
    pub fn sign_db(&self) -> Signature {
        self.header.sign_db
    }

    /// First and last generation without which it can't become consistent.
    #[must_use]
    pub fn required(&self) -> (i32, i32) {
        let mut header = self.header;
        if let Some(trailer) = &self.trailer {
            // That they belong together was checked.
            let _ = trailer.apply(&mut header);
        }
        (header.gen_min_required, header.gen_max_required)
    }

    /// Whether it is of the log sequence `sign_log`.
    ///
    /// # Errors
    /// JET_errDatabasePatchFileMismatch.
    pub fn belongs_to(&self, sign_log: Signature) -> Result<(), RecoveryError> {
        if self.header.sign_log == sign_log {
            return Ok(());
        }
        Err(RecoveryError::refused(
            JetErr::DATABASE_PATCH_FILE_MISMATCH,
            "the database belongs to another log sequence than the logs of the set",
        )
        .in_file(&self.path))
    }

    /// Whether the logs `first` to `last` are enough to make it consistent.
    pub(super) fn needs(&self, (first, last): (i32, i32)) -> Result<(), RecoveryError> {
        let (from, to) = self.required();
        let patched = self.header.state() == DbState::DirtyAndPatched;
        let too_late = from != 0 && from < first && !patched;
        if !too_late && to <= last {
            return Ok(());
        }
        Err(RecoveryError::refused(
            JetErr::REQUIRED_LOG_FILES_MISSING,
            format!(
                "the copy requires the logs from generation {from:#x} to {to:#x}, those that are there \
                 are {first:#x} to {last:#x}: add the missing ones"
            ),
        )
        .in_file(&self.path))
    }

    /// Makes the copy a database that its logs can recover: what the trailer says goes into the header,
    /// the trailer becomes an empty page. `set`: that which is being restored, none in a soft recovery.
    pub(in crate::recovery) fn take_over(
        &self,
        env: &Env,
        set: Option<SetRange>,
    ) -> Result<(), RecoveryError> {
        let in_file = |e: RecoveryError| e.in_file(&self.path);
        let file =
            AttachedFile::open(env, &self.path, MapUse::Off).map_err(|e| in_file(e.into()))?;
        if let Some(trailer) = &self.trailer {
            let mut header = file.header();
            trailer
                .apply(&mut header)
                .map_err(|e| in_file(refused(&e)))?;
            file.change_header(|h| *h = header);
        }
        if let Some(set) = set {
            file.change_header(|h| set.note(h));
        }
        file.write_header().map_err(|e| in_file(e.into()))?;
        if let Some(at) = self.trailer_at {
            file.zero_pages(at, 1).map_err(|e| in_file(e.into()))?;
        }
        Ok(())
    }
}

fn refused(e: &TrailerError) -> RecoveryError {
    let what = match e {
        TrailerError::NoTrailer => format!(
            "{e}: the backup was stopped, or the file was cut off; a copy without its trailer can't be \
             restored"
        ),
        TrailerError::Foreign(_) => e.to_string(),
    };
    RecoveryError::refused(e.jet_err(), what)
}

/// The trailer, and the number of its page.
fn read_trailer(
    fs: &dyn FileSystem,
    path: &Path,
    size: PageSize,
) -> Result<(Trailer, Pgno), RecoveryError> {
    let file = fs.open(path, OpenMode::Read)?;
    let bytes = size.bytes() as u64;
    let len = file.len()?;
    let pages = len / bytes;
    if !len.is_multiple_of(bytes) || pages < PAGES_LEAST {
        return Err(refused(&TrailerError::NoTrailer));
    }
    let mut page = vec![0; size.bytes()];
    file.read_exact_at(&mut page, len - bytes)?;
    let trailer = Trailer::open(&page).map_err(|e| refused(&e))?;
    let pgno =
        u32::try_from(pages - HEADER_PAGES).map_err(|_| refused(&TrailerError::NoTrailer))?;
    Ok((trailer, Pgno(pgno)))
}
