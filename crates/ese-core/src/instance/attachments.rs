//! The attached databases, and what the log and the checkpoint say and ask of them.
//!
//! Source: docs/format/log-files.md §3.3, §8; recovery.md §7.
//!
//! Invariant: the list is only locked for as long as it takes to look at it; nobody logs meanwhile,
//! because a log that rolls looks at it too.
#![forbid(unsafe_code)]

use super::reservation::NewestBackups;
use super::{InstanceError, OpenDb};
use crate::cache::{Cache, DbNo};
use crate::dbfile::gate::{rolled, settle_for_checkpoint};
use crate::dbfile::transitions::{self, Generation};
use crate::error::{HasJetErr, JetErr};
use crate::format::checkpoint::Checkpoint;
use crate::format::ids::{Lgpos, LogTime, Signature};
use crate::format::log_fields::Field;
use crate::format::log_fields::attach::{AttachFlags, AttachInfo, AttachList};
use crate::format::log_fields::params::DbmsParam;
use crate::io;
use crate::log::writer::RollWatch;
use crate::log::{CheckpointHost, LogWriter};
use crate::trx::VersionStore;
use parking_lot::RwLock;
use std::path::Path;
use std::sync::{Arc, Weak};

/// Numbers of databases in the log: 1 to this (docs/format/log-files.md §1.5).
const DBID_MAX: u8 = 6;

/// The attached databases.
#[derive(Default)]
pub(crate) struct Attachments {
    list: RwLock<Vec<Arc<OpenDb>>>,
}

impl Attachments {
    /// All of them, by their number in the log.
    pub(crate) fn all(&self) -> Vec<Arc<OpenDb>> {
        self.list.read().clone()
    }

    /// Those that may change and are logged: the ones that log, checkpoint and backups know of.
    pub(crate) fn logged(&self) -> Vec<Arc<OpenDb>> {
        let mut all = self.writable();
        all.retain(|db| db.is_logged());
        all
    }

    /// Those that may change.
    pub(crate) fn writable(&self) -> Vec<Arc<OpenDb>> {
        let list = self.list.read();
        list.iter()
            .filter(|db| !db.is_read_only())
            .cloned()
            .collect()
    }

    /// The one with this number in cache and version store.
    pub(crate) fn get(&self, no: DbNo) -> Option<Arc<OpenDb>> {
        self.list.read().iter().find(|db| db.no() == no).cloned()
    }

    /// The one at this path.
    pub(super) fn at(&self, path: &Path) -> Option<Arc<OpenDb>> {
        self.list
            .read()
            .iter()
            .find(|db| db.path() == path)
            .cloned()
    }

    pub(super) fn has_signature(&self, sign_db: Signature) -> bool {
        let same = |db: &Arc<OpenDb>| db.file().header().sign_db == sign_db;
        self.list.read().iter().any(same)
    }

    /// The lowest number in the log that is free; `None` when six are attached.
    pub(super) fn free_dbid(&self) -> Option<u8> {
        let list = self.list.read();
        (1..=DBID_MAX).find(|&n| list.iter().all(|db| db.dbid() != n))
    }

    pub(super) fn is_free(&self, no: DbNo) -> bool {
        self.list.read().iter().all(|db| db.no() != no)
    }

    /// Adds one, or takes the place of one with the same number.
    pub(super) fn put(&self, db: Arc<OpenDb>) {
        let mut list = self.list.write();
        list.retain(|d| d.dbid() != db.dbid());
        list.push(db);
        list.sort_by_key(|db| db.dbid());
    }

    pub(super) fn remove(&self, no: DbNo) {
        self.list.write().retain(|db| db.no() != no);
    }

    /// The list that log headers and the checkpoint carry, as bytes.
    pub(super) fn list_bytes(&self) -> Result<Vec<u8>, InstanceError> {
        let all = self.logged();
        let info = |db: &'_ Arc<OpenDb>| {
            let header = db.file().header();
            (header, db.marks())
        };
        let known: Vec<_> = all.iter().map(info).collect();
        let entries: Vec<AttachInfo<'_>> = (all.iter().zip(&known))
            .map(|(db, (header, marks))| AttachInfo {
                dbid: db.dbid(),
                flags: AttachFlags::UNICODE,
                dbtime: marks.dbtime,
                objid_last: marks.objid,
                cpg_size_max: db.pages_most(),
                lgpos_attach: header.lgpos_attach,
                lgpos_consistent: header.lgpos_consistent,
                sign_db: header.sign_db,
                path: db.logged_path(),
            })
            .collect();
        let mut list = Vec::new();
        match AttachList::build(&entries, &mut list) {
            Ok(_) => Ok(list),
            Err(e) => Err(InstanceError::refused(
                JetErr::TOO_MANY_ATTACHED_DATABASES,
                e.to_string(),
            )),
        }
    }

    /// Log headers to come list what is attached now.
    pub(super) fn tell(&self, writer: &LogWriter) -> Result<(), InstanceError> {
        let list = self.list_bytes()?;
        writer.set_attachments(AttachList::get(&list, 0));
        Ok(())
    }
}

/// Brings the headers in force up to a new generation.
pub(super) struct Rolls(pub(super) Weak<Attachments>);

impl RollWatch for Rolls {
    fn rolled(&self, number: i32, created: LogTime) -> io::Result<()> {
        if let Some(attached) = self.0.upgrade() {
            for db in attached.logged() {
                rolled(db.file(), Generation { number, created });
            }
        }
        Ok(())
    }
}

/// What the checkpoint asks.
pub(super) struct Host {
    pub(super) store: Arc<VersionStore>,
    pub(super) cache: Arc<Cache>,
    pub(super) attached: Arc<Attachments>,
    pub(super) backups: Arc<NewestBackups>,
    /// What the checkpoint says of the parameters.
    pub(super) dbms_param: Vec<u8>,
}

impl CheckpointHost for Host {
    fn oldest_transaction(&self) -> Option<Lgpos> {
        self.store.oldest_begin0()
    }

    fn oldest_dirty(&self) -> Option<Lgpos> {
        let all = self.attached.logged();
        let oldest = all.iter().filter_map(|db| self.cache.oldest_dirty(db.no()));
        oldest.min()
    }

    fn settle(&self, min_required: i32, min_consistent: i32) -> Result<(), JetErr> {
        for db in self.attached.logged() {
            let (file, marks) = (db.file(), db.marks());
            file.change_header(|h| transitions::raise(h, marks));
            settle_for_checkpoint(file, min_required, min_consistent).map_err(|e| e.jet_err())?;
        }
        Ok(())
    }

    fn flush_up_to(&self, upto: Lgpos) -> Result<(), JetErr> {
        let flushed = self.cache.flush_up_to(upto);
        flushed.map(|_| ()).map_err(|e| e.jet_err())
    }

    fn describe(&self, checkpoint: &mut Checkpoint) {
        checkpoint.set_dbms_param(DbmsParam::get(&self.dbms_param, 0));
        self.backups.describe(checkpoint);
        // It fitted when the last of them was attached.
        if let Ok(list) = self.attached.list_bytes() {
            checkpoint.set_attachments(AttachList::get(&list, 0));
        }
    }
}
