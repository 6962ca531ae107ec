//! One record, or one macro, with the pages it speaks of: to be redone apart from the replay.
#![forbid(unsafe_code)]

use super::{Outcome, Replayer};
use ese_core::format::ids::Pgno;
use ese_core::format::log_record::LogRecord;
use std::collections::BTreeSet;

impl Replayer {
    /// What `record` is about to redo: itself, or, for the end of a macro, the macro's records.
    /// `None` for a record that only opens or fills a macro, or changes no page.
    pub fn unit(&self, record: &LogRecord<'_>) -> Outcome<Option<Vec<Vec<u8>>>> {
        if let LogRecord::MacroCommit(r) = record {
            let session = self.sessions.get(&r.procid);
            return Ok(session.and_then(|s| s.macros.get(&r.dbtime)).cloned());
        }
        let inside = |s: &super::session::Session| {
            let dbtime = record.dbtime();
            dbtime.is_some_and(|t| s.macros.contains_key(&t))
        };
        let session = record.procid().and_then(|p| self.sessions.get(&p));
        let single = !pages_of(record).is_empty() && !session.is_some_and(inside);
        if !single {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        record.write(&mut bytes)?;
        Ok(Some(vec![bytes]))
    }

    /// This state with those pages of one database only.
    #[must_use]
    pub fn fragment(&self, dbid: u8, pgnos: &BTreeSet<Pgno>) -> Option<Self> {
        let database = &self.databases[*self.attached.get(&dbid)?];
        let mut small = super::database::Database::new(database.sign, database.page_size);
        small.version = database.version;
        for pgno in pgnos {
            if let Some(page) = database.pages.get(pgno) {
                small.pages.insert(*pgno, page.clone());
            }
        }
        let mut out = Self::new(self.page_size);
        out.databases.push(small);
        out.attached.insert(dbid, 0);
        out.sessions = self.sessions.clone();
        Some(out)
    }

    /// Redoes a unit.
    pub fn redo_unit(&mut self, records: &[Vec<u8>]) -> Outcome {
        let Some(first) = records.first() else {
            return Ok(());
        };
        match LogRecord::parse(first)?.0 {
            LogRecord::Split2(_) | LogRecord::Merge2(_) | LogRecord::RootPageMove(_) => {
                self.redo_macro(records)
            }
            record => self.redo(&record),
        }
    }
}

/// The pages of a unit, and its database.
pub fn pages_of_unit(records: &[Vec<u8>]) -> Outcome<(u8, BTreeSet<Pgno>)> {
    let mut pgnos = BTreeSet::new();
    let mut dbid = 0;
    for bytes in records {
        let (record, _) = LogRecord::parse(bytes)?;
        pgnos.extend(pages_of(&record));
        dbid = record.dbid().unwrap_or(dbid);
    }
    Ok((dbid, pgnos))
}

/// Every page that a record changes.
#[must_use]
pub fn pages_of(record: &LogRecord<'_>) -> Vec<Pgno> {
    let mut out: Vec<Pgno> = match record {
        LogRecord::UndoInfo(_) => return Vec::new(),
        LogRecord::NewPage(r) => vec![r.pgno],
        _ => record.page().map(|p| p.pgno).into_iter().collect(),
    };
    match record {
        LogRecord::CreateMEFDP(r) => out.extend([r.pgno_oe, r.pgno_ae]),
        LogRecord::ConvertFDP2(r) => out.extend([r.pgno_oe, r.pgno_ae]),
        LogRecord::EmptyTree(r) => out.extend(r.pages.iter().map(|p| p.pgno)),
        LogRecord::Split2(r) => out.extend([r.pgno_new, r.pgno_right]),
        LogRecord::Merge2(r) => out.extend([r.pgno_left, r.pgno_right]),
        LogRecord::PageMove(r) => {
            out.extend([r.pgno_dest, r.pgno_left, r.pgno_right, r.pgno_parent]);
        }
        _ => {}
    }
    out.retain(|p| !p.is_null());
    out
}
