//! Sessions as the log shows them: levels, open macros, and what an Undo record would need.
#![forbid(unsafe_code)]

use super::Outcome;
use ese_core::btree::apply::node::Before;
use ese_core::format::ids::Dbtime;
use ese_core::format::log_record::{LogRecord, LrFlags, UndoInfo, UndoOper};
use ese_core::format::node::Node;
use std::collections::BTreeMap;

/// A change that may still be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Insert,
    FlagDelete,
    /// The data before.
    Replace(Vec<u8>),
    Delta {
        offset: u16,
        amount: i64,
    },
    /// The page had the change already: what was before comes with UndoInfo.
    Deferred,
}

impl Change {
    #[must_use]
    pub fn before(&self) -> Before<'_> {
        match self {
            Self::Replace(data) => Before::Data(data),
            &Self::Delta { offset, amount } => Before::Delta { offset, amount },
            Self::Insert | Self::FlagDelete | Self::Deferred => Before::Nothing,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Version {
    pub level: u8,
    pub change: Change,
}

#[derive(Clone, Debug, Default)]
pub struct Session {
    /// A transaction of it began since the start of the replay: what was before is on the pages.
    pub begun: bool,
    pub level: u8,
    pub versions: BTreeMap<u32, Version>,
    /// Records of open macros.
    pub macros: BTreeMap<Dbtime, Vec<Vec<u8>>>,
}

impl Session {
    pub fn begin(&mut self, from: u8, count: u8, first: bool) -> Outcome {
        self.begun |= first;
        if self.begun && self.level != from {
            return Err(
                format!("a level begins at {from}, the session is at {}", self.level).into(),
            );
        }
        self.level = from + count;
        Ok(())
    }

    /// The level above `to` becomes a part of it; at 0 nothing can be undone any more.
    pub fn commit(&mut self, to: u8) {
        self.level = to;
        if to == 0 {
            self.versions.clear();
        }
        for version in self.versions.values_mut() {
            version.level = version.level.min(to);
        }
    }

    /// Ends levels; returns how many changes of theirs were not undone.
    pub fn rollback(&mut self, levels: u8) -> Outcome<u64> {
        let to = self.level.checked_sub(levels);
        self.level = to.ok_or("more levels are rolled back than there are")?;
        let before = self.versions.len();
        self.versions.retain(|_, v| v.level <= to.unwrap_or(0));
        Ok((before - self.versions.len()) as u64)
    }

    /// Remembers what a record changed. `old` is the node before, `None` when the page has the change
    /// already.
    pub fn remember(&mut self, record: &LogRecord<'_>, old: Option<&Node<'_>>) -> Outcome {
        let (Some(page), Some(node)) = (record.page(), record.node()) else {
            return Ok(());
        };
        if !page.flags.contains(LrFlags::VERSIONED) {
            return Ok(());
        }
        let replace = || old.map_or(Change::Deferred, |old| Change::Replace(old.data.to_vec()));
        let mut add = |rceid: u32, change: Change| {
            let level = page.level;
            let both = match (self.versions.get(&rceid).map(|v| &v.change), change) {
                // Changes by the same version sum up.
                (Some(Change::Delta { amount: first, .. }), Change::Delta { offset, amount }) => {
                    let amount = first.wrapping_add(amount);
                    Change::Delta { offset, amount }
                }
                (Some(_), _) => return Err(format!("version {rceid} is made twice")),
                (None, change) => change,
            };
            self.versions.insert(
                rceid,
                Version {
                    level,
                    change: both,
                },
            );
            Ok(())
        };
        match record {
            LogRecord::Insert(_) | LogRecord::FlagInsert(_) => add(node.rceid, Change::Insert)?,
            LogRecord::FlagInsertAndReplaceData(r) => {
                add(node.rceid, Change::Insert)?;
                add(r.rceid_replace, replace())?;
            }
            LogRecord::Replace(_) | LogRecord::ReplaceD(_) => add(node.rceid, replace())?,
            LogRecord::FlagDelete(_) => {
                add(
                    node.rceid,
                    old.map_or(Change::Deferred, |_| Change::FlagDelete),
                )?;
            }
            LogRecord::Delta(r) => {
                let (offset, amount) = (r.cb_offset, i64::from(r.delta));
                add(node.rceid, Change::Delta { offset, amount })?;
            }
            LogRecord::Delta64(r) => {
                let (offset, amount) = (r.cb_offset, r.delta);
                add(node.rceid, Change::Delta { offset, amount })?;
            }
            _ => {}
        }
        Ok(())
    }

    /// What UndoInfo says of a version: it must be what is known, or is taken over. Returns whether
    /// something was compared.
    pub fn undo_info(&mut self, record: &UndoInfo<'_>) -> Outcome<bool> {
        let said = match record.oper {
            UndoOper::REPLACE => Change::Replace(record.data.to_vec()),
            UndoOper::FLAG_DELETE => Change::FlagDelete,
            _ => return Err("UndoInfo of a change that needs none".into()),
        };
        match self.versions.get_mut(&record.node.rceid) {
            None => Ok(false),
            Some(version) if version.change == Change::Deferred => {
                version.change = said;
                Ok(false)
            }
            Some(version) if version.change == said => Ok(true),
            Some(version) => {
                let known = &version.change;
                Err(format!("UndoInfo says {said:?}, before was {known:?}").into())
            }
        }
    }
}
