//! What was found in one file.
//!
//! Invariant: each damaged page is listed once, with the first thing that is wrong with it.
#![forbid(unsafe_code)]

use crate::error::CliError;
use crate::output::Output;
use crate::text::plural;
use ese_core::JetErr;
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// One damaged place.
struct Finding {
    page: Option<i64>,
    offset: Option<u64>,
    text: String,
    jet: JetErr,
}

/// What a file was found to be.
pub(super) struct FileCheck {
    path: PathBuf,
    kind: &'static str,
    unit: &'static str,
    page_bytes: Option<u64>,
    findings: Vec<Finding>,
    pages: HashSet<i64>,
    remarks: Vec<String>,
    /// Lines of text in front of the damage.
    lines: Vec<String>,
    facts: Map<String, Value>,
}

impl FileCheck {
    pub(super) fn new(path: &Path, kind: &'static str) -> Self {
        Self {
            path: path.to_owned(),
            kind,
            unit: "page",
            page_bytes: None,
            findings: Vec::new(),
            pages: HashSet::new(),
            remarks: Vec::new(),
            lines: Vec::new(),
            facts: Map::new(),
        }
    }

    /// What the numbered parts of the file are called.
    pub(super) fn unit(&mut self, unit: &'static str) {
        self.unit = unit;
    }

    /// The size of a page, so that places are known by the page number.
    pub(super) fn page_bytes(&mut self, bytes: usize) {
        self.page_bytes = Some(bytes as u64);
    }

    /// Damage of one page or segment.
    pub(super) fn damage(&mut self, page: i64, offset: Option<u64>, text: String, jet: JetErr) {
        let by_number = || Some(u64::try_from(page + 1).ok()? * self.page_bytes?);
        let offset = offset.or_else(by_number);
        if self.pages.insert(page) {
            self.findings.push(Finding {
                page: Some(page),
                offset,
                text,
                jet,
            });
        }
    }

    /// Damage of the file as a whole.
    pub(super) fn file_damage(&mut self, text: String, jet: JetErr) {
        self.findings.push(Finding {
            page: None,
            offset: None,
            text,
            jet,
        });
    }

    /// Something to know that is no damage.
    pub(super) fn remark(&mut self, text: impl Into<String>) {
        self.remarks.push(text.into());
    }

    /// A line of text in front of the damage.
    pub(super) fn line(&mut self, text: impl Into<String>) {
        self.lines.push(text.into());
    }

    /// A fact for machines.
    pub(super) fn fact(&mut self, key: &str, value: impl Into<Value>) {
        self.facts.insert(key.to_owned(), value.into());
    }

    pub(super) fn is_good(&self) -> bool {
        self.findings.is_empty()
    }

    fn sorted(&self) -> Vec<&Finding> {
        let mut list: Vec<&Finding> = self.findings.iter().collect();
        list.sort_by_key(|f| f.page);
        list
    }

    pub(super) fn json(&self) -> Value {
        let damage: Vec<Value> = self
            .sorted()
            .into_iter()
            .map(|f| {
                json!({
                    self.unit: f.page,
                    "offset": f.offset,
                    "error": f.text,
                    "jet_error": f.jet.0,
                    "jet_name": f.jet.name(),
                })
            })
            .collect();
        let mut v = json!({
            "file": self.path.display().to_string(),
            "kind": self.kind,
            "good": self.is_good(),
        });
        for (key, value) in &self.facts {
            v[key] = value.clone();
        }
        v["remarks"] = self.remarks.clone().into();
        v["damage"] = damage.into();
        v
    }

    pub(super) fn print(&self, out: &mut Output) -> Result<(), CliError> {
        let verdict = if self.is_good() {
            "good".to_owned()
        } else {
            format!(
                "DAMAGED, {}",
                plural(self.findings.len() as u64, "place", "places")
            )
        };
        out.line(format!("{}: {}: {verdict}", self.path.display(), self.kind))?;
        for line in self.lines.iter().chain(&self.remarks) {
            out.line(format!("  {line}"))?;
        }
        for f in self.sorted() {
            let place = match (f.page, f.offset) {
                (Some(-1), _) => "first header copy: ".into(),
                (Some(0), Some(_)) if self.unit == "page" => "second header copy: ".into(),
                (Some(n), Some(offset)) => format!("{} {n} at byte {offset}: ", self.unit),
                (Some(n), None) => format!("{} {n}: ", self.unit),
                (None, _) => String::new(),
            };
            out.line(format!("  {place}{} [{}]", f.text, f.jet))?;
        }
        Ok(())
    }
}
