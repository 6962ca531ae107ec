//! A long-value tree: roots, chunks, sizes, compressed chunks; and how many references each root
//! counts.
//!
//! Source: docs/format/database-records.md §8.
//!
//! Invariant: at most one chunk is kept, whatever the value's size.
#![forbid(unsafe_code)]

use super::context::Context;
use super::finding::Object;
use super::hash::Sum;
use super::records::{TableWork, hash_lid};
use super::rule::Rule;
use super::walk::LeafSink;
use crate::format::ids::Pgno;
use crate::format::lv::{Lid, LvKey, LvRoot, REFCOUNT_DELETING, append_chunk, chunk_plain_len};
use crate::format::page::PageView;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The value at hand.
struct Value {
    lid: Lid,
    root: LvRoot,
    pgno: Pgno,
    /// The chunk that was read last, not yet checked: its offset and page; its bytes are in `data`.
    pending: Option<(u32, Pgno)>,
    /// Distance of the first two chunks.
    step: Option<u32>,
    /// Something was reported already.
    bad: bool,
}

/// Walks over the nodes of a long-value tree.
pub(super) struct LvSink<'s, 'c> {
    cx: &'s Context<'c>,
    work: &'s TableWork,
    object: Arc<Object>,
    value: Option<Value>,
    /// A chunk without root was reported for this value, or its root may be on a lost page.
    rootless: Option<Lid>,
    after_gap: bool,
    data: Vec<u8>,
    scratch: Vec<u8>,
    counted: Sum,
    values: u64,
}

impl<'s, 'c> LvSink<'s, 'c> {
    pub(super) fn new(cx: &'s Context<'c>, work: &'s TableWork, object: &Arc<Object>) -> Self {
        Self {
            cx,
            work,
            object: Arc::clone(object),
            value: None,
            rootless: None,
            after_gap: false,
            data: Vec::new(),
            scratch: Vec::new(),
            counted: Sum::default(),
            values: 0,
        }
    }

    /// Checks the last value and hands over what was summed up.
    pub(super) fn finish(mut self) {
        self.end_value();
        self.work.counted.lock().merge(self.counted);
        self.cx
            .counters
            .long_values
            .fetch_add(self.values, Ordering::Relaxed);
    }

    fn add(&self, rule: Rule, pgno: Pgno, detail: impl std::fmt::Display) {
        self.cx.findings.add(rule, pgno, &self.object, detail);
    }

    fn root(&mut self, pgno: Pgno, lid: Lid, data: &[u8]) {
        self.end_value();
        self.after_gap = false;
        self.rootless = None;
        self.values += 1;
        let root = match LvRoot::parse(data) {
            Ok(root) => root,
            Err(e) => {
                self.add(Rule::LvNode, pgno, format!("long value {lid}: {e}"));
                self.rootless = Some(lid);
                return;
            }
        };
        match root.refcount {
            0 | REFCOUNT_DELETING => {
                let detail = format!("long value {lid} waits for its removal");
                self.add(Rule::LvOrphan, pgno, detail);
            }
            n => self.counted.add_times(hash_lid(lid), u64::from(n)),
        }
        self.value = Some(Value {
            lid,
            root,
            pgno,
            pending: None,
            step: None,
            bad: false,
        });
    }

    fn chunk(&mut self, pgno: Pgno, lid: Lid, offset: u32, data: &[u8]) {
        let mine = self.value.as_ref().is_some_and(|v| v.lid == lid);
        if !mine {
            self.end_value();
            if self.rootless != Some(lid) && !self.after_gap {
                self.add(
                    Rule::LvRootMissing,
                    pgno,
                    format!("the chunk at {offset} of long value {lid} has no root"),
                );
            }
            self.rootless = Some(lid);
            return;
        }
        self.end_chunk(Some(offset));
        let Some(value) = &mut self.value else { return };
        if value.pending.is_none() && offset != 0 && !value.bad {
            value.bad = true;
            let detail = format!("long value {lid} begins with the chunk at {offset}");
            self.cx
                .findings
                .add(Rule::LvChunk, pgno, &self.object, detail);
        }
        value.pending = Some((offset, pgno));
        self.data.clear();
        self.data.extend_from_slice(data);
    }

    /// Checks the pending chunk, now that it is known where the next begins.
    fn end_chunk(&mut self, next: Option<u32>) {
        let Some(value) = &mut self.value else { return };
        let Some((offset, pgno)) = value.pending else {
            return;
        };
        if value.bad {
            return;
        }
        let lid = value.lid;
        let add = |rule: Rule, detail: String| {
            self.cx.findings.add(rule, pgno, &self.object, detail);
        };
        if let Some(next) = next {
            let step = next.wrapping_sub(offset);
            let wanted = *value.step.get_or_insert(step);
            if step != wanted {
                value.bad = true;
                add(
                    Rule::LvChunk,
                    format!(
                        "long value {lid}: the chunk after {offset} is at {next}, others are {wanted} bytes apart"
                    ),
                );
                return;
            }
        }
        let len = match chunk_plain_len(offset, next, value.root.size) {
            Ok(len) => len,
            Err(e) => {
                value.bad = true;
                add(Rule::LvChunk, format!("long value {lid}: {e}"));
                return;
            }
        };
        // The last chunk is no longer than the others.
        if next.is_none()
            && let Some(step) = value.step
            && len > step as usize
        {
            value.bad = true;
            add(
                Rule::LvChunk,
                format!(
                    "long value {lid} of {} bytes ends with the chunk at {offset}",
                    value.root.size
                ),
            );
            return;
        }
        if self.data.len() == len || value.root.encrypted {
            return;
        }
        self.scratch.clear();
        if let Err(e) = append_chunk(&self.data, len, &mut self.scratch) {
            value.bad = true;
            add(
                Rule::LvChunkData,
                format!("long value {lid}, chunk at {offset}: {e}"),
            );
        }
    }

    fn end_value(&mut self) {
        self.end_chunk(None);
        let Some(value) = self.value.take() else {
            return;
        };
        if value.pending.is_none() && value.root.size > 0 && !value.bad {
            let detail = format!(
                "long value {} of {} bytes has no chunk",
                value.lid, value.root.size
            );
            self.add(Rule::LvChunk, value.pgno, detail);
        }
    }
}

impl LeafSink for LvSink<'_, '_> {
    fn leaf(&mut self, pgno: Pgno, page: &PageView<'_>) {
        let Ok(prefix) = page.prefix() else { return };
        let mut key = Vec::new();
        for iline in 0..page.node_count() {
            let Ok(node) = page.node_with_prefix(iline, prefix) else {
                continue;
            };
            if node.is_deleted() {
                continue;
            }
            key.clear();
            node.key_into(&mut key);
            match LvKey::parse(&key) {
                Ok(LvKey::Root(lid)) => self.root(pgno, lid, node.data),
                Ok(LvKey::Chunk { lid, offset }) => self.chunk(pgno, lid, offset, node.data),
                Err(e) => self.add(Rule::LvNode, pgno, format!("line {iline}: {e}")),
            }
        }
    }

    fn gap(&mut self) {
        // What was on the lost page can't be said to be missing.
        self.value = None;
        self.after_gap = true;
    }
}
