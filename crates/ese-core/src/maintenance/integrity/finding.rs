//! What was found: each place with its rule, page, object; and the totals.
//!
//! Invariant: memory is bounded: of one rule in one object only the first few places are kept, the
//! rest is counted.
#![forbid(unsafe_code)]

use super::rule::{Rule, Severity};
use crate::format::ids::Pgno;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Part of a database that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Object {
    /// Table; empty for the database itself.
    pub table: String,
    /// Index, long values or space tree inside the table; empty for the records.
    pub part: String,
}

impl Object {
    /// The database as a whole.
    #[must_use]
    pub fn database() -> Self {
        Self {
            table: String::new(),
            part: String::new(),
        }
    }

    pub(super) fn new(table: &str, part: impl Into<String>) -> Arc<Self> {
        Arc::new(Self {
            table: table.to_owned(),
            part: part.into(),
        })
    }

    /// The same object's space tree.
    pub(super) fn with(&self, part: &str) -> Arc<Self> {
        let part = if self.part.is_empty() {
            part.to_owned()
        } else {
            format!("{}, {part}", self.part)
        };
        Self::new(&self.table, part)
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.table.as_str(), self.part.as_str()) {
            ("", "") => f.write_str("database"),
            ("", part) => write!(f, "database ({part})"),
            (table, "") => f.write_str(table),
            (table, part) => write!(f, "{table} ({part})"),
        }
    }
}

/// One place where a promise does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is: the rule's own severity, or less where the place is not in use.
    pub severity: Severity,
    /// The promise.
    pub rule: Rule,
    /// The page, where there is one.
    pub pgno: Option<Pgno>,
    /// Table, index.
    pub object: Arc<Object>,
    /// What was found, in words.
    pub detail: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: ", self.severity.name(), self.rule.name())?;
        if let Some(pgno) = self.pgno {
            write!(f, "page {pgno}, ")?;
        }
        write!(f, "{}: {}", self.object, self.detail)
    }
}

/// How many findings of one rule in one object there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    kept: usize,
    all: u64,
}

/// Collects findings from any number of threads.
pub(super) struct Findings {
    keep: usize,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    list: Vec<Finding>,
    tally: BTreeMap<(Rule, Arc<Object>), Tally>,
}

impl Findings {
    pub(super) fn new(keep: usize) -> Self {
        Self {
            keep: keep.max(1),
            inner: Mutex::default(),
        }
    }

    /// A finding of the rule's own severity.
    pub(super) fn add(
        &self,
        rule: Rule,
        pgno: impl Into<Option<Pgno>>,
        object: &Arc<Object>,
        detail: impl fmt::Display,
    ) {
        self.add_as(rule.severity(), rule, pgno, object, detail);
    }

    /// A finding of another severity than the rule's own.
    pub(super) fn add_as(
        &self,
        severity: Severity,
        rule: Rule,
        pgno: impl Into<Option<Pgno>>,
        object: &Arc<Object>,
        detail: impl fmt::Display,
    ) {
        let mut inner = self.inner.lock();
        let tally = inner.tally.entry((rule, Arc::clone(object))).or_default();
        tally.all += 1;
        if tally.kept >= self.keep {
            return;
        }
        tally.kept += 1;
        inner.list.push(Finding {
            severity,
            rule,
            pgno: pgno.into(),
            object: Arc::clone(object),
            detail: detail.to_string(),
        });
    }

    /// The findings by rule, object and page, and how many places were only counted.
    pub(super) fn finish(self) -> (Vec<Finding>, u64) {
        let inner = self.inner.into_inner();
        let mut list = inner.list;
        list.sort_by(|a, b| {
            (b.severity, a.rule, &a.object, a.pgno, &a.detail)
                .cmp(&(a.severity, b.rule, &b.object, b.pgno, &b.detail))
        });
        let hidden = inner.tally.values().map(|t| t.all - t.kept as u64).sum();
        (list, hidden)
    }
}
